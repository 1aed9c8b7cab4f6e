// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * usage: json-agree A B
 * Both are arrays of objects. Where both say something under the same name they must say the same, all the way down.
 * What only one of them knows is fine. Exit status 1 and one line for each difference otherwise.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static unsigned int agreed, differed;

static void compare(const char *path, const json_t *a, const json_t *b);

static void differ(const char *path, const json_t *a, const json_t *b)
{
	char *left = json_dumps(a, JSON_ENCODE_ANY), *right = json_dumps(b, JSON_ENCODE_ANY);

	printf("%s: %s and %s\n", path, left, right);
	free(left);
	free(right);
	differed++;
}

static void compare_objects(const char *path, const json_t *a, const json_t *b)
{
	char deeper[512];
	const char *key;
	json_t *value, *other;

	json_object_foreach ((json_t *)a, key, value) {
		other = json_object_get(b, key);
		if (!other)
			continue;
		snprintf(deeper, sizeof(deeper), "%s.%s", path, key);
		compare(deeper, value, other);
	}
}

/* Links are found by their name, since nothing says in which order they come. */
static const json_t *counterpart(const json_t *b, size_t index, const json_t *value)
{
	const char *name = json_string_value(json_object_get(value, "ifname"));
	json_t *other;
	size_t i;

	if (!name)
		return json_array_get(b, index);
	json_array_foreach ((json_t *)b, i, other) {
		if (strcmp(name, json_string_value(json_object_get(other, "ifname"))) == 0)
			return other;
	}
	return NULL;
}

static void compare_arrays(const char *path, const json_t *a, const json_t *b)
{
	const json_t *other;
	char deeper[512];
	json_t *value;
	size_t i;

	if (json_array_size(a) != json_array_size(b)) {
		differ(path, a, b);
		return;
	}
	json_array_foreach ((json_t *)a, i, value) {
		other = counterpart(b, i, value);
		snprintf(deeper, sizeof(deeper), "%s[%zu]", path, i);
		if (other)
			compare(deeper, value, other);
		else
			differ(deeper, value, json_null());
	}
}

static void compare(const char *path, const json_t *a, const json_t *b)
{
	if (json_is_object(a) && json_is_object(b))
		compare_objects(path, a, b);
	else if (json_is_array(a) && json_is_array(b))
		compare_arrays(path, a, b);
	else if (json_equal(a, b))
		agreed++;
	else
		differ(path, a, b);
}

static json_t *load(const char *path)
{
	json_error_t error;
	json_t *json = json_load_file(path, 0, &error);

	if (!json)
		fprintf(stderr, "%s: line %d: %s\n", path, error.line, error.text);
	return json;
}

int main(int argc, char **argv)
{
	json_t *a, *b;

	if (argc != 3) {
		fprintf(stderr, "usage: json-agree A B\n");
		return 2;
	}
	a = load(argv[1]);
	b = load(argv[2]);
	if (!a || !b)
		return 2;
	compare("", a, b);
	printf("%u values agree\n", agreed);
	json_decref(a);
	json_decref(b);
	return differed || !agreed;
}
