// SPDX-License-Identifier: LGPL-2.1-or-later
/* Asking the module that comes with the library about its ports, and changing them. */
#include "module-port.h"
#include "array.h"
#include "module-options.h"
#include "netns-list.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uapi/linux/ipvlan_port.h>

struct address {
	struct module_held held;
	char slave[IFNAMSIZ], text[INET6_ADDRSTRLEN];
};

struct ipvlan_module_port {
	struct module_port port;
	char gateways[MODULE_MAX_GATEWAYS][INET6_ADDRSTRLEN];
	bool knows_addresses;
	struct address *addresses;
	size_t address_count;
};

/* One question to the module, about one port. */
struct question {
	struct ipvlan_ctx *ctx;
	const char *parent;
	int ifindex;
	struct transport *transport;
	uint16_t family;
	struct ack ack;
};

/* ---- finding the module */

static int take_family(const struct nlmsghdr *nlh, void *data)
{
	int id, err = codec_family_decode(nlh, &id);

	if (!err)
		*(uint16_t *)data = (uint16_t)id;
	return err;
}

/* -ENOENT when there is no such family. */
static int find_family(struct transport *transport, uint16_t *family, struct ack *ack)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];

	codec_family_get(buf, sizeof(buf), IPVLAN_PORT_GENL_NAME);
	return transport_request(transport, (struct nlmsghdr *)buf, take_family, family, ack);
}

void explain_module(struct ipvlan_ctx *ctx)
{
	fail_because(ctx, "it is not loaded, the ipvlan here is the kernel's own or none");
	fail_hint(ctx, "it takes the place of the kernel's own once no link uses that: `rmmod ipvlan`, then `insmod "
		       "ipvlan.ko` (module/README.md)");
}

static int fail_absent(struct ipvlan_ctx *ctx, const char *parent)
{
	fail(ctx, -EOPNOTSUPP, IPVLAN_STAGE_CHANGE, "cannot ask libipvlan's own module about the port of %s", parent);
	explain_module(ctx);
	return -EOPNOTSUPP;
}

IPVLAN_API int ipvlan_module_is_loaded(struct ipvlan_ctx *ctx, bool *loaded)
{
	struct transport *transport;
	struct ack ack = {0};
	uint16_t family;
	int err = netns_transport_generic(ctx->netns, &transport);

	if (err)
		return fail(ctx, err, IPVLAN_STAGE_SOCKET, "cannot open a generic netlink socket");
	err = find_family(transport, &family, &ack);
	transport_close(transport);
	*loaded = !err;
	if (err && err != -ENOENT)
		return fail_ack(ctx, err, &ack, IPVLAN_STAGE_READ, "cannot ask which ipvlan is loaded");
	return 0;
}

/* Opens what question_end() closes. */
static int question_begin(struct question *q, struct ipvlan_ctx *ctx, const char *parent)
{
	int err;

	*q = (struct question){.ctx = ctx, .parent = parent};
	err = link_find_index(ctx, IPVLAN_STAGE_PARENT, parent, &q->ifindex);
	if (err)
		return err;
	err = netns_transport_generic(ctx->netns, &q->transport);
	if (err)
		return fail(ctx, err, IPVLAN_STAGE_SOCKET, "cannot open a generic netlink socket");
	err = find_family(q->transport, &q->family, &q->ack);
	if (!err)
		return 0;
	transport_close(q->transport);
	if (err == -ENOENT)
		return fail_absent(ctx, parent);
	return fail_ack(ctx, err, &q->ack, IPVLAN_STAGE_READ, "cannot ask which ipvlan is loaded");
}

static void question_end(struct question *q)
{
	transport_close(q->transport);
}

/* After fail_ack(). */
static int explain(struct question *q, int err)
{
	if (err == -ENOENT && strstr(q->ack.text, "not the parent")) {
		fail_because(q->ctx, "it has no slave, and a port lives only as long as it has slaves");
		fail_hint(q->ctx, "make one first: `ipvlanctl add NAME parent %s`", q->parent);
	} else if (err == -EPERM) {
		explain_permission(q->ctx, q->ctx->netns);
	}
	return err;
}

