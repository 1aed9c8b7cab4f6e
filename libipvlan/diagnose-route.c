// SPDX-License-Identifier: LGPL-2.1-or-later
/* Checks of the ways in and out: default routes, who answers for a slave, filters, what vepa wants. Pure. */
#include "diagnosis.h"
#include "state.h"
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

static bool is_default(const struct ipvlan_route *route, int family)
{
	return route->family == family && !route->destination_length;
}

/* The default route of a place that counts, by its metric; by way of the link when `ifindex` is not 0. NULL: none. */
static const struct ipvlan_route *find_default(const struct fact_place *place, int family, int ifindex)
{
	const struct ipvlan_route *route, *best = NULL;
	size_t i;

	for (i = 0; i < place->route_count; i++) {
		route = &place->routes[i];
		if (is_default(route, family) && (!ifindex || route->ifindex == ifindex) &&
		    (!best || route->metric < best->metric))
			best = route;
	}
	return best;
}

static const char *dash_six(int family)
{
	return family == AF_INET6 ? " -6" : "";
}

static void check_l3_gateway(struct judgement *j, const struct fact_link *slave, int family)
{
	const struct fact_place *place = place_of(j, slave);
	const struct ipvlan_route *route = find_default(place, family, slave->link.ifindex);
	char command[WORD_SIZE + 16], word[WORD_SIZE], mode[IPVLAN_NAME_SIZE], text[ROUTE_TEXT_SIZE];

	if (!route || !route->has_gateway || !is_l3(port_of(j, slave)))
		return;
	report(j, FINDING_L3_GATEWAY, IPVLAN_SEVERITY_WARNING, slave,
	       "its route is \"%s\", but in mode %s the parent's namespace routes: the gateway is never asked",
	       route_describe(route, text, sizeof(text)),
	       ipvlan_mode_format(port_of(j, slave)->mode, mode, sizeof(mode)));
	command_in(place, command, sizeof(command));
	shell_word(slave->link.name, word, sizeof(word));
	remedy(j, "%s%s route del default dev %s", command, dash_six(family), word);
	remedy(j, "%s%s route add default dev %s", command, dash_six(family), word);
}

static void check_no_default(struct judgement *j, const struct fact_link *slave, int family)
{
	const struct fact_place *place = place_of(j, slave);
	bool l3 = is_l3(port_of(j, slave));
	char command[WORD_SIZE + 16], word[WORD_SIZE];

	if (place->has_parent || !(slave->link.device_flags & IFF_UP) || !has_global(&slave->link, family) ||
	    find_default(place, family, 0))
		return;
	report(j, FINDING_NO_DEFAULT_ROUTE, l3 ? IPVLAN_SEVERITY_WARNING : IPVLAN_SEVERITY_INFO, slave,
	       "it has an %s address, but its namespace has no default route: only its own network can be reached",
	       family == AF_INET ? "IPv4" : "IPv6");
	command_in(place, command, sizeof(command));
	shell_word(slave->link.name, word, sizeof(word));
	if (l3)
		remedy(j, "%s%s route add default dev %s", command, dash_six(family), word);
	else
		remedy(j, "# %s%s route add default via ROUTER dev %s", command, dash_six(family), word);
}

static const struct neighbour *find_neighbour(const struct fact_place *place, int ifindex, int family,
					      const uint8_t *ip, bool is_proxy)
{
	const struct neighbour *n;
	size_t i;

	for (i = 0; i < place->neighbour_count; i++) {
		n = &place->neighbours[i];
		if (n->ifindex == ifindex && n->family == family && n->is_proxy == is_proxy &&
		    memcmp(n->ip, ip, sizeof(n->ip)) == 0)
			return n;
	}
	return NULL;
}

static void check_gateway_silent(struct judgement *j, const struct fact_link *slave, int family)
{
	const struct fact_place *place = place_of(j, slave);
	const struct ipvlan_route *route = find_default(place, family, slave->link.ifindex);
	const struct neighbour *neighbour;
	char text[ROUTE_TEXT_SIZE];

	if (!route || !route->has_gateway || is_l3(port_of(j, slave)))
		return;
	neighbour = find_neighbour(place, slave->link.ifindex, route_gateway_family(route), route->gateway, false);
	if (!neighbour || !(neighbour->state & NUD_FAILED))
		return;
	report(j, FINDING_GATEWAY_SILENT, IPVLAN_SEVERITY_WARNING, slave,
	       "its route is \"%s\", and that gateway was asked for and did not answer",
	       route_describe(route, text, sizeof(text)));
	remedy(j, "# see that the gateway is up, and in the network that the parent leads to");
}

/* The network of the parent that an address lies in: who is there asks for it on the wire. */
static const struct ipvlan_address *find_network(const struct fact_link *parent, const struct ipvlan_address *address)
{
	const struct ipvlan_address *own;
	size_t i;

	for (i = 0; i < parent->link.address_count; i++) {
		own = &parent->link.addresses[i];
		if (own->family == address->family && is_global(own) &&
		    own->prefix_length < (own->family == AF_INET ? 32 : 128) &&
		    prefix_holds(own->local, own->prefix_length, address->local))
			return own;
	}
	return NULL;
}

