// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Namespaces that neither a name nor a process leads to: they live on in an open file, in a mount elsewhere, or with a
 * single thread. Finding them means looking at every open file of every process, so it is done only after the others.
 * Threads of the kernel have no files, and see the mounts of the first of them, which is among the programs.
 */
#include "array.h"
#include "kernel-text.h"
#include "netns-list.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct search {
	struct ipvlan_netns_list *list;
	ino_t *mount_spaces; /* mount namespaces that were read */
	size_t mount_space_count;
};

static int offer(struct search *s, ino_t inode, const char *path)
{
	struct ipvlan_netns_info *info = netns_list_add(s->list, inode);

	if (!info)
		return -ENOMEM;
	if (info->name_count || info->pid_count || info->is_own || info->path)
		return 0;
	info->path = strdup(path);
	return info->path ? 0 : -ENOMEM;
}

static int offer_link(struct search *s, int folder, const char *name, const char *path)
{
	ino_t inode;
	int err = netns_read_link(folder, name, &inode);

	return err ? shortage(err) : offer(s, inode, path);
}

/* Calls fn for each entry of a folder that is a number. What may not be looked into has none. */
static int each_number(const char *path, int (*fn)(struct search *s, int folder, const char *path, const char *name),
		       struct search *s)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return shortage(-errno);
	while (!err && (entry = next_entry(dir, &err))) {
		if (isdigit((unsigned char)entry->d_name[0]))
			err = fn(s, dirfd(dir), path, entry->d_name);
	}
	closedir(dir);
	return err;
}

/*
 * A file of a network namespace? Its link in /proc does not tell: one that was mounted somewhere reads like a path.
 * Returns 1 for one.
 */
static int is_on_nsfs(const struct search *s, int folder, const char *name, ino_t *inode)
{
	struct statx st;

	/* No server is to be asked about files of its own, for it might never answer. */
	if (statx(folder, name, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &st) < 0)
		return shortage(-errno);
	*inode = st.stx_ino;
	return makedev(st.stx_dev_major, st.stx_dev_minor) == s->list->device;
}

static int offer_file(struct search *s, int folder, const char *path, const char *name)
{
	struct ipvlan_netns *netns;
	char whole[96];
	ino_t inode = 0;
	int err = is_on_nsfs(s, folder, name, &inode);

	if (err <= 0 || netns_list_has(s->list, inode))
		return err < 0 ? err : 0;
	snprintf(whole, sizeof(whole), "%.47s/%.47s", path, name);
	/* Namespaces of other sorts have their files there, too. */
	err = netns_open_foreign_quietly(whole, &netns);
	if (err)
		return shortage(err);
	ipvlan_netns_free(netns);
	return offer(s, inode, whole);
}

static int offer_thread(struct search *s, int folder, const char *path, const char *name)
{
	char rest[64], whole[96];

	snprintf(rest, sizeof(rest), "%.47s/ns/net", name);
	snprintf(whole, sizeof(whole), "%.31s/%s", path, rest);
	return offer_link(s, folder, rest, whole);
}

static int offer_mount(struct search *s, const char *process, char *line)
{
	char path[PATH_MAX + 32];
	const char *point;
	ino_t inode;

	if (!kernel_text_is_mount(line, &inode, &point))
		return 0;
	/* What is longer cannot be opened either. */
	if (snprintf(path, sizeof(path), "/proc/%.15s/root%s", process, point) >= (int)sizeof(path))
		return 0;
	return offer(s, inode, path);
}

/* False at the end, or when memory was lacking: then *err says so. */
static bool read_line(FILE *file, char **line, size_t *size, int *err)
{
	errno = 0;
	if (getline(line, size, file) > 0)
		return true;
	*err = shortage(-errno);
	return false;
}

static int read_mounts(struct search *s, const char *process)
{
	char path[48], *line = NULL;
	size_t size = 0;
	FILE *file;
	int err = 0;

	snprintf(path, sizeof(path), "/proc/%.15s/mountinfo", process);
	file = fopen(path, "re");
	if (!file)
		return shortage(-errno);
	while (!err && read_line(file, &line, &size, &err))
		err = offer_mount(s, process, line);
	free(line);
	fclose(file);
	return err;
}

/* Most processes share theirs: each is read once. Returns 1 for one that was not read yet. */
static int is_new_mount_space(struct search *s, int proc, const char *process)
{
	char name[32], text[48];
	ssize_t length;
	ino_t number;
	ino_t *room;
	size_t i;

	snprintf(name, sizeof(name), "%.15s/ns/mnt", process);
	length = readlinkat(proc, name, text, sizeof(text) - 1);
	if (length < 0)
		return shortage(-errno);
	text[length] = '\0';
	if (!kernel_text_is_namespace(text, "mnt", &number))
		return 0;
	for (i = 0; i < s->mount_space_count; i++) {
		if (s->mount_spaces[i] == number)
			return 0;
	}
	room = array_grow(s->mount_spaces, s->mount_space_count, sizeof(*room));
	if (!room)
		return -ENOMEM;
	s->mount_spaces = room;
	room[s->mount_space_count++] = number;
	return 1;
}

/* The folder has an entry for each, "." and "..". What cannot be looked at may have any number. */
static bool has_one_thread(int proc, const char *process)
{
	struct stat st;
	char name[32];

	snprintf(name, sizeof(name), "%.15s/task", process);
	return fstatat(proc, name, &st, 0) == 0 && st.st_nlink == 3;
}

/* The first thread's namespace has been seen: that is the process's. */
static int search_process(struct search *s, int proc, const char *process)
{
	char folder[40];
	int err = is_new_mount_space(s, proc, process);

	if (err > 0)
		err = read_mounts(s, process);
	snprintf(folder, sizeof(folder), "/proc/%.15s/fd", process);
	if (!err)
		err = each_number(folder, offer_file, s);
	if (err || has_one_thread(proc, process))
		return err;
	snprintf(folder, sizeof(folder), "/proc/%.15s/task", process);
	return each_number(folder, offer_thread, s);
}

int netns_list_add_held(struct ipvlan_netns_list *list)
{
	struct search s = {.list = list};
	int err = 0, proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char process[16];
	size_t i;

	if (proc < 0)
		return shortage(-errno);
	for (i = 0; !err && i < list->program_count; i++) {
		snprintf(process, sizeof(process), "%ld", (long)list->programs[i]);
		err = search_process(&s, proc, process);
	}
	free(s.mount_spaces);
	close(proc);
	return err;
}
