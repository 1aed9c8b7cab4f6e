// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How many network namespaces there are, of a kernel that lists them, or does not, or not all of them: whoever has
 * found as many is to search no more, and nobody else.
 */
#include "netns-list.h"
#include "support.h"
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#define LISTNS 470

/* struct ns_id_req of the kernel's. */
struct request {
	uint32_t size, spare;
	uint64_t last;
	uint32_t kinds, spare2;
	uint64_t owner;
};

/* What answers: namespaces by rising numbers, each so far from the next. */
static struct {
	const char *release;
	int error;
	uint64_t count, step;
	bool has_rights, is_first_user_namespace;
} kernel;

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
int __wrap_uname(struct utsname *name);
int __wrap_stat(const char *path, struct stat *st);
/* So it is called where a word has 32 bits and a file may have more bytes than that counts. */
int __wrap_stat64(const char *path, struct stat *st) __attribute__((alias("__wrap_stat")));

static long list(const struct request *request, uint64_t *ids, size_t room)
{
	uint64_t next = request->last / kernel.step;
	long told = 0;

	ck_assert_uint_eq(request->size, 32);
	ck_assert_uint_eq(request->kinds, CLONE_NEWNET);
	ck_assert(!request->spare && !request->spare2 && !request->owner);
	if (kernel.error) {
		errno = kernel.error;
		return -1;
	}
	for (; next < kernel.count && (size_t)told < room; next++)
		ids[told++] = (next + 1) * kernel.step;
	return told;
}

long __wrap_syscall(long number, ...)
{
	struct __user_cap_data_struct *data;
	void *first, *second;
	long result = 0;
	va_list rest;

	va_start(rest, number);
	first = va_arg(rest, void *);
	second = va_arg(rest, void *);
	if (number == LISTNS) {
		result = list(first, second, va_arg(rest, size_t));
	} else {
		ck_assert_int_eq(number, SYS_capget);
		data = second;
		data[0].effective = kernel.has_rights ? 1U << CAP_SYS_ADMIN : 0;
	}
	va_end(rest);
	return result;
}

int __wrap_uname(struct utsname *name)
{
	*name = (struct utsname){0};
	strcpy(name->release, kernel.release);
	return 0;
}

int __wrap_stat(const char *path, struct stat *st)
{
	ck_assert_str_eq(path, "/proc/self/ns/user");
	*st = (struct stat){.st_ino = kernel.is_first_user_namespace ? 0xeffffffd : 0xf0000000};
	return 0;
}

static struct netns_census census;

static void begin_with(uint64_t count)
{
	kernel.release = "6.19.0-1-amd64";
	kernel.error = 0;
	kernel.count = count;
	kernel.step = 3;
	kernel.has_rights = kernel.is_first_user_namespace = true;
	ck_assert_int_eq(netns_census_take(&census), 0);
	ck_assert_uint_eq(census.count, count);
}

static void end(void)
{
	netns_census_clear(&census);
}

/* Around as many as the kernel is asked for at a time. */
static const uint64_t counts[] = {1, 2, 127, 128, 129, 256, 1000};

START_TEST(all_are_found)
{
	begin_with(counts[_i]);
	ck_assert_int_eq(1, netns_census_is_met(&census, counts[_i]));
	ck_assert_int_eq(0, netns_census_is_met(&census, counts[_i] - 1));
	/* A name of something else, say: better to search. */
	ck_assert_int_eq(0, netns_census_is_met(&census, counts[_i] + 1));
}
END_TEST

START_TEST(others_came_meanwhile)
{
	begin_with(3);
	kernel.count = 4;
	ck_assert_int_eq(0, netns_census_is_met(&census, 3));
	ck_assert_int_eq(0, netns_census_is_met(&census, 4));
	/* As many, but not the same. */
	kernel.count = 3;
	kernel.step = 4;
	ck_assert_int_eq(0, netns_census_is_met(&census, 3));
}
END_TEST

START_TEST(only_some_are_told)
{
	begin_with(2);
	kernel.has_rights = false;
	ck_assert_int_eq(0, netns_census_is_met(&census, 2));
	kernel.has_rights = true;
	kernel.is_first_user_namespace = false;
	ck_assert_int_eq(0, netns_census_is_met(&census, 2));
}
END_TEST

static const int errors[] = {ENOSYS, EPERM, EINVAL};

START_TEST(none_are_told)
{
	begin_with(2);
	kernel.error = errors[_i];
	ck_assert_int_eq(0, netns_census_is_met(&census, 2));
	netns_census_clear(&census);
	ck_assert_int_eq(netns_census_take(&census), 0);
	ck_assert_ptr_null(census.ids);
	kernel.error = 0;
	ck_assert_int_eq(0, netns_census_is_met(&census, 0));
	ck_assert_int_eq(0, netns_census_is_met(&census, 2));
}
END_TEST

static const struct {
	const char *release;
	bool knows;
} releases[] = {{"6.1.0-28-amd64", false}, {"6.18.9", false},	{"6.19.0-rc1", true}, {"7.0", true},
		{"10.2.3", true},	   {"something", false}};

START_TEST(older_kernels_are_not_asked)
{
	begin_with(2);
	netns_census_clear(&census);
	kernel.release = releases[_i].release;
	ck_assert_int_eq(netns_census_take(&census), 0);
	ck_assert_uint_eq(census.count, releases[_i].knows ? 2 : 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("netns-census");
	TCase *tcase = tcase_create("census");

	tcase_add_checked_fixture(tcase, NULL, end);
	tcase_add_loop_test(tcase, all_are_found, 0, COUNT(counts));
	tcase_add_test(tcase, others_came_meanwhile);
	tcase_add_test(tcase, only_some_are_told);
	tcase_add_loop_test(tcase, none_are_told, 0, COUNT(errors));
	tcase_add_loop_test(tcase, older_kernels_are_not_asked, 0, COUNT(releases));
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
