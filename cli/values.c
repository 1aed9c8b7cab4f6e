/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "values.h"
#include "text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct named {
	const char *name;
	int64_t number;
};

/* The first name of a number is the one that is printed. */
static const struct named scopes[] = {
	{"global", RT_SCOPE_UNIVERSE},
	{"universe", RT_SCOPE_UNIVERSE},
	{"site", RT_SCOPE_SITE},
	{"link", RT_SCOPE_LINK},
	{"host", RT_SCOPE_HOST},
	{"nowhere", RT_SCOPE_NOWHERE},
	{NULL},
};

static const struct named protocols[] = {
	{"unspec", RTPROT_UNSPEC},
	{"redirect", RTPROT_REDIRECT},
	{"kernel", RTPROT_KERNEL},
	{"boot", RTPROT_BOOT},
	{"static", RTPROT_STATIC},
	{"gated", RTPROT_GATED},
	{"ra", RTPROT_RA},
	{"mrt", RTPROT_MRT},
	{"zebra", RTPROT_ZEBRA},
	{"bird", RTPROT_BIRD},
	{"dhcp", RTPROT_DHCP},
	{"keepalived", 18},
	{"babel", RTPROT_BABEL},
	{"bgp", RTPROT_BGP},
	{"isis", RTPROT_ISIS},
	{"ospf", RTPROT_OSPF},
	{"rip", RTPROT_RIP},
	{"eigrp", RTPROT_EIGRP},
	{NULL},
};

static const struct named tables[] = {
	{"main", RT_TABLE_MAIN},
	{"local", RT_TABLE_LOCAL},
	{"default", RT_TABLE_DEFAULT},
	{"all", RT_TABLE_UNSPEC},
	{NULL},
};

static const char *name_of(const struct named *names, int64_t number)
{
	for (; names->name; names++)
		if (names->number == number)
			return names->name;
	return NULL;
}

const char *scope_name(int scope)
{
	return name_of(scopes, scope);
}

const char *protocol_name(int protocol)
{
	return name_of(protocols, protocol);
}

const char *table_name(uint32_t table)
{
	return name_of(tables, table);
}

typedef int (*reader)(struct parser *parser, const struct keyword *keyword, void *field);

static int wrong(struct parser *parser, const struct keyword *keyword)
{
	const char *word = parser->words[parser->at], *words = value_words(keyword->value);
	struct nearest nearest;

	message_set(parser->message, "'%s' is not %s", word, value_name(keyword->value));
	if (parser->keyword)
		message_add(parser->message, ", which '%s' wants", parser->keyword);
	if (words) {
		nearest_begin(&nearest, word);
		nearest_offer_list(&nearest, words);
		nearest_add_to(&nearest, parser->message);
	}
	return -EINVAL;
}

static int given_twice(struct parser *parser)
{
	return message_set(parser->message, "'%s' comes too late: %s was given before",
			   parser->words[parser->at < parser->count ? parser->at : parser->count - 1],
			   parser->keyword ? parser->keyword : "that");
}

static int read_constant(struct parser *parser, const struct keyword *keyword, void *field)
{
	int *number = field;

	if (*number != UNSET && *number != keyword->constant)
		return message_set(parser->message, "'%s' contradicts what was said before it", keyword->word);
	*number = keyword->constant;
	return 0;
}

static int read_bit(struct parser *parser, const struct keyword *keyword, void *field)
{
	(void)parser;
	*(int *)field |= keyword->constant;
	return 0;
}

static int read_text(struct parser *parser, const struct keyword *keyword, void *field)
{
	const char **text = field;

	if (!parser->words[parser->at][0])
		return wrong(parser, keyword);
	if (*text)
		return given_twice(parser);
	*text = parser->words[parser->at++];
	return 0;
}

