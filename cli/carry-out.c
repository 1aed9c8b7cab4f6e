/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "carry-out.h"
#include "interrupt.h"
#include "session.h"

#include <errno.h>

static int follow(size_t done, size_t total, const struct ipvlan_step *step, bool undoing, void *data)
{
	struct carrying *c = data;

	(void)step;
	if (!undoing)
		c->done = done;
	progress_show(&c->progress, done, total, (unsigned int)done);
	return undoing ? 0 : interrupt_pending();
}

static json_t *text_or_null(const char *text)
{
	return text ? document_text(text) : json_null();
}

static void add_failure(struct carrying *c, const struct ipvlan_step *step)
{
	const struct ipvlan_error *error = ipvlan_ctx_get_error(c->session->ctx);
	json_t *failure = json_object();

	json_object_set_new(failure, "step", json_integer((json_int_t)c->done));
	if (c->places.set)
		c->places.set(c->places.data, ipvlan_step_get_line(step), failure);
	json_object_set_new(failure, "text", document_text(ipvlan_error_get_message(error)));
	json_object_set_new(failure, "extack", text_or_null(ipvlan_error_get_extack(error)));
	json_object_set_new(failure, "holder", text_or_null(ipvlan_error_get_holder(error)));
	json_object_set_new(failure, "hint", text_or_null(ipvlan_error_get_hint(error)));
	json_object_set_new(failure, "left", json_integer(ipvlan_error_get_left_count(error)));
	json_object_set_new(c->document, "error", failure);
}

static int fail_plan(struct carrying *c)
{
	const struct ipvlan_error *error = ipvlan_ctx_get_error(c->session->ctx);
	const struct ipvlan_step *step;
	bool is_half = ipvlan_error_get_left_count(error);
	char place[512], text[512];

	c->session->is_half = c->session->is_half || is_half;
	/* Many may have been announced and done at once: the error knows which one it was. */
	c->done = ipvlan_error_get_step(error);
	step = ipvlan_plan_get_step(c->plan, c->done);
	if (c->document)
		add_failure(c, step);
	places_format(c->places, ipvlan_step_get_line(step), place, sizeof(place));
	session_error(c->session, "%s%sstep %zu of %zu failed, and %s: %s", place, *place ? ": " : "", c->done + 1,
		      ipvlan_plan_get_step_count(c->plan),
		      is_half ? "NOT ALL before it could be undone" : "those before it were undone",
		      ipvlan_step_format(step, text, sizeof(text)));
	session_library_error(c->session);
	return is_half ? STATUS_HALF : STATUS_REFUSED;
}

static int tell_signal(struct carrying *c, int number)
{
	const struct ipvlan_error *error = ipvlan_ctx_get_error(c->session->ctx);
	bool is_half = ipvlan_error_get_left_count(error);

	c->session->is_half = c->session->is_half || is_half;
	if (c->document)
		add_failure(c, ipvlan_plan_get_step(c->plan, c->done));
	session_error(c->session, "stopped by a signal before step %zu of %zu; %s", c->done + 1,
		      ipvlan_plan_get_step_count(c->plan),
		      is_half ? "NOT ALL of what was done could be undone" : "what was done is undone");
	if (is_half)
		session_error(c->session, "hint: %s", ipvlan_error_get_hint(error));
	return is_half ? STATUS_HALF : STATUS_SIGNAL + number;
}

int carry_out(struct carrying *c)
{
	struct progress *outer = c->session->progress;
	int err, number;

	progress_begin(&c->progress, c->session->err, "steps");
	c->session->progress = &c->progress;
	interrupt_begin();
	err = ipvlan_plan_apply(c->session->ctx, c->plan, follow, c);
	number = interrupt_pending();
	interrupt_end();
	session_make_room(c->session);
	c->session->progress = outer;
	if (err == -ECANCELED && number)
		return tell_signal(c, number);
	return err ? fail_plan(c) : STATUS_DONE;
}
