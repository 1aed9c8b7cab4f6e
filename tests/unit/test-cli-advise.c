/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/advise.h"
#include "../../cli/output.h"

#include <check.h>
#include <stdlib.h>

/*
 * The HOWTO's three reasons speak for ipvlan; what needs broadcast needs l2; what needs the host's netfilter needs l3s.
 * reasons and remarks: how many are given.
 */
static const struct {
	int facts;
	const char *kind, *mode, *flags;
	size_t reasons, remarks, questions;
} cases[] = {
	{0, "either", "l2", "bridge", 0, 0, 11},
	{FACT_ONE_MAC_PER_PORT, "ipvlan", "l2", "bridge", 1, 0, 0},
	{FACT_MANY_SLAVES, "ipvlan", "l2", "bridge", 1, 0, 0},
	{FACT_UNTRUSTED, "ipvlan", "l3", "bridge", 1, 0, 0},
	{FACT_OWN_MAC, "macvlan", "l2", "bridge", 1, 0, 0},
	{FACT_DHCP, "macvlan", "l2", "bridge", 1, 0, 0},
	{FACT_DHCP | FACT_ONE_MAC_PER_PORT, "ipvlan", "l2", "bridge", 1, 1, 0},
	{FACT_OWN_MAC | FACT_MANY_SLAVES, "ipvlan", "l2", "bridge", 1, 1, 0},
	{FACT_HOST_ACCESS, "either", "l2", "bridge", 0, 1, 0},
	{FACT_CONNTRACK, "either", "l3s", "bridge", 1, 0, 0},
	{FACT_HOST_ROUTES, "either", "l3", "bridge", 1, 0, 0},
	{FACT_BROADCAST | FACT_CONNTRACK, "either", "l2", "bridge", 2, 1, 0},
	{FACT_UNTRUSTED | FACT_DHCP, "ipvlan", "l2", "bridge", 1, 2, 0},
	{FACT_ISOLATE, "either", "l2", "private", 1, 0, 0},
	{FACT_EXTERNAL_SWITCH, "either", "l2", "vepa", 1, 1, 0},
	{FACT_ISOLATE | FACT_EXTERNAL_SWITCH, "either", "l2", "private", 2, 2, 0},
};

START_TEST(advice_fits)
{
	json_t *advice = advise(cases[_i].facts);

	ck_assert_str_eq(field_text(advice, "recommendation"), cases[_i].kind);
	ck_assert_str_eq(field_text(advice, "mode"), cases[_i].mode);
	ck_assert_str_eq(field_text(advice, "flags"), cases[_i].flags);
	ck_assert_uint_eq(json_array_size(json_object_get(advice, "reasons")), cases[_i].reasons);
	ck_assert_uint_eq(json_array_size(json_object_get(advice, "remarks")), cases[_i].remarks);
	ck_assert_uint_eq(json_array_size(json_object_get(advice, "questions")), cases[_i].questions);
	json_decref(advice);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-advise");
	TCase *tcase = tcase_create("advise");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, advice_fits, 0, sizeof(cases) / sizeof(cases[0]));
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
