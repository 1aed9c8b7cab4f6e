// SPDX-License-Identifier: GPL-2.0-or-later
#include "use.h"
#include "codec.h"
#include "use-parts.h"
#include "use-slaves.h"
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Behind all declarations. */
#include "use-out.h"

struct ipvlan_ctx *ctx;
int use_fault;
static struct ipvlan_ctx *somebody;
static struct ipvlan_netns *ns0;

bool use_may_hide(int error)
{
	return error != ENOMEM && error != EMFILE && error != ENFILE && error != ENOBUFS;
}

int use_shell(const char *command)
{
	return system(command); /* NOLINT(cert-env33-c): a fixed text, in a machine of our own */
}

bool use_has_ipvlan(void)
{
	static int known = -1;

	if (known < 0)
		known = use_shell("{ modprobe ipvlan; ip link add link eth0 name probe type ipvlan &&"
				  " ip link delete probe; } >/dev/null 2>&1") == 0;
	return known;
}

/* One process does it all; slaves go with their parent. Where there is no dummy, half a veth serves as well. */
#define MAKE	  "link add eth0 type dummy\nlink add eth0 type veth peer name eth1\nlink set eth0 up\nlink set lo up\n"
#define TAKE	  "netns delete ns1\nlink delete eth0\nlink delete renamed\naddress delete 10.1.0.1/32 dev lo\n"
#define IP(lines) "ip -force -batch - 2>/dev/null <<'END'\n" lines "END\ntest -e /run/netns/ns0 || ip netns add ns0"

void use_begin(void)
{
	require(use_shell(IP(MAKE)) == 0);
	require(ipvlan_ctx_new(&ctx) == 0);
	require(ipvlan_ctx_new(&somebody) == 0);
	require(ipvlan_netns_open_name(ctx, "ns0", &ns0) == 0);
}

static bool has_lost;

bool use_has_lost(void)
{
	return has_lost;
}

void use_tidy(void)
{
	has_lost = false;
	require(ipvlan_ctx_set_netns(ctx, NULL) == 0);
	require(use_shell(IP(TAKE MAKE)) == 0);
	ipvlan_netns_free(ns0);
	require(ipvlan_netns_open_name(ctx, "ns0", &ns0) == 0);
}

void use_end(void)
{
	ipvlan_netns_free(ns0);
	ipvlan_ctx_free(somebody);
	ipvlan_ctx_free(ctx);
}

/* By a context of its own, for a thread of the library may be elsewhere. */
static void lose_parent(void)
{
	has_lost = true;
	ipvlan_link_delete(somebody, "eth0");
	ipvlan_ctx_set_netns(somebody, NULL);
}

static void lose_namespace(void)
{
	has_lost = true;
	ipvlan_netns_delete(somebody, "ns0");
}

static void lose_slave(void)
{
	has_lost = true;
	if (ipvlan_ctx_set_netns(somebody, ns0) == 0)
		ipvlan_link_delete(somebody, "ipvl0");
	ipvlan_ctx_set_netns(somebody, NULL);
	ipvlan_link_delete(somebody, "ipvl0");
	ipvlan_ctx_set_netns(somebody, NULL);
}

const struct loss losses[] = {
	{"the parent", lose_parent},
	{"the namespace's name", lose_namespace},
	{"the slave", lose_slave},
};
const size_t loss_count = sizeof(losses) / sizeof(losses[0]);

/* What a call that failed has not left. ns0 when `inside`, else where we were started. */
static void must_be_absent(bool inside, const char *name)
{
	struct ipvlan_link *found = NULL;

	require(ipvlan_ctx_set_netns(ctx, inside ? ns0 : NULL) == 0);
	require(ipvlan_link_get(ctx, name, &found) == -ENODEV);
	require(ipvlan_ctx_set_netns(ctx, NULL) == 0);
}

/* ---- objects: no kernel is asked */

