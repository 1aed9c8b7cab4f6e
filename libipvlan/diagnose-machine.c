// SPDX-License-Identifier: LGPL-2.1-or-later
/* Checks of the machine as a whole: kernel, rights, what was described, what could not be looked at. Pure. */
#include "diagnosis.h"
#include <string.h>

static const struct fact_link *find_parent(const struct judgement *j, const char *name)
{
	const struct fact_link *link;
	size_t i;

	for (i = 0; i < j->facts->link_count; i++) {
		link = &j->facts->links[i];
		if (link->is_parent && place_of(j, link)->is_own && strcmp(link->link.name, name) == 0)
			return link;
	}
	return NULL;
}

static void check_mode(struct judgement *j, const struct fact_step *step)
{
	report(j, FINDING_MODE_DIFFERS, IPVLAN_SEVERITY_ERROR, find_parent(j, step->parent),
	       "what is described and what is differ: %s", step->text);
	remedy(j, "# ipvlanctl apply FILE --yes");
}

static void check_description(struct judgement *j)
{
	const struct fact_step *first = NULL;
	size_t i, others = 0;

	if (j->facts->description_error[0]) {
		report(j, FINDING_DESCRIPTION_WRONG, IPVLAN_SEVERITY_ERROR, NULL, "%s", j->facts->description_error);
		remedy(j, "# mend the description; `ipvlanctl check FILE` says more");
	}
	for (i = 0; i < j->facts->step_count; i++) {
		if (j->facts->steps[i].is_port)
			check_mode(j, &j->facts->steps[i]);
		else if (!others++)
			first = &j->facts->steps[i];
	}
	if (!others)
		return;
	report(j, FINDING_NOT_AS_DESCRIBED, IPVLAN_SEVERITY_WARNING, NULL,
	       "%zu step%s would make the machine what is described, the first: %s", others, others == 1 ? "" : "s",
	       first->text);
	remedy(j, "# ipvlanctl apply FILE");
}

static bool has_slaves(const struct facts *facts)
{
	size_t i;

	for (i = 0; i < facts->port_count; i++) {
		if (facts->ports[i].slave_count)
			return true;
	}
	return false;
}

static void check_module(struct judgement *j)
{
	if (has_slaves(j->facts))
		return;
	switch (j->facts->module) {
	case MODULE_LOADED:
		return;
	case MODULE_LOADABLE:
		report(j, FINDING_MODULE_NOT_LOADED, IPVLAN_SEVERITY_INFO, NULL,
		       "/sys/module/ipvlan does not exist; the first slave loads the module, unless it is made in a "
		       "container");
		remedy(j, "modprobe ipvlan");
		return;
	case MODULE_MISSING:
		report(j, FINDING_MODULE_MISSING, IPVLAN_SEVERITY_ERROR, NULL, "%s", j->facts->module_hint);
		remedy(j, "# install what is missing, or run another kernel");
		return;
	case MODULE_UNSEEN:
		report(j, FINDING_NOT_LOOKED_AT, IPVLAN_SEVERITY_WARNING, NULL, "%s", j->facts->module_hint);
		remedy(j, "# run it outside of any container");
		return;
	case MODULE_BLOCKED:
		report(j, FINDING_MODULE_BLOCKED, IPVLAN_SEVERITY_ERROR, NULL, "%s", j->facts->module_hint);
		remedy(j, "# take that away, then: modprobe ipvlan");
	}
}

static void check_capability(struct judgement *j, bool has, const char *name, const char *use)
{
	if (has && j->facts->is_owned_here)
		return;
	if (has)
		report(j, FINDING_CAPABILITY_MISSING, IPVLAN_SEVERITY_WARNING, NULL,
		       "%s is there, but in another user namespace than the one that owns this network namespace: it "
		       "does not let %s",
		       name, use);
	else
		report(j, FINDING_CAPABILITY_MISSING, IPVLAN_SEVERITY_WARNING, NULL,
		       "%s is not among the effective capabilities, which it takes to %s", name, use);
	remedy(j, "# run it as root, or in namespaces of your own: unshare -Urnm");
}

static void check_unread(struct judgement *j)
{
	const struct fact_place *place;
	const struct fact_link *slave;
	size_t i;

	if (j->facts->left_out_count) {
		report(j, FINDING_NOT_LOOKED_AT, IPVLAN_SEVERITY_WARNING, NULL,
		       "%zu namespace%s could not be entered, for that takes CAP_SYS_ADMIN over the user namespace "
		       "that "
		       "owns it: %s",
		       j->facts->left_out_count, j->facts->left_out_count == 1 ? "" : "s", j->facts->left_out);
		remedy(j, "# run it as root of the machine");
	}
	for (i = 0; i < j->facts->port_count; i++) {
		slave = j->facts->ports[i].parent == NONE ? next_slave(j, &j->facts->ports[i], NULL) : NULL;
		if (!slave)
			continue;
		report(j, FINDING_NOT_LOOKED_AT, IPVLAN_SEVERITY_WARNING, slave,
		       "its parent (number %d) is in a namespace that cannot be found or entered from here",
		       slave->link.parent_index);
		remedy(j, "# run it where the parent is");
	}
	for (i = 0; i < j->facts->link_count; i++) {
		place = place_of(j, &j->facts->links[i]);
		if (place->was_read || (i && j->facts->links[i - 1].place == j->facts->links[i].place))
			continue;
		report(j, FINDING_NOT_LOOKED_AT, IPVLAN_SEVERITY_WARNING, &j->facts->links[i],
		       "the settings under /proc/sys/net of its namespace could not be read");
		remedy(j, "# run it as root, with /proc mounted");
	}
	for (i = 0; i < j->facts->port_count; i++) {
		slave = parent_of(j, &j->facts->ports[i]);
		if (!slave || !place_of(j, slave)->tables_unread)
			continue;
		report(j, FINDING_NOT_LOOKED_AT, IPVLAN_SEVERITY_WARNING, slave,
		       "the packet filter tables of its namespace could not be read (/proc/net/ip_tables_names, "
		       "nftables)");
		remedy(j, "# run it as root");
	}
}

void check_machine(struct judgement *j)
{
	check_description(j);
	check_module(j);
	check_capability(j, j->facts->has_net_admin, "CAP_NET_ADMIN", "change links");
	check_capability(j, j->facts->has_sys_admin, "CAP_SYS_ADMIN", "enter namespaces");
	check_unread(j);
}
