/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ports as the module has them, for the files that read and change whole machines. */
#ifndef LIBIPVLAN_MODULE_PORT_H
#define LIBIPVLAN_MODULE_PORT_H

#include "internal.h"

struct module_live_port {
	char name[IFNAMSIZ]; /* of the parent */
	uint32_t slave_count;
	struct module_change options; /* all that the port has */
};

/*
 * All ports whose parent is in a namespace; the caller frees the array. Returns 0; -EOPNOTSUPP without the module; sets
 * no error.
 */
int module_ports_read(const struct ipvlan_netns *netns, struct module_live_port **ports, size_t *count,
		      struct ack *ack);

/* Says that the module is not there, and how it comes. Adds to the context's error. */
void explain_module(struct ipvlan_ctx *ctx);

#endif
