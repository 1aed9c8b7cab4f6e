/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <limits.h>
#include <string.h>

#define LARGEST_MTU  65535
#define SMALLEST_MTU 68

/* Every key that may be there, so that a slip is no silent wish. */
static const struct {
	const char *name;
	json_type type; /* JSON_NULL: of any; JSON_TRUE: a boolean */
} keys[] = {
	{"cniVersion", JSON_STRING},	{"cniVersions", JSON_NULL},  {"name", JSON_STRING},
	{"type", JSON_STRING},		{"capabilities", JSON_NULL}, {"args", JSON_NULL},
	{"runtimeConfig", JSON_OBJECT}, {"prevResult", JSON_OBJECT}, {"ipam", JSON_OBJECT},
	{"dns", JSON_OBJECT},		{"ipMasq", JSON_TRUE},	     {"master", JSON_STRING},
	{"mode", JSON_STRING},		{"flags", JSON_STRING},	     {"mtu", JSON_INTEGER},
	{"linkInContainer", JSON_TRUE}, {"hostAccess", JSON_NULL},
};

static bool is_of_type(const json_t *value, json_type type)
{
	return type == JSON_NULL || (type == JSON_TRUE ? json_is_boolean(value) : json_typeof(value) == type);
}

/* null is what some programs write for nothing. */
static json_t *get(const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);

	return json_is_null(value) ? NULL : value;
}

/* An empty text, too, is nothing. */
static const char *get_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && *text ? text : NULL;
}

static int unsupported(struct cni_error *error, const char *key, const json_t *value)
{
	char text[128] = "";
	size_t size = json_dumpb(value, text, sizeof(text) - 1, JSON_COMPACT | JSON_ENCODE_ANY);

	return cni_fail(error, CNI_UNSUPPORTED_FIELD, "\"%.80s\": %s is not supported", key,
			size < sizeof(text) ? text : "…");
}

static int check_key(const char *key, const json_t *value, struct cni_error *error)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i].name, key) != 0)
			continue;
		if (json_is_null(value) || is_of_type(value, keys[i].type))
			return 0;
		return cni_fail(error, CNI_CONFIG, "\"%s\" is not of its type", key);
	}
	/* What runtimes add for others has their domain in front: "cni.dev/valid-attachments". */
	if (strchr(key, '/') || json_is_null(value))
		return 0;
	unsupported(error, key, value);
	cni_details(error, "ipvlan-cni(8) lists the keys; take it out of the configuration, or mend its name");
	return -EINVAL;
}

static int check_keys(const json_t *whole, struct cni_error *error)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)whole, key, value) {
		if (check_key(key, value, error))
			return -EINVAL;
	}
	return 0;
}

static int read_mode(struct config *config, struct cni_error *error)
{
	const char *mode = get_text(config->whole, "mode"), *flags = get_text(config->whole, "flags");

	config->mode = mode ? ipvlan_mode_from_string(mode) : IPVLAN_MODE_L2;
	if (config->mode < 0)
		return cni_fail(error, CNI_CONFIG, "\"mode\": \"%.40s\" is not l2, l3 or l3s", mode);
	config->flags = flags ? ipvlan_flags_from_string(flags) : IPVLAN_FLAGS_UNSET;
	if (flags && config->flags < 0)
		return cni_fail(error, CNI_CONFIG, "\"flags\": \"%.40s\" is not bridge, private or vepa", flags);
	return 0;
}

static int read_mtu(struct config *config, struct cni_error *error)
{
	json_int_t mtu = json_integer_value(get(config->whole, "mtu"));

	if (mtu && (mtu < SMALLEST_MTU || mtu > LARGEST_MTU))
		return cni_fail(error, CNI_CONFIG, "\"mtu\": %" JSON_INTEGER_FORMAT " is not in %d..%d", mtu,
				SMALLEST_MTU, LARGEST_MTU);
	config->mtu = (uint32_t)mtu;
	return 0;
}

static int check_address(const json_t *text, struct cni_error *error)
{
	struct ipvlan_address *address = NULL;
	int err = json_is_string(text) ? ipvlan_address_new(json_string_value(text), &address) : -EINVAL;

	ipvlan_address_free(address);
	if (err == -ENOMEM)
		return cni_fail_memory(error);
	return err ? cni_fail(error, CNI_CONFIG, "\"hostAccess\" is true, an address, or a list of addresses") : 0;
}

