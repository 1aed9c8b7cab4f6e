/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file plan.h
 * @brief From what lives to what is described: ordered steps, each with its inverse, shown first and then carried out.
 *
 * @code{.c}
 * struct ipvlan_plan *plan;
 * char text[256];
 *
 * if (ipvlan_plan_new(ctx, topology, false, &plan) == 0) {
 * 	for (size_t i = 0; i < ipvlan_plan_get_step_count(plan); i++)
 * 		puts(ipvlan_step_format(ipvlan_plan_get_step(plan, i), text, sizeof(text)));
 * 	if (ipvlan_plan_apply(ctx, plan, NULL, NULL) < 0)
 * 		puts(ipvlan_ctx_strerror(ctx));
 * 	ipvlan_plan_free(plan);
 * }
 * @endcode
 */
#ifndef IPVLAN_PLAN_H
#define IPVLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_ctx;
struct ipvlan_topology;

/** A plan: steps in the order in which they are taken. Immutable. */
struct ipvlan_plan;

/** A step of a plan. */
struct ipvlan_step;

/** What a step does. */
enum ipvlan_change {
	IPVLAN_CHANGE_ADD = 0, /**< `+` */
	IPVLAN_CHANGE_REMOVE,  /**< `-` */
	IPVLAN_CHANGE_SET,     /**< `~` */
};

/**
 * Plan the way from what lives to a topology. What the topology does not describe is left alone, unless @p prune says
 * that it describes the parents that it lists whole: then their other slaves go, and so do other addresses and routes
 * of the slaves that it describes, but for addresses that end by themselves.
 * @param ctx      a context, working in the namespace of the parents.
 * @param topology what shall be; it is checked first.
 * @param prune    whether listed parents are described whole.
 * @param plan     receives the plan, which may be empty; the caller frees it with ipvlan_plan_free().
 * @return 0; -EINVAL when the topology breaks a rule (the error tells the first finding and its line); -ENODEV when a
 * parent does not exist; -ENOENT when a namespace does not exist that must; -EOPNOTSUPP when parents have options and
 * the module that has them is not loaded; or as ipvlan_link_list(). The kernel is only read.
 */
int ipvlan_plan_new(struct ipvlan_ctx *ctx, struct ipvlan_topology *topology, bool prune, struct ipvlan_plan **plan);

/** Free a plan. NULL is fine. */
void ipvlan_plan_free(struct ipvlan_plan *plan);

/** @return the number of steps; 0 when what lives is what is described. */
size_t ipvlan_plan_get_step_count(const struct ipvlan_plan *plan);

/** @return a step, or NULL when @p index is not below the count. Lives as long as the plan. */
const struct ipvlan_step *ipvlan_plan_get_step(const struct ipvlan_plan *plan, size_t index);

/** @return what the step does. */
enum ipvlan_change ipvlan_step_get_change(const struct ipvlan_step *step);

/**
 * @return what it does it to: "netns", "port", "lo", "slave", "mtu", "up", "address", "route" or "options"; a step of a
 * transaction also "move" or "mac".
 */
const char *ipvlan_step_get_kind(const struct ipvlan_step *step);

/** @return the link or namespace that it is about. Lives as long as the plan. */
const char *ipvlan_step_get_name(const struct ipvlan_step *step);

/** @return the name of the namespace in which it happens, or NULL for the context's own. */
const char *ipvlan_step_get_netns(const struct ipvlan_step *step);

/** @return the line of the description that asks for it; 0 for none. */
unsigned int ipvlan_step_get_line(const struct ipvlan_step *step);

/** @return the number of slaves that the step changes though nobody described them: those of a port. */
size_t ipvlan_step_get_sibling_count(const struct ipvlan_step *step);

/**
 * The step as one line, without the `+`, `-` or `~`.
 * @param step a step.
 * @param buf  receives the text; what does not fit is cut.
 * @param size bytes in @p buf.
 * @return @p buf.
 */
const char *ipvlan_step_format(const struct ipvlan_step *step, char *buf, size_t size);

/**
 * Told before each step, and while undoing.
 * @param done    steps done so far (when undoing: still to be undone).
 * @param total   all steps.
 * @param step    the next one.
 * @param undoing whether the way leads back.
 * @param data    what was given to ipvlan_plan_apply().
 * @return 0 to go on; anything else to stop here and undo what was done (not heard while undoing).
 */
typedef int (*ipvlan_progress_fn)(size_t done, size_t total, const struct ipvlan_step *step, bool undoing, void *data);

/**
 * Carry out a plan, all or nothing: when a step fails, the inverses of those before it are carried out in reverse
 * order. What no description speaks of does not come back with a slave that is made anew, or with an address: routes in
 * other tables than the main one, routes of other links that had the address for their source, the length of a queue
 * and what other programs keep about a link. An IPv6 address that comes back is the last one of its link.
 * @param ctx      the context that the plan was made with.
 * @param plan     a plan; not changed.
 * @param progress told about each step; may be NULL.
 * @param data     handed to @p progress.
 * @return 0; what the failed step returned, the context's error telling its story, with the step's number as
 * ipvlan_error_get_step(); -ECANCELED when @p progress said so. What could not be undone is named in the error's hint.
 *
 * A route whose source is an IPv6 address that is new waits for duplicate address detection, four seconds at most.
 */
int ipvlan_plan_apply(struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, ipvlan_progress_fn progress, void *data);

#ifdef __cplusplus
}
#endif
#endif
