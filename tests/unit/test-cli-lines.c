/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/lines.h"
#include "../../cli/pager.h"
#include "../../cli/progress.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int file_of(const char *text, size_t length)
{
	int fd = memfd_create("lines", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, length), (ssize_t)length);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void join(const struct line *line, char *to)
{
	*to = '\0';
	for (size_t i = 0; i < line->words.count; i++) {
		strcat(to, line->words.word[i]);
		strcat(to, "|");
	}
}

/* A file, and its commands: "NUMBER words|words|", with "; " between them; "!" for what could not be read. */
static const struct {
	const char *file, *commands;
} files[] = {
	{"", ""},
	{"a", "1 a|; "},
	{"a b\nc\n", "1 a|b|; 2 c|; "},
	{"\n\n# c\na\n", "1 ; 2 ; 3 ; 4 a|; "},
	{"a \\\n  b \\\n  c\nd\n", "1 a|b|c|; 4 d|; "},
	{"li\\\nnk\n", "1 link|; "},
	{"a \\\r\n b\r\nc\r\n", "1 a|b|; 3 c|; "},
	{"# a \\\nb\n", "1 ; 2 b|; "},
	{"\xef\xbb\xbf"
	 "a\n\xef\xbb\xbf"
	 "b\n",
	 "1 a|; 2 \xef\xbb\xbf"
	 "b|; "},
	{"\xef\xbb\xbf", "1 ; "},
	{"a \\\n# b\nc\n", "1 a|; 3 c|; "},
	{"a \\\n\nb\n", "1 a|; 3 b|; "},
	{"a \\\\\nb\n", "1 a|\\|; 2 b|; "},
	{"a 'b\nc\n", "1 !; 2 c|; "},
	{"a \\\n'b\nc\n", "1 !; 3 c|; "},
	{"a \\\n", "1 !; "},
	{"a \\", "1 !; "},
};

START_TEST(commands_of_a_file)
{
	char found[256] = "", words[128];
	struct file_source file;
	struct message message;
	struct line line;
	int ret;

	file_source_begin(&file, file_of(files[_i].file, strlen(files[_i].file)), NULL);
	while ((ret = line_read(&file.source, &line, &message))) {
		join(&line, words);
		ck_assert(ret == 1 || ret == -EINVAL);
		snprintf(found + strlen(found), sizeof(found) - strlen(found), "%u %s; ", line.number,
			 ret > 0 ? words : "!");
		line_free(&line);
	}
	line_free(&line);
	ck_assert_str_eq(found, files[_i].commands);
	ck_assert_int_eq(file.given, (off_t)strlen(files[_i].file));
	close(file.fd);
	file_source_end(&file);
}
END_TEST

START_TEST(text_is_kept_as_written)
{
	static const char text[] = "  add x \\\n    up # c\n";
	struct file_source file;
	struct message message;
	struct line line;

	file_source_begin(&file, file_of(text, strlen(text)), NULL);
	ck_assert_int_eq(line_read(&file.source, &line, &message), 1);
	ck_assert_str_eq(line.text, text);
	ck_assert_str_eq(line.joined, "  add x     up # c\n");
	line_free(&line);
	close(file.fd);
	file_source_end(&file);
}
END_TEST

START_TEST(escapes_are_not_cut)
{
	static const char text[] = "  !echo it's # no comment \\\nup x\n";
	struct file_source file;
	struct message message;
	struct line line;

	file_source_begin(&file, file_of(text, strlen(text)), NULL);
	ck_assert_int_eq(line_read(&file.source, &line, &message), 1);
	ck_assert_str_eq(line.escape, "echo it's # no comment \\\n");
	ck_assert_uint_eq(line.words.count, 0);
	line_free(&line);
	ck_assert_int_eq(line_read(&file.source, &line, &message), 1);
	ck_assert_ptr_null(line.escape);
	ck_assert_uint_eq(line.words.count, 2);
	line_free(&line);
	close(file.fd);
	file_source_end(&file);
}
END_TEST

START_TEST(nul_bytes_are_refused)
{
	static const char text[] = "up x\0 y\nup z\n";
	struct file_source file;
	struct message message;
	struct line line;

	file_source_begin(&file, file_of(text, sizeof(text) - 1), NULL);
	ck_assert_int_eq(line_read(&file.source, &line, &message), -EINVAL);
	ck_assert_str_eq(message.text, "there is a NUL byte in the line");
	ck_assert_uint_eq(line.number, 1);
	line_free(&line);
	ck_assert_int_eq(line_read(&file.source, &line, &message), 1);
	ck_assert_str_eq(line.words.word[1], "z");
	ck_assert_uint_eq(line.number, 2);
	line_free(&line);
	close(file.fd);
	file_source_end(&file);
}
END_TEST

