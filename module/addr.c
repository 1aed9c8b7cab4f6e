// SPDX-License-Identifier: GPL-2.0-only
#include <linux/inetdevice.h>
#include <linux/rtnetlink.h>
#include <net/addrconf.h>
#include <net/if_inet6.h>

#include "addr.h"

#define FLUSH_BATCH 64

int ipvl_addr_init(struct ipvl_port *port)
{
	int err;

	err = ipvl_table_init(&port->addresses[IPVL_V4], &port->addresses_lock);
	if (err)
		return err;
	err = ipvl_table_init(&port->addresses[IPVL_V6], &port->addresses_lock);
	if (err)
		ipvl_table_destroy(&port->addresses[IPVL_V4]);
	return err;
}

void ipvl_addr_destroy(struct ipvl_port *port)
{
	ipvl_table_destroy(&port->addresses[IPVL_V4]);
	ipvl_table_destroy(&port->addresses[IPVL_V6]);
}

/* Under RCU, or addresses_lock, which keeps softirqs off. */
static struct ipvl_addr *addr_find(struct ipvl_port *port, const struct ipvl_key *key)
{
	return ipvl_addr_lookup(port, key->family, key->v6);
}

/* The slave that has the address and is up. Under RCU, and so is the answer. */
struct ipvl_slave *ipvl_addr_find(struct ipvl_port *port, const struct ipvl_key *key)
{
	struct ipvl_addr *addr = addr_find(port, key);

	return addr && READ_ONCE(addr->held) && READ_ONCE(addr->slave->up) ? addr->slave : NULL;
}

struct ipvl_addr_state ipvl_addr_state(const struct ipvl_slave *slave, const struct ipvl_key *key)
{
	struct ipvl_addr *addr = addr_find(slave->port, key);
	struct ipvl_addr_state state = {};

	if (addr && addr->slave == slave) {
		state.own = READ_ONCE(addr->held);
	} else if (addr) {
		state.taken = READ_ONCE(addr->held);
		state.locked = READ_ONCE(addr->locked);
	}
	return state;
}

static bool is_spare(const struct ipvl_addr *addr)
{
	return !READ_ONCE(addr->held) && !READ_ONCE(addr->locked);
}

/* Counts what changes only, which is under RTNL, too: who holds that needs no lock to read the number. */
static void addr_set_locked(struct ipvl_port *port, struct ipvl_addr *addr, bool locked)
{
	if (addr->locked == locked)
		return;
	port->locks += locked - addr->locked;
	WRITE_ONCE(addr->locked, locked);
}

static struct ipvl_addr *addr_insert(struct ipvl_slave *slave, const struct ipvl_key *key)
{
	struct ipvl_addr *addr = kzalloc(sizeof(*addr), GFP_ATOMIC);

	if (!addr)
		return ERR_PTR(-ENOMEM);
	addr->slave = slave;
	addr->key = *key;
	ipvl_table_insert(&slave->port->addresses[key->family], addr);
	hlist_add_head_rcu(&addr->node, &slave->addresses);
	return addr;
}

static void addr_unlink(struct ipvl_port *port, struct ipvl_addr *addr)
{
	if (addr->slave->reserved == addr)
		addr->slave->reserved = NULL;
	addr_set_locked(port, addr, false);
	ipvl_port_changed(port);
	hlist_del_rcu(&addr->node);
	ipvl_table_remove(&port->addresses[addr->key.family], addr);
	kfree_rcu(addr, rcu);
}

/* Under addresses_lock. */
static struct ipvl_addr *addr_find_or_insert(struct ipvl_slave *slave, const struct ipvl_key *key)
{
	struct ipvl_addr *addr;

	if (slave->dead)
		return ERR_PTR(-ENODEV);
	addr = addr_find(slave->port, key);
	if (addr && addr->slave != slave && is_spare(addr)) {
		addr_unlink(slave->port, addr);
		addr = NULL;
	}
	if (!addr)
		return addr_insert(slave, key);
	return addr->slave == slave ? addr : ERR_PTR(-EADDRINUSE);
}

static bool addr_is_held(struct ipvl_port *port, const struct ipvl_key *key)
{
	struct ipvl_addr *addr;
	bool held;

	rcu_read_lock();
	addr = addr_find(port, key);
	held = addr && READ_ONCE(addr->held);
	rcu_read_unlock();
	return held;
}

/* One of a slave, for what does not come is never known: the next one takes its place. */
static void addr_set_reserved(struct ipvl_slave *slave, struct ipvl_addr *addr)
{
	struct ipvl_addr *old = slave->reserved;

	if (old && old != addr && is_spare(old))
		addr_unlink(slave->port, old);
	slave->reserved = addr;
}

