/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "topology-file.h"
#include "parse.h"
#include "range.h"

#include <ctype.h>
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ranges and aliases make much of little: a text of a few bytes must not take all memory. */
#ifndef MOST_THINGS
#define MOST_THINGS 1000000
#endif

struct loader {
	struct ipvlan_topology *topology;
	unsigned int first_line;
	unsigned int *columns; /* may be NULL */
	unsigned int thing_count;
};

/* One entry of a list, which ranges make into many things of one kind. */
struct entry {
	struct loader *loader;
	unsigned int n, count;	  /* which of them is being made, of how many */
	const yaml_node_t *ruler; /* whose range said how many; NULL: nobody's */
};

static struct entry begin_entry(struct loader *loader, const yaml_node_t *node)
{
	size_t line = node->start_mark.line;

	ipvlan_topology_set_line(loader->topology, loader->first_line + (unsigned int)line);
	if (loader->columns && !loader->columns[line])
		loader->columns[line] = (unsigned int)node->start_mark.column + 1;
	return (struct entry){.loader = loader, .count = 1};
}

static int count_thing(struct yaml_reader *reader, const yaml_node_t *node, struct loader *loader)
{
	if (++loader->thing_count <= MOST_THINGS)
		return 0;
	yaml_wrong(reader, node, "this comes to more than %d things in one file", MOST_THINGS);
	reader->errors->is_enough = true;
	return -EINVAL;
}

static int wrong_length(struct yaml_reader *reader, const yaml_node_t *node, unsigned int count,
			const struct entry *entry)
{
	return yaml_wrong(reader, node, "this range has %u members, but the one in line %zu, column %zu has %u", count,
			  entry->ruler->start_mark.line + 1, entry->ruler->start_mark.column + 1, entry->count);
}

/* A text with its range's number. All ranges are met while the first thing is made, so then all lengths are known. */
static int read_text(struct yaml_reader *reader, struct entry *entry, const yaml_node_t *node, const char *wanted,
		     char *buf, size_t size)
{
	struct message message;
	struct range range;
	const char *text;
	int err = yaml_read_text(reader, node, wanted, &text);

	if (err)
		return err;
	if (range_parse(text, &range, &message))
		return yaml_wrong(reader, node, "%s", message.text);
	if (range.count && !entry->ruler) {
		entry->ruler = node;
		entry->count = range.count;
	} else if (range.count && range.count != entry->count) {
		return wrong_length(reader, node, range.count, entry);
	}
	if (range_format(&range, entry->n, buf, size))
		return yaml_wrong(reader, node, "'%.40s...' is too long for %s", buf, wanted);
	return 0;
}

