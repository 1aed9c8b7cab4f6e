/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grid.h"
#include "text.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct cell {
	size_t at; /* where its text begins */
	size_t width;
	enum ink ink;
};

struct grid {
	struct cell *cells;
	size_t count, room, columns;
	char *texts; /* of all cells, one behind the other */
	size_t used, size;
	uint64_t right; /* a bit for each column */
	bool incomplete;
};

/* Room for so many things: twice as much as before when there is more to come. @return NULL when out of memory. */
static void *grow(void *things, size_t wanted, size_t *room, size_t size)
{
	size_t larger = *room ? *room : 64;
	void *grown = things;

	while (larger < wanted)
		larger *= 2;
	if (larger > *room)
		grown = realloc(things, larger * size);
	if (grown)
		*room = larger;
	return grown;
}

static void append(struct grid *grid, const char *text, size_t length)
{
	char *grown = grow(grid->texts, grid->used + length + 1, &grid->size, 1);

	if (!grown) {
		grid->incomplete = true;
		return;
	}
	grid->texts = grown;
	memcpy(grown + grid->used, text, length);
	grid->used += length;
	grown[grid->used] = '\0';
}

static void add(struct grid *grid, enum ink ink, const char *text, size_t length)
{
	struct cell *grown = grow(grid->cells, grid->count + 1, &grid->room, sizeof(*grown));

	if (!grown) {
		grid->incomplete = true;
		return;
	}
	grid->cells = grown;
	/* Behind the end of the one before. */
	grid->used += grid->count > 0;
	grown[grid->count++] = (struct cell){.at = grid->used, .ink = ink};
	append(grid, text, length);
}

struct grid *grid_new(const char *titles)
{
	struct grid *grid = calloc(1, sizeof(*grid));

	while (grid && *titles) {
		size_t next;

		if (*titles == '>') {
			grid->right |= UINT64_C(1) << grid->columns;
			titles++;
		}
		next = strcspn(titles, "|");
		add(grid, INK_TITLE, titles, next);
		titles += next + (titles[next] == '|');
		grid->columns++;
	}
	return grid;
}

void grid_add(struct grid *grid, enum ink ink, const char *text)
{
	if (grid)
		add(grid, ink, text, strlen(text));
}

void grid_append(struct grid *grid, const char *text)
{
	if (grid)
		append(grid, text, strlen(text));
}

void grid_add_number(struct grid *grid, enum ink ink, json_int_t number)
{
	char buf[NUMBER_SIZE];

	grid_add(grid, ink, number_format(number, buf));
}

void grid_append_number(struct grid *grid, json_int_t number)
{
	char buf[NUMBER_SIZE];

	grid_append(grid, number_format(number, buf));
}

static const char *text_of(const struct grid *grid, const struct cell *cell)
{
	return grid->texts[cell->at] ? grid->texts + cell->at : "-";
}

/* Measures the cells of a column. @return the width of the widest one. */
static size_t measure(struct grid *grid, size_t column)
{
	size_t widest = 0;

	for (size_t i = column; i < grid->count; i += grid->columns) {
		size_t width = text_width(text_of(grid, &grid->cells[i]));

		grid->cells[i].width = width;
		widest = width > widest ? width : widest;
	}
	return widest;
}

static void print_rows(const struct grid *grid, const size_t *widths, struct page *page)
{
	for (size_t i = 0; i < grid->count; i++) {
		const struct cell *cell = &grid->cells[i];
		size_t column = i % grid->columns, room = widths[column] - cell->width;
		bool right = grid->right >> column & 1, last = column + 1 == grid->columns;

		page_blanks(page, right ? room : 0);
		page_begin_ink(page, cell->ink);
		page_text(page, text_of(grid, cell));
		page_end_ink(page, cell->ink);
		if (last)
			page_text(page, "\n");
		else
			page_blanks(page, right ? 2 : room + 2);
	}
}

static void grid_free(struct grid *grid)
{
	free(grid->cells);
	free(grid->texts);
	free(grid);
}

void grid_print(struct grid *grid, struct page *page)
{
	size_t *widths = grid ? calloc(grid->columns, sizeof(*widths)) : NULL;

	if (!widths || grid->incomplete) {
		page->incomplete = true;
	} else {
		for (size_t i = 0; i < grid->columns; i++)
			widths[i] = measure(grid, i);
		print_rows(grid, widths, page);
	}
	free(widths);
	if (grid)
		grid_free(grid);
}

void table_begin(struct output *o, struct session *session, const struct options *options, renderer add_row,
		 const char *titles)
{
	output_list_begin(o, session, options, add_row);
	if (options->json)
		return;
	o->page.grid = grid_new(titles);
	o->error = o->page.grid ? 0 : -ENOMEM;
}

int table_end(struct output *o)
{
	if (o->page.grid && o->error)
		grid_free(o->page.grid);
	else if (o->page.grid)
		grid_print(o->page.grid, &o->page);
	if (o->page.incomplete)
		o->error = -ENOMEM;
	return output_list_end(o);
}
