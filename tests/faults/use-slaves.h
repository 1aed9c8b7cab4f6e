/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Uses that begin on a machine with slaves. */
#ifndef TESTS_USE_SLAVES_H
#define TESTS_USE_SLAVES_H

int use_slaves_read(void);
int use_slaves_diagnosed(void);
int use_slaves_exported(void);
int use_slaves_awaited(void);
int use_address_of_a_slave(void);
int use_slaves_watched(void);
int use_nameless(void);
int use_name_taken(void);
int use_slaves_changed(void);
int use_slaves_pruned(void);
int use_slaves_undone(void);

#endif
