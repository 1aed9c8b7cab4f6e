// SPDX-License-Identifier: GPL-2.0-only
#include "types.h"

enum {
	TYPE_IPV4 = 0x0800,
	TYPE_ARP = 0x0806,
	TYPE_IPV6 = 0x86dd,

	IPV4_HEADER = 20,
	IPV4_LENGTH = 2,
	IPV4_DEST = 16,

	IPV6_HEADER = 40,
	IPV6_LENGTH = 4,
	IPV6_NEXT = 6,
	IPV6_SOURCE = 8,
	IPV6_DEST = 24,
	NEXT_ICMPV6 = 58,
	NEIGHBOUR_SOLICITATION = 135,
	SOLICITATION_TARGET = IPV6_HEADER + 8,
	SOLICITATION_END = SOLICITATION_TARGET + 16,

	ARP_TARGET = 24,
	ARP_END = 28,
};

static unsigned int get16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

static int parse_ipv4(struct ipvl_key *key, const struct ipvl_packet *packet)
{
	const __u8 *header = packet->data;
	unsigned int header_length, length;

	if (packet->total < IPV4_HEADER)
		return IPVL_MALFORMED;
	if (packet->have < IPV4_HEADER)
		return IPV4_HEADER;
	header_length = (header[0] & 0x0f) * 4;
	if (header[0] >> 4 != 4 || header_length < IPV4_HEADER || header_length > packet->total)
		return IPVL_MALFORMED;
	length = get16(header + IPV4_LENGTH);
	/* Above 64 KiB a packet that is yet to be segmented says 0. */
	if (!(packet->gso && !length) && (length < header_length || length > packet->total))
		return IPVL_MALFORMED;
	key->family = IPVL_V4;
	key->multicast = header[IPV4_DEST] >= 224 && header[IPV4_DEST] <= 239;
	memcpy(&key->v4, header + IPV4_DEST, sizeof(key->v4));
	return IPVL_PARSED;
}

/* Duplicate address detection has no source to answer to: only its target tells whose it is. */
static int parse_solicitation(struct ipvl_key *key, const struct ipvl_packet *packet)
{
	const __u8 *header = packet->data;

	if (packet->total < SOLICITATION_END)
		return IPVL_PARSED;
	if (packet->have < SOLICITATION_END)
		return SOLICITATION_END;
	if (header[IPV6_HEADER] == NEIGHBOUR_SOLICITATION)
		memcpy(key->v6, header + SOLICITATION_TARGET, sizeof(key->v6));
	return IPVL_PARSED;
}

static int parse_ipv6(struct ipvl_key *key, const struct ipvl_packet *packet)
{
	static const __u8 unspecified[16];
	const __u8 *header = packet->data;

	if (packet->total < IPV6_HEADER)
		return IPVL_MALFORMED;
	if (packet->have < IPV6_HEADER)
		return IPV6_HEADER;
	if (header[0] >> 4 != 6 || get16(header + IPV6_LENGTH) > packet->total - IPV6_HEADER)
		return IPVL_MALFORMED;
	key->family = IPVL_V6;
	key->multicast = header[IPV6_DEST] == 0xff;
	memcpy(key->v6, header + IPV6_DEST, sizeof(key->v6));
	if (header[IPV6_NEXT] == NEXT_ICMPV6 && !memcmp(header + IPV6_SOURCE, unspecified, sizeof(unspecified)))
		return parse_solicitation(key, packet);
	return IPVL_PARSED;
}

static int parse_arp(struct ipvl_key *key, const struct ipvl_packet *packet)
{
	/* IPv4 over 6 byte hardware addresses, 4 byte protocol addresses; the hardware type says nothing more. */
	static const __u8 wanted[] = { 0x08, 0x00, 6, 4 };
	const __u8 *header = packet->data;

	if (packet->total < ARP_END)
		return IPVL_MALFORMED;
	if (packet->have < ARP_END)
		return ARP_END;
	if (memcmp(header + 2, wanted, sizeof(wanted)))
		return IPVL_MALFORMED;
	key->family = IPVL_V4;
	key->multicast = false;
	memcpy(&key->v4, header + ARP_TARGET, sizeof(key->v4));
	return IPVL_PARSED;
}

int ipvl_parse(struct ipvl_key *key, const struct ipvl_packet *packet)
{
	switch (packet->ethertype) {
	case TYPE_IPV4:
		return parse_ipv4(key, packet);
	case TYPE_IPV6:
		return parse_ipv6(key, packet);
	case TYPE_ARP:
		return parse_arp(key, packet);
	default:
		return IPVL_NOT_MINE;
	}
}
