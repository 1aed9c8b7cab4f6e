/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "delegate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* A run of a plugin: what goes in is in memory as a file, so that neither side can wait for the other. */
struct run {
	char program[PATH_MAX];
	char **env;
	int in, out[2];
	char *text; /* the answer */
	size_t size;
	int status;
};

/* Each run would begin another one, without end. */
static int refuse_itself(const struct stat *program, const struct delegation *delegation, struct cni_error *error)
{
	struct stat own;

	if (stat("/proc/self/exe", &own) < 0 || own.st_ino != program->st_ino || own.st_dev != program->st_dev)
		return 0;
	return cni_fail(error, CNI_CONFIG, "\"type\": \"%.80s\" of \"ipam\" is this plugin itself", delegation->plugin);
}

static int find_program(const struct delegation *delegation, struct run *run, struct cni_error *error)
{
	const char *path = delegation->path;
	struct stat st;

	while (*path) {
		size_t length = strcspn(path, ":");
		int used =
			snprintf(run->program, sizeof(run->program), "%.*s/%s", (int)length, path, delegation->plugin);

		if (length && used < (int)sizeof(run->program) && stat(run->program, &st) == 0 && S_ISREG(st.st_mode))
			return refuse_itself(&st, delegation, error);
		path += length + (path[length] == ':');
	}
	return cni_fail(error, CNI_ENVIRONMENT, "there is no plugin \"%.80s\" in CNI_PATH, \"%.200s\"",
			delegation->plugin, delegation->path);
}

static const char *const own_variables[] = {
	"CNI_COMMAND=", "CNI_CONTAINERID=", "CNI_NETNS=", "CNI_IFNAME=", "CNI_PATH="};
#define OWN_COUNT (sizeof(own_variables) / sizeof(own_variables[0]))

static bool is_own(const char *variable)
{
	for (size_t i = 0; i < OWN_COUNT; i++)
		if (strncmp(variable, own_variables[i], strlen(own_variables[i])) == 0)
			return true;
	return false;
}

static void free_env(char **env)
{
	for (size_t i = 0; env && i < OWN_COUNT; i++)
		free(env[i]);
	free(env);
}

/* Ours first; the rest belongs to this process. */
static char **make_env(const struct delegation *delegation)
{
	const char *values[OWN_COUNT] = {delegation->command, delegation->container, delegation->netns,
					 delegation->ifname, delegation->path};
	size_t count = 0, used = OWN_COUNT;
	char **env;

	while (environ[count])
		count++;
	env = calloc(count + OWN_COUNT + 1, sizeof(*env));
	if (!env)
		return NULL;
	for (size_t i = 0; i < OWN_COUNT; i++) {
		if (asprintf(&env[i], "%s%s", own_variables[i], values[i]) < 0) {
			env[i] = NULL;
			free_env(env);
			return NULL;
		}
	}
	for (size_t i = 0; i < count; i++)
		if (!is_own(environ[i]))
			env[used++] = environ[i];
	return env;
}

static int write_all(int fd, const char *text, size_t size)
{
	while (size) {
		ssize_t some = write(fd, text, size);

		if (some < 0 && errno != EINTR)
			return -errno;
		if (some > 0) {
			text += some;
			size -= (size_t)some;
		}
	}
	return 0;
}

static int fill_input(struct run *run, const json_t *config)
{
	char *text = json_dumps(config, JSON_COMPACT);
	int err = text ? 0 : -ENOMEM;

	run->in = err ? -1 : memfd_create("cni", MFD_CLOEXEC);
	if (!err && run->in < 0)
		err = -errno;
	if (!err)
		err = write_all(run->in, text, strlen(text));
	if (!err && lseek(run->in, 0, SEEK_SET) < 0)
		err = -errno;
	free(text);
	return err;
}

/* SIGPIPE is ignored here; other programs count on it. */
static int set_signals(posix_spawnattr_t *attributes)
{
	sigset_t usual;
	int err;

	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	err = posix_spawnattr_setsigdefault(attributes, &usual);
	return err ? err : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF);
}

static int spawn_with(const struct run *run, const posix_spawn_file_actions_t *actions, pid_t *pid)
{
	char *argv[] = {(char *)run->program, NULL};
	posix_spawnattr_t attributes;
	int err = posix_spawnattr_init(&attributes);

	if (err)
		return err;
	err = set_signals(&attributes);
	if (!err)
		err = posix_spawn(pid, run->program, actions, &attributes, argv, run->env);
	posix_spawnattr_destroy(&attributes);
	return err;
}

