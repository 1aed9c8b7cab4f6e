// SPDX-License-Identifier: GPL-2.0-or-later
/* Plans carried out, and stopped or refused at every step. The machine and the wish are drawn in scene.h. */
#include "scene.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What is called before each step. */
struct stop {
	size_t at;	/* the step before which something happens */
	bool refuse;	/* the kernel refuses from here on; else we stop */
	size_t calls;	/* heard while doing */
	size_t undoing; /* heard while undoing */
};

static int stop_at(size_t done, size_t total, const struct ipvlan_step *step, bool undoing, void *data)
{
	struct stop *stop = data;

	ck_assert_uint_eq(total, ipvlan_plan_get_step_count(plan));
	if (undoing) {
		set_rights(true);
		stop->undoing++;
		ck_assert_ptr_eq(step, ipvlan_plan_get_step(plan, done - 1));
		return 1; /* not heard */
	}
	ck_assert_uint_eq(done, stop->calls);
	ck_assert_ptr_eq(step, ipvlan_plan_get_step(plan, done));
	stop->calls++;
	if (done != stop->at)
		return 0;
	if (stop->refuse)
		set_rights(false);
	return !stop->refuse;
}

static bool is_netns_step(size_t index)
{
	return strcmp(ipvlan_step_get_kind(ipvlan_plan_get_step(plan, index)), "netns") == 0;
}

static void fail_at_every_step(bool prune, bool refuse)
{
	size_t i, count;
	char *before, when[256], text[160];
	struct stop stop;
	int err;

	scene_plan(prune);
	before = scene_state();
	count = ipvlan_plan_get_step_count(plan);
	ck_assert_uint_ge(count, 12);
	for (i = 0; i < count; i++) {
		/* Namespaces are made ahead of their steps, so it is too late to refuse them there. */
		if (refuse && is_netns_step(i))
			continue;
		stop = (struct stop){.at = i, .refuse = refuse};
		err = ipvlan_plan_apply(ctx, plan, stop_at, &stop);
		set_rights(true);
		snprintf(when, sizeof(when), "step %zu of %zu: %s", i, count,
			 ipvlan_step_format(ipvlan_plan_get_step(plan, i), text, sizeof(text)));
		/* Who may not look into namespaces sees no slave in them. */
		ck_assert_msg(refuse ? err == -EPERM || err == -ENOENT : err == -ECANCELED, "%s: %d: %s", when, err,
			      ipvlan_ctx_strerror(ctx));
		ck_assert_msg(!refuse || ipvlan_error_get_step(ipvlan_ctx_get_error(ctx)) == i, "%s", when);
		ck_assert_uint_eq(stop.undoing, i);
		scene_must_be(before, when);
	}
	must(ipvlan_plan_apply(ctx, plan, NULL, NULL));
	scene_replan(prune);
	ck_assert_uint_eq(ipvlan_plan_get_step_count(plan), 0);
	free(before);
	scene_free();
}

START_TEST(test_stopped_at_every_step)
{
	fail_at_every_step(_i & 1, false);
}
END_TEST

START_TEST(test_refused_at_every_step)
{
	fail_at_every_step(_i & 1, true);
}
END_TEST

static void must_format(size_t index, enum ipvlan_change change, const char *wanted, unsigned int line)
{
	const struct ipvlan_step *step = ipvlan_plan_get_step(plan, index);
	char text[256];

	ck_assert_ptr_nonnull(step);
	ck_assert_int_eq(ipvlan_step_get_change(step), change);
	ck_assert_str_eq(ipvlan_step_format(step, text, sizeof(text)), wanted);
	ck_assert_uint_eq(ipvlan_step_get_line(step), line);
}

START_TEST(test_the_plan_is_told)
{
	scene_plan(false);
	must_format(0, IPVLAN_CHANGE_SET,
		    "port eth0 l2 -> l3s bridge -> private (also for 1 slave that is not described)", 1);
	ck_assert_uint_eq(ipvlan_step_get_sibling_count(ipvlan_plan_get_step(plan, 0)), 1);
	must_format(1, IPVLAN_CHANGE_SET, "a mtu 1500 -> 1400 in ns0", 3);
	must_format(2, IPVLAN_CHANGE_ADD, "a address 10.0.0.7/24 in ns0", 3);
	must_format(4, IPVLAN_CHANGE_ADD, "a route 10.9.0.0/16 in ns0", 3);
	must_format(5, IPVLAN_CHANGE_ADD, "lo up in ns0", 3);
	must_format(6, IPVLAN_CHANGE_ADD, "b up in ns1", 3);
	must_format(9, IPVLAN_CHANGE_ADD, "netns ns2", 3);
	must_format(10, IPVLAN_CHANGE_ADD,
		    "d @ eth0 (l3s, private) in ns2 10.0.0.20/24 fd00::20/64 up, route default, route default, "
		    "route 10.8.0.0/16 via 10.0.0.1",
		    3);
	must_format(11, IPVLAN_CHANGE_ADD, "lo up in ns2", 3);
	must_format(15, IPVLAN_CHANGE_ADD, "netns ns4", 2);
	ck_assert_ptr_null(ipvlan_plan_get_step(plan, 16));
	scene_free();
}
END_TEST

