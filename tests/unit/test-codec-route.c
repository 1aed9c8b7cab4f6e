// SPDX-License-Identifier: GPL-2.0-or-later
/* Routes on the wire: our bytes, ip(8)'s, and what a kernel answers. */
#include "captured-answers.h"
#include "captured-requests.h"
#include "codec-check.h"
#include "internal.h"
#include "state.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#define ADD	(NLM_F_CREATE | NLM_F_EXCL)
#define REPLACE (NLM_F_CREATE | NLM_F_REPLACE)

struct sample {
	const char *hex, *ip;
	uint16_t type, flags;
	const char *destination, *gateway, *source;
	int family, ifindex;
	uint32_t metric, table;
	bool onlink, is_static;
};

static int encode(void *buf, size_t size, const void *data)
{
	const struct sample *s = data;
	struct ipvlan_route *r;
	int length;

	ck_assert_int_eq(ipvlan_route_new(s->destination, &r), 0);
	if (s->gateway)
		ck_assert_int_eq(ipvlan_route_set_gateway(r, s->gateway), 0);
	if (s->source)
		ck_assert_int_eq(ipvlan_route_set_source(r, s->source), 0);
	if (s->family)
		ck_assert_int_eq(ipvlan_route_set_family(r, s->family), 0);
	if (s->table)
		ipvlan_route_set_table(r, s->table);
	if (s->is_static)
		ipvlan_route_set_protocol(r, RTPROT_STATIC);
	ipvlan_route_set_metric(r, s->metric);
	ipvlan_route_set_onlink(r, s->onlink);
	length = route_encode(buf, size, s->type, s->flags, r, s->ifindex);
	ipvlan_route_free(r);
	return length;
}

#define NEW "1800 0506 0000000000000000"
#define DEL "1900 0500 0000000000000000"
#define LO  "0800040001000000"
#define VIA "080005000a000001"
#define NET "080001000a090000"