static int spawn(const struct run *run, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return -err;
	err = posix_spawn_file_actions_adddup2(&actions, run->in, STDIN_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, run->out[1], STDOUT_FILENO);
	if (!err)
		err = spawn_with(run, &actions, pid);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

/* One byte more than there may be tells that there was too much. */
static int read_answer(struct run *run)
{
	run->text = malloc(ANSWER_SIZE + 1);
	if (!run->text)
		return -ENOMEM;
	while (run->size <= ANSWER_SIZE) {
		ssize_t some = read(run->out[0], run->text + run->size, ANSWER_SIZE + 1 - run->size);

		if (some == 0)
			return 0;
		if (some < 0 && errno != EINTR)
			return -errno;
		if (some > 0)
			run->size += (size_t)some;
	}
	return -EMSGSIZE;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int run_child(struct run *run)
{
	pid_t pid;
	int err = spawn(run, &pid);

	close_fd(&run->out[1]);
	if (err)
		return err;
	err = read_answer(run);
	if (err)
		kill(pid, SIGKILL);
	while (waitpid(pid, &run->status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return err;
}

static void end_run(struct run *run)
{
	close_fd(&run->in);
	close_fd(&run->out[0]);
	close_fd(&run->out[1]);
	free(run->text);
	free_env(run->env);
}

static bool is_for_now(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE || err == -EAGAIN;
}

static int run_plugin(const struct delegation *delegation, const json_t *config, struct run *run,
		      struct cni_error *error)
{
	int err = find_program(delegation, run, error);

	if (err)
		return err;
	run->env = make_env(delegation);
	err = run->env ? fill_input(run, config) : -ENOMEM;
	if (!err && pipe2(run->out, O_CLOEXEC) < 0)
		err = -errno;
	if (!err)
		err = run_child(run);
	if (!err)
		return 0;
	errno = -err;
	return cni_fail(error, is_for_now(err) ? CNI_TRY_LATER : CNI_IO, "the plugin %.200s could not be run: %m",
			run->program);
}

/* A plugin that is about to fail says so in JSON; one that crashes does not. */
static int refusal(const struct delegation *delegation, const struct run *run, const json_t *answer, bool *refused,
		   struct cni_error *error)
{
	const char *msg = json_string_value(json_object_get(answer, "msg"));
	const char *details = json_string_value(json_object_get(answer, "details"));
	json_int_t code = json_integer_value(json_object_get(answer, "code"));

	*refused = msg && WIFEXITED(run->status);
	if (!*refused)
		return cni_fail(error, CNI_INTERNAL, "the plugin %.80s failed without a word, with %s %d",
				delegation->plugin, WIFSIGNALED(run->status) ? "signal" : "exit status",
				WIFSIGNALED(run->status) ? WTERMSIG(run->status) : WEXITSTATUS(run->status));
	cni_fail(error, code > 0 && code <= INT_MAX ? (int)code : CNI_INTERNAL, "%s: %s", delegation->plugin, msg);
	if (details)
		cni_details(error, "%s", details);
	return -EINVAL;
}

static bool is_blank(const char *text, size_t size)
{
	while (size && strchr(" \t\r\n", text[size - 1]))
		size--;
	return size == 0;
}

static int judge(const struct delegation *delegation, const struct run *run, json_t **answer, bool *refused,
		 struct cni_error *error)
{
	json_error_t where;
	int err;

	*answer = json_loadb(run->text, run->size, 0, &where);
	if (WIFEXITED(run->status) && WEXITSTATUS(run->status) == 0) {
		if (*answer || is_blank(run->text, run->size))
			return 0;
		return cni_fail(error, CNI_DECODING,
				"the answer of the plugin %.80s is no JSON: %s, line %d, column %d", delegation->plugin,
				where.text, where.line, where.column);
	}
	err = refusal(delegation, run, *answer, refused, error);
	json_decref(*answer);
	*answer = NULL;
	return err;
}

static int delegate_once(const struct delegation *delegation, const json_t *config, json_t **answer, bool *refused,
			 struct cni_error *error)
{
	struct run run = {.in = -1, .out = {-1, -1}};
	int err = run_plugin(delegation, config, &run, error);

	*answer = NULL;
	*refused = false;
	if (!err)
		err = judge(delegation, &run, answer, refused, error);
	end_run(&run);
	return err;
}

static int newest_of(const json_t *versions)
{
	json_t *version;
	int newest = -EINVAL;
	size_t i;

	json_array_foreach (versions, i, version) {
		int spec = json_is_string(version) ? spec_find(json_string_value(version)) : -EINVAL;

		if (spec > newest)
			newest = spec;
	}
	return newest;
}

int delegate_version(const struct delegation *delegation, const json_t *config, struct cni_error *error)
{
	struct delegation asking = *delegation;
	json_t *answer = NULL;
	bool refused;
	int spec;

	asking.command = "VERSION";
	if (delegate_once(&asking, config, &answer, &refused, error))
		return -EINVAL;
	spec = newest_of(json_object_get(answer, "supportedVersions"));
	json_decref(answer);
	if (spec < 0)
		return cni_fail(error, CNI_INCOMPATIBLE_VERSION, "the plugin %.80s knows none of the CNI versions %s",
				delegation->plugin, spec_list());
	return spec;
}

/* The result inside goes along; without one that can be read, a plugin does what it can. */
static int translate_result(json_t *config, enum spec spec, struct cni_error *error)
{
	const json_t *prev = json_object_get(config, "prevResult");
	int from = spec_find(json_string_value(json_object_get(config, "cniVersion")));
	json_t *result;
	int err;

	if (!prev)
		return 0;
	if (result_read(prev, from < 0 ? SPEC_NEWEST : (enum spec)from, &result, error))
		return json_object_del(config, "prevResult");
	err = json_object_set_new(config, "prevResult", result_write(result, spec));
	json_decref(result);
	return err;
}

static int delegate_in(enum spec spec, const struct delegation *delegation, const json_t *config, json_t **answer,
		       bool *refused, struct cni_error *error)
{
	json_t *copy = json_copy((json_t *)config);
	int err;

	if (!copy || translate_result(copy, spec, error) ||
	    json_object_set_new(copy, "cniVersion", json_string(spec_name(spec))))
		err = cni_fail_memory(error);
	else
		err = delegate_once(delegation, copy, answer, refused, error);
	json_decref(copy);
	return err;
}

int delegate(const struct delegation *delegation, const json_t *config, json_t **answer, bool *refused,
	     struct cni_error *error)
{
	int spec, err = delegate_once(delegation, config, answer, refused, error);

	if (!err || error->code != CNI_INCOMPATIBLE_VERSION)
		return err;
	spec = delegate_version(delegation, config, error);
	if (spec < 0)
		return err;
	return delegate_in((enum spec)spec, delegation, config, answer, refused, error);
}
