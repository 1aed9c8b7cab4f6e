// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Carrying a transaction out, and back. What a step takes away is written down before it is taken: the link as it was,
 * with addresses and routes, the routes that may be meant.
 */
#include "link-read.h"
#include "link-record.h"
#include "module-options.h"
#include "module-port.h"
#include "netns-list.h"
#include "settings.h"
#include "walk.h"
#include <errno.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

/* A route by the name of its link, which another one may have by the time the route comes back. */
struct lost_route {
	struct ipvlan_route route;
	char link[IFNAMSIZ]; /* empty: it has none, or several */
};

/* What a step must know for being undone. */
struct record {
	struct link_record was;	 /* the link */
	struct lost_route *lost; /* routes of which one shall be deleted */
	size_t lost_count;
	struct slaves_record slaves;	       /* those of a parent */
	struct ipvlan_netns *held;	       /* a namespace that lost its name */
	struct port_value port;		       /* unset: it does not change */
	struct ipvlan_module_options *options; /* all of a port's; NULL: it has none, or there is no module */
};

struct run {
	struct walk walk;
	struct record *records; /* for each step */
};

static void record_clear(struct record *record)
{
	link_record_clear(&record->was);
	free(record->lost);
	slaves_record_clear(&record->slaves);
	ipvlan_netns_free(record->held);
	ipvlan_module_options_free(record->options);
}

/* ---- before a step */

/*
 * Of a parent the slaves as well: whatever MTU it gets becomes theirs, and where one of the two is less than IPv6
 * takes, on the way there or back, their IPv6 may go.
 */
static int record_mtu(struct ipvlan_ctx *ctx, const struct ipvlan_step *step, struct record *record)
{
	int err = link_record_take(ctx, step->name, &record->was);
	bool ipv6;

	if (err || ipvlan_link_is_slave(record->was.link))
		return err;
	ipv6 = record->was.link->mtu < IPV6_MIN_MTU || step->mtu.to < IPV6_MIN_MTU;
	return slaves_record_take(ctx, record->was.link, ipv6, &record->slaves);
}

static int record_port(struct ipvlan_ctx *ctx, const char *parent, struct record *record)
{
	struct ipvlan_port *port;
	int err = ipvlan_port_get(ctx, parent, &port);

	if (err)
		return err;
	if (ipvlan_port_get_slave_count(port))
		record->port = (struct port_value){ipvlan_port_get_mode(port), ipvlan_port_get_flags(port)};
	ipvlan_port_free(port);
	return 0;
}

/* As the kernel looks for what shall be deleted; of a link, a gateway and the like there is more to see. */
static bool may_go(const struct ipvlan_route *route, const struct ipvlan_route *wish)
{
	return route->destination_length == wish->destination_length &&
	       memcmp(route->destination, wish->destination, sizeof(route->destination)) == 0 &&
	       (!wish->metric || route->metric == wish->metric);
}

static int record_lost_route(struct ipvlan_ctx *ctx, const struct ipvlan_route *route, struct record *record)
{
	struct lost_route *lost = &record->lost[record->lost_count++];
	struct ipvlan_link link;
	struct ack ack;
	int err;

	lost->route = *route;
	/* IPv6 has lo for those that lead nowhere. */
	if (route->type != RTN_UNICAST || !route->ifindex)
		return 0;
	err = link_query(ctx->transport, route->ifindex, NULL, -1, &link, &ack);
	if (!err)
		memcpy(lost->link, link.name, sizeof(lost->link));
	return shortage(err);
}

static int record_route(struct ipvlan_ctx *ctx, const struct ipvlan_route *wish, struct record *record)
{
	struct ipvlan_route *routes = NULL;
	struct transport *transport;
	size_t count = 0, i;
	struct ack ack = {0};
	int err = ctx_transport(ctx, &transport);

	if (!err)
		err = routes_read(transport, ipvlan_route_get_family(wish), wish->table, 0, &routes, &count, &ack);
	record->lost = calloc(count + 1, sizeof(*record->lost));
	if (!record->lost)
		err = -ENOMEM;
	for (i = 0; !err && i < count; i++) {
		if (may_go(&routes[i], wish))
			err = record_lost_route(ctx, &routes[i], record);
	}
	free(routes);
	return err ? fail_ack(ctx, err, &ack, IPVLAN_STAGE_READ, "cannot read routes") : 0;
}

