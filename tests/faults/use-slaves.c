// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Uses of what a machine with slaves has to tell, and of what is changed among slaves that are there:
 *
 *   ns0: ipvl0 10.0.0.2/24, default route, a neighbour --+
 *        ipvl1 fd00::3/64 -------------------------------+-- eth0, l2
 *   here: ipvl2 10.0.0.4/24 -----------------------------+
 */
#include "use-slaves.h"
#include "use-parts.h"
#include "use.h"
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Behind all declarations. */
#include "use-out.h"

#define SLAVES                                                          \
	"ip -batch - <<'END' && ip -n ns0 -batch - <<'END2'\n"          \
	"link add link eth0 name ipvl0 netns ns0 type ipvlan mode l2\n" \
	"link add link eth0 name ipvl1 netns ns0 type ipvlan mode l2\n" \
	"link add link eth0 name ipvl2 type ipvlan mode l2\n"           \
	"address add 10.0.0.4/24 dev ipvl2\n"                           \
	"link set ipvl2 up\n"                                           \
	"END\n"                                                         \
	"link set ipvl0 mtu 1450 up\n"                                  \
	"link set ipvl1 up\n"                                           \
	"address add 10.0.0.2/24 dev ipvl0\n"                           \
	"address add fd00::3/64 dev ipvl1 nodad\n"                      \
	"route add default via 10.0.0.1\n"                              \
	"neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev ipvl0\n"       \
	"END2"

/* What a plan may change, without numbers that are others when a slave was made anew. */
#define TELL                                                                                                    \
	"{ ls /run/netns; ip route; ip -o -4 addr; for n in '-n ns0' ''; do ip $n -d -o link show type ipvlan;" \
	" done; ip -n ns0 -br link show lo; ip -n ns0 route; ip -n ns0 -6 route show proto static;"             \
	" ip -n ns0 -o addr show scope global; } | sed 's/^[0-9]*: //; s/@if[0-9]*//; s/link-netnsid [0-9]*//' | sort"

/* Made once, and again after what takes slaves away. */
static void scene(void)
{
	if (!if_nametoindex("ipvl2"))
		require(use_shell(SLAVES "\n" TELL " >/run/before") == 0);
}

/*
 * Whoever was refused has changed nothing, or says what could not be undone; also where an answer was lost, and nobody
 * said whether the last step was done.
 */
static int refused(int err)
{
	if (err && !ipvlan_error_get_left_count(ipvlan_ctx_get_error(ctx)) && !use_has_lost())
		require(use_shell(TELL " >/run/after; diff /run/before /run/after") == 0);
	return err;
}

/* ---- reading */

static int read_lists(void)
{
	struct ipvlan_link_list *everywhere = NULL, *counted = NULL;
	struct ipvlan_port *port = NULL;
	int err = ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &everywhere);

	require(err || ipvlan_link_list_get_count(everywhere) <= 3);
	STEP(err, ipvlan_link_list_counters(ctx, &counted));
	STEP(err, ipvlan_port_get(ctx, "eth0", &port));
	ipvlan_port_free(port);
	ipvlan_link_list_free(counted);
	ipvlan_link_list_free(everywhere);
	return err;
}

int use_slaves_read(void)
{
	scene();
	return read_lists();
}

static int describe(struct ipvlan_topology *topology, const char *name, const char *address, const char *gateway)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", name);
	int err = s ? 0 : -ENOMEM;

	STEP(err, ipvlan_settings_set_netns_name(s, "ns0"));
	STEP(err, ipvlan_settings_add_address(s, address));
	if (gateway)
		STEP(err, ipvlan_settings_set_gateway(s, gateway));
	if (!err) {
		ipvlan_settings_set_mtu(s, 1400);
		ipvlan_settings_set_up(s, true);
		ipvlan_settings_set_loopback_up(s, true);
	}
	STEP(err, ipvlan_topology_add_slave(topology, s));
	ipvlan_settings_free(s);
	return err;
}

/* Another mode and MTU, an address and a route more, lo up, a namespace more: something of each kind is to change. */
static struct ipvlan_topology *described(void)
{
	struct ipvlan_topology *topology = ipvlan_topology_new();
	int err = topology ? 0 : -ENOMEM;

