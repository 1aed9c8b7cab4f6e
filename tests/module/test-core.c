// SPDX-License-Identifier: GPL-2.0-only
/* The datapath's decisions, row by row. */
#include <check.h>
#include <linux/if_link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../module/core/parse.h"
#include "../../module/core/verdict.h"

/* Rows of a table, not statements. */
/* clang-format off */
#define V4(...) 0x45, 0, 0, 28, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, __VA_ARGS__, 0, 9, 0, 9, 0, 8, 0, 0
#define UNSPECIFIED 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
#define ONE 0xfd, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1
#define TWO 0xfd, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2
#define NODE 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 2
#define ICMP(type, ...) type, 0, 0, 0, 0, 0, 0, 0, __VA_ARGS__
#define V6(length, next, ...) 0x60, 0, 0, 0, 0, length, next, 255, __VA_ARGS__
#define ARP(...) 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, __VA_ARGS__

static const struct {
	const char *name;
	uint8_t data[80];
	unsigned int total;
	uint16_t type;
	bool gso;
	int result;
	uint8_t family;
	bool multicast;
	uint8_t key[16];
} packets[] = {
	{ "v4", { V4(10, 0, 0, 2) }, 28, 0x0800, false, IPVL_PARSED, IPVL_V4, false, { 10, 0, 0, 2 } },
	{ "v4, padded", { V4(10, 0, 0, 2) }, 46, 0x0800, false, IPVL_PARSED, IPVL_V4, false, { 10, 0, 0, 2 } },
	{ "v4, lowest group", { V4(224, 0, 0, 0) }, 28, 0x0800, false, IPVL_PARSED, IPVL_V4, true, { 224 } },
	{ "v4, highest group", { V4(239, 9, 9, 9) }, 28, 0x0800, false, IPVL_PARSED, IPVL_V4, true, { 239, 9, 9, 9 } },
	{ "v4, broadcast", { V4(255, 255, 255, 255) }, 28, 0x0800, false, IPVL_PARSED, IPVL_V4, false,
	  { 255, 255, 255, 255 } },
	{ "v4, empty", { 0 }, 0, 0x0800, false, IPVL_MALFORMED },
	{ "v4, one short", { V4(10, 0, 0, 2) }, 19, 0x0800, false, IPVL_MALFORMED },
	{ "v4, cut", { V4(10, 0, 0, 2) }, 27, 0x0800, false, IPVL_MALFORMED },
	{ "v4, version 5", { 0x55, 0, 0, 28 }, 28, 0x0800, false, IPVL_MALFORMED },
	{ "v4, header of 16", { 0x44, 0, 0, 28 }, 28, 0x0800, false, IPVL_MALFORMED },
	{ "v4, header beyond the packet", { 0x4f, 0, 0, 28 }, 28, 0x0800, false, IPVL_MALFORMED },
	{ "v4, total below the header", { 0x46, 0, 0, 20 }, 28, 0x0800, false, IPVL_MALFORMED },
	{ "v4, no length", { 0x45, 0, 0, 0 }, 28, 0x0800, false, IPVL_MALFORMED },
	{ "v4, no length, to be segmented", { 0x45, 0, 0, 0 }, 28, 0x0800, true, IPVL_PARSED, IPVL_V4, false, { 0 } },
	{ "v6", { V6(0, 59, ONE, TWO) }, 40, 0x86dd, false, IPVL_PARSED, IPVL_V6, false, { TWO } },
	{ "v6, group", { V6(0, 59, ONE, NODE) }, 40, 0x86dd, false, IPVL_PARSED, IPVL_V6, true, { NODE } },
	{ "v6, one short", { V6(0, 59, ONE, TWO) }, 39, 0x86dd, false, IPVL_MALFORMED },
	{ "v6, cut", { V6(1, 59, ONE, TWO) }, 40, 0x86dd, false, IPVL_MALFORMED },
	{ "v6, version 4", { 0x40 }, 40, 0x86dd, false, IPVL_MALFORMED },
	{ "v6, duplicate address detection", { V6(24, 58, UNSPECIFIED, NODE, ICMP(135, ONE)) }, 64, 0x86dd, false,
	  IPVL_PARSED, IPVL_V6, true, { ONE } },
	{ "v6, solicitation with a source", { V6(24, 58, TWO, NODE, ICMP(135, ONE)) }, 64, 0x86dd, false, IPVL_PARSED,
	  IPVL_V6, true, { NODE } },
	{ "v6, another ICMP without a source", { V6(24, 58, UNSPECIFIED, NODE, ICMP(143, ONE)) }, 64, 0x86dd, false,
	  IPVL_PARSED, IPVL_V6, true, { NODE } },
	{ "v6, cut solicitation", { V6(23, 58, UNSPECIFIED, NODE, ICMP(135, ONE)) }, 63, 0x86dd, false, IPVL_PARSED,
	  IPVL_V6, true, { NODE } },
	{ "arp", { ARP(10, 0, 0, 2) }, 28, 0x0806, false, IPVL_PARSED, IPVL_V4, false, { 10, 0, 0, 2 } },
	{ "arp, one short", { ARP(10, 0, 0, 2) }, 27, 0x0806, false, IPVL_MALFORMED },
	{ "arp, not for IPv4", { 0, 1, 0x86, 0xdd, 6, 4 }, 28, 0x0806, false, IPVL_MALFORMED },
	{ "arp, hardware addresses of 8", { 0, 1, 8, 0, 8, 4 }, 28, 0x0806, false, IPVL_MALFORMED },
	{ "another protocol", { 1, 2, 3 }, 3, 0x88b5, false, IPVL_NOT_MINE },
	{ "nothing of another protocol", { 0 }, 0, 0, false, IPVL_NOT_MINE },
};
/* clang-format on */

