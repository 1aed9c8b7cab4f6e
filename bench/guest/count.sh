# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# For the scripts here, which run in a guest: IPVLAN_BUILD_DIR is the build folder, BENCH_MODULE our module there.
# A result is one line: row, x, who, unit, value, with tabs between them; x is "-" where nothing grows.
set -euo pipefail

readonly PKTGEN=/proc/net/pktgen
bare=$IPVLAN_BUILD_DIR/bench/bare

row() { printf '%s\t%s\t%s\t%s\t%s\n' "$@"; }

# rows ROW WHO UNIT: lines of "x value" become rows.
rows() {
	local x value

	while read -r x value; do row "$1" "$x" "$2" "$3" "$value"; done
}

# use_driver ours|ours-unlinked|stock|KIND: whose ipvlan is loaded from now on; sets kind.
use_driver() {
	kind=$1
	case $1 in ours* | stock) kind=ipvlan ;; *) return 0 ;; esac
	if [[ -d /sys/module/ipvlan ]]; then rmmod ipvlan; fi
	case $1 in
	ours) insmod "$BENCH_MODULE/ipvlan.ko" ;;
	ours-unlinked) insmod "$BENCH_MODULE/ipvlan.ko" upper_links=N ;;
	stock) modprobe ipvlan ;;
	esac
}

# slave_of PARENT NAME [MODE]: of the kind that is used, and up.
slave_of() {
	local arguments=()

	case $kind in
	ipvlan) arguments=(mode "${3:-l2}") ;;
	macvlan) arguments=(mode bridge) ;;
	esac
	ip link add link "$1" name "$2" type "$kind" "${arguments[@]}"
	ip link set dev "$2" up
}

mac_of() { cat "/sys/class/net/$1/address"; }

# What comes in goes no further: only the way to here is counted.
drop_at() {
	local dev

	for dev; do printf 'qdisc add dev %s clsact\nfilter add dev %s ingress matchall action drop\n' "$dev" "$dev"; done |
		tc -batch -
}

pktgen() { echo "${*:2}" >"$PKTGEN/$1"; }

# blast DEV COUNT TO-MAC FIRST-IP LAST-IP: packets to random ones of these addresses; prints nanoseconds a packet.
blast() {
	local setting

	pktgen kpktgend_0 rem_device_all
	pktgen kpktgend_0 "add_device $1"
	for setting in "count $2" 'clone_skb 0' 'burst 1' 'pkt_size 60' 'delay 0' "dst_mac $3" "src_mac $(mac_of "$1")" \
		'src_min 10.0.0.1' 'src_max 10.0.0.1' "dst_min $4" "dst_max $5" 'flag IPDST_RND'; do
		pktgen "$1" "$setting"
	done
	# No packet of a card's is held by somebody else, too, and so copied by who is careful. Linux 6.7.
	pktgen "$1" 'flag !SHARED' 2>/dev/null || :
	pktgen pgctrl start
	sed -nE 's/^Result: OK: [0-9]+\(c([0-9]+)\+d[0-9]+\) usec, ([0-9]+) .*/\1 \2/p' "$PKTGEN/$1" |
		awk '{printf "%.1f\n", $1 * 1000 / $2}'
}

# What must have arrived, or a fast loss would look like speed.
received() { cat "/sys/class/net/$1/statistics/rx_packets"; }
