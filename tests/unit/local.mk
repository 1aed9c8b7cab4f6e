# SPDX-License-Identifier: GPL-2.0-or-later
if HAVE_CHECK
check_LTLIBRARIES += tests/unit/libsupport.la
tests_unit_libsupport_la_SOURCES = %D%/support.c %D%/support.h %D%/codec-check.c %D%/codec-check.h \
	%D%/private-machine.c %D%/private-machine.h %D%/rights.h
tests_unit_libsupport_la_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(MNL_CFLAGS)
tests_unit_libsupport_la_LIBADD = $(CHECK_LIBS) $(MNL_LIBS)

# The tests see what the shared library hides.
unit_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/libipvlan $(CHECK_CFLAGS) $(MNL_CFLAGS)
unit_LDADD = tests/unit/libsupport.la libipvlan/libipvlan-internal.la $(CHECK_LIBS) $(MNL_LIBS)
captured = %D%/captured-answers.h %D%/captured-requests.h

unit_tests = tests/unit/test-codec-link tests/unit/test-codec-address tests/unit/test-codec-module tests/unit/test-codec-route \
	tests/unit/test-codec-ack tests/unit/test-transport tests/unit/test-objects tests/unit/test-error \
	tests/unit/test-netns tests/unit/test-netns-exec

tests_unit_test_codec_link_SOURCES = %D%/test-codec-link.c $(captured)
tests_unit_test_codec_link_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_codec_link_LDADD = $(unit_LDADD)

tests_unit_test_codec_address_SOURCES = %D%/test-codec-address.c $(captured)
tests_unit_test_codec_address_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_codec_address_LDADD = $(unit_LDADD)

tests_unit_test_codec_route_SOURCES = %D%/test-codec-route.c $(captured)
tests_unit_test_codec_route_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_codec_route_LDADD = $(unit_LDADD)

tests_unit_test_codec_module_SOURCES = %D%/test-codec-module.c
tests_unit_test_codec_module_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_codec_module_LDADD = $(unit_LDADD)

tests_unit_test_codec_ack_SOURCES = %D%/test-codec-ack.c $(captured)
tests_unit_test_codec_ack_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_codec_ack_LDADD = $(unit_LDADD)

tests_unit_test_transport_SOURCES = %D%/test-transport.c
tests_unit_test_transport_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_transport_LDADD = $(unit_LDADD)
tests_unit_test_transport_CFLAGS = $(AM_CFLAGS) -pthread
tests_unit_test_transport_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=recvmsg

tests_unit_test_objects_SOURCES = %D%/test-objects.c
tests_unit_test_objects_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_objects_LDADD = $(unit_LDADD)

tests_unit_test_error_SOURCES = %D%/test-error.c
tests_unit_test_error_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_error_LDADD = $(unit_LDADD)

tests_unit_test_netns_SOURCES = %D%/test-netns.c
tests_unit_test_netns_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_netns_LDADD = $(unit_LDADD)
tests_unit_test_netns_CFLAGS = $(AM_CFLAGS) -pthread

tests_unit_test_netns_exec_SOURCES = %D%/test-netns-exec.c
tests_unit_test_netns_exec_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_netns_exec_LDADD = $(unit_LDADD)

unit_tests += tests/unit/test-plan-sweep
tests_unit_test_plan_sweep_SOURCES = %D%/test-plan-sweep.c
tests_unit_test_plan_sweep_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_plan_sweep_LDADD = $(unit_LDADD)
tests_unit_test_plan_sweep_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=pthread_create

unit_tests += tests/unit/test-netns-census
tests_unit_test_netns_census_SOURCES = %D%/test-netns-census.c
tests_unit_test_netns_census_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_netns_census_LDADD = $(unit_LDADD)
tests_unit_test_netns_census_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=syscall,--wrap=stat,--wrap=stat64,--wrap=uname

unit_tests += tests/unit/test-filter
tests_unit_test_filter_SOURCES = %D%/test-filter.c
tests_unit_test_filter_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_filter_LDADD = $(unit_LDADD)

