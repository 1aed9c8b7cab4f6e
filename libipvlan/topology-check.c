// SPDX-License-Identifier: LGPL-2.1-or-later
/* The rules that a description must keep, whatever machine it is for. Pure. */
#include "array.h"
#include "internal.h"
#include "module-options.h"
#include "topology.h"
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <string.h>

static int add_finding(struct ipvlan_topology *topology, const struct finding *finding, const char *format,
		       va_list args)
{
	struct finding *room = array_grow(topology->findings, topology->finding_count, sizeof(*room));

	if (!room)
		return -ENOMEM;
	topology->findings = room;
	room += topology->finding_count++;
	*room = *finding;
	vsnprintf(room->text, sizeof(room->text), format, args);
	return 0;
}

int topology_find(struct ipvlan_topology *topology, enum ipvlan_severity severity, unsigned int line,
		  const char *format, ...)
{
	va_list args;
	int err;

	va_start(args, format);
	err = add_finding(topology, &(struct finding){.severity = severity, .line = line}, format, args);
	va_end(args);
	return err;
}

int topology_find_twin(struct ipvlan_topology *topology, unsigned int line, unsigned int other_line, const char *format,
		       ...)
{
	struct finding finding = {.severity = IPVLAN_SEVERITY_ERROR, .line = line, .other_line = other_line};
	va_list args;
	int err;

	va_start(args, format);
	err = add_finding(topology, &finding, format, args);
	va_end(args);
	return err;
}

int topology_leave_out(struct ipvlan_topology *topology, const char *netns, const char *slave, const char *format, ...)
{
	char text[200];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return topology_find(topology, IPVLAN_SEVERITY_WARNING, 0, "slave %s%s%s: left out: %s", slave,
			     netns ? " in namespace " : "", netns ? netns : "", text);
}

#define ERROR(topology, line, ...) topology_find(topology, IPVLAN_SEVERITY_ERROR, line, __VA_ARGS__)
#define WARN(topology, line, ...)  topology_find(topology, IPVLAN_SEVERITY_WARNING, line, __VA_ARGS__)
#define TWIN(topology, ...)	   topology_find_twin(topology, __VA_ARGS__)

static bool is_l3(int mode)
{
	return mode == IPVLAN_MODE_L3 || mode == IPVLAN_MODE_L3S;
}

/* As the module has it: what no link can have cannot be a gateway's either. */
static bool is_unicast(const struct module_address *address)
{
	static const uint8_t any[16], broadcast[] = {0xff, 0xff, 0xff, 0xff};

	if (address->family == AF_INET)
		return address->bytes[0] && (address->bytes[0] & 0xf0) != 0xe0 &&
		       memcmp(address->bytes, broadcast, sizeof(broadcast)) != 0;
	return memcmp(address->bytes, any, sizeof(any)) != 0 && address->bytes[0] != 0xff;
}

static int check_gateways(struct ipvlan_topology *t, const struct state_port *port, const struct module_change *options)
{
	char text[IPVLAN_ADDRESS_SIZE];
	size_t i;
	int err = 0;

	for (i = 0; !err && i < options->gateway_count; i++) {
		if (!is_unicast(&options->gateways[i]))
			err = ERROR(
				t, port->line, "parent %s: no gateway can have the address %s", port->name,
				ip_format(options->gateways[i].family, options->gateways[i].bytes, text, sizeof(text)));
	}
	if (!err && options->gateway_count && module_change_switches(options, IPVLAN_MODULE_GUARD, false))
		err = WARN(t, port->line,
			   "parent %s has a gateway, but guard is off: nobody keeps slaves from taking it", port->name);
	return err;
}

