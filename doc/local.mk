# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs to begin with; tests/lab/c-examples.lab compiles them against the installed library and runs them.
examplesdir = $(docdir)/examples
dist_examples_DATA = %D%/examples/apply.c %D%/examples/create.c %D%/examples/inventory.c \
	%D%/examples/nl3.c %D%/examples/watch.c

# The API's reference, HTML and manual pages of section 3, below doc/api; whatever doxygen warns of fails it.
api_headers = $(ipvlaninclude_HEADERS) $(nl3_headers)
# Of the manual pages, those with names of our own: doxygen links one to each field, too. And roff takes a quote at the
# beginning of a line for a request.
mend_manuals = find doc/api/man -name '*.3' \( ! -iname 'ipvlan*' -delete -o -exec sed -i "s/^'/\\\\\&'/" {} + \)
EXTRA_DIST += %D%/api.md %D%/api.test %D%/doxygen-filter %D%/examples-of
TESTS += %D%/api.test
doc: doc/api.stamp
doc/api.stamp: doc/Doxyfile $(api_headers) %D%/api.md %D%/doxygen-filter
	@test -n "$(DOXYGEN)" || { echo "make doc wants doxygen (Debian: doxygen)"; exit 1; }
	$(AM_V_GEN)rm -rf doc/api && $(MKDIR_P) doc/api && $(DOXYGEN) doc/Doxyfile && $(mend_manuals) && touch $@
CLEANFILES += doc/api.stamp
clean-doc:
	rm -rf doc/api
.PHONY: doc clean-doc
