// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Refusals that no kernel gives on demand: a wire that answers chosen requests itself, and lets all others through to
 * the kernel of a machine of the test's own. A link of kind ipvlan is a dummy there, so that a kernel without ipvlan
 * will do. Each refusal must be told with its errno, its reason and what to do; and the link must be gone again.
 *
 *     context ── wire ──┬── refuse: this test
 *                       └── else:   the kernel; eth0 (the parent)
 */
#include "internal.h"
#include "private-machine.h"
#include "rights.h"
#include "support.h"
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of requests of a type, those about lo or not, those that make a link of kind ipvlan or not. */
enum about { ANY, MAKES, SETS, SETS_LO, GETS_AFTER_MAKING };

struct refusal {
	uint16_t type;
	enum about about;
	int code;
	const char *words; /* the kernel's, or NULL */
	uint16_t attribute;
};

struct end {
	int fd;
	const struct refusal *refusal;
	bool was_made;
	struct {
		_Alignas(struct nlmsghdr) uint8_t bytes[512];
		size_t size;
	} answers[8];
	size_t answer_count, answers_taken;
};

static struct end end;
static struct ipvlan_ctx *ctx;

static int shell(const char *command)
{
	return system(command); /* NOLINT(cert-env33-c): a fixed text, in a machine of our own */
}

static bool exists(const char *link)
{
	char command[64];

	snprintf(command, sizeof(command), "ip link show %s >/dev/null 2>&1", link);
	return shell(command) == 0;
}

/* ---- the wire */

static void answer(const struct nlmsghdr *request, const struct refusal *refusal)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(end.answers[end.answer_count].bytes);
	struct nlmsgerr *err = mnl_nlmsg_put_extra_header(nlh, sizeof(*err));

	ck_assert_uint_lt(end.answer_count, COUNT(end.answers));
	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_seq = request->nlmsg_seq;
	nlh->nlmsg_flags = NLM_F_CAPPED;
	err->error = refusal ? refusal->code : 0;
	err->msg = *request;
	if (refusal && (refusal->words || refusal->attribute))
		nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	if (refusal && refusal->words)
		mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, refusal->words);
	if (refusal && refusal->attribute)
		mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, MNL_NLMSG_HDRLEN + sizeof(struct ifinfomsg));
	end.answers[end.answer_count++].size = nlh->nlmsg_len;
}

static bool makes_link(const struct nlmsghdr *nlh)
{
	return nlh->nlmsg_type == RTM_NEWLINK && (nlh->nlmsg_flags & NLM_F_CREATE);
}

static bool is_lo(const struct nlmsghdr *nlh)
{
	return ((const struct ifinfomsg *)mnl_nlmsg_get_payload(nlh))->ifi_index == 1;
}

static bool is_refused(const struct nlmsghdr *nlh)
{
	if (!end.refusal || nlh->nlmsg_type != end.refusal->type)
		return false;
	switch (end.refusal->about) {
	case MAKES:
		return makes_link(nlh);
	case SETS:
		return !makes_link(nlh) && !is_lo(nlh);
	case SETS_LO:
		return !makes_link(nlh) && is_lo(nlh);
	case GETS_AFTER_MAKING:
		return end.was_made;
	case ANY:
		break;
	}
	return true;
}

/* The stand-in for a slave, of the name that was asked for. */
static void make_dummy(const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;
	char command[128] = "false";

	mnl_attr_for_each (attr, nlh, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) == IFLA_IFNAME)
			snprintf(command, sizeof(command),
				 "ip link add %s type dummy 2>/dev/null || ip link add %s type veth peer name twin",
				 mnl_attr_get_str(attr), mnl_attr_get_str(attr));
	}
	ck_assert_int_eq(shell(command), 0);
	end.was_made = true;
}

static int end_send(void *data, const void *messages, size_t size)
{
	const struct nlmsghdr *nlh = messages;
	int left = (int)size;

	(void)data;
	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (is_refused(nlh)) {
			answer(nlh, end.refusal);
		} else if (makes_link(nlh)) {
			make_dummy(nlh);
			answer(nlh, NULL);
		} else if (send(end.fd, nlh, nlh->nlmsg_len, 0) < 0) {
			return -errno;
		}
	}
	return 0;
}

