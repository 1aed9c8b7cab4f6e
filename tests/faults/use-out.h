/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whoever fails leaves what would have been its result as it was: a program frees what it has set to NULL before. To be
 * included last: each of these calls is looked at then, in all uses.
 */
#ifndef TESTS_USE_OUT_H
#define TESTS_USE_OUT_H

#include "use-parts.h"
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Results are pointers, but for some numbers of four bytes and a truth of one; NULL: not wanted. */
struct use_result {
	unsigned char bytes[sizeof(void *)];
};

static inline struct use_result use_result_at(const void *out, size_t size)
{
	struct use_result result = {{0}};

	if (out)
		memcpy(result.bytes, out, size);
	return result;
}

#define UNTOUCHED_SIZED(call, out, size)                                             \
	({                                                                           \
		struct use_result use_before = use_result_at(out, size), use_after;  \
		int use_err = (call);                                                \
                                                                                     \
		use_after = use_result_at(out, size);                                \
		require(use_err >= 0 || memcmp(&use_before, &use_after, size) == 0); \
		use_err;                                                             \
	})
#define UNTOUCHED(call, out) UNTOUCHED_SIZED(call, out, sizeof(void *))

#define ipvlan_address_list(ctx, link, family, out) UNTOUCHED(ipvlan_address_list(ctx, link, family, out), out)
#define ipvlan_address_new(text, out)		    UNTOUCHED(ipvlan_address_new(text, out), out)
#define ipvlan_ctx_new(out)			    UNTOUCHED(ipvlan_ctx_new(out), out)
#define ipvlan_ctx_new_over(wire, fd, out)	    UNTOUCHED(ipvlan_ctx_new_over(wire, fd, out), out)
#define ipvlan_diagnosis_new(ctx, name, wish, out)  UNTOUCHED(ipvlan_diagnosis_new(ctx, name, wish, out), out)
#define ipvlan_host_access_get(ctx, parent, out)    UNTOUCHED(ipvlan_host_access_get(ctx, parent, out), out)
#define ipvlan_link_compare(old, now, out)	    UNTOUCHED(ipvlan_link_compare(old, now, out), out)
#define ipvlan_link_copy(link, out)		    UNTOUCHED(ipvlan_link_copy(link, out), out)
#define ipvlan_link_create(ctx, settings, out)	    UNTOUCHED(ipvlan_link_create(ctx, settings, out), out)
#define ipvlan_link_decode(message, size, out)	    UNTOUCHED(ipvlan_link_decode(message, size, out), out)
#define ipvlan_link_get(ctx, name, out)		    UNTOUCHED(ipvlan_link_get(ctx, name, out), out)
#define ipvlan_link_get_by_index(ctx, index, out)   UNTOUCHED(ipvlan_link_get_by_index(ctx, index, out), out)
#define ipvlan_link_list(ctx, scope, out)	    UNTOUCHED(ipvlan_link_list(ctx, scope, out), out)
#define ipvlan_link_list_counters(ctx, out)	    UNTOUCHED(ipvlan_link_list_counters(ctx, out), out)
#define ipvlan_module_is_loaded(ctx, out)	    UNTOUCHED_SIZED(ipvlan_module_is_loaded(ctx, out), out, sizeof(bool))
#define ipvlan_module_port_get(ctx, parent, out)    UNTOUCHED(ipvlan_module_port_get(ctx, parent, out), out)
#define ipvlan_monitor_new(ctx, out)		    UNTOUCHED(ipvlan_monitor_new(ctx, out), out)
#define ipvlan_monitor_read(monitor, out)	    UNTOUCHED(ipvlan_monitor_read(monitor, out), out)
#define ipvlan_netns_call(ctx, netns, fn, data, out) \
	UNTOUCHED_SIZED(ipvlan_netns_call(ctx, netns, fn, data, out), out, sizeof(int))
#define ipvlan_netns_create(ctx, name, out) UNTOUCHED(ipvlan_netns_create(ctx, name, out), out)
#define ipvlan_netns_exec(ctx, netns, argv, out) \
	UNTOUCHED_SIZED(ipvlan_netns_exec(ctx, netns, argv, out), out, sizeof(int))
#define ipvlan_netns_list(ctx, out)		   UNTOUCHED(ipvlan_netns_list(ctx, out), out)
#define ipvlan_netns_open_current(ctx, out)	   UNTOUCHED(ipvlan_netns_open_current(ctx, out), out)
#define ipvlan_netns_open_fd(ctx, fd, out)	   UNTOUCHED(ipvlan_netns_open_fd(ctx, fd, out), out)
#define ipvlan_netns_open_info(ctx, info, out)	   UNTOUCHED(ipvlan_netns_open_info(ctx, info, out), out)
#define ipvlan_netns_open_name(ctx, name, out)	   UNTOUCHED(ipvlan_netns_open_name(ctx, name, out), out)
#define ipvlan_netns_open_path(ctx, path, out)	   UNTOUCHED(ipvlan_netns_open_path(ctx, path, out), out)
#define ipvlan_netns_open_pid(ctx, pid, out)	   UNTOUCHED(ipvlan_netns_open_pid(ctx, pid, out), out)
#define ipvlan_plan_new(ctx, topology, prune, out) UNTOUCHED(ipvlan_plan_new(ctx, topology, prune, out), out)
#define ipvlan_port_get(ctx, parent, out)	   UNTOUCHED(ipvlan_port_get(ctx, parent, out), out)
#define ipvlan_route_get(ctx, address, source, link, out) \
	UNTOUCHED(ipvlan_route_get(ctx, address, source, link, out), out)
#define ipvlan_route_list(ctx, link, family, table, out) \
	UNTOUCHED(ipvlan_route_list(ctx, link, family, table, out), out)
#define ipvlan_route_new(destination, out) UNTOUCHED(ipvlan_route_new(destination, out), out)
#define ipvlan_topology_read(ctx, out)	   UNTOUCHED(ipvlan_topology_read(ctx, out), out)

#endif
