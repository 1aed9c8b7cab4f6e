/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands that are gathered instead of being run, shown as a plan, and carried out all or not at all: `begin` to
 * `commit` in the shell and in batch files, and whole files with --atomic.
 */
#ifndef CLI_TRANSACTION_H
#define CLI_TRANSACTION_H

#include <ipvlan/ipvlan.h>
#include <stdbool.h>

struct args;
struct command;
struct options;
struct session;

/* Open one in the session. @return a status, said already. */
int transaction_open(struct session *session);
/* Forget what was gathered. */
void transaction_close(struct session *session);
/* A command that was wrong, where nobody is there to see it: what was gathered cannot be carried out any more. */
void transaction_spoil(struct session *session);
/* How deep in files the one was opened that is open; 0: in none. */
unsigned int transaction_depth(const struct session *session);

/* Gather a command, or run one that only looks. @return a status, said already. */
int transaction_take(struct session *session, const struct command *command, const struct args *args);

/* As a command would be run, but nothing is carried out, shown or looked at. @return a status, said already. */
int transaction_rehearse(struct session *session, const struct command *command, const struct args *args);

/* Show what was gathered. @return a status. */
int transaction_show(struct session *session, const struct options *options);
/* Carry it out, and close it. @return a status. */
int transaction_carry_out(struct session *session, const struct options *options);

/* Whether what was gathered makes a namespace of that name, that cannot be looked into before. */
bool transaction_makes_netns(const struct session *session, const char *name);

/* For those who gather: what it goes to, and the namespace of the command; NULL: where we were started. */
struct ipvlan_transaction *transaction_of(const struct session *session);
/* Say why something could not be gathered: err 0 is fine. @return a status. */
int transaction_result(struct session *session, int err, const char *what);

#endif
