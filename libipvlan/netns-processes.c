// SPDX-License-Identifier: LGPL-2.1-or-later
/* The namespaces that processes are in. */
#include "array.h"
#include "kernel-text.h"
#include "netns-list.h"
#include <ctype.h>
#include <errno.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The thread of the kernel that all its others come from; within a PID namespace it is somebody else, or nobody. */
#define KTHREADD 2

struct scan {
	struct ipvlan_netns_list *list;
	int proc;	    /* the folder */
	ino_t kernel_place; /* the namespace of the kernel's threads; 0: they are not known apart */
};

static int add_pid(const struct scan *s, ino_t inode, pid_t pid)
{
	struct ipvlan_netns_info *info = netns_list_add(s->list, inode);
	pid_t *pids = info ? array_grow(info->pids, info->pid_count, sizeof(*pids)) : NULL;

	if (!pids)
		return -ENOMEM;
	info->pids = pids;
	pids[info->pid_count++] = pid;
	return 0;
}

static int add_program(struct ipvlan_netns_list *list, pid_t pid)
{
	pid_t *programs = array_grow(list->programs, list->program_count, sizeof(*programs));

	if (!programs)
		return -ENOMEM;
	list->programs = programs;
	programs[list->program_count++] = pid;
	return 0;
}

static bool is_kthreadd(pid_t pid)
{
	char text[512];
	bool is_thread;
	FILE *file;

	if (pid != KTHREADD)
		return false;
	file = fopen("/proc/2/stat", "re");
	if (!file)
		return false;
	is_thread = fgets(text, sizeof(text), file) && kernel_text_is_thread(text);
	fclose(file);
	return is_thread;
}

/*
 * The kernel's threads, half of all processes on many machines, run no program and are where the first of them is. They
 * share its table of open files, too, which is the cheapest thing to ask; a program never does, not even one that the
 * kernel has started.
 */
static bool shares_files_with_kthreadd(pid_t pid)
{
	return syscall(SYS_kcmp, KTHREADD, pid, KCMP_FILES, 0UL, 0UL) == 0;
}

static bool is_kernel_thread(const struct scan *s, pid_t pid)
{
	return s->kernel_place && shares_files_with_kthreadd(pid);
}

static int scan_process(struct scan *s, const char *process)
{
	pid_t pid = (pid_t)atol(process);
	char path[32];
	ino_t inode;
	int err;

	if (is_kernel_thread(s, pid))
		return add_pid(s, s->kernel_place, pid);
	err = add_program(s->list, pid);
	if (err)
		return err;
	snprintf(path, sizeof(path), "%.15s/ns/net", process);
	err = netns_read_link(s->proc, path, &inode);
	if (err)
		return shortage(err);
	/* A filter may answer calls that were not carried out: then not even we would be a program. */
	if (is_kthreadd(pid) && !shares_files_with_kthreadd(getpid()))
		s->kernel_place = inode;
	return add_pid(s, inode, pid);
}

int netns_list_add_processes(struct ipvlan_netns_list *list)
{
	struct scan s = {.list = list};
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return shortage(-errno);
	s.proc = dirfd(dir);
	while (!err && (entry = next_entry(dir, &err))) {
		if (isdigit((unsigned char)entry->d_name[0]))
			err = scan_process(&s, entry->d_name);
	}
	closedir(dir);
	return err;
}
