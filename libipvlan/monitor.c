// SPDX-License-Identifier: LGPL-2.1-or-later
/* The monitor: a socket in each namespace feeds the model; mounts, processes and a timer tell where to look for more.
 */
#include "monitor.h"
#include "link-read.h"
#include "parents.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define RECEIVE_BUFFER (1U << 20)
/* Below it there is no room for an answer and the ack behind it, and nothing could ever be read. */
#define SMALLEST_BUFFER (16U << 10)
#define SCAN_MS		2000
/* Who makes a thousand namespaces makes a thousand mounts; looking after each of them would be looking all the time. */
#define SCAN_GAP_MS 50
/* Datagrams taken from one socket before the others have their turn. */
#define TURN	    64
#define READ_ROUNDS 16

struct watch;

/* Something in the epoll set. */
struct source {
	void (*ready)(struct ipvlan_monitor *monitor, struct watch *watch);
	struct watch *watch;
};

/* A namespace that is watched, or that may not be. */
struct watch {
	struct ipvlan_monitor *monitor;
	ino_t inode;
	dev_t device;
	struct model_netns *netns;   /* NULL: it may not be entered */
	struct model_netns *reading; /* what is being read, when it is */
	struct transport *transport;
	struct source news, exit;
	int process; /* a pidfd of somebody in it, or -1 */
	unsigned int news_count;
	bool overran, is_seen;
};

struct ipvlan_monitor {
	struct ipvlan_ctx *ctx;
	struct model model;
	struct watch **watches;
	size_t watch_count, left_out;
	struct ipvlan_netns own; /* which it is; nothing is open */
	int epoll, pending, mounts, timer;
	struct source mount_source, timer_source;
	bool everywhere, is_started, is_pending, scan_is_due;
	unsigned int receive_buffer, scan_ms;
	int64_t next_scan; /* not before, in milliseconds of the monotonic clock */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int add_source(struct ipvlan_monitor *monitor, int fd, uint32_t events, struct source *source)
{
	struct epoll_event event = {.events = events, .data.ptr = source};

	return epoll_ctl(monitor->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

/* ---- One namespace */

static bool wants(const struct ipvlan_monitor *monitor, enum ipvlan_event_kind kind)
{
	return monitor->model.kinds & IPVLAN_EVENTS(kind);
}

static bool wants_links(const struct ipvlan_monitor *monitor)
{
	return wants(monitor, IPVLAN_EVENT_LINK) || wants(monitor, IPVLAN_EVENT_PORT) ||
	       wants(monitor, IPVLAN_EVENT_ADDRESS) || wants(monitor, IPVLAN_EVENT_ROUTE);
}

/* Those of IPv4 tell of routes, too: which the kernel takes away without a word when an address goes. */
static bool wants_addresses(const struct ipvlan_monitor *monitor)
{
	return wants(monitor, IPVLAN_EVENT_ADDRESS) || wants(monitor, IPVLAN_EVENT_ROUTE);
}

static uint32_t group_bit(unsigned int group)
{
	return 1U << (group - 1);
}

static uint32_t groups_of(const struct ipvlan_monitor *monitor)
{
	uint32_t groups = monitor->everywhere ? group_bit(RTNLGRP_NSID) : 0;

	if (wants_links(monitor))
		groups |= group_bit(RTNLGRP_LINK);
	if (wants_addresses(monitor))
		groups |= group_bit(RTNLGRP_IPV4_IFADDR) | group_bit(RTNLGRP_IPV6_IFADDR);
	if (wants(monitor, IPVLAN_EVENT_ROUTE))
		groups |= group_bit(RTNLGRP_IPV4_ROUTE) | group_bit(RTNLGRP_IPV6_ROUTE);
	return groups;
}

/* What cannot be taken in is found by reading anew. */
static int hear(const struct nlmsghdr *nlh, void *data)
{
	struct watch *watch = data;
	struct ipvlan_monitor *monitor = watch->monitor;
	int err;

	watch->news_count++;
	/* An id that is given means that somebody has come to know a namespace: it may be new to us. */
	if (nlh->nlmsg_type == RTM_NEWNSID)
		monitor->scan_is_due = true;
	err = watch->reading ? model_netns_take(watch->reading, nlh) : model_apply(&monitor->model, watch->netns, nlh);
	if (err) {
		watch->overran = true;
		watch->netns->is_stale = true;
		monitor->model.has_stale = true;
	}
	return 0;
}

/* At most so many; when the kernel dropped some, the namespace has to be read anew. */
static void hear_news(struct ipvlan_monitor *monitor, struct watch *watch, unsigned int most)
{
	if (transport_hear(watch->transport, most) >= 0)
		return;
	watch->overran = true;
	watch->netns->is_stale = true;
	monitor->model.has_stale = true;
}

static void news_came(struct ipvlan_monitor *monitor, struct watch *watch)
{
	hear_news(monitor, watch, TURN);
}

static void process_ended(struct ipvlan_monitor *monitor, struct watch *watch)
{
	close(watch->process);
	watch->process = -1;
	monitor->scan_is_due = true;
}

static int take_answer(const struct nlmsghdr *nlh, void *data)
{
	return model_netns_take(data, nlh);
}

/* What went meanwhile, the news tell in their order; so what an interrupted dump brought need not be forgotten. */
static void keep(void *data)
{
	(void)data;
}

static int dump_routes(struct watch *watch, int family, struct ack *ack)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	int err;

	codec_route_dump(buf, sizeof(buf), family, 0, 0);
	err = transport_dump(watch->transport, (struct nlmsghdr *)buf, keep, take_answer, watch->reading, ack);
	/* A kernel without IPv6. */
	return err == -EAFNOSUPPORT || err == -EOPNOTSUPP || err == -ENOENT ? 0 : err;
}

static bool has_slaves(const struct model_netns *netns)
{
	const struct model_link *link;
	size_t i;

	for (i = 0; (link = model_link_at(netns, i)); i++) {
		if (ipvlan_link_is_slave(&link->link))
			return true;
	}
	return false;
}

static int dump_links(struct watch *watch, struct ack *ack)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];

