// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What libnl-route takes for the same:
 *   libnl links PARENT COUNT   makes PARENT's slaves s00000...
 *   libnl dump                 counts the ipvlan links
 */
#include <netlink/route/link.h>
#include <netlink/route/link/ipvlan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(int err)
{
	if (err < 0) {
		fprintf(stderr, "libnl: %s\n", nl_geterror(err));
		exit(1);
	}
}

static void make_links(struct nl_sock *sock, const char *parent, int count)
{
	struct rtnl_link *link;
	int i, index;
	char name[16];

	check(rtnl_link_get_kernel(sock, 0, parent, &link));
	index = rtnl_link_get_ifindex(link);
	rtnl_link_put(link);
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
	} else if (argc == 2 && strcmp(argv[1], "dump") == 0) {
		dump(sock);
	} else {
		fprintf(stderr, "usage: libnl links PARENT COUNT | dump\n");
		return 2;
	}
	nl_socket_free(sock);
	return 0;
}
