# SPDX-License-Identifier: GPL-2.0-or-later
# Unit tests run on the machine itself; files named *.lab run in a guest kernel (lab/in-guest), which the test starts.
TEST_EXTENSIONS = .lab .test
LAB_LOG_COMPILER = $(top_srcdir)/lab/in-guest
# Check gives a test four seconds, unless told: little for a machine that has much else to do.
AM_TESTS_ENVIRONMENT = CK_DEFAULT_TIMEOUT=$${CK_DEFAULT_TIMEOUT:-60}; export CK_DEFAULT_TIMEOUT;

# What `make install` installs, for all tests that look at it, made once before the first of them runs. To install a library
# libtool may link it anew, and takes the one that was built away meanwhile: beside other tests that cannot be done.
check_DATA += tests/installed.stamp
tests/installed.stamp: Makefile $(LTLIBRARIES) $(PROGRAMS) $(MANS) $(DATA) $(HEADERS) | $(check_PROGRAMS) $(check_LTLIBRARIES)
	$(AM_V_GEN)rm -rf tests/installed && \
		$(MAKE) $(AM_MAKEFLAGS) -s install DESTDIR='$(abs_top_builddir)/tests/installed' >tests/installed.log 2>&1 || \
		{ cat tests/installed.log; exit 1; }
	@touch $@
CLEANFILES += tests/installed.stamp tests/installed.log
clean-installed:
	rm -rf tests/installed
.PHONY: clean-installed

include tests/unit/local.mk
include tests/fuzz/local.mk
include tests/faults/local.mk
include tests/consumer/local.mk
include tests/lab/local.mk
include tests/module/local.mk
include tests/cni/local.mk
include tests/debian/local.mk
