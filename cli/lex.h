/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line of text to words, for whatever reads lines: '…' keeps all, "…" keeps all but \" and \\, \ keeps the next
 * character, # at the beginning of a word opens a comment. Pure.
 */
#ifndef CLI_LEX_H
#define CLI_LEX_H

#include "message.h"

#include <stdbool.h>
#include <stddef.h>

struct words {
	char **word; /* in `text`, and a NULL behind them */
	char *text;
	size_t count;
	bool continued; /* the line ended with \: the next one belongs to it */
};

/*
 * Cut a line into words; `words` is {0}, or holds those of an earlier line, which are freed.
 * @return 0; -EINVAL with a message; -ENOMEM.
 */
int lex_line(const char *line, struct words *words, struct message *message);

/* Write a word so that it is read as this one word. @return a text to be freed; NULL when out of memory. */
char *lex_quote(const char *word);

void words_free(struct words *words);

#endif
