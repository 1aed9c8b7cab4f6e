#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# usage: tests/module/coverage.sh [KERNEL]
# All that is tried in a guest, one after the other in a kernel that counts lines and watches (default: uml-6.12-debug):
# how much of the module has been run, and what has not. Takes a quarter of an hour on an idle machine; what is not
# reached, and why, is told in module/README.md.
set -euo pipefail

# shellcheck source=tests/module/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
kernel=${1:-uml-6.12-debug}
built=$top/build/module-$kernel
counts=$top/build/coverage
# The last one leaves a kernel whose sysfs has names of devices that are gone.
readonly SCRIPTS='family.py|regressions.py|soak.py 30 1|crafted.py 20 1|operations.py 1 300|many.py 200 2|behaviour.py|faults.py'

rm -rf "$built" "$counts"
mkdir -p "$counts"
tr '|' '\n' <<<"$SCRIPTS" >"$counts/scripts"
"$top/lab/kbuild" "$kernel" -s -j"$(nproc)" -C "$top/module" --no-print-directory OUT="$built" GCOV_PROFILE=y modules

status=0
export LAB_HARMLESS=$FAULTS_HARMLESS
# shellcheck disable=SC2016
"$run" --kernel "$kernel" --module ours --mem 1G --timeout 0 --rw "$counts" -- sh -c '
	guest=$1 counts=$2 status=0
	while read -r words; do
		# shellcheck disable=SC2086
		"$guest" $words >"$counts/${words%% *}.log" 2>&1 </dev/null || { echo "FAILED: $words"; status=1; }
		echo "$words: $(grep -v "^$" "$counts/${words%% *}.log" | tail -n 2 | head -n 1)"
		# The kernel keeps what a module that is gone has counted.
		(cd "/sys/kernel/debug/gcov$3" && cp -r . "$counts") 2>/dev/null
	done
	exit $status' sh "$here/guest.sh" "$counts" "$built" <"$counts/scripts" || status=$?

python3 "$here/coverage.py" "$counts" "$top/module"
exit "$status"
