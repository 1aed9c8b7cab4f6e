// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets of L3 slaves leave by the routes of the parent's namespace. The
 * socket belongs to the slave's namespace, and nothing here may ask it.
 */
#include <linux/ipv6.h>
#include <linux/percpu.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "ipvl.h"

/*
 * A route may lead back into a slave, whose packet is routed, and so on. The
 * stack ends before the packet's TTL does.
 */
#define MAX_DEPTH 6

static DEFINE_PER_CPU(unsigned int, depth);

static bool deeper(void)
{
	if (this_cpu_read(depth) >= MAX_DEPTH)
		return false;
	this_cpu_inc(depth);
	return true;
}

/* Stays out of the host's IPsec policies, as IPv6 does. */
static struct rtable *find_v4(struct net *net, const struct net_device *parent, const struct sk_buff *skb)
{
	const struct iphdr *header = ip_hdr(skb);
	struct flowi4 flow = {
		.flowi4_oif = READ_ONCE(parent->ifindex),
		.flowi4_mark = skb->mark,
		.flowi4_proto = header->protocol,
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
		.daddr = header->daddr,
		.saddr = header->saddr,
	};

	ipvl_compat_flow_tos(&flow, header);
	return __ip_route_output_key(net, &flow);
}

static noinline_for_stack int dst_v4(struct net *net, const struct net_device *parent, struct sk_buff *skb,
				     enum ipvl_reason *reason)
{
	struct rtable *route = find_v4(net, parent, skb);

	if (IS_ERR(route)) {
		*reason = IPVL_R_TX_NO_ROUTE;
		return PTR_ERR(route);
	}
	if (route->rt_type != RTN_UNICAST && route->rt_type != RTN_LOCAL) {
		ip_rt_put(route);
		*reason = IPVL_R_TX_BAD_ROUTE;
		return NET_XMIT_DROP;
	}
	skb_dst_drop(skb);
	skb_dst_set(skb, &route->dst);
	return 0;
}

static noinline_for_stack int dst_v6(struct net *net, const struct net_device *parent, struct sk_buff *skb,
				     enum ipvl_reason *reason)
{
	const struct ipv6hdr *header = ipv6_hdr(skb);
	struct dst_entry *dst;
	struct flowi6 flow = {
		.flowi6_oif = READ_ONCE(parent->ifindex),
		.flowi6_mark = skb->mark,
		.flowi6_proto = header->nexthdr,
		.flowi6_flags = FLOWI_FLAG_ANYSRC,
		.flowlabel = ip6_flowinfo(header),
		.daddr = header->daddr,
		.saddr = header->saddr,
	};
	int err;

	*reason = IPVL_R_TX_NO_ROUTE;
	/* Booted with ipv6.disable=1, the kernel has no tables to look into. */
	if (!ipv6_mod_enabled())
		return -ENETUNREACH;
	dst = ip6_route_output(net, NULL, &flow);
	err = dst->error;
	if (err) {
		dst_release(dst);
		return err;
	}
	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
	return 0;
}

/* What others left in the control block would be read as IP options. */
static int out_v4(struct net *net, struct sk_buff *skb)
{
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	return ip_local_out(net, NULL, skb);
}

static int out_v6(struct net *net, struct sk_buff *skb)
{
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	return ip6_local_out(net, NULL, skb);
}

/* Where the packet ends by its header. What the frame has behind it, to be long enough, is no part of it. */
static unsigned int end_of(const struct sk_buff *skb, bool v4)
{
	unsigned int length;

	/* Which says 0 where it does not fit. */
	if (skb_is_gso(skb))
		return skb->len;
	if (v4)
		return ntohs(ip_hdr(skb)->tot_len);
	length = ntohs(ipv6_hdr(skb)->payload_len);
	if (!length && ipv6_hdr(skb)->nexthdr == NEXTHDR_HOP)
		return skb->len;
	return sizeof(struct ipv6hdr) + length;
}

/* What is yet to be summed, and where to, lies in the packet: the kernel makes a noise of its own about others. */
static bool sum_fits(const struct sk_buff *skb)
{
	int start = skb_checksum_start_offset(skb);

	return skb->ip_summed != CHECKSUM_PARTIAL ||
	       (start >= 0 && start + skb->csum_offset + sizeof(__sum16) <= skb->len);
}

