/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ports.h"
#include "document.h"
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A parent in another namespace may have the name of a link here: then that link has no slaves, and is passed over. */
static int add_port(struct ipvlan_ctx *ctx, json_t *ports, const char *parent, bool even_empty)
{
	struct ipvlan_port *port;
	int err = ipvlan_port_get(ctx, parent, &port);

	if (err)
		return err;
	if (even_empty || ipvlan_port_get_slave_count(port))
		json_array_append_new(ports, document_port(port));
	ipvlan_port_free(port);
	return 0;
}

static bool is_listed(const json_t *ports, const char *parent)
{
	const json_t *port;
	size_t i;

	json_array_foreach (ports, i, port)
		if (strcmp(field_text(port, "parent"), parent) == 0)
			return true;
	return false;
}

static int add_ports(struct ipvlan_ctx *ctx, json_t *ports)
{
	struct ipvlan_link_list *list;
	int err = ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list);

	if (err)
		return err;
	for (size_t i = 0; !err && i < ipvlan_link_list_get_count(list); i++) {
		const char *parent = ipvlan_link_get_parent_name(ipvlan_link_list_get(list, i));

		if (!parent || is_listed(ports, parent))
			continue;
		err = add_port(ctx, ports, parent, false);
		if (err == -ENODEV)
			err = 0;
	}
	ipvlan_link_list_free(list);
	return err;
}

int ports_read(struct session *session, const char *parent, json_t **ports)
{
	struct ipvlan_ctx *ctx = session_context(session);
	int err;

	if (!ctx)
		return -ENOMEM;
	*ports = json_array();
	err = parent ? add_port(ctx, *ports, parent, true) : add_ports(ctx, *ports);
	if (err) {
		json_decref(*ports);
		session_library_error(session);
	}
	return err;
}

const char *place_format(const json_t *slave, json_int_t here, char *buf, size_t size)
{
	if (*field_text(slave, "netns"))
		snprintf(buf, size, "%s", field_text(slave, "netns"));
	else if (field_number(slave, "netns_inode") == here)
		snprintf(buf, size, "-");
	else if (field_exists(slave, "netns_pid"))
		snprintf(buf, size, "pid %d", (int)field_number(slave, "netns_pid"));
	else if (field_exists(slave, "netns_path"))
		snprintf(buf, size, "%s", field_text(slave, "netns_path"));
	else
		snprintf(buf, size, "net:[%" JSON_INTEGER_FORMAT "]", field_number(slave, "netns_inode"));
	return buf;
}

char *addresses_format(const json_t *link)
{
	const json_t *address;
	char *text = NULL;
	size_t i, size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	json_array_foreach (json_object_get(link, "addr_info"), i, address)
		fprintf(stream, "%s%s/%d", i ? " " : "", field_text(address, "local"),
			(int)field_number(address, "prefixlen"));
	if (fclose(stream)) {
		free(text);
		return NULL;
	}
	return text;
}