static bool is_link_name(const char *name)
{
	for (const char *c = name; *c; c++)
		if (*c == '/' || *c == ':' || *c == '%' || isspace((unsigned char)*c))
			return false;
	return strlen(name) < IFNAMSIZ && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static int read_link_name(struct yaml_reader *reader, struct entry *entry, const yaml_node_t *node, char name[IFNAMSIZ])
{
	char buf[256] = "";
	int err = read_text(reader, entry, node, "the name of a link", buf, sizeof(buf));

	if (err)
		return err;
	if (!is_link_name(buf))
		return yaml_wrong(
			reader, node,
			"'%.80s' is not the name of a link: that has 1 to 15 bytes without '/', ':' and blanks", buf);
	strcpy(name, buf);
	return 0;
}

static int read_netns_name(struct yaml_reader *reader, struct entry *entry, const yaml_node_t *node,
			   char name[NAME_MAX + 1])
{
	int err = read_text(reader, entry, node, "the name of a namespace", name, NAME_MAX + 1);

	if (!err && (strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0))
		err = yaml_wrong(reader, node,
				 "'%.80s' is not the name of a namespace: that has no '/' and is neither . nor ..",
				 name);
	return err;
}

static int read_mode(struct yaml_reader *reader, const yaml_node_t *node, int *mode)
{
	char wanted[64];
	const char *text;
	int err, found;

	*mode = IPVLAN_MODE_UNSET;
	if (!node)
		return 0;
	snprintf(wanted, sizeof(wanted), "%s", value_name(VALUE_MODE));
	err = yaml_read_text(reader, node, wanted, &text);
	if (err)
		return err;
	found = ipvlan_mode_from_string(text);
	if (found < 0)
		return yaml_wrong_value(reader, node, wanted, value_words(VALUE_MODE));
	*mode = found;
	return 0;
}

static int read_flags(struct yaml_reader *reader, const yaml_node_t *node, int *flags)
{
	const char *text;
	int err, found;

	*flags = IPVLAN_FLAGS_UNSET;
	if (!node)
		return 0;
	err = yaml_read_text(reader, node, value_name(VALUE_FLAGS), &text);
	if (err)
		return err;
	found = ipvlan_flags_from_string(text);
	if (found < 0)
		return yaml_wrong_value(reader, node, value_name(VALUE_FLAGS), value_words(VALUE_FLAGS));
	*flags = found;
	return 0;
}

/* Parents and namespaces: a mapping of names to what they are, or a list of names and of mappings with a name. */
struct named_nodes {
	yaml_node_t *name, *mode, *flags, *must_exist;
	yaml_node_t *options[IPVLAN_MODULE_OPTION_COUNT], *gateway, *queue_limit;
};

struct named_kind {
	struct loader *loader;
	const char *what, *what_list;
	const struct yaml_key *keys; /* the first one is the name */
	int (*add)(struct yaml_reader *reader, struct entry *entry, const struct named_nodes *nodes);
};

static const struct yaml_key parent_keys[] = {
	{"name", offsetof(struct named_nodes, name), true},
	{"mode", offsetof(struct named_nodes, mode), false},
	{"flags", offsetof(struct named_nodes, flags), false},
	{"group-isolation", offsetof(struct named_nodes, options[IPVLAN_MODULE_GROUP_ISOLATION]), false},
	{"source-check", offsetof(struct named_nodes, options[IPVLAN_MODULE_SOURCE_CHECK]), false},
	{"guard", offsetof(struct named_nodes, options[IPVLAN_MODULE_GUARD]), false},
	{"gateway", offsetof(struct named_nodes, gateway), false},
	{"dhcp", offsetof(struct named_nodes, options[IPVLAN_MODULE_DHCP]), false},
	{"direct-arp", offsetof(struct named_nodes, options[IPVLAN_MODULE_DIRECT_ARP]), false},
	{"queue-limit", offsetof(struct named_nodes, queue_limit), false},
	{NULL},
};

static const struct yaml_key netns_keys[] = {
	{"name", offsetof(struct named_nodes, name), true},
	{"must-exist", offsetof(struct named_nodes, must_exist), false},
	{NULL},
};

/* The words of `port set` and those of all other keys. */
static int read_switch(struct yaml_reader *reader, const yaml_node_t *node, bool *on)
{
	const char *text;
	int err = yaml_read_text(reader, node, value_name(VALUE_SWITCH), &text);

	if (err)
		return err;
	*on = strcmp(text, "on") == 0 || strcmp(text, "true") == 0;
	if (*on || strcmp(text, "off") == 0 || strcmp(text, "false") == 0)
		return 0;
	return yaml_wrong_value(reader, node, "on or off, true or false", "on off true false");
}

/* Options of a parent that are being read. */
struct optioning {
	struct entry *entry;
	struct ipvlan_module_options *options;
};

static int read_guarded(struct yaml_reader *reader, yaml_node_t *node, void *data)
{
	struct optioning *optioning = data;
	char text[128];
	int err = read_text(reader, optioning->entry, node, value_name(VALUE_GUARDED), text, sizeof(text));

	if (err || strcmp(text, "none") == 0)
		return err;
	err = ipvlan_module_options_add_gateway(optioning->options, text);
	if (err == -E2BIG)
		return yaml_wrong(reader, node, "a port has no more than 16 gateways");
	return err ? yaml_wrong(reader, node, "'%.80s' is not %s", text, value_name(VALUE_GUARDED)) : 0;
}

static int read_gateways(struct yaml_reader *reader, yaml_node_t *node, struct optioning *optioning)
{
	ipvlan_module_options_clear_gateways(optioning->options);
	return yaml_read_items(reader, node, read_guarded, optioning);
}

static int read_queue_limit(struct yaml_reader *reader, const yaml_node_t *node, struct optioning *optioning)
{
	uint32_t limit;
	int err = yaml_read_number(reader, node, 2, 65536, &limit);

	return err ? err : ipvlan_module_options_set_queue_limit(optioning->options, limit);
}

static int read_options(struct yaml_reader *reader, struct optioning *optioning, const struct named_nodes *nodes)
{
	int i, err = 0;
	bool on;

	for (i = 0; !err && i < IPVLAN_MODULE_OPTION_COUNT; i++) {
		if (!nodes->options[i])
			continue;
		err = read_switch(reader, nodes->options[i], &on);
		if (!err)
			err = ipvlan_module_options_set(optioning->options, i, on);
		err = yaml_go_on(reader, nodes->options[i], err);
	}
	if (!err && nodes->gateway)
		err = read_gateways(reader, nodes->gateway, optioning);
	if (!err && nodes->queue_limit)
		err = read_queue_limit(reader, nodes->queue_limit, optioning);
	return err;
}

static bool has_options(const struct named_nodes *nodes)
{
	for (int i = 0; i < IPVLAN_MODULE_OPTION_COUNT; i++)
		if (nodes->options[i])
			return true;
	return nodes->gateway || nodes->queue_limit;
}

static int add_options(struct yaml_reader *reader, struct entry *entry, const struct named_nodes *nodes,
		       const char *parent)
{
	struct optioning optioning = {entry, ipvlan_module_options_new()};
	int err = optioning.options ? read_options(reader, &optioning, nodes) : -ENOMEM;

	if (!err)
		err = ipvlan_topology_set_parent_options(entry->loader->topology, parent, optioning.options);
	ipvlan_module_options_free(optioning.options);
	return err;
}

static int add_parent(struct yaml_reader *reader, struct entry *entry, const struct named_nodes *nodes)
{
	int mode = IPVLAN_MODE_UNSET, flags = IPVLAN_FLAGS_UNSET, err;
	char name[IFNAMSIZ];

	err = yaml_go_on(reader, nodes->name, read_mode(reader, nodes->mode, &mode));
	if (!err)
		err = yaml_go_on(reader, nodes->name, read_flags(reader, nodes->flags, &flags));
	if (!err)
		err = read_link_name(reader, entry, nodes->name, name);
	if (!err)
		err = ipvlan_topology_add_parent(entry->loader->topology, name, mode, flags);
	return err || !has_options(nodes) ? err : add_options(reader, entry, nodes, name);
}

static int add_netns(struct yaml_reader *reader, struct entry *entry, const struct named_nodes *nodes)
{
	bool must_exist = false;
	char name[NAME_MAX + 1];
	int err = nodes->must_exist ? yaml_read_bool(reader, nodes->must_exist, &must_exist) : 0;

	if (!err)
		err = read_netns_name(reader, entry, nodes->name, name);
	return err ? err : ipvlan_topology_add_netns(entry->loader->topology, name, must_exist);
}

static int add_named(struct yaml_reader *reader, const struct named_kind *kind, const struct named_nodes *nodes)
{
	struct entry entry = begin_entry(kind->loader, nodes->name);
	int err = 0;

	for (; !err && entry.n < entry.count; entry.n++) {
		err = count_thing(reader, nodes->name, kind->loader);
		if (!err)
			err = kind->add(reader, &entry, nodes);
	}
	return err;
}

static int read_named_pair(struct yaml_reader *reader, yaml_node_t *key, yaml_node_t *value, void *data)
{
	const struct named_kind *kind = data;
	struct named_nodes nodes = {0};
	int err = 0;

	if (!yaml_is_null(value))
		err = yaml_go_on(reader, key, yaml_read_keys(reader, value, kind->what, kind->keys + 1, &nodes));
	nodes.name = key;
	return err ? err : add_named(reader, kind, &nodes);
}

static int read_named_item(struct yaml_reader *reader, yaml_node_t *node, void *data)
{
	const struct named_kind *kind = data;
	struct named_nodes nodes = {.name = node};
	int err = 0;

	if (node->type == YAML_MAPPING_NODE) {
		nodes.name = NULL;
		err = yaml_read_keys(reader, node, kind->what, kind->keys, &nodes);
		if (!nodes.name)
			return err;
		err = yaml_go_on(reader, node, err);
	}
	return err ? err : add_named(reader, kind, &nodes);
}

static int read_named(struct yaml_reader *reader, yaml_node_t *node, struct named_kind *kind)
{
	if (node->type == YAML_MAPPING_NODE)
		return yaml_read_pairs(reader, node, read_named_pair, kind);
	return yaml_read_list(reader, node, kind->what_list, read_named_item, kind);
}

static int read_parents(struct yaml_reader *reader, yaml_node_t *node, struct loader *loader)
{
	return read_named(
		reader, node,
		&(struct named_kind){loader, "a parent", "a list or mapping of parents", parent_keys, add_parent});
}

static int read_namespaces(struct yaml_reader *reader, yaml_node_t *node, struct loader *loader)
{
	return read_named(
		reader, node,
		&(struct named_kind){loader, "a namespace", "a list or mapping of namespaces", netns_keys, add_netns});
}

struct slave_nodes {
	yaml_node_t *name, *parent, *netns, *mode, *flags, *mtu, *addresses, *gateway, *routes, *up, *lo;
};

static const struct yaml_key slave_keys[] = {
	{"name", offsetof(struct slave_nodes, name), true},
	{"parent", offsetof(struct slave_nodes, parent), true},
	{"netns", offsetof(struct slave_nodes, netns), false},
	{"mode", offsetof(struct slave_nodes, mode), false},
	{"flags", offsetof(struct slave_nodes, flags), false},
	{"mtu", offsetof(struct slave_nodes, mtu), false},
	{"addresses", offsetof(struct slave_nodes, addresses), false},
	{"gateway", offsetof(struct slave_nodes, gateway), false},
	{"routes", offsetof(struct slave_nodes, routes), false},
	{"up", offsetof(struct slave_nodes, up), false},
	{"lo", offsetof(struct slave_nodes, lo), false},
	{NULL},
};

struct route_nodes {
	yaml_node_t *to, *via, *metric, *src, *onlink;
};

static const struct yaml_key route_keys[] = {
	{"to", offsetof(struct route_nodes, to), true},		 {"via", offsetof(struct route_nodes, via), false},
	{"metric", offsetof(struct route_nodes, metric), false}, {"src", offsetof(struct route_nodes, src), false},
	{"onlink", offsetof(struct route_nodes, onlink), false}, {NULL},
};

/* A slave that is being made, from one entry. */
struct making {
	struct entry entry;
	struct ipvlan_settings *settings;
	bool by_gateway; /* of the routes, those through a gateway are looked at */
};

static int read_address(struct yaml_reader *reader, yaml_node_t *node, void *data)
{
	struct making *making = data;
	char text[128], address[128];
	struct message message;
	int err = read_text(reader, &making->entry, node, value_name(VALUE_PREFIX), text, sizeof(text));

	if (!err)
		err = count_thing(reader, node, making->entry.loader);
	if (err)
		return err;
	if (series_format(text, making->entry.n, address, sizeof(address), &message))
		return yaml_wrong(reader, node, "%s", message.text);
	err = ipvlan_settings_add_address(making->settings, address);
	return err == -EINVAL ? yaml_wrong(reader, node, "'%.80s' is not %s", address, value_name(VALUE_PREFIX)) : err;
}

static int read_gateway(struct yaml_reader *reader, yaml_node_t *node, void *data)
{
	struct making *making = data;
	char text[128] = "";
	int err = read_text(reader, &making->entry, node, value_name(VALUE_GATEWAYS), text, sizeof(text));
	bool is_address = strcmp(text, "dev") != 0 && strcmp(text, "dev6") != 0;

	if (err || is_address != making->by_gateway)
		return err;
	err = count_thing(reader, node, making->entry.loader);
	if (err)
		return err;
	err = ipvlan_settings_set_gateway(making->settings, text);
	return err == -EINVAL ? yaml_wrong(reader, node, "'%.80s' is not %s", text, value_name(VALUE_GATEWAYS)) : err;
}

static int read_route_address(struct yaml_reader *reader, struct making *making, yaml_node_t *node,
			      struct ipvlan_route *route, int (*set)(struct ipvlan_route *, const char *))
{
	char text[128];
	int err = node ? read_text(reader, &making->entry, node, value_name(VALUE_ADDRESS), text, sizeof(text)) : 0;

	if (err || !node)
		return err;
	err = set(route, text);
	return err == -EINVAL ? yaml_wrong(reader, node, "'%.80s' is not %s of the destination's family", text,
					   value_name(VALUE_ADDRESS))
			      : err;
}

static int read_route_rest(struct yaml_reader *reader, struct making *making, const struct route_nodes *nodes,
			   struct ipvlan_route *route)
{
	uint32_t metric = 0;
	bool onlink = false;
	int err = read_route_address(reader, making, nodes->via, route, ipvlan_route_set_gateway);

	if (!err)
		err = read_route_address(reader, making, nodes->src, route, ipvlan_route_set_source);
	if (!err && nodes->metric)
		err = yaml_read_number(reader, nodes->metric, 0, UINT32_MAX, &metric);
	if (!err && nodes->onlink)
		err = yaml_read_bool(reader, nodes->onlink, &onlink);
	if (err)
		return err;
	ipvlan_route_set_metric(route, metric);
	ipvlan_route_set_onlink(route, onlink);
	return ipvlan_settings_add_route_object(making->settings, route);
}

static int read_route(struct yaml_reader *reader, yaml_node_t *node, void *data)
{
	struct making *making = data;
	struct route_nodes nodes = {0};
	struct ipvlan_route *route;
	char text[128];
	int err = yaml_read_keys(reader, node, "a route", route_keys, &nodes);

	if (!err)
		err = read_text(reader, &making->entry, nodes.to, value_name(VALUE_DESTINATION), text, sizeof(text));
	if (err || (nodes.via != NULL) != making->by_gateway)
		return err;
	err = count_thing(reader, node, making->entry.loader);
	if (err)
		return err;
	err = ipvlan_route_new(text, &route);
	if (err)
		return err == -EINVAL
			       ? yaml_wrong(reader, nodes.to, "'%.80s' is not %s", text, value_name(VALUE_DESTINATION))
			       : err;
	err = read_route_rest(reader, making, &nodes, route);
	ipvlan_route_free(route);
	return err;
}

/* A gateway may be reached by one of the routes straight to the link, so these come first. */
static int read_routes(struct yaml_reader *reader, struct making *making, const struct slave_nodes *nodes)
{
	int err = 0;

	for (int pass = 0; !err && pass < 2; pass++) {
		making->by_gateway = pass;
		if (nodes->gateway && !pass)
			err = yaml_read_items(reader, nodes->gateway, read_gateway, making);
		if (!err && nodes->routes)
			err = yaml_read_list(reader, nodes->routes, "a list of routes", read_route, making);
		if (!err && nodes->gateway && pass)
			err = yaml_read_items(reader, nodes->gateway, read_gateway, making);
	}
	return err;
}

static int read_addresses(struct yaml_reader *reader, struct making *making, const struct slave_nodes *nodes)
{
	return nodes->addresses ? yaml_read_items(reader, nodes->addresses, read_address, making) : 0;
}

static int read_place(struct yaml_reader *reader, struct making *making, const struct slave_nodes *nodes)
{
	char netns[NAME_MAX + 1];
	int err = nodes->netns ? read_netns_name(reader, &making->entry, nodes->netns, netns) : 0;

	return err || !nodes->netns ? err : ipvlan_settings_set_netns_name(making->settings, netns);
}

static int read_mode_of_slave(struct yaml_reader *reader, struct making *making, const struct slave_nodes *nodes)
{
	int mode, err = read_mode(reader, nodes->mode, &mode);

	ipvlan_settings_set_mode(making->settings, mode);
	return err;
}

static int read_flags_of_slave(struct yaml_reader *reader, struct making *making, const struct slave_nodes *nodes)
{
	int flags, err = read_flags(reader, nodes->flags, &flags);

	ipvlan_settings_set_flags(making->settings, flags);
	return err;
}

static int read_mtu(struct yaml_reader *reader, struct making *making, const struct slave_nodes *nodes)
{
	uint32_t mtu = 0;
	int err = nodes->mtu ? yaml_read_number(reader, nodes->mtu, 68, 65535, &mtu) : 0;

	return err ? err : ipvlan_settings_set_mtu(making->settings, mtu);
}

static int read_up(struct yaml_reader *reader, struct making *making, const struct slave_nodes *nodes)
{
	bool up = true;
	int err = nodes->up ? yaml_read_bool(reader, nodes->up, &up) : 0;

	ipvlan_settings_set_up(making->settings, up);
	return err;
}

static int read_lo(struct yaml_reader *reader, struct making *making, const struct slave_nodes *nodes)
{
	bool lo = nodes->netns != NULL;
	int err = nodes->lo ? yaml_read_bool(reader, nodes->lo, &lo) : 0;

	ipvlan_settings_set_loopback_up(making->settings, lo);
	return err;
}

static int fill_slave(struct yaml_reader *reader, struct making *making, const struct slave_nodes *nodes)
{
	static int (*const parts[])(struct yaml_reader *, struct making *, const struct slave_nodes *) = {
		read_place, read_mode_of_slave, read_flags_of_slave, read_mtu, read_addresses, read_routes, read_up,
		read_lo,
	};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(parts) / sizeof(parts[0]); i++)
		err = yaml_go_on(reader, nodes->name, parts[i](reader, making, nodes));
	return err;
}

