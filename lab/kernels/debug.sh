# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Debian's 6.12 with everything on that watches, as uml-6.12-debug, but on several processors and preemptible: what two
# of them do to each other is seen here only. Emulated, and so some twenty times as slow.

DEBIAN_SUITE=bookworm-backports
SOURCE_PACKAGE=linux-source-6.12
SOURCE_CONFIG=(net debug x86)
KERNEL_WATCHES='memory locks'
KERNEL_PATCHES_ITSELF=no
# As in uml-6.12-debug.
KERNEL_WORDS=(loglevel=7 slub_debug=-)
# shellcheck source=lab/qemu.sh
. "$lab_dir/qemu.sh"
