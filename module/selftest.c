// SPDX-License-Identifier: GPL-2.0-only
/*
 * The address table, tried out when the module is loaded: part of addr.c when
 * that is built with DEBUG=1. Nothing here is a link that anybody could see.
 */
#include <linux/delay.h>
#include <linux/kthread.h>

#include "selftest.h"

#define TEST_KEYS 5000
#define TEST_CHAINS 256
#define TEST_SEEDS 2000
#define TEST_READERS 4
#define TEST_ROUNDS 200

struct test {
	struct ipvl_port *port;
	struct ipvl_slave *a, *b;
	atomic_t wrong; /* what readers found that is not so */
	atomic_long_t read;
};

/* The n-th address of a family. Those of IPv6 differ in their last bytes only, and begin as some of IPv4 do. */
static struct ipvl_key test_key(u8 of_family, u32 n)
{
	struct in6_addr v6 = { .s6_addr32 = { htonl(0x0a000000), 0, 0, htonl(n) } };
	struct ipvl_key key;

	if (of_family == IPVL_V4)
		ipvl_key_v4(&key, htonl(0x0a000000 + n));
	else
		ipvl_key_v6(&key, &v6);
	return key;
}

static struct ipvl_slave *test_find(struct test *test, u8 of_family, u32 n)
{
	struct ipvl_key key = test_key(of_family, n);
	struct ipvl_slave *slave;

	rcu_read_lock();
	slave = ipvl_addr_find(test->port, &key);
	rcu_read_unlock();
	return slave;
}

static int test_add(struct ipvl_slave *slave, u8 of_family, u32 n)
{
	struct ipvl_key key = test_key(of_family, n);

	return addr_add(slave, &key);
}

static void test_del(struct ipvl_slave *slave, u8 of_family, u32 n)
{
	struct ipvl_key key = test_key(of_family, n);

	addr_del(slave, key.family, key.v6);
}

/* Addresses that follow each other, as those of a network do, are spread whatever the secret is. */
static int __init test_spread(struct test *test, u8 of_family)
{
	u8 *chains = kmalloc(TEST_CHAINS, GFP_KERNEL);
	int seed, longest = 0;
	u32 i;

	expect(chains);
	for (seed = 0; seed < TEST_SEEDS; seed++) {
		memset(chains, 0, TEST_CHAINS);
		for (i = 0; i < TEST_CHAINS; i++) {
			struct ipvl_key key = test_key(of_family, i);
			u32 secret = (seed + 1) * 0x9e3779b1;
			u32 hash = of_family == IPVL_V4 ? ipvl_hash_v4(&key.v4, secret) : ipvl_hash_v6(key.v6, secret);

			longest = max_t(int, longest, ++chains[hash % TEST_CHAINS]);
		}
		cond_resched();
	}
	kfree(chains);
	expect(longest < 16);
	return 0;
}

/* As large as it is to be for what is in it, or will be in a moment. */
static u32 __init test_size(struct test *test, u8 of_family)
{
	struct ipvl_table *table = &test->port->addresses[of_family];

	flush_work(&table->resize);
	return rcu_dereference_protected(table->buckets, true)->mask + 1;
}

static int __init test_insert(struct test *test, u8 of_family)
{
	u32 i;

	for (i = 0; i < TEST_KEYS; i++)
		expect(!test_find(test, of_family, i));
	for (i = 0; i < TEST_KEYS; i++)
		expect(!test_add(test->a, of_family, i));
	for (i = 0; i < TEST_KEYS; i++)
		expect(test_find(test, of_family, i) == test->a);
	expect(test_size(test, of_family) >= TEST_KEYS);
	for (i = 0; i < TEST_KEYS; i++)
		expect(test_find(test, of_family, i) == test->a);
	expect(!test_find(test, of_family, TEST_KEYS));
	expect(test->port->addresses[of_family].count == TEST_KEYS);
	return 0;
}

static int __init test_duplicates(struct test *test, u8 of_family)
{
	expect(!test_add(test->a, of_family, 1));
	expect(test_add(test->b, of_family, 1) == -EADDRINUSE);
	test_del(test->b, of_family, 1);
	expect(test_find(test, of_family, 1) == test->a);
	expect(test->port->addresses[of_family].count == TEST_KEYS);
	test->a->up = false;
	expect(!test_find(test, of_family, 1));
	test->a->up = true;
	return 0;
}

static int __init test_is(const struct ipvl_key *key, bool held, bool locked, void *data)
{
	return !memcmp(key, data, sizeof(*key));
}

/* All but every tenth, which makes the table smaller. */
static int __init test_remove(struct test *test, u8 of_family)
{
	u32 i;

	for (i = 0; i < TEST_KEYS; i++)
		if (i % 10)
			test_del(test->a, of_family, i);
	expect(test_size(test, of_family) < TEST_KEYS);
	for (i = 0; i < TEST_KEYS; i++)
		expect(test_find(test, of_family, i) == (i % 10 ? NULL : test->a));
	expect(!test_add(test->b, of_family, 1));
	expect(test_find(test, of_family, 1) == test->b);
	test_del(test->b, of_family, 1);
	expect(!test_find(test, of_family, 1));
	return 0;
}

