// SPDX-License-Identifier: LGPL-2.1-or-later
#include "codec-common.h"
#include <ipvlan/route.h>
#include <linux/rtnetlink.h>

/* Deleting with RT_SCOPE_NOWHERE matches any scope, which is what a caller who names none means. */
static uint8_t scope_for(const struct ipvlan_route *route, uint16_t type)
{
	return type == RTM_DELROUTE && !route->has_scope ? RT_SCOPE_NOWHERE : ipvlan_route_get_scope(route);
}

static void put_table(struct writer *w, struct rtmsg *rtm, uint32_t table)
{
	rtm->rtm_table = table < 256 ? (uint8_t)table : RT_TABLE_UNSPEC;
	if (table >= 256)
		put_u32(w, RTA_TABLE, table);
}

/* A struct rtvia, whose end is open. */
#define VIA_INET6_SIZE (offsetof(struct rtvia, rtvia_addr) + 16)

static void put_gateway(struct writer *w, const struct ipvlan_route *route)
{
	const __kernel_sa_family_t family = AF_INET6;
	uint8_t via[VIA_INET6_SIZE];

	if (!route->has_inet6_gateway) {
		if (route->has_gateway)
			put(w, RTA_GATEWAY, family_bytes(route->family), route->gateway);
		return;
	}
	memcpy(via, &family, sizeof(family));
	memcpy(via + offsetof(struct rtvia, rtvia_addr), route->gateway, 16);
	put(w, RTA_VIA, sizeof(via), via);
}

/* RTA_METRICS: those that a number tells; the name of a congestion control is none. */
static void put_metrics(struct writer *w, const struct ipvlan_route *route)
{
	struct nlattr *nest = NULL;
	uint16_t i;

	for (i = 1; i < ROUTE_METRICS; i++) {
		if (!route->metrics[i])
			continue;
		if (!nest)
			nest = nest_begin(w, RTA_METRICS);
		put_u32(w, i, route->metrics[i]);
	}
	if (nest)
		nest_end(w, nest);
}

int codec_route_encode(void *buf, size_t size, uint16_t type, uint16_t flags, const struct ipvlan_route *route,
		       int ifindex)
{
	size_t bytes = family_bytes(route->family);
	struct writer w;
	struct rtmsg *rtm = writer_begin(&w, buf, size, type, NLM_F_ACK | flags, sizeof(*rtm));

	if (!rtm)
		return -EMSGSIZE;
	rtm->rtm_family = (uint8_t)route->family;
	rtm->rtm_dst_len = route->destination_length;
	rtm->rtm_protocol = route->protocol;
	rtm->rtm_type = type == RTM_DELROUTE && !route_leads_nowhere(route->type) ? RTN_UNSPEC : route->type;
	rtm->rtm_scope = scope_for(route, type);
	/* The others say how a route fares, and the kernel refuses to be told. */
	rtm->rtm_flags = route->flags & RTNH_F_ONLINK;
	if (type == RTM_DELROUTE && route->protocol == RTPROT_BOOT)
		rtm->rtm_protocol = RTPROT_UNSPEC;
	put_table(&w, rtm, route->table);
	if (route->destination_length)
		put(&w, RTA_DST, bytes, route->destination);
	put_gateway(&w, route);
	if (route->has_source)
		put(&w, RTA_PREFSRC, bytes, route->source);
	if (route->metric)
		put_u32(&w, RTA_PRIORITY, route->metric);
	if (ifindex)
		put_u32(&w, RTA_OIF, (uint32_t)ifindex);
	/* What is deleted is found without them. */
	if (type == RTM_NEWROUTE && route->preference)
		put(&w, RTA_PREF, 1, &route->preference);
	if (type == RTM_NEWROUTE)
		put_metrics(&w, route);
	return writer_finish(&w);
}

