// SPDX-License-Identifier: LGPL-2.1-or-later
/* Running a command inside a namespace, with the /sys and /etc that belong to it. */
#include "internal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

/* /sys shows the devices of the namespace in which it was mounted. */
static int remount_sys(void)
{
	unsigned long flags = 0;
	struct statvfs st;

	if (umount2("/sys", MNT_DETACH) < 0 && statvfs("/sys", &st) == 0 && (st.f_flag & ST_RDONLY))
		flags = MS_RDONLY;
	return mount("sysfs", "/sys", "sysfs", flags, NULL) < 0 ? -errno : 0;
}

/* /etc/netns/NAME/FILE stands in for /etc/FILE, as ip-netns(8) has it. */
static void bind_etc(const char *name)
{
	char folder[sizeof("/etc/netns/") + NAME_MAX], from[sizeof(folder) + NAME_MAX + 1], to[NAME_MAX + 8];
	struct dirent *entry;
	DIR *dir;

	snprintf(folder, sizeof(folder), "/etc/netns/%s", name);
	dir = opendir(folder);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(from, sizeof(from), "%s/%s", folder, entry->d_name);
		snprintf(to, sizeof(to), "/etc/%s", entry->d_name);
		/* A file without its counterpart in /etc has nothing to stand in for. */
		(void)!mount(from, to, "none", MS_BIND, NULL);
	}
	closedir(dir);
}

static int enter(const struct ipvlan_netns *netns)
{
	int err;

	if (setns(netns->fd, CLONE_NEWNET) < 0 || unshare(CLONE_NEWNS) < 0)
		return -errno;
	/* Whatever is mounted from here on stays in here. */
	if (mount("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0)
		return -errno;
	err = remount_sys();
	if (err)
		return err;
	if (netns->name)
		bind_etc(netns->name);
	return 0;
}

struct child_error {
	int code;
	enum ipvlan_stage stage;
};

static void run_child(const struct ipvlan_netns *netns, char *const argv[], int report)
{
	struct child_error error = {.code = enter(netns), .stage = IPVLAN_STAGE_NETNS};

	if (!error.code) {
		execvp(argv[0], argv);
		error = (struct child_error){.code = -errno, .stage = IPVLAN_STAGE_EXEC};
	}
	(void)!write(report, &error, sizeof(error));
	_exit(127);
}

/* The pipe closes by itself when the command starts; until then the child tells what stopped it. */
static int await_start(int report, struct child_error *error)
{
	ssize_t size;

	do {
		size = read(report, error, sizeof(*error));
	} while (size < 0 && errno == EINTR);
	return size == (ssize_t)sizeof(*error) ? error->code : 0;
}

static int await_end(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

static int fail_start(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, const char *command,
		      const struct child_error *error)
{
	char place[96];

	netns_describe(netns, place, sizeof(place));
	if (error->stage == IPVLAN_STAGE_EXEC)
		return fail(ctx, error->code, error->stage, "cannot run \"%s\" in %s", command, place);
	fail(ctx, error->code, error->stage, "cannot enter %s", place);
	explain_entry(ctx, netns);
	return error->code;
}

IPVLAN_API int ipvlan_netns_exec(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, char *const argv[],
				 int *status)
{
	struct child_error error = {0};
	int report[2], ended = 0, err;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC) < 0)
		return fail(ctx, -errno, IPVLAN_STAGE_EXEC, "cannot run \"%s\"", argv[0]);
	pid = fork();
	if (pid == 0)
		run_child(netns, argv, report[1]);
	err = pid < 0 ? -errno : 0;
	close(report[1]);
	if (err)
		fail(ctx, err, IPVLAN_STAGE_EXEC, "cannot run \"%s\"", argv[0]);
	else if (await_start(report[0], &error))
		err = fail_start(ctx, netns, argv[0], &error);
	close(report[0]);
	if (pid > 0 && await_end(pid, &ended) < 0 && !err)
		return fail(ctx, -ECHILD, IPVLAN_STAGE_EXEC, "cannot learn how \"%s\" ended", argv[0]);
	if (!err && status)
		*status = ended;
	return err;
}
