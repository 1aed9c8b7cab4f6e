# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# What the packages' tests share. They run as root on a machine that is theirs.

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

skip() {
	echo "skipped: $*"
	exit 77
}

# An expected text in what a command says: says WHAT TEXT.
says() {
	case $2 in
	*"$1"*) ;;
	*) fail "expected '$1' in: $2" ;;
	esac
}

# A parent of our own, ipvlan0; skips the test where the kernel has no such devices.
make_parent() {
	ip link add ipvlan0 type dummy || skip "the kernel has no dummy devices"
	trap 'ip link del ipvlan0' EXIT
	ip link set ipvlan0 up
	ip link add link ipvlan0 name ipvlan-probe type ipvlan || skip "the kernel has no ipvlan"
	ip link del ipvlan-probe
}

# eventually COMMAND...: within half a minute.
eventually() {
	eventually_left=60
	until "$@"; do
		eventually_left=$((eventually_left - 1))
		[ "$eventually_left" -gt 0 ] || fail "not within half a minute: $*"
		sleep 0.5
	done
}
