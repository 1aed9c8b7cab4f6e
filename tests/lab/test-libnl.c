// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libnl-route as a second opinion: it reads what we write, and we read what it writes. The arena of lab-test.h with:
 *
 *   arena: eth0 ---- ipvl0
 *
 * libnl's ipvlan object knows the mode only; flags are ip(8)'s part (oracle.lab).
 */
#include "lab-test.h"
#include <net/if.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/ipvlan.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

static struct nl_sock *sock;

static void connect_libnl(void)
{
	sock = nl_socket_alloc();
	ck_assert_ptr_nonnull(sock);
	ck_assert_int_eq(nl_connect(sock, NETLINK_ROUTE), 0);
}

static void free_libnl(void)
{
	nl_socket_free(sock);
	sock = NULL;
}

START_TEST(test_libnl_reads_our_link)
{
	struct rtnl_link *link;
	uint16_t mode = 99;
	char name[32];

	lab_slave("ipvl0", NULL, _i, _i, NULL);
	ck_assert_int_eq(rtnl_link_get_kernel(sock, 0, "ipvl0", &link), 0);
	ck_assert(rtnl_link_is_ipvlan(link));
	ck_assert_str_eq(rtnl_link_get_type(link), "ipvlan");
	ck_assert_int_eq(rtnl_link_ipvlan_get_mode(link, &mode), 0);
	ck_assert_int_eq(mode, _i);
	ck_assert_int_eq(rtnl_link_get_link(link), (int)if_nametoindex("eth0"));
	ck_assert_uint_eq(rtnl_link_get_flags(link) & IFF_UP, IFF_UP);
	/* It has no name for l3s. */
	if (_i != IPVLAN_MODE_L3S) {
		ck_assert_str_eq(rtnl_link_ipvlan_mode2str(_i, name, sizeof(name)), ipvlan_mode_to_string(_i));
		ck_assert_int_eq(rtnl_link_ipvlan_str2mode(ipvlan_mode_to_string(_i)), _i);
	}
	rtnl_link_put(link);
}
END_TEST

START_TEST(test_we_read_libnls_link)
{
	struct rtnl_link *link = rtnl_link_ipvlan_alloc();
	struct ipvlan_link *read;

	ck_assert_ptr_nonnull(link);
	rtnl_link_set_name(link, "ipvl0");
	rtnl_link_set_link(link, (int)if_nametoindex("eth0"));
	ck_assert_int_eq(rtnl_link_ipvlan_set_mode(link, (uint16_t)_i), 0);
	ck_assert_int_eq(rtnl_link_add(sock, link, NLM_F_CREATE | NLM_F_EXCL), 0);
	rtnl_link_put(link);
	must(ipvlan_link_get(ctx, "ipvl0", &read));
	ck_assert(ipvlan_link_is_slave(read));
	ck_assert_int_eq(ipvlan_link_get_mode(read), _i);
	ck_assert_int_eq(ipvlan_link_get_flags(read), 0);
	ck_assert_str_eq(ipvlan_link_get_parent_name(read), "eth0");
	ipvlan_link_free(read);
}
END_TEST

static bool has_address(struct nl_cache *cache, const char *wanted)
{
	struct nl_object *object;
	char text[64];

	for (object = nl_cache_get_first(cache); object; object = nl_cache_get_next(object)) {
		struct rtnl_addr *addr = (struct rtnl_addr *)object;

		nl_addr2str(rtnl_addr_get_local(addr), text, sizeof(text));
		if (strcmp(text, wanted) == 0 && rtnl_addr_get_ifindex(addr) == (int)if_nametoindex("ipvl0"))
			return true;
	}
	return false;
}

static bool has_route(struct nl_cache *cache, const char *to, const char *via)
{
	struct nl_object *object;
	struct rtnl_nexthop *hop;
	char text[64];

	for (object = nl_cache_get_first(cache); object; object = nl_cache_get_next(object)) {
		struct rtnl_route *route = (struct rtnl_route *)object;

		hop = rtnl_route_nexthop_n(route, 0);
		if (!hop || !rtnl_route_nh_get_gateway(hop) ||
		    rtnl_route_nh_get_ifindex(hop) != (int)if_nametoindex("ipvl0"))
			continue;
		nl_addr2str(rtnl_route_get_dst(route), text, sizeof(text));
		if (strcmp(text, to) != 0)
			continue;
		nl_addr2str(rtnl_route_nh_get_gateway(hop), text, sizeof(text));
		if (strcmp(text, via) == 0)
			return true;
	}
	return false;
}

START_TEST(test_libnl_reads_our_addresses_and_routes)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "ipvl0");
	struct nl_cache *cache;

	ipvlan_settings_add_address(s, "10.0.0.2/24");
	ipvlan_settings_add_address(s, "fd00::2/64");
	ipvlan_settings_set_gateway(s, "10.0.0.1");
	ipvlan_settings_add_route(s, "10.9.0.0/16", "10.0.0.9");
	ipvlan_settings_set_gateway(s, "fd00::1");
	must(ipvlan_link_create(ctx, s, NULL));
	ipvlan_settings_free(s);

	ck_assert_int_eq(rtnl_addr_alloc_cache(sock, &cache), 0);
	ck_assert(has_address(cache, "10.0.0.2/24"));
	ck_assert(has_address(cache, "fd00::2/64"));
	nl_cache_free(cache);
	ck_assert_int_eq(rtnl_route_alloc_cache(sock, AF_INET, 0, &cache), 0);
	ck_assert(has_route(cache, "none", "10.0.0.1") || has_route(cache, "default", "10.0.0.1"));
	ck_assert(has_route(cache, "10.9.0.0/16", "10.0.0.9"));
	nl_cache_free(cache);
	ck_assert_int_eq(rtnl_route_alloc_cache(sock, AF_INET6, 0, &cache), 0);
	ck_assert(has_route(cache, "none", "fd00::1") || has_route(cache, "default", "fd00::1"));
	nl_cache_free(cache);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("libnl");
	TCase *tc = lab_case(suite, "libnl");

	tcase_add_checked_fixture(tc, connect_libnl, free_libnl);
	tcase_add_loop_test(tc, test_libnl_reads_our_link, 0, 3);
	tcase_add_loop_test(tc, test_we_read_libnls_link, 0, 3);
	tcase_add_test(tc, test_libnl_reads_our_addresses_and_routes);
	return lab_main(suite);
}
