/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine for the planner that is as strict as the kernel itself: it refuses what would be refused there, and takes
 * away what goes along.
 */
#ifndef PLAN_MODEL_H
#define PLAN_MODEL_H

#include "plan.h"
#include <setjmp.h>
#include <stdio.h>

/* Where to go, with a complaint, when something is not as it must be: whoever tries a case may want to try a smaller
 * one. */
extern jmp_buf model_broken;
extern char model_complaint[200];

#define require(condition)                                                                                  \
	do {                                                                                                \
		if (!(condition)) {                                                                         \
			snprintf(model_complaint, sizeof(model_complaint), "%s:%d: %s", __FILE__, __LINE__, \
				 #condition);                                                               \
			longjmp(model_broken, 1);                                                           \
		}                                                                                           \
	} while (0)

/* Does a step as the kernel would. Returns 0 or -errno. */
int model_do_step(struct state *state, const struct ipvlan_step *step);

void model_copy_state(struct state *to, const struct state *from);
void model_drop_netns(struct state *state, struct state_netns *netns);
/* The port's mode, flags and options go with its last slave. */
void model_drop_slave(struct state *state, struct ipvlan_topology_slave *slave);
/* The kernel marks all but the first address of a network. */
void model_mark_secondaries(struct ipvlan_topology_slave *slave);

/* A port has options as long as it has slaves. */
void model_settle_options(struct state_port *port);
bool model_guards(const struct module_change *options, const struct ipvlan_address *address);

struct state_port *model_port_of(struct state *state, const char *parent);
size_t model_slaves_on(const struct state *state, const char *parent);
/* Who on that parent has the address, or NULL. */
const struct ipvlan_topology_slave *model_holder_of(const struct state *state, const char *parent,
						    const struct ipvlan_address *address);
/* Whether the slave, or for the source any of its namespace, has what the route needs. */
bool model_can_have(const struct state *state, const struct ipvlan_topology_slave *slave,
		    const struct ipvlan_route *route);
/* Whether every slave has what its routes need. */
bool model_can_be(const struct state *state);
/* Whether its MTU is enough for the family. */
bool model_has_room(const struct ipvlan_topology_slave *slave, int family);
/* Which slave of that namespace has a route beside which it cannot be, or NULL. */
const struct ipvlan_topology_slave *model_rival_of(const struct state *state, const char *netns,
						   const struct ipvlan_route *route);

void model_must_be_same_state(const struct state *a, const struct state *b);
void model_must_be_as_wished(struct state *state, const struct state *wish, bool prune);
/* What nobody described is there as it was, unless prune says that its parent is described whole. */
void model_must_leave_the_rest(const struct state *before, const struct state *after, const struct state *wish,
			       bool prune);

#endif
