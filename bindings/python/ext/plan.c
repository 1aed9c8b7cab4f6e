// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

#include <errno.h>

PyObject *plan_new(struct state *state, struct ipvlan_plan *plan)
{
	struct handle *handle = handle_new(state->plan_type, state, plan);

	if (!handle)
		ipvlan_plan_free(plan);
	return (PyObject *)handle;
}

PyObject *plan_make(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_plan *plan = NULL;
	struct handle *topology;
	bool ok = false;
	int prune, err;

	if (!PyArg_ParseTuple(args, "O!p", context->handle.state->topology_type, &topology, &prune) ||
	    !handle_claim(topology, true))
		return NULL;
	if (context_begin(context)) {
		err = ipvlan_plan_new(context_ctx(context), topology->object, prune, &plan);
		ok = context_end(context, err);
	}
	handle_release(topology);
	return ok ? plan_new(context->handle.state, plan) : NULL;
}

static PyObject *step_at(const void *plan, size_t index)
{
	return step_to_dict(ipvlan_plan_get_step(plan, index));
}

PyObject *plan_steps(const struct ipvlan_plan *plan)
{
	return tuple_of(ipvlan_plan_get_step_count(plan), step_at, plan);
}

static PyObject *get_steps(PyObject *self, PyObject *unused)
{
	struct handle *handle = (struct handle *)self;
	PyObject *steps;

	(void)unused;
	if (!handle_claim(handle, false))
		return NULL;
	steps = plan_steps(handle->object);
	handle_release(handle);
	return steps;
}

/* ---- carrying it out */

struct progress {
	struct context *context;
	PyObject *callable;  /* or None */
	PyObject *exception; /* the first one, which ends the whole thing */
};

static PyObject *tell(const struct progress *progress, size_t done, size_t total, const struct ipvlan_step *step,
		      bool undoing)
{
	return PyObject_CallFunction(progress->callable, "nnNi", (Py_ssize_t)done, (Py_ssize_t)total,
				     step_to_dict(step), (int)undoing);
}

/* A signal's handler runs here too, so that a keyboard interrupt need not wait for the last step. */
static int report(size_t done, size_t total, const struct ipvlan_step *step, bool undoing, void *data)
{
	struct progress *progress = data;
	PyObject *result = NULL;
	bool failed;

	PyEval_RestoreThread(progress->context->thread);
	failed = PyErr_CheckSignals() < 0;
	if (!failed && progress->callable != Py_None && !progress->exception) {
		result = tell(progress, done, total, step, undoing);
		failed = !result;
	}
	Py_XDECREF(result);
	if (failed && !progress->exception)
		progress->exception = take_exception();
	else if (failed)
		PyErr_Clear();
	failed = progress->exception != NULL;
	progress->context->thread = PyEval_SaveThread();
	return failed;
}

/* The callback's own exception goes up; what became of the plan is its context. */
static void raise_callers(PyObject *exception)
{
	PyObject *error = take_exception();

	if (error)
		PyException_SetContext(exception, error);
	set_exception(exception);
}

PyObject *plan_carry_out(struct context *context, const struct ipvlan_plan *plan, PyObject *callable)
{
	struct progress progress = {.context = context, .callable = callable};
	bool ok = false;
	int err;

	if (context_begin(context)) {
		err = ipvlan_plan_apply(context_ctx(context), plan, report, &progress);
		ok = context_end(context, err);
	}
	if (progress.exception)
		raise_callers(progress.exception);
	if (!ok || progress.exception)
		return NULL;
	Py_RETURN_NONE;
}

PyObject *plan_apply(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct handle *plan;
	PyObject *callable, *result;

	if (!PyArg_ParseTuple(args, "O!O", context->handle.state->plan_type, &plan, &callable) ||
	    !handle_claim(plan, false))
		return NULL;
	result = plan_carry_out(context, plan->object, callable);
	handle_release(plan);
	return result;
}

static PyObject *close_plan(PyObject *self, PyObject *unused)
{
	void *plan;

	(void)unused;
	if (!handle_take((struct handle *)self, &plan))
		return NULL;
	ipvlan_plan_free(plan);
	Py_RETURN_NONE;
}

static void dealloc(PyObject *self)
{
	ipvlan_plan_free(((struct handle *)self)->object);
	handle_dealloc(self);
}

static PyMethodDef methods[] = {
	{"get_steps", get_steps, METH_NOARGS, NULL},
	{"close", close_plan, METH_NOARGS, NULL},
	{NULL},
};

static PyType_Slot slots[] = {
	{Py_tp_dealloc, dealloc},
	{Py_tp_methods, methods},
	{0},
};

PyType_Spec plan_spec = {
	.name = "ipvlan._ipvlan.Plan",
	.basicsize = sizeof(struct handle),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
	.slots = slots,
};
