// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading links and ports. The arena of lab-test.h with, in most tests:
 *
 *   arena: eth0 --+-- ns0: ipvl0 10.0.0.2/24, fd00::2/64
 *                 +-- ns1: ipvl1 10.0.0.3/24
 *                 +-- arena: ipvl2
 */
#include "lab-test.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void work_in(const char *name)
{
	struct ipvlan_netns *netns;

	must(ipvlan_netns_open_name(ctx, name, &netns));
	must(ipvlan_ctx_set_netns(ctx, netns));
	ipvlan_netns_free(netns);
}

static void make_three(void)
{
	lab_slave("ipvl0", "ns0", IPVLAN_MODE_L2, IPVLAN_F_VEPA, "10.0.0.2/24");
	lab_slave("ipvl1", "ns1", IPVLAN_MODE_L2, IPVLAN_F_VEPA, "10.0.0.3/24");
	lab_slave("ipvl2", NULL, IPVLAN_MODE_L2, IPVLAN_F_VEPA, NULL);
	lab_enter("ns0");
	lab_address_add("ipvl0", "fd00::2", 64);
	lab_leave();
}

static ino_t inode_of(const char *path)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	return st.st_ino;
}

START_TEST(test_a_slave)
{
	struct ipvlan_link *link, *parent;
	size_t size, parent_size;
	const uint8_t *mac;

	make_three();
	must(ipvlan_link_get(ctx, "ipvl2", &link));
	ck_assert_str_eq(ipvlan_link_get_name(link), "ipvl2");
	ck_assert_str_eq(ipvlan_link_get_kind(link), "ipvlan");
	ck_assert(ipvlan_link_is_slave(link));
	ck_assert_int_eq(ipvlan_link_get_mode(link), IPVLAN_MODE_L2);
	ck_assert_int_eq(ipvlan_link_get_flags(link), IPVLAN_F_VEPA);
	ck_assert_int_eq(ipvlan_link_get_parent_index(link), (int)if_nametoindex("eth0"));
	ck_assert_str_eq(ipvlan_link_get_parent_name(link), "eth0");
	ck_assert_int_eq(ipvlan_link_get_parent_nsid(link), -1);
	ck_assert_ptr_null(ipvlan_link_get_parent_netns(link));
	ck_assert_ptr_null(ipvlan_link_get_netns(link));
	ck_assert_uint_eq(ipvlan_link_get_netns_inode(link), inode_of("/proc/self/ns/net"));
	ck_assert(ipvlan_link_is_up(link));
	ck_assert_str_eq(ipvlan_link_get_operstate_name(link), "UNKNOWN");
	ck_assert_uint_eq(ipvlan_link_get_mtu(link), 1500);
	ck_assert_uint_eq(ipvlan_link_get_min_mtu(link), 68);
	ck_assert_uint_eq(ipvlan_link_get_max_mtu(link), 65535);
	ck_assert_uint_eq(ipvlan_link_get_type(link), ARPHRD_ETHER);
	ck_assert_str_eq(ipvlan_link_get_qdisc(link), "noqueue");
	must(ipvlan_link_get_by_index(ctx, ipvlan_link_get_parent_index(link), &parent));
	ck_assert_str_eq(ipvlan_link_get_name(parent), "eth0");
	mac = ipvlan_link_get_mac(link, &size);
	ck_assert_mem_eq(mac, ipvlan_link_get_mac(parent, &parent_size), 6);
	ck_assert_uint_eq(size, 6);
	ck_assert(!ipvlan_link_is_slave(parent));
	ck_assert_int_eq(ipvlan_link_get_mode(parent), IPVLAN_MODE_UNSET);
	ipvlan_link_free(parent);
	ipvlan_link_free(link);
}
END_TEST

START_TEST(test_what_is_not_there)
{
	struct ipvlan_link *link;
	struct ipvlan_port *port;

	must_fail(ipvlan_link_get(ctx, "ipvl9", &link), -ENODEV, IPVLAN_STAGE_READ,
		  "cannot find link ipvl9: there is no link of that name", "", "ipvlanctl link show");
	must_fail(ipvlan_link_get_by_index(ctx, 4711, &link), -ENODEV, IPVLAN_STAGE_READ, "number 4711", "", NULL);
	must_fail(ipvlan_link_get(ctx, "a-name-of-16-byt", &link), -ENODEV, IPVLAN_STAGE_READ,
		  "no link can have that name", "", NULL);
	must_fail(ipvlan_port_get(ctx, "ipvl9", &port), -ENODEV, IPVLAN_STAGE_READ, "cannot find link ipvl9", "", NULL);
	work_in("ns0");
	must_fail(ipvlan_link_get(ctx, "eth0", &link), -ENODEV, IPVLAN_STAGE_READ,
		  "cannot find link eth0 in namespace ns0: there is no link of that name", "", NULL);
}
END_TEST

