// SPDX-License-Identifier: LGPL-2.1-or-later
/* Carrying a plan out, and back: each step is one call of the library, undone by the call that is its inverse. */
#include "internal.h"
#include "link-ask.h"
#include "link-change.h"
#include "nursery.h"
#include "plan-sweep.h"
#include "plan.h"
#include "settings.h"
#include "walk.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Slaves that go together. Between two such lots the caller is asked whether to go on. */
#define SWEEP_STEPS 256

struct applier {
	struct walk walk;
	struct nursery *nursery; /* of the namespaces that are yet to be made; NULL: not begun */
	const char **names;	 /* theirs */
	const char *made;	 /* the one of them that was made last */
};

/* The settings borrow the slave's lists, so they are never freed. */
static int make_slave(struct applier *a, const struct ipvlan_topology_slave *slave)
{
	struct ipvlan_settings settings = {
		.parent = (char *)slave->parent,
		.name = (char *)slave->name,
		.mode = slave->mode,
		.flags = slave->flags,
		.mtu = slave->mtu,
		.group = slave->group,
		.change_siblings = true, /* the plan has brought the port to this mode, or found it so */
		.up = slave->up,
		.loopback_up = slave->loopback_up,
		.netns_fd = -1,
		.addresses = slave->addresses,
		.address_count = slave->address_count,
		.routes = slave->routes,
		.route_count = slave->route_count,
	};

	struct station target = {0};
	int err = slave->netns ? stations_open_here(&a->walk.places, slave->netns) : 0;

	if (err)
		return err;
	if (slave->netns)
		target = a->walk.places.here;
	stations_go_to_base(&a->walk.places);
	return link_create_at(a->walk.ctx, &settings, target.netns, target.transport);
}

static int begin_nursery(struct applier *a)
{
	size_t i, count = 0;

	a->names = calloc(a->walk.plan->count, sizeof(*a->names));
	if (!a->names)
		return -ENOMEM;
	for (i = 0; i < a->walk.plan->count; i++) {
		if (a->walk.plan->steps[i].kind == STEP_NETNS)
			a->names[count++] = a->walk.plan->steps[i].name;
	}
	return nursery_open(&a->nursery, a->names, count);
}

static void end_nursery(struct applier *a)
{
	nursery_close(a->nursery);
	free(a->names);
	a->nursery = NULL;
	a->names = NULL;
}

/* Namespaces are only ever added, and taken in the order of the steps. */
static int take_netns(struct applier *a, const char *name)
{
	struct station station;
	int err = a->nursery ? 0 : begin_nursery(a);

	if (!err)
		err = nursery_take(a->nursery, &station);
	if (err)
		return netns_fail_create(a->walk.ctx, err, name);
	a->walk.places.here = station;
	a->made = name;
	return 0;
}

/* Being in a namespace would keep it alive. */
static int do_netns(struct applier *a, const struct ipvlan_step *step)
{
	stations_close_here(&a->walk.places);
	return step->change == IPVLAN_CHANGE_ADD ? take_netns(a, step->name)
						 : ipvlan_netns_delete(a->walk.ctx, step->name);
}

/* The kernel takes the IPv6 addresses of a link that goes down, though not of one that is: those from before return. */
static int take_down(struct ipvlan_ctx *ctx, const char *name)
{
	struct ipvlan_address_list *list;
	const struct ipvlan_address *address;
	int err = ipvlan_address_list(ctx, name, AF_INET6, &list), again;
	size_t i;

	if (err)
		return err;
	err = ipvlan_link_set_down(ctx, name);
	for (i = 0; !err && (address = ipvlan_address_list_get(list, i)); i++) {
		if (!address_can_come_back(address))
			continue;
		again = ipvlan_address_add(ctx, name, address);
		err = again == -EEXIST ? 0 : again;
	}
	ipvlan_address_list_free(list);
	return err;
}

static int do_up(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	return step->change == IPVLAN_CHANGE_ADD ? ipvlan_link_set_up(ctx, step->name) : take_down(ctx, step->name);
}

