// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Any bytes as a command line: words divided by NULs, the first bit of the first byte says whether they are what a
 * shell typed, the second one whether TAB and '?' are pressed behind them, which takes far longer. Reading is pure;
 * what is refused has words for it, and what could follow is always known.
 */
#include "../../cli/command.h"
#include "../../cli/complete.h"
#include "../../cli/here.h"
#include "../../cli/session.h"
#include "../../cli/text.h"
#include "fuzz.h"
#include <errno.h>
#include <fcntl.h>
#include <ipvlan/ipvlan.h>
#include <stdio.h>
#include <unistd.h>

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

static int send_nowhere(void *data, const void *messages, size_t size)
{
	(void)data;
	(void)messages;
	(void)size;
	return -ECONNREFUSED;
}

static ssize_t receive_nothing(void *data, void *buffer, size_t size)
{
	(void)data;
	(void)buffer;
	(void)size;
	return -ECONNREFUSED;
}

/* No kernel is asked. */
static struct ipvlan_ctx *context_nowhere(void)
{
	const struct ipvlan_wire wire = {.send = send_nowhere, .receive = receive_nothing};
	int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct ipvlan_ctx *ctx;

	require(fd >= 0 && ipvlan_ctx_new_over(&wire, fd, &ctx) == 0);
	close(fd);
	return ctx;
}

static void take_candidate(void *data, const char *candidate)
{
	(void)data;
	require(*candidate);
}

/* The keys TAB and '?' behind the words, the last of which is still being typed. */
static void press_keys(struct session *session, const char *const *words, size_t count, const char *word)
{
	complete_word(session, words, count, word, take_candidate, NULL);
	here_help(session, words, count, word);
}

/* Options lead to places: they are left out. */
static void ask_keys(const struct input *input)
{
	char *text = NULL, *line, *rest;
	struct session session;
	size_t size;
	FILE *out;

	for (size_t i = 0; i < input->count; i++)
		if (input->words[i][0] == '-')
			return;
	out = open_memstream(&text, &size);
	require(out);
	session_begin(&session, out, out);
	session.interactive = true;
	session.ctx = context_nowhere();
	press_keys(&session, input->words, input->count, "");
	if (input->count)
		press_keys(&session, input->words, input->count - 1, input->words[input->count - 1]);
	session_end(&session);
	fclose(out);
	for (rest = text; (line = strsep(&rest, "\n"));)
		require(text_is_harmless(line));
	free(text);
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
	if (data[0] & 2)
		ask_keys(&input);
	free(input.text);
	return 0;
}
