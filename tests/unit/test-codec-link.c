// SPDX-License-Identifier: GPL-2.0-or-later
/* Links on the wire: our bytes, ip(8)'s, libnl's, and what a kernel answers. */
#include "captured-answers.h"
#include "captured-requests.h"
#include "codec-check.h"
#include "codec.h"
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <string.h>

static const uint16_t nests[] = {IFLA_LINKINFO, IFLA_INFO_DATA, 0};
static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};

/* -1: unset */
#define CREATE(m, f, bytes, fd)                   \
	((struct link_request){.name = "ipvl0",   \
			       .kind = "ipvlan",  \
			       .parent_index = 1, \
			       .mode = m,         \
			       .flags = f,        \
			       .mtu = bytes,      \
			       .netns_fd = fd})
#define SET(m, f, fd, ...) ((struct link_request){.ifindex = 1, .mode = m, .flags = f, .netns_fd = fd, __VA_ARGS__})

static int encode_create(void *buf, size_t size, const void *data)
{
	return codec_link_create(buf, size, data);
}

static int encode_set(void *buf, size_t size, const void *data)
{
	return codec_link_set(buf, size, data);
}

static int encode_delete(void *buf, size_t size, const void *data)
{
	return codec_link_delete(buf, size, *(const int *)data);
}

static int encode_delete_group(void *buf, size_t size, const void *data)
{
	return codec_link_delete_group(buf, size, *(const uint32_t *)data);
}

struct get {
	int ifindex;
	const char *name;
	int nsid;
	uint32_t ext_mask;
};

static int encode_get(void *buf, size_t size, const void *data)
{
	const struct get *get = data;

	return codec_link_get(buf, size, get->ifindex, get->name, get->nsid, get->ext_mask);
}

struct dump {
	const char *kind;
	uint32_t ext_mask;
};

static int encode_dump(void *buf, size_t size, const void *data)
{
	const struct dump *dump = data;

	return codec_link_dump(buf, size, dump->kind, dump->ext_mask);
}

/* Header, family header, IFLA_LINK 1, IFLA_IFNAME "ipvl0": what all creations here begin with, after their length. */
#define CREATE_HEAD                                                                               \
	"000000 1000 0506 00000000 00000000 00000000 00000000 00000000 00000000 0800050001000000" \
	"0a0003006970766c30000000"
#define KIND_IPVLAN "0b0001006970766c616e0000"

static const struct {
	const char *what, *hex;
	struct link_request request;
} creations[] = {
	{"nothing set", "44" CREATE_HEAD "10001280" KIND_IPVLAN, CREATE(-1, -1, 0, -1)},
	{"mode l2", "50" CREATE_HEAD "1c001280" KIND_IPVLAN "0c000280 0600010000000000", CREATE(0, -1, 0, -1)},
	{"mode l3", "50" CREATE_HEAD "1c001280" KIND_IPVLAN "0c000280 0600010001000000", CREATE(1, -1, 0, -1)},
	{"mode l3s", "50" CREATE_HEAD "1c001280" KIND_IPVLAN "0c000280 0600010002000000", CREATE(2, -1, 0, -1)},
	{"an unknown mode", "50" CREATE_HEAD "1c001280" KIND_IPVLAN "0c000280 0600010007000000", CREATE(7, -1, 0, -1)},
	{"flags bridge", "50" CREATE_HEAD "1c001280" KIND_IPVLAN "0c000280 0600020000000000", CREATE(-1, 0, 0, -1)},
	{"flags private", "50" CREATE_HEAD "1c001280" KIND_IPVLAN "0c000280 0600020001000000", CREATE(-1, 1, 0, -1)},
	{"flags vepa", "50" CREATE_HEAD "1c001280" KIND_IPVLAN "0c000280 0600020002000000", CREATE(-1, 2, 0, -1)},
	{"mode l3s, vepa", "58" CREATE_HEAD "24001280" KIND_IPVLAN "14000280 0600010002000000 0600020002000000",
	 CREATE(2, 2, 0, -1)},
	{"unknown mode and flags", "58" CREATE_HEAD "24001280" KIND_IPVLAN "14000280 06000100ffff0000 0600020008000000",
	 CREATE(0xffff, 8, 0, -1)},
	{"mtu", "4c" CREATE_HEAD "0800040078050000 10001280" KIND_IPVLAN, CREATE(-1, -1, 1400, -1)},
	{"namespace", "4c" CREATE_HEAD "08001c0004000000 10001280" KIND_IPVLAN, CREATE(-1, -1, 0, 4)},
	{"namespace 0", "4c" CREATE_HEAD "08001c0000000000 10001280" KIND_IPVLAN, CREATE(-1, -1, 0, 0)},
	{"everything",
	 "68" CREATE_HEAD "0800040078050000 08001c0004000000 24001280" KIND_IPVLAN
	 "14000280 0600010000000000 0600020001000000",
	 CREATE(0, 1, 1400, 4)},
};

