// SPDX-License-Identifier: LGPL-2.1-or-later
/* The methods of a context that look for faults, give the host its way to slaves, and speak to our own module. */
#include "ext.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- diagnosis */

static PyObject *finding_at(const void *diagnosis, size_t index)
{
	const struct ipvlan_finding *finding = ipvlan_diagnosis_get_finding(diagnosis, index);
	PyObject *dict = PyDict_New();

	put_text(&dict, "id", ipvlan_finding_get_id(finding));
	put_number(&dict, "severity", ipvlan_finding_get_severity(finding));
	put_text(&dict, "title", ipvlan_finding_get_title(finding));
	put_text(&dict, "link", ipvlan_finding_get_link(finding));
	put_text(&dict, "netns", ipvlan_finding_get_netns(finding));
	put_unless(&dict, "netns_inode", (long long)ipvlan_finding_get_netns_inode(finding), 0);
	put_text(&dict, "subject", ipvlan_finding_get_subject(finding));
	put_text(&dict, "evidence", ipvlan_finding_get_evidence(finding));
	put_text(&dict, "remedy", ipvlan_finding_get_remedy(finding));
	put_text(&dict, "section", ipvlan_finding_get_section(finding));
	return dict;
}

PyObject *diagnose(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_diagnosis *diagnosis = NULL;
	struct handle *topology = NULL;
	PyObject *object, *result = NULL;
	TEXT(name);
	int err;

	if (!PyArg_ParseTuple(args, "O&O", text_convert_optional, &name, &object))
		return NULL;
	if (object != Py_None) {
		if (Py_TYPE(object) != context->handle.state->topology_type)
			return PyErr_Format(PyExc_TypeError, "a topology is wanted");
		topology = (struct handle *)object;
		if (!handle_claim(topology, true))
			return NULL;
	}
	if (context_begin(context)) {
		err = ipvlan_diagnosis_new(context_ctx(context), name.text, topology ? topology->object : NULL,
					   &diagnosis);
		if (context_end(context, err))
			result = tuple_of(ipvlan_diagnosis_get_count(diagnosis), finding_at, diagnosis);
	}
	if (topology)
		handle_release(topology);
	ipvlan_diagnosis_free(diagnosis);
	return result;
}

static PyObject *kind_at(const void *unused, size_t index)
{
	const struct ipvlan_finding_kind *kind = ipvlan_finding_kind_get(index);

	(void)unused;
	return Py_BuildValue("(sss)", kind->id, kind->title, kind->section);
}

PyObject *finding_kinds(PyObject *module, PyObject *unused)
{
	size_t count = 0;

	(void)module;
	(void)unused;
	while (ipvlan_finding_kind_get(count))
		count++;
	return tuple_of(count, kind_at, NULL);
}

/* ---- host access */

static PyObject *access_route_at(const void *access, size_t index)
{
	return route_to_dict(ipvlan_host_access_get_route(access, index));
}

PyObject *host_access_get(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_host_access *access = NULL;
	const struct ipvlan_link *link;
	PyObject *dict = NULL;
	TEXT(parent);
	int err;

	if (!PyArg_ParseTuple(args, "O&", text_convert, &parent) || !context_begin(context))
		return NULL;
	err = ipvlan_host_access_get(context_ctx(context), parent.text, &access);
	if (context_end(context, err)) {
		dict = PyDict_New();
		link = ipvlan_host_access_get_link(access);
		if (link)
			put(&dict, "link", link_to_dict(link));
		put(&dict, "routes", tuple_of(ipvlan_host_access_get_route_count(access), access_route_at, access));
		put_number(&dict, "missing_count", (long long)ipvlan_host_access_get_missing_count(access));
	}
	ipvlan_host_access_free(access);
	return dict;
}

/* None leaves the addresses that are there. */
PyObject *host_access_enable(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct words words = {NULL};
	PyObject *addresses, *result = NULL;
	TEXT(parent);

	if (!PyArg_ParseTuple(args, "O&O", text_convert, &parent, &addresses) ||
	    (addresses != Py_None && !words_read(addresses, &words)))
		return NULL;
	if (context_begin(context))
		result = context_done(context,
				      ipvlan_host_access_enable(context_ctx(context), parent.text, words.words));
	words_clear(&words);
	return result;
}

