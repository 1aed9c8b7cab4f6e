/* SPDX-License-Identifier: GPL-2.0-or-later */
/* THE table of commands: dispatch, help, completion and the manual's synopsis all read it. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "message.h"
#include "parse.h"

#include <stdbool.h>
#include <stddef.h>

struct session;

struct command {
	const char *object;  /* the first word; other names of it after a blank */
	const char *verb;    /* the second word, likewise; NULL for a command of one word */
	const char *syntax;  /* what follows, as in the manual: [ ] | and NAMES of values */
	const char *summary; /* for help */
	struct grammar grammar;
	/* Whether what was read makes a whole; pure. May be NULL. */
	int (*check)(struct args *args, struct message *message);
	/* Do it. Never exits; returns the status. */
	int (*run)(struct session *session, const struct args *args);
	bool hidden;
	bool is_default; /* this verb may be left out, even before further words */
	bool is_ours;	 /* no word of ip(8)'s: it may be shortened only where no other one begins so */
	bool anywhere;	 /* works in no namespace, and so also when that to be worked in is gone */
	/* Add it to the transaction that is open. Returns the status. NULL: it cannot be undone. */
	int (*gather)(struct session *session, const struct args *args);
	/* Say what can be known to be wrong without running it. Returns the status. NULL: reading it has said all. */
	int (*rehearse)(struct session *session, const struct args *args);
	bool looks;	/* changes nothing, and so may be run while a transaction is open */
	bool for_lines; /* only where lines are read, in the shell and in batch files; never shortened */
	bool waits;	/* for people or other programs, and so sees by itself to signals that want an end */
};

/* The last one has no object. */
extern const struct command commands[];

/*
 * Words to a command and its arguments: options, command, arguments, check. Pure.
 * Returns 0; -EINVAL with a message, *command being set when it is known which one was meant; -ENOMEM.
 * args_free() is due in any case.
 */
int command_parse(const struct options *defaults, const char *const *words, size_t count,
		  const struct command **command, struct args *args, struct message *message);

/* Find a command by its words. @return how many words name it; -EINVAL with a message. */
int command_find(const char *const *words, size_t count, const struct command **command, struct message *message);

/* "link add". @return buf. */
const char *command_name(const struct command *command, char *buf, size_t size);

/* Checks and actions, by object. */
int check_link_add(struct args *args, struct message *message);
int check_link_set(struct args *args, struct message *message);
int check_link_name(struct args *args, struct message *message);
int check_link_show(struct args *args, struct message *message);
int check_add(struct args *args, struct message *message);
int check_move(struct args *args, struct message *message);
int check_delete(struct args *args, struct message *message);
int gather_link_add(struct session *session, const struct args *args);
int rehearse_link_add(struct session *session, const struct args *args);
int gather_link_set(struct session *session, const struct args *args);
int gather_link_up(struct session *session, const struct args *args);
int gather_link_down(struct session *session, const struct args *args);
int gather_link_delete(struct session *session, const struct args *args);
int gather_delete(struct session *session, const struct args *args);
int run_link_add(struct session *session, const struct args *args);
int run_link_set(struct session *session, const struct args *args);
int run_link_up(struct session *session, const struct args *args);
int run_link_down(struct session *session, const struct args *args);
int run_link_delete(struct session *session, const struct args *args);
int run_delete(struct session *session, const struct args *args);
int run_link_show(struct session *session, const struct args *args);

int check_address(struct args *args, struct message *message);
int check_address_flush(struct args *args, struct message *message);
int rehearse_address(struct session *session, const struct args *args);
int gather_address_add(struct session *session, const struct args *args);
int gather_address_replace(struct session *session, const struct args *args);
int gather_address_delete(struct session *session, const struct args *args);
int run_address_add(struct session *session, const struct args *args);
int run_address_replace(struct session *session, const struct args *args);
int run_address_delete(struct session *session, const struct args *args);
int run_address_flush(struct session *session, const struct args *args);
int run_address_show(struct session *session, const struct args *args);

