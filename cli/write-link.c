/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "write-link.h"
#include "parse.h"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <string.h>
#include <sys/socket.h>

struct bit {
	uint32_t mask;
	const char *name;
};

/* In ip's order. */
static const struct bit device_flags[] = {
	{IFF_LOOPBACK, "LOOPBACK"},   {IFF_BROADCAST, "BROADCAST"},   {IFF_POINTOPOINT, "POINTOPOINT"},
	{IFF_MULTICAST, "MULTICAST"}, {IFF_NOARP, "NOARP"},	      {IFF_ALLMULTI, "ALLMULTI"},
	{IFF_PROMISC, "PROMISC"},     {IFF_MASTER, "MASTER"},	      {IFF_SLAVE, "SLAVE"},
	{IFF_DEBUG, "DEBUG"},	      {IFF_DYNAMIC, "DYNAMIC"},	      {IFF_AUTOMEDIA, "AUTOMEDIA"},
	{IFF_PORTSEL, "PORTSEL"},     {IFF_NOTRAILERS, "NOTRAILERS"}, {IFF_UP, "UP"},
	{IFF_LOWER_UP, "LOWER_UP"},   {IFF_DORMANT, "DORMANT"},	      {IFF_ECHO, "ECHO"},
};

static void write_device_flags(struct writer *w, uint32_t flags, bool parent_down)
{
	char hex[16];

	write_list(w, "flags");
	if ((flags & IFF_UP) && !(flags & IFF_RUNNING))
		write_text(w, NULL, "NO-CARRIER");
	flags &= ~(uint32_t)IFF_RUNNING;
	for (size_t i = 0; i < sizeof(device_flags) / sizeof(device_flags[0]); i++) {
		if (!(flags & device_flags[i].mask))
			continue;
		flags &= ~device_flags[i].mask;
		write_text(w, NULL, device_flags[i].name);
	}
	if (flags) {
		snprintf(hex, sizeof(hex), "%x", flags);
		write_text(w, NULL, hex);
	}
	if (parent_down)
		write_text(w, NULL, "M-DOWN");
	write_end(w);
}

/* The ends of a tunnel are what ip shows as hardware addresses of it. @return their family, or AF_UNSPEC. */
static int family_of_hardware(uint16_t type, size_t size)
{
	bool is_ipv4 = type == ARPHRD_TUNNEL || type == ARPHRD_SIT || type == ARPHRD_IPGRE;
	bool is_ipv6 = type == ARPHRD_TUNNEL6 || type == ARPHRD_IP6GRE;

	return is_ipv4 && size == sizeof(struct in_addr)    ? AF_INET
	       : is_ipv6 && size == sizeof(struct in6_addr) ? AF_INET6
							    : AF_UNSPEC;
}

static void write_hardware(struct writer *w, const char *key, uint16_t type, const uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	char text[3 * 32], *to = text;

	if (!bytes || !size)
		return;
	if (inet_ntop(family_of_hardware(type, size), bytes, text, sizeof(text))) {
		write_text(w, key, text);
		return;
	}
	size = size > 32 ? 32 : size;
	for (size_t i = 0; i < size; i++) {
		*to++ = digits[bytes[i] >> 4];
		*to++ = digits[bytes[i] & 15];
		*to++ = ':';
	}
	to[-1] = '\0';
	write_text(w, key, text);
}

static const struct {
	uint16_t type;
	const char *name;
} link_types[] = {
	{ARPHRD_ETHER, "ether"},
	{ARPHRD_LOOPBACK, "loopback"},
	{ARPHRD_NONE, "none"},
	{ARPHRD_TUNNEL, "ipip"},
	{ARPHRD_TUNNEL6, "tunnel6"},
	{ARPHRD_SIT, "sit"},
	{ARPHRD_IPGRE, "gre"},
	{ARPHRD_IP6GRE, "gre6"},
	{ARPHRD_PPP, "ppp"},
	{ARPHRD_INFINIBAND, "infiniband"},
	{ARPHRD_IEEE80211, "ieee802.11"},
};

