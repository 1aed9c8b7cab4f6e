// SPDX-License-Identifier: LGPL-2.1-or-later
#include "transport.h"
#include <errno.h>
#include <linux/netlink.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the kernel itself takes as the best size for a dump's datagrams. */
#define RECEIVE_SIZE 32768
#define DUMP_ROUNDS  16
/* So many refusals, each with its request and a text, stay well below the default receive buffer. */
#define BATCH_WINDOW 64

struct transport {
	int fd; /* -1: there is a wire instead */
	struct ipvlan_wire wire;
	uint32_t sequence;
	transport_fn listener; /* of what the kernel says to multicast groups; may be NULL */
	void *listener_data;
	bool is_kernel; /* at the other end */
	bool is_strict; /* it was asked to be */
	bool overran;	/* the kernel dropped something while an answer was waited for */
	uint8_t *buffer;
};

static void set_option(int fd, int option)
{
	int on = 1;

	/* Older kernels lack some of them; everything works without, only with fewer words. */
	setsockopt(fd, SOL_NETLINK, option, &on, sizeof(on));
}

int transport_adopt(int fd, struct transport **transport)
{
	struct transport *t = malloc(sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->fd = fd;
	t->wire = (struct ipvlan_wire){0};
	t->sequence = 0;
	t->listener = NULL;
	t->is_kernel = false;
	t->is_strict = false;
	t->overran = false;
	t->buffer = NULL;
	*transport = t;
	return 0;
}

int transport_over(const struct ipvlan_wire *wire, struct transport **transport)
{
	int err = transport_adopt(-1, transport);

	if (!err)
		(*transport)->wire = *wire;
	return err;
}

/* It has no address yet: the kernel gives it one with its first request, or when it is told to hear something. */
static int open_protocol(int protocol, struct transport **transport)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol), err;

	if (fd < 0)
		return -errno;
	set_option(fd, NETLINK_EXT_ACK);
	err = transport_adopt(fd, transport);
	if (err)
		close(fd);
	else
		(*transport)->is_kernel = true;
	return err;
}

int transport_open(struct transport **transport)
{
	return open_protocol(NETLINK_ROUTE, transport);
}

int transport_open_generic(struct transport **transport)
{
	return open_protocol(NETLINK_GENERIC, transport);
}

int transport_open_filter(struct transport **transport)
{
	return open_protocol(NETLINK_NETFILTER, transport);
}

void transport_close(struct transport *transport)
{
	if (!transport)
		return;
	if (transport->fd >= 0)
		close(transport->fd);
	free(transport->buffer);
	free(transport);
}

/*
 * Before anything is sent whose answer would be lost. Sockets are made ahead, by another thread: whoever uses one takes
 * its buffer from where the buffer of the one before has just gone, in memory that is in use.
 */
static int make_buffer(struct transport *t)
{
	if (!t->buffer)
		t->buffer = malloc(RECEIVE_SIZE);
	return t->buffer ? 0 : -ENOMEM;
}

/* So that a dump is of what was asked for, and not of everything: some sockets have none to ask for. */
static void be_strict(struct transport *t)
{
	if (t->is_kernel && !t->is_strict)
		set_option(t->fd, NETLINK_GET_STRICT_CHK);
	t->is_strict = true;
}

