// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ipvlan_link_create() against the driver. Arena as in lab-test.h; most tests make one of these:
 *
 *   arena: eth0 --+-- ns0: ipvl0
 *                 +-- ns1: ipvl1
 */
#include "lab-test.h"
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define L2  IPVLAN_MODE_L2
#define L3  IPVLAN_MODE_L3
#define L3S IPVLAN_MODE_L3S

static struct ipvlan_settings *settings;

static struct ipvlan_settings *of(const char *parent, const char *name)
{
	ipvlan_settings_free(settings);
	settings = ipvlan_settings_new(parent, name);
	ck_assert_ptr_nonnull(settings);
	return settings;
}

static void free_settings(void)
{
	ipvlan_settings_free(settings);
	settings = NULL;
}

static int create(void)
{
	return ipvlan_link_create(ctx, settings, NULL);
}

START_TEST(test_modes_and_flags)
{
	static const int modes[] = {IPVLAN_MODE_UNSET, L2, L3, L3S};
	static const int flags[] = {IPVLAN_FLAGS_UNSET, IPVLAN_FLAGS_BRIDGE, IPVLAN_F_PRIVATE, IPVLAN_F_VEPA};
	int mode = modes[_i / 4], flag = flags[_i % 4];
	int made_mode = mode == IPVLAN_MODE_UNSET ? L3 : mode, made_flags = flag == IPVLAN_FLAGS_UNSET ? 0 : flag;
	struct ipvlan_link *link;
	char line[96];

	ipvlan_settings_set_mode(of("eth0", "ipvl0"), mode);
	ipvlan_settings_set_flags(settings, flag);
	must(ipvlan_link_create(ctx, settings, &link));
	snprintf(line, sizeof(line), "arena link ipvl0 down mtu 1500 on eth0 ipvlan mode %d flags %d", made_mode,
		 made_flags);
	must_have(line);
	ck_assert_str_eq(ipvlan_link_get_name(link), "ipvl0");
	ck_assert_str_eq(ipvlan_link_get_kind(link), "ipvlan");
	ck_assert_str_eq(ipvlan_link_get_parent_name(link), "eth0");
	ck_assert_int_eq(ipvlan_link_get_ifindex(link), (int)if_nametoindex("ipvl0"));
	ck_assert_int_eq(ipvlan_link_get_mode(link), made_mode);
	ck_assert_int_eq(ipvlan_link_get_flags(link), made_flags);
	ipvlan_link_free(link);
}
END_TEST

START_TEST(test_the_kernel_names_it)
{
	struct ipvlan_link *link;

	must(ipvlan_link_create(ctx, of("eth0", NULL), &link));
	ck_assert_str_eq(ipvlan_link_get_name(link), "ipvlan0");
	ipvlan_link_free(link);
	must(ipvlan_link_create(ctx, settings, &link));
	ck_assert_str_eq(ipvlan_link_get_name(link), "ipvlan1");
	ipvlan_link_free(link);
	ipvlan_settings_set_netns_name(settings, "ns0");
	must(ipvlan_link_create(ctx, settings, &link));
	ck_assert_str_eq(ipvlan_link_get_name(link), "ipvlan0");
	ck_assert_str_eq(ipvlan_link_get_netns(link), "ns0");
	ipvlan_link_free(link);
	must_have("ns0 link ipvlan0 down mtu 1500 on elsewhere ipvlan mode 1 flags 0");
}
END_TEST

START_TEST(test_parent_by_index_and_mtu)
{
	ipvlan_settings_set_parent_index(of(NULL, "ipvl0"), (int)if_nametoindex("eth0"));
	ipvlan_settings_set_mtu(settings, 1400);
	must(create());
	must_have("arena link ipvl0 down mtu 1400 on eth0 ipvlan mode 1 flags 0");

	ipvlan_settings_set_parent_index(of(NULL, "ipvl1"), 4711);
	must_fail(create(), -ENODEV, IPVLAN_STAGE_PARENT, "on parent number 4711: there is no such link", "", NULL);
	must_fail((of("eth7", "ipvl1"), create()), -ENODEV, IPVLAN_STAGE_PARENT,
		  "cannot make ipvl1 on parent eth7: there is no such link", "", "looked up where the command works");
	must_fail((of(NULL, "ipvl1"), create()), -EINVAL, IPVLAN_STAGE_SETTINGS, "no parent was given", "", "");
}
END_TEST