/* Options that are on, and do nothing as the rest of the parent is. */
static int check_idle(struct ipvlan_topology *t, const struct state_port *port, const struct module_change *options)
{
	static const enum ipvlan_module_option of_l2[] = {IPVLAN_MODULE_GROUP_ISOLATION, IPVLAN_MODULE_DHCP,
							  IPVLAN_MODULE_DIRECT_ARP};
	size_t i;
	int err = 0;

	for (i = 0; !err && i < COUNT_OF(of_l2); i++) {
		if (is_l3(port->mode) && module_change_switches(options, of_l2[i], true))
			err = WARN(t, port->line, "parent %s: %s is for mode l2, elsewhere it does nothing", port->name,
				   ipvlan_module_option_to_string(of_l2[i]));
	}
	if (!err && port->flags == IPVLAN_FLAGS_BRIDGE &&
	    module_change_switches(options, IPVLAN_MODULE_GROUP_ISOLATION, true))
		err = WARN(t, port->line,
			   "parent %s: group-isolation is for the flags private and vepa, with bridge it "
			   "does nothing",
			   port->name);
	return err;
}

/* By now mode and flags are those that slaves ask for, too. */
static int check_options(struct ipvlan_topology *t)
{
	const struct state_port *port;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < t->state.port_count; i++) {
		port = &t->state.ports[i];
		if (port->options)
			err = check_gateways(t, port, &port->options->change);
		if (!err && port->options)
			err = check_idle(t, port, &port->options->change);
	}
	return err;
}

int topology_check_guard(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			 const struct state_port *port, const struct module_change *options)
{
	struct module_address address = {0};
	char text[IPVLAN_ADDRESS_SIZE];
	size_t i;
	int err = 0;

	for (i = 0; !err && i < slave->address_count; i++) {
		address.family = slave->addresses[i].family;
		memcpy(address.bytes, slave->addresses[i].local, sizeof(address.bytes));
		if (module_change_switches(options, IPVLAN_MODULE_GUARD, true) &&
		    module_change_has_gateway(options, &address))
			err = TWIN(t, slave->line, port->line,
				   "address %s of slave %s is that of a gateway that its parent %s guards",
				   ipvlan_address_format(&slave->addresses[i], text, sizeof(text)), slave->name,
				   port->name);
	}
	return err;
}

static int check_guards(struct ipvlan_topology *t)
{
	const struct state_port *port;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < t->state.slave_count; i++) {
		port = state_find_port(&t->state, t->state.slaves[i].parent);
		if (port->options)
			err = topology_check_guard(t, &t->state.slaves[i], port, &port->options->change);
	}
	return err;
}

static int check_parents(struct ipvlan_topology *t)
{
	const struct state_port *port;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < t->state.port_count; i++) {
		port = &t->state.ports[i];
		if (i && strcmp(port[-1].name, port->name) == 0)
			err = TWIN(t, port->line, port[-1].line, "parent %s is described twice", port->name);
		if (!err && port->flags >= 0 && (port->flags & IPVLAN_F_PRIVATE) && (port->flags & IPVLAN_F_VEPA))
			err = ERROR(t, port->line, "parent %s: flags private and vepa exclude each other", port->name);
	}
	return err;
}

static int check_names(struct ipvlan_topology *t)
{
	const struct ipvlan_topology_slave *slave;
	const struct state_netns *netns;
	size_t i;
	int err = 0;

	for (i = 1; !err && i < t->state.netns_count; i++) {
		netns = &t->state.namespaces[i];
		if (strcmp(netns[-1].name, netns->name) == 0)
			err = TWIN(t, netns->line, netns[-1].line, "namespace %s is described twice", netns->name);
	}
	for (i = 1; !err && i < t->state.slave_count; i++) {
		slave = &t->state.slaves[i];
		if (netns_name_compare(slave[-1].netns, slave->netns) == 0 && strcmp(slave[-1].name, slave->name) == 0)
			err = TWIN(t, slave->line, slave[-1].line, "slave %s is described twice%s%s", slave->name,
				   slave->netns ? " in namespace " : "", slave->netns ? slave->netns : "");
	}
	return err;
}

static bool differs(int wish, int given)
{
	return wish >= 0 && given >= 0 && wish != given;
}

