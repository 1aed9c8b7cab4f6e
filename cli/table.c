/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "advise.h"
#include "command.h"

#include <ipvlan/monitor.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

/* clang-format off */
#define END {NULL, VALUE_NONE, 0, 0}

#define MODE_AND_FLAGS \
	{"mode", VALUE_MODE, ARG(mode), 0}, \
	{"flags", VALUE_FLAGS, ARG(flags), 0}, \
	{"bridge", VALUE_NONE, ARG(flags), 0}, \
	{"private", VALUE_NONE, ARG(flags), IPVLAN_F_PRIVATE}, \
	{"vepa", VALUE_NONE, ARG(flags), IPVLAN_F_VEPA}, \
	{"force", VALUE_NONE, ARG(force), 1}

#define UP_AND_DOWN \
	{"up", VALUE_NONE, ARG(up), 1}, \
	{"down", VALUE_NONE, ARG(up), 0}

/* Places */
static const struct keyword parent_and_name[] = {
	{"PARENT", VALUE_PARENT, ARG(word), 0},
	{"NAME", VALUE_NEW_NAME, ARG(name), 0},
	END,
};
static const struct keyword a_new_name[] = {{"NAME", VALUE_NEW_NAME, ARG(name), 0}, END};
static const struct keyword a_link[] = {{"NAME", VALUE_LINK, ARG(name), 0}, END};
static const struct keyword a_slave[] = {{"NAME", VALUE_SLAVE, ARG(name), 0}, END};
static const struct keyword some_slaves[] = {{"NAME", VALUE_SLAVES, ARG(names), 0}, END};
static const struct keyword a_parent[] = {{"PARENT", VALUE_PARENT, ARG(name), 0}, END};
static const struct keyword parent_and_address[] = {
	{"PARENT", VALUE_PARENT, ARG(name), 0},
	{"ADDRESS", VALUE_ADDRESS, ARG(address), 0},
	END,
};
static const struct keyword a_prefix[] = {{"ADDRESS", VALUE_PREFIX, ARG(address), 0}, END};
static const struct keyword an_address[] = {{"ADDRESS", VALUE_ADDRESS, ARG(address), 0}, END};
static const struct keyword a_destination[] = {{"DESTINATION", VALUE_DESTINATION, ARG(destination), 0}, END};
static const struct keyword a_netns[] = {{"NETNS", VALUE_NETNS_NAME, ARG(name), 0}, END};
static const struct keyword a_new_netns[] = {{"NETNS", VALUE_NEW_NAME, ARG(name), 0}, END};
static const struct keyword a_pid[] = {{"PID", VALUE_PID, ARG(name), 0}, END};
static const struct keyword netns_command[] = {
	{"NETNS", VALUE_NETNS, ARG(name), 0},
	{"COMMAND", VALUE_COMMAND, ARG(rest), 0},
	END,
};
static const struct keyword a_file[] = {{"FILE", VALUE_FILE, ARG(name), 0}, END};
static const struct keyword a_patient[] = {{"NAME|FILE", VALUE_PATIENT, ARG(name), 0}, END};
static const struct keyword parent_or_slave[] = {{"PARENT|NAME", VALUE_LINK, ARG(name), 0}, END};
static const struct keyword some_files[] = {{"FILE", VALUE_FILES, ARG(files), 0}, END};
static const struct keyword a_place_to_be[] = {{"NETNS", VALUE_NETNS, ARG(name), 0}, END};
static const struct keyword words[] = {{"WORDS", VALUE_COMMAND, ARG(rest), 0}, END};

