/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "print-link.h"

#include <ipvlan/ipvlan.h>
#include <string.h>

/* ip ends a line of an object by this, so that with -o each object is one line. */
static const char *line_end(const struct page *page)
{
	return page->options->oneline ? "\\" : "\n";
}

static void print_name(struct page *page, const json_t *link, const char *end, int width)
{
	const char *name = field_text(link, "ifname"), *parent = field_text(link, "link");
	char text[80];

	if (*parent)
		snprintf(text, sizeof(text), "%s@%s%s", name, parent, end);
	else if (field_exists(link, "link_index"))
		snprintf(text, sizeof(text), "%s@if%d%s", name, (int)field_number(link, "link_index"), end);
	else
		snprintf(text, sizeof(text), "%s%s", name, end);
	page_ink(page, INK_NAME, "%-*s ", width, text);
}

static void print_flags(struct page *page, const json_t *link)
{
	const char *separator = "<";
	const json_t *flag;
	size_t i;

	json_array_foreach (json_object_get(link, "flags"), i, flag) {
		fprintf(page->out, "%s%s", separator, json_string_value(flag));
		separator = ",";
	}
	fprintf(page->out, "%s> ", i ? "" : "<");
}

static void print_field(struct page *page, const json_t *link, const char *key, const char *word)
{
	if (*field_text(link, key))
		fprintf(page->out, "%s %s ", word, field_text(link, key));
}

static void print_number(struct page *page, const json_t *link, const char *key, const char *word)
{
	if (field_exists(link, key))
		fprintf(page->out, "%s %u ", word, (unsigned int)field_number(link, key));
}

static void print_state(struct page *page, const json_t *link, int width)
{
	const char *state = field_text(link, "operstate");

	page_ink(page, ink_of_state(state), "%-*s ", width, state);
}

static void print_head(struct page *page, const json_t *link)
{
	fprintf(page->out, "%d: ", (int)field_number(link, "ifindex"));
	print_name(page, link, ":", 0);
	print_flags(page, link);
	fprintf(page->out, "mtu %u ", (unsigned int)field_number(link, "mtu"));
	print_field(page, link, "qdisc", "qdisc");
	print_field(page, link, "master", "master");
	fputs("state ", page->out);
	print_state(page, link, 0);
	print_field(page, link, "linkmode", "mode");
	print_field(page, link, "group", "group");
	if (field_exists(link, "txqlen"))
		fprintf(page->out, "qlen %u", (unsigned int)field_number(link, "txqlen"));
}

static void print_hardware(struct page *page, const json_t *link)
{
	if (field_exists(link, "link_type"))
		fprintf(page->out, "%s    link/%s ", line_end(page), field_text(link, "link_type"));
	if (field_exists(link, "address"))
		page_ink(page, INK_MAC, "%s", field_text(link, "address"));
	if (field_exists(link, "broadcast")) {
		fputs(field_exists(link, "link_pointtopoint") ? " peer " : " brd ", page->out);
		page_ink(page, INK_MAC, "%s", field_text(link, "broadcast"));
	}
	if (*field_text(link, "link_netns"))
		fprintf(page->out, " link-netns %s", field_text(link, "link_netns"));
	else if (field_exists(link, "link_netnsid"))
		fprintf(page->out, " link-netnsid %d", (int)field_number(link, "link_netnsid"));
}

static void print_port(struct page *page, const json_t *data)
{
	static const char *const flags[] = {"private", "vepa", "bridge"};

	fprintf(page->out, " mode %s ", field_text(data, "mode"));
	for (size_t i = 0; i < 3; i++)
		if (field_is_true(data, flags[i]))
			fprintf(page->out, "%s ", flags[i]);
}

static void print_details(struct page *page, const json_t *link)
{
	const json_t *info = json_object_get(link, "linkinfo");

	if (!field_exists(link, "promiscuity"))
		return;
	fprintf(page->out, " promiscuity %u  ", (unsigned int)field_number(link, "promiscuity"));
	print_number(page, link, "allmulti", "allmulti");
	print_number(page, link, "min_mtu", "minmtu");
	print_number(page, link, "max_mtu", "maxmtu");
	if (info) {
		fprintf(page->out, "%s    %s ", line_end(page), field_text(info, "info_kind"));
		if (field_exists(info, "info_data"))
			print_port(page, json_object_get(info, "info_data"));
	}
	print_number(page, link, "num_tx_queues", "numtxqueues");
	print_number(page, link, "num_rx_queues", "numrxqueues");
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
	page_ink(page, INK_MAC, "%s ", field_text(link, "address"));
	print_flags(page, link);
	putc('\n', page->out);
}

static void print_prefix(struct page *page, const json_t *address)
{
	enum ink ink = strcmp(field_text(address, "family"), "inet6") == 0 ? INK_INET6 : INK_INET;

	page_ink(page, ink, "%s", field_text(address, "local"));
	if (field_exists(address, "address")) {
		fputs(" peer ", page->out);
		page_ink(page, ink, "%s", field_text(address, "address"));
	}
	fprintf(page->out, "/%d ", (int)field_number(address, "prefixlen"));
}

static void print_lifetime(struct page *page, const char *word, json_int_t seconds)
{
	if (seconds == IPVLAN_LIFETIME_FOREVER)
		fprintf(page->out, "%s forever", word);
	else
		fprintf(page->out, "%s %usec", word, (unsigned int)seconds);
}

/* All that is true of an address is one of its flags. */
static void print_address_flags(struct page *page, const json_t *address)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)address, key, value)
		if (json_is_true(value))
			fprintf(page->out, "%s ", key);
}

static void print_address(struct page *page, const json_t *link, const json_t *address)
{
	if (page->options->oneline)
		fprintf(page->out, "%d: %s", (int)field_number(link, "ifindex"), field_text(link, "ifname"));
	fprintf(page->out, "    %s ", field_text(address, "family"));
	print_prefix(page, address);
	if (field_exists(address, "broadcast")) {
		fputs("brd ", page->out);
		page_ink(page, INK_INET, "%s ", field_text(address, "broadcast"));
	}
	fprintf(page->out, "scope %s ", field_text(address, "scope"));
	print_address_flags(page, address);
	fprintf(page->out, "%s%s       ", field_text(address, "label"), line_end(page));
	print_lifetime(page, "valid_lft", field_number(address, "valid_life_time"));
	print_lifetime(page, " preferred_lft", field_number(address, "preferred_life_time"));
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
