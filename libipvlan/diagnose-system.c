// SPDX-License-Identifier: LGPL-2.1-or-later
/* What a diagnosis reads from files: /proc/sys/net and iptables in a namespace, processes, /sys, capabilities. */
#include "array.h"
#include "diagnosis.h"
#include "kernel-text.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <unistd.h>

/* As much of a file as there is room for. Returns its size, or -errno. */
static ssize_t read_file(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t got;

	if (fd < 0)
		return -errno;
	got = read(fd, buf, size - 1);
	if (got < 0)
		got = -errno;
	else
		buf[got] = '\0';
	close(fd);
	return got;
}

static const struct {
	const char *folder, *name;
} sysctls[SYSCTL_COUNT] = {
	[SYSCTL_RP_FILTER] = {"ipv4", "rp_filter"},
	[SYSCTL_FORWARDING] = {"ipv4", "forwarding"},
	[SYSCTL_ACCEPT_REDIRECTS] = {"ipv4", "accept_redirects"},
	[SYSCTL_PROXY_ARP] = {"ipv4", "proxy_arp"},
	[SYSCTL_DISABLE_IPV6] = {"ipv6", "disable_ipv6"},
	[SYSCTL_FORWARDING6] = {"ipv6", "forwarding"},
	[SYSCTL_PROXY_NDP] = {"ipv6", "proxy_ndp"},
};

/* Returns whether those of IPv4 were there: no kernel with ipvlan lacks them. */
static bool read_sysctls(const char *link, int values[SYSCTL_COUNT])
{
	char path[96], text[16];
	size_t i;

	for (i = 0; i < SYSCTL_COUNT; i++) {
		snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/%s", sysctls[i].folder, link, sysctls[i].name);
		values[i] = read_file(path, text, sizeof(text)) > 0 ? kernel_text_number(text, SYSCTL_UNREAD)
								    : SYSCTL_UNREAD;
	}
	return values[SYSCTL_RP_FILTER] != SYSCTL_UNREAD;
}

/* A line each, and none where no table was ever used. A kernel without iptables has no such file. */
static void add_tables(struct fact_place *place, const char *file, const char *family)
{
	char path[64], text[128];
	ssize_t got;

	snprintf(path, sizeof(path), "/proc/thread-self/net/%s", file);
	got = read_file(path, text, sizeof(text));
	if (got >= 0)
		kernel_text_add_tables(place->tables, sizeof(place->tables), text, family);
	else
		place->tables_unread = place->tables_unread || got == -EACCES || got == -EPERM;
}

struct visit {
	struct facts *facts;
	size_t place;
};

static int read_inside(void *data)
{
	struct visit *visit = data;
	struct fact_place *place = &visit->facts->places[visit->place];
	struct fact_link *link;
	size_t i;

	place->was_read = read_sysctls("all", place->all);
	for (i = 0; i < visit->facts->link_count; i++) {
		link = &visit->facts->links[i];
		if (link->place == visit->place)
			read_sysctls(link->link.name, link->sysctl);
	}
	if (place->has_parent) {
		add_tables(place, "ip_tables_names", "iptables");
		add_tables(place, "ip6_tables_names", "ip6tables");
		filters_read(place);
	}
	return 0;
}

/* /sys shows the devices of the namespace it was mounted in, which is this one's only by custom. */
static void look_for_wireless(struct facts *facts, size_t place)
{
	char path[64];
	size_t i;

	for (i = 0; facts->places[place].is_own && i < facts->link_count; i++) {
		snprintf(path, sizeof(path), "/sys/class/net/%s/phy80211", facts->links[i].link.name);
		if (facts->links[i].place == place && facts->links[i].is_parent)
			facts->links[i].is_wireless = access(path, F_OK) == 0;
	}
}

void system_read_place(struct facts *facts, size_t place, const struct ipvlan_netns *netns)
{
	struct visit visit = {.facts = facts, .place = place};

	netns_call_quietly(netns, read_inside, &visit);
	look_for_wireless(facts, place);
}

/* DHCP clients, and the options by which they are given a client identifier on their command lines. */
static const struct {
	const char *name;
	const char *options[4];
} clients[] = {
	{"dhclient", {"-cf", "-C", NULL}},
	{"dhcpcd", {"-I", "--clientid", "-f", "--config"}},
	{"udhcpc", {"-x", "-C", "--client-id-none", NULL}},
};

static int add_client(struct fact_place *place, pid_t pid, size_t sort)
{
	struct fact_client *room = array_grow(place->clients, place->client_count, sizeof(*room));
	char path[48], line[4096];
	ssize_t size;

	if (!room)
		return -ENOMEM;
	place->clients = room;
	room += place->client_count++;
	*room = (struct fact_client){.pid = pid};
	snprintf(room->name, sizeof(room->name), "%s", clients[sort].name);
	snprintf(path, sizeof(path), "/proc/%ld/cmdline", (long)pid);
	size = read_file(path, line, sizeof(line));
	/* What cannot be read is not held against it. */
	room->has_client_id = size <= 0 || kernel_text_has_option(line, (size_t)size, clients[sort].options,
								  COUNT_OF(clients[sort].options));
	return 0;
}

void system_read_clients(struct fact_place *place, const pid_t *pids, size_t count)
{
	char path[48], name[32];
	size_t i, k;

	/* The host's clients work on its own links. */
	for (i = 0; !place->is_own && i < count; i++) {
		snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pids[i]);
		if (read_file(path, name, sizeof(name)) <= 0)
			continue;
		name[strcspn(name, "\n")] = '\0';
		for (k = 0; k < COUNT_OF(clients); k++) {
			if (strcmp(clients[k].name, name) == 0 && add_client(place, pids[i], k))
				return;
		}
	}
}

void system_read_machine(struct facts *facts, const struct ipvlan_netns *netns)
{
	facts->has_net_admin = has_capability(CAP_NET_ADMIN);
	facts->has_sys_admin = has_capability(CAP_SYS_ADMIN);
	facts->is_owned_here = netns_is_owned_here(netns);
	facts->module = module_probe(facts->module_hint, sizeof(facts->module_hint));
}
