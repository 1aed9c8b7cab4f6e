/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running another plugin, as the specification's section 4 wants it. */
#ifndef CNI_DELEGATE_H
#define CNI_DELEGATE_H

#include "config.h"

/* An answer is no longer than this many bytes. */
#define ANSWER_SIZE (1024UL * 1024)

struct delegation {
	const char *plugin;  /* its name */
	const char *path;    /* folders to look in, divided by ':' */
	const char *command; /* "ADD" … */
	const char *container, *netns, *ifname;
};

/*
 * Run a plugin and wait for its end. It gets the environment of this process with the variables of the delegation in
 * the place of those that are there.
 * config:  for its stdin. When the plugin does not know its version, it is asked for those that it knows, and gets
 *          the configuration once more in the newest that both know.
 * answer:  what it wrote, for json_decref(); NULL when it wrote nothing.
 * refused: set when it refused in proper form, so that it has made nothing.
 * @return 0; -EINVAL, also when it refused: the error then has its code, message and details.
 */
int delegate(const struct delegation *delegation, const json_t *config, json_t **answer, bool *refused,
	     struct cni_error *error);

/* @return the newest version that the plugin knows, as far as it is known here; -EINVAL, also when there is none. */
int delegate_version(const struct delegation *delegation, const json_t *config, struct cni_error *error);

#endif