/* Longer than what is read at once. */
START_TEST(long_lines)
{
	size_t length = 100000;
	char *text = malloc(2 * length + 3);
	struct file_source file;
	struct message message;
	struct line line;

	memset(text, 'a', 2 * length);
	text[length] = '\n';
	file_source_begin(&file, file_of(text, 2 * length), NULL);
	ck_assert_int_eq(line_read(&file.source, &line, &message), 1);
	ck_assert_uint_eq(strlen(line.words.word[0]), length);
	line_free(&line);
	ck_assert_int_eq(line_read(&file.source, &line, &message), 1);
	ck_assert_uint_eq(strlen(line.words.word[0]), length - 1);
	line_free(&line);
	ck_assert_int_eq(line_read(&file.source, &line, &message), 0);
	line_free(&line);
	close(file.fd);
	file_source_end(&file);
	free(text);
}
END_TEST

START_TEST(errors_of_the_file_are_told)
{
	struct file_source file;
	struct message message;
	struct line line;
	int ends[2];

	ck_assert_int_eq(pipe(ends), 0);
	close(ends[0]);
	file_source_begin(&file, ends[1], NULL);
	/* The end that is written to cannot be read. */
	ck_assert_int_eq(line_read(&file.source, &line, &message), -EBADF);
	line_free(&line);
	close(ends[1]);
	file_source_end(&file);
}
END_TEST

static const char *const quoted[] = {
	"a",	    "",	  "a b",	 "#a", "a#b", "!a", "?", "'", "\"", "\\", "a\\", "it's \"so\" \\ ",
	"\xc3\xa4", "\t", "10.0.0.2/24",
};

START_TEST(quoted_words_are_read_again)
{
	char *text = lex_quote(quoted[_i]);
	struct words words = {0};
	struct message message;

	ck_assert_int_eq(lex_line(text, &words, &message), 0);
	ck_assert_uint_eq(words.count, 1);
	ck_assert(!words.continued);
	ck_assert_str_eq(words.word[0], quoted[_i]);
	words_free(&words);
	free(text);
}
END_TEST

static const struct {
	size_t columns;
	uint64_t done, total;
	const char *bar;
} bars[] = {
	{40, 0, 100, "[......................]   0%  7 lines"},
	{40, 50, 100, "[###########...........]  50%  7 lines"},
	{40, 100, 100, "[######################] 100%  7 lines"},
	{40, 200, 100, "[######################] 100%  7 lines"},
	{10, 50, 100, " 50%  7 lines"},
	{40, 50, 0, "7 lines"},
	{200, 1, 2, "[#########################.........................]  50%  7 lines"},
	{40, UINT64_MAX / 2, UINT64_MAX, "[##########............]  49%  7 lines"},
};

START_TEST(progress_bars)
{
	char text[128];

	progress_format(text, sizeof(text), bars[_i].columns, bars[_i].done, bars[_i].total, 7, "lines");
	ck_assert_str_eq(text, bars[_i].bar);
}
END_TEST

START_TEST(rows_of_a_screen)
{
	ck_assert_uint_eq(pager_count_rows("", 10), 0);
	ck_assert_uint_eq(pager_count_rows("a\nb\n", 10), 2);
	ck_assert_uint_eq(pager_count_rows("a\n\nb", 10), 3);
	ck_assert_uint_eq(pager_count_rows("0123456789\n", 10), 1);
	ck_assert_uint_eq(pager_count_rows("0123456789a\n", 10), 2);
	ck_assert_uint_eq(pager_count_rows("\xc3\xa4\xc3\xa4\n", 2), 1);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

int main(void)
{
	Suite *suite = suite_create("cli-lines");
	TCase *tcase = tcase_create("lines");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, commands_of_a_file, 0, COUNT(files));
	tcase_add_test(tcase, text_is_kept_as_written);
	tcase_add_test(tcase, escapes_are_not_cut);
	tcase_add_test(tcase, nul_bytes_are_refused);
	tcase_add_test(tcase, long_lines);
	tcase_add_test(tcase, errors_of_the_file_are_told);
	tcase_add_loop_test(tcase, quoted_words_are_read_again, 0, COUNT(quoted));
	tcase_add_loop_test(tcase, progress_bars, 0, COUNT(bars));
	tcase_add_test(tcase, rows_of_a_screen);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
