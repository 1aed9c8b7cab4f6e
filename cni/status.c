/* SPDX-License-Identifier: GPL-2.0-or-later */
/* STATUS: whether an ADD could succeed, as far as that can be told without making anything. */
#include "plugin.h"

#include <errno.h>
#include <string.h>

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

/* ADD would be refused, and whoever is attached has no trouble by that. */
static int differs(struct plugin *plugin, const struct ipvlan_port *port, const char *parent)
{
	const struct config *config = &plugin->config;
	char mode[IPVLAN_NAME_SIZE], flags[IPVLAN_NAME_SIZE];
	int live_mode = ipvlan_port_get_mode(port), live_flags = ipvlan_port_get_flags(port);

	if (live_mode == config->mode && (config->flags == IPVLAN_FLAGS_UNSET || live_flags == config->flags))
		return 0;
	return cni_fail(
		&plugin->error, CNI_NOT_AVAILABLE,
		"the slaves that the parent %s has are of mode %s with flags %s, which is not what is configured",
		parent, ipvlan_mode_format(live_mode, mode, sizeof(mode)),
		ipvlan_flags_format(live_flags, flags, sizeof(flags)));
}

/* Whether it says of a parent without slaves that it can have none, or of the kernel that it makes none. */
static bool is_in_the_way(const struct ipvlan_finding *finding)
{
	static const char *const ids[] = {"parent-unfit", "parent-busy", "module-missing", "module-blocked"};
	size_t i;

	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		if (strcmp(ipvlan_finding_get_id(finding), ids[i]) == 0)
			return true;
	}
	return false;
}

/* Where there is a slave, there can be another one. */
static int check_first_slave(struct plugin *plugin, const char *parent)
{
	const struct ipvlan_finding *finding;
	struct ipvlan_diagnosis *diagnosis;
	int err = 0;
	size_t i;

	if (ipvlan_diagnosis_new(plugin->ctx, parent, NULL, &diagnosis)) {
		cni_fail_library(&plugin->error, plugin->ctx);
		return not_available(plugin);
	}
	for (i = 0; !err && i < ipvlan_diagnosis_get_count(diagnosis); i++) {
		finding = ipvlan_diagnosis_get_finding(diagnosis, i);
		if (!is_in_the_way(finding))
			continue;
		cni_fail(&plugin->error, 0, "the parent %s can have no slaves: %s", parent,
			 ipvlan_finding_get_evidence(finding));
		cni_details(&plugin->error, "%s", ipvlan_finding_get_remedy(finding));
		err = not_available(plugin);
	}
	ipvlan_diagnosis_free(diagnosis);
	return err;
}

static int check_port(struct plugin *plugin, const struct ipvlan_link *parent)
{
	const char *name = ipvlan_link_get_name(parent);
	struct ipvlan_port *port;
	int err;

	if (plugin->config.mtu > ipvlan_link_get_mtu(parent))
		return cni_fail(&plugin->error, CNI_NOT_AVAILABLE, "\"mtu\": %u is more than that of the parent %s, %u",
				plugin->config.mtu, name, ipvlan_link_get_mtu(parent));
	if (ipvlan_port_get(plugin->ctx, name, &port)) {
		cni_fail_library(&plugin->error, plugin->ctx);
		return not_available(plugin);
	}
	err = ipvlan_port_get_slave_count(port) ? differs(plugin, port, name) : check_first_slave(plugin, name);
	ipvlan_port_free(port);
	return err;
}

static int check_parent(struct plugin *plugin)
{
	struct ipvlan_link *parent;
	int err;

	if (plugin_find_parent(plugin, &parent))
		return not_available(plugin);
	if (ipvlan_link_is_up(parent)) {
		err = check_port(plugin, parent);
	} else {
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
