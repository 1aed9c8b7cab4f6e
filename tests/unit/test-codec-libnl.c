// SPDX-License-Identifier: GPL-2.0-or-later
/* libnl-route as a second opinion: it builds the same requests, and reads what we build. Its ipvlan knows no flags. */
#include "codec-check.h"
#include "codec.h"
#include <linux/rtnetlink.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/ipvlan.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <string.h>

static const uint16_t nests[] = {IFLA_LINKINFO, IFLA_INFO_DATA, 0};

static int encode_create(void *buf, size_t size, const void *data)
{
	return codec_link_create(buf, size, data);
}

START_TEST(links_are_made_alike)
{
	struct link_request request = LINK_REQUEST_INIT;
	struct rtnl_link *link = rtnl_link_ipvlan_alloc();
	struct nl_msg *msg;

	rtnl_link_set_name(link, "ipvl0");
	rtnl_link_set_link(link, 7);
	rtnl_link_set_mtu(link, 1400);
	ck_assert_int_eq(rtnl_link_ipvlan_set_mode(link, (uint16_t)_i), 0);
	ck_assert_int_eq(rtnl_link_build_add_request(link, NLM_F_CREATE | NLM_F_EXCL, &msg), 0);
	request.name = "ipvl0";
	request.kind = "ipvlan";
	request.parent_index = 7;
	request.mtu = 1400;
	request.mode = _i;
	check_same_request(encode_create, &request, sizeof(struct ifinfomsg), nests, nlmsg_hdr(msg), "create");
	nlmsg_free(msg);
	rtnl_link_put(link);
}
END_TEST

static void keep(struct nl_object *object, void *data)
{
	nl_object_get(object);
	*(struct nl_object **)data = object;
}

/* The object that libnl makes of our bytes. */
static void *read_by_libnl(void *message)
{
	struct nl_msg *msg = nlmsg_convert(message);
	struct nl_object *object = NULL;

	nlmsg_set_proto(msg, NETLINK_ROUTE);
	ck_assert_int_eq(nl_msg_parse(msg, keep, &object), 0);
	ck_assert_ptr_nonnull(object);
	nlmsg_free(msg);
	return object;
}

START_TEST(links_are_read_alike)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct link_request request = LINK_REQUEST_INIT;
	struct rtnl_link *link;
	uint16_t mode;

	request.ifindex = 9;
	request.name = "ipvl0";
	request.kind = "ipvlan";
	request.parent_index = 7;
	request.mtu = 1400;
	request.mode = _i;
	request.flags = IPVLAN_F_VEPA;
	ck_assert_int_gt(codec_link_create(buf, sizeof(buf), &request), 0);
	link = read_by_libnl(buf);
	ck_assert_str_eq(rtnl_link_get_name(link), "ipvl0");
	ck_assert_int_eq(rtnl_link_get_ifindex(link), 9);
	ck_assert_int_eq(rtnl_link_get_link(link), 7);
	ck_assert_uint_eq(rtnl_link_get_mtu(link), 1400);
	ck_assert_int_eq(rtnl_link_ipvlan_get_mode(link, &mode), 0);
	ck_assert_uint_eq(mode, (unsigned int)_i);
	rtnl_link_put(link);
}
END_TEST

static const struct {
	const char *local, *peer;
	int family, length;
	struct ipvlan_address address;
} addresses[] = {
	{"10.0.0.2/24", NULL, AF_INET, 24, {.family = AF_INET, .prefix_length = 24, .local = {10, 0, 0, 2}}},
	{"10.0.0.2",
	 "10.0.0.9/24",
	 AF_INET,
	 24,
	 {.family = AF_INET, .prefix_length = 24, .has_peer = true, .local = {10, 0, 0, 2}, .peer = {10, 0, 0, 9}}},
	{"fd00::2/64", NULL, AF_INET6, 64, {.family = AF_INET6, .prefix_length = 64, .local = {0xfd, [15] = 2}}},
};

static int encode_address(void *buf, size_t size, const void *data)
{
	struct ipvlan_address address = *(const struct ipvlan_address *)data;

	address.valid = address.preferred = UINT32_MAX;
	return codec_address_encode(buf, size, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &address, 9);
}

