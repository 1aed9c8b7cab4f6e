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

/* What the manual has between its markers. */
static char *read_synopsis(const char *path)
{
	FILE *manual = fopen(path, "r");
	char *text = NULL, *line = NULL;
	size_t size, room = 0;
	bool inside = false;
	FILE *out;

	if (!manual)
		return NULL;
	out = open_memstream(&text, &size);
	while (getline(&line, &room, manual) > 0) {
		if (strcmp(line, ".\\\" END SYNOPSIS\n") == 0)
			inside = false;
		if (inside)
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
	const char *top = getenv("top_srcdir") ? getenv("top_srcdir") : getenv("srcdir");
	char path[1024], *expected = NULL, *found;
	size_t size;
	FILE *out = open_memstream(&expected, &size);

	help_synopsis(out);
	fclose(out);
	snprintf(path, sizeof(path), "%s/man/ipvlanctl.8", top ? top : ".");
	found = read_synopsis(path);
	ck_assert_msg(found != NULL, "%s cannot be read", path);
	ck_assert_msg(strcmp(found, expected) == 0, "the manual's synopsis is old: `make update-synopsis` renews it");
	free(found);
	free(expected);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-help");
	TCase *tcase = tcase_create("help");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, syntax_shows_keywords, 0, (int)count_commands());
	tcase_add_loop_test(tcase, keywords_are_shown, 0, (int)count_commands());
	tcase_add_test(tcase, manual_has_the_synopsis);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
