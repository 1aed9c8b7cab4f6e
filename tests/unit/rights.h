/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_RIGHTS_H
#define TESTS_RIGHTS_H

#include <check.h>
#include <linux/capability.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Takes this thread's rights, or gives them back; the threads that the library starts have the same. */
static inline void set_rights(bool wanted)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	ck_assert_int_eq(syscall(SYS_capget, &header, data), 0);
	data[0].effective = wanted ? data[0].permitted : 0;
	data[1].effective = wanted ? data[1].permitted : 0;
	ck_assert_int_eq(syscall(SYS_capset, &header, data), 0);
}

#endif
