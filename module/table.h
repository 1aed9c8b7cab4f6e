/* SPDX-License-Identifier: GPL-2.0-only */
/* Addresses by what packets have in their headers, asked for each packet: a hash table that grows and shrinks under
 * its readers, and that never refuses what is put into it. */
#ifndef IPVL_TABLE_H
#define IPVL_TABLE_H

#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <net/ipv6.h>

#include "core/types.h"

/* Neither held nor locked: spare, made before an address that may be coming, or that then did not. As if it were not
 * there. */
struct ipvl_addr {
	struct hlist_node links[2]; /* ipvl_buckets.link says which */
	struct ipvl_slave *slave;
	struct ipvl_key key;
	bool held; /* the slave has it */
	bool locked; /* to the slave, whether it has it or not */
	struct hlist_node node; /* ipvl_slave.addresses */
	struct rcu_head rcu;
};

/*
 * When others take their place, the new ones are chained by the addresses'
 * other link: who is still on a way through the old ones finds it as it was.
 * Only when nobody can be there any more is that link used again.
 */
struct ipvl_buckets {
	struct rcu_head rcu;
	u32 mask;
	u32 secret;
	u32 few, many; /* with fewer, or more, addresses than these others are wanted */
	u8 link;
	struct hlist_head chains[];
};

struct ipvl_table {
	struct ipvl_buckets __rcu *buckets;
	struct ipvl_buckets *coming; /* those that will take their place, or NULL */
	u32 moved; /* so many of the buckets have their addresses in coming, too */
	u32 count;
	spinlock_t *lock; /* of whoever changes the table */
	unsigned long passed; /* RCU's state when the last buckets were given up */
	struct work_struct resize;
};

int ipvl_table_init(struct ipvl_table *table, spinlock_t *lock);
/* Of a table that is empty, and that nobody reads. */
void ipvl_table_destroy(struct ipvl_table *table);
/* Under the lock, with softirqs off, as is the removal below. */
void ipvl_table_insert(struct ipvl_table *table, struct ipvl_addr *addr);

/* What the table does by itself when it has become too small or too large: begins, which may not be necessary or
 * possible, and then goes on by so little that packets need not wait long, as long as there is more. */
bool ipvl_table_begin(struct ipvl_table *table, u32 size);
bool ipvl_table_step(struct ipvl_table *table);

/*
 * Addresses of one network follow each other, and a multiplication alone leaves
 * them at even distances: with one secret in some hundreds these fit the table
 * so badly that a few of its chains have all. Folding the product upon itself
 * before it is multiplied again leaves no distances; the secret leaves nobody
 * to find addresses that collide. What counts are the lowest bits of the
 * result: the middle of the product.
 */
#define IPVL_HASH_FACTOR 0x9e3779b97f4a7c15ull

static __always_inline u32 ipvl_hash_fold(u64 product)
{
	return ((product ^ product >> 32) * IPVL_HASH_FACTOR) >> 32;
}

static __always_inline u32 ipvl_hash_v4(const void *address, u32 secret)
{
	return ipvl_hash_fold((*(const u32 *)address ^ secret) * IPVL_HASH_FACTOR);
}

static __always_inline u32 ipvl_hash_v6(const void *address, u32 secret)
{
	const u32 *word = address;

	return ipvl_hash_fold((u64)(word[0] + secret) * (u32)(word[1] + secret * 0x9e3779b1) +
			      (u64)(word[2] + secret * 0x85ebca77) * (u32)(word[3] + secret * 0xc2b2ae3d));
}

static __always_inline u32 ipvl_bucket_of(const struct ipvl_buckets *buckets, u8 family, const void *address)
{
	u32 hash = family == IPVL_V4 ? ipvl_hash_v4(address, buckets->secret) : ipvl_hash_v6(address, buckets->secret);

	return hash & buckets->mask;
}

static __always_inline bool ipvl_is_address(const struct ipvl_key *key, u8 family, const void *address)
{
	if (family == IPVL_V4)
		return key->v4 == *(const __be32 *)address;
	return ipv6_addr_equal((const struct in6_addr *)key->v6, address);
}

/* The kernel has the compiler believe that what has been read from may yet be NULL. */
#define ipvl_not_null(pointer)                        \
	({                                            \
		typeof(pointer) not_null = (pointer); \
                                                      \
		if (!not_null)                        \
			__builtin_unreachable();      \
		not_null;                             \
	})

#define ipvl_dereference(pointer) rcu_dereference_bh_check(pointer, rcu_read_lock_held())

/* Under RCU, or with softirqs off, as transmission has it: for RCU the same. */
static __always_inline struct ipvl_addr *ipvl_table_find(const struct ipvl_table *table, u8 family, const void *address)
{
	const struct ipvl_buckets *buckets = ipvl_dereference(table->buckets);
	u32 bucket = ipvl_bucket_of(buckets, family, address);
	const struct hlist_node *node = ipvl_dereference(hlist_first_rcu(&buckets->chains[bucket]));
	struct ipvl_addr *addr;

	for (; node; node = ipvl_dereference(hlist_next_rcu(node))) {
		addr = container_of(node - buckets->link, struct ipvl_addr, links[0]);
		if (ipvl_is_address(&addr->key, family, address))
			return ipvl_not_null(addr);
	}
	return NULL;
}

void ipvl_table_remove_moved(struct ipvl_table *table, struct ipvl_addr *addr);
void ipvl_table_resize(struct ipvl_table *table);

static inline void ipvl_table_remove(struct ipvl_table *table, struct ipvl_addr *addr)
{
	const struct ipvl_buckets *buckets = rcu_dereference_protected(table->buckets, lockdep_is_held(table->lock));

	if (table->coming)
		ipvl_table_remove_moved(table, addr);
	hlist_del_rcu(&addr->links[buckets->link]);
	WRITE_ONCE(table->count, table->count - 1);
	if (table->count < buckets->few)
		ipvl_table_resize(table);
}

#endif
