// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each system call that the command and the plugin make fails once, with each errno that it may give, over all verbs.
 * They end by themselves and soon. With status 0 all is said and done that is without a fault; else they say what was
 * wrong, and all is as before, or all is done, unless it is told that it is not.
 *
 *   eth0 (dummy) 10.0.0.1/24 --+-- ns0: ipvl0 10.0.0.2/24, default route     ns1
 *                              +-- ipvl2
 *
 * Where there is no ipvlan, the commands that want none are tried; where there is, those that do, or all of them if all
 * faults are tried.
 *
 * usage: test-commands TOOL PLUGIN REFUSED
 */
#include "commands.h"
#include "machine-state.h"
#include "refusing.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Where a call is made very often, as when namespaces are searched, not each time is another case. */
#define EACH	   24
#define STRIDE	   29
#define MOST_WORDS 32
#define WORK	   "/run/work"

/* Where the kernel makes no slaves, other links stand in their place: then what wants slaves is left out. */
#define MAKE_KINDS                                                                                       \
	"if ip link add dummy9 type dummy 2>/dev/null; then ip link delete dummy9; D='type dummy'; else" \
	" D='type veth peer name veth9'; fi\n"                                                           \
	"K0=\"link add link eth0 name ipvl0 netns ns0 type ipvlan mode l2\"\n"                           \
	"K2=\"link add link eth0 name ipvl2 type ipvlan mode l2\"\n"                                     \
	"[ \"$HAS_IPVLAN\" ] || K0=\"link add ipvl0 netns ns0 type veth peer name veth0 netns ns0\""     \
	" K2=\"link add ipvl2 type veth peer name veth2\"\n"
#define HERE                                           \
	"link add eth0 address 02:00:00:00:00:01 $D\n" \
	"link set eth0 up\n"                           \
	"addr add 10.0.0.1/24 dev eth0\n"              \
	"$K0\n"                                        \
	"$K2\n"
#define THERE                              \
	"link set ipvl0 up\n"              \
	"addr add 10.0.0.2/24 dev ipvl0\n" \
	"route add default via 10.0.0.1\n"

static const char scene[] = MAKE_KINDS
	"umask 022; rm -rf /run/ipvlan-cni " WORK "/state; mkdir -p " WORK "\n"
	"for n in $(ls /run/netns 2>/dev/null); do ip netns delete $n 2>/dev/null || rm -f /run/netns/$n; done\n"
	"ip link delete eth0 2>/dev/null; ip link delete ipvl2 2>/dev/null; ip link delete veth2 2>/dev/null\n"
	/* Packets of its own would be counted, and those counts shown. */
	"ip netns add ns0 && ip netns add ns1 && echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 &&"
	" ip netns exec ns0 sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6' && ip -batch - <<END &&"
	" ip -n ns0 -batch - <<'END2'\n" HERE "END\n" THERE "END2\n";

/* Slaves go with their parent, addresses and routes with them. */
static const char mending[] = MAKE_KINDS "ip -force -batch - 2>/dev/null <<END\n"
					 "link delete eth0\nlink delete ipvl2\nlink delete veth2\n" HERE "END\n"
					 "ip -n ns0 -force -batch - 2>/dev/null <<'END'\n"
					 "link set lo down\naddr delete 127.0.0.1/8 dev lo\n" THERE "END\n"
					 ":";

static const char files[] =
	"cat >" WORK "/ipam <<'END' && chmod 755 " WORK "/ipam\n"
	"#!/bin/sh\n"
	"cat >/dev/null\n"
	"case $CNI_COMMAND in\n"
	"ADD) echo '{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.0.0.9/24\"}]}' ;;\n"
	"VERSION) echo '{\"cniVersion\":\"1.0.0\",\"supportedVersions\":[\"1.0.0\",\"1.1.0\"]}' ;;\n"
	"esac\n"
	"END\n";

static const char *const folders[] = {"/run/ipvlan-cni", NULL};
static char *tool, *plugin;
static bool has_ipvlan, is_watched;
static char *at_rest; /* the state of the scene */
static unsigned long every = 1, place, tried, checks, failures;

static unsigned long number_of(const char *variable, unsigned long otherwise)
{
	const char *text = getenv(variable);

	return text && *text ? strtoul(text, NULL, 10) : otherwise;
}

static void shell(const char *script)
{
	if (system(script) != 0) { /* NOLINT(cert-env33-c): a fixed text, in a machine of our own */
		fprintf(stderr, "not done: %s\n", script);
		exit(99);
	}
}

