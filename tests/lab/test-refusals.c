// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel leaves cryptic, provoked for real: the errno must be the kernel's, the words must say who and what to
 * do, and nothing may be left. The arena of lab-test.h; each test adds the devices that stand in the way.
 */
#include "lab-test.h"
#include <fcntl.h>
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *before;

static void remember(void)
{
	before = lab_state();
}

static void must_be_as_before(void)
{
	char *after = lab_state();

	ck_assert_str_eq(before, after);
	free(before);
	free(after);
	before = NULL;
}

static void forget(void)
{
	free(before);
	before = NULL;
}

static int create(const char *parent, const char *name, int mode, int flags)
{
	struct ipvlan_settings *s = ipvlan_settings_new(parent, name);
	int err;

	ipvlan_settings_set_mode(s, mode);
	ipvlan_settings_set_flags(s, flags);
	ipvlan_settings_set_up(s, true);
	err = ipvlan_link_create(ctx, s, NULL);
	ipvlan_settings_free(s);
	return err;
}

static int create_in(const char *netns, const char *address)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "ipvl1");
	int err;

	ipvlan_settings_set_netns_name(s, netns);
	ipvlan_settings_set_mode(s, IPVLAN_MODE_L2);
	ipvlan_settings_add_address(s, address);
	ipvlan_settings_set_up(s, true);
	err = ipvlan_link_create(ctx, s, NULL);
	ipvlan_settings_free(s);
	return err;
}

static void add(const struct lab_link *link)
{
	int err = lab_link_add(link);

	ck_assert_msg(err == 0, "the bench: %s %s: %s", link->kind, link->name, strerror(-err));
}

/* Bridge, bond and team take eth0 as their port. */
START_TEST(test_parent_has_a_controller)
{
	static const char *const kinds[] = {"bridge", "bond", "team"};
	char holder[32], said[64];

	add(&(struct lab_link){.kind = kinds[_i], .name = "upper0"});
	lab_link_set_up("eth0", false);
	lab_link_set_controller("eth0", "upper0");
	snprintf(holder, sizeof(holder), "upper0 (%s)", kinds[_i]);
	snprintf(said, sizeof(said), "cannot make ipvl0 on eth0: eth0 belongs to upper0 (%s)", kinds[_i]);
	remember();
	must_fail(create("eth0", "ipvl0", IPVLAN_MODE_L2, 0), -EBUSY, IPVLAN_STAGE_CREATE, said, holder,
		  "use the controller itself as the parent");
	must_be_as_before();
	/* The hint helps. */
	lab_link_set_up("upper0", true);
	must(create("upper0", "ipvl0", IPVLAN_MODE_L2, 0));
}
END_TEST

START_TEST(test_parent_has_a_macvlan)
{
	char said[96];
	int held, hidden;

	add(&(struct lab_link){.kind = "macvlan", .name = "mv0", .parent = "eth0", .first_value = MACVLAN_MODE_BRIDGE});
	remember();
	must_fail(create("eth0", "ipvl0", IPVLAN_MODE_L2, 0), -EBUSY, IPVLAN_STAGE_CREATE,
		  "eth0 is the parent of mv0 in this namespace (macvlan)", "mv0 in this namespace (macvlan)",
		  "cannot share a device");
	must_be_as_before();
	lab_move("mv0", "ns0");
	must_fail(create("eth0", "ipvl0", IPVLAN_MODE_L2, 0), -EBUSY, IPVLAN_STAGE_CREATE,
		  "eth0 is the parent of mv0 in namespace ns0 (macvlan)", "mv0 in namespace ns0 (macvlan)", NULL);
	held = lab_netns_open("ns0");
	hidden = lab_netns_hold("ns0");
	lab_netns_del("ns0");
	snprintf(said, sizeof(said), "mv0 in the namespace /proc/%d/fd/%d (macvlan)", (int)getpid(), held);
	must_fail(create("eth0", "ipvl0", IPVLAN_MODE_L2, 0), -EBUSY, IPVLAN_STAGE_CREATE, "eth0 is the parent of mv0",
		  said, NULL);
	close(held);
	must_fail(create("eth0", "ipvl0", IPVLAN_MODE_L2, 0), -EBUSY, IPVLAN_STAGE_CREATE,
		  "something else takes the packets of eth0", "", "in a namespace that cannot be seen from here");
	close(hidden);
}
END_TEST

