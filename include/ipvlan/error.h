/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file error.h
 * @brief Why the last call on a context failed: what, where, who holds it, what to do.
 *
 * Every function of the library that can fail returns 0 or -errno, the number being the kernel's own wherever the
 * kernel refused. The context keeps the rest of the story in one error object. It describes the last call that failed
 * and is overwritten by the next one that does; a call that succeeds leaves it alone. All strings live as long as the
 * context and until its next failing call. That there is nothing to read now, or that a signal handler ran while a
 * monitor waited, is no failure and leaves it alone. In strings from the kernel or from input control characters, marks
 * that turn the direction of writing and what is no UTF-8 are replaced by '?', so that they are safe on a terminal.
 *
 * @code{.c}
 * if (ipvlan_address_delete(ctx, "ipvl0", address) < 0) {
 * 	const struct ipvlan_error *error = ipvlan_ctx_get_error(ctx);
 *
 * 	puts(ipvlan_error_get_message(error));
 * 	if (ipvlan_error_get_hint(error))
 * 		puts(ipvlan_error_get_hint(error));
 * }
 * @endcode
 */
#ifndef IPVLAN_ERROR_H
#define IPVLAN_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_ctx;

/** An error, owned by its context. */
struct ipvlan_error;

/** Where in an operation a failure happened. New stages may be added; show unknown ones as a number. */
enum ipvlan_stage {
	IPVLAN_STAGE_NONE = 0, /**< no error yet; or none of these, such as a plan that its caller stopped */
	IPVLAN_STAGE_SETTINGS, /**< the request itself is malformed; the kernel was not asked */
	IPVLAN_STAGE_SOCKET,   /**< opening or using a netlink socket */
	IPVLAN_STAGE_NETNS,    /**< finding, making or entering a network namespace */
	IPVLAN_STAGE_PARENT,   /**< finding the parent device, or the kernel refusing it */
	IPVLAN_STAGE_CONSENT,  /**< siblings would change and the caller did not agree to that */
	IPVLAN_STAGE_CREATE,   /**< making the link */
	IPVLAN_STAGE_RENAME,   /**< giving a link its name */
	IPVLAN_STAGE_LOOPBACK, /**< bringing lo up in the target namespace */
	IPVLAN_STAGE_ADDRESS,  /**< adding, deleting or reading an address */
	IPVLAN_STAGE_UP,       /**< bringing the link up or down */
	IPVLAN_STAGE_ROUTE,    /**< adding, deleting or reading a route */
	IPVLAN_STAGE_READ,     /**< reading links */
	IPVLAN_STAGE_CHANGE,   /**< changing a link or port that exists */
	IPVLAN_STAGE_MOVE,     /**< moving a link to another namespace */
	IPVLAN_STAGE_DELETE,   /**< deleting a link or namespace */
	IPVLAN_STAGE_EXEC,     /**< starting a command in a namespace */
};

/**
 * The name of a stage.
 * @return a static string such as "address", or NULL for a stage that this version does not know.
 */
const char *ipvlan_stage_to_string(enum ipvlan_stage stage);

/**
 * The error of the last failed call on a context.
 * @return never NULL; its code is 0 while nothing has failed. Valid as long as @p ctx.
 */
const struct ipvlan_error *ipvlan_ctx_get_error(const struct ipvlan_ctx *ctx);

/**
 * The whole error as one text for people: what was tried, what was wrong, who holds it, and (after "; ") what to do.
 * @return never NULL; "" while nothing has failed. Valid until the next failing call on @p ctx.
 */
const char *ipvlan_ctx_strerror(const struct ipvlan_ctx *ctx);

/** @return -errno as the failed call returned it, or 0. */
int ipvlan_error_get_code(const struct ipvlan_error *error);

/** @return the stage that failed. */
enum ipvlan_stage ipvlan_error_get_stage(const struct ipvlan_error *error);

/**
 * @return which of several like things failed within its stage (the third address: 2), or which step of a plan; counted
 * from 0.
 */
unsigned int ipvlan_error_get_step(const struct ipvlan_error *error);

/**
 * @return how many steps of a plan or transaction that failed could not be undone; 0 when all is as it was before. The
 * hint names the last of them.
 */
unsigned int ipvlan_error_get_left_count(const struct ipvlan_error *error);

/** @return what was tried and what was wrong, without the hint; never NULL. */
const char *ipvlan_error_get_message(const struct ipvlan_error *error);

/** @return the kernel's own words (NLMSGERR_ATTR_MSG, kernel 4.12 and later), or NULL when it gave none. */
const char *ipvlan_error_get_extack(const struct ipvlan_error *error);

/**
 * The attribute that the kernel objected to.
 * @return its name as in the kernel's headers ("IFLA_MTU"), or NULL when the kernel named none (NLMSGERR_ATTR_OFFS,
 * kernel 4.12 and later).
 */
const char *ipvlan_error_get_attribute(const struct ipvlan_error *error);

/**
 * Who stands in the way: the link and namespace that hold a duplicate address, the device that owns a busy parent,
 * the siblings that a change would touch.
 * @return a text such as "ipvl1 in namespace ns1", or NULL when nobody was found.
 */
const char *ipvlan_error_get_holder(const struct ipvlan_error *error);

/** @return what to do about it, or NULL when the library has no advice. */
const char *ipvlan_error_get_hint(const struct ipvlan_error *error);

#ifdef __cplusplus
}
#endif
#endif
