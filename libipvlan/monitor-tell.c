// SPDX-License-Identifier: LGPL-2.1-or-later
#include "monitor-tell.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_wanted(const struct model *model, enum ipvlan_event_kind kind)
{
	return kind == IPVLAN_EVENT_RESYNC || (model->kinds & IPVLAN_EVENTS(kind));
}

static int set_place(struct ipvlan_event *event, const struct model_netns *netns)
{
	event->netns_inode = netns->inode;
	event->netns_pid = netns->pid;
	event->netns = netns->name ? strdup(netns->name) : NULL;
	return netns->name && !event->netns ? -ENOMEM : 0;
}

static void set_port(struct ipvlan_event *event, const struct model_port *port)
{
	event->mode = port->mode;
	event->flags = port->flags;
	event->slave_count = port->slaves;
	memcpy(event->parent_name, port->name, sizeof(event->parent_name));
}

/* Returns NULL when it is not wanted, or there is no memory for it. */
static struct ipvlan_event *begin_event(struct model *model, enum ipvlan_event_kind kind,
					enum ipvlan_event_action action, const struct changes *changes)
{
	struct ipvlan_event *event;

	if (!is_wanted(model, kind))
		return NULL;
	event = event_new(kind, action, changes);
	if (!event) {
		model->lost = true;
		return NULL;
	}
	event->is_initial = model->is_initial;
	event->time = model->now;
	return event;
}

static void end_event(struct model *model, struct ipvlan_event *event, int err)
{
	if (err) {
		model->lost = true;
		ipvlan_event_free(event);
		return;
	}
	*model->end = event;
	model->end = &event->next;
}

void tell_netns(struct model *model, enum ipvlan_event_kind kind, enum ipvlan_event_action action,
		const struct model_netns *netns, const struct changes *changes)
{
	struct ipvlan_event *event = begin_event(model, kind, action, changes);

	if (event)
		end_event(model, event, set_place(event, netns));
}

static struct ipvlan_event *begin_link_event(struct model *model, enum ipvlan_event_kind kind,
					     enum ipvlan_event_action action, const struct model_netns *netns,
					     const struct model_link *link, const struct changes *changes)
{
	struct ipvlan_event *event = begin_event(model, kind, action, changes);
	int err;

	if (!event)
		return NULL;
	set_port(event, link->port);
	err = set_place(event, netns);
	if (!err)
		err = event_set_link(event, &link->link);
	if (!err) {
		/* What the link itself was told last need not be what its port has now. */
		event->link.mode = link->port->mode;
		event->link.ipvlan_flags = link->port->flags;
		memcpy(event->link.parent_name, link->port->name, sizeof(event->link.parent_name));
		return event;
	}
	end_event(model, event, err);
	return NULL;
}

void tell_link(struct model *model, enum ipvlan_event_action action, const struct model_netns *netns,
	       const struct model_link *link, const struct changes *changes)
{
	struct ipvlan_event *event = begin_link_event(model, IPVLAN_EVENT_LINK, action, netns, link, changes);

	if (event)
		end_event(model, event, 0);
}

void tell_item(struct model *model, enum ipvlan_event_action action, const struct model_netns *netns,
	       const struct model_link *link, enum item_kind kind, const union item *item,
	       const struct changes *changes)
{
	struct ipvlan_event *event = begin_link_event(model, item_types[kind].event, action, netns, link, changes);

	if (!event)
		return;
	item_types[kind].fill(event, item);
	end_event(model, event, 0);
}

/* A namespace that is not watched has at most a name. */
static int set_port_place(struct ipvlan_event *event, const struct model_port *port)
{
	event->netns_inode = port->place;
	event->netns = port->netns ? strdup(port->netns) : NULL;
	return port->netns && !event->netns ? -ENOMEM : 0;
}

void tell_port(struct model *model, enum ipvlan_event_action action, const struct model_netns *netns,
	       const struct model_port *port, const struct changes *changes)
{
	struct ipvlan_event *event = begin_event(model, IPVLAN_EVENT_PORT, action, changes);

	if (!event)
		return;
	set_port(event, port);
	end_event(model, event, netns ? set_place(event, netns) : set_port_place(event, port));
}