static int read_32_bits(const char *text, int64_t *number)
{
	char *end;
	unsigned long long n;

	if (text[0] < '0' || text[0] > '9')
		return -EINVAL;
	errno = 0;
	n = strtoull(text, &end, 0);
	if (errno || *end || n > UINT32_MAX)
		return -EINVAL;
	*number = (int64_t)n;
	return 0;
}

static int read_number(struct parser *parser, const struct keyword *keyword, void *field)
{
	int64_t *number = field;

	if (*number != UNSET)
		return given_twice(parser);
	if (read_32_bits(parser->words[parser->at], number))
		return wrong(parser, keyword);
	parser->at++;
	return 0;
}

/* "forever", or seconds with or without "sec", which is how ip(8) prints them. */
static int read_seconds(struct parser *parser, const struct keyword *keyword, void *field)
{
	const char *word = parser->words[parser->at];
	int64_t *number = field;
	char digits[16];
	size_t length = strspn(word, "0123456789");

	if (*number != UNSET)
		return given_twice(parser);
	if (strcmp(word, "forever") == 0) {
		*number = IPVLAN_LIFETIME_FOREVER;
	} else {
		snprintf(digits, sizeof(digits), "%.*s", (int)length, word);
		if (length >= sizeof(digits) || (word[length] && strcmp(word + length, "sec") != 0) ||
		    read_32_bits(digits, number))
			return wrong(parser, keyword);
	}
	parser->at++;
	return 0;
}

/* Seconds and up to three digits of parts of one, as milliseconds. */
static int read_interval(struct parser *parser, const struct keyword *keyword, void *field)
{
	const char *word = parser->words[parser->at], *part;
	size_t whole = strspn(word, "0123456789"), digits = 0;
	int64_t *number = field, milliseconds = 0;

	if (*number != UNSET)
		return given_twice(parser);
	part = word + whole + (word[whole] == '.');
	while (digits < 3 && part[digits] >= '0' && part[digits] <= '9' && part != word + whole)
		digits++;
	if (!whole || whole > 5 || part[digits] || (part != word + whole && !digits))
		return wrong(parser, keyword);
	for (size_t i = 0; i < 3; i++)
		milliseconds = milliseconds * 10 + (i < digits ? part[i] - '0' : 0);
	milliseconds += strtol(word, NULL, 10) * 1000;
	if (milliseconds < 100)
		return wrong(parser, keyword);
	*number = milliseconds;
	parser->at++;
	return 0;
}

static int find_named(const struct named *names, const char *word, int64_t most, int64_t *number)
{
	for (; names->name; names++) {
		if (strcmp(names->name, word) == 0) {
			*number = names->number;
			return 0;
		}
	}
	return read_32_bits(word, number) || *number > most ? -EINVAL : 0;
}

static int read_byte(struct parser *parser, const struct keyword *keyword, void *field)
{
	int *byte = field;
	int64_t number;

	if (*byte != UNSET)
		return given_twice(parser);
	if (find_named(keyword->value == VALUE_SCOPE ? scopes : protocols, parser->words[parser->at], 255, &number))
		return wrong(parser, keyword);
	*byte = (int)number;
	parser->at++;
	return 0;
}

static int read_table(struct parser *parser, const struct keyword *keyword, void *field)
{
	int64_t *table = field;

	if (*table != UNSET)
		return given_twice(parser);
	if (find_named(tables, parser->words[parser->at], UINT32_MAX, table))
		return wrong(parser, keyword);
	parser->at++;
	return 0;
}

static int read_mode(struct parser *parser, const struct keyword *keyword, void *field)
{
	int *mode = field, number = ipvlan_mode_from_string(parser->words[parser->at]);

	if (number < 0)
		return wrong(parser, keyword);
	if (*mode != UNSET && *mode != number)
		return given_twice(parser);
	*mode = number;
	parser->at++;
	return 0;
}

