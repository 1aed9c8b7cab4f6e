/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as what a runtime writes to ipvlan-cni's stdin, for each of its commands; and as what an IPAM plugin
 * answers. What is taken keeps its promises: names lead nowhere, every address is one, and a result that was written in
 * some version can be read again and is then the same.
 */
#include "../../cni/config.h"
#include "fuzz.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <stdbool.h>

static void ask_route(const json_t *result, const json_t *json)
{
	char text[IPVLAN_ADDRESS_SIZE];
	struct ipvlan_route *route;
	struct cni_error error;

	require(result_route(result, json, &route, &error) == 0);
	require(ipvlan_route_format_destination(route, text, sizeof(text))[0]);
	ipvlan_route_free(route);
}

static void write_and_read(const json_t *result, enum spec spec)
{
	json_t *json = result_write(result, spec), *again = NULL, *twice;
	struct cni_error error;

	require(json && json_object_get(json, "cniVersion"));
	/* 0.2.0 has no place for routes without an address, nor for a gateway that a route of another address took. */
	if (spec > SPEC_0_2_0) {
		require(result_read(json, SPEC_NEWEST, &again, &error) == 0);
		twice = result_write(again, spec);
		require(json_equal(json, twice));
		json_decref(twice);
	}
	json_decref(again);
	json_decref(json);
}

static void ask_result(const json_t *result)
{
	json_t *item;
	size_t i;

	json_array_foreach (json_object_get(result, "ips"), i, item)
		require(json_is_string(json_object_get(item, "address")));
	json_array_foreach (json_object_get(result, "routes"), i, item)
		ask_route(result, item);
	for (int spec = 0; spec < SPEC_COUNT; spec++)
		write_and_read(result, (enum spec)spec);
}

static void ask_config(const struct config *config, enum command command)
{
	require(request_is_container(config->network));
	require(!config->ipam || (!strchr(config->ipam, '/') && config->ipam[0] != '.'));
	if (command == COMMAND_DEL || command == COMMAND_GC)
		return;
	require(!config->master || request_is_link(config->master));
	require(config->mode >= 0 && config->dns);
	if (config->prev_result)
		ask_result(config->prev_result);
}

static void ask(const uint8_t *data, size_t size, enum command command)
{
	struct cni_error error = {0};
	struct config config;
	int err = config_read((const char *)data, size, command, &config, &error);

	require(err == 0 || (err == -EINVAL && error.code && error.msg[0]));
	if (err) {
		json_t *json = cni_error_json(&error, spec_name(config.spec));

		require(json);
		json_decref(json);
	} else if (command != COMMAND_VERSION) {
		ask_config(&config, command);
	}
	config_free(&config);
}

static void ask_answer(const uint8_t *data, size_t size)
{
	json_t *json = json_loadb((const char *)data, size, 0, NULL), *result = NULL;
	struct cni_error error;

	if (json && result_read(json, SPEC_1_0_0, &result, &error) == 0)
		ask_result(result);
	json_decref(result);
	json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int command = COMMAND_ADD; command <= COMMAND_VERSION; command++)
		ask(data, size, (enum command)command);
	ask_answer(data, size);
	return 0;
}