	codec_link_dump(buf, sizeof(buf), NULL, RTEXT_FILTER_SKIP_STATS);
	return transport_dump(watch->transport, (struct nlmsghdr *)buf, keep, take_answer, watch->reading, ack);
}

static int dump_addresses(struct watch *watch, struct ack *ack)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];

	codec_address_dump(buf, sizeof(buf), AF_UNSPEC, 0);
	return transport_dump(watch->transport, (struct nlmsghdr *)buf, keep, take_answer, watch->reading, ack);
}

static int dump_all(struct ipvlan_monitor *monitor, struct watch *watch)
{
	struct ack ack;
	int err = wants_links(monitor) ? dump_links(watch, &ack) : 0;

	if (err || !has_slaves(watch->reading))
		return err;
	if (wants_addresses(monitor))
		err = dump_addresses(watch, &ack);
	if (!err && wants(monitor, IPVLAN_EVENT_ROUTE)) {
		err = dump_routes(watch, AF_INET, &ack);
		if (!err)
			err = dump_routes(watch, AF_INET6, &ack);
	}
	return err;
}

/* Asks with a copy: while the answer is waited for, news may take the link away. */
static int name_parent(struct parents *parents, struct model_netns *netns, struct ipvlan_link *link)
{
	struct ipvlan_link asked = {
		.ifindex = link->ifindex, .parent_index = link->parent_index, .parent_nsid = link->parent_nsid};
	struct model_link *found;
	int err = parents_name(parents, &asked);

	found = err ? NULL : model_find_link(netns, asked.ifindex);
	if (!found || found->link.parent_netns || found->link.parent_index != asked.parent_index ||
	    found->link.parent_nsid != asked.parent_nsid) {
		free(asked.parent_netns);
		return err;
	}
	link = &found->link;
	memcpy(link->parent_name, asked.parent_name, sizeof(link->parent_name));
	link->parent_netns = asked.parent_netns;
	link->parent_netns_inode = asked.parent_netns_inode;
	return 0;
}

