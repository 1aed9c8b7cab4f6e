// SPDX-License-Identifier: GPL-2.0-or-later
#include "refusing.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Nothing that is run here takes long by itself. */
#define PATIENCE_MS 30000

#define ERRNOS(...) ((const int[]){__VA_ARGS__, 0})
#define NUMBERS(...)            \
	{                       \
		__VA_ARGS__, -1 \
	}

/* Those of 32 bits have other names for some. */
#ifndef SYS_newfstatat
#define SYS_newfstatat SYS_fstatat64
#endif
#ifndef SYS_mmap
#define SYS_mmap SYS_mmap2
#endif

/* Old machines have names of their own for what newer ones do by a general one. */
#ifdef SYS_open
#define OLD(call) , call
#else
#define OLD(call)
#endif

const struct refused_call refused_calls[] = {
	{"access", ERRNOS(EACCES, ENOMEM), NUMBERS(SYS_faccessat, SYS_faccessat2 OLD(SYS_access)), 0},
	{"bind", ERRNOS(EADDRINUSE, ENOMEM), NUMBERS(SYS_bind), 0},
	{"clone", ERRNOS(EAGAIN, ENOMEM), NUMBERS(SYS_clone, SYS_clone3 OLD(SYS_fork) OLD(SYS_vfork)), 0},
	{"close", ERRNOS(EINTR, EIO, ENOSPC), NUMBERS(SYS_close), 0},
	{"dup", ERRNOS(EMFILE), NUMBERS(SYS_dup, SYS_dup3 OLD(SYS_dup2)), 0},
	{"epoll_create1", ERRNOS(EMFILE, ENFILE, ENOMEM), NUMBERS(SYS_epoll_create1), 0},
	{"epoll_ctl", ERRNOS(ENOMEM, ENOSPC), NUMBERS(SYS_epoll_ctl), 0},
	{"epoll_wait", ERRNOS(EINTR), NUMBERS(SYS_epoll_pwait OLD(SYS_epoll_wait)), 0},
	{"eventfd", ERRNOS(EMFILE, ENFILE, ENOMEM), NUMBERS(SYS_eventfd2), 0},
	{"execve", ERRNOS(EACCES, ENOENT, ENOMEM), NUMBERS(SYS_execve), 0},
	{"fcntl", ERRNOS(EMFILE), NUMBERS(SYS_fcntl), 0},
	{"flock", ERRNOS(EINTR, ENOLCK, ENOMEM), NUMBERS(SYS_flock), 0},
	{"fstatfs", ERRNOS(ENOMEM, ENOSYS), NUMBERS(SYS_fstatfs, SYS_statfs), 0},
	{"getdents", ERRNOS(ENOMEM, EIO, ENOENT), NUMBERS(SYS_getdents64), 0},
	{"getrandom", ERRNOS(ENOSYS), NUMBERS(SYS_getrandom), 0},
	{"getsockopt", ERRNOS(ENOBUFS, ENOPROTOOPT), NUMBERS(SYS_getsockopt), 0},
	{"ioctl", ERRNOS(ENODEV, ENOTTY, EPERM, EINTR), NUMBERS(SYS_ioctl), 0},
	{"kcmp", ERRNOS(EPERM, ENOSYS), NUMBERS(SYS_kcmp), 0},
	{"kill", ERRNOS(EPERM), NUMBERS(SYS_kill), 0},
	{"lseek", ERRNOS(ESPIPE), NUMBERS(SYS_lseek), 0},
	{"memfd_create", ERRNOS(EMFILE, ENFILE, ENOMEM), NUMBERS(SYS_memfd_create), 0},
	{"mkdir", ERRNOS(EROFS, ENOSPC, EACCES), NUMBERS(SYS_mkdirat OLD(SYS_mkdir)), 0},
	{"mmap", ERRNOS(ENOMEM), NUMBERS(SYS_mmap), 0},
	{"mount", ERRNOS(EPERM, ENOMEM), NUMBERS(SYS_mount), 0},
	{"mprotect", ERRNOS(ENOMEM), NUMBERS(SYS_mprotect), 0},
	{"munmap", ERRNOS(ENOMEM), NUMBERS(SYS_munmap), 0},
	{"nanosleep", ERRNOS(EINTR), NUMBERS(SYS_nanosleep, SYS_clock_nanosleep), 0},
	{"open", ERRNOS(EMFILE, ENFILE, ENOMEM, EACCES, ENOENT), NUMBERS(SYS_openat OLD(SYS_open)), -1},
	{"open to create", ERRNOS(EMFILE, ENFILE, EACCES, EROFS, ENOSPC), NUMBERS(SYS_openat OLD(SYS_open)), 1},
	{"pidfd_open", ERRNOS(ENOSYS, EMFILE, EPERM), NUMBERS(SYS_pidfd_open), 0},
	{"pipe2", ERRNOS(EMFILE, ENFILE), NUMBERS(SYS_pipe2), 0},
	{"poll", ERRNOS(EINTR, ENOMEM), NUMBERS(SYS_ppoll OLD(SYS_poll)), 0},
	{"pread", ERRNOS(EINTR, EIO), NUMBERS(SYS_pread64), 0},
	{"prlimit", ERRNOS(EPERM), NUMBERS(SYS_prlimit64), 0},
	{"read", ERRNOS(EINTR, EIO, REFUSED_HALF), NUMBERS(SYS_read), 0},
	{"readlink", ERRNOS(ENOENT, EACCES, ENOMEM), NUMBERS(SYS_readlinkat OLD(SYS_readlink)), 0},
	{"recvmsg", ERRNOS(EINTR, ENOBUFS, ENOMEM), NUMBERS(SYS_recvmsg, SYS_recvfrom), 0},
	{"rename", ERRNOS(EROFS, ENOSPC, EACCES), NUMBERS(SYS_renameat2, SYS_renameat OLD(SYS_rename)), 0},
	{"send", ERRNOS(EINTR, ENOBUFS, EPERM), NUMBERS(SYS_sendto, SYS_sendmsg), 0},
	{"setns", ERRNOS(EPERM, EINVAL, ENOMEM), NUMBERS(SYS_setns), 0},
	{"setsockopt", ERRNOS(ENOPROTOOPT, EPERM, ENOMEM), NUMBERS(SYS_setsockopt), 0},
	{"socket", ERRNOS(EMFILE, ENFILE, ENOBUFS, EACCES), NUMBERS(SYS_socket), 0},
	{"stat", ERRNOS(EACCES, ENOMEM), NUMBERS(SYS_newfstatat, SYS_fstat OLD(SYS_stat) OLD(SYS_lstat)), 0},
	{"statx", ERRNOS(ENOENT, ENOSYS, ENOMEM), NUMBERS(SYS_statx), 0},
	{"timerfd_create", ERRNOS(EMFILE, ENFILE, ENOMEM), NUMBERS(SYS_timerfd_create), 0},
	{"timerfd_settime", ERRNOS(EINVAL), NUMBERS(SYS_timerfd_settime), 0},
	{"umount2", ERRNOS(EBUSY, EPERM), NUMBERS(SYS_umount2), 0},
	{"unlink", ERRNOS(EBUSY, EROFS), NUMBERS(SYS_unlinkat OLD(SYS_unlink)), 0},
	{"unshare", ERRNOS(EPERM, ENOSPC, ENOMEM, EINVAL), NUMBERS(SYS_unshare), 0},
	{"wait", ERRNOS(EINTR), NUMBERS(SYS_wait4, SYS_waitid), 0},
	{"write", ERRNOS(EINTR, EIO, ENOSPC, REFUSED_HALF), NUMBERS(SYS_write, SYS_writev), 0},
};
const size_t refused_call_count = sizeof(refused_calls) / sizeof(refused_calls[0]);

