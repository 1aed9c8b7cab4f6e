# SPDX-License-Identifier: GPL-2.0-or-later
# The longest first, for they are the last tests of all, and it would have none beside it.
cni_tests = %D%/reference.lab %D%/attach.lab %D%/refuse.lab %D%/collect.lab %D%/dhcp.lab %D%/host.lab %D%/libcni.lab %D%/podman.lab
TESTS += $(cni_tests)
EXTRA_DIST += %D%/lib.sh %D%/libcni-runner.go $(cni_tests)

# libcni as Debian packages it: sources below one folder, no network.
if HAVE_LIBCNI
check_DATA += tests/cni/libcni-runner
endif
tests/cni/libcni-runner: $(srcdir)/%D%/libcni-runner.go
	$(AM_V_GEN)$(MKDIR_P) tests/cni && GOPATH=$(GOCODE) GO111MODULE=off GOFLAGS= GOCACHE=$(abs_builddir)/tests/cni/go-cache \
		$(GO) build -trimpath -o $@ $<
CLEANFILES += tests/cni/libcni-runner
clean-local:
	rm -rf tests/cni/go-cache
.PHONY: clean-local
