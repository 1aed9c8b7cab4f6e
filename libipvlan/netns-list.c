// SPDX-License-Identifier: LGPL-2.1-or-later
/* The list of this machine's namespaces, and how to open them. netns-processes.c and netns-held.c find the nameless. */
#include "netns-list.h"
#include "array.h"
#include "kernel-text.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int netns_read_link(int folder, const char *path, ino_t *inode)
{
	char text[64];
	ssize_t length = readlinkat(folder, path, text, sizeof(text) - 1);

	if (length < 0)
		return -errno;
	text[length] = '\0';
	return kernel_text_is_namespace(text, "net", inode) ? 0 : -ENOENT;
}

/* Where one of that inode is in the table, as its place in the list plus one, or the empty slot where it would be. */
static size_t *find_slot(const struct ipvlan_netns_list *list, ino_t inode)
{
	size_t i = (size_t)((uint64_t)inode * 0x9e3779b97f4a7c15 >> 32);

	for (;; i++) {
		i &= list->slot_count - 1;
		if (!list->slots[i] || list->infos[list->slots[i] - 1].inode == inode)
			return &list->slots[i];
	}
}

static void drop_table(struct ipvlan_netns_list *list)
{
	free(list->slots);
	list->slots = NULL;
	list->slot_count = 0;
}

/* Twice as large as it must be, and never more than half full. */
static int make_table(struct ipvlan_netns_list *list)
{
	size_t i, size = 64;

	while (size < 4 * (list->count + 1))
		size *= 2;
	drop_table(list);
	list->slots = calloc(size, sizeof(*list->slots));
	if (!list->slots)
		return -ENOMEM;
	list->slot_count = size;
	for (i = 0; i < list->count; i++)
		*find_slot(list, list->infos[i].inode) = i + 1;
	return 0;
}

struct ipvlan_netns_info *netns_list_add(struct ipvlan_netns_list *list, ino_t inode)
{
	struct ipvlan_netns_info *room;
	size_t *slot;

	if (2 * (list->count + 1) > list->slot_count && make_table(list))
		return NULL;
	slot = find_slot(list, inode);
	if (*slot)
		return &list->infos[*slot - 1];
	room = array_grow(list->infos, list->count, sizeof(*room));
	if (!room)
		return NULL;
	list->infos = room;
	room += list->count++;
	*room = (struct ipvlan_netns_info){.inode = inode, .device = list->device, .nsid = -1};
	*slot = list->count;
	return room;
}

bool netns_list_has(struct ipvlan_netns_list *list, ino_t inode)
{
	return (list->slots || make_table(list) == 0) && *find_slot(list, inode);
}

int shortage(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE || err == -ENOBUFS ? err : 0;
}

struct dirent *next_entry(DIR *dir, int *err)
{
	struct dirent *entry;

	errno = 0;
	entry = readdir(dir);
	if (!entry)
		*err = shortage(-errno);
	return entry;
}

static int add_name(struct ipvlan_netns_list *list, ino_t inode, const char *name)
{
	struct ipvlan_netns_info *info = netns_list_add(list, inode);
	char **names = info ? array_grow(info->names, info->name_count, sizeof(*names)) : NULL;

	if (!names)
		return -ENOMEM;
	info->names = names;
	names[info->name_count] = strdup(name);
	if (!names[info->name_count])
		return -ENOMEM;
	info->name_count++;
	return 0;
}

