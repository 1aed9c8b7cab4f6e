# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += %D%/run %D%/guest/endpoints %D%/guest/inventory %D%/guest/lib.sh %D%/guest/teardown
EXTRA_PROGRAMS += bench/bare-endpoints
bench_bare_endpoints_SOURCES = %D%/bare-endpoints.c
bench_bare_endpoints_CPPFLAGS = $(AM_CPPFLAGS) $(MNL_CFLAGS)
bench_bare_endpoints_LDADD = $(MNL_LIBS)
CLEANFILES += bench/bare-endpoints
if HAVE_LIBNL
EXTRA_PROGRAMS += bench/encode
bench_encode_SOURCES = %D%/encode.c
bench_encode_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/libipvlan $(MNL_CFLAGS) $(LIBNL_CFLAGS)
bench_encode_LDADD = libipvlan/libipvlan-internal.la $(LIBNL_LIBS)
CLEANFILES += bench/encode
endif
