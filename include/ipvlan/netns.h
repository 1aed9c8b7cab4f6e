/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file netns.h
 * @brief Network namespaces: find, make, delete, list them, and run something inside.
 *
 * Names are those of ip-netns(8): files under /run/netns. A name holds no '/', is neither "." nor "..", and is at most
 * 255 bytes long, so that it can never lead out of that folder.
 *
 * @code{.c}
 * struct ipvlan_netns *netns;
 * char *command[] = {"ping", "-c", "1", "10.0.0.1", NULL};
 * int status;
 *
 * if (ipvlan_netns_create(ctx, "ns0", &netns) == 0) {
 * 	ipvlan_netns_exec(ctx, netns, command, &status);
 * 	ipvlan_netns_free(netns);
 * }
 * @endcode
 */
#ifndef IPVLAN_NETNS_H
#define IPVLAN_NETNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_ctx;

/** The folder in which namespaces have their names. */
#define IPVLAN_NETNS_DIR "/run/netns"

/** A reference to one network namespace. It keeps the namespace alive until it is freed. Immutable. */
struct ipvlan_netns;

/**
 * Open a namespace by its name.
 * @param ctx   receives the error, if any.
 * @param name  a name under /run/netns.
 * @param netns receives the reference; the caller frees it with ipvlan_netns_free().
 * @return 0; -ENOENT when there is no such name; -EINVAL when @p name is no name, or names no network namespace;
 * -EACCES, -EMFILE, -ENFILE, -ENOMEM.
 */
int ipvlan_netns_open_name(struct ipvlan_ctx *ctx, const char *name, struct ipvlan_netns **netns);

/**
 * Open a namespace by a file, such as /proc/PID/ns/net or a bind mount of it.
 * @return as ipvlan_netns_open_name().
 */
int ipvlan_netns_open_path(struct ipvlan_ctx *ctx, const char *path, struct ipvlan_netns **netns);

/**
 * Open the namespace that a process is in.
 * @return as ipvlan_netns_open_name(); -ESRCH when there is no such process; -EACCES or -EPERM when the caller may not
 * look (ptrace access is wanted, see namespaces(7)).
 */
int ipvlan_netns_open_pid(struct ipvlan_ctx *ctx, pid_t pid, struct ipvlan_netns **netns);

/**
 * Take a namespace from an open file descriptor, which is duplicated and stays the caller's.
 * @return as ipvlan_netns_open_name(); -EBADF; -EINVAL when @p fd is no network namespace.
 */
int ipvlan_netns_open_fd(struct ipvlan_ctx *ctx, int fd, struct ipvlan_netns **netns);

/**
 * Open the namespace that the calling thread is in.
 * @return as ipvlan_netns_open_name().
 */
int ipvlan_netns_open_current(struct ipvlan_ctx *ctx, struct ipvlan_netns **netns);

/** Give back a reference. NULL is fine. */
void ipvlan_netns_free(struct ipvlan_netns *netns);

/** @return the open file descriptor; owned by @p netns and closed with it. */
int ipvlan_netns_get_fd(const struct ipvlan_netns *netns);

/** @return the inode that identifies the namespace on this machine (the number in /proc/PID/ns/net). */
uint64_t ipvlan_netns_get_inode(const struct ipvlan_netns *netns);

/** @return the name it was opened by, or NULL when it was opened otherwise. Lives as long as @p netns. */
const char *ipvlan_netns_get_name(const struct ipvlan_netns *netns);

/** @return whether both refer to the same namespace. */
bool ipvlan_netns_is_equal(const struct ipvlan_netns *a, const struct ipvlan_netns *b);

/**
 * Make a namespace and give it a name, as `ip netns add` does. Everything in it is down, lo included.
 * @param ctx   a context.
 * @param name  the name to give.
 * @param netns receives a reference, which the caller frees; may be NULL.
 * @return 0; -EEXIST when the name is taken; -EINVAL when @p name is no name; -EPERM without CAP_SYS_ADMIN; -ENOSPC at
 * the limit user.max_net_namespaces; -EROFS when /run cannot be written. Nothing is left behind on failure.
 */
int ipvlan_netns_create(struct ipvlan_ctx *ctx, const char *name, struct ipvlan_netns **netns);

/**
 * Take the name from a namespace, as `ip netns delete` does. The namespace itself goes when nobody holds it any more.
 * A name whose file cannot be removed stays as it was; should that not be possible the error says what is left.
 * @return 0; -ENOENT when there is no such name; -EINVAL when @p name is no name; -EPERM without CAP_SYS_ADMIN; -EROFS
 * when /run cannot be written.
 */