static int use_settings(void)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "ipvl0");
	struct ipvlan_address *address = NULL;
	struct ipvlan_route *route = NULL;
	int err = s ? 0 : -ENOMEM;

	STEP(err, ipvlan_settings_set_parent_index(s, 2));
	STEP(err, ipvlan_settings_set_mode(s, IPVLAN_MODE_L2));
	STEP(err, ipvlan_settings_set_flags(s, IPVLAN_F_PRIVATE));
	STEP(err, ipvlan_settings_set_mtu(s, 1400));
	STEP(err, ipvlan_settings_set_netns_name(s, "ns0"));
	STEP(err, ipvlan_settings_set_netns_path(s, "/proc/self/ns/net"));
	STEP(err, ipvlan_settings_set_netns_pid(s, getpid()));
	STEP(err, ipvlan_settings_set_netns_fd(s, ipvlan_netns_get_fd(ns0)));
	STEP(err, ipvlan_settings_add_address(s, "10.0.0.2/24"));
	STEP(err, ipvlan_settings_add_address(s, "fd00::2/64"));
	STEP(err, ipvlan_settings_set_gateway(s, "10.0.0.1"));
	STEP(err, ipvlan_settings_add_route(s, "10.9.0.0/16", NULL));
	STEP(err, ipvlan_address_new("10.0.0.3/24", &address));
	STEP(err, ipvlan_settings_add_address_object(s, address));
	STEP(err, ipvlan_route_new("10.8.0.0/16", &route));
	STEP(err, ipvlan_settings_add_route_object(s, route));
	if (s) {
		ipvlan_settings_set_up(s, true);
		ipvlan_settings_set_loopback_up(s, true);
		ipvlan_settings_set_change_siblings(s, true);
	}
	ipvlan_route_free(route);
	ipvlan_address_free(address);
	ipvlan_settings_free(s);
	return err;
}

/* What a setter lacked is not forgotten. */
static int use_settings_carelessly(void)
{
	struct ipvlan_settings *s = ipvlan_settings_new("no-such-parent", NULL);
	int err;

	if (!s)
		return -ENOMEM;
	ipvlan_settings_add_address(s, "10.0.0.2/24");
	ipvlan_settings_set_gateway(s, "dev");
	ipvlan_settings_set_netns_name(s, "ns0");
	err = ipvlan_link_create(ctx, s, NULL);
	ipvlan_settings_free(s);
	return err == -ENODEV ? 0 : err;
}

static int use_objects(void)
{
	struct ipvlan_module_options *options = ipvlan_module_options_new();
	struct ipvlan_address *address = NULL;
	struct ipvlan_route *route = NULL;
	char text[IPVLAN_ADDRESS_SIZE];
	int err = options ? 0 : -ENOMEM;

	STEP(err, ipvlan_module_options_set(options, IPVLAN_MODULE_GUARD, true));
	STEP(err, ipvlan_module_options_set_queue_limit(options, 100));
	STEP(err, ipvlan_module_options_add_gateway(options, "10.0.0.1"));
	STEP(err, ipvlan_address_new("10.0.0.2/24", &address));
	STEP(err, ipvlan_address_set_peer(address, "10.0.0.3"));
	STEP(err, ipvlan_address_set_broadcast(address, "10.0.0.255"));
	STEP(err, ipvlan_address_set_label(address, "eth0:1"));
	STEP(err, ipvlan_address_set_lifetime(address, 100, 50));
	STEP(err, ipvlan_route_new("default", &route));
	STEP(err, ipvlan_route_set_family(route, AF_INET));
	STEP(err, ipvlan_route_set_gateway(route, "10.0.0.1"));
	STEP(err, ipvlan_route_set_source(route, "10.0.0.2"));
	if (!err) {
		require(ipvlan_module_options_get(options, IPVLAN_MODULE_GUARD) == 1);
		require(ipvlan_module_options_get_queue_limit(options) == 100);
		require(ipvlan_module_options_has_gateways(options));
		require(ipvlan_module_options_get_gateway_count(options) == 1);
		require(ipvlan_module_options_format_gateway(options, 0, text, sizeof(text)));
		ipvlan_module_options_clear_gateways(options);
		ipvlan_address_set_scope(address, 0);
		ipvlan_address_set_nodad(address, true);
		ipvlan_address_set_noprefixroute(address, true);
		ipvlan_route_set_metric(route, 10);
		ipvlan_route_set_table(route, 254);
		ipvlan_route_set_scope(route, 0);
		ipvlan_route_set_protocol(route, 3);
		ipvlan_route_set_mtu(route, 1400);
		ipvlan_route_set_advmss(route, 1300);
		require(ipvlan_route_set_type(route, 1) == 0 && ipvlan_route_set_type(route, 2) < 0);
		require(ipvlan_route_get_mtu(route) == 1400 && ipvlan_route_get_advmss(route) == 1300);
		ipvlan_route_set_onlink(route, true);
	}
	ipvlan_route_free(route);
	ipvlan_address_free(address);
	ipvlan_module_options_free(options);
	return err;
}

