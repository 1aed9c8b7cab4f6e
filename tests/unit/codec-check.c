// SPDX-License-Identifier: GPL-2.0-or-later
#include "codec-check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void check_encoding(encode_fn encode, const void *data, const char *hex, const char *what)
{
	struct bytes wanted = bytes_from_hex(hex), room;
	size_t size;

	for (size = 0; size <= wanted.size + 8; size++) {
		room.at = malloc(size ? size : 1);
		ck_assert_ptr_nonnull(room.at);
		if (size < wanted.size) {
			ck_assert_msg(encode(room.at, size, data) == -EMSGSIZE, "%s into %zu of %zu bytes", what, size,
				      wanted.size);
		} else {
			ck_assert_msg(encode(room.at, size, data) == (int)wanted.size, "%s: length", what);
			ck_assert_hex_eq(room.at, wanted.size, hex, what);
		}
		free(room.at);
	}
	bytes_free(&wanted);
}

/* Attributes from `at` to `end`, put into an order of their own, so that two messages can be compared. */
struct attributes {
	const struct nlattr *list[32];
	size_t count;
};

static int compare_type(const void *a, const void *b)
{
	return (int)mnl_attr_get_type(*(const struct nlattr *const *)a) -
	       (int)mnl_attr_get_type(*(const struct nlattr *const *)b);
}

static struct attributes collect(const void *at, const void *end, const char *what)
{
	struct attributes found = {.count = 0};
	const struct nlattr *attr = at;

	while (mnl_attr_ok(attr, (int)((const char *)end - (const char *)attr))) {
		ck_assert_uint_lt(found.count, COUNT(found.list));
		found.list[found.count++] = attr;
		attr = mnl_attr_next(attr);
	}
	ck_assert_msg((const void *)attr >= end, "%s: attributes end early", what);
	qsort(found.list, found.count, sizeof(found.list[0]), compare_type);
	return found;
}

static const void *payload_end(const struct nlattr *attr)
{
	return (const char *)mnl_attr_get_payload(attr) + mnl_attr_get_payload_len(attr);
}

static void compare_attributes(const struct attributes *ours, const struct attributes *theirs, const uint16_t *nests,
			       const char *what)
{
	struct attributes inner[2];
	const struct nlattr *a, *b;
	size_t i;

	ck_assert_msg(ours->count == theirs->count, "%s: %zu attributes, they have %zu", what, ours->count,
		      theirs->count);
	for (i = 0; i < ours->count; i++) {
		a = ours->list[i];
		b = theirs->list[i];
		ck_assert_msg(mnl_attr_get_type(a) == mnl_attr_get_type(b), "%s: attribute %u, theirs %u", what,
			      mnl_attr_get_type(a), mnl_attr_get_type(b));
		if (nests && nests[0] && mnl_attr_get_type(a) == nests[0]) {
			inner[0] = collect(mnl_attr_get_payload(a), payload_end(a), what);
			inner[1] = collect(mnl_attr_get_payload(b), payload_end(b), what);
			compare_attributes(&inner[0], &inner[1], nests + 1, what);
			continue;
		}
		/* A string with or without its NUL is the same string to the kernel. */
		ck_assert_msg(abs((int)a->nla_len - (int)b->nla_len) <= 1, "%s: attribute %u has %u bytes, theirs %u",
			      what, mnl_attr_get_type(a), a->nla_len, b->nla_len);
		ck_assert_msg(memcmp(mnl_attr_get_payload(a), mnl_attr_get_payload(b),
				     (a->nla_len < b->nla_len ? a->nla_len : b->nla_len) - sizeof(*a)) == 0,
			      "%s: attribute %u differs", what, mnl_attr_get_type(a));
	}
}

void check_same_request(encode_fn encode, const void *data, size_t header_size, const uint16_t *nests,
			const void *theirs, const char *what)
{
	_Alignas(struct nlmsghdr) uint8_t buf[512];
	const struct nlmsghdr *ours = (const struct nlmsghdr *)buf, *other = theirs;
	const uint16_t common = (uint16_t) ~(NLM_F_ACK | NLM_F_REQUEST);
	struct attributes a, b;

	ck_assert_int_gt(encode(buf, sizeof(buf), data), 0);
	ck_assert_msg(ours->nlmsg_type == other->nlmsg_type, "%s: type", what);
	ck_assert_msg((ours->nlmsg_flags & common) == (other->nlmsg_flags & common), "%s: flags %#x, theirs %#x", what,
		      ours->nlmsg_flags, other->nlmsg_flags);
	ck_assert_msg(memcmp(mnl_nlmsg_get_payload(ours), mnl_nlmsg_get_payload(other), header_size) == 0,
		      "%s: family header", what);
	a = collect(mnl_nlmsg_get_payload_offset(ours, header_size), mnl_nlmsg_get_payload_tail(ours), what);
	b = collect(mnl_nlmsg_get_payload_offset(other, header_size), mnl_nlmsg_get_payload_tail(other), what);
	compare_attributes(&a, &b, nests, what);
}

