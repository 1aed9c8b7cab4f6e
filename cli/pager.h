/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is longer than the screen, page by page. */
#ifndef CLI_PAGER_H
#define CLI_PAGER_H

#include <stddef.h>

struct line;
struct session;

/* As line_run(), its output held back until it is known how long it is. */
int pager_run(struct session *session, const struct line *line);

/* Rows that a text takes on a screen of so many columns. Pure. */
size_t pager_count_rows(const char *text, size_t columns);

#endif
