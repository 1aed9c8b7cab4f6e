// SPDX-License-Identifier: GPL-2.0-or-later
/* libipvlan-nl3 against libnl's own objects, and over a socket to this machine's kernel. */
#include "captured-answers.h"
#include "support.h"
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <ipvlan/nl3.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/ipvlan.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/* What a program sets before rtnl_link_add(). */
static struct rtnl_link *wanted(int mode)
{
	struct rtnl_link *rtnl = rtnl_link_ipvlan_alloc();

	ck_assert_ptr_nonnull(rtnl);
	rtnl_link_set_name(rtnl, "ipvl0");
	rtnl_link_set_link(rtnl, 7);
	rtnl_link_set_mtu(rtnl, 1400);
	if (mode >= 0)
		ck_assert_int_eq(rtnl_link_ipvlan_set_mode(rtnl, (uint16_t)mode), 0);
	return rtnl;
}

/* What a cache holds of a slave. */
static struct rtnl_link *read_link(int ifindex, int mode)
{
	static const uint8_t bytes[6] = {2, 0, 0, 0, 0, 1};
	struct rtnl_link *rtnl = wanted(mode);
	struct nl_addr *mac = nl_addr_build(AF_LLC, bytes, sizeof(bytes));

	rtnl_link_set_ifindex(rtnl, ifindex);
	rtnl_link_set_arptype(rtnl, ARPHRD_ETHER);
	rtnl_link_set_flags(rtnl, IFF_UP | IFF_BROADCAST);
	rtnl_link_set_link_netnsid(rtnl, 3);
	rtnl_link_set_master(rtnl, 4);
	rtnl_link_set_txqlen(rtnl, 1000);
	rtnl_link_set_group(rtnl, 5);
	rtnl_link_set_promiscuity(rtnl, 1);
	rtnl_link_set_num_tx_queues(rtnl, 2);
	rtnl_link_set_num_rx_queues(rtnl, 3);
	rtnl_link_set_operstate(rtnl, 6);
	rtnl_link_set_linkmode(rtnl, 1);
	rtnl_link_set_qdisc(rtnl, "noqueue");
	rtnl_link_set_addr(rtnl, mac);
	rtnl_link_set_broadcast(rtnl, mac);
	rtnl_link_set_stat(rtnl, RTNL_LINK_RX_PACKETS, 11);
	rtnl_link_set_stat(rtnl, RTNL_LINK_COLLISIONS, 1ULL << 40);
	nl_addr_put(mac);
	return rtnl;
}

static void check_read(const struct ipvlan_link *link)
{
	size_t size;

	ck_assert_int_eq(ipvlan_link_get_ifindex(link), 9);
	ck_assert_str_eq(ipvlan_link_get_name(link), "ipvl0");
	ck_assert_str_eq(ipvlan_link_get_kind(link), "ipvlan");
	ck_assert_int_eq(ipvlan_link_get_parent_index(link), 7);
	ck_assert_int_eq(ipvlan_link_get_parent_nsid(link), 3);
	ck_assert_int_eq(ipvlan_link_get_controller_index(link), 4);
	ck_assert_uint_eq(ipvlan_link_get_mtu(link), 1400);
	ck_assert_uint_eq(ipvlan_link_get_type(link), ARPHRD_ETHER);
	ck_assert_uint_eq(ipvlan_link_get_device_flags(link), IFF_UP | IFF_BROADCAST);
	ck_assert_uint_eq(ipvlan_link_get_txqlen(link), 1000);
	ck_assert_uint_eq(ipvlan_link_get_group(link), 5);
	ck_assert_uint_eq(ipvlan_link_get_promiscuity(link), 1);
	ck_assert_uint_eq(ipvlan_link_get_tx_queues(link), 2);
	ck_assert_uint_eq(ipvlan_link_get_rx_queues(link), 3);
	ck_assert_str_eq(ipvlan_link_get_operstate_name(link), "UP");
	ck_assert_uint_eq(ipvlan_link_get_link_mode(link), 1);
	ck_assert_str_eq(ipvlan_link_get_qdisc(link), "noqueue");
	ck_assert_int_eq(ipvlan_link_get_mac(link, &size)[5], 1);
	ck_assert_uint_eq(size, 6);
	ck_assert_int_eq(ipvlan_link_get_broadcast(link, &size)[0], 2);
	ck_assert_uint_eq(ipvlan_link_get_stat(link, IPVLAN_STAT_RX_PACKETS), 11);
	ck_assert_uint_eq(ipvlan_link_get_stat(link, IPVLAN_STAT_COLLISIONS), 1ULL << 40);
}

