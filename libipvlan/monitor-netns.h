/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A namespace as it is read: links in their order, slaves with their addresses and routes. Whether it is what somebody
 * believes or a reading that is under way, it does not know. Pure.
 */
#ifndef LIBIPVLAN_MONITOR_NETNS_H
#define LIBIPVLAN_MONITOR_NETNS_H

#include "monitor-item.h"

struct model_port;

struct model_link {
	struct ipvlan_link link;	 /* bare; of a slave with its parent's name and place */
	struct model_port *port;	 /* of a slave */
	struct sorted items[ITEM_KINDS]; /* of a slave: union item */
};

struct model_netns {
	ino_t inode;
	dev_t device;
	char *name; /* may be NULL */
	pid_t pid;  /* in it, when it has no name; 0 for the own one */
	bool is_stale;
	void *owner;	     /* of whoever feeds the model */
	struct sorted links; /* struct model_link *, by rising index */
};

/* A namespace that is to be read, not yet part of any model; name may be NULL. NULL when out of memory. */
struct model_netns *model_netns_new(ino_t inode, dev_t device, const char *name, pid_t pid);
void model_netns_free(struct model_netns *netns);

/*
 * Puts what a message says into a namespace that is being read: what is told later is true. Returns 0, -ENOMEM or
 * -EBADMSG.
 */
int model_netns_take(struct model_netns *netns, const struct nlmsghdr *nlh);

/* By rising index; NULL behind the last one. */
static inline struct model_link *model_link_at(const struct model_netns *netns, size_t i)
{
	struct model_link *const *links = netns->links.elements;

	return i < netns->links.count ? links[i] : NULL;
}

/* NULL when there is none, or, model_find_slave() alone, when it is no slave. */
struct model_link *model_find_link(const struct model_netns *netns, int ifindex);
struct model_link *model_find_slave(const struct model_netns *netns, int ifindex);

/* None of its index may be there. It becomes the namespace's; with -ENOMEM or NULL it stays the caller's. */
int model_put_link(struct model_netns *netns, struct model_link *link);
struct model_link *model_insert_link(struct model_netns *netns, const struct ipvlan_link *link);
/* Out of the namespace, and the caller's then; NULL when there is none. */
struct model_link *model_take_link_out(struct model_netns *netns, int ifindex);
/* NULL is fine. */
void model_free_link(struct model_link *link);

/* Returns 0, -EBADMSG, or -ENOMSG when it does not say what a link is like. */
int model_decode_link(const struct nlmsghdr *nlh, struct ipvlan_link *link);

#endif
