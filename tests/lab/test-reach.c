// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who reaches whom, in every mode with every flag, as the driver in the kernel does it:
 *
 *   ns0: ipvl0 10.0.0.2, fd00::2 --+
 *                                  +-- eth0 10.0.0.4, fd00::4 ---- router: eth0 10.0.0.1, fd00::1
 *   ns1: ipvl1 10.0.0.3, fd00::3 --+   (the host)                  (outside)
 *
 * In l3 and l3s the slaves' default route is their link, and the router has routes to the slaves by way of the host, as
 * those modes want it.
 */
#include "lab-test.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/*
 * u  IPv4 unicast arrives (in l2 that takes ARP both ways)      U  IPv6 unicast arrives
 * b  IPv4 broadcast arrives                                     M  IPv6 multicast arrives
 * m  IPv4 multicast arrives                                     N  a neighbour solicitation is answered
 *
 * What may surprise, beside the HOWTO's words:
 * - private and vepa stop unicast only: a slave's broadcast and multicast still reach its siblings. So they hear its
 *   neighbour solicitation, and only the answer is lost.
 * - vepa's slaves reach each other only by way of a switch that sends back where a frame came from; the router here
 *   does not.
 * - In l2 host and slaves are deaf to each other, broadcasts included: the host's frames go out, and so do the slaves'.
 * - In l3 and l3s a slave reaches the host whatever the flags say, but no answer ever comes back: what the host sends
 *   goes out on the wire. And the slave does so by the host's lo: when that is down, nothing arrives.
 */
static const struct {
	int mode, flags;
	/* slave to slave, slave to host, host to slave, slave to outside, outside to slave */
	const char *cells[5];
} table[] = {
	{IPVLAN_MODE_L2, 0, {"ubmUMN", "------", "------", "ubmUMN", "ubmUMN"}},
	{IPVLAN_MODE_L2, IPVLAN_F_PRIVATE, {"-bm-M-", "------", "------", "ubmUMN", "ubmUMN"}},
	{IPVLAN_MODE_L2, IPVLAN_F_VEPA, {"-bm-M-", "------", "------", "ubmUMN", "ubmUMN"}},
	{IPVLAN_MODE_L3, 0, {"u--U--", "u--U--", "------", "u--U--", "u--U--"}},
	{IPVLAN_MODE_L3, IPVLAN_F_PRIVATE, {"------", "u--U--", "------", "u--U--", "u--U--"}},
	{IPVLAN_MODE_L3, IPVLAN_F_VEPA, {"------", "u--U--", "------", "u--U--", "u--U--"}},
	{IPVLAN_MODE_L3S, 0, {"u--U--", "u--U--", "------", "u--U--", "u--U--"}},
	{IPVLAN_MODE_L3S, IPVLAN_F_PRIVATE, {"------", "u--U--", "------", "u--U--", "u--U--"}},
	{IPVLAN_MODE_L3S, IPVLAN_F_VEPA, {"------", "u--U--", "------", "u--U--", "u--U--"}},
};

static const char letters[] = "ubmUMN";
enum { UNICAST, BROADCAST, MULTICAST, UNICAST6, MULTICAST6, SOLICIT, KINDS };

enum { NS0, NS1, HOST, OUTSIDE, PLACES };
static const struct {
	const char *netns, *device, *ip, *ip6;
} places[PLACES] = {
	[NS0] = {"ns0", "ipvl0", "10.0.0.2", "fd00::2"},
	[NS1] = {"ns1", "ipvl1", "10.0.0.3", "fd00::3"},
	[HOST] = {NULL, "eth0", "10.0.0.4", "fd00::4"},
	[OUTSIDE] = {"router", "eth0", "10.0.0.1", "fd00::1"},
};
static const struct {
	int from, to;
	const char *name;
} ways[] = {
	{NS0, NS1, "slave to slave"},	    {NS0, HOST, "slave to host"},	{HOST, NS0, "host to slave"},
	{NS0, OUTSIDE, "slave to outside"}, {OUTSIDE, NS0, "outside to slave"},
};

#define PORT   4711
#define GROUP  "239.1.1.1"
#define GROUP6 "ff02::4711"
/* Until all that must arrive has arrived, and then so long for what must not. */
#define MOST_MS	 5000
#define GRACE_MS 150

