/* SPDX-License-Identifier: GPL-2.0-only */
/* For the self-tests, each a part of the file that it tries out when that is built with DEBUG=1. */
#ifndef IPVL_SELFTEST_H
#define IPVL_SELFTEST_H

#define expect(condition)                                                                         \
	do {                                                                                      \
		if (!(condition)) {                                                               \
			pr_err("ipvlan: self-test: line %d: not so: %s\n", __LINE__, #condition); \
			return -EINVAL;                                                           \
		}                                                                                 \
	} while (0)

#endif
