# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# For tests that run a driver in a guest.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
run=$here/../../lab/run

# Sets kernel: what is asked for, or the quick one where it has been built, or Debian's.
choose_kernel() {
	kernel=${IPVLAN_LAB_KERNEL:-uml}
	if [[ $kernel == none ]]; then
		echo "no guest is wanted"
		exit 77
	fi
	if [[ $kernel == uml ]]; then
		kernel=6.1
		if "$run" --kernel uml-6.12 --module ours --missing 2>/dev/null; then kernel=uml-6.12; fi
	fi
	"$run" --kernel "$kernel" --module ours --missing || exit
	# An emulator with several threads cannot patch code that runs, as hooks of l3s that come and go have it done.
	export IPVLAN_LAB_CPUS=1
}
