// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changing links and ports that exist. The arena of lab-test.h with, in most tests:
 *
 *   arena: eth0 --+-- ns0: ipvl0
 *                 +-- ns1: ipvl1
 */
#include "lab-test.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define L2	 IPVLAN_MODE_L2
#define L3	 IPVLAN_MODE_L3
#define L3S	 IPVLAN_MODE_L3S
#define NO_MODE	 IPVLAN_MODE_UNSET
#define NO_FLAGS IPVLAN_FLAGS_UNSET

static struct ipvlan_netns *opened(const char *name)
{
	struct ipvlan_netns *netns;

	must(ipvlan_netns_open_name(ctx, name, &netns));
	return netns;
}

static void work_in(const char *name)
{
	struct ipvlan_netns *netns = opened(name);

	must(ipvlan_ctx_set_netns(ctx, netns));
	ipvlan_netns_free(netns);
}

static void must_be(const char *place, const char *name, const char *on, int mode, int flags)
{
	char line[128];

	snprintf(line, sizeof(line), "%s link %s up mtu 1500 on %s ipvlan mode %d flags %d", place, name, on, mode,
		 flags);
	must_have(line);
}

START_TEST(test_change_of_an_only_slave)
{
	lab_slave("ipvl0", NULL, L2, IPVLAN_F_PRIVATE, NULL);
	must(ipvlan_link_change(ctx, "ipvl0", L3, NO_FLAGS, false));
	must_be("arena", "ipvl0", "eth0", L3, IPVLAN_F_PRIVATE);
	must(ipvlan_link_change(ctx, "ipvl0", NO_MODE, IPVLAN_F_VEPA, false));
	must_be("arena", "ipvl0", "eth0", L3, IPVLAN_F_VEPA);
	must(ipvlan_link_change(ctx, "ipvl0", L3S, 0, false));
	must_be("arena", "ipvl0", "eth0", L3S, 0);
	must(ipvlan_port_change(ctx, "eth0", L2, IPVLAN_F_PRIVATE, false));
	must_be("arena", "ipvl0", "eth0", L2, IPVLAN_F_PRIVATE);
	must(ipvlan_port_change(ctx, "eth0", NO_MODE, NO_FLAGS, false));
	must_be("arena", "ipvl0", "eth0", L2, IPVLAN_F_PRIVATE);
}
END_TEST

START_TEST(test_siblings_want_consent)
{
	lab_slave("ipvl0", "ns0", L2, IPVLAN_F_PRIVATE, NULL);
	lab_slave("ipvl1", "ns1", L2, IPVLAN_F_PRIVATE, NULL);
	must_fail(
		ipvlan_port_change(ctx, "eth0", L3, NO_FLAGS, false), -EBUSY, IPVLAN_STAGE_CONSENT,
		"they belong to the parent, so these would change too: ipvl0 in namespace ns0, ipvl1 in namespace ns1",
		"ipvl1 in namespace ns1", "change_siblings");
	work_in("ns0");
	must_fail(ipvlan_link_change(ctx, "ipvl0", L3, NO_FLAGS, false), -EBUSY, IPVLAN_STAGE_CONSENT,
		  "these would change too: ipvl1 in namespace ns1", "ipvl1 in namespace ns1", NULL);
	must_be("ns1", "ipvl1", "elsewhere", L2, IPVLAN_F_PRIVATE);

	/* What holds already needs no consent. */
	must(ipvlan_link_change(ctx, "ipvl0", L2, IPVLAN_F_PRIVATE, false));

	/* Where `ip link set … type ipvlan mode l3` would clear private. */
	must(ipvlan_link_change(ctx, "ipvl0", L3, NO_FLAGS, true));
	must_be("ns0", "ipvl0", "elsewhere", L3, IPVLAN_F_PRIVATE);
	must_be("ns1", "ipvl1", "elsewhere", L3, IPVLAN_F_PRIVATE);
	must(ipvlan_ctx_set_netns(ctx, NULL));
	must(ipvlan_port_change(ctx, "eth0", NO_MODE, IPVLAN_F_VEPA, true));
	must_be("ns0", "ipvl0", "elsewhere", L3, IPVLAN_F_VEPA);
	must_be("ns1", "ipvl1", "elsewhere", L3, IPVLAN_F_VEPA);
}
END_TEST

