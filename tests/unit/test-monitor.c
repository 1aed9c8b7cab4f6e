// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A monitor's model: messages in, events out. First word for word; then at random, where what the events tell must at
 * any time add up to what the messages say, however they are mixed with namespaces that are read anew.
 *
 *     ns0: eth0 (parent)    ns1: slaves of eth0, and of a parent of its own
 */
#include "internal.h"
#include "monitor-model.h"
#include "monitor.h"
#include "support.h"
#include <errno.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PARENT 2 /* eth0's index in ns0 */

static struct model model;
static struct model_netns *places[2];
static _Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
static struct nlmsghdr *const nlh = (struct nlmsghdr *)buf;

/* ---- Messages */

/* parent 0: no slave. */
static const struct nlmsghdr *link_message(uint16_t type, int ifindex, const char *name, int parent, int mode,
					   uint32_t flags, uint32_t mtu)
{
	struct link_request request = LINK_REQUEST_INIT;

	request.ifindex = ifindex;
	request.name = name;
	request.kind = parent ? "ipvlan" : "dummy";
	request.parent_index = parent;
	request.mode = parent ? mode : -1;
	request.flags = parent ? 0 : -1;
	request.device_flags = flags;
	request.mtu = mtu;
	ck_assert_int_gt(codec_link_set(buf, sizeof(buf), &request), 0);
	nlh->nlmsg_type = type;
	return nlh;
}

static const struct nlmsghdr *with_mac(const struct nlmsghdr *message)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 7};

	ck_assert_ptr_eq(message, nlh);
	mnl_attr_put(nlh, IFLA_ADDRESS, sizeof(mac), mac);
	return nlh;
}

static const struct nlmsghdr *address_message(uint16_t type, int ifindex, const char *text, uint32_t flags)
{
	struct ipvlan_address address;

	ck_assert_int_eq(address_parse(text, &address), 0);
	address.flags = flags;
	ck_assert_int_gt(codec_address_encode(buf, sizeof(buf), type, 0, &address, ifindex), 0);
	return nlh;
}

static const struct nlmsghdr *route_message(uint16_t type, int ifindex, const char *text, const char *gateway)
{
	struct ipvlan_route route;

	ck_assert_int_eq(route_parse(text, &route), 0);
	if (gateway)
		ck_assert_int_eq(ipvlan_route_set_gateway(&route, gateway), 0);
	ck_assert_int_gt(route_encode(buf, sizeof(buf), RTM_NEWROUTE, 0, &route, ifindex), 0);
	nlh->nlmsg_type = type;
	return nlh;
}

static void hear(int place, const struct nlmsghdr *message)
{
	ck_assert_int_eq(model_apply(&model, places[place], message), 0);
}

/* ---- Events as text */

static void write_changes(FILE *to, const struct ipvlan_event *event)
{
	size_t i;

	for (i = 0; i < ipvlan_event_get_change_count(event); i++)
		fprintf(to, ", %s %s -> %s", ipvlan_property_to_string(ipvlan_event_get_change_property(event, i)),
			ipvlan_event_get_change_old(event, i), ipvlan_event_get_change_new(event, i));
}

/* What it is about, without what may change of it. */
static const char *key_of(const struct ipvlan_event *event, char *text, size_t size)
{
	char what[IPVLAN_ADDRESS_SIZE] = "", via[IPVLAN_ADDRESS_SIZE] = "";
	const struct ipvlan_link *link = ipvlan_event_get_link(event);
	const struct ipvlan_route *route = ipvlan_event_get_route(event);

	if (ipvlan_event_get_address(event))
		ipvlan_address_format_prefix(ipvlan_event_get_address(event), what, sizeof(what));
	if (route) {
		ipvlan_route_format_destination(route, what, sizeof(what));
		ipvlan_route_format_gateway(route, via, sizeof(via));
	}
	snprintf(text, size, "%s %s%d %s%s%s", ipvlan_event_kind_to_string(ipvlan_event_get_kind(event)),
		 ipvlan_event_get_netns(event) ? ipvlan_event_get_netns(event) : "-",
		 link ? ipvlan_link_get_ifindex(link) : 0, what, *via ? " via " : "", via);
	return text;
}

static void write_event(FILE *to, const struct ipvlan_event *event)
{
	const struct ipvlan_link *link = ipvlan_event_get_link(event);
	const char *parent = ipvlan_event_get_parent_name(event);
	char what[2 * IPVLAN_ADDRESS_SIZE] = "";

	if (ipvlan_event_get_address(event))
		ipvlan_address_format_prefix(ipvlan_event_get_address(event), what, sizeof(what));
	if (ipvlan_event_get_route(event))
		route_describe(ipvlan_event_get_route(event), what, sizeof(what));
	fprintf(to, "%s%s %s %s%s%s%s%s", ipvlan_event_is_initial(event) ? "initial " : "",
		ipvlan_event_get_netns(event) ? ipvlan_event_get_netns(event) : "-",
		ipvlan_event_kind_to_string(ipvlan_event_get_kind(event)),
		ipvlan_event_action_to_string(ipvlan_event_get_action(event)), link ? " " : "",
		link ? ipvlan_link_get_name(link) : "", *what ? " " : "", what);
	if (ipvlan_event_get_kind(event) == IPVLAN_EVENT_PORT)
		fprintf(to, " %s %d", parent ? parent : "?", ipvlan_event_get_slave_count(event));
	write_changes(to, event);
	fputs("\n", to);
}

