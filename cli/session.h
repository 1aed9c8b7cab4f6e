/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What outlives one command: the library's context, where output and messages go, the options that hold unless a
 * command says otherwise. One-shot, batch and shell each run their words through session_run().
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "options.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct args;
struct command;
struct ipvlan_ctx;
struct ipvlan_netns;
struct gathering;
struct progress;

/* How a command ends; that of a command run in a namespace is any other. */
enum status {
	STATUS_DONE = 0,
	STATUS_REFUSED = 1,
	STATUS_USAGE = 2,
	STATUS_HALF = 3,    /* refused, and not all of what was done could be undone */
	STATUS_SIGNAL = 128 /* and the number of the signal */
};

/* Of a line that is read. */
struct file_place {
	const char *file; /* NULL: nowhere */
	unsigned int line;
};

struct session {
	FILE *out, *err;
	struct options options;
	struct ipvlan_ctx *ctx;	 /* made when first wanted: session_context() */
	struct file_place where; /* printed before every message */
	struct sigaction sigpipe;
	bool output_failed; /* said once */
	int screen;	    /* the file that `out` ends in, whatever collects the output on its way; or -1 */
	bool interactive;   /* somebody types: the shell */
	bool muted;	    /* messages go nowhere */
	bool rehearses;	    /* lines are read, and not run */
	bool is_half;	    /* something that was done could not be undone */

	/* While lines are read. */
	unsigned int depth;	      /* of files */
	struct progress *progress;    /* to be cleared before anything is printed; may be NULL */
	bool quit;		      /* no further line is wanted */
	bool keeps_place;	      /* the context stays in a namespace until another one is wanted */
	bool paged;		      /* long output goes through a pager */
	FILE *unpaged;		      /* where output would go, were it not held back for the pager; or NULL */
	struct gathering *gathering;  /* the transaction that is open; NULL: none. See transaction.h */
	char *used;		      /* the namespace that `use` chose; options.netns is it, then */
	struct ipvlan_netns *entered; /* where the context works; NULL: where we were started */
};

void session_begin(struct session *session, FILE *out, FILE *err);
void session_end(struct session *session);

/* Run one command given as words. @return its status. */
int session_run(struct session *session, const char *const *words, size_t count);

/* As session_run(), but run nothing. @return a status, said already; args_free() is due in any case. */
int session_parse(struct session *session, const char *const *words, size_t count, const struct command **command,
		  struct args *args);

/* What lines change for the lines behind them is undone by the second call. */
struct session_lines {
	char *used;
	const char *netns;
	bool keeps_place;
};

/* Whether this is the shell, or a batch file. */
bool session_reads_lines(const struct session *session);

void session_lines_begin(struct session *session, struct session_lines *outer);
void session_lines_end(struct session *session, const struct session_lines *outer);

/* The context, made if need be. @return NULL when it cannot be had; the message is printed then. */
struct ipvlan_ctx *session_context(struct session *session);

/* To be called before anything is printed other than by the functions below. */
void session_make_room(struct session *session);

/* What has no end must be seen as it comes: from here on this command's output is not held back for the pager. */
void session_follow(struct session *session);

/* Write out what was printed. @return STATUS_REFUSED with a message when it could not be written. */
int session_flush(struct session *session);

/* Print a message: what was wrong, where, what to do. */
void session_error(struct session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));
void session_note(struct session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Print a message about wrong usage. @return STATUS_USAGE. */
int session_usage(struct session *session, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Print the library's last error: its message, the kernel's own words, its hint. @return the status. */
int session_library_error(struct session *session);

/* Open a namespace by what a user says: a path, else a name, else a process. @return 0 or -errno, said already. */
int session_open_netns(struct session *session, const char *text, struct ipvlan_netns **netns);

/* Work in the namespace so named; NULL changes nothing. @return a status, said already when it is not done. */
int session_enter(struct session *session, const char *text);

/* The same with one that is open, which is taken over in any case. @return 0 or -errno, which is not said. */
int session_enter_netns(struct session *session, struct ipvlan_netns *netns);

/* Work again where we were started: a namespace that is worked in outlives its name. */
int session_go_home(struct session *session);

/* How such a text is meant. */
enum netns_text { NETNS_IS_NAME, NETNS_IS_PATH, NETNS_IS_PID };
enum netns_text session_classify_netns(const char *text);

/* @return the process that a text names by its number; 0 when that is the number of none. */
pid_t session_read_pid(const char *text);

#endif