/* The four ways to say where. */
START_TEST(test_into_a_namespace)
{
	static const char line[] = "ns0 link ipvl0 down mtu 1500 on elsewhere ipvlan mode 0 flags 0";
	pid_t pid = 0;
	int fd;

	ipvlan_settings_set_mode(of("eth0", "ipvl0"), L2);
	switch (_i) {
	case 0:
		ck_assert_int_eq(ipvlan_settings_set_netns_name(settings, "ns0"), 0);
		break;
	case 1:
		ck_assert_int_eq(ipvlan_settings_set_netns_path(settings, "/run/netns/ns0"), 0);
		break;
	case 2:
		pid = lab_pid_start("ns0");
		ck_assert_int_eq(ipvlan_settings_set_netns_pid(settings, pid), 0);
		break;
	default:
		fd = lab_netns_open("ns0");
		ck_assert_int_eq(ipvlan_settings_set_netns_fd(settings, fd), 0);
		close(fd);
	}
	must(create());
	must_have(line);
	must_not_have("arena link ipvl0 down mtu 1500 on eth0 ipvlan mode 0 flags 0");
	if (pid)
		lab_pid_end(pid);
}
END_TEST

START_TEST(test_into_no_namespace)
{
	char *before = lab_state(), *after;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	ipvlan_settings_set_netns_name(of("eth0", "ipvl0"), "nowhere");
	must_fail(create(), -ENOENT, IPVLAN_STAGE_NETNS, "cannot open namespace nowhere: there is none of that name",
		  "", "netns list");
	ipvlan_settings_set_netns_path(of("eth0", "ipvl0"), "/etc/passwd");
	must_fail(create(), -EINVAL, IPVLAN_STAGE_NETNS, "/etc/passwd: it is not a network namespace", "", "");
	ipvlan_settings_set_netns_path(of("eth0", "ipvl0"), "/proc/self/ns/uts");
	must_fail(create(), -EINVAL, IPVLAN_STAGE_NETNS, "it is not a network namespace", "", "");
	ipvlan_settings_set_netns_pid(of("eth0", "ipvl0"), 99999);
	must_fail(create(), -ESRCH, IPVLAN_STAGE_NETNS, "process 99999: No such process", "", "");
	ipvlan_settings_set_netns_fd(of("eth0", "ipvl0"), fd);
	must_fail(create(), -EINVAL, IPVLAN_STAGE_NETNS, "it is not a network namespace", "", "");
	close(fd);
	after = lab_state();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}
END_TEST

/* Kernels before 6.15 look for the new link's name where the request comes from. */
START_TEST(test_name_taken_only_here)
{
	ipvlan_settings_set_netns_name(of("eth0", "eth0"), "ns1");
	ipvlan_settings_add_address(settings, "10.0.0.2/24");
	ipvlan_settings_set_gateway(settings, "10.0.0.1");
	must(create());
	must_have("ns1 link eth0 up mtu 1500 on elsewhere ipvlan mode 1 flags 0");
	must_have("ns1 addr eth0 10.0.0.2/24");
	must_have("ns1 route default via 10.0.0.1 dev eth0");
	must_have("arena link eth0 up mtu 1500 on - dummy");
}
END_TEST

START_TEST(test_name_taken_there)
{
	char *before, *after;

	lab_slave("ipvl0", "ns0", L2, 0, NULL);
	lab_slave("ipvl0", NULL, L2, 0, NULL);
	before = lab_state();
	ipvlan_settings_set_netns_name(of("eth0", "ipvl0"), "ns0");
	must_fail(create(), -EEXIST, IPVLAN_STAGE_CREATE, "a link named ipvl0 is in namespace ns0 already", NULL,
		  "choose another name");
	must_fail((of("eth0", "ipvl0"), create()), -EEXIST, IPVLAN_STAGE_CREATE, "a link named ipvl0 is in", NULL,
		  "choose another name");
	after = lab_state();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}
