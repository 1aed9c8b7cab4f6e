/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `complete -- WORDS`: what the last word could become, one candidate on a line; live where values live. */
#include "complete.h"
#include "command.h"
#include "options.h"
#include "session.h"
#include "text.h"

#include <ipvlan/ipvlan.h>
#include <linux/if.h>
#include <string.h>

struct completion {
	struct session *session;
	const char *word; /* what is there of it */
	complete_offer offer;
	void *data;
	bool wants_file;
};

/* A name with a line break in it would be two candidates. */
static void offer(const struct completion *completion, const char *candidate, size_t length)
{
	char text[256];

	if (length >= sizeof(text))
		return;
	memcpy(text, candidate, length);
	text[length] = '\0';
	if (length && text_is_prefix(completion->word, text) && text_is_harmless(text))
		completion->offer(completion->data, text);
}

static void offer_list(const struct completion *completion, const char *list)
{
	while (*list) {
		size_t length = strcspn(list, " ");

		offer(completion, list, length);
		list += length + strspn(list + length, " ");
	}
}

static bool is_value(const struct ipvlan_link *link, enum value value)
{
	if (value == VALUE_SLAVE || value == VALUE_SLAVES)
		return ipvlan_link_is_slave(link);
	if (value == VALUE_PARENT)
		return !ipvlan_link_is_slave(link) && !(ipvlan_link_get_device_flags(link) & IFF_LOOPBACK);
	return true;
}

/* What cannot be read now is not offered; nobody wants an error in the midst of typing. */
static void offer_links(const struct completion *completion, enum value value)
{
	struct ipvlan_ctx *ctx = session_context(completion->session);
	struct ipvlan_link_list *list;

	if (!ctx || ipvlan_link_list(ctx, IPVLAN_LINKS_ANY_KIND, &list))
		return;
	for (size_t i = 0; i < ipvlan_link_list_get_count(list); i++) {
		const struct ipvlan_link *link = ipvlan_link_list_get(list, i);

		if (is_value(link, value))
			offer(completion, ipvlan_link_get_name(link), strlen(ipvlan_link_get_name(link)));
	}
	ipvlan_link_list_free(list);
}

static void offer_netns(const struct completion *completion)
{
	struct ipvlan_ctx *ctx = session_context(completion->session);
	struct ipvlan_netns_list *list;

	if (!ctx || ipvlan_netns_list(ctx, &list))
		return;
	for (size_t i = 0; i < ipvlan_netns_list_get_count(list); i++) {
		const struct ipvlan_netns_info *info = ipvlan_netns_list_get(list, i);

		for (size_t j = 0; j < ipvlan_netns_info_get_name_count(info); j++) {
			const char *name = ipvlan_netns_info_get_name_at(info, j);

			offer(completion, name, strlen(name));
		}
	}
	ipvlan_netns_list_free(list);
}

static void offer_values(struct completion *completion, enum value value)
{
	if (value_words(value))
		offer_list(completion, value_words(value));
	else if (value == VALUE_LINK || value == VALUE_SLAVE || value == VALUE_SLAVES || value == VALUE_PARENT ||
		 value == VALUE_PATIENT)
		offer_links(completion, value);
	else if (value == VALUE_NETNS || value == VALUE_NETNS_NAME)
		offer_netns(completion);
	if (value == VALUE_FILE || value == VALUE_FILES || value == VALUE_PATIENT)
		completion->wants_file = true;
}

/* Of words that may have dashes or not: those that have them in the command's help, until some of it was typed without.
 */
static bool is_shown_dashed(const struct completion *completion, const struct command *command, const char *dashed)
{
	return command->run == run_advise && !completion->word[0] && strstr(command->syntax, dashed);
}

static void offer_keywords(const struct completion *completion, const struct command *command,
			   const struct keyword *keywords)
{
	bool dashes = completion->word[0] == '-';

	for (const struct keyword *k = keywords; k && k->word; k++) {
		char dashed[64];
		int length = snprintf(dashed, sizeof(dashed), "--%s", k->word);

		if (dashes ? k->value <= VALUE_BIT : is_shown_dashed(completion, command, dashed))
			offer(completion, dashed, (size_t)length);
		else if (!dashes)
			offer(completion, k->word, strlen(k->word));
	}
}

