/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the runtime asks for, from the environment; every value is checked before anybody uses it. */
#ifndef CNI_REQUEST_H
#define CNI_REQUEST_H

#include "error.h"

#include <limits.h>
#include <net/if.h>
#include <stdbool.h>

enum command {
	COMMAND_ADD = 0,
	COMMAND_CHECK,
	COMMAND_DEL,
	COMMAND_GC,
	COMMAND_STATUS,
	COMMAND_VERSION,
};

/* The texts are the environment's own. Those that are not given are "". */
struct request {
	enum command command;
	const char *container, *netns, *ifname, *path;
	const char *mac; /* CNI_ARGS' MAC, up to the next ';'; NULL for none */
	bool own_netns;	 /* CNI_NETNS_OVERRIDE: the container may be where the plugin runs */
};

/* Finds a variable, as getenv(3) does. */
typedef char *(*environment)(const char *name);

int request_read(struct request *request, environment get, struct cni_error *error);

/* A file's name is made of it, with '.', '@' and a link's name. */
#define CONTAINER_LENGTH (NAME_MAX - IFNAMSIZ - 1)

/* The names that the specification allows. They lead to no other folder. */
bool request_is_container(const char *id);
bool request_is_link(const char *name);

const char *request_command_name(enum command command);

#endif
