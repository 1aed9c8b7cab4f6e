/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/command.h"
#include "../../cli/help.h"

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool syntax_has(const char *syntax, const char *word)
{
	while (*syntax) {
		size_t length = strcspn(syntax, " []|");

		if (length == strlen(word) && memcmp(syntax, word, length) == 0)
			return true;
		syntax += length + (syntax[length] != '\0');
	}
	return false;
}

static bool is_keyword(const struct command *command, const char *word)
{
	for (const struct keyword *k = command->grammar.keywords; k && k->word; k++)
		if (strcmp(k->word, word) == 0)
			return true;
	return false;
}

/* Words that are part of a value, or of the only kind that there is. */
static bool is_fixed(const char *word)
{
	return strcmp(word, "ipvlan") == 0 || strcmp(word, "via") == 0 || strcmp(word, "dev") == 0 ||
	       strcmp(word, "dev6") == 0 || strcmp(word, "--") == 0;
}

static size_t count_commands(void)
{
	size_t count = 0;

	while (commands[count].object)
		count++;
	return count;
}

/* Name and summary stand in columns, and no line is too long. */
START_TEST(lines_stand_in_columns)
{
	char *text = NULL, *line, *rest;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	help_line(out, &commands[_i]);
	fclose(out);
	for (rest = text; (line = strsep(&rest, "\n")) && *line;)
		ck_assert_msg(strlen(line) <= 80 && line[21] == ' ' && line[22] != ' ', "%s", line);
	free(text);
}
END_TEST

/* Whatever the syntax shows can be typed. */
START_TEST(syntax_shows_keywords)
{
	const struct command *command = &commands[_i];
	const char *at = command->syntax;

	while (*at) {
		size_t length = strcspn(at, " []|");
		char word[64];

		snprintf(word, sizeof(word), "%.*s", (int)length, at);
		if (length && !isupper((unsigned char)*word))
			ck_assert_msg(is_keyword(command, word + (strncmp(word, "--", 2) == 0 ? 2 : 0)) ||
					      is_fixed(word),
				      "'%s' in the syntax of '%s' is no keyword", word, command->object);
		at += length + (at[length] != '\0');
	}
}
END_TEST

/* Whatever can be typed is shown by the syntax. */
START_TEST(keywords_are_shown)
{
	const struct command *command = &commands[_i];

	for (const struct keyword *k = command->grammar.keywords; k && k->word; k++) {
		char dashed[64];

		snprintf(dashed, sizeof(dashed), "--%s", k->word);
		ck_assert_msg(syntax_has(command->syntax, k->word) || syntax_has(command->syntax, dashed),
			      "keyword '%s' of '%s' is not in its syntax", k->word, command->object);
	}
}
END_TEST

/* What the manual has between its markers, or outside of them. */
static char *read_manual(bool wants_synopsis)
{
	const char *top = getenv("top_srcdir") ? getenv("top_srcdir") : getenv("srcdir");
	char path[1024], *text = NULL, *line = NULL;
	size_t size, room = 0;
	bool inside = false;
	FILE *manual, *out;

	snprintf(path, sizeof(path), "%s/man/ipvlanctl.8", top ? top : ".");
	manual = fopen(path, "r");
	ck_assert_msg(manual != NULL, "%s cannot be read", path);
	out = open_memstream(&text, &size);
	while (getline(&line, &room, manual) > 0) {
		if (strcmp(line, ".\\\" END SYNOPSIS\n") == 0)
			inside = false;
		if (inside == wants_synopsis)
			fputs(line, out);
		if (strncmp(line, ".\\\" BEGIN SYNOPSIS", 17) == 0)
			inside = true;
	}
	free(line);
	fclose(manual);
	fclose(out);
	return text;
}

START_TEST(manual_has_the_synopsis)
{
	char *expected = NULL, *found = read_manual(true);
	size_t size;
	FILE *out = open_memstream(&expected, &size);

	help_synopsis(out);
	fclose(out);
	ck_assert_msg(strcmp(found, expected) == 0, "the manual's synopsis is old: `make update-synopsis` renews it");
	free(found);
	free(expected);
}
END_TEST

static bool is_part_of_word(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* Whether a word is on one of the manual's lines that begin with `macro`. */
static bool explains(const char *manual, const char *macro, const char *word, size_t length)
{
	for (const char *line = manual; *line; line += strcspn(line, "\n") + 1) {
		const char *end = line + strcspn(line, "\n");

		if (strncmp(line, macro, strlen(macro)) != 0)
			continue;
		for (const char *at = line + strlen(macro); at + length <= end; at++)
			if (memcmp(at, word, length) == 0 && !is_part_of_word(at[-1]) && !is_part_of_word(at[length]))
				return true;
	}
	return false;
}

/* As a word of a command, not only as one of English. */
static bool mentions(const char *manual, const char *word)
{
	return explains(manual, ".Cm", word, strlen(word)) || explains(manual, ".It Cm", word, strlen(word)) ||
	       explains(manual, ".Dl # ipvlanctl", word, strlen(word));
}

/* The synopsis is made by a program; what a command is for, somebody has to write. */
START_TEST(manual_explains_commands)
{
	const struct command *command = &commands[_i];
	char *manual = read_manual(false);

	ck_assert_msg(command->hidden || explains(manual, ".It Cm", command->object, strcspn(command->object, " ")),
		      "the manual does not explain '%s'", command->object);
	/* What ip(8) has, its manual explains. */
	for (const struct keyword *k = command->grammar.keywords; command->is_ours && k && k->word; k++) {
		char dashed[64];

		snprintf(dashed, sizeof(dashed), "--%s", k->word);
		ck_assert_msg(mentions(manual, k->word) || mentions(manual, dashed),
			      "the manual does not explain '%s' of '%s'", k->word, command->object);
	}
	free(manual);
}
END_TEST

START_TEST(manual_explains_options)
{
	char *manual = read_manual(false);

	/* Without a summary it is another name of the one before. */
	for (const struct option_name *option = option_names; option->name; option++)
		ck_assert_msg(!option->summary || explains(manual, ".It Fl", option->name, strlen(option->name)),
			      "the manual does not explain '-%s'", option->name);
	free(manual);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-help");
	TCase *tcase = tcase_create("help");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, lines_stand_in_columns, 0, (int)count_commands());
	tcase_add_loop_test(tcase, syntax_shows_keywords, 0, (int)count_commands());
	tcase_add_loop_test(tcase, keywords_are_shown, 0, (int)count_commands());
	tcase_add_test(tcase, manual_has_the_synopsis);
	tcase_add_loop_test(tcase, manual_explains_commands, 0, (int)count_commands());
	tcase_add_test(tcase, manual_explains_options);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
