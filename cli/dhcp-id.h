/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A DHCP client identifier for each slave, since all of a port have one MAC address: the same after a reboot, another
 * one on each machine. Pure.
 */
#ifndef CLI_DHCP_ID_H
#define CLI_DHCP_ID_H

#include <jansson.h>

/*
 * The identifier (RFC 4361: an IAID and a DUID, which is a UUID made of the three texts) and how the usual clients are
 * told to use it, as a document. @param netns "" where it has no name. @return NULL when out of memory.
 */
json_t *dhcp_id(const char *machine, const char *netns, const char *ifname);

#endif
