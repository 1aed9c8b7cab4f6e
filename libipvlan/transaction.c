// SPDX-License-Identifier: LGPL-2.1-or-later
/* Gathering the steps of a transaction. transaction-run.c carries them out. */
#include "module-options.h"
#include "plan.h"
#include "settings.h"
#include <errno.h>
#include <ipvlan/transaction.h>
#include <stdlib.h>
#include <string.h>

struct ipvlan_transaction {
	struct ipvlan_plan plan;
	unsigned int line;
};

IPVLAN_API struct ipvlan_transaction *ipvlan_transaction_new(void)
{
	struct ipvlan_transaction *t = calloc(1, sizeof(*t));

	if (t)
		t->plan.is_transaction = true;
	return t;
}

IPVLAN_API void ipvlan_transaction_free(struct ipvlan_transaction *transaction)
{
	if (!transaction)
		return;
	plan_clear(&transaction->plan);
	free(transaction);
}

IPVLAN_API void ipvlan_transaction_set_line(struct ipvlan_transaction *transaction, unsigned int line)
{
	transaction->line = line;
}

IPVLAN_API const struct ipvlan_plan *ipvlan_transaction_get_plan(const struct ipvlan_transaction *transaction)
{
	return &transaction->plan;
}

static struct ipvlan_step *add(struct ipvlan_transaction *t, enum step_kind kind, enum ipvlan_change change,
			       const char *netns, const char *name)
{
	return plan_add_step(&t->plan, kind, change, netns, name, t->line);
}

static bool has_plain_form(const struct ipvlan_settings *settings)
{
	return settings->name && settings->parent &&
	       (settings->netns_by == NETNS_BY_NOTHING || settings->netns_by == NETNS_BY_NAME);
}

IPVLAN_API int ipvlan_transaction_create(struct ipvlan_transaction *transaction, const char *netns,
					 const struct ipvlan_settings *settings)
{
	struct ipvlan_settings *copy;
	struct ipvlan_step *step;

	if (settings->error || !has_plain_form(settings))
		return settings->error ? settings->error : -EINVAL;
	copy = settings_copy(settings);
	step = copy ? add(transaction, STEP_CREATE, IPVLAN_CHANGE_ADD, netns, settings->name) : NULL;
	if (!step) {
		ipvlan_settings_free(copy);
		return -ENOMEM;
	}
	step->settings = copy;
	return 0;
}

IPVLAN_API int ipvlan_transaction_delete(struct ipvlan_transaction *transaction, const char *netns, const char *name)
{
	return add(transaction, STEP_DELETE, IPVLAN_CHANGE_REMOVE, netns, name) ? 0 : -ENOMEM;
}

IPVLAN_API int ipvlan_transaction_set_up(struct ipvlan_transaction *transaction, const char *netns, const char *name,
					 bool up)
{
	enum ipvlan_change change = up ? IPVLAN_CHANGE_ADD : IPVLAN_CHANGE_REMOVE;

	return add(transaction, STEP_UP, change, netns, name) ? 0 : -ENOMEM;
}

IPVLAN_API int ipvlan_transaction_set_mtu(struct ipvlan_transaction *transaction, const char *netns, const char *name,
					  uint32_t mtu)
{
	struct ipvlan_step *step = mtu ? add(transaction, STEP_MTU, IPVLAN_CHANGE_SET, netns, name) : NULL;

	if (!step)
		return mtu ? -ENOMEM : -EINVAL;
	step->mtu.from = 0;
	step->mtu.to = mtu;
	return 0;
}

IPVLAN_API int ipvlan_transaction_set_mac(struct ipvlan_transaction *transaction, const char *netns, const char *name,
					  const uint8_t mac[6])
{
	struct ipvlan_step *step = add(transaction, STEP_MAC, IPVLAN_CHANGE_SET, netns, name);

	if (!step)
		return -ENOMEM;
	memcpy(step->mac, mac, sizeof(step->mac));
	return 0;
}

IPVLAN_API int ipvlan_transaction_move(struct ipvlan_transaction *transaction, const char *netns, const char *name,
				       const char *target, const char *new_name)
{
	char *copy = target ? strdup(target) : NULL;
	struct ipvlan_step *step = NULL;

	if (new_name && !link_name_is_valid(new_name)) {
		free(copy);
		return -EINVAL;
	}
	if (!target == !copy && link_name_is_valid(name))
		step = add(transaction, STEP_MOVE, IPVLAN_CHANGE_SET, netns, name);
	if (!step) {
		free(copy);
		return link_name_is_valid(name) ? -ENOMEM : -EINVAL;
	}
	step->move.netns = copy;
	strcpy(step->move.name, new_name ? new_name : name);
	return 0;
}