static void write_link_type(struct writer *w, uint16_t type)
{
	char number[16];

	for (size_t i = 0; i < sizeof(link_types) / sizeof(link_types[0]); i++) {
		if (link_types[i].type == type) {
			write_text(w, "link_type", link_types[i].name);
			return;
		}
	}
	snprintf(number, sizeof(number), "[%u]", type);
	write_text(w, "link_type", number);
}

/* ip gives the name of a parent that it can see, and else its number. */
static void write_parent(struct writer *w, const struct ipvlan_link *link)
{
	const char *name = ipvlan_link_get_parent_name(link);

	if (!ipvlan_link_get_parent_index(link))
		return;
	if (ipvlan_link_get_parent_nsid(link) < 0 && name)
		write_text(w, "link", name);
	else
		write_number(w, "link_index", ipvlan_link_get_parent_index(link));
}

static void write_link(struct writer *w, const struct ipvlan_link *link, unsigned int parts, const char *controller)
{
	static const char *const modes[] = {"DEFAULT", "DORMANT"};
	uint32_t group = ipvlan_link_get_group(link);
	uint8_t mode = ipvlan_link_get_link_mode(link);
	char number[16] = "default";

	write_number(w, "mtu", ipvlan_link_get_mtu(link));
	if (ipvlan_link_get_qdisc(link))
		write_text(w, "qdisc", ipvlan_link_get_qdisc(link));
	if (controller)
		write_text(w, "master", controller);
	write_text(w, "operstate", ipvlan_link_get_operstate_name(link));
	if (parts & PART_LINK)
		write_text(w, "linkmode", mode < 2 ? modes[mode] : "UNKNOWN");
	if (group)
		snprintf(number, sizeof(number), "%u", group);
	write_text(w, "group", number);
	if (ipvlan_link_get_txqlen(link))
		write_number(w, "txqlen", ipvlan_link_get_txqlen(link));
}

static void write_addresses_of_hardware(struct writer *w, const struct ipvlan_link *link)
{
	uint16_t type = ipvlan_link_get_type(link);
	const uint8_t *bytes;
	size_t size = 0;

	write_link_type(w, type);
	bytes = ipvlan_link_get_mac(link, &size);
	write_hardware(w, "address", type, bytes, size);
	size = 0;
	bytes = ipvlan_link_get_broadcast(link, &size);
	if (bytes && (ipvlan_link_get_device_flags(link) & IFF_POINTOPOINT))
		write_truth(w, "link_pointtopoint", true);
	write_hardware(w, "broadcast", type, bytes, size);
}

void write_mode(struct writer *w, const char *key, int mode)
{
	char buf[IPVLAN_NAME_SIZE];

	write_text_or_null(w, key, mode == IPVLAN_MODE_UNSET ? NULL : ipvlan_mode_format(mode, buf, sizeof(buf)));
}

void write_flags(struct writer *w, const char *key, int flags)
{
	char buf[IPVLAN_NAME_SIZE];

	write_text_or_null(w, key, flags == IPVLAN_FLAGS_UNSET ? NULL : ipvlan_flags_format(flags, buf, sizeof(buf)));
}

static void write_info_data(struct writer *w, const struct ipvlan_link *link)
{
	int flags = ipvlan_link_get_flags(link);

	write_object(w, "info_data");
	write_mode(w, "mode", ipvlan_link_get_mode(link));
	if (flags != IPVLAN_FLAGS_UNSET)
		write_truth(w,
			    (flags & IPVLAN_F_PRIVATE) ? "private"
			    : (flags & IPVLAN_F_VEPA)  ? "vepa"
						       : "bridge",
			    true);
	write_end(w);
}

