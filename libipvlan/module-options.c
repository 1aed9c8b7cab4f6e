// SPDX-License-Identifier: LGPL-2.1-or-later
#include "module-options.h"
#include <errno.h>
#include <stdlib.h>
#include <uapi/linux/ipvlan_port.h>

static const struct {
	const char *name;
	uint32_t bit;
} known[] = {
	[IPVLAN_MODULE_GROUP_ISOLATION] = {"group-isolation", IPVLAN_PORT_OPT_GROUP_ISOLATION},
	[IPVLAN_MODULE_SOURCE_CHECK] = {"source-check", IPVLAN_PORT_OPT_SOURCE_CHECK},
	[IPVLAN_MODULE_GUARD] = {"guard", IPVLAN_PORT_OPT_GUARD},
	[IPVLAN_MODULE_DHCP] = {"dhcp", IPVLAN_PORT_OPT_DHCP},
};
_Static_assert(COUNT_OF(known) == IPVLAN_MODULE_OPTION_COUNT, "every option has a name");

uint32_t module_option_bit(enum ipvlan_module_option option)
{
	return (size_t)option < COUNT_OF(known) ? known[option].bit : 0;
}

IPVLAN_API const char *ipvlan_module_option_to_string(enum ipvlan_module_option option)
{
	return (size_t)option < COUNT_OF(known) ? known[option].name : NULL;
}

IPVLAN_API struct ipvlan_module_options *ipvlan_module_options_new(void)
{
	return calloc(1, sizeof(struct ipvlan_module_options));
}

IPVLAN_API void ipvlan_module_options_free(struct ipvlan_module_options *options)
{
	free(options);
}

IPVLAN_API int ipvlan_module_options_set(struct ipvlan_module_options *options, enum ipvlan_module_option option,
					 bool on)
{
	uint32_t bit = module_option_bit(option);

	if (!bit)
		return -EINVAL;
	options->change.selector |= bit;
	options->change.options = on ? options->change.options | bit : options->change.options & ~bit;
	return 0;
}

IPVLAN_API int ipvlan_module_options_set_queue_limit(struct ipvlan_module_options *options, uint32_t limit)
{
	if (limit < IPVLAN_PORT_QUEUE_LIMIT_MIN || limit > IPVLAN_PORT_QUEUE_LIMIT_MAX)
		return -EINVAL;
	options->change.queue_limit = limit;
	return 0;
}

IPVLAN_API void ipvlan_module_options_clear_gateways(struct ipvlan_module_options *options)
{
	options->change.has_gateways = true;
	options->change.gateway_count = 0;
}

IPVLAN_API int ipvlan_module_options_add_gateway(struct ipvlan_module_options *options, const char *address)
{
	struct module_change *change = &options->change;
	struct module_address parsed;

	parsed.family = ip_parse(address, parsed.bytes);
	if (!parsed.family)
		return -EINVAL;
	if (change->gateway_count == MODULE_MAX_GATEWAYS)
		return -E2BIG;
	change->has_gateways = true;
	change->gateways[change->gateway_count++] = parsed;
	return 0;
}
