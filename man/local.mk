# SPDX-License-Identifier: LGPL-2.1-or-later
dist_man_MANS += %D%/ipvlan.4 %D%/libipvlan.7 %D%/ipvlan-cni.8 %D%/ipvlanctl.8 %D%/ipvlan-topology.5 %D%/ipvlan-doctor.7

# The manual's synopsis is what the command says of itself; a unit test compares them.
update-synopsis: cli/ipvlanctl
	awk '/^\.\\" END SYNOPSIS/ { while (("cli/ipvlanctl help --synopsis" | getline line) > 0) print line; skip = 0 } \
		!skip { print } /^\.\\" BEGIN SYNOPSIS/ { skip = 1 }' $(srcdir)/man/ipvlanctl.8 > ipvlanctl.8.new
	mv ipvlanctl.8.new $(srcdir)/man/ipvlanctl.8
.PHONY: update-synopsis
CLEANFILES += ipvlanctl.8.new
