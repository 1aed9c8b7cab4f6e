// SPDX-License-Identifier: LGPL-2.1-or-later
#include "late-routes.h"
#include "array.h"
#include "state.h"
#include <errno.h>
#include <string.h>

void late_routes_clear(struct late_routes *late)
{
	free(late->routes);
	*late = (struct late_routes){0};
}

int late_routes_add(struct ipvlan_ctx *ctx, struct late_routes *late, const char *link,
		    const struct ipvlan_route *route)
{
	struct late_route *room = array_grow(late->routes, late->count, sizeof(*room));

	if (!room)
		return fail(ctx, -ENOMEM, IPVLAN_STAGE_ROUTE, "cannot wait for a route");
	late->routes = room;
	room += late->count++;
	*room = (struct late_route){.lost.route = *route, .netns = late->netns, .step = late->step};
	if (link)
		text_copy(room->lost.link, sizeof(room->lost.link), link);
	return 0;
}

int late_routes_restore(struct ipvlan_ctx *ctx, struct late_routes *late, const struct route_record *record)
{
	const struct lost_route *lost = record->routes, *end = lost + record->count;
	int err = 0;

	for (; !err && lost < end; lost++) {
		late_routes_forget(late, &lost->route);
		err = lost_route_restore(ctx, lost);
		if (err && err != -ENOMEM)
			err = late_routes_add(ctx, late, lost_route_link(lost), &lost->route);
	}
	return err;
}

void late_routes_remove(struct late_routes *late, size_t index)
{
	struct late_route *gap = &late->routes[index];

	memmove(gap, gap + 1, (--late->count - index) * sizeof(*gap));
}

bool late_routes_forget(struct late_routes *late, const struct ipvlan_route *route)
{
	struct ipvlan_route settled = route_settle(route);
	size_t i;

	for (i = 0; i < late->count; i++) {
		if (netns_name_compare(late->routes[i].netns, late->netns) != 0 ||
		    !route_is_same(&late->routes[i].lost.route, &settled))
			continue;
		late_routes_remove(late, i);
		return true;
	}
	return false;
}

void late_routes_forget_link(struct late_routes *late, const char *netns, const char *link)
{
	size_t i;

	for (i = late->count; i-- > 0;) {
		if (netns_name_compare(late->routes[i].netns, netns) == 0 &&
		    strcmp(late->routes[i].lost.link, link) == 0)
			late_routes_remove(late, i);
	}
}