static void check_truncated(decode_fn decode, const struct bytes *whole, size_t header_size, const char *what)
{
	struct bytes cut;
	size_t size;
	int err;

	for (size = sizeof(struct nlmsghdr); size < whole->size; size++) {
		cut = bytes_copy(whole->at, size);
		message_of(&cut)->nlmsg_len = (uint32_t)size;
		err = decode(message_of(&cut));
		ck_assert_msg(err == 0 || err == -EBADMSG, "%s cut to %zu bytes: %d", what, size, err);
		if (size < sizeof(struct nlmsghdr) + header_size)
			ck_assert_msg(err == -EBADMSG, "%s cut to %zu bytes was taken", what, size);
		bytes_free(&cut);
	}
}

/* The attributes from one offset to another, each with several wrong lengths, and those within. */
static void check_lies(decode_fn decode, const struct bytes *whole, size_t begin, size_t end, const uint16_t *nests,
		       const char *what)
{
	struct bytes lie;
	struct nlattr *attr;
	size_t at, left, i;

	for (at = begin; at + sizeof(*attr) <= end; at += MNL_ALIGN(attr->nla_len)) {
		const struct nlattr *honest = (const struct nlattr *)(whole->at + at);
		const size_t lies[] = {0, 1, 3, 4, 5, honest->nla_len - 1, honest->nla_len + 1, end - at + 1, 0xffff};

		left = end - at;
		for (i = 0; i < COUNT(lies); i++) {
			int err;

			lie = bytes_copy(whole->at, whole->size);
			attr = (struct nlattr *)(lie.at + at);
			attr->nla_len = (uint16_t)lies[i];
			err = decode(message_of(&lie));
			ck_assert_msg(err == 0 || err == -EBADMSG, "%s: length %zu at byte %zu: %d", what, lies[i], at,
				      err);
			if (lies[i] < sizeof(*attr) || lies[i] > left)
				ck_assert_msg(err == -EBADMSG, "%s: length %zu at byte %zu was taken", what, lies[i],
					      at);
			bytes_free(&lie);
		}
		if (nests && nests[0] && mnl_attr_get_type(honest) == nests[0])
			check_lies(decode, whole, at + sizeof(*honest), at + honest->nla_len, nests + 1, what);
		attr = (struct nlattr *)(whole->at + at);
	}
}

void check_malformed(decode_fn decode, const char *hex, size_t header_size, const uint16_t *nests, const char *what)
{
	struct bytes whole = bytes_from_hex(hex);

	ck_assert_msg(decode(message_of(&whole)) == 0, "%s", what);
	check_truncated(decode, &whole, header_size, what);
	check_lies(decode, &whole, sizeof(struct nlmsghdr) + MNL_ALIGN(header_size), whole.size, nests, what);
	bytes_free(&whole);
}

struct bytes with_unknown_attribute(const char *hex, size_t header_size)
{
	static const uint8_t unknown[] = {0x09, 0x00, 0xff, 0x3f, 0xde, 0xad, 0xbe, 0xef, 0x01, 0, 0, 0};
	struct bytes plain = bytes_from_hex(hex), more;
	size_t head = sizeof(struct nlmsghdr) + MNL_ALIGN(header_size);

	more = (struct bytes){.at = malloc(plain.size + sizeof(unknown)), .size = plain.size + sizeof(unknown)};
	ck_assert_ptr_nonnull(more.at);
	memcpy(more.at, plain.at, head);
	memcpy(more.at + head, unknown, sizeof(unknown));
	memcpy(more.at + head + sizeof(unknown), plain.at + head, plain.size - head);
	message_of(&more)->nlmsg_len = (uint32_t)more.size;
	bytes_free(&plain);
	return more;
}

struct bytes with_attribute(const char *hex, uint16_t type, const void *payload, size_t size)
{
	struct bytes plain = bytes_from_hex(hex), more;
	size_t all = plain.size + MNL_ATTR_HDRLEN + MNL_ALIGN(size);

	more = (struct bytes){.at = calloc(1, all), .size = all};
	ck_assert_ptr_nonnull(more.at);
	memcpy(more.at, plain.at, plain.size);
	ck_assert(mnl_attr_put_check(message_of(&more), all, type, size, payload));
	bytes_free(&plain);
	return more;
}
