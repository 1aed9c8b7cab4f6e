/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plan-model.h"
#include "module-options.h"
#include "topology.h"
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/ipv6.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

jmp_buf model_broken;
char model_complaint[200];

static bool is_same_net(const struct ipvlan_address *a, const struct ipvlan_address *b)
{
	return a->family == AF_INET && b->family == AF_INET && memcmp(a->local, b->local, 3) == 0;
}

/* The kernel marks all but the first address of a network. */
void model_mark_secondaries(struct ipvlan_topology_slave *slave)
{
	size_t i, j;

	for (i = 0; i < slave->address_count; i++) {
		slave->addresses[i].flags &= ~(uint32_t)IFA_F_SECONDARY;
		for (j = 0; j < i; j++) {
			if (is_same_net(&slave->addresses[j], &slave->addresses[i]))
				slave->addresses[i].flags |= IFA_F_SECONDARY;
		}
	}
}

const struct ipvlan_topology_slave *model_holder_of(const struct state *state, const char *parent,
						    const struct ipvlan_address *address)
{
	size_t i;

	for (i = 0; i < state->slave_count; i++) {
		if (strcmp(state->slaves[i].parent, parent) == 0 && slave_has_address(&state->slaves[i], address))
			return &state->slaves[i];
	}
	return NULL;
}

static bool has_family(const struct ipvlan_topology_slave *slave, int family)
{
	size_t i;

	for (i = 0; i < slave->address_count; i++) {
		if (slave->addresses[i].family == family)
			return true;
	}
	return false;
}

static bool has_source(const struct state *state, const char *netns, const struct ipvlan_route *route)
{
	struct ipvlan_address source = {.family = route->family, .prefix_length = route->family == AF_INET6 ? 64 : 24};
	size_t i;

	memcpy(source.local, route->source, 16);
	for (i = 0; i < state->slave_count; i++) {
		if (netns_name_compare(state->slaves[i].netns, netns) == 0 &&
		    slave_has_address(&state->slaves[i], &source))
			return true;
	}
	return false;
}

bool model_can_have(const struct state *state, const struct ipvlan_topology_slave *slave,
		    const struct ipvlan_route *route)
{
	return slave->up && has_family(slave, route->family) &&
	       (!route->has_source || has_source(state, slave->netns, route));
}

bool model_can_be(const struct state *state)
{
	size_t i, j;

	for (i = 0; i < state->slave_count; i++) {
		for (j = 0; j < state->slaves[i].route_count; j++) {
			if (!model_can_have(state, &state->slaves[i], &state->slaves[i].routes[j]))
				return false;
		}
	}
	return true;
}

bool model_has_room(const struct ipvlan_topology_slave *slave, int family)
{
	return family != AF_INET6 || !slave->mtu || slave->mtu >= IPV6_MIN_MTU;
}

const struct ipvlan_topology_slave *model_rival_of(const struct state *state, const char *netns,
						   const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *slave;
	size_t i, j;

	for (i = 0; i < state->slave_count; i++) {
		slave = &state->slaves[i];
		for (j = 0; netns_name_compare(slave->netns, netns) == 0 && j < slave->route_count; j++) {
			if (route_is_rival(&slave->routes[j], route))
				return slave;
		}
	}
	return NULL;
}

struct state_port *model_port_of(struct state *state, const char *parent)
{
	size_t i;

	for (i = 0; i < state->port_count; i++) {
		if (strcmp(state->ports[i].name, parent) == 0)
			return &state->ports[i];
	}
	return NULL;
}

size_t model_slaves_on(const struct state *state, const char *parent)
{
	size_t i, count = 0;

	for (i = 0; i < state->slave_count; i++)
		count += strcmp(state->slaves[i].parent, parent) == 0;
	return count;
}