/* An address that somebody has who is not described: seen by the plan, unless it is too late for that. */
START_TEST(test_an_address_is_taken)
{
	char *before;
	int err;

	scene_start();
	topology = ipvlan_topology_new();
	ipvlan_topology_set_line(topology, 7);
	SLAVE("d", "ns2", "10.0.0.20/24");
	SLAVE("e", "ns3", "10.0.0.9/24");
	must(ipvlan_plan_new(ctx, topology, false, &plan));
	ipvlan_plan_free(plan);
	SLAVE("f", "ns3", "10.0.0.6/24");
	must_fail(ipvlan_plan_new(ctx, topology, false, &plan), -EINVAL, IPVLAN_STAGE_SETTINGS,
		  "line 7: the description is wrong: address 10.0.0.6 of slave f is that of c", "", "");
	ipvlan_topology_free(topology);
	topology = ipvlan_topology_new();
	SLAVE("d", "ns2", "10.0.0.20/24");
	SLAVE("e", "ns3", "10.0.0.9/24");
	must(ipvlan_plan_new(ctx, topology, false, &plan));
	lab_slave("x", NULL, IPVLAN_MODE_L2, IPVLAN_FLAGS_BRIDGE, "10.0.0.9/24");
	before = scene_state();
	err = ipvlan_plan_apply(ctx, plan, NULL, NULL);
	ck_assert_int_eq(err, -EADDRINUSE);
	ck_assert_uint_eq(ipvlan_error_get_step(ipvlan_ctx_get_error(ctx)), 4);
	ck_assert_ptr_nonnull(strstr(ipvlan_error_get_holder(ipvlan_ctx_get_error(ctx)), "x in"));
	scene_must_be(before, "after the refusal");
	free(before);
	scene_free();
}
END_TEST

static int take_name(size_t done, size_t total, const struct ipvlan_step *step, bool undoing, void *data)
{
	(void)total;
	(void)step;
	(void)data;
	if (!done && !undoing)
		lab_netns_add("ns3");
	return 0;
}

START_TEST(test_a_namespace_is_taken)
{
	char *before, *after;

	topology = ipvlan_topology_new();
	SLAVE("d", "ns2", "10.0.0.20/24");
	SLAVE("e", "ns3", "10.0.0.21/24");
	SLAVE("f", "ns4", "10.0.0.22/24");
	must(ipvlan_plan_new(ctx, topology, false, &plan));
	before = scene_state();
	must_fail(ipvlan_plan_apply(ctx, plan, take_name, NULL), -EEXIST, IPVLAN_STAGE_NETNS,
		  "cannot make namespace ns3: the name is taken", "", "");
	ck_assert_uint_eq(ipvlan_error_get_step(ipvlan_ctx_get_error(ctx)), 3);
	lab_netns_del("ns3");
	after = scene_state();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
	scene_free();
}
END_TEST

/* What somebody takes away meanwhile cannot be undone; it is said, and the rest is undone. */
static int take_netns_away(size_t done, size_t total, const struct ipvlan_step *step, bool undoing, void *data)
{
	(void)step;
	(void)data;
	if (undoing || done + 1 < total)
		return 0;
	lab_netns_del("ns2");
	return 1;
}

START_TEST(test_what_cannot_be_undone_is_told)
{
	const struct ipvlan_error *error = ipvlan_ctx_get_error(ctx);
	char *before;

	topology = ipvlan_topology_new();
	SLAVE("d", "ns2", "10.0.0.20/24");
	SLAVE("e", "ns3", "10.0.0.21/24");
	before = scene_state();
	must(ipvlan_plan_new(ctx, topology, false, &plan));
	ck_assert_int_eq(ipvlan_plan_apply(ctx, plan, take_netns_away, NULL), -ECANCELED);
	ck_assert_ptr_nonnull(strstr(ipvlan_error_get_hint(error), "could not be undone"));
	ck_assert_ptr_nonnull(strstr(lab_notice, "netns ns2"));
	scene_must_be(before, "all but what was gone");
	free(before);
	scene_free();
}
END_TEST

