// SPDX-License-Identifier: LGPL-2.1-or-later
/* The host's own slave on a parent, and routes through it to all others. What is made is known again by its marks. */
#include "host-access.h"
#include "array.h"
#include "settings.h"
#include "state.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

struct ipvlan_host_access {
	struct ipvlan_port *port;
	const struct ipvlan_link *link; /* of the port; NULL: there is none */
	struct ipvlan_route_list *list; /* all routes through it; NULL without it */
	size_t *routes, route_count;	/* ours among them */
	size_t missing;
};

/* What shall be. */
struct wish {
	struct ipvlan_address *addresses;
	size_t address_count;
	struct ipvlan_route *routes;
	size_t route_count;
	size_t left_out;	  /* addresses of slaves that cannot be served in l2, for want of one of our own */
	bool has_address[2];	  /* of our own, IPv4 and IPv6 */
	bool keeps_its_addresses; /* none were given */
};

static bool is_v6(int family)
{
	return family == AF_INET6;
}

static bool is_access(const struct ipvlan_ctx *ctx, const struct ipvlan_link *link)
{
	return link->group == HOST_ACCESS_GROUP && link->netns_inode == ctx->netns->inode;
}

static const struct ipvlan_link *find_access(const struct ipvlan_ctx *ctx, const struct ipvlan_port *port)
{
	const struct ipvlan_link *slave;
	size_t i;

	for (i = 0; (slave = ipvlan_port_get_slave(port, i)); i++) {
		if (is_access(ctx, slave))
			return slave;
	}
	return NULL;
}

/* Addresses of the host's own namespace are the host's: it needs no way to them. */
static bool is_served(const struct ipvlan_ctx *ctx, const struct ipvlan_link *slave,
		      const struct ipvlan_address *address)
{
	return slave->netns_inode != ctx->netns->inode && address->scope == RT_SCOPE_UNIVERSE;
}

static struct ipvlan_route route_to(const struct ipvlan_address *address)
{
	struct ipvlan_route route = {
		.family = address->family,
		.table = RT_TABLE_MAIN,
		.protocol = HOST_ACCESS_PROTOCOL,
		.type = RTN_UNICAST,
		.destination_length = is_v6(address->family) ? 128 : 32,
	};

	memcpy(route.destination, address->local, sizeof(route.destination));
	return route;
}

static bool has_route(const struct ipvlan_host_access *access, const struct ipvlan_route *route)
{
	size_t i;

	for (i = 0; i < access->route_count; i++) {
		if (route_is_same(ipvlan_host_access_get_route(access, i), route))
			return true;
	}
	return false;
}

static void count_missing(const struct ipvlan_ctx *ctx, struct ipvlan_host_access *access)
{
	const struct ipvlan_link *slave;
	struct ipvlan_route route;
	size_t i, k;

	for (i = 0; (slave = ipvlan_port_get_slave(access->port, i)); i++) {
		for (k = 0; k < slave->address_count; k++) {
			route = route_to(&slave->addresses[k]);
			access->missing += is_served(ctx, slave, &slave->addresses[k]) && !has_route(access, &route);
		}
	}
}

static int read_routes(struct ipvlan_ctx *ctx, struct ipvlan_host_access *access)
{
	size_t i, count;
	int err = ipvlan_route_list(ctx, access->link->name, AF_UNSPEC, RT_TABLE_MAIN, &access->list);

	if (err)
		return err;
	count = ipvlan_route_list_get_count(access->list);
	access->routes = calloc(count ? count : 1, sizeof(*access->routes));
	if (!access->routes)
		return fail(ctx, -ENOMEM, IPVLAN_STAGE_READ, "cannot read host access");
	for (i = 0; i < count; i++) {
		if (ipvlan_route_list_get(access->list, i)->protocol == HOST_ACCESS_PROTOCOL)
			access->routes[access->route_count++] = i;
	}
	return 0;
}

static int check_place(struct ipvlan_ctx *ctx, const struct ipvlan_port *port)
{
	const struct ipvlan_link *parent = ipvlan_port_get_parent(port);

	if (parent->netns_inode == ctx->netns->inode)
		return 0;
	fail(ctx, -EINVAL, IPVLAN_STAGE_PARENT, "cannot look at the host access of %s", parent->name);
	fail_because(ctx, "it is not in this namespace, and host access belongs to the namespace that it is in");
	fail_hint(ctx, "work there (ipvlanctl: -n NAME)");
	return -EINVAL;
}

