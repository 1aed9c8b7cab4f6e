/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file message.h
 * @brief For programs that speak netlink themselves: messages to and from our objects, and a context over their socket.
 *
 * Most programs want none of this: a context opens a socket of its own and hands out objects. A program that has a
 * netlink socket already, by whatever library, can read links out of its own messages, with mode and flags; can have
 * requests written for it; can have two readings compared; or can lend its socket to a context. For libnl-3
 * `libipvlan-nl3` does that: see nl3.h.
 *
 * A message is the bytes of a `struct nlmsghdr` and what follows it, in memory that is aligned as malloc() aligns.
 *
 * @code{.c}
 * _Alignas(8) char message[IPVLAN_MESSAGE_SIZE];
 * struct ipvlan_settings *settings = ipvlan_settings_new(NULL, "ipvl0");
 * int length;
 *
 * if (settings) {
 * 	ipvlan_settings_set_parent_index(settings, 2);
 * 	ipvlan_settings_set_mode(settings, IPVLAN_MODE_L3S);
 * 	ipvlan_settings_set_flags(settings, IPVLAN_F_PRIVATE);
 * 	length = ipvlan_settings_encode(settings, message, sizeof(message));
 * 	if (length > 0)
 * 		printf("send these %d bytes, with a sequence number", length);
 * 	ipvlan_settings_free(settings);
 * }
 * @endcode
 */
#ifndef IPVLAN_MESSAGE_H
#define IPVLAN_MESSAGE_H

#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_ctx;
struct ipvlan_event;
struct ipvlan_link;
struct ipvlan_settings;

/** Bytes that always hold a request that is written here. */
#define IPVLAN_MESSAGE_SIZE 512

/**
 * Read a link out of a message.
 * @param message an RTM_NEWLINK or RTM_DELLINK, an answer or a notification.
 * @param size    bytes that there are, at least the message's own.
 * @param link    receives the link, of any kind; the caller frees it with ipvlan_link_free(). It has no addresses, and
 *                nothing is known of its namespace nor of its parent's name.
 * @return 0; -EBADMSG when the message is malformed or another one; -EAFNOSUPPORT when it tells of a link as a port of
 * something, such as a bridge (ifi_family is not AF_UNSPEC), which is not the whole link; -ENOMEM.
 */
int ipvlan_link_decode(const void *message, size_t size, struct ipvlan_link **link);

/**
 * Write the request that makes a slave as the settings say: RTM_NEWLINK with NLM_F_CREATE, NLM_F_EXCL and NLM_F_ACK;
 * its sequence number and port are left 0.
 * @param settings what to make, with the parent's index.
 * @param buffer   receives the message; IPVLAN_MESSAGE_SIZE bytes suffice.
 * @param size     bytes in @p buffer.
 * @return the message's length; -EINVAL without a parent's index; -EOPNOTSUPP when the settings hold what no single
 * message carries: addresses, routes, lo up, a namespace by name or path; -EMSGSIZE; or what a setter refused.
 *
 * Nobody looks at the siblings: without a mode the kernel takes l3 and changes them all. ipvlan_link_create() looks.
 */
int ipvlan_settings_encode(const struct ipvlan_settings *settings, void *buffer, size_t size);

/**
 * Write the request that changes mode or flags of a slave's port, and so of all its slaves: RTM_NEWLINK with NLM_F_ACK.
 * @param link   a slave.
 * @param mode   the mode, or IPVLAN_MODE_UNSET to leave it.
 * @param flags  the flags, or IPVLAN_FLAGS_UNSET to leave them.
 * @param buffer receives the message; IPVLAN_MESSAGE_SIZE bytes suffice.
 * @param size   bytes in @p buffer.
 * @return the message's length; -EINVAL when nothing is to be changed or a value is none; -EOPNOTSUPP when the link is
 * no slave; -EMSGSIZE. Nobody looks at the siblings: ipvlan_link_change() does.
 */
int ipvlan_link_encode_change(const struct ipvlan_link *link, int mode, int flags, void *buffer, size_t size);

/**
 * Compare two readings of a link.
 * @param old   what it was; NULL: it was not there.
 * @param now   what it is; NULL: it is gone.
 * @param event receives an event of kind IPVLAN_EVENT_LINK, for the caller to free with ipvlan_event_free(); NULL when
 *              nothing differs of what an event tells. Beside a link's own properties it may have mode and flags,
 *              where both readings know them.
 * @return 0; -EINVAL when both are NULL; -ENOMEM.
 */
int ipvlan_link_compare(const struct ipvlan_link *old, const struct ipvlan_link *now, struct ipvlan_event **event);

/** @brief A way to the kernel's rtnetlink that is not a socket of the library's own. */
struct ipvlan_wire {
	/**
	 * Send one or more requests, which lie one after the other. Their sequence numbers count up from 1 over the
	 * life of the context. @return 0 or -errno.
	 */
	int (*send)(void *data, const void *messages, size_t size);
	/**
	 * Wait for the kernel's answers to what was sent last, and only those: whole messages, one after the other.
	 * @return how many bytes, above 0; -EMSGSIZE when @p size, which is 32 KiB, does not suffice; -ENOBUFS when
	 * answers were lost; another -errno, which ends the request.
	 */
	ssize_t (*receive)(void *data, void *buffer, size_t size);
	/** Called by ipvlan_ctx_free(); may be NULL. */
	void (*close)(void *data);
	/** Handed to all of them; stays the caller's. */
	void *data;
};

/**
 * Make a context that reaches the kernel by a caller's wire, in the namespace that the wire leads to. In other
 * namespaces, and for monitors, diagnosis and our module's own family, it opens sockets of its own as ever.
 * @param wire     the wire, which is copied.
 * @param netns_fd the namespace that it leads to, which is duplicated; -1 for the calling thread's.
 * @param ctx      receives the context; untouched on failure, when the wire is not closed either.
 * @return as ipvlan_ctx_new(); -EBADF; -EINVAL when @p netns_fd is no network namespace.
 */
int ipvlan_ctx_new_over(const struct ipvlan_wire *wire, int netns_fd, struct ipvlan_ctx **ctx);

#ifdef __cplusplus
}
#endif
#endif
