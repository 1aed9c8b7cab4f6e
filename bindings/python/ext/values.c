// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

#include <net/if.h>
#include <string.h>

void put(PyObject **dict, const char *key, PyObject *value)
{
	if (*dict && (!value || PyDict_SetItemString(*dict, key, value) < 0))
		Py_CLEAR(*dict);
	Py_XDECREF(value);
}

static PyObject *none(void)
{
	Py_INCREF(Py_None);
	return Py_None;
}

static PyObject *text(const char *value)
{
	return value ? PyUnicode_DecodeFSDefault(value) : none();
}

void put_text(PyObject **dict, const char *key, const char *value)
{
	put(dict, key, text(value));
}

void put_number(PyObject **dict, const char *key, long long value)
{
	put(dict, key, PyLong_FromLongLong(value));
}

static void put_counter(PyObject **dict, const char *key, uint64_t value)
{
	put(dict, key, PyLong_FromUnsignedLongLong(value));
}

void put_bool(PyObject **dict, const char *key, bool value)
{
	put(dict, key, PyBool_FromLong(value));
}

void put_unless(PyObject **dict, const char *key, long long value, long long unset)
{
	put(dict, key, value == unset ? none() : PyLong_FromLongLong(value));
}

PyObject *tuple_of(size_t count, PyObject *(*make)(const void *data, size_t index), const void *data)
{
	PyObject *tuple = PyTuple_New((Py_ssize_t)count);

	for (size_t i = 0; tuple && i < count; i++) {
		PyObject *item = make(data, i);

		if (!item || PyTuple_SetItem(tuple, (Py_ssize_t)i, item) < 0)
			Py_CLEAR(tuple);
	}
	return tuple;
}

/* ---- addresses */

PyObject *address_to_dict(const struct ipvlan_address *address)
{
	PyObject *dict = PyDict_New();
	char buf[IPVLAN_ADDRESS_SIZE];

	put_text(&dict, "prefix", ipvlan_address_format_prefix(address, buf, sizeof(buf)));
	put_text(&dict, "address", ipvlan_address_format(address, buf, sizeof(buf)));
	put_number(&dict, "prefix_length", ipvlan_address_get_prefix_length(address));
	put_number(&dict, "family", ipvlan_address_get_family(address));
	put_text(&dict, "peer", ipvlan_address_format_peer(address, buf, sizeof(buf)));
	put_text(&dict, "broadcast", ipvlan_address_format_broadcast(address, buf, sizeof(buf)));
	put_text(&dict, "label", ipvlan_address_get_label(address));
	put_number(&dict, "scope", ipvlan_address_get_scope(address));
	put_number(&dict, "flags", ipvlan_address_get_flags(address));
	put_bool(&dict, "is_tentative", ipvlan_address_is_tentative(address));
	put_bool(&dict, "is_duplicate", ipvlan_address_is_duplicate(address));
	put_unless(&dict, "valid_lifetime", ipvlan_address_get_valid_lifetime(address), IPVLAN_LIFETIME_FOREVER);
	put_unless(&dict, "preferred_lifetime", ipvlan_address_get_preferred_lifetime(address),
		   IPVLAN_LIFETIME_FOREVER);
	put_unless(&dict, "ifindex", ipvlan_address_get_ifindex(address), 0);
	return dict;
}

static PyObject *address_at(const void *list, size_t index)
{
	return address_to_dict(ipvlan_address_list_get(list, index));
}

PyObject *addresses_to_tuple(const struct ipvlan_address_list *list)
{
	return tuple_of(ipvlan_address_list_get_count(list), address_at, list);
}

/* ---- routes */

