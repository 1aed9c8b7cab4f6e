/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

/* What an object may hold, and since when. */
struct field {
	const char *name;
	json_type type;
	enum spec since;
};

static const struct field interface_fields[] = {
	{"name", JSON_STRING, SPEC_0_3_0},
	{"mac", JSON_STRING, SPEC_0_3_0},
	{"mtu", JSON_INTEGER, SPEC_1_1_0},
	{"sandbox", JSON_STRING, SPEC_0_3_0},
	{"socketPath", JSON_STRING, SPEC_1_1_0},
	{"pciID", JSON_STRING, SPEC_1_1_0},
	{NULL},
};

static const struct field ip_fields[] = {
	{"address", JSON_STRING, SPEC_0_3_0},
	{"gateway", JSON_STRING, SPEC_0_3_0},
	{"interface", JSON_INTEGER, SPEC_0_3_0},
	{NULL},
};

static const struct field route_fields[] = {
	{"dst", JSON_STRING, SPEC_0_1_0},	{"gw", JSON_STRING, SPEC_0_1_0},
	{"mtu", JSON_INTEGER, SPEC_1_1_0},	{"advmss", JSON_INTEGER, SPEC_1_1_0},
	{"priority", JSON_INTEGER, SPEC_1_1_0}, {"table", JSON_INTEGER, SPEC_1_1_0},
	{"scope", JSON_INTEGER, SPEC_1_1_0},	{NULL},
};

/* Of 0.2.0. */
static const struct field old_ip_fields[] = {
	{"ip", JSON_STRING, SPEC_0_1_0},
	{"gateway", JSON_STRING, SPEC_0_1_0},
	{"routes", JSON_ARRAY, SPEC_0_1_0},
	{NULL},
};

static const struct field result_fields[] = {
	{"interfaces", JSON_ARRAY, SPEC_0_3_0},
	{"ips", JSON_ARRAY, SPEC_0_3_0},
	{"ip4", JSON_OBJECT, SPEC_0_1_0},
	{"ip6", JSON_OBJECT, SPEC_0_1_0},
	{"routes", JSON_ARRAY, SPEC_0_3_0},
	{"dns", JSON_OBJECT, SPEC_0_1_0},
	{NULL},
};

static const struct field dns_fields[] = {
	{"nameservers", JSON_ARRAY, SPEC_0_1_0},
	{"domain", JSON_STRING, SPEC_0_1_0},
	{"search", JSON_ARRAY, SPEC_0_1_0},
	{"options", JSON_ARRAY, SPEC_0_1_0},
	{NULL},
};

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int wrong(struct cni_error *error, const char *what, const char *why)
{
	return cni_fail(error, CNI_DECODING, "%s %s", what, why);
}

/* null is what some programs write for nothing. */
static int check_fields(const json_t *object, const struct field *fields, const char *what, struct cni_error *error)
{
	if (!json_is_object(object))
		return wrong(error, what, "is no object");
	for (; fields->name; fields++) {
		const json_t *value = json_object_get(object, fields->name);

		if (value && !json_is_null(value) && json_typeof(value) != fields->type)
			return cni_fail(error, CNI_DECODING, "\"%s\" of %s is not of its type", fields->name, what);
	}
	return 0;
}

/* A copy of what a version knows. */
static json_t *copy_fields(const json_t *object, const struct field *fields, enum spec spec)
{
	json_t *copy = json_object();

	for (; copy && fields->name; fields++) {
		json_t *value = json_object_get(object, fields->name);

		if (!value || json_is_null(value) || fields->since > spec)
			continue;
		if (json_object_set_new(copy, fields->name, json_deep_copy(value))) {
			json_decref(copy);
			return NULL;
		}
	}
	return copy;
}

static int append_copy(json_t *array, const json_t *object, const struct field *fields, struct cni_error *error)
{
	return json_array_append_new(array, copy_fields(object, fields, SPEC_NEWEST)) ? cni_fail_memory(error) : 0;
}

