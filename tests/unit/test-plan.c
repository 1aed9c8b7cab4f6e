/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The planner against a model of the kernel that is as strict as the kernel itself: it refuses what would be refused
 * there, and takes away what goes along. Random machines, random wishes; the same seed gives the same ones.
 */
#include "plan.h"
#include "support.h"
#include "topology.h"
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ROUNDS 4000

/* ---- random things */

static uint32_t seed;

static unsigned int dice(unsigned int sides)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % sides;
}

static const char *const names[] = {"s0", "s1", "s2"}, *const parents[] = {"p0", "p1", "p2"};
static const char *const spaces[] = {NULL, "n0", "n1", "n2"};

static struct ipvlan_address new_address(unsigned int host)
{
	struct ipvlan_address address = {.family = AF_INET, .prefix_length = 24, .local = {10, 0, 0, (uint8_t)host}};

	if (host >= 12) {
		address.family = AF_INET6;
		address.prefix_length = 64;
		address.local[0] = 0xfd;
		address.local[1] = address.local[2] = 0;
		address.local[3] = 0;
		address.local[15] = (uint8_t)host;
	} else if (host >= 8) {
		address.local[1] = 1;
	}
	return address;
}

static struct ipvlan_route new_route(unsigned int number)
{
	struct ipvlan_route route = {.family = AF_INET,
				     .table = RT_TABLE_MAIN,
				     .destination = {10, 9, (uint8_t)number},
				     .destination_length = 24};

	if (number == 3) {
		route.family = AF_INET6;
		route.destination[0] = 0xfd;
		route.destination[1] = 9;
		route.destination_length = 64;
	}
	if (number % 2) {
		route.has_gateway = true;
		memcpy(route.gateway, new_address(route.family == AF_INET ? 7 : 15).local, 16);
	}
	if (number == 2) {
		route.has_source = true;
		memcpy(route.source, new_address(1).local, 16);
	}
	return route;
}

static bool is_same_net(const struct ipvlan_address *a, const struct ipvlan_address *b)
{
	return a->family == AF_INET && b->family == AF_INET && memcmp(a->local, b->local, 3) == 0;
}

/* The kernel marks all but the first address of a network. */
static void mark_secondaries(struct ipvlan_topology_slave *slave)
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

