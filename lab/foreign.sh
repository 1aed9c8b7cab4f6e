# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Debian 12's kernel for another machine, in QEMU, over a root of that machine's programs: what was built for it by
# lab/cross runs there. For the files in lab/kernels, which set MACHINE, and FLAVOUR as Debian calls that kernel.

QEMU_PACKAGES=("linux-image-6\.1\.0-[0-9]+-$FLAVOUR")
# The tools that come with headers are programs: they are taken for this machine.
header_packages() { echo "linux-headers-$1:$MACHINE linux-headers-${1%-"$FLAVOUR"}-common linux-kbuild-6.1:amd64"; }
# shellcheck source=lab/qemu.sh
. "$lab_dir/qemu.sh"
KERNEL_ROOT=$KERNEL_DIR/root
KERNEL_MODULES=$KERNEL_ROOT/lib/modules
KERNEL_BUILD_DIR=build/cross-$MACHINE
KERNEL_TERMINAL=
# The compilers are there, and headers are unpacked there.
BUILD_TREE=${KERNEL_DIR%/*}/cross