static ssize_t end_receive(void *data, void *buffer, size_t size)
{
	ssize_t got;

	(void)data;
	if (end.answers_taken < end.answer_count) {
		got = (ssize_t)end.answers[end.answers_taken].size;
		memcpy(buffer, end.answers[end.answers_taken++].bytes, (size_t)got);
		return got;
	}
	end.answers_taken = end.answer_count = 0;
	got = recv(end.fd, buffer, size, 0);
	return got < 0 ? -errno : got;
}

/* ---- a machine */

static void begin(void)
{
	static const struct ipvlan_wire wire = {.send = end_send, .receive = end_receive};
	struct timeval patience = {.tv_sec = 5};

	ck_assert_int_eq(private_machine_enter(), 0);
	ck_assert_int_eq(
		shell("{ ip link add eth0 type dummy || ip link add eth0 type veth peer name eth1; } 2>/dev/null"), 0);
	end = (struct end){.fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)};
	ck_assert_int_ge(end.fd, 0);
	/* A request that nobody answers is a fault of the test, not a reason to wait. */
	ck_assert_int_eq(setsockopt(end.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	ck_assert_int_eq(ipvlan_ctx_new_over(&wire, -1, &ctx), 0);
}

static void finish(void)
{
	ipvlan_ctx_free(ctx);
	close(end.fd);
}

#define ck_said(text)                                                                                \
	ck_assert_msg(strstr(ipvlan_ctx_strerror(ctx), text), "expected: ... %s ...\ngot: %s", text, \
		      ipvlan_ctx_strerror(ctx))

/* ---- making a slave */

static struct {
	const char *what;
	struct refusal refusal;
	const char *parent;
	int mode, flags;
	bool is_nameless;
	enum ipvlan_stage stage;
	const char *said[2];
} creations[] = {
	{"a parent that is full",
	 {RTM_NEWLINK, MAKES, -ENOSPC},
	 .stage = IPVLAN_STAGE_CREATE,
	 .said = {"eth0 has as many slaves as one parent can have", "use another parent"}},
	{"a kernel without l3s",
	 {RTM_NEWLINK, MAKES, -524},
	 .mode = IPVLAN_MODE_L3S,
	 .stage = IPVLAN_STAGE_CREATE,
	 .said = {"built without l3s mode", "CONFIG_IPVLAN_L3S"}},
	{"a parent whose packets somebody takes who cannot be seen",
	 {RTM_NEWLINK, MAKES, -EBUSY},
	 .stage = IPVLAN_STAGE_CREATE,
	 .said = {"something else takes the packets of eth0", "Open vSwitch"}},
	{"a parent that is no Ethernet device",
	 {RTM_NEWLINK, MAKES, -EINVAL},
	 .parent = "sit0",
	 .stage = IPVLAN_STAGE_CREATE,
	 .said = {"sit0 is not an Ethernet device (hardware type 776)", "a parent is an Ethernet-like device"}},
	{"a mode of the future",
	 {RTM_NEWLINK, MAKES, -EINVAL},
	 .mode = 9,
	 .stage = IPVLAN_STAGE_CREATE,
	 .said = {"this kernel does not know mode 9", "cannot make ipvl0 on eth0"}},
	{"flags of the future",
	 {RTM_NEWLINK, MAKES, -EINVAL},
	 .flags = 64,
	 .stage = IPVLAN_STAGE_CREATE,
	 .said = {"this kernel does not know flags 0x40", "cannot make ipvl0 on eth0"}},
	{"an attribute that the kernel points to",
	 {RTM_NEWLINK, MAKES, -EINVAL, .attribute = 1},
	 .stage = IPVLAN_STAGE_CREATE,
	 .said = {"the kernel objects to ", "Invalid argument"}},
	{"a refusal without a word",
	 {RTM_NEWLINK, MAKES, -EINVAL},
	 .stage = IPVLAN_STAGE_CREATE,
	 .said = {"`dmesg` may say more", "Invalid argument"}},
	{"a link that is gone when it is looked for",
	 {RTM_GETLINK, GETS_AFTER_MAKING, -ENOMEM},
	 .stage = IPVLAN_STAGE_CREATE,
	 .said = {"cannot find ipvl0 after making it", "Cannot allocate memory"}},
	{"a link that does not come up",
	 {RTM_NEWLINK, SETS, -ENOMEM},
	 .stage = IPVLAN_STAGE_UP,
	 .said = {"cannot make ipvl0 in ", ": link up: Cannot allocate memory"}},
	{"a name that somebody took meanwhile",
	 {RTM_NEWLINK, SETS, -EEXIST},
	 .is_nameless = true,
	 .stage = IPVLAN_STAGE_RENAME,
	 .said = {": name: ", "there is a link of that name already"}},
	{"an address that an invisible slave has",
	 {RTM_NEWADDR, ANY, -EADDRINUSE},
	 .stage = IPVLAN_STAGE_ADDRESS,
	 .said = {"address 10.0.0.2/24", "in a namespace that cannot be seen from here"}},
	{"a route on a link that went down",
	 {RTM_NEWROUTE, ANY, -ENETDOWN},
	 .stage = IPVLAN_STAGE_ROUTE,
	 .said = {"route default via 10.0.0.1: the link is down", "bring it up first"}},
	{"a source address that is not ready",
	 {RTM_NEWROUTE, ANY, -EINVAL, "Invalid source address"},
	 .stage = IPVLAN_STAGE_ROUTE,
	 .said = {"Invalid source address", "set nodad on the address"}},
	{"a loopback that does not come up",
	 {RTM_NEWLINK, SETS_LO, -EPERM},
	 .stage = IPVLAN_STAGE_LOOPBACK,
	 .said = {": lo up: Operation not permitted", "CAP_NET_ADMIN"}},
};

static struct ipvlan_settings *settings_of(int i)
{
	struct ipvlan_settings *s = ipvlan_settings_new(creations[i].parent ? creations[i].parent : "eth0",
							creations[i].is_nameless ? NULL : "ipvl0");

	ipvlan_settings_set_mode(s, creations[i].mode);
	ipvlan_settings_set_flags(s, creations[i].flags);
	ipvlan_settings_add_address(s, "10.0.0.2/24");
	ipvlan_settings_set_gateway(s, "10.0.0.1");
	ipvlan_settings_set_up(s, true);
	ipvlan_settings_set_loopback_up(s, true);
	return s;
}

static bool can_have(const char *parent)
{
	return !parent || exists(parent) || shell("ip link add sit0 type sit 2>/dev/null") == 0 || exists(parent);
}

START_TEST(a_slave_that_is_refused_leaves_nothing)
{
	struct ipvlan_settings *s = settings_of(_i);
	unsigned int before;
	int err;

	if (can_have(creations[_i].parent)) {
		end.refusal = &creations[_i].refusal;
		before = open_descriptors();
		err = ipvlan_link_create(ctx, s, NULL);
		ck_assert_msg(err == creations[_i].refusal.code, "%s: %d (%s)", creations[_i].what, err,
			      ipvlan_ctx_strerror(ctx));
		ck_assert_int_eq(ipvlan_error_get_stage(ipvlan_ctx_get_error(ctx)), creations[_i].stage);
		ck_said(creations[_i].said[0]);
		ck_said(creations[_i].said[1]);
		ck_assert_uint_eq(open_descriptors(), before);
		/* What cannot be looked for cannot be taken away either. */
		ck_assert(creations[_i].refusal.about == GETS_AFTER_MAKING ||
			  shell("test \"$(ip -o link show | grep -c ipvl)\" = 0") == 0);
	}
	ipvlan_settings_free(s);
}
END_TEST

/* ---- a kernel that does not know the kind */

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	ck_assert_int_eq(fclose(file), 0);
}

