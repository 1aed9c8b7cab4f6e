# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# For the tests that run in a guest kernel: . "$top_srcdir/tests/lab/lib.sh"
# A check that fails is told and counted, and the test goes on; lab_done ends it.

lab_checks=0
lab_failures=0
lab_output=
lab_status=0

lab_skip() {
	echo "skipped: $*"
	exit 77
}

lab_state() {
	ip -o link show | sed 's/^[0-9]*: \([^:@]*\).*/link \1/' | grep -vE '^link (tunl0|sit0|ip6tnl0|gre0|gretap0|erspan0|ip_vti0|ip6_vti0|ip6gre0)$'
	ip netns list | sed 's/^\([^ ]*\).*/netns \1/'
}

lab_run() {
	lab_checks=$((lab_checks + 1))
	lab_output=$("$@" 2>&1)
	lab_status=$?
}

lab_fail() {
	lab_failures=$((lab_failures + 1))
	echo "FAILED check $lab_checks: $1"
	shift
	for lab_line; do
		echo "$lab_line" | sed '2,$s/^/            /; 1s/^/  /'
	done
}

# A command that must succeed.
expect_ok() {
	lab_run "$@"
	[ "$lab_status" = 0 ] && return
	lab_fail "$*" "expected: exit status 0" "got:      exit status $lab_status" "output:   $lab_output"
}

# expect_fail STATUS PATTERN COMMAND...: it must fail so and say what the extended regular expression matches.
expect_fail() {
	lab_want=$1 lab_pattern=$2
	shift 2
	lab_run "$@"
	[ "$lab_status" = "$lab_want" ] && echo "$lab_output" | grep -qE -e "$lab_pattern" && return
	lab_fail "$*" "expected: exit status $lab_want and /$lab_pattern/" "got:      exit status $lab_status" \
		"output:   $lab_output"
}

# expect_out PATTERN COMMAND...: it must succeed and say what the pattern matches.
expect_out() {
	lab_pattern=$1
	shift
	expect_fail 0 "$lab_pattern" "$@"
}

# expect_no_out PATTERN COMMAND...: it must succeed and not say what the pattern matches.
expect_no_out() {
	lab_pattern=$1
	shift
	lab_run "$@"
	[ "$lab_status" = 0 ] && ! echo "$lab_output" | grep -qE -e "$lab_pattern" && return
	lab_fail "$*" "expected: exit status 0 without /$lab_pattern/" "got:      exit status $lab_status" \
		"output:   $lab_output"
}

# expect_same WANTED GOT [WHAT]
expect_same() {
	lab_checks=$((lab_checks + 1))
	[ "$1" = "$2" ] && return
	lab_fail "${3:-both are the same}" "expected: $1" "got:      $2"
}

# Runs a program under valgrind: status 99 for a bad access, a leak or an open file. One that was built with the address
# sanitizer, which does the same, runs by itself: the two do not go together.
# Options for valgrind may come first: then the caller has looked already.
memcheck() {
	case $1 in
	-*) ;;
	*)
		if grep -q __asan_init "$(command -v "$1")"; then
			"$@"
			return
		fi
		;;
	esac
	valgrind -q --sim-hints=lax-ioctls --error-exitcode=99 --leak-check=full --trace-children=no --track-fds=yes \
		--show-leak-kinds=definite,indirect,possible --errors-for-leak-kinds=definite,indirect,possible "$@"
}

# lab_await COMMAND...: until it succeeds, for a minute or more.
lab_await() {
	for _ in $(seq 600); do
		"$@" && return
		sleep 0.1
	done
	return 1
}

# Until it is found out of every IPv6 address, here and in all namespaces with names, whether nobody else has it.
lab_await_addresses() { lab_await lab_has_settled; }
lab_has_settled() { ! { ip -6 addr show tentative && ip -all netns exec ip -6 addr show tentative; } | grep -q inet6; }

