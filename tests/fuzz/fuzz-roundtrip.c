// SPDX-License-Identifier: GPL-2.0-or-later
/* Any request that can be described: to bytes and back it is the same; into a buffer too small it is -EMSGSIZE. */
#include "fuzz.h"
#include "internal.h"
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <uapi/linux/ipvlan_port.h>

#define FAMILY	31
#define IFINDEX 7

/* The input, used up from its front; behind its end come zeros. */
struct input {
	const uint8_t *at;
	size_t left;
};

static void take(struct input *in, void *to, size_t size)
{
	size_t some = size < in->left ? size : in->left;

	memset(to, 0, size);
	memcpy(to, in->at, some);
	in->at += some;
	in->left -= some;
}

static uint8_t take_u8(struct input *in)
{
	uint8_t value;

	take(in, &value, sizeof(value));
	return value;
}

static uint32_t take_u32(struct input *in)
{
	uint32_t value;

	take(in, &value, sizeof(value));
	return value;
}

/* -1, or 16 bits. */
static int take_attribute(struct input *in)
{
	uint16_t value;
	bool set = take_u8(in) & 1;

	take(in, &value, sizeof(value));
	return set ? value : -1;
}

static void take_text(struct input *in, char *text, size_t size)
{
	size_t length = take_u8(in) % size;

	take(in, text, length);
	text[length] = '\0';
}

typedef int (*encode_fn)(void *buf, size_t size, const void *data);

/* The message in memory of just its size, after the same was refused in one byte less. */
static struct nlmsghdr *encoded(encode_fn encode, const void *data)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	int length = encode(buf, sizeof(buf), data);
	struct nlmsghdr *nlh;
	uint8_t *less;

	require(length >= (int)sizeof(*nlh));
	less = malloc((size_t)length - 1);
	nlh = malloc((size_t)length);
	require(less && nlh);
	require(encode(less, (size_t)length - 1, data) == -EMSGSIZE);
	free(less);
	require(encode(nlh, (size_t)length, data) == length);
	require(memcmp(nlh, buf, (size_t)length) == 0);
	require(mnl_nlmsg_ok(nlh, length));
	return nlh;
}

static int encode_create(void *buf, size_t size, const void *data)
{
	return codec_link_create(buf, size, data);
}

static int encode_set(void *buf, size_t size, const void *data)
{
	return codec_link_set(buf, size, data);
}

static int netns_fd_of(const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;

	mnl_attr_for_each (attr, nlh, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) == IFLA_NET_NS_FD)
			return (int)mnl_attr_get_u32(attr);
	}
	return -1;
}

static void link_round(struct input *in)
{
	static const char *const kinds[] = {NULL, "ipvlan", "ipvtap", "vlan"};
	struct link_request request = LINK_REQUEST_INIT;
	struct ipvlan_link link;
	struct nlmsghdr *nlh;
	char name[IFNAMSIZ];
	uint8_t mac[6], what = take_u8(in);

	take_text(in, name, sizeof(name));
	take(in, mac, sizeof(mac));
	request.ifindex = (int)take_u32(in);
	request.parent_index = (int)take_u32(in);
	request.netns_fd = (int)(take_u32(in) & INT32_MAX) * (what & 1 ? 1 : 0) - (what & 1 ? 0 : 1);
	request.mode = take_attribute(in);
	request.flags = take_attribute(in);
	request.mtu = take_u32(in);
	request.device_flags = take_u32(in);
	request.device_change = take_u32(in);
	request.name = what & 2 ? name : NULL;
	request.mac = what & 4 ? mac : NULL;
	request.kind = kinds[(what >> 3) & 3];
	nlh = encoded(what & 0x80 ? encode_create : encode_set, &request);
	require(codec_link_decode(nlh, &link) == 0);
	require(link.ifindex == request.ifindex && link.device_flags == request.device_flags);
	require(link.parent_index == request.parent_index && link.mtu == request.mtu);
	require(strcmp(link.name, request.name ? request.name : "") == 0);
	require(strcmp(link.kind, request.kind ? request.kind : "") == 0);
	require(link.mac_size == (request.mac ? 6 : 0) && (!request.mac || memcmp(link.mac, mac, 6) == 0));
	require(link.mode == (ipvlan_link_is_slave(&link) ? request.mode : -1));
	require(link.ipvlan_flags == (ipvlan_link_is_slave(&link) ? request.flags : -1));
	require(netns_fd_of(nlh) == request.netns_fd);
	free(nlh);
}