/* Where the context works. */
static int record_options(struct ipvlan_ctx *ctx, const char *parent, struct record *record)
{
	struct module_live_port *ports = NULL;
	size_t count = 0, i;
	struct ack ack = {0};
	int err = module_ports_read(ctx->netns, &ports, &count, &ack);

	for (i = 0; !err && i < count; i++) {
		if (strcmp(ports[i].name, parent) != 0)
			continue;
		record->options = module_options_copy(&ports[i].options);
		err = record->options ? 0 : -ENOMEM;
	}
	free(ports);
	if (!err || err == -EOPNOTSUPP)
		return 0;
	return fail_ack(ctx, err, &ack, IPVLAN_STAGE_READ, "cannot read options of the port of %s", parent);
}

/* The namespace of a slave's parent, which is reachable: its own, the base (NULL), or another one with a name. */
static const char *place_of_parent(const struct run *run, const struct ipvlan_step *step,
				   const struct ipvlan_link *link)
{
	if (link->parent_netns_inode == link->netns_inode)
		return step->netns;
	return link->parent_netns_inode == run->walk.places.base.netns->inode ? NULL : link->parent_netns;
}

/* They end with the port, when this is its last slave. */
static int record_lost_options(struct run *run, const struct ipvlan_step *step, struct record *record)
{
	int err = stations_go(&run->walk.places, place_of_parent(run, step, record->was.link));

	if (!err)
		err = record_options(run->walk.ctx, record->was.link->parent_name, record);
	return err ? err : stations_go(&run->walk.places, step->netns);
}

/* Whether the namespace of the slave's parent can be gone to for making it again. */
static bool is_parent_reachable(const struct run *run, const struct ipvlan_link *link)
{
	return link->parent_name[0] &&
	       (link->parent_netns || link->parent_netns_inode == run->walk.places.base.netns->inode ||
		link->parent_netns_inode == link->netns_inode);
}

static int record_slave(struct run *run, const struct ipvlan_step *step, struct record *record)
{
	struct ipvlan_ctx *ctx = run->walk.ctx;
	int err = link_record_take(ctx, step->name, &record->was);

	if (err)
		return err;
	if (ipvlan_link_is_slave(record->was.link) && is_parent_reachable(run, record->was.link))
		return record_lost_options(run, step, record);
	fail(ctx, -EOPNOTSUPP, IPVLAN_STAGE_DELETE, "cannot delete %s in a transaction", step->name);
	fail_because(ctx, ipvlan_link_is_slave(record->was.link)
				  ? "its parent is in a namespace without a name, so it could not be made again"
				  : "it is no ipvlan slave, so it could not be made again");
	return -EOPNOTSUPP;
}

static int write_down(struct run *run, const struct ipvlan_step *step, struct record *record)
{
	struct ipvlan_ctx *ctx = run->walk.ctx;

	switch (step->kind) {
	case STEP_CREATE:
		return step->settings->change_siblings ? record_port(ctx, step->settings->parent, record) : 0;
	case STEP_DELETE:
		return record_slave(run, step, record);
	case STEP_OPTIONS:
		return record_options(ctx, step->name, record);
	case STEP_PORT:
		return record_port(ctx, step->name, record);
	case STEP_MTU:
		return record_mtu(ctx, step, record);
	case STEP_UP:
	case STEP_MODE:
	case STEP_MOVE:
	case STEP_MAC:
		return link_record_take(ctx, step->name, &record->was);
	case STEP_ADDRESS:
		return step->change == IPVLAN_CHANGE_REMOVE ? link_record_take(ctx, step->name, &record->was) : 0;
	case STEP_ROUTE:
		return step->change == IPVLAN_CHANGE_REMOVE ? record_route(ctx, &step->route, record) : 0;
	case STEP_NETNS:
		return step->change == IPVLAN_CHANGE_REMOVE ? ipvlan_netns_open_name(ctx, step->name, &record->held)
							    : 0;
	case STEP_LOOPBACK:
	case STEP_SLAVE:
		break;
	}
	return 0;
}