START_TEST(addresses_are_added_alike)
{
	struct rtnl_addr *addr = rtnl_addr_alloc();
	struct nl_addr *local, *peer = NULL;
	struct nl_msg *msg;

	ck_assert_int_eq(nl_addr_parse(addresses[_i].local, addresses[_i].family, &local), 0);
	rtnl_addr_set_ifindex(addr, 9);
	ck_assert_int_eq(rtnl_addr_set_local(addr, local), 0);
	if (addresses[_i].peer) {
		ck_assert_int_eq(nl_addr_parse(addresses[_i].peer, addresses[_i].family, &peer), 0);
		ck_assert_int_eq(rtnl_addr_set_peer(addr, peer), 0);
	}
	rtnl_addr_set_prefixlen(addr, addresses[_i].length);
	rtnl_addr_set_scope(addr, RT_SCOPE_UNIVERSE);
	ck_assert_int_eq(rtnl_addr_build_add_request(addr, NLM_F_CREATE | NLM_F_EXCL, &msg), 0);
	check_same_request(encode_address, &addresses[_i].address, sizeof(struct ifaddrmsg), NULL, nlmsg_hdr(msg),
			   addresses[_i].local);
	nlmsg_free(msg);
	nl_addr_put(local);
	nl_addr_put(peer);
	rtnl_addr_put(addr);
}
END_TEST

static const struct {
	const char *destination, *gateway;
	struct ipvlan_route route;
} routes[] = {
	{"10.9.0.0/16",
	 "10.0.0.1",
	 {.family = AF_INET,
	  .destination_length = 16,
	  .has_gateway = true,
	  .destination = {10, 9},
	  .gateway = {10, 0, 0, 1}}},
	{"fd00:9::/48",
	 "fd00::1",
	 {.family = AF_INET6,
	  .destination_length = 48,
	  .has_gateway = true,
	  .destination = {0xfd, 0, 0, 9},
	  .gateway = {0xfd, [15] = 1}}},
};

START_TEST(routes_are_read_alike)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct ipvlan_route route = routes[_i].route;
	struct nl_addr *destination, *gateway;
	struct rtnl_route *read;
	struct rtnl_nexthop *hop;

	route.table = RT_TABLE_MAIN;
	route.protocol = RTPROT_BOOT;
	route.type = RTN_UNICAST;
	route.metric = 7;
	ck_assert_int_gt(codec_route_encode(buf, sizeof(buf), RTM_NEWROUTE, NLM_F_CREATE, &route, 9), 0);
	read = read_by_libnl(buf);
	ck_assert_int_eq(nl_addr_parse(routes[_i].destination, AF_UNSPEC, &destination), 0);
	ck_assert_int_eq(nl_addr_parse(routes[_i].gateway, AF_UNSPEC, &gateway), 0);
	ck_assert_int_eq(nl_addr_cmp(rtnl_route_get_dst(read), destination), 0);
	ck_assert_uint_eq(rtnl_route_get_priority(read), 7);
	ck_assert_uint_eq(rtnl_route_get_table(read), RT_TABLE_MAIN);
	ck_assert_uint_eq(rtnl_route_get_protocol(read), RTPROT_BOOT);
	hop = rtnl_route_nexthop_n(read, 0);
	ck_assert_int_eq(nl_addr_cmp(rtnl_route_nh_get_gateway(hop), gateway), 0);
	ck_assert_int_eq(rtnl_route_nh_get_ifindex(hop), 9);
	nl_addr_put(destination);
	nl_addr_put(gateway);
	rtnl_route_put(read);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("codec-libnl");
	TCase *tables = tcase_create("tables");

	tcase_add_loop_test(tables, links_are_made_alike, 0, 3);
	tcase_add_loop_test(tables, links_are_read_alike, 0, 3);
	tcase_add_loop_test(tables, addresses_are_added_alike, 0, COUNT(addresses));
	tcase_add_loop_test(tables, routes_are_read_alike, 0, COUNT(routes));
	suite_add_tcase(suite, tables);
	return run_suite(suite);
}
