// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libipvlan-nl3 on a kernel: libnl's links with flags, over libnl's sockets, heard by libnl's cache manager. The arena
 * of lab-test.h with slaves of eth0. libnl's own tests of ipvlan are the measure: a link is described, added, and found
 * again under its name.
 */
#include "lab-test.h"
#include <ipvlan/nl3.h>
#include <linux/if.h>
#include <netlink/cache.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/ipvlan.h>
#include <netlink/socket.h>
#include <stdio.h>
#include <unistd.h>

static struct nl_sock *sock;
static struct ipvlan_ctx *over; /* sock */

static void begin(void)
{
	sock = nl_socket_alloc();
	ck_assert_ptr_nonnull(sock);
	ck_assert_int_eq(nl_connect(sock, NETLINK_ROUTE), 0);
	ck_assert_int_eq(ipvlan_nl3_ctx_new(sock, &over), 0);
}

static void end(void)
{
	ipvlan_ctx_free(over);
	nl_socket_free(sock);
}

/* Like must(), for calls on the lent socket. */
static void well(int err)
{
	ck_assert_msg(err == 0, "%d: %s", err, ipvlan_ctx_strerror(over));
}

static int index_of(const char *name)
{
	struct ipvlan_link *link;
	int ifindex;

	must(ipvlan_link_get(ctx, name, &link));
	ifindex = ipvlan_link_get_ifindex(link);
	ipvlan_link_free(link);
	return ifindex;
}

static struct rtnl_link *wanted(const char *name, int mode)
{
	struct rtnl_link *rtnl = rtnl_link_ipvlan_alloc();

	rtnl_link_set_name(rtnl, name);
	rtnl_link_set_link(rtnl, index_of("eth0"));
	if (mode >= 0)
		ck_assert_int_eq(rtnl_link_ipvlan_set_mode(rtnl, (uint16_t)mode), 0);
	return rtnl;
}

static void check_kernel(const char *name, int mode, int flags)
{
	struct ipvlan_link *link;

	must(ipvlan_link_get(ctx, name, &link));
	ck_assert_int_eq(ipvlan_link_get_mode(link), mode);
	ck_assert_int_eq(ipvlan_link_get_flags(link), flags);
	ipvlan_link_free(link);
}

static struct rtnl_link *read_by_libnl(const char *name)
{
	struct rtnl_link *rtnl;

	ck_assert_int_eq(rtnl_link_get_kernel(sock, 0, name, &rtnl), 0);
	return rtnl;
}

/* Three modes, three sets of flags. */
START_TEST(libnls_link_is_added_with_flags)
{
	int mode = _i / 3, flags = _i % 3;
	struct rtnl_link *rtnl = wanted("ipvl0", mode);
	struct nl_msg *message;

	rtnl_link_set_txqlen(rtnl, 77);
	ck_assert_int_eq(ipvlan_nl3_build_add_request(rtnl, flags, NLM_F_CREATE | NLM_F_EXCL, &message), 0);
	ck_assert_int_eq(nl_send_sync(sock, message), 0);
	rtnl_link_put(rtnl);
	check_kernel("ipvl0", mode, flags);
	rtnl = read_by_libnl("ipvl0");
	ck_assert_uint_eq(rtnl_link_get_txqlen(rtnl), 77);
	rtnl_link_put(rtnl);
}
END_TEST

START_TEST(settings_are_added_by_libnl)
{
	struct ipvlan_settings *settings = ipvlan_settings_new(NULL, "ipvl0");
	struct nl_msg *message;

	ipvlan_settings_set_parent_index(settings, index_of("eth0"));
	ipvlan_settings_set_mode(settings, IPVLAN_MODE_L2);
	ipvlan_settings_set_flags(settings, IPVLAN_F_VEPA);
	ipvlan_settings_set_mtu(settings, 1400);
	ipvlan_settings_set_up(settings, true);
	ck_assert_int_eq(ipvlan_nl3_message_from_settings(settings, &message), 0);
	ck_assert_int_eq(nl_send_sync(sock, message), 0);
	check_kernel("ipvl0", IPVLAN_MODE_L2, IPVLAN_F_VEPA);
	must_have("arena link ipvl0 up mtu 1400 on eth0 ipvlan mode 0 flags 2");
	ipvlan_settings_free(settings);
}
END_TEST

