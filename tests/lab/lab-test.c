// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab-test.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define NETNS_DIR "/run/netns"

struct ipvlan_ctx *ctx;
char lab_notice[512];

static int home_fd = -1, arena_fd = -1;
static unsigned int fds_before;
static ino_t arena_inode;

/* Failures of the bench itself, not of what is tested on it. */
#define bench(condition) ck_assert_msg(condition, "the bench: %s: %s", #condition, strerror(errno))

static unsigned int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int count = 0;

	bench(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static ino_t current_netns(void)
{
	struct stat st;

	bench(stat("/proc/thread-self/ns/net", &st) == 0);
	return st.st_ino;
}

static const char *path_of(const char *name)
{
	static char path[300];

	snprintf(path, sizeof(path), NETNS_DIR "/%s", name);
	return path;
}

void lab_netns_add(const char *name)
{
	int back = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	int fd = open(path_of(name), O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);

	bench(back >= 0 && fd >= 0);
	close(fd);
	bench(unshare(CLONE_NEWNET) == 0);
	bench(mount("/proc/thread-self/ns/net", path_of(name), "none", MS_BIND, NULL) == 0);
	bench(setns(back, CLONE_NEWNET) == 0);
	close(back);
}

void lab_netns_del(const char *name)
{
	umount2(path_of(name), MNT_DETACH);
	unlink(path_of(name));
}

int lab_netns_open(const char *name)
{
	int fd = open(path_of(name), O_RDONLY | O_CLOEXEC);

	bench(fd >= 0);
	return fd;
}

void lab_enter(const char *name)
{
	int fd = lab_netns_open(name);

	bench(setns(fd, CLONE_NEWNET) == 0);
	close(fd);
}

void lab_leave(void)
{
	bench(setns(arena_fd, CLONE_NEWNET) == 0);
}

int lab_netns_hold(const char *name)
{
	int fd;

	lab_enter(name);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bench(fd >= 0);
	lab_leave();
	return fd;
}

pid_t lab_pid_start(const char *netns)
{
	int ready[2];
	pid_t pid;
	char byte;

	bench(pipe2(ready, O_CLOEXEC) == 0);
	pid = fork();
	bench(pid >= 0);
	if (pid == 0) {
		/* A test that fails does not come to ending it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (netns ? setns(open(path_of(netns), O_RDONLY), CLONE_NEWNET) : unshare(CLONE_NEWNET))
			_exit(1);
		(void)!write(ready[1], "x", 1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	bench(read(ready[0], &byte, 1) == 1);
	close(ready[0]);
	return pid;
}

void lab_pid_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

void lab_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	bench(fd >= 0);
	bench(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

/* One request, or one dump whose messages go to fn; 0 or -errno. */
static int ask(struct nlmsghdr *nlh, mnl_cb_t fn, void *data)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	uint8_t buf[32768];
	ssize_t size;
	int ret, on = 1;

	bench(nl && mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) == 0);
	mnl_socket_setsockopt(nl, NETLINK_GET_STRICT_CHK, &on, sizeof(on));
	nlh->nlmsg_seq = 1;
	bench(mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) > 0);
	do {
		size = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		bench(size > 0);
		ret = mnl_cb_run(buf, (size_t)size, 1, mnl_socket_get_portid(nl), fn, data);
	} while (ret > 0);
	ret = ret < 0 ? -errno : 0;
	mnl_socket_close(nl);
	return ret;
}

static struct nlmsghdr *begin(void *buf, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	return nlh;
}

static void put_data(struct nlmsghdr *nlh, const struct lab_link *link, int peer_fd)
{
	struct nlattr *data, *peer;

	if (!link->peer && !link->first_value)
		return;
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	if (link->first_value)
		mnl_attr_put_u32(nlh, 1, link->first_value);
	if (link->peer) {
		peer = mnl_attr_nest_start(nlh, VETH_INFO_PEER);
		mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
		mnl_attr_put_strz(nlh, IFLA_IFNAME, link->peer);
		if (peer_fd >= 0)
			mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, (uint32_t)peer_fd);
		mnl_attr_nest_end(nlh, peer);
	}
	mnl_attr_nest_end(nlh, data);
}

