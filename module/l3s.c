// SPDX-License-Identifier: GPL-2.0-only
/*
 * L3S: the packet goes through the host's PREROUTING, INPUT and connection
 * tracking as if it were the host's own. On the way in it gets the route of
 * its slave's namespace, and behind the last INPUT hook the slave's device.
 */
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/rtnetlink.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/netns/generic.h>
#include <net/route.h>

#include "addr.h"

#if defined(CONFIG_NET_L3_MASTER_DEV) && defined(CONFIG_NETFILTER)

struct l3s_net {
	unsigned int users; /* RTNL: ports in L3S */
};

static unsigned int l3s_net_id;

/* The IP layer has seen to it that nobody else has the packet. */
static struct ipvl_slave *find(const struct net_device *dev, struct sk_buff *skb, __be16 ethertype)
{
	struct ipvl_port *port = ipvl_port_of(dev);
	struct ipvl_target target;
	int parsed;

	if (!port || ipvl_mode(READ_ONCE(port->settings)) != IPVLAN_MODE_L3S)
		return NULL;
	while ((parsed = ipvl_skb_parse(&target, skb, 0, ethertype)) > 0)
		if (!pskb_may_pull(skb, parsed))
			return NULL;
	return parsed == IPVL_PARSED ? ipvl_target_find(port, &target) : NULL;
}

static bool route_v4(struct ipvl_slave *slave, struct sk_buff *skb)
{
	return !ipvl_compat_route_input(skb, ip_hdr(skb), slave->dev) && skb_rtable(skb)->rt_type == RTN_LOCAL;
}

static bool route_v6(struct ipvl_slave *slave, struct sk_buff *skb)
{
	const struct ipv6hdr *header = ipv6_hdr(skb);
	struct flowi6 flow = {
		.flowi6_iif = slave->dev->ifindex,
		.flowi6_mark = skb->mark,
		.flowi6_proto = header->nexthdr,
		.flowlabel = ip6_flowinfo(header),
		.daddr = header->daddr,
		.saddr = header->saddr,
	};
	struct dst_entry *dst = ip6_route_input_lookup(dev_net(slave->dev), slave->dev, &flow, skb, 0);

	skb_dst_set(skb, dst);
	return !dst->error && ipv6_unicast_destination(skb);
}

static struct sk_buff *l3s_receive(struct net_device *dev, struct sk_buff *skb, u16 family)
{
	bool v4 = family == AF_INET, local;
	struct ipvl_slave *slave;

	slave = find(dev, skb, v4 ? htons(ETH_P_IP) : htons(ETH_P_IPV6));
	if (!slave)
		return skb;
	skb_dst_drop(skb);
	local = v4 ? route_v4(slave, skb) : route_v6(slave, skb);
	/* Refused by the slave's namespace, or not its own address: then it is the host's to decide. */
	if (!local)
		skb_dst_drop(skb);
	return skb;
}

static const struct l3mdev_ops l3s_ops = {
	.l3mdev_l3_rcv = l3s_receive,
};

static unsigned int hand_over(struct sk_buff *skb, __be16 ethertype)
{
	struct ipvl_slave *slave = find(skb->dev, skb, ethertype);

	if (!slave)
		return NF_ACCEPT;
	skb->dev = slave->dev;
	/* Sockets bound to the slave's device compare with these; who asks where a packet came from is told them. */
	skb->skb_iif = slave->dev->ifindex;
	if (ethertype == htons(ETH_P_IPV6))
		IP6CB(skb)->iif = slave->dev->ifindex;
	else
		IPCB(skb)->iif = slave->dev->ifindex;
	ipvl_count_rx(slave, skb->len + ETH_HLEN, false);
	return NF_ACCEPT;
}

static unsigned int input_v4(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return hand_over(skb, htons(ETH_P_IP));
}

static unsigned int input_v6(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return hand_over(skb, htons(ETH_P_IPV6));
}

static const struct nf_hook_ops hooks[] = {
	{ .hook = input_v4, .pf = NFPROTO_IPV4, .hooknum = NF_INET_LOCAL_IN, .priority = INT_MAX },
	{ .hook = input_v6, .pf = NFPROTO_IPV6, .hooknum = NF_INET_LOCAL_IN, .priority = INT_MAX },
};

static int hooks_get(struct net *net)
{
	struct l3s_net *l3s = net_generic(net, l3s_net_id);
	int err;

	if (!l3s->users) {
		err = nf_register_net_hooks(net, hooks, ARRAY_SIZE(hooks));
		if (err)
			return err;
	}
	l3s->users++;
	return 0;
}

