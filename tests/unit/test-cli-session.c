/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What needs a session, and no kernel: batch files, the shell's words, help at any point, history. */
#include "../../cli/batch.h"
#include "../../cli/command.h"
#include "../../cli/complete.h"
#include "../../cli/here.h"
#include "../../cli/history.h"
#include "../../cli/shortage.h"
#include "../../cli/transaction.h"
#include "session-heard.h"

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void begin(void)
{
	session_heard_begin();
	strcpy(folder, "/tmp/test-cli-session.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void end(void)
{
	session_heard_end();
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static const char *write_file(const char *text)
{
	static char path[sizeof(folder) + 8];
	FILE *file;

	snprintf(path, sizeof(path), "%s/file", folder);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	return path;
}

static int run(const char *text, const char *option)
{
	const char *words[] = {"batch", write_file(text), option};

	return session_run(&session, words, option ? 3 : 2);
}

START_TEST(first_error_ends_a_file)
{
	ck_assert_int_eq(run("version\n\nlnk \\\n x\nversion\n", NULL), STATUS_REFUSED);
	ck_assert_ptr_nonnull(strstr(printed(), "ipvlanctl"));
	ck_assert_ptr_null(strstr(strchr(out, '\n') + 1, "\nipvlanctl"));
	ck_assert_ptr_nonnull(strstr(said(), "/file:3: there is no command 'lnk'"));
	ck_assert_ptr_nonnull(strstr(err, "     3 | lnk \\\n     4 |  x\n"));
	ck_assert_ptr_nonnull(strstr(err, "/file:3: stopped here"));
}
END_TEST

/* What a transaction had begun is undone, and nobody is told that it stands. */
START_TEST(a_commit_that_fails_ends_a_file)
{
	ck_assert_int_eq(run("# nothing yet\n\nbegin\nup no-such-link\ncommit\nversion\n", NULL), STATUS_REFUSED);
	ck_assert_ptr_nonnull(strstr(said(), "/file:4: step 1 of 1 failed"));
	ck_assert_ptr_null(strstr(err, "stopped here"));
	ck_assert_int_eq(run("version\nbegin\nup no-such-link\ncommit\n", NULL), STATUS_REFUSED);
	ck_assert_ptr_nonnull(strstr(said(), "/file:4: stopped here; what stands before the transaction is done"));
}
END_TEST

/* That is no fault of the file system's, and has a place. */
START_TEST(a_line_that_never_ends_is_told)
{
	size_t length = 2 << 20;
	char *text = malloc(length + 1);

	ck_assert_ptr_nonnull(text);
	memset(text, 'x', length);
	text[length] = '\0';
	memcpy(text, "version\n", 8);
	ck_assert_int_eq(run(text, NULL), STATUS_REFUSED);
	ck_assert_str_ne(printed(), "");
	ck_assert_ptr_nonnull(strstr(said(), "/file:2: the line is too long to be one\n"));
	free(text);
}
END_TEST

START_TEST(errors_can_be_passed)
{
	ck_assert_int_eq(run("lnk\nup\n#\nversion", "--force"), STATUS_REFUSED);
	ck_assert_str_ne(printed(), "");
	ck_assert_ptr_nonnull(strstr(said(), "/file:1: "));
	ck_assert_ptr_nonnull(strstr(err, "/file:2: up: which link?"));
	ck_assert_ptr_nonnull(strstr(err, "/file: 2 of 3 commands failed"));
	ck_assert_ptr_null(strstr(err, "usage:"));
}
END_TEST

START_TEST(rehearsal_runs_nothing)
{
	ck_assert_int_eq(run("netns add 'a b'\n!exit 3\nuse nowhere\n-n ns0 up \\\n x # c\n", "--dry-run"),
			 STATUS_DONE);
	ck_assert_ptr_nonnull(strstr(printed(), "netns add \"a b\" # /tmp/"));
	ck_assert_ptr_nonnull(strstr(out, "\n!exit 3 # /tmp/"));
	ck_assert_ptr_nonnull(strstr(out, "\nuse nowhere # /tmp/"));
	ck_assert_ptr_nonnull(strstr(out, "\n-n ns0 up x # /tmp/"));
	ck_assert_ptr_nonnull(strstr(said(), "4 commands would be run; nothing was done"));
	ck_assert_ptr_null(session.ctx);
}
END_TEST

START_TEST(rehearsal_finds_all_errors)
{
	ck_assert_int_eq(run("lnk\nup x\n'\nup\n", "--dry-run"), STATUS_USAGE);
	ck_assert_ptr_nonnull(strstr(said(), "/file:1: "));
	ck_assert_ptr_nonnull(strstr(err, "/file:3: the quote that opens"));
	ck_assert_ptr_nonnull(strstr(err, "/file:4: up: "));
	ck_assert_ptr_nonnull(strstr(err, "4 commands, 3 of them wrong; nothing was done"));
}
END_TEST

static const char *const wrong_lines[] = {
	"netns add a/b",
	"netns add ..",
	"netns delete .",
	"add a/b parent lo",
	"link add lo name waytoolongforalink type ipvlan",
	"add x parent lo netns .",
	"-n .. link show",
	"netns pids ..",
	"netns exec . true",
	"use ..",
	"set x netns ..",
	"set x netns .. up",
	"move x netns .",
	"show netns .",
	"wait x netns .",
	"port lock lo 10.0.0.1 to x netns .",
	"set x name a/b",
	"set x mtu 0",
	"move x netns ns0 name a:b",
	"route add fd00:9::/48 via 10.0.0.1 dev lo",
	"route delete 10.0.0.0/8 src fd00::1",
	"-6 route replace 10.0.0.0/8 dev lo",
	"addr add 10.0.0.1/24 dev lo peer fd00::1",
	"addr delete 10.0.0.1/24 dev lo label waytoolongforalink",
};

/* What is wrong with a line whatever the machine is like is said before it is run, and in the same words. */
START_TEST(rehearsal_says_what_the_run_would_say)
{
	const char *ran;
	char *rehearsed;

	ck_assert_int_eq(run(wrong_lines[_i], "--dry-run"), STATUS_USAGE);
	ck_assert_ptr_null(session.ctx);
	rehearsed = strdup(said());
	rewind(session.err);
	ck_assert_int_ne(run(wrong_lines[_i], NULL), STATUS_DONE);
	ran = said();
	ck_assert_int_eq(strncmp(rehearsed, ran, (size_t)(strchr(rehearsed, '\n') - rehearsed + 1)), 0);
	free(rehearsed);
}
END_TEST

START_TEST(rehearsal_knows_what_is_open)
{
	static const char fine[] =
		"begin\nup x\nplan\ncommit\nbegin\n-n ns0 down x\nabort\nnetns exec ns0 true\n!true\n";

	ck_assert_int_eq(run(fine, "--dry-run"), STATUS_DONE);
	ck_assert_ptr_nonnull(strstr(said(), "9 commands would be run"));
	ck_assert_ptr_null(session.ctx);
	ck_assert_int_eq(
		run("plan\ncommit\nabort\nbegin\nbegin\nnetns exec ns0 true\n-n /x up x\n!true\n", "--dry-run"),
		STATUS_USAGE);
	ck_assert_ptr_nonnull(strstr(said(), "/file:1: no transaction is open: begin one first"));
	ck_assert_ptr_nonnull(strstr(err, "/file:2: no transaction is open"));
	ck_assert_ptr_nonnull(strstr(err, "/file:3: no transaction is open"));
	ck_assert_ptr_nonnull(strstr(err, "/file:5: a transaction is open already"));
	ck_assert_ptr_nonnull(strstr(err, "/file:6: 'netns exec' cannot be part of a transaction"));
	ck_assert_ptr_nonnull(strstr(err, "/file:7: in a transaction namespaces go by name, not as '/x'"));
	ck_assert_ptr_nonnull(strstr(err, "/file:8: what another shell does cannot be part of a transaction"));
	ck_assert_ptr_nonnull(strstr(err, "8 commands, 7 of them wrong; nothing was done"));
	ck_assert_int_eq(run("begin\nup x\n", "--dry-run"), STATUS_USAGE);
	ck_assert_ptr_nonnull(strstr(said(), "/file: ends with a transaction open"));
}
END_TEST

/* What is open in the shell is neither added to nor ended. */
START_TEST(rehearsal_leaves_a_transaction_as_it_is)
{
	const struct ipvlan_plan *plan;

	ck_assert_int_eq(transaction_open(&session), STATUS_DONE);
	ck_assert_int_eq(run("up x\ncommit\nplan\n", "--dry-run"), STATUS_USAGE);
	ck_assert_ptr_null(strstr(said(), "/file:2: "));
	ck_assert_ptr_nonnull(strstr(err, "/file:3: no transaction is open"));
	ck_assert_ptr_nonnull(session.gathering);
	plan = ipvlan_transaction_get_plan(transaction_of(&session));
	ck_assert_uint_eq(ipvlan_plan_get_step_count(plan), 0);
	transaction_close(&session);
}
END_TEST

START_TEST(files_that_name_themselves_end)
{
	char text[128];

	snprintf(text, sizeof(text), "batch %s/file\n", folder);
	ck_assert_int_eq(run(text, NULL), STATUS_REFUSED);
	ck_assert_ptr_nonnull(strstr(said(), "not more than 8 deep"));
	ck_assert_uint_eq(session.depth, 0);
}
END_TEST

START_TEST(files_end_early)
{
	ck_assert_int_eq(run("exit\nlnk\n", NULL), STATUS_DONE);
	ck_assert(!session.quit);
	ck_assert_str_eq(said(), "");
}
END_TEST

START_TEST(files_that_cannot_be_read)
{
	static const char *const none[] = {"-batch", "/nowhere/file"}, *const all[] = {"-b", "/"};

	ck_assert_int_eq(session_run(&session, none, 2), STATUS_REFUSED);
	ck_assert_int_eq(session_run(&session, all, 2), STATUS_REFUSED);
	ck_assert_str_eq(said(), "ipvlanctl: cannot read /nowhere/file: No such file or directory\n"
				 "ipvlanctl: cannot read /: it is a directory\n");
}
END_TEST

START_TEST(options_hold_for_all_lines)
{
	const char *words[] = {"-j", "-force", "-batch", write_file("version\n--force version\n")};

	ck_assert_int_eq(session_run(&session, words, 4), STATUS_DONE);
	ck_assert_uint_eq(strspn(printed(), "{"), 1);
	ck_assert(!session.options.json);
}
END_TEST

/* Words that only mean something where there is a next line. */
START_TEST(words_for_lines_alone)
{
	static const char *const words[] = {"use", "exit", "pager"};

	for (size_t i = 0; i < 2; i++)
		ck_assert_int_eq(session_run(&session, &words[i], 1), STATUS_USAGE);
	ck_assert_ptr_nonnull(strstr(said(), "say -n NETNS before the command"));
	ck_assert_int_eq(run("pager on\n", NULL), STATUS_REFUSED);
}
END_TEST

START_TEST(batch_option_stands_alone)
{
	static const char *const words[] = {"-batch", "x", "link", "show"};

	ck_assert_int_eq(session_run(&session, words, 4), STATUS_USAGE);
	ck_assert_ptr_nonnull(strstr(said(), "takes no command beside it"));
}
END_TEST

/* The words before a '?', the word that is being typed, and what must be among the help. */
static const struct {
	const char *words, *word, *help[3];
} places[] = {
	{"", "", {"  link add ", "  batch ", "  use "}},
	{"", "ad", {"  address add ", "  advise ", "  add "}},
	{"", "xyz", {"(no command begins so)"}},
	{"link", "", {"  link add ", "  link show "}},
	{"link", "s", {"  link set ", "  link show "}},
	{"-j link", "d", {"  link delete "}},
	{"add x", "", {"  ipvlanctl add NAME", "    parent link mode"}},
	{"add x parent eth0 mode", "", {"here: a mode (l2, l3 or l3s)", "    l2 l3 l3s\n"}},
	{"add x parent eth0 mode", "l3", {"    l3 l3s\n"}},
	{"batch", "", {"here: the name of a file"}},
	{"use", "", {"  use [NETNS]", "here: a namespace"}},
};

START_TEST(help_at_any_point)
{
	struct words words = {0};
	struct message message;

	ck_assert_int_eq(lex_line(places[_i].words, &words, &message), 0);
	session.interactive = true;
	ck_assert_int_eq(here_help(&session, (const char *const *)words.word, words.count, places[_i].word),
			 STATUS_DONE);
	for (size_t i = 0; i < 3 && places[_i].help[i]; i++)
		ck_assert_msg(strstr(printed(), places[_i].help[i]) != NULL, "no '%s' in:\n%s", places[_i].help[i],
			      out);
	words_free(&words);
}
END_TEST

static void gather(void *data, const char *candidate)
{
	strcat(strcat(data, candidate), " ");
}

START_TEST(completion_knows_the_shell)
{
	static const char *const batch[] = {"batch"};
	char one[512] = "", all[512] = "";

	complete_word(&session, NULL, 0, "p", gather, one);
	ck_assert_str_eq(one, "port ");
	session.interactive = true;
	complete_word(&session, NULL, 0, "p", gather, all);
	ck_assert_str_eq(all, "port plan pager ");
	ck_assert(complete_word(&session, batch, 1, "", gather, all));
}
END_TEST

/* The words before, what there is of the next one, and all that it could become. */
static const struct {
	const char *words, *word, *offered;
} completions[] = {
	{"monitor", "li", "link "},
	{"monitor", "--li", "--link "},
	{"wait x", "f", "for "},
	{"advise", "--many", "--many-slaves "},
	{"add x route 10.9.0.0/16", "v", "vepa via "},
	{"add x route 10.9.0.0/16 via", "", "inet inet6 "},
	{"add x route 10.9.0.0/16 via inet6", "", ""},
	{"add x route 10.9.0.0/16 via 10.0.0.1", "v", "vepa "},
	{"route add default via inet6", "", ""},
	{"help link", "a", "add "},
};

START_TEST(completion_knows_the_grammar)
{
	struct words words = {0};
	struct message message;
	char offered[512] = "";

	ck_assert_int_eq(lex_line(completions[_i].words, &words, &message), 0);
	complete_word(&session, (const char *const *)words.word, words.count, completions[_i].word, gather, offered);
	ck_assert_str_eq(offered, completions[_i].offered);
	words_free(&words);
}
END_TEST

/* What the history is, as far as it is taken. */
static void must_be_empty(void)
{
	char found[64] = "";

	history_load(gather, found);
	ck_assert_str_eq(found, "");
}

START_TEST(history_is_kept_safe)
{
	char found[64] = "", path[128], link[128], made[128];
	struct stat st;

	setenv("XDG_STATE_HOME", folder, 1);
	must_be_empty();
	history_keep("one");
	history_keep("two");
	history_load(gather, found);
	ck_assert_str_eq(found, "one two ");
	snprintf(path, sizeof(path), "%s/ipvlanctl/history", folder);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	snprintf(made, sizeof(made), "%s/ipvlanctl", folder);
	ck_assert_int_eq(stat(made, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0700);
	/* Nor is a folder taken that a link leads to. */
	snprintf(link, sizeof(link), "%s/moved", folder);
	ck_assert_int_eq(rename(made, link), 0);
	ck_assert_int_eq(symlink(link, made), 0);
	must_be_empty();
	ck_assert_int_eq(unlink(made), 0);
	ck_assert_int_eq(rename(link, made), 0);
	/* Nor what is somebody else's, which only root can show. */
	if (geteuid() == 0) {
		ck_assert_int_eq(chown(path, 65534, 0), 0);
		must_be_empty();
		ck_assert_int_eq(chown(path, 0, 0), 0);
	}
	/* What a link leads to is not ours to write. */
	snprintf(link, sizeof(link), "%s/elsewhere", folder);
	ck_assert_int_eq(rename(path, link), 0);
	ck_assert_int_eq(symlink(link, path), 0);
	history_keep("three");
	must_be_empty();
	ck_assert_int_eq(stat(link, &st), 0);
	ck_assert_int_eq(st.st_size, 8);
}
END_TEST

static void count(void *data, const char *line)
{
	(void)line;
	++*(size_t *)data;
}

/* sudo may leave us the home of who called it. */
START_TEST(history_makes_nothing_in_homes_of_others)
{
	char home[128], link[128], path[160];

	snprintf(home, sizeof(home), "%s/home", folder);
	snprintf(link, sizeof(link), "%s/link", folder);
	ck_assert_int_eq(mkdir(home, 0755), 0);
	ck_assert_int_eq(symlink(home, link), 0);
	snprintf(path, sizeof(path), "%s/state", link);
	setenv("XDG_STATE_HOME", path, 1);
	ck_assert_int_eq(lchown(link, 65534, 0), 0);
	history_keep("one");
	ck_assert_int_eq(rmdir(home), 0);
	ck_assert_int_eq(mkdir(home, 0755), 0);
	ck_assert_int_eq(lchown(link, 0, 0), 0);
	ck_assert_int_eq(chown(home, 65534, 0), 0);
	snprintf(path, sizeof(path), "%s/state", home);
	setenv("XDG_STATE_HOME", path, 1);
	history_keep("two");
	ck_assert_int_eq(rmdir(home), 0);
	/* In one's own all is made. */
	ck_assert_int_eq(mkdir(home, 0755), 0);
	history_keep("three");
	snprintf(path, sizeof(path), "%s/state/ipvlanctl/history", home);
	ck_assert_int_eq(access(path, F_OK), 0);
}
END_TEST

START_TEST(history_does_not_grow_for_ever)
{
	size_t lines = 0;

	setenv("XDG_STATE_HOME", folder, 1);
	for (int i = 0; i < 2001; i++)
		history_keep("a line");
	history_load(count, &lines);
	ck_assert_uint_eq(lines, 1000);
	history_keep("one more");
	lines = 0;
	history_load(count, &lines);
	ck_assert_uint_eq(lines, 1001);
}
END_TEST

START_TEST(history_is_optional)
{
	size_t lines = 0;

	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	history_keep("lost");
	setenv("HOME", "/proc/nowhere", 1);
	history_keep("lost");
	history_load(count, &lines);
	ck_assert_uint_eq(lines, 0);
}
END_TEST

/* What has no room there fails, and may have room later. */
static size_t drain(int fd, size_t *lines)
{
	static char bytes[65536];
	size_t all = 0;
	ssize_t count;

	while ((count = read(fd, bytes, sizeof(bytes))) > 0) {
		for (ssize_t i = 0; i < count; i++)
			*lines += bytes[i] == '\n';
		all += (size_t)count;
	}
	return all;
}

START_TEST(what_failed_before_is_asked_once)
{
	static char much[200000];
	FILE *before = session.out;
	size_t lines = 0;
	int fds[2];

	memset(much, 'x', sizeof(much));
	ck_assert_int_eq(pipe2(fds, O_NONBLOCK), 0);
	session.out = fdopen(fds[1], "w");
	for (int i = 0; i < 5; i++) {
		ck_assert_uint_lt(fwrite(much, 1, sizeof(much), session.out), sizeof(much));
		ck_assert_uint_gt(drain(fds[0], &lines), 0);
		ck_assert_int_eq(session_flush(&session), STATUS_REFUSED);
	}
	fclose(session.out);
	session.out = before;
	drain(fds[0], &lines);
	close(fds[0]);
	ck_assert_uint_le(lines, 1);
	ck_assert_str_eq(said(), "ipvlanctl: cannot write the output: Input/output error\n");
}
END_TEST

static size_t allocations_left;
static bool enough;

static void *allocate(size_t size)
{
	enough = enough && allocations_left;
	return enough && allocations_left-- ? malloc(size) : NULL;
}

/* It prints all, or nothing and says why. @return whether there was enough memory for all */
static bool prints_with(size_t allocations, const char *const *words, size_t count, const char *whole)
{
	size_t printed_before = strlen(printed()), said_before = strlen(said());

	allocations_left = allocations;
	enough = true;
	session_run(&session, words, count);
	ck_assert_str_eq(printed() + printed_before, enough ? whole : "");
	ck_assert_int_eq(!strstr(said() + said_before, "out of memory"), enough);
	return enough;
}

static const char two_mistakes[] = "parents:\n  eth0: {mode: l3}\nslaves:\n"
				   "  - {name: a, parent: eth0, addresses: [10.0.0.1/24]}\n"
				   "  - {name: a, parent: eth0, addresses: [10.0.0.1/24]}\n";

START_TEST(half_an_answer_is_none)
{
	const char *words[] = {"-j", "check", write_file(two_mistakes)};
	char *whole;
	size_t most = 0;

	session_run(&session, words, 3);
	whole = strdup(printed());
	ck_assert_ptr_nonnull(strstr(whole, "other"));
	json_set_alloc_funcs(allocate, free);
	shortage_watch();
	while (!prints_with(most, words, 3, whole))
		most++;
	ck_assert_uint_gt(most, 50);
	json_set_alloc_funcs(malloc, free);
	free(whole);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-session");
	TCase *tcase = tcase_create("session");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, begin, end);
	tcase_add_test(tcase, first_error_ends_a_file);
	tcase_add_test(tcase, a_commit_that_fails_ends_a_file);
	tcase_add_test(tcase, a_line_that_never_ends_is_told);
	tcase_add_test(tcase, errors_can_be_passed);
	tcase_add_test(tcase, rehearsal_runs_nothing);
	tcase_add_test(tcase, rehearsal_finds_all_errors);
	tcase_add_loop_test(tcase, rehearsal_says_what_the_run_would_say, 0,
			    sizeof(wrong_lines) / sizeof(wrong_lines[0]));
	tcase_add_test(tcase, rehearsal_knows_what_is_open);
	tcase_add_test(tcase, rehearsal_leaves_a_transaction_as_it_is);
	tcase_add_test(tcase, files_that_name_themselves_end);
	tcase_add_test(tcase, files_end_early);
	tcase_add_test(tcase, files_that_cannot_be_read);
	tcase_add_test(tcase, options_hold_for_all_lines);
	tcase_add_test(tcase, words_for_lines_alone);
	tcase_add_test(tcase, batch_option_stands_alone);
	tcase_add_loop_test(tcase, help_at_any_point, 0, (int)(sizeof(places) / sizeof(places[0])));
	tcase_add_test(tcase, completion_knows_the_shell);
	tcase_add_loop_test(tcase, completion_knows_the_grammar, 0, sizeof(completions) / sizeof(completions[0]));
	tcase_add_test(tcase, history_is_kept_safe);
	if (geteuid() == 0)
		tcase_add_test(tcase, history_makes_nothing_in_homes_of_others);
	tcase_add_test(tcase, history_does_not_grow_for_ever);
	tcase_add_test(tcase, history_is_optional);
	tcase_add_test(tcase, what_failed_before_is_asked_once);
	tcase_add_test(tcase, half_an_answer_is_none);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
