// SPDX-License-Identifier: LGPL-2.1-or-later
#include "codec-common.h"
#include <ipvlan/link.h>
#include <linux/rtnetlink.h>

static void put_linkinfo(struct writer *w, const struct link_request *request)
{
	struct nlattr *info, *data;

	info = nest_begin(w, IFLA_LINKINFO);
	put_string(w, IFLA_INFO_KIND, request->kind);
	if (request->mode >= 0 || request->flags >= 0) {
		data = nest_begin(w, IFLA_INFO_DATA);
		if (request->mode >= 0)
			put_u16(w, IFLA_IPVLAN_MODE, (uint16_t)request->mode);
		if (request->flags >= 0)
			put_u16(w, IFLA_IPVLAN_FLAGS, (uint16_t)request->flags);
		nest_end(w, data);
	}
	nest_end(w, info);
}

static int encode(void *buf, size_t size, uint16_t flags, const struct link_request *request)
{
	struct writer w;
	struct ifinfomsg *ifi = writer_begin(&w, buf, size, RTM_NEWLINK, NLM_F_ACK | flags, sizeof(*ifi));

	if (!ifi)
		return -EMSGSIZE;
	ifi->ifi_index = request->ifindex;
	ifi->ifi_flags = request->device_flags;
	ifi->ifi_change = request->device_change;
	if (request->parent_index)
		put_u32(&w, IFLA_LINK, (uint32_t)request->parent_index);
	if (request->name)
		put_string(&w, IFLA_IFNAME, request->name);
	if (request->mtu)
		put_u32(&w, IFLA_MTU, request->mtu);
	if (request->mac)
		put(&w, IFLA_ADDRESS, 6, request->mac);
	if (request->has_group)
		put_u32(&w, IFLA_GROUP, request->group);
	if (request->netns_fd >= 0)
		put_u32(&w, IFLA_NET_NS_FD, (uint32_t)request->netns_fd);
	if (request->netns_pid)
		put_u32(&w, IFLA_NET_NS_PID, (uint32_t)request->netns_pid);
	if (request->kind)
		put_linkinfo(&w, request);
	return writer_finish(&w);
}

int codec_link_create(void *buf, size_t size, const struct link_request *request)
{
	return encode(buf, size, NLM_F_CREATE | NLM_F_EXCL, request);
}

int codec_link_set(void *buf, size_t size, const struct link_request *request)
{
	return encode(buf, size, 0, request);
}

int codec_link_delete(void *buf, size_t size, int ifindex)
{
	struct writer w;
	struct ifinfomsg *ifi = writer_begin(&w, buf, size, RTM_DELLINK, NLM_F_ACK, sizeof(*ifi));

	if (!ifi)
		return -EMSGSIZE;
	ifi->ifi_index = ifindex;
	return writer_finish(&w);
}

int codec_link_delete_group(void *buf, size_t size, uint32_t group)
{
	struct writer w;

	if (!writer_begin(&w, buf, size, RTM_DELLINK, NLM_F_ACK, sizeof(struct ifinfomsg)))
		return -EMSGSIZE;
	put_u32(&w, IFLA_GROUP, group);
	return writer_finish(&w);
}

int codec_link_get(void *buf, size_t size, int ifindex, const char *name, int nsid, uint32_t ext_mask)
{
	struct writer w;
	struct ifinfomsg *ifi = writer_begin(&w, buf, size, RTM_GETLINK, 0, sizeof(*ifi));

	if (!ifi)
		return -EMSGSIZE;
	ifi->ifi_index = ifindex;
	if (!ifindex)
		put_string(&w, IFLA_IFNAME, name);
	if (nsid >= 0)
		put_u32(&w, IFLA_TARGET_NETNSID, (uint32_t)nsid);
	put_u32(&w, IFLA_EXT_MASK, ext_mask);
	return writer_finish(&w);
}

int codec_link_dump(void *buf, size_t size, const char *kind, uint32_t ext_mask)
{
	struct link_request request = {.kind = kind, .mode = -1, .flags = -1};
	struct writer w;

	if (!writer_begin(&w, buf, size, RTM_GETLINK, NLM_F_DUMP, sizeof(struct ifinfomsg)))
		return -EMSGSIZE;
	put_u32(&w, IFLA_EXT_MASK, ext_mask);
	if (kind)
		put_linkinfo(&w, &request);
	return writer_finish(&w);
}

static bool decode_ipvlan(const struct nlattr *attr, void *data)
{
	struct ipvlan_link *link = data;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_IPVLAN_MODE:
		return get_u16(attr, &link->mode);
	case IFLA_IPVLAN_FLAGS:
		return get_u16(attr, &link->ipvlan_flags);
	}
	return true;
}

struct linkinfo {
	struct ipvlan_link *link;
	const struct nlattr *data;
};

static bool decode_linkinfo(const struct nlattr *attr, void *data)
{
	struct linkinfo *info = data;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_INFO_KIND:
		return get_string(attr, info->link->kind, sizeof(info->link->kind));
	case IFLA_INFO_DATA:
		info->data = attr;
	}
	return true;
}