IPVLAN_API int ipvlan_host_access_get(struct ipvlan_ctx *ctx, const char *parent, struct ipvlan_host_access **access)
{
	struct ipvlan_host_access *a = calloc(1, sizeof(*a));
	int err;

	if (!a) {
		fail(ctx, -ENOMEM, IPVLAN_STAGE_READ, "cannot read host access");
		return -ENOMEM;
	}
	err = ipvlan_port_get(ctx, parent, &a->port);
	if (!err)
		err = check_place(ctx, a->port);
	if (!err) {
		a->link = find_access(ctx, a->port);
		err = a->link ? read_routes(ctx, a) : 0;
	}
	if (err) {
		ipvlan_host_access_free(a);
		return err;
	}
	count_missing(ctx, a);
	*access = a;
	return 0;
}

IPVLAN_API void ipvlan_host_access_free(struct ipvlan_host_access *access)
{
	if (!access)
		return;
	ipvlan_port_free(access->port);
	ipvlan_route_list_free(access->list);
	free(access->routes);
	free(access);
}

IPVLAN_API const struct ipvlan_link *ipvlan_host_access_get_link(const struct ipvlan_host_access *access)
{
	return access->link;
}

IPVLAN_API size_t ipvlan_host_access_get_route_count(const struct ipvlan_host_access *access)
{
	return access->route_count;
}

IPVLAN_API const struct ipvlan_route *ipvlan_host_access_get_route(const struct ipvlan_host_access *access,
								   size_t index)
{
	return index < access->route_count ? ipvlan_route_list_get(access->list, access->routes[index]) : NULL;
}

IPVLAN_API size_t ipvlan_host_access_get_missing_count(const struct ipvlan_host_access *access)
{
	return access->missing;
}

static int fail_enable(struct ipvlan_ctx *ctx, int code, enum ipvlan_stage stage, const char *parent)
{
	return fail(ctx, code, stage, "cannot give the host a way to the slaves of %s", parent);
}

static int add_wished_address(struct wish *wish, const struct ipvlan_address *address)
{
	struct ipvlan_address *room = array_grow(wish->addresses, wish->address_count, sizeof(*room));

	if (!room)
		return -ENOMEM;
	wish->addresses = room;
	room += wish->address_count++;
	*room = *address;
	room->prefix_length = is_v6(address->family) ? 128 : 32;
	room->has_broadcast = false;
	wish->has_address[is_v6(address->family)] = true;
	return 0;
}

/* Of two links of the host with one address the port would prefer ours, and so take the other's packets. */
static int check_free(struct ipvlan_ctx *ctx, const struct ipvlan_link *link, const struct ipvlan_address *address,
		      const char *parent)
{
	struct ipvlan_address *all;
	char text[IPVLAN_ADDRESS_SIZE];
	bool found = false;
	size_t i, count;
	struct ack ack;
	int err = addresses_read(ctx->transport, address->family, 0, &all, &count, &ack);

	if (err)
		return fail_enable(ctx, err, IPVLAN_STAGE_ADDRESS, parent);
	for (i = 0; i < count; i++)
		found = found || ((!link || all[i].ifindex != link->ifindex) &&
				  memcmp(all[i].local, address->local, sizeof(address->local)) == 0);
	free(all);
	if (!found)
		return 0;
	fail_enable(ctx, -EADDRINUSE, IPVLAN_STAGE_ADDRESS, parent);
	fail_because(ctx, "address %s is on another link of this namespace already",
		     ipvlan_address_format(address, text, sizeof(text)));
	fail_hint(ctx, "the host's own slave takes an address of the slaves' network that nobody has");
	return -EADDRINUSE;
}

