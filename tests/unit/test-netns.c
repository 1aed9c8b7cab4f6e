// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Namespaces: made, opened, listed, deleted, worked in by many threads at once. Every test runs on a machine of its own
 * (private-machine.h), and ends as it began: in the same namespace, with as many descriptors.
 */
#include "internal.h"
#include "private-machine.h"
#include "support.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct ipvlan_ctx *ctx;
static ino_t home;
static unsigned int descriptors;

static void begin(void)
{
	ck_assert_int_eq(private_machine_enter(), 0);
	home = own_netns();
	descriptors = open_descriptors();
	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
}

static void end(void)
{
	ipvlan_ctx_free(ctx);
	ck_assert_uint_eq(own_netns(), home);
	ck_assert_uint_eq(open_descriptors(), descriptors);
}

static unsigned int count_names(void)
{
	DIR *dir = opendir(IPVLAN_NETNS_DIR);
	unsigned int count = 0;

	while (dir && readdir(dir))
		count++;
	if (dir)
		closedir(dir);
	return dir ? count - 2 : 0;
}

static struct ipvlan_netns *make(const char *name)
{
	struct ipvlan_netns *netns;

	ck_assert_int_eq(ipvlan_netns_create(ctx, name, &netns), 0);
	return netns;
}

START_TEST(a_namespace_is_made_opened_and_deleted)
{
	struct ipvlan_netns *made, *opened, *by_path, *by_fd, *current;

	made = make("ns0");
	ck_assert_str_eq(ipvlan_netns_get_name(made), "ns0");
	ck_assert_uint_ne(ipvlan_netns_get_inode(made), home);
	ck_assert_int_eq(ipvlan_netns_open_name(ctx, "ns0", &opened), 0);
	ck_assert_int_eq(ipvlan_netns_open_path(ctx, IPVLAN_NETNS_DIR "/ns0", &by_path), 0);
	ck_assert_int_eq(ipvlan_netns_open_fd(ctx, ipvlan_netns_get_fd(made), &by_fd), 0);
	ck_assert_int_eq(ipvlan_netns_open_current(ctx, &current), 0);
	ck_assert(ipvlan_netns_is_equal(made, opened));
	ck_assert(ipvlan_netns_is_equal(made, by_path));
	ck_assert(ipvlan_netns_is_equal(made, by_fd));
	ck_assert(!ipvlan_netns_is_equal(made, current));
	ck_assert_uint_eq(ipvlan_netns_get_inode(current), home);
	ck_assert_ptr_null(ipvlan_netns_get_name(by_path));
	ck_assert_int_ne(ipvlan_netns_get_fd(by_fd), ipvlan_netns_get_fd(made));
	ck_assert_int_eq(ipvlan_netns_create(ctx, "ns0", NULL), -EEXIST);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), 0);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), -ENOENT);
	ck_assert_uint_eq(count_names(), 0);

	/* The references keep it alive, its name or not. */
	ck_assert_int_eq(ipvlan_ctx_set_netns(ctx, opened), 0);
	ipvlan_netns_free(made);
	ipvlan_netns_free(opened);
	ipvlan_netns_free(by_path);
	ipvlan_netns_free(by_fd);
	ipvlan_netns_free(current);
	ipvlan_netns_free(NULL);
	ck_assert_int_eq(ipvlan_link_set_up(ctx, "lo"), 0);
}
END_TEST

