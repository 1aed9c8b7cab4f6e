// SPDX-License-Identifier: LGPL-2.1-or-later
/* struct rtnl_link <-> our objects. */
#include "nl3.h"
#include <linux/if.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) offsetof(struct rtnl_link_stats64, field)

static const struct {
	enum ipvlan_stat ours;
	rtnl_link_stat_id_t theirs;
	size_t offset; /* on the wire */
} stats[] = {
	{IPVLAN_STAT_RX_PACKETS, RTNL_LINK_RX_PACKETS, AT(rx_packets)},
	{IPVLAN_STAT_TX_PACKETS, RTNL_LINK_TX_PACKETS, AT(tx_packets)},
	{IPVLAN_STAT_RX_BYTES, RTNL_LINK_RX_BYTES, AT(rx_bytes)},
	{IPVLAN_STAT_TX_BYTES, RTNL_LINK_TX_BYTES, AT(tx_bytes)},
	{IPVLAN_STAT_RX_ERRORS, RTNL_LINK_RX_ERRORS, AT(rx_errors)},
	{IPVLAN_STAT_TX_ERRORS, RTNL_LINK_TX_ERRORS, AT(tx_errors)},
	{IPVLAN_STAT_RX_DROPPED, RTNL_LINK_RX_DROPPED, AT(rx_dropped)},
	{IPVLAN_STAT_TX_DROPPED, RTNL_LINK_TX_DROPPED, AT(tx_dropped)},
	{IPVLAN_STAT_MULTICAST, RTNL_LINK_MULTICAST, AT(multicast)},
	{IPVLAN_STAT_RX_OVER_ERRORS, RTNL_LINK_RX_OVER_ERR, AT(rx_over_errors)},
	{IPVLAN_STAT_RX_MISSED, RTNL_LINK_RX_MISSED_ERR, AT(rx_missed_errors)},
	{IPVLAN_STAT_TX_CARRIER_ERRORS, RTNL_LINK_TX_CARRIER_ERR, AT(tx_carrier_errors)},
	{IPVLAN_STAT_COLLISIONS, RTNL_LINK_COLLISIONS, AT(collisions)},
};
#define STAT_COUNT (sizeof(stats) / sizeof(stats[0]))

int nl3_mode(struct rtnl_link *rtnl)
{
	uint16_t mode;

	return rtnl_link_is_ipvlan(rtnl) && rtnl_link_ipvlan_get_mode(rtnl, &mode) == 0 ? mode : IPVLAN_MODE_UNSET;
}

/* libnl's object -> a message as the kernel would have sent it -> our object. */

static int put_text(struct nl_msg *msg, int type, const char *text)
{
	return text ? nla_put_string(msg, type, text) : 0;
}

static int put_hardware(struct nl_msg *msg, int type, struct nl_addr *addr)
{
	return addr ? nla_put(msg, type, (int)nl_addr_get_len(addr), nl_addr_get_binary_addr(addr)) : 0;
}

static int put_stats(struct nl_msg *msg, struct rtnl_link *rtnl)
{
	struct rtnl_link_stats64 s = {0};
	uint64_t value;
	size_t i;

	for (i = 0; i < STAT_COUNT; i++) {
		value = rtnl_link_get_stat(rtnl, stats[i].theirs);
		memcpy((char *)&s + stats[i].offset, &value, sizeof(value));
	}
	return nla_put(msg, IFLA_STATS64, sizeof(s), &s);
}

static int put_data(struct nl_msg *msg, int mode, int flags)
{
	struct nlattr *data = nla_nest_start(msg, IFLA_INFO_DATA);
	int err = data ? 0 : -NLE_NOMEM;

	if (!err && mode != IPVLAN_MODE_UNSET)
		err = nla_put_u16(msg, IFLA_IPVLAN_MODE, (uint16_t)mode);
	if (!err && flags != IPVLAN_FLAGS_UNSET)
		err = nla_put_u16(msg, IFLA_IPVLAN_FLAGS, (uint16_t)flags);
	if (!err)
		nla_nest_end(msg, data);
	return err;
}

