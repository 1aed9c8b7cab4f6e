# SPDX-License-Identifier: GPL-2.0-or-later
# Each fuzzer is built twice: with fuzz-replay.c, as a test that runs its corpus; and, with --enable-fuzzers, which
# instruments everything, with libFuzzer. What a target consists of is said once, for both.
libfuzzer = $(AM_LDFLAGS) -fsanitize=fuzzer
fuzz_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/include/uapi -I$(top_srcdir)/libipvlan $(MNL_CFLAGS) \
	$(JANSSON_CFLAGS) $(YAML_CFLAGS)
fuzz_library = libipvlan/libipvlan-internal.la $(MNL_LIBS)
fuzz_command = cli/libcli.la
fuzz_nl3 = libipvlan/nl3/libipvlan-nl3.la libipvlan/libipvlan.la $(LIBNL_LIBS)

fuzz_batch_sources = %D%/fuzz-batch.c %D%/fuzz.h
fuzz_cni_sources = %D%/fuzz-cni.c %D%/fuzz.h $(cni_pure_sources)
fuzz_command_sources = %D%/fuzz-command.c %D%/fuzz.h
fuzz_core_sources = tests/module/fuzz-core.c $(MODULE_CORE)
fuzz_decode_sources = %D%/fuzz-decode.c %D%/fuzz.h
fuzz_files_sources = %D%/fuzz-files.c %D%/fuzz.h $(cni_pure_sources)
fuzz_monitor_sources = %D%/fuzz-monitor.c %D%/fuzz.h
fuzz_nl3_sources = %D%/fuzz-nl3.c %D%/fuzz.h
fuzz_roundtrip_sources = %D%/fuzz-roundtrip.c %D%/fuzz.h
fuzz_topology_sources = %D%/fuzz-topology.c %D%/fuzz.h
fuzz_replay_sources = %D%/fuzz-replay.c %D%/fuzz.h

fuzz_replays = \
	tests/fuzz/replay-batch \
	tests/fuzz/replay-cni \
	tests/fuzz/replay-command \
	tests/fuzz/replay-core \
	tests/fuzz/replay-decode \
	tests/fuzz/replay-files \
	tests/fuzz/replay-monitor \
	tests/fuzz/replay-roundtrip \
	tests/fuzz/replay-topology
if BUILD_NL3
fuzz_replays += tests/fuzz/replay-nl3
endif
check_PROGRAMS += $(fuzz_replays)
TESTS += $(fuzz_replays)

tests_fuzz_replay_batch_SOURCES = $(fuzz_batch_sources) $(fuzz_replay_sources)
tests_fuzz_replay_batch_CPPFLAGS = $(fuzz_CPPFLAGS) -DCORPUS='"batch"'
tests_fuzz_replay_batch_LDADD = $(fuzz_command)

tests_fuzz_replay_cni_SOURCES = $(fuzz_cni_sources) $(fuzz_replay_sources)
tests_fuzz_replay_cni_CPPFLAGS = $(fuzz_CPPFLAGS) -DCORPUS='"cni"'
tests_fuzz_replay_cni_LDADD = $(fuzz_library) $(JANSSON_LIBS)

tests_fuzz_replay_command_SOURCES = $(fuzz_command_sources) $(fuzz_replay_sources)
tests_fuzz_replay_command_CPPFLAGS = $(fuzz_CPPFLAGS) -DCORPUS='"command"'
tests_fuzz_replay_command_LDADD = $(fuzz_command)

tests_fuzz_replay_core_SOURCES = $(fuzz_core_sources) $(fuzz_replay_sources)
tests_fuzz_replay_core_CPPFLAGS = $(fuzz_CPPFLAGS) -DCORPUS='"core"'

tests_fuzz_replay_decode_SOURCES = $(fuzz_decode_sources) $(fuzz_replay_sources)
tests_fuzz_replay_decode_CPPFLAGS = $(fuzz_CPPFLAGS) -DCORPUS='"decode"'
tests_fuzz_replay_decode_LDADD = $(fuzz_library)

tests_fuzz_replay_files_SOURCES = $(fuzz_files_sources) $(fuzz_replay_sources)
tests_fuzz_replay_files_CPPFLAGS = $(fuzz_CPPFLAGS) -DCORPUS='"files"'
tests_fuzz_replay_files_LDADD = $(fuzz_command) $(fuzz_library) $(JANSSON_LIBS)

tests_fuzz_replay_monitor_SOURCES = $(fuzz_monitor_sources) $(fuzz_replay_sources)
tests_fuzz_replay_monitor_CPPFLAGS = $(fuzz_CPPFLAGS) -DCORPUS='"monitor"'
tests_fuzz_replay_monitor_LDADD = $(fuzz_library)

tests_fuzz_replay_nl3_SOURCES = $(fuzz_nl3_sources) $(fuzz_replay_sources)
tests_fuzz_replay_nl3_CPPFLAGS = $(fuzz_CPPFLAGS) $(LIBNL_CFLAGS) -DCORPUS='"nl3"'
tests_fuzz_replay_nl3_LDADD = $(fuzz_nl3)