/*
 * On the way out the length is written anew, of all there is, and IPv4's checksum, of all the header: both into the
 * packet, which others may see, as tcpdump on the slave. A sum that came with it from elsewhere began elsewhere.
 */
static noinline int make_own(struct sk_buff *skb, bool v4, enum ipvl_reason *reason)
{
	unsigned int header = v4 ? ip_hdrlen(skb) : sizeof(struct ipv6hdr);

	*reason = IPVL_R_TX_NO_MEMORY;
	if (pskb_trim(skb, end_of(skb, v4)) || !pskb_may_pull(skb, header) || skb_cow_head(skb, 0))
		return NET_XMIT_DROP;
	*reason = IPVL_R_TX_MALFORMED;
	if (!sum_fits(skb))
		return NET_XMIT_DROP;
	skb_forward_csum(skb);
	return 0;
}

/* Most packets are as make_own() would make them: whole, nobody else's, and without a sum of others. */
static bool is_own(const struct sk_buff *skb, bool v4)
{
	unsigned int end =
		v4 ? ntohs(ip_hdr(skb)->tot_len) : sizeof(struct ipv6hdr) + ntohs(ipv6_hdr(skb)->payload_len);

	return end == skb->len && !skb_is_nonlinear(skb) && !skb->cloned && skb->ip_summed == CHECKSUM_NONE;
}

/*
 * Of a packet that is longer than its route, and may not be cut, the kernel tells the sender by the routes of the
 * parent's namespace: by the wire, where no slave hears it. So it is told here, as by a router that its device leads
 * to. Takes the packet if it has been answered; the routes of the parent's namespace may cut it, if not.
 */
static noinline bool answered(struct ipvl_slave *slave, struct sk_buff *skb, bool v4)
{
	struct dst_entry *dst = dst_clone(skb_dst(skb));
	struct net_device *parent = skb->dev;
	int length;

	skb_dst_drop(skb);
	/* Who looks wants Ethernet's header in front, and leaves packets that are for the host itself alone. */
	__skb_push(skb, ETH_HLEN);
	skb->protocol = v4 ? htons(ETH_P_IP) : htons(ETH_P_IPV6);
	skb->pkt_type = PACKET_OUTGOING;
	skb->dev = slave->dev;
	length = skb_tunnel_check_pmtu(skb, dst, 0, true);
	if (!length) {
		skb->dev = parent;
		skb->pkt_type = PACKET_HOST;
		__skb_pull(skb, ETH_HLEN);
		skb_dst_set(skb, dst);
		return false;
	}
	dst_release(dst);
	if (length < 0) {
		kfree_skb(skb);
		return true;
	}
	skb_gso_reset(skb);
	if (dev_forward_skb(slave->dev, skb) == NET_RX_SUCCESS)
		ipvl_count_rx(slave, length, false);
	return true;
}

/*
 * Takes the packet, whose data begin with the IP header. Returns what the sender is to hear, and why the packet was
 * dropped: IPVL_R_COUNT, if it was not.
 */
int ipvl_route(struct ipvl_slave *slave, struct sk_buff *skb, enum ipvl_reason *reason)
{
	const struct net_device *parent = slave->port->dev;
	bool v4 = ip_hdr(skb)->version == 4;
	struct net *net = ipvl_net(parent);
	int err;

	if (!deeper()) {
		*reason = IPVL_R_TX_LOOP;
		kfree_skb(skb);
		return NET_XMIT_DROP;
	}
	err = likely(is_own(skb, v4)) ? 0 : make_own(skb, v4, reason);
	if (!err)
		err = v4 ? dst_v4(net, parent, skb, reason) : dst_v6(net, parent, skb, reason);
	if (err) {
		kfree_skb(skb);
	} else if (unlikely(skb->len > dst_mtu(skb_dst(skb))) && answered(slave, skb, v4)) {
		*reason = IPVL_R_TX_TOO_BIG;
	} else {
		err = v4 ? out_v4(net, skb) : out_v6(net, skb);
		err = err && err != NET_XMIT_CN ? NET_XMIT_DROP : 0;
		*reason = err ? IPVL_R_TX_HOST : IPVL_R_COUNT;
	}
	this_cpu_dec(depth);
	return err;
}
