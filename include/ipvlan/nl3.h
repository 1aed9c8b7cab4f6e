/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file nl3.h
 * @brief libipvlan-nl3, for programs that live on libnl-3: their socket, their links, their cache manager.
 *
 * A library of its own, which needs libnl-3 and libnl-route-3: `pkg-config --cflags --libs libipvlan-nl3`. This header
 * wants no header of libnl, and <ipvlan/ipvlan.h> does not include it.
 *
 * What libnl's own ipvlan object cannot hold: **flags**. `struct rtnl_link` has a place for the mode only, so private
 * and vepa are lost when libnl parses a message, and nothing can put them back into the object. That is why flags stand
 * beside a `struct rtnl_link` here, as an argument, and why they are read out of messages (`struct nl_msg`), which have
 * them. A change of nothing but flags makes no difference between two such objects, so a cache does not tell of it.
 * Likewise it has no place for the mode of an ipvtap link, and no name for l3s.
 *
 * Functions that can fail return 0 or -errno, as all of libipvlan, and not libnl's own numbers (NLE_…).
 *
 * @code{.c}
 * struct nl_sock *sock = nl_socket_alloc();
 * struct ipvlan_ctx *over;
 *
 * if (nl_connect(sock, NETLINK_ROUTE) == 0 && ipvlan_nl3_ctx_new(sock, &over) == 0) {
 * 	if (ipvlan_port_change(over, "eth0", IPVLAN_MODE_L2, IPVLAN_F_PRIVATE, true) < 0)
 * 		puts(ipvlan_ctx_strerror(over));
 * 	ipvlan_ctx_free(over);
 * }
 * nl_socket_free(sock);
 * @endcode
 */
#ifndef IPVLAN_NL3_H
#define IPVLAN_NL3_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_ctx;
struct ipvlan_event;
struct ipvlan_link;
struct ipvlan_settings;
struct nl_cache;
struct nl_msg;
struct nl_object;
struct nl_sock;
struct rtnl_link;

/**
 * Make a context that asks the kernel over a caller's socket, in that socket's namespace. All of libipvlan works with
 * it; in other namespaces, and for monitors, diagnosis and our module's family, it opens sockets of its own.
 * @param sock a connected NETLINK_ROUTE socket, blocking or not, which must outlive the context and stays the caller's.
 *             Both are used by one thread at a time.
 * @param ctx  receives the context; the caller frees it with ipvlan_ctx_free(), which leaves the socket open.
 * @return as ipvlan_ctx_new(); -ENOTCONN when the socket is not connected; -EPROTOTYPE when it is not NETLINK_ROUTE;
 * -EBUSY when it hears multicast groups: an overrun of its buffer would be noticed here and not where the news are
 * awaited, so use a second socket, as libnl itself does for a cache manager; -EPERM when the socket is of another
 * namespace than the thread's, or may be, and CAP_NET_ADMIN is missing over it (SIOCGSKNS).
 *
 * The socket is left as it was: sequence numbers that libnl counts do not move, callbacks are not called for answers to
 * these requests, options of the socket are as before after each request. Answers to what the caller has sent and not
 * yet read are handed to the socket's own callbacks when they come first, as nl_recvmsgs_default() would; only a
 * callback for NL_CB_MSG_IN is not called for those, and what callbacks return is not told to anybody.
 * Kernel: 4.10, 5.14 to tell without capabilities that the socket is of the thread's own namespace.
 */
int ipvlan_nl3_ctx_new(struct nl_sock *sock, struct ipvlan_ctx **ctx);

/**
 * Read a link out of a message, with mode and flags; to be called from a callback, or with an answer at hand.
 * @param message an RTM_NEWLINK or RTM_DELLINK.
 * @param link    receives the link; the caller frees it with ipvlan_link_free().
 * @return as ipvlan_link_decode().
 */
int ipvlan_nl3_link_from_message(struct nl_msg *message, struct ipvlan_link **link);

