/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise.h"

#include <stdbool.h>
#include <stddef.h>

/* Questions in the HOWTO's order: its own three first. */
static const struct {
	enum fact fact;
	const char *name, *question;
	const char *speaks_for; /* NULL: it decides between modes, not between kinds */
	const char *reason;
} facts[] = {
	{FACT_ONE_MAC_PER_PORT, "one-mac-per-port", "Does the switch or router allow one MAC only on the host's port?",
	 "ipvlan", "all ipvlan slaves send with the parent's MAC, so the switch sees one"},
	{FACT_MANY_SLAVES, "many-slaves", "Will there be more slaves than the card has MAC filters?", "ipvlan",
	 "beyond its filters a card goes promiscuous and gets slower; ipvlan needs no filter for its slaves"},
	{FACT_UNTRUSTED, "untrusted", "Could whoever is in the namespace misuse layer 2?", "ipvlan",
	 "an ipvlan slave cannot send with another MAC, and in l3 mode has no say in layer 2 at all"},
	{FACT_OWN_MAC, "own-mac", "Does every slave need a MAC of its own?", "macvlan",
	 "ipvlan slaves have their parent's MAC, and nothing can change that"},
	{FACT_DHCP, "dhcp", "Will slaves get their addresses by DHCP?", "macvlan",
	 "many DHCP servers tell clients apart by their MAC"},
	{FACT_HOST_ACCESS, "host-access", "Must the host itself talk to the slaves?", NULL, NULL},
	{FACT_BROADCAST, "broadcast", "Do slaves need broadcast or multicast?", NULL,
	 "only l2 mode carries broadcast and multicast"},
	{FACT_HOST_ROUTES, "host-routes", "Shall the host's routing decide where packets of slaves go?", NULL,
	 "in l3 mode packets of slaves leave by the routes of the parent's namespace"},
	{FACT_CONNTRACK, "conntrack", "Shall the host's netfilter (connection tracking, NAT) see their packets?", NULL,
	 "l3s mode passes packets in both directions through the netfilter hooks of the parent's namespace"},
	{FACT_ISOLATE, "isolate", "Shall slaves be kept from talking to each other?", NULL,
	 "private keeps slaves of one parent apart"},
	{FACT_EXTERNAL_SWITCH, "external-switch", "Shall an external switch handle what slaves send to each other?",
	 NULL, "vepa sends everything out to the switch (802.1Qbg)"},
};

static bool any(int facts_given, int wanted)
{
	return (facts_given & wanted) != 0;
}

static bool all(int facts_given, int wanted)
{
	return (facts_given & wanted) == wanted;
}

#define FOR_IPVLAN (FACT_ONE_MAC_PER_PORT | FACT_MANY_SLAVES | FACT_UNTRUSTED)

static const char *choose_kind(int given)
{
	if (any(given, FOR_IPVLAN))
		return "ipvlan";
	return any(given, FACT_OWN_MAC | FACT_DHCP) ? "macvlan" : "either";
}

static const char *choose_mode(int given)
{
	if (any(given, FACT_BROADCAST | FACT_DHCP))
		return "l2";
	if (any(given, FACT_CONNTRACK))
		return "l3s";
	return any(given, FACT_HOST_ROUTES | FACT_UNTRUSTED) ? "l3" : "l2";
}

static const char *choose_flags(int given)
{
	return any(given, FACT_ISOLATE) ? "private" : any(given, FACT_EXTERNAL_SWITCH) ? "vepa" : "bridge";
}

/* What to know beside the choice: said when all of `all` and any of `any` was given. */
static const struct {
	int all, any;
	const char *text;
} remarks[] = {
	{FACT_OWN_MAC, FOR_IPVLAN, "a MAC for each slave cannot be had together with the reasons for ipvlan"},
	{FACT_DHCP, FOR_IPVLAN,
	 "with ipvlan, give every DHCP client a client identifier of its own, for the MAC is the same for all"},
	{FACT_HOST_ACCESS, FACT_HOST_ACCESS,
	 "neither macvlan nor ipvlan lets the host reach its slaves through the parent; give the host a slave of its "
	 "own, and routes to the others through it"},
	{FACT_BROADCAST, FACT_HOST_ROUTES | FACT_CONNTRACK,
	 "l3 and l3s mode carry no broadcast, so l2 it is, without the host's routing and netfilter"},
	{FACT_DHCP, FACT_HOST_ROUTES | FACT_CONNTRACK,
	 "DHCP needs broadcast, which l3 and l3s mode do not carry, so l2 it is"},
	{FACT_ISOLATE | FACT_EXTERNAL_SWITCH, FACT_ISOLATE,
	 "private and vepa exclude each other; private keeps slaves apart for certain"},
	{FACT_EXTERNAL_SWITCH, FACT_EXTERNAL_SWITCH,
	 "in vepa the switch sees packets come back with the MAC they came with, and a router sends redirects"},
	{FACT_UNTRUSTED, FACT_DHCP | FACT_BROADCAST,
	 "for an untrusted namespace l3 would be safer than l2, but it carries no broadcast"},
};

static json_t *list_questions(void)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		json_array_append_new(list,
				      json_pack("{s:s, s:s}", "fact", facts[i].name, "question", facts[i].question));
	return list;
}

/* Reasons for the other kind are left out: there is a remark where they matter. */
static json_t *list_reasons(int given, const char *kind)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		bool fits = !facts[i].speaks_for || facts[i].speaks_for[0] == kind[0];

		if ((given & (int)facts[i].fact) && facts[i].reason && fits)
			json_array_append_new(
				list, json_pack("{s:s, s:s}", "fact", facts[i].name, "reason", facts[i].reason));
	}
	return list;
}

static json_t *list_remarks(int given)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(remarks) / sizeof(remarks[0]); i++)
		if (all(given, remarks[i].all) && any(given, remarks[i].any))
			json_array_append_new(list, json_string(remarks[i].text));
	return list;
}

json_t *advise(int given)
{
	const char *kind = choose_kind(given), *mode = choose_mode(given), *flags = choose_flags(given);

	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "recommendation", kind, "mode", mode, "flags", flags,
			 "reasons", list_reasons(given, kind), "remarks", list_remarks(given), "command",
			 json_sprintf("ipvlanctl add NAME parent PARENT mode %s %s netns NETNS", mode, flags),
			 "questions", given ? json_array() : list_questions());
}
