// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Namespaces themselves. The arena of lab-test.h, and blue, which the library makes.
 */
#include "lab-test.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static ino_t inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_ino : 0;
}

START_TEST(test_create_and_delete)
{
	struct ipvlan_netns *netns, *same;
	char *before = lab_state(), *after;

	must(ipvlan_netns_create(ctx, "blue", &netns));
	must_have("blue link lo down mtu 65536 on -");
	ck_assert_str_eq(ipvlan_netns_get_name(netns), "blue");
	ck_assert_uint_eq(ipvlan_netns_get_inode(netns), inode_of("/run/netns/blue"));
	must(ipvlan_netns_open_path(ctx, "/run/netns/blue", &same));
	ck_assert(ipvlan_netns_is_equal(netns, same));
	ck_assert_ptr_null(ipvlan_netns_get_name(same));
	ipvlan_netns_free(same);
	must(ipvlan_netns_open_fd(ctx, ipvlan_netns_get_fd(netns), &same));
	ck_assert(ipvlan_netns_is_equal(netns, same));
	ipvlan_netns_free(same);
	must(ipvlan_netns_open_current(ctx, &same));
	ck_assert(!ipvlan_netns_is_equal(netns, same));
	ipvlan_netns_free(same);
	must_fail(ipvlan_netns_create(ctx, "blue", NULL), -EEXIST, IPVLAN_STAGE_NETNS,
		  "cannot make namespace blue: the name is taken", "", NULL);
	must(ipvlan_netns_delete(ctx, "blue"));
	ck_assert_int_ne(access("/run/netns/blue", F_OK), 0);
	must_fail(ipvlan_netns_delete(ctx, "blue"), -ENOENT, IPVLAN_STAGE_DELETE, "there is none of that name", "",
		  NULL);
	/* Held by the reference alone it still works. */
	must(ipvlan_ctx_set_netns(ctx, netns));
	ipvlan_netns_free(netns);
	must_fail(ipvlan_link_set_up(ctx, "eth0"), -ENODEV, IPVLAN_STAGE_UP, "eth0", "", NULL);
	must(ipvlan_link_set_up(ctx, "lo"));
	after = lab_state();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}
END_TEST

START_TEST(test_names_that_are_none)
{
	static const char *const names[] = {"", ".", "..", "a/b", "../../etc/passwd"};
	struct ipvlan_netns *netns;
	char *before = lab_state(), *after;
	char long_name[300];
	size_t i;

	memset(long_name, 'n', sizeof(long_name));
	long_name[256] = '\0';
	for (i = 0; i < COUNT_OF(names); i++) {
		must_fail(ipvlan_netns_create(ctx, names[i], NULL), -EINVAL, IPVLAN_STAGE_SETTINGS, "is no name", "",
			  NULL);
		must_fail(ipvlan_netns_delete(ctx, names[i]), -EINVAL, IPVLAN_STAGE_SETTINGS, "is no name", "", NULL);
		must_fail(ipvlan_netns_open_name(ctx, names[i], &netns), -EINVAL, IPVLAN_STAGE_SETTINGS, "is no name",
			  "", NULL);
	}
	must_fail(ipvlan_netns_create(ctx, long_name, NULL), -EINVAL, IPVLAN_STAGE_SETTINGS, "is no name", "", NULL);
	long_name[255] = '\0';
	must(ipvlan_netns_create(ctx, long_name, NULL));
	must(ipvlan_netns_delete(ctx, long_name));
	after = lab_state();
	ck_assert_str_eq(before, after);
	free(before);
	free(after);
}
END_TEST

static const struct ipvlan_netns_info *info_of(const struct ipvlan_netns_list *list, ino_t inode)
{
	size_t i;

	for (i = 0; i < ipvlan_netns_list_get_count(list); i++) {
		if (ipvlan_netns_info_get_inode(ipvlan_netns_list_get(list, i)) == inode)
			return ipvlan_netns_list_get(list, i);
	}
	return NULL;
}

static bool has_pid(const struct ipvlan_netns_info *info, pid_t pid)
{
	const pid_t *pids;
	size_t i, count;

	pids = ipvlan_netns_info_get_pids(info, &count);
	for (i = 0; i < count; i++) {
		if (pids[i] == pid)
			return true;
	}
	return false;
}

/* The second process, from which they come, and the next: none of them is asked where it is, but the second. */
static void check_kernel_threads(const struct ipvlan_netns_list *list)
{
	const struct ipvlan_netns_info *info = info_of(list, inode_of("/proc/2/ns/net"));

	ck_assert_ptr_nonnull(info);
	ck_assert(has_pid(info, 1) && has_pid(info, 2) && has_pid(info, 3));
}

