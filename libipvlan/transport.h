/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A netlink socket that matches answers to requests. Nothing above it sees a sequence number, an interrupted dump or a
 * datagram; nothing below it knows what a message means.
 */
#ifndef LIBIPVLAN_TRANSPORT_H
#define LIBIPVLAN_TRANSPORT_H

#include "codec.h"
#include <ipvlan/message.h>

struct transport;

/* In the namespace of the calling thread. */
int transport_open(struct transport **transport);
/* The same for generic netlink. */
int transport_open_generic(struct transport **transport);
/* The same for packet filters. */
int transport_open_filter(struct transport **transport);
/* Over any datagram socket, which then belongs to the transport: tests put a scripted kernel at its other end. */
int transport_adopt(int fd, struct transport **transport);
/* Over a caller's wire, which is copied. It hears no news. */
int transport_over(const struct ipvlan_wire *wire, struct transport **transport);
void transport_close(struct transport *transport);

/* Called for each message that answers a request; returns 0, or -errno, which ends the request with that. */
typedef int (*transport_fn)(const struct nlmsghdr *nlh, void *data);

/*
 * One request and its answer. fn may be NULL. Returns 0 or what the kernel or fn said; *ack then tells more about the
 * kernel's refusal. ack is filled in any case.
 */
int transport_request(struct transport *transport, struct nlmsghdr *request, transport_fn fn, void *data,
		      struct ack *ack);

/*
 * A dump. When the kernel says that what it dumped changed meanwhile, `reset` is called to forget what came so far and
 * the dump begins anew; -EAGAIN after too many such rounds.
 */
int transport_dump(struct transport *transport, struct nlmsghdr *request, void (*reset)(void *data), transport_fn fn,
		   void *data, struct ack *ack);

/* Requests that travel together. The kernel works on all of them, also behind one that it refused. */
struct batch {
	uint8_t *bytes;
	size_t size, used;
	unsigned int count;
};

/* Room for one more request of up to CODEC_REQUEST_SIZE bytes; NULL when out of memory. */
void *batch_reserve(struct batch *batch);
/* Takes what an encoder returned for the reserved room. Returns 0 or that error. */
int batch_commit(struct batch *batch, int length);
void batch_free(struct batch *batch);

/*
 * Sends a batch and waits until all of it is answered; whether a request wants an acknowledgement is settled here.
 * Returns 0 when every request was accepted; else the error of the first that was not, its place in *failed and the
 * kernel's words in *ack. An error of the socket itself leaves *failed at the batch's count; some of them may have been
 * carried out then.
 */
int transport_batch(struct transport *transport, struct batch *batch, unsigned int *failed, struct ack *ack);

/*
 * Hears, from now on, what the kernel says to multicast groups: bit RTNLGRP_X - 1 of `groups`. Each message goes to fn,
 * in the order in which the kernel said it, also relative to answers: from within transport_hear(), and from within
 * whatever waits for an answer. fn must not use the transport. receive_buffer: bytes, 0 for the default.
 */
int transport_subscribe(struct transport *transport, uint32_t groups, unsigned int receive_buffer, transport_fn fn,
			void *data);

/*
 * Takes up to `most` datagrams that have come, without waiting. Returns 1 when there may be more, 0 when there is none
 * left, -ENOBUFS when the kernel had to drop some, now or while an answer was waited for, or what fn said.
 */
int transport_hear(struct transport *transport, unsigned int most);

/* Forgets what has come, unheard. Returns 0, also when the kernel had to drop some. */
int transport_skip(struct transport *transport);

/* The socket, when the kernel's rtnetlink is at its other end; -1 over a wire, and where tests are. */
int transport_kernel_fd(const struct transport *transport);

/* The number of the last request: as long as it stays, nothing was asked for over this socket. */
uint32_t transport_last_request(const struct transport *transport);

/* Readable when there is something to hear; -1 when there is a wire instead. */
int transport_fd(const struct transport *transport);

#endif