/* Family header: family, length, 0, 0; table, protocol, scope, type; flags. */
static const struct sample samples[] = {
	{"2c000000" NEW "02000000 fe030001 00000000" VIA LO, IP_ROUTE_DEFAULT, RTM_NEWROUTE, ADD, "default", "10.0.0.1",
	 .ifindex = 1},
	{"24000000" NEW "02000000 fe03fd01 00000000" LO, IP_ROUTE_DEFAULT_DEV, RTM_NEWROUTE, ADD, "default",
	 .ifindex = 1},
	{"34000000" NEW "02100000 fe030001 00000000" NET VIA LO, IP_ROUTE_NETWORK, RTM_NEWROUTE, ADD, "10.9.0.0/16",
	 "10.0.0.1", .ifindex = 1},
	{"2c000000" NEW "02100000 fe03fd01 00000000" NET LO, IP_ROUTE_LINK, RTM_NEWROUTE, ADD, "10.9.0.0/16",
	 .ifindex = 1},
	{"2c000000" NEW "02200000 fe03fd01 00000000 080001000a090001" LO, IP_ROUTE_HOST, RTM_NEWROUTE, ADD, "10.9.0.1",
	 .ifindex = 1},
	{"3c000000" NEW "02100000 fe03fd01 00000000" NET "080007000a000002 0800060064000000" LO, IP_ROUTE_SOURCE,
	 RTM_NEWROUTE, ADD, "10.9.0.0/16", NULL, "10.0.0.2", .ifindex = 1, .metric = 100},
	{"2c000000" NEW "02000000 fe030001 04000000" VIA LO, IP_ROUTE_ONLINK, RTM_NEWROUTE, ADD, "default", "10.0.0.1",
	 .ifindex = 1, .onlink = true},
	{"44000000" NEW "02100000 fe030001 00000000" NET "160012000a00fe8000000000000000000000000000010000" LO,
	 IP_ROUTE_VIA_INET6, RTM_NEWROUTE, ADD, "10.9.0.0/16", "fe80::1", .ifindex = 1},
	{"34000000" NEW "02000000 00030001 00000000 08000f00e8030000" VIA LO, IP_ROUTE_TABLE, RTM_NEWROUTE, ADD,
	 "default", "10.0.0.1", .ifindex = 1, .table = 1000},
	{"2c000000" NEW "02000000 64030001 00000000" VIA LO, IP_ROUTE_TABLE_SMALL, RTM_NEWROUTE, ADD, "default",
	 "10.0.0.1", .ifindex = 1, .table = 100},
	{"24000000" NEW "02000000 fe040001 00000000" VIA, IP_ROUTE_STATIC, RTM_NEWROUTE, ADD, "default", "10.0.0.1",
	 .is_static = true},
	{"2c000000 1800 0505 0000000000000000 02000000 fe030001 00000000" VIA LO, IP_ROUTE_REPLACE, RTM_NEWROUTE,
	 REPLACE, "default", "10.0.0.1", .ifindex = 1},
	{"24000000" DEL "02000000 fe00ff00 00000000" LO, IP_ROUTE_DEL, RTM_DELROUTE, 0, "default", .ifindex = 1},
	{"34000000" DEL "02100000 fe00ff00 00000000" NET VIA LO, IP_ROUTE_DEL_VIA, RTM_DELROUTE, 0, "10.9.0.0/16",
	 "10.0.0.1", .ifindex = 1},
	{"38000000" NEW "0a000000 fe030001 00000000 14000500fd000000000000000000000000000001" LO, NULL, RTM_NEWROUTE,
	 ADD, "default", "fd00::1", .ifindex = 1},
	{"24000000" NEW "0a000000 fe030001 00000000" LO, NULL, RTM_NEWROUTE, ADD, "default", .family = AF_INET6,
	 .ifindex = 1},
	{"54000000" NEW "0a300000 fe030001 00000000 14000100fd000009000000000000000000000000"
	 "14000500fd000000000000000000000000000001 0800060005000000" LO,
	 IP_ROUTE6_NETWORK, RTM_NEWROUTE, ADD, "fd00:9::/48", "fd00::1", .ifindex = 1, .metric = 5},
	{"38000000" DEL "0a000000 fe00ff00 00000000 14000500fd000000000000000000000000000001" LO, NULL, RTM_DELROUTE, 0,
	 "default", "fd00::1", .ifindex = 1},
};

START_TEST(requests_have_golden_bytes)
{
	check_encoding(encode, &samples[_i], samples[_i].hex, samples[_i].hex);
}
END_TEST

START_TEST(requests_ask_for_the_same_as_those_of_ip)
{
	struct bytes theirs;

	if (!samples[_i].ip)
		return;
	theirs = bytes_from_hex(samples[_i].ip);
	check_same_request(encode, &samples[_i], sizeof(struct rtmsg), NULL, theirs.at, samples[_i].ip);
	bytes_free(&theirs);
}
END_TEST

struct dump {
	int family;
	uint32_t table;
	int ifindex;
};

static int encode_dump(void *buf, size_t size, const void *data)
{
	const struct dump *dump = data;

	return codec_route_dump(buf, size, dump->family, dump->table, dump->ifindex);
}

START_TEST(dumps_have_golden_bytes)
{
	struct bytes all = bytes_from_hex(IP_ROUTE_SHOW), one = bytes_from_hex(IP_ROUTE6_SHOW_DEV);

	check_encoding(encode_dump, &(struct dump){AF_INET, 0, 0},
		       "1c000000 1a00 0103 0000000000000000 02000000 00000000 00000000", "all tables");
	check_encoding(encode_dump, &(struct dump){AF_INET6, 254, 7},
		       "2c000000 1a00 0103 0000000000000000 0a000000 00000000 00000000"
		       "08000f00fe000000 0800040007000000",
		       "one table, one link");
	check_same_request(encode_dump, &(struct dump){AF_INET, 254, 0}, sizeof(struct rtmsg), NULL, all.at,
			   "ip route show");
	check_same_request(encode_dump, &(struct dump){AF_INET6, 1000, 1}, sizeof(struct rtmsg), NULL, one.at,
			   "ip -6 route show table 1000 dev lo");
	bytes_free(&all);
	bytes_free(&one);
}
END_TEST

