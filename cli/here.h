/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Help at any point: what may be said behind the words that are there. */
#ifndef CLI_HERE_H
#define CLI_HERE_H

#include <stddef.h>

struct session;

/* word: what there is of the word that is being typed. @return a status. */
int here_help(struct session *session, const char *const *words, size_t count, const char *word);

#endif