static int make_slave(struct yaml_reader *reader, struct making *making, const struct slave_nodes *nodes)
{
	char name[IFNAMSIZ], parent[IFNAMSIZ];
	int err = read_link_name(reader, &making->entry, nodes->name, name);

	if (!err)
		err = read_link_name(reader, &making->entry, nodes->parent, parent);
	if (!err)
		err = count_thing(reader, nodes->name, making->entry.loader);
	if (err)
		return err;
	making->settings = ipvlan_settings_new(parent, name);
	if (!making->settings)
		return -ENOMEM;
	err = fill_slave(reader, making, nodes);
	if (!err)
		err = ipvlan_topology_add_slave(making->entry.loader->topology, making->settings);
	ipvlan_settings_free(making->settings);
	return err;
}

static int read_slave(struct yaml_reader *reader, yaml_node_t *node, void *data)
{
	struct making making = {.entry = begin_entry(data, node)};
	struct slave_nodes nodes = {0};
	int err = yaml_read_keys(reader, node, "a slave", slave_keys, &nodes);

	if (!nodes.name || !nodes.parent)
		return err;
	err = yaml_go_on(reader, node, err);
	for (; !err && making.entry.n < making.entry.count; making.entry.n++)
		err = make_slave(reader, &making, &nodes);
	return err;
}

