// SPDX-License-Identifier: LGPL-2.1-or-later
#include "monitor-item.h"
#include <linux/rtnetlink.h>
#include <string.h>

/* ---- Addresses */

/* What the kernel tells addresses of one link apart by. */
static int compare_address(const void *a, const void *b)
{
	const struct ipvlan_address *x = a, *y = b;
	int order = COMPARE(x->family, y->family);

	if (!order)
		order = memcmp(x->local, y->local, sizeof(x->local));
	if (!order)
		order = COMPARE(x->prefix_length, y->prefix_length);
	return order ? order : memcmp(x->peer, y->peer, sizeof(x->peer));
}

static int decode_address(const struct nlmsghdr *nlh, union item *item)
{
	return codec_address_decode(nlh, &item->address);
}

static int address_ifindex(const union item *item)
{
	return item->address.ifindex;
}

static void address_changes(struct changes *changes, const union item *old, const union item *now)
{
	changes_of_address(changes, &old->address, &now->address);
}

static void fill_address(struct ipvlan_event *event, const union item *item)
{
	event->address = item->address;
	event->has_address = true;
}

/* ---- Routes */

/* What a route that is replaced has in common with its successor. */
static int compare_route_key(const void *a, const void *b)
{
	const struct ipvlan_route *x = a, *y = b;
	int order = COMPARE(x->family, y->family);

	if (!order)
		order = COMPARE(x->table, y->table);
	if (!order)
		order = memcmp(x->destination, y->destination, sizeof(x->destination));
	if (!order)
		order = COMPARE(x->destination_length, y->destination_length);
	if (!order)
		order = COMPARE(x->metric, y->metric);
	return order ? order : COMPARE(x->type, y->type);
}

static int compare_route(const void *a, const void *b)
{
	const struct ipvlan_route *x = a, *y = b;
	int order = compare_route_key(x, y);

	if (!order)
		order = COMPARE(x->has_gateway, y->has_gateway);
	if (!order)
		order = COMPARE(x->has_inet6_gateway, y->has_inet6_gateway);
	return order ? order : memcmp(x->gateway, y->gateway, sizeof(x->gateway));
}

static int decode_route(const struct nlmsghdr *nlh, union item *item)
{
	return codec_route_decode(nlh, &item->route);
}

static bool route_is_watched(const struct ipvlan_route *route)
{
	return !(route->flags & RTM_F_CLONED) && route->table != RT_TABLE_LOCAL;
}

static int route_ifindex(const union item *item)
{
	return route_is_watched(&item->route) ? item->route.ifindex : 0;
}

static void route_changes(struct changes *changes, const union item *old, const union item *now)
{
	changes_of_route(changes, &old->route, &now->route);
}

static void fill_route(struct ipvlan_event *event, const union item *item)
{
	event->route = item->route;
	event->has_route = true;
}

/* ---- Both */

const struct item_type item_types[ITEM_KINDS] = {
	[ITEM_ADDRESS] = {.event = IPVLAN_EVENT_ADDRESS,
			  .removal = RTM_DELADDR,
			  .order = {sizeof(union item), compare_address},
			  .decode = decode_address,
			  .ifindex = address_ifindex,
			  .changes = address_changes,
			  .fill = fill_address},
	[ITEM_ROUTE] = {.event = IPVLAN_EVENT_ROUTE,
			.removal = RTM_DELROUTE,
			.order = {sizeof(union item), compare_route},
			.compare_key = compare_route_key,
			.decode = decode_route,
			.ifindex = route_ifindex,
			.changes = route_changes,
			.fill = fill_route},
};
