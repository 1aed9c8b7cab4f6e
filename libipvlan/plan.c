// SPDX-License-Identifier: LGPL-2.1-or-later
/* The plan object: made from what lives and what is described, shown as text. */
#include "plan.h"
#include "module-options.h"
#include "module-port.h"
#include "settings.h"
#include "topology.h"
#include <errno.h>
#include <linux/ipv6.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* "line 7: ", or "" for a description that was not read from a file. */
static const char *at_line(unsigned int line, char buf[24])
{
	buf[0] = '\0';
	if (line)
		snprintf(buf, 24, "line %u: ", line);
	return buf;
}

static size_t count_errors(const struct ipvlan_topology *topology)
{
	size_t i, errors = 0;

	for (i = 0; i < topology->finding_count; i++)
		errors += topology->findings[i].severity == IPVLAN_SEVERITY_ERROR;
	return errors;
}

static int fail_finding(struct ipvlan_ctx *ctx, const struct ipvlan_topology *topology)
{
	const struct finding *first = topology->findings;
	size_t errors = count_errors(topology);
	char line[24];

	while (first->severity != IPVLAN_SEVERITY_ERROR)
		first++;
	fail(ctx, -EINVAL, IPVLAN_STAGE_SETTINGS, "%sthe description is wrong", at_line(first->line, line));
	fail_because(ctx, "%s", first->text);
	if (errors > 1)
		fail_hint(ctx, "there are %zu more such findings", errors - 1);
	return -EINVAL;
}

static bool is_parents_own(const struct state_port *port, const struct ipvlan_address *address)
{
	return addresses_have(port->addresses, port->address_count, address->family, address->local);
}

/* The module would refuse the address, in the midst of all: a new port's options are set behind its first slave. */
static int check_against_guard(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
			       const struct state_port *port, const struct state_port *now)
{
	struct module_change options;

	if (!now || !now->options)
		return 0;
	options = now->options->change;
	if (port->options)
		module_change_merge(&options, &port->options->change);
	return topology_check_guard(t, slave, port, &options);
}

/* What only the machine can tell: the kernel itself looks neither at the parent's addresses nor at its MTU. */
static int check_against_parent(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave,
				const struct state *current)
{
	const struct state_port *port = state_find_port(&t->state, slave->parent);
	char text[IPVLAN_ADDRESS_SIZE];
	size_t i;
	int err = 0;

	if (slave->mtu > port->mtu)
		err = topology_find(t, IPVLAN_SEVERITY_ERROR, slave->line,
				    "slave %s wants MTU %u, but its parent %s has %u", slave->name, slave->mtu,
				    port->name, port->mtu);
	for (i = 0; !err && i < slave->address_count; i++) {
		if (is_parents_own(port, &slave->addresses[i]))
			err = topology_find(t, IPVLAN_SEVERITY_ERROR, slave->line,
					    "address %s of slave %s is that of its parent %s",
					    ipvlan_address_format(&slave->addresses[i], text, sizeof(text)),
					    slave->name, port->name);
	}
	return err ? err : check_against_guard(t, slave, port, state_find_port(current, port->name));
}

/* Nor has a link IPv6 whose MTU is less than that takes. */
static int check_room(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave, const struct state *current)
{
	const struct ipvlan_topology_slave *now = state_find_slave(current, slave->netns, slave->name);
	char text[IPVLAN_ADDRESS_SIZE];
	uint32_t mtu = slave->mtu;
	size_t i;

	/* One that changes its parent is made anew. */
	if (now && strcmp(now->parent, slave->parent) != 0)
		now = NULL;
	if (!mtu)
		mtu = now ? now->mtu : state_find_port(&t->state, slave->parent)->mtu;
	for (i = 0; mtu && mtu < IPV6_MIN_MTU && i < slave->address_count; i++) {
		if (slave->addresses[i].family == AF_INET6 && !(now && slave_has_address(now, &slave->addresses[i])))
			return topology_find(t, IPVLAN_SEVERITY_ERROR, slave->line,
					     "address %s of slave %s takes an MTU of %d at least, and %s has %u",
					     ipvlan_address_format(&slave->addresses[i], text, sizeof(text)),
					     slave->name, IPV6_MIN_MTU, now ? slave->name : slave->parent, mtu);
	}
	return 0;
}

/* The kernel would refuse it in the midst of all. */
static int check_name(struct ipvlan_topology *t, const struct ipvlan_topology_slave *slave)
{
	if (!slave->is_name_taken)
		return 0;
	return topology_find(t, IPVLAN_SEVERITY_ERROR, slave->line,
			     "the name of slave %s is taken%s%s by another link: rename that one, or name the slave "
			     "otherwise",
			     slave->name, slave->netns ? " in namespace " : "", slave->netns ? slave->netns : "");
}