/* A leftover file that is no mount lies on another file system than namespaces do. */
static int add_names(struct ipvlan_netns_list *list)
{
	DIR *dir = opendir(IPVLAN_NETNS_DIR);
	struct dirent *entry;
	struct stat st;
	int err = 0;

	if (!dir)
		return shortage(-errno);
	while (!err && (entry = next_entry(dir, &err))) {
		if (!netns_name_is_valid(entry->d_name))
			continue;
		if (fstatat(dirfd(dir), entry->d_name, &st, 0) < 0)
			err = shortage(-errno);
		else if (st.st_dev == list->device)
			err = add_name(list, st.st_ino, entry->d_name);
	}
	closedir(dir);
	return err;
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int compare_pid(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

/* Own first, then by name, then the nameless by their first process: the order in which people look for things. */
static int compare_info(const void *a, const void *b)
{
	const struct ipvlan_netns_info *x = a, *y = b;

	if (x->is_own != y->is_own)
		return x->is_own ? -1 : 1;
	if (!x->name_count != !y->name_count)
		return x->name_count ? -1 : 1;
	if (x->name_count)
		return strcmp(x->names[0], y->names[0]);
	return compare_pid(x->pids, y->pids);
}

static void sort(struct ipvlan_netns_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (list->infos[i].name_count)
			qsort(list->infos[i].names, list->infos[i].name_count, sizeof(char *), compare_text);
		if (list->infos[i].pid_count)
			qsort(list->infos[i].pids, list->infos[i].pid_count, sizeof(pid_t), compare_pid);
	}
	if (list->count)
		qsort(list->infos, list->count, sizeof(*list->infos), compare_info);
	drop_table(list);
}

int netns_list_begin(const struct ipvlan_netns *own, struct ipvlan_netns_list **list)
{
	struct ipvlan_netns_list *l = calloc(1, sizeof(*l));
	struct ipvlan_netns_info *info;
	int err;

	if (!l)
		return -ENOMEM;
	l->device = own->device;
	info = netns_list_add(l, own->inode);
	err = info ? netns_census_take(&l->census) : -ENOMEM;
	if (err) {
		ipvlan_netns_list_free(l);
		return err;
	}
	info->is_own = true;
	*list = l;
	return 0;
}

static int (*const sorts[])(struct ipvlan_netns_list *list) = {
	add_names,
	netns_list_add_processes,
	netns_list_add_held,
};

int netns_list_extend(struct ipvlan_netns_list *list)
{
	int err = netns_census_is_met(&list->census, list->count);

	if (err || list->sort_count == COUNT_OF(sorts))
		return err ? err : 1;
	return sorts[list->sort_count++](list);
}

int netns_list_read(const struct ipvlan_netns *own, struct ipvlan_netns_list **list)
{
	struct ipvlan_netns_list *l;
	int err = netns_list_begin(own, &l);

	if (err)
		return err;
	/* All names and processes are to be told, and not only so that all namespaces are there. */
	for (; !err && l->sort_count < 2; l->sort_count++)
		err = sorts[l->sort_count](l);
	if (err) {
		ipvlan_netns_list_free(l);
		return err;
	}
	sort(l);
	*list = l;
	return 0;
}

static int take_nsid(const struct nlmsghdr *nlh, void *data)
{
	return codec_nsid_decode(nlh, data);
}

int netns_nsid(struct transport *transport, const struct ipvlan_netns *netns, int *nsid)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct ack ack;

	*nsid = -1;
	codec_nsid_get(buf, sizeof(buf), netns->fd);
	return transport_request(transport, (struct nlmsghdr *)buf, take_nsid, nsid, &ack);
}

static bool is_gone(const struct ipvlan_netns_info *info, const struct ipvlan_netns *opened)
{
	return opened->inode != info->inode || opened->device != info->device;
}

/* What was opened is given on, if it is what was listed. */
static int check_opened(int err, struct ipvlan_netns *opened, const struct ipvlan_netns_info *info,
			struct ipvlan_netns **netns)
{
	if (err)
		return err;
	if (is_gone(info, opened)) {
		ipvlan_netns_free(opened);
		return -ENOENT;
	}
	*netns = opened;
	return 0;
}

static int open_checked(const char *path, const struct ipvlan_netns_info *info, const char *name,
			struct ipvlan_netns **netns)
{
	struct ipvlan_netns *opened = NULL;
	int err = netns_open_quietly(path, name, &opened);

