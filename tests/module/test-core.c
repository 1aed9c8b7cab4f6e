// SPDX-License-Identifier: GPL-2.0-only
/* The datapath's decisions, row by row. */
#include <check.h>
#include <linux/if_link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../module/core/types.h"

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
static int parse_slowly(struct ipvl_key *key, const uint8_t *data, unsigned int total, uint16_t type, bool gso)
{
	struct ipvl_packet packet = { .total = total, .ethertype = type, .gso = gso };
	int result;

	for (;;) {
		uint8_t *copy = malloc(packet.have ? packet.have : 1);

		memcpy(copy, data, packet.have);
		packet.data = copy;
		result = ipvl_parse(key, &packet);
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
	struct ipvl_key key = { 0 };
	int result;

	result = parse_slowly(&key, packets[_i].data, packets[_i].total, packets[_i].type, packets[_i].gso);
	ck_assert_msg(result == packets[_i].result, "%s: got %d", packets[_i].name, result);
	if (result)
		return;
	ck_assert_msg(key.family == packets[_i].family, "%s: family %d", packets[_i].name, key.family);
	ck_assert_msg(key.multicast == packets[_i].multicast, "%s: multicast %d", packets[_i].name, key.multicast);
	ck_assert_msg(!memcmp(key.v6, packets[_i].key, key.family == IPVL_V4 ? 4 : 16), "%s: address",
		      packets[_i].name);
}
END_TEST

enum { L2 = IPVLAN_MODE_L2, L3 = IPVLAN_MODE_L3, L3S = IPVLAN_MODE_L3S };
enum { BRIDGE = 0, PRIVATE = IPVLAN_F_PRIVATE, VEPA = IPVLAN_F_VEPA, BOTH = PRIVATE | VEPA };
enum { GROUP = 1, OWN = 2, LOOPED = 4, MULTI = 8, IP = 16 };

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
	};

	return question;
}

static const struct {
	int mode, flags, lookup, facts, action, reason;
} sends[] = {
	{ L2, BRIDGE, IPVL_NOT_ASKED, GROUP, IPVL_FLOOD, 0 },
	{ L2, PRIVATE, IPVL_NOT_ASKED, GROUP, IPVL_FLOOD, 0 },
	{ L2, VEPA, IPVL_NOT_ASKED, GROUP, IPVL_FLOOD, 0 },
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
	{ L3, BRIDGE, IPVL_NO_KEY, 0, IPVL_DROP, IPVL_R_TX_NOT_IP },
	{ L3, BRIDGE, IPVL_BAD_HEADER, IP, IPVL_DROP, IPVL_R_TX_MALFORMED },
	{ L3S, BRIDGE, IPVL_HIT, IP, IPVL_DELIVER, 0 },
	{ L3S, BRIDGE, IPVL_MISS, IP, IPVL_ROUTE, 0 },
}, receives[] = {
	{ L2, BRIDGE, IPVL_NOT_ASKED, LOOPED | GROUP, IPVL_PASS, 0 },
	{ L2, BRIDGE, IPVL_NOT_ASKED, GROUP, IPVL_FLOOD, 0 },
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
				for (facts = 0; facts < 32; facts++) {
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