/* The short way first, where it is open. */
static int raise_loopback(const struct applier *a, const struct ipvlan_step *step)
{
	if (a->made && strcmp(step->netns, a->made) == 0 && link_ask_loopback_up(a->walk.ctx->transport) == 0)
		return 0;
	return link_raise_loopback(a->walk.ctx);
}

/* lo gets its address on the way up, and does not lose it on the way down. */
static int do_loopback(const struct applier *a, const struct ipvlan_step *step)
{
	struct ipvlan_ctx *ctx = a->walk.ctx;
	struct ipvlan_address *address;
	int err;

	if (step->change == IPVLAN_CHANGE_ADD)
		return raise_loopback(a, step);
	err = ipvlan_link_set_down(ctx, step->name);
	if (err || step->keeps_address)
		return err;
	err = ipvlan_address_new("127.0.0.1/8", &address);
	if (!err) {
		err = ipvlan_address_delete(ctx, step->name, address);
		ipvlan_address_free(address);
	}
	return err;
}

static int do_address(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	if (step->change == IPVLAN_CHANGE_SET)
		return address_restore(ctx, step->name, &step->address);
	return step->change == IPVLAN_CHANGE_ADD ? ipvlan_address_add(ctx, step->name, &step->address)
						 : ipvlan_address_delete(ctx, step->name, &step->address);
}

static int do_route(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	return step->change == IPVLAN_CHANGE_ADD ? route_add_patiently(ctx, step->name, &step->route)
						 : ipvlan_route_delete(ctx, step->name, &step->route);
}

/* Those of a port that comes or goes with this plan come to an end with its last slave. */
static int do_options(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	return step->change == IPVLAN_CHANGE_REMOVE ? 0 : ipvlan_module_port_change(ctx, step->name, step->options.to);
}

static int do_slave(struct applier *a, const struct ipvlan_step *step)
{
	int err;

	/* A slave is made from where its parent is, and deleted where it is itself. */
	if (step->change == IPVLAN_CHANGE_ADD)
		return make_slave(a, &step->slave);
	err = stations_go(&a->walk.places, step->netns);
	return err ? err : ipvlan_link_delete(a->walk.ctx, step->name);
}

static int do_step(struct applier *a, const struct ipvlan_step *step)
{
	int err;

	if (step->kind == STEP_SLAVE)
		return do_slave(a, step);
	if (step->kind == STEP_NETNS)
		return do_netns(a, step);
	err = stations_go(&a->walk.places, step->netns);
	if (err)
		return err;
	switch (step->kind) {
	case STEP_OPTIONS:
		return do_options(a->walk.ctx, step);
	case STEP_PORT:
		return ipvlan_port_change(a->walk.ctx, step->name, step->port.to.mode, step->port.to.flags, true);
	case STEP_MTU:
		return ipvlan_link_set_mtu(a->walk.ctx, step->name, step->mtu.to);
	case STEP_LOOPBACK:
		return do_loopback(a, step);
	case STEP_UP:
		return do_up(a->walk.ctx, step);
	case STEP_ADDRESS:
		return do_address(a->walk.ctx, step);
	case STEP_ROUTE:
		return do_route(a->walk.ctx, step);
	case STEP_NETNS:
	case STEP_SLAVE:
	case STEP_CREATE:
	case STEP_DELETE:
	case STEP_MODE:
	case STEP_MOVE:
	case STEP_MAC:
		break;
	}
	return 0;
}

static void undo_step(struct applier *a, size_t i)
{
	struct ipvlan_step inverse = a->walk.plan->steps[i];
	int err;

	step_invert(&inverse);
	err = do_step(a, &inverse);
	/* It went with its slave, or with the one that lent it its source: those that were made have gone first. */
	if (inverse.kind == STEP_ROUTE && inverse.change == IPVLAN_CHANGE_REMOVE && (err == -ENODEV || err == -ESRCH))
		return;
	if (!walk_is_undone(&a->walk, i, err))
		walk_leave(&a->walk, i);
}

static bool adds_slave(const struct ipvlan_step *step)
{
	return step->kind == STEP_SLAVE && step->change == IPVLAN_CHANGE_ADD;
}

