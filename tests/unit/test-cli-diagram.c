/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/diagram.h"
#include "../../cli/picture.h"

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
#define HOST(ports) "{\"host\":\"host1\",\"netns_inode\":1,\"ports\":[" ports "]}"

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

static char *draw_with(renderer render, json_t *document, unsigned int width)
{
	struct options options = {0};
	char *figure = NULL;
	size_t size;
	struct page page = {.out = open_memstream(&figure, &size), .options = &options, .width = width};

	ck_assert_ptr_nonnull(document);
	ck_assert_int_eq(output_to(&page, document, render), 0);
	fclose(page.out);
	return figure;
}

static char *draw(const char *text, unsigned int width)
{
	return draw_with(print_diagram, json_loads(text, 0, NULL), width);
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

/* ---- the other pictures */

/* Names that would be more than names, were they not escaped; a parent elsewhere, one that cannot be seen, no parent.
 */
#define ODD_NAMES SLAVE("we\\\"b\\\\N<&>\\n", "\"a\\\\\\\"b\"", "2", "10.0.0.2")
#define ELSEWHERE                                                                                                 \
	"{\"parent\":\"veth2\",\"ifindex\":7,\"netns\":\"par\",\"netns_inode\":9,\"mode\":\"l3\",\"flags\":null," \
	"\"slaves\":[" SLAVE("in0", "\"par\"", "9", "10.0.1.1") "," SLAVE("in1", "null", "1", "10.0.1.2") "]}"
#define UNSEEN                                                                                          \
	"{\"parent\":null,\"ifindex\":5,\"netns\":null,\"mode\":\"l2\",\"flags\":\"vepa\",\"slaves\":[" \
	"{\"ifname\":\"x\",\"netns\":null,\"netns_pid\":42,\"netns_inode\":4,\"flags\":[],\"addr_info\":[]}]}"

static const struct {
	renderer render;
	const char *document, *picture;
} pictures[] = {
	{print_tree, HOST(PORT("eth0", ODD_NAMES "," SLAVE("own", "null", "1", "10.0.0.3")) "," ELSEWHERE "," UNSEEN),
	 "eth0  l2, bridge\n"
	 "|-- a\\\"b\n"
	 "|   `-- we\"b\\N<&>?    10.0.0.2/24\n"
	 "`-- own    10.0.0.3/24\n"
	 "veth2  in par  l3\n"
	 "|-- in0    10.0.1.1/24\n"
	 "`-- (host)\n"
	 "    `-- in1    10.0.1.2/24\n"
	 "?  in a namespace that cannot be looked into  l2, vepa\n"
	 "`-- pid 42\n"
	 "    `-- x  \n"},
	{print_tree, HOST(""), "host1 has no ipvlan slaves.\n"},
	{print_dot, HOST(PORT("eth0", ODD_NAMES) "," ELSEWHERE "," UNSEEN),
	 "graph ipvlan {\n"
	 "  rankdir=TB\n"
	 "  node [shape=plaintext, fontname=monospace]\n"
	 "  graph [fontname=monospace, style=rounded]\n"
	 "  subgraph cluster_host {\n"
	 "    label=\"Host: host1\"\n"
	 "    \"1/0\" [shape=box, style=\"bold,rounded\", label=\"eth0\\nl2, bridge\"]\n"
	 "    subgraph \"cluster_2\" {\n"
	 "    label=\"a\\\\\\\"b\"\n"
	 "    \"2/0\" [label=\"we\\\"b\\\\N<&>?\\n10.0.0.2/24\"]\n"
	 "    }\n"
	 "    subgraph \"cluster_9\" {\n"
	 "    label=\"par\"\n"
	 "    \"9/7\" [shape=box, style=\"bold,rounded\", label=\"veth2\\nl3\"]\n"
	 "    }\n"
	 "    subgraph \"cluster_9\" {\n"
	 "    label=\"par\"\n"
	 "    \"9/0\" [label=\"in0\\n10.0.1.1/24\"]\n"
	 "    }\n"
	 "    \"1/0\" [label=\"in1\\n10.0.1.2/24\"]\n"
	 "    \"?/2\" [shape=box, style=\"bold,rounded\", label=\"?\\nl2, vepa\"]\n"
	 "    subgraph \"cluster_4\" {\n"
	 "    label=\"pid 42\"\n"
	 "    \"4/0\" [label=\"x\\n(down)\"]\n"
	 "    }\n"
	 "  }\n"
	 "  \"2/0\" -- \"1/0\"\n"
	 "  \"9/0\" -- \"9/7\"\n"
	 "  \"1/0\" -- \"9/7\"\n"
	 "  \"4/0\" -- \"?/2\"\n"
	 "}\n"},
};

START_TEST(picture_is_as_drawn)
{
	char *picture = draw_with(pictures[_i].render, json_loads(pictures[_i].document, 0, NULL), 80);

	ck_assert_msg(strcmp(picture, pictures[_i].picture) == 0, "drawn:\n%s", picture);
	free(picture);
}
END_TEST

struct box {
	int x, y, width, height;
};

/* The next <rect> of a class. @return what follows it; NULL when there is none. */
static const char *next_box(const char *svg, const char *class, struct box *box)
{
	char format[120], found[16];

	snprintf(format, sizeof(format),
		 "<rect x=\"%%d\" y=\"%%d\" width=\"%%d\" height=\"%%d\" rx=\"6\" class=\"%%15[a-z ]\"/>");
	while ((svg = strstr(svg, "<rect x=")) != NULL) {
		if (sscanf(svg, format, &box->x, &box->y, &box->width, &box->height, found) == 5 &&
		    strncmp(found, class, strlen(class)) == 0)
			return svg + 1;
		svg++;
	}
	return NULL;
}

static bool overlap(const struct box *a, const struct box *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height && b->y < a->y + a->height;
}

static bool contains(const struct box *outer, const struct box *inner)
{
	return inner->x >= outer->x && inner->y >= outer->y && inner->x + inner->width <= outer->x + outer->width &&
	       inner->y + inner->height <= outer->y + outer->height;
}

/* So many namespaces with 1, 2, 3, 1, … slaves each. */
static json_t *crowd(int rooms)
{
	json_t *document = json_loads(HOST(PORT("eth0", "")), 0, NULL);
	json_t *slaves = json_object_get(json_array_get(json_object_get(document, "ports"), 0), "slaves");

	for (int i = 0; i < rooms; i++) {
		for (int j = 0; j <= i % 3; j++) {
			json_t *slave = json_loads(SLAVE("ipvl0", "\"ns0\"", "2", "10.0.0.2"), 0, NULL);
			char name[200];

			/* Now and then one whose name is much too long. */
			snprintf(name, sizeof(name), "%.*s%d", i % 50 == 49 ? 150 : 2,
				 "ns"
				 "................................................................................."
				 "...................................................................",
				 i);
			json_object_set_new(slave, "netns", json_string(name));
			json_object_set_new(slave, "netns_inode", json_integer(i + 1));
			json_array_append_new(slaves, slave);
		}
	}
	return document;
}

/* However many they are, cards stand in their frame and not on each other. */
START_TEST(cards_have_room)
{
	char *svg = draw_with(print_svg, crowd(_i), 80);
	struct box frame, cards[200];
	const char *at = svg;
	int count = 0;

	ck_assert_ptr_nonnull(next_box(svg, "frame", &frame));
	while ((at = next_box(at, "card", &cards[count])) != NULL) {
		ck_assert(contains(&frame, &cards[count]));
		for (int i = 0; i < count; i++)
			ck_assert(!overlap(&cards[i], &cards[count]));
		count++;
	}
	ck_assert_int_eq(count, _i);
	ck_assert_int_le(frame.height, 2 * frame.width);
	free(svg);
}
END_TEST

START_TEST(svg_is_escaped)
{
	char *svg = draw_with(print_svg, json_loads(HOST(PORT("a<&>", ODD_NAMES) "," UNSEEN), 0, NULL), 80);

	ck_assert_ptr_nonnull(strstr(svg, ">we\"b\\N&lt;&amp;&gt;?</text>"));
	ck_assert_ptr_nonnull(strstr(svg, ">a&lt;&amp;&gt;  l2, bridge</text>"));
	ck_assert_ptr_nonnull(strstr(svg, ">NS: a namespace that cannot be looked into</text>"));
	ck_assert_ptr_nonnull(strstr(svg, "class=\"down\""));
	free(svg);
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
	tcase_add_loop_test(tcase, picture_is_as_drawn, 0, sizeof(pictures) / sizeof(pictures[0]));
	tcase_add_loop_test(tcase, cards_have_room, 0, 130);
	tcase_add_test(tcase, svg_is_escaped);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