struct warden {
	struct refusal *refusal;
	pid_t pid;
	int socket, listener; /* -1: not yet */
	int out, err, nothing;
	long passed;
	struct timespec began;
};

static void die(const char *what)
{
	perror(what);
	abort();
}

static bool has_number(const struct refused_call *call, int number)
{
	size_t i = 0;

	while (call->numbers[i] >= 0 && call->numbers[i] != number)
		i++;
	return call->numbers[i] >= 0;
}

static bool may_create(const struct seccomp_data *data)
{
#ifdef SYS_open
	if (data->nr == SYS_open)
		return data->args[1] & (O_CREAT | O_WRONLY | O_RDWR);
#endif
	return data->args[2] & (O_CREAT | O_WRONLY | O_RDWR);
}

static bool fits(const struct refused_call *call, const struct seccomp_data *data)
{
	return has_number(call, data->nr) && (!call->creates || (call->creates > 0) == may_create(data));
}

/* What is run by the program, once it is another one, is not its business. */
static bool is_by_program(const struct warden *w, pid_t tid)
{
	char link[64], program[PATH_MAX];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/%d/exe", tid);
	length = readlink(link, program, sizeof(program) - 1);
	program[length > 0 ? length : 0] = '\0';
	return strcmp(program, w->refusal->program) == 0;
}

