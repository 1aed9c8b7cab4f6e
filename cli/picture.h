/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures of ports. Pure: from a document {"host": NAME, "netns_inode": of where we were started, "ports": [ports as
 * ports_read() has them]} to a tree of lines, to a graph for dot(1), to a drawing.
 */
#ifndef CLI_PICTURE_H
#define CLI_PICTURE_H

#include "output.h"

void print_tree(struct page *page, const json_t *document);
void print_dot(struct page *page, const json_t *document);
void print_svg(struct page *page, const json_t *document);

/* The slaves of a port that are in one namespace: they follow each other. Begin with {0}, and the first comes next. */
struct room {
	size_t first, count;
	bool last;
	json_int_t inode;
	char title[300]; /* "" for the parent's own namespace */
};

bool room_next(const json_t *port, json_int_t here, struct room *room);

/* @return a slave of a room. */
const json_t *room_slave(const json_t *port, const struct room *room, size_t index);

/* What a picture calls a parent: "?" when it is in a namespace that cannot be looked into. */
const char *parent_name(const json_t *port);

/* "l2, bridge", or "" for a port without slaves. @return buf. */
const char *sharing_format(const json_t *port, char *buf, size_t size);

/* Addresses that a picture shows: not those of scope link, of which every link has one. */
bool address_is_shown(const json_t *address);

bool slave_is_down(const json_t *slave);

#endif