/* All events that nobody has taken, a line each. */
static char *told(void)
{
	static char text[8192];
	FILE *to = fmemopen(text, sizeof(text), "w");
	struct ipvlan_event *event;

	text[0] = '\0';
	while ((event = model_take_event(&model))) {
		write_event(to, event);
		ipvlan_event_free(event);
	}
	fclose(to);
	return text;
}

#define ck_told(text) ck_assert_str_eq(told(), text)

static void begin(void)
{
	model_init(&model, IPVLAN_EVENTS_ALL);
	model.is_initial = true;
	places[0] = model_netns_new(100, 4, "ns0", 0);
	places[1] = model_netns_new(101, 4, "ns1", 0);
	ck_assert_int_eq(model_add(&model, places[0]), 0);
	ck_assert_int_eq(model_add(&model, places[1]), 0);
	ck_told("initial ns0 netns added\ninitial ns1 netns added\n");
	model.is_initial = false;
	hear(0, link_message(RTM_NEWLINK, PARENT, "eth0", 0, 0, IFF_UP, 1500));
	ck_told("");
}

static void end(void)
{
	model_clear(&model);
}

/* A reading of ns1 from messages; its slaves are eth0's. */
static struct model_netns *fresh;

static void read_begin(void)
{
	fresh = model_netns_new(101, 4, NULL, 0);
}

static void read_message(const struct nlmsghdr *message)
{
	ck_assert_int_eq(model_netns_take(fresh, message), 0);
}

static void name_parents(struct model_netns *netns)
{
	struct model_link *link;
	size_t i;

	for (i = 0; (link = model_link_at(netns, i)); i++) {
		if (ipvlan_link_is_slave(&link->link) && link->link.parent_index == PARENT) {
			link->link.parent_netns_inode = 100;
			snprintf(link->link.parent_name, sizeof(link->link.parent_name), "eth0");
		}
	}
}

static void read_end(void)
{
	name_parents(fresh);
	ck_assert_int_eq(model_settle(&model, places[1], fresh), 0);
	ck_assert(!places[1]->is_stale);
	model_netns_free(fresh);
}

static void read_one_slave(void)
{
	read_begin();
	read_message(link_message(RTM_NEWLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L2, 0, 1500));
	read_end();
}

/* ---- Word for word */

START_TEST(the_first_slave_asks_for_a_reading)
{
	hear(1, link_message(RTM_NEWLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L2, 0, 1500));
	ck_assert(places[1]->is_stale && model.has_stale);
	ck_told("");
	read_one_slave();
	ck_told("ns0 port added eth0 1\nns1 link added ipvl0\n");
	/* Its siblings know what it knows. */
	hear(1, link_message(RTM_NEWLINK, 8, "ipvl1", PARENT, IPVLAN_MODE_L2, 0, 1500));
	ck_assert(!places[1]->is_stale);
	ck_told("ns1 link added ipvl1\n");
	hear(1, link_message(RTM_DELLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L2, 0, 1500));
	hear(1, link_message(RTM_DELLINK, 8, "ipvl1", PARENT, IPVLAN_MODE_L2, 0, 1500));
	ck_told("ns1 link removed ipvl0\nns1 link removed ipvl1\nns0 port removed eth0 0\n");
}
END_TEST

START_TEST(a_parent_beside_its_slave_needs_no_reading)
{
	hear(0, link_message(RTM_NEWLINK, 9, "ipvl9", PARENT, IPVLAN_MODE_L3, 0, 1500));
	ck_assert(!places[0]->is_stale);
	ck_told("ns0 port added eth0 1\nns0 link added ipvl9\n");
}
END_TEST

START_TEST(links_change)
{
	read_one_slave();
	told();
	hear(1, link_message(RTM_NEWLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L2, 0, 1500));
	ck_told("");
	hear(1, link_message(RTM_NEWLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L2, IFF_UP | IFF_LOWER_UP, 1400));
	ck_told("ns1 link changed ipvl0, up false -> true, carrier false -> true, mtu 1500 -> 1400\n");
	hear(1, link_message(RTM_NEWLINK, 7, "red", PARENT, IPVLAN_MODE_L2, IFF_UP | IFF_LOWER_UP, 1400));
	ck_told("ns1 link changed red, name ipvl0 -> red\n");
	hear(1, with_mac(link_message(RTM_NEWLINK, 7, "red", PARENT, IPVLAN_MODE_L2, IFF_UP | IFF_LOWER_UP, 1400)));
	ck_told("ns1 link changed red, mac none -> 02:00:00:00:00:07\n");
	/* What is not watched makes no event. */
	hear(1, link_message(RTM_NEWLINK, 1, "lo", 0, 0, IFF_UP, 65536));
	hear(1, link_message(RTM_NEWLINK, 1, "lo", 0, 0, 0, 65536));
	hear(1, link_message(RTM_DELLINK, 1, "lo", 0, 0, 0, 65536));
	ck_told("");
	/* The same index is another link now. */
	hear(1, link_message(RTM_NEWLINK, 7, "ipvl0", PARENT + 1, IPVLAN_MODE_L2, 0, 1500));
	ck_assert(places[1]->is_stale);
}
END_TEST

