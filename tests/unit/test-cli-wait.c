/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `wait` waits as long as was said, however long that is. */
#include "../../cli/session.h"
#include "session-heard.h"

#include <check.h>
#include <errno.h>
#include <ipvlan/monitor.h>
#include <stdint.h>
#include <stdlib.h>

/* ---- the linker leads the command here: time passes at once, and the link comes when so much of it has passed */

static int64_t passed, comes;

int __wrap_ipvlan_link_wait(struct ipvlan_ctx *ctx, const char *name, enum ipvlan_condition condition, int timeout);
int __wrap_ipvlan_link_wait(struct ipvlan_ctx *ctx, const char *name, enum ipvlan_condition condition, int timeout)
{
	(void)ctx;
	ck_assert_str_eq(name, "ipvl0");
	ck_assert_int_eq(condition, IPVLAN_CONDITION_UP);
	if (timeout < 0 || passed + timeout >= comes)
		return 0;
	passed += timeout;
	return -ETIMEDOUT;
}

/* ---- */

static int wait_for(const char *timeout)
{
	const char *words[] = {"wait", "ipvl0", "for", "up", "timeout", timeout};
	int status;

	passed = 0;
	session_heard_begin();
	status = session_run(&session, words, timeout ? 6 : 4);
	session_heard_end();
	return status;
}

static const struct {
	const char *timeout;
	int64_t ms;
} times[] = {
	{"0", 0},
	{"1", 1000},
	{"86400", 86400000},
	{"86401sec", 86401000},
	/* As many milliseconds as an int holds, and more. */
	{"2147483", 2147483000},
	{"2147484", 2147484000},
	{"31536000", 31536000000},
};

START_TEST(fails_when_the_time_is_over)
{
	comes = times[_i].ms + 1;
	ck_assert_int_eq(wait_for(times[_i].timeout), STATUS_REFUSED);
	ck_assert_int_eq(passed, times[_i].ms);
}
END_TEST

START_TEST(not_before)
{
	comes = times[_i].ms;
	ck_assert_int_eq(wait_for(times[_i].timeout), STATUS_DONE);
}
END_TEST

START_TEST(without_end)
{
	comes = INT64_MAX;
	ck_assert_int_eq(wait_for("forever"), STATUS_DONE);
	ck_assert_int_eq(wait_for(NULL), STATUS_DONE);
	ck_assert_int_eq(passed, 0);
}
END_TEST

int main(void)
{
	const int count = sizeof(times) / sizeof(times[0]);
	Suite *suite = suite_create("cli-wait");
	TCase *tcase = tcase_create("wait");
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, fails_when_the_time_is_over, 0, count);
	tcase_add_loop_test(tcase, not_before, 0, count);
	tcase_add_test(tcase, without_end);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
