/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ports.h"
#include "document.h"
#include "output.h"
#include "shortage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* The slaves of one parent, by what they tell of it. */
struct group {
	uint64_t inode; /* of the parent's namespace; 0: it cannot be looked into */
	uint64_t from;	/* then only the slaves of one namespace mean the same by an id */
	int nsid, ifindex;
	const struct ipvlan_link *first;
	json_t *slaves;
};

struct groups {
	struct group *groups;
	size_t count;
};

static bool is_of(const struct group *group, const struct ipvlan_link *slave)
{
	if (group->ifindex != ipvlan_link_get_parent_index(slave) ||
	    group->inode != ipvlan_link_get_parent_netns_inode(slave))
		return false;
	return group->inode ||
	       (group->nsid == ipvlan_link_get_parent_nsid(slave) && group->from == ipvlan_link_get_netns_inode(slave));
}

/* Slaves that follow each other often have the same parent. */
static struct group *group_of(struct groups *groups, const struct ipvlan_link *slave)
{
	struct group *grown;

	for (size_t i = groups->count; i--;)
		if (is_of(&groups->groups[i], slave))
			return &groups->groups[i];
	grown = realloc(groups->groups, (groups->count + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	groups->groups = grown;
	grown[groups->count] = (struct group){
		.inode = ipvlan_link_get_parent_netns_inode(slave),
		.from = ipvlan_link_get_netns_inode(slave),
		.nsid = ipvlan_link_get_parent_nsid(slave),
		.ifindex = ipvlan_link_get_parent_index(slave),
		.first = slave,
		.slaves = json_array(),
	};
	return &grown[groups->count++];
}

static int add_slave(struct groups *groups, const struct ipvlan_link *slave, unsigned int parts)
{
	struct group *group = group_of(groups, slave);
	json_t *document = group ? document_link(slave, parts, NULL, AF_UNSPEC) : NULL;

	return !document || json_array_append_new(group->slaves, document) ? -ENOMEM : 0;
}

/* Of each namespace in the order in which its links were made. */
static int compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	const char *name = ipvlan_link_get_parent_netns(x->first), *other = ipvlan_link_get_parent_netns(y->first);
	int order = strcmp(name ? name : "", other ? other : "");

	if (order)
		return order;
	return x->inode != y->inode ? (x->inode < y->inode ? -1 : 1)
				    : (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

/* Of a parent elsewhere no more is known than what its slaves tell. *said: as of read_all(). */
static int add_group(struct ipvlan_ctx *ctx, json_t *ports, const struct group *group, bool is_here, bool *said)
{
	struct ipvlan_link *parent = NULL;
	int err = is_here ? ipvlan_link_get_by_index(ctx, group->ifindex, &parent) : 0;
	json_t *port;

	/* It went meanwhile, and its slaves with it. */
	if (err == -ENODEV)
		return 0;
	*said = err;
	if (err)
		return err;
	port = document_port(parent, group->first);
	ipvlan_link_free(parent);
	if (!port || json_object_set(port, "slaves", group->slaves) || json_array_append_new(ports, port))
		return -ENOMEM;
	return 0;
}

static int add_groups(struct session *session, json_t *ports, struct groups *groups, enum ports_scope scope, bool *said)
{
	struct ipvlan_ctx *ctx = session->ctx;
	uint64_t here = session->entered ? ipvlan_netns_get_inode(session->entered) : own_inode(ctx);
	int err = 0;

	if (groups->count)
		qsort(groups->groups, groups->count, sizeof(*groups->groups), compare_groups);
	for (size_t i = 0; !err && i < groups->count; i++)
		if (groups->groups[i].inode == here)
			err = add_group(ctx, ports, &groups->groups[i], true, said);
	for (size_t i = 0; !err && scope == PORTS_EVERYWHERE && i < groups->count; i++)
		if (groups->groups[i].inode != here)
			err = add_group(ctx, ports, &groups->groups[i], false, said);
	return err;
}

static void free_groups(struct groups *groups)
{
	for (size_t i = 0; i < groups->count; i++)
		json_decref(groups->groups[i].slaves);
	free(groups->groups);
}

/* @return 0 or -errno; *said: whether the library's error tells of it. */
static int read_all(struct session *session, json_t *ports, enum ports_scope scope, unsigned int parts, bool *said)
{
	struct ipvlan_link_list *list;
	struct groups groups = {0};
	int err = ipvlan_link_list(session->ctx, IPVLAN_LINKS_EVERYWHERE, &list);

	*said = err;
	if (err)
		return err;
	for (size_t i = 0; !err && i < ipvlan_link_list_get_count(list); i++)
		err = add_slave(&groups, ipvlan_link_list_get(list, i), parts);
	if (!err)
		err = add_groups(session, ports, &groups, scope, said);
	free_groups(&groups);
	ipvlan_link_list_free(list);
	return err;
}

static int read_one(struct ipvlan_ctx *ctx, json_t *ports, const char *parent, unsigned int parts, bool *said)
{
	struct ipvlan_port *port;
	json_t *document, *slaves;
	int err = ipvlan_port_get(ctx, parent, &port);

	*said = err;
	if (err)
		return err;
	document = document_port(ipvlan_port_get_parent(port), ipvlan_port_get_slave(port, 0));
	slaves = json_object_get(document, "slaves");
	for (size_t i = 0; !err && i < ipvlan_port_get_slave_count(port); i++)
		err = json_array_append_new(slaves,
					    document_link(ipvlan_port_get_slave(port, i), parts, NULL, AF_UNSPEC));
	ipvlan_port_free(port);
	return json_array_append_new(ports, document) || err ? -ENOMEM : 0;
}

int ports_read(struct session *session, const char *parent, enum ports_scope scope, unsigned int parts, json_t **ports)
{
	struct ipvlan_ctx *ctx = session_context(session);
	bool said;
	int err;

	if (!ctx)
		return -ENOMEM;
	*ports = json_array();
	err = parent ? read_one(ctx, *ports, parent, parts, &said) : read_all(session, *ports, scope, parts, &said);
	if (!err)
		return 0;
	json_decref(*ports);
	if (said)
		session_library_error(session);
	else
		session_error(session, "out of memory");
	return err;
}

ino_t own_inode(struct ipvlan_ctx *ctx)
{
	struct ipvlan_netns *netns;
	ino_t inode;

	if (ipvlan_netns_open_current(ctx, &netns)) {
		shortage_tell();
		return 0;
	}
	inode = ipvlan_netns_get_inode(netns);
	ipvlan_netns_free(netns);
	return inode;
}

const char *place_format(const json_t *object, json_int_t here, char *buf, size_t size)
{
	if (*field_text(object, "netns"))
		snprintf(buf, size, "%s", field_text(object, "netns"));
	else if (field_number(object, "netns_inode") == here)
		snprintf(buf, size, "-");
	else if (field_exists(object, "netns_pid"))
		snprintf(buf, size, "pid %d", (int)field_number(object, "netns_pid"));
	else if (field_exists(object, "netns_path"))
		snprintf(buf, size, "%s", field_text(object, "netns_path"));
	else
		snprintf(buf, size, "net:[%" JSON_INTEGER_FORMAT "]", field_number(object, "netns_inode"));
	return buf;
}

const char *place_title(const json_t *object, json_int_t here, char *buf, size_t size)
{
	place_format(object, here, buf, size);
	if (strcmp(buf, "-") == 0)
		snprintf(buf, size, "(host)");
	return buf;
}

void grid_add_addresses(struct grid *grid, const json_t *link)
{
	const json_t *address;
	size_t i;

	grid_add(grid, INK_NONE, "");
	json_array_foreach (json_object_get(link, "addr_info"), i, address) {
		grid_append(grid, i ? " " : "");
		grid_append(grid, field_text(address, "local"));
		grid_append(grid, "/");
		grid_append_number(grid, field_number(address, "prefixlen"));
	}
}