static struct {
	int rx, rx6, tx, tx6, icmp6;
	unsigned int index;
	uint8_t mac[6];
} ends[PLACES];
static bool reached[PLACES][PLACES][KINDS];

static void go(int place)
{
	if (places[place].netns)
		lab_enter(places[place].netns);
}

static int checked(int ret, const char *what)
{
	ck_assert_msg(ret >= 0, "the bench: %s: %s", what, strerror(errno));
	return ret;
}
#define bench(call) checked(call, #call)

static int udp(int family, const char *device)
{
	struct sockaddr_in6 any6 = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	int fd = bench(socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)), on = 1;

	if (device) {
		bench(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, (socklen_t)strlen(device)));
		bench(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)));
		return fd;
	}
	if (family == AF_INET6) {
		bench(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)));
		bench(bind(fd, (struct sockaddr *)&any6, sizeof(any6)));
	} else {
		bench(bind(fd, (struct sockaddr *)&any, sizeof(any)));
	}
	return fd;
}

static void join_groups(int place)
{
	struct ip_mreqn group = {.imr_ifindex = (int)ends[place].index};
	struct ipv6_mreq group6 = {.ipv6mr_interface = ends[place].index};

	inet_pton(AF_INET, GROUP, &group.imr_multiaddr);
	inet_pton(AF_INET6, GROUP6, &group6.ipv6mr_multiaddr);
	bench(setsockopt(ends[place].rx, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group)));
	bench(setsockopt(ends[place].rx6, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group6, sizeof(group6)));
	bench(setsockopt(ends[place].tx, IPPROTO_IP, IP_MULTICAST_IF, &group, sizeof(group)));
}

static void open_icmp6(int place)
{
	struct icmp6_filter filter;
	int hops = 255;

	ends[place].icmp6 = bench(socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6));
	ICMP6_FILTER_SETBLOCKALL(&filter);
	ICMP6_FILTER_SETPASS(ND_NEIGHBOR_ADVERT, &filter);
	bench(setsockopt(ends[place].icmp6, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter)));
	bench(setsockopt(ends[place].icmp6, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops)));
}

static void open_end(int place)
{
	struct ifreq request = {0};

	go(place);
	ends[place].index = if_nametoindex(places[place].device);
	ends[place].rx = udp(AF_INET, NULL);
	ends[place].rx6 = udp(AF_INET6, NULL);
	ends[place].tx = udp(AF_INET, places[place].device);
	ends[place].tx6 = udp(AF_INET6, places[place].device);
	open_icmp6(place);
	strcpy(request.ifr_name, places[place].device);
	bench(ioctl(ends[place].tx, SIOCGIFHWADDR, &request));
	memcpy(ends[place].mac, request.ifr_hwaddr.sa_data, 6);
	join_groups(place);
	lab_leave();
}

static void close_end(int place)
{
	close(ends[place].rx);
	close(ends[place].rx6);
	close(ends[place].tx);
	close(ends[place].tx6);
	close(ends[place].icmp6);
}

static void send_to(int place, const char *to, int kind)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	uint8_t bytes[2] = {(uint8_t)place, (uint8_t)kind};

	inet_pton(AF_INET, to, &sin.sin_addr);
	/* A refusal, such as of a host that nobody answers for, is an answer, too. */
	sendto(ends[place].tx, bytes, sizeof(bytes), 0, (struct sockaddr *)&sin, sizeof(sin));
}

static void send_to6(int place, const char *to, int kind)
{
	struct sockaddr_in6 sin6 = {.sin6_family = AF_INET6, .sin6_port = htons(PORT)};
	uint8_t bytes[2] = {(uint8_t)place, (uint8_t)kind};

	inet_pton(AF_INET6, to, &sin6.sin6_addr);
	if (kind == MULTICAST6)
		sin6.sin6_scope_id = ends[place].index;
	sendto(ends[place].tx6, bytes, sizeof(bytes), 0, (struct sockaddr *)&sin6, sizeof(sin6));
}

