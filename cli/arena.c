/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "arena.h"

#include <jansson.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define STEP alignof(max_align_t)

static alignas(max_align_t) char block[32768];
static size_t used, pieces;

static void *allocate(size_t size)
{
	char *piece = block + used;

	if (size >= sizeof(block) - used)
		return malloc(size);
	used += (size + STEP - 1) / STEP * STEP;
	pieces++;
	return piece;
}

static void release(void *piece)
{
	if ((uintptr_t)piece - (uintptr_t)block >= sizeof(block))
		free(piece);
	else if (--pieces == 0)
		used = 0;
}

void arena_use(void)
{
	json_set_alloc_funcs(allocate, release);
}
