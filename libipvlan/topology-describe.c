// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The slaves that live, told as they would be described. What goes without saying is not said; of what cannot be said a
 * finding tells, for whoever takes the description for the whole. Pure.
 */
#include "internal.h"
#include "topology.h"
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

/* How a finding speaks of one of them: the words around it. */
struct words {
	const char *before, *after;
};

/* What several have in common is one finding, which names the first. */
struct tally {
	struct words words;
	char first[ROUTE_TEXT_SIZE];
	size_t count;
};

static int tell(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave, const struct tally *tally)
{
	char more[48] = "";

	if (!tally->count)
		return 0;
	if (tally->count > 1)
		snprintf(more, sizeof(more), " (and %zu more)", tally->count - 1);
	return topology_leave_out(t, slave->netns, slave->name, "%s%s%s%s", tally->words.before, tally->first,
				  tally->words.after, more);
}

/* ---- addresses */

static bool has_lifetime(const struct ipvlan_topology_slave *slave, const struct ipvlan_address *address)
{
	(void)slave;
	return !address_is_described(address);
}

static bool is_no_hosts(const struct ipvlan_topology_slave *slave, const struct ipvlan_address *address)
{
	(void)slave;
	return !address_is_a_hosts(address);
}

static bool cannot_be_described(const struct ipvlan_address *address)
{
	return has_lifetime(NULL, address) || is_no_hosts(NULL, address);
}

static bool has_peer(const struct ipvlan_topology_slave *slave, const struct ipvlan_address *address)
{
	(void)slave;
	return address->has_peer;
}

static bool has_label(const struct ipvlan_topology_slave *slave, const struct ipvlan_address *address)
{
	return address->label[0] && strcmp(address->label, slave->name) != 0;
}

static bool has_broadcast(const struct ipvlan_topology_slave *slave, const struct ipvlan_address *address)
{
	(void)slave;
	return address->has_broadcast;
}

static bool has_scope(const struct ipvlan_topology_slave *slave, const struct ipvlan_address *address)
{
	uint8_t usual = address->local[0] == 127 ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;

	(void)slave;
	return address->family == AF_INET && address->scope != usual;
}

static bool is_deprecated(const struct ipvlan_topology_slave *slave, const struct ipvlan_address *address)
{
	(void)slave;
	return address->preferred != UINT32_MAX;
}

static bool has_flags(const struct ipvlan_topology_slave *slave, const struct ipvlan_address *address)
{
	(void)slave;
	return address->metric || (address->flags & (IFA_F_NOPREFIXROUTE | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR |
						     (address->family == AF_INET6 ? IFA_F_NODAD : 0)));
}

/* The first two keep an address from being described at all. */
static const struct address_trait {
	struct words words;
	bool (*is)(const struct ipvlan_topology_slave *slave, const struct ipvlan_address *address);
} address_traits[] = {
	{{"", ", which has a lifetime"}, has_lifetime},
	{{"", ", which is no host's"}, is_no_hosts},
	{{"the peer of ", ""}, has_peer},
	{{"the label of ", ""}, has_label},
	{{"the broadcast address of ", ""}, has_broadcast},
	{{"the scope of ", ""}, has_scope},
	{{"that ", " is deprecated"}, is_deprecated},
	{{"a flag or the metric of ", ""}, has_flags},
};
#define FIRST_OF_DESCRIBED 2

static int tell_addresses(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave)
{
	size_t i, trait;
	int err = 0;

	for (trait = 0; !err && trait < COUNT_OF(address_traits); trait++) {
		struct tally tally = {.words = address_traits[trait].words};

		for (i = 0; i < slave->address_count; i++) {
			const struct ipvlan_address *address = &slave->addresses[i];

			if ((trait >= FIRST_OF_DESCRIBED && cannot_be_described(address)) ||
			    !address_traits[trait].is(slave, address) || tally.count++)
				continue;
			ipvlan_address_format_prefix(address, tally.first, sizeof(tally.first));
		}
		err = tell(t, slave, &tally);
	}
	return err;
}

