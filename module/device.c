// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>

#include "ipvl.h"

/* Done in software for whatever the parent cannot. */
#define FEATURES_ALWAYS                                                                                     \
	(NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_GSO_ROBUST | NETIF_F_GSO_SOFTWARE | NETIF_F_GSO_ENCAP_ALL | \
	 NETIF_F_VLAN_CHALLENGED | IPVL_LOCKLESS_TX)
#define FEATURES_TAKEN                                                                                       \
	(FEATURES_ALWAYS | NETIF_F_HIGHDMA | NETIF_F_FRAGLIST | NETIF_F_GSO | NETIF_F_GRO | NETIF_F_RXCSUM | \
	 NETIF_F_HW_VLAN_CTAG_FILTER | NETIF_F_HW_VLAN_STAG_FILTER)

#define STATE_TAKEN (BIT(__LINK_STATE_NOCARRIER) | BIT(__LINK_STATE_DORMANT))

static struct net_device *parent_of(const struct net_device *dev)
{
	return ipvl_slave(dev)->port->dev;
}

static int device_id(struct ipvl_port *port)
{
	int id = -ENOSPC;

	/* A number that was just given up may still be part of somebody's address: it comes last. */
	if (port->last_id < IPVL_MAX_ID)
		id = ida_alloc_range(&port->ids, port->last_id + 1, IPVL_MAX_ID, GFP_KERNEL);
	if (id == -ENOSPC && port->last_id)
		id = ida_alloc_range(&port->ids, 1, port->last_id, GFP_KERNEL);
	if (id > 0)
		port->last_id = id;
	return id;
}

static void device_inherit(struct net_device *dev, const struct net_device *parent)
{
	dev->state = (dev->state & ~STATE_TAKEN) | (parent->state & STATE_TAKEN);
	dev->features = (parent->features & FEATURES_TAKEN) | FEATURES_ALWAYS;
	dev->vlan_features = (parent->vlan_features & FEATURES_TAKEN) | FEATURES_ALWAYS;
	dev->hw_enc_features |= dev->features;
	ipvl_compat_lockless_tx(dev);
	netif_inherit_tso_max(dev, parent);
	dev->hard_header_len = parent->hard_header_len;
	dev->needed_headroom = parent->needed_headroom;
	dev->needed_tailroom = parent->needed_tailroom;
	eth_hw_addr_set(dev, parent->dev_addr);
	memcpy(dev->broadcast, parent->broadcast, ETH_ALEN);
	netdev_lockdep_set_classes(dev);
}

static int device_init(struct net_device *dev)
{
	struct ipvl_slave *slave = ipvl_slave(dev);
	struct ipvl_port *port = slave->port;
	int id, err;

	device_inherit(dev, port->dev);
	err = ipvl_stats_get(slave);
	if (err)
		return err;
	id = device_id(port);
	if (id < 0) {
		ipvl_stats_put(slave);
		return id;
	}
	dev->dev_id = id;
	slave->dead = false;
	port->users++;
	ipvl_port_hold_memory(port);
	netdev_hold(port->dev, &slave->parent_tracker, GFP_KERNEL);
	return 0;
}

static void device_uninit(struct net_device *dev)
{
	struct ipvl_slave *slave = ipvl_slave(dev);
	struct ipvl_port *port = slave->port;

	ipvl_addr_flush(slave);
	ipvl_dhcp_forget(port, slave);
	ipvl_source_forget(port, &slave->source);
	ida_free(&port->ids, dev->dev_id);
	ipvl_port_put(port);
}

/* The last reference is gone; until now somebody could ask for the parent. */
void ipvl_device_destructor(struct net_device *dev)
{
	struct ipvl_slave *slave = ipvl_slave(dev);

	ipvl_stats_put(slave);
	netdev_put(slave->port->dev, &slave->parent_tracker);
	ipvl_port_put_memory(slave->port);
}

