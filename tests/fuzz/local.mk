# SPDX-License-Identifier: GPL-2.0-or-later
# Each fuzzer is built twice: with fuzz-replay.c, as a test that runs its corpus; and, with --enable-fuzzers, with
# libFuzzer and its own instrumented copy of the sources under test.
fuzz_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/libipvlan $(MNL_CFLAGS)
fuzz_replays = tests/fuzz/replay-decode tests/fuzz/replay-roundtrip
check_PROGRAMS += $(fuzz_replays)
TESTS += $(fuzz_replays)

tests_fuzz_replay_decode_SOURCES = %D%/fuzz-decode.c %D%/fuzz-replay.c %D%/fuzz.h
tests_fuzz_replay_decode_CPPFLAGS = $(fuzz_CPPFLAGS) -DCORPUS='"decode"'
tests_fuzz_replay_decode_LDADD = libipvlan/libipvlan-internal.la $(MNL_LIBS)

tests_fuzz_replay_roundtrip_SOURCES = %D%/fuzz-roundtrip.c %D%/fuzz-replay.c %D%/fuzz.h
tests_fuzz_replay_roundtrip_CPPFLAGS = $(fuzz_CPPFLAGS) -DCORPUS='"roundtrip"'
tests_fuzz_replay_roundtrip_LDADD = libipvlan/libipvlan-internal.la $(MNL_LIBS)

check_PROGRAMS += tests/fuzz/replay-monitor
TESTS += tests/fuzz/replay-monitor
tests_fuzz_replay_monitor_SOURCES = %D%/fuzz-monitor.c %D%/fuzz-replay.c %D%/fuzz.h
tests_fuzz_replay_monitor_CPPFLAGS = $(fuzz_CPPFLAGS) -DCORPUS='"monitor"'
tests_fuzz_replay_monitor_LDADD = libipvlan/libipvlan-internal.la $(MNL_LIBS)

# A short text can stand for many things: not for so many that a fuzzer gets slow.
topology_fuzz_CPPFLAGS = $(fuzz_CPPFLAGS) $(YAML_CFLAGS) $(JANSSON_CFLAGS) -DMOST_THINGS=1000
topology_fuzz_sources = cli/message.c cli/range.c cli/text.c cli/topology-file.c cli/values.c cli/yaml-reader.c
check_PROGRAMS += tests/fuzz/replay-topology
TESTS += tests/fuzz/replay-topology
tests_fuzz_replay_topology_SOURCES = %D%/fuzz-topology.c %D%/fuzz-replay.c %D%/fuzz.h $(topology_fuzz_sources)
tests_fuzz_replay_topology_CPPFLAGS = $(topology_fuzz_CPPFLAGS) -DCORPUS='"topology"'
tests_fuzz_replay_topology_LDADD = libipvlan/libipvlan-internal.la $(MNL_LIBS) $(YAML_LIBS)

cni_fuzz_CPPFLAGS = $(fuzz_CPPFLAGS) $(JANSSON_CFLAGS)
check_PROGRAMS += tests/fuzz/replay-cni
TESTS += tests/fuzz/replay-cni
tests_fuzz_replay_cni_SOURCES = %D%/fuzz-cni.c %D%/fuzz-replay.c %D%/fuzz.h $(cni_pure_sources)
tests_fuzz_replay_cni_CPPFLAGS = $(cni_fuzz_CPPFLAGS) -DCORPUS='"cni"'
tests_fuzz_replay_cni_LDADD = libipvlan/libipvlan-internal.la $(MNL_LIBS) $(JANSSON_LIBS)

if FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz-cni
tests_fuzz_fuzz_cni_SOURCES = %D%/fuzz-cni.c %D%/fuzz.h $(cni_pure_sources)
tests_fuzz_fuzz_cni_CPPFLAGS = $(cni_fuzz_CPPFLAGS)
tests_fuzz_fuzz_cni_CFLAGS = $(fuzz_CFLAGS)
tests_fuzz_fuzz_cni_LDFLAGS = $(fuzz_CFLAGS)
tests_fuzz_fuzz_cni_LDADD = libipvlan/libipvlan-internal.la $(MNL_LIBS) $(JANSSON_LIBS)

noinst_PROGRAMS += tests/fuzz/fuzz-topology
tests_fuzz_fuzz_topology_SOURCES = %D%/fuzz-topology.c %D%/fuzz.h $(topology_fuzz_sources)
tests_fuzz_fuzz_topology_CPPFLAGS = $(topology_fuzz_CPPFLAGS)
tests_fuzz_fuzz_topology_CFLAGS = $(fuzz_CFLAGS)
tests_fuzz_fuzz_topology_LDFLAGS = $(fuzz_CFLAGS)
tests_fuzz_fuzz_topology_LDADD = libipvlan/libipvlan-internal.la $(MNL_LIBS) $(YAML_LIBS)

noinst_PROGRAMS += tests/fuzz/fuzz-decode tests/fuzz/fuzz-monitor tests/fuzz/fuzz-roundtrip
fuzz_CFLAGS = $(WARN_CFLAGS) -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
fuzz_sources = libipvlan/address.c libipvlan/codec-ack.c libipvlan/codec-address.c libipvlan/codec-link.c \
	libipvlan/codec-nsid.c libipvlan/codec-route.c libipvlan/link.c libipvlan/mode.c libipvlan/route.c

tests_fuzz_fuzz_decode_SOURCES = %D%/fuzz-decode.c %D%/fuzz.h $(fuzz_sources)
tests_fuzz_fuzz_decode_CPPFLAGS = $(fuzz_CPPFLAGS)
tests_fuzz_fuzz_decode_CFLAGS = $(fuzz_CFLAGS)
tests_fuzz_fuzz_decode_LDFLAGS = $(fuzz_CFLAGS)
tests_fuzz_fuzz_decode_LDADD = $(MNL_LIBS)

tests_fuzz_fuzz_roundtrip_SOURCES = %D%/fuzz-roundtrip.c %D%/fuzz.h $(fuzz_sources)
tests_fuzz_fuzz_roundtrip_CPPFLAGS = $(fuzz_CPPFLAGS)
tests_fuzz_fuzz_roundtrip_CFLAGS = $(fuzz_CFLAGS)
tests_fuzz_fuzz_roundtrip_LDFLAGS = $(fuzz_CFLAGS)
tests_fuzz_fuzz_roundtrip_LDADD = $(MNL_LIBS)

tests_fuzz_fuzz_monitor_SOURCES = %D%/fuzz-monitor.c %D%/fuzz.h $(fuzz_sources) libipvlan/event.c \
	libipvlan/monitor-model.c
tests_fuzz_fuzz_monitor_CPPFLAGS = $(fuzz_CPPFLAGS)
tests_fuzz_fuzz_monitor_CFLAGS = $(fuzz_CFLAGS)
tests_fuzz_fuzz_monitor_LDFLAGS = $(fuzz_CFLAGS)
tests_fuzz_fuzz_monitor_LDADD = $(MNL_LIBS)
endif

EXTRA_DIST += $(wildcard $(srcdir)/%D%/corpus/*/*)
