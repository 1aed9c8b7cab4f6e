// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The planner. Pure: two states in, ordered steps out. The order is such that no step needs what a later one makes, and
 * none is refused for what an earlier one takes away:
 *
 *   options of ports that go  ->  late routes that go (plan-route.c says which those are)  ->  slaves that go (side by
 * side, for they can go at once)  ->  addresses that go  ->  ports, options before mode and flags  ->  then for each
 * namespace: itself -> slaves that come, a port's options right behind its first one  ->  changes of slaves  ->  late
 * routes  ->  lo  ->  at last, late routes of IPv6
 *
 * Namespace by namespace, so that who carries it out has to enter each but once. Options come after addresses that go
 * and before those that come: what is guarded from now on may have been somebody's, and what was may become it. They
 * come before the mode, so that slaves which l3 has kept from each other are held to what is theirs when l2 comes.
 */
#include "planner.h"
#include <errno.h>
#include <stdlib.h>

/* What slaves that stay lose. */
static int plan_losses(struct planner *p)
{
	const struct ipvlan_topology_slave *now, *wanted;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->current->slave_count; i++) {
		now = &p->current->slaves[i];
		wanted = planner_wanted_as(p, now);
		if (!wanted || planner_must_go(p, now))
			continue;
		err = plan_lost_routes(p, now, wanted);
		if (!err)
			err = plan_lost_addresses(p, now, wanted);
	}
	return err;
}

static int plan_changes(struct planner *p, const struct ipvlan_topology_slave *wanted, size_t count)
{
	const struct ipvlan_topology_slave *now;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < count; i++) {
		now = state_find_slave(p->current, wanted[i].netns, wanted[i].name);
		if (planner_stays(p, now))
			err = plan_change(p, &wanted[i], now);
	}
	return err;
}

static int plan_slaves(struct planner *p, const char *netns, const struct ipvlan_topology_slave *wanted, size_t count)
{
	const struct ipvlan_topology_slave *now;
	size_t i, now_count;
	int err = plan_new_slaves(p, wanted, count);

	if (!err)
		err = plan_changes(p, wanted, count);
	for (i = 0; !err && i < count; i++)
		err = plan_late_routes_of(p, &wanted[i], AF_INET);
	now = state_slaves_in(p->current, netns, &now_count);
	for (i = 0; !err && i < now_count; i++)
		err = plan_returning_routes(p, &now[i], AF_INET);
	return err;
}

static int plan_loopback(struct planner *p, const struct state_netns *wanted, const struct state_netns *now)
{
	struct ipvlan_step *step;

	if (!wanted->loopback_up || (now && now->loopback_up))
		return 0;
	step = plan_add_step(p->plan, STEP_LOOPBACK, IPVLAN_CHANGE_ADD, wanted->name, "lo", wanted->line);
	if (!step)
		return -ENOMEM;
	step->keeps_address = now && now->loopback_was_up;
	return 0;
}

static int plan_netns(struct planner *p, const struct state_netns *wanted, const struct ipvlan_topology_slave *slaves,
		      size_t count)
{
	const struct state_netns *now = state_find_netns(p->current, wanted->name);
	int err;

	if (!now && !plan_add_step(p->plan, STEP_NETNS, IPVLAN_CHANGE_ADD, wanted->name, wanted->name, wanted->line))
		return -ENOMEM;
	err = plan_slaves(p, wanted->name, slaves, count);
	return err ? err : plan_loopback(p, wanted, now);
}

/* Slaves from `first` on that are in that namespace; they are sorted by it. */
static size_t count_in(const struct state *state, size_t first, const char *netns)
{
	size_t i = first;

	while (i < state->slave_count && netns_name_compare(state->slaves[i].netns, netns) == 0)
		i++;
	return i - first;
}

static int plan_places(struct planner *p)
{
	const struct state *desired = p->desired;
	size_t i, at = count_in(desired, 0, NULL), count;
	int err = plan_slaves(p, NULL, desired->slaves, at);

	for (i = 0; !err && i < desired->netns_count; i++) {
		count = count_in(desired, at, desired->namespaces[i].name);
		err = plan_netns(p, &desired->namespaces[i], count ? &desired->slaves[at] : NULL, count);
		at += count;
	}
	return err;
}

int plan_diff(struct ipvlan_plan *plan, const struct state *desired, const struct state *current, bool prune)
{
	static int (*const parts[])(struct planner *) = {
		plan_lost_options, plan_lost_late_routes, plan_lost_slaves, plan_losses,
		plan_ports,	   plan_places,		  plan_late_routes,
	};
	struct planner p = {.plan = plan, .desired = desired, .current = current, .prune = prune};
	size_t i;
	int err;

	p.begun = calloc(desired->port_count + 1, sizeof(*p.begun));
	err = p.begun ? 0 : -ENOMEM;
	for (i = 0; !err && i < sizeof(parts) / sizeof(parts[0]); i++)
		err = parts[i](&p);
	free(p.begun);
	return err;
}
