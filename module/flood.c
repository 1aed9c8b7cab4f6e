// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copies of a frame to all who listen. Done by a work item where they are many:
 * a frame may want thousands, too much for the softirq that brought it.
 */
#include <linux/etherdevice.h>
#include <linux/hash.h>

#include "ipvl.h"

#define BATCH 16
/* So few copies are made at once by who brings the frame: to wake the worker costs as much as three of them. */
#define FEW 4
/* So many copies the worker makes before softirqs have their turn. */
#define COPIES_AT_ONCE 64

static unsigned int group_of(const u8 *mac)
{
	return hash_32(get_unaligned_le32(mac + 2), IPVL_GROUP_BITS);
}

void ipvl_source_init(struct ipvl_source *source, struct ipvl_slave *slave)
{
	__skb_queue_head_init(&source->frames);
	INIT_LIST_HEAD(&source->turn);
	source->slave = slave;
}

static struct sk_buff *queue_take(struct ipvl_flood_queue *queue, struct ipvl_source **from)
{
	struct ipvl_source *source;
	struct sk_buff *skb = NULL;

	spin_lock_bh(&queue->lock);
	source = list_first_entry_or_null(&queue->busy, struct ipvl_source, turn);
	if (source) {
		skb = __skb_dequeue(&source->frames);
		queue->length--;
		source->copying = true;
		*from = source;
		if (skb_queue_empty(&source->frames))
			list_del_init(&source->turn);
		else
			list_move_tail(&source->turn, &queue->busy);
	}
	spin_unlock_bh(&queue->lock);
	return skb;
}

static void queue_copied(struct ipvl_flood_queue *queue, struct ipvl_source *source)
{
	spin_lock_bh(&queue->lock);
	source->copying = false;
	spin_unlock_bh(&queue->lock);
}

/* A frame does not overtake those that its sender has queued before. */
static bool nothing_before(struct ipvl_flood_queue *queue, const struct ipvl_source *source)
{
	bool nothing;

	spin_lock_bh(&queue->lock);
	nothing = skb_queue_empty(&source->frames) && !source->copying;
	spin_unlock_bh(&queue->lock);
	return nothing;
}

/* A lone sender may have half of what there is; the more wait in all, the less a single one may have. */
static bool queue_add(struct ipvl_flood_queue *queue, struct ipvl_source *source, struct sk_buff *skb)
{
	bool fits;

	spin_lock_bh(&queue->lock);
	/* The limit may have been lowered. */
	fits = queue->length < queue->limit && skb_queue_len(&source->frames) < queue->limit - queue->length;
	if (fits) {
		__skb_queue_tail(&source->frames, skb);
		queue->length++;
		if (list_empty(&source->turn))
			list_add_tail(&source->turn, &queue->busy);
	}
	spin_unlock_bh(&queue->lock);
	if (fits)
		queue_work(IPVL_UNBOUND_WQ, &queue->work);
	return fits;
}

/* Once nobody queues there any more. */
void ipvl_source_forget(struct ipvl_port *port, struct ipvl_source *source)
{
	if (skb_queue_empty_lockless(&source->frames) && list_empty_careful(&source->turn))
		return;
	spin_lock_bh(&port->flood.lock);
	port->flood.length -= skb_queue_len(&source->frames);
	__skb_queue_purge(&source->frames);
	list_del_init(&source->turn);
	spin_unlock_bh(&port->flood.lock);
}

/* A frame that is being copied. */
struct copying {
	struct sk_buff *skb;
	const struct ipvl_slave *from; /* NULL: from outside */
	const struct ipvl_slave *owner; /* who gets no copy; NULL: nobody */
	u32 switches; /* when it set out */
	bool by_worker;
	unsigned int copies;
};

/*
 * From the worker straight up. The backlog holds a thousand, and is emptied by a softirq: whoever makes a copy for each
 * of more slaves than that, and lets none in, has filled it with the first of them and loses the others'.
 */
