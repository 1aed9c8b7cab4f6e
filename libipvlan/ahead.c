// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ahead.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct item {
	void *made;
	int error;
};

struct ahead {
	struct ahead_job job;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t changed;
	size_t made, taken;
	struct item items[AHEAD_MOST];
	bool failed; /* and stops: the last one that was made is the error */
	bool stop;
};

/* Waking for each one that is taken would be a change of threads for each one. */
static bool has_room(const struct ahead *a, bool waits)
{
	return a->made - a->taken < (waits ? (a->job.most + 1) / 2 : a->job.most);
}

static bool wait_for_room(struct ahead *a)
{
	bool waits = !has_room(a, false);

	while (!a->stop && !has_room(a, waits))
		pthread_cond_wait(&a->changed, &a->lock);
	return !a->stop;
}

static void make_them(struct ahead *a)
{
	struct item item;

	pthread_mutex_lock(&a->lock);
	while (!a->failed && a->made < a->job.count && wait_for_room(a)) {
		pthread_mutex_unlock(&a->lock);
		item = (struct item){0};
		item.error = a->job.make(a->job.data, a->made, &item.made);
		pthread_mutex_lock(&a->lock);
		a->failed = item.error && a->job.stops;
		a->items[a->made++ % AHEAD_MOST] = item;
		pthread_cond_signal(&a->changed);
	}
	while (!a->stop)
		pthread_cond_wait(&a->changed, &a->lock);
	pthread_mutex_unlock(&a->lock);
}

/* By the thread that made them, so that it has the rights to it that it had then. */
static void discard_untaken(struct ahead *a)
{
	const struct item *item;

	for (; a->taken < a->made; a->taken++) {
		item = &a->items[a->taken % AHEAD_MOST];
		if (!item->error)
			a->job.discard(a->job.data, a->taken, item->made);
	}
}

static void *run_ahead(void *data)
{
	make_them(data);
	discard_untaken(data);
	return NULL;
}

int ahead_open(struct ahead **ahead, const struct ahead_job *job)
{
	struct ahead *a = calloc(1, sizeof(*a));
	sigset_t all, saved;
	int err;

	if (!a)
		return -ENOMEM;
	a->job = *job;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &saved);
	err = pthread_create(&a->thread, NULL, run_ahead, a);
	pthread_sigmask(SIG_SETMASK, &saved, NULL);
	if (err) {
		free(a);
		return -err;
	}
	*ahead = a;
	return 0;
}

int ahead_take(struct ahead *a, void **made)
{
	struct item item;

	pthread_mutex_lock(&a->lock);
	while (a->taken == a->made)
		pthread_cond_wait(&a->changed, &a->lock);
	item = a->items[a->taken % AHEAD_MOST];
	/* The error that a job has stopped at stays where it is. */
	if (!(item.error && a->job.stops))
		a->taken++;
	if (has_room(a, true))
		pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	*made = item.made;
	return item.error;
}

void ahead_close(struct ahead *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = true;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
