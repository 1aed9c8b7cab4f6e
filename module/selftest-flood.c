// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who listens, tried out when the module is loaded: part of flood.c when that is built with DEBUG=1. The slave's device
 * is never registered.
 */
#include <linux/delay.h>
#include <linux/kthread.h>

#include "selftest.h"

#define TEST_GROUP 5
#define TEST_OTHER 6
#define TEST_READERS 4

struct test {
	struct ipvl_port *port;
	struct ipvl_slave *slave;
	bool all; /* what the slave listens to */
	atomic_t wrong; /* frames that it would have had twice, or not at all */
	atomic_long_t read;
};

static void __init test_listen_to(struct test *test, unsigned int group, unsigned int other)
{
	DECLARE_BITMAP(groups, IPVL_GROUPS) = {};

	__set_bit(group, groups);
	__set_bit(other, groups);
	spin_lock_bh(&test->port->groups_lock);
	listen_to(test->slave, groups);
	spin_unlock_bh(&test->port->groups_lock);
	test->all = group == IPVL_GROUP_ALL;
}

static void __init test_listen(struct test *test, bool all)
{
	if (all)
		test_listen_to(test, IPVL_GROUP_ALL, IPVL_GROUP_ALL);
	else
		test_listen_to(test, TEST_GROUP, TEST_OTHER);
}

static void __init test_switch(struct test *test, unsigned int times)
{
	while (times--)
		test_listen(test, !test->all);
}

static unsigned int test_heard(struct test *test, unsigned int group, u32 switches)
{
	return group_wanted(&test->port->groups[group], switches, NULL);
}

/* A frame's way: the count, its group, all groups; before each of the last two so many switches. */
static unsigned int __init test_frame(struct test *test, unsigned int before, unsigned int between)
{
	unsigned int heard;
	u32 switches;

	rcu_read_lock();
	switches = switches_of(test->port);
	test_switch(test, before);
	heard = test_heard(test, TEST_GROUP, switches);
	test_switch(test, between);
	heard += test_heard(test, IPVL_GROUP_ALL, switches);
	rcu_read_unlock();
	return heard;
}

/* Switched listeners go when nobody can be on the way to them, and are freed when nobody can be at them. */
static void __init test_settle(void)
{
	rcu_barrier();
	rcu_barrier();
}

static unsigned int __init test_chained(struct test *test, unsigned int group)
{
	struct ipvl_listener *listener;
	unsigned int count = 0;

	rcu_read_lock();
	hlist_for_each_entry_rcu(listener, &test->port->groups[group], node)
		count += listener->slave == test->slave && !listener->since && !listener->until ? 1 : 100;
	rcu_read_unlock();
	return count;
}

static int __init test_settled(struct test *test)
{
	test_settle();
	expect(test_chained(test, IPVL_GROUP_ALL) == test->all);
	expect(test_chained(test, TEST_GROUP) == !test->all && test_chained(test, TEST_OTHER) == !test->all);
	expect(netdev_refcnt_read(test->slave->dev) == 1);
	return 0;
}

/* The count comes round meanwhile. */
static int __init test_frames(struct test *test)
{
	unsigned int begin, before, between;

	test->port->switches = U32_MAX - 20;
	for (begin = 0; begin < 2; begin++)
		for (before = 0; before < 4; before++)
			for (between = 0; between < 4; between++) {
				test_listen(test, begin);
				expect(test_frame(test, before, between) == 1);
				expect(test_frame(test, 0, 0) == 1);
			}
	expect(test->port->switches < 100);
	return test_settled(test);
}

/* In a group that is joined, or joined again, while frames are on the way from before the slave was switched. */
static bool __init test_joins(struct test *test)
{
	u32 before = switches_of(test->port), after;

	test_listen_to(test, TEST_GROUP, TEST_GROUP);
	test_listen_to(test, TEST_OTHER, TEST_OTHER);
	test_listen(test, false);
	after = switches_of(test->port);
	return test_heard(test, IPVL_GROUP_ALL, before) && !test_heard(test, TEST_GROUP, before) &&
	       !test_heard(test, TEST_OTHER, before) && !test_heard(test, IPVL_GROUP_ALL, after) &&
	       test_heard(test, TEST_GROUP, after) && test_heard(test, TEST_OTHER, after);
}

