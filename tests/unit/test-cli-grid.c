/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/grid.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void check_print(struct grid *grid, bool color, const char *expected)
{
	char *text = NULL;
	size_t size;
	struct page page = {.out = open_memstream(&text, &size), .color = color};

	ck_assert_ptr_nonnull(page.out);
	grid_print(grid, &page);
	fclose(page.out);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(columns_are_as_wide_as_they_must)
{
	struct grid *grid = grid_new("NAME|>COUNT|WHERE");

	grid_add(grid, INK_NAME, "ipvl0");
	grid_add_number(grid, INK_NONE, 1234567);
	grid_add(grid, INK_NONE, "");
	grid_add(grid, INK_NONE, "\xe7\xb6\xb2"); /* two columns, three bytes */
	grid_add_number(grid, INK_NONE, -1);
	grid_add(grid, INK_NONE, "");
	grid_append(grid, "10.0.0.1/");
	grid_append_number(grid, 24);
	check_print(grid, false,
		    "NAME     COUNT  WHERE\n"
		    "ipvl0  1234567  -\n"
		    "\xe7\xb6\xb2          -1  10.0.0.1/24\n");
}
END_TEST

START_TEST(ink_colors_the_text_only)
{
	struct grid *grid = grid_new("A|>B");

	grid_add(grid, INK_NAME, "x");
	grid_add(grid, INK_UP, "10");
	check_print(grid, true, "\033[1mA\033[0m   \033[1mB\033[0m\n\033[36mx\033[0m  \033[32m10\033[0m\n");
}
END_TEST

START_TEST(there_may_be_many_cells)
{
	struct grid *grid = grid_new("A");
	char expected[12 * 1000 + 3], *to = stpcpy(expected, "A\n");

	for (int i = 0; i < 1000; i++) {
		char cell[12];

		snprintf(cell, sizeof(cell), "cell %d", i);
		grid_add(grid, INK_NONE, cell);
		to = stpcpy(stpcpy(to, cell), "\n");
	}
	check_print(grid, false, expected);
}
END_TEST

START_TEST(no_grid_says_so)
{
	grid_add(NULL, INK_NONE, "x");
	grid_append(NULL, "x");
	check_print(NULL, false, "(out of memory)\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-grid");
	TCase *tcase = tcase_create("grid");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, columns_are_as_wide_as_they_must);
	tcase_add_test(tcase, ink_colors_the_text_only);
	tcase_add_test(tcase, there_may_be_many_cells);
	tcase_add_test(tcase, no_grid_says_so);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
