/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Slaves of a plan that go: many steps, carried out as few requests. */
#ifndef LIBIPVLAN_PLAN_SWEEP_H
#define LIBIPVLAN_PLAN_SWEEP_H

#include "internal.h"
#include "plan.h"

/*
 * Deletes the slaves that the chosen steps are about, those of a namespace (they stand side by side) all or none.
 * gone[n] is set for each one that went. Returns 0, or an error that is set, with the number of the step.
 */
int plan_sweep(struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, const size_t *chosen, size_t count, bool *gone);

#endif
