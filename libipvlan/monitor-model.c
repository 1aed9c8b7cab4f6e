// SPDX-License-Identifier: LGPL-2.1-or-later
#include "monitor-model.h"
#include "array.h"
#include "monitor-tell.h"
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

static void mark_stale(struct model *model, struct model_netns *netns)
{
	netns->is_stale = true;
	model->has_stale = true;
}

/* ---- Ports */

static struct model_port *find_port(const struct model *model, const struct model_port *key)
{
	struct model_port *port;
	size_t i;

	for (i = 0; i < model->port_count; i++) {
		port = model->ports[i];
		if (port->index == key->index && port->place == key->place &&
		    (key->place || (port->seen_from == key->seen_from && port->nsid == key->nsid)))
			return port;
	}
	return NULL;
}

static void port_free(struct model_port *port)
{
	free(port->netns);
	free(port);
}

static struct model_port *add_port(struct model *model, const struct model_port *key, const struct ipvlan_link *slave)
{
	struct model_port **room = array_grow(model->ports, model->port_count, sizeof(*room));
	struct model_port *port = room ? calloc(1, sizeof(*port)) : NULL;

	if (room)
		model->ports = room;
	if (!port)
		return NULL;
	*port = *key;
	port->mode = slave->mode;
	port->flags = slave->ipvlan_flags;
	memcpy(port->name, slave->parent_name, sizeof(port->name));
	port->netns = slave->parent_netns ? strdup(slave->parent_netns) : NULL;
	if (slave->parent_netns && !port->netns) {
		free(port);
		return NULL;
	}
	model->ports[model->port_count++] = port;
	return port;
}

static void announce_port(struct model *model, enum ipvlan_event_action action, const struct model_port *port,
			  const struct changes *changes)
{
	const struct model_netns *netns = port->place ? model_find(model, port->place) : NULL;

	tell_port(model, action, netns, port, changes);
}

/* A slave that says where its parent is. */
static int join_port(struct model *model, const struct model_netns *netns, struct model_link *slave)
{
	const struct ipvlan_link *link = &slave->link;
	struct model_port key = {.place = link->parent_netns_inode, .index = link->parent_index}, *port;

	if (!key.place) {
		key.seen_from = netns->inode;
		key.nsid = link->parent_nsid;
	}
	port = find_port(model, &key);
	if (!port) {
		port = add_port(model, &key, link);
		if (!port)
			return -ENOMEM;
		port->slaves = 1;
		announce_port(model, IPVLAN_EVENT_ADDED, port, NULL);
	} else {
		port->slaves++;
		port->is_doubtful = port->is_doubtful || link->mode != port->mode || link->ipvlan_flags != port->flags;
	}
	slave->port = port;
	return 0;
}

static void leave_port(struct model *model, struct model_link *slave)
{
	struct model_port *port = slave->port;
	size_t i;

	slave->port = NULL;
	if (!port || --port->slaves)
		return;
	announce_port(model, IPVLAN_EVENT_REMOVED, port, NULL);
	for (i = 0; model->ports[i] != port; i++)
		;
	model->ports[i] = model->ports[--model->port_count];
	port_free(port);
}

static struct model_port *find_port_of_parent(const struct model *model, const struct model_netns *netns, int ifindex)
{
	return find_port(model, &(struct model_port){.place = netns->inode, .index = ifindex});
}

void model_set_port(struct model *model, struct model_port *port, int mode, int flags)
{
	struct changes changes = {.count = 0};

	port->is_doubtful = false;
	changes_of_port(&changes, port->mode, port->flags, mode, flags);
	port->mode = mode;
	port->flags = flags;
	if (changes.count)
		announce_port(model, IPVLAN_EVENT_CHANGED, port, &changes);
}

const struct model_link *model_find_doubtful(const struct model *model, struct model_netns **netns)
{
	const struct model_link *link;
	size_t i, j;

	for (i = 0; i < model->port_count && !model->ports[i]->is_doubtful; i++)
		;
	if (i == model->port_count)
		return NULL;
	for (i = 0; i < model->place_count; i++) {
		for (j = 0; (link = model_link_at(model->places[i], j)); j++) {
			if (link->port && link->port->is_doubtful) {
				*netns = model->places[i];
				return link;
			}
		}
	}
	return NULL;
}

