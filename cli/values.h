/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reading of values, one function for each kind. parse.c decides which word is what, values.c what it means. */
#ifndef CLI_VALUES_H
#define CLI_VALUES_H

#include "parse.h"

struct parser {
	const struct grammar *grammar;
	const char *const *words;
	size_t count;
	size_t at;	     /* the word to be read */
	const char *keyword; /* the one whose value is read; NULL for a place */
	struct args *args;
	struct message *message;
};

/* Whether a place for such a value has room for any number of them. */
bool value_is_list(enum value value);

/* Read what a keyword wants, from the word at parser->at on. @return 0; -EINVAL with a message; -ENOMEM. */
int value_read(struct parser *parser, const struct keyword *keyword);

#endif
