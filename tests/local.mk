# SPDX-License-Identifier: GPL-2.0-or-later
# Unit tests run on the machine itself; files named *.lab run in a guest kernel (lab/in-guest), which the test starts.
TEST_EXTENSIONS = .lab .test
LAB_LOG_COMPILER = $(top_srcdir)/lab/in-guest

include tests/unit/local.mk
include tests/fuzz/local.mk
include tests/faults/local.mk
include tests/consumer/local.mk
include tests/lab/local.mk
include tests/module/local.mk
include tests/cni/local.mk
include tests/debian/local.mk
