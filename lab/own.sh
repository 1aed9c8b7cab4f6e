# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# A user-mode kernel that lab/fetch builds from Debian's sources: it takes our
# module, at nearly the machine's own speed. For the files in lab/kernels,
# which set SOURCE_PACKAGE and SOURCE_CONFIG.

# shellcheck source=lab/cache.sh
. "$lab_dir/cache.sh"
KERNEL_TAKES_OUR_MODULE=yes
SOURCE_ARCH=um
SOURCE_BASE=defconfig
SOURCE_IMAGE=linux
KERNEL_MODULES=$KERNEL_DIR/lib/modules
UML_PROGRAM=$KERNEL_DIR/linux

kernel_missing() {
	if [[ ! -x $UML_PROGRAM ]]; then
		echo "it has not been built yet (./dev setup --kernel $kernel does it, in some minutes)"
	else
		uml_missing
	fi
}
# shellcheck source=lab/uml.sh
. "$lab_dir/uml.sh"
