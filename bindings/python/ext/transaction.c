// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

#include <errno.h>

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	struct state *state = PyType_GetModuleState(type);
	struct ipvlan_transaction *transaction;
	struct handle *handle;

	(void)kwargs;
	if (!state || !PyArg_ParseTuple(args, ""))
		return NULL;
	transaction = ipvlan_transaction_new();
	if (!transaction)
		return PyErr_NoMemory();
	handle = handle_new(type, state, transaction);
	if (!handle)
		ipvlan_transaction_free(transaction);
	return (PyObject *)handle;
}

static PyObject *set_line(PyObject *self, PyObject *args)
{
	struct ipvlan_transaction *t;
	uint32_t line;

	if (!PyArg_ParseTuple(args, "O&", uint32_convert, &line) || !(t = handle_begin(self)))
		return NULL;
	ipvlan_transaction_set_line(t, line);
	return handle_end(self, 0, NULL);
}

static PyObject *create(PyObject *self, PyObject *args)
{
	struct refusal refusal = {"settings", args};
	struct ipvlan_settings *settings = NULL;
	struct ipvlan_transaction *t;
	PyObject *dict;
	TEXT(netns);
	int err;

	if (!PyArg_ParseTuple(args, "O&O", text_convert_optional, &netns, &dict) || !(t = handle_begin(self)))
		return NULL;
	err = settings_from_dict(dict, &settings, &refusal);
	if (!err)
		err = ipvlan_transaction_create(t, netns.text, settings);
	ipvlan_settings_free(settings);
	return handle_end(self, err, &refusal);
}

static PyObject *delete_link(PyObject *self, PyObject *args)
{
	struct refusal refusal = {"name", args};
	struct ipvlan_transaction *t;
	TEXT(netns);
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&O&", text_convert_optional, &netns, text_convert, &name) ||
	    !(t = handle_begin(self)))
		return NULL;
	return handle_end(self, ipvlan_transaction_delete(t, netns.text, name.text), &refusal);
}

static PyObject *set_up(PyObject *self, PyObject *args)
{
	struct refusal refusal = {"name", args};
	struct ipvlan_transaction *t;
	TEXT(netns);
	TEXT(name);
	int up;

	if (!PyArg_ParseTuple(args, "O&O&p", text_convert_optional, &netns, text_convert, &name, &up) ||
	    !(t = handle_begin(self)))
		return NULL;
	return handle_end(self, ipvlan_transaction_set_up(t, netns.text, name.text, up), &refusal);
}

static PyObject *set_mtu(PyObject *self, PyObject *args)
{
	struct refusal refusal = {"mtu", args};
	struct ipvlan_transaction *t;
	uint32_t mtu;
	TEXT(netns);
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&O&O&", text_convert_optional, &netns, text_convert, &name, uint32_convert,
			      &mtu) ||
	    !(t = handle_begin(self)))
		return NULL;
	return handle_end(self, ipvlan_transaction_set_mtu(t, netns.text, name.text, mtu), &refusal);
}

static PyObject *set_mac(PyObject *self, PyObject *args)
{
	struct refusal refusal = {"mac", args};
	struct ipvlan_transaction *t;
	const char *mac;
	Py_ssize_t size;
	TEXT(netns);
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&O&y#", text_convert_optional, &netns, text_convert, &name, &mac, &size))
		return NULL;
	if (size != 6)
		return PyErr_Format(PyExc_ValueError, "a hardware address has 6 bytes, not %zd", size);
	t = handle_begin(self);
	if (!t)
		return NULL;
	return handle_end(self, ipvlan_transaction_set_mac(t, netns.text, name.text, (const uint8_t *)mac), &refusal);
}

static PyObject *move(PyObject *self, PyObject *args)
{
	struct refusal refusal = {"name", args};
	struct ipvlan_transaction *t;
	TEXT(netns);
	TEXT(name);
	TEXT(target);
	TEXT(new_name);

	if (!PyArg_ParseTuple(args, "O&O&O&O&", text_convert_optional, &netns, text_convert, &name,
			      text_convert_optional, &target, text_convert_optional, &new_name) ||
	    !(t = handle_begin(self)))
		return NULL;
	return handle_end(self, ipvlan_transaction_move(t, netns.text, name.text, target.text, new_name.text),
			  &refusal);
}

