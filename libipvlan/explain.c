// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * From an errno to words that say who, where and what to do. What the kernel leaves cryptic is looked up here, after
 * the fact: nothing of this costs anything while all goes well.
 */
#include "port.h"
#include "state.h"
#include <errno.h>
#include <linux/capability.h>
#include <net/if_arp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's own number, which leaks out of it; no C library has a name for it. */
#define KERNEL_ENOTSUPP 524

bool has_capability(unsigned int capability)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	return syscall(SYS_capget, &header, data) == 0 && (data[0].effective & (1U << capability));
}

static void explain_missing(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, unsigned int capability,
			    const char *name)
{
	char place[96];

	ctx_describe(ctx, netns, place, sizeof(place));
	if (!netns_is_owned_here(netns))
		fail_hint(ctx,
			  "%s is missing over the user namespace that owns %s; this process is in another user "
			  "namespace, where its capabilities count for nothing there",
			  name, place);
	else if (!has_capability(capability))
		fail_hint(ctx,
			  "%s is missing over the user namespace that owns %s: run as root, or inside `unshare "
			  "-Urnm` for namespaces of your own",
			  name, place);
	else
		fail_hint(ctx,
			  "this process has %s over %s, so the parent's namespace or a security module refused: "
			  "the parent may belong to another user namespace",
			  name, place);
}

void explain_permission(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns)
{
	explain_missing(ctx, netns, CAP_NET_ADMIN, "CAP_NET_ADMIN");
}

void explain_entry(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns)
{
	if (ctx->error.code == -EPERM)
		explain_missing(ctx, netns, CAP_SYS_ADMIN, "CAP_SYS_ADMIN");
}

static bool find_controller(struct ipvlan_ctx *ctx, const struct ipvlan_link *parent, char *holder, size_t size)
{
	struct ipvlan_link controller;
	struct ack ack;

	if (!parent->controller_index ||
	    link_query(ctx->transport, parent->controller_index, NULL, -1, &controller, &ack) ||
	    !link_takes_packets(&controller))
		return false;
	snprintf(holder, size, "%s (%s)", controller.name, controller.kind[0] ? controller.kind : "controller");
	return true;
}

/* A macvlan owns the parent's receive hook just as a bridge would, but is no controller of it. */
static bool find_macvlan(struct ipvlan_ctx *ctx, const struct ipvlan_link *parent, char *holder, size_t size)
{
	struct ipvlan_link_list list = {0};
	struct port_id id = {.netns = ctx->netns, .parent_index = parent->ifindex};
	char text[320];
	bool found;

	port_read_macvlans(ctx, &id, &list);
	found = list.count > 0;
	if (found)
		snprintf(holder, size, "%s (%s)", link_describe(&list.links[0], text, sizeof(text)),
			 list.links[0].kind);
	port_clear_slaves(&list);
	return found;
}

static void explain_busy(struct ipvlan_ctx *ctx, const struct ipvlan_link *parent)
{
	char holder[360];

	if (find_controller(ctx, parent, holder, sizeof(holder))) {
		fail_because(ctx, "%s belongs to %s", parent->name, holder);
		fail_hint(ctx, "take %s out of it, or use the controller itself as the parent", parent->name);
	} else if (find_macvlan(ctx, parent, holder, sizeof(holder))) {
		fail_because(ctx, "%s is the parent of %s", parent->name, holder);
		fail_hint(ctx, "macvlan and ipvlan cannot share a device: delete that link, or use another parent");
	} else {
		fail_because(ctx, "something else takes the packets of %s", parent->name);
		fail_hint(ctx, "a bridge, bond, team, macvlan (in a namespace that cannot be seen from here) or Open "
			       "vSwitch owns its one receive hook");
		return;
	}
	fail_holder(ctx, "%s", holder);
}

