// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The planner. Pure: two states in, ordered steps out. The order is such that no step needs what a later one makes, and
 * none is refused for what an earlier one takes away:
 *
 *   options of ports that go  ->  routes that go and borrow their source  ->  slaves that go (side by side, for they
 * can go at once)  ->  addresses that go  ->  ports, options before mode and flags  ->  then for each namespace: itself
 * -> slaves that come, a port's options right behind its first one  ->  changes of slaves  ->  routes that borrow their
 * source  ->  lo  ->  at last, such routes of IPv6
 *
 * Namespace by namespace, so that who carries it out has to enter each but once. Options come after addresses that go
 * and before those that come: what is guarded from now on may have been somebody's, and what was may become it. They
 * come before the mode, so that slaves which l3 has kept from each other are held to what is theirs when l2 comes.
 *
 * A route borrows its source when that is no address of the slave that it leads through, but of another one in the
 * namespace, or of another link. There is none without its source, so it is no part of a slave's coming and going. One
 * of IPv6 borrows it in any case, and comes when all else has: an address is no source until duplicate address
 * detection has ended, which is a matter of seconds, for all addresses at once.
 */
#include "array.h"
#include "module-options.h"
#include "plan.h"
#include <errno.h>
#include <ipvlan/settings.h>
#include <linux/if_addr.h>
#include <linux/ipv6.h>
#include <string.h>
#include <sys/socket.h>

struct planner {
	struct ipvlan_plan *plan;
	const struct state *desired, *current;
	bool prune;
	bool *begun; /* of each port that is desired: its first slave has been made, if it had none */
};

struct ipvlan_step *plan_add_step(struct ipvlan_plan *plan, enum step_kind kind, enum ipvlan_change change,
				  const char *netns, const char *name, unsigned int line)
{
	struct ipvlan_step *room = array_grow(plan->steps, plan->count, sizeof(*room));
	char *netns_copy = netns ? strdup(netns) : NULL, *name_copy = name ? strdup(name) : NULL;

	if (room)
		plan->steps = room;
	if (!room || !name_copy || (netns && !netns_copy)) {
		free(netns_copy);
		free(name_copy);
		return NULL;
	}
	room += plan->count++;
	*room = (struct ipvlan_step){
		.kind = kind, .change = change, .line = line, .netns = netns_copy, .name = name_copy};
	return room;
}

static struct ipvlan_step *add_step(struct planner *p, enum step_kind kind, enum ipvlan_change change,
				    const char *netns, const char *name, unsigned int line)
{
	return plan_add_step(p->plan, kind, change, netns, name, line);
}

static bool is_source_of(const struct ipvlan_address *address, const struct ipvlan_route *route)
{
	return route->has_source && address->family == route->family &&
	       memcmp(address->local, route->source, sizeof(address->local)) == 0;
}

static bool has_source_of(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route)
{
	size_t i;

	for (i = 0; i < slave->address_count; i++) {
		if (is_source_of(&slave->addresses[i], route))
			return true;
	}
	return false;
}

static bool borrows_source(const struct ipvlan_topology_slave *slave, const struct ipvlan_route *route)
{
	return route->has_source && (route->family == AF_INET6 || !has_source_of(slave, route));
}

static void drop_borrowing_routes(struct ipvlan_topology_slave *slave)
{
	size_t i, kept = 0;

	for (i = 0; i < slave->route_count; i++) {
		if (!borrows_source(slave, &slave->routes[i]))
			slave->routes[kept++] = slave->routes[i];
	}
	/* One that has routes is up. */
	slave->up = slave->up || kept < slave->route_count;
	slave->route_count = kept;
}

static int add_slave_step(struct planner *p, enum ipvlan_change change, const struct ipvlan_topology_slave *slave)
{
	struct ipvlan_step *step = add_step(p, STEP_SLAVE, change, slave->netns, slave->name, slave->line);
	int err = step ? slave_copy(&step->slave, slave) : -ENOMEM;

	if (err)
		return err;
	drop_borrowing_routes(&step->slave);
	/* What was read is made again in this order. */
	if (change == IPVLAN_CHANGE_REMOVE)
		addresses_order_by_age(step->slave.addresses, step->slave.address_count);
	return 0;
}

