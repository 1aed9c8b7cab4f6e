// SPDX-License-Identifier: LGPL-2.1-or-later
/* Reading links: one, those of a namespace, those of all namespaces. */
#include "link-read.h"
#include "array.h"
#include "netns-list.h"
#include "parents.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <unistd.h>

static int take_link(const struct nlmsghdr *nlh, void *data)
{
	return codec_link_decode(nlh, data);
}

static int query(struct transport *transport, int ifindex, const char *name, int nsid, uint32_t mask,
		 struct ipvlan_link *link, struct ack *ack)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];

	*ack = (struct ack){0};
	/* A name that cannot be is not asked for: the kernel would answer with ERANGE. */
	if (!ifindex && !link_name_is_valid(name))
		return -ENODEV;
	codec_link_get(buf, sizeof(buf), ifindex, name, nsid, mask);
	return transport_request(transport, (struct nlmsghdr *)buf, take_link, link, ack);
}

int link_query(struct transport *transport, int ifindex, const char *name, int nsid, struct ipvlan_link *link,
	       struct ack *ack)
{
	return query(transport, ifindex, name, nsid, RTEXT_FILTER_SKIP_STATS, link, ack);
}

int link_query_all(struct transport *transport, int ifindex, const char *name, struct ipvlan_link *link,
		   struct ack *ack)
{
	return query(transport, ifindex, name, -1, 0, link, ack);
}

static int fail_missing(struct ipvlan_ctx *ctx, int err, const struct ack *ack, enum ipvlan_stage stage,
			const char *name)
{
	char where[112];

	ctx_where(ctx, where, sizeof(where));
	if (err != -ENODEV)
		return fail_ack(ctx, err, ack, stage, "cannot read link %s%s", name, where);
	fail_ack(ctx, err, ack, stage, "cannot find link %s%s", name, where);
	if (!link_name_is_valid(name))
		fail_because(ctx, "no link can have that name: it is 1 to %d bytes without '/', ':', '%%' and blanks",
			     IFNAMSIZ - 1);
	else
		fail_because(ctx, "there is no link of that name");
	fail_hint(ctx, "`ipvlanctl link show` lists those of this namespace, `ipvlanctl -n NAME link show` those of "
		       "another");
	return err;
}

int link_find_index(struct ipvlan_ctx *ctx, enum ipvlan_stage stage, const char *name, int *ifindex)
{
	struct transport *transport;
	struct ipvlan_link link;
	struct ack ack;
	int err = ctx_transport(ctx, &transport);

	if (err)
		return err;
	err = link_query(transport, 0, name, -1, &link, &ack);
	if (err)
		return fail_missing(ctx, err, &ack, stage, name);
	*ifindex = link.ifindex;
	return 0;
}

int link_set_place(struct ipvlan_link *link, const struct place *place)
{
	const char *name = place->info ? ipvlan_netns_info_get_name(place->info) : place->netns->name;
	const char *path = place->info && place->info->path ? place->info->path : place->netns->path;

	link->netns_inode = place->netns->inode;
	if (place->info && !place->info->is_own && !name && place->info->pid_count)
		link->netns_pid = place->info->pids[0];
	if (name)
		link->netns = strdup(name);
	else if (path)
		link->netns_path = strdup(path);
	return (name && !link->netns) || (!name && path && !link->netns_path) ? -ENOMEM : 0;
}

int link_complete(struct ipvlan_ctx *ctx, struct place *at, struct ipvlan_link *bare, struct ipvlan_link **link)
{
	struct parents parents = {.ctx = ctx, .place = at};
	struct ipvlan_link *l = malloc(sizeof(*l));
	struct ack ack;
	int err = l ? 0 : -ENOMEM;

	if (!err)
		err = link_set_place(bare, at);
	if (!err)
		err = parents_name(&parents, bare);
	if (!err)
		err = addresses_read(at->transport, AF_UNSPEC, bare->ifindex, &bare->addresses, &bare->address_count,
				     &ack);
	/* A link that went between the two readings has no addresses; so does one without IPv4 and IPv6. */
	if (err == -ENODEV)
		err = 0;
	if (err) {
		link_clear(bare);
		free(l);
		return err;
	}
	*l = *bare;
	*link = l;
	return 0;
}

static int read_one(struct ipvlan_ctx *ctx, int ifindex, const char *name, struct ipvlan_link **link, struct ack *ack)
{
	struct place place = {.netns = ctx->netns};
	struct ipvlan_link bare;
	int err = ctx_transport(ctx, &place.transport);

	if (!err)
		err = link_query_all(place.transport, ifindex, name, &bare, ack);
	return err ? err : link_complete(ctx, &place, &bare, link);
}