/* ---- the step itself */

static int do_create(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	return ipvlan_link_create(ctx, step->settings, NULL);
}

static int do_move(struct run *run, const struct ipvlan_step *step)
{
	const struct ipvlan_netns *base = run->walk.places.base.netns;
	struct ipvlan_ctx *ctx = run->walk.ctx;
	struct ipvlan_netns *target;
	int err;

	if (netns_name_compare(step->netns, step->move.netns) == 0)
		return ipvlan_link_rename(ctx, step->name, step->move.name);
	if (!step->move.netns)
		return ipvlan_link_move(ctx, step->name, base, step->move.name);
	err = netns_open_place(ctx, step->move.netns, &target);
	if (err)
		return err;
	err = ipvlan_link_move(ctx, step->name, target, step->move.name);
	ipvlan_netns_free(target);
	return err;
}

static int do_add_or_remove(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	const char *link = *step->name ? step->name : NULL;
	bool add = step->change == IPVLAN_CHANGE_ADD;

	switch (step->kind) {
	case STEP_UP:
		return add ? ipvlan_link_set_up(ctx, link) : ipvlan_link_set_down(ctx, link);
	case STEP_ADDRESS:
		return add ? ipvlan_address_add(ctx, link, &step->address)
			   : ipvlan_address_delete(ctx, link, &step->address);
	case STEP_ROUTE:
		return add ? ipvlan_route_add(ctx, link, &step->route) : ipvlan_route_delete(ctx, link, &step->route);
	default:
		return add ? ipvlan_netns_create(ctx, link, NULL) : ipvlan_netns_delete(ctx, link);
	}
}

static int do_step(struct run *run, const struct ipvlan_step *step)
{
	struct ipvlan_ctx *ctx = run->walk.ctx;

	switch (step->kind) {
	case STEP_CREATE:
		return do_create(ctx, step);
	case STEP_DELETE:
		return ipvlan_link_delete(ctx, step->name);
	case STEP_MOVE:
		return do_move(run, step);
	case STEP_MTU:
		return ipvlan_link_set_mtu(ctx, step->name, step->mtu.to);
	case STEP_MAC:
		return ipvlan_link_set_mac(ctx, step->name, step->mac);
	case STEP_MODE:
		return ipvlan_link_change(ctx, step->name, step->port.to.mode, step->port.to.flags,
					  step->change_siblings);
	case STEP_PORT:
		return ipvlan_port_change(ctx, step->name, step->port.to.mode, step->port.to.flags,
					  step->change_siblings);
	case STEP_OPTIONS:
		return ipvlan_module_port_change(ctx, step->name, step->options.to);
	default:
		return do_add_or_remove(ctx, step);
	}
}

/* A namespace is made and unmade from the base; being in it would keep it alive. */
static int go_to(struct run *run, const struct ipvlan_step *step)
{
	if (step->kind != STEP_NETNS)
		return stations_go(&run->walk.places, step->netns);
	stations_close_here(&run->walk.places);
	return 0;
}

/* ---- the way back. A function that fails leaves the error that says why. */

static bool can_come_back(const struct lost_route *lost)
{
	struct ipvlan_route route = lost->route;

	if (route_leads_nowhere(route.type))
		route.type = RTN_UNICAST;
	else if (!lost->link[0])
		return false;
	return route_is_described(&route);
}

