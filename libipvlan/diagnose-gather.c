// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Gathering facts: first all slaves, which say where their parents are; then all else, in those namespaces only that
 * have a slave or a parent.
 */
#include "array.h"
#include "diagnosis.h"
#include "link-read.h"
#include "plan.h"
#include "port.h"
#include <errno.h>
#include <ipvlan/plan.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <time.h>

void facts_clear(struct facts *facts)
{
	size_t i;

	for (i = 0; i < facts->place_count; i++) {
		free(facts->places[i].name);
		free(facts->places[i].path);
		free(facts->places[i].addresses);
		free(facts->places[i].routes);
		free(facts->places[i].neighbours);
		free(facts->places[i].clients);
	}
	for (i = 0; i < facts->link_count; i++)
		link_clear(&facts->links[i].link);
	free(facts->places);
	free(facts->links);
	free(facts->ports);
	free(facts->steps);
	*facts = (struct facts){0};
}

static void unread(int sysctl[SYSCTL_COUNT])
{
	size_t i;

	for (i = 0; i < SYSCTL_COUNT; i++)
		sysctl[i] = SYSCTL_UNREAD;
}

struct fact_place *facts_add_place(struct facts *facts)
{
	struct fact_place *room = array_grow(facts->places, facts->place_count, sizeof(*room));

	if (!room)
		return NULL;
	facts->places = room;
	room += facts->place_count++;
	*room = (struct fact_place){0};
	unread(room->all);
	return room;
}

struct fact_link *facts_add_link(struct facts *facts)
{
	struct fact_link *room = array_grow(facts->links, facts->link_count, sizeof(*room));

	if (!room)
		return NULL;
	facts->links = room;
	room += facts->link_count++;
	*room = (struct fact_link){.place = NONE, .port = NONE};
	unread(room->sysctl);
	return room;
}

struct fact_port *facts_add_port(struct facts *facts)
{
	struct fact_port *room = array_grow(facts->ports, facts->port_count, sizeof(*room));

	if (!room)
		return NULL;
	facts->ports = room;
	room += facts->port_count++;
	*room = (struct fact_port){.parent = NONE, .mode = IPVLAN_MODE_UNSET, .flags = IPVLAN_FLAGS_UNSET};
	return room;
}

struct gathering {
	struct ipvlan_ctx *ctx;
	struct facts *facts;
	const char *name; /* all that is to be looked at has to do with it; NULL: everything */
	ino_t *seen;	  /* namespaces that could be entered */
	size_t seen_count;
};

/* A parent whose namespace cannot be found is one of its own for each number: nothing more is known. */
static struct fact_port *find_port(struct facts *facts, ino_t inode, int parent_index)
{
	size_t i;

	for (i = 0; i < facts->port_count; i++) {
		if (facts->ports[i].inode == inode && facts->ports[i].parent_index == parent_index)
			return &facts->ports[i];
	}
	return NULL;
}

static int add_port(struct facts *facts, ino_t inode, int parent_index)
{
	struct fact_port *port = find_port(facts, inode, parent_index);

	if (!port)
		port = facts_add_port(facts);
	if (!port)
		return -ENOMEM;
	port->inode = inode;
	port->parent_index = parent_index;
	return 0;
}

static bool is_wanted(const struct gathering *g, const struct ipvlan_link *link)
{
	return !g->name || strcmp(link->name, g->name) == 0 || strcmp(link->parent_name, g->name) == 0;
}

/* The ports that are asked for; which slaves they have shows in the second walk. */
static int note_ports(struct gathering *g, const struct ipvlan_link_list *slaves)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < slaves->count; i++) {
		if (is_wanted(g, &slaves->links[i]))
			err = add_port(g->facts, slaves->links[i].parent_netns_inode, slaves->links[i].parent_index);
	}
	return err;
}

