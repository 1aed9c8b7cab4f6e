// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets of L3 slaves leave by the routes of the parent's namespace. The
 * socket belongs to the slave's namespace, and nothing here may ask it.
 */
#include <linux/icmpv6.h>
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

static noinline int dropped(struct ipvl_slave *slave, struct sk_buff *skb, enum ipvl_reason reason, int err)
{
	ipvl_drop(slave, skb, reason);
	return err;
}

/* Stays out of the host's IPsec policies, as IPv6 does. */
static struct rtable *find_v4(const struct net_device *parent, const struct sk_buff *skb)
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
	return __ip_route_output_key(ipvl_net(parent), &flow);
}

static noinline_for_stack int dst_v4(struct ipvl_slave *slave, struct sk_buff *skb)
{
	struct rtable *route = find_v4(slave->port->dev, skb);

	if (IS_ERR(route))
		return dropped(slave, skb, IPVL_R_TX_NO_ROUTE, PTR_ERR(route));
	if (route->rt_type != RTN_UNICAST && route->rt_type != RTN_LOCAL) {
		ip_rt_put(route);
		return dropped(slave, skb, IPVL_R_TX_BAD_ROUTE, NET_XMIT_DROP);
	}
	skb_dst_set(skb, &route->dst);
	return 0;
}

static noinline_for_stack int dst_v6(struct ipvl_slave *slave, struct sk_buff *skb)
{
	const struct net_device *parent = slave->port->dev;
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

	/* Booted with ipv6.disable=1, the kernel has no tables to look into. */
	if (!ipv6_mod_enabled())
		return dropped(slave, skb, IPVL_R_TX_NO_ROUTE, -ENETUNREACH);
	dst = ip6_route_output(ipvl_net(parent), NULL, &flow);
	err = dst->error;
	if (err) {
		dst_release(dst);
		return dropped(slave, skb, IPVL_R_TX_NO_ROUTE, err);
	}
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
static noinline int make_own(struct ipvl_slave *slave, struct sk_buff *skb, bool v4)
{
	unsigned int header = v4 ? ip_hdrlen(skb) : sizeof(struct ipv6hdr);

	if (pskb_trim(skb, end_of(skb, v4)) || !pskb_may_pull(skb, header) || skb_cow_head(skb, 0))
		return dropped(slave, skb, IPVL_R_TX_NO_MEMORY, NET_XMIT_DROP);
	if (!sum_fits(skb))
		return dropped(slave, skb, IPVL_R_TX_MALFORMED, NET_XMIT_DROP);
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

/* Below these lengths no sender is told by how much a packet was too long. */
#define LEAST_TOLD_V4 576
#define LEAST_TOLD_V6 IPV6_MIN_MTU

/* As dst_mtu() would have it, in a tenth of its time for most packets: their route has none of its own. */
static unsigned int mtu_of(const struct sk_buff *skb, bool v4)
{
	const struct dst_entry *dst = skb_dst(skb);

	if (v4 && DST_METRICS_PTR(dst) == dst_default_metrics.metrics && !skb_rtable(skb)->rt_pmtu && !dst->lwtstate)
		return READ_ONCE(dst->dev->mtu);
	return dst_mtu(dst);
}

/* Longer than its route, even when it has been cut into the segments that it consists of, and not to be cut further. */
static bool is_too_big(const struct sk_buff *skb, bool v4)
{
	unsigned int mtu;

	if (skb->len <= (v4 ? LEAST_TOLD_V4 : LEAST_TOLD_V6))
		return false;
	mtu = mtu_of(skb, v4);
	if (skb->len <= mtu || (skb_is_gso(skb) && skb_gso_validate_network_len(skb, mtu)))
		return false;
	return !v4 || ip_hdr(skb)->frag_off & htons(IP_DF);
}

/* The headers of what tells of it, which the kernel writes before the packet. */
#define TELLING_ROOM (ETH_HLEN + sizeof(struct ipv6hdr) + sizeof(struct icmp6hdr))

/*
 * Kernels before the summer of 2026 look for ICMP's header where nobody need have noted one, as behind a packet socket,
 * and remember IP's while they make room: they get all that they come to as they take it for.
 */
static bool make_tellable(struct sk_buff *skb, bool v4)
{
	if (!pskb_may_pull(skb, v4 ? LEAST_TOLD_V4 : LEAST_TOLD_V6) || skb_cow(skb, TELLING_ROOM))
		return false;
	if (v4 && !skb_is_gso(skb))
		skb_set_transport_header(skb, ip_hdrlen(skb));
	return true;
}

/*
 * Of a packet that is longer than its route, and may not be cut, the kernel tells the sender by the routes of the
 * parent's namespace: by the wire, where no slave hears it. So it is told here, as by a router that its device leads
 * to. Takes the packet if it has been answered; the routes of the parent's namespace may cut it, if not.
 */
static noinline bool answered(struct ipvl_slave *slave, struct sk_buff *skb, bool v4)
{
	struct net_device *parent = skb->dev;
	struct dst_entry *dst;
	int length;

	if (!make_tellable(skb, v4)) {
		ipvl_drop(slave, skb, IPVL_R_TX_NO_MEMORY);
		return true;
	}
	dst = dst_clone(skb_dst(skb));
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
		ipvl_drop(slave, skb, IPVL_R_TX_TOO_BIG);
		return true;
	}
	ipvl_count_drop(slave, IPVL_R_TX_TOO_BIG);
	skb_gso_reset(skb);
	if (dev_forward_skb(slave->dev, skb) == NET_RX_SUCCESS)
		ipvl_count_rx(slave, length, false);
	return true;
}

/* Who is told that a packet was too long hears no other error. */
static int leave(struct ipvl_slave *slave, struct sk_buff *skb, bool v4, unsigned int bytes)
{
	struct net *net = ipvl_net(slave->port->dev);
	int err;

	if (unlikely(is_too_big(skb, v4)) && answered(slave, skb, v4))
		return 0;
	err = v4 ? out_v4(net, skb) : out_v6(net, skb);
	if (unlikely(err && err != NET_XMIT_CN)) {
		ipvl_count_drop(slave, IPVL_R_TX_HOST);
		return NET_XMIT_DROP;
	}
	ipvl_count_tx(slave, bytes);
	return 0;
}

/* Takes and counts the packet, whose data begin with the IP header. Returns what the sender is to hear. */
int ipvl_route(struct ipvl_slave *slave, struct sk_buff *skb)
{
	bool v4 = ip_hdr(skb)->version == 4;
	unsigned int bytes = skb->len + ETH_HLEN; /* of the frame that was sent, with what fills it */
	int err;

	if (!deeper())
		return dropped(slave, skb, IPVL_R_TX_LOOP, NET_XMIT_DROP);
	err = likely(is_own(skb, v4)) ? 0 : make_own(slave, skb, v4);
	if (!err)
		err = v4 ? dst_v4(slave, skb) : dst_v6(slave, skb);
	if (!err)
		err = leave(slave, skb, v4, bytes);
	this_cpu_dec(depth);
	return err;
}