static int use_texts(void)
{
	int flags = ipvlan_flags_from_string("private"), mode = ipvlan_mode_from_string("l3s");

	return flags < 0 ? flags : mode < 0 ? mode : 0;
}

static void ignore_log(enum ipvlan_log_level level, const char *text, void *data)
{
	(void)level;
	(void)text;
	(void)data;
}

static int use_context(void)
{
	struct ipvlan_ctx *other = NULL;
	struct ipvlan_link *link = NULL;
	int err = ipvlan_ctx_new(&other);

	if (!err)
		ipvlan_ctx_set_log(other, ignore_log, IPVLAN_LOG_DEBUG, NULL);
	STEP(err, ipvlan_ctx_set_netns(other, ns0));
	STEP(err, ipvlan_link_get_by_index(other, 1, &link));
	if (other)
		require(ipvlan_ctx_set_netns(other, NULL) == 0);
	ipvlan_link_free(link);
	ipvlan_ctx_free(other);
	return err;
}

/* ---- reading */

static int use_link(void)
{
	struct ipvlan_link *link = NULL;
	int err = ipvlan_link_get(ctx, "eth0", &link);

	ipvlan_link_free(link);
	return err;
}

static int use_link_list(void)
{
	struct ipvlan_link_list *list = NULL;
	int err = ipvlan_link_list(ctx, IPVLAN_LINKS_ANY_KIND, &list);

	if (!err)
		require(ipvlan_link_list_get(list, 0));
	ipvlan_link_list_free(list);
	return err;
}

static int use_link_list_everywhere(void)
{
	struct ipvlan_link_list *list = NULL;
	int err = ipvlan_link_list(ctx, IPVLAN_LINKS_EVERYWHERE, &list);

	ipvlan_link_list_free(list);
	return err;
}

static int use_link_list_counters(void)
{
	struct ipvlan_link_list *list = NULL;
	int err = ipvlan_link_list_counters(ctx, &list);

	ipvlan_link_list_free(list);
	return err;
}

static int use_port(void)
{
	struct ipvlan_port *port = NULL;
	int err = ipvlan_port_get(ctx, "eth0", &port);

	if (!err)
		require(!ipvlan_port_get_slave(port, ipvlan_port_get_slave_count(port)));
	ipvlan_port_free(port);
	return err;
}

static int use_address_list(void)
{
	struct ipvlan_address_list *list = NULL;
	int err = ipvlan_address_list(ctx, NULL, AF_UNSPEC, &list);

	if (!err)
		require(ipvlan_address_list_get(list, 0));
	ipvlan_address_list_free(list);
	return err;
}

static int use_route_list(void)
{
	struct ipvlan_route_list *list = NULL;
	int err = ipvlan_route_list(ctx, NULL, AF_UNSPEC, 0, &list);

	if (!err)
		require(!ipvlan_route_list_get(list, ipvlan_route_list_get_count(list)));
	ipvlan_route_list_free(list);
	return err;
}

static int use_netns_list(void)
{
	struct ipvlan_netns_list *list = NULL;
	struct ipvlan_netns *netns = NULL;
	int err = ipvlan_netns_list(ctx, &list);

	STEP(err, ipvlan_netns_open_info(ctx, ipvlan_netns_list_get(list, 0), &netns));
	ipvlan_netns_free(netns);
	ipvlan_netns_list_free(list);
	return err;
}

static int use_netns_open(void)
{
	struct ipvlan_netns *named = NULL, *by_path = NULL, *of_process = NULL, *of_fd = NULL, *current = NULL;
	int err = ipvlan_netns_open_name(ctx, "ns0", &named);

	STEP(err, ipvlan_netns_open_path(ctx, "/proc/self/ns/net", &by_path));
	STEP(err, ipvlan_netns_open_pid(ctx, getpid(), &of_process));
	STEP(err, ipvlan_netns_open_fd(ctx, ipvlan_netns_get_fd(ns0), &of_fd));
	STEP(err, ipvlan_netns_open_current(ctx, &current));
	ipvlan_netns_free(named);
	ipvlan_netns_free(by_path);
	ipvlan_netns_free(of_process);
	ipvlan_netns_free(of_fd);
	ipvlan_netns_free(current);
	return err;
}

