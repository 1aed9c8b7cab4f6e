// SPDX-License-Identifier: GPL-2.0-only
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>

#include "ipvl.h"

atomic_t ipvl_generation;
static u32 ports_generation;

/* Another one with each port that begins, ends, or moves to another namespace; under RTNL. */
u32 ipvl_ports_generation(void)
{
	return ports_generation;
}

void ipvl_ports_changed(void)
{
	ports_generation = ipvl_next_generation();
}

void ipvl_port_hold_memory(struct ipvl_port *port)
{
	refcount_inc(&port->refs);
}

void ipvl_port_put_memory(struct ipvl_port *port)
{
	if (!refcount_dec_and_test(&port->refs))
		return;
	ipvl_addr_destroy(port);
	ida_destroy(&port->ids);
	free_percpu(port->drops);
	kfree(rcu_dereference_protected(port->gateways, true));
	kfree(port->dhcp);
	kvfree(port);
}

static struct ipvl_port *port_alloc(struct net_device *parent)
{
	struct ipvl_port *port;
	int err;

	port = kvzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return ERR_PTR(-ENOMEM);
	err = -ENOMEM;
	port->drops = netdev_alloc_pcpu_stats(struct ipvl_drops);
	if (!port->drops)
		goto no_drops;
	spin_lock_init(&port->addresses_lock);
	err = ipvl_addr_init(port);
	if (err)
		goto no_addresses;
	port->dev = parent;
	port->settings = ipvl_settings(IPVLAN_MODE_L3, 0, 0);
	ipvl_port_changed(port);
	mutex_init(&port->stats_lock);
	INIT_LIST_HEAD(&port->stats_blocks);
	INIT_LIST_HEAD(&port->slaves);
	ida_init(&port->ids);
	spin_lock_init(&port->groups_lock);
	refcount_set(&port->refs, 1);
	ipvl_flood_init(port);
	return port;
no_addresses:
	free_percpu(port->drops);
no_drops:
	kvfree(port);
	return ERR_PTR(err);
}

static int parent_check(struct net_device *parent, struct netlink_ext_ack *extack)
{
	if (parent->flags & IFF_LOOPBACK) {
		NL_SET_ERR_MSG(extack, "A loopback device cannot be the parent of an ipvlan link");
		return -EINVAL;
	}
	if (parent->type != ARPHRD_ETHER) {
		NL_SET_ERR_MSG(extack, "The parent of an ipvlan link must be an Ethernet device");
		return -EINVAL;
	}
	if (parent->priv_flags & IFF_NO_RX_HANDLER) {
		NL_SET_ERR_MSG(extack, "This device allows no other device on top of it");
		return -EINVAL;
	}
	if (netdev_is_rx_handler_busy(parent)) {
		NL_SET_ERR_MSG(extack, "The parent already belongs to a bridge, bond, team, macvlan or the like");
		return -EBUSY;
	}
	return 0;
}

static struct ipvl_port *port_open(struct net_device *parent, struct netlink_ext_ack *extack)
{
	struct ipvl_port *port;
	int err;

	err = parent_check(parent, extack);
	if (err)
		return ERR_PTR(err);
	port = port_alloc(parent);
	if (IS_ERR(port)) {
		NL_SET_ERR_MSG(extack, "No memory for what the parent's ipvlan links share");
		return port;
	}
	err = netdev_rx_handler_register(parent, ipvl_rx, port);
	if (err) {
		NL_SET_ERR_MSG(extack, "The parent takes no receive handler");
		ipvl_port_put_memory(port);
		return ERR_PTR(err);
	}
	netdev_hold(parent, &port->dev_tracker, GFP_KERNEL);
	ipvl_ports_changed();
	return port;
}

struct ipvl_port *ipvl_port_get(struct net_device *parent, struct netlink_ext_ack *extack)
{
	struct ipvl_port *port = ipvl_port_of(parent);

	ASSERT_RTNL();
	if (!port)
		port = port_open(parent, extack);
	if (!IS_ERR(port))
		port->users++;
	return port;
}

void ipvl_port_put(struct ipvl_port *port)
{
	ASSERT_RTNL();
	if (--port->users)
		return;
	ipvl_l3s_disable(port);
	/* Waits until nobody uses the port for receiving. */
	netdev_rx_handler_unregister(port->dev);
	ipvl_l3s_forget(port);
	ipvl_flood_stop(port);
	netdev_put(port->dev, &port->dev_tracker);
	ipvl_ports_changed();
	ipvl_port_put_memory(port);
}

static int slave_set_noarp(struct ipvl_slave *slave, bool noarp, struct netlink_ext_ack *extack)
{
	/* Those that listeners have set, as tcpdump, go with them: only what the user has set is set again. */
	const unsigned int counted = IFF_PROMISC | IFF_ALLMULTI;
	unsigned int flags = (slave->dev->flags & ~counted) | (slave->dev->gflags & counted);

	return dev_change_flags(slave->dev, noarp ? flags | IFF_NOARP : flags & ~IFF_NOARP, extack);
}

static int port_set_noarp(struct ipvl_port *port, bool noarp, struct netlink_ext_ack *extack)
{
	struct ipvl_slave *slave;
	int err;

	list_for_each_entry(slave, &port->slaves, node) {
		err = slave_set_noarp(slave, noarp, extack);
		if (err)
			goto undo;
	}
	return 0;
undo:
	list_for_each_entry_continue_reverse(slave, &port->slaves, node)
		slave_set_noarp(slave, !noarp, NULL);
	return err;
}

void ipvl_port_set_options(struct ipvl_port *port, u16 options)
{
	u32 settings = port->settings;

	ASSERT_RTNL();
	WRITE_ONCE(port->settings, ipvl_settings(ipvl_mode(settings), ipvl_flags(settings), options));
}

/* All of it or nothing. */
int ipvl_port_apply(struct ipvl_port *port, u8 mode, u8 flags, struct netlink_ext_ack *extack)
{
	u8 old = ipvl_mode(port->settings);
	int err;

	/* As most new slaves have it. */
	if (mode == old && flags == ipvl_flags(port->settings) && mode != IPVLAN_MODE_L3S)
		return 0;
	/* Its hooks are missing, too, where a parent has come to without memory. */
	if (mode == IPVLAN_MODE_L3S) {
		err = ipvl_l3s_enable(port, extack);
		if (err)
			return err;
	}
	if (mode != old) {
		err = port_set_noarp(port, mode != IPVLAN_MODE_L2, extack);
		if (err)
			goto no_l3s;
	}
	WRITE_ONCE(port->settings, ipvl_settings(mode, flags, ipvl_options(port->settings)));
	if (mode != IPVLAN_MODE_L3S)
		ipvl_l3s_disable(port);
	return 0;
no_l3s:
	if (old != IPVLAN_MODE_L3S)
		ipvl_l3s_disable(port);
	return err;
}
