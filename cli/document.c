/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "document.h"
#include "output.h"
#include "parse.h"

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
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

json_t *document_mode(int mode)
{
	char buf[IPVLAN_NAME_SIZE];

	return mode == IPVLAN_MODE_UNSET ? json_null() : document_text(ipvlan_mode_format(mode, buf, sizeof(buf)));
}

json_t *document_flags(int flags)
{
	char buf[IPVLAN_NAME_SIZE];

	return flags == IPVLAN_FLAGS_UNSET ? json_null() : document_text(ipvlan_flags_format(flags, buf, sizeof(buf)));
}

json_t *document_time(struct timespec time)
{
	char text[48], zone[8];
	struct tm tm;

	localtime_r(&time.tv_sec, &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), ".%06ld%.3s:%.2s", time.tv_nsec / 1000, zone,
		 zone + 3);
	return json_string(text);
}

struct bit {
	uint32_t mask;
	const char *name;
};

/* In ip's order. */
static const struct bit device_flags[] = {
	{IFF_LOOPBACK, "LOOPBACK"},   {IFF_BROADCAST, "BROADCAST"},   {IFF_POINTOPOINT, "POINTOPOINT"},
	{IFF_MULTICAST, "MULTICAST"}, {IFF_NOARP, "NOARP"},	      {IFF_ALLMULTI, "ALLMULTI"},
	{IFF_PROMISC, "PROMISC"},     {IFF_MASTER, "MASTER"},	      {IFF_SLAVE, "SLAVE"},
	{IFF_DEBUG, "DEBUG"},	      {IFF_DYNAMIC, "DYNAMIC"},	      {IFF_AUTOMEDIA, "AUTOMEDIA"},
	{IFF_PORTSEL, "PORTSEL"},     {IFF_NOTRAILERS, "NOTRAILERS"}, {IFF_UP, "UP"},
	{IFF_LOWER_UP, "LOWER_UP"},   {IFF_DORMANT, "DORMANT"},	      {IFF_ECHO, "ECHO"},
};

static json_t *list_device_flags(uint32_t flags, bool parent_down)
{
	json_t *list = json_array();
	char hex[16];

	if ((flags & IFF_UP) && !(flags & IFF_RUNNING))
		json_array_append_new(list, json_string("NO-CARRIER"));
	flags &= ~(uint32_t)IFF_RUNNING;
	for (size_t i = 0; i < sizeof(device_flags) / sizeof(device_flags[0]); i++) {
		if (!(flags & device_flags[i].mask))
			continue;
		flags &= ~device_flags[i].mask;
		json_array_append_new(list, json_string(device_flags[i].name));
	}
	if (flags) {
		snprintf(hex, sizeof(hex), "%x", flags);
		json_array_append_new(list, json_string(hex));
	}
	if (parent_down)
		json_array_append_new(list, json_string("M-DOWN"));
	return list;
}

static void put_hardware(json_t *document, const char *key, const uint8_t *bytes, size_t size)
{
	char text[3 * 32 + 1];

	if (!bytes || !size)
		return;
	size = size > 32 ? 32 : size;
	for (size_t i = 0; i < size; i++)
		snprintf(text + 3 * i, sizeof(text) - 3 * i, "%02x%s", bytes[i], i + 1 < size ? ":" : "");
	put_text(document, key, text);
}

static const struct {
	uint16_t type;
	const char *name;
} link_types[] = {
	{ARPHRD_ETHER, "ether"},
	{ARPHRD_LOOPBACK, "loopback"},
	{ARPHRD_NONE, "none"},
	{ARPHRD_TUNNEL, "ipip"},
	{ARPHRD_TUNNEL6, "tunnel6"},
	{ARPHRD_SIT, "sit"},
	{ARPHRD_IPGRE, "gre"},
	{ARPHRD_IP6GRE, "gre6"},
	{ARPHRD_PPP, "ppp"},
	{ARPHRD_INFINIBAND, "infiniband"},
	{ARPHRD_IEEE80211, "ieee802.11"},
};

static void put_link_type(json_t *document, uint16_t type)
{
	char number[16];

	for (size_t i = 0; i < sizeof(link_types) / sizeof(link_types[0]); i++) {
		if (link_types[i].type == type) {
			put_text(document, "link_type", link_types[i].name);
			return;
		}
	}
	snprintf(number, sizeof(number), "[%u]", type);
	put_text(document, "link_type", number);
}

