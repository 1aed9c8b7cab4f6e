/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A document in the making. As JSON it is written while it is made and never stands in memory; for a renderer it
 * becomes a tree. Who makes it need not know which: objects and lists are begun and ended, and what lies in an object
 * has a key, which is a name of ours. What lies in a list, and the document itself, has none: NULL.
 */
#ifndef CLI_WRITER_H
#define CLI_WRITER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#define WRITER_DEPTH 16

struct writer {
	FILE *out; /* NULL: a tree is made */
	bool pretty;
	bool follows;	       /* something stands before, in the object or list that is open */
	bool has_foreign_keys; /* those of a tree, which are not all names of ours */
	unsigned int depth;
	char ends[WRITER_DEPTH]; /* brackets that are due, in JSON */
	json_t *open[WRITER_DEPTH], *tree;
	bool harmless;	 /* nothing in the tree commands a terminal */
	bool incomplete; /* memory ran out: the tree lacks something */
	size_t used;
	char buffer[16384];
};

void writer_to_json(struct writer *w, FILE *out, bool pretty);
/* harmless: what could command a terminal is replaced. */
void writer_to_tree(struct writer *w, bool harmless);

void write_object(struct writer *w, const char *key);
void write_list(struct writer *w, const char *key);
void write_end(struct writer *w);

/* Texts need not be UTF-8: what is none becomes U+FFFD. NULL is written as "", or by the second one as null. */
void write_text(struct writer *w, const char *key, const char *text);
void write_text_or_null(struct writer *w, const char *key, const char *text);
void write_number(struct writer *w, const char *key, json_int_t number);
void write_truth(struct writer *w, const char *key, bool truth);

/* All of a tree, which stays the caller's. */
void write_tree(struct writer *w, const char *key, const json_t *tree);

/* The document is complete. JSON gets its last line's end, and goes to the stream. */
void writer_finish_json(struct writer *w);

/* The tree that was made since the beginning or the last call; NULL: there was no memory for it. */
json_t *writer_take_tree(struct writer *w);

#endif
