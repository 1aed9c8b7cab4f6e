// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sorted.h"
#include "array.h"
#include <errno.h>
#include <string.h>

/* Where the one like the key is, or where it would have to be. */
static size_t place_of(const struct sorted *array, const struct sorted_order *order, const void *key, bool *found)
{
	size_t low = 0, high = array->count, middle;
	int relation;

	*found = false;
	while (low < high) {
		middle = low + (high - low) / 2;
		relation = order->compare((const char *)array->elements + middle * order->size, key);
		if (relation == 0) {
			*found = true;
			return middle;
		}
		if (relation < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void *sorted_find(const struct sorted *array, const struct sorted_order *order, const void *key)
{
	bool found;
	size_t at = place_of(array, order, key, &found);

	return found ? sorted_at(array, order, at) : NULL;
}

int sorted_put(struct sorted *array, const struct sorted_order *order, const void *element, void *was)
{
	bool found;
	size_t at = place_of(array, order, element, &found);
	char *room = found ? array->elements : array_grow(array->elements, array->count, order->size), *place;

	if (!room)
		return -ENOMEM;
	place = room + at * order->size;
	if (!found) {
		memmove(place + order->size, place, (array->count - at) * order->size);
		array->elements = room;
		array->count++;
	} else if (was) {
		memcpy(was, place, order->size);
	}
	memcpy(place, element, order->size);
	return found;
}

bool sorted_drop(struct sorted *array, const struct sorted_order *order, const void *key, void *was)
{
	bool found;
	size_t at = place_of(array, order, key, &found);
	char *place = found ? sorted_at(array, order, at) : NULL;

	if (!place)
		return false;
	if (was)
		memcpy(was, place, order->size);
	array->count--;
	memmove(place, place + order->size, (array->count - at) * order->size);
	return true;
}