static void hooks_put(struct net *net)
{
	struct l3s_net *l3s = net_generic(net, l3s_net_id);

	if (!--l3s->users)
		nf_unregister_net_hooks(net, hooks, ARRAY_SIZE(hooks));
}

/*
 * Who receives reads the flag and then the operations, both plainly and with
 * nothing between them: a processor may read the operations first. Who sees the
 * flag has begun after the wait, and with that sees the operations, too. They
 * stay as long as the port, so that only the first change to the mode waits.
 * (A VRF has both before it is registered.)
 */
static void publish_ops(struct net_device *dev)
{
	if (dev->l3mdev_ops == &l3s_ops)
		return;
	WRITE_ONCE(dev->l3mdev_ops, &l3s_ops);
	synchronize_net();
}

/* Changed under RTNL; of a bit field, which it is in newer kernels, no access can be marked. */
static __no_kcsan void set_receiving(struct net_device *dev, bool on)
{
	if (on)
		dev->priv_flags |= IFF_L3MDEV_RX_HANDLER;
	else
		dev->priv_flags &= ~IFF_L3MDEV_RX_HANDLER;
}

int ipvl_l3s_enable(struct ipvl_port *port, struct netlink_ext_ack *extack)
{
	struct net_device *dev = port->dev;
	struct net *net = dev_net(dev);
	int err;

	ASSERT_RTNL();
	if (port->l3s_net)
		return 0;
	if (dev->l3mdev_ops && dev->l3mdev_ops != &l3s_ops) {
		NL_SET_ERR_MSG(extack, "The parent is a VRF or the like, which excludes mode l3s");
		return -EBUSY;
	}
	err = hooks_get(net);
	if (err) {
		NL_SET_ERR_MSG(extack, "The netfilter hooks of mode l3s cannot be registered");
		return err;
	}
	port->l3s_net = net;
	publish_ops(dev);
	set_receiving(dev, true);
	return 0;
}

/* The operations stay: somebody may have seen the flag just before. */
void ipvl_l3s_disable(struct ipvl_port *port)
{
	ASSERT_RTNL();
	if (!port->l3s_net)
		return;
	set_receiving(port->dev, false);
	hooks_put(port->l3s_net);
	port->l3s_net = NULL;
}

/* Once nobody can be receiving on the parent for us any more. */
void ipvl_l3s_forget(struct ipvl_port *port)
{
	if (port->dev->l3mdev_ops == &l3s_ops)
		WRITE_ONCE(port->dev->l3mdev_ops, NULL);
}

/* The parent is in another namespace now, to which nothing that is missing here can say no. */
static void follow(struct ipvl_port *port)
{
	if (ipvl_mode(port->settings) != IPVLAN_MODE_L3S)
		return;
	if (port->l3s_net && net_eq(port->l3s_net, dev_net(port->dev)))
		return;
	ipvl_l3s_disable(port);
	if (ipvl_l3s_enable(port, NULL))
		netdev_err(port->dev, "no netfilter hooks here: mode l3s does not work until it is set again\n");
}

static int event(struct notifier_block *block, unsigned long event, void *data)
{
	struct ipvl_port *port;

	if (event != NETDEV_REGISTER)
		return NOTIFY_DONE;
	port = ipvl_port_of(netdev_notifier_info_to_dev(data));
	if (port)
		follow(port);
	return NOTIFY_DONE;
}

/* First: IPv4 without memory for the parent there ends the round, and the namespace it has left may end soon after. */
static struct notifier_block notifier = { .notifier_call = event, .priority = INT_MAX };

static struct pernet_operations l3s_net_ops = {
	.id = &l3s_net_id,
	.size = sizeof(struct l3s_net),
};

int ipvl_l3s_register(void)
{
	int err = register_pernet_subsys(&l3s_net_ops);

	if (err)
		return err;
	err = register_netdevice_notifier(&notifier);
	if (err)
		unregister_pernet_subsys(&l3s_net_ops);
	return err;
}

void ipvl_l3s_unregister(void)
{
	unregister_netdevice_notifier(&notifier);
	unregister_pernet_subsys(&l3s_net_ops);
}

#else

int ipvl_l3s_enable(struct ipvl_port *port, struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "Mode l3s wants a kernel with CONFIG_NET_L3_MASTER_DEV and CONFIG_NETFILTER");
	/* As in-tree. */
	return -ENOTSUPP;
}

void ipvl_l3s_disable(struct ipvl_port *port)
{
}

void ipvl_l3s_forget(struct ipvl_port *port)
{
}

int ipvl_l3s_register(void)
{
	return 0;
}

void ipvl_l3s_unregister(void)
{
}

#endif
