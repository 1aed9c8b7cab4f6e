// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which network namespaces there are, by numbers that lead nowhere, but need no search: from Linux 6.19 on, by
 * listns(). Whoever has found as many need not look into every open file of every process for more.
 */
#include "netns-list.h"
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The C library's headers may be older than the kernel. */
#ifndef SYS_listns
#if defined(__alpha__) || defined(__mips__)
#define SYS_listns (-1)
#else
#define SYS_listns 470
#endif
#endif

/* The inode of the first user namespace: the kernel's USER_NS_INIT_INO. */
#define FIRST_USER_NAMESPACE 0xeffffffdU
/* So many are asked for at a time. */
#define ROOM 128

/* The kernel's struct ns_id_req. */
struct request {
	uint32_t size, spare;
	uint64_t after; /* the last one that was told */
	uint32_t kinds, spare2;
	uint64_t owner; /* 0: whichever */
};

/* Older kernels are not even asked, for valgrind has much to say about calls that it does not know. */
static bool may_know(void)
{
	struct utsname kernel;
	unsigned int major, minor;

	return uname(&kernel) == 0 && sscanf(kernel.release, "%u.%u", &major, &minor) == 2 &&
	       (major > 6 || (major == 6 && minor >= 19));
}

/* Elsewhere, and with fewer rights, it tells only some of them. */
static bool is_told_all(void)
{
	struct stat st;

	return stat("/proc/self/ns/user", &st) == 0 && st.st_ino == FIRST_USER_NAMESPACE &&
	       has_capability(CAP_SYS_ADMIN);
}

static int ask_from(struct netns_census *census, uint64_t after)
{
	struct request request = {.size = sizeof(request), .after = after, .kinds = CLONE_NEWNET};
	uint64_t *ids = realloc(census->ids, (census->count + ROOM) * sizeof(*ids));
	long count;

	if (!ids)
		return -ENOMEM;
	census->ids = ids;
	count = syscall(SYS_listns, &request, ids + census->count, (size_t)ROOM, 0UL);
	if (count < 0)
		return -errno;
	census->count += (size_t)count;
	return count == ROOM;
}

void netns_census_clear(struct netns_census *census)
{
	free(census->ids);
	*census = (struct netns_census){0};
}

int netns_census_take(struct netns_census *census)
{
	int more;

	*census = (struct netns_census){0};
	if (!may_know())
		return 0;
	do
		more = ask_from(census, census->count ? census->ids[census->count - 1] : 0);
	while (more > 0);
	if (!more)
		return 0;
	netns_census_clear(census);
	return shortage(more);
}

int netns_census_is_met(const struct netns_census *before, size_t found)
{
	struct netns_census now;
	int err;

	if (!before->count || before->count != found || !is_told_all())
		return 0;
	err = netns_census_take(&now);
	if (err)
		return err;
	/* Had some gone and others come meanwhile, the number would say nothing. */
	err = now.count == before->count && memcmp(now.ids, before->ids, now.count * sizeof(*now.ids)) == 0;
	netns_census_clear(&now);
	return err;
}
