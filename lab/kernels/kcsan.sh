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
# All of the log is read in the end.
KERNEL_WORDS=(loglevel=7)
# shellcheck source=lab/qemu.sh
. "$lab_dir/qemu.sh"
