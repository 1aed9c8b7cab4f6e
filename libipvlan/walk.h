/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way along a plan's steps, and back: what is told on it, and what it leaves behind. */
#ifndef LIBIPVLAN_WALK_H
#define LIBIPVLAN_WALK_H

#include "plan.h"
#include "station.h"

/* What became of a step. */
enum outcome {
	OUTCOME_NOT_DONE,
	OUTCOME_UNKNOWN, /* the kernel's answer was lost */
	OUTCOME_DONE,
};

struct walk {
	struct ipvlan_ctx *ctx;
	const struct ipvlan_plan *plan;
	ipvlan_progress_fn progress;
	void *data;
	struct stations places;
	enum outcome *outcomes; /* for each step */
	size_t left_count;	/* steps that could not be undone */
	char left[200];		/* the first of them */
};

/* Sets the error; walk_end() is due in any case. */
int walk_begin(struct walk *walk, struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, ipvlan_progress_fn progress,
	       void *data);
void walk_end(struct walk *walk);

/* Before a step. Returns -ECANCELED, set, when it is not wanted any more. */
int walk_announce(struct walk *walk, size_t step);
void walk_announce_undoing(struct walk *walk, size_t step);
/* The step has been tried: err, and the context's error. */
void walk_note(struct walk *walk, size_t step, int err);
/*
 * After an attempt to undo it: whether what it did is gone. Where it is not known whether it had been done, that there
 * is nothing to be undone is an answer, too.
 */
bool walk_is_undone(const struct walk *walk, size_t step, int err);
/* A step could not be undone: the context's error says why. */
void walk_leave(struct walk *walk, size_t step);
/* Puts back the error that led back, and adds to it what was left. */
void walk_tell(struct walk *walk, const struct ipvlan_error *first);

#endif
