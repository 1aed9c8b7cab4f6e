/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/print-link.h"

#include <check.h>
#include <stdlib.h>

static void check_print(renderer print, const struct options *options, json_t *link, const char *expected)
{
	char *text = NULL;
	size_t size;
	struct page page = {.out = open_memstream(&text, &size), .options = options, .color = true};

	ck_assert_ptr_nonnull(page.out);
	ck_assert_ptr_nonnull(link);
	print(&page, link);
	fclose(page.out);
	ck_assert_str_eq(text, expected);
	json_decref(link);
	free(text);
}

/* With -4 and -6 there is no hardware, and tunnels have no address of it: what is not there has no colour. */
START_TEST(what_is_not_there_has_no_color)
{
	const struct options options = {0};

	check_print(print_addresses, &options,
		    json_pack("{s:i, s:s, s:[s], s:i, s:s, s:[]}", "ifindex", 1, "ifname", "lo", "flags", "UP", "mtu",
			      65536, "operstate", "UNKNOWN", "addr_info"),
		    "1: \033[36mlo: \033[0m<UP> mtu 65536 state UNKNOWN \n");
	check_print(print_link, &options,
		    json_pack("{s:i, s:s, s:[], s:i, s:s, s:s}", "ifindex", 2, "ifname", "tun0", "flags", "mtu", 1500,
			      "operstate", "DOWN", "link_type", "none"),
		    "2: \033[36mtun0: \033[0m<> mtu 1500 state \033[31mDOWN \033[0m\n    link/none \n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-print-link");
	TCase *tcase = tcase_create("print-link");
	SRunner *runner;
	int failed;

	tcase_add_test(tcase, what_is_not_there_has_no_color);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
