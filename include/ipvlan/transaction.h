/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file transaction.h
 * @brief Changes that are gathered one by one, shown as a plan, and then carried out all or not at all.
 *
 * A transaction is what a batch of commands is, but that a failure takes back what was done before it. Nothing here
 * touches the kernel: ipvlan_plan_apply() with ipvlan_transaction_get_plan() does. What a step needs to know for being
 * undone (was the link up, which addresses and routes did it have) is looked up when its turn has come, so steps may
 * stand on what earlier ones made. Addresses that the kernel gives by itself, locks, counters and what other programs
 * keep about a link do not come back with a link that is made anew. A route comes back without the lifetime, the
 * nexthop object or the tunnel that it may have had, and an IPv6 address as the last one of its link.
 *
 * Namespaces go by name, or by a path, which has a '/'; NULL is the one in which the context works that carries the
 * plan out.
 *
 * @code{.c}
 * struct ipvlan_transaction *transaction = ipvlan_transaction_new();
 * struct ipvlan_settings *settings = ipvlan_settings_new("eth0", "ipvl1");
 *
 * if (transaction && settings) {
 * 	ipvlan_settings_set_netns_name(settings, "ns1");
 * 	ipvlan_transaction_add_netns(transaction, "ns1");
 * 	ipvlan_transaction_create(transaction, NULL, settings);
 * 	ipvlan_transaction_set_up(transaction, "ns1", "ipvl1", true);
 * 	if (ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(transaction), NULL, NULL) < 0)
 * 		puts(ipvlan_ctx_strerror(ctx));
 * }
 * ipvlan_settings_free(settings);
 * ipvlan_transaction_free(transaction);
 * @endcode
 */
#ifndef IPVLAN_TRANSACTION_H
#define IPVLAN_TRANSACTION_H

#include <ipvlan/types.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_address;
struct ipvlan_module_options;
struct ipvlan_plan;
struct ipvlan_route;
struct ipvlan_settings;

/** Gathered changes, in the order in which they will be carried out. */
struct ipvlan_transaction;

/** @return an empty transaction, which the caller frees with ipvlan_transaction_free(); NULL when out of memory. */
struct ipvlan_transaction *ipvlan_transaction_new(void);

/** Free a transaction and its plan. NULL is fine. */
void ipvlan_transaction_free(struct ipvlan_transaction *transaction);

/**
 * Say from which line of a file the changes come that are added from here on; ipvlan_step_get_line() tells it.
 * @param transaction a transaction.
 * @param line        the line, counted from 1; 0 for none, the default.
 */
void ipvlan_transaction_set_line(struct ipvlan_transaction *transaction, unsigned int line);

/**
 * The plan of all that was gathered so far.
 * @param transaction a transaction.
 * @return the plan; it grows with the transaction and lives as long. Carry it out with ipvlan_plan_apply().
 */
const struct ipvlan_plan *ipvlan_transaction_get_plan(const struct ipvlan_transaction *transaction);

/**
 * Make a slave, as ipvlan_link_create() does. Undone by deleting it, and by giving siblings back the mode and flags
 * that they had.
 * @param transaction a transaction.
 * @param netns       the namespace of the parent.
 * @param settings    copied; they must name the slave, its parent by name, and its namespace by name or not at all.
 * @return 0; what a setter refused; -EINVAL when the settings are not of that form; -ENOMEM.
 */
int ipvlan_transaction_create(struct ipvlan_transaction *transaction, const char *netns,
			      const struct ipvlan_settings *settings);

/**
 * Delete a slave. Undone by making it again with its mode, MTU, group, state, addresses and routes, so its
 * parent must be in a namespace that has a name or is the context's. Any other link is refused when the step's turn has
 * come.
 * @return 0; -ENOMEM.
 */
int ipvlan_transaction_delete(struct ipvlan_transaction *transaction, const char *netns, const char *name);

/** Bring a link up, or down. @return 0; -ENOMEM. */
int ipvlan_transaction_set_up(struct ipvlan_transaction *transaction, const char *netns, const char *name, bool up);

/** Set a link's MTU in bytes. @return 0; -EINVAL for 0; -ENOMEM. */
int ipvlan_transaction_set_mtu(struct ipvlan_transaction *transaction, const char *netns, const char *name,
			       uint32_t mtu);

