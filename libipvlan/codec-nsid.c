// SPDX-License-Identifier: LGPL-2.1-or-later
#include "codec-common.h"
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>

int codec_nsid_get(void *buf, size_t size, int netns_fd)
{
	struct writer w;
	struct rtgenmsg *header = writer_begin(&w, buf, size, RTM_GETNSID, 0, sizeof(*header));

	if (!header)
		return -EMSGSIZE;
	put_u32(&w, NETNSA_FD, (uint32_t)netns_fd);
	return writer_finish(&w);
}

static bool decode_attribute(const struct nlattr *attr, void *data)
{
	return mnl_attr_get_type(attr) != NETNSA_NSID || get_i32(attr, data);
}

int codec_nsid_decode(const struct nlmsghdr *nlh, int *nsid)
{
	*nsid = NETNSA_NSID_NOT_ASSIGNED;
	if (nlh->nlmsg_type != RTM_NEWNSID || !has_header(nlh, sizeof(struct rtgenmsg)))
		return -EBADMSG;
	return each_attr(nlh, sizeof(struct rtgenmsg), decode_attribute, nsid) ? 0 : -EBADMSG;
}
