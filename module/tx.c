// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>

#include "ipvl.h"

static int sent(struct ipvl_slave *slave, unsigned int bytes)
{
	ipvl_count_tx(slave, bytes);
	return NET_XMIT_SUCCESS;
}

static int refused(struct ipvl_slave *slave, enum ipvl_reason reason)
{
	ipvl_count_drop(slave, reason);
	return NET_XMIT_DROP;
}

static int tx_drop(struct ipvl_slave *slave, struct sk_buff *skb, enum ipvl_reason reason)
{
	ipvl_drop(slave, skb, reason);
	return NET_XMIT_DROP;
}

static int tx_deliver(struct ipvl_slave *slave, struct ipvl_slave *to, struct sk_buff *skb)
{
	unsigned int bytes = skb->len;

	/* It frees what it does not take. */
	if (__dev_forward_skb(to->dev, skb))
		return refused(slave, IPVL_R_TX_LOCAL);
	if (__netif_rx(skb) != NET_RX_SUCCESS)
		return refused(slave, IPVL_R_TX_LOCAL);
	ipvl_count_rx(to, bytes, false);
	return sent(slave, bytes);
}

static int tx_host(struct ipvl_slave *slave, struct sk_buff *skb)
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

static int tx_route(struct ipvl_slave *slave, struct sk_buff *skb)
{
	struct net_device *parent = slave->port->dev;
	enum ipvl_reason reason = IPVL_R_COUNT;
	unsigned int bytes = skb->len;
	int err;

	skb_scrub_packet(skb, !net_eq(dev_net(slave->dev), dev_net(parent)));
	skb_pull(skb, skb_network_offset(skb));
	skb->dev = parent;
	err = ipvl_route(slave, skb, &reason);
	if (!err)
		return sent(slave, bytes);
	ipvl_count_drop(slave, reason);
	return err;
}

static struct ipvl_slave *look_up(struct ipvl_slave *slave, struct sk_buff *skb, struct ipvl_question *question)
{
	struct ipvl_slave *found = NULL;
	struct ipvl_key key;

	skb_set_network_header(skb, ETH_HLEN);
	switch (ipvl_rx_parse(skb, &key, eth_hdr(skb)->h_proto)) {
	case IPVL_PARSED:
		found = ipvl_addr_find(slave->port, &key);
		if (unlikely(!found && question->options & IPVLAN_PORT_OPT_DHCP && question->mode == IPVLAN_MODE_L2))
			found = ipvl_dhcp_find(slave->port, skb, eth_hdr(skb)->h_proto);
		question->lookup = found ? IPVL_HIT : IPVL_MISS;
		question->multicast = key.multicast;
		break;
	case IPVL_NOT_MINE:
		question->lookup = IPVL_NO_KEY;
		break;
	default:
		question->lookup = IPVL_BAD_HEADER;
	}
	return found;
}

static int tx(struct ipvl_slave *slave, struct sk_buff *skb, u32 settings)
{
	const struct ethhdr *eth = eth_hdr(skb);
	struct ipvl_question question = {
		.mode = ipvl_mode(settings),
		.flags = ipvl_flags(settings),
		.options = ipvl_options(settings),
		.own_mac = ether_addr_equal(eth->h_dest, eth->h_source),
		.group_mac = is_multicast_ether_addr(eth->h_dest),
		.ip = eth->h_proto == htons(ETH_P_IP) || eth->h_proto == htons(ETH_P_IPV6),
	};
	struct ipvl_verdict verdict = ipvl_tx_verdict(&question);
	struct ipvl_slave *found = NULL;

	if (verdict.action == IPVL_ASK) {
		found = look_up(slave, skb, &question);
		verdict = ipvl_tx_verdict(&question);
	}
	switch (verdict.action) {
	case IPVL_DELIVER:
		return tx_deliver(slave, found, skb);
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

netdev_tx_t ipvl_tx(struct sk_buff *skb, struct net_device *dev)
{
	struct ipvl_slave *slave = ipvl_slave(dev);
	u32 settings = READ_ONCE(slave->port->settings);
	enum ipvl_reason reason;

	if (unlikely(!pskb_may_pull(skb, ETH_HLEN)))
		return tx_drop(slave, skb, IPVL_R_TX_SHORT);
	/* Not everybody who sends has set it: AF_PACKET may go past the queueing layer. */
	skb_reset_mac_header(skb);
	if (unlikely(ipvl_options(settings)) && ipvl_options_refuse(slave, skb, settings, &reason))
		return tx_drop(slave, skb, reason);
	return tx(slave, skb, settings);
}
