// SPDX-License-Identifier: LGPL-2.1-or-later
#include "nursery.h"
#include "ahead.h"
#include "station.h"
#include <errno.h>
#include <stdlib.h>

struct nursery {
	struct ahead *ahead;
	const char *const *names;
};

static int make(void *data, size_t number, void **made)
{
	const struct nursery *n = data;
	struct station *station = malloc(sizeof(*station));
	int err = station ? 0 : -ENOMEM;

	if (!err && number == 0)
		err = netns_prepare_folder();
	if (!err)
		err = netns_create_here(n->names[number], &station->netns, &station->transport);
	if (err)
		free(station);
	else
		*made = station;
	return err;
}

static void discard(void *data, size_t number, void *made)
{
	const struct nursery *n = data;
	struct station *station = made;

	transport_close(station->transport);
	ipvlan_netns_free(station->netns);
	free(station);
	netns_delete_quietly(n->names[number]);
}

int nursery_open(struct nursery **nursery, const char *const *names, size_t count)
{
	struct nursery *n = calloc(1, sizeof(*n));
	/* Each takes two descriptors, of which a process has 1024. */
	struct ahead_job job = {
		.make = make, .discard = discard, .data = n, .count = count, .most = AHEAD_MOST, .stops = true};
	int err = -ENOMEM;

	if (n) {
		n->names = names;
		err = ahead_open(&n->ahead, &job);
	}
	if (err)
		free(n);
	else
		*nursery = n;
	return err;
}

int nursery_take(struct nursery *n, struct station *station)
{
	void *made;
	int err = ahead_take(n->ahead, &made);

	if (err)
		return err;
	*station = *(struct station *)made;
	free(made);
	return 0;
}

void nursery_close(struct nursery *n)
{
	if (!n)
		return;
	ahead_close(n->ahead);
	free(n);
}