/* ---- Links that come, change and go */

/* Who has a sibling in the same namespace, or its parent, knows what they know. Returns false when it has neither. */
static int learn_parent(const struct model_netns *netns, struct ipvlan_link *link)
{
	const struct model_link *known;
	const struct ipvlan_link *other;
	size_t i;

	for (i = 0; (known = model_link_at(netns, i)); i++) {
		other = &known->link;
		if (link->parent_nsid < 0 && other->ifindex == link->parent_index) {
			link->parent_netns_inode = netns->inode;
			memcpy(link->parent_name, other->name, sizeof(link->parent_name));
			return 1;
		}
		if (known->port && other->parent_index == link->parent_index &&
		    other->parent_nsid == link->parent_nsid) {
			link->parent_netns_inode = other->parent_netns_inode;
			memcpy(link->parent_name, known->port->name, sizeof(link->parent_name));
			link->parent_netns = other->parent_netns ? strdup(other->parent_netns) : NULL;
			return other->parent_netns && !link->parent_netns ? -ENOMEM : 1;
		}
	}
	return 0;
}

static void tell_items(struct model *model, enum ipvlan_event_action action, const struct model_netns *netns,
		       const struct model_link *link, enum item_kind kind)
{
	const union item *item;
	size_t i;

	for (i = 0; (item = sorted_at(&link->items[kind], &item_types[kind].order, i)); i++)
		tell_item(model, action, netns, link, kind, item, NULL);
}

static int link_came(struct model *model, struct model_netns *netns, struct model_link *link)
{
	int err;

	if (!ipvlan_link_is_slave(&link->link))
		return 0;
	err = join_port(model, netns, link);
	if (err)
		return err;
	tell_link(model, IPVLAN_EVENT_ADDED, netns, link, NULL);
	tell_items(model, IPVLAN_EVENT_ADDED, netns, link, ITEM_ADDRESS);
	tell_items(model, IPVLAN_EVENT_ADDED, netns, link, ITEM_ROUTE);
	return 0;
}

/* Slaves whose parent is no longer where it was: it moved, or they will go too. */
static void parent_went(struct model *model, const struct model_port *port)
{
	const struct model_link *link;
	size_t i, j;

	for (i = 0; i < model->place_count; i++) {
		for (j = 0; (link = model_link_at(model->places[i], j)); j++) {
			if (link->port == port)
				mark_stale(model, model->places[i]);
		}
	}
}

/* The link is out of its namespace already. */
static void link_went(struct model *model, struct model_netns *netns, struct model_link *link)
{
	const struct model_port *port = find_port_of_parent(model, netns, link->link.ifindex);

	if (port)
		parent_went(model, port);
	if (link->port) {
		tell_items(model, IPVLAN_EVENT_REMOVED, netns, link, ITEM_ROUTE);
		tell_items(model, IPVLAN_EVENT_REMOVED, netns, link, ITEM_ADDRESS);
		tell_link(model, IPVLAN_EVENT_REMOVED, netns, link, NULL);
		leave_port(model, link);
	}
	model_free_link(link);
}

static void parent_changed(struct model *model, struct model_netns *netns, const struct ipvlan_link *now,
			   const struct changes *changes)
{
	struct model_port *port = find_port_of_parent(model, netns, now->ifindex);

	if (!port)
		return;
	memcpy(port->name, now->name, sizeof(port->name));
	announce_port(model, IPVLAN_EVENT_CHANGED, port, changes);
}

static void slave_changed(struct model *model, struct model_netns *netns, struct model_link *link,
			  const struct ipvlan_link *old, const struct changes *changes)
{
	const struct ipvlan_link *now = &link->link;
	struct model_port *port = link->port;
	bool went_down = (old->device_flags & IFF_UP) && !(now->device_flags & IFF_UP);

	/*
	 * Sockets of different namespaces are not in step, and while a mode changes the kernel speaks of the old one;
	 * so what the port has is asked for, not believed.
	 */
	if (port && (now->mode != port->mode || now->ipvlan_flags != port->flags ||
		     ((now->device_flags ^ old->device_flags) & IFF_NOARP)))
		port->is_doubtful = true;
	if (!port)
		return;
	if (changes->count)
		tell_link(model, IPVLAN_EVENT_CHANGED, netns, link, changes);
	/* The kernel does not say which IPv4 routes go. */
	if (went_down && link->items[ITEM_ROUTE].count)
		mark_stale(model, netns);
}

