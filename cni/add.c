/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ADD: the link, its addresses by IPAM, its routes. What was made is unmade when a later step fails. */
#include "endpoint.h"
#include "host.h"
#include "plugin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* An attachment that is being made. */
struct making {
	struct plugin *plugin;
	char parent[IFNAMSIZ];
	struct ipvlan_link *link;
	struct record record;
	bool made, leased;
	json_t *result; /* in the one form of result.h */
};

static int check_netns(struct plugin *plugin)
{
	bool at_home;

	if (plugin->request.own_netns)
		return 0;
	if (plugin_is_at_home(plugin, &at_home))
		return -EINVAL;
	if (!at_home)
		return 0;
	cni_fail(&plugin->error, CNI_SAME_NETNS, "CNI_NETNS %s is the namespace that the plugin runs in",
		 plugin->request.netns);
	cni_details(&plugin->error, "CNI_NETNS_OVERRIDE allows it");
	return -EINVAL;
}

static int refuse_mac(struct plugin *plugin)
{
	if (!plugin->request.mac)
		return 0;
	cni_fail(&plugin->error, CNI_UNSUPPORTED_FIELD, "MAC=%.*s of CNI_ARGS is not supported",
		 (int)strcspn(plugin->request.mac, ";"), plugin->request.mac);
	cni_details(&plugin->error, "a slave has its parent's MAC address, and nothing can change that");
	return -EINVAL;
}

static int check_mtu(struct plugin *plugin, const struct ipvlan_link *parent)
{
	if (plugin->config.mtu <= ipvlan_link_get_mtu(parent))
		return 0;
	return cni_fail(&plugin->error, CNI_CONFIG, "\"mtu\": %u is more than that of the parent %s, %u",
			plugin->config.mtu, ipvlan_link_get_name(parent), ipvlan_link_get_mtu(parent));
}

/* Where the parent is: with linkInContainer beside the slave. */
static const struct ipvlan_netns *parent_netns(const struct plugin *plugin)
{
	return plugin->config.link_in_container ? plugin->netns : NULL;
}

static int choose_parent(struct making *making)
{
	struct plugin *plugin = making->plugin;
	struct ipvlan_link *parent;
	int err = plugin_find_parent(plugin, &parent);

	if (err)
		return err;
	snprintf(making->parent, sizeof(making->parent), "%s", ipvlan_link_get_name(parent));
	err = check_mtu(plugin, parent);
	ipvlan_link_free(parent);
	return err;
}

static int describe(const struct plugin *plugin, struct ipvlan_settings *settings)
{
	int err = ipvlan_settings_set_mode(settings, plugin->config.mode);

	if (!err)
		err = ipvlan_settings_set_flags(settings, plugin->config.flags);
	if (!err)
		err = ipvlan_settings_set_mtu(settings, plugin->config.mtu);
	if (!err && !plugin->config.link_in_container)
		err = ipvlan_settings_set_netns_fd(settings, ipvlan_netns_get_fd(plugin->netns));
	return err;
}

/* What a setter refused, the library tells now. */
static int make_link(struct making *making)
{
	struct plugin *plugin = making->plugin;
	struct ipvlan_settings *settings = ipvlan_settings_new(making->parent, plugin->request.ifname);
	int err;

	if (!settings)
		return cni_fail_memory(&plugin->error);
	describe(plugin, settings);
	/* Before its addresses, which DHCP gets through it. */
	ipvlan_settings_set_up(settings, true);
	err = ipvlan_link_create(plugin->ctx, settings, &making->link);
	ipvlan_settings_free(settings);
	making->made = !err;
	return err ? cni_fail_library(&plugin->error, plugin->ctx) : 0;
}

static int remember(struct making *making)
{
	struct plugin *plugin = making->plugin;
	struct record *record = &making->record;

	if (plugin_read_cookie(plugin, plugin->netns, &record->netns_cookie))
		return -EINVAL;
	record->netns_inode = ipvlan_netns_get_inode(plugin->netns);
	record->ifindex = ipvlan_link_get_ifindex(making->link);
	snprintf(record->container, sizeof(record->container), "%s", plugin->request.container);
	snprintf(record->ifname, sizeof(record->ifname), "%s", plugin->request.ifname);
	snprintf(record->network, sizeof(record->network), "%s", plugin->config.network);
	snprintf(record->netns, sizeof(record->netns), "%s", plugin->request.netns);
	snprintf(record->parent, sizeof(record->parent), "%s", making->parent);
	return record_write(plugin->folder, record, &plugin->error);
}

