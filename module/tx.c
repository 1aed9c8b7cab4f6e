// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>

#include "addr.h"
#include "core/verdict.h"

static int sent(struct ipvl_slave *slave, unsigned int bytes)
{
	ipvl_count_tx(slave, bytes);
	return NET_XMIT_SUCCESS;
}

static noinline int refused(struct ipvl_slave *slave, enum ipvl_reason reason)
{
	ipvl_count_drop(slave, reason);
	return NET_XMIT_DROP;
}

static noinline int tx_drop(struct ipvl_slave *slave, struct sk_buff *skb, enum ipvl_reason reason)
{
	ipvl_drop(slave, skb, reason);
	return NET_XMIT_DROP;
}

/*
 * __dev_forward_skb() without eth_type_trans(), most of whose questions have
 * been answered: it is IP or ARP, and its device is no switch's.
 */
static __always_inline int forward(struct net_device *to, struct sk_buff *skb, __be16 ethertype)
{
	if (____dev_forward_skb(to, skb, true))
		return NET_RX_DROP;
	if (likely(data_race(ether_addr_equal_64bits(eth_hdr(skb)->h_dest, to->dev_addr)))) {
		skb->dev = to;
		skb->protocol = ethertype;
		__skb_pull(skb, ETH_HLEN);
	} else {
		skb->protocol = eth_type_trans(skb, to);
	}
	skb_postpull_rcsum(skb, eth_hdr(skb), ETH_HLEN);
	return NET_RX_SUCCESS;
}

static __always_inline int tx_deliver(struct ipvl_slave *slave, struct ipvl_slave *to, struct sk_buff *skb,
				      __be16 ethertype)
{
	unsigned int bytes = skb->len;

	/* Both free what they do not take. */
	if (unlikely(forward(to->dev, skb, ethertype) || __netif_rx(skb) != NET_RX_SUCCESS))
		return refused(slave, IPVL_R_TX_LOCAL);
	ipvl_count_rx(to, bytes, false);
	return sent(slave, bytes);
}

static noinline int tx_host(struct ipvl_slave *slave, struct sk_buff *skb)
{
	unsigned int bytes = skb->len;

	if (dev_forward_skb(slave->port->dev, skb) != NET_RX_SUCCESS)
		return refused(slave, IPVL_R_TX_HOST);
	return sent(slave, bytes);
}

static int tx_send(struct ipvl_slave *slave, struct sk_buff *skb)
{
	unsigned int bytes = skb->len;
	int result;

	skb->dev = slave->port->dev;
	result = dev_queue_xmit(skb);
	if (result != NET_XMIT_SUCCESS && result != NET_XMIT_CN)
		return refused(slave, IPVL_R_TX_PARENT);
	return sent(slave, bytes);
}

static noinline int tx_route(struct ipvl_slave *slave, struct sk_buff *skb)
{
	struct net_device *parent = slave->port->dev;

	skb_scrub_packet(skb, !net_eq(ipvl_net(slave->dev), ipvl_net(parent)));
	__skb_pull(skb, ETH_HLEN);
	skb_reset_network_header(skb);
	skb->dev = parent;
	return ipvl_route(slave, skb);
}

/* Where nobody has the destination, somebody may have asked for it. */
static noinline struct ipvl_slave *asked_for(struct ipvl_slave *slave, struct sk_buff *skb)
{
	skb_set_network_header(skb, ETH_HLEN);
	return ipvl_dhcp_find(slave->port, skb, eth_hdr(skb)->h_proto);
}

/*
 * The host takes a tag off before it asks whose a packet is, and gives it to a slave, by whom one that only says a
 * priority is not minded. True, too, of what cannot be looked into for want of memory.
 */
static noinline bool sibling_behind_tag(struct ipvl_slave *slave, struct sk_buff *skb)
{
	int parsed = ETH_HLEN + VLAN_HLEN;
	struct ipvl_target target;
	__be16 ethertype;

	if (skb->len < ETH_HLEN + VLAN_HLEN)
		return false;
	do {
		if (!pskb_may_pull(skb, parsed))
			return true;
		ethertype = ((const struct vlan_ethhdr *)skb->data)->h_vlan_encapsulated_proto;
		parsed = ipvl_skb_parse(&target, skb, ETH_HLEN + VLAN_HLEN, ethertype);
	} while (parsed > 0);
	if (parsed == IPVL_PARSED && ipvl_target_find(slave->port, &target))
		return true;
	skb_set_network_header(skb, ETH_HLEN + VLAN_HLEN);
	return ipvl_dhcp_find(slave->port, skb, ethertype);
}