END_TEST

START_TEST(test_all_in_one_call)
{
	struct ipvlan_link *link;
	size_t i, found = 0;

	ipvlan_settings_set_mode(of("eth0", "ipvl0"), L2);
	ipvlan_settings_set_netns_name(settings, "ns0");
	ipvlan_settings_add_address(settings, "10.0.0.2/24");
	ipvlan_settings_add_address(settings, "10.0.1.2/32");
	ipvlan_settings_add_address(settings, "fd00::2/64");
	ipvlan_settings_add_address(settings, "fd00:1::2/128");
	ipvlan_settings_set_gateway(settings, "10.0.0.1");
	ipvlan_settings_set_gateway(settings, "fd00::1");
	ipvlan_settings_add_route(settings, "10.9.0.0/16", "10.0.0.9");
	ipvlan_settings_add_route(settings, "10.8.0.0/16", NULL);
	ipvlan_settings_add_route(settings, "fd00:9::/48", "fd00::9");
	ipvlan_settings_set_up(settings, true);
	ipvlan_settings_set_loopback_up(settings, true);
	must(ipvlan_link_create(ctx, settings, &link));
	must_have("ns0 link lo up mtu 65536 on -");
	must_have("ns0 addr lo 127.0.0.1/8");
	must_have("ns0 link ipvl0 up mtu 1500 on elsewhere ipvlan mode 0 flags 0");
	must_have("ns0 addr ipvl0 10.0.0.2/24");
	must_have("ns0 addr ipvl0 10.0.1.2/32");
	must_have("ns0 addr ipvl0 fd00::2/64");
	must_have("ns0 addr ipvl0 fd00:1::2/128");
	must_have("ns0 route default via 10.0.0.1 dev ipvl0");
	must_have("ns0 route6 default via fd00::1 dev ipvl0");
	must_have("ns0 route 10.9.0.0/16 via 10.0.0.9 dev ipvl0");
	must_have("ns0 route 10.8.0.0/16 dev ipvl0");
	must_have("ns0 route6 fd00:9::/48 via fd00::9 dev ipvl0");
	ck_assert(ipvlan_link_is_up(link));
	for (i = 0; i < ipvlan_link_get_address_count(link); i++)
		found += ipvlan_address_get_scope(ipvlan_link_get_address(link, i)) == 0;
	ck_assert_uint_eq(found, 4);
	ipvlan_link_free(link);
}
END_TEST

/* l3 has no neighbours to ask, so the default route is the link itself. */
START_TEST(test_default_route_to_the_link)
{
	ipvlan_settings_set_mode(of("eth0", "ipvl0"), L3);
	ipvlan_settings_set_netns_name(settings, "ns0");
	ipvlan_settings_add_address(settings, "10.0.0.2/32");
	ipvlan_settings_set_gateway(settings, "dev");
	ipvlan_settings_set_gateway(settings, "dev6");
	must(create());
	must_have("ns0 link ipvl0 up mtu 1500 on elsewhere ipvlan mode 1 flags 0");
	must_have("ns0 route default dev ipvl0");
	must_have("ns0 route6 default dev ipvl0");
}
END_TEST

/* Every way to fail after the link is there; lo, up or down before, stays as it was. */
static void begin_half_way(const char *name)
{
	ipvlan_settings_set_mode(of("eth0", name), L2);
	ipvlan_settings_set_netns_name(settings, "ns1");
	ipvlan_settings_set_loopback_up(settings, true);
	ipvlan_settings_set_up(settings, true);
	ipvlan_settings_add_address(settings, "10.0.0.3/24");
}

