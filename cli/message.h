/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong, in words: what, where, what to do. Writing them to stderr is session.c's business. */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include <stddef.h>

struct message {
	char text[512];
};

/* Write a message; a text that is too long is cut. @return -EINVAL, so that a caller can return it at once. */
int message_set(struct message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Add to a message. */
void message_add(struct message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Words near to a misspelt one, for "did you mean". Offer every valid word, then have them added to a message; when
 * nothing is near, nothing is added.
 */
#define NEAREST_COUNT 3

struct nearest {
	const char *word;
	struct {
		char word[32];
		size_t distance;
	} found[NEAREST_COUNT];
	size_t count;
};

void nearest_begin(struct nearest *nearest, const char *word);
void nearest_offer(struct nearest *nearest, const char *valid);

/* Offer all words of a list divided by blanks. */
void nearest_offer_list(struct nearest *nearest, const char *list);
void nearest_add_to(const struct nearest *nearest, struct message *message);

#endif
