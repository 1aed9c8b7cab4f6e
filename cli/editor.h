/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What reads lines from a terminal. The comfortable one needs readline and lies in a module of its own, so that a
 * command alone never pays for loading that; a plain one is always there.
 */
#ifndef CLI_EDITOR_H
#define CLI_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

/* What an editor asks back. `before` is the text of the line before the word or the key in question. */
struct editor_host {
	void *data;
	/* @return whether names of files fit, too. */
	bool (*complete)(void *data, const char *before, const char *word,
			 void (*offer)(void *to, const char *candidate), void *to);
	/* Print help. @return whether there was any to give; else the key stands for itself. */
	bool (*help)(void *data, const char *before);
	/* Wait for a key. @return 0 or -EINTR. */
	int (*wait)(int fd);
	/* Whether it was a signal that ends what is going on. */
	int (*interrupted)(void);
};

struct editor {
	void (*begin)(const struct editor_host *host);
	/* Returns 1 with a line that the caller frees, 0 at the end, -EINTR when a signal came first. */
	int (*read)(const char *prompt, char **line);
	/* A line that can be called back. */
	void (*remember)(const char *line);
	void (*end)(void);
};

/* The name under which a module has its editor. */
#define EDITOR_SYMBOL "ipvlanctl_editor"

extern const struct editor plain_editor;

/* The comfortable one. @return NULL when it cannot be had; `problem` receives why, cut to fit. */
const struct editor *editor_load(char *problem, size_t size);

#endif
