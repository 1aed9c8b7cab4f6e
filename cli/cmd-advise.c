/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise.h"
#include "command.h"
#include "output.h"
#include "text.h"

#include <string.h>

static void print_questions(struct page *page, const json_t *advice)
{
	const json_t *question;
	size_t i;

	fputs("macvlan and ipvlan are much alike. These questions decide; give what is true as options:\n\n",
	      page->out);
	json_array_foreach (json_object_get(advice, "questions"), i, question)
		fprintf(page->out, "  --%-18s %s\n", field_text(question, "fact"), field_text(question, "question"));
}

static void print_choice(struct page *page, const json_t *advice)
{
	const char *kind = field_text(advice, "recommendation");

	if (strcmp(kind, "either") == 0)
		fputs("Either will do; ipvlan", page->out);
	else
		page_ink(page, INK_TITLE, "%s", kind);
	if (strcmp(kind, "macvlan") == 0)
		fputs(", which ip(8) sets up", page->out);
	else
		fprintf(page->out, " in %s mode, %s", field_text(advice, "mode"), field_text(advice, "flags"));
	putc('\n', page->out);
}

static void print_point(struct page *page, const char *format, const char *fact, const char *text)
{
	int column = 2;

	fputs("  ", page->out);
	column += fprintf(page->out, format, fact);
	text_print_wrapped(page->out, page->width, (size_t)column, 4, text);
}

static void print_advice(struct page *page, const json_t *advice)
{
	const json_t *item;
	size_t i;

	if (json_array_size(json_object_get(advice, "questions"))) {
		print_questions(page, advice);
		return;
	}
	print_choice(page, advice);
	json_array_foreach (json_object_get(advice, "reasons"), i, item)
		print_point(page, "because of --%s:", field_text(item, "fact"), field_text(item, "reason"));
	json_array_foreach (json_object_get(advice, "remarks"), i, item)
		print_point(page, "note%s:", "", json_string_value(item));
	if (strcmp(field_text(advice, "recommendation"), "macvlan") != 0)
		fprintf(page->out, "  %s\n", field_text(advice, "command"));
}

int run_advise(struct session *session, const struct args *args)
{
	return output(session, &args->options, advise(args->facts), print_advice);
}
