// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who asked for an address: a server may answer to the address that it gives,
 * which nobody has yet. What waits is bounded, and for each slave, too: one
 * that asks for thousands forgets its own questions and nobody else's.
 */
#include <linux/etherdevice.h>

#include "ipvl.h"

#define ENTRIES 256
#define SHARE 16
#define TIMEOUT (60 * HZ)

struct entry {
	struct ipvl_slave *slave; /* NULL: free */
	unsigned long until;
	u64 turn; /* of two, the later one has the greater */
	struct ipvl_dhcp question;
};

struct ipvl_dhcp_table {
	spinlock_t lock;
	u64 turns;
	struct entry entries[ENTRIES];
};

int ipvl_dhcp_enable(struct ipvl_port *port)
{
	struct ipvl_dhcp_table *table;

	ASSERT_RTNL();
	if (port->dhcp)
		return 0;
	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	spin_lock_init(&table->lock);
	/* Packets look for it once they see the option, or before. */
	smp_store_release(&port->dhcp, table);
	return 0;
}

void ipvl_dhcp_forget(struct ipvl_port *port, const struct ipvl_slave *slave)
{
	struct ipvl_dhcp_table *table = port->dhcp;
	unsigned int i;

	if (!table)
		return;
	spin_lock_bh(&table->lock);
	for (i = 0; i < ENTRIES; i++)
		if (table->entries[i].slave == slave)
			table->entries[i].slave = NULL;
	spin_unlock_bh(&table->lock);
}

static bool is_free(const struct entry *entry)
{
	return !entry->slave || time_after(jiffies, entry->until);
}

static bool is_answered(const struct entry *entry, const struct ipvl_dhcp *dhcp)
{
	return !memcmp(entry->question.xid, dhcp->xid, sizeof(dhcp->xid)) &&
	       !memcmp(entry->question.chaddr, dhcp->chaddr, sizeof(dhcp->chaddr));
}

static struct entry *older(struct entry *a, struct entry *b)
{
	return !a || a->turn > b->turn ? b : a;
}

/* NULL when another slave has asked the same question: who was first, is meant. */
static struct entry *place_for(struct ipvl_dhcp_table *table, const struct ipvl_slave *slave,
			       const struct ipvl_dhcp *dhcp)
{
	struct entry *unused = NULL, *oldest = NULL, *own_oldest = NULL, *entry;
	unsigned int own = 0;

	for (entry = table->entries; entry < table->entries + ENTRIES; entry++) {
		if (is_free(entry)) {
			unused = unused ?: entry;
			continue;
		}
		if (is_answered(entry, dhcp))
			return entry->slave == slave ? entry : NULL;
		oldest = older(oldest, entry);
		if (entry->slave == slave) {
			own_oldest = older(own_oldest, entry);
			own++;
		}
	}
	return own >= SHARE ? own_oldest : unused ?: oldest;
}

static int parse(void *to, const struct ipvl_packet *packet)
{
	return ipvl_parse_dhcp(to, packet);
}

/* A client that has its address already is found by that. */
void ipvl_dhcp_learn(struct ipvl_slave *slave, struct sk_buff *skb, __be16 ethertype)
{
	struct ipvl_dhcp_table *table = smp_load_acquire(&slave->port->dhcp);
	struct ipvl_dhcp dhcp;
	struct entry *entry;

	if (!table || ipvl_parse_skb(skb, ethertype, parse, &dhcp) != IPVL_PARSED || dhcp.reply || dhcp.has_address)
		return;
	spin_lock_bh(&table->lock);
	entry = place_for(table, slave, &dhcp);
	if (entry) {
		entry->slave = slave;
		entry->until = jiffies + TIMEOUT;
		entry->turn = table->turns++;
		entry->question = dhcp;
	}
	spin_unlock_bh(&table->lock);
}

static struct ipvl_slave *who_asked(struct ipvl_dhcp_table *table, const struct ipvl_dhcp *dhcp)
{
	struct ipvl_slave *slave = NULL;
	struct entry *entry;

	spin_lock_bh(&table->lock);
	for (entry = table->entries; !slave && entry < table->entries + ENTRIES; entry++)
		if (!is_free(entry) && is_answered(entry, dhcp))
			slave = entry->slave;
	spin_unlock_bh(&table->lock);
	return slave;
}

/* For a packet whose destination no slave has. Under RCU, and so is the answer. */
struct ipvl_slave *ipvl_dhcp_find(struct ipvl_port *port, struct sk_buff *skb, __be16 ethertype)
{
	struct ipvl_dhcp_table *table = smp_load_acquire(&port->dhcp);
	struct ipvl_slave *slave;
	struct ipvl_dhcp dhcp;

	if (!table || ipvl_parse_skb(skb, ethertype, parse, &dhcp) != IPVL_PARSED || !dhcp.reply)
		return NULL;
	slave = who_asked(table, &dhcp);
	return slave && READ_ONCE(slave->up) ? slave : NULL;
}
