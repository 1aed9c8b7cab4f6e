/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of libipvlan-nl3 share. They use libipvlan as anybody does: by its public functions. */
#ifndef LIBIPVLAN_NL3_H
#define LIBIPVLAN_NL3_H

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <ipvlan/nl3.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/ipvlan.h>

#define IPVLAN_API __attribute__((visibility("default")))

/* libnl's number, of either sign, for a failure within libnl: as -errno. */
int nl3_errno(int error);

/* The mode that libnl knows, or IPVLAN_MODE_UNSET. */
int nl3_mode(struct rtnl_link *rtnl);

/* ipvlan_nl3_link_from_rtnl() with a mode, too, which libnl does not know of every slave. */
int nl3_link(struct rtnl_link *rtnl, int mode, int flags, struct ipvlan_link **link);

/* A message of libnl's from bytes that an encoder wrote; length below 0: its error, which is returned. */
int nl3_message(void *bytes, int length, struct nl_msg **message);

#endif
