// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parts of the library that ask no kernel, in use with what a machine would have to be full of: so that memory is short
 * at each place where it is wanted, on any kernel.
 */
#include "use-parts.h"
#include "diagnosis.h"
#include "monitor-model.h"
#include "plan.h"
#include "topology.h"
#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Behind all declarations. */
#include "use-out.h"

/* ---- a transaction of one step, of each kind: a later one may find room that is left */

struct words {
	struct ipvlan_settings *settings;
	struct ipvlan_address *address;
	struct ipvlan_route *route;
};

enum { FIRST_STEPS = 15 };

static int add_first_step(struct ipvlan_transaction *t, int which, const struct words *with)
{
	switch (which) {
	case 0:
		return ipvlan_transaction_add_netns(t, "ns1");
	case 1:
		return ipvlan_transaction_delete_netns(t, "ns1");
	case 2:
		return ipvlan_transaction_create(t, "ns0", with->settings);
	case 3:
		return ipvlan_transaction_delete(t, "ns0", "ipvl0");
	case 4:
		return ipvlan_transaction_set_up(t, "ns0", "ipvl0", true);
	case 5:
		return ipvlan_transaction_set_mtu(t, "ns0", "ipvl0", 1400);
	case 6:
		return ipvlan_transaction_move(t, "ns0", "ipvl0", "ns1", "ipvl1");
	case 7:
		return ipvlan_transaction_change(t, "ns0", "ipvl0", IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET, true);
	case 8:
		return ipvlan_transaction_change_port(t, NULL, "eth0", IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET, true);
	case 9:
		return ipvlan_transaction_add_address(t, "ns0", "ipvl0", with->address);
	case 10:
		return ipvlan_transaction_set_mac(t, NULL, "eth0", (const uint8_t[]){2, 0, 0, 0, 0, 1});
	case 11:
		return ipvlan_transaction_replace_address(t, "ns0", "ipvl0", with->address);
	case 12:
		return ipvlan_transaction_replace_route(t, "ns0", "ipvl0", with->route);
	case 13:
		return ipvlan_transaction_change_route(t, "ns0", "ipvl0", with->route);
	default:
		return ipvlan_transaction_add_route(t, "ns0", "ipvl0", with->route);
	}
}

/* What could not be added is not there, and the transaction can be used as if it had not been tried. */
static int try_first_step(int which, const struct words *with)
{
	struct ipvlan_transaction *t = ipvlan_transaction_new();
	int err;

	if (!t)
		return -ENOMEM;
	err = add_first_step(t, which, with);
	require(ipvlan_plan_get_step_count(ipvlan_transaction_get_plan(t)) == (err ? 0 : 1));
	ipvlan_transaction_free(t);
	return err;
}

int use_first_steps(void)
{
	struct words with = {.settings = ipvlan_settings_new("eth0", "ipvl0")};
	int i, err = with.settings ? 0 : -ENOMEM;

	STEP(err, ipvlan_settings_add_address(with.settings, "10.0.0.2/24"));
	STEP(err, ipvlan_settings_set_gateway(with.settings, "10.0.0.1"));
	STEP(err, ipvlan_address_new("10.0.0.3/24", &with.address));
	STEP(err, ipvlan_route_new("10.7.0.0/16", &with.route));
	for (i = 0; !err && i < FIRST_STEPS; i++)
		err = try_first_step(i, &with);
	ipvlan_route_free(with.route);
	ipvlan_address_free(with.address);
	ipvlan_settings_free(with.settings);
	return err;
}

/* ---- a plan of one difference, of each kind */

enum difference { OF_NETNS, OF_LOOPBACK, OF_PORT, OF_MTU, OF_UP, OF_ADDRESS, OF_ROUTE, DIFFERENCES };

