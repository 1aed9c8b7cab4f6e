/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin.h"
#include "delegate.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAIN_TABLE 254

int plugin_open_netns(struct plugin *plugin)
{
	const char *path = plugin->request.netns;

	if (!ipvlan_netns_open_path(plugin->ctx, path, &plugin->netns))
		return 0;
	cni_fail_library(&plugin->error, plugin->ctx);
	if (plugin->error.code == CNI_TRY_LATER)
		return -EINVAL;
	/* A file that is there and is no namespace is the runtime's mistake. */
	plugin->error.code = ipvlan_error_get_code(ipvlan_ctx_get_error(plugin->ctx)) == -EINVAL
				     ? CNI_ENVIRONMENT
				     : CNI_UNKNOWN_CONTAINER;
	return -EINVAL;
}

int plugin_work_in(struct plugin *plugin, const struct ipvlan_netns *netns)
{
	return ipvlan_ctx_set_netns(plugin->ctx, netns) ? cni_fail_library(&plugin->error, plugin->ctx) : 0;
}

/* One that leads nowhere has a link in IPv6, which is lo. */
static bool is_default(const struct ipvlan_route *route)
{
	char buf[IPVLAN_ADDRESS_SIZE];

	return ipvlan_route_get_ifindex(route) && ipvlan_route_get_type(route) == RTN_UNICAST &&
	       strcmp(ipvlan_route_format_destination(route, buf, sizeof(buf)), "default") == 0;
}

/* The index of the link of the best default route; 0 when there is none. */
static int find_default(const struct ipvlan_route_list *list)
{
	uint32_t metric = UINT32_MAX;
	int ifindex = 0;

	for (size_t i = 0; i < ipvlan_route_list_get_count(list); i++) {
		const struct ipvlan_route *route = ipvlan_route_list_get(list, i);

		if (!is_default(route) || (ifindex && ipvlan_route_get_metric(route) >= metric))
			continue;
		metric = ipvlan_route_get_metric(route);
		ifindex = ipvlan_route_get_ifindex(route);
	}
	return ifindex;
}

static int read_default(struct plugin *plugin, int family, int *ifindex)
{
	struct ipvlan_route_list *list;

	if (ipvlan_route_list(plugin->ctx, NULL, family, MAIN_TABLE, &list))
		return cni_fail_library(&plugin->error, plugin->ctx);
	*ifindex = find_default(list);
	ipvlan_route_list_free(list);
	return 0;
}

static int find_default_parent(struct plugin *plugin, struct ipvlan_link **link)
{
	int ifindex = 0, err = read_default(plugin, AF_INET, &ifindex);

	if (!err && !ifindex)
		err = read_default(plugin, AF_INET6, &ifindex);
	if (err)
		return err;
	if (ifindex)
		return ipvlan_link_get_by_index(plugin->ctx, ifindex, link)
			       ? cni_fail_library(&plugin->error, plugin->ctx)
			       : 0;
	cni_fail(&plugin->error, CNI_CONFIG, "there is no \"master\", and no default route to take one from");
	cni_details(&plugin->error, "name the parent in the configuration of network %s", plugin->config.network);
	return -EINVAL;
}

/* In a chain the plugin before may have made, or found, the parent. */
static const char *chained_parent(const struct config *config)
{
	const json_t *interfaces = json_object_get(config->prev_result, "interfaces");

	if (json_array_size(interfaces) != 1)
		return NULL;
	return json_string_value(json_object_get(json_array_get(interfaces, 0), "name"));
}

int plugin_find_parent(struct plugin *plugin, struct ipvlan_link **link)
{
	const char *master = plugin->config.master;

	if (!master && plugin->request.command == COMMAND_ADD && plugin->config.prev_result) {
		master = chained_parent(&plugin->config);
		if (!master)
			return cni_fail(
				&plugin->error, CNI_CONFIG,
				"there is no \"master\", and prevResult has not just one interface to take for it");
	}
	if (!master)
		return find_default_parent(plugin, link);
	return ipvlan_link_get(plugin->ctx, master, link) ? cni_fail_library(&plugin->error, plugin->ctx) : 0;
}

