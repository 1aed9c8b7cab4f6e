// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

#include <errno.h>

/* What goes on after a Python call that failed: the exception tells the rest. */
#define RAISED 1

/* The value of a key: NULL when it is not there, or None. Borrowed. */
static PyObject *wish(PyObject *dict, const char *key)
{
	PyObject *value = PyDict_GetItemString(dict, key);

	return value == Py_None ? NULL : value;
}

static int refused(int err, const char *key, PyObject *value, struct refusal *refusal)
{
	if (err == -EINVAL && !refusal->key)
		*refusal = (struct refusal){key, value};
	return err;
}

static int wish_number(PyObject *dict, const char *key, uint32_t most, bool *is_set, uint32_t *number,
		       struct refusal *refusal)
{
	PyObject *value = wish(dict, key);
	unsigned long long wide;

	*is_set = value != NULL;
	if (!value)
		return 0;
	wide = PyLong_AsUnsignedLongLong(value);
	if (PyErr_Occurred()) {
		if (!PyErr_ExceptionMatches(PyExc_OverflowError))
			return RAISED;
		PyErr_Clear();
		return refused(-EINVAL, key, value, refusal);
	}
	*number = (uint32_t)wide;
	return wide > most ? refused(-EINVAL, key, value, refusal) : 0;
}

static int wish_bool(PyObject *dict, const char *key, bool *is_true)
{
	PyObject *value = wish(dict, key);
	int truth = value ? PyObject_IsTrue(value) : 0;

	*is_true = truth > 0;
	return truth < 0 ? RAISED : 0;
}

/* set(object, text) for a key that is there. */
static int wish_text(PyObject *dict, const char *key, int (*set)(void *, const char *), void *object,
		     struct refusal *refusal)
{
	PyObject *value = wish(dict, key);
	TEXT(text);

	if (!value)
		return 0;
	if (!text_convert(value, &text))
		return RAISED;
	return refused(set(object, text.text), key, value, refusal);
}

/* ---- addresses */

static int set_peer(void *address, const char *text)
{
	return ipvlan_address_set_peer(address, text);
}

static int set_broadcast(void *address, const char *text)
{
	return ipvlan_address_set_broadcast(address, text);
}

static int set_label(void *address, const char *text)
{
	return ipvlan_address_set_label(address, text);
}

static int set_address_numbers(PyObject *dict, struct ipvlan_address *address, struct refusal *refusal)
{
	uint32_t scope = 0, valid = IPVLAN_LIFETIME_FOREVER, preferred = IPVLAN_LIFETIME_FOREVER;
	bool has_scope, has_valid, has_preferred;
	int err = wish_number(dict, "scope", UINT8_MAX, &has_scope, &scope, refusal);

	if (!err)
		err = wish_number(dict, "valid_lifetime", UINT32_MAX, &has_valid, &valid, refusal);
	if (!err)
		err = wish_number(dict, "preferred_lifetime", UINT32_MAX, &has_preferred, &preferred, refusal);
	if (err)
		return err;
	if (has_scope)
		ipvlan_address_set_scope(address, (uint8_t)scope);
	if (has_valid && !has_preferred)
		preferred = valid;
	if (!has_valid && !has_preferred)
		return 0;
	return refused(ipvlan_address_set_lifetime(address, valid, preferred),
		       has_valid ? "valid_lifetime" : "preferred_lifetime",
		       wish(dict, has_valid ? "valid_lifetime" : "preferred_lifetime"), refusal);
}

static int fill_address(PyObject *dict, struct ipvlan_address *address, struct refusal *refusal)
{
	bool nodad = false, noprefixroute = false;
	int err = wish_text(dict, "peer", set_peer, address, refusal);

	if (!err)
		err = wish_text(dict, "broadcast", set_broadcast, address, refusal);
	if (!err)
		err = wish_text(dict, "label", set_label, address, refusal);
	if (!err)
		err = set_address_numbers(dict, address, refusal);
	if (!err)
		err = wish_bool(dict, "nodad", &nodad);
	if (!err)
		err = wish_bool(dict, "noprefixroute", &noprefixroute);
	if (!err) {
		ipvlan_address_set_nodad(address, nodad);
		ipvlan_address_set_noprefixroute(address, noprefixroute);
	}
	return err;
}

static int new_address(void *address, const char *text)
{
	return ipvlan_address_new(text, address);
}

int address_from_dict(PyObject *dict, struct ipvlan_address **address, struct refusal *refusal)
{
	struct ipvlan_address *made = NULL;
	int err = wish_text(dict, "prefix", new_address, &made, refusal);

	if (!err)
		err = made ? fill_address(dict, made, refusal) : refused(-EINVAL, "prefix", Py_None, refusal);
	if (err)
		ipvlan_address_free(made);
	else
		*address = made;
	return err;
}

/* ---- routes */

static int set_route_gateway(void *route, const char *text)
{
	return ipvlan_route_set_gateway(route, text);
}