/* Puts a link's new state in the place of the old one, whose places it keeps unless it has its own. */
static void link_changed(struct model *model, struct model_netns *netns, struct model_link *link,
			 const struct ipvlan_link *now)
{
	struct ipvlan_link old = link->link;
	struct changes changes = {.count = 0};

	link->link = *now;
	if (!now->parent_netns_inode) {
		link->link.parent_netns_inode = old.parent_netns_inode;
		link->link.parent_netns = old.parent_netns;
		memcpy(link->link.parent_name, old.parent_name, sizeof(old.parent_name));
		old.parent_netns = NULL;
	}
	changes_of_link(&changes, &old, now);
	slave_changed(model, netns, link, &old, &changes);
	if (changes.count)
		parent_changed(model, netns, now, &changes);
	link_clear(&old);
}

/* Whether it is another link than before, though its index is the same. */
static bool is_another(const struct ipvlan_link *old, const struct ipvlan_link *now)
{
	return strcmp(old->kind, now->kind) != 0 || old->parent_index != now->parent_index ||
	       old->parent_nsid != now->parent_nsid;
}

static int apply_new_link(struct model *model, struct model_netns *netns, struct ipvlan_link *link)
{
	struct model_link *new;
	int known = ipvlan_link_is_slave(link) ? learn_parent(netns, link) : 1, err;

	if (known <= 0) {
		mark_stale(model, netns);
		return known;
	}
	new = model_insert_link(netns, link);
	if (!new) {
		link_clear(link);
		return -ENOMEM;
	}
	err = link_came(model, netns, new);
	if (err)
		model_free_link(model_take_link_out(netns, link->ifindex));
	return err;
}

static int apply_link(struct model *model, struct model_netns *netns, const struct nlmsghdr *nlh)
{
	struct model_link *known;
	struct ipvlan_link link;
	int err = model_decode_link(nlh, &link);

	if (err)
		return err == -ENOMSG ? 0 : err;
	if (nlh->nlmsg_type == RTM_DELLINK) {
		known = model_take_link_out(netns, link.ifindex);
		if (known)
			link_went(model, netns, known);
		return 0;
	}
	known = model_find_link(netns, link.ifindex);
	if (!known)
		return apply_new_link(model, netns, &link);
	if (is_another(&known->link, &link))
		mark_stale(model, netns);
	else
		link_changed(model, netns, known, &link);
	return 0;
}

/* ---- Items that come, change and go */

static void item_changed(struct model *model, const struct model_netns *netns, const struct model_link *link,
			 enum item_kind kind, const union item *old, const union item *now)
{
	struct changes changes = {.count = 0};

	item_types[kind].changes(&changes, old, now);
	if (changes.count)
		tell_item(model, IPVLAN_EVENT_CHANGED, netns, link, kind, now, &changes);
}

static void item_went(struct model *model, struct model_netns *netns, const struct model_link *link,
		      enum item_kind kind, const union item *was)
{
	tell_item(model, IPVLAN_EVENT_REMOVED, netns, link, kind, was, NULL);
	/* Routes that lead to the network of an address, or that it is the source of, go without a word. */
	if (kind == ITEM_ADDRESS && was->address.family == AF_INET && link->items[ITEM_ROUTE].count)
		mark_stale(model, netns);
}

/* Any link's whose place it may have taken. */
static bool has_item_like(const struct model_netns *netns, enum item_kind kind, const union item *item)
{
	const struct item_type *type = &item_types[kind];
	const struct model_link *link;
	const union item *other;
	size_t i, j;

	for (i = 0; (link = model_link_at(netns, i)); i++) {
		for (j = 0; (other = sorted_at(&link->items[kind], &type->order, j)); j++) {
			if (type->compare_key(other, item) == 0)
				return true;
		}
	}
	return false;
}