static struct delegation delegation_of(const struct plugin *plugin)
{
	return (struct delegation){
		.plugin = plugin->config.ipam,
		.path = plugin->request.path,
		.command = request_command_name(plugin->request.command),
		.container = plugin->request.container,
		.netns = plugin->request.netns,
		.ifname = plugin->request.ifname,
	};
}

int plugin_ask_ipam(struct plugin *plugin, json_t **answer, bool *refused)
{
	const struct delegation delegation = delegation_of(plugin);

	return delegate(&delegation, plugin->config.whole, answer, refused, &plugin->error);
}

int plugin_ask_new_ipam(struct plugin *plugin)
{
	const struct delegation delegation = delegation_of(plugin);
	json_t *answer = NULL;
	bool refused;
	int err;

	if (!plugin->config.ipam)
		return 0;
	err = delegate_version(&delegation, plugin->config.whole, &plugin->error);
	if (err < SPEC_1_1_0)
		return err < 0 ? err : 0;
	err = delegate(&delegation, plugin->config.whole, &answer, &refused, &plugin->error);
	json_decref(answer);
	return err;
}

int plugin_release(struct plugin *plugin, const char *container, const char *netns, const char *ifname,
		   struct cni_error *error)
{
	struct delegation delegation = delegation_of(plugin);
	json_t *answer = NULL;
	bool refused;
	int err;

	if (!plugin->config.ipam)
		return 0;
	delegation.command = request_command_name(COMMAND_DEL);
	delegation.container = container;
	delegation.netns = netns;
	delegation.ifname = ifname;
	err = delegate(&delegation, plugin->config.whole, &answer, &refused, error);
	json_decref(answer);
	return err;
}

int plugin_forget(struct plugin *plugin, const char *container, const char *ifname)
{
	int err = record_remove(plugin->folder, container, ifname);

	return err ? record_fail(plugin->folder, err, &plugin->error) : 0;
}

int plugin_is_at_home(struct plugin *plugin, bool *at_home)
{
	struct ipvlan_netns *own;

	if (ipvlan_netns_open_current(plugin->ctx, &own))
		return cni_fail_library(&plugin->error, plugin->ctx);
	*at_home = ipvlan_netns_is_equal(own, plugin->netns);
	ipvlan_netns_free(own);
	return 0;
}

/* Runs in the container. */
static int read_cookie(void *data)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(uint64_t);

	if (fd < 0)
		return -errno;
#ifdef SO_NETNS_COOKIE
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, data, &size) < 0)
		*(uint64_t *)data = 0;
#else
	(void)size;
#endif
	close(fd);
	return 0;
}

int plugin_read_cookie(struct plugin *plugin, const struct ipvlan_netns *netns, uint64_t *cookie)
{
	int err;

	*cookie = 0;
	if (ipvlan_netns_call(plugin->ctx, netns, read_cookie, cookie, &err))
		return cni_fail_library(&plugin->error, plugin->ctx);
	if (!err)
		return 0;
	errno = -err;
	return cni_fail(&plugin->error, CNI_TRY_LATER, "a socket cannot be made: %m");
}

int plugin_is_place(struct plugin *plugin, const struct record *record, const struct ipvlan_netns *netns,
		    bool *is_place)
{
	uint64_t cookie;

	*is_place = ipvlan_netns_get_inode(netns) == record->netns_inode;
	if (!*is_place || !record->netns_cookie)
		return 0;
	if (plugin_read_cookie(plugin, netns, &cookie))
		return -EINVAL;
	*is_place = !cookie || cookie == record->netns_cookie;
	return 0;
}

bool plugin_owns(const struct record *record, const struct ipvlan_link *link)
{
	return ipvlan_link_is_slave(link) && ipvlan_link_get_ifindex(link) == record->ifindex &&
	       ipvlan_link_get_netns_inode(link) == record->netns_inode &&
	       strcmp(ipvlan_link_get_name(link), record->ifname) == 0;
}