/* What has been made ready and then not given is in nobody's way, and not to be seen. */
static int __init test_reserve(struct test *test, u8 of_family)
{
	struct ipvl_key key = test_key(of_family, TEST_KEYS + 3);
	u32 count = test->port->addresses[of_family].count;
	unsigned int had = ipvl_addr_count(test->a), i;

	expect(!addr_reserve(test->a, &key));
	expect(!test_find(test, of_family, TEST_KEYS + 3) && !addr_is_held(test->port, &key));
	expect(!ipvl_addr_each(test->b, test_is, &key) && !ipvl_addr_each(test->a, test_is, &key));
	expect(!addr_reserve(test->a, &key));
	expect(!test_add(test->a, of_family, TEST_KEYS + 3));
	expect(test_find(test, of_family, TEST_KEYS + 3) == test->a && ipvl_addr_count(test->a) == had + 1);
	expect(addr_reserve(test->a, &key) == -EADDRINUSE && addr_reserve(test->b, &key) == -EADDRINUSE);
	test_del(test->a, of_family, TEST_KEYS + 3);
	expect(!addr_reserve(test->a, &key) && !addr_reserve(test->b, &key) && !ipvl_addr_lock(test->a, &key));
	expect(addr_reserve(test->b, &key) == -EADDRINUSE && !addr_is_held(test->port, &key));
	expect(!ipvl_addr_unlock(test->port, &key));
	expect(!addr_reserve(test->b, &key) && !test_add(test->a, of_family, TEST_KEYS + 3));
	test_del(test->a, of_family, TEST_KEYS + 3);
	for (i = 3; i < 13; i++) {
		key = test_key(of_family, TEST_KEYS + i);
		expect(!addr_reserve(test->a, &key));
	}
	expect(test->port->addresses[of_family].count == count + 1 && ipvl_addr_count(test->a) == had);
	expect(!test_add(test->b, of_family, TEST_KEYS + 12) && !test->a->reserved);
	test_del(test->b, of_family, TEST_KEYS + 12);
	expect(test->port->addresses[of_family].count == count);
	return 0;
}

/* Addresses come and go while half of the table has been moved: every fiftieth, and its neighbour. */
static int __init test_half_moved(struct test *test, u8 of_family)
{
	struct ipvl_table *table = &test->port->addresses[of_family];
	u32 size = test_size(test, of_family), had = table->count, step, i;

	for (i = 0; i < TEST_KEYS; i += 100)
		expect(!test_add(test->b, of_family, i + 1));
	expect(ipvl_table_begin(table, size * 2));
	for (step = 0; step < size / 128; step++)
		expect(ipvl_table_step(table));
	for (i = 0; i < TEST_KEYS; i += 50) {
		test_del(test->a, of_family, i);
		expect(!test_add(test->b, of_family, i));
		if (i % 100)
			expect(!test_add(test->b, of_family, i + 1));
		else
			test_del(test->b, of_family, i + 1);
	}
	while (ipvl_table_step(table))
		;
	expect(test_size(test, of_family) == size * 2);
	for (i = 0; i < TEST_KEYS; i += 10)
		expect(test_find(test, of_family, i) == (i % 50 ? test->a : test->b));
	for (i = 0; i < TEST_KEYS; i += 50) {
		expect(test_find(test, of_family, i + 1) == (i % 100 ? test->b : NULL));
		test_del(test->b, of_family, i + 1);
		test_del(test->b, of_family, i);
		expect(!test_find(test, of_family, i) && !test_add(test->a, of_family, i));
	}
	expect(table->count == had);
	return 0;
}

static int __init test_locks(struct test *test, u8 of_family)
{
	struct ipvl_key key = test_key(of_family, TEST_KEYS + 1);

	expect(!ipvl_addr_lock(test->a, &key));
	expect(ipvl_addr_lock(test->b, &key) == -EADDRINUSE);
	expect(test->port->locks == 1 && ipvl_options(test->port->settings) & IPVL_OPT_LOCKS);
	expect(!test_find(test, of_family, TEST_KEYS + 1));
	expect(test_add(test->b, of_family, TEST_KEYS + 1) == -EADDRINUSE);
	expect(!test_add(test->a, of_family, TEST_KEYS + 1));
	expect(test_find(test, of_family, TEST_KEYS + 1) == test->a);
	test_del(test->a, of_family, TEST_KEYS + 1);
	expect(!test_find(test, of_family, TEST_KEYS + 1));
	expect(test_add(test->b, of_family, TEST_KEYS + 1) == -EADDRINUSE);
	expect(!ipvl_addr_unlock(test->port, &key));
	expect(ipvl_addr_unlock(test->port, &key) == -ENOENT);
	expect(!test->port->locks && !(ipvl_options(test->port->settings) & IPVL_OPT_LOCKS));
	expect(!test_add(test->b, of_family, TEST_KEYS + 1));
	test_del(test->b, of_family, TEST_KEYS + 1);
	return 0;
}

