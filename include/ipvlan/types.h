/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file types.h
 * @brief Modes and flags of an ipvlan port: values, names, parsing.
 *
 * The values are the kernel's own (`IPVLAN_MODE_L2`, `IPVLAN_MODE_L3`, `IPVLAN_MODE_L3S`, `IPVLAN_F_PRIVATE`,
 * `IPVLAN_F_VEPA` of <linux/if_link.h>). Both are open sets: a newer kernel may report a value that this header does
 * not name. Such a value is handed through as a number and never refused.
 *
 * Mode and flags belong to the *port*, that is to the parent device: all slaves of one parent share them.
 *
 * All functions here are pure: no system call, no allocation, safe from any thread.
 *
 * @code{.c}
 * char text[IPVLAN_NAME_SIZE];
 * int mode = ipvlan_mode_from_string("l3s");
 *
 * if (mode >= 0)
 * 	puts(ipvlan_mode_format(mode, text, sizeof(text)));
 * @endcode
 */
#ifndef IPVLAN_TYPES_H
#define IPVLAN_TYPES_H

#include <linux/if_link.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** No mode asked for. Distinct from every mode: `IPVLAN_MODE_L2` is 0. */
#define IPVLAN_MODE_UNSET (-1)
/** No flags asked for. Distinct from bridge, which is the value 0. */
#define IPVLAN_FLAGS_UNSET (-1)
/** The bridge flag set: slaves of one port talk to each other. */
#define IPVLAN_FLAGS_BRIDGE 0

/** Bytes that always hold the text of a mode or of flags with its NUL. */
#define IPVLAN_NAME_SIZE 24

/**
 * Read a mode.
 * @param text "l2", "l3", "l3s", or a number 0..65535, written as in C, for a mode of a newer kernel.
 * @return the mode, or -EINVAL when @p text is none.
 */
int ipvlan_mode_from_string(const char *text);

/**
 * The name of a mode.
 * @param mode a mode, as read from a link or port.
 * @return a static string, or NULL when this library has no name for @p mode (print the number then).
 */
const char *ipvlan_mode_to_string(int mode);

/**
 * The name of a mode, or its number in decimal, or "unset".
 * @param mode a mode.
 * @param buf  receives the text; IPVLAN_NAME_SIZE bytes suffice.
 * @param size bytes in @p buf; a text that is too long is cut.
 * @return @p buf.
 */
const char *ipvlan_mode_format(int mode, char *buf, size_t size);

/**
 * Read flags.
 * @param text "bridge", "private", "vepa", or a number 0..65535, written as in C, for flags of a newer kernel.
 * @return the flags, or -EINVAL when @p text is none.
 */
int ipvlan_flags_from_string(const char *text);

/**
 * The name of a set of flags.
 * @param flags flags, as read from a link or port.
 * @return a static string ("bridge", "private", "vepa"), or NULL for any other combination.
 */
const char *ipvlan_flags_to_string(int flags);

/**
 * The name of a set of flags, or its number in hexadecimal, or "unset".
 * @param flags flags.
 * @param buf   receives the text; IPVLAN_NAME_SIZE bytes suffice.
 * @param size  bytes in @p buf; a text that is too long is cut.
 * @return @p buf.
 */
const char *ipvlan_flags_format(int flags, char *buf, size_t size);

#ifdef __cplusplus
}
#endif
#endif
