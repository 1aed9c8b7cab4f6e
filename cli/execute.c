/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "execute.h"
#include "interrupt.h"
#include "session.h"

#include <errno.h>
#include <ipvlan/ipvlan.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int status_of(int wait_status)
{
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

/* Where lines are read from a file, each that fails has its message; elsewhere the status says it. */
static int conclude(struct session *session, const char *program, int wait_status)
{
	int status = status_of(wait_status);

	if (status && session->where.file && WIFSIGNALED(wait_status))
		session_error(session, "%s was ended by signal %d", program, WTERMSIG(wait_status));
	else if (status && session->where.file)
		session_error(session, "%s ended with status %d", program, status);
	return status;
}

static int execute_here(struct session *session, char *const argv[], int *wait_status)
{
	pid_t pid;
	int err = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);

	if (err) {
		session_error(session, "cannot run %s: %s", argv[0], strerror(err));
		return -err;
	}
	while (waitpid(pid, wait_status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* What we have to say comes before what the program says, and SIGPIPE is for it what it was for us. */
int execute(struct session *session, const struct ipvlan_netns *netns, char *const argv[])
{
	struct sigaction ours;
	int err, wait_status = 0;

	if (interrupt_pending())
		return STATUS_REFUSED;
	session_make_room(session);
	session_flush(session);
	sigaction(SIGPIPE, &session->sigpipe, &ours);
	if (netns)
		err = ipvlan_netns_exec(session->ctx, netns, argv, &wait_status);
	else
		err = execute_here(session, argv, &wait_status);
	sigaction(SIGPIPE, &ours, NULL);
	if (!err)
		return conclude(session, argv[0], wait_status);
	return netns ? session_library_error(session) : STATUS_REFUSED;
}

int execute_text(struct session *session, const char *text)
{
	char *copy = strndup(text, strcspn(text, "\n"));
	char *const argv[] = {(char *)"sh", (char *)"-c", copy, NULL};
	struct ipvlan_netns *netns = NULL;
	int status = STATUS_REFUSED;

	if (!copy)
		session_error(session, "out of memory");
	else if (!session->options.netns || !session_open_netns(session, session->options.netns, &netns))
		status = execute(session, netns, argv);
	ipvlan_netns_free(netns);
	free(copy);
	return status;
}