static bool give(const struct copying *copying, struct sk_buff *copy)
{
	if (!copying->by_worker)
		return netif_rx(copy) == NET_RX_SUCCESS;
	/* As of a packet that is given back to the kernel on its way up: what becomes of it is counted there. */
	netif_receive_skb(copy);
	return true;
}

static void copy_to(struct copying *copying, struct ipvl_slave *to)
{
	struct sk_buff *skb = copying->skb, *copy = skb_clone(skb, GFP_ATOMIC);
	unsigned int bytes = skb->len + ETH_HLEN;

	if (!copy) {
		ipvl_count_drop(to, IPVL_R_RX_NO_MEMORY);
		return;
	}
	if (copying->from)
		skb_scrub_packet(copy, !net_eq(ipvl_net(copying->from->dev), ipvl_net(to->dev)));
	/* The scrubbing forgets it. */
	copy->pkt_type = skb->pkt_type;
	copy->dev = to->dev;
	if (give(copying, copy))
		ipvl_count_rx(to, bytes, true);
	else
		ipvl_count_drop(to, IPVL_R_RX_BACKLOG);
}

/* What the copies have set going, and what else has come, waits for no more than so many. */
static void let_softirqs_in(struct copying *copying)
{
	if (!copying->by_worker || ++copying->copies % COPIES_AT_ONCE)
		return;
	local_bh_enable();
	local_bh_disable();
}

/* With each frame once, before its listeners are looked for. */
static u32 switches_of(const struct ipvl_port *port)
{
	return smp_load_acquire(&port->switches);
}

/*
 * Whether its slave hears by this one, and not by one of the other kind, which is somewhere else: who looks there
 * later is to find what was so when it looked here.
 */
static bool hears(const struct ipvl_listener *listener, u32 switches)
{
	u32 since = READ_ONCE(listener->since), until = READ_ONCE(listener->until);

	if (likely(!(since | until)))
		return true;
	return (!since || (s32)(switches - since) >= 0) && (!until || (s32)(switches - until) < 0);
}

static void copy_to_group(struct copying *copying, const struct hlist_head *group)
{
	struct ipvl_listener *listener;

	hlist_for_each_entry_rcu(listener, group, node) {
		if (listener->slave == copying->owner || !hears(listener, copying->switches) ||
		    !READ_ONCE(listener->slave->up))
			continue;
		copy_to(copying, listener->slave);
		let_softirqs_in(copying);
	}
}

static bool hears_all(struct ipvl_port *port, const struct ipvl_slave *slave, u32 switches)
{
	struct ipvl_listener *listener;

	hlist_for_each_entry_rcu(listener, &port->groups[IPVL_GROUP_ALL], node)
		if (listener->slave == slave && hears(listener, switches))
			return true;
	return false;
}

/*
 * Whether who alone is asked gets a copy before those who listen to all do. Who is up listens to broadcasts, or to all:
 * to look for it among the thousands of the former would cost what is to be saved.
 */
static bool asked_wants(struct ipvl_port *port, const struct ipvl_slave *asked, const struct ipvl_slave *owner,
			u32 switches)
{
	return asked != owner && READ_ONCE(asked->up) && !hears_all(port, asked, switches);
}

/* A slave's frame may have come back from the switch. */
static const struct ipvl_slave *owner_of(struct ipvl_port *port, const struct ipvl_slave *from, struct sk_buff *skb)
{
	if (from || !ipvl_has_mac(port->dev, eth_hdr(skb)->h_source))
		return from;
	return ipvl_options_owner(port, skb);
}

static void copy_to_all(struct ipvl_port *port, const struct ipvl_slave *from, struct sk_buff *skb, bool by_worker)
{
	struct copying copying = {
		.skb = skb,
		.from = from,
		.owner = owner_of(port, from, skb),
		.switches = switches_of(port),
		.by_worker = by_worker,
	};
	struct ipvl_slave *asked = ipvl_options_asked(port, copying.owner, skb, 0);

	if (!asked)
		copy_to_group(&copying, &port->groups[group_of(eth_hdr(skb)->h_dest)]);
	else if (asked_wants(port, asked, copying.owner, copying.switches))
		copy_to(&copying, asked);
	copy_to_group(&copying, &port->groups[IPVL_GROUP_ALL]);
}