START_TEST(names_do_not_lead_out_of_the_folder)
{
	static const char *const bad[] = {"", ".", "..", "../ns0", "a/b", "/ns0", "ns0/", "/proc/self/ns/net"};
	char name[NAME_MAX + 2];
	struct ipvlan_netns *netns = NULL;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		ck_assert_int_eq(ipvlan_netns_open_name(ctx, bad[i], &netns), -EINVAL);
		ck_assert_int_eq(ipvlan_netns_create(ctx, bad[i], &netns), -EINVAL);
		ck_assert_int_eq(ipvlan_netns_delete(ctx, bad[i]), -EINVAL);
		ck_assert_int_eq(ipvlan_error_get_stage(ipvlan_ctx_get_error(ctx)), IPVLAN_STAGE_SETTINGS);
	}
	memset(name, 'n', sizeof(name));
	name[NAME_MAX + 1] = '\0';
	ck_assert_int_eq(ipvlan_netns_create(ctx, name, &netns), -EINVAL);
	ck_assert_ptr_null(netns);
	name[NAME_MAX] = '\0';
	ipvlan_netns_free(make(name));
	ck_assert_int_eq(ipvlan_netns_delete(ctx, name), 0);
	ipvlan_netns_free(make("..."));
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "..."), 0);
}
END_TEST

static int open_missing_name(struct ipvlan_netns **netns)
{
	return ipvlan_netns_open_name(ctx, "nobody", netns);
}

static int open_missing_path(struct ipvlan_netns **netns)
{
	return ipvlan_netns_open_path(ctx, "/run/nothing", netns);
}

static int open_other_kind(struct ipvlan_netns **netns)
{
	return ipvlan_netns_open_path(ctx, "/proc/self/ns/mnt", netns);
}

static int open_device(struct ipvlan_netns **netns)
{
	return ipvlan_netns_open_path(ctx, "/dev/null", netns);
}

static int open_folder(struct ipvlan_netns **netns)
{
	return ipvlan_netns_open_path(ctx, "/run", netns);
}

static int open_fifo(struct ipvlan_netns **netns)
{
	ck_assert_int_eq(mkfifo("/run/fifo", 0600), 0);
	return ipvlan_netns_open_path(ctx, "/run/fifo", netns);
}

static int open_bad_fd(struct ipvlan_netns **netns)
{
	return ipvlan_netns_open_fd(ctx, 1000, netns);
}

static int open_pipe(struct ipvlan_netns **netns)
{
	int fds[2], err;

	ck_assert_int_eq(pipe(fds), 0);
	err = ipvlan_netns_open_fd(ctx, fds[0], netns);
	close(fds[0]);
	close(fds[1]);
	return err;
}

static int open_missing_pid(struct ipvlan_netns **netns)
{
	return ipvlan_netns_open_pid(ctx, INT_MAX, netns);
}

static int delete_missing(struct ipvlan_netns **netns)
{
	(void)netns;
	return ipvlan_netns_delete(ctx, "nobody");
}

static const struct {
	const char *what;
	int (*open)(struct ipvlan_netns **netns);
	int code;
} refusals[] = {
	{"a name that there is not", open_missing_name, -ENOENT},
	{"a file that there is not", open_missing_path, -ENOENT},
	{"a device", open_device, -EINVAL},
	{"a folder", open_folder, -EINVAL},
	{"a FIFO", open_fifo, -EINVAL},
	{"a closed descriptor", open_bad_fd, -EBADF},
	{"a pipe", open_pipe, -EINVAL},
	{"a process that there is not", open_missing_pid, -ESRCH},
	{"deleting a name that there is not", delete_missing, -ENOENT},
};

START_TEST(what_is_no_namespace_is_refused)
{
	struct ipvlan_netns *netns = NULL;

	ck_assert_msg(refusals[_i].open(&netns) == refusals[_i].code, "%s: %d", refusals[_i].what,
		      ipvlan_error_get_code(ipvlan_ctx_get_error(ctx)));
	ck_assert_int_eq(ipvlan_error_get_code(ipvlan_ctx_get_error(ctx)), refusals[_i].code);
	ck_assert_ptr_null(netns);
}
END_TEST

START_TEST(a_namespace_of_another_kind_is_refused)
{
	struct ipvlan_netns *netns = NULL;

	ck_assert_int_eq(open_other_kind(&netns), -EINVAL);
	ck_assert_int_eq(ipvlan_error_get_code(ipvlan_ctx_get_error(ctx)), -EINVAL);
	ck_assert_ptr_null(netns);
}
END_TEST

