// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For LD_PRELOAD: the allocation number LACK_AT of a program, counted from 0, fails, whoever of its libraries asks for
 * it. A program that ends before makes the file LACK_NEVER.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *at, size_t size);

static _Atomic long left = -1;
static bool counts;

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("LACK_AT");

	left = at ? strtol(at, NULL, 10) : -1;
	counts = at;
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("LACK_NEVER");
	bool happened = left < 0;
	int fd;

	counts = false;
	fd = happened || !path ? -1 : open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
}

static bool fails(void)
{
	if (!counts || left-- != 0)
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *at, size_t size)
{
	return fails() ? NULL : __libc_realloc(at, size);
}
