// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The planner's part for routes. Pure.
 *
 * A route borrows its source when that is no address of the slave that it leads through, but of another one in the
 * namespace, or of another link. There is none without its source, so it is no part of a slave's coming and going. One
 * of IPv6 borrows it in any case, and comes when all else has: an address is no source until duplicate address
 * detection has ended, which is a matter of seconds, for all addresses at once. So does one whose gateway is within
 * reach by such a route.
 *
 * Routes to networks of the link come before those behind gateways, which may stand on them, and go after them.
 */
#include "planner.h"
#include "topology.h"
#include <string.h>
#include <sys/socket.h>

static bool is_source_of(const struct ipvlan_address *address, const struct ipvlan_route *route)
{
	return route->has_source && address->family == route->family &&
	       memcmp(address->local, route->source, sizeof(address->local)) == 0;
}

static bool has_source_of(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route)
{
	size_t i;

	for (i = 0; i < slave->address_count; i++) {
		if (is_source_of(&slave->addresses[i], route))
			return true;
	}
	return false;
}

static bool borrows_source(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route)
{
	return route->has_source && (route->family == AF_INET6 || !has_source_of(slave, route));
}

/* Among those of which family it has its turn: one of IPv4 may have a gateway of IPv6. */
static int turn_of(const struct ipvlan_route *route)
{
	return route->has_gateway ? route_gateway_family(route) : route->family;
}

static bool comes_late(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route)
{
	size_t i;

	if (borrows_source(slave, route))
		return true;
	for (i = 0; i < slave->route_count; i++) {
		if (route_leads_to_gateway(&slave->routes[i], route) && borrows_source(slave, &slave->routes[i]))
			return true;
	}
	return false;
}

void planner_drop_late_routes(struct ipvlan_topology_slave *copy, const struct ipvlan_topology_slave *slave)
{
	size_t i, kept = 0;

	for (i = 0; i < slave->route_count; i++) {
		if (!comes_late(slave, &slave->routes[i]))
			copy->routes[kept++] = copy->routes[i];
	}
	/* One that has routes is up. */
	copy->up = copy->up || kept < slave->route_count;
	copy->route_count = kept;
}

enum order { NETWORKS_FIRST, GATEWAYS_FIRST };

/* The next of a slave's routes, in that order; `at` is 0 for the first one. */
static const struct ipvlan_route *next_route(const struct ipvlan_topology_slave *slave, enum order order, size_t *at)
{
	size_t i, count = slave->route_count;
	const struct ipvlan_route *route;
	bool is_second_time;

	for (i = *at; i < 2 * count; i++) {
		is_second_time = i >= count;
		route = &slave->routes[is_second_time ? i - count : i];
		if (route->has_gateway == (is_second_time == (order == NETWORKS_FIRST))) {
			*at = i + 1;
			return route;
		}
	}
	return NULL;
}

static bool has_rival(const struct ipvlan_topology_slave *wanted, const struct ipvlan_route *route)
{
	size_t i;

	for (i = 0; i < wanted->route_count; i++) {
		if (route_is_rival(route, &wanted->routes[i]))
			return true;
	}
	return false;
}

static bool has_rival_beside(const struct planner *p, const char *netns, const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *wanted;
	size_t count, i;

	wanted = state_slaves_in(p->desired, netns, &count);
	for (i = 0; i < count; i++) {
		if (has_rival(&wanted[i], route))
			return true;
	}
	return false;
}

/* What shall lead elsewhere, from another address, or by another slave, cannot be beside what does not. */
static bool makes_way(const struct planner *p, const struct ipvlan_topology_slave *wanted,
		      const struct ipvlan_route *route)
{
	size_t i;

	for (i = 0; i < wanted->route_count; i++) {
		if (route_serves(route, &wanted->routes[i]))
			return false;
	}
	return has_rival_beside(p, wanted->netns, route);
}

static bool is_lent_again(const struct planner *p, const char *netns, const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *lender;
	size_t count, i;

	lender = state_slaves_in(p->desired, netns, &count);
	for (i = 0; i < count; i++) {
		if (has_source_of(&lender[i], route))
			return true;
	}
	return false;
}

/* What the kernel would make by itself, whoever has made it, and what comes and goes with an address that is lent. */
static bool needs_no_description(const struct planner *p, const struct ipvlan_topology_slave *now,
				 const struct ipvlan_topology_slave *wanted, const struct ipvlan_route *route)
{
	if (!route->has_gateway && slave_brings_route(wanted, route))
		return true;
	if (slave_borrows_gateway(now, route) && !slave_reaches(wanted, route))
		return true;
	return state_lends_source(p->current, now->netns, route) && !is_lent_again(p, now->netns, route);
}

/* IPv4 routes go with the last IPv4 address, and any route with its source; those that shall stay come back as well. */
static bool is_pruned(const struct planner *p, const struct ipvlan_topology_slave *now,
		      const struct ipvlan_topology_slave *wanted, const struct ipvlan_route *route)
{
	const struct ipvlan_address *address;
	size_t i, lost = 0, kept = 0;

	if (!slave_has_route(wanted, route) && !needs_no_description(p, now, wanted, route))
		return true;
	for (i = 0; i < now->address_count; i++) {
		address = &now->addresses[i];
		if (address->family != route->family)
			continue;
		if (!planner_loses_address(now, wanted, address)) {
			kept++;
			continue;
		}
		lost++;
		if (is_source_of(address, route))
			return true;
	}
	return route->family == AF_INET && lost && !kept;
}

/*
 * When the last slave of the namespace that has its source loses that, the kernel takes an IPv4 route away, and from
 * one of IPv6 its source.
 */