START_TEST(other_families_words_are_not_heard)
{
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	read_one_slave();
	told();
	/* What a bridge says when a port leaves it. */
	link_message(RTM_DELLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L2, 0, 1500);
	ifi->ifi_family = AF_BRIDGE;
	hear(1, nlh);
	/* A message of which there is nothing to be learnt. */
	hear(1, link_message(RTM_NEWLINK, 7, "ipvl0", 0, 0, 0, 0));
	ck_told("");
}
END_TEST

START_TEST(ports_change)
{
	struct model_netns *netns;
	const struct model_link *link;
	struct ipvlan_event *event;

	read_one_slave();
	told();
	ck_assert_ptr_null(model_find_doubtful(&model, &netns));
	/* What one of many says is only a reason to ask. */
	hear(1, link_message(RTM_NEWLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L3, 0, 1500));
	ck_told("");
	link = model_find_doubtful(&model, &netns);
	ck_assert_ptr_nonnull(link);
	ck_assert_int_eq(link->link.ifindex, 7);
	ck_assert_ptr_eq(netns, places[1]);
	model_set_port(&model, link->port, IPVLAN_MODE_L3, IPVLAN_F_VEPA);
	ck_told("ns0 port changed eth0 1, mode l2 -> l3, flags bridge -> vepa\n");
	ck_assert_ptr_null(model_find_doubtful(&model, &netns));
	/* While the kernel changes the mode, it speaks of the old one. */
	hear(1, link_message(RTM_NEWLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L3, IFF_NOARP, 1500));
	ck_assert_ptr_nonnull(model_find_doubtful(&model, &netns));
	model_set_port(&model, link->port, IPVLAN_MODE_L3, IPVLAN_F_VEPA);
	ck_told("");
	/* The parent's own state. */
	hear(0, link_message(RTM_NEWLINK, PARENT, "wan0", 0, 0, IFF_UP, 9000));
	ck_told("ns0 port changed wan0 1, name eth0 -> wan0, mtu 1500 -> 9000\n");
	/* Slaves need not be told of that to know. */
	hear(1, link_message(RTM_NEWLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L3, IFF_NOARP, 1400));
	event = model_take_event(&model);
	ck_assert_ptr_nonnull(event);
	ck_assert_str_eq(ipvlan_link_get_parent_name(ipvlan_event_get_link(event)), "wan0");
	ipvlan_event_free(event);
	hear(0, link_message(RTM_DELLINK, PARENT, "wan0", 0, 0, IFF_UP, 9000));
	ck_assert(places[1]->is_stale);
	ck_told("");
}
END_TEST

START_TEST(addresses_change)
{
	read_one_slave();
	told();
	hear(1, address_message(RTM_NEWADDR, 7, "fd00::2/64", IFA_F_TENTATIVE | IFA_F_PERMANENT));
	hear(1, address_message(RTM_NEWADDR, 7, "fd00::2/64", IFA_F_PERMANENT));
	hear(1, address_message(RTM_NEWADDR, 7, "fd00::2/64", IFA_F_PERMANENT));
	hear(1, address_message(RTM_NEWADDR, 7, "fd00::2/64", IFA_F_PERMANENT | IFA_F_TENTATIVE | IFA_F_DADFAILED));
	hear(1, address_message(RTM_DELADDR, 7, "fd00::2/64", 0));
	hear(1, address_message(RTM_DELADDR, 7, "fd00::2/64", 0));
	ck_told("ns1 address added ipvl0 fd00::2/64\n"
		"ns1 address changed ipvl0 fd00::2/64, state tentative permanent -> permanent\n"
		"ns1 address changed ipvl0 fd00::2/64, state permanent -> tentative dadfailed permanent\n"
		"ns1 address removed ipvl0 fd00::2/64\n");
	/* A state that is newer than this library is told as a number. */
	hear(1, address_message(RTM_NEWADDR, 7, "fd00::3/64", IFA_F_PERMANENT));
	hear(1, address_message(RTM_NEWADDR, 7, "fd00::3/64", IFA_F_PERMANENT | 0x80000));
	hear(1, address_message(RTM_NEWADDR, 7, "fd00::3/64", 0));
	ck_told("ns1 address added ipvl0 fd00::3/64\n"
		"ns1 address changed ipvl0 fd00::3/64, state permanent -> permanent 0x80000\n"
		"ns1 address changed ipvl0 fd00::3/64, state permanent 0x80000 -> dynamic\n");
	hear(1, address_message(RTM_NEWADDR, 1, "127.0.0.1/8", IFA_F_PERMANENT));
	hear(1, address_message(RTM_NEWADDR, 99, "10.0.0.1/8", IFA_F_PERMANENT));
	ck_told("");
}
END_TEST

