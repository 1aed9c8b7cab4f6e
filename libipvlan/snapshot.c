// SPDX-License-Identifier: LGPL-2.1-or-later
/* What lives, as far as a topology can describe it: named namespaces and the slaves of parents of the context's own. */
#include "host-access.h"
#include "link-read.h"
#include "module-options.h"
#include "module-port.h"
#include "netns-list.h"
#include "snapshot-route.h"
#include "topology.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct ipvlan_ctx *ctx;
	struct state *state;
	struct state *wanted;
	struct ipvlan_topology *told; /* where nothing is wanted: finds what is left out */
	size_t nameless_count, foreign_count;
	char nameless[IFNAMSIZ], foreign[IFNAMSIZ]; /* one of each */
	int nsid;  /* of the context's namespace, as the place that is being read knows it; -2: not asked yet */
	int error; /* why that could not be asked */
};

/* Nothing tells one that somebody made from the one that the kernel makes: it is left out, but where it was asked for.
 */
static bool is_asked_for(const struct reading *r, const char *netns, const struct ipvlan_link *link,
			 const struct ipvlan_address *address)
{
	const struct ipvlan_topology_slave *wanted = r->wanted ? state_find_slave(r->wanted, netns, link->name) : NULL;

	return wanted && slave_has_address(wanted, address);
}

/* One that is lent is no description's, but a plan that takes it away, and whoever leaves it out, must know of it. */
static bool is_part(const struct reading *r, const char *netns, const struct ipvlan_link *link,
		    const struct ipvlan_address *address)
{
	return address_is_described(address) || address_is_lent(address) || is_asked_for(r, netns, link, address);
}

static int tell_of_link(const struct reading *r, const char *netns, const struct ipvlan_link *link)
{
	int err = 0;

	if (strcmp(link->kind, "ipvtap") == 0)
		err = topology_leave_out(r->told, netns, link->name, "that it is of kind ipvtap");
	if (!err && link->controller_index)
		err = topology_leave_out(r->told, netns, link->name, "the bridge, bond or VRF that it belongs to");
	if (!err && link->group)
		err = topology_leave_out(r->told, netns, link->name, "its group, %u", link->group);
	return err;
}

static int add_slave(struct reading *r, const char *netns, const struct ipvlan_link *link)
{
	struct ipvlan_topology_slave *slave = state_add_slave(r->state, netns, link->name);
	size_t i;
	int err = slave ? 0 : -ENOMEM;

	if (err)
		return err;
	strcpy(slave->parent, link->parent_name);
	slave->mode = link->mode;
	slave->flags = link->ipvlan_flags;
	slave->mtu = link->mtu;
	slave->group = link->group;
	slave->up = link->device_flags & IFF_UP;
	for (i = 0; !err && i < link->address_count; i++) {
		if (is_part(r, netns, link, &link->addresses[i]))
			err = slave_add_address(slave, &link->addresses[i]);
	}
	return err || !r->told ? err : tell_of_link(r, netns, link);
}

static bool has_parent_here(struct place *place, const struct ipvlan_link *link, void *data)
{
	struct reading *r = data;

	if (link->parent_nsid < 0)
		return ipvlan_netns_is_equal(place->netns, r->ctx->netns);
	if (r->nsid == -2)
		r->error = netns_nsid(place->transport, r->ctx->netns, &r->nsid);
	return !r->error && link->parent_nsid == r->nsid;
}

static bool is_ours(struct place *place, const struct ipvlan_link *link, void *data)
{
	struct reading *r = data;
	bool ours = has_parent_here(place, link, data);

	if (!ours && !r->foreign_count++)
		memcpy(r->foreign, link->name, sizeof(r->foreign));
	return ours;
}

static bool are_all_there(const struct state *here, const struct ipvlan_topology_slave *wanted, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!state_find_slave(here, wanted[i].netns, wanted[i].name))
			return false;
	}
	return true;
}

/*
 * Whether slaves that are yet to be made could have their names. All links are read once for that: a request for each
 * name would be dearer when many are made, and when few are made there is little to be dear.
 *
 * first: of the slaves that were read in this namespace. Leaves them sorted.
 */
static int look_for_names(struct reading *r, struct place *place, const char *netns, size_t first)
{
	struct state here = {.slaves = r->state->slaves + first, .slave_count = r->state->slave_count - first};
	struct ipvlan_topology_slave *wanted;
	struct ipvlan_link_list all = {0};
	size_t i, count = 0;
	int err;

	state_sort(&here);
	wanted = r->wanted ? state_slaves_in(r->wanted, netns, &count) : NULL;
	if (are_all_there(&here, wanted, count))
		return 0;
	err = links_in_place(place->transport, &all);
	for (i = 0; !err && i < all.count; i++) {
		wanted = state_find_slave(r->wanted, netns, all.links[i].name);
		if (wanted)
			wanted->is_name_taken = !state_find_slave(&here, netns, wanted->name);
	}
	free(all.links);
	return err;
}

/* Ports are sorted in the end only. */
static struct state_port *find_port(const struct state *state, const char *name)
{
	size_t i;