int lab_link_add(const struct lab_link *link)
{
	uint8_t buf[1024] = {0};
	struct nlmsghdr *nlh = begin(buf, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	struct nlattr *info;
	int err, fd = link->peer_netns ? lab_netns_open(link->peer_netns) : -1;

	ifi->ifi_index = link->index;
	ifi->ifi_flags = ifi->ifi_change = link->up ? IFF_UP : 0;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, link->name);
	if (link->parent)
		mnl_attr_put_u32(nlh, IFLA_LINK, if_nametoindex(link->parent));
	if (link->controller)
		mnl_attr_put_u32(nlh, IFLA_MASTER, if_nametoindex(link->controller));
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, link->kind);
	put_data(nlh, link, fd);
	mnl_attr_nest_end(nlh, info);
	err = ask(nlh, NULL, NULL);
	if (fd >= 0)
		close(fd);
	return err;
}

void lab_link_del(const char *name)
{
	uint8_t buf[256] = {0};
	struct nlmsghdr *nlh = begin(buf, RTM_DELLINK, 0);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));

	ifi->ifi_index = (int)if_nametoindex(name);
	ask(nlh, NULL, NULL);
}

void lab_link_set_controller(const char *name, const char *controller)
{
	uint8_t buf[256] = {0};
	struct nlmsghdr *nlh = begin(buf, RTM_NEWLINK, 0);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));

	ifi->ifi_index = (int)if_nametoindex(name);
	mnl_attr_put_u32(nlh, IFLA_MASTER, controller ? if_nametoindex(controller) : 0);
	ck_assert_int_eq(ask(nlh, NULL, NULL), 0);
}

void lab_move(const char *name, const char *netns)
{
	uint8_t buf[256] = {0};
	struct nlmsghdr *nlh = begin(buf, RTM_NEWLINK, 0);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));
	int fd = lab_netns_open(netns);

	ifi->ifi_index = (int)if_nametoindex(name);
	mnl_attr_put_u32(nlh, IFLA_NET_NS_FD, (uint32_t)fd);
	ck_assert_int_eq(ask(nlh, NULL, NULL), 0);
	close(fd);
}

void lab_link_set_up(const char *name, bool up)
{
	uint8_t buf[256] = {0};
	struct nlmsghdr *nlh = begin(buf, RTM_NEWLINK, 0);
	struct ifinfomsg *ifi = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifi));

	ifi->ifi_index = (int)if_nametoindex(name);
	ifi->ifi_change = IFF_UP;
	ifi->ifi_flags = up ? IFF_UP : 0;
	ck_assert_int_eq(ask(nlh, NULL, NULL), 0);
}

void lab_address_add(const char *link, const char *address, int length)
{
	uint8_t buf[256] = {0}, bytes[16];
	struct nlmsghdr *nlh = begin(buf, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
	struct ifaddrmsg *ifa = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));
	bool six = strchr(address, ':');

	bench(inet_pton(six ? AF_INET6 : AF_INET, address, bytes) == 1);
	ifa->ifa_family = six ? AF_INET6 : AF_INET;
	ifa->ifa_prefixlen = (uint8_t)length;
	ifa->ifa_index = if_nametoindex(link);
	ifa->ifa_flags = six ? IFA_F_NODAD : 0;
	mnl_attr_put(nlh, IFA_LOCAL, six ? 16 : 4, bytes);
	mnl_attr_put(nlh, IFA_ADDRESS, six ? 16 : 4, bytes);
	ck_assert_int_eq(ask(nlh, NULL, NULL), 0);
}

/* The kernel's state as text. */
struct picture {
	FILE *file;
	const char *netns;
};

