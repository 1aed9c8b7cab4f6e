/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is, or what shall be, as plain data: the planner compares two of these. Pure: no socket, no context.
 */
#ifndef LIBIPVLAN_STATE_H
#define LIBIPVLAN_STATE_H

#include "codec.h"
#include <ipvlan/types.h>

struct ipvlan_module_options;

struct state_netns {
	char *name;
	bool loopback_up;     /* described: shall be up; read: is up */
	bool loopback_was_up; /* read: it is down, but has the address of one that was up */
	bool must_exist;
	unsigned int line;
};

struct state_port {
	char name[IFNAMSIZ];
	int mode, flags;
	bool is_listed;	       /* described for itself, not only named by a slave */
	bool has_slaves;       /* read: the port lives */
	size_t outsider_count; /* read: slaves of host access, and in namespaces without a name: not to be described */
	bool has_unseen;       /* read: it has slaves that no description speaks of, so it outlives the others */
	uint32_t mtu;	       /* of the parent; read only */
	bool is_slave;	       /* the parent is one itself; read only */
	bool is_loopback;      /* likewise */
	unsigned int line;
	struct ipvlan_address *addresses; /* of the parent; read only */
	size_t address_count;
	struct ipvlan_module_options *options; /* described: what is said; read: all; NULL: nothing, or no module */
};

/* The tag is public: ipvlan_topology_get_slave() hands it out. */
struct ipvlan_topology_slave {
	char *netns; /* NULL: the context's own */
	char name[IFNAMSIZ], parent[IFNAMSIZ];
	int mode, flags; /* described: as asked for, or unset; read: the port's */
	uint32_t mtu;	 /* described: 0 for the parent's */
	uint32_t group;	 /* read only */
	bool up, loopback_up;
	struct ipvlan_address *addresses;
	size_t address_count;
	struct ipvlan_route *routes;
	size_t route_count;
	unsigned int line;
	bool is_name_taken; /* described: by a link that is no slave which a description speaks of; read only */
};

/* Read: a route where a described one shall be, of a link that nobody described. */
struct state_taken {
	char *netns;	     /* NULL: the context's own */
	char link[IFNAMSIZ]; /* empty: through several, or through none */
	struct ipvlan_route route;
};

struct state {
	struct state_netns *namespaces;
	size_t netns_count;
	struct state_port *ports;
	size_t port_count;
	struct ipvlan_topology_slave *slaves;
	size_t slave_count;
	struct state_taken *taken;
	size_t taken_count;
};

void state_clear(struct state *state);

/* Each adds an empty one at the end and returns it; NULL when out of memory. */
struct state_netns *state_add_netns(struct state *state, const char *name);
struct state_port *state_add_port(struct state *state, const char *name);
struct ipvlan_topology_slave *state_add_slave(struct state *state, const char *netns, const char *name);

struct state_taken *state_add_taken(struct state *state, const char *netns, const struct ipvlan_route *route);

/* Makes the find functions work: to be called after the last addition. Equal keys keep their order. */
void state_sort(struct state *state);
struct state_netns *state_find_netns(const struct state *state, const char *name);
struct state_port *state_find_port(const struct state *state, const char *name);
struct ipvlan_topology_slave *state_find_slave(const struct state *state, const char *netns, const char *name);

/* Those of one namespace, which are neighbours. */
struct ipvlan_topology_slave *state_slaves_in(const struct state *state, const char *netns, size_t *count);

void port_clear(struct state_port *port);
void slave_clear(struct ipvlan_topology_slave *slave);
/* A deep copy; `to` is overwritten. Returns 0 or -ENOMEM. */
int slave_copy(struct ipvlan_topology_slave *to, const struct ipvlan_topology_slave *from);
int slave_add_address(struct ipvlan_topology_slave *slave, const struct ipvlan_address *address);
int slave_add_route(struct ipvlan_topology_slave *slave, const struct ipvlan_route *route);

/* Whether two stand for the same thing in the kernel: deleting the one would delete the other. */
bool address_is_same(const struct ipvlan_address *a, const struct ipvlan_address *b);
bool route_is_same(const struct ipvlan_route *a, const struct ipvlan_route *b);
/* Whether it is the one that the kernel updates when the other shall replace what is there. */
bool address_gives_way(const struct ipvlan_address *address, const struct ipvlan_address *other);
/* Whether a network holds an address, both being of one family. */
bool prefix_holds(const uint8_t *prefix, unsigned int length, const uint8_t *bytes);
/* Whether one to a network of the link puts another one's gateway within reach. */
bool route_leads_to_gateway(const struct ipvlan_route *link_route, const struct ipvlan_route *route);
/* Whether a namespace has room for one of them only. */
bool route_is_rival(const struct ipvlan_route *a, const struct ipvlan_route *b);
/* Whether the kernel makes one by itself, without a metric, to the network of an address, which has the same place. */
bool address_brings_route(const struct ipvlan_address *address, const struct ipvlan_route *route);
bool slave_brings_route(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route);
/* An order in which rivals are neighbours; 0 for rivals. */
int route_compare_rivals(const struct ipvlan_route *a, const struct ipvlan_route *b);
/* Whether what is there does for what is wanted. */
bool route_serves(const struct ipvlan_route *route, const struct ipvlan_route *wanted);
/* Whether one of them is this, whatever its prefix. */
bool addresses_have(const struct ipvlan_address *addresses, size_t count, int family, const uint8_t *bytes);
/* The kernel lists the IPv6 addresses of a link from the last to the first, behind those of IPv4. */
void addresses_order_by_age(struct ipvlan_address *addresses, size_t count);
/* Whether a host can have it: not what the kernel refuses, or takes and does not give, and not what many have. */
bool address_is_a_hosts(const struct ipvlan_address *address);
/* Whether somebody made it: what the kernel has made by itself comes and goes without anybody describing it. */
bool address_is_described(const struct ipvlan_address *address);
/* Whether it will go by itself, and no router gave it: that one's next advertisement would give it a lifetime again. */
bool address_is_lent(const struct ipvlan_address *address);
/* Whether it is made again after it went: not what the kernel, or a router, will give anew. */
bool address_can_come_back(const struct ipvlan_address *address);
/* Whether neither the kernel nor a router made it: either would make it anew. */
bool route_is_somebodys(const struct ipvlan_route *route);
bool route_is_described(const struct ipvlan_route *route);
bool slave_has_address(const struct ipvlan_topology_slave *slave, const struct ipvlan_address *address);
bool slave_has_route(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route);
/* Whether a route's source is an address of a slave of its namespace that is lent: the route will go with it. */
bool state_lends_source(const struct state *state, const char *netns, const struct ipvlan_route *route);

/* 0 for equal; NULL, the own namespace, comes first. */
int netns_name_compare(const char *a, const char *b);

#endif
