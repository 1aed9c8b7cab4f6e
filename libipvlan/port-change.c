// SPDX-License-Identifier: LGPL-2.1-or-later
/* Changing mode and flags: they belong to the port, so every change is a change of all slaves. */
#include "port.h"
#include <errno.h>
#include <string.h>

struct wish {
	int mode, flags; /* IPVLAN_…_UNSET: as it is */
	bool change_siblings;
};

static int check_wish(struct ipvlan_ctx *ctx, const char *name, const struct wish *wish)
{
	if (!attribute_value_is_valid(wish->mode) || !attribute_value_is_valid(wish->flags)) {
		fail(ctx, -EINVAL, IPVLAN_STAGE_SETTINGS, "cannot change %s (mode %d, flags %d)", name, wish->mode,
		     wish->flags);
		fail_because(ctx, "modes and flags are 0 to 65535");
		return -EINVAL;
	}
	if (wish->flags != IPVLAN_FLAGS_UNSET && (wish->flags & IPVLAN_F_PRIVATE) && (wish->flags & IPVLAN_F_VEPA)) {
		fail(ctx, -EINVAL, IPVLAN_STAGE_SETTINGS, "cannot change %s (flags private and vepa)", name);
		fail_because(ctx, "they exclude each other");
		return -EINVAL;
	}
	return 0;
}

/* Only what differs is sent: ip(8) always sends flags, and so clears private or vepa along with a change of mode. */
static void drop_what_holds(struct wish *wish, const struct ipvlan_link *slave)
{
	if (wish->mode == slave->mode)
		wish->mode = IPVLAN_MODE_UNSET;
	if (wish->flags == slave->ipvlan_flags)
		wish->flags = IPVLAN_FLAGS_UNSET;
}

static bool is_nothing(const struct wish *wish)
{
	return wish->mode == IPVLAN_MODE_UNSET && wish->flags == IPVLAN_FLAGS_UNSET;
}

static int send_change(struct transport *transport, const struct ipvlan_link *slave, const struct wish *wish,
		       struct ack *ack)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct link_request request = LINK_REQUEST_INIT;

	request.ifindex = slave->ifindex;
	request.kind = slave->kind;
	request.mode = wish->mode;
	request.flags = wish->flags;
	codec_link_set(buf, sizeof(buf), &request);
	return transport_request(transport, (struct nlmsghdr *)buf, NULL, NULL, ack);
}

static int fail_change(struct ipvlan_ctx *ctx, int err, const struct ack *ack, const char *name,
		       const struct port_id *id)
{
	fail_ack(ctx, err, ack, IPVLAN_STAGE_CHANGE, "cannot change mode or flags of the port of %s", name);
	explain_port_change(ctx, id->netns);
	return err;
}

static int refuse(struct ipvlan_ctx *ctx, const char *name, const struct ipvlan_link_list *slaves,
		  const struct ipvlan_link *except)
{
	char siblings[300];

	port_describe_slaves(slaves, except, siblings, sizeof(siblings));
	fail(ctx, -EBUSY, IPVLAN_STAGE_CONSENT, "cannot change mode or flags of the port of %s", name);
	fail_because(ctx, "they belong to the parent, so these would change too: %s", siblings);
	fail_holder(ctx, "%s", siblings);
	fail_hint(ctx, "agree to that with --force (in C: change_siblings)");
	return -EBUSY;
}

/* Opens the namespace that a slave of a search was found in. */
static int slave_transport(struct ipvlan_ctx *ctx, const struct ipvlan_link *slave, struct transport **transport)
{
	struct ipvlan_netns *netns;
	int err = netns_open_inode(ctx->netns, slave->netns_inode, &netns);

	if (err)
		return err;
	err = netns_transport(netns, transport);
	ipvlan_netns_free(netns);
	return err;
}

static int change_through(struct ipvlan_ctx *ctx, const char *name, const struct port_id *id,
			  const struct ipvlan_link *slave, const struct wish *wish)
{
	struct transport *transport;
	struct ack ack = {0};
	int err = slave_transport(ctx, slave, &transport);

	if (!err) {
		err = send_change(transport, slave, wish, &ack);
		transport_close(transport);
	}
	return err ? fail_change(ctx, err, &ack, name, id) : 0;
}