static const char *index_name(unsigned int index)
{
	static char name[IF_NAMESIZE];

	return index && if_indextoname(index, name) ? name : "-";
}

/* Devices that some modules make in every namespace, at a time of their own. */
static bool is_fallback(const char *name)
{
	static const char *const names[] = {"tunl0",   "sit0",	  "ip6tnl0",  "gre0",	"gretap0",
					    "erspan0", "ip_vti0", "ip6_vti0", "ip6gre0"};
	size_t i;

	for (i = 0; i < COUNT_OF(names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static void draw_info(struct picture *p, const struct nlattr *info)
{
	const struct nlattr *attr, *inner;
	const char *kind = "";

	mnl_attr_for_each_nested (attr, info) {
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND) {
			kind = mnl_attr_get_str(attr);
			fprintf(p->file, " %s", kind);
		}
		if (mnl_attr_get_type(attr) != IFLA_INFO_DATA || strcmp(kind, "ipvlan") != 0)
			continue;
		mnl_attr_for_each_nested (inner, attr) {
			if (mnl_attr_get_type(inner) == IFLA_IPVLAN_MODE)
				fprintf(p->file, " mode %u", mnl_attr_get_u16(inner));
			else if (mnl_attr_get_type(inner) == IFLA_IPVLAN_FLAGS)
				fprintf(p->file, " flags %u", mnl_attr_get_u16(inner));
		}
	}
}

static int draw_link(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr, *info = NULL;
	const char *name = "", *shown;
	struct picture *p = data;
	uint32_t mtu = 0, parent = 0;
	int nsid = -1;

	mnl_attr_for_each (attr, nlh, sizeof(*ifi)) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME:
			name = mnl_attr_get_str(attr);
			break;
		case IFLA_MTU:
			mtu = mnl_attr_get_u32(attr);
			break;
		case IFLA_LINK:
			parent = mnl_attr_get_u32(attr);
			break;
		case IFLA_LINK_NETNSID:
			nsid = (int)mnl_attr_get_u32(attr);
			break;
		case IFLA_LINKINFO:
			info = attr;
			break;
		}
	}
	if (is_fallback(name))
		return MNL_CB_OK;
	shown = nsid < 0 ? index_name(parent) : "elsewhere";
	fprintf(p->file, "%s link %s %s mtu %u on %s", p->netns, name, ifi->ifi_flags & IFF_UP ? "up" : "down", mtu,
		shown);
	if (info)
		draw_info(p, info);
	fputc('\n', p->file);
	return MNL_CB_OK;
}

static int draw_address(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	char text[INET6_ADDRSTRLEN] = "";
	const struct nlattr *attr;
	struct picture *p = data;
	bool has_local = false;

	mnl_attr_for_each (attr, nlh, sizeof(*ifa)) {
		if (mnl_attr_get_type(attr) == IFA_LOCAL)
			has_local = true;
		else if (mnl_attr_get_type(attr) != IFA_ADDRESS || has_local)
			continue;
		inet_ntop(ifa->ifa_family, mnl_attr_get_payload(attr), text, sizeof(text));
	}
	fprintf(p->file, "%s addr %s %s/%u\n", p->netns, index_name(ifa->ifa_index), text, ifa->ifa_prefixlen);
	return MNL_CB_OK;
}

static int draw_route(const struct nlmsghdr *nlh, void *data)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	char to[INET6_ADDRSTRLEN] = "default", via[INET6_ADDRSTRLEN] = "";
	const struct nlattr *attr;
	struct picture *p = data;
	uint32_t device = 0;

	if (rtm->rtm_table != RT_TABLE_MAIN)
		return MNL_CB_OK;
	mnl_attr_for_each (attr, nlh, sizeof(*rtm)) {
		if (mnl_attr_get_type(attr) == RTA_DST)
			inet_ntop(rtm->rtm_family, mnl_attr_get_payload(attr), to, sizeof(to));
		else if (mnl_attr_get_type(attr) == RTA_GATEWAY)
			inet_ntop(rtm->rtm_family, mnl_attr_get_payload(attr), via, sizeof(via));
		else if (mnl_attr_get_type(attr) == RTA_OIF)
			device = mnl_attr_get_u32(attr);
	}
	fprintf(p->file, "%s route%s %s", p->netns, rtm->rtm_family == AF_INET6 ? "6" : "", to);
	if (rtm->rtm_dst_len)
		fprintf(p->file, "/%u", rtm->rtm_dst_len);
	if (via[0])
		fprintf(p->file, " via %s", via);
	fprintf(p->file, " dev %s\n", index_name(device));
	return MNL_CB_OK;
}

