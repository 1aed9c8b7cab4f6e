// SPDX-License-Identifier: LGPL-2.1-or-later
/* Checks of parents and of what slaves share with them: state, carrier, MTU. Pure. */
#include "diagnosis.h"
#include <net/if_arp.h>
#include <string.h>

#ifndef IFF_LOWER_UP
#define IFF_LOWER_UP 0x10000 /* <linux/if.h>, which does not go together with <net/if.h> */
#endif

static void check_fit(struct judgement *j, const struct fact_link *parent)
{
	bool is_loopback = parent->link.device_flags & IFF_LOOPBACK;

	if (!is_loopback && parent->link.type == ARPHRD_ETHER)
		return;
	if (is_loopback)
		report(j, FINDING_PARENT_UNFIT, IPVLAN_SEVERITY_ERROR, parent,
		       "it is a loopback device, which cannot be a parent");
	else
		report(j, FINDING_PARENT_UNFIT, IPVLAN_SEVERITY_ERROR, parent,
		       "it is no Ethernet device (hardware type %u), so it cannot be a parent", parent->link.type);
	remedy(j, "# choose a card, bond, bridge, vlan, veth or dummy as the parent");
}

static void check_holder(struct judgement *j, const struct fact_link *parent)
{
	char prefix[WORD_SIZE + 32], word[WORD_SIZE];

	if (!parent->holder[0])
		return;
	report(j, FINDING_PARENT_BUSY, IPVLAN_SEVERITY_ERROR, parent, "its packets go to %s, so it can have no slaves",
	       parent->holder);
	if (parent->is_held_by_controller)
		remedy(j, "%sip link set %s nomaster", prefix_in(place_of(j, parent), prefix, sizeof(prefix)),
		       shell_word(parent->link.name, word, sizeof(word)));
	else
		remedy(j, "# delete that link, or choose another parent: macvlan and ipvlan cannot share one");
}

static void check_state(struct judgement *j, const struct fact_link *parent, size_t slaves)
{
	char command[WORD_SIZE + 16], word[WORD_SIZE];

	if (!slaves)
		return;
	if (!(parent->link.device_flags & IFF_UP)) {
		report(j, FINDING_PARENT_DOWN, IPVLAN_SEVERITY_ERROR, parent,
		       "it is down, so nothing gets in or out for its %zu slave%s", slaves, slaves == 1 ? "" : "s");
		remedy(j, "%s up %s", command_in(place_of(j, parent), command, sizeof(command)),
		       shell_word(parent->link.name, word, sizeof(word)));
	} else if (!(parent->link.device_flags & IFF_LOWER_UP)) {
		report(j, FINDING_PARENT_NO_CARRIER, IPVLAN_SEVERITY_ERROR, parent,
		       "it is up but has no carrier (state %s): no cable, or the other end is down",
		       ipvlan_link_get_operstate_name(&parent->link));
		remedy(j, "# plug the cable in, or bring the other end up");
	}
}

static void check_wireless(struct judgement *j, const struct fact_link *parent)
{
	if (!parent->is_wireless)
		return;
	report(j, FINDING_PARENT_WIRELESS, IPVLAN_SEVERITY_INFO, parent,
	       "it is a wireless device (/sys/class/net/%s/phy80211): its access point takes one MAC address, so "
	       "ipvlan "
	       "fits where macvlan and bridges do not; broadcast is slow there",
	       parent->link.name);
	remedy(j, "# nothing has to be done; with many slaves l3 keeps their broadcasts off the air");
}

static void check_above(struct judgement *j, const struct fact_link *parent, const struct fact_link *slave)
{
	char command[WORD_SIZE + 16], word[WORD_SIZE];

	if (slave->link.mtu <= parent->link.mtu)
		return;
	report(j, FINDING_MTU_ABOVE_PARENT, IPVLAN_SEVERITY_ERROR, slave,
	       "its MTU is %u, that of its parent %s is %u: longer packets are lost on the way out", slave->link.mtu,
	       parent->link.name, parent->link.mtu);
	remedy(j, "%s set %s mtu %u", command_in(place_of(j, slave), command, sizeof(command)),
	       shell_word(slave->link.name, word, sizeof(word)), parent->link.mtu);
}

