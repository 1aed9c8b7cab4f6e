/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file link.h
 * @brief Links: making a slave, reading links, renaming, moving, deleting them.
 *
 * A `struct ipvlan_link` is what the kernel said at one moment; it never changes. Functions that act take the link's
 * name in the namespace in which the context works (see ipvlan_ctx_set_netns()).
 *
 * @code{.c}
 * struct ipvlan_link_list *list;
 *
 * if (ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list) == 0) {
 * 	for (size_t i = 0; i < ipvlan_link_list_get_count(list); i++)
 * 		puts(ipvlan_link_get_name(ipvlan_link_list_get(list, i)));
 * 	ipvlan_link_list_free(list);
 * }
 * @endcode
 */
#ifndef IPVLAN_LINK_H
#define IPVLAN_LINK_H

#include <ipvlan/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_address;
struct ipvlan_ctx;
struct ipvlan_netns;
struct ipvlan_settings;

/** A link as it was when it was read. */
struct ipvlan_link;

/** Links that were read, a snapshot. */
struct ipvlan_link_list;

/** Counters of a link, 64 bit each, since it was made (IFLA_STATS64). */
enum ipvlan_stat {
	IPVLAN_STAT_RX_PACKETS = 0,    /**< packets */
	IPVLAN_STAT_TX_PACKETS,	       /**< packets */
	IPVLAN_STAT_RX_BYTES,	       /**< bytes */
	IPVLAN_STAT_TX_BYTES,	       /**< bytes */
	IPVLAN_STAT_RX_ERRORS,	       /**< packets */
	IPVLAN_STAT_TX_ERRORS,	       /**< packets */
	IPVLAN_STAT_RX_DROPPED,	       /**< packets */
	IPVLAN_STAT_TX_DROPPED,	       /**< packets */
	IPVLAN_STAT_MULTICAST,	       /**< packets received */
	IPVLAN_STAT_RX_OVER_ERRORS,    /**< packets */
	IPVLAN_STAT_RX_MISSED,	       /**< packets (rx_missed_errors) */
	IPVLAN_STAT_TX_CARRIER_ERRORS, /**< packets */
	IPVLAN_STAT_COLLISIONS,	       /**< packets */
};

/** Which links a list shall hold. */
enum ipvlan_link_scope {
	IPVLAN_LINKS_IPVLAN = 0, /**< ipvlan and ipvtap links of the context's namespace */
	IPVLAN_LINKS_ANY_KIND,	 /**< all links of the context's namespace */
	IPVLAN_LINKS_EVERYWHERE, /**< ipvlan and ipvtap links of all namespaces that can be found and entered */
};

/**
 * Make a slave as the settings say: the link, straight in its namespace, its addresses, its routes, up, lo up.
 * All or nothing: after a failure nothing of it is left.
 * @param ctx      a context, working in the parent's namespace.
 * @param settings what to make; not changed.
 * @param link     receives the slave as it then is, for the caller to free; may be NULL.
 * @return 0, or what stood in the way, the context's error telling the whole story:
 *   - -EINVAL: settings that make no sense; a parent that is loopback or not Ethernet; a mode the kernel does not know
 *   - -524: l3s, and the kernel was built without; its own ENOTSUPP, for which no header has a name
 *   - -ENODEV: no such parent
 *   - -EEXIST: the name is taken in the target namespace
 *   - -EBUSY: the parent belongs to a bridge, bond, team, macvlan …; or mode or flags would change siblings that the
 *     caller did not agree to change
 *   - -EADDRINUSE: an address is held by a sibling, which the error names
 *   - -ENETUNREACH, -EHOSTUNREACH: a gateway that none of the addresses or routes leads to
 *   - -EACCES: an IPv6 address where IPv6 is switched off
 *   - -EOPNOTSUPP: this kernel has no ipvlan; the hint tells why
 *   - -EPERM: no CAP_NET_ADMIN over the parent's or the target namespace, or no CAP_SYS_ADMIN over the target, which
 *     is entered unless all that is wanted is a link with a name
 *   - -ENOSPC: 65,533 slaves are on the parent already
 *   - -ENOENT: no such target namespace; -ESRCH: no such process
 *
 * A slave without a mode joins its siblings; those are looked for in all namespaces that have a name or a process and
 * that the caller may enter, which takes a socket and a filtered dump in each until one is found (the context remembers
 * where). Siblings in namespaces that cannot be seen so are not found; when none was found and namespaces were left
 * out, that is logged as a notice. Another program that makes a slave on the same parent at the very same time is not
 * excluded: the kernel has no lock for that.
 * Kernel: 3.19 and later (l3s 4.9, flags 4.15). Source: RTM_NEWLINK, IFLA_IPVLAN_MODE, IFLA_IPVLAN_FLAGS.
 */
