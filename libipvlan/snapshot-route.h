/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIBIPVLAN_SNAPSHOT_ROUTE_H
#define LIBIPVLAN_SNAPSHOT_ROUTE_H

#include "link-read.h"
#include "state.h"

/* A namespace whose routes are read. */
struct place_routes {
	struct transport *transport;
	const char *netns;
	const struct ipvlan_link_list *links; /* its slaves, in the order of their indexes */
	size_t first;			      /* what the first of them became among the slaves of the state */
	const struct state *wanted;	      /* what is described, sorted; NULL: nothing, so all is read */
	struct state *state;
};

/* Adds them to the slaves, and to what is taken. Returns 0 or -errno; sets no error. */
int snapshot_read_routes(const struct place_routes *place);

#endif
