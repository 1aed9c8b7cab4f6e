// SPDX-License-Identifier: LGPL-2.1-or-later
#include "state.h"
#include "array.h"
#include <errno.h>
#include <ipvlan/module.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

void slave_clear(struct ipvlan_topology_slave *slave)
{
	free(slave->netns);
	free(slave->addresses);
	free(slave->routes);
	*slave = (struct ipvlan_topology_slave){0};
}

void port_clear(struct state_port *port)
{
	free(port->addresses);
	ipvlan_module_options_free(port->options);
}

void state_clear(struct state *state)
{
	size_t i;

	for (i = 0; i < state->netns_count; i++)
		free(state->namespaces[i].name);
	for (i = 0; i < state->port_count; i++)
		port_clear(&state->ports[i]);
	for (i = 0; i < state->slave_count; i++)
		slave_clear(&state->slaves[i]);
	for (i = 0; i < state->taken_count; i++)
		free(state->taken[i].netns);
	free(state->taken);
	free(state->namespaces);
	free(state->ports);
	free(state->slaves);
	*state = (struct state){0};
}

struct state_netns *state_add_netns(struct state *state, const char *name)
{
	struct state_netns *room = array_grow(state->namespaces, state->netns_count, sizeof(*room));
	char *copy = strdup(name);

	if (room)
		state->namespaces = room;
	if (!room || !copy) {
		free(copy);
		return NULL;
	}
	room += state->netns_count++;
	*room = (struct state_netns){.name = copy};
	return room;
}

struct state_port *state_add_port(struct state *state, const char *name)
{
	struct state_port *room = array_grow(state->ports, state->port_count, sizeof(*room));

	if (!room)
		return NULL;
	state->ports = room;
	room += state->port_count++;
	*room = (struct state_port){.mode = IPVLAN_MODE_UNSET, .flags = IPVLAN_FLAGS_UNSET};
	strncpy(room->name, name, sizeof(room->name) - 1);
	return room;
}

struct ipvlan_topology_slave *state_add_slave(struct state *state, const char *netns, const char *name)
{
	struct ipvlan_topology_slave *room = array_grow(state->slaves, state->slave_count, sizeof(*room));
	char *copy = netns ? strdup(netns) : NULL;

	if (room)
		state->slaves = room;
	if (!room || (netns && !copy)) {
		free(copy);
		return NULL;
	}
	room += state->slave_count++;
	*room = (struct ipvlan_topology_slave){.netns = copy, .mode = IPVLAN_MODE_UNSET, .flags = IPVLAN_FLAGS_UNSET};
	strncpy(room->name, name, sizeof(room->name) - 1);
	return room;
}

struct state_taken *state_add_taken(struct state *state, const char *netns, const struct ipvlan_route *route)
{
	struct state_taken *room = array_grow(state->taken, state->taken_count, sizeof(*room));
	char *copy = netns ? strdup(netns) : NULL;

	if (room)
		state->taken = room;
	if (!room || (netns && !copy)) {
		free(copy);
		return NULL;
	}
	room += state->taken_count++;
	*room = (struct state_taken){.netns = copy, .route = *route};
	return room;
}

