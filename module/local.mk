# SPDX-License-Identifier: GPL-2.0-only
# Built by kbuild, not from here: this only says what belongs into a release.
EXTRA_DIST += %D%/Kbuild %D%/Makefile %D%/README.md %D%/dkms.conf $(wildcard $(srcdir)/%D%/*.[ch]) \
	$(wildcard $(srcdir)/%D%/core/*.[ch]) %D%/ynl/ipvlan_port.yaml include/uapi/linux/ipvlan_port.h