/**
 * Make our object of libnl's, such as one of a cache.
 * @param rtnl  a link of any kind.
 * @param flags the flags of its port, which the object has lost; IPVLAN_FLAGS_UNSET when they are not known.
 * @param link  receives the link; the caller frees it with ipvlan_link_free(). It has no addresses, nothing is known of
 *              its namespace nor of its parent's name, and an ipvtap link has no mode.
 * @return 0; -ENOMEM; -EINVAL when @p flags are none, or not IPVLAN_FLAGS_UNSET for a link that is no slave.
 */
int ipvlan_nl3_link_from_rtnl(struct rtnl_link *rtnl, int flags, struct ipvlan_link **link);

/**
 * Make libnl's object of ours, for functions of libnl that want one. Its flags are lost.
 * @param link a link.
 * @param rtnl receives the object; the caller gives it back with rtnl_link_put().
 * @return 0; -ENOMEM.
 */
int ipvlan_nl3_link_to_rtnl(const struct ipvlan_link *link, struct rtnl_link **rtnl);

/**
 * Make settings of a libnl object that was set up for rtnl_link_add(), to hand them to ipvlan_link_create().
 * @param rtnl     an ipvlan link: its name, parent, mode, MTU, IFF_UP and namespace (ns_fd, ns_pid) are taken over.
 *                 What settings do not know, such as an alias, is left out: ipvlan_nl3_build_add_request() keeps it.
 * @param flags    the flags; IPVLAN_FLAGS_UNSET joins the siblings.
 * @param settings receives the settings; the caller frees them with ipvlan_settings_free().
 * @return 0; -EOPNOTSUPP when it is no ipvlan link; -ENOMEM. What is wrong with a value, the settings remember.
 */
int ipvlan_nl3_settings_from_rtnl(struct rtnl_link *rtnl, int flags, struct ipvlan_settings **settings);

/**
 * Make libnl's object of settings. Its flags are lost: ipvlan_nl3_message_from_settings() has them.
 * @param settings as for ipvlan_settings_encode().
 * @param rtnl     receives the object; the caller gives it back with rtnl_link_put(). A namespace does not get there.
 * @return 0; -ENOMEM; or as ipvlan_settings_encode().
 */
int ipvlan_nl3_settings_to_rtnl(const struct ipvlan_settings *settings, struct rtnl_link **rtnl);

/**
 * Write the request that makes a slave as the settings say, mode and flags included, for nl_send_sync() and the like.
 * @param settings as for ipvlan_settings_encode(), which this calls.
 * @param message  receives the message; the caller frees it with nlmsg_free().
 * @return 0; -ENOMEM; or as ipvlan_settings_encode().
 */
int ipvlan_nl3_message_from_settings(const struct ipvlan_settings *settings, struct nl_msg **message);

/**
 * As rtnl_link_build_add_request(), with flags: all that libnl sends of the object, and IFLA_IPVLAN_FLAGS.
 * @param rtnl     an ipvlan link.
 * @param flags    the flags; IPVLAN_FLAGS_UNSET sends none.
 * @param nl_flags NLM_F_CREATE, NLM_F_EXCL, …
 * @param message  receives the message; the caller frees it with nlmsg_free().
 * @return 0; -EOPNOTSUPP when it is no ipvlan link; -EINVAL when @p flags are none; -EMSGSIZE when libnl has left the
 * mode out for want of room, which it does not tell; -ENOMEM.
 */
int ipvlan_nl3_build_add_request(struct rtnl_link *rtnl, int flags, int nl_flags, struct nl_msg **message);

/**
 * Write the request that changes mode or flags of a slave's port, and so of all its slaves.
 * @param rtnl    a slave as libnl has read it.
 * @param mode    the mode, or IPVLAN_MODE_UNSET to leave it.
 * @param flags   the flags, or IPVLAN_FLAGS_UNSET to leave them.
 * @param message receives the message; the caller frees it with nlmsg_free().
 * @return 0; -ENOMEM; or as ipvlan_link_encode_change().
 */
int ipvlan_nl3_build_change_request(struct rtnl_link *rtnl, int mode, int flags, struct nl_msg **message);