START_TEST(test_changes_that_make_no_sense)
{
	char *before, *after;

	must_fail(ipvlan_port_change(ctx, "eth0", L3, NO_FLAGS, false), -ENOENT, IPVLAN_STAGE_CHANGE,
		  "it has no slave, and a port lives only as long as it has slaves", "", "the first slave");
	lab_slave("ipvl0", NULL, L2, IPVLAN_F_PRIVATE, NULL);
	before = lab_state();
	must_fail(ipvlan_link_change(ctx, "eth0", L3, NO_FLAGS, false), -EOPNOTSUPP, IPVLAN_STAGE_CHANGE,
		  "it is no ipvlan slave", "", NULL);
	must_fail(ipvlan_link_change(ctx, "ipvl7", L3, NO_FLAGS, false), -ENODEV, IPVLAN_STAGE_READ, "ipvl7", "", NULL);
	must_fail(ipvlan_link_change(ctx, "ipvl0", NO_MODE, IPVLAN_F_PRIVATE | IPVLAN_F_VEPA, false), -EINVAL,
		  IPVLAN_STAGE_SETTINGS, "they exclude each other", "", "");
	must_fail(ipvlan_link_change(ctx, "ipvl0", 65536, NO_FLAGS, false), -EINVAL, IPVLAN_STAGE_SETTINGS,
		  "0 to 65535", "", "");
	/* A newer kernel's, for all we know: this one is asked. */
	must_fail(ipvlan_link_change(ctx, "ipvl0", 7, NO_FLAGS, false), -EINVAL, IPVLAN_STAGE_CHANGE, "ipvl0", "",
		  "may not know that mode");
	must_fail(ipvlan_link_change(ctx, "ipvl0", NO_MODE, 8, false), -EINVAL, IPVLAN_STAGE_CHANGE, "ipvl0", "",
		  "or those flags");
	after = lab_state();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}
END_TEST

/* A slave that only an open file leads to serves as well as any. */
START_TEST(test_change_through_a_slave_that_is_held)
{
	struct ipvlan_port *port;
	int fd;

	lab_slave("ipvl0", "ns0", L2, 0, NULL);
	fd = lab_netns_open("ns0");
	lab_netns_del("ns0");
	must(ipvlan_port_change(ctx, "eth0", L3, IPVLAN_F_VEPA, true));
	must(ipvlan_port_get(ctx, "eth0", &port));
	ck_assert_uint_eq(ipvlan_port_get_slave_count(port), 1);
	ck_assert_int_eq(ipvlan_port_get_mode(port), L3);
	ck_assert_int_eq(ipvlan_port_get_flags(port), IPVLAN_F_VEPA);
	ipvlan_port_free(port);
	close(fd);
}
END_TEST

/*
 * ns0: ipvl0 --- up0 in a namespace without a name: who else is on that parent, nobody here can tell if it lives by a
 * socket only.
 *
 * @return a descriptor that keeps that namespace
 */
static int make_slave_of_hidden_parent(int (*keep)(const char *name))
{
	struct ipvlan_settings *s = ipvlan_settings_new("up0", "ipvl0");
	int hidden;

	lab_enter("ns1");
	ck_assert_int_eq(lab_link_add(&(struct lab_link){.kind = "dummy", .name = "up0", .up = true}), 0);
	lab_leave();
	work_in("ns1");
	must(ipvlan_settings_set_netns_name(s, "ns0"));
	must(ipvlan_settings_set_mode(s, L2));
	ipvlan_settings_set_up(s, true);
	must(ipvlan_link_create(ctx, s, NULL));
	ipvlan_settings_free(s);
	work_in("ns0");
	hidden = keep("ns1");
	lab_netns_del("ns1");
	return hidden;
}

