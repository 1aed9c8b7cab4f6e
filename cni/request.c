/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "request.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define BIT(command) (1U << (command))

static const char *const names[] = {"ADD", "CHECK", "DEL", "GC", "STATUS", "VERSION"};

static const struct {
	const char *name;
	size_t at;
	unsigned int needed_by;
} variables[] = {
	{"CNI_CONTAINERID", offsetof(struct request, container),
	 BIT(COMMAND_ADD) | BIT(COMMAND_CHECK) | BIT(COMMAND_DEL)},
	{"CNI_NETNS", offsetof(struct request, netns), BIT(COMMAND_ADD) | BIT(COMMAND_CHECK)},
	{"CNI_IFNAME", offsetof(struct request, ifname), BIT(COMMAND_ADD) | BIT(COMMAND_CHECK) | BIT(COMMAND_DEL)},
	{"CNI_PATH", offsetof(struct request, path), 0},
};

const char *request_command_name(enum command command)
{
	return names[command];
}

bool request_is_container(const char *id)
{
	if (!isascii((unsigned char)*id) || !isalnum((unsigned char)*id))
		return false;
	for (const char *c = id; *c; c++)
		if (!isascii((unsigned char)*c) || (!isalnum((unsigned char)*c) && !strchr("_.-", *c)))
			return false;
	return strlen(id) <= CONTAINER_LENGTH;
}

bool request_is_link(const char *name)
{
	for (const char *c = name; *c; c++)
		if (*c == '/' || *c == ':' || *c == '%' || isspace((unsigned char)*c) || iscntrl((unsigned char)*c))
			return false;
	return *name && strlen(name) < IFNAMSIZ && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static int read_command(struct request *request, const char *name, struct cni_error *error)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0) {
			request->command = (enum command)i;
			return 0;
		}
	}
	return cni_fail(error, CNI_ENVIRONMENT, "unknown CNI_COMMAND: '%.40s'", name);
}

static int read_variables(struct request *request, environment get, struct cni_error *error)
{
	char missing[128] = "";
	size_t used = 0;

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = get(variables[i].name);

		if (!value)
			value = "";
		memcpy((char *)request + variables[i].at, &value, sizeof(value));
		if (!*value && variables[i].needed_by & BIT(request->command))
			used += (size_t)snprintf(missing + used, sizeof(missing) - used, "%s%s", used ? ", " : "",
						 variables[i].name);
	}
	if (!used)
		return 0;
	return cni_fail(error, CNI_ENVIRONMENT, "%s wants these variables, too: %s", names[request->command], missing);
}

/* CNI_ARGS: KEY=VALUE, divided by ';'. Most are for others. */
static const char *find_argument(const char *args, const char *key)
{
	size_t length = strlen(key);

	while (args && *args) {
		if (strncmp(args, key, length) == 0 && args[length] == '=')
			return args + length + 1;
		args = strchr(args, ';');
		args = args ? args + 1 : NULL;
	}
	return NULL;
}

static int check_names(const struct request *request, struct cni_error *error)
{
	if (*request->container && !request_is_container(request->container))
		return cni_fail(
			error, CNI_ENVIRONMENT,
			"CNI_CONTAINERID '%.80s' is no container id: that begins with a letter or digit, goes on "
			"with those and '_', '.', '-', and has at most %d of them",
			request->container, CONTAINER_LENGTH);
	if (*request->ifname && !request_is_link(request->ifname))
		return cni_fail(
			error, CNI_ENVIRONMENT,
			"CNI_IFNAME '%.80s' is not the name of a link: that has 1 to 15 bytes without '/', ':', "
			"'%%' and blanks",
			request->ifname);
	return 0;
}

int request_read(struct request *request, environment get, struct cni_error *error)
{
	const char *command = get("CNI_COMMAND"), *mac;
	int err = read_command(request, command ? command : "", error);

	/* Podman asks for the version with variables that mean nothing. */
	if (err || request->command == COMMAND_VERSION)
		return err;
	err = read_variables(request, get, error);
	mac = find_argument(get("CNI_ARGS"), "MAC");
	request->mac = mac && *mac && *mac != ';' ? mac : NULL;
	request->own_netns = get("CNI_NETNS_OVERRIDE") != NULL;
	/* These two are about a network, whoever is on it. */
	if (err || request->command == COMMAND_GC || request->command == COMMAND_STATUS)
		return err;
	return check_names(request, error);
}
