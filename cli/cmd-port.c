/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"
#include "document.h"
#include "grid.h"
#include "ports.h"
#include "session.h"
#include "transaction.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <stdlib.h>
#include <string.h>

static bool has_options(const struct args *args)
{
	return args->group_isolation != UNSET || args->source_check != UNSET || args->guard != UNSET ||
	       args->dhcp != UNSET || args->direct_arp != UNSET || args->queue_limit != UNSET || args->gateways.count;
}

int check_port_set(struct args *args, struct message *message)
{
	bool shared = args->mode != UNSET || args->flags != UNSET;

	if (check_parent(args, message))
		return -EINVAL;
	if (!shared && !has_options(args))
		return message_set(message, "what of '%s' shall be changed? Add a mode, flags or an option",
				   args->name);
	/* Two requests to the kernel, of which the second may be refused. */
	if (shared && has_options(args))
		return message_set(message, "mode and flags are one change, options another: give two commands");
	return 0;
}

static int check_address_of_port(struct args *args, struct message *message)
{
	if (check_parent(args, message))
		return -EINVAL;
	return args->address ? 0 : message_set(message, "which address? Add one such as 10.0.0.2 or fd00::2");
}

int check_port_lock(struct args *args, struct message *message)
{
	if (check_address_of_port(args, message))
		return -EINVAL;
	return args->slave ? 0 : message_set(message, "lock '%s' to which slave? Add 'to NAME'", args->address);
}

int check_port_unlock(struct args *args, struct message *message)
{
	return check_address_of_port(args, message);
}

int check_port_announce(struct args *args, struct message *message)
{
	if (check_parent(args, message))
		return -EINVAL;
	if (args->netns && !args->slave)
		return message_set(message, "which slave there? Add 'slave NAME'");
	return 0;
}

static void add_slave(struct grid *grid, const json_t *slave, json_int_t here)
{
	const char *state = field_text(slave, "operstate");
	char place[80];

	grid_add(grid, INK_NAME, "  ");
	grid_append(grid, field_text(slave, "ifname"));
	grid_add(grid, INK_NONE, place_format(slave, here, place, sizeof(place)));
	grid_add(grid, ink_of_state(state), state);
	grid_add_number(grid, INK_NONE, field_number(slave, "mtu"));
	grid_add_addresses(grid, slave);
}

static void print_list(struct page *page, const char *name, const json_t *list)
{
	const json_t *item;
	size_t i;

	fprintf(page->out, "  %s", name);
	json_array_foreach (list, i, item)
		fprintf(page->out, "%s%s", i ? ", " : " ", json_string_value(item));
	if (!json_array_size(list))
		fputs(" none", page->out);
}

static void print_drops(struct page *page, const json_t *counters)
{
	const char *name, *before = "  dropped";
	const json_t *value;

	json_object_foreach ((json_t *)counters, name, value) {
		if (!json_integer_value(value))
			continue;
		fprintf(page->out, "%s %s %" JSON_INTEGER_FORMAT, before, name, json_integer_value(value));
		before = ",";
	}
	if (*before == ',')
		putc('\n', page->out);
}

static void print_locks(struct page *page, const json_t *addresses)
{
	const json_t *address;
	size_t i;

	json_array_foreach (addresses, i, address)
		if (json_is_true(json_object_get(address, "locked")))
			fprintf(page->out, "  locked %s to %s%s\n", field_text(address, "address"),
				field_text(address, "slave"),
				json_is_true(json_object_get(address, "held")) ? "" : ", which has not taken it");
}

static void print_module(struct page *page, const json_t *module)
{
	print_list(page, "options", json_object_get(module, "options"));
	if (json_array_size(json_object_get(module, "gateways")))
		print_list(page, "gateways", json_object_get(module, "gateways"));
	fprintf(page->out, "  queue %u of %u\n", (unsigned int)field_number(module, "queue_length"),
		(unsigned int)field_number(module, "queue_limit"));
	print_drops(page, json_object_get(module, "counters"));
	print_locks(page, json_object_get(module, "addresses"));
}

static void print_port(struct page *page, const json_t *port)
{
	const json_t *slaves = json_object_get(port, "slaves"), *slave;
	const char *state = field_text(port, "operstate");
	struct grid *grid;
	size_t i;

	page_ink(page, INK_NAME, "%s", field_text(port, "parent"));
	if (json_array_size(slaves))
		fprintf(page->out, "  mode %s  flags %s", field_text(port, "mode"),
			*field_text(port, "flags") ? field_text(port, "flags") : "unknown");
	fprintf(page->out, "  mtu %u  state ", (unsigned int)field_number(port, "mtu"));
	page_ink(page, ink_of_state(state), "%s", state);
	fprintf(page->out, "  slaves %zu\n", json_array_size(slaves));
	if (field_exists(port, "module"))
		print_module(page, json_object_get(port, "module"));
	if (!json_array_size(slaves))
		return;
	grid = grid_new("  SLAVE|NETNS|STATE|MTU|ADDRESSES");
	json_array_foreach (slaves, i, slave)
		add_slave(grid, slave, field_number(port, "netns_inode"));
	grid_print(grid, page);
}

static void print_ports(struct page *page, const json_t *ports)
{
	const json_t *port;
	size_t i;

	json_array_foreach (ports, i, port) {
		if (i)
			putc('\n', page->out);
		print_port(page, port);
	}
}

/* A port may go meanwhile, and then has nothing more to tell. */
static void add_module(struct ipvlan_ctx *ctx, json_t *ports)
{
	struct ipvlan_module_port *module;
	json_t *port;
	bool loaded;
	size_t i;

	if (!json_array_size(ports) || ipvlan_module_is_loaded(ctx, &loaded) || !loaded)
		return;
	json_array_foreach (ports, i, port) {
		/* There may be slaves that cannot be seen from here. */
		if (ipvlan_module_port_get(ctx, field_text(port, "parent"), &module))
			continue;
		json_object_set_new(port, "module", document_module(module));
		ipvlan_module_port_free(module);
	}
}