static int send_question(struct question *q, uint8_t *buf)
{
	return transport_request(q->transport, (struct nlmsghdr *)buf, NULL, NULL, &q->ack);
}

/* ---- reading */

static int take_port(const struct nlmsghdr *nlh, void *data)
{
	struct ipvlan_module_port *port = data;

	return codec_module_port_decode(nlh, &port->port);
}

struct slaves {
	struct module_slave *slaves;
	size_t count;
};

static void forget_slaves(void *data)
{
	struct slaves *slaves = data;

	free(slaves->slaves);
	*slaves = (struct slaves){0};
}

static int take_slave(const struct nlmsghdr *nlh, void *data)
{
	struct slaves *list = data;
	struct module_slave slave, *slaves;
	int err = codec_module_slave_decode(nlh, &slave);

	if (err)
		return err;
	slaves = array_grow(list->slaves, list->count, sizeof(*slaves));
	if (!slaves)
		return -ENOMEM;
	list->slaves = slaves;
	list->slaves[list->count++] = slave;
	return 0;
}

static int read_slaves(struct question *q, struct slaves *slaves)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];

	codec_module_slave_dump(buf, sizeof(buf), q->family, q->ifindex);
	return transport_dump(q->transport, (struct nlmsghdr *)buf, forget_slaves, take_slave, slaves, &q->ack);
}

static void forget_addresses(void *data)
{
	struct ipvlan_module_port *port = data;

	free(port->addresses);
	port->addresses = NULL;
	port->address_count = 0;
}

static int take_address(const struct nlmsghdr *nlh, void *data)
{
	struct ipvlan_module_port *port = data;
	struct address address = {0}, *addresses;
	int err = codec_module_address_decode(nlh, &address.held);

	if (err)
		return err;
	ip_format(address.held.address.family, address.held.address.bytes, address.text, sizeof(address.text));
	addresses = array_grow(port->addresses, port->address_count, sizeof(*addresses));
	if (!addresses)
		return -ENOMEM;
	port->addresses = addresses;
	port->addresses[port->address_count++] = address;
	return 0;
}

/* Addresses come slave by slave, in the order of the slaves. */
static void name_addresses(struct ipvlan_module_port *port, const struct slaves *slaves)
{
	size_t i, at = 0, tried;

	for (i = 0; i < port->address_count; i++) {
		const struct module_slave *of = &port->addresses[i].held.slave;

		for (tried = 0; tried < slaves->count; tried++, at = (at + 1) % slaves->count) {
			const struct module_slave *slave = &slaves->slaves[at];

			if (slave->ifindex != of->ifindex || slave->nsid != of->nsid)
				continue;
			memcpy(port->addresses[i].slave, slave->name, sizeof(slave->name));
			break;
		}
	}
}

static int read_addresses(struct question *q, struct ipvlan_module_port *port)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct slaves slaves = {0};
	int err = read_slaves(q, &slaves);

	if (!err) {
		codec_module_address_dump(buf, sizeof(buf), q->family, q->ifindex);
		err = transport_dump(q->transport, (struct nlmsghdr *)buf, forget_addresses, take_address, port,
				     &q->ack);
	}
	if (!err)
		name_addresses(port, &slaves);
	forget_slaves(&slaves);
	port->knows_addresses = !err;
	return err == -EPERM ? 0 : err;
}

static int read_port(struct question *q, struct ipvlan_module_port *port)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	size_t i;
	int err;

	codec_module_port_get(buf, sizeof(buf), q->family, q->ifindex);
	err = transport_request(q->transport, (struct nlmsghdr *)buf, take_port, port, &q->ack);
	for (i = 0; !err && i < port->port.gateway_count; i++)
		ip_format(port->port.gateways[i].family, port->port.gateways[i].bytes, port->gateways[i],
			  sizeof(port->gateways[i]));
	if (!err)
		err = read_addresses(q, port);
	if (!err)
		return 0;
	fail_ack(q->ctx, err, &q->ack, IPVLAN_STAGE_READ, "cannot read what the module knows of the port of %s",
		 q->parent);
	return explain(q, err);
}

