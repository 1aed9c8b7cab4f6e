// SPDX-License-Identifier: LGPL-2.1-or-later
#include "plan-sweep.h"
#include "sweep.h"
#include <errno.h>
#include <stdlib.h>

static size_t make_sweeps(const struct ipvlan_plan *plan, const size_t *chosen, size_t count, const char **names,
			  struct sweep *sweeps)
{
	const struct ipvlan_step *step;
	size_t made = 0, i;

	for (i = 0; i < count; i++) {
		step = &plan->steps[chosen[i]];
		names[i] = step->name;
		if (!made || netns_name_compare(sweeps[made - 1].netns, step->netns) != 0)
			sweeps[made++] = (struct sweep){.netns = step->netns, .names = &names[i]};
		sweeps[made - 1].count++;
	}
	return made;
}

static enum outcome outcome_of(const struct sweep *sweep)
{
	if (!sweep->was_run)
		return OUTCOME_NOT_DONE;
	if (!sweep->error)
		return OUTCOME_DONE;
	return sweep->ack.is_lost ? OUTCOME_UNKNOWN : OUTCOME_NOT_DONE;
}

static void mark(const struct sweep *sweeps, size_t sweep_count, enum outcome *outcomes)
{
	size_t i, j, n = 0;

	for (i = 0; i < sweep_count; i++) {
		for (j = 0; j < sweeps[i].count; j++)
			outcomes[n++] = outcome_of(&sweeps[i]);
	}
}

static int tell(struct ipvlan_ctx *ctx, const struct sweep *sweep, size_t first_step)
{
	bool is_known = sweep->culprit < sweep->count;
	const char *name = sweep->names[is_known ? sweep->culprit : 0];
	const char *in = sweep->netns ? " in namespace " : "", *netns = sweep->netns ? sweep->netns : "";

	if (is_known || sweep->count == 1)
		fail_ack(ctx, sweep->error, &sweep->ack, IPVLAN_STAGE_DELETE, "cannot delete %s%s%s", name, in, netns);
	else
		fail_ack(ctx, sweep->error, &sweep->ack, IPVLAN_STAGE_DELETE, "cannot delete %s and %zu more%s%s", name,
			 sweep->count - 1, in, netns);
	if (sweep->error == -ENODEV)
		fail_because(ctx, "it is gone already");
	else if (!sweep->netns)
		explain_change(ctx, ctx->netns);
	fail_step(ctx, (unsigned int)(first_step + (is_known ? sweep->culprit : 0)));
	return sweep->error;
}

/* The first that failed, and at which of the chosen steps it begins; NULL when it was none's fault. */
static const struct sweep *find_failed(const struct sweep *sweeps, size_t count, size_t *first)
{
	size_t i;

	*first = 0;
	for (i = 0; i < count; i++) {
		if (sweeps[i].was_run && sweeps[i].error)
			return &sweeps[i];
		*first += sweeps[i].count;
	}
	return NULL;
}

int plan_sweep(struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, const size_t *chosen, size_t count,
	       enum outcome *outcomes)
{
	struct sweep *sweeps = calloc(count, sizeof(*sweeps));
	const char **names = calloc(count, sizeof(*names));
	const struct sweep *failed = NULL;
	size_t sweep_count, first;
	int err = sweeps && names ? 0 : -ENOMEM;

	if (!err) {
		sweep_count = make_sweeps(plan, chosen, count, names, sweeps);
		err = sweeps_run(ctx->netns, sweeps, sweep_count);
		mark(sweeps, sweep_count, outcomes);
		failed = find_failed(sweeps, sweep_count, &first);
	}
	if (failed)
		err = tell(ctx, failed, chosen[first]);
	else if (err)
		fail(ctx, err, IPVLAN_STAGE_DELETE, "cannot delete slaves");
	free(names);
	free(sweeps);
	return err;
}