static __always_inline netdev_tx_t tx(struct ipvl_slave *slave, struct sk_buff *skb, u8 mode, u32 settings)
{
	const struct ethhdr *eth = (const struct ethhdr *)skb->data;
	__be16 ethertype = eth->h_proto;
	struct ipvl_question question = {
		.mode = mode,
		.flags = ipvl_flags(settings),
		.options = ipvl_options(settings),
		.own_mac = ether_addr_equal_64bits(eth->h_dest, eth->h_source),
		.group_mac = is_multicast_ether_addr(eth->h_dest),
	};
	struct ipvl_verdict verdict = ipvl_tx_verdict(&question);
	struct ipvl_slave *found = NULL;
	struct ipvl_target target;
	int parsed;

	if (verdict.action == IPVL_ASK) {
		while (unlikely((parsed = ipvl_skb_parse(&target, skb, ETH_HLEN, ethertype)) > 0)) {
			skb = ipvl_skb_pull(skb, parsed);
			if (!skb)
				return refused(slave, IPVL_R_TX_NO_MEMORY);
		}
		if (parsed == IPVL_PARSED) {
			found = ipvl_target_find(slave->port, &target);
			if (mode == IPVLAN_MODE_L2 && unlikely(!found && question.options & IPVLAN_PORT_OPT_DHCP))
				found = asked_for(slave, skb);
			question.lookup = found ? IPVL_HIT : IPVL_MISS;
			question.multicast = target.multicast;
		} else {
			question.lookup = parsed == IPVL_NOT_MINE ? IPVL_NO_KEY : IPVL_BAD_HEADER;
			/* Which would lead around private; with other flags the host delivers it as we would. */
			if (mode == IPVLAN_MODE_L2 && question.flags & IPVLAN_F_PRIVATE && eth_type_vlan(ethertype) &&
			    sibling_behind_tag(slave, skb))
				question.lookup = IPVL_HIT;
		}
		/* Asked last, and only then worked out. */
		question.ip = ethertype == htons(ETH_P_IP) || ethertype == htons(ETH_P_IPV6);
		verdict = ipvl_tx_verdict(&question);
	}
	switch (verdict.action) {
	case IPVL_DELIVER:
		return tx_deliver(slave, found, skb, ethertype);
	case IPVL_HOST:
		return tx_host(slave, skb);
	case IPVL_ROUTE:
		return tx_route(slave, skb);
	case IPVL_FLOOD:
		ipvl_flood_send(slave, skb);
		fallthrough;
	case IPVL_SEND:
		return tx_send(slave, skb);
	default:
		return tx_drop(slave, skb, verdict.reason);
	}
}

static noinline bool refused_by_options(struct ipvl_slave *slave, struct sk_buff *skb, u32 settings)
{
	enum ipvl_reason reason;

	if (!ipvl_options_refuse(slave, skb, settings, &reason))
		return false;
	tx_drop(slave, skb, reason);
	return true;
}

/* The two ways are compiled apart, each without the other's questions. */
__flatten netdev_tx_t ipvl_tx(struct sk_buff *skb, struct net_device *dev)
{
	struct ipvl_slave *slave = ipvl_slave(dev);
	u32 settings = READ_ONCE(slave->port->settings);

	if (unlikely(!pskb_may_pull(skb, ETH_HLEN)))
		return tx_drop(slave, skb, IPVL_R_TX_SHORT);
	/* Not everybody who sends has set it: AF_PACKET may go past the queueing layer. */
	skb_reset_mac_header(skb);
	if (unlikely(ipvl_options(settings)) && refused_by_options(slave, skb, settings))
		return NET_XMIT_DROP;
	if (ipvl_mode(settings) == IPVLAN_MODE_L2)
		return tx(slave, skb, IPVLAN_MODE_L2, settings);
	return tx(slave, skb, IPVLAN_MODE_L3, settings);
}