/**
 * The link events of a cache manager as events of ours: what of a slave was, and what is.
 *
 * Feed it by ipvlan_nl3_events_on_message(), by ipvlan_nl3_events_on_change(), or by both: what comes twice makes one
 * event. Only messages have flags, and only by them a change of nothing but flags is heard, for libnl's cache sees no
 * difference there.
 *
 * @code{.c}
 * struct nl_sock *news = nl_socket_alloc();
 * struct nl_cache_mngr *manager = NULL;
 * struct nl_cache *links;
 * struct ipvlan_nl3_events *events;
 * struct ipvlan_event *event;
 *
 * nl_cache_mngr_alloc(news, NETLINK_ROUTE, 0, &manager);
 * nl_cache_alloc_name("route/link", &links);
 * if (manager && ipvlan_nl3_events_new(&events) == 0) {
 * 	nl_socket_modify_cb(news, NL_CB_MSG_IN, NL_CB_CUSTOM, ipvlan_nl3_events_on_message, events);
 * 	nl_cache_mngr_add_cache_v2(manager, links, ipvlan_nl3_events_on_change, events);
 * 	ipvlan_nl3_events_resync(events, ctx);
 * 	do {
 * 		while (ipvlan_nl3_events_read(events, &event) == 0) {
 * 			puts(ipvlan_link_get_name(ipvlan_event_get_link(event)));
 * 			ipvlan_event_free(event);
 * 		}
 * 	} while (nl_cache_mngr_poll(manager, 100) > 0);
 * 	ipvlan_nl3_events_free(events);
 * }
 * nl_cache_mngr_free(manager);
 * nl_socket_free(news);
 * @endcode
 *
 * Addresses, routes, other namespaces and who else shares a port are a monitor's business: monitor.h.
 */
struct ipvlan_nl3_events;

/** Make events, which know of no slave yet. The caller frees them. @return 0; -ENOMEM. */
int ipvlan_nl3_events_new(struct ipvlan_nl3_events **events);

/** Free events. NULL is fine. Single events that were read stay valid. */
void ipvlan_nl3_events_free(struct ipvlan_nl3_events *events);

/**
 * Hear a message: a nl_recvmsg_msg_cb_t, to be set as NL_CB_MSG_IN of the socket that a cache manager was made with, or
 * as NL_CB_VALID of a socket of the program's own.
 * @param message what came; other messages than those of links, and links of other kinds, are passed over.
 * @param events  the events.
 * @return NL_OK, in any case: a malformed message is passed over too, and what is lost for want of memory,
 * ipvlan_nl3_events_read() tells.
 */
int ipvlan_nl3_events_on_message(struct nl_msg *message, void *events);

/**
 * Hear a cache: a change_func_v2_t, for nl_cache_mngr_add_cache_v2().
 * @param cache  of kind route/link; not looked at.
 * @param old    the link as it was, or NULL.
 * @param now    the link as it is, or NULL.
 * @param diff   not looked at.
 * @param action not looked at.
 * @param events the events.
 */
void ipvlan_nl3_events_on_change(struct nl_cache *cache, struct nl_object *old, struct nl_object *now, uint64_t diff,
				 int action, void *events);

/**
 * Read all slaves of a context's namespace anew; what differs from what was known becomes events. To be called once the
 * manager has subscribed, so that nothing is missed, and whenever it says that news were lost. News that are older and
 * are heard later tell, for a moment, of a state that was.
 * @param events the events.
 * @param ctx    a context in the manager's namespace, such as one of ipvlan_nl3_ctx_new() over a second socket.
 * @return as ipvlan_link_list().
 */
int ipvlan_nl3_events_resync(struct ipvlan_nl3_events *events, struct ipvlan_ctx *ctx);

/**
 * Take the oldest event.
 * @param events the events.
 * @param event  receives an event of kind IPVLAN_EVENT_LINK; the caller frees it with ipvlan_event_free(). Mode and
 *               flags are those of the link's port, as far as they are known. It is never called initial.
 * @return 0; -EAGAIN when there is none; -ENOMEM when some were lost for want of memory: resync then.
 */
int ipvlan_nl3_events_read(struct ipvlan_nl3_events *events, struct ipvlan_event **event);

#ifdef __cplusplus
}
#endif
#endif
