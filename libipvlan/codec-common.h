/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the codec's files share: beginning a message, bounded putting, checked getting. */
#ifndef LIBIPVLAN_CODEC_COMMON_H
#define LIBIPVLAN_CODEC_COMMON_H

#include "codec.h"
#include <errno.h>
#include <string.h>

/* A message that is being written. Once something does not fit, `full` stays set and nothing more is written. */
struct writer {
	struct nlmsghdr *nlh;
	size_t size;
	bool full;
};

/* Returns the family header, zeroed; NULL when not even that fits. */
static inline void *writer_begin(struct writer *w, void *buf, size_t size, uint16_t type, uint16_t flags,
				 size_t header_size)
{
	void *header;

	w->size = size;
	w->full = size < MNL_NLMSG_HDRLEN + MNL_ALIGN(header_size);
	if (w->full)
		return NULL;
	w->nlh = mnl_nlmsg_put_header(buf);
	w->nlh->nlmsg_type = type;
	w->nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	header = mnl_nlmsg_put_extra_header(w->nlh, header_size);
	return header;
}

/*
 * Begins an attribute. Returns where its payload goes, NULL when that does not fit. libmnl's own functions are called,
 * and call others, for each: they take three times as long, and old ones leave in the padding whatever lay in memory.
 */
static inline void *put_begin(struct writer *w, uint16_t type, size_t size)
{
	size_t length = MNL_ATTR_HDRLEN + size, room = MNL_ALIGN(length);
	struct nlattr *attr;

	w->full = w->full || length > UINT16_MAX || room > w->size - w->nlh->nlmsg_len;
	if (w->full)
		return NULL;
	attr = (struct nlattr *)((char *)w->nlh + w->nlh->nlmsg_len);
	memset((char *)attr + room - MNL_ALIGNTO, 0, MNL_ALIGNTO);
	attr->nla_type = type;
	attr->nla_len = (uint16_t)length;
	w->nlh->nlmsg_len += (uint32_t)room;
	return attr + 1;
}

static inline void put(struct writer *w, uint16_t type, size_t size, const void *data)
{
	void *payload = put_begin(w, type, size);

	if (payload)
		memcpy(payload, data, size);
}

static inline void put_u16(struct writer *w, uint16_t type, uint16_t value)
{
	put(w, type, sizeof(value), &value);
}

static inline void put_u32(struct writer *w, uint16_t type, uint32_t value)
{
	put(w, type, sizeof(value), &value);
}

static inline void put_string(struct writer *w, uint16_t type, const char *text)
{
	put(w, type, strlen(text) + 1, text);
}

static inline struct nlattr *nest_begin(struct writer *w, uint16_t type)
{
	struct nlattr *payload = put_begin(w, NLA_F_NESTED | type, 0);

	return payload ? payload - 1 : NULL;
}

static inline void nest_end(struct writer *w, struct nlattr *nest)
{
	if (!w->full)
		nest->nla_len = (uint16_t)((char *)w->nlh + w->nlh->nlmsg_len - (char *)nest);
}

static inline int writer_finish(const struct writer *w)
{
	return w->full ? -EMSGSIZE : (int)w->nlh->nlmsg_len;
}

static inline bool get_u32(const struct nlattr *attr, uint32_t *value)
{
	if (mnl_attr_get_payload_len(attr) < sizeof(*value))
		return false;
	memcpy(value, mnl_attr_get_payload(attr), sizeof(*value));
	return true;
}

static inline bool get_i32(const struct nlattr *attr, int *value)
{
	uint32_t raw;

	if (!get_u32(attr, &raw))
		return false;
	*value = (int)raw;
	return true;
}

static inline bool get_u16(const struct nlattr *attr, int *value)
{
	uint16_t raw;

	if (mnl_attr_get_payload_len(attr) < sizeof(raw))
		return false;
	memcpy(&raw, mnl_attr_get_payload(attr), sizeof(raw));
	*value = raw;
	return true;
}

static inline bool get_u8(const struct nlattr *attr, uint8_t *value)
{
	if (mnl_attr_get_payload_len(attr) < 1)
		return false;
	*value = *(const uint8_t *)mnl_attr_get_payload(attr);
	return true;
}

/* A string that must end within its attribute and, with its NUL, fit. */
static inline bool get_string(const struct nlattr *attr, char *text, size_t size)
{
	size_t length = mnl_attr_get_payload_len(attr);
	const char *payload = mnl_attr_get_payload(attr);
	size_t used = strnlen(payload, length);

	if (used == length || used >= size)
		return false;
	memcpy(text, payload, used + 1);
	return true;
}

static inline size_t family_bytes(int family)
{
	return family == AF_INET ? 4 : 16;
}

static inline bool get_ip(const struct nlattr *attr, int family, uint8_t *bytes)
{
	if (mnl_attr_get_payload_len(attr) != family_bytes(family))
		return false;
	memcpy(bytes, mnl_attr_get_payload(attr), family_bytes(family));
	return true;
}

/* Whether a message of this family header may be looked into at all. */
static inline bool has_header(const struct nlmsghdr *nlh, size_t header_size)
{
	return nlh->nlmsg_len >= MNL_NLMSG_HDRLEN + header_size;
}

/* As mnl_attr_for_each(), but says whether the attributes fill the message to its end, as they must. */
typedef bool (*attr_fn)(const struct nlattr *attr, void *data);

static inline bool each_attr(const struct nlmsghdr *nlh, size_t header_size, attr_fn fn, void *data)
{
	const char *end = (const char *)nlh + nlh->nlmsg_len;
	const struct nlattr *attr = mnl_nlmsg_get_payload_offset(nlh, header_size);

	/* mnl_attr_for_each() would round the end up, and read beyond it. */
	for (; mnl_attr_ok(attr, (int)(end - (const char *)attr)); attr = mnl_attr_next(attr)) {
		if (!fn(attr, data))
			return false;
	}
	return (const char *)attr >= end;
}

static inline bool each_nested(const struct nlattr *nest, attr_fn fn, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested (attr, nest) {
		if (!fn(attr, data))
			return false;
	}
	return (const char *)attr >= (const char *)mnl_attr_get_payload(nest) + mnl_attr_get_payload_len(nest);
}

#endif
