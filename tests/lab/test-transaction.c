// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Transactions carried out, and stopped or refused at every step. Arena as in lab-test.h, and before each:
 *
 *   arena: eth0 10.9.0.1/24 --+-- ns0: a (up)   10.0.0.2/24 10.0.0.3/24 fd00::2/64, routes 10.8.0.0/16 via 10.0.0.1
 *                             |                 and fd01::/64
 *                             +-- ns1: b (down) 10.0.0.5/24
 *                             +-- arena: c (up) 10.0.0.6/24, route 10.7.0.0/16
 */
#include "lab-test.h"
#include <linux/if_link.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct ipvlan_transaction *t;
static unsigned int step_count;

#define gather(call)                                                \
	do {                                                        \
		ipvlan_transaction_set_line(t, ++step_count);       \
		ck_assert_msg((call) == 0, "not gathered: " #call); \
	} while (0)

static struct ipvlan_settings *settings(const char *name, const char *netns, const char *address)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", name);

	if (netns)
		ipvlan_settings_set_netns_name(s, netns);
	ipvlan_settings_set_up(s, true);
	if (address)
		ipvlan_settings_add_address(s, address);
	return s;
}

static void make(struct ipvlan_settings *s)
{
	ipvlan_settings_set_mode(s, IPVLAN_MODE_L2);
	must(ipvlan_link_create(ctx, s, NULL));
	ipvlan_settings_free(s);
}

static void make_start(void)
{
	struct ipvlan_settings *s = settings("a", "ns0", "10.0.0.2/24");

	ipvlan_settings_add_address(s, "10.0.0.3/24");
	ipvlan_settings_add_address(s, "fd00::2/64");
	ipvlan_settings_add_route(s, "10.8.0.0/16", "10.0.0.1");
	ipvlan_settings_add_route(s, "fd01::/64", NULL);
	make(s);
	s = settings("b", "ns1", "10.0.0.5/24");
	ipvlan_settings_set_up(s, false);
	make(s);
	s = settings("c", NULL, "10.0.0.6/24");
	ipvlan_settings_add_route(s, "10.7.0.0/16", NULL);
	make(s);
	lab_address_add("eth0", "10.9.0.1", 24);
}

static void gather_create(const char *name, const char *netns, const char *address, int mode)
{
	struct ipvlan_settings *s = settings(name, netns, address);

	ipvlan_settings_set_mode(s, mode);
	ipvlan_settings_set_change_siblings(s, true);
	gather(ipvlan_transaction_create(t, NULL, s));
	ipvlan_settings_free(s);
}

static void gather_replaced_address(const char *netns, const char *link, const char *text, uint32_t valid)
{
	struct ipvlan_address *address;

	ck_assert_int_eq(ipvlan_address_new(text, &address), 0);
	ck_assert_int_eq(ipvlan_address_set_lifetime(address, valid, valid), 0);
	gather(ipvlan_transaction_replace_address(t, netns, link, address));
	ipvlan_address_free(address);
}

static void gather_replaced_route(const char *netns, const char *link, const char *to, const char *via, bool must_exist)
{
	struct ipvlan_route *route;

	ck_assert_int_eq(ipvlan_route_new(to, &route), 0);
	if (via)
		ck_assert_int_eq(ipvlan_route_set_gateway(route, via), 0);
	gather(must_exist ? ipvlan_transaction_change_route(t, netns, link, route)
			  : ipvlan_transaction_replace_route(t, netns, link, route));
	ipvlan_route_free(route);
}

static void gather_address(const char *netns, const char *link, const char *text, bool add)
{
	struct ipvlan_address *address;

	ck_assert_int_eq(ipvlan_address_new(text, &address), 0);
	gather(add ? ipvlan_transaction_add_address(t, netns, link, address)
		   : ipvlan_transaction_delete_address(t, netns, link, address));
	ipvlan_address_free(address);
}

static void gather_route(const char *netns, const char *link, const char *to, bool add)
{
	struct ipvlan_route *route;

	ck_assert_int_eq(ipvlan_route_new(to, &route), 0);
	gather(add ? ipvlan_transaction_add_route(t, netns, link, route)
		   : ipvlan_transaction_delete_route(t, netns, link, route));
	ipvlan_route_free(route);
}

