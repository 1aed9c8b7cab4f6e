// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any messages as what a program on libnl-3 hears: a byte of what is done with it, then the message, again and again.
 * Our objects and libnl's are made of each other and say the same; what comes twice, as a message and as a change of a
 * cache, makes one event; requests have all that libnl would have sent, and the flags.
 */
#include "fuzz.h"
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <ipvlan/nl3.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/ipvlan.h>
#include <stdbool.h>

/* What the byte says. */
#define BY_MESSAGE  1
#define BY_CHANGE   2
#define GOES	    4
#define FLAGS(what) ((what) >> 3 & 3)
#define MODE(what)  ((what) >> 5 & 3)

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : !a && !b;
}

static bool same_bytes(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
	return a_size == b_size && (!a_size || memcmp(a, b, a_size) == 0);
}

/* Of ids only -1, for none, is below 0. */
static int nsid_of(const struct ipvlan_link *link)
{
	int nsid = ipvlan_link_get_parent_nsid(link);

	return nsid < 0 ? -1 : nsid;
}

/* But for mode and flags. */
static void require_same(const struct ipvlan_link *a, const struct ipvlan_link *b)
{
	const uint8_t *one, *other;
	size_t size, other_size;

	require(ipvlan_link_get_ifindex(a) == ipvlan_link_get_ifindex(b));
	require(same_text(ipvlan_link_get_name(a), ipvlan_link_get_name(b)));
	require(same_text(ipvlan_link_get_kind(a), ipvlan_link_get_kind(b)));
	require(same_text(ipvlan_link_get_qdisc(a), ipvlan_link_get_qdisc(b)));
	require(ipvlan_link_get_type(a) == ipvlan_link_get_type(b));
	require(ipvlan_link_get_device_flags(a) == ipvlan_link_get_device_flags(b));
	require(ipvlan_link_get_parent_index(a) == ipvlan_link_get_parent_index(b));
	require(nsid_of(a) == nsid_of(b));
	require(ipvlan_link_get_controller_index(a) == ipvlan_link_get_controller_index(b));
	require(ipvlan_link_get_mtu(a) == ipvlan_link_get_mtu(b));
	require(ipvlan_link_get_txqlen(a) == ipvlan_link_get_txqlen(b));
	require(ipvlan_link_get_group(a) == ipvlan_link_get_group(b));
	require(ipvlan_link_get_promiscuity(a) == ipvlan_link_get_promiscuity(b));
	require(ipvlan_link_get_tx_queues(a) == ipvlan_link_get_tx_queues(b));
	require(ipvlan_link_get_rx_queues(a) == ipvlan_link_get_rx_queues(b));
	require(ipvlan_link_get_operstate(a) == ipvlan_link_get_operstate(b));
	require(ipvlan_link_get_link_mode(a) == ipvlan_link_get_link_mode(b));
	one = ipvlan_link_get_mac(a, &size);
	other = ipvlan_link_get_mac(b, &other_size);
	require(same_bytes(one, size, other, other_size));
	one = ipvlan_link_get_broadcast(a, &size);
	other = ipvlan_link_get_broadcast(b, &other_size);
	require(same_bytes(one, size, other, other_size));
}

static int flags_of(const struct ipvlan_link *link)
{
	return ipvlan_link_is_slave(link) ? ipvlan_link_get_flags(link) : IPVLAN_FLAGS_UNSET;
}

/* libnl's object has a place for the mode of ipvlan's links only. */
static bool keeps_mode(const struct ipvlan_link *link)
{
	return same_text(ipvlan_link_get_kind(link), "ipvlan");
}

static void require_back(const struct ipvlan_link *link, struct rtnl_link *rtnl)
{
	struct ipvlan_link *back;

	require(ipvlan_nl3_link_from_rtnl(rtnl, flags_of(link), &back) == 0);
	require_same(link, back);
	require(!keeps_mode(link) || ipvlan_link_get_mode(back) == ipvlan_link_get_mode(link));
	require(ipvlan_link_get_flags(back) == flags_of(link));
	for (int stat = 0; stat <= IPVLAN_STAT_COLLISIONS; stat++)
		require(ipvlan_link_get_stat(back, (enum ipvlan_stat)stat) ==
			ipvlan_link_get_stat(link, (enum ipvlan_stat)stat));
	ipvlan_link_free(back);
}

/* ---- requests */

