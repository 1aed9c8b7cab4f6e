/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IPVL_H
#define IPVL_H

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/in6.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/refcount.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "core/types.h"
#include "table.h"

#define IPVL_DRIVER "ipvlan"

/* What EUI-64 can tell apart without meeting 0xfffe, the mark of a plain 48 bit MAC. */
#define IPVL_MAX_ID 0xfffd

/*
 * So many that the groups of a thousand slaves seldom share one, for who shares gets copies of another's frames.
 * Listeners to all groups have a place of their own behind the others.
 */
#define IPVL_GROUP_BITS 12
#define IPVL_GROUP_ALL BIT(IPVL_GROUP_BITS)
#define IPVL_GROUPS (IPVL_GROUP_ALL + 1)

struct ipvl_flood_queue {
	spinlock_t lock; /* the two lists below */
	struct list_head busy; /* sources with frames, in turn */
	unsigned int length;
	unsigned int limit; /* read without the lock, too */
	struct work_struct work;
};

/*
 * Frames that wait to be copied, of one sender; the parent is one, too. A
 * queue each, served in turn: one that floods makes only itself wait.
 */
struct ipvl_source {
	struct sk_buff_head frames;
	struct list_head turn; /* ipvl_flood_queue.busy */
	struct ipvl_slave *slave; /* NULL: from outside */
	bool copying; /* the worker has one of its frames in hand; under the queue's lock */
};

/* Why packets of a port's slaves were dropped, taken together. */
struct ipvl_drops {
	u64_stats_t counts[IPVL_R_COUNT];
	struct u64_stats_sync syncp;
};

struct ipvl_gateways {
	struct rcu_head rcu;
	unsigned int count;
	struct ipvl_key keys[IPVLAN_PORT_MAX_GATEWAYS];
};

struct ipvl_dhcp_table;

struct ipvl_port {
	struct net_device *dev;
	u32 settings; /* mode, flags and options, read and written as one; RTNL */
	u32 switches; /* of slaves from groups to all of them, or back; changed under groups_lock */
	struct ipvl_table addresses[IPVL_FAMILIES];
	/* Who listens to which group, by hash of its MAC; RCU, changed under groups_lock. */
	struct hlist_head groups[IPVL_GROUPS];

	struct list_head slaves; /* RCU, changed under RTNL */
	unsigned int users; /* RTNL: slaves, and whoever is about to make one */
	u16 last_id; /* RTNL */
	struct ida ids;
	spinlock_t addresses_lock; /* the tables, and slaves' lists of what is in them */
	spinlock_t groups_lock;
	struct ipvl_flood_queue flood;
	struct ipvl_source outside;
	struct ipvl_drops __percpu *drops;
	struct mutex stats_lock;
	struct list_head stats_blocks; /* under stats_lock: those in which a place is free */
	struct ipvl_gateways __rcu *gateways; /* changed under RTNL; NULL: none */
	struct ipvl_dhcp_table *dhcp; /* made with its option, stays as long as the port */
	unsigned int locks; /* addresses_lock: locked addresses */
	u32 generation; /* another one with each change of slaves or addresses */
	/* Slaves refer to their port until the last reference to their device is gone. */
	refcount_t refs;
	struct net *l3s_net; /* RTNL: where the hooks are, or NULL */
	netdevice_tracker dev_tracker;
};

struct ipvl_stats {
	u64_stats_t rx_packets;
	u64_stats_t rx_bytes;
	u64_stats_t rx_multicast;
	u64_stats_t tx_packets;
	u64_stats_t tx_bytes;
	struct u64_stats_sync syncp;
};

struct ipvl_listener {
	struct hlist_node node; /* ipvl_port.groups */
	struct ipvl_listener *next; /* of ipvl_slave.listens, or of those that are made or go at the same time */
	struct ipvl_slave *slave;
	u32 since, until; /* ipvl_port.switches from, and before, which its slave hears by it; 0: it was, and will be */
	u16 group;
	bool stays; /* while its slave's listeners change */
	struct rcu_head rcu;
};

struct ipvl_slave {
	struct net_device *dev;
	struct ipvl_port *port;
	struct ipvl_stats __percpu *stats;
	struct ipvl_stats_block *stats_block;
	/*
	 * Why packets were dropped. Seldom written, and seldom by several processors
	 * at once: a set for each of them would be most of what a slave costs there.
	 */
	atomic64_t drops[IPVL_R_COUNT];
	bool dropped; /* one of these has moved: else they are not read with each notification */
	bool up;
	bool dead; /* under addresses_lock: takes no more addresses */
	bool linked; /* the kernel knows it as one above the parent; RTNL */
	u32 switching; /* the switch that frames may still be on the way from before, or 0; under groups_lock */
	struct list_head node; /* ipvl_port.slaves */
	struct hlist_head addresses; /* RCU, changed under addresses_lock */
	struct ipvl_addr *reserved; /* under addresses_lock; the last one, which may have come, or NULL */
	struct ipvl_listener *listens; /* under groups_lock */
	struct ipvl_listener *spare; /* under groups_lock; of a slave that is up, unless it listens to all */
	struct ipvl_source source;
	netdevice_tracker parent_tracker;
};

