/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "arena.h"
#include "session.h"
#include "shortage.h"

#include <fcntl.h>
#include <unistd.h>

/*
 * Where nobody gave us a stream, the next socket or namespace would take its number, and be written to. What stands
 * there instead refuses what the stream is for, so that output that went nowhere is told as such.
 */
static void close_gaps(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	struct session session;
	int status;

#ifndef IS_WATCHED /* in a block of ours nobody sees what leaks */
	arena_use();
#endif
	shortage_watch();
	close_gaps();
	session_begin(&session, stdout, stderr);
	session.options.shell = true;
	status = session_run(&session, (const char *const *)argv + (argc > 0), argc > 0 ? (size_t)argc - 1 : 0);
	session_end(&session);
	return status;
}
