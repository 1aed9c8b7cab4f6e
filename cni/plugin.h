/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of the plugin, and what its commands share. */
#ifndef CNI_PLUGIN_H
#define CNI_PLUGIN_H

#include "config.h"
#include "record.h"
#include "request.h"

#include <ipvlan/ipvlan.h>

struct plugin {
	struct request request;
	struct config config;
	const char *folder;	    /* of the records */
	struct ipvlan_ctx *ctx;	    /* works where the plugin runs, unless told to work in the container */
	struct ipvlan_netns *netns; /* the container's; NULL while it is not open */
	struct cni_error error;
};

/* The commands. result: what goes to stdout, for json_decref(); NULL for nothing. */
int plugin_add(struct plugin *plugin, json_t **result);
int plugin_check(struct plugin *plugin);
int plugin_del(struct plugin *plugin);
int plugin_gc(struct plugin *plugin);
int plugin_status(struct plugin *plugin);

/* Open the container's namespace. */
int plugin_open_netns(struct plugin *plugin);

/* Have the context work in the container (netns), or where the plugin runs (NULL). */
int plugin_work_in(struct plugin *plugin, const struct ipvlan_netns *netns);

/*
 * Find the parent, in the context's namespace: "master", or else the link that the default route leads through.
 * link: for ipvlan_link_free().
 */
int plugin_find_parent(struct plugin *plugin, struct ipvlan_link **link);

/* Have the IPAM plugin do the same as this one is asked for. */
int plugin_ask_ipam(struct plugin *plugin, json_t **answer, bool *refused);

/* The same for GC and STATUS: a plugin of before 1.1 knows neither, and is not asked. */
int plugin_ask_new_ipam(struct plugin *plugin);

/* Release the addresses of an attachment. */
int plugin_release(struct plugin *plugin, const char *container, const char *netns, const char *ifname,
		   struct cni_error *error);

/* Remove the record of an attachment. */
int plugin_forget(struct plugin *plugin, const char *container, const char *ifname);

/* Whether the container's namespace is the one that the plugin runs in. @return 0 or -EINVAL */
int plugin_is_at_home(struct plugin *plugin, bool *at_home);

/* The number that the kernel gives a namespace, and no other one after it; 0 of kernels before 5.14. */
int plugin_read_cookie(struct plugin *plugin, const struct ipvlan_netns *netns, uint64_t *cookie);

/* Whether a namespace is the one of an attachment, and not another one that got its inode. @return 0 or -EINVAL */
int plugin_is_place(struct plugin *plugin, const struct record *record, const struct ipvlan_netns *netns,
		    bool *is_place);

/* Whether a link is the one that was made for an attachment, if its namespace is that one's. */
bool plugin_owns(const struct record *record, const struct ipvlan_link *link);

#endif