static int set_source(void *route, const char *text)
{
	return ipvlan_route_set_source(route, text);
}

static int set_family(PyObject *dict, struct ipvlan_route *route, struct refusal *refusal)
{
	uint32_t family = 0;
	bool is_set;
	int err = wish_number(dict, "family", UINT16_MAX, &is_set, &family, refusal);

	if (err || !is_set)
		return err;
	return refused(ipvlan_route_set_family(route, (int)family), "family", wish(dict, "family"), refusal);
}

static int set_type(PyObject *dict, struct ipvlan_route *route, struct refusal *refusal)
{
	uint32_t type = 0;
	bool is_set;
	int err = wish_number(dict, "type", UINT8_MAX, &is_set, &type, refusal);

	if (err || !is_set)
		return err;
	return refused(ipvlan_route_set_type(route, (uint8_t)type), "type", wish(dict, "type"), refusal);
}

static const struct {
	const char *key;
	uint32_t most;
	void (*set_wide)(struct ipvlan_route *route, uint32_t value);
	void (*set_byte)(struct ipvlan_route *route, uint8_t value);
} route_numbers[] = {
	{"metric", UINT32_MAX, ipvlan_route_set_metric, NULL}, {"table", UINT32_MAX, ipvlan_route_set_table, NULL},
	{"mtu", UINT32_MAX, ipvlan_route_set_mtu, NULL},       {"advmss", UINT32_MAX, ipvlan_route_set_advmss, NULL},
	{"scope", UINT8_MAX, NULL, ipvlan_route_set_scope},    {"protocol", UINT8_MAX, NULL, ipvlan_route_set_protocol},
};

static int set_route_numbers(PyObject *dict, struct ipvlan_route *route, struct refusal *refusal)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(route_numbers) / sizeof(*route_numbers); i++) {
		uint32_t number = 0;
		bool is_set;

		err = wish_number(dict, route_numbers[i].key, route_numbers[i].most, &is_set, &number, refusal);
		if (err || !is_set)
			continue;
		if (route_numbers[i].set_wide)
			route_numbers[i].set_wide(route, number);
		else
			route_numbers[i].set_byte(route, (uint8_t)number);
	}
	return err;
}

static int new_route(void *route, const char *text)
{
	return ipvlan_route_new(text, route);
}

static int fill_route(PyObject *dict, struct ipvlan_route *route, struct refusal *refusal)
{
	bool onlink = false;
	int err = set_family(dict, route, refusal);

	if (!err)
		err = wish_text(dict, "gateway", set_route_gateway, route, refusal);
	if (!err)
		err = wish_text(dict, "source", set_source, route, refusal);
	if (!err)
		err = set_type(dict, route, refusal);
	if (!err)
		err = set_route_numbers(dict, route, refusal);
	if (!err)
		err = wish_bool(dict, "onlink", &onlink);
	if (!err)
		ipvlan_route_set_onlink(route, onlink);
	return err;
}

int route_from_dict(PyObject *dict, struct ipvlan_route **route, struct refusal *refusal)
{
	struct ipvlan_route *made = NULL;
	int err = wish_text(dict, "destination", new_route, &made, refusal);

	if (!err)
		err = made ? fill_route(dict, made, refusal) : refused(-EINVAL, "destination", Py_None, refusal);
	if (err)
		ipvlan_route_free(made);
	else
		*route = made;
	return err;
}

/* ---- slaves */

/* add(settings, item) for each item of a sequence. */
static int wish_each(PyObject *dict, const char *key,
		     int (*add)(PyObject *item, struct ipvlan_settings *settings, struct refusal *refusal),
		     struct ipvlan_settings *settings, struct refusal *refusal)
{
	PyObject *items = wish(dict, key);
	Py_ssize_t count = items ? PySequence_Size(items) : 0;
	int err = count < 0 ? RAISED : 0;

	for (Py_ssize_t i = 0; !err && i < count; i++) {
		PyObject *item = PySequence_GetItem(items, i);

		err = item ? refused(add(item, settings, refusal), key, item, refusal) : RAISED;
		/* The sequence keeps it alive for as long as the refusal speaks of it. */
		Py_XDECREF(item);
	}
	return err;
}

static int add_address(PyObject *item, struct ipvlan_settings *settings, struct refusal *refusal)
{
	struct ipvlan_address *address;
	TEXT(text);
	int err;

	if (!PyDict_Check(item))
		return text_convert(item, &text) ? ipvlan_settings_add_address(settings, text.text) : RAISED;
	err = address_from_dict(item, &address, refusal);
	if (err)
		return err;
	err = ipvlan_settings_add_address_object(settings, address);
	ipvlan_address_free(address);
	return err;
}

static int add_gateway(PyObject *item, struct ipvlan_settings *settings, struct refusal *refusal)
{
	TEXT(text);

	(void)refusal;
	return text_convert(item, &text) ? ipvlan_settings_set_gateway(settings, text.text) : RAISED;
}