/* Each attribute that libnl would send, but for the one that flags go into, is in ours just so. */
static void require_attributes(struct nlmsghdr *plain, struct nlmsghdr *ours)
{
	struct nlattr *attr, *same;
	int left;

	nlmsg_for_each_attr (attr, plain, sizeof(struct ifinfomsg), left) {
		same = nlmsg_find_attr(ours, sizeof(struct ifinfomsg), nla_type(attr));
		require(same);
		require(nla_type(attr) == IFLA_LINKINFO || nla_type(attr) == IFLA_AF_SPEC ||
			same_bytes(nla_data(attr), (size_t)nla_len(attr), nla_data(same), (size_t)nla_len(same)));
	}
}

static void ask_add(struct rtnl_link *rtnl, int flags)
{
	struct nl_msg *plain = NULL, *ours = NULL;
	struct ipvlan_link *link;
	int err = ipvlan_nl3_build_add_request(rtnl, flags, NLM_F_CREATE, &ours);

	require(rtnl_link_is_ipvlan(rtnl) ? err != -EOPNOTSUPP : err == -EOPNOTSUPP);
	if (err)
		return;
	require(rtnl_link_build_add_request(rtnl, NLM_F_CREATE, &plain) == 0);
	require(nlmsg_hdr(ours)->nlmsg_flags == nlmsg_hdr(plain)->nlmsg_flags);
	require_attributes(nlmsg_hdr(plain), nlmsg_hdr(ours));
	require(ipvlan_nl3_link_from_message(ours, &link) == 0);
	require(ipvlan_link_get_flags(link) == flags);
	ipvlan_link_free(link);
	nlmsg_free(plain);
	nlmsg_free(ours);
}

static void ask_change(struct rtnl_link *rtnl, int mode, int flags)
{
	struct ipvlan_link *link;
	struct nl_msg *msg;

	if (ipvlan_nl3_build_change_request(rtnl, mode, flags, &msg))
		return;
	require(ipvlan_nl3_link_from_message(msg, &link) == 0);
	require(ipvlan_link_get_ifindex(link) == rtnl_link_get_ifindex(rtnl));
	require(ipvlan_link_get_mode(link) == mode && ipvlan_link_get_flags(link) == flags);
	ipvlan_link_free(link);
	nlmsg_free(msg);
}

static void ask_settings(struct rtnl_link *rtnl, int flags)
{
	struct ipvlan_settings *settings;
	struct rtnl_link *back;
	uint16_t mode = 0, same = 0;

	if (ipvlan_nl3_settings_from_rtnl(rtnl, flags, &settings)) {
		require(!rtnl_link_is_ipvlan(rtnl));
		return;
	}
	if (ipvlan_nl3_settings_to_rtnl(settings, &back) == 0) {
		require(same_text(rtnl_link_get_name(back), rtnl_link_get_name(rtnl)));
		require(rtnl_link_get_link(back) == rtnl_link_get_link(rtnl));
		require(rtnl_link_get_mtu(back) == rtnl_link_get_mtu(rtnl));
		require(!rtnl_link_ipvlan_get_mode(back, &mode) == !rtnl_link_ipvlan_get_mode(rtnl, &same));
		require(mode == same);
		rtnl_link_put(back);
	}
	ipvlan_settings_free(settings);
}

/* ---- news */

static size_t ask_events(struct ipvlan_nl3_events *events)
{
	struct ipvlan_event *event;
	size_t count = 0, i;

	while (ipvlan_nl3_events_read(events, &event) == 0) {
		require(ipvlan_event_get_kind(event) == IPVLAN_EVENT_LINK);
		require(ipvlan_link_is_slave(ipvlan_event_get_link(event)));
		for (i = 0; i < ipvlan_event_get_change_count(event); i++)
			require(!same_text(ipvlan_event_get_change_old(event, i),
					   ipvlan_event_get_change_new(event, i)));
		require(i || ipvlan_event_get_action(event) != IPVLAN_EVENT_CHANGED);
		ipvlan_event_free(event);
		count++;
	}
	return count;
}

static void hear_change(struct ipvlan_nl3_events *events, struct rtnl_link *rtnl, bool goes)
{
	struct nl_object *object = (struct nl_object *)rtnl;

	ipvlan_nl3_events_on_change(NULL, goes ? object : NULL, goes ? NULL : object, 0, 0, events);
}