/* There, back, and there again: nothing is lost but the flags. */
START_TEST(links_go_round)
{
	struct rtnl_link *rtnl = read_link(9, _i), *back;
	struct ipvlan_link *link, *again;
	struct ipvlan_event *difference;
	uint16_t mode;

	ck_assert_int_eq(ipvlan_nl3_link_from_rtnl(rtnl, IPVLAN_F_VEPA, &link), 0);
	check_read(link);
	ck_assert_int_eq(ipvlan_link_get_mode(link), _i);
	ck_assert_int_eq(ipvlan_link_get_flags(link), IPVLAN_F_VEPA);
	ck_assert_int_eq(ipvlan_nl3_link_to_rtnl(link, &back), 0);
	ck_assert(rtnl_link_is_ipvlan(back));
	ck_assert_int_eq(rtnl_link_ipvlan_get_mode(back, &mode), 0);
	ck_assert_int_eq(mode, _i);
	ck_assert_uint_eq(nl_object_diff64((struct nl_object *)rtnl, (struct nl_object *)back), 0);
	ck_assert_int_eq(ipvlan_nl3_link_from_rtnl(back, IPVLAN_FLAGS_UNSET, &again), 0);
	check_read(again);
	ck_assert_int_eq(ipvlan_link_get_flags(again), IPVLAN_FLAGS_UNSET);
	ck_assert_int_eq(ipvlan_link_compare(link, again, &difference), 0);
	ck_assert_ptr_null(difference);
	ipvlan_link_free(link);
	ipvlan_link_free(again);
	rtnl_link_put(rtnl);
	rtnl_link_put(back);
}
END_TEST

START_TEST(other_links_go_round)
{
	struct rtnl_link *rtnl = rtnl_link_alloc(), *back;
	struct ipvlan_link *link;

	rtnl_link_set_ifindex(rtnl, 1);
	rtnl_link_set_name(rtnl, "lo");
	ck_assert_int_eq(ipvlan_nl3_link_from_rtnl(rtnl, IPVLAN_F_VEPA, &link), -EINVAL);
	ck_assert_int_eq(ipvlan_nl3_link_from_rtnl(rtnl, IPVLAN_FLAGS_UNSET, &link), 0);
	ck_assert_ptr_null(ipvlan_link_get_kind(link));
	ck_assert_int_eq(ipvlan_link_get_parent_nsid(link), -1);
	ck_assert_int_eq(ipvlan_nl3_link_to_rtnl(link, &back), 0);
	ck_assert_ptr_null(rtnl_link_get_type(back));
	ck_assert_str_eq(rtnl_link_get_name(back), "lo");
	rtnl_link_put(back);
	ipvlan_link_free(link);
	ck_assert_int_eq(rtnl_link_set_type(rtnl, "ipvtap"), 0);
	ck_assert_int_eq(ipvlan_nl3_link_from_rtnl(rtnl, IPVLAN_F_VEPA, &link), 0);
	ck_assert(ipvlan_link_is_slave(link));
	ck_assert_int_eq(ipvlan_link_get_mode(link), IPVLAN_MODE_UNSET);
	ipvlan_link_free(link);
	ck_assert_int_eq(ipvlan_nl3_link_from_rtnl(rtnl, 65536, &link), -EINVAL);
	rtnl_link_put(rtnl);
}
END_TEST

static struct nlattr *find(struct nl_msg *message, int nested)
{
	struct nlattr *info = nlmsg_find_attr(nlmsg_hdr(message), sizeof(struct ifinfomsg), IFLA_LINKINFO);
	struct nlattr *data = nla_find(nla_data(info), nla_len(info), IFLA_INFO_DATA);

	return data ? nla_find(nla_data(data), nla_len(data), nested) : NULL;
}

