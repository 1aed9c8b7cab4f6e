/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports as a tree of lines: parents, the namespaces of their slaves, slaves. */
#include "picture.h"
#include "ports.h"

static const char *branch(bool last)
{
	return last ? "`-- " : "|-- ";
}

static void print_slave(struct page *page, const json_t *slave, const char *before, bool last)
{
	const char *state = field_text(slave, "operstate");
	const json_t *address;
	size_t i;

	fprintf(page->out, "%s%s", before, branch(last));
	page_ink(page, INK_NAME, "%s", field_text(slave, "ifname"));
	fputs("  ", page->out);
	page_ink(page, ink_of_state(state), "%s", state);
	json_array_foreach (json_object_get(slave, "addr_info"), i, address)
		if (address_is_shown(address))
			fprintf(page->out, "  %s/%d", field_text(address, "local"),
				(int)field_number(address, "prefixlen"));
	putc('\n', page->out);
}

/* Slaves in the parent's own namespace stand beside namespaces. */
static void print_room(struct page *page, const json_t *port, const struct room *room)
{
	const char *before = "";

	if (*room->title) {
		fprintf(page->out, "%s%s\n", branch(room->last), room->title);
		before = room->last ? "    " : "|   ";
	}
	for (size_t i = 0; i < room->count; i++)
		print_slave(page, room_slave(port, room, i), before,
			    i + 1 == room->count && (*room->title || room->last));
}

static void print_parent(struct page *page, const json_t *port, json_int_t here)
{
	char place[300], sharing[80];

	page_ink(page, INK_NAME, "%s", parent_name(port));
	if (!field_exists(port, "netns_inode"))
		fputs("  in a namespace that cannot be looked into", page->out);
	else if (field_number(port, "netns_inode") != here)
		fprintf(page->out, "  in %s", place_format(port, here, place, sizeof(place)));
	sharing_format(port, sharing, sizeof(sharing));
	fprintf(page->out, "%s%s\n", *sharing ? "  " : "", sharing);
}

void print_tree(struct page *page, const json_t *document)
{
	const json_t *ports = json_object_get(document, "ports"), *port;
	json_int_t here = field_number(document, "netns_inode");
	size_t i;

	json_array_foreach (ports, i, port) {
		struct room room = {0};

		print_parent(page, port, here);
		while (room_next(port, here, &room))
			print_room(page, port, &room);
	}
	if (json_array_size(ports) == 0)
		fprintf(page->out, "%s has no ipvlan slaves.\n", field_text(document, "host"));
}
