# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Debian 12's kernel for armhf: 32 bits, little-endian.

DEBIAN_SUITE=bookworm
MACHINE=armhf FLAVOUR=armmp
# shellcheck source=lab/foreign.sh
. "$lab_dir/foreign.sh"
