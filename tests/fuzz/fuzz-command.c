// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a command line: words divided by NULs, the first bit of the first byte says whether they are what a
 * shell typed. Reading is pure; what is refused has words for it, and what could follow is always known.
 */
#include "../../cli/command.h"
#include "fuzz.h"
#include <errno.h>
#include <stdio.h>

#define MOST_WORDS 64

struct input {
	char *text;
	const char *words[MOST_WORDS + 1];
	size_t count;
};

static void divide(struct input *input, const uint8_t *data, size_t size)
{
	size_t at;

	input->text = malloc(size + 1);
	require(input->text);
	if (size)
		memcpy(input->text, data, size);
	input->text[size] = '\0';
	input->count = 0;
	for (at = 0; at < size && input->count < MOST_WORDS; at += strlen(input->text + at) + 1)
		input->words[input->count++] = input->text + at;
	input->words[input->count] = NULL;
}

/* Whatever is typed so far, completion asks what could come next. */
static void ask_expected(const struct command *command, const struct input *input, size_t used)
{
	struct expected expected;

	for (size_t count = 0; used + count <= input->count; count++) {
		parse_expect(&command->grammar, input->words + used, count, &expected);
		require(expected.value < VALUE_COUNT);
	}
}

static void ask_args(const struct command *command, const struct args *args)
{
	require(command->object && command->run);
	require(!args->route_count || args->routes[0].destination);
	for (size_t i = 0; i < args->addresses.count; i++)
		require(args->addresses.text[i]);
	require(args->mtu >= UNSET && args->mtu <= UINT32_MAX && args->table >= UNSET && args->table <= UINT32_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct command *command = NULL;
	struct options options = {0};
	struct message message = {0};
	struct input input;
	struct args args;
	int ret;

	if (!size)
		return 0;
	options.shell = data[0] & 1;
	divide(&input, data + 1, size - 1);
	ret = command_parse(&options, input.words, input.count, &command, &args, &message);
	require(ret == 0 || ret == -EINVAL);
	require(ret || command);
	require(!ret || message.text[0]);
	if (ret == 0)
		ask_args(command, &args);
	args_free(&args);
	ret = input.count ? command_find(input.words, input.count, &command, &message) : 0;
	if (ret > 0)
		ask_expected(command, &input, (size_t)ret);
	free(input.text);
	return 0;
}
