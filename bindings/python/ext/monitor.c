// SPDX-License-Identifier: LGPL-2.1-or-later
/* A monitor is used together with its context, by one call at a time, and keeps it from being closed. */
#include "ext.h"

#include <errno.h>
#include <string.h>

struct monitor {
	struct handle handle;
	struct context *context;
};

static PyObject *change_at(const void *event, size_t index)
{
	return Py_BuildValue("(sNN)", ipvlan_property_to_string(ipvlan_event_get_change_property(event, index)),
			     PyUnicode_DecodeFSDefault(ipvlan_event_get_change_old(event, index)),
			     PyUnicode_DecodeFSDefault(ipvlan_event_get_change_new(event, index)));
}

static PyObject *none(void)
{
	Py_INCREF(Py_None);
	return Py_None;
}

static void put_subject(PyObject **dict, const struct ipvlan_event *event)
{
	const struct ipvlan_link *link = ipvlan_event_get_link(event);
	const struct ipvlan_address *address = ipvlan_event_get_address(event);
	const struct ipvlan_route *route = ipvlan_event_get_route(event);

	put(dict, "link", link ? link_to_dict(link) : none());
	put(dict, "address", address ? address_to_dict(address) : none());
	put(dict, "route", route ? route_to_dict(route) : none());
}

static PyObject *event_to_dict(const struct ipvlan_event *event)
{
	struct timespec time = ipvlan_event_get_time(event);
	PyObject *dict = PyDict_New();

	put_text(&dict, "kind", ipvlan_event_kind_to_string(ipvlan_event_get_kind(event)));
	put_text(&dict, "action", ipvlan_event_action_to_string(ipvlan_event_get_action(event)));
	put_bool(&dict, "is_initial", ipvlan_event_is_initial(event));
	put(&dict, "time", PyFloat_FromDouble((double)time.tv_sec + (double)time.tv_nsec / 1e9));
	put_text(&dict, "netns", ipvlan_event_get_netns(event));
	put_unless(&dict, "netns_inode", (long long)ipvlan_event_get_netns_inode(event), 0);
	put_unless(&dict, "netns_pid", ipvlan_event_get_netns_pid(event), 0);
	put_subject(&dict, event);
	put_text(&dict, "parent", ipvlan_event_get_parent_name(event));
	put_unless(&dict, "mode", ipvlan_event_get_mode(event), IPVLAN_MODE_UNSET);
	put_unless(&dict, "flags", ipvlan_event_get_flags(event), IPVLAN_FLAGS_UNSET);
	put_number(&dict, "slave_count", ipvlan_event_get_slave_count(event));
	put(&dict, "changes", tuple_of(ipvlan_event_get_change_count(event), change_at, event));
	return dict;
}

/* ---- its life */

static PyObject *monitor_wrap(struct context *context, struct ipvlan_monitor *monitor)
{
	struct monitor *m =
		(struct monitor *)handle_new(context->handle.state->monitor_type, context->handle.state, monitor);

	if (!m) {
		ipvlan_monitor_free(monitor);
		return NULL;
	}
	Py_INCREF((PyObject *)context);
	m->context = context;
	context->monitors++;
	return (PyObject *)m;
}

/* Starts as well, since nothing can be done with one that was not started. Below 0: the library's own choice. */
PyObject *monitor_new(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_monitor *monitor = NULL;
	int everywhere, err;
	long long kinds, receive_buffer, scan_interval;

	if (!PyArg_ParseTuple(args, "pLLL", &everywhere, &kinds, &receive_buffer, &scan_interval))
		return NULL;
	if (kinds > UINT32_MAX || receive_buffer > UINT32_MAX || scan_interval > UINT32_MAX)
		return PyErr_Format(PyExc_OverflowError, "numbers below 2**32 are wanted");
	if (!context_begin(context))
		return NULL;
	err = ipvlan_monitor_new(context_ctx(context), &monitor);
	if (!err) {
		ipvlan_monitor_set_everywhere(monitor, everywhere);
		if (kinds >= 0)
			ipvlan_monitor_set_kinds(monitor, (uint32_t)kinds);
		if (receive_buffer >= 0)
			ipvlan_monitor_set_receive_buffer(monitor, (unsigned int)receive_buffer);
		if (scan_interval >= 0)
			ipvlan_monitor_set_scan_interval(monitor, (unsigned int)scan_interval);
		err = ipvlan_monitor_start(monitor);
	}
	if (err)
		ipvlan_monitor_free(monitor);
	return context_end(context, err) ? monitor_wrap(context, monitor) : NULL;
}

static void close_object(struct monitor *monitor)
{
	void *object = monitor->handle.object;

	if (!object)
		return;
	monitor->handle.object = NULL;
	monitor->context->monitors--;
	ipvlan_monitor_free(object);
}

