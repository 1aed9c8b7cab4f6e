/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "print-link.h"

#include <ipvlan/ipvlan.h>
#include <string.h>

/* ip ends a line of an object by this, so that with -o each object is one line. */
static const char *line_end(const struct page *page)
{
	return page->options->oneline ? "\\" : "\n";
}

/* Columns are as wide as bytes, and a blank divides them. */
static void end_column(struct page *page, size_t used, size_t width)
{
	page_blanks(page, (used < width ? width - used : 0) + 1);
}

static void print_name(struct page *page, const json_t *link, const char *end, size_t width)
{
	const char *parent = field_text(link, "link");
	const json_t *index = *parent ? NULL : json_object_get(link, "link_index");
	size_t used;

	page_begin_ink(page, INK_NAME);
	used = page_text(page, field_text(link, "ifname"));
	if (*parent || index)
		used += page_text(page, *parent ? "@" : "@if");
	if (*parent)
		used += page_text(page, parent);
	else if (index)
		used += page_number(page, json_integer_value(index));
	used += page_text(page, end);
	end_column(page, used, width);
	page_end_ink(page, INK_NAME);
}

static void print_flags(struct page *page, const json_t *link)
{
	const char *separator = "<";
	const json_t *flag;
	size_t i;

	json_array_foreach (json_object_get(link, "flags"), i, flag) {
		page_text(page, separator);
		page_text(page, json_string_value(flag));
		separator = ",";
	}
	page_text(page, i ? "> " : "<> ");
}

static void print_inked(struct page *page, enum ink ink, const char *text)
{
	if (!*text)
		return;
	page_begin_ink(page, ink);
	page_text(page, text);
	page_end_ink(page, ink);
}

/* A text that is there, between what stands before and behind it. */
static void print_text(struct page *page, const char *before, const char *text, const char *behind)
{
	if (!*text)
		return;
	page_text(page, before);
	page_text(page, text);
	page_text(page, behind);
}

/* Likewise a number. */
static void print_number(struct page *page, const char *before, const json_t *number, const char *behind)
{
	if (!number)
		return;
	page_text(page, before);
	page_number(page, json_integer_value(number));
	page_text(page, behind);
}

static void print_state(struct page *page, const json_t *link, size_t width)
{
	const char *state = field_text(link, "operstate");
	enum ink ink = ink_of_state(state);

	page_begin_ink(page, ink);
	end_column(page, page_text(page, state), width);
	page_end_ink(page, ink);
}

static void print_head(struct page *page, const json_t *link)
{
	print_number(page, "", json_object_get(link, "ifindex"), ": ");
	print_name(page, link, ":", 0);
	print_flags(page, link);
	print_number(page, "mtu ", json_object_get(link, "mtu"), " ");
	print_text(page, "qdisc ", field_text(link, "qdisc"), " ");
	print_text(page, "master ", field_text(link, "master"), " ");
	page_text(page, "state ");
	print_state(page, link, 0);
	print_text(page, "mode ", field_text(link, "linkmode"), " ");
	print_text(page, "group ", field_text(link, "group"), " ");
	print_number(page, "qlen ", json_object_get(link, "txqlen"), "");
}

static void print_hardware(struct page *page, const json_t *link)
{
	const char *type = field_text(link, "link_type"), *broadcast = field_text(link, "broadcast");
	const char *netns = field_text(link, "link_netns");

	if (*type) {
		page_text(page, line_end(page));
		print_text(page, "    link/", type, " ");
	}
	print_inked(page, INK_MAC, field_text(link, "address"));
	if (*broadcast) {
		page_text(page, field_exists(link, "link_pointtopoint") ? " peer " : " brd ");
		print_inked(page, INK_MAC, broadcast);
	}
	if (*netns)
		print_text(page, " link-netns ", netns, "");
	else
		print_number(page, " link-netnsid ", json_object_get(link, "link_netnsid"), "");
}

static void print_port(struct page *page, const json_t *data)
{
	static const char *const flags[] = {"private", "vepa", "bridge"};

	page_text(page, " mode ");
	page_text(page, field_text(data, "mode"));
	page_text(page, " ");
	for (size_t i = 0; i < 3; i++)
		if (field_is_true(data, flags[i]))
			print_text(page, "", flags[i], " ");
}

static void print_details(struct page *page, const json_t *link)
{
	const json_t *promiscuity = json_object_get(link, "promiscuity"), *info, *data;

	if (!promiscuity)
		return;
	print_number(page, " promiscuity ", promiscuity, "  ");
	print_number(page, "allmulti ", json_object_get(link, "allmulti"), " ");
	print_number(page, "minmtu ", json_object_get(link, "min_mtu"), " ");
	print_number(page, "maxmtu ", json_object_get(link, "max_mtu"), " ");
	info = json_object_get(link, "linkinfo");
	if (info) {
		page_text(page, line_end(page));
		print_text(page, "    ", field_text(info, "info_kind"), " ");
		data = json_object_get(info, "info_data");
		if (data)
			print_port(page, data);
	}
	print_number(page, "numtxqueues ", json_object_get(link, "num_tx_queues"), " ");
	print_number(page, "numrxqueues ", json_object_get(link, "num_rx_queues"), " ");
}

struct counter {
	const char *key, *title;
	int width;
};

#define COUNTERS 6