struct live_ports {
	struct module_live_port *ports;
	size_t count;
};

static void forget_ports(void *data)
{
	struct live_ports *list = data;

	free(list->ports);
	*list = (struct live_ports){0};
}

static int take_live_port(const struct nlmsghdr *nlh, void *data)
{
	struct live_ports *list = data;
	struct module_live_port *ports;
	struct module_port port;
	int err = codec_module_port_decode(nlh, &port);

	if (err)
		return err;
	ports = array_grow(list->ports, list->count, sizeof(*ports));
	if (!ports)
		return -ENOMEM;
	list->ports = ports;
	ports += list->count++;
	memcpy(ports->name, port.name, sizeof(ports->name));
	ports->slave_count = port.slave_count;
	module_change_of_port(&ports->options, &port);
	return 0;
}

int module_ports_read(const struct ipvlan_netns *netns, struct module_live_port **ports, size_t *count, struct ack *ack)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct live_ports list = {0};
	struct transport *transport;
	uint16_t family;
	int err = netns_transport_generic(netns, &transport);

	if (err)
		return err;
	err = find_family(transport, &family, ack);
	if (!err) {
		codec_module_port_dump(buf, sizeof(buf), family);
		err = transport_dump(transport, (struct nlmsghdr *)buf, forget_ports, take_live_port, &list, ack);
	} else if (err == -ENOENT) {
		err = -EOPNOTSUPP;
	}
	transport_close(transport);
	if (err)
		forget_ports(&list);
	*ports = list.ports;
	*count = list.count;
	return err;
}

IPVLAN_API int ipvlan_module_port_get(struct ipvlan_ctx *ctx, const char *parent, struct ipvlan_module_port **port)
{
	struct ipvlan_module_port *p = calloc(1, sizeof(*p));
	struct question q;
	int err;

	if (!p)
		return fail(ctx, -ENOMEM, IPVLAN_STAGE_READ, "cannot read the port of %s", parent);
	err = question_begin(&q, ctx, parent);
	if (!err) {
		err = read_port(&q, p);
		question_end(&q);
	}
	if (err)
		ipvlan_module_port_free(p);
	else
		*port = p;
	return err;
}

IPVLAN_API void ipvlan_module_port_free(struct ipvlan_module_port *port)
{
	if (!port)
		return;
	forget_addresses(port);
	free(port);
}

IPVLAN_API bool ipvlan_module_port_has_option(const struct ipvlan_module_port *port, enum ipvlan_module_option option)
{
	return port->port.options & module_option_bit(option);
}

IPVLAN_API uint32_t ipvlan_module_port_get_queue_length(const struct ipvlan_module_port *port)
{
	return port->port.queue_length;
}

IPVLAN_API uint32_t ipvlan_module_port_get_queue_limit(const struct ipvlan_module_port *port)
{
	return port->port.queue_limit;
}

IPVLAN_API size_t ipvlan_module_port_get_gateway_count(const struct ipvlan_module_port *port)
{
	return port->port.gateway_count;
}

IPVLAN_API const char *ipvlan_module_port_get_gateway(const struct ipvlan_module_port *port, size_t index)
{
	return index < port->port.gateway_count ? port->gateways[index] : NULL;
}

IPVLAN_API size_t ipvlan_module_port_get_counter_count(const struct ipvlan_module_port *port)
{
	return port->port.counter_count;
}

IPVLAN_API const char *ipvlan_module_port_get_counter_name(const struct ipvlan_module_port *port, size_t index)
{
	return index < port->port.counter_count ? port->port.counters[index].name : NULL;
}

