/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "grid.h"
#include "text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct cell {
	char *text;
	enum ink ink;
};

struct grid {
	struct cell *cells;
	size_t count, room, columns;
	uint64_t right; /* a bit for each column */
	bool incomplete;
};

static void add(struct grid *grid, enum ink ink, char *text)
{
	if (grid->count == grid->room) {
		size_t room = grid->room ? grid->room * 2 : 64;
		struct cell *grown = realloc(grid->cells, room * sizeof(*grown));

		if (grown) {
			grid->cells = grown;
			grid->room = room;
		}
	}
	if (!text || grid->count == grid->room) {
		grid->incomplete = true;
		free(text);
		return;
	}
	grid->cells[grid->count++] = (struct cell){text, ink};
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
		add(grid, INK_TITLE, strndup(titles, next));
		titles += next + (titles[next] == '|');
		grid->columns++;
	}
	return grid;
}

void grid_add(struct grid *grid, enum ink ink, const char *format, ...)
{
	char *text;
	va_list ap;

	if (!grid)
		return;
	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	if (text && !*text) {
		free(text);
		text = strdup("-");
	}
	add(grid, ink, text);
}

static size_t width_of(const struct grid *grid, size_t column)
{
	size_t widest = 0;

	for (size_t i = column; i < grid->count; i += grid->columns) {
		size_t width = text_width(grid->cells[i].text);

		widest = width > widest ? width : widest;
	}
	return widest;
}

static void print_rows(const struct grid *grid, const size_t *widths, struct page *page)
{
	for (size_t i = 0; i < grid->count; i++) {
		const struct cell *cell = &grid->cells[i];
		size_t column = i % grid->columns, room = widths[column] - text_width(cell->text);
		bool right = grid->right >> column & 1, last = column + 1 == grid->columns;

		fprintf(page->out, "%*s", right ? (int)room : 0, "");
		page_ink(page, cell->ink, "%s", cell->text);
		if (last)
			putc('\n', page->out);
		else
			fprintf(page->out, "%*s", right ? 2 : (int)room + 2, "");
	}
}

static void grid_free(struct grid *grid)
{
	for (size_t i = 0; i < grid->count; i++)
		free(grid->cells[i].text);
	free(grid->cells);
	free(grid);
}

void grid_print(struct grid *grid, struct page *page)
{
	size_t *widths = grid ? calloc(grid->columns, sizeof(*widths)) : NULL;

	if (!widths || grid->incomplete) {
		fputs("(out of memory)\n", page->out);
	} else {
		for (size_t i = 0; i < grid->columns; i++)
			widths[i] = width_of(grid, i);
		print_rows(grid, widths, page);
	}
	free(widths);
	if (grid)
		grid_free(grid);
}