json_t *result_new(void)
{
	return json_pack("{s:[], s:[], s:[], s:{}}", "interfaces", "ips", "routes", "dns");
}

/* A text of CNI's has no netmasks, though the library takes them. */
static bool has_length(const char *text)
{
	const char *slash = strchr(text, '/');

	return slash && !strchr(slash, '.');
}

static int check_address(const char *text, bool with_prefix, const char *what, struct cni_error *error)
{
	struct ipvlan_address *address = NULL;
	bool fits = text && (with_prefix ? has_length(text) : !strchr(text, '/'));
	int err = fits ? ipvlan_address_new(text, &address) : -EINVAL;

	ipvlan_address_free(address);
	if (err == -ENOMEM)
		return cni_fail_memory(error);
	if (err)
		return cni_fail(error, CNI_DECODING, "\"%.80s\" is no %s", text ? text : "", what);
	return 0;
}

static int check_in_range(const json_t *object, const char *key, json_int_t most, struct cni_error *error)
{
	json_int_t value = json_integer_value(json_object_get(object, key));

	if (value < 0 || value > most)
		return cni_fail(error, CNI_DECODING, "\"%s\" is out of range", key);
	return 0;
}

static int read_interface(const json_t *json, json_t *result, struct cni_error *error)
{
	int err = check_fields(json, interface_fields, "an interface", error);

	if (!err && !text_of(json, "name"))
		err = wrong(error, "an interface", "has no name");
	if (!err)
		err = check_in_range(json, "mtu", UINT32_MAX, error);
	return err ? err : append_copy(json_object_get(result, "interfaces"), json, interface_fields, error);
}

static int read_ip(const json_t *json, json_t *result, struct cni_error *error)
{
	size_t interfaces = json_array_size(json_object_get(result, "interfaces"));
	json_int_t interface;
	int err = check_fields(json, ip_fields, "an address", error);

	if (!err)
		err = check_address(text_of(json, "address"), true, "address with prefix length", error);
	if (!err && text_of(json, "gateway"))
		err = check_address(text_of(json, "gateway"), false, "gateway", error);
	interface = json_integer_value(json_object_get(json, "interface"));
	/* An IPAM plugin knows of no interfaces, and some count one nevertheless. */
	if (!err && (interface < 0 || (interfaces && interface >= (json_int_t)interfaces)))
		err = wrong(error, "\"interface\" of an address", "is none of the interfaces");
	return err ? err : append_copy(json_object_get(result, "ips"), json, ip_fields, error);
}

static int read_route(const json_t *json, json_t *result, struct cni_error *error)
{
	static const char *const numbers[] = {"mtu", "advmss", "priority", "table"};
	struct ipvlan_route *route = NULL;
	int err = check_fields(json, route_fields, "a route", error);

	for (size_t i = 0; !err && i < sizeof(numbers) / sizeof(numbers[0]); i++)
		err = check_in_range(json, numbers[i], UINT32_MAX, error);
	if (!err)
		err = check_in_range(json, "scope", UINT8_MAX, error);
	if (!err)
		err = result_route(result, json, &route, error);
	ipvlan_route_free(route);
	return err ? err : append_copy(json_object_get(result, "routes"), json, route_fields, error);
}

static int read_each(const json_t *array, json_t *result,
		     int (*read)(const json_t *json, json_t *result, struct cni_error *error), struct cni_error *error)
{
	json_t *item;
	size_t i;
	int err = 0;

	json_array_foreach (array, i, item) {
		if (!err)
			err = read(item, result, error);
	}
	return err;
}

