/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shortage.h"

#include <jansson.h>

static json_malloc_t source;
static bool seen;

static void *allocate(size_t size)
{
	void *piece = source(size);

	seen = seen || !piece;
	return piece;
}

void shortage_watch(void)
{
	json_free_t release;

	json_get_alloc_funcs(&source, &release);
	json_set_alloc_funcs(allocate, release);
}

void shortage_tell(void)
{
	seen = true;
}

bool shortage_seen(void)
{
	bool was_seen = seen;

	seen = false;
	return was_seen;
}
