/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs from kernel to kernel. Distributions backport, so nothing here
 * asks for a version: Kbuild looks into the headers and defines IPVL_HAVE_….
 */
#ifndef IPVL_COMPAT_H
#define IPVL_COMPAT_H

#include <linux/netdevice.h>
#include <linux/u64_stats_sync.h>
#include <net/genetlink.h>
#ifdef IPVL_HAVE_GSO_H
#include <net/gso.h>
#endif
#include <net/ip.h>
#include <net/route.h>
#include <net/rtnetlink.h>
#ifdef IPVL_HAVE_NETDEV_LOCK_H
#include <net/netdev_lock.h>
#endif

static inline void ipvl_compat_lockless_tx(struct net_device *dev)
{
#ifdef IPVL_HAVE_LLTX_BIT
	dev->lltx = true;
#else
	dev->features |= NETIF_F_LLTX;
#endif
}

#ifdef IPVL_HAVE_LLTX_BIT
#define IPVL_LOCKLESS_TX 0
#else
#define IPVL_LOCKLESS_TX NETIF_F_LLTX
#endif

/* 32 bit kernels without SMP need the variant that keeps interrupts off, as long as there is one. */
static inline unsigned int ipvl_compat_stats_begin(const struct u64_stats_sync *sync)
{
#ifdef IPVL_HAVE_STATS_IRQ
	return u64_stats_fetch_begin_irq(sync);
#else
	return u64_stats_fetch_begin(sync);
#endif
}

static inline bool ipvl_compat_stats_retry(const struct u64_stats_sync *sync, unsigned int start)
{
#ifdef IPVL_HAVE_STATS_IRQ
	return u64_stats_fetch_retry_irq(sync, start);
#else
	return u64_stats_fetch_retry(sync, start);
#endif
}

static inline void ipvl_compat_flow_tos(struct flowi4 *flow, const struct iphdr *header)
{
#ifdef IPVL_HAVE_FLOW_DSCP
	flow->flowi4_dscp = ip4h_dscp(header);
#else
	flow->flowi4_tos = RT_TOS(header->tos);
#endif
}

/* A plain number compiles where a dscp_t is wanted, and means something else. */
static inline int ipvl_compat_route_input(struct sk_buff *skb, const struct iphdr *header, struct net_device *dev)
{
#ifdef IPVL_HAVE_ROUTE_INPUT_DSCP
	return ip_route_input_noref(skb, header->daddr, header->saddr, ip4h_dscp(header), dev) ? -EINVAL : 0;
#else
	return ip_route_input_noref(skb, header->daddr, header->saddr, header->tos, dev);
#endif
}

static inline struct nlattr **ipvl_compat_dump_attrs(struct netlink_callback *cb)
{
#ifdef IPVL_HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

static inline int ipvl_compat_pre_changeaddr(struct net_device *dev, const char *addr, struct netlink_ext_ack *extack)
{
#ifdef IPVL_HAVE_NETIF_PRE_CHANGEADDR
	return netif_pre_changeaddr_notify(dev, addr, extack);
#else
	return dev_pre_changeaddr_notify(dev, addr, extack);
#endif
}

/* The old name still works there, and makes the kernel complain. */
#ifdef IPVL_HAVE_DFL_WQ
#define IPVL_UNBOUND_WQ system_dfl_wq
#else
#define IPVL_UNBOUND_WQ system_unbound_wq
#endif

#endif
