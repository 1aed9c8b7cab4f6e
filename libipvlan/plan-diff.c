// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The planner. Pure: two states in, ordered steps out. The order is such that no step needs what a later one makes, and
 * none is refused for what an earlier one takes away:
 *
 *   namespaces  ->  slaves and addresses that go  ->  ports  ->  slaves that come  ->  changes of slaves  ->  lo
 */
#include "array.h"
#include "plan.h"
#include <errno.h>
#include <string.h>

struct planner {
	struct ipvlan_plan *plan;
	const struct state *desired, *current;
	bool prune;
};

static struct ipvlan_step *add_step(struct planner *p, enum step_kind kind, enum ipvlan_change change,
				    const char *netns, const char *name, unsigned int line)
{
	struct ipvlan_step *room = array_grow(p->plan->steps, p->plan->count, sizeof(*room));
	char *netns_copy = netns ? strdup(netns) : NULL, *name_copy = strdup(name);

	if (room)
		p->plan->steps = room;
	if (!room || !name_copy || (netns && !netns_copy)) {
		free(netns_copy);
		free(name_copy);
		return NULL;
	}
	room += p->plan->count++;
	*room = (struct ipvlan_step){
		.kind = kind, .change = change, .line = line, .netns = netns_copy, .name = name_copy};
	return room;
}

static int add_slave_step(struct planner *p, enum ipvlan_change change, const struct ipvlan_topology_slave *slave)
{
	struct ipvlan_step *step = add_step(p, STEP_SLAVE, change, slave->netns, slave->name, slave->line);

	return step ? slave_copy(&step->slave, slave) : -ENOMEM;
}

static int add_address_step(struct planner *p, enum ipvlan_change change, const struct ipvlan_topology_slave *slave,
			    const struct ipvlan_address *address)
{
	struct ipvlan_step *step = add_step(p, STEP_ADDRESS, change, slave->netns, slave->name, slave->line);

	if (!step)
		return -ENOMEM;
	step->address = *address;
	return 0;
}

static int add_route_step(struct planner *p, enum ipvlan_change change, const struct ipvlan_topology_slave *slave,
			  const struct ipvlan_route *route)
{
	struct ipvlan_step *step = add_step(p, STEP_ROUTE, change, slave->netns, slave->name, slave->line);

	if (!step)
		return -ENOMEM;
	step->route = *route;
	return 0;
}

static int plan_namespaces(struct planner *p)
{
	const struct state_netns *netns;
	size_t i;

	for (i = 0; i < p->desired->netns_count; i++) {
		netns = &p->desired->namespaces[i];
		if (!state_find_netns(p->current, netns->name) &&
		    !add_step(p, STEP_NETNS, IPVLAN_CHANGE_ADD, netns->name, netns->name, netns->line))
			return -ENOMEM;
	}
	return 0;
}

static const struct ipvlan_topology_slave *wanted_as(const struct planner *p, const struct ipvlan_topology_slave *slave)
{
	return state_find_slave(p->desired, slave->netns, slave->name);
}

/* A slave cannot change its parent: one of the same name on another parent has to make way. */
static bool must_go(const struct planner *p, const struct ipvlan_topology_slave *slave)
{
	const struct ipvlan_topology_slave *wanted = wanted_as(p, slave);
	const struct state_port *port = state_find_port(p->desired, slave->parent);

	if (wanted)
		return strcmp(wanted->parent, slave->parent) != 0;
	return p->prune && port && port->is_listed;
}

static int plan_lost_routes(struct planner *p, const struct ipvlan_topology_slave *now,
			    const struct ipvlan_topology_slave *wanted)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < now->route_count; i++) {
		if (!slave_has_route(wanted, &now->routes[i]))
			err = add_route_step(p, IPVLAN_CHANGE_REMOVE, now, &now->routes[i]);
	}
	return err;
}

