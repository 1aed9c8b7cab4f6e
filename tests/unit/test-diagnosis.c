// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The doctor's judgement without a machine. A healthy one is described, spoiled in one point, and judged; every kind of
 * finding is provoked, and is gone when the point is mended. What a guest can show is shown in tests/lab/doctor.lab;
 * parent-wireless is shown here only, for no guest has a wireless device.
 *
 *   ns0: ipvl0 10.0.0.2/24, fd00::2/64 --+
 *                                        +-- eth0 (the host, without addresses), l2
 *   ns1: ipvl1 10.0.0.3/24 --------------+
 */
#include "diagnosis.h"
#include "support.h"
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { HOST, NS0, NS1, PLACES };
enum { ETH0, IPVL0, IPVL1, LINKS };

static struct facts facts;
static struct judgement judgement;

static void add_address(size_t link, const char *text)
{
	struct ipvlan_link *l = &facts.links[link].link;
	struct ipvlan_address *address;

	ck_assert_int_eq(ipvlan_address_new(text, &address), 0);
	address->flags = IFA_F_PERMANENT;
	address->ifindex = l->ifindex;
	address->created = 100;
	l->addresses = realloc(l->addresses, (l->address_count + 1) * sizeof(*l->addresses));
	l->addresses[l->address_count++] = *address;
	ipvlan_address_free(address);
}

static void add_route(size_t place, const char *destination, const char *gateway, size_t link)
{
	struct fact_place *p = &facts.places[place];
	struct ipvlan_route *route;

	ck_assert_int_eq(ipvlan_route_new(destination, &route), 0);
	if (gateway)
		ck_assert_int_eq(ipvlan_route_set_gateway(route, gateway), 0);
	if (!route->family)
		route->family = AF_INET;
	route->ifindex = facts.links[link].link.ifindex;
	p->routes = realloc(p->routes, (p->route_count + 1) * sizeof(*p->routes));
	p->routes[p->route_count++] = *route;
	ipvlan_route_free(route);
}

static struct neighbour *add_neighbour(size_t place, const char *ip, size_t link, uint16_t state)
{
	struct fact_place *p = &facts.places[place];
	struct neighbour *n;

	p->neighbours = realloc(p->neighbours, (p->neighbour_count + 1) * sizeof(*p->neighbours));
	n = &p->neighbours[p->neighbour_count++];
	*n = (struct neighbour){.ifindex = facts.links[link].link.ifindex, .state = state};
	n->family = ip_parse(ip, n->ip);
	ck_assert_int_ne(n->family, 0);
	return n;
}

/* An address of the host that is on no link of a port. */
static void add_host_address(const char *text, const char *link)
{
	struct fact_place *host = &facts.places[HOST];
	struct ipvlan_address *address;

	ck_assert_int_eq(ipvlan_address_new(text, &address), 0);
	host->addresses = realloc(host->addresses, (host->address_count + 1) * sizeof(*host->addresses));
	host->addresses[host->address_count] = (struct fact_address){.address = *address};
	strcpy(host->addresses[host->address_count++].link, link);
	ipvlan_address_free(address);
}

static struct fact_client *add_client(size_t place, const char *name)
{
	struct fact_place *p = &facts.places[place];

	p->clients = realloc(p->clients, (p->client_count + 1) * sizeof(*p->clients));
	p->clients[p->client_count] = (struct fact_client){.pid = 42};
	strcpy(p->clients[p->client_count].name, name);
	return &p->clients[p->client_count++];
}

static void add_place(const char *name, bool is_host)
{
	struct fact_place *place = facts_add_place(&facts);
	size_t i;

	ck_assert_ptr_nonnull(place);
	place->name = name ? strdup(name) : NULL;
	place->inode = 100 + facts.place_count;
	place->is_own = place->is_home = place->has_parent = is_host;
	place->was_read = place->loopback_up = true;
	for (i = 0; i < SYSCTL_COUNT; i++)
		place->all[i] = 0;
}