int ipvlan_link_create(struct ipvlan_ctx *ctx, const struct ipvlan_settings *settings, struct ipvlan_link **link);

/**
 * Read one link of any kind, with its addresses.
 * @param ctx  a context.
 * @param name the link's name in the context's namespace.
 * @param link receives the link; the caller frees it with ipvlan_link_free().
 * @return 0; -ENODEV when there is none; -ENOMEM.
 */
int ipvlan_link_get(struct ipvlan_ctx *ctx, const char *name, struct ipvlan_link **link);

/** As ipvlan_link_get(), by index. */
int ipvlan_link_get_by_index(struct ipvlan_ctx *ctx, int ifindex, struct ipvlan_link **link);

/**
 * Copy a link with its addresses, so that it outlives the list, the port or the event that it belongs to.
 * @param link a link.
 * @param copy receives the copy; the caller frees it with ipvlan_link_free().
 * @return 0; -ENOMEM.
 */
int ipvlan_link_copy(const struct ipvlan_link *link, struct ipvlan_link **copy);

/** Free a link that ipvlan_link_get(), _create() or _copy() gave. NULL is fine. Not for links of a list. */
void ipvlan_link_free(struct ipvlan_link *link);

/**
 * Read many links, with their addresses.
 * @param ctx   a context.
 * @param scope which.
 * @param list  receives the list; the caller frees it with ipvlan_link_list_free().
 * @return 0; -ENOMEM; -EAGAIN when a dump was interrupted again and again. With IPVLAN_LINKS_EVERYWHERE namespaces that
 * may not be entered are left out, which is logged as a notice.
 */
int ipvlan_link_list(struct ipvlan_ctx *ctx, enum ipvlan_link_scope scope, struct ipvlan_link_list **list);

/**
 * Read the counters of all slaves of the machine, for programs that do so again and again: as ipvlan_link_list() with
 * IPVLAN_LINKS_EVERYWHERE, but without addresses, and with what ipvlan_link_get_drops() gives. Counters of different
 * slaves are read one after the other, so compare them over times that are long against one call.
 * @param ctx  a context.
 * @param list receives the list; the caller frees it with ipvlan_link_list_free().
 * @return as ipvlan_link_list().
 */
int ipvlan_link_list_counters(struct ipvlan_ctx *ctx, struct ipvlan_link_list **list);

/**
 * @return the number of reasons that packets are dropped for; 0 when the list was not read by
 * ipvlan_link_list_counters(), and with the kernel's own driver, which does not tell (ipvlan_module_is_loaded()).
 */
size_t ipvlan_link_list_get_reason_count(const struct ipvlan_link_list *list);

/** @return a reason, such as "tx_drop_private"; NULL when @p index is not below the count. Lives as long as the list.
 */
const char *ipvlan_link_list_get_reason(const struct ipvlan_link_list *list, size_t index);

/** Free a list and all its links. NULL is fine. */
void ipvlan_link_list_free(struct ipvlan_link_list *list);

/** @return the number of links. */
size_t ipvlan_link_list_get_count(const struct ipvlan_link_list *list);

/** @return a link, or NULL when @p index is not below the count. Lives as long as the list. */
const struct ipvlan_link *ipvlan_link_list_get(const struct ipvlan_link_list *list, size_t index);

/** @return the name. Lives as long as the link. */
const char *ipvlan_link_get_name(const struct ipvlan_link *link);

/** @return the index in its namespace. */
int ipvlan_link_get_ifindex(const struct ipvlan_link *link);

/** @return the kind ("ipvlan", "veth", …), or NULL for a link without one, such as a network card. */
const char *ipvlan_link_get_kind(const struct ipvlan_link *link);

/** @return whether the link is an ipvlan or ipvtap slave. */
bool ipvlan_link_is_slave(const struct ipvlan_link *link);

/** @return the mode of its port, or IPVLAN_MODE_UNSET when the link is no slave. */
int ipvlan_link_get_mode(const struct ipvlan_link *link);

/** @return the flags of its port; IPVLAN_FLAGS_UNSET when the link is no slave or the kernel is older than 4.15. */
int ipvlan_link_get_flags(const struct ipvlan_link *link);

/** @return the parent's index in the parent's namespace (IFLA_LINK); 0 when the link has no parent. */
int ipvlan_link_get_parent_index(const struct ipvlan_link *link);

/** @return the parent's name, or NULL when it has no parent or the caller may not look at it. */
const char *ipvlan_link_get_parent_name(const struct ipvlan_link *link);