/* Which of several it took the place of, and through which link that led, the kernel does not say. */
static bool replaces_another(const struct model_netns *netns, enum item_kind kind, const union item *item,
			     const struct nlmsghdr *nlh)
{
	return item_types[kind].compare_key && nlh->nlmsg_type != item_types[kind].removal &&
	       (nlh->nlmsg_flags & NLM_F_REPLACE) && has_item_like(netns, kind, item);
}

static int apply_item(struct model *model, struct model_netns *netns, enum item_kind kind, const struct nlmsghdr *nlh)
{
	const struct item_type *type = &item_types[kind];
	struct model_link *link;
	union item item, was;
	int err = type->decode(nlh, &item);

	if (err)
		return err == -EAFNOSUPPORT ? 0 : err;
	if (replaces_another(netns, kind, &item, nlh)) {
		mark_stale(model, netns);
		return 0;
	}
	link = model_find_slave(netns, type->ifindex(&item));
	if (!link)
		return 0;
	if (nlh->nlmsg_type == type->removal) {
		if (sorted_drop(&link->items[kind], &type->order, &item, &was))
			item_went(model, netns, link, kind, &was);
		return 0;
	}
	err = sorted_put(&link->items[kind], &type->order, &item, &was);
	if (err == 0)
		tell_item(model, IPVLAN_EVENT_ADDED, netns, link, kind, &item, NULL);
	else if (err > 0)
		item_changed(model, netns, link, kind, &was, &item);
	return err < 0 ? err : 0;
}

/* ---- One message */

int model_apply(struct model *model, struct model_netns *netns, const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return apply_link(model, netns, nlh);
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return apply_item(model, netns, ITEM_ADDRESS, nlh);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return apply_item(model, netns, ITEM_ROUTE, nlh);
	}
	return 0;
}

/* ---- Two states of a namespace */

/* One that went and one that came in its place are one that changed, if they still are alike enough. */
static bool is_replacement(const struct item_type *type, const struct sorted *before, const struct sorted *after,
			   const union item *old, const union item *now)
{
	return type->compare_key && type->compare_key(old, now) == 0 && !sorted_find(after, &type->order, old) &&
	       !sorted_find(before, &type->order, now);
}

/* Below 0: the old one went; above 0: the new one came; 0: the old one became the new one. */
static int relation_of(const struct item_type *type, const struct sorted *before, const struct sorted *after,
		       const union item *old, const union item *now)
{
	int order;

	if (!old || !now)
		return old ? -1 : 1;
	order = type->order.compare(old, now);
	return order && is_replacement(type, before, after, old, now) ? 0 : order;
}

/* Tells what differs; the link then has the fresh one's. */
static void settle_items(struct model *model, const struct model_netns *netns, struct model_link *link,
			 struct model_link *fresh, enum item_kind kind)
{
	const struct item_type *type = &item_types[kind];
	struct sorted *before = &link->items[kind], *after = &fresh->items[kind];
	const union item *old, *now;
	size_t i = 0, j = 0;
	int relation;

	while (i < before->count || j < after->count) {
		old = sorted_at(before, &type->order, i);
		now = sorted_at(after, &type->order, j);
		relation = relation_of(type, before, after, old, now);
		if (relation < 0)
			tell_item(model, IPVLAN_EVENT_REMOVED, netns, link, kind, old, NULL);
		else if (relation > 0)
			tell_item(model, IPVLAN_EVENT_ADDED, netns, link, kind, now, NULL);
		else
			item_changed(model, netns, link, kind, old, now);
		i += relation <= 0;
		j += relation >= 0;
	}
	free(before->elements);
	*before = *after;
	*after = (struct sorted){0};
}

static void settle_link(struct model *model, struct model_netns *netns, struct model_link *link,
			struct model_link *fresh)
{
	link_changed(model, netns, link, &fresh->link);
	fresh->link.parent_netns = NULL;
	if (!link->port)
		return;
	settle_items(model, netns, link, fresh, ITEM_ROUTE);
	settle_items(model, netns, link, fresh, ITEM_ADDRESS);
}

/* A parent that moved is another one, also when nobody knows where it is. */
static bool is_replaced(const struct ipvlan_link *old, const struct ipvlan_link *now)
{
	return is_another(old, now) || old->parent_netns_inode != now->parent_netns_inode;
}

