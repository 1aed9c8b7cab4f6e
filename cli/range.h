/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Short forms of texts that come in a row: "web[1-500]" and "10.1.0.0/16 + 10". Pure.
 *
 * A text has at most one range. Numbers with leading zeros keep their width. A bracket or backslash that is meant as
 * such has a backslash before it.
 */
#ifndef CLI_RANGE_H
#define CLI_RANGE_H

#include "message.h"

#include <stddef.h>

/* More than a parent can have slaves. */
#define RANGE_LONGEST 65536

struct range {
	const char *text;
	size_t before, after;	   /* the bytes of the text before the range, and where it goes on after it */
	unsigned int first, count; /* count: 0 for a text without a range */
	int width;
};

/* The range borrows the text. @return 0; -EINVAL with a message. */
int range_parse(const char *text, struct range *range, struct message *message);

/* The text with its n-th number, counted from 0, or without a range. @return 0; -ENAMETOOLONG. */
int range_format(const struct range *range, unsigned int n, char *buf, size_t size);

/* A text that is meant as it stands, so written that no range is read from it. The caller frees it. */
char *range_escape(const char *text);

/*
 * "NETWORK/LENGTH + OFFSET" to the n-th address of that row, counted from 0; any other text is left as it is.
 * @return 0; -EINVAL with a message, also when the row leaves the network.
 */
int series_format(const char *text, unsigned int n, char *buf, size_t size, struct message *message);

#endif
