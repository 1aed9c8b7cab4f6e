// SPDX-License-Identifier: LGPL-2.1-or-later
#include "settings.h"
#include "array.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int refuse(struct ipvlan_settings *settings, int err, const char *format, ...) PRINTF(3, 4);

/* Only the first refusal is kept: what follows is often its consequence. */
static int refuse(struct ipvlan_settings *settings, int err, const char *format, ...)
{
	va_list args;

	if (settings->error)
		return err;
	va_start(args, format);
	vsnprintf(settings->culprit, sizeof(settings->culprit), format, args);
	va_end(args);
	settings->error = err;
	return err;
}

static int copy_text(struct ipvlan_settings *settings, char **field, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return refuse(settings, -ENOMEM, "out of memory for \"%s\"", text);
	free(*field);
	*field = copy;
	return 0;
}

static void set_name(struct ipvlan_settings *settings, const char *name)
{
	if (!name)
		return;
	text_copy(settings->name_text, sizeof(settings->name_text), name);
	settings->name = settings->name_text;
}

IPVLAN_API struct ipvlan_settings *ipvlan_settings_new(const char *parent, const char *name)
{
	struct ipvlan_settings *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->mode = IPVLAN_MODE_UNSET;
	s->flags = IPVLAN_FLAGS_UNSET;
	s->netns_fd = -1;
	if (parent && copy_text(s, &s->parent, parent)) {
		ipvlan_settings_free(s);
		return NULL;
	}
	set_name(s, name);
	if (name && !link_name_is_valid(name))
		refuse(s, -EINVAL, "name \"%s\": a link's name is 1 to %d bytes without '/', ':', '%%' and blanks",
		       name, IFNAMSIZ - 1);
	return s;
}

IPVLAN_API const char *ipvlan_settings_get_problem(const struct ipvlan_settings *settings)
{
	return settings->error ? settings->culprit : NULL;
}

static void close_netns_fd(struct ipvlan_settings *settings)
{
	if (settings->netns_fd >= 0)
		close(settings->netns_fd);
	settings->netns_fd = -1;
}

IPVLAN_API void ipvlan_settings_free(struct ipvlan_settings *settings)
{
	if (!settings)
		return;
	close_netns_fd(settings);
	free(settings->parent);
	free(settings->netns_text);
	free(settings->addresses);
	free(settings->routes);
	free(settings);
}

/* Not to be added to: there is room for no more. */
static void *copy_list(const void *list, size_t count, size_t size)
{
	void *copy = count ? calloc(count, size) : NULL;

	if (copy)
		memcpy(copy, list, count * size);
	return copy;
}

struct ipvlan_settings *settings_copy(const struct ipvlan_settings *settings)
{
	struct ipvlan_settings *s = malloc(sizeof(*s));

	if (!s)
		return NULL;
	*s = *settings;
	s->parent = settings->parent ? strdup(settings->parent) : NULL;
	set_name(s, settings->name);
	s->netns_text = settings->netns_text ? strdup(settings->netns_text) : NULL;
	s->netns_fd = settings->netns_fd >= 0 ? fcntl(settings->netns_fd, F_DUPFD_CLOEXEC, 3) : -1;
	s->addresses = copy_list(settings->addresses, settings->address_count, sizeof(*s->addresses));
	s->routes = copy_list(settings->routes, settings->route_count, sizeof(*s->routes));
	if (!s->parent == !settings->parent && !s->netns_text == !settings->netns_text &&
	    !s->addresses == !settings->address_count && !s->routes == !settings->route_count &&
	    (s->netns_fd < 0) == (settings->netns_fd < 0))
		return s;
	ipvlan_settings_free(s);
	return NULL;
}

IPVLAN_API int ipvlan_settings_set_parent_index(struct ipvlan_settings *settings, int ifindex)
{
	if (ifindex <= 0)
		return refuse(settings, -EINVAL, "parent index %d: an index is above 0", ifindex);
	settings->parent_index = ifindex;
	return 0;
}

IPVLAN_API int ipvlan_settings_set_mode(struct ipvlan_settings *settings, int mode)
{
	if (!attribute_value_is_valid(mode))
		return refuse(settings, -EINVAL, "mode %d: a mode is 0 to 65535", mode);
	settings->mode = mode;
	return 0;
}

IPVLAN_API int ipvlan_settings_set_flags(struct ipvlan_settings *settings, int flags)
{
	if (!attribute_value_is_valid(flags))
		return refuse(settings, -EINVAL, "flags %d: flags are 0 to 65535", flags);
	if (flags != IPVLAN_FLAGS_UNSET && (flags & IPVLAN_F_PRIVATE) && (flags & IPVLAN_F_VEPA))
		return refuse(settings, -EINVAL, "flags private and vepa: they exclude each other");
	settings->flags = flags;
	return 0;
}

