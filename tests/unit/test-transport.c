// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The transport against a kernel that follows a script:
 *
 *     transport ── socketpair ── a thread that reads one request and sends the datagrams of the next round
 */
#include "support.h"
#include "transport.h"
#include <errno.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum what { END = 0, LINK, ACK, REFUSE, DONE, DONE_ERROR, STALE, FLUSH, HANG_UP, SHORT, LONG, TEXT, NOTHING };

/* One message that the kernel sends. `value`: a link's index, an errno, or for which request of a window. */
struct line {
	enum what what;
	int value;
	uint16_t flags;
};

struct kernel {
	int fd;
	const struct line *script; /* END ends a round, END END all */
	unsigned int rounds;	   /* that were asked for */
	unsigned int asked;	   /* acknowledgements, of the requests of a batch */
	pthread_t thread;
};

struct outgoing {
	_Alignas(struct nlmsghdr) uint8_t bytes[65536];
	size_t used;
};

static struct nlmsghdr *append(struct outgoing *out, uint16_t type, uint16_t flags, uint32_t sequence, size_t size)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)(out->bytes + out->used);

	memset(nlh, 0, MNL_NLMSG_HDRLEN + size);
	nlh->nlmsg_len = (uint32_t)(MNL_NLMSG_HDRLEN + size);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = sequence;
	out->used += NLMSG_ALIGN(nlh->nlmsg_len);
	return nlh;
}

static void append_link(struct outgoing *out, uint16_t flags, uint32_t sequence, int index)
{
	struct nlmsghdr *nlh = append(out, RTM_NEWLINK, flags, sequence, sizeof(struct ifinfomsg));

	((struct ifinfomsg *)mnl_nlmsg_get_payload(nlh))->ifi_index = index;
}

static void append_error(struct outgoing *out, const struct nlmsghdr *request, int code, bool with_text)
{
	static const char text[] = "no such thing";
	struct nlmsghdr *nlh = append(out, NLMSG_ERROR, NLM_F_CAPPED, request->nlmsg_seq, sizeof(struct nlmsgerr));
	struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);

	err->error = code;
	err->msg = *request;
	if (!with_text)
		return;
	nlh->nlmsg_flags |= NLM_F_ACK_TLVS;
	mnl_attr_put(nlh, NLMSGERR_ATTR_MSG, sizeof(text), text);
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, MNL_NLMSG_HDRLEN + sizeof(struct ifinfomsg));
	out->used = (size_t)((uint8_t *)nlh - out->bytes) + NLMSG_ALIGN(nlh->nlmsg_len);
}

static void append_done(struct outgoing *out, uint32_t sequence, uint16_t flags, int code)
{
	struct nlmsghdr *nlh = append(out, NLMSG_DONE, (uint16_t)(NLM_F_MULTI | flags), sequence, sizeof(code));

	memcpy(mnl_nlmsg_get_payload(nlh), &code, sizeof(code));
}

static void flush(struct kernel *kernel, struct outgoing *out)
{
	if (out->used)
		ck_assert_int_eq(send(kernel->fd, out->bytes, out->used, MSG_NOSIGNAL), (ssize_t)out->used);
	out->used = 0;
}

/* A request by its place in a datagram. */
static const struct nlmsghdr *request_at(const void *requests, size_t size, int place)
{
	const struct nlmsghdr *nlh = requests;
	int left = (int)size;

	while (place-- > 0)
		nlh = mnl_nlmsg_next(nlh, &left);
	ck_assert(mnl_nlmsg_ok(nlh, left));
	return nlh;
}

static void speak(struct kernel *kernel, struct outgoing *out, const struct line *line, const struct nlmsghdr *request)
{
	switch (line->what) {
	case LINK:
		append_link(out, (uint16_t)(NLM_F_MULTI | line->flags), request->nlmsg_seq, line->value);
		break;
	case STALE:
		append_link(out, NLM_F_MULTI, request->nlmsg_seq - 1, line->value);
		break;
	case ACK:
	case REFUSE:
	case TEXT:
		append_error(out, request, line->what == ACK ? 0 : line->value, line->what == TEXT);
		break;
	case DONE:
	case DONE_ERROR:
		append_done(out, request->nlmsg_seq, line->flags, line->value);
		break;
	case SHORT:
		append_link(out, NLM_F_MULTI, request->nlmsg_seq, 1);
		out->used -= 4;
		break;
	case LONG:
		memset(out->bytes, 0, sizeof(out->bytes));
		out->used = 40000;
		break;
	case HANG_UP:
		flush(kernel, out);
		shutdown(kernel->fd, SHUT_RDWR);
		break;
	case FLUSH:
		flush(kernel, out);
		break;
	case NOTHING:
	case END:
		break;
	}
}