/* Flags and mode as asked, and all the rest as libnl alone would send it. */
START_TEST(libnls_request_gets_flags)
{
	struct rtnl_link *rtnl = wanted(_i);
	struct nl_msg *plain, *message;
	struct nlattr *attr;
	int left;

	rtnl_link_set_ifalias(rtnl, "tenant 42");
	rtnl_link_set_txqlen(rtnl, 77);
	ck_assert_int_eq(rtnl_link_build_add_request(rtnl, NLM_F_CREATE, &plain), 0);
	ck_assert_int_eq(ipvlan_nl3_build_add_request(rtnl, IPVLAN_F_PRIVATE, NLM_F_CREATE, &message), 0);
	ck_assert_int_eq(nlmsg_hdr(message)->nlmsg_type, RTM_NEWLINK);
	ck_assert_int_eq(nlmsg_hdr(message)->nlmsg_flags, nlmsg_hdr(plain)->nlmsg_flags);
	ck_assert_uint_eq(nla_get_u16(find(message, IFLA_IPVLAN_FLAGS)), IPVLAN_F_PRIVATE);
	if (_i >= 0)
		ck_assert_uint_eq(nla_get_u16(find(message, IFLA_IPVLAN_MODE)), (unsigned int)_i);
	else
		ck_assert_ptr_null(find(message, IFLA_IPVLAN_MODE));
	ck_assert_uint_eq(nlmsg_hdr(message)->nlmsg_len, nlmsg_hdr(plain)->nlmsg_len + (_i >= 0 ? 8 : 12));
	nlmsg_for_each_attr (attr, nlmsg_hdr(plain), sizeof(struct ifinfomsg), left) {
		struct nlattr *same = nlmsg_find_attr(nlmsg_hdr(message), sizeof(struct ifinfomsg), nla_type(attr));

		ck_assert_ptr_nonnull(same);
		if (nla_type(attr) != IFLA_LINKINFO)
			ck_assert(nla_len(attr) == nla_len(same) &&
				  memcmp(nla_data(attr), nla_data(same), (size_t)nla_len(attr)) == 0);
	}
	nlmsg_free(plain);
	nlmsg_free(message);
	rtnl_link_put(rtnl);
}
END_TEST

START_TEST(requests_without_sense_are_refused)
{
	struct rtnl_link *dummy = rtnl_link_alloc(), *rtnl = wanted(0);
	struct ipvlan_settings *settings;
	struct nl_msg *message;

	rtnl_link_set_type(dummy, "dummy");
	ck_assert_int_eq(ipvlan_nl3_build_add_request(dummy, 0, 0, &message), -EOPNOTSUPP);
	ck_assert_int_eq(ipvlan_nl3_build_add_request(rtnl, 65536, 0, &message), -EINVAL);
	ck_assert_int_eq(ipvlan_nl3_build_add_request(rtnl, -2, 0, &message), -EINVAL);
	ck_assert_int_eq(ipvlan_nl3_build_add_request(rtnl, IPVLAN_FLAGS_UNSET, 0, &message), 0);
	ck_assert_ptr_null(find(message, IFLA_IPVLAN_FLAGS));
	nlmsg_free(message);
	ck_assert_int_eq(ipvlan_nl3_build_change_request(dummy, 0, 0, &message), -EOPNOTSUPP);
	ck_assert_int_eq(ipvlan_nl3_build_change_request(rtnl, -1, -1, &message), -EINVAL);
	ck_assert_int_eq(ipvlan_nl3_settings_from_rtnl(dummy, 0, &settings), -EOPNOTSUPP);
	rtnl_link_put(dummy);
	rtnl_link_put(rtnl);
}
END_TEST

/* libnl's object -> settings -> message and object again. */
START_TEST(settings_go_round)
{
	struct rtnl_link *rtnl = wanted(IPVLAN_MODE_L3S), *back;
	struct ipvlan_settings *settings;
	struct ipvlan_link *link;
	struct nl_msg *message;

	rtnl_link_set_flags(rtnl, IFF_UP);
	rtnl_link_set_ns_pid(rtnl, 42);
	ck_assert_int_eq(ipvlan_nl3_settings_from_rtnl(rtnl, IPVLAN_F_VEPA, &settings), 0);
	ck_assert_ptr_null(ipvlan_settings_get_problem(settings));
	ck_assert_int_eq(ipvlan_nl3_message_from_settings(settings, &message), 0);
	ck_assert_ptr_nonnull(nlmsg_find_attr(nlmsg_hdr(message), sizeof(struct ifinfomsg), IFLA_NET_NS_PID));
	ck_assert_int_eq(ipvlan_nl3_link_from_message(message, &link), 0);
	ck_assert_str_eq(ipvlan_link_get_name(link), "ipvl0");
	ck_assert_int_eq(ipvlan_link_get_parent_index(link), 7);
	ck_assert_int_eq(ipvlan_link_get_mode(link), IPVLAN_MODE_L3S);
	ck_assert_int_eq(ipvlan_link_get_flags(link), IPVLAN_F_VEPA);
	ck_assert_uint_eq(ipvlan_link_get_mtu(link), 1400);
	ck_assert(ipvlan_link_is_up(link));
	ck_assert_int_eq(ipvlan_nl3_settings_to_rtnl(settings, &back), 0);
	ck_assert_str_eq(rtnl_link_get_name(back), "ipvl0");
	ck_assert_int_eq(rtnl_link_get_link(back), 7);
	ck_assert(rtnl_link_is_ipvlan(back));
	ipvlan_settings_add_address(settings, "10.0.0.2/24");
	ck_assert_int_eq(ipvlan_nl3_settings_to_rtnl(settings, &back), -EOPNOTSUPP);
	rtnl_link_put(back);
	rtnl_link_put(rtnl);
	ipvlan_link_free(link);
	nlmsg_free(message);
	ipvlan_settings_free(settings);
}
END_TEST

