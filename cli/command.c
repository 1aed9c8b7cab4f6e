/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int first_length(const char *list)
{
	return (int)strcspn(list, " ");
}

const char *command_name(const struct command *command, char *buf, size_t size)
{
	if (command->verb)
		snprintf(buf, size, "%.*s %.*s", first_length(command->object), command->object,
			 first_length(command->verb), command->verb);
	else
		snprintf(buf, size, "%.*s", first_length(command->object), command->object);
	return buf;
}

static const struct command *find_whole_object(const char *word)
{
	for (const struct command *c = commands; c->object; c++)
		if (text_list_has(c->object, word))
			return c;
	return NULL;
}

static const struct command *find_by_name(const char *name)
{
	const struct command *found = find_whole_object(name);

	/* "addr" is as good a name as "address", and no shortening that might mean something else. */
	return found || strcmp(name, "addr") != 0 ? found : find_whole_object("address");
}

static int ambiguous(const char *word, struct message *message)
{
	const char *separator = "it could be ";

	message_set(message, "'%s' is too short: ", word);
	for (const struct command *c = commands; c->object; c++) {
		if (c->hidden || c->for_lines || !text_is_prefix(word, c->object) ||
		    (c > commands && c[-1].object == c->object))
			continue;
		message_add(message, "%s'%.*s'", separator, first_length(c->object), c->object);
		separator = ", ";
	}
	return -EINVAL;
}

static int unknown_object(const char *word, struct message *message)
{
	struct nearest nearest;

	nearest_begin(&nearest, word);
	for (const struct command *c = commands; c->object; c++)
		if (!c->hidden)
			nearest_offer_list(&nearest, c->object);
	message_set(message, "there is no command '%s'", word);
	nearest_add_to(&nearest, message);
	message_add(message, "; 'ipvlanctl help' lists the commands");
	return -EINVAL;
}

/* As in ip(8), the first of its objects that begins so is meant; ours must be told from each other. */
static int find_shortened_object(const char *word, const struct command **command, struct message *message)
{
	const struct command *found = NULL;

	for (const struct command *c = commands; c->object; c++) {
		if (c->hidden || c->for_lines || !text_is_prefix(word, c->object))
			continue;
		if (found && strcmp(found->object, c->object) != 0)
			return ambiguous(word, message);
		if (!found)
			found = c; /* with all its verbs behind it */
		if (!c->is_ours)
			break;
	}
	*command = found;
	return found ? 0 : unknown_object(word, message);
}

static bool same_object(const struct command *a, const struct command *b)
{
	return b->object && strcmp(a->object, b->object) == 0;
}

static const struct command *find_verb(const struct command *first, const char *word, bool whole)
{
	for (const struct command *c = first; same_object(first, c); c++)
		if (whole ? text_list_has(c->verb, word) : text_list_find_prefix(c->verb, word) != NULL)
			return c;
	return NULL;
}

static const struct command *default_verb(const struct command *first, bool words_follow)
{
	for (const struct command *c = first; same_object(first, c); c++)
		if (c->is_default || (!words_follow && text_list_has(c->verb, "show")))
			return c;
	return NULL;
}

static int unknown_verb(const struct command *first, const char *word, struct message *message)
{
	struct nearest nearest;

	nearest_begin(&nearest, word);
	message_set(message, "'%.*s' cannot '%s'; it can", first_length(first->object), first->object, word);
	for (const struct command *c = first; same_object(first, c); c++) {
		nearest_offer_list(&nearest, c->verb);
		message_add(message, "%s %.*s", c == first ? "" : ",", first_length(c->verb), c->verb);
	}
	nearest_add_to(&nearest, message);
	return -EINVAL;
}

int command_find(const char *const *words, size_t count, const struct command **command, struct message *message)
{
	const struct command *first = find_by_name(words[0]), *found;
	int err;

	*command = NULL;
	if (!first) {
		err = *words[0] ? find_shortened_object(words[0], &first, message) : unknown_object("", message);
		if (err || !first)
			return err;
	}
	if (!first->verb) {
		*command = first;
		return 1;
	}
	found = count > 1 ? find_verb(first, words[1], true) : NULL;
	if (!found && count > 1 && !first->is_ours && *words[1] && words[1][0] != '-')
		found = find_verb(first, words[1], false);
	if (found) {
		*command = found;
		return 2;
	}
	*command = default_verb(first, count > 1 && words[1][0] != '-');
	return *command ? 1 : unknown_verb(first, count > 1 ? words[1] : "", message);
}