/* The parent lives in the arena, which has no name but this process. */
START_TEST(test_a_slave_in_another_namespace)
{
	int eth0 = (int)if_nametoindex("eth0");
	struct ipvlan_link *link;
	char text[IPVLAN_ADDRESS_SIZE];
	size_t i, found = 0;

	make_three();
	work_in("ns0");
	must(ipvlan_link_get(ctx, "ipvl0", &link));
	ck_assert_int_eq(ipvlan_link_get_parent_index(link), eth0);
	ck_assert_str_eq(ipvlan_link_get_parent_name(link), "eth0");
	ck_assert_int_ge(ipvlan_link_get_parent_nsid(link), 0);
	ck_assert_ptr_null(ipvlan_link_get_parent_netns(link));
	ck_assert_str_eq(ipvlan_link_get_netns(link), "ns0");
	ck_assert_uint_eq(ipvlan_link_get_netns_inode(link), inode_of("/run/netns/ns0"));
	ck_assert_int_eq(ipvlan_link_get_netns_pid(link), 0);
	for (i = 0; i < ipvlan_link_get_address_count(link); i++) {
		ipvlan_address_format_prefix(ipvlan_link_get_address(link, i), text, sizeof(text));
		found += strcmp(text, "10.0.0.2/24") == 0 || strcmp(text, "fd00::2/64") == 0;
	}
	ck_assert_uint_eq(found, 2);
	ipvlan_link_free(link);
}
END_TEST

static bool list_has(const struct ipvlan_link_list *list, const char *name, const char *netns)
{
	const struct ipvlan_link *link;
	const char *place;
	size_t i;

	for (i = 0; i < ipvlan_link_list_get_count(list); i++) {
		link = ipvlan_link_list_get(list, i);
		place = ipvlan_link_get_netns(link);
		if (strcmp(ipvlan_link_get_name(link), name) == 0 &&
		    (netns ? place && strcmp(place, netns) == 0 : !place))
			return true;
	}
	return false;
}

START_TEST(test_lists)
{
	struct ipvlan_link_list *list;
	struct ipvlan_netns *netns;
	struct ipvlan_link *link;
	pid_t nameless;
	char path[48], error[128];

	make_three();
	ck_assert_int_eq(lab_link_add(&(struct lab_link){.kind = "veth", .name = "veth0", .peer = "veth1"}), 0);
	ck_assert_int_eq(lab_link_add(&(struct lab_link){.kind = "dummy", .name = "ipvlan0"}), 0);

	must(ipvlan_link_list(ctx, IPVLAN_LINKS_IPVLAN, &list));
	ck_assert_uint_eq(ipvlan_link_list_get_count(list), 1);
	ck_assert(list_has(list, "ipvl2", NULL));
	ck_assert_ptr_null(ipvlan_link_list_get(list, 1));
	ipvlan_link_list_free(list);

	must(ipvlan_link_list(ctx, IPVLAN_LINKS_ANY_KIND, &list));
	ck_assert(list_has(list, "lo", NULL) && list_has(list, "eth0", NULL) && list_has(list, "veth1", NULL));
	ck_assert(list_has(list, "ipvl2", NULL) && list_has(list, "ipvlan0", NULL));
	ck_assert(!list_has(list, "ipvl0", NULL));
	ipvlan_link_list_free(list);

	must(ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list));
	ck_assert_uint_eq(ipvlan_link_list_get_count(list), 3);
	ck_assert(list_has(list, "ipvl0", "ns0") && list_has(list, "ipvl1", "ns1") && list_has(list, "ipvl2", NULL));
	ipvlan_link_list_free(list);

	/* A namespace that only a process holds is found, too. */
	nameless = lab_pid_start("ns0");
	lab_netns_del("ns0");
	must(ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list));
	ck_assert_uint_eq(ipvlan_link_list_get_count(list), 3);
	ck_assert(list_has(list, "ipvl0", NULL));
	ck_assert_int_eq(ipvlan_link_get_netns_pid(ipvlan_link_list_get(list, 2)), nameless);
	ipvlan_link_list_free(list);

	/* Who works there calls it as it was opened. */
	must(ipvlan_netns_open_pid(ctx, nameless, &netns));
	must(ipvlan_ctx_set_netns(ctx, netns));
	ipvlan_netns_free(netns);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", nameless);
	must(ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list));
	ck_assert(list_has(list, "ipvl0", NULL));
	ck_assert_str_eq(ipvlan_link_get_netns_path(ipvlan_link_list_get(list, 0)), path);
	ipvlan_link_list_free(list);
	snprintf(error, sizeof(error), "cannot find link nope in namespace %s", path);
	must_fail(ipvlan_link_get(ctx, "nope", &link), -ENODEV, IPVLAN_STAGE_READ, error, "",
		  "`ipvlanctl link show` lists");
	must(ipvlan_ctx_set_netns(ctx, NULL));
	lab_pid_end(nameless);
}
END_TEST

