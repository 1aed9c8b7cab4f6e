/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of a port's options shall change, and what a port has: both in one form. Pure. */
#ifndef LIBIPVLAN_MODULE_OPTIONS_H
#define LIBIPVLAN_MODULE_OPTIONS_H

#include "codec.h"
#include <ipvlan/module.h>

struct ipvlan_module_options {
	struct module_change change;
};

/* The bit on the wire; 0 for an option that is not known. */
uint32_t module_option_bit(enum ipvlan_module_option option);

/* Sets all that a port has, as far as we know it. */
void module_change_of_port(struct module_change *change, const struct module_port *port);
/* Sets all that a new port has. */
void module_change_of_new_port(struct module_change *change);

bool module_change_is_empty(const struct module_change *change);
bool module_change_has_gateway(const struct module_change *change, const struct module_address *gateway);
/* Whether an option is set, and to `on`. */
bool module_change_switches(const struct module_change *change, enum ipvlan_module_option option, bool on);

/* Takes over what the other one sets. */
void module_change_merge(struct module_change *change, const struct module_change *over);
/* Unsets what is the same in the other one. */
void module_change_drop_same(struct module_change *change, const struct module_change *other);
/* Unsets what the other one does not set. */
void module_change_keep_set(struct module_change *change, const struct module_change *other);

/* A copy that the caller frees with ipvlan_module_options_free(); NULL when out of memory. */
struct ipvlan_module_options *module_options_copy(const struct module_change *change);

/* The word of the first one that is set, as the command has it. */
const char *module_change_first(const struct module_change *change);

#endif
