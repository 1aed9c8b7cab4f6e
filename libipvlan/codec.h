/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * struct <-> bytes for every netlink message the library speaks. Pure: no socket, no allocation, no globals. Encoders
 * return the message's length, or -EMSGSIZE when the buffer is too small; decoders take a message that mnl_nlmsg_ok()
 * has accepted and return 0 or -EBADMSG. Unknown attributes are ignored, malformed known ones are refused.
 */
#ifndef LIBIPVLAN_CODEC_H
#define LIBIPVLAN_CODEC_H

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/* The longest single request; all of them fit with room to spare. */
#define CODEC_REQUEST_SIZE 512

struct ipvlan_address {
	int family;
	int ifindex;
	uint8_t prefix_length;
	uint8_t scope;
	bool has_peer, has_broadcast;
	uint32_t flags;
	uint32_t valid, preferred; /* seconds, UINT32_MAX: forever */
	uint32_t metric;	   /* of the route to its network; 0: the kernel's own */
	uint32_t created;	   /* hundredths of a second after the start of the machine; 0: not said */
	uint8_t local[16], peer[16], broadcast[4];
	char label[IFNAMSIZ];
};

/* RTAX_MAX and 0, which no later kernel changes for us. */
#define ROUTE_METRICS 18

struct ipvlan_route {
	int family; /* AF_UNSPEC: a default route that nothing has tied to a family yet */
	int ifindex;
	bool has_gateway, has_source, has_scope;
	bool has_inet6_gateway; /* of an IPv4 route: RTA_VIA, Linux 5.2 */
	bool is_selective;	/* read: for packets of one type of service, or from one network */
	bool is_appended;	/* read with all that lives: to one to the same network with the same metric */
	bool is_left_out;	/* likewise, of what a description holds */
	uint8_t destination_length, scope, protocol, type, preference;
	uint32_t flags, metric, table;
	uint32_t metrics[ROUTE_METRICS]; /* by RTAX_ number; 0: none */
	uint8_t destination[16], gateway[16], source[16];
};

/* Packets end there: such a one has no gateway and, but for IPv6's lo, no link. */
static inline bool route_leads_nowhere(uint8_t type)
{
	return type >= RTN_BLACKHOLE && type <= RTN_THROW;
}

static inline int route_gateway_family(const struct ipvlan_route *route)
{
	return route->has_inet6_gateway ? AF_INET6 : route->family;
}

struct ipvlan_link {
	int ifindex;
	char name[IFNAMSIZ], kind[56], qdisc[IFNAMSIZ]; /* a kind is as long as a module's name may be */
	int mode, ipvlan_flags;				/* IPVLAN_…_UNSET when absent */
	int parent_index, parent_nsid;			/* 0: none; -1: the link's own namespace */
	char parent_name[IFNAMSIZ];
	char *parent_netns, *netns;
	ino_t netns_inode, parent_netns_inode;
	pid_t netns_pid;
	char *netns_path;
	uint32_t device_flags, mtu, min_mtu, max_mtu, txqlen, group, promiscuity, allmulti, tx_queues, rx_queues;
	int controller_index;
	uint16_t type;
	uint8_t operstate, link_mode, mac_size, broadcast_size;
	uint8_t mac[32], broadcast[32];
	uint64_t stats[13]; /* by enum ipvlan_stat */
	struct ipvlan_address *addresses;
	size_t address_count;
	uint64_t *drops; /* by the reasons of the list that the link belongs to */
	size_t drop_count;
};

/* A chain of nftables, by its table. */
struct filter_chain {
	const char *family; /* as nft(8) has it */
	char table[256];
	bool is_base; /* packets come to it by themselves */
};

/* Who is behind an address on a link, as the kernel has it in its cache; or, a proxy, whom it answers for. */
struct neighbour {
	int family, ifindex;
	uint16_t state; /* NUD_… */
	bool is_proxy, has_mac;
	uint8_t ip[16], mac[6];
};

/* What an RTM_NEWLINK may ask for; unset members are not sent. LINK_REQUEST_INIT is a request for nothing. */
struct link_request {
	int ifindex;	  /* the link to change; 0 when it is named or made */
	const char *name; /* the name to give, or to find the link by when ifindex is 0 */
	const char *kind; /* NULL: no IFLA_LINKINFO at all */
	int parent_index, netns_fd, mode, flags;
	pid_t netns_pid; /* 0: unset */
	uint32_t mtu, device_flags, device_change;
	const uint8_t *mac; /* six bytes */
	bool has_group;
	uint32_t group;
};
#define LINK_REQUEST_INIT ((struct link_request){.netns_fd = -1, .mode = -1, .flags = -1})

int codec_link_create(void *buf, size_t size, const struct link_request *request);
int codec_link_set(void *buf, size_t size, const struct link_request *request);
int codec_link_delete(void *buf, size_t size, int ifindex);
/* All links of the socket's namespace that are in the group; -ENODEV when there is none. */
int codec_link_delete_group(void *buf, size_t size, uint32_t group);
/* By index, or by name when ifindex is 0; nsid -1: the socket's own namespace. */
int codec_link_get(void *buf, size_t size, int ifindex, const char *name, int nsid, uint32_t ext_mask);
/* kind NULL: links of every kind. */
int codec_link_dump(void *buf, size_t size, const char *kind, uint32_t ext_mask);
int codec_link_decode(const struct nlmsghdr *nlh, struct ipvlan_link *link);

