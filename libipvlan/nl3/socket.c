// SPDX-License-Identifier: LGPL-2.1-or-later
/* A context over a caller's socket. */
#include "nl3.h"
#include <linux/sockios.h>
#include <netlink/socket.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/* A socket that is lent, with the requests that are under way. */
struct loan {
	struct nl_sock *sock;
	uint32_t first, count; /* sequence numbers */
	uint8_t *room;
	size_t size, used;
	bool heard; /* anything at all, since the last look */
	int error;
};

/* What makes the kernel strict and talkative. It looks at them while it takes a request. */
static const int options[] = {NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK};
#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

/* -1: this kernel lacks it. */
static void set_options(int fd, int saved[OPTION_COUNT])
{
	const int on = 1;
	socklen_t size;
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++) {
		size = sizeof(saved[i]);
		if (getsockopt(fd, SOL_NETLINK, options[i], &saved[i], &size) < 0)
			saved[i] = -1;
		else if (!saved[i])
			setsockopt(fd, SOL_NETLINK, options[i], &on, sizeof(on));
	}
}

static void restore_options(int fd, const int saved[OPTION_COUNT])
{
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++) {
		if (saved[i] == 0)
			setsockopt(fd, SOL_NETLINK, options[i], &saved[i], sizeof(saved[i]));
	}
}

/* Past libnl's own counting of sequence numbers. */
static int send_over(void *data, const void *messages, size_t size)
{
	const struct nlmsghdr *nlh = messages;
	struct loan *loan = data;
	int fd = nl_socket_get_fd(loan->sock), left = (int)size, saved[OPTION_COUNT], err = 0;
	ssize_t sent;

	loan->first = nlh->nlmsg_seq;
	for (loan->count = 0; nlmsg_ok(nlh, left); loan->count++)
		nlh = nlmsg_next((struct nlmsghdr *)nlh, &left);
	set_options(fd, saved);
	do {
		sent = send(fd, messages, size, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	if (sent < 0)
		err = -errno;
	else if ((size_t)sent != size)
		err = -EMSGSIZE;
	restore_options(fd, saved);
	return err;
}

/* Answers to our requests end here; anything else goes on to the socket's own callbacks. */
static int take(struct nl_msg *message, void *data)
{
	const struct sockaddr_nl *from = nlmsg_get_src(message);
	const struct nlmsghdr *nlh = nlmsg_hdr(message);
	struct loan *loan = data;
	size_t room = NLMSG_ALIGN(nlh->nlmsg_len);

	loan->heard = true;
	if (from->nl_groups || nlh->nlmsg_seq - loan->first >= loan->count)
		return NL_OK;
	if (room > loan->size - loan->used) {
		loan->error = -EMSGSIZE;
		return NL_SKIP;
	}
	memset(loan->room + loan->used + nlh->nlmsg_len, 0, room - nlh->nlmsg_len);
	memcpy(loan->room + loan->used, nlh, nlh->nlmsg_len);
	loan->used += room;
	return NL_SKIP;
}

static int wait_for_more(const struct loan *loan)
{
	struct pollfd fd = {.fd = nl_socket_get_fd(loan->sock), .events = POLLIN};

	return poll(&fd, 1, -1) < 0 && errno != EINTR ? -errno : 0;
}

/* One look at the socket. Returns 0, or -errno when the socket itself has failed. */
static int look(struct loan *loan, struct nl_cb *callbacks)
{
	int err;

	loan->heard = false;
	errno = 0;
	err = nl_recvmsgs(loan->sock, callbacks);
	/* An error of somebody's callback, about a message that was not ours. */
	if (loan->heard)
		return loan->error;
	if (err < 0 && errno == ENOBUFS)
		return -ENOBUFS;
	if (err == 0 || err == -NLE_AGAIN || err == -NLE_INTR)
		return wait_for_more(loan);
	return nl3_errno(err);
}

static ssize_t receive_over(void *data, void *buffer, size_t size)
{
	struct loan *loan = data;
	struct nl_cb *own = nl_socket_get_cb(loan->sock), *callbacks = nl_cb_clone(own);
	int err = callbacks ? 0 : -ENOMEM;

	nl_cb_put(own);
	loan->room = buffer;
	loan->size = size;
	loan->used = 0;
	loan->error = 0;
	if (callbacks)
		nl_cb_set(callbacks, NL_CB_MSG_IN, NL_CB_CUSTOM, take, loan);
	while (!err && !loan->used)
		err = look(loan, callbacks);
	nl_cb_put(callbacks);
	return err ? err : (ssize_t)loan->used;
}

static void give_back(void *data)
{
	free(data);
}

static int check_protocol(int fd)
{
	int domain, protocol;
	socklen_t size = sizeof(int);

	if (fd < 0)
		return -ENOTCONN;
	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0 ||
	    getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) < 0)
		return -errno;
	return domain == AF_NETLINK && protocol == NETLINK_ROUTE ? 0 : -EPROTOTYPE;
}

static int check_groups(int fd)
{
	uint32_t groups[8] = {0};
	socklen_t size = sizeof(groups);
	size_t i;

	/* Kernels before 4.2 do not tell. */
	if (getsockopt(fd, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, groups, &size) < 0)
		return 0;
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (groups[i])
			return -EBUSY;
	}
	return 0;
}

static bool is_of_this_namespace(int fd)
{
	int own = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	uint64_t theirs, ours;
	socklen_t size = sizeof(ours);
	bool same;

	if (own < 0)
		return false;
	same = getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &theirs, &size) == 0 &&
	       getsockopt(own, SOL_SOCKET, SO_NETNS_COOKIE, &ours, &size) == 0 && theirs == ours;
	close(own);
	return same;
}

/* *netns_fd becomes -1 for the thread's own. */
static int find_netns(int fd, int *netns_fd)
{
	int err;

	*netns_fd = ioctl(fd, SIOCGSKNS);
	if (*netns_fd >= 0)
		return 0;
	err = -errno;
	return err == -EPERM && is_of_this_namespace(fd) ? 0 : err;
}

IPVLAN_API int ipvlan_nl3_ctx_new(struct nl_sock *sock, struct ipvlan_ctx **ctx)
{
	struct ipvlan_wire wire = {.send = send_over, .receive = receive_over, .close = give_back};
	int fd = nl_socket_get_fd(sock), netns_fd = -1, err;
	struct loan *loan;

	err = check_protocol(fd);
	if (!err)
		err = check_groups(fd);
	if (!err)
		err = find_netns(fd, &netns_fd);
	if (err)
		return err;
	loan = calloc(1, sizeof(*loan));
	if (loan) {
		loan->sock = sock;
		wire.data = loan;
	}
	err = loan ? ipvlan_ctx_new_over(&wire, netns_fd, ctx) : -ENOMEM;
	if (err)
		free(loan);
	if (netns_fd >= 0)
		close(netns_fd);
	return err;
}
