/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `host-access`: the host's own way to its slaves. */
#include "command.h"
#include "document.h"
#include "output.h"
#include "session.h"

#include <ipvlan/ipvlan.h>
#include <stdlib.h>
#include <string.h>

int check_parent(struct args *args, struct message *message)
{
	return args->name ? 0 : message_set(message, "of which parent? Add its name");
}

static json_t *list_addresses(const struct ipvlan_link *link)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ipvlan_link_get_address_count(link); i++)
		json_array_append_new(list, document_address(ipvlan_link_get_address(link, i)));
	return list;
}

static json_t *list_routes(const struct ipvlan_host_access *access)
{
	const struct ipvlan_route *route;
	json_t *list = json_array();

	for (size_t i = 0; (route = ipvlan_host_access_get_route(access, i)); i++)
		json_array_append_new(list, document_route(route, NULL, false, false));
	return list;
}

static json_t *document_access(const char *parent, const struct ipvlan_host_access *access)
{
	const struct ipvlan_link *link = ipvlan_host_access_get_link(access);
	json_t *document = json_pack("{s:o, s:b}", "parent", document_text(parent), "enabled", link != NULL);

	json_object_set_new(document, "ifname", link ? document_text(ipvlan_link_get_name(link)) : json_null());
	json_object_set_new(document, "addr_info", link ? list_addresses(link) : json_array());
	json_object_set_new(document, "routes", list_routes(access));
	json_object_set_new(document, "missing",
			    json_integer((json_int_t)ipvlan_host_access_get_missing_count(access)));
	return document;
}

static void print_addresses_of(struct page *page, const json_t *document)
{
	const json_t *address;
	size_t i;

	json_array_foreach (json_object_get(document, "addr_info"), i, address)
		if (strcmp(field_text(address, "scope"), "global") == 0)
			page_ink(page, strchr(field_text(address, "local"), ':') ? INK_INET6 : INK_INET, " %s",
				 field_text(address, "local"));
}

static void print_access(struct page *page, const json_t *document)
{
	const json_t *route;
	size_t i;

	if (!field_is_true(document, "enabled")) {
		fprintf(page->out, "%s: no host access (%d address%s of slaves)\n", field_text(document, "parent"),
			(int)field_number(document, "missing"), field_number(document, "missing") == 1 ? "" : "es");
		return;
	}
	fprintf(page->out, "%s: by ", field_text(document, "parent"));
	page_ink(page, INK_NAME, "%s", field_text(document, "ifname"));
	print_addresses_of(page, document);
	fprintf(page->out, "\n");
	json_array_foreach (json_object_get(document, "routes"), i, route)
		fprintf(page->out, "  %s\n", field_text(route, "dst"));
	if (field_number(document, "missing"))
		fprintf(page->out, "  and not to %d more\n", (int)field_number(document, "missing"));
}

int run_host_access_show(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_host_access *access;
	json_t *document;

	if (!ctx)
		return STATUS_REFUSED;
	if (ipvlan_host_access_get(ctx, args->name, &access))
		return session_library_error(session);
	document = document_access(args->name, access);
	ipvlan_host_access_free(access);
	return output(session, &args->options, document, print_access);
}

int run_host_access_enable(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	const char **addresses = NULL;
	int err;

	if (!ctx)
		return STATUS_REFUSED;
	if (args->addresses.count) {
		addresses = calloc(args->addresses.count + 1, sizeof(*addresses));
		if (!addresses) {
			session_error(session, "out of memory");
			return STATUS_REFUSED;
		}
		memcpy(addresses, args->addresses.text, args->addresses.count * sizeof(*addresses));
	}
	err = ipvlan_host_access_enable(ctx, args->name, addresses);
	free(addresses);
	return err ? session_library_error(session) : STATUS_DONE;
}

int run_host_access_disable(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);

	if (!ctx)
		return STATUS_REFUSED;
	return ipvlan_host_access_disable(ctx, args->name) ? session_library_error(session) : STATUS_DONE;
}
