/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lex.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct lexer {
	const char *at;
	char *word; /* room for the whole line */
	size_t length;
	struct words *words;
	struct message *message;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int push(struct lexer *lexer)
{
	struct words *words = lexer->words;
	char **grown = realloc(words->word, (words->count + 2) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	words->word = grown;
	grown[words->count] = strndup(lexer->word, lexer->length);
	if (!grown[words->count])
		return -ENOMEM;
	grown[++words->count] = NULL;
	return 0;
}

static int read_quoted(struct lexer *lexer)
{
	const char *begin = lexer->at;
	char quote = *lexer->at++;

	while (*lexer->at != quote) {
		if (quote == '"' && *lexer->at == '\\' && (lexer->at[1] == '"' || lexer->at[1] == '\\'))
			lexer->at++;
		if (!*lexer->at)
			return message_set(lexer->message, "the quote that opens at %.20s is never closed", begin);
		lexer->word[lexer->length++] = *lexer->at++;
	}
	lexer->at++;
	return 0;
}

static bool at_continuation(const struct lexer *lexer)
{
	return lexer->at[0] == '\\' && lexer->at[1 + strspn(lexer->at + 1, "\r\n")] == '\0';
}

static int read_word(struct lexer *lexer)
{
	lexer->length = 0;
	while (*lexer->at && !is_blank(*lexer->at) && !at_continuation(lexer)) {
		int err = 0;

		if (*lexer->at == '\'' || *lexer->at == '"') {
			err = read_quoted(lexer);
		} else {
			if (*lexer->at == '\\')
				lexer->at++;
			lexer->word[lexer->length++] = *lexer->at++;
		}
		if (err)
			return err;
	}
	return push(lexer);
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
	int err;

	lexer.word = malloc(strlen(line) + 1);
	if (!lexer.word)
		return -ENOMEM;
	err = read_words(&lexer);
	free(lexer.word);
	return err;
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
	for (size_t i = 0; i < words->count; i++)
		free(words->word[i]);
	free(words->word);
	*words = (struct words){0};
}
