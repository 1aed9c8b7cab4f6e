// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

struct handle *handle_new(PyTypeObject *type, struct state *state, void *object)
{
	struct handle *handle = (struct handle *)PyType_GenericAlloc(type, 0);

	if (handle) {
		handle->object = object;
		handle->state = state;
	}
	return handle;
}

static const char *what(struct handle *handle)
{
	const PyTypeObject *type = Py_TYPE(&handle->ob_base);

	if (type == handle->state->context_type)
		return "context";
	if (type == handle->state->netns_type)
		return "namespace";
	if (type == handle->state->transaction_type)
		return "transaction";
	return type == handle->state->plan_type ? "plan" : "topology";
}

static bool refuse_busy(struct handle *handle)
{
	PyErr_Format(PyExc_RuntimeError, "this %s is in use by another call; give each thread a context of its own",
		     what(handle));
	return false;
}

bool handle_claim(struct handle *handle, bool alone)
{
	if (!handle->object) {
		PyErr_Format(PyExc_ValueError, "this %s is closed", what(handle));
		return false;
	}
	if (alone && handle->users)
		return refuse_busy(handle);
	handle->users++;
	Py_INCREF(&handle->ob_base);
	return true;
}

void handle_release(struct handle *handle)
{
	handle->users--;
	Py_DECREF(&handle->ob_base);
}

void *handle_begin(PyObject *self)
{
	struct handle *handle = (struct handle *)self;

	return handle_claim(handle, true) ? handle->object : NULL;
}

PyObject *handle_end(PyObject *self, int err, const struct refusal *refusal)
{
	struct handle *handle = (struct handle *)self;

	handle_release(handle);
	if (err)
		return raise_refusal(handle->state, err, refusal);
	Py_RETURN_NONE;
}

bool handle_take(struct handle *handle, void **object)
{
	if (handle->users)
		return refuse_busy(handle);
	*object = handle->object;
	handle->object = NULL;
	return true;
}

PyObject *handle_enter(PyObject *self, PyObject *unused)
{
	struct handle *handle = (struct handle *)self;

	(void)unused;
	if (!handle->object)
		return PyErr_Format(PyExc_ValueError, "this %s is closed", what(handle));
	Py_INCREF(self);
	return self;
}

/* Its object is closed by then. A type made at run time is counted by its instances. */
void handle_dealloc(PyObject *self)
{
	PyTypeObject *type = Py_TYPE(self);
	freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);

	release(self);
	Py_DECREF(type);
}
