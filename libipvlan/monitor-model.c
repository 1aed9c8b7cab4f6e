// SPDX-License-Identifier: LGPL-2.1-or-later
#include "monitor-model.h"
#include "array.h"
#include "monitor-tell.h"
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

/* ---- The order of things */

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

static int compare_link(const void *a, const void *b)
{
	const struct model_link *const *x = a, *const *y = b;

	return COMPARE((*x)->link.ifindex, (*y)->link.ifindex);
}

static const struct sorted_order link_order = {sizeof(struct model_link *), compare_link};

/* What the kernel tells addresses of one link apart by. */
static int compare_address(const void *a, const void *b)
{
	const struct ipvlan_address *x = a, *y = b;
	int order = COMPARE(x->family, y->family);

	if (!order)
		order = memcmp(x->local, y->local, sizeof(x->local));
	if (!order)
		order = COMPARE(x->prefix_length, y->prefix_length);
	return order ? order : memcmp(x->peer, y->peer, sizeof(x->peer));
}

static const struct sorted_order address_order = {sizeof(struct ipvlan_address), compare_address};

/* What a route that is replaced has in common with its successor. */
static int compare_route_key(const struct ipvlan_route *x, const struct ipvlan_route *y)
{
	int order = COMPARE(x->family, y->family);

	if (!order)
		order = COMPARE(x->table, y->table);
	if (!order)
		order = memcmp(x->destination, y->destination, sizeof(x->destination));
	if (!order)
		order = COMPARE(x->destination_length, y->destination_length);
	if (!order)
		order = COMPARE(x->metric, y->metric);
	return order ? order : COMPARE(x->type, y->type);
}

static int compare_route(const void *a, const void *b)
{
	const struct ipvlan_route *x = a, *y = b;
	int order = compare_route_key(x, y);

	if (!order)
		order = COMPARE(x->has_gateway, y->has_gateway);
	return order ? order : memcmp(x->gateway, y->gateway, sizeof(x->gateway));
}

static const struct sorted_order route_order = {sizeof(struct ipvlan_route), compare_route};

/* ---- Links of a namespace */

static void mark_stale(struct model *model, struct model_netns *netns)
{
	netns->is_stale = true;
	model->has_stale = true;
}

static void link_free(struct model_link *link)
{
	if (!link)
		return;
	link_clear(&link->link);
	free(link->addresses.elements);
	free(link->routes.elements);
	free(link);
}

static struct model_link *find_link(const struct model_netns *netns, int ifindex)
{
	struct model_link wanted = {.link.ifindex = ifindex}, *key = &wanted, **found;

	found = sorted_find(&netns->links, &link_order, &key);
	return found ? *found : NULL;
}

const struct model_link *model_find_link(const struct model_netns *netns, int ifindex)
{
	return find_link(netns, ifindex);
}

static struct model_link *insert_link(struct model_netns *netns, const struct ipvlan_link *link)
{
	struct model_link *new = calloc(1, sizeof(*new));

	if (!new)
		return NULL;
	new->link = *link;
	if (sorted_put(&netns->links, &link_order, &new, NULL) < 0) {
		free(new);
		return NULL;
	}
	return new;
}

/* Out of the namespace, but not freed; NULL when there is none. */
static struct model_link *take_link_out(struct model_netns *netns, int ifindex)
{
	struct model_link wanted = {.link.ifindex = ifindex}, *key = &wanted, *was;

	return sorted_drop(&netns->links, &link_order, &key, &was) ? was : NULL;
}

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
		link_free(model_link_at(netns, i));
	free(netns->links.elements);
	free(netns->name);
	free(netns);
}

/* ---- What a message says */

/* Bridges and IPv6 speak of links in the same words; wireless drivers say a name and nothing else. */
static bool is_about_link(const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	return mnl_nlmsg_get_payload_len(nlh) >= sizeof(*ifi) && ifi->ifi_family == AF_UNSPEC;
}

static int decode_link(const struct nlmsghdr *nlh, struct ipvlan_link *link)
{
	int err = codec_link_decode(nlh, link);

	if (err)
		return err;
	if (link->ifindex <= 0)
		return -ENOMSG;
	return nlh->nlmsg_type == RTM_DELLINK || (link->name[0] && link->mtu) ? 0 : -ENOMSG;
}

