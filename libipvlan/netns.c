// SPDX-License-Identifier: LGPL-2.1-or-later
/* References to namespaces, and the one place that enters, makes and unmakes them. */
#include "internal.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/nsfs.h>

#define OWN_NETNS "/proc/thread-self/ns/net"

bool netns_name_is_valid(const char *name)
{
	return name[0] && strlen(name) <= NAME_MAX && !strchr(name, '/') && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

/* A copy of a text that need not be. */
static int copy_text(char **copy, const char *text)
{
	*copy = text ? strdup(text) : NULL;
	return text && !*copy ? -ENOMEM : 0;
}

/*
 * Of a descriptor that is known to be a network namespace, and is taken over, also on failure. What has no name goes by
 * the path that somebody took to it.
 */
static int keep(int fd, const char *name, const char *path, struct ipvlan_netns **netns)
{
	struct ipvlan_netns *n = calloc(1, sizeof(*n));
	struct stat st;
	int err = n ? 0 : -ENOMEM;

	if (!err && fstat(fd, &st) < 0)
		err = -errno;
	if (!err)
		err = copy_text(&n->name, name);
	if (!err)
		err = copy_text(&n->path, path);
	if (err) {
		if (n)
			free(n->name);
		free(n);
		close(fd);
		return err;
	}
	n->fd = fd;
	n->device = st.st_dev;
	n->inode = st.st_ino;
	*netns = n;
	return 0;
}

static int check_type(int fd)
{
	struct statfs fs;
	int type;

	if (fstatfs(fd, &fs) < 0)
		return -errno;
	/* Kernels before 4.11 cannot say what sort of namespace it is; those fail later, when it is entered. */
	type = fs.f_type == NSFS_MAGIC ? ioctl(fd, NS_GET_NSTYPE) : 0;
	return type < 0 || type == CLONE_NEWNET ? 0 : -EINVAL;
}

/* Takes the descriptor over, also on failure. */
static int from_fd(int fd, const char *name, const char *path, struct ipvlan_netns **netns)
{
	int err = check_type(fd);

	if (!err)
		return keep(fd, name, path, netns);
	close(fd);
	return err;
}

static int open_as(const char *path, const char *name, const char *kept_path, struct ipvlan_netns **netns)
{
	/* What is not a namespace may be a FIFO, which without O_NONBLOCK waits for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	return fd < 0 ? -errno : from_fd(fd, name, kept_path, netns);
}

/* Of what O_PATH has found. Takes the descriptor over. */
static int open_found(int found)
{
	struct statfs fs;
	char path[48];
	int fd = -EINVAL;

	if (fstatfs(found, &fs) < 0) {
		fd = -errno;
	} else if (fs.f_type == NSFS_MAGIC) {
		snprintf(path, sizeof(path), "/proc/thread-self/fd/%d", found);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		fd = fd < 0 ? -errno : fd;
	}
	close(found);
	return fd;
}

/*
 * Where a path leads others may have a say: it may be a process's own file system, or lie in one. To open a device does
 * something already (a watchdog begins to count), so first one looks at what there is.
 */
static int open_foreign(const char *path, const char *kept_path, struct ipvlan_netns **netns)
{
	int found = open(path, O_PATH | O_CLOEXEC), fd;

	if (found < 0)
		return -errno;
	fd = open_found(found);
	return fd < 0 ? fd : from_fd(fd, NULL, kept_path, netns);
}

int netns_open_foreign_quietly(const char *path, struct ipvlan_netns **netns)
{
	return open_foreign(path, NULL, netns);
}

int netns_open_quietly(const char *path, const char *name, struct ipvlan_netns **netns)
{
	return open_as(path, name, NULL, netns);
}

int netns_open_name_quietly(const char *name, struct ipvlan_netns **netns)
{
	char path[sizeof(IPVLAN_NETNS_DIR) + NAME_MAX + 1];

	snprintf(path, sizeof(path), IPVLAN_NETNS_DIR "/%s", name);
	return netns_open_quietly(path, name, netns);
}

int netns_open_current(struct ipvlan_netns **netns)
{
	return netns_open_quietly(OWN_NETNS, NULL, netns);
}

static int fail_open(struct ipvlan_ctx *ctx, int err, const char *shown)
{
	fail(ctx, err, IPVLAN_STAGE_NETNS, "cannot open %s", shown);
	if (err == -EINVAL) {
		fail_because(ctx, "it is not a network namespace");
	} else if (err == -ENOENT) {
		fail_because(ctx, "there is none of that name");
		fail_hint(ctx, "`ipvlanctl netns list` shows the names; `ipvlanctl netns add NAME` makes one");
	} else if (err == -EACCES || err == -EPERM) {
		fail_hint(ctx, "looking into another user's process takes CAP_SYS_PTRACE; a named namespace takes the "
			       "right to read its file");
	}
	return err;
}

static int fail_name(struct ipvlan_ctx *ctx, const char *name)
{
	fail(ctx, -EINVAL, IPVLAN_STAGE_SETTINGS, "\"%s\" is no name of a network namespace", name);
	fail_because(ctx, "a name is 1 to %d bytes without '/', and neither \".\" nor \"..\"", NAME_MAX);
	return -EINVAL;
}

static void path_of(const char *name, char *path, size_t size)
{
	snprintf(path, size, IPVLAN_NETNS_DIR "/%s", name);
}

IPVLAN_API int ipvlan_netns_open_name(struct ipvlan_ctx *ctx, const char *name, struct ipvlan_netns **netns)
{
	char path[sizeof(IPVLAN_NETNS_DIR) + NAME_MAX + 1], shown[sizeof(path) + 16];
	int err;

	if (!netns_name_is_valid(name))
		return fail_name(ctx, name);
	path_of(name, path, sizeof(path));
	err = netns_open_quietly(path, name, netns);
	if (!err)
		return 0;
	snprintf(shown, sizeof(shown), "namespace %s", name);
	return fail_open(ctx, err, shown);
}

IPVLAN_API int ipvlan_netns_open_path(struct ipvlan_ctx *ctx, const char *path, struct ipvlan_netns **netns)
{
	int err = open_foreign(path, path, netns);

	return err ? fail_open(ctx, err, path) : 0;
}

int netns_open_place(struct ipvlan_ctx *ctx, const char *text, struct ipvlan_netns **netns)
{
	return strchr(text, '/') ? ipvlan_netns_open_path(ctx, text, netns) : ipvlan_netns_open_name(ctx, text, netns);
}

bool netns_is_place(const struct ipvlan_netns *netns, const char *text)
{
	const char *opened_by = netns->name ? netns->name : netns->path;

	return opened_by && strcmp(opened_by, text) == 0;
}

IPVLAN_API int ipvlan_netns_open_pid(struct ipvlan_ctx *ctx, pid_t pid, struct ipvlan_netns **netns)
{
	char path[48], shown[64];
	int err;

	snprintf(path, sizeof(path), "/proc/%ld/ns/net", (long)pid);
	err = open_as(path, NULL, path, netns);
	if (err == -ENOENT)
		return fail(ctx, -ESRCH, IPVLAN_STAGE_NETNS, "cannot open the namespace of process %ld", (long)pid);
	snprintf(shown, sizeof(shown), "the namespace of process %ld", (long)pid);
	return err ? fail_open(ctx, err, shown) : 0;
}

static int duplicate(int fd, const char *name, const char *path, struct ipvlan_netns **netns)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	return copy < 0 ? -errno : from_fd(copy, name, path, netns);
}

IPVLAN_API int ipvlan_netns_open_fd(struct ipvlan_ctx *ctx, int fd, struct ipvlan_netns **netns)
{
	int err = duplicate(fd, NULL, NULL, netns);
	char shown[48];

	snprintf(shown, sizeof(shown), "file descriptor %d", fd);
	return err ? fail_open(ctx, err, shown) : 0;
}

IPVLAN_API int ipvlan_netns_open_current(struct ipvlan_ctx *ctx, struct ipvlan_netns **netns)
{
	int err = netns_open_current(netns);

	return err ? fail_open(ctx, err, "the own namespace") : 0;
}

int netns_copy_quietly(const struct ipvlan_netns *from, struct ipvlan_netns **netns)
{
	return duplicate(from->fd, from->name, from->path, netns);
}

IPVLAN_API void ipvlan_netns_free(struct ipvlan_netns *netns)
{
	if (!netns)
		return;
	close(netns->fd);
	free(netns->name);
	free(netns->path);
	free(netns);
}

IPVLAN_API int ipvlan_netns_get_fd(const struct ipvlan_netns *netns)
{
	return netns->fd;
}

IPVLAN_API uint64_t ipvlan_netns_get_inode(const struct ipvlan_netns *netns)
{
	return netns->inode;
}

IPVLAN_API const char *ipvlan_netns_get_name(const struct ipvlan_netns *netns)
{
	return netns->name;
}

IPVLAN_API bool ipvlan_netns_is_equal(const struct ipvlan_netns *a, const struct ipvlan_netns *b)
{
	return a->inode == b->inode && a->device == b->device;
}

const char *netns_describe(const struct ipvlan_netns *netns, char *buf, size_t size)
{
	if (netns->name || netns->path)
		snprintf(buf, size, "namespace %s", netns->name ? netns->name : netns->path);
	else
		snprintf(buf, size, "the namespace net:[%lu]", (unsigned long)netns->inode);
	return buf;
}

bool netns_is_owned_here(const struct ipvlan_netns *netns)
{
	struct stat own, owner;
	int fd = ioctl(netns->fd, NS_GET_USERNS), err;

	/* EPERM: owned by a user namespace above or beside this one. */
	if (fd < 0)
		return errno != EPERM;
	err = fstat(fd, &owner);
	close(fd);
	if (err < 0 || stat("/proc/thread-self/ns/user", &own) < 0)
		return true;
	return own.st_ino == owner.st_ino && own.st_dev == owner.st_dev;
}

/* Something to be done on a thread of its own, and how entering went. */
struct visit {
	int netns_fd; /* -1: in a new namespace */
	int (*fn)(void *data);
	void *data;
	int entered, result;
};

static void *visit_thread(void *data)
{
	struct visit *visit = data;
	int ret = visit->netns_fd < 0 ? unshare(CLONE_NEWNET) : setns(visit->netns_fd, CLONE_NEWNET);

	visit->entered = ret < 0 ? -errno : 0;
	if (!visit->entered)
		visit->result = visit->fn(visit->data);
	return NULL;
}

/*
 * A thread, not a detour of the caller's own: the caller's namespace stays what it is even if coming back should fail,
 * and signal handlers never run inside. Its signals are blocked so that they go to the caller's threads.
 */
static int visit(struct visit *visit)
{
	sigset_t all, saved;
	pthread_t thread;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &saved);
	err = pthread_create(&thread, NULL, visit_thread, visit);
	pthread_sigmask(SIG_SETMASK, &saved, NULL);
	if (err)
		return -err;
	pthread_join(thread, NULL);
	return visit->entered;
}