static int make_state(struct state *state, const struct words *with, enum difference which, bool differs)
{
	bool fails = differs && which == OF_NETNS && !state_add_netns(state, "ns1");
	struct state_netns *netns = state_add_netns(state, "ns0");
	struct state_port *port = state_add_port(state, "eth0");
	struct ipvlan_topology_slave *slave = state_add_slave(state, "ns0", "ipvl0");

	if (fails || !port || !netns || !slave)
		return -ENOMEM;
	port->mode = differs && which == OF_PORT ? IPVLAN_MODE_L3 : IPVLAN_MODE_L2;
	port->flags = 0;
	port->has_slaves = true;
	netns->loopback_up = differs && which == OF_LOOPBACK;
	snprintf(slave->parent, sizeof(slave->parent), "eth0");
	slave->mode = port->mode;
	slave->mtu = differs && which == OF_MTU ? 1400 : 1500;
	slave->up = differs && which == OF_UP;
	if (differs && which == OF_ADDRESS)
		return slave_add_address(slave, with->address);
	return differs && which == OF_ROUTE ? slave_add_route(slave, with->route) : 0;
}

static int try_difference(enum difference which, const struct words *with)
{
	struct state desired = {0}, current = {0};
	struct ipvlan_plan plan = {0};
	int err = make_state(&desired, with, which, true);

	STEP(err, make_state(&current, with, which, false));
	if (!err) {
		state_sort(&desired);
		state_sort(&current);
		err = plan_diff(&plan, &desired, &current, false);
		require(plan.count == (err ? 0 : 1));
	}
	plan_clear(&plan);
	state_clear(&desired);
	state_clear(&current);
	return err;
}

int use_differences(void)
{
	struct words with = {0};
	int i, err = ipvlan_address_new("10.0.0.3/24", &with.address);

	STEP(err, ipvlan_route_new("10.7.0.0/16", &with.route));
	for (i = 0; !err && i < DIFFERENCES; i++)
		err = try_difference((enum difference)i, &with);
	ipvlan_route_free(with.route);
	ipvlan_address_free(with.address);
	return err;
}

/* ---- rules: a finding that is not told would be a rule that is not kept */

int use_rules(void)
{
	struct ipvlan_topology *topology = ipvlan_topology_new();
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "ipvl0");
	int found = -ENOMEM, err = topology && s ? 0 : -ENOMEM;

	STEP(err, ipvlan_settings_set_netns_name(s, "ns0"));
	STEP(err, ipvlan_topology_add_slave(topology, s));
	STEP(err, ipvlan_topology_add_slave(topology, s));
	if (!err)
		found = ipvlan_topology_check(topology);
	ipvlan_settings_free(s);
	ipvlan_topology_free(topology);
	require(found != 0);
	return found < 0 ? found : 0;
}

/* ---- what a monitor believes */

enum { PLACE = 100, PARENT = 2, SLAVE = 9 };

static _Alignas(struct nlmsghdr) uint8_t message[CODEC_REQUEST_SIZE];

static const struct nlmsghdr *link_message(uint16_t type, int ifindex, uint32_t mtu)
{
	struct link_request request = LINK_REQUEST_INIT;

	request.ifindex = ifindex;
	request.name = ifindex == PARENT ? "eth0" : "ipvl0";
	request.kind = ifindex == PARENT ? "dummy" : "ipvlan";
	request.parent_index = ifindex == PARENT ? 0 : PARENT;
	request.mode = ifindex == PARENT ? -1 : IPVLAN_MODE_L2;
	request.flags = ifindex == PARENT ? -1 : 0;
	request.mtu = mtu;
	require(codec_link_set(message, sizeof(message), &request) > 0);
	((struct nlmsghdr *)message)->nlmsg_type = type;
	return (const struct nlmsghdr *)message;
}

static const struct nlmsghdr *address_message(uint16_t type, const char *text, uint32_t flags)
{
	struct ipvlan_address address;

	require(address_parse(text, &address) == 0);
	address.flags = flags;
	require(codec_address_encode(message, sizeof(message), type, 0, &address, SLAVE) > 0);
	return (const struct nlmsghdr *)message;
}

static const struct nlmsghdr *route_message(uint16_t type, const char *gateway)
{
	struct ipvlan_route route;

	require(route_parse("default", &route) == 0);
	require(ipvlan_route_set_gateway(&route, gateway) == 0);
	require(codec_route_encode(message, sizeof(message), RTM_NEWROUTE, 0, &route, SLAVE) > 0);
	((struct nlmsghdr *)message)->nlmsg_type = type;
	return (const struct nlmsghdr *)message;
}