static int add_address_step(struct planner *p, enum ipvlan_change change, const struct ipvlan_topology_slave *slave,
			    const struct ipvlan_address *address)
{
	struct ipvlan_step *step = add_step(p, STEP_ADDRESS, change, slave->netns, slave->name, slave->line);

	if (!step)
		return -ENOMEM;
	step->address = *address;
	return 0;
}

static int add_route_step(struct planner *p, enum ipvlan_change change, const struct ipvlan_topology_slave *slave,
			  const struct ipvlan_route *route)
{
	struct ipvlan_step *step = add_step(p, STEP_ROUTE, change, slave->netns, slave->name, slave->line);

	if (!step)
		return -ENOMEM;
	step->route = *route;
	return 0;
}

static const struct ipvlan_topology_slave *wanted_as(const struct planner *p, const struct ipvlan_topology_slave *slave)
{
	return state_find_slave(p->desired, slave->netns, slave->name);
}

/* A slave cannot change its parent: one of the same name on another parent has to make way. */
static bool must_go(const struct planner *p, const struct ipvlan_topology_slave *slave)
{
	const struct ipvlan_topology_slave *wanted = wanted_as(p, slave);
	const struct state_port *port = state_find_port(p->desired, slave->parent);

	if (wanted)
		return strcmp(wanted->parent, slave->parent) != 0;
	return p->prune && port && port->is_listed;
}

static bool is_primary_of(const struct ipvlan_address *primary, const struct ipvlan_address *secondary)
{
	return primary->family == AF_INET && !(primary->flags & IFA_F_SECONDARY) && secondary->family == AF_INET &&
	       (secondary->flags & IFA_F_SECONDARY) && primary->prefix_length == secondary->prefix_length &&
	       prefix_holds(primary->local, primary->prefix_length, secondary->local);
}

static bool stays_with(const struct ipvlan_topology_slave *wanted, const struct ipvlan_address *address)
{
	return slave_has_address(wanted, address) || address_is_lent(address);
}

/* With an MTU that is less than it takes, the kernel ends IPv6 on a link: that is planned, to be seen and undone. */
static bool loses_ipv6(const struct ipvlan_topology_slave *now, const struct ipvlan_topology_slave *wanted)
{
	return wanted->mtu && wanted->mtu < IPV6_MIN_MTU && wanted->mtu != now->mtu;
}

/*
 * A secondary IPv4 address goes with the primary one of its network: one that shall stay is taken away and put back,
 * and so is one that is lent, which nobody describes.
 */
static bool loses_address(const struct ipvlan_topology_slave *now, const struct ipvlan_topology_slave *wanted,
			  const struct ipvlan_address *address)
{
	size_t i;

	if (!stays_with(wanted, address))
		return true;
	for (i = 0; i < now->address_count; i++) {
		if (is_primary_of(&now->addresses[i], address) && !stays_with(wanted, &now->addresses[i]))
			return true;
	}
	return false;
}

static bool has_rival(const struct ipvlan_topology_slave *wanted, const struct ipvlan_route *route)
{
	size_t i;

	for (i = 0; i < wanted->route_count; i++) {
		if (route_is_rival(route, &wanted->routes[i]))
			return true;
	}
	return false;
}

static bool has_rival_beside(const struct planner *p, const char *netns, const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *wanted;
	size_t count, i;

	wanted = state_slaves_in(p->desired, netns, &count);
	for (i = 0; i < count; i++) {
		if (has_rival(&wanted[i], route))
			return true;
	}
	return false;
}

/* What shall lead elsewhere, from another address, or by another slave, cannot be beside what does not. */
static bool makes_way(const struct planner *p, const struct ipvlan_topology_slave *wanted,
		      const struct ipvlan_route *route)
{
	size_t i;

	for (i = 0; i < wanted->route_count; i++) {
		if (route_serves(route, &wanted->routes[i]))
			return false;
	}
	return has_rival_beside(p, wanted->netns, route);
}

