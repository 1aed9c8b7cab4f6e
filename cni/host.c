/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "host.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether another attachment on the same parent has host access of the plugin's making. */
static int find_partner(const struct record *record, void *data)
{
	const struct record *wanted = data;

	if (!record->host_access || strcmp(record->parent, wanted->parent) != 0)
		return 0;
	return strcmp(record->container, wanted->container) != 0 || strcmp(record->ifname, wanted->ifname) != 0;
}

static int has_partner(struct plugin *plugin, const struct record *record, bool *found)
{
	int err = record_each(plugin->folder, NULL, find_partner, (void *)record);

	*found = err > 0;
	return err < 0 ? record_fail(plugin->folder, err, &plugin->error) : 0;
}

/* Two runs of the plugin must not make it at the same time, nor one unmake what the other needs. */
static int lock(struct plugin *plugin, int *fd)
{
	*fd = record_lock(plugin->folder, &plugin->error);
	return *fd < 0 ? -EINVAL : plugin_work_in(plugin, NULL);
}

static void unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}

static int read_access(struct plugin *plugin, const char *parent, struct ipvlan_host_access **access)
{
	return ipvlan_host_access_get(plugin->ctx, parent, access) ? cni_fail_library(&plugin->error, plugin->ctx) : 0;
}

static int is_there(struct plugin *plugin, const char *parent, bool *there)
{
	struct ipvlan_host_access *access;
	int err = read_access(plugin, parent, &access);

	if (err)
		return err;
	*there = ipvlan_host_access_get_link(access);
	ipvlan_host_access_free(access);
	return 0;
}

/* NULL at the end; the texts are the configuration's. */
static const char **list_addresses(const json_t *json)
{
	const char **texts = calloc(json_array_size(json) + 1, sizeof(*texts));
	json_t *text;
	size_t i;

	json_array_foreach (json, i, text)
		if (texts)
			texts[i] = json_string_value(text);
	return texts;
}

/* Those that it has serve somebody: another network on the same parent, or whoever set it up. */
static json_t *join_addresses(const json_t *configured, const struct ipvlan_link *own)
{
	json_t *all = json_copy((json_t *)configured);
	char text[IPVLAN_ADDRESS_SIZE];

	for (size_t i = 0; own && i < ipvlan_link_get_address_count(own); i++) {
		const struct ipvlan_address *address = ipvlan_link_get_address(own, i);

		if (ipvlan_address_get_scope(address) != RT_SCOPE_UNIVERSE)
			continue;
		if (json_array_append_new(all, json_string(ipvlan_address_format(address, text, sizeof(text))))) {
			json_decref(all);
			return NULL;
		}
	}
	return all;
}

/* own: the host's slave that is there; NULL for none. */
static int enable(struct plugin *plugin, const char *parent, const struct ipvlan_link *own)
{
	const json_t *configured = plugin->config.host_addresses;
	json_t *all = configured ? join_addresses(configured, own) : NULL;
	const char **addresses = all ? list_addresses(all) : NULL;
	int err = configured && !addresses ? cni_fail_memory(&plugin->error) : 0;

	if (!err && ipvlan_host_access_enable(plugin->ctx, parent, addresses))
		err = cni_fail_library(&plugin->error, plugin->ctx);
	free(addresses);
	json_decref(all);
	return err;
}

/* What was there before the first attachment is somebody else's, and stays. */
static int open_over(struct plugin *plugin, struct record *record, const struct ipvlan_link *own)
{
	bool shared = false;
	int err = own ? has_partner(plugin, record, &shared) : 0;

	if (err)
		return err;
	record->host_access = !own || shared;
	err = record_write(plugin->folder, record, &plugin->error);
	return err ? err : enable(plugin, record->parent, own);
}

static int open_locked(struct plugin *plugin, struct record *record)
{
	struct ipvlan_host_access *access;
	int err = read_access(plugin, record->parent, &access);

	if (err)
		return err;
	err = open_over(plugin, record, ipvlan_host_access_get_link(access));
	ipvlan_host_access_free(access);
	return err;
}

int host_open(struct plugin *plugin, struct record *record)
{
	int fd, err = lock(plugin, &fd);

	if (!err)
		err = open_locked(plugin, record);
	unlock(fd);
	return err;
}

