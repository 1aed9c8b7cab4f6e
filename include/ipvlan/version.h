/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file version.h
 * @brief The library's version.
 *
 * @code{.c}
 * puts(ipvlan_version());
 * @endcode
 */
#ifndef IPVLAN_VERSION_H
#define IPVLAN_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The version of the library that is running (not of the header that was compiled against).
 * @return a static string such as "0.1.0".
 */
const char *ipvlan_version(void);

#ifdef __cplusplus
}
#endif
#endif
