/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The planner against a model of the kernel (plan-model.h). Random machines, random wishes; the same round gives the
 * same ones. Of one that fails the smallest form is shown that still does. PLAN_ROUND is one round alone, PLAN_ROUNDS
 * how many.
 */
#include "module-options.h"
#include "plan-model.h"
#include "support.h"
#include "topology.h"
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define ROUNDS 8000

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
	struct ipvlan_address address = {.family = AF_INET,
					 .prefix_length = 24,
					 .local = {10, 0, 0, (uint8_t)host},
					 .valid = UINT32_MAX,
					 .preferred = UINT32_MAX};

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

#define ROUTES 8

/* The second half leads where the first one does, on other ways: a namespace cannot have both. */
static struct ipvlan_route new_route(unsigned int lot, unsigned int number)
{
	uint8_t network = (uint8_t)(16 * lot + number % (ROUTES / 2));
	struct ipvlan_route route = {
		.family = AF_INET, .table = RT_TABLE_MAIN, .destination = {10, 9, network}, .destination_length = 24};

	if (number % 4 == 3) {
		route.family = AF_INET6;
		route.destination[0] = 0xfd;
		route.destination[1] = 9;
		route.destination_length = 64;
	}
	if (number % 2) {
		route.has_gateway = true;
		memcpy(route.gateway, new_address((route.family == AF_INET ? 7 : 15) - number / 4).local, 16);
	}
	if (number == 2 || number == 4 || number >= 6) {
		route.has_source = true;
		memcpy(route.source, new_address(number == 2 ? 1 : number == 7 ? 12 : 2).local, 16);
	}
	return route;
}

static void fill_slave(const struct state *state, struct ipvlan_topology_slave *slave)
{
	struct ipvlan_address address;
	struct ipvlan_route route;
	unsigned int i;

	strcpy(slave->parent, parents[dice(COUNT(parents))]);
	slave->up = dice(3) != 0;
	slave->mtu = dice(4) ? 1400 + 50 * dice(3) : 1200;
	for (i = dice(6); i > 0; i--) {
		address = new_address(1 + dice(14));
		if (model_has_room(slave, address.family) && !model_holder_of(state, slave->parent, &address))
			ck_assert_int_eq(slave_add_address(slave, &address), 0);
	}
	model_mark_secondaries(slave);
	for (i = dice(4); i > 0; i--) {
		route = new_route(dice(COUNT(names)), dice(ROUTES));
		if (model_can_have(state, slave, &route) && !model_rival_of(state, slave->netns, &route))
			ck_assert_int_eq(slave_add_route(slave, &route), 0);
	}
}

/* Routes whose source may be an address of any slave beside, also of one that was filled later. */
static void lend_sources(struct state *state)
{
	static const unsigned int borrowing[] = {2, 4, 6, 7};
	struct ipvlan_route route;
	size_t i;

	for (i = 0; i < state->slave_count; i++) {
		route = new_route(dice(COUNT(names)), borrowing[dice(COUNT(borrowing))]);
		if (!dice(3) && model_can_have(state, &state->slaves[i], &route) &&
		    !model_rival_of(state, state->slaves[i].netns, &route))
			ck_assert_int_eq(slave_add_route(&state->slaves[i], &route), 0);
	}
}

static void set_gateways(struct ipvlan_module_options *options)
{
	static const char *const gateways[] = {"10.0.0.1", "10.0.0.7", "fd00::f"};
	size_t i;

	ipvlan_module_options_clear_gateways(options);
	for (i = 0; i < COUNT(gateways); i++) {
		if (dice(2))
			ck_assert_int_eq(ipvlan_module_options_add_gateway(options, gateways[i]), 0);
	}
}

/* Sets some of what can be set. */
static void set_some(struct ipvlan_module_options *options)
{
	unsigned int i;

	for (i = 0; i < IPVLAN_MODULE_OPTION_COUNT; i++) {
		if (dice(2))
			ck_assert_int_eq(ipvlan_module_options_set(options, i, dice(2)), 0);
	}
	if (dice(2))
		ck_assert_int_eq(ipvlan_module_options_set_queue_limit(options, 1000 + 1000 * dice(3)), 0);
	if (dice(2))
		set_gateways(options);
}

