// SPDX-License-Identifier: LGPL-2.1-or-later
/* The module's own family, over generic netlink: include/uapi/linux/ipvlan_port.h tells what its messages mean. */
#include "codec-common.h"
#include <linux/genetlink.h>
#include <uapi/linux/ipvlan_port.h>

_Static_assert(MODULE_MAX_GATEWAYS == IPVLAN_PORT_MAX_GATEWAYS, "as many gateways as the module has");

static void begin(struct writer *w, void *buf, size_t size, uint16_t family, uint16_t flags, uint8_t command,
		  uint8_t version)
{
	struct genlmsghdr *header = writer_begin(w, buf, size, family, flags, sizeof(*header));

	if (!header)
		return;
	header->cmd = command;
	header->version = version;
}

static void begin_port(struct writer *w, void *buf, size_t size, uint16_t family, uint16_t flags, uint8_t command,
		       int ifindex)
{
	begin(w, buf, size, family, flags, command, IPVLAN_PORT_GENL_VERSION);
	put_u32(w, IPVLAN_PORT_A_IFINDEX, (uint32_t)ifindex);
}

int codec_family_get(void *buf, size_t size, const char *name)
{
	struct writer w;

	begin(&w, buf, size, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY, 1);
	put_string(&w, CTRL_ATTR_FAMILY_NAME, name);
	return writer_finish(&w);
}

int codec_module_port_get(void *buf, size_t size, uint16_t family, int ifindex)
{
	struct writer w;

	begin_port(&w, buf, size, family, NLM_F_ACK, IPVLAN_PORT_CMD_PORT_GET, ifindex);
	return writer_finish(&w);
}

int codec_module_port_dump(void *buf, size_t size, uint16_t family)
{
	struct writer w;

	begin(&w, buf, size, family, NLM_F_DUMP, IPVLAN_PORT_CMD_PORT_GET, IPVLAN_PORT_GENL_VERSION);
	return writer_finish(&w);
}

int codec_module_slave_dump(void *buf, size_t size, uint16_t family, int ifindex)
{
	struct writer w;

	begin_port(&w, buf, size, family, NLM_F_DUMP, IPVLAN_PORT_CMD_SLAVE_GET, ifindex);
	return writer_finish(&w);
}

int codec_module_address_dump(void *buf, size_t size, uint16_t family, int ifindex)
{
	struct writer w;

	begin_port(&w, buf, size, family, NLM_F_DUMP, IPVLAN_PORT_CMD_ADDRESS_GET, ifindex);
	return writer_finish(&w);
}

static void put_address(struct writer *w, const struct module_address *address)
{
	put(w, address->family == AF_INET ? IPVLAN_PORT_A_ADDRESS4 : IPVLAN_PORT_A_ADDRESS6,
	    family_bytes(address->family), address->bytes);
}

int codec_module_port_set(void *buf, size_t size, uint16_t family, int ifindex, const struct module_change *change)
{
	struct nla_bitfield32 options = {.value = change->options, .selector = change->selector};
	struct nlattr *nest;
	struct writer w;
	size_t i;

	begin_port(&w, buf, size, family, NLM_F_ACK, IPVLAN_PORT_CMD_PORT_SET, ifindex);
	if (change->selector)
		put(&w, IPVLAN_PORT_A_OPTIONS, sizeof(options), &options);
	if (change->queue_limit)
		put_u32(&w, IPVLAN_PORT_A_QUEUE_LIMIT, change->queue_limit);
	if (change->has_gateways) {
		nest = nest_begin(&w, IPVLAN_PORT_A_GATEWAYS);
		for (i = 0; i < change->gateway_count; i++)
			put_address(&w, &change->gateways[i]);
		nest_end(&w, nest);
	}
	return writer_finish(&w);
}

