/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Namespaces of the test's own (user where needed, mount, network) with an empty /run, so that nothing of the machine
 * is touched. */
#ifndef TESTS_PRIVATE_MACHINE_H
#define TESTS_PRIVATE_MACHINE_H

/* Returns 0 or -errno. The process stays in there; it must have one thread. */
int private_machine_enter(void);

/* Whether a child process could: NULL, or the reason why not. */
const char *private_machine_missing(void);

#endif
