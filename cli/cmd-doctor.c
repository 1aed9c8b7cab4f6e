/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `doctor`: what is wrong, how that was seen, what to do. */
#include "command.h"
#include "output.h"
#include "session.h"
#include "text.h"
#include "topology-files.h"

#include <ipvlan/ipvlan.h>
#include <string.h>
#include <unistd.h>

static const char *const severities[] = {
	[IPVLAN_SEVERITY_WARNING] = "warning",
	[IPVLAN_SEVERITY_ERROR] = "error",
	[IPVLAN_SEVERITY_INFO] = "info",
};

/* One member for each line. */
static json_t *document_remedy(const char *text)
{
	json_t *lines = json_array();

	while (*text) {
		size_t length = strcspn(text, "\n");
		char line[1024];

		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		json_array_append_new(lines, document_text(line));
		text += length + (text[length] != '\0');
	}
	return lines;
}

static json_t *or_null(const char *text)
{
	return text ? document_text(text) : json_null();
}

static json_t *document_finding(const struct ipvlan_finding *finding)
{
	json_t *document = json_pack("{s:s, s:s, s:s}", "severity", severities[ipvlan_finding_get_severity(finding)],
				     "id", ipvlan_finding_get_id(finding), "title", ipvlan_finding_get_title(finding));

	json_object_set_new(document, "subject", document_text(ipvlan_finding_get_subject(finding)));
	json_object_set_new(document, "ifname", or_null(ipvlan_finding_get_link(finding)));
	json_object_set_new(document, "netns", or_null(ipvlan_finding_get_netns(finding)));
	json_object_set_new(document, "netns_inode",
			    ipvlan_finding_get_link(finding)
				    ? json_integer((json_int_t)ipvlan_finding_get_netns_inode(finding))
				    : json_null());
	json_object_set_new(document, "evidence", document_text(ipvlan_finding_get_evidence(finding)));
	json_object_set_new(document, "remedy", document_remedy(ipvlan_finding_get_remedy(finding)));
	json_object_set_new(document, "section", json_string(ipvlan_finding_get_section(finding)));
	return document;
}

static json_t *document_diagnosis(const struct ipvlan_diagnosis *diagnosis)
{
	json_t *document = json_array();

	for (size_t i = 0; i < ipvlan_diagnosis_get_count(diagnosis); i++)
		json_array_append_new(document, document_finding(ipvlan_diagnosis_get_finding(diagnosis, i)));
	return document;
}

static void print_remedy(struct page *page, const json_t *lines)
{
	const json_t *line;
	size_t i;

	json_array_foreach (lines, i, line)
		fprintf(page->out, "  %s %s\n", i ? "       " : "remedy:", json_string_value(line));
}

static void print_finding(struct page *page, const json_t *finding)
{
	const char *severity = field_text(finding, "severity");
	enum ink ink = strcmp(severity, "error") == 0	  ? INK_DOWN
		       : strcmp(severity, "warning") == 0 ? INK_MAC
							  : INK_NONE;

	page_ink(page, ink, "%s", severity);
	fprintf(page->out, ": ");
	page_ink(page, INK_TITLE, "%s", field_text(finding, "id"));
	fprintf(page->out, ": %s: %s\n", field_text(finding, "subject"), field_text(finding, "title"));
	fputs("  seen:  ", page->out);
	text_print_wrapped(page->out, page->width, 9, 10, field_text(finding, "evidence"));
	print_remedy(page, json_object_get(finding, "remedy"));
	fprintf(page->out, "  see:    ipvlan-doctor(7), %s\n", field_text(finding, "section"));
}

static void print_findings_of(struct page *page, const json_t *findings)
{
	const json_t *finding;
	size_t i;

	json_array_foreach (findings, i, finding) {
		if (i)
			putc('\n', page->out);
		print_finding(page, finding);
	}
	if (!i)
		fputs("nothing was found\n", page->out);
}

static bool has_errors(const struct ipvlan_diagnosis *diagnosis)
{
	/* They come first. */
	const struct ipvlan_finding *first = ipvlan_diagnosis_get_finding(diagnosis, 0);

	return first && ipvlan_finding_get_severity(first) == IPVLAN_SEVERITY_ERROR;
}

static int diagnose(struct session *session, const struct args *args, const char *name,
		    struct ipvlan_topology *topology)
{
	struct ipvlan_ctx *ctx = session_context(session);
	struct ipvlan_diagnosis *diagnosis;
	int status, printed;

	if (!ctx)
		return STATUS_REFUSED;
	if (ipvlan_diagnosis_new(ctx, name, topology, &diagnosis))
		return session_library_error(session);
	status = has_errors(diagnosis) ? STATUS_REFUSED : STATUS_DONE;
	printed = output(session, &args->options, document_diagnosis(diagnosis), print_findings_of);
	ipvlan_diagnosis_free(diagnosis);
	return status ? status : printed;
}

static void say_problem(struct session *session, const json_t *problem)
{
	session_error(session, "%s:%d:%d: %s", field_text(problem, "file"), (int)field_number(problem, "line"),
		      (int)field_number(problem, "column"), field_text(problem, "text"));
}

static int diagnose_file(struct session *session, const struct args *args)
{
	struct texts path = {.text = (const char **)&args->name, .count = 1};
	struct topology_files files;
	int status = topology_files_open(session, &path, &files);
	json_t *problem;
	size_t i;

	json_array_foreach (files.problems, i, problem)
		say_problem(session, problem);
	if (status == STATUS_DONE)
		status = diagnose(session, args, NULL, files.topology);
	topology_files_close(&files);
	return status;
}

/* No link's name holds a '/', and hardly one ends like a file. */
static bool is_file(const char *text)
{
	const char *dot = strrchr(text, '.');

	if (strchr(text, '/') || strcmp(text, "-") == 0)
		return true;
	return dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0 || strcmp(dot, ".json") == 0);
}

int run_doctor(struct session *session, const struct args *args)
{
	return args->name && is_file(args->name) ? diagnose_file(session, args)
						 : diagnose(session, args, args->name, NULL);
}