START_TEST(test_an_empty_list)
{
	struct ipvlan_link_list *list;

	must(ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list));
	ck_assert_uint_eq(ipvlan_link_list_get_count(list), 0);
	ipvlan_link_list_free(list);
}
END_TEST

START_TEST(test_a_port)
{
	struct ipvlan_port *port;

	must(ipvlan_port_get(ctx, "eth0", &port));
	ck_assert_uint_eq(ipvlan_port_get_slave_count(port), 0);
	ck_assert_int_eq(ipvlan_port_get_mode(port), IPVLAN_MODE_UNSET);
	ck_assert_int_eq(ipvlan_port_get_flags(port), IPVLAN_FLAGS_UNSET);
	ipvlan_port_free(port);

	make_three();
	must(ipvlan_port_get(ctx, "eth0", &port));
	ck_assert_str_eq(ipvlan_link_get_name(ipvlan_port_get_parent(port)), "eth0");
	ck_assert_int_eq(ipvlan_port_get_mode(port), IPVLAN_MODE_L2);
	ck_assert_int_eq(ipvlan_port_get_flags(port), IPVLAN_F_VEPA);
	ck_assert_uint_eq(ipvlan_port_get_slave_count(port), 3);
	ck_assert_str_eq(ipvlan_link_get_netns(ipvlan_port_get_slave(port, 1)), "ns0");
	ipvlan_port_free(port);
	must(ipvlan_port_get(ctx, "ipvl2", &port));
	ck_assert_uint_eq(ipvlan_port_get_slave_count(port), 3);
	ipvlan_port_free(port);

	/* A slave leads to its parent, wherever that is. */
	work_in("ns1");
	must(ipvlan_port_get(ctx, "ipvl1", &port));
	ck_assert_str_eq(ipvlan_link_get_name(ipvlan_port_get_parent(port)), "eth0");
	ck_assert_uint_eq(ipvlan_port_get_slave_count(port), 3);
	ipvlan_port_free(port);
}
END_TEST

/* Two parents with the same index in different namespaces are two ports. */
START_TEST(test_ports_of_the_same_index)
{
	int index = (int)if_nametoindex("eth0");
	struct ipvlan_settings *s;
	struct ipvlan_port *port;

	lab_enter("ns0");
	ck_assert_int_eq(lab_link_add(&(struct lab_link){.kind = "dummy", .name = "eth9", .index = index}), 0);
	ck_assert_int_eq((int)if_nametoindex("eth9"), index);
	lab_leave();
	make_three();
	work_in("ns0");
	s = ipvlan_settings_new("eth9", "ipvl9");
	ipvlan_settings_set_mode(s, IPVLAN_MODE_L3);
	must(ipvlan_link_create(ctx, s, NULL));
	ipvlan_settings_free(s);
	must(ipvlan_port_get(ctx, "eth9", &port));
	ck_assert_uint_eq(ipvlan_port_get_slave_count(port), 1);
	ck_assert_int_eq(ipvlan_port_get_mode(port), IPVLAN_MODE_L3);
	ipvlan_port_free(port);
	must(ipvlan_ctx_set_netns(ctx, NULL));
	must(ipvlan_port_get(ctx, "eth0", &port));
	ck_assert_uint_eq(ipvlan_port_get_slave_count(port), 3);
	ipvlan_port_free(port);
}
END_TEST

