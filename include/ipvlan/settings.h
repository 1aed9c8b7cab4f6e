/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file settings.h
 * @brief What a slave shall be: one object, handed to ipvlan_link_create().
 *
 * Whatever is not set is left to the kernel or taken from the siblings; unset is never the same as 0. Setters copy what
 * they are given. A setter that fails returns -errno *and* remembers it: ipvlan_link_create() then refuses the settings
 * with that error and names the culprit, so that a caller may check once, at the end.
 *
 * @code{.c}
 * struct ipvlan_settings *settings = ipvlan_settings_new("eth0", "ipvl0");
 *
 * if (settings) {
 * 	ipvlan_settings_set_netns_name(settings, "ns0");
 * 	ipvlan_settings_add_address(settings, "10.0.0.2/24");
 * 	ipvlan_settings_set_up(settings, true);
 * 	if (ipvlan_link_create(ctx, settings, NULL) < 0)
 * 		puts(ipvlan_ctx_strerror(ctx));
 * 	ipvlan_settings_free(settings);
 * }
 * @endcode
 */
#ifndef IPVLAN_SETTINGS_H
#define IPVLAN_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_address;
struct ipvlan_netns;
struct ipvlan_route;

/** Settings of a slave to be made. */
struct ipvlan_settings;

/**
 * Begin the settings of a slave.
 * @param parent the parent's name (the HOWTO's "master"); NULL when ipvlan_settings_set_parent_index() follows.
 * @param name   the slave's name, at most 15 bytes; NULL has the kernel choose one ("ipvlan0").
 * @return the settings, which the caller frees with ipvlan_settings_free(); NULL when out of memory.
 */
struct ipvlan_settings *ipvlan_settings_new(const char *parent, const char *name);

/** Free settings. NULL is fine. */
void ipvlan_settings_free(struct ipvlan_settings *settings);

/**
 * What the first setter that failed was given, and what is wrong with it: "mode 99999: a mode is 0 to 65535".
 * @return NULL when all is well. Lives as long as the settings.
 */
const char *ipvlan_settings_get_problem(const struct ipvlan_settings *settings);

/** Name the parent by its index instead. @return 0; -EINVAL when @p ifindex is not above 0. */
int ipvlan_settings_set_parent_index(struct ipvlan_settings *settings, int ifindex);

/**
 * Set the mode: IPVLAN_MODE_L2, IPVLAN_MODE_L3, IPVLAN_MODE_L3S, or a newer kernel's; IPVLAN_MODE_UNSET (the default)
 * joins the siblings, and means l3 for a parent's first slave.
 * @return 0; -EINVAL when @p mode is neither unset nor in 0..65535.
 */
int ipvlan_settings_set_mode(struct ipvlan_settings *settings, int mode);

/**
 * Set the flags: IPVLAN_FLAGS_BRIDGE, IPVLAN_F_PRIVATE, IPVLAN_F_VEPA, or a newer kernel's; IPVLAN_FLAGS_UNSET (the
 * default) joins the siblings, and means bridge for a parent's first slave.
 * Kernel: 4.15 and later; older ones know bridge only.
 * @return 0; -EINVAL when @p flags is neither unset nor in 0..65535, or is private and vepa at once.
 */
int ipvlan_settings_set_flags(struct ipvlan_settings *settings, int flags);

/**
 * Agree, or not (the default), to mode and flags of siblings being changed by this slave's: they belong to the parent.
 * Without it such settings are refused with -EBUSY and the siblings are named.
 */
void ipvlan_settings_set_change_siblings(struct ipvlan_settings *settings, bool agreed);

/** Set the MTU in bytes; 0 (the default) takes the parent's. @return 0; -EINVAL when not 0 and not in 68..65535. */
int ipvlan_settings_set_mtu(struct ipvlan_settings *settings, uint32_t mtu);

/**
 * Make the slave in a namespace of this name. Of this and the three below the last one holds.
 * @return 0; -EINVAL when @p name is no name; -ENOMEM.
 */
int ipvlan_settings_set_netns_name(struct ipvlan_settings *settings, const char *name);

/** Make the slave in the namespace of this file. @return 0; -ENOMEM. */
int ipvlan_settings_set_netns_path(struct ipvlan_settings *settings, const char *path);

/** Make the slave in the namespace of this process. @return 0; -EINVAL when @p pid is not above 0. */
int ipvlan_settings_set_netns_pid(struct ipvlan_settings *settings, pid_t pid);

/** Make the slave in the namespace of this file descriptor, which is duplicated. @return 0; -EBADF; -EMFILE. */
int ipvlan_settings_set_netns_fd(struct ipvlan_settings *settings, int fd);

/** Add an address such as "10.0.0.2/24"; may be called again and again. @return 0; -EINVAL; -ENOMEM. */
int ipvlan_settings_add_address(struct ipvlan_settings *settings, const char *text);

/** Add an address that was described in full; it is copied. @return 0; -ENOMEM. */
int ipvlan_settings_add_address_object(struct ipvlan_settings *settings, const struct ipvlan_address *address);

/**
 * Add a default route by a gateway; once for each family, for of a second one the kernel says -EEXIST when the slave is
 * made. The special text "dev" (IPv4) or "dev6" (IPv6) adds a default
 * route straight to the link, which is what l3 and l3s mode want.
 * @return 0; -EINVAL when @p text is neither; -ENOMEM.
 */
int ipvlan_settings_set_gateway(struct ipvlan_settings *settings, const char *text);

/**
 * Add a route.
 * @param settings    settings.
 * @param destination as for ipvlan_route_new().
 * @param gateway     an address, or NULL for a route straight to the link.
 * @return 0; -EINVAL; -ENOMEM.
 */
int ipvlan_settings_add_route(struct ipvlan_settings *settings, const char *destination, const char *gateway);

/** Add a route that was described in full; it is copied. @return 0; -ENOMEM. */
int ipvlan_settings_add_route_object(struct ipvlan_settings *settings, const struct ipvlan_route *route);

/** Bring the slave up, or leave it down (the default). Settings with a route bring it up in any case. */
void ipvlan_settings_set_up(struct ipvlan_settings *settings, bool up);

/** Bring lo up in the slave's namespace too, or leave it alone (the default). */
void ipvlan_settings_set_loopback_up(struct ipvlan_settings *settings, bool up);

#ifdef __cplusplus
}
#endif
#endif
