# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the scripts of this folder share. Each runs in a guest (lab/run), does the same work in several ways, one after
# the other and all of that several times, and prints rows with tabs between:
#
#   WHAT  WHO  VALUE  UNIT  PIECES
#
# VALUE is the median of all rounds. UNIT: "ms" went by on the guest's clock; "cpu-ms" the processes worked, which leaves
# out where the kernel waits; "kB"; "x", of which WHO is "A/B": how many times B's value for each piece A's is.
# Each round's own rows go to standard error, with its number behind.

work=$(mktemp -d)
TIMEFORMAT='%R %U %S'
round=0

fail() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# row WHAT WHO VALUE UNIT PIECES: of this round.
row() {
	printf '%s\t%s\t%s\t%s\t%s\n' "$@" >>"$work/rows"
	printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$@" "$round" >&2
}

# measure WHAT WHO PIECES COMMAND...
measure() {
	local what=$1 who=$2 pieces=$3 times real user system
	shift 3

	{ times=$({ time "$@" >/dev/null 2>"$work/errors"; } 2>&1); } || fail "failed: $* $(cat "$work/errors")"
	read -r real user system <<<"$times"
	row "$what" "$who" "$(bc <<<"$real * 1000 / 1")" ms "$pieces"
	row "$what" "$who" "$(bc <<<"($user + $system) * 1000 / 1")" cpu-ms "$pieces"
}

# All medians, in the order in which they came up.
medians() {
	sort -s -t $'\t' -k1,1 -k2,2 -k4,4 -k5,5n -k3,3g "$work/rows" | awk -F '\t' -v OFS='\t' '
		function flush() { if (n) print key1, key2, v[int((n + 1) / 2)], unit, pieces; n = 0 }
		{
			if ($1 != key1 || $2 != key2 || $4 != unit || $5 != pieces) flush()
			key1 = $1; key2 = $2; unit = $4; pieces = $5; v[++n] = $3
		}
		END { flush() }' | tee "$work/medians"
}

# ratio WHAT A B UNIT: after medians; piece by piece, for each number of pieces that A has.
ratio() {
	awk -F '\t' -v OFS='\t' -v what="$1" -v a="$2" -v b="$3" -v unit="$4" '
		$1 == what && $4 == unit && $2 == a { top[$5] = $3 / $5 }
		$1 == what && $4 == unit && $2 == b { bottom[$5] = $3 / $5; any = $3 / $5 }
		END {
			for (n in top) {
				below = n in bottom ? bottom[n] : any
				if (below) print what, a "/" b, sprintf("%.2f", top[n] / below), "x", n
			}
		}' "$work/medians"
}

# idle: how long all processors had nothing to do, and how long they have been there, in clock ticks.
idle() { awk '$1 == "cpu" {all = 0; for (i = 2; i <= 9; i++) all += $i; print $5 + $6, all}' /proc/stat; }

# Waits until the guest has had nothing to do for two seconds: the next who is measured pays for no work of others.
quiet() {
	local idle_then all_then idle_now all_now

	read -r idle_now all_now < <(idle)
	while idle_then=$idle_now all_then=$all_now; do
		sleep 2
		read -r idle_now all_now < <(idle)
		((100 * (idle_now - idle_then) < 97 * (all_now - all_then))) || return 0
	done
}

# Names go at once, what they named some time later.
forget_namespaces() {
	ip -all netns delete
	quiet
}

# A parent, and all loaded that is loaded on first use.
make_parent() {
	modprobe -q ipv6 || :
	ip link add eth0 type dummy
	ip link set eth0 up
	ip link add link eth0 name first type ipvlan mode l2
	ip link del first
}