/* How many want a copy, counted only until they are more than few. */
static unsigned int group_wanted(const struct hlist_head *group, u32 switches, const struct ipvl_slave *from)
{
	struct ipvl_listener *listener;
	unsigned int count = 0;

	hlist_for_each_entry_rcu(listener, group, node)
		if (listener->slave != from && hears(listener, switches) && ++count > FEW)
			break;
	return count;
}

/* The frame's network header is at the offset. */
static unsigned int wanted(struct ipvl_port *port, const struct sk_buff *skb, const struct ipvl_slave *from, int offset)
{
	const struct ipvl_slave *asked = ipvl_options_asked(port, from, skb, offset);
	u32 switches = switches_of(port);
	unsigned int copies = asked ? asked_wants(port, asked, from, switches)
				    : group_wanted(&port->groups[group_of(eth_hdr(skb)->h_dest)], switches, from);

	return copies + group_wanted(&port->groups[IPVL_GROUP_ALL], switches, from);
}

/* Softirqs are off. Takes the frame, or fails because the queue is full. */
static bool flood(struct ipvl_port *port, struct ipvl_source *source, struct sk_buff *skb, unsigned int copies)
{
	if (copies > FEW || !nothing_before(&port->flood, source))
		return queue_add(&port->flood, source, skb);
	copy_to_all(port, source->slave, skb, false);
	consume_skb(skb);
	return true;
}

static void flood_work(struct work_struct *work)
{
	struct ipvl_flood_queue *queue = container_of(work, struct ipvl_flood_queue, work);
	struct ipvl_port *port = container_of(queue, struct ipvl_port, flood);
	struct ipvl_source *source;
	struct sk_buff *skb;
	unsigned int budget = BATCH;

	do {
		/* The sender may be about to go; its memory stays as long as this. */
		rcu_read_lock();
		skb = queue_take(queue, &source);
		if (skb) {
			local_bh_disable();
			copy_to_all(port, source->slave, skb, true);
			local_bh_enable();
			queue_copied(queue, source);
		}
		rcu_read_unlock();
		consume_skb(skb);
		cond_resched();
	} while (skb && --budget);
	if (skb)
		queue_work(IPVL_UNBOUND_WQ, &queue->work);
}

void ipvl_flood_init(struct ipvl_port *port)
{
	spin_lock_init(&port->flood.lock);
	INIT_LIST_HEAD(&port->flood.busy);
	port->flood.limit = IPVLAN_PORT_QUEUE_LIMIT_DEFAULT;
	INIT_WORK(&port->flood.work, flood_work);
	ipvl_source_init(&port->outside, NULL);
}

/* Once nobody can queue any more. */
void ipvl_flood_stop(struct ipvl_port *port)
{
	ipvl_source_forget(port, &port->outside);
	cancel_work_sync(&port->flood.work);
}

/* What waits already may be more: it is not thrown away. */
void ipvl_flood_set_limit(struct ipvl_port *port, unsigned int limit)
{
	spin_lock_bh(&port->flood.lock);
	WRITE_ONCE(port->flood.limit, limit);
	spin_unlock_bh(&port->flood.lock);
}

unsigned int ipvl_flood_length(struct ipvl_port *port)
{
	unsigned int length;

	spin_lock_bh(&port->flood.lock);
	length = port->flood.length;
	spin_unlock_bh(&port->flood.lock);
	return length;
}

/* What came from outside; the packet stays the caller's. */
void ipvl_flood_receive(struct ipvl_port *port, struct sk_buff *skb)
{
	unsigned int copies = wanted(port, skb, NULL, 0);
	struct sk_buff *copy;

	if (!copies)
		return;
	copy = skb_clone(skb, GFP_ATOMIC);
	if (copy && flood(port, &port->outside, copy, copies))
		return;
	ipvl_count_port_drop(port, copy ? IPVL_R_RX_QUEUE_FULL : IPVL_R_RX_NO_MEMORY);
	kfree_skb(copy);
	dev_core_stats_rx_dropped_inc(port->dev);
}

