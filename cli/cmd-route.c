/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"
#include "document.h"
#include "output.h"
#include "session.h"
#include "transaction.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

int check_destination(struct args *args, struct message *message)
{
	if (!args->destination)
		return message_set(message, "a route to where? Add a destination such as 10.9.0.0/16 or default");
	if (args->table == RT_TABLE_UNSPEC)
		return message_set(message, "'table all' is for showing routes");
	return 0;
}

int check_route(struct args *args, struct message *message)
{
	int err = check_destination(args, message);

	if (err)
		return err;
	if (args->route_type != UNSET && args->route_type != RTN_UNICAST)
		return args->gateway ? message_set(message, "'via' cannot be: such a route leads nowhere") : 0;
	if (!args->gateway && !args->name)
		return message_set(message, "a route through what? Add 'via GATEWAY' or 'dev NAME'");
	return 0;
}

static int refuse(struct session *session, const char *what, const char *word, const struct args *args)
{
	return session_usage(session, "'%s %s' does not fit a route to %s", what, word, args->destination);
}

static void fill_numbers(struct ipvlan_route *route, const struct args *args)
{
	if (args->metric != UNSET)
		ipvlan_route_set_metric(route, (uint32_t)args->metric);
	if (args->table != UNSET)
		ipvlan_route_set_table(route, (uint32_t)args->table);
	if (args->scope != UNSET)
		ipvlan_route_set_scope(route, (uint8_t)args->scope);
	if (args->protocol != UNSET)
		ipvlan_route_set_protocol(route, (uint8_t)args->protocol);
	if (args->route_type != UNSET)
		ipvlan_route_set_type(route, (uint8_t)args->route_type);
	if (args->mtu != UNSET)
		ipvlan_route_set_mtu(route, (uint32_t)args->mtu);
	if (args->advmss != UNSET)
		ipvlan_route_set_advmss(route, (uint32_t)args->advmss);
	ipvlan_route_set_onlink(route, args->onlink > 0);
}

static int fill(struct session *session, struct ipvlan_route *route, const struct args *args)
{
	int family = args->options.family;

	if (family != AF_UNSPEC && ipvlan_route_set_family(route, family))
		return refuse(session, family == AF_INET6 ? "-6" : "-4", "", args);
	if (args->gateway && ipvlan_route_set_gateway(route, args->gateway))
		return refuse(session, "via", args->gateway, args);
	if (args->source && ipvlan_route_set_source(route, args->source))
		return refuse(session, "src", args->source, args);
	fill_numbers(route, args);
	return STATUS_DONE;
}

typedef int (*operation)(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route);

static int run(struct session *session, const struct args *args, operation operate)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_route *route;
	int status;

	if (!ctx)
		return STATUS_REFUSED;
	if (ipvlan_route_new(args->destination, &route)) {
		session_error(session, "out of memory");
		return STATUS_REFUSED;
	}
	status = fill(session, route, args);
	if (status == STATUS_DONE && operate(ctx, args->name, route))
		status = session_library_error(session);
	ipvlan_route_free(route);
	return status;
}

int run_route_add(struct session *session, const struct args *args)
{
	return run(session, args, ipvlan_route_add);
}

int run_route_replace(struct session *session, const struct args *args)
{
	return run(session, args, ipvlan_route_replace);
}

int run_route_change(struct session *session, const struct args *args)
{
	return run(session, args, ipvlan_route_change);
}

int run_route_prepend(struct session *session, const struct args *args)
{
	return run(session, args, ipvlan_route_prepend);
}

int run_route_append(struct session *session, const struct args *args)
{
	return run(session, args, ipvlan_route_append);
}

int run_route_delete(struct session *session, const struct args *args)
{
	return run(session, args, ipvlan_route_delete);
}

typedef int (*gatherer)(struct ipvlan_transaction *transaction, const char *netns, const char *link,
			const struct ipvlan_route *route);

/* add: NULL for seeing only that it could be. */
static int gather(struct session *session, const struct args *args, gatherer add)
{
	struct ipvlan_route *route;
	int err = ipvlan_route_new(args->destination, &route), status;

	if (err)
		return transaction_result(session, err, args->destination);
	status = fill(session, route, args);
	if (status == STATUS_DONE && add)
		status = transaction_result(session,
					    add(transaction_of(session), args->options.netns, args->name, route),
					    args->destination);
	ipvlan_route_free(route);
	return status;
}

int rehearse_route(struct session *session, const struct args *args)
{
	return gather(session, args, NULL);
}

int gather_route_add(struct session *session, const struct args *args)
{
	return gather(session, args, ipvlan_transaction_add_route);
}

int gather_route_replace(struct session *session, const struct args *args)
{
	return gather(session, args, ipvlan_transaction_replace_route);
}

int gather_route_change(struct session *session, const struct args *args)
{
	return gather(session, args, ipvlan_transaction_change_route);
}

