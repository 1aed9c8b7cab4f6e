/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `show`: the slaves of all namespaces in one table. */
#include "choice.h"
#include "command.h"
#include "document.h"
#include "grid.h"
#include "ports.h"
#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static json_t *list_slaves(const struct ipvlan_link_list *list, const struct args *args, const struct choice *choice,
			   ino_t here)
{
	json_t *document = json_array();

	for (size_t i = 0; i < ipvlan_link_list_get_count(list); i++) {
		const struct ipvlan_link *link = ipvlan_link_list_get(list, i);
		json_t *slave;

		if (!choice_has(choice, link))
			continue;
		slave = document_link(link, PART_ALL, NULL, args->options.family);
		json_object_set_new(slave, "netns_is_own", json_boolean(ipvlan_link_get_netns_inode(link) == here));
		json_array_append_new(document, slave);
	}
	return document;
}

static void add_slave(struct grid *grid, const json_t *slave)
{
	const json_t *port = json_object_get(slave, "port");
	const char *state = field_text(slave, "operstate");
	json_int_t here = field_is_true(slave, "netns_is_own") ? field_number(slave, "netns_inode") : 0;
	char *addresses = addresses_format(slave);
	char place[80];

	grid_add(grid, INK_NAME, "%s", field_text(slave, "ifname"));
	grid_add(grid, INK_NONE, "%s", field_text(port, "parent"));
	grid_add(grid, INK_NONE, "%s", field_text(port, "mode"));
	grid_add(grid, INK_NONE, "%s", field_text(port, "flags"));
	grid_add(grid, INK_NONE, "%s", place_format(slave, here, place, sizeof(place)));
	grid_add(grid, ink_of_state(state), "%s", state);
	grid_add(grid, INK_NONE, "%u", (unsigned int)field_number(slave, "mtu"));
	grid_add(grid, INK_NONE, "%s", addresses ? addresses : "?");
	free(addresses);
}

static void print_slaves(struct page *page, const json_t *slaves)
{
	struct grid *grid = grid_new("NAME|PARENT|MODE|FLAGS|NETNS|STATE|MTU|ADDRESSES");
	const json_t *slave;
	size_t i;

	json_array_foreach (slaves, i, slave)
		add_slave(grid, slave);
	grid_print(grid, page);
}

int run_show(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_link_list *list;
	json_t *document;
	struct choice choice;

	if (!ctx || choice_make(session, args, &choice))
		return STATUS_REFUSED;
	if (ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list))
		return session_library_error(session);
	document = list_slaves(list, args, &choice, own_inode(ctx));
	ipvlan_link_list_free(list);
	if (args->name && json_array_size(document) == 0) {
		json_decref(document);
		return choice_is_empty(session, &choice);
	}
	return output(session, &args->options, document, print_slaves);
}
