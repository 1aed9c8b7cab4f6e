/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Plans, as documents and as text. */
#ifndef CLI_PRINT_PLAN_H
#define CLI_PRINT_PLAN_H

#include "output.h"
#include "topology-files.h"

/* The steps with their places in the files, and how many of each sort there are. */
json_t *document_plan(const struct topology_files *files, const struct ipvlan_plan *plan);

/* A line for each step, with its "+", "-" or "~". */
void print_plan(struct page *page, const json_t *plan);

/* An array of findings: "FILE:LINE: error: TEXT". */
void print_findings(struct page *page, const json_t *findings);

/* One of them. @return buf. */
const char *finding_format(const json_t *finding, bool with_severity, char *buf, size_t size);

#endif
