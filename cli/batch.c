/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "batch.h"
#include "command.h"
#include "execute.h"
#include "here.h"
#include "interrupt.h"
#include "progress.h"
#include "session.h"
#include "text.h"
#include "transaction.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files may name files; one that names itself would never end. */
#define DEEPEST 8

struct batch {
	struct session *session;
	const struct batch_request *request;
	const char *shown; /* the file's name in messages */
	struct file_source file;
	uint64_t size; /* 0: not known */
	struct progress progress;
	unsigned int count, failed;
	bool stands; /* something that will not be undone was done */
	bool stopped;
};

static const char *const *words_of(const struct line *line)
{
	return (const char *const *)line->words.word;
}

static bool asks_for_help(const struct line *line)
{
	return line->words.count && strcmp(line->words.word[line->words.count - 1], "?") == 0;
}

static int check_escape(struct session *session)
{
	if (!session->gathering || session->interactive)
		return STATUS_DONE;
	return session_usage(session, "what another shell does cannot be part of a transaction");
}

int line_run(struct session *session, const struct line *line)
{
	int status, flushed;

	if (line->escape) {
		status = check_escape(session);
		return status ? status : execute_text(session, line->escape);
	}
	if (!line->words.count)
		return STATUS_DONE;
	if (asks_for_help(line)) {
		status = here_help(session, words_of(line), line->words.count - 1, "");
		flushed = session_flush(session);
		return status ? status : flushed;
	}
	return session_run(session, words_of(line), line->words.count);
}

static void show_line(struct session *session, const struct line *line)
{
	unsigned int number = line->number;
	char *text = strdup(line->text), *rest = text, *part;

	while (text && (part = strsep(&rest, "\n")) && rest) {
		text_sanitize(part);
		fprintf(session->err, "%6u | %s\n", number++, part);
	}
	free(text);
}

/* What a file says may not command the terminal. text: given away. @return whether there was memory for it */
static bool print_word(FILE *out, char *text)
{
	if (!text)
		return false;
	text_sanitize(text);
	fprintf(out, "%s ", text);
	free(text);
	return true;
}

static bool print_words(FILE *out, const struct line *line)
{
	bool whole = true;

	if (line->escape) {
		fputc('!', out);
		whole = print_word(out, strndup(line->escape, strcspn(line->escape, "\n")));
	}
	for (size_t i = 0; whole && i < line->words.count; i++)
		whole = print_word(out, lex_quote(line->words.word[i]));
	return whole;
}

/* What would be done, as a batch file again: a whole line or none of it, for the half of one means something else. */
static int print_command(struct batch *batch, const struct line *line)
{
	char where[300], *text = NULL;
	size_t size;
	FILE *held = open_memstream(&text, &size);
	bool whole = held && print_words(held, line);

	snprintf(where, sizeof(where), "%s:%u", batch->shown, line->number);
	text_sanitize(where);
	if (held && fclose(held))
		whole = false;
	if (whole)
		fprintf(batch->session->out, "%s# %s\n", text, where);
	else
		session_error(batch->session, "out of memory");
	free(text);
	return whole ? STATUS_DONE : STATUS_REFUSED;
}

static int rehearse_command(struct batch *batch, const struct line *line)
{
	struct session *session = batch->session;
	const struct command *command;
	struct args args;
	int status = session_parse(session, words_of(line), line->words.count, &command, &args);

	if (status == STATUS_DONE && command->run == run_batch) {
		status = run_batch(session, &args);
	} else if (status == STATUS_DONE) {
		status = transaction_rehearse(session, command, &args);
		if (status == STATUS_DONE)
			status = print_command(batch, line);
	}
	args_free(&args);
	return status;
}

static int rehearse(struct batch *batch, const struct line *line)
{
	int status;

	if (line->escape) {
		status = check_escape(batch->session);
		return status == STATUS_DONE ? print_command(batch, line) : status;
	}
	return line->words.count && !asks_for_help(line) ? rehearse_command(batch, line) : STATUS_DONE;
}

