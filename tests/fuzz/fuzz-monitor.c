// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any messages as what two namespaces have, and as their news: a byte that says which, then the message, again and
 * again. Every event must be fit for every question; and a namespace that is read anew twice has nothing new the second
 * time.
 */
#include "fuzz.h"
#include "monitor-model.h"
#include <ipvlan/ipvlan.h>
#include <linux/rtnetlink.h>

/* What the byte says. */
#define PLACE	1
#define WAS	2 /* it was there before there were news */
#define RENAMED 4 /* before it the namespace gets another name, */
#define LOST	8 /* some messages are lost */

static struct model model;
static struct model_netns *places[2];

static void ask(const struct ipvlan_event *event)
{
	const struct ipvlan_route *route = ipvlan_event_get_route(event);
	char text[IPVLAN_ADDRESS_SIZE];
	size_t i;

	require(ipvlan_event_kind_to_string(ipvlan_event_get_kind(event)) != NULL);
	require(ipvlan_event_action_to_string(ipvlan_event_get_action(event)) != NULL);
	require(ipvlan_event_get_netns_inode(event) != 0 || ipvlan_event_get_kind(event) == IPVLAN_EVENT_PORT);
	for (i = 0; i < ipvlan_event_get_change_count(event); i++) {
		require(ipvlan_property_to_string(ipvlan_event_get_change_property(event, i)) != NULL);
		require(strcmp(ipvlan_event_get_change_old(event, i), ipvlan_event_get_change_new(event, i)) != 0);
	}
	if (ipvlan_event_get_action(event) == IPVLAN_EVENT_CHANGED &&
	    ipvlan_event_get_kind(event) != IPVLAN_EVENT_RESYNC)
		require(ipvlan_event_get_change_count(event) > 0);
	if (ipvlan_event_get_link(event))
		require(ipvlan_link_is_slave(ipvlan_event_get_link(event)));
	if (ipvlan_event_get_address(event))
		ipvlan_address_format_prefix(ipvlan_event_get_address(event), text, sizeof(text));
	if (route)
		require(ipvlan_route_get_table(route) != RT_TABLE_LOCAL);
}

static size_t ask_all(void)
{
	struct ipvlan_event *event;
	size_t count = 0;

	while ((event = model_take_event(&model))) {
		ask(event);
		ipvlan_event_free(event);
		count++;
	}
	return count;
}

static void answer_doubts(void)
{
	const struct model_link *link;
	struct model_netns *netns;

	while ((link = model_find_doubtful(&model, &netns)))
		model_set_port(&model, link->port, link->link.mode, link->link.ipvlan_flags);
}

typedef void (*message_fn)(const struct nlmsghdr *nlh, unsigned int what, struct model_netns *reading);

static void each_message(const uint8_t *data, size_t size, message_fn fn, struct model_netns *reading)
{
	struct nlmsghdr *nlh;
	size_t used;

	while (size > 1 && (nlh = fuzz_message(data + 1, size - 1))) {
		used = 1 + NLMSG_ALIGN(nlh->nlmsg_len);
		used = used < size ? used : size;
		fn(nlh, data[0], reading);
		free(nlh);
		data += used;
		size -= used;
	}
}

static bool is_of(const struct model_netns *netns, unsigned int what)
{
	return netns->inode == places[what & PLACE]->inode;
}

static void read_what_was(const struct nlmsghdr *nlh, unsigned int what, struct model_netns *reading)
{
	if (what & WAS && is_of(reading, what))
		model_netns_take(reading, nlh);
}

/* What was there is gone, and nobody has heard. */
static void read_what_is_new(const struct nlmsghdr *nlh, unsigned int what, struct model_netns *reading)
{
	if (!(what & WAS) && is_of(reading, what))
		model_netns_take(reading, nlh);
}

static void read_all(const struct nlmsghdr *nlh, unsigned int what, struct model_netns *reading)
{
	if (is_of(reading, what))
		model_netns_take(reading, nlh);
}

static void hear(const struct nlmsghdr *nlh, unsigned int what, struct model_netns *reading)
{
	struct model_netns *netns = places[what & PLACE];

	(void)reading;
	if (what & WAS)
		return;
	if (what & RENAMED)
		require(model_rename(&model, netns, netns->name ? NULL : "other", 7) == 0);
	if (what & LOST)
		model_resync(&model, netns);
	model_apply(&model, netns, nlh);
	answer_doubts();
}

/* As whoever reads asks the kernel for it: parents in another namespace are in the first one. */
static void name_parents(struct model_netns *netns)
{
	const struct model_netns *other;
	const struct model_link *parent;
	struct model_link *slave;

	for (size_t i = 0; (slave = model_link_at(netns, i)); i++) {
		other = slave->link.parent_nsid < 0 ? netns : places[0];
		parent = model_find_link(other, slave->link.parent_index);
		if (!parent || !ipvlan_link_is_slave(&slave->link))
			continue;
		slave->link.parent_netns_inode = other->inode;
		memcpy(slave->link.parent_name, parent->link.name, sizeof(slave->link.parent_name));
	}
}

static size_t read_anew(const uint8_t *data, size_t size, int place, message_fn fn)
{
	struct model_netns *fresh = model_netns_new(places[place]->inode, 4, NULL, 0);

	require(fresh != NULL);
	each_message(data, size, fn, fresh);
	name_parents(fresh);
	require(model_settle(&model, places[place], fresh) == 0);
	model_netns_free(fresh);
	answer_doubts();
	return ask_all();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int i;

	model_init(&model, IPVLAN_EVENTS_ALL);
	for (i = 0; i < 2; i++) {
		places[i] = model_netns_new(100 + (ino_t)i, 4, i ? "ns1" : NULL, 0);
		require(places[i] && model_add(&model, places[i]) == 0);
	}
	for (i = 0; i < 2; i++)
		read_anew(data, size, i, read_what_was);
	each_message(data, size, hear, NULL);
	ask_all();
	for (i = 0; i < 2; i++)
		read_anew(data, size, i, read_what_is_new);
	read_anew(data, size, 1, read_all);
	require(read_anew(data, size, 1, read_all) == 0);
	model_remove(&model, places[1]);
	ask_all();
	model_remove(&model, places[0]);
	ask_all();
	require(model.port_count == 0 && model.place_count == 0);
	model_clear(&model);
	return 0;
}