/* Slaves that ask for a mode or flags must all ask for the same, and for those of their parent. */
static int check_mode(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave, struct state_port *port)
{
	char wish[IPVLAN_NAME_SIZE], given[IPVLAN_NAME_SIZE];

	if (differs(slave->mode, port->mode))
		return ERROR(t, slave->line, "slave %s wants mode %s, but its parent %s has %s: one parent, one mode",
			     slave->name, ipvlan_mode_format(slave->mode, wish, sizeof(wish)), port->name,
			     ipvlan_mode_format(port->mode, given, sizeof(given)));
	if (differs(slave->flags, port->flags))
		return ERROR(t, slave->line,
			     "slave %s wants flags %s, but its parent %s has %s: one parent, one set of flags",
			     slave->name, ipvlan_flags_format(slave->flags, wish, sizeof(wish)), port->name,
			     ipvlan_flags_format(port->flags, given, sizeof(given)));
	if (slave->mode >= 0)
		port->mode = slave->mode;
	if (slave->flags >= 0)
		port->flags = slave->flags;
	return 0;
}

static int compare_parent(const void *a, const void *b)
{
	const struct ipvlan_topology_slave *x = *(struct ipvlan_topology_slave *const *)a;
	const struct ipvlan_topology_slave *y = *(struct ipvlan_topology_slave *const *)b;
	int by_parent = strcmp(x->parent, y->parent);

	return by_parent ? by_parent : (x->line > y->line) - (x->line < y->line);
}

/* slaves: sorted by parent, so that each parent is met once. described: the ports that can be looked up. */
static int add_ports(struct ipvlan_topology *t, struct ipvlan_topology_slave *const *slaves, size_t described)
{
	struct state sorted_part;
	struct state_port *port;
	size_t i;

	for (i = 0; i < t->state.slave_count; i++) {
		sorted_part = t->state;
		sorted_part.port_count = described;
		if ((i && strcmp(slaves[i - 1]->parent, slaves[i]->parent) == 0) ||
		    state_find_port(&sorted_part, slaves[i]->parent))
			continue;
		port = state_add_port(&t->state, slaves[i]->parent);
		if (!port)
			return -ENOMEM;
		port->line = slaves[i]->line;
	}
	return 0;
}

static int ensure_ports(struct ipvlan_topology *t)
{
	size_t i, count = t->state.slave_count;
	struct ipvlan_topology_slave **slaves;
	int err;

	if (!count)
		return 0;
	slaves = malloc(count * sizeof(*slaves));
	if (!slaves)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		slaves[i] = &t->state.slaves[i];
	qsort(slaves, count, sizeof(*slaves), compare_parent);
	err = add_ports(t, slaves, t->state.port_count);
	free(slaves);
	state_sort(&t->state);
	return err;
}

static int check_modes(struct ipvlan_topology *t)
{
	size_t i;
	int err = ensure_ports(t);

	for (i = 0; !err && i < t->state.slave_count; i++)
		err = check_mode(t, &t->state.slaves[i], state_find_port(&t->state, t->state.slaves[i].parent));
	return err;
}

static int check_fitness(struct ipvlan_topology *t)
{
	const struct ipvlan_topology_slave *slave;
	char text[IPVLAN_ADDRESS_SIZE];
	size_t i, j;
	int err = 0;

	for (i = 0; !err && i < t->state.slave_count; i++) {
		slave = &t->state.slaves[i];
		for (j = 0; !err && j < slave->address_count; j++) {
			if (!address_is_a_hosts(&slave->addresses[j]))
				err = ERROR(t, slave->line, "slave %s cannot have %s, which is no address of a host",
					    slave->name,
					    ipvlan_address_format(&slave->addresses[j], text, sizeof(text)));
		}
	}
	return err;
}

/* An address with the slave that has it, for finding twins by sorting. */
struct holder {
	const struct ipvlan_topology_slave *slave;
	const struct ipvlan_address *address;
};

static int compare_held(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;
	int result = strcmp(x->slave->parent, y->slave->parent);

	if (!result)
		result = x->address->family - y->address->family;
	return result ? result : memcmp(x->address->local, y->address->local, sizeof(x->address->local));
}

static int compare_holder(const void *a, const void *b)
{
	const struct holder *x = a, *y = b;
	int by_held = compare_held(a, b);

	return by_held ? by_held : (x->slave->line > y->slave->line) - (x->slave->line < y->slave->line);
}

