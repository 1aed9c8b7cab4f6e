/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading links, for the library's own use. */
#ifndef LIBIPVLAN_LINK_READ_H
#define LIBIPVLAN_LINK_READ_H

#include "places.h"

#define DROP_REASON_SIZE 32

/* Names of counters. */
struct drop_reasons {
	char (*names)[DROP_REASON_SIZE];
	size_t count;
	bool asked; /* none may be the answer */
};

struct ipvlan_link_list {
	struct ipvlan_link *links;
	size_t count;
	struct drop_reasons reasons;
};

/*
 * One link without addresses, names of parents or a place; the caller clears it. The first leaves counters out, which
 * are the greater part of what the kernel has to gather. Sets no error.
 */
int link_query(struct transport *transport, int ifindex, const char *name, int nsid, struct ipvlan_link *link,
	       struct ack *ack);
int link_query_all(struct transport *transport, int ifindex, const char *name, struct ipvlan_link *link,
		   struct ack *ack);

/* By index, or by name when ifindex is 0: as ipvlan_link_get(), leaving the context's error alone. */
int link_read_quietly(struct ipvlan_ctx *ctx, int ifindex, const char *name, struct ipvlan_link **link);

/* Completes a link that link_query() gave and clears it on failure. `at` is where the link was found. */
int link_complete(struct ipvlan_ctx *ctx, struct place *at, struct ipvlan_link *bare, struct ipvlan_link **link);

/* Calls fn for each slave in a place, bare as link_query() gives it. fn returns as a place_fn does. */
typedef int (*slave_fn)(struct place *place, struct ipvlan_link *link, void *data);
int slaves_in_place(struct place *place, slave_fn fn, void *data);

/* Every link of the socket's namespace, of whatever kind, bare: appended to the list. */
int links_in_place(struct transport *transport, struct ipvlan_link_list *list);

/*
 * A place_fn that adds the links of a place to a list, complete. `keep` chooses among them; NULL keeps all.
 */
struct listing {
	struct ipvlan_ctx *ctx;
	struct ipvlan_link_list *list;
	bool any_kind; /* not only slaves */
	bool drops;    /* by reason, in the place of addresses */
	bool (*keep)(struct place *place, const struct ipvlan_link *link, void *data);
	void *data;
};
int list_place(struct place *place, void *listing);

/* Reads why links of a place dropped packets, and the names of the reasons if they are not known yet. */
int drops_attach(const struct place *place, struct drop_reasons *reasons, struct ipvlan_link *links, size_t count);

/* What ethtool says the counters are called; the caller frees the names, which are none of ours when the count is 0. */
struct ethtool_gstrings;
int drops_take_names(struct drop_reasons *reasons, const struct ethtool_gstrings *answer, uint32_t count);

/* Adds one to a list, taking over what it owns. */
int link_list_append(struct ipvlan_link_list *list, const struct ipvlan_link *link);

/* Says in a bare link where it was found. */
int link_set_place(struct ipvlan_link *link, const struct place *place);

#endif
