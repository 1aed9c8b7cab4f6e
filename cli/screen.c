/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "screen.h"
#include "interrupt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Long lines are cut; the cursor is out of the way. */
#define BEGIN_SCREEN "\033[?7l\033[?25l\033[H\033[J"
#define END_SCREEN   "\033[?7h\033[?25h"
#define FIRST_LINE   "\033[H"
#define END_LINE     "\033[K\n"
#define CLEAR_BELOW  "\033[J"

static volatile sig_atomic_t stop_asked;

static void ask_stop(int number)
{
	(void)number;
	stop_asked = 1;
}

static void read_keys(struct screen *screen)
{
	struct termios raw;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &screen->before))
		return;
	raw = screen->before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	screen->keys = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

static void take_terminal(struct screen *screen)
{
	read_keys(screen);
	fputs(BEGIN_SCREEN, screen->session->out);
	fflush(screen->session->out);
}

static void give_terminal_back(struct screen *screen)
{
	fputs(END_SCREEN, screen->session->out);
	fflush(screen->session->out);
	if (screen->keys)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &screen->before);
	screen->keys = false;
}

/* What was ignored stays so. */
static void hear_stop(struct screen *screen)
{
	struct sigaction action = {.sa_handler = ask_stop, .sa_flags = SA_RESTART};

	stop_asked = 0;
	sigaction(SIGTSTP, NULL, &screen->stop);
	if (screen->stop.sa_handler != SIG_IGN)
		sigaction(SIGTSTP, &action, NULL);
}

/* Others have the terminal until we are told to go on. */
static void stop(struct screen *screen)
{
	give_terminal_back(screen);
	sigaction(SIGTSTP, &screen->stop, NULL);
	raise(SIGTSTP);
	hear_stop(screen);
	take_terminal(screen);
}

void screen_begin(struct screen *screen, struct session *session, bool redraw)
{
	int fd = fileno(session->out);

	*screen = (struct screen){.session = session};
	screen->redraws = redraw && fd >= 0 && isatty(fd);
	interrupt_begin();
	if (!screen->redraws)
		return;
	hear_stop(screen);
	take_terminal(screen);
}

void screen_end(struct screen *screen)
{
	if (screen->redraws) {
		give_terminal_back(screen);
		sigaction(SIGTSTP, &screen->stop, NULL);
	}
	interrupt_end();
}

void screen_begin_page(struct screen *screen)
{
	if (!screen->redraws)
		return;
	screen->terminal = screen->session->out;
	screen->session->out = open_memstream(&screen->page, &screen->size);
	if (!screen->session->out)
		screen->session->out = screen->terminal;
}

/* Line by line over what was there: the screen does not flicker. What has no room is left out. */
static void draw_page(FILE *out, const char *page, size_t rows)
{
	fputs(FIRST_LINE, out);
	for (size_t row = 1; *page && row < rows; row++) {
		size_t length = strcspn(page, "\n");

		fwrite(page, 1, length, out);
		fputs(END_LINE, out);
		page += length + (page[length] == '\n');
	}
	fputs(CLEAR_BELOW, out);
	fflush(out);
}

int screen_end_page(struct screen *screen)
{
	struct winsize size;
	FILE *terminal = screen->terminal;
	int err;

	if (!terminal || screen->session->out == terminal)
		return 0;
	err = fclose(screen->session->out) ? -ENOMEM : 0;
	screen->session->out = terminal;
	if (ioctl(fileno(terminal), TIOCGWINSZ, &size) < 0 || !size.ws_row)
		size.ws_row = 24;
	if (screen->page)
		draw_page(terminal, screen->page, size.ws_row);
	free(screen->page);
	screen->page = NULL;
	return err;
}

/* At the end of what is typed keys are no longer asked for. */
static bool key_ends(struct screen *screen)
{
	char key;
	ssize_t got = read(STDIN_FILENO, &key, 1);

	if (got > 0)
		return key == 'q' || key == 'Q';
	if (got == 0 || errno != EINTR) {
		tcsetattr(STDIN_FILENO, TCSADRAIN, &screen->before);
		screen->keys = false;
	}
	return false;
}

static int64_t milliseconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool screen_wait(struct screen *screen, int64_t milliseconds)
{
	int64_t end = milliseconds_now() + milliseconds, left;

	while ((left = end - milliseconds_now()) > 0) {
		struct timespec timeout = {.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000};
		struct pollfd fds[] = {
			{.fd = screen->keys ? STDIN_FILENO : -1, .events = POLLIN},
			{.fd = fileno(screen->session->out)},
		};
		int ready = interrupt_poll(fds, 2, &timeout);

		if (interrupt_pending())
			return true;
		if (stop_asked) {
			stop(screen);
			return false;
		}
		if (ready <= 0)
			continue;
		if (fds[1].revents & (POLLERR | POLLHUP | POLLNVAL))
			return true;
		if (fds[0].revents && key_ends(screen))
			return true;
	}
	return interrupt_pending();
}