/* Described by libnl, made by us, straight in a namespace. */
START_TEST(libnls_link_is_made_by_us)
{
	struct rtnl_link *rtnl = wanted("ipvl0", IPVLAN_MODE_L3S);
	struct ipvlan_settings *settings;
	struct ipvlan_link *link;
	int fd = lab_netns_open("ns0");

	rtnl_link_set_ns_fd(rtnl, fd);
	rtnl_link_set_mtu(rtnl, 1300);
	ck_assert_int_eq(ipvlan_nl3_settings_from_rtnl(rtnl, IPVLAN_F_PRIVATE, &settings), 0);
	rtnl_link_put(rtnl);
	close(fd);
	ipvlan_settings_add_address(settings, "10.0.0.2/24");
	well(ipvlan_link_create(over, settings, &link));
	ck_assert_int_eq(ipvlan_link_get_mode(link), IPVLAN_MODE_L3S);
	ck_assert_int_eq(ipvlan_link_get_flags(link), IPVLAN_F_PRIVATE);
	ck_assert_uint_eq(ipvlan_link_get_mtu(link), 1300);
	ck_assert_uint_eq(ipvlan_link_get_address_count(link), 1);
	ck_assert_str_eq(ipvlan_link_get_parent_name(link), "eth0");
	ipvlan_link_free(link);
	ipvlan_settings_free(settings);
}
END_TEST

/* libnl alone can change a mode, and cannot change flags. */
START_TEST(a_port_is_changed_with_flags)
{
	struct rtnl_link *rtnl;
	struct nl_msg *message;

	lab_slave("ipvl0", NULL, IPVLAN_MODE_L2, 0, NULL);
	rtnl = read_by_libnl("ipvl0");
	ck_assert_int_eq(ipvlan_nl3_build_change_request(rtnl, IPVLAN_MODE_L3, IPVLAN_F_VEPA, &message), 0);
	ck_assert_int_eq(nl_send_sync(sock, message), 0);
	check_kernel("ipvl0", IPVLAN_MODE_L3, IPVLAN_F_VEPA);
	ck_assert_int_eq(ipvlan_nl3_build_change_request(rtnl, IPVLAN_MODE_UNSET, 0, &message), 0);
	ck_assert_int_eq(nl_send_sync(sock, message), 0);
	check_kernel("ipvl0", IPVLAN_MODE_L3, 0);
	rtnl_link_put(rtnl);
}
END_TEST

/* As the kernel tells it, as libnl reads it, as we read it: the same, but for flags. */
START_TEST(both_read_the_same)
{
	struct rtnl_link *rtnl;
	struct ipvlan_link *ours, *theirs;
	struct ipvlan_event *difference;

	lab_slave("ipvl0", NULL, IPVLAN_MODE_L2, IPVLAN_F_PRIVATE, "10.0.0.2/24");
	rtnl = read_by_libnl("ipvl0");
	ck_assert_int_eq(ipvlan_nl3_link_from_rtnl(rtnl, IPVLAN_FLAGS_UNSET, &theirs), 0);
	well(ipvlan_link_get(over, "ipvl0", &ours));
	ck_assert_int_eq(ipvlan_link_compare(ours, theirs, &difference), 0);
	ck_assert_ptr_null(difference);
	ck_assert_int_eq(ipvlan_link_get_flags(ours), IPVLAN_F_PRIVATE);
	ck_assert_int_eq(ipvlan_link_get_flags(theirs), IPVLAN_FLAGS_UNSET);
	ck_assert_int_eq(ipvlan_link_get_mode(theirs), IPVLAN_MODE_L2);
	ck_assert_int_eq(ipvlan_link_get_parent_index(theirs), ipvlan_link_get_parent_index(ours));
	ck_assert_uint_eq(ipvlan_link_get_tx_queues(theirs), ipvlan_link_get_tx_queues(ours));
	ipvlan_link_free(ours);
	ipvlan_link_free(theirs);
	rtnl_link_put(rtnl);
}
END_TEST

static int fail_test(struct nl_msg *message, void *data)
{
	(void)data;
	ck_abort_msg("a callback is called for message %d", nlmsg_hdr(message)->nlmsg_type);
	return NL_STOP;
}