static void explain_invalid(struct ipvlan_ctx *ctx, const struct ipvlan_link *parent, int mode, int flags)
{
	char text[IPVLAN_NAME_SIZE];

	if (parent->device_flags & IFF_LOOPBACK) {
		fail_because(ctx, "%s is a loopback device, which cannot be a parent", parent->name);
		fail_hint(ctx, "a parent is an Ethernet-like device: a card, bond, bridge, vlan, veth or dummy");
	} else if (parent->type != ARPHRD_ETHER) {
		fail_because(ctx, "%s is not an Ethernet device (hardware type %u), so it cannot be a parent",
			     parent->name, parent->type);
		fail_hint(ctx, "a parent is an Ethernet-like device: a card, bond, bridge, vlan, veth or dummy");
	} else if (mode >= 0 && !ipvlan_mode_to_string(mode)) {
		fail_because(ctx, "this kernel does not know mode %s", ipvlan_mode_format(mode, text, sizeof(text)));
	} else if (flags >= 0 && !ipvlan_flags_to_string(flags)) {
		fail_because(ctx, "this kernel does not know flags %s", ipvlan_flags_format(flags, text, sizeof(text)));
	} else if (ctx->error.attribute[0]) {
		fail_hint(ctx, "the kernel objects to %s", ctx->error.attribute);
	} else if (!ctx->error.extack[0]) {
		fail_hint(ctx, "`dmesg` may say more: the driver explains some refusals there only");
	}
}

static void explain_kind(struct ipvlan_ctx *ctx)
{
	char hint[400];

	fail_because(ctx, "this kernel does not have the link kind \"ipvlan\"");
	module_probe(hint, sizeof(hint));
	fail_hint(ctx, "%s", hint);
}

static void explain_l3s(struct ipvlan_ctx *ctx)
{
	fail_because(ctx, "this kernel was built without l3s mode");
	fail_hint(ctx, "l3s takes CONFIG_IPVLAN_L3S, which takes CONFIG_NET_L3_MASTER_DEV; l3 works without");
}

void explain_create(struct ipvlan_ctx *ctx, const struct ipvlan_link *parent, const struct ipvlan_netns *target,
		    const char *name, int mode, int flags)
{
	char place[96];

	switch (-ctx->error.code) {
	case EBUSY:
		explain_busy(ctx, parent);
		break;
	case EINVAL:
		explain_invalid(ctx, parent, mode, flags);
		break;
	case EOPNOTSUPP:
		explain_kind(ctx);
		break;
	case KERNEL_ENOTSUPP:
		explain_l3s(ctx);
		break;
	case EEXIST:
		fail_because(ctx, "a link named %s is in %s already", name ? name : "so",
			     ctx_describe(ctx, target, place, sizeof(place)));
		fail_hint(ctx, "choose another name, or delete that link");
		break;
	case ENOSPC:
		fail_because(ctx, "%s has as many slaves as one parent can have: 65,533", parent->name);
		fail_hint(ctx, "delete some, or use another parent");
		break;
	case EPERM:
		explain_permission(ctx, netns_is_owned_here(ctx->netns) ? target : ctx->netns);
		break;
	}
}

void explain_change(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns)
{
	if (ctx->error.code == -EPERM)
		explain_permission(ctx, netns);
	else if (ctx->error.code == -EEXIST)
		fail_because(ctx, "there is a link of that name already");
}

void explain_port_change(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns)
{
	switch (-ctx->error.code) {
	case EPERM:
		explain_permission(ctx, netns);
		break;
	case EINVAL:
		fail_hint(ctx, "this kernel may not know that mode or those flags (l3s: 4.9, private and vepa: 4.15)");
		break;
	case KERNEL_ENOTSUPP:
		explain_l3s(ctx);
		break;
	}
}

struct duplicate {
	struct ipvlan_ctx *ctx;
	const struct ipvlan_address *address;
	bool found;
};

/* What a slave is told apart by: of an IPv4 address that has a peer, the kernel looks at the peer alone. */
static const uint8_t *looked_at(const struct ipvlan_address *address)
{
	return address->family == AF_INET && address->has_peer ? address->peer : address->local;
}

/* @return the one that is in the way, or NULL. */
static const struct ipvlan_address *find_address(const struct ipvlan_address *addresses, size_t count,
						 const struct ipvlan_address *wanted)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (addresses[i].family == wanted->family &&
		    memcmp(looked_at(&addresses[i]), looked_at(wanted), sizeof(wanted->local)) == 0)
			return &addresses[i];
	}
	return NULL;
}

/* As the subject of a sentence. */
static const char *describe_looked_at(const struct ipvlan_address *address, char *buf, size_t size)
{
	char text[IPVLAN_ADDRESS_SIZE];

	if (looked_at(address) == address->local)
		return "it";
	snprintf(buf, size, "its peer %s", ip_format(address->family, address->peer, text, sizeof(text)));
	return buf;
}