/* IPv4 routes go with the last IPv4 address, and any route with its source; those that shall stay come back as well. */
static bool is_pruned(const struct ipvlan_topology_slave *now, const struct ipvlan_topology_slave *wanted,
		      const struct ipvlan_route *route)
{
	const struct ipvlan_address *address;
	size_t i, lost = 0, kept = 0;

	if (!slave_has_route(wanted, route))
		return true;
	for (i = 0; i < now->address_count; i++) {
		address = &now->addresses[i];
		if (address->family != route->family)
			continue;
		if (!loses_address(now, wanted, address)) {
			kept++;
			continue;
		}
		lost++;
		if (is_source_of(address, route))
			return true;
	}
	return route->family == AF_INET && lost && !kept;
}

static bool must_lose_address(const struct planner *p, const struct ipvlan_topology_slave *now,
			      const struct ipvlan_topology_slave *wanted, const struct ipvlan_address *address)
{
	return (p->prune && loses_address(now, wanted, address)) ||
	       (address->family == AF_INET6 && loses_ipv6(now, wanted));
}

/* Whether an address that a slave has now is there all the time. */
static bool keeps_address(const struct planner *p, const struct ipvlan_topology_slave *now,
			  const struct ipvlan_address *address)
{
	const struct ipvlan_topology_slave *wanted = wanted_as(p, now);

	return !must_go(p, now) && !(wanted && must_lose_address(p, now, wanted, address));
}

/*
 * When the last slave of the namespace that has its source loses that, the kernel takes an IPv4 route away, and from
 * one of IPv6 its source.
 */
static bool loses_source(const struct planner *p, const char *netns, const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *lender;
	const struct ipvlan_address *address;
	size_t count, i, j;
	bool is_lost = false;

	if (!route->has_source)
		return false;
	lender = state_slaves_in(p->current, netns, &count);
	for (i = 0; i < count; i++) {
		for (j = 0; j < lender[i].address_count; j++) {
			address = &lender[i].addresses[j];
			if (!is_source_of(address, route))
				continue;
			if (keeps_address(p, &lender[i], address))
				return false;
			is_lost = true;
		}
	}
	return is_lost;
}

static bool loses_route(const struct planner *p, const struct ipvlan_topology_slave *now,
			const struct ipvlan_topology_slave *wanted, const struct ipvlan_route *route)
{
	return makes_way(p, wanted, route) || (p->prune && is_pruned(now, wanted, route)) ||
	       (route->family == AF_INET6 && loses_ipv6(now, wanted)) || loses_source(p, now->netns, route);
}

static bool must_lose_borrowing_route(const struct planner *p, const struct ipvlan_topology_slave *now,
				      const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *wanted = wanted_as(p, now);

	if (must_go(p, now))
		return true;
	return wanted ? loses_route(p, now, wanted, route) : loses_source(p, now->netns, route);
}

static int plan_lost_borrowing_routes(struct planner *p)
{
	const struct ipvlan_topology_slave *now;
	size_t i, j;
	int err = 0;

	for (i = 0; !err && i < p->current->slave_count; i++) {
		now = &p->current->slaves[i];
		for (j = 0; !err && j < now->route_count; j++) {
			if (borrows_source(now, &now->routes[j]) && must_lose_borrowing_route(p, now, &now->routes[j]))
				err = add_route_step(p, IPVLAN_CHANGE_REMOVE, now, &now->routes[j]);
		}
	}
	return err;
}

static int plan_lost_routes(struct planner *p, const struct ipvlan_topology_slave *now,
			    const struct ipvlan_topology_slave *wanted)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < now->route_count; i++) {
		if (!borrows_source(now, &now->routes[i]) && loses_route(p, now, wanted, &now->routes[i]))
			err = add_route_step(p, IPVLAN_CHANGE_REMOVE, now, &now->routes[i]);
	}
	return err;
}

/*
 * From the last that was given to the first, so that no secondary address goes before its turn, and undoing makes them
 * in order: the kernel lists those of IPv6 from the last to the first.
 */
