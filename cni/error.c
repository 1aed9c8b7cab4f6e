/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "error.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int cni_fail(struct cni_error *error, int code, const char *format, ...)
{
	va_list ap;

	error->code = code;
	error->details[0] = '\0';
	va_start(ap, format);
	vsnprintf(error->msg, sizeof(error->msg), format, ap);
	va_end(ap);
	return -EINVAL;
}

void cni_details(struct cni_error *error, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(error->details, sizeof(error->details), format, ap);
	va_end(ap);
}

/* Whose business it is: the administrator's who wrote the configuration, the runtime's, or nobody's for the moment. */
static int code_of(const struct ipvlan_error *error)
{
	switch (ipvlan_error_get_code(error)) {
	case -EAGAIN:
	case -EINTR:
	case -ETIMEDOUT:
	case -ENOBUFS:
	case -ENOMEM:
	case -EMFILE:
	case -ENFILE:
		return CNI_TRY_LATER;
	case -EEXIST:
		return CNI_ENVIRONMENT;
	case -EINVAL:
	case -ENODEV:
	case -EBUSY:
	case -EADDRINUSE:
	case -EADDRNOTAVAIL:
	case -ENETUNREACH:
		return CNI_CONFIG;
	case -ENOENT:
	case -ESRCH:
		return ipvlan_error_get_stage(error) == IPVLAN_STAGE_NETNS ? CNI_UNKNOWN_CONTAINER : CNI_INTERNAL;
	default:
		return CNI_INTERNAL;
	}
}

int cni_fail_library(struct cni_error *error, const struct ipvlan_ctx *ctx)
{
	const struct ipvlan_error *story = ipvlan_ctx_get_error(ctx);
	const char *hint = ipvlan_error_get_hint(story);

	cni_fail(error, code_of(story), "%s", ipvlan_error_get_message(story));
	if (hint)
		cni_details(error, "%s", hint);
	return -EINVAL;
}

int cni_fail_memory(struct cni_error *error)
{
	return cni_fail(error, CNI_TRY_LATER, "out of memory");
}

json_t *cni_string(const char *text)
{
	json_t *string = json_string(text);
	char *copy;

	if (string)
		return string;
	copy = strdup(text);
	if (!copy)
		return NULL;
	for (char *c = copy; *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	string = json_string(copy);
	free(copy);
	return string;
}

json_t *cni_error_json(const struct cni_error *error, const char *version)
{
	json_t *json =
		json_pack("{s:s, s:i, s:o}", "cniVersion", version, "code", error->code, "msg", cni_string(error->msg));

	if (json && error->details[0] && json_object_set_new(json, "details", cni_string(error->details))) {
		json_decref(json);
		return NULL;
	}
	return json;
}