/* Of the host's own slave the name has the parent's number in it, which is another one in each scene. */
static char *state(void)
{
	char *text = machine_state(folders), *at = text;

	while ((at = strstr(at, "ipvh"))) {
		at += strlen("ipvh");
		memmove(at, at + strspn(at, "0123456789"), strlen(at + strspn(at, "0123456789")) + 1);
	}
	return text;
}

static bool is_at_rest(char **now)
{
	free(*now);
	*now = state();
	return strcmp(*now, at_rest) == 0;
}

static void unname(const char *folder, const char *keep)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' && !entry->d_name[1])
			continue;
		if (strstr(keep, entry->d_name) || strcmp(entry->d_name, "..") == 0)
			continue;
		if (fchdir(dirfd(dir)) < 0)
			continue;
		umount2(entry->d_name, MNT_DETACH);
		unlink(entry->d_name);
	}
	if (dir)
		closedir(dir);
	if (chdir("/") < 0)
		exit(99);
}

/* The scene again, unless it is as it was: by the short way, which takes fewer processes, or the long one. */
static void restore(void)
{
	char *now = NULL;

	if (is_at_rest(&now))
		goto done;
	unname("/run/netns", "ns0 ns1");
	unname(folders[0], ".lock");
	if (access("/run/netns/ns0", F_OK) == 0 && access("/run/netns/ns1", F_OK) == 0)
		shell(mending);
	for (int i = 0; !is_at_rest(&now); i++) {
		if (i == 50) {
			fprintf(stderr, "the scene cannot be made again:\n%s", now);
			exit(99);
		}
		shell(scene);
	}
done:
	free(now);
}

/* ---- a command, once */

struct words {
	char *text, *word[MOST_WORDS];
};

static void split(struct words *words, const struct command *command)
{
	/* What never ends by itself. */
	static const char *const timed[] = {"/usr/bin/timeout", "--preserve-status", "1"};
	size_t count = 0;
	char *rest;

	words->text = rest = strdup(command->line);
	if (strncmp(rest, "timed ", 6) == 0) {
		for (size_t i = 0; i < COUNT(timed); i++)
			words->word[count++] = (char *)timed[i];
		rest += 6;
	}
	words->word[count++] = tool;
	while (count < MOST_WORDS - 1 && (words->word[count] = strsep(&rest, " ")))
		count++;
	words->word[count] = NULL;
	if (count < 2 || strcmp(words->word[1], "plugin") != 0)
		return;
	setenv("CNI_COMMAND", words->word[2], 1);
	words->word[0] = plugin;
	words->word[1] = NULL;
}

static bool is_plugin(const struct command *command)
{
	return strncmp(command->line, "plugin ", 7) == 0;
}

/* By the signal, before it could say what becomes of that: this machine may have much else to do. */
static bool is_ended(const struct command *command, int status)
{
	return strncmp(command->line, "timed ", 6) == 0 && status == 128 + SIGTERM;
}

static void run(const struct command *command, struct refusal *refusal)
{
	struct words words;

	split(&words, command);
	refusal->program = is_plugin(command) ? plugin : tool;
	refusal->argv = words.word;
	refusal->input = command->input;
	refusal_run(refusal);
	free(words.text);
}

/* Inodes, process ids and ages are others each time. */
static void blur(char *text)
{
	char *to = text;

	while (*text) {
		size_t digits = strspn(text, "0123456789");

		if (digits >= 4) {
			*to++ = '#';
			text += digits;
			continue;
		}
		do {
			*to++ = *text++;
		} while (digits-- > 1);
	}
	*to = '\0';
}

/* ---- what it ought to be */

struct expectation {
	const struct command *command;
	char *out, *before, *after;
	bool changes;
	long counts[128];
};

static void prepare(const struct command *command)
{
	restore();
	if (command->before)
		shell(command->before);
}

static void expect(struct expectation *e, const struct command *command)
{
	struct refusal refusal = {.counts = e->counts};

	prepare(command);
	e->command = command;
	e->before = state();
	run(command, &refusal);
	if ((refusal.status != command->answer && !is_ended(command, refusal.status)) || refusal.timed_out) {
		fprintf(stderr, "%s, without a fault: status %d\n%s%s", command->line, refusal.status, refusal.out,
			refusal.err);
		exit(99);
	}
	blur(refusal.out);
	e->out = strdup(refusal.out);
	e->after = state();
	e->changes = strcmp(e->before, e->after) != 0;
	refusal_clear(&refusal);
}

static void expect_end(struct expectation *e)
{
	free(e->out);
	free(e->before);
	free(e->after);
}

static const char *error_name(int error)
{
	return error == REFUSED_HALF ? "half" : strerrorname_np(error);
}