/* A link of the context's own namespace that could be a parent, with slaves or without. */
static int note_candidate(struct gathering *g, const char *name)
{
	struct ipvlan_link link;
	struct ack ack;
	int err = link_query(g->ctx->transport, 0, name, -1, &link, &ack);

	if (err || ipvlan_link_is_slave(&link))
		return err == -ENODEV ? 0 : err;
	return add_port(g->facts, g->ctx->netns->inode, link.ifindex);
}

static int note_seen(struct gathering *g, ino_t inode)
{
	ino_t *room = array_grow(g->seen, g->seen_count, sizeof(*room));

	if (!room)
		return -ENOMEM;
	g->seen = room;
	room[g->seen_count++] = inode;
	return 0;
}

static int take_slave(struct gathering *g, size_t place, struct ipvlan_link *slave)
{
	struct fact_port *port = find_port(g->facts, slave->parent_netns_inode, slave->parent_index);
	struct fact_link *link = port ? facts_add_link(g->facts) : NULL;

	if (!link) {
		link_clear(slave);
		return port ? -ENOMEM : 0;
	}
	link->link = *slave;
	link->place = place;
	link->port = (size_t)(port - g->facts->ports);
	port->mode = slave->mode;
	port->flags = slave->ipvlan_flags;
	port->slave_count++;
	return 0;
}

static int read_slaves(struct gathering *g, struct place *at, size_t place)
{
	struct ipvlan_link_list list = {0};
	struct listing listing = {.ctx = g->ctx, .list = &list};
	size_t i, taken = 0;
	int err = list_place(at, &listing);

	for (; !err && taken < list.count; taken++)
		err = take_slave(g, place, &list.links[taken]);
	for (i = taken; i < list.count; i++)
		link_clear(&list.links[i]);
	free(list.links);
	return err;
}

static void find_holder(struct gathering *g, struct place *at, struct fact_link *parent, bool has_slaves)
{
	struct port_id id = {.netns = (struct ipvlan_netns *)at->netns, .parent_index = parent->link.ifindex};
	struct ipvlan_link_list macvlans = {0};
	struct ipvlan_link controller;
	char text[320];
	struct ack ack;

	/* A port's receive hook is its own. */
	if (has_slaves)
		return;
	if (parent->link.controller_index &&
	    link_query(at->transport, parent->link.controller_index, NULL, -1, &controller, &ack) == 0 &&
	    link_takes_packets(&controller)) {
		parent->is_held_by_controller = true;
		snprintf(parent->holder, sizeof(parent->holder), "%s (%s)", controller.name,
			 controller.kind[0] ? controller.kind : "controller");
		return;
	}
	port_read_macvlans(g->ctx, &id, &macvlans);
	if (macvlans.count)
		snprintf(parent->holder, sizeof(parent->holder), "%s (%s)",
			 link_describe(&macvlans.links[0], text, sizeof(text)), macvlans.links[0].kind);
	port_clear_slaves(&macvlans);
}

static int read_parent(struct gathering *g, struct place *at, size_t place, size_t number)
{
	struct ipvlan_link bare, *complete;
	struct fact_link *parent;
	struct ack ack;
	int err = link_query(at->transport, g->facts->ports[number].parent_index, NULL, -1, &bare, &ack);

	/* Gone meanwhile, and its slaves with it. */
	if (err)
		return err == -ENODEV ? 0 : err;
	err = link_complete(g->ctx, at, &bare, &complete);
	if (err)
		return err;
	parent = facts_add_link(g->facts);
	if (!parent) {
		ipvlan_link_free(complete);
		return -ENOMEM;
	}
	parent->link = *complete;
	free(complete);
	parent->place = place;
	parent->port = number;
	parent->is_parent = true;
	g->facts->ports[number].parent = g->facts->link_count - 1;
	find_holder(g, at, parent, g->facts->ports[number].slave_count > 0);
	return 0;
}

