/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the library's files share above the codec: the context, its error, namespaces. */
#ifndef LIBIPVLAN_INTERNAL_H
#define LIBIPVLAN_INTERNAL_H

#include "codec.h"
#include "transport.h"
#include <ipvlan/ipvlan.h>
#include <limits.h>
#include <string.h>

#define IPVLAN_API	      __attribute__((visibility("default")))
#define PRINTF(string, first) __attribute__((format(printf, string, first)))
#define COUNT_OF(array)	      (sizeof(array) / sizeof((array)[0]))

struct ipvlan_error {
	int code;
	enum ipvlan_stage stage;
	unsigned int step, left_count;
	bool is_lost;			/* the kernel's answer: what was tried may have been done */
	char subject[320], reason[400]; /* the message's two halves */
	char message[768];
	char extack[192];
	char attribute[40];
	char holder[320];
	char hint[512];
	char whole[1408];
};

/*
 * Where a slave of some parent was last seen: the first to be asked what mode its port has, so that making many slaves
 * does not mean looking through all namespaces for each. It is only a hint: what it leads to is looked at anew.
 */
struct known_slave {
	int parent_index, ifindex; /* ifindex 0: none is known */
	ino_t parent_place, place;
	char path[sizeof(IPVLAN_NETNS_DIR) + NAME_MAX + 1]; /* to its namespace; "" when that is the context's home */
};

/*
 * What its port has, as that slave or the making of one has said a moment ago. It holds while the context does nothing
 * but make further slaves.
 */
struct port_news {
	int parent_index;
	ino_t parent_place;
	int mode, flags;
	uint64_t mode_at, flags_at; /* when that was known at the latest, in ns; 0: it does not hold */
	uint32_t last_request;	    /* of the transport, when the last of these slaves had been made */
};

struct ipvlan_ctx {
	struct ipvlan_netns *home, *netns; /* where it was made; where it works. Never NULL. */
	struct transport *transport;	   /* opened by ctx_open() */
	struct ipvlan_wire wire;	   /* at home, instead of a socket of one's own; all NULL: none */
	ipvlan_log_fn log;
	enum ipvlan_log_level log_level;
	void *log_data;
	struct known_slave known_slave;
	struct port_news news;
	struct ipvlan_error error;
};

struct ipvlan_netns {
	int fd;
	dev_t device;
	ino_t inode;
	char *name; /* NULL unless opened by name */
	char *path; /* by which somebody else opened it; NULL */
};

/* error.c */

/* Begins a new error: "<what was tried>: <why>", the reason being the errno's text. Returns code. */
int fail(struct ipvlan_ctx *ctx, int code, enum ipvlan_stage stage, const char *format, ...) PRINTF(4, 5);
/* As fail(), with what the kernel answered, when code is the kernel's. */
int fail_ack(struct ipvlan_ctx *ctx, int code, const struct ack *ack, enum ipvlan_stage stage, const char *format, ...)
	PRINTF(5, 6);
/* Puts better words in the place of the errno's text. */
void fail_because(struct ipvlan_ctx *ctx, const char *format, ...) PRINTF(2, 3);
/* Names of links, and so the kernel's words, may hold escape sequences for a terminal: what is harmful becomes '?'. */
void text_defuse(char *text);
void fail_step(struct ipvlan_ctx *ctx, unsigned int step);
void fail_holder(struct ipvlan_ctx *ctx, const char *format, ...) PRINTF(2, 3);
void fail_hint(struct ipvlan_ctx *ctx, const char *format, ...) PRINTF(2, 3);

/* ctx.c */