/* Byte by byte, each in memory of its own size: it asks for no more than there is, and no more than it needs. */
static int parse_slowly(struct ipvl_target *target, uint8_t *address, const uint8_t *data, unsigned int total,
			uint16_t type, bool gso)
{
	struct ipvl_packet packet = { .total = total, .ethertype = type, .gso = gso };
	int result;

	for (;;) {
		uint8_t *copy = malloc(packet.have ? packet.have : 1);

		memcpy(copy, data, packet.have);
		packet.data = copy;
		result = ipvl_parse(target, &packet);
		if (!result)
			memcpy(address, target->address, target->family == IPVL_V4 ? 4 : 16);
		free(copy);
		if (result <= 0)
			return result;
		ck_assert_int_gt(result, packet.have);
		ck_assert_int_le(result, total);
		packet.have = result;
	}
}

START_TEST(parse)
{
	struct ipvl_target target = { 0 };
	uint8_t address[16];
	int result;

	result = parse_slowly(&target, address, packets[_i].data, packets[_i].total, packets[_i].type, packets[_i].gso);
	ck_assert_msg(result == packets[_i].result, "%s: got %d", packets[_i].name, result);
	if (result)
		return;
	ck_assert_msg(target.family == packets[_i].family, "%s: family %d", packets[_i].name, target.family);
	ck_assert_msg(target.multicast == packets[_i].multicast, "%s: multicast %d", packets[_i].name,
		      target.multicast);
	ck_assert_msg(!memcmp(address, packets[_i].key, target.family == IPVL_V4 ? 4 : 16), "%s: address",
		      packets[_i].name);
}
END_TEST

/* Rows of a table, not statements. */
/* clang-format off */
#define V4FROM(...) 0x45, 0, 0, 20, 0, 1, 0, 0, 64, 17, 0, 0, __VA_ARGS__, 10, 0, 0, 2
#define ARPFROM(...) 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, __VA_ARGS__, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2
#define OPTION(next) next, 0, 1, 4, 0, 0, 0, 0
enum { CLAIM = 1, PROBE = 2 };

