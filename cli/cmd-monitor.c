/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `monitor`: what changes, as it changes. `wait`: until a slave is ready. */
#include "command.h"
#include "document.h"
#include "files.h"
#include "interrupt.h"
#include "output.h"
#include "ports.h"
#include "session.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* Numbers and truths as such, all else as text. */
static json_t *document_value(enum ipvlan_property property, const char *text)
{
	switch (property) {
	case IPVLAN_PROPERTY_UP:
	case IPVLAN_PROPERTY_CARRIER:
		return json_boolean(strcmp(text, "true") == 0);
	case IPVLAN_PROPERTY_MTU:
	case IPVLAN_PROPERTY_TXQLEN:
	case IPVLAN_PROPERTY_PREFERENCE:
		return json_integer(atoll(text));
	default:
		return document_text(text);
	}
}

static json_t *document_property(enum ipvlan_property property, const char *text)
{
	const char *name = property == IPVLAN_PROPERTY_PROTOCOL ? protocol_name(atoi(text))
			   : property == IPVLAN_PROPERTY_SCOPE	? scope_name(atoi(text))
								: NULL;

	return name ? document_text(name) : document_value(property, text);
}

static json_t *list_changes(const struct ipvlan_event *event)
{
	json_t *changes = json_object(), *change;

	for (size_t i = 0; i < ipvlan_event_get_change_count(event); i++) {
		enum ipvlan_property property = ipvlan_event_get_change_property(event, i);
		const char *name = ipvlan_property_to_string(property);

		change = json_object();
		json_object_set_new(change, "old", document_property(property, ipvlan_event_get_change_old(event, i)));
		json_object_set_new(change, "new", document_property(property, ipvlan_event_get_change_new(event, i)));
		json_object_set_new(changes, name ? name : "other", change);
	}
	return changes;
}

static json_t *text_or_null(const char *text)
{
	return text ? document_text(text) : json_null();
}

static void put_place(json_t *document, const struct ipvlan_event *event)
{
	const pid_t pid = ipvlan_event_get_netns_pid(event);

	json_object_set_new(document, "netns", text_or_null(ipvlan_event_get_netns(event)));
	json_object_set_new(document, "netns_inode", json_integer((json_int_t)ipvlan_event_get_netns_inode(event)));
	if (pid)
		json_object_set_new(document, "netns_pid", json_integer(pid));
}

static void put_link(json_t *document, const struct ipvlan_event *event)
{
	const struct ipvlan_link *link = ipvlan_event_get_link(event);

	json_object_set_new(document, "ifname", document_text(ipvlan_link_get_name(link)));
	json_object_set_new(document, "ifindex", json_integer(ipvlan_link_get_ifindex(link)));
	if (ipvlan_event_get_kind(event) != IPVLAN_EVENT_LINK)
		return;
	json_object_set_new(document, "kind", document_text(ipvlan_link_get_kind(link)));
	json_object_set_new(document, "up", json_boolean(ipvlan_link_is_up(link)));
	json_object_set_new(document, "operstate", document_text(ipvlan_link_get_operstate_name(link)));
	json_object_set_new(document, "mtu", json_integer(ipvlan_link_get_mtu(link)));
}

static void put_port(json_t *document, const struct ipvlan_event *event)
{
	json_object_set_new(document, "parent", text_or_null(ipvlan_event_get_parent_name(event)));
	json_object_set_new(document, "mode", document_mode(ipvlan_event_get_mode(event)));
	json_object_set_new(document, "flags", document_flags(ipvlan_event_get_flags(event)));
	if (ipvlan_event_get_kind(event) == IPVLAN_EVENT_PORT)
		json_object_set_new(document, "slaves", json_integer(ipvlan_event_get_slave_count(event)));
}

static json_t *document_event(const struct ipvlan_event *event)
{
	enum ipvlan_event_kind kind = ipvlan_event_get_kind(event);
	const struct ipvlan_address *address = ipvlan_event_get_address(event);
	const struct ipvlan_route *route = ipvlan_event_get_route(event);
	json_t *document = json_object();

	json_object_set_new(document, "time", document_time(ipvlan_event_get_time(event)));
	json_object_set_new(document, "event", document_text(ipvlan_event_kind_to_string(kind)));
	json_object_set_new(document, "action",
			    document_text(ipvlan_event_action_to_string(ipvlan_event_get_action(event))));
	json_object_set_new(document, "initial", json_boolean(ipvlan_event_is_initial(event)));
	put_place(document, event);
	if (ipvlan_event_get_link(event))
		put_link(document, event);
	if (ipvlan_event_get_link(event) || kind == IPVLAN_EVENT_PORT)
		put_port(document, event);
	if (address)
		json_object_set_new(document, "address", document_address(address));
	if (route)
		json_object_set_new(document, "route", document_route(route, NULL, false, true));
	if (ipvlan_event_get_action(event) == IPVLAN_EVENT_CHANGED && kind != IPVLAN_EVENT_RESYNC)
		json_object_set_new(document, "changes", list_changes(event));
	return document;
}

