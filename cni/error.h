/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plugin says when it fails: the object of the CNI specification. */
#ifndef CNI_ERROR_H
#define CNI_ERROR_H

#include <jansson.h>

struct ipvlan_ctx;

/* The specification's numbers, and those that the reference plugins and libcni use besides. */
enum cni_code {
	CNI_INCOMPATIBLE_VERSION = 1,
	CNI_UNSUPPORTED_FIELD = 2,
	CNI_UNKNOWN_CONTAINER = 3,
	CNI_ENVIRONMENT = 4,
	CNI_IO = 5,
	CNI_DECODING = 6,
	CNI_CONFIG = 7,
	CNI_SAME_NETNS = 8,
	CNI_TRY_LATER = 11,
	CNI_NOT_AVAILABLE = 50,
	CNI_NOT_AVAILABLE_LIMITED = 51, /* and containers that are there may have lost their connection */
	CNI_INTERNAL = 999,
};

struct cni_error {
	int code;
	char msg[512];
	char details[1024];
};

/* Tell what is wrong; details are empty then. @return -EINVAL, so that a caller can return it at once. */
int cni_fail(struct cni_error *error, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Say what to do about it, or more of it. */
void cni_details(struct cni_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Tell what the library said of its last failure, the hint being the details. @return -EINVAL. */
int cni_fail_library(struct cni_error *error, const struct ipvlan_ctx *ctx);

/* @return -EINVAL. */
int cni_fail_memory(struct cni_error *error);

/* A string, even of what is no UTF-8: then with '?' in place of every byte beyond ASCII. NULL when out of memory. */
json_t *cni_string(const char *text);

/* The object for stdout. NULL when out of memory. */
json_t *cni_error_json(const struct cni_error *error, const char *version);

#endif
