/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HOWTO's figure of a port: a box for the host, in it one for each namespace with its slaves, below them the
 * parent. Pure: from a document to text.
 */
#ifndef CLI_DIAGRAM_H
#define CLI_DIAGRAM_H

#include "output.h"

/* document: as for the other pictures, in picture.h. */
void print_diagram(struct page *page, const json_t *document);

#endif
