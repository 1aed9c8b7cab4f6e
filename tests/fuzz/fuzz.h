/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <libmnl/libmnl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define require(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

/* The message that the bytes begin with, in memory that ends where it does. NULL when there is none. */
static inline struct nlmsghdr *fuzz_message(const uint8_t *data, size_t size)
{
	struct nlmsghdr header, *nlh;

	if (size < sizeof(header))
		return NULL;
	memcpy(&header, data, sizeof(header));
	/* Cut short is a case of its own, so a length that is too large only means all there is. */
	if (header.nlmsg_len > size)
		header.nlmsg_len = (uint32_t)size;
	if (header.nlmsg_len < sizeof(header))
		return NULL;
	nlh = malloc(header.nlmsg_len);
	if (!nlh)
		return NULL;
	memcpy(nlh, data, header.nlmsg_len);
	nlh->nlmsg_len = header.nlmsg_len;
	return nlh;
}

#endif
