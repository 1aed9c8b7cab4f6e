/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/lex.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A line and its words with a bar after each one; NULL for a line that is refused with the message. */
static const struct {
	const char *line, *words, *message;
} lines[] = {
	{"", "", NULL},
	{"   \t ", "", NULL},
	{"link add link eth0", "link|add|link|eth0|", NULL},
	{"  a\tb  \n", "a|b|", NULL},
	{"# all of it is a comment", "", NULL},
	{"up x # the rest", "up|x|", NULL},
	{"up x#y", "up|x#y|", NULL},
	{"'a b' \"c d\"", "a b|c d|", NULL},
	{"a'b c'd", "ab cd|", NULL},
	{"''", "|", NULL},
	{"a '' b", "a||b|", NULL},
	{"\"a \\\" b\"", "a \" b|", NULL},
	{"\"a \\n b\"", "a \\n b|", NULL},
	{"'a \\ b'", "a \\ b|", NULL},
	{"a\\ b c", "a b|c|", NULL},
	{"\\#a", "#a|", NULL},
	{"'\"'", "\"|", NULL},
	{"up 'x y", NULL, "the quote that opens at 'x y is never closed"},
	{"up \"", NULL, "the quote that opens at \" is never closed"},
	{"up \"x\nup y\n", NULL, "the quote that opens at \"x is never closed"},
};

START_TEST(line_to_words)
{
	struct words words = {0};
	struct message message;
	char joined[256] = "";
	int err = lex_line(lines[_i].line, &words, &message);

	for (size_t i = 0; i < words.count; i++) {
		strcat(joined, words.word[i]);
		strcat(joined, "|");
	}
	ck_assert_int_eq(err, lines[_i].words ? 0 : -EINVAL);
	if (lines[_i].words)
		ck_assert_str_eq(joined, lines[_i].words);
	else
		ck_assert_str_eq(message.text, lines[_i].message);
	words_free(&words);
}
END_TEST

START_TEST(lines_continue)
{
	struct words words = {0};
	struct message message;

	ck_assert_int_eq(lex_line("add x \\\n", &words, &message), 0);
	ck_assert(words.continued);
	ck_assert_int_eq(lex_line("parent eth0", &words, &message), 0);
	ck_assert(!words.continued);
	ck_assert_uint_eq(words.count, 2);
	ck_assert_str_eq(words.word[1], "eth0");
	ck_assert_ptr_null(words.word[2]);
	words_free(&words);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-lex");
	TCase *tcase = tcase_create("lex");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, line_to_words, 0, sizeof(lines) / sizeof(lines[0]));
	tcase_add_test(tcase, lines_continue);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