static void fail(const struct expectation *e, const struct refusal *r, const char *what, const char *more)
{
	failures++;
	printf("FAILED %s: %s %ld fails with %s: %s\n  status %d, said: %.300s%.300s%s\n", e->command->line,
	       r->call->name, r->skip, error_name(r->error), what, r->status, r->err,
	       is_plugin(e->command) ? r->out : "", more ? more : "");
	fflush(stdout);
}

static bool has_line(const char *text, const char *line, size_t length)
{
	const char *at = text;

	while (at && (strncmp(at, line, length) != 0 || at[length] != '\n')) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	return at;
}

static size_t tell_others(const char *text, const char *other, char sign, char *to, size_t size)
{
	size_t used = 0;

	for (const char *next; (next = strchr(text, '\n')); text = next + 1)
		if (!has_line(other, text, (size_t)(next - text)) && used < size)
			used += (size_t)snprintf(to + used, size - used, "  %c %.*s\n", sign, (int)(next - text), text);
	return used;
}

static void fail_state(const struct expectation *e, const struct refusal *r, const char *what, const char *wanted,
		       const char *now)
{
	char more[4000] = "\n";
	size_t used = 1;

	used += tell_others(wanted, now, '-', more + used, sizeof(more) - used);
	if (used < sizeof(more))
		tell_others(now, wanted, '+', more + used, sizeof(more) - used);
	fail(e, r, what, more);
}

/* From a little before the place where they begin to differ. */
static void fail_said(const struct expectation *e, const struct refusal *r)
{
	size_t same = 0, from;
	char more[700];

	while (e->out[same] && e->out[same] == r->out[same])
		same++;
	from = same < 60 ? 0 : same - 60;
	snprintf(more, sizeof(more), "\n  expected: …%.200s\n  got:      …%.200s", e->out + from, r->out + from);
	fail(e, r, "not all is said", more);
}

/*
 * What is looked at and not seen, for it is gone or not ours to look at, is as good as absent. Want of memory or
 * descriptors is not.
 */
static bool may_hide(const struct refusal *r)
{
	static const char *const looks[] = {"access", "ioctl", "kcmp",	   "open",    "pidfd_open", "readlink", "setns",
					    "stat",   "statx", "getdents", "fstatfs", "read",	    "send"};
	static const int errors[] = {ENOMEM, EMFILE, ENFILE, ENOBUFS, EINTR, REFUSED_HALF};

	for (size_t i = 0; i < COUNT(errors); i++)
		if (r->error == errors[i])
			return false;
	for (size_t i = 0; i < COUNT(looks); i++)
		if (strcmp(looks[i], r->call->name) == 0)
			return true;
	return false;
}

static bool has_words(const struct refusal *r, bool by_plugin)
{
	const char *said = by_plugin ? strstr(r->out, "\"msg\"") : r->err;

	return said && *said;
}

/* Standard output that cannot be written tells nobody anything. */
static bool is_speechless(const struct expectation *e, const struct refusal *r)
{
	return is_plugin(e->command) && strcmp(r->call->name, "write") == 0;
}

static void judge_words(const struct expectation *e, const struct refusal *r)
{
	static const char *const reports[] = {"AddressSanitizer", "runtime error:", "LeakSanitizer",
					      "malloc(): ", "error while loading"};

	for (size_t i = 0; i < COUNT(reports); i++)
		if (strstr(r->err, reports[i]))
			return fail(e, r, "a report", NULL);
	if (r->timed_out)
		fail(e, r, "it does not end", NULL);
	else if (r->status >= 119 && !is_ended(e->command, r->status))
		fail(e, r, "it does not end by itself", NULL);
	else if (r->status && r->status != e->command->answer && !is_ended(e->command, r->status) &&
		 !has_words(r, is_plugin(e->command)) && !is_speechless(e, r))
		fail(e, r, "not a word", NULL);
	else if (r->status == e->command->answer && !e->command->varies && !may_hide(r) &&
		 !strstr(r->out, "not-looked-at") && strcmp(r->out, e->out) != 0)
		fail_said(e, r);
}

static bool says_what_is_left(const struct refusal *r)
{
	return strstr(r->err, "could not be undone") || strstr(r->out, "could not be undone") ||
	       strstr(r->err, "may have been done") || strstr(r->out, "may have been done");
}

/* @return whether the machine is as it was before. */
static bool judge_state(const struct expectation *e, const struct refusal *r)
{
	char *now = state();
	bool is_before = strcmp(now, e->before) == 0, is_after = strcmp(now, e->after) == 0;

	if (r->status == e->command->answer && !is_after && !may_hide(r) && !r->timed_out)
		fail_state(e, r, "not all was done", e->after, now);
	else if (r->status != e->command->answer && !is_before && !is_after && !e->command->in_parts &&
		 !says_what_is_left(r))
		fail_state(e, r, "something is left", e->before, now);
	free(now);
	return is_before;
}

