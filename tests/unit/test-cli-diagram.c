/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/diagram.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLAVE(name, netns, inode, address)                                                           \
	"{\"ifname\":\"" name "\",\"netns\":" netns ",\"netns_inode\":" inode ",\"flags\":[\"UP\"]," \
	"\"addr_info\":[{\"local\":\"" address "\",\"prefixlen\":24,\"scope\":\"global\"},"          \
	"{\"local\":\"fe80::1\",\"prefixlen\":64,\"scope\":\"link\"}]}"
#define PORT(parent, slaves)                                                                                \
	"{\"parent\":\"" parent "\",\"netns\":null,\"netns_inode\":1,\"mode\":\"l2\",\"flags\":\"bridge\"," \
	"\"slaves\":[" slaves "]}"
#define HOST(ports) "{\"host\":\"host1\",\"ports\":[" ports "]}"

static const struct {
	unsigned int width;
	const char *document, *figure;
} figures[] = {
	/* The HOWTO's own */
	{80,
	 HOST(PORT("eth0", SLAVE("ipvl0", "\"ns0\"", "2", "10.0.0.2") "," SLAVE("ipvl1", "\"ns1\"", "3", "10.0.0.3"))),
	 "+=============================================================+\n"
	 "|  Host: host1                                                |\n"
	 "|                                                             |\n"
	 "|    +----------------------+     +----------------------+    |\n"
	 "|    |  NS:ns0              |     |  NS:ns1              |    |\n"
	 "|    |                      |     |                      |    |\n"
	 "|    |         ipvl0        |     |         ipvl1        |    |\n"
	 "|    |      10.0.0.2/24     |     |      10.0.0.3/24     |    |\n"
	 "|    +-----------#----------+     +-----------#----------+    |\n"
	 "|                #                            #               |\n"
	 "|                ##############################               |\n"
	 "|                              # eth0  l2, bridge             |\n"
	 "+==============================#==============================+\n"},
	/* One slave, straight below it the parent */
	{80, HOST(PORT("eth0", SLAVE("ipvl0", "\"ns0\"", "2", "10.0.0.2"))),
	 "+=============================================================+\n"
	 "|  Host: host1                                                |\n"
	 "|                                                             |\n"
	 "|                  +----------------------+                   |\n"
	 "|                  |  NS:ns0              |                   |\n"
	 "|                  |                      |                   |\n"
	 "|                  |         ipvl0        |                   |\n"
	 "|                  |      10.0.0.2/24     |                   |\n"
	 "|                  +-----------#----------+                   |\n"
	 "|                              #                              |\n"
	 "|                              #                              |\n"
	 "|                              # eth0  l2, bridge             |\n"
	 "+==============================#==============================+\n"},
	/* A narrow terminal: rows, joined by a trunk; two slaves share a namespace */
	{40,
	 HOST(PORT("eth0", SLAVE("a", "\"ns0\"", "2", "10.0.0.2") "," SLAVE("b", "\"ns1\"", "3", "10.0.0.3") "," SLAVE(
				   "c", "\"ns0\"", "2", "10.0.0.4"))),
	 "+======================================+\n"
	 "|  Host: host1                         |\n"
	 "|                                      |\n"
	 "|       +----------------------+       |\n"
	 "|       |  NS:ns0              |       |\n"
	 "|       |                      |       |\n"
	 "|       |           a          |       |\n"
	 "|       |      10.0.0.2/24     |       |\n"
	 "|       |                      |       |\n"
	 "|       |           c          |       |\n"
	 "|       |      10.0.0.4/24     |       |\n"
	 "|       +-----------#----------+       |\n"
	 "|                   #                  |\n"
	 "| ###################                  |\n"
	 "| #     +----------------------+       |\n"
	 "| #     |  NS:ns1              |       |\n"
	 "| #     |                      |       |\n"
	 "| #     |           b          |       |\n"
	 "| #     |      10.0.0.3/24     |       |\n"
	 "| #     +-----------#----------+       |\n"
	 "| #                 #                  |\n"
	 "| ###################                  |\n"
	 "|                   # eth0  l2, bridge |\n"
	 "+===================#==================+\n"},
	/* Slaves in the host's own namespace have no box; long names are cut; a terminal can be too narrow for all */
	{24,
	 HOST(PORT("eth0",
		   SLAVE("ipvl0", "null", "1", "10.0.0.2") "," SLAVE("x", "\"a-very-long-name\"", "3", "10.0.0.3"))),
	 "+======================+\n"
	 "|  Host: host1         |\n"
	 "|                      |\n"
	 "|                      |\n"
	 "|         ipvl0        |\n"
	 "|      10.0.0.2/~      |\n"
	 "|           #          |\n"
	 "|           #          |\n"
	 "| ###########          |\n"
	 "| #  +------------+    |\n"
	 "| #  |  NS:a-ver~ |    |\n"
	 "| #  |            |    |\n"
	 "| #  |      x     |    |\n"
	 "| #  | 10.0.0.3/~ |    |\n"
	 "| #  +------#-----+    |\n"
	 "| #         #          |\n"
	 "| ###########          |\n"
	 "|           # eth0  l2~|\n"
	 "+===========#==========+\n"},
	/* A parent that could have slaves */
	{80, HOST("{\"parent\":\"eth0\",\"netns_inode\":1,\"mode\":null,\"flags\":null,\"slaves\":[]}"),
	 "+=============================================================+\n"
	 "|  Host: host1                                                |\n"
	 "|  (no slaves)                                                |\n"
	 "|                              # eth0                         |\n"
	 "+==============================#==============================+\n"},
	{80, HOST(""), "Host: host1 has no ipvlan slaves.\n"},
};

static char *draw(const char *text, unsigned int width)
{
	struct options options = {0};
	char *figure = NULL;
	size_t size;
	struct page page = {.out = open_memstream(&figure, &size), .options = &options, .width = width};
	json_t *document = json_loads(text, 0, NULL);

	ck_assert_ptr_nonnull(document);
	ck_assert_int_eq(output_to(&page, document, print_diagram), 0);
	fclose(page.out);
	return figure;
}

START_TEST(figure_is_as_drawn)
{
	char *figure = draw(figures[_i].document, figures[_i].width);

	ck_assert_msg(strcmp(figure, figures[_i].figure) == 0, "drawn:\n%s", figure);
	free(figure);
}
END_TEST

/* Whatever the width, no line is longer than the first one, and none is wider than the page. */
START_TEST(lines_are_even)
{
	char *figure = draw(figures[2].document, (unsigned int)_i);
	size_t width = strcspn(figure, "\n");

	ck_assert_uint_le(width, _i < 24 ? 24 : _i);
	for (const char *line = figure; *line; line += width + 1)
		ck_assert_uint_eq(strcspn(line, "\n"), width);
	free(figure);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-diagram");
	TCase *tcase = tcase_create("diagram");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, figure_is_as_drawn, 0, sizeof(figures) / sizeof(figures[0]));
	tcase_add_loop_test(tcase, lines_are_even, 0, 120);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
