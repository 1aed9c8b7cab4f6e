// SPDX-License-Identifier: LGPL-2.1-or-later
#include "places.h"
#include "ahead.h"
#include <errno.h>
#include <stdlib.h>

/* Each takes two descriptors, and whoever walks may be short of them. */
#define SCOUTED_MOST 8

static int visit_own(struct ipvlan_ctx *ctx, const struct ipvlan_netns_info *info, place_fn fn, void *data)
{
	struct place place = {.info = info, .netns = ctx->netns};
	int err = ctx_open(ctx);

	place.transport = ctx->transport;
	return err ? err : fn(&place, data);
}

/* A namespace with a socket in it, opened ahead; or why there is none. */
struct scouted {
	struct ipvlan_netns *netns;
	struct transport *transport; /* NULL: the place is left out, or gone */
	bool left_out;
	int error;
};

/* -EACCES and the like: not ours to look into. -ENOENT: gone meanwhile. Both leave a place out. */
static void open_place(const struct ipvlan_netns_info *info, struct scouted *s)
{
	struct ipvlan_netns *netns;
	int err = netns_open_info_quietly(info, &netns);

	if (err) {
		s->left_out = err == -EACCES || err == -EPERM;
		s->error = shortage(err);
		return;
	}
	err = netns_go(netns, &s->transport);
	if (err)
		ipvlan_netns_free(netns);
	else
		s->netns = netns;
	s->left_out = err == -EPERM;
	s->error = s->left_out ? 0 : err;
}

static void free_scouted(struct scouted *s)
{
	if (!s)
		return;
	transport_close(s->transport);
	ipvlan_netns_free(s->netns);
	free(s);
}

/* Places of a list from one on. */
struct route {
	const struct ipvlan_netns_list *list;
	size_t first;
};

static int scout(void *data, size_t number, void **made)
{
	const struct route *route = data;
	const struct ipvlan_netns_info *info = &route->list->infos[route->first + number];
	struct scouted *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	open_place(info, s);
	*made = s;
	return 0;
}

static void discard(void *data, size_t number, void *made)
{
	(void)data;
	(void)number;
	free_scouted(made);
}

static int visit(const struct ipvlan_netns_info *info, const struct scouted *s, place_fn fn, void *data)
{
	struct place place = {.info = info, .netns = s->netns, .transport = s->transport};

	return s->transport ? fn(&place, data) : s->error;
}

static int take_and_visit(struct ahead *ahead, const struct ipvlan_netns_info *info, place_fn fn, void *data,
			  size_t *left_out)
{
	struct scouted *s;
	void *made;
	int err = ahead_take(ahead, &made);

	if (err)
		return err;
	s = made;
	*left_out += s->left_out;
	err = visit(info, s, fn, data);
	free_scouted(s);
	return err;
}

/* From one of the list on. Returns what ended the walk, or 0. */
static int walk(const struct ipvlan_netns_list *list, size_t first, place_fn fn, void *data, size_t *left_out)
{
	struct route route = {.list = list, .first = first};
	struct ahead_job job = {
		.make = scout, .discard = discard, .data = &route, .count = list->count - first, .most = SCOUTED_MOST};
	struct ahead *ahead;
	size_t i;
	int err = job.count ? ahead_open(&ahead, &job) : 0;

	if (err || !job.count)
		return err;
	for (i = first; !err && i < list->count; i++)
		err = take_and_visit(ahead, &list->infos[i], fn, data, left_out);
	ahead_close(ahead);
	return err;
}

/* Whoever has found what was looked for need not pay for what comes then. */
static int walk_further(struct ipvlan_netns_list *list, place_fn fn, void *data, size_t *left_out)
{
	size_t known;
	int err = 0, more = 0;

	while (!err && !more) {
		known = list->count;
		more = netns_list_extend(list);
		err = more < 0 ? more : walk(list, known, fn, data, left_out);
	}
	return err;
}

/* The own one is the first; a search that ends there needs no thread. */
static int walk_listed(struct ipvlan_ctx *ctx, const struct ipvlan_netns_list *list, place_fn fn, void *data,
		       size_t *left_out)
{
	int err = visit_own(ctx, &list->infos[0], fn, data);

	return err ? err : walk(list, 1, fn, data, left_out);
}

int places_walk(struct ipvlan_ctx *ctx, enum places_reach reach, place_fn fn, void *data, size_t *left_out)
{
	struct ipvlan_netns_list *list;
	int err;

	*left_out = 0;
	err = reach == PLACES_SEARCHED ? netns_list_begin(ctx->netns, &list) : netns_list_read(ctx->netns, &list);
	if (err)
		return err;
	err = walk_listed(ctx, list, fn, data, left_out);
	if (!err && reach != PLACES_NAMED)
		err = walk_further(list, fn, data, left_out);
	ipvlan_netns_list_free(list);
	return err;
}

int places_walk_on(struct ipvlan_ctx *ctx, place_fn fn, int (*more)(void *data), void *data, size_t *left_out)
{
	struct ipvlan_netns_list *list;
	int err = netns_list_read(ctx->netns, &list);

	*left_out = 0;
	if (err)
		return err;
	err = walk_listed(ctx, list, fn, data, left_out);
	if (!err)
		err = more(data);
	if (err > 0)
		err = walk_further(list, fn, data, left_out);
	ipvlan_netns_list_free(list);
	return err;
}

void places_log_left_out(struct ipvlan_ctx *ctx, size_t left_out)
{
	if (left_out)
		ctx_log(ctx, IPVLAN_LOG_NOTICE,
			"%zu namespace%s left out: entering takes CAP_SYS_ADMIN over the user namespace that owns it",
			left_out, left_out == 1 ? "" : "s");
}
