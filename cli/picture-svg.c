/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HOWTO's figure of each port as SVG, in pixels: a frame for the host, in it a card for each namespace with its
 * slaves, below them a bus that leads to the parent on the frame's lower edge. First everything is laid out, then
 * drawn.
 */
#include "picture.h"
#include "ports.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

#define COLUMN	  8   /* the width of a character */
#define LINE	  18  /* the height of a line of text */
#define INSET	  12  /* from a card's edge to its text */
#define MARGIN	  16  /* around all */
#define GAP	  28  /* between cards, and from the frame to them */
#define BUS	  18  /* from cards down to their bus, and from there to the next row */
#define HEAD	  44  /* of the frame: its title */
#define PARENT	  30  /* the height of the parent, which stands on the frame's lower edge */
#define NARROWEST 420 /* frame */
#define WIDEST	  900 /* frame, unless it would be higher than that */
#define LONGEST	  44  /* characters of a name */
#define NAME_SIZE 200 /* bytes of them */

/* A namespace: its slaves in columns of cells that are all of one size. */
struct card {
	struct room room;
	int columns, cell_width, cell_height;
	int x, y, width, height;
};

struct figure {
	const json_t *port;
	struct card *cards;
	size_t count;
	char title[NAME_SIZE + 16], parent[NAME_SIZE + 96];
	int y, width, height; /* of the frame */
};

/* ---- texts */

/* A name that is too long is cut. */
static const char *shorten(const char *text, char *buf)
{
	if (text_width(text) <= LONGEST)
		snprintf(buf, NAME_SIZE, "%s", text);
	else
		snprintf(buf, NAME_SIZE, "%.*s…", (int)text_cut(text, LONGEST - 1), text);
	return buf;
}

