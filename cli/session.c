/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"
#include "command.h"
#include "help.h"
#include "interrupt.h"
#include "progress.h"
#include "shortage.h"
#include "text.h"
#include "transaction.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void session_begin(struct session *session, FILE *out, FILE *err)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	*session = (struct session){.out = out, .err = err, .screen = fileno(out)};
	/* A reader that went away is an error to report, not a death. Commands that we start get back what we had. */
	sigaction(SIGPIPE, &ignore, &session->sigpipe);
}

void session_end(struct session *session)
{
	transaction_close(session);
	ipvlan_netns_free(session->entered);
	ipvlan_ctx_free(session->ctx);
	sigaction(SIGPIPE, &session->sigpipe, NULL);
}

/* Words of users and names of links may hold anything: nothing of it commands the terminal. */
static void say(struct session *session, const char *prefix, const char *text)
{
	char line[1400] = "";
	size_t used;

	if (session->muted)
		return;
	session_make_room(session);
	if (session->where.file)
		snprintf(line, sizeof(line), "%.280s:%u: ", session->where.file, session->where.line);
	used = strlen(line);
	snprintf(line + used, sizeof(line) - used, "%s%s", prefix, text);
	text_sanitize(line);
	fprintf(session->err, "%s%s\n", session->interactive ? "" : "ipvlanctl: ", line);
}

static void say_list(struct session *session, const char *prefix, const char *format, va_list ap)
{
	char text[1024];

	vsnprintf(text, sizeof(text), format, ap);
	say(session, prefix, text);
}

void session_error(struct session *session, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say_list(session, "", format, ap);
	va_end(ap);
}

void session_note(struct session *session, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say_list(session, "note: ", format, ap);
	va_end(ap);
}

int session_usage(struct session *session, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say_list(session, "", format, ap);
	va_end(ap);
	return STATUS_USAGE;
}

int session_library_error(struct session *session)
{
	const struct ipvlan_error *error = ipvlan_ctx_get_error(session->ctx);
	const char *message = ipvlan_error_get_message(error);
	const char *extack = ipvlan_error_get_extack(error);
	const char *holder = ipvlan_error_get_holder(error);
	const char *hint = ipvlan_error_get_hint(error);

	session_error(session, "%s", message);
	if (extack && !strstr(message, extack))
		session_error(session, "the kernel says: %s", extack);
	if (holder && !strstr(message, holder))
		session_error(session, "in the way: %s", holder);
	if (hint)
		session_error(session, "hint: %s", hint);
	return ipvlan_error_get_stage(error) == IPVLAN_STAGE_SETTINGS ? STATUS_USAGE : STATUS_REFUSED;
}

static void deliver_log(enum ipvlan_log_level level, const char *text, void *data)
{
	(void)level;
	session_note(data, "%s", text);
}

struct ipvlan_ctx *session_context(struct session *session)
{
	int err;

	if (session->ctx)
		return session->ctx;
	err = ipvlan_ctx_new(&session->ctx);
	if (err) {
		session_error(session, "cannot begin: %s", strerror(-err));
		return NULL;
	}
	ipvlan_ctx_set_log(session->ctx, deliver_log, IPVLAN_LOG_NOTICE, session);
	return session->ctx;
}

void session_make_room(struct session *session)
{
	progress_clear(session->progress);
}

void session_follow(struct session *session)
{
	if (session->unpaged)
		session->out = session->unpaged;
}

/*
 * Why a stream failed when it wrote because its buffer was full: it does not know any more. What failed then fails
 * again; if not, a line's end does no harm behind what is cut off already. Asked once, as it is said once.
 */
static int earlier_error(const struct session *session)
{
	if (session->output_failed)
		return EIO;
	return write(fileno(session->out), "\n", 1) < 0 ? errno : EIO;
}

int session_flush(struct session *session)
{
	int failed = ferror(session->out) ? earlier_error(session) : fflush(session->out) ? errno : 0;

	if (!failed)
		return STATUS_DONE;
	/* Who closed the pipe knows; what was a full disk must be said. */
	if (!session->output_failed && failed != EPIPE)
		session_error(session, "cannot write the output: %s", strerror(failed));
	session->output_failed = true;
	/* What is left would be written later, behind a gap, or at the very end, when SIGPIPE is deadly again. */
	__fpurge(session->out);
	clearerr(session->out);
	return STATUS_REFUSED;
}

/* What is too large, cut to fit, would be the number of somebody else. */
pid_t session_read_pid(const char *text)
{
	unsigned long long number;

	if (!*text || strspn(text, "0123456789") != strlen(text))
		return 0;
	errno = 0;
	number = strtoull(text, NULL, 10);
	return errno || number > INT_MAX ? 0 : (pid_t)number;
}

enum netns_text session_classify_netns(const char *text)
{
	char path[sizeof(IPVLAN_NETNS_DIR) + 256];