/* Against the largest that fits: a slave that is smaller is named once for each. */
static void check_below(struct judgement *j, const struct fact_port *port, const struct fact_link *parent)
{
	char command[WORD_SIZE + 16], word[WORD_SIZE];
	const struct fact_link *slave = NULL;
	uint32_t largest = 0;

	while ((slave = next_slave(j, port, slave))) {
		if (slave->link.mtu > largest && slave->link.mtu <= parent->link.mtu)
			largest = slave->link.mtu;
	}
	while ((slave = next_slave(j, port, slave))) {
		if (slave->link.mtu >= largest)
			continue;
		report(j, FINDING_MTU_DIFFERS, IPVLAN_SEVERITY_INFO, slave,
		       "its MTU is %u, others of the same parent have %u: what they send it may be too long",
		       slave->link.mtu, largest);
		remedy(j, "%s set %s mtu %u", command_in(place_of(j, slave), command, sizeof(command)),
		       shell_word(slave->link.name, word, sizeof(word)), largest);
	}
}

static void check_slave_state(struct judgement *j, const struct fact_link *slave)
{
	char command[WORD_SIZE + 16], word[WORD_SIZE], text[IPVLAN_ADDRESS_SIZE];

	if ((slave->link.device_flags & IFF_UP) || !slave->link.address_count)
		return;
	report(j, FINDING_SLAVE_DOWN, IPVLAN_SEVERITY_WARNING, slave,
	       "it is down but has %s: nobody answers there, and no other slave of its parent may have it",
	       ipvlan_address_format(&slave->link.addresses[0], text, sizeof(text)));
	remedy(j, "%s up %s", command_in(place_of(j, slave), command, sizeof(command)),
	       shell_word(slave->link.name, word, sizeof(word)));
}

static void check_port(struct judgement *j, const struct fact_port *port)
{
	const struct fact_link *parent = parent_of(j, port), *slave = NULL;

	while ((slave = next_slave(j, port, slave))) {
		check_slave_state(j, slave);
		if (parent)
			check_above(j, parent, slave);
	}
	if (!parent)
		return;
	check_fit(j, parent);
	check_holder(j, parent);
	check_state(j, parent, port->slave_count);
	check_wireless(j, parent);
	check_below(j, port, parent);
}

/* Any link of a place, for a finding that is about the place. */
static const struct fact_link *find_member(const struct judgement *j, size_t place, bool parent)
{
	size_t i;

	for (i = 0; i < j->facts->link_count; i++) {
		if (j->facts->links[i].place == place && j->facts->links[i].is_parent == parent)
			return &j->facts->links[i];
	}
	return NULL;
}

static bool has_l3_port(const struct judgement *j, size_t place)
{
	const struct fact_link *parent;
	size_t i;

	for (i = 0; i < j->facts->port_count; i++) {
		parent = parent_of(j, &j->facts->ports[i]);
		if (parent && parent->place == place && is_l3(&j->facts->ports[i]))
			return true;
	}
	return false;
}

static void check_loopback(struct judgement *j, size_t number)
{
	const struct fact_place *place = &j->facts->places[number];
	bool carries = has_l3_port(j, number);
	const struct fact_link *member = find_member(j, number, carries);
	char command[WORD_SIZE + 16];

	if (place->loopback_up || !member)
		return;
	if (carries)
		report(j, FINDING_LOOPBACK_DOWN, IPVLAN_SEVERITY_WARNING, member,
		       "lo is down where it is; in l3 and l3s mode slaves reach the host by its lo");
	else
		report(j, FINDING_LOOPBACK_DOWN, IPVLAN_SEVERITY_INFO, member,
		       "lo is down where it is: 127.0.0.1, ::1 and the namespace's own addresses do not answer inside");
	remedy(j, "%s up lo", command_in(place, command, sizeof(command)));
}

void check_parents(struct judgement *j)
{
	size_t i;

	for (i = 0; i < j->facts->port_count; i++)
		check_port(j, &j->facts->ports[i]);
	for (i = 0; i < j->facts->place_count; i++)
		check_loopback(j, i);
}
