# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
#
# Other machines than this one. For lab/cross, lab/fetch, lab/kbuild and the files in lab/kernels.

readonly MACHINES=(arm64 armhf s390x)

# know_machine ARCHITECTURE: Debian's name of it. Sets what the compiler, the kernel's makefiles and QEMU call it.
know_machine() {
	case $1 in
	arm64) triplet=aarch64-linux-gnu kbuild_arch=arm64 user_emulator=qemu-aarch64-static ;;
	armhf) triplet=arm-linux-gnueabihf kbuild_arch=arm user_emulator=qemu-arm-static ;;
	s390x) triplet=s390x-linux-gnu kbuild_arch=s390 user_emulator=qemu-s390x-static ;;
	*) return 1 ;;
	esac
}
