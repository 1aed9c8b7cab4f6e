/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "document.h"
#include "output.h"
#include "parse.h"
#include "write-link.h"

#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static void put_text(json_t *document, const char *key, const char *text)
{
	json_object_set_new(document, key, document_text(text));
}

static void put_number(json_t *document, const char *key, json_int_t number)
{
	json_object_set_new(document, key, json_integer(number));
}

static json_t *document_mode(int mode)
{
	char buf[IPVLAN_NAME_SIZE];

	return mode == IPVLAN_MODE_UNSET ? json_null() : document_text(ipvlan_mode_format(mode, buf, sizeof(buf)));
}

static json_t *document_flags(int flags)
{
	char buf[IPVLAN_NAME_SIZE];

	return flags == IPVLAN_FLAGS_UNSET ? json_null() : document_text(ipvlan_flags_format(flags, buf, sizeof(buf)));
}

static void begin_second(struct second *second, time_t begin)
{
	char zone[8];
	struct tm tm;

	localtime_r(&begin, &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	strftime(second->text, sizeof(second->text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(second->zone, sizeof(second->zone), "%.3s:%.2s", zone, zone + 3);
	second->begin = begin;
}

const char *time_format(struct second *second, struct timespec time, char *buf, size_t size)
{
	if (!*second->text || second->begin != time.tv_sec)
		begin_second(second, time.tv_sec);
	snprintf(buf, size, "%s.%06ld%s", second->text, time.tv_nsec / 1000, second->zone);
	return buf;
}

json_t *document_time(struct timespec time)
{
	struct second second = {0};
	char text[48];

	return json_string(time_format(&second, time, text, sizeof(text)));
}

json_t *document_link(const struct ipvlan_link *link, unsigned int parts, const struct around *around, int family)
{
	struct writer w;

	writer_to_tree(&w, false);
	write_object(&w, NULL);
	write_link_fields(&w, link, parts, around, family);
	write_end(&w);
	return writer_take_tree(&w);
}

json_t *document_address(const struct ipvlan_address *address)
{
	struct writer w;

	writer_to_tree(&w, false);
	write_object(&w, NULL);
	write_address_fields(&w, address);
	write_end(&w);
	return writer_take_tree(&w);
}

/* A name where there is one, else the number, as ip has it. */
static void put_named(json_t *document, const char *key, const char *name, uint32_t number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	put_text(document, key, name ? name : text);
}

static const struct {
	uint32_t mask;
	const char *name;
} next_hop_flags[] = {
	{RTNH_F_DEAD, "dead"},
	{RTNH_F_ONLINK, "onlink"},
	{RTNH_F_PERVASIVE, "pervasive"},
	{RTNH_F_OFFLOAD, "offload"},
	{RTNH_F_TRAP, "trap"},
	{RTNH_F_LINKDOWN, "linkdown"},
	{RTNH_F_UNRESOLVED, "unresolved"},
};

static json_t *list_next_hop_flags(uint32_t flags)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(next_hop_flags) / sizeof(next_hop_flags[0]); i++)
		if (flags & next_hop_flags[i].mask)
			json_array_append_new(list, json_string(next_hop_flags[i].name));
	return list;
}

static const char *route_type_name(uint8_t type)
{
	static const char *const names[] = {
		"none",	     "unicast",	    "local",	"broadcast", "anycast", "multicast",
		"blackhole", "unreachable", "prohibit", "throw",     "nat",	"xresolve",
	};

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : NULL;
}

static void put_route_origin(json_t *document, const struct ipvlan_route *route, bool details)
{
	uint8_t protocol = ipvlan_route_get_protocol(route), scope = ipvlan_route_get_scope(route);

	if (details || protocol != RTPROT_BOOT)
		put_named(document, "protocol", protocol_name(protocol), protocol);
	if (details || scope != RT_SCOPE_UNIVERSE)
		put_named(document, "scope", scope_name(scope), scope);
}

/* As ip(8) has it: one of another family than the route's has its family beside it. */
static void put_gateway(json_t *document, const struct ipvlan_route *route, bool ipv6)
{
	char buf[IPVLAN_ADDRESS_SIZE];
	json_t *via;

	if (!ipvlan_route_format_gateway(route, buf, sizeof(buf)))
		return;
	if (ipv6 || !strchr(buf, ':')) {
		put_text(document, "gateway", buf);
		return;
	}
	via = json_object();
	put_text(via, "family", "inet6");
	put_text(via, "host", buf);
	json_object_set_new(document, "via", via);
}

/* RFC 4191; 2 is reserved. */
static const char *const preferences[] = {"medium", "high", "2", "low"};

/* An object in a list, as ip(8) has it. */
static void put_metrics(json_t *document, const struct ipvlan_route *route)
{
	json_t *metrics, *list;

	if (!ipvlan_route_get_mtu(route) && !ipvlan_route_get_advmss(route))
		return;
	metrics = json_object();
	list = json_array();
	if (ipvlan_route_get_mtu(route))
		put_number(metrics, "mtu", ipvlan_route_get_mtu(route));
	if (ipvlan_route_get_advmss(route))
		put_number(metrics, "advmss", ipvlan_route_get_advmss(route));
	json_array_append_new(list, metrics);
	json_object_set_new(document, "metrics", list);
}

json_t *document_route(const struct ipvlan_route *route, const char *dev, bool details, bool with_table)
{
	uint8_t type = ipvlan_route_get_type(route);
	bool ipv6 = ipvlan_route_get_family(route) == AF_INET6;
	json_t *document = json_object();
	char buf[IPVLAN_ADDRESS_SIZE];

	if (details || type != RTN_UNICAST)
		put_named(document, "type", route_type_name(type), type);
	put_text(document, "dst", ipvlan_route_format_destination(route, buf, sizeof(buf)));
	put_gateway(document, route, ipv6);
	if (dev)
		put_text(document, "dev", dev);
	if (with_table)
		put_named(document, "table", table_name(ipvlan_route_get_table(route)), ipvlan_route_get_table(route));
	/* The way of a packet is nobody's. */
	if (!(ipvlan_route_get_flags(route) & RTM_F_CLONED))
		put_route_origin(document, route, details);
	if (ipvlan_route_format_source(route, buf, sizeof(buf)))
		put_text(document, "prefsrc", buf);
	if (ipv6 || ipvlan_route_get_metric(route))
		put_number(document, "metric", ipvlan_route_get_metric(route));
	json_object_set_new(document, "flags", list_next_hop_flags(ipvlan_route_get_flags(route)));
	put_metrics(document, route);
	if (ipv6)
		put_text(document, "pref", preferences[ipvlan_route_get_preference(route) & 3]);
	return document;
}

static json_t *text_or_null(const char *text)
{
	return text ? document_text(text) : json_null();
}

static void put_parent_of(json_t *document, const struct ipvlan_link *slave)
{
	bool apart = ipvlan_link_get_parent_nsid(slave) >= 0;
	const char *netns = apart ? ipvlan_link_get_parent_netns(slave) : ipvlan_link_get_netns(slave);

	json_object_set_new(document, "parent", text_or_null(ipvlan_link_get_parent_name(slave)));
	put_number(document, "ifindex", ipvlan_link_get_parent_index(slave));
	json_object_set_new(document, "netns", text_or_null(netns));
	if (ipvlan_link_get_parent_netns_inode(slave))
		put_number(document, "netns_inode", (json_int_t)ipvlan_link_get_parent_netns_inode(slave));
}

json_t *document_port(const struct ipvlan_link *parent, const struct ipvlan_link *slave)
{
	json_t *document = json_object();

	if (parent) {
		put_text(document, "parent", ipvlan_link_get_name(parent));
		put_number(document, "ifindex", ipvlan_link_get_ifindex(parent));
		put_text(document, "operstate", ipvlan_link_get_operstate_name(parent));
		put_number(document, "mtu", ipvlan_link_get_mtu(parent));
		json_object_set_new(document, "netns", text_or_null(ipvlan_link_get_netns(parent)));
		put_number(document, "netns_inode", (json_int_t)ipvlan_link_get_netns_inode(parent));
	} else {
		put_parent_of(document, slave);
	}
	json_object_set_new(document, "mode", document_mode(slave ? ipvlan_link_get_mode(slave) : IPVLAN_MODE_UNSET));
	json_object_set_new(document, "flags",
			    document_flags(slave ? ipvlan_link_get_flags(slave) : IPVLAN_FLAGS_UNSET));
	json_object_set_new(document, "slaves", json_array());
	return document;
}

static json_t *document_counters(const struct ipvlan_module_port *port)
{
	json_t *counters = json_object();

	for (size_t i = 0; i < ipvlan_module_port_get_counter_count(port); i++)
		put_number(counters, ipvlan_module_port_get_counter_name(port, i),
			   (json_int_t)ipvlan_module_port_get_counter(port, i));
	return counters;
}

static json_t *document_module_address(const struct ipvlan_module_port *port, size_t index)
{
	json_t *address = json_object();
	int nsid = ipvlan_module_port_get_address_nsid(port, index);

	put_text(address, "address", ipvlan_module_port_get_address(port, index));
	put_text(address, "slave", ipvlan_module_port_get_address_slave(port, index));
	put_number(address, "ifindex", ipvlan_module_port_get_address_ifindex(port, index));
	json_object_set_new(address, "netnsid", nsid < 0 ? json_null() : json_integer(nsid));
	json_object_set_new(address, "held", json_boolean(ipvlan_module_port_is_address_held(port, index)));
	json_object_set_new(address, "locked", json_boolean(ipvlan_module_port_is_address_locked(port, index)));
	return address;
}

json_t *document_module(const struct ipvlan_module_port *port)
{
	json_t *document = json_object(), *options = json_array(), *gateways = json_array(), *addresses = json_array();

	for (int i = 0; i < IPVLAN_MODULE_OPTION_COUNT; i++)
		if (ipvlan_module_port_has_option(port, i))
			json_array_append_new(options, json_string(ipvlan_module_option_to_string(i)));
	for (size_t i = 0; i < ipvlan_module_port_get_gateway_count(port); i++)
		json_array_append_new(gateways, json_string(ipvlan_module_port_get_gateway(port, i)));
	for (size_t i = 0; i < ipvlan_module_port_get_address_count(port); i++)
		json_array_append_new(addresses, document_module_address(port, i));
	json_object_set_new(document, "options", options);
	json_object_set_new(document, "gateways", gateways);
	put_number(document, "queue_length", ipvlan_module_port_get_queue_length(port));
	put_number(document, "queue_limit", ipvlan_module_port_get_queue_limit(port));
	json_object_set_new(document, "counters", document_counters(port));
	json_object_set_new(document, "addresses", ipvlan_module_port_knows_addresses(port) ? addresses : json_null());
	if (!ipvlan_module_port_knows_addresses(port))
		json_decref(addresses);
	return document;
}