START_TEST(create_has_golden_bytes)
{
	check_encoding(encode_create, &creations[_i].request, creations[_i].hex, creations[_i].what);
}
END_TEST

#define SET_HEAD "000000 1000 0500 00000000 00000000 00000000 01000000"

static const struct {
	const char *what, *hex;
	struct link_request request;
} settings[] = {
	{"nothing", "20" SET_HEAD "00000000 00000000", SET(-1, -1, -1, .mtu = 0)},
	{"up", "20" SET_HEAD "01000000 01000000", SET(-1, -1, -1, .device_flags = 1, .device_change = 1)},
	{"down", "20" SET_HEAD "00000000 01000000", SET(-1, -1, -1, .device_change = 1)},
	{"name", "28" SET_HEAD "00000000 00000000 080003006c6f3100", SET(-1, -1, -1, .name = "lo1")},
	{"mtu", "28" SET_HEAD "00000000 00000000 0800040078050000", SET(-1, -1, -1, .mtu = 1400)},
	{"mac", "2c" SET_HEAD "00000000 00000000 0a0001000200000000010000", SET(-1, -1, -1, .mac = mac)},
	{"move", "28" SET_HEAD "00000000 00000000 08001c0005000000", SET(-1, -1, 5, .mtu = 0)},
	{"move and rename", "30" SET_HEAD "00000000 00000000 080003006c6f3100 08001c0005000000",
	 SET(-1, -1, 5, .name = "lo1")},
	{"mode", "3c" SET_HEAD "00000000 00000000 1c001280" KIND_IPVLAN "0c000280 0600010001000000",
	 SET(1, -1, -1, .kind = "ipvlan")},
	{"flags", "3c" SET_HEAD "00000000 00000000 1c001280" KIND_IPVLAN "0c000280 0600020001000000",
	 SET(-1, 1, -1, .kind = "ipvlan")},
	{"mode of an ipvtap",
	 "3c" SET_HEAD "00000000 00000000 1c001280 0b00010069707674617000000c0002800600010001000000",
	 SET(1, -1, -1, .kind = "ipvtap")},
	{"group", "28" SET_HEAD "00000000 00000000 08001b0007000000", SET(1, -1, -1, .has_group = true, .group = 7)},
};

START_TEST(set_has_golden_bytes)
{
	check_encoding(encode_set, &settings[_i].request, settings[_i].hex, settings[_i].what);
}
END_TEST

START_TEST(others_have_golden_bytes)
{
	const int index = 7;
	const uint32_t group = 0x40000002;

	check_encoding(encode_delete, &index, "20000000 1100 0500 0000000000000000 00000000 07000000 0000000000000000",
		       "delete");
	check_encoding(encode_delete_group, &group,
		       "28000000 1100 0500 0000000000000000 00000000 00000000 0000000000000000 08001b0002000040",
		       "delete a group");
	check_encoding(encode_get, &(struct get){.ifindex = 7, .nsid = -1, .ext_mask = 8},
		       "28000000 1200 0100 0000000000000000 00000000 07000000 0000000000000000 08001d0008000000",
		       "get by index");
	check_encoding(encode_get, &(struct get){.name = "ipvl0", .nsid = -1},
		       "34000000 1200 0100 0000000000000000 00000000 00000000 0000000000000000"
		       "0a0003006970766c30000000 08001d0000000000",
		       "get by name");
	check_encoding(encode_get, &(struct get){.ifindex = 7, .nsid = 0},
		       "30000000 1200 0100 0000000000000000 00000000 07000000 0000000000000000"
		       "08002e0000000000 08001d0000000000",
		       "get in another namespace");
	check_encoding(encode_dump, &(struct dump){.ext_mask = 8},
		       "28000000 1200 0103 0000000000000000 00000000 00000000 0000000000000000 08001d0008000000",
		       "dump");
	check_encoding(encode_dump, &(struct dump){.kind = "ipvlan"},
		       "38000000 1200 0103 0000000000000000 00000000 00000000 0000000000000000 08001d0000000000"
		       "10001280" KIND_IPVLAN,
		       "dump of a kind");
}
END_TEST

