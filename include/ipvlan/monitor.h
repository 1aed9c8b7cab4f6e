/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file monitor.h
 * @brief What changes: slaves, ports, addresses, routes, namespaces; what was, and what is now.
 *
 * A monitor keeps a model of what it watches. Each message of the kernel is compared with the model, so that an event
 * says what has changed; a message that changes nothing that is watched makes no event. When the kernel had to drop
 * messages, because the program was too slow, an event of kind IPVLAN_EVENT_RESYNC says so; everything is read anew
 * then, what differs follows as ordinary events, and the model is right again.
 *
 * Heard at once:
 *  - slaves that are made, deleted, moved, renamed, brought up and down, that get or lose carrier, that get another MTU
 *    or MAC address; the same of parents, as changes of their port
 *  - addresses of slaves, with their flags: tentative, dadfailed, deprecated
 *  - routes through one slave in all tables but "local"; those that the kernel removes without a word, with an IPv4
 *    address or when the link goes down, are found by reading again
 *  - mode and flags of a port, when the change was made through a slave that is up or is new, or switches between l2
 *    and another mode: the kernel says nothing when flags, or l3 and l3s, are changed through a slave that is down
 *  - namespaces that get or lose a name under /run/netns; namespaces whose watched process ends
 * Heard late, at the next look (ipvlan_monitor_set_scan_interval()), for the kernel tells nobody: a namespace without
 * a name that a process has made.
 * Not heard: changes in namespaces that may not be entered, and in those that nothing but an open file, a thread or a
 * mount other than a name holds (ipvlan_netns_list() finds them, but that takes too long to be done again and
 * again); routes through several links; counters.
 *
 * Changes that follow each other quickly may come as one event, from the first state to the last.
 *
 * A monitor that watches a namespace has a socket in it, and so keeps it alive until the monitor has seen that nobody
 * else does. It gives no namespace an id.
 *
 * Thread rules: a monitor belongs to its context, which must outlive it, and both are used by one thread at a time.
 *
 * @code{.c}
 * struct ipvlan_monitor *monitor;
 * struct ipvlan_event *event;
 *
 * if (ipvlan_monitor_new(ctx, &monitor) == 0) {
 * 	ipvlan_monitor_set_kinds(monitor, IPVLAN_EVENTS(IPVLAN_EVENT_LINK) | IPVLAN_EVENTS(IPVLAN_EVENT_PORT));
 * 	if (ipvlan_monitor_start(monitor) < 0)
 * 		puts(ipvlan_ctx_strerror(ctx));
 * 	// what is there; from then on: ipvlan_monitor_wait(), and so again
 * 	while (ipvlan_monitor_read(monitor, &event) == 0) {
 * 		printf("%s %s\n", ipvlan_event_kind_to_string(ipvlan_event_get_kind(event)),
 * 		       ipvlan_event_action_to_string(ipvlan_event_get_action(event)));
 * 		ipvlan_event_free(event);
 * 	}
 * 	ipvlan_monitor_free(monitor);
 * }
 * @endcode
 */
#ifndef IPVLAN_MONITOR_H
#define IPVLAN_MONITOR_H

#include <ipvlan/link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ipvlan_address;
struct ipvlan_ctx;
struct ipvlan_route;

/** A monitor. */
struct ipvlan_monitor;

/** One event, which never changes. */
struct ipvlan_event;

/** What an event is about. New kinds may be added: pass over those that are not known. */
enum ipvlan_event_kind {
	IPVLAN_EVENT_RESYNC = 0, /**< the kernel dropped messages of a namespace; the differences follow */
	IPVLAN_EVENT_LINK,	 /**< a slave */
	IPVLAN_EVENT_PORT,	 /**< a parent that has slaves: its mode, its flags, its own state */
	IPVLAN_EVENT_ADDRESS,	 /**< an address of a slave */
	IPVLAN_EVENT_ROUTE,	 /**< a route through a slave */
	IPVLAN_EVENT_NETNS,	 /**< a namespace */
};

/** A set of kinds: IPVLAN_EVENTS(IPVLAN_EVENT_LINK) | IPVLAN_EVENTS(IPVLAN_EVENT_PORT). */
#define IPVLAN_EVENTS(kind) (1U << (kind))
/** All kinds, also future ones. */
#define IPVLAN_EVENTS_ALL UINT32_MAX

/** What happened to it. */
enum ipvlan_event_action {
	IPVLAN_EVENT_ADDED = 0, /**< it is there, and was not before; also what was there when the monitor began */
	IPVLAN_EVENT_REMOVED,	/**< it is gone */
	IPVLAN_EVENT_CHANGED,	/**< it is another than before: see ipvlan_event_get_change_count() */
};

