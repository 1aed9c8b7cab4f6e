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

struct ipvl_verdict ipvl_rx_verdict(const struct ipvl_question *question)
{
	/* L3S takes its packets later, from the host's IP layer. */
	if (question->mode == IPVLAN_MODE_L3S)
		return act(IPVL_PASS);
	if (question->mode == IPVLAN_MODE_L2) {
		if (question->looped)
			return act(IPVL_PASS);
		if (question->group_mac)
			return act(IPVL_FLOOD);
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
		return act(IPVL_FLOOD);
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
