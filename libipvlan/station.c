// SPDX-License-Identifier: LGPL-2.1-or-later
#include "station.h"

static void stand_at(struct stations *s, const struct station *station)
{
	s->ctx->netns = station->netns;
	s->ctx->transport = station->transport;
}

int stations_begin(struct stations *s, struct ipvlan_ctx *ctx)
{
	*s = (struct stations){.ctx = ctx, .base.netns = ctx->netns};
	return ctx_transport(ctx, &s->base.transport);
}

void stations_go_to_base(struct stations *s)
{
	stand_at(s, &s->base);
}

void stations_close_here(struct stations *s)
{
	stand_at(s, &s->base);
	if (s->here.netns)
		transport_close(s->here.transport);
	ipvlan_netns_free(s->here.netns);
	s->here = (struct station){0};
}

void stations_end(struct stations *s)
{
	if (s->base.transport)
		stations_close_here(s);
}

int stations_open_here(struct stations *s, const char *name)
{
	struct station station;
	char place[96];
	int err;

	if (s->here.netns && netns_is_place(s->here.netns, name))
		return 0;
	stations_close_here(s);
	err = netns_open_place(s->ctx, name, &station.netns);
	if (err)
		return err;
	err = netns_transport(station.netns, &station.transport);
	if (err) {
		fail(s->ctx, err, IPVLAN_STAGE_NETNS, "cannot enter %s",
		     netns_describe(station.netns, place, sizeof(place)));
		explain_entry(s->ctx, station.netns);
		ipvlan_netns_free(station.netns);
		return err;
	}
	s->here = station;
	return 0;
}

int stations_go(struct stations *s, const char *name)
{
	int err = name ? stations_open_here(s, name) : 0;

	if (!err)
		stand_at(s, name ? &s->here : &s->base);
	return err;
}
