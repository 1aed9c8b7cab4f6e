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

/*
 * Returns what ended the walk, or 0. Sets the error only for failures of its own. What was left out is logged at
 * `level`: a list that lacks something must say so, a search that found what it looked for need not.
 */
int places_walk(struct ipvlan_ctx *ctx, enum ipvlan_log_level level, place_fn fn, void *data);

#endif
