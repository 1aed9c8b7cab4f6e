// SPDX-License-Identifier: GPL-2.0-or-later
/* Modes, flags, addresses, routes and settings: what they take, what they refuse, how they read. */
#include "internal.h"
#include "port.h"
#include "settings.h"
#include "support.h"
#include "topology.h"
#include <errno.h>
#include <fcntl.h>
#include <ipvlan/ipvlan.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *text;
	int value;
} modes[] =
	{
		{"l2", 0},
		{"l3", 1},
		{"l3s", 2},
		{"0", 0},
		{"7", 7},
		{"0x10", 16},
		{"65535", 65535},
		{"65536", -EINVAL},
		{"-1", -EINVAL},
		{"", -EINVAL},
		{"L2", -EINVAL},
		{"l2 ", -EINVAL},
		{" l2", -EINVAL},
		{"l", -EINVAL},
		{"l4", -EINVAL},
		{"7x", -EINVAL},
		{"bridge", -EINVAL},
		{"+1", -EINVAL},
		{"99999999999999999999", -EINVAL},
},
  flags[] = {
	  {"bridge", 0},   {"private", 1},   {"vepa", 2},	  {"0x8", 8},
	  {"3", 3},	   {"65535", 65535}, {"65536", -EINVAL},  {"", -EINVAL},
	  {"l2", -EINVAL}, {"-1", -EINVAL},  {"privat", -EINVAL}, {"private,vepa", -EINVAL},
};

START_TEST(modes_and_flags_are_read)
{
	size_t i;

	for (i = 0; i < COUNT(modes); i++)
		ck_assert_msg(ipvlan_mode_from_string(modes[i].text) == modes[i].value, "mode \"%s\"", modes[i].text);
	for (i = 0; i < COUNT(flags); i++)
		ck_assert_msg(ipvlan_flags_from_string(flags[i].text) == flags[i].value, "flags \"%s\"", flags[i].text);
}
END_TEST

static const struct {
	int value;
	const char *mode, *flags; /* as formatted */
	bool mode_known, flags_known;
} names[] = {
	{0, "l2", "bridge", true, true},
	{1, "l3", "private", true, true},
	{2, "l3s", "vepa", true, true},
	{3, "3", "0x3", false, false},
	{7, "7", "0x7", false, false},
	{8, "8", "0x8", false, false},
	{65535, "65535", "0xffff", false, false},
	{-1, "unset", "unset", false, false},
};

START_TEST(modes_and_flags_are_written)
{
	char text[IPVLAN_NAME_SIZE];
	size_t i;

	for (i = 0; i < COUNT(names); i++) {
		ck_assert_str_eq(ipvlan_mode_format(names[i].value, text, sizeof(text)), names[i].mode);
		ck_assert_str_eq(ipvlan_flags_format(names[i].value, text, sizeof(text)), names[i].flags);
		ck_assert(names[i].mode_known == !!ipvlan_mode_to_string(names[i].value));
		ck_assert(names[i].flags_known == !!ipvlan_flags_to_string(names[i].value));
	}
	ck_assert_str_eq(ipvlan_mode_format(2, text, 3), "l3");
}
END_TEST

static const struct {
	const char *text, *prefix; /* NULL: refused */
	int family;
	unsigned int length;
	uint8_t scope;
} addresses[] = {
	{"10.0.0.2/24", "10.0.0.2/24", AF_INET, 24, 0},
	{"10.0.0.2", "10.0.0.2/32", AF_INET, 32, 0},
	{"10.0.0.2/0", "10.0.0.2/0", AF_INET, 0, 0},
	{"0.0.0.0/0", "0.0.0.0/0", AF_INET, 0, 0},
	{"10.0.0.2/32", "10.0.0.2/32", AF_INET, 32, 0},
	{"127.0.0.1/8", "127.0.0.1/8", AF_INET, 8, RT_SCOPE_HOST},
	{"fd00::2/64", "fd00::2/64", AF_INET6, 64, 0},
	{"FD00:0::2", "fd00::2/128", AF_INET6, 128, 0},
	{"::/0", "::/0", AF_INET6, 0, 0},
	{"::ffff:10.0.0.2/128", "::ffff:10.0.0.2/128", AF_INET6, 128, 0},
	{"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", AF_INET6,
	 128, 0},
	{"10.0.0.2/33"},
	{"fd00::2/129"},
	{"10.0.0.2/"},
	{"10.0.0.2/-1"},
	{"10.0.0.2/+1"},
	{"10.0.0.2/ 1"},
	{"10.0.0.2/24x"},
	{"10.0.0.2/24/24"},
	{"10.0.0.2/4294967296"},
	{"10.0.0.2/99999999999999999999"},
	{"/24"},
	{""},
	{"10.0.0"},
	{"10.0.0.256"},
	{"010.0.0.1"},
	{" 10.0.0.2"},
	{"10.0.0.2 "},
	{"fe80::1%eth0"},
	{"fe80::1%1/64"},
	{"fd00::2::3"},
	{"fd00:12345::"},
	{"default"},
	{"10.0.0.2/255.255.255.0", "10.0.0.2/24", AF_INET, 24, RT_SCOPE_UNIVERSE},
	{"10.0.0.2/255.255.240.0", "10.0.0.2/20", AF_INET, 20, RT_SCOPE_UNIVERSE},
	{"10.0.0.2/255.255.255.255", "10.0.0.2/32", AF_INET, 32, RT_SCOPE_UNIVERSE},
	{"10.0.0.2/0.0.0.0", "10.0.0.2/0", AF_INET, 0, RT_SCOPE_UNIVERSE},
	{"10.0.0.2/128.0.0.0", "10.0.0.2/1", AF_INET, 1, RT_SCOPE_UNIVERSE},
	{"10.0.0.2/255.0.255.0"},
	{"10.0.0.2/0.0.0.255"},
	{"10.0.0.2/255.255.255"},
	{"10.0.0.2/255.255.255.0.0"},
	{"10.0.0.2/24.0"},
	{"fd00::2/255.255.255.0"},
	{"l2"},
	{"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/64"},
};