static bool route_is_watched(const struct ipvlan_route *route)
{
	return !(route->flags & RTM_F_CLONED) && route->table != RT_TABLE_LOCAL && route->ifindex > 0;
}

static struct model_link *find_slave(const struct model_netns *netns, int ifindex)
{
	struct model_link *link = find_link(netns, ifindex);

	return link && ipvlan_link_is_slave(&link->link) ? link : NULL;
}

static int take_link(struct model_netns *netns, const struct nlmsghdr *nlh)
{
	struct model_link *known;
	struct ipvlan_link link;
	int err = decode_link(nlh, &link);

	if (err)
		return err == -ENOMSG ? 0 : err;
	if (nlh->nlmsg_type == RTM_DELLINK) {
		link_free(take_link_out(netns, link.ifindex));
		return 0;
	}
	known = find_link(netns, link.ifindex);
	if (!known)
		return insert_link(netns, &link) ? 0 : -ENOMEM;
	link_clear(&known->link);
	known->link = link;
	return 0;
}

static int take_address(struct model_netns *netns, const struct nlmsghdr *nlh)
{
	struct ipvlan_address address, was;
	struct model_link *link;
	int err = codec_address_decode(nlh, &address);

	if (err)
		return err == -EAFNOSUPPORT ? 0 : err;
	link = find_slave(netns, address.ifindex);
	if (!link)
		return 0;
	if (nlh->nlmsg_type == RTM_DELADDR) {
		sorted_drop(&link->addresses, &address_order, &address, &was);
		return 0;
	}
	err = sorted_put(&link->addresses, &address_order, &address, &was);
	return err < 0 ? err : 0;
}

static int take_route(struct model_netns *netns, const struct nlmsghdr *nlh)
{
	struct ipvlan_route route, was;
	struct model_link *link;
	int err = codec_route_decode(nlh, &route);

	if (err)
		return err == -EAFNOSUPPORT ? 0 : err;
	link = route_is_watched(&route) ? find_slave(netns, route.ifindex) : NULL;
	if (!link)
		return 0;
	if (nlh->nlmsg_type == RTM_DELROUTE) {
		sorted_drop(&link->routes, &route_order, &route, &was);
		return 0;
	}
	err = sorted_put(&link->routes, &route_order, &route, &was);
	return err < 0 ? err : 0;
}

int model_netns_take(struct model_netns *netns, const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return is_about_link(nlh) ? take_link(netns, nlh) : 0;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return take_address(netns, nlh);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return take_route(netns, nlh);
	}
	return 0;
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

static int link_came(struct model *model, struct model_netns *netns, struct model_link *link)
{
	size_t i;
	int err;

	if (!ipvlan_link_is_slave(&link->link))
		return 0;
	err = join_port(model, netns, link);
	if (err)
		return err;
	tell_link(model, IPVLAN_EVENT_ADDED, netns, link, NULL);
	for (i = 0; i < link->addresses.count; i++)
		tell_address(model, IPVLAN_EVENT_ADDED, netns, link, sorted_at(&link->addresses, &address_order, i),
			     NULL);
	for (i = 0; i < link->routes.count; i++)
		tell_route(model, IPVLAN_EVENT_ADDED, netns, link, sorted_at(&link->routes, &route_order, i), NULL);
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
	size_t i;

	if (port)
		parent_went(model, port);
	if (link->port) {
		for (i = 0; i < link->routes.count; i++)
			tell_route(model, IPVLAN_EVENT_REMOVED, netns, link, sorted_at(&link->routes, &route_order, i),
				   NULL);
		for (i = 0; i < link->addresses.count; i++)
			tell_address(model, IPVLAN_EVENT_REMOVED, netns, link,
				     sorted_at(&link->addresses, &address_order, i), NULL);
		tell_link(model, IPVLAN_EVENT_REMOVED, netns, link, NULL);
		leave_port(model, link);
	}
	link_free(link);
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
	if (went_down && link->routes.count)
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
	new = insert_link(netns, link);
	if (!new) {
		link_clear(link);
		return -ENOMEM;
	}
	err = link_came(model, netns, new);
	if (err)
		link_free(take_link_out(netns, link->ifindex));
	return err;
}

