// SPDX-License-Identifier: LGPL-2.1-or-later
#include "array.h"
#include "internal.h"
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

int ip_parse(const char *text, uint8_t bytes[16])
{
	if (inet_pton(AF_INET, text, bytes) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, text, bytes) == 1 ? AF_INET6 : 0;
}

/* "255.255.240.0", which has no bit behind the first that is not set. */
static bool parse_netmask(const char *text, uint8_t *length)
{
	struct in_addr mask;
	uint32_t hosts;

	if (inet_pton(AF_INET, text, &mask) != 1)
		return false;
	hosts = ~ntohl(mask.s_addr);
	if (hosts & (hosts + 1))
		return false;
	for (*length = 32; hosts; hosts >>= 1)
		--*length;
	return true;
}

static bool parse_length(const char *text, int family, uint8_t *length)
{
	unsigned long value;
	char *end;

	if (family == AF_INET && strchr(text, '.'))
		return parse_netmask(text, length);
	value = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || value > *length)
		return false;
	*length = (uint8_t)value;
	return true;
}

/* "ADDRESS[/LENGTH]" or "ADDRESS/NETMASK". Returns the family, or 0. */
int ip_parse_prefix(const char *text, uint8_t bytes[16], uint8_t *length)
{
	const char *slash = strchr(text, '/');
	char bare[INET6_ADDRSTRLEN];
	int family;

	if (!slash)
		slash = text + strlen(text);
	if ((size_t)(slash - text) >= sizeof(bare))
		return 0;
	memcpy(bare, text, (size_t)(slash - text));
	bare[slash - text] = '\0';
	family = ip_parse(bare, bytes);
	*length = family == AF_INET ? 32 : 128;
	if (!family || !*slash)
		return family;
	return parse_length(slash + 1, family, length) ? family : 0;
}

static char *put_byte(char *to, unsigned int byte)
{
	if (byte >= 100)
		*to++ = (char)('0' + byte / 100);
	if (byte >= 10)
		*to++ = (char)('0' + byte / 10 % 10);
	*to++ = (char)('0' + byte % 10);
	return to;
}

/* inet_ntop() takes printf() for it, which costs eight times as much: a list of slaves is full of these. */
static void format_ipv4(const uint8_t *bytes, char text[INET6_ADDRSTRLEN])
{
	int i;

	for (i = 0; i < 4; i++) {
		text = put_byte(text, bytes[i]);
		*text++ = '.';
	}
	text[-1] = '\0';
}

/* By way of a buffer that is large enough: a text that does not fit is cut, as everywhere. */
const char *ip_format(int family, const uint8_t *bytes, char *buf, size_t size)
{
	char text[INET6_ADDRSTRLEN];

	if (family == AF_INET)
		format_ipv4(bytes, text);
	else if (!inet_ntop(family, bytes, text, sizeof(text)))
		text[0] = '\0';
	text_copy(buf, size, text);
	return buf;
}

const char *ip_format_prefix(int family, const uint8_t *bytes, unsigned int length, char *buf, size_t size)
{
	char bare[INET6_ADDRSTRLEN];

	snprintf(buf, size, "%s/%u", ip_format(family, bytes, bare, sizeof(bare)), length);
	return buf;
}

int address_parse(const char *text, struct ipvlan_address *address)
{
	*address = (struct ipvlan_address){.valid = UINT32_MAX, .preferred = UINT32_MAX};
	address->family = ip_parse_prefix(text, address->local, &address->prefix_length);
	if (!address->family)
		return -EINVAL;
	if (address->family == AF_INET && address->local[0] == 127)
		address->scope = RT_SCOPE_HOST;
	return 0;
}

IPVLAN_API int ipvlan_address_new(const char *text, struct ipvlan_address **address)
{
	struct ipvlan_address *a = malloc(sizeof(*a));
	int err = a ? address_parse(text, a) : -ENOMEM;

	if (err)
		free(a);
	else
		*address = a;
	return err;
}

IPVLAN_API void ipvlan_address_free(struct ipvlan_address *address)
{
	free(address);
}

/* The prefix of a point-to-point address is the peer's. */
IPVLAN_API int ipvlan_address_set_peer(struct ipvlan_address *address, const char *text)
{
	uint8_t bytes[16] = {0}, length = 0;

	if (ip_parse_prefix(text, bytes, &length) != address->family)
		return -EINVAL;
	memcpy(address->peer, bytes, sizeof(bytes));
	address->prefix_length = length;
	address->has_peer = true;
	return 0;
}