static void put_slave(struct writer *w, const struct module_slave *slave)
{
	put_u32(w, IPVLAN_PORT_A_SLAVE_IFINDEX, (uint32_t)slave->ifindex);
	if (slave->nsid >= 0)
		put_u32(w, IPVLAN_PORT_A_SLAVE_NETNSID, (uint32_t)slave->nsid);
}

int codec_module_lock(void *buf, size_t size, uint16_t family, int ifindex, const struct module_slave *slave,
		      const struct module_address *address)
{
	struct writer w;

	begin_port(&w, buf, size, family, NLM_F_ACK, IPVLAN_PORT_CMD_ADDRESS_LOCK, ifindex);
	put_slave(&w, slave);
	put_address(&w, address);
	return writer_finish(&w);
}

int codec_module_unlock(void *buf, size_t size, uint16_t family, int ifindex, const struct module_address *address)
{
	struct writer w;

	begin_port(&w, buf, size, family, NLM_F_ACK, IPVLAN_PORT_CMD_ADDRESS_UNLOCK, ifindex);
	put_address(&w, address);
	return writer_finish(&w);
}

int codec_module_announce(void *buf, size_t size, uint16_t family, int ifindex, const struct module_slave *slave)
{
	struct writer w;

	begin_port(&w, buf, size, family, NLM_F_ACK, IPVLAN_PORT_CMD_ANNOUNCE, ifindex);
	if (slave)
		put_slave(&w, slave);
	return writer_finish(&w);
}

/* ---- answers */

static bool decode_family(const struct nlattr *attr, void *data)
{
	int *id = data;

	return mnl_attr_get_type(attr) != CTRL_ATTR_FAMILY_ID || get_u16(attr, id);
}

int codec_family_decode(const struct nlmsghdr *nlh, int *id)
{
	*id = 0;
	if (!has_header(nlh, sizeof(struct genlmsghdr)) ||
	    !each_attr(nlh, sizeof(struct genlmsghdr), decode_family, id))
		return -EBADMSG;
	return *id ? 0 : -EBADMSG;
}

static bool get_u64(const struct nlattr *attr, uint64_t *value)
{
	if (mnl_attr_get_payload_len(attr) < sizeof(*value))
		return false;
	memcpy(value, mnl_attr_get_payload(attr), sizeof(*value));
	return true;
}

static bool get_address(const struct nlattr *attr, int family, struct module_address *address)
{
	address->family = family;
	return get_ip(attr, family, address->bytes);
}

/* More than there is room for are left out: a newer module may allow more. */
static bool decode_gateway(const struct nlattr *attr, void *data)
{
	struct module_port *port = data;
	uint16_t type = mnl_attr_get_type(attr);

	if (port->gateway_count == MODULE_MAX_GATEWAYS ||
	    (type != IPVLAN_PORT_A_ADDRESS4 && type != IPVLAN_PORT_A_ADDRESS6))
		return true;
	return get_address(attr, type == IPVLAN_PORT_A_ADDRESS4 ? AF_INET : AF_INET6,
			   &port->gateways[port->gateway_count++]);
}

static bool decode_counter_attribute(const struct nlattr *attr, void *data)
{
	struct module_counter *counter = data;

	switch (mnl_attr_get_type(attr)) {
	case IPVLAN_PORT_COUNTER_A_NAME:
		return get_string(attr, counter->name, sizeof(counter->name));
	case IPVLAN_PORT_COUNTER_A_VALUE:
		return get_u64(attr, &counter->value);
	}
	return true;
}

static bool decode_counter(const struct nlattr *attr, struct module_port *port)
{
	if (port->counter_count == MODULE_MAX_COUNTERS)
		return true;
	return each_nested(attr, decode_counter_attribute, &port->counters[port->counter_count++]);
}

static bool get_options(const struct nlattr *attr, struct module_port *port)
{
	struct nla_bitfield32 bits;

	if (mnl_attr_get_payload_len(attr) < sizeof(bits))
		return false;
	memcpy(&bits, mnl_attr_get_payload(attr), sizeof(bits));
	port->options = bits.value;
	port->known = bits.selector;
	return true;
}

