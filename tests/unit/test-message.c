// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages for programs with a socket of their own, and a context over a wire at whose other end is no kernel. */
#include "codec.h"
#include "settings.h"
#include "support.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Alignas(struct nlmsghdr) uint8_t buf[IPVLAN_MESSAGE_SIZE];

/* A slave's message as the kernel might send it. */
static struct ipvlan_link *slave(int ifindex, const char *name, int mode, int flags, uint32_t mtu)
{
	struct link_request request = LINK_REQUEST_INIT;
	struct ipvlan_link *link;
	int length;

	request.ifindex = ifindex;
	request.name = name;
	request.kind = "ipvlan";
	request.parent_index = 7;
	request.mode = mode;
	request.flags = flags;
	request.mtu = mtu;
	length = codec_link_set(buf, sizeof(buf), &request);
	ck_assert_int_gt(length, 0);
	ck_assert_int_eq(ipvlan_link_decode(buf, (size_t)length, &link), 0);
	return link;
}

START_TEST(a_link_is_read_with_mode_and_flags)
{
	struct ipvlan_link *link = slave(9, "ipvl0", IPVLAN_MODE_L3S, IPVLAN_F_VEPA, 1400);

	ck_assert_int_eq(ipvlan_link_get_ifindex(link), 9);
	ck_assert_str_eq(ipvlan_link_get_name(link), "ipvl0");
	ck_assert_str_eq(ipvlan_link_get_kind(link), "ipvlan");
	ck_assert_int_eq(ipvlan_link_get_mode(link), IPVLAN_MODE_L3S);
	ck_assert_int_eq(ipvlan_link_get_flags(link), IPVLAN_F_VEPA);
	ck_assert_int_eq(ipvlan_link_get_parent_index(link), 7);
	ck_assert_ptr_null(ipvlan_link_get_parent_name(link));
	ck_assert_uint_eq(ipvlan_link_get_address_count(link), 0);
	ipvlan_link_free(link);
}
END_TEST

START_TEST(other_messages_are_no_links)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	struct ipvlan_link *link = slave(9, "ipvl0", 0, 0, 1400);
	size_t size = nlh->nlmsg_len, cut;

	ipvlan_link_free(link);
	for (cut = 0; cut < size; cut++)
		ck_assert_int_eq(ipvlan_link_decode(buf, cut, &link), -EBADMSG);
	ck_assert_int_eq(ipvlan_link_decode(buf, SIZE_MAX, &link), -EBADMSG);
	nlh->nlmsg_type = RTM_DELLINK;
	ck_assert_int_eq(ipvlan_link_decode(buf, size, &link), 0);
	ipvlan_link_free(link);
	nlh->nlmsg_type = RTM_NEWADDR;
	ck_assert_int_eq(ipvlan_link_decode(buf, size, &link), -EBADMSG);
	nlh->nlmsg_type = RTM_NEWLINK;
	((struct ifinfomsg *)mnl_nlmsg_get_payload(nlh))->ifi_family = AF_BRIDGE;
	ck_assert_int_eq(ipvlan_link_decode(buf, size, &link), -EAFNOSUPPORT);
}
END_TEST

START_TEST(settings_become_a_request)
{
	struct ipvlan_settings *s = ipvlan_settings_new(NULL, "ipvl0");
	struct link_request request = LINK_REQUEST_INIT;
	uint8_t wanted[IPVLAN_MESSAGE_SIZE];
	int length, fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	ck_assert_int_eq(ipvlan_settings_encode(s, buf, sizeof(buf)), -EINVAL);
	ipvlan_settings_set_parent_index(s, 7);
	ipvlan_settings_set_mode(s, IPVLAN_MODE_L2);
	ipvlan_settings_set_flags(s, IPVLAN_F_PRIVATE);
	ipvlan_settings_set_mtu(s, 1400);
	ipvlan_settings_set_up(s, true);
	ipvlan_settings_set_netns_pid(s, 42);
	length = ipvlan_settings_encode(s, buf, sizeof(buf));
	request = (struct link_request){.name = "ipvl0",
					.kind = "ipvlan",
					.parent_index = 7,
					.mode = IPVLAN_MODE_L2,
					.flags = IPVLAN_F_PRIVATE,
					.mtu = 1400,
					.netns_fd = -1,
					.netns_pid = 42,
					.device_flags = IFF_UP,
					.device_change = IFF_UP};
	ck_assert_int_eq(length, codec_link_create(wanted, sizeof(wanted), &request));
	ck_assert_int_eq(memcmp(buf, wanted, (size_t)length), 0);
	ck_assert_int_eq(ipvlan_settings_encode(s, buf, (size_t)length - 1), -EMSGSIZE);
	ck_assert_int_eq(ipvlan_settings_set_netns_fd(s, fd), 0);
	ck_assert_int_eq(ipvlan_settings_encode(s, buf, sizeof(buf)), length);
	ipvlan_settings_free(s);
	close(fd);
}
END_TEST

