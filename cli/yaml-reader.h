/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * YAML, and so JSON, as a tree whose nodes know where they stand; and the reading of nodes of a known form, which
 * refuses everything else by name and place. Pure.
 */
#ifndef CLI_YAML_READER_H
#define CLI_YAML_READER_H

#include "message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaml.h>

/* What is wrong with a text, and where; both counted from 1. */
struct yaml_error {
	size_t line, column;
	struct message message;
};

#define YAML_MOST_ERRORS 20

/* Of each place the first thing that is wrong: others there follow from it. */
struct yaml_errors {
	struct yaml_error list[YAML_MOST_ERRORS + 1]; /* with room for one that is not kept */
	size_t count;
	bool is_enough;	 /* reading ends with the last one */
	yaml_mark_t end; /* of the text: no place is behind it */
};

struct yaml_reader {
	yaml_document_t document;
	yaml_node_t *root; /* NULL: there is nothing in the text */
	struct yaml_errors *errors;
};

/* Lines of errors are those of the text. @return 0; -EINVAL with an error; -ENOMEM. */
int yaml_reader_open(struct yaml_reader *reader, const char *text, size_t size, struct yaml_errors *errors);
void yaml_reader_close(struct yaml_reader *reader);

/* The lines of a text as the reader counts them: by all line breaks of YAML, not only '\n'. */
size_t yaml_count_lines(const char *text, size_t size);

/* Say what is wrong with a node. @return -EINVAL. */
int yaml_wrong(struct yaml_reader *reader, const yaml_node_t *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * What is wrong with one node is no reason not to look at the next one.
 * @return 0 to read on, also behind an -EINVAL; else the error.
 */
int yaml_go_on(struct yaml_reader *reader, const yaml_node_t *node, int err);

/* Say that a node is not what it should be, and what it could have been; words may be NULL. @return -EINVAL. */
int yaml_wrong_value(struct yaml_reader *reader, const yaml_node_t *node, const char *wanted, const char *words);

/* A key of a mapping, and where in a struct its value, a node, is to be put. The last one has no name. */
struct yaml_key {
	const char *name;
	size_t offset;
	bool required;
};

/* Find the values of a mapping's keys. what: "a slave". @return 0; -EINVAL, with those that could be found. */
int yaml_read_keys(struct yaml_reader *reader, const yaml_node_t *node, const char *what, const struct yaml_key *keys,
		   void *nodes);

typedef int (*yaml_item_fn)(struct yaml_reader *reader, yaml_node_t *node, void *data);

/* Read each member of a list, also behind one that is wrong. what: "a list of slaves". */
int yaml_read_list(struct yaml_reader *reader, yaml_node_t *node, const char *what, yaml_item_fn fn, void *data);

/* The same; a single value is as good as a list of one. */
int yaml_read_items(struct yaml_reader *reader, yaml_node_t *node, yaml_item_fn fn, void *data);

/* Read each pair of a mapping whose keys are names, likewise. */
typedef int (*yaml_pair_fn)(struct yaml_reader *reader, yaml_node_t *key, yaml_node_t *value, void *data);
int yaml_read_pairs(struct yaml_reader *reader, yaml_node_t *node, yaml_pair_fn fn, void *data);

/* A text without NUL bytes, which lives as long as the document. wanted: for messages, "a name". */
int yaml_read_text(struct yaml_reader *reader, const yaml_node_t *node, const char *wanted, const char **text);
int yaml_read_bool(struct yaml_reader *reader, const yaml_node_t *node, bool *value);
int yaml_read_number(struct yaml_reader *reader, const yaml_node_t *node, uint32_t least, uint32_t most,
		     uint32_t *value);

/* A mapping's value that was left out: `eth0:`. */
bool yaml_is_null(const yaml_node_t *node);

#endif