START_TEST(addresses_are_read_and_written)
{
	struct ipvlan_address *a = NULL;
	char text[IPVLAN_ADDRESS_SIZE];

	if (!addresses[_i].prefix) {
		ck_assert_msg(ipvlan_address_new(addresses[_i].text, &a) == -EINVAL, "\"%s\" was taken",
			      addresses[_i].text);
		ck_assert_ptr_null(a);
		return;
	}
	ck_assert_int_eq(ipvlan_address_new(addresses[_i].text, &a), 0);
	ck_assert_str_eq(ipvlan_address_format_prefix(a, text, sizeof(text)), addresses[_i].prefix);
	ck_assert_uint_eq(strlen(ipvlan_address_format(a, text, sizeof(text))), strcspn(addresses[_i].prefix, "/"));
	ck_assert_int_eq(ipvlan_address_get_family(a), addresses[_i].family);
	ck_assert_uint_eq(ipvlan_address_get_prefix_length(a), addresses[_i].length);
	ck_assert_uint_eq(ipvlan_address_get_scope(a), addresses[_i].scope);
	ck_assert_uint_eq(ipvlan_address_get_valid_lifetime(a), IPVLAN_LIFETIME_FOREVER);
	ck_assert_ptr_null(ipvlan_address_format_peer(a, text, sizeof(text)));
	ck_assert_ptr_null(ipvlan_address_format_broadcast(a, text, sizeof(text)));
	ck_assert_ptr_null(ipvlan_address_get_label(a));
	ck_assert_int_eq(ipvlan_address_get_ifindex(a), 0);
	ipvlan_address_free(a);
}
END_TEST

START_TEST(every_byte_of_an_address_is_written)
{
	char text[IPVLAN_ADDRESS_SIZE], written[IPVLAN_ADDRESS_SIZE];
	struct ipvlan_address *a;
	unsigned int i;

	for (i = 0; i < 256; i++) {
		snprintf(text, sizeof(text), "%u.%u.%u.%u/32", i, 255 - i, i ^ 0x55, i / 2);
		ck_assert_int_eq(ipvlan_address_new(text, &a), 0);
		ck_assert_str_eq(ipvlan_address_format_prefix(a, written, sizeof(written)), text);
		ipvlan_address_free(a);
	}
}
END_TEST

static const struct {
	const char *address, *text, *broadcast; /* NULL: refused */
} broadcasts[] = {
	{"10.0.0.2/24", "+", "10.0.0.255"},
	{"10.0.0.2/24", "-", "10.0.0.0"},
	{"10.0.0.2/31", "+", "10.0.0.3"},
	{"10.0.0.2/32", "+", "10.0.0.2"},
	{"10.0.0.2/32", "-", "10.0.0.2"},
	{"10.0.0.2/0", "+", "255.255.255.255"},
	{"10.0.0.2/0", "-", "0.0.0.0"},
	{"10.0.0.2/1", "+", "127.255.255.255"},
	{"10.0.0.2/24", "10.9.9.9", "10.9.9.9"},
	{"10.0.0.2/24", "fd00::1", NULL},
	{"10.0.0.2/24", "10.0.0.255/24", NULL},
	{"10.0.0.2/24", "", NULL},
	{"10.0.0.2/24", "++", NULL},
	{"fd00::2/64", "+", NULL},
};

START_TEST(broadcast_addresses_are_derived)
{
	struct ipvlan_address *a;
	char text[IPVLAN_ADDRESS_SIZE];

	ck_assert_int_eq(ipvlan_address_new(broadcasts[_i].address, &a), 0);
	ck_assert_int_eq(ipvlan_address_set_broadcast(a, broadcasts[_i].text), broadcasts[_i].broadcast ? 0 : -EINVAL);
	ck_assert_pstr_eq(ipvlan_address_format_broadcast(a, text, sizeof(text)), broadcasts[_i].broadcast);
	ipvlan_address_free(a);
}
END_TEST

