/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DEL: as often as one likes, whatever is left to be removed. */
#include "host.h"

#include <errno.h>
#include <string.h>

/* Without a record: a slave of that name, and of that parent when the configuration names one. */
static bool looks_like_ours(const struct plugin *plugin, const struct ipvlan_link *link)
{
	const char *master = plugin->config.master, *parent = ipvlan_link_get_parent_name(link);

	return ipvlan_link_is_slave(link) && (!master || !parent || strcmp(master, parent) == 0);
}

/* After an ADD that was refused because the name is taken, the link is somebody else's. */
static bool is_ours(const struct plugin *plugin, const struct record *record, const struct ipvlan_link *link)
{
	if (!record)
		return looks_like_ours(plugin, link);
	return strcmp(record->network, plugin->config.network) == 0 && plugin_owns(record, link);
}

static int delete_ours(struct plugin *plugin, const struct record *record)
{
	const char *name = plugin->request.ifname;
	struct ipvlan_link *link;
	int err = ipvlan_link_get(plugin->ctx, name, &link);

	if (err == -ENODEV)
		return 0;
	if (err)
		return cni_fail_library(&plugin->error, plugin->ctx);
	if (is_ours(plugin, record, link))
		err = ipvlan_link_delete(plugin->ctx, name);
	ipvlan_link_free(link);
	return err && err != -ENODEV ? cni_fail_library(&plugin->error, plugin->ctx) : 0;
}

/* Not for want of descriptors, memory or rights: then nobody knows. */
static bool is_gone(int code)
{
	return code == -ENOENT || code == -ENOTDIR || code == -ESRCH || code == -EINVAL;
}

/*
 * Another namespace may have its path or its inode by now, and in that are no links of ours. Without a record: ADD
 * makes none where the plugin runs, and a process whose number the path has may have become one of the host's.
 */
static int is_place(struct plugin *plugin, const struct record *record, bool *is_ours)
{
	int err;

	if (record)
		return plugin_is_place(plugin, record, plugin->netns, is_ours);
	err = plugin_is_at_home(plugin, is_ours);
	*is_ours = !*is_ours || plugin->request.own_netns;
	return err;
}

/* A namespace that is gone has taken the link along. */
static int delete_link(struct plugin *plugin, const struct record *record)
{
	bool may_have_ours = false;
	int err;

	if (!*plugin->request.netns)
		return 0;
	err = plugin_open_netns(plugin);
	if (err)
		return is_gone(ipvlan_error_get_code(ipvlan_ctx_get_error(plugin->ctx))) ? 0 : err;
	err = is_place(plugin, record, &may_have_ours);
	if (err || !may_have_ours)
		return err;
	err = plugin_work_in(plugin, plugin->netns);
	return err ? err : delete_ours(plugin, record);
}

/* The link goes in any case; when the IPAM plugin fails the record stays, for the runtime will come again. */
int plugin_del(struct plugin *plugin)
{
	const struct request *request = &plugin->request;
	struct record record;
	int err = record_read(plugin->folder, request->container, request->ifname, &record), failed;
	bool recorded = !err;
	struct cni_error ipam;

	if (err && err != -ENOENT)
		return record_fail(plugin->folder, err, &plugin->error);
	failed = plugin_release(plugin, request->container, request->netns, request->ifname, &ipam);
	err = delete_link(plugin, recorded ? &record : NULL);
	if (err)
		return err;
	if (failed) {
		plugin->error = ipam;
		return failed;
	}
	if (!recorded || strcmp(record.network, plugin->config.network) != 0)
		return 0;
	return host_is_wanted(plugin, &record) ? host_close(plugin, &record)
					       : plugin_forget(plugin, request->container, request->ifname);
}