static int __init test_joining(struct test *test)
{
	bool once;
	int err;

	test_listen(test, true);
	rcu_read_lock();
	once = test_joins(test);
	rcu_read_unlock();
	expect(once);
	err = test_settled(test);
	if (err)
		return err;
	/* Later there is nothing to wait for. */
	test_listen_to(test, TEST_GROUP, TEST_GROUP);
	test_listen(test, false);
	return test_settled(test);
}

static int test_reader(void *data)
{
	struct test *test = data;
	u32 switches;

	while (!kthread_should_stop()) {
		rcu_read_lock();
		switches = switches_of(test->port);
		if (test_heard(test, TEST_GROUP, switches) + test_heard(test, IPVL_GROUP_ALL, switches) != 1)
			atomic_inc(&test->wrong);
		rcu_read_unlock();
		atomic_long_inc(&test->read);
		cond_resched();
	}
	return 0;
}

static void __init test_changes(struct test *test)
{
	unsigned long end = jiffies + HZ / 2;

	/* With one processor readers have had no turn yet. */
	while (time_before(jiffies, end) || !atomic_long_read(&test->read)) {
		test_switch(test, 100);
		msleep(1);
	}
}

static int __init test_readers(struct test *test)
{
	struct task_struct *readers[TEST_READERS];
	int started;

	for (started = 0; started < TEST_READERS; started++) {
		readers[started] = kthread_run(test_reader, test, "ipvlan-test/%d", started);
		if (IS_ERR(readers[started]))
			break;
	}
	if (started == TEST_READERS)
		test_changes(test);
	while (started)
		kthread_stop(readers[--started]);
	expect(atomic_long_read(&test->read));
	expect(!atomic_read(&test->wrong));
	return test_settled(test);
}

/* Who goes meanwhile hears nothing more, and leaves nothing behind. */
static int __init test_deafen(struct test *test)
{
	test_switch(test, 3);
	ipvl_flood_deafen(test->slave);
	expect(test_frame(test, 0, 0) == 0);
	test_settle();
	expect(!test_chained(test, IPVL_GROUP_ALL));
	expect(!test_chained(test, TEST_GROUP) && !test_chained(test, TEST_OTHER));
	expect(netdev_refcnt_read(test->slave->dev) == 1);
	return 0;
}

static int __init test_with_slave(struct test *test, struct net_device *dev)
{
	int err;

	test->slave = netdev_priv(dev);
	test->slave->dev = dev;
	test->slave->port = test->port;
	spin_lock_init(&test->port->groups_lock);
	err = ipvl_flood_prepare(test->slave);
	if (err)
		return err;
	WRITE_ONCE(test->slave->up, true);
	test_listen(test, false);
	err = test_settled(test) ?: test_frames(test) ?: test_joining(test) ?: test_readers(test) ?: test_deafen(test);
	if (err)
		ipvl_flood_deafen(test->slave);
	/* They refer to the port. */
	test_settle();
	return err;
}

int __init ipvl_flood_selftest(void)
{
	struct net_device *dev = alloc_netdev(sizeof(struct ipvl_slave), "ipvl-test%d", NET_NAME_UNKNOWN, ether_setup);
	struct test test = {};
	int err = -ENOMEM;

	test.port = kvzalloc(sizeof(*test.port), GFP_KERNEL);
	if (dev && test.port)
		err = test_with_slave(&test, dev);
	if (dev)
		free_netdev(dev);
	kvfree(test.port);
	pr_info("ipvlan: self-test of the listeners: %s, %ld reads beside changes\n", err ? "failed" : "passed",
		atomic_long_read(&test.read));
	return err;
}