static void add_link(const char *name, size_t place)
{
	struct fact_link *link = facts_add_link(&facts);
	size_t i;

	ck_assert_ptr_nonnull(link);
	link->place = place;
	link->port = 0;
	link->is_parent = place == HOST;
	link->link = (struct ipvlan_link){.ifindex = 5,
					  .device_flags = IFF_UP | 0x10000,
					  .mtu = 1500,
					  .type = ARPHRD_ETHER,
					  .operstate = 6,
					  .mac_size = 6,
					  .mac = {2, 0, 0, 0, 0, 1},
					  .parent_nsid = -1};
	strcpy(link->link.name, name);
	link->link.netns = facts.places[place].name ? strdup(facts.places[place].name) : NULL;
	link->link.netns_inode = facts.places[place].inode;
	if (!link->is_parent) {
		strcpy(link->link.kind, "ipvlan");
		strcpy(link->link.parent_name, "eth0");
		link->link.parent_index = 5;
	}
	for (i = 0; i < SYSCTL_COUNT; i++)
		link->sysctl[i] = 0;
}

static void make_healthy(void)
{
	struct fact_port *port;

	facts = (struct facts){.has_net_admin = true, .has_sys_admin = true, .is_owned_here = true, .now = 100000};
	judgement = (struct judgement){.facts = &facts};
	add_place(NULL, true);
	add_place("ns0", false);
	add_place("ns1", false);
	add_link("eth0", HOST);
	add_link("ipvl0", NS0);
	add_link("ipvl1", NS1);
	port = facts_add_port(&facts);
	ck_assert_ptr_nonnull(port);
	*port = (struct fact_port){
		.inode = facts.places[HOST].inode, .parent_index = 5, .parent = ETH0, .slave_count = 2};
	add_address(IPVL0, "10.0.0.2/24");
	add_address(IPVL0, "fd00::2/64");
	add_address(IPVL1, "10.0.0.3/24");
	add_route(NS0, "default", "10.0.0.1", IPVL0);
	add_route(NS0, "default", "fd00::1", IPVL0);
	add_route(NS1, "default", "10.0.0.1", IPVL1);
}

static void free_facts(void)
{
	facts_clear(&facts);
	findings_free(judgement.findings, judgement.count);
}

static struct ipvlan_link *link_of(size_t link)
{
	return &facts.links[link].link;
}

static void set_mode(int mode)
{
	size_t i;

	facts.ports[0].mode = mode;
	/* As in a healthy machine of that mode. */
	for (i = NS0; i < PLACES; i++)
		facts.places[i].route_count = 0;
	add_route(NS0, "default", NULL, IPVL0);
	add_route(NS0, "::/0", NULL, IPVL0);
	add_route(NS1, "default", NULL, IPVL1);
}

static void give_to_two_ports(void)
{
	struct fact_port *other = facts_add_port(&facts);

	ck_assert_ptr_nonnull(other);
	*other = (struct fact_port){
		.inode = facts.places[HOST].inode, .parent_index = 9, .parent = NONE, .slave_count = 1};
	facts.links[IPVL1].port = 1;
	facts.ports[0].slave_count = 1;
	add_address(IPVL1, "10.0.0.2/24");
}

static void give_twice(void)
{
	add_address(IPVL1, "10.0.0.2/32");
	link_of(IPVL0)->device_flags = 0;
}

static void give_hosts(void)
{
	add_host_address("10.0.0.2/24", "br0");
}

static void fail_dad(void)
{
	link_of(IPVL0)->addresses[1].flags |= IFA_F_DADFAILED | IFA_F_TENTATIVE;
}

static void stretch_dad(void)
{
	link_of(IPVL0)->addresses[1].flags |= IFA_F_TENTATIVE;
}

static void disable_ipv6(void)
{
	facts.links[IPVL1].sysctl[SYSCTL_DISABLE_IPV6] = 1;
}

static void do_without_ipv6(void)
{
	disable_ipv6();
	facts.places[NS1].all[SYSCTL_DISABLE_IPV6] = 1;
}

static void leave_ipv6_to_parent(void)
{
	disable_ipv6();
	link_of(IPVL0)->address_count = 1;
	add_address(ETH0, "fd01::4/64");
}

static void take_addresses(void)
{
	link_of(IPVL1)->address_count = 0;
}

static void remember_wrongly(void)
{
	struct neighbour *n = add_neighbour(NS1, "10.0.0.2", IPVL1, NUD_STALE);

	n->has_mac = true;
	memcpy(n->mac, "\2\0\0\0\0\7", 6);
}

static void silence_gateway(void)
{
	add_neighbour(NS0, "10.0.0.1", IPVL0, NUD_FAILED);
}

static void dhcp_in_l3(void)
{
	set_mode(IPVLAN_MODE_L3);
	add_client(NS0, "dhclient");
}

static void dhcp_alike(void)
{
	add_client(NS0, "dhclient")->has_client_id = true;
	add_client(NS1, "udhcpc");
}