START_TEST(test_nothing_left_half_way)
{
	char *before, *after;

	lab_slave("ipvl0", "ns0", L2, 0, "10.0.0.2/24");
	if (_i) {
		lab_enter("ns1");
		lab_link_set_up("lo", true);
		lab_leave();
	}
	before = lab_state();

	begin_half_way("ipvl1");
	ipvlan_settings_add_address(settings, "10.0.0.2/24");
	must_fail(create(), -EADDRINUSE, IPVLAN_STAGE_ADDRESS,
		  "cannot make ipvl1 in namespace ns1: address 10.0.0.2/24: it is in use by ipvl0 in namespace ns0",
		  "ipvl0 in namespace ns0", "each is free for one slave only");
	ck_assert_uint_eq(ipvlan_error_get_step(ipvlan_ctx_get_error(ctx)), 1);
	ck_assert_ptr_nonnull(ipvlan_error_get_extack(ipvlan_ctx_get_error(ctx)));

	begin_half_way("ipvl1");
	ipvlan_settings_add_address(settings, "10.0.0.3/24");
	must_fail(create(), -EEXIST, IPVLAN_STAGE_ADDRESS, "the link has that address already", "", NULL);

	begin_half_way("ipvl1");
	ipvlan_settings_add_route(settings, "10.7.0.0/16", NULL);
	ipvlan_settings_set_gateway(settings, "192.0.2.1");
	must_fail(create(), -ENETUNREACH, IPVLAN_STAGE_ROUTE,
		  "route default via 192.0.2.1: the gateway is not in any network of the link", "", "onlink");
	ck_assert_uint_eq(ipvlan_error_get_step(ipvlan_ctx_get_error(ctx)), 1);

	begin_half_way("ipvl1");
	ipvlan_settings_set_gateway(settings, "fd00::1");
	must_fail(create(), -EHOSTUNREACH, IPVLAN_STAGE_ROUTE, "the gateway is not in any network of the link", "",
		  NULL);

	begin_half_way("ipvl1");
	ipvlan_settings_set_gateway(settings, "10.0.0.1");
	ipvlan_settings_set_gateway(settings, "10.0.0.1");
	must_fail(create(), -EEXIST, IPVLAN_STAGE_ROUTE, "there is such a route already", "", "another metric");

	/* With a name of its own on the way, as test_name_taken_only_here. */
	begin_half_way("eth0");
	ipvlan_settings_add_address(settings, "10.0.0.2/24");
	must_fail(create(), -EADDRINUSE, IPVLAN_STAGE_ADDRESS, "it is in use by ipvl0", "ipvl0 in namespace ns0", NULL);

	after = lab_state();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}
END_TEST

START_TEST(test_ipv6_is_disabled)
{
	char *before, *after;

	lab_enter("ns1");
	lab_write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	lab_leave();
	before = lab_state();
	begin_half_way("ipvl1");
	ipvlan_settings_add_address(settings, "fd00::3/64");
	must_fail(create(), -EACCES, IPVLAN_STAGE_ADDRESS, "address fd00::3/64: IPv6 is disabled on the link", "",
		  "disable_ipv6");
	after = lab_state();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}
END_TEST

START_TEST(test_joins_its_siblings)
{
	lab_slave("ipvl0", "ns0", L2, IPVLAN_F_PRIVATE, NULL);
	ipvlan_settings_set_netns_name(of("eth0", "ipvl1"), "ns1");
	must(create());
	must_have("ns0 link ipvl0 up mtu 1500 on elsewhere ipvlan mode 0 flags 1");
	must_have("ns1 link ipvl1 down mtu 1500 on elsewhere ipvlan mode 0 flags 1");
	ck_assert_str_eq(lab_notice, "ipvl1 joins the slaves that eth0 has: mode l2, private");

	/* The same asked for in words is no difference either. */
	ipvlan_settings_set_mode(of("eth0", "ipvl2"), L2);
	ipvlan_settings_set_flags(settings, IPVLAN_F_PRIVATE);
	must(create());
	must(ipvlan_link_delete(ctx, "ipvl2"));

	/* One of the two only. */
	ipvlan_settings_set_mode(of("eth0", "ipvl2"), L2);
	must(create());
	must(ipvlan_link_delete(ctx, "ipvl2"));
	ipvlan_settings_set_flags(of("eth0", "ipvl2"), IPVLAN_F_PRIVATE);
	must(create());
	must_have("ns0 link ipvl0 up mtu 1500 on elsewhere ipvlan mode 0 flags 1");
	must_have("arena link ipvl2 down mtu 1500 on eth0 ipvlan mode 0 flags 1");
}
END_TEST

