// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a port's options ask of a packet. Nothing here runs for a port without options.
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <linux/ipv6.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>

#include "core/verdict.h"
#include "ipvl.h"

/* As ipvl_skb_parse(), for the other parsers; the network header is set. */
int ipvl_parse_skb(struct sk_buff *skb, __be16 ethertype, ipvl_parse_fn parse, void *to)
{
	struct ipvl_packet packet = { .ethertype = ntohs(ethertype), .gso = skb_is_gso(skb) };
	int offset = skb_network_offset(skb), result;

	for (;;) {
		packet.data = skb_network_header(skb);
		packet.have = skb_headlen(skb) - offset;
		packet.total = skb->len - offset;
		result = parse(to, &packet);
		if (result <= 0)
			return result;
		if (!pskb_may_pull(skb, offset + result))
			return IPVL_HIDDEN;
	}
}

static int parse_origin(void *to, const struct ipvl_packet *packet)
{
	return ipvl_parse_origin(to, packet);
}

static bool has_v4(const struct net_device *dev, __be32 address)
{
	const struct in_device *in_dev = __in_dev_get_rcu(dev);
	const struct in_ifaddr *ifa;

	if (!in_dev)
		return false;
	in_dev_for_each_ifa_rcu(ifa, in_dev) if (ifa->ifa_local == address) return true;
	return false;
}

static bool has_address(const struct net_device *dev, const struct ipvl_key *key)
{
	const struct in6_addr *address = (const struct in6_addr *)key->v6;

	if (key->family == IPVL_V4)
		return has_v4(dev, key->v4);
	/* Booted with ipv6.disable=1, the kernel has no list to look through. */
	return ipv6_mod_enabled() && ipv6_chk_addr_and_flags(ipvl_net(dev), address, dev, false, 1, 0);
}

static bool is_gateway(const struct ipvl_gateways *gateways, const struct ipvl_key *key)
{
	unsigned int i;

	for (i = 0; gateways && i < gateways->count; i++)
		if (!memcmp(&gateways->keys[i], key, sizeof(*key)))
			return true;
	return false;
}

/* Under RCU. */
bool ipvl_guarded(struct ipvl_port *port, const struct ipvl_gateways *gateways, const struct ipvl_key *key)
{
	return is_gateway(gateways, key) || has_address(port->dev, key);
}

struct guard {
	struct ipvl_port *port;
	const struct ipvl_gateways *gateways;
};

static int is_guarded(const struct ipvl_key *key, bool held, bool locked, void *data)
{
	const struct guard *guard = data;

	return ipvl_guarded(guard->port, guard->gateways, key);
}

/* Whether a slave has, or has locked to it, what would be guarded. Under RTNL. */
bool ipvl_guard_taken(struct ipvl_port *port, const struct ipvl_gateways *gateways)
{
	struct guard guard = { .port = port, .gateways = gateways };
	struct ipvl_slave *slave;
	bool taken = false;

	rcu_read_lock();
	list_for_each_entry(slave, &port->slaves, node)
		taken = taken || ipvl_addr_each(slave, is_guarded, &guard);
	rcu_read_unlock();
	return taken;
}

void ipvl_gateways_set(struct ipvl_port *port, struct ipvl_gateways *gateways)
{
	struct ipvl_gateways *old = rtnl_dereference(port->gateways);

	rcu_assign_pointer(port->gateways, gateways);
	if (old)
		kfree_rcu(old, rcu);
}

/*
 * IPv4 registers the peer of an address that has one, and asks about that alone. What the slave sends from is found
 * with it, but may be another's, or out of its reach.
 */
static bool has_beside_peer(const struct ipvl_slave *slave, const struct ipvl_key *key, u16 options)
{
	struct ipvl_port *port = slave->port;

	if (key->family != IPVL_V4 || !has_v4(slave->dev, key->v4))
		return false;
	return !(options & IPVLAN_PORT_OPT_GUARD) || !ipvl_guarded(port, rcu_dereference(port->gateways), key);
}

static void look_up_origin(const struct ipvl_slave *slave, const struct ipvl_origin *origin,
			   struct ipvl_origin_question *question)
{
	const struct ipvl_gateways *gateways = rcu_dereference(slave->port->gateways);
	bool guards = origin->claim && question->options & IPVLAN_PORT_OPT_GUARD;
	unsigned int i;