static void choose_loopback(void)
{
	link_of(ETH0)->device_flags |= IFF_LOOPBACK;
}

static void choose_tunnel(void)
{
	link_of(ETH0)->type = ARPHRD_TUNNEL;
}

static void put_into_bridge(void)
{
	strcpy(facts.links[ETH0].holder, "br0 (bridge)");
	facts.links[ETH0].is_held_by_controller = true;
}

static void take_parent_down(void)
{
	link_of(ETH0)->device_flags = 0;
}

static void pull_cable(void)
{
	link_of(ETH0)->device_flags = IFF_UP;
	link_of(ETH0)->operstate = 2;
}

static void go_wireless(void)
{
	facts.links[ETH0].is_wireless = true;
}

static void raise_mtu(void)
{
	link_of(IPVL0)->mtu = 9000;
}

static void lower_mtu(void)
{
	link_of(IPVL1)->mtu = 1280;
}

static void take_slave_down(void)
{
	link_of(IPVL0)->device_flags = 0;
}

static void take_loopback_down(void)
{
	facts.places[NS0].loopback_up = false;
}

static void take_hosts_loopback_down(void)
{
	set_mode(IPVLAN_MODE_L3);
	facts.places[HOST].loopback_up = false;
}

static void live_beside_parent(void)
{
	set_mode(IPVLAN_MODE_L3);
	add_address(ETH0, "10.0.0.4/24");
}

static void live_beside_parent_l3s(void)
{
	set_mode(IPVLAN_MODE_L3S);
	add_address(ETH0, "fd00::4/64");
}

static void answer_by_halves(void)
{
	live_beside_parent_l3s();
	add_neighbour(HOST, "fd00::2", ETH0, 0)->is_proxy = true;
}

/* Where the host's own way to a slave leads out by the parent, it does not answer ARP for it. */
static void answer_in_circles(void)
{
	set_mode(IPVLAN_MODE_L3S);
	add_address(ETH0, "10.0.0.4/24");
	add_route(HOST, "10.0.0.0/24", NULL, ETH0);
	add_route(HOST, "10.0.0.3/32", NULL, ETH0);
	facts.places[HOST].routes[facts.places[HOST].route_count - 1].ifindex = 1;
	add_neighbour(HOST, "10.0.0.2", ETH0, 0)->is_proxy = true;
	add_neighbour(HOST, "10.0.0.3", ETH0, 0)->is_proxy = true;
	facts.links[ETH0].sysctl[SYSCTL_FORWARDING] = 1;
}

/* Without an entry for each. */
static void answer_by_setting(void)
{
	set_mode(IPVLAN_MODE_L3S);
	add_address(ETH0, "10.0.0.4/24");
	add_route(HOST, "10.0.0.2/32", NULL, ETH0);
	add_route(HOST, "10.0.0.3/32", NULL, ETH0);
	facts.places[HOST].routes[0].ifindex = facts.places[HOST].routes[1].ifindex = 1;
	facts.links[ETH0].sysctl[SYSCTL_PROXY_ARP] = 1;
	facts.links[ETH0].sysctl[SYSCTL_FORWARDING] = 1;
}

static void answer_by_setting_by_halves(void)
{
	answer_by_setting();
	facts.links[ETH0].sysctl[SYSCTL_FORWARDING] = 0;
}

static void ask_gateway_in_l3(void)
{
	set_mode(IPVLAN_MODE_L3);
	facts.places[NS1].route_count = 0;
	add_route(NS1, "default", "10.0.0.1", IPVL1);
}

static void take_default(void)
{
	facts.places[NS1].route_count = 0;
}

static void take_default_in_l3(void)
{
	set_mode(IPVLAN_MODE_L3);
	facts.places[NS1].route_count = 0;
}

static void filter_strictly(void)
{
	facts.places[NS1].all[SYSCTL_RP_FILTER] = 1;
	facts.places[NS1].routes[0].ifindex = 77;
}

/* Of two default routes the kernel asks the better one only. */
static void filter_strictly_second(void)
{
	filter_strictly();
	add_route(NS1, "default", "10.0.0.1", IPVL1);
	facts.places[NS1].routes[1].metric = 1;
}

static void set_vepa(void)
{
	facts.ports[0].flags = IPVLAN_F_VEPA;
}

static void follow_redirects(void)
{
	set_vepa();
	facts.ports[0].slave_count = 1;
	facts.links[IPVL0].sysctl[SYSCTL_ACCEPT_REDIRECTS] = 1;
}

