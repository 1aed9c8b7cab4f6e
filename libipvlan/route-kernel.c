// SPDX-License-Identifier: LGPL-2.1-or-later
/* Routes in the kernel: adding, deleting, listing. */
#include "array.h"
#include "internal.h"
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/ipv6_route.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct ipvlan_route_list {
	struct ipvlan_route *routes;
	size_t count;
};

struct ipvlan_route route_settle(const struct ipvlan_route *route)
{
	struct ipvlan_route settled = *route;

	settled.family = ipvlan_route_get_family(route);
	return settled;
}

int route_encode(void *buf, size_t size, uint16_t type, uint16_t flags, const struct ipvlan_route *route, int ifindex)
{
	struct ipvlan_route settled = route_settle(route);

	return codec_route_encode(buf, size, type, flags, &settled, ifindex);
}

const char *route_describe(const struct ipvlan_route *route, char *buf, size_t size)
{
	char destination[IPVLAN_ADDRESS_SIZE], gateway[IPVLAN_ADDRESS_SIZE], source[IPVLAN_ADDRESS_SIZE];
	const char *via = ipvlan_route_format_gateway(route, gateway, sizeof(gateway));
	const char *src = ipvlan_route_format_source(route, source, sizeof(source));
	static const char *const nowhere[] = {"blackhole ", "unreachable ", "prohibit ", "throw "};
	char metric[24] = "";

	/* Not the one that the kernel gives to routes that come without. */
	if (route->metric && !(route->family == AF_INET6 && route->metric == IP6_RT_PRIO_USER))
		snprintf(metric, sizeof(metric), " metric %u", route->metric);
	ipvlan_route_format_destination(route, destination, sizeof(destination));
	snprintf(buf, size, "%s%s%s%s%s%s%s",
		 route_leads_nowhere(route->type) ? nowhere[route->type - RTN_BLACKHOLE] : "", destination,
		 via ? " via " : "", via ? via : "", src ? " src " : "", src ? src : "", metric);
	return buf;
}

static int change(struct ipvlan_ctx *ctx, const char *verb, uint16_t type, uint16_t flags, const char *link,
		  const struct ipvlan_route *route)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	char text[ROUTE_TEXT_SIZE], where[112];
	struct transport *transport;
	int ifindex = 0, err;
	struct ack ack;

	err = link ? link_find_index(ctx, IPVLAN_STAGE_ROUTE, link, &ifindex) : 0;
	if (!err)
		err = ctx_transport(ctx, &transport);
	if (err)
		return err;
	route_encode(buf, sizeof(buf), type, flags, route, ifindex);
	err = transport_request(transport, (struct nlmsghdr *)buf, NULL, NULL, &ack);
	if (!err)
		return 0;
	fail_ack(ctx, err, &ack, IPVLAN_STAGE_ROUTE, "cannot %s route %s%s%s%s", verb,
		 route_describe(route, text, sizeof(text)), link ? " on " : "", link ? link : "",
		 ctx_where(ctx, where, sizeof(where)));
	explain_route(ctx, ctx->netns);
	return err;
}

IPVLAN_API int ipvlan_route_add(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route)
{
	return change(ctx, "add", RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, link, route);
}

IPVLAN_API int ipvlan_route_replace(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route)
{
	return change(ctx, "replace", RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, link, route);
}

IPVLAN_API int ipvlan_route_change(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route)
{
	return change(ctx, "change", RTM_NEWROUTE, NLM_F_REPLACE, link, route);
}

IPVLAN_API int ipvlan_route_append(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route)
{
	return change(ctx, "append", RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND, link, route);
}

IPVLAN_API int ipvlan_route_prepend(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route)
{
	return change(ctx, "prepend", RTM_NEWROUTE, NLM_F_CREATE, link, route);
}

IPVLAN_API int ipvlan_route_delete(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route)
{
	return change(ctx, "delete", RTM_DELROUTE, 0, link, route);
}

/* Whether it is an address of IPv6 of which the kernel does not know yet whether others have it. */
static bool is_source_tentative(struct ipvlan_ctx *ctx, const struct ipvlan_route *route)
{
	struct ipvlan_address *addresses = NULL;
	bool is_tentative = false;
	size_t count = 0, i;
	struct ack ack;

	if (addresses_read(ctx->transport, AF_INET6, 0, &addresses, &count, &ack))
		return false;
	for (i = 0; i < count; i++) {
		if (memcmp(addresses[i].local, route->source, sizeof(route->source)) == 0)
			is_tentative = addresses[i].flags & IFA_F_TENTATIVE && !(addresses[i].flags & IFA_F_DADFAILED);
	}
	free(addresses);
	return is_tentative;
}

int route_add_patiently(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route)
{
	/* The kernel begins within a second, and listens for another one; twice that. */
	const struct timespec pause = {.tv_nsec = 50000000};
	struct ipvlan_error before;
	int err, i;

	if (!route->has_source || route->family != AF_INET6)
		return ipvlan_route_add(ctx, link, route);
	before = ctx->error;
	err = ipvlan_route_add(ctx, link, route);
	for (i = 0; err == -EINVAL && i < 80 && is_source_tentative(ctx, route); i++)
		nanosleep(&pause, NULL);
	if (err == -EINVAL && i < 80)
		err = ipvlan_route_add(ctx, link, route);
	/* What has been done has not failed. */
	if (!err)
		ctx->error = before;
	return err;
}

struct collection {
	struct ipvlan_route_list *list;
	size_t before; /* what the list held before this dump */
	uint32_t table;
	int family, ifindex;
};

static void forget(void *data)
{
	struct collection *c = data;

	c->list->count = c->before;
}

