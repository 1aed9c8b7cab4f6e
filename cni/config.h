/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network's configuration, from stdin. Pure. */
#ifndef CNI_CONFIG_H
#define CNI_CONFIG_H

#include "request.h"
#include "result.h"

#include <stdint.h>

/* A configuration with a result in it comes to some kilobytes. */
#define CONFIG_SIZE (1024UL * 1024)

/* The texts belong to the whole. */
struct config {
	json_t *whole;
	enum spec spec;
	const char *network;
	const char *master; /* NULL: the interface of the default route */
	int mode, flags;
	uint32_t mtu; /* 0: the parent's */
	bool link_in_container;
	bool host_access;
	json_t *host_addresses;	   /* an array of texts; NULL for none */
	const char *ipam;	   /* the plugin's name; NULL for none */
	json_t *dns;		   /* runtimeConfig's and the network's own, merged */
	json_t *prev_result;	   /* in the one form of result.h; NULL for none. Read for ADD and CHECK only. */
	const json_t *attachments; /* GC: those that are still valid */
};

/*
 * Read a configuration. What takes down, DEL and GC, asks for no more than it needs: nothing may keep what was made
 * under another configuration from being removed.
 * config: for the caller to config_free(), also after a failure; its spec is then what the input said as far as that
 * could be told, for the answer.
 */
int config_read(const char *text, size_t size, enum command command, struct config *config, struct cni_error *error);

void config_free(struct config *config);

#endif