static int use_diagnosis(void)
{
	struct ipvlan_diagnosis *diagnosis = NULL;
	int err = ipvlan_diagnosis_new(ctx, "eth0", NULL, &diagnosis);

	ipvlan_diagnosis_free(diagnosis);
	return err;
}

static int use_monitor(void)
{
	struct ipvlan_monitor *monitor = NULL;
	struct ipvlan_event *event = NULL;
	int err = ipvlan_monitor_new(ctx, &monitor);

	if (!err) {
		ipvlan_monitor_set_everywhere(monitor, true);
		ipvlan_monitor_set_kinds(monitor, IPVLAN_EVENTS_ALL);
		ipvlan_monitor_set_receive_buffer(monitor, 100000);
		ipvlan_monitor_set_scan_interval(monitor, 1000);
	}
	STEP(err, ipvlan_monitor_start(monitor));
	STEP(err, ipvlan_monitor_wait(monitor, 0) < 0 ? -EINTR : 0);
	while (!err && (err = ipvlan_monitor_read(monitor, &event)) == 0)
		ipvlan_event_free(event);
	ipvlan_monitor_free(monitor);
	return err == -EAGAIN ? 0 : err;
}

static int use_wait(void)
{
	return ipvlan_link_wait(ctx, "no-such-link", IPVLAN_CONDITION_GONE, 1000);
}

/* ---- copies, comparisons, other people's messages */

static int use_copies(void)
{
	struct ipvlan_link *link = NULL, *copy = NULL;
	struct ipvlan_event *event = NULL;
	int err = ipvlan_link_get(ctx, "eth0", &link);

	STEP(err, ipvlan_link_copy(link, &copy));
	STEP(err, ipvlan_link_compare(NULL, copy, &event));
	ipvlan_event_free(event);
	ipvlan_link_free(copy);
	ipvlan_link_free(link);
	return err;
}

static int use_message(void)
{
	_Alignas(struct nlmsghdr) uint8_t message[CODEC_REQUEST_SIZE];
	struct link_request request = {.kind = "ipvlan", .netns_fd = -1, .mode = IPVLAN_MODE_L2, .flags = 0};
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "ipvl0");
	int length = codec_link_set(message, sizeof(message), &request), err = s ? 0 : -ENOMEM;
	struct ipvlan_link *link = NULL;

	STEP(err, ipvlan_link_decode(message, (size_t)length, &link));
	STEP(err, ipvlan_settings_set_parent_index(s, 2));
	if (!err) {
		require(ipvlan_link_encode_change(link, IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET, message, sizeof(message)) >
			0);
		require(ipvlan_settings_encode(s, message, sizeof(message)) > 0);
	}
	ipvlan_settings_free(s);
	ipvlan_link_free(link);
	return err;
}

/* A wire that leads nowhere. */
static int send_nowhere(void *data, const void *messages, size_t size)
{
	(void)data;
	(void)messages;
	(void)size;
	return -ECONNREFUSED;
}

static ssize_t receive_nothing(void *data, void *buffer, size_t size)
{
	(void)data;
	(void)buffer;
	(void)size;
	return -ECONNREFUSED;
}

static int use_wire(void)
{
	const struct ipvlan_wire wire = {.send = send_nowhere, .receive = receive_nothing};
	struct ipvlan_ctx *over = NULL;
	struct ipvlan_link *link = NULL;
	int err = ipvlan_ctx_new_over(&wire, ipvlan_netns_get_fd(ns0), &over);

	STEP(err, ipvlan_link_get(over, "lo", &link));
	ipvlan_link_free(link);
	ipvlan_ctx_free(over);
	return err == -ECONNREFUSED ? 0 : err;
}

/* ---- changing what every kernel has */

static int run_in_netns(void *data)
{
	*(int *)data = 1;
	return 0;
}

static int use_netns(void)
{
	char program[] = "true", *argv[] = {program, NULL};
	struct ipvlan_netns *netns = NULL;
	int result = 0, status = 0, err = ipvlan_netns_create(ctx, "ns1", &netns), ran = 0;

	if (err) {
		require(access(IPVLAN_NETNS_DIR "/ns1", F_OK) != 0);
		return err;
	}
	STEP(err, ipvlan_netns_call(ctx, netns, run_in_netns, &ran, &result));
	STEP(err, ipvlan_netns_exec(ctx, netns, argv, &status));
	STEP(err, ipvlan_ctx_set_netns(ctx, netns));
	STEP(err, ipvlan_link_set_up(ctx, "lo"));
	require(ipvlan_ctx_set_netns(ctx, NULL) == 0);
	ipvlan_netns_free(netns);
	STEP(err, ipvlan_netns_delete(ctx, "ns1"));
	return err;
}