void ctx_log(struct ipvlan_ctx *ctx, enum ipvlan_log_level level, const char *format, ...) PRINTF(3, 4);
/* Sees that the context has its transport. Sets no error. */
int ctx_open(struct ipvlan_ctx *ctx);
/* The socket in the context's namespace. Sets the error. */
int ctx_transport(struct ipvlan_ctx *ctx, struct transport **transport);
/* " in namespace NAME", or "" when the context works where it was made. */
const char *ctx_where(const struct ipvlan_ctx *ctx, char *buf, size_t size);
/* "this namespace" for where the context was made, when it works there; else as netns_describe(). */
const char *ctx_describe(const struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, char *buf, size_t size);

/* netns.c */

bool netns_name_is_valid(const char *name);
/* The user namespace that owns a network namespace is the caller's own. True when the kernel does not tell. */
bool netns_is_owned_here(const struct ipvlan_netns *netns);
int netns_open_quietly(const char *path, const char *name, struct ipvlan_netns **netns);
/* The same for a path that others can lead elsewhere: nothing is opened but a namespace. */
int netns_open_foreign_quietly(const char *path, struct ipvlan_netns **netns);
int netns_open_name_quietly(const char *name, struct ipvlan_netns **netns);
int netns_copy_quietly(const struct ipvlan_netns *from, struct ipvlan_netns **netns);
int netns_open_current(struct ipvlan_netns **netns);
/* Opens a socket there, from a thread of its own when the caller is elsewhere. Returns -errno, sets no error. */
int netns_transport(const struct ipvlan_netns *netns, struct transport **transport);
/* By one thread: going to one and coming back is most of what it costs. The other's is NULL where it cannot be had. */
int netns_transport_two(const struct ipvlan_netns *netns, struct transport **transport,
			const struct ipvlan_netns *other, struct transport **others);
/* The same as the first for generic netlink. */
int netns_transport_generic(const struct ipvlan_netns *netns, struct transport **transport);
/* Runs fn there, on a thread of its own. Returns -errno, or what fn returned; sets no error. */
int netns_call_quietly(const struct ipvlan_netns *netns, int (*fn)(void *data), void *data);
int netns_prepare_folder(void);
/* For a thread of one's own: makes a namespace, goes there for good, keeps it and opens a socket. Sets no error. */
int netns_create_here(const char *name, struct ipvlan_netns **netns, struct transport **transport);
/* Says why a namespace could not be made, unless it was: err 0. Returns err. */
int netns_fail_create(struct ipvlan_ctx *ctx, int err, const char *name);
/* Gives a namespace a name. Sets no error. */
int netns_name_again(const struct ipvlan_netns *netns, const char *name);
/* For a thread of one's own: goes there for good, and opens a socket. Sets no error. */
int netns_go(const struct ipvlan_netns *netns, struct transport **transport);
int netns_delete_quietly(const char *name);
/* Of a transaction: a path has a '/', and no name has. Sets the error. */
int netns_open_place(struct ipvlan_ctx *ctx, const char *text, struct ipvlan_netns **netns);
bool netns_is_place(const struct ipvlan_netns *netns, const char *text);
/* "namespace NAME", or "the namespace with inode N". */
const char *netns_describe(const struct ipvlan_netns *netns, char *buf, size_t size);

/* A text for a caller's buffer, cut where it does not fit: for every link of a list, so that snprintf() would be felt.
 */
static inline void text_copy(char *buf, size_t size, const char *text)
{
	size_t length;

	if (!size)
		return;
	length = strnlen(text, size - 1);
	memcpy(buf, text, length);
	buf[length] = '\0';
}

/* mode.c */

/* -1 for "not asked for", else what both attributes can carry. */
bool attribute_value_is_valid(int value);

/* link.c */

bool link_name_is_valid(const char *name);
void link_clear(struct ipvlan_link *link);
/* "ipvl1 in namespace ns1", "ipvl1 in the namespace of process 42", "ipvl1 in this namespace". */
const char *link_describe(const struct ipvlan_link *link, char *buf, size_t size);
/* Whether a controller has the packets of its members, so that these can be no parents. A VRF leaves them to them. */
bool link_takes_packets(const struct ipvlan_link *controller);

/* link-read.c */

