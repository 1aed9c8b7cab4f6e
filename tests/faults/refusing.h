/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program runs, and one of its system calls fails: the one that it asks the kernel for, be it through libc, by libc
 * itself, or by another library. seccomp(2) tells of each call before it is carried out, and takes an answer in its
 * place. refused.c, preloaded, sets that up when the loader has done its work.
 */
#ifndef TESTS_REFUSING_H
#define TESTS_REFUSING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The flags by which refused.c's own message is known; and what it ends the program with when it cannot do its work. */
#define REFUSED_MARK   0x4800 /* MSG_NOSIGNAL and MSG_CONFIRM, which nobody else gives together */
#define REFUSED_BROKEN 119

/* In the place of an errno: a read or a write does half of what was asked for. */
#define REFUSED_HALF (-1)

#define REFUSED_NUMBERS 4

/* A system call, by all of its names. errnos ends with 0. */
struct refused_call {
	const char *name;
	const int *errnos;
	int numbers[REFUSED_NUMBERS + 1]; /* ends with -1 */
	int creates;			  /* of open: 1 only those that may make a file, -1 only others */
};

extern const struct refused_call refused_calls[];
extern const size_t refused_call_count;

/* What to run, and what became of it. */
struct refusal {
	const char *program; /* whose calls these are, without links and scripts around it */
	char *const *argv;
	const char *input;
	/* The order: `call` NULL refuses nothing, and counts all. */
	const struct refused_call *call;
	long skip;
	int error;
	/* The outcome. */
	bool happened, timed_out;
	int status;	 /* of the program: as a shell has it, 128 + N for a signal */
	char *out, *err; /* what it said, for free() */
	long *counts;	 /* for each of refused_calls; of the caller's, when it is not NULL */
};

void refusal_run(struct refusal *refusal);
void refusal_clear(struct refusal *refusal);

/* Whether this kernel can do it: NULL, or why not. */
const char *refusal_missing(void);

#endif
