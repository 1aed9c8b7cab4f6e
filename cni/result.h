/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Results: read from any version of the specification, written in any. In between there is one form only, that of
 * 1.1.0, with "interfaces", "ips", "routes" and "dns" always there, everything in it of its type, and every address
 * one. Pure.
 */
#ifndef CNI_RESULT_H
#define CNI_RESULT_H

#include "error.h"
#include "spec.h"

struct ipvlan_route;

/*
 * json: a result of the version that it names, or else of the one that is given. *result: the one form, for the caller
 * to json_decref().
 */
int result_read(const json_t *json, enum spec spec, json_t **result, struct cni_error *error);

/* What the version has no place for is left out. NULL when out of memory. */
json_t *result_write(const json_t *result, enum spec spec);

/* An empty result. NULL when out of memory. */
json_t *result_new(void);

/* Check "dns" of a configuration or result, and copy it; NULL stands for an empty one. */
int dns_read(const json_t *json, json_t **dns, struct cni_error *error);

/* The same of runtimeConfig, where two keys have other names. */
int dns_read_runtime(const json_t *json, json_t **dns, struct cni_error *error);

/* Both together: the first one's entries come first, none comes twice, its domain wins. NULL when out of memory. */
json_t *dns_merge(const json_t *first, const json_t *second);

/* The gateway of a family as the addresses of a result name it; NULL for none. */
const char *result_gateway(const json_t *result, int family);

/* A route of a result, which takes the gateway of its family when it has none of its own. The caller frees it. */
int result_route(const json_t *result, const json_t *json, struct ipvlan_route **route, struct cni_error *error);

#endif
