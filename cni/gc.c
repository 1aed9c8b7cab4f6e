/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GC: every attachment of the network that has a record, and that the runtime does not count as valid, goes. */
#include "host.h"

#include <errno.h>
#include <string.h>

struct collecting {
	struct plugin *plugin;
	struct ipvlan_link_list *links; /* all slaves of the machine */
	struct cni_error first;		/* of what failed, if anything did */
	int failed;
};

static bool is_valid(const struct record *record, void *data)
{
	const struct plugin *plugin = data;
	json_t *attachment;
	size_t i;

	json_array_foreach (plugin->config.attachments, i, attachment)
		if (strcmp(json_string_value(json_object_get(attachment, "containerID")), record->container) == 0 &&
		    strcmp(json_string_value(json_object_get(attachment, "ifname")), record->ifname) == 0)
			return true;
	return false;
}

/* Its namespace may have lost the path that it had, and live on in a process. */
static int open_place(struct plugin *plugin, const struct ipvlan_link *link, const struct record *record,
		      struct ipvlan_netns **netns)
{
	pid_t pid = ipvlan_link_get_netns_pid(link);
	const char *name = ipvlan_link_get_netns(link);
	int err;

	if (name)
		err = ipvlan_netns_open_name(plugin->ctx, name, netns);
	else if (pid)
		err = ipvlan_netns_open_pid(plugin->ctx, pid, netns);
	else
		err = ipvlan_netns_open_path(plugin->ctx, record->netns, netns);
	if (err)
		return err == -ENOENT || err == -ESRCH ? err : cni_fail_library(&plugin->error, plugin->ctx);
	return 0;
}

/* @return 0; -ENOENT when it is gone, though another one may have its path or its inode; or another -errno, told. */
static int open_netns(struct plugin *plugin, const struct ipvlan_link *link, const struct record *record,
		      struct ipvlan_netns **netns)
{
	bool is_place = false;
	int err = open_place(plugin, link, record, netns);

	if (err)
		return err == -ESRCH ? -ENOENT : err;
	err = plugin_is_place(plugin, record, *netns, &is_place);
	if (!err && is_place)
		return 0;
	ipvlan_netns_free(*netns);
	return err ? err : -ENOENT;
}

/* Looked at once more, inside: between the list and now it may have become another's. */
static int delete_inside(struct plugin *plugin, const struct record *record)
{
	struct ipvlan_link *link;
	int err = ipvlan_link_get(plugin->ctx, record->ifname, &link);

	if (err)
		return err == -ENODEV ? 0 : err;
	if (plugin_owns(record, link))
		err = ipvlan_link_delete(plugin->ctx, record->ifname);
	ipvlan_link_free(link);
	return err == -ENODEV ? 0 : err;
}

static int delete_link(struct plugin *plugin, const struct ipvlan_link *link, const struct record *record)
{
	struct ipvlan_netns *netns;
	int err = open_netns(plugin, link, record, &netns);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = ipvlan_ctx_set_netns(plugin->ctx, netns);
	if (!err)
		err = delete_inside(plugin, record);
	ipvlan_netns_free(netns);
	if (err)
		cni_fail_library(&plugin->error, plugin->ctx);
	return ipvlan_ctx_set_netns(plugin->ctx, NULL) || err ? -EINVAL : 0;
}

static int delete_stale(struct collecting *collecting, const struct record *record)
{
	for (size_t i = 0; i < ipvlan_link_list_get_count(collecting->links); i++) {
		const struct ipvlan_link *link = ipvlan_link_list_get(collecting->links, i);

		if (plugin_owns(record, link))
			return delete_link(collecting->plugin, link, record);
	}
	return 0;
}

/* One that cannot be removed does not keep the others. */
static int collect(const struct record *record, void *data)
{
	struct collecting *collecting = data;
	struct plugin *plugin = collecting->plugin;
	int err;

	if (is_valid(record, plugin))
		return 0;
	err = plugin_release(plugin, record->container, record->netns, record->ifname, &plugin->error);
	if (!err)
		err = delete_stale(collecting, record);
	if (!err && host_is_wanted(plugin, record))
		err = host_close(plugin, record);
	else if (!err)
		err = plugin_forget(plugin, record->container, record->ifname);
	if (err && !collecting->failed) {
		collecting->failed = err;
		collecting->first = plugin->error;
	}
	return 0;
}

int plugin_gc(struct plugin *plugin)
{
	struct collecting collecting = {.plugin = plugin};
	int err;

	if (ipvlan_link_list(plugin->ctx, IPVLAN_LINKS_EVERYWHERE, &collecting.links))
		return cni_fail_library(&plugin->error, plugin->ctx);
	err = record_each(plugin->folder, plugin->config.network, collect, &collecting);
	ipvlan_link_list_free(collecting.links);
	if (err)
		return record_fail(plugin->folder, err, &plugin->error);
	/* With a plugin of before 1.1 it is enough that its addresses have been released one by one. */
	err = plugin_ask_new_ipam(plugin);
	if (!collecting.failed)
		return err;
	plugin->error = collecting.first;
	return collecting.failed;
}
