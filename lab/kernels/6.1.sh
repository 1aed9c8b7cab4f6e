# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Debian 12's own kernel.

DEBIAN_SUITE=bookworm
QEMU_PACKAGES=('linux-image-6\.1\.0-[0-9]+-amd64')
header_packages() { echo "linux-headers-$1 linux-headers-${1%-amd64}-common linux-kbuild-6.1"; }
# shellcheck source=lab/qemu.sh
. "$lab_dir/qemu.sh"