static int read_flags(struct parser *parser, const struct keyword *keyword, void *field)
{
	int *flags = field, number = ipvlan_flags_from_string(parser->words[parser->at]);

	if (number < 0)
		return wrong(parser, keyword);
	if (*flags != UNSET && *flags != number)
		return given_twice(parser);
	*flags = number;
	parser->at++;
	return 0;
}

static int read_mac(struct parser *parser, const struct keyword *keyword, void *field)
{
	const char *word = parser->words[parser->at];
	uint8_t *mac = parser->args->mac;
	int end = 0;

	if (*(const char **)field)
		return given_twice(parser);
	if (sscanf(word, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2], &mac[3], &mac[4], &mac[5],
		   &end) != 6 ||
	    word[end])
		return wrong(parser, keyword);
	*(const char **)field = word;
	parser->at++;
	return 0;
}

static bool is_family(const struct parser *parser, int family)
{
	int wanted = parser->args->options.family;

	return wanted == AF_UNSPEC || wanted == family;
}

/* @return 0; -EINVAL when it is none that is wanted; -ENOMEM when nobody knows. */
static int check_prefix(const struct parser *parser, const char *word)
{
	struct ipvlan_address *address;
	bool fits;
	int err = ipvlan_address_new(word, &address);

	if (err)
		return err == -ENOMEM ? err : -EINVAL;
	fits = is_family(parser, ipvlan_address_get_family(address));
	ipvlan_address_free(address);
	return fits ? 0 : -EINVAL;
}

/* It may be one, of the family that was not asked for. */
static int wrong_address(struct parser *parser, const struct keyword *keyword)
{
	int family = parser->args->options.family, err = wrong(parser, keyword);

	if (family != AF_UNSPEC)
		message_add(parser->message, "; -%d takes no others", family == AF_INET6 ? 6 : 4);
	return err;
}

static int read_prefix(struct parser *parser, const struct keyword *keyword, void *field)
{
	int err = check_prefix(parser, parser->words[parser->at]);

	if (err)
		return err == -ENOMEM ? err : wrong_address(parser, keyword);
	return read_text(parser, keyword, field);
}

static bool is_address(const struct parser *parser, const char *word)
{
	unsigned char bytes[16];

	return (is_family(parser, AF_INET) && inet_pton(AF_INET, word, bytes) == 1) ||
	       (is_family(parser, AF_INET6) && inet_pton(AF_INET6, word, bytes) == 1);
}

static int read_address(struct parser *parser, const struct keyword *keyword, void *field)
{
	if (!is_address(parser, parser->words[parser->at]))
		return wrong_address(parser, keyword);
	return read_text(parser, keyword, field);
}

/* ip(8) has the family before a gateway that is of another one than the destination; here it may be left out. */
static int read_via(struct parser *parser, const struct keyword *keyword, void *field)
{
	const char *word = parser->words[parser->at];
	int family = strcmp(word, "inet") == 0 ? AF_INET : strcmp(word, "inet6") == 0 ? AF_INET6 : AF_UNSPEC;
	unsigned char bytes[16];

	if (family == AF_UNSPEC)
		return read_address(parser, keyword, field);
	if (++parser->at == parser->count)
		return message_set(parser->message, "'via %s' wants an address after it", word);
	if (inet_pton(family, parser->words[parser->at], bytes) != 1)
		return message_set(parser->message, "'%s' is no address of the family %s, which 'via %s' wants",
				   parser->words[parser->at], word, word);
	return read_text(parser, keyword, field);
}

static int read_broadcast(struct parser *parser, const struct keyword *keyword, void *field)
{
	const char *word = parser->words[parser->at];

	if (strcmp(word, "+") != 0 && strcmp(word, "-") != 0 && !is_address(parser, word))
		return wrong(parser, keyword);
	return read_text(parser, keyword, field);
}

/* Every list fits into as many entries as there are words. */
static int append(struct parser *parser, struct texts *texts)
{
	if (!texts->text)
		texts->text = calloc(parser->count, sizeof(*texts->text));
	if (!texts->text)
		return -ENOMEM;
	texts->text[texts->count++] = parser->words[parser->at++];
	return 0;
}

