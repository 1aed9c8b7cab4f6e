/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the pure part of the datapath speaks: no kernel object, no allocation,
 * nothing but bytes in and a decision out, so that the same files run in the
 * module, in table tests and in a fuzzer.
 */
#ifndef IPVL_CORE_TYPES_H
#define IPVL_CORE_TYPES_H

#include <linux/ipvlan_port.h>
#include <linux/types.h>
#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <stdbool.h>
#include <string.h>
#endif

enum ipvl_family { IPVL_NO_FAMILY, IPVL_V4, IPVL_V6, IPVL_FAMILIES };

/* An address that slaves are found by. */
struct ipvl_key {
	__u8 family;
	union {
		__be32 v4;
		__be32 v6[4];
	};
};

/* The address by which a packet finds its slave. */
struct ipvl_target {
	__u8 family;
	/* The packet's own destination is a multicast or limited broadcast address. */
	bool multicast;
	/* Of 4 or 16 bytes; in the packet itself, and no longer there than the packet. */
	const void *address;
};

/*
 * What parsers answer that is no number of bytes. Malformed is what no receiver takes; hidden, what one may take and
 * the parser does not come to.
 */
enum { IPVL_PARSED = 0, IPVL_MALFORMED = -1, IPVL_NOT_MINE = -2, IPVL_HIDDEN = -3 };

struct ipvl_packet {
	const void *data; /* the network header */
	unsigned int have; /* bytes that may be read there */
	unsigned int total; /* bytes that the packet has from there on */
	__u16 ethertype; /* in host order */
	bool gso; /* headers may carry no length */
};

enum ipvl_lookup {
	IPVL_NOT_ASKED,
	IPVL_MISS,
	IPVL_HIT,
	IPVL_BAD_HEADER, /* IP or ARP, but damaged */
	IPVL_NO_KEY, /* neither IP nor ARP */
};

struct ipvl_question {
	__u8 mode; /* IPVLAN_MODE_* */
	__u8 flags; /* IPVLAN_F_* */
	__u8 lookup; /* enum ipvl_lookup */
	bool looped; /* receive: a copy of what this host sent */
	bool own_mac; /* transmit: to the MAC that all of the port share */
	bool group_mac; /* the destination MAC is multicast or broadcast */
	bool multicast; /* struct ipvl_target */
	bool ip; /* transmit: IPv4 or IPv6, not ARP */
	bool ours; /* receive, to a group: from the MAC that all of the port share */
	__u16 options; /* IPVLAN_PORT_OPT_* */
};

/* The addresses that a packet names as its sender's. */
struct ipvl_origin {
	struct ipvl_key keys[2];
	__u8 count;
	bool claim; /* ARP or neighbour discovery: others will believe it */
	bool probe; /* the sender has no address yet, and asks for this one */
};

/* Somebody has locked an address: held beside the options that users see. */
#define IPVL_OPT_LOCKS (1 << 15)
/* Those that want to know who a packet says it is from. */
#define IPVL_OPT_ORIGIN (IPVLAN_PORT_OPT_SOURCE_CHECK | IPVLAN_PORT_OPT_GUARD | IPVL_OPT_LOCKS)

struct ipvl_origin_question {
	__u16 options; /* IPVLAN_PORT_OPT_*, IPVL_OPT_LOCKS */
	__s8 parsed; /* IPVL_PARSED, IPVL_MALFORMED, IPVL_NOT_MINE, IPVL_HIDDEN */
	bool tagged; /* a VLAN header hides what it is */
	bool own_mac; /* the source MAC is the port's */
	bool claim, probe; /* struct ipvl_origin */
	bool own; /* the sender has all the addresses */
	bool locked; /* one is locked to another slave */
	bool guarded; /* one is the parent's or a gateway's */
};

/* An ARP request, and neither a probe nor an announcement. */
struct ipvl_ask {
	struct ipvl_key sender, target;
};

/* By what a DHCP server's answer finds who asked. */
struct ipvl_dhcp {
	__u8 xid[4];
	__u8 chaddr[16];
	bool reply;
	bool has_address; /* the client, already */
};

enum ipvl_action {
	IPVL_ASK, /* look the key up and ask again */
	IPVL_PASS, /* receive: the host's */
	IPVL_DELIVER, /* to the slave that was found */
	IPVL_FLOOD, /* a copy to each slave that listens; then on as if alone: host (receive), wire (transmit) */
	IPVL_SEND, /* transmit: the parent's wire */
	IPVL_HOST, /* transmit: into the host as if received on the parent */
	IPVL_ROUTE, /* transmit: by the routes of the parent's namespace */
	IPVL_DROP,
};

/* Why a packet was dropped; each has a counter of its name. Order and names are seen by users. */
/* clang-format off */
#define IPVL_REASONS(x) \
	x(TX_SHORT, "tx_drop_short_frame") \
	x(TX_MALFORMED, "tx_drop_malformed") \
	x(TX_NOT_IP, "tx_drop_not_ip") \
	x(TX_MULTICAST, "tx_drop_l3_multicast") \
	x(TX_PRIVATE, "tx_drop_private") \
	x(TX_NO_ROUTE, "tx_drop_no_route") \
	x(TX_BAD_ROUTE, "tx_drop_bad_route") \
	x(TX_TOO_BIG, "tx_drop_too_big") \
	x(TX_LOOP, "tx_drop_loop") \
	x(TX_PARENT, "tx_drop_parent_refused") \
	x(TX_LOCAL, "tx_drop_sibling_refused") \
	x(TX_HOST, "tx_drop_host_refused") \
	x(TX_NO_MEMORY, "tx_drop_no_memory") \
	x(TX_QUEUE_FULL, "tx_drop_copies_queue_full") \
	x(TX_TAP, "tx_drop_tap") \
	x(TX_SOURCE, "tx_drop_foreign_source") \
	x(TX_LOCKED, "tx_drop_locked_address") \
	x(TX_GUARDED, "tx_drop_guarded_address") \
	x(RX_BACKLOG, "rx_drop_backlog_full") \
	x(RX_NO_MEMORY, "rx_drop_no_memory") \
	x(RX_TAP, "rx_drop_tap") \
	x(RX_QUEUE_FULL, "rx_drop_copies_queue_full")

enum ipvl_reason {
#define IPVL_REASON_ENUM(name, text) IPVL_R_##name,
	IPVL_REASONS(IPVL_REASON_ENUM)
#undef IPVL_REASON_ENUM
	IPVL_R_COUNT,
};
/* clang-format on */

struct ipvl_verdict {
	__u8 action; /* enum ipvl_action */
	__u8 reason; /* enum ipvl_reason, with IPVL_DROP only */
};

/*
 * Who a packet says it is from, whom it asks for, and DHCP over IPv4; of the
 * last two IPVL_NOT_MINE is any other packet. The answers are as those of ipvl_parse() in parse.h.
 */
int ipvl_parse_origin(struct ipvl_origin *origin, const struct ipvl_packet *packet);
int ipvl_parse_ask(struct ipvl_ask *ask, const struct ipvl_packet *packet);
int ipvl_parse_dhcp(struct ipvl_dhcp *dhcp, const struct ipvl_packet *packet);

#endif
