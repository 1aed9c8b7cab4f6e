// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>

#include "addr.h"
#include "core/verdict.h"

/* A packet that others have, too, is left to them for a copy. NULL without memory: then it is gone. */
noinline struct sk_buff *ipvl_skb_pull(struct sk_buff *skb, unsigned int length)
{
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (skb && !pskb_may_pull(skb, length)) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

static noinline struct sk_buff *pull(const struct ipvl_port *port, struct sk_buff *skb, unsigned int length)
{
	skb = ipvl_skb_pull(skb, length);
	if (!skb)
		ipvl_count_port_drop(port, IPVL_R_RX_NO_MEMORY);
	return skb;
}

static rx_handler_result_t deliver(struct ipvl_slave *slave, struct sk_buff *skb)
{
	skb->dev = slave->dev;
	ipvl_count_rx(slave, skb->len + ETH_HLEN, false);
	return RX_HANDLER_ANOTHER;
}

__flatten rx_handler_result_t ipvl_rx(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	struct ipvl_port *port = rcu_dereference(skb->dev->rx_handler_data);
	u32 settings = READ_ONCE(port->settings);
	struct ipvl_question question = {
		.mode = ipvl_mode(settings),
		.flags = ipvl_flags(settings),
		.options = ipvl_options(settings),
		.looped = skb->pkt_type == PACKET_LOOPBACK,
		.group_mac = is_multicast_ether_addr(eth_hdr(skb)->h_dest),
	};
	struct ipvl_slave *slave = NULL;
	struct ipvl_verdict verdict;
	struct ipvl_target target;
	int parsed;

	if (question.group_mac)
		question.ours = ipvl_has_mac(port->dev, eth_hdr(skb)->h_source);
	verdict = ipvl_rx_verdict(&question);
	if (verdict.action == IPVL_ASK) {
		/* Others, as pktgen, would find their packet come from the slave, and perhaps after it has gone. */
		if (unlikely(skb_shared(skb)))
			*pskb = skb = pull(port, skb, 0);
		while (likely(skb) && (parsed = ipvl_skb_parse(&target, skb, 0, skb->protocol)) > 0)
			*pskb = skb = pull(port, skb, parsed);
		if (unlikely(!skb))
			return RX_HANDLER_CONSUMED;
		if (parsed == IPVL_PARSED)
			slave = ipvl_target_find(port, &target);
		if (unlikely(!slave && question.options & IPVLAN_PORT_OPT_DHCP && question.mode == IPVLAN_MODE_L2))
			slave = ipvl_dhcp_find(port, skb, skb->protocol);
		question.lookup = slave ? IPVL_HIT : IPVL_MISS;
		verdict = ipvl_rx_verdict(&question);
	}
	switch (verdict.action) {
	case IPVL_DELIVER:
		return deliver(slave, skb);
	case IPVL_FLOOD:
		ipvl_flood_receive(port, skb);
		return RX_HANDLER_PASS;
	default:
		return RX_HANDLER_PASS;
	}
}