/* Every sort of step, most of them where others have been before. */
static void gather_all(void)
{
	t = ipvlan_transaction_new();
	step_count = 0;
	gather(ipvlan_transaction_add_netns(t, "ns2"));
	gather_create("d", "ns2", "10.0.0.20/24", IPVLAN_MODE_L2);
	gather_replaced_address("ns0", "a", "10.0.0.3/24", 5000);
	gather_replaced_address("ns0", "a", "10.3.0.9/24", UINT32_MAX);
	gather_replaced_route("ns0", "a", "10.8.0.0/16", NULL, false);
	gather_replaced_route("ns0", NULL, "10.8.0.0/16", "10.0.0.7", true);
	gather_route("ns0", NULL, "10.8.0.0/16", false);
	gather_replaced_route("ns0", "a", "fd01::/64", "fd00::1", false);
	gather_replaced_route("ns0", "a", "default", "10.0.0.1", false);
	/* The kernel takes the network of such an address for one that has ended: from here on no gateway is in it. */
	gather_replaced_address("ns0", "a", "fd00::2/64", 6000);
	gather_address("ns0", "a", "10.0.0.2/24", false);
	gather_address("ns0", "a", "10.0.0.9/24", true);
	gather_route("ns0", "a", "10.8.0.0/16", true);
	gather_route(NULL, "c", "10.7.0.0/16", false);
	gather(ipvlan_transaction_set_mtu(t, "ns0", "a", 1400));
	gather(ipvlan_transaction_set_up(t, "ns0", "a", false));
	gather(ipvlan_transaction_move(t, "ns0", "a", "ns2", "moved"));
	gather(ipvlan_transaction_set_up(t, "ns2", "moved", true));
	gather_address("ns2", "moved", "10.0.0.2/24", true);
	gather(ipvlan_transaction_set_up(t, NULL, "c", false));
	gather(ipvlan_transaction_move(t, NULL, "c", NULL, "renamed"));
	gather(ipvlan_transaction_change(t, "ns2", "d", IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET, true));
	gather(ipvlan_transaction_change_port(t, NULL, "eth0", IPVLAN_MODE_UNSET, IPVLAN_F_PRIVATE, true));
	gather(ipvlan_transaction_delete(t, "ns1", "b"));
	gather_create("e", "ns1", "10.0.0.5/24", IPVLAN_MODE_L2);
	gather(ipvlan_transaction_move(t, "ns2", "d", NULL, NULL));
	gather(ipvlan_transaction_set_up(t, NULL, "eth0", false));
	gather(ipvlan_transaction_set_mac(t, NULL, "eth0", (const uint8_t[]){2, 0, 0, 0, 0, 0x77}));
	gather(ipvlan_transaction_set_up(t, "ns1", "lo", true));
	gather(ipvlan_transaction_delete_netns(t, "ns0"));
	gather(ipvlan_transaction_add_netns(t, "ns0"));
	gather(ipvlan_transaction_delete(t, NULL, "renamed"));
}

/* The kernel gives each link that is made anew another index, and so another address of its own. */
static char *state_of_people(void)
{
	char *state = lab_state(), *rest = state, *line, *text = NULL;
	FILE *out;
	size_t size;

	out = open_memstream(&text, &size);
	while ((line = strsep(&rest, "\n"))) {
		if (!strstr(line, " fe80::") && !strstr(line, " lo ") && !strstr(line, "dev lo"))
			fprintf(out, "%s\n", line);
	}
	fclose(out);
	free(state);
	return text;
}

struct stop {
	size_t at;
	bool refuse;
	size_t undoing;
};

static int stop_at(size_t done, size_t total, const struct ipvlan_step *step, bool undoing, void *data)
{
	struct stop *stop = data;

	ck_assert_uint_eq(total, step_count);
	ck_assert_uint_eq(ipvlan_step_get_line(step), undoing ? done : done + 1);
	if (undoing) {
		set_rights(true);
		stop->undoing++;
		return 1; /* not heard */
	}
	if (done != stop->at)
		return 0;
	if (stop->refuse)
		set_rights(false);
	return !stop->refuse;
}

static void check_same(const char *before, const char *when)
{
	char *after = state_of_people();

	ck_assert_msg(strcmp(before, after) == 0, "%s\nbefore:\n%s\nafter:\n%s", when, before, after);
	free(after);
}