PyObject *host_access_disable(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	TEXT(parent);

	if (!PyArg_ParseTuple(args, "O&", text_convert, &parent) || !context_begin(context))
		return NULL;
	return context_done(context, ipvlan_host_access_disable(context_ctx(context), parent.text));
}

/* ---- our own module */

PyObject *module_is_loaded(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	bool loaded = false;
	int err;

	if (!PyArg_ParseTuple(args, "") || !context_begin(context))
		return NULL;
	err = ipvlan_module_is_loaded(context_ctx(context), &loaded);
	return context_end(context, err) ? PyBool_FromLong(loaded) : NULL;
}

static PyObject *options_of(const struct ipvlan_module_port *port)
{
	PyObject *dict = PyDict_New();
	int option;

	for (option = 0; option < IPVLAN_MODULE_OPTION_COUNT; option++)
		put_bool(&dict, ipvlan_module_option_to_string((enum ipvlan_module_option)option),
			 ipvlan_module_port_has_option(port, (enum ipvlan_module_option)option));
	return dict;
}

static PyObject *gateway_at(const void *port, size_t index)
{
	return PyUnicode_FromString(ipvlan_module_port_get_gateway(port, index));
}

static PyObject *counters_of(const struct ipvlan_module_port *port)
{
	PyObject *dict = PyDict_New();

	for (size_t i = 0; i < ipvlan_module_port_get_counter_count(port); i++)
		put(&dict, ipvlan_module_port_get_counter_name(port, i),
		    PyLong_FromUnsignedLongLong(ipvlan_module_port_get_counter(port, i)));
	return dict;
}

static PyObject *module_address_at(const void *port, size_t index)
{
	PyObject *dict = PyDict_New();

	put_text(&dict, "address", ipvlan_module_port_get_address(port, index));
	put_text(&dict, "slave", ipvlan_module_port_get_address_slave(port, index));
	put_number(&dict, "ifindex", ipvlan_module_port_get_address_ifindex(port, index));
	put_unless(&dict, "nsid", ipvlan_module_port_get_address_nsid(port, index), -1);
	put_bool(&dict, "is_held", ipvlan_module_port_is_address_held(port, index));
	put_bool(&dict, "is_locked", ipvlan_module_port_is_address_locked(port, index));
	return dict;
}

PyObject *module_port_get(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_module_port *port = NULL;
	PyObject *dict = NULL;
	TEXT(parent);
	int err;

	if (!PyArg_ParseTuple(args, "O&", text_convert, &parent) || !context_begin(context))
		return NULL;
	err = ipvlan_module_port_get(context_ctx(context), parent.text, &port);
	if (context_end(context, err)) {
		dict = PyDict_New();
		put(&dict, "options", options_of(port));
		put_number(&dict, "queue_length", ipvlan_module_port_get_queue_length(port));
		put_number(&dict, "queue_limit", ipvlan_module_port_get_queue_limit(port));
		put(&dict, "gateways", tuple_of(ipvlan_module_port_get_gateway_count(port), gateway_at, port));
		put(&dict, "counters", counters_of(port));
		put_bool(&dict, "knows_addresses", ipvlan_module_port_knows_addresses(port));
		put(&dict, "addresses", tuple_of(ipvlan_module_port_get_address_count(port), module_address_at, port));
	}
	ipvlan_module_port_free(port);
	return dict;
}

/* "-1" and what is too long are numbers for strtoul(), and other ones. */
static int set_queue_limit(struct ipvlan_module_options *options, const char *text)
{
	unsigned long long number;

	if (!*text || strlen(text) > 10 || strspn(text, "0123456789") != strlen(text))
		return -EINVAL;
	number = strtoull(text, NULL, 10);
	return number > UINT32_MAX ? -EINVAL : ipvlan_module_options_set_queue_limit(options, (uint32_t)number);
}

static enum ipvlan_module_option option_named(const char *name)
{
	int option = 0;

	while (option < IPVLAN_MODULE_OPTION_COUNT &&
	       strcmp(name, ipvlan_module_option_to_string((enum ipvlan_module_option)option)) != 0)
		option++;
	return (enum ipvlan_module_option)option;
}

