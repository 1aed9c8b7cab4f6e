/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text in rows and columns, each column as wide as its widest cell. */
#ifndef CLI_GRID_H
#define CLI_GRID_H

#include "output.h"

struct grid;

/* titles: one for each column, divided by "|"; numbers, which stand to the right, have a ">" before theirs. @return
 * NULL when out of memory. */
struct grid *grid_new(const char *titles);

/* Put the next cell, from left to right and top to bottom; an empty one is shown as "-". NULL grid: nothing. */
void grid_add(struct grid *grid, enum ink ink, const char *text);
void grid_add_number(struct grid *grid, enum ink ink, json_int_t number);

/* Put more into the cell that was added last. */
void grid_append(struct grid *grid, const char *text);
void grid_append_number(struct grid *grid, json_int_t number);

/* Print the grid and free it. Of one that ran out of memory nothing is printed, and the page is marked. */
void grid_print(struct grid *grid, struct page *page);

/*
 * A list that becomes one table, of which each element adds a row to page.grid: as output_list_begin() and
 * output_list_end(). It is printed at its end, when all of it is there.
 */
void table_begin(struct output *o, struct session *session, const struct options *options, renderer add_row,
		 const char *titles);
int table_end(struct output *o);

#endif
