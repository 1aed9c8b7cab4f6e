// SPDX-License-Identifier: LGPL-2.1-or-later
#include "monitor-netns.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

/* ---- Links */

static int compare_link(const void *a, const void *b)
{
	const struct model_link *const *x = a, *const *y = b;

	return COMPARE((*x)->link.ifindex, (*y)->link.ifindex);
}

static const struct sorted_order link_order = {sizeof(struct model_link *), compare_link};

void model_free_link(struct model_link *link)
{
	if (!link)
		return;
	link_clear(&link->link);
	free(link->items[ITEM_ADDRESS].elements);
	free(link->items[ITEM_ROUTE].elements);
	free(link);
}

struct model_link *model_find_link(const struct model_netns *netns, int ifindex)
{
	struct model_link wanted, *key = &wanted, **found;

	/* Nothing else is looked at, and zeroing the rest would take longer than the search. */
	wanted.link.ifindex = ifindex;
	found = sorted_find(&netns->links, &link_order, &key);
	return found ? *found : NULL;
}

struct model_link *model_find_slave(const struct model_netns *netns, int ifindex)
{
	struct model_link *link = model_find_link(netns, ifindex);

	return link && ipvlan_link_is_slave(&link->link) ? link : NULL;
}

int model_put_link(struct model_netns *netns, struct model_link *link)
{
	return sorted_put(&netns->links, &link_order, &link, NULL);
}

struct model_link *model_insert_link(struct model_netns *netns, const struct ipvlan_link *link)
{
	struct model_link *new = calloc(1, sizeof(*new));

	if (!new)
		return NULL;
	new->link = *link;
	if (model_put_link(netns, new)) {
		free(new);
		return NULL;
	}
	return new;
}

struct model_link *model_take_link_out(struct model_netns *netns, int ifindex)
{
	struct model_link wanted, *key = &wanted, *was;

	wanted.link.ifindex = ifindex;
	return sorted_drop(&netns->links, &link_order, &key, &was) ? was : NULL;
}

/* ---- Namespaces */

struct model_netns *model_netns_new(ino_t inode, dev_t device, const char *name, pid_t pid)
{
	struct model_netns *netns = calloc(1, sizeof(*netns));

	if (!netns)
		return NULL;
	netns->inode = inode;
	netns->device = device;
	netns->pid = pid;
	netns->name = name ? strdup(name) : NULL;
	if (name && !netns->name) {
		free(netns);
		return NULL;
	}
	return netns;
}

void model_netns_free(struct model_netns *netns)
{
	size_t i;

	if (!netns)
		return;
	for (i = 0; i < netns->links.count; i++)
		model_free_link(model_link_at(netns, i));
	free(netns->links.elements);
	free(netns->name);
	free(netns);
}

/* ---- What messages say */

/* Bridges and IPv6 speak of links in the same words; wireless drivers say a name and nothing else. */
static bool is_about_link(const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	return mnl_nlmsg_get_payload_len(nlh) >= sizeof(*ifi) && ifi->ifi_family == AF_UNSPEC;
}

int model_decode_link(const struct nlmsghdr *nlh, struct ipvlan_link *link)
{
	int err = is_about_link(nlh) ? codec_link_decode(nlh, link) : -ENOMSG;

	if (err)
		return err;
	if (link->ifindex <= 0)
		return -ENOMSG;
	return nlh->nlmsg_type == RTM_DELLINK || (link->name[0] && link->mtu) ? 0 : -ENOMSG;
}

static int take_link(struct model_netns *netns, const struct nlmsghdr *nlh)
{
	struct model_link *known;
	struct ipvlan_link link;
	int err = model_decode_link(nlh, &link);

	if (err)
		return err == -ENOMSG ? 0 : err;
	if (nlh->nlmsg_type == RTM_DELLINK) {
		model_free_link(model_take_link_out(netns, link.ifindex));
		return 0;
	}
	known = model_find_link(netns, link.ifindex);
	if (!known)
		return model_insert_link(netns, &link) ? 0 : -ENOMEM;
	link_clear(&known->link);
	known->link = link;
	return 0;
}

static int take_item(struct model_netns *netns, enum item_kind kind, const struct nlmsghdr *nlh)
{
	const struct item_type *type = &item_types[kind];
	struct model_link *link;
	union item item;
	int err = type->decode(nlh, &item);

	if (err)
		return err == -EAFNOSUPPORT ? 0 : err;
	link = model_find_slave(netns, type->ifindex(&item));
	if (!link)
		return 0;
	if (nlh->nlmsg_type == type->removal) {
		sorted_drop(&link->items[kind], &type->order, &item, NULL);
		return 0;
	}
	err = sorted_put(&link->items[kind], &type->order, &item, NULL);
	return err < 0 ? err : 0;
}

int model_netns_take(struct model_netns *netns, const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return take_link(netns, nlh);
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return take_item(netns, ITEM_ADDRESS, nlh);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return take_item(netns, ITEM_ROUTE, nlh);
	}
	return 0;
}
