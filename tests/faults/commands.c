// SPDX-License-Identifier: GPL-2.0-or-later
#include "commands.h"

#define CONFIG(more) "{\"cniVersion\":\"1.1.0\",\"name\":\"net\",\"type\":\"ipvlan-cni\",\"master\":\"eth0\"" more "}"
#define IPAM	     ",\"ipam\":{\"type\":\"ipam\"}"
#define RESULT                                                                                               \
	",\"prevResult\":{\"cniVersion\":\"1.1.0\",\"interfaces\":[{\"name\":\"eth9\",\"sandbox\":\"/x\"}]," \
	"\"ips\":[{\"address\":\"10.0.0.9/24\",\"interface\":0}]}"
#define ATTACH(config)                                                                                            \
	"CNI_COMMAND=ADD CNI_CONTAINERID=one CNI_NETNS=/run/netns/ns0 CNI_IFNAME=eth9 CNI_PATH=/run/work $PLUGIN" \
	" >/dev/null <<'END'\n" config "\nEND"
#define HOST_ACCESS "$TOOL host-access enable eth0 addr 10.0.0.250 >/dev/null"
#define WISH                                                                                                     \
	"parents: {eth0: {mode: l3}}\n"                                                                          \
	"slaves:\n"                                                                                              \
	"- {name: ipvl0, parent: eth0, netns: ns0, addresses: [10.0.0.2/24], up: true}\n"                        \
	"- {name: ipvl5, parent: eth0, netns: ns5, mtu: 1400, addresses: [10.0.0.5/24], gateway: 10.0.0.1, up: " \
	"true}\n"
#define LINES                                                               \
	"netns add ns5\n"                                                   \
	"add ipvl5 parent eth0 netns ns5 addr 10.0.0.5/24 gw 10.0.0.1 up\n" \
	"use ns5\n"                                                         \
	"link set ipvl5 mtu 1400\n"                                         \
	"use\n"                                                             \
	"addr add 10.0.0.4/24 dev ipvl2\n"

const struct command commands[] = {
	/* ---- looking */
	{"version"},
	{"help"},
	{"help add"},
	{"show"},
	{"-j show"},
	{"show ipvl0", .slaves = true},
	{"show parent ipvl0"},
	{"show parent nobody", .answer = 1},
	{"link show"},
	{"-j link show ipvl2"},
	{"-n ns0 address show"},
	{"-n ns0 route show"},
	{"-n ns0 route get 10.0.0.9"},
	{"netns list"},
	{"netns identify 1"},
	{"netns pids ns0"},
	{"netns exec ns0 true"},
	{"port show eth0"},
	{"-j port show"},
	{"host-access show eth0"},
	{"tree"},
	{"diagram --dot"},
	{"diagram --svg"},
	{"export"},
	{"-j export"},
	{"doctor", .slaves = true},
	{"-j doctor ipvl2", .slaves = true},
	{"check -", WISH},
	{"diff -", WISH, .slaves = true, .answer = 1},
	{"apply --dry-run -", WISH, .slaves = true},
	{"advise many-slaves dhcp"},
	{"dhcp-id ipvl2", .slaves = true},
	{"wait ipvl2 for exists timeout 1", .slaves = true},
	{"top interval 0.1 count 2", .varies = true},
	{"-j top interval 0.1 count 1", .varies = true},
	/* Whoever is in the midst of a word wants no words about what is wrong. */
	{"complete -- link show ", .varies = true},
	{"batch --dry-run -", LINES},
	{"timed monitor --initial --all", .varies = true},
	/* ---- changing */
	{"netns add ns5"},
	{"netns delete ns1"},
	{"add ipvl5 parent eth0 netns ns0 addr 10.0.0.5/24 route 10.9.0.0/16 lo up", .slaves = true},
	{"link add link eth0 name ipvl5 type ipvlan mode l2", .slaves = true},
	{"del ipvl2", .slaves = true},
	{"set ipvl2 mtu 1400 up"},
	{"move ipvl2 netns ns0 name ipvl6"},
	{"up ipvl2"},
	{"-n ns0 down ipvl0", .in_parts = true},
	{"-n ns0 address add 10.0.0.7/24 dev ipvl0"},
	{"-n ns0 address delete 10.0.0.2/24 dev ipvl0"},
	{"-n ns0 address flush dev ipvl0", .in_parts = true},
	{"-n ns0 route add 10.9.0.0/16 via 10.0.0.1 dev ipvl0"},
	{"-n ns0 route replace default via 10.0.0.9 dev ipvl0"},
	{"-n ns0 route delete default"},
	{"-n ns0 route flush dev ipvl0", .in_parts = true},
	{"port set eth0 mode l3 --force", .slaves = true},
	{"host-access enable eth0 addr 10.0.0.250", .slaves = true},
	{"host-access disable eth0", .slaves = true, .before = HOST_ACCESS},
	{"apply --yes -", WISH, .slaves = true},
	{"apply --yes --prune -", WISH, .slaves = true},
	{"batch -", LINES, .slaves = true, .in_parts = true},
	{"batch --atomic -", LINES, .slaves = true},
	{"batch -", "begin\n" LINES "plan\ncommit\n", .slaves = true},
	{"shell", "begin\n" LINES "abort\nnetns add ns5\n", .slaves = true},
	/* ---- the plugin */
	{"plugin VERSION", CONFIG("")},
	{"plugin STATUS", CONFIG(IPAM)},
	{"plugin ADD", CONFIG(IPAM), .slaves = true},
	{"plugin ADD", CONFIG(IPAM ",\"hostAccess\":[\"10.0.0.250\"]"), .slaves = true},
	{"plugin CHECK", CONFIG(IPAM RESULT), .slaves = true, .before = ATTACH(CONFIG(IPAM))},
	{"plugin DEL", CONFIG(IPAM), .slaves = true, .in_parts = true, .before = ATTACH(CONFIG(IPAM))},
	{"plugin GC", CONFIG(IPAM ",\"cni.dev/valid-attachments\":[]"), .slaves = true, .in_parts = true,
	 .before = ATTACH(CONFIG(IPAM))},
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);
