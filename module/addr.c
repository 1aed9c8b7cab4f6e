// SPDX-License-Identifier: GPL-2.0-only
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>

#include "ipvl.h"

struct ipvl_addr {
	struct rhash_head node;
	struct ipvl_slave *slave;
	struct ipvl_key key;
	struct list_head list; /* ipvl_slave.addresses */
	struct rcu_head rcu;
};

/* The library's own comparison is a call of memcmp(). */
static int differ_v4(struct rhashtable_compare_arg *arg, const void *object)
{
	const struct ipvl_addr *addr = object;

	return addr->key.v4 != *(const __be32 *)arg->key;
}

static int differ_v6(struct rhashtable_compare_arg *arg, const void *object)
{
	const struct ipvl_addr *addr = object;

	return !ipv6_addr_equal((const struct in6_addr *)addr->key.v6, arg->key);
}

static const struct rhashtable_params v4_params = {
	.head_offset = offsetof(struct ipvl_addr, node),
	.key_offset = offsetof(struct ipvl_addr, key.v4),
	.key_len = sizeof(__be32),
	.obj_cmpfn = differ_v4,
	.automatic_shrinking = true,
};

static const struct rhashtable_params v6_params = {
	.head_offset = offsetof(struct ipvl_addr, node),
	.key_offset = offsetof(struct ipvl_addr, key.v6),
	.key_len = sizeof(struct in6_addr),
	.obj_cmpfn = differ_v6,
	.automatic_shrinking = true,
};

int ipvl_addr_init(struct ipvl_port *port)
{
	int err;

	err = rhashtable_init(&port->addresses[IPVL_V4], &v4_params);
	if (err)
		return err;
	err = rhashtable_init(&port->addresses[IPVL_V6], &v6_params);
	if (err)
		rhashtable_destroy(&port->addresses[IPVL_V4]);
	return err;
}

void ipvl_addr_destroy(struct ipvl_port *port)
{
	rhashtable_destroy(&port->addresses[IPVL_V4]);
	rhashtable_destroy(&port->addresses[IPVL_V6]);
}

/* The parameters must be constants here, for the hash function to be inlined. */
static struct ipvl_addr *table_find(struct ipvl_port *port, const struct ipvl_key *key)
{
	if (key->family == IPVL_V4)
		return rhashtable_lookup(&port->addresses[IPVL_V4], &key->v4, v4_params);
	return rhashtable_lookup(&port->addresses[IPVL_V6], key->v6, v6_params);
}

static int table_insert(struct ipvl_port *port, struct ipvl_addr *addr)
{
	if (addr->key.family == IPVL_V4)
		return rhashtable_lookup_insert_fast(&port->addresses[IPVL_V4], &addr->node, v4_params);
	return rhashtable_lookup_insert_fast(&port->addresses[IPVL_V6], &addr->node, v6_params);
}

static void table_remove(struct ipvl_port *port, struct ipvl_addr *addr)
{
	if (addr->key.family == IPVL_V4)
		rhashtable_remove_fast(&port->addresses[IPVL_V4], &addr->node, v4_params);
	else
		rhashtable_remove_fast(&port->addresses[IPVL_V6], &addr->node, v6_params);
}

/* The slave that has the address and is up. Under RCU, and so is the answer. */
struct ipvl_slave *ipvl_addr_find(struct ipvl_port *port, const struct ipvl_key *key)
{
	struct ipvl_addr *addr = table_find(port, key);

	return addr && READ_ONCE(addr->slave->up) ? addr->slave : NULL;
}

static bool addr_taken(struct ipvl_port *port, const struct ipvl_key *key)
{
	bool taken;

	rcu_read_lock();
	taken = table_find(port, key);
	rcu_read_unlock();
	return taken;
}

/* IPv6 autoconfiguration calls without RTNL and may not sleep. */
static int addr_add(struct ipvl_slave *slave, const struct ipvl_key *key)
{
	struct ipvl_port *port = slave->port;
	struct ipvl_addr *addr;
	int err;

	addr = kzalloc(sizeof(*addr), GFP_ATOMIC);
	if (!addr)
		return -ENOMEM;
	addr->slave = slave;
	addr->key = *key;
	spin_lock_bh(&port->addresses_lock);
	err = slave->dead ? -ENODEV : table_insert(port, addr);
	if (!err)
		list_add(&addr->list, &slave->addresses);
	spin_unlock_bh(&port->addresses_lock);
	if (err)
		kfree(addr);
	return err;
}

static void addr_unlink(struct ipvl_port *port, struct ipvl_addr *addr)
{
	list_del(&addr->list);
	table_remove(port, addr);
	kfree_rcu(addr, rcu);
}

