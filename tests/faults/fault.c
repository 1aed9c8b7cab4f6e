// SPDX-License-Identifier: GPL-2.0-or-later
#include "fault.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FAULT_MOST_CALLS 64

/* The library's threads are led here as well, and what it forks: they share this. */
struct order {
	_Atomic(const char *) name;
	atomic_long countdown;
	atomic_int error;
	_Atomic(fault_loss) lose; /* NULL: fail */
	atomic_bool happened, counts;
	atomic_long counted[FAULT_MOST_CALLS];
};

static struct order *order;

void *__real_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset);

__attribute__((constructor)) static void share_order(void)
{
	order = __real_mmap(NULL, sizeof(*order), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (order == MAP_FAILED)
		abort();
}

static void give_order(const char *name, long skip, int error, fault_loss lose)
{
	order->happened = false;
	order->countdown = skip;
	order->error = error;
	order->lose = lose;
	order->name = name;
}

void fault_order(const char *name, long skip, int error)
{
	give_order(name, skip, error, NULL);
}

void fault_order_loss(const char *name, long skip, fault_loss lose)
{
	give_order(name, skip, 0, lose);
}

bool fault_cancel(void)
{
	order->name = NULL;
	return order->happened;
}

static size_t index_of(const char *name)
{
	size_t i = 0;

	while (i < fault_call_count && strcmp(fault_calls[i].name, name) != 0)
		i++;
	return i;
}

void fault_count(void)
{
	for (size_t i = 0; i < FAULT_MOST_CALLS; i++)
		order->counted[i] = 0;
	order->counts = true;
}

long fault_counted(const char *name)
{
	order->counts = false;
	return order->counted[index_of(name)];
}

static int fails(const char *name)
{
	const char *want = order->name;

	if (order->counts)
		order->counted[index_of(name)]++;
	if (!want || strcmp(want, name) != 0 || atomic_fetch_sub(&order->countdown, 1) != 0)
		return 0;
	order->happened = true;
	if (order->lose)
		order->lose();
	else
		errno = order->error;
	return order->error;
}

/* WRAP(what it returns, and what when it fails; its name, or the name that it fails by; its parameters, as it has them
 * and as it is called with them) */
#define WRAP(type, failure, name, alias, parameters, arguments)   \
	type __real_##name parameters;                            \
	type __wrap_##name parameters;                            \
	type __wrap_##name parameters                             \
	{                                                         \
		int error = fails(alias);                         \
                                                                  \
		(void)error;                                      \
		return error ? failure : __real_##name arguments; \
	}
#define CALL(type, failure, name, parameters, arguments) WRAP(type, failure, name, #name, parameters, arguments)

/* As well, but when it fails it was done nevertheless: whoever closes has nothing left to close. */
#define DONE(name, parameters, arguments)             \
	int __real_##name parameters;                 \
	int __wrap_##name parameters;                 \
	int __wrap_##name parameters                  \
	{                                             \
		int error = fails(#name);             \
		int result = __real_##name arguments; \
                                                      \
		if (error)                            \
			errno = error;                \
		return error ? -1 : result;           \
	}

/* What transfers bytes may do with less of them. */
#define HALF(name, parameters, arguments, half)   \
	ssize_t __real_##name parameters;         \
	ssize_t __wrap_##name parameters;         \
	ssize_t __wrap_##name parameters          \
	{                                         \
		int error = fails(#name);         \
                                                  \
		if (error && error != FAULT_HALF) \
			return -1;                \
		if (error)                        \
			half;                     \
		return __real_##name arguments;   \
	}

WRAP(void *, NULL, malloc, FAULT_MEMORY, (size_t size), (size))
WRAP(void *, NULL, calloc, FAULT_MEMORY, (size_t count, size_t size), (count, size))
WRAP(void *, NULL, realloc, FAULT_MEMORY, (void *at, size_t size), (at, size))
WRAP(char *, NULL, strdup, FAULT_MEMORY, (const char *text), (text))

CALL(int, -1, access, (const char *path, int mode), (path, mode))
CALL(int, -1, bind, (int fd, const struct sockaddr *address, socklen_t size), (fd, address, size))
DONE(close, (int fd), (fd))
DONE(closedir, (DIR * dir), (dir))
CALL(int, -1, execvp, (const char *program, char *const *argv), (program, argv))
DONE(fclose, (FILE * file), (file))
CALL(char *, NULL, fgets, (char *to, int size, FILE *file), (to, size, file))
DONE(munmap, (void *at, size_t size), (at, size))
CALL(int, -1, nanosleep, (const struct timespec *time, struct timespec *left), (time, left))
CALL(int, -1, uname, (struct utsname * name), (name))
CALL(int, -1, epoll_create1, (int flags), (flags))
CALL(int, -1, epoll_ctl, (int set, int op, int fd, struct epoll_event *event), (set, op, fd, event))
CALL(int, -1, epoll_wait, (int set, struct epoll_event *events, int count, int timeout), (set, events, count, timeout))
CALL(int, -1, eventfd, (unsigned int value, int flags), (value, flags))
CALL(int, -1, flock, (int fd, int operation), (fd, operation))
CALL(FILE *, NULL, fopen, (const char *path, const char *mode), (path, mode))
CALL(pid_t, -1, fork, (void), ())
CALL(int, -1, fstat, (int fd, struct stat *st), (fd, st))
CALL(int, -1, fstatat, (int fd, const char *path, struct stat *st, int flags), (fd, path, st, flags))
CALL(int, -1, fstatfs, (int fd, struct statfs *st), (fd, st))
WRAP(ssize_t, -1, getline, "getline", (char **line, size_t *size, FILE *file), (line, size, file))
/* That is what getline() becomes when the compiler optimises. */
WRAP(ssize_t, -1, __getdelim, "getline", (char **line, size_t *size, int end, FILE *file), (line, size, end, file))
CALL(ssize_t, -1, getrandom, (void *to, size_t size, unsigned int flags), (to, size, flags))
CALL(int, -1, lstat, (const char *path, struct stat *st), (path, st))
CALL(int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
CALL(void *, MAP_FAILED, mmap, (void *at, size_t size, int protection, int flags, int fd, off_t offset),
     (at, size, protection, flags, fd, offset))
CALL(int, -1, mount, (const char *what, const char *where, const char *type, unsigned long flags, const void *data),
     (what, where, type, flags, data))
CALL(int, -1, mprotect, (void *at, size_t size, int protection), (at, size, protection))
CALL(DIR *, NULL, opendir, (const char *path), (path))
CALL(int, -1, pipe2, (int fds[2], int flags), (fds, flags))
CALL(int, -1, poll, (struct pollfd * fds, nfds_t count, int timeout), (fds, count, timeout))
CALL(int, error, pthread_create,
     (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *data), void *data),
     (thread, attributes, run, data))
HALF(read, (int fd, void *to, size_t size), (fd, to, size), size -= size / 2)
CALL(struct dirent *, NULL, readdir, (DIR * dir), (dir))
CALL(ssize_t, -1, readlinkat, (int fd, const char *path, char *to, size_t size), (fd, path, to, size))
HALF(recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags), message->msg_iov->iov_len = 20)
CALL(ssize_t, -1, send, (int fd, const void *bytes, size_t size, int flags), (fd, bytes, size, flags))
CALL(int, -1, setns, (int fd, int type), (fd, type))
CALL(int, -1, setsockopt, (int fd, int level, int option, const void *value, socklen_t size),
     (fd, level, option, value, size))
CALL(int, -1, socket, (int family, int type, int protocol), (family, type, protocol))
CALL(int, -1, stat, (const char *path, struct stat *st), (path, st))
CALL(int, -1, statvfs, (const char *path, struct statvfs *st), (path, st))
CALL(int, -1, statx, (int fd, const char *path, int flags, unsigned int mask, struct statx *st),
     (fd, path, flags, mask, st))
CALL(int, -1, timerfd_create, (int clock, int flags), (clock, flags))
CALL(int, -1, timerfd_settime, (int fd, int flags, const struct itimerspec *to, struct itimerspec *old),
     (fd, flags, to, old))
CALL(int, -1, umount2, (const char *path, int flags), (path, flags))
CALL(int, -1, unlink, (const char *path), (path))
CALL(int, -1, unshare, (int flags), (flags))
CALL(pid_t, -1, waitpid, (pid_t pid, int *status, int options), (pid, status, options))
HALF(write, (int fd, const void *bytes, size_t size), (fd, bytes, size), size -= size / 2)

/* Those that take any number of arguments are called with one more at the most. */
#define VARIADIC(type, name, alias, parameters, last, arguments)    \
	type __real_##name parameters;                              \
	type __wrap_##name parameters;                              \
	type __wrap_##name parameters                               \
	{                                                           \
		unsigned long argument;                             \
		va_list list;                                       \
                                                                    \
		va_start(list, last);                               \
		argument = va_arg(list, unsigned long);             \
		va_end(list);                                       \
		return fails(alias) ? -1 : __real_##name arguments; \
	}

VARIADIC(int, open, (flags & O_CREAT) ? "open to create" : "open", (const char *path, int flags, ...), flags,
	 (path, flags, argument))
VARIADIC(int, fcntl, "fcntl", (int fd, int command, ...), command, (fd, command, argument))
VARIADIC(int, ioctl, "ioctl", (int fd, unsigned long request, ...), request, (fd, request, argument))

/* As the compiler calls fscanf(). */
int __wrap___isoc99_fscanf(FILE *file, const char *format, ...) __attribute__((format(scanf, 2, 3)));
int __wrap___isoc99_fscanf(FILE *file, const char *format, ...)
{
	va_list list;
	int count;

	if (fails("fscanf"))
		return EOF;
	va_start(list, format);
	count = vfscanf(file, format, list);
	va_end(list);
	return count;
}

/* What has no name of its own in libc: pidfd_open() and its like, of two arguments or three. */
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long __wrap_syscall(long number, ...)
{
	unsigned long arguments[4];
	va_list list;

	va_start(list, number);
	for (size_t i = 0; i < 4; i++)
		arguments[i] = va_arg(list, unsigned long);
	va_end(list);
	return fails("syscall") ? -1 : __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3]);
}