int check_destination(struct args *args, struct message *message);
int check_route(struct args *args, struct message *message);
int rehearse_route(struct session *session, const struct args *args);
int gather_route_add(struct session *session, const struct args *args);
int gather_route_replace(struct session *session, const struct args *args);
int gather_route_change(struct session *session, const struct args *args);
int gather_route_delete(struct session *session, const struct args *args);
int run_route_add(struct session *session, const struct args *args);
int run_route_replace(struct session *session, const struct args *args);
int run_route_change(struct session *session, const struct args *args);
int run_route_prepend(struct session *session, const struct args *args);
int run_route_append(struct session *session, const struct args *args);
int run_route_delete(struct session *session, const struct args *args);
int check_route_flush(struct args *args, struct message *message);
int run_route_flush(struct session *session, const struct args *args);
int check_route_get(struct args *args, struct message *message);
int run_route_get(struct session *session, const struct args *args);
int run_route_show(struct session *session, const struct args *args);

/* A namespace by its name, unless by a path or a process; NULL is fine. @return 0; -EINVAL with a message; -ENOMEM. */
int check_netns(const char *text, struct message *message);
int check_netns_name(struct args *args, struct message *message);
int check_netns_own_name(struct args *args, struct message *message);
int check_netns_exec(struct args *args, struct message *message);
int check_netns_identify(struct args *args, struct message *message);
int gather_netns_add(struct session *session, const struct args *args);
int gather_netns_delete(struct session *session, const struct args *args);
int run_netns_add(struct session *session, const struct args *args);
int run_netns_delete(struct session *session, const struct args *args);
int run_netns_list(struct session *session, const struct args *args);
int run_netns_exec(struct session *session, const struct args *args);
int run_netns_pids(struct session *session, const struct args *args);
int run_netns_identify(struct session *session, const struct args *args);

int check_port_set(struct args *args, struct message *message);
int gather_port_set(struct session *session, const struct args *args);
int run_port_show(struct session *session, const struct args *args);
int run_port_set(struct session *session, const struct args *args);
int check_port_lock(struct args *args, struct message *message);
int check_port_unlock(struct args *args, struct message *message);
int check_port_announce(struct args *args, struct message *message);
int run_port_lock(struct session *session, const struct args *args);
int run_port_unlock(struct session *session, const struct args *args);
int run_port_announce(struct session *session, const struct args *args);

int check_files(struct args *args, struct message *message);
int run_apply(struct session *session, const struct args *args);
int run_diff(struct session *session, const struct args *args);
int run_check(struct session *session, const struct args *args);
int run_export(struct session *session, const struct args *args);

int check_batch(struct args *args, struct message *message);
int check_pager(struct args *args, struct message *message);
int run_begin(struct session *session, const struct args *args);
int run_plan(struct session *session, const struct args *args);
int run_commit(struct session *session, const struct args *args);
int run_abort(struct session *session, const struct args *args);
int run_batch(struct session *session, const struct args *args);
int run_shell(struct session *session, const struct args *args);
int check_use(struct args *args, struct message *message);
int run_use(struct session *session, const struct args *args);
int run_pager(struct session *session, const struct args *args);
int run_exit(struct session *session, const struct args *args);

int check_wait(struct args *args, struct message *message);
int run_monitor(struct session *session, const struct args *args);
int run_top(struct session *session, const struct args *args);
int run_wait(struct session *session, const struct args *args);

int run_show(struct session *session, const struct args *args);
int run_tree(struct session *session, const struct args *args);
int run_diagram(struct session *session, const struct args *args);
int check_parent(struct args *args, struct message *message);
int run_host_access_show(struct session *session, const struct args *args);
int run_host_access_enable(struct session *session, const struct args *args);
int run_host_access_disable(struct session *session, const struct args *args);

int run_doctor(struct session *session, const struct args *args);
int check_dhcp_id(struct args *args, struct message *message);
int run_dhcp_id(struct session *session, const struct args *args);

int run_advise(struct session *session, const struct args *args);
int run_help(struct session *session, const struct args *args);
int run_version(struct session *session, const struct args *args);
int run_complete(struct session *session, const struct args *args);

#endif
