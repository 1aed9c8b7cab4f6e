/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/arena.h"

#include <check.h>
#include <jansson.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static json_malloc_t allocate;
static json_free_t release;

static void begin(void)
{
	arena_use();
	json_get_alloc_funcs(&allocate, &release);
}

START_TEST(it_begins_anew_when_nothing_is_left)
{
	char *first = allocate(5), *second = allocate(40), *third;

	ck_assert_uint_eq((uintptr_t)second % alignof(max_align_t), 0);
	ck_assert(second >= first + 5);
	release(first);
	third = allocate(5);
	ck_assert(third >= second + 40);
	release(second);
	release(third);
	ck_assert_ptr_eq(allocate(5), first);
	release(first);
}
END_TEST

static size_t size_of(size_t index)
{
	return index % 100 == 99 ? 40000 : index % 100;
}

static bool holds_only(const unsigned char *piece, size_t size, unsigned char byte)
{
	for (size_t i = 0; i < size; i++)
		if (piece[i] != byte)
			return false;
	return true;
}

/* Pieces do not overlap, however many there are; what does not fit is malloc()'s. */
START_TEST(it_has_room_for_more_than_a_block)
{
	static unsigned char *pieces[3000];
	const size_t count = sizeof(pieces) / sizeof(pieces[0]);

	for (size_t i = 0; i < count; i++) {
		pieces[i] = allocate(size_of(i));
		ck_assert_ptr_nonnull(pieces[i]);
		memset(pieces[i], (int)(i % 251), size_of(i));
	}
	for (size_t i = 0; i < count; i++) {
		ck_assert(holds_only(pieces[i], size_of(i), (unsigned char)(i % 251)));
		release(pieces[i]);
	}
}
END_TEST

START_TEST(what_was_there_before_may_go)
{
	json_t *before, *within;

	json_set_alloc_funcs(malloc, free);
	before = json_pack("{s:[s, i]}", "key", "text", 7);
	arena_use();
	within = json_deep_copy(before);
	ck_assert(json_equal(before, within));
	json_decref(before);
	json_decref(within);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-arena");
	TCase *tcase = tcase_create("arena");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, begin, NULL);
	tcase_add_test(tcase, it_begins_anew_when_nothing_is_left);
	tcase_add_test(tcase, it_has_room_for_more_than_a_block);
	tcase_add_test(tcase, what_was_there_before_may_go);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