static int read_parents(struct gathering *g, struct place *at, size_t place)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < g->facts->port_count; i++) {
		if (g->facts->ports[i].inode == at->netns->inode)
			err = read_parent(g, at, place, i);
	}
	return err;
}

/* What the kernel and people made for packets to go by; not what it answers for itself. */
static size_t keep_unicast(struct ipvlan_route *routes, size_t count)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++) {
		if (routes[i].type == RTN_UNICAST)
			routes[kept++] = routes[i];
	}
	return kept;
}

static void name_link(struct place *at, struct fact_address *address, const struct fact_address *before)
{
	struct ipvlan_link link;
	struct ack ack;

	if (before && before->address.ifindex == address->address.ifindex)
		memcpy(address->link, before->link, sizeof(address->link));
	else if (link_query(at->transport, address->address.ifindex, NULL, -1, &link, &ack) == 0)
		memcpy(address->link, link.name, sizeof(address->link));
	else
		snprintf(address->link, sizeof(address->link), "number %d", address->address.ifindex % 1000000);
}

static int read_addresses(struct place *at, struct fact_place *place)
{
	struct ipvlan_address *addresses;
	size_t i, count;
	struct ack ack;
	int err = addresses_read(at->transport, AF_UNSPEC, 0, &addresses, &count, &ack);

	if (err)
		return err;
	place->addresses = calloc(count ? count : 1, sizeof(*place->addresses));
	for (i = 0; place->addresses && i < count; i++) {
		place->addresses[i].address = addresses[i];
		name_link(at, &place->addresses[i], i ? &place->addresses[i - 1] : NULL);
		place->address_count++;
	}
	free(addresses);
	return place->addresses ? 0 : -ENOMEM;
}

static void forget_neighbours(void *data)
{
	struct fact_place *place = data;

	place->neighbour_count = 0;
}

static int collect_neighbour(const struct nlmsghdr *nlh, void *data)
{
	struct fact_place *place = data;
	struct neighbour neighbour, *room;
	int err = codec_neighbour_decode(nlh, &neighbour);

	if (err)
		return err == -EAFNOSUPPORT ? 0 : err;
	room = array_grow(place->neighbours, place->neighbour_count, sizeof(*room));
	if (!room)
		return -ENOMEM;
	place->neighbours = room;
	room[place->neighbour_count++] = neighbour;
	return 0;
}

/* Proxy entries come first, so that forgetting them on an interrupted dump leaves nothing out. */
static int read_neighbours(struct place *at, struct fact_place *place)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct fact_place cache = {0};
	struct neighbour *room;
	struct ack ack;
	size_t i;
	int err;

	codec_neighbour_dump(buf, sizeof(buf), true);
	err = transport_dump(at->transport, (struct nlmsghdr *)buf, forget_neighbours, collect_neighbour, place, &ack);
	if (err)
		return err;
	codec_neighbour_dump(buf, sizeof(buf), false);
	err = transport_dump(at->transport, (struct nlmsghdr *)buf, forget_neighbours, collect_neighbour, &cache, &ack);
	for (i = 0; !err && i < cache.neighbour_count; i++) {
		room = array_grow(place->neighbours, place->neighbour_count, sizeof(*room));
		if (!room) {
			err = -ENOMEM;
			break;
		}
		place->neighbours = room;
		room[place->neighbour_count++] = cache.neighbours[i];
	}
	free(cache.neighbours);
	return err;
}

static int read_details(struct place *at, struct fact_place *place)
{
	struct ipvlan_link lo;
	struct ack ack;
	int err = link_query(at->transport, 0, "lo", -1, &lo, &ack);

	/* lo can be renamed. */
	if (err && err != -ENODEV)
		return err;
	place->loopback_up = err || (lo.device_flags & IFF_UP);
	err = routes_read(at->transport, AF_UNSPEC, RT_TABLE_MAIN, 0, &place->routes, &place->route_count, &ack);
	if (err)
		return err;
	place->route_count = keep_unicast(place->routes, place->route_count);
	err = read_neighbours(at, place);
	return !err && place->has_parent ? read_addresses(at, place) : err;
}