static void drop_addresses(struct ipvlan_topology_slave *slave)
{
	size_t i, kept = 0;

	for (i = 0; i < slave->address_count; i++) {
		if (!cannot_be_described(&slave->addresses[i]))
			slave->addresses[kept++] = slave->addresses[i];
	}
	slave->address_count = kept;
}

/* ---- routes */

typedef bool (*route_test)(const struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			   const struct ipvlan_route *route);

static bool is_elsewhere(const struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			 const struct ipvlan_route *route)
{
	(void)t, (void)slave;
	return route->table != RT_TABLE_MAIN;
}

static bool is_appended(const struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			const struct ipvlan_route *route)
{
	(void)t, (void)slave;
	return route->is_appended;
}

static bool is_not_plain(const struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			 const struct ipvlan_route *route)
{
	(void)t, (void)slave;
	return !route_is_described(route);
}

/* On a machine without that address it would be refused. */
static bool leans_on_lent(const struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			  const struct ipvlan_route *route)
{
	return slave_borrows_gateway(slave, route) || state_lends_source(&t->state, slave->netns, route);
}

static bool has_protocol(const struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			 const struct ipvlan_route *route)
{
	(void)t, (void)slave;
	return route->protocol != RTPROT_BOOT;
}

static bool has_metrics(const struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			const struct ipvlan_route *route)
{
	static const uint32_t none[ROUTE_METRICS];

	(void)t, (void)slave;
	return memcmp(route->metrics, none, sizeof(none)) != 0;
}

static bool has_preference(const struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			   const struct ipvlan_route *route)
{
	(void)t, (void)slave;
	return route->preference;
}

static bool has_strange_scope(const struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			      const struct ipvlan_route *route)
{
	struct ipvlan_route usual = *route;

	(void)t, (void)slave;
	usual.has_scope = false;
	return route->scope != ipvlan_route_get_scope(&usual);
}

/* The first ones keep a route from being described at all. */
static const struct route_trait {
	struct words words;
	route_test is;
} route_traits[] = {
	{{"route ", ", which is not in the main table"}, is_elsewhere},
	{{"route ", ", which is behind another one to the same network"}, is_appended},
	{{"route ", ", which is not for all packets, or leads to no other host"}, is_not_plain},
	{{"route ", ", which comes and goes with an address that has a lifetime"}, leans_on_lent},
	{{"the protocol of route ", ""}, has_protocol},
	{{"the MTU or other metrics of route ", ""}, has_metrics},
	{{"the preference of route ", ""}, has_preference},
	{{"the scope of route ", ""}, has_strange_scope},
};
#define FIRST_OF_DESCRIBED_ROUTES 4

/* Which of the traits is why a route is not described; FIRST_OF_DESCRIBED_ROUTES: it is. */
static size_t find_reason(const struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			  const struct ipvlan_route *route)
{
	size_t trait = 0;

	while (trait < FIRST_OF_DESCRIBED_ROUTES && !route_traits[trait].is(t, slave, route))
		trait++;
	return trait;
}

static bool has_trait(const struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
		      const struct ipvlan_route *route, size_t trait)
{
	size_t reason = find_reason(t, slave, route);

	return trait < FIRST_OF_DESCRIBED_ROUTES
		       ? trait == reason
		       : reason == FIRST_OF_DESCRIBED_ROUTES && route_traits[trait].is(t, slave, route);
}

static int tell_routes(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave)
{
	size_t i, trait;
	int err = 0;

	for (trait = 0; !err && trait < COUNT_OF(route_traits); trait++) {
		struct tally tally = {.words = route_traits[trait].words};

		for (i = 0; i < slave->route_count; i++) {
			if (has_trait(t, slave, &slave->routes[i], trait) && !tally.count++)
				route_describe(&slave->routes[i], tally.first, sizeof(tally.first));
		}
		err = tell(t, slave, &tally);
	}
	return err;
}

/*
 * The kernel makes such a one by itself for an address as it is described, so a machine without it would refuse it.
 * That the address has a peer, or that the kernel was told to make none, is not described.
 */