void model_copy_state(struct state *to, const struct state *from)
{
	struct ipvlan_topology_slave *slave;
	struct state_port *port;
	size_t i;

	*to = (struct state){0};
	for (i = 0; i < from->netns_count; i++)
		state_add_netns(to, from->namespaces[i].name)->loopback_up = from->namespaces[i].loopback_up;
	for (i = 0; i < from->port_count; i++) {
		port = state_add_port(to, from->ports[i].name);
		*port = from->ports[i];
		if (port->options)
			port->options = module_options_copy(&port->options->change);
	}
	for (i = 0; i < from->slave_count; i++) {
		slave = state_add_slave(to, NULL, "");
		require(slave_copy(slave, &from->slaves[i]) == 0);
	}
}

/* A port has options as long as it has slaves. */
void model_settle_options(struct state_port *port)
{
	struct module_change new_port;

	if (!port->has_slaves && !port->has_unseen) {
		ipvlan_module_options_free(port->options);
		port->options = NULL;
	} else if (!port->options) {
		module_change_of_new_port(&new_port);
		port->options = module_options_copy(&new_port);
	}
}

bool model_guards(const struct module_change *options, const struct ipvlan_address *address)
{
	struct module_address gateway = {.family = address->family};

	memcpy(gateway.bytes, address->local, sizeof(gateway.bytes));
	return module_change_switches(options, IPVLAN_MODULE_GUARD, true) &&
	       module_change_has_gateway(options, &gateway);
}

static bool is_guarded(const struct state_port *port, const struct ipvlan_address *address)
{
	return port->options && model_guards(&port->options->change, address);
}

void model_drop_netns(struct state *state, struct state_netns *netns)
{
	free(netns->name);
	*netns = state->namespaces[--state->netns_count];
}

static void take_lost_source(const struct state *state, const char *netns, struct ipvlan_route *route)
{
	if (route->family != AF_INET6 || !route->has_source || has_source(state, netns, route))
		return;
	route->has_source = false;
	memset(route->source, 0, sizeof(route->source));
}

/* Of whichever slave: what has lost its source, or its slave's last address; of IPv6 only the source itself. */
static void drop_routes_that_go_along(struct state *state)
{
	struct ipvlan_topology_slave *slave;
	size_t i, j;

	for (i = 0; i < state->slave_count; i++) {
		slave = &state->slaves[i];
		for (j = slave->route_count; j-- > 0;) {
			take_lost_source(state, slave->netns, &slave->routes[j]);
			if (slave->routes[j].family == AF_INET && !model_can_have(state, slave, &slave->routes[j]))
				slave->routes[j] = slave->routes[--slave->route_count];
		}
	}
}

void model_drop_slave(struct state *state, struct ipvlan_topology_slave *slave)
{
	struct state_port *port = model_port_of(state, slave->parent);

	slave_clear(slave);
	*slave = state->slaves[--state->slave_count];
	drop_routes_that_go_along(state);
	if (!model_slaves_on(state, port->name)) {
		port->has_slaves = false;
		port->mode = IPVLAN_MODE_UNSET;
		port->flags = IPVLAN_FLAGS_UNSET;
		model_settle_options(port);
	}
}

static int add_slave(struct state *state, const struct ipvlan_step *step)
{
	struct state_port *port = model_port_of(state, step->slave.parent);
	struct ipvlan_topology_slave *slave;
	size_t i;

	if (state_find_slave(state, step->netns, step->name))
		return -EEXIST;
	if (step->netns && !state_find_netns(state, step->netns))
		return -ENOENT;
	require(step->slave.mode >= 0);
	if (port->has_slaves && port->mode != step->slave.mode)
		return -EBUSY;
	if (port->has_slaves && step->slave.flags >= 0 && port->flags != step->slave.flags)
		return -EBUSY;
	for (i = 0; i < step->slave.address_count; i++) {
		if (model_holder_of(state, step->slave.parent, &step->slave.addresses[i]) ||
		    is_guarded(port, &step->slave.addresses[i]))
			return -EADDRINUSE;
	}
	if (!port->has_slaves) {
		port->mode = step->slave.mode;
		port->flags = step->slave.flags >= 0 ? step->slave.flags : 0;
		port->has_slaves = true;
		model_settle_options(port);
	}
	slave = state_add_slave(state, NULL, "");
	require(slave_copy(slave, &step->slave) == 0);
	slave->mtu = slave->mtu ? slave->mtu : 1500;
	slave->up = slave->up || slave->route_count;
	model_mark_secondaries(slave);
	for (i = 0; i < slave->route_count; i++) {
		require(model_can_have(state, slave, &slave->routes[i]));
		/* Duplicate address detection has not ended. */
		require(slave->routes[i].family != AF_INET6 || !slave->routes[i].has_source);
	}
	return 0;
}

