/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine and a wish, for the tests that carry plans out. Arena as in lab-test.h, and at the start:
 *
 *   arena: eth0 --+-- ns0: a (up)   10.0.0.2/24 10.0.0.3/24 fd00::2/64, route 10.8.0.0/16 via 10.0.0.1
 *                 +-- ns1: b (down) 10.0.0.5/24 fd00::5/64
 *                 +-- arena: c (up) 10.0.0.6/24
 *
 * The wish: another mode; a has other addresses and routes, b is up, d and e come in namespaces of their own.
 */
#ifndef SCENE_H
#define SCENE_H

#include "lab-test.h"

extern struct ipvlan_topology *topology;
extern struct ipvlan_plan *plan;

/* The slaves that are there at the start. */
void scene_start(void);
/* The start, the wish as `topology`, and the way there as `plan`; scene_free() takes all that came away again. */
void scene_plan(bool prune);
void scene_replan(bool prune);
void scene_free(void);

/* Adds a slave to `topology`: addresses, "mtu N", "gw ADDRESS", "route DESTINATION", "via DESTINATION". */
void scene_describe(const char *name, const char *netns, const char *const *words);
#define SLAVE(name, netns, ...) scene_describe(name, netns, (const char *const[]){__VA_ARGS__, NULL})

/*
 * lab_state() but for link-local addresses: a slave that is made anew has another number for itself, and so another one
 * of those. The caller frees it.
 */
char *scene_state(void);
/* The same, sorted, without the lines that hold a text (NULL: all): links that are made anew come in another order. */
char *scene_sorted(const char *without);
void scene_must_be(const char *wanted, const char *when);

#endif
