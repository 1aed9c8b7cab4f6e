// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands inside a namespace: their status, their /sys, what could not be started. */
#include "internal.h"
#include "private-machine.h"
#include "support.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct ipvlan_ctx *ctx;
static struct ipvlan_netns *netns;
static ino_t home;
static unsigned int descriptors;

static void begin(void)
{
	ck_assert_int_eq(private_machine_enter(), 0);
	home = own_netns();
	descriptors = open_descriptors();
	/* A folder on the way that may not be read would turn a missing command into a forbidden one. */
	setenv("PATH", "/usr/bin:/bin", 1);
	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
	ck_assert_int_eq(ipvlan_netns_create(ctx, "ns0", &netns), 0);
}

static void end(void)
{
	ck_assert_int_eq(ipvlan_netns_delete(ctx, "ns0"), 0);
	ipvlan_netns_free(netns);
	ipvlan_ctx_free(ctx);
	ck_assert_uint_eq(own_netns(), home);
	ck_assert_uint_eq(open_descriptors(), descriptors);
}

static int shell(const char *script, int *status)
{
	char *const argv[] = {(char *)"sh", (char *)"-c", (char *)script, NULL};

	return ipvlan_netns_exec(ctx, netns, argv, status);
}

static const struct {
	const char *script;
	int exit, signal;
} runs[] = {
	{"exit 0", 0, 0},
	{"exit 7", 7, 0},
	{"exit 255", 255, 0},
	{"kill -KILL $$", 0, SIGKILL},
	{"kill -TERM $$", 0, SIGTERM},
	/* The interfaces that /sys shows are this namespace's, in which some modules have made some, and lo is down. */
	{"seen=$(ls -d /sys/class/net/*/ | sed 's|.*/\\(.*\\)/|\\1|' | LC_ALL=C sort); "
	 "there=$(sed -n 's/^ *\\([^ ]*\\):.*/\\1/p' /proc/net/dev | LC_ALL=C sort); "
	 "test \"$seen\" = \"$there\" && test \"$(cat /sys/class/net/lo/operstate)\" = down",
	 0, 0},
};

START_TEST(the_status_is_the_command_s)
{
	int status = -1;

	ck_assert_int_eq(shell(runs[_i].script, &status), 0);
	if (runs[_i].signal) {
		ck_assert(WIFSIGNALED(status));
		ck_assert_int_eq(WTERMSIG(status), runs[_i].signal);
	} else {
		ck_assert(WIFEXITED(status));
		ck_assert_int_eq(WEXITSTATUS(status), runs[_i].exit);
	}
}
END_TEST

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

/* As for `ip netns exec`: each namespace may have its own resolver, say. */
START_TEST(files_of_the_namespace_stand_in)
{
	int status;

	ck_assert_int_eq(mount("tmpfs", "/etc", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(mkdir("/etc/netns", 0755), 0);
	ck_assert_int_eq(mkdir("/etc/netns/ns0", 0755), 0);
	write_file("/etc/resolv.conf", "outside\n");
	write_file("/etc/netns/ns0/resolv.conf", "inside\n");
	write_file("/etc/netns/ns0/of-nothing", "\n");
	ck_assert_int_eq(shell("read -r line </etc/resolv.conf && test \"$line\" = inside && test ! -e /etc/of-nothing",
			       &status),
			 0);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	/* Nobody else sees them there. */
	ck_assert_int_eq(system("read -r line </etc/resolv.conf && test \"$line\" = outside"),
			 0); /* NOLINT(cert-env33-c) */
}
END_TEST

START_TEST(the_command_is_inside)
{
	char script[128];
	int status;

	snprintf(script, sizeof(script), "test \"$(readlink /proc/self/ns/net)\" = 'net:[%lu]'",
		 (unsigned long)ipvlan_netns_get_inode(netns));
	ck_assert_int_eq(shell(script, &status), 0);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(shell("exit 3", NULL), 0);
}
END_TEST

/* Mounts that the command makes, and those made for it, are not seen outside. */
START_TEST(mounts_stay_inside)
{
	struct stat before, after;
	int status;

	ck_assert_int_eq(stat("/sys", &before), 0);
	ck_assert_int_eq(shell("mkdir /run/there && mount -t tmpfs tmpfs /run/there && touch /run/there/file", &status),
			 0);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(access("/run/there", F_OK), 0);
	ck_assert_int_lt(access("/run/there/file", F_OK), 0);
	ck_assert_int_eq(stat("/sys", &after), 0);
	ck_assert_uint_eq(before.st_dev, after.st_dev);
}
END_TEST

START_TEST(what_cannot_be_started_is_told)
{
	char *const missing[] = {(char *)"no-such-command-anywhere", NULL}, *const denied[] = {(char *)"/run/plain",
											       NULL};
	int status = 77;

	ck_assert_int_eq(ipvlan_netns_exec(ctx, netns, missing, &status), -ENOENT);
	ck_assert_int_eq(ipvlan_error_get_stage(ipvlan_ctx_get_error(ctx)), IPVLAN_STAGE_EXEC);
	ck_assert_ptr_nonnull(strstr(ipvlan_ctx_strerror(ctx), "no-such-command-anywhere"));
	ck_assert_int_eq(close(open("/run/plain", O_CREAT | O_WRONLY, 0600)), 0);
	ck_assert_int_eq(ipvlan_netns_exec(ctx, netns, denied, &status), -EACCES);
	ck_assert_int_eq(status, 77);
}
END_TEST

/* A caller that has its children reaped for it cannot be told their status, but is not left waiting either. */
START_TEST(a_caller_without_children_is_told)
{
	int status = 77;

	signal(SIGCHLD, SIG_IGN);
	ck_assert_int_eq(shell("exit 7", &status), -ECHILD);
	ck_assert_int_eq(status, 77);
	signal(SIGCHLD, SIG_DFL);
}
END_TEST

static void on_alarm(int number)
{
	(void)number;
}

START_TEST(signals_do_not_end_the_wait)
{
	struct sigaction action = {.sa_handler = on_alarm};
	int status = -1;

	sigaction(SIGUSR1, &action, NULL);
	ck_assert_int_eq(shell("kill -USR1 $PPID; sleep 0.2; exit 7", &status), 0);
	ck_assert_int_eq(WEXITSTATUS(status), 7);
}
END_TEST

/* /sys cannot be mounted anew in every sandbox; ip netns exec does not work there either. */
static bool sys_can_be_mounted(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (private_machine_enter() || ipvlan_ctx_new(&ctx) || ipvlan_netns_create(ctx, "ns0", &netns))
			_exit(EXIT_FAILURE);
		_exit(shell("exit 0", &status) == -EPERM);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

int main(void)
{
	const char *missing = private_machine_missing();
	Suite *suite;
	TCase *all;

	if (!missing && !sys_can_be_mounted())
		missing = "/sys cannot be mounted in a namespace here";
	if (missing) {
		printf("SKIP: %s\n", missing);
		return 77;
	}
	suite = suite_create("netns-exec");
	all = tcase_create("all");
	tcase_add_checked_fixture(all, begin, end);
	tcase_add_loop_test(all, the_status_is_the_command_s, 0, COUNT(runs));
	tcase_add_test(all, files_of_the_namespace_stand_in);
	tcase_add_test(all, the_command_is_inside);
	tcase_add_test(all, mounts_stay_inside);
	tcase_add_test(all, what_cannot_be_started_is_told);
	tcase_add_test(all, a_caller_without_children_is_told);
	tcase_add_test(all, signals_do_not_end_the_wait);
	suite_add_tcase(suite, all);
	return run_suite(suite);
}
