// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any messages as the news of two namespaces: a byte that says which, then the message, again and again. Every event
 * must be fit for every question; and a namespace that is read anew twice has nothing new the second time.
 */
#include "fuzz.h"
#include "monitor-model.h"
#include <ipvlan/ipvlan.h>
#include <linux/rtnetlink.h>

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
	if (ipvlan_event_get_action(event) == IPVLAN_EVENT_CHANGED)
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

/* Hands each message on; NULL: to the model. */
static void each_message(const uint8_t *data, size_t size, struct model_netns *reading)
{
	struct nlmsghdr *nlh;
	size_t used;
	int place;

	while (size > 1 && (nlh = fuzz_message(data + 1, size - 1))) {
		place = data[0] & 1;
		used = 1 + NLMSG_ALIGN(nlh->nlmsg_len);
		used = used < size ? used : size;
		if (!reading)
			model_apply(&model, places[place], nlh);
		else if (place == 1)
			model_netns_take(reading, nlh);
		free(nlh);
		data += used;
		size -= used;
	}
}

static size_t read_anew(const uint8_t *data, size_t size)
{
	struct model_netns *fresh = model_netns_new(101, 4, NULL, 0);

	require(fresh != NULL);
	each_message(data, size, fresh);
	require(model_settle(&model, places[1], fresh) == 0);
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
	each_message(data, size, NULL);
	answer_doubts();
	ask_all();
	read_anew(data, size);
	require(read_anew(data, size) == 0);
	model_remove(&model, places[1]);
	ask_all();
	model_remove(&model, places[0]);
	ask_all();
	require(model.port_count == 0 && model.place_count == 0);
	model_clear(&model);
	return 0;
}