static const struct ipvlan_topology_slave *holder_of(const struct state *state, const char *parent,
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

static bool can_have(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route)
{
	struct ipvlan_address source = {.family = AF_INET, .prefix_length = 24};

	memcpy(source.local, route->source, 16);
	if (route->has_source && !slave_has_address(slave, &source))
		return false;
	return slave->up && has_family(slave, route->family);
}

static void fill_slave(const struct state *state, struct ipvlan_topology_slave *slave)
{
	struct ipvlan_address address;
	struct ipvlan_route route;
	unsigned int i;

	strcpy(slave->parent, parents[dice(COUNT(parents))]);
	slave->up = dice(3) != 0;
	slave->mtu = 1400 + 50 * dice(3);
	for (i = dice(6); i > 0; i--) {
		address = new_address(1 + dice(14));
		if (!holder_of(state, slave->parent, &address))
			ck_assert_int_eq(slave_add_address(slave, &address), 0);
	}
	mark_secondaries(slave);
	for (i = dice(4); i > 0; i--) {
		route = new_route(dice(4));
		if (can_have(slave, &route) && !slave_has_route(slave, &route))
			ck_assert_int_eq(slave_add_route(slave, &route), 0);
	}
}

static struct state_port *port_of(struct state *state, const char *parent)
{
	size_t i;

	for (i = 0; i < state->port_count; i++) {
		if (strcmp(state->ports[i].name, parent) == 0)
			return &state->ports[i];
	}
	return NULL;
}

static size_t slaves_on(const struct state *state, const char *parent)
{
	size_t i, count = 0;

	for (i = 0; i < state->slave_count; i++)
		count += strcmp(state->slaves[i].parent, parent) == 0;
	return count;
}

/* A machine; all parents are there, some with a port. */
static void make_machine(struct state *state)
{
	struct ipvlan_topology_slave *slave;
	struct state_port *port;
	size_t i, j;

	for (i = 1; i < COUNT(spaces); i++) {
		if (dice(3))
			state_add_netns(state, spaces[i])->loopback_up = dice(2);
	}
	state_sort(state);
	for (i = 0; i < COUNT(spaces); i++) {
		for (j = 0; j < COUNT(names); j++) {
			if (dice(3) || (spaces[i] && !state_find_netns(state, spaces[i])))
				continue;
			slave = state_add_slave(state, spaces[i], names[j]);
			fill_slave(state, slave);
		}
	}
	for (i = 0; i < COUNT(parents); i++) {
		port = state_add_port(state, parents[i]);
		port->has_slaves = slaves_on(state, parents[i]) > 0;
		port->mode = port->has_slaves ? (int)dice(3) : IPVLAN_MODE_UNSET;
		port->flags = port->has_slaves ? (int)dice(3) : IPVLAN_FLAGS_UNSET;
	}
	for (i = 0; i < state->slave_count; i++) {
		state->slaves[i].mode = port_of(state, state->slaves[i].parent)->mode;
		state->slaves[i].flags = port_of(state, state->slaves[i].parent)->flags;
	}
	state_sort(state);
}

/* A wish, checked as any other. Returns whether it breaks no rule. */
static bool make_wish(struct ipvlan_topology *topology)
{
	struct ipvlan_topology_slave *slave;
	size_t i, j;

	for (i = 0; i < COUNT(parents); i++) {
		if (dice(2))
			ck_assert_int_eq(
				ipvlan_topology_add_parent(topology, parents[i], (int)dice(4) - 1, (int)dice(4) - 1),
				0);
	}
	for (i = 1; i < COUNT(spaces); i++) {
		if (!dice(4))
			ck_assert_int_eq(ipvlan_topology_add_netns(topology, spaces[i], false), 0);
	}
	for (i = 0; i < COUNT(spaces); i++) {
		for (j = 0; j < COUNT(names); j++) {
			if (dice(2))
				continue;
			slave = state_add_slave(&topology->state, spaces[i], names[j]);
			fill_slave(&topology->state, slave);
			slave->mtu = dice(2) ? slave->mtu : 0;
			slave->loopback_up = spaces[i] && dice(2);
		}
	}
	return ipvlan_topology_check(topology) == 0;
}

static void copy_state(struct state *to, const struct state *from)
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
	}
	for (i = 0; i < from->slave_count; i++) {
		slave = state_add_slave(to, NULL, "");
		ck_assert_int_eq(slave_copy(slave, &from->slaves[i]), 0);
	}
}

/* ---- the model */

static void drop_netns(struct state *state, struct state_netns *netns)
{
	free(netns->name);
	*netns = state->namespaces[--state->netns_count];
}

static void drop_slave(struct state *state, struct ipvlan_topology_slave *slave)
{
	struct state_port *port = port_of(state, slave->parent);

	slave_clear(slave);
	*slave = state->slaves[--state->slave_count];
	if (!slaves_on(state, port->name)) {
		port->has_slaves = false;
		port->mode = IPVLAN_MODE_UNSET;
		port->flags = IPVLAN_FLAGS_UNSET;
	}
}

static int add_slave(struct state *state, const struct ipvlan_step *step)
{
	struct state_port *port = port_of(state, step->slave.parent);
	struct ipvlan_topology_slave *slave;
	size_t i;

	if (state_find_slave(state, step->netns, step->name))
		return -EEXIST;
	if (step->netns && !state_find_netns(state, step->netns))
		return -ENOENT;
	ck_assert_int_ge(step->slave.mode, 0);
	if (port->has_slaves && port->mode != step->slave.mode)
		return -EBUSY;
	if (port->has_slaves && step->slave.flags >= 0 && port->flags != step->slave.flags)
		return -EBUSY;
	for (i = 0; i < step->slave.address_count; i++) {
		if (holder_of(state, step->slave.parent, &step->slave.addresses[i]))
			return -EADDRINUSE;
	}
	if (!port->has_slaves) {
		port->mode = step->slave.mode;
		port->flags = step->slave.flags >= 0 ? step->slave.flags : 0;
		port->has_slaves = true;
	}
	slave = state_add_slave(state, NULL, "");
	ck_assert_int_eq(slave_copy(slave, &step->slave), 0);
	slave->mtu = slave->mtu ? slave->mtu : 1500;
	slave->up = slave->up || slave->route_count;
	mark_secondaries(slave);
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
	drop_slave(state, slave);
	return 0;
}