/* The kernel would make its slaves on the parent that it has itself, whose mode nobody has compared, and name that. */
static int refuse_slave(struct ipvlan_topology *t, const struct state_port *port)
{
	return topology_find(t, IPVLAN_SEVERITY_ERROR, port->line,
			     "parent %s is a slave itself: its slaves would be its parent's, so name that one",
			     port->name);
}

/* As above: the kernel refuses it with a bare EINVAL, when its turn has come. */
static int refuse_loopback(struct ipvlan_topology *t, const struct state_port *port)
{
	return topology_find(t, IPVLAN_SEVERITY_ERROR, port->line,
			     "parent %s is the loopback device, which takes no slaves: name the card that the network "
			     "is at",
			     port->name);
}

static int complete_parents(struct ipvlan_ctx *ctx, struct ipvlan_topology *t)
{
	struct transport *transport;
	struct state_port *port;
	int err = ctx_transport(ctx, &transport);
	char line[24];
	size_t i;

	for (i = 0; !err && i < t->state.port_count; i++) {
		port = &t->state.ports[i];
		free(port->addresses);
		port->addresses = NULL;
		port->address_count = 0;
		err = snapshot_read_parent(transport, port);
		if (!err && port->is_slave)
			err = refuse_slave(t, port);
		if (!err && port->is_loopback)
			err = refuse_loopback(t, port);
		if (!err)
			continue;
		fail(ctx, err, IPVLAN_STAGE_PARENT, "%sparent %s", at_line(port->line, line), port->name);
		if (err == -ENODEV)
			topology_find(t, IPVLAN_SEVERITY_ERROR, port->line, "parent %s does not exist", port->name);
	}
	return err;
}

static bool has_options(const struct state_port *port)
{
	return port->options && !module_change_is_empty(&port->options->change);
}

static int refuse_options(struct ipvlan_ctx *ctx, struct ipvlan_topology *t, const struct state_port *port)
{
	const char *option = module_change_first(&port->options->change);
	char line[24];

	topology_find(t, IPVLAN_SEVERITY_ERROR, port->line,
		      "parent %s: %s is an option of libipvlan's own module, which is not loaded: load it "
		      "(module/README.md), or leave the options out",
		      port->name, option);
	fail(ctx, -EOPNOTSUPP, IPVLAN_STAGE_SETTINGS, "%sparent %s has options such as %s, of libipvlan's own module",
	     at_line(port->line, line), port->name, option);
	explain_module(ctx);
	return -EOPNOTSUPP;
}

/* The kernel's own driver has none of them, and would be asked when the first slaves are there already. */
static int check_options(struct ipvlan_ctx *ctx, struct ipvlan_topology *t)
{
	const struct state_port *port = t->state.ports, *end = port + t->state.port_count;
	bool loaded;
	int err;

	while (port < end && !has_options(port))
		port++;
	if (port == end)
		return 0;
	err = ipvlan_module_is_loaded(ctx, &loaded);
	return err || loaded ? err : refuse_options(ctx, t, port);
}

static int check_slaves(struct ipvlan_ctx *ctx, struct ipvlan_topology *t, const struct state *current, bool prune)
{
	int err = topology_check_strangers(t, current, prune);
	size_t i;

	for (i = 0; !err && i < t->state.slave_count; i++) {
		err = check_name(t, &t->state.slaves[i]);
		if (!err)
			err = check_against_parent(t, &t->state.slaves[i], current);
		if (!err)
			err = check_room(t, &t->state.slaves[i], current);
	}
	return err ? fail(ctx, err, IPVLAN_STAGE_SETTINGS, "cannot check the description") : 0;
}

static int check_on_machine(struct ipvlan_ctx *ctx, struct ipvlan_topology *t, const struct state *current, bool prune)
{
	const struct state_netns *netns;
	int err = complete_parents(ctx, t);
	char line[24];
	size_t i;

	for (i = 0; !err && i < t->state.netns_count; i++) {
		netns = &t->state.namespaces[i];
		if (!netns->must_exist || state_find_netns(current, netns->name))
			continue;
		err = fail(ctx, -ENOENT, IPVLAN_STAGE_NETNS, "%snamespace %s", at_line(netns->line, line), netns->name);
		fail_because(ctx, "it does not exist, and the description says that it must");
		topology_find(t, IPVLAN_SEVERITY_ERROR, netns->line, "namespace %s does not exist, and must",
			      netns->name);
	}
	if (!err)
		err = check_options(ctx, t);
	if (!err)
		err = check_slaves(ctx, t, current, prune);
	return !err && count_errors(t) ? fail_finding(ctx, t) : err;
}