PyObject *route_to_dict(const struct ipvlan_route *route)
{
	PyObject *dict = PyDict_New();
	char buf[IPVLAN_ADDRESS_SIZE];

	put_text(&dict, "destination", ipvlan_route_format_destination(route, buf, sizeof(buf)));
	put_text(&dict, "gateway", ipvlan_route_format_gateway(route, buf, sizeof(buf)));
	put_text(&dict, "source", ipvlan_route_format_source(route, buf, sizeof(buf)));
	put_number(&dict, "family", ipvlan_route_get_family(route));
	put_unless(&dict, "metric", ipvlan_route_get_metric(route), 0);
	put_unless(&dict, "mtu", ipvlan_route_get_mtu(route), 0);
	put_unless(&dict, "advmss", ipvlan_route_get_advmss(route), 0);
	put_number(&dict, "table", ipvlan_route_get_table(route));
	put_number(&dict, "scope", ipvlan_route_get_scope(route));
	put_number(&dict, "protocol", ipvlan_route_get_protocol(route));
	put_number(&dict, "type", ipvlan_route_get_type(route));
	put_number(&dict, "flags", ipvlan_route_get_flags(route));
	put_number(&dict, "preference", ipvlan_route_get_preference(route));
	put_unless(&dict, "ifindex", ipvlan_route_get_ifindex(route), 0);
	return dict;
}

static PyObject *route_at(const void *list, size_t index)
{
	return route_to_dict(ipvlan_route_list_get(list, index));
}

PyObject *routes_to_tuple(const struct ipvlan_route_list *list)
{
	return tuple_of(ipvlan_route_list_get_count(list), route_at, list);
}

/* ---- links */

static const struct {
	const char *name;
	enum ipvlan_stat stat;
} stats[] = {
	{"rx_packets", IPVLAN_STAT_RX_PACKETS}, {"tx_packets", IPVLAN_STAT_TX_PACKETS},
	{"rx_bytes", IPVLAN_STAT_RX_BYTES},	{"tx_bytes", IPVLAN_STAT_TX_BYTES},
	{"rx_errors", IPVLAN_STAT_RX_ERRORS},	{"tx_errors", IPVLAN_STAT_TX_ERRORS},
	{"rx_dropped", IPVLAN_STAT_RX_DROPPED}, {"tx_dropped", IPVLAN_STAT_TX_DROPPED},
	{"multicast", IPVLAN_STAT_MULTICAST},	{"rx_over_errors", IPVLAN_STAT_RX_OVER_ERRORS},
	{"rx_missed", IPVLAN_STAT_RX_MISSED},	{"tx_carrier_errors", IPVLAN_STAT_TX_CARRIER_ERRORS},
	{"collisions", IPVLAN_STAT_COLLISIONS},
};

static PyObject *stats_of(const struct ipvlan_link *link)
{
	PyObject *dict = PyDict_New();

	for (size_t i = 0; i < sizeof(stats) / sizeof(*stats); i++)
		put_counter(&dict, stats[i].name, ipvlan_link_get_stat(link, stats[i].stat));
	return dict;
}

static PyObject *hardware_address(const uint8_t *bytes, size_t size)
{
	return bytes ? PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)size) : none();
}

static PyObject *link_address_at(const void *link, size_t index)
{
	return address_to_dict(ipvlan_link_get_address(link, index));
}

static void put_parent(PyObject **dict, const struct ipvlan_link *link)
{
	put_unless(dict, "parent_index", ipvlan_link_get_parent_index(link), 0);
	put_text(dict, "parent", ipvlan_link_get_parent_name(link));
	put_unless(dict, "parent_nsid", ipvlan_link_get_parent_nsid(link), -1);
	put_text(dict, "parent_netns", ipvlan_link_get_parent_netns(link));
	put_unless(dict, "parent_netns_inode", (long long)ipvlan_link_get_parent_netns_inode(link), 0);
}