/* The kernel itself would give it to a slave: it looks at slaves only. */
START_TEST(test_an_address_is_the_parents)
{
	static const char *const addresses[][2] = {{"10.0.0.4", "10.0.0.4/24"}, {"fd00::4", "fd00::4/64"}};
	char text[120];
	size_t i;

	lab_address_add("eth0", "10.0.0.4", 24);
	lab_address_add("eth0", "fd00::4", 64);
	for (i = 0; i < COUNT_OF(addresses); i++) {
		topology = ipvlan_topology_new();
		ipvlan_topology_set_line(topology, 8);
		SLAVE("d", "ns0", addresses[i][1]);
		snprintf(text, sizeof(text),
			 "line 8: the description is wrong: address %s of slave d is that of its parent eth0",
			 addresses[i][0]);
		must_fail(ipvlan_plan_new(ctx, topology, false, &plan), -EINVAL, IPVLAN_STAGE_SETTINGS, text, "", "");
		ck_assert_uint_eq(ipvlan_topology_get_finding_line(topology, 0), 8);
		ipvlan_topology_free(topology);
	}
	topology = NULL;
	plan = NULL;
}
END_TEST

/* What the kernel itself refuses, in the midst of a plan, for what came between plan and apply. */
static const struct {
	bool prune;
	const char *address; /* of another slave */
	const char *route;   /* in ns0, by way of a */
	bool limit;	     /* no more namespaces */
	int code;
} hindrances[] = {
	{.address = "10.0.0.7/24", .code = -EADDRINUSE},
	{.address = "fd00::7/64", .code = -EADDRINUSE},
	{.address = "10.0.0.20/24", .code = -EADDRINUSE},
	{.address = "fd00::20/64", .code = -EADDRINUSE},
	{.address = "10.0.0.21/24", .code = -EADDRINUSE},
	{.route = "10.9.0.0/16", .code = -EEXIST},
	{.limit = true, .code = -ENOSPC},
	{.prune = true, .address = "10.0.0.7/24", .code = -EADDRINUSE},
	{.prune = true, .address = "fd00::20/64", .code = -EADDRINUSE},
	{.prune = true, .limit = true, .code = -ENOSPC},
};

static void hinder(size_t which)
{
	struct ipvlan_netns *there;
	struct ipvlan_route *route;

	if (hindrances[which].address)
		lab_slave("x", NULL, IPVLAN_MODE_L2, IPVLAN_FLAGS_BRIDGE, hindrances[which].address);
	if (hindrances[which].limit)
		lab_write("/proc/sys/user/max_net_namespaces", "1");
	if (!hindrances[which].route)
		return;
	ck_assert_int_eq(ipvlan_route_new(hindrances[which].route, &route), 0);
	ck_assert_int_eq(ipvlan_route_set_gateway(route, "10.0.0.1"), 0);
	must(ipvlan_netns_open_name(ctx, "ns0", &there));
	must(ipvlan_ctx_set_netns(ctx, there));
	must(ipvlan_route_add(ctx, "a", route));
	must(ipvlan_ctx_set_netns(ctx, NULL));
	ipvlan_netns_free(there);
	ipvlan_route_free(route);
}

START_TEST(test_the_kernel_refuses)
{
	char *before, *after;
	int err;

	scene_plan(hindrances[_i].prune);
	hinder((size_t)_i);
	before = scene_sorted(NULL);
	err = ipvlan_plan_apply(ctx, plan, NULL, NULL);
	lab_write("/proc/sys/user/max_net_namespaces", "10000");
	after = scene_sorted(NULL);
	ck_assert_msg(err == hindrances[_i].code, "%d: %s", err, ipvlan_ctx_strerror(ctx));
	ck_assert_msg(strcmp(before, after) == 0, "before:\n%s\nafter:\n%s", before, after);
	free(before);
	free(after);
	scene_free();
}
END_TEST