static int use_link_change(void)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};
	int err = ipvlan_link_set_down(ctx, "eth0");

	STEP(err, ipvlan_link_set_mtu(ctx, "eth0", 1400));
	STEP(err, ipvlan_link_set_mac(ctx, "eth0", mac));
	STEP(err, ipvlan_link_rename(ctx, "eth0", "renamed"));
	STEP(err, ipvlan_link_rename(ctx, "renamed", "eth0"));
	STEP(err, ipvlan_link_set_up(ctx, "eth0"));
	return err;
}

static int use_addresses(void)
{
	struct ipvlan_address *address = NULL;
	int err = ipvlan_address_new("10.1.0.1/32", &address);

	STEP(err, ipvlan_address_add(ctx, "lo", address));
	STEP(err, ipvlan_address_replace(ctx, "lo", address));
	STEP(err, ipvlan_address_delete(ctx, "lo", address));
	ipvlan_address_free(address);
	return err;
}

static int use_address_refused(void)
{
	struct ipvlan_address *address = NULL;
	int err = ipvlan_address_new("10.0.0.2/24", &address);

	STEP(err, ipvlan_address_delete(ctx, "lo", address));
	ipvlan_address_free(address);
	return err == -EADDRNOTAVAIL ? 0 : err;
}

static int use_routes(void)
{
	struct ipvlan_route *route = NULL, *way = NULL;
	int err = ipvlan_route_new("10.7.0.0/16", &route);

	STEP(err, ipvlan_route_add(ctx, "eth0", route));
	STEP(err, ipvlan_route_get(ctx, "10.7.0.1", NULL, "eth0", &way));
	STEP(err, ipvlan_route_replace(ctx, "eth0", route));
	STEP(err, ipvlan_route_change(ctx, "eth0", route));
	STEP(err, ipvlan_route_delete(ctx, "eth0", route));
	STEP(err, ipvlan_route_append(ctx, "eth0", route));
	STEP(err, ipvlan_route_delete(ctx, "eth0", route));
	STEP(err, ipvlan_route_prepend(ctx, "eth0", route));
	STEP(err, ipvlan_route_delete(ctx, "eth0", route));
	ipvlan_route_free(way);
	ipvlan_route_free(route);
	return err;
}

/* ---- the module's own family: where it is not loaded, that is said */

static int without_module(int err)
{
	return err == -EOPNOTSUPP ? 0 : err;
}

static int use_module(void)
{
	struct ipvlan_module_options *options = ipvlan_module_options_new();
	struct ipvlan_transaction *t = ipvlan_transaction_new();
	struct ipvlan_module_port *port = NULL;
	int err = options && t ? 0 : -ENOMEM;
	bool loaded = false;

	STEP(err, ipvlan_module_options_set(options, IPVLAN_MODULE_GUARD, true));
	STEP(err, ipvlan_module_is_loaded(ctx, &loaded));
	STEP(err, without_module(ipvlan_module_port_get(ctx, "eth0", &port)));
	STEP(err, without_module(ipvlan_module_port_change(ctx, "eth0", options)));
	STEP(err, without_module(ipvlan_module_lock_address(ctx, "eth0", "10.0.0.9", "lo", ns0)));
	STEP(err, without_module(ipvlan_module_unlock_address(ctx, "eth0", "10.0.0.9")));
	STEP(err, without_module(ipvlan_module_announce(ctx, "eth0", NULL, NULL)));
	STEP(err, ipvlan_transaction_change_options(t, NULL, "eth0", options));
	STEP(err, without_module(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL)));
	ipvlan_transaction_free(t);
	ipvlan_module_port_free(port);
	ipvlan_module_options_free(options);
	return err;
}

/* ---- slaves */

/* A slave of eth0 in ns0 with all that one may have. NULL: no memory. */
static struct ipvlan_settings *settings_of(const char *name, const char *address)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", name);
	int err = s ? 0 : -ENOMEM;

	STEP(err, ipvlan_settings_set_mode(s, IPVLAN_MODE_L2));
	STEP(err, ipvlan_settings_set_netns_name(s, "ns0"));
	STEP(err, ipvlan_settings_add_address(s, address));
	STEP(err, ipvlan_settings_set_gateway(s, "10.0.0.1"));
	if (!err) {
		ipvlan_settings_set_up(s, true);
		return s;
	}
	ipvlan_settings_free(s);
	return NULL;
}