static void route_by_parent(void)
{
	add_route(HOST, "10.0.0.0/24", NULL, ETH0);
}

/* The host's own slave, with a route to one of the two others. */
static void give_access(void)
{
	add_place("spare", false);
	add_link("ipvh5", NS0);
	facts.links[LINKS].place = HOST;
	link_of(LINKS)->group = IPVLAN_HOST_ACCESS_GROUP;
	link_of(LINKS)->ifindex = 6;
	add_address(LINKS, "10.0.0.9/32");
	add_route(HOST, "10.0.0.0/24", NULL, ETH0);
	add_route(HOST, "10.0.0.2/32", NULL, LINKS);
}

/* Nothing else leads there: the host has no default route. */
static void give_access_only(void)
{
	give_access();
	facts.places[HOST].routes[0] = facts.places[HOST].routes[1];
	facts.places[HOST].route_count = 1;
}

static void filter_access_strictly(void)
{
	give_access();
	add_route(HOST, "10.0.0.3/32", NULL, LINKS);
	add_address(ETH0, "10.0.0.4/24");
	facts.links[ETH0].sysctl[SYSCTL_RP_FILTER] = 1;
}

static void use_firewall(void)
{
	strcpy(facts.places[HOST].tables, "iptables filter");
}

static void describe(bool is_port, const char *text)
{
	facts.steps = calloc(1, sizeof(*facts.steps));
	ck_assert_ptr_nonnull(facts.steps);
	facts.steps[0].is_port = is_port;
	facts.step_count = 1;
	strcpy(facts.steps[0].parent, "eth0");
	strcpy(facts.steps[0].text, text);
}

static void describe_mode(void)
{
	describe(true, "port eth0 l2 -> l3");
}

static void describe_slave(void)
{
	describe(false, "ipvl2 @ eth0 (l2)");
}

static void describe_wrongly(void)
{
	strcpy(facts.description_error, "parent eth7: there is no such link");
}

static void lose_module(enum module_state state, const char *hint)
{
	facts.module = state;
	strcpy(facts.module_hint, hint);
	facts.ports[0].slave_count = 0;
	facts.link_count = 1;
	link_clear(link_of(IPVL0));
	link_clear(link_of(IPVL1));
}

static void build_without(void)
{
	lose_module(MODULE_MISSING, "the module is missing: no ipvlan.ko is in /lib/modules/6.1");
}

static void look_from_container(void)
{
	lose_module(MODULE_UNSEEN, "whether there is a module cannot be seen from here");
}

static void blacklist(void)
{
	lose_module(MODULE_BLOCKED, "the module is blacklisted by /etc/modprobe.d/local.conf");
}

static void unload(void)
{
	lose_module(MODULE_LOADABLE, "");
}

static void drop_capability(void)
{
	facts.has_sys_admin = false;
}

static void drop_owner(void)
{
	facts.is_owned_here = false;
}

static void leave_out(void)
{
	facts.left_out_count = 2;
	strcpy(facts.left_out, "ns7, ns8");
}

static void hide_settings(void)
{
	facts.places[NS0].was_read = false;
}

static void hide_tables(void)
{
	facts.places[HOST].tables_unread = true;
}

static void hide_parent(void)
{
	facts.ports[0].parent = NONE;
}

static void quote(void)
{
	strcpy(link_of(IPVL0)->name, "a;'b");
	link_of(IPVL0)->device_flags = 0;
}

/* Of a container: no name leads there. */
static void unname(void)
{
	free(facts.places[NS0].name);
	facts.places[NS0].name = NULL;
	free(link_of(IPVL0)->netns);
	link_of(IPVL0)->netns = NULL;
}

static void live_in_process(void)
{
	unname();
	facts.places[NS0].pid = link_of(IPVL0)->netns_pid = 4711;
	take_slave_down();
}

static void live_behind_file(void)
{
	unname();
	facts.places[NS0].path = strdup("/proc/42/fd/7");
	link_of(IPVL0)->netns_path = strdup("/proc/42/fd/7");
	take_slave_down();
}

static void put_under_macvlan(void)
{
	strcpy(facts.links[ETH0].holder, "mv0 in this namespace (macvlan)");
	/* A VRF, which takes nobody's packets. */
	link_of(ETH0)->controller_index = 7;
}

