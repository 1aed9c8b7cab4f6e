/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every message of the codec is put through, in both directions. */
#ifndef TESTS_CODEC_CHECK_H
#define TESTS_CODEC_CHECK_H

#include "support.h"

/* One encoder with its arguments. Returns what the codec's function returned. */
typedef int (*encode_fn)(void *buf, size_t size, const void *data);

/*
 * The message is exactly these bytes; a buffer of any smaller size gives -EMSGSIZE, with nothing written past its end.
 */
void check_encoding(encode_fn encode, const void *data, const char *hex, const char *what);

/*
 * The message asks for the same as another program's: type, family header, and the same attributes with the same
 * values. Their order, NLA_F_NESTED, the sequence number, and the flags NLM_F_ACK and NLM_F_REQUEST may differ.
 */
void check_same_request(encode_fn encode, const void *data, size_t header_size, const uint16_t *nests,
			const void *theirs, const char *what);

/* A decoder; the object goes to a place of its own. Returns what the codec's function returned. */
typedef int (*decode_fn)(const struct nlmsghdr *nlh);

/*
 * The message cut off at every byte, and with every attribute's length, nested ones included, replaced by lies. Every
 * lie that breaks the row of attributes is refused with -EBADMSG; none leads past the end.
 */
void check_malformed(decode_fn decode, const char *hex, size_t header_size, const uint16_t *nests, const char *what);

/* The message with an attribute that nobody knows, in front of all others, is decoded as if without. */
struct bytes with_unknown_attribute(const char *hex, size_t header_size);

/* The message with an attribute put at its end. */
struct bytes with_attribute(const char *hex, uint16_t type, const void *payload, size_t size);

#endif