static size_t list_holders(const struct state *state, struct holder *holders)
{
	size_t i, j, count = 0;

	for (i = 0; i < state->slave_count; i++) {
		for (j = 0; j < state->slaves[i].address_count; j++) {
			if (holders)
				holders[count] = (struct holder){&state->slaves[i], &state->slaves[i].addresses[j]};
			count++;
		}
	}
	return count;
}

static int check_addresses(struct ipvlan_topology *t)
{
	size_t i, count = list_holders(&t->state, NULL);
	struct holder *h = count ? malloc(count * sizeof(*h)) : NULL;
	char text[IPVLAN_ADDRESS_SIZE];
	int err = count && !h ? -ENOMEM : 0;

	if (!h)
		return err;
	list_holders(&t->state, h);
	array_sort(h, count, sizeof(*h), compare_holder);
	for (i = 1; !err && i < count; i++) {
		if (compare_held(&h[i], &h[i - 1]) != 0)
			continue;
		if (h[i].slave == h[i - 1].slave)
			err = ERROR(t, h[i].slave->line, "slave %s has the address %s twice", h[i].slave->name,
				    ipvlan_address_format(h[i].address, text, sizeof(text)));
		else
			err = TWIN(t, h[i].slave->line, h[i - 1].slave->line,
				   "address %s of slave %s is that of slave %s too",
				   ipvlan_address_format(h[i].address, text, sizeof(text)), h[i].slave->name,
				   h[i - 1].slave->name);
	}
	free(h);
	return err;
}

/* A slave that lives, that nobody described, and that a plan leaves alone. */
static bool is_stranger(const struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave, bool prune)
{
	const struct state_port *port = state_find_port(&t->state, slave->parent);

	return port && !(prune && port->is_listed) && !state_find_slave(&t->state, slave->netns, slave->name);
}

static size_t keep_strangers(const struct ipvlan_topology *t, struct holder *holders, size_t count, bool prune)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++) {
		if (is_stranger(t, holders[i].slave, prune))
			holders[kept++] = holders[i];
	}
	return kept;
}

static int check_slave_against(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			       const struct holder *holders, size_t count)
{
	char text[IPVLAN_ADDRESS_SIZE];
	const struct holder *taken;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < slave->address_count; i++) {
		taken = bsearch(&(struct holder){slave, &slave->addresses[i]}, holders, count, sizeof(*holders),
				compare_held);
		if (taken)
			err = ERROR(t, slave->line, "address %s of slave %s is that of %s%s%s, which is not described",
				    ipvlan_address_format(&slave->addresses[i], text, sizeof(text)), slave->name,
				    taken->slave->name, taken->slave->netns ? " in namespace " : "",
				    taken->slave->netns ? taken->slave->netns : "");
	}
	return err;
}

static int check_strange_addresses(struct ipvlan_topology *t, const struct state *current, bool prune)
{
	size_t i, count = list_holders(current, NULL);
	struct holder *holders = malloc((count + 1) * sizeof(*holders));
	int err = 0;

	if (!holders)
		return -ENOMEM;
	list_holders(current, holders);
	count = keep_strangers(t, holders, count, prune);
	array_sort(holders, count, sizeof(*holders), compare_held);
	for (i = 0; !err && count && i < t->state.slave_count; i++)
		err = check_slave_against(t, &t->state.slaves[i], holders, count);
	free(holders);
	return err;
}

/* What goes before others come is in nobody's way. */
static bool is_pruned(const struct ipvlan_topology *t, const struct state *current, const struct state_taken *taken)
{
	const struct ipvlan_topology_slave *slave = state_find_slave(current, taken->netns, taken->link);
	const struct state_port *port = slave ? state_find_port(&t->state, slave->parent) : NULL;

	return port && port->is_listed;
}

static bool is_served(const struct state *current, const struct ipvlan_topology_slave *wanted,
		      const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *now = state_find_slave(current, wanted->netns, wanted->name);
	bool stays = now && strcmp(now->parent, wanted->parent) == 0;
	size_t i;

	for (i = 0; stays && i < now->route_count; i++) {
		if (route_serves(&now->routes[i], route))
			return true;
	}
	return false;
}

