// SPDX-License-Identifier: LGPL-2.1-or-later
/* The diagnosis object, and the table of what can be found. */
#include "diagnosis.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct ipvlan_diagnosis {
	struct ipvlan_finding *findings;
	size_t count;
};

#define ADDRESSES "ADDRESSES"
#define PARENTS	  "PARENTS AND SLAVES"
#define ROUTES	  "ROUTES AND MODES"
#define HOST	  "THE HOST AND ITS SLAVES"
#define MACHINE	  "THE MACHINE"

static const struct ipvlan_finding_kind kinds[FINDING_KINDS] = {
	[FINDING_DUPLICATE_ADDRESS] = {"duplicate-address", "an address is in use twice", ADDRESSES},
	[FINDING_DAD_FAILED] = {"dad-failed", "an IPv6 address was found in use elsewhere", ADDRESSES},
	[FINDING_DAD_TENTATIVE] = {"dad-tentative", "duplicate address detection does not end", ADDRESSES},
	[FINDING_IPV6_DISABLED] = {"ipv6-disabled", "IPv6 is switched off", ADDRESSES},
	[FINDING_NO_ADDRESS] = {"no-address", "a slave has no address", ADDRESSES},
	[FINDING_STALE_NEIGHBOUR] = {"stale-neighbour", "an address is looked for in the wrong place", ADDRESSES},
	[FINDING_GATEWAY_SILENT] = {"gateway-silent", "the gateway does not answer", ROUTES},
	[FINDING_DHCP_IN_L3] = {"dhcp-in-l3", "DHCP is asked for where no broadcast is carried", ADDRESSES},
	[FINDING_DHCP_SHARED_MAC] = {"dhcp-shared-mac", "DHCP clients are told apart by one MAC address", ADDRESSES},
	[FINDING_PARENT_UNFIT] = {"parent-unfit", "the device cannot be a parent", PARENTS},
	[FINDING_PARENT_BUSY] = {"parent-busy", "the device's packets go to another one", PARENTS},
	[FINDING_PARENT_DOWN] = {"parent-down", "the parent is down", PARENTS},
	[FINDING_PARENT_NO_CARRIER] = {"parent-no-carrier", "the parent has no carrier", PARENTS},
	[FINDING_PARENT_WIRELESS] = {"parent-wireless", "the parent is a wireless device", PARENTS},
	[FINDING_MTU_ABOVE_PARENT] = {"mtu-above-parent", "a slave's MTU is above its parent's", PARENTS},
	[FINDING_MTU_DIFFERS] = {"mtu-differs", "slaves of one parent have different MTUs", PARENTS},
	[FINDING_SLAVE_DOWN] = {"slave-down", "a slave with addresses is down", PARENTS},
	[FINDING_LOOPBACK_DOWN] = {"loopback-down", "lo is down", PARENTS},
	[FINDING_L3_NOT_ANSWERED] = {"l3-not-answered", "nobody answers for a slave's address", ROUTES},
	[FINDING_L3S_SYSCTL] = {"l3s-sysctl", "the host does not pass on what it answers for", ROUTES},
	[FINDING_L3_GATEWAY] = {"l3-gateway", "a gateway that is never asked", ROUTES},
	[FINDING_NO_DEFAULT_ROUTE] = {"no-default-route", "there is no default route", ROUTES},
	[FINDING_RP_FILTER] = {"rp-filter", "packets are dropped for the way they come", ROUTES},
	[FINDING_VEPA_HAIRPIN] = {"vepa-hairpin", "slaves depend on the switch to reach each other", ROUTES},
	[FINDING_VEPA_REDIRECTS] = {"vepa-redirects", "a slave follows redirects that vepa causes", ROUTES},
	[FINDING_HOST_UNREACHABLE] = {"host-unreachable", "the host does not reach its own slaves", HOST},
	[FINDING_HOST_ACCESS_STALE] = {"host-access-stale", "the host does not reach all of its slaves", HOST},
	[FINDING_FIREWALL_BYPASS] = {"firewall-bypass", "the host's firewall does not see its slaves", HOST},
	[FINDING_MODE_DIFFERS] = {"mode-differs", "mode, flags or options are not as described", MACHINE},
	[FINDING_NOT_AS_DESCRIBED] = {"not-as-described", "the machine is not as described", MACHINE},
	[FINDING_DESCRIPTION_WRONG] = {"description-wrong", "the description cannot be", MACHINE},
	[FINDING_MODULE_MISSING] = {"module-missing", "the kernel has no ipvlan", MACHINE},
	[FINDING_MODULE_BLOCKED] = {"module-blocked", "the module may not be loaded", MACHINE},
	[FINDING_MODULE_NOT_LOADED] = {"module-not-loaded", "the module is not loaded", MACHINE},
	[FINDING_CAPABILITY_MISSING] = {"capability-missing", "a capability is missing", MACHINE},
	[FINDING_NOT_LOOKED_AT] = {"not-looked-at", "something could not be looked at", MACHINE},
};