static int do_slave(struct state *state, const struct ipvlan_step *step)
{
	struct ipvlan_topology_slave *slave;

	if (step->change == IPVLAN_CHANGE_ADD)
		return add_slave(state, step);
	slave = state_find_slave(state, step->netns, step->name);
	if (!slave)
		return -ENODEV;
	model_drop_slave(state, slave);
	return 0;
}

static int do_netns(struct state *state, const struct ipvlan_step *step)
{
	struct state_netns *netns = state_find_netns(state, step->name);

	if (step->change == IPVLAN_CHANGE_REMOVE) {
		if (!netns)
			return -ENOENT;
		model_drop_netns(state, netns);
		return 0;
	}
	if (netns)
		return -EEXIST;
	state_add_netns(state, step->name);
	return 0;
}

static int do_port(struct state *state, const struct ipvlan_step *step)
{
	struct state_port *port = model_port_of(state, step->name);

	if (!port->has_slaves)
		return -ENOENT;
	if (step->port.to.mode >= 0) {
		require(port->mode == step->port.from.mode);
		port->mode = step->port.to.mode;
	}
	if (step->port.to.flags >= 0) {
		require(port->flags == step->port.from.flags);
		port->flags = step->port.to.flags;
	}
	return 0;
}

static bool is_same_change(const struct module_change *a, const struct module_change *b)
{
	struct module_change left = *a, right = *b;

	module_change_drop_same(&left, b);
	module_change_drop_same(&right, a);
	return module_change_is_empty(&left) && module_change_is_empty(&right);
}

static bool is_guard_taken(const struct state *state, const char *parent, const struct module_change *options)
{
	size_t i, j;

	for (i = 0; i < state->slave_count; i++) {
		for (j = 0; strcmp(state->slaves[i].parent, parent) == 0 && j < state->slaves[i].address_count; j++) {
			if (model_guards(options, &state->slaves[i].addresses[j]))
				return true;
		}
	}
	return false;
}

/* Removing is for the last slave to do. */
static int do_options(struct state *state, const struct ipvlan_step *step)
{
	struct state_port *port = model_port_of(state, step->name);
	struct module_change options;

	if (!port->options)
		return -ENOENT;
	if (step->change == IPVLAN_CHANGE_REMOVE)
		return 0;
	options = port->options->change;
	if (step->change == IPVLAN_CHANGE_SET) {
		module_change_keep_set(&options, &step->options.to->change);
		require(is_same_change(&options, &step->options.from->change));
		options = port->options->change;
	}
	module_change_merge(&options, &step->options.to->change);
	require(step->change == IPVLAN_CHANGE_ADD || !is_same_change(&options, &port->options->change));
	if (is_guard_taken(state, step->name, &options))
		return -EADDRINUSE;
	port->options->change = options;
	return 0;
}

static void drop_address(struct ipvlan_topology_slave *slave, size_t i)
{
	slave->address_count--;
	memmove(&slave->addresses[i], &slave->addresses[i + 1],
		(slave->address_count - i) * sizeof(slave->addresses[0]));
}

