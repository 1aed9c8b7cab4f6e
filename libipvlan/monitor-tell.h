/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a model has found out becomes events that wait in it, in the order of these calls. What nobody wants is not
 * made; what there is no memory for is lost, as the model then says. Pure.
 */
#ifndef LIBIPVLAN_MONITOR_TELL_H
#define LIBIPVLAN_MONITOR_TELL_H

#include "monitor-model.h"

/* Everywhere: changes are for IPVLAN_EVENT_CHANGED, and else NULL. */

/* kind: IPVLAN_EVENT_NETNS or IPVLAN_EVENT_RESYNC. */
void tell_netns(struct model *model, enum ipvlan_event_kind kind, enum ipvlan_event_action action,
		const struct model_netns *netns, const struct changes *changes);

/* The link has a port. */
void tell_link(struct model *model, enum ipvlan_event_action action, const struct model_netns *netns,
	       const struct model_link *link, const struct changes *changes);
void tell_item(struct model *model, enum ipvlan_event_action action, const struct model_netns *netns,
	       const struct model_link *link, enum item_kind kind, const union item *item,
	       const struct changes *changes);

/* netns: where the port is; NULL when that is not watched. */
void tell_port(struct model *model, enum ipvlan_event_action action, const struct model_netns *netns,
	       const struct model_port *port, const struct changes *changes);

#endif
