// SPDX-License-Identifier: GPL-2.0-only
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include "ipvl.h"

static void follow_state(struct ipvl_port *port)
{
	struct ipvl_slave *slave;

	list_for_each_entry(slave, &port->slaves, node)
		netif_stacked_transfer_operstate(port->dev, slave->dev);
}

static void follow_features(struct ipvl_port *port)
{
	struct ipvl_slave *slave;

	list_for_each_entry(slave, &port->slaves, node)
		ipvl_device_follow_features(slave->dev);
}

static void follow_mtu(struct ipvl_port *port)
{
	struct ipvl_slave *slave;

	list_for_each_entry(slave, &port->slaves, node)
		dev_set_mtu(slave->dev, port->dev->mtu);
}

static int ask_about_mac(struct ipvl_port *port, const struct netdev_notifier_pre_changeaddr_info *info)
{
	struct ipvl_slave *slave;
	int err;

	list_for_each_entry(slave, &port->slaves, node) {
		err = ipvl_compat_pre_changeaddr(slave->dev, info->dev_addr, info->info.extack);
		if (err)
			return err;
	}
	return 0;
}

static void follow_mac(struct ipvl_port *port)
{
	struct ipvl_slave *slave;

	list_for_each_entry(slave, &port->slaves, node) {
		eth_hw_addr_set(slave->dev, port->dev->dev_addr);
		call_netdevice_notifiers(NETDEV_CHANGEADDR, slave->dev);
	}
}

static void pass_on(struct ipvl_port *port, unsigned long event)
{
	struct ipvl_slave *slave;

	list_for_each_entry(slave, &port->slaves, node)
		call_netdevice_notifiers(event, slave->dev);
}

/* Not for a parent that only changes its namespace. */
static void follow_to_the_end(struct ipvl_port *port)
{
	struct ipvl_slave *slave, *next;
	LIST_HEAD(going);

	if (port->dev->reg_state != NETREG_UNREGISTERING)
		return;
	list_for_each_entry_safe(slave, next, &port->slaves, node)
		slave->dev->rtnl_link_ops->dellink(slave->dev, &going);
	unregister_netdevice_many(&going);
}

static noinline int parent_event(struct ipvl_port *port, unsigned long event, void *data)
{
	switch (event) {
	case NETDEV_REGISTER:
		ipvl_ports_changed();
		fallthrough;
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
		follow_state(port);
		break;
	case NETDEV_UNREGISTER:
		follow_to_the_end(port);
		break;
	case NETDEV_FEAT_CHANGE:
		follow_features(port);
		break;
	case NETDEV_CHANGEMTU:
		follow_mtu(port);
		break;
	case NETDEV_PRE_CHANGEADDR:
		return notifier_from_errno(ask_about_mac(port, data));
	case NETDEV_CHANGEADDR:
		follow_mac(port);
		break;
	case NETDEV_PRE_TYPE_CHANGE:
		return NOTIFY_BAD;
	case NETDEV_NOTIFY_PEERS:
	case NETDEV_BONDING_FAILOVER:
	case NETDEV_RESEND_IGMP:
		pass_on(port, event);
		break;
	}
	return NOTIFY_DONE;
}

/* Of every device there is, and few of them are parents. */
static int event(struct notifier_block *block, unsigned long event, void *data)
{
	struct ipvl_port *port = ipvl_port_of(netdev_notifier_info_to_dev(data));

	return port ? parent_event(port, event, data) : NOTIFY_DONE;
}

struct notifier_block ipvl_netdev_notifier = { .notifier_call = event };