/* Where a sibling was last seen is a hint only: by that name another namespace may be found now. */
START_TEST(test_joins_though_the_known_one_is_gone)
{
	int hidden;

	lab_slave("ipvl1", "ns1", L2, IPVLAN_F_PRIVATE, NULL);
	lab_slave("ipvl0", "ns0", L2, IPVLAN_F_PRIVATE, NULL);
	hidden = lab_netns_hold("ns0");
	lab_netns_del("ns0");
	lab_netns_add("ns0");
	of("eth0", "ipvl2");
	must(create());
	must_have("arena link ipvl2 down mtu 1500 on eth0 ipvlan mode 0 flags 1");
	close(hidden);
}
END_TEST

/* What a sibling said serves the next slave only for a moment, and not at all when the port was changed in it. */
START_TEST(test_what_a_sibling_said_gets_old)
{
	struct timespec moment = {.tv_nsec = 2000000};
	struct ipvlan_ctx *other;

	for (int i = 0; i < 3; i++) {
		char name[] = {'i', 'p', 'v', 'l', (char)('0' + i), '\0'};

		ipvlan_settings_set_mode(of("eth0", name), L2);
		must(create());
	}
	must(ipvlan_port_change(ctx, "eth0", L3, IPVLAN_FLAGS_UNSET, true));
	of("eth0", "ipvl3");
	must(create());
	must_have("arena link ipvl3 down mtu 1500 on eth0 ipvlan mode 1 flags 0");
	of("eth0", "ipvl4");
	must(create());
	ck_assert_int_eq(ipvlan_ctx_new(&other), 0);
	must(ipvlan_port_change(other, "eth0", L2, IPVLAN_F_PRIVATE, true));
	ipvlan_ctx_free(other);
	nanosleep(&moment, NULL);
	of("eth0", "ipvl5");
	must(create());
	must_have("arena link ipvl5 down mtu 1500 on eth0 ipvlan mode 0 flags 1");
	must_have("arena link ipvl0 down mtu 1500 on eth0 ipvlan mode 0 flags 1");

	/* With the last one the port goes, and what it had. */
	for (int i = 0; i < 6; i++) {
		char name[] = {'i', 'p', 'v', 'l', (char)('0' + i), '\0'};

		must(ipvlan_link_delete(ctx, name));
	}
	of("eth0", "ipvl6");
	must(create());
	must_have("arena link ipvl6 down mtu 1500 on eth0 ipvlan mode 1 flags 0");
}
END_TEST

/* Whoever enters a namespace for the new slave asks the one before it, in another, on the same way. */
START_TEST(test_a_sibling_elsewhere_is_asked)
{
	struct timespec moment = {.tv_nsec = 2000000};
	struct ipvlan_ctx *other;

	ipvlan_settings_set_mode(of("eth0", "ipvl0"), L2);
	ipvlan_settings_set_netns_name(settings, "ns0");
	ipvlan_settings_set_up(settings, true);
	must(create());
	ck_assert_int_eq(ipvlan_ctx_new(&other), 0);
	must(ipvlan_port_change(other, "eth0", L3, IPVLAN_F_PRIVATE, true));
	ipvlan_ctx_free(other);
	nanosleep(&moment, NULL);
	ipvlan_settings_set_mode(of("eth0", "ipvl1"), L2);
	ipvlan_settings_set_netns_name(settings, "ns1");
	ipvlan_settings_set_up(settings, true);
	must_fail(create(), -EBUSY, IPVLAN_STAGE_CONSENT, "in use with mode l3, private", "ipvl0", NULL);
	ipvlan_settings_set_mode(settings, IPVLAN_MODE_UNSET);
	must(create());
	must_have("ns1 link ipvl1 up mtu 1500 on elsewhere ipvlan mode 1 flags 1");
}
END_TEST