/* What the host must be set to, so that it passes on what it has answered for. */
static void remedy_l3s(struct judgement *j, const struct fact_link *parent, int family)
{
	char prefix[WORD_SIZE + 32], word[WORD_SIZE];

	prefix_in(place_of(j, parent), prefix, sizeof(prefix));
	shell_word(parent->link.name, word, sizeof(word));
	if (family == AF_INET && parent->sysctl[SYSCTL_FORWARDING] == 0)
		remedy(j, "%ssysctl -w net/ipv4/conf/%s/forwarding=1", prefix, word);
	if (family == AF_INET6 && parent->sysctl[SYSCTL_PROXY_NDP] == 0)
		remedy(j, "%ssysctl -w net/ipv6/conf/%s/proxy_ndp=1", prefix, word);
	if (family == AF_INET6 && parent->sysctl[SYSCTL_FORWARDING6] == 0)
		remedy(j, "%ssysctl -w net/ipv6/conf/%s/forwarding=1", prefix, word);
}

static bool needs_sysctl(const struct fact_link *parent, int family)
{
	return family == AF_INET ? parent->sysctl[SYSCTL_FORWARDING] == 0
				 : parent->sysctl[SYSCTL_PROXY_NDP] == 0 || parent->sysctl[SYSCTL_FORWARDING6] == 0;
}

static bool has_entry(const struct judgement *j, const struct fact_link *parent, const struct ipvlan_address *address)
{
	return find_neighbour(place_of(j, parent), parent->link.ifindex, address->family, address->local, true);
}

/* One by one, or for whatever the host routes elsewhere; for IPv6 there is no such setting. */
static bool has_proxy(const struct judgement *j, const struct fact_link *parent, const struct ipvlan_address *address)
{
	return has_entry(j, parent, address) ||
	       (address->family == AF_INET &&
		(parent->sysctl[SYSCTL_PROXY_ARP] == 1 || place_of(j, parent)->all[SYSCTL_PROXY_ARP] == 1));
}

/* The kernel answers ARP for another only when its own way there leads out by another link than the question came in.
 */
static bool leads_back(const struct judgement *j, const struct fact_link *parent, const struct ipvlan_address *address)
{
	const struct ipvlan_route *route = address->family == AF_INET ? route_to(place_of(j, parent), address) : NULL;

	return route && route->ifindex == parent->link.ifindex;
}

static void remedy_proxy(struct judgement *j, const struct fact_link *parent, const struct ipvlan_address *address)
{
	char text[IPVLAN_ADDRESS_SIZE], prefix[WORD_SIZE + 32], word[WORD_SIZE];

	ipvlan_address_format(address, text, sizeof(text));
	prefix_in(place_of(j, parent), prefix, sizeof(prefix));
	if (!has_proxy(j, parent, address))
		remedy(j, "%sip neigh add proxy %s dev %s", prefix, text,
		       shell_word(parent->link.name, word, sizeof(word)));
	if (leads_back(j, parent, address))
		remedy(j, "%sip route add %s dev lo", prefix, text);
	remedy_l3s(j, parent, address->family);
}

static void report_unanswered(struct judgement *j, const struct fact_link *slave, const struct fact_link *parent,
			      const struct ipvlan_address *address, const struct ipvlan_address *network)
{
	char text[IPVLAN_ADDRESS_SIZE], own[IPVLAN_ADDRESS_SIZE], command[WORD_SIZE + 16], word[WORD_SIZE];
	bool l3s = port_of(j, slave)->mode == IPVLAN_MODE_L3S;

	ipvlan_address_format(address, text, sizeof(text));
	report(j, FINDING_L3_NOT_ANSWERED, IPVLAN_SEVERITY_WARNING, slave,
	       "%s lies in the network of its parent (%s on %s), so the neighbours there ask for it on the wire; in %s "
	       "mode slaves do not answer that%s",
	       text, ipvlan_address_format_prefix(network, own, sizeof(own)), parent->link.name, l3s ? "l3s" : "l3",
	       l3s && has_proxy(j, parent, address)
		       ? ", and the host, which is to answer for it, does not while its own "
			 "route to it leads there"
		       : "");
	if (l3s) {
		remedy_proxy(j, parent, address);
		return;
	}
	remedy(j, "# give the slaves a network of their own, and the routers outside a route to it by way of %s; or:",
	       ipvlan_address_format(network, own, sizeof(own)));
	remedy(j, "%s port set %s mode l2 --force", command_in(place_of(j, parent), command, sizeof(command)),
	       shell_word(parent->link.name, word, sizeof(word)));
}

