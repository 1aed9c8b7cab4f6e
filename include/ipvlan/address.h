/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file address.h
 * @brief IPv4 and IPv6 addresses of links.
 *
 * One object serves both ways: described by the caller and added to a link, or read from the kernel. What was read is
 * immutable for the caller (the pointers are const).
 *
 * @code{.c}
 * struct ipvlan_address *address;
 *
 * if (ipvlan_address_new("fd00::2/64", &address) == 0) {
 * 	ipvlan_address_set_nodad(address, true);
 * 	if (ipvlan_address_add(ctx, "ipvl0", address) < 0)
 * 		puts(ipvlan_ctx_strerror(ctx));
 * 	ipvlan_address_free(address);
 * }
 * @endcode
 */
#ifndef IPVLAN_ADDRESS_H
#define IPVLAN_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_ctx;

/** An address with its prefix. */
struct ipvlan_address;

/** A lifetime without end, in seconds. */
#define IPVLAN_LIFETIME_FOREVER UINT32_MAX

/** Bytes that always hold the text of an address with its prefix and NUL. */
#define IPVLAN_ADDRESS_SIZE 64

/**
 * Describe an address.
 * @param text    "10.0.0.2/24", "10.0.0.2/255.255.255.0", "fd00::2/64"; without a prefix length it is the whole address
 * (/32, /128).
 * @param address receives the object; the caller frees it with ipvlan_address_free().
 * @return 0; -EINVAL when @p text is no address; -ENOMEM.
 */
int ipvlan_address_new(const char *text, struct ipvlan_address **address);

/** Free an address that ipvlan_address_new() made. NULL is fine. */
void ipvlan_address_free(struct ipvlan_address *address);

/** Set the other end of a point-to-point link, with or without prefix length. @return 0; -EINVAL. */
int ipvlan_address_set_peer(struct ipvlan_address *address, const char *text);

/**
 * Set the IPv4 broadcast address.
 * @param address an address.
 * @param text    an IPv4 address, or "+" for all host bits set, "-" for all clear.
 * @return 0; -EINVAL when @p text is none, or the address is IPv6.
 */
int ipvlan_address_set_broadcast(struct ipvlan_address *address, const char *text);

/** Set the label, IPv4 only, at most 15 bytes (kernel: it should begin with the link's name). @return 0; -EINVAL. */
int ipvlan_address_set_label(struct ipvlan_address *address, const char *label);

/** Set the scope: RT_SCOPE_UNIVERSE (the default; RT_SCOPE_HOST for 127.0.0.0/8), RT_SCOPE_LINK, RT_SCOPE_HOST. */
void ipvlan_address_set_scope(struct ipvlan_address *address, uint8_t scope);

/** Use an IPv6 address at once, without duplicate address detection (IFA_F_NODAD). No effect on IPv4. */
void ipvlan_address_set_nodad(struct ipvlan_address *address, bool nodad);

/** Do not make a route to the prefix (IFA_F_NOPREFIXROUTE; IPv6 kernel 3.14, IPv4 kernel 4.4 and later). */
void ipvlan_address_set_noprefixroute(struct ipvlan_address *address, bool noprefixroute);

/**
 * Set lifetimes.
 * @param address   an address.
 * @param valid     seconds that the address stays, or IPVLAN_LIFETIME_FOREVER, the default.
 * @param preferred seconds that new connections may use it; not above @p valid.
 * @return 0; -EINVAL when @p valid is 0 or @p preferred is above it.
 */
int ipvlan_address_set_lifetime(struct ipvlan_address *address, uint32_t valid, uint32_t preferred);

/** @return AF_INET or AF_INET6. */
int ipvlan_address_get_family(const struct ipvlan_address *address);

/** @return the prefix length in bits. */
unsigned int ipvlan_address_get_prefix_length(const struct ipvlan_address *address);

/**
 * The bare address as text.
 * @param address an address.
 * @param buf     receives the text; IPVLAN_ADDRESS_SIZE bytes suffice.
 * @param size    bytes in @p buf.
 * @return @p buf.
 */
