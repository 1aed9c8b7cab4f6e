/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes a network namespace, if it is not there yet, and a slave in it: up, with an address. All or nothing.
 *
 * cc create.c $(pkg-config --cflags --libs libipvlan) -o create
 * ./create eth0 ipvl0 ns0 10.0.0.2/24
 */
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <stdio.h>

static int ensure_netns(struct ipvlan_ctx *ctx, const char *name)
{
	int err = ipvlan_netns_create(ctx, name, NULL);

	return err == -EEXIST ? 0 : err;
}

static int make_slave(struct ipvlan_ctx *ctx, const char *parent, const char *name, const char *netns,
		      const char *address)
{
	struct ipvlan_settings *settings = ipvlan_settings_new(parent, name);
	struct ipvlan_link *link;
	char mode[IPVLAN_NAME_SIZE];
	int err;

	if (!settings)
		return -ENOMEM;
	/* What a setter refuses, it remembers: ipvlan_link_create() tells of it. */
	ipvlan_settings_set_netns_name(settings, netns);
	ipvlan_settings_add_address(settings, address);
	ipvlan_settings_set_up(settings, true);
	ipvlan_settings_set_loopback_up(settings, true);
	err = ipvlan_link_create(ctx, settings, &link);
	ipvlan_settings_free(settings);
	if (err)
		return err;
	printf("%s on %s: %s, MTU %u\n", ipvlan_link_get_name(link), ipvlan_link_get_parent_name(link),
	       ipvlan_mode_format(ipvlan_link_get_mode(link), mode, sizeof(mode)), ipvlan_link_get_mtu(link));
	ipvlan_link_free(link);
	return 0;
}

int main(int argc, char *argv[])
{
	struct ipvlan_ctx *ctx;
	int err;

	if (argc != 5) {
		fprintf(stderr, "usage: %s PARENT NAME NAMESPACE ADDRESS/LENGTH\n", argv[0]);
		return 2;
	}
	if (ipvlan_ctx_new(&ctx) < 0) {
		fprintf(stderr, "no context can be had\n");
		return 1;
	}
	err = ensure_netns(ctx, argv[3]);
	if (!err)
		err = make_slave(ctx, argv[1], argv[2], argv[3], argv[4]);
	if (err)
		fprintf(stderr, "%s\n", ipvlan_ctx_strerror(ctx));
	ipvlan_ctx_free(ctx);
	return err ? 1 : 0;
}