static void check_answered(struct judgement *j, const struct fact_link *slave, const struct ipvlan_address *address)
{
	const struct fact_port *port = port_of(j, slave);
	const struct fact_link *parent = parent_of(j, port);
	const struct ipvlan_address *network;
	char text[IPVLAN_ADDRESS_SIZE];

	if (!is_l3(port) || !parent || !is_global(address) || slave->link.group == HOST_ACCESS_GROUP)
		return;
	network = find_network(parent, address);
	if (!network)
		return;
	if (port->mode == IPVLAN_MODE_L3 || !has_proxy(j, parent, address) || leads_back(j, parent, address)) {
		report_unanswered(j, slave, parent, address, network);
	} else if (needs_sysctl(parent, address->family)) {
		report(j, FINDING_L3S_SYSCTL, IPVLAN_SEVERITY_WARNING, parent,
		       "it %s for %s, but its settings keep what comes for it from going on: %s=%d%s%s=%d",
		       has_entry(j, parent, address) ? "has a proxy entry" : "has proxy_arp on, and so answers",
		       ipvlan_address_format(address, text, sizeof(text)), "forwarding",
		       parent->sysctl[address->family == AF_INET ? SYSCTL_FORWARDING : SYSCTL_FORWARDING6],
		       address->family == AF_INET ? ", IPv6 " : ", ", "proxy_ndp", parent->sysctl[SYSCTL_PROXY_NDP]);
		remedy_l3s(j, parent, address->family);
	}
}

/* Strict is about the best route alone. One by several links, whose numbers it does not tell, lets all of them pass. */
static void check_rp_filter(struct judgement *j, const struct fact_link *slave)
{
	const struct fact_place *place = place_of(j, slave);
	const struct ipvlan_route *other = find_default(place, AF_INET, 0);
	char prefix[WORD_SIZE + 32], word[WORD_SIZE];

	if (place->has_parent || rp_filter_of(j, slave) != 1 || !has_global(&slave->link, AF_INET) || !other ||
	    !other->ifindex || other->ifindex == slave->link.ifindex)
		return;
	report(j, FINDING_RP_FILTER, IPVLAN_SEVERITY_WARNING, slave,
	       "rp_filter is 1 (strict), and the default route leads through another link (number %d): what comes here "
	       "from beyond the slave's own network is dropped",
	       other->ifindex);
	remedy(j, "%ssysctl -w net/ipv4/conf/%s/rp_filter=2", prefix_in(place, prefix, sizeof(prefix)),
	       shell_word(slave->link.name, word, sizeof(word)));
}

static void check_hairpin(struct judgement *j, const struct fact_port *port)
{
	const struct fact_link *parent = parent_of(j, port);
	char command[WORD_SIZE + 16], word[WORD_SIZE];

	if (!parent || port->slave_count < 2 || port->flags < 0 || !(port->flags & IPVLAN_F_VEPA))
		return;
	report(j, FINDING_VEPA_HAIRPIN, IPVLAN_SEVERITY_INFO, parent,
	       "its flags are vepa: its %zu slaves reach each other only if the switch sends frames back to the port "
	       "that "
	       "they came from",
	       port->slave_count);
	remedy(j, "# have the switch do so (802.1Qbg, hairpin mode), or let the slaves reach each other directly:");
	remedy(j, "%s port set %s bridge --force", command_in(place_of(j, parent), command, sizeof(command)),
	       shell_word(parent->link.name, word, sizeof(word)));
}

/* A router outside sees such frames come back with the MAC address they came with, and says so. */
static void check_redirects(struct judgement *j, const struct fact_link *slave)
{
	const struct fact_port *port = port_of(j, slave);
	char prefix[WORD_SIZE + 32], word[WORD_SIZE];
	int all = place_of(j, slave)->all[SYSCTL_ACCEPT_REDIRECTS], own = slave->sysctl[SYSCTL_ACCEPT_REDIRECTS];

	if (port->flags < 0 || !(port->flags & IPVLAN_F_VEPA) || is_l3(port) || (all != 1 && own != 1))
		return;
	report(j, FINDING_VEPA_REDIRECTS, IPVLAN_SEVERITY_INFO, slave,
	       "its port's flags are vepa, for which routers send ICMP redirects, and it takes them: "
	       "net.ipv4.conf.%s.accept_redirects is %d, that of \"all\" %d",
	       slave->link.name, own, all);
	prefix_in(place_of(j, slave), prefix, sizeof(prefix));
	remedy(j, "%ssysctl -w net/ipv4/conf/all/accept_redirects=0", prefix);
	remedy(j, "%ssysctl -w net/ipv4/conf/%s/accept_redirects=0", prefix,
	       shell_word(slave->link.name, word, sizeof(word)));
}

static void check_slave(struct judgement *j, const struct fact_link *slave)
{
	static const int families[] = {AF_INET, AF_INET6};
	size_t i;

	for (i = 0; i < COUNT_OF(families); i++) {
		check_l3_gateway(j, slave, families[i]);
		check_no_default(j, slave, families[i]);
		check_gateway_silent(j, slave, families[i]);
	}
	for (i = 0; i < slave->link.address_count; i++)
		check_answered(j, slave, &slave->link.addresses[i]);
	check_rp_filter(j, slave);
	check_redirects(j, slave);
}

void check_routes(struct judgement *j)
{
	size_t i;

	for (i = 0; i < j->facts->link_count; i++) {
		if (!j->facts->links[i].is_parent)
			check_slave(j, &j->facts->links[i]);
	}
	for (i = 0; i < j->facts->port_count; i++)
		check_hairpin(j, &j->facts->ports[i]);
}