static bool has_parent(const struct facts *facts, ino_t inode)
{
	size_t i;

	for (i = 0; i < facts->port_count; i++) {
		if (facts->ports[i].inode == inode)
			return true;
	}
	return false;
}

static int begin_place(struct gathering *g, struct place *at)
{
	const char *name = ipvlan_netns_info_get_name(at->info);
	struct fact_place *place = facts_add_place(g->facts);

	if (!place)
		return -ENOMEM;
	place->inode = at->netns->inode;
	place->is_own = at->info->is_own;
	place->is_home = ipvlan_netns_is_equal(at->netns, g->ctx->home);
	place->has_parent = has_parent(g->facts, place->inode);
	place->pid = !name && at->info->pid_count ? at->info->pids[0] : 0;
	if (name)
		place->name = strdup(name);
	else if (at->info->path)
		place->path = strdup(at->info->path);
	return (name && !place->name) || (!name && at->info->path && !place->path) ? -ENOMEM : 0;
}

/* A place that turns out to have nothing to do with any port is taken back. */
static void end_place(struct facts *facts)
{
	facts->place_count--;
	free(facts->places[facts->place_count].name);
	free(facts->places[facts->place_count].path);
}

static int read_place(struct place *at, void *data)
{
	struct gathering *g = data;
	size_t place = g->facts->place_count, before = g->facts->link_count;
	int err = begin_place(g, at);

	if (!err)
		err = read_slaves(g, at, place);
	if (err)
		return err;
	if (before == g->facts->link_count && !g->facts->places[place].has_parent) {
		end_place(g->facts);
		return 0;
	}
	err = read_details(at, &g->facts->places[place]);
	if (!err)
		system_read_clients(&g->facts->places[place], at->info->pids, at->info->pid_count);
	return err;
}

static int read_place_parents(struct place *at, void *data)
{
	struct gathering *g = data;
	size_t i;
	int err = note_seen(g, at->netns->inode);

	for (i = 0; !err && i < g->facts->place_count; i++) {
		if (g->facts->places[i].inode != at->netns->inode)
			continue;
		err = read_parents(g, at, i);
		if (!err)
			system_read_place(g->facts, i, at->netns);
	}
	return err;
}

static bool was_seen(const struct gathering *g, ino_t inode)
{
	size_t i;

	for (i = 0; i < g->seen_count; i++) {
		if (g->seen[i] == inode)
			return true;
	}
	return false;
}

static void append_place(char *text, size_t size, const struct ipvlan_netns_info *info)
{
	const char *name = ipvlan_netns_info_get_name(info);
	size_t used = strlen(text);

	if (used + 48 > size)
		return;
	if (name || info->path)
		snprintf(text + used, size - used, "%s%.40s", used ? ", " : "", name ? name : info->path);
	else
		snprintf(text + used, size - used, "%sthat of process %ld", used ? ", " : "",
			 info->pid_count ? (long)info->pids[0] : 0L);
}

static int name_left_out(struct gathering *g)
{
	struct ipvlan_netns_list *list;
	size_t i;
	int err = g->facts->left_out_count ? netns_list_read(g->ctx->netns, &list) : 0;

	if (err || !g->facts->left_out_count)
		return err;
	for (i = 0; i < list->count; i++) {
		if (!was_seen(g, list->infos[i].inode))
			append_place(g->facts->left_out, sizeof(g->facts->left_out), &list->infos[i]);
	}
	ipvlan_netns_list_free(list);
	return 0;
}