static inline u8 ipvl_mode(u32 settings)
{
	return settings >> 8;
}

static inline u8 ipvl_flags(u32 settings)
{
	return settings;
}

/* IPVLAN_PORT_OPT_* and IPVL_OPT_LOCKS */
static inline u16 ipvl_options(u32 settings)
{
	return settings >> 16;
}

static inline u32 ipvl_settings(u8 mode, u8 flags, u16 options)
{
	return (u32)options << 16 | mode << 8 | flags;
}

static inline struct ipvl_slave *ipvl_slave(const struct net_device *dev)
{
	return netdev_priv(dev);
}

/*
 * Whether it is the device's own MAC, which may change at any moment, and not all of it at once: as in
 * eth_type_trans() and everywhere else, a frame that comes just then is taken for somebody else's.
 */
static __always_inline bool ipvl_has_mac(const struct net_device *dev, const u8 *mac)
{
	return data_race(ether_addr_equal(mac, dev->dev_addr));
}

/*
 * The namespace of a device that may be moving to another, as a parent does while its slaves send. Under RCU, or
 * with softirqs off.
 */
static inline struct net *ipvl_net(const struct net_device *dev)
{
#ifdef CONFIG_NET_NS
	return rcu_dereference_bh_check(dev->nd_net.net, rcu_read_lock_held());
#else
	return &init_net;
#endif
}

static inline void ipvl_key_v4(struct ipvl_key *key, __be32 address)
{
	memset(key, 0, sizeof(*key));
	key->family = IPVL_V4;
	key->v4 = address;
}

static inline void ipvl_key_v6(struct ipvl_key *key, const struct in6_addr *address)
{
	memset(key, 0, sizeof(*key));
	key->family = IPVL_V6;
	memcpy(key->v6, address, sizeof(key->v6));
}

/* link.c */
int ipvl_link_new(struct net *link_net, struct net_device *dev, struct nlattr *tb[], struct nlattr *data[],
		  struct netlink_ext_ack *extack);
void ipvl_link_delete(struct net_device *dev, struct list_head *head);
void ipvl_link_setup(struct net_device *dev);
int ipvl_link_register(struct rtnl_link_ops *ops);
extern struct rtnl_link_ops ipvl_link_ops;

/* device.c */
extern const struct net_device_ops ipvl_netdev_ops;
static inline bool ipvl_is_slave(const struct net_device *dev)
{
	return dev->netdev_ops == &ipvl_netdev_ops;
}
extern const struct header_ops ipvl_header_ops;
void ipvl_device_destructor(struct net_device *dev);
void ipvl_device_follow_features(struct net_device *dev);

/* port.c */
struct ipvl_port *ipvl_port_get(struct net_device *parent, struct netlink_ext_ack *extack);
void ipvl_port_put(struct ipvl_port *port);
void ipvl_port_hold_memory(struct ipvl_port *port);
void ipvl_port_put_memory(struct ipvl_port *port);
int ipvl_port_apply(struct ipvl_port *port, u8 mode, u8 flags, struct netlink_ext_ack *extack);
void ipvl_port_set_options(struct ipvl_port *port, u16 options);
extern atomic_t ipvl_generation;
/* Numbers of states that no two ports ever share; 0 is none. */
static inline u32 ipvl_next_generation(void)
{
	return atomic_inc_return(&ipvl_generation) ?: atomic_inc_return(&ipvl_generation);
}
static inline void ipvl_port_changed(struct ipvl_port *port)
{
	WRITE_ONCE(port->generation, ipvl_next_generation());
}
u32 ipvl_ports_generation(void);
void ipvl_ports_changed(void);

/* events.c */
extern struct notifier_block ipvl_netdev_notifier;

/* addr.c */
struct ipvl_addr_state {
	bool own; /* the slave has it */
	bool taken; /* another slave has it */
	bool locked; /* to another slave */
};

/* Called under RCU; returns 0 to go on. */
typedef int (*ipvl_addr_fn)(const struct ipvl_key *key, bool held, bool locked, void *data);

int ipvl_addr_init(struct ipvl_port *port);
void ipvl_addr_destroy(struct ipvl_port *port);
void ipvl_addr_flush(struct ipvl_slave *slave);
struct ipvl_slave *ipvl_addr_find(struct ipvl_port *port, const struct ipvl_key *key);
struct ipvl_addr_state ipvl_addr_state(const struct ipvl_slave *slave, const struct ipvl_key *key);
int ipvl_addr_lock(struct ipvl_slave *slave, const struct ipvl_key *key);
int ipvl_addr_unlock(struct ipvl_port *port, const struct ipvl_key *key);
int ipvl_addr_each(struct ipvl_slave *slave, ipvl_addr_fn fn, void *data);
unsigned int ipvl_addr_count(struct ipvl_slave *slave);
int ipvl_addr_register(void);
void ipvl_addr_unregister(void);
#ifdef IPVL_DEBUG
int ipvl_addr_selftest(void);
int ipvl_flood_selftest(void);
#else
static inline int ipvl_addr_selftest(void)
{
	return 0;
}