START_TEST(test_stopped_or_refused_at_every_step)
{
	const struct ipvlan_plan *plan;
	char *before, when[256], text[160];
	struct stop stop;
	size_t i;
	int err;

	make_start();
	gather_all();
	plan = ipvlan_transaction_get_plan(t);
	before = state_of_people();
	ck_assert_uint_eq(ipvlan_plan_get_step_count(plan), step_count);
	for (i = 0; i < step_count; i++) {
		stop = (struct stop){.at = i, .refuse = _i};
		err = ipvlan_plan_apply(ctx, plan, stop_at, &stop);
		set_rights(true);
		snprintf(when, sizeof(when), "step %zu: %s", i,
			 ipvlan_step_format(ipvlan_plan_get_step(plan, i), text, sizeof(text)));
		ck_assert_msg(_i ? err < 0 : err == -ECANCELED, "%s: %d: %s", when, err, ipvlan_ctx_strerror(ctx));
		ck_assert_msg(ipvlan_error_get_left_count(ipvlan_ctx_get_error(ctx)) == 0, "%s: left: %s", when,
			      ipvlan_ctx_strerror(ctx));
		ck_assert_uint_eq(stop.undoing, i);
		check_same(before, when);
	}
	free(before);
	ipvlan_transaction_free(t);
}
END_TEST

START_TEST(test_carried_out)
{
	make_start();
	gather_all();
	must(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL));
	must_have("ns2 addr moved 10.0.0.2/24");
	must_have("ns1 addr e 10.0.0.5/24");
	must_have("arena link d down mtu 1500 on eth0 ipvlan mode 0 flags 1");
	ck_assert_ptr_null(lab_link_line("arena", "renamed"));
	ck_assert_ptr_null(lab_link_line("ns0", "a"));
	lab_netns_del("ns2");
	ipvlan_transaction_free(t);
}
END_TEST

START_TEST(test_told)
{
	static const char *const wanted[] = {
		"netns ns2",
		"d @ eth0 (l2) in ns2 10.0.0.20/24 up",
		"a address 10.0.0.3/24 valid_lft 5000 in ns0",
		"a address 10.3.0.9/24 in ns0",
		"a route 10.8.0.0/16 in ns0",
		"route 10.8.0.0/16 via 10.0.0.7 in ns0",
		"route 10.8.0.0/16 in ns0",
		"a route fd01::/64 via fd00::1 in ns0",
		"a route default via 10.0.0.1 in ns0",
		"a address fd00::2/64 valid_lft 6000 in ns0",
		"a address 10.0.0.2/24 in ns0",
		"a address 10.0.0.9/24 in ns0",
		"a route 10.8.0.0/16 in ns0",
		"c route 10.7.0.0/16",
		"a mtu 1400 in ns0",
		"a up in ns0",
		"a in ns0 -> ns2 as moved",
		"moved up in ns2",
		"moved address 10.0.0.2/24 in ns2",
		"c up",
		"c as renamed",
		"port of d l3 in ns2",
		"port eth0 private",
		"b in ns1",
		"e @ eth0 (l2) in ns1 10.0.0.5/24 up",
		"d in ns2 -> here",
		"eth0 up",
		"eth0 address 02:00:00:00:00:77",
		"lo up in ns1",
		"netns ns0",
		"netns ns0",
		"renamed",
	};
	const struct ipvlan_plan *plan;
	char text[160];
	size_t i;

	gather_all();
	plan = ipvlan_transaction_get_plan(t);
	ck_assert_uint_eq(ipvlan_plan_get_step_count(plan), COUNT_OF(wanted));
	for (i = 0; i < COUNT_OF(wanted); i++)
		ck_assert_str_eq(ipvlan_step_format(ipvlan_plan_get_step(plan, i), text, sizeof(text)), wanted[i]);
	ipvlan_transaction_free(t);
}
END_TEST