START_TEST(routes_change)
{
	struct nlmsghdr *message;

	read_one_slave();
	told();
	hear(1, route_message(RTM_NEWROUTE, 7, "default", "10.0.0.1"));
	hear(1, route_message(RTM_NEWROUTE, 7, "192.0.2.0/24", NULL));
	hear(1, route_message(RTM_NEWROUTE, 9, "192.0.3.0/24", NULL));
	hear(1, route_message(RTM_DELROUTE, 7, "192.0.2.0/24", NULL));
	ck_told("ns1 route added ipvl0 default via 10.0.0.1\nns1 route added ipvl0 192.0.2.0/24\n"
		"ns1 route removed ipvl0 192.0.2.0/24\n");
	/* Which one it took the place of is not said, nor where that led. */
	message = (struct nlmsghdr *)route_message(RTM_NEWROUTE, 9, "default", "10.0.0.4");
	message->nlmsg_flags |= NLM_F_REPLACE;
	hear(1, message);
	ck_assert(places[1]->is_stale);
	read_begin();
	read_message(link_message(RTM_NEWLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L2, 0, 1500));
	read_message(route_message(RTM_NEWROUTE, 7, "default", "10.0.0.4"));
	read_end();
	ck_told("ns1 route changed ipvl0 default via 10.0.0.4, gateway 10.0.0.1 -> 10.0.0.4\n");
}
END_TEST

static void put_mtu(struct nlmsghdr *message, uint32_t mtu)
{
	struct nlattr *metrics = mnl_attr_nest_start(message, RTA_METRICS);

	mnl_attr_put_u32(message, RTAX_MTU, mtu);
	mnl_attr_nest_end(message, metrics);
}

START_TEST(a_route_changes_in_its_place)
{
	struct nlmsghdr *message;

	read_one_slave();
	hear(1, route_message(RTM_NEWROUTE, 7, "default", "10.0.0.1"));
	told();
	hear(1, route_message(RTM_NEWROUTE, 7, "default", "10.0.0.1"));
	ck_told("");
	message = (struct nlmsghdr *)route_message(RTM_NEWROUTE, 7, "default", "10.0.0.1");
	((struct rtmsg *)mnl_nlmsg_get_payload(message))->rtm_protocol = RTPROT_BGP;
	hear(1, message);
	ck_told("ns1 route changed ipvl0 default via 10.0.0.1, protocol 3 -> 186\n");
	ck_assert(!places[1]->is_stale);
	message = (struct nlmsghdr *)route_message(RTM_NEWROUTE, 7, "default", "10.0.0.1");
	((struct rtmsg *)mnl_nlmsg_get_payload(message))->rtm_protocol = RTPROT_BGP;
	put_mtu(message, 1400);
	hear(1, message);
	ck_told("ns1 route changed ipvl0 default via 10.0.0.1, mtu 0 -> 1400\n");
	/* One that is of no single link may have taken the place of a slave's all the same. */
	message = (struct nlmsghdr *)route_message(RTM_NEWROUTE, 0, "default", "10.0.0.4");
	message->nlmsg_flags |= NLM_F_REPLACE;
	hear(1, message);
	ck_told("");
	ck_assert(places[1]->is_stale);
}
END_TEST

START_TEST(what_goes_without_a_word_is_looked_for)
{
	read_one_slave();
	hear(1, link_message(RTM_NEWLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L2, IFF_UP, 1500));
	hear(1, route_message(RTM_NEWROUTE, 7, "default", "10.0.0.1"));
	ck_assert(!places[1]->is_stale);
	hear(1, link_message(RTM_NEWLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L2, 0, 1500));
	ck_assert(places[1]->is_stale);
	places[1]->is_stale = false;
	hear(1, address_message(RTM_NEWADDR, 7, "10.0.0.2/24", IFA_F_PERMANENT));
	hear(1, address_message(RTM_DELADDR, 7, "10.0.0.2/24", IFA_F_PERMANENT));
	ck_assert(places[1]->is_stale);
}
END_TEST

START_TEST(a_namespace_goes_with_all_that_is_in_it)
{
	read_one_slave();
	hear(1, address_message(RTM_NEWADDR, 7, "10.0.0.2/24", IFA_F_PERMANENT));
	hear(1, route_message(RTM_NEWROUTE, 7, "default", "10.0.0.1"));
	told();
	model_remove(&model, places[1]);
	ck_told("ns1 route removed ipvl0 default via 10.0.0.1\nns1 address removed ipvl0 10.0.0.2/24\n"
		"ns1 link removed ipvl0\nns0 port removed eth0 0\nns1 netns removed\n");
	ck_assert_int_eq(model_rename(&model, places[0], NULL, 42), 0);
	ck_told("- netns changed, name ns0 -> none\n");
}
END_TEST