static void route_by_private_parent(void)
{
	route_by_parent();
	facts.ports[0].flags = IPVLAN_F_PRIVATE;
}

#define ERROR	IPVLAN_SEVERITY_ERROR
#define WARNING IPVLAN_SEVERITY_WARNING
#define INFO	IPVLAN_SEVERITY_INFO

/* What a point makes of a healthy machine: the first finding. */
static const struct {
	void (*spoil)(void);
	enum finding_kind kind;
	enum ipvlan_severity severity;
	const char *subject, *evidence, *remedy; /* parts */
	size_t count;				 /* of all findings */
} cases[] = {
	{give_twice, FINDING_DUPLICATE_ADDRESS, ERROR, "ipvl", "10.0.0.2 is also on ipvl", "addr del 10.0.0.2/", 2},
	{give_to_two_ports, FINDING_DUPLICATE_ADDRESS, WARNING, "in namespace ns", "10.0.0.2 is also on ipvl",
	 "addr del 10.0.0.2/24 dev ipvl", 2},
	{give_hosts, FINDING_DUPLICATE_ADDRESS, ERROR, "ipvl0 in namespace ns0", "10.0.0.2 is also on br0",
	 "ipvlanctl -n ns0 addr del 10.0.0.2/24 dev ipvl0", 1},
	{fail_dad, FINDING_DAD_FAILED, ERROR, "ipvl0 in namespace ns0", "fd00::2/64 is marked dadfailed",
	 "ipvlanctl -n ns0 addr del fd00::2/64 dev ipvl0", 1},
	{stretch_dad, FINDING_DAD_TENTATIVE, WARNING, "ipvl0", "tentative since 999 s", "dev ipvl0 nodad", 1},
	{disable_ipv6, FINDING_IPV6_DISABLED, WARNING, "ipvl1", "while ipvl0 in namespace ns0 has IPv6",
	 "ipvlanctl netns exec ns1 sysctl -w net/ipv6/conf/ipvl1/disable_ipv6=0", 1},
	{do_without_ipv6, FINDING_IPV6_DISABLED, INFO, "ipvl1", "while ipvl0 in namespace ns0 has IPv6",
	 "ipvlanctl netns exec ns1 sysctl -w net/ipv6/conf/ipvl1/disable_ipv6=0", 1},
	{leave_ipv6_to_parent, FINDING_IPV6_DISABLED, INFO, "ipvl1", "while eth0 in this namespace has IPv6",
	 "ipvlanctl netns exec ns1 sysctl -w net/ipv6/conf/ipvl1/disable_ipv6=0", 1},
	{take_addresses, FINDING_NO_ADDRESS, INFO, "ipvl1", "has no address", "#", 1},
	{remember_wrongly, FINDING_STALE_NEIGHBOUR, WARNING, "ipvl1", "02:00:00:00:00:07, but ipvl0 in namespace ns0",
	 "ip neigh del 10.0.0.2 dev ipvl1", 1},
	{silence_gateway, FINDING_GATEWAY_SILENT, WARNING, "ipvl0", "default via 10.0.0.1", "#", 1},
	{dhcp_in_l3, FINDING_DHCP_IN_L3, ERROR, "ipvl0", "dhclient (process 42)", "port set eth0 mode l2 --force", 1},
	{dhcp_alike, FINDING_DHCP_SHARED_MAC, WARNING, "ipvl1", "udhcpc (process 42)", "ipvlanctl -n ns1 dhcp-id ipvl1",
	 1},
	{choose_loopback, FINDING_PARENT_UNFIT, ERROR, "eth0 in this namespace", "loopback", "#", 1},
	{choose_tunnel, FINDING_PARENT_UNFIT, ERROR, "eth0", "hardware type 768", "#", 1},
	{put_into_bridge, FINDING_PARENT_BUSY, ERROR, "eth0", "br0 (bridge)", "ip link set eth0 nomaster", 1},
	{put_under_macvlan, FINDING_PARENT_BUSY, ERROR, "eth0", "mv0 in this namespace (macvlan)",
	 "macvlan and ipvlan cannot share one", 1},
	{take_parent_down, FINDING_PARENT_DOWN, ERROR, "eth0", "its 2 slaves", "ipvlanctl up eth0", 1},
	{pull_cable, FINDING_PARENT_NO_CARRIER, ERROR, "eth0", "state DOWN", "#", 1},
	{go_wireless, FINDING_PARENT_WIRELESS, INFO, "eth0", "/sys/class/net/eth0/phy80211", "#", 1},
	{raise_mtu, FINDING_MTU_ABOVE_PARENT, ERROR, "ipvl0", "is 9000", "ipvlanctl -n ns0 set ipvl0 mtu 1500", 1},
	{lower_mtu, FINDING_MTU_DIFFERS, INFO, "ipvl1", "is 1280", "ipvlanctl -n ns1 set ipvl1 mtu 1500", 1},
	{take_slave_down, FINDING_SLAVE_DOWN, WARNING, "ipvl0", "10.0.0.2", "ipvlanctl -n ns0 up ipvl0", 1},
	{live_in_process, FINDING_SLAVE_DOWN, WARNING, "ipvl0 in the namespace of process 4711", "10.0.0.2",
	 "ipvlanctl -n 4711 up ipvl0", 1},
	{live_behind_file, FINDING_SLAVE_DOWN, WARNING, "ipvl0 in the namespace /proc/42/fd/7", "10.0.0.2",
	 "ipvlanctl -n /proc/42/fd/7 up ipvl0", 1},
	{take_loopback_down, FINDING_LOOPBACK_DOWN, INFO, "ipvl0", "127.0.0.1", "ipvlanctl -n ns0 up lo", 1},
	{take_hosts_loopback_down, FINDING_LOOPBACK_DOWN, WARNING, "eth0", "by its lo", "ipvlanctl up lo", 1},
	{live_beside_parent, FINDING_L3_NOT_ANSWERED, WARNING, "ipvl0", "10.0.0.4/24 on eth0", "mode l2 --force", 2},
	{live_beside_parent_l3s, FINDING_L3_NOT_ANSWERED, WARNING, "ipvl0", "fd00::2 lies",
	 "ip neigh add proxy fd00::2 dev eth0\nsysctl -w net/ipv6/conf/eth0/proxy_ndp=1\n"
	 "sysctl -w net/ipv6/conf/eth0/forwarding=1",
	 1},
	{answer_in_circles, FINDING_L3_NOT_ANSWERED, WARNING, "ipvl0", "its own route to it leads there",
	 "ip route add 10.0.0.2 dev lo", 2},
	{answer_by_halves, FINDING_L3S_SYSCTL, WARNING, "eth0", "proxy entry for fd00::2", "proxy_ndp=1", 1},
	{answer_by_setting_by_halves, FINDING_L3S_SYSCTL, WARNING, "eth0",
	 "has proxy_arp on, and so answers for 10.0.0.", "sysctl -w net/ipv4/conf/eth0/forwarding=1", 2},
	{ask_gateway_in_l3, FINDING_L3_GATEWAY, WARNING, "ipvl1", "default via 10.0.0.1",
	 "route del default dev ipvl1\nipvlanctl -n ns1 route add default dev ipvl1", 1},
	{take_default, FINDING_NO_DEFAULT_ROUTE, INFO, "ipvl1", "IPv4", "#", 1},
	{take_default_in_l3, FINDING_NO_DEFAULT_ROUTE, WARNING, "ipvl1", "IPv4", "route add default dev ipvl1", 1},
	{filter_strictly, FINDING_RP_FILTER, WARNING, "ipvl1", "number 77", "net/ipv4/conf/ipvl1/rp_filter=2", 1},
	{filter_strictly_second, FINDING_RP_FILTER, WARNING, "ipvl1", "number 77", "net/ipv4/conf/ipvl1/rp_filter=2",
	 1},
	{set_vepa, FINDING_VEPA_HAIRPIN, INFO, "eth0", "its 2 slaves", "port set eth0 bridge --force", 1},
	{follow_redirects, FINDING_VEPA_REDIRECTS, INFO, "ipvl0", "accept_redirects is 1",
	 "ipvlanctl netns exec ns0 sysctl -w net/ipv4/conf/all/accept_redirects=0", 1},
	{route_by_parent, FINDING_HOST_UNREACHABLE, INFO, "eth0", "2 addresses", "host-access enable eth0", 1},
	{route_by_private_parent, FINDING_HOST_UNREACHABLE, INFO, "eth0", "2 addresses",
	 "port set eth0 bridge --force\n", 1},
	{give_access, FINDING_HOST_ACCESS_STALE, WARNING, "ipvh5", "10.0.0.3 of ipvl1 in namespace ns1",
	 "ipvlanctl host-access enable eth0", 1},
	{give_access_only, FINDING_HOST_ACCESS_STALE, WARNING, "ipvh5", "10.0.0.3 of ipvl1 in namespace ns1",
	 "ipvlanctl host-access enable eth0", 1},
	{filter_access_strictly, FINDING_RP_FILTER, WARNING, "eth0", "through ipvh5", "conf/eth0/rp_filter=2", 1},
	{use_firewall, FINDING_FIREWALL_BYPASS, INFO, "eth0", "iptables filter", "mode l3s --force", 1},
	{describe_mode, FINDING_MODE_DIFFERS, ERROR, "eth0", "l2 -> l3", "apply", 1},
	{describe_slave, FINDING_NOT_AS_DESCRIBED, WARNING, "this machine", "ipvl2 @ eth0", "apply", 1},
	{describe_wrongly, FINDING_DESCRIPTION_WRONG, ERROR, "this machine", "eth7", "check", 1},
	{look_from_container, FINDING_NOT_LOOKED_AT, WARNING, "this machine", "cannot be seen from here", "#", 1},
	{build_without, FINDING_MODULE_MISSING, ERROR, "this machine", "no ipvlan.ko", "#", 1},
	{blacklist, FINDING_MODULE_BLOCKED, ERROR, "this machine", "local.conf", "#", 1},
	{unload, FINDING_MODULE_NOT_LOADED, INFO, "this machine", "/sys/module/ipvlan", "modprobe ipvlan", 1},
	{drop_capability, FINDING_CAPABILITY_MISSING, WARNING, "this machine", "CAP_SYS_ADMIN is not among", "#", 1},
	{drop_owner, FINDING_CAPABILITY_MISSING, WARNING, "this machine", "another user namespace", "#", 2},
	{leave_out, FINDING_NOT_LOOKED_AT, WARNING, "this machine", "ns7, ns8", "#", 1},
	{hide_settings, FINDING_NOT_LOOKED_AT, WARNING, "ipvl0", "/proc/sys/net", "#", 1},
	{hide_tables, FINDING_NOT_LOOKED_AT, WARNING, "eth0", "ip_tables_names", "#", 1},
	{hide_parent, FINDING_NOT_LOOKED_AT, WARNING, "ipvl0", "its parent (number 5)", "#", 1},
	{quote, FINDING_SLAVE_DOWN, WARNING, "a;'b", "10.0.0.2", "up 'a;'\\''b'", 1},
};