/* What is in the record counts; the configuration tells of what somebody else set up before. */
bool host_is_wanted(const struct plugin *plugin, const struct record *record)
{
	const json_t *wanted = json_object_get(plugin->config.whole, "hostAccess");

	return record->host_access || (wanted && !json_is_false(wanted) && !json_is_null(wanted));
}

/* Whoever is still attached has lost host access by what became of the port since, and not by who leaves. */
static bool serves_nobody(int err)
{
	return err == -EOPNOTSUPP || err == -EADDRNOTAVAIL || err == -ENOENT;
}

static int take_away(struct plugin *plugin, const struct record *record)
{
	bool there = false, shared = true;
	int err = is_there(plugin, record->parent, &there);

	/* With the parent went all of it. */
	if (err)
		return ipvlan_error_get_code(ipvlan_ctx_get_error(plugin->ctx)) == -ENODEV ? 0 : err;
	if (!there)
		return 0;
	if (record->host_access)
		err = has_partner(plugin, record, &shared);
	if (err)
		return err;
	if (!shared)
		err = ipvlan_host_access_disable(plugin->ctx, record->parent);
	else
		err = ipvlan_host_access_enable(plugin->ctx, record->parent, NULL);
	return err && !serves_nobody(err) ? cni_fail_library(&plugin->error, plugin->ctx) : 0;
}

/* Without the record first, of two that go at once each would take the other for a partner. */
int host_close(struct plugin *plugin, const struct record *record)
{
	struct cni_error ignored;
	int fd, err = lock(plugin, &fd);

	if (!err) {
		err = record_remove(plugin->folder, record->container, record->ifname);
		err = err ? record_fail(plugin->folder, err, &plugin->error) : take_away(plugin, record);
		if (err)
			record_write(plugin->folder, record, &ignored);
	}
	unlock(fd);
	return err;
}

static bool has_global(const struct ipvlan_link *link, int family)
{
	for (size_t i = 0; i < ipvlan_link_get_address_count(link); i++) {
		const struct ipvlan_address *address = ipvlan_link_get_address(link, i);

		if (ipvlan_address_get_family(address) == family &&
		    ipvlan_address_get_scope(address) == RT_SCOPE_UNIVERSE)
			return true;
	}
	return false;
}

/* As the library chooses: in l2 mode an address is left out when the host's own slave has none of its family. */
static bool is_served(const struct ipvlan_link *slave, const struct ipvlan_link *own,
		      const struct ipvlan_address *address)
{
	if (ipvlan_address_get_scope(address) != RT_SCOPE_UNIVERSE)
		return false;
	return ipvlan_link_get_mode(slave) != IPVLAN_MODE_L2 || has_global(own, ipvlan_address_get_family(address));
}

static bool has_route(const struct ipvlan_host_access *access, const struct ipvlan_address *address)
{
	char wanted[IPVLAN_ADDRESS_SIZE], to[IPVLAN_ADDRESS_SIZE];
	const struct ipvlan_route *route;

	ipvlan_address_format(address, wanted, sizeof(wanted));
	for (size_t i = 0; (route = ipvlan_host_access_get_route(access, i)); i++)
		if (strcmp(ipvlan_route_format_destination(route, to, sizeof(to)), wanted) == 0)
			return true;
	return false;
}

/* Other slaves of the parent may be there that nobody has asked a way to. Where the host itself is, it needs none. */
static bool reaches(const struct ipvlan_host_access *access, const struct ipvlan_link *slave)
{
	const struct ipvlan_link *own = ipvlan_host_access_get_link(access);

	if (!own)
		return false;
	if (ipvlan_link_get_netns_inode(own) == ipvlan_link_get_netns_inode(slave))
		return true;
	for (size_t i = 0; i < ipvlan_link_get_address_count(slave); i++) {
		const struct ipvlan_address *address = ipvlan_link_get_address(slave, i);

		if (is_served(slave, own, address) && !has_route(access, address))
			return false;
	}
	return true;
}

int host_is_open(struct plugin *plugin, const struct ipvlan_link *slave)
{
	struct ipvlan_host_access *access;
	int open, err = plugin_work_in(plugin, NULL);

	if (!err)
		err = read_access(plugin, ipvlan_link_get_parent_name(slave), &access);
	if (err)
		return err;
	open = reaches(access, slave);
	ipvlan_host_access_free(access);
	return open;
}
