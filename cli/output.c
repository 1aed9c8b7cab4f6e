/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"
#include "shortage.h"
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *const inks[] = {
	[INK_NAME] = "\033[36m", [INK_MAC] = "\033[33m",  [INK_INET] = "\033[35m", [INK_INET6] = "\033[34m",
	[INK_UP] = "\033[32m",	 [INK_DOWN] = "\033[31m", [INK_TITLE] = "\033[1m",
};

void page_begin_ink(struct page *page, enum ink ink)
{
	if (page->color && ink != INK_NONE)
		page_text(page, inks[ink]);
}

void page_end_ink(struct page *page, enum ink ink)
{
	if (page->color && ink != INK_NONE)
		page_text(page, "\033[0m");
}

void page_ink(struct page *page, enum ink ink, const char *format, ...)
{
	va_list ap;

	page_begin_ink(page, ink);
	va_start(ap, format);
	vfprintf(page->out, format, ap);
	va_end(ap);
	page_end_ink(page, ink);
}

/* Texts are short: a function that copies them would cost more than it saves. */
size_t page_text(struct page *page, const char *text)
{
	const char *at;

	for (at = text; *at; at++)
		putc_unlocked(*at, page->out);
	return (size_t)(at - text);
}

size_t page_number(struct page *page, json_int_t number)
{
	char buf[NUMBER_SIZE];

	return page_text(page, number_format(number, buf));
}

void page_blanks(struct page *page, size_t count)
{
	while (count--)
		putc_unlocked(' ', page->out);
}

enum ink ink_of_state(const char *state)
{
	return strcmp(state, "UP") == 0 ? INK_UP : strcmp(state, "DOWN") == 0 ? INK_DOWN : INK_NONE;
}

json_t *document_text(const char *text)
{
	json_t *string;
	char *mended, *to;

	if (!text)
		text = "";
	string = json_string(text);
	if (string)
		return string;
	mended = to = malloc(3 * strlen(text) + 1);
	if (!mended) {
		shortage_tell();
		return NULL;
	}
	for (; *text; text++) {
		if ((unsigned char)*text < 0x80)
			*to++ = *text;
		else
			to = stpcpy(to, "\xef\xbf\xbd");
	}
	*to = '\0';
	string = json_string(mended);
	free(mended);
	return string;
}

const char *field_text(const json_t *document, const char *key)
{
	const char *text = json_string_value(json_object_get(document, key));

	return text ? text : "";
}

json_int_t field_number(const json_t *document, const char *key)
{
	return json_integer_value(json_object_get(document, key));
}

bool field_is_true(const json_t *document, const char *key)
{
	return json_is_true(json_object_get(document, key));
}

bool field_exists(const json_t *document, const char *key)
{
	return json_object_get(document, key) != NULL;
}

static int sanitize_string(json_t *string)
{
	char *copy;
	int err;

	if (text_is_harmless(json_string_value(string)))
		return 0;
	copy = strdup(json_string_value(string));
	if (!copy)
		return -ENOMEM;
	text_sanitize(copy);
	err = json_string_set_nocheck(string, copy);
	free(copy);
	return err ? -ENOMEM : 0;
}

json_t *document_harmless_text(const char *text)
{
	json_t *string;

	if (text && text_is_harmless(text))
		return json_string_nocheck(text);
	string = document_text(text);
	if (!string || !sanitize_string(string))
		return string;
	json_decref(string);
	return NULL;
}

static int sanitize(json_t *document)
{
	const char *key;
	json_t *value;
	size_t i;
	int err = 0;

	if (json_is_string(document))
		return sanitize_string(document);
	json_array_foreach (document, i, value)
		err = err ? err : sanitize(value);
	json_object_foreach (document, key, value)
		err = err ? err : sanitize(value);
	return err;
}

static int render_onto(struct page *page, const json_t *document, renderer render)
{
	render(page, document);
	return page->incomplete ? -ENOMEM : 0;
}

static int put(struct page *page, json_t *document, renderer render, bool is_exact)
{
	struct writer w;
	int err = 0;

	if (shortage_seen()) {
		json_decref(document);
		document = NULL;
	}
	if (!document)
		return -ENOMEM;
	if (page->options->json) {
		writer_to_json(&w, page->out, page->options->pretty);
		write_tree(&w, NULL, document);
		writer_finish_json(&w);
	} else {
		err = is_exact ? 0 : sanitize(document);
		if (!err)
			err = render_onto(page, document, render);
	}
	json_decref(document);
	return err;
}

int output_to(struct page *page, json_t *document, renderer render)
{
	return put(page, document, render, false);
}

static bool wants_color(const struct options *options, bool terminal)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (options->color != COLOR_AUTO)
		return options->color == COLOR_ALWAYS;
	return terminal && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

static unsigned int width_of(int fd, bool terminal)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (columns && atoi(columns) > 0)
		return (unsigned int)atoi(columns);
	return terminal && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
}

static struct page page_of(const struct session *session, const struct options *options)
{
	int fd = session->screen;
	bool terminal = fd >= 0 && isatty(fd);

	return (struct page){
		.out = session->out,
		.options = options,
		.color = wants_color(options, terminal),
		.width = width_of(fd, terminal),
	};
}

/* @return a status */
static int finish(struct session *session, int err)
{
	if (!err)
		return session_flush(session);
	session_error(session, "out of memory");
	return STATUS_REFUSED;
}

int output(struct session *session, const struct options *options, json_t *document, renderer render)
{
	struct page page = page_of(session, options);

	session_make_room(session);
	return finish(session, output_to(&page, document, render));
}

int output_exact(struct session *session, const struct options *options, json_t *document, renderer render)
{
	struct page page = page_of(session, options);

	session_make_room(session);
	return finish(session, put(&page, document, render, true));
}

void output_begin(struct output *o, struct session *session, const struct options *options, renderer render)
{
	o->session = session;
	o->page = page_of(session, options);
	o->render = render;
	o->error = 0;
	session_make_room(session);
	if (options->json)
		writer_to_json(&o->writer, session->out, options->pretty);
	else
		writer_to_tree(&o->writer, true);
}

static void look_for_shortage(struct output *o)
{
	if (shortage_seen() && !o->error)
		o->error = -ENOMEM;
}

void output_show(struct output *o)
{
	json_t *tree;

	if (o->page.options->json)
		return;
	/* It has been made harmless; and it goes, though nothing is shown any more. */
	tree = writer_take_tree(&o->writer);
	look_for_shortage(o);
	if (!o->error)
		o->error = tree ? render_onto(&o->page, tree, o->render) : -ENOMEM;
	json_decref(tree);
}

int output_end(struct output *o)
{
	if (o->page.options->json)
		writer_finish_json(&o->writer);
	look_for_shortage(o);
	return finish(o->session, o->error);
}

void output_list_begin(struct output *o, struct session *session, const struct options *options, renderer render)
{
	output_begin(o, session, options, render);
	if (options->json)
		write_list(&o->writer, NULL);
}

int output_list_end(struct output *o)
{
	if (o->page.options->json)
		write_end(&o->writer);
	return output_end(o);
}