IPVLAN_API uint64_t ipvlan_module_port_get_counter(const struct ipvlan_module_port *port, size_t index)
{
	return index < port->port.counter_count ? port->port.counters[index].value : 0;
}

IPVLAN_API bool ipvlan_module_port_knows_addresses(const struct ipvlan_module_port *port)
{
	return port->knows_addresses;
}

IPVLAN_API size_t ipvlan_module_port_get_address_count(const struct ipvlan_module_port *port)
{
	return port->address_count;
}

IPVLAN_API const char *ipvlan_module_port_get_address(const struct ipvlan_module_port *port, size_t index)
{
	return index < port->address_count ? port->addresses[index].text : NULL;
}

IPVLAN_API const char *ipvlan_module_port_get_address_slave(const struct ipvlan_module_port *port, size_t index)
{
	return index < port->address_count ? port->addresses[index].slave : NULL;
}

IPVLAN_API int ipvlan_module_port_get_address_ifindex(const struct ipvlan_module_port *port, size_t index)
{
	return index < port->address_count ? port->addresses[index].held.slave.ifindex : 0;
}

IPVLAN_API int ipvlan_module_port_get_address_nsid(const struct ipvlan_module_port *port, size_t index)
{
	return index < port->address_count ? port->addresses[index].held.slave.nsid : -1;
}

IPVLAN_API bool ipvlan_module_port_is_address_held(const struct ipvlan_module_port *port, size_t index)
{
	return index < port->address_count && port->addresses[index].held.held;
}

IPVLAN_API bool ipvlan_module_port_is_address_locked(const struct ipvlan_module_port *port, size_t index)
{
	return index < port->address_count && port->addresses[index].held.locked;
}

/* ---- changing */

IPVLAN_API int ipvlan_module_port_change(struct ipvlan_ctx *ctx, const char *parent,
					 const struct ipvlan_module_options *options)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct question q;
	int err = question_begin(&q, ctx, parent);

	if (err)
		return err;
	codec_module_port_set(buf, sizeof(buf), q.family, q.ifindex, &options->change);
	err = send_question(&q, buf);
	if (err) {
		fail_ack(ctx, err, &q.ack, IPVLAN_STAGE_CHANGE, "cannot change options of the port of %s", parent);
		explain(&q, err);
	}
	question_end(&q);
	return err;
}

static int parse_address(struct ipvlan_ctx *ctx, const char *text, struct module_address *address)
{
	address->family = ip_parse(text, address->bytes);
	if (address->family)
		return 0;
	fail(ctx, -EINVAL, IPVLAN_STAGE_SETTINGS, "cannot lock or unlock '%s'", text);
	fail_because(ctx, "it is no address such as 10.0.0.1 or fd00::1");
	return -EINVAL;
}

static int fail_slave(struct question *q, const char *name, bool ambiguous)
{
	int err = ambiguous ? -EINVAL : -ENODEV;

	fail(q->ctx, err, IPVLAN_STAGE_CHANGE, "cannot find the slave %s of %s", name, q->parent);
	fail_because(q->ctx, ambiguous ? "several namespaces have one" : "there is no slave of that name");
	fail_hint(q->ctx, ambiguous ? "name its namespace" : "`ipvlanctl port show %s` lists them", q->parent);
	return err;
}

/*
 * The id by which the parent's namespace knows the slave's: -1 for itself. One that has none has no slave of this port,
 * for whoever was told of got one.
 */
static int nsid_of(struct question *q, const struct ipvlan_netns *netns, const char *slave, int *nsid)
{
	struct transport *transport;
	char place[96];
	int err;

	*nsid = -1;
	if (ipvlan_netns_is_equal(netns, q->ctx->netns))
		return 0;
	err = ctx_transport(q->ctx, &transport);
	if (err)
		return err;
	err = netns_nsid(transport, netns, nsid);
	if (err)
		return fail(q->ctx, err, IPVLAN_STAGE_NETNS, "cannot ask for the id of %s",
			    netns_describe(netns, place, sizeof(place)));
	return *nsid < 0 ? fail_slave(q, slave, false) : 0;
}