int ipvlan_netns_delete(struct ipvlan_ctx *ctx, const char *name);

/**
 * Run a function inside a namespace, on a thread of its own whose signals are blocked. The calling thread waits and
 * never leaves its own namespace.
 * @param ctx    receives the error, if any.
 * @param netns  where to run.
 * @param fn     the function; sockets that it opens belong to @p netns, also after it returned.
 * @param data   handed to @p fn.
 * @param result receives what @p fn returned; may be NULL.
 * @return 0 when @p fn ran; -EPERM without CAP_SYS_ADMIN over the namespace; -EAGAIN when no thread can be had.
 */
int ipvlan_netns_call(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, int (*fn)(void *data), void *data,
		      int *result);

/**
 * Run a command inside a namespace and wait for it, as `ip netns exec` does: with /sys of that namespace, and with
 * /etc/netns/NAME/… in the place of /etc/… when the namespace was opened by name.
 * @param ctx    receives the error, if any.
 * @param netns  where to run.
 * @param argv   the command, looked up on PATH, and its arguments; NULL ends the list.
 * @param status receives the status as waitpid(2) gives it; may be NULL.
 * @return 0 when the command ran, whatever its status; -ECHILD when the process ignores SIGCHLD, so that the status is
 * lost, once the command has ended; -ENOENT or -EACCES when it could not be started; -EAGAIN, -ENOMEM or -EMFILE when
 * there can be no process for it; -EPERM without CAP_SYS_ADMIN over the namespace.
 */
int ipvlan_netns_exec(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, char *const argv[], int *status);

/** The namespaces that were found on this machine, a snapshot. */
struct ipvlan_netns_list;

/** One namespace of a list. */
struct ipvlan_netns_info;

/**
 * List namespaces: the one of the context, those with a name under /run/netns, and those that processes are in, and
 * those that only open files, mounts or single threads hold, as far as /proc shows them to the caller. Each is listed
 * once, whatever number of names and processes it has. A namespace that only a socket keeps alive is not found.
 * @param ctx  a context.
 * @param list receives the list; the caller frees it with ipvlan_netns_list_free().
 * @return 0; -ENOMEM; -EMFILE. What may not be looked into is left out.
 */
int ipvlan_netns_list(struct ipvlan_ctx *ctx, struct ipvlan_netns_list **list);

/** Free a list and all its infos. NULL is fine. */
void ipvlan_netns_list_free(struct ipvlan_netns_list *list);

/** @return the number of namespaces. */
size_t ipvlan_netns_list_get_count(const struct ipvlan_netns_list *list);

/** @return a namespace, or NULL when @p index is not below the count. Lives as long as the list. */
const struct ipvlan_netns_info *ipvlan_netns_list_get(const struct ipvlan_netns_list *list, size_t index);

/** @return the first of its names, or NULL when it has none. Lives as long as the list. */
const char *ipvlan_netns_info_get_name(const struct ipvlan_netns_info *info);

/** @return the number of its names. */
size_t ipvlan_netns_info_get_name_count(const struct ipvlan_netns_info *info);

/** @return one of its names, or NULL when @p index is not below the count. */
const char *ipvlan_netns_info_get_name_at(const struct ipvlan_netns_info *info, size_t index);

/** @return the inode that identifies it. */
uint64_t ipvlan_netns_info_get_inode(const struct ipvlan_netns_info *info);

/** @return its id as the context's namespace knows it, or -1 when it has none (RTM_GETNSID, kernel 4.0 and later). */
int ipvlan_netns_info_get_nsid(const struct ipvlan_netns_info *info);

/** @return whether it is the namespace in which the context works. */
bool ipvlan_netns_info_is_own(const struct ipvlan_netns_info *info);

/**
 * @return a path by which the namespace can be opened, such as /proc/42/fd/7, when neither a name nor a process leads
 * to it: an open file, a mount elsewhere or a single thread keeps it. Else NULL. Lives as long as the list.
 */
const char *ipvlan_netns_info_get_path(const struct ipvlan_netns_info *info);

/**
 * The processes that are in it, as far as the caller may see.
 * @param info  a namespace.
 * @param count receives their number.
 * @return their ids in rising order; NULL when there is none. Lives as long as the list.
 */
const pid_t *ipvlan_netns_info_get_pids(const struct ipvlan_netns_info *info, size_t *count);

/**
 * Open a namespace of a list.
 * @return 0; -ENOENT when it is gone by now; else as ipvlan_netns_open_name().
 */
int ipvlan_netns_open_info(struct ipvlan_ctx *ctx, const struct ipvlan_netns_info *info, struct ipvlan_netns **netns);

#ifdef __cplusplus
}
#endif
#endif