static int read_wished_addresses(struct ipvlan_ctx *ctx, const struct ipvlan_host_access *access, const char *parent,
				 const char *const *texts, struct wish *wish)
{
	struct ipvlan_address address;
	int err = 0;

	for (; !err && *texts; texts++) {
		err = address_parse(*texts, &address);
		if (err) {
			fail_enable(ctx, err, IPVLAN_STAGE_SETTINGS, parent);
			fail_because(ctx, "\"%s\" is no address", *texts);
			return err;
		}
		err = check_free(ctx, access->link, &address, parent);
		if (!err && add_wished_address(wish, &address))
			err = fail_enable(ctx, -ENOMEM, IPVLAN_STAGE_SETTINGS, parent);
	}
	return err;
}

/* Those that it has stay; the kernel's own are not ours to keep. */
static int keep_addresses(const struct ipvlan_host_access *access, struct wish *wish)
{
	size_t i;
	int err = 0;

	wish->keeps_its_addresses = true;
	for (i = 0; !err && access->link && i < access->link->address_count; i++) {
		if (access->link->addresses[i].scope == RT_SCOPE_UNIVERSE)
			err = add_wished_address(wish, &access->link->addresses[i]);
	}
	return err;
}

static int add_wished_route(struct wish *wish, const struct ipvlan_address *address)
{
	struct ipvlan_route *room = array_grow(wish->routes, wish->route_count, sizeof(*room));

	if (!room)
		return -ENOMEM;
	wish->routes = room;
	room[wish->route_count++] = route_to(address);
	return 0;
}

static int gather_routes(const struct ipvlan_ctx *ctx, const struct ipvlan_host_access *access, struct wish *wish)
{
	bool l2 = ipvlan_port_get_mode(access->port) == IPVLAN_MODE_L2;
	const struct ipvlan_address *address;
	const struct ipvlan_link *slave;
	size_t i, k;
	int err = 0;

	for (i = 0; (slave = ipvlan_port_get_slave(access->port, i)); i++) {
		for (k = 0; !err && k < slave->address_count; k++) {
			address = &slave->addresses[k];
			if (!is_served(ctx, slave, address))
				continue;
			if (l2 && !wish->has_address[is_v6(address->family)])
				wish->left_out++;
			else
				err = add_wished_route(wish, address);
		}
	}
	return err;
}

/* Whether the port's state allows for it at all. */
static int check_port(struct ipvlan_ctx *ctx, const struct ipvlan_host_access *access, const char *parent)
{
	int flags = ipvlan_port_get_flags(access->port);
	char text[IPVLAN_NAME_SIZE];

	if (!ipvlan_port_get_slave_count(access->port)) {
		fail_enable(ctx, -ENOENT, IPVLAN_STAGE_PARENT, parent);
		fail_because(ctx, "it has no slaves");
		fail_hint(ctx, "make them first; then do this again whenever slaves or addresses have come or gone");
		return -ENOENT;
	}
	if (flags <= IPVLAN_FLAGS_BRIDGE)
		return 0;
	fail_enable(ctx, -EOPNOTSUPP, IPVLAN_STAGE_PARENT, parent);
	fail_because(ctx,
		     "its flags are %s, which keep slaves from reaching each other, and so the host's own from "
		     "reaching any",
		     ipvlan_flags_format(flags, text, sizeof(text)));
	fail_hint(ctx, "ipvlanctl port set %s bridge --force lets all slaves reach each other", parent);
	return -EOPNOTSUPP;
}

static int check_served(struct ipvlan_ctx *ctx, const struct wish *wish, const char *parent)
{
	if (!wish->left_out)
		return 0;
	if (wish->route_count) {
		ctx_log(ctx, IPVLAN_LOG_NOTICE,
			"%zu address%s of slaves left out: in l2 mode it takes an address of that family for the "
			"host's "
			"own slave",
			wish->left_out, wish->left_out == 1 ? "" : "es");
		return 0;
	}
	fail_enable(ctx, -EADDRNOTAVAIL, IPVLAN_STAGE_ADDRESS, parent);
	fail_because(ctx, "in l2 mode slaves answer only to an address that they can ask for, and the host's own slave "
			  "has none");
	fail_hint(ctx, "give one of the slaves' network that nobody has (ipvlanctl: addr ADDRESS), for each family");
	return -EADDRNOTAVAIL;
}