/* What crashes, reboots and container runtimes leave in the folder. */
START_TEST(leftovers_can_be_deleted)
{
	struct ipvlan_netns *netns = NULL;
	struct ipvlan_netns_list *list;
	struct stat outside, mounted;

	ipvlan_netns_free(make("ns0"));
	ck_assert_int_eq(close(open(IPVLAN_NETNS_DIR "/stale", O_CREAT | O_WRONLY, 0)), 0);
	ck_assert_int_eq(mkdir("/run/precious", 0755), 0);
	ck_assert_int_eq(stat("/run/precious", &outside), 0);
	ck_assert_int_eq(mount("tmpfs", "/run/precious", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(symlink("/run/precious", IPVLAN_NETNS_DIR "/link"), 0);

	ck_assert_int_eq(ipvlan_netns_open_name(ctx, "stale", &netns), -EINVAL);
	ck_assert_int_eq(ipvlan_netns_list(ctx, &list), 0);
	ck_assert_ptr_null(ipvlan_netns_info_get_name_at(ipvlan_netns_list_get(list, 1), 1));
	ipvlan_netns_list_free(list);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "stale"), 0);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "link"), 0);
	ck_assert_int_eq(stat("/run/precious", &mounted), 0);
	ck_assert_msg(mounted.st_dev != outside.st_dev, "what the link pointed to was unmounted");
	ck_assert_uint_eq(count_names(), 1);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), 0);
}
END_TEST

static const struct ipvlan_netns_info *find(const struct ipvlan_netns_list *list, ino_t inode)
{
	size_t i;

	for (i = 0; i < ipvlan_netns_list_get_count(list); i++) {
		if (ipvlan_netns_info_get_inode(ipvlan_netns_list_get(list, i)) == inode)
			return ipvlan_netns_list_get(list, i);
	}
	return NULL;
}

/* Makes a namespace that has no name, but is mounted at the path. @return its inode: this machine's other processes may
 * be in others that have no name either */
static ino_t mount_nameless(const char *path)
{
	struct ipvlan_netns *netns = make("ns0");
	ino_t inode = ipvlan_netns_get_inode(netns);

	ipvlan_netns_free(netns);
	ck_assert_int_eq(close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600)), 0);
	ck_assert_int_eq(mount(IPVLAN_NETNS_DIR "/ns0", path, "none", MS_BIND, NULL), 0);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), 0);
	return inode;
}

/* A folder of blanks in a folder of blanks, each of which is four characters in the table of mounts. Made on the way.
 */
static void make_blank_path(char *path, size_t letters, size_t blanks)
{
	size_t length = (size_t)sprintf(path, "/run/%.*s", (int)letters, "letters");

	for (size_t i = 0; i < blanks; i++) {
		if (i % 200 == 0) {
			ck_assert(mkdir(path, 0755) == 0 || errno == EEXIST);
			path[length++] = '/';
		}
		path[length++] = ' ';
		path[length] = '\0';
	}
}

/* Wherever its path may be cut, it is read to its end and not beyond. */
START_TEST(a_mount_may_have_a_long_name)
{
	const struct ipvlan_netns_info *info;
	struct ipvlan_netns *netns = NULL;
	struct ipvlan_netns_list *list;
	char path[PATH_MAX];
	ino_t inode;

	make_blank_path(path, 1 + (size_t)_i, 1200);
	inode = mount_nameless(path);

	ck_assert_int_eq(ipvlan_netns_list(ctx, &list), 0);
	info = find(list, inode);
	ck_assert_ptr_nonnull(info);
	ck_assert_ptr_null(ipvlan_netns_info_get_name(info));
	ck_assert_int_eq(ipvlan_netns_open_info(ctx, info, &netns), 0);
	ipvlan_netns_free(netns);
	ipvlan_netns_list_free(list);
}
END_TEST

