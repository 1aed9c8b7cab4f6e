/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shell: commands from a terminal, one session for all of them. */
#include "batch.h"
#include "command.h"
#include "complete.h"
#include "editor.h"
#include "here.h"
#include "history.h"
#include "interrupt.h"
#include "pager.h"
#include "session.h"
#include "text.h"
#include "transaction.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct shell {
	struct source source;
	struct session *session;
	const struct editor *editor;
	const char *so_far; /* of a command that goes on in the line being typed */
	char *last;	    /* that was kept */
	bool prompts;
};

static const char *prompt_of(const struct shell *shell, char *buf, size_t size)
{
	const char *netns = shell->session->options.netns;

	if (!shell->prompts)
		return "";
	snprintf(buf, size, "ipvlan%s%s%s> ", shell->session->gathering ? "*" : "", netns ? " " : "",
		 netns ? netns : "");
	text_sanitize(buf);
	return shell->so_far ? "> " : buf;
}

static int read_typed(struct source *source, const char *so_far, char **line)
{
	struct shell *shell = (struct shell *)source;
	char prompt[80];
	int ret;

	shell->so_far = so_far;
	ret = shell->editor->read(prompt_of(shell, prompt, sizeof(prompt)), line);
	shell->so_far = NULL;
	return ret;
}

/* The words of the line that is being typed. @return false when it cannot be cut into words as yet. */
static bool words_before(const struct shell *shell, const char *before, struct words *words)
{
	const char *so_far = shell->so_far ? shell->so_far : "";
	char *text = malloc(strlen(so_far) + strlen(before) + 1);
	struct message ignored;
	int err = -ENOMEM;

	if (text) {
		strcpy(text, so_far);
		strcat(text, before);
		err = lex_line(text, words, &ignored);
	}
	free(text);
	return !err;
}

static bool complete(void *data, const char *before, const char *word, void (*offer)(void *to, const char *candidate),
		     void *to)
{
	struct shell *shell = data;
	struct words words = {0};
	size_t length = strlen(before);
	bool files = true;
	char *text;

	/* The quote that opens the word belongs to it. */
	if (length && strchr("'\"", before[length - 1]))
		length--;
	text = strndup(before, length);
	if (text && words_before(shell, text, &words))
		files = complete_word(shell->session, (const char *const *)words.word, words.count, word, offer, to);
	free(text);
	words_free(&words);
	return files;
}

static bool help(void *data, const char *before)
{
	struct shell *shell = data;
	size_t length = strlen(before);
	bool in_word = length && !strchr(" \t", before[length - 1]);
	struct words words = {0};
	bool known = words_before(shell, before, &words) && !words.continued;

	if (known && in_word && words.count)
		here_help(shell->session, (const char *const *)words.word, words.count - 1,
			  words.word[words.count - 1]);
	else if (known)
		here_help(shell->session, (const char *const *)words.word, words.count, "");
	session_flush(shell->session);
	words_free(&words);
	return known;
}

static void take_history(void *data, const char *line)
{
	((const struct editor *)data)->remember(line);
}

static char *trimmed(const char *text)
{
	size_t length = strlen(text);

	while (length && strchr(" \t\r\n", text[length - 1]))
		length--;
	return strndup(text, length);
}

/* What begins with a blank is not for keeping, as other shells have it; nor is what was just said. */
static void keep(struct shell *shell, const struct line *line)
{
	char *text = line->joined && !strchr(" \t\r\n", line->joined[0]) ? trimmed(line->joined) : NULL;

	if (!text || (shell->last && strcmp(shell->last, text) == 0)) {
		free(text);
		return;
	}
	shell->editor->remember(text);
	history_keep(text);
	free(shell->last);
	shell->last = text;
}

static void run_typed(struct session *session, const struct line *line)
{
	/* Ctrl-C in the moment between Enter and now. */
	if (interrupt_pending())
		return;
	if (session->paged && !line->escape)
		pager_run(session, line);
	else
		line_run(session, line);
}

/* @return whether there is more to come. */
static bool read_and_run(struct shell *shell)
{
	struct message message;
	struct line line;
	int ret = line_read(&shell->source, &line, &message);
	int number;

	/* What is wrong is worth being called back and mended. */
	if (ret > 0 || ret == -EINVAL)
		keep(shell, &line);
	if (ret > 0)
		run_typed(shell->session, &line);
	else if (ret == -EINVAL)
		session_error(shell->session, "%s", message.text);
	line_free(&line);
	/* Ctrl-C ends what was going on, and not the shell. */
	number = interrupt_take();
	if (number && number != SIGINT)
		return false;
	return !shell->session->quit && (ret > 0 || ret == -EINTR || ret == -EINVAL);
}

