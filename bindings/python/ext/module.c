// SPDX-License-Identifier: LGPL-2.1-or-later
/* The module ipvlan._ipvlan: pure functions, the kernel's and the library's numbers, six types. */
#include "ext.h"

#include <errno.h>

struct state *state_of(PyObject *module)
{
	return PyModule_GetState(module);
}

/* ---- pure functions */

static PyObject *version(PyObject *module, PyObject *unused)
{
	(void)module;
	(void)unused;
	return PyUnicode_FromString(ipvlan_version());
}

static PyObject *parse(PyObject *module, PyObject *args, int (*from_string)(const char *text), const char *what)
{
	TEXT(text);
	int value;

	if (!PyArg_ParseTuple(args, "O&", text_convert, &text))
		return NULL;
	value = from_string(text.text);
	if (value < 0)
		return raise_plain(state_of(module), value, "'%s' is no %s", text.text, what);
	return PyLong_FromLong(value);
}

static PyObject *mode_from_string(PyObject *module, PyObject *args)
{
	return parse(module, args, ipvlan_mode_from_string, "mode");
}

static PyObject *flags_from_string(PyObject *module, PyObject *args)
{
	return parse(module, args, ipvlan_flags_from_string, "set of flags");
}

static PyObject *name_of(PyObject *args, const char *(*to_string)(int value))
{
	const char *name;
	int value;

	if (!PyArg_ParseTuple(args, "i", &value))
		return NULL;
	name = to_string(value);
	if (!name)
		Py_RETURN_NONE;
	return PyUnicode_FromString(name);
}

static PyObject *mode_to_string(PyObject *module, PyObject *args)
{
	(void)module;
	return name_of(args, ipvlan_mode_to_string);
}

static PyObject *flags_to_string(PyObject *module, PyObject *args)
{
	(void)module;
	return name_of(args, ipvlan_flags_to_string);
}

static const char *stage_name(int stage)
{
	return ipvlan_stage_to_string((enum ipvlan_stage)stage);
}

static PyObject *stage_to_string(PyObject *module, PyObject *args)
{
	(void)module;
	return name_of(args, stage_name);
}

static PyObject *format(PyObject *args, const char *(*write)(int value, char *buf, size_t size))
{
	char buf[IPVLAN_NAME_SIZE];
	int value;

	return PyArg_ParseTuple(args, "i", &value) ? PyUnicode_FromString(write(value, buf, sizeof(buf))) : NULL;
}

static PyObject *mode_format(PyObject *module, PyObject *args)
{
	(void)module;
	return format(args, ipvlan_mode_format);
}

static PyObject *flags_format(PyObject *module, PyObject *args)
{
	(void)module;
	return format(args, ipvlan_flags_format);
}

/* A description as the library understands it. */
static PyObject *describe_address(PyObject *module, PyObject *args)
{
	struct refusal refusal = {NULL};
	struct ipvlan_address *address;
	PyObject *dict, *result;
	int err;

	if (!PyArg_ParseTuple(args, "O", &dict))
		return NULL;
	err = address_from_dict(dict, &address, &refusal);
	if (err)
		return raise_refusal(state_of(module), err, &refusal);
	result = address_to_dict(address);
	ipvlan_address_free(address);
	return result;
}

static PyObject *describe_route(PyObject *module, PyObject *args)
{
	struct refusal refusal = {NULL};
	struct ipvlan_route *route;
	PyObject *dict, *result;
	int err;

	if (!PyArg_ParseTuple(args, "O", &dict))
		return NULL;
	err = route_from_dict(dict, &route, &refusal);
	if (err)
		return raise_refusal(state_of(module), err, &refusal);
	result = route_to_dict(route);
	ipvlan_route_free(route);
	return result;
}

static PyMethodDef functions[] = {
	{"version", version, METH_NOARGS, NULL},
	{"mode_from_string", mode_from_string, METH_VARARGS, NULL},
	{"mode_to_string", mode_to_string, METH_VARARGS, NULL},
	{"mode_format", mode_format, METH_VARARGS, NULL},
	{"flags_from_string", flags_from_string, METH_VARARGS, NULL},
	{"flags_to_string", flags_to_string, METH_VARARGS, NULL},
	{"flags_format", flags_format, METH_VARARGS, NULL},
	{"stage_to_string", stage_to_string, METH_VARARGS, NULL},
	{"describe_address", describe_address, METH_VARARGS, NULL},
	{"describe_route", describe_route, METH_VARARGS, NULL},
	{"finding_kinds", finding_kinds, METH_NOARGS, NULL},
	{NULL},
};

/* ---- numbers: the layer above makes enumerations of them, by name */