static int send_all(struct transport *t, const void *bytes, size_t size)
{
	ssize_t sent;

	if (t->wire.send)
		return t->wire.send(t->wire.data, bytes, size);
	do {
		sent = send(t->fd, bytes, size, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return -errno;
	return (size_t)sent == size ? 0 : -EMSGSIZE;
}

/* What a caller's function returns need not be what was agreed: 0, as of a socket that was closed, or too much. */
static ssize_t receive_over_wire(struct transport *t)
{
	ssize_t size = t->wire.receive(t->wire.data, t->buffer, RECEIVE_SIZE);

	if (size == 0)
		return -ECONNRESET;
	return size > RECEIVE_SIZE ? -EMSGSIZE : size;
}

/*
 * Returns the bytes of one datagram from the kernel, and whether it was said to a multicast group. Other processes may
 * send to this socket too: they are not heard.
 */
static ssize_t receive(struct transport *t, int flags, bool *is_news)
{
	struct sockaddr_nl sender;
	struct iovec iov = {.iov_base = t->buffer, .iov_len = RECEIVE_SIZE};
	struct msghdr msg;
	ssize_t size;

	*is_news = false;
	if (t->wire.receive)
		return flags & MSG_DONTWAIT ? -EAGAIN : receive_over_wire(t);
	for (;;) {
		msg = (struct msghdr){
			.msg_name = &sender, .msg_namelen = sizeof(sender), .msg_iov = &iov, .msg_iovlen = 1};
		size = recvmsg(t->fd, &msg, flags);
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return -errno;
		if (size == 0)
			return -ECONNRESET;
		if (msg.msg_namelen == sizeof(sender) && sender.nl_pid != 0)
			continue;
		*is_news = msg.msg_namelen == sizeof(sender) && sender.nl_groups != 0;
		return msg.msg_flags & MSG_TRUNC ? -EMSGSIZE : size;
	}
}

/* One datagram's messages that belong to the requests [first, first + count). fn returns > 0 to stop. */
static int each_message(struct transport *t, ssize_t size, uint32_t first, uint32_t count, transport_fn fn, void *data)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)t->buffer;
	int left = (int)size, err;

	while (mnl_nlmsg_ok(nlh, left)) {
		/* Answers to a request that was given up carry an older number. */
		if (nlh->nlmsg_seq - first < count) {
			err = fn(nlh, data);
			if (err)
				return err;
		}
		nlh = mnl_nlmsg_next(nlh, &left);
	}
	return left > 0 ? -EBADMSG : 0;
}

static int each_news(struct transport *t, ssize_t size)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)t->buffer;
	int left = (int)size, err = 0;

	while (!err && mnl_nlmsg_ok(nlh, left)) {
		if (nlh->nlmsg_type >= NLMSG_MIN_TYPE && t->listener)
			err = t->listener(nlh, t->listener_data);
		nlh = mnl_nlmsg_next(nlh, &left);
	}
	return err;
}

struct request {
	const struct nlmsghdr *message;
	transport_fn fn;
	void *data;
	struct ack *ack;
	int error;	  /* what fn refused */
	bool interrupted; /* a dump whose objects changed meanwhile */
};

static bool is_dump(const struct nlmsghdr *message)
{
	return (message->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
}

/* Returns 1 when the answer is complete. */
static int take_answer(const struct nlmsghdr *nlh, void *data)
{
	struct request *r = data;
	int err;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		r->interrupted = true;
	if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE) {
		err = nlh->nlmsg_type == NLMSG_ERROR ? codec_ack_decode(nlh, r->message, r->ack)
						     : codec_done_decode(nlh, r->ack);
		return err ? err : 1;
	}
	if (nlh->nlmsg_type >= NLMSG_MIN_TYPE && r->fn && !r->error)
		r->error = r->fn(nlh, r->data);
	/* Who asks for one thing and for no acknowledgement gets the thing and nothing else. */
	return !(r->message->nlmsg_flags & (NLM_F_ACK | NLM_F_DUMP)) && nlh->nlmsg_type >= NLMSG_MIN_TYPE;
}

/* What was not sent was not done, and the ack says so. */
static int send_request(struct transport *t, struct nlmsghdr *message, struct ack *ack)
{
	int err = make_buffer(t);

	if (!err && is_dump(message))
		be_strict(t);
	if (!err) {
		message->nlmsg_seq = ++t->sequence;
		err = send_all(t, message, message->nlmsg_len);
	}
	ack->error = err;
	return err;
}

/*
 * What came before the kernel lost an answer goes, too: until then it keeps each next one back, and says nothing. So
 * does the rest of a dump of which a part came cut, before which there is no other dump. Whoever hears news is still to
 * be told that some are missing.
 */
static int after_loss(struct transport *t, int err)
{
	if ((err == -ENOBUFS || err == -EMSGSIZE) && t->is_kernel) {
		transport_skip(t);
		t->overran = true;
	}
	return err;
}