static PyObject *close_monitor(PyObject *self, PyObject *unused)
{
	struct monitor *monitor = (struct monitor *)self;

	(void)unused;
	if (!monitor->handle.object)
		Py_RETURN_NONE;
	if (!handle_claim(&monitor->context->handle, true))
		return NULL;
	close_object(monitor);
	handle_release(&monitor->context->handle);
	Py_RETURN_NONE;
}

static int traverse(PyObject *self, visitproc visit, void *arg)
{
	Py_VISIT(Py_TYPE(self));
	Py_VISIT((PyObject *)((struct monitor *)self)->context);
	return 0;
}

static void dealloc(PyObject *self)
{
	struct monitor *monitor = (struct monitor *)self;

	PyObject_GC_UnTrack(self);
	close_object(monitor);
	Py_XDECREF((PyObject *)monitor->context);
	handle_dealloc(self);
}

/* ---- what it does */

/* False, with an exception, when it is closed or its context busy. */
static bool begin(struct monitor *monitor)
{
	if (!monitor->handle.object) {
		PyErr_SetString(PyExc_ValueError, "this monitor is closed");
		return false;
	}
	return context_begin(monitor->context);
}

/* True, False, or None when a signal came and its handler raised nothing. */
static PyObject *wait_monitor(PyObject *self, PyObject *args)
{
	struct monitor *monitor = (struct monitor *)self;
	int timeout, result;

	if (!PyArg_ParseTuple(args, "i", &timeout) || !begin(monitor))
		return NULL;
	result = ipvlan_monitor_wait(monitor->handle.object, timeout);
	if (!context_end(monitor->context, result < 0 && result != -EINTR ? result : 0))
		return NULL;
	if (result == -EINTR)
		return PyErr_CheckSignals() < 0 ? NULL : none();
	return PyBool_FromLong(result);
}

static PyObject *read_event(PyObject *self, PyObject *unused)
{
	struct monitor *monitor = (struct monitor *)self;
	struct ipvlan_event *event = NULL;
	PyObject *dict;
	int err;

	(void)unused;
	if (!begin(monitor))
		return NULL;
	err = ipvlan_monitor_read(monitor->handle.object, &event);
	if (!context_end(monitor->context, err == -EAGAIN ? 0 : err))
		return NULL;
	if (!event)
		return none();
	dict = event_to_dict(event);
	ipvlan_event_free(event);
	return dict;
}

static PyObject *get_fd(PyObject *self, PyObject *unused)
{
	struct monitor *monitor = (struct monitor *)self;

	(void)unused;
	if (!monitor->handle.object)
		return PyErr_Format(PyExc_ValueError, "this monitor is closed");
	return PyLong_FromLong(ipvlan_monitor_get_fd(monitor->handle.object));
}

static PyObject *get_netns_count(PyObject *self, PyObject *unused)
{
	struct monitor *monitor = (struct monitor *)self;
	size_t count;

	(void)unused;
	if (!begin(monitor))
		return NULL;
	count = ipvlan_monitor_get_netns_count(monitor->handle.object);
	context_end(monitor->context, 0);
	return PyLong_FromSize_t(count);
}

static PyObject *is_closed(PyObject *self, void *closure)
{
	(void)closure;
	return PyBool_FromLong(!((struct handle *)self)->object);
}

static PyMethodDef methods[] = {
	{"close", close_monitor, METH_NOARGS, NULL},
	{"wait", wait_monitor, METH_VARARGS, NULL},
	{"read", read_event, METH_NOARGS, NULL},
	{"fileno", get_fd, METH_NOARGS, NULL},
	{"get_netns_count", get_netns_count, METH_NOARGS, NULL},
	{NULL},
};

static PyGetSetDef getters[] = {
	{"closed", is_closed, NULL, NULL, NULL},
	{NULL},
};

static PyType_Slot slots[] = {
	{Py_tp_dealloc, dealloc}, {Py_tp_traverse, traverse}, {Py_tp_methods, methods}, {Py_tp_getset, getters}, {0},
};

PyType_Spec monitor_spec = {
	.name = "ipvlan._ipvlan.Monitor",
	.basicsize = sizeof(struct monitor),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
	.slots = slots,
};

/* ---- waiting for one link */

/* Whether it is so; False when a signal came and its handler raised nothing. */
PyObject *link_wait(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	int condition, timeout, err;
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&ii", text_convert, &name, &condition, &timeout) || !context_begin(context))
		return NULL;
	err = ipvlan_link_wait(context_ctx(context), name.text, (enum ipvlan_condition)condition, timeout);
	if (!context_end(context, err == -EINTR ? 0 : err) || (err == -EINTR && PyErr_CheckSignals() < 0))
		return NULL;
	return PyBool_FromLong(!err);
}