/* Every tenth address stays where it is, whatever happens to the others, which are nobody's or b's. */
static int test_reader(void *data)
{
	struct test *test = data;
	u32 i = 0;

	while (!kthread_should_stop()) {
		u8 of_family = i & 1 ? IPVL_V4 : IPVL_V6;
		struct ipvl_slave *found = test_find(test, of_family, i % TEST_KEYS);
		bool right = i % TEST_KEYS % 10 ? !found || found == test->b : found == test->a;

		if (!right)
			atomic_inc(&test->wrong);
		atomic_long_inc(&test->read);
		i += 7;
		cond_resched();
	}
	return 0;
}

/* From almost nothing to all and back: the table grows and shrinks under its readers. */
static int __init test_change(struct test *test, u8 of_family)
{
	u32 i;

	for (i = 0; i < TEST_KEYS; i++)
		if (i % 10)
			expect(!test_add(test->b, of_family, i));
	for (i = 0; i < TEST_KEYS; i++)
		if (i % 10)
			test_del(test->b, of_family, i);
	cond_resched();
	return 0;
}

static int __init test_rounds(struct test *test)
{
	unsigned long end = jiffies + HZ / 2;
	int err = 0, round;

	for (round = 0; !err && round < TEST_ROUNDS && time_before(jiffies, end); round++)
		err = test_change(test, round & 1 ? IPVL_V4 : IPVL_V6);
	/* With one processor readers have had no turn yet. */
	while (!err && !atomic_long_read(&test->read))
		msleep(1);
	return err;
}

static int __init test_readers(struct test *test)
{
	struct task_struct *readers[TEST_READERS];
	int started, err;

	for (started = 0; started < TEST_READERS; started++) {
		readers[started] = kthread_run(test_reader, test, "ipvlan-test/%d", started);
		if (IS_ERR(readers[started]))
			break;
	}
	err = started == TEST_READERS ? test_rounds(test) : -ENOMEM;
	while (started)
		kthread_stop(readers[--started]);
	if (err)
		return err;
	expect(!atomic_read(&test->wrong));
	return 0;
}

static int __init test_flush(struct test *test, u8 of_family)
{
	u32 i;

	for (i = 0; i < TEST_KEYS; i++)
		expect(!test_find(test, of_family, i));
	expect(test_add(test->a, of_family, 3) == -ENODEV);
	expect(!test->port->addresses[of_family].count);
	return 0;
}

static int __init test_all(struct test *test)
{
	struct ipvl_key kept = test_key(IPVL_V4, TEST_KEYS + 2);
	u8 of_family;
	int err = 0;

	for (of_family = IPVL_V4; !err && of_family < IPVL_FAMILIES; of_family++)
		err = test_spread(test, of_family) ?: test_insert(test, of_family) ?:
					      test_duplicates(test, of_family) ?:
					      test_remove(test, of_family) ?:
					      test_reserve(test, of_family) ?:
					      test_half_moved(test, of_family) ?:
					      test_locks(test, of_family);
	err = err ?: test_readers(test);
	if (err)
		return err;
	expect(!ipvl_addr_lock(test->a, &kept));
	ipvl_addr_flush(test->a);
	expect(!test->port->locks && hlist_empty(&test->a->addresses));
	return test_flush(test, IPVL_V4) ?: test_flush(test, IPVL_V6);
}

static struct ipvl_slave *__init test_slave(struct ipvl_port *port)
{
	struct ipvl_slave *slave = kzalloc(sizeof(*slave), GFP_KERNEL);

	if (!slave)
		return NULL;
	slave->port = port;
	slave->up = true;
	INIT_HLIST_HEAD(&slave->addresses);
	return slave;
}

static int __init test_with_port(struct test *test)
{
	int err;

	spin_lock_init(&test->port->addresses_lock);
	err = ipvl_addr_init(test->port);
	if (err)
		return err;
	test->a = test_slave(test->port);
	test->b = test_slave(test->port);
	err = -ENOMEM;
	if (test->a && test->b) {
		rtnl_lock();
		err = test_all(test);
		/* In a table that is wrong nothing is touched any more, and its addresses are lost. */
		if (!err) {
			ipvl_addr_flush(test->a);
			ipvl_addr_flush(test->b);
		}
		rtnl_unlock();
	}
	ipvl_addr_destroy(test->port);
	/* Addresses that were let go may still be read of. */
	rcu_barrier();
	kfree(test->a);
	kfree(test->b);
	return err;
}

int __init ipvl_addr_selftest(void)
{
	struct test test = {};
	int err;

	test.port = kzalloc(sizeof(*test.port), GFP_KERNEL);
	if (!test.port)
		return -ENOMEM;
	err = test_with_port(&test);
	kfree(test.port);
	pr_info("ipvlan: self-test of the address table: %s, %ld reads beside changes\n", err ? "failed" : "passed",
		atomic_long_read(&test.read));
	return err;
}