struct file_nodes {
	yaml_node_t *parents, *namespaces, *slaves;
};

static const struct yaml_key file_keys[] = {
	{"parents", offsetof(struct file_nodes, parents), false},
	{"namespaces", offsetof(struct file_nodes, namespaces), false},
	{"slaves", offsetof(struct file_nodes, slaves), false},
	{NULL},
};

static int read_root(struct yaml_reader *reader, struct loader *loader)
{
	struct file_nodes nodes = {0};
	int err = yaml_read_keys(reader, reader->root, "a topology", file_keys, &nodes);

	err = yaml_go_on(reader, reader->root, err);
	if (!err && nodes.parents)
		err = yaml_go_on(reader, nodes.parents, read_parents(reader, nodes.parents, loader));
	if (!err && nodes.namespaces)
		err = yaml_go_on(reader, nodes.namespaces, read_namespaces(reader, nodes.namespaces, loader));
	if (!err && nodes.slaves)
		err = yaml_read_list(reader, nodes.slaves, "a list of slaves", read_slave, loader);
	return !err && reader->errors->count ? -EINVAL : err;
}

static int by_place(const void *a, const void *b)
{
	const struct yaml_error *one = a, *other = b;

	if (one->line != other->line)
		return one->line < other->line ? -1 : 1;
	return (one->column > other->column) - (one->column < other->column);
}

int topology_file_read(const char *text, size_t size, unsigned int first_line, unsigned int *columns,
		       struct ipvlan_topology *topology, struct yaml_errors *errors)
{
	struct loader loader = {.topology = topology, .first_line = first_line, .columns = columns};
	struct yaml_reader reader;
	int err = yaml_reader_open(&reader, text, size, errors);

	if (err)
		return err;
	if (reader.root)
		err = read_root(&reader, &loader);
	yaml_reader_close(&reader);
	if (errors->count == YAML_MOST_ERRORS)
		message_add(&errors->list[errors->count - 1].message, "; no more is looked for");
	qsort(errors->list, errors->count, sizeof(errors->list[0]), by_place);
	return err;
}
