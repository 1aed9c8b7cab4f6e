// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sweep.h"
#include "link-read.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* They do little but wait for the kernel. */
#define THREADS 16

/* ---- one namespace */

static int compare_name(const void *a, const void *b)
{
	return strcmp(((const struct ipvlan_link *)a)->name, ((const struct ipvlan_link *)b)->name);
}

static const struct ipvlan_link *find_link(const struct ipvlan_link_list *list, const char *name)
{
	struct ipvlan_link key = {0};

	if (!link_name_is_valid(name))
		return NULL;
	strcpy(key.name, name);
	return bsearch(&key, list->links, list->count, sizeof(key), compare_name);
}

static int find_targets(struct sweep *s, const struct ipvlan_link_list *list, const struct ipvlan_link **targets)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		targets[i] = find_link(list, s->names[i]);
		if (!targets[i]) {
			s->culprit = i;
			return -ENODEV;
		}
	}
	return 0;
}

static bool is_used(const struct ipvlan_link_list *list, uint32_t group)
{
	size_t i;

	for (i = 0; i < list->count && list->links[i].group != group; i++)
		;
	return i < list->count;
}

/* A number that nobody else will think of meanwhile: whatever has it is deleted. */
static int choose_group(const struct ipvlan_link_list *list, uint32_t *group)
{
	do {
		if (getrandom(group, sizeof(*group), 0) != sizeof(*group))
			return -errno;
		*group = (*group & 0x3fffffff) | 0x40000000;
	} while (is_used(list, *group));
	return 0;
}

/* `group` NULL: back to the one that each was in. */
static int put_in_group(struct transport *transport, const struct ipvlan_link *const *targets, size_t count,
			const uint32_t *group, unsigned int *failed, struct ack *ack)
{
	struct link_request request = LINK_REQUEST_INIT;
	struct batch batch = {0};
	size_t i;
	int err = 0;

	*failed = (unsigned int)count;
	request.has_group = true;
	for (i = 0; !err && i < count; i++) {
		void *room = batch_reserve(&batch);

		request.ifindex = targets[i]->ifindex;
		request.group = group ? *group : targets[i]->group;
		err = room ? batch_commit(&batch, codec_link_set(room, CODEC_REQUEST_SIZE, &request)) : -ENOMEM;
	}
	if (!err)
		err = transport_batch(transport, &batch, failed, ack);
	batch_free(&batch);
	return err;
}

static int delete_group(struct transport *transport, uint32_t group, struct ack *ack)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];

	codec_link_delete_group(buf, sizeof(buf), group);
	return transport_request(transport, (struct nlmsghdr *)buf, NULL, NULL, ack);
}

static int delete_together(struct transport *transport, struct sweep *s, const struct ipvlan_link_list *list,
			   const struct ipvlan_link *const *targets)
{
	unsigned int failed, ignored;
	struct ack unheard;
	uint32_t group;
	int err = choose_group(list, &group);

	if (err)
		return err;
	err = put_in_group(transport, targets, s->count, &group, &failed, &s->ack);
	s->ack.is_lost = false;
	if (err)
		s->culprit = failed;
	else
		err = delete_group(transport, group, &s->ack);
	if (err)
		put_in_group(transport, targets, s->count, NULL, &ignored, &unheard);
	return err;
}

static int delete_one(struct transport *transport, struct sweep *s)
{
	_Alignas(struct nlmsghdr) uint8_t buf[CODEC_REQUEST_SIZE];
	struct ipvlan_link link;
	int err = link_query(transport, 0, s->names[0], -1, &link, &s->ack);

	s->culprit = 0;
	if (err)
		return err;
	codec_link_delete(buf, sizeof(buf), link.ifindex);
	return transport_request(transport, (struct nlmsghdr *)buf, NULL, NULL, &s->ack);
}

/* Every link is read, not only slaves, for the group must be nobody's. */
static int delete_many(struct transport *transport, struct sweep *s)
{
	const struct ipvlan_link **targets = calloc(s->count, sizeof(struct ipvlan_link *));
	struct ipvlan_link_list list = {0};
	int err = targets ? links_in_place(transport, &list) : -ENOMEM;

	if (!err) {
		qsort(list.links, list.count, sizeof(*list.links), compare_name);
		err = find_targets(s, &list, targets);
	}
	if (!err)
		err = delete_together(transport, s, &list, targets);
	free(list.links);
	free(targets);
	return err;
}

int sweep_run(struct transport *transport, struct sweep *s)
{
	s->was_run = true;
	s->culprit = s->count;
	s->ack = (struct ack){0};
	if (s->count)
		s->error = s->count == 1 ? delete_one(transport, s) : delete_many(transport, s);
	return s->error;
}

/* ---- many namespaces */

struct crew {
	const struct ipvlan_netns *own;
	struct sweep *sweeps;
	size_t count, next;
	bool failed;
	pthread_mutex_t lock; /* of `next` and `failed` */
};

static struct sweep *take_sweep(struct crew *crew)
{
	struct sweep *sweep = NULL;

	pthread_mutex_lock(&crew->lock);
	if (!crew->failed && crew->next < crew->count)
		sweep = &crew->sweeps[crew->next++];
	pthread_mutex_unlock(&crew->lock);
	return sweep;
}

static int run_there(const struct ipvlan_netns *netns, struct sweep *sweep)
{
	struct transport *transport;
	int err = netns_go(netns, &transport);

	if (err)
		return err;
	err = sweep_run(transport, sweep);
	transport_close(transport);
	return err;
}

static int go_and_run(const struct crew *crew, struct sweep *sweep)
{
	struct ipvlan_netns *netns;
	int err;

	if (!sweep->netns)
		return run_there(crew->own, sweep);
	err = netns_open_name_quietly(sweep->netns, &netns);
	if (err)
		return err;
	err = run_there(netns, sweep);
	ipvlan_netns_free(netns);
	return err;
}

static void *work(void *data)
{
	struct crew *crew = data;
	struct sweep *sweep;

	while ((sweep = take_sweep(crew))) {
		sweep->culprit = sweep->count;
		sweep->error = go_and_run(crew, sweep);
		sweep->was_run = true;
		if (sweep->error) {
			pthread_mutex_lock(&crew->lock);
			crew->failed = true;
			pthread_mutex_unlock(&crew->lock);
		}
	}
	return NULL;
}

int sweeps_run(const struct ipvlan_netns *own, struct sweep *sweeps, size_t count)
{
	struct crew crew = {.own = own, .sweeps = sweeps, .count = count, .lock = PTHREAD_MUTEX_INITIALIZER};
	pthread_t threads[THREADS];
	sigset_t all, saved;
	size_t started, i;
	int err = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &saved);
	for (started = 0; !err && started < THREADS && started < count; started++)
		err = pthread_create(&threads[started], NULL, work, &crew);
	pthread_sigmask(SIG_SETMASK, &saved, NULL);
	/* One thread does as well as many, only later. */
	if (err && --started == 0)
		return -err;
	for (i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < count; i++) {
		if (sweeps[i].was_run && sweeps[i].error)
			return sweeps[i].error;
	}
	return 0;
}
