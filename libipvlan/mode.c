// SPDX-License-Identifier: LGPL-2.1-or-later
#include "internal.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct name {
	const char *text;
	int value;
};

static const struct name modes[] = {
	{"l2", IPVLAN_MODE_L2},
	{"l3", IPVLAN_MODE_L3},
	{"l3s", IPVLAN_MODE_L3S},
};

static const struct name flags_names[] = {
	{"bridge", IPVLAN_FLAGS_BRIDGE},
	{"private", IPVLAN_F_PRIVATE},
	{"vepa", IPVLAN_F_VEPA},
};

static int from_string(const struct name *names, size_t count, const char *text)
{
	unsigned long value;
	char *end;
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(names[i].text, text) == 0)
			return names[i].value;
	}
	if (!isdigit((unsigned char)text[0]))
		return -EINVAL;
	value = strtoul(text, &end, 0);
	return *end || value > UINT16_MAX ? -EINVAL : (int)value;
}

static const char *to_string(const struct name *names, size_t count, int value)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (names[i].value == value)
			return names[i].text;
	}
	return NULL;
}

static const char *format(const char *name, const char *number_format, int value, char *buf, size_t size)
{
	if (value < 0)
		text_copy(buf, size, "unset");
	else if (name)
		text_copy(buf, size, name);
	else
		snprintf(buf, size, number_format, value);
	return buf;
}

bool attribute_value_is_valid(int value)
{
	return value >= -1 && value <= UINT16_MAX;
}

IPVLAN_API int ipvlan_mode_from_string(const char *text)
{
	return from_string(modes, COUNT_OF(modes), text);
}

IPVLAN_API const char *ipvlan_mode_to_string(int mode)
{
	return to_string(modes, COUNT_OF(modes), mode);
}

IPVLAN_API const char *ipvlan_mode_format(int mode, char *buf, size_t size)
{
	return format(ipvlan_mode_to_string(mode), "%d", mode, buf, size);
}

IPVLAN_API int ipvlan_flags_from_string(const char *text)
{
	return from_string(flags_names, COUNT_OF(flags_names), text);
}

IPVLAN_API const char *ipvlan_flags_to_string(int flags)
{
	return to_string(flags_names, COUNT_OF(flags_names), flags);
}

IPVLAN_API const char *ipvlan_flags_format(int flags, char *buf, size_t size)
{
	return format(ipvlan_flags_to_string(flags), "%#x", flags, buf, size);
}
