# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Debian's 6.12 as a user-mode kernel.

DEBIAN_SUITE=bookworm-backports
SOURCE_PACKAGE=linux-source-6.12
SOURCE_CONFIG=(net um)
# shellcheck source=lab/own.sh
. "$lab_dir/own.sh"
