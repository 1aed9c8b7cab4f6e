// SPDX-License-Identifier: GPL-2.0-only
#include <linux/if_link.h>

#include "types.h"

static struct ipvl_verdict act(enum ipvl_action action)
{
	struct ipvl_verdict verdict = { .action = action };

	return verdict;
}

static struct ipvl_verdict drop(enum ipvl_reason reason)
{
	struct ipvl_verdict verdict = { .action = IPVL_DROP, .reason = reason };

	return verdict;
}

static bool isolates(const struct ipvl_question *question, __u8 flags)
{
	return question->options & IPVLAN_PORT_OPT_GROUP_ISOLATION && question->flags & flags;
}

/* A switch that sends our own frames back is not the world outside: without vepa the siblings have had them. */
static struct ipvl_verdict rx_group(const struct ipvl_question *question)
{
	return act(question->ours && !isolates(question, IPVLAN_F_VEPA) ? IPVL_PASS : IPVL_FLOOD);
}

struct ipvl_verdict ipvl_rx_verdict(const struct ipvl_question *question)
{
	/* L3S takes its packets later, from the host's IP layer. */
	if (question->mode == IPVLAN_MODE_L3S)
		return act(IPVL_PASS);
	if (question->mode == IPVLAN_MODE_L2) {
		if (question->looped)
			return act(IPVL_PASS);
		if (question->group_mac)
			return rx_group(question);
	}
	if (question->lookup == IPVL_NOT_ASKED)
		return act(IPVL_ASK);
	return act(question->lookup == IPVL_HIT ? IPVL_DELIVER : IPVL_PASS);
}

static struct ipvl_verdict tx_sibling(const struct ipvl_question *question)
{
	if (question->flags & IPVLAN_F_PRIVATE)
		return drop(IPVL_R_TX_PRIVATE);
	return act(IPVL_DELIVER);
}

static struct ipvl_verdict tx_l2(const struct ipvl_question *question)
{
	if (question->group_mac)
		return act(isolates(question, IPVLAN_F_PRIVATE | IPVLAN_F_VEPA) ? IPVL_SEND : IPVL_FLOOD);
	if (!question->own_mac || question->flags & IPVLAN_F_VEPA)
		return act(IPVL_SEND);
	if (question->lookup == IPVL_NOT_ASKED)
		return act(IPVL_ASK);
	return question->lookup == IPVL_HIT ? tx_sibling(question) : act(IPVL_HOST);
}

static struct ipvl_verdict tx_l3(const struct ipvl_question *question)
{
	switch (question->lookup) {
	case IPVL_NOT_ASKED:
		return act(IPVL_ASK);
	case IPVL_NO_KEY:
		return drop(IPVL_R_TX_NOT_IP);
	case IPVL_BAD_HEADER:
		return drop(IPVL_R_TX_MALFORMED);
	case IPVL_HIT:
		if (!(question->flags & IPVLAN_F_VEPA))
			return tx_sibling(question);
	}
	if (!question->ip)
		return drop(IPVL_R_TX_NOT_IP);
	return question->multicast ? drop(IPVL_R_TX_MULTICAST) : act(IPVL_ROUTE);
}

struct ipvl_verdict ipvl_tx_verdict(const struct ipvl_question *question)
{
	if (question->mode == IPVLAN_MODE_L2)
		return tx_l2(question);
	return tx_l3(question);
}

/* What cannot be looked into is not sent in a name of one's own. */
static struct ipvl_verdict own_name(const struct ipvl_origin_question *question)
{
	if (question->parsed == IPVL_MALFORMED)
		return drop(IPVL_R_TX_MALFORMED);
	if (question->parsed != IPVL_PARSED || !question->own_mac)
		return drop(IPVL_R_TX_SOURCE);
	return question->own || question->probe ? act(IPVL_PASS) : drop(IPVL_R_TX_SOURCE);
}

struct ipvl_verdict ipvl_origin_verdict(const struct ipvl_origin_question *question)
{
	/* Neighbours take off a tag of priority only, and read what is behind it. */
	if (question->tagged && question->options & IPVL_OPT_ORIGIN)
		return drop(IPVL_R_TX_SOURCE);
	if (question->parsed == IPVL_PARSED) {
		if (question->options & IPVL_OPT_LOCKS && question->locked)
			return drop(IPVL_R_TX_LOCKED);
		if (question->options & IPVLAN_PORT_OPT_GUARD && question->claim && question->guarded)
			return drop(IPVL_R_TX_GUARDED);
	}
	return question->options & IPVLAN_PORT_OPT_SOURCE_CHECK ? own_name(question) : act(IPVL_PASS);
}
