// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

#include <errno.h>
#include <string.h>

struct ipvlan_ctx *context_ctx(const struct context *context)
{
	return context->handle.object;
}

bool context_begin(struct context *context)
{
	if (!handle_claim(&context->handle, true))
		return false;
	context->thread = PyEval_SaveThread();
	return true;
}

bool context_end(struct context *context, int err)
{
	PyEval_RestoreThread(context->thread);
	context->thread = NULL;
	/* Before anybody else can make another call, which would overwrite the error. */
	if (err)
		raise_error(context->handle.state, context_ctx(context), err);
	handle_release(&context->handle);
	return !err;
}

PyObject *context_done(struct context *context, int err)
{
	if (!context_end(context, err))
		return NULL;
	Py_RETURN_NONE;
}

/* ---- log */

/* An exception has no way up through the library. An interrupt comes again after the call. */
static void tell_unraisable(PyObject *callable)
{
	if (PyErr_ExceptionMatches(PyExc_KeyboardInterrupt)) {
		PyErr_Clear();
		PyErr_SetInterrupt();
	} else {
		PyErr_WriteUnraisable(callable);
	}
}

static void deliver(enum ipvlan_log_level level, const char *text, void *data)
{
	struct context *context = data;
	PyObject *line, *result = NULL;

	PyEval_RestoreThread(context->thread);
	line = PyUnicode_DecodeFSDefault(text);
	if (line)
		result = PyObject_CallFunction(context->log, "iO", (int)level, line);
	if (!result)
		tell_unraisable(context->log);
	Py_XDECREF(result);
	Py_XDECREF(line);
	context->thread = PyEval_SaveThread();
}

static PyObject *set_log(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	PyObject *log, *before = context->log;
	int level;

	if (!PyArg_ParseTuple(args, "Oi", &log, &level) || !handle_claim(&context->handle, true))
		return NULL;
	if (log == Py_None)
		log = NULL;
	Py_XINCREF(log);
	context->log = log;
	ipvlan_ctx_set_log(context_ctx(context), log ? deliver : NULL, (enum ipvlan_log_level)level, context);
	handle_release(&context->handle);
	Py_XDECREF(before);
	Py_RETURN_NONE;
}

/* ---- its life */

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	struct state *state = PyType_GetModuleState(type);
	struct ipvlan_ctx *ctx;
	struct handle *handle;
	int err;

	(void)kwargs;
	if (!state || !PyArg_ParseTuple(args, ""))
		return NULL;
	Py_BEGIN_ALLOW_THREADS err = ipvlan_ctx_new(&ctx);
	Py_END_ALLOW_THREADS if (err) return raise_plain(state, err, "cannot make a context: %s", strerror(-err));
	handle = handle_new(type, state, ctx);
	if (!handle)
		ipvlan_ctx_free(ctx);
	return (PyObject *)handle;
}

static void free_ctx(struct ipvlan_ctx *ctx)
{
	Py_BEGIN_ALLOW_THREADS ipvlan_ctx_free(ctx);
	Py_END_ALLOW_THREADS
}

static PyObject *close_context(PyObject *self, PyObject *unused)
{
	void *ctx;

	(void)unused;
	if (((struct context *)self)->monitors)
		return PyErr_Format(PyExc_RuntimeError, "close this context's monitors first");
	if (!handle_take((struct handle *)self, &ctx))
		return NULL;
	free_ctx(ctx);
	Py_RETURN_NONE;
}

static PyObject *is_closed(PyObject *self, void *closure)
{
	(void)closure;
	return PyBool_FromLong(!((struct handle *)self)->object);
}

static int traverse(PyObject *self, visitproc visit, void *arg)
{
	Py_VISIT(Py_TYPE(self));
	Py_VISIT(((struct context *)self)->log);
	return 0;
}

static int clear(PyObject *self)
{
	struct context *context = (struct context *)self;

	if (context->handle.object)
		ipvlan_ctx_set_log(context_ctx(context), NULL, IPVLAN_LOG_NOTICE, NULL);
	Py_CLEAR(context->log);
	return 0;
}

static void dealloc(PyObject *self)
{
	struct handle *handle = (struct handle *)self;
	void *ctx = handle->object;

	PyObject_GC_UnTrack(self);
	clear(self);
	handle->object = NULL;
	free_ctx(ctx);
	handle_dealloc(self);
}

/* ---- the type: its methods stand in several files */

