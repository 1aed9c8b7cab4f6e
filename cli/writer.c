/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "writer.h"
#include "output.h"
#include "text.h"

#include <stdint.h>
#include <string.h>

void writer_to_json(struct writer *w, FILE *out, bool pretty)
{
	w->out = out;
	w->pretty = pretty;
	w->has_foreign_keys = false;
	w->follows = false;
	w->depth = 0;
	w->used = 0;
}

void writer_to_tree(struct writer *w, bool harmless)
{
	w->out = NULL;
	w->has_foreign_keys = false;
	w->depth = 0;
	w->tree = NULL;
	w->harmless = harmless;
	w->incomplete = false;
}

/* ---- JSON, byte for byte as jansson would write the tree */

/* What cannot be written is told by the stream: ferror(). */
static void flush(struct writer *w)
{
	if (!ferror(w->out))
		fwrite(w->buffer, 1, w->used, w->out);
	w->used = 0;
}

/* Room for some bytes, which are far fewer than the buffer has. */
static char *room_for(struct writer *w, size_t size)
{
	if (size > sizeof(w->buffer) - w->used)
		flush(w);
	return w->buffer + w->used;
}

static void add_byte(struct writer *w, char byte)
{
	*room_for(w, 1) = byte;
	w->used++;
}

static void add(struct writer *w, const char *bytes, size_t size)
{
	while (size) {
		size_t most = size < sizeof(w->buffer) ? size : sizeof(w->buffer);

		memcpy(room_for(w, most), bytes, most);
		w->used += most;
		bytes += most;
		size -= most;
	}
}

/* Room for what stands before a value or its key: a comma, the end of a line, and what the next is indented by. */
#define INDENT	  4
#define LEAD_SIZE (2 + INDENT * WRITER_DEPTH)

static char *put_line(const struct writer *w, char *to)
{
	*to++ = '\n';
	memset(to, ' ', INDENT * (size_t)w->depth);
	return to + INDENT * (size_t)w->depth;
}

static void add_line(struct writer *w)
{
	w->used = (size_t)(put_line(w, room_for(w, LEAD_SIZE)) - w->buffer);
}

static void add_escaped_unit(struct writer *w, uint32_t unit)
{
	/* DEL is one that jansson lets through; it commands terminals. */
	w->used += (size_t)snprintf(room_for(w, 8), 8, unit == 0x7f ? "\\u%04x" : "\\u%04X", unit);
}

static void add_escaped(struct writer *w, uint32_t c)
{
	static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *found = c < 0x80 ? memchr(special, (int)c, sizeof(special) - 1) : NULL;

	if (found) {
		add_byte(w, '\\');
		add_byte(w, letters[found - special]);
	} else if (c < 0x10000) {
		add_escaped_unit(w, c);
	} else {
		add_escaped_unit(w, 0xd800 + ((c - 0x10000) >> 10));
		add_escaped_unit(w, 0xdc00 + ((c - 0x10000) & 0x3ff));
	}
}

/* These stand for themselves. */
static const bool plain[256] = {[' ' ... '!'] = true, ['#' ... '['] = true, [']' ... '~'] = true};

/* Returns where the first byte is that does not stand for itself. Most of a document goes through here. */
static const char *add_plain(struct writer *w, const char *text)
{
	char *to = w->buffer + w->used, *end = w->buffer + sizeof(w->buffer);

	while (plain[(unsigned char)*text]) {
		if (to == end) {
			w->used = sizeof(w->buffer);
			flush(w);
			to = w->buffer;
		}
		*to++ = *text++;
	}
	w->used = (size_t)(to - w->buffer);
	return text;
}

static void add_special(struct writer *w, const char *text)
{
	bool is_utf8 = true, is_known = false;

	while (*text) {
		uint32_t c = 0xfffd;
		size_t length = 1;

		if ((unsigned char)*text >= 0x80 && !is_known) {
			is_utf8 = text_is_utf8(text);
			is_known = true;
		}
		if ((unsigned char)*text < 0x80 || is_utf8)
			length = text_decode(text, &c);
		add_escaped(w, c);
		text = add_plain(w, text + length);
	}
}

static void add_string(struct writer *w, const char *text)
{
	add_byte(w, '"');
	text = add_plain(w, text);
	if (*text)
		add_special(w, text);
	add_byte(w, '"');
}

static void add_number(struct writer *w, json_int_t number)
{
	char buf[NUMBER_SIZE];
	const char *text = number_format(number, buf);

	add(w, text, (size_t)(buf + NUMBER_SIZE - 1 - text));
}

/* A name of ours, which stands for itself: half of a document are such. */
static void add_name(struct writer *w, const char *name)
{
	size_t length = strlen(name);
	char *to = room_for(w, length + 2);

	*to++ = '"';
	memcpy(to, name, length + 1);
	to[length] = '"';
	w->used += length + 2;
}

