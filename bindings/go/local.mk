# SPDX-License-Identifier: LGPL-2.1-or-later
# The build makes a program of the tests, for the guest; who uses the binding builds it with go itself.
go_files = %D%/address.go %D%/context.go %D%/error.go %D%/gathered.go %D%/link.go %D%/module.go %D%/monitor.go \
	%D%/netns.go %D%/plan.go %D%/report.go %D%/route.go %D%/settings.go \
	%D%/topology.go %D%/transaction.go %D%/types.go %D%/shim.c %D%/shim.h %D%/go.mod
go_tests = %D%/example_test.go %D%/ipvlan_test.go %D%/kernel_test.go
EXTRA_DIST += $(go_files) $(go_tests) %D%/README.md %D%/go.test %D%/in-tree %D%/not-covered.txt
TESTS += %D%/go.test

if HAVE_GO
check_DATA += bindings/go/kernel-test
bindings/go/kernel-test: $(go_files) $(go_tests) libipvlan/libipvlan.la %D%/in-tree
	$(AM_V_GEN)$(srcdir)/%D%/in-tree test -c -tags lab -o "$(abs_top_builddir)/$@" .
CLEANFILES += bindings/go/kernel-test
endif
clean-go:
	rm -rf bindings/go/state
.PHONY: clean-go
