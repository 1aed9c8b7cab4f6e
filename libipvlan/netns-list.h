/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of namespaces, for those in the library that walk over all of them. */
#ifndef LIBIPVLAN_NETNS_LIST_H
#define LIBIPVLAN_NETNS_LIST_H

#include "internal.h"

struct ipvlan_netns_info {
	ino_t inode;
	dev_t device;
	int nsid;
	bool is_own;
	char **names;
	size_t name_count;
	pid_t *pids;
	size_t pid_count;
	char *path; /* to an open file or a mount, of one that has neither name nor process; else NULL */
};

struct ipvlan_netns_list {
	struct ipvlan_netns_info *infos;
	size_t count;
	size_t *slots; /* for finding them by inode; NULL: none yet, or the order has changed */
	size_t slot_count;
};

/* As ipvlan_netns_list(), but without ids and without touching any error. `own` comes first. */
int netns_list_read(const struct ipvlan_netns *own, struct ipvlan_netns_list **list);
/* netns-held.c: adds, at the end, those that only open files, mounts or threads hold. This takes far longer. */
int netns_list_add_held(struct ipvlan_netns_list *list, const struct ipvlan_netns *own);
/* The one of that inode, added when need be; NULL when out of memory. */
struct ipvlan_netns_info *netns_list_add(struct ipvlan_netns_list *list, dev_t device, ino_t inode);
int netns_open_info_quietly(const struct ipvlan_netns_info *info, struct ipvlan_netns **netns);
/*
 * Why something could not be looked at, if that was for want of memory or descriptors; else 0. What is gone, or not
 * ours to look into, is left out; but a sibling that is not seen for want of memory would have its mode changed.
 */
int shortage(int err);
/* The id that the socket's namespace has for another; -1 when it has none. Returns 0 or -errno; sets no error. */
int netns_nsid(struct transport *transport, const struct ipvlan_netns *netns, int *nsid);

/*
 * Finds the namespace that has a given id in the socket's own: the context's namespaces come first, for they are the
 * likely ones and need no looking for. Returns 0 and a reference; -ENOENT when it is nowhere to be seen; or another
 * -errno when that could not be found out. Sets no error.
 */
int netns_find_by_nsid(struct ipvlan_ctx *ctx, struct transport *transport, int nsid, struct ipvlan_netns **netns);

#endif
