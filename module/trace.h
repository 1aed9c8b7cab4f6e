/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ipvlan

#if !defined(IPVL_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define IPVL_TRACE_H

#include <linux/netdevice.h>
#include <linux/tracepoint.h>

#include "core/types.h"

/* clang-format off */
#define IPVL_REASON_TRACE(name, text) { IPVL_R_##name, text },

/* A packet was dropped and counted; for a slave, or for its port when it was no slave's. */
TRACE_EVENT(drop,
	TP_PROTO(const struct net_device *dev, unsigned int reason),
	TP_ARGS(dev, reason),
	TP_STRUCT__entry(
		__array(char, dev, IFNAMSIZ)
		__field(int, ifindex)
		__field(unsigned int, reason)
	),
	TP_fast_assign(
		memcpy(__entry->dev, dev->name, IFNAMSIZ);
		__entry->ifindex = dev->ifindex;
		__entry->reason = reason;
	),
	TP_printk("dev=%.16s ifindex=%d reason=%s", __entry->dev, __entry->ifindex,
		  __print_symbolic(__entry->reason, IPVL_REASONS(IPVL_REASON_TRACE) { -1, NULL }))
);
/* clang-format on */

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
