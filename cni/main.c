/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ipvlan-cni: puts containers on an ipvlan network, for runtimes that speak CNI. The environment says what to do, stdin
 * how; the answer, or why there is none, is JSON on stdout.
 */
#include "plugin.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef RECORD_DIR
#define RECORD_DIR "/run/ipvlan-cni"
#endif

/* One byte more than there may be tells that there was too much. */
static int read_input(enum command command, char **text, size_t *size, struct cni_error *error)
{
	/* Whoever asks by hand for the version has no more to say. */
	if (command == COMMAND_VERSION && isatty(STDIN_FILENO))
		return 0;
	*text = malloc(CONFIG_SIZE + 1);
	if (!*text)
		return cni_fail_memory(error);
	while (*size <= CONFIG_SIZE) {
		ssize_t some = read(STDIN_FILENO, *text + *size, CONFIG_SIZE + 1 - *size);

		if (some == 0)
			return 0;
		if (some < 0 && errno != EINTR)
			return cni_fail(error, CNI_IO, "the configuration cannot be read: %m");
		if (some > 0)
			*size += (size_t)some;
	}
	return cni_fail(error, CNI_DECODING, "the configuration is longer than %lu bytes", CONFIG_SIZE);
}

static int print(json_t *json)
{
	bool done =
		json && json_dumpf(json, stdout, JSON_INDENT(4)) == 0 && putchar('\n') != EOF && fflush(stdout) == 0;
	int error = errno;

	json_decref(json);
	errno = error;
	return done ? 0 : -EIO;
}

/* Also for want of memory for it the runtime is told something that it can read. */
static void print_error(const struct cni_error *error, const char *version)
{
	json_t *json = cni_error_json(error, version);
	char *text = json ? json_dumps(json, JSON_INDENT(4)) : NULL;

	if (text)
		puts(text);
	else
		printf("{ \"cniVersion\": \"%s\", \"code\": %d, \"msg\": \"out of memory\" }\n", version,
		       CNI_TRY_LATER);
	free(text);
	json_decref(json);
}

static int run_command(struct plugin *plugin, json_t **result)
{
	switch (plugin->request.command) {
	case COMMAND_ADD:
		return plugin_add(plugin, result);
	case COMMAND_CHECK:
		return plugin_check(plugin);
	case COMMAND_DEL:
		return plugin_del(plugin);
	case COMMAND_GC:
		return plugin_gc(plugin);
	default:
		return plugin_status(plugin);
	}
}

/* A runtime that is not told has no attachment: what it does not know of must not be there. */
static int deliver(struct plugin *plugin, json_t *result)
{
	struct cni_error told;

	if (!print(result))
		return 0;
	cni_fail(&told, CNI_IO, "the result cannot be written: %m");
	ipvlan_netns_free(plugin->netns);
	plugin->netns = NULL;
	plugin_del(plugin);
	plugin->error = told;
	return -EINVAL;
}

static int run(struct plugin *plugin)
{
	json_t *result = NULL;
	int err = ipvlan_ctx_new(&plugin->ctx);

	if (err) {
		errno = -err;
		return cni_fail(&plugin->error, CNI_TRY_LATER, "libipvlan cannot begin: %m");
	}
	err = run_command(plugin, &result);
	if (!err && result)
		err = deliver(plugin, result);
	ipvlan_netns_free(plugin->netns);
	ipvlan_ctx_free(plugin->ctx);
	return err;
}

/* Whatever comes with the question, it is answered. */
static int answer_version(const char *text, size_t size)
{
	struct cni_error ignored;
	struct config config;
	int err;

	config_read(text ? text : "", size, COMMAND_VERSION, &config, &ignored);
	err = print(spec_answer(config.spec));
	config_free(&config);
	return err;
}

static int answer(struct plugin *plugin, const char *text, size_t size)
{
	int err;

	if (plugin->request.command == COMMAND_VERSION)
		return answer_version(text, size);
	err = config_read(text, size, plugin->request.command, &plugin->config, &plugin->error);
	return err ? err : run(plugin);
}

/*
 * A runtime that has gone is a result that cannot be delivered, and no death that leaves all behind. What a runtime
 * ignores is handed down: without SIGCHLD nobody tells how an IPAM plugin ended.
 */
static void settle_signals(void)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN}, usual = {.sa_handler = SIG_DFL};

	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGCHLD, &usual, NULL);
}

int main(void)
{
	struct plugin plugin = {.folder = RECORD_DIR, .config.spec = SPEC_NEWEST};
	char *text = NULL;
	size_t size = 0;
	int err;

	settle_signals();
	if (!getenv("CNI_COMMAND")) {
		fprintf(stderr,
			"ipvlan-cni of libipvlan %s: a plugin for container runtimes, see ipvlan-cni(8)\n"
			"CNI versions: %s\n",
			ipvlan_version(), spec_list());
		return EXIT_SUCCESS;
	}
	err = request_read(&plugin.request, getenv, &plugin.error);
	if (!err)
		err = read_input(plugin.request.command, &text, &size, &plugin.error);
	if (!err)
		err = answer(&plugin, text, size);
	if (err)
		print_error(&plugin.error, spec_name(plugin.config.spec));
	config_free(&plugin.config);
	free(text);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
