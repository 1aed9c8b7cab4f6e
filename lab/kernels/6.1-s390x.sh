# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Debian 12's kernel for s390x: 64 bits, big-endian.

DEBIAN_SUITE=bookworm
MACHINE=s390x FLAVOUR=s390x
# shellcheck source=lab/foreign.sh
. "$lab_dir/foreign.sh"
