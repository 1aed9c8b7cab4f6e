// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a diagnosis reads of nftables: which tables see the packets of a namespace. */
#include "diagnosis.h"
#include "kernel-text.h"
#include "transport.h"
#include <errno.h>
#include <string.h>

struct reading {
	struct fact_place *place;
	size_t before;		  /* so long was the list of tables */
	struct filter_chain last; /* that was added; chains of a table come one after the other */
};

static void forget(void *data)
{
	struct reading *r = data;

	r->place->tables[r->before] = '\0';
	r->last = (struct filter_chain){0};
}

/* Others than base chains see only what these send them. */
static int collect(const struct nlmsghdr *nlh, void *data)
{
	struct reading *r = data;
	struct filter_chain chain;
	int err = codec_filter_decode(nlh, &chain);
	char family[16];

	if (err)
		return err == -EAFNOSUPPORT ? 0 : err;
	if (!chain.is_base || (r->last.family == chain.family && strcmp(r->last.table, chain.table) == 0))
		return 0;
	r->last = chain;
	snprintf(family, sizeof(family), "nft %s", chain.family);
	kernel_text_add_tables(r->place->tables, sizeof(r->place->tables), chain.table, family);
	return 0;
}

void filters_read_over(struct transport *transport, struct fact_place *place)
{
	struct reading reading = {.place = place, .before = strlen(place->tables)};
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct ack ack;
	int err;

	codec_filter_dump(buf, sizeof(buf));
	err = transport_dump(transport, (struct nlmsghdr *)buf, forget, collect, &reading, &ack);
	/* A kernel may have the rest of netfilter only. */
	place->tables_unread = place->tables_unread || (err && err != -EINVAL && err != -EOPNOTSUPP);
}

void filters_read(struct fact_place *place)
{
	struct transport *transport;
	int err;

	/* To ask would load it. */
	if (!nftables_are_there())
		return;
	err = transport_open_filter(&transport);
	if (err) {
		place->tables_unread = place->tables_unread || err != -EPROTONOSUPPORT;
		return;
	}
	filters_read_over(transport, place);
	transport_close(transport);
}
