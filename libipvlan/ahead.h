/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Things in namespaces, made on a thread of their own ahead of their use. The thread goes from one namespace to the
 * next while the caller works with what was made before; going there and back for each would cost more than the work.
 */
#ifndef LIBIPVLAN_AHEAD_H
#define LIBIPVLAN_AHEAD_H

#include <stdbool.h>
#include <stddef.h>

struct ahead;

/* All of it borrowed. */
struct ahead_job {
	/* On the thread, in order. Returns 0 or -errno for that one; the thread may stand in any namespace afterwards.
	 */
	int (*make)(void *data, size_t number, void **made);
	/* On the thread, for what was made and not taken. */
	void (*discard)(void *data, size_t number, void *made);
	void *data;
	size_t count;
	size_t most; /* made and not taken, AHEAD_MOST at most: what is made may hold descriptors */
	bool stops;  /* after one that could not be made */
};

#define AHEAD_MOST 16

/* Returns 0 or -errno. The thread has all signals blocked. */
int ahead_open(struct ahead **ahead, const struct ahead_job *job);
/* The next one; waits for it. Returns what make() did; of a job that stops, that of the last one from there on. */
int ahead_take(struct ahead *ahead, void **made);
/* Ends the thread. NULL is fine. */
void ahead_close(struct ahead *ahead);

#endif
