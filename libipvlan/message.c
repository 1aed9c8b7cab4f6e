// SPDX-License-Identifier: LGPL-2.1-or-later
/* Our objects and the bytes of netlink, for programs that have a socket of their own. Pure. */
#include "event.h"
#include "settings.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(IPVLAN_MESSAGE_SIZE >= CODEC_REQUEST_SIZE, "what is promised suffices");

IPVLAN_API int ipvlan_link_decode(const void *message, size_t size, struct ipvlan_link **link)
{
	const struct nlmsghdr *nlh = message;
	const struct ifinfomsg *ifi;
	struct ipvlan_link bare, *copy;
	int err;

	if (size > INT_MAX || !mnl_nlmsg_ok(nlh, (int)size))
		return -EBADMSG;
	err = codec_link_decode(nlh, &bare);
	if (err)
		return err;
	ifi = mnl_nlmsg_get_payload(nlh);
	if (ifi->ifi_family != AF_UNSPEC)
		return -EAFNOSUPPORT;
	copy = malloc(sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	*copy = bare;
	*link = copy;
	return 0;
}

static bool fits_one_message(const struct ipvlan_settings *s)
{
	return !s->address_count && !s->route_count && !s->loopback_up && s->netns_by != NETNS_BY_NAME &&
	       s->netns_by != NETNS_BY_PATH;
}

IPVLAN_API int ipvlan_settings_encode(const struct ipvlan_settings *settings, void *buffer, size_t size)
{
	struct link_request request = LINK_REQUEST_INIT;

	if (settings->error)
		return settings->error;
	if (!fits_one_message(settings))
		return -EOPNOTSUPP;
	if (!settings->parent_index)
		return -EINVAL;
	request.kind = "ipvlan";
	request.name = settings->name;
	request.parent_index = settings->parent_index;
	request.mode = settings->mode;
	request.flags = settings->flags;
	request.mtu = settings->mtu;
	request.has_group = settings->group != 0;
	request.group = settings->group;
	if (settings->netns_by == NETNS_BY_FD)
		request.netns_fd = settings->netns_fd;
	if (settings->netns_by == NETNS_BY_PID)
		request.netns_pid = settings->netns_pid;
	if (settings->up)
		request.device_flags = request.device_change = IFF_UP;
	return codec_link_create(buffer, size, &request);
}

IPVLAN_API int ipvlan_link_encode_change(const struct ipvlan_link *link, int mode, int flags, void *buffer, size_t size)
{
	struct link_request request = LINK_REQUEST_INIT;

	if (!ipvlan_link_is_slave(link))
		return -EOPNOTSUPP;
	if (!attribute_value_is_valid(mode) || !attribute_value_is_valid(flags) ||
	    (mode == IPVLAN_MODE_UNSET && flags == IPVLAN_FLAGS_UNSET))
		return -EINVAL;
	request.ifindex = link->ifindex;
	request.kind = link->kind;
	request.mode = mode;
	request.flags = flags;
	return codec_link_set(buffer, size, &request);
}

/* What one of the two readings does not know is no difference. */
static void changes_of_known_port(struct changes *changes, const struct ipvlan_link *old, const struct ipvlan_link *now)
{
	bool knows_mode = old->mode != IPVLAN_MODE_UNSET && now->mode != IPVLAN_MODE_UNSET;
	bool knows_flags = old->ipvlan_flags != IPVLAN_FLAGS_UNSET && now->ipvlan_flags != IPVLAN_FLAGS_UNSET;

	changes_of_port(changes, knows_mode ? old->mode : IPVLAN_MODE_UNSET,
			knows_flags ? old->ipvlan_flags : IPVLAN_FLAGS_UNSET,
			knows_mode ? now->mode : IPVLAN_MODE_UNSET,
			knows_flags ? now->ipvlan_flags : IPVLAN_FLAGS_UNSET);
}

static int event_fill(struct ipvlan_event *event, const struct ipvlan_link *link)
{
	event->netns = link->netns ? strdup(link->netns) : NULL;
	if (link->netns && !event->netns)
		return -ENOMEM;
	event->netns_inode = link->netns_inode;
	event->netns_pid = link->netns_pid;
	event->mode = link->mode;
	event->flags = link->ipvlan_flags;
	memcpy(event->parent_name, link->parent_name, sizeof(event->parent_name));
	clock_gettime(CLOCK_REALTIME, &event->time);
	return event_set_link(event, link);
}

IPVLAN_API int ipvlan_link_compare(const struct ipvlan_link *old, const struct ipvlan_link *now,
				   struct ipvlan_event **event)
{
	enum ipvlan_event_action action = IPVLAN_EVENT_CHANGED;
	struct changes changes = {.count = 0};
	struct ipvlan_event *e;
	int err;

	if (!old && !now)
		return -EINVAL;
	*event = NULL;
	if (old && now) {
		changes_of_link(&changes, old, now);
		changes_of_known_port(&changes, old, now);
		if (!changes.count)
			return 0;
	} else {
		action = now ? IPVLAN_EVENT_ADDED : IPVLAN_EVENT_REMOVED;
	}
	e = event_new(IPVLAN_EVENT_LINK, action, &changes);
	if (!e)
		return -ENOMEM;
	err = event_fill(e, now ? now : old);
	if (err)
		ipvlan_event_free(e);
	else
		*event = e;
	return err;
}