/* Such an object is fit for all that libnl can be asked of it. */
START_TEST(settings_without_a_mode_are_a_link_without_one)
{
	struct ipvlan_settings *settings = ipvlan_settings_new(NULL, "ipvl0");
	struct nl_msg *message;
	struct rtnl_link *rtnl;
	uint16_t mode;

	ipvlan_settings_set_parent_index(settings, 7);
	ck_assert_int_eq(ipvlan_nl3_settings_to_rtnl(settings, &rtnl), 0);
	ck_assert_str_eq(rtnl_link_get_name(rtnl), "ipvl0");
	ck_assert_int_eq(rtnl_link_get_link(rtnl), 7);
	ck_assert(rtnl_link_is_ipvlan(rtnl));
	ck_assert_int_lt(rtnl_link_ipvlan_get_mode(rtnl, &mode), 0);
	ck_assert_int_eq(rtnl_link_build_add_request(rtnl, 0, &message), 0);
	nlmsg_free(message);
	rtnl_link_put(rtnl);
	ipvlan_settings_free(settings);
}
END_TEST

START_TEST(settings_have_no_namespace_unless_told)
{
	struct rtnl_link *rtnl = rtnl_link_ipvlan_alloc();
	struct ipvlan_settings *settings;
	struct nl_msg *message;

	rtnl_link_set_link(rtnl, 7);
	ck_assert_int_eq(ipvlan_nl3_settings_from_rtnl(rtnl, IPVLAN_FLAGS_UNSET, &settings), 0);
	ck_assert_ptr_null(ipvlan_settings_get_problem(settings));
	ck_assert_int_eq(ipvlan_nl3_message_from_settings(settings, &message), 0);
	ck_assert_ptr_null(nlmsg_find_attr(nlmsg_hdr(message), sizeof(struct ifinfomsg), IFLA_NET_NS_PID));
	ck_assert_ptr_null(nlmsg_find_attr(nlmsg_hdr(message), sizeof(struct ifinfomsg), IFLA_NET_NS_FD));
	ck_assert_ptr_null(find(message, IFLA_IPVLAN_MODE));
	nlmsg_free(message);
	ipvlan_settings_free(settings);
	rtnl_link_put(rtnl);
}
END_TEST

/* ---- events */

static struct ipvlan_nl3_events *events;

static void make_events(void)
{
	ck_assert_int_eq(ipvlan_nl3_events_new(&events), 0);
}

static void free_events(void)
{
	ipvlan_nl3_events_free(events);
}

static struct nl_msg *news(uint16_t type, int ifindex, int mode, int flags)
{
	struct rtnl_link *rtnl = read_link(ifindex, mode);
	struct nl_msg *message;

	ck_assert_int_eq(ipvlan_nl3_build_add_request(rtnl, flags, 0, &message), 0);
	nlmsg_hdr(message)->nlmsg_type = type;
	rtnl_link_put(rtnl);
	return message;
}

static void hear(uint16_t type, int ifindex, int mode, int flags)
{
	struct nl_msg *message = news(type, ifindex, mode, flags);

	ck_assert_int_eq(ipvlan_nl3_events_on_message(message, events), NL_OK);
	nlmsg_free(message);
}