unit_tests += tests/unit/test-kernel-text
tests_unit_test_kernel_text_SOURCES = %D%/test-kernel-text.c
tests_unit_test_kernel_text_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_kernel_text_LDADD = $(unit_LDADD)

unit_tests += tests/unit/test-link-drops
tests_unit_test_link_drops_SOURCES = %D%/test-link-drops.c
tests_unit_test_link_drops_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_link_drops_LDADD = $(unit_LDADD)
tests_unit_test_link_drops_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=ioctl

# What a kernel refuses, and what is said then.
unit_tests += tests/unit/test-refusals
tests_unit_test_refusals_SOURCES = %D%/test-refusals.c
tests_unit_test_refusals_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_refusals_LDADD = $(unit_LDADD)

# For programs with a socket of their own: messages; what libipvlan-nl3 makes of libnl's objects.
unit_tests += tests/unit/test-message
tests_unit_test_message_SOURCES = %D%/test-message.c
tests_unit_test_message_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_message_LDADD = $(unit_LDADD)
if BUILD_NL3
unit_tests += tests/unit/test-nl3
endif
tests_unit_test_nl3_SOURCES = %D%/test-nl3.c
tests_unit_test_nl3_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(LIBNL_CFLAGS)
tests_unit_test_nl3_LDADD = tests/unit/libsupport.la libipvlan/nl3/libipvlan-nl3.la libipvlan/libipvlan.la $(CHECK_LIBS) \
	$(LIBNL_LIBS)

# The doctor's judgement, and the page that explains it.
unit_tests += tests/unit/test-diagnosis
tests_unit_test_diagnosis_SOURCES = %D%/test-diagnosis.c
tests_unit_test_diagnosis_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_diagnosis_LDADD = $(unit_LDADD)

if HAVE_LIBNL
unit_tests += tests/unit/test-codec-libnl
endif
tests_unit_test_codec_libnl_SOURCES = %D%/test-codec-libnl.c
tests_unit_test_codec_libnl_CPPFLAGS = $(unit_CPPFLAGS) $(LIBNL_CFLAGS)
tests_unit_test_codec_libnl_LDADD = $(unit_LDADD) $(LIBNL_LIBS)

# The command, all but its main().
cli_CPPFLAGS = $(AM_CPPFLAGS) $(CHECK_CFLAGS) $(JANSSON_CFLAGS)
cli_LDADD = cli/libcli.la $(CHECK_LIBS) $(JANSSON_LIBS)
unit_tests += tests/unit/test-cli-advise tests/unit/test-cli-dhcp-id tests/unit/test-cli-diagram tests/unit/test-cli-help \
	tests/unit/test-cli-lex tests/unit/test-cli-parse tests/unit/test-cli-rates tests/unit/test-cli-text \
	tests/unit/test-cli-writer
tests_unit_test_cli_advise_SOURCES = %D%/test-cli-advise.c
tests_unit_test_cli_advise_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_advise_LDADD = $(cli_LDADD)
tests_unit_test_cli_dhcp_id_SOURCES = %D%/test-cli-dhcp-id.c
tests_unit_test_cli_dhcp_id_CPPFLAGS = $(unit_CPPFLAGS) $(JANSSON_CFLAGS)
tests_unit_test_cli_dhcp_id_LDADD = tests/unit/libsupport.la $(cli_LDADD)
tests_unit_test_cli_diagram_SOURCES = %D%/test-cli-diagram.c
tests_unit_test_cli_diagram_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_diagram_LDADD = $(cli_LDADD)
tests_unit_test_cli_help_SOURCES = %D%/test-cli-help.c
tests_unit_test_cli_help_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_help_LDADD = $(cli_LDADD)
tests_unit_test_cli_lex_SOURCES = %D%/test-cli-lex.c
tests_unit_test_cli_lex_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_lex_LDADD = $(cli_LDADD)
unit_tests += tests/unit/test-cli-arena tests/unit/test-cli-grid tests/unit/test-cli-lines \
	tests/unit/test-cli-print-link tests/unit/test-cli-session tests/unit/test-cli-shortage