static int width_of(const char *text)
{
	return (int)text_width(text) * COLUMN;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

static const char *format_address(const json_t *address, char *buf, size_t size)
{
	snprintf(buf, size, "%s/%d", field_text(address, "local"), (int)field_number(address, "prefixlen"));
	return buf;
}

/* ---- laying out */

static void measure_slave(struct card *card, const json_t *slave)
{
	char text[NAME_SIZE];
	const json_t *address;
	int lines = 1;
	size_t i;

	card->cell_width = larger(card->cell_width, width_of(shorten(field_text(slave, "ifname"), text)) + 2 * COLUMN);
	json_array_foreach (json_object_get(slave, "addr_info"), i, address) {
		if (!address_is_shown(address))
			continue;
		card->cell_width = larger(card->cell_width, width_of(format_address(address, text, sizeof(text))));
		lines++;
	}
	card->cell_height = larger(card->cell_height, lines * LINE + LINE / 2);
}

/* About as wide as high. */
static int choose_columns(const struct card *card)
{
	int count = (int)card->room.count, columns = 1;

	while (columns < count &&
	       columns * (card->cell_width + INSET) < (count + columns - 1) / columns * card->cell_height)
		columns++;
	return count > 3 ? columns : 1;
}

static void measure_card(struct card *card, const json_t *port)
{
	char title[NAME_SIZE];
	int rows, head = *card->room.title ? LINE + LINE / 2 : 0;

	for (size_t i = 0; i < card->room.count; i++)
		measure_slave(card, room_slave(port, &card->room, i));
	card->columns = choose_columns(card);
	rows = ((int)card->room.count + card->columns - 1) / card->columns;
	card->width = card->columns * (card->cell_width + INSET) - INSET;
	card->width = larger(card->width, width_of(shorten(card->room.title, title))) + 2 * INSET;
	card->height = head + rows * card->cell_height + LINE / 2;
}

/* Cards that differ little are of one width: then they stand below each other. */
static void align_cards(struct figure *figure)
{
	int narrowest = 0, widest = 0;

	for (size_t i = 0; i < figure->count; i++) {
		int width = figure->cards[i].width;

		narrowest = i && narrowest < width ? narrowest : width;
		widest = larger(widest, width);
	}
	for (size_t i = 0; widest <= narrowest + 4 * COLUMN && i < figure->count; i++)
		figure->cards[i].width = widest;
}

/* Wider than WIDEST where cards would pile up higher than that. */
static int choose_width(const struct figure *figure)
{
	long area = 0, width = WIDEST;
	int one_row = GAP, widest = NARROWEST;

	for (size_t i = 0; i < figure->count; i++) {
		const struct card *card = &figure->cards[i];

		area += (long)(card->width + GAP) * (card->height + 2 * BUS);
		widest = larger(widest, card->width + 2 * GAP);
		one_row = one_row > WIDEST ? one_row : one_row + card->width + GAP;
	}
	while (width * width < area)
		width += WIDEST / 10;
	widest = larger(widest, larger(width_of(figure->title), width_of(figure->parent)) + 2 * GAP);
	return larger(widest, one_row <= WIDEST ? one_row : (int)width);
}

/* Places a row's cards in the middle; they stand on common ground. @return their number. */
static size_t place_row(struct figure *figure, size_t first, int *y)
{
	int used = GAP, height = 0, x;
	size_t end = first;

	while (end < figure->count && (end == first || used + figure->cards[end].width + GAP <= figure->width)) {
		used += figure->cards[end].width + GAP;
		height = larger(height, figure->cards[end].height);
		end++;
	}
	x = (figure->width - used) / 2 + GAP;
	for (size_t i = first; i < end; i++) {
		struct card *card = &figure->cards[i];

		card->x = x;
		card->y = *y + height - card->height;
		x += card->width + GAP;
	}
	*y += height + 2 * BUS;
	return end - first;
}

static void set_titles(struct figure *figure, const json_t *document)
{
	json_int_t here = field_number(document, "netns_inode");
	char name[NAME_SIZE], text[300], sharing[80];

	if (!field_exists(figure->port, "netns_inode"))
		snprintf(text, sizeof(text), "a namespace that cannot be looked into");
	else
		place_title(figure->port, here, text, sizeof(text));
	if (strcmp(text, "(host)") == 0)
		snprintf(figure->title, sizeof(figure->title), "Host: %s", shorten(field_text(document, "host"), name));
	else
		snprintf(figure->title, sizeof(figure->title), "NS: %s", shorten(text, name));
	sharing_format(figure->port, sharing, sizeof(sharing));
	snprintf(figure->parent, sizeof(figure->parent), "%s%s%s", shorten(parent_name(figure->port), name),
		 *sharing ? "  " : "", sharing);
}

static bool measure_cards(struct figure *figure, json_int_t here)
{
	struct room room = {0};

	while (room_next(figure->port, here, &room)) {
		struct card *grown = realloc(figure->cards, (figure->count + 1) * sizeof(*grown));

		if (!grown)
			return false;
		figure->cards = grown;
		grown[figure->count] = (struct card){.room = room};
		measure_card(&grown[figure->count++], figure->port);
	}
	return true;
}

static bool lay_out(struct figure *figure, const json_t *document, int y)
{
	size_t placed = 0;

	if (!measure_cards(figure, field_number(document, "netns_inode")))
		return false;
	align_cards(figure);
	set_titles(figure, document);
	figure->width = choose_width(figure);
	figure->y = y;
	y += HEAD;
	while (placed < figure->count)
		placed += place_row(figure, placed, &y);
	figure->height = y + (figure->count ? 0 : LINE) + PARENT / 2 - figure->y;
	return true;
}

/* ---- drawing */

static void put_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		default:
			putc(*text, out);
		}
	}
}

static void draw_text(FILE *out, int x, int y, const char *class, const char *text)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\" class=\"%s\" xml:space=\"preserve\">", x, y, class);
	put_escaped(out, text);
	fputs("</text>\n", out);
}

