# SPDX-License-Identifier: LGPL-2.1-or-later
systemdunitdir = $(SYSTEMD_UNIT_DIR)
nodist_systemdunit_DATA = systemd/ipvlan.service systemd/ipvlan@.service
EXTRA_DIST += %D%/ipvlan.service.in %D%/ipvlan@.service.in
CLEANFILES += $(nodist_systemdunit_DATA)

# By make, not by configure: only it knows what bindir is in the end.
systemd/ipvlan.service systemd/ipvlan@.service: %D%/local.mk
	$(AM_V_GEN)$(MKDIR_P) systemd && sed 's|[@]bindir[@]|$(bindir)|' $(srcdir)/$@.in > $@
systemd/ipvlan.service: %D%/ipvlan.service.in
systemd/ipvlan@.service: %D%/ipvlan@.service.in