/* Keywords */
static const struct keyword link_add[] = {
	{"link", VALUE_PARENT, ARG(parent), 0},
	{"parent", VALUE_PARENT, ARG(parent), 0},
	{"name", VALUE_NEW_NAME, ARG(name), 0},
	{"dev", VALUE_NEW_NAME, ARG(name), 0},
	{"type", VALUE_KIND, ARG(kind), 0},
	MODE_AND_FLAGS,
	{"mtu", VALUE_NUMBER, ARG(mtu), 0},
	{"netns", VALUE_NETNS, ARG(netns), 0},
	{"address", VALUE_MAC, ARG(mac_text), 0},
	UP_AND_DOWN,
	END,
};
static const struct keyword link_set[] = {
	{"dev", VALUE_LINK, ARG(name), 0},
	UP_AND_DOWN,
	{"mtu", VALUE_NUMBER, ARG(mtu), 0},
	{"name", VALUE_NEW_NAME, ARG(new_name), 0},
	{"address", VALUE_MAC, ARG(mac_text), 0},
	{"netns", VALUE_NETNS, ARG(netns), 0},
	{"type", VALUE_KIND, ARG(kind), 0},
	MODE_AND_FLAGS,
	END,
};
static const struct keyword link_delete[] = {
	{"dev", VALUE_LINK, ARG(name), 0},
	{"type", VALUE_KIND, ARG(kind), 0},
	END,
};
static const struct keyword link_show[] = {
	{"dev", VALUE_LINK, ARG(name), 0},
	{"type", VALUE_KIND, ARG(kind), 0},
	{"up", VALUE_NONE, ARG(up), 1},
	END,
};
static const struct keyword address[] = {
	{"dev", VALUE_LINK, ARG(name), 0},
	{"local", VALUE_PREFIX, ARG(address), 0},
	{"peer", VALUE_PREFIX, ARG(peer), 0},
	{"remote", VALUE_PREFIX, ARG(peer), 0},
	{"broadcast", VALUE_BROADCAST, ARG(broadcast), 0},
	{"brd", VALUE_BROADCAST, ARG(broadcast), 0},
	{"scope", VALUE_SCOPE, ARG(scope), 0},
	{"label", VALUE_LABEL, ARG(label), 0},
	{"nodad", VALUE_NONE, ARG(nodad), 1},
	{"noprefixroute", VALUE_NONE, ARG(noprefixroute), 1},
	{"valid_lft", VALUE_SECONDS, ARG(valid), 0},
	{"preferred_lft", VALUE_SECONDS, ARG(preferred), 0},
	END,
};
static const struct keyword address_show[] = {
	{"dev", VALUE_LINK, ARG(name), 0},
	{"type", VALUE_KIND, ARG(kind), 0},
	{"up", VALUE_NONE, ARG(up), 1},
	{"scope", VALUE_SCOPE, ARG(scope), 0},
	END,
};
static const struct keyword address_flush[] = {
	{"dev", VALUE_LINK, ARG(name), 0},
	{"scope", VALUE_SCOPE, ARG(scope), 0},
	END,
};
static const struct keyword route[] = {
	{"to", VALUE_DESTINATION, ARG(destination), 0},
	{"via", VALUE_VIA, ARG(gateway), 0},
	{"dev", VALUE_LINK, ARG(name), 0},
	{"metric", VALUE_NUMBER, ARG(metric), 0},
	{"src", VALUE_ADDRESS, ARG(source), 0},
	{"scope", VALUE_SCOPE, ARG(scope), 0},
	{"table", VALUE_TABLE, ARG(table), 0},
	{"protocol", VALUE_PROTOCOL, ARG(protocol), 0},
	{"onlink", VALUE_NONE, ARG(onlink), 1},
	{"mtu", VALUE_NUMBER, ARG(mtu), 0},
	{"advmss", VALUE_NUMBER, ARG(advmss), 0},
	{"unicast", VALUE_NONE, ARG(route_type), RTN_UNICAST},
	{"blackhole", VALUE_NONE, ARG(route_type), RTN_BLACKHOLE},
	{"unreachable", VALUE_NONE, ARG(route_type), RTN_UNREACHABLE},
	{"prohibit", VALUE_NONE, ARG(route_type), RTN_PROHIBIT},
	{"throw", VALUE_NONE, ARG(route_type), RTN_THROW},
	END,
};
static const struct keyword route_show[] = {
	{"to", VALUE_DESTINATION, ARG(destination), 0},
	{"dev", VALUE_LINK, ARG(name), 0},
	{"table", VALUE_TABLE, ARG(table), 0},
	{"protocol", VALUE_PROTOCOL, ARG(protocol), 0},
	{"scope", VALUE_SCOPE, ARG(scope), 0},
	END,
};
static const struct keyword route_get[] = {
	{"to", VALUE_ADDRESS, ARG(address), 0},
	{"from", VALUE_ADDRESS, ARG(source), 0},
	{"oif", VALUE_LINK, ARG(name), 0},
	{"dev", VALUE_LINK, ARG(name), 0},
	END,
};
static const struct keyword add[] = {
	{"parent", VALUE_PARENT, ARG(parent), 0},
	{"link", VALUE_PARENT, ARG(parent), 0},
	MODE_AND_FLAGS,
	{"netns", VALUE_NETNS, ARG(netns), 0},
	{"mtu", VALUE_NUMBER, ARG(mtu), 0},
	{"addr", VALUE_PREFIXES, ARG(addresses), 0},
	{"gw", VALUE_GATEWAYS, ARG(gateways), 0},
	{"route", VALUE_ROUTES, ARG(routes), 0},
	{"lo", VALUE_NONE, ARG(loopback), 1},
	UP_AND_DOWN,
	END,
};
static const struct keyword set[] = {
	MODE_AND_FLAGS,
	{"mtu", VALUE_NUMBER, ARG(mtu), 0},
	{"name", VALUE_NEW_NAME, ARG(new_name), 0},
	UP_AND_DOWN,
	END,
};
static const struct keyword move[] = {
	{"netns", VALUE_NETNS, ARG(netns), 0},
	{"name", VALUE_NEW_NAME, ARG(new_name), 0},
	{"up", VALUE_NONE, ARG(up), 1},
	END,
};
static const struct keyword show[] = {
	{"parent", VALUE_PARENT, ARG(parent), 0},
	{"netns", VALUE_NETNS, ARG(netns), 0},
	{"all", VALUE_NONE, ARG(everywhere), 1},
	END,
};
static const struct keyword host_access_enable[] = {{"addr", VALUE_PREFIXES, ARG(addresses), 0}, END};
static const struct keyword monitor[] = {
	{"link", VALUE_BIT, ARG(kinds), IPVLAN_EVENTS(IPVLAN_EVENT_LINK)},
	{"port", VALUE_BIT, ARG(kinds), IPVLAN_EVENTS(IPVLAN_EVENT_PORT)},
	{"address", VALUE_BIT, ARG(kinds), IPVLAN_EVENTS(IPVLAN_EVENT_ADDRESS)},
	{"addr", VALUE_BIT, ARG(kinds), IPVLAN_EVENTS(IPVLAN_EVENT_ADDRESS)},
	{"route", VALUE_BIT, ARG(kinds), IPVLAN_EVENTS(IPVLAN_EVENT_ROUTE)},
	{"netns", VALUE_BIT, ARG(kinds), IPVLAN_EVENTS(IPVLAN_EVENT_NETNS)},
	{"initial", VALUE_NONE, ARG(initial), 1},
	{"all", VALUE_NONE, ARG(everywhere), 1},
	{"buffer", VALUE_NUMBER, ARG(buffer), 0},
	END,
};
static const struct keyword wait_for[] = {
	{"netns", VALUE_NETNS, ARG(netns), 0},
	{"for", VALUE_BIT, ARG(kinds), 0}, /* only a word */
	{"exists", VALUE_NONE, ARG(condition), IPVLAN_CONDITION_EXISTS},
	{"gone", VALUE_NONE, ARG(condition), IPVLAN_CONDITION_GONE},
	{"up", VALUE_NONE, ARG(condition), IPVLAN_CONDITION_UP},
	{"address-ready", VALUE_NONE, ARG(condition), IPVLAN_CONDITION_ADDRESS_READY},
	{"timeout", VALUE_SECONDS, ARG(timeout), 0},
	END,
};
static const struct keyword top[] = {
	{"interval", VALUE_INTERVAL, ARG(interval), 0},
	{"count", VALUE_NUMBER, ARG(tables), 0},
	{"all", VALUE_NONE, ARG(everywhere), 1},
	END,
};
static const struct keyword pictures[] = {
	{"dot", VALUE_NONE, ARG(picture), PICTURE_DOT},
	{"svg", VALUE_NONE, ARG(picture), PICTURE_SVG},
	END,
};
static const struct keyword port_set[] = {
	MODE_AND_FLAGS,
	{"group-isolation", VALUE_SWITCH, ARG(group_isolation), 0},
	{"source-check", VALUE_SWITCH, ARG(source_check), 0},
	{"guard", VALUE_SWITCH, ARG(guard), 0},
	{"gateway", VALUE_GUARDED, ARG(gateways), 0},
	{"dhcp", VALUE_SWITCH, ARG(dhcp), 0},
	{"direct-arp", VALUE_SWITCH, ARG(direct_arp), 0},
	{"queue-limit", VALUE_NUMBER, ARG(queue_limit), 0},
	END,
};
static const struct keyword port_lock[] = {
	{"to", VALUE_SLAVE, ARG(slave), 0},
	{"netns", VALUE_NETNS, ARG(netns), 0},
	END,
};
static const struct keyword port_announce[] = {
	{"slave", VALUE_SLAVE, ARG(slave), 0},
	{"netns", VALUE_NETNS, ARG(netns), 0},
	END,
};
static const struct keyword facts[] = {
	{"one-mac-per-port", VALUE_BIT, ARG(facts), FACT_ONE_MAC_PER_PORT},
	{"many-slaves", VALUE_BIT, ARG(facts), FACT_MANY_SLAVES},
	{"untrusted", VALUE_BIT, ARG(facts), FACT_UNTRUSTED},
	{"own-mac", VALUE_BIT, ARG(facts), FACT_OWN_MAC},
	{"dhcp", VALUE_BIT, ARG(facts), FACT_DHCP},
	{"host-access", VALUE_BIT, ARG(facts), FACT_HOST_ACCESS},
	{"broadcast", VALUE_BIT, ARG(facts), FACT_BROADCAST},
	{"host-routes", VALUE_BIT, ARG(facts), FACT_HOST_ROUTES},
	{"conntrack", VALUE_BIT, ARG(facts), FACT_CONNTRACK},
	{"isolate", VALUE_BIT, ARG(facts), FACT_ISOLATE},
	{"external-switch", VALUE_BIT, ARG(facts), FACT_EXTERNAL_SWITCH},
	END,
};
static const struct keyword batch[] = {
	{"force", VALUE_NONE, ARG(force), 1},
	{"atomic", VALUE_NONE, ARG(atomic), 1},
	{"dry-run", VALUE_NONE, ARG(dry_run), 1},
	END,
};
static const struct keyword topology_diff[] = {{"prune", VALUE_NONE, ARG(prune), 1}, END};
static const struct keyword apply[] = {
	{"dry-run", VALUE_NONE, ARG(dry_run), 1},
	{"prune", VALUE_NONE, ARG(prune), 1},
	{"yes", VALUE_NONE, ARG(yes), 1},
	END,
};
static const struct keyword on_or_off[] = {
	{"on", VALUE_NONE, ARG(paged), 1},
	{"off", VALUE_NONE, ARG(paged), 0},
	END,
};
static const struct keyword help[] = {{"synopsis", VALUE_NONE, ARG(synopsis), 1}, END};

