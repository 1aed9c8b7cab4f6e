/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/rates.h"

#include <check.h>
#include <stdlib.h>

/* ---- counters */

static const struct {
	uint64_t before, now, advance;
} steps[] = {
	{0, 0, 0},
	{5, 7, 2},
	{0, UINT64_MAX, UINT64_MAX},
	/* Wraps, of 64 bits, of 32, and of 32 within a sum of several processors' */
	{UINT64_MAX - 1, 3, 5},
	{UINT32_MAX - 1, 3, 5},
	{UINT32_MAX + UINT64_C(1000), 1003, 4},
	/* Begun anew: less than half the way round */
	{5, 2, 2},
	{1000000, 0, 0},
	{UINT64_C(1) << 40, 17, 17},
	{UINT32_MAX / 2, 1, 1},
};

START_TEST(counters_advance)
{
	ck_assert_uint_eq(counter_advance(steps[_i].before, steps[_i].now), steps[_i].advance);
}
END_TEST

/* ---- readings */

#define SECOND INT64_C(1000000000)
#define WIDTH  (RATE_COUNT + 1)

/* Slaves of one place; counters[i] are those of index indexes[i]. */
static struct reading make(int64_t at, size_t count, const int *indexes, const uint64_t (*counters)[WIDTH])
{
	struct reading reading = {
		.samples = calloc(count + 1, sizeof(struct sample)),
		.count = count,
		.width = WIDTH,
		.nanoseconds = at,
	};

	for (size_t i = 0; i < count; i++)
		reading.samples[i] = (struct sample){.place = 1, .ifindex = indexes[i], .counters = counters[i]};
	return reading;
}

START_TEST(busiest_comes_first)
{
	static const uint64_t earlier[][WIDTH] = {{10, 100, 0, 0, 0, 0, 7}, {0}, {0}, {0}};
	static const uint64_t later[][WIDTH] = {
		{0}, {0, 0, 1}, {12, 120, 0, 2, 20, 0, 8}, {400, 0, 0, 0, 0, 0, 0}, {1000000, 1000000, 9},
	};
	struct reading before = make(SECOND, 4, (int[]){7, 3, 5, 6}, earlier);
	struct reading now = make(3 * SECOND, 5, (int[]){3, 5, 7, 6, 9}, later);
	static const int order[] = {7, 6, 5, 3, 9};
	struct rates rates;

	ck_assert_int_eq(rates_between(&before, &now, &rates), 0);
	ck_assert_uint_eq(rates.count, 5);
	ck_assert_double_eq(rates.seconds, 2);
	for (size_t i = 0; i < rates.count; i++)
		ck_assert_int_eq(rates.rows[i].sample->ifindex, order[i]);
	ck_assert_double_eq(rates.rows[0].rates[RATE_RX_PACKETS], 1);
	ck_assert_double_eq(rates.rows[0].rates[RATE_RX_BYTES], 10);
	ck_assert_double_eq(rates.rows[0].rates[RATE_TX_BYTES], 10);
	ck_assert_double_eq(rates.rows[0].rates[RATE_COUNT], 0.5);
	/* What was not there before has counted since nobody knows when. */
	ck_assert(rates.rows[0].known && !rates.rows[4].known);
	rates_free(&rates);
	free(before.samples);
	free(now.samples);
}
END_TEST

/* The same index in another namespace is another slave, and one that went is not spoken of. */
START_TEST(slaves_come_and_go)
{
	static const uint64_t counters[][WIDTH] = {{1}, {1}};
	struct reading before = make(0, 2, (int[]){2, 3}, counters);
	struct reading now = make(SECOND, 2, (int[]){2, 3}, counters);
	struct rates rates;

	now.samples[0].place = 2;
	ck_assert_int_eq(rates_between(&before, &now, &rates), 0);
	ck_assert(!rates.rows[0].known || !rates.rows[1].known);
	ck_assert(rates.rows[0].known || rates.rows[1].known);
	rates_free(&rates);
	now.count = 0;
	ck_assert_int_eq(rates_between(&before, &now, &rates), 0);
	ck_assert_uint_eq(rates.count, 0);
	rates_free(&rates);
	free(before.samples);
	free(now.samples);
}
END_TEST

/* Nothing is known when no time has passed, or when the readings are not of the same counters. */
START_TEST(some_readings_tell_nothing)
{
	static const uint64_t counters[][WIDTH] = {{1}};
	struct reading before = make(SECOND, 1, (int[]){2}, counters), now = before, none = {0};
	struct rates rates;

	ck_assert_int_eq(rates_between(&before, &now, &rates), 0);
	ck_assert(!rates.rows[0].known);
	rates_free(&rates);
	now.nanoseconds = 0;
	ck_assert_int_eq(rates_between(&before, &now, &rates), 0);
	ck_assert(!rates.rows[0].known);
	rates_free(&rates);
	now.nanoseconds = 2 * SECOND;
	now.width--;
	ck_assert_int_eq(rates_between(&before, &now, &rates), 0);
	ck_assert(!rates.rows[0].known);
	rates_free(&rates);
	now.width++;
	ck_assert_int_eq(rates_between(&none, &now, &rates), 0);
	ck_assert(!rates.rows[0].known);
	rates_free(&rates);
	free(before.samples);
}
END_TEST

/* ---- texts */

static const struct {
	double rate;
	const char *text;
} texts[] = {
	{0, "0"},	{0.25, "0.25"},	  {1, "1.00"},	     {9.994, "9.99"},	 {9.996, "10.0"}, {99.94, "99.9"},
	{99.96, "100"}, {950, "950"},	  {999.4, "999"},    {999.6, "1.00k"},	 {1234, "1.23k"}, {45600000, "45.6M"},
	{1e9, "1.00G"}, {1.5e14, "150T"}, {1.8e19, "18.0E"}, {1e24, "1000000E"},
};

START_TEST(rates_are_short)
{
	char text[16];

	ck_assert_str_eq(rate_format(texts[_i].rate, text, sizeof(text)), texts[_i].text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-rates");
	TCase *tcase = tcase_create("rates");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, counters_advance, 0, sizeof(steps) / sizeof(steps[0]));
	tcase_add_test(tcase, busiest_comes_first);
	tcase_add_test(tcase, slaves_come_and_go);
	tcase_add_test(tcase, some_readings_tell_nothing);
	tcase_add_loop_test(tcase, rates_are_short, 0, sizeof(texts) / sizeof(texts[0]));
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