static bool decode_kind(const struct nlattr *attr, struct ipvlan_link *link)
{
	struct linkinfo info = {.link = link};

	/* Of several the last one counts, and all of it. */
	link->kind[0] = '\0';
	link->mode = IPVLAN_MODE_UNSET;
	link->ipvlan_flags = IPVLAN_FLAGS_UNSET;
	if (!each_nested(attr, decode_linkinfo, &info))
		return false;
	/* Other kinds number their attributes their own way. */
	if (!info.data || !ipvlan_link_is_slave(link))
		return true;
	return each_nested(info.data, decode_ipvlan, link);
}

static bool decode_stats(const struct nlattr *attr, struct ipvlan_link *link)
{
	struct rtnl_link_stats64 stats = {0};
	size_t size = mnl_attr_get_payload_len(attr);

	/* The kernel's struct grows at its end; only what comes first is wanted. */
	if (size < offsetof(struct rtnl_link_stats64, collisions))
		return false;
	memcpy(&stats, mnl_attr_get_payload(attr), size < sizeof(stats) ? size : sizeof(stats));
	link->stats[IPVLAN_STAT_RX_PACKETS] = stats.rx_packets;
	link->stats[IPVLAN_STAT_TX_PACKETS] = stats.tx_packets;
	link->stats[IPVLAN_STAT_RX_BYTES] = stats.rx_bytes;
	link->stats[IPVLAN_STAT_TX_BYTES] = stats.tx_bytes;
	link->stats[IPVLAN_STAT_RX_ERRORS] = stats.rx_errors;
	link->stats[IPVLAN_STAT_TX_ERRORS] = stats.tx_errors;
	link->stats[IPVLAN_STAT_RX_DROPPED] = stats.rx_dropped;
	link->stats[IPVLAN_STAT_TX_DROPPED] = stats.tx_dropped;
	link->stats[IPVLAN_STAT_MULTICAST] = stats.multicast;
	link->stats[IPVLAN_STAT_RX_OVER_ERRORS] = stats.rx_over_errors;
	link->stats[IPVLAN_STAT_RX_MISSED] = stats.rx_missed_errors;
	link->stats[IPVLAN_STAT_TX_CARRIER_ERRORS] = stats.tx_carrier_errors;
	link->stats[IPVLAN_STAT_COLLISIONS] = stats.collisions;
	return true;
}

static bool decode_hardware(const struct nlattr *attr, uint8_t *bytes, uint8_t *size)
{
	size_t length = mnl_attr_get_payload_len(attr);

	if (length > 32) /* MAX_ADDR_LEN of the kernel */
		return false;
	memcpy(bytes, mnl_attr_get_payload(attr), length);
	*size = (uint8_t)length;
	return true;
}

static bool decode_attribute(const struct nlattr *attr, void *data)
{
	struct ipvlan_link *link = data;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		return get_string(attr, link->name, sizeof(link->name));
	case IFLA_LINK:
		return get_i32(attr, &link->parent_index);
	case IFLA_LINK_NETNSID:
		return get_i32(attr, &link->parent_nsid);
	case IFLA_LINKINFO:
		return decode_kind(attr, link);
	case IFLA_MTU:
		return get_u32(attr, &link->mtu);
	case IFLA_MIN_MTU:
		return get_u32(attr, &link->min_mtu);
	case IFLA_MAX_MTU:
		return get_u32(attr, &link->max_mtu);
	case IFLA_TXQLEN:
		return get_u32(attr, &link->txqlen);
	case IFLA_GROUP:
		return get_u32(attr, &link->group);
	case IFLA_PROMISCUITY:
		return get_u32(attr, &link->promiscuity);
	case IFLA_ALLMULTI:
		return get_u32(attr, &link->allmulti);
	case IFLA_NUM_TX_QUEUES:
		return get_u32(attr, &link->tx_queues);
	case IFLA_NUM_RX_QUEUES:
		return get_u32(attr, &link->rx_queues);
	case IFLA_MASTER:
		return get_i32(attr, &link->controller_index);
	case IFLA_OPERSTATE:
		return get_u8(attr, &link->operstate);
	case IFLA_LINKMODE:
		return get_u8(attr, &link->link_mode);
	case IFLA_QDISC:
		return get_string(attr, link->qdisc, sizeof(link->qdisc));
	case IFLA_ADDRESS:
		return decode_hardware(attr, link->mac, &link->mac_size);
	case IFLA_BROADCAST:
		return decode_hardware(attr, link->broadcast, &link->broadcast_size);
	case IFLA_STATS64:
		return decode_stats(attr, link);
	}
	return true;
}

int codec_link_decode(const struct nlmsghdr *nlh, struct ipvlan_link *link)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	*link = (struct ipvlan_link){.mode = -1, .ipvlan_flags = -1, .parent_nsid = -1};
	if ((nlh->nlmsg_type != RTM_NEWLINK && nlh->nlmsg_type != RTM_DELLINK) || !has_header(nlh, sizeof(*ifi)))
		return -EBADMSG;
	link->ifindex = ifi->ifi_index;
	link->type = ifi->ifi_type;
	link->device_flags = ifi->ifi_flags;
	return each_attr(nlh, sizeof(*ifi), decode_attribute, link) ? 0 : -EBADMSG;
}
