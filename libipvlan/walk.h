/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way along a plan's steps, and back: what is told on it, and what it leaves behind. */
#ifndef LIBIPVLAN_WALK_H
#define LIBIPVLAN_WALK_H

#include "plan.h"
#include "station.h"

struct walk {
	struct ipvlan_ctx *ctx;
	const struct ipvlan_plan *plan;
	ipvlan_progress_fn progress;
	void *data;
	struct stations places;
	bool *done;	   /* for each step */
	size_t left_count; /* steps that could not be undone */
	char left[200];	   /* the first of them */
};

/* Sets the error; walk_end() is due in any case. */
int walk_begin(struct walk *walk, struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, ipvlan_progress_fn progress,
	       void *data);
void walk_end(struct walk *walk);

/* Before a step. Returns -ECANCELED, set, when it is not wanted any more. */
int walk_announce(struct walk *walk, size_t step);
void walk_announce_undoing(struct walk *walk, size_t step);
/* A step could not be undone: the context's error says why. */
void walk_leave(struct walk *walk, size_t step);
/* Puts back the error that led back, and adds to it what was left. */
void walk_tell(struct walk *walk, const struct ipvlan_error *first);

#endif