static int find_taken(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
		      const struct ipvlan_route *route, const struct state_taken *taken)
{
	char text[ROUTE_TEXT_SIZE];

	return ERROR(
		t, slave->line,
		"route %s of slave %s cannot be beside that of %s%s%s, which is not described: it leads to the same "
		"network with the same metric",
		route_describe(route, text, sizeof(text)), slave->name,
		taken->link[0] ? taken->link : "several links or none", taken->netns ? " in namespace " : "",
		taken->netns ? taken->netns : "");
}

static int check_taken(struct ipvlan_topology *t, const struct state *current, const struct state_taken *taken)
{
	const struct ipvlan_topology_slave *slaves;
	size_t count, i, j;
	int err = 0;

	slaves = state_slaves_in(&t->state, taken->netns, &count);
	for (i = 0; i < count; i++) {
		for (j = 0; !err && j < slaves[i].route_count; j++) {
			if (route_is_rival(&slaves[i].routes[j], &taken->route) &&
			    !is_served(current, &slaves[i], &slaves[i].routes[j]))
				err = find_taken(t, &slaves[i], &slaves[i].routes[j], taken);
		}
	}
	return err;
}

static int check_strange_routes(struct ipvlan_topology *t, const struct state *current, bool prune)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < current->taken_count; i++) {
		if (!prune || !is_pruned(t, current, &current->taken[i]))
			err = check_taken(t, current, &current->taken[i]);
	}
	return err;
}

/* A slave of the same namespace, perhaps the route's own, whose address has it; NULL: none. */
static const struct ipvlan_topology_slave *find_bringer(const struct state *state, const char *netns,
							const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *slaves;
	size_t count, i;

	/* Most are none that the kernel makes, default routes for one, and slaves may be many. */
	if (route->family != AF_INET || route->metric)
		return NULL;
	slaves = state_slaves_in(state, netns, &count);
	for (i = 0; i < count; i++) {
		if (slaves[i].up && slave_brings_route(&slaves[i], route))
			return &slaves[i];
	}
	return NULL;
}

static int check_own_networks(struct ipvlan_topology *t, const struct state *current,
			      const struct ipvlan_topology_slave *slave)
{
	const struct ipvlan_topology_slave *bringer;
	char text[ROUTE_TEXT_SIZE];
	size_t i;
	int err = 0;

	for (i = 0; !err && i < slave->route_count; i++) {
		bringer = find_bringer(&t->state, slave->netns, &slave->routes[i]);
		/* Somebody may have put it in the place of the kernel's. */
		if (bringer && !is_served(current, slave, &slave->routes[i]))
			err = ERROR(t, slave->line,
				    "route %s of slave %s leads to the network of an address of slave %s, to which the "
				    "kernel makes one by itself: leave it out, or give it a metric",
				    route_describe(&slave->routes[i], text, sizeof(text)), slave->name, bringer->name);
	}
	return err;
}

int topology_check_strangers(struct ipvlan_topology *t, const struct state *current, bool prune)
{
	int err = check_strange_addresses(t, current, prune);
	size_t i;

	if (!err)
		err = check_strange_routes(t, current, prune);
	for (i = 0; !err && i < t->state.slave_count; i++)
		err = check_own_networks(t, current, &t->state.slaves[i]);
	return err;
}

/* An address puts its network on the link. */
static bool holds(const struct ipvlan_address *address, const struct ipvlan_route *route)
{
	return address->family == route_gateway_family(route) &&
	       prefix_holds(address->local, address->prefix_length, route->gateway);
}

bool slave_reaches(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route)
{
	size_t i;

	/* IPv6 routers are often named by their link-local address, which is on every link. */
	if (route_gateway_family(route) == AF_INET6 && route->gateway[0] == 0xfe && (route->gateway[1] & 0xc0) == 0x80)
		return true;
	for (i = 0; i < slave->address_count; i++) {
		if (holds(&slave->addresses[i], route))
			return true;
	}
	for (i = 0; i < slave->route_count; i++) {
		if (route_leads_to_gateway(&slave->routes[i], route))
			return true;
	}
	return route->flags & RTNH_F_ONLINK;
}