START_TEST(addresses_have_more_members)
{
	struct ipvlan_address *v4, *v6;
	char text[IPVLAN_ADDRESS_SIZE];

	ck_assert_int_eq(ipvlan_address_new("10.0.0.2/24", &v4), 0);
	ck_assert_int_eq(ipvlan_address_new("fd00::2/64", &v6), 0);
	ck_assert_int_eq(ipvlan_address_set_label(v4, "ipvl0:123456789"), 0);
	ck_assert_str_eq(ipvlan_address_get_label(v4), "ipvl0:123456789");
	ck_assert_int_eq(ipvlan_address_set_label(v4, "ipvl0:1234567890"), -EINVAL);
	ck_assert_int_eq(ipvlan_address_set_label(v4, ""), -EINVAL);
	ck_assert_str_eq(ipvlan_address_get_label(v4), "ipvl0:123456789");
	ck_assert_int_eq(ipvlan_address_set_label(v6, "ipvl0"), -EINVAL);

	ck_assert_int_eq(ipvlan_address_set_peer(v4, "fd00::9"), -EINVAL);
	ck_assert_int_eq(ipvlan_address_set_peer(v4, "10.0.0.9/30"), 0);
	ck_assert_str_eq(ipvlan_address_format_peer(v4, text, sizeof(text)), "10.0.0.9");
	ck_assert_uint_eq(ipvlan_address_get_prefix_length(v4), 30);
	ck_assert_int_eq(ipvlan_address_set_peer(v6, "fd00::9"), 0);
	ck_assert_uint_eq(ipvlan_address_get_prefix_length(v6), 128);

	ck_assert_int_eq(ipvlan_address_set_lifetime(v4, 0, 0), -EINVAL);
	ck_assert_int_eq(ipvlan_address_set_lifetime(v4, 10, 11), -EINVAL);
	ck_assert_int_eq(ipvlan_address_set_lifetime(v4, 10, 10), 0);
	ck_assert_int_eq(ipvlan_address_set_lifetime(v4, IPVLAN_LIFETIME_FOREVER, 0), 0);
	ck_assert_uint_eq(ipvlan_address_get_preferred_lifetime(v4), 0);

	ipvlan_address_set_nodad(v4, true);
	ck_assert_uint_eq(ipvlan_address_get_flags(v4), 0);
	ipvlan_address_set_nodad(v6, true);
	ipvlan_address_set_noprefixroute(v6, true);
	ck_assert_uint_eq(ipvlan_address_get_flags(v6), IFA_F_NODAD | IFA_F_NOPREFIXROUTE);
	ipvlan_address_set_nodad(v6, false);
	ck_assert_uint_eq(ipvlan_address_get_flags(v6), IFA_F_NOPREFIXROUTE);
	ipvlan_address_set_scope(v6, RT_SCOPE_LINK);
	ck_assert_uint_eq(ipvlan_address_get_scope(v6), RT_SCOPE_LINK);
	ipvlan_address_free(v4);
	ipvlan_address_free(v6);
	ipvlan_address_free(NULL);
}
END_TEST

static const struct {
	const char *destination, *text; /* NULL: refused */
	int family;
} routes[] = {
	{"default", "default", AF_INET},
	{"10.9.0.0/16", "10.9.0.0/16", AF_INET},
	{"10.9.0.1", "10.9.0.1", AF_INET},
	{"10.9.0.1/32", "10.9.0.1", AF_INET},
	{"0.0.0.0/0", "default", AF_INET},
	{"::/0", "default", AF_INET6},
	{"fd00:9::/48", "fd00:9::/48", AF_INET6},
	{"fd00::1", "fd00::1", AF_INET6},
	{"128.0.0.0/1", "128.0.0.0/1", AF_INET},
	{"10/8", "10.0.0.0/8", AF_INET},
	{"10.1/16", "10.1.0.0/16", AF_INET},
	{"10.1.2/23", "10.1.2.0/23", AF_INET},
	{"10.1/32", "10.1.0.0", AF_INET},
	{"0/0", "default", AF_INET},
	{"any", "default", AF_INET},
	{"all", "default", AF_INET},
	{"10.9.0.0/255.255.0.0", "10.9.0.0/16", AF_INET},
	{"10/255.0.0.0", "10.0.0.0/8", AF_INET},
	{"0/0.0.0.0", "default", AF_INET},
	{"10.9.0.0/255.254.0.0", NULL, 0},
	{"10.9.0.0/255.0.255.0", NULL, 0},
	{"any/0", NULL, 0},
	{"10", NULL, 0},
	{"10.1", NULL, 0},
	{"10/33", NULL, 0},
	{"10/", NULL, 0},
	{"/8", NULL, 0},
	{"10./8", NULL, 0},
	{".10/8", NULL, 0},
	{"10..1/16", NULL, 0},
	{"10.1/8", NULL, 0},
	{"256/8", NULL, 0},
	{"010/8", NULL, 0},
	{"10.1.2.0.0/24", NULL, 0},
	{"0/0000000000000000000000000000000000000000000000000000000000000008", NULL, 0},
	{"0000000000000000000000000000000000000000000000000000000000/8", NULL, 0},
	{"10.9.0.1/16", NULL, 0},
	{"192.0.0.0/1", NULL, 0},
	{"10.9.0.0/15", NULL, 0},
	{"fd00:9::1/48", NULL, 0},
	{"10.0.0.1/0", NULL, 0},
	{"", NULL, 0},
	{"defaul", NULL, 0},
	{"default/0", NULL, 0},
	{"10.9.0.0/33", NULL, 0},
	{"fe80::%eth0/64", NULL, 0},
};

/* Who hands it on says no other than what would have been asked for. */
START_TEST(the_scope_of_a_route_is_what_will_be_asked_for)
{
	struct ipvlan_route *r;

	ck_assert_int_eq(ipvlan_route_new("10.9.0.0/16", &r), 0);
	ck_assert_uint_eq(ipvlan_route_get_scope(r), RT_SCOPE_LINK);
	ck_assert_int_eq(ipvlan_route_set_gateway(r, "10.0.0.1"), 0);
	ck_assert_uint_eq(ipvlan_route_get_scope(r), RT_SCOPE_UNIVERSE);
	ipvlan_route_set_scope(r, RT_SCOPE_HOST);
	ck_assert_uint_eq(ipvlan_route_get_scope(r), RT_SCOPE_HOST);
	ipvlan_route_free(r);
	ck_assert_int_eq(ipvlan_route_new("fd00:9::/48", &r), 0);
	ck_assert_uint_eq(ipvlan_route_get_scope(r), RT_SCOPE_UNIVERSE);
	ipvlan_route_free(r);
	ck_assert_int_eq(ipvlan_route_new("default", &r), 0);
	ck_assert_uint_eq(ipvlan_route_get_scope(r), RT_SCOPE_LINK);
	ck_assert_int_eq(ipvlan_route_set_family(r, AF_INET6), 0);
	ck_assert_uint_eq(ipvlan_route_get_scope(r), RT_SCOPE_UNIVERSE);
	ipvlan_route_free(r);
}
END_TEST