/* ip gives the name of a parent that it can see, and else its number. */
static void put_parent(json_t *document, const struct ipvlan_link *link)
{
	const char *name = ipvlan_link_get_parent_name(link);

	if (!ipvlan_link_get_parent_index(link))
		return;
	if (ipvlan_link_get_parent_nsid(link) < 0 && name)
		put_text(document, "link", name);
	else
		put_number(document, "link_index", ipvlan_link_get_parent_index(link));
}

static void put_link(json_t *document, const struct ipvlan_link *link, unsigned int parts, const char *controller)
{
	static const char *const modes[] = {"DEFAULT", "DORMANT"};
	uint32_t group = ipvlan_link_get_group(link);
	uint8_t mode = ipvlan_link_get_link_mode(link);
	char number[16];

	put_number(document, "mtu", ipvlan_link_get_mtu(link));
	if (ipvlan_link_get_qdisc(link))
		put_text(document, "qdisc", ipvlan_link_get_qdisc(link));
	if (controller)
		put_text(document, "master", controller);
	put_text(document, "operstate", ipvlan_link_get_operstate_name(link));
	if (parts & PART_LINK)
		put_text(document, "linkmode", mode < 2 ? modes[mode] : "UNKNOWN");
	snprintf(number, sizeof(number), "%u", group);
	put_text(document, "group", group ? number : "default");
	if (ipvlan_link_get_txqlen(link))
		put_number(document, "txqlen", ipvlan_link_get_txqlen(link));
}

static void put_addresses_of_hardware(json_t *document, const struct ipvlan_link *link)
{
	const uint8_t *bytes;
	size_t size = 0;

	put_link_type(document, ipvlan_link_get_type(link));
	bytes = ipvlan_link_get_mac(link, &size);
	put_hardware(document, "address", bytes, size);
	size = 0;
	bytes = ipvlan_link_get_broadcast(link, &size);
	if (bytes && (ipvlan_link_get_device_flags(link) & IFF_POINTOPOINT))
		json_object_set_new(document, "link_pointtopoint", json_true());
	put_hardware(document, "broadcast", bytes, size);
}

static json_t *info_data(const struct ipvlan_link *link)
{
	int flags = ipvlan_link_get_flags(link);
	json_t *data = json_object();

	json_object_set_new(data, "mode", document_mode(ipvlan_link_get_mode(link)));
	if (flags != IPVLAN_FLAGS_UNSET)
		json_object_set_new(data,
				    (flags & IPVLAN_F_PRIVATE) ? "private"
				    : (flags & IPVLAN_F_VEPA)  ? "vepa"
							       : "bridge",
				    json_true());
	return data;
}

static void put_details(json_t *document, const struct ipvlan_link *link)
{
	const char *kind = ipvlan_link_get_kind(link);
	json_t *info = json_object();

	put_number(document, "promiscuity", ipvlan_link_get_promiscuity(link));
	put_number(document, "allmulti", ipvlan_link_get_allmulti(link));
	put_number(document, "min_mtu", ipvlan_link_get_min_mtu(link));
	put_number(document, "max_mtu", ipvlan_link_get_max_mtu(link));
	if (kind) {
		put_text(info, "info_kind", kind);
		if (ipvlan_link_is_slave(link))
			json_object_set_new(info, "info_data", info_data(link));
		json_object_set(document, "linkinfo", info);
	}
	json_decref(info);
	/* A kernel without receive packet steering says nothing of receive queues. */
	if (ipvlan_link_get_tx_queues(link))
		put_number(document, "num_tx_queues", ipvlan_link_get_tx_queues(link));
	if (ipvlan_link_get_rx_queues(link))
		put_number(document, "num_rx_queues", ipvlan_link_get_rx_queues(link));
}

struct counter {
	const char *name;
	enum ipvlan_stat stat;
};

static json_t *list_counters(const struct ipvlan_link *link, const struct counter *counters, size_t count)
{
	json_t *document = json_object();

	for (size_t i = 0; i < count; i++)
		put_number(document, counters[i].name, (json_int_t)ipvlan_link_get_stat(link, counters[i].stat));
	return document;
}