/* All sorts of calls over a socket whose owner would notice each answer; then libnl goes on with it. */
START_TEST(all_of_the_library_works_over_a_socket)
{
	struct ipvlan_link_list *list;
	struct ipvlan_port *port;
	struct ipvlan_settings *s;
	struct rtnl_link *rtnl;
	struct nl_cb *plain;

	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, fail_test, NULL);
	nl_socket_modify_cb(sock, NL_CB_ACK, NL_CB_CUSTOM, fail_test, NULL);
	nl_socket_modify_cb(sock, NL_CB_FINISH, NL_CB_CUSTOM, fail_test, NULL);
	if (_i)
		ck_assert_int_eq(nl_socket_set_nonblocking(sock), 0);
	s = ipvlan_settings_new("eth0", "ipvl0");
	ipvlan_settings_set_netns_name(s, "ns0");
	ipvlan_settings_set_mode(s, IPVLAN_MODE_L2);
	ipvlan_settings_add_address(s, "10.0.0.2/24");
	ipvlan_settings_set_gateway(s, "10.0.0.1");
	well(ipvlan_link_create(over, s, NULL));
	ipvlan_settings_free(s);
	s = ipvlan_settings_new("eth0", "ipvl1");
	ipvlan_settings_add_address(s, "10.0.0.2/24");
	ck_assert_int_eq(ipvlan_link_create(over, s, NULL), -EADDRINUSE);
	ck_assert_str_eq(ipvlan_error_get_holder(ipvlan_ctx_get_error(over)), "ipvl0 in namespace ns0");
	ipvlan_settings_free(s);
	well(ipvlan_port_change(over, "eth0", IPVLAN_MODE_L3, IPVLAN_F_VEPA, false));
	well(ipvlan_port_get(over, "eth0", &port));
	ck_assert_uint_eq(ipvlan_port_get_slave_count(port), 1);
	ck_assert_int_eq(ipvlan_port_get_flags(port), IPVLAN_F_VEPA);
	ipvlan_port_free(port);
	s = ipvlan_settings_new("eth0", "ipvl1");
	well(ipvlan_link_create(over, s, NULL));
	ipvlan_settings_free(s);
	well(ipvlan_link_list_counters(over, &list));
	ck_assert_uint_eq(ipvlan_link_list_get_count(list), 2);
	ipvlan_link_list_free(list);
	ck_assert_int_eq(ipvlan_link_set_mtu(over, "no-such-link", 1400), -ENODEV);
	well(ipvlan_link_set_mtu(over, "eth0", 1400));
	plain = nl_cb_alloc(NL_CB_DEFAULT);
	nl_socket_set_cb(sock, plain);
	nl_cb_put(plain);
	if (!_i) {
		rtnl = read_by_libnl("eth0");
		ck_assert_uint_eq(rtnl_link_get_mtu(rtnl), 1400);
		rtnl_link_put(rtnl);
	}
}
END_TEST

#define MANY 300

/* A dump of many datagrams. */
START_TEST(many_links_come_over_a_socket)
{
	struct ipvlan_link_list *list;
	char name[16];
	int i;

	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "ipvl%d", i);
		lab_slave(name, NULL, IPVLAN_MODE_L2, 0, NULL);
	}
	well(ipvlan_link_list(over, IPVLAN_LINKS_IPVLAN, &list));
	ck_assert_uint_eq(ipvlan_link_list_get_count(list), MANY);
	ipvlan_link_list_free(list);
	well(ipvlan_link_list(over, IPVLAN_LINKS_ANY_KIND, &list));
	ck_assert_uint_gt(ipvlan_link_list_get_count(list), MANY);
	ipvlan_link_list_free(list);
}
END_TEST

