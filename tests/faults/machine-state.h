/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands leave behind: links, addresses and routes, here and in each namespace with a name, and files. */
#ifndef TESTS_MACHINE_STATE_H
#define TESTS_MACHINE_STATE_H

/*
 * A text with a line for each thing, the same whenever all of that is the same: without numbers of links, and without
 * what the kernel adds by itself. For free().
 */
char *machine_state(const char *const *folders);

#endif
