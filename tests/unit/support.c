// SPDX-License-Identifier: GPL-2.0-or-later
#include "support.h"
#include <dirent.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct bytes bytes_copy(const void *at, size_t size)
{
	struct bytes bytes = {.at = malloc(size ? size : 1), .size = size};

	ck_assert_ptr_nonnull(bytes.at);
	memcpy(bytes.at, at, size);
	return bytes;
}

struct bytes bytes_from_hex(const char *hex)
{
	struct bytes bytes = {.at = malloc(strlen(hex) / 2 + 1)};
	unsigned int value;

	ck_assert_ptr_nonnull(bytes.at);
	for (; *hex; hex += *hex == ' ' ? 1 : 2) {
		if (*hex == ' ')
			continue;
		ck_assert_int_eq(sscanf(hex, "%2x", &value), 1);
		bytes.at[bytes.size++] = (uint8_t)value;
	}
	bytes.at = realloc(bytes.at, bytes.size ? bytes.size : 1);
	return bytes;
}

void bytes_free(struct bytes *bytes)
{
	free(bytes->at);
	*bytes = (struct bytes){0};
}

static char *to_hex(const uint8_t *at, size_t size)
{
	char *hex = malloc(2 * size + 1);
	size_t i;

	ck_assert_ptr_nonnull(hex);
	hex[0] = '\0';
	for (i = 0; i < size; i++)
		sprintf(hex + 2 * i, "%02x", at[i]);
	return hex;
}

void ck_assert_hex_eq(const void *at, size_t size, const char *hex, const char *what)
{
	struct bytes wanted = bytes_from_hex(hex);
	char *got;

	if (wanted.size != size || memcmp(wanted.at, at, size) != 0) {
		got = to_hex(at, size);
		ck_abort_msg("%s:\n  wanted %s\n  got    %s", what, hex, got);
	}
	bytes_free(&wanted);
}

ino_t own_netns(void)
{
	struct stat st;

	ck_assert_int_eq(stat("/proc/thread-self/ns/net", &st), 0);
	return st.st_ino;
}

unsigned int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned int count = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

void suite_add(Suite *suite, const char *name, const TTest *const *tests, size_t count)
{
	TCase *tcase = tcase_create(name);
	size_t i;

	tcase_set_timeout(tcase, 60);
	for (i = 0; i < count; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
}

int run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static bool is_little_endian(void)
{
	return htole16(1) == 1;
}

bool left_out(const char *test, enum want want)
{
	const char *reason = NULL;

	if (want == WANT_LITTLE_ENDIAN && !is_little_endian())
		reason = "its messages were captured on a little-endian machine";
	else if (want == WANT_NESTS && getenv("IPVLAN_EMULATED") && !is_little_endian())
		reason = "the emulator does not turn round attributes within attributes";
	else if (want == WANT_OPTIONS && getenv("IPVLAN_EMULATED"))
		reason = "the emulator does not pass this question to the kernel";
	if (reason)
		fprintf(stderr, "left out: %s: %s\n", test, reason);
	return reason;
}

int run_captured_suite(Suite *suite)
{
	if (is_little_endian())
		return run_suite(suite);
	printf("SKIP: the messages were captured on a little-endian machine\n");
	srunner_free(srunner_create(suite));
	return 77;
}
