// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

#include <errno.h>

PyObject *set_netns(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct handle *netns = NULL;
	PyObject *object;
	PyObject *result = NULL;

	if (!PyArg_ParseTuple(args, "O", &object))
		return NULL;
	if (object != Py_None && !PyArg_ParseTuple(args, "O!", context->handle.state->netns_type, &netns))
		return NULL;
	if (netns && !handle_claim(netns, false))
		return NULL;
	if (context_begin(context))
		result =
			context_done(context, ipvlan_ctx_set_netns(context_ctx(context), netns ? netns->object : NULL));
	if (netns)
		handle_release(netns);
	return result;
}

/* ---- finding and making */

/* What a call has found, or its error. */
static PyObject *found(struct context *context, int err, struct ipvlan_netns *netns)
{
	return context_end(context, err) ? netns_new(context->handle.state, netns) : NULL;
}

static PyObject *open_text(PyObject *self, PyObject *args,
			   int (*act)(struct ipvlan_ctx *, const char *, struct ipvlan_netns **))
{
	struct context *context = (struct context *)self;
	struct ipvlan_netns *netns = NULL;
	TEXT(text);
	int err;

	if (!PyArg_ParseTuple(args, "O&", text_convert, &text) || !context_begin(context))
		return NULL;
	err = act(context_ctx(context), text.text, &netns);
	return found(context, err, netns);
}

PyObject *netns_open_name(PyObject *self, PyObject *args)
{
	return open_text(self, args, ipvlan_netns_open_name);
}

PyObject *netns_open_path(PyObject *self, PyObject *args)
{
	return open_text(self, args, ipvlan_netns_open_path);
}

PyObject *netns_create(PyObject *self, PyObject *args)
{
	return open_text(self, args, ipvlan_netns_create);
}

static PyObject *open_number(PyObject *self, PyObject *args,
			     int (*act)(struct ipvlan_ctx *, int, struct ipvlan_netns **))
{
	struct context *context = (struct context *)self;
	struct ipvlan_netns *netns = NULL;
	int number, err;

	if (!PyArg_ParseTuple(args, "i", &number) || !context_begin(context))
		return NULL;
	err = act(context_ctx(context), number, &netns);
	return found(context, err, netns);
}

PyObject *netns_open_pid(PyObject *self, PyObject *args)
{
	return open_number(self, args, ipvlan_netns_open_pid);
}

PyObject *netns_open_fd(PyObject *self, PyObject *args)
{
	return open_number(self, args, ipvlan_netns_open_fd);
}

PyObject *netns_open_current(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_netns *netns = NULL;
	int err;

	if (!PyArg_ParseTuple(args, "") || !context_begin(context))
		return NULL;
	err = ipvlan_netns_open_current(context_ctx(context), &netns);
	return found(context, err, netns);
}

/* A value that was read long ago is no way back to the library's list; the inode is, by a new one. */
static int open_inode(struct ipvlan_ctx *ctx, uint64_t inode, struct ipvlan_netns **netns, bool *is_there)
{
	struct ipvlan_netns_list *list;
	int err = ipvlan_netns_list(ctx, &list);

	if (err)
		return err;
	*is_there = false;
	for (size_t i = 0; i < ipvlan_netns_list_get_count(list) && !*is_there; i++) {
		const struct ipvlan_netns_info *info = ipvlan_netns_list_get(list, i);

		*is_there = ipvlan_netns_info_get_inode(info) == inode;
		if (*is_there)
			err = ipvlan_netns_open_info(ctx, info, netns);
	}
	ipvlan_netns_list_free(list);
	return err;
}

PyObject *netns_open_inode(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_netns *netns = NULL;
	unsigned long long inode;
	bool is_there = false;
	int err;

	if (!PyArg_ParseTuple(args, "K", &inode) || !context_begin(context))
		return NULL;
	err = open_inode(context_ctx(context), inode, &netns, &is_there);
	if (!context_end(context, err))
		return NULL;
	if (!is_there)
		return raise_plain(context->handle.state, -ENOENT, "no namespace with inode %llu is found any more",
				   inode);
	return netns_new(context->handle.state, netns);
}

PyObject *netns_delete(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&", text_convert, &name) || !context_begin(context))
		return NULL;
	return context_done(context, ipvlan_netns_delete(context_ctx(context), name.text));
}

PyObject *netns_list(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_netns_list *list = NULL;
	PyObject *result = NULL;
	int err;

	if (!PyArg_ParseTuple(args, "") || !context_begin(context))
		return NULL;
	err = ipvlan_netns_list(context_ctx(context), &list);
	if (context_end(context, err))
		result = infos_to_tuple(list);
	ipvlan_netns_list_free(list);
	return result;
}

/* ---- running something inside */

struct visit {
	PyObject *callable;
	PyObject *result, *exception;
};

/* On a thread of the library's own, which Python has not seen before. */
static int run_visit(void *data)
{
	struct visit *visit = data;
	PyGILState_STATE gil = PyGILState_Ensure();

	visit->result = PyObject_CallNoArgs(visit->callable);
	if (!visit->result)
		visit->exception = take_exception();
	PyGILState_Release(gil);
	return 0;
}

PyObject *netns_call(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct visit visit = {NULL};
	struct handle *netns;
	int err;

	if (!PyArg_ParseTuple(args, "O!O", context->handle.state->netns_type, &netns, &visit.callable) ||
	    !handle_claim(netns, false))
		return NULL;
	if (context_begin(context)) {
		err = ipvlan_netns_call(context_ctx(context), netns->object, run_visit, &visit, NULL);
		context_end(context, err);
	}
	handle_release(netns);
	if (visit.exception)
		set_exception(visit.exception);
	return visit.result;
}

PyObject *netns_exec(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	PyObject *words, *result = NULL;
	struct handle *netns;
	int status = 0, err;
	struct words argv;

	if (!PyArg_ParseTuple(args, "O!O", context->handle.state->netns_type, &netns, &words) ||
	    !words_read(words, &argv))
		return NULL;
	if (!argv.count)
		PyErr_SetString(PyExc_ValueError, "a command needs a name");
	if (argv.count && handle_claim(netns, false)) {
		if (context_begin(context)) {
			err = ipvlan_netns_exec(context_ctx(context), netns->object, (char *const *)argv.words,
						&status);
			if (context_end(context, err))
				result = PyLong_FromLong(status);
		}
		handle_release(netns);
	}
	words_clear(&argv);
	return result;
}