START_TEST(test_a_parent_out_of_sight)
{
	struct ipvlan_settings *s = ipvlan_settings_new("ipvl0", "ipvl1");
	int hidden = make_slave_of_hidden_parent(lab_netns_hold);

	must(ipvlan_link_change(ctx, "ipvl0", L2, 0, false));
	must_fail(ipvlan_link_change(ctx, "ipvl0", L3, NO_FLAGS, false), -EBUSY, IPVLAN_STAGE_CONSENT,
		  "its parent is in a namespace that cannot be seen from here, and so may its siblings be", "",
		  "do it where the parent is");
	must_be("ns0", "ipvl0", "elsewhere", L2, 0);
	/* The kernel knows that parent, whoever asks. */
	must(ipvlan_link_change(ctx, "ipvl0", L3, IPVLAN_F_PRIVATE, true));
	must_be("ns0", "ipvl0", "elsewhere", L3, IPVLAN_F_PRIVATE);
	must_fail(ipvlan_link_change(ctx, "ipvl0", 7, NO_FLAGS, true), -EINVAL, IPVLAN_STAGE_CHANGE, "ipvl0", "",
		  "may not know that mode");
	must_fail(ipvlan_link_create(ctx, s, NULL), -ENOENT, IPVLAN_STAGE_PARENT,
		  "cannot find the parent of ipvl0: it is in a namespace that cannot be seen from here", "",
		  "make it where their parent is");
	must_be("ns0", "ipvl0", "elsewhere", L3, IPVLAN_F_PRIVATE);
	must(ipvlan_link_delete(ctx, "ipvl0"));
	ipvlan_settings_free(s);
	close(hidden);
}
END_TEST

/* Where a file leads to the parent, its slaves can be counted: there is no other. */
START_TEST(test_a_parent_that_is_held)
{
	int hidden = make_slave_of_hidden_parent(lab_netns_open);

	must(ipvlan_link_change(ctx, "ipvl0", L3, NO_FLAGS, false));
	must_be("ns0", "ipvl0", "elsewhere", L3, 0);
	must(ipvlan_link_delete(ctx, "ipvl0"));
	close(hidden);
}
END_TEST

START_TEST(test_rename_state_and_mtu)
{
	lab_slave("ipvl0", "ns0", L2, 0, NULL);
	work_in("ns0");
	must(ipvlan_link_set_down(ctx, "ipvl0"));
	must_have("ns0 link ipvl0 down mtu 1500 on elsewhere ipvlan mode 0 flags 0");
	must(ipvlan_link_rename(ctx, "ipvl0", "eth0"));
	must_fail(ipvlan_link_rename(ctx, "eth0", "lo"), -EEXIST, IPVLAN_STAGE_RENAME,
		  "cannot set the name (lo) of eth0 in namespace ns0: there is a link of that name already", "", NULL);
	must(ipvlan_link_set_mtu(ctx, "eth0", 1280));
	must(ipvlan_link_set_up(ctx, "eth0"));
	must_have("ns0 link eth0 up mtu 1280 on elsewhere ipvlan mode 0 flags 0");
	must_fail(ipvlan_link_rename(ctx, "eth0", "a-name-of-16-byt"), -EINVAL, IPVLAN_STAGE_RENAME, "1 to 15 bytes",
		  "", "");
	must_fail(ipvlan_link_rename(ctx, "eth0", ""), -EINVAL, IPVLAN_STAGE_RENAME, "1 to 15 bytes", "", "");
	must_fail(ipvlan_link_set_mtu(ctx, "eth0", 67), -EINVAL, IPVLAN_STAGE_CHANGE, "MTU (67 bytes)", "",
		  "eth0 takes 68 to 65535 bytes");
	must_fail(ipvlan_link_set_mtu(ctx, "eth0", 65536), -EINVAL, IPVLAN_STAGE_CHANGE, "MTU (65536 bytes)", "",
		  "eth0 takes 68 to 65535 bytes");
	must_fail(ipvlan_link_set_mtu(ctx, "eth0", 0), -EINVAL, IPVLAN_STAGE_CHANGE, "MTU (0 bytes)", "", NULL);
	must_fail(ipvlan_link_set_mac(ctx, "eth0", (const uint8_t[6]){2, 0, 0, 0, 0, 1}), -EOPNOTSUPP,
		  IPVLAN_STAGE_CHANGE, "has its parent's MAC address and cannot have another", "", "macvlan");
	must_have("ns0 link eth0 up mtu 1280 on elsewhere ipvlan mode 0 flags 0");
	must(ipvlan_ctx_set_netns(ctx, NULL));
	must(ipvlan_link_set_mac(ctx, "eth0", (const uint8_t[6]){2, 0, 0, 0, 0, 1}));
}
END_TEST

