// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as an answer of the kernel. A message, which its own type leads to a decoder; bytes behind it are the
 * request that an NLMSG_ERROR speaks of. What was taken must be fit for every question that can be asked of it, and
 * where there is an encoder for it, bytes -> struct -> bytes -> struct comes to the same twice.
 */
#include "fuzz.h"
#include "internal.h"
#include <linux/genetlink.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <uapi/linux/ipvlan_port.h>

/* The number that the module's family has here; the kernel gives out any from 17 on. */
#define FAMILY 31

static void again_address(const struct ipvlan_address *address)
{
	_Alignas(struct nlmsghdr) uint8_t first[CODEC_REQUEST_SIZE], second[CODEC_REQUEST_SIZE];
	struct ipvlan_address back, want = *address;
	int length = codec_address_encode(first, sizeof(first), RTM_NEWADDR, 0, address, address->ifindex);

	require(length > 0 && codec_address_decode((const struct nlmsghdr *)first, &back) == 0);
	want.created = 0; /* only the kernel says that */
	/* A second, shorter label leaves something of the first one behind its end. */
	strncpy(want.label, address->label, sizeof(want.label));
	require(memcmp(&back, &want, sizeof(back)) == 0);
	require(codec_address_encode(second, sizeof(second), RTM_NEWADDR, 0, &back, back.ifindex) == length);
	require(memcmp(first, second, (size_t)length) == 0);
}

static void again_route(const struct ipvlan_route *route)
{
	_Alignas(struct nlmsghdr) uint8_t first[CODEC_REQUEST_SIZE], second[CODEC_REQUEST_SIZE];
	struct ipvlan_route back, want = *route;
	int length = codec_route_encode(first, sizeof(first), RTM_NEWROUTE, 0, route, route->ifindex);

	require(length > 0 && codec_route_decode((const struct nlmsghdr *)first, &back) == 0);
	/* Only the kernel says that, and we make none like that. */
	want.flags &= RTNH_F_ONLINK;
	want.is_selective = false;
	if (!want.destination_length)
		memset(want.destination, 0, sizeof(want.destination));
	require(memcmp(&back, &want, sizeof(back)) == 0);
	require(codec_route_encode(second, sizeof(second), RTM_NEWROUTE, 0, &back, back.ifindex) == length);
	require(memcmp(first, second, (size_t)length) == 0);
}

static void again_link(const struct ipvlan_link *link)
{
	_Alignas(struct nlmsghdr) uint8_t bytes[CODEC_REQUEST_SIZE];
	struct link_request request = LINK_REQUEST_INIT;
	struct ipvlan_link back;

	request.ifindex = link->ifindex;
	request.name = link->name;
	request.kind = link->kind;
	request.parent_index = link->parent_index;
	request.mode = link->mode;
	request.flags = link->ipvlan_flags;
	request.mtu = link->mtu;
	require(codec_link_set(bytes, sizeof(bytes), &request) > 0);
	require(codec_link_decode((const struct nlmsghdr *)bytes, &back) == 0);
	require(back.ifindex == link->ifindex && back.parent_index == link->parent_index && back.mtu == link->mtu);
	require(strcmp(back.name, link->name) == 0 && strcmp(back.kind, link->kind) == 0);
	require(back.mode == link->mode && back.ipvlan_flags == link->ipvlan_flags);
}

static void ask_link(const struct nlmsghdr *nlh)
{
	char text[IPVLAN_NAME_SIZE];
	struct ipvlan_link link;
	size_t size;

	if (codec_link_decode(nlh, &link))
		return;
	require(strlen(link.name) < sizeof(link.name) && strlen(link.kind) < sizeof(link.kind));
	require(strlen(link.qdisc) < sizeof(link.qdisc));
	require(link.mac_size <= sizeof(link.mac) && link.broadcast_size <= sizeof(link.broadcast));
	require(link.mode >= -1 && link.mode <= UINT16_MAX);
	require(strlen(ipvlan_mode_format(link.mode, text, sizeof(text))) > 0);
	require(strlen(ipvlan_flags_format(link.ipvlan_flags, text, sizeof(text))) > 0);
	require(ipvlan_link_get_operstate_name(&link) != NULL);
	require(ipvlan_link_get_mac(&link, &size) == NULL || size);
	again_link(&link);
}

