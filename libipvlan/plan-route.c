// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The planner's part for routes. Pure.
 *
 * A route borrows its source when that is no address of the slave that it leads through, but of another one in the
 * namespace, or of another link. There is none without its source, so it is no part of a slave's coming and going. One
 * of IPv6 borrows it in any case, and comes when all else has: an address is no source until duplicate address
 * detection has ended, which is a matter of seconds, for all addresses at once.
 */
#include "planner.h"
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

void planner_drop_borrowing_routes(struct ipvlan_topology_slave *slave)
{
	size_t i, kept = 0;

	for (i = 0; i < slave->route_count; i++) {
		if (!borrows_source(slave, &slave->routes[i]))
			slave->routes[kept++] = slave->routes[i];
	}
	/* One that has routes is up. */
	slave->up = slave->up || kept < slave->route_count;
	slave->route_count = kept;
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

/* IPv4 routes go with the last IPv4 address, and any route with its source; those that shall stay come back as well. */
static bool is_pruned(const struct ipvlan_topology_slave *now, const struct ipvlan_topology_slave *wanted,
		      const struct ipvlan_route *route)
{
	const struct ipvlan_address *address;
	size_t i, lost = 0, kept = 0;

	if (!slave_has_route(wanted, route))
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
	return makes_way(p, wanted, route) || (p->prune && is_pruned(now, wanted, route)) ||
	       (route->family == AF_INET6 && planner_loses_ipv6(now, wanted)) || loses_source(p, now->netns, route);
}

static bool must_lose_borrowing_route(const struct planner *p, const struct ipvlan_topology_slave *now,
				      const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *wanted = planner_wanted_as(p, now);

	if (planner_must_go(p, now))
		return true;
	return wanted ? loses_route(p, now, wanted, route) : loses_source(p, now->netns, route);
}

int plan_lost_borrowing_routes(struct planner *p)
{
	const struct ipvlan_topology_slave *now;
	size_t i, j;
	int err = 0;

	for (i = 0; !err && i < p->current->slave_count; i++) {
		now = &p->current->slaves[i];
		for (j = 0; !err && j < now->route_count; j++) {
			if (borrows_source(now, &now->routes[j]) && must_lose_borrowing_route(p, now, &now->routes[j]))
				err = plan_add_route(p->plan, IPVLAN_CHANGE_REMOVE, now, &now->routes[j]);
		}
	}
	return err;
}

int plan_lost_routes(struct planner *p, const struct ipvlan_topology_slave *now,
		     const struct ipvlan_topology_slave *wanted)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < now->route_count; i++) {
		if (!borrows_source(now, &now->routes[i]) && loses_route(p, now, wanted, &now->routes[i]))
			err = plan_add_route(p->plan, IPVLAN_CHANGE_REMOVE, now, &now->routes[i]);
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

/* A gateway may be within reach only by another of these, so those behind gateways come last. */
int plan_routes(struct planner *p, const struct ipvlan_topology_slave *wanted, const struct ipvlan_topology_slave *now)
{
	const struct ipvlan_route *route;
	size_t i, pass;
	int err = 0;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; !err && i < wanted->route_count; i++) {
			route = &wanted->routes[i];
			if (route->has_gateway == (pass == 1) && !borrows_source(wanted, route) &&
			    lacks_route(p, now, wanted, route))
				err = plan_add_route(p->plan, IPVLAN_CHANGE_ADD, wanted, route);
		}
	}
	return err;
}

int plan_borrowing_routes(struct planner *p, const struct ipvlan_topology_slave *wanted, int family)
{
	const struct ipvlan_topology_slave *now = state_find_slave(p->current, wanted->netns, wanted->name);
	const struct ipvlan_route *route;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < wanted->route_count; i++) {
		route = &wanted->routes[i];
		if (route->family == family && borrows_source(wanted, route) &&
		    (!planner_stays(p, now) || lacks_route(p, now, wanted, route)))
			err = plan_add_route(p->plan, IPVLAN_CHANGE_ADD, wanted, route);
	}
	return err;
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
	size_t i;
	int err = 0;

	for (i = 0; !err && i < now->route_count; i++) {
		if (now->routes[i].family == family && borrows_source(now, &now->routes[i]))
			err = plan_returning_route(p, now, &now->routes[i]);
	}
	return err;
}

/* Of whatever namespace: when their turn comes, duplicate address detection has ended for nearly all. */
int plan_late_routes(struct planner *p)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->desired->slave_count; i++)
		err = plan_borrowing_routes(p, &p->desired->slaves[i], AF_INET6);
	for (i = 0; !err && i < p->current->slave_count; i++)
		err = plan_returning_routes(p, &p->current->slaves[i], AF_INET6);
	return err;
}