START_TEST(test_plans_that_cannot_be)
{
	topology = ipvlan_topology_new();
	ipvlan_topology_set_line(topology, 4);
	ck_assert_int_eq(ipvlan_topology_add_parent(topology, "eth7", IPVLAN_MODE_L2, IPVLAN_FLAGS_UNSET), 0);
	must_fail(ipvlan_plan_new(ctx, topology, false, &plan), -ENODEV, IPVLAN_STAGE_PARENT, "line 4: parent eth7", "",
		  NULL);
	ck_assert_uint_eq(ipvlan_topology_get_finding_line(topology, 0), 4);
	ipvlan_topology_free(topology);

	topology = ipvlan_topology_new();
	ipvlan_topology_set_line(topology, 5);
	ck_assert_int_eq(ipvlan_topology_add_netns(topology, "ns7", true), 0);
	must_fail(ipvlan_plan_new(ctx, topology, false, &plan), -ENOENT, IPVLAN_STAGE_NETNS, "line 5: namespace ns7",
		  "", NULL);
	ck_assert_str_eq(ipvlan_topology_get_finding_text(topology, 0), "namespace ns7 does not exist, and must");
	ipvlan_topology_free(topology);

	topology = ipvlan_topology_new();
	ipvlan_topology_set_line(topology, 6);
	SLAVE("d", NULL, "mtu 9000");
	must_fail(ipvlan_plan_new(ctx, topology, false, &plan), -EINVAL, IPVLAN_STAGE_SETTINGS,
		  "line 6: the description is wrong: slave d wants MTU 9000, but its parent eth0 has 1500", "", "");
	ipvlan_topology_free(topology);

	/* The kernel would take eth0 for its parent, and the mode for that of all who are there. */
	lab_slave("x", NULL, IPVLAN_MODE_L2, IPVLAN_FLAGS_BRIDGE, "10.0.0.9/24");
	topology = ipvlan_topology_new();
	ipvlan_topology_set_line(topology, 7);
	ck_assert_int_eq(ipvlan_topology_add_parent(topology, "x", IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET), 0);
	must_fail(ipvlan_plan_new(ctx, topology, false, &plan), -EINVAL, IPVLAN_STAGE_SETTINGS,
		  "line 7: the description is wrong: parent x is a slave itself", "", "");
	ipvlan_topology_free(topology);
	topology = NULL;
	plan = NULL;
}
END_TEST

static const char *taken_away;

/* Somebody deletes a slave between the plan and its turn. */
static int take_slave_away(size_t done, size_t total, const struct ipvlan_step *step, bool undoing, void *data)
{
	(void)total;
	(void)step;
	(void)data;
	if (done || undoing)
		return 0;
	lab_enter("ns0");
	lab_link_del(taken_away);
	lab_leave();
	return 0;
}

/* Slaves of one namespace go in one request, namespaces side by side; when one of them cannot go, all come back. */
START_TEST(test_many_go_at_once)
{
	char *before, *after;

	scene_start();
	lab_slave("x1", "ns0", IPVLAN_MODE_L2, IPVLAN_FLAGS_BRIDGE, "10.0.0.11/24");
	lab_slave("x2", "ns0", IPVLAN_MODE_L2, IPVLAN_FLAGS_BRIDGE, "10.0.0.12/24");
	topology = ipvlan_topology_new();
	ck_assert_int_eq(ipvlan_topology_add_parent(topology, "eth0", IPVLAN_MODE_UNSET, IPVLAN_FLAGS_UNSET), 0);
	must(ipvlan_plan_new(ctx, topology, true, &plan));
	ck_assert_uint_eq(ipvlan_plan_get_step_count(plan), 5);

	taken_away = "x1";
	must_fail(ipvlan_plan_apply(ctx, plan, take_slave_away, NULL), -ENODEV, IPVLAN_STAGE_DELETE,
		  "cannot delete x1 in namespace ns0: it is gone already", "", NULL);
	must_format(ipvlan_error_get_step(ipvlan_ctx_get_error(ctx)), IPVLAN_CHANGE_REMOVE,
		    "x1 @ eth0 (l2, bridge) in ns0 10.0.0.11/24 mtu 1500 up", 0);
	must_have("ns0 addr x2 10.0.0.12/24");
	must_have("ns1 addr b 10.0.0.5/24");
	scene_replan(true);
	ck_assert_uint_eq(ipvlan_plan_get_step_count(plan), 4);
	before = scene_state();

	/* All gone; and with an inverse for each, all there again. */
	must(ipvlan_plan_apply(ctx, plan, NULL, NULL));
	scene_replan(true);
	ck_assert_uint_eq(ipvlan_plan_get_step_count(plan), 0);
	must_not_have("ns0 addr x2 10.0.0.12/24");
	after = scene_state();
	ck_assert_str_ne(before, after);
	free(before);
	free(after);
	scene_free();
}
END_TEST