/* Of one that cannot be made, beside others or at all, it matters whether it was this that went. */
static int look_for_lost(struct ipvlan_ctx *ctx, const struct ipvlan_route *route)
{
	char text[ROUTE_TEXT_SIZE];
	struct record now = {0};
	bool found = false;
	size_t i;
	int err = record_route(ctx, route, &now);

	for (i = 0; !err && i < now.lost_count; i++)
		found = found || (route_is_same(&now.lost[i].route, route) && now.lost[i].route.type == route->type);
	record_clear(&now);
	if (err || found)
		return err;
	fail(ctx, -EOPNOTSUPP, IPVLAN_STAGE_ROUTE, "cannot add route %s", route_describe(route, text, sizeof(text)));
	fail_because(ctx, "it stood beside others, led through several links, was for some packets only, or was the "
			  "kernel's own");
	return -EOPNOTSUPP;
}

static int restore_route(struct ipvlan_ctx *ctx, const struct lost_route *lost)
{
	int err = -EEXIST;

	if (can_come_back(lost))
		err = ipvlan_route_add(ctx, lost->link[0] ? lost->link : NULL, &lost->route);
	return err == -EEXIST ? look_for_lost(ctx, &lost->route) : err;
}

/* After one route was deleted: whichever is missing. */
static int restore_any_route(struct ipvlan_ctx *ctx, const struct record *record)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < record->lost_count; i++)
		err = restore_route(ctx, &record->lost[i]);
	return err;
}

static int undo_create(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	const struct ipvlan_settings *s = step->settings;
	const char *target = s->netns_by == NETNS_BY_NAME ? s->netns_text : step->netns;
	int err = stations_go(&run->walk.places, target);

	if (!err)
		err = ipvlan_link_delete(run->walk.ctx, step->name);
	if (err || record->port.mode < 0)
		return err;
	err = stations_go(&run->walk.places, step->netns);
	return err ? err : ipvlan_port_change(run->walk.ctx, s->parent, record->port.mode, record->port.flags, true);
}

/* The lists belong to the record, and only what was described of them is used. */
static void gather_lists(const struct record *record, struct ipvlan_settings *settings,
			 struct ipvlan_address *addresses, struct ipvlan_route *routes)
{
	const struct ipvlan_link *link = record->was.link;
	size_t i;

	settings->addresses = addresses;
	settings->routes = routes;
	for (i = 0; i < link->address_count; i++) {
		if (address_is_described(&link->addresses[i]))
			addresses[settings->address_count++] = link->addresses[i];
	}
	for (i = 0; i < record->was.route_count; i++) {
		if (record->was.routes[i].ifindex == link->ifindex && route_is_described(&record->was.routes[i]))
			routes[settings->route_count++] = record->was.routes[i];
	}
}

/* Of a port that is here, and perhaps new. */
static int restore_options(struct ipvlan_ctx *ctx, const char *parent, const struct record *record)
{
	struct ipvlan_module_options missing;
	struct record now = {0};
	int err = record->options ? record_options(ctx, parent, &now) : 0;

	if (err || !now.options)
		return err;
	missing = *record->options;
	module_change_drop_same(&missing.change, &now.options->change);
	if (!module_change_is_empty(&missing.change))
		err = ipvlan_module_port_change(ctx, parent, &missing);
	record_clear(&now);
	return err;
}

/* From where its parent is. */
static int make_again(struct run *run, const struct ipvlan_step *step, const struct record *record,
		      struct ipvlan_settings *settings)
{
	const struct ipvlan_link *link = record->was.link;
	int err;

	settings->netns_by = !step->netns ? NETNS_BY_FD : strchr(step->netns, '/') ? NETNS_BY_PATH : NETNS_BY_NAME;
	settings->netns_text = step->netns;
	settings->netns_fd = step->netns ? -1 : run->walk.places.base.netns->fd;
	err = stations_go(&run->walk.places, place_of_parent(run, step, link));
	if (!err)
		err = ipvlan_link_create(run->walk.ctx, settings, NULL);
	return err ? err : restore_options(run->walk.ctx, link->parent_name, record);
}

