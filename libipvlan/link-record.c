// SPDX-License-Identifier: LGPL-2.1-or-later
#include "link-record.h"
#include "array.h"
#include "port.h"
#include "state.h"
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

void link_record_clear(struct link_record *record)
{
	ipvlan_link_free(record->link);
	free(record->routes);
	route_record_clear(&record->others);
	*record = (struct link_record){0};
}

/* ---- one link, before */

static int take_routes(struct ipvlan_ctx *ctx, int ifindex, struct link_record *record)
{
	struct transport *transport;
	struct ack ack = {0};
	int err = ctx_transport(ctx, &transport);

	if (err)
		return err;
	err = routes_read(transport, AF_UNSPEC, RT_TABLE_UNSPEC, ifindex, &record->routes, &record->route_count, &ack);
	return err ? fail_ack(ctx, err, &ack, IPVLAN_STAGE_READ, "cannot read routes") : 0;
}

int link_record_take(struct ipvlan_ctx *ctx, const char *name, struct link_record *record)
{
	int err = ipvlan_link_get(ctx, name, &record->link);

	if (err)
		return err;
	addresses_order_by_age(record->link->addresses, record->link->address_count);
	return take_routes(ctx, record->link->ifindex, record);
}

/* ---- one link, on the way back. A function that fails leaves the error that says why. */

bool link_has_address(const struct ipvlan_link *link, const struct ipvlan_address *address)
{
	size_t i;

	for (i = 0; i < link->address_count && !address_is_same(&link->addresses[i], address); i++)
		;
	return i < link->address_count;
}

/* An IPv4 address that comes back is the last of its network, though it may have been the first: so all come anew. */
static int clear_ipv4(struct ipvlan_ctx *ctx, const struct ipvlan_link *now, const struct ipvlan_link *then)
{
	bool complete = true;
	size_t i;
	int err = 0;

	for (i = 0; i < then->address_count; i++) {
		if (then->addresses[i].family == AF_INET)
			complete = complete && link_has_address(now, &then->addresses[i]);
	}
	for (i = now->address_count; !complete && i-- > 0;) {
		if (now->addresses[i].family == AF_INET)
			err = ipvlan_address_delete(ctx, now->name, &now->addresses[i]);
		/* A secondary one went with its primary one. */
		if (err && err != -EADDRNOTAVAIL)
			return err;
	}
	return 0;
}

/*
 * What was found out of an IPv6 address holds still: nobody else has it. Were that asked anew, the address would be no
 * route's source for a second or two.
 */
static int add_address(struct ipvlan_ctx *ctx, const char *name, const struct ipvlan_address *address)
{
	const uint32_t unsettled = IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_OPTIMISTIC | IFA_F_NODAD;
	struct ipvlan_address settled = *address;
	int err;

	if (address->family != AF_INET6 || address->flags & unsettled)
		return unless_there(ipvlan_address_add(ctx, name, address));
	settled.flags |= IFA_F_NODAD;
	err = ipvlan_address_add(ctx, name, &settled);
	return err ? unless_there(err) : ipvlan_address_replace(ctx, name, address);
}

static int add_addresses(struct ipvlan_ctx *ctx, const char *name, const struct ipvlan_link *then)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < then->address_count; i++) {
		if (address_can_come_back(&then->addresses[i]))
			err = add_address(ctx, name, &then->addresses[i]);
	}
	return err;
}

static int restore_addresses(struct ipvlan_ctx *ctx, const char *name, const struct ipvlan_link *then)
{
	struct ipvlan_link *now;
	int err = ipvlan_link_get(ctx, name, &now);

	if (err)
		return err;
	err = clear_ipv4(ctx, now, then);
	ipvlan_link_free(now);
	return err ? err : add_addresses(ctx, name, then);
}

/* late: NULL when it must come now. */
static int add_route(struct ipvlan_ctx *ctx, const char *name, const struct ipvlan_route *route,
		     struct late_routes *late)
{
	struct lost_route lost = {.route = *route};
	int err;