static int encode_get(void *buf, size_t size, const void *data)
{
	const struct ipvlan_route *packet = data;

	return codec_route_get(buf, size, packet, packet->ifindex);
}

START_TEST(questions_for_a_way_are_those_of_ip)
{
	const struct ipvlan_route packets[] = {
		{.family = AF_INET,
		 .destination = {10, 9, 0, 1},
		 .has_source = true,
		 .source = {10, 0, 0, 2},
		 .ifindex = 1},
		{.family = AF_INET6, .destination = {0xfd, 0, 0, 9, [15] = 1}},
	};
	struct bytes four = bytes_from_hex(IP_ROUTE_GET), six = bytes_from_hex(IP_ROUTE6_GET);

	check_encoding(encode_get, &packets[0],
		       "34000000 1a00 0100 0000000000000000 02202000 00000000 00100000"
		       "080001000a090001 080002000a000002 0800040001000000",
		       "all of it");
	check_same_request(encode_get, &packets[0], sizeof(struct rtmsg), NULL, four.at, "ip route get");
	check_same_request(encode_get, &packets[1], sizeof(struct rtmsg), NULL, six.at, "ip -6 route get");
	bytes_free(&four);
	bytes_free(&six);
}
END_TEST

static struct ipvlan_route decoded;

static int decode(const struct nlmsghdr *nlh)
{
	return codec_route_decode(nlh, &decoded);
}

static const struct {
	const char *hex, *destination, *gateway, *source;
	uint32_t metric, table;
	uint8_t scope, protocol, type;
	uint32_t flags;
	bool has_link;
} answers[] = {
	{ROUTE_V4_CONNECTED, "10.0.0.0/24", NULL, "10.0.0.2", 0, 254, RT_SCOPE_LINK, RTPROT_KERNEL, RTN_UNICAST, 0,
	 true},
	{ROUTE_V4_DEFAULT, "default", "10.0.0.1", NULL, 7, 254, 0, RTPROT_BOOT, RTN_UNICAST, 0, true},
	{ROUTE_V4_ONLINK, "10.9.0.0/16", "10.5.0.1", NULL, 7, 254, 0, RTPROT_STATIC, RTN_UNICAST, RTNH_F_ONLINK, true},
	{ROUTE_V4_TABLE, "10.9.0.1", NULL, "10.0.0.2", 0, 1000, RT_SCOPE_LINK, RTPROT_BOOT, RTN_UNICAST, 0, true},
	{ROUTE_V4_LOCAL, "10.0.0.2", NULL, "10.0.0.2", 0, 255, RT_SCOPE_HOST, RTPROT_KERNEL, RTN_LOCAL, 0, true},
	{ROUTE_V4_MULTIPATH, "default", NULL, NULL, 0, 1001, 0, RTPROT_BOOT, RTN_UNICAST, 0, false},
	{ROUTE_V6_CONNECTED, "fd00:8::/64", NULL, NULL, 7, 254, 0, RTPROT_BOOT, RTN_UNICAST, 0, true},
	{ROUTE_V6_DEFAULT, "default", "fd00::1", NULL, 1024, 1000, 0, RTPROT_BOOT, RTN_UNICAST, 0, true},
};

#define WHOLE \
	"0a300000 fe030001 00000000 14000100fd000009000000000000000000000000 0800060005000000" LO "0500140001000000"