static int plan_lost_addresses(struct planner *p, const struct ipvlan_topology_slave *now,
			       const struct ipvlan_topology_slave *wanted)
{
	const struct ipvlan_address *address;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < now->address_count; i++) {
		address = &now->addresses[i];
		if (address->family == AF_INET6 && must_lose_address(p, now, wanted, address))
			err = add_address_step(p, IPVLAN_CHANGE_REMOVE, now, address);
	}
	while (!err && i-- > 0) {
		address = &now->addresses[i];
		if (address->family == AF_INET && must_lose_address(p, now, wanted, address))
			err = add_address_step(p, IPVLAN_CHANGE_REMOVE, now, address);
	}
	return err;
}

static int plan_lost_slaves(struct planner *p)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->current->slave_count; i++) {
		if (must_go(p, &p->current->slaves[i]))
			err = add_slave_step(p, IPVLAN_CHANGE_REMOVE, &p->current->slaves[i]);
	}
	return err;
}

/* What slaves that stay lose. */
static int plan_losses(struct planner *p)
{
	const struct ipvlan_topology_slave *now, *wanted;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->current->slave_count; i++) {
		now = &p->current->slaves[i];
		wanted = wanted_as(p, now);
		if (!wanted || must_go(p, now))
			continue;
		err = plan_lost_routes(p, now, wanted);
		if (!err)
			err = plan_lost_addresses(p, now, wanted);
	}
	return err;
}

/* Slaves that stay: only where one does, the port lives on and must be changed. */
static size_t count_staying(const struct planner *p, const char *parent, size_t *undescribed)
{
	const struct state_port *now = state_find_port(p->current, parent);
	const struct ipvlan_topology_slave *slave;
	size_t i, count = now ? now->outsider_count : 0;

	*undescribed = count;
	for (i = 0; i < p->current->slave_count; i++) {
		slave = &p->current->slaves[i];
		if (strcmp(slave->parent, parent) != 0 || must_go(p, slave))
			continue;
		count++;
		*undescribed += !wanted_as(p, slave);
	}
	return count;
}

static int add_options_step(struct planner *p, enum ipvlan_change change, const char *parent, unsigned int line,
			    const struct module_change *from, const struct module_change *to)
{
	struct ipvlan_step *step = add_step(p, STEP_OPTIONS, change, NULL, parent, line);

	if (!step)
		return -ENOMEM;
	step->options.from = from ? module_options_copy(from) : NULL;
	step->options.to = module_options_copy(to);
	return !step->options.to || (from && !step->options.from) ? -ENOMEM : 0;
}

/* Whether a port keeps a slave all the way, and with it its options. */
static bool lives_on(const struct planner *p, const char *parent, size_t *undescribed)
{
	const struct state_port *now = state_find_port(p->current, parent);
	size_t staying = count_staying(p, parent, undescribed);

	return staying || (now && now->has_unseen);
}

/* What a port has that a new one would not have. Returns whether there is any. */
static bool differs_from_new(struct module_change *options)
{
	struct module_change new_port;

	module_change_of_new_port(&new_port);
	module_change_drop_same(options, &new_port);
	return !module_change_is_empty(options);
}

/* They end with the port by themselves; the step is there for its inverse. */
static int plan_lost_options(struct planner *p)
{
	const struct state_port *now, *wanted;
	struct module_change options;
	size_t i, undescribed;
	int err = 0;

	for (i = 0; !err && i < p->current->port_count; i++) {
		now = &p->current->ports[i];
		if (!now->options || lives_on(p, now->name, &undescribed))
			continue;
		wanted = state_find_port(p->desired, now->name);
		options = now->options->change;
		if (differs_from_new(&options))
			err = add_options_step(p, IPVLAN_CHANGE_REMOVE, now->name, wanted ? wanted->line : 0, NULL,
					       &options);
	}
	return err;
}

