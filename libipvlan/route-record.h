/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Routes as they were, before one of them goes or gives its place to another, and putting one back. */
#ifndef LIBIPVLAN_ROUTE_RECORD_H
#define LIBIPVLAN_ROUTE_RECORD_H

#include "internal.h"

/* A route by the name of its link, which another one may have by the time the route comes back. */
struct lost_route {
	struct ipvlan_route route;
	char link[IFNAMSIZ]; /* empty: it has none, or several */
};

/* Routes of the context's namespace. */
struct route_record {
	struct lost_route *routes;
	size_t count;
};

void route_record_clear(struct route_record *record);

/* Those of which the kernel may take one when it shall delete `wish`. Sets the error. */
int route_record_take(struct ipvlan_ctx *ctx, const struct ipvlan_route *wish, struct route_record *record);

/*
 * Those that do not lead through the link alone, but may go, or lose their source, with it and its addresses. Sets the
 * error.
 */
int route_record_take_others(struct ipvlan_ctx *ctx, const struct ipvlan_link *link, struct route_record *record);

/* Whether the context's namespace has one like it now. Returns 1, 0, or a negative number, the error being set. */
int route_is_there(struct ipvlan_ctx *ctx, const struct ipvlan_route *route);

/* The one whose place `wish` will take, if there is one. Sets the error; -EOPNOTSUPP: it could not be put back. */
int route_record_take_rival(struct ipvlan_ctx *ctx, const struct ipvlan_route *wish, struct route_record *record);

/* What it leads through, as functions take it. */
const char *lost_route_link(const struct lost_route *lost);
/* As route_is_there(), with all that it had. */
int lost_route_is_back(struct ipvlan_ctx *ctx, const struct lost_route *lost);
/* Puts one of them back, unless it is there. Sets the error. */
int lost_route_restore(struct ipvlan_ctx *ctx, const struct lost_route *lost);

#endif
