// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>
#include <linux/etherdevice.h>
#include <linux/export.h>
#include <linux/moduleparam.h>
#include <linux/rtnetlink.h>
#include <net/netlink.h>
#include <net/rtnetlink.h>

#include "ipvl.h"

static const struct nla_policy link_policy[IFLA_IPVLAN_MAX + 1] = {
	[IFLA_IPVLAN_MODE] = { .type = NLA_U16 },
	[IFLA_IPVLAN_FLAGS] = { .type = NLA_U16 },
};

static int link_validate(struct nlattr *tb[], struct nlattr *data[], struct netlink_ext_ack *extack)
{
	u16 flags;

	if (!data)
		return 0;
	if (data[IFLA_IPVLAN_MODE] && nla_get_u16(data[IFLA_IPVLAN_MODE]) >= IPVLAN_MODE_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_IPVLAN_MODE], "Unknown ipvlan mode");
		return -EINVAL;
	}
	if (!data[IFLA_IPVLAN_FLAGS])
		return 0;
	flags = nla_get_u16(data[IFLA_IPVLAN_FLAGS]);
	if (flags & ~(IPVLAN_F_PRIVATE | IPVLAN_F_VEPA)) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_IPVLAN_FLAGS], "Unknown ipvlan flag");
		return -EINVAL;
	}
	if (flags == (IPVLAN_F_PRIVATE | IPVLAN_F_VEPA)) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_IPVLAN_FLAGS], "private and vepa exclude each other");
		return -EINVAL;
	}
	return 0;
}

/* Mode and flags are the parent's: who changes them, changes them for all of its slaves. */
static bool may_change(const struct net_device *parent)
{
	return ns_capable(dev_net(parent)->user_ns, CAP_NET_ADMIN);
}

static struct net_device *find_parent(struct net *net, struct nlattr *tb[], struct netlink_ext_ack *extack)
{
	struct net_device *parent;

	if (!tb[IFLA_LINK]) {
		NL_SET_ERR_MSG(extack, "An ipvlan link needs a parent");
		return ERR_PTR(-EINVAL);
	}
	parent = __dev_get_by_index(net, nla_get_u32(tb[IFLA_LINK]));
	if (!parent) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_LINK], "There is no parent with this index");
		return ERR_PTR(-ENODEV);
	}
	if (!ipvl_is_slave(parent))
		return parent;
	parent = ipvl_slave(parent)->port->dev;
	if (!may_change(parent)) {
		NL_SET_ERR_MSG(extack, "The parent of that ipvlan link belongs to another user namespace");
		return ERR_PTR(-EPERM);
	}
	return parent;
}

static void slave_init(struct ipvl_slave *slave, struct net_device *dev, struct ipvl_port *port)
{
	slave->dev = dev;
	slave->port = port;
	INIT_HLIST_HEAD(&slave->addresses);
	ipvl_source_init(&slave->source, slave);
}

static int link_register(struct net_device *dev, struct netlink_ext_ack *extack)
{
	int err = register_netdevice(dev);

	if (err == -ENOSPC)
		NL_SET_ERR_MSG(extack, "The parent has as many ipvlan links as it can number");
	else if (err == -ENOMEM)
		NL_SET_ERR_MSG(extack, "No memory for another ipvlan link");
	return err;
}

/*
 * Where the kernel notes who is above whom it walks along all who are there
 * already, three times for each new one. Nothing here needs these notes.
 */
static bool upper_links = true;
module_param(upper_links, bool, 0644);
MODULE_PARM_DESC(upper_links,
		 "Note slaves in the kernel's lists of upper devices (default: Y, as in-tree); with N, making "
		 "a slave costs the same however many there are, but RDMA and ARP-monitoring bonds look there");

static int link_above(struct ipvl_slave *slave, struct netlink_ext_ack *extack)
{
	int err = 0;

	slave->linked = READ_ONCE(upper_links);
	if (slave->linked)
		err = netdev_upper_dev_link(slave->port->dev, slave->dev, extack);
	return err;
}

static void unlink_above(struct ipvl_slave *slave)
{
	if (slave->linked)
		netdev_upper_dev_unlink(slave->port->dev, slave->dev);
}

static int link_attach(struct net_device *dev, struct ipvl_port *port, struct nlattr *data[],
		       struct netlink_ext_ack *extack)
{
	struct ipvl_slave *slave = ipvl_slave(dev);
	u8 flags = ipvl_flags(port->settings);
	u8 mode = IPVLAN_MODE_L3;
	int err;

	if (data && data[IFLA_IPVLAN_MODE])
		mode = nla_get_u16(data[IFLA_IPVLAN_MODE]);
	if (data && data[IFLA_IPVLAN_FLAGS])
		flags = nla_get_u16(data[IFLA_IPVLAN_FLAGS]);