/** Set a link's hardware address, as ipvlan_link_set_mac() does. @return 0; -ENOMEM. */
int ipvlan_transaction_set_mac(struct ipvlan_transaction *transaction, const char *netns, const char *name,
			       const uint8_t mac[6]);

/**
 * Move a link to another namespace, or rename it, or both. The kernel takes it down on the way to another namespace,
 * with its addresses and routes.
 * @param transaction a transaction.
 * @param netns       where it is.
 * @param name        its name.
 * @param target      where it goes; may be the same namespace.
 * @param new_name    the name there; NULL keeps it.
 * @return 0; -EINVAL when @p name or @p new_name cannot be a link's; -ENOMEM.
 */
int ipvlan_transaction_move(struct ipvlan_transaction *transaction, const char *netns, const char *name,
			    const char *target, const char *new_name);

/** Change mode or flags through one slave, as ipvlan_link_change() does. @return 0; -EINVAL; -ENOMEM. */
int ipvlan_transaction_change(struct ipvlan_transaction *transaction, const char *netns, const char *name, int mode,
			      int flags, bool change_siblings);

/** Change mode or flags of a parent, as ipvlan_port_change() does. @return 0; -EINVAL; -ENOMEM. */
int ipvlan_transaction_change_port(struct ipvlan_transaction *transaction, const char *netns, const char *parent,
				   int mode, int flags, bool change_siblings);

/**
 * Change options of a parent's port, as ipvlan_module_port_change() does. Undone by giving the port back what it had;
 * those that end with a port's last slave come back with that.
 * @return 0; -ENOMEM.
 */
int ipvlan_transaction_change_options(struct ipvlan_transaction *transaction, const char *netns, const char *parent,
				      const struct ipvlan_module_options *options);

/** Add an address to a link. @return 0; -ENOMEM. */
int ipvlan_transaction_add_address(struct ipvlan_transaction *transaction, const char *netns, const char *link,
				   const struct ipvlan_address *address);

/** Delete an address from a link. @return 0; -ENOMEM. */
int ipvlan_transaction_delete_address(struct ipvlan_transaction *transaction, const char *netns, const char *link,
				      const struct ipvlan_address *address);

/**
 * Add an address, or update it, as ipvlan_address_replace() does. Undone by giving it back what it had, or by deleting
 * it when the link did not have it. @return 0; -ENOMEM.
 */
int ipvlan_transaction_replace_address(struct ipvlan_transaction *transaction, const char *netns, const char *link,
				       const struct ipvlan_address *address);

/** Add a route; @p link may be NULL when the route has a gateway, or leads nowhere. @return 0; -ENOMEM. */
int ipvlan_transaction_add_route(struct ipvlan_transaction *transaction, const char *netns, const char *link,
				 const struct ipvlan_route *route);

/** Delete a route; @p link may be NULL. @return 0; -ENOMEM. */
int ipvlan_transaction_delete_route(struct ipvlan_transaction *transaction, const char *netns, const char *link,
				    const struct ipvlan_route *route);

/**
 * Put a route in the place of the one with that destination and metric, if there is one, as ipvlan_route_replace()
 * does; @p link may be NULL. Undone by putting that one back, or by deleting the route when there was none. Refused
 * when the step's turn has come if what is there could not be put back: several routes beside each other, one through
 * several links, one of a router's advertisement. @return 0; -ENOMEM.
 */
int ipvlan_transaction_replace_route(struct ipvlan_transaction *transaction, const char *netns, const char *link,
				     const struct ipvlan_route *route);

/** As ipvlan_transaction_replace_route(), but there must be one, as for ipvlan_route_change(). @return 0; -ENOMEM. */
int ipvlan_transaction_change_route(struct ipvlan_transaction *transaction, const char *netns, const char *link,
				    const struct ipvlan_route *route);

/** Make a namespace. @return 0; -EINVAL when @p name is no name; -ENOMEM. */
int ipvlan_transaction_add_netns(struct ipvlan_transaction *transaction, const char *name);

/**
 * Take the name from a namespace. Until the plan is carried out to its end the namespace is kept alive, so undoing
 * gives the same one its name back. @return 0; -EINVAL when @p name is no name; -ENOMEM.
 */
int ipvlan_transaction_delete_netns(struct ipvlan_transaction *transaction, const char *name);

#ifdef __cplusplus
}
#endif
#endif
