// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Carrying a transaction out, and back. What a step takes away is written down before it is taken: the link as it was,
 * with addresses and routes, the routes that may be meant.
 */
#include "link-record.h"
#include "module-options.h"
#include "module-port.h"
#include "route-record.h"
#include "settings.h"
#include "walk.h"
#include <errno.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

/* What a step must know for being undone. */
struct record {
	struct link_record was;		       /* the link */
	struct route_record routes;	       /* of which one shall be deleted or replaced */
	struct slaves_record slaves;	       /* those of a parent */
	struct ipvlan_netns *held;	       /* a namespace that lost its name */
	struct port_value port;		       /* unset: it does not change */
	struct ipvlan_module_options *options; /* all of a port's; NULL: it has none, or there is no module */
};

struct run {
	struct walk walk;
	struct record *records;	 /* for each step */
	struct late_routes late; /* on the way back */
};

static void record_clear(struct record *record)
{
	link_record_clear(&record->was);
	route_record_clear(&record->routes);
	slaves_record_clear(&record->slaves);
	ipvlan_netns_free(record->held);
	ipvlan_module_options_free(record->options);
}

/* ---- before a step */

/* Whether it may take addresses of the link away. */
static bool takes_addresses(const struct ipvlan_step *step)
{
	switch (step->kind) {
	case STEP_DELETE:
	case STEP_MOVE:
	case STEP_ADDRESS:
		return true;
	case STEP_MTU:
		return step->mtu.to < IPV6_MIN_MTU;
	default:
		return step->kind == STEP_UP && step->change == IPVLAN_CHANGE_REMOVE;
	}
}

/* All routes of the namespace are read only where it matters, for they may be very many. */
static int record_link(struct ipvlan_ctx *ctx, const struct ipvlan_step *step, struct link_record *record)
{
	int err = link_record_take(ctx, step->name, record);

	return err || !takes_addresses(step) ? err : route_record_take_others(ctx, record->link, &record->others);
}

/*
 * Of a parent the slaves as well: whatever MTU it gets becomes theirs, and where one of the two is less than IPv6
 * takes, on the way there or back, their IPv6 may go.
 */
