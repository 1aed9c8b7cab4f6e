/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "choice.h"

#include <errno.h>
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

	*choice = (struct choice){.name = args->name, .parent = args->parent, .place = place};
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

/* @return 1; 0; or -errno. */
static int has_link(struct ipvlan_ctx *ctx, const char *name)
{
	struct ipvlan_link *link;
	int err = ipvlan_link_get(ctx, name, &link);

	if (err)
		return err == -ENODEV ? 0 : err;
	ipvlan_link_free(link);
	return 1;
}

/* Not for want of rights, nor because it went, or somebody has put something else in its place. */
static bool is_shortage(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE || err == -ENOBUFS;
}

/* A namespace that cannot be opened or entered has no link that could be seen. @return as has_link(). */
static int has_link_in(struct session *session, const struct ipvlan_netns_info *info, const char *name)
{
	struct ipvlan_netns *netns;
	int err = ipvlan_netns_open_info(session->ctx, info, &netns);

	if (!err)
		err = session_enter_netns(session, netns);
	if (err)
		return is_shortage(err) ? err : 0;
	return has_link(session->ctx, name);
}

/* A parent may be in any namespace, whatever the one of its slaves. @return as has_link(). */
static int is_anywhere(struct session *session, const char *name)
{
	struct ipvlan_netns_list *list;
	int found = has_link(session->ctx, name), err;

	if (found)
		return found;
	err = ipvlan_netns_list(session->ctx, &list);
	if (err)
		return err;
	for (size_t i = 0; !found && i < ipvlan_netns_list_get_count(list); i++)
		if (!ipvlan_netns_info_is_own(ipvlan_netns_list_get(list, i)))
			found = has_link_in(session, ipvlan_netns_list_get(list, i), name);
	ipvlan_netns_list_free(list);
	return found;
}

static int refuse_parent(struct session *session, const struct choice *choice)
{
	session_error(session, "no link is called '%s', in any namespace that can be seen", choice->parent);
	return STATUS_REFUSED;
}

static int refuse_name(struct session *session, const struct choice *choice)
{
	const char *where = choice->place ? choice->place : "any namespace that can be seen";

	if (choice->parent)
		session_error(session, "no slave of '%s' is called '%s', in %s", choice->parent, choice->name, where);
	else
		session_error(session, "no slave and no parent of slaves is called '%s', in %s", choice->name, where);
	return STATUS_REFUSED;
}

int choice_is_empty(struct session *session, const struct choice *choice)
{
	int found = choice->parent ? is_anywhere(session, choice->parent) : 1;

	if (found < 0)
		return session_library_error(session);
	if (!found)
		return refuse_parent(session, choice);
	return choice->name ? refuse_name(session, choice) : STATUS_DONE;
}