/* Slaves that are made prove their mode again and again, but not flags that were not asked for. */
START_TEST(test_slaves_prove_no_flags)
{
	struct ipvlan_ctx *other;
	struct timespec begin, end;
	char name[IFNAMSIZ];
	int count = 0;

	ipvlan_settings_set_mode(of("eth0", "ipvl"), L2);
	must(create());
	ck_assert_int_eq(ipvlan_ctx_new(&other), 0);
	must(ipvlan_port_change(other, "eth0", IPVLAN_MODE_UNSET, IPVLAN_F_PRIVATE, true));
	ipvlan_ctx_free(other);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	do {
		snprintf(name, sizeof(name), "ipvl%d", count++);
		ipvlan_settings_set_mode(of("eth0", name), L2);
		must(create());
		clock_gettime(CLOCK_MONOTONIC, &end);
	} while ((end.tv_sec - begin.tv_sec) * 1000000000LL + end.tv_nsec - begin.tv_nsec < 2000000);
	ipvlan_settings_set_flags(of("eth0", "late"), 0);
	must_fail(create(), -EBUSY, IPVLAN_STAGE_CONSENT, "in use with mode l2, private", "ipvl0", NULL);
}
END_TEST

/* What one parent's slave has proved says nothing of another parent, whose slave is the one that is known. */
START_TEST(test_slaves_prove_nothing_of_other_parents)
{
	char first[IFNAMSIZ], other[IFNAMSIZ], second[IFNAMSIZ];
	char *before, *after;

	ck_assert_int_eq(lab_link_add(&(struct lab_link){.name = "eth9", .kind = "dummy"}), 0);
	for (int i = 0; i < 20; i++) {
		snprintf(first, sizeof(first), "first%d", i);
		snprintf(other, sizeof(other), "other%d", i);
		snprintf(second, sizeof(second), "second%d", i);
		ipvlan_settings_set_mode(of("eth0", first), L3);
		ipvlan_settings_set_up(settings, true);
		must(create());
		ipvlan_settings_set_mode(of("eth9", other), L2);
		ipvlan_settings_set_netns_name(settings, "ns1");
		must(ipvlan_link_create(ctx, settings, NULL));
		before = lab_state();
		ipvlan_settings_set_mode(of("eth0", second), L2);
		ck_assert_int_eq(ipvlan_link_create(ctx, settings, NULL), -EBUSY);
		after = lab_state();
		ck_assert_str_eq(before, after);
		free(before);
		free(after);
	}
}
END_TEST

START_TEST(test_does_not_change_siblings)
{
	char *before, *after;

	lab_slave("ipvl0", "ns0", L2, 0, NULL);
	lab_slave("ipvl1", "ns1", L2, 0, NULL);
	lab_slave("ipvl2", NULL, L2, 0, NULL);
	before = lab_state();
	ipvlan_settings_set_mode(of("eth0", "ipvl3"), L3);
	must_fail(create(), -EBUSY, IPVLAN_STAGE_CONSENT, "mode l2, bridge; these would change too: ipvl2 in",
		  "ipvl0 in namespace ns0, ipvl1 in namespace ns1", "leave mode and flags out to join them");
	ipvlan_settings_set_flags(of("eth0", "ipvl3"), IPVLAN_F_VEPA);
	must_fail(create(), -EBUSY, IPVLAN_STAGE_CONSENT, "cannot make ipvl3 on eth0", "ipvl1 in namespace ns1", NULL);
	after = lab_state();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}
END_TEST

START_TEST(test_changes_siblings_with_consent)
{
	lab_slave("ipvl0", "ns0", L2, IPVLAN_F_PRIVATE, NULL);
	ipvlan_settings_set_mode(of("eth0", "ipvl1"), L3S);
	ipvlan_settings_set_change_siblings(settings, true);
	must(create());
	must_have("ns0 link ipvl0 up mtu 1500 on elsewhere ipvlan mode 2 flags 1");
	must_have("arena link ipvl1 down mtu 1500 on eth0 ipvlan mode 2 flags 1");

	/* Flags alone: the mode must not slip to l3 along the way. */
	ipvlan_settings_set_flags(of("eth0", "ipvl2"), IPVLAN_F_VEPA);
	ipvlan_settings_set_change_siblings(settings, true);
	must(create());
	must_have("ns0 link ipvl0 up mtu 1500 on elsewhere ipvlan mode 2 flags 2");
}
END_TEST

