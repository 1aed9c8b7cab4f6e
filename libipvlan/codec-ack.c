// SPDX-License-Identifier: LGPL-2.1-or-later
#include "codec-common.h"
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#define NAME(attribute) [attribute] = #attribute

static const char *const link_names[] = {
	NAME(IFLA_ADDRESS),   NAME(IFLA_IFNAME),	 NAME(IFLA_MTU),      NAME(IFLA_LINK), NAME(IFLA_LINKINFO),
	NAME(IFLA_NET_NS_FD), NAME(IFLA_TARGET_NETNSID), NAME(IFLA_EXT_MASK),
};
static const char *const linkinfo_names[] = {NAME(IFLA_INFO_KIND), NAME(IFLA_INFO_DATA)};
static const char *const ipvlan_names[] = {NAME(IFLA_IPVLAN_MODE), NAME(IFLA_IPVLAN_FLAGS)};
static const char *const address_names[] = {
	NAME(IFA_ADDRESS), NAME(IFA_LOCAL), NAME(IFA_LABEL), NAME(IFA_BROADCAST), NAME(IFA_CACHEINFO), NAME(IFA_FLAGS),
};
static const char *const route_names[] = {
	NAME(RTA_DST),	    NAME(RTA_OIF),     NAME(RTA_GATEWAY), NAME(RTA_VIA),
	NAME(RTA_PRIORITY), NAME(RTA_PREFSRC), NAME(RTA_TABLE),
};

struct names {
	const char *const *names;
	size_t count;
	uint16_t nest; /* the attribute that holds the next level of names; 0: none */
};
#define NAMES(table, nest)                                      \
	{                                                       \
		table, sizeof(table) / sizeof((table)[0]), nest \
	}

static const struct names link_levels[] = {
	NAMES(link_names, IFLA_LINKINFO),
	NAMES(linkinfo_names, IFLA_INFO_DATA),
	NAMES(ipvlan_names, 0),
};
static const struct names address_level = NAMES(address_names, 0);
static const struct names route_level = NAMES(route_names, 0);

static const struct names *names_of(uint16_t type, size_t *header_size)
{
	switch (type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
	case RTM_GETLINK:
		*header_size = sizeof(struct ifinfomsg);
		return link_levels;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		*header_size = sizeof(struct ifaddrmsg);
		return &address_level;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		*header_size = sizeof(struct rtmsg);
		return &route_level;
	}
	return NULL;
}

const char *codec_attribute_name(const struct nlmsghdr *request, uint32_t offset)
{
	size_t header_size;
	const struct names *level = names_of(request->nlmsg_type, &header_size);
	const char *base = (const char *)request, *end = base + request->nlmsg_len;
	const struct nlattr *attr;

	if (!level || offset >= request->nlmsg_len)
		return NULL;
	attr = mnl_nlmsg_get_payload_offset(request, header_size);
	while (mnl_attr_ok(attr, (int)(end - (const char *)attr))) {
		uint32_t start = (uint32_t)((const char *)attr - base);
		uint16_t type = mnl_attr_get_type(attr);

		if (offset == start)
			return type < level->count ? level->names[type] : NULL;
		if (level->nest && type == level->nest && offset < start + attr->nla_len) {
			end = (const char *)attr + attr->nla_len;
			attr = mnl_attr_get_payload(attr);
			level++;
			continue;
		}
		attr = mnl_attr_next(attr);
	}
	return NULL;
}

struct decoding {
	const struct nlmsghdr *request;
	struct ack *ack;
};

static bool decode_attribute(const struct nlattr *attr, void *data)
{
	struct decoding *d = data;
	const char *name;
	uint32_t offset;

	switch (mnl_attr_get_type(attr)) {
	case NLMSGERR_ATTR_MSG:
		/* A text that does not fit is cut, not refused: it only explains. */
		snprintf(d->ack->text, sizeof(d->ack->text), "%.*s", (int)mnl_attr_get_payload_len(attr),
			 mnl_attr_get_str(attr));
		return true;
	case NLMSGERR_ATTR_OFFS:
		if (!get_u32(attr, &offset))
			return false;
		name = d->request ? codec_attribute_name(d->request, offset) : NULL;
		snprintf(d->ack->attribute, sizeof(d->ack->attribute), "%s", name ? name : "");
	}
	return true;
}

int codec_ack_decode(const struct nlmsghdr *nlh, const struct nlmsghdr *request, struct ack *ack)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	struct decoding d = {.request = request, .ack = ack};
	size_t header_size = sizeof(*err);

	*ack = (struct ack){0};
	if (nlh->nlmsg_type != NLMSG_ERROR || !has_header(nlh, sizeof(*err)) || err->error > 0)
		return -EBADMSG;
	ack->error = err->error;
	/* Kernels before 4.12 have neither flag, and cap what they accept without saying so. */
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return 0;
	/* Unless capped, a refusal carries the whole request before its attributes. */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED)) {
		if (err->msg.nlmsg_len < sizeof(err->msg))
			return -EBADMSG;
		header_size += err->msg.nlmsg_len - sizeof(err->msg);
	}
	return has_header(nlh, header_size) && each_attr(nlh, header_size, decode_attribute, &d) ? 0 : -EBADMSG;
}

int codec_done_decode(const struct nlmsghdr *nlh, struct ack *ack)
{
	struct decoding d = {.ack = ack};
	int error;

	*ack = (struct ack){0};
	/* Old kernels end some dumps with an empty message. */
	if (nlh->nlmsg_type != NLMSG_DONE || !has_header(nlh, sizeof(error)))
		return nlh->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	if (error > 0)
		error = 0;
	ack->error = error;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return 0;
	return each_attr(nlh, sizeof(error), decode_attribute, &d) ? 0 : -EBADMSG;
}
