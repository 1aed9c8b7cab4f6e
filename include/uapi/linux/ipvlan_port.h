/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The generic netlink family of the ipvlan module that comes with libipvlan: what it has beyond the kernel's own
 * driver. A program that finds no family of this name has the kernel's own driver before it, or none.
 *
 * A port is a parent device with all of its ipvlan and ipvtap links, its slaves. The parent is named by its index in
 * the network namespace of the socket. Options, gateways and locks are the port's: they begin as the kernel's own
 * driver behaves, and end with the last slave.
 *
 * Reading ports is for everybody in the namespace. Everything else, also reading about slaves, which may be in other
 * namespaces, wants CAP_NET_ADMIN over the user namespace that owns the parent's network namespace; else -EPERM.
 *
 *   PORT_GET      do: IFINDEX -> a port. dump -> all ports of the namespace:
 *                 IFINDEX, IFNAME, MODE, FLAGS, SLAVES, OPTIONS, QUEUE_LENGTH, QUEUE_LIMIT, GATEWAYS, LOCKS, COUNTER...
 *   PORT_SET      do: IFINDEX and any of OPTIONS, QUEUE_LIMIT, GATEWAYS: all of it, or nothing and an error.
 *   SLAVE_GET     dump: IFINDEX -> for each slave: IFINDEX, SLAVE_IFINDEX, SLAVE_NETNSID, IFNAME, DEV_ID, UP, ADDRESSES
 *   ADDRESS_GET   dump: IFINDEX -> for each address that a slave has or that is locked to it:
 *                 IFINDEX, SLAVE_IFINDEX, SLAVE_NETNSID, ADDRESS4 or ADDRESS6, HELD, LOCKED
 *   ADDRESS_LOCK  do: IFINDEX, SLAVE_IFINDEX, (SLAVE_NETNSID or SLAVE_NETNS_FD), ADDRESS4 or ADDRESS6
 *   ADDRESS_UNLOCK do: IFINDEX, ADDRESS4 or ADDRESS6
 *   ANNOUNCE      do: IFINDEX; with SLAVE_IFINDEX (and SLAVE_NETNSID or SLAVE_NETNS_FD) of one slave only
 *
 * Without SLAVE_NETNSID and SLAVE_NETNS_FD a slave is in the socket's own namespace. SLAVE_NETNSID is the number that
 * the socket's namespace knows the slave's by (RTM_GETNSID); an answer gives one to a namespace that had none.
 * A dump during which slaves or addresses changed carries NLM_F_DUMP_INTR.
 *
 * A locked address is its slave's alone, even before that has it: no other slave of the port can add it (-EADDRINUSE),
 * and what another slave sends in its name is dropped, be it IP, ARP or neighbour discovery. Locking an address that
 * another slave has, or that is locked to another, is -EADDRINUSE. A lock ends with ADDRESS_UNLOCK or with its slave.
 *
 * With locks, SOURCE_CHECK or GUARD, what a slave sends behind a VLAN tag or more than eight IPv6 extension headers is
 * dropped: neighbours would read what is not looked at.
 * Of an IPv4 address that has a peer the kernel asks about the peer alone: beside one, a slave can add what is
 * another's, locked or guarded, but with SOURCE_CHECK or the lock it sends nothing in its name.
 *
 * An announcement is a gratuitous ARP for each IPv4 address and an unsolicited neighbour advertisement for each IPv6
 * address of the slaves that are up. Mode l2 only (-EOPNOTSUPP): in the others the host answers for its slaves.
 */
#ifndef _UAPI_LINUX_IPVLAN_PORT_H
#define _UAPI_LINUX_IPVLAN_PORT_H

#define IPVLAN_PORT_GENL_NAME	 "ipvlan_port"
#define IPVLAN_PORT_GENL_VERSION 1

/* So many gateways a port may have. */
#define IPVLAN_PORT_MAX_GATEWAYS 16
/* QUEUE_LIMIT: the smallest, what a port begins with, and the largest. */
#define IPVLAN_PORT_QUEUE_LIMIT_MIN	2
#define IPVLAN_PORT_QUEUE_LIMIT_DEFAULT 2000
#define IPVLAN_PORT_QUEUE_LIMIT_MAX	65536