START_TEST(healthy_is_quiet)
{
	ck_assert_int_eq(judge(&judgement), 0);
	ck_assert_msg(judgement.count == 0, "%s", judgement.count ? judgement.findings[0].evidence : "");
	set_mode(IPVLAN_MODE_L3);
	ck_assert_int_eq(judge(&judgement), 0);
	ck_assert_uint_eq(judgement.count, 0);
	set_mode(IPVLAN_MODE_L3S);
	ck_assert_int_eq(judge(&judgement), 0);
	ck_assert_uint_eq(judgement.count, 0);
}
END_TEST

/* What only looks like a fault. */
static void share_default(void)
{
	filter_strictly();
	/* A route by several links tells none. */
	facts.places[NS1].routes[0].ifindex = 0;
	facts.places[NS1].routes[0].has_gateway = false;
}

static void reach_by_network(void)
{
	give_access();
	facts.places[HOST].route_count = 0;
	add_route(HOST, "10.0.0.0/24", NULL, LINKS);
}

static void (*const harmless[])(void) = {share_default, reach_by_network, answer_by_setting};

START_TEST(harmless_is_quiet)
{
	harmless[_i]();
	ck_assert_int_eq(judge(&judgement), 0);
	ck_assert_msg(judgement.count == 0, "%s", judgement.count ? judgement.findings[0].evidence : "");
}
END_TEST