static int remove_address(struct state *state, struct ipvlan_topology_slave *slave,
			  const struct ipvlan_address *address)
{
	struct ipvlan_address gone;
	size_t i;

	for (i = 0; i < slave->address_count && !address_is_same(&slave->addresses[i], address); i++)
		;
	if (i == slave->address_count)
		return -EADDRNOTAVAIL;
	gone = slave->addresses[i];
	drop_address(slave, i);
	/* The first one of a network takes the others along. */
	for (i = slave->address_count; !(gone.flags & IFA_F_SECONDARY) && i-- > 0;) {
		if (is_same_net(&slave->addresses[i], &gone))
			drop_address(slave, i);
	}
	drop_routes_that_go_along(state);
	return 0;
}

static int set_lifetime(struct ipvlan_topology_slave *slave, const struct ipvlan_step *step)
{
	size_t i;

	for (i = 0; i < slave->address_count && !address_is_same(&slave->addresses[i], &step->address); i++)
		;
	require(i < slave->address_count && slave->addresses[i].valid == step->before.valid);
	slave->addresses[i].valid = step->address.valid;
	return 0;
}

static int do_address(struct state *state, struct ipvlan_topology_slave *slave, const struct ipvlan_step *step)
{
	if (step->change == IPVLAN_CHANGE_SET)
		return set_lifetime(slave, step);
	if (step->change == IPVLAN_CHANGE_REMOVE)
		return remove_address(state, slave, &step->address);
	if (model_holder_of(state, slave->parent, &step->address) ||
	    is_guarded(model_port_of(state, slave->parent), &step->address))
		return -EADDRINUSE;
	if (!model_has_room(slave, step->address.family))
		return -EINVAL;
	require(slave_add_address(slave, &step->address) == 0);
	model_mark_secondaries(slave);
	return 0;
}

static int do_route(struct state *state, struct ipvlan_topology_slave *slave, const struct ipvlan_step *step)
{
	size_t i;

	if (step->change == IPVLAN_CHANGE_ADD) {
		if (model_rival_of(state, slave->netns, &step->route))
			return -EEXIST;
		return model_can_have(state, slave, &step->route) ? slave_add_route(slave, &step->route) : -ENETUNREACH;
	}
	for (i = 0; i < slave->route_count; i++) {
		if (route_is_same(&slave->routes[i], &step->route)) {
			slave->routes[i] = slave->routes[--slave->route_count];
			return 0;
		}
	}
	return -ESRCH;
}

static int do_mtu(struct state *state, struct ipvlan_topology_slave *slave, const struct ipvlan_step *step)
{
	size_t i;

	require(slave->mtu == step->mtu.from);
	slave->mtu = step->mtu.to;
	for (i = slave->address_count; i-- > 0;) {
		if (!model_has_room(slave, slave->addresses[i].family))
			drop_address(slave, i);
	}
	for (i = slave->route_count; i-- > 0;) {
		if (!model_has_room(slave, slave->routes[i].family))
			slave->routes[i] = slave->routes[--slave->route_count];
	}
	drop_routes_that_go_along(state);
	return 0;
}

static int do_up(struct ipvlan_topology_slave *slave, const struct ipvlan_step *step)
{
	slave->up = step->change == IPVLAN_CHANGE_ADD;
	if (!slave->up)
		slave->route_count = 0;
	return 0;
}

static int do_in_slave(struct state *state, const struct ipvlan_step *step)
{
	struct ipvlan_topology_slave *slave = state_find_slave(state, step->netns, step->name);

	if (!slave)
		return -ENODEV;
	switch (step->kind) {
	case STEP_MTU:
		return do_mtu(state, slave, step);
	case STEP_UP:
		return do_up(slave, step);
	case STEP_ADDRESS:
		return do_address(state, slave, step);
	default:
		return do_route(state, slave, step);
	}
}