static bool is_current(const struct ipvlan_netns *netns)
{
	struct stat st;

	return stat(OWN_NETNS, &st) == 0 && st.st_ino == netns->inode && st.st_dev == netns->device;
}

static int open_transport(void *data)
{
	return transport_open(data);
}

static int open_generic(void *data)
{
	return transport_open_generic(data);
}

/* What was opened by a name is hardly ever where the caller is, and asking costs. Who may not enter may be there. */
static int call_there(const struct ipvlan_netns *netns, int (*fn)(void *data), void *data)
{
	struct visit v = {.netns_fd = netns->fd, .fn = fn, .data = data};
	bool is_elsewhere = netns->name || netns->path;
	int err;

	if (!is_elsewhere && is_current(netns))
		return fn(data);
	err = visit(&v);
	if (err == -EPERM && is_elsewhere && is_current(netns))
		return fn(data);
	return err ? err : v.result;
}

int netns_transport(const struct ipvlan_netns *netns, struct transport **transport)
{
	return call_there(netns, open_transport, transport);
}

struct two {
	struct transport **transport;
	const struct ipvlan_netns *other;
	struct transport **others;
};

static int open_two(void *data)
{
	const struct two *two = data;
	int err = transport_open(two->transport);

	if (!err && setns(two->other->fd, CLONE_NEWNET) == 0)
		(void)transport_open(two->others);
	return err;
}

