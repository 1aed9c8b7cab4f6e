/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "command.h"
#include "grid.h"
#include "ports.h"
#include "session.h"
#include "transaction.h"

#include <ipvlan/ipvlan.h>
#include <stdlib.h>

int check_port_set(struct args *args, struct message *message)
{
	if (!args->name)
		return message_set(message, "which parent device? Add its name");
	if (args->mode == UNSET && args->flags == UNSET)
		return message_set(message, "what of '%s' shall be changed? Add a mode or flags", args->name);
	return 0;
}

static void add_slave(struct grid *grid, const json_t *slave, json_int_t here)
{
	const char *state = field_text(slave, "operstate");
	char *addresses = addresses_format(slave);
	char place[80];

	grid_add(grid, INK_NAME, "  %s", field_text(slave, "ifname"));
	grid_add(grid, INK_NONE, "%s", place_format(slave, here, place, sizeof(place)));
	grid_add(grid, ink_of_state(state), "%s", state);
	grid_add(grid, INK_NONE, "%u", (unsigned int)field_number(slave, "mtu"));
	grid_add(grid, INK_NONE, "%s", addresses ? addresses : "?");
	free(addresses);
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

int run_port_show(struct session *session, const struct args *args)
{
	json_t *ports;

	if (ports_read(session, args->name, &ports))
		return STATUS_REFUSED;
	return output(session, &args->options, ports, print_ports);
}

int run_port_set(struct session *session, const struct args *args)
{
	struct ipvlan_ctx *ctx = session_context(session);

	if (!ctx)
		return STATUS_REFUSED;
	if (ipvlan_port_change(ctx, args->name, args->mode == UNSET ? IPVLAN_MODE_UNSET : args->mode,
			       args->flags == UNSET ? IPVLAN_FLAGS_UNSET : args->flags, args->force > 0))
		return session_library_error(session);
	return STATUS_DONE;
}

int gather_port_set(struct session *session, const struct args *args)
{
	int err = ipvlan_transaction_change_port(transaction_of(session), args->options.netns, args->name,
						 args->mode == UNSET ? IPVLAN_MODE_UNSET : args->mode,
						 args->flags == UNSET ? IPVLAN_FLAGS_UNSET : args->flags,
						 args->force > 0);

	return transaction_result(session, err, args->name);
}
