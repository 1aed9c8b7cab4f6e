// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each allocation of the library fails once, and each call of the system with each errno that it may give, in each use
 * of use.c: it says so or does without; nothing crashes, leaks, stays open or is left behind, and the next call works.
 */
#include "../unit/private-machine.h"
#include "../unit/support.h"
#include "codec.h"
#include "fault.h"
#include "transport.h"
#include "use.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * IPVLAN_FAULTS_EVERY=N makes one of N faults, for kernels in which all of them would take too long, and only in uses
 * that want ipvlan; IPVLAN_FAULTS_SEED says which ones. IPVLAN_FAULTS_CALL and
 * IPVLAN_FAULTS_USE name the one function whose calls fail, and the one use in which they do.
 */
static unsigned long every = 1, place;

static bool is_chosen(void)
{
	return place++ % every == 0;
}

static unsigned long number_of(const char *variable, unsigned long otherwise)
{
	const char *text = getenv(variable);

	return text && *text ? strtoul(text, NULL, 10) : otherwise;
}

static bool is_meant(const char *variable, const char *name)
{
	const char *only = getenv(variable);

	return !only || !*only || strcmp(only, name) == 0;
}

static void choose(void)
{
	every = number_of("IPVLAN_FAULTS_EVERY", 1);
	if (every < 2)
		return;
	place = number_of("IPVLAN_FAULTS_SEED", 0) % every;
	printf("one fault of %lu, IPVLAN_FAULTS_SEED=%lu\n", every, place);
}

/* Where one function is called very often, as when namespaces are searched, not each call is another case. */
#define EACH	16
#define STRIDE	23
#define SECONDS 600

/* An errno that becomes another one on its way, and why. */
static const struct {
	const char *call;
	int given, becomes;
} translated[] = {
	{"open", ENOENT, ESRCH},	   /* no such process */
	{"recvmsg", FAULT_HALF, EMSGSIZE}, /* the kernel says that the datagram was cut */
};

/*
 * Before something is changed much is looked at. What is gone, or not ours to look at, is as good as absent, until the
 * kernel says otherwise, or until it is needed: then the answer is about that. Want of memory or descriptors is told as
 * such.
 */
static bool is_from_not_seeing(int given, int err)
{
	static const int codes[] = {EEXIST, ENODEV, ENOENT, EADDRINUSE, EOPNOTSUPP};

	for (size_t i = 0; use_may_hide(given) && i < COUNT(codes); i++)
		if (err == -codes[i])
			return true;
	return false;
}

/* What the library can do without, or does again, though memory or room was lacking. */
static bool is_made_up_for(const char *call, int given)
{
	static const struct {
		const char *call;
		int given;
	} calls[] = {
		{"fstatat", ENOMEM},	/* how many threads a process has: then all are looked for */
		{"readlinkat", ENOMEM}, /* whether a process runs a program: then its files are looked at */
		{"recvmsg", ENOBUFS},	/* a dump that was asked for or read in vain is asked for again */
		{"send", ENOBUFS},
		{"stat", ENOMEM},	/* where we are, and whether the kernel can count: then the long way is taken */
		{"setsockopt", ENOMEM}, /* only words are fewer, or the kernel says more than it was asked for */
	};

	for (size_t i = 0; i < COUNT(calls); i++)
		if (strcmp(calls[i].call, call) == 0 && calls[i].given == given)
			return true;
	return use_may_hide(given);
}

static bool may_become(const struct use *use, const char *call, int given, int err)
{
	if (err == 0 && use->sees_all && !is_made_up_for(call, given))
		return false;
	if (err == 0 || err == -given || (use->changes && is_from_not_seeing(given, err)))
		return true;
	for (size_t i = 0; i < COUNT(translated); i++)
		if (strcmp(translated[i].call, call) == 0 && translated[i].given == given &&
		    err == -translated[i].becomes)
			return true;
	return false;
}

/* The context opens it when it is wanted, and so in each use. */
static void close_socket(void)
{
	ck_assert_int_eq(ipvlan_ctx_set_netns(ctx, NULL), 0);
}

