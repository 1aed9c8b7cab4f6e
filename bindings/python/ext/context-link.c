// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

#include <errno.h>

/* ---- making and reading */

PyObject *link_create(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_settings *settings;
	struct ipvlan_link *link = NULL;
	struct refusal refusal = {NULL};
	PyObject *dict, *result = NULL;
	int err;

	if (!PyArg_ParseTuple(args, "O", &dict))
		return NULL;
	err = settings_from_dict(dict, &settings, &refusal);
	if (err)
		return raise_refusal(context->handle.state, err, &refusal);
	if (context_begin(context)) {
		err = ipvlan_link_create(context_ctx(context), settings, &link);
		if (context_end(context, err))
			result = link_to_dict(link);
	}
	ipvlan_link_free(link);
	ipvlan_settings_free(settings);
	return result;
}

PyObject *link_get(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_link *link = NULL;
	PyObject *result = NULL;
	TEXT(name);
	int err;

	if (!PyArg_ParseTuple(args, "O&", text_convert, &name) || !context_begin(context))
		return NULL;
	err = ipvlan_link_get(context_ctx(context), name.text, &link);
	if (context_end(context, err))
		result = link_to_dict(link);
	ipvlan_link_free(link);
	return result;
}

PyObject *link_get_by_index(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_link *link = NULL;
	PyObject *result = NULL;
	int ifindex, err;

	if (!PyArg_ParseTuple(args, "i", &ifindex) || !context_begin(context))
		return NULL;
	err = ipvlan_link_get_by_index(context_ctx(context), ifindex, &link);
	if (context_end(context, err))
		result = link_to_dict(link);
	ipvlan_link_free(link);
	return result;
}

PyObject *link_list(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_link_list *list = NULL;
	PyObject *result = NULL;
	int scope, err;

	if (!PyArg_ParseTuple(args, "i", &scope) || !context_begin(context))
		return NULL;
	err = ipvlan_link_list(context_ctx(context), (enum ipvlan_link_scope)scope, &list);
	if (context_end(context, err))
		result = links_to_tuple(list);
	ipvlan_link_list_free(list);
	return result;
}

PyObject *link_list_counters(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_link_list *list = NULL;
	PyObject *result = NULL;
	int err;

	(void)args;
	if (!context_begin(context))
		return NULL;
	err = ipvlan_link_list_counters(context_ctx(context), &list);
	if (context_end(context, err))
		result = counters_to_tuple(list);
	ipvlan_link_list_free(list);
	return result;
}

/* ---- changing */

static PyObject *act_on_name(PyObject *self, PyObject *args, int (*act)(struct ipvlan_ctx *ctx, const char *name))
{
	struct context *context = (struct context *)self;
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&", text_convert, &name) || !context_begin(context))
		return NULL;
	return context_done(context, act(context_ctx(context), name.text));
}

PyObject *link_set_up(PyObject *self, PyObject *args)
{
	return act_on_name(self, args, ipvlan_link_set_up);
}

PyObject *link_set_down(PyObject *self, PyObject *args)
{
	return act_on_name(self, args, ipvlan_link_set_down);
}

PyObject *link_delete(PyObject *self, PyObject *args)
{
	return act_on_name(self, args, ipvlan_link_delete);
}

PyObject *link_delete_many(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	PyObject *sequence, *result = NULL;
	struct words names;
	int err;

	if (!PyArg_ParseTuple(args, "O", &sequence) || !words_read(sequence, &names))
		return NULL;
	if (context_begin(context)) {
		err = ipvlan_link_delete_many(context_ctx(context), names.words, names.count);
		result = context_done(context, err);
	}
	words_clear(&names);
	return result;
}

PyObject *link_set_mtu(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	uint32_t mtu;
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&O&", text_convert, &name, uint32_convert, &mtu) || !context_begin(context))
		return NULL;
	return context_done(context, ipvlan_link_set_mtu(context_ctx(context), name.text, mtu));
}

PyObject *link_set_mac(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	const char *mac;
	Py_ssize_t size;
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&y#", text_convert, &name, &mac, &size))
		return NULL;
	if (size != 6)
		return PyErr_Format(PyExc_ValueError, "a hardware address has 6 bytes, not %zd", size);
	if (!context_begin(context))
		return NULL;
	return context_done(context, ipvlan_link_set_mac(context_ctx(context), name.text, (const uint8_t *)mac));
}

PyObject *link_rename(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	TEXT(name);
	TEXT(new_name);

	if (!PyArg_ParseTuple(args, "O&O&", text_convert, &name, text_convert, &new_name) || !context_begin(context))
		return NULL;
	return context_done(context, ipvlan_link_rename(context_ctx(context), name.text, new_name.text));
}

PyObject *link_move(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct handle *netns;
	PyObject *result = NULL;
	TEXT(name);
	TEXT(new_name);

	if (!PyArg_ParseTuple(args, "O&O!O&", text_convert, &name, context->handle.state->netns_type, &netns,
			      text_convert_optional, &new_name) ||
	    !handle_claim(netns, false))
		return NULL;
	if (context_begin(context))
		result = context_done(context,
				      ipvlan_link_move(context_ctx(context), name.text, netns->object, new_name.text));
	handle_release(netns);
	return result;
}

static PyObject *change(PyObject *self, PyObject *args,
			int (*act)(struct ipvlan_ctx *ctx, const char *name, int mode, int flags, bool agreed))
{
	struct context *context = (struct context *)self;
	int mode, flags, agreed;
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&iip", text_convert, &name, &mode, &flags, &agreed) || !context_begin(context))
		return NULL;
	return context_done(context, act(context_ctx(context), name.text, mode, flags, agreed));
}

PyObject *link_change(PyObject *self, PyObject *args)
{
	return change(self, args, ipvlan_link_change);
}

PyObject *port_change(PyObject *self, PyObject *args)
{
	return change(self, args, ipvlan_port_change);
}

PyObject *port_get(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_port *port = NULL;
	PyObject *result = NULL;
	TEXT(parent);
	int err;

	if (!PyArg_ParseTuple(args, "O&", text_convert, &parent) || !context_begin(context))
		return NULL;
	err = ipvlan_port_get(context_ctx(context), parent.text, &port);
	if (context_end(context, err))
		result = port_to_dict(port);
	ipvlan_port_free(port);
	return result;
}
