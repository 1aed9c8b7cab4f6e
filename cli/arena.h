/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of documents. A list's are made and dropped one after the other by the thousand: each lies in the same block,
 * which begins anew when nothing in it is left. What has no room there comes from malloc().
 */
#ifndef CLI_ARENA_H
#define CLI_ARENA_H

/* From now on. What was made before may be dropped later. */
void arena_use(void);

#endif
