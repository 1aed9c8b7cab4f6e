/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

struct session;

typedef void (*complete_offer)(void *data, const char *candidate);

/*
 * Offer what a word could become that stands behind others. Says nothing when something cannot be read: nobody wants
 * an error in the midst of typing.
 * @return whether it could be the name of a file, too.
 */
bool complete_word(struct session *session, const char *const *words, size_t count, const char *word,
		   complete_offer offer, void *data);

#endif
