/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shim.h"
#include "_cgo_export.h"
#include <poll.h>
#include <unistd.h>

static void log_line(enum ipvlan_log_level level, const char *text, void *data)
{
	goLog((int)level, (char *)text, (uintptr_t)data);
}

void shim_set_log(struct ipvlan_ctx *ctx, uintptr_t handle, enum ipvlan_log_level level)
{
	ipvlan_ctx_set_log(ctx, handle ? log_line : NULL, level, (void *)handle);
}

static int progress(size_t done, size_t total, const struct ipvlan_step *step, bool undoing, void *data)
{
	return goProgress(done, total, (struct ipvlan_step *)step, undoing, (uintptr_t)data);
}

int shim_plan_apply(struct ipvlan_ctx *ctx, const struct ipvlan_plan *plan, uintptr_t handle)
{
	return ipvlan_plan_apply(ctx, plan, progress, (void *)handle);
}

static int call(void *data)
{
	goCall((uintptr_t)data);
	return 0;
}

int shim_netns_call(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, uintptr_t handle)
{
	return ipvlan_netns_call(ctx, netns, call, (void *)handle, NULL);
}

void shim_wait(int fd, int other)
{
	struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = other, .events = POLLIN}};

	poll(fds, 2, -1);
}

int shim_drain(int fd)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	char bytes[16];

	return poll(&readable, 1, 0) == 1 && read(fd, bytes, sizeof(bytes)) > 0;
}