	for (i = 0; i < state->port_count; i++) {
		if (strcmp(state->ports[i].name, name) == 0)
			return &state->ports[i];
	}
	return NULL;
}

/* Slaves say what mode and flags their port has; each port is added once. */
static struct state_port *live_port(struct state *state, const char *parent, int mode, int flags)
{
	struct state_port *port = find_port(state, parent);

	if (port)
		return port;
	port = state_add_port(state, parent);
	if (port) {
		port->mode = mode;
		port->flags = flags;
		port->has_slaves = true;
	}
	return port;
}

/* Of one that no description can speak of: who changes the port of the others changes it, too. */
static int count_outsider(struct state *state, const struct ipvlan_link *link)
{
	struct state_port *port = live_port(state, link->parent_name, link->mode, link->ipvlan_flags);

	if (!port)
		return -ENOMEM;
	port->outsider_count++;
	return 0;
}

/* Host access is made and unmade by itself. */
static int set_aside_host_access(const struct reading *r, struct ipvlan_link_list *links)
{
	struct ipvlan_link *link;
	size_t i, kept = 0;
	int err = 0;

	for (i = 0; i < links->count; i++) {
		link = &links->links[i];
		if (link->group != HOST_ACCESS_GROUP) {
			links->links[kept++] = *link;
			continue;
		}
		if (!err && r->wanted)
			err = count_outsider(r->state, link);
		else if (!err)
			err = topology_find(r->told, IPVLAN_SEVERITY_WARNING, 0, "parent %s: left out: host access",
					    link->parent_name);
		link_clear(link);
	}
	links->count = kept;
	return err;
}

static int read_slaves(struct reading *r, struct place *place, const char *netns)
{
	struct ipvlan_link_list links = {0};
	struct listing listing = {.ctx = r->ctx, .list = &links, .keep = is_ours, .data = r};
	size_t before = r->state->slave_count, i;
	int err;

	r->nsid = -2;
	err = list_place(place, &listing);
	if (!err)
		err = r->error;
	if (!err)
		err = set_aside_host_access(r, &links);
	for (i = 0; !err && i < links.count; i++)
		err = add_slave(r, netns, &links.links[i]);
	if (!err)
		err = snapshot_read_routes(
			&(struct place_routes){place->transport, netns, &links, before, r->wanted, r->state});
	for (i = 0; i < links.count; i++)
		link_clear(&links.links[i]);
	free(links.links);
	return err ? err : look_for_names(r, place, netns, before);
}

static int read_loopback(struct place *place, struct state_netns *netns)
{
	struct ipvlan_address *addresses;
	struct ipvlan_link lo;
	struct ack ack;
	size_t count;
	int err = link_query(place->transport, 0, "lo", -1, &lo, &ack);

	if (err)
		return err;
	netns->loopback_up = lo.device_flags & IFF_UP;
	if (netns->loopback_up)
		return 0;
	err = addresses_read(place->transport, AF_INET, lo.ifindex, &addresses, &count, &ack);
	if (err)
		return err;
	netns->loopback_was_up = count > 0;
	free(addresses);
	return 0;
}

static int read_netns(struct reading *r, struct place *place, const char *name)
{
	struct state_netns *netns = state_add_netns(r->state, name);

	return netns ? read_loopback(place, netns) : -ENOMEM;
}

static int count_nameless(struct reading *r, const struct ipvlan_link *link)
{
	if (!r->nameless_count++)
		memcpy(r->nameless, link->name, sizeof(r->nameless));
	return r->wanted ? count_outsider(r->state, link) : 0;
}

/* A namespace that only a process or an open file holds cannot be described by name. */
static int read_nameless(struct reading *r, struct place *place)
{
	struct ipvlan_link_list links = {0};
	struct listing listing = {.ctx = r->ctx, .list = &links, .keep = is_ours, .data = r};
	size_t i;
	int err;

	r->nsid = -2;
	err = list_place(place, &listing);
	if (!err)
		err = r->error;
	for (i = 0; !err && i < links.count; i++)
		err = count_nameless(r, &links.links[i]);
	for (i = 0; i < links.count; i++)
		link_clear(&links.links[i]);
	free(links.links);
	return err;
}

static int read_place(struct place *place, void *data)
{
	struct reading *r = data;
	const char *name = place->info->is_own ? NULL : ipvlan_netns_info_get_name(place->info);
	int err = 0;

	if (!place->info->is_own && !name)
		return read_nameless(r, place);
	if (name)
		err = read_netns(r, place, name);
	return err ? err : read_slaves(r, place, name);
}

int snapshot_read_parent(struct transport *transport, struct state_port *port)
{
	struct ipvlan_link link;
	struct ack ack;
	int err = link_query(transport, 0, port->name, -1, &link, &ack);

	if (err)
		return err;
	port->mtu = link.mtu;
	port->is_slave = ipvlan_link_is_slave(&link);
	port->is_loopback = link.device_flags & IFF_LOOPBACK;
	return addresses_read(transport, AF_UNSPEC, link.ifindex, &port->addresses, &port->address_count, &ack);
}

