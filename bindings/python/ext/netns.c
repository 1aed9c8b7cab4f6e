// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

PyObject *netns_new(struct state *state, struct ipvlan_netns *netns)
{
	struct handle *handle = handle_new(state->netns_type, state, netns);

	if (!handle)
		ipvlan_netns_free(netns);
	return (PyObject *)handle;
}

static PyObject *close_netns(PyObject *self, PyObject *unused)
{
	void *netns;

	(void)unused;
	if (!handle_take((struct handle *)self, &netns))
		return NULL;
	ipvlan_netns_free(netns);
	Py_RETURN_NONE;
}

static PyObject *leave(PyObject *self, PyObject *args)
{
	(void)args;
	return close_netns(self, NULL);
}

/* The library's object, or NULL with an exception. */
static const struct ipvlan_netns *open_netns(PyObject *self)
{
	struct handle *handle = (struct handle *)self;

	if (!handle->object)
		PyErr_SetString(PyExc_ValueError, "this namespace is closed");
	return handle->object;
}

static PyObject *fileno_of(PyObject *self, PyObject *unused)
{
	const struct ipvlan_netns *netns = open_netns(self);

	(void)unused;
	return netns ? PyLong_FromLong(ipvlan_netns_get_fd(netns)) : NULL;
}

static PyObject *get_inode(PyObject *self, void *closure)
{
	const struct ipvlan_netns *netns = open_netns(self);

	(void)closure;
	return netns ? PyLong_FromUnsignedLongLong(ipvlan_netns_get_inode(netns)) : NULL;
}

static PyObject *get_name(PyObject *self, void *closure)
{
	const struct ipvlan_netns *netns = open_netns(self);

	(void)closure;
	if (!netns)
		return NULL;
	if (!ipvlan_netns_get_name(netns))
		Py_RETURN_NONE;
	return PyUnicode_DecodeFSDefault(ipvlan_netns_get_name(netns));
}

static PyObject *is_closed(PyObject *self, void *closure)
{
	(void)closure;
	return PyBool_FromLong(!((struct handle *)self)->object);
}

static PyObject *compare(PyObject *self, PyObject *other, int operation)
{
	struct handle *a = (struct handle *)self, *b = (struct handle *)other;
	bool same;

	if (Py_TYPE(self) != Py_TYPE(other) || (operation != Py_EQ && operation != Py_NE)) {
		Py_INCREF(Py_NotImplemented);
		return Py_NotImplemented;
	}
	same = a == b || (a->object && b->object && ipvlan_netns_is_equal(a->object, b->object));
	return PyBool_FromLong(same == (operation == Py_EQ));
}

/* What is closed tells no inode any more, so it is no key either. */
static Py_hash_t hash(PyObject *self)
{
	struct handle *handle = (struct handle *)self;

	if (!handle->object) {
		PyErr_SetString(PyExc_ValueError, "this namespace is closed");
		return -1;
	}
	return (Py_hash_t)ipvlan_netns_get_inode(handle->object);
}

static PyObject *repr(PyObject *self)
{
	struct handle *handle = (struct handle *)self;
	const char *name;

	if (!handle->object)
		return PyUnicode_FromString("<ipvlan.Netns closed>");
	name = ipvlan_netns_get_name(handle->object);
	return PyUnicode_FromFormat("<ipvlan.Netns %s inode %llu>", name ? name : "without a name",
				    (unsigned long long)ipvlan_netns_get_inode(handle->object));
}

static void dealloc(PyObject *self)
{
	ipvlan_netns_free(((struct handle *)self)->object);
	handle_dealloc(self);
}

static PyMethodDef methods[] = {
	{"close", close_netns, METH_NOARGS, "Give back the reference."},
	{"fileno", fileno_of, METH_NOARGS, "The open file descriptor; it belongs to this object."},
	{"__enter__", handle_enter, METH_NOARGS, NULL},
	{"__exit__", leave, METH_VARARGS, NULL},
	{NULL},
};

static PyGetSetDef getters[] = {
	{"inode", get_inode, NULL, "The inode that identifies it on this machine.", NULL},
	{"name", get_name, NULL, "The name it was opened by, or None.", NULL},
	{"closed", is_closed, NULL, "Whether it was closed.", NULL},
	{NULL},
};

static char doc[] = "A network namespace, which lives at least as long as this object is open.\n\n"
		    "Made by the methods of a Context. Equal when both are the same namespace.";

static PyType_Slot slots[] = {
	{Py_tp_doc, doc},   {Py_tp_dealloc, dealloc}, {Py_tp_richcompare, compare}, {Py_tp_hash, hash},
	{Py_tp_repr, repr}, {Py_tp_methods, methods}, {Py_tp_getset, getters},	    {0},
};

PyType_Spec netns_spec = {
	.name = "ipvlan._ipvlan.Netns",
	.basicsize = sizeof(struct handle),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
	.slots = slots,
};
