/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rates.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Some drivers keep counters of 32 bits for each processor and report their sum: so it is the difference that tells a
 * wrap, not the value. A wrap is believed when the way forward is the shorter one.
 */
uint64_t counter_advance(uint64_t before, uint64_t now)
{
	uint64_t back = before - now;

	if (now >= before)
		return now - before;
	if (back > UINT32_MAX / 2 && back <= UINT32_MAX)
		return (UINT64_C(1) << 32) - back;
	return back > UINT64_MAX / 2 ? now - before : now;
}

static int compare_samples(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

static double traffic(const struct rate_row *row, enum rate one, enum rate other)
{
	return row->known ? row->rates[one] + row->rates[other] : 0;
}

/* Equals stay in the order of their samples, which only grows within a reading. */
static int compare_rows(const void *a, const void *b)
{
	static const enum rate pairs[][2] = {
		{RATE_RX_BYTES, RATE_TX_BYTES},
		{RATE_RX_PACKETS, RATE_TX_PACKETS},
		{RATE_RX_DROPPED, RATE_TX_DROPPED},
	};
	const struct rate_row *x = a, *y = b;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		double p = traffic(x, pairs[i][0], pairs[i][1]), q = traffic(y, pairs[i][0], pairs[i][1]);

		if (p != q)
			return p > q ? -1 : 1;
	}
	return (x->sample > y->sample) - (x->sample < y->sample);
}

static void fill(struct rate_row *row, const struct sample *before, const struct sample *now, size_t width,
		 double seconds)
{
	row->sample = now;
	row->known = before && seconds > 0;
	for (size_t i = 0; row->known && i < width; i++)
		row->rates[i] = (double)counter_advance(before->counters[i], now->counters[i]) / seconds;
}

int rates_between(struct reading *before, struct reading *now, struct rates *rates)
{
	bool comparable = before->width == now->width && before->count;

	*rates = (struct rates){
		.seconds = (double)(now->nanoseconds - before->nanoseconds) / 1e9,
		.rows = calloc(now->count + 1, sizeof(*rates->rows)),
		.values = calloc(now->count * now->width + 1, sizeof(*rates->values)),
	};
	if (!rates->rows || !rates->values)
		return -ENOMEM;
	rates->count = now->count;
	if (comparable)
		qsort(before->samples, before->count, sizeof(*before->samples), compare_samples);
	for (size_t i = 0; i < now->count; i++) {
		const struct sample *sample = &now->samples[i], *earlier = NULL;

		if (comparable)
			earlier = bsearch(sample, before->samples, before->count, sizeof(*sample), compare_samples);
		rates->rows[i].rates = rates->values + i * now->width;
		fill(&rates->rows[i], earlier, sample, now->width, rates->seconds);
	}
	qsort(rates->rows, rates->count, sizeof(*rates->rows), compare_rows);
	return 0;
}

void rates_free(struct rates *rates)
{
	free(rates->rows);
	free(rates->values);
	*rates = (struct rates){0};
}

/* Three digits that count, and what they are multiplied by. */
const char *rate_format(double rate, char *buf, size_t size)
{
	static const char units[] = " kMGTPE";
	size_t unit = 0;

	while (rate >= 999.5 && unit + 2 < sizeof(units)) {
		rate /= 1000;
		unit++;
	}
	snprintf(buf, size, "%.*f", rate >= 99.95 || rate <= 0 ? 0 : rate >= 9.995 ? 1 : 2, rate);
	if (unit)
		snprintf(buf + strlen(buf), size - strlen(buf), "%c", units[unit]);
	return buf;
}