static void draw_box(FILE *out, int x, int y, int width, int height, const char *class)
{
	fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" class=\"%s\"/>\n", x, y, width,
		height, class);
}

static const char *class_of_state(const json_t *slave)
{
	if (slave_is_down(slave))
		return "down";
	return strcmp(field_text(slave, "operstate"), "UP") == 0 ||
			       strcmp(field_text(slave, "operstate"), "UNKNOWN") == 0
		       ? "up"
		       : "waiting";
}

static void draw_slave(FILE *out, const json_t *slave, int x, int y)
{
	char text[NAME_SIZE];
	const json_t *address;
	size_t i;

	fprintf(out, "<circle cx=\"%d\" cy=\"%d\" r=\"4\" class=\"%s\"/>\n", x + 4, y - 5, class_of_state(slave));
	draw_text(out, x + 2 * COLUMN, y, "slave", shorten(field_text(slave, "ifname"), text));
	json_array_foreach (json_object_get(slave, "addr_info"), i, address) {
		if (!address_is_shown(address))
			continue;
		y += LINE;
		draw_text(out, x, y, "address", format_address(address, text, sizeof(text)));
	}
}

static void draw_card(FILE *out, const json_t *port, const struct card *card)
{
	bool titled = *card->room.title;
	int y = card->y + LINE + (titled ? LINE + LINE / 2 : 0);
	char title[NAME_SIZE];

	draw_box(out, card->x, card->y, card->width, card->height, titled ? "card" : "card bare");
	if (titled) {
		draw_text(out, card->x + INSET, card->y + LINE, "netns", shorten(card->room.title, title));
		fprintf(out, "<path d=\"M%d %dh%d\" class=\"rule\"/>\n", card->x, card->y + LINE + LINE / 2 - 1,
			card->width);
	}
	for (size_t i = 0; i < card->room.count; i++)
		draw_slave(out, room_slave(port, &card->room, i),
			   card->x + INSET + (int)i % card->columns * (card->cell_width + INSET),
			   y + (int)i / card->columns * card->cell_height);
}

static int joint_of(const struct card *card)
{
	return card->x + card->width / 2;
}

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

/* The wires of a row, whose cards stand on `ground`: to the parent's middle if it is the last, to the trunk if not
 * alone. */
static void draw_wires(FILE *out, const struct figure *figure, size_t first, size_t end, int ground)
{
	int middle = figure->width / 2, from = joint_of(&figure->cards[first]), to = joint_of(&figure->cards[end - 1]);
	bool last = end == figure->count, alone = first == 0 && last;

	for (size_t i = first; i < end; i++)
		fprintf(out, "<path d=\"M%d %dv%d\" class=\"wire\"/>\n", joint_of(&figure->cards[i]), ground, BUS);
	if (last) {
		from = smaller(from, middle);
		to = larger(to, middle);
		fprintf(out, "<path d=\"M%d %dv%d\" class=\"wire\"/>\n", middle, ground + BUS, BUS);
	}
	if (!alone)
		from = GAP / 2;
	fprintf(out, "<path d=\"M%d %dH%d\" class=\"wire\"/>\n", from, ground + BUS, to);
}

static int ground_of(const struct card *card)
{
	return card->y + card->height;
}

/* Rows follow each other downwards, so a row ends where the ground changes. */
static void draw_rows(FILE *out, const struct figure *figure)
{
	size_t first = 0, end;

	while (first < figure->count) {
		int ground = ground_of(&figure->cards[first]);

		for (end = first; end < figure->count && ground_of(&figure->cards[end]) == ground; end++)
			draw_card(out, figure->port, &figure->cards[end]);
		draw_wires(out, figure, first, end, ground);
		first = end;
	}
	if (figure->count && ground_of(&figure->cards[0]) != ground_of(&figure->cards[figure->count - 1]))
		fprintf(out, "<path d=\"M%d %dV%d\" class=\"wire\"/>\n", GAP / 2, ground_of(&figure->cards[0]) + BUS,
			ground_of(&figure->cards[figure->count - 1]) + BUS);
}

