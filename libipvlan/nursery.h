/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * New namespaces ahead of their use: a thread makes some while the caller sets up those before them. Making one takes
 * longer than setting it up, and half of that is going to a thread and coming back.
 */
#ifndef LIBIPVLAN_NURSERY_H
#define LIBIPVLAN_NURSERY_H

#include <stddef.h>

struct nursery;
struct station;

/* Names and their array are borrowed. Returns 0 or -errno. */
int nursery_open(struct nursery **nursery, const char *const *names, size_t count);
/* The next one, made, with a socket in it; waits for it. Returns -errno when it could not be made. */
int nursery_take(struct nursery *nursery, struct station *station);
/* Ends the thread; what was made and not taken is deleted. NULL is fine. */
void nursery_close(struct nursery *nursery);

#endif
