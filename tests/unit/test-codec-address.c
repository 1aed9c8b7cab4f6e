// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses on the wire: our bytes, ip(8)'s, and what a kernel answers. */
#include "captured-answers.h"
#include "captured-requests.h"
#include "codec-check.h"
#include "internal.h"
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>

#define ADD	(NLM_F_CREATE | NLM_F_EXCL)
#define REPLACE (NLM_F_CREATE | NLM_F_REPLACE)

/* How an address is described, and what is asked about it. */
struct sample {
	const char *hex; /* ours; NULL: only compared with ip's */
	const char *ip;	 /* ip's; NULL: not captured */
	uint16_t type, flags;
	const char *text, *peer, *broadcast, *label;
	bool nodad, noprefixroute;
	uint32_t valid, preferred;
};

static int encode(void *buf, size_t size, const void *data)
{
	const struct sample *s = data;
	struct ipvlan_address *a;
	int length;

	ck_assert_int_eq(ipvlan_address_new(s->text, &a), 0);
	if (s->peer)
		ck_assert_int_eq(ipvlan_address_set_peer(a, s->peer), 0);
	if (s->broadcast)
		ck_assert_int_eq(ipvlan_address_set_broadcast(a, s->broadcast), 0);
	if (s->label)
		ck_assert_int_eq(ipvlan_address_set_label(a, s->label), 0);
	if (s->valid)
		ck_assert_int_eq(ipvlan_address_set_lifetime(a, s->valid, s->preferred), 0);
	ipvlan_address_set_nodad(a, s->nodad);
	ipvlan_address_set_noprefixroute(a, s->noprefixroute);
	length = codec_address_encode(buf, size, s->type, s->flags, a, 1);
	ipvlan_address_free(a);
	return length;
}

#define HEAD4	    "0000000000000000 0218000001000000"
#define HEAD6	    "0000000000000000 0a40000001000000"
#define BOTH4	    "080002000a000002 080001000a000002"
#define LOCAL6	    "14000200fd000000000000000000000000000002"
#define ADDRESS6(x) "14000100fd0000000000000000000000000000" x

static const struct sample samples[] = {
	{"28000000 1400 0506" HEAD4 BOTH4, IP_ADDR_ADD, RTM_NEWADDR, ADD, "10.0.0.2/24"},
	{"28000000 1400 0505" HEAD4 BOTH4, IP_ADDR_REPLACE, RTM_NEWADDR, REPLACE, "10.0.0.2/24"},
	{"28000000 1500 0500" HEAD4 BOTH4, IP_ADDR_DEL, RTM_DELADDR, 0, "10.0.0.2/24"},
	{"30000000 1400 0506" HEAD4 BOTH4 "080004000a0000ff", IP_ADDR_ADD_BROADCAST, RTM_NEWADDR, ADD, "10.0.0.2/24",
	 .broadcast = "+"},
	{"34000000 1400 0506" HEAD4 BOTH4 "0b0003006c6f3a7765620000", IP_ADDR_ADD_LABEL, RTM_NEWADDR, ADD,
	 "10.0.0.2/24", .label = "lo:web"},
	{"28000000 1400 0506" HEAD4 "080002000a000002 080001000a000009", IP_ADDR_ADD_PEER, RTM_NEWADDR, ADD, "10.0.0.2",
	 .peer = "10.0.0.9/24"},
	{"28000000 1400 0506 0000000000000000 020800fe01000000 080002007f000002 080001007f000002", IP_ADDR_ADD_HOST,
	 RTM_NEWADDR, ADD, "127.0.0.2/8"},
	{"3c000000 1400 0506" HEAD4 BOTH4 "14000600 32000000 64000000 0000000000000000", IP_ADDR_ADD_LIFETIME,
	 RTM_NEWADDR, ADD, "10.0.0.2/24", .valid = 100, .preferred = 50},
	{"30000000 1400 0506" HEAD4 BOTH4 "0800080000020000", IP_ADDR_ADD_NOPREFIXROUTE, RTM_NEWADDR, ADD,
	 "10.0.0.2/24", .noprefixroute = true},
	{"40000000 1400 0506" HEAD6 LOCAL6 ADDRESS6("02"), IP_ADDR6_ADD, RTM_NEWADDR, ADD, "fd00::2/64"},
	{"48000000 1400 0506" HEAD6 LOCAL6 ADDRESS6("02") "0800080002000000", NULL, RTM_NEWADDR, ADD, "fd00::2/64",
	 .nodad = true},
	{"40000000 1400 0506" HEAD6 LOCAL6 ADDRESS6("09"), IP_ADDR6_ADD_PEER, RTM_NEWADDR, ADD, "fd00::2",
	 .peer = "fd00::9/64"},
	{"40000000 1500 0500" HEAD6 LOCAL6 ADDRESS6("02"), IP_ADDR6_DEL, RTM_DELADDR, 0, "fd00::2/64"},
};

