/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The topology object, for the planner. */
#ifndef LIBIPVLAN_TOPOLOGY_INTERNAL_H
#define LIBIPVLAN_TOPOLOGY_INTERNAL_H

#include "state.h"
#include <ipvlan/topology.h>

struct finding {
	enum ipvlan_severity severity;
	unsigned int line, other_line; /* of what it contradicts */
	char text[240];
};

struct ipvlan_topology {
	struct state state;
	unsigned int line; /* of what comes next */
	struct finding *findings;
	size_t finding_count;
};

/* topology-check.c */

/* Whether a gateway is on the link, for all that is described. */
bool slave_reaches(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route);
/* Whether that is so for an address alone that is lent: the route will go with it. */
bool slave_borrows_gateway(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route);

/* Finds something of a slave that lives and that a description cannot hold. Returns 0 or -ENOMEM. */
int topology_leave_out(struct ipvlan_topology *topology, const char *netns, const char *slave, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Adds a finding. Returns 0 or -ENOMEM. */
int topology_find(struct ipvlan_topology *topology, enum ipvlan_severity severity, unsigned int line,
		  const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same, for two things that contradict each other. */
int topology_find_twin(struct ipvlan_topology *topology, unsigned int line, unsigned int other_line, const char *format,
		       ...) __attribute__((format(printf, 4, 5)));

/* Finds addresses of a slave that its parent guards, when those are the parent's options. Returns 0 or -ENOMEM. */
int topology_check_guard(struct ipvlan_topology *topology, const struct ipvlan_topology_slave *slave,
			 const struct state_port *port, const struct module_change *options);

/*
 * Finds addresses that slaves have who are not described, and who stay, and routes that stand in the way of those that
 * shall come, or would when addresses have come. Returns 0 or -ENOMEM.
 */
int topology_check_strangers(struct ipvlan_topology *topology, const struct state *current, bool prune);

/* topology-describe.c */

/* Makes slaves that live, sorted, what a description could say of them; finds what it cannot. Returns 0 or -ENOMEM. */
int topology_describe_slaves(struct ipvlan_topology *topology);

/* snapshot.c */

/* What lives, sorted. wanted: what is described, sorted; learns which of its names others have. Sets the error. */
struct ipvlan_ctx;
int snapshot_read(struct ipvlan_ctx *ctx, struct state *wanted, struct state *state);
/*
 * The same where nothing is described, with all that somebody made, also what no description can hold. Of what is not
 * even read it finds that. Sets the error.
 */
int snapshot_read_all(struct ipvlan_ctx *ctx, struct ipvlan_topology *topology);
/* The parent's own MTU and addresses. Returns -ENODEV when there is none; sets no error. */
struct transport;
int snapshot_read_parent(struct transport *transport, struct state_port *port);

#endif
