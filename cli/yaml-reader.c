/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "yaml-reader.h"
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A topology has four levels. */
#define DEEPEST 64

/* Far more than any file takes that somebody wrote, and a second's work. */
#ifndef MOST_LOOKUPS
#define MOST_LOOKUPS 100000000
#endif

static bool is_known(const struct yaml_errors *errors, const struct yaml_error *error)
{
	for (size_t i = 0; i < errors->count; i++)
		if (errors->list[i].line == error->line && errors->list[i].column == error->column)
			return true;
	return false;
}

/* @return the message, to which more can be added. */
static struct message *note(struct yaml_errors *errors, const yaml_mark_t *mark, const char *format, va_list ap)
{
	struct yaml_error *error = &errors->list[errors->count];

	/* The parser ends a last line that has no end. */
	if (mark->line > errors->end.line)
		mark = &errors->end;
	error->line = mark->line + 1;
	error->column = mark->column + 1;
	vsnprintf(error->message.text, sizeof(error->message.text), format, ap);
	text_sanitize(error->message.text);
	if (errors->count < YAML_MOST_ERRORS && !is_known(errors, error))
		errors->count++;
	if (errors->count == YAML_MOST_ERRORS)
		errors->is_enough = true;
	return &error->message;
}

static struct message *wrong_at(struct yaml_errors *errors, const yaml_mark_t *mark, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static struct message *wrong_at(struct yaml_errors *errors, const yaml_mark_t *mark, const char *format, ...)
{
	struct message *message;
	va_list ap;

	va_start(ap, format);
	message = note(errors, mark, format, ap);
	va_end(ap);
	return message;
}

int yaml_wrong(struct yaml_reader *reader, const yaml_node_t *node, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	note(reader->errors, &node->start_mark, format, ap);
	va_end(ap);
	return -EINVAL;
}

int yaml_go_on(struct yaml_reader *reader, const yaml_node_t *node, int err)
{
	/* Whatever the library refuses is refused before, with better words. */
	if (err == -EINVAL && !reader->errors->count)
		yaml_wrong(reader, node, "this cannot be");
	return err == -EINVAL && !reader->errors->is_enough ? 0 : err;
}

/* Bytes that end a line at a place, 0 if none does: YAML has more line breaks than '\n', and \r\n is one. */
static size_t line_break(const char *text, size_t left)
{
	static const char *const breaks[] = {"\r\n", "\n", "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};

	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		size_t size = strlen(breaks[i]);

		if (size <= left && memcmp(text, breaks[i], size) == 0)
			return size;
	}
	return 0;
}

/* What cannot be decoded has no place yet, only a distance from the beginning. */
static yaml_mark_t mark_of_byte(const char *text, size_t size, size_t offset)
{
	yaml_mark_t mark = {0};
	size_t i = 0, ends;

	while (i < offset && i < size) {
		ends = line_break(text + i, size - i);
		i += ends ? ends : 1;
		if (ends)
			mark = (yaml_mark_t){.line = mark.line + 1};
		else
			mark.column++;
	}
	return mark;
}

size_t yaml_count_lines(const char *text, size_t size)
{
	return mark_of_byte(text, size, size).line + 1;
}

/* The byte where the character of this number begins; marks count characters. */
static char byte_at(const char *text, size_t size, size_t index)
{
	for (size_t i = 0; i < size; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80 && !index--)
			return text[i];
	return '\0';
}

static int explain_syntax(const yaml_parser_t *parser, const char *text, size_t size, struct yaml_errors *errors)
{
	yaml_mark_t mark = parser->problem_mark;
	const char *problem = parser->problem ? parser->problem : "this cannot be read";
	struct message *message;

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (parser->error == YAML_READER_ERROR) {
		mark = mark_of_byte(text, size, parser->problem_offset);
		wrong_at(errors, &mark, "%s", problem);
		return -EINVAL;
	}
	message = wrong_at(errors, &mark, "%s", problem);
	if (parser->context)
		message_add(message, " %s in line %zu", parser->context, parser->context_mark.line + 1);
	if (byte_at(text, size, mark.index) == '\t')
		message_add(message, "; blanks indent, tabs do not");
	return -EINVAL;
}

/* A second document would be silently lost. */
static int refuse_more(yaml_parser_t *parser, struct yaml_reader *reader, const char *text, size_t size)
{
	yaml_document_t second;
	bool is_more;

	if (!yaml_parser_load(parser, &second))
		return explain_syntax(parser, text, size, reader->errors);
	is_more = yaml_document_get_root_node(&second);
	if (is_more)
		wrong_at(reader->errors, &second.start_mark, "a second document begins here; one is allowed");
	yaml_document_delete(&second);
	return is_more ? -EINVAL : 0;
}

/* What makes the loader work longer than a text's length says. */
struct effort {
	int depth;
	unsigned long anchors, lookups;
};

static const yaml_char_t *anchor_of(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor;
	default:
		return NULL;
	}
}