static int put_linkinfo(struct nl_msg *msg, struct rtnl_link *rtnl, int mode, int flags)
{
	struct nlattr *info;
	int err;

	if (!rtnl_link_get_type(rtnl))
		return 0;
	info = nla_nest_start(msg, IFLA_LINKINFO);
	err = info ? nla_put_string(msg, IFLA_INFO_KIND, rtnl_link_get_type(rtnl)) : -NLE_NOMEM;
	if (!err)
		err = put_data(msg, mode, flags);
	if (!err)
		nla_nest_end(msg, info);
	return err;
}

static int put_numbers(struct nl_msg *msg, struct rtnl_link *rtnl)
{
	const struct {
		int type;
		uint32_t value;
	} numbers[] = {
		{IFLA_LINK, (uint32_t)rtnl_link_get_link(rtnl)},
		{IFLA_MASTER, (uint32_t)rtnl_link_get_master(rtnl)},
		{IFLA_MTU, rtnl_link_get_mtu(rtnl)},
		{IFLA_TXQLEN, rtnl_link_get_txqlen(rtnl)},
		{IFLA_GROUP, rtnl_link_get_group(rtnl)},
		{IFLA_PROMISCUITY, rtnl_link_get_promiscuity(rtnl)},
		{IFLA_NUM_TX_QUEUES, rtnl_link_get_num_tx_queues(rtnl)},
		{IFLA_NUM_RX_QUEUES, rtnl_link_get_num_rx_queues(rtnl)},
	};
	int32_t nsid;
	int err = 0;
	size_t i;

	for (i = 0; !err && i < sizeof(numbers) / sizeof(numbers[0]); i++)
		err = nla_put_u32(msg, numbers[i].type, numbers[i].value);
	if (!err && rtnl_link_get_link_netnsid(rtnl, &nsid) == 0)
		err = nla_put_s32(msg, IFLA_LINK_NETNSID, nsid);
	if (!err)
		err = nla_put_u8(msg, IFLA_OPERSTATE, rtnl_link_get_operstate(rtnl));
	if (!err)
		err = nla_put_u8(msg, IFLA_LINKMODE, rtnl_link_get_linkmode(rtnl));
	return err;
}

static int put_link(struct nl_msg *msg, struct rtnl_link *rtnl, int mode, int flags)
{
	struct ifinfomsg ifi = {
		.ifi_index = rtnl_link_get_ifindex(rtnl),
		.ifi_type = (unsigned short)rtnl_link_get_arptype(rtnl),
		.ifi_flags = rtnl_link_get_flags(rtnl),
	};
	int err = nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO);

	if (!err)
		err = put_text(msg, IFLA_IFNAME, rtnl_link_get_name(rtnl));
	if (!err)
		err = put_text(msg, IFLA_QDISC, rtnl_link_get_qdisc(rtnl));
	if (!err)
		err = put_numbers(msg, rtnl);
	if (!err)
		err = put_hardware(msg, IFLA_ADDRESS, rtnl_link_get_addr(rtnl));
	if (!err)
		err = put_hardware(msg, IFLA_BROADCAST, rtnl_link_get_broadcast(rtnl));
	if (!err)
		err = put_stats(msg, rtnl);
	return err ? err : put_linkinfo(msg, rtnl, mode, flags);
}

IPVLAN_API int ipvlan_nl3_link_from_message(struct nl_msg *message, struct ipvlan_link **link)
{
	const struct nlmsghdr *nlh = nlmsg_hdr(message);

	return ipvlan_link_decode(nlh, nlh->nlmsg_len, link);
}

static bool is_slave(struct rtnl_link *rtnl)
{
	const char *type = rtnl_link_get_type(rtnl);

	return type && (strcmp(type, "ipvlan") == 0 || strcmp(type, "ipvtap") == 0);
}