/* (destination, gateway or None), or one that is described in full. */
static int add_route(PyObject *item, struct ipvlan_settings *settings, struct refusal *refusal)
{
	struct ipvlan_route *route;
	TEXT(destination);
	TEXT(gateway);
	int err;

	if (PyTuple_Check(item)) {
		if (!PyArg_ParseTuple(item, "O&O&", text_convert, &destination, text_convert_optional, &gateway))
			return RAISED;
		return ipvlan_settings_add_route(settings, destination.text, gateway.text);
	}
	err = route_from_dict(item, &route, refusal);
	if (err)
		return err;
	err = ipvlan_settings_add_route_object(settings, route);
	ipvlan_route_free(route);
	return err;
}

static int set_netns_name(void *settings, const char *text)
{
	return ipvlan_settings_set_netns_name(settings, text);
}

static int set_netns_path(void *settings, const char *text)
{
	return ipvlan_settings_set_netns_path(settings, text);
}

/* Numbers that are set by a function of their own; those that may be unset are not called for then. */
static int set_mtu(struct ipvlan_settings *settings, uint32_t value)
{
	return ipvlan_settings_set_mtu(settings, value);
}

static int set_mode(struct ipvlan_settings *settings, uint32_t value)
{
	return ipvlan_settings_set_mode(settings, (int)value);
}

static int set_flags(struct ipvlan_settings *settings, uint32_t value)
{
	return ipvlan_settings_set_flags(settings, (int)value);
}

static int set_parent_index(struct ipvlan_settings *settings, uint32_t value)
{
	return ipvlan_settings_set_parent_index(settings, (int)value);
}

static int set_netns_pid(struct ipvlan_settings *settings, uint32_t value)
{
	return ipvlan_settings_set_netns_pid(settings, (pid_t)value);
}

static int set_netns_fd(struct ipvlan_settings *settings, uint32_t value)
{
	return ipvlan_settings_set_netns_fd(settings, (int)value);
}

static const struct {
	const char *key;
	int (*set)(struct ipvlan_settings *settings, uint32_t value);
} settings_numbers[] = {
	{"parent_index", set_parent_index}, {"mode", set_mode},		{"flags", set_flags}, {"mtu", set_mtu},
	{"netns_pid", set_netns_pid},	    {"netns_fd", set_netns_fd},
};

static int set_numbers(PyObject *dict, struct ipvlan_settings *settings, struct refusal *refusal)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(settings_numbers) / sizeof(*settings_numbers); i++) {
		const char *key = settings_numbers[i].key;
		uint32_t number = 0;
		bool is_set;

		err = wish_number(dict, key, INT32_MAX, &is_set, &number, refusal);
		if (!err && is_set)
			err = refused(settings_numbers[i].set(settings, number), key, wish(dict, key), refusal);
	}
	return err;
}

static const struct {
	const char *key;
	void (*set)(struct ipvlan_settings *settings, bool value);
} settings_bools[] = {
	{"change_siblings", ipvlan_settings_set_change_siblings},
	{"up", ipvlan_settings_set_up},
	{"loopback_up", ipvlan_settings_set_loopback_up},
};

static int set_bools(PyObject *dict, struct ipvlan_settings *settings)
{
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(settings_bools) / sizeof(*settings_bools); i++) {
		bool is_true;

		err = wish_bool(dict, settings_bools[i].key, &is_true);
		if (!err)
			settings_bools[i].set(settings, is_true);
	}
	return err;
}

static int fill_settings(PyObject *dict, struct ipvlan_settings *settings, struct refusal *refusal)
{
	int err = set_numbers(dict, settings, refusal);

	if (!err)
		err = wish_text(dict, "netns_name", set_netns_name, settings, refusal);
	if (!err)
		err = wish_text(dict, "netns_path", set_netns_path, settings, refusal);
	if (!err)
		err = wish_each(dict, "addresses", add_address, settings, refusal);
	if (!err)
		err = wish_each(dict, "gateways", add_gateway, settings, refusal);
	if (!err)
		err = wish_each(dict, "routes", add_route, settings, refusal);
	return err ? err : set_bools(dict, settings);
}

int settings_from_dict(PyObject *dict, struct ipvlan_settings **settings, struct refusal *refusal)
{
	PyObject *parent = wish(dict, "parent"), *name = wish(dict, "name");
	struct ipvlan_settings *made;
	TEXT(parent_text);
	TEXT(name_text);
	int err;

	if ((parent && !text_convert(parent, &parent_text)) || (name && !text_convert(name, &name_text)))
		return RAISED;
	made = ipvlan_settings_new(parent_text.text, name_text.text);
	if (!made)
		return -ENOMEM;
	err = fill_settings(dict, made, refusal);
	if (err)
		ipvlan_settings_free(made);
	else
		*settings = made;
	return err;
}
