/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/range.h"
#include "../../cli/topology-file.h"

#include <check.h>
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void add_slave(FILE *out, const struct ipvlan_topology_slave *slave)
{
	const char *netns = ipvlan_topology_slave_get_netns(slave);
	char text[IPVLAN_ADDRESS_SIZE];
	const struct ipvlan_address *address;
	const struct ipvlan_route *route;
	size_t i;

	fprintf(out, "%s@%s", ipvlan_topology_slave_get_name(slave), ipvlan_topology_slave_get_parent(slave));
	if (netns)
		fprintf(out, " in %s", netns);
	if (ipvlan_topology_slave_get_mtu(slave))
		fprintf(out, " mtu %u", ipvlan_topology_slave_get_mtu(slave));
	for (i = 0; (address = ipvlan_topology_slave_get_address(slave, i)); i++)
		fprintf(out, " %s", ipvlan_address_format_prefix(address, text, sizeof(text)));
	for (i = 0; (route = ipvlan_topology_slave_get_route(slave, i)); i++) {
		fprintf(out, " %s%s", ipvlan_route_format_destination(route, text, sizeof(text)),
			ipvlan_route_get_family(route) == AF_INET6 ? "(6)" : "");
		if (ipvlan_route_format_gateway(route, text, sizeof(text)))
			fprintf(out, ">%s", text);
		if (ipvlan_route_format_source(route, text, sizeof(text)))
			fprintf(out, "<%s", text);
		if (ipvlan_route_get_metric(route))
			fprintf(out, "#%u", ipvlan_route_get_metric(route));
		if (ipvlan_route_get_flags(route))
			fputs("!", out);
	}
	fprintf(out, "%s%s;", ipvlan_topology_slave_is_up(slave) ? " up" : "",
		ipvlan_topology_slave_has_loopback_up(slave) ? " lo" : "");
}

static void add_options(FILE *out, const struct ipvlan_module_options *options)
{
	char text[IPVLAN_ADDRESS_SIZE];
	size_t i;

	if (!options)
		return;
	for (i = 0; i < IPVLAN_MODULE_OPTION_COUNT; i++) {
		if (ipvlan_module_options_get(options, i) >= 0)
			fprintf(out, "%c%s", "-+"[ipvlan_module_options_get(options, i)],
				ipvlan_module_option_to_string(i));
	}
	if (ipvlan_module_options_has_gateways(options))
		fprintf(out, ">");
	for (i = 0; ipvlan_module_options_format_gateway(options, i, text, sizeof(text)); i++)
		fprintf(out, "%s%s", i ? " " : "", text);
	ck_assert_uint_eq(ipvlan_module_options_get_gateway_count(options), i);
	if (ipvlan_module_options_get_queue_limit(options))
		fprintf(out, "#%u", ipvlan_module_options_get_queue_limit(options));
	fprintf(out, ";");
}

/* A topology as one line. The caller frees it. */
static char *describe(const struct ipvlan_topology *topology)
{
	char *text, mode[IPVLAN_NAME_SIZE], flags[IPVLAN_NAME_SIZE];
	size_t i, size;
	FILE *out = open_memstream(&text, &size);

	for (i = 0; i < ipvlan_topology_get_parent_count(topology); i++) {
		fprintf(out, "%s=%s,%s;", ipvlan_topology_get_parent_name(topology, i),
			ipvlan_mode_format(ipvlan_topology_get_parent_mode(topology, i), mode, sizeof(mode)),
			ipvlan_flags_format(ipvlan_topology_get_parent_flags(topology, i), flags, sizeof(flags)));
		add_options(out, ipvlan_topology_get_parent_options(topology, i));
	}
	for (i = 0; i < ipvlan_topology_get_slave_count(topology); i++)
		add_slave(out, ipvlan_topology_get_slave(topology, i));
	fclose(out);
	return text;
}

/* The text on the heap without a byte behind it, so that a sanitizer sees what is read beyond. */
static int load(const char *text, struct ipvlan_topology **topology, struct yaml_errors *errors)
{
	size_t size = strlen(text);
	char *copy = malloc(size ? size : 1);
	int err;

	memcpy(copy, text, size);
	*topology = ipvlan_topology_new();
	err = topology_file_read(copy, size, 1, NULL, *topology, errors);
	free(copy);
	return err;
}