START_TEST(routes_are_read_and_written)
{
	struct ipvlan_route *r = NULL;
	char text[IPVLAN_ADDRESS_SIZE];

	if (!routes[_i].text) {
		ck_assert_msg(ipvlan_route_new(routes[_i].destination, &r) == -EINVAL, "\"%s\" was taken",
			      routes[_i].destination);
		ck_assert_ptr_null(r);
		return;
	}
	ck_assert_int_eq(ipvlan_route_new(routes[_i].destination, &r), 0);
	ck_assert_str_eq(ipvlan_route_format_destination(r, text, sizeof(text)), routes[_i].text);
	ck_assert_int_eq(ipvlan_route_get_family(r), routes[_i].family);
	ck_assert_uint_eq(ipvlan_route_get_table(r), RT_TABLE_MAIN);
	ck_assert_uint_eq(ipvlan_route_get_protocol(r), RTPROT_BOOT);
	ck_assert_uint_eq(ipvlan_route_get_type(r), RTN_UNICAST);
	ck_assert_ptr_null(ipvlan_route_format_gateway(r, text, sizeof(text)));
	ck_assert_ptr_null(ipvlan_route_format_source(r, text, sizeof(text)));
	ipvlan_route_free(r);
}
END_TEST

START_TEST(a_default_route_takes_its_family_from_the_gateway)
{
	struct ipvlan_route *r;
	char text[IPVLAN_ADDRESS_SIZE];

	ck_assert_int_eq(ipvlan_route_new("default", &r), 0);
	ck_assert_int_eq(ipvlan_route_set_gateway(r, "fd00::1"), 0);
	ck_assert_int_eq(ipvlan_route_get_family(r), AF_INET6);
	ck_assert_int_eq(ipvlan_route_set_source(r, "10.0.0.2"), -EINVAL);
	ck_assert_int_eq(ipvlan_route_set_gateway(r, "10.0.0.1"), -EINVAL);
	ck_assert_int_eq(ipvlan_route_set_gateway(r, "fd00::/64"), -EINVAL);
	ck_assert_str_eq(ipvlan_route_format_gateway(r, text, sizeof(text)), "fd00::1");
	ck_assert_int_eq(ipvlan_route_set_family(r, AF_INET), -EINVAL);
	ck_assert_int_eq(ipvlan_route_set_family(r, AF_INET6), 0);
	ck_assert_int_eq(ipvlan_route_set_family(r, AF_UNSPEC), -EINVAL);
	ipvlan_route_free(r);
	ipvlan_route_free(NULL);
}
END_TEST

START_TEST(an_ipv4_route_may_have_an_ipv6_gateway)
{
	struct ipvlan_route *r;
	char text[IPVLAN_ADDRESS_SIZE];

	ck_assert_int_eq(ipvlan_route_new("10.9.0.0/16", &r), 0);
	ck_assert_int_eq(ipvlan_route_set_gateway(r, "fe80::1"), 0);
	ck_assert_int_eq(ipvlan_route_get_family(r), AF_INET);
	ck_assert_str_eq(ipvlan_route_format_gateway(r, text, sizeof(text)), "fe80::1");
	ck_assert_int_eq(ipvlan_route_set_source(r, "fd00::1"), -EINVAL);
	ck_assert_int_eq(ipvlan_route_set_source(r, "10.0.0.2"), 0);
	/* And is again as others are. */
	ck_assert_int_eq(ipvlan_route_set_gateway(r, "10.0.0.1"), 0);
	ck_assert_str_eq(ipvlan_route_format_gateway(r, text, sizeof(text)), "10.0.0.1");
	ipvlan_route_free(r);
	ck_assert_int_eq(ipvlan_route_new("default", &r), 0);
	ck_assert_int_eq(ipvlan_route_set_family(r, AF_INET), 0);
	ck_assert_int_eq(ipvlan_route_set_gateway(r, "fe80::1"), 0);
	ck_assert_int_eq(ipvlan_route_get_family(r), AF_INET);
	ipvlan_route_free(r);
	ck_assert_int_eq(ipvlan_route_new("fd00:9::/48", &r), 0);
	ck_assert_int_eq(ipvlan_route_set_gateway(r, "10.0.0.1"), -EINVAL);
	ipvlan_route_free(r);
}
END_TEST

/* Whatever the room, what is written ends in it. */
START_TEST(small_buffers_are_respected)
{
	struct ipvlan_address *a;
	struct ipvlan_route *d, *r;
	struct bytes room;
	size_t size;

	ck_assert_int_eq(ipvlan_address_new("255.255.255.255/32", &a), 0);
	ck_assert_int_eq(ipvlan_route_new("default", &d), 0);
	ck_assert_int_eq(ipvlan_route_new("fd00:9::/48", &r), 0);
	for (size = 1; size <= 24; size++) {
		room = bytes_copy("????????????????????????", size);
		ck_assert_uint_lt(strlen(ipvlan_address_format(a, (char *)room.at, size)), size);
		ck_assert_uint_lt(strlen(ipvlan_address_format_prefix(a, (char *)room.at, size)), size);
		ck_assert_uint_lt(strlen(ipvlan_route_format_destination(d, (char *)room.at, size)), size);
		ck_assert_uint_lt(strlen(ipvlan_route_format_destination(r, (char *)room.at, size)), size);
		ck_assert_uint_lt(strlen(ipvlan_mode_format(-1, (char *)room.at, size)), size);
		bytes_free(&room);
	}
	ipvlan_address_free(a);
	ipvlan_route_free(d);
	ipvlan_route_free(r);
}
END_TEST

static const struct {
	const char *name;
	bool valid;
} link_names[] = {
	{"a", true},
	{"ipvl0", true},
	{"0123456789abcde", true},
	{"0123456789abcdef", false},
	{"", false},
	{".", false},
	{"..", false},
	{"...", true},
	{"a/b", false},
	{"a:b", false},
	{"a b", false},
	{"a\tb", false},
	{"a\nb", false},
	{"a%d", false},
	{"a\xa0", false},
	{"\xc3\xa9", true},
	{"\033[1m", true},
};