static void write_details(struct writer *w, const struct ipvlan_link *link)
{
	const char *kind = ipvlan_link_get_kind(link);

	write_number(w, "promiscuity", ipvlan_link_get_promiscuity(link));
	write_number(w, "allmulti", ipvlan_link_get_allmulti(link));
	write_number(w, "min_mtu", ipvlan_link_get_min_mtu(link));
	write_number(w, "max_mtu", ipvlan_link_get_max_mtu(link));
	if (kind) {
		write_object(w, "linkinfo");
		write_text(w, "info_kind", kind);
		if (ipvlan_link_is_slave(link))
			write_info_data(w, link);
		write_end(w);
	}
	/* A kernel without receive packet steering says nothing of receive queues. */
	if (ipvlan_link_get_tx_queues(link))
		write_number(w, "num_tx_queues", ipvlan_link_get_tx_queues(link));
	if (ipvlan_link_get_rx_queues(link))
		write_number(w, "num_rx_queues", ipvlan_link_get_rx_queues(link));
}

struct counter {
	const char *name;
	enum ipvlan_stat stat;
};

static void write_counters(struct writer *w, const char *key, const struct ipvlan_link *link,
			   const struct counter *counters, size_t count)
{
	write_object(w, key);
	for (size_t i = 0; i < count; i++)
		write_number(w, counters[i].name, (json_int_t)ipvlan_link_get_stat(link, counters[i].stat));
	write_end(w);
}

static void write_stats(struct writer *w, const struct ipvlan_link *link)
{
	static const struct counter rx[] = {
		{"bytes", IPVLAN_STAT_RX_BYTES},
		{"packets", IPVLAN_STAT_RX_PACKETS},
		{"errors", IPVLAN_STAT_RX_ERRORS},
		{"dropped", IPVLAN_STAT_RX_DROPPED},
		{"over_errors", IPVLAN_STAT_RX_OVER_ERRORS},
		{"multicast", IPVLAN_STAT_MULTICAST},
		{"missed_errors", IPVLAN_STAT_RX_MISSED},
	};
	static const struct counter tx[] = {
		{"bytes", IPVLAN_STAT_TX_BYTES},
		{"packets", IPVLAN_STAT_TX_PACKETS},
		{"errors", IPVLAN_STAT_TX_ERRORS},
		{"dropped", IPVLAN_STAT_TX_DROPPED},
		{"carrier_errors", IPVLAN_STAT_TX_CARRIER_ERRORS},
		{"collisions", IPVLAN_STAT_COLLISIONS},
	};

	write_object(w, "stats64");
	write_counters(w, "rx", link, rx, sizeof(rx) / sizeof(rx[0]));
	write_counters(w, "tx", link, tx, sizeof(tx) / sizeof(tx[0]));
	write_end(w);
}

static void write_addresses(struct writer *w, const struct ipvlan_link *link, const struct around *around, int family)
{
	write_list(w, "addr_info");
	for (size_t i = 0; i < ipvlan_link_get_address_count(link); i++) {
		const struct ipvlan_address *address = ipvlan_link_get_address(link, i);

		if (family != AF_UNSPEC && family != ipvlan_address_get_family(address))
			continue;
		if (around && around->by_scope && around->scope != ipvlan_address_get_scope(address))
			continue;
		write_object(w, NULL);
		write_address_fields(w, address);
		write_end(w);
	}
	write_end(w);
}

static void write_port(struct writer *w, const struct ipvlan_link *link)
{
	write_object(w, "port");
	write_text_or_null(w, "parent", ipvlan_link_get_parent_name(link));
	write_text_or_null(w, "netns", ipvlan_link_get_parent_netns(link));
	if (ipvlan_link_get_parent_netns_inode(link))
		write_number(w, "netns_inode", (json_int_t)ipvlan_link_get_parent_netns_inode(link));
	write_mode(w, "mode", ipvlan_link_get_mode(link));
	write_flags(w, "flags", ipvlan_link_get_flags(link));
	write_end(w);
}

static void write_place(struct writer *w, const struct ipvlan_link *link)
{
	pid_t pid = ipvlan_link_get_netns_pid(link);

	write_text_or_null(w, "netns", ipvlan_link_get_netns(link));
	write_number(w, "netns_inode", (json_int_t)ipvlan_link_get_netns_inode(link));
	if (pid)
		write_number(w, "netns_pid", pid);
	if (ipvlan_link_get_netns_path(link))
		write_text(w, "netns_path", ipvlan_link_get_netns_path(link));
	if (ipvlan_link_is_slave(link))
		write_port(w, link);
}

