// SPDX-License-Identifier: GPL-2.0-only
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat.h"
#include "table.h"

#define LEAST_BUCKETS 32
#define MOVED_AT_ONCE 64

static struct ipvl_buckets *buckets_alloc(u32 size, u8 link)
{
	struct ipvl_buckets *buckets = kvzalloc(struct_size(buckets, chains, size), GFP_KERNEL | __GFP_NOWARN);

	if (!buckets)
		return NULL;
	buckets->mask = size - 1;
	buckets->few = size > LEAST_BUCKETS ? size / 8 : 0;
	buckets->many = size / 4 * 3;
	buckets->secret = get_random_u32();
	buckets->link = link;
	return buckets;
}

/* Under the lock, or by who alone gives the table others. */
static struct ipvl_buckets *buckets_of(const struct ipvl_table *table)
{
	return rcu_dereference_protected(table->buckets, true);
}

/* Between a quarter and half of them then have an address. */
static u32 size_for(u32 count)
{
	return max_t(u32, LEAST_BUCKETS, roundup_pow_of_two(count * 2 | 1));
}

static u32 bucket_of(const struct ipvl_buckets *buckets, const struct ipvl_addr *addr)
{
	return ipvl_bucket_of(buckets, addr->key.family, addr->key.v6);
}

static void chain(struct ipvl_buckets *buckets, u32 bucket, struct ipvl_addr *addr)
{
	hlist_add_head_rcu(&addr->links[buckets->link], &buckets->chains[bucket]);
}

/* Some time soon. */
void ipvl_table_resize(struct ipvl_table *table)
{
	queue_work(IPVL_UNBOUND_WQ, &table->resize);
}

void ipvl_table_insert(struct ipvl_table *table, struct ipvl_addr *addr)
{
	struct ipvl_buckets *buckets = buckets_of(table), *coming = table->coming;
	u32 bucket = bucket_of(buckets, addr);

	chain(buckets, bucket, addr);
	if (coming && bucket < table->moved)
		chain(coming, bucket_of(coming, addr), addr);
	WRITE_ONCE(table->count, table->count + 1);
	if (table->count > buckets->many)
		ipvl_table_resize(table);
}

void ipvl_table_remove_moved(struct ipvl_table *table, struct ipvl_addr *addr)
{
	if (bucket_of(buckets_of(table), addr) < table->moved)
		hlist_del_rcu(&addr->links[table->coming->link]);
}

static void take_place(struct ipvl_table *table)
{
	struct ipvl_buckets *old = buckets_of(table);

	rcu_assign_pointer(table->buckets, table->coming);
	table->coming = NULL;
	table->passed = get_state_synchronize_rcu();
	kvfree_rcu(old, rcu);
}

bool ipvl_table_step(struct ipvl_table *table)
{
	struct ipvl_buckets *buckets = buckets_of(table), *coming = table->coming;
	struct ipvl_addr *addr;
	unsigned int i;
	bool more;

	spin_lock_bh(table->lock);
	for (i = 0; i < MOVED_AT_ONCE && table->moved <= buckets->mask; i++, table->moved++)
		hlist_for_each_entry(addr, &buckets->chains[table->moved], links[buckets->link])
			chain(coming, bucket_of(coming, addr), addr);
	more = table->moved <= buckets->mask;
	if (!more)
		take_place(table);
	spin_unlock_bh(table->lock);
	return more;
}

bool ipvl_table_begin(struct ipvl_table *table, u32 size)
{
	struct ipvl_buckets *buckets = buckets_of(table), *coming;

	if (size == buckets->mask + 1)
		return false;
	coming = buckets_alloc(size, !buckets->link);
	if (!coming)
		return false;
	cond_synchronize_rcu(table->passed);
	spin_lock_bh(table->lock);
	table->coming = coming;
	table->moved = 0;
	spin_unlock_bh(table->lock);
	return true;
}

/* Without memory chains become longer, and the next change asks again. */
static void resize(struct work_struct *work)
{
	struct ipvl_table *table = container_of(work, struct ipvl_table, resize);

	if (!ipvl_table_begin(table, size_for(READ_ONCE(table->count))))
		return;
	while (ipvl_table_step(table))
		cond_resched();
}

int ipvl_table_init(struct ipvl_table *table, spinlock_t *lock)
{
	struct ipvl_buckets *buckets = buckets_alloc(LEAST_BUCKETS, 0);

	if (!buckets)
		return -ENOMEM;
	memset(table, 0, sizeof(*table));
	RCU_INIT_POINTER(table->buckets, buckets);
	table->lock = lock;
	table->passed = get_state_synchronize_rcu();
	INIT_WORK(&table->resize, resize);
	return 0;
}

void ipvl_table_destroy(struct ipvl_table *table)
{
	cancel_work_sync(&table->resize);
	kvfree(buckets_of(table));
}