START_TEST(options_of_a_port_are_written_and_read)
{
	struct ipvlan_module_options *options = ipvlan_module_options_new();
	char text[IPVLAN_ADDRESS_SIZE];
	int i;

	for (i = -1; i <= IPVLAN_MODULE_OPTION_COUNT; i++)
		ck_assert_int_eq(ipvlan_module_options_get(options, i), -1);
	ck_assert_uint_eq(ipvlan_module_options_get_queue_limit(options), 0);
	ck_assert(!ipvlan_module_options_has_gateways(options));
	ck_assert_ptr_null(ipvlan_module_options_format_gateway(options, 0, text, sizeof(text)));

	ck_assert_int_eq(ipvlan_module_options_set(options, IPVLAN_MODULE_GUARD, true), 0);
	ck_assert_int_eq(ipvlan_module_options_set(options, IPVLAN_MODULE_DHCP, false), 0);
	ck_assert_int_eq(ipvlan_module_options_set(options, IPVLAN_MODULE_OPTION_COUNT, true), -EINVAL);
	ck_assert_int_eq(ipvlan_module_options_get(options, IPVLAN_MODULE_GUARD), 1);
	ck_assert_int_eq(ipvlan_module_options_get(options, IPVLAN_MODULE_DHCP), 0);
	ck_assert_int_eq(ipvlan_module_options_get(options, IPVLAN_MODULE_SOURCE_CHECK), -1);
	ck_assert_int_eq(ipvlan_module_options_set(options, IPVLAN_MODULE_GUARD, false), 0);
	ck_assert_int_eq(ipvlan_module_options_get(options, IPVLAN_MODULE_GUARD), 0);

	ck_assert_int_eq(ipvlan_module_options_set_queue_limit(options, 1), -EINVAL);
	ck_assert_int_eq(ipvlan_module_options_set_queue_limit(options, 65537), -EINVAL);
	ck_assert_int_eq(ipvlan_module_options_set_queue_limit(options, 65536), 0);
	ck_assert_uint_eq(ipvlan_module_options_get_queue_limit(options), 65536);

	ck_assert_int_eq(ipvlan_module_options_add_gateway(options, "router"), -EINVAL);
	ck_assert(!ipvlan_module_options_has_gateways(options));
	for (i = 0; i < 16; i++)
		ck_assert_int_eq(ipvlan_module_options_add_gateway(options, i ? "fd00::1" : "10.0.0.1"), 0);
	ck_assert_int_eq(ipvlan_module_options_add_gateway(options, "10.0.0.2"), -E2BIG);
	ck_assert_uint_eq(ipvlan_module_options_get_gateway_count(options), 16);
	ck_assert_str_eq(ipvlan_module_options_format_gateway(options, 0, text, sizeof(text)), "10.0.0.1");
	ck_assert_str_eq(ipvlan_module_options_format_gateway(options, 15, text, 5), "fd00");
	ck_assert_ptr_null(ipvlan_module_options_format_gateway(options, 16, text, sizeof(text)));
	ipvlan_module_options_clear_gateways(options);
	ck_assert(ipvlan_module_options_has_gateways(options));
	ck_assert_uint_eq(ipvlan_module_options_get_gateway_count(options), 0);
	ipvlan_module_options_free(options);
}
END_TEST

START_TEST(options_are_of_a_parent_that_was_described)
{
	struct ipvlan_topology *topology = ipvlan_topology_new();
	struct ipvlan_module_options *options = ipvlan_module_options_new();
	const struct ipvlan_module_options *copy;

	ck_assert_int_eq(ipvlan_module_options_set(options, IPVLAN_MODULE_GUARD, true), 0);
	ck_assert_int_eq(ipvlan_topology_set_parent_options(topology, "eth0", options), -ENOENT);
	ck_assert_int_eq(ipvlan_topology_add_parent(topology, "eth0", IPVLAN_MODE_UNSET, IPVLAN_FLAGS_UNSET), 0);
	ck_assert_ptr_null(ipvlan_topology_get_parent_options(topology, 0));
	ck_assert_int_eq(ipvlan_topology_set_parent_options(topology, "eth0", options), 0);
	ck_assert_int_eq(ipvlan_module_options_set(options, IPVLAN_MODULE_GUARD, false), 0);
	copy = ipvlan_topology_get_parent_options(topology, 0);
	ck_assert_int_eq(ipvlan_module_options_get(copy, IPVLAN_MODULE_GUARD), 1);
	ck_assert_int_eq(ipvlan_topology_set_parent_options(topology, "eth0", options), 0);
	copy = ipvlan_topology_get_parent_options(topology, 0);
	ck_assert_int_eq(ipvlan_module_options_get(copy, IPVLAN_MODULE_GUARD), 0);
	ck_assert_ptr_null(ipvlan_topology_get_parent_options(topology, 1));
	ipvlan_module_options_free(options);
	ipvlan_topology_free(topology);
}
END_TEST

START_TEST(link_names_follow_the_kernel_s_rule)
{
	size_t i;

	for (i = 0; i < COUNT(link_names); i++)
		ck_assert_msg(link_name_is_valid(link_names[i].name) == link_names[i].valid, "\"%s\"",
			      link_names[i].name);
}
END_TEST

static struct ipvlan_settings *s;

static void make_settings(void)
{
	s = ipvlan_settings_new("eth0", "ipvl0");
	ck_assert_ptr_nonnull(s);
}

static void free_settings(void)
{
	ipvlan_settings_free(s);
	ipvlan_settings_free(NULL);
}