int codec_route_get(void *buf, size_t size, const struct ipvlan_route *route, int ifindex)
{
	size_t bytes = family_bytes(route->family);
	struct writer w;
	struct rtmsg *rtm = writer_begin(&w, buf, size, RTM_GETROUTE, 0, sizeof(*rtm));

	if (!rtm)
		return -EMSGSIZE;
	rtm->rtm_family = (uint8_t)route->family;
	rtm->rtm_dst_len = (uint8_t)(8 * bytes);
	/* IPv6 tells the table unasked, and refuses to be asked. */
	rtm->rtm_flags = route->family == AF_INET ? RTM_F_LOOKUP_TABLE : 0;
	put(&w, RTA_DST, bytes, route->destination);
	if (route->has_source) {
		rtm->rtm_src_len = (uint8_t)(8 * bytes);
		put(&w, RTA_SRC, bytes, route->source);
	}
	if (ifindex)
		put_u32(&w, RTA_OIF, (uint32_t)ifindex);
	return writer_finish(&w);
}

int codec_route_dump(void *buf, size_t size, int family, uint32_t table, int ifindex)
{
	struct writer w;
	struct rtmsg *rtm = writer_begin(&w, buf, size, RTM_GETROUTE, NLM_F_DUMP, sizeof(*rtm));

	if (!rtm)
		return -EMSGSIZE;
	rtm->rtm_family = (uint8_t)family;
	if (table)
		put_u32(&w, RTA_TABLE, table);
	if (ifindex)
		put_u32(&w, RTA_OIF, (uint32_t)ifindex);
	return writer_finish(&w);
}

/* Other families are those of labels, which lead to no gateway of ours. */
static bool get_via(const struct nlattr *attr, struct ipvlan_route *route)
{
	const uint8_t *via = mnl_attr_get_payload(attr);
	__kernel_sa_family_t family;

	if (mnl_attr_get_payload_len(attr) < sizeof(family))
		return false;
	memcpy(&family, via, sizeof(family));
	if (family != AF_INET6 || route->family != AF_INET)
		return true;
	if (mnl_attr_get_payload_len(attr) != VIA_INET6_SIZE)
		return false;
	route->has_gateway = route->has_inet6_gateway = true;
	memcpy(route->gateway, via + offsetof(struct rtvia, rtvia_addr), 16);
	return true;
}

static bool get_metric(const struct nlattr *attr, void *data)
{
	struct ipvlan_route *route = data;
	uint16_t type = mnl_attr_get_type(attr);

	return !type || type >= ROUTE_METRICS || type == RTAX_CC_ALGO || get_u32(attr, &route->metrics[type]);
}

static bool decode_attribute(const struct nlattr *attr, void *data)
{
	struct ipvlan_route *route = data;

	switch (mnl_attr_get_type(attr)) {
	case RTA_DST:
		return get_ip(attr, route->family, route->destination);
	case RTA_GATEWAY:
		route->has_gateway = true;
		return get_ip(attr, route->family, route->gateway);
	case RTA_VIA:
		return get_via(attr, route);
	case RTA_PREFSRC:
		route->has_source = true;
		return get_ip(attr, route->family, route->source);
	case RTA_PRIORITY:
		return get_u32(attr, &route->metric);
	case RTA_TABLE:
		return get_u32(attr, &route->table);
	case RTA_PREF:
		return get_u8(attr, &route->preference);
	case RTA_OIF:
		return get_i32(attr, &route->ifindex);
	case RTA_METRICS:
		return each_nested(attr, get_metric, route);
	}
	return true;
}

int codec_route_decode(const struct nlmsghdr *nlh, struct ipvlan_route *route)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);

	*route = (struct ipvlan_route){0};
	if ((nlh->nlmsg_type != RTM_NEWROUTE && nlh->nlmsg_type != RTM_DELROUTE) || !has_header(nlh, sizeof(*rtm)))
		return -EBADMSG;
	if (rtm->rtm_family != AF_INET && rtm->rtm_family != AF_INET6)
		return -EAFNOSUPPORT;
	route->family = rtm->rtm_family;
	route->destination_length = rtm->rtm_dst_len;
	route->table = rtm->rtm_table;
	route->protocol = rtm->rtm_protocol;
	route->scope = rtm->rtm_scope;
	route->has_scope = true;
	route->type = rtm->rtm_type;
	route->flags = rtm->rtm_flags;
	route->is_selective = rtm->rtm_tos || rtm->rtm_src_len;
	if (route->destination_length > 8 * family_bytes(route->family))
		return -EBADMSG;
	return each_attr(nlh, sizeof(*rtm), decode_attribute, route) ? 0 : -EBADMSG;
}