int model_do_step(struct state *state, const struct ipvlan_step *step)
{
	int err;

	switch (step->kind) {
	case STEP_NETNS:
		err = do_netns(state, step);
		break;
	case STEP_LOOPBACK:
		if (!state_find_netns(state, step->netns))
			return -ENOENT;
		state_find_netns(state, step->netns)->loopback_up = step->change == IPVLAN_CHANGE_ADD;
		return 0;
	case STEP_OPTIONS:
		err = do_options(state, step);
		break;
	case STEP_PORT:
		err = do_port(state, step);
		break;
	case STEP_SLAVE:
		err = do_slave(state, step);
		break;
	default:
		err = do_in_slave(state, step);
	}
	state_sort(state);
	return err;
}

static bool has_such_route(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *wanted)
{
	size_t i;

	for (i = 0; i < slave->route_count; i++) {
		if (route_serves(&slave->routes[i], wanted))
			return true;
	}
	return false;
}

static bool is_valid_as_long(const struct ipvlan_topology_slave *slave, const struct ipvlan_address *address)
{
	size_t i;

	for (i = 0; i < slave->address_count; i++) {
		if (address_is_same(&slave->addresses[i], address))
			return slave->addresses[i].valid == address->valid;
	}
	return false;
}

static bool has_same_lists(const struct ipvlan_topology_slave *a, const struct ipvlan_topology_slave *b)
{
	size_t i;

	if (a->address_count != b->address_count || a->route_count != b->route_count)
		return false;
	for (i = 0; i < a->address_count; i++) {
		if (!is_valid_as_long(b, &a->addresses[i]))
			return false;
	}
	for (i = 0; i < a->route_count; i++) {
		if (!has_such_route(b, &a->routes[i]) || !has_such_route(a, &b->routes[i]))
			return false;
	}
	return true;
}

static bool is_same_slave(const struct ipvlan_topology_slave *a, const struct ipvlan_topology_slave *b)
{
	return netns_name_compare(a->netns, b->netns) == 0 && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->parent, b->parent) == 0 && a->mtu == b->mtu && a->up == b->up && has_same_lists(a, b);
}

void model_must_be_same_state(const struct state *a, const struct state *b)
{
	size_t i;

	require(a->netns_count == b->netns_count);
	require(a->slave_count == b->slave_count);
	for (i = 0; i < a->netns_count; i++) {
		require(strcmp(a->namespaces[i].name, b->namespaces[i].name) == 0);
		require(a->namespaces[i].loopback_up == b->namespaces[i].loopback_up);
	}
	for (i = 0; i < a->port_count; i++) {
		require(a->ports[i].mode == b->ports[i].mode);
		require(a->ports[i].flags == b->ports[i].flags);
		require(!a->ports[i].options == !b->ports[i].options);
		require(!a->ports[i].options ||
			is_same_change(&a->ports[i].options->change, &b->ports[i].options->change));
	}
	for (i = 0; i < a->slave_count; i++)
		require(is_same_slave(&a->slaves[i], &b->slaves[i]));
}

/* Without those that are lent: they are nobody's to prune. */
static size_t count_pruned(const struct ipvlan_topology_slave *slave)
{
	size_t i, count = 0;

	for (i = 0; i < slave->address_count; i++)
		count += !address_is_lent(&slave->addresses[i]);
	return count;
}

/* Nor are routes that come and go with those, or that the kernel makes. */
static bool is_nobodys(const struct state *state, const struct ipvlan_topology_slave *found,
		       const struct ipvlan_topology_slave *wanted, const struct ipvlan_route *route)
{
	return (!route->has_gateway && slave_brings_route(wanted, route)) || slave_borrows_gateway(found, route) ||
	       state_lends_source(state, found->netns, route);
}

static void must_have_no_more(const struct state *state, const struct ipvlan_topology_slave *found,
			      const struct ipvlan_topology_slave *wanted)
{
	size_t i;

	require(count_pruned(found) == wanted->address_count);
	for (i = 0; i < found->route_count; i++)
		require(slave_has_route(wanted, &found->routes[i]) ||
			is_nobodys(state, found, wanted, &found->routes[i]));
}