/* The answer is read to its end even when fn has refused it, so that the socket stays usable. */
static int exchange(struct transport *t, struct nlmsghdr *message, struct request *r)
{
	unsigned int losses = 0;
	ssize_t size;
	bool is_news;
	int err;

	*r->ack = (struct ack){0};
	r->error = 0;
	r->interrupted = false;
	err = send_request(t, message, r->ack);
	while (!err) {
		size = receive(t, 0, &is_news);
		t->overran = t->overran || size == -ENOBUFS;
		/* A part of a dump was lost; the rest comes nevertheless, and must be out of the way of the next one.
		 */
		if (size == -ENOBUFS && is_dump(message) && ++losses < DUMP_ROUNDS) {
			r->interrupted = true;
			continue;
		}
		if (size > 0 && is_news)
			err = each_news(t, size);
		else
			err = size < 0 ? (int)size : each_message(t, size, message->nlmsg_seq, 1, take_answer, r);
	}
	if (err < 0) {
		/* Who changes something wants to hear no more than whether it was done. */
		r->ack->is_lost = !r->ack->error && !r->fn;
		return after_loss(t, err);
	}
	return r->ack->error ? r->ack->error : r->error;
}

int transport_request(struct transport *transport, struct nlmsghdr *request, transport_fn fn, void *data,
		      struct ack *ack)
{
	struct request r = {.message = request, .fn = fn, .data = data, .ack = ack};

	return exchange(transport, request, &r);
}

int transport_dump(struct transport *transport, struct nlmsghdr *request, void (*reset)(void *data), transport_fn fn,
		   void *data, struct ack *ack)
{
	struct request r = {.message = request, .fn = fn, .data = data, .ack = ack};
	int round, err;

	for (round = 0; round < DUMP_ROUNDS; round++) {
		reset(data);
		err = exchange(transport, request, &r);
		/* A full receive buffer lost a part of the dump: the same remedy as for one that was interrupted. */
		if (err != -ENOBUFS && err != -EINTR && !(err == 0 && r.interrupted))
			return err;
	}
	return -EAGAIN;
}

void *batch_reserve(struct batch *batch)
{
	size_t size = batch->size ? 2 * batch->size : (size_t)4 * CODEC_REQUEST_SIZE;
	uint8_t *bytes;

	if (batch->size - batch->used < CODEC_REQUEST_SIZE) {
		bytes = realloc(batch->bytes, size);
		if (!bytes)
			return NULL;
		batch->bytes = bytes;
		batch->size = size;
	}
	return batch->bytes + batch->used;
}

int batch_commit(struct batch *batch, int length)
{
	if (length < 0)
		return length;
	batch->used += NLMSG_ALIGN((size_t)length);
	batch->count++;
	return 0;
}

void batch_free(struct batch *batch)
{
	free(batch->bytes);
	*batch = (struct batch){0};
}

/*
 * Up to BATCH_WINDOW requests on their way. The kernel answers in their order, and says what it refuses also to who did
 * not ask: so the last one alone asks, and its answer is the end.
 */
struct window {
	struct nlmsghdr *messages[BATCH_WINDOW];
	uint32_t first_sequence;
	unsigned int count, failed;
	struct ack *ack;
};

static int take_ack(const struct nlmsghdr *nlh, void *data)
{
	struct window *w = data;
	unsigned int place = nlh->nlmsg_seq - w->first_sequence;
	struct ack ack;
	int err;

	if (nlh->nlmsg_type != NLMSG_ERROR)
		return 0;
	err = codec_ack_decode(nlh, w->messages[place], &ack);
	if (err)
		return err;
	if (ack.error && place < w->failed) {
		w->failed = place;
		*w->ack = ack;
	}
	return place + 1 == w->count;
}

static int exchange_window(struct transport *t, struct window *w, const void *bytes, size_t size)
{
	ssize_t received;
	bool is_news;
	int err;

	err = make_buffer(t);
	if (!err)
		err = send_all(t, bytes, size);
	w->ack->is_lost = !err;
	while (!err) {
		received = receive(t, 0, &is_news);
		err = received < 0 ? (int)received
				   : each_message(t, received, w->first_sequence, w->count, take_ack, w);
	}
	if (err < 0)
		return after_loss(t, err);
	w->ack->is_lost = false;
	return 0;
}