static const struct {
	const char *text, *wanted;
} good[] = {
	{"", ""},
	{"# nothing\n", ""},
	{"{}", ""},
	{"\xef\xbb\xbf{}", ""},
	{"parents: { eth0: { mode: l2, flags: bridge } }", "eth0=l2,bridge;"},
	{"parents:\n  eth0:\n  eth1: { mode: l3s }\n", "eth0=unset,unset;eth1=l3s,unset;"},
	{"parents: [eth0, { name: eth1, flags: vepa }]", "eth0=unset,unset;eth1=unset,vepa;"},
	{"parents: ['eth[8-10]']", "eth8=unset,unset;eth9=unset,unset;eth10=unset,unset;"},
	{"parents: { eth0: { mode: 7, flags: 0x8 } }", "eth0=7,0x8;"},
	{"parents: { eth0: { guard: on, source-check: true, dhcp: off, group-isolation: false, "
	 "direct-arp: on } }",
	 "eth0=unset,unset;-group-isolation+source-check+guard-dhcp+direct-arp;"},
	{"parents: [ { name: eth0, mode: l2, gateway: 10.0.0.1, queue-limit: 2 } ]", "eth0=l2,unset;>10.0.0.1#2;"},
	{"parents: { eth0: { gateway: ['fd00::1', 10.0.0.1] }, eth1: { gateway: [] }, eth2: { gateway: none } }",
	 "eth0=unset,unset;>fd00::1 10.0.0.1;eth1=unset,unset;>;eth2=unset,unset;>;"},
	{"parents: { 'eth[0-1]': { guard: on, gateway: '10.[7-8].0.1' } }",
	 "eth0=unset,unset;+guard>10.7.0.1;eth1=unset,unset;+guard>10.8.0.1;"},
	{"namespaces: { ns0: { must-exist: true }, ns1: }", ""},
	{"namespaces: [ns0, { name: 'n[1-2]', must-exist: false }]", ""},
	{"slaves: []", ""},
	{"slaves: [ { name: a, parent: b } ]", "a@b up;"},
	{"slaves: [ { name: a, parent: b, netns: n } ]", "a@b in n up lo;"},
	{"slaves: [ { name: a, parent: b, netns: n, lo: false, up: false } ]", "a@b in n;"},
	{"slaves: [ { name: a, parent: b, lo: true, mtu: 1400 } ]", "a@b mtu 1400 up lo;"},
	{"slaves: [ { name: 007, parent: 1e3, netns: 0x10 } ]", "007@1e3 in 0x10 up lo;"},
	{"slaves: [ { name: a, parent: b, addresses: 10.0.0.2/24 } ]", "a@b 10.0.0.2/24 up;"},
	{"slaves: [ { name: a, parent: b, addresses: [10.0.0.2/24, 'fd00::2/64'] } ]",
	 "a@b 10.0.0.2/24 fd00::2/64 up;"},
	{"slaves: [ { name: a, parent: b, gateway: 10.0.0.1 } ]", "a@b default>10.0.0.1 up;"},
	{"slaves: [ { name: a, parent: b, gateway: [10.0.0.1, 'fd00::1'] } ]",
	 "a@b default>10.0.0.1 default(6)>fd00::1 up;"},
	{"slaves: [ { name: a, parent: b, gateway: [dev, dev6] } ]", "a@b default default(6) up;"},
	/* Routes straight to the link come first. */
	{"slaves:\n"
	 "- name: a\n"
	 "  parent: b\n"
	 "  gateway: 192.0.2.1\n"
	 "  routes:\n"
	 "  - { to: 10.9.0.0/16, via: 192.0.2.1, metric: 5, src: 10.0.0.2, onlink: true }\n"
	 "  - { to: 192.0.2.1 }\n",
	 "a@b 192.0.2.1 10.9.0.0/16>192.0.2.1<10.0.0.2#5! default>192.0.2.1 up;"},
	{"slaves: [ { name: a, parent: b, routes: [ { to: '::/0', via: 'fe80::1' } ] } ]",
	 "a@b default(6)>fe80::1 up;"},
	/* Ranges. */
	{"slaves: [ { name: 'w[1-3]', parent: b } ]", "w1@b up;w2@b up;w3@b up;"},
	{"slaves: [ { name: 'w[08-10]x', parent: b } ]", "w08x@b up;w09x@b up;w10x@b up;"},
	{"slaves: [ { name: 'w[8-10]', parent: b, netns: 'n[1-3]' } ]",
	 "w8@b in n1 up lo;w9@b in n2 up lo;w10@b in n3 up lo;"},
	{"slaves: [ { name: eth0, parent: b, netns: 'n[1-2]', addresses: '10.1.0.0/16 + 10' } ]",
	 "eth0@b in n1 10.1.0.10/16 up lo;eth0@b in n2 10.1.0.11/16 up lo;"},
	{"slaves: [ { name: 'w[1-2]', parent: b, addresses: ['10.1.0.254/16+1', 'fd00::ffff/64 + 1'] } ]",
	 "w1@b 10.1.0.255/16 fd00::1:0/64 up;w2@b 10.1.1.0/16 fd00::1:1/64 up;"},
	{"slaves: [ { name: 'w[1-2]', parent: b, addresses: '10.0.[7-8].2/24', gateway: '10.0.[7-8].1' } ]",
	 "w1@b 10.0.7.2/24 default>10.0.7.1 up;w2@b 10.0.8.2/24 default>10.0.8.1 up;"},
	{"slaves: [ { name: 'w[5-5]', parent: b } ]", "w5@b up;"},
	{"slaves: [ { name: 'w\\[1-2]', parent: b } ]", "w[1-2]@b up;"},
	{"slaves: [ { name: 'w\\\\[1-2]', parent: b } ]", "w\\1@b up;w\\2@b up;"},
	{"slaves: [ { name: 'w[1-]', parent: 'b[]' } ]", "w[1-]@b[] up;"},
	/* Anchors. */
	{"slaves: [ &x { name: 'w[1-2]', parent: b, addresses: &a [10.0.0.2/24] }, "
	 "{ name: c, parent: d, addresses: *a } ]",
	 "w1@b 10.0.0.2/24 up;w2@b 10.0.0.2/24 up;c@d 10.0.0.2/24 up;"},
	/* JSON. */
	{"{\"parents\":{\"eth0\":{\"mode\":\"l2\"}},\n\t\"slaves\":[{\"name\":\"a\",\"parent\":\"eth0\",\n"
	 "\t\"netns\":\"n\\u0061\\/\",\"mtu\":1400,\"up\":true,\"lo\":false}]}",
	 NULL},
	{"{\"parents\":{\"eth0\":{\"mode\":\"l2\"}},\n\t\"slaves\":[{\"name\":\"a\",\"parent\":\"eth0\",\n"
	 "\t\"netns\":\"n\\u0061\",\"mtu\":1400,\"up\":true,\"lo\":false,\"addresses\":[\"10.0.0.2/24\"]}]}",
	 "eth0=l2,unset;a@eth0 in na mtu 1400 10.0.0.2/24 up;"},
	{"[]", NULL},
};

