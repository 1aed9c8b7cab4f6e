/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports as documents, for whatever shows them. */
#ifndef CLI_PORTS_H
#define CLI_PORTS_H

#include "grid.h"
#include "session.h"

#include <jansson.h>
#include <sys/types.h>

/* Of the namespace that is worked in, or of the whole machine. */
enum ports_scope { PORTS_HERE, PORTS_EVERYWHERE };

/*
 * An array of ports, each with its slaves wherever they are, and of these the parts that document.h lists; or of the
 * one port of the named parent, which is here. One walk over all namespaces in any case. Slaves that share a namespace
 * follow each other; ports here come first. The caller frees it. @return 0, or -errno, said already.
 */
int ports_read(struct session *session, const char *parent, enum ports_scope scope, unsigned int parts, json_t **ports);

/* The inode of the namespace that we were started in; 0 when it cannot be read. */
ino_t own_inode(struct ipvlan_ctx *ctx);

/* Where a slave or a port is, for people: name, "-" for the given namespace, process, or inode. @return buf. */
const char *place_format(const json_t *object, json_int_t here, char *buf, size_t size);

/* The same as a title: "(host)" for the given namespace if that has no name. @return buf. */
const char *place_title(const json_t *object, json_int_t here, char *buf, size_t size);

/* A cell with all addresses of a link, with blanks between. */
void grid_add_addresses(struct grid *grid, const json_t *link);

#endif