static void solicit(int place, const char *target)
{
	struct {
		struct nd_neighbor_solicit ns;
		uint8_t type, length, mac[6];
	} message = {.ns = {.nd_ns_type = ND_NEIGHBOR_SOLICIT}, .type = ND_OPT_SOURCE_LINKADDR, .length = 1};
	struct sockaddr_in6 group = {.sin6_family = AF_INET6, .sin6_scope_id = ends[place].index};

	inet_pton(AF_INET6, target, &message.ns.nd_ns_target);
	memcpy(message.mac, ends[place].mac, 6);
	inet_pton(AF_INET6, "ff02::1:ff00:0", &group.sin6_addr);
	memcpy(&group.sin6_addr.s6_addr[13], &message.ns.nd_ns_target.s6_addr[13], 3);
	sendto(ends[place].icmp6, &message, sizeof(message), 0, (struct sockaddr *)&group, sizeof(group));
}

static void send_all(void)
{
	unsigned int i;
	int place;

	for (i = 0; i < COUNT_OF(ways); i++) {
		send_to(ways[i].from, places[ways[i].to].ip, UNICAST);
		send_to6(ways[i].from, places[ways[i].to].ip6, UNICAST6);
		solicit(ways[i].from, places[ways[i].to].ip6);
	}
	for (place = 0; place < PLACES; place++) {
		send_to(place, "255.255.255.255", BROADCAST);
		send_to(place, GROUP, MULTICAST);
		send_to6(place, GROUP6, MULTICAST6);
	}
}

static void receive_datagrams(int fd, int place)
{
	uint8_t bytes[2];

	while (recv(fd, bytes, sizeof(bytes), 0) == sizeof(bytes)) {
		if (bytes[0] < PLACES && bytes[1] < KINDS)
			reached[bytes[0]][place][bytes[1]] = true;
	}
}

static void receive_adverts(int place)
{
	struct nd_neighbor_advert advert;
	char text[INET6_ADDRSTRLEN];
	int other;

	while (recv(ends[place].icmp6, &advert, sizeof(advert), 0) >= (ssize_t)sizeof(advert)) {
		inet_ntop(AF_INET6, &advert.nd_na_target, text, sizeof(text));
		for (other = 0; other < PLACES; other++) {
			if (strcmp(text, places[other].ip6) == 0)
				reached[place][other][SOLICIT] = true;
		}
	}
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void receive_for(int milliseconds)
{
	struct pollfd fds[3 * PLACES];
	int64_t end = now_ms() + milliseconds, left;
	int i;

	for (i = 0; i < PLACES; i++) {
		fds[3 * i] = (struct pollfd){.fd = ends[i].rx, .events = POLLIN};
		fds[3 * i + 1] = (struct pollfd){.fd = ends[i].rx6, .events = POLLIN};
		fds[3 * i + 2] = (struct pollfd){.fd = ends[i].icmp6, .events = POLLIN};
	}
	while ((left = end - now_ms()) > 0 && poll(fds, COUNT_OF(fds), (int)left) > 0) {
		for (i = 0; i < PLACES; i++) {
			receive_datagrams(ends[i].rx, i);
			receive_datagrams(ends[i].rx6, i);
			receive_adverts(i);
		}
	}
}

static void format_cell(const bool got[KINDS], char text[KINDS + 1])
{
	int kind;

	for (kind = 0; kind < KINDS; kind++)
		text[kind] = got[kind] ? letters[kind] : '-';
	text[KINDS] = '\0';
}

static bool has_all(const char *const cells[])
{
	size_t i;
	int kind;

	for (i = 0; i < COUNT_OF(ways); i++) {
		for (kind = 0; kind < KINDS; kind++) {
			if (cells[i][kind] != '-' && !reached[ways[i].from][ways[i].to][kind])
				return false;
		}
	}
	return true;
}

static void measure(const char *const cells[])
{
	int64_t end = now_ms() + MOST_MS;

	memset(reached, 0, sizeof(reached));
	do {
		send_all();
		receive_for(GRACE_MS);
	} while (!has_all(cells) && now_ms() < end);
	receive_for(GRACE_MS);
}

static void quick_ipv6(void)
{
	lab_write("/proc/sys/net/ipv6/conf/default/accept_dad", "0");
	lab_write("/proc/sys/net/ipv6/conf/all/accept_dad", "0");
}

static void address(int place)
{
	go(place);
	lab_address_add(places[place].device, places[place].ip, 24);
	lab_address_add(places[place].device, places[place].ip6, 64);
	lab_leave();
}

static void make_wire(void)
{
	lab_netns_add("router");
	lab_enter("router");
	quick_ipv6();
	lab_leave();
	quick_ipv6();
	lab_link_del("eth0");
	ck_assert_int_eq(lab_link_add(&(struct lab_link){
				 .kind = "veth", .name = "eth0", .peer = "eth0", .peer_netns = "router"}),
			 0);
	/* In l3 what a slave sends to the host goes through the host's lo. */
	lab_link_set_up("lo", true);
	lab_link_set_up("eth0", true);
	lab_enter("router");
	lab_link_set_up("eth0", true);
	lab_leave();
	address(HOST);
	address(OUTSIDE);
}

static void drop_wire(void)
{
	lab_netns_del("router");
}

static void make_slave(int place, int mode, int flags)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", places[place].device);

	lab_enter(places[place].netns);
	quick_ipv6();
	lab_leave();
	ipvlan_settings_set_mode(s, mode);
	ipvlan_settings_set_flags(s, flags);
	ipvlan_settings_set_netns_name(s, places[place].netns);
	if (mode == IPVLAN_MODE_L2) {
		ipvlan_settings_set_up(s, true);
	} else {
		ipvlan_settings_set_gateway(s, "dev");
		ipvlan_settings_set_gateway(s, "dev6");
	}
	must(ipvlan_link_create(ctx, s, NULL));
	ipvlan_settings_free(s);
	address(place);
}

