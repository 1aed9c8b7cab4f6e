/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Routes that cannot come back yet: the kernel keeps a route whose gateway, or whose source, has gone, and takes none
 * such. So on the way back they wait until all else has come.
 */
#ifndef LIBIPVLAN_LATE_ROUTES_H
#define LIBIPVLAN_LATE_ROUTES_H

#include "route-record.h"

struct late_route {
	struct lost_route lost;
	const char *netns; /* borrowed; as a step's */
	size_t step;	   /* whose undoing wants it */
};

struct late_routes {
	struct late_route *routes;
	size_t count;
	/* Of those that are added: where the context stands, and for which step. */
	const char *netns;
	size_t step;
};

void late_routes_clear(struct late_routes *late);

/* link: NULL for none. Sets the error. */
int late_routes_add(struct ipvlan_ctx *ctx, struct late_routes *late, const char *link,
		    const struct ipvlan_route *route);

/* Puts all of them back that are missing; those that cannot come yet are added. Sets the error. */
int late_routes_restore(struct ipvlan_ctx *ctx, struct late_routes *late, const struct route_record *record);

void late_routes_remove(struct late_routes *late, size_t index);

/* One in late->netns that does not come, after all. Returns whether it was waiting. */
bool late_routes_forget(struct late_routes *late, const struct ipvlan_route *route);

/* All of a link. */
void late_routes_forget_link(struct late_routes *late, const char *netns, const char *link);

#endif