int link_read_quietly(struct ipvlan_ctx *ctx, int ifindex, const char *name, struct ipvlan_link **link)
{
	struct ack ack;

	/* Only an open socket is sure to leave the error alone. */
	return ctx->transport ? read_one(ctx, ifindex, name, link, &ack) : -ENOTCONN;
}

IPVLAN_API int ipvlan_link_get(struct ipvlan_ctx *ctx, const char *name, struct ipvlan_link **link)
{
	struct ack ack = {0};
	int err = read_one(ctx, 0, name, link, &ack);

	return err ? fail_missing(ctx, err, &ack, IPVLAN_STAGE_READ, name) : 0;
}

IPVLAN_API int ipvlan_link_get_by_index(struct ipvlan_ctx *ctx, int ifindex, struct ipvlan_link **link)
{
	struct ack ack = {0};
	char shown[24], where[112];
	int err;

	snprintf(shown, sizeof(shown), "number %d", ifindex);
	if (ifindex <= 0)
		return fail(ctx, -ENODEV, IPVLAN_STAGE_READ, "cannot find link %s", shown);
	err = read_one(ctx, ifindex, NULL, link, &ack);
	return err ? fail_ack(ctx, err, &ack, IPVLAN_STAGE_READ, "cannot read link %s%s", shown,
			      ctx_where(ctx, where, sizeof(where)))
		   : 0;
}

int link_list_append(struct ipvlan_link_list *list, const struct ipvlan_link *link)
{
	struct ipvlan_link *room = array_grow(list->links, list->count, sizeof(*room));

	if (!room)
		return -ENOMEM;
	list->links = room;
	room[list->count++] = *link;
	return 0;
}

/* A dump of one kind into a list that may hold something already. */
struct collection {
	struct ipvlan_link_list *list;
	const char *kind;
	size_t before;
};

static void forget(void *data)
{
	struct collection *c = data;

	/* What a dump brings is bare: nothing to be freed. */
	c->list->count = c->before;
}

/* A kernel that does not know the kind ignores the filter, so it is applied here as well. */
static int collect(const struct nlmsghdr *nlh, void *data)
{
	struct collection *c = data;
	struct ipvlan_link link;
	int err = codec_link_decode(nlh, &link);

	if (err || (c->kind && strcmp(link.kind, c->kind) != 0))
		return err;
	return link_list_append(c->list, &link);
}

static int dump_kind(struct transport *transport, const char *kind, uint32_t mask, struct ipvlan_link_list *list)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct collection c = {.list = list, .kind = kind, .before = list->count};
	struct ack ack;

	codec_link_dump(buf, sizeof(buf), kind, mask);
	return transport_dump(transport, (struct nlmsghdr *)buf, forget, collect, &c, &ack);
}

/*
 * ipvtap slaves share the port. Asking for a kind that the kernel does not know brings every link there is, so it is
 * asked for only where its driver has registered its class.
 */
static int dump_slaves(struct transport *transport, uint32_t mask, struct ipvlan_link_list *list)
{
	int err = dump_kind(transport, "ipvlan", mask, list);

	if (err)
		return err;
	if (access("/sys/class/ipvtap", F_OK) < 0)
		return shortage(-errno);
	return dump_kind(transport, "ipvtap", mask, list);
}

int links_in_place(struct transport *transport, struct ipvlan_link_list *list)
{
	return dump_kind(transport, NULL, RTEXT_FILTER_SKIP_STATS, list);
}

int slaves_in_place(struct place *place, slave_fn fn, void *data)
{
	struct ipvlan_link_list list = {0};
	size_t i;
	int err = dump_slaves(place->transport, RTEXT_FILTER_SKIP_STATS, &list);

	for (i = 0; !err && i < list.count; i++)
		err = fn(place, &list.links[i], data);
	free(list.links);
	return err;
}

static int compare_index(const void *a, const void *b)
{
	int x = ((const struct ipvlan_link *)a)->ifindex, y = ((const struct ipvlan_link *)b)->ifindex;

	return (x > y) - (x < y);
}

static int add_address(struct ipvlan_link *link, const struct ipvlan_address *address)
{
	struct ipvlan_address *room = array_grow(link->addresses, link->address_count, sizeof(*room));

	if (!room)
		return -ENOMEM;
	link->addresses = room;
	room[link->address_count++] = *address;
	return 0;
}

