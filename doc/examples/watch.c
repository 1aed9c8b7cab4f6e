/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Tells what changes: slaves, ports, addresses, routes and namespaces, in all namespaces, as the kernel says it. First
 * comes what is there. Ends on SIGINT, or after so many events of what is new.
 *
 * cc watch.c $(pkg-config --cflags --libs libipvlan) -o watch
 * ./watch
 */
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

/* A kind, an action or a property may be newer than this program. */
static const char *known(const char *name)
{
	return name ? name : "?";
}

static void print_what(const struct ipvlan_event *event)
{
	char text[IPVLAN_ADDRESS_SIZE];

	if (ipvlan_event_get_link(event))
		printf(" %s", ipvlan_link_get_name(ipvlan_event_get_link(event)));
	if (ipvlan_event_get_address(event))
		printf(" %s", ipvlan_address_format_prefix(ipvlan_event_get_address(event), text, sizeof(text)));
	if (ipvlan_event_get_route(event))
		printf(" %s", ipvlan_route_format_destination(ipvlan_event_get_route(event), text, sizeof(text)));
	if (ipvlan_event_get_parent_name(event))
		printf(" on %s", ipvlan_event_get_parent_name(event));
	if (ipvlan_event_get_netns(event))
		printf(" in %s", ipvlan_event_get_netns(event));
}

static void print_event(const struct ipvlan_event *event)
{
	printf("%s%s %s", ipvlan_event_is_initial(event) ? "was there: " : "",
	       known(ipvlan_event_kind_to_string(ipvlan_event_get_kind(event))),
	       known(ipvlan_event_action_to_string(ipvlan_event_get_action(event))));
	print_what(event);
	for (size_t i = 0; i < ipvlan_event_get_change_count(event); i++)
		printf(", %s %s -> %s", known(ipvlan_property_to_string(ipvlan_event_get_change_property(event, i))),
		       ipvlan_event_get_change_old(event, i), ipvlan_event_get_change_new(event, i));
	printf("\n");
	fflush(stdout);
}

/* All that can be read without waiting. Returns how many were new, or -errno. */
static int read_events(struct ipvlan_monitor *monitor)
{
	struct ipvlan_event *event;
	int count = 0, err;

	while ((err = ipvlan_monitor_read(monitor, &event)) == 0) {
		print_event(event);
		count += !ipvlan_event_is_initial(event);
		ipvlan_event_free(event);
	}
	return err == -EAGAIN ? count : err;
}

/* A program that waits for other things, too, puts its descriptors beside this one. */
static int watch(struct ipvlan_monitor *monitor, int most)
{
	struct pollfd fd = {.fd = ipvlan_monitor_get_fd(monitor), .events = POLLIN};
	int count = 0, more;

	while (!interrupted && (most == 0 || count < most)) {
		more = read_events(monitor);
		if (more < 0)
			return more;
		count += more;
		if (more == 0)
			poll(&fd, 1, 500); /* a signal may come just before it */
	}
	return 0;
}

int main(int argc, char *argv[])
{
	struct sigaction action = {.sa_handler = interrupt};
	struct ipvlan_monitor *monitor = NULL;
	struct ipvlan_ctx *ctx;
	int err;

	if (ipvlan_ctx_new(&ctx) < 0) {
		fprintf(stderr, "no context can be had\n");
		return 1;
	}
	sigaction(SIGINT, &action, NULL);
	err = ipvlan_monitor_new(ctx, &monitor);
	if (!err) {
		ipvlan_monitor_set_everywhere(monitor, true);
		err = ipvlan_monitor_start(monitor);
	}
	if (!err)
		err = watch(monitor, argc > 1 ? atoi(argv[1]) : 0);
	if (err)
		fprintf(stderr, "%s\n", ipvlan_ctx_strerror(ctx));
	ipvlan_monitor_free(monitor);
	ipvlan_ctx_free(ctx);
	return err ? 1 : 0;
}