static void hear_cache(int old_mode, int mode)
{
	struct rtnl_link *old = read_link(9, old_mode), *now = mode < 0 ? NULL : read_link(9, mode);

	ipvlan_nl3_events_on_change(NULL, (struct nl_object *)old, (struct nl_object *)now, 0, 0, events);
	rtnl_link_put(old);
	rtnl_link_put(now);
}

static void expect(enum ipvlan_event_action action, int ifindex, int mode, int flags)
{
	struct ipvlan_event *event;

	ck_assert_int_eq(ipvlan_nl3_events_read(events, &event), 0);
	ck_assert_int_eq(ipvlan_event_get_kind(event), IPVLAN_EVENT_LINK);
	ck_assert_int_eq(ipvlan_event_get_action(event), action);
	ck_assert_int_eq(ipvlan_link_get_ifindex(ipvlan_event_get_link(event)), ifindex);
	ck_assert_int_eq(ipvlan_event_get_mode(event), mode);
	ck_assert_int_eq(ipvlan_event_get_flags(event), flags);
	ipvlan_event_free(event);
}

static void expect_nothing(void)
{
	struct ipvlan_event *event;

	ck_assert_int_eq(ipvlan_nl3_events_read(events, &event), -EAGAIN);
}

START_TEST(messages_become_events)
{
	hear(RTM_NEWLINK, 9, IPVLAN_MODE_L2, 0);
	hear(RTM_NEWLINK, 9, IPVLAN_MODE_L2, 0);
	hear(RTM_NEWLINK, 5, IPVLAN_MODE_L2, 0);
	hear(RTM_NEWLINK, 9, IPVLAN_MODE_L2, IPVLAN_F_PRIVATE);
	hear(RTM_DELLINK, 5, IPVLAN_MODE_L2, 0);
	hear(RTM_DELLINK, 5, IPVLAN_MODE_L2, 0);
	expect(IPVLAN_EVENT_ADDED, 9, IPVLAN_MODE_L2, 0);
	expect(IPVLAN_EVENT_ADDED, 5, IPVLAN_MODE_L2, 0);
	expect(IPVLAN_EVENT_CHANGED, 9, IPVLAN_MODE_L2, IPVLAN_F_PRIVATE);
	expect(IPVLAN_EVENT_REMOVED, 5, IPVLAN_MODE_L2, 0);
	expect_nothing();
}
END_TEST

START_TEST(a_cache_becomes_events)
{
	hear_cache(IPVLAN_MODE_L2, IPVLAN_MODE_L2);
	hear_cache(IPVLAN_MODE_L2, IPVLAN_MODE_L3);
	hear_cache(IPVLAN_MODE_L3, -1);
	expect(IPVLAN_EVENT_ADDED, 9, IPVLAN_MODE_L2, IPVLAN_FLAGS_UNSET);
	expect(IPVLAN_EVENT_CHANGED, 9, IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET);
	expect(IPVLAN_EVENT_REMOVED, 9, IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET);
	expect_nothing();
}
END_TEST

static void keep(struct nl_object *object, void *data)
{
	nl_object_get(object);
	*(struct nl_object **)data = object;
}

static struct nl_msg *message_from_hex(const char *hex)
{
	struct bytes bytes = bytes_from_hex(hex);
	struct nl_msg *message = nlmsg_convert((struct nlmsghdr *)bytes.at);

	nlmsg_set_proto(message, NETLINK_ROUTE);
	bytes_free(&bytes);
	return message;
}

/* As a cache manager's socket tells it: the kernel's message first, then what the cache makes of it. */
static void hear_both_of(struct nl_msg *message, bool gone)
{
	struct nl_object *object = NULL;

	ck_assert_int_eq(nl_msg_parse(message, keep, &object), 0);
	nlmsg_hdr(message)->nlmsg_type = gone ? RTM_DELLINK : RTM_NEWLINK;
	ipvlan_nl3_events_on_message(message, events);
	ipvlan_nl3_events_on_change(NULL, gone ? object : NULL, gone ? NULL : object, 0, 0, events);
	nl_object_put(object);
	nlmsg_free(message);
}

static void hear_both(const char *hex, bool gone)
{
	hear_both_of(message_from_hex(hex), gone);
}

