/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Documents of links and addresses as text, as ip(8) writes it. */
#ifndef CLI_PRINT_LINK_H
#define CLI_PRINT_LINK_H

#include "output.h"

/* A link: `link show`. */
void print_link(struct page *page, const json_t *link);

/* A link with addr_info: `addr show`. */
void print_addresses(struct page *page, const json_t *link);

#endif