/* As the module would have let it be set. */
static void give_options(struct state *state, struct state_port *port)
{
	struct ipvlan_module_options *some = ipvlan_module_options_new();
	size_t i, j;

	model_settle_options(port);
	if (port->options && dice(2)) {
		set_some(some);
		module_change_merge(&port->options->change, &some->change);
	}
	for (i = 0; port->options && i < state->slave_count; i++) {
		for (j = 0; j < state->slaves[i].address_count; j++) {
			if (strcmp(state->slaves[i].parent, port->name) == 0 &&
			    model_guards(&port->options->change, &state->slaves[i].addresses[j]))
				ipvlan_module_options_set(port->options, IPVLAN_MODULE_GUARD, false);
		}
	}
	ipvlan_module_options_free(some);
}

static void wish_options(struct ipvlan_topology *topology, const char *parent)
{
	struct ipvlan_module_options *options = ipvlan_module_options_new();

	set_some(options);
	ck_assert_int_eq(ipvlan_topology_set_parent_options(topology, parent, options), 0);
	ipvlan_module_options_free(options);
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
			if (slave->address_count && !dice(3))
				slave->addresses[dice((unsigned int)slave->address_count)].valid = 100 + dice(100);
		}
	}
	lend_sources(state);
	for (i = 0; i < COUNT(parents); i++) {
		port = state_add_port(state, parents[i]);
		port->has_slaves = model_slaves_on(state, parents[i]) > 0;
		port->mode = port->has_slaves ? (int)dice(3) : IPVLAN_MODE_UNSET;
		port->flags = port->has_slaves ? (int)dice(3) : IPVLAN_FLAGS_UNSET;
		port->has_unseen = !dice(5);
		give_options(state, port);
	}
	for (i = 0; i < state->slave_count; i++) {
		state->slaves[i].mode = model_port_of(state, state->slaves[i].parent)->mode;
		state->slaves[i].flags = model_port_of(state, state->slaves[i].parent)->flags;
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
			continue;
		ck_assert_int_eq(ipvlan_topology_add_parent(topology, parents[i], (int)dice(4) - 1, (int)dice(4) - 1),
				 0);
		if (dice(2))
			wish_options(topology, parents[i]);
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
	lend_sources(&topology->state);
	return ipvlan_topology_check(topology) == 0;
}

/* ---- one case */

static void must_do(struct state *state, const struct ipvlan_step *step, const char *which)
{
	char text[120];
	int err = model_do_step(state, step);

	if (!err)
		return;
	snprintf(model_complaint, sizeof(model_complaint), "%s: %s: %s", which,
		 ipvlan_step_format(step, text, sizeof(text)), strerror(-err));
	longjmp(model_broken, 1);
}

static void go_back(struct state *state, const struct ipvlan_plan *plan, size_t done)
{
	struct ipvlan_step inverse;

	while (done-- > 0) {
		inverse = plan->steps[done];
		step_invert(&inverse);
		must_do(state, &inverse, "undo");
		step_invert(&inverse);
		require(inverse.change == plan->steps[done].change);
	}
}

struct attempt {
	const struct state *before, *wish;
	bool prune;
	struct ipvlan_plan plan, second;
	struct state state;
};

static void check_steps(struct attempt *a)
{
	size_t i, stop;

	require(plan_diff(&a->plan, a->wish, a->before, a->prune) == 0);
	model_copy_state(&a->state, a->before);
	for (i = 0; i < a->plan.count; i++)
		must_do(&a->state, &a->plan.steps[i], "do");
	model_must_be_as_wished(&a->state, a->wish, a->prune);
	model_must_leave_the_rest(a->before, &a->state, a->wish, a->prune);
	require(plan_diff(&a->second, a->wish, &a->state, a->prune) == 0);
	require(a->second.count == 0);
	go_back(&a->state, &a->plan, a->plan.count);
	model_must_be_same_state(a->before, &a->state);

	/* And from wherever it may be stopped. */
	for (stop = 1; stop < a->plan.count; stop++) {
		for (i = 0; i < stop; i++)
			must_do(&a->state, &a->plan.steps[i], "do again");
		go_back(&a->state, &a->plan, stop);
		model_must_be_same_state(a->before, &a->state);
	}
}

static bool holds(const struct state *before, const struct state *wish, bool prune)
{
	struct attempt *a = calloc(1, sizeof(*a));
	volatile bool whole = false;

	a->before = before;
	a->wish = wish;
	a->prune = prune;
	if (setjmp(model_broken) == 0) {
		check_steps(a);
		whole = true;
	}
	state_clear(&a->state);
	plan_clear(&a->plan);
	plan_clear(&a->second);
	free(a);
	return whole;
}