START_TEST(an_event_knows_when_and_where)
{
	struct ipvlan_event *event;

	model.now = (struct timespec){.tv_sec = 5, .tv_nsec = 7};
	ck_assert_int_eq(model_rename(&model, places[0], NULL, 42), 0);
	event = model_take_event(&model);
	ck_assert_int_eq(ipvlan_event_get_time(event).tv_sec, 5);
	ck_assert_int_eq(ipvlan_event_get_time(event).tv_nsec, 7);
	ck_assert_ptr_null(ipvlan_event_get_netns(event));
	ck_assert_int_eq(ipvlan_event_get_netns_pid(event), 42);
	ck_assert_uint_eq(ipvlan_event_get_netns_inode(event), 100);
	ipvlan_event_free(event);
}
END_TEST

/* What a hostile or a broken kernel says is refused, and what is believed stays as it is. */
START_TEST(broken_messages_change_nothing)
{
	static const uint16_t types[] = {RTM_NEWLINK, RTM_NEWADDR, RTM_NEWROUTE};
	struct model_netns *reading = model_netns_new(101, 4, NULL, 0);
	size_t i;

	read_one_slave();
	told();
	for (i = 0; i < COUNT(types); i++) {
		link_message(RTM_NEWLINK, 7, "ipvl0", PARENT, IPVLAN_MODE_L2, 0, 1500);
		nlh->nlmsg_type = types[i];
		/* An attribute that ends behind the message; for others than links, in the midst of their header. */
		nlh->nlmsg_len = MNL_NLMSG_HDRLEN + (i ? 4 : sizeof(struct ifinfomsg) + 6);
		ck_assert_int_eq(model_apply(&model, places[1], nlh), -EBADMSG);
		ck_assert_int_eq(model_netns_take(reading, nlh), -EBADMSG);
	}
	/* Of other families, and of nothing, there is nothing to be learnt. */
	link_message(RTM_NEWLINK, 0, "ipvl0", PARENT, IPVLAN_MODE_L2, 0, 1500);
	hear(1, nlh);
	ck_assert_int_eq(model_netns_take(reading, nlh), 0);
	address_message(RTM_NEWADDR, 7, "10.0.0.2/24", 0);
	((struct ifaddrmsg *)mnl_nlmsg_get_payload(nlh))->ifa_family = AF_BRIDGE;
	hear(1, nlh);
	ck_assert_int_eq(model_netns_take(reading, nlh), 0);
	route_message(RTM_NEWROUTE, 7, "default", "10.0.0.1");
	((struct rtmsg *)mnl_nlmsg_get_payload(nlh))->rtm_family = AF_BRIDGE;
	hear(1, nlh);
	ck_assert_int_eq(model_netns_take(reading, nlh), 0);
	nlh->nlmsg_type = RTM_NEWNEIGH;
	hear(1, nlh);
	ck_assert_int_eq(model_netns_take(reading, nlh), 0);
	ck_assert_uint_eq(reading->links.count, 0);
	ck_told("");
	model_netns_free(reading);
}
END_TEST

START_TEST(only_what_is_wanted)
{
	model.kinds = IPVLAN_EVENTS(IPVLAN_EVENT_ADDRESS);
	read_one_slave();
	hear(1, address_message(RTM_NEWADDR, 7, "10.0.0.2/24", IFA_F_PERMANENT));
	model_resync(&model, places[1]);
	ck_told("ns1 address added ipvl0 10.0.0.2/24\nns1 resync changed\n");
}
END_TEST

/* ---- A monitor */

/* What was there when it started has been read. */
static struct model *drained_model(struct ipvlan_monitor *monitor)
{
	struct ipvlan_event *event;

	while (ipvlan_monitor_read(monitor, &event) == 0)
		ipvlan_event_free(event);
	return (struct model *)monitor_model(monitor);
}

/* An event that could not be made is told of, though others that were made wait to be read. */
START_TEST(a_loss_is_told)
{
	struct ipvlan_monitor *monitor;
	struct ipvlan_event *event;
	struct ipvlan_ctx *ctx;
	struct model *believed;

	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
	ck_assert_int_eq(ipvlan_monitor_new(ctx, &monitor), 0);
	ck_assert_int_eq(ipvlan_monitor_read(monitor, &event), -EINVAL);
	ck_assert_int_eq(ipvlan_monitor_start(monitor), 0);
	ck_assert_int_eq(ipvlan_monitor_start(monitor), -EALREADY);
	believed = drained_model(monitor);
	ck_assert_int_eq(model_rename(believed, believed->places[0], "new", 0), 0);
	believed->lost = true;
	ck_assert_int_eq(ipvlan_monitor_read(monitor, &event), -ENOMEM);
	ck_assert_int_eq(ipvlan_error_get_stage(ipvlan_ctx_get_error(ctx)), IPVLAN_STAGE_READ);
	ck_assert_int_eq(ipvlan_monitor_wait(monitor, 0), 1);
	ck_assert_int_eq(ipvlan_monitor_read(monitor, &event), 0);
	ck_assert_str_eq(ipvlan_event_get_netns(event), "new");
	ipvlan_event_free(event);
	ck_assert_int_eq(ipvlan_monitor_read(monitor, &event), -EAGAIN);
	ipvlan_monitor_free(monitor);
	ipvlan_ctx_free(ctx);
}
END_TEST