/* type RTM_NEWADDR or RTM_DELADDR; flags beyond NLM_F_REQUEST and NLM_F_ACK, such as NLM_F_CREATE. */
int codec_address_encode(void *buf, size_t size, uint16_t type, uint16_t flags, const struct ipvlan_address *address,
			 int ifindex);
/* ifindex 0: addresses of every link. */
int codec_address_dump(void *buf, size_t size, int family, int ifindex);
int codec_address_decode(const struct nlmsghdr *nlh, struct ipvlan_address *address);

/* type RTM_NEWROUTE or RTM_DELROUTE; ifindex 0: no RTA_OIF. */
int codec_route_encode(void *buf, size_t size, uint16_t type, uint16_t flags, const struct ipvlan_route *route,
		       int ifindex);
/* For one packet, of the route's destination, which is an address, and source. */
int codec_route_get(void *buf, size_t size, const struct ipvlan_route *route, int ifindex);
int codec_route_dump(void *buf, size_t size, int family, uint32_t table, int ifindex);
int codec_route_decode(const struct nlmsghdr *nlh, struct ipvlan_route *route);

/* proxies: those that the kernel answers for, instead of its cache. */
int codec_neighbour_dump(void *buf, size_t size, bool proxies);
int codec_neighbour_decode(const struct nlmsghdr *nlh, struct neighbour *neighbour);

/* All chains of nftables. */
int codec_filter_dump(void *buf, size_t size);
/* -EAFNOSUPPORT: of a family other than IP's, so it sees frames, or nothing. */
int codec_filter_decode(const struct nlmsghdr *nlh, struct filter_chain *chain);

int codec_nsid_get(void *buf, size_t size, int netns_fd);
/* *nsid becomes -1 for a namespace without an id here. */
int codec_nsid_decode(const struct nlmsghdr *nlh, int *nsid);

/* The module's own family. Its number is learnt by name, anew on each socket. */
#define MODULE_MAX_GATEWAYS 16
#define MODULE_MAX_COUNTERS 64

struct module_address {
	int family;
	uint8_t bytes[16];
};

struct module_counter {
	char name[32];
	uint64_t value;
};

struct module_port {
	char name[IFNAMSIZ];
	uint32_t slave_count, options, known; /* known: the options that this module has */
	uint32_t queue_length, queue_limit;
	size_t gateway_count, counter_count;
	struct module_address gateways[MODULE_MAX_GATEWAYS];
	struct module_counter counters[MODULE_MAX_COUNTERS];
};

struct module_slave {
	int ifindex, nsid; /* nsid -1: where the parent is */
	char name[IFNAMSIZ];
};

/* An address that a slave has, or that is locked to it. */
struct module_held {
	struct module_slave slave; /* without its name */
	struct module_address address;
	bool held, locked;
};

/* What is not set is not sent. */
struct module_change {
	uint32_t options, selector;
	uint32_t queue_limit; /* 0: unset */
	bool has_gateways;
	size_t gateway_count;
	struct module_address gateways[MODULE_MAX_GATEWAYS];
};

int codec_family_get(void *buf, size_t size, const char *name);
int codec_family_decode(const struct nlmsghdr *nlh, int *id);
int codec_module_port_get(void *buf, size_t size, uint16_t family, int ifindex);
int codec_module_port_dump(void *buf, size_t size, uint16_t family);
int codec_module_port_set(void *buf, size_t size, uint16_t family, int ifindex, const struct module_change *change);
int codec_module_port_decode(const struct nlmsghdr *nlh, struct module_port *port);
int codec_module_slave_dump(void *buf, size_t size, uint16_t family, int ifindex);
int codec_module_slave_decode(const struct nlmsghdr *nlh, struct module_slave *slave);
int codec_module_address_dump(void *buf, size_t size, uint16_t family, int ifindex);
int codec_module_address_decode(const struct nlmsghdr *nlh, struct module_held *held);
int codec_module_lock(void *buf, size_t size, uint16_t family, int ifindex, const struct module_slave *slave,
		      const struct module_address *address);
int codec_module_unlock(void *buf, size_t size, uint16_t family, int ifindex, const struct module_address *address);
/* slave NULL: all of them. */
int codec_module_announce(void *buf, size_t size, uint16_t family, int ifindex, const struct module_slave *slave);

/* What the kernel said to one request. */
struct ack {
	int error;	    /* 0 or -errno */
	char text[192];	    /* NLMSGERR_ATTR_MSG; "" when it gave none */
	char attribute[40]; /* the name of the attribute at NLMSGERR_ATTR_OFFS; "" when it gave none */
	bool is_lost;	    /* it did not come, and what was asked for may have been done nevertheless */
};

/* request: the bytes that were sent, for naming the attribute; may be NULL. */
int codec_ack_decode(const struct nlmsghdr *nlh, const struct nlmsghdr *request, struct ack *ack);
/* The error in a dump's NLMSG_DONE. */
int codec_done_decode(const struct nlmsghdr *nlh, struct ack *ack);

/* The name of the attribute that begins at a byte offset of a request, or NULL. */
const char *codec_attribute_name(const struct nlmsghdr *request, uint32_t offset);

#endif
