// SPDX-License-Identifier: LGPL-2.1-or-later
/* Addresses in the kernel: adding, deleting, listing. */
#include "array.h"
#include "internal.h"
#include "port.h"
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

struct ipvlan_address_list {
	struct ipvlan_address *addresses;
	size_t count;
};

static void explain(struct ipvlan_ctx *ctx, int ifindex, const struct ipvlan_address *address)
{
	struct ipvlan_link link;
	struct port_id id;
	struct ack ack;
	bool found;

	found = link_query(ctx->transport, ifindex, NULL, -1, &link, &ack) == 0 && ipvlan_link_is_slave(&link) &&
		port_id_of(ctx, &link, &id) == 0;
	explain_address(ctx, ctx->netns, found ? &id : NULL, address);
	if (found)
		port_id_clear(&id);
}

static int change(struct ipvlan_ctx *ctx, const char *verb, uint16_t type, uint16_t flags, const char *name,
		  const struct ipvlan_address *address)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	char text[IPVLAN_ADDRESS_SIZE], where[112];
	struct transport *transport;
	struct ack ack;
	int ifindex, err;

	err = link_find_index(ctx, IPVLAN_STAGE_ADDRESS, name, &ifindex);
	if (!err)
		err = ctx_transport(ctx, &transport);
	if (err)
		return err;
	codec_address_encode(buf, sizeof(buf), type, flags, address, ifindex);
	err = transport_request(transport, (struct nlmsghdr *)buf, NULL, NULL, &ack);
	if (!err)
		return 0;
	fail_ack(ctx, err, &ack, IPVLAN_STAGE_ADDRESS, "cannot %s address %s on %s%s", verb,
		 ipvlan_address_format_prefix(address, text, sizeof(text)), name, ctx_where(ctx, where, sizeof(where)));
	explain(ctx, ifindex, address);
	return err;
}

IPVLAN_API int ipvlan_address_add(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_address *address)
{
	return change(ctx, "add", RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, link, address);
}

IPVLAN_API int ipvlan_address_replace(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_address *address)
{
	return change(ctx, "replace", RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, link, address);
}

int address_restore(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_address *address)
{
	struct ipvlan_address bare = *address;
	int err = 0;

	bare.flags |= IFA_F_NOPREFIXROUTE;
	if (address->family == AF_INET6 && address->valid != UINT32_MAX && bare.flags != address->flags)
		err = ipvlan_address_replace(ctx, link, &bare);
	return err ? err : ipvlan_address_replace(ctx, link, address);
}

IPVLAN_API int ipvlan_address_delete(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_address *address)
{
	return change(ctx, "delete", RTM_DELADDR, 0, link, address);
}

struct collection {
	struct ipvlan_address_list *list;
	int family, ifindex;
};

static void forget(void *data)
{
	struct collection *c = data;

	c->list->count = 0;
}

/* Kernels without strict checking ignore the filter, so it is applied here as well. */
static int collect(const struct nlmsghdr *nlh, void *data)
{
	struct collection *c = data;
	struct ipvlan_address address, *room;
	int err = codec_address_decode(nlh, &address);

	if (err == -EAFNOSUPPORT)
		return 0;
	if (err)
		return err;
	if ((c->family && address.family != c->family) || (c->ifindex && address.ifindex != c->ifindex))
		return 0;
	room = array_grow(c->list->addresses, c->list->count, sizeof(address));
	if (!room)
		return -ENOMEM;
	c->list->addresses = room;
	room[c->list->count++] = address;
	return 0;
}

int addresses_read(struct transport *transport, int family, int ifindex, struct ipvlan_address **addresses,
		   size_t *count, struct ack *ack)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct ipvlan_address_list list = {0};
	struct collection c = {.list = &list, .family = family, .ifindex = ifindex};
	int err;

	codec_address_dump(buf, sizeof(buf), family, ifindex);
	err = transport_dump(transport, (struct nlmsghdr *)buf, forget, collect, &c, ack);
	if (err) {
		free(list.addresses);
		return err;
	}
	*addresses = list.addresses;
	*count = list.count;
	return 0;
}

IPVLAN_API int ipvlan_address_list(struct ipvlan_ctx *ctx, const char *link, int family,
				   struct ipvlan_address_list **list)
{
	struct ipvlan_address_list *l;
	struct transport *transport;
	struct ack ack = {0};
	int ifindex = 0, err;

	err = link ? link_find_index(ctx, IPVLAN_STAGE_ADDRESS, link, &ifindex) : 0;
	if (!err)
		err = ctx_transport(ctx, &transport);
	if (err)
		return err;
	l = calloc(1, sizeof(*l));
	err = l ? addresses_read(transport, family, ifindex, &l->addresses, &l->count, &ack) : -ENOMEM;
	if (err) {
		free(l);
		return fail_ack(ctx, err, &ack, IPVLAN_STAGE_ADDRESS, "cannot read addresses");
	}
	*list = l;
	return 0;
}

IPVLAN_API void ipvlan_address_list_free(struct ipvlan_address_list *list)
{
	if (!list)
		return;
	free(list->addresses);
	free(list);
}

IPVLAN_API size_t ipvlan_address_list_get_count(const struct ipvlan_address_list *list)
{
	return list->count;
}

IPVLAN_API const struct ipvlan_address *ipvlan_address_list_get(const struct ipvlan_address_list *list, size_t index)
{
	return index < list->count ? &list->addresses[index] : NULL;
}
