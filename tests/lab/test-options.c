// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options of ports in plans and transactions, carried out, stopped and refused at every step, on libipvlan's own module
 * (tests/module/port.test). Arena as in lab-test.h, and before each:
 *
 *   arena: eth0 guard on, gateway 10.0.0.1, queue-limit 50 --+-- ns0: a 10.0.0.2/24
 *                                                            +-- arena: c 10.0.0.6/24
 *          eth1 source-check on, dhcp on --------------------+-- ns0: s 10.1.0.2/24
 *                                                            +-- ns1: t 10.1.0.3/24
 *          eth2 (no slave)
 */
#include "scene.h"
#include <stdio.h>
#include <stdlib.h>

static const char *const parents[] = {"eth0", "eth1", "eth2"};

/* "guard dhcp gateway 10.0.0.1 queue-limit 50" */
static void set(struct ipvlan_module_options *options, const char *words)
{
	char copy[200], *rest = copy, *word;
	int option;

	snprintf(copy, sizeof(copy), "%s", words);
	while ((word = strsep(&rest, " "))) {
		if (strcmp(word, "gateway") == 0) {
			ck_assert_int_eq(ipvlan_module_options_add_gateway(options, strsep(&rest, " ")), 0);
			continue;
		}
		if (strcmp(word, "queue-limit") == 0) {
			ck_assert_int_eq(
				ipvlan_module_options_set_queue_limit(options, (uint32_t)atoi(strsep(&rest, " "))), 0);
			continue;
		}
		for (option = 0; strcmp(ipvlan_module_option_to_string(option), word + (*word == '-')) != 0; option++)
			;
		ck_assert_int_eq(ipvlan_module_options_set(options, option, *word != '-'), 0);
	}
}

static struct ipvlan_module_options *options_of(const char *words)
{
	struct ipvlan_module_options *options = ipvlan_module_options_new();

	set(options, words);
	return options;
}

static void give(const char *parent, const char *words)
{
	struct ipvlan_module_options *options = options_of(words);

	must(ipvlan_module_port_change(ctx, parent, options));
	ipvlan_module_options_free(options);
}

static struct ipvlan_settings *settings(const char *parent, const char *name, const char *netns, const char *address)
{
	struct ipvlan_settings *s = ipvlan_settings_new(parent, name);

	if (netns)
		ipvlan_settings_set_netns_name(s, netns);
	ipvlan_settings_set_up(s, true);
	ipvlan_settings_add_address(s, address);
	return s;
}

static void make(const char *parent, const char *name, const char *netns, const char *address)
{
	struct ipvlan_settings *s = settings(parent, name, netns, address);

	ipvlan_settings_set_mode(s, IPVLAN_MODE_L2);
	must(ipvlan_link_create(ctx, s, NULL));
	ipvlan_settings_free(s);
}

static void start(void)
{
	ck_assert_int_eq(lab_link_add(&(struct lab_link){.kind = "dummy", .name = "eth1", .up = true}), 0);
	ck_assert_int_eq(lab_link_add(&(struct lab_link){.kind = "dummy", .name = "eth2", .up = true}), 0);
	make("eth0", "a", "ns0", "10.0.0.2/24");
	make("eth0", "c", NULL, "10.0.0.6/24");
	make("eth1", "s", "ns0", "10.1.0.2/24");
	make("eth1", "t", "ns1", "10.1.0.3/24");
	give("eth0", "guard gateway 10.0.0.1 queue-limit 50");
	give("eth1", "source-check dhcp");
}

/* ---- what the module has, by what it answers to a question of its own */