/* gathered: the line was part of a transaction, or its end. */
static void fail(struct batch *batch, const struct line *line, bool gathered)
{
	batch->failed++;
	progress_clear(&batch->progress);
	if (line->text)
		show_line(batch->session, line);
	transaction_spoil(batch->session);
	if (batch->request->go_on || batch->request->dry_run)
		return;
	batch->stopped = true;
	if (batch->stands && !batch->session->gathering)
		session_error(batch->session, "stopped here; what stands before %s is done",
			      gathered ? "the transaction" : "it");
}

static void run_one(struct batch *batch, const struct line *line)
{
	bool gathers = batch->session->gathering, does = line->words.count || line->escape;
	int status;

	batch->count += does;
	status = batch->request->dry_run && !batch->request->atomic ? rehearse(batch, line)
								    : line_run(batch->session, line);
	if (status != STATUS_DONE)
		fail(batch, line, gathers);
	else if (does && !batch->session->gathering)
		batch->stands = true;
	progress_show(&batch->progress, (uint64_t)batch->file.given, batch->size, batch->file.source.number);
}

/* A line that cannot be read is an error like any other; an end that is none ends the batch. */
static void refuse_line(struct batch *batch, const struct line *line, int err, const struct message *message)
{
	if (err == -EINVAL) {
		session_error(batch->session, "%s", message->text);
		batch->count++;
		fail(batch, line, batch->session->gathering);
		return;
	}
	if (err == -EFBIG) {
		session_error(batch->session, "the line is too long to be one");
		batch->failed++;
	} else if (err != -EINTR) {
		batch->session->where = (struct file_place){0};
		session_error(batch->session, "cannot read %s: %s", batch->shown, strerror(-err));
		batch->failed++;
	}
	batch->stopped = true;
}

static void run_lines(struct batch *batch)
{
	struct session *session = batch->session;
	int ret = 1;

	while (ret && !batch->stopped && !session->quit && !interrupt_pending()) {
		struct message message;
		struct line line;

		ret = line_read(&batch->file.source, &line, &message);
		session->where = (struct file_place){batch->shown, line.number};
		if (ret > 0)
			run_one(batch, &line);
		else if (ret < 0)
			refuse_line(batch, &line, ret, &message);
		line_free(&line);
		session->where = (struct file_place){0};
	}
}

/* A file does not leave open what it has opened. */
static void close_transaction(struct batch *batch)
{
	struct session *session = batch->session;

	if (!session->gathering || transaction_depth(session) <= session->depth)
		return;
	transaction_close(session);
	if (batch->failed || batch->request->atomic)
		return;
	session_error(session, "%s: ends with a transaction open; nothing of that was done", batch->shown);
	batch->failed++;
}

static int conclude(struct batch *batch)
{
	struct session *session = batch->session;
	const struct batch_request *request = batch->request;

	if (interrupt_pending())
		session_error(session, "%s: interrupted after line %u", batch->shown, batch->file.source.number);
	else if (request->atomic && batch->failed)
		session_error(session, "%s: %u of %u commands wrong; nothing was done", batch->shown, batch->failed,
			      batch->count);
	else if (request->dry_run && !request->atomic)
		session_note(session,
			     batch->failed ? "%s: %u commands, %u of them wrong; nothing was done"
					   : "%s: %u commands would be run; nothing was done",
			     batch->shown, batch->count, batch->failed);
	else if (request->go_on && batch->failed)
		session_error(session, "%s: %u of %u commands failed", batch->shown, batch->failed, batch->count);
	if (batch->failed && request->dry_run)
		return STATUS_USAGE;
	/* Not by the status of a line: that of a program is its own. */
	if (batch->failed && session->is_half)
		return STATUS_HALF;
	return batch->failed || interrupt_pending() ? STATUS_REFUSED : STATUS_DONE;
}

/* Only the signals that ask for an end make one; the shell passes over others. */
static int wait_for_input(int fd)
{
	int err;

	do {
		err = interrupt_wait(fd);
	} while (err && !interrupt_pending());
	return err;
}