START_TEST(test_rename_while_up)
{
	int err;

	lab_slave("ipvl0", NULL, L2, 0, NULL);
	err = ipvlan_link_rename(ctx, "ipvl0", "ipvl9");
	/* 6.2 and later do it. */
	if (err)
		must_fail(err, -EBUSY, IPVLAN_STAGE_RENAME, "cannot set the name (ipvl9) of ipvl0", "",
			  "set it down first");
}
END_TEST

START_TEST(test_move_and_back)
{
	struct ipvlan_netns *ns0 = opened("ns0"), *home;

	lab_slave("ipvl0", NULL, L2, IPVLAN_F_VEPA, "10.0.0.2/24");
	must(ipvlan_netns_open_current(ctx, &home));
	must(ipvlan_link_move(ctx, "ipvl0", ns0, NULL));
	must_have("ns0 link ipvl0 down mtu 1500 on elsewhere ipvlan mode 0 flags 2");
	must_not_have("ns0 addr ipvl0 10.0.0.2/24");
	must(ipvlan_ctx_set_netns(ctx, ns0));
	must(ipvlan_link_move(ctx, "ipvl0", home, "ipvl5"));
	must_have("arena link ipvl5 down mtu 1500 on eth0 ipvlan mode 0 flags 2");
	must(ipvlan_ctx_set_netns(ctx, NULL));

	/* To where it is: nothing, or a name. */
	must(ipvlan_link_move(ctx, "ipvl5", home, NULL));
	must(ipvlan_link_move(ctx, "ipvl5", home, "ipvl6"));
	must_have("arena link ipvl6 down mtu 1500 on eth0 ipvlan mode 0 flags 2");
	ipvlan_netns_free(home);
	ipvlan_netns_free(ns0);
}
END_TEST

START_TEST(test_move_and_names)
{
	struct ipvlan_netns *ns0 = opened("ns0");
	char *before, *after;

	lab_slave("ipvl0", "ns0", L2, 0, NULL);
	lab_slave("ipvl0", NULL, L2, 0, NULL);
	lab_slave("ipvl5", NULL, L2, 0, NULL);
	before = lab_state();
	/* Left to itself the kernel moves it, and only then finds that the name is taken. */
	must_fail(ipvlan_link_move(ctx, "ipvl5", ns0, "lo"), -EEXIST, IPVLAN_STAGE_MOVE, "a link named lo is there", "",
		  "another name");
	must_fail(ipvlan_link_move(ctx, "ipvl0", ns0, NULL), -EEXIST, IPVLAN_STAGE_MOVE,
		  "cannot move ipvl0 to namespace ns0: a link named ipvl0 is there already", "", "another name");
	must_fail(ipvlan_link_move(ctx, "ipvl0", ns0, "lo"), -EEXIST, IPVLAN_STAGE_MOVE, "a link named lo is there", "",
		  "another name");
	must_fail(ipvlan_link_move(ctx, "ipvl0", ns0, "a/b"), -EINVAL, IPVLAN_STAGE_SETTINGS, "1 to 15 bytes", "", "");
	must_fail(ipvlan_link_move(ctx, "ipvl7", ns0, NULL), -ENODEV, IPVLAN_STAGE_MOVE, "no link of that name", "",
		  NULL);
	must_fail(ipvlan_link_move(ctx, "lo", ns0, "lo1"), -EINVAL, IPVLAN_STAGE_MOVE, "cannot move lo to", "",
		  "bound to the namespace");
	after = lab_state();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);

	/* A name taken there only stands in the way of itself, and one that is taken here does not at all. */
	must(ipvlan_link_move(ctx, "ipvl0", ns0, "eth0"));
	must_have("ns0 link eth0 down mtu 1500 on elsewhere ipvlan mode 0 flags 0");
	ipvlan_netns_free(ns0);
}
END_TEST