static bool decode_port_attribute(const struct nlattr *attr, void *data)
{
	struct module_port *port = data;

	switch (mnl_attr_get_type(attr)) {
	case IPVLAN_PORT_A_IFNAME:
		return get_string(attr, port->name, sizeof(port->name));
	case IPVLAN_PORT_A_SLAVES:
		return get_u32(attr, &port->slave_count);
	case IPVLAN_PORT_A_OPTIONS:
		return get_options(attr, port);
	case IPVLAN_PORT_A_QUEUE_LENGTH:
		return get_u32(attr, &port->queue_length);
	case IPVLAN_PORT_A_QUEUE_LIMIT:
		return get_u32(attr, &port->queue_limit);
	case IPVLAN_PORT_A_GATEWAYS:
		return each_nested(attr, decode_gateway, port);
	case IPVLAN_PORT_A_COUNTER:
		return decode_counter(attr, port);
	}
	return true;
}

static bool is_answer(const struct nlmsghdr *nlh, uint8_t command)
{
	const struct genlmsghdr *header = mnl_nlmsg_get_payload(nlh);

	return has_header(nlh, sizeof(*header)) && header->cmd == command;
}

int codec_module_port_decode(const struct nlmsghdr *nlh, struct module_port *port)
{
	*port = (struct module_port){0};
	if (!is_answer(nlh, IPVLAN_PORT_CMD_PORT_GET))
		return -EBADMSG;
	return each_attr(nlh, sizeof(struct genlmsghdr), decode_port_attribute, port) ? 0 : -EBADMSG;
}

static bool decode_slave_attribute(const struct nlattr *attr, void *data)
{
	struct module_slave *slave = data;

	switch (mnl_attr_get_type(attr)) {
	case IPVLAN_PORT_A_SLAVE_IFINDEX:
		return get_i32(attr, &slave->ifindex);
	case IPVLAN_PORT_A_SLAVE_NETNSID:
		return get_i32(attr, &slave->nsid);
	case IPVLAN_PORT_A_IFNAME:
		return get_string(attr, slave->name, sizeof(slave->name));
	}
	return true;
}

int codec_module_slave_decode(const struct nlmsghdr *nlh, struct module_slave *slave)
{
	*slave = (struct module_slave){.nsid = -1};
	if (!is_answer(nlh, IPVLAN_PORT_CMD_SLAVE_GET))
		return -EBADMSG;
	return each_attr(nlh, sizeof(struct genlmsghdr), decode_slave_attribute, slave) ? 0 : -EBADMSG;
}

static bool decode_held_attribute(const struct nlattr *attr, void *data)
{
	struct module_held *held = data;

	switch (mnl_attr_get_type(attr)) {
	case IPVLAN_PORT_A_SLAVE_IFINDEX:
		return get_i32(attr, &held->slave.ifindex);
	case IPVLAN_PORT_A_SLAVE_NETNSID:
		return get_i32(attr, &held->slave.nsid);
	case IPVLAN_PORT_A_ADDRESS4:
		return get_address(attr, AF_INET, &held->address);
	case IPVLAN_PORT_A_ADDRESS6:
		return get_address(attr, AF_INET6, &held->address);
	case IPVLAN_PORT_A_HELD:
		held->held = true;
		break;
	case IPVLAN_PORT_A_LOCKED:
		held->locked = true;
	}
	return true;
}

int codec_module_address_decode(const struct nlmsghdr *nlh, struct module_held *held)
{
	*held = (struct module_held){.slave.nsid = -1};
	if (!is_answer(nlh, IPVLAN_PORT_CMD_ADDRESS_GET))
		return -EBADMSG;
	if (!each_attr(nlh, sizeof(struct genlmsghdr), decode_held_attribute, held))
		return -EBADMSG;
	return held->address.family ? 0 : -EBADMSG;
}
