/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The settings object, for those who carry it out. */
#ifndef LIBIPVLAN_SETTINGS_INTERNAL_H
#define LIBIPVLAN_SETTINGS_INTERNAL_H

#include "internal.h"

enum netns_by { NETNS_BY_NOTHING, NETNS_BY_NAME, NETNS_BY_PATH, NETNS_BY_PID, NETNS_BY_FD };

struct ipvlan_settings {
	char *parent;
	const char *name;    /* this, or parent: NULL when not given */
	char name_text[128]; /* far more than a link's name has, for one that is too long is told */
	int parent_index, mode, flags;
	uint32_t mtu, group;
	bool change_siblings, up, loopback_up;
	enum netns_by netns_by;
	char *netns_text; /* name or path */
	pid_t netns_pid;
	int netns_fd;
	struct ipvlan_address *addresses;
	size_t address_count;
	struct ipvlan_route *routes;
	size_t route_count;
	int error; /* of the first setter that failed, with what it was given */
	char culprit[192];
};

/* A deep copy; NULL when out of memory. */
struct ipvlan_settings *settings_copy(const struct ipvlan_settings *settings);

/*
 * As ipvlan_link_create(), for a caller that has the namespace open already: it is borrowed, with its socket, and what
 * the settings say of a namespace is not looked at. Both NULL: as the settings say. link-create.c
 */
int link_create_at(struct ipvlan_ctx *ctx, const struct ipvlan_settings *settings, struct ipvlan_netns *target,
		   struct transport *there);

#endif
