// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * As many slaves as one parent can have: 65,533. What the kernel says to one more, in our words, and what the library
 * does with so many. The arena of lab-test.h with:
 *
 *   arena: eth0 --+-- s1
 *                 +-- …
 *                 +-- s65533
 *
 * Wants 4 GB of memory and ten minutes: run by many-slaves.test. Nothing is taken back, since that would take as long
 * again.
 */
#include "lab-test.h"
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <time.h>

#define MOST   65533
#define WINDOW 64

static size_t encode(void *buf, unsigned int number, unsigned int parent)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct nlattr *info, *data;
	char name[IFNAMSIZ];

	nlh->nlmsg_type = RTM_NEWLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
	nlh->nlmsg_seq = number;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	snprintf(name, sizeof(name), "s%u", number);
	mnl_attr_put_strz(nlh, IFLA_IFNAME, name);
	mnl_attr_put_u32(nlh, IFLA_LINK, parent);
	info = mnl_attr_nest_start(nlh, IFLA_LINKINFO);
	mnl_attr_put_strz(nlh, IFLA_INFO_KIND, "ipvlan");
	data = mnl_attr_nest_start(nlh, IFLA_INFO_DATA);
	mnl_attr_put_u16(nlh, IFLA_IPVLAN_MODE, IPVLAN_MODE_L2);
	mnl_attr_nest_end(nlh, data);
	mnl_attr_nest_end(nlh, info);
	return nlh->nlmsg_len;
}

static int take_ack(const struct nlmsghdr *nlh, void *data)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_type == NLMSG_ERROR) {
		ck_assert_msg(err->error == 0, "slave %u: %s", nlh->nlmsg_seq, strerror(-err->error));
		++*(unsigned int *)data;
	}
	return 0;
}

static void receive_acks(struct mnl_socket *nl, unsigned int wanted)
{
	uint8_t buf[32768];
	unsigned int got = 0;
	struct nlmsghdr *nlh;
	ssize_t size;
	int left;

	while (got < wanted) {
		size = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		ck_assert_int_gt(size, 0);
		left = (int)size;
		for (nlh = (struct nlmsghdr *)buf; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
			take_ack(nlh, &got);
	}
}

static void make_all(void)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	unsigned int parent = if_nametoindex("eth0"), done, count;
	static uint8_t buf[WINDOW * 256];
	size_t used;

	mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID);
	for (done = 0; done < MOST; done += count) {
		used = 0;
		for (count = 0; count < WINDOW && done + count < MOST; count++)
			used += encode(buf + used, done + count + 1, parent);
		ck_assert_int_eq(mnl_socket_sendto(nl, buf, used), (ssize_t)used);
		receive_acks(nl, count);
	}
	mnl_socket_close(nl);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

START_TEST(test_one_too_many)
{
	struct ipvlan_settings *s = ipvlan_settings_new("eth0", "one-too-many");
	struct ipvlan_link_list *list;
	struct ipvlan_link *link;
	double start = seconds();

	make_all();
	printf("%d slaves: %.1f s\n", MOST, seconds() - start);
	start = seconds();
	must_fail(ipvlan_link_create(ctx, s, NULL), -ENOSPC, IPVLAN_STAGE_CREATE,
		  "cannot make one-too-many on eth0: eth0 has as many slaves as one parent can have: 65,533", "",
		  "delete some, or use another parent");
	printf("refused: %.1f s\n", seconds() - start);
	start = seconds();
	must(ipvlan_link_list(ctx, IPVLAN_LINKS_IPVLAN, &list));
	ck_assert_uint_eq(ipvlan_link_list_get_count(list), MOST);
	ipvlan_link_list_free(list);
	printf("listed: %.1f s\n", seconds() - start);
	must_fail(ipvlan_port_change(ctx, "eth0", IPVLAN_MODE_L3, IPVLAN_FLAGS_UNSET, false), -EBUSY,
		  IPVLAN_STAGE_CONSENT, "in this namespace and 65529 more", "and 65529 more", NULL);
	/* One goes, one may come: the numbers of those that went are taken again. */
	must(ipvlan_link_delete(ctx, "s4711"));
	must(ipvlan_link_create(ctx, s, &link));
	ck_assert_int_eq(ipvlan_link_get_mode(link), IPVLAN_MODE_L2);
	ipvlan_link_free(link);
	ipvlan_settings_free(s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("many");
	TCase *tc = lab_case(suite, "many");

	tcase_add_test(tc, test_one_too_many);
	return lab_main(suite);
}
