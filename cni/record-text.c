/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record-text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void record_name(char buf[RECORD_NAME_SIZE], const char *container, const char *ifname)
{
	snprintf(buf, RECORD_NAME_SIZE, "%s@%s", container, ifname);
}

json_t *record_encode(const struct record *record)
{
	return json_pack("{s:s, s:o, s:I, s:I, s:i, s:o, s:b}", "network", record->network, "netns",
			 cni_string(record->netns), "inode", (json_int_t)record->netns_inode, "cookie",
			 (json_int_t)record->netns_cookie, "ifindex", record->ifindex, "parent",
			 cni_string(record->parent), "hostAccess", record->host_access);
}

/* container@ifname, both as request.h allows them. */
int record_take_name(struct record *record, const char *name)
{
	const char *at = strchr(name, '@');

	*record = (struct record){0};
	if (!at || at == name || (size_t)(at - name) >= sizeof(record->container) || strlen(at + 1) >= IFNAMSIZ)
		return -ENOENT;
	memcpy(record->container, name, (size_t)(at - name));
	strcpy(record->ifname, at + 1);
	return request_is_container(record->container) && request_is_link(record->ifname) ? 0 : -ENOENT;
}

static int copy_text(const json_t *json, const char *key, char *buf, size_t size)
{
	const char *text = json_string_value(json_object_get(json, key));

	if (!text || strlen(text) >= size)
		return -ENOENT;
	strcpy(buf, text);
	return 0;
}

/* Another link's numbers are made of no record that is damaged. */
static int read_numbers(const json_t *json, struct record *record)
{
	const json_t *inode = json_object_get(json, "inode"), *ifindex = json_object_get(json, "ifindex");

	if (!json_is_integer(inode) || json_integer_value(ifindex) <= 0 || json_integer_value(ifindex) > INT_MAX)
		return -ENOENT;
	record->netns_inode = (uint64_t)json_integer_value(inode);
	record->netns_cookie = (uint64_t)json_integer_value(json_object_get(json, "cookie"));
	record->ifindex = (int)json_integer_value(ifindex);
	return 0;
}

int record_decode(struct record *record, const json_t *json)
{
	int err = copy_text(json, "network", record->network, sizeof(record->network));

	if (!err)
		err = copy_text(json, "netns", record->netns, sizeof(record->netns));
	if (!err)
		err = copy_text(json, "parent", record->parent, sizeof(record->parent));
	if (!err)
		err = read_numbers(json, record);
	record->host_access = json_is_true(json_object_get(json, "hostAccess"));
	return err;
}
