/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Naming the parents of links: a thousand slaves share a handful of parents, so what was found out is remembered. */
#ifndef LIBIPVLAN_PARENTS_H
#define LIBIPVLAN_PARENTS_H

#include "places.h"
#include <limits.h>

struct parent_name {
	int nsid, index;
	char name[IFNAMSIZ];
};

struct parent_place {
	int nsid;
	ino_t inode;
	char name[NAME_MAX + 1];
};

/* For the links of one place; to be made with the first two members only. */
struct parents {
	struct ipvlan_ctx *ctx;
	struct place *place;
	struct parent_name names[16];
	struct parent_place places[4];
	unsigned int name_count, place_count; /* of all that were ever looked up; the oldest are overwritten */
};

/* Fills in the parent's name and namespace, as far as they can be seen. Returns 0 or -ENOMEM. */
int parents_name(struct parents *parents, struct ipvlan_link *link);

#endif
