// SPDX-License-Identifier: LGPL-2.1-or-later
/* Waiting until a slave is ready, by events. */
#include "monitor.h"
#include <errno.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <string.h>
#include <time.h>

struct wait {
	struct ipvlan_ctx *ctx;
	struct ipvlan_monitor *monitor;
	const char *name;
	enum ipvlan_condition condition;
	int64_t end; /* in milliseconds of the monotonic clock; below 0: none */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const struct model_link *find_by_name(const struct model *model, const char *name)
{
	const struct model_netns *netns = model->place_count ? model->places[0] : NULL;
	const struct model_link *link;
	size_t i;

	for (i = 0; netns && (link = model_link_at(netns, i)); i++) {
		if (link->port && strcmp(link->link.name, name) == 0)
			return link;
	}
	return NULL;
}

static int fail_duplicate(struct wait *wait, const struct ipvlan_address *address)
{
	char text[IPVLAN_ADDRESS_SIZE], where[112];

	fail(wait->ctx, -EADDRINUSE, IPVLAN_STAGE_ADDRESS, "address %s on %s%s cannot become ready",
	     ipvlan_address_format_prefix(address, text, sizeof(text)), wait->name,
	     ctx_where(wait->ctx, where, sizeof(where)));
	fail_because(wait->ctx, "duplicate address detection found somebody else who has it");
	fail_hint(wait->ctx, "take it from that one first, or choose another; the kernel does not try again by itself");
	return -EADDRINUSE;
}

/* Returns 1 when no address has to be waited for. An optimistic one may be used while it is being looked at. */
static int look_at_addresses(struct wait *wait, const struct model_link *link)
{
	const union item *items = link->items[ITEM_ADDRESS].elements;
	const struct ipvlan_address *address;
	int ready = 1;
	size_t i;

	for (i = 0; i < link->items[ITEM_ADDRESS].count; i++) {
		address = &items[i].address;
		if (ipvlan_address_is_duplicate(address))
			return fail_duplicate(wait, address);
		if (ipvlan_address_is_tentative(address) && !(address->flags & IFA_F_OPTIMISTIC))
			ready = 0;
	}
	return ready;
}

/* Returns 1 when it is so. */
static int look(struct wait *wait)
{
	const struct model_link *link = find_by_name(monitor_model(wait->monitor), wait->name);
	const uint32_t up = IFF_UP | IFF_LOWER_UP;

	switch (wait->condition) {
	case IPVLAN_CONDITION_EXISTS:
		return link != NULL;
	case IPVLAN_CONDITION_GONE:
		return link == NULL;
	case IPVLAN_CONDITION_UP:
		return link && (link->link.device_flags & up) == up;
	case IPVLAN_CONDITION_ADDRESS_READY:
		return link && (link->link.device_flags & up) == up ? look_at_addresses(wait, link) : 0;
	}
	return fail(wait->ctx, -EINVAL, IPVLAN_STAGE_SETTINGS, "cannot wait for condition %d", (int)wait->condition);
}

static int fail_time(struct wait *wait)
{
	static const char *const wanted[] = {"to exist", "to be gone", "to be up", "to have its addresses ready"};
	char where[112];

	fail(wait->ctx, -ETIMEDOUT, IPVLAN_STAGE_READ, "waited too long for %s%s %s", wait->name,
	     ctx_where(wait->ctx, where, sizeof(where)), wanted[wait->condition]);
	fail_because(wait->ctx, "the time is over");
	return -ETIMEDOUT;
}

static int wait_for_news(struct wait *wait)
{
	int64_t left = wait->end < 0 ? -1 : wait->end - now_ms();
	int ready;

	if (wait->end >= 0 && left <= 0)
		return fail_time(wait);
	ready = ipvlan_monitor_wait(wait->monitor, (int)left);
	return ready < 0 ? fail(wait->ctx, ready, IPVLAN_STAGE_READ, "cannot wait for %s", wait->name) : 0;
}

static int wait_until(struct wait *wait)
{
	struct ipvlan_event *event;
	int ready, err = 0;

	while (!err) {
		/* Events are only what wakes us: the model tells the rest. */
		while ((err = ipvlan_monitor_read(wait->monitor, &event)) == 0)
			ipvlan_event_free(event);
		if (err != -EAGAIN)
			return err;
		ready = look(wait);
		if (ready)
			return ready < 0 ? ready : 0;
		err = wait_for_news(wait);
	}
	return err;
}

IPVLAN_API int ipvlan_link_wait(struct ipvlan_ctx *ctx, const char *name, enum ipvlan_condition condition, int timeout)
{
	struct wait wait = {.ctx = ctx, .name = name, .condition = condition, .end = -1};
	int err = ipvlan_monitor_new(ctx, &wait.monitor);

	if (err)
		return err;
	if (timeout >= 0)
		wait.end = now_ms() + timeout;
	ipvlan_monitor_set_kinds(wait.monitor, IPVLAN_EVENTS(IPVLAN_EVENT_LINK) | IPVLAN_EVENTS(IPVLAN_EVENT_ADDRESS));
	err = ipvlan_monitor_start(wait.monitor);
	if (!err)
		err = wait_until(&wait);
	ipvlan_monitor_free(wait.monitor);
	return err;
}
