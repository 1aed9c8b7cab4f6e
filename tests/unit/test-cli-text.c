/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/message.h"
#include "../../cli/output.h"
#include "../../cli/text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *text;
	size_t width;
	const char *sanitized; /* NULL: harmless as it is */
} texts[] = {
	{"", 0, NULL},
	{"eth0", 4, NULL},
	{"ipvl\xc3\xa4", 5, NULL},
	{"e\xcc\x81", 1, NULL},	   /* a letter and its accent */
	{"\xe7\xb6\xb2", 2, NULL}, /* a wide character */
	{"a\033[31mb", 7, "a?[31mb"},
	{"a\nb", 3, "a?b"},
	{"a\x7f", 2, "a?"},
	{"a\xc2\x9b"
	 "b",
	 3, "a?b"}, /* CSI as one character */
	{"a\xff"
	 "b",
	 3, "a?b"},		      /* no UTF-8 */
	{"a\xc0\xaf", 3, "a??"},      /* '/' written too long */
	{"a\xed\xa0\x80", 4, "a???"}, /* half a surrogate pair */
	{"a\xe2\x80\xae"
	 "b",
	 3, "a?b"},		 /* right to left */
	{"a\xe7\xb6", 3, "a??"}, /* cut in the middle */
};

START_TEST(width_and_harm)
{
	char copy[64];

	ck_assert_uint_eq(text_width(texts[_i].text), texts[_i].width);
	ck_assert(text_is_harmless(texts[_i].text) == !texts[_i].sanitized);
	strcpy(copy, texts[_i].text);
	text_sanitize(copy);
	ck_assert_str_eq(copy, texts[_i].sanitized ? texts[_i].sanitized : texts[_i].text);
}
END_TEST

START_TEST(quoted)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert(out);
	text_print_quoted(out, "\"a\\ \xc3\xa4\x1b[m\xc2\x9b\xe2\x80\xae\xf0\x9f\x98\x80");
	ck_assert(fclose(out) == 0);
	ck_assert_str_eq(text, "\"\\\"a\\\\ \xc3\xa4\\u001b[m\\u009b\\u202e\xf0\x9f\x98\x80\"");
	free(text);
}
END_TEST

START_TEST(cut)
{
	ck_assert_uint_eq(text_cut("abc", 5), 3);
	ck_assert_uint_eq(text_cut("abc", 2), 2);
	ck_assert_uint_eq(text_cut("a\xe7\xb6\xb2", 2), 1);
	ck_assert_uint_eq(text_cut("a\xe7\xb6\xb2", 3), 4);
}
END_TEST

START_TEST(likeness)
{
	ck_assert_uint_eq(text_distance("mode", "mode"), 0);
	ck_assert_uint_eq(text_distance("mdoe", "mode"), 1);
	ck_assert_uint_eq(text_distance("mod", "mode"), 1);
	ck_assert_uint_eq(text_distance("", "mode"), 4);
	ck_assert_uint_eq(text_distance("brigde", "bridge"), 1);
}
END_TEST

static const struct {
	const char *word, *valid, *suffix;
} slips[] = {
	{"vepaa", "bridge private vepa", " (did you mean 'vepa'?)"},
	{"l4", "l2 l3 l3s", " (did you mean 'l2' or 'l3'?)"},
	{"xyz", "bridge private vepa", ""},
	{"lnik", "link list", " (did you mean 'link'?)"},
	{"a-word-that-is-much-longer-than-any-keyword-could-be", "mode", ""},
};

START_TEST(did_you_mean)
{
	struct message message = {""};
	struct nearest nearest;

	nearest_begin(&nearest, slips[_i].word);
	nearest_offer_list(&nearest, slips[_i].valid);
	nearest_add_to(&nearest, &message);
	ck_assert_str_eq(message.text, slips[_i].suffix);
}
END_TEST

static void print_name(struct page *page, const json_t *document)
{
	fputs(field_text(document, "name"), page->out);
}

/* The same document as text and as JSON: neither lets a control character through. */
START_TEST(names_never_command_the_terminal)
{
	static const char *const expected[] = {"a?]0;x?b?", "{\"name\":\"a\\u001B]0;x\\u0007b\\u007f\"}\n"};
	struct options options = {.json = _i};
	char *text = NULL;
	size_t size;
	struct page page = {.out = open_memstream(&text, &size), .options = &options, .width = 80};
	json_t *document = json_object();

	json_object_set_new(document, "name", document_text("a\033]0;x\007b\x7f"));
	ck_assert_int_eq(output_to(&page, document, print_name), 0);
	fclose(page.out);
	ck_assert_str_eq(text, expected[_i]);
	free(text);
}
END_TEST

START_TEST(names_need_not_be_utf8)
{
	json_t *text = document_text("a\xff"
				     "b");

	ck_assert_str_eq(json_string_value(text), "a\xef\xbf\xbd"
						  "b");
	json_decref(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-text");
	TCase *tcase = tcase_create("text");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, width_and_harm, 0, sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(tcase, quoted);
	tcase_add_test(tcase, cut);
	tcase_add_test(tcase, likeness);
	tcase_add_loop_test(tcase, did_you_mean, 0, sizeof(slips) / sizeof(slips[0]));
	tcase_add_loop_test(tcase, names_never_command_the_terminal, 0, 2);
	tcase_add_test(tcase, names_need_not_be_utf8);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
