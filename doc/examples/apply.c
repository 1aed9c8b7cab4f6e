/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Gives each of N namespaces web1, web2, … a slave with an address of its own: as a topology, so that a second run has
 * nothing to do, and that a failure, or Ctrl-C, leaves everything as it was.
 *
 * cc apply.c $(pkg-config --cflags --libs libipvlan) -o apply
 * ./apply eth0 3
 */
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	interrupted = signal;
}

static int describe_slave(struct ipvlan_topology *topology, const char *parent, int number)
{
	struct ipvlan_settings *settings;
	char name[16], address[32];
	int err;

	snprintf(name, sizeof(name), "web%d", number);
	snprintf(address, sizeof(address), "10.0.0.%d/24", number + 9);
	settings = ipvlan_settings_new(parent, name);
	if (!settings)
		return -ENOMEM;
	ipvlan_settings_set_netns_name(settings, name);
	ipvlan_settings_add_address(settings, address);
	ipvlan_settings_set_up(settings, true);
	err = ipvlan_topology_add_slave(topology, settings);
	ipvlan_settings_free(settings);
	return err;
}

static int describe(struct ipvlan_topology *topology, const char *parent, int count)
{
	int err = ipvlan_topology_add_parent(topology, parent, IPVLAN_MODE_L2, IPVLAN_FLAGS_UNSET);

	for (int number = 1; !err && number <= count; number++)
		err = describe_slave(topology, parent, number);
	return err;
}

static int progress(size_t done, size_t total, const struct ipvlan_step *step, bool undoing, void *data)
{
	static const char signs[] = {'+', '-', '~'};
	char text[256];

	(void)data;
	printf("%s%zu/%zu %c %s\n", undoing ? "undo " : "", done, total, signs[ipvlan_step_get_change(step)],
	       ipvlan_step_format(step, text, sizeof(text)));
	return interrupted ? -ECANCELED : 0;
}

static int apply(struct ipvlan_ctx *ctx, struct ipvlan_topology *topology)
{
	struct ipvlan_plan *plan;
	int err = ipvlan_plan_new(ctx, topology, false, &plan);

	if (err)
		return err;
	if (ipvlan_plan_get_step_count(plan) == 0)
		printf("nothing to do\n");
	err = ipvlan_plan_apply(ctx, plan, progress, NULL);
	ipvlan_plan_free(plan);
	return err;
}

static int run(const char *parent, int count)
{
	struct ipvlan_topology *topology = ipvlan_topology_new();
	struct ipvlan_ctx *ctx = NULL;
	int err = topology ? ipvlan_ctx_new(&ctx) : -ENOMEM;

	if (!err)
		err = describe(topology, parent, count);
	if (err)
		fprintf(stderr, "no such topology can be described\n");
	else if ((err = apply(ctx, topology)) != 0)
		fprintf(stderr, "%s\n", ipvlan_ctx_strerror(ctx));
	ipvlan_ctx_free(ctx);
	ipvlan_topology_free(topology);
	return err;
}

int main(int argc, char *argv[])
{
	int count = argc == 3 ? atoi(argv[2]) : 0;

	if (count < 1 || count > 200) {
		fprintf(stderr, "usage: %s PARENT NUMBER (1 to 200)\n", argv[0]);
		return 2;
	}
	signal(SIGINT, interrupt);
	return run(argv[1], count) ? 1 : 0;
}