START_TEST(files_that_are_right)
{
	struct ipvlan_topology *topology;
	struct yaml_errors errors;
	char *found;
	int err = load(good[_i].text, &topology, &errors);

	if (good[_i].wanted) {
		ck_assert_msg(err == 0, "%s\n%zu:%zu: %s", good[_i].text, errors.list[0].line, errors.list[0].column,
			      errors.list[0].message.text);
		found = describe(topology);
		ck_assert_str_eq(found, good[_i].wanted);
		free(found);
	} else {
		ck_assert_int_eq(err, -EINVAL);
	}
	ipvlan_topology_free(topology);
}
END_TEST

#define TAB	    "; blanks indent, tabs do not"
#define SLAVE(rest) "slaves:\n- { name: a, parent: b, " rest " }\n"

static const struct {
	const char *text;
	size_t line, column;
	const char *message; /* its beginning */
} bad[] = {
	{"parents: [", 1, 11, "did not find expected node content while parsing a flow node"},
	{"a: b: c", 1, 5, "mapping values are not allowed in this context"},
	{"parents:\n\teth0:", 2, 1,
	 "found character that cannot start any token while scanning for the next token in line 2" TAB},
	{"# \u00e9\u20ac\r\nparents:\n\teth0:", 3, 1,
	 "found character that cannot start any token while scanning for the next token in line 3" TAB},
	{"a: \"b", 1, 6, "found unexpected end of stream while scanning a quoted scalar"},
	{"a: b\n--- \nc: d", 2, 1, "a second document begins here"},
	{"parents: *x", 1, 10, "found undefined alias"},
	{"\xff", 1, 1, "invalid"},
	{"parents: [eth0]\n# \xff", 2, 3, "invalid"},
	{"\xff\xfep\0", 1, 1, "invalid"}, /* UTF-16 */
	{"text", 1, 1, "'text' is not a topology with keys and values"},
	{"[]", 1, 1, "a list is not a topology with keys and values"},
	{"---", 1, 4, "there is no value; wanted is a topology with keys and values"},
	{"slave: []", 1, 1,
	 "a topology has no 'slave' (did you mean 'slaves'?); it has parents, namespaces and slaves"},
	{"parents: []\nparents: []", 2, 1, "'parents' comes twice; the first one is in line 1"},
	{"[a]: b", 1, 1, "a key must be a text"},
	{"parents: eth0", 1, 10, "'eth0' is not a list or mapping of parents"},
	{"parents:\nslaves: []", 1, 9, "there is no value; wanted is a list or mapping of parents"},
	{"parents: { eth0: { mod: l2 } }", 1, 20,
	 "a parent has no 'mod' (did you mean 'mode'?); it has mode, flags, group-isolation, source-check, guard, "
	 "gateway, dhcp, direct-arp and queue-limit"},
	{"parents: { eth0: { mode: l4 } }", 1, 26, "'l4' is not a mode (l2, l3 or l3s) (did you mean 'l2'"},
	{"parents: { eth0: { mode: [l2] } }", 1, 26, "a list is not a mode (l2, l3 or l3s)"},
	{"parents: { eth0: { flags: brigde } }", 1, 27,
	 "'brigde' is not a set of flags (bridge, private or vepa) (did "
	 "you mean 'bridge'?)"},
	{"parents: { eth0: { guard: yes } }", 1, 27, "'yes' is not on or off, true or false"},
	{"parents: { eth0: { guard: } }", 1, 27, "there is no value; wanted is on or off"},
	{"parents: { eth0: { source-check: [on] } }", 1, 34, "a list is not on or off"},
	{"parents: { eth0: { gateway: router } }", 1, 29, "'router' is not a gateway's address, or none"},
	{"parents: { eth0: { gateway: [10.0.0.1/24] } }", 1, 30, "'10.0.0.1/24' is not a gateway's address, or none"},
	{"parents: { eth0: { gateway: [\n10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4,10.0.0.5,10.0.0.6,10.0.0.7,10.0.0.8,\n"
	 "10.0.1.1,10.0.1.2,10.0.1.3,10.0.1.4,10.0.1.5,10.0.1.6,10.0.1.7,10.0.1.8,\n10.0.2.1] } }",
	 4, 1, "a port has no more than 16 gateways"},
	{"parents: { eth0: { queue-limit: 1 } }", 1, 33, "'1' is not a number from 2 to 65536"},
	{"parents: { eth0: { queue-limit: 65537 } }", 1, 33, "'65537' is not a number from 2 to 65536"},
	{"parents: { eth0: l2 }", 1, 18, "'l2' is not a parent with keys and values"},
	{"parents: [ { mode: l2 } ]", 1, 12, "a parent needs 'name'"},
	{"parents: [ [] ]", 1, 12, "a list is not the name of a link"},
	{"parents: [ an-awfully-long-name ]", 1, 12, "'an-awfully-long-name' is not the name of a link: that has 1 to"},
	{"parents: [ 'a b' ]", 1, 12, "'a b' is not the name of a link"},
	{"parents: { \"a\\0b\": }", 1, 12, "a text with a NUL character is not the name of a link"},
	{"parents: { '': }", 1, 12, "'' is not the name of a link"},
	{"namespaces: [ a/b ]", 1, 15, "'a/b' is not the name of a namespace: that has no '/'"},
	{"namespaces: { a: { must-exist: yes } }", 1, 32, "'yes' is not true or false"},
	{"namespaces: { a: { must-exist: True } }", 1, 32, "'True' is not true or false (did you mean 'true'?)"},
	{"namespaces: { a: { exists: true } }", 1, 20, "a namespace has no 'exists'; it has must-exist"},
	{"slaves: { a: b }", 1, 9, "a mapping is not a list of slaves"},
	{"slaves: [ a ]", 1, 11, "'a' is not a slave with keys and values"},
	{"slaves:\n- name: a\n  netns: b\n", 2, 3, "a slave needs 'parent'"},
	{"slaves:\n- parent: a\n", 2, 3, "a slave needs 'name'"},
	{SLAVE("adresses: []"), 2, 25, "a slave has no 'adresses' (did you mean 'addresses'?); it has name, parent, "},
	{SLAVE("mode: l2, mode: l2"), 2, 35, "'mode' comes twice; the first one is in line 2"},
	{SLAVE("mtu: big"), 2, 30, "'big' is not a number from 68 to 65535"},
	{SLAVE("mtu: 67"), 2, 30, "'67' is not a number from 68 to 65535"},
	{SLAVE("mtu: 65536"), 2, 30, "'65536' is not a number"},
	{SLAVE("mtu: 0x600"), 2, 30, "'0x600' is not a number"},
	{SLAVE("mtu: 99999999999999999999"), 2, 30, "'99999999999999999999' is not a number"},
	{SLAVE("up: 1"), 2, 29, "'1' is not true or false"},
	{SLAVE("addresses: 10.0.0.2/33"), 2, 36, "'10.0.0.2/33' is not an address such as 10.0.0.2/24"},
	{SLAVE("addresses: [10.0.0.2/24,\n x]"), 3, 2, "'x' is not an address"},
	{SLAVE("addresses: { a: b }"), 2, 36, "a mapping is not an address"},
	{SLAVE("addresses: "), 2, 37, "there is no value; wanted is an address"},
	{SLAVE("gateway: here"), 2, 34, "'here' is not a gateway (an address, or dev or dev6 for the link itself)"},
	{SLAVE("gateway: [10.0.0.1, 10.0.0.x]"), 2, 45, "'10.0.0.x' is not a gateway"},
	{SLAVE("routes: 10.9.0.0/16"), 2, 33, "'10.9.0.0/16' is not a list of routes"},
	{SLAVE("routes: [ 10.9.0.0/16 ]"), 2, 35, "'10.9.0.0/16' is not a route with keys and values"},
	{SLAVE("routes: [ { via: 10.0.0.1 } ]"), 2, 35, "a route needs 'to'"},
	{SLAVE("routes: [ { to: nowhere } ]"), 2, 41, "'nowhere' is not a destination"},
	{SLAVE("routes: [ { to: 10.9.0.1/16 } ]"), 2, 41, "'10.9.0.1/16' is not a destination"},
	{SLAVE("routes: [ { to: 10.9.0.0/16, via: x } ]"), 2, 59, "'x' is not an address such as 10.0.0.1"},
	{SLAVE("routes: [ { to: 'fd09::/32', via: 10.0.0.1 } ]"), 2, 59, "'10.0.0.1' is not an address"},
	{SLAVE("routes: [ { to: 10.9.0.0/16, metric: -1 } ]"), 2, 62, "'-1' is not a number from 0 to 4294967295"},
	{SLAVE("routes: [ { to: 10.9.0.0/16, table: 7 } ]"), 2, 54,
	 "a route has no 'table'; it has to, via, metric, src"},
	/* Ranges. */
	{"slaves: [ { name: 'w[2-1]', parent: b } ]", 1, 19, "the range [2-1] goes backwards"},
	{"slaves: [ { name: 'w[1-2][1-2]', parent: b } ]", 1, 19, "'w[1-2][1-2]' has more than one range"},
	{"slaves: [ { name: 'w[1-65537]', parent: b } ]", 1, 19, "the range [1-65537] has more than 65536 members"},
	{"slaves: [ { name: 'w[1-2000000000]', parent: b } ]", 1, 19,
	 "the numbers of the range [1-2000000000] are too"},
	{"slaves: [ { name: 'w[1-2]', parent: b,\n netns: 'n[1-3]' } ]", 2, 9,
	 "this range has 3 members, but the one in line 1, column 19 has 2"},
	{"slaves: [ { name: 'long-long-nam[9-1000]', parent: b } ]", 1, 19, "'long-long-nam100' is not the name"},
	{"slaves: [ { name: 'w[1-300]', parent: b,\n  addresses: ['10.1.0.0/24 + 10'] } ]", 2, 15,
	 "'10.1.0.0/24 + 10' comes to 10.1.0.255 with number 246, which is no host's address"},
	{"slaves: [ { name: 'w[1-300]', parent: b,\n  addresses: ['10.1.0.0/24 + 300'] } ]", 2, 15,
	 "'10.1.0.0/24 + 300' leaves its network with number 1"},
	{SLAVE("addresses: '10.1.0.0/24 + 0'"), 2, 36,
	 "'10.1.0.0/24 + 0' comes to 10.1.0.0 with number 1, which is no"},
	{SLAVE("addresses: '255.255.255.255/0 + 1'"), 2, 36, "'255.255.255.255/0 + 1' leaves its network"},
	{SLAVE("addresses: '10.1.0.0 + 1'"), 2, 36, "'10.1.0.0 + 1' is no row of addresses (such as 10.1.0.0/16 + 10)"},
	{SLAVE("addresses: '10.1.0.0/24 +'"), 2, 36, "'10.1.0.0/24 +' is no row of addresses"},
	{SLAVE("addresses: '10.1.0.0/24 + 1 + 1'"), 2, 36, "'10.1.0.0/24 + 1 + 1' is no row of addresses"},
	{SLAVE("addresses: 'fd00::/64 + 99999999999999999999'"), 2, 36, "'fd00::/64 + 99999999999999999999' is no row"},
	/* Little text, many things. */
	{"slaves: [ &a { name: 'a[1-65536]', parent: b }, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a ]",
	 1, 22, "this comes to more than 1000000 things in one file"},
	{"slaves: &a [ *a ]", 1, 9, "a list is not a slave with keys and values"},
	{"&a { *a : b }", 1, 1, "a key must be a text"},
};