/* Words such as "guard=1", "queue-limit=100", "gateways" and "gateway=10.0.0.1": what the layer above has checked. */
static int set_option(struct ipvlan_module_options *options, const char *word)
{
	const char *value = strchr(word, '=');
	char name[32];

	if (strcmp(word, "gateways") == 0) {
		ipvlan_module_options_clear_gateways(options);
		return 0;
	}
	if (!value || (size_t)(value - word) >= sizeof(name))
		return -EINVAL;
	memcpy(name, word, (size_t)(value - word));
	name[value - word] = '\0';
	value++;
	if (strcmp(name, "gateway") == 0)
		return ipvlan_module_options_add_gateway(options, value);
	if (strcmp(name, "queue-limit") == 0)
		return set_queue_limit(options, value);
	return ipvlan_module_options_set(options, option_named(name), strcmp(value, "1") == 0);
}

struct ipvlan_module_options *options_from_words(struct state *state, PyObject *sequence)
{
	struct ipvlan_module_options *options;
	struct words words;
	int err = 0;
	size_t i;

	if (!words_read(sequence, &words))
		return NULL;
	options = ipvlan_module_options_new();
	if (!options)
		err = -ENOMEM;
	for (i = 0; !err && i < words.count; i++)
		err = set_option(options, words.words[i]);
	if (err) {
		raise_plain(state, err, "this option cannot be: %s", i ? words.words[i - 1] : "");
		ipvlan_module_options_free(options);
		options = NULL;
	}
	words_clear(&words);
	return options;
}

PyObject *module_port_change(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	struct ipvlan_module_options *options;
	PyObject *sequence, *result = NULL;
	TEXT(parent);

	if (!PyArg_ParseTuple(args, "O&O", text_convert, &parent, &sequence))
		return NULL;
	options = options_from_words(context->handle.state, sequence);
	if (options && context_begin(context))
		result = context_done(context, ipvlan_module_port_change(context_ctx(context), parent.text, options));
	ipvlan_module_options_free(options);
	return result;
}

/* A namespace or None, claimed. */
static bool claim_netns(struct context *context, PyObject *object, struct handle **netns)
{
	*netns = NULL;
	if (object == Py_None)
		return true;
	if (Py_TYPE(object) != context->handle.state->netns_type) {
		PyErr_SetString(PyExc_TypeError, "a namespace is wanted");
		return false;
	}
	*netns = (struct handle *)object;
	return handle_claim(*netns, false);
}

PyObject *module_lock_address(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	PyObject *object, *result = NULL;
	struct handle *netns;
	TEXT(parent);
	TEXT(address);
	TEXT(slave);

	if (!PyArg_ParseTuple(args, "O&O&O&O", text_convert, &parent, text_convert, &address, text_convert, &slave,
			      &object) ||
	    !claim_netns(context, object, &netns))
		return NULL;
	if (context_begin(context))
		result = context_done(context,
				      ipvlan_module_lock_address(context_ctx(context), parent.text, address.text,
								 slave.text, netns ? netns->object : NULL));
	if (netns)
		handle_release(netns);
	return result;
}

PyObject *module_unlock_address(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	TEXT(parent);
	TEXT(address);

	if (!PyArg_ParseTuple(args, "O&O&", text_convert, &parent, text_convert, &address) || !context_begin(context))
		return NULL;
	return context_done(context, ipvlan_module_unlock_address(context_ctx(context), parent.text, address.text));
}

PyObject *module_announce(PyObject *self, PyObject *args)
{
	struct context *context = (struct context *)self;
	PyObject *object, *result = NULL;
	struct handle *netns;
	TEXT(parent);
	TEXT(slave);

	if (!PyArg_ParseTuple(args, "O&O&O", text_convert, &parent, text_convert_optional, &slave, &object) ||
	    !claim_netns(context, object, &netns))
		return NULL;
	if (context_begin(context))
		result = context_done(context, ipvlan_module_announce(context_ctx(context), parent.text, slave.text,
								      netns ? netns->object : NULL));
	if (netns)
		handle_release(netns);
	return result;
}