START_TEST(test_address_is_held)
{
	pid_t pid;
	char said[96];
	int held, hidden;

	lab_slave("ipvl0", "ns0", IPVLAN_MODE_L2, 0, "10.0.0.2/24");
	lab_slave("ipvl2", NULL, IPVLAN_MODE_L2, 0, "fd00::2/64");
	remember();
	must_fail(create_in("ns1", "10.0.0.2/16"), -EADDRINUSE, IPVLAN_STAGE_ADDRESS,
		  "address 10.0.0.2/16: it is in use by ipvl0 in namespace ns0", "ipvl0 in namespace ns0",
		  "take it from that one first");
	ck_assert_str_eq(ipvlan_error_get_extack(ipvlan_ctx_get_error(ctx)),
			 "Address already assigned to an ipvlan device");
	must_fail(create_in("ns1", "fd00::2/128"), -EADDRINUSE, IPVLAN_STAGE_ADDRESS,
		  "it is in use by ipvl2 in this namespace", "ipvl2 in this namespace", NULL);
	must_be_as_before();

	pid = lab_pid_start("ns0");
	held = lab_netns_open("ns0");
	hidden = lab_netns_hold("ns0");
	lab_netns_del("ns0");
	snprintf(said, sizeof(said), "ipvl0 in the namespace of process %d", pid);
	must_fail(create_in("ns1", "10.0.0.2/24"), -EADDRINUSE, IPVLAN_STAGE_ADDRESS, "it is in use by ipvl0", said,
		  NULL);
	lab_pid_end(pid);
	snprintf(said, sizeof(said), "ipvl0 in the namespace /proc/%d/fd/%d", (int)getpid(), held);
	must_fail(create_in("ns1", "10.0.0.2/24"), -EADDRINUSE, IPVLAN_STAGE_ADDRESS, "it is in use by ipvl0", said,
		  NULL);
	close(held);
	must_fail(create_in("ns1", "10.0.0.2/24"), -EADDRINUSE, IPVLAN_STAGE_ADDRESS,
		  "another slave of the same parent has it, in a namespace that cannot be seen from here", "", NULL);
	close(hidden);
}
END_TEST

static struct ipvlan_address *with_peer(const char *text, const char *peer)
{
	struct ipvlan_address *address;

	ck_assert_int_eq(ipvlan_address_new(text, &address), 0);
	ck_assert_int_eq(ipvlan_address_set_peer(address, peer), 0);
	return address;
}

/* Of an IPv4 address that has a peer, the kernel looks at the peer alone. */
START_TEST(test_a_peer_is_held)
{
	struct ipvlan_address *held = with_peer("10.0.0.2", "10.0.0.9"), *wanted = with_peer("10.0.0.4", "10.0.0.9"),
			      *free_one = with_peer("10.0.0.2", "10.0.0.8");

	ck_assert_int_eq(create("eth0", "ipvl0", IPVLAN_MODE_L2, 0), 0);
	ck_assert_int_eq(create("eth0", "ipvl1", IPVLAN_MODE_L2, 0), 0);
	must(ipvlan_address_add(ctx, "ipvl0", held));
	must_fail(create_in("ns1", "10.0.0.9/24"), -EADDRINUSE, IPVLAN_STAGE_ADDRESS,
		  "address 10.0.0.9/24: it is in use by ipvl0 in this namespace, as a peer", "ipvl0 in this namespace",
		  "take it from that one first");
	must_fail(ipvlan_address_add(ctx, "ipvl1", wanted), -EADDRINUSE, IPVLAN_STAGE_ADDRESS,
		  "its peer 10.0.0.9 is in use by ipvl0 in this namespace, as a peer", "ipvl0 in this namespace", NULL);
	must(ipvlan_address_add(ctx, "ipvl1", free_one));
	ipvlan_address_free(held);
	ipvlan_address_free(wanted);
	ipvlan_address_free(free_one);
}
END_TEST

