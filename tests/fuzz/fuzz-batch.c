// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a batch file, and so as what is typed into the shell: read line by line; rehearsed, which runs
 * nothing; and gathered as the steps of a transaction, which are shown. Not one byte of what that says may command the
 * terminal.
 */
#include "../../cli/batch.h"
#include "../../cli/command.h"
#include "../../cli/session.h"
#include "../../cli/text.h"
#include "../../cli/transaction.h"
#include "fuzz.h"
#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

/* A word that is written so that it can be read again is. */
static void ask_word(const char *word)
{
	char *quoted = lex_quote(word);
	struct words again = {0};
	struct message message;

	require(quoted && lex_line(quoted, &again, &message) == 0);
	require(again.count == 1 && strcmp(again.word[0], word) == 0 && !again.continued);
	words_free(&again);
	free(quoted);
}

static void read_lines(int fd)
{
	struct file_source file;
	struct message message;
	unsigned int last = 0;
	struct line line;
	int ret;

	file_source_begin(&file, fd, NULL);
	do {
		message.text[0] = '\0';
		ret = line_read(&file.source, &line, &message);
		require(ret == 1 || ret == 0 || ret == -EINVAL);
		require(ret != -EINVAL || message.text[0]);
		require(ret == 0 || line.number > last);
		last = file.source.number;
		for (size_t i = 0; ret == 1 && !line.escape && i < line.words.count; i++)
			ask_word(line.words.word[i]);
		line_free(&line);
	} while (ret);
	file_source_end(&file);
}

/* What a rehearsal says, in memory. */
struct said {
	char *text;
	size_t size;
	FILE *file;
};

static void said_begin(struct said *said)
{
	said->file = open_memstream(&said->text, &said->size);
	require(said->file);
}

static void require_harmless(const struct said *said)
{
	char *line, *rest = said->text;

	require(strlen(said->text) == said->size);
	while ((line = strsep(&rest, "\n")))
		require(text_is_harmless(line));
}

static void said_end(struct said *said)
{
	fclose(said->file);
	require_harmless(said);
	free(said->text);
}

static void rehearse(struct session *session, int fd)
{
	struct batch_request request = {.go_on = true, .dry_run = true};
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	request.path = path;
	batch_run(session, &request);
}

/* What only looks would ask the kernel at once. */
static void gather_line(struct session *session, const struct line *line)
{
	const char *const *words = (const char *const *)line->words.word;
	const struct command *command;
	struct args args;

	if (line->escape || !line->words.count)
		return;
	if (session_parse(session, words, line->words.count, &command, &args) == STATUS_DONE && !command->looks)
		transaction_take(session, command, &args);
	args_free(&args);
}

static void gather(struct session *session, int fd)
{
	struct file_source file;
	struct message message;
	struct line line;
	int ret;

	require(lseek(fd, 0, SEEK_SET) == 0);
	session->depth = 1;
	session->where.file = "file";
	require(transaction_open(session) == STATUS_DONE);
	file_source_begin(&file, fd, NULL);
	do {
		ret = line_read(&file.source, &line, &message);
		session->where.line = line.number;
		if (ret == 1)
			gather_line(session, &line);
		line_free(&line);
	} while (ret);
	file_source_end(&file);
	require(transaction_show(session, &session->options) == STATUS_DONE);
	transaction_close(session);
	session->depth = 0;
}

/* Nothing asks a kernel. */
static void say(int fd, void (*run)(struct session *session, int fd))
{
	struct said out, err;
	struct session session;

	said_begin(&out);
	said_begin(&err);
	session_begin(&session, out.file, err.file);
	run(&session, fd);
	require(!session.ctx);
	session_end(&session);
	said_end(&out);
	said_end(&err);
}

static int file_of(const void *bytes, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	require(fd >= 0 && write(fd, bytes, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = file_of(data, size);

	read_lines(fd);
	say(fd, rehearse);
	say(fd, gather);
	close(fd);
	return 0;
}
