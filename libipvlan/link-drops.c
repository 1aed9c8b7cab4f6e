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
#include <sys/mman.h>
#include <unistd.h>

#define MOST_REASONS 64

_Static_assert(ETH_GSTRING_LEN == DROP_REASON_SIZE, "a name of a counter");

/*
 * Room for an answer. The kernel writes as many counters as the link of that name has by then, whatever room there is;
 * and whoever may make links in a namespace can give a slave's name to another one meanwhile. So behind the room lies
 * a page that nobody can write to, and what is longer ends with -EFAULT.
 */
struct room {
	uint8_t *pages;
	size_t size; /* with that page */
};

/* Returns the room's first byte, NULL when out of memory. */
static void *room_open(struct room *room, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), used = (size + page - 1) / page * page;

	room->size = used + page;
	room->pages = mmap(NULL, room->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room->pages == MAP_FAILED)
		return NULL;
	if (mprotect(room->pages, used, PROT_READ | PROT_WRITE) < 0) {
		munmap(room->pages, room->size);
		return NULL;
	}
	return room->pages + used - size;
}

static void room_close(struct room *room)
{
	munmap(room->pages, room->size);
}

/* A socket will do, of whatever sort: the request goes to the namespace that it was made in. */
static int ask(int fd, const char *name, void *request)
{
	struct ifreq ifr = {.ifr_data = request};

	memcpy(ifr.ifr_name, name, sizeof(ifr.ifr_name));
	return ioctl(fd, SIOCETHTOOL, &ifr) < 0 ? -errno : 0;
}

/* The number of counters that a link has beyond the common ones; 0 also when there is no such set of them. */
static int count_counters(int fd, const char *name, uint32_t *count)
{
	union {
		struct ethtool_sset_info info;
		uint8_t room[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)]; /* for one answer */
	} request = {.info = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_STATS}};
	int err = ask(fd, name, &request);

	*count = !err && request.info.sset_mask ? request.info.data[0] : 0;
	return err == -EOPNOTSUPP ? 0 : err;
}

static bool is_reason(const char *name)
{
	return strncmp(name, "rx_drop_", strlen("rx_drop_")) == 0 || strncmp(name, "tx_drop_", strlen("tx_drop_")) == 0;
}

int drops_take_names(struct drop_reasons *reasons, const struct ethtool_gstrings *answer, uint32_t count)
{
	uint32_t i;

	if (answer->len != count)
		return -ENODEV;
	reasons->names = calloc(count, sizeof(*reasons->names));
	if (!reasons->names)
		return -ENOMEM;
	reasons->count = count;
	for (i = 0; i < count; i++) {
		memcpy(reasons->names[i], answer->data + (size_t)i * ETH_GSTRING_LEN, ETH_GSTRING_LEN - 1);
		/* Counters of another sort are none of ours. */
		if (!is_reason(reasons->names[i]))
			reasons->count = 0;
	}
	return 0;
}

static int read_names(int fd, const char *name, struct drop_reasons *reasons, uint32_t count)
{
	struct room room;
	struct ethtool_gstrings *request = room_open(&room, sizeof(*request) + (size_t)count * ETH_GSTRING_LEN);
	int err;

	if (!request)
		return -ENOMEM;
	request->cmd = ETHTOOL_GSTRINGS;
	request->string_set = ETH_SS_STATS;
	request->len = count;
	err = ask(fd, name, request);
	if (!err)
		err = drops_take_names(reasons, request, count);
	room_close(&room);
	return err;
}

/* One module serves all slaves, so the first one that answers tells for all. */
static int learn_reasons(int fd, const char *name, struct drop_reasons *reasons)
{
	uint32_t count;
	int err = count_counters(fd, name, &count);

	if (!err && count && count <= MOST_REASONS)
		err = read_names(fd, name, reasons, count);
	reasons->asked = !err;
	return err;
}

static int take_drops(struct ipvlan_link *link, const struct ethtool_stats *answer, size_t count)
{
	if (answer->n_stats != count)
		return -ENODEV;
	link->drops = malloc(count * sizeof(*link->drops));
	if (!link->drops)
		return -ENOMEM;
	memcpy(link->drops, answer->data, count * sizeof(*link->drops));
	link->drop_count = count;
	return 0;
}

static int read_drops(int fd, struct ethtool_stats *request, size_t count, struct ipvlan_link *link)
{
	int err;

	request->cmd = ETHTOOL_GSTATS;
	request->n_stats = (uint32_t)count;
	err = ask(fd, link->name, request);
	return err ? err : take_drops(link, request, count);
}

/* A slave that went since it was listed has none, nor has one whose name another link has now. */
static int leave_out(int err)
{
	return err == -ENODEV || err == -EFAULT || err == -EOPNOTSUPP ? 0 : err;
}

static int read_all_drops(int fd, size_t reasons, struct ipvlan_link *links, size_t count)
{
	struct room room;
	struct ethtool_stats *request = room_open(&room, sizeof(*request) + reasons * sizeof(request->data[0]));
	size_t i;
	int err = request ? 0 : -ENOMEM;

	for (i = 0; !err && i < count; i++)
		err = leave_out(read_drops(fd, request, reasons, &links[i]));
	if (request)
		room_close(&room);
	return err;
}

static int attach(int fd, struct drop_reasons *reasons, struct ipvlan_link *links, size_t count)
{
	size_t i;
	int err = 0;

	for (i = 0; !err && !reasons->asked && i < count; i++)
		err = leave_out(learn_reasons(fd, links[i].name, reasons));
	if (!err && reasons->count)
		err = read_all_drops(fd, reasons->count, links, count);
	return err;
}

int drops_attach(const struct place *place, struct drop_reasons *reasons, struct ipvlan_link *links, size_t count)
{
	struct transport *own = NULL;
	int fd = transport_fd(place->transport), err = 0;

	/* A caller's wire is no socket. */
	if (fd < 0) {
		err = netns_transport(place->netns, &own);
		fd = err ? -1 : transport_fd(own);
	}
	if (!err)
		err = attach(fd, reasons, links, count);
	transport_close(own);
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