static void ask_address(const struct nlmsghdr *nlh)
{
	char text[IPVLAN_ADDRESS_SIZE];
	struct ipvlan_address address;

	if (codec_address_decode(nlh, &address))
		return;
	require(strlen(address.label) < sizeof(address.label));
	require(strlen(ipvlan_address_format_prefix(&address, text, sizeof(text))) > 0);
	ipvlan_address_format_peer(&address, text, sizeof(text));
	ipvlan_address_format_broadcast(&address, text, sizeof(text));
	again_address(&address);
}

static void ask_route(const struct nlmsghdr *nlh)
{
	char text[IPVLAN_ADDRESS_SIZE];
	struct ipvlan_route route;

	if (codec_route_decode(nlh, &route))
		return;
	require(strlen(ipvlan_route_format_destination(&route, text, sizeof(text))) > 0);
	ipvlan_route_format_gateway(&route, text, sizeof(text));
	ipvlan_route_format_source(&route, text, sizeof(text));
	again_route(&route);
}

static void ask_neighbour(const struct nlmsghdr *nlh)
{
	struct neighbour neighbour;

	if (codec_neighbour_decode(nlh, &neighbour) == 0)
		require(neighbour.family == AF_INET || neighbour.family == AF_INET6);
}

static void ask_filter(const struct nlmsghdr *nlh)
{
	struct filter_chain chain;

	if (codec_filter_decode(nlh, &chain) == 0)
		require(chain.family && chain.table[0] && strlen(chain.table) < sizeof(chain.table));
}

static void ask_module_port(const struct nlmsghdr *nlh)
{
	struct module_port port;
	size_t i;

	if (codec_module_port_decode(nlh, &port))
		return;
	require(port.gateway_count <= MODULE_MAX_GATEWAYS && port.counter_count <= MODULE_MAX_COUNTERS);
	for (i = 0; i < port.gateway_count; i++)
		require(port.gateways[i].family == AF_INET || port.gateways[i].family == AF_INET6);
	for (i = 0; i < port.counter_count; i++)
		require(strlen(port.counters[i].name) < sizeof(port.counters[i].name));
}

/* Its own command leads an answer of the module to one decoder; the others must refuse it. */
static void ask_module(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(nlh);
	bool whole = nlh->nlmsg_len >= MNL_NLMSG_HDRLEN + sizeof(*header);
	struct module_slave slave;
	struct module_held held;

	ask_module_port(nlh);
	if (codec_module_slave_decode(nlh, &slave) == 0)
		require(whole && header->cmd == IPVLAN_PORT_CMD_SLAVE_GET && strlen(slave.name) < sizeof(slave.name));
	if (codec_module_address_decode(nlh, &held) == 0)
		require(whole && header->cmd == IPVLAN_PORT_CMD_ADDRESS_GET && held.address.family);
}

static void ask_ack(const struct nlmsghdr *nlh, const uint8_t *rest, size_t size)
{
	struct nlmsghdr *request = fuzz_message(rest, size);
	struct ack ack;

	if (codec_ack_decode(nlh, request, &ack) == 0) {
		require(ack.error <= 0);
		require(strlen(ack.text) < sizeof(ack.text) && strlen(ack.attribute) < sizeof(ack.attribute));
	}
	free(request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *nlh = fuzz_message(data, size);
	struct ack ack;
	int nsid, family;
	size_t used;

	if (!nlh)
		return 0;
	used = NLMSG_ALIGN(nlh->nlmsg_len);
	used = used < size ? used : size;
	switch (nlh->nlmsg_type) {
	case RTM_DELLINK:
	case RTM_NEWLINK: /* and GENL_ID_CTRL, on a socket of the other kind */
		ask_link(nlh);
		if (codec_family_decode(nlh, &family) == 0)
			require(family > 0 && family <= UINT16_MAX);
		break;
	case RTM_DELADDR:
	case RTM_NEWADDR:
		ask_address(nlh);
		break;
	case RTM_DELROUTE:
	case RTM_NEWROUTE:
		ask_route(nlh);
		break;
	case RTM_NEWNEIGH:
		ask_neighbour(nlh);
		break;
	case NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWCHAIN:
		ask_filter(nlh);
		break;
	case FAMILY:
		ask_module(nlh);
		break;
	case RTM_NEWNSID:
		codec_nsid_decode(nlh, &nsid);
		break;
	case NLMSG_ERROR:
		ask_ack(nlh, data + used, size - used);
		break;
	case NLMSG_DONE:
		codec_done_decode(nlh, &ack);
		break;
	}
	free(nlh);
	return 0;
}