/* All that may fail, while one may still refuse: nobody asks the event that follows whether it could. */
static int addr_reserve(struct ipvl_slave *slave, const struct ipvl_key *key)
{
	struct ipvl_addr *addr;
	int err = 0;

	spin_lock_bh(&slave->port->addresses_lock);
	addr = addr_find_or_insert(slave, key);
	if (IS_ERR(addr))
		err = PTR_ERR(addr);
	else if (addr->held)
		err = -EADDRINUSE;
	else
		addr_set_reserved(slave, addr);
	spin_unlock_bh(&slave->port->addresses_lock);
	return err;
}

/*
 * IPv6 autoconfiguration calls without RTNL and may not sleep; it has not
 * reserved before. IPv4 tells of an address again that is its network's first
 * now.
 */
static int addr_add(struct ipvl_slave *slave, const struct ipvl_key *key)
{
	struct ipvl_port *port = slave->port;
	struct ipvl_addr *addr;
	int err = 0;

	spin_lock_bh(&port->addresses_lock);
	addr = addr_find_or_insert(slave, key);
	if (IS_ERR(addr)) {
		err = PTR_ERR(addr);
	} else if (!addr->held) {
		WRITE_ONCE(addr->held, true);
		ipvl_port_changed(port);
	}
	spin_unlock_bh(&port->addresses_lock);
	return err;
}

static void addr_let_go(struct ipvl_port *port, struct ipvl_addr *addr)
{
	if (!addr->locked) {
		addr_unlink(port, addr);
		return;
	}
	WRITE_ONCE(addr->held, false);
	ipvl_port_changed(port);
}

/* An address that autoconfiguration gave twice belongs to who had it first. */
static void addr_del(struct ipvl_slave *slave, u8 family, const void *address)
{
	struct ipvl_port *port = slave->port;
	struct ipvl_addr *addr;

	spin_lock_bh(&port->addresses_lock);
	addr = ipvl_addr_lookup(port, family, address);
	if (addr && addr->slave == slave)
		addr_let_go(port, addr);
	spin_unlock_bh(&port->addresses_lock);
}

/* Packets ask for it only where there are any. */
static void locks_changed(struct ipvl_port *port)
{
	u16 options = ipvl_options(port->settings) & ~IPVL_OPT_LOCKS;

	ipvl_port_set_options(port, port->locks ? options | IPVL_OPT_LOCKS : options);
}

/* Under RTNL, as is all that concerns locks. */
int ipvl_addr_lock(struct ipvl_slave *slave, const struct ipvl_key *key)
{
	struct ipvl_port *port = slave->port;
	struct ipvl_addr *addr;
	int err = 0;

	spin_lock_bh(&port->addresses_lock);
	addr = addr_find_or_insert(slave, key);
	if (IS_ERR(addr))
		err = PTR_ERR(addr);
	else
		addr_set_locked(port, addr, true);
	if (!err)
		ipvl_port_changed(port);
	spin_unlock_bh(&port->addresses_lock);
	locks_changed(port);
	return err;
}

int ipvl_addr_unlock(struct ipvl_port *port, const struct ipvl_key *key)
{
	struct ipvl_addr *addr;
	int err = -ENOENT;

	spin_lock_bh(&port->addresses_lock);
	addr = addr_find(port, key);
	if (addr && addr->locked) {
		err = 0;
		addr_set_locked(port, addr, false);
		ipvl_port_changed(port);
		if (!addr->held)
			addr_unlink(port, addr);
	}
	spin_unlock_bh(&port->addresses_lock);
	locks_changed(port);
	return err;
}

/* In the order of the list, which is another one after each change. They may be many: packets do not wait for it. */
int ipvl_addr_each(struct ipvl_slave *slave, ipvl_addr_fn fn, void *data)
{
	struct ipvl_addr *addr;
	int result = 0;

	rcu_read_lock();
	hlist_for_each_entry_rcu(addr, &slave->addresses, node) {
		if (is_spare(addr))
			continue;
		result = fn(&addr->key, READ_ONCE(addr->held), READ_ONCE(addr->locked), data);
		if (result)
			break;
	}
	rcu_read_unlock();
	return result;
}

static int count_held(const struct ipvl_key *key, bool held, bool locked, void *data)
{
	unsigned int *count = data;

	*count += held;
	return 0;
}

unsigned int ipvl_addr_count(struct ipvl_slave *slave)
{
	unsigned int count = 0;

	ipvl_addr_each(slave, count_held, &count);
	return count;
}