static int plan_options(struct planner *p, const struct state_port *wanted)
{
	const struct state_port *now = state_find_port(p->current, wanted->name);
	struct module_change from, to;
	size_t undescribed;
	int err;

	if (!wanted->options || !now || !now->options || !lives_on(p, wanted->name, &undescribed))
		return 0;
	from = now->options->change;
	to = wanted->options->change;
	module_change_drop_same(&to, &from);
	module_change_keep_set(&from, &to);
	if (module_change_is_empty(&to))
		return 0;
	err = add_options_step(p, IPVLAN_CHANGE_SET, wanted->name, wanted->line, &from, &to);
	if (!err)
		p->plan->steps[p->plan->count - 1].sibling_count = undescribed;
	return err;
}

/* Behind the first slave of a port that is new, or new again: then what is not described is as it was before. */
static int plan_new_options(struct planner *p, const char *parent)
{
	const struct state_port *wanted = state_find_port(p->desired, parent);
	const struct state_port *now = state_find_port(p->current, parent);
	struct module_change options = {0};
	size_t undescribed;

	if (p->begun[wanted - p->desired->ports] || lives_on(p, parent, &undescribed))
		return 0;
	p->begun[wanted - p->desired->ports] = true;
	if (now && now->options)
		options = now->options->change;
	if (wanted->options)
		module_change_merge(&options, &wanted->options->change);
	return differs_from_new(&options) ? add_options_step(p, IPVLAN_CHANGE_ADD, parent, wanted->line, NULL, &options)
					  : 0;
}

static int plan_port(struct planner *p, const struct state_port *wanted)
{
	const struct state_port *now = state_find_port(p->current, wanted->name);
	struct port_value from = {IPVLAN_MODE_UNSET, IPVLAN_FLAGS_UNSET}, to = from;
	struct ipvlan_step *step;
	size_t undescribed;

	if (!now || !now->has_slaves || !count_staying(p, wanted->name, &undescribed))
		return 0;
	if (wanted->mode >= 0 && wanted->mode != now->mode) {
		from.mode = now->mode;
		to.mode = wanted->mode;
	}
	if (wanted->flags >= 0 && wanted->flags != now->flags) {
		from.flags = now->flags;
		to.flags = wanted->flags;
	}
	if (to.mode < 0 && to.flags < 0)
		return 0;
	step = add_step(p, STEP_PORT, IPVLAN_CHANGE_SET, NULL, wanted->name, wanted->line);
	if (!step)
		return -ENOMEM;
	step->port.from = from;
	step->port.to = to;
	step->sibling_count = undescribed;
	return 0;
}

static int plan_ports(struct planner *p)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->desired->port_count; i++) {
		err = plan_options(p, &p->desired->ports[i]);
		if (!err)
			err = plan_port(p, &p->desired->ports[i]);
	}
	return err;
}

/* Mode and flags are settled here, for making a slave without them would mean to ask all namespaces for siblings. */
static int plan_new_slave(struct planner *p, const struct ipvlan_topology_slave *wanted)
{
	const struct state_port *port = state_find_port(p->desired, wanted->parent);
	const struct state_port *now = state_find_port(p->current, wanted->parent);
	struct ipvlan_topology_slave settled = *wanted;

	settled.mode = port ? port->mode : IPVLAN_MODE_UNSET;
	settled.flags = port ? port->flags : IPVLAN_FLAGS_UNSET;
	if (settled.mode < 0)
		settled.mode = now && now->has_slaves ? now->mode : IPVLAN_MODE_L3;
	if (settled.flags < 0 && now && now->has_slaves)
		settled.flags = now->flags;
	/* A named namespace's lo has a step of its own, with an inverse of its own. */
	settled.loopback_up = wanted->loopback_up && !wanted->netns;
	return add_slave_step(p, IPVLAN_CHANGE_ADD, &settled);
}

static bool stays(const struct planner *p, const struct ipvlan_topology_slave *now)
{
	return now && !must_go(p, now);
}

static int plan_new_slaves(struct planner *p, const struct ipvlan_topology_slave *wanted, size_t count)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < count; i++) {
		if (stays(p, state_find_slave(p->current, wanted[i].netns, wanted[i].name)))
			continue;
		err = plan_new_slave(p, &wanted[i]);
		if (!err)
			err = plan_new_options(p, wanted[i].parent);
	}
	return err;
}

