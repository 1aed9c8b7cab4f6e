/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What cgo cannot say itself: callbacks that lead to Go by a handle, which is a number and no pointer. */
#ifndef SHIM_H
#define SHIM_H

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

void shim_set_log(struct ipvlan_ctx *ctx, uintptr_t handle, enum ipvlan_log_level level);
int shim_plan_apply(struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, uintptr_t handle);
int shim_netns_call(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, uintptr_t handle);

/* Until one of them is readable, or a signal came. */
void shim_wait(int fd, int other);
/* Reads what is there; 0 when there is nothing. */
int shim_drain(int fd);

#endif
