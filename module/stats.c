// SPDX-License-Identifier: GPL-2.0-only
#include <linux/ethtool.h>
#include <linux/export.h>

#include "ipvl.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static void count_port(const struct ipvl_port *port, enum ipvl_reason reason)
{
	struct ipvl_drops *drops = get_cpu_ptr(port->drops);
	unsigned long flags;

	/* A tap counts with softirqs on, which may come in between and count, too. */
	flags = u64_stats_update_begin_irqsave(&drops->syncp);
	u64_stats_inc(&drops->counts[reason]);
	u64_stats_update_end_irqrestore(&drops->syncp, flags);
	put_cpu_ptr(port->drops);
}

void ipvl_count_drop(struct ipvl_slave *slave, enum ipvl_reason reason)
{
	if (unlikely(!READ_ONCE(slave->dropped)))
		WRITE_ONCE(slave->dropped, true);
	atomic64_inc(&slave->drops[reason]);
	count_port(slave->port, reason);
	trace_drop(slave->dev, reason);
}
EXPORT_SYMBOL_GPL(ipvl_count_drop);

void ipvl_count_port_drop(const struct ipvl_port *port, enum ipvl_reason reason)
{
	count_port(port, reason);
	trace_drop(port->dev, reason);
}

void ipvl_drop(struct ipvl_slave *slave, struct sk_buff *skb, enum ipvl_reason reason)
{
	ipvl_count_drop(slave, reason);
	kfree_skb(skb);
}

static void drops_of_cpu(const struct ipvl_drops *drops, u64 to[IPVL_R_COUNT])
{
	u64 one[IPVL_R_COUNT];
	unsigned int start, i;

	do {
		start = ipvl_compat_stats_begin(&drops->syncp);
		for (i = 0; i < IPVL_R_COUNT; i++)
			one[i] = u64_stats_read(&drops->counts[i]);
	} while (ipvl_compat_stats_retry(&drops->syncp, start));
	for (i = 0; i < IPVL_R_COUNT; i++)
		to[i] += one[i];
}

void ipvl_port_drops_read(const struct ipvl_port *port, u64 drops[IPVL_R_COUNT])
{
	int cpu;

	memset(drops, 0, IPVL_R_COUNT * sizeof(*drops));
	for_each_possible_cpu(cpu)
		drops_of_cpu(per_cpu_ptr(port->drops, cpu), drops);
}

/*
 * Counters of several slaves' traffic: each allocation from what the processors
 * have costs a walk along all that is there. As many as there are slaves
 * already, so that no more than half of it is for nobody.
 */
struct ipvl_stats_block {
	struct list_head node; /* ipvl_port.stats_blocks, or empty */
	struct ipvl_stats __percpu *stats;
	unsigned int size;
	unsigned long used; /* a bit for each place */
};

#define STATS_BLOCK_MOST 16U

static struct ipvl_stats_block *block_alloc(unsigned int size)
{
	struct ipvl_stats_block *block = kzalloc(sizeof(*block), GFP_KERNEL);
	unsigned int i;
	int cpu;

	if (!block)
		return NULL;
	block->stats = __alloc_percpu(size * sizeof(struct ipvl_stats), __alignof__(struct ipvl_stats));
	if (!block->stats) {
		kfree(block);
		return NULL;
	}
	for_each_possible_cpu(cpu) {
		for (i = 0; i < size; i++)
			u64_stats_init(&per_cpu_ptr(block->stats + i, cpu)->syncp);
	}
	INIT_LIST_HEAD(&block->node);
	block->size = size;
	return block;
}

static unsigned long place_of(const struct ipvl_slave *slave)
{
	return BIT(slave->stats - slave->stats_block->stats);
}

int ipvl_stats_get(struct ipvl_slave *slave)
{
	struct ipvl_port *port = slave->port;
	struct ipvl_stats_block *block;

	mutex_lock(&port->stats_lock);
	block = list_first_entry_or_null(&port->stats_blocks, struct ipvl_stats_block, node);
	if (!block) {
		block = block_alloc(min(port->users, STATS_BLOCK_MOST));
		if (!block)
			goto out;
		list_add(&block->node, &port->stats_blocks);
	}
	slave->stats = block->stats + ffz(block->used);
	slave->stats_block = block;
	block->used |= place_of(slave);
	if (ffz(block->used) == block->size)
		list_del_init(&block->node);
out:
	mutex_unlock(&port->stats_lock);
	return block ? 0 : -ENOMEM;
}

