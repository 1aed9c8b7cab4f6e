/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `top`: what the slaves of all namespaces receive, send and drop, per second, the busiest first. */
#include "choice.h"
#include "command.h"
#include "document.h"
#include "grid.h"
#include "output.h"
#include "ports.h"
#include "rates.h"
#include "screen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define INTERVAL 1000 /* milliseconds, unless told */

static const struct {
	const char *name;
	enum ipvlan_stat stat;
} counters[RATE_COUNT] = {
	[RATE_RX_PACKETS] = {"rx_packets", IPVLAN_STAT_RX_PACKETS},
	[RATE_RX_BYTES] = {"rx_bytes", IPVLAN_STAT_RX_BYTES},
	[RATE_RX_DROPPED] = {"rx_dropped", IPVLAN_STAT_RX_DROPPED},
	[RATE_TX_PACKETS] = {"tx_packets", IPVLAN_STAT_TX_PACKETS},
	[RATE_TX_BYTES] = {"tx_bytes", IPVLAN_STAT_TX_BYTES},
	[RATE_TX_DROPPED] = {"tx_dropped", IPVLAN_STAT_TX_DROPPED},
};

/* ---- reading */

/* All slaves that were chosen, at one moment. */
struct moment {
	struct ipvlan_link_list *list;
	struct reading reading;
	uint64_t *values;
};

static void moment_free(struct moment *moment)
{
	ipvlan_link_list_free(moment->list);
	free(moment->reading.samples);
	free(moment->values);
	*moment = (struct moment){0};
}

static void add_sample(struct moment *moment, const struct ipvlan_link *link)
{
	struct reading *reading = &moment->reading;
	uint64_t *values = moment->values + reading->count * reading->width;

	for (size_t i = 0; i < reading->width; i++)
		values[i] = i < RATE_COUNT ? ipvlan_link_get_stat(link, counters[i].stat)
					   : ipvlan_link_get_drops(link, i - RATE_COUNT);
	reading->samples[reading->count++] = (struct sample){
		.place = ipvlan_link_get_netns_inode(link),
		.ifindex = ipvlan_link_get_ifindex(link),
		.counters = values,
		.of = link,
	};
}

static int64_t nanoseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int moment_read(struct session *session, const struct choice *choice, struct moment *moment)
{
	struct reading *reading = &moment->reading;
	size_t count;

	*moment = (struct moment){0};
	reading->nanoseconds = nanoseconds_now();
	if (ipvlan_link_list_counters(session->ctx, &moment->list))
		return session_library_error(session);
	count = ipvlan_link_list_get_count(moment->list);
	reading->width = RATE_COUNT + ipvlan_link_list_get_reason_count(moment->list);
	reading->samples = calloc(count + 1, sizeof(*reading->samples));
	moment->values = calloc(count * reading->width + 1, sizeof(*moment->values));
	if (!reading->samples || !moment->values) {
		moment_free(moment);
		session_error(session, "out of memory");
		return STATUS_REFUSED;
	}
	for (size_t i = 0; i < count; i++) {
		const struct ipvlan_link *link = ipvlan_link_list_get(moment->list, i);

		if (choice_has(choice, link))
			add_sample(moment, link);
	}
	return STATUS_DONE;
}

/* ---- documents */

static json_t *list_rates(const struct rate_row *row)
{
	json_t *rates;

	if (!row->known)
		return json_null();
	rates = json_object();
	for (size_t i = 0; i < RATE_COUNT; i++)
		json_object_set_new(rates, counters[i].name, json_real(row->rates[i]));
	return rates;
}

static json_t *list_drops(const struct rate_row *row, const struct ipvlan_link_list *list)
{
	size_t count = ipvlan_link_list_get_reason_count(list);
	json_t *drops;

	if (!row->known || !count)
		return json_null();
	drops = json_object();
	for (size_t i = 0; i < count; i++)
		json_object_set_new(drops, ipvlan_link_list_get_reason(list, i), json_real(row->rates[RATE_COUNT + i]));
	return drops;
}

static json_t *document_row(const struct rate_row *row, const struct ipvlan_link_list *list, ino_t here)
{
	const struct ipvlan_link *link = row->sample->of;
	json_t *document = document_link(link, PART_PLACE, NULL, AF_UNSPEC);

	json_object_set_new(document, "netns_is_own", json_boolean(ipvlan_link_get_netns_inode(link) == here));
	json_object_set_new(document, "rates", list_rates(row));
	json_object_set_new(document, "drops", list_drops(row, list));
	return document;
}

static json_t *document_rates(const struct rates *rates, const struct ipvlan_link_list *list, ino_t here)
{
	json_t *document = json_object(), *slaves = json_array();
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	json_object_set_new(document, "time", document_time(now));
	json_object_set_new(document, "seconds", json_real(rates->seconds));
	json_object_set_new(document, "tells_reasons", json_boolean(ipvlan_link_list_get_reason_count(list)));
	for (size_t i = 0; i < rates->count; i++)
		json_array_append_new(slaves, document_row(&rates->rows[i], list, here));
	json_object_set_new(document, "slaves", slaves);
	return document;
}

