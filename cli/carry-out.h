/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan that was shown is carried out: progress, signals, what is said when it fails. */
#ifndef CLI_CARRY_OUT_H
#define CLI_CARRY_OUT_H

#include "print-plan.h"
#include "progress.h"

struct carrying {
	struct session *session;
	const struct ipvlan_plan *plan;
	struct places places; /* of its steps */
	json_t *document;     /* of the plan: a failure is added to it; NULL: nobody asks for one */

	struct progress progress;
	size_t done; /* steps */
};

/* @return a status; above STATUS_SIGNAL: a signal ended it. What was wrong is said. */
int carry_out(struct carrying *carrying);

#endif