/* Consent is for a slave that comes to be: when it does not, siblings get back what they had. */
START_TEST(test_siblings_get_back_what_they_had)
{
	char *before, *after;

	lab_slave("ipvl0", "ns0", L2, IPVLAN_F_PRIVATE, "10.0.0.2/24");
	before = lab_state();
	ipvlan_settings_set_mode(of("eth0", "ipvl1"), _i ? L3S : L3);
	ipvlan_settings_set_flags(settings, IPVLAN_F_VEPA);
	ipvlan_settings_set_change_siblings(settings, true);
	ipvlan_settings_set_netns_name(settings, "ns1");
	ipvlan_settings_add_address(settings, "10.0.0.2/24");
	ck_assert_int_eq(create(), -EADDRINUSE);
	after = lab_state();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}
END_TEST

/* The kernel takes the slave's own parent; so must the search for siblings. */
START_TEST(test_parent_is_a_slave)
{
	struct ipvlan_link *link;

	lab_slave("ipvl0", NULL, L2, IPVLAN_F_PRIVATE, NULL);
	must(ipvlan_link_create(ctx, of("ipvl0", "ipvl1"), &link));
	ck_assert_str_eq(ipvlan_link_get_parent_name(link), "eth0");
	ipvlan_link_free(link);
	must_have("arena link ipvl0 up mtu 1500 on eth0 ipvlan mode 0 flags 1");
	must_have("arena link ipvl1 down mtu 1500 on eth0 ipvlan mode 0 flags 1");
	ipvlan_settings_set_mode(of("ipvl0", "ipvl2"), L3);
	must_fail(create(), -EBUSY, IPVLAN_STAGE_CONSENT, "these would change too", "ipvl0 in", NULL);
}
END_TEST

START_TEST(test_parent_is_a_slave_whose_parent_is_elsewhere)
{
	struct ipvlan_netns *ns0;

	lab_slave("ipvl0", "ns0", L2, IPVLAN_F_VEPA, NULL);
	lab_slave("ipvl1", "ns1", L2, IPVLAN_F_VEPA, NULL);
	must(ipvlan_netns_open_name(ctx, "ns0", &ns0));
	must(ipvlan_ctx_set_netns(ctx, ns0));
	ipvlan_netns_free(ns0);
	of("ipvl0", "ipvl9");
	must(create());
	must_have("ns0 link ipvl9 down mtu 1500 on elsewhere ipvlan mode 0 flags 2");
	must_have("ns1 link ipvl1 up mtu 1500 on elsewhere ipvlan mode 0 flags 2");
	ipvlan_settings_set_mode(of("ipvl0", "ipvl8"), L3);
	must_fail(create(), -EBUSY, IPVLAN_STAGE_CONSENT, "these would change too", "ipvl1 in namespace ns1", NULL);
}
END_TEST

