/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file port.h
 * @brief Ports: a parent with its mode, its flags and all its slaves, in whatever namespace they live.
 *
 * @code{.c}
 * struct ipvlan_port *port;
 *
 * if (ipvlan_port_get(ctx, "eth0", &port) == 0) {
 * 	printf("slaves: %zu", ipvlan_port_get_slave_count(port));
 * 	ipvlan_port_free(port);
 * }
 * @endcode
 */
#ifndef IPVLAN_PORT_H
#define IPVLAN_PORT_H

#include <ipvlan/types.h>
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_ctx;
struct ipvlan_link;

/** A port as it was when it was read. */
struct ipvlan_port;

/**
 * Read the port of a parent.
 * @param ctx    a context, working in the parent's namespace.
 * @param parent the parent's name; that of a slave of this namespace stands for its parent.
 * @param port   receives the port; the caller frees it with ipvlan_port_free().
 * @return 0, also when the parent has no slave yet; -ENODEV when there is no such parent; -ENOENT or -EPERM
 * when @p parent is a slave whose parent's namespace cannot be found or entered; -ENOMEM. Slaves are looked
 * for in all namespaces that can be found and entered; those left out are logged as a notice.
 */
int ipvlan_port_get(struct ipvlan_ctx *ctx, const char *parent, struct ipvlan_port **port);

/** Free a port and its links. NULL is fine. */
void ipvlan_port_free(struct ipvlan_port *port);

/** @return the parent. Lives as long as the port. */
const struct ipvlan_link *ipvlan_port_get_parent(const struct ipvlan_port *port);

/** @return the mode, or IPVLAN_MODE_UNSET while the parent has no slave. */
int ipvlan_port_get_mode(const struct ipvlan_port *port);

/** @return the flags, or IPVLAN_FLAGS_UNSET while the parent has no slave. */
int ipvlan_port_get_flags(const struct ipvlan_port *port);

/** @return the number of slaves. */
size_t ipvlan_port_get_slave_count(const struct ipvlan_port *port);

/** @return a slave, or NULL when @p index is not below the count. Lives as long as the port. */
const struct ipvlan_link *ipvlan_port_get_slave(const struct ipvlan_port *port, size_t index);

/**
 * Change mode or flags of a port and so of all its slaves.
 * @param ctx             a context, working in the parent's namespace.
 * @param parent          the parent's name.
 * @param mode            the mode, or IPVLAN_MODE_UNSET to leave it.
 * @param flags           the flags, or IPVLAN_FLAGS_UNSET to leave them.
 * @param change_siblings agree that all slaves change; without it a port with more than one slave is refused.
 * @return as ipvlan_link_change(); -ENOENT when the parent has no slave, for then there is no port to change.
 */
int ipvlan_port_change(struct ipvlan_ctx *ctx, const char *parent, int mode, int flags, bool change_siblings);

#ifdef __cplusplus
}
#endif
#endif