/* Those that are gone, and those that are others now, go; parents come before their slaves do, for their names. */
static void remove_missing(struct model *model, struct model_netns *netns, const struct model_netns *fresh)
{
	size_t i = netns->links.count;

	while (i--) {
		struct model_link *link = model_link_at(netns, i);
		const struct model_link *now = model_find_link(fresh, link->link.ifindex);

		if (now && !is_replaced(&link->link, &now->link))
			continue;
		model_take_link_out(netns, link->link.ifindex);
		link_went(model, netns, link);
	}
}

/* The fresh link itself becomes one of the model's. */
static int adopt_link(struct model *model, struct model_netns *netns, struct model_link **fresh)
{
	struct model_link *link = *fresh;

	if (model_put_link(netns, link))
		return -ENOMEM;
	*fresh = NULL;
	return link_came(model, netns, link);
}

int model_settle(struct model *model, struct model_netns *netns, struct model_netns *fresh)
{
	struct model_link **links = fresh->links.elements, *known;
	int err = 0, failed = 0;
	size_t i;

	remove_missing(model, netns, fresh);
	for (i = 0; i < fresh->links.count; i++) {
		known = model_find_link(netns, links[i]->link.ifindex);
		if (known)
			settle_link(model, netns, known, links[i]);
		else
			err = adopt_link(model, netns, &links[i]);
		failed = err ? err : failed;
	}
	/* All of it was read just now, whatever has changed in it. */
	netns->is_stale = failed != 0;
	return failed;
}

/* ---- Namespaces */

void model_init(struct model *model, uint32_t kinds)
{
	*model = (struct model){.kinds = kinds};
	model->end = &model->first;
}

void model_clear(struct model *model)
{
	struct ipvlan_event *event;
	size_t i;

	while ((event = model_take_event(model)))
		ipvlan_event_free(event);
	for (i = 0; i < model->place_count; i++)
		model_netns_free(model->places[i]);
	free(model->places);
	for (i = 0; i < model->port_count; i++)
		port_free(model->ports[i]);
	free(model->ports);
}

struct model_netns *model_find(const struct model *model, ino_t inode)
{
	size_t i;

	for (i = 0; i < model->place_count; i++) {
		if (model->places[i]->inode == inode)
			return model->places[i];
	}
	return NULL;
}

int model_add(struct model *model, struct model_netns *netns)
{
	struct model_netns **room = array_grow(model->places, model->place_count, sizeof(*room));

	if (!room)
		return -ENOMEM;
	model->places = room;
	room[model->place_count++] = netns;
	tell_netns(model, IPVLAN_EVENT_NETNS, IPVLAN_EVENT_ADDED, netns, NULL);
	return 0;
}

void model_remove(struct model *model, struct model_netns *netns)
{
	struct model_link *link;
	size_t i;

	while (netns->links.count) {
		link = model_link_at(netns, netns->links.count - 1);
		netns->links.count--;
		link_went(model, netns, link);
	}
	tell_netns(model, IPVLAN_EVENT_NETNS, IPVLAN_EVENT_REMOVED, netns, NULL);
	for (i = 0; model->places[i] != netns; i++)
		;
	model->places[i] = model->places[--model->place_count];
	model_netns_free(netns);
}

int model_rename(struct model *model, struct model_netns *netns, const char *name, pid_t pid)
{
	char *copy = name ? strdup(name) : NULL;
	struct changes changes = {.count = 0};

	if (name && !copy)
		return -ENOMEM;
	changes_of_name(&changes, netns->name, name);
	free(netns->name);
	netns->name = copy;
	netns->pid = pid;
	if (changes.count)
		tell_netns(model, IPVLAN_EVENT_NETNS, IPVLAN_EVENT_CHANGED, netns, &changes);
	return 0;
}

void model_resync(struct model *model, const struct model_netns *netns)
{
	tell_netns(model, IPVLAN_EVENT_RESYNC, IPVLAN_EVENT_CHANGED, netns, NULL);
}

struct ipvlan_event *model_take_event(struct model *model)
{
	struct ipvlan_event *event = model->first;

	if (!event)
		return NULL;
	model->first = event->next;
	if (!model->first)
		model->end = &model->first;
	event->next = NULL;
	return event;
}