/* The socket was made in ns0; the thread is in the arena. */
START_TEST(a_socket_leads_to_its_namespace)
{
	struct nl_sock *there = nl_socket_alloc();
	struct ipvlan_netns *netns;
	struct ipvlan_link *link;
	struct ipvlan_ctx *remote;

	lab_slave("ipvl0", "ns0", IPVLAN_MODE_L2, IPVLAN_F_PRIVATE, NULL);
	lab_enter("ns0");
	ck_assert_int_eq(nl_connect(there, NETLINK_ROUTE), 0);
	lab_leave();
	ck_assert_int_eq(ipvlan_nl3_ctx_new(there, &remote), 0);
	ck_assert_int_eq(ipvlan_link_get(remote, "ipvl0", &link), 0);
	must(ipvlan_netns_open_name(ctx, "ns0", &netns));
	ck_assert_uint_eq(ipvlan_link_get_netns_inode(link), ipvlan_netns_get_inode(netns));
	ck_assert_str_eq(ipvlan_link_get_parent_name(link), "eth0");
	ipvlan_netns_free(netns);
	ipvlan_link_free(link);
	ipvlan_ctx_free(remote);
	/* Without capabilities the thread's own can be told from it. */
	ck_assert_int_eq(seteuid(65534), 0);
	ck_assert_int_eq(ipvlan_nl3_ctx_new(there, &remote), -EPERM);
	ck_assert_int_eq(ipvlan_nl3_ctx_new(sock, &remote), 0);
	ck_assert_int_eq(ipvlan_link_get(remote, "eth0", &link), 0);
	ck_assert_int_eq(seteuid(0), 0);
	ipvlan_link_free(link);
	ipvlan_ctx_free(remote);
	nl_socket_free(there);
}
END_TEST

/* ---- a cache manager */

static struct nl_sock *news;
static struct nl_cache_mngr *manager;
static struct nl_cache *links;
static struct ipvlan_nl3_events *events;

static void manage(bool with_messages)
{
	news = nl_socket_alloc();
	ck_assert_int_eq(ipvlan_nl3_events_new(&events), 0);
	ck_assert_int_eq(nl_cache_mngr_alloc(news, NETLINK_ROUTE, 0, &manager), 0);
	ck_assert_int_eq(rtnl_link_alloc_cache(sock, AF_UNSPEC, &links), 0);
	if (with_messages)
		nl_socket_modify_cb(news, NL_CB_MSG_IN, NL_CB_CUSTOM, ipvlan_nl3_events_on_message, events);
	ck_assert_int_eq(nl_cache_mngr_add_cache_v2(manager, links, ipvlan_nl3_events_on_change, events), 0);
	well(ipvlan_nl3_events_resync(events, over));
}

static void dismiss(void)
{
	nl_cache_mngr_free(manager);
	ipvlan_nl3_events_free(events);
	nl_socket_free(news);
}

/* The next event of a kind; others before it are passed over. */
static struct ipvlan_event *await(enum ipvlan_event_action action, const char *name)
{
	struct ipvlan_event *event;
	int i, err;

	for (i = 0; i < 100; i++) {
		while ((err = ipvlan_nl3_events_read(events, &event)) == 0) {
			if (ipvlan_event_get_action(event) == action &&
			    strcmp(ipvlan_link_get_name(ipvlan_event_get_link(event)), name) == 0)
				return event;
			ipvlan_event_free(event);
		}
		ck_assert_int_eq(err, -EAGAIN);
		ck_assert_int_ge(nl_cache_mngr_poll(manager, 100), 0);
	}
	ck_abort_msg("no such event of %s", name);
	return NULL;
}

static void await_change(const char *name, enum ipvlan_property property, const char *old, const char *now)
{
	struct ipvlan_event *event;
	bool found = false;
	size_t i;

	while (!found) {
		event = await(IPVLAN_EVENT_CHANGED, name);
		for (i = 0; !found && i < ipvlan_event_get_change_count(event); i++)
			found = ipvlan_event_get_change_property(event, i) == property &&
				strcmp(ipvlan_event_get_change_old(event, i), old) == 0 &&
				strcmp(ipvlan_event_get_change_new(event, i), now) == 0;
		ipvlan_event_free(event);
	}
}

static void await_end(enum ipvlan_event_action action, const char *name, int mode, int flags)
{
	struct ipvlan_event *event = await(action, name);

	ck_assert_int_eq(ipvlan_event_get_mode(event), mode);
	ck_assert_int_eq(ipvlan_event_get_flags(event), flags);
	ipvlan_event_free(event);
}

