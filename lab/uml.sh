# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2054,SC2154
#
# A user-mode kernel: a process that needs no root and no emulator. For the
# files in lab/kernels, which set UML_PROGRAM and may set UML_WORDS.

# The guest has 39 address bits, the address sanitizer's fixed map wants 47.
KERNEL_RUNS_ASAN=no
KERNEL_TERMINAL=/dev/tty1

uml_missing() {
	if [[ ! -x /sbin/modprobe ]]; then
		echo "Debian package kmod is not installed (./dev setup does it)"
	elif [[ ! -d /lib/modules ]]; then
		echo "there is no folder /lib/modules to show the guest's modules in (./dev setup makes it)"
	else
		return 1
	fi
}

# kernel_folder FOLDER ro|rw|direct: the line of fstab that shows the host's folder at its own place.
kernel_folder() { echo "lab $1 hostfs ${2/direct/rw,sync},X-mount.mkdir,$1 0 0"; }

# kernel_command RUN_DIR MEMORY INIT ROOT: sets KERNEL_COMMAND, to be run with stdout on the console log.
kernel_command() {
	# Timing races of RAID and disk code that no test here needs took two thirds of the boot.
	local skip=raid6_select_algo,calibrate_xor_blocks,ubd_init

	KERNEL_COMMAND=(
		"$UML_PROGRAM" "mem=$2" rootfstype=hostfs "rootflags=$4" ro "init=$3"
		noreboot "uml_dir=$1/" umid=guest con=null ssl=null con0=null,fd:1
		"initcall_blacklist=$skip" pty.legacy_count=0 zswap.enabled=0
		"lab_run=$1" "lab_kernel=$kernel" lab_fs=hostfs "lab_options=sync,$1"
		# Some machines' modprobe.d says so, some not: no link that nobody asked for.
		dummy.numdummies=0 bonding.max_bonds=0
		"${UML_WORDS[@]:-quiet}"
	)
	# shellcheck disable=SC2206
	KERNEL_COMMAND+=(${IPVLAN_LAB_WORDS:-})
}

# Joins KERNEL_TERMINAL to the file descriptors 3 and 4, for an interactive shell.
kernel_terminal() {
	KERNEL_COMMAND+=(con1=fd:3,fd:4)
}
