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
	bool is_whole = grid;

	ck_assert_ptr_nonnull(page.out);
	grid_print(grid, &page);
	fclose(page.out);
	ck_assert_int_eq(page.incomplete, !is_whole);
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
	check_print(NULL, false, "");
}
END_TEST

/* ---- memory: allocations of the grid's and of the document's fail, in turn */

static long until_failure;

static bool fails(void)
{
	return until_failure && --until_failure == 0;
}

void *__real_realloc(void *at, size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_realloc(void *at, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_realloc(void *at, size_t size)
{
	return fails() ? NULL : __real_realloc(at, size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

static void *allocate_for_jansson(size_t size)
{
	return fails() ? NULL : malloc(size);
}

static void add_row(struct page *page, const json_t *document)
{
	grid_add(page->grid, INK_NONE, field_text(document, "name"));
	grid_add_number(page->grid, INK_NONE, field_number(document, "count"));
}

static int print_table(struct session *session)
{
	struct output o;

	table_begin(&o, session, &session->options, add_row, "NAME|COUNT");
	for (int i = 0; i < 40; i++) {
		write_object(&o.writer, NULL);
		write_text(&o.writer, "name", "a");
		write_number(&o.writer, "count", i);
		write_end(&o.writer);
		output_show(&o);
	}
	return table_end(&o);
}

/* Returns the status; the text is the caller's. */
static int print_with_failure(long which, char **text)
{
	char *said = NULL;
	size_t size, said_size;
	FILE *out = open_memstream(text, &size), *err = open_memstream(&said, &said_size);
	struct session session;
	int status;

	session_begin(&session, out, err);
	until_failure = which;
	status = print_table(&session);
	which = until_failure;
	until_failure = 0;
	session_end(&session);
	fclose(out);
	fclose(err);
	ck_assert_str_eq(said, status ? "ipvlanctl: out of memory\n" : "");
	free(said);
	/* All have had their turn. */
	return which ? -1 : status;
}

START_TEST(a_table_is_printed_whole_or_not_at_all)
{
	char *whole, *text;
	long which;
	int status;

	json_set_alloc_funcs(allocate_for_jansson, free);
	ck_assert_int_eq(print_with_failure(0, &whole), STATUS_DONE);
	for (which = 1; (status = print_with_failure(which, &text)) >= 0; which++) {
		ck_assert_int_eq(status, STATUS_REFUSED);
		ck_assert_str_eq(text, "");
		free(text);
	}
	ck_assert_str_eq(text, whole);
	ck_assert_int_gt(which, 40);
	free(text);
	free(whole);
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
	tcase_add_test(tcase, a_table_is_printed_whole_or_not_at_all);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
