# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs to begin with; tests/lab/c-examples.lab compiles them against the installed library and runs them.
examplesdir = $(docdir)/examples
dist_examples_DATA = %D%/examples/apply.c %D%/examples/create.c %D%/examples/inventory.c
