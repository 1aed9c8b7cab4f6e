// SPDX-License-Identifier: LGPL-2.1-or-later
/* Events: what has changed, in words. Pure. */
#include "event.h"
#include <errno.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <stdlib.h>
#include <string.h>

#define NONE "none"

static struct change *add(struct changes *changes, enum ipvlan_property property)
{
	struct change *change = &changes->list[changes->count++];

	change->property = property;
	return change;
}

static void add_texts(struct changes *changes, enum ipvlan_property property, const char *old, const char *now)
{
	struct change *change;

	if (strcmp(old, now) == 0)
		return;
	change = add(changes, property);
	snprintf(change->old, sizeof(change->old), "%s", old);
	snprintf(change->new, sizeof(change->new), "%s", now);
}

static void add_numbers(struct changes *changes, enum ipvlan_property property, uint32_t old, uint32_t now)
{
	struct change *change;

	if (old == now)
		return;
	change = add(changes, property);
	snprintf(change->old, sizeof(change->old), "%u", old);
	snprintf(change->new, sizeof(change->new), "%u", now);
}

static void add_truths(struct changes *changes, enum ipvlan_property property, bool old, bool now)
{
	add_texts(changes, property, old ? "true" : "false", now ? "true" : "false");
}

static const char *mac_format(const struct ipvlan_link *link, char *buf, size_t size)
{
	size_t i, used = 0;

	snprintf(buf, size, NONE);
	for (i = 0; i < link->mac_size; i++)
		used += (size_t)snprintf(buf + used, size - used, "%s%02x", i ? ":" : "", link->mac[i]);
	return buf;
}

void changes_of_link(struct changes *changes, const struct ipvlan_link *old, const struct ipvlan_link *now)
{
	char old_text[3 * sizeof(old->mac)], text[3 * sizeof(now->mac)];

	add_texts(changes, IPVLAN_PROPERTY_NAME, old->name, now->name);
	add_truths(changes, IPVLAN_PROPERTY_UP, old->device_flags & IFF_UP, now->device_flags & IFF_UP);
	add_truths(changes, IPVLAN_PROPERTY_CARRIER, old->device_flags & IFF_LOWER_UP,
		   now->device_flags & IFF_LOWER_UP);
	add_texts(changes, IPVLAN_PROPERTY_OPERSTATE, ipvlan_link_get_operstate_name(old),
		  ipvlan_link_get_operstate_name(now));
	add_numbers(changes, IPVLAN_PROPERTY_MTU, old->mtu, now->mtu);
	if (old->mac_size != now->mac_size || memcmp(old->mac, now->mac, now->mac_size) != 0)
		add_texts(changes, IPVLAN_PROPERTY_MAC, mac_format(old, old_text, sizeof(old_text)),
			  mac_format(now, text, sizeof(text)));
	add_numbers(changes, IPVLAN_PROPERTY_TXQLEN, old->txqlen, now->txqlen);
	add_texts(changes, IPVLAN_PROPERTY_QDISC, old->qdisc, now->qdisc);
}

void changes_of_port(struct changes *changes, int old_mode, int old_flags, int mode, int flags)
{
	char old_text[IPVLAN_NAME_SIZE], text[IPVLAN_NAME_SIZE];

	add_texts(changes, IPVLAN_PROPERTY_MODE, ipvlan_mode_format(old_mode, old_text, sizeof(old_text)),
		  ipvlan_mode_format(mode, text, sizeof(text)));
	add_texts(changes, IPVLAN_PROPERTY_FLAGS, ipvlan_flags_format(old_flags, old_text, sizeof(old_text)),
		  ipvlan_flags_format(flags, text, sizeof(text)));
}

static const struct {
	uint32_t mask;
	const char *name;
} address_flags[] = {
	{IFA_F_TENTATIVE, "tentative"},	  {IFA_F_DADFAILED, "dadfailed"},	  {IFA_F_OPTIMISTIC, "optimistic"},
	{IFA_F_DEPRECATED, "deprecated"}, {IFA_F_PERMANENT, "permanent"},	  {IFA_F_SECONDARY, "secondary"},
	{IFA_F_NODAD, "nodad"},		  {IFA_F_NOPREFIXROUTE, "noprefixroute"},
};