static void must_have_slave(const struct state *state, const struct ipvlan_topology_slave *wanted, bool exactly)
{
	const struct ipvlan_topology_slave *found = state_find_slave(state, wanted->netns, wanted->name);
	size_t i;

	require(found != NULL);
	require(strcmp(found->parent, wanted->parent) == 0);
	require(!wanted->mtu || found->mtu == wanted->mtu);
	require(!wanted->up || found->up);
	for (i = 0; i < wanted->address_count; i++)
		require(is_valid_as_long(found, &wanted->addresses[i]));
	for (i = 0; i < wanted->route_count; i++)
		require(has_such_route(found, &wanted->routes[i]));
	if (exactly)
		must_have_no_more(state, found, wanted);
}

void model_must_be_as_wished(struct state *state, const struct state *wish, bool prune)
{
	const struct state_port *wanted, *found;
	struct module_change missing;
	size_t i;

	for (i = 0; i < wish->netns_count; i++) {
		require(state_find_netns(state, wish->namespaces[i].name) != NULL);
		require(!wish->namespaces[i].loopback_up ||
			state_find_netns(state, wish->namespaces[i].name)->loopback_up);
	}
	for (i = 0; i < wish->slave_count; i++)
		must_have_slave(state, &wish->slaves[i], prune);
	for (i = 0; i < wish->port_count; i++) {
		wanted = &wish->ports[i];
		found = model_port_of(state, wanted->name);
		require(!found->has_slaves || wanted->mode < 0 || wanted->mode == found->mode);
		require(!found->has_slaves || wanted->flags < 0 || wanted->flags == found->flags);
		if (!wanted->options || !found->options)
			continue;
		missing = wanted->options->change;
		module_change_drop_same(&missing, &found->options->change);
		require(module_change_is_empty(&missing));
	}
}

/* Also of a port that went and came again in between. */
static void options_must_be_left(const struct state_port *before, const struct state_port *after,
				 const struct state_port *wanted)
{
	struct module_change options;

	if (!after->options)
		return;
	module_change_of_new_port(&options);
	if (before->options)
		options = before->options->change;
	if (wanted && wanted->options)
		module_change_merge(&options, &wanted->options->change);
	require(is_same_change(&options, &after->options->change));
}

/* As it was, but for routes whose source nobody has any more. */
static bool is_left_alone(const struct state *after, const struct ipvlan_topology_slave *slave)
{
	const struct ipvlan_topology_slave *found = state_find_slave(after, slave->netns, slave->name);
	struct ipvlan_topology_slave left = {0};
	bool is_same;
	size_t i;

	require(slave_copy(&left, slave) == 0);
	for (i = left.route_count; i-- > 0;) {
		take_lost_source(after, left.netns, &left.routes[i]);
		if (left.routes[i].has_source && !has_source(after, left.netns, &left.routes[i]))
			left.routes[i] = left.routes[--left.route_count];
	}
	is_same = found && is_same_slave(&left, found);
	slave_clear(&left);
	return is_same;
}

/* What nobody described is there as it was, unless prune says that its parent is described whole. */
void model_must_leave_the_rest(const struct state *before, const struct state *after, const struct state *wish,
			       bool prune)
{
	const struct ipvlan_topology_slave *slave;
	const struct state_port *port;
	size_t i;

	for (i = 0; i < before->slave_count; i++) {
		slave = &before->slaves[i];
		if (state_find_slave(wish, slave->netns, slave->name))
			continue;
		port = state_find_port(wish, slave->parent);
		if (prune && port && port->is_listed)
			require(!state_find_slave(after, slave->netns, slave->name));
		else
			require(is_left_alone(after, slave));
	}
	for (i = 0; i < before->netns_count; i++)
		require(state_find_netns(after, before->namespaces[i].name) != NULL);
	for (i = 0; i < before->port_count; i++)
		options_must_be_left(&before->ports[i], state_find_port(after, before->ports[i].name),
				     state_find_port(wish, before->ports[i].name));
}