	if (strchr(text, '/'))
		return NETNS_IS_PATH;
	if (!session_read_pid(text))
		return NETNS_IS_NAME;
	snprintf(path, sizeof(path), IPVLAN_NETNS_DIR "/%.255s", text);
	return access(path, F_OK) == 0 ? NETNS_IS_NAME : NETNS_IS_PID;
}

int session_open_netns(struct session *session, const char *text, struct ipvlan_netns **netns)
{
	enum netns_text meant = session_classify_netns(text);
	int err;

	if (!session_context(session))
		return -ENOMEM;
	if (meant == NETNS_IS_PATH)
		err = ipvlan_netns_open_path(session->ctx, text, netns);
	else if (meant == NETNS_IS_PID)
		err = ipvlan_netns_open_pid(session->ctx, session_read_pid(text), netns);
	else
		err = ipvlan_netns_open_name(session->ctx, text, netns);
	if (err)
		session_library_error(session);
	return err;
}

int session_go_home(struct session *session)
{
	if (!session->entered)
		return STATUS_DONE;
	ipvlan_netns_free(session->entered);
	session->entered = NULL;
	return ipvlan_ctx_set_netns(session->ctx, NULL) ? session_library_error(session) : STATUS_DONE;
}

int session_enter_netns(struct session *session, struct ipvlan_netns *netns)
{
	int err;

	if (session->entered && ipvlan_netns_is_equal(session->entered, netns)) {
		ipvlan_netns_free(netns);
		return 0;
	}
	err = ipvlan_ctx_set_netns(session->ctx, netns);
	if (err) {
		ipvlan_netns_free(netns);
		return err;
	}
	ipvlan_netns_free(session->entered);
	session->entered = netns;
	return 0;
}

int session_enter(struct session *session, const char *text)
{
	struct ipvlan_netns *netns;

	if (!text)
		return session_go_home(session);
	if (session_open_netns(session, text, &netns))
		return STATUS_REFUSED;
	return session_enter_netns(session, netns) ? session_library_error(session) : STATUS_DONE;
}

bool session_reads_lines(const struct session *session)
{
	return session->interactive || session->depth;
}

void session_lines_begin(struct session *session, struct session_lines *outer)
{
	*outer = (struct session_lines){session->used, session->options.netns, session->keeps_place};
	session->used = NULL;
	session->keeps_place = true;
	session->depth++;
}

void session_lines_end(struct session *session, const struct session_lines *outer)
{
	session->depth--;
	free(session->used);
	session->used = outer->used;
	session->options.netns = outer->netns;
	session->keeps_place = outer->keeps_place;
	session->quit = false;
}

/* What has begun is carried out, for the half of it is what nobody wanted; then we end as the signal has it. */
static int run_to_the_end(struct session *session, const struct command *command, const struct args *args)
{
	int status, number;

	interrupt_begin();
	status = command->run(session, args);
	number = session_reads_lines(session) || status == STATUS_HALF ? 0 : interrupt_take();
	interrupt_end();
	if (number)
		raise(number);
	return status;
}

static int run_now(struct session *session, const struct command *command, const struct args *args)
{
	int status = command->anywhere ? STATUS_DONE : session_enter(session, args->options.netns);
	int left;

	/* What an earlier one lacked is no matter of this one. */
	shortage_seen();
	if (status == STATUS_DONE)
		status = command->looks || command->waits ? command->run(session, args)
							  : run_to_the_end(session, command, args);
	left = session->keeps_place ? STATUS_DONE : session_go_home(session);
	return status ? status : left;
}

static int run_command(struct session *session, const struct command *command, const struct args *args)
{
	return session->gathering && !command->looks ? transaction_take(session, command, args)
						     : run_now(session, command, args);
}

/* Where there are many lines, their words would drown the messages. */
static int usage_of(struct session *session, const struct command *command, const struct message *message)
{
	char name[64];

	session_error(session, "%s: %s", command_name(command, name, sizeof(name)), message->text);
	if (!session->where.file)
		help_usage(session->err, command);
	return STATUS_USAGE;
}

int session_parse(struct session *session, const char *const *words, size_t count, const struct command **command,
		  struct args *args)
{
	struct message message;
	int err = command_parse(&session->options, words, count, command, args, &message);

	if (!err)
		return STATUS_DONE;
	if (err == -ENOMEM) {
		session_error(session, "out of memory");
		return STATUS_REFUSED;
	}
	return *command ? usage_of(session, *command, &message) : session_usage(session, "%s", message.text);
}

int session_run(struct session *session, const char *const *words, size_t count)
{
	const struct command *command;
	struct args args;
	int status = session_parse(session, words, count, &command, &args), flushed;

	if (status == STATUS_DONE)
		status = run_command(session, command, &args);
	args_free(&args);
	flushed = session_flush(session);
	return status ? status : flushed;
}