	return check_opened(err, opened, info, netns);
}

static int open_held(const struct ipvlan_netns_info *info, struct ipvlan_netns **netns)
{
	struct ipvlan_netns *opened = NULL;
	int err = netns_open_foreign_quietly(info->path, &opened);

	return check_opened(err, opened, info, netns);
}

int netns_open_info_quietly(const struct ipvlan_netns_info *info, struct ipvlan_netns **netns)
{
	char path[sizeof(IPVLAN_NETNS_DIR) + NAME_MAX + 1];
	int err = -ENOENT;
	size_t i;

	for (i = 0; err && i < info->name_count; i++) {
		snprintf(path, sizeof(path), IPVLAN_NETNS_DIR "/%s", info->names[i]);
		err = open_checked(path, info, info->names[i], netns);
	}
	for (i = 0; err && i < info->pid_count; i++) {
		snprintf(path, sizeof(path), "/proc/%ld/ns/net", (long)info->pids[i]);
		err = open_checked(path, info, NULL, netns);
	}
	return err && info->path ? open_held(info, netns) : err;
}

/* Gives a reference of one's own to a namespace that has this id; -ENOENT when it has another one. */
static int take_if(struct transport *transport, struct ipvlan_netns *candidate, int nsid, struct ipvlan_netns **netns)
{
	int found, err = netns_nsid(transport, candidate, &found);

	if (!err && found != nsid)
		err = -ENOENT;
	return err ? err : netns_copy_quietly(candidate, netns);
}

/* Among those of the list from one on. */
static int find_in_list(const struct ipvlan_netns_list *list, size_t first, struct transport *transport, int nsid,
			struct ipvlan_netns **netns)
{
	struct ipvlan_netns *candidate;
	int err = -ENOENT;
	size_t i;

	for (i = first; err == -ENOENT && i < list->count; i++) {
		err = netns_open_info_quietly(&list->infos[i], &candidate);
		if (err) {
			err = shortage(err) ? err : -ENOENT;
			continue;
		}
		err = take_if(transport, candidate, nsid, netns);
		ipvlan_netns_free(candidate);
	}
	return err;
}

int netns_find_by_nsid(struct ipvlan_ctx *ctx, struct transport *transport, int nsid, struct ipvlan_netns **netns)
{
	struct ipvlan_netns_list *list;
	size_t known;
	int err, more;

	err = take_if(transport, ctx->netns, nsid, netns);
	if (err == -ENOENT)
		err = take_if(transport, ctx->home, nsid, netns);
	if (err != -ENOENT)
		return err;
	more = netns_list_begin(ctx->home, &list);
	if (more)
		return more;
	while (err == -ENOENT && !more) {
		known = list->count;
		more = netns_list_extend(list);
		err = more < 0 ? more : find_in_list(list, known, transport, nsid, netns);
	}
	ipvlan_netns_list_free(list);
	return err;
}

static const struct ipvlan_netns_info *find_inode(const struct ipvlan_netns_list *list, ino_t inode)
{
	size_t i;

	for (i = 0; i < list->count; i++) {
		if (list->infos[i].inode == inode)
			return &list->infos[i];
	}
	return NULL;
}

int netns_open_inode(const struct ipvlan_netns *own, ino_t inode, struct ipvlan_netns **netns)
{
	const struct ipvlan_netns_info *info;
	struct ipvlan_netns_list *list;
	int more = 0, err = netns_list_begin(own, &list);

	if (err)
		return err;
	while (!(info = find_inode(list, inode)) && !more)
		more = netns_list_extend(list);
	if (!info)
		err = more < 0 ? more : -ENOENT;
	else
		err = info->is_own ? netns_copy_quietly(own, netns) : netns_open_info_quietly(info, netns);
	ipvlan_netns_list_free(list);
	return err;
}