static int check(struct ipvlan_ctx *ctx, struct ipvlan_topology *topology)
{
	int errors = ipvlan_topology_check(topology);

	if (errors < 0)
		return fail(ctx, errors, IPVLAN_STAGE_SETTINGS, "cannot check the description");
	return errors ? fail_finding(ctx, topology) : 0;
}

IPVLAN_API int ipvlan_plan_new(struct ipvlan_ctx *ctx, struct ipvlan_topology *topology, bool prune,
			       struct ipvlan_plan **plan)
{
	struct ipvlan_plan *p = calloc(1, sizeof(*p));
	struct state current = {0};
	int err = p ? check(ctx, topology) : fail(ctx, -ENOMEM, IPVLAN_STAGE_SETTINGS, "cannot plan");

	if (!err)
		err = snapshot_read(ctx, &topology->state, &current);
	if (!err)
		err = check_on_machine(ctx, topology, &current, prune);
	if (!err) {
		err = plan_diff(p, &topology->state, &current, prune);
		if (err)
			fail(ctx, err, IPVLAN_STAGE_SETTINGS, "cannot plan");
	}
	state_clear(&current);
	if (err)
		ipvlan_plan_free(p);
	else
		*plan = p;
	return err;
}

IPVLAN_API void ipvlan_plan_free(struct ipvlan_plan *plan)
{
	if (!plan)
		return;
	plan_clear(plan);
	free(plan);
}

IPVLAN_API size_t ipvlan_plan_get_step_count(const struct ipvlan_plan *plan)
{
	return plan->count;
}

IPVLAN_API const struct ipvlan_step *ipvlan_plan_get_step(const struct ipvlan_plan *plan, size_t index)
{
	return index < plan->count ? &plan->steps[index] : NULL;
}

IPVLAN_API enum ipvlan_change ipvlan_step_get_change(const struct ipvlan_step *step)
{
	return step->change;
}

IPVLAN_API const char *ipvlan_step_get_kind(const struct ipvlan_step *step)
{
	static const char *const names[] = {
		[STEP_NETNS] = "netns",	    [STEP_LOOPBACK] = "lo",  [STEP_PORT] = "port",	 [STEP_SLAVE] = "slave",
		[STEP_MTU] = "mtu",	    [STEP_UP] = "up",	     [STEP_ADDRESS] = "address", [STEP_ROUTE] = "route",
		[STEP_CREATE] = "slave",    [STEP_DELETE] = "slave", [STEP_MODE] = "port",	 [STEP_MOVE] = "move",
		[STEP_OPTIONS] = "options", [STEP_MAC] = "mac",
	};

	return names[step->kind];
}

IPVLAN_API const char *ipvlan_step_get_name(const struct ipvlan_step *step)
{
	return step->name;
}

IPVLAN_API const char *ipvlan_step_get_netns(const struct ipvlan_step *step)
{
	return step->netns;
}

IPVLAN_API unsigned int ipvlan_step_get_line(const struct ipvlan_step *step)
{
	return step->line;
}

IPVLAN_API size_t ipvlan_step_get_sibling_count(const struct ipvlan_step *step)
{
	return step->sibling_count;
}

/* A text that grows to the end of its buffer and is cut there. */
struct text {
	char *buf;
	size_t size, used;
};

static void append(struct text *text, const char *format, ...) PRINTF(2, 3);

static void append(struct text *text, const char *format, ...)
{
	va_list args;
	int length;

	if (text->used >= text->size)
		return;
	va_start(args, format);
	length = vsnprintf(text->buf + text->used, text->size - text->used, format, args);
	va_end(args);
	text->used += length > 0 ? (size_t)length : 0;
}

/* As append(), of a text as it is: there are thousands of slaves where there are any. */
static void append_text(struct text *text, const char *more)
{
	size_t length = strlen(more), room = text->used < text->size ? text->size - text->used - 1 : 0;
	size_t fits = length < room ? length : room;

	if (text->used >= text->size)
		return;
	memcpy(text->buf + text->used, more, fits);
	text->buf[text->used + fits] = '\0';
	text->used += length;
}

static void append_words(struct text *text, const char *before, const char *word)
{
	append_text(text, before);
	append_text(text, word);
}