/* Another file in the place of one that cannot be written, for us alone. */
static void stand_in(const char *path, const char *text)
{
	write_file("/run/stand-in", text);
	ck_assert_int_eq(mount("/run/stand-in", path, "none", MS_BIND, NULL), 0);
}

static void put_list(const char *text)
{
	write_file("/run/modules.dep", text);
	ck_assert_int_eq(shell("mkdir /lib/modules/$(uname -r) && mv /run/modules.dep /lib/modules/$(uname -r)"), 0);
}

static void put_module(void)
{
	put_list("kernel/drivers/net/ipvlan/ipvlan.ko:\n");
}

static void put_another(void)
{
	put_list("kernel/drivers/net/dummy.ko:\n");
}

static void block_at_boot(void)
{
	put_module();
	stand_in("/proc/cmdline", "quiet module_blacklist=foo,ipvlan ro\n");
}

/* A kernel takes 2,048 bytes, or more. */
static void block_at_boot_late(void)
{
	char text[2000];

	put_module();
	snprintf(text, sizeof(text), "%01013d module_blacklist=ipvlan\n", 0);
	stand_in("/proc/cmdline", text);
}

static void lock_modules(void)
{
	put_module();
	/* A kernel without modules has no such file. */
	ck_assert_int_eq(mount("tmpfs", "/proc/sys/kernel", "tmpfs", 0, NULL), 0);
	write_file("/proc/sys/kernel/modules_disabled", "1\n");
}