static void want_address(struct ipvlan_settings *s)
{
	ipvlan_settings_add_address(s, "10.0.0.2/24");
}

static void want_route(struct ipvlan_settings *s)
{
	ipvlan_settings_set_gateway(s, "dev");
}

static void want_loopback(struct ipvlan_settings *s)
{
	ipvlan_settings_set_loopback_up(s, true);
}

static void want_name(struct ipvlan_settings *s)
{
	ipvlan_settings_set_netns_name(s, "ns0");
}

static void want_path(struct ipvlan_settings *s)
{
	ipvlan_settings_set_netns_path(s, "/proc/self/ns/net");
}

static void want_nonsense(struct ipvlan_settings *s)
{
	ipvlan_settings_set_mode(s, 99999);
}

static const struct {
	void (*want)(struct ipvlan_settings *s);
	int result;
} refusals[] = {
	{want_address, -EOPNOTSUPP}, {want_route, -EOPNOTSUPP}, {want_loopback, -EOPNOTSUPP},
	{want_name, -EOPNOTSUPP},    {want_path, -EOPNOTSUPP},	{want_nonsense, -EINVAL},
};

START_TEST(what_no_message_carries_is_refused)
{
	struct ipvlan_settings *s = ipvlan_settings_new(NULL, "ipvl0");

	ipvlan_settings_set_parent_index(s, 7);
	ck_assert_int_gt(ipvlan_settings_encode(s, buf, sizeof(buf)), 0);
	refusals[_i].want(s);
	ck_assert_int_eq(ipvlan_settings_encode(s, buf, sizeof(buf)), refusals[_i].result);
	ipvlan_settings_free(s);
}
END_TEST

