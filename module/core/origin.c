// SPDX-License-Identifier: GPL-2.0-only
/* Who a packet says it is from. */
#include "types.h"

enum {
	TYPE_IPV4 = 0x0800,
	TYPE_ARP = 0x0806,
	TYPE_IPV6 = 0x86dd,

	IPV4_HEADER = 20,
	IPV4_SOURCE = 12,

	ARP_SENDER = 14,
	ARP_TARGET = 24,
	ARP_END = 28,

	IPV6_HEADER = 40,
	IPV6_NEXT = 6,
	IPV6_SOURCE = 8,
	NEXT_HOP_BY_HOP = 0,
	NEXT_ROUTING = 43,
	NEXT_ICMPV6 = 58,
	NEXT_DESTINATION = 60,
	/* So many headers before the message: more are no honest sender's, though neighbours read behind them. */
	MAX_EXTENSIONS = 8,
	EXTENSION_UNIT = 8,
	ROUTER_SOLICITATION = 133,
	NEIGHBOUR_SOLICITATION = 135,
	NEIGHBOUR_ADVERTISEMENT = 136,
	REDIRECT = 137,
	MESSAGE_TARGET = 8,
	MESSAGE_END = 24,
};

static bool is_zero(const __u8 *bytes, unsigned int size)
{
	static const __u8 zero[16];

	return !memcmp(bytes, zero, size);
}

static void add_v4(struct ipvl_origin *origin, const __u8 *address)
{
	struct ipvl_key *key = &origin->keys[origin->count++];

	memset(key, 0, sizeof(*key));
	key->family = IPVL_V4;
	memcpy(&key->v4, address, sizeof(key->v4));
}

static void add_v6(struct ipvl_origin *origin, const __u8 *address)
{
	struct ipvl_key *key = &origin->keys[origin->count++];

	memset(key, 0, sizeof(*key));
	key->family = IPVL_V6;
	memcpy(key->v6, address, sizeof(key->v6));
}

static int origin_ipv4(struct ipvl_origin *origin, const struct ipvl_packet *packet)
{
	const __u8 *header = packet->data;

	if (packet->total < IPV4_HEADER)
		return IPVL_MALFORMED;
	if (packet->have < IPV4_HEADER)
		return IPV4_HEADER;
	if (header[0] >> 4 != 4)
		return IPVL_MALFORMED;
	origin->probe = is_zero(header + IPV4_SOURCE, 4);
	if (!origin->probe)
		add_v4(origin, header + IPV4_SOURCE);
	return IPVL_PARSED;
}

/* A probe, as of RFC 5227, has no sender: whoever has the target hears of a rival. */
static int origin_arp(struct ipvl_origin *origin, const struct ipvl_packet *packet)
{
	static const __u8 wanted[] = { 0x08, 0x00, 6, 4 };
	const __u8 *header = packet->data;

	if (packet->total < ARP_END)
		return IPVL_MALFORMED;
	if (packet->have < ARP_END)
		return ARP_END;
	if (memcmp(header + 2, wanted, sizeof(wanted)))
		return IPVL_MALFORMED;
	origin->claim = true;
	origin->probe = is_zero(header + ARP_SENDER, 4);
	add_v4(origin, header + (origin->probe ? ARP_TARGET : ARP_SENDER));
	return IPVL_PARSED;
}

/* The message lies at an offset that extension headers may have moved. */
static int origin_message(struct ipvl_origin *origin, const struct ipvl_packet *packet, unsigned int at)
{
	const __u8 *header = packet->data, *message = header + at;

	if (packet->total < at + 1)
		return IPVL_PARSED;
	if (packet->have < at + 1)
		return at + 1;
	if (message[0] < ROUTER_SOLICITATION || message[0] > REDIRECT)
		return IPVL_PARSED;
	origin->claim = true;
	/* The target of a solicitation is its sender's only when that has no other address. */
	if (message[0] != NEIGHBOUR_ADVERTISEMENT && (message[0] != NEIGHBOUR_SOLICITATION || !origin->probe))
		return IPVL_PARSED;
	if (packet->total < at + MESSAGE_END)
		return IPVL_PARSED;
	if (packet->have < at + MESSAGE_END)
		return at + MESSAGE_END;
	/* Nobody advertises an address that he has not: this is no probe, whatever it comes from. */
	if (message[0] == NEIGHBOUR_ADVERTISEMENT)
		origin->probe = false;
	add_v6(origin, message + MESSAGE_TARGET);
	return IPVL_PARSED;
}

static bool is_extension(__u8 next)
{
	return next == NEXT_HOP_BY_HOP || next == NEXT_ROUTING || next == NEXT_DESTINATION;
}

/* Fragments are passed over: neighbours take no message from them (RFC 6980). */
static int origin_extensions(struct ipvl_origin *origin, const struct ipvl_packet *packet)
{
	const __u8 *header = packet->data;
	unsigned int at = IPV6_HEADER, i;
	__u8 next = header[IPV6_NEXT];

	for (i = 0; is_extension(next); i++) {
		if (i == MAX_EXTENSIONS)
			return IPVL_HIDDEN;
		if (packet->total < at + 2)
			return IPVL_PARSED;
		if (packet->have < at + 2)
			return at + 2;
		next = header[at];
		at += EXTENSION_UNIT + EXTENSION_UNIT * header[at + 1];
	}
	return next == NEXT_ICMPV6 ? origin_message(origin, packet, at) : IPVL_PARSED;
}

static int origin_ipv6(struct ipvl_origin *origin, const struct ipvl_packet *packet)
{
	const __u8 *header = packet->data;

	if (packet->total < IPV6_HEADER)
		return IPVL_MALFORMED;
	if (packet->have < IPV6_HEADER)
		return IPV6_HEADER;
	if (header[0] >> 4 != 6)
		return IPVL_MALFORMED;
	origin->probe = is_zero(header + IPV6_SOURCE, 16);
	if (!origin->probe)
		add_v6(origin, header + IPV6_SOURCE);
	return origin_extensions(origin, packet);
}

int ipvl_parse_origin(struct ipvl_origin *origin, const struct ipvl_packet *packet)
{
	origin->count = 0;
	origin->claim = false;
	origin->probe = false;
	switch (packet->ethertype) {
	case TYPE_IPV4:
		return origin_ipv4(origin, packet);
	case TYPE_IPV6:
		return origin_ipv6(origin, packet);
	case TYPE_ARP:
		return origin_arp(origin, packet);
	default:
		return IPVL_NOT_MINE;
	}
}
