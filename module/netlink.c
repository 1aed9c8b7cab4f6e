// SPDX-License-Identifier: GPL-2.0-only
/*
 * The family that include/uapi/linux/ipvlan_port.h describes. Every handler
 * takes RTNL itself, so that the family's requests run beside each other.
 */
#include <linux/capability.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "ipvl.h"

/* All that users may ask for. */
#define OPTIONS                                                                                   \
	(IPVLAN_PORT_OPT_GROUP_ISOLATION | IPVLAN_PORT_OPT_SOURCE_CHECK | IPVLAN_PORT_OPT_GUARD | \
	 IPVLAN_PORT_OPT_DHCP | IPVLAN_PORT_OPT_DIRECT_ARP)

static struct genl_family family;

/* Not const in 6.1. */
static struct netlink_range_validation limit_range = {
	.min = IPVLAN_PORT_QUEUE_LIMIT_MIN,
	.max = IPVLAN_PORT_QUEUE_LIMIT_MAX,
};

static const struct nla_policy gateway_policy[IPVLAN_PORT_A_ADDRESS6 + 1] = {
	[IPVLAN_PORT_A_ADDRESS4] = { .type = NLA_U32 },
	[IPVLAN_PORT_A_ADDRESS6] = NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
};

static const struct nla_policy get_policy[IPVLAN_PORT_A_IFINDEX + 1] = {
	[IPVLAN_PORT_A_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct nla_policy set_policy[IPVLAN_PORT_A_GATEWAYS + 1] = {
	[IPVLAN_PORT_A_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[IPVLAN_PORT_A_OPTIONS] = NLA_POLICY_BITFIELD32(OPTIONS),
	[IPVLAN_PORT_A_QUEUE_LIMIT] = NLA_POLICY_FULL_RANGE(NLA_U32, &limit_range),
	[IPVLAN_PORT_A_GATEWAYS] = NLA_POLICY_NESTED(gateway_policy),
};

static const struct nla_policy slave_policy[IPVLAN_PORT_A_SLAVE_NETNS_FD + 1] = {
	[IPVLAN_PORT_A_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[IPVLAN_PORT_A_SLAVE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[IPVLAN_PORT_A_SLAVE_NETNSID] = NLA_POLICY_MIN(NLA_S32, 0),
	[IPVLAN_PORT_A_SLAVE_NETNS_FD] = { .type = NLA_U32 },
};

static const struct nla_policy lock_policy[IPVLAN_PORT_A_ADDRESS6 + 1] = {
	[IPVLAN_PORT_A_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[IPVLAN_PORT_A_SLAVE_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[IPVLAN_PORT_A_SLAVE_NETNSID] = NLA_POLICY_MIN(NLA_S32, 0),
	[IPVLAN_PORT_A_SLAVE_NETNS_FD] = { .type = NLA_U32 },
	[IPVLAN_PORT_A_ADDRESS4] = { .type = NLA_U32 },
	[IPVLAN_PORT_A_ADDRESS6] = NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
};

static const struct nla_policy unlock_policy[IPVLAN_PORT_A_ADDRESS6 + 1] = {
	[IPVLAN_PORT_A_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[IPVLAN_PORT_A_ADDRESS4] = { .type = NLA_U32 },
	[IPVLAN_PORT_A_ADDRESS6] = NLA_POLICY_EXACT_LEN(sizeof(struct in6_addr)),
};

/* ---- who is meant, and who may */

static struct ipvl_port *find_port(struct net *net, struct nlattr *tb[], struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	struct ipvl_port *port;

	if (!tb[IPVLAN_PORT_A_IFINDEX]) {
		NL_SET_ERR_MSG(extack, "The index of the port's parent is missing");
		return ERR_PTR(-EINVAL);
	}
	dev = __dev_get_by_index(net, nla_get_u32(tb[IPVLAN_PORT_A_IFINDEX]));
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IPVLAN_PORT_A_IFINDEX], "There is no device with this index");
		return ERR_PTR(-ENODEV);
	}
	port = ipvl_port_of(dev);
	if (!port) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IPVLAN_PORT_A_IFINDEX],
				    "This device is not the parent of an ipvlan link");
		return ERR_PTR(-ENOENT);
	}
	return port;
}

/* The parent is in the socket's namespace. */
static int may(struct sk_buff *request, struct net *net, struct netlink_ext_ack *extack)
{
	if (netlink_ns_capable(request, net->user_ns, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "CAP_NET_ADMIN is missing over the user namespace that owns the parent's network namespace");
	return -EPERM;
}

/* A namespace to be put. */
static struct net *find_net(struct genl_info *info)
{
	struct nlattr *id = info->attrs[IPVLAN_PORT_A_SLAVE_NETNSID], *fd = info->attrs[IPVLAN_PORT_A_SLAVE_NETNS_FD];
	struct net *net;

	if (id && fd) {
		NL_SET_ERR_MSG_ATTR(info->extack, fd, "The slave's namespace is named twice");
		return ERR_PTR(-EINVAL);
	}
	if (fd)
		net = get_net_ns_by_fd(nla_get_u32(fd));
	else if (id)
		net = get_net_ns_by_id(genl_info_net(info), nla_get_s32(id)) ?: ERR_PTR(-ENOENT);
	else
		net = get_net(genl_info_net(info));
	if (IS_ERR(net))
		NL_SET_ERR_MSG_ATTR(info->extack, fd ?: id, "There is no such namespace");
	return net;
}

static struct ipvl_slave *find_slave(struct ipvl_port *port, struct genl_info *info)
{
	struct nlattr *index = info->attrs[IPVLAN_PORT_A_SLAVE_IFINDEX];
	struct ipvl_slave *slave, *found = ERR_PTR(-ENODEV);
	struct net *net;

	if (!index) {
		NL_SET_ERR_MSG(info->extack, "The slave's index is missing");
		return ERR_PTR(-EINVAL);
	}
	net = find_net(info);
	if (IS_ERR(net))
		return ERR_CAST(net);
	list_for_each_entry(slave, &port->slaves, node)
		if (slave->dev->ifindex == nla_get_u32(index) && net_eq(dev_net(slave->dev), net))
			found = slave;
	put_net(net);
	if (IS_ERR(found))
		NL_SET_ERR_MSG_ATTR(info->extack, index, "The port has no such slave there");
	return found;
}

static void read_key(const struct nlattr *v4, const struct nlattr *v6, struct ipvl_key *key)
{
	struct in6_addr address;

	if (v4) {
		ipvl_key_v4(key, nla_get_in_addr(v4));
		return;
	}
	address = nla_get_in6_addr(v6);
	ipvl_key_v6(key, &address);
}

static bool is_unicast(const struct ipvl_key *key)
{
	const struct in6_addr *address = (const struct in6_addr *)key->v6;

	if (key->family == IPVL_V4)
		return !ipv4_is_zeronet(key->v4) && !ipv4_is_multicast(key->v4) && !ipv4_is_lbcast(key->v4);
	return !ipv6_addr_any(address) && !ipv6_addr_is_multicast(address);
}

static int find_key(struct genl_info *info, struct ipvl_key *key)
{
	const struct nlattr *v4 = info->attrs[IPVLAN_PORT_A_ADDRESS4], *v6 = info->attrs[IPVLAN_PORT_A_ADDRESS6];

	if (!v4 == !v6) {
		NL_SET_ERR_MSG(info->extack, "One address is wanted, IPv4 or IPv6");
		return -EINVAL;
	}
	read_key(v4, v6, key);
	if (is_unicast(key))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, v4 ?: v6, "No link can have this address");
	return -EINVAL;
}

/* ---- reading ports */

static int put_key(struct sk_buff *skb, const struct ipvl_key *key)
{
	if (key->family == IPVL_V4)
		return nla_put_in_addr(skb, IPVLAN_PORT_A_ADDRESS4, key->v4);
	return nla_put(skb, IPVLAN_PORT_A_ADDRESS6, sizeof(key->v6), key->v6);
}

static int put_gateways(struct sk_buff *skb, const struct ipvl_gateways *gateways)
{
	struct nlattr *nest;
	unsigned int i;

	nest = nla_nest_start(skb, IPVLAN_PORT_A_GATEWAYS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; gateways && i < gateways->count; i++)
		if (put_key(skb, &gateways->keys[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_counter(struct sk_buff *skb, const char *name, u64 value)
{
	struct nlattr *nest = nla_nest_start(skb, IPVLAN_PORT_A_COUNTER);

	if (!nest || nla_put_string(skb, IPVLAN_PORT_COUNTER_A_NAME, name) ||
	    nla_put_u64_64bit(skb, IPVLAN_PORT_COUNTER_A_VALUE, value, IPVLAN_PORT_COUNTER_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_counters(struct sk_buff *skb, const struct ipvl_port *port)
{
	u64 drops[IPVL_R_COUNT];
	unsigned int i;

	ipvl_port_drops_read(port, drops);
	for (i = 0; i < IPVL_R_COUNT; i++)
		if (put_counter(skb, ipvl_reason_names[i], drops[i]))
			return -EMSGSIZE;
	return 0;
}

static int put_port(struct sk_buff *skb, struct ipvl_port *port)
{
	u32 settings = port->settings;
	unsigned int slaves = 0;
	struct list_head *at;

	list_for_each(at, &port->slaves) slaves++;
	if (nla_put_u32(skb, IPVLAN_PORT_A_IFINDEX, port->dev->ifindex) ||
	    nla_put_string(skb, IPVLAN_PORT_A_IFNAME, port->dev->name) ||
	    nla_put_u16(skb, IPVLAN_PORT_A_MODE, ipvl_mode(settings)) ||
	    nla_put_u16(skb, IPVLAN_PORT_A_FLAGS, ipvl_flags(settings)) ||
	    nla_put_u32(skb, IPVLAN_PORT_A_SLAVES, slaves) ||
	    nla_put_bitfield32(skb, IPVLAN_PORT_A_OPTIONS, ipvl_options(settings) & OPTIONS, OPTIONS) ||
	    nla_put_u32(skb, IPVLAN_PORT_A_QUEUE_LENGTH, ipvl_flood_length(port)) ||
	    nla_put_u32(skb, IPVLAN_PORT_A_QUEUE_LIMIT, READ_ONCE(port->flood.limit)) ||
	    nla_put_u32(skb, IPVLAN_PORT_A_LOCKS, port->locks))
		return -EMSGSIZE;
	return put_gateways(skb, rtnl_dereference(port->gateways)) ?: put_counters(skb, port);
}

static int fill_port(struct sk_buff *skb, struct ipvl_port *port, u32 portid, u32 sequence, struct netlink_callback *cb)
{
	void *header = genlmsg_put(skb, portid, sequence, &family, cb ? NLM_F_MULTI : 0, IPVLAN_PORT_CMD_PORT_GET);

	if (!header)
		return -EMSGSIZE;
	if (put_port(skb, port)) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	if (cb)
		genl_dump_check_consistent(cb, header);
	genlmsg_end(skb, header);
	return 0;
}

static int port_get(struct sk_buff *request, struct genl_info *info)
{
	struct ipvl_port *port;
	struct sk_buff *skb;
	int err;

	skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	rtnl_lock();
	port = find_port(genl_info_net(info), info->attrs, info->extack);
	err = PTR_ERR_OR_ZERO(port) ?: fill_port(skb, port, info->snd_portid, info->snd_seq, NULL);
	rtnl_unlock();
	if (!err)
		return genlmsg_reply(skb, info);
	nlmsg_free(skb);
	return err;
}

/* args[0]: so many devices are done. */
static int port_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct net_device *dev;
	struct ipvl_port *port;
	long done = 0;
	int err = 0;

	rtnl_lock();
	cb->seq = ipvl_ports_generation();
	for_each_netdev(sock_net(skb->sk), dev)
	{
		port = ipvl_port_of(dev);
		if (!port || done++ < cb->args[0])
			continue;
		err = fill_port(skb, port, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, cb);
		if (err)
			break;
		cb->args[0] = done;
	}
	rtnl_unlock();
	return skb->len ?: err;
}

/* ---- reading slaves and addresses */

/* Where a dump is: between two of its messages slaves and addresses may change, which the sequence number tells. */
struct position {
	bool begun;
	long slave, address; /* so many are done; addresses of the next slave */
};
static_assert(sizeof(struct position) <= sizeof_field(struct netlink_callback, ctx));

struct dump {
	struct sk_buff *skb;
	struct netlink_callback *cb;
	struct ipvl_port *port;
	struct ipvl_slave *slave;
	bool elsewhere; /* the slave is in another namespace */
	int nsid;
	long skip, done; /* addresses */
};

typedef int (*dump_slave_fn)(struct dump *dump);

static void choose_slave(struct dump *dump, struct ipvl_slave *slave)
{
	struct net *here = dev_net(dump->port->dev), *there = dev_net(slave->dev);

	dump->slave = slave;
	dump->elsewhere = !net_eq(here, there);
	if (dump->elsewhere)
		dump->nsid = peernet2id_alloc(here, there, GFP_KERNEL);
}

static void *begin(struct dump *dump, u8 command)
{
	struct sk_buff *skb = dump->skb;
	void *header = genlmsg_put(skb, NETLINK_CB(dump->cb->skb).portid, dump->cb->nlh->nlmsg_seq, &family,
				   NLM_F_MULTI, command);

	if (!header)
		return NULL;
	genl_dump_check_consistent(dump->cb, header);
	if (nla_put_u32(skb, IPVLAN_PORT_A_IFINDEX, dump->port->dev->ifindex) ||
	    nla_put_u32(skb, IPVLAN_PORT_A_SLAVE_IFINDEX, dump->slave->dev->ifindex) ||
	    (dump->elsewhere && nla_put_s32(skb, IPVLAN_PORT_A_SLAVE_NETNSID, dump->nsid))) {
		genlmsg_cancel(skb, header);
		return NULL;
	}
	return header;
}

static int fill_slave(struct dump *dump)
{
	void *header = begin(dump, IPVLAN_PORT_CMD_SLAVE_GET);
	const struct net_device *dev = dump->slave->dev;
	struct sk_buff *skb = dump->skb;

	if (!header)
		return -EMSGSIZE;
	if (nla_put_string(skb, IPVLAN_PORT_A_IFNAME, dev->name) ||
	    nla_put_u16(skb, IPVLAN_PORT_A_DEV_ID, dev->dev_id) ||
	    (dump->slave->up && nla_put_flag(skb, IPVLAN_PORT_A_UP)) ||
	    nla_put_u32(skb, IPVLAN_PORT_A_ADDRESSES, ipvl_addr_count(dump->slave))) {
		genlmsg_cancel(skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, header);
	return 0;
}

static int fill_address(const struct ipvl_key *key, bool held, bool locked, void *data)
{
	struct dump *dump = data;
	void *header;

	if (dump->done < dump->skip) {
		dump->done++;
		return 0;
	}
	header = begin(dump, IPVLAN_PORT_CMD_ADDRESS_GET);
	if (!header)
		return -EMSGSIZE;
	if (put_key(dump->skb, key) || (held && nla_put_flag(dump->skb, IPVLAN_PORT_A_HELD)) ||
	    (locked && nla_put_flag(dump->skb, IPVLAN_PORT_A_LOCKED))) {
		genlmsg_cancel(dump->skb, header);
		return -EMSGSIZE;
	}
	genlmsg_end(dump->skb, header);
	dump->done++;
	return 0;
}

static int fill_addresses(struct dump *dump)
{
	struct position *position = (struct position *)dump->cb->ctx;
	int err;

	dump->skip = position->address;
	dump->done = 0;
	err = ipvl_addr_each(dump->slave, fill_address, dump);
	position->address = err ? dump->done : 0;
	return err;
}

static int dump_slaves(struct dump *dump, dump_slave_fn fill)
{
	struct position *position = (struct position *)dump->cb->ctx;
	struct ipvl_slave *slave;
	long at = 0;
	int err;

	dump->cb->seq = READ_ONCE(dump->port->generation);
	list_for_each_entry(slave, &dump->port->slaves, node) {
		if (at++ < position->slave)
			continue;
		choose_slave(dump, slave);
		err = fill(dump);
		if (err)
			return dump->skb->len ?: err;
		position->slave = at;
	}
	return dump->skb->len;
}

/* A port that is gone by now ends the dump, as one that has changed. */
static int dump_port(struct sk_buff *skb, struct netlink_callback *cb, dump_slave_fn fill)
{
	struct position *position = (struct position *)cb->ctx;
	struct dump dump = { .skb = skb, .cb = cb };
	struct net *net = sock_net(skb->sk);
	int err;

	dump.port = find_port(net, ipvl_compat_dump_attrs(cb), cb->extack);
	if (IS_ERR(dump.port) && position->begun) {
		cb->seq = 0;
		return 0;
	}
	err = PTR_ERR_OR_ZERO(dump.port);
	if (!err && !position->begun)
		err = may(cb->skb, net, cb->extack);
	if (err)
		return err;
	position->begun = true;
	return dump_slaves(&dump, fill);
}

static int slave_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	int result;

	rtnl_lock();
	result = dump_port(skb, cb, fill_slave);
	rtnl_unlock();
	return result;
}

static int address_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	int result;

	rtnl_lock();
	result = dump_port(skb, cb, fill_addresses);
	rtnl_unlock();
	return result;
}

/* ---- changing */

/* What a request asks for, all of it looked at before any of it is done. */
struct change {
	struct ipvl_port *port;
	u16 options;
	bool has_gateways;
	struct ipvl_gateways *gateways;
};

static int read_gateway(const struct nlattr *attr, struct ipvl_gateways *gateways, struct netlink_ext_ack *extack)
{
	bool v4 = nla_type(attr) == IPVLAN_PORT_A_ADDRESS4;
	struct ipvl_key *key;

	if (gateways->count == IPVLAN_PORT_MAX_GATEWAYS) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "A port has no more than 16 gateways");
		return -E2BIG;
	}
	key = &gateways->keys[gateways->count++];
	read_key(v4 ? attr : NULL, v4 ? NULL : attr, key);
	if (is_unicast(key))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, attr, "No gateway can have this address");
	return -EINVAL;
}

static int read_gateways(const struct nlattr *nest, struct change *change, struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	int rest, err;

	change->has_gateways = true;
	change->gateways = kzalloc(sizeof(*change->gateways), GFP_KERNEL);
	if (!change->gateways) {
		NL_SET_ERR_MSG(extack, "No memory for gateways");
		return -ENOMEM;
	}
	nla_for_each_nested(attr, nest, rest)
	{
		err = read_gateway(attr, change->gateways, extack);
		if (err)
			return err;
	}
	return 0;
}

static const struct ipvl_gateways *new_gateways(const struct change *change)
{
	return change->has_gateways ? change->gateways : rtnl_dereference(change->port->gateways);
}

static int check_change(const struct change *change, struct netlink_ext_ack *extack)
{
	bool guarded_before = ipvl_options(change->port->settings) & IPVLAN_PORT_OPT_GUARD;

	if (!(change->options & IPVLAN_PORT_OPT_GUARD) || (guarded_before && !change->has_gateways))
		return 0;
	if (!ipvl_guard_taken(change->port, new_gateways(change)))
		return 0;
	NL_SET_ERR_MSG(extack, "A link has an address of the parent or of a gateway");
	return -EADDRINUSE;
}

static int read_change(struct genl_info *info, struct change *change)
{
	const struct nlattr *options = info->attrs[IPVLAN_PORT_A_OPTIONS];
	const struct nlattr *gateways = info->attrs[IPVLAN_PORT_A_GATEWAYS];
	struct nla_bitfield32 bits;
	int err;

	if (!options && !gateways && !info->attrs[IPVLAN_PORT_A_QUEUE_LIMIT]) {
		NL_SET_ERR_MSG(info->extack, "There is nothing to change");
		return -EINVAL;
	}
	change->options = ipvl_options(change->port->settings);
	if (options) {
		bits = nla_get_bitfield32(options);
		change->options = (change->options & ~bits.selector) | (bits.value & bits.selector);
	}
	if (gateways) {
		err = read_gateways(gateways, change, info->extack);
		if (err)
			return err;
	}
	return check_change(change, info->extack);
}

static int apply_change(struct genl_info *info, struct change *change)
{
	const struct nlattr *limit = info->attrs[IPVLAN_PORT_A_QUEUE_LIMIT];
	int err;

	err = change->options & IPVLAN_PORT_OPT_DHCP ? ipvl_dhcp_enable(change->port) : 0;
	if (err) {
		NL_SET_ERR_MSG(info->extack, "No memory for DHCP's questions");
		return err;
	}
	if (change->has_gateways) {
		ipvl_gateways_set(change->port, change->gateways);
		change->gateways = NULL;
	}
	if (limit)
		ipvl_flood_set_limit(change->port, nla_get_u32(limit));
	ipvl_port_set_options(change->port, change->options);
	return 0;
}

static int change_port(struct sk_buff *request, struct genl_info *info)
{
	struct change change = {};
	int err;

	change.port = find_port(genl_info_net(info), info->attrs, info->extack);
	if (IS_ERR(change.port))
		return PTR_ERR(change.port);
	err = may(request, genl_info_net(info), info->extack) ?: read_change(info, &change) ?: apply_change(info, &change);
	kfree(change.gateways);
	return err;
}

static int lock_address(struct sk_buff *request, struct genl_info *info)
{
	struct ipvl_slave *slave;
	struct ipvl_port *port;
	struct ipvl_key key;
	int err;

	port = find_port(genl_info_net(info), info->attrs, info->extack);
	if (IS_ERR(port))
		return PTR_ERR(port);
	err = may(request, genl_info_net(info), info->extack) ?: find_key(info, &key);
	if (err)
		return err;
	slave = find_slave(port, info);
	if (IS_ERR(slave))
		return PTR_ERR(slave);
	err = ipvl_addr_lock(slave, &key);
	if (err == -EADDRINUSE)
		NL_SET_ERR_MSG(info->extack, "Another link has this address, or it is locked to another");
	else if (err)
		NL_SET_ERR_MSG(info->extack, "No memory for another address");
	return err;
}

static int unlock_address(struct sk_buff *request, struct genl_info *info)
{
	struct ipvl_port *port;
	struct ipvl_key key;
	int err;

	port = find_port(genl_info_net(info), info->attrs, info->extack);
	if (IS_ERR(port))
		return PTR_ERR(port);
	err = may(request, genl_info_net(info), info->extack) ?: find_key(info, &key) ?: ipvl_addr_unlock(port, &key);
	if (err == -ENOENT)
		NL_SET_ERR_MSG(info->extack, "This address is not locked");
	return err;
}

static void announce_slave(const struct ipvl_slave *slave)
{
	/* IPv4 and IPv6 listen, as after a failover of a bond. */
	if (slave->up)
		call_netdevice_notifiers(NETDEV_NOTIFY_PEERS, slave->dev);
}

static int announce_one(struct ipvl_port *port, struct genl_info *info)
{
	struct ipvl_slave *slave = find_slave(port, info);

	if (IS_ERR(slave))
		return PTR_ERR(slave);
	if (!slave->up) {
		NL_SET_ERR_MSG(info->extack, "The link is down");
		return -ENETDOWN;
	}
	announce_slave(slave);
	return 0;
}

static int announce_port(struct sk_buff *request, struct genl_info *info)
{
	struct ipvl_slave *slave;
	struct ipvl_port *port;
	int err;

	port = find_port(genl_info_net(info), info->attrs, info->extack);
	if (IS_ERR(port))
		return PTR_ERR(port);
	err = may(request, genl_info_net(info), info->extack);
	if (err)
		return err;
	if (ipvl_mode(port->settings) != IPVLAN_MODE_L2) {
		NL_SET_ERR_MSG(info->extack, "Only in mode l2 do slaves have neighbours of their own");
		return -EOPNOTSUPP;
	}
	if (info->attrs[IPVLAN_PORT_A_SLAVE_IFINDEX])
		return announce_one(port, info);
	list_for_each_entry(slave, &port->slaves, node)
		announce_slave(slave);
	return 0;
}

static int under_rtnl(int (*act)(struct sk_buff *request, struct genl_info *info), struct sk_buff *request,
		      struct genl_info *info)
{
	int err;

	rtnl_lock();
	err = act(request, info);
	rtnl_unlock();
	return err;
}

static int port_set(struct sk_buff *request, struct genl_info *info)
{
	return under_rtnl(change_port, request, info);
}

static int address_lock(struct sk_buff *request, struct genl_info *info)
{
	return under_rtnl(lock_address, request, info);
}

static int address_unlock(struct sk_buff *request, struct genl_info *info)
{
	return under_rtnl(unlock_address, request, info);
}

static int announce(struct sk_buff *request, struct genl_info *info)
{
	return under_rtnl(announce_port, request, info);
}

#define POLICY(name) .policy = (name), .maxattr = ARRAY_SIZE(name) - 1

static const struct genl_ops operations[] = {
	{ .cmd = IPVLAN_PORT_CMD_PORT_GET, .doit = port_get, .dumpit = port_dump, POLICY(get_policy) },
	{ .cmd = IPVLAN_PORT_CMD_PORT_SET, .doit = port_set, POLICY(set_policy) },
	{ .cmd = IPVLAN_PORT_CMD_SLAVE_GET, .dumpit = slave_dump, POLICY(get_policy) },
	{ .cmd = IPVLAN_PORT_CMD_ADDRESS_GET, .dumpit = address_dump, POLICY(get_policy) },
	{ .cmd = IPVLAN_PORT_CMD_ADDRESS_LOCK, .doit = address_lock, POLICY(lock_policy) },
	{ .cmd = IPVLAN_PORT_CMD_ADDRESS_UNLOCK, .doit = address_unlock, POLICY(unlock_policy) },
	{ .cmd = IPVLAN_PORT_CMD_ANNOUNCE, .doit = announce, POLICY(slave_policy) },
};

static struct genl_family family = {
	.name = IPVLAN_PORT_GENL_NAME,
	.version = IPVLAN_PORT_GENL_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	.parallel_ops = true,
	.ops = operations,
	.n_ops = ARRAY_SIZE(operations),
};

/* Who asks for the family before there is a link gets this module, and not the kernel's own with the first link. */
MODULE_ALIAS_GENL_FAMILY(IPVLAN_PORT_GENL_NAME);

int ipvl_netlink_register(void)
{
	return genl_register_family(&family);
}

void ipvl_netlink_unregister(void)
{
	genl_unregister_family(&family);
}