START_TEST(test_what_cannot_be_gathered)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", NULL);

	t = ipvlan_transaction_new();
	ck_assert_int_eq(ipvlan_transaction_create(t, NULL, s), -EINVAL);
	ipvlan_settings_free(s);
	s = settings("d", NULL, "10.0.0.300/24");
	ck_assert_int_eq(ipvlan_transaction_create(t, NULL, s), -EINVAL);
	ck_assert_ptr_nonnull(strstr(ipvlan_settings_get_problem(s), "10.0.0.300"));
	ipvlan_settings_free(s);
	ck_assert_int_eq(ipvlan_transaction_set_mtu(t, NULL, "d", 0), -EINVAL);
	ck_assert_int_eq(ipvlan_transaction_move(t, NULL, "d", "ns0", "a/b"), -EINVAL);
	ck_assert_int_eq(ipvlan_transaction_change(t, NULL, "d", 70000, 0, false), -EINVAL);
	ck_assert_int_eq(ipvlan_transaction_add_netns(t, "../x"), -EINVAL);
	ck_assert_int_eq(ipvlan_transaction_delete_netns(t, ""), -EINVAL);
	ck_assert_uint_eq(ipvlan_plan_get_step_count(ipvlan_transaction_get_plan(t)), 0);
	must(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL));
	ipvlan_transaction_free(t);
}
END_TEST

/* What could not be put back does not give way, and where nothing is there is nothing to change. */
START_TEST(test_routes_that_cannot_be_replaced)
{
	static const struct {
		const char *to, *why;
		bool must_exist;
		int error;
	} cases[] = {
		{"10.5.0.0/16", "there is no such route", true, -ENOENT},
		{"10.8.0.0/16", "several stand beside each other there", false, -EOPNOTSUPP},
	};
	struct ipvlan_netns *netns;
	struct ipvlan_route *route;
	char *before;
	size_t i;

	make_start();
	must(ipvlan_netns_open_name(ctx, "ns0", &netns));
	must(ipvlan_ctx_set_netns(ctx, netns));
	ck_assert_int_eq(ipvlan_route_new("10.8.0.0/16", &route), 0);
	must(ipvlan_route_append(ctx, "a", route));
	must(ipvlan_ctx_set_netns(ctx, NULL));
	before = state_of_people();
	for (i = 0; i < COUNT_OF(cases); i++) {
		t = ipvlan_transaction_new();
		gather_replaced_route("ns0", "a", cases[i].to, NULL, cases[i].must_exist);
		must_fail(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL), cases[i].error,
			  IPVLAN_STAGE_ROUTE, cases[i].why, "", "");
		check_same(before, cases[i].to);
		ipvlan_transaction_free(t);
	}
	free(before);
	ipvlan_route_free(route);
	ipvlan_netns_free(netns);
}
END_TEST

/* What could not be put back is not taken away. */
START_TEST(test_only_slaves_are_deleted)
{
	char *line;

	t = ipvlan_transaction_new();
	ck_assert_int_eq(ipvlan_transaction_delete(t, NULL, "eth0"), 0);
	must_fail(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL), -EOPNOTSUPP, IPVLAN_STAGE_DELETE,
		  "it is no ipvlan slave", "", "");
	line = lab_link_line("arena", "eth0");
	ck_assert_ptr_nonnull(line);
	free(line);
	ipvlan_transaction_free(t);
}
END_TEST

static void refuse_at_the_end(const char *when)
{
	char *before = state_of_people();

	ck_assert_int_eq(ipvlan_transaction_delete(t, NULL, "eth0"), 0);
	ck_assert_int_eq(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL), -EOPNOTSUPP);
	ck_assert_msg(ipvlan_error_get_left_count(ipvlan_ctx_get_error(ctx)) == 0, "%s: left: %s", when,
		      ipvlan_ctx_strerror(ctx));
	check_same(before, when);
	free(before);
	ipvlan_transaction_free(t);
}

/* With all that it had, in the order of its making. */
START_TEST(test_a_slave_is_made_again)
{
	make_start();
	t = ipvlan_transaction_new();
	step_count = 0;
	gather_address("ns0", "a", "fd00::7/64", true);
	must(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL));
	ipvlan_transaction_free(t);
	t = ipvlan_transaction_new();
	gather(ipvlan_transaction_delete(t, "ns0", "a"));
	gather(ipvlan_transaction_delete(t, NULL, "c"));
	refuse_at_the_end("deleted, and made again");
}
END_TEST

