/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIBIPVLAN_LINK_CHANGE_H
#define LIBIPVLAN_LINK_CHANGE_H

#include "internal.h"

/* Deletes by index, for undoing. Sets no error. */
int link_delete_quietly(struct transport *transport, int ifindex);
/* Sets or clears IFF_UP. Sets no error. */
int link_set_state(struct transport *transport, int ifindex, bool up);
/* Brings up lo where the context works, without looking for it. Sets the error. */
int link_raise_loopback(struct ipvlan_ctx *ctx);

#endif
