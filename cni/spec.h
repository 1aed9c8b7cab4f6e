/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The versions of the CNI specification. */
#ifndef CNI_SPEC_H
#define CNI_SPEC_H

#include <jansson.h>

enum spec {
	SPEC_0_1_0 = 0,
	SPEC_0_2_0,
	SPEC_0_3_0, /* lists of interfaces and addresses */
	SPEC_0_3_1,
	SPEC_0_4_0, /* CHECK; prevResult for DEL */
	SPEC_1_0_0, /* addresses without "version" */
	SPEC_1_1_0, /* GC, STATUS; more of interfaces and routes */
	SPEC_COUNT,
};

#define SPEC_NEWEST (SPEC_COUNT - 1)

/* @return the version, or -EINVAL for one that is not known here, and for NULL. */
int spec_find(const char *text);

const char *spec_name(enum spec spec);

/* "0.1.0, 0.2.0, …" */
const char *spec_list(void);

/* The answer to VERSION. NULL when out of memory. */
json_t *spec_answer(enum spec spec);

#endif
