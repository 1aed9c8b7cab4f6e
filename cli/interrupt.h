/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals that ask for an end. What runs is finished, for half a change is worse than a late end; what would follow is
 * not begun. Between interrupt_begin() and interrupt_end(), which nest, the signals are only remembered.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <poll.h>
#include <time.h>

void interrupt_begin(void);
void interrupt_end(void);

/* The signal that came, or 0. */
int interrupt_pending(void);

/* The same; it is forgotten then. */
int interrupt_take(void);

/* Wait for input. @return 0; -EINTR when one of these signals, or any other that has a handler, came first. */
int interrupt_wait(int fd);

/* As ppoll(2), whose timeout may be NULL. @return what it returns; -EINTR when a signal came before or meanwhile. */
int interrupt_poll(struct pollfd *fds, nfds_t count, const struct timespec *timeout);

#endif
