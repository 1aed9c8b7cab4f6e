# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Debian's 6.12 that looks for data races: an access waits now and then, and says so when another processor, or an
# interrupt, comes to the same place meanwhile and one of them writes. That excludes KASAN, which "debug" has.

DEBIAN_SUITE=bookworm-backports
SOURCE_PACKAGE=linux-source-6.12
SOURCE_CONFIG=(net x86 kcsan)
KERNEL_WATCHES='races locks'
KERNEL_PATCHES_ITSELF=no
# All of the log is read in the end. By default an access waits for 80 microseconds or 20, in which an emulated processor
# does little: in 200 s of tests/module/soak.py one race was seen, in the kernel itself.
KERNEL_WORDS=(loglevel=7 kcsan.udelay_task=500 kcsan.udelay_interrupt=500)
# shellcheck source=lab/qemu.sh
. "$lab_dir/qemu.sh"