static void *run_kernel(void *data)
{
	static __thread uint8_t requests[65536] __attribute__((aligned(4)));
	struct outgoing *out = calloc(1, sizeof(*out));
	struct kernel *kernel = data;
	const struct line *line = kernel->script;
	ssize_t size;

	while (line->what != END && (size = recv(kernel->fd, requests, sizeof(requests), 0)) > 0) {
		kernel->rounds++;
		for (; line->what != END; line++)
			speak(kernel, out, line, request_at(requests, (size_t)size, 0));
		flush(kernel, out);
		line++;
	}
	free(out);
	return NULL;
}

static struct kernel kernel;
static struct transport *transport;

static void start_with(const struct line *script, void *(*run)(void *))
{
	int fds[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	kernel = (struct kernel){.fd = fds[1], .script = script};
	ck_assert_int_eq(transport_adopt(fds[0], &transport), 0);
	ck_assert_int_eq(pthread_create(&kernel.thread, NULL, run, &kernel), 0);
}

static void start(const struct line *script)
{
	start_with(script, run_kernel);
}

static void stop(void)
{
	transport_close(transport);
	pthread_join(kernel.thread, NULL);
	close(kernel.fd);
}

/* What a dump or a request brought. */
struct heard {
	int links[64];
	unsigned int count, resets;
	int refuse_at, refusal; /* the callback refuses this index */
};

static void forget(void *data)
{
	struct heard *heard = data;

	heard->count = 0;
	heard->resets++;
}

static int hear(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct heard *heard = data;

	if (heard->refusal && ifi->ifi_index == heard->refuse_at)
		return heard->refusal;
	heard->links[heard->count++ % COUNT(heard->links)] = ifi->ifi_index;
	return 0;
}

static _Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
static struct heard heard;
static struct ack ack;

static int dump(void)
{
	heard.count = heard.resets = 0;
	ck_assert_int_gt(codec_link_dump(buf, sizeof(buf), NULL, 0), 0);
	return transport_dump(transport, (struct nlmsghdr *)buf, forget, hear, &heard, &ack);
}

static int get(void)
{
	heard.count = 0;
	ck_assert_int_gt(codec_link_get(buf, sizeof(buf), 1, NULL, -1, 0), 0);
	return transport_request(transport, (struct nlmsghdr *)buf, hear, &heard, &ack);
}

static void ck_heard(unsigned int count, int first, int last)
{
	ck_assert_uint_eq(heard.count, count);
	ck_assert_int_eq(heard.links[0], first);
	ck_assert_int_eq(heard.links[count - 1], last);
}

START_TEST(a_dump_may_come_in_several_datagrams)
{
	start((const struct line[]){{LINK, 1}, {LINK, 2}, {FLUSH}, {LINK, 3}, {FLUSH}, {DONE}, {END}, {END}});
	ck_assert_int_eq(dump(), 0);
	ck_heard(3, 1, 3);
	ck_assert_uint_eq(heard.resets, 1);
	stop();
}
END_TEST

START_TEST(an_interrupted_dump_is_done_again)
{
	start((const struct line[]){{LINK, 1},
				    {LINK, 2, NLM_F_DUMP_INTR},
				    {DONE},
				    {END},
				    {LINK, 3},
				    {DONE, 0, NLM_F_DUMP_INTR}, /* the kernel may say so at the very end */
				    {END},
				    {LINK, 4},
				    {LINK, 5},
				    {DONE},
				    {END},
				    {END}});
	ck_assert_int_eq(dump(), 0);
	ck_heard(2, 4, 5);
	ck_assert_uint_eq(heard.resets, 3);
	stop();
}
END_TEST

START_TEST(endless_interruption_is_given_up)
{
	struct line script[20 * 3 + 1] = {0};
	size_t i;

	for (i = 0; i < 20; i++) {
		script[3 * i] = (struct line){LINK, 1, NLM_F_DUMP_INTR};
		script[3 * i + 1] = (struct line){DONE, 0, 0};
	}
	start(script);
	ck_assert_int_eq(dump(), -EAGAIN);
	ck_assert_uint_eq(heard.resets, 16);
	stop();
	ck_assert_uint_eq(kernel.rounds, 16);
}
END_TEST

START_TEST(a_dump_may_end_with_an_error)
{
	start((const struct line[]){{LINK, 1}, {DONE_ERROR, -ENOENT}, {END}, {REFUSE, -EPERM}, {END}, {END}});
	ck_assert_int_eq(dump(), -ENOENT);
	ck_assert_int_eq(ack.error, -ENOENT);
	ck_assert_int_eq(dump(), -EPERM);
	stop();
}
END_TEST

/* EINTR from the kernel: what it dumps changed too often for itself. */
START_TEST(a_dump_that_the_kernel_gives_up_is_done_again)
{
	start((const struct line[]){{LINK, 1}, {DONE_ERROR, -EINTR}, {END}, {LINK, 2}, {DONE}, {END}, {END}});
	ck_assert_int_eq(dump(), 0);
	ck_heard(1, 2, 2);
	stop();
}
END_TEST

START_TEST(answers_to_older_requests_are_not_heard)
{
	start((const struct line[]){{STALE, 7}, {LINK, 1}, {STALE, 8}, {FLUSH}, {STALE, 9}, {DONE}, {END}, {END}});
	ck_assert_int_eq(dump(), 0);
	ck_heard(1, 1, 1);
	stop();
}
END_TEST

START_TEST(a_request_has_one_answer)
{
	start((const struct line[]){{LINK, 5}, {ACK}, {END}, {TEXT, -EINVAL}, {END}, {LINK, 6}, {ACK}, {END}, {END}});
	ck_assert_int_eq(get(), 0);
	ck_heard(1, 5, 5);
	ck_assert_int_eq(get(), -EINVAL);
	ck_assert_str_eq(ack.text, "no such thing");
	ck_assert_str_eq(ack.attribute, "IFLA_EXT_MASK");
	ck_assert_int_eq(get(), 0);
	ck_assert_int_eq(ack.error, 0);
	ck_assert_str_eq(ack.text, "");
	stop();
}
END_TEST

/* A get asks for no acknowledgement and does not wait for one; where one comes, it is an older answer. */
START_TEST(a_thing_is_answer_enough)
{
	start((const struct line[]){{LINK, 5}, {END}, {LINK, 6}, {FLUSH}, {ACK}, {END}, {LINK, 7}, {END}, {END}});
	ck_assert_int_eq(get(), 0);
	ck_heard(1, 5, 5);
	ck_assert_int_eq(get(), 0);
	ck_heard(1, 6, 6);
	ck_assert_int_eq(get(), 0);
	ck_heard(1, 7, 7);
	stop();
}
END_TEST

START_TEST(a_refusing_callback_leaves_the_socket_usable)
{
	start((const struct line[]){
		{LINK, 1}, {LINK, 2}, {FLUSH}, {LINK, 3}, {DONE}, {END}, {LINK, 4}, {DONE}, {END}, {END}});
	heard.refuse_at = 2;
	heard.refusal = -ENOMEM;
	ck_assert_int_eq(dump(), -ENOMEM);
	ck_assert_uint_eq(heard.count, 1); /* not called again after it refused */
	heard.refusal = 0;
	ck_assert_int_eq(dump(), 0);
	ck_heard(1, 4, 4);
	stop();
}
END_TEST

static const struct {
	const char *name;
	struct line script[4];
	int code;
} faults[] = {
	{"a message cut short", {{SHORT}, {END}, {END}}, -EBADMSG},
	{"a datagram that does not fit", {{LONG}, {END}, {END}}, -EMSGSIZE},
	{"the other end gone", {{HANG_UP}, {END}, {END}}, -ECONNRESET},
	{"a refusal that makes no sense", {{REFUSE, 1}, {END}, {END}}, -EBADMSG},
};

START_TEST(faults_have_their_codes)
{
	start(faults[_i].script);
	ck_assert_msg(dump() == faults[_i].code, "%s", faults[_i].name);
	stop();
}
END_TEST

START_TEST(nobody_listening_is_an_error)
{
	start((const struct line[]){{END}});
	pthread_join(kernel.thread, NULL);
	close(kernel.fd);
	ck_assert_int_eq(get(), -EPIPE);
	transport_close(transport);
}
END_TEST

/*
 * Requests of a batch, answered in order as the kernel does it: those whose place the script names are refused, others
 * acknowledged where that was asked for.
 */
static void *run_batch_kernel(void *data)
{
	static __thread uint8_t requests[65536] __attribute__((aligned(4)));
	struct outgoing *out = calloc(1, sizeof(*out));
	struct kernel *k = data;
	const struct nlmsghdr *nlh;
	const struct line *line;
	int place = 0, left;
	ssize_t size;

	while ((size = recv(k->fd, requests, sizeof(requests), 0)) > 0) {
		k->rounds++;
		left = (int)size;
		for (nlh = (const struct nlmsghdr *)requests; mnl_nlmsg_ok(nlh, left);
		     nlh = mnl_nlmsg_next(nlh, &left)) {
			for (line = k->script; line->what != END && line->value != place; line++)
				;
			if (line->what != END)
				append_error(out, nlh, -EEXIST, line->what == TEXT);
			else if (nlh->nlmsg_flags & NLM_F_ACK)
				append_error(out, nlh, 0, false);
			k->asked += (nlh->nlmsg_flags & NLM_F_ACK) != 0;
			place++;
			if (place % 7 == 0)
				flush(k, out);
		}
		flush(k, out);
	}
	free(out);
	return NULL;
}

static const struct {
	unsigned int requests;
	struct line script[4];
	int code;
	unsigned int failed, windows;
	const char *text;
} batches[] = {
	{0, {{END}}, 0, 0, 0, ""},
	{1, {{END}}, 0, 1, 1, ""},
	{64, {{END}}, 0, 64, 1, ""},
	{65, {{END}}, 0, 65, 2, ""},
	{200, {{END}}, 0, 200, 4, ""},
	{3, {{REFUSE, 1}, {END}}, -EEXIST, 1, 1, ""},
	{10, {{TEXT, 4}, {REFUSE, 7}, {END}}, -EEXIST, 4, 1, "no such thing"},
	{10, {{TEXT, 9}, {REFUSE, 0}, {END}}, -EEXIST, 0, 1, ""},
	{200, {{TEXT, 70}, {REFUSE, 199}, {END}}, -EEXIST, 70, 2, "no such thing"},
};

static void fill(struct batch *batch, unsigned int count)
{
	unsigned int i;
	void *room;

	for (i = 0; i < count; i++) {
		struct link_request request = LINK_REQUEST_INIT;

		request.ifindex = (int)i + 1;
		request.mtu = 1400;
		room = batch_reserve(batch);
		ck_assert_ptr_nonnull(room);
		ck_assert_int_eq(batch_commit(batch, codec_link_set(room, CODEC_REQUEST_SIZE, &request)), 0);
	}
}

START_TEST(batches_tell_the_first_that_failed)
{
	struct batch batch = {0};
	unsigned int failed;

	fill(&batch, batches[_i].requests);
	start_with(batches[_i].script, run_batch_kernel);
	ck_assert_int_eq(transport_batch(transport, &batch, &failed, &ack), batches[_i].code);
	ck_assert_uint_eq(failed, batches[_i].failed);
	ck_assert_str_eq(ack.text, batches[_i].text);
	ck_assert_str_eq(ack.attribute, batches[_i].text[0] ? "IFLA_MTU" : "");
	stop();
	ck_assert_uint_eq(kernel.rounds, batches[_i].windows);
	ck_assert_uint_eq(kernel.asked, batches[_i].windows); /* by the last of each */
	batch_free(&batch);
}
END_TEST

START_TEST(a_batch_without_an_answer_fails_as_a_whole)
{
	struct batch batch = {0};
	unsigned int failed;

	fill(&batch, 3);
	start((const struct line[]){{ACK}, {FLUSH}, {HANG_UP}, {END}, {END}});
	ck_assert_int_eq(transport_batch(transport, &batch, &failed, &ack), -ECONNRESET);
	ck_assert_uint_eq(failed, 3);
	stop();
	batch_free(&batch);
}
END_TEST

/* This machine's own kernel, whose answers do not fit; it refuses all, for no link has these numbers. */
START_TEST(lost_refusals_do_not_stop_the_next_request)
{
	struct batch batch = {0};
	unsigned int failed, i;
	int little = 1;

	for (i = 0; i < 64; i++) {
		struct link_request request = LINK_REQUEST_INIT;

		request.ifindex = INT32_MAX - (int)i;
		request.mtu = 1400;
		ck_assert_int_eq(
			batch_commit(&batch, codec_link_set(batch_reserve(&batch), CODEC_REQUEST_SIZE, &request)), 0);
	}
	ck_assert_int_eq(transport_open(&transport), 0);
	ck_assert_int_eq(setsockopt(transport_fd(transport), SOL_SOCKET, SO_RCVBUF, &little, sizeof(little)), 0);
	ck_assert_int_eq(transport_batch(transport, &batch, &failed, &ack), -ENOBUFS);
	ck_assert_uint_eq(failed, 64);
	ck_assert_int_eq(transport_request(transport, (struct nlmsghdr *)batch.bytes, NULL, NULL, &ack), ack.error);
	ck_assert(ack.error == -ENODEV || ack.error == -EPERM);
	transport_close(transport);
	batch_free(&batch);
}
END_TEST

START_TEST(an_encoder_s_error_is_no_request)
{
	struct batch batch = {0};

	ck_assert_ptr_nonnull(batch_reserve(&batch));
	ck_assert_int_eq(batch_commit(&batch, -EMSGSIZE), -EMSGSIZE);
	ck_assert_uint_eq(batch.count, 0);
	batch_free(&batch);
}
END_TEST

/* A full receive buffer, which the linker lets us act: what was lost may have been any part of the answer. */
ssize_t __real_recvmsg(int fd, struct msghdr *msg, int flags);
ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags);
static unsigned int receptions_until_loss;

