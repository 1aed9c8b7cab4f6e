/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Small questions and wishes about links that a socket's ioctl answers: without a message, which tells all there is of
 * a link and costs ten times that. None of these sets an error, and whoever is told -EOPNOTSUPP, or anything else, asks
 * by message.
 */
#ifndef LIBIPVLAN_LINK_ASK_H
#define LIBIPVLAN_LINK_ASK_H

#include "transport.h"
#include <net/if.h>
#include <stdbool.h>

int link_ask_name(const struct transport *transport, int ifindex, char name[IFNAMSIZ]);
/* Only for names that are sure to be there: for others the kernel would look for a driver to load. */
int link_ask_index(const struct transport *transport, const char *name, int *ifindex);
int link_ask_up(const struct transport *transport, const char *name, bool *up);
/* Brings up lo where nobody can have set other flags of it, for this clears them: in a namespace just made. */
int link_ask_loopback_up(const struct transport *transport);

#endif
