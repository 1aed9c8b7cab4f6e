/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A link as it was, and giving it back what it lost; the same for all slaves of a parent. */
#ifndef LIBIPVLAN_LINK_RECORD_H
#define LIBIPVLAN_LINK_RECORD_H

#include "late-routes.h"
#include <errno.h>

struct link_record {
	struct ipvlan_link *link;    /* IPv6 addresses in the order of their making; NULL: not looked at */
	struct ipvlan_route *routes; /* of the link */
	size_t route_count;
	struct route_record others; /* routes that go along, though they do not lead through it alone: for who asks */
};

void link_record_clear(struct link_record *record);

/* A link of the context's namespace, with its addresses and routes. Sets the error. */
int link_record_take(struct ipvlan_ctx *ctx, const char *name, struct link_record *record);

/* State, addresses and routes of a link that still is, under whatever name, and routes that went along; those that
 * cannot come yet go to `late`, and those of the link that are there are forgotten. Sets the error. */
int link_record_restore(struct ipvlan_ctx *ctx, const char *name, const struct link_record *record,
			struct late_routes *late);

bool link_has_address(const struct ipvlan_link *link, const struct ipvlan_address *address);

/* -EEXIST: the kernel has brought it back by itself. */
static inline int unless_there(int err)
{
	return err == -EEXIST ? 0 : err;
}

/* The slaves of a parent, wherever they are, as far as they have anything that it may take from them. */
struct slaves_record {
	struct link_record *slaves; /* bare links with their namespaces */
	size_t count;
};

void slaves_record_clear(struct slaves_record *record);

/*
 * Those of a parent in the context's namespace: an MTU of their own, and with ipv6 what IPv6 has of them; when the
 * parent gets another MTU, it becomes theirs. Sets the error.
 */
int slaves_record_take(struct ipvlan_ctx *ctx, const struct ipvlan_link *parent, bool ipv6,
		       struct slaves_record *record);

/* Gives it back to all of them: one that cannot have it is told when the others have, and so is one that is not seen
 * any more. Sets the error. */
int slaves_record_restore(struct ipvlan_ctx *ctx, const char *parent, const struct slaves_record *record);

#endif