START_TEST(requests_have_golden_bytes)
{
	check_encoding(encode, &samples[_i], samples[_i].hex, samples[_i].text);
}
END_TEST

START_TEST(requests_ask_for_the_same_as_those_of_ip)
{
	struct bytes theirs;

	if (!samples[_i].ip)
		return;
	theirs = bytes_from_hex(samples[_i].ip);
	check_same_request(encode, &samples[_i], sizeof(struct ifaddrmsg), NULL, theirs.at, samples[_i].ip);
	bytes_free(&theirs);
}
END_TEST

/* ip writes the low flags into the header, where the kernel prefers IFA_FLAGS: the same request in other bytes. */
START_TEST(ip_puts_nodad_elsewhere)
{
	struct bytes theirs = bytes_from_hex(IP_ADDR6_ADD_NODAD);
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(message_of(&theirs));
	struct ipvlan_address address;

	ck_assert_uint_eq(ifa->ifa_flags, IFA_F_NODAD);
	ck_assert_int_eq(codec_address_decode(message_of(&theirs), &address), 0);
	ck_assert_uint_eq(address.flags, IFA_F_NODAD);
	bytes_free(&theirs);
}
END_TEST

struct dump {
	int family, ifindex;
};

static int encode_dump(void *buf, size_t size, const void *data)
{
	const struct dump *dump = data;

	return codec_address_dump(buf, size, dump->family, dump->ifindex);
}

START_TEST(dumps_have_golden_bytes)
{
	struct bytes all = bytes_from_hex(IP_ADDR_SHOW), v4 = bytes_from_hex(IP_ADDR_SHOW4);

	check_encoding(encode_dump, &(struct dump){0}, "18000000 1600 0103 0000000000000000 0000000000000000", "all");
	check_encoding(encode_dump, &(struct dump){AF_INET6, 7}, "18000000 1600 0103 0000000000000000 0a00000007000000",
		       "IPv6 of one link");
	check_same_request(encode_dump, &(struct dump){0, 1}, sizeof(struct ifaddrmsg), NULL, all.at, "ip addr show");
	check_same_request(encode_dump, &(struct dump){AF_INET, 1}, sizeof(struct ifaddrmsg), NULL, v4.at,
			   "ip -4 addr show");
	bytes_free(&all);
	bytes_free(&v4);
}
END_TEST

static struct ipvlan_address decoded;

static int decode(const struct nlmsghdr *nlh)
{
	return codec_address_decode(nlh, &decoded);
}

static const struct {
	const char *hex, *prefix, *peer, *broadcast, *label;
	uint8_t scope;
	uint32_t flags, valid, preferred;
} answers[] = {
	{ADDRESS_V4, "10.0.0.2/24", NULL, "10.0.0.255", "v0", 0, IFA_F_PERMANENT, UINT32_MAX, UINT32_MAX},
	{ADDRESS_V4_LABEL, "10.0.0.2/24", NULL, NULL, "v0:web", 0, IFA_F_PERMANENT, UINT32_MAX, UINT32_MAX},
	{ADDRESS_V4_PEER, "10.0.0.2/24", "10.0.0.9", NULL, "v0", 0, IFA_F_PERMANENT, UINT32_MAX, UINT32_MAX},
	{ADDRESS_V4_LIFETIME, "10.0.0.2/24", NULL, NULL, "v0", 0, 0, 100, 50},
	{ADDRESS_V4_NOPREFIXROUTE, "10.0.0.2/24", NULL, NULL, "v0", RT_SCOPE_LINK,
	 IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE, UINT32_MAX, UINT32_MAX},
	{ADDRESS_V6, "fd00::2/64", NULL, NULL, NULL, 0, IFA_F_PERMANENT | IFA_F_NODAD, UINT32_MAX, UINT32_MAX},
	{ADDRESS_V6_TENTATIVE, "fd00::2/64", NULL, NULL, NULL, 0, IFA_F_PERMANENT | IFA_F_TENTATIVE, UINT32_MAX,
	 UINT32_MAX},
	{ADDRESS_V6_PEER, "fd00::2/64", "fd00::9", NULL, NULL, 0, IFA_F_PERMANENT | IFA_F_NODAD, UINT32_MAX,
	 UINT32_MAX},
	{ADDRESS_V6_LIFETIME, "fd00::2/64", NULL, NULL, NULL, 0, IFA_F_NODAD, 100, 50},
	{ADDRESS_V6_DUPLICATE, "fd00::7/64", NULL, NULL, NULL, 0, IFA_F_PERMANENT | IFA_F_TENTATIVE | IFA_F_DADFAILED,
	 UINT32_MAX, UINT32_MAX},
};

