/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "picture.h"
#include "ports.h"

#include <string.h>

bool room_next(const json_t *port, json_int_t here, struct room *room)
{
	const json_t *slaves = json_object_get(port, "slaves"), *slave;
	size_t first = room->first + room->count, all = json_array_size(slaves);

	if (first == all)
		return false;
	slave = json_array_get(slaves, first);
	*room = (struct room){.first = first, .inode = field_number(slave, "netns_inode")};
	do
		room->count++;
	while (first + room->count < all &&
	       field_number(json_array_get(slaves, first + room->count), "netns_inode") == room->inode);
	room->last = first + room->count == all;
	if (room->inode != field_number(port, "netns_inode"))
		place_title(slave, here, room->title, sizeof(room->title));
	return true;
}

const json_t *room_slave(const json_t *port, const struct room *room, size_t index)
{
	return json_array_get(json_object_get(port, "slaves"), room->first + index);
}

const char *parent_name(const json_t *port)
{
	const char *name = field_text(port, "parent");

	return *name ? name : "?";
}

const char *sharing_format(const json_t *port, char *buf, size_t size)
{
	const char *mode = field_text(port, "mode"), *flags = field_text(port, "flags");

	snprintf(buf, size, "%s%s%s", mode, *mode && *flags ? ", " : "", flags);
	return buf;
}

bool address_is_shown(const json_t *address)
{
	return strcmp(field_text(address, "scope"), "link") != 0;
}

bool slave_is_down(const json_t *slave)
{
	const json_t *flag;
	size_t i;

	json_array_foreach (json_object_get(slave, "flags"), i, flag)
		if (strcmp(json_string_value(flag), "UP") == 0)
			return false;
	return true;
}