static bool loses_source(const struct planner *p, const char *netns, const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *lender;
	const struct ipvlan_address *address;
	size_t count, i, j;
	bool is_lost = false;

	if (!route->has_source)
		return false;
	lender = state_slaves_in(p->current, netns, &count);
	for (i = 0; i < count; i++) {
		for (j = 0; j < lender[i].address_count; j++) {
			address = &lender[i].addresses[j];
			if (!is_source_of(address, route))
				continue;
			if (planner_keeps_address(p, &lender[i], address))
				return false;
			is_lost = true;
		}
	}
	return is_lost;
}

static bool loses_route(const struct planner *p, const struct ipvlan_topology_slave *now,
			const struct ipvlan_topology_slave *wanted, const struct ipvlan_route *route)
{
	return makes_way(p, wanted, route) || (p->prune && is_pruned(p, now, wanted, route)) ||
	       (route->family == AF_INET6 && planner_loses_ipv6(now, wanted)) || loses_source(p, now->netns, route);
}

static bool must_lose_late_route(const struct planner *p, const struct ipvlan_topology_slave *now,
				 const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *wanted = planner_wanted_as(p, now);

	if (planner_must_go(p, now))
		return true;
	return wanted ? loses_route(p, now, wanted, route) : loses_source(p, now->netns, route);
}

static int plan_lost_late_routes_of(struct planner *p, const struct ipvlan_topology_slave *now)
{
	const struct ipvlan_route *route;
	size_t at = 0;
	int err = 0;

	while (!err && (route = next_route(now, GATEWAYS_FIRST, &at))) {
		if (comes_late(now, route) && must_lose_late_route(p, now, route))
			err = plan_add_route(p->plan, IPVLAN_CHANGE_REMOVE, now, route);
	}
	return err;
}

int plan_lost_late_routes(struct planner *p)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->current->slave_count; i++)
		err = plan_lost_late_routes_of(p, &p->current->slaves[i]);
	return err;
}

int plan_lost_routes(struct planner *p, const struct ipvlan_topology_slave *now,
		     const struct ipvlan_topology_slave *wanted)
{
	const struct ipvlan_route *route;
	size_t at = 0;
	int err = 0;

	while (!err && (route = next_route(now, GATEWAYS_FIRST, &at))) {
		if (!comes_late(now, route) && loses_route(p, now, wanted, route))
			err = plan_add_route(p->plan, IPVLAN_CHANGE_REMOVE, now, route);
	}
	return err;
}

static bool lacks_route(const struct planner *p, const struct ipvlan_topology_slave *now,
			const struct ipvlan_topology_slave *wanted, const struct ipvlan_route *route)
{
	size_t i;

	for (i = 0; i < now->route_count; i++) {
		if (route_is_same(&now->routes[i], route))
			return loses_route(p, now, wanted, &now->routes[i]);
	}
	return true;
}

int plan_routes(struct planner *p, const struct ipvlan_topology_slave *wanted, const struct ipvlan_topology_slave *now)
{
	const struct ipvlan_route *route;
	size_t at = 0;
	int err = 0;

	while (!err && (route = next_route(wanted, NETWORKS_FIRST, &at))) {
		if (!comes_late(wanted, route) && lacks_route(p, now, wanted, route))
			err = plan_add_route(p->plan, IPVLAN_CHANGE_ADD, wanted, route);
	}
	return err;
}

int plan_late_routes_of(struct planner *p, const struct ipvlan_topology_slave *wanted, int family)
{
	const struct ipvlan_topology_slave *now = state_find_slave(p->current, wanted->netns, wanted->name);
	const struct ipvlan_route *route;
	size_t at = 0;
	int err = 0;

	while (!err && (route = next_route(wanted, NETWORKS_FIRST, &at))) {
		if (turn_of(route) == family && comes_late(wanted, route) &&
		    (!planner_stays(p, now) || lacks_route(p, now, wanted, route)))
			err = plan_add_route(p->plan, IPVLAN_CHANGE_ADD, wanted, route);
	}
	return err;
}

static bool is_left_alone(const struct planner *p, const struct ipvlan_topology_slave *now,
			  const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *wanted = planner_wanted_as(p, now);

	if (!wanted)
		return !planner_must_go(p, now);
	if (route->family == AF_INET6 && planner_loses_ipv6(now, wanted))
		return false;
	return !p->prune && planner_stays(p, now) && !slave_has_route(wanted, route) && !makes_way(p, wanted, route);
}

/* Not an IPv4 route that has lost its source for good. */
static int plan_returning_route(struct planner *p, const struct ipvlan_topology_slave *now,
				const struct ipvlan_route *route)
{
	struct ipvlan_route returning = *route;

	if (!is_left_alone(p, now, route) || !loses_source(p, now->netns, route))
		return 0;
	returning.has_source = is_lent_again(p, now->netns, route);
	if (!returning.has_source && route->family == AF_INET)
		return 0;
	return plan_add_route(p->plan, IPVLAN_CHANGE_ADD, now, &returning);
}

/* Routes that are not described, but have lost their source, perhaps for a while. */
int plan_returning_routes(struct planner *p, const struct ipvlan_topology_slave *now, int family)
{
	const struct ipvlan_route *route;
	size_t at = 0;
	int err = 0;

	while (!err && (route = next_route(now, NETWORKS_FIRST, &at))) {
		if (turn_of(route) == family && comes_late(now, route))
			err = plan_returning_route(p, now, route);
	}
	return err;
}

/* Of whatever namespace: when their turn comes, duplicate address detection has ended for nearly all. */
int plan_late_routes(struct planner *p)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->desired->slave_count; i++)
		err = plan_late_routes_of(p, &p->desired->slaves[i], AF_INET6);
	for (i = 0; !err && i < p->current->slave_count; i++)
		err = plan_returning_routes(p, &p->current->slaves[i], AF_INET6);
	return err;
}