/* A slave of another parent may have the same address; it is not in the way. */
START_TEST(test_the_holder_is_of_the_same_parent)
{
	struct ipvlan_address *address;

	add(&(struct lab_link){.kind = "dummy", .name = "eth1"});
	ck_assert_int_eq(create("eth1", "other", IPVLAN_MODE_L2, 0), 0);
	ck_assert_int_eq(ipvlan_address_new("10.0.0.2/24", &address), 0);
	must(ipvlan_address_add(ctx, "other", address));
	ipvlan_address_free(address);
	lab_slave("ipvl0", "ns0", IPVLAN_MODE_L2, 0, "10.0.0.2/24");
	must_fail(create_in("ns1", "10.0.0.2/24"), -EADDRINUSE, IPVLAN_STAGE_ADDRESS,
		  "it is in use by ipvl0 in namespace ns0", "ipvl0 in namespace ns0", NULL);
}
END_TEST

START_TEST(test_address_of_a_link_that_exists)
{
	struct ipvlan_address *address;
	struct ipvlan_netns *ns1;

	lab_slave("ipvl0", "ns0", IPVLAN_MODE_L2, 0, "10.0.0.2/24");
	lab_slave("ipvl1", "ns1", IPVLAN_MODE_L2, 0, "10.0.0.3/24");
	must(ipvlan_netns_open_name(ctx, "ns1", &ns1));
	must(ipvlan_ctx_set_netns(ctx, ns1));
	ipvlan_netns_free(ns1);
	ck_assert_int_eq(ipvlan_address_new("10.0.0.2/24", &address), 0);
	remember();
	must_fail(ipvlan_address_add(ctx, "ipvl1", address), -EADDRINUSE, IPVLAN_STAGE_ADDRESS,
		  "it is in use by ipvl0 in namespace ns0", "ipvl0 in namespace ns0", NULL);
	must_fail(ipvlan_address_add(ctx, "ipvl7", address), -ENODEV, IPVLAN_STAGE_ADDRESS, "ipvl7", "", NULL);
	must_be_as_before();
	ipvlan_address_free(address);
}
END_TEST

START_TEST(test_parents_that_cannot_be)
{
	add(&(struct lab_link){.kind = "nlmon", .name = "mon0"});
	add(&(struct lab_link){.kind = "vrf", .name = "vrf0", .first_value = 10});
	remember();
	must_fail(create("lo", "ipvl0", IPVLAN_MODE_UNSET, -1), -EINVAL, IPVLAN_STAGE_CREATE,
		  "cannot make ipvl0 on lo: lo is a loopback device, which cannot be a parent", "",
		  "a parent is an Ethernet-like device");
	must_fail(create("mon0", "ipvl0", IPVLAN_MODE_UNSET, -1), -EINVAL, IPVLAN_STAGE_CREATE,
		  "mon0 is not an Ethernet device (hardware type 824), so it cannot be a parent", "", "Ethernet-like");
	must_fail(create("vrf0", "ipvl0", IPVLAN_MODE_UNSET, -1), -EINVAL, IPVLAN_STAGE_CREATE, "on vrf0", "", NULL);
	must_be_as_before();
}
END_TEST