START_TEST(addresses_are_read)
{
	struct bytes bytes = bytes_from_hex(answers[_i].hex);
	char text[IPVLAN_ADDRESS_SIZE];

	ck_assert_int_eq(decode(message_of(&bytes)), 0);
	ck_assert_str_eq(ipvlan_address_format_prefix(&decoded, text, sizeof(text)), answers[_i].prefix);
	ck_assert_pstr_eq(ipvlan_address_format_peer(&decoded, text, sizeof(text)), answers[_i].peer);
	ck_assert_pstr_eq(ipvlan_address_format_broadcast(&decoded, text, sizeof(text)), answers[_i].broadcast);
	ck_assert_pstr_eq(ipvlan_address_get_label(&decoded), answers[_i].label);
	ck_assert_uint_eq(ipvlan_address_get_scope(&decoded), answers[_i].scope);
	ck_assert_uint_eq(ipvlan_address_get_flags(&decoded), answers[_i].flags);
	ck_assert_uint_eq(ipvlan_address_get_valid_lifetime(&decoded), answers[_i].valid);
	ck_assert_uint_eq(ipvlan_address_get_preferred_lifetime(&decoded), answers[_i].preferred);
	ck_assert(ipvlan_address_is_tentative(&decoded) == !!(answers[_i].flags & IFA_F_TENTATIVE));
	ck_assert(ipvlan_address_is_duplicate(&decoded) == !!(answers[_i].flags & IFA_F_DADFAILED));
	ck_assert_int_gt(ipvlan_address_get_ifindex(&decoded), 0);
	bytes_free(&bytes);
}
END_TEST

START_TEST(malformed_addresses_are_refused)
{
	check_malformed(decode, answers[_i].hex, sizeof(struct ifaddrmsg), NULL, answers[_i].prefix);
}
END_TEST

static const struct {
	const char *what;
	uint16_t type;
	const char *payload;
	size_t size;
} wrong[] = {
	{"three bytes of address", IFA_ADDRESS, "\1\2\3", 3},
	{"five bytes of address", IFA_LOCAL, "\1\2\3\4\5", 5},
	{"an IPv6 address in an IPv4 message", IFA_LOCAL, "0123456789abcdef", 16},
	{"a long broadcast address", IFA_BROADCAST, "0123456789abcdef", 16},
	{"a label of 16 bytes", IFA_LABEL, "0123456789abcdef", 17},
	{"a label without NUL", IFA_LABEL, "v0", 2},
	{"short flags", IFA_FLAGS, "\1\2\3", 3},
	{"short lifetimes", IFA_CACHEINFO, "0123456789abcde", 15},
};

START_TEST(wrong_values_are_refused)
{
	struct bytes bytes = with_attribute(ADDRESS_V4, wrong[_i].type, wrong[_i].payload, wrong[_i].size);

	ck_assert_msg(decode(message_of(&bytes)) == -EBADMSG, "%s", wrong[_i].what);
	bytes_free(&bytes);
}
END_TEST

static const struct {
	const char *what, *hex;
	int code;
} odd[] = {
	{"neither local nor address", "18000000 1400 0000" HEAD4, -EBADMSG},
	{"a prefix of 33 bits", "20000000 1400 0000 0000000000000000 0221000001000000 080002000a000002", -EBADMSG},
	{"a prefix of 129 bits", "2c000000 1400 0000 0000000000000000 0a81000001000000" LOCAL6, -EBADMSG},
	{"a broadcast address in IPv6", "34000000 1400 0000" HEAD6 LOCAL6 "080004000a0000ff", -EBADMSG},
	{"another family", "20000000 1400 0000 0000000000000000 1c18000001000000 080002000a000002", -EAFNOSUPPORT},
	{"a link", LINK_LO, -EBADMSG},
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
	struct bytes bytes = bytes_from_hex(ADDRESS_V4);
	struct nlmsghdr *nlh = message_of(&bytes);
	struct ipvlan_address there;

	ck_assert_int_eq(decode(message_of(&bytes)), 0);
	there = decoded;
	nlh->nlmsg_type = RTM_DELADDR;
	ck_assert_int_eq(decode(message_of(&bytes)), 0);
	ck_assert_mem_eq(&there, &decoded, sizeof(there));
	bytes_free(&bytes);
}
END_TEST

START_TEST(unknown_attributes_are_ignored)
{
	struct bytes more = with_unknown_attribute(ADDRESS_V6_PEER, sizeof(struct ifaddrmsg)),
		     less = bytes_from_hex(ADDRESS_V6_PEER);
	struct ipvlan_address plain;

	ck_assert_int_eq(decode(message_of(&less)), 0);
	plain = decoded;
	ck_assert_int_eq(decode(message_of(&more)), 0);
	ck_assert_mem_eq(&plain, &decoded, sizeof(plain));
	bytes_free(&more);
	bytes_free(&less);
}
END_TEST