/* Each says something new: one event, or with the slave two. */
static int hear(struct model *model, struct model_netns *netns)
{
	int err = model_apply(model, netns, link_message(RTM_NEWLINK, PARENT, 1500));

	STEP(err, model_apply(model, netns, link_message(RTM_NEWLINK, SLAVE, 1500)));
	STEP(err, model_apply(model, netns, link_message(RTM_NEWLINK, SLAVE, 1400)));
	STEP(err, model_apply(model, netns, address_message(RTM_NEWADDR, "10.0.0.2/24", 0)));
	STEP(err, model_apply(model, netns, address_message(RTM_NEWADDR, "10.0.0.2/24", IFA_F_PERMANENT)));
	STEP(err, model_apply(model, netns, route_message(RTM_NEWROUTE, "10.0.0.1")));
	STEP(err, model_apply(model, netns, route_message(RTM_DELROUTE, "10.0.0.1")));
	STEP(err, model_rename(model, netns, "ns1", 0));
	return err;
}

/* The same namespace, read anew: it has another address, and no route. */
static int settle(struct model *model, struct model_netns *netns)
{
	struct model_netns *fresh = model_netns_new(PLACE, 4, NULL, 0);
	int err = fresh ? 0 : -ENOMEM;

	STEP(err, model_netns_take(fresh, link_message(RTM_NEWLINK, PARENT, 1500)));
	STEP(err, model_netns_take(fresh, link_message(RTM_NEWLINK, SLAVE, 1400)));
	STEP(err, model_netns_take(fresh, address_message(RTM_NEWADDR, "10.0.0.3/24", IFA_F_PERMANENT)));
	STEP(err, model_netns_take(fresh, route_message(RTM_NEWROUTE, "10.0.0.1")));
	STEP(err, model_settle(model, netns, fresh));
	model_netns_free(fresh);
	return err;
}

static unsigned int take_events(struct model *model)
{
	struct ipvlan_event *event;
	unsigned int count = 0;

	while ((event = model_take_event(model))) {
		ipvlan_event_free(event);
		count++;
	}
	return count;
}

/* An event that cannot be made is an error, or known to be lost: nobody waits for it in vain. */
int use_model(void)
{
	static unsigned int all; /* that are told when nothing fails: the first time */
	struct model_netns *netns = model_netns_new(PLACE, 4, "ns0", 0);
	struct model model;
	unsigned int count;
	int err = netns ? 0 : -ENOMEM;

	model_init(&model, IPVLAN_EVENTS_ALL);
	if (!err && (err = model_add(&model, netns)))
		model_netns_free(netns);
	STEP(err, hear(&model, netns));
	STEP(err, settle(&model, netns));
	if (!err)
		model_remove(&model, netns);
	count = take_events(&model);
	if (!all)
		all = count;
	require(err || model.lost || count == all);
	if (!err && model.lost)
		err = -ENOMEM;
	model_clear(&model);
	return err;
}

/* ---- a doctor's judgement: two slaves that are down and have one address */

static int add_facts(struct facts *facts)
{
	struct fact_place *place = facts_add_place(facts);
	struct fact_port *port = facts_add_port(facts);
	struct fact_link *link = NULL;
	int i, err = place && port && (place->name = strdup("ns0")) ? 0 : -ENOMEM;

	if (!err)
		*port = (struct fact_port){.inode = PLACE, .parent_index = PARENT, .parent = NONE, .slave_count = 2};
	for (i = 0; !err && i < 2; i++) {
		link = facts_add_link(facts);
		if (!link)
			return -ENOMEM;
		link->link = (struct ipvlan_link){.ifindex = SLAVE + i, .type = ARPHRD_ETHER, .netns_inode = PLACE};
		link->place = link->port = 0;
		snprintf(link->link.name, sizeof(link->link.name), "ipvl%d", i);
		link->link.netns = strdup("ns0");
		link->link.addresses = calloc(1, sizeof(*link->link.addresses));
		if (!link->link.netns || !link->link.addresses)
			return -ENOMEM;
		require(address_parse("10.0.0.2/24", link->link.addresses) == 0);
		link->link.address_count = 1;
	}
	return err;
}

/* What could not be written down is no good health. */
int use_judgement(void)
{
	struct facts facts = {0};
	struct judgement judgement = {.facts = &facts};
	int err = add_facts(&facts);

	STEP(err, judge(&judgement));
	require(err || judgement.count > 2);
	findings_free(judgement.findings, judgement.count);
	facts_clear(&facts);
	return err;
}
