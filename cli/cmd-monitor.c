/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `monitor`: what changes, as it changes. `wait`: until a slave is ready. */
#include "command.h"
#include "document.h"
#include "files.h"
#include "interrupt.h"
#include "output.h"
#include "ports.h"
#include "session.h"
#include "write-link.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Numbers and truths as such, all else as text. */
static void write_value(struct writer *w, const char *key, enum ipvlan_property property, const char *text)
{
	switch (property) {
	case IPVLAN_PROPERTY_UP:
	case IPVLAN_PROPERTY_CARRIER:
		write_truth(w, key, strcmp(text, "true") == 0);
		break;
	case IPVLAN_PROPERTY_MTU:
	case IPVLAN_PROPERTY_TXQLEN:
	case IPVLAN_PROPERTY_PREFERENCE:
		write_number(w, key, atoll(text));
		break;
	default:
		write_text(w, key, text);
	}
}

static void write_property(struct writer *w, const char *key, enum ipvlan_property property, const char *text)
{
	const char *name = property == IPVLAN_PROPERTY_PROTOCOL ? protocol_name(atoi(text))
			   : property == IPVLAN_PROPERTY_SCOPE	? scope_name(atoi(text))
								: NULL;

	if (name)
		write_text(w, key, name);
	else
		write_value(w, key, property, text);
}

static void write_changes(struct writer *w, const struct ipvlan_event *event)
{
	write_object(w, "changes");
	for (size_t i = 0; i < ipvlan_event_get_change_count(event); i++) {
		enum ipvlan_property property = ipvlan_event_get_change_property(event, i);
		const char *name = ipvlan_property_to_string(property);

		write_object(w, name ? name : "other");
		write_property(w, "old", property, ipvlan_event_get_change_old(event, i));
		write_property(w, "new", property, ipvlan_event_get_change_new(event, i));
		write_end(w);
	}
	write_end(w);
}

static void write_place(struct writer *w, const struct ipvlan_event *event)
{
	const pid_t pid = ipvlan_event_get_netns_pid(event);

	write_text_or_null(w, "netns", ipvlan_event_get_netns(event));
	write_number(w, "netns_inode", (json_int_t)ipvlan_event_get_netns_inode(event));
	if (pid)
		write_number(w, "netns_pid", pid);
}

static void write_link(struct writer *w, const struct ipvlan_event *event)
{
	const struct ipvlan_link *link = ipvlan_event_get_link(event);

	write_text(w, "ifname", ipvlan_link_get_name(link));
	write_number(w, "ifindex", ipvlan_link_get_ifindex(link));
	if (ipvlan_event_get_kind(event) != IPVLAN_EVENT_LINK)
		return;
	write_text(w, "kind", ipvlan_link_get_kind(link));
	write_truth(w, "up", ipvlan_link_is_up(link));
	write_text(w, "operstate", ipvlan_link_get_operstate_name(link));
	write_number(w, "mtu", ipvlan_link_get_mtu(link));
}

static void write_port(struct writer *w, const struct ipvlan_event *event)
{
	write_text_or_null(w, "parent", ipvlan_event_get_parent_name(event));
	write_mode(w, "mode", ipvlan_event_get_mode(event));
	write_flags(w, "flags", ipvlan_event_get_flags(event));
	if (ipvlan_event_get_kind(event) == IPVLAN_EVENT_PORT)
		write_number(w, "slaves", ipvlan_event_get_slave_count(event));
}

static void write_address(struct writer *w, const struct ipvlan_address *address)
{
	write_object(w, "address");
	write_address_fields(w, address);
	write_end(w);
}

static void write_route(struct writer *w, const struct ipvlan_route *route)
{
	json_t *document = document_route(route, NULL, false, true);

	if (document)
		write_tree(w, "route", document);
	json_decref(document);
}

/* As text, what was there before is "there", not "added"; and which namespace is ours, only text tells. */
static const char *action_of(const struct writer *w, const struct ipvlan_event *event)
{
	return !w->out && ipvlan_event_is_initial(event)
		       ? "there"
		       : ipvlan_event_action_to_string(ipvlan_event_get_action(event));
}

