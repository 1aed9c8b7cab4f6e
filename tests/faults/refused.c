// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For LD_PRELOAD: before main(), hands those system calls to whoever waits at the other end of REFUSE_SOCKET that
 * REFUSE_CALLS names by their numbers. Only in the program REFUSE_PROGRAM; others that are run before pass it on.
 */
#include "refusing.h"
#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_CALLS 128

static size_t make_filter(struct sock_filter *filter, const char *calls)
{
	size_t count = 0;
	char *end;

	/* Our own message must get through. */
	filter[count++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	filter[count++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, 0, 3);
	filter[count++] =
		(struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2]));
	filter[count++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, REFUSED_MARK, 0, 1);
	filter[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	filter[count++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; *calls && i < MOST_CALLS; i++, calls = end) {
		unsigned long call = strtoul(calls, &end, 10);

		filter[count++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1);
		filter[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
		end += *end == ',';
	}
	filter[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	return count;
}

static void hand_over(int to, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	char byte = 0;
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};

	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	if (sendmsg(to, &message, REFUSED_MARK) != 1)
		_exit(REFUSED_BROKEN);
}

static bool is_meant(const char *program)
{
	char here[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", here, sizeof(here) - 1);

	here[length > 0 ? length : 0] = '\0';
	return strcmp(here, program) == 0;
}

/* Nobody whom the program starts shall see anything of it. */
__attribute__((constructor)) static void begin(void)
{
	static struct sock_filter filter[2 * MOST_CALLS + 8];
	const char *program = getenv("REFUSE_PROGRAM"), *calls = getenv("REFUSE_CALLS");
	const char *number = getenv("REFUSE_SOCKET");
	struct sock_fprog code = {.filter = filter};
	int to, fd;

	if (!program || !calls || !number || !is_meant(program))
		return;
	to = (int)strtol(number, NULL, 10);
	code.len = (unsigned short)make_filter(filter, calls);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		_exit(REFUSED_BROKEN);
	unsetenv("LD_PRELOAD");
	unsetenv("REFUSE_PROGRAM");
	unsetenv("REFUSE_CALLS");
	unsetenv("REFUSE_SOCKET");
	fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &code);
	if (fd < 0)
		_exit(REFUSED_BROKEN);
	/* Both stay open, for closing them would be seen. */
	hand_over(to, fd);
}
