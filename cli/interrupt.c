/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
#define COUNT (sizeof(signals) / sizeof(signals[0]))

static struct sigaction before[COUNT];
static unsigned int depth;
static volatile sig_atomic_t pending;

static void remember(int number)
{
	pending = number;
}

/* What was ignored before, as nohup does it, stays so. */
void interrupt_begin(void)
{
	struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESTART};

	if (depth++)
		return;
	pending = 0;
	for (size_t i = 0; i < COUNT; i++) {
		sigaction(signals[i], NULL, &before[i]);
		if (before[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

void interrupt_end(void)
{
	if (--depth)
		return;
	for (size_t i = 0; i < COUNT; i++)
		sigaction(signals[i], &before[i], NULL);
}

int interrupt_pending(void)
{
	return pending;
}

int interrupt_take(void)
{
	int number = pending;

	pending = 0;
	return number;
}

/* A signal between the look at `pending` and the wait must not be lost: they are let in by ppoll() only. */
int interrupt_poll(struct pollfd *fds, nfds_t count, const struct timespec *timeout)
{
	sigset_t ours, saved;
	int ret = -1;

	sigemptyset(&ours);
	for (size_t i = 0; i < COUNT; i++)
		sigaddset(&ours, signals[i]);
	sigprocmask(SIG_BLOCK, &ours, &saved);
	errno = EINTR;
	if (!pending)
		ret = ppoll(fds, count, timeout, &saved);
	ret = ret < 0 ? -errno : ret;
	sigprocmask(SIG_SETMASK, &saved, NULL);
	return ret;
}

int interrupt_wait(int fd)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};

	/* Whatever else is wrong with the file, reading it tells. */
	return interrupt_poll(&readable, 1, NULL) == -EINTR ? -EINTR : 0;
}
