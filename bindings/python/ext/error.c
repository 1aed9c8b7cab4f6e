// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static PyObject *raise_made(struct state *state, int err, PyObject *details)
{
	PyObject *exception;

	if (!details)
		return NULL;
	exception = PyObject_CallFunction(state->make_error, "iO", -err, details);
	Py_DECREF(details);
	if (exception)
		PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
	Py_XDECREF(exception);
	return NULL;
}

static PyObject *describe(const struct ipvlan_ctx *ctx, const struct ipvlan_error *error)
{
	PyObject *details = PyDict_New();

	put_text(&details, "text", ipvlan_ctx_strerror(ctx));
	put_text(&details, "message", ipvlan_error_get_message(error));
	put_number(&details, "stage", ipvlan_error_get_stage(error));
	put_number(&details, "step", ipvlan_error_get_step(error));
	put_text(&details, "extack", ipvlan_error_get_extack(error));
	put_text(&details, "attribute", ipvlan_error_get_attribute(error));
	put_text(&details, "holder", ipvlan_error_get_holder(error));
	put_text(&details, "hint", ipvlan_error_get_hint(error));
	put_number(&details, "left_count", ipvlan_error_get_left_count(error));
	return details;
}

PyObject *raise_error(struct state *state, const struct ipvlan_ctx *ctx, int err)
{
	const struct ipvlan_error *error = ipvlan_ctx_get_error(ctx);

	if (err == -ENOMEM)
		return PyErr_NoMemory();
	/* The story of an earlier call is not this one's. */
	if (ipvlan_error_get_code(error) != err)
		return raise_plain(state, err, "%s", strerror(-err));
	return raise_made(state, err, describe(ctx, error));
}

PyObject *raise_plain(struct state *state, int err, const char *format, ...)
{
	PyObject *details = PyDict_New();
	char text[512];
	va_list ap;

	if (err == -ENOMEM) {
		Py_XDECREF(details);
		return PyErr_NoMemory();
	}
	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	put_text(&details, "text", text);
	put_text(&details, "message", text);
	put_number(&details, "stage", IPVLAN_STAGE_SETTINGS);
	return raise_made(state, err, details);
}

PyObject *raise_refusal(struct state *state, int err, const struct refusal *refusal)
{
	PyObject *shown;
	TEXT(value);

	if (PyErr_Occurred())
		return NULL;
	if (err != -EINVAL || !refusal->key)
		return raise_plain(state, err, "%s", strerror(-err));
	shown = refusal->value ? PyObject_Repr(refusal->value) : NULL;
	if (!shown)
		return PyErr_Occurred() ? NULL : raise_plain(state, err, "the %s cannot be", refusal->key);
	if (text_convert(shown, &value))
		raise_plain(state, err, "%s cannot be %s", refusal->key, value.text);
	Py_DECREF(shown);
	return NULL;
}

PyObject *take_exception(void)
{
	PyObject *type, *value, *trace;

	PyErr_Fetch(&type, &value, &trace);
	if (!type)
		return NULL;
	PyErr_NormalizeException(&type, &value, &trace);
	if (trace) {
		PyException_SetTraceback(value, trace);
		Py_DECREF(trace);
	}
	Py_DECREF(type);
	return value;
}

void set_exception(PyObject *exception)
{
	PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
	Py_DECREF(exception);
}