static int read_texts(struct parser *parser, const struct keyword *keyword, void *field)
{
	return *parser->words[parser->at] ? append(parser, field) : wrong(parser, keyword);
}

static int read_prefixes(struct parser *parser, const struct keyword *keyword, void *field)
{
	int err = check_prefix(parser, parser->words[parser->at]);

	if (err)
		return err == -ENOMEM ? err : wrong(parser, keyword);
	return append(parser, field);
}

static bool is_gateway(const struct parser *parser, const char *word)
{
	return strcmp(word, "dev") == 0 || strcmp(word, "dev6") == 0 || is_address(parser, word);
}

static int read_gateways(struct parser *parser, const struct keyword *keyword, void *field)
{
	return is_gateway(parser, parser->words[parser->at]) ? append(parser, field) : wrong(parser, keyword);
}

static int read_guarded(struct parser *parser, const struct keyword *keyword, void *field)
{
	const char *word = parser->words[parser->at];

	return strcmp(word, "none") == 0 || is_address(parser, word) ? append(parser, field) : wrong(parser, keyword);
}

static int read_switch(struct parser *parser, const struct keyword *keyword, void *field)
{
	const char *word = parser->words[parser->at];
	int *number = field;

	if (strcmp(word, "on") != 0 && strcmp(word, "off") != 0)
		return wrong(parser, keyword);
	if (*number != UNSET)
		return given_twice(parser);
	*number = strcmp(word, "on") == 0;
	parser->at++;
	return 0;
}

/* As check_prefix(). */
static int check_destination(const char *word)
{
	struct ipvlan_route *route;
	int err = ipvlan_route_new(word, &route);

	if (err)
		return err == -ENOMEM ? err : -EINVAL;
	ipvlan_route_free(route);
	return 0;
}

static int read_destination(struct parser *parser, const struct keyword *keyword, void *field)
{
	const char *word = parser->words[parser->at];
	int err;

	/* ip(8) takes the beginning of "default" too. */
	if (strlen(word) > 2 && text_is_prefix(word, "default") && !*(const char **)field) {
		*(const char **)field = "default";
		parser->at++;
		return 0;
	}
	err = check_destination(word);
	if (err)
		return err == -ENOMEM ? err : wrong(parser, keyword);
	return read_text(parser, keyword, field);
}

static int read_routes(struct parser *parser, const struct keyword *keyword, void *field)
{
	struct args *args = parser->args;
	struct route_words *route;
	int err = check_destination(parser->words[parser->at]);

	(void)field;
	if (err)
		return err == -ENOMEM ? err : wrong(parser, keyword);
	if (!args->routes)
		args->routes = calloc(parser->count, sizeof(*args->routes));
	if (!args->routes)
		return -ENOMEM;
	route = &args->routes[args->route_count++];
	route->destination = parser->words[parser->at++];
	if (parser->at == parser->count || strcmp(parser->words[parser->at], "via") != 0)
		return 0;
	parser->keyword = "via";
	if (++parser->at == parser->count)
		return message_set(parser->message, "'via' wants %s after it", value_name(VALUE_VIA));
	return read_via(parser, &(struct keyword){"via", VALUE_VIA, 0, 0}, &route->gateway);
}

static int read_rest(struct parser *parser, const struct keyword *keyword, void *field)
{
	(void)keyword;
	(void)field;
	parser->args->rest = parser->words + parser->at;
	parser->args->rest_count = parser->count - parser->at;
	parser->at = parser->count;
	return 0;
}