static void add_port(FILE *out, const char *parent)
{
	struct ipvlan_module_port *port;
	size_t i;

	fprintf(out, "%s:", parent);
	if (ipvlan_module_port_get(ctx, parent, &port) == 0) {
		for (i = 0; i < IPVLAN_MODULE_OPTION_COUNT; i++)
			fprintf(out, "%s%s", ipvlan_module_port_has_option(port, i) ? " " : "",
				ipvlan_module_port_has_option(port, i) ? ipvlan_module_option_to_string(i) : "");
		for (i = 0; i < ipvlan_module_port_get_gateway_count(port); i++)
			fprintf(out, " gateway %s", ipvlan_module_port_get_gateway(port, i));
		fprintf(out, " queue-limit %u", ipvlan_module_port_get_queue_limit(port));
		ipvlan_module_port_free(port);
	}
	fputc('\n', out);
}

/* The caller frees it. */
static char *ports(void)
{
	char *text;
	size_t i, size;
	FILE *out = open_memstream(&text, &size);

	for (i = 0; i < COUNT_OF(parents); i++)
		add_port(out, parents[i]);
	fclose(out);
	return text;
}

static void ports_must_be(const char *wanted)
{
	char *found = ports();

	ck_assert_str_eq(found, wanted);
	free(found);
}

static char *machine(void)
{
	char *links = scene_sorted(NULL), *options = ports(), *whole;

	ck_assert_int_gt(asprintf(&whole, "%s%s", options, links), 0);
	free(options);
	free(links);
	return whole;
}

static void machine_must_be(const char *before, const char *when)
{
	char *after = machine();

	ck_assert_msg(strcmp(before, after) == 0, "%s\nbefore:\n%s\nafter:\n%s", when, before, after);
	free(after);
}

/* ---- carried out, stopped, refused */

struct stop {
	size_t at;
	bool refuse; /* by taking away this thread's rights; else we stop */
};

static int stop_at(size_t done, size_t total, const struct ipvlan_step *step, bool undoing, void *data)
{
	const struct stop *stop = data;

	(void)total;
	(void)step;
	if (undoing)
		set_rights(true);
	if (undoing || done != stop->at)
		return 0;
	if (stop->refuse)
		set_rights(false);
	return !stop->refuse;
}

static bool is_netns_step(const struct ipvlan_plan *p, size_t index)
{
	return strcmp(ipvlan_step_get_kind(ipvlan_plan_get_step(p, index)), "netns") == 0;
}

/* What goes with the last slave is nothing that could be refused. */
static bool is_idle_step(const struct ipvlan_plan *p, size_t index)
{
	const struct ipvlan_step *step = ipvlan_plan_get_step(p, index);

	return strcmp(ipvlan_step_get_kind(step), "options") == 0 &&
	       ipvlan_step_get_change(step) == IPVLAN_CHANGE_REMOVE;
}

static void fail_at_every_step(const struct ipvlan_plan *p, bool refuse)
{
	char *before = machine(), when[300], text[200];
	struct stop stop = {.refuse = refuse};
	int err;

	for (stop.at = 0; stop.at < ipvlan_plan_get_step_count(p); stop.at++) {
		/* Namespaces are made ahead of their steps, so it is too late to refuse them there. */
		if (refuse && (is_netns_step(p, stop.at) || is_idle_step(p, stop.at)))
			continue;
		err = ipvlan_plan_apply(ctx, p, stop_at, &stop);
		set_rights(true);
		snprintf(when, sizeof(when), "step %zu: %s", stop.at,
			 ipvlan_step_format(ipvlan_plan_get_step(p, stop.at), text, sizeof(text)));
		ck_assert_msg(refuse ? err < 0 : err == -ECANCELED, "%s: %d: %s", when, err, ipvlan_ctx_strerror(ctx));
		ck_assert_msg(ipvlan_error_get_left_count(ipvlan_ctx_get_error(ctx)) == 0, "%s: left: %s", when,
			      ipvlan_ctx_strerror(ctx));
		machine_must_be(before, when);
	}
	free(before);
}

/* ---- plans */