/* A locked RTAX_MTU, RTAX_ADVMSS, and the name of a congestion control, which is not kept. */
START_TEST(what_else_a_route_has_comes_back)
{
	struct bytes bytes = bytes_from_hex("6c000000 1800 0200 0000000000000000" WHOLE
					    "24000800 0800010004000000 0800020078050000 0800080014050000"
					    "08001000726e6f00");
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	int length;

	ck_assert_int_eq(decode(message_of(&bytes)), 0);
	ck_assert_uint_eq(decoded.metrics[RTAX_MTU], 1400);
	ck_assert_uint_eq(decoded.metrics[RTAX_ADVMSS], 1300);
	ck_assert_uint_eq(decoded.metrics[RTAX_CC_ALGO], 0);
	length = route_encode(buf, sizeof(buf), RTM_NEWROUTE, ADD, &decoded, 1);
	ck_assert_hex_eq(buf, (size_t)length,
			 "64000000" NEW WHOLE "1c000880 0800010004000000 0800020078050000 0800080014050000", "again");
	length = route_encode(buf, sizeof(buf), RTM_DELROUTE, 0, &decoded, 1);
	ck_assert_hex_eq(buf, (size_t)length,
			 "40000000" DEL "0a300000 fe000000 00000000 14000100fd000009000000000000000000000000"
			 "0800060005000000" LO,
			 "deleted");
	bytes_free(&bytes);
}
END_TEST

START_TEST(metrics_cut_short_are_refused)
{
	struct bytes bytes = bytes_from_hex("28000000 1800 0200 0000000000000000 02000000 fe030001 00000000"
					    "0c000800 060002007805 0000");

	ck_assert_int_eq(decode(message_of(&bytes)), -EBADMSG);
	bytes_free(&bytes);
}
END_TEST

START_TEST(routes_are_read)
{
	struct bytes bytes = bytes_from_hex(answers[_i].hex);
	char text[IPVLAN_ADDRESS_SIZE];

	ck_assert_int_eq(decode(message_of(&bytes)), 0);
	ck_assert_str_eq(ipvlan_route_format_destination(&decoded, text, sizeof(text)), answers[_i].destination);
	ck_assert_pstr_eq(ipvlan_route_format_gateway(&decoded, text, sizeof(text)), answers[_i].gateway);
	ck_assert_pstr_eq(ipvlan_route_format_source(&decoded, text, sizeof(text)), answers[_i].source);
	ck_assert_uint_eq(ipvlan_route_get_metric(&decoded), answers[_i].metric);
	ck_assert_uint_eq(ipvlan_route_get_table(&decoded), answers[_i].table);
	ck_assert_uint_eq(ipvlan_route_get_scope(&decoded), answers[_i].scope);
	ck_assert_uint_eq(ipvlan_route_get_protocol(&decoded), answers[_i].protocol);
	ck_assert_uint_eq(ipvlan_route_get_type(&decoded), answers[_i].type);
	ck_assert_uint_eq(ipvlan_route_get_flags(&decoded), answers[_i].flags);
	ck_assert(answers[_i].has_link == (ipvlan_route_get_ifindex(&decoded) > 0));
	bytes_free(&bytes);
}
END_TEST

START_TEST(what_is_for_some_packets_only_is_known)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct rtmsg *rtm = (struct rtmsg *)(buf + NLMSG_HDRLEN);
	const struct ipvlan_route route = {.family = AF_INET6, .type = RTN_UNICAST};

	ck_assert_int_gt(codec_route_encode(buf, sizeof(buf), RTM_NEWROUTE, ADD, &route, 1), 0);
	ck_assert(decode((const struct nlmsghdr *)buf) == 0 && !decoded.is_selective);
	rtm->rtm_src_len = 64;
	ck_assert(decode((const struct nlmsghdr *)buf) == 0 && decoded.is_selective);
	rtm->rtm_src_len = 0;
	rtm->rtm_tos = 0x10;
	ck_assert(decode((const struct nlmsghdr *)buf) == 0 && decoded.is_selective);
}
END_TEST