static void put_device(PyObject **dict, const struct ipvlan_link *link)
{
	const uint8_t *bytes;
	size_t size = 0;

	put_number(dict, "device_flags", ipvlan_link_get_device_flags(link));
	put_bool(dict, "is_up", ipvlan_link_is_up(link));
	put_number(dict, "operstate", ipvlan_link_get_operstate(link));
	put_text(dict, "operstate_name", ipvlan_link_get_operstate_name(link));
	put_number(dict, "mtu", ipvlan_link_get_mtu(link));
	put_unless(dict, "min_mtu", ipvlan_link_get_min_mtu(link), 0);
	put_unless(dict, "max_mtu", ipvlan_link_get_max_mtu(link), 0);
	put_number(dict, "type", ipvlan_link_get_type(link));
	bytes = ipvlan_link_get_mac(link, &size);
	put(dict, "mac", hardware_address(bytes, size));
	bytes = ipvlan_link_get_broadcast(link, &size);
	put(dict, "broadcast", hardware_address(bytes, size));
	put_unless(dict, "controller_index", ipvlan_link_get_controller_index(link), 0);
}

static void put_queues(PyObject **dict, const struct ipvlan_link *link)
{
	put_text(dict, "qdisc", ipvlan_link_get_qdisc(link));
	put_number(dict, "txqlen", ipvlan_link_get_txqlen(link));
	put_number(dict, "group", ipvlan_link_get_group(link));
	put_number(dict, "link_mode", ipvlan_link_get_link_mode(link));
	put_number(dict, "promiscuity", ipvlan_link_get_promiscuity(link));
	put_number(dict, "allmulti", ipvlan_link_get_allmulti(link));
	put_number(dict, "tx_queues", ipvlan_link_get_tx_queues(link));
	put_number(dict, "rx_queues", ipvlan_link_get_rx_queues(link));
}

PyObject *link_to_dict(const struct ipvlan_link *link)
{
	PyObject *dict = PyDict_New();

	put_text(&dict, "name", ipvlan_link_get_name(link));
	put_number(&dict, "ifindex", ipvlan_link_get_ifindex(link));
	put_text(&dict, "kind", ipvlan_link_get_kind(link));
	put_bool(&dict, "is_slave", ipvlan_link_is_slave(link));
	put_unless(&dict, "mode", ipvlan_link_get_mode(link), IPVLAN_MODE_UNSET);
	put_unless(&dict, "flags", ipvlan_link_get_flags(link), IPVLAN_FLAGS_UNSET);
	put_parent(&dict, link);
	put_text(&dict, "netns", ipvlan_link_get_netns(link));
	put_counter(&dict, "netns_inode", ipvlan_link_get_netns_inode(link));
	put_unless(&dict, "netns_pid", ipvlan_link_get_netns_pid(link), 0);
	put_text(&dict, "netns_path", ipvlan_link_get_netns_path(link));
	put_device(&dict, link);
	put_queues(&dict, link);
	put(&dict, "stats", stats_of(link));
	put(&dict, "addresses", tuple_of(ipvlan_link_get_address_count(link), link_address_at, link));
	return dict;
}

static PyObject *link_at(const void *list, size_t index)
{
	return link_to_dict(ipvlan_link_list_get(list, index));
}

PyObject *links_to_tuple(const struct ipvlan_link_list *list)
{
	return tuple_of(ipvlan_link_list_get_count(list), link_at, list);
}

static PyObject *drops_to_dict(const struct ipvlan_link_list *list, const struct ipvlan_link *link)
{
	PyObject *dict = PyDict_New();

	for (size_t i = 0; i < ipvlan_link_list_get_reason_count(list); i++)
		put_counter(&dict, ipvlan_link_list_get_reason(list, i), ipvlan_link_get_drops(link, i));
	return dict;
}

static PyObject *counters_at(const void *list, size_t index)
{
	const struct ipvlan_link *link = ipvlan_link_list_get(list, index);
	PyObject *dict = PyDict_New();

	put(&dict, "link", link_to_dict(link));
	put(&dict, "drops", drops_to_dict(list, link));
	return dict;
}

PyObject *counters_to_tuple(const struct ipvlan_link_list *list)
{
	return tuple_of(ipvlan_link_list_get_count(list), counters_at, list);
}

/* ---- ports */

static PyObject *port_slave_at(const void *port, size_t index)
{
	return link_to_dict(ipvlan_port_get_slave(port, index));
}