/* 0.2.0 has one address of a family, with its routes beside it. */
static int read_old_ip(const json_t *json, json_t *result, struct cni_error *error)
{
	const char *gateway;
	json_t *ip;
	int err;

	if (!json || json_is_null(json))
		return 0;
	err = check_fields(json, old_ip_fields, "an address", error);
	if (err)
		return err;
	gateway = text_of(json, "gateway");
	ip = json_pack("{s:s*, s:s*}", "address", text_of(json, "ip"), "gateway", gateway);
	err = ip ? read_ip(ip, result, error) : cni_fail_memory(error);
	json_decref(ip);
	return err ? err : read_each(json_object_get(json, "routes"), result, read_route, error);
}

static int read_old(const json_t *json, json_t *result, struct cni_error *error)
{
	int err = read_old_ip(json_object_get(json, "ip4"), result, error);

	return err ? err : read_old_ip(json_object_get(json, "ip6"), result, error);
}

/* Routes come last: they may take the gateways of addresses. */
static int read_new(const json_t *json, json_t *result, struct cni_error *error)
{
	int err = read_each(json_object_get(json, "interfaces"), result, read_interface, error);

	if (!err)
		err = read_each(json_object_get(json, "ips"), result, read_ip, error);
	return err ? err : read_each(json_object_get(json, "routes"), result, read_route, error);
}

static int fill(json_t *result, const json_t *json, enum spec spec, struct cni_error *error)
{
	json_t *dns;
	int err = spec <= SPEC_0_2_0 ? read_old(json, result, error) : read_new(json, result, error);

	if (!err)
		err = dns_read(json_object_get(json, "dns"), &dns, error);
	if (!err && json_object_set_new(result, "dns", dns))
		err = cni_fail_memory(error);
	return err;
}

int result_read(const json_t *json, enum spec spec, json_t **result, struct cni_error *error)
{
	int named, err = check_fields(json, result_fields, "a result", error);
	const char *version = text_of(json, "cniVersion");

	if (err)
		return err;
	named = version && *version ? spec_find(version) : (int)spec;
	if (named < 0)
		return cni_fail(error, CNI_INCOMPATIBLE_VERSION,
				"a result of version \"%.40s\" is not known here; these are: %s", version, spec_list());
	*result = result_new();
	if (!*result)
		return cni_fail_memory(error);
	err = fill(*result, json, (enum spec)named, error);
	if (err) {
		json_decref(*result);
		*result = NULL;
	}
	return err;
}

static bool is_ipv6(const char *text)
{
	return text && strchr(text, ':');
}

const char *result_gateway(const json_t *result, int family)
{
	json_t *ip;
	size_t i;

	json_array_foreach (json_object_get(result, "ips"), i, ip) {
		const char *gateway = text_of(ip, "gateway");

		if (gateway && is_ipv6(gateway) == (family == AF_INET6))
			return gateway;
	}
	return NULL;
}

static void set_numbers(struct ipvlan_route *route, const json_t *json)
{
	const json_t *table = json_object_get(json, "table"), *scope = json_object_get(json, "scope");

	ipvlan_route_set_metric(route, (uint32_t)json_integer_value(json_object_get(json, "priority")));
	ipvlan_route_set_mtu(route, (uint32_t)json_integer_value(json_object_get(json, "mtu")));
	ipvlan_route_set_advmss(route, (uint32_t)json_integer_value(json_object_get(json, "advmss")));
	if (json_is_integer(table))
		ipvlan_route_set_table(route, (uint32_t)json_integer_value(table));
	if (json_is_integer(scope))
		ipvlan_route_set_scope(route, (uint8_t)json_integer_value(scope));
}

/* The library takes 10/8 as people write it; a text of CNI's has a network in full, and other plugins refuse that. */
static bool is_in_full(const char *dst)
{
	size_t dots = 0;

	for (const char *at = dst; *at && *at != '/'; at++)
		dots += *at == '.';
	return has_length(dst) && (dots == 3 || strchr(dst, ':'));
}

