/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of all slaves of the machine a command is about. */
#ifndef CLI_CHOICE_H
#define CLI_CHOICE_H

#include "parse.h"
#include "session.h"

#include <stdbool.h>
#include <sys/types.h>

struct ipvlan_link;

struct choice {
	const char *name;   /* of a slave or of its parent; NULL: any */
	const char *parent; /* likewise of its parent */
	ino_t inode;	    /* of the slave's namespace; 0: any */
};

/* As the words of a command say. @return 0 or -errno, said already. */
int choice_make(struct session *session, const struct args *args, struct choice *choice);

bool choice_has(const struct choice *choice, const struct ipvlan_link *link);

/* Say that there is no slave of the name that was given. @return a status. */
int choice_is_empty(struct session *session, const struct choice *choice);

#endif
