# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += %D%/run %D%/in-guest %D%/guest-init %D%/demo.sh $(wildcard $(srcdir)/%D%/kernels/*)