static bool keeps(const struct ipvlan_topology_slave *holder, const struct state *wish, bool prune)
{
	const struct ipvlan_topology_slave *wanted = state_find_slave(wish, holder->netns, holder->name);
	const struct state_port *port = state_find_port(wish, holder->parent);

	if (wanted)
		return strcmp(wanted->parent, holder->parent) == 0 && !prune;
	return !(prune && port && port->is_listed);
}

/* Nobody prunes what is lent, but with its slave. */
static bool keeps_address(const struct ipvlan_topology_slave *holder, const struct state *wish, bool prune,
			  const struct ipvlan_address *address)
{
	const struct ipvlan_topology_slave *wanted = state_find_slave(wish, holder->netns, holder->name);

	return keeps(holder, wish, prune) ||
	       (wanted && strcmp(wanted->parent, holder->parent) == 0 && address_is_lent(address));
}

static bool keeps_one_like(const struct ipvlan_topology_slave *holder, const struct state *wish, bool prune,
			   const struct ipvlan_address *address)
{
	size_t i;

	for (i = 0; i < holder->address_count; i++) {
		if (address_is_same(&holder->addresses[i], address))
			return keeps_address(holder, wish, prune, &holder->addresses[i]);
	}
	return false;
}

/* An address or a route that somebody holds whom the wish leaves alone: the kernel refuses that, and rightly. */
static bool is_in_conflict(const struct state *machine, const struct state *wish, bool prune)
{
	const struct ipvlan_topology_slave *wanted, *holder;
	size_t i, j;

	for (i = 0; i < wish->slave_count; i++) {
		wanted = &wish->slaves[i];
		for (j = 0; j < wanted->address_count; j++) {
			holder = model_holder_of(machine, wanted->parent, &wanted->addresses[j]);
			if (holder && state_find_slave(wish, holder->netns, holder->name) != wanted &&
			    keeps_one_like(holder, wish, prune, &wanted->addresses[j]))
				return true;
		}
		for (j = 0; j < wanted->route_count; j++) {
			holder = model_rival_of(machine, wanted->netns, &wanted->routes[j]);
			if (holder && !state_find_slave(wish, holder->netns, holder->name) &&
			    keeps(holder, wish, prune))
				return true;
		}
	}
	return false;
}

/* Of one slave, as it will be. */
static bool takes_guarded(const struct module_change *options, const struct ipvlan_topology_slave *slave)
{
	size_t i;

	for (i = 0; i < slave->address_count; i++) {
		if (model_guards(options, &slave->addresses[i]))
			return true;
	}
	return false;
}

static bool keeps_guarded(const struct module_change *options, const struct ipvlan_topology_slave *slave,
			  const struct state *wish, bool prune)
{
	size_t i;

	for (i = 0; i < slave->address_count; i++) {
		if (model_guards(options, &slave->addresses[i]) &&
		    keeps_address(slave, wish, prune, &slave->addresses[i]))
			return true;
	}
	return false;
}

/* A gateway's address, guarded from now on or still, that a slave shall have or keeps: refused before all else. */
static bool is_guarded(const struct state *machine, const struct state *wish, const struct state_port *port, bool prune)
{
	const struct state_port *wanted = state_find_port(wish, port->name);
	struct module_change options;
	size_t i;

	module_change_of_new_port(&options);
	if (port->options)
		options = port->options->change;
	if (wanted && wanted->options)
		module_change_merge(&options, &wanted->options->change);
	for (i = 0; i < wish->slave_count; i++) {
		if (strcmp(wish->slaves[i].parent, port->name) == 0 && takes_guarded(&options, &wish->slaves[i]))
			return true;
	}
	for (i = 0; i < machine->slave_count; i++) {
		if (strcmp(machine->slaves[i].parent, port->name) == 0 &&
		    keeps_guarded(&options, &machine->slaves[i], wish, prune))
			return true;
	}
	return false;
}

/* What is to have IPv6 is a slave whose MTU is less, and stays so: refused as well. */
static bool lacks_room(const struct state *machine, const struct ipvlan_topology_slave *wanted)
{
	const struct ipvlan_topology_slave *now = state_find_slave(machine, wanted->netns, wanted->name);
	size_t i;

	if (wanted->mtu || !now || strcmp(now->parent, wanted->parent) != 0 || model_has_room(now, AF_INET6))
		return false;
	for (i = 0; i < wanted->address_count; i++) {
		if (wanted->addresses[i].family == AF_INET6)
			return true;
	}
	return false;
}

