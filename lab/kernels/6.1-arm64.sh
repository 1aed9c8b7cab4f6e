# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Debian 12's kernel for arm64: 64 bits, little-endian.

DEBIAN_SUITE=bookworm
MACHINE=arm64 FLAVOUR=arm64
# The kernel's own header for data of each processor cuts a constant to size.
SPARSE_WORDS=-Wno-cast-truncate
# shellcheck source=lab/foreign.sh
. "$lab_dir/foreign.sh"
