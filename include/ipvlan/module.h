/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file module.h
 * @brief What the ipvlan module that comes with libipvlan has beyond the kernel's own driver.
 *
 * The module takes the place of the kernel's own ipvlan driver and answers by a generic netlink family as well
 * (include/uapi/linux/ipvlan_port.h). Where it is not loaded, every function here that takes a context, but
 * ipvlan_module_is_loaded(), is -EOPNOTSUPP for a parent that is there, and the context's error says what to do.
 *
 * Options belong to the port, that is to the parent device; in a new port all are off, and they end with its last
 * slave. All functions work in the parent's namespace: the context's. Reading a port is for everybody; the rest wants
 * CAP_NET_ADMIN over the user namespace that owns the parent's namespace, and is -EPERM without.
 *
 * @code{.c}
 * struct ipvlan_module_options *options = ipvlan_module_options_new();
 * struct ipvlan_module_port *port;
 *
 * if (options) {
 * 	ipvlan_module_options_set(options, IPVLAN_MODULE_SOURCE_CHECK, true);
 * 	if (ipvlan_module_port_change(ctx, "eth0", options) < 0)
 * 		puts(ipvlan_ctx_strerror(ctx));
 * 	ipvlan_module_options_free(options);
 * }
 * if (ipvlan_module_port_get(ctx, "eth0", &port) == 0) {
 * 	for (size_t i = 0; i < ipvlan_module_port_get_counter_count(port); i++)
 * 		printf("%s %llu\n", ipvlan_module_port_get_counter_name(port, i),
 * 		       (unsigned long long)ipvlan_module_port_get_counter(port, i));
 * 	ipvlan_module_port_free(port);
 * }
 * @endcode
 */
#ifndef IPVLAN_MODULE_H
#define IPVLAN_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_ctx;
struct ipvlan_netns;

/** A port as the module sees it, when it was read. */
struct ipvlan_module_port;

/** What of a port shall change: whatever is not set stays. */
struct ipvlan_module_options;

/** Options of a port; new ones may be added. */
enum ipvlan_module_option {
	/** Private and vepa hold for multicast and broadcast, too (mode l2). */
	IPVLAN_MODULE_GROUP_ISOLATION = 0,
	/** A slave sends IPv4, IPv6 and ARP only, from its own MAC and from addresses that it has, or from none. */
	IPVLAN_MODULE_SOURCE_CHECK,
	/** No slave can add an address of the parent or a gateway, nor claim one by ARP or neighbour discovery. */
	IPVLAN_MODULE_GUARD,
	/** A DHCP server's unicast answer reaches the slave that asked (mode l2, IPv4). */
	IPVLAN_MODULE_DHCP,
	/** An ARP request for an address that a slave has is copied to that slave alone, not to all (mode l2). */
	IPVLAN_MODULE_DIRECT_ARP,
	IPVLAN_MODULE_OPTION_COUNT /**< not an option */
};

/** @return "group-isolation", "source-check", "guard", "dhcp", "direct-arp"; NULL for an option that this version does
 * not know. */
const char *ipvlan_module_option_to_string(enum ipvlan_module_option option);

/**
 * Find out which driver there is.
 * @param loaded receives whether the module is loaded; when not, it is the kernel's own driver, or none.
 * @return 0, or the error of the question.
 */
int ipvlan_module_is_loaded(struct ipvlan_ctx *ctx, bool *loaded);

/**
 * Read a port.
 * @param ctx    a context, working in the parent's namespace.
 * @param parent the parent's name.
 * @param port   receives the port; the caller frees it with ipvlan_module_port_free().
 * @return 0; -EOPNOTSUPP without the module; -ENODEV when there is no such link; -ENOENT when it has no slave; -EAGAIN
 * when slaves kept changing while they were read; -ENOMEM. Without the capability to read about slaves their addresses
 * are left out.
 */
int ipvlan_module_port_get(struct ipvlan_ctx *ctx, const char *parent, struct ipvlan_module_port **port);

/** Free a port. NULL is fine. */
void ipvlan_module_port_free(struct ipvlan_module_port *port);

/** @return whether an option is on. */
bool ipvlan_module_port_has_option(const struct ipvlan_module_port *port, enum ipvlan_module_option option);

/** @return how many frames wait to be copied to slaves. */
uint32_t ipvlan_module_port_get_queue_length(const struct ipvlan_module_port *port);

/** @return how many may; a lone sender's share is half of it. */
uint32_t ipvlan_module_port_get_queue_limit(const struct ipvlan_module_port *port);

/** @return the number of guarded gateways. */
size_t ipvlan_module_port_get_gateway_count(const struct ipvlan_module_port *port);

/** @return a gateway's text; NULL when @p index is not below the count. Lives as long as the port. */
const char *ipvlan_module_port_get_gateway(const struct ipvlan_module_port *port, size_t index);

/** @return the number of counters: one for each reason to drop a packet. */
size_t ipvlan_module_port_get_counter_count(const struct ipvlan_module_port *port);

/** @return a counter's name, as `ethtool -S` has it for a slave; NULL beyond the count. Lives as long as the port. */
const char *ipvlan_module_port_get_counter_name(const struct ipvlan_module_port *port, size_t index);

/** @return packets dropped for that reason since the port began; 0 beyond the count. */
uint64_t ipvlan_module_port_get_counter(const struct ipvlan_module_port *port, size_t index);

/** @return whether the addresses of slaves could be read. */
bool ipvlan_module_port_knows_addresses(const struct ipvlan_module_port *port);