START_TEST(a_managers_news_are_events)
{
	lab_slave("ipvl0", NULL, IPVLAN_MODE_L2, IPVLAN_F_PRIVATE, NULL);
	manage(true);
	await_end(IPVLAN_EVENT_ADDED, "ipvl0", IPVLAN_MODE_L2, IPVLAN_F_PRIVATE);
	lab_slave("ipvl1", NULL, IPVLAN_MODE_L2, IPVLAN_F_PRIVATE, NULL);
	await_end(IPVLAN_EVENT_ADDED, "ipvl1", IPVLAN_MODE_L2, IPVLAN_F_PRIVATE);
	must(ipvlan_link_set_mtu(ctx, "ipvl1", 1300));
	await_change("ipvl1", IPVLAN_PROPERTY_MTU, "1500", "1300");
	must(ipvlan_link_change(ctx, "ipvl1", IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET, true));
	await_change("ipvl1", IPVLAN_PROPERTY_MODE, "l2", "l3");
	/* No difference at all for libnl's cache. */
	must(ipvlan_link_change(ctx, "ipvl1", IPVLAN_MODE_UNSET, IPVLAN_F_VEPA, true));
	await_change("ipvl1", IPVLAN_PROPERTY_FLAGS, "private", "vepa");
	must(ipvlan_link_delete(ctx, "ipvl1"));
	await_end(IPVLAN_EVENT_REMOVED, "ipvl1", IPVLAN_MODE_L3, IPVLAN_F_VEPA);
	dismiss();
}
END_TEST

START_TEST(a_cache_alone_has_no_flags)
{
	manage(false);
	lab_slave("ipvl0", NULL, IPVLAN_MODE_L2, IPVLAN_F_PRIVATE, NULL);
	await_end(IPVLAN_EVENT_ADDED, "ipvl0", IPVLAN_MODE_L2, IPVLAN_FLAGS_UNSET);
	must(ipvlan_link_delete(ctx, "ipvl0"));
	await_end(IPVLAN_EVENT_REMOVED, "ipvl0", IPVLAN_MODE_L2, IPVLAN_FLAGS_UNSET);
	dismiss();
}
END_TEST

/* The manager hears nothing of this: what was missed is found by reading anew. */
START_TEST(what_was_missed_is_read_anew)
{
	lab_slave("ipvl0", NULL, IPVLAN_MODE_L2, 0, NULL);
	lab_slave("ipvl1", NULL, IPVLAN_MODE_L2, 0, NULL);
	manage(true);
	nl_socket_drop_membership(news, RTNLGRP_LINK);
	must(ipvlan_link_delete(ctx, "ipvl0"));
	must(ipvlan_link_change(ctx, "ipvl1", IPVLAN_MODE_UNSET, IPVLAN_F_PRIVATE, false));
	lab_slave("ipvl2", NULL, IPVLAN_MODE_L2, IPVLAN_F_PRIVATE, NULL);
	well(ipvlan_nl3_events_resync(events, over));
	await_end(IPVLAN_EVENT_ADDED, "ipvl0", IPVLAN_MODE_L2, 0);
	await_change("ipvl1", IPVLAN_PROPERTY_FLAGS, "bridge", "private");
	await_end(IPVLAN_EVENT_ADDED, "ipvl2", IPVLAN_MODE_L2, IPVLAN_F_PRIVATE);
	await_end(IPVLAN_EVENT_REMOVED, "ipvl0", IPVLAN_MODE_L2, 0);
	dismiss();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nl3");
	TCase *tc = lab_case(suite, "nl3");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_loop_test(tc, libnls_link_is_added_with_flags, 0, 9);
	tcase_add_test(tc, settings_are_added_by_libnl);
	tcase_add_test(tc, libnls_link_is_made_by_us);
	tcase_add_test(tc, a_port_is_changed_with_flags);
	tcase_add_test(tc, both_read_the_same);
	tcase_add_loop_test(tc, all_of_the_library_works_over_a_socket, 0, 2);
	tcase_add_test(tc, many_links_come_over_a_socket);
	tcase_add_test(tc, a_socket_leads_to_its_namespace);
	tcase_add_test(tc, a_managers_news_are_events);
	tcase_add_test(tc, a_cache_alone_has_no_flags);
	tcase_add_test(tc, what_was_missed_is_read_anew);
	return lab_main(suite);
}
