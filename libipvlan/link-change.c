// SPDX-License-Identifier: LGPL-2.1-or-later
/* Changing a link that exists: state, MTU, MAC, name, namespace; deleting it. */
#include "link-change.h"
#include "port.h"
#include "sweep.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

/* Of lo, in every namespace. */
#define LOOPBACK_INDEX 1

static int send_set(struct transport *transport, const struct link_request *request, struct ack *ack)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];

	codec_link_set(buf, sizeof(buf), request);
	return transport_request(transport, (struct nlmsghdr *)buf, NULL, NULL, ack);
}

static int change(struct ipvlan_ctx *ctx, enum ipvlan_stage stage, const char *name, struct link_request *request,
		  const char *what)
{
	struct transport *transport;
	char where[112];
	struct ack ack;
	int err;

	err = request->ifindex ? 0 : link_find_index(ctx, stage, name, &request->ifindex);
	if (!err)
		err = ctx_transport(ctx, &transport);
	if (err)
		return err;
	err = send_set(transport, request, &ack);
	if (!err)
		return 0;
	fail_ack(ctx, err, &ack, stage, "cannot %s of %s%s", what, name, ctx_where(ctx, where, sizeof(where)));
	explain_change(ctx, ctx->netns);
	return err;
}

int link_set_state(struct transport *transport, int ifindex, bool up)
{
	struct link_request request = LINK_REQUEST_INIT;
	struct ack ack;

	request.ifindex = ifindex;
	request.device_flags = up ? IFF_UP : 0;
	request.device_change = IFF_UP;
	return send_set(transport, &request, &ack);
}

/* ifindex 0: not known. */
static int change_state(struct ipvlan_ctx *ctx, int ifindex, const char *name, bool up)
{
	struct link_request request = LINK_REQUEST_INIT;

	request.ifindex = ifindex;
	request.device_flags = up ? IFF_UP : 0;
	request.device_change = IFF_UP;
	return change(ctx, IPVLAN_STAGE_UP, name, &request, up ? "set the state (up)" : "set the state (down)");
}

IPVLAN_API int ipvlan_link_set_up(struct ipvlan_ctx *ctx, const char *name)
{
	return change_state(ctx, 0, name, true);
}

IPVLAN_API int ipvlan_link_set_down(struct ipvlan_ctx *ctx, const char *name)
{
	return change_state(ctx, 0, name, false);
}

int link_raise_loopback(struct ipvlan_ctx *ctx)
{
	return change_state(ctx, LOOPBACK_INDEX, "lo", true);
}

static void explain_mtu(struct ipvlan_ctx *ctx, const char *name)
{
	struct ipvlan_link *link;

	if ((ctx->error.code != -EINVAL && ctx->error.code != -ERANGE) || link_read_quietly(ctx, 0, name, &link))
		return;
	if (link->max_mtu)
		fail_hint(ctx, "%s takes %u to %u bytes", name, link->min_mtu, link->max_mtu);
	ipvlan_link_free(link);
}

IPVLAN_API int ipvlan_link_set_mtu(struct ipvlan_ctx *ctx, const char *name, uint32_t mtu)
{
	struct link_request request = LINK_REQUEST_INIT;
	char what[48];
	int err;

	request.mtu = mtu;
	snprintf(what, sizeof(what), "set the MTU (%u bytes)", mtu);
	if (!mtu) /* unset on the wire, so the kernel cannot be asked */
		return fail(ctx, -EINVAL, IPVLAN_STAGE_CHANGE, "cannot %s of %s", what, name);
	err = change(ctx, IPVLAN_STAGE_CHANGE, name, &request, what);
	if (err)
		explain_mtu(ctx, name);
	return err;
}

IPVLAN_API int ipvlan_link_set_mac(struct ipvlan_ctx *ctx, const char *name, const uint8_t mac[6])
{
	struct link_request request = LINK_REQUEST_INIT;
	struct ipvlan_link *link;
	int err;

	request.mac = mac;
	err = change(ctx, IPVLAN_STAGE_CHANGE, name, &request, "set the MAC address");
	if (err != -EOPNOTSUPP || link_read_quietly(ctx, 0, name, &link))
		return err;
	if (ipvlan_link_is_slave(link)) {
		fail_because(ctx, "an ipvlan slave has its parent's MAC address and cannot have another");
		fail_hint(ctx, "change the parent's and all slaves follow; a link with a MAC address of its own is "
			       "what macvlan makes");
	}
	ipvlan_link_free(link);
	return err;
}

static int fail_name(struct ipvlan_ctx *ctx, enum ipvlan_stage stage, const char *name, const char *new_name)
{
	fail(ctx, -EINVAL, stage, "cannot rename %s to \"%s\"", name, new_name);
	fail_because(ctx, "a link's name is 1 to %d bytes without '/', ':', '%%' and blanks", IFNAMSIZ - 1);
	return -EINVAL;
}