static void describe(const char *parent, int flags, const char *words)
{
	struct ipvlan_module_options *options = options_of(words);

	ck_assert_int_eq(ipvlan_topology_add_parent(topology, parent, IPVLAN_MODE_L2, flags), 0);
	ck_assert_int_eq(ipvlan_topology_set_parent_options(topology, parent, options), 0);
	ipvlan_module_options_free(options);
}

static void wish(const char *parent, const char *name, const char *netns, const char *address)
{
	struct ipvlan_settings *s = settings(parent, name, netns, address);

	ck_assert_int_eq(ipvlan_topology_add_slave(topology, s), 0);
	ipvlan_settings_free(s);
}

/*
 * eth0 lives on, with other options, and a gets what was guarded; eth1 loses all slaves and gets others, and keeps what
 * is not described; eth2 is new.
 */
static void make_plan(void)
{
	start();
	topology = ipvlan_topology_new();
	ipvlan_topology_set_line(topology, 1);
	describe("eth0", IPVLAN_F_PRIVATE, "group-isolation guard gateway 10.0.0.9 gateway fd00::9");
	ipvlan_topology_set_line(topology, 2);
	describe("eth1", IPVLAN_FLAGS_BRIDGE, "-dhcp queue-limit 9");
	ipvlan_topology_set_line(topology, 3);
	describe("eth2", IPVLAN_FLAGS_BRIDGE, "guard -source-check gateway 10.2.0.1");
	ipvlan_topology_set_line(topology, 4);
	wish("eth0", "a", "ns0", "10.0.0.1/24");
	wish("eth0", "s", "ns0", "10.0.0.3/24");
	wish("eth1", "u", "ns1", "10.1.0.3/24");
	wish("eth2", "v", "ns2", "10.2.0.2/24");
	wish("eth2", "w", "ns2", "10.2.0.3/24");
	must(ipvlan_plan_new(ctx, topology, true, &plan));
}

static void end_plan(void)
{
	scene_free();
	lab_link_del("eth1");
	lab_link_del("eth2");
}

START_TEST(test_a_plan_fails_at_every_step)
{
	make_plan();
	fail_at_every_step(plan, _i);
	end_plan();
}
END_TEST

static size_t find_step(const char *text, enum ipvlan_change change)
{
	char found[256];
	size_t i;

	for (i = 0; i < ipvlan_plan_get_step_count(plan); i++) {
		if (strcmp(ipvlan_step_format(ipvlan_plan_get_step(plan, i), found, sizeof(found)), text) == 0) {
			ck_assert_int_eq(ipvlan_step_get_change(ipvlan_plan_get_step(plan, i)), change);
			return i;
		}
	}
	ck_abort_msg("no step \"%s\"", text);
}

START_TEST(test_a_plan_is_carried_out)
{
	size_t lost, gone, options, port, address, first, added, second;

	make_plan();
	lost = find_step("port eth1 source-check on, dhcp on", IPVLAN_CHANGE_REMOVE);
	gone = find_step("t @ eth1 (l2, bridge) in ns1 10.1.0.3/24 mtu 1500 up", IPVLAN_CHANGE_REMOVE);
	options = find_step("port eth0 group-isolation off -> on, gateway 10.0.0.1 -> 10.0.0.9 fd00::9",
			    IPVLAN_CHANGE_SET);
	ck_assert_uint_eq(ipvlan_step_get_line(ipvlan_plan_get_step(plan, options)), 1);
	port = find_step("port eth0 bridge -> private", IPVLAN_CHANGE_SET);
	address = find_step("a address 10.0.0.1/24 in ns0", IPVLAN_CHANGE_ADD);
	first = find_step("v @ eth2 (l2, bridge) in ns2 10.2.0.2/24 up", IPVLAN_CHANGE_ADD);
	added = find_step("port eth2 guard on, gateway 10.2.0.1", IPVLAN_CHANGE_ADD);
	second = find_step("w @ eth2 (l2, bridge) in ns2 10.2.0.3/24 up", IPVLAN_CHANGE_ADD);
	find_step("port eth1 source-check on, queue-limit 9", IPVLAN_CHANGE_ADD);
	ck_assert(lost < gone && gone < options && options < port && port < address);
	ck_assert(first + 1 == added && added < second);

	must(ipvlan_plan_apply(ctx, plan, NULL, NULL));
	ports_must_be("eth0: group-isolation guard gateway 10.0.0.9 gateway fd00::9 queue-limit 50\n"
		      "eth1: source-check queue-limit 9\n"
		      "eth2: guard gateway 10.2.0.1 queue-limit 2000\n");
	must_have("ns0 addr a 10.0.0.1/24");
	scene_replan(true);
	ck_assert_uint_eq(ipvlan_plan_get_step_count(plan), 0);
	end_plan();
}
END_TEST

