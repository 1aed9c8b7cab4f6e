/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports as documents, for whatever shows them. */
#ifndef CLI_PORTS_H
#define CLI_PORTS_H

#include "session.h"

#include <jansson.h>

/*
 * An array of the ports of the context's namespace, each with its slaves wherever they are; or of the one named port.
 * The caller frees it. @return 0, or -errno, said already.
 */
int ports_read(struct session *session, const char *parent, json_t **ports);

/* Where a slave is, for people: name, "-" for the given namespace, process, or inode. @return buf. */
const char *place_format(const json_t *slave, json_int_t here, char *buf, size_t size);

/* All addresses of a link, with blanks between, for the caller to free; NULL when out of memory. */
char *addresses_format(const json_t *link);

#endif
