/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps, and the pure planner that orders them. */
#ifndef LIBIPVLAN_PLAN_INTERNAL_H
#define LIBIPVLAN_PLAN_INTERNAL_H

#include "state.h"
#include <ipvlan/plan.h>

enum step_kind {
	STEP_NETNS,    /* add, remove */
	STEP_LOOPBACK, /* add: up; remove: down */
	STEP_OPTIONS,  /* set: of a port that stays; add, remove: of one that comes with its first slave, goes with its
			  last */
	STEP_PORT,     /* set */
	STEP_SLAVE,    /* add, remove: with all that it has */
	STEP_MTU,      /* set */
	STEP_UP,       /* add: up; remove: down */
	STEP_ADDRESS,  /* add, remove; set: how long it is valid, in transactions all of it */
	STEP_ROUTE,    /* add, remove; set, in transactions: in the place of another */

	/* Of transactions only: what they change is looked up when their turn has come. */
	STEP_CREATE, /* add */
	STEP_DELETE, /* remove */
	STEP_MODE,   /* set: of the slave's port, to what `port.to` says */
	STEP_MOVE,   /* set */
	STEP_MAC,    /* set */
};

struct port_value {
	int mode, flags; /* IPVLAN_…_UNSET: stays */
};

struct ipvlan_step {
	enum step_kind kind;
	enum ipvlan_change change;
	unsigned int line;
	char *netns;	      /* NULL: the context's own */
	char *name;	      /* of the namespace, parent or slave */
	size_t sibling_count; /* STEP_PORT, STEP_OPTIONS: slaves that live there and are not described */
	bool keeps_address;   /* STEP_LOOPBACK: lo has its address already, and keeps it when it goes down again */
	union {
		struct {
			struct port_value from, to;
		} port;
		struct {
			/* Owned. `from` sets what `to` sets; NULL when it is not known. */
			struct ipvlan_module_options *from, *to;
		} options;
		struct {
			uint32_t from, to;
		} mtu;
		struct ipvlan_topology_slave slave;
		struct {
			/* before: of set, and of no family when it is not known. */
			struct ipvlan_address address, before;
		};
		struct {
			struct ipvlan_route route;
			bool has_rival; /* of set: there must be another */
		};
		struct ipvlan_settings *settings; /* of STEP_CREATE; owned */
		struct {
			char *netns; /* owned; NULL: the context's own */
			char name[IFNAMSIZ];
		} move; /* where to, and the name there */
		uint8_t mac[6];
	};
	bool change_siblings; /* of STEP_MODE, and of STEP_PORT in a transaction */
};

struct ipvlan_plan {
	struct ipvlan_step *steps;
	size_t count;
	bool is_transaction; /* else it was made by comparing, and each step is known to change something */
};

/*
 * The steps from `current` to `desired`, both sorted, the ports and namespaces of `desired` complete. Returns 0 or
 * -ENOMEM; the plan is to be cleared in any case.
 */
int plan_diff(struct ipvlan_plan *plan, const struct state *desired, const struct state *current, bool prune);
void plan_clear(struct ipvlan_plan *plan);

/* Adds a step, with copies of the names, for the caller to fill in. NULL when out of memory. */
struct ipvlan_step *plan_add_step(struct ipvlan_plan *plan, enum step_kind kind, enum ipvlan_change change,
				  const char *netns, const char *name, unsigned int line);

/* transaction-run.c: ipvlan_plan_apply() for the plan of a transaction. */
int transaction_run(struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, ipvlan_progress_fn progress, void *data);

/* Turns a step into its inverse, in place; twice is the step itself. */
void step_invert(struct ipvlan_step *step);

#endif