static bool is_refused(const struct state *machine, const struct state *wish, bool prune)
{
	size_t i;

	for (i = 0; i < machine->port_count; i++) {
		if (is_guarded(machine, wish, &machine->ports[i], prune))
			return true;
	}
	for (i = 0; i < wish->slave_count; i++) {
		if (lacks_room(machine, &wish->slaves[i]))
			return true;
	}
	return is_in_conflict(machine, wish, prune);
}

/* ---- a case that fails, made as small as it can be */

struct test_case {
	struct state machine;
	struct ipvlan_topology *topology;
	bool prune;
};

static void clear_case(struct test_case *c)
{
	state_clear(&c->machine);
	ipvlan_topology_free(c->topology);
}

static struct test_case copy_case(const struct test_case *from)
{
	struct test_case c = {.topology = ipvlan_topology_new(), .prune = from->prune};

	model_copy_state(&c.machine, &from->machine);
	state_sort(&c.machine);
	model_copy_state(&c.topology->state, &from->topology->state);
	return c;
}

/* Whether it is one of those that must hold, and does not. */
static bool fails(struct test_case *c)
{
	return model_can_be(&c->machine) && model_can_be(&c->topology->state) &&
	       ipvlan_topology_check(c->topology) == 0 && !is_refused(&c->machine, &c->topology->state, c->prune) &&
	       !holds(&c->machine, &c->topology->state, c->prune);
}

static bool drop_from_slave(struct ipvlan_topology_slave *slave, size_t *part)
{
	if (*part < slave->route_count) {
		slave->routes[*part] = slave->routes[--slave->route_count];
		return true;
	}
	*part -= slave->route_count;
	if (!slave->route_count && *part < slave->address_count) {
		slave->addresses[*part] = slave->addresses[--slave->address_count];
		model_mark_secondaries(slave);
		return true;
	}
	*part -= slave->route_count ? 0 : slave->address_count;
	return false;
}

/* Of a machine, all but what a new port has. */
static bool drop_options(struct state *state, bool is_machine, size_t part)
{
	struct module_change options, new_port;
	size_t i;

	module_change_of_new_port(&new_port);
	for (i = 0; i < state->port_count; i++) {
		if (!state->ports[i].options)
			continue;
		options = state->ports[i].options->change;
		if (is_machine)
			module_change_drop_same(&options, &new_port);
		if (module_change_is_empty(&options) || part-- > 0)
			continue;
		state->ports[i].options->change = is_machine ? new_port : (struct module_change){0};
		return true;
	}
	return false;
}

/* Takes away one part of a state, by its number. Returns whether there was such a part. */
static bool drop_part(struct state *state, bool is_machine, size_t part)
{
	size_t i;

	if (part < state->slave_count && is_machine) {
		model_drop_slave(state, &state->slaves[part]);
		return true;
	}
	if (part < state->slave_count) {
		slave_clear(&state->slaves[part]);
		state->slaves[part] = state->slaves[--state->slave_count];
		return true;
	}
	part -= state->slave_count;
	for (i = 0; i < state->slave_count; i++) {
		if (drop_from_slave(&state->slaves[i], &part))
			return true;
	}
	/* The parents of slaves come back by themselves, though not as listed. */
	for (i = 0; !is_machine && i < state->port_count; i++) {
		if (state->ports[i].is_listed && part-- == 0) {
			port_clear(&state->ports[i]);
			state->ports[i] = state->ports[--state->port_count];
			return true;
		}
	}
	return drop_options(state, is_machine, part);
}

static bool shrink_once(struct test_case *c)
{
	struct test_case smaller;
	size_t part, side;
	bool was_there;

	for (side = 0; side < 2; side++) {
		for (part = 0, was_there = true; was_there; part++) {
			smaller = copy_case(c);
			was_there = drop_part(side ? &smaller.topology->state : &smaller.machine, !side, part);
			state_sort(&smaller.machine);
			if (was_there && fails(&smaller)) {
				clear_case(c);
				*c = smaller;
				return true;
			}
			clear_case(&smaller);
		}
	}
	return false;
}

