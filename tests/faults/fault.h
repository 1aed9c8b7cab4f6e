/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that fail when they are told to. The linker leads what the library calls of malloc() and its like, and of the
 * system, to fault.c; without an order they do what they always do. One order at a time, for one call of one function.
 */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include <stdbool.h>
#include <stddef.h>

/* A function that can be made to fail, and with what. errnos ends with 0. */
struct fault_call {
	const char *name;
	const int *errnos;
};

extern const struct fault_call fault_calls[];
extern const size_t fault_call_count;

/* In the place of an errno: a read or a write does half of what was asked for, a datagram is cut. */
#define FAULT_HALF 4095

/* Every way to get memory: one of the calls. */
#define FAULT_MEMORY "memory"

/* From now on calls are counted. */
void fault_count(void);

/* No further calls are counted. @return how often that function was called. */
long fault_counted(const char *name);

/* The call number `skip`, counted from 0, of the function fails with this errno. */
void fault_order(const char *name, long skip, int error);

/* Instead of failing, that call comes when something has gone: `lose` is called before it, by whatever thread. */
typedef void (*fault_loss)(void);
void fault_order_loss(const char *name, long skip, fault_loss lose);

/* No further call fails. @return whether one has failed. */
bool fault_cancel(void);

#endif