/* ip(8) names no kind's NUL, sends flags always, and finds the link before it changes it. */
static const struct {
	const char *theirs;
	encode_fn encode;
	struct link_request request;
} requests_of_ip[] = {
	{IP_CREATE_L2_BRIDGE, encode_create, CREATE(0, 0, 0, -1)},
	{IP_CREATE_L2_PRIVATE, encode_create, CREATE(0, 1, 0, -1)},
	{IP_CREATE_L2_VEPA, encode_create, CREATE(0, 2, 0, -1)},
	{IP_CREATE_L3_BRIDGE, encode_create, CREATE(1, 0, 0, -1)},
	{IP_CREATE_L3_PRIVATE, encode_create, CREATE(1, 1, 0, -1)},
	{IP_CREATE_L3_VEPA, encode_create, CREATE(1, 2, 0, -1)},
	{IP_CREATE_L3S_BRIDGE, encode_create, CREATE(2, 0, 0, -1)},
	{IP_CREATE_L3S_PRIVATE, encode_create, CREATE(2, 1, 0, -1)},
	{IP_CREATE_L3S_VEPA, encode_create, CREATE(2, 2, 0, -1)},
	{IP_CREATE_PLAIN, encode_create, CREATE(-1, -1, 0, -1)},
	{IP_SET_UP, encode_set, SET(-1, -1, -1, .device_flags = 1, .device_change = 1)},
	{IP_SET_DOWN, encode_set, SET(-1, -1, -1, .device_change = 1)},
	{IP_SET_MTU, encode_set, SET(-1, -1, -1, .mtu = 1400)},
	{IP_SET_NAME, encode_set, SET(-1, -1, -1, .name = "lo1")},
	{IP_SET_MAC, encode_set, SET(-1, -1, -1, .mac = mac)},
	{IP_SET_MODE, encode_set, SET(2, 1, -1, .kind = "ipvlan")},
};

START_TEST(requests_ask_for_the_same_as_those_of_ip)
{
	struct bytes theirs = bytes_from_hex(requests_of_ip[_i].theirs);

	check_same_request(requests_of_ip[_i].encode, &requests_of_ip[_i].request, sizeof(struct ifinfomsg), nests,
			   theirs.at, requests_of_ip[_i].theirs);
	bytes_free(&theirs);
}
END_TEST

START_TEST(create_with_mtu_or_namespace_asks_for_the_same_as_ip)
{
	struct bytes mtu = bytes_from_hex(IP_CREATE_MTU), create = bytes_from_hex(IP_CREATE_NETNS),
		     move = bytes_from_hex(IP_SET_NETNS), delete = bytes_from_hex(IP_DELETE);
	const struct nlattr *attr;
	const int lo = 1;
	int fd[2] = {-1, -1};

	/* ip mentions the flags along with any mode: bridge. */
	check_same_request(encode_create, &CREATE(0, 0, 1400, -1), sizeof(struct ifinfomsg), nests, mtu.at, "mtu");
	mnl_attr_for_each (attr, message_of(&create), sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) == IFLA_NET_NS_FD)
			fd[0] = (int)mnl_attr_get_u32(attr);
	}
	mnl_attr_for_each (attr, message_of(&move), sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) == IFLA_NET_NS_FD)
			fd[1] = (int)mnl_attr_get_u32(attr);
	}
	check_same_request(encode_create, &CREATE(1, 0, 0, fd[0]), sizeof(struct ifinfomsg), nests, create.at,
			   "create in a namespace");
	check_same_request(encode_set, &SET(-1, -1, fd[1], .mtu = 0), sizeof(struct ifinfomsg), nests, move.at, "move");
	check_same_request(encode_delete, &lo, sizeof(struct ifinfomsg), nests, delete.at, "delete");
	bytes_free(&mtu);
	bytes_free(&create);
	bytes_free(&move);
	bytes_free(&delete);
}
END_TEST