/** @return the number of addresses that slaves have or that are locked to them. */
size_t ipvlan_module_port_get_address_count(const struct ipvlan_module_port *port);

/** @return an address's text; NULL when @p index is not below the count. Lives as long as the port. */
const char *ipvlan_module_port_get_address(const struct ipvlan_module_port *port, size_t index);

/** @return the name of the slave of an address, or NULL beyond the count. Lives as long as the port. */
const char *ipvlan_module_port_get_address_slave(const struct ipvlan_module_port *port, size_t index);

/** @return the index, in its namespace, of the slave of an address; 0 beyond the count. */
int ipvlan_module_port_get_address_ifindex(const struct ipvlan_module_port *port, size_t index);

/** @return the id that the parent's namespace has for that of the slave; -1 when they are the same. */
int ipvlan_module_port_get_address_nsid(const struct ipvlan_module_port *port, size_t index);

/** @return whether the slave has the address; else it is only locked to it. */
bool ipvlan_module_port_is_address_held(const struct ipvlan_module_port *port, size_t index);

/** @return whether the address is locked to the slave. */
bool ipvlan_module_port_is_address_locked(const struct ipvlan_module_port *port, size_t index);

/** @return options that change nothing, which the caller frees; NULL when out of memory. */
struct ipvlan_module_options *ipvlan_module_options_new(void);

/** Free options. NULL is fine. */
void ipvlan_module_options_free(struct ipvlan_module_options *options);

/** Switch an option on or off. @return 0; -EINVAL for an option that this version does not know. */
int ipvlan_module_options_set(struct ipvlan_module_options *options, enum ipvlan_module_option option, bool on);

/** Set how many frames may wait to be copied to slaves, 2 to 65536. @return 0; -EINVAL. */
int ipvlan_module_options_set_queue_limit(struct ipvlan_module_options *options, uint32_t limit);

/** Put no gateways in the place of those that the port has; ipvlan_module_options_add_gateway() may follow. */
void ipvlan_module_options_clear_gateways(struct ipvlan_module_options *options);

/**
 * Add to the gateways that come in the place of those that the port has.
 * @param address such as "10.0.0.1" or "fd00::1".
 * @return 0; -EINVAL when it is no address; -E2BIG after 16 of them.
 */
int ipvlan_module_options_add_gateway(struct ipvlan_module_options *options, const char *address);

/** @return 1 when the option shall be on, 0 when off; -1 when nothing is said of it, or this version does not know it.
 */
int ipvlan_module_options_get(const struct ipvlan_module_options *options, enum ipvlan_module_option option);

/** @return how many frames may wait to be copied to slaves; 0 when nothing is said of it. */
uint32_t ipvlan_module_options_get_queue_limit(const struct ipvlan_module_options *options);

/** @return whether something is said of gateways: that there shall be these, or none. */
bool ipvlan_module_options_has_gateways(const struct ipvlan_module_options *options);

/** @return the number of gateways. */
size_t ipvlan_module_options_get_gateway_count(const struct ipvlan_module_options *options);

/**
 * A gateway's text.
 * @param options options.
 * @param index   which of them.
 * @param buf     receives the text; what does not fit is cut, IPVLAN_ADDRESS_SIZE bytes suffice.
 * @param size    bytes in @p buf.
 * @return @p buf; NULL when @p index is not below the count.
 */
const char *ipvlan_module_options_format_gateway(const struct ipvlan_module_options *options, size_t index, char *buf,
						 size_t size);

/**
 * Change options of a port: all that are set, or none.
 * @return 0; -EOPNOTSUPP without the module; -ENODEV; -ENOENT when @p parent has no slave; -EPERM; -EADDRINUSE when a
 * slave has an address that would be guarded; -EINVAL when nothing is set or the module knows no such option.
 */
int ipvlan_module_port_change(struct ipvlan_ctx *ctx, const char *parent, const struct ipvlan_module_options *options);

/**
 * Lock an address to a slave: no other slave of the port can add it or send in its name, even before the slave has it.
 * @param address such as "10.0.0.2" or "fd00::2".
 * @param slave   the slave's name.
 * @param netns   where the slave is; NULL when the name is enough: then it is -EINVAL when there are two of that name.
 * @return 0; -EOPNOTSUPP without the module; -ENODEV without the parent or the slave; -ENOENT; -EPERM; -EINVAL when
 * @p address is none; -EADDRINUSE when another slave has it, or it is locked to another.
 */
int ipvlan_module_lock_address(struct ipvlan_ctx *ctx, const char *parent, const char *address, const char *slave,
			       const struct ipvlan_netns *netns);

/** Give a locked address free. @return as ipvlan_module_lock_address(); -ENOENT also when it is not locked. */
int ipvlan_module_unlock_address(struct ipvlan_ctx *ctx, const char *parent, const char *address);

/**
 * Tell the neighbours where addresses are: gratuitous ARP and unsolicited neighbour advertisements.
 * @param slave the slave whose addresses are announced; NULL: those of all that are up.
 * @param netns as for ipvlan_module_lock_address().
 * @return 0; -EOPNOTSUPP without the module, and in other modes than l2; -ENETDOWN when @p slave is down; -ENODEV;
 * -ENOENT; -EPERM; -EINVAL as there.
 */
int ipvlan_module_announce(struct ipvlan_ctx *ctx, const char *parent, const char *slave,
			   const struct ipvlan_netns *netns);

#ifdef __cplusplus
}
#endif
#endif