static inline int ipvl_flood_selftest(void)
{
	return 0;
}
#endif

/* rx.c */
rx_handler_result_t ipvl_rx(struct sk_buff **pskb);
/* Under RTNL or RCU. */
static inline struct ipvl_port *ipvl_port_of(const struct net_device *parent)
{
	if (rcu_access_pointer(parent->rx_handler) != ipvl_rx)
		return NULL;
	return rcu_dereference_rtnl(parent->rx_handler_data);
}
struct sk_buff *ipvl_skb_pull(struct sk_buff *skb, unsigned int length);

/* tx.c */
netdev_tx_t ipvl_tx(struct sk_buff *skb, struct net_device *dev);

/* options.c */
typedef int (*ipvl_parse_fn)(void *to, const struct ipvl_packet *packet);
int ipvl_parse_skb(struct sk_buff *skb, __be16 ethertype, ipvl_parse_fn parse, void *to);
bool ipvl_options_refuse(struct ipvl_slave *slave, struct sk_buff *skb, u32 settings, enum ipvl_reason *reason);
struct ipvl_slave *ipvl_options_owner(struct ipvl_port *port, struct sk_buff *skb);
struct ipvl_slave *ipvl_options_asked(struct ipvl_port *port, const struct ipvl_slave *from, const struct sk_buff *skb,
				      int offset);
bool ipvl_guarded(struct ipvl_port *port, const struct ipvl_gateways *gateways, const struct ipvl_key *key);
bool ipvl_guard_taken(struct ipvl_port *port, const struct ipvl_gateways *gateways);
void ipvl_gateways_set(struct ipvl_port *port, struct ipvl_gateways *gateways);

/* dhcp.c */
int ipvl_dhcp_enable(struct ipvl_port *port);
void ipvl_dhcp_forget(struct ipvl_port *port, const struct ipvl_slave *slave);
void ipvl_dhcp_learn(struct ipvl_slave *slave, struct sk_buff *skb, __be16 ethertype);
struct ipvl_slave *ipvl_dhcp_find(struct ipvl_port *port, struct sk_buff *skb, __be16 ethertype);

/* netlink.c */
int ipvl_netlink_register(void);
void ipvl_netlink_unregister(void);

/* route.c */
int ipvl_route(struct ipvl_slave *slave, struct sk_buff *skb);

/* flood.c */
void ipvl_flood_init(struct ipvl_port *port);
void ipvl_flood_stop(struct ipvl_port *port);
void ipvl_flood_set_limit(struct ipvl_port *port, unsigned int limit);
unsigned int ipvl_flood_length(struct ipvl_port *port);
void ipvl_source_init(struct ipvl_source *source, struct ipvl_slave *slave);
void ipvl_source_forget(struct ipvl_port *port, struct ipvl_source *source);
void ipvl_flood_receive(struct ipvl_port *port, struct sk_buff *skb);
void ipvl_flood_send(struct ipvl_slave *slave, struct sk_buff *skb);
int ipvl_flood_prepare(struct ipvl_slave *slave);
void ipvl_flood_listen(struct net_device *dev);
void ipvl_flood_deafen(struct ipvl_slave *slave);

/* l3s.c */
int ipvl_l3s_register(void);
void ipvl_l3s_unregister(void);
int ipvl_l3s_enable(struct ipvl_port *port, struct netlink_ext_ack *extack);
void ipvl_l3s_disable(struct ipvl_port *port);
void ipvl_l3s_forget(struct ipvl_port *port);

/* stats.c */
extern const struct ethtool_ops ipvl_ethtool_ops;
int ipvl_stats_get(struct ipvl_slave *slave);
void ipvl_stats_put(struct ipvl_slave *slave);

/* For each packet, and so in the header: softirqs are off in all of the datapath. */
static inline void ipvl_count_rx(const struct ipvl_slave *slave, unsigned int bytes, bool multicast)
{
	struct ipvl_stats *stats = this_cpu_ptr(slave->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->rx_packets);
	u64_stats_add(&stats->rx_bytes, bytes);
	if (multicast)
		u64_stats_inc(&stats->rx_multicast);
	u64_stats_update_end(&stats->syncp);
}

static inline void ipvl_count_tx(const struct ipvl_slave *slave, unsigned int bytes)
{
	struct ipvl_stats *stats = this_cpu_ptr(slave->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->tx_packets);
	u64_stats_add(&stats->tx_bytes, bytes);
	u64_stats_update_end(&stats->syncp);
}

void ipvl_count_drop(struct ipvl_slave *slave, enum ipvl_reason reason);
/* For what is no slave's. */
void ipvl_count_port_drop(const struct ipvl_port *port, enum ipvl_reason reason);
void ipvl_port_drops_read(const struct ipvl_port *port, u64 drops[IPVL_R_COUNT]);
extern const char ipvl_reason_names[IPVL_R_COUNT][ETH_GSTRING_LEN];
void ipvl_drop(struct ipvl_slave *slave, struct sk_buff *skb, enum ipvl_reason reason);
void ipvl_stats_read(struct net_device *dev, struct rtnl_link_stats64 *to);

#endif