static int apply_link(struct model *model, struct model_netns *netns, const struct nlmsghdr *nlh)
{
	struct model_link *known;
	struct ipvlan_link link;
	int err = decode_link(nlh, &link);

	if (err)
		return err == -ENOMSG ? 0 : err;
	if (nlh->nlmsg_type == RTM_DELLINK) {
		known = take_link_out(netns, link.ifindex);
		if (known)
			link_went(model, netns, known);
		return 0;
	}
	known = find_link(netns, link.ifindex);
	if (!known)
		return apply_new_link(model, netns, &link);
	if (is_another(&known->link, &link))
		mark_stale(model, netns);
	else
		link_changed(model, netns, known, &link);
	return 0;
}

static int apply_address(struct model *model, struct model_netns *netns, const struct nlmsghdr *nlh)
{
	struct ipvlan_address address, was;
	struct changes changes = {.count = 0};
	struct model_link *link;
	int err = codec_address_decode(nlh, &address);

	if (err)
		return err == -EAFNOSUPPORT ? 0 : err;
	link = find_slave(netns, address.ifindex);
	if (!link)
		return 0;
	if (nlh->nlmsg_type == RTM_DELADDR) {
		if (!sorted_drop(&link->addresses, &address_order, &address, &was))
			return 0;
		tell_address(model, IPVLAN_EVENT_REMOVED, netns, link, &was, NULL);
		/* Routes that lead to its network, or that it is the source of, go without a word. */
		if (address.family == AF_INET && link->routes.count)
			mark_stale(model, netns);
		return 0;
	}
	err = sorted_put(&link->addresses, &address_order, &address, &was);
	if (err < 0)
		return err;
	if (err == 0) {
		tell_address(model, IPVLAN_EVENT_ADDED, netns, link, &address, NULL);
		return 0;
	}
	changes_of_address(&changes, &was, &address);
	if (changes.count)
		tell_address(model, IPVLAN_EVENT_CHANGED, netns, link, &address, &changes);
	return 0;
}

static bool has_route_like(const struct model_netns *netns, const struct ipvlan_route *route)
{
	const struct ipvlan_route *other;
	const struct model_link *link;
	size_t i, j;

	for (i = 0; (link = model_link_at(netns, i)); i++) {
		for (j = 0; (other = sorted_at(&link->routes, &route_order, j)); j++) {
			if (compare_route_key(other, route) == 0)
				return true;
		}
	}
	return false;
}

static int apply_route(struct model *model, struct model_netns *netns, const struct nlmsghdr *nlh)
{
	struct ipvlan_route route, was;
	struct changes changes = {.count = 0};
	struct model_link *link;
	int err = codec_route_decode(nlh, &route);

	if (err)
		return err == -EAFNOSUPPORT ? 0 : err;
	/* Which of several it took the place of, and through which link that led, the kernel does not say. */
	if (nlh->nlmsg_type == RTM_NEWROUTE && (nlh->nlmsg_flags & NLM_F_REPLACE) && has_route_like(netns, &route)) {
		mark_stale(model, netns);
		return 0;
	}
	link = route_is_watched(&route) ? find_slave(netns, route.ifindex) : NULL;
	if (!link)
		return 0;
	if (nlh->nlmsg_type == RTM_DELROUTE) {
		if (sorted_drop(&link->routes, &route_order, &route, &was))
			tell_route(model, IPVLAN_EVENT_REMOVED, netns, link, &was, NULL);
		return 0;
	}
	err = sorted_put(&link->routes, &route_order, &route, &was);
	if (err < 0)
		return err;
	if (err == 0) {
		tell_route(model, IPVLAN_EVENT_ADDED, netns, link, &route, NULL);
		return 0;
	}
	changes_of_route(&changes, &was, &route);
	if (changes.count)
		tell_route(model, IPVLAN_EVENT_CHANGED, netns, link, &route, &changes);
	return 0;
}

int model_apply(struct model *model, struct model_netns *netns, const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return is_about_link(nlh) ? apply_link(model, netns, nlh) : 0;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return apply_address(model, netns, nlh);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return apply_route(model, netns, nlh);
	}
	return 0;
}

