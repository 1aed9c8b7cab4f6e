// SPDX-License-Identifier: LGPL-2.1-or-later
#include "internal.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const stage_names[] = {
	[IPVLAN_STAGE_NONE] = "none",	  [IPVLAN_STAGE_SETTINGS] = "settings",
	[IPVLAN_STAGE_SOCKET] = "socket", [IPVLAN_STAGE_NETNS] = "netns",
	[IPVLAN_STAGE_PARENT] = "parent", [IPVLAN_STAGE_CONSENT] = "consent",
	[IPVLAN_STAGE_CREATE] = "create", [IPVLAN_STAGE_RENAME] = "rename",
	[IPVLAN_STAGE_LOOPBACK] = "lo",	  [IPVLAN_STAGE_ADDRESS] = "address",
	[IPVLAN_STAGE_UP] = "up",	  [IPVLAN_STAGE_ROUTE] = "route",
	[IPVLAN_STAGE_READ] = "read",	  [IPVLAN_STAGE_CHANGE] = "change",
	[IPVLAN_STAGE_MOVE] = "move",	  [IPVLAN_STAGE_DELETE] = "delete",
	[IPVLAN_STAGE_EXEC] = "exec",
};

/* The bytes of a character by its first one; 1 also for what begins none. */
static size_t expected_length(unsigned char first)
{
	return first >= 0xf0 && first < 0xf8   ? 4
	       : first >= 0xe0 && first < 0xf0 ? 3
	       : first >= 0xc0 && first < 0xe0 ? 2
					       : 1;
}

/* Of a character in UTF-8; 0, the number of what is no character, when it is none. */
static uint32_t decode_character(const char *text, size_t length)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *u = (const unsigned char *)text;
	uint32_t c = length == 1 ? u[0] : u[0] & (0x7fU >> length);
	size_t i;

	for (i = 1; i < length; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (u[i] & 0x3f);
	}
	return c < smallest[length] || (length == 1 && c >= 0x80) ? 0 : c;
}

/* Control characters, line separators, and marks that turn the direction of writing. */
static bool is_harmful(uint32_t c)
{
	return c < ' ' || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || c > 0x10ffff ||
	       (c >= 0xd800 && c <= 0xdfff);
}

/* As many '?' as bytes: it stays as long as it was. A byte that is no UTF-8 commands a terminal of another encoding. */
void text_defuse(char *text)
{
	size_t length;
	uint32_t c;

	for (; *text; text += length) {
		length = expected_length((unsigned char)*text);
		c = decode_character(text, length);
		if (!c)
			length = 1;
		if (is_harmful(c))
			memset(text, '?', length);
	}
}

static void set(char *field, size_t size, const char *format, va_list args)
{
	vsnprintf(field, size, format, args);
	text_defuse(field);
}

/* The texts are kept composed, so that reading an error needs no allocation and can be done through const. */
static void compose(struct ipvlan_error *e)
{
	snprintf(e->message, sizeof(e->message), "%s: %s", e->subject, e->reason);
	snprintf(e->whole, sizeof(e->whole), "%s%s%s", e->message, e->hint[0] ? "; " : "", e->hint);
}

/* %m is the one way to an errno's text that is the same in every C library and safe with threads. */
static void errno_text(int code, char *buf, size_t size)
{
	int saved = errno;

	errno = -code;
	snprintf(buf, size, "%m");
	errno = saved;
}

static void begin(struct ipvlan_error *e, int code, enum ipvlan_stage stage, const char *format, va_list args)
{
	e->code = code;
	e->stage = stage;
	e->step = e->left_count = 0;
	e->is_lost = false;
	e->extack[0] = e->attribute[0] = e->holder[0] = e->hint[0] = '\0';
	set(e->subject, sizeof(e->subject), format, args);
	errno_text(code, e->reason, sizeof(e->reason));
}

int fail(struct ipvlan_ctx *ctx, int code, enum ipvlan_stage stage, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	begin(&ctx->error, code, stage, format, args);
	va_end(args);
	compose(&ctx->error);
	return code;
}

int fail_ack(struct ipvlan_ctx *ctx, int code, const struct ack *ack, enum ipvlan_stage stage, const char *format, ...)
{
	struct ipvlan_error *e = &ctx->error;
	size_t length;
	va_list args;

	va_start(args, format);
	begin(e, code, stage, format, args);
	va_end(args);
	snprintf(e->extack, sizeof(e->extack), "%s", ack->text);
	snprintf(e->attribute, sizeof(e->attribute), "%s", ack->attribute);
	text_defuse(e->extack);
	length = strlen(e->reason);
	if (e->extack[0])
		snprintf(e->reason + length, sizeof(e->reason) - length, " (%s)", e->extack);
	compose(e);
	e->is_lost = ack->is_lost;
	if (e->is_lost)
		fail_hint(ctx, "the kernel's answer was lost: it may have been done");
	return code;
}

void fail_because(struct ipvlan_ctx *ctx, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(ctx->error.reason, sizeof(ctx->error.reason), format, args);
	va_end(args);
	compose(&ctx->error);
}

void fail_step(struct ipvlan_ctx *ctx, unsigned int step)
{
	ctx->error.step = step;
}

void fail_holder(struct ipvlan_ctx *ctx, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(ctx->error.holder, sizeof(ctx->error.holder), format, args);
	va_end(args);
}

void fail_hint(struct ipvlan_ctx *ctx, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(ctx->error.hint, sizeof(ctx->error.hint), format, args);
	va_end(args);
	compose(&ctx->error);
}

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}

IPVLAN_API const char *ipvlan_stage_to_string(enum ipvlan_stage stage)
{
	return (size_t)stage < COUNT_OF(stage_names) ? stage_names[stage] : NULL;
}

IPVLAN_API const struct ipvlan_error *ipvlan_ctx_get_error(const struct ipvlan_ctx *ctx)
{
	return &ctx->error;
}

IPVLAN_API const char *ipvlan_ctx_strerror(const struct ipvlan_ctx *ctx)
{
	return ctx->error.whole;
}

IPVLAN_API int ipvlan_error_get_code(const struct ipvlan_error *error)
{
	return error->code;
}

IPVLAN_API enum ipvlan_stage ipvlan_error_get_stage(const struct ipvlan_error *error)
{
	return error->stage;
}

IPVLAN_API unsigned int ipvlan_error_get_left_count(const struct ipvlan_error *error)
{
	return error->left_count;
}

IPVLAN_API unsigned int ipvlan_error_get_step(const struct ipvlan_error *error)
{
	return error->step;
}

IPVLAN_API const char *ipvlan_error_get_message(const struct ipvlan_error *error)
{
	return error->message;
}

IPVLAN_API const char *ipvlan_error_get_extack(const struct ipvlan_error *error)
{
	return or_null(error->extack);
}

IPVLAN_API const char *ipvlan_error_get_attribute(const struct ipvlan_error *error)
{
	return or_null(error->attribute);
}

IPVLAN_API const char *ipvlan_error_get_holder(const struct ipvlan_error *error)
{
	return or_null(error->holder);
}

IPVLAN_API const char *ipvlan_error_get_hint(const struct ipvlan_error *error)
{
	return or_null(error->hint);
}
