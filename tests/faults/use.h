/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every public function that can fail, in use, as a program would use it. What a machine for it looks like:
 *
 *   here:  lo, eth0 (dummy or veth, up)      ns0: lo
 */
#ifndef TESTS_USE_H
#define TESTS_USE_H

#include <ipvlan/ipvlan.h>
#include <stdbool.h>
#include <stddef.h>

extern struct ipvlan_ctx *ctx;

/* What a call may fail with while a use runs; 0: none does. */
extern int use_fault;

/* Whether what is looked at with such an errno may be taken for absent. */
bool use_may_hide(int error);

struct use {
	const char *name;
	/* @return 0 or -errno. What it makes it takes away; what a call that failed leaves behind ends the test. */
	int (*run)(void);
	bool changes; /* so that something may be left when a call fails in the midst of it */
	bool wants_ipvlan;
	bool is_pure;  /* asks no kernel: each allocation is another case */
	bool sees_all; /* nothing of what it reads may be missing for want of memory or descriptors */
	bool leaves;   /* what it made, for use_tidy() to take away: that must not come to a fault */
};

extern const struct use uses[];
extern const size_t use_count;

/* What somebody else may take away while a use is on its way. */
struct loss {
	const char *name;
	void (*lose)(void);
};

extern const struct loss losses[];
extern const size_t loss_count;

/* Whether anything was, since the machine was tidied last. */
bool use_has_lost(void);

/* Make the machine, and the context. */
void use_begin(void);
/* Take away what a use could not, and put back what was lost. */
void use_tidy(void);
void use_end(void);

/* Whether something was taken away since the machine was tidied last. */
bool use_has_lost(void);

/* A fixed text, run by a shell. @return as system() */
int use_shell(const char *command);

/* Whether this kernel makes ipvlan links, asked once. */
bool use_has_ipvlan(void);

#endif
