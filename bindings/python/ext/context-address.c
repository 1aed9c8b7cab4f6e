// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

static PyObject *change_address(PyObject *self, PyObject *args,
				int (*act)(struct ipvlan_ctx *, const char *, const struct ipvlan_address *))
{
	struct context *context = (struct context *)self;
	struct ipvlan_address *address;
	struct refusal refusal = {NULL};
	PyObject *result = NULL;
	PyObject *dict;
	TEXT(link);
	int err;

	if (!PyArg_ParseTuple(args, "O&O", text_convert, &link, &dict))
		return NULL;
	err = address_from_dict(dict, &address, &refusal);
	if (err)
		return raise_refusal(context->handle.state, err, &refusal);
	if (context_begin(context))
		result = context_done(context, act(context_ctx(context), link.text, address));
	ipvlan_address_free(address);
	return result;
}

PyObject *address_add(PyObject *self, PyObject *args)
{
	return change_address(self, args, ipvlan_address_add);
}

PyObject *address_replace(PyObject *self, PyObject *args)
{
	return change_address(self, args, ipvlan_address_replace);
}

PyObject *address_delete(PyObject *self, PyObject *args)
{
	return change_address(self, args, ipvlan_address_delete);
}

PyObject *address_list(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_address_list *list = NULL;
	PyObject *result = NULL;
	int family, err;
	TEXT(link);

	if (!PyArg_ParseTuple(args, "O&i", text_convert_optional, &link, &family) || !context_begin(context))
		return NULL;
	err = ipvlan_address_list(context_ctx(context), link.text, family, &list);
	if (context_end(context, err))
		result = addresses_to_tuple(list);
	ipvlan_address_list_free(list);
	return result;
}

static PyObject *change_route(PyObject *self, PyObject *args,
			      int (*act)(struct ipvlan_ctx *, const char *, const struct ipvlan_route *))
{
	struct context *context = (struct context *)self;
	struct ipvlan_route *route;
	struct refusal refusal = {NULL};
	PyObject *result = NULL;
	PyObject *dict;
	TEXT(link);
	int err;

	if (!PyArg_ParseTuple(args, "O&O", text_convert_optional, &link, &dict))
		return NULL;
	err = route_from_dict(dict, &route, &refusal);
	if (err)
		return raise_refusal(context->handle.state, err, &refusal);
	if (context_begin(context))
		result = context_done(context, act(context_ctx(context), link.text, route));
	ipvlan_route_free(route);
	return result;
}

PyObject *route_add(PyObject *self, PyObject *args)
{
	return change_route(self, args, ipvlan_route_add);
}

PyObject *route_replace(PyObject *self, PyObject *args)
{
	return change_route(self, args, ipvlan_route_replace);
}

PyObject *route_change(PyObject *self, PyObject *args)
{
	return change_route(self, args, ipvlan_route_change);
}

PyObject *route_append(PyObject *self, PyObject *args)
{
	return change_route(self, args, ipvlan_route_append);
}

PyObject *route_prepend(PyObject *self, PyObject *args)
{
	return change_route(self, args, ipvlan_route_prepend);
}

PyObject *route_delete(PyObject *self, PyObject *args)
{
	return change_route(self, args, ipvlan_route_delete);
}

PyObject *route_get(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_route *route = NULL;
	PyObject *result = NULL;
	TEXT(address);
	TEXT(source);
	TEXT(link);
	int err;

	if (!PyArg_ParseTuple(args, "O&O&O&", text_convert, &address, text_convert_optional, &source,
			      text_convert_optional, &link) ||
	    !context_begin(context))
		return NULL;
	err = ipvlan_route_get(context_ctx(context), address.text, source.text, link.text, &route);
	if (context_end(context, err))
		result = route_to_dict(route);
	ipvlan_route_free(route);
	return result;
}

PyObject *route_list(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_route_list *list = NULL;
	PyObject *result = NULL;
	uint32_t table;
	int family, err;
	TEXT(link);

	if (!PyArg_ParseTuple(args, "O&iO&", text_convert_optional, &link, &family, uint32_convert, &table) ||
	    !context_begin(context))
		return NULL;
	err = ipvlan_route_list(context_ctx(context), link.text, family, table, &list);
	if (context_end(context, err))
		result = routes_to_tuple(list);
	ipvlan_route_list_free(list);
	return result;
}
