/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"
#include "record-text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every byte of its texts may be written as \uXXXX. */
#define RECORD_SIZE (6 * sizeof(struct record) + 200)

/* A folder that others may write into tells nothing: GC would delete what they name. Then -EPERM. */
static int open_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), err;
	struct stat st;

	if (fd < 0)
		return -errno;
	err = fstat(fd, &st) ? -errno : 0;
	if (!err && st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return fd;
	close(fd);
	return err ? err : -EPERM;
}

/* For reading: what cannot be a folder of records, or must not be believed, has none. */
static int open_believed(const char *folder)
{
	int fd = open_folder(folder);

	return fd == -EPERM || fd == -ELOOP || fd == -ENOTDIR ? -ENOENT : fd;
}

static int write_file(int folder, const char *name, const json_t *json)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int err;

	if (fd < 0)
		return -errno;
	err = json_dumpfd(json, fd, JSON_COMPACT) ? -EIO : 0;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

/* Whoever reads sees the whole record or none: a name that begins with '.' is no container's. */
static int replace_file(int folder, const struct record *record, const json_t *json)
{
	char name[RECORD_NAME_SIZE], temporary[RECORD_NAME_SIZE + 1];
	int err;

	record_name(name, record->container, record->ifname);
	snprintf(temporary, sizeof(temporary), ".%s", name);
	err = write_file(folder, temporary, json);
	if (!err && renameat(folder, temporary, folder, name) < 0)
		err = -errno;
	if (err)
		unlinkat(folder, temporary, 0);
	return err;
}

int record_write(const char *folder, const struct record *record, struct cni_error *error)
{
	json_t *json = record_encode(record);
	int fd = -1, err = json ? 0 : -ENOMEM;

	if (!err && mkdir(folder, 0700) < 0 && errno != EEXIST)
		err = -errno;
	if (!err)
		err = fd = open_folder(folder);
	if (fd >= 0) {
		err = replace_file(fd, record, json);
		close(fd);
	}
	json_decref(json);
	if (!err)
		return 0;
	errno = -err;
	return cni_fail(error, CNI_IO, "%s cannot be written: %m", folder);
}

static int lock_file(int folder)
{
	int fd = openat(folder, ".lock", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -errno;
}

int record_lock(const char *folder, struct cni_error *error)
{
	int lock = -ENOENT, fd = open_folder(folder);

	if (fd >= 0) {
		lock = lock_file(fd);
		close(fd);
	}
	if (lock >= 0)
		return lock;
	errno = fd < 0 ? -fd : -lock;
	return cni_fail(error, CNI_IO, "%s cannot be locked: %m", folder);
}

/* More than a record can have is none. */
static int read_text(int fd, char *text, size_t size, size_t *used)
{
	*used = 0;
	while (*used < size) {
		ssize_t some = read(fd, text + *used, size - *used);

		if (some == 0)
			return 0;
		if (some < 0 && errno != EINTR)
			return -errno;
		if (some > 0)
			*used += (size_t)some;
	}
	return -ENOENT;
}

/* Whether the file could not be read, or is no record, is not the same: of the latter there never was one. */
static int read_record(int fd, struct record *record)
{
	char text[RECORD_SIZE];
	json_error_t why;
	json_t *json;
	size_t used;
	int err = read_text(fd, text, sizeof(text), &used);

	if (err)
		return err;
	json = json_loadb(text, used, 0, &why);
	if (!json)
		return json_error_code(&why) == json_error_out_of_memory ? -ENOMEM : -ENOENT;
	err = record_decode(record, json);
	json_decref(json);
	return err;
}

static int read_file(int folder, const char *name, struct record *record)
{
	int fd, err = record_take_name(record, name);

	if (err)
		return err;
	fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ELOOP ? -ENOENT : -errno;
	err = read_record(fd, record);
	close(fd);
	return err;
}

int record_read(const char *folder, const char *container, const char *ifname, struct record *record)
{
	char name[RECORD_NAME_SIZE];
	int err, fd = open_believed(folder);

	if (fd < 0)
		return fd;
	record_name(name, container, ifname);
	err = read_file(fd, name, record);
	close(fd);
	return err;
}

int record_remove(const char *folder, const char *container, const char *ifname)
{
	char name[RECORD_NAME_SIZE];
	int err, fd = open_believed(folder);

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	record_name(name, container, ifname);
	err = unlinkat(fd, name, 0) < 0 && errno != ENOENT ? -errno : 0;
	close(fd);
	return err;
}

static int each_of(DIR *dir, const char *network, int (*each)(const struct record *record, void *data), void *data)
{
	struct dirent *entry;
	struct record record;
	int err = 0;

	while (!err && (errno = 0, entry = readdir(dir))) {
		err = read_file(dirfd(dir), entry->d_name, &record);
		if (err == -ENOENT)
			err = 0;
		else if (!err && (!network || strcmp(record.network, network) == 0))
			err = each(&record, data);
	}
	return err ? err : -errno;
}

int record_each(const char *folder, const char *network, int (*each)(const struct record *record, void *data),
		void *data)
{
	int err, fd = open_believed(folder);
	DIR *dir;

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	dir = fdopendir(fd);
	if (!dir) {
		err = -errno;
		close(fd);
		return err;
	}
	err = each_of(dir, network, each, data);
	closedir(dir);
	return err;
}

int record_fail(const char *folder, int err, struct cni_error *error)
{
	bool for_now = err == -ENOMEM || err == -EMFILE || err == -ENFILE;

	errno = -err;
	return cni_fail(error, for_now ? CNI_TRY_LATER : CNI_IO, "records in %s cannot be read or removed: %m", folder);
}