/* Bits of IPVLAN_PORT_A_OPTIONS; off in a new port. */
enum ipvlan_port_option {
	/*
	 * The flags private and vepa hold for multicast and broadcast, too (mode l2). private: what a slave sends to a
	 * group goes out by the parent, and to no other slave. vepa: the same, and the copy that the switch sends back
	 * goes to all slaves that listen but the one with the copy's IP source address.
	 */
	IPVLAN_PORT_OPT_GROUP_ISOLATION = 1 << 0,
	/*
	 * A slave sends in its own name only: frames with the parent's MAC as source, that are IPv4, IPv6 or ARP, from
	 * an address that the slave has. From no address (0.0.0.0, ::) it may send, as it must to get one.
	 */
	IPVLAN_PORT_OPT_SOURCE_CHECK = 1 << 1,
	/*
	 * No slave can add an address of the parent or of GATEWAYS (-EADDRINUSE), nor say by ARP or neighbour discovery
	 * that it had one: that is dropped. Refused with -EADDRINUSE while a slave has one.
	 */
	IPVLAN_PORT_OPT_GUARD = 1 << 2,
	/*
	 * A DHCP server's unicast answer to an address that nobody has yet reaches the slave that asked with the same
	 * transaction number and hardware address within the last minute (mode l2, IPv4).
	 */
	IPVLAN_PORT_OPT_DHCP = 1 << 3,
	/*
	 * An ARP request for an address that a slave has, and is up, is copied to that slave alone, and to those that
	 * listen to all groups (mode l2); it goes out by the parent, or to the host, as before. Others do not learn
	 * from it where its sender is. Probes, announcements, and requests in the name of another slave go to all.
	 */
	IPVLAN_PORT_OPT_DIRECT_ARP = 1 << 4,
};

enum ipvlan_port_cmd {
	IPVLAN_PORT_CMD_UNSPEC,
	IPVLAN_PORT_CMD_PORT_GET,
	IPVLAN_PORT_CMD_PORT_SET,
	IPVLAN_PORT_CMD_SLAVE_GET,
	IPVLAN_PORT_CMD_ADDRESS_GET,
	IPVLAN_PORT_CMD_ADDRESS_LOCK,
	IPVLAN_PORT_CMD_ADDRESS_UNLOCK,
	IPVLAN_PORT_CMD_ANNOUNCE,
	__IPVLAN_PORT_CMD_MAX,
};
#define IPVLAN_PORT_CMD_MAX (__IPVLAN_PORT_CMD_MAX - 1)

enum ipvlan_port_attr {
	IPVLAN_PORT_A_UNSPEC,
	IPVLAN_PORT_A_PAD,
	IPVLAN_PORT_A_IFINDEX, /* u32, of the parent */
	IPVLAN_PORT_A_IFNAME,  /* string, of the parent or the slave that the message is about */
	IPVLAN_PORT_A_MODE,    /* u16, IPVLAN_MODE_* */
	IPVLAN_PORT_A_FLAGS,   /* u16, IPVLAN_F_* */
	IPVLAN_PORT_A_SLAVES,  /* u32, how many */
	IPVLAN_PORT_A_OPTIONS, /* struct nla_bitfield32 of IPVLAN_PORT_OPT_*; the selector of an answer: all known */
	IPVLAN_PORT_A_QUEUE_LENGTH,   /* u32, frames that wait to be copied to slaves */
	IPVLAN_PORT_A_QUEUE_LIMIT,    /* u32, so many may; a lone sender's share is half */
	IPVLAN_PORT_A_GATEWAYS,	      /* nest of ADDRESS4 and ADDRESS6, in the place of those before; may be empty */
	IPVLAN_PORT_A_LOCKS,	      /* u32, how many */
	IPVLAN_PORT_A_COUNTER,	      /* nest of ipvlan_port_counter_attr, once for each reason */
	IPVLAN_PORT_A_SLAVE_IFINDEX,  /* u32, in the slave's namespace */
	IPVLAN_PORT_A_SLAVE_NETNSID,  /* s32 */
	IPVLAN_PORT_A_SLAVE_NETNS_FD, /* u32 */
	IPVLAN_PORT_A_DEV_ID,	      /* u16, the slave's number within the port */
	IPVLAN_PORT_A_UP,	      /* flag */
	IPVLAN_PORT_A_ADDRESSES,      /* u32, how many the slave has */
	IPVLAN_PORT_A_ADDRESS4,	      /* be32 */
	IPVLAN_PORT_A_ADDRESS6,	      /* 16 bytes */
	IPVLAN_PORT_A_HELD,	      /* flag: the slave has it */
	IPVLAN_PORT_A_LOCKED,	      /* flag: it is locked to the slave */
	__IPVLAN_PORT_A_MAX,
};
#define IPVLAN_PORT_A_MAX (__IPVLAN_PORT_A_MAX - 1)

/* Packets that were dropped since the port began, its slaves' taken together; a packet moves one of them. */
enum ipvlan_port_counter_attr {
	IPVLAN_PORT_COUNTER_A_UNSPEC,
	IPVLAN_PORT_COUNTER_A_PAD,
	IPVLAN_PORT_COUNTER_A_NAME,  /* string, as ethtool -S has it for a slave */
	IPVLAN_PORT_COUNTER_A_VALUE, /* u64 */
	__IPVLAN_PORT_COUNTER_A_MAX,
};
#define IPVLAN_PORT_COUNTER_A_MAX (__IPVLAN_PORT_COUNTER_A_MAX - 1)

#endif
