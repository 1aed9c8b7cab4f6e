/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transaction.h"
#include "carry-out.h"
#include "command.h"
#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct gathered_line {
	char *file;
	unsigned int number;
};

struct gathering {
	struct ipvlan_transaction *transaction;
	/* Where the commands stand: a line of the transaction is the number of one of these, counted from 1. */
	struct gathered_line *lines;
	size_t line_count;
	unsigned int depth; /* of the file that opened it */
	bool is_spoilt;
};

int transaction_open(struct session *session)
{
	struct gathering *g;

	if (session->gathering)
		return session_usage(session, "a transaction is open already: commit or abort it first");
	g = calloc(1, sizeof(*g));
	if (g)
		g->transaction = ipvlan_transaction_new();
	if (!g || !g->transaction) {
		free(g);
		session_error(session, "out of memory");
		return STATUS_REFUSED;
	}
	g->depth = session->depth;
	session->gathering = g;
	return STATUS_DONE;
}

void transaction_close(struct session *session)
{
	struct gathering *g = session->gathering;

	if (!g)
		return;
	for (size_t i = 0; i < g->line_count; i++)
		free(g->lines[i].file);
	free(g->lines);
	ipvlan_transaction_free(g->transaction);
	free(g);
	session->gathering = NULL;
}

void transaction_spoil(struct session *session)
{
	if (session->gathering)
		session->gathering->is_spoilt = true;
}

unsigned int transaction_depth(const struct session *session)
{
	return session->gathering ? session->gathering->depth : 0;
}

struct ipvlan_transaction *transaction_of(const struct session *session)
{
	return session->gathering->transaction;
}

bool transaction_makes_netns(const struct session *session, const char *name)
{
	const struct ipvlan_plan *plan =
		session->gathering ? ipvlan_transaction_get_plan(transaction_of(session)) : NULL;

	for (size_t i = plan ? ipvlan_plan_get_step_count(plan) : 0; i-- > 0;) {
		const struct ipvlan_step *step = ipvlan_plan_get_step(plan, i);

		if (strcmp(ipvlan_step_get_kind(step), "netns") == 0 && strcmp(ipvlan_step_get_name(step), name) == 0)
			return ipvlan_step_get_change(step) == IPVLAN_CHANGE_ADD;
	}
	return false;
}

int transaction_result(struct session *session, int err, const char *what)
{
	if (!err)
		return STATUS_DONE;
	if (err == -ENOMEM)
		session_error(session, "out of memory");
	else
		session_error(session, "%s: %s", what, strerror(-err));
	return err == -ENOMEM ? STATUS_REFUSED : STATUS_USAGE;
}

/* Once for each line that has a place. @return false when out of memory. */
static bool note_place(struct session *session)
{
	struct gathering *g = session->gathering;
	struct gathered_line *room, *line;

	ipvlan_transaction_set_line(g->transaction, 0);
	if (!session->where.file)
		return true;
	room = realloc(g->lines, (g->line_count + 1) * sizeof(*room));
	if (!room)
		return false;
	g->lines = room;
	line = &room[g->line_count];
	*line = (struct gathered_line){strdup(session->where.file), session->where.line};
	if (!line->file)
		return false;
	ipvlan_transaction_set_line(g->transaction, (unsigned int)++g->line_count);
	return true;
}

static int refuse(struct session *session, const struct command *command)
{
	char name[64];

	session_error(session, "'%s' cannot be part of a transaction: it could not be undone",
		      command_name(command, name, sizeof(name)));
	return STATUS_USAGE;
}

int transaction_take(struct session *session, const struct command *command, const struct args *args)
{
	const char *netns = args->options.netns;

	if (!command->gather)
		return refuse(session, command);
	if (netns && session_classify_netns(netns) != NETNS_IS_NAME) {
		session_error(session, "in a transaction namespaces go by name, not as '%s'", netns);
		return STATUS_USAGE;
	}
	if (!note_place(session))
		return transaction_result(session, -ENOMEM, "");
	return command->gather(session, args);
}

static void set_place(const void *data, unsigned int line, json_t *object)
{
	const struct gathering *g = data;

	if (!line || line > g->line_count)
		return;
	json_object_set_new(object, "file", document_text(g->lines[line - 1].file));
	json_object_set_new(object, "line", json_integer(g->lines[line - 1].number));
}

static struct places places_of(const struct gathering *g)
{
	return (struct places){.set = set_place, .data = g};
}

int transaction_show(struct session *session, const struct options *options)
{
	const struct gathering *g = session->gathering;

	const struct ipvlan_plan *plan = ipvlan_transaction_get_plan(g->transaction);

	return output(session, options, document_plan(places_of(g), plan, options->json), print_plan_to_do);
}

static void print_nothing(struct page *page, const json_t *document)
{
	(void)page;
	(void)document;
}

static int carry(struct session *session, const struct options *options)
{
	const struct gathering *g = session->gathering;
	const struct ipvlan_plan *plan = ipvlan_transaction_get_plan(g->transaction);
	struct carrying c = {.session = session, .plan = plan, .places = places_of(g)};
	int status, shown;

	c.document = document_plan(c.places, plan, options->json);
	if (!c.document)
		return transaction_result(session, -ENOMEM, "");
	status = ipvlan_plan_get_step_count(plan) ? carry_out(&c) : STATUS_DONE;
	json_object_set_new(c.document, "applied", json_boolean(status == STATUS_DONE));
	shown = output(session, options, c.document, print_nothing);
	return status ? status : shown;
}

int transaction_carry_out(struct session *session, const struct options *options)
{
	struct file_place where = session->where;
	int status;

	if (session->gathering->is_spoilt) {
		session_error(session, "a command of the transaction was wrong; nothing was done");
		transaction_close(session);
		return STATUS_REFUSED;
	}
	if (!session_context(session))
		return STATUS_REFUSED;
	/* The steps say themselves where they come from; and each one where it works. */
	session->where = (struct file_place){0};
	status = session_go_home(session);
	if (status == STATUS_DONE)
		status = carry(session, options);
	session->where = where;
	transaction_close(session);
	return status;
}

/* ---- commands */

static int want_open(struct session *session)
{
	return session->gathering ? STATUS_DONE : session_usage(session, "no transaction is open: begin one first");
}

int run_begin(struct session *session, const struct args *args)
{
	(void)args;
	if (!session_reads_lines(session))
		return session_usage(session, "'begin' is for the shell and for batch files; a whole file is one "
					      "transaction with 'batch FILE --atomic'");
	return transaction_open(session);
}

int run_plan(struct session *session, const struct args *args)
{
	int status = want_open(session);

	return status ? status : transaction_show(session, &args->options);
}

int run_commit(struct session *session, const struct args *args)
{
	int status = want_open(session);

	return status ? status : transaction_carry_out(session, &args->options);
}

int run_abort(struct session *session, const struct args *args)
{
	int status = want_open(session);

	(void)args;
	transaction_close(session);
	return status;
}

int transaction_rehearse(struct session *session, const struct command *command, const struct args *args)
{
	if (command->run == run_begin)
		return run_begin(session, args);
	if (command->run == run_plan)
		return want_open(session);
	if (command->run == run_commit || command->run == run_abort)
		return run_abort(session, args);
	if (session->gathering && !command->looks)
		return transaction_take(session, command, args);
	return command->rehearse ? command->rehearse(session, args) : STATUS_DONE;
}
