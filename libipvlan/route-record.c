// SPDX-License-Identifier: LGPL-2.1-or-later
#include "route-record.h"
#include "link-read.h"
#include "netns-list.h"
#include "state.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

void route_record_clear(struct route_record *record)
{
	free(record->routes);
	*record = (struct route_record){0};
}

/* ---- before */

static int record_one(struct ipvlan_ctx *ctx, const struct ipvlan_route *route, struct route_record *record)
{
	struct lost_route *lost = &record->routes[record->count++];
	struct ipvlan_link link;
	struct ack ack;
	int err;

	*lost = (struct lost_route){.route = *route};
	/* IPv6 has lo for those that lead nowhere. */
	if (route->type != RTN_UNICAST || !route->ifindex)
		return 0;
	err = link_query(ctx->transport, route->ifindex, NULL, -1, &link, &ack);
	if (!err)
		memcpy(lost->link, link.name, sizeof(lost->link));
	return shortage(err);
}

typedef bool (*fit_fn)(const struct ipvlan_route *route, const void *data);

/* table RT_TABLE_UNSPEC: of all tables. */
static int take(struct ipvlan_ctx *ctx, int family, uint32_t table, fit_fn fits, const void *data,
		struct route_record *record)
{
	struct ipvlan_route *routes = NULL;
	struct transport *transport;
	size_t count = 0, i;
	struct ack ack = {0};
	int err = ctx_transport(ctx, &transport);

	if (!err)
		err = routes_read(transport, family, table, 0, &routes, &count, &ack);
	record->routes = calloc(count + 1, sizeof(*record->routes));
	if (!record->routes)
		err = -ENOMEM;
	for (i = 0; !err && i < count; i++) {
		if (fits(&routes[i], data))
			err = record_one(ctx, &routes[i], record);
	}
	free(routes);
	return err ? fail_ack(ctx, err, &ack, IPVLAN_STAGE_READ, "cannot read routes") : 0;
}

/* As the kernel looks for what shall be deleted; of a link, a gateway and the like there is more to see. */
static bool may_go(const struct ipvlan_route *route, const void *data)
{
	const struct ipvlan_route *wish = data;

	return route->destination_length == wish->destination_length &&
	       memcmp(route->destination, wish->destination, sizeof(route->destination)) == 0 &&
	       (!wish->metric || route->metric == wish->metric);
}

int route_record_take(struct ipvlan_ctx *ctx, const struct ipvlan_route *wish, struct route_record *record)
{
	return take(ctx, ipvlan_route_get_family(wish), wish->table, may_go, wish, record);
}

/* Routes of another link from an address of this one; and those through several, of which one may be this. */
static bool goes_along(const struct ipvlan_route *route, const void *data)
{
	const struct ipvlan_link *link = data;

	if (route->ifindex == link->ifindex || !route_is_somebodys(route))
		return false;
	if (!route->ifindex)
		return route->type == RTN_UNICAST;
	return route->has_source && addresses_have(link->addresses, link->address_count, route->family, route->source);
}

int route_record_take_others(struct ipvlan_ctx *ctx, const struct ipvlan_link *link, struct route_record *record)
{
	return take(ctx, AF_UNSPEC, RT_TABLE_UNSPEC, goes_along, link, record);
}

static bool is_rival(const struct ipvlan_route *route, const void *data)
{
	return route_is_rival(route, data);
}

static int take_rivals(struct ipvlan_ctx *ctx, const struct ipvlan_route *route, struct route_record *record)
{
	return take(ctx, route->family, route->table, is_rival, route, record);
}

int route_is_there(struct ipvlan_ctx *ctx, const struct ipvlan_route *route)
{
	struct ipvlan_route settled = route_settle(route);
	struct route_record now = {0};
	bool found = false;
	size_t i;
	int err = take_rivals(ctx, &settled, &now);

	for (i = 0; !err && i < now.count; i++)
		found = found ||
			(route_is_same(&now.routes[i].route, &settled) && now.routes[i].route.type == settled.type);
	route_record_clear(&now);
	return err ? err : found;
}

/* All that is said of it when it is made. */
static bool is_equal(const struct lost_route *x, const struct lost_route *y)
{
	const struct ipvlan_route *a = &x->route, *b = &y->route;

	return route_is_same(a, b) && strcmp(x->link, y->link) == 0 && a->type == b->type &&
	       a->protocol == b->protocol && a->scope == b->scope && a->preference == b->preference &&
	       a->has_source == b->has_source && memcmp(a->source, b->source, sizeof(a->source)) == 0 &&
	       memcmp(a->metrics, b->metrics, sizeof(a->metrics)) == 0;
}