START_TEST(a_change_becomes_a_request)
{
	struct ipvlan_link *link = slave(9, "ipvl0", 0, 0, 1400), *read, other = {.kind = "dummy"};
	int length = ipvlan_link_encode_change(link, IPVLAN_MODE_UNSET, IPVLAN_F_PRIVATE, buf, sizeof(buf));

	ck_assert_int_gt(length, 0);
	ck_assert_int_eq(((struct nlmsghdr *)buf)->nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
	ck_assert_int_eq(ipvlan_link_decode(buf, (size_t)length, &read), 0);
	ck_assert_int_eq(ipvlan_link_get_ifindex(read), 9);
	ck_assert_int_eq(ipvlan_link_get_mode(read), IPVLAN_MODE_UNSET);
	ck_assert_int_eq(ipvlan_link_get_flags(read), IPVLAN_F_PRIVATE);
	ck_assert_int_eq(ipvlan_link_encode_change(link, -1, -1, buf, sizeof(buf)), -EINVAL);
	ck_assert_int_eq(ipvlan_link_encode_change(link, 65536, -1, buf, sizeof(buf)), -EINVAL);
	ck_assert_int_eq(ipvlan_link_encode_change(link, 0, -2, buf, sizeof(buf)), -EINVAL);
	ck_assert_int_eq(ipvlan_link_encode_change(&other, 0, -1, buf, sizeof(buf)), -EOPNOTSUPP);
	ck_assert_int_eq(ipvlan_link_encode_change(link, 0, -1, buf, (size_t)length - 1), -EMSGSIZE);
	ipvlan_link_free(read);
	ipvlan_link_free(link);
}
END_TEST

static void check_change(const struct ipvlan_event *event, size_t i, enum ipvlan_property property, const char *old,
			 const char *now)
{
	ck_assert_int_eq(ipvlan_event_get_change_property(event, i), property);
	ck_assert_str_eq(ipvlan_event_get_change_old(event, i), old);
	ck_assert_str_eq(ipvlan_event_get_change_new(event, i), now);
}

START_TEST(two_readings_are_compared)
{
	struct ipvlan_link *old = slave(9, "ipvl0", IPVLAN_MODE_L2, 0, 1400),
			   *now = slave(9, "ipvl1", IPVLAN_MODE_L3, IPVLAN_F_VEPA, 1300);
	struct ipvlan_event *event;

	ck_assert_int_eq(ipvlan_link_compare(NULL, NULL, &event), -EINVAL);
	ck_assert_int_eq(ipvlan_link_compare(old, old, &event), 0);
	ck_assert_ptr_null(event);
	ck_assert_int_eq(ipvlan_link_compare(old, now, &event), 0);
	ck_assert_int_eq(ipvlan_event_get_kind(event), IPVLAN_EVENT_LINK);
	ck_assert_int_eq(ipvlan_event_get_action(event), IPVLAN_EVENT_CHANGED);
	ck_assert_str_eq(ipvlan_link_get_name(ipvlan_event_get_link(event)), "ipvl1");
	ck_assert_int_eq(ipvlan_event_get_mode(event), IPVLAN_MODE_L3);
	ck_assert_int_eq(ipvlan_event_get_flags(event), IPVLAN_F_VEPA);
	ck_assert_uint_eq(ipvlan_event_get_change_count(event), 4);
	check_change(event, 0, IPVLAN_PROPERTY_NAME, "ipvl0", "ipvl1");
	check_change(event, 1, IPVLAN_PROPERTY_MTU, "1400", "1300");
	check_change(event, 2, IPVLAN_PROPERTY_MODE, "l2", "l3");
	check_change(event, 3, IPVLAN_PROPERTY_FLAGS, "bridge", "vepa");
	ipvlan_event_free(event);
	ck_assert_int_eq(ipvlan_link_compare(NULL, now, &event), 0);
	ck_assert_int_eq(ipvlan_event_get_action(event), IPVLAN_EVENT_ADDED);
	ipvlan_event_free(event);
	ck_assert_int_eq(ipvlan_link_compare(old, NULL, &event), 0);
	ck_assert_int_eq(ipvlan_event_get_action(event), IPVLAN_EVENT_REMOVED);
	ck_assert_str_eq(ipvlan_link_get_name(ipvlan_event_get_link(event)), "ipvl0");
	ipvlan_event_free(event);
	ipvlan_link_free(old);
	ipvlan_link_free(now);
}
END_TEST

START_TEST(what_is_not_known_is_no_difference)
{
	struct ipvlan_link *old = slave(9, "ipvl0", IPVLAN_MODE_L2, IPVLAN_FLAGS_UNSET, 1400),
			   *now = slave(9, "ipvl0", IPVLAN_MODE_L2, IPVLAN_F_VEPA, 1400);
	struct ipvlan_event *event;

	ck_assert_int_eq(ipvlan_link_compare(old, now, &event), 0);
	ck_assert_ptr_null(event);
	ipvlan_link_free(old);
	ipvlan_link_free(now);
}
END_TEST

/* As read with its places, by which also the event must not free twice. */
START_TEST(a_copy_is_whole)
{
	struct ipvlan_link *link = slave(9, "ipvl0", IPVLAN_MODE_L2, 0, 1400), *copy;
	struct ipvlan_event *event;

	link->netns = strdup("ns0");
	link->parent_netns = strdup("ns1");
	link->netns_path = strdup("/proc/42/fd/7");
	link->netns_inode = 99;
	link->addresses = calloc(1, sizeof(*link->addresses));
	link->addresses->family = AF_INET;
	link->address_count = 1;
	link->drops = calloc(2, sizeof(*link->drops));
	link->drops[1] = 5;
	link->drop_count = 2;
	ck_assert_int_eq(ipvlan_link_copy(link, &copy), 0);
	ck_assert_int_eq(ipvlan_link_compare(NULL, link, &event), 0);
	ipvlan_link_free(link);
	ck_assert_str_eq(ipvlan_link_get_netns(copy), "ns0");
	ck_assert_str_eq(ipvlan_link_get_parent_netns(copy), "ns1");
	ck_assert_str_eq(ipvlan_link_get_netns_path(copy), "/proc/42/fd/7");
	ck_assert_uint_eq(ipvlan_link_get_address_count(copy), 1);
	ck_assert_int_eq(ipvlan_address_get_family(ipvlan_link_get_address(copy, 0)), AF_INET);
	ck_assert_uint_eq(ipvlan_link_get_drops(copy, 1), 5);
	ck_assert_str_eq(ipvlan_event_get_netns(event), "ns0");
	ck_assert_uint_eq(ipvlan_event_get_netns_inode(event), 99);
	ck_assert_uint_eq(ipvlan_link_get_drops(ipvlan_event_get_link(event), 1), 0);
	ipvlan_event_free(event);
	ipvlan_link_free(copy);
}
END_TEST

/* The other end of a wire: answers every request with the same error. */
struct end {
	uint32_t last_sequence;
	struct nlmsghdr request;
	int answer, sends, closes;
	ssize_t result; /* of receiving, in the place of an answer */
};

#define CLOSED SSIZE_MAX

static int end_send(void *data, const void *messages, size_t size)
{
	struct end *end = data;

	end->request = *(const struct nlmsghdr *)messages;
	ck_assert_uint_eq(end->request.nlmsg_seq, end->last_sequence + 1);
	ck_assert_uint_eq(end->request.nlmsg_len, size);
	end->last_sequence++;
	end->sends++;
	return 0;
}

static ssize_t end_receive(void *data, void *buffer, size_t size)
{
	struct nlmsghdr *nlh = buffer;
	struct end *end = data;
	struct nlmsgerr *err;

	ck_assert_uint_ge(size, 32768);
	if (end->result)
		return end->result == CLOSED ? 0 : end->result;
	memset(nlh, 0, NLMSG_LENGTH(sizeof(*err)));
	nlh->nlmsg_len = NLMSG_LENGTH(sizeof(*err));
	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_seq = end->request.nlmsg_seq;
	err = NLMSG_DATA(nlh);
	err->error = end->answer;
	err->msg = end->request;
	return (ssize_t)nlh->nlmsg_len;
}

static void end_close(void *data)
{
	((struct end *)data)->closes++;
}

START_TEST(a_context_works_over_a_wire)
{
	struct end end = {.answer = -EADDRINUSE};
	struct ipvlan_wire wire = {.send = end_send, .receive = end_receive, .close = end_close, .data = &end};
	struct ipvlan_ctx *ctx;
	struct ipvlan_link *link;

	ck_assert_int_eq(ipvlan_ctx_new_over(&wire, -1, &ctx), 0);
	ck_assert_int_eq(ipvlan_link_get(ctx, "lo", &link), -EADDRINUSE);
	ck_assert_int_eq(end.sends, 1);
	ck_assert_uint_eq(end.request.nlmsg_type, RTM_GETLINK);
	end.result = -ENOBUFS;
	ck_assert_int_eq(ipvlan_link_get(ctx, "lo", &link), -ENOBUFS);
	/* What was not agreed: an end like a closed socket's, and more than there is room for. */
	end.result = CLOSED;
	ck_assert_int_eq(ipvlan_link_get(ctx, "lo", &link), -ECONNRESET);
	end.result = 32768 + 1;
	ck_assert_int_eq(ipvlan_link_get(ctx, "lo", &link), -EMSGSIZE);
	ipvlan_ctx_free(ctx);
	ck_assert_int_eq(end.closes, 1);
}
END_TEST

START_TEST(a_wire_leads_to_a_namespace)
{
	struct end end = {0};
	struct ipvlan_wire wire = {.send = end_send, .receive = end_receive, .close = end_close, .data = &end};
	unsigned int before = open_descriptors();
	struct ipvlan_ctx *ctx;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	ck_assert_int_eq(ipvlan_ctx_new_over(&wire, 999, &ctx), -EBADF);
	ck_assert_int_eq(ipvlan_ctx_new_over(&wire, fd, &ctx), -EINVAL);
	ck_assert_int_eq(end.closes, 0);
	close(fd);
	fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(ipvlan_ctx_new_over(&wire, fd, &ctx), 0);
	close(fd);
	ipvlan_ctx_free(ctx);
	ck_assert_uint_eq(open_descriptors(), before);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("message");
	TCase *tables = tcase_create("tables");

	SUITE_ADD(suite, "links", a_link_is_read_with_mode_and_flags, other_messages_are_no_links,
		  settings_become_a_request, a_change_becomes_a_request, two_readings_are_compared,
		  what_is_not_known_is_no_difference, a_copy_is_whole, a_context_works_over_a_wire,
		  a_wire_leads_to_a_namespace);
	tcase_add_loop_test(tables, what_no_message_carries_is_refused, 0, COUNT(refusals));
	suite_add_tcase(suite, tables);
	return run_suite(suite);
}
