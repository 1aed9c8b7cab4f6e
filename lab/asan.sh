# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154
#
# Which kernels can run what was built with AddressSanitizer: for scripts that know lab_dir.

# built_with_asan BUILD-FOLDER
built_with_asan() { grep -qs '^S\["SANITIZE_CFLAGS"\]=.*address' "$1/config.status"; }

# runs_asan KERNEL
runs_asan() {
	local kernel=$1

	(
		# shellcheck source=lab/kernels/uml.sh
		. "$lab_dir/kernels/$kernel.sh"
		[[ $KERNEL_RUNS_ASAN == yes ]]
	)
}
