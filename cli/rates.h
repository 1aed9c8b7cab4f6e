/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rates from two readings of counters. Pure. */
#ifndef CLI_RATES_H
#define CLI_RATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What every slave has; counters of drops by reason follow. */
enum rate {
	RATE_RX_PACKETS = 0,
	RATE_RX_BYTES,
	RATE_RX_DROPPED,
	RATE_TX_PACKETS,
	RATE_TX_BYTES,
	RATE_TX_DROPPED,
	RATE_COUNT,
};

/* The counters of one slave, which is known again by the inode of its namespace and its index there. */
struct sample {
	uint64_t place;
	int ifindex;
	const uint64_t *counters;
	const void *of; /* whatever the caller wants with it */
};

struct reading {
	struct sample *samples; /* rates_between() sorts them */
	size_t count;
	size_t width;	     /* counters of each */
	int64_t nanoseconds; /* of a clock that only goes forward */
};

struct rate_row {
	const struct sample *sample; /* the later one */
	bool known;		     /* else the slave is new, or no time has passed */
	double *rates;		     /* per second, as many as there are counters */
};

struct rates {
	double seconds; /* between the readings */
	struct rate_row *rows;
	size_t count;
	double *values; /* of all rows */
};

/*
 * One row for each slave of the later reading, the busiest first: by bytes, then by packets and drops, then as they
 * were given. What went meanwhile has none. Readings of different width tell nothing of each other. rates_free() is due
 * in any case. @return 0 or -ENOMEM.
 */
int rates_between(struct reading *before, struct reading *now, struct rates *rates);
void rates_free(struct rates *rates);

/*
 * How far a counter has come. It may have wrapped, at 32 or 64 bits, or have begun anew with a slave that was made in
 * the place of another.
 */
uint64_t counter_advance(uint64_t before, uint64_t now);

/* "0", "0.25", "7.5", "950", "1.23k", "45.6M": at most five characters. @return buf. */
const char *rate_format(double rate, char *buf, size_t size);

#endif
