// SPDX-License-Identifier: GPL-2.0-only
#include "types.h"

enum {
	TYPE_IPV4 = 0x0800,

	IPV4_HEADER = 20,
	IPV4_FRAGMENT = 6,
	IPV4_PROTOCOL = 9,
	PROTOCOL_UDP = 17,

	UDP_HEADER = 8,
	UDP_TO = 2,
	PORT_SERVER = 67,
	PORT_CLIENT = 68,

	/* What BOOTP has before its names; the rest is the client's and the server's business. */
	MESSAGE_LENGTH = 44,
	MESSAGE_TRANSACTION = 4,
	MESSAGE_CLIENT = 12,
	MESSAGE_HARDWARE = 28,
	REQUEST = 1,
	REPLY = 2,
};

static unsigned int get16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

static int read_message(struct ipvl_dhcp *dhcp, const __u8 *message, __u8 wanted)
{
	static const __u8 nobody[4];

	if (message[0] != wanted)
		return IPVL_NOT_MINE;
	dhcp->reply = wanted == REPLY;
	dhcp->has_address = memcmp(message + MESSAGE_CLIENT, nobody, sizeof(nobody));
	memcpy(dhcp->xid, message + MESSAGE_TRANSACTION, sizeof(dhcp->xid));
	memcpy(dhcp->chaddr, message + MESSAGE_HARDWARE, sizeof(dhcp->chaddr));
	return IPVL_PARSED;
}

static int parse_udp(struct ipvl_dhcp *dhcp, const struct ipvl_packet *packet, unsigned int at)
{
	const __u8 *udp = (const __u8 *)packet->data + at;
	unsigned int from, to;

	if (packet->total < at + UDP_HEADER + MESSAGE_LENGTH)
		return IPVL_NOT_MINE;
	if (packet->have < at + UDP_HEADER + MESSAGE_LENGTH)
		return at + UDP_HEADER + MESSAGE_LENGTH;
	from = get16(udp);
	to = get16(udp + UDP_TO);
	if (to == PORT_SERVER && from == PORT_CLIENT)
		return read_message(dhcp, udp + UDP_HEADER, REQUEST);
	if (to == PORT_CLIENT && from == PORT_SERVER)
		return read_message(dhcp, udp + UDP_HEADER, REPLY);
	return IPVL_NOT_MINE;
}

int ipvl_parse_dhcp(struct ipvl_dhcp *dhcp, const struct ipvl_packet *packet)
{
	const __u8 *header = packet->data;
	unsigned int length;

	if (packet->ethertype != TYPE_IPV4 || packet->total < IPV4_HEADER)
		return IPVL_NOT_MINE;
	if (packet->have < IPV4_HEADER)
		return IPV4_HEADER;
	length = (header[0] & 0x0f) * 4;
	if (header[0] >> 4 != 4 || length < IPV4_HEADER || header[IPV4_PROTOCOL] != PROTOCOL_UDP)
		return IPVL_NOT_MINE;
	/* What follows the first fragment has no ports. */
	if (get16(header + IPV4_FRAGMENT) & 0x1fff)
		return IPVL_NOT_MINE;
	return parse_udp(dhcp, packet, length);
}