static int look_at_slave(struct place *place, struct ipvlan_link *link, void *data)
{
	struct duplicate *d = data;
	const struct ipvlan_address *found;
	struct ipvlan_address *addresses;
	char text[320], subject[80];
	bool by_peer;
	struct ack ack;
	size_t count;

	if (addresses_read(place->transport, d->address->family, link->ifindex, &addresses, &count, &ack))
		return 0;
	found = find_address(addresses, count, d->address);
	d->found = found;
	by_peer = found && looked_at(found) == found->peer;
	free(addresses);
	if (!d->found || link_set_place(link, place))
		return d->found;
	link_describe(link, text, sizeof(text));
	fail_because(d->ctx, "%s is in use by %s%s", describe_looked_at(d->address, subject, sizeof(subject)), text,
		     by_peer ? ", as a peer" : "");
	fail_holder(d->ctx, "%s", text);
	link_clear(link);
	return 1;
}

/* Our module also refuses what nobody has, and says so. */
static bool explain_reserved(struct ipvlan_ctx *ctx)
{
	if (strstr(ctx->error.extack, "locked to another link")) {
		fail_because(ctx, "it is locked to another slave of the same parent");
		fail_hint(ctx,
			  "`ipvlanctl port show PARENT` tells to which one; `ipvlanctl port unlock PARENT ADDRESS` "
			  "gives it free");
		return true;
	}
	if (strstr(ctx->error.extack, "the parent's or a gateway's")) {
		fail_because(ctx, "it is the parent's or a gateway's, and the parent's port guards those");
		fail_hint(ctx, "choose another one; `ipvlanctl port show PARENT` tells the gateways");
		return true;
	}
	return false;
}

/* The link that was refused the address does not have it, so every one that does is the holder. */
static void explain_duplicate(struct ipvlan_ctx *ctx, const struct port_id *id, const struct ipvlan_address *address)
{
	struct duplicate d = {.ctx = ctx, .address = address};

	if (explain_reserved(ctx))
		return;
	if (id)
		port_each_slave(ctx, id, look_at_slave, &d);
	if (!d.found)
		fail_because(ctx, "another slave of the same parent has it, in a namespace that cannot be seen from "
				  "here");
	fail_hint(ctx, "slaves of one parent are told apart by their addresses, so each is free for one slave only: "
		       "take it from that one first, or choose another");
}

/* Of an IPv6 address that is added: that no link can have it. Of one that is deleted: that this one has not. */
static void explain_unavailable(struct ipvlan_ctx *ctx, const struct ipvlan_address *address)
{
	if (address->family == AF_INET6 && !address_is_a_hosts(address)) {
		fail_because(ctx, "it is no address of a host");
		return;
	}
	fail_because(ctx, "the link does not have that address");
	fail_hint(ctx, "the prefix length must be the one it was added with");
}

void explain_address(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, const struct port_id *id,
		     const struct ipvlan_address *address)
{
	switch (-ctx->error.code) {
	case EADDRINUSE:
		explain_duplicate(ctx, id, address);
		break;
	case EEXIST:
		fail_because(ctx, "the link has that address already");
		break;
	case EADDRNOTAVAIL:
		explain_unavailable(ctx, address);
		break;
	case EACCES:
		fail_because(ctx, "IPv6 is disabled on the link");
		fail_hint(ctx, "sysctl net.ipv6.conf.NAME.disable_ipv6 says so; set it to 0");
		break;
	case EPERM:
		explain_permission(ctx, netns);
		break;
	}
}

void explain_route(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns)
{
	switch (-ctx->error.code) {
	case ENETUNREACH:
	case EHOSTUNREACH:
		fail_because(ctx, "the gateway is not in any network of the link");
		fail_hint(ctx, "add an address whose prefix holds the gateway, or say \"onlink\"");
		break;
	case ENETDOWN:
		fail_because(ctx, "the link is down");
		fail_hint(ctx, "bring it up first");
		break;
	case EEXIST:
		fail_because(ctx, "there is such a route already");
		fail_hint(ctx, "replace it, or give another metric");
		break;
	case ESRCH:
	case ENOENT:
		fail_because(ctx, "there is no such route");
		break;
	case EINVAL:
		if (strstr(ctx->error.extack, "source address"))
			fail_hint(ctx, "an IPv6 address is no source until duplicate address detection has ended: "
				       "set nodad on the address, or add the route later");
		break;
	case EPERM:
		explain_permission(ctx, netns);
		break;
	}
}
