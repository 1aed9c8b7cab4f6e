/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "help.h"
#include "options.h"
#include "session.h"
#include "text.h"

#include <ctype.h>
#include <string.h>

#define LINE 80

static void print_options(FILE *out)
{
	for (const struct option_name *option = option_names; option->name; option++) {
		int width;

		if (!option->summary)
			continue;
		width = fprintf(out, "  -%s%s%s", option->name, option->value ? " " : "",
				option->value ? option->value : "");
		fprintf(out, "%*s%s\n", width < 24 ? 24 - width : 1, "", option->summary);
	}
}

void help_line(FILE *out, const struct command *command)
{
	char name[64];
	int width = fprintf(out, "  %-19s", command_name(command, name, sizeof(name)));

	text_print_wrapped(out, LINE, (size_t)width, 22, command->summary);
}

void help_overview(FILE *out)
{
	fputs("usage: ipvlanctl [OPTION]... COMMAND [WORD]...\n\nCommands:\n", out);
	for (const struct command *c = commands; c->object; c++)
		if (c->is_ours && !c->hidden && !c->for_lines)
			help_line(out, c);
	fputs("\nCommands in the words of ip(8):\n", out);
	for (const struct command *c = commands; c->object; c++)
		if (!c->is_ours)
			help_line(out, c);
	fputs("\nIn the shell, which is what ipvlanctl without a command is, and in batch files:\n", out);
	for (const struct command *c = commands; c->object; c++)
		if (c->for_lines)
			help_line(out, c);
	fputs("\nOptions, as short as they can be told apart:\n", out);
	print_options(out);
	fputs("\n'ipvlanctl help COMMAND' tells a command's words. Words may be shortened.\n", out);
}

void help_usage(FILE *out, const struct command *command)
{
	char name[64];
	int width = fprintf(out, "usage: %s%s", command->for_lines ? "" : "ipvlanctl ",
			    command_name(command, name, sizeof(name)));

	text_print_wrapped(out, LINE, (size_t)width, 6, command->syntax);
}

static void print_command(FILE *out, const struct command *command)
{
	char name[64];
	int width = fprintf(out, "  %s%s", command->for_lines ? "" : "ipvlanctl ",
			    command_name(command, name, sizeof(name)));

	text_print_wrapped(out, LINE, (size_t)width, 6, command->syntax);
	fprintf(out, "      (%s)\n", command->summary);
}

void help_command(FILE *out, const struct command *command, bool whole_object)
{
	for (const struct command *c = commands; c->object; c++)
		if (c == command || (whole_object && strcmp(c->object, command->object) == 0))
			print_command(out, c);
}

/* One macro on a line. Values are in capitals, all else is typed as it stands. */
static void print_mdoc_syntax(FILE *out, const char *syntax)
{
	while (*syntax) {
		size_t length = strcspn(syntax, " []|");

		if (length)
			fprintf(out, "%s %.*s\n", isupper((unsigned char)*syntax) ? ".Ar" : ".Cm", (int)length, syntax);
		else if (*syntax == '[')
			fputs(".Oo\n", out);
		else if (*syntax == ']')
			fputs(".Oc\n", out);
		else if (*syntax == '|')
			fputs("|\n", out);
		syntax += length ? length : 1;
	}
}

void help_synopsis(FILE *out)
{
	char name[64];

	for (const struct command *c = commands; c->object; c++) {
		if (c->hidden || c->for_lines)
			continue;
		fprintf(out, ".Nm\n.Op Ar OPTIONS\n.Cm %s\n", command_name(c, name, sizeof(name)));
		print_mdoc_syntax(out, c->syntax);
	}
}

static int help_on(struct session *session, const struct args *args)
{
	const struct command *command;
	struct message message;
	int taken;

	if (strcmp(args->rest[0], "options") == 0) {
		print_options(session->out);
		return STATUS_DONE;
	}
	taken = command_find(args->rest, args->rest_count, &command, &message);
	if (taken < 0 && !(args->rest_count > 1 && command_find(args->rest, 1, &command, &message) > 0))
		return session_usage(session, "help: %s", message.text);
	fputs("usage:\n", session->out);
	help_command(session->out, command, taken == 1);
	return STATUS_DONE;
}

int run_help(struct session *session, const struct args *args)
{
	session_make_room(session);
	if (args->synopsis > 0)
		help_synopsis(session->out);
	else if (args->rest_count)
		return help_on(session, args);
	else
		help_overview(session->out);
	return STATUS_DONE;
}
