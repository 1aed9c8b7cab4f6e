/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many commands, one to a line. */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "lines.h"

#include <stdbool.h>

struct session;

/* Run one command as it was read; an empty one is done at once. @return its status. */
int line_run(struct session *session, const struct line *line);

/* What to do with a file of commands. */
struct batch_request {
	const char *path; /* "-" for standard input */
	bool go_on;	  /* behind a command that failed */
	bool dry_run;	  /* read and check all, run none */
	bool atomic;	  /* the whole file is one transaction */
};

/* @return a status; the session is left as it was, but for what the commands did. */
int batch_run(struct session *session, const struct batch_request *request);

#endif
