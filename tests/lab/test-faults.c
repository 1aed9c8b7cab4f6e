// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults below the steps of a plan: each message or ioctl that changes something, and each system call that makes a
 * namespace, is refused in turn, by the kernel or before it gets there; whoever applies is killed at any of these
 * points; and what the kernel answers gets lost. The machine and the wish are drawn in scene.h.
 *
 * LAB_KILLS says how many are killed (default 25), LAB_SEED where (default: always the same points).
 */
#include "scene.h"
#include <linux/rtnetlink.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- between the library and the kernel: these stand before the C library's own */

enum fault {
	FAULT_NONE,
	FAULT_KERNEL,  /* a message becomes one that the kernel refuses */
	FAULT_SOCKET,  /* a datagram does not get to the kernel */
	FAULT_MACHINE, /* a namespace is not made, or gets no name */
	FAULT_KILL,    /* between two messages of a datagram, too */
	FAULT_ANSWER,  /* a message is obeyed, and what the kernel says of it is lost */
	FAULT_REFUSAL, /* a message is refused, and that is lost */
};

static enum fault fault;
static long point;	   /* where it strikes */
static atomic_long passed; /* points so far, in all threads */
static atomic_bool struck;
static atomic_bool insists; /* what was wished by ioctl and refused is refused once more, as a message */
static atomic_bool deaf;    /* to what is received next */

static void arm(enum fault what, long where)
{
	deaf = false;
	passed = 0;
	struck = false;
	insists = false;
	point = where;
	fault = what;
}

/* Whether this is the point. */
static bool strike(void)
{
	if (atomic_fetch_add(&passed, 1) != point)
		return false;
	struck = true;
	if (fault == FAULT_KILL)
		kill(getpid(), SIGKILL);
	return true;
}

static bool changes(const struct nlmsghdr *message)
{
	static const uint16_t types[] = {RTM_NEWLINK, RTM_DELLINK,  RTM_SETLINK, RTM_NEWADDR,
					 RTM_DELADDR, RTM_NEWROUTE, RTM_DELROUTE};
	size_t i;

	for (i = 0; i < COUNT_OF(types) && types[i] != message->nlmsg_type; i++)
		;
	return i < COUNT_OF(types);
}

static ssize_t send_really(int fd, const void *bytes, size_t size, int flags)
{
	return syscall(SYS_sendto, fd, bytes, size, flags, NULL, 0);
}

/* The messages before it have been heard. */
static void strike_midway(int fd, const uint8_t *bytes, size_t before)
{
	if (atomic_load(&passed) == point && before)
		send_really(fd, bytes, before, 0);
	strike();
}

static void spoil(struct nlmsghdr *message)
{
	if (fault != FAULT_ANSWER)
		message->nlmsg_type = RTM_MAX + 1;
	deaf = fault == FAULT_ANSWER || fault == FAULT_REFUSAL;
}

static ssize_t send_spoiled(int fd, const void *bytes, size_t size, int flags)
{
	uint8_t *copy = malloc(size);
	struct nlmsghdr *message;
	size_t at;
	ssize_t sent;

	memcpy(copy, bytes, size);
	for (at = 0; at < size; at += NLMSG_ALIGN(message->nlmsg_len)) {
		message = (struct nlmsghdr *)(copy + at);
		if (!changes(message))
			continue;
		if (fault == FAULT_KILL)
			strike_midway(fd, bytes, at);
		else if (atomic_exchange(&insists, false) || strike())
			spoil(message);
	}
	sent = send_really(fd, copy, size, flags);
	free(copy);
	return sent;
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
	if (fault != FAULT_NONE && fault != FAULT_SOCKET && fault != FAULT_MACHINE)
		return send_spoiled(fd, bytes, size, flags);
	if (fault == FAULT_SOCKET && changes(bytes) && (atomic_exchange(&insists, false) || strike())) {
		errno = ENOBUFS;
		return -1;
	}
	return send_really(fd, bytes, size, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	ssize_t size = syscall(SYS_recvmsg, fd, message, flags);

	if (size < 0 || !atomic_exchange(&deaf, false))
		return size;
	errno = ENOBUFS;
	return -1;
}

/* The library's are all of one argument. */
int ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;
	void *argument;

	va_start(arguments, request);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if (request == SIOCSIFFLAGS && fault != FAULT_NONE && fault != FAULT_MACHINE && strike()) {
		insists = true;
		errno = EPERM;
		return -1;
	}
	return (int)syscall(SYS_ioctl, fd, request, argument);
}

/* Whether a call that makes a namespace shall fail. */
static bool fails(int error)
{
	bool here = (fault == FAULT_MACHINE || fault == FAULT_KILL) && strike();

	if (here)
		errno = error;
	return here;
}

