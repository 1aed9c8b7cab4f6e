// SPDX-License-Identifier: LGPL-2.1-or-later
/* The link snapshot: what can be asked of it. */
#include "internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The kernel's rule: its blanks are those of Latin-1 in any locale, and it takes a '%' as a place for a number. */
bool link_name_is_valid(const char *name)
{
	size_t length = strlen(name);

	return length && length < IFNAMSIZ && strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	       !strpbrk(name, "/:% \t\n\v\f\r\xa0");
}

void link_clear(struct ipvlan_link *link)
{
	free(link->addresses);
	free(link->drops);
	free(link->netns);
	free(link->parent_netns);
	free(link->netns_path);
}

const char *link_describe(const struct ipvlan_link *link, char *buf, size_t size)
{
	if (link->netns)
		snprintf(buf, size, "%s in namespace %s", link->name, link->netns);
	else if (link->netns_pid)
		snprintf(buf, size, "%s in the namespace of process %ld", link->name, (long)link->netns_pid);
	else if (link->netns_path)
		snprintf(buf, size, "%s in the namespace %s", link->name, link->netns_path);
	else
		snprintf(buf, size, "%s in this namespace", link->name);
	return buf;
}

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}

IPVLAN_API void ipvlan_link_free(struct ipvlan_link *link)
{
	if (!link)
		return;
	link_clear(link);
	free(link);
}

static bool copy_text(char **copy, const char *text)
{
	*copy = text ? strdup(text) : NULL;
	return !text == !*copy;
}

static void *copy_bytes(const void *bytes, size_t size, bool *complete)
{
	void *copy = size ? malloc(size) : NULL;

	if (copy)
		memcpy(copy, bytes, size);
	*complete &= copy || !size;
	return copy;
}

IPVLAN_API int ipvlan_link_copy(const struct ipvlan_link *link, struct ipvlan_link **copy)
{
	struct ipvlan_link *l = malloc(sizeof(*l));
	bool complete;

	if (!l)
		return -ENOMEM;
	*l = *link;
	complete = copy_text(&l->netns, link->netns);
	complete &= copy_text(&l->parent_netns, link->parent_netns);
	complete &= copy_text(&l->netns_path, link->netns_path);
	l->addresses = copy_bytes(link->addresses, link->address_count * sizeof(*link->addresses), &complete);
	l->drops = copy_bytes(link->drops, link->drop_count * sizeof(*link->drops), &complete);
	if (!complete) {
		ipvlan_link_free(l);
		return -ENOMEM;
	}
	*copy = l;
	return 0;
}

IPVLAN_API const char *ipvlan_link_get_name(const struct ipvlan_link *link)
{
	return link->name;
}

IPVLAN_API int ipvlan_link_get_ifindex(const struct ipvlan_link *link)
{
	return link->ifindex;
}

IPVLAN_API const char *ipvlan_link_get_kind(const struct ipvlan_link *link)
{
	return or_null(link->kind);
}

IPVLAN_API bool ipvlan_link_is_slave(const struct ipvlan_link *link)
{
	return strcmp(link->kind, "ipvlan") == 0 || strcmp(link->kind, "ipvtap") == 0;
}

IPVLAN_API int ipvlan_link_get_mode(const struct ipvlan_link *link)
{
	return link->mode;
}

IPVLAN_API int ipvlan_link_get_flags(const struct ipvlan_link *link)
{
	return link->ipvlan_flags;
}

IPVLAN_API int ipvlan_link_get_parent_index(const struct ipvlan_link *link)
{
	return link->parent_index;
}

IPVLAN_API const char *ipvlan_link_get_parent_name(const struct ipvlan_link *link)
{
	return or_null(link->parent_name);
}

IPVLAN_API int ipvlan_link_get_parent_nsid(const struct ipvlan_link *link)
{
	return link->parent_nsid;
}

IPVLAN_API const char *ipvlan_link_get_parent_netns(const struct ipvlan_link *link)
{
	return link->parent_netns;
}

IPVLAN_API uint64_t ipvlan_link_get_parent_netns_inode(const struct ipvlan_link *link)
{
	return link->parent_netns_inode;
}

IPVLAN_API const char *ipvlan_link_get_netns(const struct ipvlan_link *link)
{
	return link->netns;
}