static void draw_all(struct picture *p, uint16_t type, size_t header, uint8_t family, mnl_cb_t fn)
{
	long start = ftell(p->file);
	uint8_t *body, buf[256];
	struct nlmsghdr *nlh;
	int err;

	/* Something changed while it was being told. */
	do {
		memset(buf, 0, sizeof(buf));
		nlh = begin(buf, type, NLM_F_DUMP);
		body = mnl_nlmsg_put_extra_header(nlh, header);
		body[0] = family;
		fseek(p->file, start, SEEK_SET);
		err = ask(nlh, fn, p);
	} while (err == -EINTR);
	bench(err == 0);
}

static void draw_here(struct picture *p)
{
	draw_all(p, RTM_GETLINK, sizeof(struct ifinfomsg), AF_UNSPEC, draw_link);
	draw_all(p, RTM_GETADDR, sizeof(struct ifaddrmsg), AF_INET, draw_address);
	draw_all(p, RTM_GETADDR, sizeof(struct ifaddrmsg), AF_INET6, draw_address);
	draw_all(p, RTM_GETROUTE, sizeof(struct rtmsg), AF_INET, draw_route);
	draw_all(p, RTM_GETROUTE, sizeof(struct rtmsg), AF_INET6, draw_route);
}

static int is_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

char *lab_state(void)
{
	struct picture p = {.netns = "arena"};
	struct dirent **names = NULL;
	char *text = NULL;
	int i, count, back;
	size_t size;

	p.file = open_memstream(&text, &size);
	back = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	bench(p.file && back >= 0);
	lab_leave();
	draw_here(&p);
	count = scandir(NETNS_DIR, &names, is_name, alphasort);
	for (i = 0; i < count; i++) {
		p.netns = names[i]->d_name;
		fprintf(p.file, "netns %s\n", p.netns);
		lab_enter(p.netns);
		draw_here(&p);
		free(names[i]);
	}
	free(names);
	bench(setns(back, CLONE_NEWNET) == 0);
	close(back);
	fclose(p.file);
	return text;
}

bool lab_has(const char *line)
{
	char *state = lab_state(), *at, *rest = state;
	bool found = false;

	while (!found && (at = strsep(&rest, "\n")))
		found = strcmp(at, line) == 0;
	free(state);
	return found;
}

char *lab_link_line(const char *netns, const char *link)
{
	char *state = lab_state(), *at, *rest = state, *line = NULL, wanted[300];

	snprintf(wanted, sizeof(wanted), "%s link %s ", netns[0] ? netns : "arena", link);
	while (!line && (at = strsep(&rest, "\n"))) {
		if (strncmp(at, wanted, strlen(wanted)) == 0)
			line = strdup(at);
	}
	free(state);
	return line;
}

void lab_slave(const char *name, const char *netns, int mode, int flags, const char *address)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", name);

	ipvlan_settings_set_mode(s, mode);
	ipvlan_settings_set_flags(s, flags);
	if (netns)
		ipvlan_settings_set_netns_name(s, netns);
	if (address)
		ipvlan_settings_add_address(s, address);
	ipvlan_settings_set_up(s, true);
	must(ipvlan_link_create(ctx, s, NULL));
	ipvlan_settings_free(s);
}