int gather_route_delete(struct session *session, const struct args *args)
{
	return gather(session, args, ipvlan_transaction_delete_route);
}

/* Names of links by index, so that each is asked for once. */
struct names {
	struct name {
		int ifindex;
		char name[32];
	} * name;
	size_t count;
};

static const char *known_name(const struct names *names, int ifindex)
{
	for (size_t i = names->count; i-- > 0;)
		if (names->name[i].ifindex == ifindex)
			return names->name[i].name;
	return NULL;
}

static int add_name(struct names *names, const struct ipvlan_link *link)
{
	struct name *grown = realloc(names->name, (names->count + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	names->name = grown;
	grown += names->count++;
	grown->ifindex = ipvlan_link_get_ifindex(link);
	strncpy(grown->name, ipvlan_link_get_name(link), sizeof(grown->name) - 1);
	grown->name[sizeof(grown->name) - 1] = '\0';
	return 0;
}

/* name: NULL when a route has no link, or its link has gone meanwhile. */
static int name_of(struct ipvlan_ctx *ctx, struct names *names, int ifindex, const char **name)
{
	struct ipvlan_link *link;
	int err;

	*name = known_name(names, ifindex);
	if (*name || !ifindex)
		return 0;
	err = ipvlan_link_get_by_index(ctx, ifindex, &link);
	if (err)
		return err == -ENODEV ? 0 : err;
	err = add_name(names, link);
	ipvlan_link_free(link);
	*name = known_name(names, ifindex);
	return err;
}

/* As the kernel's are written: fd00:9::/48 for FD00:9:0::/48, 10.9.0.1 for 10.9.0.1/32, default for 0.0.0.0/0. */
static void write_destination(struct args *args, char *buf, size_t size)
{
	struct ipvlan_route *route;

	if (!args->destination || ipvlan_route_new(args->destination, &route))
		return;
	args->destination = ipvlan_route_format_destination(route, buf, size);
	ipvlan_route_free(route);
}

static bool is_wanted(const struct ipvlan_route *route, const struct args *args)
{
	char destination[IPVLAN_ADDRESS_SIZE];

	if (args->protocol != UNSET && args->protocol != ipvlan_route_get_protocol(route))
		return false;
	if (args->scope != UNSET && args->scope != ipvlan_route_get_scope(route))
		return false;
	return !args->destination ||
	       strcmp(args->destination, ipvlan_route_format_destination(route, destination, sizeof(destination))) == 0;
}

static int list_routes(struct ipvlan_ctx *ctx, const struct ipvlan_route_list *list, const struct args *args,
		       json_t *document)
{
	struct names names = {0};
	int err = 0;

	for (size_t i = 0; !err && i < ipvlan_route_list_get_count(list); i++) {
		const struct ipvlan_route *route = ipvlan_route_list_get(list, i);
		bool elsewhere = args->table == RT_TABLE_UNSPEC && ipvlan_route_get_table(route) != RT_TABLE_MAIN;
		const char *dev = NULL;

		if (!args->name)
			err = name_of(ctx, &names, ipvlan_route_get_ifindex(route), &dev);
		if (!err && is_wanted(route, args))
			json_array_append_new(document, document_route(route, dev, args->options.details, elsewhere));
	}
	free(names.name);
	return err;
}

static void print_field(struct page *page, const json_t *route, const char *key, const char *word, enum ink ink)
{
	if (!field_exists(route, key))
		return;
	fprintf(page->out, "%s ", word);
	page_ink(page, ink == INK_INET && strchr(field_text(route, key), ':') ? INK_INET6 : ink, "%s ",
		 field_text(route, key));
}

static void print_destination(struct page *page, const char *text)
{
	enum ink ink = strchr(text, ':') ? INK_INET6 : strchr(text, '.') ? INK_INET : INK_NONE;

	page_ink(page, ink, "%s ", text);
}

static void print_metrics(struct page *page, const json_t *metrics)
{
	static const char *const names[] = {"mtu", "advmss"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (field_exists(metrics, names[i]))
			fprintf(page->out, "%s %u ", names[i], (unsigned int)field_number(metrics, names[i]));
}

static void print_route(struct page *page, const json_t *route)
{
	const json_t *flag;
	size_t i;

	if (field_exists(route, "type"))
		fprintf(page->out, "%s ", field_text(route, "type"));
	print_destination(page, field_text(route, "dst"));
	print_field(page, route, "gateway", "via", INK_INET);
	print_field(page, json_object_get(route, "via"), "host", "via inet6", INK_INET);
	print_field(page, route, "dev", "dev", INK_NAME);
	print_field(page, route, "table", "table", INK_NONE);
	print_field(page, route, "protocol", "proto", INK_NONE);
	print_field(page, route, "scope", "scope", INK_NONE);
	print_field(page, route, "prefsrc", "src", INK_INET);
	if (field_exists(route, "metric"))
		fprintf(page->out, "metric %u ", (unsigned int)field_number(route, "metric"));
	json_array_foreach (json_object_get(route, "flags"), i, flag)
		fprintf(page->out, "%s ", json_string_value(flag));
	print_metrics(page, json_array_get(json_object_get(route, "metrics"), 0));
	if (field_exists(route, "pref"))
		fprintf(page->out, "pref %s", field_text(route, "pref"));
	putc('\n', page->out);
}

static void print_routes(struct page *page, const json_t *routes)
{
	const json_t *route;
	size_t i;

	json_array_foreach (routes, i, route)
		print_route(page, route);
}

static int read_routes(struct session *session, const struct args *args, struct ipvlan_route_list **list)
{
	struct ipvlan_ctx *ctx = session_context(session);
	uint32_t table = args->table == UNSET ? RT_TABLE_MAIN : (uint32_t)args->table;
	int family = args->options.family;

	if (!ctx)
		return STATUS_REFUSED;
	/* One table means IPv4 to ip(8), all tables both families. */
	if (family == AF_UNSPEC && table != RT_TABLE_UNSPEC)
		family = args->destination && strchr(args->destination, ':') ? AF_INET6 : AF_INET;
	return ipvlan_route_list(ctx, args->name, family, table, list) ? session_library_error(session) : STATUS_DONE;
}

int check_route_flush(struct args *args, struct message *message)
{
	if (args->name || args->destination || args->table != UNSET || args->protocol != UNSET || args->scope != UNSET)
		return 0;
	return message_set(message, "which routes? Add a destination, or 'dev NAME', or 'table TABLE'");
}

/* By its link, for another one may have a way to the same network. */
static int delete_one(struct ipvlan_ctx *ctx, const struct ipvlan_route *route, struct names *names,
		      const struct args *args)
{
	const char *dev = args->name;
	int err = dev ? 0 : name_of(ctx, names, ipvlan_route_get_ifindex(route), &dev);

	if (!err)
		err = ipvlan_route_delete(ctx, dev, route);
	/* Somebody else was faster. */
	return err == -ESRCH ? 0 : err;
}

static int flush(struct session *session, const struct ipvlan_route_list *list, const struct args *args)
{
	const struct ipvlan_route *route;
	struct names names = {0};
	int err = 0;

	for (size_t i = 0; !err && (route = ipvlan_route_list_get(list, i)); i++) {
		if (is_wanted(route, args))
			err = delete_one(session->ctx, route, &names, args);
	}
	free(names.name);
	return err ? session_library_error(session) : STATUS_DONE;
}

int run_route_flush(struct session *session, const struct args *args)
{
	char destination[IPVLAN_ADDRESS_SIZE];
	struct ipvlan_route_list *list;
	struct args wanted = *args;
	int status = read_routes(session, args, &list);

	if (status != STATUS_DONE)
		return status;
	write_destination(&wanted, destination, sizeof(destination));
	status = flush(session, list, &wanted);
	ipvlan_route_list_free(list);
	return status;
}

int check_route_get(struct args *args, struct message *message)
{
	return args->address ? 0 : message_set(message, "which way to where? Add an address such as 10.9.0.1");
}

static json_t *document_way(struct ipvlan_ctx *ctx, const struct ipvlan_route *route, const struct args *args)
{
	uint32_t table = ipvlan_route_get_table(route);
	bool elsewhere = table != RT_TABLE_MAIN && table != RT_TABLE_UNSPEC;
	struct names names = {0};
	const char *dev = NULL;
	json_t *document = NULL;

	if (!name_of(ctx, &names, ipvlan_route_get_ifindex(route), &dev)) {
		document = json_array();
		json_array_append_new(document, document_route(route, dev, args->options.details, elsewhere));
	}
	free(names.name);
	return document;
}

int run_route_get(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_route *route;
	json_t *document;

	if (!ctx)
		return STATUS_REFUSED;
	if (ipvlan_route_get(ctx, args->address, args->source, args->name, &route))
		return session_library_error(session);
	document = document_way(ctx, route, args);
	ipvlan_route_free(route);
	return document ? output(session, &args->options, document, print_routes) : session_library_error(session);
}

int run_route_show(struct session *session, const struct args *args)
{
	char destination[IPVLAN_ADDRESS_SIZE];
	struct ipvlan_route_list *list;
	struct args wanted = *args;
	int status = read_routes(session, args, &list), err;
	json_t *document;

	if (status != STATUS_DONE)
		return status;
	write_destination(&wanted, destination, sizeof(destination));
	document = json_array();
	err = list_routes(session->ctx, list, &wanted, document);
	ipvlan_route_list_free(list);
	if (err) {
		json_decref(document);
		document = NULL;
	}
	if (err && err != -ENOMEM)
		return session_library_error(session);
	return output(session, &args->options, document, print_routes);
}
