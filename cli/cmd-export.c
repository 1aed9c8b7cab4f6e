/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export: what lives, as a topology file. As JSON it is one, too. */
#include "command.h"
#include "output.h"
#include "range.h"
#include "session.h"
#include "shortage.h"
#include "text.h"

#include <ctype.h>
#include <ipvlan/ipvlan.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* A name as the file has it: what would be read as a range is not one. */
static json_t *new_name(const char *name)
{
	char *escaped = range_escape(name);
	json_t *text = escaped ? document_text(escaped) : NULL;

	if (!escaped)
		shortage_tell();
	free(escaped);
	return text;
}

static json_t *new_gateways(const struct ipvlan_module_options *options)
{
	char text[IPVLAN_ADDRESS_SIZE];
	json_t *gateways = json_array();

	for (size_t i = 0; ipvlan_module_options_format_gateway(options, i, text, sizeof(text)); i++)
		json_array_append_new(gateways, json_string(text));
	return gateways;
}

static void add_options(json_t *parent, const struct ipvlan_module_options *options)
{
	uint32_t limit = ipvlan_module_options_get_queue_limit(options);

	for (int i = 0; i < IPVLAN_MODULE_OPTION_COUNT; i++)
		if (ipvlan_module_options_get(options, i) >= 0)
			json_object_set_new(parent, ipvlan_module_option_to_string(i),
					    json_boolean(ipvlan_module_options_get(options, i)));
	if (ipvlan_module_options_has_gateways(options))
		json_object_set_new(parent, "gateway", new_gateways(options));
	if (limit)
		json_object_set_new(parent, "queue-limit", json_integer(limit));
}

static json_t *new_parents(const struct ipvlan_topology *topology)
{
	json_t *parents = json_array(), *parent;
	char mode[IPVLAN_NAME_SIZE], flags[IPVLAN_NAME_SIZE];

	for (size_t i = 0; i < ipvlan_topology_get_parent_count(topology); i++) {
		parent = json_object();
		json_object_set_new(parent, "name", new_name(ipvlan_topology_get_parent_name(topology, i)));
		json_object_set_new(parent, "mode",
				    json_string(ipvlan_mode_format(ipvlan_topology_get_parent_mode(topology, i), mode,
								   sizeof(mode))));
		if (ipvlan_topology_get_parent_flags(topology, i) >= 0)
			json_object_set_new(
				parent, "flags",
				json_string(ipvlan_flags_format(ipvlan_topology_get_parent_flags(topology, i), flags,
								sizeof(flags))));
		if (ipvlan_topology_get_parent_options(topology, i))
			add_options(parent, ipvlan_topology_get_parent_options(topology, i));
		json_array_append_new(parents, parent);
	}
	return parents;
}

/* The kernel lists the IPv6 addresses of a link from the last to the first; the file has them in the order of making.
 */
static json_t *new_addresses(const struct ipvlan_topology_slave *slave)
{
	json_t *addresses = json_array();
	const struct ipvlan_address *address;
	char text[IPVLAN_ADDRESS_SIZE];
	size_t i, ipv4_count = 0;

	for (i = 0; (address = ipvlan_topology_slave_get_address(slave, i)); i++) {
		json_t *string = json_string(ipvlan_address_format_prefix(address, text, sizeof(text)));

		if (ipvlan_address_get_family(address) == AF_INET)
			json_array_insert_new(addresses, ipv4_count++, string);
		else
			json_array_insert_new(addresses, ipv4_count, string);
	}
	return addresses;
}

static bool has_inet6_gateway(const struct ipvlan_route *route)
{
	char text[IPVLAN_ADDRESS_SIZE];

	return ipvlan_route_format_gateway(route, text, sizeof(text)) && strchr(text, ':');
}

static json_t *new_route(const struct ipvlan_route *route)
{
	bool is_ipv6 = ipvlan_route_get_family(route) == AF_INET6;
	uint32_t metric = ipvlan_route_get_metric(route);
	char text[IPVLAN_ADDRESS_SIZE];
	json_t *document = json_object();
	const char *to = ipvlan_route_format_destination(route, text, sizeof(text));

	/* A word would have the family of the gateway, which may be another. */
	if (strcmp(to, "default") == 0)
		to = is_ipv6 ? "::/0" : has_inet6_gateway(route) ? "0.0.0.0/0" : to;
	json_object_set_new(document, "to", json_string(to));
	if (ipvlan_route_format_gateway(route, text, sizeof(text)))
		json_object_set_new(document, "via", json_string(text));
	if (metric && !(is_ipv6 && metric == 1024))
		json_object_set_new(document, "metric", json_integer(metric));
	if (ipvlan_route_format_source(route, text, sizeof(text)))
		json_object_set_new(document, "src", json_string(text));
	if (ipvlan_route_get_flags(route) & RTNH_F_ONLINK)
		json_object_set_new(document, "onlink", json_true());
	return document;
}

static json_t *new_routes(const struct ipvlan_topology_slave *slave)
{
	json_t *routes = json_array();
	const struct ipvlan_route *route;

	for (size_t i = 0; (route = ipvlan_topology_slave_get_route(slave, i)); i++)
		json_array_append_new(routes, new_route(route));
	return routes;
}

static void set_unless_empty(json_t *object, const char *key, json_t *array)
{
	if (json_array_size(array))
		json_object_set(object, key, array);
	json_decref(array);
}