START_TEST(test_settings_that_cannot_be)
{
	struct ipvlan_settings *s;

	remember();
	must_fail(create("eth0", "a-name-of-16-byt", 0, 0), -EINVAL, IPVLAN_STAGE_SETTINGS,
		  "cannot make a-name-of-16-byt: name \"a-name-of-16-byt\": a link's name is 1 to 15 bytes", "", "");
	must_fail(create("eth0", "a/b", 0, 0), -EINVAL, IPVLAN_STAGE_SETTINGS, "without '/', ':', '%' and blanks", "",
		  "");
	must_fail(create("eth0", "", 0, 0), -EINVAL, IPVLAN_STAGE_SETTINGS, "1 to 15 bytes", "", "");
	must_fail(create("eth0", "ipvl0", 0, IPVLAN_F_PRIVATE | IPVLAN_F_VEPA), -EINVAL, IPVLAN_STAGE_SETTINGS,
		  "flags private and vepa: they exclude each other", "", "");
	must_fail(create("eth0", "ipvl0", 7, -1), -EINVAL, IPVLAN_STAGE_CREATE, "this kernel does not know mode 7", "",
		  NULL);
	must_fail(create("eth0", "ipvl0", IPVLAN_MODE_L2, 8), -EINVAL, IPVLAN_STAGE_CREATE,
		  "this kernel does not know flags 0x8", "", NULL);
	s = ipvlan_settings_new("eth0", "ipvl0");
	ck_assert_int_eq(ipvlan_settings_set_mtu(s, 65536), -EINVAL);
	ck_assert_int_eq(ipvlan_settings_add_address(s, "10.0.0.256/24"), -EINVAL);
	/* The first of two is told. */
	must_fail(ipvlan_link_create(ctx, s, NULL), -EINVAL, IPVLAN_STAGE_SETTINGS,
		  "cannot make ipvl0: mtu 65536: an ipvlan link takes 68 to 65535 bytes", "", "");
	ipvlan_settings_free(s);
	must_be_as_before();
}
END_TEST

/* The host's own addresses: none that cannot be read, and then none of the others either. */
START_TEST(test_addresses_of_the_host_that_cannot_be)
{
	static const char *const own[] = {"10.0.0.9", "nonsense", NULL};

	lab_slave("ipvl0", "ns0", IPVLAN_MODE_L2, 0, "10.0.0.2/24");
	remember();
	must_fail(ipvlan_host_access_enable(ctx, "eth0", own), -EINVAL, IPVLAN_STAGE_SETTINGS,
		  "\"nonsense\" is no address", "", NULL);
	must_be_as_before();
}
END_TEST

/* Names of links may hold escape sequences; no message may bring them to a terminal. */
START_TEST(test_names_are_harmless)
{
	add(&(struct lab_link){.kind = "bridge", .name = "\033[31m"});
	lab_link_set_controller("eth0", "\033[31m");
	must_fail(create("eth0", "ipvl0", 0, 0), -EBUSY, IPVLAN_STAGE_CREATE, "eth0 belongs to ?[31m (bridge)",
		  "?[31m (bridge)", NULL);
	must_fail(create("\033[32m", "\033c", 0, 0), -ENODEV, IPVLAN_STAGE_PARENT, "cannot make ?c on parent ?[32m", "",
		  NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("refusals");
	TCase *tc = lab_case(suite, "refusals");

	tcase_add_checked_fixture(tc, NULL, forget);
	tcase_add_loop_test(tc, test_parent_has_a_controller, 0, 3);
	tcase_add_test(tc, test_parent_has_a_macvlan);
	tcase_add_test(tc, test_address_is_held);
	tcase_add_test(tc, test_a_peer_is_held);
	tcase_add_test(tc, test_the_holder_is_of_the_same_parent);
	tcase_add_test(tc, test_address_of_a_link_that_exists);
	tcase_add_test(tc, test_parents_that_cannot_be);
	tcase_add_test(tc, test_settings_that_cannot_be);
	tcase_add_test(tc, test_addresses_of_the_host_that_cannot_be);
	tcase_add_test(tc, test_names_are_harmless);
	return lab_main(suite);
}