/* The one thing that is wrong, and nothing that follows from it. */
START_TEST(files_that_are_wrong)
{
	struct ipvlan_topology *topology;
	struct yaml_errors errors;
	const struct yaml_error *error = &errors.list[0];
	int err = load(bad[_i].text, &topology, &errors);

	ck_assert_msg(err == -EINVAL, "taken: %s", bad[_i].text);
	ck_assert_msg(strncmp(error->message.text, bad[_i].message, strlen(bad[_i].message)) == 0,
		      "%s\nwanted: %s\ngot: %s", bad[_i].text, bad[_i].message, error->message.text);
	ck_assert_msg(error->line == bad[_i].line && error->column == bad[_i].column,
		      "%s\nwanted: %zu:%zu\ngot: %zu:%zu %s", bad[_i].text, bad[_i].line, bad[_i].column, error->line,
		      error->column, error->message.text);
	ck_assert_msg(errors.count == 1, "%s\nalso: %s", bad[_i].text, errors.list[1].message.text);
	ipvlan_topology_free(topology);
}
END_TEST

static const struct {
	const char *text, *places; /* of all that is wrong */
} very_bad[] = {
	{"slaves:\n- { nam: a, parent: b }\n- b\n- { name: c, parent: a/b, mtu: 1 }\n- { name: d, parent: b, mtu: 1 "
	 "}\n",
	 "2:5 3:3 4:22 5:30"},
	{SLAVE("mode: l4, flags: brigde, mtu: 1, up: 1, lo: 1, gateway: x,\n addresses: [ x, 10.0.0.1/24, y ], netns: "
	       "a/b"),
	 "2:31 2:42 2:55 2:62 2:69 2:81 3:15 3:31 3:43"},
	{SLAVE("routes: [ { to: x }, { via: x, to: y }, { to: 10/8, via: x }, { metric: x } ]"), "2:41 2:60 2:82 2:87"},
	{SLAVE("gateway: [ x, dev, y ], speed: 1, mtu: x"), "2:36 2:44 2:49 2:64"},
	{"slaves: [ {} ]\nparents: { eth0: { mod: l2, guard: maybe, mode: l4 }, eth1: l2, a/b: }\nnamespace: [ a ]\n"
	 "namespaces: [ a/b, { must-exist: true }, { name: c, must-exist: yes }, c ]\n",
	 "1:11 2:20 2:36 2:49 2:61 2:65 3:1 4:15 4:20 4:65"},
	{"parents: eth0\nnamespaces: a\nslaves: b\n", "1:10 2:13 3:9"},
	{"parents: [ { name: eth0, nam: eth1, guard: maybe }, { mode: l2, mode: l4 } ]", "1:26 1:44 1:65"},
	{"slaves: [ &a { name: 'w[1-9]', parent: b, mtu: x, addresses: ['10.0.0.0/30 + 1'] }, *a ]", "1:48 1:63"},
	{"slaves: [ { name: 'w[1-9]', parent: b, netns: 'n[1-8]', addresses: ['10.0.[1-7].1/24'] } ]", "1:47 1:69"},
	{"parents: [ /, /, /, /, /, /, /, /, /, /, /, /, /, /, /, /, /, /, /, /, /, / ]", NULL},
};