static const struct {
	reader read;
	const char *name;  /* with its article, for messages */
	const char *words; /* what it can be */
} values[VALUE_COUNT] = {
	[VALUE_NONE] = {read_constant, "nothing", NULL},
	[VALUE_BIT] = {read_bit, "nothing", NULL},
	[VALUE_LINK] = {read_text, "the name of a link", NULL},
	[VALUE_PARENT] = {read_text, "the name of a parent device", NULL},
	[VALUE_SLAVES] = {read_texts, "the name of a slave", NULL},
	[VALUE_SLAVE] = {read_text, "the name of a slave", NULL},
	[VALUE_NEW_NAME] = {read_text, "a name", NULL},
	[VALUE_NETNS] = {read_text, "a namespace (name, path or process id)", NULL},
	[VALUE_NETNS_NAME] = {read_text, "the name of a namespace", NULL},
	[VALUE_PID] = {read_text, "a process id", NULL},
	[VALUE_KIND] = {read_text, "a kind of link", "ipvlan"},
	[VALUE_MODE] = {read_mode, "a mode (l2, l3 or l3s)", "l2 l3 l3s"},
	[VALUE_FLAGS] = {read_flags, "a set of flags (bridge, private or vepa)", "bridge private vepa"},
	[VALUE_NUMBER] = {read_number, "a number", NULL},
	[VALUE_SECONDS] = {read_seconds, "a number of seconds, or forever", "forever"},
	[VALUE_INTERVAL] = {read_interval, "a number of seconds, at least 0.1", NULL},
	[VALUE_SCOPE] = {read_byte, "a scope (global, link, host or a number)", "global link host site nowhere"},
	[VALUE_PROTOCOL] = {read_byte, "a routing protocol (boot, static, … or a number)",
			    "boot static kernel dhcp ra bird zebra bgp ospf"},
	[VALUE_TABLE] = {read_table, "a routing table (main, local, default, all or a number)",
			 "main local default all"},
	[VALUE_MAC] = {read_mac, "a hardware address such as 02:00:00:00:00:01", NULL},
	[VALUE_PREFIX] = {read_prefix, "an address such as 10.0.0.2/24 or fd00::2/64", NULL},
	[VALUE_PREFIXES] = {read_prefixes, "an address such as 10.0.0.2/24 or fd00::2/64", NULL},
	[VALUE_ADDRESS] = {read_address, "an address such as 10.0.0.1 or fd00::1", NULL},
	[VALUE_VIA] = {read_via, "a gateway such as 10.0.0.1, fd00::1 or inet6 fe80::1", "inet inet6"},
	[VALUE_BROADCAST] = {read_broadcast, "a broadcast address (an IPv4 address, + or -)", NULL},
	[VALUE_LABEL] = {read_text, "a label", NULL},
	[VALUE_SWITCH] = {read_switch, "on or off", "on off"},
	[VALUE_GUARDED] = {read_guarded, "a gateway's address, or none", "none"},
	[VALUE_GATEWAYS] = {read_gateways, "a gateway (an address, or dev or dev6 for the link itself)", "dev dev6"},
	[VALUE_FILE] = {read_text, "the name of a file, or - for standard input", NULL},
	[VALUE_FILES] = {read_texts, "the name of a file, or - for standard input", NULL},
	[VALUE_PATIENT] = {read_text, "the name of a link, or of a file", NULL},
	[VALUE_DESTINATION] =
		{read_destination,
		 "a destination (10.9.0.0/16 with nothing but 0 behind the 16 bits, fd00:9::/48 or default)",
		 "default"},
	[VALUE_ROUTES] = {read_routes,
			  "a destination (10.9.0.0/16 with nothing but 0 behind the 16 bits, fd00:9::/48 or default)",
			  "default"},
	[VALUE_COMMAND] = {read_rest, "a command", NULL},
};

bool value_is_list(enum value value)
{
	return value == VALUE_FILES || value == VALUE_SLAVES;
}

const char *value_name(enum value value)
{
	return values[value].name;
}

const char *value_words(enum value value)
{
	return values[value].words;
}

int value_read(struct parser *parser, const struct keyword *keyword)
{
	return values[keyword->value].read(parser, keyword, (char *)parser->args + keyword->offset);
}
