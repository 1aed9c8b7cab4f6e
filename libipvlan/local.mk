# SPDX-License-Identifier: LGPL-2.1-or-later
lib_LTLIBRARIES += libipvlan/libipvlan.la
noinst_LTLIBRARIES += libipvlan/libipvlan-internal.la

ipvlanincludedir = $(includedir)/ipvlan
ipvlaninclude_HEADERS = \
	include/ipvlan/address.h \
	include/ipvlan/ctx.h \
	include/ipvlan/diagnosis.h \
	include/ipvlan/error.h \
	include/ipvlan/host-access.h \
	include/ipvlan/ipvlan.h \
	include/ipvlan/link.h \
	include/ipvlan/message.h \
	include/ipvlan/module.h \
	include/ipvlan/monitor.h \
	include/ipvlan/netns.h \
	include/ipvlan/plan.h \
	include/ipvlan/port.h \
	include/ipvlan/route.h \
	include/ipvlan/settings.h \
	include/ipvlan/topology.h \
	include/ipvlan/transaction.h \
	include/ipvlan/types.h \
	include/ipvlan/version.h

# Finding out what is wrong: facts are gathered, then judged.
diagnosis_sources = %D%/diagnose-address.c %D%/diagnose-filter.c %D%/diagnose-gather.c %D%/diagnose-host.c %D%/diagnose-judge.c \
	%D%/diagnose-machine.c %D%/diagnose-parent.c %D%/diagnose-route.c %D%/diagnose-system.c %D%/diagnosis.c \
	%D%/diagnosis.h

# The same objects serve the shared library, which exports only what the map lists, and the tests, which link
# everything.
libipvlan_libipvlan_internal_la_SOURCES = $(diagnosis_sources) \
	%D%/address-kernel.c \
	%D%/address.c \
	%D%/ahead.c \
	%D%/codec-ack.c \
	%D%/codec-address.c \
	%D%/codec-filter.c \
	%D%/codec-link.c \
	%D%/codec-module.c \
	%D%/codec-neighbour.c \
	%D%/codec-nsid.c \
	%D%/codec-route.c \
	%D%/ctx.c \
	%D%/error.c \
	%D%/event.c \
	%D%/explain.c \
	%D%/host-access.c \
	%D%/kernel-text.c \
	%D%/link-ask.c \
	%D%/link-ask.h \
	%D%/link-change.c \
	%D%/link-create.c \
	%D%/link-drops.c \
	%D%/link-read.c \
	%D%/late-routes.c %D%/late-routes.h \
	%D%/link-record.c \
	%D%/link-record.h \
	%D%/link-wait.c \
	%D%/link.c \
	%D%/message.c \
	%D%/mode.c \
	%D%/module-options.c \
	%D%/module-port.c \
	%D%/module-probe.c \
	%D%/monitor-item.c \
	%D%/monitor-model.c \
	%D%/monitor-netns.c \
	%D%/monitor-tell.c \
	%D%/monitor.c \
	%D%/netns-census.c \
	%D%/netns-exec.c \
	%D%/netns-held.c \
	%D%/netns-list.c \
	%D%/netns-processes.c \
	%D%/netns.c \
	%D%/nursery.c \
	%D%/parents.c \
	%D%/places.c \
	%D%/plan-apply.c \
	%D%/plan-diff.c \
	%D%/plan-port.c \
	%D%/plan-route.c \
	%D%/plan-slave.c \
	%D%/plan-step.c \
	%D%/plan-sweep.c \
	%D%/plan.c \
	%D%/port-change.c \
	%D%/port.c \
	%D%/route-kernel.c \
	%D%/route-record.c %D%/route-record.h \
	%D%/route.c \
	%D%/settings.c \
	%D%/snapshot.c \
	%D%/snapshot-route.c %D%/snapshot-route.h \
	%D%/sorted.c \
	%D%/state.c \
	%D%/station.c \
	%D%/sweep.c \
	%D%/topology-check.c \
	%D%/topology-describe.c \
	%D%/topology.c \
	%D%/transaction-run.c \
	%D%/transaction.c \
	%D%/transport.c \
	%D%/version.c \
	%D%/walk.c \
	%D%/ahead.h \
	%D%/array.h \
	%D%/codec-common.h \
	%D%/codec.h \
	%D%/event.h \
	%D%/host-access.h \
	%D%/internal.h \
	%D%/kernel-text.h \
	%D%/link-change.h \
	%D%/link-read.h \
	%D%/module-options.h \
	%D%/module-port.h \
	%D%/monitor-item.h \
	%D%/monitor-model.h \
	%D%/monitor-netns.h \
	%D%/monitor-tell.h \
	%D%/monitor.h \
	%D%/netns-list.h \
	%D%/nursery.h \
	%D%/parents.h \
	%D%/places.h \
	%D%/plan-sweep.h \
	%D%/plan.h \
	%D%/planner.h \
	%D%/port.h \
	%D%/settings.h \
	%D%/sorted.h \
	%D%/state.h \
	%D%/station.h \
	%D%/sweep.h \
	%D%/topology.h \
	%D%/transport.h \
	%D%/walk.h
libipvlan_libipvlan_internal_la_CPPFLAGS = $(AM_CPPFLAGS) $(MNL_CFLAGS)
libipvlan_libipvlan_internal_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden -pthread
libipvlan_libipvlan_internal_la_LIBADD = $(MNL_LIBS)

# libtool's triple is CURRENT:REVISION:AGE, and says nothing of the release's version:
#   only the code changed            REVISION + 1
#   functions were added             CURRENT + 1, REVISION 0, AGE + 1
#   functions were changed or removed CURRENT + 1, REVISION 0, AGE 0   (a new SONAME: avoid)
libipvlan_libipvlan_la_SOURCES =
libipvlan_libipvlan_la_LIBADD = libipvlan/libipvlan-internal.la $(MNL_LIBS)
libipvlan_libipvlan_la_LDFLAGS = $(AM_LDFLAGS) -pthread -version-info 0:0:0 -no-undefined \
	-Wl,--version-script=$(srcdir)/libipvlan/libipvlan.map
EXTRA_libipvlan_libipvlan_la_DEPENDENCIES = libipvlan/libipvlan.map
EXTRA_DIST += libipvlan/libipvlan.map

pkgconfig_DATA = libipvlan/libipvlan.pc

include libipvlan/nl3/local.mk
