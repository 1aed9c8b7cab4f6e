/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Walking over the namespaces of the machine with a socket in each. The walk begins with the context's own namespace
 * and goes on with the others in the order of ipvlan_netns_list(); those that may not be entered are left out.
 */
#ifndef LIBIPVLAN_PLACES_H
#define LIBIPVLAN_PLACES_H

#include "netns-list.h"

struct place {
	const struct ipvlan_netns_info *info;
	const struct ipvlan_netns *netns;
	struct transport *transport;
};

/* Returns 0 to go on, above 0 to end the walk, -errno to end it with that. */
typedef int (*place_fn)(struct place *place, void *data);

enum places_reach {
	PLACES_NAMED,	 /* where names and processes lead */
	PLACES_ALL,	 /* and then those that only open files, mounts and threads hold */
	PLACES_SEARCHED, /* the same, for who ends at the first: in any order, and without telling the processes */
};

/* Returns what ended the walk, or 0. Sets no error. *left_out counts the namespaces that may not be entered. */
int places_walk(struct ipvlan_ctx *ctx, enum places_reach reach, place_fn fn, void *data, size_t *left_out);
/*
 * PLACES_NAMED, and then the rest of PLACES_ALL if `more` returns 1 for what was seen by then; it may return -errno. fn
 * never returns more than 0.
 */
int places_walk_on(struct ipvlan_ctx *ctx, place_fn fn, int (*more)(void *data), void *data, size_t *left_out);

/* A list that lacks something, and a search that found nothing, must say what was left out. */
void places_log_left_out(struct ipvlan_ctx *ctx, size_t left_out);

#endif