static int do_netns(struct state *state, const struct ipvlan_step *step)
{
	struct state_netns *netns = state_find_netns(state, step->name);

	if (step->change == IPVLAN_CHANGE_REMOVE) {
		if (!netns)
			return -ENOENT;
		drop_netns(state, netns);
		return 0;
	}
	if (netns)
		return -EEXIST;
	state_add_netns(state, step->name);
	return 0;
}

static int do_port(struct state *state, const struct ipvlan_step *step)
{
	struct state_port *port = port_of(state, step->name);

	if (!port->has_slaves)
		return -ENOENT;
	if (step->port.to.mode >= 0) {
		ck_assert_int_eq(port->mode, step->port.from.mode);
		port->mode = step->port.to.mode;
	}
	if (step->port.to.flags >= 0) {
		ck_assert_int_eq(port->flags, step->port.from.flags);
		port->flags = step->port.to.flags;
	}
	return 0;
}

static void drop_address(struct ipvlan_topology_slave *slave, size_t i)
{
	slave->address_count--;
	memmove(&slave->addresses[i], &slave->addresses[i + 1],
		(slave->address_count - i) * sizeof(slave->addresses[0]));
}

static void drop_routes_that_go_along(struct ipvlan_topology_slave *slave)
{
	size_t i = 0;

	while (i < slave->route_count) {
		if (slave->routes[i].family == AF_INET && !can_have(slave, &slave->routes[i]))
			slave->routes[i] = slave->routes[--slave->route_count];
		else
			i++;
	}
}

static int remove_address(struct ipvlan_topology_slave *slave, const struct ipvlan_address *address)
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
	drop_routes_that_go_along(slave);
	return 0;
}

static int do_address(struct state *state, struct ipvlan_topology_slave *slave, const struct ipvlan_step *step)
{
	if (step->change == IPVLAN_CHANGE_REMOVE)
		return remove_address(slave, &step->address);
	if (holder_of(state, slave->parent, &step->address))
		return -EADDRINUSE;
	ck_assert_int_eq(slave_add_address(slave, &step->address), 0);
	mark_secondaries(slave);
	return 0;
}

static int do_route(struct ipvlan_topology_slave *slave, const struct ipvlan_step *step)
{
	size_t i;

	if (step->change == IPVLAN_CHANGE_ADD) {
		if (slave_has_route(slave, &step->route))
			return -EEXIST;
		return can_have(slave, &step->route) ? slave_add_route(slave, &step->route) : -ENETUNREACH;
	}
	for (i = 0; i < slave->route_count; i++) {
		if (route_is_same(&slave->routes[i], &step->route)) {
			slave->routes[i] = slave->routes[--slave->route_count];
			return 0;
		}
	}
	return -ESRCH;
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
		ck_assert_uint_eq(slave->mtu, step->mtu.from);
		slave->mtu = step->mtu.to;
		return 0;
	case STEP_UP:
		return do_up(slave, step);
	case STEP_ADDRESS:
		return do_address(state, slave, step);
	default:
		return do_route(slave, step);
	}
}

static int do_step(struct state *state, const struct ipvlan_step *step)
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

/* ---- comparing */

static bool has_same_lists(const struct ipvlan_topology_slave *a, const struct ipvlan_topology_slave *b)
{
	size_t i;

	if (a->address_count != b->address_count || a->route_count != b->route_count)
		return false;
	for (i = 0; i < a->address_count; i++) {
		if (!slave_has_address(b, &a->addresses[i]))
			return false;
	}
	for (i = 0; i < a->route_count; i++) {
		if (!slave_has_route(b, &a->routes[i]))
			return false;
	}
	return true;
}