#define ERRNOS(...) ((const int[]){__VA_ARGS__, 0})

const struct fault_call fault_calls[] = {
	{FAULT_MEMORY, ERRNOS(ENOMEM)},
	{"access", ERRNOS(EACCES, ENOENT, ENOMEM)},
	{"bind", ERRNOS(EADDRINUSE, ENOMEM)},
	{"close", ERRNOS(EINTR, EIO)},
	{"closedir", ERRNOS(EIO)},
	{"epoll_create1", ERRNOS(EMFILE, ENFILE, ENOMEM)},
	{"epoll_ctl", ERRNOS(ENOMEM, ENOSPC)},
	{"epoll_wait", ERRNOS(EINTR)},
	{"eventfd", ERRNOS(EMFILE, ENFILE, ENOMEM)},
	{"execvp", ERRNOS(ENOENT, EACCES, ENOMEM)},
	{"fclose", ERRNOS(EIO)},
	{"fcntl", ERRNOS(EMFILE)},
	{"fgets", ERRNOS(EIO)},
	{"flock", ERRNOS(EINTR, ENOLCK, ENOMEM)},
	{"fopen", ERRNOS(EMFILE, ENFILE, EACCES, ENOENT, ENOMEM)},
	{"fork", ERRNOS(EAGAIN, ENOMEM)},
	{"fscanf", ERRNOS(EIO)},
	{"fstat", ERRNOS(ENOMEM)},
	{"fstatat", ERRNOS(ENOENT, EACCES, ENOMEM)},
	{"fstatfs", ERRNOS(ENOSYS, ENOMEM)},
	{"getline", ERRNOS(ENOMEM)},
	{"getrandom", ERRNOS(ENOSYS)},
	{"ioctl", ERRNOS(ENODEV, ENOTTY, EPERM)},
	{"lstat", ERRNOS(ENOMEM, EACCES)},
	{"mkdir", ERRNOS(EROFS, ENOSPC, EACCES, ENOMEM)},
	{"mmap", ERRNOS(ENOMEM)},
	{"mount", ERRNOS(EPERM, ENOMEM)},
	{"mprotect", ERRNOS(ENOMEM)},
	{"munmap", ERRNOS(ENOMEM)},
	{"nanosleep", ERRNOS(EINTR)},
	{"open", ERRNOS(EMFILE, ENFILE, ENOMEM, EACCES, ENOENT)},
	{"open to create", ERRNOS(EMFILE, ENFILE, ENOMEM, EACCES, EROFS, ENOSPC)},
	{"opendir", ERRNOS(EMFILE, ENFILE, EACCES, ENOENT, ENOMEM)},
	{"pipe2", ERRNOS(EMFILE, ENFILE)},
	{"poll", ERRNOS(EINTR, ENOMEM)},
	{"pthread_create", ERRNOS(EAGAIN)},
	{"read", ERRNOS(EINTR, EIO, FAULT_HALF)},
	{"readdir", ERRNOS(ENOENT, ENOMEM)},
	{"readlinkat", ERRNOS(ENOENT, EACCES, ENOMEM)},
	{"recvmsg", ERRNOS(EINTR, EAGAIN, ENOBUFS, ENOMEM, FAULT_HALF)},
	{"send", ERRNOS(EINTR, EAGAIN, ENOBUFS, EPERM)},
	{"setns", ERRNOS(EPERM, EINVAL, ENOMEM)},
	{"setsockopt", ERRNOS(ENOPROTOOPT, EPERM, ENOMEM)},
	{"socket", ERRNOS(EMFILE, ENFILE, ENOBUFS, EACCES)},
	{"stat", ERRNOS(EACCES, ENOENT, ENOMEM)},
	{"statvfs", ERRNOS(EACCES, ENOMEM)},
	{"statx", ERRNOS(ENOENT, ENOSYS, ENOMEM)},
	{"syscall", ERRNOS(ENOSYS, EMFILE, EPERM, ENOMEM)},
	{"timerfd_create", ERRNOS(EMFILE, ENFILE, ENOMEM)},
	{"timerfd_settime", ERRNOS(EINVAL)},
	{"umount2", ERRNOS(EBUSY, EPERM, ENOMEM)},
	{"uname", ERRNOS(EFAULT)},
	{"unlink", ERRNOS(EBUSY, EROFS, EACCES)},
	{"unshare", ERRNOS(EPERM, ENOSPC, ENOMEM, EINVAL)},
	{"waitpid", ERRNOS(EINTR)},
	{"write", ERRNOS(EINTR, EIO, ENOSPC, FAULT_HALF)},
};
const size_t fault_call_count = sizeof(fault_calls) / sizeof(fault_calls[0]);
_Static_assert(sizeof(fault_calls) / sizeof(fault_calls[0]) < FAULT_MOST_CALLS, "room to count all of them");
