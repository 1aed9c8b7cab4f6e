# SPDX-License-Identifier: GPL-2.0-or-later
# The packages themselves are another matter, of minutes: ./dev deb --test.
TESTS += %D%/packaging.test
EXTRA_DIST += %D%/packaging.test %D%/run
