// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nursery.h"
#include "internal.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

/* Each takes two descriptors, of which a process has 1024. */
#define AHEAD 16

struct nursery {
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	const char *const *names;
	size_t count, made, taken;
	struct transport *ready[AHEAD];
	int error; /* of the one after those that were made */
	bool stop;
};

/* Waking for each one that is taken would be a change of threads for each one. */
static bool has_room(const struct nursery *n, bool waits)
{
	return n->made - n->taken < (waits ? AHEAD / 2 : AHEAD);
}

static bool wait_for_room(struct nursery *n)
{
	bool waits = !has_room(n, false);

	while (!n->stop && !has_room(n, waits))
		pthread_cond_wait(&n->changed, &n->lock);
	return !n->stop;
}

static void make_them(struct nursery *n)
{
	struct transport *transport;
	int err = netns_prepare_folder();

	pthread_mutex_lock(&n->lock);
	n->error = err;
	pthread_cond_signal(&n->changed);
	while (!err && n->made < n->count && wait_for_room(n)) {
		pthread_mutex_unlock(&n->lock);
		err = netns_create_here(n->names[n->made], &transport);
		pthread_mutex_lock(&n->lock);
		if (!err)
			n->ready[n->made++ % AHEAD] = transport;
		n->error = err;
		pthread_cond_signal(&n->changed);
	}
	while (!n->stop)
		pthread_cond_wait(&n->changed, &n->lock);
	pthread_mutex_unlock(&n->lock);
}

/* By the thread that made them, so that it has the rights to it that it had then. */
static void delete_untaken(struct nursery *n)
{
	for (; n->taken < n->made; n->taken++) {
		transport_close(n->ready[n->taken % AHEAD]);
		netns_delete_quietly(n->names[n->taken]);
	}
}

static void *run_nursery(void *data)
{
	make_them(data);
	delete_untaken(data);
	return NULL;
}

int nursery_open(struct nursery **nursery, const char *const *names, size_t count)
{
	struct nursery *n = calloc(1, sizeof(*n));
	sigset_t all, saved;
	int err;

	if (!n)
		return -ENOMEM;
	n->names = names;
	n->count = count;
	pthread_mutex_init(&n->lock, NULL);
	pthread_cond_init(&n->changed, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &saved);
	err = pthread_create(&n->thread, NULL, run_nursery, n);
	pthread_sigmask(SIG_SETMASK, &saved, NULL);
	if (err) {
		free(n);
		return -err;
	}
	*nursery = n;
	return 0;
}

int nursery_take(struct nursery *n, struct transport **transport)
{
	int err = 0;

	pthread_mutex_lock(&n->lock);
	while (n->taken == n->made && !n->error)
		pthread_cond_wait(&n->changed, &n->lock);
	if (n->taken < n->made)
		*transport = n->ready[n->taken++ % AHEAD];
	else
		err = n->error;
	if (n->made - n->taken < AHEAD / 2)
		pthread_cond_signal(&n->changed);
	pthread_mutex_unlock(&n->lock);
	return err;
}

void nursery_close(struct nursery *n)
{
	if (!n)
		return;
	pthread_mutex_lock(&n->lock);
	n->stop = true;
	pthread_cond_signal(&n->changed);
	pthread_mutex_unlock(&n->lock);
	pthread_join(n->thread, NULL);
	pthread_cond_destroy(&n->changed);
	pthread_mutex_destroy(&n->lock);
	free(n);
}