static void block_by_modprobe(void)
{
	put_module();
	ck_assert_int_eq(shell("mkdir -p /run/modprobe.d"), 0);
	write_file("/run/modprobe.d/lab.conf", "# none of them\nblacklist ipvlan\n");
}

/* modprobe reads no copies of files that somebody has kept. */
static void block_by_nothing(void)
{
	put_module();
	ck_assert_int_eq(shell("mkdir -p /run/modprobe.d"), 0);
	write_file("/run/modprobe.d/lab.conf.old", "blacklist ipvlan\n");
	write_file("/run/modprobe.d/.lab.conf", "blacklist ipvlan\n");
}

static void do_nothing(void)
{
}

static const struct {
	void (*prepare)(void);
	enum module_state state;
	const char *hint;
} modules[] = {
	{do_nothing, MODULE_UNSEEN, "whether there is a module cannot be seen from here"},
	{put_another, MODULE_MISSING, "no ipvlan.ko is in /lib/modules/"},
	{put_module, MODULE_LOADABLE, "run `modprobe ipvlan` as root"},
	{block_at_boot, MODULE_BLOCKED, "blacklisted by the kernel's command line (/proc/cmdline)"},
	{block_at_boot_late, MODULE_BLOCKED, "blacklisted by the kernel's command line (/proc/cmdline)"},
	{block_by_modprobe, MODULE_BLOCKED, "blacklisted by /run/modprobe.d/lab.conf"},
	{block_by_nothing, MODULE_LOADABLE, "run `modprobe ipvlan` as root"},
	{lock_modules, MODULE_BLOCKED, "switched off until the next boot"},
};

/* The refusal is the same each time, and so is its errno; why, and what to do, is found in the machine's files. */
START_TEST(a_module_that_is_not_there_is_looked_for)
{
	static const struct refusal refusal = {RTM_NEWLINK, MAKES, -EOPNOTSUPP};
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "ipvl0");
	char hint[400];

	/* modprobe's own settings, what is loaded and the kernel's configuration are this machine's: not to be seen. */
	ck_assert_int_eq(mount("tmpfs", "/lib/modules", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(shell("for folder in /boot /etc/modprobe.d /run/modprobe.d /lib/modprobe.d /sys/module; do"
			       " test ! -d $folder || mount -t tmpfs tmpfs $folder || exit; done"),
			 0);
	modules[_i].prepare();
	ck_assert_int_eq(module_probe(hint, sizeof(hint)), modules[_i].state);
	end.refusal = &refusal;
	ck_assert_int_eq(ipvlan_link_create(ctx, s, NULL), -EOPNOTSUPP);
	ck_said("this kernel does not have the link kind \"ipvlan\"");
	ck_said(modules[_i].hint);
	ipvlan_settings_free(s);
}
END_TEST

/* ---- rights */

/* A process in a user namespace of its own and a network namespace that this one owns. 0: that cannot be had here. */
static pid_t start_stranger(void)
{
	int ready[2];
	pid_t pid;
	char byte;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWUSER | CLONE_NEWNET) || write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		pid = 0;
	close(ready[0]);
	return pid;
}