static void write_event(struct writer *w, const struct ipvlan_event *event, struct second *second, ino_t here)
{
	enum ipvlan_event_kind kind = ipvlan_event_get_kind(event);
	const struct ipvlan_address *address = ipvlan_event_get_address(event);
	const struct ipvlan_route *route = ipvlan_event_get_route(event);
	char time[48];

	write_object(w, NULL);
	write_text(w, "time", time_format(second, ipvlan_event_get_time(event), time, sizeof(time)));
	write_text(w, "event", ipvlan_event_kind_to_string(kind));
	write_text(w, "action", action_of(w, event));
	write_truth(w, "initial", ipvlan_event_is_initial(event));
	write_place(w, event);
	if (ipvlan_event_get_link(event))
		write_link(w, event);
	if (ipvlan_event_get_link(event) || kind == IPVLAN_EVENT_PORT)
		write_port(w, event);
	if (address)
		write_address(w, address);
	if (route)
		write_route(w, route);
	if (ipvlan_event_get_action(event) == IPVLAN_EVENT_CHANGED && kind != IPVLAN_EVENT_RESYNC)
		write_changes(w, event);
	if (!w->out)
		write_truth(w, "netns_is_own", ipvlan_event_get_netns_inode(event) == here);
	write_end(w);
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
	else if (field_exists(route, "via"))
		fprintf(page->out, " via inet6 %s", field_text(json_object_get(route, "via"), "host"));
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
	fprintf(page->out, " %s %s %s", field_text(event, "action"), field_text(event, "mode"),
		field_text(event, "flags"));
	/* Of a port that is new its first slave alone is known. */
	if (field_exists(event, "changes"))
		fprintf(page->out, " (%d slave%s)", slaves, slaves == 1 ? "" : "s");
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

/* What is shown, and how. */
struct watch {
	struct output output;
	struct ipvlan_monitor *monitor;
	struct second second;
	ino_t here;
	bool initial; /* what was there before, too */
};

/* Each event is a document of its own. */
static int show_event(struct watch *watch, const struct ipvlan_event *event)
{
	struct output *o = &watch->output;

	if (ipvlan_event_is_initial(event) && !watch->initial)
		return STATUS_DONE;
	write_event(&o->writer, event, &watch->second, watch->here);
	output_show(o);
	return output_end(o);
}

/* All that there is to read now. @return -EAGAIN when that was shown; what else the library says; > 0 a status. */
static int show_events(struct watch *watch)
{
	struct ipvlan_event *event;
	int err = -EAGAIN;

	while (!interrupt_pending() && (err = ipvlan_monitor_read(watch->monitor, &event)) == 0) {
		err = show_event(watch, event);
		ipvlan_event_free(event);
		if (err)
			return err;
	}
	return interrupt_pending() ? -EAGAIN : err;
}

static int follow(struct session *session, struct watch *watch)
{
	struct pollfd fds[] = {
		{.fd = ipvlan_monitor_get_fd(watch->monitor), .events = POLLIN},
		{.fd = fileno(session->out)}, /* its reader may go away while nothing happens */
	};
	int err;

	for (;;) {
		err = show_events(watch);
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
	struct watch watch = {.initial = args->initial == 1};
	int status;

	session_follow(session);
	files_raise_limit();
	status = start(session, args, &watch.monitor);
	if (status != STATUS_DONE)
		return status;
	watch.here = own_inode(session->ctx);
	output_begin(&watch.output, session, &args->options, print_event);
	interrupt_begin();
	status = follow(session, &watch);
	interrupt_end();
	ipvlan_monitor_free(watch.monitor);
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

/* The library takes milliseconds as an int, which ends with the 25th day: so a long time is waited for in parts. */
#define LONGEST_PART (24 * 60 * 60 * 1000)

static int wait_for(struct ipvlan_ctx *ctx, const struct args *args)
{
	bool forever = args->timeout == UNSET || args->timeout == IPVLAN_LIFETIME_FOREVER;
	int64_t left = forever ? 0 : args->timeout * 1000;
	int part, err;

	do {
		part = forever ? -1 : left < LONGEST_PART ? (int)left : LONGEST_PART;
		err = ipvlan_link_wait(ctx, args->name, (enum ipvlan_condition)args->condition, part);
		left -= part;
	} while (err == -ETIMEDOUT && left > 0);
	return err;
}

int run_wait(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx;

	if (args->netns && session_enter(session, args->netns) != STATUS_DONE)
		return STATUS_REFUSED;
	ctx = session_context(session);
	if (!ctx)
		return STATUS_REFUSED;
	return wait_for(ctx, args) ? session_library_error(session) : STATUS_DONE;
}