static void offer_options(const struct completion *completion)
{
	bool two = text_is_prefix("--", completion->word);

	for (const struct option_name *option = option_names; option->name; option++) {
		char dashed[64];
		int length = snprintf(dashed, sizeof(dashed), "%s%s", two ? "--" : "-", option->name);

		offer(completion, dashed, (size_t)length);
	}
}

static void offer_objects(const struct completion *completion)
{
	bool lines = session_reads_lines(completion->session);

	for (const struct command *c = commands; c->object; c++)
		if (!c->hidden && (lines || !c->for_lines) && (c == commands || strcmp(c[-1].object, c->object) != 0))
			offer(completion, c->object, strcspn(c->object, " "));
}

static bool offer_verbs(const struct completion *completion, const char *object)
{
	const struct command *first;
	struct message ignored;
	bool any = false;

	if (command_find(&object, 1, &first, &ignored) < 0 || !first->verb)
		return false;
	for (const struct command *c = commands; c->object; c++) {
		if (strcmp(c->object, first->object) == 0) {
			offer(completion, c->verb, strcspn(c->verb, " "));
			any = true;
		}
	}
	return any;
}

static void offer_arguments(struct completion *completion, const char *const *words, size_t count)
{
	const struct command *command;
	struct message ignored;
	struct expected expected;
	int taken = command_find(words, count, &command, &ignored);

	if (taken < 0)
		return;
	if (command->run == run_help && count == (size_t)taken)
		offer_objects(completion);
	else if (command->run == run_help && count == (size_t)taken + 1)
		offer_verbs(completion, words[taken]);
	parse_expect(&command->grammar, words + taken, count - (size_t)taken, &expected);
	if (completion->word[0] != '-')
		offer_values(completion, expected.value);
	if (expected.value_only)
		return;
	offer_keywords(completion, command, expected.keywords);
	if (expected.also)
		offer(completion, expected.also, strlen(expected.also));
	if (completion->word[0] == '-')
		offer_options(completion);
}

/* Skip the options before the command. @return whether the last one waits for its value, which is then offered. */
static bool skip_options(struct completion *completion, struct options *options, const char *const **words,
			 size_t *count)
{
	struct message ignored;

	while (*count && (*words)[0][0] == '-') {
		int taken = options_read(options, *words, *count, &ignored);

		if (taken < 0 && *count == 1) {
			if (text_is_prefix("-n", (*words)[0]) || text_is_prefix("--n", (*words)[0]))
				offer_netns(completion);
			else if (text_is_prefix("-b", (*words)[0]) || text_is_prefix("--b", (*words)[0]))
				completion->wants_file = true;
			else
				offer_list(completion, "inet inet6");
			return true;
		}
		if (taken <= 0)
			taken = 1;
		*words += taken;
		*count -= (size_t)taken;
	}
	return false;
}

static void complete(struct completion *completion, const char *const *words, size_t count)
{
	struct options options = completion->session->options;

	if (skip_options(completion, &options, &words, &count))
		return;
	if (options.netns && session_enter(completion->session, options.netns) != STATUS_DONE)
		return;
	if (count == 0 && completion->word[0] == '-')
		offer_options(completion);
	else if (count == 0)
		offer_objects(completion);
	else if (count > 1 || !offer_verbs(completion, words[0]) || strcmp(words[0], "port") == 0)
		offer_arguments(completion, words, count);
}

bool complete_word(struct session *session, const char *const *words, size_t count, const char *word,
		   complete_offer offer_one, void *data)
{
	struct completion completion = {.session = session, .word = word, .offer = offer_one, .data = data};
	bool muted = session->muted;

	session->muted = true;
	complete(&completion, words, count);
	session_go_home(session);
	session->muted = muted;
	return completion.wants_file || strchr(word, '/');
}

static void print(void *data, const char *candidate)
{
	fprintf(data, "%s\n", candidate);
}

int run_complete(struct session *session, const struct args *args)
{
	const char *const *words = args->rest;
	size_t count = args->rest_count;

	if (count && strcmp(words[0], "--") == 0) {
		words++;
		count--;
	}
	complete_word(session, words, count ? count - 1 : 0, count ? words[count - 1] : "", print, session->out);
	return STATUS_DONE;
}
