// SPDX-License-Identifier: GPL-2.0-or-later
/* Arrays in order: what is put in and taken out at random is where it belongs, once. */
#include "sorted.h"
#include "support.h"
#include <stdlib.h>

struct pair {
	int key, value;
};

static int compare_pair(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return x->key - y->key;
}

static const struct sorted_order order = {sizeof(struct pair), compare_pair};

START_TEST(one_takes_the_place_of_one_like_it)
{
	struct sorted array = {0};
	struct pair was = {0};

	ck_assert_ptr_null(sorted_at(&array, &order, 0));
	ck_assert(!sorted_drop(&array, &order, &(struct pair){1, 0}, &was));
	ck_assert_int_eq(sorted_put(&array, &order, &(struct pair){1, 10}, &was), 0);
	ck_assert_int_eq(was.key, 0);
	ck_assert_int_eq(sorted_put(&array, &order, &(struct pair){1, 11}, &was), 1);
	ck_assert_int_eq(was.value, 10);
	ck_assert_int_eq(sorted_put(&array, &order, &(struct pair){1, 12}, NULL), 1);
	ck_assert_uint_eq(array.count, 1);
	ck_assert_int_eq(((struct pair *)sorted_at(&array, &order, 0))->value, 12);
	ck_assert_ptr_null(sorted_at(&array, &order, 1));
	ck_assert(sorted_drop(&array, &order, &(struct pair){1, 0}, &was));
	ck_assert_int_eq(was.value, 12);
	ck_assert_uint_eq(array.count, 0);
	free(array.elements);
}
END_TEST

#define KEYS 50

/* What is in the array, and by its key in the mirror, 0 being none. */
static void ck_mirrored(const struct sorted *array, const int *mirror)
{
	const struct pair *pair;
	size_t at = 0;
	int key;

	for (key = 0; key < KEYS; key++) {
		pair = sorted_find(array, &order, &(struct pair){key, 0});
		ck_assert_int_eq(pair ? pair->value : 0, mirror[key]);
		if (pair)
			ck_assert_ptr_eq(pair, sorted_at(array, &order, at++));
	}
	ck_assert_uint_eq(array->count, at);
}

START_TEST(all_are_where_they_belong)
{
	struct sorted array = {0};
	int mirror[KEYS] = {0}, i;
	unsigned int seed = 1;

	for (i = 1; i < 2000; i++) {
		struct pair pair = {rand_r(&seed) % KEYS, i}, was = {0};

		if (rand_r(&seed) % 2) {
			ck_assert_int_eq(sorted_put(&array, &order, &pair, &was), mirror[pair.key] != 0);
			ck_assert_int_eq(was.value, mirror[pair.key]);
			mirror[pair.key] = i;
		} else {
			ck_assert_int_eq(sorted_drop(&array, &order, &pair, &was), mirror[pair.key] != 0);
			ck_assert_int_eq(was.value, mirror[pair.key]);
			mirror[pair.key] = 0;
		}
		ck_mirrored(&array, mirror);
	}
	free(array.elements);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sorted");
	TCase *tcase = tcase_create("arrays");

	tcase_add_test(tcase, one_takes_the_place_of_one_like_it);
	tcase_add_test(tcase, all_are_where_they_belong);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
