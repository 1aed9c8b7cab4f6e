/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The extension's own header. It speaks to libipvlan's public headers and to Python's stable ABI (3.11 and later), and
 * knows no type of the layer above it: what was read goes up as dictionaries, what shall be comes down as dictionaries.
 */
#ifndef EXT_H
#define EXT_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include <ipvlan/ipvlan.h>
#include <stdbool.h>
#include <stdint.h>

/* ---- module.c */

/* What belongs to one module object; each object of ours remembers it. */
struct state {
	PyObject *make_error; /* builds an exception; of the layer above */
	PyTypeObject *context_type, *monitor_type, *netns_type, *plan_type, *topology_type, *transaction_type;
};

struct state *state_of(PyObject *module);

/* ---- handle.c: an object of the library's that is closed at a known moment */

/*
 * The interpreter's lock is not held while the library works, so another thread may come along. It is told so instead
 * of being let in: a context and a topology serve one call at a time, a namespace and a plan any number.
 */
struct handle {
	PyObject ob_base;
	void *object;	    /* NULL once it is closed */
	unsigned int users; /* calls that are using it now */
	struct state *state;
};

struct handle *handle_new(PyTypeObject *type, struct state *state, void *object);
bool handle_claim(struct handle *handle, bool alone);
void handle_release(struct handle *handle);
/*
 * Around a call that is pure and quick, so that the interpreter's lock is held; but the object may just be in use on
 * another thread. Begin returns the object, or NULL with an exception; end returns None, or raises what was refused.
 */
struct refusal;
void *handle_begin(PyObject *self);
PyObject *handle_end(PyObject *self, int err, const struct refusal *refusal);
/* Gives back the object for the caller to free, who has the interpreter's lock. False: it is in use. */
bool handle_take(struct handle *handle, void **object);
PyObject *handle_enter(PyObject *self, PyObject *unused);
void handle_dealloc(PyObject *self);

/* ---- arguments.c: numbers; texts that come from the kernel or go to it are bytes there; os.fsdecode()'s rules apply
 */

struct text {
	PyObject *bytes;
	const char *text; /* NULL: None was given */
};

/* Converters for PyArg_ParseTuple()'s O&; the second one takes None as well. */
int text_convert(PyObject *object, void *text);
int text_convert_optional(PyObject *object, void *text);
void text_clear(struct text *text);

/* The same for an uint32_t: "I" would take any number, and its lower bits. */
int uint32_convert(PyObject *object, void *number);

/* Frees itself at the end of its scope, however that is left. */
#define TEXT(name) __attribute__((cleanup(text_clear))) struct text name = {NULL}

/* Many of them, and behind the last one NULL. */
struct words {
	struct text *texts;
	const char **words;
	size_t count;
};

bool words_read(PyObject *sequence, struct words *words);
void words_clear(struct words *words);

/* ---- values.c: what was read, as dictionaries */

PyObject *link_to_dict(const struct ipvlan_link *link);
PyObject *links_to_tuple(const struct ipvlan_link_list *list);
PyObject *counters_to_tuple(const struct ipvlan_link_list *list);
PyObject *address_to_dict(const struct ipvlan_address *address);
PyObject *addresses_to_tuple(const struct ipvlan_address_list *list);
PyObject *route_to_dict(const struct ipvlan_route *route);
PyObject *routes_to_tuple(const struct ipvlan_route_list *list);
PyObject *port_to_dict(const struct ipvlan_port *port);
PyObject *infos_to_tuple(const struct ipvlan_netns_list *list);
PyObject *step_to_dict(const struct ipvlan_step *step);
PyObject *slave_to_dict(const struct ipvlan_topology_slave *slave);

/* Add to a dictionary that is being made; NULL from the first fault on. put() takes the value over. */
void put(PyObject **dict, const char *key, PyObject *value);
void put_text(PyObject **dict, const char *key, const char *value);
void put_number(PyObject **dict, const char *key, long long value);
void put_bool(PyObject **dict, const char *key, bool value);
/* None for @p none: what is unset, or not there, is no number. */
void put_unless(PyObject **dict, const char *key, long long value, long long none);

