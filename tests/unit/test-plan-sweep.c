// SPDX-License-Identifier: GPL-2.0-or-later
/* Slaves of a plan that are to go, where no thread can be had to do it: it is said, and none is taken for gone. */
#include "plan-sweep.h"
#include "support.h"
#include <errno.h>
#include <pthread.h>

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *data), void *data);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *data), void *data)
{
	(void)thread;
	(void)attributes;
	(void)run;
	(void)data;
	return EAGAIN;
}

START_TEST(no_thread_can_be_had)
{
	char names[][IFNAMSIZ] = {"ipvl0", "ipvl1", "ipvl2"}, ns0[] = "ns0";
	struct ipvlan_step steps[] = {{.name = names[0]}, {.name = names[1]}, {.netns = ns0, .name = names[2]}};
	const struct ipvlan_plan plan = {.steps = steps, .count = COUNT(steps)};
	static const size_t chosen[] = {0, 1, 2};
	enum outcome outcomes[COUNT(steps)] = {OUTCOME_NOT_DONE};
	struct ipvlan_ctx *ctx;

	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
	ck_assert_int_eq(plan_sweep(ctx, &plan, chosen, COUNT(chosen), outcomes), -EAGAIN);
	ck_assert_str_eq(ipvlan_ctx_strerror(ctx), "cannot delete slaves: Resource temporarily unavailable");
	for (size_t i = 0; i < COUNT(outcomes); i++)
		ck_assert_int_eq(outcomes[i], OUTCOME_NOT_DONE);
	ipvlan_ctx_free(ctx);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("plan-sweep");
	TCase *tcase = tcase_create("threads");

	tcase_add_test(tcase, no_thread_can_be_had);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
