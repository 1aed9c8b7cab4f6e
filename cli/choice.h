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
	const char *place;  /* the slave's namespace, as the user says it; NULL: any */
	ino_t inode;	    /* and its inode; 0: any */
};

/* As the words of a command say. @return 0 or -errno, said already. */
int choice_make(struct session *session, const struct args *args, struct choice *choice);

bool choice_has(const struct choice *choice, const struct ipvlan_link *link);

/*
 * Nothing was chosen. When that is because something named is not there, it is said: a parent that exists in no
 * namespace, a slave that is not where it was looked for. Another namespace may be worked in afterwards.
 * @return a status: STATUS_DONE when it is only that there are no slaves.
 */
int choice_is_empty(struct session *session, const struct choice *choice);

#endif
