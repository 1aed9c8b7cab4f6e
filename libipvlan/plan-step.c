// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The steps of a plan: made, inverted, given back. Pure.
 */
#include "array.h"
#include "module-options.h"
#include "planner.h"
#include <errno.h>
#include <ipvlan/settings.h>
#include <string.h>

struct ipvlan_step *plan_add_step(struct ipvlan_plan *plan, enum step_kind kind, enum ipvlan_change change,
				  const char *netns, const char *name, unsigned int line)
{
	struct ipvlan_step *room = array_grow(plan->steps, plan->count, sizeof(*room));
	char *netns_copy = netns ? strdup(netns) : NULL, *name_copy = name ? strdup(name) : NULL;

	if (room)
		plan->steps = room;
	if (!room || !name_copy || (netns && !netns_copy)) {
		free(netns_copy);
		free(name_copy);
		return NULL;
	}
	room += plan->count++;
	*room = (struct ipvlan_step){
		.kind = kind, .change = change, .line = line, .netns = netns_copy, .name = name_copy};
	return room;
}

int plan_add_slave(struct ipvlan_plan *plan, enum ipvlan_change change, const struct ipvlan_topology_slave *slave)
{
	struct ipvlan_step *step = plan_add_step(plan, STEP_SLAVE, change, slave->netns, slave->name, slave->line);
	int err = step ? slave_copy(&step->slave, slave) : -ENOMEM;

	if (err)
		return err;
	planner_drop_late_routes(&step->slave, slave);
	/* What was read is made again in this order. */
	if (change == IPVLAN_CHANGE_REMOVE)
		addresses_order_by_age(step->slave.addresses, step->slave.address_count);
	return 0;
}

int plan_add_address(struct ipvlan_plan *plan, enum ipvlan_change change, const struct ipvlan_topology_slave *slave,
		     const struct ipvlan_address *address)
{
	struct ipvlan_step *step = plan_add_step(plan, STEP_ADDRESS, change, slave->netns, slave->name, slave->line);

	if (!step)
		return -ENOMEM;
	step->address = *address;
	return 0;
}

int plan_add_route(struct ipvlan_plan *plan, enum ipvlan_change change, const struct ipvlan_topology_slave *slave,
		   const struct ipvlan_route *route)
{
	struct ipvlan_step *step = plan_add_step(plan, STEP_ROUTE, change, slave->netns, slave->name, slave->line);

	if (!step)
		return -ENOMEM;
	step->route = *route;
	return 0;
}

static void step_clear(struct ipvlan_step *step)
{
	switch (step->kind) {
	case STEP_SLAVE:
		slave_clear(&step->slave);
		break;
	case STEP_OPTIONS:
		ipvlan_module_options_free(step->options.from);
		ipvlan_module_options_free(step->options.to);
		break;
	case STEP_CREATE:
		ipvlan_settings_free(step->settings);
		break;
	case STEP_MOVE:
		free(step->move.netns);
		break;
	default:
		break;
	}
	free(step->netns);
	free(step->name);
}

void plan_clear(struct ipvlan_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->count; i++)
		step_clear(&plan->steps[i]);
	free(plan->steps);
	*plan = (struct ipvlan_plan){0};
}

void step_invert(struct ipvlan_step *step)
{
	struct ipvlan_module_options *options;
	struct ipvlan_address address;
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
	} else if (step->kind == STEP_OPTIONS) {
		options = step->options.from;
		step->options.from = step->options.to;
		step->options.to = options;
	} else if (step->kind == STEP_ADDRESS) {
		address = step->before;
		step->before = step->address;
		step->address = address;
	} else {
		mtu = step->mtu.from;
		step->mtu.from = step->mtu.to;
		step->mtu.to = mtu;
	}
}