static void append_slave(struct text *text, const struct ipvlan_topology_slave *slave)
{
	char buf[ROUTE_TEXT_SIZE];
	size_t i;

	append_text(text, slave->name);
	append_words(text, " @ ", slave->parent);
	if (slave->mode >= 0)
		append_words(text, " (", ipvlan_mode_format(slave->mode, buf, sizeof(buf)));
	if (slave->flags >= 0)
		append_words(text, slave->mode >= 0 ? ", " : " (", ipvlan_flags_format(slave->flags, buf, sizeof(buf)));
	append_text(text, slave->mode >= 0 || slave->flags >= 0 ? ")" : "");
	if (slave->netns)
		append_words(text, " in ", slave->netns);
	for (i = 0; i < slave->address_count; i++)
		append_words(text, " ", ipvlan_address_format_prefix(&slave->addresses[i], buf, sizeof(buf)));
	if (slave->mtu)
		append(text, " mtu %u", slave->mtu);
	append_text(text, slave->up ? " up" : " down");
	for (i = 0; i < slave->route_count; i++)
		append(text, ", route %s", route_describe(&slave->routes[i], buf, sizeof(buf)));
}

/* As what it will be; the mode that it joins is not known yet. */
static void append_settings(struct text *text, const struct ipvlan_settings *settings, const char *netns)
{
	struct ipvlan_topology_slave slave = {
		.netns = settings->netns_by == NETNS_BY_NAME ? settings->netns_text : (char *)netns,
		.mode = settings->mode,
		.flags = settings->flags,
		.mtu = settings->mtu,
		.up = settings->up || settings->route_count,
		.addresses = settings->addresses,
		.address_count = settings->address_count,
		.routes = settings->routes,
		.route_count = settings->route_count,
	};

	strcpy(slave.name, settings->name);
	snprintf(slave.parent, sizeof(slave.parent), "%s", settings->parent);
	append_slave(text, &slave);
}

static void append_value(struct text *text, const char *from, const char *to)
{
	append(text, " %s -> %s", from, to);
}

/* What it was before is not known yet. */
static void append_wish(struct text *text, const struct ipvlan_step *step)
{
	char value[IPVLAN_NAME_SIZE];

	append(text, step->kind == STEP_PORT ? "port %s" : "port of %s", step->name);
	if (step->port.to.mode >= 0)
		append(text, " %s", ipvlan_mode_format(step->port.to.mode, value, sizeof(value)));
	if (step->port.to.flags >= 0)
		append(text, " %s", ipvlan_flags_format(step->port.to.flags, value, sizeof(value)));
}

static void append_siblings(struct text *text, const struct ipvlan_step *step)
{
	if (step->sibling_count)
		append(text, " (also for %zu slave%s that %s not described)", step->sibling_count,
		       step->sibling_count == 1 ? "" : "s", step->sibling_count == 1 ? "is" : "are");
}

/* The words of `ipvlanctl port set`, each with what is there before when that is known. */
struct option_words {
	struct text *text;
	const struct ipvlan_module_options *from, *to;
	unsigned int count;
};

static void append_option(struct option_words *words, const char *name)
{
	append(words->text, "%s %s", words->count++ ? "," : "", name);
}

static void append_switches(struct option_words *words)
{
	int i, on;

	for (i = 0; i < IPVLAN_MODULE_OPTION_COUNT; i++) {
		on = ipvlan_module_options_get(words->to, i);
		if (on < 0)
			continue;
		append_option(words, ipvlan_module_option_to_string(i));
		if (words->from)
			append(words->text, " %s ->", ipvlan_module_options_get(words->from, i) ? "on" : "off");
		append(words->text, " %s", on ? "on" : "off");
	}
}

static void append_list(struct text *text, const struct ipvlan_module_options *options)
{
	char buf[IPVLAN_ADDRESS_SIZE];
	size_t i;

	for (i = 0; ipvlan_module_options_format_gateway(options, i, buf, sizeof(buf)); i++)
		append(text, " %s", buf);
	append(text, i ? "" : " none");
}

static void append_gateways(struct option_words *words)
{
	if (!ipvlan_module_options_has_gateways(words->to))
		return;
	append_option(words, "gateway");
	if (words->from) {
		append_list(words->text, words->from);
		append(words->text, " ->");
	}
	append_list(words->text, words->to);
}

static void append_limit(struct option_words *words)
{
	uint32_t limit = ipvlan_module_options_get_queue_limit(words->to);

	if (!limit)
		return;
	append_option(words, "queue-limit");
	if (words->from)
		append(words->text, " %u ->", ipvlan_module_options_get_queue_limit(words->from));
	append(words->text, " %u", limit);
}

