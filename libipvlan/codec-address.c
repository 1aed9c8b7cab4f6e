// SPDX-License-Identifier: LGPL-2.1-or-later
#include "codec-common.h"
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

static void put_lifetimes(struct writer *w, const struct ipvlan_address *address)
{
	struct ifa_cacheinfo info = {.ifa_prefered = address->preferred, .ifa_valid = address->valid};

	if (address->valid != UINT32_MAX || address->preferred != UINT32_MAX)
		put(w, IFA_CACHEINFO, sizeof(info), &info);
}

int codec_address_encode(void *buf, size_t size, uint16_t type, uint16_t flags, const struct ipvlan_address *address,
			 int ifindex)
{
	size_t bytes = family_bytes(address->family);
	struct writer w;
	struct ifaddrmsg *ifa = writer_begin(&w, buf, size, type, NLM_F_ACK | flags, sizeof(*ifa));

	if (!ifa)
		return -EMSGSIZE;
	ifa->ifa_family = (uint8_t)address->family;
	ifa->ifa_prefixlen = address->prefix_length;
	ifa->ifa_scope = address->scope;
	ifa->ifa_index = (uint32_t)ifindex;
	put(&w, IFA_LOCAL, bytes, address->local);
	put(&w, IFA_ADDRESS, bytes, address->has_peer ? address->peer : address->local);
	if (address->has_broadcast)
		put(&w, IFA_BROADCAST, sizeof(address->broadcast), address->broadcast);
	if (address->label[0])
		put_string(&w, IFA_LABEL, address->label);
	if (address->flags)
		put_u32(&w, IFA_FLAGS, address->flags);
	if (address->metric)
		put_u32(&w, IFA_RT_PRIORITY, address->metric);
	put_lifetimes(&w, address);
	return writer_finish(&w);
}

int codec_address_dump(void *buf, size_t size, int family, int ifindex)
{
	struct writer w;
	struct ifaddrmsg *ifa = writer_begin(&w, buf, size, RTM_GETADDR, NLM_F_DUMP, sizeof(*ifa));

	if (!ifa)
		return -EMSGSIZE;
	ifa->ifa_family = (uint8_t)family;
	ifa->ifa_index = (uint32_t)ifindex;
	return writer_finish(&w);
}

struct decoding {
	struct ipvlan_address *address;
	bool has_local, has_address;
};

static bool decode_cacheinfo(const struct nlattr *attr, struct ipvlan_address *address)
{
	struct ifa_cacheinfo info;

	if (mnl_attr_get_payload_len(attr) < sizeof(info))
		return false;
	memcpy(&info, mnl_attr_get_payload(attr), sizeof(info));
	address->valid = info.ifa_valid;
	address->preferred = info.ifa_prefered;
	address->created = info.cstamp;
	return true;
}

static bool decode_attribute(const struct nlattr *attr, void *data)
{
	struct decoding *d = data;
	struct ipvlan_address *address = d->address;

	switch (mnl_attr_get_type(attr)) {
	case IFA_LOCAL:
		d->has_local = true;
		return get_ip(attr, address->family, address->local);
	case IFA_ADDRESS:
		d->has_address = true;
		return get_ip(attr, address->family, address->peer);
	case IFA_BROADCAST:
		address->has_broadcast = true;
		return address->family == AF_INET && get_ip(attr, AF_INET, address->broadcast);
	case IFA_LABEL:
		return get_string(attr, address->label, sizeof(address->label));
	case IFA_FLAGS:
		return get_u32(attr, &address->flags);
	case IFA_RT_PRIORITY:
		return get_u32(attr, &address->metric);
	case IFA_CACHEINFO:
		return decode_cacheinfo(attr, address);
	}
	return true;
}

/* IPv6 sends only IFA_ADDRESS unless there is a peer; IPv4 always sends both. */
static bool settle_local_and_peer(struct decoding *d)
{
	struct ipvlan_address *address = d->address;
	size_t bytes = family_bytes(address->family);

	if (!d->has_local && !d->has_address)
		return false;
	if (!d->has_local)
		memcpy(address->local, address->peer, bytes);
	address->has_peer = d->has_local && d->has_address && memcmp(address->local, address->peer, bytes) != 0;
	if (!address->has_peer)
		memset(address->peer, 0, sizeof(address->peer));
	return true;
}

int codec_address_decode(const struct nlmsghdr *nlh, struct ipvlan_address *address)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct decoding d = {.address = address};

	*address = (struct ipvlan_address){.valid = UINT32_MAX, .preferred = UINT32_MAX};
	if ((nlh->nlmsg_type != RTM_NEWADDR && nlh->nlmsg_type != RTM_DELADDR) || !has_header(nlh, sizeof(*ifa)))
		return -EBADMSG;
	if (ifa->ifa_family != AF_INET && ifa->ifa_family != AF_INET6)
		return -EAFNOSUPPORT;
	address->family = ifa->ifa_family;
	address->prefix_length = ifa->ifa_prefixlen;
	address->scope = ifa->ifa_scope;
	address->flags = ifa->ifa_flags; /* replaced by the wider IFA_FLAGS when that comes */
	address->ifindex = (int)ifa->ifa_index;
	if (address->prefix_length > 8 * family_bytes(address->family))
		return -EBADMSG;
	return each_attr(nlh, sizeof(*ifa), decode_attribute, &d) && settle_local_and_peer(&d) ? 0 : -EBADMSG;
}