/* `self`: the slave that the caller named; NULL when the parent was named. */
static int change_port(struct ipvlan_ctx *ctx, const char *name, const struct port_id *id,
		       const struct ipvlan_link *self, struct wish *wish)
{
	struct ipvlan_link_list slaves = {0};
	int err = port_read_slaves(ctx, id, wish->change_siblings, &slaves);

	if (err)
		return err;
	if (!slaves.count) {
		fail(ctx, -ENOENT, IPVLAN_STAGE_CHANGE, "cannot change mode or flags of the port of %s", name);
		fail_because(ctx, "it has no slave, and a port lives only as long as it has slaves");
		fail_hint(ctx, "the first slave brings mode and flags along");
		return -ENOENT;
	}
	drop_what_holds(wish, &slaves.links[0]);
	if (is_nothing(wish))
		err = 0;
	else if (!wish->change_siblings && slaves.count > 1)
		err = refuse(ctx, name, &slaves, self);
	else
		err = change_through(ctx, name, id, self ? self : &slaves.links[0], wish);
	port_clear_slaves(&slaves);
	return err;
}

static int fail_unseen(struct ipvlan_ctx *ctx, const char *name)
{
	fail(ctx, -EBUSY, IPVLAN_STAGE_CONSENT, "cannot change mode or flags of the port of %s", name);
	fail_because(ctx, "its parent is in a namespace that cannot be seen from here, and so may its siblings be");
	fail_hint(ctx, "do it where the parent is, or agree to whatever siblings change with --force (in C: "
		       "change_siblings)");
	return -EBUSY;
}

/* A slave whose parent lies out of sight: the kernel alone decides, once the caller has agreed. */
static int change_unseen(struct ipvlan_ctx *ctx, const struct ipvlan_link *slave, struct wish *wish)
{
	struct port_id nowhere = {.netns = ctx->netns};
	struct transport *transport;
	struct ack ack;
	int err;

	drop_what_holds(wish, slave);
	if (is_nothing(wish))
		return 0;
	if (!wish->change_siblings)
		return fail_unseen(ctx, slave->name);
	err = ctx_transport(ctx, &transport);
	if (err)
		return err;
	err = send_change(transport, slave, wish, &ack);
	return err ? fail_change(ctx, err, &ack, slave->name, &nowhere) : 0;
}

int port_restore(struct ipvlan_ctx *ctx, const struct port_id *id, int mode, int flags)
{
	struct wish wish = {.mode = mode, .flags = flags, .change_siblings = true};

	return change_port(ctx, "the parent", id, NULL, &wish);
}

static int change_link(struct ipvlan_ctx *ctx, const char *name, const struct ipvlan_link *link, struct wish *wish)
{
	const struct ipvlan_link *self = ipvlan_link_is_slave(link) ? link : NULL;
	struct port_id id;
	int err = port_id_of(ctx, link, &id);

	if (err == -ENOENT && self)
		return change_unseen(ctx, self, wish);
	if (err)
		return fail(ctx, err, IPVLAN_STAGE_PARENT, "cannot find the port of %s", name);
	err = change_port(ctx, name, &id, self, wish);
	port_id_clear(&id);
	return err;
}

static int change(struct ipvlan_ctx *ctx, const char *name, struct wish *wish, bool by_slave)
{
	struct ipvlan_link *link;
	int err = check_wish(ctx, name, wish);

	if (!err)
		err = ipvlan_link_get(ctx, name, &link);
	if (err)
		return err;
	if (by_slave && !ipvlan_link_is_slave(link)) {
		err = fail(ctx, -EOPNOTSUPP, IPVLAN_STAGE_CHANGE, "cannot change mode or flags of %s", name);
		fail_because(ctx, "it is no ipvlan slave");
	} else {
		err = change_link(ctx, name, link, wish);
	}
	ipvlan_link_free(link);
	return err;
}

IPVLAN_API int ipvlan_link_change(struct ipvlan_ctx *ctx, const char *name, int mode, int flags, bool change_siblings)
{
	struct wish wish = {.mode = mode, .flags = flags, .change_siblings = change_siblings};

	return change(ctx, name, &wish, true);
}

IPVLAN_API int ipvlan_port_change(struct ipvlan_ctx *ctx, const char *parent, int mode, int flags, bool change_siblings)
{
	struct wish wish = {.mode = mode, .flags = flags, .change_siblings = change_siblings};

	return change(ctx, parent, &wish, false);
}
