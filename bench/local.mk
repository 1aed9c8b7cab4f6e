# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += %D%/README.md %D%/run %D%/report %D%/picture.py %D%/goals \
	%D%/guest/addresses %D%/guest/count.sh %D%/guest/endpoints %D%/guest/groups %D%/guest/inventory %D%/guest/lib.sh \
	%D%/guest/paths %D%/guest/slaves %D%/guest/teardown %D%/guest/to-slaves %D%/guest/tools \
	%D%/rivals/go-netlink.go %D%/rivals/pyroute2-links \
	%D%/results/6.12/results.json %D%/results/6.12/results.svg %D%/results/6.12/results.txt \
	%D%/results/7.3/results.json %D%/results/7.3/results.svg %D%/results/7.3/results.txt

TESTS += %D%/run.test
EXTRA_DIST += %D%/run.test

measuring_tools = bench/bare bench/bare-endpoints bench/ours bench/spend
EXTRA_PROGRAMS += $(measuring_tools)
bench_bare_SOURCES = %D%/bare.c
bench_bare_CPPFLAGS = $(AM_CPPFLAGS) $(MNL_CFLAGS)
bench_bare_LDADD = $(MNL_LIBS)
bench_bare_endpoints_SOURCES = %D%/bare-endpoints.c
bench_bare_endpoints_CPPFLAGS = $(AM_CPPFLAGS) $(MNL_CFLAGS)
bench_bare_endpoints_LDADD = $(MNL_LIBS)
bench_ours_SOURCES = %D%/ours.c
bench_ours_LDADD = libipvlan/libipvlan.la
# The program itself, without the wrapper that libtool puts before it.
bench_ours_LDFLAGS = -no-install
bench_spend_SOURCES = %D%/spend.c

if HAVE_LIBNL
measuring_tools += bench/codec bench/libnl
EXTRA_PROGRAMS += bench/codec bench/libnl
bench_codec_SOURCES = %D%/codec.c
bench_codec_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/libipvlan -I$(top_srcdir)/tests/unit $(MNL_CFLAGS) $(LIBNL_CFLAGS)
bench_codec_LDADD = libipvlan/libipvlan-internal.la $(LIBNL_LIBS)
bench_libnl_SOURCES = %D%/rivals/libnl.c
bench_libnl_CPPFLAGS = $(AM_CPPFLAGS) $(LIBNL_CFLAGS)
bench_libnl_LDADD = $(LIBNL_LIBS)
endif

# Debian's package of the rival; it is left out where that is missing.
bench/go-netlink: %D%/rivals/go-netlink.go
	$(AM_V_GEN)$(MKDIR_P) bench && GOPATH=/usr/share/gocode GO111MODULE=off GOFLAGS= GOCACHE=$(abs_builddir)/bench/go-cache \
		go build -o $@ $(abspath $<)

bench-tools: $(measuring_tools)
	-$(MAKE) bench/go-netlink
CLEANFILES += $(measuring_tools) bench/go-netlink
.PHONY: bench-tools
