/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spec.h"

#include <errno.h>
#include <string.h>

static const char *const names[SPEC_COUNT] = {"0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"};

int spec_find(const char *text)
{
	for (int i = 0; text && i < SPEC_COUNT; i++)
		if (strcmp(names[i], text) == 0)
			return i;
	return -EINVAL;
}

const char *spec_name(enum spec spec)
{
	return names[spec];
}

const char *spec_list(void)
{
	return "0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0";
}

json_t *spec_answer(enum spec spec)
{
	json_t *versions = json_array();
	int err = 0;

	for (int i = 0; versions && i < SPEC_COUNT; i++)
		err |= json_array_append_new(versions, json_string(names[i]));
	if (err) {
		json_decref(versions);
		return NULL;
	}
	return json_pack("{s:s, s:o}", "cniVersion", names[spec], "supportedVersions", versions);
}