static PyMethodDef methods[] = {
	{"close", close_context, METH_NOARGS, NULL},
	{"set_log", set_log, METH_VARARGS, NULL},
	{"set_netns", set_netns, METH_VARARGS, NULL},
	{"link_create", link_create, METH_VARARGS, NULL},
	{"link_get", link_get, METH_VARARGS, NULL},
	{"link_get_by_index", link_get_by_index, METH_VARARGS, NULL},
	{"link_list", link_list, METH_VARARGS, NULL},
	{"link_list_counters", link_list_counters, METH_NOARGS, NULL},
	{"link_set_up", link_set_up, METH_VARARGS, NULL},
	{"link_set_down", link_set_down, METH_VARARGS, NULL},
	{"link_set_mtu", link_set_mtu, METH_VARARGS, NULL},
	{"link_set_mac", link_set_mac, METH_VARARGS, NULL},
	{"link_rename", link_rename, METH_VARARGS, NULL},
	{"link_move", link_move, METH_VARARGS, NULL},
	{"link_change", link_change, METH_VARARGS, NULL},
	{"link_delete", link_delete, METH_VARARGS, NULL},
	{"link_delete_many", link_delete_many, METH_VARARGS, NULL},
	{"port_get", port_get, METH_VARARGS, NULL},
	{"port_change", port_change, METH_VARARGS, NULL},
	{"address_add", address_add, METH_VARARGS, NULL},
	{"address_replace", address_replace, METH_VARARGS, NULL},
	{"address_delete", address_delete, METH_VARARGS, NULL},
	{"address_list", address_list, METH_VARARGS, NULL},
	{"route_add", route_add, METH_VARARGS, NULL},
	{"route_replace", route_replace, METH_VARARGS, NULL},
	{"route_change", route_change, METH_VARARGS, NULL},
	{"route_append", route_append, METH_VARARGS, NULL},
	{"route_prepend", route_prepend, METH_VARARGS, NULL},
	{"route_delete", route_delete, METH_VARARGS, NULL},
	{"route_get", route_get, METH_VARARGS, NULL},
	{"route_list", route_list, METH_VARARGS, NULL},
	{"netns_open_name", netns_open_name, METH_VARARGS, NULL},
	{"netns_open_path", netns_open_path, METH_VARARGS, NULL},
	{"netns_open_pid", netns_open_pid, METH_VARARGS, NULL},
	{"netns_open_fd", netns_open_fd, METH_VARARGS, NULL},
	{"netns_open_current", netns_open_current, METH_VARARGS, NULL},
	{"netns_open_inode", netns_open_inode, METH_VARARGS, NULL},
	{"netns_create", netns_create, METH_VARARGS, NULL},
	{"netns_delete", netns_delete, METH_VARARGS, NULL},
	{"netns_list", netns_list, METH_VARARGS, NULL},
	{"netns_call", netns_call, METH_VARARGS, NULL},
	{"netns_exec", netns_exec, METH_VARARGS, NULL},
	{"topology_read", topology_read, METH_VARARGS, NULL},
	{"plan_new", plan_make, METH_VARARGS, NULL},
	{"plan_apply", plan_apply, METH_VARARGS, NULL},
	{"transaction_apply", transaction_apply, METH_VARARGS, NULL},
	{"monitor_new", monitor_new, METH_VARARGS, NULL},
	{"link_wait", link_wait, METH_VARARGS, NULL},
	{"diagnose", diagnose, METH_VARARGS, NULL},
	{"host_access_get", host_access_get, METH_VARARGS, NULL},
	{"host_access_enable", host_access_enable, METH_VARARGS, NULL},
	{"host_access_disable", host_access_disable, METH_VARARGS, NULL},
	{"module_is_loaded", module_is_loaded, METH_VARARGS, NULL},
	{"module_port_get", module_port_get, METH_VARARGS, NULL},
	{"module_port_change", module_port_change, METH_VARARGS, NULL},
	{"module_lock_address", module_lock_address, METH_VARARGS, NULL},
	{"module_unlock_address", module_unlock_address, METH_VARARGS, NULL},
	{"module_announce", module_announce, METH_VARARGS, NULL},
	{NULL},
};

static PyGetSetDef getters[] = {
	{"closed", is_closed, NULL, NULL, NULL},
	{NULL},
};

static PyType_Slot slots[] = {
	{Py_tp_new, make},
	{Py_tp_dealloc, dealloc},
	{Py_tp_traverse, traverse},
	{Py_tp_clear, clear},
	{Py_tp_methods, methods},
	{Py_tp_getset, getters},
	{0},
};

PyType_Spec context_spec = {
	.name = "ipvlan._ipvlan.Context",
	.basicsize = sizeof(struct context),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
	.slots = slots,
};
