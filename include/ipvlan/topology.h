/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file topology.h
 * @brief What a whole host shall look like: parents, namespaces, slaves; and the rules that such a wish must keep.
 *
 * A topology is only a description: nothing here touches the kernel, but for ipvlan_topology_read(). Compare it with
 * what lives, and carry out the difference, with plan.h.
 *
 * @code{.c}
 * struct ipvlan_topology *topology;
 *
 * if (ipvlan_topology_read(ctx, &topology) == 0) {
 * 	for (size_t i = 0; i < ipvlan_topology_get_slave_count(topology); i++)
 * 		puts(ipvlan_topology_slave_get_name(ipvlan_topology_get_slave(topology, i)));
 * 	ipvlan_topology_free(topology);
 * }
 * @endcode
 */
#ifndef IPVLAN_TOPOLOGY_H
#define IPVLAN_TOPOLOGY_H

#include <ipvlan/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_address;
struct ipvlan_ctx;
struct ipvlan_module_options;
struct ipvlan_route;
struct ipvlan_settings;

/** A description of parents, namespaces and slaves. */
struct ipvlan_topology;

/** @return an empty topology, which the caller frees with ipvlan_topology_free(); NULL when out of memory. */
struct ipvlan_topology *ipvlan_topology_new(void);

/** Free a topology. NULL is fine. */
void ipvlan_topology_free(struct ipvlan_topology *topology);

/**
 * Say from which line of a file the things come that are added from here on; findings and steps name it.
 * @param topology a topology.
 * @param line     the line, counted from 1; 0 for none, the default.
 */
void ipvlan_topology_set_line(struct ipvlan_topology *topology, unsigned int line);

/**
 * Describe a parent. It must exist when a plan is made; it is never made or deleted.
 * @param topology a topology.
 * @param name     the parent's name in the context's namespace.
 * @param mode     the mode of its port, or IPVLAN_MODE_UNSET: as it is, and l3 where there is no port yet.
 * @param flags    the flags of its port, or IPVLAN_FLAGS_UNSET: as they are, and bridge where there is no port yet.
 * @return 0; -EINVAL when a name or value cannot be; -ENOMEM.
 */
int ipvlan_topology_add_parent(struct ipvlan_topology *topology, const char *name, int mode, int flags);

/**
 * Describe what a parent's port shall have of what the ipvlan module that comes with libipvlan adds; module.h tells
 * what that is. A plan is then -EOPNOTSUPP where the module is not loaded.
 * @param topology a topology.
 * @param name     a parent that was described with ipvlan_topology_add_parent().
 * @param options  copied, in the place of what was described before; what is not set stays as it is, and is off in a
 *                 new port. Options begin when the port has its first slave, and end with its last one.
 * @return 0; -ENOENT when no parent of that name was described; -ENOMEM.
 */
int ipvlan_topology_set_parent_options(struct ipvlan_topology *topology, const char *name,
				       const struct ipvlan_module_options *options);

/**
 * Describe a namespace. Namespaces that slaves name are described by that already.
 * @param topology   a topology.
 * @param name       its name.
 * @param must_exist refuse to make it when it is missing.
 * @return 0; -EINVAL when @p name is no name; -ENOMEM.
 */
int ipvlan_topology_add_netns(struct ipvlan_topology *topology, const char *name, bool must_exist);

/**
 * Describe a slave. The settings are copied; they must name the slave, its parent by name, and its namespace by name or
 * not at all.
 * @return 0; what a setter refused; -EINVAL when the settings are not of that form; -ENOMEM.
 */
int ipvlan_topology_add_slave(struct ipvlan_topology *topology, const struct ipvlan_settings *settings);

/**
 * Read what lives: all ports whose parent is in the context's namespace, their slaves in that namespace and in named
 * ones, with their permanent addresses and the routes that people or programs made. Of what no topology can hold,
 * slaves in namespaces without a name, peers of addresses, MTUs of routes and so on, there are findings with severity
 * IPVLAN_SEVERITY_WARNING and line 0, until ipvlan_topology_check() makes others.
 * @param ctx      a context.
 * @param topology receives the topology; the caller frees it.
 * @return 0; or as ipvlan_link_list().
 */
int ipvlan_topology_read(struct ipvlan_ctx *ctx, struct ipvlan_topology **topology);

