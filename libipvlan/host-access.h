/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How the host's way to its slaves is marked, so that what was made is known again, and nothing else is touched. */
#ifndef LIBIPVLAN_HOST_ACCESS_INTERNAL_H
#define LIBIPVLAN_HOST_ACCESS_INTERNAL_H

#include "internal.h"
#include <ipvlan/host-access.h>

/* Of the slave that the host has for itself: "ipvh" in ASCII. */
#define HOST_ACCESS_GROUP IPVLAN_HOST_ACCESS_GROUP
/* Of its routes. */
#define HOST_ACCESS_PROTOCOL IPVLAN_HOST_ACCESS_PROTOCOL

#endif
