/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How many files this process may have open. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

/* As many as the system allows, for commands that need one in each namespace. Programs that we start get it too. */
void files_raise_limit(void);

#endif