static bool removes_slave(const struct ipvlan_step *step)
{
	return step->kind == STEP_SLAVE && step->change == IPVLAN_CHANGE_REMOVE;
}

/* Of the making of a slave, by how its deletion came out. */
static enum outcome outcome_without(enum outcome deletion)
{
	switch (deletion) {
	case OUTCOME_DONE:
		return OUTCOME_NOT_DONE;
	case OUTCOME_UNKNOWN:
		return OUTCOME_UNKNOWN;
	case OUTCOME_NOT_DONE:
		break;
	}
	return OUTCOME_DONE;
}

/*
 * Slaves that were made go first, all at once. The steps that came after one do not depend on it, but for lo and
 * routes, which do not mind. What stays is left to the step's own inverse, which says why.
 */
static void undo_slaves(struct applier *a)
{
	const struct ipvlan_plan *plan = a->walk.plan;
	size_t *chosen = calloc(plan->count, sizeof(*chosen)), count = 0, i;
	enum outcome *gone = calloc(plan->count, sizeof(*gone));

	for (i = 0; chosen && i < plan->count; i++) {
		if (a->walk.outcomes[i] == OUTCOME_DONE && adds_slave(&plan->steps[i]))
			chosen[count++] = i;
	}
	if (gone && count > 1) {
		for (i = count; i-- > 0;)
			walk_announce_undoing(&a->walk, chosen[i]);
		plan_sweep(a->walk.ctx, plan, chosen, count, gone);
		for (i = 0; i < count; i++)
			a->walk.outcomes[chosen[i]] = outcome_without(gone[i]);
	}
	free(gone);
	free(chosen);
}

/* The error of the step that failed is the one to be told; those of undoing are only counted. */
static void undo(struct applier *a)
{
	struct ipvlan_error first = a->walk.ctx->error;
	size_t i = a->walk.plan->count;

	stations_go_to_base(&a->walk.places);
	undo_slaves(a);
	while (i-- > 0) {
		if (a->walk.outcomes[i] == OUTCOME_NOT_DONE)
			continue;
		stations_go_to_base(&a->walk.places);
		walk_announce_undoing(&a->walk, i);
		undo_step(a, i);
	}
	walk_tell(&a->walk, &first);
}

static int run_one(struct applier *a, size_t i)
{
	int err = walk_announce(&a->walk, i);

	if (err)
		return err;
	err = do_step(a, &a->walk.plan->steps[i]);
	if (err)
		fail_step(a->walk.ctx, (unsigned int)i);
	walk_note(&a->walk, i, err);
	return err;
}

static int run_removals(struct applier *a, size_t first, size_t count)
{
	size_t chosen[SWEEP_STEPS], i;
	int err = 0;

	for (i = 0; !err && i < count; i++) {
		chosen[i] = first + i;
		err = walk_announce(&a->walk, first + i);
	}
	if (err)
		return err;
	return plan_sweep(a->walk.ctx, a->walk.plan, chosen, count, a->walk.outcomes + first);
}

/* Slaves that go one after the other, from a step on. */
static size_t count_removals(const struct ipvlan_plan *plan, size_t first)
{
	size_t n = 0;

	while (n < SWEEP_STEPS && first + n < plan->count && removes_slave(&plan->steps[first + n]))
		n++;
	return n;
}

static int run_all(struct applier *a)
{
	size_t i = 0, removals;
	int err = 0;

	while (!err && i < a->walk.plan->count) {
		stations_go_to_base(&a->walk.places);
		removals = count_removals(a->walk.plan, i);
		err = removals > 1 ? run_removals(a, i, removals) : run_one(a, i);
		i += removals > 1 ? removals : 1;
	}
	end_nursery(a);
	return err;
}

IPVLAN_API int ipvlan_plan_apply(struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, ipvlan_progress_fn progress,
				 void *data)
{
	struct applier a = {0};
	int err;

	if (plan->is_transaction)
		return transaction_run(ctx, plan, progress, data);
	err = walk_begin(&a.walk, ctx, plan, progress, data);
	if (!err) {
		err = run_all(&a);
		if (err)
			undo(&a);
	}
	walk_end(&a.walk);
	return err;
}