/* ---- as text */

static void add_rate(struct grid *grid, const json_t *rates, const char *name, enum ink ink)
{
	double rate = json_number_value(json_object_get(rates, name));
	char text[16];

	grid_add(grid, rate > 0 ? ink : INK_NONE, json_is_object(rates) ? rate_format(rate, text, sizeof(text)) : "");
}

/* "tx_drop_private 3.00, tx_drop_no_route 1.00"; "" when nothing was dropped. For the caller to free; NULL when out of
 * memory. */
static char *reasons_format(const json_t *drops)
{
	char *text = NULL, rate[16];
	const char *name, *before = "";
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	json_t *value;

	if (!stream)
		return NULL;
	json_object_foreach ((json_t *)drops, name, value) {
		if (json_number_value(value) <= 0)
			continue;
		fprintf(stream, "%s%s %s", before, name, rate_format(json_number_value(value), rate, sizeof(rate)));
		before = ", ";
	}
	if (!fclose(stream))
		return text;
	free(text);
	return NULL;
}

static void add_slave(struct page *page, struct grid *grid, const json_t *slave, bool tells_reasons)
{
	json_int_t here = field_is_true(slave, "netns_is_own") ? field_number(slave, "netns_inode") : 0;
	const json_t *rates = json_object_get(slave, "rates");
	char place[300], *reasons;

	grid_add(grid, INK_NAME, field_text(slave, "ifname"));
	grid_add(grid, INK_NONE, place_format(slave, here, place, sizeof(place)));
	grid_add(grid, INK_NONE, field_text(json_object_get(slave, "port"), "parent"));
	for (size_t i = 0; i < RATE_COUNT; i++)
		add_rate(grid, rates, counters[i].name,
			 i == RATE_RX_DROPPED || i == RATE_TX_DROPPED ? INK_DOWN : INK_NONE);
	if (!tells_reasons)
		return;
	reasons = reasons_format(json_object_get(slave, "drops"));
	page->incomplete = page->incomplete || !reasons;
	grid_add(grid, INK_NONE, reasons ? reasons : "?");
	free(reasons);
}

static void print_rates(struct page *page, const json_t *document)
{
	const json_t *slaves = json_object_get(document, "slaves"), *slave;
	bool tells_reasons = field_is_true(document, "tells_reasons");
	size_t count = json_array_size(slaves), i;
	struct grid *grid =
		grid_new(tells_reasons ? "SLAVE|NETNS|PARENT|>RX/S|>BYTES|>DROPS|>TX/S|>BYTES|>DROPS|WHY DROPPED"
				       : "SLAVE|NETNS|PARENT|>RX/S|>BYTES|>DROPS|>TX/S|>BYTES|>DROPS");

	fprintf(page->out, "%.8s  %zu slave%s  %.1f s%s\n", field_text(document, "time") + strlen("2026-11-22T"), count,
		count == 1 ? "" : "s", json_number_value(json_object_get(document, "seconds")),
		tells_reasons || !count ? "" : "  (why packets are dropped, only libipvlan's own module tells)");
	json_array_foreach (slaves, i, slave)
		add_slave(page, grid, slave, tells_reasons);
	grid_print(grid, page);
}

/* ---- the command */

static int show(struct screen *screen, const struct args *args, struct moment *before, struct moment *now)
{
	struct session *session = screen->session;
	struct rates rates;
	int status = STATUS_REFUSED;

	if (rates_between(&before->reading, &now->reading, &rates)) {
		session_error(session, "out of memory");
	} else {
		screen_begin_page(screen);
		status = output(session, &args->options, document_rates(&rates, now->list, own_inode(session->ctx)),
				print_rates);
		if (screen_end_page(screen) && status == STATUS_DONE) {
			session_error(session, "out of memory");
			status = STATUS_REFUSED;
		}
	}
	rates_free(&rates);
	return status;
}

static int follow(struct screen *screen, const struct args *args, const struct choice *choice, struct moment *before)
{
	int64_t interval = args->interval == UNSET ? INTERVAL : args->interval;
	int status = STATUS_DONE;

	for (int64_t shown = 0; !status && (args->tables == UNSET || shown < args->tables); shown++) {
		struct moment now;

		if (screen_wait(screen, interval))
			break;
		status = moment_read(screen->session, choice, &now);
		if (status)
			break;
		status = show(screen, args, before, &now);
		moment_free(before);
		*before = now;
	}
	return status;
}

int run_top(struct session *session, const struct args *args)
{
	struct moment before;
	struct choice choice;
	struct screen screen;
	int status;

	if (!session_context(session) || choice_make(session, args, &choice))
		return STATUS_REFUSED;
	status = moment_read(session, &choice, &before);
	if (status)
		return status;
	if (choice.name && !before.reading.count) {
		moment_free(&before);
		return choice_is_empty(session, &choice);
	}
	session_follow(session);
	screen_begin(&screen, session, !args->options.json);
	status = follow(&screen, args, &choice, &before);
	screen_end(&screen);
	moment_free(&before);
	return status;
}
