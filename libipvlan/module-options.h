/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIBIPVLAN_MODULE_OPTIONS_H
#define LIBIPVLAN_MODULE_OPTIONS_H

#include "internal.h"

struct ipvlan_module_options {
	struct module_change change;
};

/* The bit on the wire; 0 for an option that is not known. */
uint32_t module_option_bit(enum ipvlan_module_option option);

#endif
