/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Deleting many links. The kernel lets a whole grace period pass for each request to delete, but all links of a group
 * go in one request; and requests from several namespaces can wait side by side.
 */
#ifndef LIBIPVLAN_SWEEP_H
#define LIBIPVLAN_SWEEP_H

#include "internal.h"

/* Links of one namespace that go together: all of them, or none. */
struct sweep {
	const char *netns; /* borrowed; NULL: the namespace that sweeps_run() is given */
	const char *const *names;
	size_t count;
	/* How it went. */
	bool was_run;
	int error;
	size_t culprit; /* of the names; `count` when the error is nobody's own */
	struct ack ack;
};

/* One, in the namespace of the socket. Returns its error. */
int sweep_run(struct transport *transport, struct sweep *sweep);

/*
 * Many at once. When one fails, those that were not begun are not run. Returns 0 or the error of the first in the array
 * that has one; another one when none could be begun.
 */
int sweeps_run(const struct ipvlan_netns *own, struct sweep *sweeps, size_t count);

#endif