static int choose_slave(struct question *q, const struct slaves *slaves, const char *name,
			const struct ipvlan_netns *netns, struct module_slave *slave)
{
	int nsid = -1, err = netns ? nsid_of(q, netns, name, &nsid) : 0;
	size_t i, found = 0;

	if (err)
		return err;
	for (i = 0; i < slaves->count; i++) {
		if (strcmp(slaves->slaves[i].name, name) != 0 || (netns && slaves->slaves[i].nsid != nsid))
			continue;
		*slave = slaves->slaves[i];
		found++;
	}
	return found == 1 ? 0 : fail_slave(q, name, found);
}

static int find_slave(struct question *q, const char *name, const struct ipvlan_netns *netns,
		      struct module_slave *slave)
{
	struct slaves slaves = {0};
	int err = read_slaves(q, &slaves);

	if (err) {
		fail_ack(q->ctx, err, &q->ack, IPVLAN_STAGE_READ, "cannot read the slaves of %s", q->parent);
		explain(q, err);
	} else {
		err = choose_slave(q, &slaves, name, netns, slave);
	}
	forget_slaves(&slaves);
	return err;
}

static int lock(struct question *q, const char *text, const struct module_address *address, const char *name,
		const struct ipvlan_netns *netns)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct module_slave slave;
	int err = find_slave(q, name, netns, &slave);

	if (err)
		return err;
	codec_module_lock(buf, sizeof(buf), q->family, q->ifindex, &slave, address);
	err = send_question(q, buf);
	if (err) {
		fail_ack(q->ctx, err, &q->ack, IPVLAN_STAGE_CHANGE, "cannot lock %s to %s", text, name);
		explain(q, err);
	}
	return err;
}

IPVLAN_API int ipvlan_module_lock_address(struct ipvlan_ctx *ctx, const char *parent, const char *address,
					  const char *slave, const struct ipvlan_netns *netns)
{
	struct module_address parsed;
	struct question q;
	int err = parse_address(ctx, address, &parsed);

	if (!err)
		err = question_begin(&q, ctx, parent);
	if (err)
		return err;
	err = lock(&q, address, &parsed, slave, netns);
	question_end(&q);
	return err;
}

IPVLAN_API int ipvlan_module_unlock_address(struct ipvlan_ctx *ctx, const char *parent, const char *address)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct module_address parsed;
	struct question q;
	int err = parse_address(ctx, address, &parsed);

	if (!err)
		err = question_begin(&q, ctx, parent);
	if (err)
		return err;
	codec_module_unlock(buf, sizeof(buf), q.family, q.ifindex, &parsed);
	err = send_question(&q, buf);
	if (err) {
		fail_ack(ctx, err, &q.ack, IPVLAN_STAGE_CHANGE, "cannot unlock %s", address);
		explain(&q, err);
	}
	question_end(&q);
	return err;
}

static int announce(struct question *q, const char *name, const struct ipvlan_netns *netns)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct module_slave slave;
	int err = name ? find_slave(q, name, netns, &slave) : 0;

	if (err)
		return err;
	codec_module_announce(buf, sizeof(buf), q->family, q->ifindex, name ? &slave : NULL);
	err = send_question(q, buf);
	if (err) {
		fail_ack(q->ctx, err, &q->ack, IPVLAN_STAGE_CHANGE, "cannot announce the addresses of %s",
			 name ? name : q->parent);
		explain(q, err);
	}
	return err;
}

IPVLAN_API int ipvlan_module_announce(struct ipvlan_ctx *ctx, const char *parent, const char *slave,
				      const struct ipvlan_netns *netns)
{
	struct question q;
	int err = question_begin(&q, ctx, parent);

	if (err)
		return err;
	err = announce(&q, slave, netns);
	question_end(&q);
	return err;
}