static int attach_addresses(struct transport *transport, struct ipvlan_link *links, size_t count)
{
	struct ipvlan_address *addresses;
	struct ipvlan_link key, *link;
	size_t address_count, i;
	struct ack ack;
	int err;

	if (!count)
		return 0;
	qsort(links, count, sizeof(*links), compare_index);
	err = addresses_read(transport, AF_UNSPEC, 0, &addresses, &address_count, &ack);
	if (err)
		return err;
	for (i = 0; !err && i < address_count; i++) {
		key.ifindex = addresses[i].ifindex;
		link = bsearch(&key, links, count, sizeof(*links), compare_index);
		if (link)
			err = add_address(link, &addresses[i]);
	}
	free(addresses);
	return err;
}

/* Bare links own nothing, so those that are not kept are simply overwritten. */
static void choose(const struct listing *listing, struct place *place, size_t before)
{
	struct ipvlan_link_list *list = listing->list;
	size_t i, kept = before;

	for (i = before; listing->keep && i < list->count; i++) {
		if (listing->keep(place, &list->links[i], listing->data))
			list->links[kept++] = list->links[i];
	}
	if (listing->keep)
		list->count = kept;
}

int list_place(struct place *place, void *data)
{
	struct listing *listing = data;
	struct parents parents = {.ctx = listing->ctx, .place = place};
	struct ipvlan_link_list *list = listing->list;
	size_t i, before = list->count;
	int err;

	err = listing->any_kind ? dump_kind(place->transport, NULL, 0, list) : dump_slaves(place->transport, 0, list);
	if (err)
		return err;
	choose(listing, place, before);
	if (list->count == before)
		return 0;
	if (listing->drops)
		err = drops_attach(place, &list->reasons, list->links + before, list->count - before);
	else
		err = attach_addresses(place->transport, list->links + before, list->count - before);
	for (i = before; !err && i < list->count; i++) {
		err = link_set_place(&list->links[i], place);
		if (!err)
			err = parents_name(&parents, &list->links[i]);
	}
	return err;
}

static int list_links(struct ipvlan_ctx *ctx, enum ipvlan_link_scope scope, struct listing *listing)
{
	struct place own = {.netns = ctx->netns, .transport = ctx->transport};
	size_t left_out = 0;
	int err;

	err = scope == IPVLAN_LINKS_EVERYWHERE ? places_walk(ctx, PLACES_ALL, list_place, listing, &left_out)
					       : list_place(&own, listing);
	if (err)
		return fail(ctx, err, IPVLAN_STAGE_READ, "cannot list links");
	places_log_left_out(ctx, left_out);
	return 0;
}

static int make_list(struct ipvlan_ctx *ctx, enum ipvlan_link_scope scope, struct listing *listing,
		     struct ipvlan_link_list **list)
{
	struct transport *transport;
	int err = ctx_transport(ctx, &transport);

	if (err)
		return err;
	listing->list = calloc(1, sizeof(*listing->list));
	if (!listing->list)
		return fail(ctx, -ENOMEM, IPVLAN_STAGE_READ, "cannot list links");
	err = list_links(ctx, scope, listing);
	if (err)
		ipvlan_link_list_free(listing->list);
	else
		*list = listing->list;
	return err;
}

IPVLAN_API int ipvlan_link_list(struct ipvlan_ctx *ctx, enum ipvlan_link_scope scope, struct ipvlan_link_list **list)
{
	struct listing listing = {.ctx = ctx, .any_kind = scope == IPVLAN_LINKS_ANY_KIND};

	return make_list(ctx, scope, &listing, list);
}

IPVLAN_API int ipvlan_link_list_counters(struct ipvlan_ctx *ctx, struct ipvlan_link_list **list)
{
	struct listing listing = {.ctx = ctx, .drops = true};

	return make_list(ctx, IPVLAN_LINKS_EVERYWHERE, &listing, list);
}

IPVLAN_API void ipvlan_link_list_free(struct ipvlan_link_list *list)
{
	size_t i;

	if (!list)
		return;
	for (i = 0; i < list->count; i++)
		link_clear(&list->links[i]);
	free(list->links);
	free(list->reasons.names);
	free(list);
}

IPVLAN_API size_t ipvlan_link_list_get_count(const struct ipvlan_link_list *list)
{
	return list->count;
}

IPVLAN_API const struct ipvlan_link *ipvlan_link_list_get(const struct ipvlan_link_list *list, size_t index)
{
	return index < list->count ? &list->links[index] : NULL;
}