static int device_open(struct net_device *dev)
{
	struct ipvl_slave *slave = ipvl_slave(dev);
	int err = ipvl_flood_prepare(slave);

	if (!err && dev->flags & IFF_ALLMULTI)
		err = dev_set_allmulti(parent_of(dev), 1);
	if (err) {
		ipvl_flood_deafen(slave);
		return err;
	}
	if (ipvl_mode(slave->port->settings) == IPVLAN_MODE_L2)
		dev->flags &= ~IFF_NOARP;
	else
		dev->flags |= IFF_NOARP;
	WRITE_ONCE(slave->up, true);
	return 0;
}

static int device_stop(struct net_device *dev)
{
	struct ipvl_slave *slave = ipvl_slave(dev);
	struct net_device *parent = parent_of(dev);

	WRITE_ONCE(slave->up, false);
	ipvl_flood_deafen(slave);
	if (dev->flags & IFF_ALLMULTI)
		dev_set_allmulti(parent, -1);
	dev_uc_unsync(parent, dev);
	dev_mc_unsync(parent, dev);
	return 0;
}

static void device_change_rx_flags(struct net_device *dev, int changed)
{
	if (dev->flags & IFF_UP && changed & IFF_ALLMULTI)
		dev_set_allmulti(parent_of(dev), dev->flags & IFF_ALLMULTI ? 1 : -1);
}

static void device_set_rx_mode(struct net_device *dev)
{
	struct net_device *parent = parent_of(dev);

	ipvl_flood_listen(dev);
	dev_uc_sync(parent, dev);
	dev_mc_sync(parent, dev);
}

static netdev_features_t device_fix_features(struct net_device *dev, netdev_features_t features)
{
	netdev_features_t parent = parent_of(dev)->features;

	/* What the user does not decide follows the parent both ways. */
	features |= parent & FEATURES_TAKEN & ~dev->hw_features;
	features = netdev_intersect_features(features, parent | FEATURES_ALWAYS);
	return features | FEATURES_ALWAYS;
}

void ipvl_device_follow_features(struct net_device *dev)
{
	netif_inherit_tso_max(dev, parent_of(dev));
	netdev_update_features(dev);
}

static int device_vlan_add(struct net_device *dev, __be16 proto, u16 vid)
{
	return vlan_vid_add(parent_of(dev), proto, vid);
}

static int device_vlan_kill(struct net_device *dev, __be16 proto, u16 vid)
{
	vlan_vid_del(parent_of(dev), proto, vid);
	return 0;
}

static int device_iflink(const struct net_device *dev)
{
	return READ_ONCE(parent_of(dev)->ifindex);
}

static int device_header(struct sk_buff *skb, struct net_device *dev, unsigned short type, const void *to,
			 const void *from, unsigned int length)
{
	return dev_hard_header(skb, parent_of(dev), type, to, from ?: dev->dev_addr, length);
}

const struct header_ops ipvl_header_ops = {
	.create = device_header,
	.parse = eth_header_parse,
	.cache = eth_header_cache,
	.cache_update = eth_header_cache_update,
#ifdef IPVL_HAVE_PARSE_PROTOCOL
	.parse_protocol = eth_header_parse_protocol,
#endif
};

const struct net_device_ops ipvl_netdev_ops = {
	.ndo_init = device_init,
	.ndo_uninit = device_uninit,
	.ndo_open = device_open,
	.ndo_stop = device_stop,
	.ndo_start_xmit = ipvl_tx,
	.ndo_change_rx_flags = device_change_rx_flags,
	.ndo_set_rx_mode = device_set_rx_mode,
	.ndo_fix_features = device_fix_features,
	.ndo_get_stats64 = ipvl_stats_read,
	.ndo_vlan_rx_add_vid = device_vlan_add,
	.ndo_vlan_rx_kill_vid = device_vlan_kill,
	.ndo_get_iflink = device_iflink,
};