START_TEST(faults_are_found)
{
	const struct ipvlan_finding *first;

	cases[_i].spoil();
	ck_assert_int_eq(judge(&judgement), 0);
	first = judgement.findings;
	ck_assert_uint_eq(judgement.count, cases[_i].count);
	ck_assert_str_eq(ipvlan_finding_get_id(first), ipvlan_finding_kind_get(cases[_i].kind)->id);
	ck_assert_int_eq(first->severity, cases[_i].severity);
	ck_assert_msg(strstr(first->subject, cases[_i].subject) != NULL, "subject: %s", first->subject);
	ck_assert_msg(strstr(first->evidence, cases[_i].evidence) != NULL, "evidence: %s", first->evidence);
	ck_assert_msg(strstr(first->remedy, cases[_i].remedy) != NULL, "remedy: %s", first->remedy);
}
END_TEST

/* Whoever is in a namespace chooses the names of its links. */
START_TEST(names_never_command_the_terminal)
{
	const struct ipvlan_finding *first;

	strcpy(link_of(IPVL0)->name, "a\x1b[2J");
	give_twice();
	take_slave_down();
	ck_assert_int_eq(judge(&judgement), 0);
	ck_assert_uint_gt(judgement.count, 1);
	for (size_t i = 0; i < judgement.count; i++) {
		first = &judgement.findings[i];
		ck_assert(!strchr(first->subject, '\x1b'));
		ck_assert(!strchr(first->evidence, '\x1b'));
		ck_assert(!strchr(first->remedy, '\x1b'));
	}
}
END_TEST

