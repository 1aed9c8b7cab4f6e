// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counters by the requests of ethtool, of a kernel in which the name of a slave may belong to another link by the time
 * of the next request. It writes as the kernel does, whatever room there is, and is refused as the kernel is.
 */
#include "internal.h"
#include "link-read.h"
#include "support.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MOST 100 /* counters that it has */

/* What answers to each request: so many counters, or -errno. */
static struct {
	int sets, names, values;
	const char *prefix;
} kernel;

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);

/* As copy_to_user(): by a system call, which fails where nobody may write. */
static int copy_out(void *to, const void *from, size_t size)
{
	ssize_t got;
	int fds[2];

	ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
	ck_assert_int_eq(write(fds[1], from, size), (ssize_t)size);
	got = read(fds[0], to, size);
	close(fds[0]);
	close(fds[1]);
	return got == (ssize_t)size ? 0 : -EFAULT;
}

static int tell_sets(struct ethtool_sset_info *info)
{
	uint32_t count = (uint32_t)kernel.sets;

	return kernel.sets < 0 ? kernel.sets : copy_out(info->data, &count, sizeof(count));
}

static int tell_names(struct ethtool_gstrings *to)
{
	union {
		struct ethtool_gstrings head;
		uint8_t bytes[sizeof(struct ethtool_gstrings) + MOST * ETH_GSTRING_LEN];
	} answer = {.head = {.cmd = to->cmd, .string_set = to->string_set, .len = (uint32_t)kernel.names}};

	if (kernel.names < 0)
		return kernel.names;
	for (int i = 0; i < kernel.names; i++)
		snprintf((char *)answer.head.data + (size_t)i * ETH_GSTRING_LEN, ETH_GSTRING_LEN, "%s%d", kernel.prefix,
			 i);
	return copy_out(to, &answer, sizeof(answer.head) + (size_t)kernel.names * ETH_GSTRING_LEN);
}

static int tell_values(struct ethtool_stats *to)
{
	union {
		struct ethtool_stats head;
		uint8_t bytes[sizeof(struct ethtool_stats) + MOST * sizeof(uint64_t)];
	} answer = {.head = {.cmd = to->cmd, .n_stats = (uint32_t)kernel.values}};

	if (kernel.values < 0)
		return kernel.values;
	for (int i = 0; i < kernel.values; i++)
		answer.head.data[i] = (uint64_t)(1000 + i);
	return copy_out(to, &answer, sizeof(answer.head) + (size_t)kernel.values * sizeof(uint64_t));
}

static int answer(void *request)
{
	switch (*(uint32_t *)request) {
	case ETHTOOL_GSSET_INFO:
		return tell_sets(request);
	case ETHTOOL_GSTRINGS:
		return tell_names(request);
	case ETHTOOL_GSTATS:
		return tell_values(request);
	default:
		return -EOPNOTSUPP;
	}
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	unsigned long argument;
	struct ifreq *ifr;
	va_list list;
	int err;

	va_start(list, request);
	argument = va_arg(list, unsigned long);
	va_end(list);
	if (request != SIOCETHTOOL)
		return __real_ioctl(fd, request, argument);
	ifr = (struct ifreq *)argument;
	err = answer(ifr->ifr_data);
	errno = -err;
	return err ? -1 : 0;
}

static struct ipvlan_link links[2];
static struct drop_reasons reasons;
static struct place place;

static void begin(void)
{
	memset(links, 0, sizeof(links));
	reasons = (struct drop_reasons){0};
	kernel.sets = kernel.names = kernel.values = 3;
	kernel.prefix = "rx_drop_";
	ck_assert_int_eq(transport_adopt(open("/dev/null", O_RDWR | O_CLOEXEC), &place.transport), 0);
}

static void end(void)
{
	for (size_t i = 0; i < COUNT(links); i++)
		link_clear(&links[i]);
	free(reasons.names);
	transport_close(place.transport);
}

START_TEST(drops_are_read)
{
	ck_assert_int_eq(drops_attach(&place, &reasons, links, COUNT(links)), 0);
	ck_assert_uint_eq(reasons.count, 3);
	ck_assert_str_eq(reasons.names[2], "rx_drop_2");
	ck_assert_uint_eq(links[0].drop_count, 3);
	ck_assert_uint_eq(links[1].drops[2], 1002);
}
END_TEST

START_TEST(a_driver_need_not_tell)
{
	kernel.sets = _i ? 0 : -EOPNOTSUPP;
	ck_assert_int_eq(drops_attach(&place, &reasons, links, COUNT(links)), 0);
	ck_assert(reasons.asked);
	ck_assert_uint_eq(reasons.count, 0);
	ck_assert_ptr_null(links[0].drops);
}
END_TEST

START_TEST(counters_of_another_sort_are_no_reasons)
{
	kernel.prefix = "queue_";
	ck_assert_int_eq(drops_attach(&place, &reasons, links, COUNT(links)), 0);
	ck_assert(reasons.asked);
	ck_assert_uint_eq(reasons.count, 0);
	ck_assert_ptr_null(links[0].drops);
}
END_TEST

/* What the name stands for by then: a link with more counters, with fewer, without any, none at all. */
static const int others[] = {4, MOST, 2, 0, -EOPNOTSUPP, -ENODEV};

START_TEST(a_name_goes_to_another_link_before_its_names)
{
	kernel.names = others[_i];
	ck_assert_int_eq(drops_attach(&place, &reasons, links, COUNT(links)), 0);
	ck_assert(!reasons.asked);
	ck_assert_uint_eq(reasons.count, 0);
}
END_TEST

START_TEST(a_name_goes_to_another_link_before_its_values)
{
	kernel.values = others[_i];
	ck_assert_int_eq(drops_attach(&place, &reasons, links, COUNT(links)), 0);
	ck_assert_uint_eq(reasons.count, 3);
	ck_assert_uint_eq(links[0].drop_count, 0);
	ck_assert_ptr_null(links[1].drops);
}
END_TEST

/* There is no socket that could be asked; one in the place's namespace serves. */
START_TEST(a_wire_is_no_socket)
{
	struct ipvlan_netns *netns;
	unsigned int before;

	ck_assert_int_eq(netns_open_current(&netns), 0);
	place.netns = netns;
	transport_close(place.transport);
	ck_assert_int_eq(transport_over(&(struct ipvlan_wire){0}, &place.transport), 0);
	before = open_descriptors();
	ck_assert_int_eq(drops_attach(&place, &reasons, links, COUNT(links)), 0);
	ck_assert_uint_eq(links[1].drops[2], 1002);
	ck_assert_uint_eq(open_descriptors(), before);
	ipvlan_netns_free(netns);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("link-drops");
	TCase *tcase = tcase_create("drops");

	tcase_add_checked_fixture(tcase, begin, end);
	tcase_add_test(tcase, drops_are_read);
	tcase_add_loop_test(tcase, a_driver_need_not_tell, 0, 2);
	tcase_add_test(tcase, counters_of_another_sort_are_no_reasons);
	tcase_add_loop_test(tcase, a_name_goes_to_another_link_before_its_names, 0, COUNT(others));
	tcase_add_loop_test(tcase, a_name_goes_to_another_link_before_its_values, 0, COUNT(others));
	tcase_add_test(tcase, a_wire_is_no_socket);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