/* Slaves that no description speaks of change along, and that is told. */
START_TEST(test_siblings_are_counted)
{
	const struct ipvlan_step *step;
	char text[200];

	start();
	topology = ipvlan_topology_new();
	describe("eth0", IPVLAN_FLAGS_UNSET, "source-check -guard");
	wish("eth0", "a", "ns0", "10.0.0.2/24");
	must(ipvlan_plan_new(ctx, topology, false, &plan));
	ck_assert_uint_eq(ipvlan_plan_get_step_count(plan), 1);
	step = ipvlan_plan_get_step(plan, 0);
	ck_assert_str_eq(ipvlan_step_format(step, text, sizeof(text)),
			 "port eth0 source-check off -> on, guard on -> off (also for 1 slave that is not described)");
	ck_assert_str_eq(ipvlan_step_get_kind(step), "options");
	ck_assert_uint_eq(ipvlan_step_get_sibling_count(step), 1);
	end_plan();
}
END_TEST

/* What the port guards already counts, whoever described it. */
START_TEST(test_a_guarded_address_is_refused_before)
{
	char *before;

	start();
	before = machine();
	topology = ipvlan_topology_new();
	ipvlan_topology_set_line(topology, 7);
	wish("eth0", "d", "ns2", "10.0.0.1/24");
	must_fail(ipvlan_plan_new(ctx, topology, false, &plan), -EINVAL, IPVLAN_STAGE_SETTINGS,
		  "line 7: the description is wrong: address 10.0.0.1 of slave d is that of a gateway that its parent "
		  "eth0 guards",
		  "", "");
	machine_must_be(before, "after the refusal");
	plan = NULL;
	free(before);
	end_plan();
}
END_TEST

/* A slave that is not described has the address: the module refuses, and what was done is undone. */
START_TEST(test_a_guard_that_is_taken)
{
	char *before;

	start();
	before = machine();
	topology = ipvlan_topology_new();
	describe("eth0", IPVLAN_F_PRIVATE, "gateway 10.0.0.6");
	wish("eth2", "v", "ns2", "10.2.0.2/24");
	must(ipvlan_plan_new(ctx, topology, false, &plan));
	must_fail(ipvlan_plan_apply(ctx, plan, NULL, NULL), -EADDRINUSE, IPVLAN_STAGE_CHANGE,
		  "cannot change options of the port of eth0", NULL, NULL);
	machine_must_be(before, "after the refusal");
	free(before);
	end_plan();
}
END_TEST

/* The host's own slave keeps the port: its options do not go and come again, and that they change for it is told. */
START_TEST(test_a_port_outlives_what_is_described)
{
	static const char *const own[] = {"10.1.0.250", NULL};
	char *before;

	start();
	must(ipvlan_host_access_enable(ctx, "eth1", own));
	topology = ipvlan_topology_new();
	describe("eth1", IPVLAN_FLAGS_UNSET, "-source-check");
	wish("eth1", "u", "ns0", "10.1.0.9/24");
	must(ipvlan_plan_new(ctx, topology, true, &plan));
	find_step("port eth1 source-check on -> off (also for 1 slave that is not described)", IPVLAN_CHANGE_SET);
	before = machine();
	fail_at_every_step(plan, false);
	must(ipvlan_plan_apply(ctx, plan, NULL, NULL));
	ports_must_be("eth0: guard gateway 10.0.0.1 queue-limit 50\neth1: dhcp queue-limit 2000\neth2:\n");
	free(before);
	end_plan();
}
END_TEST

