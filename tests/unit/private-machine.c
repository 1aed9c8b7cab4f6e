// SPDX-License-Identifier: GPL-2.0-or-later
#include "private-machine.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static int become_root(void)
{
	unsigned int uid = geteuid(), gid = getegid();
	char map[32];
	int err;

	if (unshare(CLONE_NEWUSER) < 0)
		return -errno;
	snprintf(map, sizeof(map), "0 %u 1", uid);
	err = write_file("/proc/self/uid_map", map);
	if (!err)
		err = write_file("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return err ? err : write_file("/proc/self/gid_map", map);
}

int private_machine_enter(void)
{
	int err = unshare(CLONE_NEWNS | CLONE_NEWNET) < 0 ? -errno : 0;

	/* Not root, or a root without the capability, as in a container. */
	if (err == -EPERM) {
		err = become_root();
		if (!err && unshare(CLONE_NEWNS | CLONE_NEWNET) < 0)
			err = -errno;
	}
	if (err)
		return err;
	if (mount("", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0 || mount("tmpfs", "/run", "tmpfs", 0, NULL) < 0)
		return -errno;
	return 0;
}

const char *private_machine_missing(void)
{
	static char reason[128];
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(-private_machine_enter());
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return "no child process can be had";
	if (!WEXITSTATUS(status))
		return NULL;
	snprintf(reason, sizeof(reason), "namespaces cannot be made here, neither as root nor in a user namespace: %s",
		 strerror(WEXITSTATUS(status)));
	return reason;
}