static const char *state_format(uint32_t flags, char *buf, size_t size)
{
	size_t i, used = 0;

	for (i = 0; i < COUNT_OF(address_flags); i++) {
		if (!(flags & address_flags[i].mask))
			continue;
		flags &= ~address_flags[i].mask;
		used += (size_t)snprintf(buf + used, size - used, "%s%s", used ? " " : "", address_flags[i].name);
	}
	if (flags)
		snprintf(buf + used, size - used, "%s0x%x", used ? " " : "", flags);
	else if (!used)
		snprintf(buf, size, "dynamic");
	return buf;
}

/* What is left of a lifetime changes with every second. */
void changes_of_address(struct changes *changes, const struct ipvlan_address *old, const struct ipvlan_address *now)
{
	char old_text[sizeof(changes->list[0].old)], text[sizeof(changes->list[0].new)];

	add_texts(changes, IPVLAN_PROPERTY_STATE, state_format(old->flags, old_text, sizeof(old_text)),
		  state_format(now->flags, text, sizeof(text)));
	add_texts(changes, IPVLAN_PROPERTY_LIFETIME, old->valid == UINT32_MAX ? "forever" : "limited",
		  now->valid == UINT32_MAX ? "forever" : "limited");
}

static const char *or_none(const char *text)
{
	return text ? text : NONE;
}

void changes_of_route(struct changes *changes, const struct ipvlan_route *old, const struct ipvlan_route *now)
{
	char old_text[IPVLAN_ADDRESS_SIZE], text[IPVLAN_ADDRESS_SIZE];

	add_texts(changes, IPVLAN_PROPERTY_GATEWAY,
		  or_none(ipvlan_route_format_gateway(old, old_text, sizeof(old_text))),
		  or_none(ipvlan_route_format_gateway(now, text, sizeof(text))));
	add_texts(changes, IPVLAN_PROPERTY_SOURCE, or_none(ipvlan_route_format_source(old, old_text, sizeof(old_text))),
		  or_none(ipvlan_route_format_source(now, text, sizeof(text))));
	add_numbers(changes, IPVLAN_PROPERTY_PROTOCOL, old->protocol, now->protocol);
	add_numbers(changes, IPVLAN_PROPERTY_SCOPE, old->scope, now->scope);
	add_numbers(changes, IPVLAN_PROPERTY_PREFERENCE, old->preference, now->preference);
	add_numbers(changes, IPVLAN_PROPERTY_MTU, old->metrics[RTAX_MTU], now->metrics[RTAX_MTU]);
}

void changes_of_name(struct changes *changes, const char *old, const char *now)
{
	add_texts(changes, IPVLAN_PROPERTY_NAME, or_none(old), or_none(now));
}

struct ipvlan_event *event_new(enum ipvlan_event_kind kind, enum ipvlan_event_action action,
			       const struct changes *changes)
{
	size_t count = changes ? changes->count : 0;
	struct ipvlan_event *event = calloc(1, sizeof(*event) + count * sizeof(event->changes[0]));

	if (!event)
		return NULL;
	event->kind = kind;
	event->action = action;
	event->mode = IPVLAN_MODE_UNSET;
	event->flags = IPVLAN_FLAGS_UNSET;
	event->change_count = count;
	if (count)
		memcpy(event->changes, changes->list, count * sizeof(event->changes[0]));
	return event;
}

int event_set_link(struct ipvlan_event *event, const struct ipvlan_link *link)
{
	event->link = *link;
	event->link.addresses = NULL;
	event->link.address_count = 0;
	event->link.drops = NULL;
	event->link.drop_count = 0;
	event->link.netns_path = NULL;
	event->link.netns = event->netns ? strdup(event->netns) : NULL;
	event->link.netns_inode = event->netns_inode;
	event->link.netns_pid = event->netns_pid;
	event->link.parent_netns = link->parent_netns ? strdup(link->parent_netns) : NULL;
	event->has_link = true;
	if ((event->netns && !event->link.netns) || (link->parent_netns && !event->link.parent_netns))
		return -ENOMEM;
	return 0;
}

IPVLAN_API void ipvlan_event_free(struct ipvlan_event *event)
{
	if (!event)
		return;
	link_clear(&event->link);
	free(event->netns);
	free(event);
}

static const char *name_of(const char *const *names, size_t count, unsigned int number)
{
	return number < count ? names[number] : NULL;
}

IPVLAN_API const char *ipvlan_event_kind_to_string(enum ipvlan_event_kind kind)
{
	static const char *const names[] = {
		[IPVLAN_EVENT_RESYNC] = "resync",   [IPVLAN_EVENT_LINK] = "link",   [IPVLAN_EVENT_PORT] = "port",
		[IPVLAN_EVENT_ADDRESS] = "address", [IPVLAN_EVENT_ROUTE] = "route", [IPVLAN_EVENT_NETNS] = "netns",
	};

	return name_of(names, COUNT_OF(names), kind);
}