static void route_by_the_host(void)
{
	static const char *const routes[][2] = {{"10.0.0.2/32", "10.0.0.4"},
						{"10.0.0.3/32", "10.0.0.4"},
						{"fd00::2/128", "fd00::4"},
						{"fd00::3/128", "fd00::4"}};
	struct ipvlan_netns *router;
	struct ipvlan_route *route;
	size_t i;

	must(ipvlan_netns_open_name(ctx, "router", &router));
	must(ipvlan_ctx_set_netns(ctx, router));
	ipvlan_netns_free(router);
	for (i = 0; i < COUNT_OF(routes); i++) {
		ck_assert_int_eq(ipvlan_route_new(routes[i][0], &route), 0);
		ck_assert_int_eq(ipvlan_route_set_gateway(route, routes[i][1]), 0);
		must(ipvlan_route_add(ctx, "eth0", route));
		ipvlan_route_free(route);
	}
	must(ipvlan_ctx_set_netns(ctx, NULL));
}

START_TEST(test_who_reaches_whom)
{
	const char *const *cells = table[_i].cells;
	char got[KINDS + 1], report[1024] = "";
	char mode[IPVLAN_NAME_SIZE], flags[IPVLAN_NAME_SIZE];
	size_t i, used = 0;
	int place;

	make_wire();
	make_slave(NS0, table[_i].mode, table[_i].flags);
	make_slave(NS1, table[_i].mode, table[_i].flags);
	if (table[_i].mode != IPVLAN_MODE_L2)
		route_by_the_host();
	for (place = 0; place < PLACES; place++)
		open_end(place);
	measure(cells);
	for (place = 0; place < PLACES; place++)
		close_end(place);
	for (i = 0; i < COUNT_OF(ways); i++) {
		format_cell(reached[ways[i].from][ways[i].to], got);
		if (strcmp(got, cells[i]) != 0)
			used += (size_t)snprintf(report + used, sizeof(report) - used, "\n  %s: wanted %s, got %s",
						 ways[i].name, cells[i], got);
	}
	ck_assert_msg(!used, "%s %s:%s", ipvlan_mode_format(table[_i].mode, mode, sizeof(mode)),
		      ipvlan_flags_format(table[_i].flags, flags, sizeof(flags)), report);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reach");
	TCase *tc = lab_case(suite, "reach");

	tcase_add_checked_fixture(tc, NULL, drop_wire);
	tcase_add_loop_test(tc, test_who_reaches_whom, 0, (int)COUNT_OF(table));
	return lab_main(suite);
}