/* A parent that nobody has a name for can be gone to when its slave is there, too, and else not. */
START_TEST(test_a_slave_of_a_nameless_parent)
{
	pid_t pid = lab_pid_start(NULL);
	struct ipvlan_netns *netns, *ns0;
	struct ipvlan_settings *s;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/ns/net", (long)pid);
	ck_assert_int_eq(lab_link_add(&(struct lab_link){.kind = "dummy", .name = "eth7", .up = true}), 0);
	must(ipvlan_netns_open_path(ctx, path, &netns));
	must(ipvlan_link_move(ctx, "eth7", netns, NULL));
	must(ipvlan_ctx_set_netns(ctx, netns));
	must(ipvlan_link_set_up(ctx, "eth7"));
	s = ipvlan_settings_new("eth7", "x");
	ipvlan_settings_add_address(s, "10.3.0.2/24");
	make(s);
	s = ipvlan_settings_new("eth7", "y");
	ipvlan_settings_set_netns_name(s, "ns0");
	make(s);
	must(ipvlan_ctx_set_netns(ctx, NULL));

	t = ipvlan_transaction_new();
	ck_assert_int_eq(ipvlan_transaction_delete(t, path, "x"), 0);
	refuse_at_the_end("deleted beside its parent");
	must(ipvlan_ctx_set_netns(ctx, netns));
	must(ipvlan_link_delete(ctx, "x"));
	must(ipvlan_ctx_set_netns(ctx, NULL));

	t = ipvlan_transaction_new();
	ck_assert_int_eq(ipvlan_transaction_delete(t, "ns0", "y"), 0);
	must_fail(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL), -EOPNOTSUPP, IPVLAN_STAGE_DELETE,
		  "its parent is in a namespace without a name, so it could not be made again", "", "");
	must_have("ns0 link y down mtu 1500 on elsewhere ipvlan mode 0 flags 0");
	must(ipvlan_netns_open_name(ctx, "ns0", &ns0));
	must(ipvlan_ctx_set_netns(ctx, ns0));
	must(ipvlan_link_delete(ctx, "y"));
	must(ipvlan_ctx_set_netns(ctx, NULL));
	ipvlan_netns_free(ns0);
	ipvlan_netns_free(netns);
	ipvlan_transaction_free(t);
	lab_pid_end(pid);
}
END_TEST

/* With less than IPv6 takes, the kernel takes its addresses and routes away. */
START_TEST(test_mtu_comes_back_with_ipv6)
{
	char *before;

	make_start();
	t = ipvlan_transaction_new();
	before = state_of_people();
	ck_assert_int_eq(ipvlan_transaction_set_mtu(t, "ns0", "a", 1200), 0);
	ck_assert_int_eq(ipvlan_transaction_delete(t, NULL, "eth0"), 0);
	ck_assert_int_eq(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL), -EOPNOTSUPP);
	check_same(before, "an MTU of 1200 bytes");
	free(before);
	ipvlan_transaction_free(t);
}
END_TEST

static void set_mtu(const char *netns, const char *name, uint32_t mtu)
{
	struct ipvlan_transaction *one = ipvlan_transaction_new();

	ck_assert_int_eq(ipvlan_transaction_set_mtu(one, netns, name, mtu), 0);
	must(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(one), NULL, NULL));
	ipvlan_transaction_free(one);
}

/* A slave where only a process leads. */
static void make_hidden(pid_t pid)
{
	struct ipvlan_settings *s = settings("hidden", NULL, NULL);

	ipvlan_settings_set_netns_pid(s, pid);
	ipvlan_settings_set_mtu(s, 1350);
	make(s);
}

static uint32_t mtu_of_hidden(void)
{
	struct ipvlan_link_list *list;
	const struct ipvlan_link *link;
	uint32_t mtu = 0;
	size_t i;

	must(ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list));
	for (i = 0; (link = ipvlan_link_list_get(list, i)); i++) {
		if (strcmp(ipvlan_link_get_name(link), "hidden") == 0)
			mtu = ipvlan_link_get_mtu(link);
	}
	ipvlan_link_list_free(list);
	return mtu;
}

/* The IPv6 addresses of a that somebody gave, as the kernel lists them. */
static char *ipv6_of_a(void)
{
	char *text = NULL, buf[IPVLAN_ADDRESS_SIZE];
	const struct ipvlan_address *address;
	struct ipvlan_address_list *list;
	struct ipvlan_netns *netns;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	must(ipvlan_netns_open_name(ctx, "ns0", &netns));
	must(ipvlan_ctx_set_netns(ctx, netns));
	must(ipvlan_address_list(ctx, "a", AF_INET6, &list));
	for (i = 0; (address = ipvlan_address_list_get(list, i)); i++) {
		if (ipvlan_address_get_scope(address) == 0)
			fprintf(out, "%s ", ipvlan_address_format_prefix(address, buf, sizeof(buf)));
	}
	ipvlan_address_list_free(list);
	must(ipvlan_ctx_set_netns(ctx, NULL));
	ipvlan_netns_free(netns);
	fclose(out);
	return text;
}