tests_fuzz_replay_roundtrip_SOURCES = $(fuzz_roundtrip_sources) $(fuzz_replay_sources)
tests_fuzz_replay_roundtrip_CPPFLAGS = $(fuzz_CPPFLAGS) -DCORPUS='"roundtrip"'
tests_fuzz_replay_roundtrip_LDADD = $(fuzz_library)

tests_fuzz_replay_topology_SOURCES = $(fuzz_topology_sources) $(fuzz_replay_sources)
tests_fuzz_replay_topology_CPPFLAGS = $(fuzz_CPPFLAGS) -DCORPUS='"topology"'
tests_fuzz_replay_topology_LDADD = $(fuzz_command)

if FUZZERS
noinst_PROGRAMS += \
	tests/fuzz/fuzz-batch \
	tests/fuzz/fuzz-cni \
	tests/fuzz/fuzz-command \
	tests/fuzz/fuzz-core \
	tests/fuzz/fuzz-decode \
	tests/fuzz/fuzz-files \
	tests/fuzz/fuzz-monitor \
	tests/fuzz/fuzz-roundtrip \
	tests/fuzz/fuzz-topology
if BUILD_NL3
noinst_PROGRAMS += tests/fuzz/fuzz-nl3
endif

tests_fuzz_fuzz_batch_SOURCES = $(fuzz_batch_sources)
tests_fuzz_fuzz_batch_CPPFLAGS = $(fuzz_CPPFLAGS)
tests_fuzz_fuzz_batch_LDFLAGS = $(libfuzzer)
tests_fuzz_fuzz_batch_LDADD = $(fuzz_command)

tests_fuzz_fuzz_cni_SOURCES = $(fuzz_cni_sources)
tests_fuzz_fuzz_cni_CPPFLAGS = $(fuzz_CPPFLAGS)
tests_fuzz_fuzz_cni_LDFLAGS = $(libfuzzer)
tests_fuzz_fuzz_cni_LDADD = $(fuzz_library) $(JANSSON_LIBS)

tests_fuzz_fuzz_command_SOURCES = $(fuzz_command_sources)
tests_fuzz_fuzz_command_CPPFLAGS = $(fuzz_CPPFLAGS)
tests_fuzz_fuzz_command_LDFLAGS = $(libfuzzer)
tests_fuzz_fuzz_command_LDADD = $(fuzz_command)

tests_fuzz_fuzz_core_SOURCES = $(fuzz_core_sources)
tests_fuzz_fuzz_core_CPPFLAGS = $(fuzz_CPPFLAGS)
tests_fuzz_fuzz_core_LDFLAGS = $(libfuzzer)

tests_fuzz_fuzz_decode_SOURCES = $(fuzz_decode_sources)
tests_fuzz_fuzz_decode_CPPFLAGS = $(fuzz_CPPFLAGS)
tests_fuzz_fuzz_decode_LDFLAGS = $(libfuzzer)
tests_fuzz_fuzz_decode_LDADD = $(fuzz_library)

tests_fuzz_fuzz_files_SOURCES = $(fuzz_files_sources)
tests_fuzz_fuzz_files_CPPFLAGS = $(fuzz_CPPFLAGS)
tests_fuzz_fuzz_files_LDFLAGS = $(libfuzzer)
tests_fuzz_fuzz_files_LDADD = $(fuzz_command) $(fuzz_library) $(JANSSON_LIBS)

tests_fuzz_fuzz_monitor_SOURCES = $(fuzz_monitor_sources)
tests_fuzz_fuzz_monitor_CPPFLAGS = $(fuzz_CPPFLAGS)
tests_fuzz_fuzz_monitor_LDFLAGS = $(libfuzzer)
tests_fuzz_fuzz_monitor_LDADD = $(fuzz_library)

tests_fuzz_fuzz_nl3_SOURCES = $(fuzz_nl3_sources)
tests_fuzz_fuzz_nl3_CPPFLAGS = $(fuzz_CPPFLAGS) $(LIBNL_CFLAGS)
tests_fuzz_fuzz_nl3_LDFLAGS = $(libfuzzer)
tests_fuzz_fuzz_nl3_LDADD = $(fuzz_nl3)

tests_fuzz_fuzz_roundtrip_SOURCES = $(fuzz_roundtrip_sources)
tests_fuzz_fuzz_roundtrip_CPPFLAGS = $(fuzz_CPPFLAGS)
tests_fuzz_fuzz_roundtrip_LDFLAGS = $(libfuzzer)
tests_fuzz_fuzz_roundtrip_LDADD = $(fuzz_library)

tests_fuzz_fuzz_topology_SOURCES = $(fuzz_topology_sources)
tests_fuzz_fuzz_topology_CPPFLAGS = $(fuzz_CPPFLAGS)
tests_fuzz_fuzz_topology_LDFLAGS = $(libfuzzer)
tests_fuzz_fuzz_topology_LDADD = $(fuzz_command)

endif

EXTRA_DIST += %D%/coverage
EXTRA_DIST += $(wildcard $(srcdir)/%D%/corpus/*/*)