tests_unit_test_cli_arena_SOURCES = %D%/test-cli-arena.c
tests_unit_test_cli_arena_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_arena_LDADD = $(cli_LDADD)
tests_unit_test_cli_grid_SOURCES = %D%/test-cli-grid.c
tests_unit_test_cli_grid_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_grid_LDADD = $(cli_LDADD)
tests_unit_test_cli_grid_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=realloc,--wrap=calloc
tests_unit_test_cli_lines_SOURCES = %D%/test-cli-lines.c
tests_unit_test_cli_lines_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_lines_LDADD = $(cli_LDADD)
tests_unit_test_cli_print_link_SOURCES = %D%/test-cli-print-link.c
tests_unit_test_cli_print_link_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_print_link_LDADD = $(cli_LDADD)
session_heard = %D%/session-heard.c %D%/session-heard.h
tests_unit_test_cli_session_SOURCES = %D%/test-cli-session.c $(session_heard)
tests_unit_test_cli_session_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_session_LDADD = $(cli_LDADD)
tests_unit_test_cli_shortage_SOURCES = %D%/test-cli-shortage.c $(session_heard)
tests_unit_test_cli_shortage_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_shortage_LDADD = $(cli_LDADD)
tests_unit_test_cli_shortage_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=fclose,--wrap=lex_quote \
	-Wl,--wrap=ipvlan_address_new,--wrap=ipvlan_route_new
tests_unit_test_cli_parse_SOURCES = %D%/test-cli-parse.c
tests_unit_test_cli_parse_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_parse_LDADD = $(cli_LDADD)
tests_unit_test_cli_rates_SOURCES = %D%/test-cli-rates.c
tests_unit_test_cli_rates_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_rates_LDADD = $(cli_LDADD)
tests_unit_test_cli_text_SOURCES = %D%/test-cli-text.c
tests_unit_test_cli_text_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_text_LDADD = $(cli_LDADD)
tests_unit_test_cli_writer_SOURCES = %D%/test-cli-writer.c
tests_unit_test_cli_writer_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_writer_LDADD = $(cli_LDADD)
unit_tests += tests/unit/test-cli-wait
tests_unit_test_cli_wait_SOURCES = %D%/test-cli-wait.c $(session_heard)
tests_unit_test_cli_wait_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cli_wait_LDADD = $(cli_LDADD)
tests_unit_test_cli_wait_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=ipvlan_link_wait

# Topologies: files, rules, plans.
unit_tests += tests/unit/test-topology-file tests/unit/test-plan
tests_unit_test_plan_SOURCES = %D%/test-plan.c %D%/plan-model.c %D%/plan-model.h
tests_unit_test_plan_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_plan_LDADD = $(unit_LDADD)
tests_unit_test_topology_file_SOURCES = %D%/test-topology-file.c
tests_unit_test_topology_file_CPPFLAGS = $(cli_CPPFLAGS) $(YAML_CFLAGS)
tests_unit_test_topology_file_LDADD = $(cli_LDADD)

# The CNI plugin, as far as it needs no kernel.
unit_tests += tests/unit/test-cni
tests_unit_test_cni_SOURCES = %D%/test-cni.c cni/delegate.c cni/delegate.h cni/record.c cni/record.h $(cni_pure_sources)
tests_unit_test_cni_CPPFLAGS = $(cli_CPPFLAGS)
tests_unit_test_cni_LDADD = libipvlan/libipvlan.la $(CHECK_LIBS) $(JANSSON_LIBS)
# What changes.
unit_tests += tests/unit/test-monitor tests/unit/test-sorted
tests_unit_test_monitor_SOURCES = %D%/test-monitor.c
tests_unit_test_monitor_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_monitor_LDADD = $(unit_LDADD)
tests_unit_test_monitor_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=recvmsg
tests_unit_test_sorted_SOURCES = %D%/test-sorted.c
tests_unit_test_sorted_CPPFLAGS = $(unit_CPPFLAGS)
tests_unit_test_sorted_LDADD = $(unit_LDADD)

check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif

TESTS += %D%/color.test %D%/topology-examples.test %D%/topology-rules.test
EXTRA_DIST += %D%/color.test %D%/topology-examples.test %D%/topology-rules.test
EXTRA_DIST += %D%/capture-fixtures