IPVLAN_API const char *ipvlan_event_action_to_string(enum ipvlan_event_action action)
{
	static const char *const names[] = {"added", "removed", "changed"};

	return name_of(names, COUNT_OF(names), action);
}

IPVLAN_API const char *ipvlan_property_to_string(enum ipvlan_property property)
{
	static const char *const names[] = {
		[IPVLAN_PROPERTY_NAME] = "name",
		[IPVLAN_PROPERTY_UP] = "up",
		[IPVLAN_PROPERTY_CARRIER] = "carrier",
		[IPVLAN_PROPERTY_OPERSTATE] = "operstate",
		[IPVLAN_PROPERTY_MTU] = "mtu",
		[IPVLAN_PROPERTY_MAC] = "mac",
		[IPVLAN_PROPERTY_TXQLEN] = "txqlen",
		[IPVLAN_PROPERTY_QDISC] = "qdisc",
		[IPVLAN_PROPERTY_MODE] = "mode",
		[IPVLAN_PROPERTY_FLAGS] = "flags",
		[IPVLAN_PROPERTY_STATE] = "state",
		[IPVLAN_PROPERTY_LIFETIME] = "lifetime",
		[IPVLAN_PROPERTY_GATEWAY] = "gateway",
		[IPVLAN_PROPERTY_SOURCE] = "source",
		[IPVLAN_PROPERTY_PROTOCOL] = "protocol",
		[IPVLAN_PROPERTY_SCOPE] = "scope",
		[IPVLAN_PROPERTY_PREFERENCE] = "preference",
	};

	return name_of(names, COUNT_OF(names), property);
}

IPVLAN_API enum ipvlan_event_kind ipvlan_event_get_kind(const struct ipvlan_event *event)
{
	return event->kind;
}

IPVLAN_API enum ipvlan_event_action ipvlan_event_get_action(const struct ipvlan_event *event)
{
	return event->action;
}

IPVLAN_API bool ipvlan_event_is_initial(const struct ipvlan_event *event)
{
	return event->is_initial;
}

IPVLAN_API struct timespec ipvlan_event_get_time(const struct ipvlan_event *event)
{
	return event->time;
}

IPVLAN_API const char *ipvlan_event_get_netns(const struct ipvlan_event *event)
{
	return event->netns;
}

IPVLAN_API uint64_t ipvlan_event_get_netns_inode(const struct ipvlan_event *event)
{
	return event->netns_inode;
}

IPVLAN_API pid_t ipvlan_event_get_netns_pid(const struct ipvlan_event *event)
{
	return event->netns_pid;
}

IPVLAN_API const struct ipvlan_link *ipvlan_event_get_link(const struct ipvlan_event *event)
{
	return event->has_link ? &event->link : NULL;
}

IPVLAN_API const struct ipvlan_address *ipvlan_event_get_address(const struct ipvlan_event *event)
{
	return event->has_address ? &event->address : NULL;
}

IPVLAN_API const struct ipvlan_route *ipvlan_event_get_route(const struct ipvlan_event *event)
{
	return event->has_route ? &event->route : NULL;
}

IPVLAN_API const char *ipvlan_event_get_parent_name(const struct ipvlan_event *event)
{
	return event->parent_name[0] ? event->parent_name : NULL;
}

IPVLAN_API int ipvlan_event_get_mode(const struct ipvlan_event *event)
{
	return event->mode;
}

IPVLAN_API int ipvlan_event_get_flags(const struct ipvlan_event *event)
{
	return event->flags;
}

IPVLAN_API unsigned int ipvlan_event_get_slave_count(const struct ipvlan_event *event)
{
	return event->slave_count;
}

IPVLAN_API size_t ipvlan_event_get_change_count(const struct ipvlan_event *event)
{
	return event->change_count;
}

IPVLAN_API enum ipvlan_property ipvlan_event_get_change_property(const struct ipvlan_event *event, size_t index)
{
	return index < event->change_count ? event->changes[index].property : IPVLAN_PROPERTY_NAME;
}

IPVLAN_API const char *ipvlan_event_get_change_old(const struct ipvlan_event *event, size_t index)
{
	return index < event->change_count ? event->changes[index].old : NULL;
}

IPVLAN_API const char *ipvlan_event_get_change_new(const struct ipvlan_event *event, size_t index)
{
	return index < event->change_count ? event->changes[index].new : NULL;
}