/* In ip's columns, which leave room for one of compressed packets at the end. */
static void print_counters(struct page *page, const char *name, const json_t *values, const struct counter *counters)
{
	int widths[COUNTERS];

	fprintf(page->out, "    %s:", name);
	for (size_t i = 0; i < COUNTERS; i++) {
		int digits = snprintf(NULL, 0, "%" JSON_INTEGER_FORMAT, field_number(values, counters[i].key));

		widths[i] = digits > counters[i].width ? digits : counters[i].width;
		fprintf(page->out, " %*s", widths[i], counters[i].title);
	}
	fprintf(page->out, " %10s%s       ", "", line_end(page));
	for (size_t i = 0; i < COUNTERS; i++)
		fprintf(page->out, "%*" JSON_INTEGER_FORMAT " ", widths[i] + (i == 0),
			field_number(values, counters[i].key));
}

/* From the beginning of a line, or from the end of one that is still open. */
static void print_stats(struct page *page, const json_t *link, const char *before)
{
	static const struct counter rx[COUNTERS] = {{"bytes", "bytes", 6},	    {"packets", "packets", 7},
						    {"errors", "errors", 6},	    {"dropped", "dropped", 7},
						    {"missed_errors", "missed", 7}, {"multicast", "mcast", 7}};
	static const struct counter tx[COUNTERS] = {
		{"bytes", "bytes", 6},	   {"packets", "packets", 7},	     {"errors", "errors", 6},
		{"dropped", "dropped", 7}, {"carrier_errors", "carrier", 7}, {"collisions", "collsns", 7}};
	const json_t *stats = json_object_get(link, "stats64");

	if (!stats)
		return;
	fputs(before, page->out);
	print_counters(page, "RX", json_object_get(stats, "rx"), rx);
	fputs(line_end(page), page->out);
	print_counters(page, "TX", json_object_get(stats, "tx"), tx);
}

static void print_whole_link(struct page *page, const json_t *link)
{
	print_head(page, link);
	print_hardware(page, link);
	print_details(page, link);
	print_stats(page, link, line_end(page));
	putc('\n', page->out);
}

static void print_brief_head(struct page *page, const json_t *link)
{
	print_name(page, link, "", 16);
	print_state(page, link, 14);
}

void print_link(struct page *page, const json_t *link)
{
	if (!page->options->brief) {
		print_whole_link(page, link);
		return;
	}
	print_brief_head(page, link);
	page_begin_ink(page, INK_MAC);
	page_text(page, field_text(link, "address"));
	page_text(page, " ");
	page_end_ink(page, INK_MAC);
	print_flags(page, link);
	putc('\n', page->out);
}

static void print_prefix(struct page *page, const json_t *address)
{
	enum ink ink = strcmp(field_text(address, "family"), "inet6") == 0 ? INK_INET6 : INK_INET;
	const char *peer = field_text(address, "address");

	print_inked(page, ink, field_text(address, "local"));
	if (*peer) {
		page_text(page, " peer ");
		print_inked(page, ink, peer);
	}
	print_number(page, "/", json_object_get(address, "prefixlen"), " ");
}

static void print_lifetime(struct page *page, const char *word, const json_t *seconds)
{
	if (json_integer_value(seconds) == IPVLAN_LIFETIME_FOREVER)
		print_text(page, word, "forever", "");
	else
		print_number(page, word, seconds, "sec");
}

/* All that is true of an address is one of its flags. */
static void print_address_flags(struct page *page, const json_t *address)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)address, key, value)
		if (json_is_true(value))
			print_text(page, "", key, " ");
}

static void print_address(struct page *page, const json_t *link, const json_t *address)
{
	const char *broadcast = field_text(address, "broadcast");

	if (page->options->oneline) {
		print_number(page, "", json_object_get(link, "ifindex"), ": ");
		page_text(page, field_text(link, "ifname"));
	}
	print_text(page, "    ", field_text(address, "family"), " ");
	print_prefix(page, address);
	if (*broadcast) {
		page_text(page, "brd ");
		page_begin_ink(page, INK_INET);
		print_text(page, "", broadcast, " ");
		page_end_ink(page, INK_INET);
	}
	print_text(page, "scope ", field_text(address, "scope"), " ");
	print_address_flags(page, address);
	page_text(page, field_text(address, "label"));
	page_text(page, line_end(page));
	page_blanks(page, 7);
	print_lifetime(page, "valid_lft ", json_object_get(address, "valid_life_time"));
	print_lifetime(page, " preferred_lft ", json_object_get(address, "preferred_life_time"));
	putc('\n', page->out);
}

static void print_brief_addresses(struct page *page, const json_t *link)
{
	const json_t *address;
	size_t i;

	print_brief_head(page, link);
	json_array_foreach (json_object_get(link, "addr_info"), i, address)
		print_prefix(page, address);
	putc('\n', page->out);
}

static void print_whole_addresses(struct page *page, const json_t *link)
{
	const json_t *address;
	size_t i;

	if (!page->options->oneline) {
		print_head(page, link);
		print_hardware(page, link);
		print_details(page, link);
		putc('\n', page->out);
	}
	json_array_foreach (json_object_get(link, "addr_info"), i, address)
		print_address(page, link, address);
	if (field_exists(link, "stats64") && !page->options->oneline) {
		print_stats(page, link, "");
		putc('\n', page->out);
	}
}

void print_addresses(struct page *page, const json_t *link)
{
	if (page->options->brief)
		print_brief_addresses(page, link);
	else
		print_whole_addresses(page, link);
}