/* The path to the namespace of eth0's only slave, which is in one that neither a name nor a process leads to. */
static void check_held(const char *wanted)
{
	struct ipvlan_port *port;
	const char *path;

	must(ipvlan_port_get(ctx, "eth0", &port));
	ck_assert_uint_eq(ipvlan_port_get_slave_count(port), 1);
	path = ipvlan_link_get_netns_path(ipvlan_port_get_slave(port, 0));
	ck_assert_ptr_nonnull(path);
	ck_assert_msg(strstr(path, wanted) != NULL, "%s, not %s", path, wanted);
	ck_assert_ptr_null(ipvlan_link_get_netns(ipvlan_port_get_slave(port, 0)));
	ipvlan_port_free(port);
}

static void *sit_in(void *data)
{
	int *fd = data;

	ck_assert_int_eq(setns(*fd, CLONE_NEWNET), 0);
	close(*fd);
	*fd = -1;
	pause();
	return NULL;
}

/* An open file, a mount elsewhere, a thread: a slave is found there, and its mode is joined, not changed. */
START_TEST(test_held_namespaces)
{
	char wanted[48];
	struct ipvlan_link *link;
	struct ipvlan_settings *s;
	pthread_t thread;
	int fd;

	lab_netns_add("held");
	lab_slave("h0", "held", IPVLAN_MODE_L2, IPVLAN_F_VEPA, "10.0.0.2/24");
	fd = lab_netns_open("held");
	lab_netns_del("held");
	snprintf(wanted, sizeof(wanted), "/proc/%d/fd/%d", (int)getpid(), fd);
	check_held(wanted);

	snprintf(wanted, sizeof(wanted), "/proc/self/fd/%d", fd);
	close(open("/tmp/a place", O_RDONLY | O_CLOEXEC | O_CREAT, 0600));
	ck_assert_int_eq(mount(wanted, "/tmp/a place", "none", MS_BIND, NULL), 0);
	close(fd);
	check_held("/root/tmp/a place");

	fd = open("/tmp/a place", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(pthread_create(&thread, NULL, sit_in, &fd), 0);
	while (*(volatile int *)&fd >= 0)
		usleep(1000);
	umount2("/tmp/a place", MNT_DETACH);
	check_held("/task/");

	s = ipvlan_settings_new("eth0", "new");
	must(ipvlan_link_create(ctx, s, &link));
	ipvlan_settings_free(s);
	ck_assert_int_eq(ipvlan_link_get_mode(link), IPVLAN_MODE_L2);
	ck_assert_int_eq(ipvlan_link_get_flags(link), IPVLAN_F_VEPA);
	ipvlan_link_free(link);
	must(ipvlan_link_delete(ctx, "new"));
	pthread_cancel(thread);
	pthread_join(thread, NULL);
	unlink("/tmp/a place");
}
END_TEST

static void send_datagrams(const char *to, int count)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(4711)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, to, &sin.sin_addr);
	while (count-- > 0)
		sendto(fd, "12345678", 8, 0, (struct sockaddr *)&sin, sizeof(sin));
	close(fd);
}

static uint64_t stat_of(const char *netns, const char *name, enum ipvlan_stat stat)
{
	struct ipvlan_link *link;
	uint64_t value;

	work_in(netns);
	must(ipvlan_link_get(ctx, name, &link));
	value = ipvlan_link_get_stat(link, stat);
	ipvlan_link_free(link);
	return value;
}

START_TEST(test_counters_rise)
{
	lab_slave("ipvl0", "ns0", IPVLAN_MODE_L3, 0, "10.0.0.2/24");
	lab_slave("ipvl1", "ns1", IPVLAN_MODE_L3, 0, "10.0.0.3/24");
	ck_assert_uint_eq(stat_of("ns1", "ipvl1", IPVLAN_STAT_RX_PACKETS), 0);
	lab_enter("ns0");
	send_datagrams("10.0.0.3", 10);
	lab_leave();
	ck_assert_uint_ge(stat_of("ns0", "ipvl0", IPVLAN_STAT_TX_PACKETS), 10);
	ck_assert_uint_ge(stat_of("ns1", "ipvl1", IPVLAN_STAT_RX_PACKETS), 10);
	/* 8 bytes in UDP in IPv4 in Ethernet. */
	ck_assert_uint_ge(stat_of("ns1", "ipvl1", IPVLAN_STAT_RX_BYTES), 10 * (8 + 8 + 20));
	ck_assert_uint_eq(stat_of("ns1", "ipvl1", (enum ipvlan_stat)99), 0);
}
END_TEST

