// SPDX-License-Identifier: GPL-2.0-or-later
/* The error object: how it is composed, what it keeps, and that nothing in it harms a terminal. */
#include "internal.h"
#include "support.h"
#include <errno.h>
#include <string.h>

static struct ipvlan_ctx *ctx;

static void make_ctx(void)
{
	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
}

static void free_ctx(void)
{
	ipvlan_ctx_free(ctx);
	ipvlan_ctx_free(NULL);
}

static const struct ipvlan_error *error(void)
{
	return ipvlan_ctx_get_error(ctx);
}

START_TEST(nothing_has_failed_yet)
{
	ck_assert_int_eq(ipvlan_error_get_code(error()), 0);
	ck_assert_int_eq(ipvlan_error_get_stage(error()), IPVLAN_STAGE_NONE);
	ck_assert_str_eq(ipvlan_ctx_strerror(ctx), "");
	ck_assert_str_eq(ipvlan_error_get_message(error()), "");
	ck_assert_ptr_null(ipvlan_error_get_extack(error()));
	ck_assert_ptr_null(ipvlan_error_get_attribute(error()));
	ck_assert_ptr_null(ipvlan_error_get_holder(error()));
	ck_assert_ptr_null(ipvlan_error_get_hint(error()));
}
END_TEST

START_TEST(an_error_is_composed)
{
	struct ack ack = {.error = -EINVAL, .text = "mtu greater than device maximum", .attribute = "IFLA_MTU"};

	ck_assert_int_eq(fail(ctx, -ENODEV, IPVLAN_STAGE_PARENT, "cannot find %s", "eth0"), -ENODEV);
	ck_assert_str_eq(ipvlan_ctx_strerror(ctx), "cannot find eth0: No such device");
	fail_because(ctx, "there is none");
	fail_step(ctx, 2);
	fail_holder(ctx, "%s in namespace %s", "ipvl1", "ns1");
	fail_hint(ctx, "make one");
	ck_assert_str_eq(ipvlan_error_get_message(error()), "cannot find eth0: there is none");
	ck_assert_str_eq(ipvlan_ctx_strerror(ctx), "cannot find eth0: there is none; make one");
	ck_assert_uint_eq(ipvlan_error_get_step(error()), 2);
	ck_assert_str_eq(ipvlan_error_get_holder(error()), "ipvl1 in namespace ns1");
	ck_assert_str_eq(ipvlan_error_get_hint(error()), "make one");
	ctx->error.left_count = 1; /* as a plan's end does */

	/* The next one forgets all of that. */
	ck_assert_int_eq(fail_ack(ctx, -EINVAL, &ack, IPVLAN_STAGE_CHANGE, "cannot set"), -EINVAL);
	ck_assert_str_eq(ipvlan_ctx_strerror(ctx), "cannot set: Invalid argument (mtu greater than device maximum)");
	ck_assert_str_eq(ipvlan_error_get_extack(error()), ack.text);
	ck_assert_str_eq(ipvlan_error_get_attribute(error()), "IFLA_MTU");
	ck_assert_uint_eq(ipvlan_error_get_step(error()), 0);
	ck_assert_uint_eq(ipvlan_error_get_left_count(error()), 0);
	ck_assert_ptr_null(ipvlan_error_get_holder(error()));
	ck_assert_ptr_null(ipvlan_error_get_hint(error()));
	ck_assert_int_eq(ipvlan_error_get_stage(error()), IPVLAN_STAGE_CHANGE);
}
END_TEST

START_TEST(a_success_leaves_the_error_alone)
{
	fail(ctx, -ENODEV, IPVLAN_STAGE_PARENT, "cannot find eth0");
	ck_assert_int_eq(ipvlan_ctx_set_netns(ctx, NULL), 0);
	ck_assert_int_eq(ipvlan_error_get_code(error()), -ENODEV);
}
END_TEST

/* That a description cannot be is what was looked for. */
START_TEST(a_finding_leaves_the_error_alone)
{
	struct ipvlan_topology *topology = ipvlan_topology_new();
	struct ipvlan_diagnosis *diagnosis;
	const struct ipvlan_finding *finding;
	bool is_found = false;
	size_t i;

	ck_assert_int_eq(ipvlan_topology_add_parent(topology, "no-such-parent", IPVLAN_MODE_UNSET, IPVLAN_FLAGS_UNSET),
			 0);
	fail(ctx, -EBUSY, IPVLAN_STAGE_PARENT, "cannot find eth0");
	ck_assert_int_eq(ipvlan_diagnosis_new(ctx, NULL, topology, &diagnosis), 0);
	for (i = 0; (finding = ipvlan_diagnosis_get_finding(diagnosis, i)); i++)
		is_found = is_found || strcmp(ipvlan_finding_get_id(finding), "description-wrong") == 0;
	ck_assert(is_found);
	ck_assert_int_eq(ipvlan_error_get_code(error()), -EBUSY);
	ipvlan_diagnosis_free(diagnosis);
	ipvlan_topology_free(topology);
}
END_TEST