static const struct {
	const char *name;
	uint8_t data[120];
	unsigned int total;
	uint16_t type;
	int result, facts, count;
	uint8_t family, first[16], second[16];
} origins[] = {
	{ "v4", { V4FROM(10, 0, 0, 1) }, 20, 0x0800, IPVL_PARSED, 0, 1, IPVL_V4, { 10, 0, 0, 1 } },
	{ "v4, from nobody", { V4FROM(0, 0, 0, 0) }, 20, 0x0800, IPVL_PARSED, PROBE, 0 },
	{ "v4, one short", { V4FROM(10, 0, 0, 1) }, 19, 0x0800, IPVL_MALFORMED },
	{ "v4, version 5", { 0x55 }, 20, 0x0800, IPVL_MALFORMED },
	{ "arp", { ARPFROM(10, 0, 0, 1) }, 28, 0x0806, IPVL_PARSED, CLAIM, 1, IPVL_V4, { 10, 0, 0, 1 } },
	{ "arp, probe", { ARPFROM(0, 0, 0, 0) }, 28, 0x0806, IPVL_PARSED, CLAIM | PROBE, 1, IPVL_V4, { 10, 0, 0, 2 } },
	{ "arp, one short", { ARPFROM(10, 0, 0, 1) }, 27, 0x0806, IPVL_MALFORMED },
	{ "arp, not for IPv4", { 0, 1, 0x86, 0xdd, 6, 4 }, 28, 0x0806, IPVL_MALFORMED },
	{ "v6", { V6(0, 59, ONE, TWO) }, 40, 0x86dd, IPVL_PARSED, 0, 1, IPVL_V6, { ONE } },
	{ "v6, from nobody", { V6(0, 59, UNSPECIFIED, TWO) }, 40, 0x86dd, IPVL_PARSED, PROBE, 0 },
	{ "v6, one short", { V6(0, 59, ONE, TWO) }, 39, 0x86dd, IPVL_MALFORMED },
	{ "v6, version 4", { 0x40 }, 40, 0x86dd, IPVL_MALFORMED },
	{ "echo", { V6(24, 58, ONE, TWO, ICMP(128, TWO)) }, 64, 0x86dd, IPVL_PARSED, 0, 1, IPVL_V6, { ONE } },
	{ "solicitation", { V6(24, 58, ONE, NODE, ICMP(135, TWO)) }, 64, 0x86dd, IPVL_PARSED, CLAIM, 1, IPVL_V6, { ONE } },
	{ "duplicate address detection", { V6(24, 58, UNSPECIFIED, NODE, ICMP(135, TWO)) }, 64, 0x86dd, IPVL_PARSED,
	  CLAIM | PROBE, 1, IPVL_V6, { TWO } },
	{ "advertisement", { V6(24, 58, ONE, NODE, ICMP(136, TWO)) }, 64, 0x86dd, IPVL_PARSED, CLAIM, 2, IPVL_V6, { ONE },
	  { TWO } },
	{ "advertisement from nobody", { V6(24, 58, UNSPECIFIED, NODE, ICMP(136, TWO)) }, 64, 0x86dd, IPVL_PARSED, CLAIM, 1,
	  IPVL_V6, { TWO } },
	{ "advertisement, cut", { V6(23, 58, ONE, NODE, ICMP(136, TWO)) }, 63, 0x86dd, IPVL_PARSED, CLAIM, 1, IPVL_V6,
	  { ONE } },
	{ "router's advertisement", { V6(24, 58, ONE, NODE, ICMP(134, TWO)) }, 64, 0x86dd, IPVL_PARSED, CLAIM, 1, IPVL_V6,
	  { ONE } },
	{ "behind two options", { V6(40, 60, ONE, NODE, OPTION(60), OPTION(58), ICMP(136, TWO)) }, 80, 0x86dd, IPVL_PARSED,
	  CLAIM, 2, IPVL_V6, { ONE }, { TWO } },
	{ "option, cut", { V6(1, 60, ONE, NODE, OPTION(58)) }, 41, 0x86dd, IPVL_PARSED, 0, 1, IPVL_V6, { ONE } },
	{ "option without an end", { V6(8, 0, ONE, NODE, 58, 255) }, 48, 0x86dd, IPVL_PARSED, 0, 1, IPVL_V6, { ONE } },
	{ "nine options", { V6(72, 60, ONE, NODE, OPTION(60), OPTION(60), OPTION(60), OPTION(60), OPTION(60), OPTION(60),
	  OPTION(60), OPTION(60), OPTION(58)) }, 112, 0x86dd, IPVL_HIDDEN },
	{ "a fragment", { V6(32, 44, ONE, NODE, 58, 0, 0, 1, 0, 0, 0, 1, ICMP(136, TWO)) }, 72, 0x86dd, IPVL_PARSED, 0, 1,
	  IPVL_V6, { ONE } },
	{ "another protocol", { 1, 2, 3 }, 3, 0x88b5, IPVL_NOT_MINE },
};

#define UDP(from, to) 0, from, 0, to, 0, 52, 0, 0
#define BOOTP(op, ...) op, 1, 6, 0, 'x', 'i', 'd', 0, 0, 0, 0, 0, __VA_ARGS__, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, \
	'c', 'h', 'a', 'd', 'd', 'r', 0, 0, 0, 0, 0, 0, 0, 0, 0, 'z'
#define DHCP(protocol, fragment, ...) 0x45, 0, 0, 72, 0, 1, fragment, 0, 64, protocol, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2, \
	__VA_ARGS__

