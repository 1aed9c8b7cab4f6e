/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the planner share: plan-diff.c has the order, the others a part for each kind of thing. */
#ifndef LIBIPVLAN_PLANNER_H
#define LIBIPVLAN_PLANNER_H

#include "plan.h"

struct planner {
	struct ipvlan_plan *plan;
	const struct state *desired, *current;
	bool prune;
	bool *begun; /* of each port that is desired: its first slave has been made, if it had none */
};

/* `plan_…` add steps and return 0 or -ENOMEM. Of a slave, `now` is in the current state, `wanted` in the desired one.
 */

/* plan-step.c */
int plan_add_slave(struct ipvlan_plan *plan, enum ipvlan_change change, const struct ipvlan_topology_slave *slave);
int plan_add_address(struct ipvlan_plan *plan, enum ipvlan_change change, const struct ipvlan_topology_slave *slave,
		     const struct ipvlan_address *address);
int plan_add_route(struct ipvlan_plan *plan, enum ipvlan_change change, const struct ipvlan_topology_slave *slave,
		   const struct ipvlan_route *route);

/* plan-slave.c */
const struct ipvlan_topology_slave *planner_wanted_as(const struct planner *p,
						      const struct ipvlan_topology_slave *slave);
bool planner_must_go(const struct planner *p, const struct ipvlan_topology_slave *slave);
bool planner_stays(const struct planner *p, const struct ipvlan_topology_slave *now); /* now: or NULL */
bool planner_loses_ipv6(const struct ipvlan_topology_slave *now, const struct ipvlan_topology_slave *wanted);
bool planner_loses_address(const struct ipvlan_topology_slave *now, const struct ipvlan_topology_slave *wanted,
			   const struct ipvlan_address *address);
bool planner_keeps_address(const struct planner *p, const struct ipvlan_topology_slave *now,
			   const struct ipvlan_address *address);
int plan_lost_slaves(struct planner *p);
int plan_lost_addresses(struct planner *p, const struct ipvlan_topology_slave *now,
			const struct ipvlan_topology_slave *wanted);
int plan_new_slaves(struct planner *p, const struct ipvlan_topology_slave *wanted, size_t count);
int plan_change(struct planner *p, const struct ipvlan_topology_slave *wanted, const struct ipvlan_topology_slave *now);

/* plan-port.c */
int plan_lost_options(struct planner *p);
int plan_new_options(struct planner *p, const char *parent);
int plan_ports(struct planner *p);

/* plan-route.c. Late routes are those that borrow their source, or stand on one that does; `family`: whose turn it is.
 */
void planner_drop_late_routes(struct ipvlan_topology_slave *copy, const struct ipvlan_topology_slave *slave);
int plan_lost_late_routes(struct planner *p);
int plan_lost_routes(struct planner *p, const struct ipvlan_topology_slave *now,
		     const struct ipvlan_topology_slave *wanted);
int plan_routes(struct planner *p, const struct ipvlan_topology_slave *wanted, const struct ipvlan_topology_slave *now);
int plan_late_routes_of(struct planner *p, const struct ipvlan_topology_slave *wanted, int family);
int plan_returning_routes(struct planner *p, const struct ipvlan_topology_slave *now, int family);
int plan_late_routes(struct planner *p);

#endif