ssize_t __wrap_recvmsg(int fd, struct msghdr *msg, int flags)
{
	if (receptions_until_loss && --receptions_until_loss == 0) {
		errno = ENOBUFS;
		return -1;
	}
	return __real_recvmsg(fd, msg, flags);
}

START_TEST(a_lost_part_is_no_short_list)
{
	start((const struct line[]){{LINK, 1}, {FLUSH}, {DONE}, {END}, {LINK, 2}, {LINK, 3}, {DONE}, {END}, {END}});
	receptions_until_loss = 2;
	ck_assert_int_eq(dump(), 0);
	ck_heard(2, 2, 3);
	ck_assert_uint_eq(heard.resets, 2);
	stop();
}
END_TEST

START_TEST(a_lost_answer_is_an_error)
{
	start((const struct line[]){{ACK}, {END}, {LINK, 2}, {ACK}, {END}, {END}});
	receptions_until_loss = 1;
	ck_assert_int_eq(get(), -ENOBUFS);
	ck_assert_int_eq(get(), 0);
	ck_heard(1, 2, 2);
	stop();
}
END_TEST

static int heard_nothing(const struct nlmsghdr *nlh, void *data)
{
	(void)nlh;
	(void)data;
	return 0;
}

/* This machine's own kernel. */
START_TEST(news_lost_with_an_answer_are_missed)
{
	ck_assert_int_eq(transport_open(&transport), 0);
	ck_assert_int_eq(transport_subscribe(transport, 1U << (RTNLGRP_LINK - 1), 0, heard_nothing, NULL), 0);
	codec_link_get(buf, sizeof(buf), 1, NULL, -1, 0);
	receptions_until_loss = 1;
	ck_assert_int_eq(transport_request(transport, (struct nlmsghdr *)buf, NULL, NULL, &ack), -ENOBUFS);
	ck_assert_int_eq(transport_hear(transport, 0), -ENOBUFS);
	ck_assert_int_ge(transport_hear(transport, 0), 0);
	transport_close(transport);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("transport");
	TCase *tables = tcase_create("tables");

	tcase_add_loop_test(tables, faults_have_their_codes, 0, COUNT(faults));
	tcase_add_loop_test(tables, batches_tell_the_first_that_failed, 0, COUNT(batches));
	suite_add_tcase(suite, tables);
	SUITE_ADD(suite, "dump", a_dump_may_come_in_several_datagrams, an_interrupted_dump_is_done_again,
		  endless_interruption_is_given_up, a_dump_may_end_with_an_error,
		  a_dump_that_the_kernel_gives_up_is_done_again, answers_to_older_requests_are_not_heard,
		  a_lost_part_is_no_short_list);
	SUITE_ADD(suite, "request", a_request_has_one_answer, a_thing_is_answer_enough, a_lost_answer_is_an_error,
		  news_lost_with_an_answer_are_missed, a_refusing_callback_leaves_the_socket_usable,
		  nobody_listening_is_an_error);
	SUITE_ADD(suite, "batch", a_batch_without_an_answer_fails_as_a_whole,
		  lost_refusals_do_not_stop_the_next_request, an_encoder_s_error_is_no_request);
	return run_suite(suite);
}