static bool is_wanted(const struct collection *c, const struct ipvlan_route *route)
{
	if (route->flags & RTM_F_CLONED)
		return false;
	return route->family == c->family && (!c->table || route->table == c->table) &&
	       (!c->ifindex || route->ifindex == c->ifindex);
}

static int collect(const struct nlmsghdr *nlh, void *data)
{
	struct collection *c = data;
	struct ipvlan_route route, *room;
	int err = codec_route_decode(nlh, &route);

	if (err == -EAFNOSUPPORT)
		return 0;
	if (err)
		return err;
	if (!is_wanted(c, &route))
		return 0;
	room = array_grow(c->list->routes, c->list->count, sizeof(route));
	if (!room)
		return -ENOMEM;
	c->list->routes = room;
	room[c->list->count++] = route;
	return 0;
}

static int read_family(struct transport *transport, int family, uint32_t table, int ifindex,
		       struct ipvlan_route_list *list, struct ack *ack)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct collection c = {
		.list = list, .before = list->count, .table = table, .family = family, .ifindex = ifindex};
	int err;

	codec_route_dump(buf, sizeof(buf), family, table, ifindex);
	err = transport_dump(transport, (struct nlmsghdr *)buf, forget, collect, &c, ack);
	/* A table that nothing was ever put into, or a kernel without IPv6, holds no routes. */
	return err == -ENOENT || err == -EAFNOSUPPORT || err == -EOPNOTSUPP ? 0 : err;
}

int routes_read(struct transport *transport, int family, uint32_t table, int ifindex, struct ipvlan_route **routes,
		size_t *count, struct ack *ack)
{
	struct ipvlan_route_list list = {0};
	int err = 0;

	if (family != AF_INET6)
		err = read_family(transport, AF_INET, table, ifindex, &list, ack);
	if (!err && family != AF_INET)
		err = read_family(transport, AF_INET6, table, ifindex, &list, ack);
	if (err) {
		free(list.routes);
		return err;
	}
	*routes = list.routes;
	*count = list.count;
	return 0;
}

static int take_route(const struct nlmsghdr *nlh, void *data)
{
	return codec_route_decode(nlh, data);
}

static int fail_get(struct ipvlan_ctx *ctx, int err, const struct ack *ack, const char *address, const char *source)
{
	char where[112];

	fail_ack(ctx, err, ack, IPVLAN_STAGE_ROUTE, "cannot find a way to %s%s%s%s", address, source ? " from " : "",
		 source ? source : "", ctx_where(ctx, where, sizeof(where)));
	if (err == -ENETUNREACH || err == -EHOSTUNREACH) {
		fail_because(ctx, "no route leads there");
		fail_hint(ctx, "`ipvlanctl route show` lists those that there are");
	} else if (err == -EACCES) {
		fail_because(ctx, "a route forbids it");
	} else if (err == -EINVAL && !source) {
		fail_because(ctx, "a blackhole route swallows it");
	}
	return err;
}

/* What is asked for: two addresses of one family. */
static int describe_packet(const char *address, const char *source, struct ipvlan_route *packet)
{
	*packet = (struct ipvlan_route){0};
	packet->family = ip_parse(address, packet->destination);
	packet->has_source = source;
	return packet->family && (!source || ip_parse(source, packet->source) == packet->family) ? 0 : -EINVAL;
}

IPVLAN_API int ipvlan_route_get(struct ipvlan_ctx *ctx, const char *address, const char *source, const char *link,
				struct ipvlan_route **route)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct ipvlan_route packet, *r;
	struct transport *transport;
	struct ack ack = {0};
	int ifindex = 0, err = describe_packet(address, source, &packet);

	if (err)
		return fail(ctx, err, IPVLAN_STAGE_SETTINGS, "cannot ask for a way to %s%s%s", address,
			    source ? " from " : "", source ? source : "");
	err = link ? link_find_index(ctx, IPVLAN_STAGE_ROUTE, link, &ifindex) : 0;
	if (!err)
		err = ctx_transport(ctx, &transport);
	if (err)
		return err;
	codec_route_get(buf, sizeof(buf), &packet, ifindex);
	r = calloc(1, sizeof(*r));
	err = r ? transport_request(transport, (struct nlmsghdr *)buf, take_route, r, &ack) : -ENOMEM;
	if (err) {
		free(r);
		return fail_get(ctx, err, &ack, address, source);
	}
	*route = r;
	return 0;
}

IPVLAN_API int ipvlan_route_list(struct ipvlan_ctx *ctx, const char *link, int family, uint32_t table,
				 struct ipvlan_route_list **list)
{
	struct ipvlan_route_list *l;
	struct transport *transport;
	struct ack ack = {0};
	int ifindex = 0, err;

	err = link ? link_find_index(ctx, IPVLAN_STAGE_ROUTE, link, &ifindex) : 0;
	if (!err)
		err = ctx_transport(ctx, &transport);
	if (err)
		return err;
	l = calloc(1, sizeof(*l));
	err = l ? routes_read(transport, family, table, ifindex, &l->routes, &l->count, &ack) : -ENOMEM;
	if (err) {
		free(l);
		return fail_ack(ctx, err, &ack, IPVLAN_STAGE_ROUTE, "cannot read routes");
	}
	*list = l;
	return 0;
}

IPVLAN_API void ipvlan_route_list_free(struct ipvlan_route_list *list)
{
	if (!list)
		return;
	free(list->routes);
	free(list);
}

IPVLAN_API size_t ipvlan_route_list_get_count(const struct ipvlan_route_list *list)
{
	return list->count;
}

IPVLAN_API const struct ipvlan_route *ipvlan_route_list_get(const struct ipvlan_route_list *list, size_t index)
{
	return index < list->count ? &list->routes[index] : NULL;
}