static void hear_tap(uint16_t mode)
{
	struct nl_msg *message = message_from_hex(LINK_L3S_VEPA);
	struct nlattr *info = nlmsg_find_attr(nlmsg_hdr(message), sizeof(struct ifinfomsg), IFLA_LINKINFO);

	memcpy(nla_data(nla_find(nla_data(info), nla_len(info), IFLA_INFO_KIND)), "ipvtap", sizeof("ipvtap"));
	memcpy(nla_data(find(message, IFLA_IPVLAN_MODE)), &mode, sizeof(mode));
	hear_both_of(message, false);
}

/* A cache has no mode of such a link, so what a message has said of it must not be forgotten by that. */
START_TEST(a_mode_that_a_cache_lacks_is_kept)
{
	struct ipvlan_event *event;
	int ifindex;

	hear_tap(IPVLAN_MODE_L2);
	ck_assert_int_eq(ipvlan_nl3_events_read(events, &event), 0);
	ifindex = ipvlan_link_get_ifindex(ipvlan_event_get_link(event));
	ipvlan_event_free(event);
	hear_tap(IPVLAN_MODE_L3);
	expect(IPVLAN_EVENT_CHANGED, ifindex, IPVLAN_MODE_L3, IPVLAN_F_VEPA);
	expect_nothing();
}
END_TEST

START_TEST(what_comes_twice_is_one_event)
{
	struct ipvlan_event *event;

	hear_both(LINK_L3S_VEPA, false);
	ck_assert_int_eq(ipvlan_nl3_events_read(events, &event), 0);
	ck_assert_int_eq(ipvlan_event_get_action(event), IPVLAN_EVENT_ADDED);
	ck_assert_int_eq(ipvlan_event_get_mode(event), IPVLAN_MODE_L3S);
	ck_assert_int_eq(ipvlan_event_get_flags(event), IPVLAN_F_VEPA);
	ipvlan_event_free(event);
	expect_nothing();
	hear_both(LINK_L3S_VEPA, false);
	expect_nothing();
	hear_both(LINK_L3S_VEPA, true);
	ck_assert_int_eq(ipvlan_nl3_events_read(events, &event), 0);
	ck_assert_int_eq(ipvlan_event_get_action(event), IPVLAN_EVENT_REMOVED);
	ipvlan_event_free(event);
	expect_nothing();
}
END_TEST

START_TEST(other_messages_are_passed_over)
{
	struct nl_msg *message = news(RTM_NEWLINK, 9, IPVLAN_MODE_L2, 0);
	struct ifinfomsg *ifi = nlmsg_data(nlmsg_hdr(message));

	hear(RTM_NEWLINK, 9, IPVLAN_MODE_L2, 0);
	expect(IPVLAN_EVENT_ADDED, 9, IPVLAN_MODE_L2, 0);
	hear(RTM_NEWADDR, 9, IPVLAN_MODE_L2, 0);
	ifi->ifi_family = AF_BRIDGE; /* it left a bridge, not the world */
	nlmsg_hdr(message)->nlmsg_type = RTM_DELLINK;
	ck_assert_int_eq(ipvlan_nl3_events_on_message(message, events), NL_OK);
	ifi->ifi_family = AF_UNSPEC;
	nlmsg_hdr(message)->nlmsg_len -= 4;
	ck_assert_int_eq(ipvlan_nl3_events_on_message(message, events), NL_OK);
	expect_nothing();
	nlmsg_free(message);
}
END_TEST

/* ---- a caller's socket; its kernel is this machine's */

static struct nl_sock *sock;
static unsigned int calls[NL_CB_TYPE_MAX + 1];

static int count(struct nl_msg *message, void *data)
{
	(void)message;
	++*(unsigned int *)data;
	return NL_OK;
}

static int refuse(struct sockaddr_nl *from, struct nlmsgerr *err, void *data)
{
	(void)from;
	++*(unsigned int *)data;
	return -nl_syserr2nlerr(err->error);
}

/* Callbacks of a program that wants to hear of everything. */
static void count_calls(struct nl_sock *on)
{
	static const enum nl_cb_type types[] = {NL_CB_VALID,   NL_CB_FINISH,  NL_CB_OVERRUN,  NL_CB_SKIPPED,  NL_CB_ACK,
						NL_CB_INVALID, NL_CB_MSG_OUT, NL_CB_SEND_ACK, NL_CB_DUMP_INTR};
	size_t i;

	for (i = 0; i < COUNT(types); i++)
		nl_socket_modify_cb(on, types[i], NL_CB_CUSTOM, count, &calls[types[i]]);
	nl_socket_modify_err_cb(on, NL_CB_CUSTOM, refuse, &calls[NL_CB_TYPE_MAX]);
}

