/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The floor: what a thousand endpoints cost when nothing is checked, looked up, undone or told. For each one the same
 * system calls that it takes at least, in a loop, with messages that were encoded before the clock started.
 *
 * usage: bare-endpoints PARENT COUNT
 * Makes namespaces bare0... with a slave, two addresses, lo up and two default routes each; prints milliseconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FOLDER	     "/run/netns"
#define MESSAGE_SIZE 256
#define INSIDE_COUNT 6

static char create[MESSAGE_SIZE], inside[INSIDE_COUNT * MESSAGE_SIZE];
static struct nlattr *netns_attr;
static size_t inside_size;
static struct nlmsghdr *inside_messages[INSIDE_COUNT]; /* the last of them asks for an answer */
static size_t inside_count;
/* Of the first link that a new namespace is given; some kernels put others in each, and lo is the first. */
static unsigned int link_index;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static struct nlmsghdr *begin(void *buf, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	return nlh;
}

static void encode_create(unsigned int parent)
{
	struct nlmsghdr *nlh = begin(create, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *info, *data;

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, "ipvl0");
	mnl_attr_put_u32(nlh, IFLA_LINK, parent);
	netns_attr = mnl_nlmsg_get_payload_tail(nlh);
	mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, 0);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "ipvlan");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u16(nlh, IFLA_IPVLAN_MODE, IPVLAN_MODE_L2);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
}

static void *next_inside(void)
{
	inside_messages[inside_count++] = (struct nlmsghdr *)(inside + inside_size);
	return inside + inside_size;
}

static void encode_up(int index)
{
	struct nlmsghdr *nlh = begin(next_inside(), RTM_NEWLINK, 0);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));

	ifi->ifi_index = index;
	ifi->ifi_flags = ifi->ifi_change = IFF_UP;
	inside_size += nlh->nlmsg_len;
}

static void encode_address(int family, const void *address, size_t size, uint8_t length)
{
	struct nlmsghdr *nlh = begin(next_inside(), RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	struct ifaddrmsg *ifa = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));

	ifa->ifa_family = (uint8_t)family;
	ifa->ifa_prefixlen = length;
	ifa->ifa_index = link_index;
	mnl_attr_put(nlh, IFA_LOCAL, size, address);
	mnl_attr_put(nlh, IFA_ADDRESS, size, address);
	inside_size += nlh->nlmsg_len;
}

static void encode_route(int family, const char *gateway)
{
	struct nlmsghdr *nlh = begin(next_inside(), RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
	struct rtmsg *rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	uint8_t address[16];

	rtm->rtm_family = (uint8_t)family;
	rtm->rtm_table = RT_TABLE_MAIN;
	rtm->rtm_protocol = RTPROT_BOOT;
	rtm->rtm_type = RTN_UNICAST;
	inet_pton(family, gateway, address);
	mnl_attr_put(nlh, RTA_GATEWAY, family == AF_INET ? 4 : 16, address);
	mnl_attr_put_u32(nlh, RTA_OIF, link_index);
	inside_size += nlh->nlmsg_len;
}

/* The addresses differ from one endpoint to the next, and are put in their place before the clock starts. */
static uint8_t ipv4[4], ipv6[16];

static void encode_inside(void)
{
	inet_pton(AF_INET, "10.1.0.2", ipv4);
	inet_pton(AF_INET6, "fd00:1::2", ipv6);
	encode_up(1);
	encode_up((int)link_index);
	encode_address(AF_INET, ipv4, sizeof(ipv4), 16);
	encode_address(AF_INET6, ipv6, sizeof(ipv6), 64);
	encode_route(AF_INET, "10.1.0.1");
	encode_route(AF_INET6, "fd00:1::1");
	inside_messages[inside_count - 1]->nlmsg_flags |= NLM_F_ACK;
}

/* Both attributes of an address hold it. */
static void set_address(struct nlmsghdr *nlh, uint32_t number)
{
	struct nlattr *attr;
	uint8_t *last;

	mnl_attr_for_each (attr, nlh, sizeof(struct ifaddrmsg)) {
		last = (uint8_t *)mnl_attr_get_payload(attr) + mnl_attr_get_payload_len(attr) - 2;
		last[0] = (uint8_t)(number >> 8);
		last[1] = (uint8_t)number;
	}
}

/* What is refused is told unasked, before what comes behind it is answered. */
static void expect_ack(struct mnl_socket *socket)
{
	char buf[8192];
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf;
	const struct nlmsgerr *error;
	int size = (int)mnl_socket_recvfrom(socket, buf, sizeof(buf));

	if (size < 0)
		die("receive");
	error = mnl_nlmsg_get_payload(nlh);
	if (!mnl_nlmsg_ok(nlh, size) || nlh->nlmsg_type != NLMSG_ERROR || error->error) {
		errno = nlh->nlmsg_type == NLMSG_ERROR ? -error->error : EPROTO;
		die("refused");
	}
}

/* The first request binds it. */
static struct mnl_socket *open_socket(void)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);

	if (!socket)
		die("socket");
	return socket;
}

static void send_create(struct mnl_socket *home, int netns)
{
	*(int *)mnl_attr_get_payload(netns_attr) = netns;
	if (mnl_socket_sendto(home, create, ((struct nlmsghdr *)create)->nlmsg_len) < 0)
		die("send");
	expect_ack(home);
}

/* Asked of a link in a namespace of its own, which lives until the end. */
static void find_link_index(struct mnl_socket *home)
{
	int netns;

	if (unshare(CLONE_NEWNET) < 0)
		die("namespace");
	netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	send_create(home, netns);
	link_index = if_nametoindex("ipvl0");
}

static void make_endpoint(struct mnl_socket *home, unsigned int number)
{
	char path[64];
	struct mnl_socket *there;
	int file, netns;

	snprintf(path, sizeof(path), FOLDER "/bare%u", number);
	file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (file < 0 || unshare(CLONE_NEWNET) < 0 || mount("/proc/self/ns/net", path, "none", MS_BIND, NULL) < 0)
		die(path);
	close(file);
	there = open_socket();
	netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	send_create(home, netns);
	set_address(inside_messages[2], number + 2);
	set_address(inside_messages[3], number + 2);
	if (mnl_socket_sendto(there, inside, inside_size) < 0)
		die("send");
	expect_ack(there);
	mnl_socket_close(there);
	close(netns);
}

int main(int argc, char **argv)
{
	struct timespec start, end;
	struct mnl_socket *home;
	unsigned int i, count;

	if (argc != 3) {
		fprintf(stderr, "usage: %s PARENT COUNT\n", argv[0]);
		return 2;
	}
	count = (unsigned int)atoi(argv[2]);
	encode_create(if_nametoindex(argv[1]));
	home = open_socket();
	find_link_index(home);
	encode_inside();
	mkdir(FOLDER, 0755);
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < count; i++)
		make_endpoint(home, i);
	clock_gettime(CLOCK_MONOTONIC, &end);
	mnl_socket_close(home);
	printf("%.1f\n", (double)(end.tv_sec - start.tv_sec) * 1e3 + (double)(end.tv_nsec - start.tv_nsec) / 1e6);
	return 0;
}
