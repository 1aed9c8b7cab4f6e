// SPDX-License-Identifier: GPL-2.0-or-later
/* Any bytes as a topology file. What is taken must be fit for the rules; what is refused has a place in the text. */
#include "../../cli/topology-file.h"
#include "fuzz.h"
#include <errno.h>
#include <ipvlan/ipvlan.h>

static void ask_slave(const struct ipvlan_topology_slave *slave)
{
	char text[IPVLAN_ADDRESS_SIZE];
	const struct ipvlan_address *address;
	const struct ipvlan_route *route;
	size_t i;

	require(ipvlan_topology_slave_get_name(slave)[0] && ipvlan_topology_slave_get_parent(slave)[0]);
	require(!ipvlan_topology_slave_get_netns(slave) || ipvlan_topology_slave_get_netns(slave)[0]);
	for (i = 0; (address = ipvlan_topology_slave_get_address(slave, i)); i++)
		require(ipvlan_address_format_prefix(address, text, sizeof(text))[0]);
	for (i = 0; (route = ipvlan_topology_slave_get_route(slave, i)); i++)
		require(ipvlan_route_format_destination(route, text, sizeof(text))[0]);
}

static void ask(struct ipvlan_topology *topology, size_t lines)
{
	const char *name;
	size_t i;

	require(ipvlan_topology_check(topology) >= 0);
	for (i = 0; i < ipvlan_topology_get_finding_count(topology); i++) {
		require(ipvlan_topology_get_finding_text(topology, i)[0]);
		require(ipvlan_topology_get_finding_line(topology, i) <= lines);
		require(ipvlan_topology_get_finding_other_line(topology, i) <= lines);
	}
	for (i = 0; (name = ipvlan_topology_get_parent_name(topology, i)); i++)
		require(name[0] && ipvlan_topology_get_parent_mode(topology, i) >= IPVLAN_MODE_UNSET);
	for (i = 0; i < ipvlan_topology_get_slave_count(topology); i++)
		ask_slave(ipvlan_topology_get_slave(topology, i));
}

static void check_errors(const struct yaml_errors *errors, size_t lines)
{
	require(errors->count && errors->count <= YAML_MOST_ERRORS);
	for (size_t i = 0; i < errors->count; i++) {
		const struct yaml_error *error = &errors->list[i];

		require(error->message.text[0] && error->line && error->line <= lines && error->column);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ipvlan_topology *topology = ipvlan_topology_new();
	struct yaml_errors errors;
	char *text = malloc(size ? size : 1);
	unsigned int *columns;
	size_t lines;
	int err;

	if (!topology || !text)
		abort();
	if (size)
		memcpy(text, data, size);
	lines = yaml_count_lines(text, size);
	columns = calloc(lines, sizeof(*columns));
	if (!columns)
		abort();
	err = topology_file_read(text, size, 1, columns, topology, &errors);
	free(columns);
	free(text);
	require(err == 0 || err == -EINVAL);
	if (err == 0)
		ask(topology, lines);
	else
		check_errors(&errors, lines);
	ipvlan_topology_free(topology);
	return 0;
}