static bool is_same_slave(const struct ipvlan_topology_slave *a, const struct ipvlan_topology_slave *b)
{
	return netns_name_compare(a->netns, b->netns) == 0 && strcmp(a->name, b->name) == 0 &&
	       strcmp(a->parent, b->parent) == 0 && a->mtu == b->mtu && a->up == b->up && has_same_lists(a, b);
}

static void must_be_same_state(const struct state *a, const struct state *b)
{
	size_t i;

	ck_assert_uint_eq(a->netns_count, b->netns_count);
	ck_assert_uint_eq(a->slave_count, b->slave_count);
	for (i = 0; i < a->netns_count; i++) {
		ck_assert_str_eq(a->namespaces[i].name, b->namespaces[i].name);
		ck_assert_int_eq(a->namespaces[i].loopback_up, b->namespaces[i].loopback_up);
	}
	for (i = 0; i < a->port_count; i++) {
		ck_assert_int_eq(a->ports[i].mode, b->ports[i].mode);
		ck_assert_int_eq(a->ports[i].flags, b->ports[i].flags);
	}
	for (i = 0; i < a->slave_count; i++)
		ck_assert_msg(is_same_slave(&a->slaves[i], &b->slaves[i]), "slave %s", a->slaves[i].name);
}

static void must_have_slave(const struct state *state, const struct ipvlan_topology_slave *wanted, bool exactly)
{
	const struct ipvlan_topology_slave *found = state_find_slave(state, wanted->netns, wanted->name);
	size_t i;

	ck_assert_ptr_nonnull(found);
	ck_assert_str_eq(found->parent, wanted->parent);
	ck_assert(!wanted->mtu || found->mtu == wanted->mtu);
	ck_assert(!wanted->up || found->up);
	for (i = 0; i < wanted->address_count; i++)
		ck_assert(slave_has_address(found, &wanted->addresses[i]));
	for (i = 0; i < wanted->route_count; i++)
		ck_assert_msg(slave_has_route(found, &wanted->routes[i]), "route %zu of %s", i, wanted->name);
	if (exactly)
		ck_assert(has_same_lists(found, wanted));
}

static void must_be_as_wished(struct state *state, const struct state *wish, bool prune)
{
	const struct state_port *wanted, *found;
	size_t i;

	for (i = 0; i < wish->netns_count; i++) {
		ck_assert_ptr_nonnull(state_find_netns(state, wish->namespaces[i].name));
		ck_assert(!wish->namespaces[i].loopback_up ||
			  state_find_netns(state, wish->namespaces[i].name)->loopback_up);
	}
	for (i = 0; i < wish->slave_count; i++)
		must_have_slave(state, &wish->slaves[i], prune);
	for (i = 0; i < wish->port_count; i++) {
		wanted = &wish->ports[i];
		found = port_of(state, wanted->name);
		ck_assert(!found->has_slaves || wanted->mode < 0 || wanted->mode == found->mode);
		ck_assert(!found->has_slaves || wanted->flags < 0 || wanted->flags == found->flags);
	}
}

/* What nobody described is there as it was, unless prune says that its parent is described whole. */
static void must_leave_the_rest(const struct state *before, const struct state *after, const struct state *wish,
				bool prune)
{
	const struct ipvlan_topology_slave *slave, *found;
	const struct state_port *port;
	size_t i;

	for (i = 0; i < before->slave_count; i++) {
		slave = &before->slaves[i];
		if (state_find_slave(wish, slave->netns, slave->name))
			continue;
		found = state_find_slave(after, slave->netns, slave->name);
		port = state_find_port(wish, slave->parent);
		if (prune && port && port->is_listed)
			ck_assert_ptr_null(found);
		else
			ck_assert(found && is_same_slave(slave, found));
	}
	for (i = 0; i < before->netns_count; i++)
		ck_assert_ptr_nonnull(state_find_netns(after, before->namespaces[i].name));
}