static void print_state(FILE *out, const char *title, const struct state *state)
{
	struct ipvlan_step step = {.kind = STEP_SLAVE}, port = {.kind = STEP_OPTIONS};
	char text[400];
	size_t i;

	fprintf(out, "%s\n", title);
	for (i = 0; i < state->netns_count; i++)
		fprintf(out, "  netns %s%s\n", state->namespaces[i].name,
			state->namespaces[i].loopback_up ? ", lo up" : "");
	for (i = 0; i < state->port_count; i++)
		fprintf(out, "  port %s mode %d flags %d%s%s\n", state->ports[i].name, state->ports[i].mode,
			state->ports[i].flags, state->ports[i].is_listed ? " listed" : "",
			state->ports[i].has_unseen ? " unseen" : "");
	for (i = 0; i < state->port_count; i++) {
		port.name = state->ports[i].name;
		port.options.to = state->ports[i].options;
		if (port.options.to)
			fprintf(out, "  %s\n", ipvlan_step_format(&port, text, sizeof(text)));
	}
	for (i = 0; i < state->slave_count; i++) {
		step.slave = state->slaves[i];
		fprintf(out, "  %s\n", ipvlan_step_format(&step, text, sizeof(text)));
	}
}

static void show_smallest(struct test_case *c, unsigned int round)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	while (shrink_once(c))
		;
	fails(c);
	print_state(out, "machine:", &c->machine);
	print_state(out, "wish:", &c->topology->state);
	fclose(out);
	ck_abort_msg("round %u (PLAN_ROUND=%u), %s prune: %s\n%s", round, round, c->prune ? "with" : "without",
		     model_complaint, text);
}

/* ---- all cases */

/* Returns whether it was one that must hold. */
static bool check_round(unsigned int round, bool prune)
{
	struct test_case c = {.topology = ipvlan_topology_new(), .prune = prune};
	bool counts;

	seed = round * 2654435761U + prune;
	make_machine(&c.machine);
	counts = make_wish(c.topology) && !is_refused(&c.machine, &c.topology->state, prune);
	if (counts && !holds(&c.machine, &c.topology->state, prune))
		show_smallest(&c, round);
	clear_case(&c);
	return counts;
}

