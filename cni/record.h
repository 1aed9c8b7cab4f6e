/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the plugin remembers of its attachments: one file each, CONTAINER@LINK, in a folder that goes with the machine.
 * By it DEL and GC know their own links, and CHECK the parent that was chosen.
 */
#ifndef CNI_RECORD_H
#define CNI_RECORD_H

#include "request.h"

#include <stdint.h>

struct record {
	char container[CONTAINER_LENGTH + 1], ifname[IFNAMSIZ];
	char network[CONTAINER_LENGTH + 1];
	char netns[PATH_MAX];
	uint64_t netns_inode, netns_cookie; /* a cookie is never given twice, an inode is; 0: not known */
	int ifindex;
	char parent[IFNAMSIZ];
	bool host_access;
};

/* Containers and links have names that request_is_container() and request_is_link() take. */
int record_write(const char *folder, const struct record *record, struct cni_error *error);

/* @return 0; -ENOENT when there is none, or none that can be believed; another -errno when nobody knows. */
int record_read(const char *folder, const char *container, const char *ifname, struct record *record);

/* Remove it. That there is none is fine. @return 0 or -errno */
int record_remove(const char *folder, const char *container, const char *ifname);

/* Keep other runs of the plugin waiting. @return a descriptor to be closed; or -EINVAL. */
int record_lock(const char *folder, struct cni_error *error);

/*
 * Have a function look at all records, or at those of a network.
 * @return 0 when there is none any more; what the function returned that was not 0; -errno when not all could be read.
 */
int record_each(const char *folder, const char *network, int (*each)(const struct record *record, void *data),
		void *data);

/* Tell what record_read(), record_each() or record_remove() returned. @return -EINVAL */
int record_fail(const char *folder, int err, struct cni_error *error);

#endif