static int plan_lost_addresses(struct planner *p, const struct ipvlan_topology_slave *now,
			       const struct ipvlan_topology_slave *wanted)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < now->address_count; i++) {
		if (!slave_has_address(wanted, &now->addresses[i]))
			err = add_address_step(p, IPVLAN_CHANGE_REMOVE, now, &now->addresses[i]);
	}
	return err;
}

static int plan_removals(struct planner *p)
{
	const struct ipvlan_topology_slave *now, *wanted;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->current->slave_count; i++) {
		now = &p->current->slaves[i];
		wanted = wanted_as(p, now);
		if (must_go(p, now)) {
			err = add_slave_step(p, IPVLAN_CHANGE_REMOVE, now);
		} else if (p->prune && wanted) {
			err = plan_lost_routes(p, now, wanted);
			if (!err)
				err = plan_lost_addresses(p, now, wanted);
		}
	}
	return err;
}

/* Slaves that stay: only where one does, the port lives on and must be changed. */
static size_t count_staying(const struct planner *p, const char *parent, size_t *undescribed)
{
	const struct ipvlan_topology_slave *slave;
	size_t i, count = 0;

	*undescribed = 0;
	for (i = 0; i < p->current->slave_count; i++) {
		slave = &p->current->slaves[i];
		if (strcmp(slave->parent, parent) != 0 || must_go(p, slave))
			continue;
		count++;
		*undescribed += !wanted_as(p, slave);
	}
	return count;
}

static int plan_port(struct planner *p, const struct state_port *wanted)
{
	const struct state_port *now = state_find_port(p->current, wanted->name);
	struct port_value from = {IPVLAN_MODE_UNSET, IPVLAN_FLAGS_UNSET}, to = from;
	struct ipvlan_step *step;
	size_t undescribed;

	if (!now || !now->has_slaves || !count_staying(p, wanted->name, &undescribed))
		return 0;
	if (wanted->mode >= 0 && wanted->mode != now->mode) {
		from.mode = now->mode;
		to.mode = wanted->mode;
	}
	if (wanted->flags >= 0 && wanted->flags != now->flags) {
		from.flags = now->flags;
		to.flags = wanted->flags;
	}
	if (to.mode < 0 && to.flags < 0)
		return 0;
	step = add_step(p, STEP_PORT, IPVLAN_CHANGE_SET, NULL, wanted->name, wanted->line);
	if (!step)
		return -ENOMEM;
	step->port.from = from;
	step->port.to = to;
	step->sibling_count = undescribed;
	return 0;
}

static int plan_ports(struct planner *p)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->desired->port_count; i++)
		err = plan_port(p, &p->desired->ports[i]);
	return err;
}

/* Mode and flags are settled here, for making a slave without them would mean to ask all namespaces for siblings. */
static int plan_new_slave(struct planner *p, const struct ipvlan_topology_slave *wanted)
{
	const struct state_port *port = state_find_port(p->desired, wanted->parent);
	const struct state_port *now = state_find_port(p->current, wanted->parent);
	struct ipvlan_topology_slave settled = *wanted;

	settled.mode = port ? port->mode : IPVLAN_MODE_UNSET;
	settled.flags = port ? port->flags : IPVLAN_FLAGS_UNSET;
	if (settled.mode < 0)
		settled.mode = now && now->has_slaves ? now->mode : IPVLAN_MODE_L3;
	/* A named namespace's lo has a step of its own, with an inverse of its own. */
	settled.loopback_up = wanted->loopback_up && !wanted->netns;
	return add_slave_step(p, IPVLAN_CHANGE_ADD, &settled);
}

static bool stays(const struct planner *p, const struct ipvlan_topology_slave *now)
{
	return now && !must_go(p, now);
}

static int plan_new_slaves(struct planner *p)
{
	const struct ipvlan_topology_slave *wanted;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->desired->slave_count; i++) {
		wanted = &p->desired->slaves[i];
		if (!stays(p, state_find_slave(p->current, wanted->netns, wanted->name)))
			err = plan_new_slave(p, wanted);
	}
	return err;
}