IPVLAN_API int ipvlan_diagnosis_new(struct ipvlan_ctx *ctx, const char *name, struct ipvlan_topology *topology,
				    struct ipvlan_diagnosis **diagnosis)
{
	struct ipvlan_diagnosis *d = calloc(1, sizeof(*d));
	struct facts facts = {0};
	struct judgement judgement = {.facts = &facts};
	int err;

	if (!d) {
		fail(ctx, -ENOMEM, IPVLAN_STAGE_READ, "cannot look for faults");
		return -ENOMEM;
	}
	err = facts_gather(ctx, name, topology, &facts);
	if (!err && judge(&judgement))
		err = fail(ctx, -ENOMEM, IPVLAN_STAGE_READ, "cannot look for faults");
	facts_clear(&facts);
	if (err) {
		findings_free(judgement.findings, judgement.count);
		free(d);
		return err;
	}
	d->findings = judgement.findings;
	d->count = judgement.count;
	*diagnosis = d;
	return 0;
}

IPVLAN_API void ipvlan_diagnosis_free(struct ipvlan_diagnosis *diagnosis)
{
	if (!diagnosis)
		return;
	findings_free(diagnosis->findings, diagnosis->count);
	free(diagnosis);
}

IPVLAN_API size_t ipvlan_diagnosis_get_count(const struct ipvlan_diagnosis *diagnosis)
{
	return diagnosis->count;
}

IPVLAN_API const struct ipvlan_finding *ipvlan_diagnosis_get_finding(const struct ipvlan_diagnosis *diagnosis,
								     size_t index)
{
	return index < diagnosis->count ? &diagnosis->findings[index] : NULL;
}

IPVLAN_API const char *ipvlan_finding_get_id(const struct ipvlan_finding *finding)
{
	return kinds[finding->kind].id;
}

IPVLAN_API enum ipvlan_severity ipvlan_finding_get_severity(const struct ipvlan_finding *finding)
{
	return finding->severity;
}

IPVLAN_API const char *ipvlan_finding_get_title(const struct ipvlan_finding *finding)
{
	return kinds[finding->kind].title;
}

IPVLAN_API const char *ipvlan_finding_get_link(const struct ipvlan_finding *finding)
{
	return finding->link[0] ? finding->link : NULL;
}

IPVLAN_API const char *ipvlan_finding_get_netns(const struct ipvlan_finding *finding)
{
	return finding->netns;
}

IPVLAN_API uint64_t ipvlan_finding_get_netns_inode(const struct ipvlan_finding *finding)
{
	return finding->inode;
}

IPVLAN_API const char *ipvlan_finding_get_subject(const struct ipvlan_finding *finding)
{
	return finding->subject;
}

IPVLAN_API const char *ipvlan_finding_get_evidence(const struct ipvlan_finding *finding)
{
	return finding->evidence;
}

IPVLAN_API const char *ipvlan_finding_get_remedy(const struct ipvlan_finding *finding)
{
	return finding->remedy;
}

IPVLAN_API const char *ipvlan_finding_get_section(const struct ipvlan_finding *finding)
{
	return kinds[finding->kind].section;
}

IPVLAN_API const struct ipvlan_finding_kind *ipvlan_finding_kind_get(size_t index)
{
	return index < FINDING_KINDS ? &kinds[index] : NULL;
}