static int make_wish(struct ipvlan_ctx *ctx, const struct ipvlan_host_access *access, const char *parent,
		     const char *const *addresses, struct wish *wish)
{
	int err = check_port(ctx, access, parent);

	if (err)
		return err;
	if (addresses) {
		err = read_wished_addresses(ctx, access, parent, addresses, wish);
		if (err)
			return err;
	} else {
		err = keep_addresses(access, wish);
	}
	if (!err)
		err = gather_routes(ctx, access, wish);
	return err ? fail_enable(ctx, err, IPVLAN_STAGE_SETTINGS, parent) : check_served(ctx, wish, parent);
}

/* Everything in one call that leaves nothing behind when a part of it is refused. */
static int create(struct ipvlan_ctx *ctx, const struct ipvlan_host_access *access, struct wish *wish)
{
	const struct ipvlan_link *parent = ipvlan_port_get_parent(access->port);
	char name[IFNAMSIZ];
	struct ipvlan_settings settings = {
		.parent_index = parent->ifindex,
		.name = name,
		.mode = ipvlan_port_get_mode(access->port),
		.flags = IPVLAN_FLAGS_UNSET,
		.group = HOST_ACCESS_GROUP,
		.up = true,
		.netns_fd = -1,
		.addresses = wish->addresses,
		.address_count = wish->address_count,
		.routes = wish->routes,
		.route_count = wish->route_count,
	};

	snprintf(name, sizeof(name), "ipvh%d", parent->ifindex);
	return ipvlan_link_create(ctx, &settings, NULL);
}

/* What was done to one that was there already, to be undone in reverse. */
struct change {
	const struct ipvlan_address *address; /* or */
	const struct ipvlan_route *route;     /* or neither: up */
	bool is_removal;
};

struct changes {
	struct ipvlan_ctx *ctx;
	const char *name;
	struct change *done; /* room for all that there could be */
	size_t count;
};

static int carry_out(const struct changes *changes, const struct change *change, bool inverse)
{
	bool remove = change->is_removal != inverse;
	const char *name = changes->name;

	if (change->address)
		return remove ? ipvlan_address_delete(changes->ctx, name, change->address)
			      : ipvlan_address_add(changes->ctx, name, change->address);
	if (change->route)
		return remove ? ipvlan_route_delete(changes->ctx, name, change->route)
			      : ipvlan_route_add(changes->ctx, name, change->route);
	return remove ? ipvlan_link_set_down(changes->ctx, name) : ipvlan_link_set_up(changes->ctx, name);
}

static int apply(struct changes *changes, struct change change)
{
	int err = carry_out(changes, &change, false);

	/* What was asked for is known not to have been so before. */
	if (!err || changes->ctx->error.is_lost)
		changes->done[changes->count++] = change;
	return err;
}

static void undo(struct changes *changes)
{
	struct ipvlan_error first = changes->ctx->error;
	size_t i;

	for (i = changes->count; i > 0; i--)
		(void)carry_out(changes, &changes->done[i - 1], true);
	changes->ctx->error = first;
}

static bool is_wished_address(const struct wish *wish, const struct ipvlan_address *address)
{
	size_t i;

	for (i = 0; i < wish->address_count; i++) {
		if (address_is_same(&wish->addresses[i], address))
			return true;
	}
	return false;
}

static bool is_wished_route(const struct wish *wish, const struct ipvlan_route *route)
{
	size_t i;

	for (i = 0; i < wish->route_count; i++) {
		if (route_is_same(&wish->routes[i], route))
			return true;
	}
	return false;
}

static bool link_has_address(const struct ipvlan_link *link, const struct ipvlan_address *address)
{
	size_t i;

	for (i = 0; i < link->address_count; i++) {
		if (address_is_same(&link->addresses[i], address))
			return true;
	}
	return false;
}

/* With the last IPv4 address of a link the kernel takes away all IPv4 routes through it, and says nothing. */
static bool loses_ipv4(const struct ipvlan_host_access *access, const struct wish *wish)
{
	const struct ipvlan_link *link = access->link;
	bool has_ipv4 = false;
	size_t i;

	for (i = 0; i < link->address_count; i++)
		has_ipv4 = has_ipv4 || link->addresses[i].family == AF_INET;
	return has_ipv4 && !wish->keeps_its_addresses && !wish->has_address[0];
}