#define FLAG_WORDS "[bridge|private|vepa] [flags FLAGS]"
#define ADDRESS_WORDS \
	"[local] ADDRESS dev NAME [peer|remote ADDRESS] [broadcast|brd ADDRESS] [scope SCOPE] [label LABEL] " \
	"[nodad] [noprefixroute] [valid_lft SECONDS] [preferred_lft SECONDS]"
#define ROUTE_WORDS \
	"[unicast|blackhole|unreachable|prohibit|throw] [to] DESTINATION [via ADDRESS] [dev NAME] [metric N] [src ADDRESS] [scope SCOPE] [table TABLE] " \
	"[protocol PROTOCOL] [onlink] [mtu N] [advmss N]"

/* The order within an object is the order in which shortened words are looked up, which is ip's. */
const struct command commands[] = {
	{"link", "add",
	 "[link|parent] PARENT [[name|dev] NAME] type ipvlan [mode MODE] " FLAG_WORDS " [mtu N] [netns NETNS] "
	 "[address MAC] [up|down] [--force]",
	 "make a slave of a parent device",
	 {.places = parent_and_name, .keywords = link_add}, check_link_add, run_link_add, .gather = gather_link_add,
	 .rehearse = rehearse_link_add},
	{"link", "set",
	 "[dev] NAME [up|down] [mtu N] [name NAME] [address MAC] [netns NETNS] [type ipvlan] [mode MODE] "
	 FLAG_WORDS " [--force]",
	 "change a link, or move it to another namespace",
	 {.places = a_link, .keywords = link_set}, check_link_set, run_link_set, .gather = gather_link_set},
	{"link", "delete", "[dev] NAME [type KIND]", "delete a link",
	 {.places = a_link, .keywords = link_delete}, check_link_name, run_link_delete, .gather = gather_link_delete},
	{"link", "show list lst ls", "[dev] [NAME] [type KIND] [up]", "show links as ip does",
	 {.places = a_link, .keywords = link_show}, check_link_show, run_link_show, .looks = true},

	{"address", "add", ADDRESS_WORDS, "add an address to a link",
	 {.places = a_prefix, .keywords = address}, check_address, run_address_add, .gather = gather_address_add,
	 .rehearse = rehearse_address},
	{"address", "replace change", ADDRESS_WORDS, "add an address, or update it",
	 {.places = a_prefix, .keywords = address}, check_address, run_address_replace,
	 .gather = gather_address_replace, .rehearse = rehearse_address},
	{"address", "delete", ADDRESS_WORDS, "delete an address from a link",
	 {.places = a_prefix, .keywords = address}, check_address, run_address_delete, .gather = gather_address_delete,
	 .rehearse = rehearse_address},
	{"address", "show list lst ls", "[dev] [NAME] [type KIND] [up] [scope SCOPE]", "show addresses as ip does",
	 {.places = a_link, .keywords = address_show}, check_link_show, run_address_show, .looks = true},
	{"address", "flush", "[dev] NAME [scope SCOPE]", "delete all addresses of a link",
	 {.places = a_link, .keywords = address_flush}, check_address_flush, run_address_flush},

	{"route", "add", ROUTE_WORDS, "add a route",
	 {.places = a_destination, .keywords = route}, check_route, run_route_add, .gather = gather_route_add,
	 .rehearse = rehearse_route},
	{"route", "replace", ROUTE_WORDS, "add a route, or put it in the place of another",
	 {.places = a_destination, .keywords = route}, check_route, run_route_replace,
	 .gather = gather_route_replace, .rehearse = rehearse_route},
	{"route", "change", ROUTE_WORDS, "put a route in the place of another",
	 {.places = a_destination, .keywords = route}, check_route, run_route_change,
	 .gather = gather_route_change, .rehearse = rehearse_route},
	{"route", "prepend", ROUTE_WORDS, "add a route before others to the same network",
	 {.places = a_destination, .keywords = route}, check_route, run_route_prepend, .rehearse = rehearse_route},
	{"route", "append", ROUTE_WORDS, "add a route behind others to the same network",
	 {.places = a_destination, .keywords = route}, check_route, run_route_append, .rehearse = rehearse_route},
	{"route", "delete", ROUTE_WORDS, "delete a route",
	 {.places = a_destination, .keywords = route}, check_destination, run_route_delete,
	 .gather = gather_route_delete, .rehearse = rehearse_route},
	{"route", "show list lst ls",
	 "[to] [DESTINATION] [dev NAME] [table TABLE] [protocol PROTOCOL] [scope SCOPE]", "show routes as ip does",
	 {.places = a_destination, .keywords = route_show}, NULL, run_route_show, .looks = true},
	{"route", "flush",
	 "[to] [DESTINATION] [dev NAME] [table TABLE] [protocol PROTOCOL] [scope SCOPE]",
	 "delete all routes of a link, a table, to a network or of somebody's",
	 {.places = a_destination, .keywords = route_show}, check_route_flush, run_route_flush},
	{"route", "get", "[to] ADDRESS [from ADDRESS] [oif|dev NAME]", "show which way a packet would take",
	 {.places = an_address, .keywords = route_get}, check_route_get, run_route_get, .looks = true},

	{"netns", "list show lst ls", "", "list the namespaces that have a name",
	 {0}, NULL, run_netns_list, .looks = true},
	{"netns", "add", "NETNS", "make a namespace and give it a name",
	 {.places = a_new_netns, .name_first = true}, check_netns_own_name, run_netns_add, .gather = gather_netns_add},
	{"netns", "delete", "NETNS", "take the name from a namespace",
	 {.places = a_netns, .name_first = true}, check_netns_own_name, run_netns_delete, .gather = gather_netns_delete},
	{"netns", "identify", "[PID]", "name the namespace of a process, or this one",
	 {.places = a_pid}, check_netns_identify, run_netns_identify, .looks = true},
	{"netns", "pids", "NETNS", "list the processes in a namespace",
	 {.places = a_netns, .name_first = true}, check_netns_name, run_netns_pids, .looks = true},
	{"netns", "exec", "NETNS COMMAND", "run a command in a namespace",
	 {.places = netns_command, .name_first = true}, check_netns_exec, run_netns_exec, .waits = true},

	{"port", "show", "[PARENT]", "show a parent with its mode, its flags and all its slaves",
	 {.places = a_parent}, NULL, run_port_show, .looks = true, .is_default = true, .is_ours = true},
	{"port", "set", "PARENT [mode MODE] " FLAG_WORDS " [--force] [group-isolation SWITCH] [source-check SWITCH] "
	 "[guard SWITCH] [gateway ADDRESS] [dhcp SWITCH] [direct-arp SWITCH] [queue-limit N]",
	 "change mode or flags of all slaves of a parent, or options",
	 {.places = a_parent, .keywords = port_set, .name_first = true}, check_port_set, run_port_set,
	 .gather = gather_port_set, .is_ours = true},
	{"port", "lock", "PARENT ADDRESS to NAME [netns NETNS]", "give an address to one slave alone",
	 {.places = parent_and_address, .keywords = port_lock, .name_first = true}, check_port_lock, run_port_lock,
	 .is_ours = true},
	{"port", "unlock", "PARENT ADDRESS", "give a locked address free",
	 {.places = parent_and_address, .name_first = true}, check_port_unlock, run_port_unlock, .is_ours = true},
	{"port", "announce", "PARENT [slave NAME [netns NETNS]]", "tell the neighbours where addresses are",
	 {.places = a_parent, .keywords = port_announce, .name_first = true}, check_port_announce, run_port_announce,
	 .is_ours = true},

	{"host-access", "show", "PARENT", "show the host's own way to the slaves of a parent",
	 {.places = a_parent, .name_first = true}, check_parent, run_host_access_show, .looks = true, .is_default = true,
	 .is_ours = true},
	{"host-access", "enable", "PARENT [addr ADDRESS]",
	 "give the host a way to the slaves of a parent, or bring it up to date",
	 {.places = a_parent, .keywords = host_access_enable, .name_first = true}, check_parent, run_host_access_enable,
	 .is_ours = true},
	{"host-access", "disable", "PARENT", "take that way away",
	 {.places = a_parent, .name_first = true}, check_parent, run_host_access_disable, .is_ours = true},

	{"add", NULL,
	 "NAME parent|link PARENT [mode MODE] " FLAG_WORDS " [netns NETNS] [mtu N] [addr ADDRESS] "
	 "[gw ADDRESS|dev|dev6] [route DESTINATION [via ADDRESS]] [lo] [up|down] [--force]",
	 "make a slave with all that it needs, or nothing",
	 {.places = a_new_name, .keywords = add, .name_first = true}, check_add, run_link_add,
	 .gather = gather_link_add, .rehearse = rehearse_link_add, .is_ours = true},
	{"del delete", NULL, "NAME...", "delete slaves, all of those named or none",
	 {.places = some_slaves, .name_first = true}, check_delete, run_delete,
	 .gather = gather_delete, .is_ours = true},
	{"set", NULL, "NAME [mode MODE] " FLAG_WORDS " [mtu N] [name NAME] [up|down] [--force]", "change a slave",
	 {.places = a_slave, .keywords = set, .name_first = true}, check_link_set, run_link_set,
	 .gather = gather_link_set, .is_ours = true},
	{"move", NULL, "NAME netns NETNS [name NAME] [up]", "move a slave to another namespace",
	 {.places = a_slave, .keywords = move, .name_first = true}, check_move, run_link_set,
	 .gather = gather_link_set, .is_ours = true},
	{"show", NULL, "[NAME] [parent PARENT] [netns NETNS|--all]", "show slaves, in all namespaces unless one was chosen",
	 {.places = a_slave, .keywords = show}, NULL, run_show, .looks = true, .is_ours = true},
	{"monitor", NULL, "[--all] [--initial] [link] [port] [addr|address] [route] [netns] [buffer N]",
	 "show what changes, as it changes",
	 {.keywords = monitor, .whole_words = true}, NULL, run_monitor, .looks = true, .is_ours = true},
	{"top", NULL, "[PARENT|NAME] [interval SECONDS] [count N] [--all]", "show what slaves receive, send and drop",
	 {.places = parent_or_slave, .keywords = top, .whole_words = true}, NULL, run_top, .looks = true, .is_ours = true},
	{"wait", NULL, "NAME [netns NETNS] [for] exists|gone|up|address-ready [timeout SECONDS]", "wait until a slave is ready",
	 {.places = a_slave, .keywords = wait_for, .name_first = true, .whole_words = true}, check_wait, run_wait, .looks = true,
	 .is_ours = true},
	{"tree", NULL, "[PARENT]", "show parents, namespaces and slaves as a tree",
	 {.places = a_parent}, NULL, run_tree, .looks = true, .is_ours = true},
	{"diagram", NULL, "[PARENT] [--dot|--svg]", "draw parents, namespaces and slaves",
	 {.places = a_parent, .keywords = pictures, .whole_words = true}, NULL, run_diagram, .looks = true, .is_ours = true},
	{"up", NULL, "NAME", "bring a link up",
	 {.places = a_link, .name_first = true}, check_link_name, run_link_up,
	 .gather = gather_link_up, .is_ours = true},
	{"down", NULL, "NAME", "bring a link down",
	 {.places = a_link, .name_first = true}, check_link_name, run_link_down,
	 .gather = gather_link_down, .is_ours = true},
	{"doctor", NULL, "[NAME|FILE]", "say what is wrong, how that was seen, and what to do",
	 {.places = a_patient, .whole_words = true}, NULL, run_doctor, .looks = true, .is_ours = true},
	{"dhcp-id", NULL, "NAME", "show the client identifier by which DHCP servers tell a slave from its siblings",
	 {.places = a_slave, .name_first = true}, check_dhcp_id, run_dhcp_id, .looks = true, .is_ours = true},
	{"advise", NULL,
	 "[--one-mac-per-port] [--many-slaves] [--untrusted] [--own-mac] [--dhcp] [--host-access] [--broadcast] "
	 "[--host-routes] [--conntrack] [--isolate] [--external-switch]",
	 "macvlan or ipvlan, and which mode",
	 {.keywords = facts, .whole_words = true}, NULL, run_advise, .looks = true, .is_ours = true, .anywhere = true},
	{"apply", NULL, "FILE... [--dry-run] [--prune] [--yes]", "make the machine what files describe, or leave it as it is",
	 {.places = some_files, .keywords = apply, .whole_words = true}, check_files, run_apply, .is_ours = true,
	 .waits = true},
	{"diff", NULL, "FILE... [--prune]", "show what apply would do",
	 {.places = some_files, .keywords = topology_diff, .whole_words = true}, check_files, run_diff,
	 .looks = true, .is_ours = true},
	{"check", NULL, "FILE...", "say what is wrong with files that describe a machine",
	 {.places = some_files, .whole_words = true}, check_files, run_check, .looks = true, .is_ours = true},
	{"export", NULL, "", "write what lives as a file for apply", {0}, NULL, run_export,
	 .looks = true, .is_ours = true},
	{"batch", NULL, "FILE [--force|--atomic] [--dry-run]", "run the commands of a file; - is standard input",
	 {.places = a_file, .keywords = batch, .whole_words = true}, check_batch, run_batch,
	 .looks = true, .is_ours = true,
	 .anywhere = true},
	{"help", NULL, "[COMMAND] [--synopsis]", "say how commands are written",
	 {.places = words, .keywords = help, .whole_words = true}, NULL, run_help,
	 .looks = true, .is_ours = true, .anywhere = true},
	{"version", NULL, "", "print the version", {0}, NULL, run_version,
	 .looks = true, .is_ours = true, .anywhere = true},
	{"use", NULL, "[NETNS]", "work in a namespace from now on, or again where we were started",
	 {.places = a_place_to_be, .name_first = true}, check_use, run_use, .looks = true, .is_ours = true,
	 .anywhere = true, .for_lines = true},
	{"begin", NULL, "", "gather commands from here on, to be carried out all or not at all", {0}, NULL, run_begin,
	 .looks = true, .is_ours = true, .anywhere = true, .for_lines = true},
	{"plan", NULL, "", "show what was gathered", {0}, NULL, run_plan, .looks = true, .is_ours = true,
	 .anywhere = true, .for_lines = true},
	{"commit", NULL, "", "carry out what was gathered", {0}, NULL, run_commit, .looks = true, .is_ours = true,
	 .anywhere = true, .for_lines = true},
	{"abort", NULL, "", "forget what was gathered", {0}, NULL, run_abort, .looks = true, .is_ours = true,
	 .anywhere = true, .for_lines = true},
	{"pager", NULL, "on|off", "show output that is longer than the screen page by page",
	 {.keywords = on_or_off, .whole_words = true}, check_pager, run_pager,
	 .looks = true, .is_ours = true, .anywhere = true,
	 .for_lines = true},
	{"exit quit", NULL, "", "end the shell, or the file", {0}, NULL, run_exit,
	 .looks = true, .is_ours = true, .anywhere = true,
	 .for_lines = true},
	{"shell", NULL, "", "read commands", {0}, NULL, run_shell, .hidden = true, .is_ours = true},
	{"complete", NULL, "-- WORDS", "list what may come next", {.places = words}, NULL, run_complete,
	 .hidden = true, .is_ours = true},
	{NULL},
};
/* clang-format on */