/* ---- As text */

static void print_value(struct page *page, const json_t *value)
{
	if (json_is_integer(value))
		fprintf(page->out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_boolean(value))
		fputs(json_is_true(value) ? "yes" : "no", page->out);
	else
		fputs(json_is_string(value) ? json_string_value(value) : "-", page->out);
}

static void print_changes(struct page *page, const json_t *event)
{
	const json_t *changes = json_object_get(event, "changes");
	const char *key, *separator = ":";
	json_t *change;

	json_object_foreach ((json_t *)changes, key, change) {
		fprintf(page->out, "%s %s ", separator, key);
		print_value(page, json_object_get(change, "old"));
		fputs(" -> ", page->out);
		print_value(page, json_object_get(change, "new"));
		separator = ",";
	}
}

static void print_address(struct page *page, const json_t *event)
{
	const json_t *address = json_object_get(event, "address"), *value;
	enum ink ink = strcmp(field_text(address, "family"), "inet6") == 0 ? INK_INET6 : INK_INET;
	const char *key;

	page_ink(page, ink, "%s/%d", field_text(address, "local"), (int)field_number(address, "prefixlen"));
	fputs(" dev ", page->out);
	page_ink(page, INK_NAME, "%s", field_text(event, "ifname"));
	fprintf(page->out, " %s", field_text(event, "action"));
	if (field_exists(event, "changes"))
		return;
	json_object_foreach ((json_t *)address, key, value)
		if (json_is_true(value))
			fprintf(page->out, " %s", key);
}

static void print_route(struct page *page, const json_t *event)
{
	const json_t *route = json_object_get(event, "route");

	fputs(field_text(route, "dst"), page->out);
	if (*field_text(route, "gateway"))
		fprintf(page->out, " via %s", field_text(route, "gateway"));
	fputs(" dev ", page->out);
	page_ink(page, INK_NAME, "%s", field_text(event, "ifname"));
	if (strcmp(field_text(route, "table"), "main") != 0)
		fprintf(page->out, " table %s", field_text(route, "table"));
	if (field_number(route, "metric"))
		fprintf(page->out, " metric %u", (unsigned int)field_number(route, "metric"));
	fprintf(page->out, " %s", field_text(event, "action"));
}

static void print_link(struct page *page, const json_t *event)
{
	const char *parent = field_text(event, "parent");

	page_ink(page, INK_NAME, "%s@%s", field_text(event, "ifname"), *parent ? parent : "?");
	fprintf(page->out, " %s", field_text(event, "action"));
	if (!field_exists(event, "changes"))
		fprintf(page->out, " %s %s %s mtu %d", field_text(event, "mode"), field_text(event, "flags"),
			field_is_true(event, "up") ? "up" : "down", (int)field_number(event, "mtu"));
}

static void print_port(struct page *page, const json_t *event)
{
	const char *parent = field_text(event, "parent");
	int slaves = (int)field_number(event, "slaves");

	page_ink(page, INK_NAME, "%s", *parent ? parent : "?");
	fprintf(page->out, " %s %s %s (%d slave%s)", field_text(event, "action"), field_text(event, "mode"),
		field_text(event, "flags"), slaves, slaves == 1 ? "" : "s");
}

static const struct {
	const char *kind;
	renderer print;
} printers[] = {
	{"link", print_link},
	{"port", print_port},
	{"address", print_address},
	{"route", print_route},
};

static void print_event(struct page *page, const json_t *event)
{
	json_int_t here = field_is_true(event, "netns_is_own") ? field_number(event, "netns_inode") : 0;
	const char *kind = field_text(event, "event");
	char place[300];
	size_t i;

	fprintf(page->out, "%.15s %s %s ", field_text(event, "time") + strlen("2026-11-22T"),
		place_format(event, here, place, sizeof(place)), kind);
	for (i = 0; i < sizeof(printers) / sizeof(printers[0]) && strcmp(printers[i].kind, kind) != 0; i++)
		;
	if (i < sizeof(printers) / sizeof(printers[0]))
		printers[i].print(page, event);
	else if (strcmp(kind, "resync") == 0)
		fputs("the kernel dropped messages; what differs follows", page->out);
	else
		fputs(field_text(event, "action"), page->out);
	print_changes(page, event);
	putc('\n', page->out);
}

