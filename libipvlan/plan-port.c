// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The planner's part for ports: mode, flags, and the module's options. Pure.
 */
#include "module-options.h"
#include "planner.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Slaves that stay: only where one does, the port lives on and must be changed. */
static size_t count_staying(const struct planner *p, const char *parent, size_t *undescribed)
{
	const struct state_port *now = state_find_port(p->current, parent);
	const struct ipvlan_topology_slave *slave;
	size_t i, count = now ? now->outsider_count : 0;

	*undescribed = count;
	for (i = 0; i < p->current->slave_count; i++) {
		slave = &p->current->slaves[i];
		if (strcmp(slave->parent, parent) != 0 || planner_must_go(p, slave))
			continue;
		count++;
		*undescribed += !planner_wanted_as(p, slave);
	}
	return count;
}

static int add_options_step(struct planner *p, enum ipvlan_change change, const char *parent, unsigned int line,
			    const struct module_change *from, const struct module_change *to)
{
	struct ipvlan_step *step = plan_add_step(p->plan, STEP_OPTIONS, change, NULL, parent, line);

	if (!step)
		return -ENOMEM;
	step->options.from = from ? module_options_copy(from) : NULL;
	step->options.to = module_options_copy(to);
	return !step->options.to || (from && !step->options.from) ? -ENOMEM : 0;
}

/* Whether a port keeps a slave all the way, and with it its options. */
static bool lives_on(const struct planner *p, const char *parent, size_t *undescribed)
{
	const struct state_port *now = state_find_port(p->current, parent);
	size_t staying = count_staying(p, parent, undescribed);

	return staying || (now && now->has_unseen);
}

/* What a port has that a new one would not have. Returns whether there is any. */
static bool differs_from_new(struct module_change *options)
{
	struct module_change new_port;

	module_change_of_new_port(&new_port);
	module_change_drop_same(options, &new_port);
	return !module_change_is_empty(options);
}

/* They end with the port by themselves; the step is there for its inverse. */
int plan_lost_options(struct planner *p)
{
	const struct state_port *now, *wanted;
	struct module_change options;
	size_t i, undescribed;
	int err = 0;

	for (i = 0; !err && i < p->current->port_count; i++) {
		now = &p->current->ports[i];
		if (!now->options || lives_on(p, now->name, &undescribed))
			continue;
		wanted = state_find_port(p->desired, now->name);
		options = now->options->change;
		if (differs_from_new(&options))
			err = add_options_step(p, IPVLAN_CHANGE_REMOVE, now->name, wanted ? wanted->line : 0, NULL,
					       &options);
	}
	return err;
}

static int plan_options(struct planner *p, const struct state_port *wanted)
{
	const struct state_port *now = state_find_port(p->current, wanted->name);
	struct module_change from, to;
	size_t undescribed;
	int err;

	if (!wanted->options || !now || !now->options || !lives_on(p, wanted->name, &undescribed))
		return 0;
	from = now->options->change;
	to = wanted->options->change;
	module_change_drop_same(&to, &from);
	module_change_keep_set(&from, &to);
	if (module_change_is_empty(&to))
		return 0;
	err = add_options_step(p, IPVLAN_CHANGE_SET, wanted->name, wanted->line, &from, &to);
	if (!err)
		p->plan->steps[p->plan->count - 1].sibling_count = undescribed;
	return err;
}

/* Behind the first slave of a port that is new, or new again: then what is not described is as it was before. */
int plan_new_options(struct planner *p, const char *parent)
{
	const struct state_port *wanted = state_find_port(p->desired, parent);
	const struct state_port *now = state_find_port(p->current, parent);
	struct module_change options = {0};
	size_t undescribed;

	if (p->begun[wanted - p->desired->ports] || lives_on(p, parent, &undescribed))
		return 0;
	p->begun[wanted - p->desired->ports] = true;
	if (now && now->options)
		options = now->options->change;
	if (wanted->options)
		module_change_merge(&options, &wanted->options->change);
	return differs_from_new(&options) ? add_options_step(p, IPVLAN_CHANGE_ADD, parent, wanted->line, NULL, &options)
					  : 0;
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
	step = plan_add_step(p->plan, STEP_PORT, IPVLAN_CHANGE_SET, NULL, wanted->name, wanted->line);
	if (!step)
		return -ENOMEM;
	step->port.from = from;
	step->port.to = to;
	step->sibling_count = undescribed;
	return 0;
}

int plan_ports(struct planner *p)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->desired->port_count; i++) {
		err = plan_options(p, &p->desired->ports[i]);
		if (!err)
			err = plan_port(p, &p->desired->ports[i]);
	}
	return err;
}