static void put_stats(json_t *document, const struct ipvlan_link *link)
{
	static const struct counter rx[] = {
		{"bytes", IPVLAN_STAT_RX_BYTES},
		{"packets", IPVLAN_STAT_RX_PACKETS},
		{"errors", IPVLAN_STAT_RX_ERRORS},
		{"dropped", IPVLAN_STAT_RX_DROPPED},
		{"over_errors", IPVLAN_STAT_RX_OVER_ERRORS},
		{"multicast", IPVLAN_STAT_MULTICAST},
		{"missed_errors", IPVLAN_STAT_RX_MISSED},
	};
	static const struct counter tx[] = {
		{"bytes", IPVLAN_STAT_TX_BYTES},
		{"packets", IPVLAN_STAT_TX_PACKETS},
		{"errors", IPVLAN_STAT_TX_ERRORS},
		{"dropped", IPVLAN_STAT_TX_DROPPED},
		{"carrier_errors", IPVLAN_STAT_TX_CARRIER_ERRORS},
		{"collisions", IPVLAN_STAT_COLLISIONS},
	};
	json_t *stats = json_object();

	json_object_set_new(stats, "rx", list_counters(link, rx, sizeof(rx) / sizeof(rx[0])));
	json_object_set_new(stats, "tx", list_counters(link, tx, sizeof(tx) / sizeof(tx[0])));
	json_object_set_new(document, "stats64", stats);
}

static json_t *list_addresses(const struct ipvlan_link *link, int family)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ipvlan_link_get_address_count(link); i++) {
		const struct ipvlan_address *address = ipvlan_link_get_address(link, i);

		if (family == AF_UNSPEC || family == ipvlan_address_get_family(address))
			json_array_append_new(list, document_address(address));
	}
	return list;
}

static json_t *text_or_null(const char *text)
{
	return text ? document_text(text) : json_null();
}

static void put_place(json_t *document, const struct ipvlan_link *link)
{
	pid_t pid = ipvlan_link_get_netns_pid(link);
	json_t *port = json_object();

	json_object_set_new(document, "netns", text_or_null(ipvlan_link_get_netns(link)));
	put_number(document, "netns_inode", (json_int_t)ipvlan_link_get_netns_inode(link));
	if (pid)
		put_number(document, "netns_pid", pid);
	if (ipvlan_link_get_netns_path(link))
		json_object_set_new(document, "netns_path", document_text(ipvlan_link_get_netns_path(link)));
	if (ipvlan_link_is_slave(link)) {
		json_object_set_new(port, "parent", text_or_null(ipvlan_link_get_parent_name(link)));
		json_object_set_new(port, "netns", text_or_null(ipvlan_link_get_parent_netns(link)));
		if (ipvlan_link_get_parent_netns_inode(link))
			put_number(port, "netns_inode", (json_int_t)ipvlan_link_get_parent_netns_inode(link));
		json_object_set_new(port, "mode", document_mode(ipvlan_link_get_mode(link)));
		json_object_set_new(port, "flags", document_flags(ipvlan_link_get_flags(link)));
		json_object_set(document, "port", port);
	}
	json_decref(port);
}

static void put_parent_netns(json_t *document, const struct ipvlan_link *link)
{
	if (ipvlan_link_get_parent_nsid(link) < 0)
		return;
	put_number(document, "link_netnsid", ipvlan_link_get_parent_nsid(link));
	if (ipvlan_link_get_parent_netns(link))
		put_text(document, "link_netns", ipvlan_link_get_parent_netns(link));
}

json_t *document_link(const struct ipvlan_link *link, unsigned int parts, const struct around *around, int family)
{
	json_t *document = json_object();

	put_number(document, "ifindex", ipvlan_link_get_ifindex(link));
	put_parent(document, link);
	put_text(document, "ifname", ipvlan_link_get_name(link));
	json_object_set_new(document, "flags",
			    list_device_flags(ipvlan_link_get_device_flags(link), around && around->parent_down));
	put_link(document, link, parts, around ? around->controller : NULL);
	if (parts & PART_HARDWARE)
		put_addresses_of_hardware(document, link);
	put_parent_netns(document, link);
	if (parts & PART_DETAILS)
		put_details(document, link);
	if (parts & PART_STATS)
		put_stats(document, link);
	if (parts & PART_ADDRESSES)
		json_object_set_new(document, "addr_info", list_addresses(link, family));
	if (parts & PART_PLACE)
		put_place(document, link);
	return document;
}

