/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Duplicate address detection takes a random delay of up to a second, and one more. */
#define DAD_TIMEOUT 10000

/* Two networks of one container may each have a default route: the first keeps precedence. */
#define MOST_METRICS 64

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static bool has_ipv6(const json_t *result)
{
	json_t *ip;
	size_t i;

	json_array_foreach (json_object_get(result, "ips"), i, ip)
		if (strchr(text_of(ip, "address"), ':'))
			return true;
	return false;
}

/* Runs in the container. Runtimes switch IPv6 off in new namespaces, and leave it to plugins to switch it on. */
static int enable_ipv6(void *data)
{
	char path[128];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", (const char *)data);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

static int add_address(struct ipvlan_ctx *ctx, const char *name, const char *text, struct cni_error *error)
{
	struct ipvlan_address *address;
	int err = ipvlan_address_new(text, &address);

	if (err)
		return cni_fail_memory(error);
	err = ipvlan_address_add(ctx, name, address);
	ipvlan_address_free(address);
	return err ? cni_fail_library(error, ctx) : 0;
}

static int add_addresses(struct ipvlan_ctx *ctx, const char *name, const json_t *result, struct cni_error *error)
{
	json_t *ip;
	size_t i;
	int err = 0;

	json_array_foreach (json_object_get(result, "ips"), i, ip)
		if (!err)
			err = add_address(ctx, name, text_of(ip, "address"), error);
	return err;
}

/* Without a carrier nothing is detected, however long one waits. */
static bool has_carrier(struct ipvlan_ctx *ctx, const char *name)
{
	struct ipvlan_link *link;
	bool running;

	if (ipvlan_link_get(ctx, name, &link))
		return false;
	running = ipvlan_link_get_device_flags(link) & IFF_RUNNING;
	ipvlan_link_free(link);
	return running;
}

static int settle(struct ipvlan_ctx *ctx, const char *name, struct cni_error *error)
{
	if (!has_carrier(ctx, name))
		return 0;
	return ipvlan_link_wait(ctx, name, IPVLAN_CONDITION_ADDRESS_READY, DAD_TIMEOUT) ? cni_fail_library(error, ctx)
											: 0;
}

/* ---- routes */

static int add_route(struct ipvlan_ctx *ctx, const char *name, struct ipvlan_route *route, bool has_priority)
{
	uint32_t metric = ipvlan_route_get_family(route) == AF_INET6 ? 1024 : 0;
	int err = ipvlan_route_add(ctx, name, route);

	for (int i = 1; err == -EEXIST && !has_priority && i < MOST_METRICS; i++) {
		ipvlan_route_set_metric(route, metric + (uint32_t)i);
		err = ipvlan_route_add(ctx, name, route);
	}
	return err;
}

/* by_gateway: only those through a gateway, or only those without. */
static int add_one_route(struct ipvlan_ctx *ctx, const char *name, const json_t *result, const json_t *json,
			 bool by_gateway, struct cni_error *error)
{
	char buf[IPVLAN_ADDRESS_SIZE];
	struct ipvlan_route *route;
	int err = result_route(result, json, &route, error);

	if (err)
		return err;
	if ((ipvlan_route_format_gateway(route, buf, sizeof(buf)) != NULL) == by_gateway &&
	    add_route(ctx, name, route, json_object_get(json, "priority")))
		err = cni_fail_library(error, ctx);
	ipvlan_route_free(route);
	return err;
}

/* A gateway may be reached by one of the routes straight to the link, so these come first. */
static int add_routes(struct ipvlan_ctx *ctx, const char *name, const json_t *result, struct cni_error *error)
{
	json_t *json;
	size_t i;
	int err = 0;

	for (int pass = 0; pass < 2; pass++)
		json_array_foreach (json_object_get(result, "routes"), i, json)
			if (!err)
				err = add_one_route(ctx, name, result, json, pass, error);
	return err;
}

int endpoint_configure(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, const char *name, const json_t *result,
		       struct cni_error *error)
{
	int err = 0;

	/* Where it cannot be enabled, the kernel refuses the address, and the library tells why. */
	if (has_ipv6(result))
		ipvlan_netns_call(ctx, netns, enable_ipv6, (void *)name, NULL);
	err = add_addresses(ctx, name, result, error);
	if (!err && has_ipv6(result))
		err = settle(ctx, name, error);
	return err ? err : add_routes(ctx, name, result, error);
}

/* ---- comparing */

static void differ(char *differences, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void differ(char *differences, size_t size, const char *format, ...)
{
	size_t used = strlen(differences);
	va_list ap;

	if (used && used < size)
		used += (size_t)snprintf(differences + used, size - used, "; ");
	if (used >= size)
		return;
	va_start(ap, format);
	vsnprintf(differences + used, size - used, format, ap);
	va_end(ap);
}

/* In the kernel's own way of writing it. */
static int same_text(const char *text, char *buf, size_t size)
{
	struct ipvlan_address *address;
	int err = ipvlan_address_new(text, &address);

	if (err)
		return err;
	ipvlan_address_format_prefix(address, buf, size);
	ipvlan_address_free(address);
	return 0;
}

static bool has_address(const struct ipvlan_link *link, const char *wanted)
{
	char buf[IPVLAN_ADDRESS_SIZE];

	for (size_t i = 0; i < ipvlan_link_get_address_count(link); i++)
		if (strcmp(ipvlan_address_format_prefix(ipvlan_link_get_address(link, i), buf, sizeof(buf)), wanted) ==
		    0)
			return true;
	return false;
}

static void compare_addresses(const struct ipvlan_link *link, const json_t *result, json_int_t interface,
			      char *differences, size_t size)
{
	char wanted[IPVLAN_ADDRESS_SIZE];
	json_t *ip;
	size_t i;

	json_array_foreach (json_object_get(result, "ips"), i, ip) {
		const json_t *index = json_object_get(ip, "interface");

		if (index && json_integer_value(index) != interface)
			continue;
		if (same_text(text_of(ip, "address"), wanted, sizeof(wanted)) || !has_address(link, wanted))
			differ(differences, size, "it has no address %s", text_of(ip, "address"));
	}
}

/* Before 1.1 a result does not tell table, MTU and segment size, though an IPAM plugin may have asked for them. */
static bool is_same_rest(const struct ipvlan_route *a, const struct ipvlan_route *b, enum spec spec)
{
	return spec < SPEC_1_1_0 || (ipvlan_route_get_table(a) == ipvlan_route_get_table(b) &&
				     ipvlan_route_get_mtu(a) == ipvlan_route_get_mtu(b) &&
				     ipvlan_route_get_advmss(a) == ipvlan_route_get_advmss(b));
}

static bool is_same_route(const struct ipvlan_route *a, const struct ipvlan_route *b, enum spec spec)
{
	char one[IPVLAN_ADDRESS_SIZE], other[IPVLAN_ADDRESS_SIZE];
	const char *gateway = ipvlan_route_format_gateway(a, one, sizeof(one));
	const char *other_gateway = ipvlan_route_format_gateway(b, other, sizeof(other));

	if (ipvlan_route_get_family(a) != ipvlan_route_get_family(b) || !gateway != !other_gateway ||
	    (gateway && strcmp(gateway, other_gateway) != 0) || !is_same_rest(a, b, spec))
		return false;
	return strcmp(ipvlan_route_format_destination(a, one, sizeof(one)),
		      ipvlan_route_format_destination(b, other, sizeof(other))) == 0;
}

static bool has_route(const struct ipvlan_route_list *list, const struct ipvlan_route *wanted, enum spec spec)
{
	for (size_t i = 0; i < ipvlan_route_list_get_count(list); i++)
		if (is_same_route(ipvlan_route_list_get(list, i), wanted, spec))
			return true;
	return false;
}

/* Whatever link they lead through: a plugin that came later may have changed that. */
static int compare_routes(const struct ipvlan_route_list *list, const json_t *result, enum spec spec, char *differences,
			  size_t size, struct cni_error *error)
{
	json_t *json;
	size_t i;

	json_array_foreach (json_object_get(result, "routes"), i, json) {
		struct ipvlan_route *route;

		if (result_route(result, json, &route, error))
			return -EINVAL;
		if (!has_route(list, route, spec))
			differ(differences, size, "there is no route to %s", text_of(json, "dst"));
		ipvlan_route_free(route);
	}
	return 0;
}

int endpoint_compare(struct ipvlan_ctx *ctx, const struct ipvlan_link *link, const json_t *result, enum spec spec,
		     json_int_t interface, char *differences, size_t size, struct cni_error *error)
{
	struct ipvlan_route_list *list;
	int err;

	compare_addresses(link, result, interface, differences, size);
	if (ipvlan_route_list(ctx, NULL, AF_UNSPEC, 0, &list))
		return cni_fail_library(error, ctx);
	err = compare_routes(list, result, spec, differences, size, error);
	ipvlan_route_list_free(list);
	return err;
}