static int name_parents(struct ipvlan_monitor *monitor, struct watch *watch)
{
	struct ipvlan_netns which = {.fd = -1, .inode = watch->inode, .device = watch->device};
	struct place place = {.netns = &which, .transport = watch->transport};
	struct parents parents = {.ctx = monitor->ctx, .place = &place};
	struct model_netns *netns = watch->reading;
	unsigned int round, heard;
	struct model_link *link;
	int err = 0;
	size_t i;

	/* News that came meanwhile may be of another slave. */
	for (round = 0; round < READ_ROUNDS; round++) {
		heard = watch->news_count;
		for (i = 0; !err && (link = model_link_at(netns, i)); i++) {
			if (ipvlan_link_is_slave(&link->link) && !link->link.parent_netns_inode)
				err = name_parent(&parents, netns, &link->link);
		}
		if (err || heard == watch->news_count)
			break;
	}
	return err;
}

/*
 * The news that come while a namespace is read belong to what is read, in their order; those from before are in it
 * already. When some of them got lost, it begins anew.
 */
static int read_once(struct ipvlan_monitor *monitor, struct watch *watch, struct model_netns **fresh)
{
	int err;

	*fresh = model_netns_new(watch->inode, watch->device, NULL, 0);
	if (!*fresh)
		return -ENOMEM;
	watch->reading = *fresh;
	watch->overran = false;
	err = transport_skip(watch->transport);
	if (!err)
		err = dump_all(monitor, watch);
	if (!err)
		err = name_parents(monitor, watch);
	if (!err && (watch->overran || transport_hear(watch->transport, 0) < 0))
		err = -ENOBUFS;
	watch->reading = NULL;
	if (err)
		model_netns_free(*fresh);
	return err;
}

static int read_netns(struct ipvlan_monitor *monitor, struct watch *watch)
{
	bool overran = watch->overran;
	struct model_netns *fresh;
	int round, err = -ENOBUFS;

	for (round = 0; round < READ_ROUNDS && err == -ENOBUFS; round++) {
		err = read_once(monitor, watch, &fresh);
		overran = overran || err == -ENOBUFS;
	}
	watch->overran = overran;
	if (err)
		return err;
	if (overran && !monitor->model.is_initial)
		model_resync(&monitor->model, watch->netns);
	watch->overran = false;
	err = model_settle(&monitor->model, watch->netns, fresh);
	model_netns_free(fresh);
	return err;
}

/* ---- Namespaces that come and go */

static struct watch *find_watch(const struct ipvlan_monitor *monitor, ino_t inode, dev_t device)
{
	size_t i;

	for (i = 0; i < monitor->watch_count; i++) {
		if (monitor->watches[i]->inode == inode && monitor->watches[i]->device == device)
			return monitor->watches[i];
	}
	return NULL;
}

static struct watch *add_watch(struct ipvlan_monitor *monitor, ino_t inode, dev_t device)
{
	struct watch *watch = calloc(1, sizeof(*watch)), **room;

	if (!watch)
		return NULL;
	room = realloc(monitor->watches, (monitor->watch_count + 1) * sizeof(struct watch *));
	if (!room) {
		free(watch);
		return NULL;
	}
	monitor->watches = room;
	room[monitor->watch_count++] = watch;
	watch->monitor = monitor;
	watch->inode = inode;
	watch->device = device;
	watch->process = -1;
	watch->is_seen = true;
	watch->news = (struct source){news_came, watch};
	watch->exit = (struct source){process_ended, watch};
	return watch;
}

/* Its namespace goes from the model; the events of that stay. */
static void drop_watch(struct ipvlan_monitor *monitor, size_t i)
{
	struct watch *watch = monitor->watches[i];

	monitor->watches[i] = monitor->watches[--monitor->watch_count];
	transport_close(watch->transport);
	if (watch->process >= 0)
		close(watch->process);
	if (watch->netns)
		model_remove(&monitor->model, watch->netns);
	free(watch);
}