static const struct {
	const char *name;
	uint8_t data[100];
	unsigned int total;
	uint16_t type;
	int result;
	bool reply, has_address;
} dhcps[] = {
	{ "question", { DHCP(17, 0, UDP(68, 67), BOOTP(1, 0, 0, 0, 0)) }, 72, 0x0800, IPVL_PARSED, false, false },
	{ "renewal", { DHCP(17, 0, UDP(68, 67), BOOTP(1, 10, 0, 0, 1)) }, 72, 0x0800, IPVL_PARSED, false, true },
	{ "answer", { DHCP(17, 0, UDP(67, 68), BOOTP(2, 0, 0, 0, 0)) }, 72, 0x0800, IPVL_PARSED, true, false },
	{ "an answer that asks", { DHCP(17, 0, UDP(67, 68), BOOTP(1, 0, 0, 0, 0)) }, 72, 0x0800, IPVL_NOT_MINE },
	{ "a question that answers", { DHCP(17, 0, UDP(68, 67), BOOTP(2, 0, 0, 0, 0)) }, 72, 0x0800, IPVL_NOT_MINE },
	{ "between servers", { DHCP(17, 0, UDP(67, 67), BOOTP(2, 0, 0, 0, 0)) }, 72, 0x0800, IPVL_NOT_MINE },
	{ "another port", { DHCP(17, 0, UDP(53, 68), BOOTP(2, 0, 0, 0, 0)) }, 72, 0x0800, IPVL_NOT_MINE },
	{ "another protocol", { DHCP(6, 0, UDP(67, 68), BOOTP(2, 0, 0, 0, 0)) }, 72, 0x0800, IPVL_NOT_MINE },
	{ "a later fragment", { DHCP(17, 1, UDP(67, 68), BOOTP(2, 0, 0, 0, 0)) }, 72, 0x0800, IPVL_NOT_MINE },
	{ "the first fragment", { DHCP(17, 0x20, UDP(67, 68), BOOTP(2, 0, 0, 0, 0)) }, 72, 0x0800, IPVL_PARSED, true, false },
	{ "one short", { DHCP(17, 0, UDP(67, 68), BOOTP(2, 0, 0, 0, 0)) }, 71, 0x0800, IPVL_NOT_MINE },
	{ "no header", { 0x45 }, 19, 0x0800, IPVL_NOT_MINE },
	{ "header of 16", { 0x44, 0, 0, 72, 0, 1, 0, 0, 64, 17 }, 72, 0x0800, IPVL_NOT_MINE },
	{ "IPv6", { 0x60 }, 72, 0x86dd, IPVL_NOT_MINE },
};
/* clang-format on */

/* As parse_slowly(), for the other parsers. */
static int any_slowly(int (*fn)(void *to, const struct ipvl_packet *packet), void *to, const uint8_t *data,
		      unsigned int total, uint16_t type)
{
	struct ipvl_packet packet = { .total = total, .ethertype = type };
	int result;

	for (;;) {
		uint8_t *copy = malloc(packet.have ? packet.have : 1);

		memcpy(copy, data, packet.have);
		packet.data = copy;
		result = fn(to, &packet);
		free(copy);
		if (result <= 0)
			return result;
		ck_assert_int_gt(result, packet.have);
		ck_assert_int_le(result, total);
		packet.have = result;
	}
}

static int parse_origin(void *to, const struct ipvl_packet *packet)
{
	return ipvl_parse_origin(to, packet);
}

#define ARP_OF(operation, sender, ...) \
	0, 1, 8, 0, 6, 4, 0, operation, 2, 0, 0, 0, 0, 1, 10, 0, 0, sender, 0, 0, 0, 0, 0, 0, __VA_ARGS__

/* Whom ARP asks for; from 10.0.0.1, where it is parsed. */
static const struct {
	const char *name;
	uint8_t data[28];
	unsigned int total;
	uint16_t type;
	int result;
	uint8_t target[4];
} asks[] = {
	{ "a request", { ARP_OF(1, 1, 10, 0, 0, 2) }, 28, 0x0806, IPVL_PARSED, { 10, 0, 0, 2 } },
	{ "a request, padded", { ARP_OF(1, 1, 10, 0, 0, 2) }, 46, 0x0806, IPVL_PARSED, { 10, 0, 0, 2 } },
	{ "one short", { ARP_OF(1, 1, 10, 0, 0, 2) }, 27, 0x0806, IPVL_NOT_MINE },
	{ "an answer", { ARP_OF(2, 1, 10, 0, 0, 2) }, 28, 0x0806, IPVL_NOT_MINE },
	{ "an announcement", { ARP_OF(1, 1, 10, 0, 0, 1) }, 28, 0x0806, IPVL_NOT_MINE },
	{ "a probe",
	  { 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2 },
	  28,
	  0x0806,
	  IPVL_NOT_MINE },
	{ "of another protocol", { 0, 1, 8, 1, 6, 4, 0, 1 }, 28, 0x0806, IPVL_NOT_MINE },
	{ "of longer addresses", { 0, 1, 8, 0, 8, 4, 0, 1 }, 28, 0x0806, IPVL_NOT_MINE },
	{ "no ARP", { ARP_OF(1, 1, 10, 0, 0, 2) }, 28, 0x0800, IPVL_NOT_MINE },
};