/* The index of a link, without reading all of it. Sets the error. */
int link_find_index(struct ipvlan_ctx *ctx, enum ipvlan_stage stage, const char *name, int *ifindex);

/* explain.c: from an errno to words that say who, where and what to do. All add to the context's error. */

/* Whether this thread has it, over its own user namespace. */
bool has_capability(unsigned int capability);
/* What is missing for entering a namespace. */
void explain_entry(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns);
/* What is missing for changing links in a namespace. */
void explain_permission(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns);
/* A refused creation under `parent`, of which name, mode and flags were asked; target is where the link should go. */
void explain_create(struct ipvlan_ctx *ctx, const struct ipvlan_link *parent, const struct ipvlan_netns *target,
		    const char *name, int mode, int flags);
void explain_change(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns);
/* A refused mode or flags of a port whose parent is in the namespace. */
void explain_port_change(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns);
/*
 * A refused address of a slave of the port `id` in the namespace `netns`; id NULL: the port cannot be found, or the
 * link is no slave.
 */
struct port_id;
void explain_address(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, const struct port_id *id,
		     const struct ipvlan_address *address);
void explain_route(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns);

/* module-probe.c */

enum module_state {
	MODULE_LOADED, /* or built in */
	MODULE_LOADABLE,
	MODULE_MISSING,
	MODULE_UNSEEN,	/* where its file would be is not to be seen */
	MODULE_BLOCKED, /* by configuration, or for good until the next boot */
};

/* Why this kernel does not know the kind "ipvlan", as a hint; "" when it should. */
enum module_state module_probe(char *hint, size_t size);
/* Whether the kernel has nftables without loading anything. */
bool nftables_are_there(void);

/* address.c */

/* Address text without prefix to bytes. Returns the family, or 0. */
int ip_parse(const char *text, uint8_t bytes[16]);
/* "ADDRESS[/LENGTH]", for IPv4 also "ADDRESS/NETMASK"; without either it is the whole address. Returns the family, or
 * 0. */
int ip_parse_prefix(const char *text, uint8_t bytes[16], uint8_t *length);
const char *ip_format(int family, const uint8_t *bytes, char *buf, size_t size);
const char *ip_format_prefix(int family, const uint8_t *bytes, unsigned int length, char *buf, size_t size);
int address_parse(const char *text, struct ipvlan_address *address);

/* address-kernel.c */

/*
 * Gives an address that a link has what it had. When one of IPv6 that was to stay gets an end, the kernel takes the
 * route to its network for one that has ended; so that route comes anew. Sets the error.
 */
int address_restore(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_address *address);

/* Reads addresses of one link, or of all when ifindex is 0. The caller frees the array. Sets no error. */
int addresses_read(struct transport *transport, int family, int ifindex, struct ipvlan_address **addresses,
		   size_t *count, struct ack *ack);

/* route.c */

int route_parse(const char *destination, struct ipvlan_route *route);

/* route-kernel.c */

int route_encode(void *buf, size_t size, uint16_t type, uint16_t flags, const struct ipvlan_route *route, int ifindex);
/* As addresses_read(); table 0: of all tables. */
int routes_read(struct transport *transport, int family, uint32_t table, int ifindex, struct ipvlan_route **routes,
		size_t *count, struct ack *ack);
/* "default via 10.0.0.1 metric 5", what tells routes of a link apart. */
#define ROUTE_TEXT_SIZE (4 * IPVLAN_ADDRESS_SIZE)
const char *route_describe(const struct ipvlan_route *route, char *buf, size_t size);
/* As ipvlan_route_add(), but waits until the source may be one: duplicate address detection takes up to two seconds. */
int route_add_patiently(struct ipvlan_ctx *ctx, const char *link, const struct ipvlan_route *route);
/* With the family that it has in the kernel: a default route may have none yet. */
struct ipvlan_route route_settle(const struct ipvlan_route *route);

#endif
