#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: demo.sh [--reason]
# The HOWTO's example configuration, typed word for word with ipvlanctl in the
# place of ip. Wants to be root in network and mount namespaces of its own, or
# in a guest: `./dev demo` sees to that. With --reason also what only our own
# module can tell.
#
#   ns0: ipvl0 10.0.0.2/24 ---+
#                             +--- eth0 ------ router: eth0 10.0.0.1/24, and 192.0.2.1 behind it
#   ns1: ipvl1 10.0.0.3/24 ---+
set -eu

# Shown as it would be typed, then done.
type_in() {
	echo "# $*"
	"$@"
}

heading() {
	printf '\n== %s\n' "$*"
}

make_wire() {
	heading "eth0, and a router at the other end of its wire"
	type_in ip netns add router
	type_in ip link add eth0 type veth peer name eth0 netns router
	type_in ip link set dev eth0 up
	type_in ip -n router link set dev lo up
	type_in ip -n router link set dev eth0 up
	type_in ip -n router addr add 10.0.0.1/24 dev eth0
	type_in ip -n router addr add 192.0.2.1/32 dev lo
}

make_slaves() {
	heading "(a) two network namespaces"
	type_in ipvlanctl netns add ns0
	type_in ipvlanctl netns add ns1
	heading "(b) two ipvlan slaves on eth0"
	type_in ipvlanctl link add link eth0 ipvl0 type ipvlan mode l2
	type_in ipvlanctl link add link eth0 ipvl1 type ipvlan mode l2
	heading "(c) one slave into each namespace"
	type_in ipvlanctl link set dev ipvl0 netns ns0
	type_in ipvlanctl link set dev ipvl1 netns ns1
}

# configure NAMESPACE SLAVE ADDRESS
configure() {
	heading "(d) the slave in $1"
	type_in ipvlanctl -n "$1" link set dev "$2" up
	type_in ipvlanctl -n "$1" link set dev lo up
	type_in ipvlanctl -n "$1" -4 addr add 127.0.0.1 dev lo
	type_in ipvlanctl -n "$1" -4 addr add "$3" dev "$2"
	type_in ipvlanctl -n "$1" -4 route add default via 10.0.0.1 dev "$2"
}

try_out() {
	heading "who reaches whom: $1"
	type_in ipvlanctl netns exec "$2" ping -q -n -c 2 -i 0.2 -W 2 "$3"
}

show_reason() {
	heading "a packet dropped on purpose: siblings that are private to each other"
	type_in ipvlanctl -n ns0 link set dev ipvl0 type ipvlan private --force
	if type_in ipvlanctl netns exec ns0 ping -q -n -c 1 -W 1 10.0.0.3; then
		echo "it was not dropped" >&2
		exit 1
	fi
	heading "the reason, counted"
	echo "# ip netns exec ns0 ethtool -S ipvl0 | grep ': [1-9]'"
	ip netns exec ns0 ethtool -S ipvl0 | grep ': [1-9]'
}

remove_all() {
	heading "all of it goes"
	type_in ipvlanctl netns del ns0
	type_in ipvlanctl netns del ns1
	type_in ip link del eth0
	type_in ip netns del router
}

make_wire
make_slaves
configure ns0 ipvl0 10.0.0.2/24
configure ns1 ipvl1 10.0.0.3/24
try_out "ns0 to ns1" ns0 10.0.0.3
try_out "ns1 to ns0" ns1 10.0.0.2
try_out "ns0 to the router" ns0 10.0.0.1
try_out "ns1 to what lies behind it, over the default route" ns1 192.0.2.1
heading "the inventory"
type_in ipvlanctl show
heading "the picture"
type_in ipvlanctl diagram
if [ "${1:-}" = --reason ]; then show_reason; fi
remove_all
