// SPDX-License-Identifier: LGPL-2.1-or-later
/* What is known of the slaves, and how it differs from what is heard. */
#include "nl3.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct entry *next;
	struct ipvlan_event *event;
};

struct known {
	struct ipvlan_link *link;
	bool is_listed; /* while all are read anew */
};

struct ipvlan_nl3_events {
	struct known *links; /* by rising index */
	size_t count, room;
	struct entry *first, **end;
	bool lost;
};

IPVLAN_API int ipvlan_nl3_events_new(struct ipvlan_nl3_events **events)
{
	struct ipvlan_nl3_events *e = calloc(1, sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->end = &e->first;
	*events = e;
	return 0;
}

static struct ipvlan_event *take_first(struct ipvlan_nl3_events *events)
{
	struct entry *entry = events->first;
	struct ipvlan_event *event;

	if (!entry)
		return NULL;
	event = entry->event;
	events->first = entry->next;
	if (!events->first)
		events->end = &events->first;
	free(entry);
	return event;
}

IPVLAN_API void ipvlan_nl3_events_free(struct ipvlan_nl3_events *events)
{
	struct ipvlan_event *event;
	size_t i;

	if (!events)
		return;
	while ((event = take_first(events)))
		ipvlan_event_free(event);
	for (i = 0; i < events->count; i++)
		ipvlan_link_free(events->links[i].link);
	free(events->links);
	free(events);
}

/* Tells the difference, if there is one. Returns 0 or -ENOMEM. */
static int tell(struct ipvlan_nl3_events *events, const struct ipvlan_link *old, const struct ipvlan_link *now)
{
	struct ipvlan_event *event;
	struct entry *entry;
	int err = ipvlan_link_compare(old, now, &event);

	if (err || !event)
		return err;
	entry = malloc(sizeof(*entry));
	if (!entry) {
		ipvlan_event_free(event);
		return -ENOMEM;
	}
	*entry = (struct entry){.event = event};
	*events->end = entry;
	events->end = &entry->next;
	return 0;
}

/* Where a link of this index is, or would be. */
static size_t place_of(const struct ipvlan_nl3_events *events, int ifindex)
{
	size_t low = 0, high = events->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (ipvlan_link_get_ifindex(events->links[middle].link) < ifindex)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct ipvlan_nl3_events *events, size_t place, int ifindex)
{
	return place < events->count && ipvlan_link_get_ifindex(events->links[place].link) == ifindex;
}

static int grow(struct ipvlan_nl3_events *events)
{
	size_t room = events->room ? 2 * events->room : 16;
	struct known *links;

	if (events->count < events->room)
		return 0;
	links = realloc(events->links, room * sizeof(*links));
	if (!links)
		return -ENOMEM;
	events->links = links;
	events->room = room;
	return 0;
}

/* Takes the link over, also on failure. */
static int learn(struct ipvlan_nl3_events *events, struct ipvlan_link *link)
{
	size_t place = place_of(events, ipvlan_link_get_ifindex(link));
	struct known *at;
	bool known = is_at(events, place, ipvlan_link_get_ifindex(link));
	int err = known ? 0 : grow(events);

	if (!err)
		err = tell(events, known ? events->links[place].link : NULL, link);
	if (err) {
		ipvlan_link_free(link);
		return err;
	}
	at = &events->links[place];
	if (known) {
		ipvlan_link_free(at->link);
	} else {
		memmove(at + 1, at, (events->count - place) * sizeof(*at));
		events->count++;
	}
	*at = (struct known){.link = link, .is_listed = true};
	return 0;
}

static int forget(struct ipvlan_nl3_events *events, int ifindex)
{
	size_t place = place_of(events, ifindex);
	struct known *at;
	int err;

	if (!is_at(events, place, ifindex))
		return 0;
	at = &events->links[place];
	err = tell(events, at->link, NULL);
	if (err)
		return err;
	ipvlan_link_free(at->link);
	events->count--;
	memmove(at, at + 1, (events->count - place) * sizeof(*at));
	return 0;
}

IPVLAN_API int ipvlan_nl3_events_on_message(struct nl_msg *message, void *data)
{
	struct ipvlan_nl3_events *events = data;
	int type = nlmsg_hdr(message)->nlmsg_type, err;
	struct ipvlan_link *link;

	if (type != RTM_NEWLINK && type != RTM_DELLINK)
		return NL_OK;
	err = ipvlan_nl3_link_from_message(message, &link);
	if (!err && type == RTM_DELLINK) {
		err = forget(events, ipvlan_link_get_ifindex(link));
		ipvlan_link_free(link);
	} else if (!err && !ipvlan_link_is_slave(link)) {
		ipvlan_link_free(link);
	} else if (!err) {
		err = learn(events, link);
	}
	events->lost = events->lost || err == -ENOMEM;
	return NL_OK;
}

/* With what a message has told already, and libnl's object cannot: the flags, and the mode of an ipvtap link. */
static int link_of(const struct ipvlan_nl3_events *events, struct rtnl_link *rtnl, struct ipvlan_link **link)
{
	int ifindex = rtnl_link_get_ifindex(rtnl), mode = nl3_mode(rtnl), flags = IPVLAN_FLAGS_UNSET;
	size_t place = place_of(events, ifindex);

	if (is_at(events, place, ifindex)) {
		flags = ipvlan_link_get_flags(events->links[place].link);
		if (mode == IPVLAN_MODE_UNSET)
			mode = ipvlan_link_get_mode(events->links[place].link);
	}
	return nl3_link(rtnl, mode, flags, link);
}

IPVLAN_API void ipvlan_nl3_events_on_change(struct nl_cache *cache, struct nl_object *old, struct nl_object *now,
					    uint64_t diff, int action, void *data)
{
	struct rtnl_link *rtnl = (struct rtnl_link *)(now ? now : old);
	struct ipvlan_nl3_events *events = data;
	int ifindex = rtnl_link_get_ifindex(rtnl), err;
	struct ipvlan_link *link;

	(void)cache;
	(void)diff;
	(void)action;
	if (!now) {
		err = forget(events, ifindex);
	} else {
		err = link_of(events, rtnl, &link);
		if (!err && ipvlan_link_is_slave(link))
			err = learn(events, link);
		else if (!err)
			ipvlan_link_free(link);
	}
	events->lost = events->lost || err == -ENOMEM;
}

static int learn_list(struct ipvlan_nl3_events *events, const struct ipvlan_link_list *list)
{
	struct ipvlan_link *link;
	size_t i;
	int err = 0;

	for (i = 0; i < events->count; i++)
		events->links[i].is_listed = false;
	for (i = 0; !err && i < ipvlan_link_list_get_count(list); i++) {
		err = ipvlan_link_copy(ipvlan_link_list_get(list, i), &link);
		if (!err)
			err = learn(events, link);
	}
	return err;
}

/* From the end, since what goes makes the rest move up. */
static int forget_unlisted(struct ipvlan_nl3_events *events)
{
	size_t i;
	int err = 0;

	for (i = events->count; !err && i--;) {
		if (!events->links[i].is_listed)
			err = forget(events, ipvlan_link_get_ifindex(events->links[i].link));
	}
	return err;
}

IPVLAN_API int ipvlan_nl3_events_resync(struct ipvlan_nl3_events *events, struct ipvlan_ctx *ctx)
{
	struct ipvlan_link_list *list;
	int err = ipvlan_link_list(ctx, IPVLAN_LINKS_IPVLAN, &list);

	if (err)
		return err;
	err = learn_list(events, list);
	if (!err)
		err = forget_unlisted(events);
	ipvlan_link_list_free(list);
	return err;
}

IPVLAN_API int ipvlan_nl3_events_read(struct ipvlan_nl3_events *events, struct ipvlan_event **event)
{
	struct ipvlan_event *first = take_first(events);

	if (first) {
		*event = first;
		return 0;
	}
	if (!events->lost)
		return -EAGAIN;
	events->lost = false;
	return -ENOMEM;
}
