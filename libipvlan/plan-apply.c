// SPDX-License-Identifier: LGPL-2.1-or-later
/* Carrying a plan out, and back: each step is one call of the library, undone by the call that is its inverse. */
#include "internal.h"
#include "nursery.h"
#include "plan-sweep.h"
#include "plan.h"
#include "settings.h"
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

/* Slaves that go together. Between two such lots the caller is asked whether to go on. */
#define SWEEP_STEPS 256

/* A namespace that is open, with a socket in it. */
struct station {
	struct ipvlan_netns *netns;
	struct transport *transport;
};

/*
 * The context stands at its base, or is made to stand in the namespace of a step; which stays open until another one is
 * wanted, for a plan goes on in the same one most of the time.
 */
struct applier {
	struct ipvlan_ctx *ctx;
	const struct ipvlan_plan *plan;
	ipvlan_progress_fn progress;
	void *data;
	struct station base;	 /* the context's own */
	struct station here;	 /* ours; empty: none is open */
	struct nursery *nursery; /* of the namespaces that are yet to be made; NULL: not begun */
	const char **names;	 /* theirs */
	bool *done;		 /* for each step */
	size_t left_count;	 /* steps that could not be undone */
	char left[200];		 /* the first of them */
};

static void stand_at(struct applier *a, const struct station *station)
{
	a->ctx->netns = station->netns;
	a->ctx->transport = station->transport;
}

static void close_here(struct applier *a)
{
	stand_at(a, &a->base);
	if (a->here.netns)
		transport_close(a->here.transport);
	ipvlan_netns_free(a->here.netns);
	a->here = (struct station){0};
}

static bool is_here(const struct applier *a, const char *name)
{
	return a->here.netns && strcmp(a->here.netns->name, name) == 0;
}

static int open_here(struct applier *a, const char *name)
{
	struct station station;
	char place[96];
	int err;

	if (is_here(a, name))
		return 0;
	close_here(a);
	err = ipvlan_netns_open_name(a->ctx, name, &station.netns);
	if (err)
		return err;
	err = netns_transport(station.netns, &station.transport);
	if (err) {
		fail(a->ctx, err, IPVLAN_STAGE_NETNS, "cannot enter %s",
		     netns_describe(station.netns, place, sizeof(place)));
		explain_entry(a->ctx, station.netns);
		ipvlan_netns_free(station.netns);
		return err;
	}
	a->here = station;
	return 0;
}

static int go_to(struct applier *a, const char *name)
{
	int err = name ? open_here(a, name) : 0;

	if (!err)
		stand_at(a, name ? &a->here : &a->base);
	return err;
}

/* The settings borrow the slave's lists, so they are never freed. */
static int make_slave(struct applier *a, const struct ipvlan_topology_slave *slave)
{
	struct ipvlan_settings settings = {
		.parent = (char *)slave->parent,
		.name = (char *)slave->name,
		.mode = slave->mode,
		.flags = slave->flags,
		.mtu = slave->mtu,
		.change_siblings = true, /* the plan has brought the port to this mode, or found it so */
		.up = slave->up,
		.loopback_up = slave->loopback_up,
		.netns_fd = -1,
		.addresses = slave->addresses,
		.address_count = slave->address_count,
		.routes = slave->routes,
		.route_count = slave->route_count,
	};

	int err = slave->netns ? open_here(a, slave->netns) : 0;

	if (err)
		return err;
	stand_at(a, &a->base);
	return slave->netns ? link_create_at(a->ctx, &settings, a->here.netns, a->here.transport)
			    : ipvlan_link_create(a->ctx, &settings, NULL);
}