PyObject *port_to_dict(const struct ipvlan_port *port)
{
	PyObject *dict = PyDict_New();

	put(&dict, "parent", link_to_dict(ipvlan_port_get_parent(port)));
	put_unless(&dict, "mode", ipvlan_port_get_mode(port), IPVLAN_MODE_UNSET);
	put_unless(&dict, "flags", ipvlan_port_get_flags(port), IPVLAN_FLAGS_UNSET);
	put(&dict, "slaves", tuple_of(ipvlan_port_get_slave_count(port), port_slave_at, port));
	return dict;
}

/* ---- namespaces */

static PyObject *name_at(const void *info, size_t index)
{
	return text(ipvlan_netns_info_get_name_at(info, index));
}

static PyObject *pid_at(const void *pids, size_t index)
{
	return PyLong_FromLong(((const pid_t *)pids)[index]);
}

static PyObject *info_at(const void *list, size_t index)
{
	const struct ipvlan_netns_info *info = ipvlan_netns_list_get(list, index);
	PyObject *dict = PyDict_New();
	const pid_t *pids;
	size_t count = 0;

	put_text(&dict, "name", ipvlan_netns_info_get_name(info));
	put(&dict, "names", tuple_of(ipvlan_netns_info_get_name_count(info), name_at, info));
	put_counter(&dict, "inode", ipvlan_netns_info_get_inode(info));
	put_unless(&dict, "nsid", ipvlan_netns_info_get_nsid(info), -1);
	put_bool(&dict, "is_own", ipvlan_netns_info_is_own(info));
	pids = ipvlan_netns_info_get_pids(info, &count);
	put_text(&dict, "path", ipvlan_netns_info_get_path(info));
	put(&dict, "pids", tuple_of(pids ? count : 0, pid_at, pids));
	return dict;
}

PyObject *infos_to_tuple(const struct ipvlan_netns_list *list)
{
	return tuple_of(ipvlan_netns_list_get_count(list), info_at, list);
}

/* ---- plans and topologies */

PyObject *step_to_dict(const struct ipvlan_step *step)
{
	PyObject *dict = PyDict_New();
	char buf[1024];

	put_number(&dict, "change", ipvlan_step_get_change(step));
	put_text(&dict, "kind", ipvlan_step_get_kind(step));
	put_text(&dict, "name", ipvlan_step_get_name(step));
	put_text(&dict, "netns", ipvlan_step_get_netns(step));
	put_unless(&dict, "line", ipvlan_step_get_line(step), 0);
	put_number(&dict, "sibling_count", (long long)ipvlan_step_get_sibling_count(step));
	put_text(&dict, "text", ipvlan_step_format(step, buf, sizeof(buf)));
	return dict;
}

static PyObject *slave_address_at(const void *slave, size_t index)
{
	return address_to_dict(ipvlan_topology_slave_get_address(slave, index));
}

static PyObject *slave_route_at(const void *slave, size_t index)
{
	return route_to_dict(ipvlan_topology_slave_get_route(slave, index));
}

PyObject *slave_to_dict(const struct ipvlan_topology_slave *slave)
{
	PyObject *dict = PyDict_New();
	size_t addresses = 0, routes = 0;

	while (ipvlan_topology_slave_get_address(slave, addresses))
		addresses++;
	while (ipvlan_topology_slave_get_route(slave, routes))
		routes++;
	put_text(&dict, "name", ipvlan_topology_slave_get_name(slave));
	put_text(&dict, "parent", ipvlan_topology_slave_get_parent(slave));
	put_text(&dict, "netns", ipvlan_topology_slave_get_netns(slave));
	put_unless(&dict, "mtu", ipvlan_topology_slave_get_mtu(slave), 0);
	put_bool(&dict, "up", ipvlan_topology_slave_is_up(slave));
	put_bool(&dict, "loopback_up", ipvlan_topology_slave_has_loopback_up(slave));
	put(&dict, "addresses", tuple_of(addresses, slave_address_at, slave));
	put(&dict, "routes", tuple_of(routes, slave_route_at, slave));
	return dict;
}
