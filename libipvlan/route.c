// SPDX-License-Identifier: LGPL-2.1-or-later
#include "array.h"
#include "internal.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

/* 10.0.0.1/8 as a destination is a slip of the pen; the kernel refuses it with a bare EINVAL. */
static bool has_host_bits(const uint8_t *bytes, unsigned int length, unsigned int total)
{
	unsigned int i;

	for (i = length; i < total; i++) {
		if (bytes[i / 8] & (0x80 >> i % 8))
			return true;
	}
	return false;
}

/* As ip(8) has it: 10.1/16 is 10.1.0.0/16. Without a length, 10 would be the host 10.0.0.0, which nobody means. */
static const char *in_full(const char *text, char *buf, size_t size)
{
	size_t length = strspn(text, "0123456789."), dots = 0, i;

	for (i = 0; i < length; i++)
		dots += text[i] == '.';
	if (text[length] != '/' || dots > 2)
		return text;
	return snprintf(buf, size, "%.*s%s%s", (int)length, text, &".0.0.0"[2 * dots], text + length) < (int)size
		       ? buf
		       : text;
}

int route_parse(const char *destination, struct ipvlan_route *route)
{
	char buf[IPVLAN_ADDRESS_SIZE];

	*route = (struct ipvlan_route){.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT, .type = RTN_UNICAST};
	if (strcmp(destination, "default") == 0 || strcmp(destination, "any") == 0 || strcmp(destination, "all") == 0)
		return 0;
	route->family =
		ip_parse_prefix(in_full(destination, buf, sizeof(buf)), route->destination, &route->destination_length);
	if (!route->family)
		return -EINVAL;
	return has_host_bits(route->destination, route->destination_length, route->family == AF_INET ? 32 : 128)
		       ? -EINVAL
		       : 0;
}

IPVLAN_API int ipvlan_route_new(const char *destination, struct ipvlan_route **route)
{
	struct ipvlan_route *r = malloc(sizeof(*r));
	int err = r ? route_parse(destination, r) : -ENOMEM;

	if (err)
		free(r);
	else
		*route = r;
	return err;
}

IPVLAN_API void ipvlan_route_free(struct ipvlan_route *route)
{
	free(route);
}

IPVLAN_API int ipvlan_route_set_family(struct ipvlan_route *route, int family)
{
	if ((family != AF_INET && family != AF_INET6) || (route->family && route->family != family))
		return -EINVAL;
	route->family = family;
	return 0;
}

/* An IPv4 route may have one of IPv6 as well. */
IPVLAN_API int ipvlan_route_set_gateway(struct ipvlan_route *route, const char *text)
{
	uint8_t bytes[16] = {0};
	int family = ip_parse(text, bytes);
	bool is_other = route->family == AF_INET && family == AF_INET6;

	if (!family || (!is_other && ipvlan_route_set_family(route, family) < 0))
		return -EINVAL;
	memcpy(route->gateway, bytes, sizeof(bytes));
	route->has_gateway = true;
	route->has_inet6_gateway = is_other;
	return 0;
}

IPVLAN_API int ipvlan_route_set_source(struct ipvlan_route *route, const char *text)
{
	uint8_t bytes[16] = {0};
	int family = ip_parse(text, bytes);

	if (!family || ipvlan_route_set_family(route, family) < 0)
		return -EINVAL;
	memcpy(route->source, bytes, sizeof(bytes));
	route->has_source = true;
	return 0;
}

IPVLAN_API void ipvlan_route_set_metric(struct ipvlan_route *route, uint32_t metric)
{
	route->metric = metric;
}

IPVLAN_API void ipvlan_route_set_table(struct ipvlan_route *route, uint32_t table)
{
	route->table = table;
}

IPVLAN_API void ipvlan_route_set_scope(struct ipvlan_route *route, uint8_t scope)
{
	route->scope = scope;
	route->has_scope = true;
}

IPVLAN_API void ipvlan_route_set_protocol(struct ipvlan_route *route, uint8_t protocol)
{
	route->protocol = protocol;
}

IPVLAN_API int ipvlan_route_set_type(struct ipvlan_route *route, uint8_t type)
{
	if (type != RTN_UNICAST && !route_leads_nowhere(type))
		return -EINVAL;
	route->type = type;
	return 0;
}

IPVLAN_API void ipvlan_route_set_mtu(struct ipvlan_route *route, uint32_t mtu)
{
	route->metrics[RTAX_MTU] = mtu;
}

IPVLAN_API void ipvlan_route_set_advmss(struct ipvlan_route *route, uint32_t advmss)
{
	route->metrics[RTAX_ADVMSS] = advmss;
}

IPVLAN_API void ipvlan_route_set_onlink(struct ipvlan_route *route, bool onlink)
{
	if (onlink)
		route->flags |= RTNH_F_ONLINK;
	else
		route->flags &= ~(uint32_t)RTNH_F_ONLINK;
}

IPVLAN_API int ipvlan_route_get_family(const struct ipvlan_route *route)
{
	return route->family ? route->family : AF_INET;
}

IPVLAN_API const char *ipvlan_route_format_destination(const struct ipvlan_route *route, char *buf, size_t size)
{
	if (!route->destination_length) {
		snprintf(buf, size, "default");
		return buf;
	}
	if (route->destination_length == (route->family == AF_INET ? 32 : 128))
		return ip_format(route->family, route->destination, buf, size);
	return ip_format_prefix(route->family, route->destination, route->destination_length, buf, size);
}

IPVLAN_API const char *ipvlan_route_format_gateway(const struct ipvlan_route *route, char *buf, size_t size)
{
	return route->has_gateway ? ip_format(route_gateway_family(route), route->gateway, buf, size) : NULL;
}

IPVLAN_API const char *ipvlan_route_format_source(const struct ipvlan_route *route, char *buf, size_t size)
{
	return route->has_source ? ip_format(route->family, route->source, buf, size) : NULL;
}

IPVLAN_API uint32_t ipvlan_route_get_metric(const struct ipvlan_route *route)
{
	return route->metric;
}

IPVLAN_API uint32_t ipvlan_route_get_table(const struct ipvlan_route *route)
{
	return route->table;
}

IPVLAN_API uint8_t ipvlan_route_get_scope(const struct ipvlan_route *route)
{
	if (route->has_scope)
		return route->scope;
	return route->has_gateway || route_leads_nowhere(route->type) || ipvlan_route_get_family(route) == AF_INET6
		       ? RT_SCOPE_UNIVERSE
		       : RT_SCOPE_LINK;
}

IPVLAN_API uint8_t ipvlan_route_get_protocol(const struct ipvlan_route *route)
{
	return route->protocol;
}

IPVLAN_API uint8_t ipvlan_route_get_type(const struct ipvlan_route *route)
{
	return route->type;
}

IPVLAN_API uint32_t ipvlan_route_get_mtu(const struct ipvlan_route *route)
{
	return route->metrics[RTAX_MTU];
}

IPVLAN_API uint32_t ipvlan_route_get_advmss(const struct ipvlan_route *route)
{
	return route->metrics[RTAX_ADVMSS];
}

IPVLAN_API uint32_t ipvlan_route_get_flags(const struct ipvlan_route *route)
{
	return route->flags;
}

IPVLAN_API uint8_t ipvlan_route_get_preference(const struct ipvlan_route *route)
{
	return route->preference;
}

IPVLAN_API int ipvlan_route_get_ifindex(const struct ipvlan_route *route)
{
	return route->ifindex;
}
