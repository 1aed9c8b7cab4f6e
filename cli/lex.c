/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lex.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct lexer {
	const char *at;
	char *to;    /* in the words' text, which has room for the whole line */
	size_t room; /* for words */
	struct words *words;
	struct message *message;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* What may end a word, or mean something else in it than itself. */
static bool is_special(char c)
{
	static const bool special[256] = {
		['\0'] = true, [' '] = true,  ['\t'] = true, ['\n'] = true,
		['\r'] = true, ['\''] = true, ['"'] = true,  ['\\'] = true,
	};

	return special[(unsigned char)c];
}

static int begin_word(struct lexer *lexer)
{
	struct words *words = lexer->words;
	char **grown;

	if (words->count + 2 > lexer->room) {
		lexer->room = 2 * lexer->room + 16;
		grown = realloc(words->word, lexer->room * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		words->word = grown;
	}
	words->word[words->count] = lexer->to;
	return 0;
}

/* So much of a text as fits into a message's line. */
static int shown_length(const char *text)
{
	size_t length = strcspn(text, "\r\n");

	return length < 20 ? (int)length : 20;
}

static int read_quoted(struct lexer *lexer)
{
	const char *begin = lexer->at;
	char quote = *lexer->at++;

	while (*lexer->at != quote) {
		if (quote == '"' && *lexer->at == '\\' && (lexer->at[1] == '"' || lexer->at[1] == '\\'))
			lexer->at++;
		if (!*lexer->at)
			return message_set(lexer->message, "the quote that opens at %.*s is never closed",
					   shown_length(begin), begin);
		*lexer->to++ = *lexer->at++;
	}
	lexer->at++;
	return 0;
}

static bool at_continuation(const struct lexer *lexer)
{
	return lexer->at[0] == '\\' && lexer->at[1 + strspn(lexer->at + 1, "\r\n")] == '\0';
}

/* Most words have nothing else. */
static void copy_plain(struct lexer *lexer)
{
	const char *at = lexer->at;
	char *to = lexer->to;

	while (!is_special(*at))
		*to++ = *at++;
	lexer->at = at;
	lexer->to = to;
}

static int read_word(struct lexer *lexer)
{
	int err = begin_word(lexer);

	if (!err)
		copy_plain(lexer);
	while (!err && *lexer->at && !is_blank(*lexer->at) && !at_continuation(lexer)) {
		if (*lexer->at == '\'' || *lexer->at == '"') {
			err = read_quoted(lexer);
		} else {
			if (*lexer->at == '\\')
				lexer->at++;
			*lexer->to++ = *lexer->at++;
		}
	}
	if (err)
		return err;
	/* A word takes less room than its text did, or the same and a blank behind it. */
	*lexer->to++ = '\0';
	lexer->words->word[++lexer->words->count] = NULL;
	return 0;
}

static int read_words(struct lexer *lexer)
{
	int err = 0;

	lexer->words->continued = false;
	while (!err) {
		while (is_blank(*lexer->at))
			lexer->at++;
		if (!*lexer->at || *lexer->at == '#')
			break;
		if (at_continuation(lexer)) {
			lexer->words->continued = true;
			break;
		}
		err = read_word(lexer);
	}
	return err;
}

int lex_line(const char *line, struct words *words, struct message *message)
{
	struct lexer lexer = {.at = line, .words = words, .message = message};

	words_free(words);
	words->text = malloc(strlen(line) + 1);
	if (!words->text)
		return -ENOMEM;
	lexer.to = words->text;
	return read_words(&lexer);
}

static bool is_plain(const char *word)
{
	return *word && *word != '#' && *word != '!' && strcmp(word, "?") != 0 && !strpbrk(word, " \t\r\n'\"\\");
}

char *lex_quote(const char *word)
{
	char *quoted = malloc(2 * strlen(word) + 3), *to = quoted;

	if (!quoted || is_plain(word))
		return quoted ? strcpy(quoted, word) : NULL;
	*to++ = '"';
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			*to++ = '\\';
		*to++ = *word;
	}
	*to++ = '"';
	*to = '\0';
	return quoted;
}

void words_free(struct words *words)
{
	free(words->word);
	free(words->text);
	*words = (struct words){0};
}