static void ck_explained(const struct ipvlan_netns *netns, const char *what, const char *place)
{
	fail(ctx, -EPERM, IPVLAN_STAGE_CHANGE, "cannot do it");
	explain_permission(ctx, netns);
	ck_said("CAP_NET_ADMIN");
	ck_said(what);
	ck_said(place);
	fail(ctx, -EPERM, IPVLAN_STAGE_NETNS, "cannot go there");
	explain_entry(ctx, netns);
	ck_said("CAP_SYS_ADMIN");
	ck_said(what);
}

/* Who lacks a right, who has it in vain, and whose rights count for nothing there. */
START_TEST(what_is_missing_is_said)
{
	struct ipvlan_netns *theirs;
	pid_t stranger = start_stranger();

	ck_explained(ctx->netns, "so the parent's namespace or a security module refused", "over this namespace");
	set_rights(false);
	ck_explained(ctx->netns, "is missing over the user namespace that owns", "run as root");
	set_rights(true);
	if (stranger) {
		ck_assert_int_eq(ipvlan_netns_open_pid(ctx, stranger, &theirs), 0);
		ck_explained(theirs, "its capabilities count for nothing there", "in another user namespace");
		ipvlan_netns_free(theirs);
		kill(stranger, SIGKILL);
		waitpid(stranger, NULL, 0);
	}
	/* Another errno has other reasons. */
	fail(ctx, -ENOENT, IPVLAN_STAGE_NETNS, "cannot go there");
	explain_entry(ctx, ctx->netns);
	ck_assert_ptr_null(ipvlan_error_get_hint(ipvlan_ctx_get_error(ctx)));
}
END_TEST

/* A change of mode has the creation's words for a kernel without the mode: the errno is the kernel's own, nameless. */
START_TEST(a_mode_that_the_kernel_lacks_is_told_of_a_change)
{
	fail(ctx, -524, IPVLAN_STAGE_CHANGE, "cannot change it");
	explain_port_change(ctx, ctx->netns);
	ck_said("cannot change it: this kernel was built without l3s mode");
	ck_said("CONFIG_IPVLAN_L3S");
	fail(ctx, -EINVAL, IPVLAN_STAGE_CHANGE, "cannot change it");
	explain_port_change(ctx, ctx->netns);
	ck_said("this kernel may not know that mode");
	fail(ctx, -EPERM, IPVLAN_STAGE_CHANGE, "cannot change it");
	explain_port_change(ctx, ctx->netns);
	ck_said("CAP_NET_ADMIN");
}
END_TEST

/* Before our module is asked, be it there or not. */
START_TEST(what_is_no_address_is_not_locked)
{
	ck_assert_int_eq(ipvlan_module_lock_address(ctx, "eth0", "10.0.0.1/24", "ipvl0", NULL), -EINVAL);
	ck_said("cannot lock or unlock '10.0.0.1/24': it is no address such as 10.0.0.1 or fd00::1");
	ck_assert_int_eq(ipvlan_error_get_stage(ipvlan_ctx_get_error(ctx)), IPVLAN_STAGE_SETTINGS);
	ck_assert_int_eq(ipvlan_module_unlock_address(ctx, "eth0", ""), -EINVAL);
	ck_said("cannot lock or unlock ''");
}
END_TEST

int main(void)
{
	const char *missing = private_machine_missing();
	Suite *suite;
	TCase *making;

	if (missing) {
		printf("SKIP: %s\n", missing);
		return 77;
	}
	suite = suite_create("refusals");
	making = tcase_create("making");
	tcase_add_checked_fixture(making, begin, finish);
	tcase_add_loop_test(making, a_module_that_is_not_there_is_looked_for, 0, COUNT(modules));
	tcase_add_loop_test(making, a_slave_that_is_refused_leaves_nothing, 0, COUNT(creations));
	tcase_add_test(making, what_is_missing_is_said);
	tcase_add_test(making, a_mode_that_the_kernel_lacks_is_told_of_a_change);
	tcase_add_test(making, what_is_no_address_is_not_locked);
	suite_add_tcase(suite, making);
	return run_suite(suite);
}