static void write_parent_netns(struct writer *w, const struct ipvlan_link *link)
{
	if (ipvlan_link_get_parent_nsid(link) < 0)
		return;
	write_number(w, "link_netnsid", ipvlan_link_get_parent_nsid(link));
	if (ipvlan_link_get_parent_netns(link))
		write_text(w, "link_netns", ipvlan_link_get_parent_netns(link));
}

void write_link_fields(struct writer *w, const struct ipvlan_link *link, unsigned int parts,
		       const struct around *around, int family)
{
	write_number(w, "ifindex", ipvlan_link_get_ifindex(link));
	write_parent(w, link);
	write_text(w, "ifname", ipvlan_link_get_name(link));
	write_device_flags(w, ipvlan_link_get_device_flags(link), around && around->parent_down);
	write_link(w, link, parts, around ? around->controller : NULL);
	if (parts & PART_HARDWARE)
		write_addresses_of_hardware(w, link);
	write_parent_netns(w, link);
	if (parts & PART_DETAILS)
		write_details(w, link);
	if (parts & PART_STATS)
		write_stats(w, link);
	if (parts & PART_ADDRESSES)
		write_addresses(w, link, around, family);
	if (parts & PART_PLACE)
		write_place(w, link);
}

/* In ip's order; temporary is what secondary means for IPv6. */
static const struct bit address_flags[] = {
	{IFA_F_NODAD, "nodad"},
	{IFA_F_OPTIMISTIC, "optimistic"},
	{IFA_F_DADFAILED, "dadfailed"},
	{IFA_F_HOMEADDRESS, "home"},
	{IFA_F_DEPRECATED, "deprecated"},
	{IFA_F_TENTATIVE, "tentative"},
	{IFA_F_PERMANENT, "dynamic"},
	{IFA_F_MANAGETEMPADDR, "mngtmpaddr"},
	{IFA_F_NOPREFIXROUTE, "noprefixroute"},
	{IFA_F_MCAUTOJOIN, "autojoin"},
	{IFA_F_STABLE_PRIVACY, "stable-privacy"},
};

static void write_address_flags(struct writer *w, uint32_t flags, bool ipv6)
{
	if (flags & IFA_F_SECONDARY)
		write_truth(w, ipv6 ? "temporary" : "secondary", true);
	flags ^= IFA_F_PERMANENT;
	for (size_t i = 0; i < sizeof(address_flags) / sizeof(address_flags[0]); i++)
		if (flags & address_flags[i].mask)
			write_truth(w, address_flags[i].name, true);
}

/* A name where there is one, else the number, as ip has it. */
static void write_scope(struct writer *w, uint8_t scope)
{
	const char *name = scope_name(scope);
	char number[16];

	if (!name)
		snprintf(number, sizeof(number), "%u", scope);
	write_text(w, "scope", name ? name : number);
}

void write_address_fields(struct writer *w, const struct ipvlan_address *address)
{
	bool ipv6 = ipvlan_address_get_family(address) == AF_INET6;
	char buf[IPVLAN_ADDRESS_SIZE];

	write_text(w, "family", ipv6 ? "inet6" : "inet");
	write_text(w, "local", ipvlan_address_format(address, buf, sizeof(buf)));
	if (ipvlan_address_format_peer(address, buf, sizeof(buf)))
		write_text(w, "address", buf);
	write_number(w, "prefixlen", ipvlan_address_get_prefix_length(address));
	if (ipvlan_address_format_broadcast(address, buf, sizeof(buf)))
		write_text(w, "broadcast", buf);
	write_scope(w, ipvlan_address_get_scope(address));
	write_address_flags(w, ipvlan_address_get_flags(address), ipv6);
	if (ipvlan_address_get_label(address))
		write_text(w, "label", ipvlan_address_get_label(address));
	write_number(w, "valid_life_time", ipvlan_address_get_valid_lifetime(address));
	write_number(w, "preferred_life_time", ipvlan_address_get_preferred_lifetime(address));
}