static void try(const struct use *use, const char *call, int error, long skip, unsigned int descriptors, ino_t netns)
{
	bool happened;
	int err;

	close_socket();
	use_fault = error;
	fault_order(call, skip, error);
	err = use->run();
	use_fault = 0;
	happened = fault_cancel();
	ck_assert_msg(happened ? may_become(use, call, error, err) : err == 0, "%s, %s call %ld fails with %d: %d (%s)",
		      use->name, call, skip, error, err, ipvlan_ctx_strerror(ctx));
	close_socket();
	ck_assert_msg(open_descriptors() == descriptors, "%s, %s call %ld fails with %d: a descriptor stays open",
		      use->name, call, skip, error);
	ck_assert_msg(own_netns() == netns, "%s, %s call %ld fails with %d: we are elsewhere", use->name, call, skip,
		      error);
	if ((err && use->changes) || use->leaves)
		use_tidy();
}

/* @return how many faults were tried. */
static unsigned long try_all(const struct use *use, const struct fault_call *call)
{
	long skip, count = fault_counted(call->name);
	unsigned int descriptors;
	unsigned long tried = 0;
	ino_t netns = own_netns();

	close_socket();
	descriptors = open_descriptors();
	for (const int *error = call->errnos; *error; error++) {
		for (skip = 0; skip < count; skip += skip < EACH || use->is_pure ? 1 : STRIDE) {
			if (!is_chosen())
				continue;
			try(use, call->name, *error, skip, descriptors, netns);
			tried++;
		}
	}
	return tried;
}

/* Each use has its turn, however few faults there are in it. */
#define OWN_TURN(index) (place += 13 * (unsigned long)(index))

static bool skips(const struct use *use)
{
	return !is_meant("IPVLAN_FAULTS_USE", use->name) || (use->wants_ipvlan && !use_has_ipvlan());
}

/* Without any fault, for the first time: what is called, and how often. */
static void count_calls(const struct use *use)
{
	int err;

	close_socket();
	fault_count();
	err = use->run();
	fault_counted("");
	ck_assert_msg(err == 0, "%s, without any fault: %d (%s)", use->name, err, ipvlan_ctx_strerror(ctx));
	if (use->leaves)
		use_tidy();
}

START_TEST(every_call_fails_once)
{
	const struct use *use = &uses[_i];
	unsigned long tried = 0;

	if (skips(use))
		return;
	OWN_TURN(_i);
	count_calls(use);
	for (size_t i = 0; i < fault_call_count; i++) {
		if (is_meant("IPVLAN_FAULTS_CALL", fault_calls[i].name))
			tried += try_all(use, &fault_calls[i]);
	}
	printf("%-30s %4ld allocations, %4lu faults\n", use->name, fault_counted(FAULT_MEMORY), tried);
}
END_TEST

/* Before a request, or an answer, something goes that it is about. */
static void try_without(const struct use *use, const struct loss *loss, const char *call, long skip)
{
	unsigned int descriptors;
	int err;

	close_socket();
	descriptors = open_descriptors();
	fault_order_loss(call, skip, loss->lose);
	err = use->run();
	fault_cancel();
	ck_assert_msg(err <= 0 && err > -4096, "%s, without %s at %s %ld: %d", use->name, loss->name, call, skip, err);
	ck_assert_msg(!err || ipvlan_ctx_strerror(ctx)[0], "%s, without %s at %s %ld: %d and no words", use->name,
		      loss->name, call, skip, err);
	close_socket();
	ck_assert_msg(open_descriptors() == descriptors, "%s, without %s at %s %ld: a descriptor stays open", use->name,
		      loss->name, call, skip);
	use_tidy();
}

START_TEST(things_vanish)
{
	const struct use *use = &uses[_i];
	unsigned long tried = 0;
	long count;

	if (skips(use))
		return;
	OWN_TURN(_i);
	count_calls(use);
	count = fault_counted("send");
	for (size_t i = 0; i < loss_count; i++) {
		for (long skip = 0; skip < count; skip += skip + 1) {
			if (!is_chosen())
				continue;
			try_without(use, &losses[i], "send", skip);
			tried++;
		}
	}
	printf("%-30s %4lu losses\n", use->name, tried);
}
END_TEST