static int add_addresses(struct changes *changes, const struct ipvlan_host_access *access, const struct wish *wish)
{
	size_t i;
	int err = 0;

	if (!(access->link->device_flags & IFF_UP))
		err = apply(changes, (struct change){0});
	for (i = 0; !err && !wish->keeps_its_addresses && i < wish->address_count; i++) {
		if (!link_has_address(access->link, &wish->addresses[i]))
			err = apply(changes, (struct change){.address = &wish->addresses[i]});
	}
	return err;
}

static int add_routes(struct changes *changes, const struct ipvlan_host_access *access, const struct wish *wish,
		      bool again)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < wish->route_count; i++) {
		if (!has_route(access, &wish->routes[i]) || (again && wish->routes[i].family == AF_INET))
			err = apply(changes, (struct change){.route = &wish->routes[i]});
	}
	return err;
}

/* again: those that are wished come back later. */
static int remove_routes(struct changes *changes, const struct ipvlan_host_access *access, const struct wish *wish,
			 bool again)
{
	const struct ipvlan_route *route;
	size_t i;
	int err = 0;

	for (i = 0; !err && (route = ipvlan_host_access_get_route(access, i)); i++) {
		if (!is_wished_route(wish, route) || (again && route->family == AF_INET))
			err = apply(changes, (struct change){.route = route, .is_removal = true});
	}
	return err;
}

static int remove_addresses(struct changes *changes, const struct ipvlan_host_access *access, const struct wish *wish)
{
	const struct ipvlan_address *address;
	size_t i;
	int err = 0;

	for (i = 0; !err && !wish->keeps_its_addresses && i < access->link->address_count; i++) {
		address = &access->link->addresses[i];
		if (address->scope == RT_SCOPE_UNIVERSE && !is_wished_address(wish, address))
			err = apply(changes, (struct change){.address = address, .is_removal = true});
	}
	return err;
}

/* What is new comes before what is stale goes, so that nothing is out of reach meanwhile; unless it must be. */
static int bring_up_to_date(struct changes *changes, const struct ipvlan_host_access *access, const struct wish *wish)
{
	bool again = loses_ipv4(access, wish);
	int err = add_addresses(changes, access, wish);

	if (!err && !again)
		err = add_routes(changes, access, wish, false);
	if (!err)
		err = remove_routes(changes, access, wish, again);
	if (!err)
		err = remove_addresses(changes, access, wish);
	return err || !again ? err : add_routes(changes, access, wish, true);
}

static int refresh(struct ipvlan_ctx *ctx, const struct ipvlan_host_access *access, const struct wish *wish)
{
	size_t most = 1 + wish->address_count + wish->route_count + access->route_count + access->link->address_count;
	struct changes changes = {.ctx = ctx, .name = access->link->name, .done = calloc(most, sizeof(struct change))};
	int err;

	if (!changes.done)
		return fail(ctx, -ENOMEM, IPVLAN_STAGE_CHANGE, "cannot change %s", access->link->name);
	err = bring_up_to_date(&changes, access, wish);
	if (err)
		undo(&changes);
	free(changes.done);
	return err;
}

IPVLAN_API int ipvlan_host_access_enable(struct ipvlan_ctx *ctx, const char *parent, const char *const *addresses)
{
	struct ipvlan_host_access *access;
	struct wish wish = {0};
	int err = ipvlan_host_access_get(ctx, parent, &access);

	if (err)
		return err;
	err = make_wish(ctx, access, parent, addresses, &wish);
	if (!err)
		err = access->link ? refresh(ctx, access, &wish) : create(ctx, access, &wish);
	free(wish.addresses);
	free(wish.routes);
	ipvlan_host_access_free(access);
	return err;
}

/* Its addresses and routes go along. */
IPVLAN_API int ipvlan_host_access_disable(struct ipvlan_ctx *ctx, const char *parent)
{
	struct ipvlan_host_access *access;
	const struct ipvlan_link *slave;
	size_t i;
	int err = ipvlan_host_access_get(ctx, parent, &access);

	if (err)
		return err;
	for (i = 0; !err && (slave = ipvlan_port_get_slave(access->port, i)); i++) {
		if (is_access(ctx, slave))
			err = ipvlan_link_delete(ctx, slave->name);
	}
	ipvlan_host_access_free(access);
	return err;
}
