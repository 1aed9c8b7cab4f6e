/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of text to commands: a command goes on in the next line where one ends with \, and ! gives it away whole. */
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include "lex.h"

#include <sys/types.h>

/* Where lines come from. */
struct source {
	/*
	 * Read one line. so_far: what its command consists of already; NULL at the beginning of one.
	 * Returns 1 with a line that the caller frees, 0 at the end, -EINTR when a signal came first, -EILSEQ when
	 * the line has no end because of a NUL in it, or -errno.
	 */
	int (*read)(struct source *source, const char *so_far, char **line);
	unsigned int number; /* of the line read last */
};

struct line {
	char *text;   /* as it was written, with its line breaks */
	char *joined; /* the same as one line, with its end */
	struct words words;
	const char *escape;  /* the text behind a '!' at the beginning, which is for another shell; else NULL */
	unsigned int number; /* of its first line */
};

/*
 * Read one command; `line` is free()d by line_free() in any case.
 * @return 1; 0 at the end; -EINVAL with a message; what the source said.
 */
int line_read(struct source *source, struct line *line, struct message *message);
void line_free(struct line *line);

/* Lines of a file. */
struct file_source {
	struct source source;
	int fd;
	char *bytes;
	size_t used, size; /* of what is read and not yet given */
	size_t at;
	off_t given;	     /* bytes, for whoever wants to know how far it is */
	int (*wait)(int fd); /* before each read; returns 0 or -EINTR. May be NULL */
};

void file_source_begin(struct file_source *file, int fd, int (*wait)(int fd));
void file_source_end(struct file_source *file);

#endif