bool slave_borrows_gateway(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route)
{
	bool is_lent = false;
	size_t i;

	if (!route->has_gateway || (route->flags & RTNH_F_ONLINK))
		return false;
	for (i = 0; i < slave->address_count; i++) {
		if (!holds(&slave->addresses[i], route))
			continue;
		if (!address_is_lent(&slave->addresses[i]))
			return false;
		is_lent = true;
	}
	for (i = 0; is_lent && i < slave->route_count; i++)
		is_lent = !route_leads_to_gateway(&slave->routes[i], route);
	return is_lent;
}

/* The kernel refuses it for IPv6; for IPv4 it is an old way to say that what the route leads to is on the link. */
static int find_own_gateway(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			    const struct ipvlan_route *route, const char *gateway)
{
	if (route_gateway_family(route) == AF_INET6)
		return ERROR(t, slave->line, "gateway %s of slave %s is its own address", gateway, slave->name);
	return WARN(t, slave->line,
		    "gateway %s of slave %s is its own address: that is a route straight to the link (gateway: dev)",
		    gateway, slave->name);
}

static int check_route(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
		       const struct ipvlan_route *route, int mode)
{
	char gateway[IPVLAN_ADDRESS_SIZE];

	if (!ipvlan_route_format_gateway(route, gateway, sizeof(gateway)))
		return 0;
	if (!slave_reaches(slave, route))
		return ERROR(t, slave->line, "gateway %s of slave %s is in none of its networks", gateway, slave->name);
	if (addresses_have(slave->addresses, slave->address_count, route_gateway_family(route), route->gateway))
		return find_own_gateway(t, slave, route, gateway);
	if (!is_l3(mode))
		return 0;
	return WARN(t, slave->line,
		    "slave %s has the gateway %s, but in l3 and l3s mode routing is the parent's: a route straight to "
		    "the link (gateway: dev) is what is wanted",
		    slave->name, gateway);
}

/* What wants IPv6 of a slave, in words; NULL: nothing. */
static const char *find_ipv6(const struct ipvlan_topology_slave *slave)
{
	size_t i;

	for (i = 0; i < slave->address_count; i++) {
		if (slave->addresses[i].family == AF_INET6)
			return "address";
	}
	for (i = 0; i < slave->route_count; i++) {
		if (slave->routes[i].family == AF_INET6 || slave->routes[i].has_inet6_gateway)
			return "route";
	}
	return NULL;
}

/* Below that the kernel takes IPv6 away from a link, with all addresses and routes. */
static int check_mtus(struct ipvlan_topology *t)
{
	const struct ipvlan_topology_slave *slave;
	const char *ipv6;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < t->state.slave_count; i++) {
		slave = &t->state.slaves[i];
		ipv6 = find_ipv6(slave);
		if (ipv6 && slave->mtu && slave->mtu < IPV6_MIN_MTU)
			err = ERROR(t, slave->line, "slave %s wants MTU %u, but its IPv6 %s takes %d at least",
				    slave->name, slave->mtu, ipv6, IPV6_MIN_MTU);
	}
	return err;
}

static int check_routes(struct ipvlan_topology *t)
{
	const struct ipvlan_topology_slave *slave;
	size_t i, j;
	int err = 0;

	for (i = 0; !err && i < t->state.slave_count; i++) {
		slave = &t->state.slaves[i];
		for (j = 0; !err && j < slave->route_count; j++)
			err = check_route(t, slave, &slave->routes[j], state_find_port(&t->state, slave->parent)->mode);
	}
	return err;
}

/* A route with its slave, for finding those that cannot be beside each other. */
struct way {
	const struct ipvlan_topology_slave *slave;
	const struct ipvlan_route *route;
};

static int compare_led_to(const void *a, const void *b)
{
	const struct way *x = a, *y = b;
	int order = netns_name_compare(x->slave->netns, y->slave->netns);

	return order ? order : route_compare_rivals(x->route, y->route);
}