static int check_addresses(const json_t *list, struct cni_error *error)
{
	json_t *text;
	size_t i;
	int err = 0;

	json_array_foreach (list, i, text)
		err = err ? err : check_address(text, error);
	return err;
}

/* With them no slave reaches another, and the host's own is a slave like the others. */
static int check_host_access(const struct config *config, struct cni_error *error)
{
	char flags[IPVLAN_NAME_SIZE];

	if (config->link_in_container)
		return cni_fail(error, CNI_CONFIG, "\"hostAccess\" takes a parent on the host, not in the container");
	if (config->flags == IPVLAN_FLAGS_UNSET || config->flags == IPVLAN_FLAGS_BRIDGE)
		return check_addresses(config->host_addresses, error);
	return cni_fail(error, CNI_CONFIG, "\"hostAccess\" does not go with the flags %s: they keep slaves apart",
			ipvlan_flags_format(config->flags, flags, sizeof(flags)));
}

static int read_host_access(struct config *config, struct cni_error *error)
{
	json_t *value = get(config->whole, "hostAccess");

	config->host_access = value && !json_is_false(value);
	if (!config->host_access)
		return 0;
	if (json_is_array(value))
		config->host_addresses = json_incref(value);
	else if (!json_is_true(value))
		config->host_addresses = json_pack("[O]", value);
	if (!json_is_true(value) && !config->host_addresses)
		return cni_fail_memory(error);
	return check_host_access(config, error);
}

static int read_link(struct config *config, struct cni_error *error)
{
	int err = read_mode(config, error);

	if (!err)
		err = read_mtu(config, error);
	if (err)
		return err;
	config->master = get_text(config->whole, "master");
	if (config->master && !request_is_link(config->master))
		return cni_fail(error, CNI_CONFIG, "\"master\": \"%.40s\" is not the name of a link", config->master);
	return read_host_access(config, error);
}

static int check_dhcp(const struct config *config, struct cni_error *error)
{
	if (!config->ipam || strcmp(config->ipam, "dhcp") != 0 || config->mode == IPVLAN_MODE_L2)
		return 0;
	return cni_fail(error, CNI_CONFIG, "DHCP takes broadcast, which only l2 mode carries");
}

/* What a slave cannot have: nobody shall believe to have got it. */
static int refuse_impossible(const struct config *config, struct cni_error *error)
{
	const json_t *masquerade = get(config->whole, "ipMasq");
	const json_t *mac = get(get(config->whole, "runtimeConfig"), "mac");

	if (json_is_true(masquerade)) {
		unsupported(error, "ipMasq", masquerade);
		cni_details(error,
			    "packets of a slave leave by the parent with its own address; in l3s mode the host's "
			    "firewall sees them, and can masquerade");
		return -EINVAL;
	}
	if (!mac || (json_is_string(mac) && !json_string_length(mac)))
		return 0;
	unsupported(error, "mac", mac);
	cni_details(error, "a slave has its parent's MAC address, and nothing can change that");
	return -EINVAL;
}

static int read_dns(struct config *config, struct cni_error *error)
{
	json_t *runtime = NULL, *own = NULL;
	int err = dns_read_runtime(get(get(config->whole, "runtimeConfig"), "dns"), &runtime, error);

	if (!err)
		err = dns_read(get(config->whole, "dns"), &own, error);
	if (!err) {
		config->dns = dns_merge(runtime, own);
		err = config->dns ? 0 : cni_fail_memory(error);
	}
	json_decref(runtime);
	json_decref(own);
	return err;
}

static int read_prev_result(struct config *config, struct cni_error *error)
{
	const json_t *prev = get(config->whole, "prevResult");

	if (!prev)
		return 0;
	if (result_read(prev, config->spec, &config->prev_result, error)) {
		cni_details(error, "this is about prevResult");
		return -EINVAL;
	}
	return 0;
}

static int read_ipam(struct config *config, struct cni_error *error)
{
	const json_t *ipam = get(config->whole, "ipam");

	if (ipam && !json_is_object(ipam))
		return cni_fail(error, CNI_CONFIG, "\"ipam\" is no object");
	config->ipam = get_text(ipam, "type");
	if (config->ipam && (strchr(config->ipam, '/') || config->ipam[0] == '.' || strlen(config->ipam) > NAME_MAX))
		return cni_fail(error, CNI_CONFIG, "\"type\": \"%.80s\" of \"ipam\" is not the name of a plugin",
				config->ipam);
	return 0;
}

