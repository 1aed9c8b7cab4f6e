// SPDX-License-Identifier: LGPL-2.1-or-later
#include "topology.h"
#include "internal.h"
#include "module-options.h"
#include "settings.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

IPVLAN_API struct ipvlan_topology *ipvlan_topology_new(void)
{
	return calloc(1, sizeof(struct ipvlan_topology));
}

IPVLAN_API void ipvlan_topology_free(struct ipvlan_topology *topology)
{
	if (!topology)
		return;
	state_clear(&topology->state);
	free(topology->findings);
	free(topology);
}

IPVLAN_API void ipvlan_topology_set_line(struct ipvlan_topology *topology, unsigned int line)
{
	topology->line = line;
}

IPVLAN_API int ipvlan_topology_add_parent(struct ipvlan_topology *topology, const char *name, int mode, int flags)
{
	struct state_port *port;

	if (!link_name_is_valid(name) || !attribute_value_is_valid(mode) || !attribute_value_is_valid(flags))
		return -EINVAL;
	port = state_add_port(&topology->state, name);
	if (!port)
		return -ENOMEM;
	port->mode = mode;
	port->flags = flags;
	port->is_listed = true;
	port->line = topology->line;
	return 0;
}

/* It is the last one as a rule, for things are described one after the other. */
static struct state_port *find_described(struct ipvlan_topology *topology, const char *name)
{
	size_t i = topology->state.port_count;

	while (i-- > 0) {
		if (topology->state.ports[i].is_listed && strcmp(topology->state.ports[i].name, name) == 0)
			return &topology->state.ports[i];
	}
	return NULL;
}

IPVLAN_API int ipvlan_topology_set_parent_options(struct ipvlan_topology *topology, const char *name,
						  const struct ipvlan_module_options *options)
{
	struct state_port *port = find_described(topology, name);
	struct ipvlan_module_options *copy;

	if (!port)
		return -ENOENT;
	copy = module_options_copy(&options->change);
	if (!copy)
		return -ENOMEM;
	ipvlan_module_options_free(port->options);
	port->options = copy;
	return 0;
}

IPVLAN_API int ipvlan_topology_add_netns(struct ipvlan_topology *topology, const char *name, bool must_exist)
{
	struct state_netns *netns;

	if (!netns_name_is_valid(name))
		return -EINVAL;
	netns = state_add_netns(&topology->state, name);
	if (!netns)
		return -ENOMEM;
	netns->must_exist = must_exist;
	netns->line = topology->line;
	return 0;
}

static int copy_lists(struct ipvlan_topology_slave *slave, const struct ipvlan_settings *settings)
{
	struct ipvlan_route route;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < settings->address_count; i++)
		err = slave_add_address(slave, &settings->addresses[i]);
	for (i = 0; !err && i < settings->route_count; i++) {
		route = settings->routes[i];
		route.family = ipvlan_route_get_family(&route);
		err = slave_add_route(slave, &route);
	}
	return err;
}

static bool has_plain_form(const struct ipvlan_settings *settings)
{
	return !settings->error && settings->name && settings->parent && link_name_is_valid(settings->parent) &&
	       (settings->netns_by == NETNS_BY_NOTHING || settings->netns_by == NETNS_BY_NAME);
}

IPVLAN_API int ipvlan_topology_add_slave(struct ipvlan_topology *topology, const struct ipvlan_settings *settings)
{
	struct ipvlan_topology_slave *slave;
	const char *netns;
	int err;

	if (!has_plain_form(settings))
		return settings->error ? settings->error : -EINVAL;
	netns = settings->netns_by == NETNS_BY_NAME ? settings->netns_text : NULL;
	slave = state_add_slave(&topology->state, netns, settings->name);
	if (!slave)
		return -ENOMEM;
	strcpy(slave->parent, settings->parent);
	slave->mode = settings->mode;
	slave->flags = settings->flags;
	slave->mtu = settings->mtu;
	slave->up = settings->up || settings->route_count > 0;
	slave->loopback_up = settings->loopback_up;
	slave->line = topology->line;
	err = copy_lists(slave, settings);
	if (err) {
		slave_clear(slave);
		topology->state.slave_count--;
	}
	return err;
}

/* Only what a new port would not have by itself. */
static void describe_options(struct state_port *port)
{
	struct module_change new_port;

	if (!port->options)
		return;
	module_change_of_new_port(&new_port);
	module_change_drop_same(&port->options->change, &new_port);
	if (!module_change_is_empty(&port->options->change))
		return;
	ipvlan_module_options_free(port->options);
	port->options = NULL;
}

/* Of a port whose slaves cannot be described there is nothing to say. */
static void describe_ports(struct state *state)
{
	size_t i, kept = 0;

	for (i = 0; i < state->port_count; i++) {
		describe_options(&state->ports[i]);
		if (state->ports[i].has_slaves)
			state->ports[kept++] = state->ports[i];
		else
			port_clear(&state->ports[i]);
	}
	state->port_count = kept;
}