/* In ip's order; temporary is what secondary means for IPv6. */
static const struct bit address_flags[] = {
	{IFA_F_NODAD, "nodad"},
	{IFA_F_OPTIMISTIC, "optimistic"},
	{IFA_F_DADFAILED, "dadfailed"},
	{IFA_F_HOMEADDRESS, "home"},
	{IFA_F_DEPRECATED, "deprecated"},
	{IFA_F_TENTATIVE, "tentative"},
	{IFA_F_PERMANENT, "dynamic"},
	{IFA_F_MANAGETEMPADDR, "mngtmpaddr"},
	{IFA_F_NOPREFIXROUTE, "noprefixroute"},
	{IFA_F_MCAUTOJOIN, "autojoin"},
	{IFA_F_STABLE_PRIVACY, "stable-privacy"},
};

static void put_address_flags(json_t *document, uint32_t flags, bool ipv6)
{
	if (flags & IFA_F_SECONDARY)
		json_object_set_new(document, ipv6 ? "temporary" : "secondary", json_true());
	flags ^= IFA_F_PERMANENT;
	for (size_t i = 0; i < sizeof(address_flags) / sizeof(address_flags[0]); i++)
		if (flags & address_flags[i].mask)
			json_object_set_new(document, address_flags[i].name, json_true());
}

/* A name where there is one, else the number, as ip has it. */
static void put_named(json_t *document, const char *key, const char *name, uint32_t number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	put_text(document, key, name ? name : text);
}

json_t *document_address(const struct ipvlan_address *address)
{
	bool ipv6 = ipvlan_address_get_family(address) == AF_INET6;
	json_t *document = json_object();
	char buf[IPVLAN_ADDRESS_SIZE];

	put_text(document, "family", ipv6 ? "inet6" : "inet");
	put_text(document, "local", ipvlan_address_format(address, buf, sizeof(buf)));
	if (ipvlan_address_format_peer(address, buf, sizeof(buf)))
		put_text(document, "address", buf);
	put_number(document, "prefixlen", ipvlan_address_get_prefix_length(address));
	if (ipvlan_address_format_broadcast(address, buf, sizeof(buf)))
		put_text(document, "broadcast", buf);
	put_named(document, "scope", scope_name(ipvlan_address_get_scope(address)), ipvlan_address_get_scope(address));
	put_address_flags(document, ipvlan_address_get_flags(address), ipv6);
	if (ipvlan_address_get_label(address))
		put_text(document, "label", ipvlan_address_get_label(address));
	put_number(document, "valid_life_time", ipvlan_address_get_valid_lifetime(address));
	put_number(document, "preferred_life_time", ipvlan_address_get_preferred_lifetime(address));
	return document;
}

static const struct bit next_hop_flags[] = {
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

/* RFC 4191; 2 is reserved. */
static const char *const preferences[] = {"medium", "high", "2", "low"};

json_t *document_route(const struct ipvlan_route *route, const char *dev, bool details, bool with_table)
{
	uint8_t type = ipvlan_route_get_type(route);
	bool ipv6 = ipvlan_route_get_family(route) == AF_INET6;
	json_t *document = json_object();
	char buf[IPVLAN_ADDRESS_SIZE];

	if (details || type != RTN_UNICAST)
		put_named(document, "type", route_type_name(type), type);
	put_text(document, "dst", ipvlan_route_format_destination(route, buf, sizeof(buf)));
	if (ipvlan_route_format_gateway(route, buf, sizeof(buf)))
		put_text(document, "gateway", buf);
	if (dev)
		put_text(document, "dev", dev);
	if (with_table)
		put_named(document, "table", table_name(ipvlan_route_get_table(route)), ipvlan_route_get_table(route));
	put_route_origin(document, route, details);
	if (ipvlan_route_format_source(route, buf, sizeof(buf)))
		put_text(document, "prefsrc", buf);
	if (ipv6 || ipvlan_route_get_metric(route))
		put_number(document, "metric", ipvlan_route_get_metric(route));
	json_object_set_new(document, "flags", list_next_hop_flags(ipvlan_route_get_flags(route)));
	if (ipv6)
		put_text(document, "pref", preferences[ipvlan_route_get_preference(route) & 3]);
	return document;
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
