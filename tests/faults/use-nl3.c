// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libipvlan-nl3 in use, for command.lab, which lets each allocation fail in turn: each function that can fail does what
 * it shall, or says -ENOMEM and hands out nothing.
 */
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <ipvlan/nl3.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool lacks;

/* out: where a pointer was to be put. @return whether it was. */
static bool done(int err, const void *out)
{
	const void *object;

	memcpy(&object, out, sizeof(object));
	if ((err && err != -ENOMEM) || !err != !!object)
		abort();
	lacks = lacks || err;
	return !err;
}

#define DO(out, call) done((call), &(out))

static void use_object(struct rtnl_link *rtnl)
{
	struct ipvlan_settings *settings = NULL;
	struct nl_msg *add = NULL, *change = NULL;
	struct ipvlan_link *link = NULL;

	DO(link, ipvlan_nl3_link_from_rtnl(rtnl, IPVLAN_F_PRIVATE, &link));
	DO(settings, ipvlan_nl3_settings_from_rtnl(rtnl, IPVLAN_F_PRIVATE, &settings));
	DO(add, ipvlan_nl3_build_add_request(rtnl, IPVLAN_F_PRIVATE, NLM_F_CREATE, &add));
	DO(change, ipvlan_nl3_build_change_request(rtnl, IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET, &change));
	nlmsg_free(change);
	nlmsg_free(add);
	ipvlan_settings_free(settings);
	ipvlan_link_free(link);
}

/* A link that comes, and goes. */
static void use_events(struct nl_msg *message, struct rtnl_link *rtnl)
{
	struct ipvlan_event *came = NULL, *went = NULL;
	struct ipvlan_nl3_events *events = NULL;

	if (!DO(events, ipvlan_nl3_events_new(&events)))
		return;
	ipvlan_nl3_events_on_message(message, events);
	if (DO(came, ipvlan_nl3_events_read(events, &came))) {
		ipvlan_nl3_events_on_change(NULL, (struct nl_object *)rtnl, NULL, 0, 0, events);
		DO(went, ipvlan_nl3_events_read(events, &went));
	}
	ipvlan_event_free(went);
	ipvlan_event_free(came);
	ipvlan_nl3_events_free(events);
}

static void use_message(struct nl_msg *message)
{
	struct rtnl_link *rtnl = NULL;
	struct ipvlan_link *link = NULL;

	if (DO(link, ipvlan_nl3_link_from_message(message, &link)) && DO(rtnl, ipvlan_nl3_link_to_rtnl(link, &rtnl))) {
		use_object(rtnl);
		use_events(message, rtnl);
	}
	rtnl_link_put(rtnl);
	ipvlan_link_free(link);
}

static void use_socket(struct nl_sock *sock)
{
	struct ipvlan_nl3_events *events = NULL;
	struct ipvlan_ctx *ctx = NULL;
	struct ipvlan_link *link = NULL;

	if (DO(ctx, ipvlan_nl3_ctx_new(sock, &ctx)) && DO(link, ipvlan_link_get(ctx, "lo", &link)) &&
	    DO(events, ipvlan_nl3_events_new(&events)))
		lacks = ipvlan_nl3_events_resync(events, ctx) || lacks;
	ipvlan_nl3_events_free(events);
	ipvlan_link_free(link);
	ipvlan_ctx_free(ctx);
}

static void use_settings(const struct ipvlan_settings *settings)
{
	struct rtnl_link *rtnl = NULL;
	struct nl_msg *message = NULL;

	if (DO(message, ipvlan_nl3_message_from_settings(settings, &message)))
		use_message(message);
	DO(rtnl, ipvlan_nl3_settings_to_rtnl(settings, &rtnl));
	rtnl_link_put(rtnl);
	nlmsg_free(message);
}

int main(void)
{
	struct ipvlan_settings *settings = ipvlan_settings_new("eth0", "ipvl0");
	struct nl_sock *sock = nl_socket_alloc();

	lacks = !settings || !sock;
	if (settings) {
		ipvlan_settings_set_parent_index(settings, 2);
		ipvlan_settings_set_mode(settings, IPVLAN_MODE_L2);
		ipvlan_settings_set_flags(settings, IPVLAN_F_PRIVATE);
		use_settings(settings);
	}
	if (sock && nl_connect(sock, NETLINK_ROUTE) == 0)
		use_socket(sock);
	nl_socket_free(sock);
	ipvlan_settings_free(settings);
	if (lacks)
		fputs("out of memory\n", stderr);
	return lacks ? EXIT_FAILURE : EXIT_SUCCESS;
}
