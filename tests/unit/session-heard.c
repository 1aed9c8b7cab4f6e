/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session-heard.h"

#include <check.h>
#include <stdlib.h>

struct session session;
char *out, *err;

static size_t out_size, err_size;

void session_heard_begin(void)
{
	FILE *out_stream = open_memstream(&out, &out_size), *err_stream = open_memstream(&err, &err_size);

	ck_assert(out_stream && err_stream);
	session_begin(&session, out_stream, err_stream);
}

void session_heard_end(void)
{
	session_end(&session);
	fclose(session.out);
	fclose(session.err);
	free(out);
	free(err);
}

const char *printed(void)
{
	fflush(session.out);
	return out;
}

const char *said(void)
{
	fflush(session.err);
	return err;
}