static struct ipvlan_link decoded;

static int decode(const struct nlmsghdr *nlh)
{
	return codec_link_decode(nlh, &decoded);
}

static void decode_hex(const char *hex)
{
	struct bytes bytes = bytes_from_hex(hex);

	ck_assert_int_eq(decode(message_of(&bytes)), 0);
	bytes_free(&bytes);
}

static const struct {
	const char *hex, *kind;
	int mode, flags;
} slaves[] = {
	{LINK_L2_BRIDGE, "ipvlan", 0, 0},  {LINK_L2_PRIVATE, "ipvlan", 0, 1},  {LINK_L2_VEPA, "ipvlan", 0, 2},
	{LINK_L3_BRIDGE, "ipvlan", 1, 0},  {LINK_L3_PRIVATE, "ipvlan", 1, 1},  {LINK_L3_VEPA, "ipvlan", 1, 2},
	{LINK_L3S_BRIDGE, "ipvlan", 2, 0}, {LINK_L3S_PRIVATE, "ipvlan", 2, 1}, {LINK_L3S_VEPA, "ipvlan", 2, 2},
	{LINK_IPVTAP, "ipvtap", 0, 0},	   {LINK_STATS, "ipvlan", 0, 0},       {LINK_IN_NETNS, "ipvlan", 2, 2},
};

START_TEST(slaves_are_read)
{
	size_t size;

	decode_hex(slaves[_i].hex);
	ck_assert_str_eq(ipvlan_link_get_kind(&decoded), slaves[_i].kind);
	ck_assert_str_eq(ipvlan_link_get_name(&decoded), strcmp(slaves[_i].kind, "ipvtap") ? "ipvl0" : "ipvtap0");
	ck_assert(ipvlan_link_is_slave(&decoded));
	ck_assert_int_eq(ipvlan_link_get_mode(&decoded), slaves[_i].mode);
	ck_assert_int_eq(ipvlan_link_get_flags(&decoded), slaves[_i].flags);
	ck_assert_int_gt(ipvlan_link_get_ifindex(&decoded), 0);
	ck_assert_int_gt(ipvlan_link_get_parent_index(&decoded), 0);
	ck_assert_uint_eq(ipvlan_link_get_type(&decoded), ARPHRD_ETHER);
	ck_assert_ptr_nonnull(ipvlan_link_get_mac(&decoded, &size));
	ck_assert_uint_eq(size, 6);
	ck_assert_mem_eq(ipvlan_link_get_broadcast(&decoded, &size), "\xff\xff\xff\xff\xff\xff", 6);
	ck_assert_uint_eq(ipvlan_link_get_min_mtu(&decoded), 68);
	ck_assert_uint_eq(ipvlan_link_get_max_mtu(&decoded), 65535);
	ck_assert_ptr_null(ipvlan_link_get_parent_name(&decoded));
}
END_TEST

START_TEST(a_parent_in_another_namespace_is_read)
{
	decode_hex(LINK_IN_NETNS);
	ck_assert_int_ge(ipvlan_link_get_parent_nsid(&decoded), 0);
	decode_hex(LINK_L2_BRIDGE);
	ck_assert_int_eq(ipvlan_link_get_parent_nsid(&decoded), -1);
}
END_TEST

START_TEST(counters_are_read)
{
	decode_hex(LINK_STATS);
	ck_assert(ipvlan_link_is_up(&decoded));
	ck_assert_uint_eq(ipvlan_link_get_mtu(&decoded), 1400);
	ck_assert_uint_gt(ipvlan_link_get_stat(&decoded, IPVLAN_STAT_TX_PACKETS), 0);
	ck_assert_uint_gt(ipvlan_link_get_stat(&decoded, IPVLAN_STAT_TX_BYTES),
			  ipvlan_link_get_stat(&decoded, IPVLAN_STAT_TX_PACKETS));
	ck_assert_uint_eq(ipvlan_link_get_stat(&decoded, IPVLAN_STAT_RX_ERRORS), 0);
	ck_assert_uint_eq(ipvlan_link_get_stat(&decoded, (enum ipvlan_stat)99), 0);
	decode_hex(LINK_L2_BRIDGE); /* came without */
	ck_assert_uint_eq(ipvlan_link_get_stat(&decoded, IPVLAN_STAT_TX_PACKETS), 0);
}
END_TEST

