// SPDX-License-Identifier: GPL-2.0-only
/* Whom an ARP request asks for. */
#include "types.h"

enum {
	TYPE_ARP = 0x0806,

	ARP_SENDER = 14,
	ARP_TARGET = 24,
	ARP_END = 28,
};

static void set_v4(struct ipvl_key *key, const __u8 *address)
{
	memset(key, 0, sizeof(*key));
	key->family = IPVL_V4;
	memcpy(&key->v4, address, sizeof(key->v4));
}

int ipvl_parse_ask(struct ipvl_ask *ask, const struct ipvl_packet *packet)
{
	/* A request, of IPv4 over 6 byte hardware addresses. */
	static const __u8 wanted[] = { 0x08, 0x00, 6, 4, 0, 1 };
	static const __u8 nobody[4];
	const __u8 *header = packet->data;

	if (packet->ethertype != TYPE_ARP || packet->total < ARP_END)
		return IPVL_NOT_MINE;
	if (packet->have < ARP_END)
		return ARP_END;
	if (memcmp(header + 2, wanted, sizeof(wanted)))
		return IPVL_NOT_MINE;
	/* A probe, or an announcement: everybody is to hear of the address. */
	if (!memcmp(header + ARP_SENDER, nobody, 4) || !memcmp(header + ARP_SENDER, header + ARP_TARGET, 4))
		return IPVL_NOT_MINE;
	set_v4(&ask->sender, header + ARP_SENDER);
	set_v4(&ask->target, header + ARP_TARGET);
	return IPVL_PARSED;
}
