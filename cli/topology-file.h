/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Topology files, ipvlan-topology(5): YAML or JSON to a topology. Pure. */
#ifndef CLI_TOPOLOGY_FILE_H
#define CLI_TOPOLOGY_FILE_H

#include "yaml-reader.h"

struct ipvlan_topology;

/*
 * Add what a text describes to a topology, as from the given line on: with several files, each goes on where the one
 * before ended.
 * @param columns one for each line of the text by yaml_count_lines(), or NULL: receives the column in which the first
 * thing of a line begins.
 * @return 0; -EINVAL with errors in the order of the text, the lines of which are those of the text; -ENOMEM. A
 * topology to which not all could be added is of no use any more.
 */
int topology_file_read(const char *text, size_t size, unsigned int first_line, unsigned int *columns,
		       struct ipvlan_topology *topology, struct yaml_errors *errors);

#endif