static const struct ipvlan_address *find_address(const struct ipvlan_topology_slave *now,
						 const struct ipvlan_address *address)
{
	size_t i;

	for (i = 0; i < now->address_count; i++) {
		if (address_is_same(&now->addresses[i], address))
			return &now->addresses[i];
	}
	return NULL;
}

static bool lacks_route(const struct planner *p, const struct ipvlan_topology_slave *now,
			const struct ipvlan_topology_slave *wanted, const struct ipvlan_route *route)
{
	size_t i;

	for (i = 0; i < now->route_count; i++) {
		if (route_is_same(&now->routes[i], route))
			return loses_route(p, now, wanted, &now->routes[i]);
	}
	return true;
}

static int plan_mtu_and_up(struct planner *p, const struct ipvlan_topology_slave *wanted,
			   const struct ipvlan_topology_slave *now)
{
	struct ipvlan_step *step;

	if (wanted->mtu && wanted->mtu != now->mtu) {
		step = add_step(p, STEP_MTU, IPVLAN_CHANGE_SET, wanted->netns, wanted->name, wanted->line);
		if (!step)
			return -ENOMEM;
		step->mtu.from = now->mtu;
		step->mtu.to = wanted->mtu;
	}
	if (wanted->up && !now->up &&
	    !add_step(p, STEP_UP, IPVLAN_CHANGE_ADD, wanted->netns, wanted->name, wanted->line))
		return -ENOMEM;
	return 0;
}

/* What is described is meant to stay. */
static int plan_lifetime(struct planner *p, const struct ipvlan_topology_slave *wanted,
			 const struct ipvlan_address *now)
{
	struct ipvlan_address forever = *now;
	int err;

	if (!address_is_lent(now))
		return 0;
	forever.valid = forever.preferred = UINT32_MAX;
	err = add_address_step(p, IPVLAN_CHANGE_SET, wanted, &forever);
	if (!err)
		p->plan->steps[p->plan->count - 1].before = *now;
	return err;
}

static int plan_address(struct planner *p, const struct ipvlan_topology_slave *wanted,
			const struct ipvlan_topology_slave *now, const struct ipvlan_address *address)
{
	const struct ipvlan_address *found = find_address(now, address);

	/* What was read has more to it (who is secondary) than what was described. */
	if (!found || (p->prune && loses_address(now, wanted, found)))
		return add_address_step(p, IPVLAN_CHANGE_ADD, wanted, address);
	return plan_lifetime(p, wanted, found);
}

/* A gateway may be within reach only by another of these, so those behind gateways come last. */
static int plan_routes(struct planner *p, const struct ipvlan_topology_slave *wanted,
		       const struct ipvlan_topology_slave *now)
{
	const struct ipvlan_route *route;
	size_t i, pass;
	int err = 0;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; !err && i < wanted->route_count; i++) {
			route = &wanted->routes[i];
			if (route->has_gateway == (pass == 1) && !borrows_source(wanted, route) &&
			    lacks_route(p, now, wanted, route))
				err = add_route_step(p, IPVLAN_CHANGE_ADD, wanted, route);
		}
	}
	return err;
}

/* An address that nobody describes, and that has gone with its primary one. */
static bool returns(const struct planner *p, const struct ipvlan_topology_slave *wanted,
		    const struct ipvlan_topology_slave *now, const struct ipvlan_address *address)
{
	return p->prune && address->family == AF_INET && address_is_lent(address) &&
	       loses_address(now, wanted, address);
}

static int plan_change(struct planner *p, const struct ipvlan_topology_slave *wanted,
		       const struct ipvlan_topology_slave *now)
{
	int err = plan_mtu_and_up(p, wanted, now);
	size_t i;

	for (i = 0; !err && i < wanted->address_count; i++)
		err = plan_address(p, wanted, now, &wanted->addresses[i]);
	for (i = 0; !err && i < now->address_count; i++) {
		if (!slave_has_address(wanted, &now->addresses[i]) && returns(p, wanted, now, &now->addresses[i]))
			err = add_address_step(p, IPVLAN_CHANGE_ADD, wanted, &now->addresses[i]);
	}
	return err ? err : plan_routes(p, wanted, now);
}

