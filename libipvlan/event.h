/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An event, for those who make it. */
#ifndef LIBIPVLAN_EVENT_H
#define LIBIPVLAN_EVENT_H

#include "internal.h"

struct change {
	enum ipvlan_property property;
	char old[NAME_MAX + 1], new[NAME_MAX + 1];
};

/* What differs between two states of a thing; no thing has more properties than these. */
struct changes {
	struct change list[10];
	size_t count;
};

struct ipvlan_event {
	struct ipvlan_event *next;
	enum ipvlan_event_kind kind;
	enum ipvlan_event_action action;
	bool is_initial, has_link, has_address, has_route;
	struct timespec time;
	char *netns;
	ino_t netns_inode;
	pid_t netns_pid;
	char parent_name[IFNAMSIZ];
	int mode, flags;
	unsigned int slave_count;
	struct ipvlan_link link; /* bare, but with its places */
	struct ipvlan_address address;
	struct ipvlan_route route;
	size_t change_count;
	struct change changes[]; /* so many */
};

/* An event with room for its changes, and with them. NULL when out of memory. */
struct ipvlan_event *event_new(enum ipvlan_event_kind kind, enum ipvlan_event_action action,
			       const struct changes *changes);

/* Takes a copy of a link. Returns 0 or -ENOMEM. */
int event_set_link(struct ipvlan_event *event, const struct ipvlan_link *link);

/* What differs between what was and what is; nothing for what is the same. */
void changes_of_link(struct changes *changes, const struct ipvlan_link *old, const struct ipvlan_link *now);
void changes_of_port(struct changes *changes, int old_mode, int old_flags, int mode, int flags);
void changes_of_address(struct changes *changes, const struct ipvlan_address *old, const struct ipvlan_address *now);
void changes_of_route(struct changes *changes, const struct ipvlan_route *old, const struct ipvlan_route *now);
void changes_of_name(struct changes *changes, const char *old, const char *now);

#endif