START_TEST(settings_copy_what_they_are_given)
{
	struct ipvlan_address *a;
	struct ipvlan_route *r;
	char name[] = "ns0";

	ck_assert_int_eq(ipvlan_settings_set_netns_name(s, name), 0);
	name[0] = 'X';
	ck_assert_str_eq(s->netns_text, "ns0");
	ck_assert_int_eq(ipvlan_address_new("10.0.0.2/24", &a), 0);
	ck_assert_int_eq(ipvlan_route_new("10.9.0.0/16", &r), 0);
	ck_assert_int_eq(ipvlan_settings_add_address_object(s, a), 0);
	ck_assert_int_eq(ipvlan_settings_add_route_object(s, r), 0);
	ipvlan_address_free(a);
	ipvlan_route_free(r);
	ck_assert_int_eq(ipvlan_settings_add_address(s, "fd00::2/64"), 0);
	ck_assert_int_eq(ipvlan_settings_add_route(s, "default", "10.0.0.1"), 0);
	ck_assert_int_eq(ipvlan_settings_set_gateway(s, "dev6"), 0);
	ck_assert_uint_eq(s->address_count, 2);
	ck_assert_uint_eq(s->route_count, 3);
	ck_assert_int_eq(s->routes[2].family, AF_INET6);
	ck_assert_int_eq(s->error, 0);
}
END_TEST

START_TEST(unset_is_not_zero)
{
	ck_assert_int_eq(s->mode, IPVLAN_MODE_UNSET);
	ck_assert_int_eq(s->flags, IPVLAN_FLAGS_UNSET);
	ck_assert_int_eq(ipvlan_settings_set_mode(s, IPVLAN_MODE_L2), 0);
	ck_assert_int_eq(ipvlan_settings_set_flags(s, IPVLAN_FLAGS_BRIDGE), 0);
	ck_assert_int_eq(s->mode, 0);
	ck_assert_int_eq(s->flags, 0);
	ck_assert_int_eq(ipvlan_settings_set_mode(s, IPVLAN_MODE_UNSET), 0);
	ck_assert_int_eq(ipvlan_settings_set_flags(s, IPVLAN_FLAGS_UNSET), 0);
	ck_assert_int_eq(s->mode, -1);
	ck_assert_int_eq(ipvlan_settings_set_mtu(s, 0), 0);
	ck_assert_int_eq(s->error, 0);
}
END_TEST

/* The last namespace that was named counts, and a descriptor is duplicated once, and closed. */
START_TEST(a_namespace_replaces_another)
{
	unsigned int before = open_descriptors();
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	ck_assert_int_eq(ipvlan_settings_set_netns_fd(s, fd), 0);
	ck_assert_int_eq(ipvlan_settings_set_netns_fd(s, fd), 0);
	ck_assert_int_eq(s->netns_by, NETNS_BY_FD);
	ck_assert_uint_eq(open_descriptors(), before + 2);
	ck_assert_int_eq(ipvlan_settings_set_netns_pid(s, 1), 0);
	ck_assert_int_eq(s->netns_by, NETNS_BY_PID);
	ck_assert_int_eq(ipvlan_settings_set_netns_path(s, "/proc/1/ns/net"), 0);
	ck_assert_int_eq(ipvlan_settings_set_netns_name(s, "ns0"), 0);
	ck_assert_int_eq(s->netns_by, NETNS_BY_NAME);
	ck_assert_str_eq(s->netns_text, "ns0");
	ipvlan_settings_free(s);
	s = NULL;
	close(fd);
	ck_assert_uint_eq(open_descriptors(), before);
}
END_TEST

/* Setters that refuse, and what the error then says. */
static int bad_mode(void)
{
	return ipvlan_settings_set_mode(s, 65536);
}

static int worse_mode(void)
{
	return ipvlan_settings_set_mode(s, -2);
}

static int bad_flags(void)
{
	return ipvlan_settings_set_flags(s, 65536);
}

static int both_flags(void)
{
	return ipvlan_settings_set_flags(s, IPVLAN_F_PRIVATE | IPVLAN_F_VEPA);
}

static int small_mtu(void)
{
	return ipvlan_settings_set_mtu(s, 67);
}

static int large_mtu(void)
{
	return ipvlan_settings_set_mtu(s, 65536);
}

static int bad_parent(void)
{
	return ipvlan_settings_set_parent_index(s, 0);
}

static int bad_netns(void)
{
	return ipvlan_settings_set_netns_name(s, "../../etc/passwd");
}

static int bad_pid(void)
{
	return ipvlan_settings_set_netns_pid(s, 0);
}

static int bad_fd(void)
{
	return ipvlan_settings_set_netns_fd(s, -1) == -EBADF ? -EINVAL : 0;
}

static int bad_address(void)
{
	return ipvlan_settings_add_address(s, "10.0.0.256/24");
}

static int bad_gateway(void)
{
	return ipvlan_settings_set_gateway(s, "nowhere");
}

static int bad_route(void)
{
	return ipvlan_settings_add_route(s, "10.0.0.1/8", NULL);
}

static int mixed_route(void)
{
	return ipvlan_settings_add_route(s, "fd00:9::/48", "10.0.0.1");
}

static const struct {
	int (*set)(void);
	const char *culprit;
} refusals[] = {
	{bad_mode, "mode 65536"},	  {worse_mode, "mode -2"},	   {bad_flags, "flags 65536"},
	{both_flags, "private and vepa"}, {small_mtu, "mtu 67"},	   {large_mtu, "mtu 65536"},
	{bad_parent, "parent index 0"},	  {bad_netns, "../../etc/passwd"}, {bad_pid, "process 0"},
	{bad_fd, "descriptor -1"},	  {bad_address, "10.0.0.256/24"},  {bad_gateway, "nowhere"},
	{bad_route, "10.0.0.1/8"},	  {mixed_route, "10.0.0.1"},
};

