/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans, as documents and as text. */
#ifndef CLI_PRINT_PLAN_H
#define CLI_PRINT_PLAN_H

#include "output.h"
#include "topology-files.h"

/* Where steps come from. */
struct places {
	/* Adds the members "file" and "line" to an object; nothing for a line that has no place. May be NULL. */
	void (*set)(const void *data, unsigned int line, json_t *object);
	const void *data;
};

/* "FILE:LINE", or "". @return buf. */
const char *places_format(struct places places, unsigned int line, char *buf, size_t size);

/* The places of a topology's lines. */
struct places topology_files_places(const struct topology_files *files);

/*
 * The steps, and how many of each sort there are. Only JSON shows the details of a step: of what kind it is, of which
 * thing, and its place in the files; for a text each is a line of it. Details of a thousand steps cost more than all
 * else that is done for showing them.
 */
json_t *document_plan(struct places places, const struct ipvlan_plan *plan, bool detailed);

/* A line for each step, with its "+", "-" or "~". */
void print_plan(struct page *page, const json_t *plan);
/* The same, or that there is nothing to do. */
void print_plan_to_do(struct page *page, const json_t *plan);

/* An array of findings: "FILE:LINE: error: TEXT". */
void print_findings(struct page *page, const json_t *findings);

/* One of them. @return buf. */
const char *finding_format(const json_t *finding, bool with_severity, char *buf, size_t size);

#endif