/* ---- Two states of a namespace */

static void settle_addresses(struct model *model, const struct model_netns *netns, struct model_link *link,
			     const struct model_link *fresh)
{
	size_t i = 0, j = 0;

	while (i < link->addresses.count || j < fresh->addresses.count) {
		const struct ipvlan_address *old = sorted_at(&link->addresses, &address_order, i);
		const struct ipvlan_address *now = sorted_at(&fresh->addresses, &address_order, j);
		int order = !old ? 1 : !now ? -1 : compare_address(old, now);
		struct changes changes = {.count = 0};

		if (order < 0 && old)
			tell_address(model, IPVLAN_EVENT_REMOVED, netns, link, old, NULL);
		else if (order > 0 && now)
			tell_address(model, IPVLAN_EVENT_ADDED, netns, link, now, NULL);
		else if (old && now)
			changes_of_address(&changes, old, now);
		if (changes.count && now)
			tell_address(model, IPVLAN_EVENT_CHANGED, netns, link, now, &changes);
		i += order <= 0;
		j += order >= 0;
	}
}

/* One that went and one that came, which differ in their gateway alone, are one that was replaced. */
static bool is_replacement(const struct model_link *before, const struct model_link *after,
			   const struct ipvlan_route *old, const struct ipvlan_route *now)
{
	return old && now && compare_route_key(old, now) == 0 && !sorted_find(&after->routes, &route_order, old) &&
	       !sorted_find(&before->routes, &route_order, now);
}

static void settle_routes(struct model *model, const struct model_netns *netns, struct model_link *link,
			  const struct model_link *fresh)
{
	size_t i = 0, j = 0;

	while (i < link->routes.count || j < fresh->routes.count) {
		const struct ipvlan_route *old = sorted_at(&link->routes, &route_order, i);
		const struct ipvlan_route *now = sorted_at(&fresh->routes, &route_order, j);
		int order = !old ? 1 : !now ? -1 : compare_route(old, now);
		struct changes changes = {.count = 0};

		if (is_replacement(link, fresh, old, now))
			order = 0;
		if (order < 0 && old)
			tell_route(model, IPVLAN_EVENT_REMOVED, netns, link, old, NULL);
		else if (order > 0 && now)
			tell_route(model, IPVLAN_EVENT_ADDED, netns, link, now, NULL);
		else if (old && now)
			changes_of_route(&changes, old, now);
		if (changes.count && now)
			tell_route(model, IPVLAN_EVENT_CHANGED, netns, link, now, &changes);
		i += order <= 0;
		j += order >= 0;
	}
}

static void settle_link(struct model *model, struct model_netns *netns, struct model_link *link,
			struct model_link *fresh)
{
	link_changed(model, netns, link, &fresh->link);
	fresh->link.parent_netns = NULL;
	if (!link->port)
		return;
	settle_routes(model, netns, link, fresh);
	settle_addresses(model, netns, link, fresh);
	free(link->addresses.elements);
	free(link->routes.elements);
	link->addresses = fresh->addresses;
	link->routes = fresh->routes;
	fresh->addresses.elements = NULL;
	fresh->routes.elements = NULL;
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
		const struct model_link *now = find_link(fresh, link->link.ifindex);

		if (now && !is_replaced(&link->link, &now->link))
			continue;
		take_link_out(netns, link->link.ifindex);
		link_went(model, netns, link);
	}
}

/* The fresh link itself becomes one of the model's. */
static int adopt_link(struct model *model, struct model_netns *netns, struct model_link **fresh)
{
	struct model_link *link = *fresh;

	if (sorted_put(&netns->links, &link_order, &link, NULL) < 0)
		return -ENOMEM;
	*fresh = NULL;
	return link_came(model, netns, link);
}

int model_settle(struct model *model, struct model_netns *netns, struct model_netns *fresh)
{
	struct model_link *known, **link;
	int err = 0, failed = 0;
	size_t i;

	remove_missing(model, netns, fresh);
	for (i = 0; (link = sorted_at(&fresh->links, &link_order, i)); i++) {
		known = find_link(netns, (*link)->link.ifindex);
		if (known)
			settle_link(model, netns, known, *link);
		else
			err = adopt_link(model, netns, link);
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