/* What a slave sends; the packet stays the caller's, its data begin with the Ethernet header. */
void ipvl_flood_send(struct ipvl_slave *slave, struct sk_buff *skb)
{
	struct ipvl_port *port = slave->port;
	unsigned int copies = wanted(port, skb, slave, ETH_HLEN);
	struct sk_buff *copy;

	if (!copies)
		return;
	copy = skb_clone(skb, GFP_ATOMIC);
	if (!copy) {
		ipvl_count_drop(slave, IPVL_R_TX_NO_MEMORY);
		return;
	}
	/* Nothing of the sender may live on in the queue. */
	skb_dst_drop(copy);
	/* Of a sum that came with the frame nobody knows whether the Ethernet header is in it. */
	skb_forward_csum(copy);
	copy->protocol = eth_type_trans(copy, port->dev);
	skb_reset_network_header(copy);
	if (flood(port, &slave->source, copy, copies))
		return;
	kfree_skb(copy);
	ipvl_count_drop(slave, IPVL_R_TX_QUEUE_FULL);
}

static struct ipvl_listener *listener_make(struct ipvl_slave *slave, unsigned int group, gfp_t how)
{
	struct ipvl_listener *listener = kzalloc(sizeof(*listener), how);

	if (listener) {
		listener->slave = slave;
		listener->group = group;
	}
	return listener;
}

/* A frame from before a switch that is not over is heard by what was there then, and by nothing that came later. */
static void listeners_add(struct ipvl_slave *slave, struct ipvl_listener *made)
{
	struct ipvl_listener *listener;

	while ((listener = made)) {
		made = listener->next;
		listener->since = slave->switching;
		listener->next = slave->listens;
		slave->listens = listener;
		hlist_add_head_rcu(&listener->node, &slave->port->groups[listener->group]);
	}
}

static void listeners_del(struct ipvl_listener *gone)
{
	struct ipvl_listener *listener;

	while ((listener = gone)) {
		gone = listener->next;
		hlist_del_rcu(&listener->node);
		kfree_rcu(listener, rcu);
	}
}

static void listeners_free(struct rcu_head *rcu)
{
	struct ipvl_listener *gone = container_of(rcu, struct ipvl_listener, rcu), *listener;
	struct net_device *dev = gone->slave->dev;

	while ((listener = gone)) {
		gone = listener->next;
		kfree(listener);
	}
	dev_put(dev);
}

/* Nobody any more has a count of before they were switched. */
static void listeners_switched(struct rcu_head *rcu)
{
	struct ipvl_listener *gone = container_of(rcu, struct ipvl_listener, rcu), *listener;
	struct ipvl_slave *slave = gone->slave;

	spin_lock_bh(&slave->port->groups_lock);
	if (slave->switching == gone->until)
		slave->switching = 0;
	/* No count may come round to theirs. */
	for (listener = slave->listens; listener; listener = listener->next)
		if (listener->since == gone->until)
			WRITE_ONCE(listener->since, 0);
	for (listener = gone; listener; listener = listener->next)
		hlist_del_rcu(&listener->node);
	spin_unlock_bh(&slave->port->groups_lock);
	call_rcu(&gone->rcu, listeners_free);
}

/*
 * From groups to all of them, or back. A frame's listeners are looked for in two places, one after the other, so that
 * whatever is done in the one first and then in the other may be met once, twice or not at all. Both remain until
 * nobody is on the way any more, and the port's count, which is looked at before, says which of them are to hear.
 */
static void listeners_switch(struct ipvl_slave *slave, struct ipvl_listener *made, struct ipvl_listener *gone)
{
	struct ipvl_port *port = slave->port;
	u32 switches = port->switches + 1 ?: 1;
	struct ipvl_listener *listener;

	slave->switching = switches;
	for (listener = gone; listener; listener = listener->next)
		WRITE_ONCE(listener->until, switches);
	listeners_add(slave, made);
	smp_store_release(&port->switches, switches);
	dev_hold(slave->dev);
	call_rcu(&gone->rcu, listeners_switched);
}

