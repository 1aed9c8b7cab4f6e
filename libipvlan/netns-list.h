/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of namespaces, for those in the library that walk over all of them. */
#ifndef LIBIPVLAN_NETNS_LIST_H
#define LIBIPVLAN_NETNS_LIST_H

#include "internal.h"
#include <dirent.h>

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

/* netns-census.c: numbers of all there are, where the kernel tells them; else none. */
struct netns_census {
	uint64_t *ids;
	size_t count;
};

struct ipvlan_netns_list {
	dev_t device;		    /* of all namespaces */
	struct netns_census census; /* as the list was begun */
	struct ipvlan_netns_info *infos;
	size_t count;
	size_t sort_count; /* of namespaces, as netns_list_extend() has them */
	pid_t *programs;   /* processes that are no threads of the kernel */
	size_t program_count;
	size_t *slots; /* for finding them by inode; NULL: none yet, or the order has changed */
	size_t slot_count;
};

/* A list of `own` alone. This and what follows touches no error. */
int netns_list_begin(const struct ipvlan_netns *own, struct ipvlan_netns_list **list);
/*
 * Adds, at the end, those of the next sort: that names lead to; that processes are in; that only open files, mounts or
 * threads hold. Each takes longer than the one before. Returns 0 or -errno; 1 when there is no other.
 */
int netns_list_extend(struct ipvlan_netns_list *list);
/* As ipvlan_netns_list(), but the first two sorts only, and without ids. `own` comes first. */
int netns_list_read(const struct ipvlan_netns *own, struct ipvlan_netns_list **list);
/* netns-processes.c: the second sort; netns-held.c: the third. */
int netns_list_add_processes(struct ipvlan_netns_list *list);
int netns_list_add_held(struct ipvlan_netns_list *list);
/* Returns 0, also where none are told; -ENOMEM. */
int netns_census_take(struct netns_census *census);
void netns_census_clear(struct netns_census *census);
/* Whether there are still the same, and `found` is all of them: 1 if so, 0, -ENOMEM. */
int netns_census_is_met(const struct netns_census *before, size_t found);
/* The one of that inode, added when need be; NULL when out of memory. */
struct ipvlan_netns_info *netns_list_add(struct ipvlan_netns_list *list, ino_t inode);
bool netns_list_has(struct ipvlan_netns_list *list, ino_t inode);
/* The namespace that a link in /proc stands for. Returns 0, -errno; -ENOENT when it stands for something else. */
int netns_read_link(int folder, const char *path, ino_t *inode);
int netns_open_info_quietly(const struct ipvlan_netns_info *info, struct ipvlan_netns **netns);
/*
 * Why something could not be looked at, if that was for want of memory or descriptors; else 0. What is gone, or not
 * ours to look into, is left out; but a sibling that is not seen for want of memory would have its mode changed.
 */
int shortage(int err);
/* The next entry of a folder; NULL at its end, or when memory was lacking: then *err says so. */
struct dirent *next_entry(DIR *dir, int *err);
/* The id that the socket's namespace has for another; -1 when it has none. Returns 0 or -errno; sets no error. */
int netns_nsid(struct transport *transport, const struct ipvlan_netns *netns, int *nsid);

/*
 * Finds the namespace that has a given id in the socket's own: the context's namespaces come first, for they are the
 * likely ones and need no looking for. Returns 0 and a reference; -ENOENT when it is nowhere to be seen; or another
 * -errno when that could not be found out. Sets no error.
 */
int netns_find_by_nsid(struct ipvlan_ctx *ctx, struct transport *transport, int nsid, struct ipvlan_netns **netns);

/* Opens the namespace of that inode, wherever it is; -ENOENT when it is nowhere to be seen. Sets no error. */
int netns_open_inode(const struct ipvlan_netns *own, ino_t inode, struct ipvlan_netns **netns);

#endif