static int open_file(struct batch *batch, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || S_ISDIR(st.st_mode)) {
		session_error(batch->session, "cannot read %s: %s", path,
			      fd < 0 ? strerror(errno) : "it is a directory");
		if (fd > STDIN_FILENO)
			close(fd);
		return STATUS_REFUSED;
	}
	batch->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	file_source_begin(&batch->file, fd, wait_for_input);
	progress_begin(&batch->progress, batch->session->err, "lines");
	if (isatty(fd))
		batch->progress.wanted = false;
	return STATUS_DONE;
}

static void close_file(struct batch *batch)
{
	file_source_end(&batch->file);
	if (batch->file.fd != STDIN_FILENO)
		close(batch->file.fd);
}

/* What a line says of the session, the next one finds; behind the last one all is as before. */
static int run_inside(struct batch *batch)
{
	struct session *session = batch->session;
	struct progress *outer_progress = session->progress;
	struct file_place outer_where = session->where;
	struct session_lines outer;

	session_lines_begin(session, &outer);
	session->progress = &batch->progress;
	run_lines(batch);
	progress_clear(&batch->progress);
	session->progress = outer_progress;
	session->where = outer_where;
	session_lines_end(session, &outer);
	close_transaction(batch);
	return conclude(batch);
}

/* All lines are read before the first one is carried out. */
static int run_as_one(struct batch *batch)
{
	struct session *session = batch->session;
	const struct options *options = &session->options;
	int status = transaction_open(session);

	if (status == STATUS_DONE)
		status = run_inside(batch);
	if (status == STATUS_DONE)
		status = batch->request->dry_run ? transaction_show(session, options)
						 : transaction_carry_out(session, options);
	transaction_close(session);
	return status;
}

/* Files name files; what is open in the shell stays as it is, and another transaction stands for it. */
static int run_rehearsal(struct batch *batch)
{
	struct session *session = batch->session;
	struct gathering *open = session->gathering;
	int status = STATUS_DONE;

	session->rehearses = true;
	session->gathering = NULL;
	if (open)
		status = transaction_open(session);
	if (status == STATUS_DONE)
		status = run_inside(batch);
	transaction_close(session);
	session->gathering = open;
	session->rehearses = false;
	return status;
}

static int run_file(struct batch *batch)
{
	if (batch->request->atomic)
		return run_as_one(batch);
	return batch->request->dry_run && !batch->session->rehearses ? run_rehearsal(batch) : run_inside(batch);
}

/* Died of the signal, as far as anybody can see who waits for us; unless there is something worse to be told. */
static void die_if_asked(const struct session *session, int status)
{
	int number = session->interactive || session->depth || status == STATUS_HALF ? 0 : interrupt_take();

	interrupt_end();
	if (number)
		raise(number);
}

int batch_run(struct session *session, const struct batch_request *request)
{
	struct batch batch = {
		.session = session,
		.request = request,
		.shown = strcmp(request->path, "-") == 0 ? "-" : request->path,
	};
	int status;

	if (session->depth >= DEEPEST) {
		session_error(session, "files that name files: not more than %d deep", DEEPEST);
		return STATUS_REFUSED;
	}
	if (open_file(&batch, request->path))
		return STATUS_REFUSED;
	interrupt_begin();
	status = run_file(&batch);
	close_file(&batch);
	die_if_asked(session, status);
	return status;
}

int check_batch(struct args *args, struct message *message)
{
	if (args->force > 0 && args->atomic > 0)
		return message_set(message, "'--force' goes on behind an error, '--atomic' takes all back: say one");
	return args->name ? 0 : message_set(message, "which file? Add its name, or - for standard input");
}

int run_batch(struct session *session, const struct args *args)
{
	struct options outer = session->options;
	struct batch_request request = {
		.path = args->name,
		.go_on = args->force > 0,
		.dry_run = args->dry_run > 0 || session->rehearses,
		.atomic = args->atomic > 0,
	};
	int status;

	if (session->interactive && strcmp(args->name, "-") == 0)
		return session_usage(session, "'-' would be what you type into; name a file");
	session->options = args->options;
	/* Whoever wants to go on has not agreed to siblings being changed. */
	session->options.force = false;
	session->options.batch = NULL;
	session->options.shell = false;
	status = batch_run(session, &request);
	session->options = outer;
	return status;
}