static void take_ip(struct input *in, int family, uint8_t bytes[16])
{
	memset(bytes, 0, 16);
	take(in, bytes, family == AF_INET ? 4 : 16);
}

static int encode_address(void *buf, size_t size, const void *data)
{
	const struct ipvlan_address *address = data;

	return codec_address_encode(buf, size, RTM_NEWADDR, NLM_F_CREATE, address, address->ifindex);
}

static void address_round(struct input *in)
{
	struct ipvlan_address address = {.valid = UINT32_MAX, .preferred = UINT32_MAX}, back;
	uint8_t what = take_u8(in);
	struct nlmsghdr *nlh;

	address.family = what & 1 ? AF_INET6 : AF_INET;
	address.ifindex = (int)take_u32(in);
	address.prefix_length = take_u8(in) % (what & 1 ? 129 : 33);
	address.scope = take_u8(in);
	address.flags = take_u32(in);
	take_ip(in, address.family, address.local);
	take_ip(in, address.family, address.peer);
	/* A peer that is the address itself is none. */
	address.has_peer = (what & 2) && memcmp(address.peer, address.local, sizeof(address.peer)) != 0;
	if (!address.has_peer)
		memset(address.peer, 0, sizeof(address.peer));
	address.has_broadcast = (what & 4) && !(what & 1);
	if (address.has_broadcast)
		take(in, address.broadcast, sizeof(address.broadcast));
	if ((what & 8) && !(what & 1))
		take_text(in, address.label, sizeof(address.label));
	if (what & 16) {
		address.valid = take_u32(in);
		address.preferred = take_u32(in);
	}
	nlh = encoded(encode_address, &address);
	require(codec_address_decode(nlh, &back) == 0);
	require(back.family == address.family && back.ifindex == address.ifindex);
	require(back.prefix_length == address.prefix_length && back.scope == address.scope);
	require(back.flags == address.flags && back.valid == address.valid && back.preferred == address.preferred);
	require(back.has_peer == address.has_peer && back.has_broadcast == address.has_broadcast);
	require(memcmp(back.local, address.local, 16) == 0 && memcmp(back.peer, address.peer, 16) == 0);
	require(memcmp(back.broadcast, address.broadcast, 4) == 0 && strcmp(back.label, address.label) == 0);
	free(nlh);
}

static int encode_route(void *buf, size_t size, const void *data)
{
	const struct ipvlan_route *route = data;

	return codec_route_encode(buf, size, RTM_NEWROUTE, NLM_F_CREATE, route, route->ifindex);
}

static void route_round(struct input *in)
{
	struct ipvlan_route route = {.has_scope = true}, back;
	uint8_t what = take_u8(in);
	struct nlmsghdr *nlh;

	route.family = what & 1 ? AF_INET6 : AF_INET;
	route.ifindex = (int)take_u32(in);
	route.destination_length = take_u8(in) % (what & 1 ? 129 : 33);
	route.scope = take_u8(in);
	route.protocol = take_u8(in);
	route.type = take_u8(in);
	route.flags = take_u32(in);
	route.metric = take_u32(in);
	route.table = what & 8 ? take_u32(in) : take_u8(in);
	if (route.destination_length)
		take_ip(in, route.family, route.destination);
	route.has_gateway = what & 2;
	if (route.has_gateway)
		take_ip(in, route.family, route.gateway);
	route.has_source = what & 4;
	if (route.has_source)
		take_ip(in, route.family, route.source);
	if (what & 16)
		route.metrics[1 + take_u8(in) % (RTAX_CC_ALGO - 1)] = take_u32(in);
	route.preference = what & 32 ? take_u8(in) : 0;
	nlh = encoded(encode_route, &route);
	require(codec_route_decode(nlh, &back) == 0);
	require(back.family == route.family && back.ifindex == route.ifindex);
	require(back.destination_length == route.destination_length && back.scope == route.scope);
	/* The others tell how a route fares: only the kernel says them. */
	require(back.flags == (route.flags & RTNH_F_ONLINK));
	require(back.protocol == route.protocol && back.type == route.type);
	require(back.metric == route.metric && back.table == route.table && back.preference == route.preference);
	require(memcmp(back.metrics, route.metrics, sizeof(route.metrics)) == 0);
	require(back.has_gateway == route.has_gateway && back.has_source == route.has_source);
	require(memcmp(back.destination, route.destination, 16) == 0);
	require(memcmp(back.gateway, route.gateway, 16) == 0 && memcmp(back.source, route.source, 16) == 0);
	free(nlh);
}