/* One that has gone, or that may not be entered, keeps none. */
static int read_nsids(struct transport *transport, struct ipvlan_netns_list *list)
{
	struct ipvlan_netns *netns;
	int err = 0;
	size_t i;

	for (i = 0; !err && i < list->count; i++) {
		err = netns_open_info_quietly(&list->infos[i], &netns);
		if (!err) {
			err = netns_nsid(transport, netns, &list->infos[i].nsid);
			ipvlan_netns_free(netns);
		}
		err = shortage(err);
	}
	return err;
}

IPVLAN_API int ipvlan_netns_list(struct ipvlan_ctx *ctx, struct ipvlan_netns_list **list)
{
	struct ipvlan_netns_list *l = NULL;
	struct transport *transport;
	int err = ctx_transport(ctx, &transport);

	if (err)
		return err;
	err = netns_list_read(ctx->netns, &l);
	if (!err) {
		err = netns_list_extend(l);
		err = err < 0 ? err : read_nsids(transport, l);
	}
	if (err) {
		ipvlan_netns_list_free(l);
		return fail(ctx, err, IPVLAN_STAGE_NETNS, "cannot list namespaces");
	}
	*list = l;
	return 0;
}

IPVLAN_API void ipvlan_netns_list_free(struct ipvlan_netns_list *list)
{
	size_t i, j;

	if (!list)
		return;
	for (i = 0; i < list->count; i++) {
		for (j = 0; j < list->infos[i].name_count; j++)
			free(list->infos[i].names[j]);
		free(list->infos[i].names);
		free(list->infos[i].pids);
		free(list->infos[i].path);
	}
	free(list->infos);
	free(list->programs);
	netns_census_clear(&list->census);
	free(list->slots);
	free(list);
}

IPVLAN_API size_t ipvlan_netns_list_get_count(const struct ipvlan_netns_list *list)
{
	return list->count;
}

IPVLAN_API const struct ipvlan_netns_info *ipvlan_netns_list_get(const struct ipvlan_netns_list *list, size_t index)
{
	return index < list->count ? &list->infos[index] : NULL;
}

IPVLAN_API const char *ipvlan_netns_info_get_name(const struct ipvlan_netns_info *info)
{
	return ipvlan_netns_info_get_name_at(info, 0);
}

IPVLAN_API size_t ipvlan_netns_info_get_name_count(const struct ipvlan_netns_info *info)
{
	return info->name_count;
}

IPVLAN_API const char *ipvlan_netns_info_get_name_at(const struct ipvlan_netns_info *info, size_t index)
{
	return index < info->name_count ? info->names[index] : NULL;
}

IPVLAN_API uint64_t ipvlan_netns_info_get_inode(const struct ipvlan_netns_info *info)
{
	return info->inode;
}

IPVLAN_API int ipvlan_netns_info_get_nsid(const struct ipvlan_netns_info *info)
{
	return info->nsid;
}

IPVLAN_API bool ipvlan_netns_info_is_own(const struct ipvlan_netns_info *info)
{
	return info->is_own;
}

IPVLAN_API const pid_t *ipvlan_netns_info_get_pids(const struct ipvlan_netns_info *info, size_t *count)
{
	*count = info->pid_count;
	return info->pids;
}

IPVLAN_API const char *ipvlan_netns_info_get_path(const struct ipvlan_netns_info *info)
{
	return info->path;
}

IPVLAN_API int ipvlan_netns_open_info(struct ipvlan_ctx *ctx, const struct ipvlan_netns_info *info,
				      struct ipvlan_netns **netns)
{
	bool is_here = info->inode == ctx->netns->inode && info->device == ctx->netns->device;
	int err = is_here ? netns_copy_quietly(ctx->netns, netns) : netns_open_info_quietly(info, netns);

	if (err)
		fail(ctx, err, IPVLAN_STAGE_NETNS, "cannot open the namespace net:[%lu]", (unsigned long)info->inode);
	return err;
}