static int open_watch(struct ipvlan_monitor *monitor, struct watch *watch, const struct ipvlan_netns *netns)
{
	int err = netns_transport(netns, &watch->transport);

	if (!err)
		err = transport_subscribe(watch->transport, groups_of(monitor), monitor->receive_buffer, hear, watch);
	if (!err)
		err = add_source(monitor, transport_fd(watch->transport), EPOLLIN, &watch->news);
	if (err) {
		transport_close(watch->transport);
		watch->transport = NULL;
	}
	return err;
}

static int add_netns(struct ipvlan_monitor *monitor, struct watch *watch, const char *name, pid_t pid)
{
	struct model_netns *netns = model_netns_new(watch->inode, watch->device, name, pid);
	int err = netns ? model_add(&monitor->model, netns) : -ENOMEM;

	if (err) {
		model_netns_free(netns);
		return err;
	}
	netns->owner = watch;
	watch->netns = netns;
	return 0;
}

/* A namespace that may not be entered is remembered as such; any other failure leaves no watch. */
static int begin_watch(struct ipvlan_monitor *monitor, const struct ipvlan_netns *netns, const char *name, pid_t pid)
{
	struct watch *watch = add_watch(monitor, netns->inode, netns->device);
	int err = watch ? open_watch(monitor, watch, netns) : -ENOMEM;

	if (!watch || err == -EPERM)
		return err;
	if (!err)
		err = add_netns(monitor, watch, name, pid);
	if (!err)
		err = read_netns(monitor, watch);
	/* It is there, only too busy to be read just now. */
	if (watch->netns && (err == -ENOBUFS || err == -EAGAIN)) {
		watch->netns->is_stale = true;
		monitor->model.has_stale = true;
		return 0;
	}
	if (err)
		drop_watch(monitor, monitor->watch_count - 1);
	return err;
}

/* Somebody whose end may be the end of the namespace. Kernels before 5.3 have no such descriptors: then looking must
 * do.
 */
static void watch_process(struct ipvlan_monitor *monitor, struct watch *watch, pid_t pid)
{
	int fd;

	if (watch->process >= 0 || !pid)
		return;
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd >= 0 && add_source(monitor, fd, EPOLLIN, &watch->exit)) {
		close(fd);
		return;
	}
	watch->process = fd;
	/* It ended between being listed and now. */
	if (fd < 0 && errno == ESRCH)
		monitor->scan_is_due = true;
}

static pid_t pid_of(const struct ipvlan_netns_info *info)
{
	return !info->is_own && !info->name_count && info->pid_count ? info->pids[0] : 0;
}

static bool is_same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static int meet(struct ipvlan_monitor *monitor, const struct ipvlan_netns_info *info)
{
	const char *name = ipvlan_netns_info_get_name(info);
	struct ipvlan_netns *netns;
	int err =
		info->is_own ? netns_copy_quietly(monitor->ctx->netns, &netns) : netns_open_info_quietly(info, &netns);

	if (!err) {
		err = begin_watch(monitor, netns, name, pid_of(info));
		ipvlan_netns_free(netns);
	}
	monitor->left_out += err == -EPERM || err == -EACCES;
	/* Gone meanwhile, or not ours to look into; looking again next time is all that can be done. */
	return err == -EPERM || err == -EACCES || err == -ENOENT ? 0 : err;
}

static int look_at(struct ipvlan_monitor *monitor, const struct ipvlan_netns_info *info)
{
	struct watch *watch = find_watch(monitor, info->inode, info->device);
	const char *name = ipvlan_netns_info_get_name(info);
	pid_t pid = pid_of(info);
	int err = 0;

	if (!watch) {
		err = meet(monitor, info);
		watch = find_watch(monitor, info->inode, info->device);
	}
	if (err || !watch)
		return err;
	watch->is_seen = true;
	if (!watch->netns)
		return 0;
	if (!is_same_text(watch->netns->name, name) || watch->netns->pid != pid)
		err = model_rename(&monitor->model, watch->netns, name, pid);
	watch_process(monitor, watch, pid);
	return err;
}

