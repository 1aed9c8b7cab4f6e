/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The addresses and routes of a link, as a result tells them: given, and compared with what is. */
#ifndef CNI_ENDPOINT_H
#define CNI_ENDPOINT_H

#include "result.h"

#include <ipvlan/ipvlan.h>

/*
 * Give a link, which is up, its addresses and routes, and wait for the end of duplicate address detection.
 * ctx:    works in the link's namespace, which is the one that is given as well.
 * result: in the one form of result.h.
 */
int endpoint_configure(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, const char *name, const json_t *result,
		       struct cni_error *error);

/*
 * Add to a text each address of the result that the link lacks, and each route that nobody has; divided by "; ".
 * spec: the result's own, which may have had no words for a part of what was asked for.
 */
int endpoint_compare(struct ipvlan_ctx *ctx, const struct ipvlan_link *link, const json_t *result, enum spec spec,
		     json_int_t interface, char *differences, size_t size, struct cni_error *error);

#endif
