/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "here.h"
#include "command.h"
#include "complete.h"
#include "help.h"
#include "session.h"
#include "text.h"

#include <string.h>

static int list_commands(struct session *session, const char *word)
{
	unsigned int count = 0;

	for (const struct command *c = commands; c->object; c++) {
		if (c->hidden || !text_list_find_prefix(c->object, word))
			continue;
		help_line(session->out, c);
		count++;
	}
	if (!count)
		fprintf(session->out, "  (no command begins so)\n");
	return STATUS_DONE;
}

static bool list_verbs(struct session *session, const struct command *first, const char *word)
{
	bool any = false;

	for (const struct command *c = first; c->object && strcmp(c->object, first->object) == 0; c++) {
		if (!text_list_find_prefix(c->verb, word))
			continue;
		help_line(session->out, c);
		any = true;
	}
	return any;
}

struct listing {
	FILE *out;
	int column;
};

static void print_candidate(void *data, const char *candidate)
{
	struct listing *listing = data;
	int width = (int)text_width(candidate) + 1;

	if (listing->column == 0 || listing->column + width > 78) {
		fputs(listing->column ? "\n   " : "   ", listing->out);
		listing->column = 3;
	}
	fprintf(listing->out, " %s", candidate);
	listing->column += width;
}

static void describe(struct session *session, const struct command *command, const char *const *words, size_t count)
{
	struct expected expected;

	parse_expect(&command->grammar, words, count, &expected);
	if (expected.value > VALUE_BIT)
		fprintf(session->out, "  here: %s%s\n", value_name(expected.value),
			expected.value_only || !expected.keywords ? "" : ", or");
	else if (expected.keywords)
		fputs("  here:\n", session->out);
}

/* The first command of the object that a word names, so that all of its verbs follow; NULL when it has none. */
static const struct command *find_object(const char *const *words)
{
	const struct command *command, *c;
	struct message ignored;

	if (command_find(words, 1, &command, &ignored) < 0 || !command->verb)
		return NULL;
	for (c = commands; strcmp(c->object, command->object) != 0; c++)
		;
	return c;
}

static int help_command_here(struct session *session, const char *const *words, size_t count, const char *word)
{
	struct listing listing = {.out = session->out};
	const struct command *command;
	struct message message;
	int taken = command_find(words, count, &command, &message);

	if (taken < 0)
		return session_usage(session, "%s", message.text);
	help_command(session->out, command, false);
	describe(session, command, words + taken, count - (size_t)taken);
	complete_word(session, words, count, word, print_candidate, &listing);
	if (listing.column)
		putc('\n', session->out);
	return STATUS_DONE;
}

static void skip_options(const char *const **words, size_t *count)
{
	struct options options = {0};
	struct message ignored;
	int taken;

	while ((taken = options_read(&options, *words, *count, &ignored)) > 0) {
		*words += taken;
		*count -= (size_t)taken;
	}
}

int here_help(struct session *session, const char *const *words, size_t count, const char *word)
{
	const struct command *first;

	session_make_room(session);
	skip_options(&words, &count);
	first = count == 1 ? find_object(words) : NULL;
	if (count == 0)
		return list_commands(session, word);
	if (first && list_verbs(session, first, word) && !first->is_ours)
		return STATUS_DONE;
	return help_command_here(session, words, count, word);
}