static bool goes_without_saying(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route)
{
	struct ipvlan_address described;
	size_t i;

	for (i = 0; !route->has_gateway && i < slave->address_count; i++) {
		described = slave->addresses[i];
		described.flags = 0;
		described.has_peer = false;
		if (!cannot_be_described(&slave->addresses[i]) && address_brings_route(&described, route))
			return true;
	}
	return false;
}

/* While all addresses and routes are there, of all slaves. */
static void mark_routes(const struct ipvlan_topology *t, struct ipvlan_topology_slave *slave)
{
	size_t i;

	for (i = 0; i < slave->route_count; i++)
		slave->routes[i].is_left_out = find_reason(t, slave, &slave->routes[i]) != FIRST_OF_DESCRIBED_ROUTES ||
					       goes_without_saying(slave, &slave->routes[i]);
}

static void drop_routes(struct ipvlan_topology_slave *slave)
{
	size_t i, kept = 0;

	for (i = 0; i < slave->route_count; i++) {
		if (!slave->routes[i].is_left_out)
			slave->routes[kept++] = slave->routes[i];
	}
	slave->route_count = kept;
}

/* What leads to a gateway may be nothing that is described: a peer, or a route of another table. */
static void say_onlink(struct ipvlan_topology_slave *slave)
{
	size_t i;

	for (i = 0; i < slave->route_count; i++) {
		if (slave->routes[i].has_gateway && !slave_reaches(slave, &slave->routes[i]))
			slave->routes[i].flags |= RTNH_F_ONLINK;
	}
}

/* ---- slaves */

static int describe_mtu(struct ipvlan_topology *t, struct ipvlan_topology_slave *slave)
{
	const struct state_port *port = state_find_port(&t->state, slave->parent);
	uint32_t mtu = slave->mtu;

	if (!port || !port->mtu || mtu < port->mtu)
		return 0;
	slave->mtu = 0;
	return mtu == port->mtu ? 0
				: topology_leave_out(t, slave->netns, slave->name,
						     "its MTU of %u, which is above that of its parent", mtu);
}

static int describe_slave(struct ipvlan_topology *t, struct ipvlan_topology_slave *slave)
{
	const struct state_netns *netns = slave->netns ? state_find_netns(&t->state, slave->netns) : NULL;
	int err = describe_mtu(t, slave);

	slave->loopback_up = netns && netns->loopback_up;
	if (!err)
		err = tell_addresses(t, slave);
	return err ? err : tell_routes(t, slave);
}

/* Of a namespace with slaves, and so of those who live there: through several links, or through none. */
static int tell_linkless(struct ipvlan_topology *t)
{
	const struct state_taken *taken = t->state.taken;
	char text[ROUTE_TEXT_SIZE], more[48];
	size_t i, of_netns;
	int err = 0;

	for (i = 0; !err && i < t->state.taken_count; i += of_netns) {
		for (of_netns = 1; i + of_netns < t->state.taken_count; of_netns++) {
			if (netns_name_compare(taken[i].netns, taken[i + of_netns].netns) != 0)
				break;
		}
		more[0] = '\0';
		if (of_netns > 1)
			snprintf(more, sizeof(more), " (and %zu more)", of_netns - 1);
		err = topology_find(t, IPVLAN_SEVERITY_WARNING, 0,
				    "namespace %s: left out: route %s, which leads through several links or none%s",
				    taken[i].netns, route_describe(&taken[i].route, text, sizeof(text)), more);
	}
	return err;
}

int topology_describe_slaves(struct ipvlan_topology *t)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < t->state.slave_count; i++)
		err = describe_slave(t, &t->state.slaves[i]);
	for (i = 0; i < t->state.slave_count; i++)
		mark_routes(t, &t->state.slaves[i]);
	for (i = 0; i < t->state.slave_count; i++) {
		drop_routes(&t->state.slaves[i]);
		drop_addresses(&t->state.slaves[i]);
		say_onlink(&t->state.slaves[i]);
	}
	return err ? err : tell_linkless(t);
}