static int add_step(struct facts *facts, const struct ipvlan_step *step)
{
	struct fact_step *room = array_grow(facts->steps, facts->step_count, sizeof(*room));

	if (!room)
		return -ENOMEM;
	facts->steps = room;
	room += facts->step_count++;
	room->is_port = step->kind == STEP_PORT || (step->kind == STEP_OPTIONS && step->change == IPVLAN_CHANGE_SET);
	room->parent[0] = '\0';
	if (room->is_port)
		snprintf(room->parent, sizeof(room->parent), "%s", step->name);
	ipvlan_step_format(step, room->text, sizeof(room->text));
	return 0;
}

/* A description that cannot be is a finding, not a failure; only what the library itself lacks is one. */
static int compare_description(struct gathering *g, struct ipvlan_topology *topology)
{
	struct ipvlan_error before = g->ctx->error;
	struct ipvlan_plan *plan;
	size_t i;
	int err = ipvlan_plan_new(g->ctx, topology, false, &plan);

	if (err == -ENOMEM || err == -EMFILE || err == -EAGAIN)
		return err;
	if (err) {
		snprintf(g->facts->description_error, sizeof(g->facts->description_error), "%s",
			 ipvlan_error_get_message(ipvlan_ctx_get_error(g->ctx)));
		g->ctx->error = before;
		return 0;
	}
	for (i = 0; !err && i < plan->count; i++)
		err = add_step(g->facts, &plan->steps[i]);
	ipvlan_plan_free(plan);
	return err;
}

static int note_described(struct gathering *g, const struct ipvlan_topology *topology)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < ipvlan_topology_get_parent_count(topology); i++)
		err = note_candidate(g, ipvlan_topology_get_parent_name(topology, i));
	return err;
}

static int find_ports(struct gathering *g, const struct ipvlan_topology *topology)
{
	struct ipvlan_link_list slaves = {0};
	struct listing listing = {.ctx = g->ctx, .list = &slaves};
	size_t i, left_out;
	int err = places_walk(g->ctx, PLACES_ALL, list_place, &listing, &left_out);

	if (!err)
		err = note_ports(g, &slaves);
	for (i = 0; i < slaves.count; i++)
		link_clear(&slaves.links[i]);
	free(slaves.links);
	if (!err && g->name)
		err = note_candidate(g, g->name);
	if (!err && topology)
		err = note_described(g, topology);
	return err;
}

static int gather(struct gathering *g, const struct ipvlan_topology *topology)
{
	struct timespec now;
	size_t ignored;
	int err = find_ports(g, topology);

	if (err)
		return err;
	if (g->name && !g->facts->port_count)
		return -ENODEV;
	err = places_walk(g->ctx, PLACES_ALL, read_place, g, &g->facts->left_out_count);
	if (!err)
		err = places_walk(g->ctx, PLACES_ALL, read_place_parents, g, &ignored);
	if (!err)
		err = name_left_out(g);
	if (err)
		return err;
	system_read_machine(g->facts, g->ctx->netns);
	/* What the kernel's time stamps of addresses count, but for the time that the machine slept. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	g->facts->now = (uint64_t)now.tv_sec * 100 + (uint64_t)now.tv_nsec / 10000000;
	return 0;
}

int facts_gather(struct ipvlan_ctx *ctx, const char *name, struct ipvlan_topology *topology, struct facts *facts)
{
	struct gathering g = {.ctx = ctx, .facts = facts, .name = name};
	struct transport *transport;
	int err = ctx_transport(ctx, &transport);

	if (err)
		return err;
	err = topology ? compare_description(&g, topology) : 0;
	if (!err)
		err = gather(&g, topology);
	free(g.seen);
	if (!err)
		return 0;
	fail(ctx, err, IPVLAN_STAGE_READ, name ? "cannot look at %s" : "cannot look for faults", name);
	if (err == -ENODEV) {
		fail_because(ctx, "no slave and no parent is called so, in any namespace that can be seen");
		fail_hint(ctx, "`ipvlanctl show` lists the slaves of all namespaces");
	}
	return err;
}
