/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIBIPVLAN_LINK_CHANGE_H
#define LIBIPVLAN_LINK_CHANGE_H

#include "internal.h"

/* Deletes by index, for undoing. Sets no error. */
int link_delete_quietly(struct transport *transport, int ifindex);
/* Sets or clears IFF_UP. Sets no error. */
int link_set_state(struct transport *transport, int ifindex, bool up);

#endif
