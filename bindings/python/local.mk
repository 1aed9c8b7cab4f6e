# SPDX-License-Identifier: LGPL-2.1-or-later
# The build makes the extension for the tests; what is installed is built by pyproject.toml, against an installed library.
python_ext_sources = %D%/ext/context-address.c %D%/ext/context-link.c %D%/ext/context-netns.c %D%/ext/context-report.c \
	%D%/ext/context.c %D%/ext/monitor.c %D%/ext/transaction.c \
	%D%/ext/error.c %D%/ext/handle.c %D%/ext/module.c %D%/ext/netns.c %D%/ext/plan.c %D%/ext/arguments.c \
	%D%/ext/topology.c %D%/ext/values.c %D%/ext/wishes.c %D%/ext/ext.h
python_package = %D%/ipvlan/__init__.py %D%/ipvlan/_closing.py %D%/ipvlan/_context.py %D%/ipvlan/_errors.py \
	%D%/ipvlan/_files.py %D%/ipvlan/_ipvlan.pyi %D%/ipvlan/_monitor.py %D%/ipvlan/_reports.py %D%/ipvlan/_slave.py \
	%D%/ipvlan/_topology.py %D%/ipvlan/_transaction.py %D%/ipvlan/_values.py %D%/ipvlan/py.typed
python_tests = %D%/tests/coverage.test %D%/tests/install.test %D%/tests/types.test %D%/tests/unit.test
EXTRA_DIST += $(python_ext_sources) $(python_package) $(python_tests) %D%/README.md %D%/pyproject.toml %D%/setup.py \
	%D%/MANIFEST.in %D%/tests/lib.sh %D%/tests/not-covered.txt %D%/tests/test_files.py %D%/tests/test_kernel.py \
	%D%/tests/test_readme.py %D%/tests/test_values.py
TESTS += $(python_tests)

if HAVE_PYTHON
check_LTLIBRARIES += bindings/python/_ipvlan.la
bindings_python__ipvlan_la_SOURCES = $(python_ext_sources)
bindings_python__ipvlan_la_CPPFLAGS = $(AM_CPPFLAGS) $(PYTHON_CPPFLAGS)
bindings_python__ipvlan_la_CFLAGS = $(AM_CFLAGS) -fvisibility=hidden
bindings_python__ipvlan_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
bindings_python__ipvlan_la_LIBADD = libipvlan/libipvlan.la

# The package as it will be, in one folder: PYTHONPATH for whoever tries it.
python_stage = bindings/python/stage
check_DATA += $(python_stage).stamp
$(python_stage).stamp: $(python_package) bindings/python/_ipvlan.la
	$(AM_V_GEN)rm -rf $(python_stage) && $(MKDIR_P) $(python_stage)/ipvlan && \
		for file in $(python_package); do ln -s "$(abs_top_srcdir)/$$file" $(python_stage)/ipvlan/ || exit; done && \
		ln -s "$(abs_top_builddir)/bindings/python/.libs/_ipvlan.so" $(python_stage)/ipvlan/ && touch $@
CLEANFILES += $(python_stage).stamp
clean-python-stage:
	rm -rf $(python_stage)
else
clean-python-stage:
endif
.PHONY: clean-python-stage