static void check_rounds(bool prune)
{
	const char *only = getenv("PLAN_ROUND"), *many = getenv("PLAN_ROUNDS");
	unsigned int rounds = many ? (unsigned int)atoi(many) : ROUNDS, round, kept = 0;

	if (only) {
		check_round((unsigned int)atoi(only), prune);
		return;
	}
	for (round = 0; round < rounds; round++)
		kept += check_round(round, prune);
	/* Most wishes are good ones, or this would prove little. */
	ck_assert_uint_gt(kept, rounds / 4);
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

static struct ipvlan_topology_slave *add_plain_slave(struct state *state, const char *name, unsigned int host)
{
	struct ipvlan_topology_slave *slave = state_add_slave(state, NULL, name);
	struct ipvlan_address address = new_address(host);

	strcpy(slave->parent, "p0");
	slave->mtu = 1500;
	slave->up = true;
	ck_assert_int_eq(slave_add_address(slave, &address), 0);
	return slave;
}

/* It is taken from the one before the other gets it, and back. */
START_TEST(a_route_moves_from_slave_to_slave)
{
	struct ipvlan_route route = new_route(0, 0);
	struct test_case c = {.topology = ipvlan_topology_new()};
	struct state_port *port = state_add_port(&c.machine, "p0");

	port->has_slaves = true;
	port->mode = IPVLAN_MODE_L2;
	port->flags = 0;
	ck_assert_int_eq(slave_add_route(add_plain_slave(&c.machine, "s0", 1), &route), 0);
	add_plain_slave(&c.machine, "s1", 3);
	state_sort(&c.machine);
	add_plain_slave(&c.topology->state, "s0", 1);
	ck_assert_int_eq(slave_add_route(add_plain_slave(&c.topology->state, "s1", 3), &route), 0);
	ck_assert_int_eq(ipvlan_topology_check(c.topology), 0);
	ck_assert_msg(holds(&c.machine, &c.topology->state, false), "%s", model_complaint);
	clear_case(&c);
}
END_TEST

static void ck_plan(const struct ipvlan_plan *plan, const char *const wanted[])
{
	char text[200];
	size_t i;

	for (i = 0; i < plan->count; i++) {
		ck_assert_ptr_nonnull(wanted[i]);
		ck_assert_str_eq(ipvlan_step_format(&plan->steps[i], text, sizeof(text)), wanted[i]);
	}
	ck_assert_ptr_null(wanted[i]);
}

/* The kernel takes a route away with its source, and has none without: it comes back when its source is there again. */
START_TEST(a_route_comes_back_behind_its_source)
{
	static const char *const wanted[] = {"s0 route 10.9.0.0/24 src 10.0.0.2", "s0 address 10.0.0.2/24",
					     "s1 address 10.0.0.2/24", "s0 route 10.9.0.0/24 src 10.0.0.2", NULL};
	struct ipvlan_address source = new_address(2);
	struct ipvlan_route route = new_route(0, 4);
	struct test_case c = {.topology = ipvlan_topology_new()};
	struct state *now = &c.machine, *wish = &c.topology->state;
	struct ipvlan_plan plan = {0};

	state_add_port(now, "p0")->has_slaves = true;
	ck_assert_int_eq(slave_add_address(add_plain_slave(now, "s0", 1), &source), 0);
	ck_assert_int_eq(slave_add_route(&now->slaves[0], &route), 0);
	add_plain_slave(now, "s1", 3);
	ck_assert_int_eq(slave_add_route(add_plain_slave(wish, "s0", 1), &route), 0);
	ck_assert_int_eq(slave_add_address(add_plain_slave(wish, "s1", 3), &source), 0);
	ck_assert_int_eq(ipvlan_topology_check(c.topology), 0);
	ck_assert_int_eq(plan_diff(&plan, wish, now, true), 0);
	ck_plan(&plan, wanted);
	plan_clear(&plan);
	clear_case(&c);
}
END_TEST

/* Ways to gateways come before those who need them and go after them, also where they must wait for a source. */
START_TEST(a_gateway_stands_on_a_route)
{
	static const char *const wanted[] = {"s0 route 10.9.0.0/24 src 10.0.0.2", "s0 route 10.9.1.0/24 via 10.9.0.1",
					     NULL};
	static const char *const back[] = {"s0 route 10.9.1.0/24 via 10.9.0.1", "s0 route 10.9.0.0/24 src 10.0.0.2",
					   NULL};
	static const uint8_t gateway[] = {10, 9, 0, 1};
	struct ipvlan_route way = new_route(0, 4), route = new_route(0, 1);
	struct test_case c = {.topology = ipvlan_topology_new()};
	struct state *now = &c.machine, *wish = &c.topology->state;
	struct ipvlan_plan plan = {0};

	memcpy(route.gateway, gateway, sizeof(gateway));
	state_add_port(now, "p0")->has_slaves = true;
	add_plain_slave(now, "s0", 1);
	add_plain_slave(now, "s1", 2);
	ck_assert_int_eq(slave_add_route(add_plain_slave(wish, "s0", 1), &route), 0);
	ck_assert_int_eq(slave_add_route(&wish->slaves[0], &way), 0);
	add_plain_slave(wish, "s1", 2);
	ck_assert_int_eq(ipvlan_topology_check(c.topology), 0);
	ck_assert_int_eq(plan_diff(&plan, wish, now, true), 0);
	ck_plan(&plan, wanted);
	plan_clear(&plan);
	ck_assert_int_eq(plan_diff(&plan, now, wish, true), 0);
	ck_plan(&plan, back);
	plan_clear(&plan);
	clear_case(&c);
}
END_TEST

/* An IPv6 address that begins with the same bytes is not the source that goes. */
START_TEST(a_source_is_of_its_family)
{
	static const char *const wanted[] = {"s0 route 10.9.0.0/24 src 10.0.0.2", "s1 address 10.0.0.2/24",
					     "s2 address 10.0.0.2/24", "s0 route 10.9.0.0/24 src 10.0.0.2", NULL};
	struct ipvlan_address source = new_address(2), alike = {.family = AF_INET6,
								.local = {10, 0, 0, 2},
								.prefix_length = 64,
								.valid = UINT32_MAX};
	struct ipvlan_route route = new_route(0, 4);
	struct test_case c = {.topology = ipvlan_topology_new()};
	struct state *now = &c.machine, *wish = &c.topology->state;
	struct ipvlan_plan plan = {0};

	state_add_port(now, "p0")->has_slaves = true;
	ck_assert_int_eq(slave_add_route(add_plain_slave(now, "s0", 1), &route), 0);
	ck_assert_int_eq(slave_add_address(add_plain_slave(now, "s1", 3), &source), 0);
	ck_assert_int_eq(slave_add_address(&now->slaves[1], &alike), 0);
	add_plain_slave(now, "s2", 4);
	ck_assert_int_eq(slave_add_route(add_plain_slave(wish, "s0", 1), &route), 0);
	ck_assert_int_eq(slave_add_address(add_plain_slave(wish, "s1", 3), &alike), 0);
	ck_assert_int_eq(slave_add_address(add_plain_slave(wish, "s2", 4), &source), 0);
	ck_assert_int_eq(ipvlan_topology_check(c.topology), 0);
	ck_assert_int_eq(plan_diff(&plan, wish, now, true), 0);
	ck_plan(&plan, wanted);
	plan_clear(&plan);
	clear_case(&c);
}
END_TEST

static size_t count_findings(struct test_case *c, bool prune)
{
	c->topology->finding_count = 0;
	ck_assert_int_eq(topology_check_strangers(c->topology, &c->machine, prune), 0);
	return c->topology->finding_count;
}

/* What would be refused half-way is found, whoever has it: unless he goes, or it is there already. */
START_TEST(a_route_that_is_taken_is_found)
{
	struct ipvlan_route route = new_route(0, 0);
	struct test_case c = {.topology = ipvlan_topology_new()};
	struct ipvlan_topology_slave *stranger = add_plain_slave(&c.machine, "s0", 0), *there;
	struct state_taken *taken = state_add_taken(&c.machine, stranger->netns, &route);

	strcpy(taken->link, "s0");
	there = add_plain_slave(&c.machine, "s1", 0);
	ck_assert_int_eq(slave_add_route(add_plain_slave(&c.topology->state, "s1", 3), &route), 0);
	ck_assert_int_eq(ipvlan_topology_check(c.topology), 0);
	state_find_port(&c.topology->state, "p0")->is_listed = true;
	c.topology->state.slaves[0].line = 3;
	ck_assert_uint_eq(count_findings(&c, false), 1);
	ck_assert_uint_eq(c.topology->findings[0].line, 3);
	ck_assert_ptr_nonnull(strstr(c.topology->findings[0].text, " of slave s1 cannot be beside that of s0"));
	ck_assert_uint_eq(count_findings(&c, true), 0);
	strcpy(taken->link, "eth0");
	ck_assert_uint_eq(count_findings(&c, true), 1);
	ck_assert_int_eq(slave_add_route(there, &route), 0);
	ck_assert_uint_eq(count_findings(&c, false), 0);
	clear_case(&c);
}
END_TEST

/* The kernel makes one for each address, beside which there is no other; unless that was replaced. */
START_TEST(a_route_to_a_slaves_own_network_is_found)
{
	struct ipvlan_route route = {
		.family = AF_INET, .table = RT_TABLE_MAIN, .destination = {10, 0, 0}, .destination_length = 24};
	struct test_case c = {.topology = ipvlan_topology_new()};
	struct ipvlan_topology_slave *slave = add_plain_slave(&c.topology->state, "s1", 3);

	ck_assert_int_eq(slave_add_route(slave, &route), 0);
	ck_assert_int_eq(ipvlan_topology_check(c.topology), 0);
	ck_assert_uint_eq(count_findings(&c, true), 1);
	ck_assert_ptr_nonnull(
		strstr(c.topology->findings[0].text, "route 10.0.0.0/24 of slave s1 leads to the network"));
	slave = c.topology->state.slaves;
	slave->addresses[0].flags = IFA_F_NOPREFIXROUTE;
	ck_assert_uint_eq(count_findings(&c, true), 0);
	slave->addresses[0].flags = 0;
	slave->routes[0].metric = 5;
	ck_assert_uint_eq(count_findings(&c, true), 0);
	slave->routes[0].metric = 0;
	ck_assert_int_eq(slave_add_route(add_plain_slave(&c.machine, "s1", 0), &route), 0);
	ck_assert_uint_eq(count_findings(&c, true), 0);
	clear_case(&c);
}
END_TEST

static void ck_options(struct ipvlan_module_options *from, struct ipvlan_module_options *to, const char *wanted)
{
	struct ipvlan_plan plan = {0};
	struct ipvlan_step *step = plan_add_step(&plan, STEP_OPTIONS, IPVLAN_CHANGE_SET, NULL, "eth0", 0);
	char text[200];

	step->options.from = from;
	step->options.to = to;
	ck_assert_str_eq(ipvlan_step_format(step, text, sizeof(text)), wanted);
	plan_clear(&plan);
}

START_TEST(a_queues_limit_is_told)
{
	struct ipvlan_module_options *options[5];
	size_t i;

	for (i = 0; i < COUNT(options); i++)
		options[i] = ipvlan_module_options_new();
	ipvlan_module_options_set_queue_limit(options[0], 1000);
	ipvlan_module_options_set_queue_limit(options[1], 2000);
	ck_options(options[0], options[1], "port eth0 queue-limit 1000 -> 2000");
	ipvlan_module_options_set_queue_limit(options[2], 3000);
	ck_options(NULL, options[2], "port eth0 queue-limit 3000");
	ipvlan_module_options_set(options[3], IPVLAN_MODULE_GUARD, false);
	ipvlan_module_options_set(options[4], IPVLAN_MODULE_GUARD, true);
	ipvlan_module_options_set_queue_limit(options[3], 1000);
	ipvlan_module_options_set_queue_limit(options[4], 500);
	ck_options(options[3], options[4], "port eth0 guard off -> on, queue-limit 1000 -> 500");
}
END_TEST

/* Of several errors the first is told, whatever stands before it, and how many there are. */
START_TEST(a_wrong_description_is_refused)
{
	struct ipvlan_topology *topology = ipvlan_topology_new();
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "a");
	struct ipvlan_plan *plan = NULL;
	struct ipvlan_ctx *ctx;

	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
	/* A gateway that nobody asks in l3 is worth a warning only. */
	ipvlan_topology_set_line(topology, 3);
	ipvlan_settings_set_mode(s, IPVLAN_MODE_L3);
	ipvlan_settings_add_address(s, "10.0.0.2/24");
	ipvlan_settings_set_gateway(s, "10.0.0.1");
	ck_assert_int_eq(ipvlan_topology_add_slave(topology, s), 0);
	ipvlan_settings_free(s);
	s = ipvlan_settings_new("eth0", "b");
	ipvlan_settings_set_mtu(s, 1279);
	ipvlan_settings_add_address(s, "fd00::2/64");
	ipvlan_topology_set_line(topology, 4);
	ck_assert_int_eq(ipvlan_topology_add_slave(topology, s), 0);
	ck_assert_int_eq(ipvlan_plan_new(ctx, topology, false, &plan), -EINVAL);
	ck_assert_str_eq(ipvlan_error_get_message(ipvlan_ctx_get_error(ctx)),
			 "line 4: the description is wrong: slave b wants MTU 1279, but its IPv6 address takes 1280 "
			 "at least");
	ck_assert_ptr_null(ipvlan_error_get_hint(ipvlan_ctx_get_error(ctx)));
	ck_assert_uint_eq(ipvlan_topology_get_finding_count(topology), 2);
	ck_assert_int_eq(ipvlan_topology_get_finding_severity(topology, 0), IPVLAN_SEVERITY_WARNING);
	ipvlan_settings_free(s);
	s = ipvlan_settings_new("eth0", "c");
	ipvlan_settings_add_address(s, "fd00::2/64");
	ck_assert_int_eq(ipvlan_topology_add_slave(topology, s), 0);
	ck_assert_int_eq(ipvlan_plan_new(ctx, topology, false, &plan), -EINVAL);
	ck_assert_ptr_nonnull(ipvlan_error_get_hint(ipvlan_ctx_get_error(ctx)));
	ck_assert_str_eq(ipvlan_error_get_hint(ipvlan_ctx_get_error(ctx)), "there are 1 more such findings");
	ck_assert_ptr_null(plan);
	ipvlan_settings_free(s);
	ipvlan_topology_free(topology);
	ipvlan_ctx_free(ctx);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("plan");

	SUITE_ADD(suite, "plan", any_wish_is_reached_and_undone, any_wish_is_reached_exactly_and_undone,
		  a_route_moves_from_slave_to_slave, a_route_comes_back_behind_its_source, a_gateway_stands_on_a_route,
		  a_source_is_of_its_family, a_route_that_is_taken_is_found, a_route_to_a_slaves_own_network_is_found,
		  a_queues_limit_is_told, a_wrong_description_is_refused);
	return run_suite(suite);
}
