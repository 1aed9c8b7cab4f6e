/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was typed, across shells: $XDG_STATE_HOME/ipvlanctl/history, else ~/.local/state/ipvlanctl/history. Where that
 * cannot be read or written, there is none, and nobody is bothered.
 */
#ifndef CLI_HISTORY_H
#define CLI_HISTORY_H

#include <stddef.h>

/* Give out the lines of earlier shells, the oldest first. */
void history_load(void (*take)(void *data, const char *line), void *data);

/* Keep a line, which has no line break; at once, so that no crash loses it, and shells beside each other all do. */
void history_keep(const char *line);

/* The folder of the file. @return buf; NULL when there is none to be had. */
const char *history_folder(char *buf, size_t size);

/*
 * What both stand on, without a file. Of more than 2,000 lines the last 1,000 are kept, and empty ones are not given
 * out; the first finds where in a text the kept ones begin, the other changes it.
 */
char *history_kept(char *all);
void history_tell(char *text, void (*take)(void *data, const char *line), void *data);

#endif
