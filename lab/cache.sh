# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Where a kernel that was fetched or built lies. For the files in lab/kernels.

# The number is that of the folder's layout, so that an old one is not taken for a new one.
KERNEL_DIR=${XDG_CACHE_HOME:-${HOME:-/var/cache}/.cache}/libipvlan-lab/1/$kernel
