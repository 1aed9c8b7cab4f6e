/* SPDX-License-Identifier: GPL-2.0-or-later */
/* STATUS: whether an ADD could succeed, as far as that can be told without making anything. */
#include "plugin.h"

#include <errno.h>

static int count(const struct record *record, void *data)
{
	(void)record;
	++*(unsigned int *)data;
	return 0;
}

/* Whoever is attached already is cut off by the same trouble. */
static int not_available(struct plugin *plugin)
{
	unsigned int attached = 0;

	record_each(plugin->folder, plugin->config.network, count, &attached);
	plugin->error.code = attached ? CNI_NOT_AVAILABLE_LIMITED : CNI_NOT_AVAILABLE;
	return -EINVAL;
}

static int check_parent(struct plugin *plugin)
{
	struct ipvlan_link *parent;
	int err = 0;

	if (plugin_find_parent(plugin, &parent))
		return not_available(plugin);
	if (ipvlan_link_get_controller_index(parent)) {
		cni_fail(&plugin->error, 0, "the parent %s belongs to another device", ipvlan_link_get_name(parent));
		err = not_available(plugin);
	} else if (!ipvlan_link_is_up(parent)) {
		cni_fail(&plugin->error, 0, "the parent %s is down", ipvlan_link_get_name(parent));
		err = not_available(plugin);
	}
	ipvlan_link_free(parent);
	return err;
}

static int check_ipam(struct plugin *plugin)
{
	int err = plugin_ask_new_ipam(plugin);

	if (err && plugin->error.code != CNI_NOT_AVAILABLE && plugin->error.code != CNI_NOT_AVAILABLE_LIMITED)
		plugin->error.code = CNI_NOT_AVAILABLE;
	return err;
}

int plugin_status(struct plugin *plugin)
{
	int err = plugin->config.link_in_container ? 0 : check_parent(plugin);

	return err ? err : check_ipam(plugin);
}