static PyObject *change_with(PyObject *self, PyObject *args,
			     int (*act)(struct ipvlan_transaction *t, const char *netns, const char *name, int mode,
					int flags, bool agreed))
{
	struct refusal refusal = {"mode or flags", args};
	struct ipvlan_transaction *t;
	int mode, flags, agreed;
	TEXT(netns);
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&O&iip", text_convert_optional, &netns, text_convert, &name, &mode, &flags,
			      &agreed) ||
	    !(t = handle_begin(self)))
		return NULL;
	return handle_end(self, act(t, netns.text, name.text, mode, flags, agreed), &refusal);
}

static PyObject *change(PyObject *self, PyObject *args)
{
	return change_with(self, args, ipvlan_transaction_change);
}

static PyObject *change_port(PyObject *self, PyObject *args)
{
	return change_with(self, args, ipvlan_transaction_change_port);
}

static PyObject *change_options(PyObject *self, PyObject *args)
{
	struct refusal refusal = {"options", args};
	struct ipvlan_module_options *options;
	struct ipvlan_transaction *t;
	PyObject *words, *result = NULL;
	TEXT(netns);
	TEXT(parent);

	if (!PyArg_ParseTuple(args, "O&O&O", text_convert_optional, &netns, text_convert, &parent, &words))
		return NULL;
	options = options_from_words(((struct handle *)self)->state, words);
	t = options ? handle_begin(self) : NULL;
	if (t)
		result = handle_end(self, ipvlan_transaction_change_options(t, netns.text, parent.text, options),
				    &refusal);
	ipvlan_module_options_free(options);
	return result;
}

static PyObject *address_with(PyObject *self, PyObject *args,
			      int (*act)(struct ipvlan_transaction *t, const char *netns, const char *link,
					 const struct ipvlan_address *address))
{
	struct refusal refusal = {"address", args};
	struct ipvlan_address *address = NULL;
	struct ipvlan_transaction *t;
	PyObject *dict;
	TEXT(netns);
	TEXT(link);
	int err;

	if (!PyArg_ParseTuple(args, "O&O&O", text_convert_optional, &netns, text_convert, &link, &dict) ||
	    !(t = handle_begin(self)))
		return NULL;
	err = address_from_dict(dict, &address, &refusal);
	if (!err)
		err = act(t, netns.text, link.text, address);
	ipvlan_address_free(address);
	return handle_end(self, err, &refusal);
}

static PyObject *add_address(PyObject *self, PyObject *args)
{
	return address_with(self, args, ipvlan_transaction_add_address);
}

static PyObject *replace_address(PyObject *self, PyObject *args)
{
	return address_with(self, args, ipvlan_transaction_replace_address);
}

static PyObject *delete_address(PyObject *self, PyObject *args)
{
	return address_with(self, args, ipvlan_transaction_delete_address);
}

static PyObject *route_with(PyObject *self, PyObject *args,
			    int (*act)(struct ipvlan_transaction *t, const char *netns, const char *link,
				       const struct ipvlan_route *route))
{
	struct refusal refusal = {"route", args};
	struct ipvlan_transaction *t;
	struct ipvlan_route *route = NULL;
	PyObject *dict;
	TEXT(netns);
	TEXT(link);
	int err;

	if (!PyArg_ParseTuple(args, "O&O&O", text_convert_optional, &netns, text_convert_optional, &link, &dict) ||
	    !(t = handle_begin(self)))
		return NULL;
	err = route_from_dict(dict, &route, &refusal);
	if (!err)
		err = act(t, netns.text, link.text, route);
	ipvlan_route_free(route);
	return handle_end(self, err, &refusal);
}

static PyObject *add_route(PyObject *self, PyObject *args)
{
	return route_with(self, args, ipvlan_transaction_add_route);
}

