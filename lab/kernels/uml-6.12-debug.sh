# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# The same with everything on that watches memory, locks, RCU and references. A
# complaint of the kernel's fails the run, and so does a kernel that no longer watches.

DEBIAN_SUITE=bookworm-backports
SOURCE_PACKAGE=linux-source-6.12
SOURCE_CONFIG=(net um debug)
KERNEL_WATCHES='memory locks'
# All of the log is read in the end. Red zones of the allocator's own are taken by KASAN for faults, after which it is silent.
UML_WORDS=(loglevel=7 slub_debug=-)
# shellcheck source=lab/own.sh
. "$lab_dir/own.sh"