/* An address that autoconfiguration gave twice belongs to who had it first. */
static void addr_del(struct ipvl_slave *slave, const struct ipvl_key *key)
{
	struct ipvl_port *port = slave->port;
	struct ipvl_addr *addr;

	rcu_read_lock();
	spin_lock_bh(&port->addresses_lock);
	addr = table_find(port, key);
	if (addr && addr->slave == slave)
		addr_unlink(port, addr);
	spin_unlock_bh(&port->addresses_lock);
	rcu_read_unlock();
}

void ipvl_addr_flush(struct ipvl_slave *slave)
{
	struct ipvl_port *port = slave->port;
	struct ipvl_addr *addr, *next;

	spin_lock_bh(&port->addresses_lock);
	slave->dead = true;
	list_for_each_entry_safe(addr, next, &slave->addresses, list)
		addr_unlink(port, addr);
	spin_unlock_bh(&port->addresses_lock);
}

static void key_v4(struct ipvl_key *key, __be32 address)
{
	memset(key, 0, sizeof(*key));
	key->family = IPVL_V4;
	key->v4 = address;
}

static void key_v6(struct ipvl_key *key, const struct in6_addr *address)
{
	memset(key, 0, sizeof(*key));
	key->family = IPVL_V6;
	memcpy(key->v6, address, sizeof(key->v6));
}

static int addr_event(struct net_device *dev, unsigned long event, const struct ipvl_key *key)
{
	int err = 0;

	if (event == NETDEV_UP)
		err = addr_add(ipvl_slave(dev), key);
	else if (event == NETDEV_DOWN)
		addr_del(ipvl_slave(dev), key);
	if (err)
		netdev_warn_once(dev, "an address could not be registered (%d): its packets will not come here\n", err);
	return notifier_from_errno(err);
}

static int v4_event(struct notifier_block *block, unsigned long event, void *data)
{
	const struct in_ifaddr *address = data;
	struct net_device *dev = address->ifa_dev->dev;
	struct ipvl_key key;

	if (!ipvl_is_slave(dev))
		return NOTIFY_DONE;
	key_v4(&key, address->ifa_address);
	return addr_event(dev, event, &key);
}

static int v6_event(struct notifier_block *block, unsigned long event, void *data)
{
	const struct inet6_ifaddr *address = data;
	struct net_device *dev = address->idev->dev;
	struct ipvl_key key;

	if (!ipvl_is_slave(dev))
		return NOTIFY_DONE;
	key_v6(&key, &address->addr);
	return addr_event(dev, event, &key);
}

static int validate(struct net_device *dev, const struct ipvl_key *key, struct netlink_ext_ack *extack)
{
	if (!addr_taken(ipvl_slave(dev)->port, key))
		return NOTIFY_DONE;
	NL_SET_ERR_MSG(extack, "A link on the same parent already has this address");
	return notifier_from_errno(-EADDRINUSE);
}

static int v4_validate(struct notifier_block *block, unsigned long event, void *data)
{
	struct in_validator_info *info = data;
	struct net_device *dev = info->ivi_dev->dev;
	struct ipvl_key key;

	if (event != NETDEV_UP || !ipvl_is_slave(dev))
		return NOTIFY_DONE;
	key_v4(&key, info->ivi_addr);
	return validate(dev, &key, info->extack);
}

static int v6_validate(struct notifier_block *block, unsigned long event, void *data)
{
	struct in6_validator_info *info = data;
	struct net_device *dev = info->i6vi_dev->dev;
	struct ipvl_key key;

	if (event != NETDEV_UP || !ipvl_is_slave(dev))
		return NOTIFY_DONE;
	key_v6(&key, &info->i6vi_addr);
	return validate(dev, &key, info->extack);
}

static struct notifier_block v4_notifier = { .notifier_call = v4_event };
static struct notifier_block v6_notifier = { .notifier_call = v6_event };
static struct notifier_block v4_validator = { .notifier_call = v4_validate };
static struct notifier_block v6_validator = { .notifier_call = v6_validate };

int ipvl_addr_register(void)
{
	register_inetaddr_notifier(&v4_notifier);
	register_inet6addr_notifier(&v6_notifier);
	register_inetaddr_validator_notifier(&v4_validator);
	register_inet6addr_validator_notifier(&v6_validator);
	return 0;
}

void ipvl_addr_unregister(void)
{
	unregister_inet6addr_validator_notifier(&v6_validator);
	unregister_inetaddr_validator_notifier(&v4_validator);
	unregister_inet6addr_notifier(&v6_notifier);
	unregister_inetaddr_notifier(&v4_notifier);
}