IPVLAN_API int ipvlan_link_rename(struct ipvlan_ctx *ctx, const char *name, const char *new_name)
{
	struct link_request request = LINK_REQUEST_INIT;
	char what[64];
	int err;

	if (!link_name_is_valid(new_name))
		return fail_name(ctx, IPVLAN_STAGE_RENAME, name, new_name);
	request.name = new_name;
	snprintf(what, sizeof(what), "set the name (%s)", new_name);
	err = change(ctx, IPVLAN_STAGE_RENAME, name, &request, what);
	if (err == -EBUSY)
		fail_hint(ctx, "kernels before 6.2 rename a link only while it is down: set it down first");
	return err;
}

static int fail_move(struct ipvlan_ctx *ctx, int err, const struct ack *ack, const char *name,
		     const struct ipvlan_netns *target, const char *taken)
{
	char place[96];

	fail_ack(ctx, err, ack, IPVLAN_STAGE_MOVE, "cannot move %s to %s", name,
		 netns_describe(target, place, sizeof(place)));
	if (err == -EEXIST) {
		fail_because(ctx, "a link named %s is there already", taken);
		fail_hint(ctx, "give it another name on the way (ipvlanctl: move %s netns … name NEW)", name);
	} else if (err == -EINVAL) {
		fail_hint(ctx, "lo and some other links are bound to the namespace they were made in");
	} else {
		explain_change(ctx, target);
	}
	return err;
}

/* The kernel moves first and renames afterwards, so a name that is taken there must be found out before. */
static int check_free(const struct ipvlan_netns *target, const char *name)
{
	struct transport *transport;
	struct ipvlan_link link;
	struct ack ack;
	int err = netns_transport(target, &transport);

	/* A namespace that may be moved to but not entered: the kernel decides. */
	if (err)
		return err == -EPERM ? 0 : err;
	err = link_query(transport, 0, name, -1, &link, &ack);
	transport_close(transport);
	if (err == -ENODEV)
		return 0;
	return err ? err : -EEXIST;
}

IPVLAN_API int ipvlan_link_move(struct ipvlan_ctx *ctx, const char *name, const struct ipvlan_netns *target,
				const char *new_name)
{
	struct link_request request = LINK_REQUEST_INIT;
	const char *wanted = new_name ? new_name : name;
	struct transport *transport;
	struct ack ack = {0};
	int err;

	if (new_name && !link_name_is_valid(new_name))
		return fail_name(ctx, IPVLAN_STAGE_SETTINGS, name, new_name);
	err = link_find_index(ctx, IPVLAN_STAGE_MOVE, name, &request.ifindex);
	if (!err)
		err = ctx_transport(ctx, &transport);
	if (err)
		return err;
	if (ipvlan_netns_is_equal(target, ctx->netns))
		return new_name && strcmp(name, new_name) != 0 ? ipvlan_link_rename(ctx, name, new_name) : 0;
	err = check_free(target, wanted);
	if (err)
		return fail_move(ctx, err, &ack, name, target, wanted);
	request.netns_fd = target->fd;
	request.name = new_name && strcmp(name, new_name) != 0 ? new_name : NULL;
	err = send_set(transport, &request, &ack);
	return err ? fail_move(ctx, err, &ack, name, target, wanted) : 0;
}

int link_delete_quietly(struct transport *transport, int ifindex)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct ack ack;

	codec_link_delete(buf, sizeof(buf), ifindex);
	return transport_request(transport, (struct nlmsghdr *)buf, NULL, NULL, &ack);
}

static int fail_delete(struct ipvlan_ctx *ctx, int err, const struct ack *ack, const char *what)
{
	char where[112];

	fail_ack(ctx, err, ack, IPVLAN_STAGE_DELETE, "cannot delete %s%s", what, ctx_where(ctx, where, sizeof(where)));
	if (err == -ENODEV)
		fail_because(ctx, "there is no link of that name");
	else if (err == -EOPNOTSUPP)
		fail_because(ctx, "it is a device that cannot be deleted, such as lo or a network card");
	else
		explain_change(ctx, ctx->netns);
	return err;
}

IPVLAN_API int ipvlan_link_delete(struct ipvlan_ctx *ctx, const char *name)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct transport *transport;
	int ifindex, err;
	struct ack ack;

	err = link_find_index(ctx, IPVLAN_STAGE_DELETE, name, &ifindex);
	if (!err)
		err = ctx_transport(ctx, &transport);
	if (err)
		return err;
	codec_link_delete(buf, sizeof(buf), ifindex);
	err = transport_request(transport, (struct nlmsghdr *)buf, NULL, NULL, &ack);
	return err ? fail_delete(ctx, err, &ack, name) : 0;
}

IPVLAN_API int ipvlan_link_delete_many(struct ipvlan_ctx *ctx, const char *const *names, size_t count)
{
	struct sweep sweep = {.names = names, .count = count};
	struct transport *transport;
	char what[48];
	int err = ctx_transport(ctx, &transport);

	if (!err)
		err = sweep_run(transport, &sweep);
	if (!err || !sweep.was_run)
		return err;
	snprintf(what, sizeof(what), "one of %zu links", count);
	return fail_delete(ctx, err, &sweep.ack, sweep.culprit < count ? names[sweep.culprit] : what);
}