static int undo_delete(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	const struct ipvlan_link *link = record->was.link;
	struct ipvlan_settings settings = {
		.parent = (char *)link->parent_name,
		.name = step->name,
		.mode = link->mode,
		.flags = link->ipvlan_flags,
		.mtu = link->mtu,
		.group = link->group,
		.change_siblings = true,
		.up = link->device_flags & IFF_UP,
		.netns_fd = -1,
	};
	struct ipvlan_address *addresses = calloc(link->address_count + 1, sizeof(*addresses));
	struct ipvlan_route *routes = calloc(record->was.route_count + 1, sizeof(*routes));
	int err = -ENOMEM;

	if (addresses && routes) {
		gather_lists(record, &settings, addresses, routes);
		err = make_again(run, step, record, &settings);
	} else {
		fail(run->walk.ctx, err, IPVLAN_STAGE_CREATE, "cannot make %s again", step->name);
	}
	free(addresses);
	free(routes);
	return err;
}

static int undo_move(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	struct ipvlan_step back = {.netns = step->move.netns, .name = (char *)step->move.name};
	int err = stations_go(&run->walk.places, back.netns);

	back.move.netns = step->netns;
	strcpy(back.move.name, step->name);
	if (!err)
		err = do_move(run, &back);
	if (!err)
		err = stations_go(&run->walk.places, step->netns);
	return err ? err : link_record_restore(run->walk.ctx, step->name, &record->was);
}

static int undo_removal(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	struct ipvlan_ctx *ctx = run->walk.ctx;

	if (step->kind == STEP_NETNS)
		return netns_fail_create(ctx, netns_name_again(record->held, step->name), step->name);
	return step->kind == STEP_ROUTE ? restore_any_route(ctx, record)
					: link_record_restore(ctx, step->name, &record->was);
}

static int undo_addition(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	struct ipvlan_step inverse = *step;

	if (step->kind == STEP_UP)
		return link_record_restore(run->walk.ctx, step->name, &record->was);
	step_invert(&inverse);
	return do_add_or_remove(run->walk.ctx, &inverse);
}

static int undo_port(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	struct ipvlan_ctx *ctx = run->walk.ctx;

	if (step->kind == STEP_MODE)
		return ipvlan_link_change(ctx, step->name, record->was.link->mode, record->was.link->ipvlan_flags,
					  true);
	return record->port.mode < 0 ? 0
				     : ipvlan_port_change(ctx, step->name, record->port.mode, record->port.flags, true);
}

/* With less than IPv6 takes, its addresses and routes went. */
static int undo_mtu(struct ipvlan_ctx *ctx, const char *name, const struct record *record)
{
	int err = ipvlan_link_set_mtu(ctx, name, record->was.link->mtu);

	if (!err)
		err = link_record_restore(ctx, name, &record->was);
	return err ? err : slaves_record_restore(ctx, name, &record->slaves);
}

static int undo_mac(struct ipvlan_ctx *ctx, const struct ipvlan_step *step, const struct ipvlan_link *then)
{
	if (then->mac_size == sizeof(step->mac))
		return ipvlan_link_set_mac(ctx, step->name, then->mac);
	return fail(ctx, -EOPNOTSUPP, IPVLAN_STAGE_CHANGE, "cannot give %s a hardware address of %u bytes", step->name,
		    then->mac_size);
}

static int undo_step(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	int err = go_to(run, step);

	if (err)
		return err;
	switch (step->kind) {
	case STEP_CREATE:
		return undo_create(run, step, record);
	case STEP_DELETE:
		return undo_delete(run, step, record);
	case STEP_MOVE:
		return undo_move(run, step, record);
	case STEP_MTU:
		return undo_mtu(run->walk.ctx, step->name, record);
	case STEP_MAC:
		return undo_mac(run->walk.ctx, step, record->was.link);
	case STEP_MODE:
	case STEP_PORT:
		return undo_port(run, step, record);
	case STEP_OPTIONS:
		return restore_options(run->walk.ctx, step->name, record);
	default:
		return step->change == IPVLAN_CHANGE_REMOVE ? undo_removal(run, step, record)
							    : undo_addition(run, step, record);
	}
}