static int compare_way(const void *a, const void *b)
{
	const struct way *x = a, *y = b;
	int order = compare_led_to(a, b);

	return order ? order : (x->slave->line > y->slave->line) - (x->slave->line < y->slave->line);
}

static size_t list_ways(const struct state *state, struct way *ways)
{
	size_t i, j, count = 0;

	for (i = 0; i < state->slave_count; i++) {
		for (j = 0; j < state->slaves[i].route_count; j++) {
			if (ways)
				ways[count] = (struct way){&state->slaves[i], &state->slaves[i].routes[j]};
			count++;
		}
	}
	return count;
}

static int check_rivals(struct ipvlan_topology *t)
{
	size_t i, count = list_ways(&t->state, NULL);
	struct way *ways = count ? malloc(count * sizeof(*ways)) : NULL;
	char text[ROUTE_TEXT_SIZE];
	int err = count && !ways ? -ENOMEM : 0;

	if (!ways)
		return err;
	list_ways(&t->state, ways);
	array_sort(ways, count, sizeof(*ways), compare_way);
	for (i = 1; !err && i < count; i++) {
		if (compare_led_to(&ways[i], &ways[i - 1]) == 0)
			err = TWIN(
				t, ways[i].slave->line, ways[i - 1].slave->line,
				"route %s of slave %s is beside another one of slave %s to the same network with the "
				"same metric",
				route_describe(ways[i].route, text, sizeof(text)), ways[i].slave->name,
				ways[i - 1].slave->name);
	}
	free(ways);
	return err;
}

static bool is_described(const struct state *state, size_t described, const char *netns)
{
	struct state sorted_part = *state;

	sorted_part.netns_count = described;
	return state_find_netns(&sorted_part, netns);
}

/* A slave's namespace need not be described for itself. Slaves are sorted by it, so each is added once. */
static int ensure_namespaces(struct ipvlan_topology *t)
{
	const struct ipvlan_topology_slave *slave;
	size_t i, described = t->state.netns_count;
	struct state_netns *netns;

	for (i = 0; i < t->state.slave_count; i++) {
		slave = &t->state.slaves[i];
		if (!slave->netns || (i && netns_name_compare(slave[-1].netns, slave->netns) == 0) ||
		    is_described(&t->state, described, slave->netns))
			continue;
		netns = state_add_netns(&t->state, slave->netns);
		if (!netns)
			return -ENOMEM;
		netns->line = slave->line;
	}
	state_sort(&t->state);
	return 0;
}

/* One slave that wants lo up raises it for all of its namespace. */
static void merge_loopback(struct ipvlan_topology *t)
{
	struct state_netns *netns;
	size_t i;

	for (i = 0; i < t->state.slave_count; i++) {
		netns = t->state.slaves[i].netns ? state_find_netns(&t->state, t->state.slaves[i].netns) : NULL;
		if (netns && t->state.slaves[i].loopback_up)
			netns->loopback_up = true;
	}
}

static int compare_finding(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int by_line = (x->line > y->line) - (x->line < y->line);

	return by_line ? by_line : strcmp(x->text, y->text);
}

IPVLAN_API int ipvlan_topology_check(struct ipvlan_topology *topology)
{
	static int (*const rules[])(struct ipvlan_topology *) = {
		check_parents,	 check_names,  check_modes, check_options, check_fitness,
		check_addresses, check_guards, check_mtus,  check_routes,  check_rivals,
	};
	size_t i, errors = 0;
	int err;

	topology->finding_count = 0;
	state_sort(&topology->state);
	err = ensure_namespaces(topology);
	merge_loopback(topology);
	for (i = 0; !err && i < COUNT_OF(rules); i++)
		err = rules[i](topology);
	if (topology->finding_count)
		qsort(topology->findings, topology->finding_count, sizeof(*topology->findings), compare_finding);
	for (i = 0; i < topology->finding_count; i++)
		errors += topology->findings[i].severity == IPVLAN_SEVERITY_ERROR;
	return err ? err : (int)errors;
}
