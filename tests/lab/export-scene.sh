# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What export.lab and export-fresh.test write to a file, with all that a file can say.
#
#   here: host0, 10.0.0.5/24 ---------------+
#   ns0: a 10.0.0.2/24 fd00::2/64, routes --+--- eth0 (l2, private)
#   ns0: b (down), MTU 1400 ----------------+
#   ns1: c 10.2.0.2/32 fd02::2/128 ---------+--- eth1 (l3s)

make_parents() {
	ip link add eth0 address 02:00:00:00:00:01 type dummy
	ip link add eth1 address 02:00:00:00:00:02 type dummy
	ip link set eth0 up
	ip link set eth1 up
}

make_scene() {
	make_parents
	ipvlanctl -batch - <<-EOF
		netns add ns0
		netns add ns1
		add host0 parent eth0 mode l2 private addr 10.0.0.5/24 up
		add a parent eth0 netns ns0 addr 10.0.0.2/24 addr 10.0.0.3/24 addr fd00::2/64 gw 10.0.0.1 gw fd00::1 up lo
		-n ns0 route add 10.9.0.0/16 via 10.0.0.1 dev a metric 7
		-n ns0 route add 192.0.2.1 via 10.8.0.1 dev a onlink src 10.0.0.3
		-n ns0 -6 route add fd09::/48 via fd00::1 dev a metric 9
		add b parent eth0 netns ns0 mtu 1400 addr 10.0.0.4/24 down
		add c parent eth1 mode l3s netns ns1 addr 10.2.0.2/32 addr fd02::2/128 gw dev gw dev6 up
	EOF
}

# By other means than ours, without what the kernel numbers.
machine() {
	for netns in '' ns0 ns1; do
		echo "namespace $netns"
		for what in "-d link show" "addr show scope global" "-4 route show" "-6 route show"; do
			# shellcheck disable=SC2086
			ip ${netns:+-n $netns} -o $what | grep -v 'fe80\|^[0-9]*: sit0\|^[0-9]*: tunl0' |
				sed 's/^[0-9]*: //; s/@if[0-9]*//; s/ link-netnsid [0-9]*//; s/ tentative//; s/qlen [0-9]*//'
		done
	done
}
