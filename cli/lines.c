/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 16384
/* Longer than anybody writes a line, or a program needs one; what never ends must not take all memory. */
#define LONGEST (1024UL * 1024)

void line_free(struct line *line)
{
	words_free(&line->words);
	free(line->text);
	free(line->joined);
	*line = (struct line){0};
}

/* The last line may lack its end. */
static int append(char **text, const char *more)
{
	size_t length = *text ? strlen(*text) : 0, added = strlen(more);
	char *grown = realloc(*text, length + added + 2);

	if (!grown)
		return -ENOMEM;
	*text = grown;
	memcpy(grown + length, more, added + 1);
	if (!added || more[added - 1] != '\n')
		strcpy(grown + length + added, "\n");
	return 0;
}

/* Takes what was read, which is most often all there is of the line. */
static int keep(struct line *line, char *text)
{
	int err = append(&line->joined, text);

	if (!line->text && text[0] && text[strlen(text) - 1] == '\n') {
		line->text = text;
		return err;
	}
	if (!err)
		err = append(&line->text, text);
	free(text);
	return err;
}

static void cut_continuation(char *joined)
{
	size_t length = strlen(joined);

	while (length && (joined[length - 1] == '\n' || joined[length - 1] == '\r'))
		length--;
	if (length && joined[length - 1] == '\\')
		joined[length - 1] = '\0';
}

/* Some editors begin a file with one. */
static void drop_byte_order_mark(char *text)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (strncmp(text, mark, strlen(mark)) == 0)
		memmove(text, text + strlen(mark), strlen(text + strlen(mark)) + 1);
}

static int fetch(struct source *source, struct line *line, struct message *message)
{
	char *text = NULL;
	int ret = source->read(source, line->joined, &text);

	if (ret > 0 || ret == -EILSEQ || ret == -EFBIG)
		source->number++;
	if (!line->number)
		line->number = source->number;
	if (text && source->number == 1)
		drop_byte_order_mark(text);
	if (text && keep(line, text))
		ret = -ENOMEM;
	if (ret == -EILSEQ)
		return message_set(message, "there is a NUL byte in the line");
	return ret;
}

static const char *find_escape(const char *text)
{
	text += strspn(text, " \t");
	return *text == '!' ? text + 1 : NULL;
}

/* Joined before it is cut into words, so that a word may go on in the next line, as in sh and in ip. */
static int read_more(struct source *source, struct line *line, struct message *message)
{
	int ret = fetch(source, line, message);

	if (ret == 0 && line->joined)
		return message_set(message, "the line ends with \\, and nothing follows");
	if (ret <= 0)
		return ret;
	words_free(&line->words);
	line->escape = find_escape(line->joined);
	if (line->escape)
		return 1;
	ret = lex_line(line->joined, &line->words, message);
	if (ret)
		return ret;
	if (line->words.continued)
		cut_continuation(line->joined);
	return 1;
}

int line_read(struct source *source, struct line *line, struct message *message)
{
	int ret;

	*line = (struct line){0};
	do {
		ret = read_more(source, line, message);
	} while (ret > 0 && line->words.continued);
	return ret;
}

static int fill(struct file_source *file)
{
	ssize_t got;
	char *grown;

	if (file->at) {
		memmove(file->bytes, file->bytes + file->at, file->used - file->at);
		file->used -= file->at;
		file->at = 0;
	}
	if (file->used > LONGEST)
		return -EFBIG;
	if (file->size - file->used < CHUNK) {
		grown = realloc(file->bytes, file->used + 2 * CHUNK);
		if (!grown)
			return -ENOMEM;
		file->bytes = grown;
		file->size = file->used + 2 * CHUNK;
	}
	if (file->wait && file->wait(file->fd))
		return -EINTR;
	got = read(file->fd, file->bytes + file->used, file->size - file->used);
	if (got < 0)
		return errno == EINTR ? 1 : -errno;
	file->used += (size_t)got;
	return got > 0;
}

static int give(struct file_source *file, size_t length, char **line)
{
	*line = strndup(file->bytes + file->at, length);
	if (!*line)
		return -ENOMEM;
	file->at += length;
	file->given += (off_t)length;
	return strlen(*line) == length ? 1 : -EILSEQ;
}

static int read_file(struct source *source, const char *so_far, char **line)
{
	struct file_source *file = (struct file_source *)source;
	size_t searched = 0;
	int ret;

	(void)so_far;
	for (;;) {
		size_t left = file->used - file->at;
		const char *end =
			left > searched ? memchr(file->bytes + file->at + searched, '\n', left - searched) : NULL;

		if (end)
			return give(file, (size_t)(end - file->bytes) - file->at + 1, line);
		searched = left;
		ret = fill(file);
		if (ret == 0 && left)
			return give(file, left, line);
		if (ret <= 0)
			return ret;
	}
}

void file_source_begin(struct file_source *file, int fd, int (*wait)(int fd))
{
	*file = (struct file_source){.source.read = read_file, .fd = fd, .wait = wait};
}

void file_source_end(struct file_source *file)
{
	free(file->bytes);
	file->bytes = NULL;
}
