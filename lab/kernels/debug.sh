# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# What uml-6.12-debug watches, with several processors and preemption: for
# races. A complaint of the kernel's fails the run.

DEBIAN_SUITE=bookworm-backports
SOURCE_PACKAGE=linux-source-6.12
SOURCE_ARCH=x86_64
SOURCE_BASE=tinyconfig
SOURCE_CONFIG=(x86 net debug)
KERNEL_WATCHES=yes
QEMU_WORDS=(loglevel=7 slub_debug=-)
# shellcheck source=lab/qemu.sh
. "$lab_dir/qemu.sh"
