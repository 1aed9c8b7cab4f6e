/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that lives on libnl-3: it describes a slave as a struct rtnl_link, has it made over its own socket with
 * flags, which libnl does not know, and follows slaves by its cache manager until this one is gone.
 *
 * cc nl3.c $(pkg-config --cflags --libs libipvlan libipvlan-nl3) -o nl3
 * ./nl3 eth0 ipvl0 private
 */
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <ipvlan/nl3.h>
#include <netlink/cache.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/ipvlan.h>
#include <netlink/socket.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

struct program {
	struct nl_sock *sock, *news;
	struct nl_cache_mngr *manager;
	struct nl_cache *links;
	bool is_managed; /* the cache goes with its manager */
	struct ipvlan_nl3_events *events;
	struct ipvlan_ctx *ctx; /* over sock */
};

/* The manager's socket hears; the other one asks. */
static int begin_libnl(struct program *p)
{
	int err = nl_connect(p->sock, NETLINK_ROUTE);

	if (!err)
		err = nl_cache_mngr_alloc(p->news, NETLINK_ROUTE, 0, &p->manager);
	if (!err)
		err = rtnl_link_alloc_cache(p->sock, AF_UNSPEC, &p->links);
	/* Messages have the flags; the cache tells what it found out by itself. What comes twice makes one event. */
	if (!err)
		err = nl_socket_modify_cb(p->news, NL_CB_MSG_IN, NL_CB_CUSTOM, ipvlan_nl3_events_on_message, p->events);
	if (!err) {
		err = nl_cache_mngr_add_cache_v2(p->manager, p->links, ipvlan_nl3_events_on_change, p->events);
		p->is_managed = !err;
	}
	if (err)
		fprintf(stderr, "libnl: %s\n", nl_geterror(err));
	return err;
}

static int begin(struct program *p)
{
	int err = ipvlan_nl3_events_new(&p->events);

	if (err || begin_libnl(p))
		return -1;
	err = ipvlan_nl3_ctx_new(p->sock, &p->ctx);
	if (!err)
		err = ipvlan_nl3_events_resync(p->events, p->ctx);
	if (err)
		fprintf(stderr, "libipvlan-nl3: %s\n", strerror(-err));
	return err;
}

static void end(struct program *p)
{
	ipvlan_ctx_free(p->ctx);
	if (p->links && !p->is_managed)
		nl_cache_free(p->links);
	nl_cache_mngr_free(p->manager);
	ipvlan_nl3_events_free(p->events);
	nl_socket_free(p->news);
	nl_socket_free(p->sock);
}

/* As for rtnl_link_add(); but siblings are looked at first, and a refusal has its reason. */
static int make(struct program *p, const char *parent, const char *name, int flags)
{
	struct rtnl_link *wanted = rtnl_link_ipvlan_alloc();
	struct ipvlan_settings *settings;
	int err;

	if (!wanted)
		return -ENOMEM;
	rtnl_link_set_name(wanted, name);
	rtnl_link_set_link(wanted, rtnl_link_name2i(p->links, parent));
	rtnl_link_ipvlan_set_mode(wanted, IPVLAN_MODE_L2);
	err = ipvlan_nl3_settings_from_rtnl(wanted, flags, &settings);
	rtnl_link_put(wanted);
	if (err)
		return err;
	err = ipvlan_link_create(p->ctx, settings, NULL);
	ipvlan_settings_free(settings);
	return err;
}

/* Returns whether it was the end of the link of that name. */
static int print_event(const struct ipvlan_event *event, const char *name)
{
	const char *subject = ipvlan_link_get_name(ipvlan_event_get_link(event));
	char mode[IPVLAN_NAME_SIZE], flags[IPVLAN_NAME_SIZE];

	printf("%s %s (%s, %s)", subject, ipvlan_event_action_to_string(ipvlan_event_get_action(event)),
	       ipvlan_mode_format(ipvlan_event_get_mode(event), mode, sizeof(mode)),
	       ipvlan_flags_format(ipvlan_event_get_flags(event), flags, sizeof(flags)));
	for (size_t i = 0; i < ipvlan_event_get_change_count(event); i++)
		printf(", %s %s -> %s", ipvlan_property_to_string(ipvlan_event_get_change_property(event, i)),
		       ipvlan_event_get_change_old(event, i), ipvlan_event_get_change_new(event, i));
	printf("\n");
	fflush(stdout);
	return ipvlan_event_get_action(event) == IPVLAN_EVENT_REMOVED && strcmp(subject, name) == 0;
}

static int follow(struct program *p, const char *name)
{
	struct ipvlan_event *event;
	int gone = 0, err = 0;

	while (!gone && !err) {
		/* News were lost when this fails: everything is read anew. */
		if (nl_cache_mngr_poll(p->manager, 1000) < 0)
			err = ipvlan_nl3_events_resync(p->events, p->ctx);
		while (!gone && ipvlan_nl3_events_read(p->events, &event) == 0) {
			gone = print_event(event, name);
			ipvlan_event_free(event);
		}
	}
	return err;
}

int main(int argc, char *argv[])
{
	struct program p = {.sock = nl_socket_alloc(), .news = nl_socket_alloc()};
	int err;

	if (argc != 4 || ipvlan_flags_from_string(argv[3]) < 0) {
		fprintf(stderr, "usage: %s PARENT NAME bridge|private|vepa\n", argv[0]);
		nl_socket_free(p.news);
		nl_socket_free(p.sock);
		return 2;
	}
	err = begin(&p);
	if (!err) {
		err = make(&p, argv[1], argv[2], ipvlan_flags_from_string(argv[3]));
		if (err)
			fprintf(stderr, "%s\n", ipvlan_ctx_strerror(p.ctx));
		else
			err = follow(&p, argv[2]);
	}
	end(&p);
	return err ? 1 : 0;
}
