/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a monitor believes of the machine: namespaces with their links, ports over them. Pure: a message, or a namespace
 * that was read anew, is compared with what was believed before, and what differs becomes events.
 */
#ifndef LIBIPVLAN_MONITOR_MODEL_H
#define LIBIPVLAN_MONITOR_MODEL_H

#include "monitor-netns.h"

/* A parent with slaves. */
struct model_port {
	/* Which: an index in a namespace; when that cannot be found, in what another one (seen_from) calls by an id. */
	ino_t place, seen_from;
	int index, nsid;

	int mode, flags;
	unsigned int slaves;
	char name[IFNAMSIZ];
	char *netns;	  /* a name of its namespace, when that is not watched; may be NULL */
	bool is_doubtful; /* somebody said other things of mode and flags: to be asked for */
};

struct model {
	uint32_t kinds; /* of events that are wanted */
	bool is_initial;
	struct timespec now;
	struct model_netns **places;
	size_t place_count;
	struct model_port **ports;
	size_t port_count;
	struct ipvlan_event *first, **end; /* events that nobody has taken */
	bool lost;			   /* some could not be made */
	bool has_stale;			   /* perhaps; whoever reads the stale ones anew may say that there is none */
};

void model_init(struct model *model, uint32_t kinds);
void model_clear(struct model *model);

/*
 * Adds an empty namespace, which the model then owns; or takes one away with all that is in it. Returns 0 or -ENOMEM.
 */
int model_add(struct model *model, struct model_netns *netns);
void model_remove(struct model *model, struct model_netns *netns);
/* Gives it another name, or none. */
int model_rename(struct model *model, struct model_netns *netns, const char *name, pid_t pid);
struct model_netns *model_find(const struct model *model, ino_t inode);

/*
 * A message about a namespace of the model. What cannot be known from it alone marks the namespace as stale: it is to
 * be read anew and given to model_settle(). Returns 0, -ENOMEM or -EBADMSG.
 */
int model_apply(struct model *model, struct model_netns *netns, const struct nlmsghdr *nlh);

/*
 * A namespace of the model was read anew: `fresh`, of which this takes the contents. Its slaves have the names and
 * places of their parents. Returns 0 or -ENOMEM.
 */
int model_settle(struct model *model, struct model_netns *netns, struct model_netns *fresh);

/* The kernel dropped messages about a namespace. */
void model_resync(struct model *model, const struct model_netns *netns);

/* A slave by which a port can be asked for, and where it is; NULL when none is doubtful. */
const struct model_link *model_find_doubtful(const struct model *model, struct model_netns **netns);
/* What was asked for. */
void model_set_port(struct model *model, struct model_port *port, int mode, int flags);

/* The oldest event, which is the caller's then; NULL when there is none. */
struct ipvlan_event *model_take_event(struct model *model);

#endif