/* As one that makes way while the parent has no carrier, and comes back. */
START_TEST(how_a_route_fares_is_not_written)
{
	struct ipvlan_route route = {.family = AF_INET, .flags = RTNH_F_DEAD | RTNH_F_LINKDOWN | RTNH_F_ONLINK};
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	const struct rtmsg *rtm = (const struct rtmsg *)(buf + NLMSG_HDRLEN);

	ck_assert_int_gt(codec_route_encode(buf, sizeof(buf), RTM_NEWROUTE, ADD, &route, 1), 0);
	ck_assert_uint_eq(rtm->rtm_flags, RTNH_F_ONLINK);
}
END_TEST

/* ip writes IPv6's default as "::/0", with an attribute that the kernel does not look at: the same request. */
START_TEST(ip_spells_out_the_default_of_ipv6)
{
	struct bytes via = bytes_from_hex(IP_ROUTE6_DEFAULT), dev = bytes_from_hex(IP_ROUTE6_DEFAULT_DEV);
	char text[IPVLAN_ADDRESS_SIZE];

	ck_assert_int_eq(decode(message_of(&via)), 0);
	ck_assert_str_eq(ipvlan_route_format_destination(&decoded, text, sizeof(text)), "default");
	ck_assert_str_eq(ipvlan_route_format_gateway(&decoded, text, sizeof(text)), "fd00::1");
	ck_assert_int_eq(decode(message_of(&dev)), 0);
	ck_assert_str_eq(ipvlan_route_format_destination(&decoded, text, sizeof(text)), "default");
	ck_assert_ptr_null(ipvlan_route_format_gateway(&decoded, text, sizeof(text)));
	bytes_free(&via);
	bytes_free(&dev);
}
END_TEST

/* An IPv4 route that leads to an IPv6 router is none straight to the link, nor the same as another such. */
START_TEST(gateways_of_another_family_are_read)
{
	struct bytes bytes = bytes_from_hex(IP_ROUTE_VIA_INET6);
	struct nlmsghdr *nlh = message_of(&bytes);
	uint8_t *family = bytes.at + 40;
	char text[IPVLAN_ADDRESS_SIZE];
	struct ipvlan_route other;

	ck_assert_int_eq(decode(nlh), 0);
	ck_assert_str_eq(ipvlan_route_format_destination(&decoded, text, sizeof(text)), "10.9.0.0/16");
	ck_assert_str_eq(ipvlan_route_format_gateway(&decoded, text, sizeof(text)), "fe80::1");
	ck_assert_int_eq(ipvlan_route_get_family(&decoded), AF_INET);
	other = decoded;
	ck_assert(route_is_same(&other, &decoded));
	other.gateway[15] = 2;
	ck_assert(!route_is_same(&other, &decoded));
	other = decoded;
	other.has_inet6_gateway = false;
	ck_assert(!route_is_same(&other, &decoded));
	/* Labels lead to where no gateway of ours is. */
	ck_assert_uint_eq(*family, AF_INET6);
	*family = 28;
	ck_assert_int_eq(decode(nlh), 0);
	ck_assert_ptr_null(ipvlan_route_format_gateway(&decoded, text, sizeof(text)));
	bytes_free(&bytes);
	check_malformed(decode, IP_ROUTE_VIA_INET6, sizeof(struct rtmsg), NULL, "via inet6");
}
END_TEST

START_TEST(malformed_routes_are_refused)
{
	check_malformed(decode, answers[_i].hex, sizeof(struct rtmsg), NULL, answers[_i].destination);
}
END_TEST

