/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One topology from several files. The library knows lines only: those of a file are counted on from the file before
 * it, and here they become places again.
 */
#ifndef CLI_TOPOLOGY_FILES_H
#define CLI_TOPOLOGY_FILES_H

#include "parse.h"

#include <ipvlan/ipvlan.h>
#include <jansson.h>

struct session;

struct topology_files {
	struct ipvlan_topology *topology;
	const struct texts *paths; /* "-" for standard input */
	unsigned int *first_lines; /* of each file, and of the one that would follow */
	unsigned int *columns;	   /* of each line of all files; 0 where nothing begins */
	json_t *problems;	   /* what of the files cannot be understood, as findings */
};

/*
 * Read all files, also behind one that is wrong.
 * @return a status. A file that cannot be understood leaves problems, which are not printed; any other failure is said
 * already. topology_files_close() is due in any case.
 */
int topology_files_open(struct session *session, const struct texts *paths, struct topology_files *files);
void topology_files_close(struct topology_files *files);

/* Adds the members "file", "line" and "column" to an object; nothing for line 0. */
void topology_files_set_place(const struct topology_files *files, unsigned int line, json_t *object);

/* What is wrong: the problems, or the findings of the topology's last check; an array. */
json_t *topology_files_findings(const struct topology_files *files);

#endif
