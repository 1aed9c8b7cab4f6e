// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Encodes one creation of an ipvlan link, or decodes the kernel's message about one, ROUNDS times: bench/run counts the
 * instructions.
 *   ours    the library's objects, as a program has them
 *   codec   what lies below them: a message from a struct and into one, which no program can reach
 *   libnl   libnl-route's link object; it has no flags, so its request is four bytes shorter
 *   bare    libmnl calls written down by hand: the floor
 */
#include "codec.h"
#include "captured-answers.h"
#include <ipvlan/ipvlan.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/ipvlan.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NETNS_FD 7

static _Alignas(struct nlmsghdr) char told[2048];

static void read_told(void)
{
	static const char hex[] = LINK_L2_PRIVATE;
	char digits[3] = "";
	size_t i;

	for (i = 0; i < sizeof(hex) / 2; i++) {
		memcpy(digits, hex + 2 * i, 2);
		told[i] = (char)strtoul(digits, NULL, 16);
	}
}

/* A setter that fails is remembered, and told when the message is written. */
static int encode_ours(char *buf, size_t size)
{
	struct ipvlan_settings *settings = ipvlan_settings_new(NULL, "ipvl0");
	int length;

	if (!settings)
		return -1;
	ipvlan_settings_set_parent_index(settings, 2);
	ipvlan_settings_set_netns_fd(settings, NETNS_FD);
	ipvlan_settings_set_mode(settings, IPVLAN_MODE_L2);
	ipvlan_settings_set_flags(settings, IPVLAN_F_PRIVATE);
	length = ipvlan_settings_encode(settings, buf, size);
	ipvlan_settings_free(settings);
	return length;
}

static int encode_codec(char *buf, size_t size)
{
	struct link_request request = LINK_REQUEST_INIT;

	request.name = "ipvl0";
	request.kind = "ipvlan";
	request.parent_index = 2;
	request.netns_fd = NETNS_FD;
	request.mode = IPVLAN_MODE_L2;
	request.flags = IPVLAN_F_PRIVATE;
	return codec_link_create(buf, size, &request);
}

static int encode_libnl(char *buf, size_t size)
{
	struct rtnl_link *link = rtnl_link_ipvlan_alloc();
	struct nl_msg *msg;
	int length = -1;

	rtnl_link_set_name(link, "ipvl0");
	rtnl_link_set_link(link, 2);
	rtnl_link_set_ns_fd(link, NETNS_FD);
	rtnl_link_ipvlan_set_mode(link, IPVLAN_MODE_L2);
	if (rtnl_link_build_add_request(link, NLM_F_CREATE | NLM_F_EXCL, &msg) == 0) {
		length = (int)nlmsg_hdr(msg)->nlmsg_len;
		memcpy(buf, nlmsg_hdr(msg), (size_t)length < size ? (size_t)length : size);
		nlmsg_free(msg);
	}
	rtnl_link_put(link);
	return length;
}

static int encode_bare(char *buf, size_t size)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlattr *info, *data;
	struct ifinfomsg *ifi;

	(void)size;
	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK;
	ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	ifi->ifi_family = AF_UNSPEC;
	mnl_attr_put_u32(nlh, IFLA_LINK, 2);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, "ipvl0");
	mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, NETNS_FD);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "ipvlan");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u16(nlh, IFLA_IPVLAN_MODE, IPVLAN_MODE_L2);
	mnl_attr_put_u16(nlh, IFLA_IPVLAN_FLAGS, IPVLAN_F_PRIVATE);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	return (int)nlh->nlmsg_len;
}

static int decode_ours(char *buf, size_t size)
{
	struct ipvlan_link *link;
	int is_right;

	(void)buf;
	(void)size;
	if (ipvlan_link_decode(told, sizeof(told), &link))
		return 0;
	is_right = ipvlan_link_get_mode(link) == IPVLAN_MODE_L2;
	ipvlan_link_free(link);
	return is_right;
}

static int decode_codec(char *buf, size_t size)
{
	struct ipvlan_link link;

	(void)buf;
	(void)size;
	memset(&link, 0, sizeof(link));
	return codec_link_decode((const struct nlmsghdr *)told, &link) == 0 && link.mode == IPVLAN_MODE_L2;
}

static void see_mode(struct nl_object *object, void *data)
{
	uint16_t mode;

	*(int *)data = rtnl_link_ipvlan_get_mode((struct rtnl_link *)object, &mode) == 0 && mode == IPVLAN_MODE_L2;
}

static int decode_libnl(char *buf, size_t size)
{
	struct nl_msg *msg = nlmsg_convert((struct nlmsghdr *)told);
	int seen = 0;

	(void)buf;
	(void)size;
	nlmsg_set_proto(msg, NETLINK_ROUTE);
	nl_msg_parse(msg, see_mode, &seen);
	nlmsg_free(msg);
	return seen;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*work)(char *buf, size_t size);
	} ways[] = {
		{"encode-ours", encode_ours},	{"encode-codec", encode_codec}, {"encode-libnl", encode_libnl},
		{"encode-bare", encode_bare},	{"decode-ours", decode_ours},	{"decode-codec", decode_codec},
		{"decode-libnl", decode_libnl},
	};
	_Alignas(struct nlmsghdr) char buf[1024];
	int rounds = argc == 3 ? atoi(argv[2]) : 0;
	size_t i;

	read_told();
	/* Settings keep a descriptor of their own, so there must be one. */
	if (dup2(STDERR_FILENO, NETNS_FD) < 0)
		return 1;
	for (i = 0; argc == 3 && i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(argv[1], ways[i].name) != 0)
			continue;
		while (rounds-- > 0) {
			if (ways[i].work(buf, sizeof(buf)) <= 0)
				return 1;
		}
		return 0;
	}
	fprintf(stderr, "usage: codec encode-ours|-codec|-libnl|-bare or decode-ours|-codec|-libnl ROUNDS\n");
	return 2;
}
