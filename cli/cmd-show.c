/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `show`: the slaves of all namespaces in one table. */
#include "choice.h"
#include "command.h"
#include "grid.h"
#include "ports.h"
#include "session.h"
#include "write-link.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void write_slave(struct writer *w, const struct ipvlan_link *link, const struct args *args, ino_t here)
{
	write_object(w, NULL);
	write_link_fields(w, link, args->options.json ? PART_ALL : PART_SHOWN, NULL, args->options.family);
	write_truth(w, "netns_is_own", ipvlan_link_get_netns_inode(link) == here);
	write_end(w);
}

static void add_slave(struct page *page, const json_t *slave)
{
	const json_t *port = json_object_get(slave, "port");
	const char *state = field_text(slave, "operstate");
	struct grid *grid = page->grid;
	json_int_t here = field_is_true(slave, "netns_is_own") ? field_number(slave, "netns_inode") : 0;
	char place[80];

	grid_add(grid, INK_NAME, field_text(slave, "ifname"));
	grid_add(grid, INK_NONE, field_text(port, "parent"));
	grid_add(grid, INK_NONE, field_text(port, "mode"));
	grid_add(grid, INK_NONE, field_text(port, "flags"));
	grid_add(grid, INK_NONE, place_format(slave, here, place, sizeof(place)));
	grid_add(grid, ink_of_state(state), state);
	grid_add_number(grid, INK_NONE, field_number(slave, "mtu"));
	grid_add_addresses(grid, slave);
}

static size_t count_chosen(const struct ipvlan_link_list *list, const struct choice *choice)
{
	size_t count = 0;

	for (size_t i = 0; i < ipvlan_link_list_get_count(list); i++)
		count += choice_has(choice, ipvlan_link_list_get(list, i));
	return count;
}

static int show_slaves(struct session *session, const struct args *args, const struct ipvlan_link_list *list,
		       const struct choice *choice)
{
	ino_t here = own_inode(session->ctx);
	struct output o;

	table_begin(&o, session, &args->options, add_slave, "NAME|PARENT|MODE|FLAGS|NETNS|STATE|MTU|ADDRESSES");
	for (size_t i = 0; i < ipvlan_link_list_get_count(list); i++) {
		const struct ipvlan_link *link = ipvlan_link_list_get(list, i);

		if (!choice_has(choice, link))
			continue;
		write_slave(&o.writer, link, args, here);
		output_show(&o);
	}
	return table_end(&o);
}

int run_show(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_link_list *list;
	struct choice choice;
	int status;

	if (!ctx || choice_make(session, args, &choice))
		return STATUS_REFUSED;
	if (ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list))
		return session_library_error(session);
	status = count_chosen(list, &choice) ? STATUS_DONE : choice_is_empty(session, &choice);
	if (status == STATUS_DONE)
		status = show_slaves(session, args, list, &choice);
	ipvlan_link_list_free(list);
	return status;
}
