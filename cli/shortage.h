/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a document may lack something. It is made of many pieces, put together without a look at each: jansson passes
 * over a piece that could not be made. What had no memory is told here instead, once for all of it.
 */
#ifndef CLI_SHORTAGE_H
#define CLI_SHORTAGE_H

#include <stdbool.h>

/* From now on, whatever jansson has its memory from. */
void shortage_watch(void);

/* What the command itself had no memory for is missing, too. */
void shortage_tell(void);

/* Whether there was none for some piece since the last call. */
bool shortage_seen(void);

#endif
