/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file route.h
 * @brief Routes: the part of routing that an ipvlan endpoint needs.
 *
 * As with addresses, one object serves for describing and for reading.
 *
 * @code{.c}
 * struct ipvlan_route *route;
 *
 * if (ipvlan_route_new("10.9.0.0/16", &route) == 0) {
 * 	ipvlan_route_set_gateway(route, "10.0.0.1");
 * 	ipvlan_route_set_metric(route, 100);
 * 	ipvlan_route_replace(ctx, "ipvl0", route);
 * 	ipvlan_route_free(route);
 * }
 * @endcode
 */
#ifndef IPVLAN_ROUTE_H
#define IPVLAN_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_ctx;

/** A route. */
struct ipvlan_route;

/**
 * Describe a route.
 * @param destination "10.9.0.0/16" or, as ip(8) takes it, "10.9/16" or "10.9.0.0/255.255.0.0"; "fd00:9::/48"; or
 * "default", for which "any" and "all" stand as well (the family then follows the gateway, else IPv4).
 * @param route       receives the object; the caller frees it with ipvlan_route_free().
 * @return 0; -EINVAL when @p destination is none, or has bits set beyond its prefix; -ENOMEM.
 */
int ipvlan_route_new(const char *destination, struct ipvlan_route **route);

/** Free a route that ipvlan_route_new() made. NULL is fine. */
void ipvlan_route_free(struct ipvlan_route *route);

/** Fix the family of a default route that has no gateway. @return 0; -EINVAL when it contradicts the destination. */
int ipvlan_route_set_family(struct ipvlan_route *route, int family);

/**
 * Set the gateway, of the destination's family; for an IPv4 destination it may be an IPv6 address (RTA_VIA, Linux 5.2).
 * @return 0; -EINVAL when @p text is no address, or one that does not fit.
 */
int ipvlan_route_set_gateway(struct ipvlan_route *route, const char *text);

/** Set the preferred source address. @return 0; -EINVAL when @p text is none of the destination's family. */
int ipvlan_route_set_source(struct ipvlan_route *route, const char *text);

/** Set the metric; the lower wins. 0, the default, leaves it to the kernel (IPv6: 1024). */
void ipvlan_route_set_metric(struct ipvlan_route *route, uint32_t metric);

/** Set the table; 254 (RT_TABLE_MAIN) is the default. */
void ipvlan_route_set_table(struct ipvlan_route *route, uint32_t table);

/**
 * Set the scope. The default is RT_SCOPE_UNIVERSE with a gateway, for IPv6 and where it leads nowhere, else
 * RT_SCOPE_LINK.
 */
void ipvlan_route_set_scope(struct ipvlan_route *route, uint8_t scope);

/** Set who made the route: RTPROT_BOOT (the default), RTPROT_STATIC, … */
void ipvlan_route_set_protocol(struct ipvlan_route *route, uint8_t protocol);

/**
 * Set what becomes of packets: RTN_UNICAST, the default, sends them on; RTN_BLACKHOLE swallows them, RTN_UNREACHABLE
 * and RTN_PROHIBIT say so, RTN_THROW leaves them to the next table. Only the first has a gateway or a link.
 * @return 0; -EINVAL for any other type: those are the kernel's own.
 */
int ipvlan_route_set_type(struct ipvlan_route *route, uint8_t type);

/** Set how long packets on this way may be, in bytes (RTAX_MTU); 0, the default, leaves it to the link. */
void ipvlan_route_set_mtu(struct ipvlan_route *route, uint32_t mtu);

/** Set the segment size that TCP asks of who answers, in bytes (RTAX_ADVMSS); 0, the default: what the MTU leaves. */
void ipvlan_route_set_advmss(struct ipvlan_route *route, uint32_t advmss);

/** Take the gateway as reachable on the link though no address says so (RTNH_F_ONLINK). */
void ipvlan_route_set_onlink(struct ipvlan_route *route, bool onlink);

/** @return AF_INET or AF_INET6. */
int ipvlan_route_get_family(const struct ipvlan_route *route);

/**
 * The destination as text: "default", or address and prefix length, without the length for a whole address.
 * @return @p buf; IPVLAN_ADDRESS_SIZE bytes suffice.
 */
const char *ipvlan_route_format_destination(const struct ipvlan_route *route, char *buf, size_t size);

/** The gateway as text. @return @p buf, or NULL when the route has none. */
const char *ipvlan_route_format_gateway(const struct ipvlan_route *route, char *buf, size_t size);

/** The preferred source as text. @return @p buf, or NULL when the route has none. */
const char *ipvlan_route_format_source(const struct ipvlan_route *route, char *buf, size_t size);

/** @return the metric; 0 when it has none. */
uint32_t ipvlan_route_get_metric(const struct ipvlan_route *route);

/** @return the table. */
uint32_t ipvlan_route_get_table(const struct ipvlan_route *route);

/** @return the scope. */
uint8_t ipvlan_route_get_scope(const struct ipvlan_route *route);