	STEP(err, ipvlan_topology_add_parent(topology, "eth0", IPVLAN_MODE_L3, IPVLAN_FLAGS_BRIDGE));
	STEP(err, describe(topology, "ipvl0", "10.0.0.2/24", "10.0.0.1"));
	STEP(err, describe(topology, "ipvl1", "fd00::4/64", "fd00::1"));
	STEP(err, ipvlan_topology_add_netns(topology, "ns1", false));
	if (!err)
		return topology;
	ipvlan_topology_free(topology);
	return NULL;
}

int use_slaves_diagnosed(void)
{
	struct ipvlan_topology *topology;
	struct ipvlan_diagnosis *diagnosis = NULL;
	int err;

	scene();
	topology = described();
	err = topology ? ipvlan_diagnosis_new(ctx, NULL, topology, &diagnosis) : -ENOMEM;
	/* What could not be looked at is a finding itself. */
	require(err || ipvlan_diagnosis_get_count(diagnosis) > 0);
	ipvlan_diagnosis_free(diagnosis);
	ipvlan_topology_free(topology);
	return err;
}

int use_slaves_exported(void)
{
	struct ipvlan_topology *topology = NULL;
	int err;

	scene();
	err = ipvlan_topology_read(ctx, &topology);
	ipvlan_topology_free(topology);
	return err;
}

int use_slaves_awaited(void)
{
	scene();
	return ipvlan_link_wait(ctx, "ipvl2", IPVLAN_CONDITION_EXISTS, 1000);
}

/* Who has the address is looked for, and named when it could be seen. */
int use_address_of_a_slave(void)
{
	struct ipvlan_address *address = NULL;
	int err;

	scene();
	err = ipvlan_address_new("10.0.0.2/24", &address);
	STEP(err, ipvlan_address_add(ctx, "ipvl2", address));
	require(err || use_has_lost());
	ipvlan_address_free(address);
	return err == -EADDRINUSE ? 0 : err;
}

/* ---- watching: each change is told, or that something was lost */

static int read_events(struct ipvlan_monitor *monitor)
{
	struct ipvlan_event *event;
	int err;

	while ((err = ipvlan_monitor_read(monitor, &event)) == 0)
		ipvlan_event_free(event);
	return err == -EAGAIN ? 0 : err;
}

static int change_and_read(struct ipvlan_monitor *monitor)
{
	struct ipvlan_address *address = NULL;
	struct ipvlan_route *route = NULL;
	int err = ipvlan_address_new("10.0.0.5/24", &address);

	STEP(err, ipvlan_route_new("10.7.0.0/16", &route));
	STEP(err, ipvlan_link_set_mtu(ctx, "ipvl2", 1400));
	STEP(err, ipvlan_address_add(ctx, "ipvl2", address));
	STEP(err, ipvlan_route_add(ctx, "ipvl2", route));
	STEP(err, read_events(monitor));
	STEP(err, ipvlan_port_change(ctx, "eth0", IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET, true));
	STEP(err, ipvlan_route_delete(ctx, "ipvl2", route));
	STEP(err, ipvlan_address_delete(ctx, "ipvl2", address));
	STEP(err, ipvlan_link_set_mtu(ctx, "ipvl2", 1500));
	STEP(err, read_events(monitor));
	STEP(err, ipvlan_port_change(ctx, "eth0", IPVLAN_MODE_L2, IPVLAN_FLAGS_UNSET, true));
	ipvlan_route_free(route);
	ipvlan_address_free(address);
	return err;
}

int use_slaves_watched(void)
{
	struct ipvlan_monitor *monitor = NULL;
	int err;

	scene();
	err = ipvlan_monitor_new(ctx, &monitor);
	if (!err)
		ipvlan_monitor_set_everywhere(monitor, true);
	STEP(err, ipvlan_monitor_start(monitor));
	STEP(err, read_events(monitor));
	STEP(err, change_and_read(monitor));
	ipvlan_monitor_free(monitor);
	return err;
}

