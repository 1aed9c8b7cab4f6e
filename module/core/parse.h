/* SPDX-License-Identifier: GPL-2.0-only */
/* From bytes to the address that a packet goes to. In a header: for a packet on its way, each call would be a tenth of
 * all that is done with it. */
#ifndef IPVL_CORE_PARSE_H
#define IPVL_CORE_PARSE_H

#include "types.h"

enum {
	IPVL_TYPE_IPV4 = 0x0800,
	IPVL_TYPE_ARP = 0x0806,
	IPVL_TYPE_IPV6 = 0x86dd,

	IPVL_IPV4_HEADER = 20,
	IPVL_IPV4_LENGTH = 2,
	IPVL_IPV4_DEST = 16,

	IPVL_IPV6_HEADER = 40,
	IPVL_IPV6_LENGTH = 4,
	IPVL_IPV6_NEXT = 6,
	IPVL_IPV6_SOURCE = 8,
	IPVL_IPV6_DEST = 24,
	IPVL_NEXT_ICMPV6 = 58,
	IPVL_NEIGHBOUR_SOLICITATION = 135,
	IPVL_SOLICITATION_TARGET = IPVL_IPV6_HEADER + 8,
	IPVL_SOLICITATION_END = IPVL_SOLICITATION_TARGET + 16,

	IPVL_ARP_TARGET = 24,
	IPVL_ARP_END = 28,
};

static inline unsigned int ipvl_get16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

static inline int ipvl_parse_ipv4(struct ipvl_target *target, const struct ipvl_packet *packet)
{
	const __u8 *header = packet->data;
	unsigned int header_length, length;

	if (packet->have < IPVL_IPV4_HEADER)
		return packet->total < IPVL_IPV4_HEADER ? IPVL_MALFORMED : IPVL_IPV4_HEADER;
	header_length = IPVL_IPV4_HEADER;
	/* Nearly all are version 4 without options. */
	if (header[0] != 0x45) {
		header_length = (header[0] & 0x0f) * 4;
		if (header[0] >> 4 != 4 || header_length < IPVL_IPV4_HEADER || header_length > packet->total)
			return IPVL_MALFORMED;
	}
	length = ipvl_get16(header + IPVL_IPV4_LENGTH);
	/* Above 64 KiB a packet that is yet to be segmented says 0. */
	if ((length < header_length || length > packet->total) && !(!length && packet->gso))
		return IPVL_MALFORMED;
	target->family = IPVL_V4;
	target->multicast = header[IPVL_IPV4_DEST] >= 224 && header[IPVL_IPV4_DEST] <= 239;
	target->address = header + IPVL_IPV4_DEST;
	return IPVL_PARSED;
}

/* Duplicate address detection has no source to answer to: only its target tells whose it is. */
static inline int ipvl_parse_solicitation(struct ipvl_target *target, const struct ipvl_packet *packet)
{
	const __u8 *header = packet->data;

	if (packet->total < IPVL_SOLICITATION_END)
		return IPVL_PARSED;
	if (packet->have < IPVL_SOLICITATION_END)
		return IPVL_SOLICITATION_END;
	if (header[IPVL_IPV6_HEADER] == IPVL_NEIGHBOUR_SOLICITATION)
		target->address = header + IPVL_SOLICITATION_TARGET;
	return IPVL_PARSED;
}

static inline int ipvl_parse_ipv6(struct ipvl_target *target, const struct ipvl_packet *packet)
{
	static const __u8 unspecified[16];
	const __u8 *header = packet->data;

	if (packet->have < IPVL_IPV6_HEADER)
		return packet->total < IPVL_IPV6_HEADER ? IPVL_MALFORMED : IPVL_IPV6_HEADER;
	if (header[0] >> 4 != 6 || ipvl_get16(header + IPVL_IPV6_LENGTH) > packet->total - IPVL_IPV6_HEADER)
		return IPVL_MALFORMED;
	target->family = IPVL_V6;
	target->multicast = header[IPVL_IPV6_DEST] == 0xff;
	target->address = header + IPVL_IPV6_DEST;
	if (header[IPVL_IPV6_NEXT] == IPVL_NEXT_ICMPV6 &&
	    !memcmp(header + IPVL_IPV6_SOURCE, unspecified, sizeof(unspecified)))
		return ipvl_parse_solicitation(target, packet);
	return IPVL_PARSED;
}

static inline int ipvl_parse_arp(struct ipvl_target *target, const struct ipvl_packet *packet)
{
	/* IPv4 over 6 byte hardware addresses, 4 byte protocol addresses; the hardware type says nothing more. */
	static const __u8 wanted[] = { 0x08, 0x00, 6, 4 };
	const __u8 *header = packet->data;

	if (packet->total < IPVL_ARP_END)
		return IPVL_MALFORMED;
	if (packet->have < IPVL_ARP_END)
		return IPVL_ARP_END;
	if (memcmp(header + 2, wanted, sizeof(wanted)))
		return IPVL_MALFORMED;
	target->family = IPVL_V4;
	target->multicast = false;
	target->address = header + IPVL_ARP_TARGET;
	return IPVL_PARSED;
}

/*
 * Reads at most packet->have bytes. Returns IPVL_PARSED with the target filled,
 * IPVL_MALFORMED, IPVL_NOT_MINE (a protocol without one), or the number of
 * bytes, above packet->have and at most packet->total, to ask again with.
 */
static inline int ipvl_parse(struct ipvl_target *target, const struct ipvl_packet *packet)
{
	/* The most frequent first. */
	if (packet->ethertype == IPVL_TYPE_IPV4)
		return ipvl_parse_ipv4(target, packet);
	if (packet->ethertype == IPVL_TYPE_IPV6)
		return ipvl_parse_ipv6(target, packet);
	if (packet->ethertype == IPVL_TYPE_ARP)
		return ipvl_parse_arp(target, packet);
	return IPVL_NOT_MINE;
}

#endif