/* A full receive buffer, which the linker lets us act. */
ssize_t __real_recvmsg(int fd, struct msghdr *msg, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags);
static bool next_is_lost;
/* News that come before the next answer, and how many answers were waited for. */
static const struct nlmsghdr *next_news;
static unsigned int waits;

static ssize_t bring_news(struct msghdr *msg)
{
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK, .nl_groups = 1};

	memcpy(msg->msg_iov[0].iov_base, next_news, next_news->nlmsg_len);
	memcpy(msg->msg_name, &kernel, sizeof(kernel));
	msg->msg_namelen = sizeof(kernel);
	msg->msg_flags = 0;
	return next_news->nlmsg_len;
}

ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags)
{
	bool is_wait = !(flags & MSG_DONTWAIT);
	ssize_t size;

	if (next_news && is_wait) {
		size = bring_news(msg);
		next_news = NULL;
		return size;
	}
	waits += is_wait;
	if (!next_is_lost)
		return __real_recvmsg(fd, msg, flags);
	next_is_lost = false;
	errno = ENOBUFS;
	return -1;
}

/* News that got lost with the answer about a port, while nothing else comes: the namespace is read anew. */
START_TEST(a_loss_with_an_answer_is_found_out)
{
	struct ipvlan_monitor *monitor;
	struct ipvlan_event *event;
	struct ipvlan_ctx *ctx;
	struct model *believed;

	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
	ck_assert_int_eq(ipvlan_monitor_new(ctx, &monitor), 0);
	ck_assert_int_eq(ipvlan_monitor_start(monitor), 0);
	believed = drained_model(monitor);
	model_apply(believed, believed->places[0],
		    link_message(RTM_NEWLINK, INT32_MAX - 1, "parent", 0, 0, IFF_UP, 1500));
	model_apply(believed, believed->places[0],
		    link_message(RTM_NEWLINK, INT32_MAX, "slave", INT32_MAX - 1, IPVLAN_MODE_L2, 0, 1500));
	while ((event = model_take_event(believed)))
		ipvlan_event_free(event);
	ck_assert_uint_eq(believed->port_count, 1);
	believed->ports[0]->is_doubtful = true;
	next_is_lost = true;
	ck_assert_int_eq(ipvlan_monitor_read(monitor, &event), -EAGAIN);
	ck_assert(!next_is_lost);
	ck_assert_int_eq(ipvlan_monitor_wait(monitor, 0), 1);
	ck_assert_int_eq(ipvlan_monitor_read(monitor, &event), 0);
	ck_assert_int_eq(ipvlan_event_get_kind(event), IPVLAN_EVENT_RESYNC);
	ipvlan_event_free(event);
	ck_assert_int_eq(ipvlan_monitor_read(monitor, &event), 0);
	ck_assert_str_eq(ipvlan_link_get_name(ipvlan_event_get_link(event)), "slave");
	ck_assert_int_eq(ipvlan_event_get_action(event), IPVLAN_EVENT_REMOVED);
	ipvlan_event_free(event);
	ipvlan_monitor_free(monitor);
	ipvlan_ctx_free(ctx);
}
END_TEST

/* A slave that goes while it is asked for its port's mode leaves it to another one to be asked. */
START_TEST(who_is_asked_may_go)
{
	static _Alignas(struct nlmsghdr) uint8_t news[CODEC_REQUEST_SIZE];
	struct ipvlan_monitor *monitor;
	struct ipvlan_event *event;
	struct ipvlan_ctx *ctx;
	struct model *believed;
	int i;

	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
	ck_assert_int_eq(ipvlan_monitor_new(ctx, &monitor), 0);
	ck_assert_int_eq(ipvlan_monitor_start(monitor), 0);
	believed = drained_model(monitor);
	model_apply(believed, believed->places[0], link_message(RTM_NEWLINK, INT32_MAX, "parent", 0, 0, IFF_UP, 1500));
	for (i = 2; i > 0; i--)
		model_apply(believed, believed->places[0],
			    link_message(RTM_NEWLINK, INT32_MAX - i, i == 2 ? "first" : "second", INT32_MAX,
					 IPVLAN_MODE_L2, 0, 1500));
	while ((event = model_take_event(believed)))
		ipvlan_event_free(event);
	believed->ports[0]->is_doubtful = true;
	next_news = memcpy(news, link_message(RTM_DELLINK, INT32_MAX - 2, "first", INT32_MAX, IPVLAN_MODE_L2, 0, 1500),
			   sizeof(news));
	waits = 0;
	ck_assert_int_eq(ipvlan_monitor_read(monitor, &event), 0);
	ck_assert_str_eq(ipvlan_link_get_name(ipvlan_event_get_link(event)), "first");
	ck_assert_int_eq(ipvlan_event_get_action(event), IPVLAN_EVENT_REMOVED);
	ck_assert_uint_eq(waits, 2);
	ipvlan_event_free(event);
	ipvlan_monitor_free(monitor);
	ipvlan_ctx_free(ctx);
}
END_TEST

