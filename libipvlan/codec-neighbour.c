// SPDX-License-Identifier: LGPL-2.1-or-later
#include "codec-common.h"
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

int codec_neighbour_dump(void *buf, size_t size, bool proxies)
{
	struct writer w;
	struct ndmsg *ndm = writer_begin(&w, buf, size, RTM_GETNEIGH, NLM_F_DUMP, sizeof(*ndm));

	if (!ndm)
		return -EMSGSIZE;
	ndm->ndm_flags = proxies ? NTF_PROXY : 0;
	return writer_finish(&w);
}

static bool decode_mac(const struct nlattr *attr, struct neighbour *neighbour)
{
	/* Some devices have longer or shorter ones: none that a slave could have. */
	neighbour->has_mac = mnl_attr_get_payload_len(attr) == sizeof(neighbour->mac);
	if (neighbour->has_mac)
		memcpy(neighbour->mac, mnl_attr_get_payload(attr), sizeof(neighbour->mac));
	return true;
}

static bool decode_attribute(const struct nlattr *attr, void *data)
{
	struct neighbour *neighbour = data;

	switch (mnl_attr_get_type(attr)) {
	case NDA_DST:
		return get_ip(attr, neighbour->family, neighbour->ip);
	case NDA_LLADDR:
		return decode_mac(attr, neighbour);
	}
	return true;
}

int codec_neighbour_decode(const struct nlmsghdr *nlh, struct neighbour *neighbour)
{
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(nlh);

	*neighbour = (struct neighbour){0};
	if (nlh->nlmsg_type != RTM_NEWNEIGH || !has_header(nlh, sizeof(*ndm)))
		return -EBADMSG;
	if (ndm->ndm_family != AF_INET && ndm->ndm_family != AF_INET6)
		return -EAFNOSUPPORT;
	neighbour->family = ndm->ndm_family;
	neighbour->ifindex = ndm->ndm_ifindex;
	neighbour->state = ndm->ndm_state;
	neighbour->is_proxy = ndm->ndm_flags & NTF_PROXY;
	return each_attr(nlh, sizeof(*ndm), decode_attribute, neighbour) ? 0 : -EBADMSG;
}