static const struct {
	const char *text, *shown;
} hostile[] = {
	{"\033[2J\033[H", "?[2J?[H"},
	{"a\tb\rc\nd", "a?b?c?d"},
	{"\x7f\x01\x1f", "???"},
	{"caf\xc3\xa9 \xe2\x82\xac", "caf\xc3\xa9 \xe2\x82\xac"},
	{"\xc2\x9b"
	 "31m",
	 "??31m"}, /* CSI in one character */
	{"\xc2\xa0", "\xc2\xa0"},
	{"\x9b"
	 "31m \xe9t\xe9",
	 "?31m ?t?"}, /* where each byte is a character */
	{"\xc0\x9b \xe0\x82\x9b \xed\xa0\x80 \xf7\xbf\xbf\xbf", "?? ??? ??? ????"},
	{"a\xe2\x80\xae b\xe2\x81\xa6 c\xe2\x80\xa8 d\xef\xbb\xbf",
	 "a??? b??? c??? d???"}, /* written from right to left */
	{"\xe2\x80", "??"},
	{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
	{"%s%n", "%s%n"},
};

START_TEST(nothing_reaches_the_terminal_as_a_command)
{
	struct ack ack = {.error = -EINVAL};
	char wanted[64];

	snprintf(ack.text, sizeof(ack.text), "%s", hostile[_i].text);
	fail_ack(ctx, -EINVAL, &ack, IPVLAN_STAGE_CREATE, "%s", hostile[_i].text);
	fail_holder(ctx, "%s", hostile[_i].text);
	fail_hint(ctx, "%s", hostile[_i].text);
	ck_assert_str_eq(ipvlan_error_get_extack(error()), hostile[_i].shown);
	ck_assert_str_eq(ipvlan_error_get_holder(error()), hostile[_i].shown);
	ck_assert_str_eq(ipvlan_error_get_hint(error()), hostile[_i].shown);
	snprintf(wanted, sizeof(wanted), "%s: ", hostile[_i].shown);
	ck_assert_ptr_eq(strstr(ipvlan_ctx_strerror(ctx), wanted), ipvlan_ctx_strerror(ctx));
	fail_because(ctx, "%s", hostile[_i].text);
	ck_assert_ptr_nonnull(strstr(ipvlan_error_get_message(error()), hostile[_i].shown));
}
END_TEST

static void keep_line(enum ipvlan_log_level level, const char *text, void *data)
{
	(void)level;
	snprintf(data, 600, "%s", text);
}

START_TEST(log_lines_are_defused_and_filtered)
{
	char line[600] = "";

	ctx_log(ctx, IPVLAN_LOG_NOTICE, "nobody listens");
	ipvlan_ctx_set_log(ctx, keep_line, IPVLAN_LOG_NOTICE, line);
	ctx_log(ctx, IPVLAN_LOG_DEBUG, "not wanted");
	ck_assert_str_eq(line, "");
	ctx_log(ctx, IPVLAN_LOG_NOTICE, "%s joins", "\033[1mipvl0");
	ck_assert_str_eq(line, "?[1mipvl0 joins");
}
END_TEST

START_TEST(long_texts_are_cut_not_overrun)
{
	char text[4000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	fail(ctx, -EINVAL, IPVLAN_STAGE_CREATE, "%s", text);
	fail_because(ctx, "%s", text);
	fail_holder(ctx, "%s", text);
	fail_hint(ctx, "%s", text);
	ck_assert_uint_gt(strlen(ipvlan_error_get_message(error())), 500);
	ck_assert_uint_gt(strlen(ipvlan_ctx_strerror(ctx)), strlen(ipvlan_error_get_message(error())));
}
END_TEST

START_TEST(stages_have_names)
{
	int stage;

	for (stage = 0; stage <= IPVLAN_STAGE_EXEC; stage++)
		ck_assert_ptr_nonnull(ipvlan_stage_to_string((enum ipvlan_stage)stage));
	ck_assert_ptr_null(ipvlan_stage_to_string((enum ipvlan_stage)(IPVLAN_STAGE_EXEC + 1)));
	ck_assert_ptr_null(ipvlan_stage_to_string((enum ipvlan_stage) - 1));
}
END_TEST

/* Links that exist, links that do not, and names that cannot be. */
START_TEST(lookups_tell_what_is_missing)
{
	struct ipvlan_link *link = NULL;

	ck_assert_int_eq(ipvlan_link_get(ctx, "lo", &link), 0);
	ck_assert_int_gt(ipvlan_link_get_ifindex(link), 0);
	ipvlan_link_free(link);
	ck_assert_int_eq(ipvlan_link_get(ctx, "no-such-link", &link), -ENODEV);
	ck_assert_int_eq(ipvlan_error_get_stage(error()), IPVLAN_STAGE_READ);
	ck_assert_ptr_nonnull(ipvlan_error_get_hint(error()));
	ck_assert_int_eq(ipvlan_link_get(ctx, "a-name-that-is-too-long", &link), -ENODEV);
	ck_assert_int_eq(ipvlan_link_get(ctx, "", &link), -ENODEV);
	ck_assert_int_eq(ipvlan_link_get_by_index(ctx, 0, &link), -ENODEV);
	ck_assert_int_eq(ipvlan_link_get_by_index(ctx, -1, &link), -ENODEV);
	ck_assert_int_eq(ipvlan_link_get_by_index(ctx, 999999, &link), -ENODEV);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("error");
	TCase *all = tcase_create("all");

	tcase_add_checked_fixture(all, make_ctx, free_ctx);
	tcase_add_test(all, nothing_has_failed_yet);
	tcase_add_test(all, an_error_is_composed);
	tcase_add_test(all, a_success_leaves_the_error_alone);
	tcase_add_test(all, a_finding_leaves_the_error_alone);
	tcase_add_loop_test(all, nothing_reaches_the_terminal_as_a_command, 0, COUNT(hostile));
	tcase_add_test(all, log_lines_are_defused_and_filtered);
	tcase_add_test(all, long_texts_are_cut_not_overrun);
	tcase_add_test(all, stages_have_names);
	if (!left_out("lookups_tell_what_is_missing", WANT_NESTS))
		tcase_add_test(all, lookups_tell_what_is_missing);
	suite_add_tcase(suite, all);
	return run_suite(suite);
}
