// SPDX-License-Identifier: GPL-2.0-or-later
#include "scene.h"
#include <stdio.h>
#include <stdlib.h>

struct ipvlan_topology *topology;
struct ipvlan_plan *plan;

void scene_describe(const char *name, const char *netns, const char *const *words)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", name);

	if (netns)
		ipvlan_settings_set_netns_name(s, netns);
	ipvlan_settings_set_up(s, true);
	ipvlan_settings_set_loopback_up(s, netns != NULL);
	for (; *words; words++) {
		if (strncmp(*words, "mtu ", 4) == 0)
			ipvlan_settings_set_mtu(s, (uint32_t)atoi(*words + 4));
		else if (strncmp(*words, "gw ", 3) == 0)
			ipvlan_settings_set_gateway(s, *words + 3);
		else if (strncmp(*words, "route ", 6) == 0)
			ipvlan_settings_add_route(s, *words + 6, NULL);
		else if (strncmp(*words, "via ", 4) == 0)
			ipvlan_settings_add_route(s, *words + 4, "10.0.0.1");
		else
			ipvlan_settings_add_address(s, *words);
	}
	ck_assert_int_eq(ipvlan_topology_add_slave(topology, s), 0);
	ipvlan_settings_free(s);
}

void scene_start(void)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "a");

	ipvlan_settings_set_mode(s, IPVLAN_MODE_L2);
	ipvlan_settings_set_netns_name(s, "ns0");
	ipvlan_settings_add_address(s, "10.0.0.2/24");
	ipvlan_settings_add_address(s, "10.0.0.3/24");
	ipvlan_settings_add_address(s, "fd00::2/64");
	ipvlan_settings_add_route(s, "10.8.0.0/16", "10.0.0.1");
	must(ipvlan_link_create(ctx, s, NULL));
	ipvlan_settings_free(s);
	s = ipvlan_settings_new("eth0", "b");
	ipvlan_settings_set_mode(s, IPVLAN_MODE_L2);
	ipvlan_settings_set_netns_name(s, "ns1");
	ipvlan_settings_add_address(s, "10.0.0.5/24");
	ipvlan_settings_add_address(s, "fd00::5/64");
	must(ipvlan_link_create(ctx, s, NULL));
	ipvlan_settings_free(s);
	lab_slave("c", NULL, IPVLAN_MODE_L2, IPVLAN_FLAGS_BRIDGE, "10.0.0.6/24");
}

static void describe(void)
{
	topology = ipvlan_topology_new();
	ipvlan_topology_set_line(topology, 1);
	ck_assert_int_eq(ipvlan_topology_add_parent(topology, "eth0", IPVLAN_MODE_L3S, IPVLAN_F_PRIVATE), 0);
	ipvlan_topology_set_line(topology, 2);
	ck_assert_int_eq(ipvlan_topology_add_netns(topology, "ns4", false), 0);
	ipvlan_topology_set_line(topology, 3);
	SLAVE("a", "ns0", "10.0.0.3/24", "10.0.0.7/24", "fd00::7/64", "mtu 1400", "via 10.8.0.0/16",
	      "route 10.9.0.0/16");
	SLAVE("b", "ns1", "10.0.0.5/24", "fd00::5/64", "route 10.9.0.0/16");
	SLAVE("d", "ns2", "10.0.0.20/24", "fd00::20/64", "gw dev", "gw dev6", "via 10.8.0.0/16");
	SLAVE("e", "ns3", "10.0.0.21/24", "mtu 1300");
}

void scene_plan(bool prune)
{
	scene_start();
	describe();
	must(ipvlan_plan_new(ctx, topology, prune, &plan));
}

void scene_free(void)
{
	static const char *const made[] = {"ns2", "ns3", "ns4"};
	size_t i;

	for (i = 0; i < COUNT_OF(made); i++) {
		if (ipvlan_netns_delete(ctx, made[i]) != 0)
			ck_assert_int_eq(ipvlan_error_get_code(ipvlan_ctx_get_error(ctx)), -ENOENT);
	}
	ipvlan_plan_free(plan);
	ipvlan_topology_free(topology);
	plan = NULL;
	topology = NULL;
}

void scene_replan(bool prune)
{
	ipvlan_plan_free(plan);
	must(ipvlan_plan_new(ctx, topology, prune, &plan));
}

char *scene_state(void)
{
	char *state = lab_state(), *rest = state, *line, *text = NULL;
	FILE *out;
	size_t size;

	out = open_memstream(&text, &size);
	while ((line = strsep(&rest, "\n"))) {
		if (!strstr(line, " fe80::"))
			fprintf(out, "%s\n", line);
	}
	fclose(out);
	free(state);
	return text;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *scene_sorted(const char *without)
{
	char *state = scene_state(), *rest = state, *line, *lines[200], *text = NULL;
	size_t count = 0, size, i;
	FILE *out = open_memstream(&text, &size);

	while ((line = strsep(&rest, "\n"))) {
		if (without && strstr(line, without))
			continue;
		ck_assert_uint_lt(count, COUNT_OF(lines));
		lines[count++] = line;
	}
	qsort(lines, count, sizeof(lines[0]), compare_lines);
	for (i = 0; i < count; i++)
		fprintf(out, "%s\n", lines[i]);
	fclose(out);
	free(state);
	return text;
}

void scene_must_be(const char *wanted, const char *when)
{
	char *now = scene_state();

	ck_assert_msg(strcmp(wanted, now) == 0, "%s\nbefore:\n%s\nafter:\n%s", when, wanted, now);
	free(now);
}