static int parse_ask(void *to, const struct ipvl_packet *packet)
{
	return ipvl_parse_ask(to, packet);
}

static int parse_dhcp(void *to, const struct ipvl_packet *packet)
{
	return ipvl_parse_dhcp(to, packet);
}

START_TEST(origin)
{
	struct ipvl_origin got = { 0 };
	int result = any_slowly(parse_origin, &got, origins[_i].data, origins[_i].total, origins[_i].type);
	size_t size = got.keys[0].family == IPVL_V4 ? 4 : 16;

	ck_assert_msg(result == origins[_i].result, "%s: got %d", origins[_i].name, result);
	if (result)
		return;
	ck_assert_msg((got.claim ? CLAIM : 0) + (got.probe ? PROBE : 0) == origins[_i].facts, "%s: facts",
		      origins[_i].name);
	ck_assert_msg(got.count == origins[_i].count, "%s: %d addresses", origins[_i].name, got.count);
	if (got.count > 0)
		ck_assert_msg(got.keys[0].family == origins[_i].family &&
				      !memcmp(got.keys[0].v6, origins[_i].first, size),
			      "%s: first address", origins[_i].name);
	if (got.count > 1)
		ck_assert_msg(!memcmp(got.keys[1].v6, origins[_i].second, size), "%s: second address",
			      origins[_i].name);
}
END_TEST

START_TEST(ask)
{
	static const uint8_t sender[] = { 10, 0, 0, 1 };
	struct ipvl_ask got = { 0 };
	int result = any_slowly(parse_ask, &got, asks[_i].data, asks[_i].total, asks[_i].type);

	ck_assert_msg(result == asks[_i].result, "%s: got %d", asks[_i].name, result);
	if (result != IPVL_PARSED)
		return;
	ck_assert_msg(got.sender.family == IPVL_V4 && !memcmp(&got.sender.v4, sender, 4), "%s: sender", asks[_i].name);
	ck_assert_msg(got.target.family == IPVL_V4 && !memcmp(&got.target.v4, asks[_i].target, 4), "%s: target",
		      asks[_i].name);
}
END_TEST

START_TEST(dhcp)
{
	static const uint8_t xid[4] = "xid", chaddr[16] = { 'c', 'h', 'a', 'd', 'd', 'r', [15] = 'z' };
	struct ipvl_dhcp got = { 0 };
	int result = any_slowly(parse_dhcp, &got, dhcps[_i].data, dhcps[_i].total, dhcps[_i].type);

	ck_assert_msg(result == dhcps[_i].result, "%s: got %d", dhcps[_i].name, result);
	if (result)
		return;
	ck_assert_msg(got.reply == dhcps[_i].reply && got.has_address == dhcps[_i].has_address, "%s: facts",
		      dhcps[_i].name);
	ck_assert_msg(!memcmp(got.xid, xid, 4) && !memcmp(got.chaddr, chaddr, 16), "%s: who", dhcps[_i].name);
}
END_TEST

enum { TAGGED = 1, OWN_MAC = 2, CLAIMS = 4, PROBES = 8, OWNS = 16, IS_LOCKED = 32, IS_GUARDED = 64 };
enum { CHECK = IPVLAN_PORT_OPT_SOURCE_CHECK, GUARD = IPVLAN_PORT_OPT_GUARD, LOCKS = IPVL_OPT_LOCKS };
enum { NO_DROP = -1 };