/* What the kernel says of a neighbour: in the order of its own messages. */
static struct nlmsghdr *neighbour_message(uint8_t *buf, uint8_t family, uint8_t flags, size_t ip_size, size_t mac_size)
{
	static const uint8_t ip[16] = {10, 0, 0, 1}, mac[8] = {2, 0, 0, 0, 0, 7, 8, 9};
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct ndmsg *ndm = mnl_nlmsg_put_extra_header(nlh, sizeof(*ndm));

	nlh->nlmsg_type = RTM_NEWNEIGH;
	ndm->ndm_family = family;
	ndm->ndm_ifindex = 7;
	ndm->ndm_state = NUD_STALE;
	ndm->ndm_flags = flags;
	mnl_attr_put(nlh, NDA_DST, ip_size, ip);
	if (mac_size)
		mnl_attr_put(nlh, NDA_LLADDR, mac_size, mac);
	mnl_attr_put_u32(nlh, NDA_PROBES, 1);
	return nlh;
}

START_TEST(neighbours_are_read)
{
	_Alignas(struct nlmsghdr) uint8_t buf[256];
	struct neighbour n;

	ck_assert_int_eq(codec_neighbour_decode(neighbour_message(buf, AF_INET, 0, 4, 6), &n), 0);
	ck_assert(n.family == AF_INET && n.ifindex == 7 && n.state == NUD_STALE && !n.is_proxy && n.has_mac);
	ck_assert(n.ip[0] == 10 && n.ip[3] == 1 && n.mac[0] == 2 && n.mac[5] == 7);
	ck_assert_int_eq(codec_neighbour_decode(neighbour_message(buf, AF_INET6, NTF_PROXY, 16, 0), &n), 0);
	ck_assert(n.family == AF_INET6 && n.is_proxy && !n.has_mac);
	/* Of an InfiniBand device, say: none that could be compared with a slave's. */
	ck_assert_int_eq(codec_neighbour_decode(neighbour_message(buf, AF_INET, 0, 4, 8), &n), 0);
	ck_assert(!n.has_mac);
}
END_TEST

START_TEST(odd_neighbours_are_refused)
{
	_Alignas(struct nlmsghdr) uint8_t buf[256];
	struct nlmsghdr *nlh = neighbour_message(buf, AF_BRIDGE, 0, 4, 6);
	struct neighbour n;

	ck_assert_int_eq(codec_neighbour_decode(nlh, &n), -EAFNOSUPPORT);
	ck_assert_int_eq(codec_neighbour_decode(neighbour_message(buf, AF_INET, 0, 16, 6), &n), -EBADMSG);
	ck_assert_int_eq(codec_neighbour_decode(neighbour_message(buf, AF_INET6, 0, 4, 6), &n), -EBADMSG);
	nlh = neighbour_message(buf, AF_INET, 0, 4, 6);
	nlh->nlmsg_len = MNL_NLMSG_HDRLEN + sizeof(struct ndmsg) - 1;
	ck_assert_int_eq(codec_neighbour_decode(nlh, &n), -EBADMSG);
	nlh = neighbour_message(buf, AF_INET, 0, 4, 6);
	nlh->nlmsg_type = RTM_DELNEIGH;
	ck_assert_int_eq(codec_neighbour_decode(nlh, &n), -EBADMSG);
	/* The question, too, is never a shorter one. */
	ck_assert_int_eq(codec_neighbour_dump(buf, MNL_NLMSG_HDRLEN + sizeof(struct ndmsg) - 1, false), -EMSGSIZE);
	ck_assert_int_eq(codec_neighbour_dump(buf, sizeof(buf), true), MNL_NLMSG_HDRLEN + sizeof(struct ndmsg));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("codec-address");
	TCase *tables = tcase_create("tables");

	tcase_add_loop_test(tables, requests_have_golden_bytes, 0, COUNT(samples));
	tcase_add_loop_test(tables, requests_ask_for_the_same_as_those_of_ip, 0, COUNT(samples));
	tcase_add_loop_test(tables, addresses_are_read, 0, COUNT(answers));
	tcase_add_loop_test(tables, malformed_addresses_are_refused, 0, COUNT(answers));
	tcase_add_loop_test(tables, wrong_values_are_refused, 0, COUNT(wrong));
	tcase_add_loop_test(tables, odd_messages_are_refused, 0, COUNT(odd));
	suite_add_tcase(suite, tables);
	SUITE_ADD(suite, "single", ip_puts_nodad_elsewhere, dumps_have_golden_bytes, an_end_reads_like_a_beginning,
		  unknown_attributes_are_ignored, neighbours_are_read, odd_neighbours_are_refused);
	return run_captured_suite(suite);
}