static const struct {
	const char *what;
	uint16_t type;
	const char *payload;
	size_t size;
} wrong[] = {
	{"a short destination", RTA_DST, "\1\2\3", 3},
	{"an IPv6 gateway in an IPv4 message", RTA_GATEWAY, "0123456789abcdef", 16},
	{"an empty source", RTA_PREFSRC, "", 0},
	{"a short metric", RTA_PRIORITY, "\1\2", 2},
	{"a short table", RTA_TABLE, "\1", 1},
	{"a short link", RTA_OIF, "\1\2\3", 3},
};

START_TEST(wrong_values_are_refused)
{
	struct bytes bytes = with_attribute(ROUTE_V4_DEFAULT, wrong[_i].type, wrong[_i].payload, wrong[_i].size);

	ck_assert_msg(decode(message_of(&bytes)) == -EBADMSG, "%s", wrong[_i].what);
	bytes_free(&bytes);
}
END_TEST

static const struct {
	const char *what, *hex;
	int code;
} odd[] = {
	{"a destination of 33 bits", "1c000000 1800 0000 0000000000000000 02210000 fe030001 00000000", -EBADMSG},
	{"a destination of 129 bits", "1c000000 1800 0000 0000000000000000 0a810000 fe030001 00000000", -EBADMSG},
	{"another family", "1c000000 1800 0000 0000000000000000 1c000000 fe030001 00000000", -EAFNOSUPPORT},
	{"an address", ADDRESS_V4, -EBADMSG},
};

START_TEST(odd_messages_are_refused)
{
	struct bytes bytes = bytes_from_hex(odd[_i].hex);

	ck_assert_msg(decode(message_of(&bytes)) == odd[_i].code, "%s", odd[_i].what);
	bytes_free(&bytes);
}
END_TEST

START_TEST(an_end_reads_like_a_beginning)
{
	struct bytes bytes = bytes_from_hex(ROUTE_V4_DEFAULT);
	struct nlmsghdr *nlh = message_of(&bytes);
	struct ipvlan_route there;

	ck_assert_int_eq(decode(message_of(&bytes)), 0);
	there = decoded;
	nlh->nlmsg_type = RTM_DELROUTE;
	ck_assert_int_eq(decode(message_of(&bytes)), 0);
	ck_assert_mem_eq(&there, &decoded, sizeof(there));
	bytes_free(&bytes);
}
END_TEST

START_TEST(unknown_attributes_are_ignored)
{
	struct bytes more = with_unknown_attribute(ROUTE_V6_DEFAULT, sizeof(struct rtmsg)),
		     less = bytes_from_hex(ROUTE_V6_DEFAULT);
	struct ipvlan_route plain;

	ck_assert_int_eq(decode(message_of(&less)), 0);
	plain = decoded;
	ck_assert_int_eq(decode(message_of(&more)), 0);
	ck_assert_mem_eq(&plain, &decoded, sizeof(plain));
	bytes_free(&more);
	bytes_free(&less);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("codec-route");
	TCase *tables = tcase_create("tables");

	tcase_add_loop_test(tables, requests_have_golden_bytes, 0, COUNT(samples));
	tcase_add_loop_test(tables, requests_ask_for_the_same_as_those_of_ip, 0, COUNT(samples));
	tcase_add_loop_test(tables, routes_are_read, 0, COUNT(answers));
	tcase_add_loop_test(tables, malformed_routes_are_refused, 0, COUNT(answers));
	tcase_add_loop_test(tables, wrong_values_are_refused, 0, COUNT(wrong));
	tcase_add_loop_test(tables, odd_messages_are_refused, 0, COUNT(odd));
	suite_add_tcase(suite, tables);
	SUITE_ADD(suite, "single", questions_for_a_way_are_those_of_ip, what_is_for_some_packets_only_is_known,
		  gateways_of_another_family_are_read, how_a_route_fares_is_not_written,
		  ip_spells_out_the_default_of_ipv6, dumps_have_golden_bytes, an_end_reads_like_a_beginning,
		  unknown_attributes_are_ignored, what_else_a_route_has_comes_back, metrics_cut_short_are_refused);
	return run_captured_suite(suite);
}
