// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as an answer of the kernel. A message, which its own type leads to a decoder; bytes behind it are the
 * request that an NLMSG_ERROR speaks of. What was taken must be fit for every question that can be asked of it.
 */
#include "fuzz.h"
#include "internal.h"
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

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
	size_t used;
	int nsid;

	if (!nlh)
		return 0;
	used = NLMSG_ALIGN(nlh->nlmsg_len);
	used = used < size ? used : size;
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
		ask_link(nlh);
		break;
	case RTM_NEWADDR:
		ask_address(nlh);
		break;
	case RTM_NEWROUTE:
		ask_route(nlh);
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
