// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Why the kernel does not know the kind "ipvlan": what lies in the files of its modules, and what modprobe is told. And
 * whether it knows nftables.
 */
#include "internal.h"
#include "kernel-text.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

typedef bool (*line_fn)(const char *line);

/* Whether fn says so of any line of a file; false when the file cannot be read. */
static bool any_line(const char *path, line_fn fn)
{
	FILE *file = fopen(path, "re");
	bool found = false;
	char *line = NULL;
	size_t size = 0;

	if (!file)
		return false;
	while (!found && getline(&line, &size, file) > 0)
		found = fn(line);
	free(line);
	fclose(file);
	return found;
}

static bool is_configured(const char *line)
{
	return strncmp(line, "CONFIG_IPVLAN=", strlen("CONFIG_IPVLAN=")) == 0;
}

static bool is_one(const char *line)
{
	return line[0] == '1';
}

static bool find_block(char *path, size_t size)
{
	static const char *const folders[] = {"/etc/modprobe.d", "/run/modprobe.d", "/usr/lib/modprobe.d",
					      "/lib/modprobe.d"};
	struct dirent *entry;
	bool found = false;
	size_t i;
	DIR *dir;

	for (i = 0; !found && i < COUNT_OF(folders); i++) {
		dir = opendir(folders[i]);
		while (dir && !found && (entry = readdir(dir))) {
			snprintf(path, size, "%s/%s", folders[i], entry->d_name);
			found = kernel_text_is_modprobe_file(entry->d_name) &&
				any_line(path, kernel_text_blocks_module);
		}
		if (dir)
			closedir(dir);
	}
	return found;
}

/* A module without parameters shows in /sys/module only when it was loaded, not when it was built in. */
static bool is_there(const char *release)
{
	char path[400];

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.builtin", release);
	return access("/sys/module/ipvlan", F_OK) == 0 || any_line(path, kernel_text_names_module);
}

static bool names_nftables(const char *line)
{
	return strstr(line, "/nf_tables.ko") != NULL;
}

bool nftables_are_there(void)
{
	char path[400];
	struct utsname name;

	uname(&name);
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.builtin", name.release);
	/* A kernel without modules has what it has. */
	return access("/sys/module/nf_tables", F_OK) == 0 || access("/proc/modules", F_OK) != 0 ||
	       any_line(path, names_nftables);
}

/* Where no list names the module: because it is not there, or because no list is, as in a container. */
static enum module_state find_no_module(const char *release, char *hint, size_t size)
{
	char config[400], list[400];

	snprintf(config, sizeof(config), "/boot/config-%s", release);
	snprintf(list, sizeof(list), "/lib/modules/%s/modules.dep", release);
	if (any_line(config, is_configured)) {
		snprintf(hint, size,
			 "the module is missing: kernel %s was built with CONFIG_IPVLAN, so install the package "
			 "that holds the rest of its modules (or run depmod)",
			 release);
		return MODULE_MISSING;
	}
	if (access(config, F_OK) != 0 && access(list, F_OK) != 0) {
		snprintf(hint, size,
			 "whether there is a module cannot be seen from here, as in a container: there is no %s; run "
			 "`modprobe ipvlan` as root, outside of any container",
			 list);
		return MODULE_UNSEEN;
	}
	snprintf(hint, size,
		 "the module is missing: no ipvlan.ko is in /lib/modules/%s; the kernel needs CONFIG_IPVLAN=m or =y",
		 release);
	return MODULE_MISSING;
}

enum module_state module_probe(char *hint, size_t size)
{
	char path[400];
	struct utsname name;

	hint[0] = '\0';
	uname(&name);
	if (is_there(name.release))
		return MODULE_LOADED;
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", name.release);
	if (!any_line(path, kernel_text_names_module))
		return find_no_module(name.release, hint, size);
	if (any_line("/proc/cmdline", kernel_text_blocks_at_boot)) {
		snprintf(hint, size, "the module is blacklisted by the kernel's command line (/proc/cmdline)");
		return MODULE_BLOCKED;
	}
	if (find_block(path, sizeof(path))) {
		snprintf(hint, size, "the module is blacklisted by %s", path);
		return MODULE_BLOCKED;
	}
	if (any_line("/proc/sys/kernel/modules_disabled", is_one)) {
		snprintf(hint, size,
			 "the module is not loaded, and loading modules is switched off until the next boot "
			 "(kernel.modules_disabled)");
		return MODULE_BLOCKED;
	}
	snprintf(hint, size,
		 "the module is there but was not loaded: run `modprobe ipvlan` as root, outside of "
		 "any container, and see `dmesg`");
	return MODULE_LOADABLE;
}