/* Something else is mounted over the folder of a mount; that is told nevertheless. */
static ino_t cover_by_fifo(const char *folder, const char *name)
{
	char path[64];
	ino_t inode;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	ck_assert_int_eq(mkdir(folder, 0755), 0);
	inode = mount_nameless(path);
	ck_assert_int_eq(mount("tmpfs", folder, "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(mkfifo("/run/bait", 0600), 0);
	ck_assert_int_eq(symlink("/run/bait", path), 0);
	return inode;
}

/* It goes on once anybody opens the other end, for however short a time. */
static void *wait_for_reader(void *opened)
{
	int fd = open("/run/bait", O_WRONLY | O_CLOEXEC);

	*(volatile bool *)opened = true;
	close(fd);
	return NULL;
}

/* Whoever may mount in a namespace of their own would have root open any file, and devices do things when opened. */
START_TEST(nothing_is_opened_but_namespaces)
{
	const struct ipvlan_netns_info *info;
	struct ipvlan_netns *netns = NULL;
	struct ipvlan_netns_list *list;
	volatile bool opened = false;
	pthread_t thread;
	ino_t inode;
	int reader;

	inode = cover_by_fifo("/run/folder", "netns");
	ck_assert_int_eq(pthread_create(&thread, NULL, wait_for_reader, (void *)&opened), 0);
	ck_assert_int_eq(ipvlan_netns_list(ctx, &list), 0);
	info = find(list, inode);
	ck_assert_ptr_nonnull(info);
	ck_assert_ptr_nonnull(strstr(ipvlan_netns_info_get_path(info), "/run/folder/netns"));
	usleep(100000);
	ck_assert_int_ne(ipvlan_netns_open_info(ctx, info, &netns), 0);
	ck_assert_int_eq(ipvlan_netns_open_path(ctx, "/run/folder/netns", &netns), -EINVAL);
	usleep(100000);
	ck_assert_msg(!opened, "a FIFO was opened");
	ipvlan_netns_list_free(list);
	/* The thread's end, even if it has not come to opening the FIFO yet. */
	reader = open("/run/bait", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ck_assert_int_ge(reader, 0);
	pthread_join(thread, NULL);
	close(reader);
}
END_TEST

START_TEST(namespaces_are_listed_once)
{
	struct ipvlan_netns *a = make("aaa"), *b = make("bbb"), *again;
	const struct ipvlan_netns_info *info;
	struct ipvlan_netns_list *list;
	const pid_t *pids;
	size_t count, i;

	ck_assert_int_eq(close(open(IPVLAN_NETNS_DIR "/second", O_CREAT | O_WRONLY, 0)), 0);
	ck_assert_int_eq(mount(IPVLAN_NETNS_DIR "/aaa", IPVLAN_NETNS_DIR "/second", "none", MS_BIND, NULL), 0);
	ck_assert_int_eq(ipvlan_netns_list(ctx, &list), 0);

	info = ipvlan_netns_list_get(list, 0);
	ck_assert(ipvlan_netns_info_is_own(info));
	ck_assert_uint_eq(ipvlan_netns_info_get_inode(info), home);
	ck_assert_ptr_null(ipvlan_netns_info_get_name(info));
	pids = ipvlan_netns_info_get_pids(info, &count);
	for (i = 0; i < count && pids[i] != getpid(); i++)
		;
	ck_assert_uint_lt(i, count);

	info = find(list, ipvlan_netns_get_inode(a));
	ck_assert_ptr_eq(info, ipvlan_netns_list_get(list, 1));
	ck_assert_uint_eq(ipvlan_netns_info_get_name_count(info), 2);
	ck_assert_str_eq(ipvlan_netns_info_get_name(info), "aaa");
	ck_assert_str_eq(ipvlan_netns_info_get_name_at(info, 1), "second");
	ck_assert_ptr_null(ipvlan_netns_info_get_pids(info, &count));
	ck_assert_uint_eq(count, 0);
	ck_assert_int_eq(ipvlan_netns_open_info(ctx, info, &again), 0);
	ck_assert(ipvlan_netns_is_equal(a, again));
	ipvlan_netns_free(again);

	info = find(list, ipvlan_netns_get_inode(b));
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "bbb"), 0);
	ck_assert_int_eq(ipvlan_netns_open_info(ctx, info, &again), -ENOENT);
	ck_assert_ptr_null(ipvlan_netns_list_get(list, ipvlan_netns_list_get_count(list)));
	ipvlan_netns_list_free(list);
	ipvlan_netns_list_free(NULL);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "second"), 0);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "aaa"), 0);
	ipvlan_netns_free(a);
	ipvlan_netns_free(b);
}
END_TEST

