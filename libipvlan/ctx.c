// SPDX-License-Identifier: LGPL-2.1-or-later
#include "internal.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

IPVLAN_API int ipvlan_ctx_new_over(const struct ipvlan_wire *wire, int netns_fd, struct ipvlan_ctx **ctx)
{
	struct ipvlan_ctx *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return -ENOMEM;
	err = netns_fd < 0 ? netns_open_current(&c->home) : ipvlan_netns_open_fd(c, netns_fd, &c->home);
	if (err) {
		free(c);
		return err;
	}
	c->netns = c->home;
	c->wire = *wire;
	*ctx = c;
	return 0;
}

IPVLAN_API int ipvlan_ctx_new(struct ipvlan_ctx **ctx)
{
	return ipvlan_ctx_new_over(&(struct ipvlan_wire){0}, -1, ctx);
}

static void leave(struct ipvlan_ctx *ctx)
{
	transport_close(ctx->transport);
	ctx->transport = NULL;
	ctx->news = (struct port_news){0};
	if (ctx->netns != ctx->home)
		ipvlan_netns_free(ctx->netns);
	ctx->netns = ctx->home;
}

IPVLAN_API void ipvlan_ctx_free(struct ipvlan_ctx *ctx)
{
	if (!ctx)
		return;
	leave(ctx);
	if (ctx->wire.close)
		ctx->wire.close(ctx->wire.data);
	ipvlan_netns_free(ctx->home);
	free(ctx);
}

IPVLAN_API int ipvlan_ctx_set_netns(struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns)
{
	struct transport *transport;
	struct ipvlan_netns *copy;
	char place[96];
	int err;

	if (!netns) {
		leave(ctx);
		return 0;
	}
	err = netns_copy_quietly(netns, &copy);
	if (err)
		return fail(ctx, err, IPVLAN_STAGE_NETNS, "cannot keep %s open",
			    netns_describe(netns, place, sizeof(place)));
	err = netns_transport(copy, &transport);
	if (err) {
		ipvlan_netns_free(copy);
		fail(ctx, err, IPVLAN_STAGE_NETNS, "cannot enter %s", netns_describe(netns, place, sizeof(place)));
		explain_entry(ctx, netns);
		return err;
	}
	leave(ctx);
	ctx->netns = copy;
	ctx->transport = transport;
	return 0;
}

IPVLAN_API void ipvlan_ctx_set_log(struct ipvlan_ctx *ctx, ipvlan_log_fn log, enum ipvlan_log_level level, void *data)
{
	ctx->log = log;
	ctx->log_level = level;
	ctx->log_data = data;
}

void ctx_log(struct ipvlan_ctx *ctx, enum ipvlan_log_level level, const char *format, ...)
{
	char text[512];
	va_list args;

	if (!ctx->log || level > ctx->log_level)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	text_defuse(text);
	ctx->log(level, text, ctx->log_data);
}

int ctx_open(struct ipvlan_ctx *ctx)
{
	if (ctx->transport)
		return 0;
	if (ctx->wire.send && ctx->netns == ctx->home)
		return transport_over(&ctx->wire, &ctx->transport);
	return netns_transport(ctx->netns, &ctx->transport);
}

int ctx_transport(struct ipvlan_ctx *ctx, struct transport **transport)
{
	int err = ctx_open(ctx);

	if (err)
		return fail(ctx, err, IPVLAN_STAGE_SOCKET, "cannot open a netlink socket");
	*transport = ctx->transport;
	return 0;
}

const char *ctx_where(const struct ipvlan_ctx *ctx, char *buf, size_t size)
{
	char place[96];

	if (ctx->netns == ctx->home)
		snprintf(buf, size, "%s", "");
	else
		snprintf(buf, size, " in %s", netns_describe(ctx->netns, place, sizeof(place)));
	return buf;
}

const char *ctx_describe(const struct ipvlan_ctx *ctx, const struct ipvlan_netns *netns, char *buf, size_t size)
{
	if (ctx->netns != ctx->home || netns->name || !ipvlan_netns_is_equal(netns, ctx->home))
		return netns_describe(netns, buf, size);
	snprintf(buf, size, "this namespace");
	return buf;
}