/** @return the parent's namespace id as the link's namespace knows it; -1 when both are in the same one. */
int ipvlan_link_get_parent_nsid(const struct ipvlan_link *link);

/** @return a name of the parent's namespace; NULL when it has none, is unknown, or is the link's own. */
const char *ipvlan_link_get_parent_netns(const struct ipvlan_link *link);

/** @return the inode of the parent's namespace; 0 when the link has no parent or that namespace cannot be found. */
uint64_t ipvlan_link_get_parent_netns_inode(const struct ipvlan_link *link);

/**
 * A name of the namespace that the link was found in.
 * @return NULL when it has none; for a link that was not read with IPVLAN_LINKS_EVERYWHERE also when the context did
 * not choose that namespace by name.
 */
const char *ipvlan_link_get_netns(const struct ipvlan_link *link);

/** @return the inode of the namespace that the link was found in. */
uint64_t ipvlan_link_get_netns_inode(const struct ipvlan_link *link);

/** @return a process that is in the link's namespace when that has no name; 0 otherwise. */
pid_t ipvlan_link_get_netns_pid(const struct ipvlan_link *link);

/**
 * @return a path to the link's namespace, such as /proc/42/fd/7, when neither a name nor a process leads to it, or that
 * by which the context's own one was opened, when it has no name; else NULL. Lives as long as @p link.
 */
const char *ipvlan_link_get_netns_path(const struct ipvlan_link *link);

/** @return the IFF_ flags of <linux/if.h>. */
uint32_t ipvlan_link_get_device_flags(const struct ipvlan_link *link);

/** @return whether the link is administratively up (IFF_UP). */
bool ipvlan_link_is_up(const struct ipvlan_link *link);

/** @return the operational state (IF_OPER_UP … of <linux/if.h>, RFC 2863). */
uint8_t ipvlan_link_get_operstate(const struct ipvlan_link *link);

/** @return the name of the operational state as ip(8) writes it: "UP", "DOWN", "UNKNOWN", …; never NULL. */
const char *ipvlan_link_get_operstate_name(const struct ipvlan_link *link);

/** @return the MTU in bytes. */
uint32_t ipvlan_link_get_mtu(const struct ipvlan_link *link);

/** @return the smallest MTU that the driver takes, in bytes; 0 when the kernel (before 4.20) does not say. */
uint32_t ipvlan_link_get_min_mtu(const struct ipvlan_link *link);

/** @return the largest MTU that the driver takes, in bytes; 0 when the kernel does not say. */
uint32_t ipvlan_link_get_max_mtu(const struct ipvlan_link *link);

/** @return the hardware type: ARPHRD_ETHER, ARPHRD_LOOPBACK, … of <linux/if_arp.h>. */
uint16_t ipvlan_link_get_type(const struct ipvlan_link *link);

/**
 * The hardware address.
 * @param link a link.
 * @param size receives its length in bytes, 6 for Ethernet.
 * @return its bytes; NULL when there is none. Lives as long as the link.
 */
const uint8_t *ipvlan_link_get_mac(const struct ipvlan_link *link, size_t *size);

/** As ipvlan_link_get_mac(), the hardware broadcast address. */
const uint8_t *ipvlan_link_get_broadcast(const struct ipvlan_link *link, size_t *size);

/** @return the index of the device that the link belongs to (bridge, bond, …: IFLA_MASTER); 0 when none. */
int ipvlan_link_get_controller_index(const struct ipvlan_link *link);

/** @return the queueing discipline ("noqueue", …), or NULL. */
const char *ipvlan_link_get_qdisc(const struct ipvlan_link *link);

/** @return the length of the transmit queue in packets. */
uint32_t ipvlan_link_get_txqlen(const struct ipvlan_link *link);

/** @return the group number of the link (IFLA_GROUP); 0 is "default". */
uint32_t ipvlan_link_get_group(const struct ipvlan_link *link);

/** @return the link mode (IF_LINK_MODE_DEFAULT 0, IF_LINK_MODE_DORMANT 1). */
uint8_t ipvlan_link_get_link_mode(const struct ipvlan_link *link);

/** @return how often promiscuous mode was asked for. */
uint32_t ipvlan_link_get_promiscuity(const struct ipvlan_link *link);

/** @return how often all multicast was asked for (IFLA_ALLMULTI, kernel 6.0 and later). */
uint32_t ipvlan_link_get_allmulti(const struct ipvlan_link *link);

/** @return the number of transmit queues. */
uint32_t ipvlan_link_get_tx_queues(const struct ipvlan_link *link);

/** @return the number of receive queues. */
uint32_t ipvlan_link_get_rx_queues(const struct ipvlan_link *link);

