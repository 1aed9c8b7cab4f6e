/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagram.h"
#include "picture.h"
#include "ports.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define MARGIN	   5  /* from the edge of the host's box to the first box; the trunk runs in it */
#define TRUNK	   2  /* its column */
#define HOWTO	   63 /* columns of the HOWTO's figure, which ours has if there is room and no need for more */
#define NARROWEST  24
#define BOX	   24 /* columns of the HOWTO's boxes */
#define GAP	   6  /* between boxes, at most */
#define TITLE_ROWS 2  /* the title of a box and an empty line below it */

/* A namespace. Its texts are the lines in its box: names of slaves and their addresses. */
struct box {
	json_int_t inode;
	char *title; /* NULL: the parent's own namespace, which is the host's box already */
	char **texts;
	size_t count;
	size_t width, x;
};

struct figure {
	const json_t *port;
	const char *host;
	json_int_t here;
	struct box *boxes;
	size_t count;
	size_t width, middle;
	bool incomplete; /* out of memory */
};

/* What writes a line from left to right. */
struct pen {
	FILE *out;
	size_t column;
};

static void pen_fill(struct pen *pen, char c, size_t until)
{
	for (; pen->column < until; pen->column++)
		putc(c, pen->out);
}

static void pen_text(struct pen *pen, const char *text, size_t until)
{
	size_t room = until > pen->column ? until - pen->column : 0;
	size_t width = text_width(text);

	if (width > room && room > 1) {
		fprintf(pen->out, "%.*s", (int)text_cut(text, room - 1), text);
		pen->column += text_width(text) > room ? room - 1 : width;
		pen_fill(pen, '~', until);
	} else if (width <= room) {
		fputs(text, pen->out);
		pen->column += width;
	}
}

/* ---- collecting */

static void add_text(struct figure *figure, struct box *box, char *text)
{
	char **grown = realloc(box->texts, (box->count + 1) * sizeof(*grown));

	if (grown)
		box->texts = grown;
	if (!grown || !text) {
		figure->incomplete = true;
		free(text);
		return;
	}
	box->texts[box->count++] = text;
}

static char *format(const char *pattern, const char *text, int number)
{
	char *formatted;

	return asprintf(&formatted, pattern, text, number) < 0 ? NULL : formatted;
}

static struct box *box_of(struct figure *figure, const json_t *slave)
{
	json_int_t inode = field_number(slave, "netns_inode");
	struct box *grown;
	char title[300];

	for (size_t i = 0; i < figure->count; i++)
		if (figure->boxes[i].inode == inode)
			return &figure->boxes[i];
	grown = realloc(figure->boxes, (figure->count + 1) * sizeof(*grown));
	if (!grown) {
		figure->incomplete = true;
		return NULL;
	}
	figure->boxes = grown;
	grown[figure->count] = (struct box){.inode = inode};
	if (inode != field_number(figure->port, "netns_inode")) {
		place_title(slave, figure->here, title, sizeof(title));
		grown[figure->count].title = strdup(title);
		figure->incomplete = figure->incomplete || !grown[figure->count].title;
	}
	return &grown[figure->count++];
}

