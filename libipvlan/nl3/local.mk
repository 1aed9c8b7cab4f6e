# SPDX-License-Identifier: LGPL-2.1-or-later
# A library of its own, so that libipvlan does not need libnl. It stands on libipvlan's public functions alone.
EXTRA_DIST += %D%/libipvlan-nl3.map
nl3_headers = include/ipvlan/nl3.h

if BUILD_NL3
ipvlaninclude_HEADERS += $(nl3_headers)
lib_LTLIBRARIES += libipvlan/nl3/libipvlan-nl3.la
libipvlan_nl3_libipvlan_nl3_la_SOURCES = \
	%D%/error.c \
	%D%/events.c \
	%D%/link.c \
	%D%/message.c \
	%D%/nl3.h \
	%D%/socket.c
libipvlan_nl3_libipvlan_nl3_la_CPPFLAGS = $(AM_CPPFLAGS) $(LIBNL_CFLAGS)
libipvlan_nl3_libipvlan_nl3_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden
libipvlan_nl3_libipvlan_nl3_la_LIBADD = libipvlan/libipvlan.la $(LIBNL_LIBS)
# The triple is counted as libipvlan's is, for itself.
libipvlan_nl3_libipvlan_nl3_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 -no-undefined \
	-Wl,--version-script=$(srcdir)/%D%/libipvlan-nl3.map
EXTRA_libipvlan_nl3_libipvlan_nl3_la_DEPENDENCIES = %D%/libipvlan-nl3.map
pkgconfig_DATA += libipvlan/nl3/libipvlan-nl3.pc
endif