/* So many that packets need not wait long. Returns whether there may be more. */
static bool flush_some(struct ipvl_slave *slave)
{
	struct ipvl_port *port = slave->port;
	struct hlist_node *first;
	unsigned int i;

	spin_lock_bh(&port->addresses_lock);
	slave->dead = true;
	for (i = 0; i < FLUSH_BATCH && (first = slave->addresses.first); i++)
		addr_unlink(port, hlist_entry(first, struct ipvl_addr, node));
	spin_unlock_bh(&port->addresses_lock);
	return first;
}

/* What the network's own layers have left, who take back one by one what they gave: addresses that are only locked. */
void ipvl_addr_flush(struct ipvl_slave *slave)
{
	while (flush_some(slave))
		cond_resched();
	locks_changed(slave->port);
}

static bool addr_guarded(const struct net_device *dev, const struct ipvl_key *key)
{
	struct ipvl_port *port = ipvl_slave(dev)->port;
	bool guarded;

	if (!(ipvl_options(READ_ONCE(port->settings)) & IPVLAN_PORT_OPT_GUARD))
		return false;
	rcu_read_lock();
	guarded = ipvl_guarded(port, rcu_dereference(port->gateways), key);
	rcu_read_unlock();
	return guarded;
}

/* Autoconfiguration has not asked before. */
static noinline int addr_given(struct net_device *dev, u8 family, const void *address)
{
	struct ipvl_key key;
	int err;

	if (family == IPVL_V4)
		ipvl_key_v4(&key, *(const __be32 *)address);
	else
		ipvl_key_v6(&key, address);
	err = addr_guarded(dev, &key) ? -EADDRINUSE : addr_add(ipvl_slave(dev), &key);
	if (err && net_ratelimit())
		netdev_warn(dev, "an address could not be registered (%d): its packets will not come here\n", err);
	return notifier_from_errno(err);
}

static int addr_event(struct net_device *dev, unsigned long event, u8 family, const void *address)
{
	if (!ipvl_is_slave(dev))
		return NOTIFY_DONE;
	if (event == NETDEV_UP)
		return addr_given(dev, family, address);
	if (event == NETDEV_DOWN)
		addr_del(ipvl_slave(dev), family, address);
	return NOTIFY_OK;
}

/* Flat: what is done for one family knows nothing of the other. */
static __flatten int v4_event(struct notifier_block *block, unsigned long event, void *data)
{
	const struct in_ifaddr *address = data;

	return addr_event(address->ifa_dev->dev, event, IPVL_V4, &address->ifa_address);
}

static __flatten int v6_event(struct notifier_block *block, unsigned long event, void *data)
{
	const struct inet6_ifaddr *address = data;

	return addr_event(address->idev->dev, event, IPVL_V6, &address->addr);
}

static void refuse(struct ipvl_slave *slave, const struct ipvl_key *key, int err, struct netlink_ext_ack *extack)
{
	if (err == -ENODEV)
		NL_SET_ERR_MSG(extack, "The link is being deleted");
	else if (err != -EADDRINUSE)
		NL_SET_ERR_MSG(extack, "The port's table of addresses could not take it, try again");
	else if (addr_is_held(slave->port, key))
		NL_SET_ERR_MSG(extack, "A link on the same parent already has this address");
	else
		NL_SET_ERR_MSG(extack, "This address is locked to another link on the same parent");
}

static int validate(struct net_device *dev, const struct ipvl_key *key, struct netlink_ext_ack *extack)
{
	struct ipvl_slave *slave = ipvl_slave(dev);
	int err;

	if (addr_guarded(dev, key)) {
		NL_SET_ERR_MSG(extack, "This address is the parent's or a gateway's");
		return notifier_from_errno(-EADDRINUSE);
	}
	err = addr_reserve(slave, key);
	if (err)
		refuse(slave, key, err, extack);
	return notifier_from_errno(err);
}

static int v4_validate(struct notifier_block *block, unsigned long event, void *data)
{
	struct in_validator_info *info = data;
	struct net_device *dev = info->ivi_dev->dev;
	struct ipvl_key key;

	if (event != NETDEV_UP || !ipvl_is_slave(dev))
		return NOTIFY_DONE;
	ipvl_key_v4(&key, info->ivi_addr);
	return validate(dev, &key, info->extack);
}

static int v6_validate(struct notifier_block *block, unsigned long event, void *data)
{
	struct in6_validator_info *info = data;
	struct net_device *dev = info->i6vi_dev->dev;
	struct ipvl_key key;

	if (event != NETDEV_UP || !ipvl_is_slave(dev))
		return NOTIFY_DONE;
	ipvl_key_v6(&key, &info->i6vi_addr);
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

#ifdef IPVL_DEBUG
#include "selftest.c"
#endif