struct seen {
	ino_t netns;
	sigset_t blocked;
	pthread_t thread;
};

static int look_around(void *data)
{
	struct seen *seen = data;

	seen->netns = own_netns();
	seen->thread = pthread_self();
	pthread_sigmask(SIG_SETMASK, NULL, &seen->blocked);
	return -42;
}

START_TEST(a_function_runs_inside)
{
	struct ipvlan_netns *netns = make("ns0");
	struct seen seen;
	sigset_t mask;
	int result = 0;

	ck_assert_int_eq(ipvlan_netns_call(ctx, netns, look_around, &seen, &result), 0);
	ck_assert_int_eq(result, -42);
	ck_assert_uint_eq(seen.netns, ipvlan_netns_get_inode(netns));
	ck_assert(!pthread_equal(seen.thread, pthread_self()));
	ck_assert_int_eq(sigismember(&seen.blocked, SIGTERM), 1);
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	ck_assert_int_eq(sigismember(&mask, SIGTERM), 0);
	ck_assert_int_eq(ipvlan_netns_call(ctx, netns, look_around, &seen, NULL), 0);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), 0);
	ipvlan_netns_free(netns);
}
END_TEST

static size_t count_links(void)
{
	struct ipvlan_link_list *list;
	size_t count;

	ck_assert_int_eq(ipvlan_link_list(ctx, IPVLAN_LINKS_ANY_KIND, &list), 0);
	count = ipvlan_link_list_get_count(list);
	ipvlan_link_list_free(list);
	return count;
}

START_TEST(a_context_works_elsewhere_and_comes_back)
{
	struct ipvlan_netns *netns = make("ns0");
	struct ipvlan_link *link;

	ck_assert_uint_ge(count_links(), 1);
	ck_assert_int_eq(ipvlan_ctx_set_netns(ctx, netns), 0);
	ck_assert_int_eq(ipvlan_link_set_up(ctx, "lo"), 0);
	ck_assert_int_eq(ipvlan_link_get(ctx, "lo", &link), 0);
	ck_assert(ipvlan_link_is_up(link));
	ck_assert_str_eq(ipvlan_link_get_netns(link), "ns0");
	ck_assert_uint_eq(ipvlan_link_get_netns_inode(link), ipvlan_netns_get_inode(netns));
	ipvlan_link_free(link);
	ck_assert_int_eq(ipvlan_ctx_set_netns(ctx, NULL), 0);
	ck_assert_int_eq(ipvlan_link_get(ctx, "lo", &link), 0);
	ck_assert(!ipvlan_link_is_up(link));
	ipvlan_link_free(link);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), 0);
	ipvlan_netns_free(netns);
}
END_TEST

