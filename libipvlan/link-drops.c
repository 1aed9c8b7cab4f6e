// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Why slaves dropped packets: the counters that libipvlan's own module has for each slave, by the requests of ethtool.
 * The kernel's own driver has none.
 */
#include "link-read.h"
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define MOST_REASONS 64

_Static_assert(ETH_GSTRING_LEN == DROP_REASON_SIZE, "a name of a counter");

/* A netlink socket will do: the request goes to the namespace that it was made in. */
static int ask(struct transport *transport, const char *name, void *request)
{
	struct ifreq ifr = {.ifr_data = request};

	memcpy(ifr.ifr_name, name, sizeof(ifr.ifr_name));
	return ioctl(transport_fd(transport), SIOCETHTOOL, &ifr) < 0 ? -errno : 0;
}

/* The number of counters that a link has beyond the common ones; 0 also when there is no such set of them. */
static int count_counters(struct transport *transport, const char *name, uint32_t *count)
{
	union {
		struct ethtool_sset_info info;
		uint8_t room[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)]; /* for one answer */
	} request = {.info = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_STATS}};
	int err = ask(transport, name, &request);

	*count = !err && request.info.sset_mask ? request.info.data[0] : 0;
	return err == -EOPNOTSUPP ? 0 : err;
}

static bool is_reason(const char *name)
{
	return strncmp(name, "rx_drop_", strlen("rx_drop_")) == 0 || strncmp(name, "tx_drop_", strlen("tx_drop_")) == 0;
}

/* One module serves all slaves, so the first one that answers tells for all. */
static int learn_reasons(struct transport *transport, const char *name, struct drop_reasons *reasons)
{
	struct ethtool_gstrings *request;
	uint32_t count, i;
	int err = count_counters(transport, name, &count);

	if (err)
		return err;
	reasons->asked = true;
	if (!count || count > MOST_REASONS)
		return 0;
	request = calloc(1, sizeof(*request) + (size_t)count * ETH_GSTRING_LEN);
	reasons->names = calloc(count, sizeof(*reasons->names));
	if (!request || !reasons->names) {
		free(request);
		return -ENOMEM;
	}
	request->cmd = ETHTOOL_GSTRINGS;
	request->string_set = ETH_SS_STATS;
	request->len = count;
	err = ask(transport, name, request);
	for (i = 0; !err && i < count; i++) {
		memcpy(reasons->names[i], request->data + (size_t)i * ETH_GSTRING_LEN, ETH_GSTRING_LEN - 1);
		err = is_reason(reasons->names[i]) ? 0 : -EOPNOTSUPP;
	}
	reasons->count = err ? 0 : count;
	free(request);
	return err == -EOPNOTSUPP ? 0 : err;
}

static int read_drops(struct transport *transport, const struct drop_reasons *reasons, struct ipvlan_link *link)
{
	size_t size = reasons->count * sizeof(uint64_t);
	struct ethtool_stats *request = calloc(1, sizeof(*request) + size);
	int err;

	if (!request)
		return -ENOMEM;
	request->cmd = ETHTOOL_GSTATS;
	request->n_stats = (uint32_t)reasons->count;
	err = ask(transport, link->name, request);
	if (!err) {
		link->drops = malloc(size);
		err = link->drops ? 0 : -ENOMEM;
	}
	if (!err) {
		memcpy(link->drops, request->data, size);
		link->drop_count = reasons->count;
	}
	free(request);
	return err;
}

/* A slave that went or got another name since it was listed has none. */
static int leave_out(int err)
{
	return err == -ENODEV ? 0 : err;
}

int drops_attach(struct transport *transport, struct drop_reasons *reasons, struct ipvlan_link *links, size_t count)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && !reasons->asked && i < count; i++)
		err = leave_out(learn_reasons(transport, links[i].name, reasons));
	for (i = 0; !err && reasons->count && i < count; i++)
		err = leave_out(read_drops(transport, reasons, &links[i]));
	return err;
}

IPVLAN_API size_t ipvlan_link_list_get_reason_count(const struct ipvlan_link_list *list)
{
	return list->reasons.count;
}

IPVLAN_API const char *ipvlan_link_list_get_reason(const struct ipvlan_link_list *list, size_t index)
{
	return index < list->reasons.count ? list->reasons.names[index] : NULL;
}

IPVLAN_API uint64_t ipvlan_link_get_drops(const struct ipvlan_link *link, size_t reason)
{
	return reason < link->drop_count ? link->drops[reason] : 0;
}