START_TEST(test_list)
{
	pid_t in_ns0 = lab_pid_start("ns0"), nameless = lab_pid_start(NULL);
	const struct ipvlan_netns_info *info;
	struct ipvlan_netns_list *list;
	struct ipvlan_netns *netns;
	char path[48];
	int fd;

	/* A leftover file is no namespace. */
	fd = open("/run/netns/leftover", O_CREAT | O_RDONLY | O_CLOEXEC, 0600);
	close(fd);
	must(ipvlan_netns_list(ctx, &list));
	info = ipvlan_netns_list_get(list, 0);
	ck_assert(ipvlan_netns_info_is_own(info));
	ck_assert_uint_eq(ipvlan_netns_info_get_inode(info), inode_of("/proc/self/ns/net"));
	ck_assert_ptr_null(ipvlan_netns_info_get_name(info));
	ck_assert(has_pid(info, getpid()));
	check_kernel_threads(list);

	info = info_of(list, inode_of("/run/netns/ns0"));
	ck_assert_ptr_nonnull(info);
	ck_assert_str_eq(ipvlan_netns_info_get_name(info), "ns0");
	ck_assert_uint_eq(ipvlan_netns_info_get_name_count(info), 1);
	ck_assert_ptr_null(ipvlan_netns_info_get_name_at(info, 1));
	ck_assert_int_eq(ipvlan_netns_info_get_nsid(info), -1);
	ck_assert(has_pid(info, in_ns0));
	must(ipvlan_netns_open_info(ctx, info, &netns));
	ck_assert_str_eq(ipvlan_netns_get_name(netns), "ns0");
	ipvlan_netns_free(netns);

	snprintf(path, sizeof(path), "/proc/%d/ns/net", nameless);
	info = info_of(list, inode_of(path));
	ck_assert_ptr_nonnull(info);
	ck_assert_ptr_null(ipvlan_netns_info_get_name(info));
	ck_assert(has_pid(info, nameless));
	lab_pid_end(nameless);
	must_fail(ipvlan_netns_open_info(ctx, info, &netns), -ENOENT, IPVLAN_STAGE_NETNS,
		  "cannot open the namespace net:[", "", NULL);
	ck_assert_ptr_null(info_of(list, inode_of("/run/netns/leftover")));
	ipvlan_netns_list_free(list);
	unlink("/run/netns/leftover");
	lab_pid_end(in_ns0);
}
END_TEST

/* A slave makes the kernel give its parent's namespace an id, which IFLA_LINK_NETNSID then says. */
START_TEST(test_ids)
{
	ino_t arena = inode_of("/proc/self/ns/net");
	struct ipvlan_netns_list *list;
	struct ipvlan_netns *ns0;
	struct ipvlan_link *link;

	lab_slave("ipvl0", "ns0", 0, 0, NULL);
	must(ipvlan_netns_open_name(ctx, "ns0", &ns0));
	must(ipvlan_ctx_set_netns(ctx, ns0));
	ipvlan_netns_free(ns0);
	must(ipvlan_link_get(ctx, "ipvl0", &link));
	must(ipvlan_netns_list(ctx, &list));
	ck_assert_str_eq(ipvlan_netns_info_get_name(ipvlan_netns_list_get(list, 0)), "ns0");
	ck_assert(ipvlan_netns_info_is_own(ipvlan_netns_list_get(list, 0)));
	ck_assert_int_ge(ipvlan_link_get_parent_nsid(link), 0);
	ck_assert_int_eq(ipvlan_netns_info_get_nsid(info_of(list, arena)), ipvlan_link_get_parent_nsid(link));
	ipvlan_netns_list_free(list);
	ipvlan_link_free(link);
}
END_TEST

static int run(const char *netns, const char *script, int *status)
{
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};
	struct ipvlan_netns *there;
	int err;

	must(ipvlan_netns_open_name(ctx, netns, &there));
	err = ipvlan_netns_exec(ctx, there, argv, status);
	ipvlan_netns_free(there);
	return err;
}

START_TEST(test_exec)
{
	char *argv[] = {(char *)"no-such-command", NULL};
	struct ipvlan_netns *ns0;
	char script[128];
	int status;

	snprintf(script, sizeof(script), "[ $(stat -Lc %%i /proc/self/ns/net) = %lu ] && [ ! -e /sys/class/net/eth0 ]",
		 (unsigned long)inode_of("/run/netns/ns0"));
	must(run("ns0", script, &status));
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	/* The caller's /sys is still its own: this namespace has eth0. */
	must(run("ns0", "exit 42", &status));
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 42);
	must(run("ns0", "kill -9 $$", &status));
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	must(run("ns0", "true", NULL));
	/* Neither the library's socket nor its namespaces go along. */
	must(ipvlan_link_set_up(ctx, "lo"));
	must(run("ns0", "! ls -l /proc/$$/fd | grep -E 'socket:|net:'", &status));
	ck_assert_int_eq(status, 0);

	must(ipvlan_netns_open_name(ctx, "ns0", &ns0));
	must_fail(ipvlan_netns_exec(ctx, ns0, argv, &status), -ENOENT, IPVLAN_STAGE_EXEC,
		  "cannot run \"no-such-command\" in namespace ns0", "", NULL);
	argv[0] = (char *)"/etc/passwd";
	must_fail(ipvlan_netns_exec(ctx, ns0, argv, &status), -EACCES, IPVLAN_STAGE_EXEC, "cannot run \"/etc/passwd\"",
		  "", NULL);
	ipvlan_netns_free(ns0);
}
END_TEST

static int look(void *data)
{
	*(ino_t *)data = inode_of("/proc/thread-self/ns/net");
	return 4711;
}

START_TEST(test_call)
{
	struct ipvlan_netns *ns0;
	ino_t seen = 0;
	int result = 0;

	must(ipvlan_netns_open_name(ctx, "ns0", &ns0));
	must(ipvlan_netns_call(ctx, ns0, look, &seen, &result));
	ck_assert_int_eq(result, 4711);
	ck_assert_uint_eq(seen, inode_of("/run/netns/ns0"));
	ck_assert_uint_ne(inode_of("/proc/thread-self/ns/net"), seen);
	must(ipvlan_netns_call(ctx, ns0, look, &seen, NULL));
	ipvlan_netns_free(ns0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("namespaces");
	TCase *tc = lab_case(suite, "namespaces");

	tcase_add_test(tc, test_create_and_delete);
	tcase_add_test(tc, test_names_that_are_none);
	tcase_add_test(tc, test_list);
	tcase_add_test(tc, test_ids);
	tcase_add_test(tc, test_exec);
	tcase_add_test(tc, test_call);
	return lab_main(suite);
}