	question->own = true;
	for (i = 0; i < origin->count; i++) {
		const struct ipvl_key *key = &origin->keys[i];
		struct ipvl_addr_state state = ipvl_addr_state(slave, key);

		question->locked |= state.locked;
		question->own &= state.own || (!state.taken && has_beside_peer(slave, key, question->options));
		question->guarded |= guards && ipvl_guarded(slave->port, gateways, key);
	}
}

static bool is_tagged(__be16 ethertype, const struct sk_buff *skb)
{
	return eth_type_vlan(ethertype) || skb_vlan_tag_present(skb);
}

static struct ipvl_verdict origin_verdict(const struct ipvl_slave *slave, struct sk_buff *skb, u16 options)
{
	const struct ethhdr *eth = eth_hdr(skb);
	struct ipvl_origin_question question = {
		.options = options,
		.tagged = is_tagged(eth->h_proto, skb),
		.own_mac = ipvl_has_mac(slave->port->dev, eth->h_source),
	};
	struct ipvl_origin origin;

	question.parsed = ipvl_parse_skb(skb, eth->h_proto, parse_origin, &origin);
	question.claim = origin.claim;
	question.probe = origin.probe;
	if (question.parsed == IPVL_PARSED)
		look_up_origin(slave, &origin, &question);
	return ipvl_origin_verdict(&question);
}

/* What a slave is about to send; its data begin with the Ethernet header. Says whether it may not, and why. */
bool ipvl_options_refuse(struct ipvl_slave *slave, struct sk_buff *skb, u32 settings, enum ipvl_reason *reason)
{
	struct ipvl_verdict verdict = { .action = IPVL_PASS };
	u16 options = ipvl_options(settings);

	skb_set_network_header(skb, ETH_HLEN);
	rcu_read_lock();
	if (options & IPVL_OPT_ORIGIN)
		verdict = origin_verdict(slave, skb, options);
	if (verdict.action == IPVL_PASS && options & IPVLAN_PORT_OPT_DHCP && ipvl_mode(settings) == IPVLAN_MODE_L2)
		ipvl_dhcp_learn(slave, skb, eth_hdr(skb)->h_proto);
	rcu_read_unlock();
	*reason = verdict.reason;
	return verdict.action == IPVL_DROP;
}

/* The slave that has the source address of a frame whose data begin with the network header. Under RCU. */
struct ipvl_slave *ipvl_options_owner(struct ipvl_port *port, struct sk_buff *skb)
{
	struct ipvl_origin origin;

	if (ipvl_parse_skb(skb, eth_hdr(skb)->h_proto, parse_origin, &origin) != IPVL_PARSED || !origin.count)
		return NULL;
	/* Who probes by ARP has not got the address yet, and who has is to hear of it. IPv6 has it, and then asks. */
	if (origin.probe && origin.keys[0].family == IPVL_V4)
		return NULL;
	return ipvl_addr_find(port, &origin.keys[0]);
}

/*
 * Who alone is to hear a frame from a slave, or NULL for from elsewhere, whose network header is at the offset: of an
 * ARP request the slave that has the address. NULL: whoever listens, as when another than the sender has the sender's
 * address, and is to hear of a rival. Under RCU.
 */
struct ipvl_slave *ipvl_options_asked(struct ipvl_port *port, const struct ipvl_slave *from, const struct sk_buff *skb,
				      int offset)
{
	const struct ethhdr *eth = eth_hdr(skb);
	struct ipvl_packet packet = { .ethertype = ETH_P_ARP };
	struct ipvl_slave *holder;
	u8 bytes[28]; /* of ARP's header */
	struct ipvl_ask ask;

	if (!(ipvl_options(READ_ONCE(port->settings)) & IPVLAN_PORT_OPT_DIRECT_ARP) ||
	    eth->h_proto != htons(ETH_P_ARP) || !is_broadcast_ether_addr(eth->h_dest))
		return NULL;
	packet.data = skb_header_pointer(skb, offset, sizeof(bytes), bytes);
	packet.have = packet.total = packet.data ? sizeof(bytes) : 0;
	if (ipvl_parse_ask(&ask, &packet) != IPVL_PARSED)
		return NULL;
	holder = ipvl_addr_find(port, &ask.sender);
	if (holder && holder != from)
		return NULL;
	return ipvl_addr_find(port, &ask.target);
}
