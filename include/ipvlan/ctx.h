/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file ctx.h
 * @brief The context: netlink socket, namespace in which names are looked up, log function, last error.
 *
 * Thread rules: a context and everything read through it may be used by one thread at a time; any number of threads
 * may each have a context of their own. The library has no globals, never prints, never exits, never asserts on input
 * or on what the kernel says, and never changes the namespace of the calling thread, not even for a moment: whatever
 * must happen inside another namespace happens on a thread of the library's own.
 *
 * Every function that takes pointers wants them non-NULL unless its text says otherwise; a `_free()` takes NULL.
 *
 * @code{.c}
 * struct ipvlan_netns *netns;
 *
 * if (ipvlan_netns_open_name(ctx, "ns0", &netns) == 0) {
 * 	ipvlan_ctx_set_netns(ctx, netns);
 * 	ipvlan_netns_free(netns);
 * 	ipvlan_link_set_up(ctx, "ipvl0");
 * 	ipvlan_ctx_set_netns(ctx, NULL);
 * }
 * @endcode
 */
#ifndef IPVLAN_CTX_H
#define IPVLAN_CTX_H

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_netns;

/** A context. Opaque; made by ipvlan_ctx_new(), freed by ipvlan_ctx_free(). */
struct ipvlan_ctx;

/** How much a log line matters. */
enum ipvlan_log_level {
	IPVLAN_LOG_NOTICE = 0, /**< something that a user should be told, such as a mode taken over from siblings */
	IPVLAN_LOG_DEBUG,      /**< for people who look for a fault; this version says nothing at this level */
};

/**
 * A log function.
 * @param level how much it matters.
 * @param text  one line without newline; valid during the call only.
 * @param data  what was given to ipvlan_ctx_set_log().
 */
typedef void (*ipvlan_log_fn)(enum ipvlan_log_level level, const char *text, void *data);

/**
 * Make a context that works in the network namespace that the calling thread is in now.
 * @param ctx receives the context; untouched on failure. The caller frees it.
 * @return 0; -ENOMEM; -EMFILE or -ENFILE when no file descriptor is left; -ENOENT where /proc is not mounted. The
 * netlink socket is opened by the first call that needs it.
 */
int ipvlan_ctx_new(struct ipvlan_ctx **ctx);

/** Free a context, its socket and its error. NULL is fine. Lists and snapshots read through it stay valid. */
void ipvlan_ctx_free(struct ipvlan_ctx *ctx);

/**
 * Choose the namespace in which this context looks up links, and in which it makes, changes and deletes them.
 * @param ctx   a context.
 * @param netns a namespace, which is copied; NULL for the one that the context was made in.
 * @return 0; -EPERM without CAP_SYS_ADMIN over the namespace; -EMFILE, -ENFILE, -ENOMEM; -EAGAIN when no thread can be
 * had. On failure the context stays where it was.
 *
 * While a context works in a namespace it keeps that namespace alive.
 * Kernel: setns(2), 3.0 and later.
 */
int ipvlan_ctx_set_netns(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns);

/**
 * Have log lines delivered. The function is called on the calling thread, from within calls on @p ctx, and must not
 * call into the library with the same context.
 * @param ctx   a context.
 * @param log   the function; NULL for silence, which is the default.
 * @param level the least important level to deliver.
 * @param data  handed to @p log; stays the caller's.
 */
void ipvlan_ctx_set_log(struct ipvlan_ctx *ctx, ipvlan_log_fn log, enum ipvlan_log_level level, void *data);

#ifdef __cplusplus
}
#endif
#endif