static void append_options(struct text *text, const struct ipvlan_step *step)
{
	struct option_words words = {text, step->options.from, step->options.to, 0};

	append(text, "port %s", step->name);
	append_switches(&words);
	append_gateways(&words);
	append_limit(&words);
	append_siblings(text, step);
}

static void append_port(struct text *text, const struct ipvlan_step *step)
{
	char from[IPVLAN_NAME_SIZE], to[IPVLAN_NAME_SIZE];

	if (step->port.from.mode < 0 && step->port.from.flags < 0) {
		append_wish(text, step);
		return;
	}
	append(text, "port %s", step->name);
	if (step->port.to.mode >= 0)
		append_value(text, ipvlan_mode_format(step->port.from.mode, from, sizeof(from)),
			     ipvlan_mode_format(step->port.to.mode, to, sizeof(to)));
	if (step->port.to.flags >= 0)
		append_value(text, ipvlan_flags_format(step->port.from.flags, from, sizeof(from)),
			     ipvlan_flags_format(step->port.to.flags, to, sizeof(to)));
	append_siblings(text, step);
}

static const char *format_lifetime(uint32_t seconds, char buf[16])
{
	if (seconds == UINT32_MAX)
		return "forever";
	snprintf(buf, 16, "%u", seconds);
	return buf;
}

static void append_lifetimes(struct text *text, const struct ipvlan_step *step)
{
	bool is_before_known = step->before.family != AF_UNSPEC;
	char from[16], to[16];

	if (!is_before_known && step->address.valid != UINT32_MAX)
		append(text, " valid_lft %s", format_lifetime(step->address.valid, to));
	if (!is_before_known)
		return;
	append_text(text, " valid_lft");
	append_value(text, format_lifetime(step->before.valid, from), format_lifetime(step->address.valid, to));
}

static void append_move(struct text *text, const struct ipvlan_step *step)
{
	append(text, "%s%s%s", step->name, step->netns ? " in " : "", step->netns ? step->netns : "");
	if (netns_name_compare(step->netns, step->move.netns) != 0)
		append(text, " -> %s", step->move.netns ? step->move.netns : "here");
	if (strcmp(step->name, step->move.name) != 0)
		append(text, " as %s", step->move.name);
}

static void append_mac(struct text *text, const struct ipvlan_step *step)
{
	const uint8_t *mac = step->mac;

	append(text, "%s address %02x:%02x:%02x:%02x:%02x:%02x", step->name, mac[0], mac[1], mac[2], mac[3], mac[4],
	       mac[5]);
}

static void append_step(struct text *text, const struct ipvlan_step *step)
{
	char buf[ROUTE_TEXT_SIZE];

	switch (step->kind) {
	case STEP_NETNS:
		append(text, "netns %s", step->name);
		return;
	case STEP_OPTIONS:
		append_options(text, step);
		break;
	case STEP_PORT:
		append_port(text, step);
		break;
	case STEP_SLAVE:
		append_slave(text, &step->slave);
		return;
	case STEP_LOOPBACK:
	case STEP_UP:
		append(text, "%s up", step->name);
		break;
	case STEP_MTU:
		if (step->mtu.from)
			append(text, "%s mtu %u -> %u", step->name, step->mtu.from, step->mtu.to);
		else
			append(text, "%s mtu %u", step->name, step->mtu.to);
		break;
	case STEP_MAC:
		append_mac(text, step);
		break;
	case STEP_CREATE:
		append_settings(text, step->settings, step->netns);
		return;
	case STEP_DELETE:
		append(text, "%s", step->name);
		break;
	case STEP_MODE:
		append_wish(text, step);
		break;
	case STEP_MOVE:
		append_move(text, step);
		return;
	case STEP_ADDRESS:
		append(text, "%s address %s", step->name,
		       ipvlan_address_format_prefix(&step->address, buf, sizeof(buf)));
		if (step->change == IPVLAN_CHANGE_SET)
			append_lifetimes(text, step);
		break;
	case STEP_ROUTE:
		append(text, "%s%sroute %s", step->name, *step->name ? " " : "",
		       route_describe(&step->route, buf, sizeof(buf)));
		break;
	}
	if (step->netns)
		append(text, " in %s", step->netns);
}

IPVLAN_API const char *ipvlan_step_format(const struct ipvlan_step *step, char *buf, size_t size)
{
	struct text text = {.buf = buf, .size = size};

	if (size)
		buf[0] = '\0';
	append_step(&text, step);
	return buf;
}
