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

/* One that is lent is no description's, but where a plan may take it away, its undoing must know of it. */
static bool is_part(const struct reading *r, const char *netns, const struct ipvlan_link *link,
		    const struct ipvlan_address *address)
{
	return address_is_described(address) || (r->wanted && address_is_lent(address)) ||
	       is_asked_for(r, netns, link, address);
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
	return err;
}

static bool is_ours(struct place *place, const struct ipvlan_link *link, void *data)
{
	struct reading *r = data;

	if (link->parent_nsid < 0)
		return ipvlan_netns_is_equal(place->netns, r->ctx->netns);
	if (r->nsid == -2)
		r->error = netns_nsid(place->transport, r->ctx->netns, &r->nsid);
	return !r->error && link->parent_nsid == r->nsid;
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

/* A namespace that only a process or an open file holds cannot be described by name. */
static int count_nameless(struct reading *r, struct place *place)
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
		err = count_outsider(r->state, &links.links[i]);
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
		return r->wanted ? count_nameless(r, place) : 0;
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

	for (i = 0; r->wanted && i < r->wanted->port_count; i++) {
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

	return err ? err : may_change_unseen(r);
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

static int read_options(struct ipvlan_ctx *ctx, struct state *state)
{
	struct module_live_port *ports = NULL;
	size_t count = 0, i;
	struct ack ack;
	int err = module_ports_read(ctx->netns, &ports, &count, &ack);

	for (i = 0; !err && i < count; i++)
		err = note_options(state, &ports[i]);
	free(ports);
	return err == -EOPNOTSUPP ? 0 : err;
}

int snapshot_read(struct ipvlan_ctx *ctx, struct state *wanted, struct state *state)
{
	struct reading reading = {.ctx = ctx, .state = state, .wanted = wanted};
	struct transport *transport;
	int err = ctx_transport(ctx, &transport);
	size_t left_out, i;

	if (err)
		return err;
	for (i = 0; wanted && i < wanted->slave_count; i++)
		wanted->slaves[i].is_name_taken = false;
	err = places_walk_on(ctx, read_place, wants_more, &reading, &left_out);
	if (!err)
		err = read_ports(&reading, transport);
	if (!err)
		err = read_options(ctx, state);
	state_sort(state);
	return err ? fail(ctx, err, IPVLAN_STAGE_READ, "cannot read what lives") : 0;
}