/* Nobody edits lines that nobody sees. */
static const struct editor *choose_editor(const struct shell *shell)
{
	const struct editor *editor;
	char problem[256];

	if (!shell->prompts)
		return &plain_editor;
	editor = editor_load(problem, sizeof(problem));
	if (editor)
		return editor;
	session_note(shell->session, "without line editing: %s", problem);
	return &plain_editor;
}

/* As other shells do: who slips with Ctrl-\ loses nothing. A handler, for programs that we start do not inherit it. */
static void pass_over(int number)
{
	(void)number;
}

static void hold_quit(struct sigaction *before)
{
	struct sigaction action = {.sa_handler = pass_over, .sa_flags = SA_RESTART};

	sigaction(SIGQUIT, NULL, before);
	if (before->sa_handler != SIG_IGN)
		sigaction(SIGQUIT, &action, NULL);
}

static void converse(struct shell *shell)
{
	struct editor_host host = {
		.data = shell,
		.complete = complete,
		.help = help,
		.wait = interrupt_wait,
		.interrupted = interrupt_pending,
	};

	shell->editor = choose_editor(shell);
	shell->editor->begin(&host);
	history_load(take_history, (void *)shell->editor);
	while (read_and_run(shell))
		;
	shell->editor->end();
	free(shell->last);
}

static int run_interactive(struct session *session, const struct args *args)
{
	struct options outer = session->options;
	struct shell shell = {
		.source.read = read_typed,
		.session = session,
		.prompts = isatty(STDOUT_FILENO),
	};
	struct session_lines lines;
	struct sigaction quit;

	session->options = args->options;
	session->options.shell = false;
	session_lines_begin(session, &lines);
	/* What somebody holds on to while thinking, nobody can take away. */
	session->keeps_place = false;
	session->interactive = true;
	interrupt_begin();
	hold_quit(&quit);
	converse(&shell);
	sigaction(SIGQUIT, &quit, NULL);
	interrupt_end();
	if (session->gathering)
		session_note(session, "the transaction that was open is forgotten; nothing of it was done");
	transaction_close(session);
	session->interactive = false;
	session_lines_end(session, &lines);
	session->options = outer;
	return STATUS_DONE;
}

int run_shell(struct session *session, const struct args *args)
{
	struct args batch = *args;

	if (session_reads_lines(session))
		return session_usage(session, "this is the shell already");
	if (isatty(STDIN_FILENO))
		return run_interactive(session, args);
	batch.name = "-";
	batch.force = args->options.force;
	return run_batch(session, &batch);
}

/* What the lines before it make in one go is not there yet. */
static bool will_be_there(struct session *session, const char *netns)
{
	struct ipvlan_netns *opened;

	if (transaction_makes_netns(session, netns))
		return true;
	if (session_open_netns(session, netns, &opened))
		return false;
	ipvlan_netns_free(opened);
	return true;
}

int check_use(struct args *args, struct message *message)
{
	return check_netns(args->name, message);
}

int run_use(struct session *session, const struct args *args)
{
	char *copy;

	if (!session_reads_lines(session))
		return session_usage(session, "'use' is for the shell and for batch files; say -n NETNS before the "
					      "command");
	copy = args->name ? strdup(args->name) : NULL;
	if (args->name && (!copy || !will_be_there(session, args->name))) {
		free(copy);
		return STATUS_REFUSED;
	}
	free(session->used);
	session->used = copy;
	session->options.netns = copy;
	return STATUS_DONE;
}

int check_pager(struct args *args, struct message *message)
{
	return args->paged == UNSET ? message_set(message, "say on or off") : 0;
}

int run_pager(struct session *session, const struct args *args)
{
	if (!session->interactive)
		return session_usage(session, "'pager' is for the shell");
	session->paged = args->paged > 0;
	return STATUS_DONE;
}

int run_exit(struct session *session, const struct args *args)
{
	(void)args;
	if (!session_reads_lines(session))
		return session_usage(session, "'exit' is for the shell and for batch files");
	session->quit = true;
	return STATUS_DONE;
}