/* With ever more descriptors at hand: it fails cleanly, until it works. */
START_TEST(a_lack_of_descriptors_leaves_nothing_behind)
{
	struct rlimit limit, tight;
	struct ipvlan_netns *netns;
	unsigned int failures = 0;
	int err = -EMFILE;

	ipvlan_netns_free(make("first")); /* the folder is there from now on */
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	for (tight = limit, tight.rlim_cur = 3; err && tight.rlim_cur < 40; tight.rlim_cur++) {
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &tight), 0);
		err = ipvlan_netns_create(ctx, "ns0", &netns);
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
		ck_assert(err == 0 || err == -EMFILE);
		ck_assert_uint_eq(count_names(), err ? 1 : 2);
		failures += err != 0;
	}
	ck_assert_int_eq(err, 0);
	ck_assert_uint_gt(failures, 0);
	ipvlan_netns_free(netns);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), 0);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "first"), 0);
}
END_TEST

#define THREADS 16
#define ROUNDS	4

/* What one thread does in a namespace of its own, with a context of its own. Returns where it failed, or NULL. */
static const char *work(int number)
{
	struct ipvlan_address_list *list = NULL;
	char name[16], text[32], seen[IPVLAN_ADDRESS_SIZE];
	struct ipvlan_address *address;
	struct ipvlan_netns *netns;
	struct ipvlan_ctx *own;
	const char *failed = NULL;
	ino_t before = own_netns();

	snprintf(name, sizeof(name), "thread%d", number);
	snprintf(text, sizeof(text), "10.%d.0.1/24", number);
	if (ipvlan_ctx_new(&own))
		return "context";
	if (ipvlan_netns_create(own, name, &netns))
		return "create";
	if (ipvlan_ctx_set_netns(own, netns) || ipvlan_link_set_up(own, "lo") || ipvlan_address_new(text, &address))
		return "enter";
	if (ipvlan_address_add(own, "lo", address) || ipvlan_address_list(own, "lo", AF_INET, &list))
		return "address";
	if (ipvlan_address_list_get_count(list) != 2 ||
	    strcmp(ipvlan_address_format_prefix(ipvlan_address_list_get(list, 1), seen, sizeof(seen)), text) != 0)
		failed = "another thread's address";
	if (ipvlan_netns_delete(own, name))
		failed = "delete";
	if (own_netns() != before)
		failed = "namespace of the thread";
	ipvlan_address_list_free(list);
	ipvlan_address_free(address);
	ipvlan_netns_free(netns);
	ipvlan_ctx_free(own);
	return failed;
}

static void *run_thread(void *data)
{
	const char *failed = NULL;
	int i;

	for (i = 0; !failed && i < ROUNDS; i++)
		failed = work((int)(intptr_t)data);
	return (void *)(uintptr_t)failed;
}

START_TEST(threads_do_not_see_each_other)
{
	pthread_t threads[THREADS];
	void *failed;
	int i;

	for (i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, run_thread, (void *)(intptr_t)i), 0);
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &failed);
		ck_assert_msg(!failed, "thread %d: %s", i, (const char *)failed);
	}
	ck_assert_uint_eq(count_names(), 0);
}
END_TEST

/* Mounts on what lies in the folder, and on the folder itself. */
static size_t count_mounts(void)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[1024];
	size_t count = 0;

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file))
		count += strstr(line, " " IPVLAN_NETNS_DIR) != NULL;
	fclose(file);
	return count;
}

static void *make_the_same(void *data)
{
	struct ipvlan_ctx *own;
	int err = ipvlan_ctx_new(&own);

	(void)data;
	if (!err) {
		err = ipvlan_netns_create(own, "same", NULL);
		ipvlan_ctx_free(own);
	}
	return (void *)(intptr_t)err;
}

START_TEST(one_of_many_makes_a_name)
{
	pthread_t threads[THREADS];
	size_t before = count_mounts(), mounts;
	int i, made = 0;
	void *err;

	for (i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, make_the_same, NULL), 0);
	for (i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &err);
		ck_assert_msg(!err || (intptr_t)err == -EEXIST, "thread %d: %d", i, (int)(intptr_t)err);
		made += !err;
	}
	ck_assert_int_eq(made, 1);
	mounts = count_mounts();
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "same"), 0);
	ck_assert_uint_eq(count_mounts(), before + 1);
	/* A mount below a shared one shows more than once; as often as when nobody else is there. */
	ipvlan_netns_free(make("same"));
	ck_assert_uint_eq(count_mounts(), mounts);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "same"), 0);
}
END_TEST