static unsigned int all_calls(void)
{
	unsigned int sum = 0;
	size_t i;

	for (i = 0; i < COUNT(calls); i++)
		sum += calls[i];
	return sum;
}

static void connect_socket(void)
{
	memset(calls, 0, sizeof(calls));
	sock = nl_socket_alloc();
	ck_assert_ptr_nonnull(sock);
	ck_assert_int_eq(nl_connect(sock, NETLINK_ROUTE), 0);
}

static void free_socket(void)
{
	nl_socket_free(sock);
}

static void use(struct ipvlan_ctx *ctx)
{
	struct ipvlan_link_list *list;
	struct ipvlan_link *link;

	ck_assert_int_eq(ipvlan_link_get(ctx, "lo", &link), 0);
	ck_assert_int_eq(ipvlan_link_get_ifindex(link), 1);
	ipvlan_link_free(link);
	ck_assert_int_eq(ipvlan_link_get(ctx, "no-such-link", &link), -ENODEV);
	ck_assert_ptr_nonnull(strstr(ipvlan_ctx_strerror(ctx), "no-such-link"));
	ck_assert_int_eq(ipvlan_link_list(ctx, IPVLAN_LINKS_ANY_KIND, &list), 0);
	ck_assert_uint_ge(ipvlan_link_list_get_count(list), 1);
	ipvlan_link_list_free(list);
}

/* What libnl does on it afterwards, with all its checks of sequence numbers. */
static void use_by_libnl(void)
{
	struct nl_cache *cache;
	struct rtnl_link *link;

	ck_assert_int_eq(rtnl_link_get_kernel(sock, 0, "lo", &link), 0);
	rtnl_link_put(link);
	ck_assert_int_eq(rtnl_addr_alloc_cache(sock, &cache), 0);
	nl_cache_free(cache);
}

static int option(int name)
{
	socklen_t size = sizeof(int);
	int value = -1;

	ck_assert_int_eq(getsockopt(nl_socket_get_fd(sock), SOL_NETLINK, name, &value, &size), 0);
	return value;
}

START_TEST(a_lent_socket_is_left_as_it_was)
{
	unsigned int before = open_descriptors(), sequence;
	int ext_ack = option(NETLINK_EXT_ACK), cap_ack = option(NETLINK_CAP_ACK),
	    strict = option(NETLINK_GET_STRICT_CHK);
	struct ipvlan_ctx *ctx;

	if (_i)
		ck_assert_int_eq(nl_socket_set_nonblocking(sock), 0);
	count_calls(sock);
	sequence = nl_socket_use_seq(sock);
	ck_assert_int_eq(ipvlan_nl3_ctx_new(sock, &ctx), 0);
	use(ctx);
	ck_assert_uint_eq(all_calls(), 0);
	ck_assert_int_eq(option(NETLINK_EXT_ACK), ext_ack);
	ck_assert_int_eq(option(NETLINK_CAP_ACK), cap_ack);
	ck_assert_int_eq(option(NETLINK_GET_STRICT_CHK), strict);
	ck_assert_uint_eq(nl_socket_use_seq(sock), sequence + 1);
	ipvlan_ctx_free(ctx);
	ck_assert_uint_eq(open_descriptors(), before);
}
END_TEST

START_TEST(both_use_the_socket_in_turn)
{
	struct ipvlan_ctx *ctx;

	if (_i)
		ck_assert_int_eq(nl_socket_set_nonblocking(sock), 0);
	ck_assert_int_eq(ipvlan_nl3_ctx_new(sock, &ctx), 0);
	use(ctx);
	if (!_i)
		use_by_libnl();
	use(ctx);
	ipvlan_ctx_free(ctx);
	if (!_i)
		use_by_libnl();
}
END_TEST

/* The caller has asked, and not read the answer yet: it is not lost, and its sequence numbers still fit. */
START_TEST(an_answer_under_way_reaches_its_callback)
{
	struct ipvlan_ctx *ctx;
	struct nl_msg *message;

	ck_assert_int_eq(ipvlan_nl3_ctx_new(sock, &ctx), 0);
	count_calls(sock);
	ck_assert_int_eq(rtnl_link_build_get_request(0, "lo", &message), 0);
	ck_assert_int_ge(nl_send_auto(sock, message), 0);
	nlmsg_free(message);
	use(ctx);
	ck_assert_uint_eq(calls[NL_CB_VALID], 1);
	ck_assert_uint_eq(calls[NL_CB_ACK], 1);
	ck_assert_uint_eq(calls[NL_CB_INVALID], 0);
	ipvlan_ctx_free(ctx);
}
END_TEST