static int note_ports(struct reading *r)
{
	const struct ipvlan_topology_slave *slave;
	size_t i;

	for (i = 0; i < r->state->slave_count; i++) {
		slave = &r->state->slaves[i];
		if (!live_port(r->state, slave->parent, slave->mode, slave->flags))
			return -ENOMEM;
	}
	return 0;
}

/* Whether there may be slaves, not seen yet, whose mode or flags another's would change. */
static bool may_change_unseen(const struct reading *r)
{
	const struct state_port *wanted, *live;
	size_t i;

	for (i = 0; i < r->wanted->port_count; i++) {
		wanted = &r->wanted->ports[i];
		live = find_port(r->state, wanted->name);
		if (!live || (wanted->mode >= 0 && wanted->mode != live->mode) ||
		    (wanted->flags >= 0 && wanted->flags != live->flags))
			return true;
	}
	return false;
}

/* What only open files hold is looked for where it matters, for that takes a look at all open files. */
static int wants_more(void *data)
{
	struct reading *r = data;
	int err = note_ports(r);

	return err ? err : r->told || may_change_unseen(r);
}

static int read_ports(struct reading *r, struct transport *transport)
{
	int err = 0;
	size_t i;

	/* Gone meanwhile: so are its slaves, and the next step says so. */
	for (i = 0; !err && i < r->state->port_count; i++)
		err = shortage(snapshot_read_parent(transport, &r->state->ports[i]));
	return err;
}

static size_t count_slaves(const struct state *state, const char *parent)
{
	size_t i, count = 0;

	for (i = 0; i < state->slave_count; i++)
		count += strcmp(state->slaves[i].parent, parent) == 0;
	return count;
}

/* Outsiders, and slaves where nobody can look, keep a port that may have no others. */
static int note_options(struct state *state, const struct module_live_port *live)
{
	struct state_port *port = find_port(state, live->name);

	if (!port)
		port = state_add_port(state, live->name);
	if (!port)
		return -ENOMEM;
	port->has_unseen = live->slave_count > count_slaves(state, live->name);
	port->options = module_options_copy(&live->options);
	return port->options ? 0 : -ENOMEM;
}

static int tell_of_locks(const struct reading *r, const char *parent)
{
	struct ipvlan_module_port *port;
	size_t i, first = 0, count = 0;
	/* Gone meanwhile, or none of our business to see. */
	int err = ipvlan_module_port_get(r->ctx, parent, &port);

	if (err)
		return shortage(err);
	for (i = 0; i < ipvlan_module_port_get_address_count(port); i++) {
		if (ipvlan_module_port_is_address_locked(port, i) && !count++)
			first = i;
	}
	if (count)
		err = topology_find(r->told, IPVLAN_SEVERITY_WARNING, 0,
				    "parent %s: left out: locked addresses, %zu in number, such as %s", parent, count,
				    ipvlan_module_port_get_address(port, first));
	ipvlan_module_port_free(port);
	return err;
}

static int read_options(const struct reading *r)
{
	struct module_live_port *ports = NULL;
	size_t count = 0, i;
	struct ack ack;
	int err = module_ports_read(r->ctx->netns, &ports, &count, &ack);

	for (i = 0; !err && i < count; i++) {
		err = note_options(r->state, &ports[i]);
		if (!err && r->told)
			err = tell_of_locks(r, ports[i].name);
	}
	free(ports);
	return err == -EOPNOTSUPP ? 0 : err;
}

static int tell_of_places(const struct reading *r)
{
	int err = 0;

	if (r->nameless_count)
		err = topology_find(r->told, IPVLAN_SEVERITY_WARNING, 0,
				    "left out: slaves in namespaces without a name, %zu in number, such as %s",
				    r->nameless_count, r->nameless);
	if (!err && r->foreign_count)
		err = topology_find(r->told, IPVLAN_SEVERITY_WARNING, 0,
				    "left out: slaves of parents in other namespaces, %zu in number, such as %s",
				    r->foreign_count, r->foreign);
	return err;
}

static int read_what_lives(struct reading *reading)
{
	struct ipvlan_ctx *ctx = reading->ctx;
	struct transport *transport;
	int err = ctx_transport(ctx, &transport);
	size_t left_out = 0;

	if (err)
		return err;
	err = places_walk_on(ctx, read_place, wants_more, reading, &left_out);
	if (!err)
		err = read_ports(reading, transport);
	if (!err)
		err = read_options(reading);
	if (!err && reading->told)
		err = tell_of_places(reading);
	state_sort(reading->state);
	if (err)
		return fail(ctx, err, IPVLAN_STAGE_READ, "cannot read what lives");
	places_log_left_out(ctx, left_out);
	return 0;
}

int snapshot_read(struct ipvlan_ctx *ctx, struct state *wanted, struct state *state)
{
	size_t i;

	for (i = 0; i < wanted->slave_count; i++)
		wanted->slaves[i].is_name_taken = false;
	return read_what_lives(&(struct reading){.ctx = ctx, .state = state, .wanted = wanted});
}

int snapshot_read_all(struct ipvlan_ctx *ctx, struct ipvlan_topology *topology)
{
	return read_what_lives(&(struct reading){.ctx = ctx, .state = &topology->state, .told = topology});
}
