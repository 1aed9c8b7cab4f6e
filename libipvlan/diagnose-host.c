// SPDX-License-Identifier: LGPL-2.1-or-later
/* Checks between the host and the slaves: whether it reaches them, and what its firewall sees of them. Pure. */
#include "diagnosis.h"
#include <string.h>

static const struct fact_link *find_access(const struct judgement *j, const struct fact_port *port,
					   const struct fact_place *host)
{
	const struct fact_link *slave = NULL;

	while ((slave = next_slave(j, port, slave))) {
		if (slave->link.group == HOST_ACCESS_GROUP && place_of(j, slave) == host)
			return slave;
	}
	return NULL;
}

struct count {
	const struct ipvlan_address *first;
	const struct fact_link *holder;
	size_t addresses;
};

static void count_address(struct count *count, const struct ipvlan_address *address, const struct fact_link *holder)
{
	if (!count->addresses++) {
		count->first = address;
		count->holder = holder;
	}
}

/* Addresses whose packets leave the host by the parent: the port passes to slaves what comes from outside only. */
static void count_unreachable(struct judgement *j, const struct fact_port *port, const struct fact_link *parent,
			      struct count *count)
{
	const struct fact_place *host = place_of(j, parent);
	const struct fact_link *slave = NULL;
	const struct ipvlan_route *route;
	size_t i;

	while ((slave = next_slave(j, port, slave))) {
		for (i = 0; place_of(j, slave) != host && i < slave->link.address_count; i++) {
			if (!is_global(&slave->link.addresses[i]))
				continue;
			route = route_to(host, &slave->link.addresses[i]);
			if (route && route->ifindex == parent->link.ifindex)
				count_address(count, &slave->link.addresses[i], slave);
		}
	}
}

static void check_unreachable(struct judgement *j, const struct fact_port *port, const struct fact_link *parent)
{
	char text[IPVLAN_ADDRESS_SIZE], name[320], command[WORD_SIZE + 16], word[WORD_SIZE];
	struct count count = {0};

	count_unreachable(j, port, parent, &count);
	if (!count.addresses)
		return;
	link_describe(&count.holder->link, name, sizeof(name));
	report(j, FINDING_HOST_UNREACHABLE, IPVLAN_SEVERITY_INFO, parent,
	       "the host's route to %s of %s leads through %s itself, where packets go out to the wire and never to a "
	       "slave (%zu address%s)",
	       ipvlan_address_format(count.first, text, sizeof(text)), name, parent->link.name, count.addresses,
	       count.addresses == 1 ? "" : "es");
	command_in(place_of(j, parent), command, sizeof(command));
	shell_word(parent->link.name, word, sizeof(word));
	if (port->flags > 0) {
		remedy(j, "# with private or vepa no slave reaches another, so the host's own would not either: first");
		remedy(j, "%s port set %s bridge --force", command, word);
	}
	if (is_l3(port)) {
		remedy(j, "%s host-access enable %s", command, word);
	} else {
		remedy(j, "# with an address of that network that nobody has:");
		remedy(j, "# %s host-access enable %s addr ADDRESS", command, word);
	}
}

static bool serves(const struct fact_port *port, const struct fact_link *access, int family)
{
	return is_l3(port) || has_global(&access->link, family);
}

static void check_access(struct judgement *j, const struct fact_port *port, const struct fact_link *parent,
			 const struct fact_link *access)
{
	char text[IPVLAN_ADDRESS_SIZE], name[320], command[WORD_SIZE + 16], word[WORD_SIZE];
	const struct fact_place *host = place_of(j, parent);
	const struct fact_link *slave = NULL;
	const struct ipvlan_address *address;
	const struct ipvlan_route *route;
	struct count count = {0};
	size_t i;

	while ((slave = next_slave(j, port, slave))) {
		for (i = 0; place_of(j, slave) != host && i < slave->link.address_count; i++) {
			address = &slave->link.addresses[i];
			if (!is_global(address) || !serves(port, access, address->family))
				continue;
			route = route_to(host, address);
			if (!route || route->ifindex != access->link.ifindex)
				count_address(&count, address, slave);
		}
	}
	if (!count.addresses)
		return;
	report(j, FINDING_HOST_ACCESS_STALE, IPVLAN_SEVERITY_WARNING, access,
	       "the host has no route through it to %s of %s, as to other slaves (%zu address%s)",
	       ipvlan_address_format(count.first, text, sizeof(text)),
	       link_describe(&count.holder->link, name, sizeof(name)), count.addresses,
	       count.addresses == 1 ? "" : "es");
	remedy(j, "%s host-access enable %s", command_in(host, command, sizeof(command)),
	       shell_word(parent->link.name, word, sizeof(word)));
}

/* Slaves answer the host's own address on the parent, past the link that the host sends to them by. */
static void check_strict(struct judgement *j, const struct fact_port *port, const struct fact_link *parent,
			 const struct fact_link *access)
{
	char prefix[WORD_SIZE + 32], word[WORD_SIZE];

	if (is_l3(port) || rp_filter_of(j, parent) != 1 || !has_global(&parent->link, AF_INET))
		return;
	report(j, FINDING_RP_FILTER, IPVLAN_SEVERITY_WARNING, parent,
	       "rp_filter is 1 (strict), and the routes to its slaves lead through %s: what slaves send to its own "
	       "addresses is dropped",
	       access->link.name);
	remedy(j, "%ssysctl -w net/ipv4/conf/%s/rp_filter=2", prefix_in(place_of(j, parent), prefix, sizeof(prefix)),
	       shell_word(parent->link.name, word, sizeof(word)));
}

static bool has_slave_elsewhere(const struct judgement *j, const struct fact_port *port, const struct fact_place *place)
{
	const struct fact_link *slave = NULL;

	while ((slave = next_slave(j, port, slave))) {
		if (place_of(j, slave) != place)
			return true;
	}
	return false;
}

static void check_firewall(struct judgement *j, const struct fact_port *port, const struct fact_link *parent)
{
	const struct fact_place *host = place_of(j, parent);
	char command[WORD_SIZE + 16], word[WORD_SIZE];

	if (!host->tables[0] || port->mode == IPVLAN_MODE_L3S || !has_slave_elsewhere(j, port, host))
		return;
	report(j, FINDING_FIREWALL_BYPASS, IPVLAN_SEVERITY_INFO, parent,
	       "the host has packet filter tables in use (%s); in %s mode %s", host->tables,
	       port->mode == IPVLAN_MODE_L2 ? "l2" : "l3",
	       port->mode == IPVLAN_MODE_L2
		       ? "no packet of its slaves passes them: neither filter nor NAT, as of services, holds for slaves"
		       : "what comes in for its slaves does not pass them, and connections are seen by half");
	command_in(host, command, sizeof(command));
	remedy(j, "# put the rules into the slaves' namespaces, or let the host see the slaves' packets:");
	remedy(j, "%s port set %s mode l3s --force", command, shell_word(parent->link.name, word, sizeof(word)));
}

void check_host(struct judgement *j)
{
	const struct fact_link *parent, *access;
	const struct fact_port *port;
	size_t i;

	for (i = 0; i < j->facts->port_count; i++) {
		port = &j->facts->ports[i];
		parent = parent_of(j, port);
		if (!parent)
			continue;
		access = find_access(j, port, place_of(j, parent));
		if (access) {
			check_access(j, port, parent, access);
			check_strict(j, port, parent, access);
		} else {
			check_unreachable(j, port, parent);
		}
		check_firewall(j, port, parent);
	}
}