/* What the next requests would be answered with, said by somebody else: a link that is not there, and an end. */
static void forge_answers(struct transport *transport)
{
	_Alignas(struct nlmsghdr) uint8_t message[CODEC_REQUEST_SIZE];
	struct nlmsghdr end = {.nlmsg_len = sizeof(end), .nlmsg_type = NLMSG_DONE};
	struct link_request request = LINK_REQUEST_INIT;
	struct sockaddr_nl to;
	socklen_t size = sizeof(to);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), length;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(getsockname(transport_fd(transport), (struct sockaddr *)&to, &size), 0);
	request.name = "forged";
	length = codec_link_set(message, sizeof(message), &request);
	((struct nlmsghdr *)message)->nlmsg_type = RTM_NEWLINK;
	for (uint32_t i = 1; i < 4; i++) {
		((struct nlmsghdr *)message)->nlmsg_seq = end.nlmsg_seq = transport_last_request(transport) + i;
		ck_assert_int_eq(sendto(fd, message, (size_t)length, 0, (struct sockaddr *)&to, size), length);
		ck_assert_int_eq(sendto(fd, &end, sizeof(end), 0, (struct sockaddr *)&to, size), sizeof(end));
	}
	close(fd);
}

static int take_name(const struct nlmsghdr *nlh, void *data)
{
	struct ipvlan_link link;
	int err = codec_link_decode(nlh, &link);

	if (!err)
		memcpy(data, link.name, sizeof(link.name));
	return err;
}

START_TEST(other_processes_are_not_heard)
{
	_Alignas(struct nlmsghdr) uint8_t message[CODEC_REQUEST_SIZE];
	struct transport *transport;
	char name[IFNAMSIZ];
	struct ack ack;

	ck_assert_int_eq(transport_open(&transport), 0);
	for (int i = 0; i < 2; i++) {
		*name = '\0';
		ck_assert_int_gt(codec_link_get(message, sizeof(message), 0, "lo", -1, 0), 0);
		ck_assert_int_eq(transport_request(transport, (struct nlmsghdr *)message, take_name, name, &ack), 0);
		ck_assert_str_eq(name, "lo");
		/* The socket has an address by now. */
		forge_answers(transport);
	}
	transport_close(transport);
}
END_TEST

START_TEST(a_batch_keeps_what_it_has)
{
	struct batch batch = {0};
	void *room;

	fault_order(FAULT_MEMORY, 0, ENOMEM);
	room = batch_reserve(&batch);
	fault_cancel();
	ck_assert_ptr_null(room);
	ck_assert_uint_eq(batch.count, 0);
	ck_assert_ptr_nonnull(batch_reserve(&batch));
	batch_free(&batch);
}
END_TEST

static void begin(void)
{
	ck_assert_int_eq(private_machine_enter(), 0);
	use_begin();
}

/* Those that want ipvlan are the last ones. */
static int first_use(void)
{
	int i = 0;

	while (every > 1 && i < (int)use_count && !uses[i].wants_ipvlan)
		i++;
	return i;
}

static int run_tests(void)
{
	Suite *suite = suite_create("faults");
	TCase *all = tcase_create("all");

	choose();
	tcase_add_checked_fixture(all, begin, use_end);
	tcase_set_timeout(all, SECONDS);
	tcase_add_loop_test(all, every_call_fails_once, first_use(), (int)use_count);
	tcase_add_loop_test(all, things_vanish, first_use(), (int)use_count);
	tcase_add_test(all, other_processes_are_not_heard);
	tcase_add_test(all, a_batch_keeps_what_it_has);
	suite_add_tcase(suite, all);
	return run_suite(suite);
}

/* Where only our own processes are seen, so that a search of all of them is short, and always the same. */
static void run_alone(void)
{
	int status;
	pid_t pid;

	if (private_machine_enter() < 0 || unshare(CLONE_NEWPID) < 0)
		_exit(1);
	pid = fork();
	if (pid == 0)
		_exit(mount("proc", "/proc", "proc", 0, NULL) < 0 ? 1 : run_tests());
	/* The leak sanitizer would look at this process from one in the namespace that is gone. */
	_exit(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

int main(void)
{
	const char *missing = private_machine_missing();

	if (missing) {
		printf("SKIP: %s\n", missing);
		return 77;
	}
	run_alone();
}
