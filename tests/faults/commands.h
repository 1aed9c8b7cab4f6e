/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines that between them reach every verb, and requests that reach every command of the plugin. */
#ifndef TESTS_COMMANDS_H
#define TESTS_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

struct command {
	/* Words, a blank between two of them; "plugin COMMAND" asks the plugin; what is "timed" is sent SIGTERM soon.
	 */
	const char *line;
	const char *input;
	/* Where the kernel makes no slaves, it cannot be done. */
	bool slaves;
	/* What was done stays when a later part fails: each line of a batch is by itself. */
	bool in_parts;
	/* Another exit status than 0 is its answer; and what it says changes from one time to the next. */
	int answer;
	bool varies;
	const char *before; /* a shell's, so that there is something to do */
};

extern const struct command commands[];
extern const size_t command_count;

#endif
