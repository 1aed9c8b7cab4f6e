# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += %D%/run %D%/in-guest %D%/guest-init %D%/guest.service %D%/guest.target %D%/guest-tests %D%/asan.sh %D%/cache.sh %D%/complaints.sh %D%/foreign.sh %D%/machine.sh %D%/kbuild %D%/own.sh %D%/uml.sh %D%/qemu.sh %D%/qemu-init %D%/fetch %D%/cross %D%/demo.sh \
	$(wildcard $(srcdir)/%D%/kernels/*) $(wildcard $(srcdir)/%D%/config/*)
