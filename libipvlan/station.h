/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where a context stands while steps are carried out: at its base, or in the namespace of a step; which stays open
 * until another one is wanted, for steps go on in the same one most of the time.
 */
#ifndef LIBIPVLAN_STATION_H
#define LIBIPVLAN_STATION_H

#include "internal.h"

/* A namespace that is open, with a socket in it. */
struct station {
	struct ipvlan_netns *netns;
	struct transport *transport;
};

struct stations {
	struct ipvlan_ctx *ctx;
	struct station base; /* the context's own */
	struct station here; /* ours; empty: none is open */
};

/* Sets the error. */
int stations_begin(struct stations *s, struct ipvlan_ctx *ctx);
/* Back to the base, with nothing left open. */
void stations_end(struct stations *s);

void stations_go_to_base(struct stations *s);
/* name: or a path, which has a '/'. NULL: the base. Sets the error. */
int stations_go(struct stations *s, const char *name);
/* Has the namespace open as `here`, wherever the context stands. Sets the error. */
int stations_open_here(struct stations *s, const char *name);
void stations_close_here(struct stations *s);

#endif