/* Below the MTU that IPv6 takes the kernel ends it: that is planned, seen, and undone with all that there was. */
START_TEST(test_ipv6_goes_with_its_room)
{
	static const char *const steps[] = {
		"x route fd09::/64 in ns0",  "x address fd00::9/64 in ns0",   "x address fd00::8/64 in ns0",
		"x mtu 1500 -> 1200 in ns0", "x address 10.0.0.12/24 in ns0", "lo up in ns0",
	};
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "x");
	struct stop stop;
	char *before;
	size_t i;

	ipvlan_settings_set_netns_name(s, "ns0");
	ipvlan_settings_set_up(s, true);
	ipvlan_settings_add_address(s, "10.0.0.11/24");
	ipvlan_settings_add_address(s, "fd00::8/64");
	ipvlan_settings_add_address(s, "fd00::9/64");
	ipvlan_settings_add_route(s, "fd09::/64", NULL);
	must(ipvlan_link_create(ctx, s, NULL));
	ipvlan_settings_free(s);
	topology = ipvlan_topology_new();
	SLAVE("x", "ns0", "mtu 1200", "10.0.0.11/24", "10.0.0.12/24");
	must(ipvlan_plan_new(ctx, topology, false, &plan));
	before = scene_state();
	ck_assert_uint_eq(ipvlan_plan_get_step_count(plan), COUNT_OF(steps));
	for (i = 0; i < COUNT_OF(steps); i++) {
		must_format(i,
			    i < 3    ? IPVLAN_CHANGE_REMOVE
			    : i == 3 ? IPVLAN_CHANGE_SET
				     : IPVLAN_CHANGE_ADD,
			    steps[i], 0);
		stop = (struct stop){.at = i};
		ck_assert_int_eq(ipvlan_plan_apply(ctx, plan, stop_at, &stop), -ECANCELED);
		scene_must_be(before, steps[i]);
	}
	must(ipvlan_plan_apply(ctx, plan, NULL, NULL));
	must_have("ns0 link x up mtu 1200 on elsewhere ipvlan mode 1 flags 0");
	free(before);
	scene_free();

	topology = ipvlan_topology_new();
	SLAVE("x", "ns0", "fd00::8/64");
	must_fail(ipvlan_plan_new(ctx, topology, false, &plan), -EINVAL, IPVLAN_STAGE_SETTINGS,
		  "address fd00::8 of slave x takes an MTU of 1280 at least, and x has 1200", "", "");
	ipvlan_topology_free(topology);
	topology = NULL;
	plan = NULL;
}
END_TEST

/* A source that waits for its detection is refused until it is there; what was done at last has not failed. */
START_TEST(test_a_source_is_waited_for)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "x");
	struct ipvlan_route *route;

	lab_slave("x", "ns0", IPVLAN_MODE_L2, IPVLAN_FLAGS_BRIDGE, NULL);
	topology = ipvlan_topology_new();
	ck_assert_int_eq(ipvlan_topology_add_parent(topology, "eth0", IPVLAN_MODE_UNSET, IPVLAN_FLAGS_UNSET), 0);
	ck_assert_int_eq(ipvlan_route_new("fd09::/64", &route), 0);
	ck_assert_int_eq(ipvlan_route_set_source(route, "fd00::8"), 0);
	ipvlan_settings_set_netns_name(s, "ns0");
	ipvlan_settings_add_address(s, "fd00::8/64");
	ipvlan_settings_add_route_object(s, route);
	ck_assert_int_eq(ipvlan_topology_add_slave(topology, s), 0);
	ipvlan_route_free(route);
	ipvlan_settings_free(s);
	must(ipvlan_plan_new(ctx, topology, false, &plan));
	must(ipvlan_plan_apply(ctx, plan, NULL, NULL));
	ck_assert_int_eq(ipvlan_error_get_code(ipvlan_ctx_get_error(ctx)), 0);
	must_have("ns0 route6 fd09::/64 dev x");
	scene_free();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("apply");
	TCase *tc = lab_case(suite, "apply");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, test_stopped_at_every_step, 0, 2);
	tcase_add_loop_test(tc, test_refused_at_every_step, 0, 2);
	tcase_add_test(tc, test_the_plan_is_told);
	tcase_add_test(tc, test_an_address_is_taken);
	tcase_add_test(tc, test_a_namespace_is_taken);
	tcase_add_test(tc, test_what_cannot_be_undone_is_told);
	tcase_add_test(tc, test_an_address_is_the_parents);
	tcase_add_loop_test(tc, test_the_kernel_refuses, 0, (int)COUNT_OF(hindrances));
	tcase_add_test(tc, test_plans_that_cannot_be);
	tcase_add_test(tc, test_many_go_at_once);
	tcase_add_test(tc, test_ipv6_goes_with_its_room);
	tcase_add_test(tc, test_a_source_is_waited_for);
	return lab_main(suite);
}