	if (route->type == RTN_UNICAST)
		text_copy(lost.link, sizeof(lost.link), name);
	err = lost_route_restore(ctx, &lost);
	return err && err != -ENOMEM && late ? late_routes_add(ctx, late, lost_route_link(&lost), route) : err;
}

/* Those of one link, which may have another index now, by its name; those behind gateways come last. */
static int add_routes(struct ipvlan_ctx *ctx, const char *name, const struct link_record *record,
		      struct late_routes *late)
{
	const struct ipvlan_route *route;
	size_t i, pass;
	int err = 0;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; !err && i < record->route_count; i++) {
			route = &record->routes[i];
			if (route->ifindex == record->link->ifindex && route_is_somebodys(route) &&
			    route->has_gateway == (pass == 1))
				err = add_route(ctx, name, route, late);
		}
	}
	return err;
}

int link_record_restore(struct ipvlan_ctx *ctx, const char *name, const struct link_record *record,
			struct late_routes *late)
{
	const struct ipvlan_link *then = record->link;
	bool was_up = then->device_flags & IFF_UP;
	int err;

	late_routes_forget_link(late, late->netns, name);
	err = was_up ? ipvlan_link_set_up(ctx, name) : ipvlan_link_set_down(ctx, name);
	if (!err)
		err = restore_addresses(ctx, name, then);
	if (!err && was_up)
		err = add_routes(ctx, name, record, late);
	return err ? err : late_routes_restore(ctx, late, &record->others);
}

/* ---- the slaves of a parent */

void slaves_record_clear(struct slaves_record *record)
{
	size_t i;

	for (i = 0; i < record->count; i++)
		link_record_clear(&record->slaves[i]);
	free(record->slaves);
	*record = (struct slaves_record){0};
}

struct visit {
	struct ipvlan_ctx *ctx;
	struct slaves_record *record;
	uint32_t parent_mtu;
	bool ipv6;
	size_t found;
	int error; /* of the last slave that could not be given back all, the context's error being its */
};

static int take_ipv6(struct transport *transport, struct link_record *slave)
{
	struct ipvlan_link *link = slave->link;
	struct ack ack;
	int err = addresses_read(transport, AF_INET6, link->ifindex, &link->addresses, &link->address_count, &ack);

	if (!err)
		err = routes_read(transport, AF_INET6, RT_TABLE_UNSPEC, link->ifindex, &slave->routes,
				  &slave->route_count, &ack);
	addresses_order_by_age(link->addresses, link->address_count);
	/* One that went between the readings has nothing to lose. */
	return err == -ENODEV ? 0 : err;
}

static bool has_something_to_lose(const struct link_record *slave, uint32_t parent_mtu)
{
	bool any = slave->link->mtu != parent_mtu;
	size_t i;

	for (i = 0; !any && i < slave->link->address_count; i++)
		any = address_can_come_back(&slave->link->addresses[i]);
	for (i = 0; !any && i < slave->route_count; i++)
		any = route_is_somebodys(&slave->routes[i]);
	return any;
}

/* The parent's MTU comes back to a slave by itself. */
static int keep_slave(struct visit *visit, struct link_record *slave)
{
	struct slaves_record *record = visit->record;
	struct link_record *room;

	if (!has_something_to_lose(slave, visit->parent_mtu)) {
		link_record_clear(slave);
		return 0;
	}
	room = array_grow(record->slaves, record->count, sizeof(*room));
	if (!room)
		return -ENOMEM;
	record->slaves = room;
	room[record->count++] = *slave;
	return 0;
}