	slave_init(slave, dev, port);
	err = link_register(dev, extack);
	if (err)
		return err;
	err = link_above(slave, extack);
	if (err)
		goto unregister;
	err = ipvl_port_apply(port, mode, flags, extack);
	if (err)
		goto unlink;
	list_add_tail_rcu(&slave->node, &port->slaves);
	ipvl_port_changed(port);
	netif_stacked_transfer_operstate(port->dev, dev);
	return 0;
unlink:
	unlink_above(slave);
unregister:
	unregister_netdevice(dev);
	return err;
}

int ipvl_link_new(struct net *link_net, struct net_device *dev, struct nlattr *tb[], struct nlattr *data[],
		  struct netlink_ext_ack *extack)
{
	struct net_device *parent;
	struct ipvl_port *port;
	int err;

	parent = find_parent(link_net, tb, extack);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	if (!tb[IFLA_MTU])
		dev->mtu = parent->mtu;
	port = ipvl_port_get(parent, extack);
	if (IS_ERR(port))
		return PTR_ERR(port);
	err = link_attach(dev, port, data, extack);
	ipvl_port_put(port);
	return err;
}
EXPORT_SYMBOL_GPL(ipvl_link_new);

void ipvl_link_delete(struct net_device *dev, struct list_head *head)
{
	struct ipvl_slave *slave = ipvl_slave(dev);

	list_del_rcu(&slave->node);
	ipvl_port_changed(slave->port);
	unlink_above(slave);
	unregister_netdevice_queue(dev, head);
}
EXPORT_SYMBOL_GPL(ipvl_link_delete);

static int link_change(struct net_device *dev, struct nlattr *tb[], struct nlattr *data[],
		       struct netlink_ext_ack *extack)
{
	struct ipvl_port *port = ipvl_slave(dev)->port;
	u8 flags = ipvl_flags(port->settings);
	u8 mode = ipvl_mode(port->settings);

	if (!data)
		return 0;
	if (!may_change(port->dev)) {
		NL_SET_ERR_MSG(extack, "The parent belongs to another user namespace");
		return -EPERM;
	}
	if (data[IFLA_IPVLAN_MODE])
		mode = nla_get_u16(data[IFLA_IPVLAN_MODE]);
	if (data[IFLA_IPVLAN_FLAGS])
		flags = nla_get_u16(data[IFLA_IPVLAN_FLAGS]);
	return ipvl_port_apply(port, mode, flags, extack);
}

static size_t link_size(const struct net_device *dev)
{
	return 2 * nla_total_size(sizeof(u16));
}

static int link_fill(struct sk_buff *skb, const struct net_device *dev)
{
	u32 settings = READ_ONCE(ipvl_slave(dev)->port->settings);

	if (nla_put_u16(skb, IFLA_IPVLAN_MODE, ipvl_mode(settings)) ||
	    nla_put_u16(skb, IFLA_IPVLAN_FLAGS, ipvl_flags(settings)))
		return -EMSGSIZE;
	return 0;
}

static struct net *link_net(const struct net_device *dev)
{
	return dev_net(ipvl_slave(dev)->port->dev);
}

void ipvl_link_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->max_mtu = ETH_MAX_MTU;
	/* The route of a packet is asked again on its way out, and the packet is changed under pktgen's feet. */
	netif_keep_dst(dev);
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_UNICAST_FLT | IFF_NO_QUEUE | IFF_NO_RX_HANDLER;
	dev->netdev_ops = &ipvl_netdev_ops;
	dev->header_ops = &ipvl_header_ops;
	dev->ethtool_ops = &ipvl_ethtool_ops;
	dev->priv_destructor = ipvl_device_destructor;
	dev->needs_free_netdev = true;
}
EXPORT_SYMBOL_GPL(ipvl_link_setup);

#ifdef IPVL_HAVE_NEWLINK_PARAMS
static int link_newlink(struct net_device *dev, struct rtnl_newlink_params *params, struct netlink_ext_ack *extack)
{
	return ipvl_link_new(rtnl_newlink_link_net(params), dev, params->tb, params->data, extack);
}
#else
static int link_newlink(struct net *link_net, struct net_device *dev, struct nlattr *tb[], struct nlattr *data[],
			struct netlink_ext_ack *extack)
{
	return ipvl_link_new(link_net, dev, tb, data, extack);
}
#endif

/* Kinds differ in name, size, setup, making and deleting; the rest is the same for all. */
int ipvl_link_register(struct rtnl_link_ops *ops)
{
	ops->maxtype = IFLA_IPVLAN_MAX;
	ops->policy = link_policy;
	ops->validate = link_validate;
	ops->changelink = link_change;
	ops->get_size = link_size;
	ops->fill_info = link_fill;
	ops->get_link_net = link_net;
	return rtnl_link_register(ops);
}
EXPORT_SYMBOL_GPL(ipvl_link_register);

struct rtnl_link_ops ipvl_link_ops = {
	.kind = IPVL_DRIVER,
	.priv_size = sizeof(struct ipvl_slave),
	.setup = ipvl_link_setup,
	.newlink = link_newlink,
	.dellink = ipvl_link_delete,
};