/* libnl takes some that are malformed. */
static bool is_taken(struct nl_msg *msg)
{
	struct ipvlan_link *link;
	int err = ipvlan_nl3_link_from_message(msg, &link);

	if (!err)
		ipvlan_link_free(link);
	return !err;
}

/* What is heard a second time is nothing new, nor is what was heard in the other way. */
static void hear(struct ipvlan_nl3_events *events, struct nl_msg *msg, struct rtnl_link *rtnl, unsigned int what)
{
	bool told = what & BY_MESSAGE && !(what & GOES) && is_taken(msg);

	if (what & BY_MESSAGE) {
		require(ipvlan_nl3_events_on_message(msg, events) == NL_OK);
		ask_events(events);
		ipvlan_nl3_events_on_message(msg, events);
		require(ask_events(events) == 0);
	}
	if (rtnl && what & BY_CHANGE) {
		hear_change(events, rtnl, what & GOES);
		require(ask_events(events) == 0 || !told);
		hear_change(events, rtnl, what & GOES);
		require(ask_events(events) == 0);
	}
}

/* ---- */

static void keep(struct nl_object *object, void *data)
{
	struct nl_object **first = data;

	if (*first)
		return;
	nl_object_get(object);
	*first = object;
}

/* libnl looks for the end of a bridge port's kind, and does not ask for one, as it does of a link's own. */
static bool has_end(const struct nlattr *text)
{
	return !text || memchr(nla_data(text), '\0', (size_t)nla_len(text));
}

/*
 * libnl falls over its own object of a link that has a kind and no IFLA_INFO_DATA, which no kernel sends; and does not
 * free a card's virtual functions when it can make nothing of one of them, which no slave has.
 */
static bool is_fit_for_libnl(struct nlmsghdr *nlh)
{
	struct nlattr *link[IFLA_MAX + 1], *info[IFLA_INFO_MAX + 1];

	if (nlmsg_parse(nlh, sizeof(struct ifinfomsg), link, IFLA_MAX, NULL) < 0)
		return true;
	if (link[IFLA_VFINFO_LIST])
		return false;
	if (!link[IFLA_LINKINFO])
		return true;
	return nla_parse_nested(info, IFLA_INFO_MAX, link[IFLA_LINKINFO], NULL) == 0 && info[IFLA_INFO_DATA] &&
	       has_end(info[IFLA_INFO_SLAVE_KIND]);
}

/* As a cache would have it. NULL when it would not. */
static struct rtnl_link *parse(struct nl_msg *msg)
{
	struct nl_object *object = NULL;

	if (nlmsg_hdr(msg)->nlmsg_type != RTM_NEWLINK || !is_fit_for_libnl(nlmsg_hdr(msg)) ||
	    nl_msg_parse(msg, keep, &object) < 0)
		return NULL;
	return (struct rtnl_link *)object;
}

static void ask(struct ipvlan_nl3_events *events, struct nl_msg *msg, unsigned int what)
{
	struct rtnl_link *rtnl = parse(msg), *made;
	struct ipvlan_link *link;

	if (ipvlan_nl3_link_from_message(msg, &link) == 0) {
		require(ipvlan_nl3_link_to_rtnl(link, &made) == 0);
		require_back(link, made);
		ask_change(made, (int)MODE(what) - 1, (int)FLAGS(what) - 1);
		rtnl_link_put(made);
		ipvlan_link_free(link);
	}
	if (rtnl) {
		ask_add(rtnl, (int)FLAGS(what) - 1);
		ask_settings(rtnl, (int)FLAGS(what) - 1);
	}
	hear(events, msg, rtnl, what);
	rtnl_link_put(rtnl);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipvlan_nl3_events *events;
	struct nlmsghdr *nlh;
	struct nl_msg *msg;
	size_t used;

	require(ipvlan_nl3_events_new(&events) == 0);
	while (size > 1 && (nlh = fuzz_message(data + 1, size - 1))) {
		msg = nlmsg_convert(nlh);
		require(msg);
		nlmsg_set_proto(msg, NETLINK_ROUTE);
		ask(events, msg, data[0]);
		nlmsg_free(msg);
		used = 1 + NLMSG_ALIGN(nlh->nlmsg_len);
		used = used < size ? used : size;
		free(nlh);
		data += used;
		size -= used;
	}
	ipvlan_nl3_events_free(events);
	return 0;
}