/* Requests of the module's family come back under the command of the answer that has the same attributes. */
static const struct nlmsghdr *as_answer(struct nlmsghdr *nlh, uint8_t command)
{
	struct genlmsghdr *header = mnl_nlmsg_get_payload(nlh);

	header->cmd = command;
	return nlh;
}

static void take_module_address(struct input *in, struct module_address *address)
{
	address->family = take_u8(in) & 1 ? AF_INET6 : AF_INET;
	take_ip(in, address->family, address->bytes);
}

static int encode_port(void *buf, size_t size, const void *data)
{
	return codec_module_port_set(buf, size, FAMILY, IFINDEX, data);
}

static void module_port_round(struct input *in)
{
	struct module_change change = {.options = take_u32(in), .selector = take_u32(in), .queue_limit = take_u32(in)};
	struct module_port back;
	struct nlmsghdr *nlh;
	uint8_t what = take_u8(in);

	change.has_gateways = what & 0x80;
	change.gateway_count = change.has_gateways ? what % (MODULE_MAX_GATEWAYS + 1) : 0;
	for (size_t i = 0; i < change.gateway_count; i++)
		take_module_address(in, &change.gateways[i]);
	nlh = encoded(encode_port, &change);
	require(codec_module_port_decode(as_answer(nlh, IPVLAN_PORT_CMD_PORT_GET), &back) == 0);
	require(back.options == (change.selector ? change.options : 0) && back.queue_limit == change.queue_limit);
	require(back.gateway_count == change.gateway_count && !back.counter_count);
	require(memcmp(back.gateways, change.gateways, sizeof(back.gateways)) == 0);
	free(nlh);
}

struct lock {
	struct module_slave slave;
	struct module_address address;
};

static int encode_lock(void *buf, size_t size, const void *data)
{
	const struct lock *lock = data;

	return codec_module_lock(buf, size, FAMILY, IFINDEX, &lock->slave, &lock->address);
}

static int encode_announce(void *buf, size_t size, const void *data)
{
	return codec_module_announce(buf, size, FAMILY, IFINDEX, data);
}

static void module_lock_round(struct input *in)
{
	struct lock lock = {.slave.ifindex = (int)take_u32(in), .slave.nsid = (int)(take_u32(in) & INT32_MAX)};
	struct module_slave slave;
	struct module_held held;
	struct nlmsghdr *nlh;

	if (take_u8(in) & 1)
		lock.slave.nsid = -1;
	take_module_address(in, &lock.address);
	nlh = encoded(encode_lock, &lock);
	require(codec_module_address_decode(as_answer(nlh, IPVLAN_PORT_CMD_ADDRESS_GET), &held) == 0);
	require(held.slave.ifindex == lock.slave.ifindex && held.slave.nsid == lock.slave.nsid);
	require(held.address.family == lock.address.family && !held.held && !held.locked);
	require(memcmp(held.address.bytes, lock.address.bytes, sizeof(held.address.bytes)) == 0);
	free(nlh);
	nlh = encoded(encode_announce, &lock.slave);
	require(codec_module_slave_decode(as_answer(nlh, IPVLAN_PORT_CMD_SLAVE_GET), &slave) == 0);
	require(slave.ifindex == lock.slave.ifindex && slave.nsid == lock.slave.nsid && !slave.name[0]);
	free(nlh);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const rounds[])(struct input * in) = {
		link_round, address_round, route_round, module_port_round, module_lock_round,
	};
	struct input in = {.at = data, .left = size};

	rounds[take_u8(&in) % (sizeof(rounds) / sizeof(rounds[0]))](&in);
	return 0;
}
