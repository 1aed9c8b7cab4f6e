/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CHECK: what ADD promised against what is. All differences are told at once. */
#include "endpoint.h"
#include "host.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct checking {
	struct plugin *plugin;
	char differences[1024];
};

static void differ(struct checking *checking, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void differ(struct checking *checking, const char *format, ...)
{
	size_t used = strlen(checking->differences), size = sizeof(checking->differences);
	va_list ap;

	if (used)
		used += (size_t)snprintf(checking->differences + used, size - used, "; ");
	if (used >= size)
		return;
	va_start(ap, format);
	vsnprintf(checking->differences + used, size - used, format, ap);
	va_end(ap);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* Its place among the result's interfaces; -1 when it is not there. */
static json_int_t find_interface(const struct plugin *plugin)
{
	json_t *interface;
	size_t i;

	json_array_foreach (json_object_get(plugin->config.prev_result, "interfaces"), i, interface)
		if (strcmp(text_of(interface, "name"), plugin->request.ifname) == 0 && *text_of(interface, "sandbox"))
			return (json_int_t)i;
	return -1;
}

static void compare_mac(struct checking *checking, const char *wanted, const struct ipvlan_link *link)
{
	size_t size = 0;
	const uint8_t *mac = ipvlan_link_get_mac(link, &size);
	char text[18];

	if (!*wanted || !mac || size != 6)
		return;
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	if (strcasecmp(text, wanted) != 0)
		differ(checking, "its MAC address is %s, not %s", text, wanted);
}

static void compare_port(struct checking *checking, const struct ipvlan_link *link)
{
	const struct config *config = &checking->plugin->config;
	char is[IPVLAN_NAME_SIZE], wanted[IPVLAN_NAME_SIZE];

	if (ipvlan_link_get_mode(link) != config->mode)
		differ(checking, "its mode is %s, not %s",
		       ipvlan_mode_format(ipvlan_link_get_mode(link), is, sizeof(is)),
		       ipvlan_mode_format(config->mode, wanted, sizeof(wanted)));
	if (config->flags != IPVLAN_FLAGS_UNSET && ipvlan_link_get_flags(link) != config->flags)
		differ(checking, "its flags are %s, not %s",
		       ipvlan_flags_format(ipvlan_link_get_flags(link), is, sizeof(is)),
		       ipvlan_flags_format(config->flags, wanted, sizeof(wanted)));
	if (config->mtu && ipvlan_link_get_mtu(link) != config->mtu)
		differ(checking, "its MTU is %u, not %u", ipvlan_link_get_mtu(link), config->mtu);
}

/* The default route may have come to lead elsewhere since: what counts is the parent that ADD chose. */
static int compare_parent(struct checking *checking, const struct ipvlan_link *link)
{
	struct plugin *plugin = checking->plugin;
	const char *wanted = plugin->config.master, *is = ipvlan_link_get_parent_name(link);
	struct record record;
	int err = -ENOENT;

	if (!wanted)
		err = record_read(plugin->folder, plugin->request.container, plugin->request.ifname, &record);
	if (err && err != -ENOENT)
		return record_fail(plugin->folder, err, &plugin->error);
	if (!err)
		wanted = record.parent;
	if (wanted && is && strcmp(wanted, is) != 0)
		differ(checking, "its parent is %s, not %s", is, wanted);
	return 0;
}

static int compare_link(struct checking *checking, const struct ipvlan_link *link, json_int_t index)
{
	struct plugin *plugin = checking->plugin;
	const json_t *result = plugin->config.prev_result;
	const json_t *interface = json_array_get(json_object_get(result, "interfaces"), (size_t)index);

	if (!ipvlan_link_is_slave(link)) {
		const char *kind = ipvlan_link_get_kind(link);

		differ(checking, "it is no ipvlan link, but %s", kind ? kind : "one without a kind");
		return 0;
	}
	if (!ipvlan_link_is_up(link))
		differ(checking, "it is down");
	compare_mac(checking, text_of(interface, "mac"), link);
	compare_port(checking, link);
	if (compare_parent(checking, link))
		return -EINVAL;
	return endpoint_compare(plugin->ctx, link, result, plugin->config.spec, index, checking->differences,
				sizeof(checking->differences), &plugin->error);
}

static int compare(struct checking *checking, json_int_t index)
{
	struct plugin *plugin = checking->plugin;
	struct ipvlan_link *link;
	int err = ipvlan_link_get(plugin->ctx, plugin->request.ifname, &link);

	if (err == -ENODEV) {
		differ(checking, "there is no such link");
		return 0;
	}
	if (err)
		return cni_fail_library(&plugin->error, plugin->ctx);
	err = compare_link(checking, link, index);
	ipvlan_link_free(link);
	return err;
}

static int compare_all(struct plugin *plugin)
{
	struct checking checking = {.plugin = plugin};
	json_int_t index = find_interface(plugin);
	int err = plugin_work_in(plugin, plugin->netns);

	if (!err && index < 0)
		differ(&checking, "prevResult does not have it");
	else if (!err)
		err = compare(&checking, index);
	if (err || !checking.differences[0])
		return err;
	cni_fail(&plugin->error, CNI_INTERNAL, "%s of container %.80s is not as it was made", plugin->request.ifname,
		 plugin->request.container);
	cni_details(&plugin->error, "%s", checking.differences);
	return -EINVAL;
}

/* The link is there by now, and has a parent. */
static int check_host(struct plugin *plugin)
{
	struct ipvlan_link *link;
	int open;

	if (ipvlan_link_get(plugin->ctx, plugin->request.ifname, &link))
		return cni_fail_library(&plugin->error, plugin->ctx);
	open = host_is_open(plugin, link);
	ipvlan_link_free(link);
	if (open)
		return open < 0 ? open : 0;
	return cni_fail(&plugin->error, CNI_INTERNAL, "the host has no way to %s of container %.80s",
			plugin->request.ifname, plugin->request.container);
}

static int check_ipam(struct plugin *plugin)
{
	json_t *answer = NULL;
	bool refused;
	int err;

	if (!plugin->config.ipam)
		return 0;
	err = plugin_ask_ipam(plugin, &answer, &refused);
	json_decref(answer);
	return err;
}

int plugin_check(struct plugin *plugin)
{
	int err;

	if (!plugin->config.prev_result)
		return cni_fail(&plugin->error, CNI_CONFIG, "CHECK wants \"prevResult\"");
	err = plugin_open_netns(plugin);
	if (!err)
		err = compare_all(plugin);
	if (!err && plugin->config.host_access)
		err = check_host(plugin);
	return err ? err : check_ipam(plugin);
}
