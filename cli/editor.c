/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "editor.h"
#include "lines.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MODULE "shell-readline.so"

static struct file_source input;

static void begin(const struct editor_host *host)
{
	file_source_begin(&input, STDIN_FILENO, host->wait);
}

static int read_line(const char *prompt, char **line)
{
	int ret;

	fputs(prompt, stdout);
	fflush(stdout);
	ret = input.source.read(&input.source, NULL, line);
	if (ret < 0)
		putchar('\n');
	return ret;
}

static void remember(const char *line)
{
	(void)line;
}

static void end(void)
{
	file_source_end(&input);
}

const struct editor plain_editor = {begin, read_line, remember, end};

/* A program that was built and not installed has its module beside it, where libtool leaves both. */
static bool find_beside(char *path, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", path, size - sizeof(MODULE));
	char *slash;

	if (length <= 0)
		return false;
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return false;
	strcpy(slash + 1, MODULE);
	*slash = '\0';
	if (slash - path < 6 || strcmp(slash - 6, "/.libs") != 0)
		return false;
	*slash = '/';
	return access(path, R_OK) == 0;
}

const struct editor *editor_load(char *problem, size_t size)
{
	const struct editor *found;
	char path[4096];
	void *module;

	if (!find_beside(path, sizeof(path)))
		snprintf(path, sizeof(path), "%s/%s", PKGLIBDIR, MODULE);
	/* Never closed: readline keeps memory that only it could give back. */
	module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	found = module ? dlsym(module, EDITOR_SYMBOL) : NULL;
	if (!found)
		snprintf(problem, size, "%s", dlerror());
	return found;
}