static int use_create(void)
{
	struct ipvlan_settings *s = settings_of("ipvl0", "10.0.0.2/24");
	struct ipvlan_link *link = NULL;
	int err = s ? 0 : -ENOMEM;

	STEP(err, ipvlan_link_create(ctx, s, &link));
	if (err)
		must_be_absent(true, "ipvl0");
	STEP(err, ipvlan_ctx_set_netns(ctx, ns0));
	STEP(err, ipvlan_link_delete(ctx, "ipvl0"));
	require(ipvlan_ctx_set_netns(ctx, NULL) == 0);
	ipvlan_link_free(link);
	ipvlan_settings_free(s);
	return err;
}

/* Whoever cannot be seen for want of memory must not have the mode changed: without one the kernel takes l3 for all. */
static void must_have_its_mode(void)
{
	struct ipvlan_link *found = NULL;

	if (ipvlan_ctx_set_netns(ctx, ns0) == 0 && ipvlan_link_get(ctx, "ipvl0", &found) == 0)
		require(ipvlan_link_get_mode(found) == IPVLAN_MODE_L2 || use_may_hide(use_fault));
	ipvlan_link_free(found);
	ipvlan_ctx_set_netns(ctx, NULL);
}

/* The context is a new one, which does not know of the sibling in ns0 yet. */
static int join_sibling(const struct ipvlan_settings *s)
{
	struct ipvlan_ctx *fresh = NULL;
	int err = ipvlan_ctx_new(&fresh);

	STEP(err, ipvlan_link_create(fresh, s, NULL));
	must_have_its_mode();
	if (err)
		must_be_absent(false, "ipvl1");
	STEP(err, ipvlan_link_delete(fresh, "ipvl1"));
	ipvlan_ctx_free(fresh);
	return err;
}

static int use_join(void)
{
	struct ipvlan_settings *s = settings_of("ipvl0", "10.0.0.2/24"), *second = ipvlan_settings_new("eth0", "ipvl1");
	int err = s && second ? 0 : -ENOMEM;

	STEP(err, ipvlan_link_create(ctx, s, NULL));
	STEP(err, join_sibling(second));
	STEP(err, ipvlan_ctx_set_netns(ctx, ns0));
	STEP(err, ipvlan_link_delete(ctx, "ipvl0"));
	require(ipvlan_ctx_set_netns(ctx, NULL) == 0);
	ipvlan_settings_free(second);
	ipvlan_settings_free(s);
	return err;
}

static int use_slave(void)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "ipvl0");
	static const char *const names[] = {"ipvl1"};
	int err = s ? 0 : -ENOMEM;

	STEP(err, ipvlan_link_create(ctx, s, NULL));
	STEP(err, ipvlan_link_change(ctx, "ipvl0", IPVLAN_MODE_L2, IPVLAN_F_PRIVATE, false));
	STEP(err, ipvlan_port_change(ctx, "eth0", IPVLAN_MODE_L3, IPVLAN_FLAGS_BRIDGE, true));
	STEP(err, ipvlan_link_move(ctx, "ipvl0", ns0, "ipvl1"));
	STEP(err, ipvlan_ctx_set_netns(ctx, ns0));
	STEP(err, ipvlan_link_delete_many(ctx, names, 1));
	require(ipvlan_ctx_set_netns(ctx, NULL) == 0);
	ipvlan_settings_free(s);
	return err;
}

static int use_host_access(void)
{
	static const char *const own[] = {"10.0.0.250", NULL};
	struct ipvlan_settings *s = settings_of("ipvl0", "10.0.0.2/24");
	struct ipvlan_host_access *access = NULL;
	int err = s ? 0 : -ENOMEM;

	STEP(err, ipvlan_link_create(ctx, s, NULL));
	STEP(err, ipvlan_host_access_enable(ctx, "eth0", own));
	STEP(err, ipvlan_host_access_get(ctx, "eth0", &access));
	STEP(err, ipvlan_host_access_disable(ctx, "eth0"));
	STEP(err, ipvlan_ctx_set_netns(ctx, ns0));
	STEP(err, ipvlan_link_delete(ctx, "ipvl0"));
	require(ipvlan_ctx_set_netns(ctx, NULL) == 0);
	ipvlan_host_access_free(access);
	ipvlan_settings_free(s);
	return err;
}

