/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Documents of the library's objects. Fields that `ip -d -s -j` has too carry its names and values, in its order; the
 * manual lists them all.
 */
#ifndef CLI_DOCUMENT_H
#define CLI_DOCUMENT_H

#include <ipvlan/ipvlan.h>
#include <jansson.h>

enum parts {
	PART_LINK = 1 << 0,    /* what only `ip link` has */
	PART_DETAILS = 1 << 1, /* what -d adds */
	PART_STATS = 1 << 2,
	PART_HARDWARE = 1 << 3, /* hardware addresses, which go with -4 and -6 */
	PART_ADDRESSES = 1 << 4,
	PART_PLACE = 1 << 5,			  /* namespace, parent and port, which ip cannot tell */
	PART_SHOWN = PART_ADDRESSES | PART_PLACE, /* all that tables and pictures of slaves show */
	PART_ALL = PART_LINK | PART_DETAILS | PART_STATS | PART_HARDWARE | PART_ADDRESSES | PART_PLACE,
};

/* What a link's document tells of other links; and which of its addresses. */
struct around {
	bool parent_down;	/* its parent is in the same namespace, and down */
	const char *controller; /* the bridge, bond, … that it belongs to, or NULL */
	bool by_scope;		/* only addresses of that scope */
	uint8_t scope;
};

/* A link. family: of the addresses to be listed, AF_UNSPEC for all. */
json_t *document_link(const struct ipvlan_link *link, unsigned int parts, const struct around *around, int family);

json_t *document_address(const struct ipvlan_address *address);

/* dev: the name of the link, NULL to leave it out. */
json_t *document_route(const struct ipvlan_route *route, const char *dev, bool details, bool with_table);

/*
 * A port, its array of slaves empty yet. parent NULL: what its slave tells of it; slave: any of them, NULL when there
 * is none. Not both NULL.
 */
json_t *document_port(const struct ipvlan_link *parent, const struct ipvlan_link *slave);

/* What only libipvlan's module knows of a port. */
json_t *document_module(const struct ipvlan_module_port *port);

/* As RFC 3339 has it, in the time of this place. */
json_t *document_time(struct timespec time);

/* The same into a buffer. What is told of one second serves the next moment in it; {0} at first. */
struct second {
	time_t begin;
	char text[24], zone[8]; /* text is "" before the first one */
};
const char *time_format(struct second *second, struct timespec time, char *buf, size_t size);

#endif