static const struct {
	unsigned int options;
	int parsed, facts, reason;
} senders[] = {
	{ 0, IPVL_PARSED, TAGGED | CLAIMS | IS_LOCKED | IS_GUARDED, NO_DROP },
	{ 0, IPVL_MALFORMED, 0, NO_DROP },
	{ IPVLAN_PORT_OPT_DHCP, IPVL_PARSED, TAGGED, NO_DROP },
	{ CHECK, IPVL_PARSED, OWN_MAC | OWNS, NO_DROP },
	{ CHECK, IPVL_PARSED, OWN_MAC, IPVL_R_TX_SOURCE },
	{ CHECK, IPVL_PARSED, OWNS, IPVL_R_TX_SOURCE },
	{ CHECK, IPVL_PARSED, OWN_MAC | PROBES, NO_DROP },
	{ CHECK, IPVL_PARSED, PROBES, IPVL_R_TX_SOURCE },
	{ CHECK, IPVL_PARSED, OWN_MAC | OWNS | IS_LOCKED | CLAIMS | IS_GUARDED, NO_DROP },
	{ CHECK, IPVL_NOT_MINE, OWN_MAC | OWNS, IPVL_R_TX_SOURCE },
	{ CHECK, IPVL_MALFORMED, OWN_MAC | OWNS, IPVL_R_TX_MALFORMED },
	{ CHECK, IPVL_NOT_MINE, OWN_MAC | OWNS | TAGGED, IPVL_R_TX_SOURCE },
	{ 0, IPVL_HIDDEN, 0, NO_DROP },
	{ IPVLAN_PORT_OPT_DHCP, IPVL_HIDDEN, 0, NO_DROP },
	{ CHECK, IPVL_HIDDEN, OWN_MAC | OWNS | PROBES, IPVL_R_TX_MALFORMED },
	{ GUARD, IPVL_HIDDEN, OWN_MAC | OWNS, IPVL_R_TX_MALFORMED },
	{ LOCKS, IPVL_HIDDEN, OWN_MAC | OWNS, IPVL_R_TX_MALFORMED },
	{ GUARD, IPVL_PARSED, CLAIMS | IS_GUARDED, IPVL_R_TX_GUARDED },
	{ GUARD, IPVL_PARSED, CLAIMS | PROBES | IS_GUARDED, IPVL_R_TX_GUARDED },
	{ GUARD, IPVL_PARSED, IS_GUARDED, NO_DROP },
	{ GUARD, IPVL_PARSED, CLAIMS, NO_DROP },
	{ GUARD, IPVL_MALFORMED, CLAIMS | IS_GUARDED, NO_DROP },
	{ GUARD, IPVL_NOT_MINE, 0, NO_DROP },
	{ GUARD, IPVL_NOT_MINE, TAGGED, IPVL_R_TX_SOURCE },
	{ LOCKS, IPVL_PARSED, IS_LOCKED, IPVL_R_TX_LOCKED },
	{ LOCKS, IPVL_PARSED, IS_LOCKED | PROBES | CLAIMS, IPVL_R_TX_LOCKED },
	{ LOCKS, IPVL_PARSED, CLAIMS | IS_GUARDED, NO_DROP },
	{ LOCKS, IPVL_MALFORMED, IS_LOCKED, NO_DROP },
	{ LOCKS | CHECK | GUARD, IPVL_PARSED, OWN_MAC | OWNS | CLAIMS | IS_LOCKED | IS_GUARDED, IPVL_R_TX_LOCKED },
	{ LOCKS | CHECK | GUARD, IPVL_PARSED, OWN_MAC | OWNS | CLAIMS | IS_GUARDED, IPVL_R_TX_GUARDED },
	{ LOCKS | CHECK | GUARD, IPVL_PARSED, OWN_MAC | OWNS | CLAIMS, NO_DROP },
};

START_TEST(sender)
{
	struct ipvl_origin_question q = {
		.options = senders[_i].options,
		.parsed = senders[_i].parsed,
		.tagged = senders[_i].facts & TAGGED,
		.own_mac = senders[_i].facts & OWN_MAC,
		.claim = senders[_i].facts & CLAIMS,
		.probe = senders[_i].facts & PROBES,
		.own = senders[_i].facts & OWNS,
		.locked = senders[_i].facts & IS_LOCKED,
		.guarded = senders[_i].facts & IS_GUARDED,
	};
	struct ipvl_verdict verdict = ipvl_origin_verdict(&q);
	int got = verdict.action == IPVL_DROP ? verdict.reason : NO_DROP;

	ck_assert_msg(verdict.action == IPVL_DROP || verdict.action == IPVL_PASS, "row %d: action %d", _i,
		      verdict.action);
	ck_assert_msg(got == senders[_i].reason, "row %d: reason %d", _i, got);
}
END_TEST

enum { L2 = IPVLAN_MODE_L2, L3 = IPVLAN_MODE_L3, L3S = IPVLAN_MODE_L3S };
enum { BRIDGE = 0, PRIVATE = IPVLAN_F_PRIVATE, VEPA = IPVLAN_F_VEPA, BOTH = PRIVATE | VEPA };
enum { GROUP = 1, OWN = 2, LOOPED = 4, MULTI = 8, IP = 16, OURS = 32, ISOLATED = 64 };

static struct ipvl_question question(int mode, int flags, int lookup, int facts)
{
	struct ipvl_question question = {
		.mode = mode,
		.flags = flags,
		.lookup = lookup,
		.group_mac = facts & GROUP,
		.own_mac = facts & OWN,
		.looped = facts & LOOPED,
		.multicast = facts & MULTI,
		.ip = facts & IP,
		.ours = facts & OURS,
		.options = facts & ISOLATED ? IPVLAN_PORT_OPT_GROUP_ISOLATION : 0,
	};

	return question;
}