int netns_transport_two(const struct ipvlan_netns *netns, struct transport **transport,
			const struct ipvlan_netns *other, struct transport **others)
{
	struct two two = {.transport = transport, .other = other, .others = others};
	struct visit v = {.netns_fd = netns->fd, .fn = open_two, .data = &two};
	int err;

	*others = NULL;
	err = visit(&v);
	return err ? err : v.result;
}

int netns_transport_generic(const struct ipvlan_netns *netns, struct transport **transport)
{
	return call_there(netns, open_generic, transport);
}

int netns_call_quietly(const struct ipvlan_netns *netns, int (*fn)(void *data), void *data)
{
	struct visit v = {.netns_fd = netns->fd, .fn = fn, .data = data};
	int err = visit(&v);

	return err ? err : v.result;
}

IPVLAN_API int ipvlan_netns_call(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, int (*fn)(void *data),
				 void *data, int *result)
{
	struct visit v = {.netns_fd = netns->fd, .fn = fn, .data = data};
	char place[96];
	int err = visit(&v);

	if (err) {
		fail(ctx, err, IPVLAN_STAGE_NETNS, "cannot enter %s", netns_describe(netns, place, sizeof(place)));
		explain_entry(ctx, netns);
		return err;
	}
	if (result)
		*result = v.result;
	return 0;
}

