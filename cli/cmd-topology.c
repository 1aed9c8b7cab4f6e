/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check, diff and apply: what files describe, and the way there. */
#include "carry-out.h"
#include "command.h"
#include "session.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* As diff(1) has it. */
#define STATUS_DIFFERENT 1

int check_files(struct args *args, struct message *message)
{
	size_t inputs = 0;

	if (!args->files.count)
		return message_set(message, "which file? Add its name, or - for standard input");
	for (size_t i = 0; i < args->files.count; i++)
		inputs += strcmp(args->files.text[i], "-") == 0;
	return inputs > 1 ? message_set(message, "standard input can be read once") : 0;
}

static bool has_errors(const json_t *findings)
{
	const json_t *finding;
	size_t i;

	json_array_foreach (findings, i, finding)
		if (strcmp(field_text(finding, "severity"), "error") == 0)
			return true;
	return false;
}

int run_check(struct session *session, const struct args *args)
{
	struct topology_files files;
	int status = topology_files_open(session, &args->files, &files), printed;
	json_t *findings;

	if (status == STATUS_DONE && ipvlan_topology_check(files.topology) < 0) {
		session_error(session, "out of memory");
		status = STATUS_REFUSED;
	}
	if (status == STATUS_DONE || json_array_size(files.problems)) {
		findings = topology_files_findings(&files);
		status = has_errors(findings) ? STATUS_REFUSED : STATUS_DONE;
		printed = output(session, &args->options, findings, print_findings);
		status = status ? status : printed;
	}
	topology_files_close(&files);
	return status;
}

/* Everything between the files and the end of an apply. */
struct work {
	struct session *session;
	const struct args *args;
	struct topology_files files;
	struct ipvlan_plan *plan;
	json_t *document; /* of the plan */
};

static void say_findings(struct work *work)
{
	json_t *findings = topology_files_findings(&work->files);
	const json_t *finding;
	char text[1024];
	size_t i;

	json_array_foreach (findings, i, finding) {
		finding_format(finding, false, text, sizeof(text));
		if (strcmp(field_text(finding, "severity"), "error") == 0)
			session_error(work->session, "%s", text);
		else
			session_note(work->session, "%s", text);
	}
	json_decref(findings);
}

/* A failure that the files are to blame for is told by their lines, any other one as the library has it. */
static int fail_plan(struct work *work, int err)
{
	json_t *findings = topology_files_findings(&work->files);
	bool by_lines = has_errors(findings);

	json_decref(findings);
	if (!by_lines)
		return session_library_error(work->session);
	say_findings(work);
	return err == -EINVAL ? STATUS_USAGE : STATUS_REFUSED;
}

static int make_plan(struct work *work)
{
	struct ipvlan_ctx *ctx;
	int status = topology_files_open(work->session, &work->args->files, &work->files), err;

	if (status != STATUS_DONE) {
		say_findings(work);
		return status;
	}
	ctx = session_context(work->session);
	if (!ctx)
		return STATUS_REFUSED;
	err = ipvlan_plan_new(ctx, work->files.topology, work->args->prune > 0, &work->plan);
	if (err)
		return fail_plan(work, err);
	say_findings(work);
	work->document = document_plan(topology_files_places(&work->files), work->plan, work->args->options.json);
	return STATUS_DONE;
}

static void end_work(struct work *work)
{
	json_decref(work->document);
	ipvlan_plan_free(work->plan);
	topology_files_close(&work->files);
}

/* Trouble is 2, as with diff(1), so that 1 always means that there is a difference. */
int run_diff(struct session *session, const struct args *args)
{
	struct work work = {.session = session, .args = args};
	int status = make_plan(&work);

	if (status == STATUS_DONE) {
		status = ipvlan_plan_get_step_count(work.plan) ? STATUS_DIFFERENT : STATUS_DONE;
		if (output(session, &args->options, json_incref(work.document), print_plan))
			status = STATUS_USAGE;
	} else {
		status = STATUS_USAGE;
	}
	end_work(&work);
	return status;
}

/* Taking away what somebody has, and changing what nobody described, wants more than a file's word. */
static bool is_grave(const struct work *work)
{
	const struct ipvlan_step *step;
	size_t i;

	for (i = 0; (step = ipvlan_plan_get_step(work->plan, i)); i++) {
		if (ipvlan_step_get_change(step) == IPVLAN_CHANGE_REMOVE)
			return true;
		if (ipvlan_step_get_sibling_count(step) && work->args->force <= 0)
			return true;
	}
	return false;
}

static bool reads_input(const struct args *args)
{
	for (size_t i = 0; i < args->files.count; i++)
		if (strcmp(args->files.text[i], "-") == 0)
			return true;
	return false;
}

static bool is_answered_yes(void)
{
	char answer[16] = "";

	if (!fgets(answer, sizeof(answer), stdin))
		return false;
	return strcmp(answer, "y\n") == 0 || strcmp(answer, "yes\n") == 0;
}

/* @return a status: STATUS_DONE to go on. */
static int ask(struct work *work)
{
	bool can_ask =
		isatty(STDIN_FILENO) && isatty(STDERR_FILENO) && !reads_input(work->args) && !work->args->options.json;

	if (work->args->yes > 0)
		return STATUS_DONE;
	if (can_ask) {
		fprintf(work->session->err, "Do it? [y/N] ");
		fflush(work->session->err);
		if (is_answered_yes())
			return STATUS_DONE;
		session_error(work->session, "nothing was done");
		return STATUS_REFUSED;
	}
	if (!is_grave(work))
		return STATUS_DONE;
	session_error(work->session, "this removes things, or changes slaves that are not described; nothing was done");
	session_error(work->session, "hint: --yes agrees to it");
	return STATUS_REFUSED;
}

static int show(struct work *work)
{
	return output(work->session, &work->args->options, json_incref(work->document), print_plan_to_do);
}

/* The plan is shown before it is carried out; as JSON afterwards, with what became of it. */
static int apply(struct work *work)
{
	bool json = work->args->options.json;
	int status = json ? STATUS_DONE : show(work);
	bool wanted = work->args->dry_run <= 0 && ipvlan_plan_get_step_count(work->plan);

	if (status == STATUS_DONE && wanted)
		status = ask(work);
	if (status == STATUS_DONE && wanted)
		status = carry_out(&(struct carrying){.session = work->session,
						      .plan = work->plan,
						      .places = topology_files_places(&work->files),
						      .document = work->document});
	if (json) {
		json_object_set_new(work->document, "applied",
				    json_boolean(status == STATUS_DONE && work->args->dry_run <= 0));
		if (show(work) && status == STATUS_DONE)
			status = STATUS_REFUSED;
	}
	return status;
}

int run_apply(struct session *session, const struct args *args)
{
	struct work work = {.session = session, .args = args};
	int status = make_plan(&work);

	if (status == STATUS_DONE)
		status = apply(&work);
	end_work(&work);
	return status;
}
