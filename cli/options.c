/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"
#include "text.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum option {
	OPTION_4,
	OPTION_6,
	OPTION_FAMILY,
	OPTION_NETNS,
	OPTION_JSON,
	OPTION_PRETTY,
	OPTION_DETAILS,
	OPTION_STATISTICS,
	OPTION_STATS,
	OPTION_ONELINE,
	OPTION_BATCH,
	OPTION_BRIEF,
	OPTION_COLOR,
	OPTION_FORCE,
	OPTION_VERSION,
	OPTION_HELP,
};

const struct option_name option_names[] = {
	[OPTION_4] = {"4", NULL, "IPv4 only"},
	[OPTION_6] = {"6", NULL, "IPv6 only"},
	[OPTION_FAMILY] = {"family", "inet|inet6", "the same in words"},
	[OPTION_NETNS] = {"netns", "NETNS", "work in this network namespace"},
	[OPTION_JSON] = {"json", NULL, "print JSON"},
	[OPTION_PRETTY] = {"pretty", NULL, "indent the JSON"},
	[OPTION_DETAILS] = {"details", NULL, "print more"},
	[OPTION_STATISTICS] = {"statistics", NULL, "print counters"},
	[OPTION_STATS] = {"stats", NULL, NULL},
	[OPTION_ONELINE] = {"oneline", NULL, "print each object on one line"},
	[OPTION_BATCH] = {"batch", "FILE", "run the commands of a file; - is standard input"},
	[OPTION_BRIEF] = {"brief", NULL, "print little, as a table"},
	[OPTION_COLOR] = {"color", NULL, "colour: -color=always|auto|never"},
	[OPTION_FORCE] = {"force", NULL, "agree to siblings being changed; in a batch: go on after errors"},
	[OPTION_VERSION] = {"Version", NULL, "print the version"},
	[OPTION_HELP] = {"help", NULL, "print help"},
	{NULL},
};

static const struct {
	const char *name;
	int family;
} families[] = {{"inet", AF_INET}, {"inet6", AF_INET6}};

static const struct {
	const char *name;
	enum color color;
} colors[] = {{"always", COLOR_ALWAYS}, {"auto", COLOR_AUTO}, {"never", COLOR_NEVER}};

/* Without its dashes; the short forms that are not plain beginnings are ip's own. */
static int find(const char *name, size_t length, struct message *message)
{
	struct nearest nearest;
	char typed[32];

	if (length < sizeof(typed)) {
		memcpy(typed, name, length);
		typed[length] = '\0';
		if (strcmp(typed, "version") == 0)
			return OPTION_VERSION;
		for (int i = 0; option_names[i].name; i++)
			if (length && text_is_prefix(typed, option_names[i].name))
				return i;
		nearest_begin(&nearest, typed);
		for (int i = 0; option_names[i].name; i++)
			nearest_offer(&nearest, option_names[i].name);
	} else {
		nearest_begin(&nearest, "");
	}
	message_set(message, "there is no option '-%s'", name);
	nearest_add_to(&nearest, message);
	message_add(message, "; 'ipvlanctl help options' lists them");
	return -EINVAL;
}

static int read_family(struct options *options, const char *text, struct message *message)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		if (strcmp(families[i].name, text) == 0) {
			options->family = families[i].family;
			return 2;
		}
	}
	return message_set(message, "'%s' is no address family; say inet or inet6", text);
}

static int read_color(struct options *options, const char *name, struct message *message)
{
	const char *text = strchr(name, '=');

	if (!text) {
		options->color = COLOR_ALWAYS;
		return 1;
	}
	for (size_t i = 0; i < sizeof(colors) / sizeof(colors[0]); i++) {
		if (strcmp(colors[i].name, text + 1) == 0) {
			options->color = colors[i].color;
			return 1;
		}
	}
	return message_set(message, "'%s' says no use of colour; say always, auto or never", text + 1);
}

static int read_value(struct options *options, int option, const char *text, struct message *message)
{
	if (option == OPTION_FAMILY)
		return read_family(options, text, message);
	*(option == OPTION_BATCH ? &options->batch : &options->netns) = text;
	return 2;
}

static int set(struct options *options, int option)
{
	switch (option) {
	case OPTION_4:
		options->family = AF_INET;
		break;
	case OPTION_6:
		options->family = AF_INET6;
		break;
	case OPTION_JSON:
		options->json = true;
		break;
	case OPTION_PRETTY:
		options->pretty = true;
		break;
	case OPTION_DETAILS:
		options->details = true;
		break;
	case OPTION_STATISTICS:
	case OPTION_STATS:
		options->statistics = true;
		break;
	case OPTION_ONELINE:
		options->oneline = true;
		break;
	case OPTION_BRIEF:
		options->brief = true;
		break;
	case OPTION_FORCE:
		options->force = true;
		break;
	case OPTION_VERSION:
		options->version = true;
		break;
	case OPTION_HELP:
		options->help = true;
		break;
	}
	return 1;
}

int options_read(struct options *options, const char *const *words, size_t count, struct message *message)
{
	const char *name;
	int option;

	if (!count || words[0][0] != '-' || words[0][1] == '\0' || strcmp(words[0], "--") == 0)
		return 0;
	name = words[0] + 1 + (words[0][1] == '-');
	option = find(name, strcspn(name, "="), message);
	if (option < 0)
		return option;
	if (option == OPTION_COLOR)
		return read_color(options, name, message);
	if (strchr(name, '='))
		return message_set(message, "option '-%s' takes no '='", option_names[option].name);
	if (!option_names[option].value)
		return set(options, option);
	if (count < 2)
		return message_set(message, "option '-%s' wants %s after it", option_names[option].name,
				   option_names[option].value);
	return read_value(options, option, words[1], message);
}
