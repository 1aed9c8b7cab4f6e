/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../../cli/command.h"
#include "../../cli/lex.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* What was understood, as words of one kind: only what was given, in one order. */
static void print_text(FILE *out, const char *key, const char *text)
{
	if (text)
		fprintf(out, " %s=%s", key, text);
}

static void print_number(FILE *out, const char *key, int64_t number)
{
	if (number != UNSET)
		fprintf(out, " %s=%lld", key, (long long)number);
}

static void print_texts(FILE *out, const char *key, const struct texts *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		print_text(out, key, texts->text[i]);
}

static void print_options(FILE *out, const struct options *options)
{
	if (options->family)
		fprintf(out, " %s", options->family == AF_INET6 ? "-6" : "-4");
	print_text(out, "-n", options->netns);
	fprintf(out, "%s%s%s%s%s%s", options->json ? " -j" : "", options->pretty ? " -p" : "",
		options->details ? " -d" : "", options->statistics ? " -s" : "", options->oneline ? " -o" : "",
		options->brief ? " -br" : "");
	if (options->color != COLOR_AUTO)
		fprintf(out, " -c%d", options->color);
}

static void print_numbers(FILE *out, const struct args *args)
{
	print_number(out, "mode", args->mode);
	print_number(out, "flags", args->flags);
	print_number(out, "mtu", args->mtu);
	print_number(out, "up", args->up);
	print_number(out, "lo", args->loopback);
	print_number(out, "force", args->force);
	print_number(out, "scope", args->scope);
	print_number(out, "nodad", args->nodad);
	print_number(out, "noprefixroute", args->noprefixroute);
	print_number(out, "valid", args->valid);
	print_number(out, "preferred", args->preferred);
	print_number(out, "metric", args->metric);
	print_number(out, "table", args->table);
	print_number(out, "protocol", args->protocol);
	print_number(out, "onlink", args->onlink);
	print_number(out, "advmss", args->advmss);
	print_number(out, "type", args->route_type);
	print_number(out, "facts", args->facts ? args->facts : UNSET);
}

static void print_args(FILE *out, const struct command *command, const struct args *args)
{
	char name[64];

	fputs(command_name(command, name, sizeof(name)), out);
	print_options(out, &args->options);
	print_text(out, "name", args->name);
	print_text(out, "parent", args->parent);
	print_text(out, "kind", args->kind);
	print_text(out, "new", args->new_name);
	print_text(out, "netns", args->netns);
	print_text(out, "mac", args->mac_text);
	print_text(out, "address", args->address);
	print_text(out, "peer", args->peer);
	print_text(out, "brd", args->broadcast);
	print_text(out, "label", args->label);
	print_text(out, "to", args->destination);
	print_text(out, "via", args->gateway);
	print_text(out, "src", args->source);
	print_numbers(out, args);
	print_texts(out, "names", &args->names);
	print_texts(out, "addr", &args->addresses);
	print_texts(out, "gw", &args->gateways);
	for (size_t i = 0; i < args->route_count; i++)
		fprintf(out, " route=%s,%s", args->routes[i].destination,
			args->routes[i].gateway ? args->routes[i].gateway : "-");
	for (size_t i = 0; i < args->rest_count; i++)
		fprintf(out, " [%s]", args->rest[i]);
}

/* A line through lexer, table and parser: what was understood, or "! " and the message. */
static char *understand(const char *line)
{
	struct options defaults = {0};
	const struct command *command;
	struct words words = {0};
	struct message message;
	struct args args;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	int err;

	ck_assert_int_eq(lex_line(line, &words, &message), 0);
	err = command_parse(&defaults, (const char *const *)words.word, words.count, &command, &args, &message);
	if (err)
		fprintf(out, "! %s", message.text);
	else
		print_args(out, command, &args);
	fclose(out);
	args_free(&args);
	words_free(&words);
	return text;
}

