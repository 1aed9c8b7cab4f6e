/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding out who shares a port, for the library's own use. */
#ifndef LIBIPVLAN_PORT_INTERNAL_H
#define LIBIPVLAN_PORT_INTERNAL_H

#include "link-read.h"
#include "station.h"

/* A port is its parent: an index in a namespace. */
struct port_id {
	struct ipvlan_netns *netns; /* owned */
	int parent_index;
};

/*
 * The port that a link of the context's namespace is parent of, or slave of. Returns -ENOENT when the link is a slave
 * whose parent's namespace cannot be found. Sets no error.
 */
int port_id_of(struct ipvlan_ctx *ctx, const struct ipvlan_link *link, struct port_id *id);
/* Gives a port back what it had; unset members stay. Sets no error that is worth telling. */
int port_restore(struct ipvlan_ctx *ctx, const struct port_id *id, int mode, int flags);
void port_id_clear(struct port_id *id);

/* Says where a slave of a port is, for the next search. `netns` must have a name, or be the context's own or home. */
void port_remember_slave(struct ipvlan_ctx *ctx, const struct port_id *id, const struct ipvlan_netns *netns,
			 int ifindex);

/* The namespace of the slave that was seen last, if it is one of this port, and elsewhere; else NULL. */
struct ipvlan_netns *port_open_known(struct ipvlan_ctx *ctx, const struct port_id *id);
/*
 * Whether the slave that was seen last is there still, and is one of this port: it is put into the list. It is asked
 * where it is: at a station there, if its socket could be had.
 */
bool port_ask_known(struct ipvlan_ctx *ctx, const struct port_id *id, const struct station *there,
		    struct ipvlan_link_list *list);

/* The slaves of a port, bare but with their places; only the first that is found when `first_only`. Sets the error. */
int port_read_slaves(struct ipvlan_ctx *ctx, const struct port_id *id, bool first_only, struct ipvlan_link_list *list);
/* Calls fn for each slave of a port, bare, where it is. Returns what ended that, or 0. Sets no error. */
int port_each_slave(struct ipvlan_ctx *ctx, const struct port_id *id, slave_fn fn, void *data);

/* The macvlan and macvtap links of a parent, complete, as far as they can be seen. Sets no error. */
int port_read_macvlans(struct ipvlan_ctx *ctx, const struct port_id *id, struct ipvlan_link_list *list);
void port_clear_slaves(struct ipvlan_link_list *list);

/* "ipvl0 in namespace ns0, ipvl1 in namespace ns1 and 3 more"; leaves out the link `except`, which may be NULL. */
const char *port_describe_slaves(const struct ipvlan_link_list *list, const struct ipvlan_link *except, char *buf,
				 size_t size);

#endif
