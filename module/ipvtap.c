// SPDX-License-Identifier: GPL-2.0-only
/* An ipvlan link whose frames go to a character device instead of the network stack: for virtual machines. */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/if_tap.h>
#include <linux/if_tun.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "ipvl.h"

#define TAP_FEATURES (NETIF_F_HW_CSUM | NETIF_F_TSO | NETIF_F_TSO6 | NETIF_F_TSO_ECN)

/* The slave comes first: it is what the rest of the driver finds behind the device. */
struct ipvl_tap {
	struct ipvl_slave slave;
	struct tap_dev tap;
};

static dev_t tap_major;
static struct cdev tap_cdev;

#ifdef IPVL_HAVE_CLASS_NS_COMMON
static const struct ns_common *class_netns(const struct device *dev)
{
	return &dev_net(to_net_dev(dev->parent))->ns;
}
#elif defined(IPVL_HAVE_CONST_CLASS_NAMESPACE)
static const void *class_netns(const struct device *dev)
{
	return dev_net(to_net_dev(dev->parent));
}
#else
static const void *class_netns(struct device *dev)
{
	return dev_net(to_net_dev(dev->parent));
}
#endif

static struct class tap_class = {
	.name = "ipvtap",
	.ns_type = &net_ns_type_operations,
	.namespace = class_netns,
};

static struct tap_dev *tap_of(struct net_device *dev)
{
	return &((struct ipvl_tap *)netdev_priv(dev))->tap;
}

static void count_tx_dropped(struct tap_dev *tap)
{
	ipvl_count_drop(ipvl_slave(tap->dev), IPVL_R_TX_TAP);
}

static void count_rx_dropped(struct tap_dev *tap)
{
	ipvl_count_drop(ipvl_slave(tap->dev), IPVL_R_RX_TAP);
}

static void update_features(struct tap_dev *tap, netdev_features_t features)
{
	netdev_update_features(tap->dev);
}

static int tap_prepare(struct net_device *dev, struct netlink_ext_ack *extack)
{
	struct tap_dev *tap = tap_of(dev);
	int err;

	INIT_LIST_HEAD(&tap->queue_list);
	tap->dev = dev;
	tap->tap_features = TAP_FEATURES;
	tap->count_tx_dropped = count_tx_dropped;
	tap->count_rx_dropped = count_rx_dropped;
	tap->update_features = update_features;
	err = netdev_rx_handler_register(dev, tap_handle_frame, tap);
	if (err)
		NL_SET_ERR_MSG(extack, "The tap's receive handler cannot be registered");
	return err;
}

static int tap_finish(struct net_device *dev, int err)
{
	if (err)
		netdev_rx_handler_unregister(dev);
	return err;
}

#ifdef IPVL_HAVE_NEWLINK_PARAMS
static int tap_newlink(struct net_device *dev, struct rtnl_newlink_params *params, struct netlink_ext_ack *extack)
{
	int err = tap_prepare(dev, extack);

	if (err)
		return err;
	return tap_finish(dev, ipvl_link_new(rtnl_newlink_link_net(params), dev, params->tb, params->data, extack));
}
#else
static int tap_newlink(struct net *link_net, struct net_device *dev, struct nlattr *tb[], struct nlattr *data[],
		       struct netlink_ext_ack *extack)
{
	int err = tap_prepare(dev, extack);

	if (err)
		return err;
	return tap_finish(dev, ipvl_link_new(link_net, dev, tb, data, extack));
}
#endif

static void tap_delete(struct net_device *dev, struct list_head *head)
{
	netdev_rx_handler_unregister(dev);
	tap_del_queues(tap_of(dev));
	ipvl_link_delete(dev, head);
}

static void tap_setup(struct net_device *dev)
{
	ipvl_link_setup(dev);
	/* Its own is one. */
	dev->priv_flags &= ~IFF_NO_RX_HANDLER;
	dev->tx_queue_len = TUN_READQ_SIZE;
}

static struct rtnl_link_ops tap_link_ops = {
	.kind = "ipvtap",
	.priv_size = sizeof(struct ipvl_tap),
	.setup = tap_setup,
	.newlink = tap_newlink,
	.dellink = tap_delete,
};

static int tap_node_add(struct net_device *dev)
{
	struct tap_dev *tap = tap_of(dev);
	struct device *node;
	char name[IFNAMSIZ];
	dev_t devt;
	int err;

	snprintf(name, sizeof(name), "tap%d", dev->ifindex);
	err = tap_get_minor(tap_major, tap);
	if (err)
		return err;
	devt = MKDEV(MAJOR(tap_major), tap->minor);
	node = device_create(&tap_class, &dev->dev, devt, dev, "%s", name);
	if (IS_ERR(node)) {
		err = PTR_ERR(node);
		goto no_minor;
	}
	err = sysfs_create_link(&dev->dev.kobj, &node->kobj, name);
	if (err)
		goto no_node;
	return 0;
no_node:
	device_destroy(&tap_class, devt);
no_minor:
	tap_free_minor(tap_major, tap);
	tap->minor = 0;
	return err;
}

static void tap_node_del(struct net_device *dev)
{
	struct tap_dev *tap = tap_of(dev);
	char name[IFNAMSIZ];

	/* It may never have come to one. */
	if (!tap->minor)
		return;
	snprintf(name, sizeof(name), "tap%d", dev->ifindex);
	sysfs_remove_link(&dev->dev.kobj, name);
	device_destroy(&tap_class, MKDEV(MAJOR(tap_major), tap->minor));
	tap_free_minor(tap_major, tap);
	tap->minor = 0;
}

static int tap_event(struct notifier_block *block, unsigned long event, void *data)
{
	struct net_device *dev = netdev_notifier_info_to_dev(data);
	int err = 0;

	if (dev->rtnl_link_ops != &tap_link_ops)
		return NOTIFY_DONE;
	switch (event) {
	case NETDEV_REGISTER:
		err = tap_node_add(dev);
		break;
	case NETDEV_UNREGISTER:
		tap_node_del(dev);
		break;
	case NETDEV_CHANGE_TX_QUEUE_LEN:
		err = tap_queue_resize(tap_of(dev)) ? -ENOMEM : 0;
		break;
	}
	return notifier_from_errno(err);
}

static struct notifier_block tap_notifier = { .notifier_call = tap_event };

static int __init ipvtap_init(void)
{
	int err;

	err = tap_create_cdev(&tap_cdev, &tap_major, "ipvtap", THIS_MODULE);
	if (err)
		return err;
	err = class_register(&tap_class);
	if (err)
		goto no_cdev;
	err = register_netdevice_notifier(&tap_notifier);
	if (err)
		goto no_class;
	err = ipvl_link_register(&tap_link_ops);
	if (err)
		goto no_notifier;
	return 0;
no_notifier:
	unregister_netdevice_notifier(&tap_notifier);
no_class:
	class_unregister(&tap_class);
no_cdev:
	tap_destroy_cdev(tap_major, &tap_cdev);
	return err;
}

static void __exit ipvtap_exit(void)
{
	rtnl_link_unregister(&tap_link_ops);
	unregister_netdevice_notifier(&tap_notifier);
	class_unregister(&tap_class);
	tap_destroy_cdev(tap_major, &tap_cdev);
}

module_init(ipvtap_init);
module_exit(ipvtap_exit);

MODULE_DESCRIPTION("ipvlan links as character devices");
MODULE_AUTHOR("The libipvlan authors");
MODULE_VERSION("0.1.0");
MODULE_LICENSE("GPL");
MODULE_ALIAS_RTNL_LINK("ipvtap");
