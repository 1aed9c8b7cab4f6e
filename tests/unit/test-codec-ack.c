// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel says to a request, the end of a dump, and the ids of namespaces. */
#include "captured-answers.h"
#include "codec-check.h"
#include "codec.h"
#include <errno.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <string.h>

#define TOO_LARGE "mtu greater than device maximum"
#define POLICY	  "Attribute failed policy validation"

static const struct {
	const char *hex, *request;
	int error;
	const char *text, *attribute;
} acks[] = {
	{ACK_OK, ACK_OK_REQUEST, 0, "", ""},
	{ACK_OK_WHOLE, ACK_OK_WHOLE_REQUEST, 0, "", ""},
	{ACK_TEXT, ACK_TEXT_REQUEST, -EINVAL, TOO_LARGE, ""},
	{ACK_TEXT_WHOLE, ACK_TEXT_WHOLE_REQUEST, -EINVAL, TOO_LARGE, ""},
	{ACK_OFFSET, ACK_OFFSET_REQUEST, -ERANGE, POLICY, "IFLA_IFNAME"},
	{ACK_OFFSET_WHOLE, ACK_OFFSET_WHOLE_REQUEST, -ERANGE, POLICY, "IFLA_IFNAME"},
	{ACK_NESTED, ACK_NESTED_REQUEST, -ERANGE, POLICY, "IFLA_IPVLAN_MODE"},
	/* The request is not at hand: no name, the rest all the same. */
	{ACK_OFFSET, NULL, -ERANGE, POLICY, ""},
	/* An offset into nowhere. */
	{ACK_NESTED, ACK_OK_REQUEST, -ERANGE, POLICY, ""},
	/* Kernels before 4.12 cap what they accept, and say neither that nor more. */
	{"24000000 0200 0000 01000000 00000000 00000000 3c000000 1000 0506 01000000 00000000", NULL, 0, "", ""},
	/* Kernels before 4.3 repeat the whole of what they refuse. */
	{"34000000 0200 0000 01000000 00000000 ffffffff 20000000 1100 0500 01000000 00000000"
	 "00000000 01000000 00000000 00000000",
	 NULL, -EPERM, "", ""},
};

START_TEST(acks_are_read)
{
	struct bytes bytes = bytes_from_hex(acks[_i].hex), request = bytes_from_hex(acks[_i].request ?: "");
	struct ack ack;

	ck_assert_int_eq(codec_ack_decode(message_of(&bytes), acks[_i].request ? message_of(&request) : NULL, &ack), 0);
	ck_assert_int_eq(ack.error, acks[_i].error);
	ck_assert_str_eq(ack.text, acks[_i].text);
	ck_assert_str_eq(ack.attribute, acks[_i].attribute);
	bytes_free(&bytes);
	bytes_free(&request);
}
END_TEST

static int decode_ack(const struct nlmsghdr *nlh)
{
	struct ack ack;

	return codec_ack_decode(nlh, NULL, &ack);
}

static int decode_done(const struct nlmsghdr *nlh)
{
	struct ack ack;

	return codec_done_decode(nlh, &ack);
}

static int decode_nsid(const struct nlmsghdr *nlh)
{
	int nsid;

	return codec_nsid_decode(nlh, &nsid);
}

START_TEST(malformed_answers_are_refused)
{
	check_malformed(decode_ack, ACK_OFFSET, sizeof(struct nlmsgerr), NULL, "a capped refusal");
	check_malformed(decode_ack, ACK_NESTED, sizeof(struct nlmsgerr), NULL, "a nested refusal");
	check_malformed(decode_ack, ACK_OFFSET_WHOLE, sizeof(struct nlmsgerr) + 0x3c - 16, NULL, "a whole refusal");
	check_malformed(decode_nsid, NSID_5, sizeof(struct rtgenmsg), NULL, "an id");
}
END_TEST

static const struct {
	const char *what, *hex;
	decode_fn decode;
} wrong[] = {
	{"a positive error", "24000000 0200 0001 01000000 00000000 01000000 20000000 1000 0500 01000000 00000000",
	 decode_ack},
	{"a message that is no error", DONE_OK, decode_ack},
	{"a message that is no end", ACK_OK, decode_done},
	{"a link for an id", LINK_LO, decode_nsid},
	{"an uncapped refusal that claims more than there is",
	 "24000000 0200 0002 01000000 00000000 ffffffff ff000000 1000 0500 01000000 00000000", decode_ack},
	{"an uncapped refusal that claims less than a header",
	 "24000000 0200 0002 01000000 00000000 ffffffff 0f000000 1000 0500 01000000 00000000", decode_ack},
	{"an offset of two bytes",
	 "2c000000 0200 0003 01000000 00000000 ffffffff 20000000 1000 0500 01000000 00000000 0600020001000000",
	 decode_ack},
	{"a short id", "1c000000 5800 0000 01000000 00000000 00000000 0600010005000000", decode_nsid},
};

START_TEST(wrong_answers_are_refused)
{
	struct bytes bytes = bytes_from_hex(wrong[_i].hex);

	ck_assert_msg(wrong[_i].decode(message_of(&bytes)) == -EBADMSG, "%s", wrong[_i].what);
	bytes_free(&bytes);
}
END_TEST