START_TEST(test_parent_is_in_another_namespace)
{
	struct ipvlan_netns *ns0;
	struct ipvlan_link *link;

	lab_enter("ns0");
	ck_assert_int_eq(lab_link_add(&(struct lab_link){.kind = "dummy", .name = "eth9", .up = true}), 0);
	lab_leave();
	must(ipvlan_netns_open_name(ctx, "ns0", &ns0));
	must(ipvlan_ctx_set_netns(ctx, ns0));
	ipvlan_netns_free(ns0);

	ipvlan_settings_set_mode(of("eth9", "ipvl0"), L2);
	must(ipvlan_link_create(ctx, settings, &link));
	ck_assert_str_eq(ipvlan_link_get_netns(link), "ns0");
	ipvlan_link_free(link);
	must_have("ns0 link ipvl0 down mtu 1500 on eth9 ipvlan mode 0 flags 0");

	ipvlan_settings_set_netns_name(of("eth9", "eth0"), "ns1");
	must(create());
	must_have("ns1 link eth0 down mtu 1500 on elsewhere ipvlan mode 0 flags 0");

	/* The arena itself, reached by the process that is in it. */
	ipvlan_settings_set_netns_pid(of("eth9", "ipvl1"), getpid());
	must(ipvlan_link_create(ctx, settings, &link));
	ck_assert_ptr_null(ipvlan_link_get_netns(link));
	ck_assert_str_eq(ipvlan_link_get_parent_netns(link), "ns0");
	ck_assert_str_eq(ipvlan_link_get_parent_name(link), "eth9");
	ipvlan_link_free(link);
	must_have("arena link ipvl1 down mtu 1500 on elsewhere ipvlan mode 0 flags 0");

	must(ipvlan_ctx_set_netns(ctx, NULL));
	must_fail((of("eth9", "ipvl2"), create()), -ENODEV, IPVLAN_STAGE_PARENT, "there is no such link", "", NULL);
}
END_TEST

#define THREADS 8
#define EACH	8

static void *make_slaves(void *data)
{
	struct ipvlan_ctx *own;
	struct ipvlan_settings *s;
	long number = (long)data;
	char name[16];
	int i, err;

	err = ipvlan_ctx_new(&own);
	for (i = 0; !err && i < EACH; i++) {
		snprintf(name, sizeof(name), "ipvl%ld-%d", number, i);
		s = ipvlan_settings_new("eth0", name);
		ipvlan_settings_set_netns_name(s, i % 2 ? "ns0" : "ns1");
		ipvlan_settings_set_mode(s, L2);
		err = ipvlan_link_create(own, s, NULL);
		ipvlan_settings_free(s);
	}
	ipvlan_ctx_free(own);
	return (void *)(long)err;
}

START_TEST(test_a_context_for_each_thread)
{
	struct ipvlan_link_list *list;
	pthread_t threads[THREADS];
	void *err;
	long i;

	for (i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, make_slaves, (void *)i), 0);
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &err);
		ck_assert_ptr_null(err);
	}
	must(ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list));
	ck_assert_uint_eq(ipvlan_link_list_get_count(list), THREADS * EACH);
	ipvlan_link_list_free(list);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("create");
	TCase *tc = lab_case(suite, "create");

	tcase_add_checked_fixture(tc, NULL, free_settings);
	tcase_add_loop_test(tc, test_modes_and_flags, 0, 16);
	tcase_add_test(tc, test_the_kernel_names_it);
	tcase_add_test(tc, test_parent_by_index_and_mtu);
	tcase_add_loop_test(tc, test_into_a_namespace, 0, 4);
	tcase_add_test(tc, test_into_no_namespace);
	tcase_add_test(tc, test_name_taken_only_here);
	tcase_add_test(tc, test_name_taken_there);
	tcase_add_test(tc, test_all_in_one_call);
	tcase_add_test(tc, test_default_route_to_the_link);
	tcase_add_loop_test(tc, test_nothing_left_half_way, 0, 2);
	tcase_add_test(tc, test_ipv6_is_disabled);
	tcase_add_test(tc, test_joins_its_siblings);
	tcase_add_test(tc, test_joins_though_the_known_one_is_gone);
	tcase_add_test(tc, test_what_a_sibling_said_gets_old);
	tcase_add_test(tc, test_a_sibling_elsewhere_is_asked);
	tcase_add_test(tc, test_slaves_prove_no_flags);
	tcase_add_test(tc, test_slaves_prove_nothing_of_other_parents);
	tcase_add_test(tc, test_does_not_change_siblings);
	tcase_add_test(tc, test_changes_siblings_with_consent);
	tcase_add_loop_test(tc, test_siblings_get_back_what_they_had, 0, 2);
	tcase_add_test(tc, test_parent_is_a_slave);
	tcase_add_test(tc, test_parent_is_a_slave_whose_parent_is_elsewhere);
	tcase_add_test(tc, test_parent_is_in_another_namespace);
	tcase_add_test(tc, test_a_context_for_each_thread);
	return lab_main(suite);
}
