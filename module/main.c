// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/rtnetlink.h>

#include "ipvl.h"

static int __init ipvl_init(void)
{
	int err;

	err = ipvl_addr_selftest() ?: ipvl_flood_selftest();
	if (err)
		return err;
	err = ipvl_l3s_register();
	if (err)
		return err;
	err = register_netdevice_notifier(&ipvl_netdev_notifier);
	if (err)
		goto no_l3s;
	ipvl_addr_register();
	err = ipvl_netlink_register();
	if (err)
		goto no_addr;
	err = ipvl_link_register(&ipvl_link_ops);
	if (err)
		goto no_netlink;
	return 0;
no_netlink:
	ipvl_netlink_unregister();
no_addr:
	ipvl_addr_unregister();
	unregister_netdevice_notifier(&ipvl_netdev_notifier);
no_l3s:
	ipvl_l3s_unregister();
	return err;
}

static void __exit ipvl_exit(void)
{
	ipvl_netlink_unregister();
	rtnl_link_unregister(&ipvl_link_ops);
	ipvl_addr_unregister();
	unregister_netdevice_notifier(&ipvl_netdev_notifier);
	ipvl_l3s_unregister();
	/* Addresses, listeners and slaves are freed by callbacks of this module or of tables it has given up. */
	rcu_barrier();
}

module_init(ipvl_init);
module_exit(ipvl_exit);

MODULE_DESCRIPTION("Links that share their parent's MAC address and have addresses of their own");
MODULE_AUTHOR("The libipvlan authors");
MODULE_VERSION("0.1.0");
MODULE_LICENSE("GPL");
MODULE_ALIAS_RTNL_LINK("ipvlan");
#ifdef IPVL_HAVE_NETIF_PRE_CHANGEADDR
MODULE_IMPORT_NS("NETDEV_INTERNAL");
#endif