/* ---- changing */

/* Without a name of its own: it has one for a moment that nobody else has. */
int use_nameless(void)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", NULL);
	struct ipvlan_link *link = NULL;
	int err = s ? 0 : -ENOMEM;

	STEP(err, ipvlan_settings_set_netns_name(s, "ns0"));
	STEP(err, ipvlan_link_create(ctx, s, &link));
	ipvlan_link_free(link);
	ipvlan_settings_free(s);
	return err;
}

/* Whatever becomes of the request, and of its answer: who has the name already is not taken for what was made. */
int use_name_taken(void)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "ipvl0");
	int err = s ? 0 : -ENOMEM;

	scene();
	STEP(err, ipvlan_settings_set_netns_name(s, "ns0"));
	STEP(err, ipvlan_link_create(ctx, s, NULL));
	require(err || use_has_lost());
	require(use_has_lost() || use_shell("ip -n ns0 link show ipvl0 >/dev/null") == 0);
	ipvlan_settings_free(s);
	return err == -EEXIST ? 0 : err;
}

static int apply(struct ipvlan_topology *topology, bool prune)
{
	struct ipvlan_plan *plan = NULL;
	int err = ipvlan_plan_new(ctx, topology, prune, &plan);

	STEP(err, refused(ipvlan_plan_apply(ctx, plan, NULL, NULL)));
	ipvlan_plan_free(plan);
	return err;
}

int use_slaves_changed(void)
{
	struct ipvlan_topology *topology;
	int err;

	scene();
	topology = described();
	err = topology ? apply(topology, false) : -ENOMEM;
	ipvlan_topology_free(topology);
	return err;
}

/* Nothing is described of a parent that is described whole: its slaves go, those of each namespace at once. */
int use_slaves_pruned(void)
{
	struct ipvlan_topology *topology = ipvlan_topology_new();
	int err = topology ? 0 : -ENOMEM;

	scene();
	STEP(err, ipvlan_topology_add_parent(topology, "eth0", IPVLAN_MODE_UNSET, IPVLAN_FLAGS_UNSET));
	STEP(err, apply(topology, true));
	ipvlan_topology_free(topology);
	return err;
}

/*
 * The last step is refused, and all that was done is undone. A fault on the way back is told, with the steps that are
 * left; the error stays that of the step.
 */
int use_slaves_undone(void)
{
	struct ipvlan_transaction *t = ipvlan_transaction_new();
	struct ipvlan_address *address = NULL, *missing = NULL;
	int err = t ? 0 : -ENOMEM;

	scene();
	STEP(err, ipvlan_address_new("10.0.0.2/24", &address));
	STEP(err, ipvlan_address_new("10.0.0.77/24", &missing));
	STEP(err, ipvlan_transaction_add_netns(t, "ns1"));
	STEP(err, ipvlan_transaction_delete_address(t, "ns0", "ipvl0", address));
	STEP(err, ipvlan_transaction_set_mtu(t, "ns0", "ipvl1", 1400));
	STEP(err, ipvlan_transaction_set_mtu(t, NULL, "eth0", 1200));
	STEP(err, ipvlan_transaction_change_port(t, NULL, "eth0", IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET, true));
	STEP(err, ipvlan_transaction_move(t, "ns0", "ipvl1", "/run/netns/ns1", "ipvl7"));
	STEP(err, ipvlan_transaction_delete(t, "ns0", "ipvl0"));
	/* In this order: what a slave is made with, the kernel calls its permanent hardware address ever after. */
	STEP(err, ipvlan_transaction_set_mac(t, NULL, "eth0", (const uint8_t[]){2, 0, 0, 0, 0, 1}));
	STEP(err, ipvlan_transaction_set_up(t, NULL, "ipvl2", false));
	STEP(err, ipvlan_transaction_delete_address(t, NULL, "ipvl2", missing));
	STEP(err, refused(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL)));
	require(err);
	ipvlan_address_free(missing);
	ipvlan_address_free(address);
	ipvlan_transaction_free(t);
	return err == -EADDRNOTAVAIL ? 0 : err;
}