/* The first culprit is kept, whatever else is set well or badly, and stops the making before the kernel is asked. */
START_TEST(the_first_refusal_sticks)
{
	struct ipvlan_link *link = NULL;
	const struct ipvlan_error *error;
	struct ipvlan_ctx *ctx;

	ck_assert_int_eq(refusals[_i].set(), -EINVAL);
	ck_assert_int_eq(ipvlan_settings_set_mode(s, IPVLAN_MODE_L2), 0);
	ck_assert_int_eq(ipvlan_settings_add_address(s, "SECOND"), -EINVAL);
	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
	ck_assert_int_lt(ipvlan_link_create(ctx, s, &link), 0);
	ck_assert_ptr_null(link);
	error = ipvlan_ctx_get_error(ctx);
	ck_assert_int_eq(ipvlan_error_get_stage(error), IPVLAN_STAGE_SETTINGS);
	ck_assert_ptr_nonnull(strstr(ipvlan_error_get_message(error), refusals[_i].culprit));
	ck_assert_ptr_null(strstr(ipvlan_ctx_strerror(ctx), "SECOND"));
	ck_assert_ptr_null(ctx->transport);
	ipvlan_ctx_free(ctx);
}
END_TEST

START_TEST(names_of_settings_are_checked)
{
	static const char *const bad[] = {"", "0123456789abcdef", "a b", "a/b", "."};
	struct ipvlan_settings *named;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		named = ipvlan_settings_new("eth0", bad[i]);
		ck_assert_ptr_nonnull(named);
		ck_assert_int_eq(named->error, -EINVAL);
		ipvlan_settings_free(named);
	}
	named = ipvlan_settings_new(NULL, NULL);
	ck_assert_ptr_nonnull(named);
	ck_assert_int_eq(named->error, 0);
	ipvlan_settings_free(named);
}
END_TEST

/* What cannot be is refused when it is asked for, and is then no part of the whole. */
START_TEST(a_topology_refuses_what_cannot_be)
{
	struct ipvlan_topology *t = ipvlan_topology_new();
	struct ipvlan_settings *bad = ipvlan_settings_new("eth0", "a/b"), *by_index = ipvlan_settings_new(NULL, "a");

	ck_assert_int_eq(ipvlan_settings_set_parent_index(by_index, 7), 0);
	ck_assert_int_eq(ipvlan_topology_add_parent(t, "a/b", IPVLAN_MODE_L2, IPVLAN_FLAGS_UNSET), -EINVAL);
	ck_assert_int_eq(ipvlan_topology_add_parent(t, "eth0", -2, IPVLAN_FLAGS_UNSET), -EINVAL);
	ck_assert_int_eq(ipvlan_topology_add_parent(t, "eth0", IPVLAN_MODE_L2, 65536), -EINVAL);
	ck_assert_int_eq(ipvlan_topology_add_netns(t, "../etc", true), -EINVAL);
	ck_assert_int_eq(ipvlan_topology_add_slave(t, bad), -EINVAL);
	ck_assert_int_eq(ipvlan_topology_add_slave(t, by_index), -EINVAL);
	ck_assert_uint_eq(ipvlan_topology_get_slave_count(t), 0);
	ck_assert_int_eq(ipvlan_topology_check(t), 0);
	/* Each of these flags may be; both together are a finding, with its parent. */
	ck_assert_int_eq(ipvlan_topology_add_parent(t, "eth0", IPVLAN_MODE_L2, IPVLAN_F_PRIVATE | IPVLAN_F_VEPA), 0);
	ck_assert_int_eq(ipvlan_topology_check(t), 1);
	ipvlan_settings_free(bad);
	ipvlan_settings_free(by_index);
	ipvlan_topology_free(t);
}
END_TEST

START_TEST(a_transaction_refuses_what_cannot_be)
{
	struct ipvlan_transaction *t = ipvlan_transaction_new();
	struct ipvlan_settings *bad = ipvlan_settings_new("eth0", "a/b");

	ck_assert_int_eq(ipvlan_transaction_create(t, NULL, bad), -EINVAL);
	ck_assert_int_eq(ipvlan_transaction_set_mtu(t, NULL, "a", 0), -EINVAL);
	ck_assert_int_eq(ipvlan_transaction_move(t, NULL, "a", "ns0", "b/c"), -EINVAL);
	ck_assert_int_eq(ipvlan_transaction_change(t, NULL, "a", -2, IPVLAN_FLAGS_UNSET, true), -EINVAL);
	ck_assert_int_eq(ipvlan_transaction_change_port(t, NULL, "a", IPVLAN_MODE_L2, 65536, true), -EINVAL);
	ck_assert_int_eq(
		ipvlan_transaction_change(t, NULL, "a", IPVLAN_MODE_L2, IPVLAN_F_PRIVATE | IPVLAN_F_VEPA, true),
		-EINVAL);
	ck_assert_int_eq(ipvlan_transaction_add_netns(t, "../etc"), -EINVAL);
	ck_assert_int_eq(ipvlan_transaction_delete_netns(t, ""), -EINVAL);
	ck_assert_uint_eq(ipvlan_plan_get_step_count(ipvlan_transaction_get_plan(t)), 0);
	ipvlan_settings_free(bad);
	ipvlan_transaction_free(t);
}
END_TEST

