/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parse.h"
#include "text.h"
#include "values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void args_init(struct args *args, const struct options *options)
{
	*args = (struct args){
		.options = *options,
		.mode = UNSET,
		.flags = UNSET,
		.up = UNSET,
		.loopback = UNSET,
		.force = UNSET,
		.mtu = UNSET,
		.group_isolation = UNSET,
		.source_check = UNSET,
		.guard = UNSET,
		.dhcp = UNSET,
		.direct_arp = UNSET,
		.queue_limit = UNSET,
		.scope = UNSET,
		.nodad = UNSET,
		.noprefixroute = UNSET,
		.valid = UNSET,
		.preferred = UNSET,
		.protocol = UNSET,
		.onlink = UNSET,
		.route_type = UNSET,
		.advmss = UNSET,
		.metric = UNSET,
		.table = UNSET,
		.synopsis = UNSET,
		.dry_run = UNSET,
		.paged = UNSET,
		.prune = UNSET,
		.yes = UNSET,
		.picture = UNSET,
		.everywhere = UNSET,
		.initial = UNSET,
		.condition = UNSET,
		.timeout = UNSET,
		.buffer = UNSET,
		.interval = UNSET,
		.tables = UNSET,
		.atomic = UNSET,
	};
}

void args_free(struct args *args)
{
	free(args->addresses.text);
	free(args->gateways.text);
	free(args->files.text);
	free(args->names.text);
	free(args->routes);
	args->addresses = args->gateways = args->files = args->names = (struct texts){0};
	args->routes = NULL;
	args->route_count = 0;
}

/* The first place that is still free; a keyword may have filled one. All begin with a pointer. A list has room. */
static const struct keyword *next_place(const struct parser *parser)
{
	for (const struct keyword *place = parser->grammar->places; place && place->word; place++)
		if (!*(const void *const *)((const char *)parser->args + place->offset) || value_is_list(place->value))
			return place;
	return NULL;
}

/* Words that stand alone may have dashes; before other ones they would be options. */
static const struct keyword *find_whole(const struct grammar *grammar, const char *word)
{
	bool dashes = strncmp(word, "--", 2) == 0;

	for (const struct keyword *k = grammar->keywords; k && k->word; k++)
		if (strcmp(k->word, word + (dashes ? 2 : 0)) == 0 && (!dashes || k->value <= VALUE_BIT))
			return k;
	return NULL;
}

/* One letter alone is rather a name; a beginning of several keywords with different meanings is none. */
static const struct keyword *find_shortened(const struct grammar *grammar, const char *word)
{
	const struct keyword *found = NULL;

	if (grammar->whole_words || strlen(word) < 2)
		return NULL;
	for (const struct keyword *k = grammar->keywords; k && k->word; k++) {
		if (!text_is_prefix(word, k->word))
			continue;
		if (found && (found->offset != k->offset || found->constant != k->constant))
			return NULL;
		found = k;
	}
	return found;
}

static const struct keyword *find_keyword(const struct parser *parser, const char *word)
{
	const struct keyword *found;

	if (parser->grammar->name_first && parser->at == 0 && next_place(parser))
		return NULL;
	found = find_whole(parser->grammar, word);
	return found ? found : find_shortened(parser->grammar, word);
}

int parse_misunderstood(const struct grammar *grammar, const char *word, struct message *message)
{
	struct nearest nearest;

	nearest_begin(&nearest, word);
	for (const struct keyword *k = grammar->keywords; k && k->word; k++)
		nearest_offer(&nearest, k->word);
	message_set(message, "'%s' is not understood here", word);
	nearest_add_to(&nearest, message);
	return -EINVAL;
}

static int read_keyword(struct parser *parser, const struct keyword *keyword)
{
	parser->keyword = keyword->word;
	parser->at++;
	if (keyword->value == VALUE_NONE || keyword->value == VALUE_BIT || keyword->value == VALUE_COMMAND)
		return value_read(parser, keyword);
	if (parser->at == parser->count)
		return message_set(parser->message, "'%s' wants %s after it", keyword->word,
				   value_name(keyword->value));
	return value_read(parser, keyword);
}

static int read_place(struct parser *parser, const struct keyword *place)
{
	parser->keyword = NULL;
	return value_read(parser, place);
}

static int read_option(struct parser *parser)
{
	int taken = options_read(&parser->args->options, parser->words + parser->at, parser->count - parser->at,
				 parser->message);

	if (taken > 0)
		parser->at += taken;
	return taken;
}

static int read_one(struct parser *parser)
{
	const char *word = parser->words[parser->at];
	const struct keyword *keyword = find_keyword(parser, word);
	const struct keyword *place = next_place(parser);
	int taken;

	if (keyword)
		return read_keyword(parser, keyword);
	if (place && place->value == VALUE_COMMAND)
		return read_place(parser, place);
	taken = read_option(parser);
	if (taken)
		return taken < 0 ? taken : 0;
	return place ? read_place(parser, place) : parse_misunderstood(parser->grammar, word, parser->message);
}

int parse(const struct grammar *grammar, const char *const *words, size_t count, struct args *args,
	  struct message *message)
{
	struct parser parser = {
		.grammar = grammar,
		.words = words,
		.count = count,
		.args = args,
		.message = message,
	};
	int err = 0;

	while (!err && parser.at < count)
		err = read_one(&parser);
	if (args->options.force)
		args->force = 1;
	return err;
}

static bool is_family(const char *word)
{
	return strcmp(word, "inet") == 0 || strcmp(word, "inet6") == 0;
}

/*
 * What is wanted where the words end with a keyword whose value is not there, or not all of it: words of two parts are
 * `via inet6 ADDRESS`, `route DESTINATION via ADDRESS` and both together. count: of the words from the keyword on.
 */
static void expect_value(const struct keyword *keyword, const char *const *words, size_t count,
			 struct expected *expected)
{
	static const struct keyword via = {"via", VALUE_VIA, 0, 0};

	if (count == 1)
		*expected = (struct expected){.value = keyword->value, .value_only = true};
	else if (keyword->value == VALUE_VIA && count == 2 && is_family(words[1]))
		*expected = (struct expected){.value = VALUE_ADDRESS, .value_only = true};
	else if (keyword->value == VALUE_ROUTES && count == 2)
		expected->also = via.word;
	else if (keyword->value == VALUE_ROUTES && count > 2 && strcmp(words[2], via.word) == 0)
		expect_value(&via, words + 2, count - 2, expected);
}

/* As parse(), but a word that is wrong does not end it: a completion is wanted all the same. */
void parse_expect(const struct grammar *grammar, const char *const *words, size_t count, struct expected *expected)
{
	struct args args;
	struct message message;
	struct parser parser = {
		.grammar = grammar,
		.words = words,
		.count = count,
		.args = &args,
		.message = &message,
	};
	const struct keyword *place;

	args_init(&args, &(struct options){0});
	*expected = (struct expected){.keywords = grammar->keywords};
	while (parser.at < count) {
		const struct keyword *keyword = find_keyword(&parser, words[parser.at]);
		size_t before = parser.at;

		if (keyword && keyword->value > VALUE_BIT) {
			expect_value(keyword, words + before, count - before, expected);
			if (expected->value_only)
				break;
		}
		if (read_one(&parser) && parser.at == before)
			parser.at++;
	}
	place = next_place(&parser);
	if (!expected->value_only && place) {
		expected->value = place->value;
		expected->value_only = grammar->name_first && count == 0;
	}
	args_free(&args);
}
