/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far long work is: one line on a terminal that is drawn again and again, and is gone in the end. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
	FILE *out;
	const char *unit; /* what is counted: "lines" */
	bool wanted, shown;
	int64_t due; /* the next drawing, in milliseconds of the monotonic clock */
};

/* Nothing is ever drawn unless `out` is a terminal. */
void progress_begin(struct progress *progress, FILE *out, const char *unit);

/* Draw, if it is time to. total: 0 when nobody knows. count: of what is behind. */
void progress_show(struct progress *progress, uint64_t done, uint64_t total, unsigned int count);

/* Make room for other output, or be done. NULL is fine. */
void progress_clear(struct progress *progress);

/* What is drawn, for a terminal of so many columns. Pure. @return buf. */
const char *progress_format(char *buf, size_t size, size_t columns, uint64_t done, uint64_t total, unsigned int count,
			    const char *unit);

#endif
