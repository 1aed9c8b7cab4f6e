/* SPDX-License-Identifier: GPL-2.0-only */
/* What to do with a packet. In a header, so that what is known where it is asked costs nothing. */
#ifndef IPVL_CORE_VERDICT_H
#define IPVL_CORE_VERDICT_H

#include <linux/if_link.h>

#include "types.h"

static inline struct ipvl_verdict ipvl_act(enum ipvl_action action)
{
	struct ipvl_verdict verdict = { .action = action };

	return verdict;
}

static inline struct ipvl_verdict ipvl_act_drop(enum ipvl_reason reason)
{
	struct ipvl_verdict verdict = { .action = IPVL_DROP, .reason = reason };

	return verdict;
}

static inline bool ipvl_isolates(const struct ipvl_question *question, __u8 flags)
{
	return question->options & IPVLAN_PORT_OPT_GROUP_ISOLATION && question->flags & flags;
}

/* A switch that sends our own frames back is not the world outside: without vepa the siblings have had them. */
static inline struct ipvl_verdict ipvl_rx_group(const struct ipvl_question *question)
{
	return ipvl_act(question->ours && !ipvl_isolates(question, IPVLAN_F_VEPA) ? IPVL_PASS : IPVL_FLOOD);
}

static inline struct ipvl_verdict ipvl_rx_verdict(const struct ipvl_question *question)
{
	/* L3S takes its packets later, from the host's IP layer. */
	if (question->mode == IPVLAN_MODE_L3S)
		return ipvl_act(IPVL_PASS);
	if (question->mode == IPVLAN_MODE_L2) {
		if (question->looped)
			return ipvl_act(IPVL_PASS);
		if (question->group_mac)
			return ipvl_rx_group(question);
	}
	if (question->lookup == IPVL_NOT_ASKED)
		return ipvl_act(IPVL_ASK);
	return ipvl_act(question->lookup == IPVL_HIT ? IPVL_DELIVER : IPVL_PASS);
}

static inline struct ipvl_verdict ipvl_tx_sibling(const struct ipvl_question *question)
{
	if (question->flags & IPVLAN_F_PRIVATE)
		return ipvl_act_drop(IPVL_R_TX_PRIVATE);
	return ipvl_act(IPVL_DELIVER);
}

static inline struct ipvl_verdict ipvl_tx_l2(const struct ipvl_question *question)
{
	if (question->group_mac)
		return ipvl_act(ipvl_isolates(question, IPVLAN_F_PRIVATE | IPVLAN_F_VEPA) ? IPVL_SEND : IPVL_FLOOD);
	if (!question->own_mac || question->flags & IPVLAN_F_VEPA)
		return ipvl_act(IPVL_SEND);
	if (question->lookup == IPVL_NOT_ASKED)
		return ipvl_act(IPVL_ASK);
	return question->lookup == IPVL_HIT ? ipvl_tx_sibling(question) : ipvl_act(IPVL_HOST);
}

static inline struct ipvl_verdict ipvl_tx_l3(const struct ipvl_question *question)
{
	switch (question->lookup) {
	case IPVL_NOT_ASKED:
		return ipvl_act(IPVL_ASK);
	case IPVL_NO_KEY:
		return ipvl_act_drop(IPVL_R_TX_NOT_IP);
	case IPVL_BAD_HEADER:
		return ipvl_act_drop(IPVL_R_TX_MALFORMED);
	case IPVL_HIT:
		if (!(question->flags & IPVLAN_F_VEPA))
			return ipvl_tx_sibling(question);
	}
	if (!question->ip)
		return ipvl_act_drop(IPVL_R_TX_NOT_IP);
	if (question->multicast || question->group_mac)
		return ipvl_act_drop(IPVL_R_TX_MULTICAST);
	return ipvl_act(IPVL_ROUTE);
}

static inline struct ipvl_verdict ipvl_tx_verdict(const struct ipvl_question *question)
{
	if (question->mode == IPVLAN_MODE_L2)
		return ipvl_tx_l2(question);
	return ipvl_tx_l3(question);
}

/* What cannot be looked into is not sent in a name of one's own. */
static inline struct ipvl_verdict ipvl_own_name(const struct ipvl_origin_question *question)
{
	if (question->parsed == IPVL_MALFORMED)
		return ipvl_act_drop(IPVL_R_TX_MALFORMED);
	if (question->parsed != IPVL_PARSED || !question->own_mac)
		return ipvl_act_drop(IPVL_R_TX_SOURCE);
	return question->own || question->probe ? ipvl_act(IPVL_PASS) : ipvl_act_drop(IPVL_R_TX_SOURCE);
}

/* Whether a slave may send what names this origin: IPVL_PASS or IPVL_DROP. */
static inline struct ipvl_verdict ipvl_origin_verdict(const struct ipvl_origin_question *question)
{
	if (question->parsed == IPVL_HIDDEN && question->options & IPVL_OPT_ORIGIN)
		return ipvl_act_drop(IPVL_R_TX_MALFORMED);
	/* Neighbours take off a tag of priority only, and read what is behind it. */
	if (question->tagged && question->options & IPVL_OPT_ORIGIN)
		return ipvl_act_drop(IPVL_R_TX_SOURCE);
	if (question->parsed == IPVL_PARSED) {
		if (question->options & IPVL_OPT_LOCKS && question->locked)
			return ipvl_act_drop(IPVL_R_TX_LOCKED);
		if (question->options & IPVLAN_PORT_OPT_GUARD && question->claim && question->guarded)
			return ipvl_act_drop(IPVL_R_TX_GUARDED);
	}
	return question->options & IPVLAN_PORT_OPT_SOURCE_CHECK ? ipvl_own_name(question) : ipvl_act(IPVL_PASS);
}

#endif
