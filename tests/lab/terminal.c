/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage: terminal ROWSxCOLUMNS COMMAND [ARGUMENT]...
 *
 * Runs a command in a terminal of its own, as somebody would who sits before it; standard input says what they do:
 *
 *   type TEXT     types it; \t \r \n \e \\ and \xHH are keys
 *   see PATTERN   waits until the terminal shows what the extended regular expression (with \n) matches, after what was
 *                 seen before
 *   none PATTERN  nothing that was shown since then matches
 *   size RxC      gives the terminal another size
 *   end STATUS    waits until the command ended so; 128 and the signal's number if one ended it
 *
 * Whatever else than letters a terminal is told is left out: colours, moves and carriage returns.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <regex.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 300000 /* for what hangs */
#define SHOWN	    65536

struct terminal {
	int fd;
	pid_t pid;
	char shown[SHOWN]; /* since the last pattern that was seen */
	size_t length;
	int escape; /* 0 in text, 1 behind an ESC, 2 in a control sequence, 3 in a string */
	unsigned int line;
};

static void put(struct terminal *terminal, char c)
{
	if (terminal->length == SHOWN - 1) {
		memmove(terminal->shown, terminal->shown + SHOWN / 2, SHOWN / 2);
		terminal->length -= SHOWN / 2;
	}
	terminal->shown[terminal->length++] = c;
	terminal->shown[terminal->length] = '\0';
}

static void take(struct terminal *terminal, char c)
{
	if (terminal->escape == 1)
		terminal->escape = c == '[' ? 2 : c == ']' ? 3 : 0;
	else if (terminal->escape == 2)
		terminal->escape = c >= '@' && c <= '~' ? 0 : 2;
	else if (terminal->escape == 3)
		terminal->escape = c == '\a' ? 0 : 3;
	else if (c == '\033')
		terminal->escape = 1;
	else if (c == '\n' || (unsigned char)c >= ' ')
		put(terminal, c);
}

static long long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* @return false when there is no more to come. */
static bool watch(struct terminal *terminal, int ms)
{
	struct pollfd readable = {.fd = terminal->fd, .events = POLLIN};
	char buffer[4096];
	ssize_t got;

	if (poll(&readable, 1, ms) <= 0)
		return true;
	got = read(terminal->fd, buffer, sizeof(buffer));
	for (ssize_t i = 0; i < got; i++)
		take(terminal, buffer[i]);
	return got > 0;
}

static int fail(const struct terminal *terminal, const char *what, const char *text)
{
	fprintf(stderr, "line %u: %s: %s\nshown since then:\n%s\n", terminal->line, what, text, terminal->shown);
	return 1;
}

/* Regular expressions know no \n. */
static void compile(const struct terminal *terminal, const char *pattern, regex_t *regex)
{
	char *copy = strdup(pattern), *at = copy;
	int err = !copy;

	while (at && (at = strstr(at, "\\n"))) {
		*at++ = '\n';
		memmove(at, at + 1, strlen(at));
	}
	if (!err)
		err = regcomp(regex, copy, REG_EXTENDED);
	free(copy);
	if (!err)
		return;
	fprintf(stderr, "line %u: no regular expression: %s\n", terminal->line, pattern);
	exit(2);
}

static bool matches(struct terminal *terminal, const char *pattern, bool forget)
{
	regmatch_t match;
	regex_t regex;
	bool found;

	compile(terminal, pattern, &regex);
	found = regexec(&regex, terminal->shown, 1, &match, 0) == 0;
	regfree(&regex);
	if (found && forget) {
		terminal->length -= (size_t)match.rm_eo;
		memmove(terminal->shown, terminal->shown + match.rm_eo, terminal->length + 1);
	}
	return found;
}

static int see(struct terminal *terminal, const char *pattern)
{
	const long long end = now_ms() + PATIENCE_MS;
	bool more = true;

	while (!matches(terminal, pattern, true)) {
		if (!more || now_ms() >= end)
			return fail(terminal, "never seen", pattern);
		more = watch(terminal, 20);
	}
	return 0;
}

static int none(struct terminal *terminal, const char *pattern)
{
	return matches(terminal, pattern, false) ? fail(terminal, "seen", pattern) : 0;
}

static char key(const char **text)
{
	static const char names[] = "trne\\", keys[] = "\t\r\n\033\\";
	char hex[3] = "";
	const char *found;

	if (*(*text)++ != '\\')
		return (*text)[-1];
	found = **text ? strchr(names, **text) : NULL;
	if (found) {
		++*text;
		return keys[found - names];
	}
	if (**text == 'x') {
		strncpy(hex, *text + 1, 2);
		*text += 1 + strlen(hex);
	}
	return (char)strtol(hex, NULL, 16);
}

static int type(struct terminal *terminal, const char *text)
{
	while (*text) {
		char c = key(&text);

		if (write(terminal->fd, &c, 1) != 1)
			return fail(terminal, "cannot type", text);
	}
	return 0;
}

static int resize(struct terminal *terminal, const char *text)
{
	struct winsize size = {0};

	if (sscanf(text, "%hux%hu", &size.ws_row, &size.ws_col) != 2)
		return fail(terminal, "no size", text);
	return ioctl(terminal->fd, TIOCSWINSZ, &size) < 0 ? fail(terminal, "cannot set the size", text) : 0;
}

static int await_end(struct terminal *terminal, const char *text)
{
	const long long end = now_ms() + PATIENCE_MS;
	int wait_status, status;

	while (waitpid(terminal->pid, &wait_status, WNOHANG) == 0) {
		if (now_ms() >= end)
			return fail(terminal, "still running", "");
		/* Who has let go of the terminal may have some more to do. */
		if (!watch(terminal, 20))
			usleep(1000);
	}
	terminal->pid = 0;
	status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
	if (status == atoi(text))
		return 0;
	fprintf(stderr, "ended with status %d\n", status);
	return fail(terminal, "another end", text);
}

static int act(struct terminal *terminal, char *line)
{
	static const struct {
		const char *word;
		int (*act)(struct terminal *terminal, const char *text);
	} acts[] = {{"type", type}, {"see", see}, {"none", none}, {"size", resize}, {"end", await_end}};
	char *text = line + strcspn(line, " \n");

	line[strcspn(line, "\n")] = '\0';
	if (*line == '#' || !*line)
		return 0;
	if (*text)
		*text++ = '\0';
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(line, acts[i].word) == 0)
			return acts[i].act(terminal, text);
	return fail(terminal, "not understood", line);
}

int main(int argc, char **argv)
{
	static struct terminal terminal;
	char *line = NULL;
	size_t size = 0;
	int failed = 0;

	if (argc < 3)
		return 2;
	terminal.pid = forkpty(&terminal.fd, NULL, NULL, NULL);
	if (terminal.pid < 0) {
		perror("forkpty");
		return 2;
	}
	if (terminal.pid == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	failed = resize(&terminal, argv[1]);
	while (!failed && getline(&line, &size, stdin) > 0) {
		terminal.line++;
		failed = act(&terminal, line);
	}
	if (terminal.pid)
		kill(terminal.pid, SIGKILL);
	free(line);
	close(terminal.fd);
	return failed;
}