START_TEST(unfit_sockets_are_refused)
{
	struct nl_sock *other = nl_socket_alloc();
	struct ipvlan_ctx *ctx;

	ck_assert_int_eq(ipvlan_nl3_ctx_new(other, &ctx), -ENOTCONN);
	ck_assert_int_eq(nl_connect(other, NETLINK_GENERIC), 0);
	ck_assert_int_eq(ipvlan_nl3_ctx_new(other, &ctx), -EPROTOTYPE);
	nl_socket_free(other);
	ck_assert_int_eq(nl_socket_add_membership(sock, RTNLGRP_LINK), 0);
	ck_assert_int_eq(ipvlan_nl3_ctx_new(sock, &ctx), -EBUSY);
	ck_assert_int_eq(nl_socket_drop_membership(sock, RTNLGRP_LINK), 0);
	ck_assert_int_eq(ipvlan_nl3_ctx_new(sock, &ctx), 0);
	ipvlan_ctx_free(ctx);
}
END_TEST

/* A kernel before 5.14, and no capability over the socket's namespace: when `is_old`. */
static bool is_old;

int ioctl(int fd, unsigned long request, ...)
{
	unsigned long argument;
	va_list list;

	va_start(list, request);
	argument = va_arg(list, unsigned long);
	va_end(list);
	if (is_old && request == SIOCGSKNS) {
		errno = EPERM;
		return -1;
	}
	return (int)syscall(SYS_ioctl, fd, request, argument);
}

int getsockopt(int fd, int level, int option, void *value, socklen_t *size)
{
	if (is_old && level == SOL_SOCKET && option == SO_NETNS_COOKIE) {
		errno = ENOPROTOOPT;
		return -1;
	}
	return (int)syscall(SYS_getsockopt, fd, level, option, value, size);
}

START_TEST(a_namespace_that_is_not_told_wants_rights)
{
	struct ipvlan_ctx *ctx;

	is_old = true;
	ck_assert_int_eq(ipvlan_nl3_ctx_new(sock, &ctx), -EPERM);
}
END_TEST

static TCase *lent_sockets(void)
{
	TCase *lent = tcase_create("socket");

	tcase_add_checked_fixture(lent, connect_socket, free_socket);
	tcase_add_loop_test(lent, a_lent_socket_is_left_as_it_was, 0, 2);
	tcase_add_loop_test(lent, both_use_the_socket_in_turn, 0, 2);
	tcase_add_test(lent, an_answer_under_way_reaches_its_callback);
	tcase_add_test(lent, unfit_sockets_are_refused);
	tcase_add_test(lent, a_namespace_that_is_not_told_wants_rights);
	return lent;
}

int main(void)
{
	Suite *suite = suite_create("nl3");
	TCase *tables = tcase_create("tables"), *heard = tcase_create("events");

	tcase_add_loop_test(tables, links_go_round, 0, 4);
	tcase_add_loop_test(tables, libnls_request_gets_flags, -1, 3);
	suite_add_tcase(suite, tables);
	SUITE_ADD(suite, "objects", other_links_go_round, requests_without_sense_are_refused, settings_go_round,
		  settings_without_a_mode_are_a_link_without_one, settings_have_no_namespace_unless_told);
	tcase_add_checked_fixture(heard, make_events, free_events);
	tcase_add_test(heard, messages_become_events);
	tcase_add_test(heard, a_cache_becomes_events);
	if (!left_out("what_comes_twice_is_one_event", WANT_LITTLE_ENDIAN))
		tcase_add_test(heard, what_comes_twice_is_one_event);
	if (!left_out("a_mode_that_a_cache_lacks_is_kept", WANT_LITTLE_ENDIAN))
		tcase_add_test(heard, a_mode_that_a_cache_lacks_is_kept);
	tcase_add_test(heard, other_messages_are_passed_over);
	suite_add_tcase(suite, heard);
	if (!left_out("sockets that are lent", WANT_OPTIONS))
		suite_add_tcase(suite, lent_sockets());
	return run_suite(suite);
}