START_TEST(other_links_are_read)
{
	decode_hex(LINK_LO);
	ck_assert_str_eq(ipvlan_link_get_name(&decoded), "lo");
	ck_assert_ptr_null(ipvlan_link_get_kind(&decoded));
	ck_assert(!ipvlan_link_is_slave(&decoded));
	ck_assert_int_eq(ipvlan_link_get_mode(&decoded), IPVLAN_MODE_UNSET);
	ck_assert_int_eq(ipvlan_link_get_flags(&decoded), IPVLAN_FLAGS_UNSET);
	ck_assert_uint_eq(ipvlan_link_get_type(&decoded), ARPHRD_LOOPBACK);
	ck_assert_int_eq(ipvlan_link_get_parent_index(&decoded), 0);
	decode_hex(LINK_VETH_IN_BRIDGE);
	ck_assert_str_eq(ipvlan_link_get_kind(&decoded), "veth");
	ck_assert_int_gt(ipvlan_link_get_controller_index(&decoded), 0);
	ck_assert_int_eq(ipvlan_link_get_mode(&decoded), IPVLAN_MODE_UNSET);
	ck_assert_str_eq(ipvlan_link_get_operstate_name(&decoded), "DOWN");
}
END_TEST

/* A newer kernel's values: shown as numbers, never refused. */
START_TEST(unknown_modes_and_flags_survive)
{
	struct bytes bytes =
		bytes_from_hex("58" CREATE_HEAD "24001280" KIND_IPVLAN "14000280 0600010007000000 0600020008000000");
	char text[IPVLAN_NAME_SIZE];

	ck_assert_int_eq(decode(message_of(&bytes)), 0);
	ck_assert_int_eq(decoded.mode, 7);
	ck_assert_int_eq(decoded.ipvlan_flags, 8);
	ck_assert_str_eq(ipvlan_mode_format(decoded.mode, text, sizeof(text)), "7");
	ck_assert_str_eq(ipvlan_flags_format(decoded.ipvlan_flags, text, sizeof(text)), "0x8");
	bytes_free(&bytes);
}
END_TEST

START_TEST(unknown_attributes_are_ignored)
{
	struct bytes more = with_unknown_attribute(LINK_L3S_VEPA, sizeof(struct ifinfomsg));
	struct ipvlan_link plain;

	decode_hex(LINK_L3S_VEPA);
	plain = decoded;
	ck_assert_int_eq(decode(message_of(&more)), 0);
	ck_assert_mem_eq(&plain, &decoded, sizeof(plain));
	bytes_free(&more);
}
END_TEST

/* As a newer driver may say more of a slave. */
START_TEST(unknown_attributes_of_the_kind_are_ignored)
{
	_Alignas(struct nlmsghdr) uint8_t buf[256];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlattr *info, *data;

	nlh->nlmsg_type = RTM_NEWLINK;
	((struct ifinfomsg *)mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg)))->ifi_index = 7;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, "ipvl0");
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "ipvlan");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u32(nlh, IFLA_IPVLAN_FLAGS + 1, 4711);
	mnl_attr_put_u16(nlh, IFLA_IPVLAN_MODE, IPVLAN_MODE_L3);
	mnl_attr_put_u16(nlh, IFLA_IPVLAN_FLAGS, IPVLAN_F_VEPA);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	ck_assert_int_eq(decode(nlh), 0);
	ck_assert_int_eq(decoded.mode, IPVLAN_MODE_L3);
	ck_assert_int_eq(decoded.ipvlan_flags, IPVLAN_F_VEPA);
}
END_TEST

START_TEST(malformed_links_are_refused)
{
	static const char *const messages[] = {LINK_L3S_VEPA, LINK_IN_NETNS, LINK_STATS, LINK_LO, LINK_VETH_IN_BRIDGE};

	check_malformed(decode, messages[_i], sizeof(struct ifinfomsg), nests, messages[_i]);
}
END_TEST