int unshare(int flags)
{
	return fails(ENOSPC) ? -1 : (int)syscall(SYS_unshare, flags);
}

int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)
{
	return fails(ENOMEM) ? -1 : (int)syscall(SYS_mount, source, target, type, flags, data);
}

/* ---- refused */

static const struct {
	enum fault fault;
	int codes[2];
	long least; /* so many points there are, or more */
} refusals[] = {
	{FAULT_KERNEL, {-EOPNOTSUPP, -EOPNOTSUPP}, 20},
	{FAULT_SOCKET, {-ENOBUFS, -ENOBUFS}, 12},
	{FAULT_MACHINE, {-ENOSPC, -ENOMEM}, 6},
};

/* Until the plan succeeds because there is no such point any more. */
static long fail_at_every_point(size_t kind)
{
	char *before = scene_state(), when[200];
	long where;
	int err;

	for (where = 0;; where++) {
		arm(refusals[kind].fault, where);
		err = ipvlan_plan_apply(ctx, plan, NULL, NULL);
		arm(FAULT_NONE, 0);
		if (!err)
			break;
		snprintf(when, sizeof(when), "fault %d at point %ld: %s", refusals[kind].fault, where,
			 ipvlan_ctx_strerror(ctx));
		ck_assert_msg(err == refusals[kind].codes[0] || err == refusals[kind].codes[1], "%d: %s", err, when);
		ck_assert_str_eq(lab_notice, "");
		scene_must_be(before, when);
	}
	free(before);
	return where;
}

START_TEST(test_refused_at_every_point)
{
	bool prune = _i & 1;
	size_t kind = (size_t)_i / 2;

	scene_plan(prune);
	ck_assert_int_ge(fail_at_every_point(kind), refusals[kind].least);
	scene_replan(prune);
	ck_assert_uint_eq(ipvlan_plan_get_step_count(plan), 0);
	scene_free();
}
END_TEST

/* ---- lost */

/* An address and a route of c. */
static struct ipvlan_transaction *two_additions(void)
{
	struct ipvlan_transaction *t = ipvlan_transaction_new();
	struct ipvlan_address *address;
	struct ipvlan_route *route;

	ck_assert_int_eq(ipvlan_address_new("10.0.0.99/24", &address), 0);
	ck_assert_int_eq(ipvlan_route_new("10.9.0.0/16", &route), 0);
	ck_assert_int_eq(ipvlan_transaction_add_address(t, NULL, "c", address), 0);
	ck_assert_int_eq(ipvlan_transaction_add_route(t, NULL, "c", route), 0);
	ipvlan_address_free(address);
	ipvlan_route_free(route);
	return t;
}

/*
 * Of what was added nobody knows whether it was there before: it stays, and is told. What was refused leaves nothing,
 * be that known or not.
 */
START_TEST(test_answers_are_lost)
{
	enum fault what = _i & 1 ? FAULT_REFUSAL : FAULT_ANSWER;
	struct ipvlan_transaction *t = two_additions();
	const struct ipvlan_error *error;
	char *before;

	scene_start();
	before = scene_state();
	arm(what, _i / 2);
	ck_assert_int_eq(ipvlan_plan_apply(ctx, ipvlan_transaction_get_plan(t), NULL, NULL), -ENOBUFS);
	arm(FAULT_NONE, 0);
	error = ipvlan_ctx_get_error(ctx);
	if (what == FAULT_REFUSAL) {
		ck_assert_uint_eq(ipvlan_error_get_left_count(error), 0);
		scene_must_be(before, "a refusal is lost");
	} else {
		ck_assert_uint_eq(ipvlan_error_get_left_count(error), 1);
		ck_assert_ptr_nonnull(strstr(lab_notice, "it is there, and may have been there before"));
		ck_assert_ptr_nonnull(strstr(ipvlan_error_get_hint(error), _i == 0 ? "10.0.0.99/24" : "10.9.0.0/16"));
	}
	free(before);
	ipvlan_transaction_free(t);
}
END_TEST

/* ---- killed */

static uint32_t seed;

static long dice(long sides)
{
	seed = seed * 1664525 + 1013904223;
	return (long)(seed >> 8) % sides;
}

static long number_from(const char *variable, long otherwise)
{
	const char *text = getenv(variable);

	return text ? atol(text) : otherwise;
}

static struct ipvlan_topology *wishes[2];
static char *states[2];