/* ---- topologies, plans, transactions */

/* Nothing is asked for that only the module has, for the plan shall be carried out on the kernel's own, too. */
static int add_options(struct ipvlan_topology *topology)
{
	struct ipvlan_module_options *options = ipvlan_module_options_new();
	int err = options ? ipvlan_topology_set_parent_options(topology, "eth0", options) : -ENOMEM;

	ipvlan_module_options_free(options);
	if (!err)
		require(ipvlan_topology_get_parent_options(topology, 0));
	return err;
}

static int add_things(struct ipvlan_topology *topology)
{
	struct ipvlan_settings *s = settings_of("ipvl0", "10.0.0.2/24");
	int err = s ? 0 : -ENOMEM;

	ipvlan_topology_set_line(topology, 1);
	STEP(err, ipvlan_topology_add_parent(topology, "eth0", IPVLAN_MODE_L2, IPVLAN_FLAGS_BRIDGE));
	STEP(err, add_options(topology));
	STEP(err, ipvlan_topology_add_netns(topology, "ns1", false));
	STEP(err, ipvlan_topology_add_slave(topology, s));
	STEP(err, ipvlan_topology_check(topology) < 0 ? -ENOMEM : 0);
	ipvlan_settings_free(s);
	return err;
}

static int plan_and(int (*carry_out)(const struct ipvlan_plan *plan))
{
	struct ipvlan_topology *topology = ipvlan_topology_new();
	struct ipvlan_plan *plan = NULL;
	int err = topology ? 0 : -ENOMEM;

	STEP(err, add_things(topology));
	STEP(err, ipvlan_plan_new(ctx, topology, false, &plan));
	if (!err)
		require(ipvlan_plan_get_step(plan, 0));
	STEP(err, carry_out(plan));
	ipvlan_plan_free(plan);
	ipvlan_topology_free(topology);
	return err;
}

static int leave_it(const struct ipvlan_plan *plan)
{
	(void)plan;
	return 0;
}

static int use_plan(void)
{
	return plan_and(leave_it);
}

static int apply(const struct ipvlan_plan *plan)
{
	int err = ipvlan_plan_apply(ctx, plan, NULL, NULL);

	if (!err)
		return 0;
	/* What cannot be found any more cannot be undone: then the steps that are left are counted. */
	if (use_has_lost() && ipvlan_error_get_left_count(ipvlan_ctx_get_error(ctx)))
		return err;
	must_be_absent(true, "ipvl0");
	require(access(IPVLAN_NETNS_DIR "/ns1", F_OK) != 0);
	return err;
}

static int use_apply(void)
{
	return plan_and(apply);
}

static int use_topology_read(void)
{
	struct ipvlan_topology *topology = NULL;
	int err = ipvlan_topology_read(ctx, &topology);

	ipvlan_topology_free(topology);
	return err;
}

static int transaction_and(int (*carry_out)(const struct ipvlan_plan *plan))
{
	struct ipvlan_settings *s = settings_of("ipvl0", "10.0.0.2/24");
	struct ipvlan_transaction *t = ipvlan_transaction_new();
	struct ipvlan_address *address = NULL;
	struct ipvlan_route *route = NULL;
	int err = s && t ? 0 : -ENOMEM;

	STEP(err, ipvlan_address_new("10.0.0.3/24", &address));
	STEP(err, ipvlan_route_new("10.7.0.0/16", &route));
	if (t)
		ipvlan_transaction_set_line(t, 1);
	STEP(err, ipvlan_transaction_add_netns(t, "ns1"));
	STEP(err, ipvlan_transaction_create(t, NULL, s));
	STEP(err, ipvlan_transaction_set_mtu(t, "ns0", "ipvl0", 1400));
	STEP(err, ipvlan_transaction_set_mac(t, NULL, "eth0", (const uint8_t[]){2, 0, 0, 0, 0, 1}));
	STEP(err, ipvlan_transaction_add_address(t, "ns0", "ipvl0", address));
	STEP(err, ipvlan_transaction_replace_address(t, "ns0", "ipvl0", address));
	STEP(err, ipvlan_transaction_add_route(t, "ns0", "ipvl0", route));
	STEP(err, ipvlan_transaction_replace_route(t, "ns0", "ipvl0", route));
	STEP(err, ipvlan_transaction_change_route(t, "ns0", "ipvl0", route));
	STEP(err, ipvlan_transaction_delete_route(t, "ns0", "ipvl0", route));
	STEP(err, ipvlan_transaction_delete_address(t, "ns0", "ipvl0", address));
	STEP(err, ipvlan_transaction_change(t, "ns0", "ipvl0", IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET, true));
	STEP(err, ipvlan_transaction_change_port(t, NULL, "eth0", IPVLAN_MODE_L2, IPVLAN_FLAGS_BRIDGE, true));
	STEP(err, ipvlan_transaction_set_up(t, "ns0", "ipvl0", false));
	STEP(err, ipvlan_transaction_move(t, "ns0", "ipvl0", "ns1", "ipvl1"));
	STEP(err, ipvlan_transaction_delete(t, "ns1", "ipvl1"));
	STEP(err, ipvlan_transaction_delete_netns(t, "ns1"));
	STEP(err, carry_out(ipvlan_transaction_get_plan(t)));
	ipvlan_route_free(route);
	ipvlan_address_free(address);
	ipvlan_transaction_free(t);
	ipvlan_settings_free(s);
	return err;
}