static int plan_changes(struct planner *p, const struct ipvlan_topology_slave *wanted, size_t count)
{
	const struct ipvlan_topology_slave *now;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < count; i++) {
		now = state_find_slave(p->current, wanted[i].netns, wanted[i].name);
		if (stays(p, now))
			err = plan_change(p, &wanted[i], now);
	}
	return err;
}

static int plan_borrowing_routes(struct planner *p, const struct ipvlan_topology_slave *wanted, int family)
{
	const struct ipvlan_topology_slave *now = state_find_slave(p->current, wanted->netns, wanted->name);
	const struct ipvlan_route *route;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < wanted->route_count; i++) {
		route = &wanted->routes[i];
		if (route->family == family && borrows_source(wanted, route) &&
		    (!stays(p, now) || lacks_route(p, now, wanted, route)))
			err = add_route_step(p, IPVLAN_CHANGE_ADD, wanted, route);
	}
	return err;
}

static bool is_lent_again(const struct planner *p, const char *netns, const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *lender;
	size_t count, i;

	lender = state_slaves_in(p->desired, netns, &count);
	for (i = 0; i < count; i++) {
		if (has_source_of(&lender[i], route))
			return true;
	}
	return false;
}

static bool is_left_alone(const struct planner *p, const struct ipvlan_topology_slave *now,
			  const struct ipvlan_route *route)
{
	const struct ipvlan_topology_slave *wanted = wanted_as(p, now);

	if (!wanted)
		return !must_go(p, now);
	if (route->family == AF_INET6 && loses_ipv6(now, wanted))
		return false;
	return !p->prune && stays(p, now) && !slave_has_route(wanted, route) && !makes_way(p, wanted, route);
}

/* Not an IPv4 route that has lost its source for good. */
static int plan_returning_route(struct planner *p, const struct ipvlan_topology_slave *now,
				const struct ipvlan_route *route)
{
	struct ipvlan_route returning = *route;

	if (!is_left_alone(p, now, route) || !loses_source(p, now->netns, route))
		return 0;
	returning.has_source = is_lent_again(p, now->netns, route);
	if (!returning.has_source && route->family == AF_INET)
		return 0;
	return add_route_step(p, IPVLAN_CHANGE_ADD, now, &returning);
}

/* Routes that are not described, but have lost their source, perhaps for a while. */
static int plan_returning_routes(struct planner *p, const struct ipvlan_topology_slave *now, int family)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < now->route_count; i++) {
		if (now->routes[i].family == family && borrows_source(now, &now->routes[i]))
			err = plan_returning_route(p, now, &now->routes[i]);
	}
	return err;
}

static int plan_slaves(struct planner *p, const char *netns, const struct ipvlan_topology_slave *wanted, size_t count)
{
	const struct ipvlan_topology_slave *now;
	size_t i, now_count;
	int err = plan_new_slaves(p, wanted, count);

	if (!err)
		err = plan_changes(p, wanted, count);
	for (i = 0; !err && i < count; i++)
		err = plan_borrowing_routes(p, &wanted[i], AF_INET);
	now = state_slaves_in(p->current, netns, &now_count);
	for (i = 0; !err && i < now_count; i++)
		err = plan_returning_routes(p, &now[i], AF_INET);
	return err;
}

static int plan_loopback(struct planner *p, const struct state_netns *wanted, const struct state_netns *now)
{
	struct ipvlan_step *step;

	if (!wanted->loopback_up || (now && now->loopback_up))
		return 0;
	step = add_step(p, STEP_LOOPBACK, IPVLAN_CHANGE_ADD, wanted->name, "lo", wanted->line);
	if (!step)
		return -ENOMEM;
	step->keeps_address = now && now->loopback_was_up;
	return 0;
}