static const struct {
	const char *name;
	int value;
} constants[] = {
	{"MODE_UNSET", IPVLAN_MODE_UNSET},
	{"MODE_L2", IPVLAN_MODE_L2},
	{"MODE_L3", IPVLAN_MODE_L3},
	{"MODE_L3S", IPVLAN_MODE_L3S},
	{"FLAGS_UNSET", IPVLAN_FLAGS_UNSET},
	{"FLAGS_BRIDGE", IPVLAN_FLAGS_BRIDGE},
	{"FLAGS_PRIVATE", IPVLAN_F_PRIVATE},
	{"FLAGS_VEPA", IPVLAN_F_VEPA},
	{"LINKS_IPVLAN", IPVLAN_LINKS_IPVLAN},
	{"LINKS_ANY_KIND", IPVLAN_LINKS_ANY_KIND},
	{"LINKS_EVERYWHERE", IPVLAN_LINKS_EVERYWHERE},
	{"LOG_NOTICE", IPVLAN_LOG_NOTICE},
	{"LOG_DEBUG", IPVLAN_LOG_DEBUG},
	{"CHANGE_ADD", IPVLAN_CHANGE_ADD},
	{"CHANGE_REMOVE", IPVLAN_CHANGE_REMOVE},
	{"CHANGE_SET", IPVLAN_CHANGE_SET},
	{"SEVERITY_WARNING", IPVLAN_SEVERITY_WARNING},
	{"SEVERITY_ERROR", IPVLAN_SEVERITY_ERROR},
	{"SEVERITY_INFO", IPVLAN_SEVERITY_INFO},
	{"EVENT_RESYNC", IPVLAN_EVENT_RESYNC},
	{"EVENT_LINK", IPVLAN_EVENT_LINK},
	{"EVENT_PORT", IPVLAN_EVENT_PORT},
	{"EVENT_ADDRESS", IPVLAN_EVENT_ADDRESS},
	{"EVENT_ROUTE", IPVLAN_EVENT_ROUTE},
	{"EVENT_NETNS", IPVLAN_EVENT_NETNS},
	{"CONDITION_EXISTS", IPVLAN_CONDITION_EXISTS},
	{"CONDITION_GONE", IPVLAN_CONDITION_GONE},
	{"CONDITION_UP", IPVLAN_CONDITION_UP},
	{"CONDITION_ADDRESS_READY", IPVLAN_CONDITION_ADDRESS_READY},
};

/* ---- the module */

static int add_type(PyObject *module, const char *name, PyType_Spec *spec, PyTypeObject **type)
{
	*type = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
	return *type ? PyModule_AddObjectRef(module, name, (PyObject *)*type) : -1;
}

static int add_types(PyObject *module, struct state *state)
{
	if (add_type(module, "Context", &context_spec, &state->context_type) < 0 ||
	    add_type(module, "Monitor", &monitor_spec, &state->monitor_type) < 0 ||
	    add_type(module, "Netns", &netns_spec, &state->netns_type) < 0 ||
	    add_type(module, "Transaction", &transaction_spec, &state->transaction_type) < 0 ||
	    add_type(module, "Plan", &plan_spec, &state->plan_type) < 0)
		return -1;
	return add_type(module, "Topology", &topology_spec, &state->topology_type);
}

static int exec(PyObject *module)
{
	struct state *state = state_of(module);
	PyObject *errors = PyImport_ImportModule("ipvlan._errors");

	if (!errors)
		return -1;
	state->make_error = PyObject_GetAttrString(errors, "make_error");
	Py_DECREF(errors);
	if (!state->make_error)
		return -1;
	for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++) {
		if (PyModule_AddIntConstant(module, constants[i].name, constants[i].value) < 0)
			return -1;
	}
	return add_types(module, state);
}

static int traverse(PyObject *module, visitproc visit, void *arg)
{
	struct state *state = state_of(module);

	Py_VISIT(state->make_error);
	Py_VISIT(state->context_type);
	Py_VISIT(state->monitor_type);
	Py_VISIT(state->netns_type);
	Py_VISIT(state->transaction_type);
	Py_VISIT(state->plan_type);
	Py_VISIT(state->topology_type);
	return 0;
}

static int clear(PyObject *module)
{
	struct state *state = state_of(module);

	Py_CLEAR(state->make_error);
	Py_CLEAR(state->context_type);
	Py_CLEAR(state->monitor_type);
	Py_CLEAR(state->netns_type);
	Py_CLEAR(state->transaction_type);
	Py_CLEAR(state->plan_type);
	Py_CLEAR(state->topology_type);
	return 0;
}

static void release(void *module)
{
	clear(module);
}

static PyModuleDef_Slot module_slots[] = {
	{Py_mod_exec, exec},
	{0},
};

static PyModuleDef definition = {
	PyModuleDef_HEAD_INIT,	.m_name = "ipvlan._ipvlan", .m_size = sizeof(struct state),
	.m_methods = functions, .m_slots = module_slots,    .m_traverse = traverse,
	.m_clear = clear,	.m_free = release,
};

PyMODINIT_FUNC PyInit__ipvlan(void);

PyMODINIT_FUNC PyInit__ipvlan(void)
{
	return PyModuleDef_Init(&definition);
}