/* Returns the size of what was taken. */
static size_t fill_window(struct transport *t, struct window *w, uint8_t *bytes, size_t size)
{
	struct nlmsghdr *message = NULL;
	size_t used = 0;

	w->first_sequence = t->sequence + 1;
	w->failed = BATCH_WINDOW;
	for (w->count = 0; w->count < BATCH_WINDOW && used < size; w->count++) {
		message = (struct nlmsghdr *)(bytes + used);
		message->nlmsg_seq = ++t->sequence;
		message->nlmsg_flags &= (uint16_t)~NLM_F_ACK;
		w->messages[w->count] = message;
		used += NLMSG_ALIGN(message->nlmsg_len);
	}
	if (message)
		message->nlmsg_flags |= NLM_F_ACK;
	return used;
}

int transport_batch(struct transport *transport, struct batch *batch, unsigned int *failed, struct ack *ack)
{
	struct window w = {.ack = ack};
	size_t offset = 0, size;
	unsigned int done;
	int err;

	*ack = (struct ack){0};
	*failed = batch->count;
	for (done = 0; done < batch->count; done += w.count) {
		size = fill_window(transport, &w, batch->bytes + offset, batch->used - offset);
		err = exchange_window(transport, &w, batch->bytes + offset, size);
		if (err)
			return err;
		if (w.failed < w.count) {
			*failed = done + w.failed;
			return ack->error;
		}
		offset += size;
	}
	return 0;
}

/* Without an address a socket does not hear what the kernel says of itself. */
static int take_address(const struct transport *t)
{
	struct sockaddr_nl any = {.nl_family = AF_NETLINK};

	if (!t->is_kernel || t->sequence)
		return 0;
	return bind(t->fd, (struct sockaddr *)&any, sizeof(any)) < 0 ? -errno : 0;
}

static int join(int fd, uint32_t groups)
{
	int group;

	for (group = 1; group <= 32; group++) {
		if ((groups >> (group - 1) & 1) &&
		    setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
			return -errno;
	}
	return 0;
}

int transport_subscribe(struct transport *transport, uint32_t groups, unsigned int receive_buffer, transport_fn fn,
			void *data)
{
	int bytes = receive_buffer > INT32_MAX ? INT32_MAX : (int)receive_buffer, err = take_address(transport);

	if (err)
		return err;
	transport->listener = fn;
	transport->listener_data = data;
	/* Beyond the limit for everybody only with CAP_NET_ADMIN. */
	if (bytes && setsockopt(transport->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(transport->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return join(transport->fd, groups);
}

int transport_hear(struct transport *transport, unsigned int most)
{
	bool is_news;
	ssize_t size;
	int err = make_buffer(transport);

	if (!err && transport->overran) {
		transport->overran = false;
		return -ENOBUFS;
	}
	while (!err && most--) {
		size = receive(transport, MSG_DONTWAIT, &is_news);
		if (size < 0)
			return size == -EAGAIN ? 0 : (int)size;
		/* What is no news is the rest of an answer that was given up. */
		if (is_news)
			err = each_news(transport, size);
	}
	return err ? err : 1;
}

int transport_skip(struct transport *transport)
{
	bool is_news;
	ssize_t size;
	int err = make_buffer(transport);

	if (err)
		return err;
	do {
		size = receive(transport, MSG_DONTWAIT, &is_news);
	} while (size > 0 || size == -ENOBUFS || size == -EMSGSIZE);
	transport->overran = false;
	return size == -EAGAIN ? 0 : (int)size;
}

int transport_kernel_fd(const struct transport *transport)
{
	return transport->is_kernel ? transport->fd : -1;
}

uint32_t transport_last_request(const struct transport *transport)
{
	return transport->sequence;
}

int transport_fd(const struct transport *transport)
{
	return transport->fd;
}