static int record_mtu(struct ipvlan_ctx *ctx, const struct ipvlan_step *step, struct record *record)
{
	int err = record_link(ctx, step, &record->was);
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
	int err = record_link(ctx, step, &record->was);

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

static int record_routes(struct ipvlan_ctx *ctx, const struct ipvlan_step *step, struct route_record *record)
{
	switch (step->change) {
	case IPVLAN_CHANGE_SET:
		return route_record_take_rival(ctx, &step->route, record);
	case IPVLAN_CHANGE_REMOVE:
		return route_record_take(ctx, &step->route, record);
	case IPVLAN_CHANGE_ADD:
		break;
	}
	return 0;
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
		return record_link(ctx, step, &record->was);
	case STEP_ADDRESS:
		return step->change == IPVLAN_CHANGE_ADD ? 0 : record_link(ctx, step, &record->was);
	case STEP_ROUTE:
		return record_routes(ctx, step, &record->routes);
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

static int do_replace(struct ipvlan_ctx *ctx, const struct ipvlan_step *step)
{
	const char *link = *step->name ? step->name : NULL;

	if (step->kind == STEP_ADDRESS)
		return ipvlan_address_replace(ctx, link, &step->address);
	return step->has_rival ? ipvlan_route_change(ctx, link, &step->route)
			       : ipvlan_route_replace(ctx, link, &step->route);
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
		return step->change == IPVLAN_CHANGE_SET ? do_replace(ctx, step) : do_add_or_remove(ctx, step);
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

static int undo_create(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	const struct ipvlan_settings *s = step->settings;
	const char *target = s->netns_by == NETNS_BY_NAME ? s->netns_text : step->netns;
	int err = stations_go(&run->walk.places, target);

	if (!err)
		err = ipvlan_link_delete(run->walk.ctx, step->name);
	late_routes_forget_link(&run->late, target, step->name);
	if (err || record->port.mode < 0)
		return err;
	err = stations_go(&run->walk.places, step->netns);
	return err ? err : ipvlan_port_change(run->walk.ctx, s->parent, record->port.mode, record->port.flags, true);
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
	return err ? err : ipvlan_link_create(run->walk.ctx, settings, NULL);
}

static int restore_lost_options(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	int err = stations_go(&run->walk.places, place_of_parent(run, step, record->was.link));

	return err ? err : restore_options(run->walk.ctx, record->was.link->parent_name, record);
}

/* Bare at first: a route of it that must wait, or cannot come, does not keep the slave itself from coming. */
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
		.netns_fd = -1,
	};
	int err = make_again(run, step, record, &settings), failed;

	if (err)
		return err;
	err = stations_go(&run->walk.places, step->netns);
	if (!err)
		err = link_record_restore(run->walk.ctx, step->name, &record->was, &run->late);
	failed = restore_lost_options(run, step, record);
	return failed ? failed : err;
}

static int undo_move(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	struct ipvlan_step back = {.netns = step->move.netns, .name = (char *)step->move.name};
	int err = stations_go(&run->walk.places, back.netns);

	late_routes_forget_link(&run->late, back.netns, back.name);
	back.move.netns = step->netns;
	strcpy(back.move.name, step->name);
	if (!err)
		err = do_move(run, &back);
	if (!err)
		err = stations_go(&run->walk.places, step->netns);
	return err ? err : link_record_restore(run->walk.ctx, step->name, &record->was, &run->late);
}

/* One that went since, and waits for coming back, need not. */
static int take_route_back(struct run *run, const struct ipvlan_step *step)
{
	if (late_routes_forget(&run->late, &step->route))
		return 0;
	return ipvlan_route_delete(run->walk.ctx, *step->name ? step->name : NULL, &step->route);
}

/* The link has the address still, or has got it. The kernel takes no peer off an IPv6 address. */
static int undo_update(struct run *run, const struct ipvlan_step *step, const struct link_record *was)
{
	const struct ipvlan_address *address = was->link->addresses, *end = address + was->link->address_count;
	struct ipvlan_ctx *ctx = run->walk.ctx;
	bool has_got_peer;
	int err;

	while (address < end && !address_gives_way(address, &step->address))
		address++;
	if (address == end)
		return ipvlan_address_delete(ctx, step->name, &step->address);
	has_got_peer = address->family == AF_INET6 && step->address.has_peer && !address->has_peer;
	if (!has_got_peer)
		return address_restore(ctx, step->name, address);
	err = ipvlan_address_delete(ctx, step->name, address);
	return err ? err : link_record_restore(ctx, step->name, was, &run->late);
}

/* The rival cannot take its place again yet. */
static int make_room(struct run *run, const struct ipvlan_step *step, const struct lost_route *rival)
{
	struct ipvlan_ctx *ctx = run->walk.ctx;
	int there = lost_route_is_back(ctx, rival), err;

	if (there)
		return there < 0 ? there : 0;
	err = ipvlan_route_delete(ctx, *step->name ? step->name : NULL, &step->route);
	if (err && err != -ESRCH)
		return err;
	return late_routes_add(ctx, &run->late, lost_route_link(rival), &rival->route);
}

static int undo_route(struct run *run, const struct ipvlan_step *step, const struct route_record *record)
{
	const struct lost_route *rival = record->routes;

	if (!record->count)
		return take_route_back(run, step);
	return ipvlan_route_replace(run->walk.ctx, lost_route_link(rival), &rival->route) ? make_room(run, step, rival)
											  : 0;
}

static int undo_replacement(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	return step->kind == STEP_ADDRESS ? undo_update(run, step, &record->was)
					  : undo_route(run, step, &record->routes);
}

static int undo_removal(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	struct ipvlan_ctx *ctx = run->walk.ctx;

	if (step->kind == STEP_NETNS)
		return netns_fail_create(ctx, netns_name_again(record->held, step->name), step->name);
	return step->kind == STEP_ROUTE ? late_routes_restore(ctx, &run->late, &record->routes)
					: link_record_restore(ctx, step->name, &record->was, &run->late);
}

static int undo_addition(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	struct ipvlan_step inverse = *step;

	if (step->kind == STEP_UP)
		return link_record_restore(run->walk.ctx, step->name, &record->was, &run->late);
	if (step->kind == STEP_ROUTE)
		return take_route_back(run, step);
	step_invert(&inverse);
	return do_add_or_remove(run->walk.ctx, &inverse);
}

static int undo_by_change(struct run *run, const struct ipvlan_step *step, const struct record *record)
{
	switch (step->change) {
	case IPVLAN_CHANGE_SET:
		return undo_replacement(run, step, record);
	case IPVLAN_CHANGE_REMOVE:
		return undo_removal(run, step, record);
	case IPVLAN_CHANGE_ADD:
		break;
	}
	return undo_addition(run, step, record);
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
static int undo_mtu(struct run *run, const char *name, const struct record *record)
{
	struct ipvlan_ctx *ctx = run->walk.ctx;
	int err = ipvlan_link_set_mtu(ctx, name, record->was.link->mtu);

	if (!err)
		err = link_record_restore(ctx, name, &record->was, &run->late);
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
		return undo_mtu(run, step->name, record);
	case STEP_MAC:
		return undo_mac(run->walk.ctx, step, record->was.link);
	case STEP_MODE:
	case STEP_PORT:
		return undo_port(run, step, record);
	case STEP_OPTIONS:
		return restore_options(run->walk.ctx, step->name, record);
	default:
		return undo_by_change(run, step, record);
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
	int there = route_is_there(ctx, &step->route);

	return there > 0 ? -EBUSY : there;
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

/* All else has come back. Returns whether one more has. */
static bool let_late_routes_come(struct run *run)
{
	struct late_routes *late = &run->late;
	size_t before = late->count, i;

	for (i = before; i-- > 0;) {
		if (!stations_go(&run->walk.places, late->routes[i].netns) &&
		    !lost_route_restore(run->walk.ctx, &late->routes[i].lost))
			late_routes_remove(late, i);
	}
	return late->count < before;
}

/* Each step once, with the reason of one of its routes. */
static void leave_late_routes(struct run *run)
{
	const struct late_route *route = run->late.routes, *end = route + run->late.count;

	for (; route < end; route++) {
		if (route + 1 < end && route[1].step == route->step)
			continue;
		if (!stations_go(&run->walk.places, route->netns))
			lost_route_restore(run->walk.ctx, &route->lost);
		walk_leave(&run->walk, route->step);
	}
}

static void undo(struct run *run)
{
	struct ipvlan_error first = run->walk.ctx->error;
	size_t i = run->walk.plan->count;

	while (i-- > 0) {
		if (run->walk.outcomes[i] == OUTCOME_NOT_DONE)
			continue;
		walk_announce_undoing(&run->walk, i);
		run->late.step = i;
		run->late.netns = run->walk.plan->steps[i].netns;
		if (!walk_is_undone(&run->walk, i, take_back(run, i)))
			walk_leave(&run->walk, i);
	}
	while (run->late.count && let_late_routes_come(run))
		;
	leave_late_routes(run);
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
	late_routes_clear(&run.late);
	walk_end(&run.walk);
	return err;
}
