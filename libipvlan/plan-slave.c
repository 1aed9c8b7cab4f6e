// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The planner's part for slaves and their addresses: which go, come, and change. Pure.
 */
#include "planner.h"
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/ipv6.h>
#include <string.h>
#include <sys/socket.h>

const struct ipvlan_topology_slave *planner_wanted_as(const struct planner *p,
						      const struct ipvlan_topology_slave *slave)
{
	return state_find_slave(p->desired, slave->netns, slave->name);
}

/* A slave cannot change its parent: one of the same name on another parent has to make way. */
bool planner_must_go(const struct planner *p, const struct ipvlan_topology_slave *slave)
{
	const struct ipvlan_topology_slave *wanted = planner_wanted_as(p, slave);
	const struct state_port *port = state_find_port(p->desired, slave->parent);

	if (wanted)
		return strcmp(wanted->parent, slave->parent) != 0;
	return p->prune && port && port->is_listed;
}

bool planner_stays(const struct planner *p, const struct ipvlan_topology_slave *now)
{
	return now && !planner_must_go(p, now);
}

static bool is_primary_of(const struct ipvlan_address *primary, const struct ipvlan_address *secondary)
{
	return primary->family == AF_INET && !(primary->flags & IFA_F_SECONDARY) && secondary->family == AF_INET &&
	       (secondary->flags & IFA_F_SECONDARY) && primary->prefix_length == secondary->prefix_length &&
	       prefix_holds(primary->local, primary->prefix_length, secondary->local);
}

static bool stays_with(const struct ipvlan_topology_slave *wanted, const struct ipvlan_address *address)
{
	return slave_has_address(wanted, address) || address_is_lent(address) || !address_is_a_hosts(address);
}

/* With an MTU that is less than it takes, the kernel ends IPv6 on a link: that is planned, to be seen and undone. */
bool planner_loses_ipv6(const struct ipvlan_topology_slave *now, const struct ipvlan_topology_slave *wanted)
{
	return wanted->mtu && wanted->mtu < IPV6_MIN_MTU && wanted->mtu != now->mtu;
}

/*
 * A secondary IPv4 address goes with the primary one of its network: one that shall stay is taken away and put back,
 * and so is one that is lent, which nobody describes.
 */
bool planner_loses_address(const struct ipvlan_topology_slave *now, const struct ipvlan_topology_slave *wanted,
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

static bool must_lose_address(const struct planner *p, const struct ipvlan_topology_slave *now,
			      const struct ipvlan_topology_slave *wanted, const struct ipvlan_address *address)
{
	return (p->prune && planner_loses_address(now, wanted, address)) ||
	       (address->family == AF_INET6 && planner_loses_ipv6(now, wanted));
}

/* Whether an address that a slave has now is there all the time. */
bool planner_keeps_address(const struct planner *p, const struct ipvlan_topology_slave *now,
			   const struct ipvlan_address *address)
{
	const struct ipvlan_topology_slave *wanted = planner_wanted_as(p, now);

	return !planner_must_go(p, now) && !(wanted && must_lose_address(p, now, wanted, address));
}

int plan_lost_slaves(struct planner *p)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < p->current->slave_count; i++) {
		if (planner_must_go(p, &p->current->slaves[i]))
			err = plan_add_slave(p->plan, IPVLAN_CHANGE_REMOVE, &p->current->slaves[i]);
	}
	return err;
}

/*
 * From the last that was given to the first, so that no secondary address goes before its turn, and undoing makes them
 * in order: the kernel lists those of IPv6 from the last to the first.
 */
int plan_lost_addresses(struct planner *p, const struct ipvlan_topology_slave *now,
			const struct ipvlan_topology_slave *wanted)
{
	const struct ipvlan_address *address;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < now->address_count; i++) {
		address = &now->addresses[i];
		if (address->family == AF_INET6 && must_lose_address(p, now, wanted, address))
			err = plan_add_address(p->plan, IPVLAN_CHANGE_REMOVE, now, address);
	}
	while (!err && i-- > 0) {
		address = &now->addresses[i];
		if (address->family == AF_INET && must_lose_address(p, now, wanted, address))
			err = plan_add_address(p->plan, IPVLAN_CHANGE_REMOVE, now, address);
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
	return plan_add_slave(p->plan, IPVLAN_CHANGE_ADD, &settled);
}

int plan_new_slaves(struct planner *p, const struct ipvlan_topology_slave *wanted, size_t count)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && i < count; i++) {
		if (planner_stays(p, state_find_slave(p->current, wanted[i].netns, wanted[i].name)))
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

static int plan_mtu_and_up(struct planner *p, const struct ipvlan_topology_slave *wanted,
			   const struct ipvlan_topology_slave *now)
{
	struct ipvlan_step *step;

	if (wanted->mtu && wanted->mtu != now->mtu) {
		step = plan_add_step(p->plan, STEP_MTU, IPVLAN_CHANGE_SET, wanted->netns, wanted->name, wanted->line);
		if (!step)
			return -ENOMEM;
		step->mtu.from = now->mtu;
		step->mtu.to = wanted->mtu;
	}
	if (wanted->up && !now->up &&
	    !plan_add_step(p->plan, STEP_UP, IPVLAN_CHANGE_ADD, wanted->netns, wanted->name, wanted->line))
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
	err = plan_add_address(p->plan, IPVLAN_CHANGE_SET, wanted, &forever);
	if (!err)
		p->plan->steps[p->plan->count - 1].before = *now;
	return err;
}

static int plan_address(struct planner *p, const struct ipvlan_topology_slave *wanted,
			const struct ipvlan_topology_slave *now, const struct ipvlan_address *address)
{
	const struct ipvlan_address *found = find_address(now, address);

	/* What was read has more to it (who is secondary) than what was described. */
	if (!found || (p->prune && planner_loses_address(now, wanted, found)))
		return plan_add_address(p->plan, IPVLAN_CHANGE_ADD, wanted, address);
	return plan_lifetime(p, wanted, found);
}

/* An address that nobody describes, and that has gone with its primary one. */
static bool returns(const struct planner *p, const struct ipvlan_topology_slave *wanted,
		    const struct ipvlan_topology_slave *now, const struct ipvlan_address *address)
{
	return p->prune && address->family == AF_INET && address_is_lent(address) &&
	       planner_loses_address(now, wanted, address);
}

int plan_change(struct planner *p, const struct ipvlan_topology_slave *wanted, const struct ipvlan_topology_slave *now)
{
	int err = plan_mtu_and_up(p, wanted, now);
	size_t i;

	for (i = 0; !err && i < wanted->address_count; i++)
		err = plan_address(p, wanted, now, &wanted->addresses[i]);
	for (i = 0; !err && i < now->address_count; i++) {
		if (!slave_has_address(wanted, &now->addresses[i]) && returns(p, wanted, now, &now->addresses[i]))
			err = plan_add_address(p->plan, IPVLAN_CHANGE_ADD, wanted, &now->addresses[i]);
	}
	return err ? err : plan_routes(p, wanted, now);
}