static const struct {
	const char *line, *understood;
} lines[] = {
	/* The HOWTO, block 3 */
	{"link add link eth0 name ipvl0 type ipvlan", "link add name=ipvl0 parent=eth0 kind=ipvlan"},
	{"link add link eth0 name ipvl0 type ipvlan mode l2 bridge",
	 "link add name=ipvl0 parent=eth0 kind=ipvlan mode=0 flags=0"},
	{"link add link eth0 name ipvlan type ipvlan mode l2 private",
	 "link add name=ipvlan parent=eth0 kind=ipvlan mode=0 flags=1"},
	{"link add link eth0 name ipvlan type ipvlan mode l2 vepa",
	 "link add name=ipvlan parent=eth0 kind=ipvlan mode=0 flags=2"},
	/* The HOWTO, block 6 */
	{"netns add ns0", "netns add name=ns0"},
	{"link add link eth0 ipvl0 type ipvlan mode l2", "link add name=ipvl0 parent=eth0 kind=ipvlan mode=0"},
	{"link set dev ipvl0 netns ns0", "link set name=ipvl0 netns=ns0"},
	{"netns exec ns0 bash", "netns exec name=ns0 [bash]"},
	{"link set dev ipvl0 up", "link set name=ipvl0 up=1"},
	{"link set dev lo up", "link set name=lo up=1"},
	{"-4 addr add 127.0.0.1 dev lo", "address add -4 name=lo address=127.0.0.1"},
	{"-4 addr add 10.0.0.2/24 dev ipvl0", "address add -4 name=ipvl0 address=10.0.0.2/24"},
	{"-4 route add default via 10.0.0.1 dev ipvl0", "route add -4 name=ipvl0 to=default via=10.0.0.1"},

	/* ip's free order of words */
	{"link add link eth0 name X mtu 1400 netns 4711 type ipvlan mode l3s private",
	 "link add name=X parent=eth0 kind=ipvlan netns=4711 mode=2 flags=1 mtu=1400"},
	{"link add X link eth0 type ipvlan", "link add name=X parent=eth0 kind=ipvlan"},
	{"link add eth0 name X type ipvlan", "link add name=X parent=eth0 kind=ipvlan"},
	{"link add eth0 X type ipvlan", "link add name=X parent=eth0 kind=ipvlan"},
	{"link add dev X link eth0 type ipvlan", "link add name=X parent=eth0 kind=ipvlan"},
	{"link add link eth0 type ipvlan", "link add parent=eth0 kind=ipvlan"},
	{"link add name up link down type ipvlan", "link add name=up parent=down kind=ipvlan"},
	{"link set X type ipvlan mode l3 vepa", "link set name=X kind=ipvlan mode=1 flags=2"},
	{"link set X netns /proc/1/ns/net name Y mtu 0x500 down",
	 "link set name=X new=Y netns=/proc/1/ns/net mtu=1280 up=0"},
	{"link set X address 02:00:00:00:00:0a", "link set name=X mac=02:00:00:00:00:0a"},
	{"link del X", "link delete name=X"},
	{"link del dev X type ipvlan", "link delete name=X kind=ipvlan"},
	{"link", "link show"},
	{"link show dev X", "link show name=X"},
	{"link show type ipvlan up", "link show kind=ipvlan up=1"},
	{"addr add 10.0.0.2/24 brd + dev X label X:1 scope link valid_lft 3600 preferred_lft 60sec",
	 "address add name=X address=10.0.0.2/24 brd=+ label=X:1 scope=253 valid=3600 preferred=60"},
	{"addr add local fd00::2/64 dev X nodad noprefixroute valid_lft forever",
	 "address add name=X address=fd00::2/64 nodad=1 noprefixroute=1 valid=4294967295"},
	{"addr add 10.0.0.2 peer 10.0.0.9/32 dev X", "address add name=X address=10.0.0.2 peer=10.0.0.9/32"},
	{"addr replace 10.0.0.2/24 dev X", "address replace name=X address=10.0.0.2/24"},
	{"addr show dev X", "address show name=X"},
	{"route add default dev X scope link metric 5 proto static table 100 src 10.0.0.2 onlink",
	 "route add name=X to=default src=10.0.0.2 scope=253 metric=5 table=100 protocol=4 onlink=1"},
	{"route add unicast 10.9.0.0/16 dev X mtu 1400 advmss 1300",
	 "route add name=X to=10.9.0.0/16 mtu=1400 advmss=1300 type=1"},
	{"route add unreachable default metric 9", "route add to=default metric=9 type=7"},
	{"route add blackhole 10.9.0.0/16 via 10.0.0.1", "! 'via' cannot be: such a route leads nowhere"},
	{"route add blackhole prohibit 10.9.0.0/16", "! 'prohibit' contradicts what was said before it"},
	{"route add to fd00:9::/48 via fd00::1", "route add to=fd00:9::/48 via=fd00::1"},
	{"addr add 10.0.0.2/255.255.255.0 dev X", "address add name=X address=10.0.0.2/255.255.255.0"},
	{"route add 10.9.0.0/16 via inet6 fe80::1 dev X", "route add name=X to=10.9.0.0/16 via=fe80::1"},
	{"-4 route add default via inet6 fe80::1 dev X", "route add -4 name=X to=default via=fe80::1"},
	{"add x parent eth0 route 10.9.0.0/16 via inet6 fe80::1 up",
	 "add name=x parent=eth0 up=1 route=10.9.0.0/16,fe80::1"},
	{"route add any via 10.0.0.1", "route add to=any via=10.0.0.1"},
	{"route add 10.9.0.0/255.255.0.0 dev X", "route add name=X to=10.9.0.0/255.255.0.0"},
	{"route del default", "route delete to=default"},
	{"route get 10.9.0.1", "route get address=10.9.0.1"},
	{"ro g to fd00::1 from fd00::2 oif X", "route get name=X address=fd00::1 src=fd00::2"},
	{"route get", "! which way to where? Add an address such as 10.9.0.1"},
	{"route get 10.9.0.0/16", "! '10.9.0.0/16' is not an address such as 10.0.0.1 or fd00::1"},
	{"route show table all", "route show table=0"},
	{"netns exec ns0 ip -j link show -d", "netns exec name=ns0 [ip] [-j] [link] [show] [-d]"},
	{"netns identify", "netns identify"},
	{"netns identify 17", "netns identify name=17"},
	{"netns", "netns list"},

	/* Shortened as ip shortens */
	{"l", "link show"},
	{"li sh X", "link show name=X"},
	{"l ls", "link show"},
	{"l lst", "link show"},
	{"l s X up", "link set name=X up=1"},
	{"l d X", "link delete name=X"},
	{"a", "address show"},
	{"ad", "address show"},
	{"addr", "address show"},
	{"a s X", "address show name=X"},
	{"a a 10.0.0.2/24 dev X", "address add name=X address=10.0.0.2/24"},
	{"r", "route show"},
	{"ro a def via 10.0.0.1", "route add to=default via=10.0.0.1"},
	{"r l", "route show"},
	{"n", "netns list"},
	{"netns e ns0 id", "netns exec name=ns0 [id]"},
	{"link add li eth0 na X ty ipvlan", "link add name=X parent=eth0 kind=ipvlan"},

	/* Options */
	{"-n ns0 -j -p -d -s -o -br link", "link show -n=ns0 -j -p -d -s -o -br"},
	{"-netns ns0 --json --pretty -details -statistics -oneline --brief link",
	 "link show -n=ns0 -j -p -d -s -o -br"},
	{"-c link", "link show -c1"},
	{"-color=never -family inet6 addr", "address show -6 -c2"},
	{"-6 addr show X", "address show -6 name=X"},
	{"-V", "version"},
	{"--version", "version"},
	{"-- link", "link show"},
	{"show -j", "show -j"},
	{"link -j", "link show -j"},

	/* The command's own words */
	{"add ipvl0 parent eth0 mode l2 netns ns0 addr 10.0.0.2/24 gw 10.0.0.1 up",
	 "add name=ipvl0 parent=eth0 netns=ns0 mode=0 up=1 addr=10.0.0.2/24 gw=10.0.0.1"},
	{"add x parent eth0 flags vepa mtu 1400 addr 10.0.0.2/24 addr fd00::2/64 gw dev gw fd00::1 lo up --force",
	 "add name=x parent=eth0 flags=2 mtu=1400 up=1 lo=1 force=1 addr=10.0.0.2/24 addr=fd00::2/64 gw=dev "
	 "gw=fd00::1"},
	{"add x parent eth0 route 10.9.0.0/16 via 10.0.0.1 route fd00:9::/48 force",
	 "add name=x parent=eth0 force=1 route=10.9.0.0/16,10.0.0.1 route=fd00:9::/48,-"},
	{"add up parent eth0 up", "add name=up parent=eth0 up=1"},
	{"--force add x parent eth0", "add name=x parent=eth0 force=1"},
	{"set ipvl0 mode l3 --force", "set name=ipvl0 mode=1 force=1"},
	{"set mode mode 7", "set name=mode mode=7"},
	{"move ipvl0 netns ns1 name X", "move name=ipvl0 new=X netns=ns1"},
	{"del ipvl0", "del names=ipvl0"},
	{"delete ipvl0 mode", "del names=ipvl0 names=mode"},
	{"port", "port show"},
	{"port eth0", "port show name=eth0"},
	{"port show", "port show"},
	{"port set eth0 mode l2 --force", "port set name=eth0 mode=0 force=1"},
	{"up ipvl0", "up name=ipvl0"},
	{"down ipvl0", "down name=ipvl0"},
	{"show parent eth0 netns ns0", "show parent=eth0 netns=ns0"},
	{"dia eth0", "diagram name=eth0"},
	/* An object that is shortened still has all its verbs. */
	{"po eth0", "port show name=eth0"},
	{"po set eth0 mode l2", "port set name=eth0 mode=0"},
	{"ho disable eth0", "host-access disable name=eth0"},
	{"tree", "tree"},
	{"tree eth0 -j", "tree -j name=eth0"},
	{"diagram eth0 --svg", "diagram name=eth0"},
	{"diagram dot svg", "! 'svg' contradicts what was said before it"},
	{"top eth0 interval 0.5 count 3", "top name=eth0"},
	{"top interval 2", "top"},
	{"top interval 0", "! '0' is not a number of seconds, at least 0.1, which 'interval' wants"},
	{"top interval .5", "! '.5' is not a number of seconds, at least 0.1, which 'interval' wants"},
	{"advise --one-mac-per-port --many-slaves", "advise facts=3"},
	{"advise --one-mac-per-port -j", "advise -j facts=1"},
	{"help link", "help [link]"},
	{"link help", "help [link]"},
	{"link add help", "help [link] [add]"},
	{"link add type ipvlan help", "help [link] [add] [type] [ipvlan]"},
	{"netns help", "help [netns]"},
	{"add --help", "help [add]"},
	{"link del X -h", "help [link] [del]"},
	{"link --help", "help [link]"},
	{"port set eth0 mode l3 --force --help nonsense", "help [port] [set]"},
	{"netns exec ns0 ls --help", "netns exec name=ns0 [ls] [--help]"},
	{"link del X -V", "version"},
	{"complete -- link a", "complete [--] [link] [a]"},

	/* What is refused, and how */
	{"show -batch x", "! the option -batch takes no command beside it"},
	{"", "! what shall be done? 'ipvlanctl help' lists the commands"},
	{"lnk", "! there is no command 'lnk' (did you mean 'link'?); 'ipvlanctl help' lists the commands"},
	{"frobnicate", "! there is no command 'frobnicate'; 'ipvlanctl help' lists the commands"},
	{"d", "! 'd' is too short: it could be 'del', 'diagram', 'down', 'doctor', 'dhcp-id', 'diff'"},
	{"link frob", "! 'link' cannot 'frob'; it can add, set, delete, show"},
	{"link shwo", "! 'link' cannot 'shwo'; it can add, set, delete, show (did you mean 'show'?)"},
	{"-x link", "! there is no option '-x'; 'ipvlanctl help options' lists them"},
	{"-n", "! option '-netns' wants NETNS after it"},
	{"-color=pink link", "! 'pink' says no use of colour; say always, auto or never"},
	{"add", "! how shall the slave be called? Add its name"},
	{"add x", "! on which parent device? Add 'parent PARENT'"},
	{"add x parent", "! 'parent' wants the name of a parent device after it"},
	{"add x parent eth0 vepaa", "! 'vepaa' is not understood here (did you mean 'vepa'?)"},
	{"add x parent eth0 mode l4",
	 "! 'l4' is not a mode (l2, l3 or l3s), which 'mode' wants (did you mean 'l2' or 'l3'?)"},
	{"add x parent eth0 private vepa", "! 'vepa' contradicts what was said before it"},
	{"add x parent eth0 up down", "! 'down' contradicts what was said before it"},
	{"add x parent eth0 down gw 10.0.0.1", "! 'down' cannot be: a link that is down has no routes"},
	{"add x parent eth0 mtu 99999999999", "! '99999999999' is not a number, which 'mtu' wants"},
	{"add x parent eth0 parent eth1", "! 'eth1' comes too late: parent was given before"},
	{"add x parent eth0 addr 10.0.0.300",
	 "! '10.0.0.300' is not an address such as 10.0.0.2/24 or fd00::2/64, which 'addr' wants"},
	{"-4 add x parent eth0 addr fd00::2/64",
	 "! 'fd00::2/64' is not an address such as 10.0.0.2/24 or fd00::2/64, which 'addr' wants"},
	{"-6 addr add 10.0.0.2/24 dev X",
	 "! '10.0.0.2/24' is not an address such as 10.0.0.2/24 or fd00::2/64; -6 takes no others"},
	{"-4 route add default via fd00::1",
	 "! 'fd00::1' is not a gateway such as 10.0.0.1, fd00::1 or inet6 fe80::1, which 'via' wants; -4 takes no "
	 "others"},
	{"add x parent eth0 route 10.9.0.0/16 via",
	 "! 'via' wants a gateway such as 10.0.0.1, fd00::1 or inet6 fe80::1 after it"},
	{"route add 10.9.0.0/16 via inet6", "! 'via inet6' wants an address after it"},
	{"route add 10.9.0.0/16 via inet fe80::1",
	 "! 'fe80::1' is no address of the family inet, which 'via inet' wants"},
	{"route add 10.9.0.0/16 via inet6 fe80::1 via 10.0.0.1", "! '10.0.0.1' comes too late: via was given before"},
	{"link add link eth0 name X", "! what kind of link? Add 'type ipvlan'"},
	{"link add X type ipvlan", "! on which parent device? Add 'link PARENT'"},
	{"link add X type dummy", "! 'type dummy' is not for this command; it knows ipvlan, ip(8) knows the others"},
	{"link add link eth0 nmae X type ipvlan", "! 'nmae' is not understood here (did you mean 'name'?)"},
	{"link add link eth0 X type vlan",
	 "! 'type vlan' is not for this command; it knows ipvlan, ip(8) knows the others"},
	{"link add link eth0 X address 02:00:00:00:00:01 type ipvlan",
	 "! 'address 02:00:00:00:00:01' cannot be: all slaves have their parent's hardware address; leave it out, or "
	 "use "
	 "macvlan"},
	{"link set", "! which link? Add its name"},
	{"link set X", "! what of 'X' shall be changed?"},
	{"link set X Y", "! 'Y' is not understood here"},
	{"link set X type ipvlan", "! 'type ipvlan' wants a mode or flags after it"},
	{"link set X address 02:00",
	 "! '02:00' is not a hardware address such as 02:00:00:00:00:01, which 'address' wants"},
	{"move X", "! move 'X' where? Add 'netns NETNS'"},
	{"addr add dev X", "! which address? Add one such as 10.0.0.2/24"},
	{"addr add 10.0.0.2/24", "! on which link? Add 'dev NAME'"},
	{"addr add 10.0.0.2/24 dev X valid_lft 10 preferred_lft 20", "! preferred_lft cannot be above valid_lft"},
	{"route add default", "! a route through what? Add 'via GATEWAY' or 'dev NAME'"},
	{"route add 10.9.0.0/8 dev X",
	 "! '10.9.0.0/8' is not a destination (10.9.0.0/16 with nothing but 0 behind the 16 bits, "
	 "fd00:9::/48 or default)"},
	{"netns exec ns0", "! run what in 'ns0'? Add a command"},
	{"netns identify x", "! 'x' is not a process id"},
	{"port set eth0", "! what of 'eth0' shall be changed? Add a mode, flags or an option"},
	{"port set eth0 guard", "! 'guard' wants on or off after it"},
	{"port set eth0 guard 1", "! '1' is not on or off, which 'guard' wants"},
	{"port set eth0 guard on guard off", "! 'off' comes too late: guard was given before"},
	{"port set eth0 gateway 10.0.0.0/8",
	 "! '10.0.0.0/8' is not a gateway's address, or none, which 'gateway' wants"},
	{"port set eth0 mode l2 dhcp on", "! mode and flags are one change, options another: give two commands"},
	{"port lock eth0", "! which address? Add one such as 10.0.0.2 or fd00::2"},
	{"port lock eth0 10.0.0.2", "! lock '10.0.0.2' to which slave? Add 'to NAME'"},
	{"port announce eth0 netns ns0", "! which slave there? Add 'slave NAME'"},
	{"advise --dchp", "! there is no option '-dchp'; 'ipvlanctl help options' lists them"},
};

START_TEST(line_is_understood)
{
	char *text = understand(lines[_i].line);

	ck_assert_msg(strcmp(text, lines[_i].understood) == 0, "'%s' was understood as '%s', not as '%s'",
		      lines[_i].line, text, lines[_i].understood);
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli-parse");
	TCase *tcase = tcase_create("parse");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, line_is_understood, 0, sizeof(lines) / sizeof(lines[0]));
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
