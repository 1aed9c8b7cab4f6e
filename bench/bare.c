/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The floor: a loop of netlink requests that were encoded before the clock started; nothing is checked or looked up.
 *
 *   bare links KIND PARENT COUNT STEP      makes PARENT's slaves s00000..., "-" for links without a parent
 *   bare unlink COUNT STEP                 deletes them, one request each
 *   bare addresses FROM TO STEP SHARE DEV...  gives 10.1.0.0/32 + FROM and on, SHARE to each device
 *   bare readdresses FROM TO STEP SHARE DEV...   takes them away again
 *   bare dump KIND                         reads the links of that kind, and counts them
 *   bare pair KIND A B                     one device with its peer, for what this ip does not know yet
 *   bare flood DEV COUNT MAC LISTENER      sends frames to that group, and waits until the listener has them all
 *   bare deaf PORT                         a UDP socket that never reads, until it is ended
 *
 * What is done in steps prints a line for each: the number of the last one, and the nanoseconds of this process'
 * processor time that each took on average. The first step is half as long, so that later ones lie around their
 * numbers.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netpacket/packet.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIRST_ADDRESS 0x0a010000
#define MANY_DEVICES  1024

static _Alignas(struct nlmsghdr) char request[512], answer[1024];
static struct mnl_socket *sock;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static struct nlmsghdr *begin(uint16_t type, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(request);

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	return nlh;
}

static void transact(void)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)answer;
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(nlh);

	if (mnl_socket_sendto(sock, request, ((struct nlmsghdr *)request)->nlmsg_len) < 0)
		die("send");
	if (mnl_socket_recvfrom(sock, answer, sizeof(answer)) < 0)
		die("receive");
	errno = nlh->nlmsg_type == NLMSG_ERROR ? -error->error : EPROTO;
	if (errno)
		die("refused");
}