static bool matches(const char *wanted, const char *got)
{
	if (!wanted)
		return true;
	return wanted[0] ? got && strstr(got, wanted) : !got;
}

void lab_check_error(const char *file, int line, const char *what, int err, int code, enum ipvlan_stage stage,
		     const char *text, const char *holder, const char *hint)
{
	const struct ipvlan_error *e = ipvlan_ctx_get_error(ctx);

	if (err == code && ipvlan_error_get_code(e) == code && ipvlan_error_get_stage(e) == stage &&
	    matches(text, ipvlan_error_get_message(e)) && matches(holder, ipvlan_error_get_holder(e)) &&
	    matches(hint, ipvlan_error_get_hint(e)))
		return;
	ck_abort_msg("%s:%d: %s\n  wanted: %d, stage %s, \"%s\", holder \"%s\", hint \"%s\"\n"
		     "  got:    %d (error's own: %d), stage %s, \"%s\", holder \"%s\", hint \"%s\"",
		     file, line, what, code, ipvlan_stage_to_string(stage), text ? text : "*", holder ? holder : "*",
		     hint ? hint : "*", err, ipvlan_error_get_code(e),
		     ipvlan_stage_to_string(ipvlan_error_get_stage(e)), ipvlan_error_get_message(e),
		     ipvlan_error_get_holder(e), ipvlan_error_get_hint(e));
}

static void take_notice(enum ipvlan_log_level level, const char *text, void *data)
{
	(void)data;
	if (level == IPVLAN_LOG_NOTICE)
		snprintf(lab_notice, sizeof(lab_notice), "%s", text);
}

static void set_up(void)
{
	/* Once opened, libc keeps some descriptors of its own: count when nothing is left to be opened. */
	fds_before = count_fds();
	home_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	bench(unshare(CLONE_NEWNET) == 0);
	arena_fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	arena_inode = current_netns();
	lab_netns_add("ns0");
	lab_netns_add("ns1");
	bench(lab_link_add(&(struct lab_link){.kind = "dummy", .name = "eth0", .up = true}) == 0);
	lab_notice[0] = '\0';
	ck_assert_int_eq(ipvlan_ctx_new(&ctx), 0);
	ipvlan_ctx_set_log(ctx, take_notice, IPVLAN_LOG_NOTICE, NULL);
}

static void tear_down(void)
{
	ino_t inode = current_netns();
	unsigned int fds;

	ipvlan_ctx_free(ctx);
	ctx = NULL;
	setns(home_fd, CLONE_NEWNET);
	lab_netns_del("ns0");
	lab_netns_del("ns1");
	close(arena_fd);
	close(home_fd);
	fds = count_fds();
	ck_assert_msg(inode == arena_inode, "the library moved its caller to another namespace");
	ck_assert_msg(fds == fds_before, "%d file descriptors were left open", (int)fds - (int)fds_before);
}

TCase *lab_case(Suite *suite, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_add_checked_fixture(tc, set_up, tear_down);
	suite_add_tcase(suite, tc);
	return tc;
}

/* A shared mount before anything is mounted below, as ip-netns(8) makes it: names could not be taken back otherwise. */
static bool prepare_folder(void)
{
	return (mkdir(NETNS_DIR, 0755) == 0 || errno == EEXIST) &&
	       mount(NETNS_DIR, NETNS_DIR, "none", MS_BIND | MS_REC, NULL) == 0 &&
	       mount("", NETNS_DIR, "none", MS_SHARED | MS_REC, NULL) == 0;
}

int lab_main(Suite *suite)
{
	SRunner *runner;
	int failed;

	if (!getenv("IPVLAN_LAB")) {
		printf("skipped: this test wants a guest kernel: lab/in-guest runs it\n");
		return 77;
	}
	if (!prepare_folder()) {
		perror("the bench: " NETNS_DIR);
		return 99;
	}
	runner = srunner_create(suite);
	/* A process costs much in a guest, and valgrind would watch each. */
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? 1 : 0;
}
