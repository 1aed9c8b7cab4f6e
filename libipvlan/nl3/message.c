// SPDX-License-Identifier: LGPL-2.1-or-later
/* Requests as messages of libnl's. */
#include "nl3.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int nl3_message(void *bytes, int length, struct nl_msg **message)
{
	struct nl_msg *msg;

	if (length < 0)
		return length;
	msg = nlmsg_convert(bytes);
	if (!msg)
		return -ENOMEM;
	nlmsg_set_proto(msg, NETLINK_ROUTE);
	*message = msg;
	return 0;
}

IPVLAN_API int ipvlan_nl3_message_from_settings(const struct ipvlan_settings *settings, struct nl_msg **message)
{
	_Alignas(struct nlmsghdr) uint8_t bytes[IPVLAN_MESSAGE_SIZE];

	return nl3_message(bytes, ipvlan_settings_encode(settings, bytes, sizeof(bytes)), message);
}

IPVLAN_API int ipvlan_nl3_build_change_request(struct rtnl_link *rtnl, int mode, int flags, struct nl_msg **message)
{
	_Alignas(struct nlmsghdr) uint8_t bytes[IPVLAN_MESSAGE_SIZE];
	struct ipvlan_link *link;
	int err = ipvlan_nl3_link_from_rtnl(rtnl, IPVLAN_FLAGS_UNSET, &link);

	if (err)
		return err;
	err = nl3_message(bytes, ipvlan_link_encode_change(link, mode, flags, bytes, sizeof(bytes)), message);
	ipvlan_link_free(link);
	return err;
}

static int copy_attribute(struct nl_msg *to, const struct nlattr *attr)
{
	return nla_put(to, attr->nla_type, nla_len(attr), nla_data(attr));
}

/* IFLA_INFO_DATA, as libnl wrote it, if it did, and the flags. */
static int copy_data(struct nl_msg *to, struct nlattr *from, int flags)
{
	struct nlattr *data = nla_nest_start(to, IFLA_INFO_DATA), *attr;
	int left, err = data ? 0 : -NLE_NOMEM;

	nla_for_each_attr (attr, from ? nla_data(from) : NULL, from ? nla_len(from) : 0, left)
		err = err ? err : copy_attribute(to, attr);
	if (!err)
		err = nla_put_u16(to, IFLA_IPVLAN_FLAGS, (uint16_t)flags);
	if (!err)
		nla_nest_end(to, data);
	return err;
}

static int copy_linkinfo(struct nl_msg *to, struct nlattr *from, int flags)
{
	struct nlattr *data = nla_find(nla_data(from), nla_len(from), IFLA_INFO_DATA);
	struct nlattr *info = nla_nest_start(to, IFLA_LINKINFO), *attr;
	int left, err = info ? 0 : -NLE_NOMEM;

	nla_for_each_nested (attr, from, left) {
		if (!err && attr != data)
			err = copy_attribute(to, attr);
	}
	if (!err)
		err = copy_data(to, data, flags);
	if (!err)
		nla_nest_end(to, info);
	return err;
}

static int copy_with_flags(const struct nlmsghdr *from, int flags, struct nl_msg *to)
{
	struct nlattr *attr;
	int left, err;

	err = nlmsg_append(to, nlmsg_data(from), sizeof(struct ifinfomsg), NLMSG_ALIGNTO);
	nlmsg_for_each_attr (attr, (struct nlmsghdr *)from, sizeof(struct ifinfomsg), left) {
		if (!err)
			err = nla_type(attr) == IFLA_LINKINFO ? copy_linkinfo(to, attr, flags)
							      : copy_attribute(to, attr);
	}
	return nl3_errno(err);
}

static int add_flags(struct nl_msg *plain, int flags, struct nl_msg **message)
{
	const struct nlmsghdr *from = nlmsg_hdr(plain);
	struct nl_msg *msg = nlmsg_alloc_size(from->nlmsg_len + 64);
	int err;

	if (!msg || !nlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, from->nlmsg_type, 0, from->nlmsg_flags)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	nlmsg_set_proto(msg, NETLINK_ROUTE);
	err = copy_with_flags(from, flags, msg);
	if (err)
		nlmsg_free(msg);
	else
		*message = msg;
	return err;
}

/* What was asked for is what is there. */
static int check(struct nl_msg *message, struct rtnl_link *rtnl, int flags)
{
	struct ipvlan_link *link;
	int err = ipvlan_nl3_link_from_message(message, &link);

	if (err)
		return err;
	if (ipvlan_link_get_mode(link) != nl3_mode(rtnl) || ipvlan_link_get_flags(link) != flags)
		err = -EMSGSIZE;
	ipvlan_link_free(link);
	return err;
}

IPVLAN_API int ipvlan_nl3_build_add_request(struct rtnl_link *rtnl, int flags, int nl_flags, struct nl_msg **message)
{
	struct nl_msg *plain, *msg = NULL;
	int err;

	if (!rtnl_link_is_ipvlan(rtnl))
		return -EOPNOTSUPP;
	if (flags < IPVLAN_FLAGS_UNSET || flags > UINT16_MAX)
		return -EINVAL;
	err = nl3_errno(rtnl_link_build_add_request(rtnl, nl_flags, &plain));
	if (err)
		return err;
	nlmsg_set_proto(plain, NETLINK_ROUTE);
	if (flags == IPVLAN_FLAGS_UNSET) {
		msg = plain;
	} else {
		err = add_flags(plain, flags, &msg);
		nlmsg_free(plain);
	}
	if (!err)
		err = check(msg, rtnl, flags);
	if (err)
		nlmsg_free(msg);
	else
		*message = msg;
	return err;
}