IPVLAN_API void ipvlan_settings_set_change_siblings(struct ipvlan_settings *settings, bool agreed)
{
	settings->change_siblings = agreed;
}

IPVLAN_API int ipvlan_settings_set_mtu(struct ipvlan_settings *settings, uint32_t mtu)
{
	if (mtu && (mtu < 68 || mtu > 65535))
		return refuse(settings, -EINVAL, "mtu %u: an ipvlan link takes 68 to 65535 bytes", mtu);
	settings->mtu = mtu;
	return 0;
}

static int set_netns_text(struct ipvlan_settings *settings, enum netns_by by, const char *text)
{
	int err = copy_text(settings, &settings->netns_text, text);

	if (!err)
		settings->netns_by = by;
	return err;
}

IPVLAN_API int ipvlan_settings_set_netns_name(struct ipvlan_settings *settings, const char *name)
{
	if (!netns_name_is_valid(name))
		return refuse(settings, -EINVAL,
			      "namespace \"%.80s\": a name is not empty, not longer than %d bytes, has no '/', and is "
			      "neither \".\" nor \"..\"",
			      name, NAME_MAX);
	return set_netns_text(settings, NETNS_BY_NAME, name);
}

IPVLAN_API int ipvlan_settings_set_netns_path(struct ipvlan_settings *settings, const char *path)
{
	return set_netns_text(settings, NETNS_BY_PATH, path);
}

IPVLAN_API int ipvlan_settings_set_netns_pid(struct ipvlan_settings *settings, pid_t pid)
{
	if (pid <= 0)
		return refuse(settings, -EINVAL, "process %ld: an id is above 0", (long)pid);
	settings->netns_pid = pid;
	settings->netns_by = NETNS_BY_PID;
	return 0;
}

IPVLAN_API int ipvlan_settings_set_netns_fd(struct ipvlan_settings *settings, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (copy < 0)
		return refuse(settings, -errno, "file descriptor %d cannot be duplicated: %m", fd);
	close_netns_fd(settings);
	settings->netns_fd = copy;
	settings->netns_by = NETNS_BY_FD;
	return 0;
}

IPVLAN_API int ipvlan_settings_add_address_object(struct ipvlan_settings *settings,
						  const struct ipvlan_address *address)
{
	struct ipvlan_address *room = array_grow(settings->addresses, settings->address_count, sizeof(*room));

	if (!room)
		return refuse(settings, -ENOMEM, "out of memory for an address");
	settings->addresses = room;
	room[settings->address_count++] = *address;
	return 0;
}

IPVLAN_API int ipvlan_settings_add_address(struct ipvlan_settings *settings, const char *text)
{
	struct ipvlan_address address;

	if (address_parse(text, &address))
		return refuse(settings, -EINVAL, "address \"%s\": wanted is ADDRESS/LENGTH, such as 10.0.0.2/24", text);
	return ipvlan_settings_add_address_object(settings, &address);
}

IPVLAN_API int ipvlan_settings_add_route_object(struct ipvlan_settings *settings, const struct ipvlan_route *route)
{
	struct ipvlan_route *room = array_grow(settings->routes, settings->route_count, sizeof(*room));

	if (!room)
		return refuse(settings, -ENOMEM, "out of memory for a route");
	settings->routes = room;
	room[settings->route_count++] = *route;
	return 0;
}

IPVLAN_API int ipvlan_settings_set_gateway(struct ipvlan_settings *settings, const char *text)
{
	struct ipvlan_route route;
	int err;

	route_parse("default", &route);
	if (strcmp(text, "dev") == 0)
		err = ipvlan_route_set_family(&route, AF_INET);
	else if (strcmp(text, "dev6") == 0)
		err = ipvlan_route_set_family(&route, AF_INET6);
	else
		err = ipvlan_route_set_gateway(&route, text);
	if (err)
		return refuse(settings, err, "gateway \"%s\": wanted is an address, \"dev\" or \"dev6\"", text);
	return ipvlan_settings_add_route_object(settings, &route);
}

IPVLAN_API int ipvlan_settings_add_route(struct ipvlan_settings *settings, const char *destination, const char *gateway)
{
	struct ipvlan_route route;

	if (route_parse(destination, &route))
		return refuse(settings, -EINVAL,
			      "route \"%s\": wanted is \"default\" or NETWORK/LENGTH without bits beyond the length",
			      destination);
	if (gateway && ipvlan_route_set_gateway(&route, gateway))
		return refuse(settings, -EINVAL, "route %s via \"%s\": wanted is an address of the same family",
			      destination, gateway);
	return ipvlan_settings_add_route_object(settings, &route);
}

IPVLAN_API void ipvlan_settings_set_up(struct ipvlan_settings *settings, bool up)
{
	settings->up = up;
}

IPVLAN_API void ipvlan_settings_set_loopback_up(struct ipvlan_settings *settings, bool up)
{
	settings->loopback_up = up;
}