static void must_do(struct state *state, const struct ipvlan_step *step, const char *which)
{
	char text[256];
	int err = do_step(state, step);

	ck_assert_msg(err == 0, "%s: %s: %s", which, ipvlan_step_format(step, text, sizeof(text)), strerror(-err));
}

static void go_back(struct state *state, const struct ipvlan_plan *plan, size_t done)
{
	struct ipvlan_step inverse;

	while (done-- > 0) {
		inverse = plan->steps[done];
		step_invert(&inverse);
		must_do(state, &inverse, "undo");
		step_invert(&inverse);
		ck_assert_int_eq(inverse.change, plan->steps[done].change);
	}
}

static void check_one(const struct state *before, const struct state *wish, bool prune)
{
	struct ipvlan_plan plan = {0}, second = {0};
	struct state state;
	size_t i, stop;

	ck_assert_int_eq(plan_diff(&plan, wish, before, prune), 0);
	copy_state(&state, before);
	for (i = 0; i < plan.count; i++)
		must_do(&state, &plan.steps[i], "do");
	must_be_as_wished(&state, wish, prune);
	must_leave_the_rest(before, &state, wish, prune);

	ck_assert_int_eq(plan_diff(&second, wish, &state, prune), 0);
	ck_assert_uint_eq(second.count, 0);
	go_back(&state, &plan, plan.count);
	must_be_same_state(before, &state);

	/* And from the midst. */
	stop = plan.count ? dice((unsigned int)plan.count) : 0;
	for (i = 0; i < stop; i++)
		must_do(&state, &plan.steps[i], "do again");
	go_back(&state, &plan, stop);
	must_be_same_state(before, &state);
	state_clear(&state);
	plan_clear(&plan);
	plan_clear(&second);
}

static bool keeps(const struct ipvlan_topology_slave *holder, const struct state *wish, bool prune)
{
	const struct ipvlan_topology_slave *wanted = state_find_slave(wish, holder->netns, holder->name);
	const struct state_port *port = state_find_port(wish, holder->parent);

	if (wanted)
		return strcmp(wanted->parent, holder->parent) == 0 && !prune;
	return !(prune && port && port->is_listed);
}

/* An address that somebody holds whom the wish leaves alone: the kernel refuses that, and rightly. */
static bool is_in_conflict(const struct state *machine, const struct state *wish, bool prune)
{
	const struct ipvlan_topology_slave *wanted, *holder;
	size_t i, j;

	for (i = 0; i < wish->slave_count; i++) {
		wanted = &wish->slaves[i];
		for (j = 0; j < wanted->address_count; j++) {
			holder = holder_of(machine, wanted->parent, &wanted->addresses[j]);
			if (holder && state_find_slave(wish, holder->netns, holder->name) != wanted &&
			    keeps(holder, wish, prune))
				return true;
		}
	}
	return false;
}

static void check_rounds(bool prune)
{
	struct ipvlan_topology *topology;
	struct state machine;
	unsigned int round, kept = 0;

	for (round = 0; round < ROUNDS; round++) {
		seed = round * 2654435761U + prune;
		machine = (struct state){0};
		topology = ipvlan_topology_new();
		make_machine(&machine);
		if (make_wish(topology) && !is_in_conflict(&machine, &topology->state, prune)) {
			check_one(&machine, &topology->state, prune);
			kept++;
		}
		ipvlan_topology_free(topology);
		state_clear(&machine);
	}
	/* Most wishes are good ones, or this would prove little. */
	ck_assert_uint_gt(kept, ROUNDS / 4);
}

START_TEST(any_wish_is_reached_and_undone)
{
	check_rounds(false);
}
END_TEST

START_TEST(any_wish_is_reached_exactly_and_undone)
{
	check_rounds(true);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("plan");

	SUITE_ADD(suite, "plan", any_wish_is_reached_and_undone, any_wish_is_reached_exactly_and_undone);
	return run_suite(suite);
}
