/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pager.h"
#include "batch.h"
#include "session.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

size_t pager_count_rows(const char *text, size_t columns)
{
	size_t rows = 0;

	while (*text) {
		size_t length = strcspn(text, "\n");
		char *line = strndup(text, length);
		size_t width = line ? text_width(line) : length;

		free(line);
		rows += width > columns ? (width + columns - 1) / columns : 1;
		text += length + (text[length] == '\n');
	}
	return rows;
}

static bool fits(const struct session *session, const char *text)
{
	struct winsize size;

	if (ioctl(session->screen, TIOCGWINSZ, &size) < 0 || !size.ws_row || !size.ws_col)
		return true;
	return pager_count_rows(text, size.ws_col) < size.ws_row;
}

/* SIGPIPE is for the pager what it was for us; for us, a pager that is left early is no matter. */
static bool page(struct session *session, const char *text)
{
	const char *pager = getenv("PAGER");
	struct sigaction ours;
	FILE *pipe;

	setenv("LESS", "FRX", 0);
	sigaction(SIGPIPE, &session->sigpipe, &ours);
	pipe = popen(pager && *pager ? pager : "less", "w");
	sigaction(SIGPIPE, &ours, NULL);
	if (!pipe)
		return false;
	fputs(text, pipe);
	/* 127: sh did not find it. */
	return pclose(pipe) != 127 << 8;
}

int pager_run(struct session *session, const struct line *line)
{
	FILE *screen = session->out, *held;
	char *text = NULL;
	size_t size;
	int status;

	held = open_memstream(&text, &size);
	if (!held)
		return line_run(session, line);
	session->out = held;
	session->unpaged = screen;
	status = line_run(session, line);
	session->unpaged = NULL;
	session->out = screen;
	if (fclose(held)) {
		session_error(session, "out of memory: what is shown is not all");
		status = STATUS_REFUSED;
	}
	if (text && (fits(session, text) || !page(session, text)))
		fputs(text, screen);
	free(text);
	return status ? status : session_flush(session);
}
