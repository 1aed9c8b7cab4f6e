// SPDX-License-Identifier: LGPL-2.1-or-later
#include "parents.h"
#include "link-read.h"
#include <errno.h>
#include <string.h>

static int find_name(struct parents *p, int nsid, int index, const char **name)
{
	struct parent_name *slot;
	struct ipvlan_link link;
	struct ack ack;
	unsigned int i;
	int err;

	for (i = 0; i < p->name_count && i < COUNT_OF(p->names); i++) {
		*name = p->names[i].name;
		if (p->names[i].nsid == nsid && p->names[i].index == index)
			return 0;
	}
	err = link_query(p->place->transport, index, NULL, nsid, &link, &ack);
	if (err && shortage(err))
		return err;
	slot = &p->names[p->name_count++ % COUNT_OF(p->names)];
	*slot = (struct parent_name){.nsid = nsid, .index = index};
	/* Not allowed, or gone: the name stays unknown. */
	if (!err)
		memcpy(slot->name, link.name, sizeof(slot->name));
	*name = slot->name;
	return 0;
}

static int find_place(struct parents *p, int nsid, const struct parent_place **place)
{
	struct ipvlan_netns *netns;
	struct parent_place *slot;
	unsigned int i;
	int err;

	for (i = 0; i < p->place_count && i < COUNT_OF(p->places); i++) {
		*place = &p->places[i];
		if ((*place)->nsid == nsid)
			return 0;
	}
	err = netns_find_by_nsid(p->ctx, p->place->transport, nsid, &netns);
	if (err && shortage(err))
		return err;
	slot = &p->places[p->place_count++ % COUNT_OF(p->places)];
	*slot = (struct parent_place){.nsid = nsid};
	*place = slot;
	if (err)
		return 0;
	slot->inode = netns->inode;
	snprintf(slot->name, sizeof(slot->name), "%s", netns->name ? netns->name : "");
	ipvlan_netns_free(netns);
	return 0;
}

int parents_name(struct parents *parents, struct ipvlan_link *link)
{
	const struct parent_place *place = NULL;
	const char *name;
	int err;

	/* Some devices, such as tunnels, name themselves as what they lie on. */
	if (!link->parent_index || (link->parent_nsid < 0 && link->parent_index == link->ifindex))
		return 0;
	err = find_name(parents, link->parent_nsid, link->parent_index, &name);
	if (err)
		return err;
	strcpy(link->parent_name, name);
	if (link->parent_nsid < 0) {
		link->parent_netns_inode = parents->place->netns->inode;
		return 0;
	}
	err = find_place(parents, link->parent_nsid, &place);
	if (err)
		return err;
	link->parent_netns_inode = place->inode;
	if (!place->name[0])
		return 0;
	link->parent_netns = strdup(place->name);
	return link->parent_netns ? 0 : -ENOMEM;
}