/** What has changed of it. New properties may be added. */
enum ipvlan_property {
	IPVLAN_PROPERTY_NAME = 0,   /**< of a link, a parent, a namespace */
	IPVLAN_PROPERTY_UP,	    /**< administratively up: "true", "false" */
	IPVLAN_PROPERTY_CARRIER,    /**< "true", "false" */
	IPVLAN_PROPERTY_OPERSTATE,  /**< "UP", "DOWN", … */
	IPVLAN_PROPERTY_MTU,	    /**< bytes; of a route, too, and 0 where it says nothing of it */
	IPVLAN_PROPERTY_MAC,	    /**< "02:00:00:00:00:01" */
	IPVLAN_PROPERTY_TXQLEN,	    /**< packets */
	IPVLAN_PROPERTY_QDISC,	    /**< "noqueue", … */
	IPVLAN_PROPERTY_MODE,	    /**< of a port, as ipvlan_mode_format() */
	IPVLAN_PROPERTY_FLAGS,	    /**< of a port, as ipvlan_flags_format() */
	IPVLAN_PROPERTY_STATE,	    /**< of an address: the names of its flags, such as "tentative permanent" */
	IPVLAN_PROPERTY_LIFETIME,   /**< of an address: "forever" or "limited" */
	IPVLAN_PROPERTY_GATEWAY,    /**< of a route; "none" */
	IPVLAN_PROPERTY_SOURCE,	    /**< of a route; "none" */
	IPVLAN_PROPERTY_PROTOCOL,   /**< of a route: its RTPROT_ number */
	IPVLAN_PROPERTY_SCOPE,	    /**< of a route: its RT_SCOPE_ number */
	IPVLAN_PROPERTY_PREFERENCE, /**< of an IPv6 route: RFC 4191, see ipvlan_route_get_preference() */
};

/** @return a static string such as "link", or NULL for a kind that this version does not know. */
const char *ipvlan_event_kind_to_string(enum ipvlan_event_kind kind);

/** @return "added", "removed" or "changed"; NULL for an action that this version does not know. */
const char *ipvlan_event_action_to_string(enum ipvlan_event_action action);

/** @return a static string such as "mtu", or NULL for a property that this version does not know. */
const char *ipvlan_property_to_string(enum ipvlan_property property);

/**
 * Make a monitor of the namespace in which a context works. Nothing is watched before ipvlan_monitor_start().
 * @param ctx     a context, which must outlive the monitor and receives its errors and notices.
 * @param monitor receives the monitor; the caller frees it.
 * @return 0; -ENOMEM; -EMFILE or -ENFILE when no file descriptor is left.
 */
int ipvlan_monitor_new(struct ipvlan_ctx *ctx, struct ipvlan_monitor **monitor);

/** Free a monitor and close all that it has open. NULL is fine. Events that were read stay valid. */
void ipvlan_monitor_free(struct ipvlan_monitor *monitor);

/** Watch all namespaces that can be found and entered, also those that come later. To be said before the start. */
void ipvlan_monitor_set_everywhere(struct ipvlan_monitor *monitor, bool everywhere);

/**
 * Choose the kinds of events. What is not wanted is not asked from the kernel, unless another kind needs it.
 * To be said before the start; the default is IPVLAN_EVENTS_ALL. IPVLAN_EVENT_RESYNC always comes.
 */
void ipvlan_monitor_set_kinds(struct ipvlan_monitor *monitor, uint32_t kinds);

/**
 * Set the size of each socket's receive buffer, which holds what the kernel says while the program is busy. A larger
 * one makes resyncs rarer. To be said before the start.
 * @param monitor a monitor.
 * @param bytes   1 MiB is the default, 16 KiB the least. Without CAP_NET_ADMIN net.core.rmem_max is the limit.
 */
void ipvlan_monitor_set_receive_buffer(struct ipvlan_monitor *monitor, unsigned int bytes);

/**
 * Set how often to look for namespaces that nothing announces.
 * @param monitor      a monitor.
 * @param milliseconds 2000 is the default; 0: never.
 */
void ipvlan_monitor_set_scan_interval(struct ipvlan_monitor *monitor, unsigned int milliseconds);

/**
 * Begin to watch. All that is there comes as events whose ipvlan_event_is_initial() is true, before all others.
 * @return 0; -EMFILE when there are more namespaces than file descriptors, of which one each is taken, and a second one
 * for a namespace without a name; -EPERM when the context's own namespace may not be entered; -ENOMEM; -EALREADY.
 * Other namespaces that may not be entered are left out, which is logged as a notice.
 */
int ipvlan_monitor_start(struct ipvlan_monitor *monitor);

/**
 * The file descriptor for a poll loop: readable while an event may be there to be read, and when there is work to do
 * that ipvlan_monitor_read() does on its way. Owned by the monitor. Never read from it.
 */
int ipvlan_monitor_get_fd(const struct ipvlan_monitor *monitor);

/**
 * Wait until ipvlan_monitor_read() may have something to read.
 * @param monitor a monitor.
 * @param timeout milliseconds; below 0: without end.
 * @return 1 when so; 0 when the time is over; -EINTR when a signal handler ran, of which the context's error says
 * nothing.
 */
int ipvlan_monitor_wait(struct ipvlan_monitor *monitor, int timeout);

/**
 * Read one event, without waiting.
 * @param monitor a monitor that was started.
 * @param event   receives the event; the caller frees it with ipvlan_event_free().
 * @return 0; -EAGAIN when there is none now; -EINVAL before the start; -ENOMEM when events were lost for want of
 * memory, in which case the model is right all the same, and what was not lost comes with the next calls; -EMFILE or
 * -ENFILE when there are no descriptors for a namespace that has come, which is tried again at the next look, the
 * others being watched as before.
 */
