/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UTF-8 text for a terminal: width, harmlessness, likeness; digits. Pure; needs no locale. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The character at the beginning of a text that is not empty, and its bytes; 0 bytes when that is no UTF-8. */
size_t text_decode(const char *text, uint32_t *character);

bool text_is_utf8(const char *text);

/* Columns that a text takes on a terminal. */
size_t text_width(const char *text);

/* Bytes of the longest beginning of a text that takes no more than so many columns. */
size_t text_cut(const char *text, size_t columns);

/* Replace what could command a terminal, or is no UTF-8, by '?'. The text never gets longer. */
void text_sanitize(char *text);

/* Whether text_sanitize() would leave the text as it is. */
bool text_is_harmless(const char *text);

/* Print a text in quotes as JSON and YAML have them: nothing of it is lost, and nothing commands a terminal. UTF-8. */
void text_print_quoted(FILE *out, const char *text);

/* Put a number's digits at the end of a buffer of this size. @return where they begin. */
#define NUMBER_SIZE 24
const char *number_format(int64_t number, char *buf);

/* How many letters must be added, dropped, changed or swapped to come from one word to the other. */
size_t text_distance(const char *a, const char *b);

/* Whether a word is the beginning of another one. */
bool text_is_prefix(const char *word, const char *whole);

/* Whether a list of words, divided by blanks, holds the word. */
bool text_list_has(const char *list, const char *word);

/* The first word of such a list that begins with the given one: its place in the list, or NULL. */
const char *text_list_find_prefix(const char *list, const char *word);

/*
 * Print a text broken at blanks, from a column on that has been reached; further lines begin at the indent. A blank
 * comes before each word, a line break after the last.
 */
void text_print_wrapped(FILE *out, size_t width, size_t column, size_t indent, const char *text);

#endif