static void drop_unseen(struct ipvlan_monitor *monitor)
{
	size_t i = monitor->watch_count;

	while (i--) {
		if (!monitor->watches[i]->is_seen)
			drop_watch(monitor, i);
	}
}

static int scan(struct ipvlan_monitor *monitor)
{
	struct ipvlan_netns_list *list;
	int err = netns_list_read(&monitor->own, &list), failed = 0;
	size_t i;

	if (err)
		return err;
	for (i = 0; i < monitor->watch_count; i++)
		monitor->watches[i]->is_seen = false;
	for (i = 0; i < list->count; i++) {
		err = look_at(monitor, &list->infos[i]);
		failed = err ? err : failed;
	}
	ipvlan_netns_list_free(list);
	drop_unseen(monitor);
	return failed;
}

static void set_timer(struct ipvlan_monitor *monitor, int64_t milliseconds)
{
	struct itimerspec when = {
		.it_value = {.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000}};

	timerfd_settime(monitor->timer, 0, &when, NULL);
}

/* At once when it is long ago that it was done, else when the gap is over. */
static int scan_when_due(struct ipvlan_monitor *monitor)
{
	int64_t now;
	int err;

	if (!monitor->scan_is_due || !monitor->everywhere)
		return 0;
	now = now_ms();
	if (now < monitor->next_scan) {
		set_timer(monitor, monitor->next_scan - now);
		return 0;
	}
	monitor->scan_is_due = false;
	err = scan(monitor);
	now = now_ms();
	monitor->next_scan = now + SCAN_GAP_MS;
	set_timer(monitor, monitor->scan_is_due ? SCAN_GAP_MS : (int64_t)monitor->scan_ms);
	return err;
}

static void mounts_changed(struct ipvlan_monitor *monitor, struct watch *watch)
{
	(void)watch;
	monitor->scan_is_due = true;
}

static void timer_fired(struct ipvlan_monitor *monitor, struct watch *watch)
{
	uint64_t times;

	(void)watch;
	if (read(monitor->timer, &times, sizeof(times)) > 0)
		monitor->scan_is_due = true;
}

/* ---- What has to be asked for */

static int read_stale(struct ipvlan_monitor *monitor)
{
	struct model_netns *netns;
	int err = 0, failed = 0;
	size_t i;

	if (!monitor->model.has_stale)
		return 0;
	monitor->model.has_stale = false;
	for (i = 0; i < monitor->model.place_count; i++) {
		netns = monitor->model.places[i];
		if (!netns->is_stale)
			continue;
		err = read_netns(monitor, netns->owner);
		if (!err)
			continue;
		/* Too much was going on: the next time, then. */
		monitor->model.has_stale = true;
		if (err != -ENOBUFS && err != -EAGAIN)
			failed = err;
	}
	return failed;
}

static bool has_port(const struct ipvlan_monitor *monitor, const struct model_port *port)
{
	size_t i;

	for (i = 0; i < monitor->model.port_count && monitor->model.ports[i] != port; i++)
		;
	return i < monitor->model.port_count;
}

/* The port of a slave that news may have taken away. */
static struct model_port *find_port(const struct ipvlan_monitor *monitor, ino_t inode, int ifindex)
{
	const struct model_netns *netns = model_find(&monitor->model, inode);
	const struct model_link *link = netns ? model_find_link(netns, ifindex) : NULL;

	return link ? link->port : NULL;
}

