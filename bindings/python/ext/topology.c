// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ext.h"

#include <errno.h>

PyObject *topology_new(struct state *state, struct ipvlan_topology *topology)
{
	struct handle *handle = handle_new(state->topology_type, state, topology);

	if (!handle)
		ipvlan_topology_free(topology);
	return (PyObject *)handle;
}

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
	struct state *state = PyType_GetModuleState(type);
	struct ipvlan_topology *topology;

	(void)kwargs;
	if (!state || !PyArg_ParseTuple(args, ""))
		return NULL;
	topology = ipvlan_topology_new();
	return topology ? topology_new(state, topology) : PyErr_NoMemory();
}

PyObject *topology_read(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_topology *topology = NULL;
	int err;

	if (!PyArg_ParseTuple(args, "") || !context_begin(context))
		return NULL;
	err = ipvlan_topology_read(context_ctx(context), &topology);
	return context_end(context, err) ? topology_new(context->handle.state, topology) : NULL;
}

static PyObject *set_line(PyObject *self, PyObject *args)
{
	struct ipvlan_topology *topology;
	uint32_t line;

	if (!PyArg_ParseTuple(args, "O&", uint32_convert, &line))
		return NULL;
	topology = handle_begin(self);
	if (!topology)
		return NULL;
	ipvlan_topology_set_line(topology, line);
	return handle_end(self, 0, NULL);
}

static int describe_parent(struct ipvlan_topology *topology, const char *name, int mode, int flags,
			   const struct ipvlan_module_options *options)
{
	int err = ipvlan_topology_add_parent(topology, name, mode, flags);

	return err || !options ? err : ipvlan_topology_set_parent_options(topology, name, options);
}

static PyObject *add_parent(PyObject *self, PyObject *args)
{
	struct refusal refusal = {"parent", args};
	struct ipvlan_module_options *options = NULL;
	struct ipvlan_topology *topology;
	PyObject *words, *result = NULL;
	int mode, flags;
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&iiO", text_convert, &name, &mode, &flags, &words))
		return NULL;
	if (words != Py_None) {
		options = options_from_words(((struct handle *)self)->state, words);
		if (!options)
			return NULL;
	}
	topology = handle_begin(self);
	if (topology)
		result = handle_end(self, describe_parent(topology, name.text, mode, flags, options), &refusal);
	ipvlan_module_options_free(options);
	return result;
}

static PyObject *add_netns(PyObject *self, PyObject *args)
{
	struct ipvlan_topology *topology;
	struct refusal refusal = {"netns", args};
	int must_exist;
	TEXT(name);

	if (!PyArg_ParseTuple(args, "O&p", text_convert, &name, &must_exist))
		return NULL;
	topology = handle_begin(self);
	return topology ? handle_end(self, ipvlan_topology_add_netns(topology, name.text, must_exist), &refusal) : NULL;
}

static PyObject *add_slave(PyObject *self, PyObject *args)
{
	struct ipvlan_topology *topology;
	struct ipvlan_settings *settings;
	struct refusal refusal = {NULL};
	PyObject *dict, *result = NULL;
	int err;

	if (!PyArg_ParseTuple(args, "O", &dict))
		return NULL;
	err = settings_from_dict(dict, &settings, &refusal);
	if (err)
		return raise_refusal(((struct handle *)self)->state, err, &refusal);
	topology = handle_begin(self);
	if (topology) {
		refusal = (struct refusal){"slave", PyDict_GetItemString(dict, "name")};
		result = handle_end(self, ipvlan_topology_add_slave(topology, settings), &refusal);
	}
	ipvlan_settings_free(settings);
	return result;
}

static PyObject *finding_at(const void *data, size_t index)
{
	const struct ipvlan_topology *topology = data;
	PyObject *dict = PyDict_New();

	put_number(&dict, "severity", ipvlan_topology_get_finding_severity(topology, index));
	put_text(&dict, "text", ipvlan_topology_get_finding_text(topology, index));
	put_unless(&dict, "line", ipvlan_topology_get_finding_line(topology, index), 0);
	put_unless(&dict, "other_line", ipvlan_topology_get_finding_other_line(topology, index), 0);
	return dict;
}