static int read_options(struct options *options, const char *const *words, size_t count, struct message *message)
{
	size_t at = 0;
	int taken;

	while (at < count && (taken = options_read(options, words + at, count - at, message))) {
		if (taken < 0)
			return taken;
		at += (size_t)taken;
	}
	if (at < count && strcmp(words[at], "--") == 0)
		at++;
	return (int)at;
}

static bool is_help(const char *word)
{
	return strcmp(word, "help") == 0;
}

/* `link help`, `link add help`, `link add type ipvlan help`: as ip has it. Not where the word may be a name. */
static bool asks_for_help(const char *const *words, size_t count)
{
	const struct command *command;
	struct message ignored;
	size_t others;
	int taken;

	if (count < 2 || !is_help(words[count - 1]))
		return false;
	taken = command_find(words, count - 1, &command, &ignored);
	if (taken < 0 || !command || command->grammar.name_first)
		return false;
	others = count - 1 - (size_t)taken;
	return others == 0 || (others == 2 && strcmp(words[taken], "type") == 0);
}

static int find_batch(const struct options *options, size_t count, const struct command **command, struct args *args,
		      struct message *message)
{
	*command = find_whole_object("batch");
	if (count)
		return message_set(message, "the option -batch takes no command beside it");
	args->name = options->batch;
	return 0;
}

/* -V, -h, -batch and words that ask for help become the commands that do it. */
static int find_or_help(const struct options *options, const char *const *words, size_t count,
			const struct command **command, struct args *args, struct message *message)
{
	if (options->version) {
		*command = find_whole_object("version");
		return (int)count;
	}
	if (options->batch && !options->help)
		return find_batch(options, count, command, args, message);
	if (!count && !options->help && options->shell) {
		*command = find_whole_object("shell");
		return 0;
	}
	if (options->help || !count || asks_for_help(words, count)) {
		*command = find_whole_object("help");
		args->rest = words;
		args->rest_count = count - (count && is_help(words[count - 1]));
		if (!count && !options->help)
			return message_set(message, "what shall be done? 'ipvlanctl help' lists the commands");
		return (int)count;
	}
	return command_find(words, count, command, message);
}

/* What a command was told is nothing to another one. */
static void turn_to(const char *name, const struct command **command, struct args *args)
{
	struct options options = args->options;

	args_free(args);
	args_init(args, &options);
	*command = find_whole_object(name);
}

/*
 * These options behind a command mean what they mean before it: nobody who asks for help wants the command done.
 * taken: the words of its name.
 */
static int find_other(const struct options *before, const char *const *words, int taken, const struct command **command,
		      struct args *args, int err, struct message *message)
{
	if (args->options.version && !before->version) {
		turn_to("version", command, args);
		return 0;
	}
	if (args->options.help && !before->help) {
		turn_to("help", command, args);
		args->rest = words;
		args->rest_count = (size_t)taken;
		return 0;
	}
	if (!err && args->options.batch && !before->batch)
		return message_set(message, "the option -batch takes no command beside it");
	return err;
}

int command_parse(const struct options *defaults, const char *const *words, size_t count,
		  const struct command **command, struct args *args, struct message *message)
{
	struct options options = *defaults;
	const struct command *found;
	int taken, err;

	*command = NULL;
	args_init(args, &options);
	taken = read_options(&options, words, count, message);
	if (taken < 0)
		return taken;
	words += taken;
	count -= (size_t)taken;
	args->options = options;
	taken = find_or_help(&options, words, count, command, args, message);
	if (taken < 0 || !*command) {
		if (!count)
			*command = NULL;
		return taken;
	}
	err = parse(&(*command)->grammar, words + taken, count - (size_t)taken, args, message);
	found = *command;
	err = find_other(&options, words, taken, command, args, err, message);
	if (*command != found)
		return err;
	if (!err)
		err = check_netns(args->options.netns, message);
	if (!err)
		err = check_netns(args->netns, message);
	if (!err && (*command)->check)
		err = (*command)->check(args, message);
	return err;
}