static void derive_broadcast(struct ipvlan_address *address, bool set)
{
	uint32_t host = address->prefix_length == 0 ? UINT32_MAX : (1U << (32 - address->prefix_length)) - 1, value;

	if (address->prefix_length == 32)
		host = 0;
	memcpy(&value, address->local, sizeof(value));
	value = set ? value | htonl(host) : value & ~htonl(host);
	memcpy(address->broadcast, &value, sizeof(value));
}

IPVLAN_API int ipvlan_address_set_broadcast(struct ipvlan_address *address, const char *text)
{
	uint8_t bytes[16];

	if (address->family != AF_INET)
		return -EINVAL;
	if (strcmp(text, "+") == 0 || strcmp(text, "-") == 0)
		derive_broadcast(address, text[0] == '+');
	else if (ip_parse(text, bytes) == AF_INET)
		memcpy(address->broadcast, bytes, sizeof(address->broadcast));
	else
		return -EINVAL;
	address->has_broadcast = true;
	return 0;
}

IPVLAN_API int ipvlan_address_set_label(struct ipvlan_address *address, const char *label)
{
	if (address->family != AF_INET || !label[0] || strlen(label) >= sizeof(address->label))
		return -EINVAL;
	strcpy(address->label, label);
	return 0;
}

IPVLAN_API void ipvlan_address_set_scope(struct ipvlan_address *address, uint8_t scope)
{
	address->scope = scope;
}

static void set_flag(struct ipvlan_address *address, uint32_t flag, bool on)
{
	address->flags = on ? address->flags | flag : address->flags & ~flag;
}

IPVLAN_API void ipvlan_address_set_nodad(struct ipvlan_address *address, bool nodad)
{
	if (address->family == AF_INET6)
		set_flag(address, IFA_F_NODAD, nodad);
}

IPVLAN_API void ipvlan_address_set_noprefixroute(struct ipvlan_address *address, bool noprefixroute)
{
	set_flag(address, IFA_F_NOPREFIXROUTE, noprefixroute);
}

IPVLAN_API int ipvlan_address_set_lifetime(struct ipvlan_address *address, uint32_t valid, uint32_t preferred)
{
	if (!valid || preferred > valid)
		return -EINVAL;
	address->valid = valid;
	address->preferred = preferred;
	return 0;
}

IPVLAN_API int ipvlan_address_get_family(const struct ipvlan_address *address)
{
	return address->family;
}

IPVLAN_API unsigned int ipvlan_address_get_prefix_length(const struct ipvlan_address *address)
{
	return address->prefix_length;
}

IPVLAN_API const char *ipvlan_address_format(const struct ipvlan_address *address, char *buf, size_t size)
{
	return ip_format(address->family, address->local, buf, size);
}

IPVLAN_API const char *ipvlan_address_format_prefix(const struct ipvlan_address *address, char *buf, size_t size)
{
	return ip_format_prefix(address->family, address->local, address->prefix_length, buf, size);
}

IPVLAN_API const char *ipvlan_address_format_peer(const struct ipvlan_address *address, char *buf, size_t size)
{
	return address->has_peer ? ip_format(address->family, address->peer, buf, size) : NULL;
}

IPVLAN_API const char *ipvlan_address_format_broadcast(const struct ipvlan_address *address, char *buf, size_t size)
{
	return address->has_broadcast ? ip_format(AF_INET, address->broadcast, buf, size) : NULL;
}

IPVLAN_API const char *ipvlan_address_get_label(const struct ipvlan_address *address)
{
	return address->label[0] ? address->label : NULL;
}

IPVLAN_API uint8_t ipvlan_address_get_scope(const struct ipvlan_address *address)
{
	return address->scope;
}

IPVLAN_API uint32_t ipvlan_address_get_flags(const struct ipvlan_address *address)
{
	return address->flags;
}

IPVLAN_API bool ipvlan_address_is_tentative(const struct ipvlan_address *address)
{
	return address->flags & IFA_F_TENTATIVE;
}

IPVLAN_API bool ipvlan_address_is_duplicate(const struct ipvlan_address *address)
{
	return address->flags & IFA_F_DADFAILED;
}

IPVLAN_API uint32_t ipvlan_address_get_valid_lifetime(const struct ipvlan_address *address)
{
	return address->valid;
}

IPVLAN_API uint32_t ipvlan_address_get_preferred_lifetime(const struct ipvlan_address *address)
{
	return address->preferred;
}

IPVLAN_API int ipvlan_address_get_ifindex(const struct ipvlan_address *address)
{
	return address->ifindex;
}