static PyObject *replace_route(PyObject *self, PyObject *args)
{
	return route_with(self, args, ipvlan_transaction_replace_route);
}

static PyObject *change_route(PyObject *self, PyObject *args)
{
	return route_with(self, args, ipvlan_transaction_change_route);
}

static PyObject *delete_route(PyObject *self, PyObject *args)
{
	return route_with(self, args, ipvlan_transaction_delete_route);
}

static PyObject *netns_with(PyObject *self, PyObject *args, int (*act)(struct ipvlan_transaction *t, const char *name))
{
	struct refusal refusal = {"namespace", args};
	struct ipvlan_transaction *t;
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&", text_convert, &name) || !(t = handle_begin(self)))
		return NULL;
	return handle_end(self, act(t, name.text), &refusal);
}

static PyObject *add_netns(PyObject *self, PyObject *args)
{
	return netns_with(self, args, ipvlan_transaction_add_netns);
}

static PyObject *delete_netns(PyObject *self, PyObject *args)
{
	return netns_with(self, args, ipvlan_transaction_delete_netns);
}

static PyObject *get_steps(PyObject *self, PyObject *unused)
{
	struct ipvlan_transaction *t = handle_begin(self);
	PyObject *steps;

	(void)unused;
	if (!t)
		return NULL;
	steps = plan_steps(ipvlan_transaction_get_plan(t));
	handle_release((struct handle *)self);
	return steps;
}

PyObject *transaction_apply(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct handle *transaction;
	PyObject *callable, *result;

	if (!PyArg_ParseTuple(args, "O!O", context->handle.state->transaction_type, &transaction, &callable) ||
	    !handle_claim(transaction, true))
		return NULL;
	result = plan_carry_out(context, ipvlan_transaction_get_plan(transaction->object), callable);
	handle_release(transaction);
	return result;
}

static PyObject *close_transaction(PyObject *self, PyObject *unused)
{
	void *transaction;

	(void)unused;
	if (!handle_take((struct handle *)self, &transaction))
		return NULL;
	ipvlan_transaction_free(transaction);
	Py_RETURN_NONE;
}

static void dealloc(PyObject *self)
{
	ipvlan_transaction_free(((struct handle *)self)->object);
	handle_dealloc(self);
}

static PyMethodDef methods[] = {
	{"set_line", set_line, METH_VARARGS, NULL},
	{"create", create, METH_VARARGS, NULL},
	{"delete", delete_link, METH_VARARGS, NULL},
	{"set_up", set_up, METH_VARARGS, NULL},
	{"set_mtu", set_mtu, METH_VARARGS, NULL},
	{"set_mac", set_mac, METH_VARARGS, NULL},
	{"move", move, METH_VARARGS, NULL},
	{"change", change, METH_VARARGS, NULL},
	{"change_port", change_port, METH_VARARGS, NULL},
	{"change_options", change_options, METH_VARARGS, NULL},
	{"add_address", add_address, METH_VARARGS, NULL},
	{"replace_address", replace_address, METH_VARARGS, NULL},
	{"delete_address", delete_address, METH_VARARGS, NULL},
	{"add_route", add_route, METH_VARARGS, NULL},
	{"replace_route", replace_route, METH_VARARGS, NULL},
	{"change_route", change_route, METH_VARARGS, NULL},
	{"delete_route", delete_route, METH_VARARGS, NULL},
	{"add_netns", add_netns, METH_VARARGS, NULL},
	{"delete_netns", delete_netns, METH_VARARGS, NULL},
	{"get_steps", get_steps, METH_NOARGS, NULL},
	{"close", close_transaction, METH_NOARGS, NULL},
	{NULL},
};

static PyType_Slot slots[] = {
	{Py_tp_new, make},
	{Py_tp_dealloc, dealloc},
	{Py_tp_methods, methods},
	{0},
};

PyType_Spec transaction_spec = {
	.name = "ipvlan._ipvlan.Transaction",
	.basicsize = sizeof(struct handle),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
	.slots = slots,
};