static double clock_of(clockid_t id)
{
	struct timespec time;

	clock_gettime(id, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double now(void)
{
	return clock_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* Calls one(from), ... one(to - 1), and tells what each step took. */
static void in_steps(unsigned int from, unsigned int to, unsigned int step, void (*one)(unsigned int number))
{
	unsigned int number, last = from, next = (from + step / 2) / step * step + step / 2;
	double began = now(), ended;

	for (number = from; number < to; number++) {
		one(number);
		if (number + 1 != next)
			continue;
		ended = now();
		printf("%u %.0f\n", next - step / 2, (ended - began) / (next - last));
		last = next;
		next += step;
		began = now();
	}
}

/* The name has its place in the message; only its digits change. */
static char *name_digits;

static void put_digits(unsigned int number)
{
	int at;

	for (at = 4; at >= 0; at--, number /= 10)
		name_digits[at] = (char)('0' + number % 10);
}

static void put_name(struct nlmsghdr *nlh)
{
	name_digits = (char *)mnl_nlmsg_get_payload_tail(nlh) + MNL_ATTR_HDRLEN + 1;
	mnl_attr_put_strz(nlh, IFLA_IFNAME, "s00000");
}

static void put_kind(struct nlmsghdr *nlh, const char *kind)
{
	struct nlattr *info = mnl_attr_nest_start(nlh, IFLA_LINKINFO), *data;
	bool is_ipvlan = strcmp(kind, "ipvlan") == 0;

	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, kind);
	if (is_ipvlan || strcmp(kind, "macvlan") == 0) {
		data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
		if (is_ipvlan)
			mnl_attr_put_u16(nlh, IFLA_IPVLAN_MODE, IPVLAN_MODE_L2);
		else
			mnl_attr_put_u32(nlh, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
		mnl_attr_nest_end(nlh, data);
	}
	mnl_attr_nest_end(nlh, info);
}

static void one_named(unsigned int number)
{
	put_digits(number);
	transact();
}

static void do_links(char **words)
{
	struct nlmsghdr *nlh = begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	put_name(nlh);
	if (strcmp(words[1], "-") != 0)
		mnl_attr_put_u32(nlh, IFLA_LINK, if_nametoindex(words[1]));
	put_kind(nlh, words[0]);
	in_steps(0, (unsigned int)atoi(words[2]), (unsigned int)atoi(words[3]), one_named);
}

static void do_unlink(char **words)
{
	struct nlmsghdr *nlh = begin(RTM_DELLINK, 0);

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	put_name(nlh);
	in_steps(0, (unsigned int)atoi(words[0]), (unsigned int)atoi(words[1]), one_named);
}

static unsigned int devices[MANY_DEVICES], share;
static uint32_t *address_places[2];

static void one_address(unsigned int number)
{
	struct ifaddrmsg *ifa = mnl_nlmsg_get_payload((struct nlmsghdr *)request);

	*address_places[0] = *address_places[1] = htonl(FIRST_ADDRESS + number);
	ifa->ifa_index = devices[number / share];
	transact();
}

static void change_addresses(uint16_t type, uint16_t flags, char **words)
{
	struct nlmsghdr *nlh = begin(type, flags);
	struct ifaddrmsg *ifa = mnl_nlmsg_put_extra_header(nlh, sizeof(*ifa));
	unsigned int n;

	ifa->ifa_family = AF_INET;
	ifa->ifa_prefixlen = 32;
	for (n = 0; n < 2; n++) {
		address_places[n] = (uint32_t *)((char *)mnl_nlmsg_get_payload_tail(nlh) + MNL_ATTR_HDRLEN);
		mnl_attr_put_u32(nlh, n ? IFA_ADDRESS : IFA_LOCAL, 0);
	}
	share = (unsigned int)atoi(words[3]);
	for (n = 0; words[4 + n] && n < MANY_DEVICES; n++) {
		devices[n] = if_nametoindex(words[4 + n]);
		if (!devices[n])
			die(words[4 + n]);
	}
	if ((unsigned int)atoi(words[1]) > n * share) {
		errno = ERANGE;
		die("more addresses than devices take");
	}
	in_steps((unsigned int)atoi(words[0]), (unsigned int)atoi(words[1]), (unsigned int)atoi(words[2]), one_address);
}

static void do_addresses(char **words)
{
	change_addresses(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, words);
}

static void do_readdresses(char **words)
{
	change_addresses(RTM_DELADDR, 0, words);
}

static int count_link(const struct nlmsghdr *nlh, void *data)
{
	unsigned int *count = data;

	(void)nlh;
	(*count)++;
	return MNL_CB_OK;
}

static void do_dump(char **words)
{
	struct nlmsghdr *nlh = begin(RTM_GETLINK, NLM_F_DUMP);
	unsigned int count = 0;
	char buf[32768];
	ssize_t size;
	int more;

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	put_kind(nlh, words[0]);
	mnl_attr_put_u32(nlh, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	mnl_socket_sendto(sock, request, nlh->nlmsg_len);
	do {
		size = mnl_socket_recvfrom(sock, buf, sizeof(buf));
		more = size < 0 ? -1 : mnl_cb_run(buf, (size_t)size, 0, 0, count_link, &count);
	} while (more > 0);
	if (more < 0)
		die("dump");
	printf("%u\n", count);
}

/* Its first attribute is the mode: 0 is that with Ethernet headers. */
static void do_pair(char **words)
{
	struct nlmsghdr *nlh = begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *info, *data, *peer;

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, words[1]);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, words[0]);
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	peer = mnl_attr_nest_start(nlh, 1);
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	mnl_attr_put_strz(nlh, IFLA_IFNAME, words[2]);
	mnl_attr_nest_end(nlh, peer);
	mnl_attr_put_u32(nlh, 3, 0);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	transact();
}

static unsigned long received_by(const char *dev)
{
	char path[128], text[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/rx_packets", dev);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		die(path);
	fclose(file);
	return strtoul(text, NULL, 10);
}

/*
 * The copies are made by a worker of the kernel's, after the sending: what it costs is all the time that goes by, less
 * what is spent here with waiting. That the processor is never idle keeps a clock of instructions from jumping.
 */
static void do_flood(char **words)
{
	const unsigned int count = (unsigned int)atoi(words[1]), burst = 100;
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(words[0])};
	uint8_t frame[60] = {[12] = 0x08, [14] = 0x45};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	unsigned long target = received_by(words[3]);
	double began, waited = 0, from;
	unsigned int i;

	if (!ether_aton_r(words[2], (struct ether_addr *)frame))
		die(words[2]);
	began = clock_of(CLOCK_MONOTONIC);
	for (i = 0; i < count; i++) {
		if (sendto(fd, frame, sizeof(frame), 0, (const struct sockaddr *)&to, sizeof(to)) < 0)
			die("flood");
		if ((i + 1) % burst)
			continue;
		target += burst;
		from = clock_of(CLOCK_THREAD_CPUTIME_ID);
		while (received_by(words[3]) < target)
			sched_yield();
		waited += clock_of(CLOCK_THREAD_CPUTIME_ID) - from;
	}
	printf("%.0f\n", (clock_of(CLOCK_MONOTONIC) - began - waited) / count);
}

static void do_deaf(char **words)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(words[0]))};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&any, sizeof(any)) < 0)
		die("deaf");
	pause();
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int words;
		void (*run)(char **words);
	} verbs[] = {
		{"links", 4, do_links},		{"unlink", 2, do_unlink},
		{"addresses", 5, do_addresses}, {"readdresses", 5, do_readdresses},
		{"dump", 1, do_dump},		{"pair", 3, do_pair},
		{"flood", 4, do_flood},		{"deaf", 1, do_deaf},
	};
	size_t i;

	sock = mnl_socket_open(NETLINK_ROUTE);
	if (!sock || mnl_socket_bind(sock, 0, MNL_SOCKET_AUTOPID) < 0)
		die("socket");
	for (i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(argv[1], verbs[i].name) == 0 && argc - 2 >= verbs[i].words) {
			verbs[i].run(argv + 2);
			return 0;
		}
	}
	fprintf(stderr, "usage: see the head of bare.c\n");
	return 2;
}
