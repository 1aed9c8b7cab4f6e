// SPDX-License-Identifier: LGPL-2.1-or-later
#include "places.h"
#include <errno.h>

static int visit_own(struct ipvlan_ctx *ctx, const struct ipvlan_netns_info *info, place_fn fn, void *data)
{
	struct place place = {.info = info, .netns = ctx->netns};
	int err = ctx_open(ctx);

	place.transport = ctx->transport;
	return err ? err : fn(&place, data);
}

/* -EACCES and the like: not ours to look into. -ENOENT: gone meanwhile. Both leave a place out. */
static int visit_other(const struct ipvlan_netns_info *info, place_fn fn, void *data, bool *left_out)
{
	struct place place = {.info = info};
	struct ipvlan_netns *netns;
	int err = netns_open_info_quietly(info, &netns);

	if (err) {
		*left_out = err == -EACCES || err == -EPERM;
		return err == -EMFILE || err == -ENFILE || err == -ENOMEM ? err : 0;
	}
	place.netns = netns;
	err = netns_transport(netns, &place.transport);
	if (err == -EPERM) {
		*left_out = true;
		err = 0;
	} else if (!err) {
		err = fn(&place, data);
		transport_close(place.transport);
	}
	ipvlan_netns_free(netns);
	return err;
}

/* From one of the list on. Returns what ended the walk, or 0. */
static int walk(struct ipvlan_ctx *ctx, const struct ipvlan_netns_list *list, size_t first, place_fn fn, void *data,
		size_t *left_out)
{
	bool one_left_out;
	size_t i;
	int err = 0;

	for (i = first; !err && i < list->count; i++) {
		one_left_out = false;
		err = list->infos[i].is_own ? visit_own(ctx, &list->infos[i], fn, data)
					    : visit_other(&list->infos[i], fn, data, &one_left_out);
		*left_out += one_left_out;
	}
	return err;
}

int places_walk(struct ipvlan_ctx *ctx, enum places_reach reach, place_fn fn, void *data, size_t *left_out)
{
	struct ipvlan_netns_list *list;
	size_t known;
	int err;

	*left_out = 0;
	err = netns_list_read(ctx->netns, &list);
	if (err)
		return err;
	known = list->count;
	err = walk(ctx, list, 0, fn, data, left_out);
	/* Whoever has found what was looked for need not pay for this. */
	if (!err && reach == PLACES_ALL)
		err = netns_list_add_held(list, ctx->netns);
	if (!err)
		err = walk(ctx, list, known, fn, data, left_out);
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