static void add_slave(struct figure *figure, const json_t *slave)
{
	struct box *box = box_of(figure, slave);
	const json_t *address;
	size_t i;

	if (!box)
		return;
	if (box->count)
		add_text(figure, box, strdup(""));
	add_text(figure, box, format(slave_is_down(slave) ? "%s (down)" : "%s", field_text(slave, "ifname"), 0));
	/* Every link has one of scope link, which tells nothing. */
	json_array_foreach (json_object_get(slave, "addr_info"), i, address) {
		const char *local = field_text(address, "local");

		if (address_is_shown(address))
			add_text(figure, box, format("%s/%d", local, (int)field_number(address, "prefixlen")));
	}
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t width_of(const struct box *box)
{
	size_t width = larger(BOX, box->title ? text_width(box->title) + 8 : 0);

	for (size_t i = 0; i < box->count; i++)
		width = larger(width, text_width(box->texts[i]) + 4);
	return width;
}

/* ---- laying out */

/* How many boxes, from the first one on, find room beside each other. At least one: it will be cut. */
static size_t fit(const struct figure *figure, size_t first, size_t room)
{
	size_t used = 0, i = first;

	while (i < figure->count && (i == first || used + 2 + figure->boxes[i].width <= room)) {
		used += figure->boxes[i].width + (i == first ? 0 : 2);
		i++;
	}
	return i - first;
}

/* As wide as the HOWTO's figure, or as wide as a row of all boxes, or as the page. */
static void set_width(struct figure *figure, size_t page_width)
{
	size_t all = 0, page = larger(page_width, NARROWEST);

	for (size_t i = 0; i < figure->count; i++) {
		struct box *box = &figure->boxes[i];

		box->width = smaller(width_of(box), page - 2 * MARGIN);
		all += box->width + 2;
	}
	figure->width = smaller(page, larger(HOWTO, all + 2 * MARGIN));
	figure->middle = figure->width / 2;
}

/* In the middle, with room between them as in the HOWTO. */
static void place_row(struct figure *figure, size_t first, size_t count)
{
	size_t room = figure->width - 2 * MARGIN, used = 0, gap = 0, x;

	for (size_t i = first; i < first + count; i++)
		used += figure->boxes[i].width;
	if (count > 1)
		gap = smaller(GAP, (room - used) / (count - 1));
	x = MARGIN + (room - used - gap * (count - 1)) / 2;
	for (size_t i = first; i < first + count; i++) {
		figure->boxes[i].x = x;
		x += figure->boxes[i].width + gap;
	}
}

static size_t height_of_row(const struct figure *figure, size_t first, size_t count)
{
	size_t texts = 0, others = 2;

	for (size_t i = first; i < first + count; i++) {
		texts = larger(texts, figure->boxes[i].count);
		if (figure->boxes[i].title)
			others = 2 + TITLE_ROWS;
	}
	return texts + others;
}

static size_t joint_of(const struct box *box)
{
	return box->x + box->width / 2;
}

/* ---- drawing */

static struct pen begin_line(struct page *page, bool trunk)
{
	struct pen pen = {.out = page->out};

	pen_text(&pen, "|", 1);
	if (trunk) {
		pen_fill(&pen, ' ', TRUNK);
		pen_text(&pen, "#", TRUNK + 1);
	}
	return pen;
}

static void end_line(struct pen *pen, const struct figure *figure)
{
	pen_fill(pen, ' ', figure->width - 1);
	fputs("|\n", pen->out);
}

static void draw_edge(struct page *page, const struct figure *figure, bool joint)
{
	struct pen pen = {.out = page->out};

	pen_text(&pen, "+", 1);
	if (joint) {
		pen_fill(&pen, '=', figure->middle);
		pen_text(&pen, "#", figure->middle + 1);
	}
	pen_fill(&pen, '=', figure->width - 1);
	fputs("+\n", page->out);
}

static void draw_text(struct page *page, const struct figure *figure, const char *before, const char *text)
{
	struct pen pen = begin_line(page, false);

	pen_fill(&pen, ' ', 3);
	pen_text(&pen, before, figure->width - 2);
	pen_text(&pen, text, figure->width - 2);
	end_line(&pen, figure);
}

static void draw_border(struct pen *pen, const struct box *box, bool bottom)
{
	size_t end = box->x + box->width;

	pen_text(pen, box->title ? "+" : " ", box->x + 1);
	if (bottom) {
		pen_fill(pen, box->title ? '-' : ' ', joint_of(box));
		pen_text(pen, "#", joint_of(box) + 1);
	}
	pen_fill(pen, box->title ? '-' : ' ', end - 1);
	pen_text(pen, box->title ? "+" : " ", end);
}

/* What stands in a box on a line below its upper border; the last text stands on the last line. */
static void draw_inside(struct pen *pen, const struct box *box, size_t line, size_t lines)
{
	size_t end = box->x + box->width, room = box->width - 4;
	const char *side = box->title ? "|" : " ";

	pen_text(pen, side, box->x + 1);
	if (line == 0 && box->title) {
		pen_fill(pen, ' ', box->x + 2);
		pen_text(pen, " NS:", end - 2);
		pen_text(pen, box->title, end - 2);
	} else if (line >= lines - box->count) {
		const char *text = box->texts[line - (lines - box->count)];
		size_t width = text_width(text);

		pen_fill(pen, ' ', box->x + 2 + (width < room ? (room - width + 1) / 2 : 0));
		pen_text(pen, text, end - 2);
	}
	pen_fill(pen, ' ', end - 1);
	pen_text(pen, side, end);
}

static void draw_boxes(struct page *page, const struct figure *figure, size_t first, size_t count, bool trunk)
{
	size_t height = height_of_row(figure, first, count);

	for (size_t line = 0; line < height; line++) {
		struct pen pen = begin_line(page, trunk);

		for (size_t i = first; i < first + count; i++) {
			const struct box *box = &figure->boxes[i];

			pen_fill(&pen, ' ', box->x);
			if (line == 0 || line + 1 == height)
				draw_border(&pen, box, line != 0);
			else
				draw_inside(&pen, box, line - 1, height - 2);
		}
		end_line(&pen, figure);
	}
}

static void draw_joints(struct page *page, const struct figure *figure, size_t first, size_t count, bool trunk)
{
	struct pen pen = begin_line(page, trunk);

	for (size_t i = first; i < first + count; i++) {
		pen_fill(&pen, ' ', joint_of(&figure->boxes[i]));
		pen_text(&pen, "#", joint_of(&figure->boxes[i]) + 1);
	}
	end_line(&pen, figure);
}

/* The line that joins a row's boxes: from the trunk, if there is one, and to the parent, if it comes next. */
static void draw_bus(struct page *page, const struct figure *figure, size_t first, size_t count, bool trunk, bool last)
{
	size_t from = joint_of(&figure->boxes[first]), to = joint_of(&figure->boxes[first + count - 1]);
	struct pen pen = begin_line(page, false);

	if (last) {
		from = smaller(from, figure->middle);
		to = larger(to, figure->middle);
	}
	if (trunk)
		from = TRUNK;
	pen_fill(&pen, ' ', from);
	pen_fill(&pen, '#', to + 1);
	end_line(&pen, figure);
}

static void draw_rows(struct page *page, struct figure *figure)
{
	size_t first = 0, room = figure->width - 2 * MARGIN;
	size_t count = fit(figure, 0, room);
	bool rows = count < figure->count;

	for (; first < figure->count; first += count) {
		bool last;

		count = fit(figure, first, room);
		last = first + count == figure->count;
		place_row(figure, first, count);
		/* The trunk begins at the first row's line and ends at the last row's. */
		draw_boxes(page, figure, first, count, rows && first);
		draw_joints(page, figure, first, count, rows && first);
		draw_bus(page, figure, first, count, rows, last);
	}
}

static void draw_parent(struct page *page, const struct figure *figure)
{
	struct pen pen = begin_line(page, false);
	char sharing[80];

	pen_fill(&pen, ' ', figure->middle);
	pen_text(&pen, "# ", figure->middle + 2);
	pen_text(&pen, parent_name(figure->port), figure->width - 1);
	if (*sharing_format(figure->port, sharing, sizeof(sharing))) {
		pen_text(&pen, "  ", figure->width - 1);
		pen_text(&pen, sharing, figure->width - 1);
	}
	end_line(&pen, figure);
}

/* Whose box it is. */
static void draw_title(struct page *page, const struct figure *figure)
{
	char title[300];

	if (!field_exists(figure->port, "netns_inode"))
		draw_text(page, figure, "NS:", "cannot be looked into");
	else if (strcmp(place_title(figure->port, figure->here, title, sizeof(title)), "(host)") == 0)
		draw_text(page, figure, "Host: ", figure->host);
	else
		draw_text(page, figure, "NS:", title);
}

static void draw_figure(struct page *page, struct figure *figure)
{
	set_width(figure, page->width);
	draw_edge(page, figure, false);
	draw_title(page, figure);
	draw_text(page, figure, "", figure->count ? "" : "(no slaves)");
	draw_rows(page, figure);
	draw_parent(page, figure);
	draw_edge(page, figure, true);
}

static void free_figure(struct figure *figure)
{
	for (size_t i = 0; i < figure->count; i++) {
		for (size_t j = 0; j < figure->boxes[i].count; j++)
			free(figure->boxes[i].texts[j]);
		free(figure->boxes[i].texts);
		free(figure->boxes[i].title);
	}
	free(figure->boxes);
}

void print_diagram(struct page *page, const json_t *document)
{
	const json_t *ports = json_object_get(document, "ports"), *port, *slave;
	size_t i, j;

	json_array_foreach (ports, i, port) {
		struct figure figure = {.port = port,
					.host = field_text(document, "host"),
					.here = field_number(document, "netns_inode")};

		if (i)
			putc('\n', page->out);
		json_array_foreach (json_object_get(port, "slaves"), j, slave)
			add_slave(&figure, slave);
		if (figure.incomplete)
			page->incomplete = true;
		else
			draw_figure(page, &figure);
		free_figure(&figure);
	}
	if (json_array_size(ports) == 0)
		fprintf(page->out, "Host: %s has no ipvlan slaves.\n", field_text(document, "host"));
}