/*
 * With a file of gcov's counts, at the program's end: half of one left behind would spoil those of all that follow.
 * Most calls begin with a descriptor; to refuse to open one spoils nothing.
 */
static bool is_counting(const struct seccomp_notif *notif)
{
	char link[64], path[PATH_MAX];
	const char *end;
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/%d/fd/%d", (pid_t)notif->pid, (int)notif->data.args[0]);
	length = readlink(link, path, sizeof(path) - 1);
	path[length > 0 ? length : 0] = '\0';
	end = strrchr(path, '.');
	return end && strcmp(end, ".gcda") == 0;
}

static bool strikes(struct warden *w, const struct seccomp_notif *notif)
{
	struct refusal *r = w->refusal;

	if (!is_by_program(w, notif->pid) || is_counting(notif))
		return false;
	for (size_t i = 0; r->counts && i < refused_call_count; i++)
		r->counts[i] += fits(&refused_calls[i], &notif->data);
	return r->call && fits(r->call, &notif->data) && w->passed++ == r->skip;
}

/* A descriptor of the program's, here; threads have those of their process. */
static int borrow(const struct warden *w, pid_t tid, int fd)
{
	char task[64];
	int process, copy;

	snprintf(task, sizeof(task), "/proc/%d/task/%d", w->pid, tid);
	process = (int)syscall(SYS_pidfd_open, access(task, F_OK) == 0 ? w->pid : tid, 0);
	copy = process < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, process, fd, 0);
	if (process >= 0)
		close(process);
	return copy;
}

/* Does half of a read or write, for the program. 0: it cannot be halved. */
static ssize_t do_half(const struct warden *w, const struct seccomp_notif *notif)
{
	bool is_read = notif->data.nr == SYS_read;
	size_t size = (size_t)notif->data.args[2] / 2;
	struct iovec here = {.iov_len = size < 65536 ? size : 65536};
	struct iovec there = {.iov_base = (void *)(uintptr_t)notif->data.args[1]};
	ssize_t done = 0;
	int fd;

	if ((!is_read && notif->data.nr != SYS_write) || !here.iov_len)
		return 0;
	here.iov_base = malloc(here.iov_len);
	fd = borrow(w, (pid_t)notif->pid, (int)notif->data.args[0]);
	if (fd < 0 || !here.iov_base)
		die("cannot do half of it");
	/* Whoever would have to write to it may wait for us. */
	if (is_read && poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 0) != 1)
		goto end;
	/* Of what comes, too, it gets half. */
	there.iov_len = here.iov_len;
	if (is_read) {
		done = read(fd, here.iov_base, here.iov_len);
		here.iov_len = there.iov_len = done > 0 ? (size_t)done : 0;
		if (done > 0 && process_vm_writev((pid_t)notif->pid, &here, 1, &there, 1, 0) != done)
			die("process_vm_writev");
	} else if (process_vm_readv((pid_t)notif->pid, &here, 1, &there, 1, 0) == (ssize_t)here.iov_len) {
		done = write(fd, here.iov_base, here.iov_len);
	}
end:
	free(here.iov_base);
	close(fd);
	return done;
}

/* Who closes a file and is told of an error has lost it nevertheless. */
static void really_close(const struct warden *w, const struct seccomp_notif *notif)
{
	struct seccomp_notif_addfd instead = {
		.id = notif->id,
		.flags = SECCOMP_ADDFD_FLAG_SETFD,
		.srcfd = (uint32_t)w->nothing,
		.newfd = (uint32_t)notif->data.args[0],
		.newfd_flags = O_CLOEXEC,
	};

	ioctl(w->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &instead);
}

static void answer(struct warden *w)
{
	struct seccomp_notif notif = {0};
	struct seccomp_notif_resp response = {.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};

	/* ENOENT: a signal has taken it back. */
	if (ioctl(w->listener, SECCOMP_IOCTL_NOTIF_RECV, &notif) < 0)
		return;
	response.id = notif.id;
	if (strikes(w, &notif)) {
		response.flags = 0;
		w->refusal->happened = true;
		if (w->refusal->error == REFUSED_HALF) {
			response.val = do_half(w, &notif);
			w->refusal->happened = response.val > 0;
			response.flags = response.val > 0 ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE;
			response.val = response.val > 0 ? response.val : 0;
		} else {
			if (notif.data.nr == SYS_close)
				really_close(w, &notif);
			response.error = -w->refusal->error;
		}
	}
	ioctl(w->listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

static void take_listener(struct warden *w)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	char byte;
	struct iovec iov = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};

	if (recvmsg(w->socket, &message, MSG_CMSG_CLOEXEC) == 1 && message.msg_controllen)
		memcpy(&w->listener, CMSG_DATA(&control.header), sizeof(w->listener));
	close(w->socket);
	w->socket = -1;
}