int ipvlan_monitor_read(struct ipvlan_monitor *monitor, struct ipvlan_event **event);

/** @return the number of namespaces that are watched now. */
size_t ipvlan_monitor_get_netns_count(const struct ipvlan_monitor *monitor);

/** Free an event. NULL is fine. */
void ipvlan_event_free(struct ipvlan_event *event);

/** @return what it is about. */
enum ipvlan_event_kind ipvlan_event_get_kind(const struct ipvlan_event *event);

/** @return what happened; IPVLAN_EVENT_CHANGED for IPVLAN_EVENT_RESYNC. */
enum ipvlan_event_action ipvlan_event_get_action(const struct ipvlan_event *event);

/** @return whether it tells of what was there when the monitor began. */
bool ipvlan_event_is_initial(const struct ipvlan_event *event);

/** @return when the message was read (CLOCK_REALTIME). */
struct timespec ipvlan_event_get_time(const struct ipvlan_event *event);

/**
 * A name of the namespace where it happened; for a port the parent's.
 * @return NULL when it has none, or for IPVLAN_EVENT_PORT when it is not known. Lives as long as the event.
 */
const char *ipvlan_event_get_netns(const struct ipvlan_event *event);

/** @return the inode of that namespace; 0 when it is not known. */
uint64_t ipvlan_event_get_netns_inode(const struct ipvlan_event *event);

/** @return a process that is in that namespace, when it has no name and is not the context's own; else 0. */
pid_t ipvlan_event_get_netns_pid(const struct ipvlan_event *event);

/**
 * The slave that it happened to, or that has the address or the route, as it is now or last was; without addresses.
 * @return NULL for other kinds. Lives as long as the event.
 */
const struct ipvlan_link *ipvlan_event_get_link(const struct ipvlan_event *event);

/** @return the address of an IPVLAN_EVENT_ADDRESS, as it is now or last was; else NULL. Lives as long as the event. */
const struct ipvlan_address *ipvlan_event_get_address(const struct ipvlan_event *event);

/** @return the route of an IPVLAN_EVENT_ROUTE, as it is now or last was; else NULL. Lives as long as the event. */
const struct ipvlan_route *ipvlan_event_get_route(const struct ipvlan_event *event);

/** @return the parent's name, for a link, an address, a route or a port; NULL when it is not known. */
const char *ipvlan_event_get_parent_name(const struct ipvlan_event *event);

/** @return the mode of the port, for the same kinds; else IPVLAN_MODE_UNSET. */
int ipvlan_event_get_mode(const struct ipvlan_event *event);

/** @return the flags of the port, for the same kinds; else IPVLAN_FLAGS_UNSET. */
int ipvlan_event_get_flags(const struct ipvlan_event *event);

/**
 * @return how many slaves of the port are watched by then, for the same kinds; else 0. A slave that is removed is among
 * them, for the last time. Of a port that is added, also by an initial event, that is the first one: events of links
 * tell of the others.
 */
unsigned int ipvlan_event_get_slave_count(const struct ipvlan_event *event);

/** @return how many properties have changed; 0 unless the action is IPVLAN_EVENT_CHANGED. */
size_t ipvlan_event_get_change_count(const struct ipvlan_event *event);

/** @return which property; IPVLAN_PROPERTY_NAME when @p index is not below the count. */
enum ipvlan_property ipvlan_event_get_change_property(const struct ipvlan_event *event, size_t index);

/** @return what it was, as text; NULL when @p index is not below the count. Lives as long as the event. */
const char *ipvlan_event_get_change_old(const struct ipvlan_event *event, size_t index);

/** @return what it is now, likewise. */
const char *ipvlan_event_get_change_new(const struct ipvlan_event *event, size_t index);

/** What ipvlan_link_wait() waits for. */
enum ipvlan_condition {
	IPVLAN_CONDITION_EXISTS = 0,	/**< there is a link of that name */
	IPVLAN_CONDITION_GONE,		/**< there is none */
	IPVLAN_CONDITION_UP,		/**< it is up and has carrier */
	IPVLAN_CONDITION_ADDRESS_READY, /**< it is up, has carrier, and no address of it is tentative any more */
};

/**
 * Wait, by events and not by asking again and again, until a link of the context's namespace is ready.
 * @param ctx       a context.
 * @param name      the slave.
 * @param condition what to wait for.
 * @param timeout   milliseconds; below 0: without end.
 * @return 0; -ETIMEDOUT; -EADDRINUSE when duplicate address detection found another holder of an address, which the
 * error names; -EINTR when a signal handler ran; -EINVAL for a condition that this version does not know; else as
 * ipvlan_monitor_start() or ipvlan_monitor_read(). Only slaves are looked at.
 */
int ipvlan_link_wait(struct ipvlan_ctx *ctx, const char *name, enum ipvlan_condition condition, int timeout);

#ifdef __cplusplus
}
#endif
#endif
