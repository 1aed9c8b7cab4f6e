// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What libnl-route takes for the same:
 *   libnl links PARENT COUNT   makes PARENT's slaves s00000...
 *   libnl endpoints PARENT COUNT   makes namespaces web0..., each with a slave, two addresses, two default routes, lo
 * up libnl dump                 counts the ipvlan links
 */
#include <fcntl.h>
#include <net/if.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/ipvlan.h>
#include <netlink/route/route.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/run/netns"

static void check(int err)
{
	if (err < 0) {
		fprintf(stderr, "libnl: %s\n", nl_geterror(err));
		exit(1);
	}
}

static int index_of(struct nl_sock *sock, const char *name)
{
	struct rtnl_link *link;
	int index;

	check(rtnl_link_get_kernel(sock, 0, name, &link));
	index = rtnl_link_get_ifindex(link);
	rtnl_link_put(link);
	return index;
}

static void make_links(struct nl_sock *sock, const char *parent, int count)
{
	int i, index = index_of(sock, parent);
	struct rtnl_link *link;
	char name[16];

	for (i = 0; i < count; i++) {
		link = rtnl_link_ipvlan_alloc();
		snprintf(name, sizeof(name), "s%05d", i);
		rtnl_link_set_name(link, name);
		rtnl_link_set_link(link, index);
		rtnl_link_ipvlan_set_mode(link, IPVLAN_MODE_L2);
		check(rtnl_link_add(sock, link, NLM_F_CREATE | NLM_F_EXCL));
		rtnl_link_put(link);
	}
}

/* Leaves this process in the new namespace. */
static int make_netns(const char *name)
{
	char path[64];
	int file;

	snprintf(path, sizeof(path), FOLDER "/%s", name);
	file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (file < 0 || unshare(CLONE_NEWNET) < 0 || mount("/proc/self/ns/net", path, "none", MS_BIND, NULL) < 0) {
		perror(path);
		exit(1);
	}
	close(file);
	return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

static void make_slave(struct nl_sock *home, int parent, int netns)
{
	struct rtnl_link *link = rtnl_link_ipvlan_alloc();

	rtnl_link_set_name(link, "ipvl0");
	rtnl_link_set_link(link, parent);
	rtnl_link_set_ns_fd(link, netns);
	rtnl_link_ipvlan_set_mode(link, IPVLAN_MODE_L2);
	check(rtnl_link_add(home, link, NLM_F_CREATE | NLM_F_EXCL));
	rtnl_link_put(link);
}

static void set_up(struct nl_sock *sock, int index)
{
	struct rtnl_link *link = rtnl_link_alloc(), *change = rtnl_link_alloc();

	rtnl_link_set_ifindex(link, index);
	rtnl_link_set_flags(change, IFF_UP);
	check(rtnl_link_change(sock, link, change, 0));
	rtnl_link_put(link);
	rtnl_link_put(change);
}

static void add_address(struct nl_sock *sock, int index, int family, const char *text)
{
	struct rtnl_addr *address = rtnl_addr_alloc();
	struct nl_addr *local;

	check(nl_addr_parse(text, family, &local));
	rtnl_addr_set_ifindex(address, index);
	check(rtnl_addr_set_local(address, local));
	check(rtnl_addr_add(sock, address, NLM_F_CREATE | NLM_F_EXCL));
	nl_addr_put(local);
	rtnl_addr_put(address);
}

static void add_default(struct nl_sock *sock, int index, int family, const char *gateway)
{
	struct rtnl_route *route = rtnl_route_alloc();
	struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
	struct nl_addr *via, *all;

	check(nl_addr_parse("default", family, &all));
	check(nl_addr_parse(gateway, family, &via));
	rtnl_route_set_family(route, (uint8_t)family);
	check(rtnl_route_set_dst(route, all));
	rtnl_route_nh_set_gateway(hop, via);
	rtnl_route_nh_set_ifindex(hop, index);
	rtnl_route_add_nexthop(route, hop);
	check(rtnl_route_add(sock, route, NLM_F_CREATE | NLM_F_EXCL));
	nl_addr_put(via);
	nl_addr_put(all);
	rtnl_route_put(route);
}

static void make_endpoint(struct nl_sock *home, int parent, int number)
{
	char name[16], ipv4[32], ipv6[32];
	struct nl_sock *there;
	int netns, index;

	snprintf(name, sizeof(name), "web%d", number);
	snprintf(ipv4, sizeof(ipv4), "10.1.%d.%d/16", (number + 2) / 256, (number + 2) % 256);
	snprintf(ipv6, sizeof(ipv6), "fd00:1::%x/64", number + 2);
	netns = make_netns(name);
	there = nl_socket_alloc();
	check(nl_connect(there, NETLINK_ROUTE));
	make_slave(home, parent, netns);
	index = index_of(there, "ipvl0");
	set_up(there, index_of(there, "lo"));
	set_up(there, index);
	add_address(there, index, AF_INET, ipv4);
	add_address(there, index, AF_INET6, ipv6);
	add_default(there, index, AF_INET, "10.1.0.1");
	add_default(there, index, AF_INET6, "fd00:1::1");
	nl_socket_free(there);
	close(netns);
}

static void make_endpoints(struct nl_sock *sock, const char *name, int count)
{
	int i, parent = index_of(sock, name);

	mkdir(FOLDER, 0755);
	for (i = 0; i < count; i++)
		make_endpoint(sock, parent, i);
}

static void count_one(struct nl_object *object, void *data)
{
	int *count = data;

	*count += rtnl_link_is_ipvlan((struct rtnl_link *)object);
}

static void dump(struct nl_sock *sock)
{
	struct nl_cache *cache;
	int count = 0;

	check(rtnl_link_alloc_cache(sock, AF_UNSPEC, &cache));
	nl_cache_foreach(cache, count_one, &count);
	printf("%d\n", count);
	nl_cache_free(cache);
}

int main(int argc, char **argv)
{
	struct nl_sock *sock = nl_socket_alloc();

	check(nl_connect(sock, NETLINK_ROUTE));
	if (argc == 4 && strcmp(argv[1], "links") == 0) {
		make_links(sock, argv[2], atoi(argv[3]));
	} else if (argc == 4 && strcmp(argv[1], "endpoints") == 0) {
		make_endpoints(sock, argv[2], atoi(argv[3]));
	} else if (argc == 2 && strcmp(argv[1], "dump") == 0) {
		dump(sock);
	} else {
		fprintf(stderr, "usage: libnl links|endpoints PARENT COUNT | dump\n");
		return 2;
	}
	nl_socket_free(sock);
	return 0;
}