static int plan_mtu_and_up(struct planner *p, const struct ipvlan_topology_slave *wanted,
			   const struct ipvlan_topology_slave *now)
{
	struct ipvlan_step *step;

	if (wanted->mtu && wanted->mtu != now->mtu) {
		step = add_step(p, STEP_MTU, IPVLAN_CHANGE_SET, wanted->netns, wanted->name, wanted->line);
		if (!step)
			return -ENOMEM;
		step->mtu.from = now->mtu;
		step->mtu.to = wanted->mtu;
	}
	if (wanted->up && !now->up &&
	    !add_step(p, STEP_UP, IPVLAN_CHANGE_ADD, wanted->netns, wanted->name, wanted->line))
		return -ENOMEM;
	return 0;
}

static int plan_change(struct planner *p, const struct ipvlan_topology_slave *wanted,
		       const struct ipvlan_topology_slave *now)
{
	int err = plan_mtu_and_up(p, wanted, now);
	size_t i;

	for (i = 0; !err && i < wanted->address_count; i++) {
		if (!slave_has_address(now, &wanted->addresses[i]))
			err = add_address_step(p, IPVLAN_CHANGE_ADD, wanted, &wanted->addresses[i]);
	}
	for (i = 0; !err && i < wanted->route_count; i++) {
		if (!slave_has_route(now, &wanted->routes[i]))
			err = add_route_step(p, IPVLAN_CHANGE_ADD, wanted, &wanted->routes[i]);
	}
	return err;
}

static int plan_changes(struct planner *p)
{
	const struct ipvlan_topology_slave *wanted, *now;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->desired->slave_count; i++) {
		wanted = &p->desired->slaves[i];
		now = state_find_slave(p->current, wanted->netns, wanted->name);
		if (stays(p, now))
			err = plan_change(p, wanted, now);
	}
	return err;
}

static int plan_loopbacks(struct planner *p)
{
	const struct state_netns *wanted, *now;
	size_t i;

	for (i = 0; i < p->desired->netns_count; i++) {
		wanted = &p->desired->namespaces[i];
		now = state_find_netns(p->current, wanted->name);
		if (wanted->loopback_up && !(now && now->loopback_up) &&
		    !add_step(p, STEP_LOOPBACK, IPVLAN_CHANGE_ADD, wanted->name, "lo", wanted->line))
			return -ENOMEM;
	}
	return 0;
}

int plan_diff(struct ipvlan_plan *plan, const struct state *desired, const struct state *current, bool prune)
{
	static int (*const parts[])(struct planner *) = {
		plan_namespaces, plan_removals, plan_ports, plan_new_slaves, plan_changes, plan_loopbacks,
	};
	struct planner p = {.plan = plan, .desired = desired, .current = current, .prune = prune};
	size_t i;
	int err = 0;

	for (i = 0; !err && i < sizeof(parts) / sizeof(parts[0]); i++)
		err = parts[i](&p);
	return err;
}

void plan_clear(struct ipvlan_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->count; i++) {
		if (plan->steps[i].kind == STEP_SLAVE)
			slave_clear(&plan->steps[i].slave);
		free(plan->steps[i].netns);
		free(plan->steps[i].name);
	}
	free(plan->steps);
	*plan = (struct ipvlan_plan){0};
}

void step_invert(struct ipvlan_step *step)
{
	struct port_value port;
	uint32_t mtu;

	switch (step->change) {
	case IPVLAN_CHANGE_ADD:
		step->change = IPVLAN_CHANGE_REMOVE;
		return;
	case IPVLAN_CHANGE_REMOVE:
		step->change = IPVLAN_CHANGE_ADD;
		return;
	case IPVLAN_CHANGE_SET:
		break;
	}
	if (step->kind == STEP_PORT) {
		port = step->port.from;
		step->port.from = step->port.to;
		step->port.to = port;
	} else {
		mtu = step->mtu.from;
		step->mtu.from = step->mtu.to;
		step->mtu.to = mtu;
	}
}