static int begin_nursery(struct applier *a)
{
	size_t i, count = 0;

	a->names = calloc(a->plan->count, sizeof(*a->names));
	if (!a->names)
		return -ENOMEM;
	for (i = 0; i < a->plan->count; i++) {
		if (a->plan->steps[i].kind == STEP_NETNS)
			a->names[count++] = a->plan->steps[i].name;
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
		err = nursery_take(a->nursery, &station.transport);
	if (err)
		return netns_fail_create(a->ctx, err, name);
	err = ipvlan_netns_open_name(a->ctx, name, &station.netns);
	if (err) {
		transport_close(station.transport);
		netns_delete_quietly(name);
		return err;
	}
	a->here = station;
	return 0;
}

/* Being in a namespace would keep it alive. */
static int do_netns(struct applier *a, const struct ipvlan_step *step)
{
	close_here(a);
	return step->change == IPVLAN_CHANGE_ADD ? take_netns(a, step->name) : ipvlan_netns_delete(a->ctx, step->name);
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
		if (address->scope == RT_SCOPE_LINK || !(address->flags & IFA_F_PERMANENT))
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

/* lo gets its address on the way up, and does not lose it on the way down. */
static int do_loopback(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	struct ipvlan_address *address;
	int err;

	if (step->change == IPVLAN_CHANGE_ADD)
		return ipvlan_link_set_up(ctx, step->name);
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
	return step->change == IPVLAN_CHANGE_ADD ? ipvlan_address_add(ctx, step->name, &step->address)
						 : ipvlan_address_delete(ctx, step->name, &step->address);
}

static int do_route(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	return step->change == IPVLAN_CHANGE_ADD ? ipvlan_route_add(ctx, step->name, &step->route)
						 : ipvlan_route_delete(ctx, step->name, &step->route);
}

static int do_slave(struct applier *a, const struct ipvlan_step *step)
{
	int err;

	/* A slave is made from where its parent is, and deleted where it is itself. */
	if (step->change == IPVLAN_CHANGE_ADD)
		return make_slave(a, &step->slave);
	err = go_to(a, step->netns);
	return err ? err : ipvlan_link_delete(a->ctx, step->name);
}

static int do_step(struct applier *a, const struct ipvlan_step *step)
{
	int err;

	if (step->kind == STEP_SLAVE)
		return do_slave(a, step);
	if (step->kind == STEP_NETNS)
		return do_netns(a, step);
	err = go_to(a, step->netns);
	if (err)
		return err;
	switch (step->kind) {
	case STEP_PORT:
		return ipvlan_port_change(a->ctx, step->name, step->port.to.mode, step->port.to.flags, true);
	case STEP_MTU:
		return ipvlan_link_set_mtu(a->ctx, step->name, step->mtu.to);
	case STEP_LOOPBACK:
		return do_loopback(a->ctx, step);
	case STEP_UP:
		return do_up(a->ctx, step);
	case STEP_ADDRESS:
		return do_address(a->ctx, step);
	case STEP_ROUTE:
		return do_route(a->ctx, step);
	case STEP_NETNS:
	case STEP_SLAVE:
		break;
	}
	return 0;
}

static void undo_step(struct applier *a, const struct ipvlan_step *step)
{
	struct ipvlan_step inverse = *step;
	char text[200];

	step_invert(&inverse);
	if (do_step(a, &inverse) == 0)
		return;
	if (!a->left_count++)
		ipvlan_step_format(step, a->left, sizeof(a->left));
	ctx_log(a->ctx, IPVLAN_LOG_NOTICE, "this stays, for it could not be undone: %s: %s",
		ipvlan_step_format(step, text, sizeof(text)), ipvlan_error_get_message(&a->ctx->error));
}

static bool adds_slave(const struct ipvlan_step *step)
{
	return step->kind == STEP_SLAVE && step->change == IPVLAN_CHANGE_ADD;
}

static bool removes_slave(const struct ipvlan_step *step)
{
	return step->kind == STEP_SLAVE && step->change == IPVLAN_CHANGE_REMOVE;
}

static void announce_undoing(struct applier *a, size_t i)
{
	if (a->progress)
		a->progress(i + 1, a->plan->count, &a->plan->steps[i], true, a->data);
}

/*
 * Slaves that were made go first, all at once. The steps that came after one do not depend on it, but for lo, which
 * does not mind. What stays is left to the step's own inverse, which says why.
 */
static void undo_slaves(struct applier *a)
{
	const struct ipvlan_plan *plan = a->plan;
	size_t *chosen = calloc(plan->count, sizeof(*chosen)), count = 0, i;
	bool *gone = calloc(plan->count, sizeof(*gone));

	for (i = 0; chosen && i < plan->count; i++) {
		if (a->done[i] && adds_slave(&plan->steps[i]))
			chosen[count++] = i;
	}
	if (gone && count > 1) {
		for (i = count; i-- > 0;)
			announce_undoing(a, chosen[i]);
		plan_sweep(a->ctx, plan, chosen, count, gone);
		for (i = 0; i < count; i++)
			a->done[chosen[i]] = !gone[i];
	}
	free(gone);
	free(chosen);
}

/* The error of the step that failed is the one to be told; those of undoing are only counted. */
static void undo(struct applier *a)
{
	struct ipvlan_error first = a->ctx->error;
	size_t i = a->plan->count;

	stand_at(a, &a->base);
	undo_slaves(a);
	while (i-- > 0) {
		if (!a->done[i])
			continue;
		stand_at(a, &a->base);
		announce_undoing(a, i);
		undo_step(a, &a->plan->steps[i]);
	}
	a->ctx->error = first;
	if (a->left_count)
		fail_hint(a->ctx, "%zu step%s could not be undone, the last of them: %s", a->left_count,
			  a->left_count == 1 ? "" : "s", a->left);
}

static int announce(struct applier *a, size_t i)
{
	if (!a->progress || a->progress(i, a->plan->count, &a->plan->steps[i], false, a->data) == 0)
		return 0;
	return fail(a->ctx, -ECANCELED, IPVLAN_STAGE_NONE, "stopped before step %zu of %zu", i + 1, a->plan->count);
}

static int run_one(struct applier *a, size_t i)
{
	int err = announce(a, i);

	if (err)
		return err;
	err = do_step(a, &a->plan->steps[i]);
	if (err)
		fail_step(a->ctx, (unsigned int)i);
	a->done[i] = !err;
	return err;
}

static int run_removals(struct applier *a, size_t first, size_t count)
{
	size_t chosen[SWEEP_STEPS], i;
	bool gone[SWEEP_STEPS] = {0};
	int err = 0;

	for (i = 0; !err && i < count; i++) {
		chosen[i] = first + i;
		err = announce(a, first + i);
	}
	if (err)
		return err;
	err = plan_sweep(a->ctx, a->plan, chosen, count, gone);
	memcpy(a->done + first, gone, count * sizeof(*gone));
	return err;
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

	while (!err && i < a->plan->count) {
		stand_at(a, &a->base);
		removals = count_removals(a->plan, i);
		err = removals > 1 ? run_removals(a, i, removals) : run_one(a, i);
		i += removals > 1 ? removals : 1;
	}
	end_nursery(a);
	return err;
}

IPVLAN_API int ipvlan_plan_apply(struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, ipvlan_progress_fn progress,
				 void *data)
{
	struct applier a = {.ctx = ctx, .plan = plan, .progress = progress, .data = data, .base.netns = ctx->netns};
	int err = ctx_transport(ctx, &a.base.transport);

	if (err || !plan->count)
		return err;
	a.done = calloc(plan->count, sizeof(*a.done));
	if (!a.done)
		return fail(ctx, -ENOMEM, IPVLAN_STAGE_NONE, "cannot carry out %zu steps", plan->count);
	err = run_all(&a);
	if (err)
		undo(&a);
	close_here(&a);
	free(a.done);
	return err;
}