/* Every kind has its case, its words, and its item in the manual, in the section that it names. */
START_TEST(kinds_are_complete)
{
	const struct ipvlan_finding_kind *kind;
	size_t i, k;

	for (i = 0; (kind = ipvlan_finding_kind_get(i)); i++) {
		ck_assert_ptr_nonnull(kind->id);
		ck_assert_ptr_nonnull(kind->title);
		ck_assert_ptr_nonnull(kind->section);
		for (k = 0; k < COUNT(cases) && cases[k].kind != i; k++)
			;
		ck_assert_msg(k < COUNT(cases), "%s has no case", kind->id);
	}
	ck_assert_uint_eq(i, FINDING_KINDS);
}
END_TEST

/* The manual's page as "SECTION id" lines, in the order of the page. */
static size_t read_manual(char lines[][96], size_t most)
{
	const char *source = getenv("srcdir");
	char path[512], line[512], section[64] = "";
	size_t count = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/man/ipvlan-doctor.7", source ? source : ".");
	file = fopen(path, "re");
	ck_assert_msg(file != NULL, "cannot read %s", path);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, ".Sh ", 4) == 0)
			snprintf(section, sizeof(section), "%.63s", line + 4);
		if (strncmp(line, ".It Ic ", 7) == 0 && count < most)
			snprintf(lines[count++], sizeof(lines[0]), "%.40s %.50s", section, line + 7);
	}
	fclose(file);
	return count;
}

START_TEST(manual_agrees)
{
	static char lines[2 * FINDING_KINDS][96];
	size_t i, k, count = read_manual(lines, COUNT(lines));
	char wanted[96];

	for (i = 0; i < FINDING_KINDS; i++) {
		snprintf(wanted, sizeof(wanted), "%s %s", ipvlan_finding_kind_get(i)->section,
			 ipvlan_finding_kind_get(i)->id);
		for (k = 0; k < count && strcmp(lines[k], wanted) != 0; k++)
			;
		ck_assert_msg(k < count, "ipvlan-doctor(7) has no \"%s\"", wanted);
	}
	ck_assert_msg(count == FINDING_KINDS, "ipvlan-doctor(7) has %zu items, there are %d kinds", count,
		      FINDING_KINDS);
}
END_TEST

START_TEST(worst_comes_first)
{
	take_parent_down();
	lower_mtu();
	remember_wrongly();
	ck_assert_int_eq(judge(&judgement), 0);
	ck_assert_uint_eq(judgement.count, 3);
	ck_assert_int_eq(judgement.findings[0].severity, IPVLAN_SEVERITY_ERROR);
	ck_assert_int_eq(judgement.findings[1].severity, IPVLAN_SEVERITY_WARNING);
	ck_assert_int_eq(judgement.findings[2].severity, IPVLAN_SEVERITY_INFO);
}
END_TEST

static Suite *diagnosis_suite(void)
{
	Suite *suite = suite_create("diagnosis");
	TCase *judging = tcase_create("judging");

	tcase_add_checked_fixture(judging, make_healthy, free_facts);
	tcase_add_test(judging, healthy_is_quiet);
	tcase_add_loop_test(judging, harmless_is_quiet, 0, COUNT(harmless));
	tcase_add_loop_test(judging, faults_are_found, 0, COUNT(cases));
	tcase_add_test(judging, names_never_command_the_terminal);
	tcase_add_test(judging, kinds_are_complete);
	tcase_add_test(judging, manual_agrees);
	tcase_add_test(judging, worst_comes_first);
	suite_add_tcase(suite, judging);
	return suite;
}

int main(void)
{
	return run_suite(diagnosis_suite());
}
