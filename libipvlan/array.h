/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIBIPVLAN_ARRAY_H
#define LIBIPVLAN_ARRAY_H

#include <stdlib.h>

/* Room for one element more in an array that doubles as it grows; NULL when out of memory, the array being as it was.
 */
static inline void *array_grow(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? 2 * count : 1) * size);
}

/* What is in its order already, as most often, takes one walk. */
static inline void array_sort(void *array, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	const char *at = array;
	size_t i;

	for (i = 1; i < count; i++)
		if (compare(at + (i - 1) * size, at + i * size) > 0)
			break;
	if (i < count)
		qsort(array, count, size, compare);
}

#endif