static const struct {
	int mode, flags, lookup, facts, action, reason;
} sends[] = {
	{ L2, BRIDGE, IPVL_NOT_ASKED, GROUP, IPVL_FLOOD, 0 },
	{ L2, PRIVATE, IPVL_NOT_ASKED, GROUP, IPVL_FLOOD, 0 },
	{ L2, VEPA, IPVL_NOT_ASKED, GROUP, IPVL_FLOOD, 0 },
	{ L2, BRIDGE, IPVL_NOT_ASKED, GROUP | ISOLATED, IPVL_FLOOD, 0 },
	{ L2, PRIVATE, IPVL_NOT_ASKED, GROUP | ISOLATED, IPVL_SEND, 0 },
	{ L2, VEPA, IPVL_NOT_ASKED, GROUP | ISOLATED, IPVL_SEND, 0 },
	{ L2, BRIDGE, IPVL_NOT_ASKED, IP, IPVL_SEND, 0 },
	{ L2, PRIVATE, IPVL_NOT_ASKED, IP, IPVL_SEND, 0 },
	{ L2, BRIDGE, IPVL_NOT_ASKED, OWN | IP, IPVL_ASK, 0 },
	{ L2, VEPA, IPVL_NOT_ASKED, OWN | IP, IPVL_SEND, 0 },
	{ L2, BRIDGE, IPVL_HIT, OWN | IP, IPVL_DELIVER, 0 },
	{ L2, BRIDGE, IPVL_HIT, OWN, IPVL_DELIVER, 0 },
	{ L2, PRIVATE, IPVL_HIT, OWN | IP, IPVL_DROP, IPVL_R_TX_PRIVATE },
	{ L2, BRIDGE, IPVL_MISS, OWN | IP, IPVL_HOST, 0 },
	{ L2, PRIVATE, IPVL_MISS, OWN | IP, IPVL_HOST, 0 },
	{ L2, BRIDGE, IPVL_NO_KEY, OWN, IPVL_HOST, 0 },
	{ L2, BRIDGE, IPVL_BAD_HEADER, OWN | IP, IPVL_HOST, 0 },
	{ L3, BRIDGE, IPVL_NOT_ASKED, IP, IPVL_ASK, 0 },
	{ L3, BRIDGE, IPVL_NOT_ASKED, GROUP, IPVL_ASK, 0 },
	{ L3, BRIDGE, IPVL_HIT, IP, IPVL_DELIVER, 0 },
	{ L3, PRIVATE, IPVL_HIT, IP, IPVL_DROP, IPVL_R_TX_PRIVATE },
	{ L3, VEPA, IPVL_HIT, IP, IPVL_ROUTE, 0 },
	{ L3, BRIDGE, IPVL_HIT, 0, IPVL_DELIVER, 0 },
	{ L3, BRIDGE, IPVL_HIT, IP | MULTI, IPVL_DELIVER, 0 },
	{ L3, VEPA, IPVL_HIT, 0, IPVL_DROP, IPVL_R_TX_NOT_IP },
	{ L3, VEPA, IPVL_HIT, IP | MULTI, IPVL_DROP, IPVL_R_TX_MULTICAST },
	{ L3, BRIDGE, IPVL_MISS, IP, IPVL_ROUTE, 0 },
	{ L3, PRIVATE, IPVL_MISS, IP, IPVL_ROUTE, 0 },
	{ L3, BRIDGE, IPVL_MISS, 0, IPVL_DROP, IPVL_R_TX_NOT_IP },
	{ L3, BRIDGE, IPVL_MISS, IP | MULTI, IPVL_DROP, IPVL_R_TX_MULTICAST },
	{ L3, BRIDGE, IPVL_MISS, IP | GROUP, IPVL_DROP, IPVL_R_TX_MULTICAST },
	{ L3, VEPA, IPVL_HIT, IP | GROUP, IPVL_DROP, IPVL_R_TX_MULTICAST },
	{ L3, BRIDGE, IPVL_HIT, IP | GROUP, IPVL_DELIVER, 0 },
	{ L3, BRIDGE, IPVL_NO_KEY, 0, IPVL_DROP, IPVL_R_TX_NOT_IP },
	{ L3, BRIDGE, IPVL_BAD_HEADER, IP, IPVL_DROP, IPVL_R_TX_MALFORMED },
	{ L3S, BRIDGE, IPVL_HIT, IP, IPVL_DELIVER, 0 },
	{ L3S, BRIDGE, IPVL_MISS, IP, IPVL_ROUTE, 0 },
}, receives[] = {
	{ L2, BRIDGE, IPVL_NOT_ASKED, LOOPED | GROUP, IPVL_PASS, 0 },
	{ L2, BRIDGE, IPVL_NOT_ASKED, GROUP, IPVL_FLOOD, 0 },
	{ L2, VEPA, IPVL_NOT_ASKED, GROUP | OURS, IPVL_PASS, 0 },
	{ L2, VEPA, IPVL_NOT_ASKED, GROUP | OURS | ISOLATED, IPVL_FLOOD, 0 },
	{ L2, PRIVATE, IPVL_NOT_ASKED, GROUP | OURS | ISOLATED, IPVL_PASS, 0 },
	{ L2, BRIDGE, IPVL_NOT_ASKED, GROUP | OURS | ISOLATED, IPVL_PASS, 0 },
	{ L2, PRIVATE, IPVL_NOT_ASKED, GROUP | ISOLATED, IPVL_FLOOD, 0 },
	{ L2, BRIDGE, IPVL_NOT_ASKED, 0, IPVL_ASK, 0 },
	{ L2, BRIDGE, IPVL_HIT, 0, IPVL_DELIVER, 0 },
	{ L2, PRIVATE, IPVL_HIT, 0, IPVL_DELIVER, 0 },
	{ L2, VEPA, IPVL_HIT, 0, IPVL_DELIVER, 0 },
	{ L2, BRIDGE, IPVL_MISS, 0, IPVL_PASS, 0 },
	{ L3, BRIDGE, IPVL_NOT_ASKED, GROUP, IPVL_ASK, 0 },
	{ L3, BRIDGE, IPVL_HIT, GROUP, IPVL_DELIVER, 0 },
	{ L3, BRIDGE, IPVL_MISS, GROUP, IPVL_PASS, 0 },
	{ L3S, BRIDGE, IPVL_NOT_ASKED, 0, IPVL_PASS, 0 },
	{ L3S, BRIDGE, IPVL_HIT, GROUP, IPVL_PASS, 0 },
};

