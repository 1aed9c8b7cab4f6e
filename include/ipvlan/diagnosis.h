/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file diagnosis.h
 * @brief What is wrong with slaves and their parents, how that was seen, and what to do about it.
 *
 * A diagnosis is taken at one moment and never changes. The kernel is only read. Nothing in it is a guess: what could
 * not be looked at is a finding of its own.
 *
 * @code{.c}
 * struct ipvlan_diagnosis *diagnosis;
 * const struct ipvlan_finding *finding;
 *
 * if (ipvlan_diagnosis_new(ctx, NULL, NULL, &diagnosis) == 0) {
 * 	for (size_t i = 0; i < ipvlan_diagnosis_get_count(diagnosis); i++) {
 * 		finding = ipvlan_diagnosis_get_finding(diagnosis, i);
 * 		printf("%s: %s\n", ipvlan_finding_get_subject(finding), ipvlan_finding_get_title(finding));
 * 		printf("  seen: %s\n", ipvlan_finding_get_evidence(finding));
 * 		printf("  do:   %s\n", ipvlan_finding_get_remedy(finding));
 * 	}
 * 	ipvlan_diagnosis_free(diagnosis);
 * }
 * @endcode
 */
#ifndef IPVLAN_DIAGNOSIS_H
#define IPVLAN_DIAGNOSIS_H

#include <ipvlan/topology.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_ctx;
struct ipvlan_topology;

/** Findings. */
struct ipvlan_diagnosis;

/** One finding: what it is about, what was seen, what to do. */
struct ipvlan_finding;

/**
 * Look for faults.
 * @param ctx       a context.
 * @param name      a parent or slave, of whatever namespace, to look at with those that share its port; or a link of
 *                  the context's namespace that could be a parent; NULL for all ports of the machine.
 * @param topology  what the machine should be; differences become findings. NULL for none. It is checked as by
 *                  ipvlan_topology_check(), which replaces its findings.
 * @param diagnosis receives the findings, also when there are none; the caller frees it with ipvlan_diagnosis_free().
 * @return 0; -ENODEV when there is no link of that name; -ENOMEM; -EMFILE; -EAGAIN when a dump was interrupted again
 * and again.
 *
 * Reads links, addresses, routes and neighbours over rtnetlink in every namespace that has slaves or their parents,
 * and there, on a thread of the library's own, /proc/sys/net and the names of iptables' tables; besides /sys/class/net,
 * /sys/module, /lib/modules and the processes of those namespaces. It takes CAP_SYS_ADMIN to enter a namespace.
 */
int ipvlan_diagnosis_new(struct ipvlan_ctx *ctx, const char *name, struct ipvlan_topology *topology,
			 struct ipvlan_diagnosis **diagnosis);

/** Free a diagnosis and its findings. NULL is fine. */
void ipvlan_diagnosis_free(struct ipvlan_diagnosis *diagnosis);

/** @return the number of findings. */
size_t ipvlan_diagnosis_get_count(const struct ipvlan_diagnosis *diagnosis);

/** @return a finding, errors first, or NULL when @p index is not below the count. Lives as long as the diagnosis. */
const struct ipvlan_finding *ipvlan_diagnosis_get_finding(const struct ipvlan_diagnosis *diagnosis, size_t index);

/** @return what sort of finding it is, such as "duplicate-address": a static string that later versions keep. */
const char *ipvlan_finding_get_id(const struct ipvlan_finding *finding);

/** @return how bad it is. */
enum ipvlan_severity ipvlan_finding_get_severity(const struct ipvlan_finding *finding);

/** @return what sort of finding it is in a few words, a static string. */
const char *ipvlan_finding_get_title(const struct ipvlan_finding *finding);

/** @return the link that it is about, or NULL when it is about none. Lives as long as the diagnosis. */
const char *ipvlan_finding_get_link(const struct ipvlan_finding *finding);

/** @return the name of that link's namespace, or NULL when it has none or the finding is about no namespace. */
const char *ipvlan_finding_get_netns(const struct ipvlan_finding *finding);

/** @return the inode of that link's namespace; 0 when the finding is about no namespace. */
uint64_t ipvlan_finding_get_netns_inode(const struct ipvlan_finding *finding);

/** @return link and namespace for people: "ipvl0 in namespace ns0", "this machine". Lives as long as the diagnosis. */
const char *ipvlan_finding_get_subject(const struct ipvlan_finding *finding);

/** @return what was seen. Lives as long as the diagnosis. */
const char *ipvlan_finding_get_evidence(const struct ipvlan_finding *finding);

/**
 * What to do.
 * @return one or more commands, a line each, to be run in the namespace of the context; a line that begins with "#" is
 * for people, who then have to do something that no command does. Never NULL. Lives as long as the diagnosis.
 */
const char *ipvlan_finding_get_remedy(const struct ipvlan_finding *finding);

/** @return the section of ipvlan-doctor(7) that explains it, a static string. */
const char *ipvlan_finding_get_section(const struct ipvlan_finding *finding);

/** @brief A sort of finding that this version can make. */
struct ipvlan_finding_kind {
	const char *id;	     /**< as ipvlan_finding_get_id() */
	const char *title;   /**< as ipvlan_finding_get_title() */
	const char *section; /**< as ipvlan_finding_get_section() */
};

/** @return a sort of finding, or NULL when @p index is not below their number. Static. */
const struct ipvlan_finding_kind *ipvlan_finding_kind_get(size_t index);

#ifdef __cplusplus
}
#endif
#endif
