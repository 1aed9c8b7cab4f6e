# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154
#
# Debian's user-mode-linux: boots in less than half a second, needs no root.

# Debian has no headers that belong to this kernel.
KERNEL_TAKES_OUR_MODULE=no
KERNEL_MODULES=/usr/lib/uml/modules
UML_PROGRAM=linux.uml

kernel_missing() {
	if ! command -v linux.uml >/dev/null; then
		echo "Debian package user-mode-linux is not installed (./dev setup does it)"
	else
		uml_missing
	fi
}
# shellcheck source=lab/uml.sh
. "$lab_dir/uml.sh"