static int add_change(struct ipvlan_transaction *t, enum step_kind kind, const char *netns, const char *name,
		      const struct port_value *to, bool change_siblings)
{
	const int exclusive = IPVLAN_F_PRIVATE | IPVLAN_F_VEPA;
	struct ipvlan_step *step;

	if (!attribute_value_is_valid(to->mode) || !attribute_value_is_valid(to->flags) ||
	    (to->flags != IPVLAN_FLAGS_UNSET && (to->flags & exclusive) == exclusive))
		return -EINVAL;
	step = add(t, kind, IPVLAN_CHANGE_SET, netns, name);
	if (!step)
		return -ENOMEM;
	step->port.from = (struct port_value){IPVLAN_MODE_UNSET, IPVLAN_FLAGS_UNSET};
	step->port.to = *to;
	step->change_siblings = change_siblings;
	return 0;
}

IPVLAN_API int ipvlan_transaction_change(struct ipvlan_transaction *transaction, const char *netns, const char *name,
					 int mode, int flags, bool change_siblings)
{
	struct port_value to = {mode, flags};

	return add_change(transaction, STEP_MODE, netns, name, &to, change_siblings);
}

IPVLAN_API int ipvlan_transaction_change_port(struct ipvlan_transaction *transaction, const char *netns,
					      const char *parent, int mode, int flags, bool change_siblings)
{
	struct port_value to = {mode, flags};

	return add_change(transaction, STEP_PORT, netns, parent, &to, change_siblings);
}

IPVLAN_API int ipvlan_transaction_change_options(struct ipvlan_transaction *transaction, const char *netns,
						 const char *parent, const struct ipvlan_module_options *options)
{
	struct ipvlan_module_options *copy = module_options_copy(&options->change);
	struct ipvlan_step *step;

	step = copy ? add(transaction, STEP_OPTIONS, IPVLAN_CHANGE_SET, netns, parent) : NULL;
	if (!step) {
		ipvlan_module_options_free(copy);
		return -ENOMEM;
	}
	step->options.from = NULL;
	step->options.to = copy;
	return 0;
}

static int add_address(struct ipvlan_transaction *t, enum ipvlan_change change, const char *netns, const char *link,
		       const struct ipvlan_address *address)
{
	struct ipvlan_step *step = add(t, STEP_ADDRESS, change, netns, link);

	if (!step)
		return -ENOMEM;
	step->address = *address;
	step->before.family = AF_UNSPEC;
	return 0;
}

IPVLAN_API int ipvlan_transaction_add_address(struct ipvlan_transaction *transaction, const char *netns,
					      const char *link, const struct ipvlan_address *address)
{
	return add_address(transaction, IPVLAN_CHANGE_ADD, netns, link, address);
}

IPVLAN_API int ipvlan_transaction_delete_address(struct ipvlan_transaction *transaction, const char *netns,
						 const char *link, const struct ipvlan_address *address)
{
	return add_address(transaction, IPVLAN_CHANGE_REMOVE, netns, link, address);
}

IPVLAN_API int ipvlan_transaction_replace_address(struct ipvlan_transaction *transaction, const char *netns,
						  const char *link, const struct ipvlan_address *address)
{
	return add_address(transaction, IPVLAN_CHANGE_SET, netns, link, address);
}

static int add_route(struct ipvlan_transaction *t, enum ipvlan_change change, const char *netns, const char *link,
		     const struct ipvlan_route *route, bool has_rival)
{
	struct ipvlan_step *step = add(t, STEP_ROUTE, change, netns, link ? link : "");

	if (!step)
		return -ENOMEM;
	step->route = *route;
	step->has_rival = has_rival;
	return 0;
}

IPVLAN_API int ipvlan_transaction_add_route(struct ipvlan_transaction *transaction, const char *netns, const char *link,
					    const struct ipvlan_route *route)
{
	return add_route(transaction, IPVLAN_CHANGE_ADD, netns, link, route, false);
}

IPVLAN_API int ipvlan_transaction_delete_route(struct ipvlan_transaction *transaction, const char *netns,
					       const char *link, const struct ipvlan_route *route)
{
	return add_route(transaction, IPVLAN_CHANGE_REMOVE, netns, link, route, false);
}

IPVLAN_API int ipvlan_transaction_replace_route(struct ipvlan_transaction *transaction, const char *netns,
						const char *link, const struct ipvlan_route *route)
{
	return add_route(transaction, IPVLAN_CHANGE_SET, netns, link, route, false);
}

IPVLAN_API int ipvlan_transaction_change_route(struct ipvlan_transaction *transaction, const char *netns,
					       const char *link, const struct ipvlan_route *route)
{
	return add_route(transaction, IPVLAN_CHANGE_SET, netns, link, route, true);
}

static int add_netns(struct ipvlan_transaction *t, enum ipvlan_change change, const char *name)
{
	if (!netns_name_is_valid(name))
		return -EINVAL;
	return add(t, STEP_NETNS, change, name, name) ? 0 : -ENOMEM;
}

IPVLAN_API int ipvlan_transaction_add_netns(struct ipvlan_transaction *transaction, const char *name)
{
	return add_netns(transaction, IPVLAN_CHANGE_ADD, name);
}

IPVLAN_API int ipvlan_transaction_delete_netns(struct ipvlan_transaction *transaction, const char *name)
{
	return add_netns(transaction, IPVLAN_CHANGE_REMOVE, name);
}
