/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrays of values in order, of which no two are alike. */
#ifndef LIBIPVLAN_SORTED_H
#define LIBIPVLAN_SORTED_H

#include <stdbool.h>
#include <stddef.h>

/* Empty when all of it is zero; whoever has it frees the elements. */
struct sorted {
	void *elements;
	size_t count;
};

/* How large the elements are, and which comes first; 0: they are alike. */
struct sorted_order {
	size_t size;
	int (*compare)(const void *a, const void *b);
};

/* For numbers in compare functions. */
#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

/* Behind the last one: NULL. */
static inline void *sorted_at(const struct sorted *array, const struct sorted_order *order, size_t i)
{
	return i < array->count ? (char *)array->elements + i * order->size : NULL;
}

/* The one that is like the key, or NULL. */
void *sorted_find(const struct sorted *array, const struct sorted_order *order, const void *key);

/*
 * Puts a copy of an element in, or takes the one out that is like the key. The one that goes, if there is any, is
 * written to `was`, which may be NULL. Returns whether one went, or, sorted_put() alone, -ENOMEM.
 */
int sorted_put(struct sorted *array, const struct sorted_order *order, const void *element, void *was);
bool sorted_drop(struct sorted *array, const struct sorted_order *order, const void *key, void *was);

#endif
