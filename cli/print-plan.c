/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "print-plan.h"

#include <string.h>

/* Of the text of a step. */
#define STEP_SIZE 1024

static const struct {
	const char *name, *count;
	char sign;
	enum ink ink;
} changes[] = {
	[IPVLAN_CHANGE_ADD] = {"add", "add_count", '+', INK_UP},
	[IPVLAN_CHANGE_REMOVE] = {"remove", "remove_count", '-', INK_DOWN},
	[IPVLAN_CHANGE_SET] = {"set", "set_count", '~', INK_MAC},
};
#define CHANGE_COUNT (sizeof(changes) / sizeof(changes[0]))

static void set_place(struct places places, unsigned int line, json_t *object)
{
	if (places.set)
		places.set(places.data, line, object);
}

static void set_place_in_files(const void *files, unsigned int line, json_t *object)
{
	topology_files_set_place(files, line, object);
}

struct places topology_files_places(const struct topology_files *files)
{
	return (struct places){.set = set_place_in_files, .data = files};
}

static void add_details(struct places places, const struct ipvlan_step *step, json_t *document)
{
	const char *netns = ipvlan_step_get_netns(step);

	json_object_set_new(document, "kind", json_string(ipvlan_step_get_kind(step)));
	json_object_set_new(document, "name", document_text(ipvlan_step_get_name(step)));
	json_object_set_new(document, "netns", netns ? document_text(netns) : json_null());
	set_place(places, ipvlan_step_get_line(step), document);
}

static json_t *document_step(struct places places, const struct ipvlan_step *step)
{
	json_t *document = json_object();
	char text[STEP_SIZE];

	json_object_set_new(document, "change", json_string(changes[ipvlan_step_get_change(step)].name));
	add_details(places, step, document);
	json_object_set_new(document, "text", document_text(ipvlan_step_format(step, text, sizeof(text))));
	return document;
}

/* "+ TEXT" */
static json_t *document_step_line(const struct ipvlan_step *step)
{
	char line[2 + STEP_SIZE] = {changes[ipvlan_step_get_change(step)].sign, ' '};

	ipvlan_step_format(step, line + 2, STEP_SIZE);
	return document_text(line);
}

json_t *document_plan(struct places places, const struct ipvlan_plan *plan, bool detailed)
{
	json_t *document = json_object(), *steps = json_array();
	size_t i, counts[CHANGE_COUNT] = {0};

	for (i = 0; i < ipvlan_plan_get_step_count(plan); i++) {
		const struct ipvlan_step *step = ipvlan_plan_get_step(plan, i);

		counts[ipvlan_step_get_change(step)]++;
		json_array_append_new(steps, detailed ? document_step(places, step) : document_step_line(step));
	}
	json_object_set_new(document, "steps", steps);
	for (i = 0; i < CHANGE_COUNT; i++)
		json_object_set_new(document, changes[i].count, json_integer((json_int_t)counts[i]));
	return document;
}

void print_plan(struct page *page, const json_t *plan)
{
	const json_t *step;
	size_t i, kind;

	json_array_foreach (json_object_get(plan, "steps"), i, step) {
		const char *line = json_string_value(step);

		for (kind = 0; kind + 1 < CHANGE_COUNT; kind++)
			if (changes[kind].sign == *line)
				break;
		page_begin_ink(page, changes[kind].ink);
		page_text(page, line);
		page_end_ink(page, changes[kind].ink);
		putc('\n', page->out);
	}
}

void print_plan_to_do(struct page *page, const json_t *plan)
{
	if (json_array_size(json_object_get(plan, "steps")))
		print_plan(page, plan);
	else
		fputs("nothing to do\n", page->out);
}

static void append(char *buf, size_t size, const char *text)
{
	size_t used = strlen(buf);

	snprintf(buf + used, size - used, "%s", text);
}

static void append_place(char *buf, size_t size, const json_t *object)
{
	char number[32];

	append(buf, size, field_text(object, "file"));
	snprintf(number, sizeof(number), ":%d", (int)field_number(object, "line"));
	append(buf, size, number);
	if (field_exists(object, "column")) {
		snprintf(number, sizeof(number), ":%d", (int)field_number(object, "column"));
		append(buf, size, number);
	}
}

const char *places_format(struct places places, unsigned int line, char *buf, size_t size)
{
	json_t *object = json_object();

	buf[0] = '\0';
	set_place(places, line, object);
	if (field_exists(object, "file"))
		append_place(buf, size, object);
	json_decref(object);
	return buf;
}

static void append_other(char *buf, size_t size, const json_t *finding)
{
	const json_t *other = json_object_get(finding, "other");

	if (!other)
		return;
	append(buf, size, " (see ");
	append_place(buf, size, other);
	append(buf, size, ")");
}

const char *finding_format(const json_t *finding, bool with_severity, char *buf, size_t size)
{
	buf[0] = '\0';
	if (field_exists(finding, "file")) {
		append_place(buf, size, finding);
		append(buf, size, ": ");
	}
	if (with_severity) {
		append(buf, size, field_text(finding, "severity"));
		append(buf, size, ": ");
	}
	append(buf, size, field_text(finding, "text"));
	append_other(buf, size, finding);
	return buf;
}

void print_findings(struct page *page, const json_t *findings)
{
	const json_t *finding;
	char text[1024];
	size_t i;

	json_array_foreach (findings, i, finding) {
		bool is_error = strcmp(field_text(finding, "severity"), "error") == 0;

		page_ink(page, is_error ? INK_DOWN : INK_MAC, "%s", finding_format(finding, true, text, sizeof(text)));
		putc('\n', page->out);
	}
}