/* Nobody counts any more: the next one begins with nothing. */
void ipvl_stats_put(struct ipvl_slave *slave)
{
	struct ipvl_stats_block *block = slave->stats_block;
	struct ipvl_port *port = slave->port;
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(slave->stats, cpu), 0, offsetof(struct ipvl_stats, syncp));
	mutex_lock(&port->stats_lock);
	block->used &= ~place_of(slave);
	if (list_empty(&block->node))
		list_add(&block->node, &port->stats_blocks);
	if (!block->used) {
		list_del(&block->node);
		free_percpu(block->stats);
		kfree(block);
	}
	mutex_unlock(&port->stats_lock);
}

static void traffic_of_cpu(const struct ipvl_stats *stats, struct rtnl_link_stats64 *to)
{
	u64 rx_packets, rx_bytes, multicast, tx_packets, tx_bytes;
	unsigned int start;

	do {
		start = ipvl_compat_stats_begin(&stats->syncp);
		rx_packets = u64_stats_read(&stats->rx_packets);
		rx_bytes = u64_stats_read(&stats->rx_bytes);
		multicast = u64_stats_read(&stats->rx_multicast);
		tx_packets = u64_stats_read(&stats->tx_packets);
		tx_bytes = u64_stats_read(&stats->tx_bytes);
	} while (ipvl_compat_stats_retry(&stats->syncp, start));
	to->rx_packets += rx_packets;
	to->rx_bytes += rx_bytes;
	to->multicast += multicast;
	to->tx_packets += tx_packets;
	to->tx_bytes += tx_bytes;
}

void ipvl_stats_read(struct net_device *dev, struct rtnl_link_stats64 *to)
{
	const struct ipvl_slave *slave = ipvl_slave(dev);
	unsigned int i;
	int cpu;

	for_each_possible_cpu(cpu)
		traffic_of_cpu(per_cpu_ptr(slave->stats, cpu), to);
	if (!READ_ONCE(slave->dropped))
		return;
	for (i = 0; i < IPVL_R_RX_BACKLOG; i++)
		to->tx_dropped += atomic64_read(&slave->drops[i]);
	/* A full backlog is counted by who refused, too: the core adds its own count. */
	to->rx_dropped += atomic64_read(&slave->drops[IPVL_R_RX_NO_MEMORY]);
	to->rx_dropped += atomic64_read(&slave->drops[IPVL_R_RX_TAP]);
}

const char ipvl_reason_names[IPVL_R_COUNT][ETH_GSTRING_LEN] = {
#define REASON_NAME(name, text) [IPVL_R_##name] = text,
	IPVL_REASONS(REASON_NAME)
#undef REASON_NAME
};

static int stats_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? IPVL_R_COUNT : -EOPNOTSUPP;
}

static void stats_names(struct net_device *dev, u32 set, u8 *to)
{
	if (set == ETH_SS_STATS)
		memcpy(to, ipvl_reason_names, sizeof(ipvl_reason_names));
}

static void stats_values(struct net_device *dev, struct ethtool_stats *stats, u64 *to)
{
	unsigned int i;

	for (i = 0; i < IPVL_R_COUNT; i++)
		to[i] = atomic64_read(&ipvl_slave(dev)->drops[i]);
}

static int link_settings(struct net_device *dev, struct ethtool_link_ksettings *settings)
{
	return __ethtool_get_link_ksettings(ipvl_slave(dev)->port->dev, settings);
}

static void driver_info(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, IPVL_DRIVER, sizeof(info->driver));
}

const struct ethtool_ops ipvl_ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = link_settings,
	.get_drvinfo = driver_info,
	.get_sset_count = stats_count,
	.get_strings = stats_names,
	.get_ethtool_stats = stats_values,
};