/* A tuple of @p count, each made by @p make; consumes nothing. */
PyObject *tuple_of(size_t count, PyObject *(*make)(const void *data, size_t index), const void *data);

/* ---- wishes.c: what shall be, from dictionaries */

/* What was refused: the key, and the value as text. */
struct refusal {
	const char *key;
	PyObject *value; /* borrowed */
};

/* 0, -EINVAL with the refusal filled in, or another -errno; 1 with an exception set. */
int address_from_dict(PyObject *dict, struct ipvlan_address **address, struct refusal *refusal);
int route_from_dict(PyObject *dict, struct ipvlan_route **route, struct refusal *refusal);
int settings_from_dict(PyObject *dict, struct ipvlan_settings **settings, struct refusal *refusal);

/* ---- error.c */

/* Raise what the last call on a context told. Always NULL. */
PyObject *raise_error(struct state *state, const struct ipvlan_ctx *ctx, int err);
/* Raise what was found out without a context. Always NULL. */
PyObject *raise_plain(struct state *state, int err, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Raise what a function of wishes.c found. Always NULL. */
PyObject *raise_refusal(struct state *state, int err, const struct refusal *refusal);
/* The exception that is set, taken away; or NULL. */
PyObject *take_exception(void);
void set_exception(PyObject *exception);

/* ---- the types */

struct context {
	struct handle handle;
	PyObject *log;
	PyThreadState *thread; /* of the call that is being made */
	unsigned int monitors; /* that want it alive */
};

struct ipvlan_ctx *context_ctx(const struct context *context);
/* From here on the interpreter's lock is not held. False, with an exception, when the context cannot be used now. */
bool context_begin(struct context *context);
/* With the lock again; raises what the call returned. */
bool context_end(struct context *context, int err);
/* Likewise, for a method that has nothing to give: None, or NULL with the exception. */
PyObject *context_done(struct context *context, int err);

PyObject *netns_new(struct state *state, struct ipvlan_netns *netns);
PyObject *plan_new(struct state *state, struct ipvlan_plan *plan);
PyObject *topology_new(struct state *state, struct ipvlan_topology *topology);

/* Steps of a plan; carrying one out, the context telling a callable or None. */
PyObject *plan_steps(const struct ipvlan_plan *plan);
PyObject *plan_carry_out(struct context *context, const struct ipvlan_plan *plan, PyObject *callable);

extern PyType_Spec context_spec, monitor_spec, netns_spec, plan_spec, topology_spec, transaction_spec;

/* ---- the methods of a context: (self, args), by the object that they are about */

typedef PyObject *method(PyObject *self, PyObject *args);

/* context-link.c */
method link_create, link_get, link_get_by_index, link_list, link_list_counters, link_set_up, link_set_down,
	link_set_mtu, link_set_mac, link_rename, link_move, link_change, link_delete, link_delete_many, port_get,
	port_change;
/* context-address.c */
method address_add, address_replace, address_delete, address_list, route_add, route_replace, route_change, route_append,
	route_prepend, route_delete, route_get, route_list;
/* context-netns.c */
method set_netns, netns_open_name, netns_open_path, netns_open_pid, netns_open_fd, netns_open_current, netns_open_inode,
	netns_create, netns_delete, netns_list, netns_call, netns_exec;
/* topology.c, plan.c, transaction.c, monitor.c */
method topology_read, plan_make, plan_apply, transaction_apply, monitor_new, link_wait;
/* context-report.c; finding_kinds() belongs to the module */
method diagnose, finding_kinds, host_access_get, host_access_enable, host_access_disable, module_is_loaded,
	module_port_get, module_port_change, module_lock_address, module_unlock_address, module_announce;
/* Options of a port that the caller frees; NULL after an exception. */
struct ipvlan_module_options *options_from_words(struct state *state, PyObject *sequence);

#endif