static int read_network(struct config *config, struct cni_error *error)
{
	config->network = get_text(config->whole, "name");
	if (!config->network)
		return cni_fail(error, CNI_CONFIG, "the configuration has no \"name\"");
	if (!request_is_container(config->network))
		return cni_fail(error, CNI_CONFIG, "\"name\": \"%.80s\" is not the name of a network", config->network);
	return 0;
}

/* A missing list is no empty one: everything would be removed. null is how Go writes one. */
static int read_attachments(struct config *config, struct cni_error *error)
{
	json_t *attachment;
	size_t i;

	config->attachments = json_object_get(config->whole, "cni.dev/valid-attachments");
	if (!json_is_array(config->attachments) && !json_is_null(config->attachments))
		return cni_fail(error, CNI_CONFIG, "GC wants the list \"cni.dev/valid-attachments\"");
	json_array_foreach (config->attachments, i, attachment)
		if (!get_text(attachment, "containerID") || !get_text(attachment, "ifname"))
			return cni_fail(
				error, CNI_CONFIG,
				"an entry of \"cni.dev/valid-attachments\" has no \"containerID\" or no \"ifname\"");
	return 0;
}

/* All that the command needs. */
static int read_parts(struct config *config, enum command command, struct cni_error *error)
{
	int err = read_network(config, error);

	if (!err)
		err = read_ipam(config, error);
	config->link_in_container = json_is_true(get(config->whole, "linkInContainer"));
	if (!err && command == COMMAND_GC)
		err = read_attachments(config, error);
	if (err || command == COMMAND_DEL || command == COMMAND_GC) {
		config->master = get_text(config->whole, "master");
		return err;
	}
	err = check_keys(config->whole, error);
	if (!err)
		err = read_link(config, error);
	if (!err)
		err = check_dhcp(config, error);
	if (!err)
		err = refuse_impossible(config, error);
	if (!err)
		err = read_dns(config, error);
	return err || command == COMMAND_STATUS ? err : read_prev_result(config, error);
}

static int check_version(enum spec spec, enum command command, struct cni_error *error)
{
	static const enum spec since[] = {
		[COMMAND_ADD] = SPEC_0_1_0, [COMMAND_CHECK] = SPEC_0_4_0,  [COMMAND_DEL] = SPEC_0_1_0,
		[COMMAND_GC] = SPEC_1_1_0,  [COMMAND_STATUS] = SPEC_1_1_0, [COMMAND_VERSION] = SPEC_0_1_0,
	};

	if (spec >= since[command])
		return 0;
	return cni_fail(error, CNI_INCOMPATIBLE_VERSION, "%s is not of version %s, but of %s and later",
			request_command_name(command), spec_name(spec), spec_name(since[command]));
}

static int read_version(struct config *config, struct cni_error *error)
{
	const json_t *version = get(config->whole, "cniVersion");
	int spec;

	if (version && !json_is_string(version))
		return cni_fail(error, CNI_DECODING, "\"cniVersion\" is no text");
	/* The oldest configurations have none. */
	spec = get_text(config->whole, "cniVersion") ? spec_find(json_string_value(version)) : SPEC_0_1_0;
	if (spec < 0) {
		cni_fail(error, CNI_INCOMPATIBLE_VERSION, "incompatible CNI versions");
		cni_details(error, "the configuration is of %.40s, this plugin knows %s", json_string_value(version),
			    spec_list());
		return -EINVAL;
	}
	config->spec = (enum spec)spec;
	return 0;
}

int config_read(const char *text, size_t size, enum command command, struct config *config, struct cni_error *error)
{
	json_error_t where;
	int err;

	*config = (struct config){.spec = SPEC_NEWEST};
	config->whole = json_loadb(text, size, JSON_REJECT_DUPLICATES, &where);
	if (!config->whole)
		return json_error_code(&where) == json_error_out_of_memory
			       ? cni_fail_memory(error)
			       : cni_fail(error, CNI_DECODING, "the configuration is no JSON: %s, line %d, column %d",
					  where.text, where.line, where.column);
	if (!json_is_object(config->whole))
		return cni_fail(error, CNI_DECODING, "the configuration is no JSON object");
	err = read_version(config, error);
	if (!err)
		err = check_version(config->spec, command, error);
	if (err || command == COMMAND_VERSION)
		return err;
	return read_parts(config, command, error);
}

void config_free(struct config *config)
{
	json_decref(config->whole);
	json_decref(config->dns);
	json_decref(config->prev_result);
	json_decref(config->host_addresses);
	*config = (struct config){.spec = SPEC_NEWEST};
}
