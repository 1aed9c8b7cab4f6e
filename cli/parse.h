/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words to typed arguments, by a table of keywords: one parser for the command's own grammar and for ip(8)'s, where
 * keywords come in any order and some words go without one. Pure: nothing is looked up on the machine. Texts in the
 * result are the caller's words, not copies.
 */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

#include "message.h"
#include "options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number that was not given. Numbers are read up to 32 bits. */
#define UNSET (-1)

struct route_words {
	const char *destination;
	const char *gateway; /* NULL: straight to the link */
};

struct texts {
	const char **text;
	size_t count;
};

/* What a diagram can be written as, other than as text. */
enum picture { PICTURE_DOT, PICTURE_SVG };

/* Everything that any command may be told. What was not given is NULL, empty, or UNSET. */
struct args {
	struct options options;

	const char *word; /* without keyword, where what it means depends on the others */
	const char *name; /* the link or namespace that is acted on */
	const char *parent;
	const char *kind;
	const char *new_name;
	const char *netns;
	const char *mac_text;
	uint8_t mac[6];
	int mode, flags;
	int up, loopback, force; /* 1 yes, 0 no */
	int64_t mtu;

	/* Options of a port: 1 on, 0 off. */
	int group_isolation, source_check, guard, dhcp, direct_arp;
	int64_t queue_limit;
	const char *slave;

	const char *address, *peer, *broadcast, *label;
	int scope, nodad, noprefixroute;
	int64_t valid, preferred;

	const char *destination, *gateway, *source;
	int protocol, onlink, route_type;
	int64_t metric, table, advmss;

	struct texts addresses, gateways; /* of a slave to be made */
	struct route_words *routes;
	size_t route_count;

	int facts; /* a set of ADVISE_ bits */
	int synopsis;
	int picture; /* one of enum picture */
	int dry_run, prune, yes, atomic;
	struct texts files, names;
	int paged;

	int kinds; /* a set of IPVLAN_EVENTS() bits; 0: all */
	int everywhere, initial;
	int condition; /* an enum ipvlan_condition */
	int64_t timeout, buffer;
	int64_t interval; /* in milliseconds */
	int64_t tables;

	const char *const *rest; /* the words that are not ours to read */
	size_t rest_count;
};

/* What a keyword wants after it, and so what completion offers there. */
enum value {
	VALUE_NONE = 0,	  /* nothing: sets an int to the keyword's constant */
	VALUE_BIT,	  /* nothing: adds the constant to a set of bits */
	VALUE_LINK,	  /* a link of any kind */
	VALUE_PARENT,	  /* a link that can have slaves */
	VALUE_SLAVE,	  /* a slave */
	VALUE_NEW_NAME,	  /* a name that is yet to be given */
	VALUE_NETNS,	  /* name, path or process */
	VALUE_NETNS_NAME, /* name */
	VALUE_PID,
	VALUE_KIND,
	VALUE_MODE,
	VALUE_FLAGS,
	VALUE_NUMBER,
	VALUE_SECONDS,
	VALUE_INTERVAL, /* seconds, also parts of one */
	VALUE_SCOPE,
	VALUE_PROTOCOL,
	VALUE_TABLE,
	VALUE_MAC,
	VALUE_PREFIX,	/* an address with its prefix length */
	VALUE_PREFIXES, /* the same, any number of times */
	VALUE_ADDRESS,	/* a bare address */
	VALUE_VIA,	/* the same, its family perhaps before it */
	VALUE_BROADCAST,
	VALUE_LABEL,
	VALUE_SWITCH,	/* on or off */
	VALUE_GUARDED,	/* an address, any number of times, or none */
	VALUE_GATEWAYS, /* address, dev or dev6, any number of times */
	VALUE_FILE,
	VALUE_FILES,   /* the same, any number of times */
	VALUE_SLAVES,  /* a slave, any number of times */
	VALUE_PATIENT, /* a link, or a file */
	VALUE_DESTINATION,
	VALUE_ROUTES,  /* DESTINATION [via GATEWAY], any number of times */
	VALUE_COMMAND, /* this word and all that follow it */
	VALUE_COUNT,
};

struct keyword {
	const char *word; /* for a place without keyword: its name in the synopsis */
	enum value value;
	size_t offset; /* the field of struct args */
	int constant;
};

#define ARG(field) offsetof(struct args, field)

struct grammar {
	const struct keyword *places;	/* words without keyword, in order; the last one has no word */
	const struct keyword *keywords; /* likewise */
	bool name_first;		/* the first word is a place, whatever it says */
	bool whole_words;		/* keywords may not be shortened */
};

/*
 * Read the words after a command's name.
 * Options are taken from wherever they stand and added to args->options.
 * @return 0; -EINVAL with a message; -ENOMEM. args_free() is due in any case.
 */
int parse(const struct grammar *grammar, const char *const *words, size_t count, struct args *args,
	  struct message *message);

/* Say that a word is not understood, and what it could have been. @return -EINVAL. */
int parse_misunderstood(const struct grammar *grammar, const char *word, struct message *message);

/* What could follow the words, for completion. */
struct expected {
	enum value value;		/* a value of this kind, when `keyword` is set or a place is free */
	bool value_only;		/* nothing but that value */
	const struct keyword *keywords; /* any of these, unless value_only */
	const char *also;		/* and this word; NULL: none */
};

void parse_expect(const struct grammar *grammar, const char *const *words, size_t count, struct expected *expected);

/* Begin with nothing given. */
void args_init(struct args *args, const struct options *options);

/* Free the lists; the words stay the caller's. */
void args_free(struct args *args);

/* "a mode (l2, l3, l3s)": how a message names what was wanted. */
const char *value_name(enum value value);

/* The words that a value can be, divided by blanks; NULL when they are not a fixed few. */
const char *value_words(enum value value);

/* Names of numbers, in both directions; as ip(8) has them. */
const char *scope_name(int scope);
const char *protocol_name(int protocol);
const char *table_name(uint32_t table);

#endif
