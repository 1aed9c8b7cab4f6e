/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there was no memory for is told, and neither left out nor taken for something else. */
#include "../../cli/batch.h"
#include "../../cli/lex.h"
#include "../../cli/pager.h"
#include "../../cli/screen.h"
#include "session-heard.h"

#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct ipvlan_address;
struct ipvlan_route;

/* ---- the linker leads the command here */

static bool lacks_room, lacks_quote, lacks_objects;

int __real_fclose(FILE *file);
int __wrap_fclose(FILE *file);
int __wrap_fclose(FILE *file)
{
	int result = __real_fclose(file);

	return lacks_room ? EOF : result;
}

char *__real_lex_quote(const char *word);
char *__wrap_lex_quote(const char *word);
char *__wrap_lex_quote(const char *word)
{
	/* The first word is there. */
	return lacks_quote && strcmp(word, "netns") != 0 ? NULL : __real_lex_quote(word);
}

int __real_ipvlan_address_new(const char *text, struct ipvlan_address **address);
int __wrap_ipvlan_address_new(const char *text, struct ipvlan_address **address);
int __wrap_ipvlan_address_new(const char *text, struct ipvlan_address **address)
{
	return lacks_objects ? -ENOMEM : __real_ipvlan_address_new(text, address);
}

int __real_ipvlan_route_new(const char *text, struct ipvlan_route **route);
int __wrap_ipvlan_route_new(const char *text, struct ipvlan_route **route);
int __wrap_ipvlan_route_new(const char *text, struct ipvlan_route **route)
{
	return lacks_objects ? -ENOMEM : __real_ipvlan_route_new(text, route);
}

/* ---- */

static void begin(void)
{
	lacks_room = lacks_quote = lacks_objects = false;
	session_heard_begin();
}

static void end(void)
{
	lacks_room = false;
	session_heard_end();
}

START_TEST(pages_are_whole)
{
	struct line line = {0};
	struct message message;

	ck_assert_int_eq(lex_line("version", &line.words, &message), 0);
	ck_assert_int_eq(pager_run(&session, &line), STATUS_DONE);
	ck_assert_ptr_nonnull(strstr(printed(), "libipvlan"));
	lacks_room = true;
	ck_assert_int_eq(pager_run(&session, &line), STATUS_REFUSED);
	ck_assert_ptr_nonnull(strstr(said(), "out of memory"));
	words_free(&line.words);
}
END_TEST

START_TEST(screens_are_whole)
{
	struct screen screen = {.session = &session, .redraws = true};

	screen_begin_page(&screen);
	fputs("one\n", session.out);
	ck_assert_int_eq(screen_end_page(&screen), 0);
	ck_assert_ptr_nonnull(strstr(printed(), "one"));
	screen_begin_page(&screen);
	lacks_room = true;
	ck_assert_int_eq(screen_end_page(&screen), -ENOMEM);
}
END_TEST

static int rehearse(const char *line)
{
	char path[] = "/tmp/test-cli-shortage.XXXXXX";
	const char *words[] = {"batch", "--dry-run", path};
	int fd = mkstemp(path), status;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, line, strlen(line)), (ssize_t)strlen(line));
	close(fd);
	status = session_run(&session, words, 3);
	unlink(path);
	return status;
}

START_TEST(lines_are_whole)
{
	ck_assert_int_eq(rehearse("netns add a\n"), STATUS_DONE);
	ck_assert_int_eq(strncmp(printed(), "netns add a # ", 14), 0);
	rewind(session.out);
	lacks_quote = true;
	ck_assert_int_ne(rehearse("netns add b\n"), STATUS_DONE);
	ck_assert_int_eq(ftell(session.out), 0); /* no part of the line */
	ck_assert_ptr_nonnull(strstr(said(), "out of memory"));
}
END_TEST

static const struct {
	const char *words[8];
	size_t count;
} lines[] = {
	{{"address", "add", "10.0.0.1/24", "dev", "lo"}, 5},
	{{"add", "a", "parent", "b", "addr", "10.0.0.1/24"}, 6},
	{{"add", "a", "parent", "b", "route", "10.0.0.0/24"}, 6},
	{{"route", "add", "10.0.0.0/24", "dev", "lo"}, 5},
};

START_TEST(words_are_what_they_are)
{
	lacks_objects = true;
	ck_assert_int_ne(session_run(&session, lines[_i].words, lines[_i].count), STATUS_DONE);
	ck_assert_ptr_nonnull(strstr(said(), "out of memory"));
	ck_assert_ptr_null(strstr(said(), "is not"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-shortage");
	TCase *all = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(all, begin, end);
	tcase_add_test(all, pages_are_whole);
	tcase_add_test(all, screens_are_whole);
	tcase_add_test(all, lines_are_whole);
	tcase_add_loop_test(all, words_are_what_they_are, 0, sizeof(lines) / sizeof(lines[0]));
	suite_add_tcase(suite, all);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
