/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the unit tests share. */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <check.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Check's old name for ck_abort_msg(); the library has a function of that name. */
#undef fail

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes on the heap, not one more than there are, so that a sanitizer sees every step beyond them. */
struct bytes {
	uint8_t *at;
	size_t size;
};

struct bytes bytes_from_hex(const char *hex);
struct bytes bytes_copy(const void *at, size_t size);
void bytes_free(struct bytes *bytes);

static inline struct nlmsghdr *message_of(const struct bytes *bytes)
{
	return (struct nlmsghdr *)bytes->at;
}

/* Fails the test, showing both, unless the bytes are those of `hex`. */
void ck_assert_hex_eq(const void *at, size_t size, const char *hex, const char *what);

/* The namespace that the calling thread is in; the descriptors that this process has open. */
ino_t own_netns(void);
unsigned int open_descriptors(void);

/* One test program: runs the suite and returns what main() shall. */
int run_suite(Suite *suite);
/* The same, of bytes as a little-endian machine has them: on another one it is a skip. */
int run_captured_suite(Suite *suite);

/* What a test wants that other machines may lack: where programs are emulated but the kernel is not (lab/cross), some
 * of what it says comes out wrong. */
enum want {
	WANT_NESTS,	    /* the kernel's attributes within attributes */
	WANT_OPTIONS,	    /* all that sockets and namespaces can be asked, generic netlink */
	WANT_LITTLE_ENDIAN, /* bytes that were captured */
};

/* Whether the test is left out for the lack of it, which is told. */
bool left_out(const char *test, enum want want);

/* Adds a test case of its own for each function, named after it. */
void suite_add(Suite *suite, const char *name, const TTest *const *tests, size_t count);
#define SUITE_ADD(suite, name, ...)                                 \
	suite_add(suite, name, (const TTest *const[]){__VA_ARGS__}, \
		  sizeof((const TTest *const[]){__VA_ARGS__}) / sizeof(const TTest *))

#endif