/* What changes nothing is looked at when it is over: nothing else would have taken its traces away. */
static void look_once(const struct expectation *e)
{
	char *now = state();

	checks++;
	if (strcmp(now, e->before) != 0) {
		failures++;
		printf("FAILED %s: something was changed; now:\n%s", e->command->line, now);
	}
	free(now);
}

static void try(struct expectation *e, const struct refused_call *call, int error, long skip)
{
	struct refusal refusal = {.call = call, .error = error, .skip = skip};
	bool is_before;

	run(e->command, &refusal);
	tried += refusal.happened;
	blur(refusal.out);
	checks += 2;
	judge_words(e, &refusal);
	is_before = !e->changes || judge_state(e, &refusal);
	refusal_clear(&refusal);
	if (!is_before)
		prepare(e->command);
}

/* A sanitizer gets its memory by these, and ends the program when there is none. */
static bool is_sanitizers(const struct refused_call *call)
{
	static const char *const calls[] = {"mmap", "mprotect", "munmap"};

	for (size_t i = 0; is_watched && i < COUNT(calls); i++)
		if (strcmp(calls[i], call->name) == 0)
			return true;
	return false;
}

static void try_all(struct expectation *e)
{
	const char *only = getenv("IPVLAN_FAULTS_CALL");

	for (size_t i = 0; i < refused_call_count; i++) {
		if ((only && *only && strcmp(only, refused_calls[i].name) != 0) || is_sanitizers(&refused_calls[i]))
			continue;
		for (const int *error = refused_calls[i].errnos; *error; error++)
			for (long skip = 0; skip < e->counts[i]; skip += skip < EACH ? 1 : STRIDE)
				if (place++ % every == 0)
					try(e, &refused_calls[i], *error, skip);
	}
}

static void try_command(const struct command *command)
{
	const char *only = getenv("IPVLAN_FAULTS_USE");
	unsigned long before = tried;
	struct expectation e = {0};

	if (only && strncmp(only, command->line, strlen(only)) != 0)
		return;
	if (command->slaves != has_ipvlan && (command->slaves || every > 1))
		return;
	expect(&e, command);
	if (e.changes)
		prepare(command);
	try_all(&e);
	if (!e.changes)
		look_once(&e);
	printf("%-50.50s %5lu faults\n", command->line, tried - before);
	expect_end(&e);
	fflush(stdout);
}

static bool has_text(const char *path, const char *text)
{
	char line[4096], command[4200];

	snprintf(command, sizeof(command), "grep -q %s '%s'", text, realpath(path, line) ? line : path);
	return system(command) == 0; /* NOLINT(cert-env33-c): a file of the build */
}

static void make_scene(void)
{
	has_ipvlan =
		system("{ modprobe ipvlan; ip link add lower9 type veth peer name lower8 &&" /* NOLINT(cert-env33-c) */
		       " ip link add link lower9 name upper9 type ipvlan; } >/dev/null 2>&1") == 0;
	shell("ip link delete lower9");
	setenv("HAS_IPVLAN", has_ipvlan ? "1" : "", 1);
	setenv("TOOL", tool, 1);
	setenv("PLUGIN", plugin, 1);
	setenv("LC_ALL", "C", 1);
	setenv("HOME", WORK, 1);
	setenv("XDG_STATE_HOME", WORK "/state", 1);
	setenv("CNI_CONTAINERID", "one", 1);
	setenv("CNI_NETNS", "/run/netns/ns0", 1);
	setenv("CNI_IFNAME", "eth9", 1);
	setenv("CNI_PATH", WORK, 1);
	shell(scene);
	shell(files);
	at_rest = state();
}

int main(int argc, char **argv)
{
	const char *missing = refusal_missing();

	if (argc != 4 || missing) {
		printf("SKIP: %s\n", missing ? missing : "usage: test-commands TOOL PLUGIN REFUSED");
		return 77;
	}
	tool = realpath(argv[1], NULL);
	plugin = realpath(argv[2], NULL);
	setenv("REFUSED", argv[3], 1);
	/* What is preloaded comes before the sanitizer; and when it looks for leaks, it makes calls of its own. */
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
	is_watched = has_text(tool, "__asan_init");
	every = number_of("IPVLAN_FAULTS_EVERY", 1);
	place = every ? number_of("IPVLAN_FAULTS_SEED", 0) % every : 0;
	make_scene();
	for (size_t i = 0; i < command_count; i++)
		try_command(&commands[i]);
	shell("ip link delete eth0; ip link delete ipvl2 2>/dev/null; ip netns delete ns0; ip netns delete ns1");
	printf("%lu faults, %lu checks, %lu failed\n", tried, checks, failures);
	return failures != 0;
}