START_TEST(only_what_is_known_can_be_awaited)
{
	struct ipvlan_ctx *ctx;

	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
	ck_assert_int_eq(ipvlan_link_wait(ctx, "lo", (enum ipvlan_condition)99, 0), -EINVAL);
	ck_assert_int_eq(ipvlan_error_get_stage(ipvlan_ctx_get_error(ctx)), IPVLAN_STAGE_SETTINGS);
	ck_assert_int_eq(ipvlan_link_wait(ctx, "no-such-link", IPVLAN_CONDITION_EXISTS, 1), -ETIMEDOUT);
	ck_assert_ptr_nonnull(strstr(ipvlan_ctx_strerror(ctx), "waited too long for no-such-link"));
	ipvlan_ctx_free(ctx);
}
END_TEST

/* ---- At random */

#define ROUNDS 20000
#define THINGS 512

static uint32_t seed;

static unsigned int dice(unsigned int sides)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % sides;
}

/* What is there according to the events. */
static char things[THINGS][160];
static size_t thing_count;

static size_t find_thing(const char *key)
{
	size_t i;

	for (i = 0; i < thing_count && strcmp(things[i], key) != 0; i++)
		;
	return i;
}

static void believe(const struct ipvlan_event *event)
{
	char key[160];
	size_t at = find_thing(key_of(event, key, sizeof(key)));

	switch (ipvlan_event_get_action(event)) {
	case IPVLAN_EVENT_ADDED:
		ck_assert_msg(at == thing_count, "added twice: %s", key);
		ck_assert_uint_lt(thing_count, THINGS);
		strcpy(things[thing_count++], key);
		break;
	case IPVLAN_EVENT_REMOVED:
		ck_assert_msg(at < thing_count, "removed, but never added: %s", key);
		memmove(things[at], things[--thing_count], sizeof(things[at]));
		break;
	case IPVLAN_EVENT_CHANGED:
		/* A route that got another gateway has another key: its old one goes. */
		if (ipvlan_event_get_route(event) && at == thing_count) {
			char *via = strstr(key, " via ");

			ck_assert_ptr_nonnull(via);
			sprintf(via, " via %s", ipvlan_event_get_change_old(event, 0));
			at = find_thing(key);
			ck_assert_msg(at < thing_count, "changed, but never added: %s", key);
			strcpy(things[at], key_of(event, key, sizeof(key)));
		}
		ck_assert_msg(at < thing_count || ipvlan_event_get_kind(event) == IPVLAN_EVENT_RESYNC,
			      "changed, but never added: %s", key);
		ck_assert(ipvlan_event_get_change_count(event) > 0);
		break;
	}
}

static void believe_all(void)
{
	struct ipvlan_event *event;

	while ((event = model_take_event(&model))) {
		believe(event);
		ipvlan_event_free(event);
	}
	ck_assert(!model.lost);
}

static const struct nlmsghdr *random_message(void)
{
	static const char *const addresses[] = {"10.0.0.2/24", "10.0.0.3/24", "fd00::2/64", "fd00::3/64"};
	static const char *const routes[] = {"default", "192.0.2.0/24", "192.0.3.0/24"};
	static const char *const gateways[] = {"10.0.0.1", "10.0.0.4"};
	static const char *const names[] = {"a", "b", "c"};
	bool remove = dice(3) == 0;
	struct nlmsghdr *message;
	int ifindex = 5 + (int)dice(6);

	switch (dice(3)) {
	case 0:
		return link_message(remove ? RTM_DELLINK : RTM_NEWLINK, ifindex, names[dice(3)],
				    ifindex == 5 ? 0 : PARENT + (int)dice(20) / 19, (int)dice(2), dice(2) ? IFF_UP : 0,
				    1400 + dice(2));
	case 1:
		return address_message(remove ? RTM_DELADDR : RTM_NEWADDR, ifindex, addresses[dice(4)],
				       dice(2) ? IFA_F_PERMANENT : IFA_F_TENTATIVE);
	}
	message = (struct nlmsghdr *)route_message(remove ? RTM_DELROUTE : RTM_NEWROUTE, ifindex, routes[dice(3)],
						   gateways[dice(2)]);
	if (!remove && dice(8) == 0)
		message->nlmsg_flags |= NLM_F_REPLACE;
	return message;
}

static void copy_sorted(struct sorted *to, const struct sorted *from, size_t size)
{
	ck_assert_uint_lt(from->count, 64);
	to->elements = calloc(64, size);
	if (from->count)
		memcpy(to->elements, from->elements, from->count * size);
	to->count = from->count;
}

