/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file host-access.h
 * @brief The host's own way to its slaves.
 *
 * A port gives to slaves what comes from outside or from another slave, so the host does not reach its slaves through
 * the parent. With a slave of its own on the same parent, and a route through it to each address of the others, it
 * does. What is made for that is marked: the link by its group, the routes by their protocol. Nothing without these
 * marks is ever changed or deleted.
 *
 * @code{.c}
 * const char *addresses[] = {"10.0.0.250", NULL};
 * struct ipvlan_host_access *access;
 *
 * if (ipvlan_host_access_enable(ctx, "eth0", addresses) < 0)
 * 	puts(ipvlan_ctx_strerror(ctx));
 * if (ipvlan_host_access_get(ctx, "eth0", &access) == 0) {
 * 	printf("ways to slaves: %zu\n", ipvlan_host_access_get_route_count(access));
 * 	ipvlan_host_access_free(access);
 * }
 * ipvlan_host_access_disable(ctx, "eth0");
 * @endcode
 */
#ifndef IPVLAN_HOST_ACCESS_H
#define IPVLAN_HOST_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_ctx;
struct ipvlan_link;
struct ipvlan_route;

/** The group (IFLA_GROUP) of the host's own slave: "ipvh" in ASCII. */
#define IPVLAN_HOST_ACCESS_GROUP 0x69707668
/** The protocol (RTPROT_) of its routes. */
#define IPVLAN_HOST_ACCESS_PROTOCOL 173

/** Host access to one parent's slaves as it was when it was read. */
struct ipvlan_host_access;

/**
 * Read the host access of a parent.
 * @param ctx    a context, working in the parent's namespace.
 * @param parent the parent's name.
 * @param access receives what there is; the caller frees it with ipvlan_host_access_free().
 * @return 0, also when there is none; -EINVAL when @p parent is a slave whose parent is in another namespace; or as
 * ipvlan_port_get().
 */
int ipvlan_host_access_get(struct ipvlan_ctx *ctx, const char *parent, struct ipvlan_host_access **access);

/** Free it. NULL is fine. */
void ipvlan_host_access_free(struct ipvlan_host_access *access);

/** @return the host's own slave, or NULL when there is no host access. Lives as long as @p access. */
const struct ipvlan_link *ipvlan_host_access_get_link(const struct ipvlan_host_access *access);

/** @return the number of its routes. */
size_t ipvlan_host_access_get_route_count(const struct ipvlan_host_access *access);

/** @return a route, or NULL when @p index is not below the count. Lives as long as @p access. */
const struct ipvlan_route *ipvlan_host_access_get_route(const struct ipvlan_host_access *access, size_t index);

/** @return how many addresses of slaves have no such route. */
size_t ipvlan_host_access_get_missing_count(const struct ipvlan_host_access *access);

/**
 * Give the host a way to all slaves of a parent, or bring the one it has up to date with them. All or nothing; doing it
 * twice changes nothing.
 * @param ctx       a context, working in the parent's namespace.
 * @param parent    the parent's name; it has a slave at least.
 * @param addresses for the host's own slave: texts as for ipvlan_settings_add_address(), NULL ends them; a length that
 *                  is left out, or any other, becomes that of the whole address. NULL for none, which leaves those
 *                  that it has. An address that it has beside them is taken away.
 * @return 0; -EINVAL when an address is none, or as for ipvlan_host_access_get(); -EADDRNOTAVAIL when l2 mode needs one
 * and neither was one given nor is one there: slaves answer only to whom they can ask for, so in l2 it takes one for
 * each family; what has none is left out, which is logged as a notice; -EOPNOTSUPP with flags private or vepa, for then
 * no slave reaches another; -ENOENT when the parent has no slave; -EADDRINUSE; -EEXIST when somebody else made such a
 * route; -EPERM; or as ipvlan_link_create().
 *
 * In l3 and l3s no address is needed: packets carry the host's own, and answers come by way of the parent's namespace.
 */
int ipvlan_host_access_enable(struct ipvlan_ctx *ctx, const char *parent, const char *const *addresses);

/**
 * Take away what ipvlan_host_access_enable() made.
 * @return 0, also when there is none; -EPERM; or as ipvlan_host_access_get().
 */
int ipvlan_host_access_disable(struct ipvlan_ctx *ctx, const char *parent);

#ifdef __cplusplus
}
#endif
#endif