static int share_again(void)
{
	return mount("", IPVLAN_NETNS_DIR, "none", MS_SHARED, NULL) < 0 ? -errno : 0;
}

/*
 * A name made in one mount namespace should be seen in all, and its removal too; so the folder becomes a shared mount
 * of its own, as ip-netns(8) makes it. What is mounted in a shared one is shared from the beginning: only the first who
 * comes need look at what is there, and not at a thousand namespaces for each one more.
 */
static int share_folder(void)
{
	int err = share_again();

	if (err != -EINVAL)
		return err;
	/* Not a mount point yet. */
	if (mount(IPVLAN_NETNS_DIR, IPVLAN_NETNS_DIR, "none", MS_BIND | MS_REC, NULL) < 0 ||
	    mount("", IPVLAN_NETNS_DIR, "none", MS_SHARED | MS_REC, NULL) < 0)
		return -errno;
	return 0;
}

/* Who holds it for longer is not at work here. */
static int lock_folder(int folder)
{
	const struct timespec pause = {.tv_nsec = 50000000};
	int i;

	for (i = 0; i < 40; i++) {
		if (flock(folder, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK)
			return -errno;
		nanosleep(&pause, NULL);
	}
	return 0;
}

/*
 * Two that begin at once would mount it twice; ip(8) takes the same lock. But whoever can read the folder can hold
 * that, and everybody can: it is taken where there is something to do only, and not waited for in vain.
 */
int netns_prepare_folder(void)
{
	int folder, err;

	if (mkdir(IPVLAN_NETNS_DIR, 0755) < 0 && errno != EEXIST)
		return -errno;
	err = share_again();
	if (err != -EINVAL)
		return err;
	folder = open(IPVLAN_NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	err = lock_folder(folder);
	if (!err)
		err = share_folder();
	close(folder);
	return err;
}

static int bind_own_netns(void *path)
{
	return mount(OWN_NETNS, path, "none", MS_BIND, NULL) < 0 ? -errno : 0;
}

/* Whether the file that is open is the one of that name: not mounted over, not gone. @return 0; -EEXIST. */
static int check_named(int fd, const char *path, struct stat *file)
{
	struct stat named;

	if (fstat(fd, file) < 0 || lstat(path, &named) < 0)
		return errno == ENOENT ? -EEXIST : -errno;
	return named.st_ino == file->st_ino && named.st_dev == file->st_dev ? 0 : -EEXIST;
}

/* Whether it is the file of somebody who was killed before there was a namespace to mount on it. @return 0; -EEXIST. */
static int check_abandoned(int fd, const char *path)
{
	struct stat file, folder;
	int err = check_named(fd, path, &file);

	if (!err && stat(IPVLAN_NETNS_DIR, &folder) < 0)
		err = errno == ENOENT ? -EEXIST : -errno;
	if (err)
		return err;
	return S_ISREG(file.st_mode) && file.st_size == 0 && file.st_dev == folder.st_dev ? 0 : -EEXIST;
}

/* ip(8) holds no lock between making its file and mounting on it, but is done with both in no time. */
static void let_age(int fd)
{
	const struct timespec pause = {.tv_nsec = 100000000};
	struct timespec now;
	struct stat st;
	int i;

	for (i = 0; i < 10 && fstat(fd, &st) == 0; i++) {
		clock_gettime(CLOCK_REALTIME, &now);
		if (st.st_mtime + 1 < now.tv_sec || st.st_mtime > now.tv_sec)
			return;
		nanosleep(&pause, NULL);
	}
}

static int take_over(int fd, const char *path, bool is_new)
{
	struct stat file;
	int err;

	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK ? -EEXIST : -errno;
	if (is_new)
		return check_named(fd, path, &file);
	err = check_abandoned(fd, path);
	if (err)
		return err;
	let_age(fd);
	return check_abandoned(fd, path);
}

/*
 * Makes the file of a name, or takes over an abandoned one. Whoever is at work on it holds its lock, which is what the
 * descriptor that is returned stands for.
 */
static int claim(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_CREAT | O_EXCL | O_NOFOLLOW, 0), err;
	bool is_new = fd >= 0;

	if (!is_new && errno == EEXIST)
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return errno == ELOOP ? -EEXIST : -errno;
	err = take_over(fd, path, is_new);
	if (!err)
		return fd;
	/* -EEXIST: somebody was quicker, whose file it is now. */
	if (is_new && err != -EEXIST)
		unlink(path);
	close(fd);
	return err;
}

static int create_at(const char *path)
{
	struct visit v = {.netns_fd = -1, .fn = bind_own_netns, .data = (void *)path};
	int claimed = claim(path), err;

	if (claimed < 0)
		return claimed;
	err = visit(&v);
	if (!err)
		err = v.result;
	if (err)
		unlink(path);
	close(claimed);
	return err;
}

static int keep_own(const char *name, struct ipvlan_netns **netns)
{
	int fd = open(OWN_NETNS, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : keep(fd, name, NULL, netns);
}

/* The name comes last: with that, nothing is left that could fail. */
static int move_to_new(const char *name, char *path, struct ipvlan_netns **netns, struct transport **transport)
{
	int err = unshare(CLONE_NEWNET) < 0 ? -errno : transport_open(transport);

	if (err)
		return err;
	err = keep_own(name, netns);
	if (err)
		goto close_transport;
	err = bind_own_netns(path);
	if (!err)
		return 0;
	ipvlan_netns_free(*netns);
close_transport:
	transport_close(*transport);
	return err;
}

int netns_create_here(const char *name, struct ipvlan_netns **netns, struct transport **transport)
{
	char path[sizeof(IPVLAN_NETNS_DIR) + NAME_MAX + 1];
	int claimed, err;

	path_of(name, path, sizeof(path));
	claimed = claim(path);
	if (claimed < 0)
		return claimed;
	err = move_to_new(name, path, netns, transport);
	if (err)
		unlink(path);
	close(claimed);
	return err;
}

int netns_name_again(const struct ipvlan_netns *netns, const char *name)
{
	char path[sizeof(IPVLAN_NETNS_DIR) + NAME_MAX + 1], from[48];
	int claimed, err;

	path_of(name, path, sizeof(path));
	snprintf(from, sizeof(from), "/proc/thread-self/fd/%d", netns->fd);
	claimed = claim(path);
	if (claimed < 0)
		return claimed;
	err = mount(from, path, "none", MS_BIND, NULL) < 0 ? -errno : 0;
	if (err)
		unlink(path);
	close(claimed);
	return err;
}

int netns_go(const struct ipvlan_netns *netns, struct transport **transport)
{
	return setns(netns->fd, CLONE_NEWNET) < 0 ? -errno : transport_open(transport);
}

/* Whether the name leads to its namespace again. */
static bool put_back(int held, const char *path)
{
	char from[48];

	snprintf(from, sizeof(from), "/proc/thread-self/fd/%d", held);
	return mount(from, path, "none", MS_BIND, NULL) == 0;
}

/* held: what stands there, in case its file cannot be removed; -1: nothing known. */
static int remove_name(const char *path, int held, bool *is_bare)
{
	/*
	 * EINVAL: a name whose mount is gone already, left by a crash or a reboot of the mount namespace, or a symbolic
	 * link, as container runtimes leave them: what that points to is not ours to unmount.
	 */
	bool was_mounted = umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0;
	int err;

	if (!was_mounted && errno != EINVAL)
		return -errno;
	if (unlink(path) == 0)
		return 0;
	err = -errno;
	*is_bare = was_mounted && (held < 0 || !put_back(held, path));
	return err;
}

/* is_bare: it could not be deleted, and the name is left without its namespace. */
static int delete_name(const char *name, bool *is_bare)
{
	char path[sizeof(IPVLAN_NETNS_DIR) + NAME_MAX + 1];
	int held, err;

	path_of(name, path, sizeof(path));
	*is_bare = false;
	held = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	err = remove_name(path, held, is_bare);
	if (held >= 0)
		close(held);
	return err;
}

int netns_delete_quietly(const char *name)
{
	bool is_bare;

	return delete_name(name, &is_bare);
}

int netns_fail_create(struct ipvlan_ctx *ctx, int err, const char *name)
{
	if (!err)
		return 0;
	fail(ctx, err, IPVLAN_STAGE_NETNS, "cannot make namespace %s", name);
	switch (err) {
	case -EEXIST:
		fail_because(ctx, "the name is taken");
		break;
	case -EPERM:
	case -EACCES:
		fail_hint(ctx, "making one takes CAP_SYS_ADMIN over the current user namespace and a "
			       "writable " IPVLAN_NETNS_DIR
			       "; `unshare -Urnm` and there `mount -t tmpfs none /run` give both");
		break;
	case -ENOSPC:
		fail_hint(ctx, "the limit is /proc/sys/user/max_net_namespaces");
	}
	return err;
}

IPVLAN_API int ipvlan_netns_create(struct ipvlan_ctx *ctx, const char *name, struct ipvlan_netns **netns)
{
	char path[sizeof(IPVLAN_NETNS_DIR) + NAME_MAX + 1];
	int err;

	if (!netns_name_is_valid(name))
		return fail_name(ctx, name);
	path_of(name, path, sizeof(path));
	err = netns_prepare_folder();
	if (!err)
		err = create_at(path);
	if (err)
		return netns_fail_create(ctx, err, name);
	err = netns ? ipvlan_netns_open_name(ctx, name, netns) : 0;
	if (err)
		netns_delete_quietly(name);
	return err;
}

static int fail_delete(struct ipvlan_ctx *ctx, int err, const char *name, bool is_bare)
{
	fail(ctx, err, IPVLAN_STAGE_DELETE, "cannot delete namespace %s", name);
	if (is_bare) {
		fail_because(ctx, "its name could not be removed; " IPVLAN_NETNS_DIR "/%s is left, and leads nowhere",
			     name);
		fail_hint(ctx, "when the folder can be written, delete it once more, and the name goes");
	} else if (err == -ENOENT) {
		fail_because(ctx, "there is none of that name");
	} else if (err == -EPERM || err == -EACCES || err == -EROFS) {
		fail_hint(ctx, "deleting takes CAP_SYS_ADMIN and a writable " IPVLAN_NETNS_DIR);
	}
	return err;
}

IPVLAN_API int ipvlan_netns_delete(struct ipvlan_ctx *ctx, const char *name)
{
	bool is_bare;
	int err;

	if (!netns_name_is_valid(name))
		return fail_name(ctx, name);
	err = delete_name(name, &is_bare);
	return err ? fail_delete(ctx, err, name, is_bare) : 0;
}