/* The kernel's words only explain: too many are cut, and a missing NUL does not matter. */
START_TEST(texts_are_cut)
{
	char text[400];
	struct bytes bytes;
	struct ack ack;

	memset(text, 'x', sizeof(text));
	bytes = with_attribute(ACK_OK, NLMSGERR_ATTR_MSG, text, sizeof(text));
	message_of(&bytes)->nlmsg_flags |= NLM_F_ACK_TLVS;
	ck_assert_int_eq(codec_ack_decode(message_of(&bytes), NULL, &ack), 0);
	ck_assert_uint_eq(strlen(ack.text), sizeof(ack.text) - 1);
	bytes_free(&bytes);

	bytes = with_attribute(ACK_OK, NLMSGERR_ATTR_MSG, "", 0);
	message_of(&bytes)->nlmsg_flags |= NLM_F_ACK_TLVS;
	ck_assert_int_eq(codec_ack_decode(message_of(&bytes), NULL, &ack), 0);
	ck_assert_str_eq(ack.text, "");
	bytes_free(&bytes);
}
END_TEST

static const struct {
	const char *hex;
	int error;
	const char *text;
} ends[] = {
	{DONE_OK, 0, ""},
	{DONE_ERROR, -ENOENT, "ipv4: FIB table does not exist"},
	{"10000000 0300 0200 01000000 00000000", 0, ""},
	{"14000000 0300 0200 01000000 00000000 05000000", 0, ""},
	{"14000000 0300 0200 01000000 00000000 f5ffffff", -EAGAIN, ""},
};

START_TEST(ends_of_dumps_are_read)
{
	struct bytes bytes = bytes_from_hex(ends[_i].hex);
	struct ack ack;

	ck_assert_int_eq(codec_done_decode(message_of(&bytes), &ack), 0);
	ck_assert_int_eq(ack.error, ends[_i].error);
	ck_assert_str_eq(ack.text, ends[_i].text);
	bytes_free(&bytes);
}
END_TEST

static int encode_nsid_get(void *buf, size_t size, const void *data)
{
	return codec_nsid_get(buf, size, *(const int *)data);
}

START_TEST(nsids_go_both_ways)
{
	struct bytes five = bytes_from_hex(NSID_5), none = bytes_from_hex(NSID_NONE);
	const int fd = 4;
	int nsid;

	check_encoding(encode_nsid_get, &fd, "1c000000 5a00 0100 0000000000000000 00000000 0800030004000000", "get");
	ck_assert_int_eq(codec_nsid_decode(message_of(&five), &nsid), 0);
	ck_assert_int_eq(nsid, 5);
	ck_assert_int_eq(codec_nsid_decode(message_of(&none), &nsid), 0);
	ck_assert_int_eq(nsid, -1);
	bytes_free(&five);
	bytes_free(&none);
}
END_TEST

/* Whatever number the kernel gives, a name or nothing comes out. */
START_TEST(every_offset_is_safe)
{
	static const char *const requests[] = {
		ACK_NESTED_REQUEST, ACK_TEXT_REQUEST, DONE_OK,
		ADDRESS_V4,	    ROUTE_V4_DEFAULT, "10000000 1000 0500 00000000 00000000"};
	struct bytes request;
	uint32_t offset;
	size_t i;

	for (i = 0; i < COUNT(requests); i++) {
		request = bytes_from_hex(requests[i]);
		for (offset = 0; offset < request.size + 8; offset++)
			codec_attribute_name(message_of(&request), offset);
		codec_attribute_name(message_of(&request), UINT32_MAX);
		bytes_free(&request);
	}
	request = bytes_from_hex(ACK_NESTED_REQUEST);
	ck_assert_str_eq(codec_attribute_name(message_of(&request), 32), "IFLA_LINK");
	ck_assert_str_eq(codec_attribute_name(message_of(&request), 40), "IFLA_IFNAME");
	ck_assert_str_eq(codec_attribute_name(message_of(&request), 48), "IFLA_LINKINFO");
	ck_assert_str_eq(codec_attribute_name(message_of(&request), 52), "IFLA_INFO_KIND");
	ck_assert_str_eq(codec_attribute_name(message_of(&request), 64), "IFLA_INFO_DATA");
	ck_assert_str_eq(codec_attribute_name(message_of(&request), 68), "IFLA_IPVLAN_MODE");
	ck_assert_ptr_null(codec_attribute_name(message_of(&request), 33));
	bytes_free(&request);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("codec-ack");
	TCase *tables = tcase_create("tables");

	tcase_add_loop_test(tables, acks_are_read, 0, COUNT(acks));
	tcase_add_loop_test(tables, wrong_answers_are_refused, 0, COUNT(wrong));
	tcase_add_loop_test(tables, ends_of_dumps_are_read, 0, COUNT(ends));
	suite_add_tcase(suite, tables);
	SUITE_ADD(suite, "single", malformed_answers_are_refused, texts_are_cut, nsids_go_both_ways,
		  every_offset_is_safe);
	return run_captured_suite(suite);
}
