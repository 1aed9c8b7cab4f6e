// SPDX-License-Identifier: LGPL-2.1-or-later
/* Chains of nftables, as far as they tell which tables see packets. */
#include "codec-common.h"
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#define MESSAGE(type) ((uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | (type)))

int codec_filter_dump(void *buf, size_t size)
{
	struct writer w;

	return writer_begin(&w, buf, size, MESSAGE(NFT_MSG_GETCHAIN), NLM_F_DUMP, sizeof(struct nfgenmsg))
		       ? writer_finish(&w)
		       : -EMSGSIZE;
}

static bool decode_attribute(const struct nlattr *attr, void *data)
{
	struct filter_chain *chain = data;

	switch (mnl_attr_get_type(attr)) {
	case NFTA_CHAIN_TABLE:
		return get_string(attr, chain->table, sizeof(chain->table));
	case NFTA_CHAIN_HOOK:
		chain->is_base = true;
	}
	return true;
}

int codec_filter_decode(const struct nlmsghdr *nlh, struct filter_chain *chain)
{
	const struct nfgenmsg *header = mnl_nlmsg_get_payload(nlh);

	*chain = (struct filter_chain){0};
	if (nlh->nlmsg_type != MESSAGE(NFT_MSG_NEWCHAIN) || !has_header(nlh, sizeof(*header)))
		return -EBADMSG;
	switch (header->nfgen_family) {
	case NFPROTO_IPV4:
		chain->family = "ip";
		break;
	case NFPROTO_IPV6:
		chain->family = "ip6";
		break;
	case NFPROTO_INET:
		chain->family = "inet";
		break;
	default:
		return -EAFNOSUPPORT;
	}
	return each_attr(nlh, sizeof(*header), decode_attribute, chain) && chain->table[0] ? 0 : -EBADMSG;
}
