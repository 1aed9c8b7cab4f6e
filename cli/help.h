/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the table of commands says about them. Pure. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "command.h"

#include <stdio.h>

/* All commands with a line for each, and the options. */
void help_overview(FILE *out);

/* A command and what it does. */
void help_line(FILE *out, const struct command *command);

/* The commands of an object, or one command, with their words. */
void help_command(FILE *out, const struct command *command, bool whole_object);

/* A command's words, for whoever got them wrong. */
void help_usage(FILE *out, const struct command *command);

/* The manual's synopsis in mdoc(7). */
void help_synopsis(FILE *out);

#endif