START_TEST(send)
{
	struct ipvl_question q = question(sends[_i].mode, sends[_i].flags, sends[_i].lookup, sends[_i].facts);
	struct ipvl_verdict verdict = ipvl_tx_verdict(&q);

	ck_assert_msg(verdict.action == sends[_i].action && verdict.reason == sends[_i].reason,
		      "row %d: action %d, reason %d", _i, verdict.action, verdict.reason);
}
END_TEST

START_TEST(receive)
{
	struct ipvl_question q =
		question(receives[_i].mode, receives[_i].flags, receives[_i].lookup, receives[_i].facts);
	struct ipvl_verdict verdict = ipvl_rx_verdict(&q);

	ck_assert_msg(verdict.action == receives[_i].action, "row %d: action %d", _i, verdict.action);
}
END_TEST

static bool settled(struct ipvl_verdict verdict, bool tx, bool asked)
{
	if (verdict.action == IPVL_ASK)
		return !asked;
	if (tx)
		return verdict.action >= IPVL_DELIVER && verdict.action <= IPVL_DROP &&
		       verdict.reason < IPVL_R_RX_BACKLOG;
	return verdict.action >= IPVL_PASS && verdict.action <= IPVL_FLOOD;
}

/* Whatever the question: an answer that the driver knows, none twice asked, a slave only when one was found. */
START_TEST(all_questions)
{
	int mode, flags, lookup, facts;

	for (mode = L2; mode <= L3S; mode++)
		for (flags = 0; flags <= BOTH; flags++)
			for (lookup = IPVL_NOT_ASKED; lookup <= IPVL_NO_KEY; lookup++)
				for (facts = 0; facts < 128; facts++) {
					struct ipvl_question q = question(mode, flags, lookup, facts);
					struct ipvl_verdict rx = ipvl_rx_verdict(&q), tx = ipvl_tx_verdict(&q);

					ck_assert(settled(rx, false, lookup) && settled(tx, true, lookup));
					ck_assert(rx.action != IPVL_DELIVER || lookup == IPVL_HIT);
					ck_assert(tx.action != IPVL_DELIVER || lookup == IPVL_HIT);
				}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("module/core");
	TCase *tcase = tcase_create("core");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, parse, 0, sizeof(packets) / sizeof(packets[0]));
	tcase_add_loop_test(tcase, origin, 0, sizeof(origins) / sizeof(origins[0]));
	tcase_add_loop_test(tcase, ask, 0, sizeof(asks) / sizeof(asks[0]));
	tcase_add_loop_test(tcase, dhcp, 0, sizeof(dhcps) / sizeof(dhcps[0]));
	tcase_add_loop_test(tcase, sender, 0, sizeof(senders) / sizeof(senders[0]));
	tcase_add_loop_test(tcase, send, 0, sizeof(sends) / sizeof(sends[0]));
	tcase_add_loop_test(tcase, receive, 0, sizeof(receives) / sizeof(receives[0]));
	tcase_add_test(tcase, all_questions);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
