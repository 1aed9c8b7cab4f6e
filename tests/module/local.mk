# SPDX-License-Identifier: GPL-2.0-or-later
# The module's pure core, compiled for user space; what needs a kernel with a driver is behaviour.py, run in a guest.
MODULE_CORE = module/core/ask.c module/core/dhcp.c module/core/origin.c module/core/parse.h module/core/verdict.h module/core/types.h

if HAVE_CHECK
check_PROGRAMS += %D%/test-core
%C%_test_core_SOURCES = %D%/test-core.c $(MODULE_CORE)
%C%_test_core_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/include/uapi
%C%_test_core_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)
%C%_test_core_LDADD = $(CHECK_LIBS)
TESTS += %D%/test-core
endif

TESTS += \
	%D%/behaviour.test \
	%D%/complaints.test \
	%D%/crafted.test \
	%D%/family.test \
	%D%/many.test \
	%D%/operations.test \
	%D%/port.test \
	%D%/regressions.test \
	%D%/selftest.test \
	%D%/soak.test \
	%D%/spec.test \
	%D%/watch.test \
	%D%/without-ipv6.test

EXTRA_DIST += %D%/differences.txt $(wildcard $(srcdir)/%D%/*.py) $(wildcard $(srcdir)/%D%/*.sh) \
	$(wildcard $(srcdir)/%D%/*.test)