static int take_slave(struct place *place, struct ipvlan_link *link, void *data)
{
	struct visit *visit = data;
	struct link_record slave = {.link = malloc(sizeof(*link))};
	int err;

	if (!slave.link)
		return -ENOMEM;
	*slave.link = *link;
	err = link_set_place(slave.link, place);
	if (!err && visit->ipv6)
		err = take_ipv6(place->transport, &slave);
	if (!err)
		err = keep_slave(visit, &slave);
	if (err)
		link_record_clear(&slave);
	return err;
}

static const struct link_record *find_slave(const struct slaves_record *record, ino_t inode, const char *name)
{
	size_t i;

	for (i = 0; i < record->count; i++) {
		if (record->slaves[i].link->netns_inode == inode && strcmp(record->slaves[i].link->name, name) == 0)
			return &record->slaves[i];
	}
	return NULL;
}

/* Where the context stands. */
static int restore_slave(struct ipvlan_ctx *ctx, const struct ipvlan_link *now, const struct link_record *slave)
{
	const struct ipvlan_link *then = slave->link;
	int err = now->mtu == then->mtu ? 0 : ipvlan_link_set_mtu(ctx, then->name, then->mtu);

	if (!err)
		err = add_addresses(ctx, then->name, then);
	return err || !(now->device_flags & IFF_UP) ? err : add_routes(ctx, then->name, slave, NULL);
}

/* One that cannot have all back does not keep others from it. */
static int visit_slave(struct place *place, struct ipvlan_link *link, void *data)
{
	struct visit *visit = data;
	struct ipvlan_ctx *ctx = visit->ctx;
	const struct station was = {ctx->netns, ctx->transport};
	const struct link_record *slave = find_slave(visit->record, place->netns->inode, link->name);
	int err;

	if (!slave)
		return 0;
	ctx->netns = (struct ipvlan_netns *)place->netns;
	ctx->transport = place->transport;
	err = restore_slave(ctx, link, slave);
	ctx->netns = was.netns;
	ctx->transport = was.transport;
	visit->found++;
	if (err)
		visit->error = err;
	return 0;
}

/* Sets the error, but leaves alone what the visits themselves have set. */
static int each_slave(struct visit *visit, const struct ipvlan_link *parent, slave_fn fn)
{
	struct port_id id = {.parent_index = parent->ifindex};
	int err = netns_copy_quietly(visit->ctx->netns, &id.netns);

	if (!err)
		err = port_each_slave(visit->ctx, &id, fn, visit);
	port_id_clear(&id);
	return err ? fail(visit->ctx, err, IPVLAN_STAGE_READ, "cannot read the slaves of %s", parent->name) : 0;
}

int slaves_record_take(struct ipvlan_ctx *ctx, const struct ipvlan_link *parent, bool ipv6,
		       struct slaves_record *record)
{
	struct visit visit = {.ctx = ctx, .record = record, .parent_mtu = parent->mtu, .ipv6 = ipv6};

	return each_slave(&visit, parent, take_slave);
}

static int fail_unseen(struct ipvlan_ctx *ctx, const char *parent, const struct slaves_record *record)
{
	char text[320];

	link_describe(record->slaves[0].link, text, sizeof(text));
	fail(ctx, -ENOENT, IPVLAN_STAGE_CHANGE, "cannot give the slaves of %s back what they had", parent);
	fail_because(ctx, "not all of these can be seen any more: %s%s", text, record->count > 1 ? " and others" : "");
	return -ENOENT;
}

int slaves_record_restore(struct ipvlan_ctx *ctx, const char *parent, const struct slaves_record *record)
{
	struct visit visit = {.ctx = ctx, .record = (struct slaves_record *)record};
	struct ipvlan_link now = {0};
	int err;

	if (!record->count)
		return 0;
	err = link_find_index(ctx, IPVLAN_STAGE_PARENT, parent, &now.ifindex);
	if (err)
		return err;
	text_copy(now.name, sizeof(now.name), parent);
	err = each_slave(&visit, &now, visit_slave);
	if (!err)
		err = visit.error;
	return !err && visit.found < record->count ? fail_unseen(ctx, parent, record) : err;
}