/* ---- transactions */

static struct ipvlan_transaction *t;

#define gather(call) ck_assert_msg((call) == 0, "not gathered: " #call)

static void gather_options(const char *parent, const char *words)
{
	struct ipvlan_module_options *options = options_of(words);

	gather(ipvlan_transaction_change_options(t, NULL, parent, options));
	ipvlan_module_options_free(options);
}

static void gather_create(const char *parent, const char *name, const char *netns, const char *address)
{
	struct ipvlan_settings *s = settings(parent, name, netns, address);

	ipvlan_settings_set_mode(s, IPVLAN_MODE_L2);
	gather(ipvlan_transaction_create(t, NULL, s));
	ipvlan_settings_free(s);
}

/* Options change twice, end with a port's last slave, and begin with another's first. */
static void gather_all(void)
{
	struct ipvlan_address *address;

	t = ipvlan_transaction_new();
	gather_options("eth0", "-guard source-check queue-limit 7");
	ck_assert_int_eq(ipvlan_address_new("10.0.0.1/24", &address), 0);
	gather(ipvlan_transaction_add_address(t, "ns0", "a", address));
	ipvlan_address_free(address);
	gather_options("eth0", "gateway 10.0.0.9 guard");
	gather(ipvlan_transaction_delete(t, "ns0", "s"));
	gather(ipvlan_transaction_delete(t, "ns1", "t"));
	gather_create("eth1", "u", "ns1", "10.1.0.3/24");
	gather_options("eth1", "group-isolation");
	gather_create("eth2", "v", "ns0", "10.2.0.2/24");
	gather_options("eth2", "guard gateway 10.2.0.1");
	gather(ipvlan_transaction_set_mtu(t, "ns0", "v", 1400));
}

START_TEST(test_a_transaction_fails_at_every_step)
{
	start();
	gather_all();
	fail_at_every_step(ipvlan_transaction_get_plan(t), _i);
	ipvlan_transaction_free(t);
	end_plan();
}
END_TEST

START_TEST(test_a_transaction_is_carried_out)
{
	char text[200];

	start();
	gather_all();
	ck_assert_str_eq(
		ipvlan_step_format(ipvlan_plan_get_step(ipvlan_transaction_get_plan(t), 0), text, sizeof(text)),
		"port eth0 source-check on, guard off, queue-limit 7");
	must(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL));
	ports_must_be("eth0: source-check guard gateway 10.0.0.9 queue-limit 7\n"
		      "eth1: group-isolation queue-limit 2000\n"
		      "eth2: guard gateway 10.2.0.1 queue-limit 2000\n");
	ipvlan_transaction_free(t);
	end_plan();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("options");
	TCase *tc = lab_case(suite, "options");

	tcase_set_timeout(tc, 240);
	tcase_add_loop_test(tc, test_a_plan_fails_at_every_step, 0, 2);
	tcase_add_test(tc, test_a_plan_is_carried_out);
	tcase_add_test(tc, test_siblings_are_counted);
	tcase_add_test(tc, test_a_guarded_address_is_refused_before);
	tcase_add_test(tc, test_a_guard_that_is_taken);
	tcase_add_test(tc, test_a_port_outlives_what_is_described);
	tcase_add_loop_test(tc, test_a_transaction_fails_at_every_step, 0, 2);
	tcase_add_test(tc, test_a_transaction_is_carried_out);
	return lab_main(suite);
}