/* Each name is looked for among all anchors before it. */
static void add_effort(struct effort *effort, const yaml_event_t *event)
{
	bool is_anchor = anchor_of(event);

	if (event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT)
		effort->depth++;
	else if (event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT)
		effort->depth--;
	if (is_anchor || event->type == YAML_ALIAS_EVENT)
		effort->lookups += effort->anchors;
	effort->anchors += is_anchor;
}

static int judge_effort(const struct effort *effort, const yaml_event_t *event, struct yaml_errors *errors)
{
	if (effort->depth > DEEPEST)
		wrong_at(errors, &event->start_mark, "this nests deeper than %d levels", DEEPEST);
	else if (effort->lookups > MOST_LOOKUPS)
		wrong_at(errors, &event->start_mark, "there are too many anchors and aliases before this one");
	else
		return 0;
	return -EINVAL;
}

/*
 * Finding its way through lists in lists costs the loader a time that grows with the square of their depth, and through
 * anchors one that grows with the square of their number.
 */
static int check_effort(const char *text, size_t size, struct yaml_errors *errors)
{
	struct effort effort = {0};
	yaml_parser_t parser;
	yaml_event_t event;
	bool goes_on = true;
	int err = 0;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	/* What is wrong otherwise the loader says. */
	while (goes_on && yaml_parser_parse(&parser, &event)) {
		add_effort(&effort, &event);
		err = judge_effort(&effort, &event, errors);
		goes_on = !err && event.type != YAML_STREAM_END_EVENT && event.type != YAML_NO_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return err;
}

int yaml_reader_open(struct yaml_reader *reader, const char *text, size_t size, struct yaml_errors *errors)
{
	yaml_parser_t parser;
	int err;

	*reader = (struct yaml_reader){.errors = errors};
	*errors = (struct yaml_errors){.end = mark_of_byte(text, size, size)};
	err = check_effort(text, size, errors);
	if (err)
		return err;
	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	if (!yaml_parser_load(&parser, &reader->document)) {
		err = explain_syntax(&parser, text, size, errors);
	} else {
		reader->root = yaml_document_get_root_node(&reader->document);
		if (reader->root)
			err = refuse_more(&parser, reader, text, size);
		if (err)
			yaml_document_delete(&reader->document);
	}
	yaml_parser_delete(&parser);
	return err;
}

void yaml_reader_close(struct yaml_reader *reader)
{
	yaml_document_delete(&reader->document);
}

static bool is_text(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE &&
	       strlen((const char *)node->data.scalar.value) == node->data.scalar.length;
}

static const char *text_of(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

bool yaml_is_null(const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE || node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	return !*text_of(node) || strcmp(text_of(node), "~") == 0 || strcmp(text_of(node), "null") == 0;
}

int yaml_wrong_value(struct yaml_reader *reader, const yaml_node_t *node, const char *wanted, const char *words)
{
	struct message *message;
	struct nearest nearest;

	if (node->type == YAML_MAPPING_NODE)
		return yaml_wrong(reader, node, "a mapping is not %s", wanted);
	if (node->type == YAML_SEQUENCE_NODE)
		return yaml_wrong(reader, node, "a list is not %s", wanted);
	if (yaml_is_null(node))
		return yaml_wrong(reader, node, "there is no value; wanted is %s", wanted);
	message = wrong_at(reader->errors, &node->start_mark, "'%.80s' is not %s", text_of(node), wanted);
	if (words) {
		nearest_begin(&nearest, text_of(node));
		nearest_offer_list(&nearest, words);
		nearest_add_to(&nearest, message);
	}
	return -EINVAL;
}

static int wrong_key(struct yaml_reader *reader, const yaml_node_t *node, const char *what, const struct yaml_key *keys)
{
	const struct yaml_key *key;
	struct message *message;
	struct nearest nearest;

	if (!is_text(node))
		return yaml_wrong(reader, node, "a key must be a text");
	message = wrong_at(reader->errors, &node->start_mark, "%s has no '%.40s'", what, text_of(node));
	nearest_begin(&nearest, text_of(node));
	for (key = keys; key->name; key++)
		nearest_offer(&nearest, key->name);
	nearest_add_to(&nearest, message);
	message_add(message, "; it has ");
	for (key = keys; key->name; key++)
		message_add(message, "%s%s", key == keys ? "" : key[1].name ? ", " : " and ", key->name);
	return -EINVAL;
}

static const struct yaml_key *find_key(const struct yaml_key *keys, const yaml_node_t *node)
{
	for (; is_text(node) && keys->name; keys++)
		if (strcmp(keys->name, text_of(node)) == 0)
			return keys;
	return NULL;
}

static yaml_node_t **field(const struct yaml_key *key, void *nodes)
{
	return (yaml_node_t **)((char *)nodes + key->offset);
}

static int read_key(struct yaml_reader *reader, const yaml_node_pair_t *pair, const char *what,
		    const struct yaml_key *keys, void *nodes)
{
	const yaml_node_t *name = yaml_document_get_node(&reader->document, pair->key);
	const struct yaml_key *key = find_key(keys, name);
	yaml_node_t **value;

	if (!key)
		return wrong_key(reader, name, what, keys);
	value = field(key, nodes);
	if (*value)
		return yaml_wrong(reader, name, "'%s' comes twice; the first one is in line %zu", key->name,
				  (*value)->start_mark.line + 1);
	*value = yaml_document_get_node(&reader->document, pair->value);
	return 0;
}

int yaml_read_keys(struct yaml_reader *reader, const yaml_node_t *node, const char *what, const struct yaml_key *keys,
		   void *nodes)
{
	const yaml_node_pair_t *pair;
	const struct yaml_key *key;
	char wanted[64];
	int err = 0;

	if (node->type != YAML_MAPPING_NODE) {
		snprintf(wanted, sizeof(wanted), "%s with keys and values", what);
		return yaml_wrong_value(reader, node, wanted, NULL);
	}
	for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
		if (!reader->errors->is_enough && read_key(reader, pair, what, keys, nodes))
			err = -EINVAL;
	}
	/* One that is wanted may be there, and misspelt. */
	for (key = keys; !err && key->name; key++) {
		if (key->required && !*field(key, nodes))
			err = yaml_wrong(reader, node, "%s needs '%s'", what, key->name);
	}
	return err;
}

int yaml_read_list(struct yaml_reader *reader, yaml_node_t *node, const char *what, yaml_item_fn fn, void *data)
{
	const yaml_node_item_t *item;
	int err = 0;

	if (node->type != YAML_SEQUENCE_NODE)
		return yaml_wrong_value(reader, node, what, NULL);
	for (item = node->data.sequence.items.start; !err && item < node->data.sequence.items.top; item++) {
		yaml_node_t *member = yaml_document_get_node(&reader->document, *item);

		err = yaml_go_on(reader, member, fn(reader, member, data));
	}
	return err;
}

int yaml_read_items(struct yaml_reader *reader, yaml_node_t *node, yaml_item_fn fn, void *data)
{
	return node->type == YAML_SEQUENCE_NODE ? yaml_read_list(reader, node, "a list", fn, data)
						: yaml_go_on(reader, node, fn(reader, node, data));
}

int yaml_read_pairs(struct yaml_reader *reader, yaml_node_t *node, yaml_pair_fn fn, void *data)
{
	const yaml_node_pair_t *pair;
	int err = 0;

	for (pair = node->data.mapping.pairs.start; !err && pair < node->data.mapping.pairs.top; pair++) {
		yaml_node_t *key = yaml_document_get_node(&reader->document, pair->key);

		err = fn(reader, key, yaml_document_get_node(&reader->document, pair->value), data);
		err = yaml_go_on(reader, key, err);
	}
	return err;
}

int yaml_read_text(struct yaml_reader *reader, const yaml_node_t *node, const char *wanted, const char **text)
{
	if (node->type != YAML_SCALAR_NODE || yaml_is_null(node) || !*text_of(node))
		return yaml_wrong_value(reader, node, wanted, NULL);
	if (!is_text(node))
		return yaml_wrong(reader, node, "a text with a NUL character is not %s", wanted);
	*text = text_of(node);
	return 0;
}

int yaml_read_bool(struct yaml_reader *reader, const yaml_node_t *node, bool *value)
{
	if (is_text(node) && strcmp(text_of(node), "true") == 0)
		*value = true;
	else if (is_text(node) && strcmp(text_of(node), "false") == 0)
		*value = false;
	else
		return yaml_wrong_value(reader, node, "true or false", "true false");
	return 0;
}

int yaml_read_number(struct yaml_reader *reader, const yaml_node_t *node, uint32_t least, uint32_t most,
		     uint32_t *value)
{
	unsigned long long number = 0;
	char wanted[64];
	bool fits;

	fits = is_text(node) && *text_of(node) && strlen(text_of(node)) <= 10 &&
	       strspn(text_of(node), "0123456789") == strlen(text_of(node));
	if (fits)
		number = strtoull(text_of(node), NULL, 10);
	if (fits && number >= least && number <= most) {
		*value = (uint32_t)number;
		return 0;
	}
	snprintf(wanted, sizeof(wanted), "a number from %u to %u", least, most);
	return yaml_wrong_value(reader, node, wanted, NULL);
}
