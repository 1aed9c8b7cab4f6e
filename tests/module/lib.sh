# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# For tests that run a driver in a guest. Beside a test's own exit status: 77, nothing could be run here.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
top=$(dirname "$(dirname "$here")")
run=$top/lab/run
# What faults.py provokes. Without memory for a record of a reference the kernel only counts it; and it warns of its own that
# it misses as it moves a device, which then has no names in sysfs.
FAULTS_HARMLESS='ref_tracker: memory allocation failure|WARNING: .* (__dev_change_net_namespace|event_define_fields|event_file_put)\+'

# kernel_says VARIABLE: what the lab's file of the chosen kernel sets it to.
kernel_says() { (
	lab_dir=$top/lab
	# shellcheck source=lab/kernels/kcsan.sh
	. "$top/lab/kernels/$kernel.sh"
	echo "${!1:-}"
); }

# choose_kernel real|quick|watching: sets kernel to what is asked for, or Debian's, or where a quick one will do and is
# here, to that, or to one that watches.
choose_kernel() {
	kernel=${IPVLAN_LAB_KERNEL:-uml}
	if [[ $kernel == none ]]; then
		echo "no guest is wanted"
		exit 77
	fi
	# Of a kernel that takes none but its own driver there is nothing to say.
	if [[ $kernel == uml ]]; then
		kernel=6.1
		if [[ $1 == watching ]]; then kernel=uml-6.12-debug; fi
		if [[ $1 == quick ]] && "$run" --kernel uml-6.12 --module ours --missing 2>/dev/null; then kernel=uml-6.12; fi
	fi
	"$run" --kernel "$kernel" --module ours --missing || exit
	if [[ $1 == watching && -z $(kernel_says KERNEL_WATCHES) ]]; then
		echo "kernel $kernel does not watch"
		exit 77
	fi
	# An emulator with several threads cannot patch code that runs, as hooks of l3s that come and go have it done: one
	# processor, unless the kernel is one that patches nothing.
	if [[ $(kernel_says KERNEL_PATCHES_ITSELF) != no ]]; then export IPVLAN_LAB_CPUS=${IPVLAN_LAB_CPUS:-1}; fi
}

# Sets scratch to a folder that goes away in the end.
make_scratch() {
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
}

# in_guest MODULE SCRIPT [ARG]...: SCRIPT on the driver "stock" or "ours", as guest.sh has it. What it says is then in a
# file of the driver's name.
in_guest() {
	"$run" --kernel "$kernel" --module "$1" --timeout "${LAB_SECONDS:-1800}" -- "$here/guest.sh" "${@:2}" \
		>"$scratch/$1" 2>"$scratch/$1.err" </dev/null
}

# run_ours SCRIPT [ARG]...: on ours, to be seen as it goes; ends this test. LAB_MEM says what memory it wants, LAB_SECONDS,
# here and above, how long it may take; LAB_LOG names a file for all that the kernel said.
run_ours() {
	exec "$run" --kernel "$kernel" --module ours \
		--timeout "${LAB_SECONDS:-1800}" --mem "${LAB_MEM:-512M}" \
		${LAB_LOG:+--log "$LAB_LOG"} -- "$here/guest.sh" "$@" </dev/null
}

# expect MODULE STATUS: a run that ended early, or had complaints of the kernel's, proves nothing. Sets failed.
expect() {
	if (($2)) || ! tail -n 1 "$scratch/$1" | grep -qx unloaded; then
		echo "FAILED: with the module '$1' the run ended with status $2"
		tail -n 60 "$scratch/$1" "$scratch/$1.err"
		failed=1
	fi
}

# on_both SCRIPT [ARG]...: at the same time.
on_both() {
	in_guest stock "$@" &
	in_guest ours "$@"
	expect ours $?
	wait $!
	expect stock $?
}