int nl3_link(struct rtnl_link *rtnl, int mode, int flags, struct ipvlan_link **link)
{
	struct nl_msg *msg;
	int err;

	if (flags < IPVLAN_FLAGS_UNSET || flags > UINT16_MAX || (flags != IPVLAN_FLAGS_UNSET && !is_slave(rtnl)))
		return -EINVAL;
	msg = nlmsg_alloc_simple(RTM_NEWLINK, 0);
	if (!msg)
		return -ENOMEM;
	err = nl3_errno(put_link(msg, rtnl, mode, flags));
	if (!err)
		err = ipvlan_nl3_link_from_message(msg, link);
	nlmsg_free(msg);
	return err;
}

IPVLAN_API int ipvlan_nl3_link_from_rtnl(struct rtnl_link *rtnl, int flags, struct ipvlan_link **link)
{
	return nl3_link(rtnl, nl3_mode(rtnl), flags, link);
}

/* Our object -> libnl's. */

static int set_hardware(struct rtnl_link *rtnl, void (*set)(struct rtnl_link *, struct nl_addr *), const uint8_t *bytes,
			size_t size)
{
	struct nl_addr *addr;

	if (!bytes)
		return 0;
	addr = nl_addr_build(AF_LLC, bytes, size);
	if (!addr)
		return -ENOMEM;
	set(rtnl, addr);
	nl_addr_put(addr);
	return 0;
}

static int set_kind(struct rtnl_link *rtnl, const struct ipvlan_link *link)
{
	int err = ipvlan_link_get_kind(link) ? nl3_errno(rtnl_link_set_type(rtnl, ipvlan_link_get_kind(link))) : 0;

	if (!err && rtnl_link_is_ipvlan(rtnl) && ipvlan_link_get_mode(link) != IPVLAN_MODE_UNSET)
		err = nl3_errno(rtnl_link_ipvlan_set_mode(rtnl, (uint16_t)ipvlan_link_get_mode(link)));
	return err;
}

static void set_numbers(struct rtnl_link *rtnl, const struct ipvlan_link *link)
{
	size_t i;

	rtnl_link_set_ifindex(rtnl, ipvlan_link_get_ifindex(link));
	rtnl_link_set_arptype(rtnl, ipvlan_link_get_type(link));
	rtnl_link_set_flags(rtnl, ipvlan_link_get_device_flags(link));
	rtnl_link_set_mtu(rtnl, ipvlan_link_get_mtu(link));
	rtnl_link_set_txqlen(rtnl, ipvlan_link_get_txqlen(link));
	rtnl_link_set_group(rtnl, ipvlan_link_get_group(link));
	rtnl_link_set_promiscuity(rtnl, ipvlan_link_get_promiscuity(link));
	rtnl_link_set_num_tx_queues(rtnl, ipvlan_link_get_tx_queues(link));
	rtnl_link_set_num_rx_queues(rtnl, ipvlan_link_get_rx_queues(link));
	rtnl_link_set_operstate(rtnl, ipvlan_link_get_operstate(link));
	rtnl_link_set_linkmode(rtnl, ipvlan_link_get_link_mode(link));
	if (ipvlan_link_get_parent_index(link))
		rtnl_link_set_link(rtnl, ipvlan_link_get_parent_index(link));
	if (ipvlan_link_get_parent_nsid(link) >= 0)
		rtnl_link_set_link_netnsid(rtnl, ipvlan_link_get_parent_nsid(link));
	if (ipvlan_link_get_controller_index(link))
		rtnl_link_set_master(rtnl, ipvlan_link_get_controller_index(link));
	for (i = 0; i < STAT_COUNT; i++)
		rtnl_link_set_stat(rtnl, stats[i].theirs, ipvlan_link_get_stat(link, stats[i].ours));
}

static int fill_rtnl(struct rtnl_link *rtnl, const struct ipvlan_link *link)
{
	const uint8_t *bytes;
	size_t size;
	int err;

	if (ipvlan_link_get_name(link)[0])
		rtnl_link_set_name(rtnl, ipvlan_link_get_name(link));
	if (ipvlan_link_get_qdisc(link))
		rtnl_link_set_qdisc(rtnl, ipvlan_link_get_qdisc(link));
	set_numbers(rtnl, link);
	bytes = ipvlan_link_get_mac(link, &size);
	err = set_hardware(rtnl, rtnl_link_set_addr, bytes, size);
	bytes = ipvlan_link_get_broadcast(link, &size);
	if (!err)
		err = set_hardware(rtnl, rtnl_link_set_broadcast, bytes, size);
	return err ? err : set_kind(rtnl, link);
}