/** How bad a finding is. */
enum ipvlan_severity {
	IPVLAN_SEVERITY_WARNING = 0, /**< it can be done, but is hardly what is wanted */
	IPVLAN_SEVERITY_ERROR,	     /**< it cannot be done, or does not work */
	IPVLAN_SEVERITY_INFO,	     /**< good to know */
};

/**
 * Check the rules that need no kernel: one mode and set of flags for a parent, options that go together, no name or
 * address twice, gateways that an address reaches, no gateway in l3 and l3s. It sorts what is described, and adds the
 * parents and namespaces that slaves alone name; so do ipvlan_plan_new() and ipvlan_diagnosis_new(), which check first.
 * @param topology a topology; the findings of an earlier check are replaced.
 * @return the number of errors; -ENOMEM.
 */
int ipvlan_topology_check(struct ipvlan_topology *topology);

/** @return the number of findings of the last check, warnings included. */
size_t ipvlan_topology_get_finding_count(const struct ipvlan_topology *topology);

/** @return how bad a finding is. */
enum ipvlan_severity ipvlan_topology_get_finding_severity(const struct ipvlan_topology *topology, size_t index);

/** @return the line it speaks of; 0 for none. */
unsigned int ipvlan_topology_get_finding_line(const struct ipvlan_topology *topology, size_t index);

/** @return the line of the other one, where two things contradict each other; 0 for none. */
unsigned int ipvlan_topology_get_finding_other_line(const struct ipvlan_topology *topology, size_t index);

/** @return its text, or NULL when @p index is not below the count. Lives until the next check. */
const char *ipvlan_topology_get_finding_text(const struct ipvlan_topology *topology, size_t index);

/** @return the number of parents. */
size_t ipvlan_topology_get_parent_count(const struct ipvlan_topology *topology);

/**
 * @return a parent's name, or NULL when @p index is not below the count. Lives until something is added to the
 * topology, or it is checked.
 */
const char *ipvlan_topology_get_parent_name(const struct ipvlan_topology *topology, size_t index);

/** @return a parent's mode, or IPVLAN_MODE_UNSET. */
int ipvlan_topology_get_parent_mode(const struct ipvlan_topology *topology, size_t index);

/** @return a parent's flags, or IPVLAN_FLAGS_UNSET. */
int ipvlan_topology_get_parent_flags(const struct ipvlan_topology *topology, size_t index);

/**
 * What is described of a parent's options. Of what was read, that is what differs from a new port's.
 * @return the options; NULL when there is nothing to say, which is always so without the module, or when @p index is
 * not below the count. Live until the parent's are set anew.
 */
const struct ipvlan_module_options *ipvlan_topology_get_parent_options(const struct ipvlan_topology *topology,
								       size_t index);

/** A slave of a topology. */
struct ipvlan_topology_slave;

/** @return the number of slaves. */
size_t ipvlan_topology_get_slave_count(const struct ipvlan_topology *topology);

/**
 * @return a slave, or NULL when @p index is not below the count. It, its texts, addresses and routes live until
 * something is added to the topology, or it is checked.
 */
const struct ipvlan_topology_slave *ipvlan_topology_get_slave(const struct ipvlan_topology *topology, size_t index);

/** @return its name. */
const char *ipvlan_topology_slave_get_name(const struct ipvlan_topology_slave *slave);

/** @return its parent's name. */
const char *ipvlan_topology_slave_get_parent(const struct ipvlan_topology_slave *slave);

/** @return its namespace's name, or NULL for the context's own. */
const char *ipvlan_topology_slave_get_netns(const struct ipvlan_topology_slave *slave);

/** @return its MTU in bytes; 0 for the parent's. */
uint32_t ipvlan_topology_slave_get_mtu(const struct ipvlan_topology_slave *slave);

/** @return whether it shall be up. */
bool ipvlan_topology_slave_is_up(const struct ipvlan_topology_slave *slave);

/** @return whether lo shall be up where it is. */
bool ipvlan_topology_slave_has_loopback_up(const struct ipvlan_topology_slave *slave);

/** @return an address, or NULL when @p index is not below their number. */
const struct ipvlan_address *ipvlan_topology_slave_get_address(const struct ipvlan_topology_slave *slave, size_t index);

/** @return a route, or NULL when @p index is not below their number. */
const struct ipvlan_route *ipvlan_topology_slave_get_route(const struct ipvlan_topology_slave *slave, size_t index);

#ifdef __cplusplus
}
#endif
#endif
