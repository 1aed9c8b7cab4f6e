// SPDX-License-Identifier: LGPL-2.1-or-later
#include "module-options.h"
#include "internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uapi/linux/ipvlan_port.h>

static const struct {
	const char *name;
	uint32_t bit;
} known[] = {
	[IPVLAN_MODULE_GROUP_ISOLATION] = {"group-isolation", IPVLAN_PORT_OPT_GROUP_ISOLATION},
	[IPVLAN_MODULE_SOURCE_CHECK] = {"source-check", IPVLAN_PORT_OPT_SOURCE_CHECK},
	[IPVLAN_MODULE_GUARD] = {"guard", IPVLAN_PORT_OPT_GUARD},
	[IPVLAN_MODULE_DHCP] = {"dhcp", IPVLAN_PORT_OPT_DHCP},
	[IPVLAN_MODULE_DIRECT_ARP] = {"direct-arp", IPVLAN_PORT_OPT_DIRECT_ARP},
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
	struct module_address parsed = {0};

	parsed.family = ip_parse(address, parsed.bytes);
	if (!parsed.family)
		return -EINVAL;
	if (change->gateway_count == MODULE_MAX_GATEWAYS)
		return -E2BIG;
	change->has_gateways = true;
	change->gateways[change->gateway_count++] = parsed;
	return 0;
}

IPVLAN_API int ipvlan_module_options_get(const struct ipvlan_module_options *options, enum ipvlan_module_option option)
{
	uint32_t bit = module_option_bit(option);

	if (!(options->change.selector & bit))
		return -1;
	return (options->change.options & bit) != 0;
}

IPVLAN_API uint32_t ipvlan_module_options_get_queue_limit(const struct ipvlan_module_options *options)
{
	return options->change.queue_limit;
}

IPVLAN_API bool ipvlan_module_options_has_gateways(const struct ipvlan_module_options *options)
{
	return options->change.has_gateways;
}

IPVLAN_API size_t ipvlan_module_options_get_gateway_count(const struct ipvlan_module_options *options)
{
	return options->change.gateway_count;
}

IPVLAN_API const char *ipvlan_module_options_format_gateway(const struct ipvlan_module_options *options, size_t index,
							    char *buf, size_t size)
{
	const struct module_address *gateway = &options->change.gateways[index];

	return index < options->change.gateway_count ? ip_format(gateway->family, gateway->bytes, buf, size) : NULL;
}

/* ---- as values */

static uint32_t all_bits(void)
{
	uint32_t bits = 0;
	size_t i;

	for (i = 0; i < COUNT_OF(known); i++)
		bits |= known[i].bit;
	return bits;
}

void module_change_of_port(struct module_change *change, const struct module_port *port)
{
	*change = (struct module_change){
		.selector = port->known & all_bits(),
		.queue_limit = port->queue_limit,
		.has_gateways = true,
		.gateway_count = port->gateway_count,
	};
	change->options = port->options & change->selector;
	memcpy(change->gateways, port->gateways, port->gateway_count * sizeof(port->gateways[0]));
}

void module_change_of_new_port(struct module_change *change)
{
	*change = (struct module_change){
		.selector = all_bits(), .queue_limit = IPVLAN_PORT_QUEUE_LIMIT_DEFAULT, .has_gateways = true};
}

bool module_change_is_empty(const struct module_change *change)
{
	return !change->selector && !change->queue_limit && !change->has_gateways;
}

bool module_change_has_gateway(const struct module_change *change, const struct module_address *gateway)
{
	size_t i;

	for (i = 0; i < change->gateway_count; i++) {
		if (change->gateways[i].family == gateway->family &&
		    memcmp(change->gateways[i].bytes, gateway->bytes, gateway->family == AF_INET ? 4 : 16) == 0)
			return true;
	}
	return false;
}

bool module_change_switches(const struct module_change *change, enum ipvlan_module_option option, bool on)
{
	uint32_t bit = module_option_bit(option);

	return (change->selector & bit) && !(change->options & bit) == !on;
}

static bool holds_gateways(const struct module_change *change, const struct module_change *other)
{
	size_t i;

	for (i = 0; i < other->gateway_count; i++) {
		if (!module_change_has_gateway(change, &other->gateways[i]))
			return false;
	}
	return true;
}

/* They have no order. */
static bool has_same_gateways(const struct module_change *a, const struct module_change *b)
{
	return a->has_gateways && b->has_gateways && holds_gateways(a, b) && holds_gateways(b, a);
}

static void set_gateways(struct module_change *change, const struct module_change *from)
{
	change->has_gateways = from->has_gateways;
	change->gateway_count = from->gateway_count;
	memcpy(change->gateways, from->gateways, sizeof(from->gateways));
}

static void unset_gateways(struct module_change *change)
{
	set_gateways(change, &(struct module_change){0});
}

void module_change_merge(struct module_change *change, const struct module_change *over)
{
	change->selector |= over->selector;
	change->options = (change->options & ~over->selector) | (over->options & over->selector);
	if (over->queue_limit)
		change->queue_limit = over->queue_limit;
	if (over->has_gateways)
		set_gateways(change, over);
}

void module_change_drop_same(struct module_change *change, const struct module_change *other)
{
	uint32_t same = change->selector & other->selector & ~(change->options ^ other->options);

	change->selector &= ~same;
	change->options &= ~same;
	if (change->queue_limit == other->queue_limit)
		change->queue_limit = 0;
	if (has_same_gateways(change, other))
		unset_gateways(change);
}

void module_change_keep_set(struct module_change *change, const struct module_change *other)
{
	change->selector &= other->selector;
	change->options &= other->selector;
	if (!other->queue_limit)
		change->queue_limit = 0;
	if (!other->has_gateways)
		unset_gateways(change);
}

struct ipvlan_module_options *module_options_copy(const struct module_change *change)
{
	struct ipvlan_module_options *copy = ipvlan_module_options_new();

	if (copy)
		copy->change = *change;
	return copy;
}

const char *module_change_first(const struct module_change *change)
{
	size_t i;

	for (i = 0; i < COUNT_OF(known); i++) {
		if (change->selector & known[i].bit)
			return known[i].name;
	}
	return change->has_gateways ? "gateway" : "queue-limit";
}
