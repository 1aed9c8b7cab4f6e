/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Items: what a slave has several of, its addresses and routes; and wherein these two differ for a monitor. Pure. */
#ifndef LIBIPVLAN_MONITOR_ITEM_H
#define LIBIPVLAN_MONITOR_ITEM_H

#include "event.h"
#include "sorted.h"

enum item_kind { ITEM_ADDRESS, ITEM_ROUTE, ITEM_KINDS };

union item {
	struct ipvlan_address address;
	struct ipvlan_route route;
};

struct item_type {
	enum ipvlan_event_kind event;
	uint16_t removal;	   /* the message that one is gone */
	struct sorted_order order; /* of a slave's */
	/* What one has in common with another one that takes its place; NULL: only one like it does. */
	int (*compare_key)(const void *a, const void *b);
	/* Returns 0, -EAFNOSUPPORT or -EBADMSG. */
	int (*decode)(const struct nlmsghdr *nlh, union item *item);
	/* The link that has it; 0: it is none to be watched. */
	int (*ifindex)(const union item *item);
	/* What a monitor tells when the one became the other. */
	void (*changes)(struct changes *changes, const union item *old, const union item *now);
	/* Puts it into an event. */
	void (*fill)(struct ipvlan_event *event, const union item *item);
};

extern const struct item_type item_types[ITEM_KINDS];

#endif