static void *work_apart(void *result)
{
	struct ipvlan_netns *made = NULL, *opened = NULL;
	int err = unshare(CLONE_FILES) < 0 ? -errno : ipvlan_netns_create(ctx, "ns0", &made);

	if (!err)
		err = ipvlan_netns_open_path(ctx, IPVLAN_NETNS_DIR "/ns0", &opened);
	if (!err && !ipvlan_netns_is_equal(made, opened))
		err = -EXDEV;
	ipvlan_netns_free(opened);
	ipvlan_netns_free(made);
	*(int *)result = err;
	return NULL;
}

/* Whose descriptors are of no number that the process knows. */
START_TEST(a_thread_may_have_its_own_descriptors)
{
	pthread_t thread;
	int err = -ECHILD;

	ck_assert_int_eq(pthread_create(&thread, NULL, work_apart, &err), 0);
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_int_eq(err, 0);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), 0);
}
END_TEST

/* Whoever may read the folder may lock it, for as long as they like. */
START_TEST(a_lock_of_others_keeps_nobody)
{
	int lock;

	ck_assert_int_eq(mkdir(IPVLAN_NETNS_DIR, 0755), 0);
	lock = open(IPVLAN_NETNS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(flock(lock, LOCK_EX), 0);
	ipvlan_netns_free(make("first"));
	ipvlan_netns_free(make("second"));
	ck_assert_uint_eq(count_names(), 2);
	close(lock);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "first"), 0);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "second"), 0);
}
END_TEST

START_TEST(an_abandoned_name_is_taken_over)
{
	ipvlan_netns_free(make("ns0"));
	ck_assert_int_eq(close(open(IPVLAN_NETNS_DIR "/stale", O_CREAT | O_WRONLY, 0)), 0);
	ck_assert_int_eq(ipvlan_netns_create(ctx, "stale", NULL), 0);
	ck_assert_int_eq(ipvlan_netns_create(ctx, "stale", NULL), -EEXIST);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "stale"), 0);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), 0);
}
END_TEST

/* As some profile for containers might do with a call that it does not like; err 0 looks like success. */
static bool refuse_call(int call, int err)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)call, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned int)err),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog code = {.len = COUNT(filter), .filter = filter};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &code) == 0;
}

/* It waits in a namespace without a name. */
static pid_t start_elsewhere(ino_t *inode)
{
	int ready[2];
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		if (unshare(CLONE_NEWNET) == 0)
			*inode = own_netns();
		(void)!write(ready[1], inode, sizeof(*inode));
		pause();
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], inode, sizeof(*inode)), sizeof(*inode));
	close(ready[0]);
	close(ready[1]);
	return pid;
}

/* The kernel's threads are known by a call that says "the same" by 0, as a call that was not carried out does. */
START_TEST(comparisons_that_are_none_hide_no_process)
{
	struct ipvlan_netns_list *list;
	ino_t inode = 0;
	pid_t pid = start_elsewhere(&inode);
	bool found = false;
	size_t i;

	ck_assert(refuse_call(SYS_kcmp, 0));
	ck_assert_int_eq(ipvlan_netns_list(ctx, &list), 0);
	for (i = 0; i < ipvlan_netns_list_get_count(list); i++)
		found = found || ipvlan_netns_info_get_inode(ipvlan_netns_list_get(list, i)) == inode;
	ipvlan_netns_list_free(list);
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert(found);
}
END_TEST

static void set_folder_writable(bool writable)
{
	unsigned long flags = MS_REMOUNT | MS_BIND | (writable ? 0 : MS_RDONLY);

	ck_assert_int_eq(mount("", IPVLAN_NETNS_DIR, NULL, flags, NULL), 0);
}