int run_port_show(struct session *session, const struct args *args)
{
	json_t *ports;

	if (ports_read(session, args->name, PORTS_HERE, args->options.json ? PART_ALL : PART_SHOWN, &ports))
		return STATUS_REFUSED;
	add_module(session_context(session), ports);
	return output(session, &args->options, ports, print_ports);
}

static int add_gateways(struct ipvlan_module_options *options, const struct texts *gateways)
{
	int err = 0;

	for (size_t i = 0; !err && i < gateways->count; i++) {
		if (strcmp(gateways->text[i], "none") == 0)
			ipvlan_module_options_clear_gateways(options);
		else
			err = ipvlan_module_options_add_gateway(options, gateways->text[i]);
	}
	return err;
}

static int read_options(struct ipvlan_module_options *options, const struct args *args, struct message *message)
{
	const int wanted[IPVLAN_MODULE_OPTION_COUNT] = {
		[IPVLAN_MODULE_GROUP_ISOLATION] = args->group_isolation,
		[IPVLAN_MODULE_SOURCE_CHECK] = args->source_check,
		[IPVLAN_MODULE_GUARD] = args->guard,
		[IPVLAN_MODULE_DHCP] = args->dhcp,
		[IPVLAN_MODULE_DIRECT_ARP] = args->direct_arp,
	};

	for (int i = 0; i < IPVLAN_MODULE_OPTION_COUNT; i++)
		if (wanted[i] != UNSET)
			ipvlan_module_options_set(options, i, wanted[i]);
	if (args->queue_limit != UNSET && ipvlan_module_options_set_queue_limit(options, (uint32_t)args->queue_limit))
		return message_set(message, "the limit of a queue is 2 to 65536");
	if (add_gateways(options, &args->gateways))
		return message_set(message, "a port has no more than 16 gateways");
	return 0;
}

static int new_options(struct session *session, const struct args *args, struct ipvlan_module_options **options)
{
	struct message message = {0};

	*options = ipvlan_module_options_new();
	if (!*options) {
		session_error(session, "out of memory");
		return STATUS_REFUSED;
	}
	if (!read_options(*options, args, &message))
		return STATUS_DONE;
	ipvlan_module_options_free(*options);
	return session_usage(session, "%s", message.text);
}

static int set_options(struct session *session, struct ipvlan_ctx *ctx, const struct args *args)
{
	struct ipvlan_module_options *options;
	int status = new_options(session, args, &options), err;

	if (status != STATUS_DONE)
		return status;
	err = ipvlan_module_port_change(ctx, args->name, options);
	ipvlan_module_options_free(options);
	return err ? session_library_error(session) : STATUS_DONE;
}

static int gather_options(struct session *session, const struct args *args)
{
	struct ipvlan_module_options *options;
	int status = new_options(session, args, &options), err;

	if (status != STATUS_DONE)
		return status;
	err = ipvlan_transaction_change_options(transaction_of(session), args->options.netns, args->name, options);
	ipvlan_module_options_free(options);
	return transaction_result(session, err, args->name);
}

typedef int (*slave_action)(struct ipvlan_ctx *ctx, const struct args *args, const struct ipvlan_netns *netns);

/* With the namespace that was named, or none. */
static int act(struct session *session, const struct args *args, slave_action action)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_netns *netns = NULL;
	int err;

	if (!ctx || (args->netns && session_open_netns(session, args->netns, &netns)))
		return STATUS_REFUSED;
	err = action(ctx, args, netns);
	ipvlan_netns_free(netns);
	return err ? session_library_error(session) : STATUS_DONE;
}

static int lock(struct ipvlan_ctx *ctx, const struct args *args, const struct ipvlan_netns *netns)
{
	return ipvlan_module_lock_address(ctx, args->name, args->address, args->slave, netns);
}

static int unlock(struct ipvlan_ctx *ctx, const struct args *args, const struct ipvlan_netns *netns)
{
	(void)netns;
	return ipvlan_module_unlock_address(ctx, args->name, args->address);
}

static int announce(struct ipvlan_ctx *ctx, const struct args *args, const struct ipvlan_netns *netns)
{
	return ipvlan_module_announce(ctx, args->name, args->slave, netns);
}

int run_port_lock(struct session *session, const struct args *args)
{
	return act(session, args, lock);
}

int run_port_unlock(struct session *session, const struct args *args)
{
	return act(session, args, unlock);
}

int run_port_announce(struct session *session, const struct args *args)
{
	return act(session, args, announce);
}

int run_port_set(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);

	if (!ctx)
		return STATUS_REFUSED;
	if (has_options(args))
		return set_options(session, ctx, args);
	if (ipvlan_port_change(ctx, args->name, args->mode == UNSET ? IPVLAN_MODE_UNSET : args->mode,
			       args->flags == UNSET ? IPVLAN_FLAGS_UNSET : args->flags, args->force > 0))
		return session_library_error(session);
	return STATUS_DONE;
}

int gather_port_set(struct session *session, const struct args *args)
{
	int err;

	if (has_options(args))
		return gather_options(session, args);
	err = ipvlan_transaction_change_port(transaction_of(session), args->options.netns, args->name,
					     args->mode == UNSET ? IPVLAN_MODE_UNSET : args->mode,
					     args->flags == UNSET ? IPVLAN_FLAGS_UNSET : args->flags, args->force > 0);

	return transaction_result(session, err, args->name);
}