/* ---- The commands */

/* What was there before is "there", not "added"; which namespace is ours, only text tells. */
static void adapt_for_text(json_t *document, const struct ipvlan_event *event, ino_t here)
{
	json_object_set_new(document, "netns_is_own", json_boolean(ipvlan_event_get_netns_inode(event) == here));
	if (ipvlan_event_is_initial(event))
		json_object_set_new(document, "action", json_string("there"));
}

static int show_event(struct session *session, const struct args *args, const struct ipvlan_event *event, ino_t here)
{
	json_t *document;

	if (ipvlan_event_is_initial(event) && args->initial != 1)
		return STATUS_DONE;
	document = document_event(event);
	if (!args->options.json)
		adapt_for_text(document, event, here);
	return output(session, &args->options, document, print_event);
}

/* All that there is to read now. @return -EAGAIN when that was shown; what else the library says; > 0 a status. */
static int show_events(struct session *session, const struct args *args, struct ipvlan_monitor *monitor, ino_t here)
{
	struct ipvlan_event *event;
	int err = -EAGAIN;

	while (!interrupt_pending() && (err = ipvlan_monitor_read(monitor, &event)) == 0) {
		err = show_event(session, args, event, here);
		ipvlan_event_free(event);
		if (err)
			return err;
	}
	return interrupt_pending() ? -EAGAIN : err;
}

static int follow(struct session *session, const struct args *args, struct ipvlan_monitor *monitor, ino_t here)
{
	struct pollfd fds[] = {
		{.fd = ipvlan_monitor_get_fd(monitor), .events = POLLIN},
		{.fd = fileno(session->out)}, /* its reader may go away while nothing happens */
	};
	int err;

	for (;;) {
		err = show_events(session, args, monitor, here);
		if (err != -EAGAIN)
			return err < 0 ? session_library_error(session) : err;
		if (interrupt_poll(fds, 2, NULL) == -EINTR && interrupt_pending())
			return STATUS_DONE;
		if (fds[1].revents & (POLLERR | POLLHUP | POLLNVAL))
			return STATUS_DONE;
	}
}

static int start(struct session *session, const struct args *args, struct ipvlan_monitor **monitor)
{
	struct ipvlan_ctx *ctx = session_context(session);

	if (!ctx)
		return STATUS_REFUSED;
	if (ipvlan_monitor_new(ctx, monitor))
		return session_library_error(session);
	ipvlan_monitor_set_everywhere(*monitor, args->everywhere == 1);
	if (args->kinds)
		ipvlan_monitor_set_kinds(*monitor, (uint32_t)args->kinds);
	if (args->buffer != UNSET)
		ipvlan_monitor_set_receive_buffer(*monitor, (unsigned int)args->buffer);
	if (!ipvlan_monitor_start(*monitor))
		return STATUS_DONE;
	ipvlan_monitor_free(*monitor);
	return session_library_error(session);
}

int run_monitor(struct session *session, const struct args *args)
{
	struct ipvlan_monitor *monitor;
	int status;

	session_follow(session);
	files_raise_limit();
	status = start(session, args, &monitor);
	if (status != STATUS_DONE)
		return status;
	interrupt_begin();
	status = follow(session, args, monitor, own_inode(session->ctx));
	interrupt_end();
	ipvlan_monitor_free(monitor);
	return status;
}

int check_wait(struct args *args, struct message *message)
{
	if (!args->name)
		return message_set(message, "for which slave?");
	if (args->condition == UNSET)
		return message_set(message, "what for? Add 'exists', 'gone', 'up' or 'address-ready'");
	return 0;
}

int run_wait(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx;
	int timeout = args->timeout == UNSET		 ? -1
		      : args->timeout > INT32_MAX / 1000 ? INT32_MAX
							 : (int)args->timeout * 1000;

	if (args->netns && session_enter(session, args->netns) != STATUS_DONE)
		return STATUS_REFUSED;
	ctx = session_context(session);
	if (!ctx)
		return STATUS_REFUSED;
	if (ipvlan_link_wait(ctx, args->name, (enum ipvlan_condition)args->condition, timeout))
		return session_library_error(session);
	return STATUS_DONE;
}
