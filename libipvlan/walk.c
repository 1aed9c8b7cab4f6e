// SPDX-License-Identifier: LGPL-2.1-or-later
#include "walk.h"
#include <errno.h>
#include <stdlib.h>

int walk_begin(struct walk *walk, struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, ipvlan_progress_fn progress,
	       void *data)
{
	int err;

	*walk = (struct walk){.ctx = ctx, .plan = plan, .progress = progress, .data = data};
	err = stations_begin(&walk->places, ctx);
	if (err)
		return err;
	walk->outcomes = calloc(plan->count + 1, sizeof(*walk->outcomes));
	return walk->outcomes ? 0 : fail(ctx, -ENOMEM, IPVLAN_STAGE_NONE, "cannot carry out %zu steps", plan->count);
}

void walk_end(struct walk *walk)
{
	stations_end(&walk->places);
	free(walk->outcomes);
}

int walk_announce(struct walk *walk, size_t step)
{
	size_t total = walk->plan->count;

	if (!walk->progress || walk->progress(step, total, &walk->plan->steps[step], false, walk->data) == 0)
		return 0;
	return fail(walk->ctx, -ECANCELED, IPVLAN_STAGE_NONE, "stopped before step %zu of %zu", step + 1, total);
}

void walk_announce_undoing(struct walk *walk, size_t step)
{
	if (walk->progress)
		walk->progress(step + 1, walk->plan->count, &walk->plan->steps[step], true, walk->data);
}

void walk_note(struct walk *walk, size_t step, int err)
{
	if (!err)
		walk->outcomes[step] = OUTCOME_DONE;
	else if (walk->ctx->error.is_lost)
		walk->outcomes[step] = OUTCOME_UNKNOWN;
}

bool walk_is_undone(const struct walk *walk, size_t step, int err)
{
	static const int nothing_to_undo[] = {ENODEV, EADDRNOTAVAIL, ESRCH, EEXIST};
	size_t i;

	for (i = 0; walk->outcomes[step] == OUTCOME_UNKNOWN && i < COUNT_OF(nothing_to_undo); i++) {
		if (err == -nothing_to_undo[i])
			return true;
	}
	return !err;
}

void walk_leave(struct walk *walk, size_t step)
{
	char text[200];

	ipvlan_step_format(&walk->plan->steps[step], text, sizeof(text));
	if (!walk->left_count++)
		snprintf(walk->left, sizeof(walk->left), "%s", text);
	ctx_log(walk->ctx, IPVLAN_LOG_NOTICE, "this stays, for it could not be undone: %s: %s", text,
		ipvlan_error_get_message(&walk->ctx->error));
}

void walk_tell(struct walk *walk, const struct ipvlan_error *first)
{
	walk->ctx->error = *first;
	walk->ctx->error.left_count = (unsigned int)walk->left_count;
	if (walk->left_count)
		fail_hint(walk->ctx, "%zu step%s could not be undone, the last of them: %s", walk->left_count,
			  walk->left_count == 1 ? "" : "s", walk->left);
}