IPVLAN_API uint64_t ipvlan_link_get_netns_inode(const struct ipvlan_link *link)
{
	return link->netns_inode;
}

IPVLAN_API const char *ipvlan_link_get_netns_path(const struct ipvlan_link *link)
{
	return link->netns_path;
}

IPVLAN_API pid_t ipvlan_link_get_netns_pid(const struct ipvlan_link *link)
{
	return link->netns_pid;
}

IPVLAN_API uint32_t ipvlan_link_get_device_flags(const struct ipvlan_link *link)
{
	return link->device_flags;
}

IPVLAN_API bool ipvlan_link_is_up(const struct ipvlan_link *link)
{
	return link->device_flags & IFF_UP;
}

IPVLAN_API uint8_t ipvlan_link_get_operstate(const struct ipvlan_link *link)
{
	return link->operstate;
}

IPVLAN_API const char *ipvlan_link_get_operstate_name(const struct ipvlan_link *link)
{
	/* RFC 2863, in the order of <linux/if.h>. */
	static const char *const names[] = {"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN",
					    "TESTING", "DORMANT",    "UP"};

	return link->operstate < COUNT_OF(names) ? names[link->operstate] : names[0];
}

IPVLAN_API uint32_t ipvlan_link_get_mtu(const struct ipvlan_link *link)
{
	return link->mtu;
}

IPVLAN_API uint32_t ipvlan_link_get_min_mtu(const struct ipvlan_link *link)
{
	return link->min_mtu;
}

IPVLAN_API uint32_t ipvlan_link_get_max_mtu(const struct ipvlan_link *link)
{
	return link->max_mtu;
}

IPVLAN_API uint16_t ipvlan_link_get_type(const struct ipvlan_link *link)
{
	return link->type;
}

IPVLAN_API const uint8_t *ipvlan_link_get_mac(const struct ipvlan_link *link, size_t *size)
{
	*size = link->mac_size;
	return link->mac_size ? link->mac : NULL;
}

IPVLAN_API const uint8_t *ipvlan_link_get_broadcast(const struct ipvlan_link *link, size_t *size)
{
	*size = link->broadcast_size;
	return link->broadcast_size ? link->broadcast : NULL;
}

bool link_takes_packets(const struct ipvlan_link *controller)
{
	return strcmp(controller->kind, "vrf") != 0;
}

IPVLAN_API int ipvlan_link_get_controller_index(const struct ipvlan_link *link)
{
	return link->controller_index;
}

IPVLAN_API const char *ipvlan_link_get_qdisc(const struct ipvlan_link *link)
{
	return or_null(link->qdisc);
}

IPVLAN_API uint32_t ipvlan_link_get_txqlen(const struct ipvlan_link *link)
{
	return link->txqlen;
}

IPVLAN_API uint32_t ipvlan_link_get_group(const struct ipvlan_link *link)
{
	return link->group;
}

IPVLAN_API uint8_t ipvlan_link_get_link_mode(const struct ipvlan_link *link)
{
	return link->link_mode;
}

IPVLAN_API uint32_t ipvlan_link_get_promiscuity(const struct ipvlan_link *link)
{
	return link->promiscuity;
}

IPVLAN_API uint32_t ipvlan_link_get_allmulti(const struct ipvlan_link *link)
{
	return link->allmulti;
}

IPVLAN_API uint32_t ipvlan_link_get_tx_queues(const struct ipvlan_link *link)
{
	return link->tx_queues;
}

IPVLAN_API uint32_t ipvlan_link_get_rx_queues(const struct ipvlan_link *link)
{
	return link->rx_queues;
}

IPVLAN_API uint64_t ipvlan_link_get_stat(const struct ipvlan_link *link, enum ipvlan_stat stat)
{
	return (size_t)stat < COUNT_OF(link->stats) ? link->stats[stat] : 0;
}

IPVLAN_API size_t ipvlan_link_get_address_count(const struct ipvlan_link *link)
{
	return link->address_count;
}

IPVLAN_API const struct ipvlan_address *ipvlan_link_get_address(const struct ipvlan_link *link, size_t index)
{
	return index < link->address_count ? &link->addresses[index] : NULL;
}