IPVLAN_API int ipvlan_nl3_link_to_rtnl(const struct ipvlan_link *link, struct rtnl_link **rtnl)
{
	struct rtnl_link *r = rtnl_link_alloc();
	int err = r ? fill_rtnl(r, link) : -ENOMEM;

	if (err)
		rtnl_link_put(r);
	else
		*rtnl = r;
	return err;
}

/* Settings. */

/* libnl does not tell a namespace that is descriptor 0 from none; what it would send does. */
static int set_netns(struct ipvlan_settings *settings, struct rtnl_link *rtnl)
{
	struct nl_msg *msg;
	int err = nl3_errno(rtnl_link_build_add_request(rtnl, 0, &msg));

	if (err)
		return err;
	if (nlmsg_find_attr(nlmsg_hdr(msg), sizeof(struct ifinfomsg), IFLA_NET_NS_FD))
		ipvlan_settings_set_netns_fd(settings, rtnl_link_get_ns_fd(rtnl));
	else if (nlmsg_find_attr(nlmsg_hdr(msg), sizeof(struct ifinfomsg), IFLA_NET_NS_PID))
		ipvlan_settings_set_netns_pid(settings, rtnl_link_get_ns_pid(rtnl));
	nlmsg_free(msg);
	return 0;
}

IPVLAN_API int ipvlan_nl3_settings_from_rtnl(struct rtnl_link *rtnl, int flags, struct ipvlan_settings **settings)
{
	struct ipvlan_settings *s;
	int err;

	if (!rtnl_link_is_ipvlan(rtnl))
		return -EOPNOTSUPP;
	s = ipvlan_settings_new(NULL, rtnl_link_get_name(rtnl));
	if (!s)
		return -ENOMEM;
	if (rtnl_link_get_link(rtnl))
		ipvlan_settings_set_parent_index(s, rtnl_link_get_link(rtnl));
	ipvlan_settings_set_mode(s, nl3_mode(rtnl));
	ipvlan_settings_set_flags(s, flags);
	ipvlan_settings_set_mtu(s, rtnl_link_get_mtu(rtnl));
	ipvlan_settings_set_up(s, rtnl_link_get_flags(rtnl) & IFF_UP);
	err = set_netns(s, rtnl);
	if (err)
		ipvlan_settings_free(s);
	else
		*settings = s;
	return err;
}

static void keep(struct nl_object *object, void *data)
{
	nl_object_get(object);
	*(struct nl_object **)data = object;
}

static bool has_data(struct nl_msg *msg)
{
	struct nlattr *info = nlmsg_find_attr(nlmsg_hdr(msg), sizeof(struct ifinfomsg), IFLA_LINKINFO);

	return info && nla_find(nla_data(info), nla_len(info), IFLA_INFO_DATA);
}

/*
 * Of a message that tells the kind alone libnl makes an object that is called ipvlan, but lacks what functions for
 * those look into. One of that type is whole.
 */
static int make_whole(struct rtnl_link *rtnl)
{
	return nl3_errno(rtnl_link_set_type(rtnl, "ipvlan"));
}

IPVLAN_API int ipvlan_nl3_settings_to_rtnl(const struct ipvlan_settings *settings, struct rtnl_link **rtnl)
{
	struct nl_object *object = NULL;
	struct nl_msg *msg;
	int err = ipvlan_nl3_message_from_settings(settings, &msg);

	if (err)
		return err;
	err = nl3_errno(nl_msg_parse(msg, keep, &object));
	if (!err && !object)
		err = -EIO;
	if (!err && !has_data(msg))
		err = make_whole((struct rtnl_link *)object);
	nlmsg_free(msg);
	if (err)
		nl_object_put(object);
	else
		*rtnl = (struct rtnl_link *)object;
	return err;
}
