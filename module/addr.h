/* SPDX-License-Identifier: GPL-2.0-only */
/* Who has which address, asked for each packet: all of it is inlined there. */
#ifndef IPVL_ADDR_H
#define IPVL_ADDR_H

#include "core/parse.h"
#include "ipvl.h"

static __always_inline struct ipvl_addr *ipvl_addr_lookup(struct ipvl_port *port, u8 family, const void *address)
{
	if (family == IPVL_V4)
		return ipvl_table_find(&port->addresses[IPVL_V4], IPVL_V4, address);
	return ipvl_table_find(&port->addresses[IPVL_V6], IPVL_V6, address);
}

/* The slave that has the address and is up. Under RCU, and so is the answer. */
static __always_inline struct ipvl_slave *ipvl_target_find(struct ipvl_port *port, const struct ipvl_target *target)
{
	struct ipvl_addr *addr = ipvl_addr_lookup(port, target->family, target->address);

	return addr && READ_ONCE(addr->held) && READ_ONCE(addr->slave->up) ? ipvl_not_null(addr->slave) : NULL;
}

/*
 * Of a packet whose network header is offset bytes behind the beginning of its
 * data: IPVL_PARSED, IPVL_MALFORMED, IPVL_NOT_MINE, or how much ipvl_skb_pull()
 * is to bring into the linear part. Where it is called, offset is a constant.
 */
static __always_inline int ipvl_skb_parse(struct ipvl_target *target, const struct sk_buff *skb, unsigned int offset,
					  __be16 ethertype)
{
	const struct ipvl_packet packet = {
		.data = skb->data + offset,
		.have = skb_headlen(skb) - offset,
		.total = skb->len - offset,
		.ethertype = ntohs(ethertype),
		.gso = skb_is_gso(skb),
	};
	int result = ipvl_parse(target, &packet);

	return likely(result <= 0) ? result : result + (int)offset;
}

#endif