static void draw_parent(FILE *out, const struct figure *figure)
{
	int width = width_of(figure->parent) + 2 * INSET, middle = figure->width / 2;
	int edge = figure->y + figure->height;

	fprintf(out, "<path d=\"M%d %dv%d\" class=\"wire\"/>\n", middle, edge, PARENT);
	draw_box(out, middle - width / 2, edge - PARENT / 2, width, PARENT, "parent");
	draw_text(out, middle - width / 2 + INSET, edge + 5, "port", figure->parent);
}

static void draw_figure(FILE *out, const struct figure *figure, int margin)
{
	fprintf(out, "<g transform=\"translate(%d 0)\">\n", margin);
	draw_box(out, 0, figure->y, figure->width, figure->height, "frame");
	draw_text(out, GAP, figure->y + 2 * INSET + 2, "title", figure->title);
	if (!figure->count)
		draw_text(out, GAP, figure->y + HEAD + INSET / 2, "address", "no slaves");
	draw_rows(out, figure);
	draw_parent(out, figure);
	fputs("</g>\n", out);
}

static const char style[] = "<style>\n"
			    "text{font:13px ui-monospace,'DejaVu Sans Mono',monospace;fill:#1f2933}\n"
			    ".title{font-weight:bold;font-size:15px}\n"
			    ".frame{fill:#f5f7fa;stroke:#9aa5b1;stroke-width:1.5}\n"
			    ".card{fill:#fff;stroke:#9aa5b1}\n"
			    ".bare{stroke-dasharray:4 3}\n"
			    ".rule{stroke:#d9dee5}\n"
			    ".netns{font-weight:bold;fill:#52606d}\n"
			    ".slave{font-weight:bold}\n"
			    ".address{fill:#3e4c59}\n"
			    ".wire{stroke:#2186eb;stroke-width:2;fill:none;stroke-linecap:round}\n"
			    ".parent{fill:#2186eb}\n"
			    ".port{fill:#fff;font-weight:bold}\n"
			    ".up{fill:#27ab83}.down{fill:#e12d39}.waiting{fill:#f0b429}\n"
			    "</style>\n";

static void draw(FILE *out, const struct figure *figures, size_t count, const json_t *document)
{
	int width = NARROWEST, height = MARGIN + HEAD;

	for (size_t i = 0; i < count; i++) {
		width = larger(width, figures[i].width);
		height = figures[i].y + figures[i].height + PARENT;
	}
	width += 2 * MARGIN;
	height += MARGIN;
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
		"role=\"img\">\n<title>ipvlan on ",
		width, height, width, height);
	put_escaped(out, field_text(document, "host"));
	fprintf(out, "</title>\n%s<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", style, width, height);
	for (size_t i = 0; i < count; i++)
		draw_figure(out, &figures[i], (width - figures[i].width) / 2);
	if (!count) {
		draw_text(out, MARGIN, MARGIN + LINE, "title", field_text(document, "host"));
		draw_text(out, MARGIN, MARGIN + 2 * LINE + LINE / 2, "address", "no ipvlan slaves");
	}
	fputs("</svg>\n", out);
}

void print_svg(struct page *page, const json_t *document)
{
	const json_t *ports = json_object_get(document, "ports"), *port;
	struct figure *figures = calloc(json_array_size(ports) + 1, sizeof(*figures));
	bool complete = figures;
	int y = MARGIN;
	size_t i;

	for (i = 0; complete && i < json_array_size(ports); i++) {
		port = json_array_get(ports, i);
		figures[i].port = port;
		complete = lay_out(&figures[i], document, y);
		y += figures[i].height + PARENT + GAP;
	}
	if (complete)
		draw(page->out, figures, i, document);
	else
		page->incomplete = true;
	for (i = 0; figures && i < json_array_size(ports); i++)
		free(figures[i].cards);
	free(figures);
}
