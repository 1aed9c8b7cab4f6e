/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A document that is written while it is made is, byte for byte, the tree that would be made of it, written by jansson.
 */
#include "../../cli/writer.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static char long_text[40000];

static const char *const texts[] = {
	"",
	"eth0",
	"\"\\/\b\f\n\r\t",
	"\x01\x1b[31m\x1f ~",
	"ipvl\xc3\xa4\xe7\xb6\xb2",
	"\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf",
	"\xc3\xa4 and a byte that is no UTF-8: \xff",
	"\xc0\x80\xed\xa0\x80\xe7\xb6",
	"\xe7\xb6",
	long_text,
};

static const json_int_t numbers[] = {0, 7, -1, 10, UINT32_MAX, INT64_MAX, INT64_MIN};

static void write_texts(struct writer *w)
{
	write_list(w, "texts");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		write_text(w, NULL, texts[i]);
	write_text(w, NULL, NULL);
	write_text_or_null(w, NULL, NULL);
	write_text_or_null(w, NULL, "x");
	write_end(w);
}

static void write_numbers(struct writer *w)
{
	write_object(w, "numbers");
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char key[] = {(char)('a' + i), '\0'};

		write_number(w, key, numbers[i]);
	}
	write_end(w);
}

static void write_all(struct writer *w)
{
	json_t *tree = json_pack("{s:f, s:[[], {}, n, b, {s:s}], s:f}", "real", 0.1, "list", 1, "a \"key\"\n", "value",
				 "one", 1.0);

	write_object(w, NULL);
	write_object(w, "empty");
	write_end(w);
	write_texts(w);
	write_list(w, "nothing");
	write_end(w);
	write_numbers(w);
	write_truth(w, "yes", true);
	write_truth(w, "no", false);
	if (tree)
		write_tree(w, "tree", tree);
	json_decref(tree);
	write_end(w);
}

START_TEST(json_is_what_jansson_writes)
{
	static const size_t flags[] = {JSON_COMPACT, JSON_INDENT(4)};
	char *written = NULL, *expected;
	struct writer w;
	json_t *tree;
	size_t size;
	FILE *out;

	memset(long_text, 'x', sizeof(long_text) - 1);
	/* Nothing of what lay there is looked at. */
	memset(&w, 0xa5, sizeof(w));
	writer_to_tree(&w, false);
	write_all(&w);
	tree = writer_take_tree(&w);
	ck_assert_ptr_nonnull(tree);
	expected = json_dumps(tree, JSON_ENSURE_ASCII | flags[_i]);
	json_decref(tree);

	out = open_memstream(&written, &size);
	writer_to_json(&w, out, _i == 1);
	write_all(&w);
	writer_finish_json(&w);
	fclose(out);
	ck_assert_uint_eq(size, strlen(expected) + 1);
	ck_assert(memcmp(written, expected, size - 1) == 0 && written[size - 1] == '\n');
	free(expected);
	free(written);
}
END_TEST

/* What is full is told by the stream, whenever that was. */
START_TEST(a_full_disk_is_told)
{
	FILE *out = fopen("/dev/full", "w");
	struct writer w;

	setbuf(out, NULL);
	writer_to_json(&w, out, false);
	write_all(&w);
	writer_finish_json(&w);
	ck_assert_int_ne(ferror(out), 0);
	fclose(out);
}
END_TEST

static size_t allocations_left;

static void *allocate(size_t size)
{
	return allocations_left && allocations_left-- ? malloc(size) : NULL;
}

/* Half a tree is none. */
START_TEST(a_tree_that_lacks_something_is_none)
{
	struct writer w;
	json_t *tree = NULL;
	size_t failures = 0;

	json_set_alloc_funcs(allocate, free);
	for (size_t most = 0; !tree; most++) {
		json_t *made;

		/* write_all() without what it makes beforehand */
		writer_to_tree(&w, false);
		allocations_left = most;
		write_object(&w, NULL);
		write_texts(&w);
		write_numbers(&w);
		write_end(&w);
		made = writer_take_tree(&w);
		if (made && json_array_size(json_object_get(made, "texts")) == sizeof(texts) / sizeof(texts[0]) + 3 &&
		    json_object_size(json_object_get(made, "numbers")) == sizeof(numbers) / sizeof(numbers[0]))
			tree = made;
		else
			ck_assert_ptr_null(made);
		failures += !made;
	}
	ck_assert_uint_gt(failures, 40);
	json_decref(tree);
	json_set_alloc_funcs(malloc, free);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-writer");
	TCase *tcase = tcase_create("writer");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, json_is_what_jansson_writes, 0, 2);
	tcase_add_test(tcase, a_full_disk_is_told);
	tcase_add_test(tcase, a_tree_that_lacks_something_is_none);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