static const struct {
	uint32_t before, to;
} parent_mtus[] = {{1500, 1300}, {1500, 9000}, {1500, 1200}, {1200, 1400}};

/* Each change of the parent's MTU makes it that of all slaves, and on the way down may cost them IPv6. */
START_TEST(test_slaves_get_back_their_own_mtu)
{
	char *before, *order, *order_after, when[64];
	pid_t pid = lab_pid_start(NULL);

	make_start();
	set_mtu(NULL, "eth0", parent_mtus[_i].before);
	set_mtu("ns0", "a", 1450);
	set_mtu(NULL, "c", 9000);
	make_hidden(pid);
	t = ipvlan_transaction_new();
	step_count = 0;
	gather_address("ns0", "a", "fd00::7/64", true);
	gather_address("ns0", "a", "fd00::8/64", true);
	gather_address(NULL, "c", "fd00::9/64", true);
	gather_route("ns0", "a", "fd02::/64", true);
	must(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL));
	ipvlan_transaction_free(t);
	before = state_of_people();
	order = ipv6_of_a();
	t = ipvlan_transaction_new();
	ck_assert_int_eq(ipvlan_transaction_set_mtu(t, NULL, "eth0", parent_mtus[_i].to), 0);
	ck_assert_int_eq(ipvlan_transaction_delete(t, NULL, "eth0"), 0);
	ck_assert_int_eq(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL), -EOPNOTSUPP);
	ck_assert_uint_eq(ipvlan_error_get_left_count(ipvlan_ctx_get_error(ctx)), 0);
	snprintf(when, sizeof(when), "a parent's MTU of %u bytes", parent_mtus[_i].to);
	check_same(before, when);
	order_after = ipv6_of_a();
	ck_assert_str_eq(order, order_after);
	ck_assert_uint_eq(mtu_of_hidden(), 1350);
	ipvlan_transaction_free(t);
	free(before);
	free(order);
	free(order_after);
	lab_pid_end(pid);
}
END_TEST

/* Siblings elsewhere keep the mode that they have, unless the transaction says otherwise. */
START_TEST(test_siblings_want_consent)
{
	make_start();
	t = ipvlan_transaction_new();
	ck_assert_int_eq(ipvlan_transaction_set_up(t, "ns1", "b", true), 0);
	ck_assert_int_eq(ipvlan_transaction_change(t, NULL, "c", IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET, false), 0);
	must_fail(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL), -EBUSY, IPVLAN_STAGE_CONSENT,
		  NULL, "a in namespace ns0, b in namespace ns1", NULL);
	ck_assert_uint_eq(ipvlan_error_get_step(ipvlan_ctx_get_error(ctx)), 1);
	must_have("ns1 link b down mtu 1500 on elsewhere ipvlan mode 0 flags 0");
	ipvlan_transaction_free(t);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("transaction");
	TCase *tc = lab_case(suite, "transaction");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, test_stopped_or_refused_at_every_step, 0, 2);
	tcase_add_test(tc, test_carried_out);
	tcase_add_test(tc, test_told);
	tcase_add_test(tc, test_what_cannot_be_gathered);
	tcase_add_test(tc, test_routes_that_cannot_be_replaced);
	tcase_add_test(tc, test_only_slaves_are_deleted);
	tcase_add_test(tc, test_siblings_want_consent);
	tcase_add_test(tc, test_a_slave_is_made_again);
	tcase_add_test(tc, test_a_slave_of_a_nameless_parent);
	/* tests/module/port.test runs these with libipvlan's own module: of a slave that gets its parent's MTU it tells
	 * the kernel, which then takes IPv6 away; the kernel's driver does not. */
	tc = lab_case(suite, "mtu");
	tcase_add_test(tc, test_mtu_comes_back_with_ipv6);
	tcase_add_loop_test(tc, test_slaves_get_back_their_own_mtu, 0, COUNT_OF(parent_mtus));
	return lab_main(suite);
}