static struct model_netns *copy_netns(const struct model_netns *from)
{
	struct model_netns *to = model_netns_new(from->inode, from->device, NULL, 0);
	struct model_link **links;
	size_t i;

	copy_sorted(&to->links, &from->links, sizeof(struct model_link *));
	links = to->links.elements;
	for (i = 0; i < to->links.count; i++) {
		const struct model_link *old = links[i];

		links[i] = malloc(sizeof(*old));
		*links[i] = *old;
		copy_sorted(&links[i]->items[ITEM_ADDRESS], &old->items[ITEM_ADDRESS], sizeof(union item));
		copy_sorted(&links[i]->items[ITEM_ROUTE], &old->items[ITEM_ROUTE], sizeof(union item));
	}
	name_parents(to);
	return to;
}

/* Reading anew leads to the kernel's state; doing so again tells nothing. */
static void settle_with(const struct model_netns *kernel)
{
	struct model_netns *copy = copy_netns(kernel);

	ck_assert_int_eq(model_settle(&model, places[1], copy), 0);
	model_netns_free(copy);
	believe_all();
	copy = copy_netns(kernel);
	ck_assert_int_eq(model_settle(&model, places[1], copy), 0);
	model_netns_free(copy);
	ck_told("");
}

static size_t count_things(const char *kind)
{
	size_t i, count = 0;

	for (i = 0; i < thing_count; i++)
		count += strncmp(things[i], kind, strlen(kind)) == 0;
	return count;
}

/* The events have told of as many things as there are; each of them, since none is told twice. */
static void ck_beliefs(const struct model_netns *kernel)
{
	size_t i, links = 0, addresses = 0, routes = 0;
	const struct model_link *link;

	for (i = 0; (link = model_link_at(kernel, i)); i++) {
		if (!ipvlan_link_is_slave(&link->link))
			continue;
		links++;
		addresses += link->items[ITEM_ADDRESS].count;
		routes += link->items[ITEM_ROUTE].count;
	}
	ck_assert_uint_eq(count_things("link"), links);
	ck_assert_uint_eq(count_things("address"), addresses);
	ck_assert_uint_eq(count_things("route"), routes);
}

/* The mode that was asked for is any of those that somebody said. */
static void answer_doubts(void)
{
	const struct model_link *link;
	struct model_netns *netns;

	while ((link = model_find_doubtful(&model, &netns)))
		model_set_port(&model, link->port, link->link.mode, link->link.ipvlan_flags);
}

START_TEST(events_add_up)
{
	struct model_netns *kernel = model_netns_new(101, 4, NULL, 0);
	unsigned int i;

	seed = (uint32_t)_i;
	thing_count = 0;
	for (i = 0; i < ROUNDS; i++) {
		const struct nlmsghdr *message = random_message();

		/* A message that a full buffer lost is heard by nobody. */
		ck_assert_int_eq(model_netns_take(kernel, message), 0);
		if (dice(50) == 0)
			places[1]->is_stale = true;
		else
			hear(1, message);
		answer_doubts();
		believe_all();
		if (places[1]->is_stale && dice(2)) {
			settle_with(kernel);
			answer_doubts();
			believe_all();
			ck_beliefs(kernel);
		}
	}
	settle_with(kernel);
	ck_beliefs(kernel);
	model_remove(&model, places[1]);
	places[1] = NULL;
	answer_doubts();
	while (model.first) {
		struct ipvlan_event *event = model_take_event(&model);

		if (ipvlan_event_get_kind(event) != IPVLAN_EVENT_NETNS)
			believe(event);
		ipvlan_event_free(event);
	}
	ck_assert_uint_eq(thing_count, 0);
	model_netns_free(kernel);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("monitor");
	const TTest *const tests[] = {
		the_first_slave_asks_for_a_reading,
		a_parent_beside_its_slave_needs_no_reading,
		links_change,
		other_families_words_are_not_heard,
		ports_change,
		addresses_change,
		routes_change,
		a_route_changes_in_its_place,
		what_goes_without_a_word_is_looked_for,
		a_namespace_goes_with_all_that_is_in_it,
		an_event_knows_when_and_where,
		broken_messages_change_nothing,
		only_what_is_wanted,
	};
	TCase *words = tcase_create("word for word"), *chance = tcase_create("at random");
	size_t i;

	tcase_add_checked_fixture(words, begin, end);
	for (i = 0; i < COUNT(tests); i++)
		tcase_add_test(words, tests[i]);
	suite_add_tcase(suite, words);
	if (!left_out("a monitor that is started", WANT_NESTS))
		SUITE_ADD(suite, "a monitor", a_loss_is_told, a_loss_with_an_answer_is_found_out, who_is_asked_may_go,
			  only_what_is_known_can_be_awaited);
	tcase_add_checked_fixture(chance, begin, end);
	tcase_set_timeout(chance, 120);
	tcase_add_loop_test(chance, events_add_up, 0, 8);
	suite_add_tcase(suite, chance);
	return run_suite(suite);
}
