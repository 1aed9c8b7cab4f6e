/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "hostAccess": the host's own way to its containers. Several attachments share one, so it goes with the last. */
#ifndef CNI_HOST_H
#define CNI_HOST_H

#include "plugin.h"

/* Give the host a way to the attachment of the record, whose link has its addresses; the record is written anew. */
int host_open(struct plugin *plugin, struct record *record);

/* Whether an attachment had host access: of the plugin's making, or what somebody else had set up before. */
bool host_is_wanted(const struct plugin *plugin, const struct record *record);

/*
 * The link of the record is gone. Remove the record, the routes to it, and the whole when it was the last that had
 * asked for it; what somebody else set up on the parent stays. After a failure the record is there as before.
 */
int host_close(struct plugin *plugin, const struct record *record);

/* Whether the host has a way to a slave, which was read with its addresses. @return 1; 0; -EINVAL. */
int host_is_open(struct plugin *plugin, const struct ipvlan_link *slave);

#endif
