// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a program on libipvlan takes for what those of rivals/ do:
 *   ours links PARENT COUNT       makes PARENT's slaves s00000...; others of the parent are looked for first
 *   ours endpoints PARENT COUNT   makes namespaces web0..., each with a slave, two addresses, two default routes, lo up
 *   ours dump                     counts the ipvlan links
 */
#include <ipvlan/ipvlan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ipvlan_ctx *ctx;

static void check(int err)
{
	if (err < 0) {
		fprintf(stderr, "ours: %s\n", ipvlan_ctx_strerror(ctx));
		exit(1);
	}
}

static struct ipvlan_settings *slave_of(const char *parent, const char *name)
{
	struct ipvlan_settings *settings = ipvlan_settings_new(parent, name);

	if (!settings)
		exit(1);
	ipvlan_settings_set_mode(settings, IPVLAN_MODE_L2);
	return settings;
}

static void make_links(const char *parent, int count)
{
	struct ipvlan_settings *settings;
	char name[16];
	int i;

	for (i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "s%05d", i);
		settings = slave_of(parent, name);
		check(ipvlan_link_create(ctx, settings, NULL));
		ipvlan_settings_free(settings);
	}
}

static void make_endpoint(const char *parent, int number)
{
	struct ipvlan_settings *settings = slave_of(parent, "ipvl0");
	char name[16], ipv4[32], ipv6[32];

	snprintf(name, sizeof(name), "web%d", number);
	snprintf(ipv4, sizeof(ipv4), "10.1.%d.%d/16", (number + 2) / 256, (number + 2) % 256);
	snprintf(ipv6, sizeof(ipv6), "fd00:1::%x/64", number + 2);
	check(ipvlan_netns_create(ctx, name, NULL));
	ipvlan_settings_set_netns_name(settings, name);
	ipvlan_settings_add_address(settings, ipv4);
	ipvlan_settings_add_address(settings, ipv6);
	ipvlan_settings_add_route(settings, "default", "10.1.0.1");
	ipvlan_settings_add_route(settings, "default", "fd00:1::1");
	ipvlan_settings_set_up(settings, true);
	ipvlan_settings_set_loopback_up(settings, true);
	check(ipvlan_link_create(ctx, settings, NULL));
	ipvlan_settings_free(settings);
}

static void make_endpoints(const char *parent, int count)
{
	int i;

	for (i = 0; i < count; i++)
		make_endpoint(parent, i);
}

static void dump(void)
{
	struct ipvlan_link_list *list;

	check(ipvlan_link_list(ctx, IPVLAN_LINKS_IPVLAN, &list));
	printf("%zu\n", ipvlan_link_list_get_count(list));
	ipvlan_link_list_free(list);
}

int main(int argc, char **argv)
{
	if (ipvlan_ctx_new(&ctx) < 0)
		return 1;
	if (argc == 4 && strcmp(argv[1], "links") == 0) {
		make_links(argv[2], atoi(argv[3]));
	} else if (argc == 4 && strcmp(argv[1], "endpoints") == 0) {
		make_endpoints(argv[2], atoi(argv[3]));
	} else if (argc == 2 && strcmp(argv[1], "dump") == 0) {
		dump();
	} else {
		fprintf(stderr, "usage: ours links|endpoints PARENT COUNT | dump\n");
		return 2;
	}
	ipvlan_ctx_free(ctx);
	return 0;
}
