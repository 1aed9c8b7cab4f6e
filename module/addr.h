/* SPDX-License-Identifier: GPL-2.0-only */
/* Who has which address, asked for each packet: all of it is inlined there. */
#ifndef IPVL_ADDR_H
#define IPVL_ADDR_H

#include <linux/rhashtable.h>
#include <net/ipv6.h>

#include "core/parse.h"
#include "ipvl.h"

/* Neither held nor locked: spare, made before an address that may be coming, or that then did not. As if it were not
 * there. */
struct ipvl_addr {
	struct rhash_head node;
	struct ipvl_slave *slave;
	struct ipvl_key key;
	bool held; /* the slave has it */
	bool locked; /* to the slave, whether it has it or not */
	struct list_head list; /* ipvl_slave.addresses */
	struct rcu_head rcu;
};

/*
 * Addresses of one network follow each other, and a multiplication alone leaves
 * them at even distances: with one secret in some hundreds these fit the table
 * so badly that a few of its chains have all, and the library then refuses.
 * Folding the product upon itself before it is multiplied again leaves no
 * distances; the secret leaves nobody to find addresses that collide. What
 * counts are the lowest bits of the result: the middle of the product.
 */
#define IPVL_HASH_FACTOR 0x9e3779b97f4a7c15ull

static __always_inline u32 ipvl_hash_fold(u64 product)
{
	return ((product ^ product >> 32) * IPVL_HASH_FACTOR) >> 32;
}

static __always_inline u32 ipvl_hash_v4(const void *data, u32 length, u32 seed)
{
	return ipvl_hash_fold((*(const u32 *)data ^ seed) * IPVL_HASH_FACTOR);
}

static __always_inline u32 ipvl_hash_v6(const void *data, u32 length, u32 seed)
{
	const u32 *word = data;

	return ipvl_hash_fold((u64)(word[0] + seed) * (u32)(word[1] + seed * 0x9e3779b1) +
			      (u64)(word[2] + seed * 0x85ebca77) * (u32)(word[3] + seed * 0xc2b2ae3d));
}

/* The library's own comparison is a call of memcmp(). */
static __always_inline int ipvl_differ_v4(struct rhashtable_compare_arg *arg, const void *object)
{
	const struct ipvl_addr *addr = object;

	return addr->key.v4 != *(const __be32 *)arg->key;
}

static __always_inline int ipvl_differ_v6(struct rhashtable_compare_arg *arg, const void *object)
{
	const struct ipvl_addr *addr = object;

	return !ipv6_addr_equal((const struct in6_addr *)addr->key.v6, arg->key);
}

/* Constants where they are used, for the functions to be inlined. */
static const struct rhashtable_params ipvl_v4_params = {
	.head_offset = offsetof(struct ipvl_addr, node),
	.key_offset = offsetof(struct ipvl_addr, key.v4),
	.key_len = sizeof(__be32),
	.hashfn = ipvl_hash_v4,
	.obj_cmpfn = ipvl_differ_v4,
	.automatic_shrinking = true,
};

static const struct rhashtable_params ipvl_v6_params = {
	.head_offset = offsetof(struct ipvl_addr, node),
	.key_offset = offsetof(struct ipvl_addr, key.v6),
	.key_len = sizeof(struct in6_addr),
	.hashfn = ipvl_hash_v6,
	.obj_cmpfn = ipvl_differ_v6,
	.automatic_shrinking = true,
};

/* The kernel has the compiler believe that what has been read from may yet be NULL. */
#define ipvl_not_null(pointer)                        \
	({                                            \
		typeof(pointer) not_null = (pointer); \
                                                      \
		if (!not_null)                        \
			__builtin_unreachable();      \
		not_null;                             \
	})

/* The library's own, __rht_ptr(), wants other arguments on other kernels. Bit 0 is the bucket's lock. */
static __always_inline struct rhash_head *ipvl_bucket_first(struct rhash_lock_head __rcu *const *bucket)
{
	unsigned long first = (unsigned long)rcu_dereference_bh_check(*bucket, rcu_read_lock_held());

	return (struct rhash_head *)((first & ~BIT(0)) ?: (unsigned long)RHT_NULLS_MARKER(bucket));
}

struct ipvl_addr *ipvl_addr_lookup_moving(struct rhashtable *table, const void *key);

static __always_inline struct ipvl_addr *ipvl_table_lookup(struct rhashtable *table, const void *key,
							   const struct rhashtable_params params)
{
	struct rhashtable_compare_arg arg = { .ht = table, .key = key };
	struct rhash_lock_head __rcu *const *bucket;
	struct bucket_table *buckets;
	struct ipvl_addr *addr;
	struct rhash_head *at;
	unsigned int hash;

	buckets = rcu_dereference_bh_check(table->tbl, rcu_read_lock_held());
	hash = rht_bucket_index(buckets, params.hashfn(key, params.key_len, buckets->hash_rnd));
	bucket = rht_bucket(buckets, hash);
	at = ipvl_bucket_first(bucket);
	rht_for_each_rcu_from(at, at, buckets, hash)
	{
		rht_entry(addr, at, node);
		if (!params.obj_cmpfn(&arg, addr))
			return ipvl_not_null(addr);
	}
	/* The end of another chain, or a table that is just growing: then the library knows what to do. */
	smp_rmb();
	if (unlikely(at != RHT_NULLS_MARKER(bucket) || rcu_access_pointer(buckets->future_tbl)))
		return ipvl_addr_lookup_moving(table, key);
	return NULL;
}

/*
 * Under RCU, or with softirqs off, as transmission has it: for RCU the same,
 * but the library's own lookup would take it for a fault, and also asks the
 * table where in an object its node is.
 */
static __always_inline struct ipvl_addr *ipvl_addr_lookup(struct ipvl_port *port, u8 family, const void *address)
{
	if (family == IPVL_V4)
		return ipvl_table_lookup(&port->addresses[IPVL_V4], address, ipvl_v4_params);
	return ipvl_table_lookup(&port->addresses[IPVL_V6], address, ipvl_v6_params);
}

/* The slave that has the address and is up. Under RCU, and so is the answer. */
static __always_inline struct ipvl_slave *ipvl_target_find(struct ipvl_port *port, const struct ipvl_target *target)
{
	struct ipvl_addr *addr = ipvl_addr_lookup(port, target->family, target->address);

	return addr && READ_ONCE(addr->held) && READ_ONCE(addr->slave->up) ? ipvl_not_null(addr->slave) : NULL;
}

/*
 * Of a packet whose network header is offset bytes behind the beginning of its
 * data: IPVL_PARSED, IPVL_MALFORMED, IPVL_NOT_MINE, or how much ipvl_skb_pull()
 * is to bring into the linear part. Where it is called, offset is a constant.
 */
static __always_inline int ipvl_skb_parse(struct ipvl_target *target, const struct sk_buff *skb, unsigned int offset,
					  __be16 ethertype)
{
	const struct ipvl_packet packet = {
		.data = skb->data + offset,
		.have = skb_headlen(skb) - offset,
		.total = skb->len - offset,
		.ethertype = ntohs(ethertype),
		.gso = skb_is_gso(skb),
	};
	int result = ipvl_parse(target, &packet);

	return likely(result <= 0) ? result : result + (int)offset;
}

#endif