const char *ipvlan_address_format(const struct ipvlan_address *address, char *buf, size_t size);

/** As ipvlan_address_format(), with "/" and the prefix length. */
const char *ipvlan_address_format_prefix(const struct ipvlan_address *address, char *buf, size_t size);

/** The peer's bare address as text. @return @p buf, or NULL when the address has no peer. */
const char *ipvlan_address_format_peer(const struct ipvlan_address *address, char *buf, size_t size);

/** The broadcast address as text. @return @p buf, or NULL when the address has none. */
const char *ipvlan_address_format_broadcast(const struct ipvlan_address *address, char *buf, size_t size);

/** @return the label, or NULL when it has none. Lives as long as the address. */
const char *ipvlan_address_get_label(const struct ipvlan_address *address);

/** @return the scope (RT_SCOPE_UNIVERSE, RT_SCOPE_LINK, …). */
uint8_t ipvlan_address_get_scope(const struct ipvlan_address *address);

/** @return the IFA_F_ flags of <linux/if_addr.h> as the kernel reported them. */
uint32_t ipvlan_address_get_flags(const struct ipvlan_address *address);

/** @return whether duplicate address detection still goes on (IFA_F_TENTATIVE). */
bool ipvlan_address_is_tentative(const struct ipvlan_address *address);

/** @return whether duplicate address detection found another holder (IFA_F_DADFAILED). */
bool ipvlan_address_is_duplicate(const struct ipvlan_address *address);

/** @return seconds for which the address stays valid, or IPVLAN_LIFETIME_FOREVER. */
uint32_t ipvlan_address_get_valid_lifetime(const struct ipvlan_address *address);

/** @return seconds for which the address stays preferred, or IPVLAN_LIFETIME_FOREVER. */
uint32_t ipvlan_address_get_preferred_lifetime(const struct ipvlan_address *address);

/** @return the index of the link that it was read from; 0 for an address that was only described. */
int ipvlan_address_get_ifindex(const struct ipvlan_address *address);

/**
 * Add an address to a link in the context's namespace.
 * @param ctx     a context.
 * @param link    the link's name.
 * @param address what to add.
 * @return 0; -ENODEV when there is no such link; -EEXIST when the link has the address already; -EADDRINUSE when
 * another slave of the same port holds it (the error names which), or when our module keeps it for another slave, or
 * from all (module.h); -EPERM without CAP_NET_ADMIN; or what else the kernel says. Source: RTM_NEWADDR, rtnetlink(7).
 */
int ipvlan_address_add(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_address *address);

/** As ipvlan_address_add(), but an address that is there already is updated (`ip addr replace`). */
int ipvlan_address_replace(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_address *address);

/**
 * Delete an address from a link in the context's namespace.
 * @return 0; -ENODEV; -EADDRNOTAVAIL when the link does not have it; -EPERM without CAP_NET_ADMIN.
 */
int ipvlan_address_delete(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_address *address);

/** Addresses that were read, a snapshot. */
struct ipvlan_address_list;

/**
 * Read addresses in the context's namespace.
 * @param ctx    a context.
 * @param link   a link's name; NULL for all links.
 * @param family AF_INET, AF_INET6, or AF_UNSPEC for both.
 * @param list   receives the list; the caller frees it with ipvlan_address_list_free().
 * @return 0; -ENODEV; -ENOMEM; -EAGAIN when the dump was interrupted again and again.
 */
int ipvlan_address_list(struct ipvlan_ctx *ctx, const char *link, int family, struct ipvlan_address_list **list);

/** Free a list and all its addresses. NULL is fine. */
void ipvlan_address_list_free(struct ipvlan_address_list *list);

/** @return the number of addresses. */
size_t ipvlan_address_list_get_count(const struct ipvlan_address_list *list);

/** @return an address, or NULL when @p index is not below the count. Lives as long as the list. */
const struct ipvlan_address *ipvlan_address_list_get(const struct ipvlan_address_list *list, size_t index);

#ifdef __cplusplus
}
#endif
#endif
