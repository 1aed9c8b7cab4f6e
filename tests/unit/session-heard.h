/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session of the command whose words go into memory. */
#ifndef TESTS_SESSION_HEARD_H
#define TESTS_SESSION_HEARD_H

#include "../../cli/session.h"

extern struct session session;
/* What it printed and said, up to date after printed() and said(). */
extern char *out, *err;

void session_heard_begin(void);
void session_heard_end(void);

const char *printed(void);
const char *said(void);

#endif