int result_route(const json_t *result, const json_t *json, struct ipvlan_route **route, struct cni_error *error)
{
	const char *dst = text_of(json, "dst"), *gateway = text_of(json, "gw");
	int err = dst && is_in_full(dst) ? ipvlan_route_new(dst, route) : -EINVAL;
	bool is_other;

	if (err == -ENOMEM)
		return cni_fail_memory(error);
	if (err)
		return cni_fail(
			error, CNI_DECODING,
			"\"%.80s\" is no destination of a route, which is a network in full, such as 10.0.0.0/8",
			dst ? dst : "");
	if (!gateway || !*gateway)
		gateway = result_gateway(result, ipvlan_route_get_family(*route));
	/* The library takes an IPv6 gateway for an IPv4 network; other plugins refuse that. */
	is_other = gateway && !strchr(gateway, ':') != !strchr(dst, ':');
	if (is_other || (gateway && ipvlan_route_set_gateway(*route, gateway))) {
		ipvlan_route_free(*route);
		*route = NULL;
		return cni_fail(error, CNI_DECODING, "\"%.80s\" is no gateway for the route to %.80s", gateway, dst);
	}
	set_numbers(*route, json);
	return 0;
}

/* ---- dns */

static int check_texts(const json_t *array, struct cni_error *error)
{
	json_t *text;
	size_t i;

	json_array_foreach (array, i, text)
		if (!json_is_string(text))
			return wrong(error, "\"dns\"", "has something else than text in a list");
	return 0;
}

int dns_read(const json_t *json, json_t **dns, struct cni_error *error)
{
	int err = 0;

	if (json && !json_is_null(json)) {
		err = check_fields(json, dns_fields, "\"dns\"", error);
		for (const struct field *field = dns_fields; !err && field->name; field++)
			err = check_texts(json_object_get(json, field->name), error);
	}
	if (err)
		return err;
	*dns = copy_fields(json, dns_fields, SPEC_NEWEST);
	return *dns ? 0 : cni_fail_memory(error);
}

int dns_read_runtime(const json_t *json, json_t **dns, struct cni_error *error)
{
	json_t *renamed;
	int err;

	if (!json || json_is_null(json))
		return dns_read(NULL, dns, error);
	if (!json_is_object(json))
		return wrong(error, "\"dns\" of runtimeConfig", "is no object");
	renamed = json_pack("{s:O*, s:O*, s:O*}", "nameservers", json_object_get(json, "servers"), "search",
			    json_object_get(json, "searches"), "options", json_object_get(json, "options"));
	err = renamed ? dns_read(renamed, dns, error) : cni_fail_memory(error);
	json_decref(renamed);
	return err;
}

/* An object whose keys are texts that were seen: lists are as long as a configuration has room for. */
static int note_texts(json_t *seen, const json_t *list)
{
	json_t *text;
	size_t i;

	json_array_foreach (list, i, text)
		if (json_object_set_nocheck(seen, json_string_value(text), text))
			return -ENOMEM;
	return 0;
}

static int append_unseen(json_t *merged, const json_t *list, json_t *seen)
{
	json_t *text;
	size_t i;

	json_array_foreach (list, i, text) {
		if (json_object_get(seen, json_string_value(text)))
			continue;
		if (json_array_append(merged, text) || json_object_set_nocheck(seen, json_string_value(text), text))
			return -ENOMEM;
	}
	return 0;
}

static int merge_list(json_t *into, const json_t *from, const char *key)
{
	const json_t *list = json_object_get(from, key);
	json_t *merged = json_object_get(into, key), *seen;
	int err;

	if (!list)
		return 0;
	if (!merged)
		return json_object_set_new(into, key, json_deep_copy(list));
	seen = json_object();
	err = seen ? note_texts(seen, merged) : -ENOMEM;
	if (!err)
		err = append_unseen(merged, list, seen);
	json_decref(seen);
	return err;
}