START_TEST(files_with_much_that_is_wrong)
{
	struct ipvlan_topology *topology;
	char places[20 * YAML_MOST_ERRORS] = "";
	struct yaml_errors errors;
	size_t i;

	ck_assert_int_eq(load(very_bad[_i].text, &topology, &errors), -EINVAL);
	ipvlan_topology_free(topology);
	for (i = 0; i < errors.count; i++)
		sprintf(places + strlen(places), "%s%zu:%zu", i ? " " : "", errors.list[i].line, errors.list[i].column);
	if (very_bad[_i].places)
		ck_assert_str_eq(places, very_bad[_i].places);
	else
		ck_assert_ptr_nonnull(
			strstr(errors.list[YAML_MOST_ERRORS - 1].message.text, "; no more is looked for"));
}
END_TEST

/* Lines of findings go on where the file before ended. */
START_TEST(lines_are_those_of_the_entries)
{
	static const char first[] = "parents: [ eth0 ]\nslaves:\n- { name: a, parent: eth0 }\n";
	static const char second[] = "slaves:\n\n- { name: b, parent: eth0 }\n- parent: eth0\n  name: a\n";
	struct ipvlan_topology *topology = ipvlan_topology_new();
	unsigned int columns[6] = {0};
	struct yaml_errors errors;

	ck_assert_int_eq(topology_file_read(first, strlen(first), 1, NULL, topology, &errors), 0);
	ck_assert_int_eq(topology_file_read(second, strlen(second), 101, columns, topology, &errors), 0);
	ck_assert_uint_eq(columns[0], 0);
	ck_assert_uint_eq(columns[2], 3);
	ck_assert_uint_eq(columns[3], 3);
	ck_assert_uint_eq(columns[4], 0);
	ck_assert_int_eq(ipvlan_topology_check(topology), 1);
	ck_assert_str_eq(ipvlan_topology_get_finding_text(topology, 0), "slave a is described twice");
	ck_assert_uint_eq(ipvlan_topology_get_finding_line(topology, 0), 104);
	ck_assert_uint_eq(ipvlan_topology_get_finding_other_line(topology, 0), 3);
	ipvlan_topology_free(topology);
}
END_TEST

/* What was escaped is read as it was. */
START_TEST(escaping_is_undone)
{
	static const char *const names[] = {"a", "a[1-2]", "a\\[1-2]", "\\", "\\\\[", "[", "[[1-2]]", "a\\b"};
	char *escaped = range_escape(names[_i]), found[64];
	struct message message;
	struct range range;

	ck_assert_int_eq(range_parse(escaped, &range, &message), 0);
	ck_assert_uint_eq(range.count, 0);
	ck_assert_int_eq(range_format(&range, 0, found, sizeof(found)), 0);
	ck_assert_str_eq(found, names[_i]);
	free(escaped);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("topology-file");
	TCase *tcase = tcase_create("files");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, files_that_are_right, 0, sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tcase, files_that_are_wrong, 0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_loop_test(tcase, files_with_much_that_is_wrong, 0, sizeof(very_bad) / sizeof(very_bad[0]));
	tcase_add_test(tcase, lines_are_those_of_the_entries);
	tcase_add_loop_test(tcase, escaping_is_undone, 0, 8);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
