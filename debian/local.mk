# SPDX-License-Identifier: GPL-2.0-or-later
# The packages are built of the release's archive, which therefore has all of this: ./dev deb.
EXTRA_DIST += %D%/changelog %D%/control %D%/copyright %D%/rules %D%/build %D%/not-installed %D%/source/format \
	$(wildcard $(srcdir)/%D%/*.dirs) $(wildcard $(srcdir)/%D%/*.dkms) $(wildcard $(srcdir)/%D%/*.doc-base) \
	$(wildcard $(srcdir)/%D%/*.docs) $(wildcard $(srcdir)/%D%/*.install) $(wildcard $(srcdir)/%D%/*.lintian-overrides) \
	$(wildcard $(srcdir)/%D%/*.manpages) $(wildcard $(srcdir)/%D%/*.symbols) \
	$(wildcard $(srcdir)/%D%/source/lintian-overrides) $(wildcard $(srcdir)/%D%/tests/*)