static void ask_doubtful(struct ipvlan_monitor *monitor)
{
	struct ipvlan_link answer;
	const struct model_link *link;
	struct model_port *port, *asked;
	struct model_netns *netns;
	struct watch *watch;
	struct ack ack;
	ino_t inode;
	int ifindex, err;

	while ((link = model_find_doubtful(&monitor->model, &netns))) {
		inode = netns->inode;
		ifindex = link->link.ifindex;
		watch = netns->owner;
		asked = link->port;
		/* Whoever says something else from now on makes it doubtful again. */
		asked->is_doubtful = false;
		err = link_query(watch->transport, ifindex, NULL, -1, &answer, &ack);
		/* With the answer news may have got lost, which nobody else would find out. */
		hear_news(monitor, watch, 0);
		port = find_port(monitor, inode, ifindex);
		if (!err && port && ipvlan_link_is_slave(&answer))
			model_set_port(&monitor->model, port, answer.mode, answer.ipvlan_flags);
		else if (!port && has_port(monitor, asked))
			/* The slave has gone, and nobody was asked: then another one. */
			asked->is_doubtful = true;
	}
}

/* ---- The outside */

IPVLAN_API int ipvlan_monitor_new(struct ipvlan_ctx *ctx, struct ipvlan_monitor **monitor)
{
	struct ipvlan_monitor *m = calloc(1, sizeof(*m));

	if (!m)
		return fail(ctx, -ENOMEM, IPVLAN_STAGE_READ, "cannot make a monitor");
	m->ctx = ctx;
	m->receive_buffer = RECEIVE_BUFFER;
	m->scan_ms = SCAN_MS;
	m->mounts = m->timer = -1;
	m->mount_source.ready = mounts_changed;
	m->timer_source.ready = timer_fired;
	model_init(&m->model, IPVLAN_EVENTS_ALL);
	m->epoll = epoll_create1(EPOLL_CLOEXEC);
	m->pending = m->epoll < 0 ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (m->pending < 0 || add_source(m, m->pending, EPOLLIN, NULL)) {
		fail(ctx, -errno, IPVLAN_STAGE_READ, "cannot make a monitor");
		ipvlan_monitor_free(m);
		return ipvlan_error_get_code(ipvlan_ctx_get_error(ctx));
	}
	*monitor = m;
	return 0;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

IPVLAN_API void ipvlan_monitor_free(struct ipvlan_monitor *monitor)
{
	if (!monitor)
		return;
	while (monitor->watch_count)
		drop_watch(monitor, monitor->watch_count - 1);
	free(monitor->watches);
	model_clear(&monitor->model);
	close_if_open(monitor->mounts);
	close_if_open(monitor->timer);
	close_if_open(monitor->pending);
	close_if_open(monitor->epoll);
	free(monitor);
}

IPVLAN_API void ipvlan_monitor_set_everywhere(struct ipvlan_monitor *monitor, bool everywhere)
{
	monitor->everywhere = everywhere;
}

IPVLAN_API void ipvlan_monitor_set_kinds(struct ipvlan_monitor *monitor, uint32_t kinds)
{
	monitor->model.kinds = kinds;
}

IPVLAN_API void ipvlan_monitor_set_receive_buffer(struct ipvlan_monitor *monitor, unsigned int bytes)
{
	monitor->receive_buffer = bytes < SMALLEST_BUFFER ? SMALLEST_BUFFER : bytes;
}

IPVLAN_API void ipvlan_monitor_set_scan_interval(struct ipvlan_monitor *monitor, unsigned int milliseconds)
{
	monitor->scan_ms = milliseconds;
}

/*
 * Readable at any time, and told once for each change: that way the change is not lost when somebody else looks at the
 * epoll set before we do.
 */
static int watch_mounts(struct ipvlan_monitor *monitor)
{
	int err;

	monitor->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (monitor->timer < 0)
		return -errno;
	err = add_source(monitor, monitor->timer, EPOLLIN, &monitor->timer_source);
	monitor->mounts = err ? -1 : open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	/* Without it, looking now and then must do. */
	return monitor->mounts < 0 ? err
				   : add_source(monitor, monitor->mounts, EPOLLIN | EPOLLET, &monitor->mount_source);
}

static int start_everywhere(struct ipvlan_monitor *monitor)
{
	int err = watch_mounts(monitor);

	monitor->scan_is_due = true;
	if (!err)
		err = scan_when_due(monitor);
	places_log_left_out(monitor->ctx, monitor->left_out);
	return err;
}

/* So that the descriptor says what read would say. */
static void show_pending(struct ipvlan_monitor *monitor)
{
	bool is_pending = monitor->model.first || monitor->model.has_stale || monitor->model.lost;
	uint64_t one = 1;
	ssize_t ret;

	if (is_pending == monitor->is_pending)
		return;
	monitor->is_pending = is_pending;
	ret = is_pending ? write(monitor->pending, &one, sizeof(one)) : read(monitor->pending, &one, sizeof(one));
	(void)ret;
}

IPVLAN_API int ipvlan_monitor_start(struct ipvlan_monitor *monitor)
{
	const struct ipvlan_netns *own = monitor->ctx->netns;
	int err;

	if (monitor->is_started)
		return fail(monitor->ctx, -EALREADY, IPVLAN_STAGE_READ, "cannot start a monitor twice");
	monitor->is_started = true;
	monitor->own = (struct ipvlan_netns){.fd = -1, .inode = own->inode, .device = own->device};
	monitor->model.is_initial = true;
	clock_gettime(CLOCK_REALTIME, &monitor->model.now);
	err = monitor->everywhere ? start_everywhere(monitor) : begin_watch(monitor, own, own->name, 0);
	monitor->model.is_initial = false;
	show_pending(monitor);
	if (!err)
		return 0;
	fail(monitor->ctx, err, IPVLAN_STAGE_READ, "cannot watch what changes");
	if (err == -EMFILE)
		fail_hint(monitor->ctx, "each namespace takes a file descriptor or two; `ulimit -n` shows the limit");
	return err;
}

IPVLAN_API int ipvlan_monitor_get_fd(const struct ipvlan_monitor *monitor)
{
	return monitor->epoll;
}

IPVLAN_API int ipvlan_monitor_wait(struct ipvlan_monitor *monitor, int timeout)
{
	struct pollfd readable = {.fd = monitor->epoll, .events = POLLIN};
	int ready;

	if (monitor->model.first)
		return 1;
	ready = poll(&readable, 1, timeout);
	return ready < 0 ? -errno : ready > 0;
}

static int pump(struct ipvlan_monitor *monitor)
{
	struct epoll_event ready[TURN];
	int count = epoll_wait(monitor->epoll, ready, TURN, 0), i, err, failed;

	clock_gettime(CLOCK_REALTIME, &monitor->model.now);
	/* None of these takes a watch away. */
	for (i = 0; i < count; i++) {
		struct source *source = ready[i].data.ptr;

		if (source)
			source->ready(monitor, source->watch);
	}
	failed = read_stale(monitor);
	ask_doubtful(monitor);
	/* What is told of a namespace comes before its end. */
	err = scan_when_due(monitor);
	return failed ? failed : err;
}

IPVLAN_API int ipvlan_monitor_read(struct ipvlan_monitor *monitor, struct ipvlan_event **event)
{
	struct ipvlan_event *next;
	int err = 0;

	if (!monitor->is_started)
		return fail(monitor->ctx, -EINVAL, IPVLAN_STAGE_READ,
			    "cannot read from a monitor that was not started");
	if (!monitor->model.first)
		err = pump(monitor);
	/* A loss is told once, before the events that are left; what cannot be read anew yet, until it can. */
	if (monitor->model.lost || (err && !monitor->model.first)) {
		if (monitor->model.lost)
			err = -ENOMEM;
		monitor->model.lost = false;
		show_pending(monitor);
		return fail(monitor->ctx, err, IPVLAN_STAGE_READ, "cannot go on watching what changes");
	}
	next = model_take_event(&monitor->model);
	show_pending(monitor);
	if (!next)
		return -EAGAIN;
	*event = next;
	return 0;
}

IPVLAN_API size_t ipvlan_monitor_get_netns_count(const struct ipvlan_monitor *monitor)
{
	return monitor->model.place_count;
}

const struct model *monitor_model(const struct ipvlan_monitor *monitor)
{
	return &monitor->model;
}