static void list_calls(const struct refusal *r, char *text, size_t size)
{
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < refused_call_count; i++) {
		if (r->call && r->call != &refused_calls[i])
			continue;
		for (const int *number = refused_calls[i].numbers; *number >= 0 && used < size; number++)
			used += (size_t)snprintf(text + used, size - used, "%s%d", used ? "," : "", *number);
	}
}

static void run_program(const struct warden *w, int socket, int in)
{
	char number[16], calls[2048];

	snprintf(number, sizeof(number), "%d", socket);
	list_calls(w->refusal, calls, sizeof(calls));
	setenv("LD_PRELOAD", getenv("REFUSED"), 1);
	setenv("REFUSE_PROGRAM", w->refusal->program, 1);
	setenv("REFUSE_CALLS", calls, 1);
	setenv("REFUSE_SOCKET", number, 1);
	setpgid(0, 0);
	if (dup2(in, 0) < 0 || dup2(w->out, 1) < 0 || dup2(w->err, 2) < 0)
		_exit(REFUSED_BROKEN);
	execv(w->refusal->argv[0], w->refusal->argv);
	_exit(REFUSED_BROKEN);
}

static int input_of(const char *text)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0 || (text && write(fd, text, strlen(text)) < 0))
		die("input");
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void begin(struct warden *w)
{
	int ends[2], in = input_of(w->refusal->input);

	w->out = memfd_create("out", MFD_CLOEXEC);
	w->err = memfd_create("err", MFD_CLOEXEC);
	w->nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) < 0)
		die("socketpair");
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fflush(NULL);
	w->pid = fork();
	if (w->pid < 0)
		die("fork");
	if (w->pid == 0)
		run_program(w, ends[1], in);
	close(ends[1]);
	close(in);
	w->socket = ends[0];
	clock_gettime(CLOCK_MONOTONIC, &w->began);
}

static bool is_late(const struct warden *w)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - w->began.tv_sec) * 1000 + (now.tv_nsec - w->began.tv_nsec) / 1000000 > PATIENCE_MS;
}

/* Until it has ended: what it has left running is ended with it. */
static void watch(struct warden *w)
{
	int ended = (int)syscall(SYS_pidfd_open, w->pid, 0), status;

	while (waitpid(w->pid, &status, WNOHANG) == 0) {
		struct pollfd fds[] = {{.fd = w->listener >= 0 ? w->listener : w->socket, .events = POLLIN},
				       {.fd = ended, .events = POLLIN}};

		if (is_late(w)) {
			w->refusal->timed_out = true;
			kill(-w->pid, SIGKILL);
		}
		if (poll(fds, 2, 1000) <= 0)
			continue;
		if (fds[0].revents & POLLIN) {
			if (w->listener < 0)
				take_listener(w);
			else
				answer(w);
		}
	}
	kill(-w->pid, SIGKILL);
	w->refusal->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	close(ended);
}

static char *text_of(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char *text = malloc((size_t)size + 1);

	if (!text || pread(fd, text, (size_t)size, 0) != size)
		die("output");
	text[size] = '\0';
	close(fd);
	return text;
}

void refusal_run(struct refusal *refusal)
{
	struct warden w = {.refusal = refusal, .socket = -1, .listener = -1};

	refusal->happened = refusal->timed_out = false;
	for (size_t i = 0; refusal->counts && i < refused_call_count; i++)
		refusal->counts[i] = 0;
	begin(&w);
	watch(&w);
	refusal->out = text_of(w.out);
	refusal->err = text_of(w.err);
	close(w.nothing);
	if (w.socket >= 0)
		close(w.socket);
	if (w.listener >= 0)
		close(w.listener);
}

void refusal_clear(struct refusal *refusal)
{
	free(refusal->out);
	free(refusal->err);
	refusal->out = refusal->err = NULL;
}

const char *refusal_missing(void)
{
	struct seccomp_notif_sizes sizes;

	return syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0
		       ? "this kernel does not let one process answer the system calls of another"
		       : NULL;
}
