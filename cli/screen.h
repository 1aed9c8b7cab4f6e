/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A terminal that shows one page, which is drawn again and again, until a key or a signal ends it. */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include "session.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

struct screen {
	struct session *session;
	bool redraws; /* the output is a terminal; else pages follow each other */
	bool keys;    /* are read from a terminal as they are typed */
	struct termios before;
	struct sigaction stop; /* what SIGTSTP did before */
	FILE *terminal;
	char *page;
	size_t size;
};

/* redraw: whether a terminal shall be treated as one. Signals are held from here on: see interrupt.h. */
void screen_begin(struct screen *screen, struct session *session, bool redraw);
void screen_end(struct screen *screen);

/* What is printed between these two is a page. */
void screen_begin_page(struct screen *screen);
/* @return 0; -ENOMEM when it is not whole. */
int screen_end_page(struct screen *screen);

/* Wait so long, or until the terminal was left by Ctrl-Z and is back. @return whether the end was asked for: by 'q', by
 * a signal, or because nobody reads any more. */
bool screen_wait(struct screen *screen, int64_t milliseconds);

#endif