/** @return the RTPROT_ number of who made it. */
uint8_t ipvlan_route_get_protocol(const struct ipvlan_route *route);

/** @return the RTN_ type: RTN_UNICAST, RTN_LOCAL, … */
uint8_t ipvlan_route_get_type(const struct ipvlan_route *route);

/** @return how long packets may be, in bytes; 0 when the link alone says that. */
uint32_t ipvlan_route_get_mtu(const struct ipvlan_route *route);

/** @return the segment size that TCP asks for, in bytes; 0 when nothing is said of it. */
uint32_t ipvlan_route_get_advmss(const struct ipvlan_route *route);

/** @return the RTNH_F_ flags (RTNH_F_LINKDOWN, RTNH_F_ONLINK, …). */
uint32_t ipvlan_route_get_flags(const struct ipvlan_route *route);

/** @return the preference of an IPv6 router (RFC 4191): 0 medium, 1 high, 3 low; 0 for IPv4. */
uint8_t ipvlan_route_get_preference(const struct ipvlan_route *route);

/** @return the index of the link it leads through; 0 when it was only described, or leads through several. */
int ipvlan_route_get_ifindex(const struct ipvlan_route *route);

/**
 * Add a route in the context's namespace.
 * @param ctx   a context.
 * @param link  the name of the link that it leads through; NULL lets the kernel choose by the gateway, and is for
 * routes that lead nowhere.
 * @param route what to add.
 * @return 0; -ENODEV when there is no such link; -EEXIST when there is such a route; -ENETUNREACH when the gateway is
 * not on the link; -ENETDOWN when the link is down; -EPERM without CAP_NET_ADMIN; or what else the kernel says.
 * Source: RTM_NEWROUTE, rtnetlink(7).
 */
int ipvlan_route_add(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route);

/** As ipvlan_route_add(), but a route of that destination and metric is replaced. */
int ipvlan_route_replace(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route);

/** As ipvlan_route_replace(), but only where there is one to be replaced. @return also -ENOENT. */
int ipvlan_route_change(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route);

/**
 * As ipvlan_route_add(), but beside routes of that destination and metric, and behind them: it leads when they have
 * gone. For IPv6 routes with gateways become one that leads through all of these in turn, and so through no link alone:
 * ipvlan_route_list() has it among all routes only, and a transaction that is undone does not bring it back.
 * @return -EEXIST only for what is there already.
 */
int ipvlan_route_append(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route);

/** As ipvlan_route_append(), but before them: it leads, until it has gone. IPv6 knows no such order, and appends. */
int ipvlan_route_prepend(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route);

/** Delete a route in the context's namespace. @return 0; -ESRCH when there is none that matches; -ENODEV; -EPERM. */
int ipvlan_route_delete(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route);

/**
 * Ask which way the kernel would send a packet from the context's namespace.
 * @param ctx     a context.
 * @param address where to: "10.9.0.1" or "fd00:9::1".
 * @param source  the address that the packet comes from; NULL: the kernel chooses one, ipvlan_route_format_source().
 * @param link    the name of the link that it shall leave by; NULL: any.
 * @param route   receives the way: the destination is the address, the link is ipvlan_route_get_ifindex(); the caller
 * frees it with ipvlan_route_free(). RTN_LOCAL means that the address is the namespace's own.
 * @return 0; -EINVAL when @p address or @p source is no address, or they are of two families, or the source is none
 * that could send, or a blackhole route swallows it; -ENETUNREACH or -EHOSTUNREACH when no route leads there, -EACCES
 * when one forbids it; -ENODEV when there is no such link. Source: RTM_GETROUTE, rtnetlink(7).
 */
int ipvlan_route_get(struct ipvlan_ctx *ctx, const char *address, const char *source, const char *link,
		     struct ipvlan_route **route);

/** Routes that were read, a snapshot. */
struct ipvlan_route_list;

/**
 * Read the routes of one table in the context's namespace.
 * @param ctx    a context.
 * @param link   only those through this link, not those through several; NULL for all.
 * @param family AF_INET, AF_INET6, or AF_UNSPEC for both.
 * @param table  254 (RT_TABLE_MAIN), 255 (RT_TABLE_LOCAL), …; 0 for all tables.
 * @param list   receives the list; the caller frees it with ipvlan_route_list_free().
 * @return 0; -ENODEV; -ENOMEM; -EAGAIN when the dump was interrupted again and again.
 */
int ipvlan_route_list(struct ipvlan_ctx *ctx, const char *link, int family, uint32_t table,
		      struct ipvlan_route_list **list);

/** Free a list and all its routes. NULL is fine. */
void ipvlan_route_list_free(struct ipvlan_route_list *list);

/** @return the number of routes. */
size_t ipvlan_route_list_get_count(const struct ipvlan_route_list *list);

/** @return a route, or NULL when @p index is not below the count. Lives as long as the list. */
const struct ipvlan_route *ipvlan_route_list_get(const struct ipvlan_route_list *list, size_t index);

#ifdef __cplusplus
}
#endif
#endif