/* A name is unmounted first, and its file removed then. */
START_TEST(a_name_that_cannot_be_removed_stays)
{
	struct ipvlan_netns *before = make("ns0"), *after;

	set_folder_writable(false);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), -EROFS);
	ck_assert_int_eq(ipvlan_netns_open_name(ctx, "ns0", &after), 0);
	ck_assert(ipvlan_netns_is_equal(before, after));
	ipvlan_netns_free(before);
	ipvlan_netns_free(after);
	set_folder_writable(true);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), 0);
	ck_assert_uint_eq(count_names(), 0);
}
END_TEST

static void *delete_without_mounting(void *result)
{
	*(int *)result = refuse_call(SYS_mount, EPERM) ? ipvlan_netns_delete(ctx, "ns0") : 1;
	return NULL;
}

/* Where it cannot be put back either, one is told what is left, and can delete that. */
START_TEST(a_name_that_is_left_bare_is_told)
{
	struct ipvlan_netns *netns;
	pthread_t thread;
	int err = 1;

	ipvlan_netns_free(make("ns0"));
	set_folder_writable(false);
	ck_assert_int_eq(pthread_create(&thread, NULL, delete_without_mounting, &err), 0);
	pthread_join(thread, NULL);
	ck_assert_int_eq(err, -EROFS);
	ck_assert_ptr_nonnull(strstr(ipvlan_ctx_strerror(ctx), IPVLAN_NETNS_DIR "/ns0 is left"));
	ck_assert_int_eq(ipvlan_netns_open_name(ctx, "ns0", &netns), -EINVAL);
	set_folder_writable(true);
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), 0);
	ck_assert_uint_eq(count_names(), 0);
}
END_TEST

int main(void)
{
	const char *missing = private_machine_missing();
	Suite *suite;
	TCase *all;

	if (missing) {
		printf("SKIP: %s\n", missing);
		return 77;
	}
	suite = suite_create("netns");
	all = tcase_create("all");
	tcase_add_checked_fixture(all, begin, end);
	tcase_set_timeout(all, 60);
	tcase_add_test(all, names_do_not_lead_out_of_the_folder);
	tcase_add_loop_test(all, what_is_no_namespace_is_refused, 0, COUNT(refusals));
	tcase_add_test(all, leftovers_can_be_deleted);
	tcase_add_test(all, namespaces_are_listed_once);
	tcase_add_test(all, a_function_runs_inside);
	if (access("/proc/2/stat", R_OK) == 0 && !left_out("filtered system calls", WANT_OPTIONS))
		tcase_add_test(all, comparisons_that_are_none_hide_no_process);
	tcase_add_test(all, a_name_that_cannot_be_removed_stays);
	if (!left_out("refused system calls", WANT_OPTIONS))
		tcase_add_test(all, a_name_that_is_left_bare_is_told);
	tcase_add_test(all, a_lack_of_descriptors_leaves_nothing_behind);
	tcase_add_loop_test(all, one_of_many_makes_a_name, 0, 20);
	tcase_add_test(all, a_lock_of_others_keeps_nobody);
	tcase_add_test(all, an_abandoned_name_is_taken_over);
	if (!left_out("contexts in namespaces", WANT_NESTS)) {
		tcase_add_test(all, a_namespace_is_made_opened_and_deleted);
		tcase_add_loop_test(all, a_mount_may_have_a_long_name, 0, 4);
		tcase_add_test(all, nothing_is_opened_but_namespaces);
		tcase_add_test(all, a_thread_may_have_its_own_descriptors);
		tcase_add_test(all, a_context_works_elsewhere_and_comes_back);
		tcase_add_test(all, threads_do_not_see_each_other);
	}
	if (!left_out("namespaces of other kinds", WANT_OPTIONS))
		tcase_add_test(all, a_namespace_of_another_kind_is_refused);
	suite_add_tcase(suite, all);
	return run_suite(suite);
}
