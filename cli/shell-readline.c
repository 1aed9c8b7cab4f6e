/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module: the one user of readline. Nothing here knows a command; the host does. */
#include "editor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#define BLANKS " \t\n"

static const struct editor_host *host;
static volatile sig_atomic_t resized, continued;
static struct sigaction winch_before, cont_before;
static char *finished; /* the line that was read */
static bool is_finished;

static void note_resized(int number)
{
	(void)number;
	resized = 1;
}

static void note_continued(int number)
{
	(void)number;
	continued = 1;
}

struct matches {
	char **text;
	size_t count;
};

static void add_match(void *to, const char *candidate)
{
	struct matches *matches = to;
	char **grown = realloc(matches->text, (matches->count + 2) * sizeof(*grown));

	if (!grown)
		return;
	matches->text = grown;
	grown[matches->count] = strdup(candidate);
	if (grown[matches->count])
		matches->count++;
	grown[matches->count] = NULL;
}

/* readline asks for one match after the other. */
static char *next_match(const char *word, int state)
{
	static struct matches matches;
	static size_t at;
	char *before;

	(void)word;
	(void)state;
	if (!state) {
		free(matches.text);
		matches = (struct matches){0};
		at = 0;
		before = strndup(rl_line_buffer, (size_t)rl_point - strlen(word));
		rl_attempted_completion_over = before && !host->complete(host->data, before, word, add_match, &matches);
		free(before);
	}
	return at < matches.count ? matches.text[at++] : NULL;
}

static bool is_escape(void)
{
	return rl_line_buffer[strspn(rl_line_buffer, BLANKS)] == '!';
}

/* Behind '!' stands another shell's command, of which files are all we know: readline completes them by itself. */
static char **complete(const char *word, int begin, int end)
{
	(void)begin;
	(void)end;
	return is_escape() ? NULL : rl_completion_matches(word, next_match);
}

static int question(int count, int key)
{
	char *before = is_escape() ? NULL : strndup(rl_line_buffer, (size_t)rl_point);

	if (before) {
		/*
		 * Help goes below the line, which is then drawn anew. The terminal stays as readline has it: lines end
		 * on it as on any, and it would take keys that are typed meanwhile for its own.
		 */
		rl_crlf();
		fflush(rl_outstream);
	}
	if (!before || !host->help(host->data, before))
		rl_insert(count, key);
	if (before) {
		rl_on_new_line();
		rl_forced_update_display();
	}
	free(before);
	return 0;
}

static void begin(const struct editor_host *asked)
{
	struct sigaction action = {.sa_handler = note_resized};

	host = asked;
	rl_readline_name = "ipvlanctl";
	rl_attempted_completion_function = complete;
	rl_completer_word_break_characters = BLANKS;
	rl_completer_quote_characters = "'\"";
	rl_filename_quote_characters = BLANKS "'\"\\#";
	/* Signals are the host's business. */
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_add_defun("show-help-here", question, '?');
	using_history();
	sigaction(SIGWINCH, &action, &winch_before);
	action.sa_handler = note_continued;
	sigaction(SIGCONT, &action, &cont_before);
}

static void take_line(char *line)
{
	finished = line;
	is_finished = true;
	rl_callback_handler_remove();
}

static void redraw(void)
{
	if (resized)
		rl_resize_terminal();
	if (continued) {
		rl_deprep_terminal();
		rl_prep_terminal(1);
		rl_forced_update_display();
	}
	resized = continued = 0;
}

static void abandon(void)
{
	rl_free_line_state();
	rl_callback_sigcleanup();
	rl_callback_handler_remove();
	fputs("^C\n", rl_outstream);
	fflush(rl_outstream);
}

static int read_line(const char *prompt, char **line)
{
	is_finished = false;
	rl_callback_handler_install(prompt, take_line);
	while (!is_finished) {
		if (host->wait(STDIN_FILENO) == 0) {
			rl_callback_read_char();
		} else if (host->interrupted()) {
			abandon();
			return -EINTR;
		} else {
			redraw();
		}
	}
	*line = finished;
	if (!finished)
		putc('\n', rl_outstream);
	return finished ? 1 : 0;
}

static void remember(const char *line)
{
	add_history(line);
}

static void end(void)
{
	sigaction(SIGWINCH, &winch_before, NULL);
	sigaction(SIGCONT, &cont_before, NULL);
	clear_history();
}

__attribute__((visibility("default"))) extern const struct editor ipvlanctl_editor;
const struct editor ipvlanctl_editor = {begin, read_line, remember, end};