static bool record_has(const struct route_record *record, const struct lost_route *lost)
{
	size_t i;

	for (i = 0; i < record->count && !is_equal(&record->routes[i], lost); i++)
		;
	return i < record->count;
}

int lost_route_is_back(struct ipvlan_ctx *ctx, const struct lost_route *lost)
{
	struct route_record now = {0};
	int err = take_rivals(ctx, &lost->route, &now), there = err ? err : record_has(&now, lost);

	route_record_clear(&now);
	return there;
}

/* NULL: it can come back. */
static const char *why_not_back(const struct route_record *record)
{
	const struct lost_route *lost = record->routes;

	if (record->count > 1)
		return "several stand beside each other there, and its place among them would be lost";
	if (lost->route.protocol == RTPROT_RA)
		return "the one that is there is a router's, who would have to tell it again";
	if (lost->route.type != RTN_UNICAST && !route_leads_nowhere(lost->route.type))
		return "the one that is there is of another type: local, broadcast or the like";
	if (!lost->link[0] && lost->route.type == RTN_UNICAST)
		return "the one that is there leads through several links";
	return NULL;
}

int route_record_take_rival(struct ipvlan_ctx *ctx, const struct ipvlan_route *wish, struct route_record *record)
{
	struct ipvlan_route settled = route_settle(wish);
	char text[ROUTE_TEXT_SIZE];
	const char *why;
	int err;

	err = take_rivals(ctx, &settled, record);
	if (err || !record->count)
		return err;
	why = why_not_back(record);
	if (!why)
		return 0;
	fail(ctx, -EOPNOTSUPP, IPVLAN_STAGE_ROUTE, "cannot replace route %s in a transaction",
	     route_describe(wish, text, sizeof(text)));
	fail_because(ctx, "%s", why);
	return -EOPNOTSUPP;
}

/* ---- on the way back */

const char *lost_route_link(const struct lost_route *lost)
{
	return lost->link[0] ? lost->link : NULL;
}

static bool can_come_back(const struct lost_route *lost)
{
	struct ipvlan_route route = lost->route;

	if (route_leads_nowhere(route.type))
		route.type = RTN_UNICAST;
	else if (!lost->link[0])
		return false;
	return route_is_described(&route);
}

static int fail_to_restore(struct ipvlan_ctx *ctx, const struct ipvlan_route *route)
{
	char text[ROUTE_TEXT_SIZE];

	fail(ctx, -EOPNOTSUPP, IPVLAN_STAGE_ROUTE, "cannot add route %s", route_describe(route, text, sizeof(text)));
	fail_because(ctx, "it stood beside others, led through several links, was for some packets only, or was the "
			  "kernel's own");
	return -EOPNOTSUPP;
}

/* Of an IPv6 route whose source goes the kernel takes nothing but that. */
static bool is_rest_of(const struct lost_route *rest, const struct lost_route *lost)
{
	struct lost_route whole = *rest;

	if (rest->route.has_source)
		return false;
	whole.route.has_source = lost->route.has_source;
	memcpy(whole.route.source, lost->route.source, sizeof(whole.route.source));
	return is_equal(&whole, lost);
}

/*
 * Beside others, or at all, one cannot be made; then it matters whether it was this that went. Of an address that came
 * back the kernel has put a route of its own where another had its place.
 */
static int restore_beside(struct ipvlan_ctx *ctx, const struct lost_route *lost, const struct route_record *rivals)
{
	if (record_has(rivals, lost))
		return 0;
	if (can_come_back(lost) && rivals->count == 1 &&
	    (rivals->routes->route.protocol == RTPROT_KERNEL || is_rest_of(rivals->routes, lost)))
		return ipvlan_route_replace(ctx, lost_route_link(lost), &lost->route);
	return fail_to_restore(ctx, &lost->route);
}

int lost_route_restore(struct ipvlan_ctx *ctx, const struct lost_route *lost)
{
	struct route_record rivals = {0};
	struct ipvlan_error why;
	int err = -EEXIST, failed;

	if (can_come_back(lost))
		err = route_add_patiently(ctx, lost_route_link(lost), &lost->route);
	if (!err)
		return 0;
	why = ctx->error;
	failed = take_rivals(ctx, &lost->route, &rivals);
	if (!failed)
		failed = restore_beside(ctx, lost, &rivals);
	route_record_clear(&rivals);
	if (failed == -EOPNOTSUPP && err != -EEXIST) {
		ctx->error = why;
		return err;
	}
	return failed;
}
