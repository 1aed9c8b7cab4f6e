# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += %D%/run
if HAVE_LIBNL
EXTRA_PROGRAMS += bench/encode
bench_encode_SOURCES = %D%/encode.c
bench_encode_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/libipvlan $(MNL_CFLAGS) $(LIBNL_CFLAGS)
bench_encode_LDADD = libipvlan/libipvlan-internal.la $(LIBNL_LIBS)
CLEANFILES += bench/encode
endif