static PyObject *check(PyObject *self, PyObject *unused)
{
	struct ipvlan_topology *topology = handle_begin(self);
	PyObject *findings = NULL;
	int err;

	(void)unused;
	if (!topology)
		return NULL;
	err = ipvlan_topology_check(topology);
	if (err >= 0)
		findings = tuple_of(ipvlan_topology_get_finding_count(topology), finding_at, topology);
	handle_release((struct handle *)self);
	return err < 0 ? PyErr_NoMemory() : findings;
}

static PyObject *options_of(const struct ipvlan_module_options *options)
{
	PyObject *dict = PyDict_New();

	for (int i = 0; options && i < IPVLAN_MODULE_OPTION_COUNT; i++) {
		int on = ipvlan_module_options_get(options, (enum ipvlan_module_option)i);

		if (on >= 0)
			put_bool(&dict, ipvlan_module_option_to_string((enum ipvlan_module_option)i), on);
	}
	return dict;
}

static PyObject *gateway_at(const void *options, size_t index)
{
	char text[IPVLAN_ADDRESS_SIZE];

	return PyUnicode_FromString(ipvlan_module_options_format_gateway(options, index, text, sizeof(text)));
}

static PyObject *gateways_of(const struct ipvlan_module_options *options)
{
	if (!options || !ipvlan_module_options_has_gateways(options))
		Py_RETURN_NONE;
	return tuple_of(ipvlan_module_options_get_gateway_count(options), gateway_at, options);
}

static PyObject *parent_at(const void *data, size_t index)
{
	const struct ipvlan_topology *topology = data;
	const struct ipvlan_module_options *options = ipvlan_topology_get_parent_options(topology, index);
	PyObject *dict = PyDict_New();

	put_text(&dict, "name", ipvlan_topology_get_parent_name(topology, index));
	put_unless(&dict, "mode", ipvlan_topology_get_parent_mode(topology, index), IPVLAN_MODE_UNSET);
	put_unless(&dict, "flags", ipvlan_topology_get_parent_flags(topology, index), IPVLAN_FLAGS_UNSET);
	put(&dict, "options", options_of(options));
	put_unless(&dict, "queue_limit", options ? ipvlan_module_options_get_queue_limit(options) : 0, 0);
	put(&dict, "gateways", gateways_of(options));
	return dict;
}

static PyObject *get_parents(PyObject *self, PyObject *unused)
{
	struct ipvlan_topology *topology = handle_begin(self);
	PyObject *parents;

	(void)unused;
	if (!topology)
		return NULL;
	parents = tuple_of(ipvlan_topology_get_parent_count(topology), parent_at, topology);
	handle_release((struct handle *)self);
	return parents;
}

static PyObject *slave_at(const void *topology, size_t index)
{
	return slave_to_dict(ipvlan_topology_get_slave(topology, index));
}

static PyObject *get_slaves(PyObject *self, PyObject *unused)
{
	struct ipvlan_topology *topology = handle_begin(self);
	PyObject *slaves;

	(void)unused;
	if (!topology)
		return NULL;
	slaves = tuple_of(ipvlan_topology_get_slave_count(topology), slave_at, topology);
	handle_release((struct handle *)self);
	return slaves;
}

static PyObject *close_topology(PyObject *self, PyObject *unused)
{
	void *topology;

	(void)unused;
	if (!handle_take((struct handle *)self, &topology))
		return NULL;
	ipvlan_topology_free(topology);
	Py_RETURN_NONE;
}

static void dealloc(PyObject *self)
{
	ipvlan_topology_free(((struct handle *)self)->object);
	handle_dealloc(self);
}

static PyMethodDef methods[] = {
	{"set_line", set_line, METH_VARARGS, NULL},
	{"add_parent", add_parent, METH_VARARGS, NULL},
	{"add_netns", add_netns, METH_VARARGS, NULL},
	{"add_slave", add_slave, METH_VARARGS, NULL},
	{"check", check, METH_NOARGS, NULL},
	{"get_parents", get_parents, METH_NOARGS, NULL},
	{"get_slaves", get_slaves, METH_NOARGS, NULL},
	{"close", close_topology, METH_NOARGS, NULL},
	{NULL},
};

static PyType_Slot slots[] = {
	{Py_tp_new, make},
	{Py_tp_dealloc, dealloc},
	{Py_tp_methods, methods},
	{0},
};

PyType_Spec topology_spec = {
	.name = "ipvlan._ipvlan.Topology",
	.basicsize = sizeof(struct handle),
	.flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
	.slots = slots,
};