/** @return a counter; 0 for one that this version does not know. */
uint64_t ipvlan_link_get_stat(const struct ipvlan_link *link, enum ipvlan_stat stat);

/** @return packets that the link dropped for a reason of its list, since it was made; 0 beyond the reasons. */
uint64_t ipvlan_link_get_drops(const struct ipvlan_link *link, size_t reason);

/** @return the number of its addresses. */
size_t ipvlan_link_get_address_count(const struct ipvlan_link *link);

/** @return an address, or NULL when @p index is not below the count. Lives as long as the link. */
const struct ipvlan_address *ipvlan_link_get_address(const struct ipvlan_link *link, size_t index);

/** Bring a link up. @return 0; -ENODEV; -EPERM without CAP_NET_ADMIN; or what else the kernel says. */
int ipvlan_link_set_up(struct ipvlan_ctx *ctx, const char *name);

/** Bring a link down. @return as ipvlan_link_set_up(). */
int ipvlan_link_set_down(struct ipvlan_ctx *ctx, const char *name);

/** Set the MTU in bytes. @return as ipvlan_link_set_up(); -EINVAL outside what the driver takes. */
int ipvlan_link_set_mtu(struct ipvlan_ctx *ctx, const char *name, uint32_t mtu);

/**
 * Set the hardware address. A slave has its parent's and refuses with -EOPNOTSUPP; other links may take it.
 * @param ctx  a context.
 * @param name the link.
 * @param mac  six bytes.
 * @return as ipvlan_link_set_up(); -EOPNOTSUPP for a slave.
 */
int ipvlan_link_set_mac(struct ipvlan_ctx *ctx, const char *name, const uint8_t mac[6]);

/**
 * Rename a link.
 * @return as ipvlan_link_set_up(); -EINVAL when @p new_name is no name; -EEXIST when it is taken. Kernels before 6.2
 * refuse with -EBUSY while the link is up.
 */
int ipvlan_link_rename(struct ipvlan_ctx *ctx, const char *name, const char *new_name);

/**
 * Move a link to another namespace. The kernel takes its addresses and routes away and brings it down.
 * @param ctx      a context, working in the namespace that the link is in now.
 * @param name     the link.
 * @param target   the namespace to move it to.
 * @param new_name the name it shall have there; NULL keeps the name. The name is free to be taken here.
 * @return as ipvlan_link_set_up(); -EEXIST when the name is taken there; -EINVAL when @p new_name is no name, or the
 * link is bound to its namespace, as lo is; 0 also when it is in @p target already. The name is looked up before the
 * move, since the kernel renames after it: when another program takes it in between, the call fails though the link has
 * moved, under its old name.
 */
int ipvlan_link_move(struct ipvlan_ctx *ctx, const char *name, const struct ipvlan_netns *target, const char *new_name);

/**
 * Change mode or flags through one slave: they belong to its port, so all siblings change with it.
 * @param ctx             a context, working in the slave's namespace.
 * @param name            the slave.
 * @param mode            the mode, or IPVLAN_MODE_UNSET to leave it.
 * @param flags           the flags, or IPVLAN_FLAGS_UNSET to leave them.
 * @param change_siblings agree that siblings change too.
 * @return 0, also when nothing is to be changed; -EBUSY when siblings exist, or may exist, the parent being in a
 * namespace that cannot be seen, and the caller did not agree (the error's holder names those that are seen); -EINVAL;
 * -524 as for ipvlan_link_create(); -EPERM without CAP_NET_ADMIN over the parent's namespace; -ENODEV; -EOPNOTSUPP when
 * the link is no slave. Only what differs is sent.
 */
int ipvlan_link_change(struct ipvlan_ctx *ctx, const char *name, int mode, int flags, bool change_siblings);

/** Delete a link. @return 0; -ENODEV; -EPERM without CAP_NET_ADMIN; -EOPNOTSUPP for a link that cannot be deleted. */
int ipvlan_link_delete(struct ipvlan_ctx *ctx, const char *name);

/**
 * Delete several links of the context's namespace, all or none. The kernel lets a grace period pass for each request to
 * delete (some 25 ms); here they share one, being put in a group of their own first (IFLA_GROUP, Linux 4.1).
 * @param ctx   a context, working in the links' namespace.
 * @param names the links' names.
 * @param count their number; 0 does nothing.
 * @return 0; -ENODEV when one does not exist; -EPERM without CAP_NET_ADMIN; -EOPNOTSUPP when one cannot be deleted; the
 * error's message names it where the kernel tells, and all links are as they were.
 */
int ipvlan_link_delete_many(struct ipvlan_ctx *ctx, const char *const *names, size_t count);

#ifdef __cplusplus
}
#endif
#endif
