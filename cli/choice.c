/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "choice.h"

#include <ipvlan/ipvlan.h>
#include <string.h>

/* The namespace whose slaves are wanted; NULL for all of them. */
static const char *place_of(const struct args *args)
{
	if (args->netns)
		return args->netns;
	return args->everywhere == 1 ? NULL : args->options.netns;
}

int choice_make(struct session *session, const struct args *args, struct choice *choice)
{
	const char *place = place_of(args);
	struct ipvlan_netns *netns;
	int err;

	*choice = (struct choice){.name = args->name, .parent = args->parent};
	if (!place)
		return 0;
	err = session_open_netns(session, place, &netns);
	if (err)
		return err;
	choice->inode = ipvlan_netns_get_inode(netns);
	ipvlan_netns_free(netns);
	return 0;
}

bool choice_has(const struct choice *choice, const struct ipvlan_link *link)
{
	const char *name = ipvlan_link_get_name(link), *parent = ipvlan_link_get_parent_name(link);

	if (choice->inode && ipvlan_link_get_netns_inode(link) != choice->inode)
		return false;
	if (choice->parent && (!parent || strcmp(choice->parent, parent) != 0))
		return false;
	return !choice->name || strcmp(choice->name, name) == 0 || (parent && strcmp(choice->name, parent) == 0);
}

int choice_is_empty(struct session *session, const struct choice *choice)
{
	session_error(session, "no slave and no parent of slaves is called '%s', in any namespace that can be seen",
		      choice->name);
	return STATUS_REFUSED;
}
