/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options: how to work and how to print, with one or two dashes and shortened as ip(8) allows. Pure. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "message.h"

#include <stdbool.h>

enum color { COLOR_AUTO = 0, COLOR_ALWAYS, COLOR_NEVER };

struct options {
	int family; /* AF_UNSPEC, AF_INET, AF_INET6 */
	const char *netns;
	const char *batch; /* a file, instead of a command */
	enum color color;
	bool json, pretty, details, statistics, oneline, brief, force;
	bool version, help; /* asked for instead of a command */
	bool shell;	    /* no words mean the shell; not to be had by an option */
};

/*
 * Read the option at the beginning of some words.
 * Returns how many words it took; 0 when the first one is no option; -EINVAL with a message.
 */
int options_read(struct options *options, const char *const *words, size_t count, struct message *message);

struct option_name {
	const char *name;
	const char *value; /* what follows, or NULL */
	const char *summary;
};

/* All options in the order in which they are looked up; the last one has no name. */
extern const struct option_name option_names[];

#endif
