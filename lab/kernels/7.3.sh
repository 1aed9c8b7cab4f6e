# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# The newest kernel that Debian 13 has in its backports: two packages, image and modules.

DEBIAN_SUITE=trixie-backports
QEMU_PACKAGES=('linux-binary-7\.3\.[0-9.]+\+deb13-amd64' 'linux-modules-7\.3\.[0-9.]+\+deb13-amd64')
# shellcheck source=lab/qemu.sh
. "$lab_dir/qemu.sh"
# The tools that come with its headers want a newer C library than Debian 12's, and a newer compiler.
BUILD_SUITE=trixie
BUILD_TREE=$KERNEL_DIR/tree
# What its headers say that sparse does not know yet.
SPARSE_WORDS="-D__typeof_unqual__=__typeof__ '-D__builtin_strlen(x)=(sizeof(x)-1)'"
tree_packages() { echo "make gcc-14 sparse linux-headers-$1"; }