static int plan_netns(struct planner *p, const struct state_netns *wanted, const struct ipvlan_topology_slave *slaves,
		      size_t count)
{
	const struct state_netns *now = state_find_netns(p->current, wanted->name);
	int err;

	if (!now && !add_step(p, STEP_NETNS, IPVLAN_CHANGE_ADD, wanted->name, wanted->name, wanted->line))
		return -ENOMEM;
	err = plan_slaves(p, wanted->name, slaves, count);
	return err ? err : plan_loopback(p, wanted, now);
}

/* Slaves from `first` on that are in that namespace; they are sorted by it. */
static size_t count_in(const struct state *state, size_t first, const char *netns)
{
	size_t i = first;

	while (i < state->slave_count && netns_name_compare(state->slaves[i].netns, netns) == 0)
		i++;
	return i - first;
}

static int plan_places(struct planner *p)
{
	const struct state *desired = p->desired;
	size_t i, at = count_in(desired, 0, NULL), count;
	int err = plan_slaves(p, NULL, desired->slaves, at);

	for (i = 0; !err && i < desired->netns_count; i++) {
		count = count_in(desired, at, desired->namespaces[i].name);
		err = plan_netns(p, &desired->namespaces[i], count ? &desired->slaves[at] : NULL, count);
		at += count;
	}
	return err;
}

/* Of whatever namespace: when their turn comes, duplicate address detection has ended for nearly all. */
static int plan_late_routes(struct planner *p)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->desired->slave_count; i++)
		err = plan_borrowing_routes(p, &p->desired->slaves[i], AF_INET6);
	for (i = 0; !err && i < p->current->slave_count; i++)
		err = plan_returning_routes(p, &p->current->slaves[i], AF_INET6);
	return err;
}

int plan_diff(struct ipvlan_plan *plan, const struct state *desired, const struct state *current, bool prune)
{
	static int (*const parts[])(struct planner *) = {
		plan_lost_options, plan_lost_borrowing_routes, plan_lost_slaves, plan_losses, plan_ports,
		plan_places,	   plan_late_routes,
	};
	struct planner p = {.plan = plan, .desired = desired, .current = current, .prune = prune};
	size_t i;
	int err;

	p.begun = calloc(desired->port_count + 1, sizeof(*p.begun));
	err = p.begun ? 0 : -ENOMEM;
	for (i = 0; !err && i < sizeof(parts) / sizeof(parts[0]); i++)
		err = parts[i](&p);
	free(p.begun);
	return err;
}

static void step_clear(struct ipvlan_step *step)
{
	switch (step->kind) {
	case STEP_SLAVE:
		slave_clear(&step->slave);
		break;
	case STEP_OPTIONS:
		ipvlan_module_options_free(step->options.from);
		ipvlan_module_options_free(step->options.to);
		break;
	case STEP_CREATE:
		ipvlan_settings_free(step->settings);
		break;
	case STEP_MOVE:
		free(step->move.netns);
		break;
	default:
		break;
	}
	free(step->netns);
	free(step->name);
}

void plan_clear(struct ipvlan_plan *plan)
{
	size_t i;

	for (i = 0; i < plan->count; i++)
		step_clear(&plan->steps[i]);
	free(plan->steps);
	*plan = (struct ipvlan_plan){0};
}

void step_invert(struct ipvlan_step *step)
{
	struct ipvlan_module_options *options;
	struct ipvlan_address address;
	struct port_value port;
	uint32_t mtu;

	switch (step->change) {
	case IPVLAN_CHANGE_ADD:
		step->change = IPVLAN_CHANGE_REMOVE;
		return;
	case IPVLAN_CHANGE_REMOVE:
		step->change = IPVLAN_CHANGE_ADD;
		return;
	case IPVLAN_CHANGE_SET:
		break;
	}
	if (step->kind == STEP_PORT) {
		port = step->port.from;
		step->port.from = step->port.to;
		step->port.to = port;
	} else if (step->kind == STEP_OPTIONS) {
		options = step->options.from;
		step->options.from = step->options.to;
		step->options.to = options;
	} else if (step->kind == STEP_ADDRESS) {
		address = step->before;
		step->before = step->address;
		step->address = address;
	} else {
		mtu = step->mtu.from;
		step->mtu.from = step->mtu.to;
		step->mtu.to = mtu;
	}
}
