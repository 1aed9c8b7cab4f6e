# SPDX-License-Identifier: GPL-2.0-or-later
lab_library_tests = \
	%D%/apply.lab \
	%D%/change.lab \
	%D%/create.lab \
	%D%/faults.lab \
	%D%/namespaces.lab \
	%D%/reach.lab \
	%D%/read.lab \
	%D%/refusals.lab \
	%D%/transaction.lab
lab_command_tests = \
	%D%/absent.lab \
	%D%/batch.lab \
	%D%/c-examples.lab \
	%D%/completion.lab \
	%D%/doctor.lab \
	%D%/examples.lab \
	%D%/export.lab \
	%D%/go.lab \
	%D%/guide.lab \
	%D%/host-access.lab \
	%D%/howto.lab \
	%D%/manual.lab \
	%D%/memory.lab \
	%D%/messages.lab \
	%D%/module.lab \
	%D%/module-topology.lab \
	%D%/monitor.lab \
	%D%/once.lab \
	%D%/oracle.lab \
	%D%/pictures.lab \
	%D%/python.lab \
	%D%/shell.lab \
	%D%/thousand.lab \
	%D%/top.lab \
	%D%/units.lab \
	%D%/unprivileged.lab
EXTRA_DIST += %D%/lab-self.lab %D%/lab-run.test %D%/lib.sh %D%/examples.sh %D%/check-program.sh %D%/libnl.lab %D%/many-slaves.test %D%/nl3.lab \
	%D%/export-fresh.test %D%/export-scene.sh \
	$(lab_library_tests) $(lab_command_tests)
TESTS += %D%/lab-self.lab %D%/lab-run.test %D%/export-fresh.test $(lab_command_tests)

check_PROGRAMS += tests/lab/json-agree tests/lab/terminal
tests_lab_terminal_SOURCES = %D%/terminal.c
tests_lab_json_agree_SOURCES = %D%/json-agree.c
tests_lab_json_agree_CFLAGS = $(AM_CFLAGS) $(JANSSON_CFLAGS)
tests_lab_json_agree_LDADD = $(JANSSON_LIBS)

if HAVE_CHECK
TESTS += $(lab_library_tests) %D%/many-slaves.test
check_PROGRAMS += tests/lab/test-create tests/lab/test-read tests/lab/test-change tests/lab/test-namespaces \
	tests/lab/test-refusals tests/lab/test-reach tests/lab/test-many tests/lab/test-apply \
	tests/lab/test-transaction tests/lab/test-options tests/lab/test-faults
check_LTLIBRARIES += tests/lab/libipvlan-lab.la
if HAVE_LIBNL
TESTS += %D%/libnl.lab
check_PROGRAMS += tests/lab/test-libnl
endif
if BUILD_NL3
TESTS += %D%/nl3.lab
check_PROGRAMS += tests/lab/test-nl3
endif
endif

# Without libtool's wrappers: a shell more is dear in a guest, and valgrind would watch that.
lab_cflags = $(AM_CFLAGS) $(CHECK_CFLAGS) -pthread
lab_ldflags = $(AM_LDFLAGS) -no-install -pthread
lab_ldadd = tests/lab/libipvlan-lab.la libipvlan/libipvlan.la $(CHECK_LIBS) $(MNL_LIBS)

tests_lab_libipvlan_lab_la_SOURCES = %D%/lab-test.c %D%/lab-test.h %D%/scene.c %D%/scene.h
tests_lab_libipvlan_lab_la_CPPFLAGS = $(AM_CPPFLAGS) $(MNL_CFLAGS)
tests_lab_libipvlan_lab_la_CFLAGS = $(lab_cflags)

tests_lab_test_create_SOURCES = %D%/test-create.c
tests_lab_test_create_CFLAGS = $(lab_cflags)
tests_lab_test_create_LDFLAGS = $(lab_ldflags)
tests_lab_test_create_LDADD = $(lab_ldadd)
tests_lab_test_read_SOURCES = %D%/test-read.c
tests_lab_test_read_CFLAGS = $(lab_cflags)
tests_lab_test_read_LDFLAGS = $(lab_ldflags)
tests_lab_test_read_LDADD = $(lab_ldadd)
tests_lab_test_change_SOURCES = %D%/test-change.c
tests_lab_test_change_CFLAGS = $(lab_cflags)
tests_lab_test_change_LDFLAGS = $(lab_ldflags)
tests_lab_test_change_LDADD = $(lab_ldadd)
tests_lab_test_namespaces_SOURCES = %D%/test-namespaces.c
tests_lab_test_namespaces_CFLAGS = $(lab_cflags)
tests_lab_test_namespaces_LDFLAGS = $(lab_ldflags)
tests_lab_test_namespaces_LDADD = $(lab_ldadd)
tests_lab_test_refusals_SOURCES = %D%/test-refusals.c
tests_lab_test_refusals_CFLAGS = $(lab_cflags)
tests_lab_test_refusals_LDFLAGS = $(lab_ldflags)
tests_lab_test_refusals_LDADD = $(lab_ldadd)
tests_lab_test_reach_SOURCES = %D%/test-reach.c
tests_lab_test_reach_CFLAGS = $(lab_cflags)
tests_lab_test_reach_LDFLAGS = $(lab_ldflags)
tests_lab_test_reach_LDADD = $(lab_ldadd)
tests_lab_test_apply_SOURCES = %D%/test-apply.c
tests_lab_test_apply_CFLAGS = $(lab_cflags)
tests_lab_test_apply_LDFLAGS = $(lab_ldflags)
tests_lab_test_apply_LDADD = $(lab_ldadd)
tests_lab_test_faults_SOURCES = %D%/test-faults.c
tests_lab_test_faults_CFLAGS = $(lab_cflags)
tests_lab_test_faults_LDFLAGS = $(lab_ldflags)
tests_lab_test_faults_LDADD = $(lab_ldadd)
tests_lab_test_transaction_SOURCES = %D%/test-transaction.c
tests_lab_test_transaction_CFLAGS = $(lab_cflags)
tests_lab_test_transaction_LDFLAGS = $(lab_ldflags)
tests_lab_test_transaction_LDADD = $(lab_ldadd)
tests_lab_test_options_SOURCES = %D%/test-options.c
tests_lab_test_options_CFLAGS = $(lab_cflags)
tests_lab_test_options_LDFLAGS = $(lab_ldflags)
tests_lab_test_options_LDADD = $(lab_ldadd)
tests_lab_test_libnl_SOURCES = %D%/test-libnl.c
tests_lab_test_libnl_CFLAGS = $(lab_cflags) $(LIBNL_CFLAGS)
tests_lab_test_libnl_LDFLAGS = $(lab_ldflags)
tests_lab_test_libnl_LDADD = $(lab_ldadd) $(LIBNL_LIBS)
tests_lab_test_nl3_SOURCES = %D%/test-nl3.c
tests_lab_test_nl3_CFLAGS = $(lab_cflags) $(LIBNL_CFLAGS)
tests_lab_test_nl3_LDFLAGS = $(lab_ldflags)
tests_lab_test_nl3_LDADD = libipvlan/nl3/libipvlan-nl3.la $(lab_ldadd) $(LIBNL_LIBS)
tests_lab_test_many_SOURCES = %D%/test-many.c
tests_lab_test_many_CFLAGS = $(lab_cflags) $(MNL_CFLAGS)
tests_lab_test_many_LDFLAGS = $(lab_ldflags)
tests_lab_test_many_LDADD = $(lab_ldadd)