/* ---- the way back from a step whose answer was lost: nobody knows whether it was done */

/* What was added may as well be what was there before. Returns -EEXIST, set, unless it is not there at all. */
static int look_for_address(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	struct ipvlan_link *now;
	int err = ipvlan_link_get(ctx, step->name, &now);

	if (err)
		return err;
	if (link_has_address(now, &step->address))
		err = -EBUSY;
	ipvlan_link_free(now);
	return err;
}

static int look_for_route(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	struct record now = {0};
	int err = record_route(ctx, &step->route, &now);
	size_t i;

	for (i = 0; !err && i < now.lost_count; i++) {
		if (route_is_same(&now.lost[i].route, &step->route))
			err = -EBUSY;
	}
	record_clear(&now);
	return err;
}

static int look_for_addition(struct run *run, const struct ipvlan_step *step)
{
	struct ipvlan_ctx *ctx = run->walk.ctx;
	int err = go_to(run, step);

	if (!err)
		err = step->kind == STEP_ADDRESS ? look_for_address(ctx, step) : look_for_route(ctx, step);
	if (err != -EBUSY)
		return err;
	fail(ctx, err, IPVLAN_STAGE_NONE, "cannot take it back");
	fail_because(ctx, "it is there, and may have been there before");
	return err;
}

static int take_back(struct run *run, size_t i)
{
	const struct ipvlan_step *step = &run->walk.plan->steps[i];
	bool is_addition =
		(step->kind == STEP_ADDRESS || step->kind == STEP_ROUTE) && step->change == IPVLAN_CHANGE_ADD;

	if (is_addition && run->walk.outcomes[i] == OUTCOME_UNKNOWN)
		return look_for_addition(run, step);
	return undo_step(run, step, &run->records[i]);
}

/* ---- all steps */

static void undo(struct run *run)
{
	struct ipvlan_error first = run->walk.ctx->error;
	size_t i = run->walk.plan->count;

	while (i-- > 0) {
		if (run->walk.outcomes[i] == OUTCOME_NOT_DONE)
			continue;
		walk_announce_undoing(&run->walk, i);
		if (!walk_is_undone(&run->walk, i, take_back(run, i)))
			walk_leave(&run->walk, i);
	}
	stations_go_to_base(&run->walk.places);
	walk_tell(&run->walk, &first);
}

static int run_one(struct run *run, size_t i)
{
	const struct ipvlan_step *step = &run->walk.plan->steps[i];
	int err = walk_announce(&run->walk, i);

	if (err)
		return err;
	err = go_to(run, step);
	if (!err)
		err = write_down(run, step, &run->records[i]);
	if (!err) {
		err = do_step(run, step);
		walk_note(&run->walk, i, err);
	}
	if (err)
		fail_step(run->walk.ctx, (unsigned int)i);
	return err;
}

static int run_all(struct run *run)
{
	size_t i;
	int err = 0;

	for (i = 0; i < run->walk.plan->count; i++)
		run->records[i].port = (struct port_value){IPVLAN_MODE_UNSET, IPVLAN_FLAGS_UNSET};
	for (i = 0; !err && i < run->walk.plan->count; i++)
		err = run_one(run, i);
	if (err)
		undo(run);
	return err;
}

int transaction_run(struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, ipvlan_progress_fn progress, void *data)
{
	struct run run = {0};
	size_t i;
	int err = walk_begin(&run.walk, ctx, plan, progress, data);

	if (!err) {
		run.records = calloc(plan->count + 1, sizeof(*run.records));
		err = run.records ? run_all(&run)
				  : fail(ctx, -ENOMEM, IPVLAN_STAGE_NONE, "cannot carry out %zu steps", plan->count);
	}
	for (i = 0; run.records && i < plan->count; i++)
		record_clear(&run.records[i]);
	free(run.records);
	walk_end(&run.walk);
	return err;
}
