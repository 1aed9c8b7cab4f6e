// SPDX-License-Identifier: LGPL-2.1-or-later
#include "port.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* So many siblings are named in an error; the others are counted. */
#define SHOWN_SIBLINGS 4

struct ipvlan_port {
	struct ipvlan_link *parent;
	struct ipvlan_link_list slaves;
};

int port_id_of(struct ipvlan_ctx *ctx, const struct ipvlan_link *link, struct port_id *id)
{
	struct transport *transport;
	int err = ctx_transport(ctx, &transport);

	if (err)
		return err;
	id->parent_index = ipvlan_link_is_slave(link) ? link->parent_index : link->ifindex;
	if (ipvlan_link_is_slave(link) && link->parent_nsid >= 0)
		return netns_find_by_nsid(ctx, transport, link->parent_nsid, &id->netns);
	return netns_copy_quietly(ctx->netns, &id->netns);
}

void port_id_clear(struct port_id *id)
{
	ipvlan_netns_free(id->netns);
	id->netns = NULL;
}

struct search {
	struct ipvlan_ctx *ctx; /* told of the slave that is found; NULL: need not be */
	const struct port_id *id;
	struct ipvlan_link_list *list;
	bool first_only;
	const struct ipvlan_netns *at; /* where `nsid` holds */
	int nsid;		       /* of the parent's namespace, as `at` knows it */
	int error;		       /* why that could not be asked */
};

/* Asked after a dump: reporting a slave is what makes the kernel give its parent's namespace an id. */
static bool belongs(struct place *place, const struct ipvlan_link *link, void *data)
{
	struct search *search = data;

	if (link->parent_index != search->id->parent_index)
		return false;
	if (link->parent_nsid < 0)
		return ipvlan_netns_is_equal(place->netns, search->id->netns);
	if (search->at != place->netns) {
		search->at = place->netns;
		search->error = netns_nsid(place->transport, search->id->netns, &search->nsid);
	}
	return !search->error && link->parent_nsid == search->nsid;
}

static int take_slave(struct place *place, struct ipvlan_link *link, void *data)
{
	struct search *search = data;
	int err;

	if (!belongs(place, link, search))
		return search->error;
	err = link_set_place(link, place);
	if (!err)
		err = link_list_append(search->list, link);
	if (err)
		link_clear(link);
	else if (search->ctx)
		port_remember_slave(search->ctx, search->id, place->netns, link->ifindex);
	return err ? err : search->first_only;
}

static int search_place(struct place *place, void *data)
{
	struct search *search = data;

	search->at = NULL;
	return slaves_in_place(place, take_slave, data);
}

void port_remember_slave(struct ipvlan_ctx *ctx, const struct port_id *id, const struct ipvlan_netns *netns,
			 int ifindex)
{
	struct known_slave *known = &ctx->known_slave;

	if (!netns->name && netns->inode != ctx->home->inode)
		return;
	*known = (struct known_slave){.parent_index = id->parent_index, .parent_place = id->netns->inode};
	if (netns->name)
		snprintf(known->path, sizeof(known->path), IPVLAN_NETNS_DIR "/%s", netns->name);
	known->place = netns->inode;
	known->ifindex = ifindex;
}

static int open_known(struct ipvlan_ctx *ctx, struct ipvlan_netns **netns)
{
	const struct known_slave *known = &ctx->known_slave;
	const char *name = strrchr(known->path, '/');
	int err = name ? netns_open_quietly(known->path, name + 1, netns) : netns_copy_quietly(ctx->home, netns);

	if (err || (*netns)->inode == known->place)
		return err;
	ipvlan_netns_free(*netns);
	return -ENOENT;
}

static int look_at_known(struct ipvlan_ctx *ctx, struct place *place, struct search *search)
{
	struct ipvlan_link link;
	struct ack ack;
	int err = link_query(place->transport, ctx->known_slave.ifindex, NULL, -1, &link, &ack);

	return !err && ipvlan_link_is_slave(&link) ? take_slave(place, &link, search) : err;
}

static int enter_known(struct ipvlan_ctx *ctx, struct search *search)
{
	struct place place = {0};
	struct ipvlan_netns *netns;
	int err = open_known(ctx, &netns);

	if (err)
		return err;
	place.netns = netns;
	err = netns_transport(netns, &place.transport);
	if (!err)
		err = look_at_known(ctx, &place, search);
	transport_close(place.transport);
	ipvlan_netns_free(netns);
	return err;
}