# lab_hide_slave ADDRESS: a slave `hidden` in a namespace without a name, that of process lab_hidden. Until unshare has made
# that, the process is where we are, and so the slave would be.
lab_hide_slave() {
	unshare -n sleep 1000 &
	lab_hidden=$!
	expect_ok lab_await lab_is_elsewhere "$lab_hidden"
	expect_ok ipvlanctl add hidden parent eth0 netns "$lab_hidden" addr "$1"
	expect_ok nsenter -t "$lab_hidden" -n ip link show hidden
}
lab_is_elsewhere() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink "/proc/$$/ns/net")" ]; }

# The same, in a namespace that only an open file of $lab_hidden's leads to.
lab_bury_slave() {
	expect_ok ip netns add grave
	sleep 1000 9</run/netns/grave &
	lab_hidden=$!
	expect_ok lab_await test -e "/proc/$lab_hidden/fd/9"
	expect_ok ipvlanctl add hidden parent eth0 netns grave addr "$1"
	expect_ok ip netns delete grave
}

lab_unhide_slave() {
	kill "$lab_hidden"
	wait "$lab_hidden"
}

# lab_is_caught PATH COMMAND...: it runs in the background, is sent SIGTERM as soon as there is such a path, and has not been
# done with its work by then. Its exit status is in lab_status, what it said on standard error in the file `said`.
# Looked at without rest: a short sleep is long enough for hundreds of slaves.
lab_is_caught() {
	lab_path=$1
	shift
	"$@" >/dev/null 2>said &
	lab_caught=$!
	until [ -e "$lab_path" ] || ! kill -0 "$lab_caught" 2>/dev/null; do :; done
	kill -TERM "$lab_caught" 2>/dev/null
	lab_status=0
	wait "$lab_caught" || lab_status=$?
	[ "$lab_status" != 0 ]
}

# The wire of most tests:
#
#   here: eth0 (up) ------ eth0 in namespace router: 10.0.0.1/24, fd00::1/64
lab_parent() {
	modprobe ipv6
	ip netns add router && ip -batch - <<-EOF && ip -n router -batch - <<-EOF && lab_carrier && return
		link set lo up
		link add eth0 type veth peer name eth0 netns router
		link set eth0 up
	EOF
		link set lo up
		addr add 10.0.0.1/24 dev eth0
		addr add fd00::1/64 dev eth0 nodad
		link set eth0 up
	EOF
	echo "lab_parent: the parent could not be made"
	exit 99
}

# Both ends of the parent know that they are connected: the kernel tells that up to a second later.
lab_carrier() {
	lab_await lab_both_up
}
lab_both_up() {
	case $(ip -o link show eth0)$(ip -n router -o link show eth0) in
	*'state UP'*'state UP'*) ;;
	*) return 1 ;;
	esac
}

lab_parent_del() {
	ip link del eth0
	ip netns del router
}

lab_kernel_complaints() {
	# shellcheck source=lab/complaints.sh disable=SC2154
	. "$top_srcdir/lab/complaints.sh"
	dmesg | grep -E "$COMPLAINTS" || :
}

# A slave that goes with its namespace holds its address a moment longer than the namespace its name. Nobody sees it then,
# but as long as there is one eth0 cannot be the parent of another kind of link.
lab_wait_no_slaves() { lab_await lab_no_slaves; }
lab_no_slaves() { ip link add link eth0 name lab-probe type macvlan 2>/dev/null && ip link del lab-probe; }

# A namespace's devices go a moment after it.
lab_wait_state() { lab_await lab_as_at_start; }
lab_as_at_start() { [ "$(lab_state)" = "$lab_start" ]; }

lab_done() {
	lab_wait_state
	expect_same "$lab_start" "$(lab_state)" "links and namespaces as at the start"
	expect_same "" "$(lab_kernel_complaints)" "no complaint in the kernel log"
	echo "$lab_checks checks, $lab_failures failed"
	[ "$lab_failures" = 0 ]
	exit
}

[ -n "${IPVLAN_LAB:-}" ] || lab_skip "this test wants a guest kernel: lab/in-guest runs it"
lab_start=$(lab_state)