/* What stands before a value. */
static void add_lead(struct writer *w, const char *key)
{
	char *to = room_for(w, LEAD_SIZE);

	if (w->follows)
		*to++ = ',';
	if (w->pretty && w->depth)
		to = put_line(w, to);
	w->used = (size_t)(to - w->buffer);
	w->follows = true;
	if (!key)
		return;
	if (w->has_foreign_keys)
		add_string(w, key);
	else
		add_name(w, key);
	add_byte(w, ':');
	if (w->pretty)
		add_byte(w, ' ');
}

static void add_word(struct writer *w, const char *key, const char *word)
{
	add_lead(w, key);
	add(w, word, strlen(word));
}

static void add_begin(struct writer *w, const char *key, char begin, char end)
{
	add_lead(w, key);
	add_byte(w, begin);
	w->ends[w->depth++] = end;
	w->follows = false;
}

static void add_end(struct writer *w)
{
	w->depth--;
	if (w->pretty && w->follows)
		add_line(w);
	add_byte(w, w->ends[w->depth]);
	w->follows = true;
}

void writer_finish_json(struct writer *w)
{
	add_byte(w, '\n');
	flush(w);
	w->follows = false;
}

/* ---- a tree */

/* Returns the value, which belongs to the tree now; NULL when there is none, and the tree incomplete. */
static json_t *hang(struct writer *w, const char *key, json_t *value)
{
	json_t *above = w->depth ? w->open[w->depth - 1] : NULL;

	if (!w->depth)
		w->tree = value;
	else if (key ? json_object_set_new_nocheck(above, key, value) : json_array_append_new(above, value))
		value = NULL;
	w->incomplete = w->incomplete || !value;
	return value;
}

static void hang_open(struct writer *w, const char *key, json_t *value)
{
	value = hang(w, key, value);
	w->open[w->depth++] = value;
}

json_t *writer_take_tree(struct writer *w)
{
	json_t *tree = w->tree;
	bool incomplete = w->incomplete;

	w->tree = NULL;
	w->incomplete = false;
	if (!incomplete)
		return tree;
	json_decref(tree);
	return NULL;
}

/* ---- either */

void write_object(struct writer *w, const char *key)
{
	if (w->out)
		add_begin(w, key, '{', '}');
	else
		hang_open(w, key, json_object());
}

void write_list(struct writer *w, const char *key)
{
	if (w->out)
		add_begin(w, key, '[', ']');
	else
		hang_open(w, key, json_array());
}

void write_end(struct writer *w)
{
	if (w->out)
		add_end(w);
	else
		w->depth--;
}

static void write_null(struct writer *w, const char *key)
{
	if (w->out)
		add_word(w, key, "null");
	else
		hang(w, key, json_null());
}

void write_text(struct writer *w, const char *key, const char *text)
{
	if (!w->out) {
		hang(w, key, w->harmless ? document_harmless_text(text) : document_text(text));
		return;
	}
	add_lead(w, key);
	add_string(w, text ? text : "");
}

void write_text_or_null(struct writer *w, const char *key, const char *text)
{
	if (text)
		write_text(w, key, text);
	else
		write_null(w, key);
}

void write_number(struct writer *w, const char *key, json_int_t number)
{
	if (!w->out) {
		hang(w, key, json_integer(number));
		return;
	}
	add_lead(w, key);
	add_number(w, number);
}

void write_truth(struct writer *w, const char *key, bool truth)
{
	if (w->out)
		add_word(w, key, truth ? "true" : "false");
	else
		hang(w, key, json_boolean(truth));
}

static void write_real(struct writer *w, const char *key, const json_t *real)
{
	char text[64];

	if (!w->out) {
		hang(w, key, json_real(json_real_value(real)));
		return;
	}
	add_lead(w, key);
	add(w, text, json_dumpb(real, text, sizeof(text), JSON_ENCODE_ANY));
}

/* Reasons for drops are keys, and the kernel's words. */
static void write_members(struct writer *w, const json_t *tree)
{
	bool had_foreign_keys = w->has_foreign_keys;
	const char *key;
	json_t *value;

	w->has_foreign_keys = true;
	json_object_foreach ((json_t *)tree, key, value) {
		write_tree(w, key, value);
	}
	w->has_foreign_keys = had_foreign_keys;
}

void write_tree(struct writer *w, const char *key, const json_t *tree)
{
	json_t *value;
	size_t i;

	switch (json_typeof(tree)) {
	case JSON_OBJECT:
		write_object(w, key);
		write_members(w, tree);
		write_end(w);
		break;
	case JSON_ARRAY:
		write_list(w, key);
		json_array_foreach (tree, i, value)
			write_tree(w, NULL, value);
		write_end(w);
		break;
	case JSON_STRING:
		write_text(w, key, json_string_value(tree));
		break;
	case JSON_INTEGER:
		write_number(w, key, json_integer_value(tree));
		break;
	case JSON_REAL:
		write_real(w, key, tree);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		write_truth(w, key, json_is_true(tree));
		break;
	case JSON_NULL:
		write_null(w, key);
		break;
	}
}
