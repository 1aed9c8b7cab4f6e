/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a document tells of a link and of an address, written into the object that is open. Fields that `ip -d -s -j`
 * has too carry its names and values, in its order; the manual lists them all.
 */
#ifndef CLI_WRITE_LINK_H
#define CLI_WRITE_LINK_H

#include "document.h"
#include "writer.h"

/* family: of the addresses to be listed, AF_UNSPEC for all. */
void write_link_fields(struct writer *w, const struct ipvlan_link *link, unsigned int parts,
		       const struct around *around, int family);

/* Text of mode and flags as the library has it; null when unset. */
void write_mode(struct writer *w, const char *key, int mode);
void write_flags(struct writer *w, const char *key, int flags);

void write_address_fields(struct writer *w, const struct ipvlan_address *address);

#endif
