# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Debian 13's kernel, as Debian 12 has it in its backports.

DEBIAN_SUITE=bookworm-backports
QEMU_PACKAGES=('linux-image-6\.12\.[0-9.]+\+deb12-amd64')
header_packages() { echo "linux-headers-$1 linux-headers-${1%-amd64}-common linux-kbuild-${1%-amd64}"; }
# shellcheck source=lab/qemu.sh
. "$lab_dir/qemu.sh"