/* Before a slave is up: it is never deaf for want of memory, but listens to all instead. */
int ipvl_flood_prepare(struct ipvl_slave *slave)
{
	slave->spare = listener_make(slave, IPVL_GROUP_ALL, GFP_KERNEL);
	return slave->spare ? 0 : -ENOMEM;
}

/* Listeners to those of the groups that have none, and a spare one again. Some may have been made when it fails. */
static bool make_missing(struct ipvl_slave *slave, const unsigned long *groups, struct ipvl_listener **made)
{
	struct ipvl_listener *listener;
	unsigned int group;

	if (!slave->spare)
		slave->spare = listener_make(slave, IPVL_GROUP_ALL, GFP_ATOMIC);
	if (!slave->spare)
		return false;
	for_each_set_bit(group, groups, IPVL_GROUPS) {
		listener = listener_make(slave, group, GFP_ATOMIC);
		if (!listener)
			return false;
		listener->next = *made;
		*made = listener;
	}
	return true;
}

static void listen_to_all(struct ipvl_slave *slave, struct ipvl_listener **made)
{
	struct ipvl_listener *listener;
	bool listens = false;

	netdev_warn_once(slave->dev, "no memory to listen to a multicast group: listens to all\n");
	while ((listener = *made)) {
		*made = listener->next;
		kfree(listener);
	}
	for (listener = slave->listens; listener; listener = listener->next) {
		listener->stays = listener->group == IPVL_GROUP_ALL;
		listens |= listener->stays;
	}
	if (!listens) {
		*made = slave->spare;
		slave->spare = NULL;
	}
}

static struct ipvl_listener *take_leaving(struct ipvl_slave *slave)
{
	struct ipvl_listener **at = &slave->listens, *leaving = NULL, *listener;

	while ((listener = *at)) {
		if (listener->stays) {
			at = &listener->next;
			continue;
		}
		*at = listener->next;
		listener->next = leaving;
		leaving = listener;
	}
	return leaving;
}

/* First what is new is made, of which all or nothing can be had, and only then is anything given up. */
static void listen_to(struct ipvl_slave *slave, unsigned long *groups)
{
	struct ipvl_listener *made = NULL, *gone, *listener;

	for (listener = slave->listens; listener; listener = listener->next)
		listener->stays = __test_and_clear_bit(listener->group, groups);
	if (!make_missing(slave, groups, &made))
		listen_to_all(slave, &made);
	gone = take_leaving(slave);
	/* Who listens to all listens to nothing else. */
	if (made && gone && (made->group == IPVL_GROUP_ALL || gone->group == IPVL_GROUP_ALL)) {
		listeners_switch(slave, made, gone);
	} else {
		listeners_add(slave, made);
		listeners_del(gone);
	}
}

/* Called with the device's list of multicast addresses locked. */
void ipvl_flood_listen(struct net_device *dev)
{
	struct ipvl_slave *slave = ipvl_slave(dev);
	DECLARE_BITMAP(groups, IPVL_GROUPS) = {};
	struct netdev_hw_addr *address;

	/* Without RTNL, when IPv6 joins a group; who changes the flags has this called again. */
	if (READ_ONCE(dev->flags) & (IFF_PROMISC | IFF_ALLMULTI)) {
		__set_bit(IPVL_GROUP_ALL, groups);
	} else {
		netdev_for_each_mc_addr(address, dev)
			__set_bit(group_of(address->addr), groups);
		__set_bit(group_of(dev->broadcast), groups);
	}
	spin_lock_bh(&slave->port->groups_lock);
	if (READ_ONCE(slave->up))
		listen_to(slave, groups);
	spin_unlock_bh(&slave->port->groups_lock);
}

/* Once the slave is no longer up. */
void ipvl_flood_deafen(struct ipvl_slave *slave)
{
	spin_lock_bh(&slave->port->groups_lock);
	listeners_del(slave->listens);
	slave->listens = NULL;
	kfree(slave->spare);
	slave->spare = NULL;
	spin_unlock_bh(&slave->port->groups_lock);
}

#ifdef IPVL_DEBUG
#include "selftest-flood.c"
#endif