static int use_transaction(void)
{
	return transaction_and(leave_it);
}

static int use_transaction_apply(void)
{
	return transaction_and(apply);
}

const struct use uses[] = {
	{"settings", use_settings, false, false, .is_pure = true},
	{"careless settings", use_settings_carelessly, false, false},
	{"objects", use_objects, false, false, .is_pure = true},
	{"texts", use_texts, false, false, .is_pure = true},
	{"context", use_context, false, false},
	{"link", use_link, false, false},
	{"links", use_link_list, false, false},
	{"slaves everywhere", use_link_list_everywhere, false, false, .sees_all = true},
	{"counters", use_link_list_counters, false, false, .sees_all = true},
	{"port", use_port, false, false, .sees_all = true},
	{"addresses", use_address_list, false, false},
	{"routes", use_route_list, false, false},
	{"namespaces", use_netns_list, false, false, .sees_all = true},
	{"opening namespaces", use_netns_open, false, false},
	{"diagnosis", use_diagnosis, false, false},
	{"monitor", use_monitor, false, false},
	{"waiting", use_wait, false, false},
	{"copies", use_copies, false, false},
	{"a message", use_message, false, false},
	{"a wire", use_wire, false, false},
	{"a namespace made and entered", use_netns, true, false},
	{"a link changed", use_link_change, true, false},
	{"an address", use_addresses, true, false},
	{"a refused address", use_address_refused, false, false},
	{"a route", use_routes, true, false},
	{"the module", use_module, false, false},
	{"a plan", use_plan, false, false},
	{"a topology read", use_topology_read, false, false, .sees_all = true},
	{"a transaction", use_transaction, false, false, .is_pure = true},
	{"a transaction's first step", use_first_steps, false, false, .is_pure = true},
	{"a difference", use_differences, false, false, .is_pure = true},
	{"rules", use_rules, false, false, .is_pure = true},
	{"a monitor's model", use_model, false, false, .is_pure = true},
	{"a judgement", use_judgement, false, false, .is_pure = true},
	{"a slave created", use_create, true, true},
	{"a slave that joins others", use_join, true, true},
	{"a slave changed and moved", use_slave, true, true},
	{"host access", use_host_access, true, true},
	{"a plan applied", use_apply, true, true, .leaves = true},
	{"a transaction applied", use_transaction_apply, true, true},
	{"slaves read", use_slaves_read, false, true, .sees_all = true},
	{"slaves diagnosed", use_slaves_diagnosed, false, true},
	{"slaves exported", use_slaves_exported, false, true, .sees_all = true},
	{"a slave awaited", use_slaves_awaited, false, true},
	{"an address of a slave", use_address_of_a_slave, true, true},
	{"slaves watched", use_slaves_watched, true, true},
	{"a slave whose name is taken", use_name_taken, true, true, .leaves = true},
	{"a slave without a name", use_nameless, true, true, .leaves = true},
	{"slaves changed", use_slaves_changed, true, true, .leaves = true},
	{"slaves pruned", use_slaves_pruned, true, true, .leaves = true},
	{"slaves changed and undone", use_slaves_undone, true, true, .leaves = true},
};
const size_t use_count = sizeof(uses) / sizeof(uses[0]);