/* Without proof that it has not, an IPAM plugin that failed may have given an address. */
static int lease(struct making *making)
{
	struct plugin *plugin = making->plugin;
	json_t *answer = NULL;
	bool refused = false;
	int err = plugin_ask_ipam(plugin, &answer, &refused);

	making->leased = !refused;
	if (!err)
		err = result_read(answer, plugin->config.spec, &making->result, &plugin->error);
	json_decref(answer);
	if (!err && json_array_size(json_object_get(making->result, "ips")) == 0)
		err = cni_fail(&plugin->error, CNI_CONFIG, "the IPAM plugin %.80s gave no address",
			       plugin->config.ipam);
	return err;
}

/* From IPAM; or from the plugin before, in a chain; or none, for whoever wants a layer 2 link only. */
static int get_addresses(struct making *making)
{
	const struct config *config = &making->plugin->config;

	if (config->ipam)
		return lease(making);
	making->result = config->prev_result ? json_deep_copy(config->prev_result) : result_new();
	return making->result ? 0 : cni_fail_memory(&making->plugin->error);
}

static json_t *describe_interface(const struct making *making)
{
	const struct plugin *plugin = making->plugin;
	size_t size = 0;
	const uint8_t *mac = ipvlan_link_get_mac(making->link, &size);
	char text[18] = "";

	if (mac && size == 6)
		snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
			 mac[5]);
	return json_pack("{s:s, s:s, s:I, s:o}", "name", plugin->request.ifname, "mac", text, "mtu",
			 (json_int_t)ipvlan_link_get_mtu(making->link), "sandbox", cni_string(plugin->request.netns));
}

/* The addresses are the link's now, whoever gave them. */
static int complete_result(struct making *making)
{
	json_t *interfaces = json_array(), *ip;
	json_t *dns = dns_merge(making->plugin->config.dns, json_object_get(making->result, "dns"));
	size_t i;
	int err = json_array_append_new(interfaces, describe_interface(making));

	json_array_foreach (json_object_get(making->result, "ips"), i, ip)
		err |= json_object_set_new(ip, "interface", json_integer(0));
	err |= json_object_set_new(making->result, "interfaces", interfaces);
	err |= json_object_set_new(making->result, "dns", dns);
	return err ? cni_fail_memory(&making->plugin->error) : 0;
}

/* A server that goes by the MAC address gives all slaves of a parent the same address. */
static void explain_dhcp(struct plugin *plugin)
{
	if (plugin->config.ipam && strcmp(plugin->config.ipam, "dhcp") == 0 &&
	    ipvlan_error_get_code(ipvlan_ctx_get_error(plugin->ctx)) == -EADDRINUSE)
		cni_details(&plugin->error, "slaves have one MAC address: have the DHCP server tell clients apart by "
					    "their client identifiers, or use macvlan");
}

static int in_container(struct making *making)
{
	struct plugin *plugin = making->plugin;
	int err = plugin_work_in(plugin, plugin->netns);

	if (err)
		return err;
	if (endpoint_configure(plugin->ctx, plugin->netns, plugin->request.ifname, making->result, &plugin->error)) {
		explain_dhcp(plugin);
		return -EINVAL;
	}
	return complete_result(making);
}

static int make(struct making *making)
{
	struct plugin *plugin = making->plugin;
	int err = check_netns(plugin);

	if (!err)
		err = refuse_mac(plugin);
	if (!err)
		err = plugin_work_in(plugin, parent_netns(plugin));
	if (!err)
		err = choose_parent(making);
	if (!err)
		err = make_link(making);
	if (!err)
		err = remember(making);
	if (!err)
		err = get_addresses(making);
	if (!err)
		err = in_container(making);
	if (!err && plugin->config.host_access)
		err = host_open(plugin, &making->record);
	return err;
}

/* The first error is the one to tell. */
static void unmake(struct making *making)
{
	struct plugin *plugin = making->plugin;
	const struct request *request = &plugin->request;
	struct cni_error first = plugin->error, ignored;

	if (making->leased)
		plugin_release(plugin, request->container, request->netns, request->ifname, &ignored);
	if (!making->made)
		return;
	if (ipvlan_ctx_set_netns(plugin->ctx, plugin->netns) == 0)
		ipvlan_link_delete(plugin->ctx, request->ifname);
	if (making->record.host_access)
		host_close(plugin, &making->record);
	record_remove(plugin->folder, request->container, request->ifname);
	plugin->error = first;
}

int plugin_add(struct plugin *plugin, json_t **result)
{
	struct making making = {.plugin = plugin};
	int err = plugin_open_netns(plugin);

	if (!err)
		err = make(&making);
	if (!err) {
		*result = result_write(making.result, plugin->config.spec);
		err = *result ? 0 : cni_fail_memory(&plugin->error);
	}
	if (err)
		unmake(&making);
	json_decref(making.result);
	ipvlan_link_free(making.link);
	return err;
}