static uint32_t group_of(const char *netns, const char *name)
{
	struct ipvlan_link *link;
	uint32_t group;

	work_in(netns);
	must(ipvlan_link_get(ctx, name, &link));
	group = ipvlan_link_get_group(link);
	ipvlan_link_free(link);
	return group;
}

START_TEST(test_delete)
{
	lab_slave("ipvl0", "ns0", L2, 0, "10.0.0.2/24");
	must_fail(ipvlan_link_delete(ctx, "ipvl0"), -ENODEV, IPVLAN_STAGE_DELETE, "no link of that name", "",
		  "-n NAME");
	work_in("ns0");
	must(ipvlan_link_delete(ctx, "ipvl0"));
	must_not_have("ns0 link ipvl0 up mtu 1500 on elsewhere ipvlan mode 0 flags 0");
	must_fail(ipvlan_link_delete(ctx, "lo"), -EOPNOTSUPP, IPVLAN_STAGE_DELETE, "cannot be deleted", "", NULL);
	/* The last one took the port along. */
	must(ipvlan_ctx_set_netns(ctx, NULL));
	ck_assert_int_eq(lab_link_add(&(struct lab_link){.kind = "macvlan", .name = "mv0", .parent = "eth0"}), 0);
}
END_TEST

/* All go in one request, and when one cannot, the others keep even the group that they were in. */
START_TEST(test_delete_many)
{
	static const char *const three[] = {"ipvl0", "ipvl1", "ipvl2"}, *const missing[] = {"ipvl0", "ipvl9", "ipvl1"},
				 *const undeletable[] = {"ipvl0", "lo", "ipvl1"};
	char *before, *after, *left;

	lab_slave("ipvl0", "ns0", L2, 0, "10.0.0.2/24");
	lab_slave("ipvl1", "ns0", L2, 0, "10.0.0.3/24");
	lab_slave("ipvl2", "ns0", L2, 0, NULL);
	lab_slave("ipvl3", "ns0", L2, 0, NULL);
	work_in("ns0");
	before = lab_state();
	must_fail(ipvlan_link_delete_many(ctx, missing, 3), -ENODEV, IPVLAN_STAGE_DELETE,
		  "cannot delete ipvl9 in namespace ns0: there is no link of that name", "", "");
	must_fail(ipvlan_link_delete_many(ctx, undeletable, 3), -EOPNOTSUPP, IPVLAN_STAGE_DELETE, "cannot be deleted",
		  "", NULL);
	must(ipvlan_link_delete_many(ctx, NULL, 0));
	after = lab_state();
	ck_assert_str_eq(before, after);
	ck_assert_uint_eq(group_of("ns0", "ipvl1"), 0);
	must(ipvlan_link_delete_many(ctx, three, 3));
	ck_assert_ptr_null(lab_link_line("ns0", "ipvl0"));
	ck_assert_ptr_null(lab_link_line("ns0", "ipvl2"));
	left = lab_link_line("ns0", "ipvl3");
	ck_assert_ptr_nonnull(left);
	free(left);
	free(before);
	free(after);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("change");
	TCase *tc = lab_case(suite, "change");

	tcase_add_test(tc, test_change_of_an_only_slave);
	tcase_add_test(tc, test_siblings_want_consent);
	tcase_add_test(tc, test_change_through_a_slave_that_is_held);
	tcase_add_test(tc, test_changes_that_make_no_sense);
	tcase_add_test(tc, test_a_parent_out_of_sight);
	tcase_add_test(tc, test_a_parent_that_is_held);
	tcase_add_test(tc, test_rename_state_and_mtu);
	tcase_add_test(tc, test_rename_while_up);
	tcase_add_test(tc, test_move_and_back);
	tcase_add_test(tc, test_move_and_names);
	tcase_add_test(tc, test_delete);
	tcase_add_test(tc, test_delete_many);
	return lab_main(suite);
}