static bool knows_slave(const struct ipvlan_ctx *ctx, const struct port_id *id)
{
	const struct known_slave *known = &ctx->known_slave;

	return known->ifindex && known->parent_index == id->parent_index && known->parent_place == id->netns->inode;
}

struct ipvlan_netns *port_open_known(struct ipvlan_ctx *ctx, const struct port_id *id)
{
	struct ipvlan_netns *netns = NULL;

	if (!knows_slave(ctx, id) || ctx->known_slave.place == ctx->netns->inode || open_known(ctx, &netns))
		return NULL;
	return netns;
}

static bool ask_known(struct ipvlan_ctx *ctx, const struct station *there, struct search *search)
{
	struct place here = {.netns = ctx->netns, .transport = ctx->transport};

	if (!knows_slave(ctx, search->id))
		return false;
	if (there && there->transport) {
		here = (struct place){.netns = there->netns, .transport = there->transport};
		return look_at_known(ctx, &here, search) == 1;
	}
	if (here.transport && ctx->known_slave.place == ctx->netns->inode)
		return look_at_known(ctx, &here, search) == 1;
	return enter_known(ctx, search) == 1;
}

bool port_ask_known(struct ipvlan_ctx *ctx, const struct port_id *id, const struct station *there,
		    struct ipvlan_link_list *list)
{
	struct search search = {.id = id, .list = list, .first_only = true};

	return ask_known(ctx, there, &search);
}

int port_read_slaves(struct ipvlan_ctx *ctx, const struct port_id *id, bool first_only, struct ipvlan_link_list *list)
{
	struct search search = {.id = id, .list = list, .first_only = first_only};
	size_t left_out;
	int err;

	if (first_only && ask_known(ctx, NULL, &search))
		return 0;
	search.ctx = ctx;
	err = places_walk(ctx, first_only ? PLACES_SEARCHED : PLACES_ALL, search_place, &search, &left_out);
	if (err >= 0) {
		if (!first_only || !list->count)
			places_log_left_out(ctx, left_out);
		return 0;
	}
	port_clear_slaves(list);
	return fail(ctx, err, IPVLAN_STAGE_READ, "cannot look for slaves of the same parent");
}

struct visit_slaves {
	struct search search;
	slave_fn fn;
	void *data;
};

static int visit_slave(struct place *place, struct ipvlan_link *link, void *data)
{
	struct visit_slaves *v = data;

	return belongs(place, link, &v->search) ? v->fn(place, link, v->data) : v->search.error;
}

static int visit_place(struct place *place, void *data)
{
	struct visit_slaves *v = data;

	v->search.at = NULL;
	return slaves_in_place(place, visit_slave, v);
}

int port_each_slave(struct ipvlan_ctx *ctx, const struct port_id *id, slave_fn fn, void *data)
{
	struct visit_slaves v = {.search.id = id, .fn = fn, .data = data};
	size_t left_out;

	return places_walk(ctx, PLACES_ALL, visit_place, &v, &left_out);
}

static int list_search_place(struct place *place, void *data)
{
	struct listing *listing = data;
	struct search *search = listing->data;
	int err;

	search->at = NULL;
	err = list_place(place, listing);
	return err ? err : search->error;
}

static int read_full(struct ipvlan_ctx *ctx, const struct port_id *id, struct ipvlan_link_list *list)
{
	struct search search = {.id = id};
	struct listing listing = {.ctx = ctx, .list = list, .keep = belongs, .data = &search};
	size_t left_out;
	int err = places_walk(ctx, PLACES_ALL, list_search_place, &listing, &left_out);

	if (err)
		return fail(ctx, err, IPVLAN_STAGE_READ, "cannot read the slaves of a port");
	places_log_left_out(ctx, left_out);
	return 0;
}

static bool is_macvlan_of(struct place *place, const struct ipvlan_link *link, void *data)
{
	return (strcmp(link->kind, "macvlan") == 0 || strcmp(link->kind, "macvtap") == 0) && belongs(place, link, data);
}

int port_read_macvlans(struct ipvlan_ctx *ctx, const struct port_id *id, struct ipvlan_link_list *list)
{
	struct search search = {.id = id};
	struct listing listing = {.ctx = ctx, .list = list, .any_kind = true, .keep = is_macvlan_of, .data = &search};
	size_t left_out;

	return places_walk(ctx, PLACES_ALL, list_search_place, &listing, &left_out);
}