static json_t *new_slave(const struct ipvlan_topology_slave *slave)
{
	const char *netns = ipvlan_topology_slave_get_netns(slave);
	json_t *document = json_object();

	json_object_set_new(document, "name", new_name(ipvlan_topology_slave_get_name(slave)));
	json_object_set_new(document, "parent", new_name(ipvlan_topology_slave_get_parent(slave)));
	if (netns)
		json_object_set_new(document, "netns", new_name(netns));
	if (ipvlan_topology_slave_get_mtu(slave))
		json_object_set_new(document, "mtu", json_integer(ipvlan_topology_slave_get_mtu(slave)));
	set_unless_empty(document, "addresses", new_addresses(slave));
	set_unless_empty(document, "routes", new_routes(slave));
	if (!ipvlan_topology_slave_is_up(slave))
		json_object_set_new(document, "up", json_false());
	if (netns && !ipvlan_topology_slave_has_loopback_up(slave))
		json_object_set_new(document, "lo", json_false());
	return document;
}

static json_t *new_slaves(const struct ipvlan_topology *topology)
{
	json_t *slaves = json_array();

	for (size_t i = 0; i < ipvlan_topology_get_slave_count(topology); i++)
		json_array_append_new(slaves, new_slave(ipvlan_topology_get_slave(topology, i)));
	return slaves;
}

/* Texts that some reader of YAML takes for something else are quoted, and so is whatever is not plainly harmless. */
static bool is_plain(const char *text)
{
	static const char *const words[] = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"};
	size_t dots = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(text, words[i]) == 0)
			return false;
	for (const char *c = text; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("_-./", *c))
			return false;
		dots += *c == '.';
	}
	return isalpha((unsigned char)text[0]) || (isdigit((unsigned char)text[0]) && dots == 3);
}

static void print_text(struct page *page, const char *text)
{
	if (is_plain(text))
		fputs(text, page->out);
	else
		text_print_quoted(page->out, text);
}

static void print_value(struct page *page, const json_t *value)
{
	FILE *out = page->out;
	const json_t *item;
	const char *key, *separator = "";
	size_t i;

	if (json_is_string(value)) {
		print_text(page, json_string_value(value));
	} else if (json_is_array(value)) {
		putc('[', out);
		json_array_foreach (value, i, item) {
			fputs(i ? ", " : "", out);
			print_value(page, item);
		}
		putc(']', out);
	} else if (json_is_object(value)) {
		fputs("{ ", out);
		json_object_foreach ((json_t *)value, key, item) {
			fprintf(out, "%s%s: ", separator, key);
			print_value(page, item);
			separator = ", ";
		}
		fputs(" }", out);
	} else if (json_dumpf(value, out, JSON_ENCODE_ANY)) {
		page->incomplete = true;
	}
}

static void print_list(struct page *page, const json_t *list, const char *title)
{
	const json_t *item;
	size_t i;

	page_ink(page, INK_TITLE, "%s:", title);
	fputs(json_array_size(list) ? "\n" : " []\n", page->out);
	json_array_foreach (list, i, item) {
		fputs("  - ", page->out);
		print_value(page, item);
		putc('\n', page->out);
	}
}

static void print_topology(struct page *page, const json_t *topology)
{
	print_list(page, json_object_get(topology, "parents"), "parents");
	print_list(page, json_object_get(topology, "slaves"), "slaves");
}

/* With U+FFFD in a name, the file would make what is not there, and with --prune delete what is. */
static int check_name(struct session *session, const char *name)
{
	if (text_is_utf8(name))
		return STATUS_DONE;
	session_error(session, "the name '%s' has bytes that are no UTF-8: a topology file cannot hold it; rename it",
		      name);
	return STATUS_REFUSED;
}

static int check_names(struct session *session, const struct ipvlan_topology *topology)
{
	int status = STATUS_DONE;

	for (size_t i = 0; !status && i < ipvlan_topology_get_parent_count(topology); i++)
		status = check_name(session, ipvlan_topology_get_parent_name(topology, i));
	for (size_t i = 0; !status && i < ipvlan_topology_get_slave_count(topology); i++) {
		const struct ipvlan_topology_slave *slave = ipvlan_topology_get_slave(topology, i);
		const char *netns = ipvlan_topology_slave_get_netns(slave);

		status = check_name(session, ipvlan_topology_slave_get_name(slave));
		if (!status && netns)
			status = check_name(session, netns);
	}
	return status;
}

static json_t *document_topology(const struct ipvlan_topology *topology)
{
	return json_pack("{s:o, s:o}", "parents", new_parents(topology), "slaves", new_slaves(topology));
}

/* Whoever keeps the file for a day when it shall be applied must know that it is not all. */
static void tell_left_out(struct session *session, const struct ipvlan_topology *topology)
{
	for (size_t i = 0; i < ipvlan_topology_get_finding_count(topology); i++)
		session_note(session, "%s", ipvlan_topology_get_finding_text(topology, i));
}

int run_export(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_topology *topology;
	int status;

	if (!ctx)
		return STATUS_REFUSED;
	if (ipvlan_topology_read(ctx, &topology))
		return session_library_error(session);
	status = check_names(session, topology);
	if (!status)
		tell_left_out(session, topology);
	if (!status)
		status = output_exact(session, &args->options, document_topology(topology), print_topology);
	ipvlan_topology_free(topology);
	return status;
}
