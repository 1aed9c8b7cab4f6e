/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Slaves of a plan that go: many steps, carried out as few requests. */
#ifndef LIBIPVLAN_PLAN_SWEEP_H
#define LIBIPVLAN_PLAN_SWEEP_H

#include "internal.h"
#include "walk.h"

/*
 * Deletes the slaves that the chosen steps are about, those of a namespace (they stand side by side) all or none.
 * outcomes[n] is that of the n-th of them. Returns 0, or an error that is set, with the number of the step.
 */
int plan_sweep(struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, const size_t *chosen, size_t count,
	       enum outcome *outcomes);

#endif