static const struct {
	const char *what;
	uint16_t type;
	const char *payload;
	size_t size;
} wrong[] = {
	{"a name of 16 bytes", IFLA_IFNAME, "0123456789abcdef", 17},
	{"a name without NUL", IFLA_IFNAME, "ipvl0", 5},
	{"an empty name attribute", IFLA_IFNAME, "", 0},
	{"a queueing discipline of 16 bytes", IFLA_QDISC, "0123456789abcdef", 17},
	{"a short MTU", IFLA_MTU, "\1\2\3", 3},
	{"a short parent", IFLA_LINK, "", 0},
	{"a short namespace id", IFLA_LINK_NETNSID, "\1\2", 2},
	{"an empty state", IFLA_OPERSTATE, "", 0},
	{"an address of 33 bytes", IFLA_ADDRESS, "0123456789abcdef0123456789abcdef", 33},
	{"counters cut short", IFLA_STATS64, "0123456789abcdef", 16},
	{"a link info of three bytes", IFLA_LINKINFO, "\4\0\1", 3},
	{"a kind without NUL", IFLA_LINKINFO, "\x0a\0\1\0ipvlan\0", 12},
	{"a kind of 56 bytes", IFLA_LINKINFO,
	 "\x3d\0\1\0"
	 "0123456789abcdef0123456789abcdef0123456789abcdef01234567\0\0\0",
	 64},
	{"a mode of one byte", IFLA_LINKINFO, "\x0b\0\1\0ipvlan\0\0\x0c\0\2\0\5\0\1\0\1\0\0", 24},
	{"flags of one byte", IFLA_LINKINFO, "\x0b\0\1\0ipvlan\0\0\x0c\0\2\0\5\0\2\0\1\0\0", 24},
};

START_TEST(wrong_values_are_refused)
{
	struct bytes bytes = with_attribute(LINK_LO, wrong[_i].type, wrong[_i].payload, wrong[_i].size);

	ck_assert_msg(decode(message_of(&bytes)) == -EBADMSG, "%s", wrong[_i].what);
	bytes_free(&bytes);
}
END_TEST

/* The longest that fits, and another kind's attributes, which have the same numbers and other meanings. */
START_TEST(rare_values_are_taken)
{
	struct bytes name = with_attribute(LINK_LO, IFLA_IFNAME, "0123456789abcde", 16);
	struct bytes hardware = with_attribute(LINK_LO, IFLA_ADDRESS, "0123456789abcdef0123456789abcdef", 32);
	struct bytes vlan =
		with_attribute(LINK_LO, IFLA_LINKINFO, "\x09\0\1\0vlan\0\0\0\0\x0c\0\2\0\5\0\1\0\1\0\0", 24);

	ck_assert_int_eq(decode(message_of(&name)), 0);
	ck_assert_str_eq(decoded.name, "0123456789abcde");
	ck_assert_int_eq(decode(message_of(&hardware)), 0);
	ck_assert_uint_eq(decoded.mac_size, 32);
	ck_assert_int_eq(decode(message_of(&vlan)), 0);
	ck_assert_int_eq(decoded.mode, IPVLAN_MODE_UNSET);
	bytes_free(&name);
	bytes_free(&hardware);
	bytes_free(&vlan);
}
END_TEST

START_TEST(other_messages_are_refused)
{
	struct bytes address = bytes_from_hex(ADDRESS_V4);

	ck_assert_int_eq(decode(message_of(&address)), -EBADMSG);
	bytes_free(&address);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("codec-link");
	TCase *tables = tcase_create("tables");

	tcase_add_loop_test(tables, create_has_golden_bytes, 0, COUNT(creations));
	tcase_add_loop_test(tables, set_has_golden_bytes, 0, COUNT(settings));
	tcase_add_loop_test(tables, requests_ask_for_the_same_as_those_of_ip, 0, COUNT(requests_of_ip));
	tcase_add_loop_test(tables, slaves_are_read, 0, COUNT(slaves));
	tcase_add_loop_test(tables, malformed_links_are_refused, 0, 5);
	tcase_add_loop_test(tables, wrong_values_are_refused, 0, COUNT(wrong));
	suite_add_tcase(suite, tables);
	SUITE_ADD(suite, "encode", others_have_golden_bytes, create_with_mtu_or_namespace_asks_for_the_same_as_ip);
	SUITE_ADD(suite, "decode", a_parent_in_another_namespace_is_read, counters_are_read, other_links_are_read,
		  unknown_modes_and_flags_survive, unknown_attributes_are_ignored,
		  unknown_attributes_of_the_kind_are_ignored, rare_values_are_taken, other_messages_are_refused);
	return run_captured_suite(suite);
}