START_TEST(test_addresses_and_routes)
{
	struct ipvlan_address_list *addresses;
	struct ipvlan_route_list *routes;
	struct ipvlan_address *address;
	struct ipvlan_route *route;
	char text[IPVLAN_ADDRESS_SIZE];

	lab_slave("ipvl0", NULL, IPVLAN_MODE_L3, 0, NULL);
	ck_assert_int_eq(ipvlan_address_new("10.0.0.2/24", &address), 0);
	must(ipvlan_address_add(ctx, "ipvl0", address));
	must_fail(ipvlan_address_add(ctx, "ipvl0", address), -EEXIST, IPVLAN_STAGE_ADDRESS,
		  "the link has that address already", "", NULL);
	must(ipvlan_address_replace(ctx, "ipvl0", address));
	must_have("arena addr ipvl0 10.0.0.2/24");
	must(ipvlan_address_list(ctx, "ipvl0", AF_INET, &addresses));
	ck_assert_uint_eq(ipvlan_address_list_get_count(addresses), 1);
	ck_assert_str_eq(ipvlan_address_format_prefix(ipvlan_address_list_get(addresses, 0), text, sizeof(text)),
			 "10.0.0.2/24");
	ipvlan_address_list_free(addresses);

	ck_assert_int_eq(ipvlan_route_new("10.9.0.0/16", &route), 0);
	ck_assert_int_eq(ipvlan_route_set_gateway(route, "10.0.0.1"), 0);
	must(ipvlan_route_add(ctx, "ipvl0", route));
	must_fail(ipvlan_route_add(ctx, "ipvl0", route), -EEXIST, IPVLAN_STAGE_ROUTE, "there is such a route already",
		  "", NULL);
	must(ipvlan_route_replace(ctx, "ipvl0", route));
	must(ipvlan_route_change(ctx, "ipvl0", route));
	must_fail(ipvlan_route_append(ctx, "ipvl0", route), -EEXIST, IPVLAN_STAGE_ROUTE,
		  "cannot append route 10.9.0.0/16", "", NULL);
	must_have("arena route 10.9.0.0/16 via 10.0.0.1 dev ipvl0");
	must(ipvlan_route_list(ctx, "ipvl0", AF_INET, 254, &routes));
	ck_assert_uint_eq(ipvlan_route_list_get_count(routes), 2);
	ipvlan_route_list_free(routes);
	must(ipvlan_route_delete(ctx, "ipvl0", route));
	must_fail(ipvlan_route_delete(ctx, "ipvl0", route), -ESRCH, IPVLAN_STAGE_ROUTE, "there is no such route", "",
		  NULL);
	must_fail(ipvlan_route_change(ctx, "ipvl0", route), -ENOENT, IPVLAN_STAGE_ROUTE, "there is no such route", "",
		  NULL);
	must_not_have("arena route 10.9.0.0/16 via 10.0.0.1 dev ipvl0");
	must(ipvlan_address_delete(ctx, "ipvl0", address));
	must_fail(ipvlan_address_delete(ctx, "ipvl0", address), -EADDRNOTAVAIL, IPVLAN_STAGE_ADDRESS,
		  "the link does not have that address", "", NULL);
	must_not_have("arena addr ipvl0 10.0.0.2/24");
	ipvlan_address_free(address);
	ipvlan_route_free(route);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("read");
	TCase *tc = lab_case(suite, "read");

	/* First, before anything loads the module: such a kernel ignores a filter for our kind. */
	tcase_add_test(tc, test_an_empty_list);
	tcase_add_test(tc, test_a_slave);
	tcase_add_test(tc, test_what_is_not_there);
	tcase_add_test(tc, test_a_slave_in_another_namespace);
	tcase_add_test(tc, test_lists);
	tcase_add_test(tc, test_a_port);
	tcase_add_test(tc, test_ports_of_the_same_index);
	tcase_add_test(tc, test_held_namespaces);
	tcase_add_test(tc, test_counters_rise);
	tcase_add_test(tc, test_addresses_and_routes);
	return lab_main(suite);
}