/* In the same namespaces, and otherwise as different from the other wish as can be. */
static void describe_second(void)
{
	topology = ipvlan_topology_new();
	ck_assert_int_eq(ipvlan_topology_add_parent(topology, "eth0", IPVLAN_MODE_L2, IPVLAN_FLAGS_BRIDGE), 0);
	ck_assert_int_eq(ipvlan_topology_add_netns(topology, "ns2", false), 0);
	SLAVE("a", "ns0", "10.0.0.2/24", "10.0.0.3/24", "fd00::2/64", "gw 10.0.0.1", "via 10.8.0.0/16", "mtu 1500");
	SLAVE("f", "ns1", "10.0.0.20/24", "fd00::20/64", "gw 10.0.0.1");
	SLAVE("g", "ns1", "10.0.0.21/24", "route 10.9.0.0/16");
	SLAVE("d", "ns3", "10.0.0.5/24", "fd00::5/64", "mtu 1400");
	SLAVE("e", "ns4", "10.0.0.7/24", "fd00::7/64", "gw 10.0.0.1", "mtu 1450");
	SLAVE("h", NULL, "10.0.0.40/24");
}

/*
 * What the wishes decide: not in which order a link got its addresses, nor whether a namespace's lo is up in which they
 * want no slave.
 */
static char *decided_state(void)
{
	return scene_sorted(" lo ");
}

static void converge(const char *when)
{
	int err;

	scene_replan(true);
	err = ipvlan_plan_apply(ctx, plan, NULL, NULL);
	ck_assert_msg(err == 0, "%s: %s", when, ipvlan_ctx_strerror(ctx));
	scene_replan(true);
	ck_assert_msg(ipvlan_plan_get_step_count(plan) == 0, "%s: something is left to do", when);
}

/* In a process of its own, with a context of its own. Returns whether it was killed. */
static bool apply_and_die(long where)
{
	struct ipvlan_ctx *own;
	struct ipvlan_plan *way;
	int status;
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		if (ipvlan_ctx_new(&own) || ipvlan_plan_new(own, topology, true, &way))
			_exit(2);
		arm(FAULT_KILL, where);
		_exit(ipvlan_plan_apply(own, way, NULL, NULL) ? 3 : 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0, "status %x",
		      (unsigned int)status);
	return WIFSIGNALED(status);
}

/* So that there is one to be made anew. Its slaves go first: they would keep their addresses until the kernel is done.
 */
static void lose_namespace(const char *name)
{
	static const char *const slaves[] = {"d", "e"};
	char line[40], *found;
	size_t i;

	lab_enter(name);
	for (i = 0; i < COUNT_OF(slaves); i++) {
		found = lab_link_line(name, slaves[i]);
		if (found)
			lab_link_del(slaves[i]);
		free(found);
	}
	lab_leave();
	lab_netns_del(name);
	snprintf(line, sizeof(line), "netns %s", name);
	must_not_have(line);
}

static void kill_once(unsigned int target, uint32_t from, long *killed)
{
	static const char *const names[] = {"ns2", "ns3", "ns4"};
	char when[80], *now;
	size_t i;
	long where = dice(45);

	for (i = 0; i < COUNT_OF(names); i++) {
		if (dice(2))
			lose_namespace(names[i]);
	}
	topology = wishes[target];
	snprintf(when, sizeof(when), "LAB_SEED=%u, kill %ld at point %ld", from, *killed, where);
	*killed += apply_and_die(where);
	converge(when);
	now = decided_state();
	ck_assert_msg(strcmp(now, states[target]) == 0, "%s\nwanted:\n%s\nis:\n%s", when, states[target], now);
	free(now);
}

START_TEST(test_killed_at_any_point)
{
	uint32_t from = (uint32_t)number_from("LAB_SEED", 1);
	long wanted = number_from("LAB_KILLS", 25), killed = 0, tries;

	seed = from;
	scene_plan(true);
	wishes[0] = topology;
	describe_second();
	wishes[1] = topology;
	converge("second wish");
	states[1] = decided_state();
	topology = wishes[0];
	converge("first wish");
	states[0] = decided_state();
	for (tries = 1; killed < wanted; tries++) {
		ck_assert_int_lt(tries, 4 * wanted);
		kill_once(tries & 1, from, &killed);
	}
	printf("LAB_SEED=%u: killed %ld times of %ld\n", from, killed, tries - 1);
	ipvlan_topology_free(wishes[topology == wishes[0]]);
	free(states[0]);
	free(states[1]);
	scene_free();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("faults");
	TCase *tc = lab_case(suite, "faults");

	tcase_set_timeout(tc, 900);
	tcase_add_loop_test(tc, test_refused_at_every_point, 0, 2 * (int)COUNT_OF(refusals));
	tcase_add_loop_test(tc, test_answers_are_lost, 0, 4);
	tcase_add_test(tc, test_killed_at_any_point);
	return lab_main(suite);
}
