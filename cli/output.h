/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one emitter. A command makes a document once; it is written as JSON, or a renderer turns it into text. Before a
 * renderer sees the document, everything in it that could command a terminal has been replaced.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "options.h"
#include "session.h"
#include "writer.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Where text goes, and how. */
struct page {
	FILE *out;
	const struct options *options;
	bool color;
	unsigned int width; /* columns */
	struct grid *grid;  /* of a list that becomes a table, row by row */
	bool incomplete;    /* a renderer had no memory for all of it */
};

/* One that runs out of memory marks the page, and prints nothing of what it cannot print as a whole. */
typedef void (*renderer)(struct page *page, const json_t *document);

/* Write a document, which is freed. NULL stands for one that there was no memory for. @return a status. */
int output(struct session *session, const struct options *options, json_t *document, renderer render);

/* The same with a renderer that makes texts harmless by itself, without changing what they say. */
int output_exact(struct session *session, const struct options *options, json_t *document, renderer render);

/*
 * The same for a document that is made while it is written. Between the two calls it is made with the writer, all of
 * it, and then shown; as JSON it has been written by then.
 */
struct output {
	struct session *session;
	struct page page;
	renderer render;
	int error;
	struct writer writer;
};

void output_begin(struct output *o, struct session *session, const struct options *options, renderer render);
/* May be called again and again, for one document after the other. */
void output_show(struct output *o);
int output_end(struct output *o);

/* Likewise a list, of which each element is shown when it has been made: never more than one of them is in memory. */
void output_list_begin(struct output *o, struct session *session, const struct options *options, renderer render);
int output_list_end(struct output *o);

/* A document onto any page, and freed. @return 0 or -ENOMEM. */
int output_to(struct page *page, json_t *document, renderer render);

enum ink { INK_NONE = 0, INK_NAME, INK_MAC, INK_INET, INK_INET6, INK_UP, INK_DOWN, INK_TITLE };

/* Text in a colour, when the page has colours. */
void page_ink(struct page *page, enum ink ink, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Between the two what is put has that colour. */
void page_begin_ink(struct page *page, enum ink ink);
void page_end_ink(struct page *page, enum ink ink);

/* Without a format, which in a long list costs more than all the rest. @return how many bytes were put. */
size_t page_text(struct page *page, const char *text);
size_t page_number(struct page *page, json_int_t number);
void page_blanks(struct page *page, size_t count);

/* The ink for an operational state. */
enum ink ink_of_state(const char *state);

/* JSON strings must be UTF-8 and names need not be: what is none becomes U+FFFD. "" for NULL. */
json_t *document_text(const char *text);
/* The same for a renderer. */
json_t *document_harmless_text(const char *text);

/* Fields of a document; "" and 0 for what it does not have. */
const char *field_text(const json_t *document, const char *key);
json_int_t field_number(const json_t *document, const char *key);
bool field_is_true(const json_t *document, const char *key);
bool field_exists(const json_t *document, const char *key);

#endif
