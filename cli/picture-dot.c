/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ports as a graph for dot(1): namespaces are clusters in that of the host, slaves and parents nodes in them. */
#include "picture.h"
#include "ports.h"

/* In a label a backslash begins an escape, in a name it does not: nobody sees the names. */
static void put_quoted(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		putc(*text, out);
	}
}

static void put_slave_id(FILE *out, const json_t *slave)
{
	fprintf(out, "\"%" JSON_INTEGER_FORMAT "/%d\"", field_number(slave, "netns_inode"),
		(int)field_number(slave, "ifindex"));
}

/* What cannot be looked into has no number: there the number of the port in the picture makes the difference. */
static void put_parent_id(FILE *out, const json_t *port, size_t number)
{
	if (field_exists(port, "netns_inode"))
		put_slave_id(out, port);
	else
		fprintf(out, "\"?/%zu\"", number);
}

/* What is in the host's own namespace is in the host's cluster already. Clusters of one name are one. */
static bool begin_place(FILE *out, json_int_t inode, json_int_t here, const char *title)
{
	if (!inode || inode == here)
		return false;
	fprintf(out, "    subgraph \"cluster_%" JSON_INTEGER_FORMAT "\" {\n    label=\"", inode);
	put_quoted(out, title);
	fputs("\"\n", out);
	return true;
}

static void end_place(FILE *out, bool begun)
{
	if (begun)
		fputs("    }\n", out);
}

static void put_slave(FILE *out, const json_t *slave)
{
	const json_t *address;
	size_t i;

	fputs("    ", out);
	put_slave_id(out, slave);
	fputs(" [label=\"", out);
	put_quoted(out, field_text(slave, "ifname"));
	json_array_foreach (json_object_get(slave, "addr_info"), i, address)
		if (address_is_shown(address))
			fprintf(out, "\\n%s/%d", field_text(address, "local"), (int)field_number(address, "prefixlen"));
	fprintf(out, "%s\"]\n", slave_is_down(slave) ? "\\n(down)" : "");
}

static void put_parent(FILE *out, const json_t *port, size_t number)
{
	char sharing[80];

	fputs("    ", out);
	put_parent_id(out, port, number);
	fputs(" [shape=box, style=\"bold,rounded\", label=\"", out);
	put_quoted(out, parent_name(port));
	fprintf(out, "\\n%s\"]\n", sharing_format(port, sharing, sizeof(sharing)));
}

static void put_port(FILE *out, const json_t *port, size_t number, json_int_t here)
{
	struct room room = {0};
	char title[300];
	bool begun;

	place_title(port, here, title, sizeof(title));
	begun = begin_place(out, field_number(port, "netns_inode"), here, title);
	put_parent(out, port, number);
	end_place(out, begun);
	while (room_next(port, here, &room)) {
		begun = begin_place(out, room.inode, here, *room.title ? room.title : title);
		for (size_t i = 0; i < room.count; i++)
			put_slave(out, room_slave(port, &room, i));
		end_place(out, begun);
	}
}

static void put_edges(FILE *out, const json_t *port, size_t number)
{
	const json_t *slave;
	size_t i;

	json_array_foreach (json_object_get(port, "slaves"), i, slave) {
		fputs("  ", out);
		put_slave_id(out, slave);
		fputs(" -- ", out);
		put_parent_id(out, port, number);
		putc('\n', out);
	}
}

void print_dot(struct page *page, const json_t *document)
{
	const json_t *ports = json_object_get(document, "ports"), *port;
	FILE *out = page->out;
	size_t i;

	fputs("graph ipvlan {\n"
	      "  rankdir=TB\n"
	      "  node [shape=plaintext, fontname=monospace]\n"
	      "  graph [fontname=monospace, style=rounded]\n"
	      "  subgraph cluster_host {\n"
	      "    label=\"Host: ",
	      out);
	put_quoted(out, field_text(document, "host"));
	fputs("\"\n", out);
	json_array_foreach (ports, i, port)
		put_port(out, port, i, field_number(document, "netns_inode"));
	fputs("  }\n", out);
	json_array_foreach (ports, i, port)
		put_edges(out, port, i);
	fputs("}\n", out);
}
