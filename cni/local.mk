# SPDX-License-Identifier: GPL-2.0-or-later
# Runtimes find a plugin by the name of its file, in folders of their own.
cnidir = $(CNI_DIR)
cni_PROGRAMS = cni/ipvlan-cni

# What needs no kernel: the unit tests and the fuzzer build it too.
cni_pure_sources = cni/config.c cni/config.h cni/error.c cni/error.h cni/record-text.c cni/record-text.h cni/request.c \
	cni/request.h cni/result.c cni/result.h cni/spec.c cni/spec.h
cni_edge_sources = cni/delegate.c cni/delegate.h cni/record.c cni/record.h
cni_ipvlan_cni_SOURCES = %D%/main.c %D%/add.c %D%/check.c %D%/del.c %D%/endpoint.c %D%/endpoint.h %D%/gc.c %D%/host.c %D%/host.h %D%/plugin.c \
	%D%/plugin.h %D%/status.c $(cni_edge_sources) $(cni_pure_sources)
cni_ipvlan_cni_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
cni_ipvlan_cni_LDADD = libipvlan/libipvlan.la $(JANSSON_LIBS)
cni_ipvlan_cni_LDFLAGS = $(AM_LDFLAGS) -Wl,--as-needed