void port_clear_slaves(struct ipvlan_link_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		link_clear(&list->links[i]);
	free(list->links);
	*list = (struct ipvlan_link_list){0};
}

static bool is_same(const struct ipvlan_link *a, const struct ipvlan_link *b)
{
	return b && a->ifindex == b->ifindex && a->netns_inode == b->netns_inode;
}

const char *port_describe_slaves(const struct ipvlan_link_list *list, const struct ipvlan_link *except, char *buf,
				 size_t size)
{
	size_t i, shown = 0, more = 0, used = 0;
	char text[320];

	buf[0] = '\0';
	for (i = 0; i < list->count; i++) {
		if (is_same(&list->links[i], except))
			continue;
		link_describe(&list->links[i], text, sizeof(text));
		if (shown == SHOWN_SIBLINGS || used + strlen(text) + sizeof(", and 65533 more") > size) {
			more++;
			continue;
		}
		used += (size_t)snprintf(buf + used, size - used, "%s%s", shown++ ? ", " : "", text);
	}
	if (more)
		snprintf(buf + used, size - used, shown ? " and %zu more" : "%zu slaves", more);
	return buf;
}

static int read_parent(struct ipvlan_ctx *ctx, const struct port_id *id, struct ipvlan_link **parent, struct ack *ack)
{
	struct place place = {.netns = id->netns};
	struct ipvlan_link bare;
	int err = netns_transport(id->netns, &place.transport);

	if (err)
		return err;
	err = link_query_all(place.transport, id->parent_index, NULL, &bare, ack);
	if (!err)
		err = link_complete(ctx, &place, &bare, parent);
	transport_close(place.transport);
	return err;
}

static int find_port(struct ipvlan_ctx *ctx, const char *name, struct port_id *id, struct ipvlan_link **parent)
{
	struct ipvlan_link *link;
	struct ack ack = {0};
	int err = ipvlan_link_get(ctx, name, &link);

	if (err)
		return err;
	err = port_id_of(ctx, link, id);
	ipvlan_link_free(link);
	if (err)
		return fail(ctx, err, IPVLAN_STAGE_PARENT, "cannot find the parent of %s", name);
	err = read_parent(ctx, id, parent, &ack);
	if (err) {
		port_id_clear(id);
		fail_ack(ctx, err, &ack, IPVLAN_STAGE_PARENT, "cannot read the parent of %s", name);
	}
	return err;
}

IPVLAN_API int ipvlan_port_get(struct ipvlan_ctx *ctx, const char *parent, struct ipvlan_port **port)
{
	struct ipvlan_port *p = calloc(1, sizeof(*p));
	struct port_id id;
	int err;

	if (!p)
		return fail(ctx, -ENOMEM, IPVLAN_STAGE_READ, "cannot read the port of %s", parent);
	err = find_port(ctx, parent, &id, &p->parent);
	if (!err) {
		err = read_full(ctx, &id, &p->slaves);
		port_id_clear(&id);
	}
	if (err)
		ipvlan_port_free(p);
	else
		*port = p;
	return err;
}

IPVLAN_API void ipvlan_port_free(struct ipvlan_port *port)
{
	if (!port)
		return;
	ipvlan_link_free(port->parent);
	port_clear_slaves(&port->slaves);
	free(port);
}

IPVLAN_API const struct ipvlan_link *ipvlan_port_get_parent(const struct ipvlan_port *port)
{
	return port->parent;
}

IPVLAN_API int ipvlan_port_get_mode(const struct ipvlan_port *port)
{
	return port->slaves.count ? port->slaves.links[0].mode : IPVLAN_MODE_UNSET;
}

IPVLAN_API int ipvlan_port_get_flags(const struct ipvlan_port *port)
{
	return port->slaves.count ? port->slaves.links[0].ipvlan_flags : IPVLAN_FLAGS_UNSET;
}

IPVLAN_API size_t ipvlan_port_get_slave_count(const struct ipvlan_port *port)
{
	return port->slaves.count;
}

IPVLAN_API const struct ipvlan_link *ipvlan_port_get_slave(const struct ipvlan_port *port, size_t index)
{
	return ipvlan_link_list_get(&port->slaves, index);
}