json_t *dns_merge(const json_t *first, const json_t *second)
{
	json_t *merged = json_deep_copy(first), *domain = json_object_get(second, "domain");
	const char *own = text_of(merged, "domain");
	int err = merged ? 0 : -ENOMEM;

	if (!err && domain && !(own && *own))
		err = json_object_set(merged, "domain", domain);
	for (const struct field *field = dns_fields; !err && field->name; field++)
		if (field->type == JSON_ARRAY)
			err = merge_list(merged, second, field->name);
	if (err) {
		json_decref(merged);
		return NULL;
	}
	return merged;
}

/* ---- writing */

static json_t *write_list(const json_t *list, const struct field *fields, enum spec spec)
{
	json_t *copy = json_array(), *item;
	size_t i;

	json_array_foreach (list, i, item) {
		if (copy && json_array_append_new(copy, copy_fields(item, fields, spec))) {
			json_decref(copy);
			copy = NULL;
		}
	}
	return copy;
}

static json_t *write_ips(const json_t *result, enum spec spec)
{
	json_t *ips = write_list(json_object_get(result, "ips"), ip_fields, spec), *ip;
	size_t i;

	if (spec >= SPEC_1_0_0)
		return ips;
	json_array_foreach (ips, i, ip) {
		if (json_object_set_new(ip, "version", json_string(is_ipv6(text_of(ip, "address")) ? "6" : "4"))) {
			json_decref(ips);
			return NULL;
		}
	}
	return ips;
}

static int set_list(json_t *json, const char *key, json_t *list)
{
	if (list && json_array_size(list) == 0) {
		json_decref(list);
		return 0;
	}
	return json_object_set_new(json, key, list);
}

static int write_new(json_t *json, const json_t *result, enum spec spec)
{
	int err =
		set_list(json, "interfaces", write_list(json_object_get(result, "interfaces"), interface_fields, spec));

	if (!err)
		err = set_list(json, "ips", write_ips(result, spec));
	if (!err)
		err = set_list(json, "routes", write_list(json_object_get(result, "routes"), route_fields, spec));
	return err;
}

static int write_old_routes(json_t *ip, const json_t *result, bool ipv6)
{
	json_t *routes = json_array(), *route;
	size_t i;
	int err = 0;

	json_array_foreach (json_object_get(result, "routes"), i, route)
		if (!err && is_ipv6(text_of(route, "dst")) == ipv6)
			err = json_array_append_new(routes, copy_fields(route, route_fields, SPEC_0_2_0));
	if (err) {
		json_decref(routes);
		return err;
	}
	return set_list(ip, "routes", routes);
}

/* There is room for one address of each family, the first one. */
static int write_old_ip(json_t *json, const json_t *result, const char *key, bool ipv6)
{
	json_t *from, *ip;
	size_t i;

	json_array_foreach (json_object_get(result, "ips"), i, from) {
		if (is_ipv6(text_of(from, "address")) != ipv6)
			continue;
		ip = json_pack("{s:s, s:s*}", "ip", text_of(from, "address"), "gateway", text_of(from, "gateway"));
		if (!ip || write_old_routes(ip, result, ipv6)) {
			json_decref(ip);
			return -ENOMEM;
		}
		return json_object_set_new(json, key, ip);
	}
	return 0;
}

static int write_old(json_t *json, const json_t *result)
{
	int err = write_old_ip(json, result, "ip4", false);

	return err ? err : write_old_ip(json, result, "ip6", true);
}

json_t *result_write(const json_t *result, enum spec spec)
{
	json_t *json = json_pack("{s:s}", "cniVersion", spec_name(spec));
	int err = json ? 0 : -ENOMEM;

	if (!err)
		err = spec <= SPEC_0_2_0 ? write_old(json, result) : write_new(json, result, spec);
	if (!err)
		err = json_object_set_new(json, "dns", json_deep_copy(json_object_get(result, "dns")));
	if (err) {
		json_decref(json);
		return NULL;
	}
	return json;
}