IPVLAN_API int ipvlan_topology_read(struct ipvlan_ctx *ctx, struct ipvlan_topology **topology)
{
	struct ipvlan_topology *t = ipvlan_topology_new();
	int err;

	if (!t)
		return fail(ctx, -ENOMEM, IPVLAN_STAGE_READ, "cannot read the topology");
	err = snapshot_read_all(ctx, t);
	if (!err) {
		describe_ports(&t->state);
		err = topology_describe_slaves(t);
		if (err)
			fail(ctx, err, IPVLAN_STAGE_READ, "cannot read the topology");
	}
	if (err)
		ipvlan_topology_free(t);
	else
		*topology = t;
	return err;
}

IPVLAN_API size_t ipvlan_topology_get_finding_count(const struct ipvlan_topology *topology)
{
	return topology->finding_count;
}

static const struct finding *finding_at(const struct ipvlan_topology *topology, size_t index)
{
	static const struct finding none = {.text = ""};

	return index < topology->finding_count ? &topology->findings[index] : &none;
}

IPVLAN_API enum ipvlan_severity ipvlan_topology_get_finding_severity(const struct ipvlan_topology *topology,
								     size_t index)
{
	return finding_at(topology, index)->severity;
}

IPVLAN_API unsigned int ipvlan_topology_get_finding_line(const struct ipvlan_topology *topology, size_t index)
{
	return finding_at(topology, index)->line;
}

IPVLAN_API unsigned int ipvlan_topology_get_finding_other_line(const struct ipvlan_topology *topology, size_t index)
{
	return finding_at(topology, index)->other_line;
}

IPVLAN_API const char *ipvlan_topology_get_finding_text(const struct ipvlan_topology *topology, size_t index)
{
	return index < topology->finding_count ? topology->findings[index].text : NULL;
}

IPVLAN_API size_t ipvlan_topology_get_parent_count(const struct ipvlan_topology *topology)
{
	return topology->state.port_count;
}

IPVLAN_API const char *ipvlan_topology_get_parent_name(const struct ipvlan_topology *topology, size_t index)
{
	return index < topology->state.port_count ? topology->state.ports[index].name : NULL;
}

IPVLAN_API int ipvlan_topology_get_parent_mode(const struct ipvlan_topology *topology, size_t index)
{
	return index < topology->state.port_count ? topology->state.ports[index].mode : IPVLAN_MODE_UNSET;
}

IPVLAN_API int ipvlan_topology_get_parent_flags(const struct ipvlan_topology *topology, size_t index)
{
	return index < topology->state.port_count ? topology->state.ports[index].flags : IPVLAN_FLAGS_UNSET;
}

IPVLAN_API const struct ipvlan_module_options *ipvlan_topology_get_parent_options(
	const struct ipvlan_topology *topology, size_t index)
{
	return index < topology->state.port_count ? topology->state.ports[index].options : NULL;
}

IPVLAN_API size_t ipvlan_topology_get_slave_count(const struct ipvlan_topology *topology)
{
	return topology->state.slave_count;
}

IPVLAN_API const struct ipvlan_topology_slave *ipvlan_topology_get_slave(const struct ipvlan_topology *topology,
									 size_t index)
{
	return index < topology->state.slave_count ? &topology->state.slaves[index] : NULL;
}

IPVLAN_API const char *ipvlan_topology_slave_get_name(const struct ipvlan_topology_slave *slave)
{
	return slave->name;
}

IPVLAN_API const char *ipvlan_topology_slave_get_parent(const struct ipvlan_topology_slave *slave)
{
	return slave->parent;
}

IPVLAN_API const char *ipvlan_topology_slave_get_netns(const struct ipvlan_topology_slave *slave)
{
	return slave->netns;
}

IPVLAN_API uint32_t ipvlan_topology_slave_get_mtu(const struct ipvlan_topology_slave *slave)
{
	return slave->mtu;
}

IPVLAN_API bool ipvlan_topology_slave_is_up(const struct ipvlan_topology_slave *slave)
{
	return slave->up;
}

IPVLAN_API bool ipvlan_topology_slave_has_loopback_up(const struct ipvlan_topology_slave *slave)
{
	return slave->loopback_up;
}

IPVLAN_API const struct ipvlan_address *ipvlan_topology_slave_get_address(const struct ipvlan_topology_slave *slave,
									  size_t index)
{
	return index < slave->address_count ? &slave->addresses[index] : NULL;
}

IPVLAN_API const struct ipvlan_route *ipvlan_topology_slave_get_route(const struct ipvlan_topology_slave *slave,
								      size_t index)
{
	return index < slave->route_count ? &slave->routes[index] : NULL;
}
