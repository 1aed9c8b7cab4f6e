/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "history"
#define NEW_NAME  "history.new"
#define MOST	  2000	    /* lines; when there are more, */
#define KEPT	  1000	    /* so many stay */
#define LARGEST	  (4 << 20) /* bytes that are read, from the end */

const char *history_folder(char *buf, size_t size)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int length;

	if (state && *state == '/')
		length = snprintf(buf, size, "%s/ipvlanctl", state);
	else if (home && *home == '/')
		length = snprintf(buf, size, "%s/.local/state/ipvlanctl", home);
	else
		return NULL;
	return length > 0 && (size_t)length < size ? buf : NULL;
}

/* Ours, or whose the machine is: in a namespace of users that need not be number 0. */
static bool is_trusted(const char *path)
{
	struct stat st, root;

	return lstat(path, &st) == 0 && stat("/", &root) == 0 && (st.st_uid == geteuid() || st.st_uid == root.st_uid);
}

/* In the home of somebody else nothing is made: it would be in their way, or wherever their links lead. */
static void make_folders(char *path)
{
	bool goes_on = true;

	for (char *slash = strchr(path + 1, '/'); slash && goes_on; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)!mkdir(path, 0700);
		goes_on = is_trusted(path);
		*slash = '/';
	}
	if (goes_on)
		(void)!mkdir(path, 0700);
}

static int is_ours(int fd, mode_t type)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == type && st.st_uid == geteuid();
}

/*
 * Under sudo the home may be somebody else's. What is written there must not be led astray by a link, nor become
 * somebody else's file.
 */
static int open_folder(void)
{
	char path[4096];
	int fd;

	if (!history_folder(path, sizeof(path)))
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		make_folders(path);
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	}
	if (fd >= 0 && !is_ours(fd, S_IFDIR)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int open_file(const char *name, int flags)
{
	int folder = open_folder(), fd;

	if (folder < 0)
		return -1;
	fd = openat(folder, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	close(folder);
	if (fd >= 0 && !is_ours(fd, S_IFREG)) {
		close(fd);
		return -1;
	}
	return fd;
}

void history_keep(const char *line)
{
	int fd = open_file(FILE_NAME, O_WRONLY | O_APPEND | O_CREAT);
	size_t length = strlen(line);
	char *text;

	if (fd < 0)
		return;
	text = malloc(length + 1);
	if (text) {
		memcpy(text, line, length);
		text[length] = '\n';
		/* In one piece, so that it does not mix with that of another shell. */
		(void)!write(fd, text, length + 1);
	}
	free(text);
	close(fd);
}

static char *read_all(void)
{
	int fd = open_file(FILE_NAME, O_RDONLY);
	char *text = NULL;
	ssize_t got = -1;
	struct stat st;
	off_t size = 0;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0) {
		size = st.st_size < LARGEST ? st.st_size : LARGEST;
		text = malloc((size_t)size + 1);
	}
	if (text)
		got = pread(fd, text, (size_t)size, st.st_size - size);
	close(fd);
	if (got < 0) {
		free(text);
		return NULL;
	}
	text[got] = '\0';
	return text;
}

static char *skip_lines(char *text, size_t count)
{
	while (count-- && *text)
		text += strcspn(text, "\n") + 1;
	return text;
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		count++;
	}
	return count;
}

char *history_kept(char *all)
{
	size_t count = count_lines(all);

	return count > MOST ? skip_lines(all, count - KEPT) : all;
}

void history_tell(char *text, void (*take)(void *data, const char *line), void *data)
{
	const char *line;

	while ((line = strsep(&text, "\n")))
		if (*line)
			take(data, line);
}

static void replace(const char *text)
{
	int fd = open_file(NEW_NAME, O_WRONLY | O_CREAT | O_TRUNC), folder;
	size_t length = strlen(text);
	ssize_t written;

	if (fd < 0)
		return;
	written = write(fd, text, length);
	close(fd);
	folder = open_folder();
	if (folder < 0)
		return;
	if (written == (ssize_t)length)
		(void)!renameat(folder, NEW_NAME, folder, FILE_NAME);
	else
		unlinkat(folder, NEW_NAME, 0);
	close(folder);
}

void history_load(void (*take)(void *data, const char *line), void *data)
{
	char *all = read_all(), *kept;

	if (!all)
		return;
	kept = history_kept(all);
	if (kept != all)
		replace(kept);
	history_tell(kept, take, data);
	free(all);
}
