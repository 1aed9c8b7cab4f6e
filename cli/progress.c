/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* Work that is done sooner needs no bar; and nobody reads faster than ten times a second. */
#define FIRST_MS 500
#define NEXT_MS	 100
#define LONGEST	 50

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress, FILE *out, const char *unit)
{
	const char *term = getenv("TERM");
	int fd = fileno(out);

	*progress = (struct progress){
		.out = out,
		.unit = unit,
		.wanted = fd >= 0 && isatty(fd) && term && strcmp(term, "dumb") != 0,
		.due = now_ms() + FIRST_MS,
	};
}

/* So much of a small whole as has been done; the same on every machine, which floating point is not. */
static uint64_t share(uint64_t whole, uint64_t done, uint64_t total)
{
	while (total > UINT32_MAX) {
		total >>= 1;
		done >>= 1;
	}
	return whole * done / total;
}

static void draw_bar(char *bar, size_t length, uint64_t done, uint64_t total)
{
	size_t filled = (size_t)share(length, done, total);

	memset(bar, '#', filled);
	memset(bar + filled, '.', length - filled);
	bar[length] = '\0';
}

const char *progress_format(char *buf, size_t size, size_t columns, uint64_t done, uint64_t total, unsigned int count,
			    const char *unit)
{
	char counted[48], bar[LONGEST + 1];
	size_t taken, length;

	if (done > total)
		done = total;
	if (!total) {
		snprintf(buf, size, "%u %s", count, unit);
		return buf;
	}
	taken = (size_t)snprintf(counted, sizeof(counted), "%3u%%  %u %s", (unsigned int)share(100, done, total), count,
				 unit);
	length = columns > taken + 5 ? columns - taken - 5 : 0;
	if (length > LONGEST)
		length = LONGEST;
	draw_bar(bar, length, done, total);
	snprintf(buf, size, "%s%s%s%s", length ? "[" : "", bar, length ? "] " : "", counted);
	return buf;
}

void progress_show(struct progress *progress, uint64_t done, uint64_t total, unsigned int count)
{
	struct winsize size = {0};
	char text[128];
	int64_t now;

	if (!progress->wanted)
		return;
	now = now_ms();
	if (now < progress->due)
		return;
	progress->due = now + NEXT_MS;
	if (ioctl(fileno(progress->out), TIOCGWINSZ, &size) < 0 || !size.ws_col)
		size.ws_col = 80;
	fprintf(progress->out, "\r%s\033[K",
		progress_format(text, sizeof(text), size.ws_col, done, total, count, progress->unit));
	fflush(progress->out);
	progress->shown = true;
}

void progress_clear(struct progress *progress)
{
	if (!progress || !progress->shown)
		return;
	fputs("\r\033[K", progress->out);
	fflush(progress->out);
	progress->shown = false;
}