START_TEST(module_options_have_bounds)
{
	struct ipvlan_module_options *options = ipvlan_module_options_new();
	char address[16];
	int i;

	ck_assert_int_eq(ipvlan_module_options_set(options, (enum ipvlan_module_option)99, true), -EINVAL);
	ck_assert_ptr_null(ipvlan_module_option_to_string((enum ipvlan_module_option)99));
	ck_assert_int_eq(ipvlan_module_options_set_queue_limit(options, 0), -EINVAL);
	ck_assert_int_eq(ipvlan_module_options_add_gateway(options, "nowhere"), -EINVAL);
	for (i = 0; i < MODULE_MAX_GATEWAYS; i++) {
		snprintf(address, sizeof(address), "10.0.0.%d", i + 1);
		ck_assert_int_eq(ipvlan_module_options_add_gateway(options, address), 0);
	}
	ck_assert_int_eq(ipvlan_module_options_add_gateway(options, "10.0.1.1"), -E2BIG);
	/* Begun anew, there is room again. */
	ipvlan_module_options_clear_gateways(options);
	ck_assert_int_eq(ipvlan_module_options_add_gateway(options, "10.0.1.1"), 0);
	ipvlan_module_options_free(options);
}
END_TEST

/* By the best that is known of its namespace. */
START_TEST(a_link_tells_where_it_is)
{
	static char name[] = "ns0", path[] = "/proc/42/fd/7";
	struct ipvlan_link link = {.name = "ipvl0"};
	char text[320];

	ck_assert_str_eq(link_describe(&link, text, sizeof(text)), "ipvl0 in this namespace");
	link.netns_path = path;
	ck_assert_str_eq(link_describe(&link, text, sizeof(text)), "ipvl0 in the namespace /proc/42/fd/7");
	link.netns_pid = 42;
	ck_assert_str_eq(link_describe(&link, text, sizeof(text)), "ipvl0 in the namespace of process 42");
	link.netns = name;
	ck_assert_str_eq(link_describe(&link, text, sizeof(text)), "ipvl0 in namespace ns0");
}
END_TEST

/* Who would change, too: the first ones by name, and how many there are besides. */
START_TEST(many_siblings_are_counted)
{
	struct ipvlan_link links[6] = {{.name = "a", .ifindex = 1}, {.name = "b", .ifindex = 2},
				       {.name = "c", .ifindex = 3}, {.name = "d", .ifindex = 4},
				       {.name = "e", .ifindex = 5}, {.name = "f", .ifindex = 6}};
	struct ipvlan_link_list list = {.links = links, .count = 6};
	char text[300], small[60], tiny[24];

	ck_assert_str_eq(
		port_describe_slaves(&list, &links[1], text, sizeof(text)),
		"a in this namespace, c in this namespace, d in this namespace, e in this namespace and 1 more");
	ck_assert_str_eq(port_describe_slaves(&list, NULL, small, sizeof(small)),
			 "a in this namespace, b in this namespace and 4 more");
	ck_assert_str_eq(port_describe_slaves(&list, NULL, tiny, sizeof(tiny)), "6 slaves");
}
END_TEST

/* The first error is told with its line, and how many there are besides; a warning before it is no reason. */
START_TEST(a_wrong_description_is_no_plan)
{
	struct ipvlan_topology *t = ipvlan_topology_new();
	struct ipvlan_settings *twin = ipvlan_settings_new("eth0", "ipvl0");
	struct ipvlan_plan *plan = NULL;
	struct ipvlan_ctx *ctx;
	unsigned int line;

	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
	ck_assert_int_eq(ipvlan_settings_add_address(twin, "10.0.0.2/24"), 0);
	ck_assert_int_eq(topology_find(t, IPVLAN_SEVERITY_WARNING, 1, "only a warning"), 0);
	for (line = 2; line < 5; line++) {
		ipvlan_topology_set_line(t, line);
		ck_assert_int_eq(ipvlan_topology_add_slave(t, twin), 0);
	}
	ck_assert_int_eq(ipvlan_plan_new(ctx, t, false, &plan), -EINVAL);
	ck_assert_ptr_null(plan);
	ck_assert_ptr_nonnull(strstr(ipvlan_ctx_strerror(ctx), "line 3: "));
	ck_assert_ptr_nonnull(strstr(ipvlan_ctx_strerror(ctx), "more such findings"));
	ipvlan_ctx_free(ctx);
	ipvlan_settings_free(twin);
	ipvlan_topology_free(t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("objects");
	TCase *tables = tcase_create("tables"), *settings = tcase_create("settings");

	tcase_add_loop_test(tables, addresses_are_read_and_written, 0, COUNT(addresses));
	tcase_add_loop_test(tables, broadcast_addresses_are_derived, 0, COUNT(broadcasts));
	tcase_add_loop_test(tables, routes_are_read_and_written, 0, COUNT(routes));
	tcase_add_test(tables, the_scope_of_a_route_is_what_will_be_asked_for);
	suite_add_tcase(suite, tables);
	SUITE_ADD(suite, "single", modes_and_flags_are_read, modes_and_flags_are_written, addresses_have_more_members,
		  every_byte_of_an_address_is_written, a_default_route_takes_its_family_from_the_gateway,
		  an_ipv4_route_may_have_an_ipv6_gateway, small_buffers_are_respected,
		  link_names_follow_the_kernel_s_rule, names_of_settings_are_checked, a_topology_refuses_what_cannot_be,
		  a_transaction_refuses_what_cannot_be, module_options_have_bounds, a_link_tells_where_it_is,
		  many_siblings_are_counted, a_wrong_description_is_no_plan, options_of_a_port_are_written_and_read,
		  options_are_of_a_parent_that_was_described);
	tcase_add_checked_fixture(settings, make_settings, free_settings);
	tcase_add_test(settings, settings_copy_what_they_are_given);
	tcase_add_test(settings, unset_is_not_zero);
	tcase_add_test(settings, a_namespace_replaces_another);
	tcase_add_loop_test(settings, the_first_refusal_sticks, 0, COUNT(refusals));
	suite_add_tcase(suite, settings);
	return run_suite(suite);
}
