// SPDX-License-Identifier: LGPL-2.1-or-later
/* Carrying a plan out, and back: each step is one call of the library, undone by the call that is its inverse. */
#include "internal.h"
#include "plan.h"
#include "settings.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct applier {
	struct ipvlan_ctx *ctx;
	const struct ipvlan_plan *plan;
	ipvlan_progress_fn progress;
	void *data;
	struct ipvlan_netns *base; /* where the context worked when this began; NULL: at its home */
	struct ipvlan_netns *here; /* where it works now; NULL: at the base */
	size_t left_count;	   /* steps that could not be undone */
	char left[200];		   /* the first of them */
};

static int go_to(struct applier *a, const char *name)
{
	struct ipvlan_netns *netns;
	int err;

	if (!name && !a->here)
		return 0;
	if (name && a->here && strcmp(a->here->name, name) == 0)
		return 0;
	ipvlan_netns_free(a->here);
	a->here = NULL;
	if (!name)
		return ipvlan_ctx_set_netns(a->ctx, a->base);
	err = ipvlan_netns_open_name(a->ctx, name, &netns);
	if (!err)
		err = ipvlan_ctx_set_netns(a->ctx, netns);
	if (err)
		return err;
	a->here = netns;
	return 0;
}

/* The settings borrow the slave's lists, so they are never freed. */
static int make_slave(struct ipvlan_ctx *ctx, const struct ipvlan_topology_slave *slave)
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
		.netns_by = slave->netns ? NETNS_BY_NAME : NETNS_BY_NOTHING,
		.netns_text = slave->netns,
		.netns_fd = -1,
		.addresses = slave->addresses,
		.address_count = slave->address_count,
		.routes = slave->routes,
		.route_count = slave->route_count,
	};

	return ipvlan_link_create(ctx, &settings, NULL);
}

static int do_netns(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	return step->change == IPVLAN_CHANGE_ADD ? ipvlan_netns_create(ctx, step->name, NULL)
						 : ipvlan_netns_delete(ctx, step->name);
}

static int do_state(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	return step->change == IPVLAN_CHANGE_ADD ? ipvlan_link_set_up(ctx, step->name)
						 : ipvlan_link_set_down(ctx, step->name);
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
	if (step->change == IPVLAN_CHANGE_ADD) {
		err = go_to(a, NULL);
		return err ? err : make_slave(a->ctx, &step->slave);
	}
	err = go_to(a, step->netns);
	return err ? err : ipvlan_link_delete(a->ctx, step->name);
}

static int do_step(struct applier *a, const struct ipvlan_step *step)
{
	int err;

	if (step->kind == STEP_SLAVE)
		return do_slave(a, step);
	/* Making or deleting a namespace needs no being in it, and being in it would keep it. */
	err = go_to(a, step->kind == STEP_NETNS ? NULL : step->netns);
	if (err)
		return err;
	switch (step->kind) {
	case STEP_NETNS:
		return do_netns(a->ctx, step);
	case STEP_PORT:
		return ipvlan_port_change(a->ctx, step->name, step->port.to.mode, step->port.to.flags, true);
	case STEP_MTU:
		return ipvlan_link_set_mtu(a->ctx, step->name, step->mtu.to);
	case STEP_LOOPBACK:
	case STEP_UP:
		return do_state(a->ctx, step);
	case STEP_ADDRESS:
		return do_address(a->ctx, step);
	case STEP_ROUTE:
		return do_route(a->ctx, step);
	case STEP_SLAVE:
		break;
	}
	return 0;
}

static void undo_step(struct applier *a, const struct ipvlan_step *step)
{
	struct ipvlan_step inverse = *step;

	step_invert(&inverse);
	if (do_step(a, &inverse) == 0)
		return;
	if (!a->left_count++)
		ipvlan_step_format(step, a->left, sizeof(a->left));
}

/* The error of the step that failed is the one to be told; those of undoing are only counted. */
static void undo(struct applier *a, size_t done)
{
	struct ipvlan_error first = a->ctx->error;

	while (done-- > 0) {
		if (a->progress)
			a->progress(done + 1, a->plan->count, &a->plan->steps[done], true, a->data);
		undo_step(a, &a->plan->steps[done]);
	}
	a->ctx->error = first;
	if (a->left_count)
		fail_hint(a->ctx, "%zu step%s could not be undone, the last of them: %s", a->left_count,
			  a->left_count == 1 ? "" : "s", a->left);
}

static int run_one(struct applier *a, size_t i)
{
	const struct ipvlan_step *step = &a->plan->steps[i];
	int err;

	if (a->progress && a->progress(i, a->plan->count, step, false, a->data) != 0) {
		fail(a->ctx, -ECANCELED, IPVLAN_STAGE_NONE, "stopped before step %zu of %zu", i + 1, a->plan->count);
		return -ECANCELED;
	}
	err = do_step(a, step);
	if (err)
		fail_step(a->ctx, (unsigned int)i);
	return err;
}

/* It was there before, so nothing but a lack of descriptors can stand in the way; the error is the failed step's. */
static void return_to_base(struct applier *a)
{
	struct ipvlan_error first = a->ctx->error;

	go_to(a, NULL);
	a->ctx->error = first;
	ipvlan_netns_free(a->base);
}

IPVLAN_API int ipvlan_plan_apply(struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, ipvlan_progress_fn progress,
				 void *data)
{
	struct applier a = {.ctx = ctx, .plan = plan, .progress = progress, .data = data};
	int err = ctx->netns == ctx->home ? 0 : netns_copy_quietly(ctx->netns, &a.base);
	size_t i;

	if (err)
		return fail(ctx, err, IPVLAN_STAGE_NETNS, "cannot keep the namespace open");
	for (i = 0; !err && i < plan->count; i++)
		err = run_one(&a, i);
	if (err)
		undo(&a, i - 1);
	return_to_base(&a);
	return err;
}
