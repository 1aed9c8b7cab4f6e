// SPDX-License-Identifier: GPL-2.0-only
/* Any bytes as any packet: the parser reads what it was given and ends, and both verdicts know an answer. */
#include <linux/if_link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../module/core/parse.h"
#include "../../module/core/verdict.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef int (*parse_fn)(void *to, const struct ipvl_packet *packet);

static uint8_t address[16];

static int parse_target(void *to, const struct ipvl_packet *packet)
{
	struct ipvl_target *target = to;
	int result = ipvl_parse(target, packet);

	/* Where the address is, there is all of it. */
	if (!result)
		memcpy(address, target->address, target->family == IPVL_V4 ? 4 : 16);
	return result;
}

static int parse_origin(void *to, const struct ipvl_packet *packet)
{
	return ipvl_parse_origin(to, packet);
}

static int parse_ask(void *to, const struct ipvl_packet *packet)
{
	return ipvl_parse_ask(to, packet);
}

static int parse_dhcp(void *to, const struct ipvl_packet *packet)
{
	return ipvl_parse_dhcp(to, packet);
}

static int parse(parse_fn fn, void *to, const uint8_t *data, const struct ipvl_packet *original)
{
	struct ipvl_packet copied = *original, *packet = &copied;
	int result;

	for (;;) {
		/* A copy of just this size: one byte too far is seen. */
		uint8_t *copy = malloc(packet->have ? packet->have : 1);

		memcpy(copy, data, packet->have);
		packet->data = copy;
		result = fn(to, packet);
		free(copy);
		if (result <= 0)
			return result;
		if (result <= (int)packet->have || result > (int)packet->total)
			abort();
		packet->have = result;
	}
}

static void ask(struct ipvl_question *question, bool found)
{
	struct ipvl_verdict rx, tx;

	question->lookup = IPVL_NOT_ASKED;
	rx = ipvl_rx_verdict(question);
	tx = ipvl_tx_verdict(question);
	question->lookup = found ? IPVL_HIT : IPVL_MISS;
	if (rx.action == IPVL_ASK)
		rx = ipvl_rx_verdict(question);
	if (tx.action == IPVL_ASK)
		tx = ipvl_tx_verdict(question);
	if (rx.action == IPVL_ASK || tx.action == IPVL_ASK || rx.action == IPVL_DROP || tx.action == IPVL_PASS)
		abort();
	if (tx.action == IPVL_DROP && tx.reason >= IPVL_R_RX_BACKLOG)
		abort();
	if (!found && (rx.action == IPVL_DELIVER || tx.action == IPVL_DELIVER))
		abort();
}

/* Without a key nobody is found, whatever it is sent in. */
static void ask_without_key(struct ipvl_question *question, enum ipvl_lookup lookup)
{
	question->lookup = lookup;
	if (ipvl_rx_verdict(question).action == IPVL_DELIVER || ipvl_tx_verdict(question).action == IPVL_DELIVER)
		abort();
}

static void ask_origin(const uint8_t *data, const struct ipvl_packet *packet, uint8_t facts, bool tagged)
{
	struct ipvl_origin_question question = { .options = facts & 7 };
	struct ipvl_origin origin;
	struct ipvl_verdict verdict;
	int i;

	question.parsed = parse(parse_origin, &origin, data, packet);
	if (origin.count > 2)
		abort();
	for (i = 0; i < origin.count; i++)
		if (origin.keys[i].family != IPVL_V4 && origin.keys[i].family != IPVL_V6)
			abort();
	question.options |= facts & 8 ? IPVL_OPT_LOCKS : 0;
	question.claim = origin.claim;
	question.probe = origin.probe;
	question.tagged = tagged;
	question.own_mac = facts & 16;
	question.own = facts & 32;
	question.locked = facts & 64;
	question.guarded = facts & 128;
	verdict = ipvl_origin_verdict(&question);
	if (verdict.action != IPVL_PASS && verdict.action != IPVL_DROP)
		abort();
	if (verdict.action == IPVL_DROP &&
	    (!(question.options & IPVL_OPT_ORIGIN) || verdict.reason >= IPVL_R_RX_BACKLOG))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipvl_dhcp dhcp;
	struct ipvl_ask asked;
	static const uint16_t types[] = { 0x0800, 0x0806, 0x86dd, 0x88b5 };
	struct ipvl_question question = { 0 };
	struct ipvl_packet packet = { 0 };
	struct ipvl_target target = { 0 };
	int parsed;

	if (size < 4)
		return 0;
	packet.ethertype = types[data[0] & 3];
	packet.gso = data[0] & 4;
	question.mode = data[1] % IPVLAN_MODE_MAX;
	question.flags = data[1] >> 6;
	question.looped = data[2] & 1;
	question.own_mac = data[2] & 2;
	question.group_mac = data[2] & 4;
	question.ours = data[2] & 16;
	question.options = data[2] & 32 ? IPVLAN_PORT_OPT_GROUP_ISOLATION : 0;
	question.ip = packet.ethertype == types[0] || packet.ethertype == types[2];
	packet.total = size - 4;
	packet.have = data[3] < packet.total ? data[3] : packet.total;
	parsed = parse(parse_target, &target, data + 4, &packet);
	if (parsed == IPVL_PARSED && target.family != IPVL_V4 && target.family != IPVL_V6)
		abort();
	question.multicast = target.multicast;
	if (parsed == IPVL_PARSED)
		ask(&question, data[2] & 8);
	else
		ask_without_key(&question, parsed == IPVL_MALFORMED ? IPVL_BAD_HEADER : IPVL_NO_KEY);
	ask_origin(data + 4, &packet, data[3], data[2] & 64);
	if (parse(parse_ask, &asked, data + 4, &packet) == IPVL_PARSED &&
	    !memcmp(&asked.sender, &asked.target, sizeof(asked.sender)))
		abort();
	parse(parse_dhcp, &dhcp, data + 4, &packet);
	return 0;
}