int netns_name_compare(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int compare_netns(const void *a, const void *b)
{
	return strcmp(((const struct state_netns *)a)->name, ((const struct state_netns *)b)->name);
}

static int compare_port(const void *a, const void *b)
{
	return strcmp(((const struct state_port *)a)->name, ((const struct state_port *)b)->name);
}

static int compare_lines(unsigned int a, unsigned int b)
{
	return (a > b) - (a < b);
}

/* Twins stay in the order of their lines, so that the second is the one that is found wrong. */
static int compare_netns_line(const void *a, const void *b)
{
	const struct state_netns *x = a, *y = b;
	int by_name = compare_netns(a, b);

	return by_name ? by_name : compare_lines(x->line, y->line);
}

static int compare_port_line(const void *a, const void *b)
{
	const struct state_port *x = a, *y = b;
	int by_name = compare_port(a, b);

	return by_name ? by_name : compare_lines(x->line, y->line);
}

static int compare_slave(const void *a, const void *b)
{
	const struct ipvlan_topology_slave *x = a, *y = b;
	int by_netns = netns_name_compare(x->netns, y->netns);

	return by_netns ? by_netns : strcmp(x->name, y->name);
}

static int compare_slave_line(const void *a, const void *b)
{
	const struct ipvlan_topology_slave *x = a, *y = b;
	int by_key = compare_slave(a, b);

	return by_key ? by_key : compare_lines(x->line, y->line);
}

void state_sort(struct state *state)
{
	array_sort(state->namespaces, state->netns_count, sizeof(*state->namespaces), compare_netns_line);
	array_sort(state->ports, state->port_count, sizeof(*state->ports), compare_port_line);
	array_sort(state->slaves, state->slave_count, sizeof(*state->slaves), compare_slave_line);
}

static void *find(const void *key, const void *array, size_t count, size_t size,
		  int (*compare)(const void *, const void *))
{
	return count ? bsearch(key, array, count, size, compare) : NULL;
}

struct state_netns *state_find_netns(const struct state *state, const char *name)
{
	struct state_netns key = {.name = (char *)name};

	return find(&key, state->namespaces, state->netns_count, sizeof(key), compare_netns);
}

static int compare_name_with_port(const void *name, const void *port)
{
	return strcmp(name, ((const struct state_port *)port)->name);
}

struct state_port *state_find_port(const struct state *state, const char *name)
{
	return find(name, state->ports, state->port_count, sizeof(*state->ports), compare_name_with_port);
}

struct ipvlan_topology_slave *state_find_slave(const struct state *state, const char *netns, const char *name)
{
	struct ipvlan_topology_slave key = {.netns = (char *)netns};

	strncpy(key.name, name, sizeof(key.name) - 1);
	return find(&key, state->slaves, state->slave_count, sizeof(key), compare_slave);
}

/* The first slave whose namespace comes behind this one, or is this one itself. */
static size_t bound_of(const struct state *state, const char *netns, bool behind)
{
	size_t low = 0, high = state->slave_count, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = netns_name_compare(state->slaves[middle].netns, netns);
		if (order < 0 || (behind && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct ipvlan_topology_slave *state_slaves_in(const struct state *state, const char *netns, size_t *count)
{
	size_t first = bound_of(state, netns, false);

	*count = bound_of(state, netns, true) - first;
	return *count ? &state->slaves[first] : NULL;
}

int slave_add_address(struct ipvlan_topology_slave *slave, const struct ipvlan_address *address)
{
	struct ipvlan_address *room = array_grow(slave->addresses, slave->address_count, sizeof(*room));

	if (!room)
		return -ENOMEM;
	slave->addresses = room;
	room[slave->address_count++] = *address;
	return 0;
}

int slave_add_route(struct ipvlan_topology_slave *slave, const struct ipvlan_route *route)
{
	struct ipvlan_route *room = array_grow(slave->routes, slave->route_count, sizeof(*room));

	if (!room)
		return -ENOMEM;
	slave->routes = room;
	room[slave->route_count++] = *route;
	return 0;
}

int slave_copy(struct ipvlan_topology_slave *to, const struct ipvlan_topology_slave *from)
{
	size_t i;
	int err = 0;

	*to = *from;
	to->addresses = NULL;
	to->routes = NULL;
	to->address_count = to->route_count = 0;
	to->netns = from->netns ? strdup(from->netns) : NULL;
	if (from->netns && !to->netns)
		err = -ENOMEM;
	for (i = 0; !err && i < from->address_count; i++)
		err = slave_add_address(to, &from->addresses[i]);
	for (i = 0; !err && i < from->route_count; i++)
		err = slave_add_route(to, &from->routes[i]);
	if (err)
		slave_clear(to);
	return err;
}

static size_t bytes_of(int family)
{
	return family == AF_INET6 ? 16 : 4;
}

bool address_is_same(const struct ipvlan_address *a, const struct ipvlan_address *b)
{
	return a->family == b->family && a->prefix_length == b->prefix_length &&
	       memcmp(a->local, b->local, bytes_of(a->family)) == 0;
}

bool prefix_holds(const uint8_t *prefix, unsigned int length, const uint8_t *bytes)
{
	unsigned int whole = length / 8, rest = length % 8;

	if (memcmp(prefix, bytes, whole) != 0)
		return false;
	return !rest || ((prefix[whole] ^ bytes[whole]) & (0xff00 >> rest) & 0xff) == 0;
}

static const uint8_t *peer_of(const struct ipvlan_address *address)
{
	return address->has_peer ? address->peer : address->local;
}

bool address_gives_way(const struct ipvlan_address *address, const struct ipvlan_address *other)
{
	if (address->family == AF_INET6)
		return other->family == AF_INET6 && memcmp(address->local, other->local, 16) == 0;
	return address_is_same(address, other) &&
	       prefix_holds(peer_of(address), address->prefix_length, peer_of(other));
}

bool route_leads_to_gateway(const struct ipvlan_route *link_route, const struct ipvlan_route *route)
{
	return route->has_gateway && !link_route->has_gateway && link_route->family == route_gateway_family(route) &&
	       prefix_holds(link_route->destination, link_route->destination_length, route->gateway);
}

/* The kernel puts a metric of its own on IPv6 routes that come without one. */
static uint32_t metric_of(const struct ipvlan_route *route)
{
	return route->metric || route->family != AF_INET6 ? route->metric : 1024;
}

int route_compare_rivals(const struct ipvlan_route *a, const struct ipvlan_route *b)
{
	int order = a->family - b->family;

	if (!order)
		order = memcmp(a->destination, b->destination, bytes_of(a->family));
	if (!order)
		order = a->destination_length - b->destination_length;
	if (!order)
		order = (a->table > b->table) - (a->table < b->table);
	if (!order)
		order = a->is_selective - b->is_selective;
	return order ? order : (metric_of(a) > metric_of(b)) - (metric_of(a) < metric_of(b));
}

bool route_is_rival(const struct ipvlan_route *a, const struct ipvlan_route *b)
{
	return route_compare_rivals(a, b) == 0;
}

/* Not to that of an address with a peer: then it is the peer's. */
bool address_brings_route(const struct ipvlan_address *address, const struct ipvlan_route *route)
{
	return route->family == AF_INET && !route->metric && route->destination_length > 0 &&
	       route->destination_length < 32 && address->family == AF_INET && !address->has_peer &&
	       !(address->flags & IFA_F_NOPREFIXROUTE) && address->prefix_length == route->destination_length &&
	       prefix_holds(route->destination, route->destination_length, address->local);
}

bool slave_brings_route(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route)
{
	size_t i;

	for (i = 0; i < slave->address_count; i++) {
		if (address_brings_route(&slave->addresses[i], route))
			return true;
	}
	return false;
}

bool route_is_same(const struct ipvlan_route *a, const struct ipvlan_route *b)
{
	return route_is_rival(a, b) && a->has_gateway == b->has_gateway &&
	       a->has_inet6_gateway == b->has_inet6_gateway &&
	       (!a->has_gateway || memcmp(a->gateway, b->gateway, bytes_of(route_gateway_family(a))) == 0);
}

bool route_serves(const struct ipvlan_route *route, const struct ipvlan_route *wanted)
{
	return route_is_same(route, wanted) &&
	       (!wanted->has_source ||
		(route->has_source && memcmp(route->source, wanted->source, bytes_of(route->family)) == 0));
}

bool addresses_have(const struct ipvlan_address *addresses, size_t count, int family, const uint8_t *bytes)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (addresses[i].family == family && memcmp(addresses[i].local, bytes, bytes_of(family)) == 0)
			return true;
	}
	return false;
}

void addresses_order_by_age(struct ipvlan_address *addresses, size_t count)
{
	struct ipvlan_address address;
	size_t first = 0;

	while (first < count && addresses[first].family != AF_INET6)
		first++;
	while (first + 1 < count) {
		address = addresses[first];
		addresses[first++] = addresses[--count];
		addresses[count] = address;
	}
}

bool address_is_a_hosts(const struct ipvlan_address *address)
{
	static const uint8_t any[16], loopback[16] = {[15] = 1}, broadcast[] = {0xff, 0xff, 0xff, 0xff};
	const uint8_t *bytes = address->local;

	if (address->family == AF_INET)
		return memcmp(bytes, any, 4) != 0 && (bytes[0] & 0xf0) != 0xe0 && memcmp(bytes, broadcast, 4) != 0;
	return memcmp(bytes, any, 16) != 0 && bytes[0] != 0xff && memcmp(bytes, loopback, 16) != 0;
}

bool address_is_described(const struct ipvlan_address *address)
{
	return (address->flags & IFA_F_PERMANENT) && !(address->family == AF_INET6 && address->scope == RT_SCOPE_LINK);
}

bool address_is_lent(const struct ipvlan_address *address)
{
	uint32_t advertised = address->family == AF_INET6 ? IFA_F_MANAGETEMPADDR | IFA_F_TEMPORARY : 0;

	return address->valid != UINT32_MAX && !(address->flags & advertised);
}

bool address_can_come_back(const struct ipvlan_address *address)
{
	return address_is_described(address) || address_is_lent(address);
}

bool route_is_somebodys(const struct ipvlan_route *route)
{
	return route->protocol > RTPROT_KERNEL && route->protocol != RTPROT_RA;
}

bool route_is_described(const struct ipvlan_route *route)
{
	return route->type == RTN_UNICAST && !route->is_selective && route->protocol != RTPROT_KERNEL &&
	       route->protocol != RTPROT_RA;
}

bool slave_has_address(const struct ipvlan_topology_slave *slave, const struct ipvlan_address *address)
{
	size_t i;

	for (i = 0; i < slave->address_count; i++) {
		if (address_is_same(&slave->addresses[i], address))
			return true;
	}
	return false;
}

bool slave_has_route(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route)
{
	size_t i;

	for (i = 0; i < slave->route_count; i++) {
		if (route_is_same(&slave->routes[i], route))
			return true;
	}
	return false;
}

bool state_lends_source(const struct state *state, const char *netns, const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *slaves;
	bool is_lent = false;
	size_t count, i, j;

	slaves = route->has_source ? state_slaves_in(state, netns, &count) : NULL;
	for (i = 0; slaves && i < count; i++) {
		for (j = 0; j < slaves[i].address_count; j++) {
			if (!addresses_have(&slaves[i].addresses[j], 1, route->family, route->source))
				continue;
			if (!address_is_lent(&slaves[i].addresses[j]))
				return false;
			is_lent = true;
		}
	}
	return is_lent;
}
